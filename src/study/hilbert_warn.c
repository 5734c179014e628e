/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hilbert study warns of: degenerate level, parity of singlets, what the lattice has to say
 * about its cluster, and what the scan of all sectors found. The comparison with other sectors is in
 * hilbert_compare.c. */
#include "study/hilbert_study.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(hilbert *s, bool is_note, const char *format, va_list ap) {
  if (s->warnings == RC_HILBERT_WARNINGS) return;
  char *text = s->warning[s->warnings];
  vsnprintf(text, sizeof s->warning[0], format, ap);
  for (int i = 0; i < s->warnings; i++)
    if (strcmp(s->warning[i], text) == 0) return;
  s->is_note[s->warnings++] = is_note;
  s->env.emit(s->env.who, is_note ? "note" : "warning", nan(""), "%s", text);
}

void hilbert_warn(hilbert *s, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  add(s, false, format, ap);
  va_end(ap);
}

void hilbert_note(hilbert *s, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  add(s, true, format, ap);
  va_end(ap);
}

/* Under spin inversion a singlet of N spins 1/2 has parity (-1)^(N/2): each of its N/2 valence
 * bonds changes sign. */
void hilbert_warn_setup(hilbert *s) {
  const rc_lattice *l = hilbert_lattice(s);
  for (int i = 0; i < l->notes; i++) hilbert_note(s, "%s", l->note[i]);
  int parity = l->sites / 2 % 2 ? -1 : 1;
  if (s->sector.inversion && l->sites % 2 == 0 && s->model.delta == 1 &&
      s->sector.inversion != parity)
    hilbert_warn(s,
                 "a singlet of %d spins has inversion parity (-1)^(%d/2) = %+d: the sector %+d "
                 "holds only states of odd total spin",
                 l->sites, l->sites, parity, s->sector.inversion);
}

void hilbert_warn_level(hilbert *s) {
  int g = s->view.degeneracy;
  if (g <= 1) return;
  const char *open = s->view.degeneracy_open ? "at least " : "";
  if (s->o.signs == RC_SIGNS_ALWAYS)
    hilbert_warn(s,
                 "the ground level is %s%d-fold degenerate in this sector: the sign statistics "
                 "are those of one vector out of many",
                 open, g);
  else
    hilbert_warn(s,
                 "the ground level is %s%d-fold degenerate in this sector: signs depend on the "
                 "vector, so no sign statistics are given (signs: always gives them)",
                 open, g);
}

/* ---- the scan ---------------------------------------------------------------------------------
 */

static bool plain(const rc_sector *s) {
  return s->symmetry == RC_SYM_NONE && s->inversion == 0;
}

void hilbert_warn_scan(hilbert *s) {
  const rc_scan_row *row = rc_share_get(s->scan_rows);
  const rc_scan_row *lowest = NULL;
  /* Of several lowest rows one with a symmetry tells more than the one without. */
  for (int i = 0; i < s->scans; i++)
    if (row[i].lowest && (!lowest || plain(&lowest->sector))) lowest = &row[i];
  if (!lowest) return;
  s->env.emit(s->env.who, "scan.done", lowest->energy, "lowest of %d sectors: %s", s->scans,
              lowest->name);
  if (lowest->energy <
      s->view.energy - 1e-8 * RC_MAX(rc_hamiltonian_scale(s->h), fabs(lowest->energy)))
    hilbert_warn(s,
                 "the ground state is not in this sector: %s reaches E = %.10g, this sector "
                 "only %.10g",
                 lowest->name, lowest->energy, s->view.energy);
}
