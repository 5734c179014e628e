/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hilbert study warns of: wrong sector, degenerate level, parity of singlets, and what
 * the lattice has to say about its cluster. */
#include "study/hilbert_study.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A probe of another sector is cheap up to so many states: 20 sites at Sz = 0. */
enum { PROBE_STATES_MAX = 200000 };

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

/* ---- the probe of a larger sector -------------------------------------------------------------
 */

/* The plain sector in which the ground state must show up: of an isotropic magnet without a field
 * the smallest |Sz|, where every multiplet has a state; else all Sz while they are few enough; else
 * the chosen Sz without symmetries. */
static rc_sector outside(const hilbert *s) {
  rc_sector o = {.all = s->sector.all, .sz2 = s->sector.sz2};
  const int sites = hilbert_lattice(s)->sites;
  if (!o.all && s->model.field == 0 && s->model.delta == 1)
    o.sz2 = sites % 2;
  else if (ldexp(1, sites) <= PROBE_STATES_MAX)
    o = (rc_sector){.all = true};
  return o;
}

static double choose(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
  return c;
}

static bool plain(const rc_sector *s) {
  return s->symmetry == RC_SYM_NONE && s->inversion == 0;
}

bool hilbert_probe_wanted(const hilbert *s) {
  if (!s->o.compare) return false;
  const rc_sector o = outside(s);
  if (plain(&s->sector) && (s->sector.all || (!o.all && abs(s->sector.sz2) == abs(o.sz2))))
    return false;
  int sites = hilbert_lattice(s)->sites;
  double states = o.all ? ldexp(1, sites) : choose(sites, (sites + o.sz2) / 2);
  return states <= PROBE_STATES_MAX;
}

uint64_t hilbert_probe_bytes(const hilbert *s) {
  if (!hilbert_probe_wanted(s)) return 0;
  const rc_sector sector = outside(s);
  rc_matrix_plan plan = {0};
  rc_basis *b = rc_basis_new(hilbert_lattice(s), &sector, 0, 1, NULL);
  bool ok = b && rc_matrix_plan_make(b, s->h, 0, RC_MATRIX_AUTO, &plan, NULL);
  rc_basis_free(b);
  return ok ? rc_basis_plan(hilbert_lattice(s), &sector) + plan.bytes + plan.bytes_work : 0;
}

void hilbert_probe_free(probe *p) {
  rc_eigen_free(p->eigen);
  rc_matrix_free(p->matrix);
  rc_basis_free(p->basis);
  *p = (probe){0};
}

static bool probe_begin(hilbert *s, rc_err *err) {
  probe *p = &s->probe;
  p->sector = outside(s);
  hilbert_account(s, hilbert_probe_bytes(s));
  p->basis = rc_basis_new(hilbert_lattice(s), &p->sector, s->memory, s->env.threads, err);
  rc_matrix_plan plan;
  if (!p->basis || !rc_matrix_plan_make(p->basis, s->h, s->memory, RC_MATRIX_AUTO, &plan, err))
    return false;
  p->matrix = rc_matrix_new(p->basis, s->h, &plan, s->env.threads, err);
  return p->matrix != NULL;
}

static void probe_judge(hilbert *s, double energy) {
  rc_str name = {0};
  rc_sector_describe(&s->probe.sector, &name);
  s->outside_energy = energy;
  snprintf(s->outside_name, sizeof s->outside_name, "%s", rc_str_c(&name));
  rc_str_free(&name);
  if (energy < s->view.energy - 1e-8 * RC_MAX(rc_hamiltonian_scale(s->h), fabs(energy)))
    hilbert_warn(s,
                 "the ground state is not in this sector: %s reaches E = %.10g, this sector "
                 "only %.10g (study scan shows where)",
                 s->outside_name, energy, s->view.energy);
}

bool hilbert_probe_step(hilbert *s, bool *done, rc_err *err) {
  probe *p = &s->probe;
  *done = false;
  if (!p->matrix) return probe_begin(s, err);
  if (!p->eigen) {
    bool built = false;
    if (!rc_matrix_build(p->matrix, 1 << 15, &built, err)) return false;
    const rc_eigen_opts o = {.tolerance = 1e-9,
                             .iterations = s->o.iterations,
                             .levels = 0,
                             .seed = s->env.seed,
                             .threads = s->env.threads};
    if (built) p->eigen = rc_eigen_new(p->matrix, &o, err);
    return !built || p->eigen;
  }
  bool solved = false;
  if (!rc_eigen_step(p->eigen, &solved, err)) return false;
  const rc_eigen_view v = rc_eigen_read(p->eigen);
  /* The energy is settled before the vector is; that is all that is wanted here. */
  if (!solved && v.phase < RC_EIGEN_VECTOR) return true;
  probe_judge(s, v.energy);
  hilbert_probe_free(p);
  *done = true;
  return true;
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
