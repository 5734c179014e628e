/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room's front: specs, lattices with their notes, and their text form. */
#include "lattice/room.h"

#include <stdio.h>
#include <string.h>

void rc_lattice_spec_init(rc_lattice_spec *s, const char *kind) {
  memset(s, 0, sizeof *s);
  snprintf(s->kind, sizeof s->kind, "%s", kind);
  s->periodic = true;
  const rc_lattice_class *cls = rc_lattice_class_find(kind);
  if (!cls || !cls->kind.params) return;
  s->opts = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, s->opts, cls->kind.size);
}

void rc_lattice_spec_free(rc_lattice_spec *s) {
  if (!s) return;
  const rc_lattice_class *cls = rc_lattice_class_find(s->kind);
  if (s->opts && cls && cls->kind.params) rc_params_free(cls->kind.params, s->opts);
  rc_free(s->opts);
  rc_free(s->bond);
  rc_free(s->position);
  s->opts = NULL;
  s->bond = NULL;
  s->position = NULL;
  s->bonds = 0;
}

void rc_lattice_spec_copy(rc_lattice_spec *to, const rc_lattice_spec *from) {
  *to = *from;
  to->opts = NULL;
  to->bond = NULL;
  to->position = NULL;
  const rc_lattice_class *cls = rc_lattice_class_find(from->kind);
  if (from->opts && cls && cls->kind.params) {
    to->opts = rc_alloc(1, cls->kind.size);
    rc_params_copy(cls->kind.params, to->opts, from->opts, cls->kind.size);
  }
  if (from->bond) {
    to->bond = rc_alloc((size_t)from->bonds, sizeof *to->bond);
    memcpy(to->bond, from->bond, (size_t)from->bonds * sizeof *to->bond);
  }
  if (from->position) {
    to->position = rc_alloc((size_t)from->sites, sizeof *to->position);
    memcpy(to->position, from->position, (size_t)from->sites * sizeof *to->position);
  }
}

/* Parts that the default couplings do not hold together are worth a warning. In a lattice of one's
 * own every bond counts. */
static void parts_note(rc_lattice *l, bool custom) {
  int parts = rc_lattice_components(l, l->class_default);
  if (parts < 2) return;
  if (custom)
    rc_lattice_note(l, "The cluster falls into %d parts that no bond joins", parts);
  else
    rc_lattice_note(l,
                    "At the default couplings the cluster falls into %d parts that do not "
                    "interact",
                    parts);
}

rc_lattice *rc_lattice_new(const rc_lattice_spec *spec, rc_err *err) {
  rc_lattice *l = rc_lattice_bare(spec, err);
  if (!l) return NULL;
  parts_note(l, !strcmp(l->kind, "custom"));
  rc_lattice_name_notes(l);
  return l;
}

static bool is_straight(const rc_lattice *l) {
  for (int i = 0; i < l->dim; i++)
    for (int j = 0; j < l->dim; j++)
      if (i == j ? l->torus[i][j] < 1 : l->torus[i][j] != 0) return false;
  return true;
}

void rc_lattice_describe(const rc_lattice *l, rc_str *out) {
  const rc_lattice_class *cls = rc_lattice_class_find(l->kind);
  if (!cls->crystal) {
    if (l->options[0])
      rc_str_add(out, l->options);
    else
      rc_str_addf(out, "sites: %d", l->sites);
    return;
  }
  bool straight = is_straight(l);
  rc_str_add(out, straight ? "cluster: [" : "torus: [");
  for (int i = 0; i < l->dim; i++) {
    if (i) rc_str_add(out, ", ");
    if (straight) {
      rc_str_addf(out, "%d", l->torus[i][i]);
      continue;
    }
    for (int j = 0; j < l->dim; j++) rc_str_addf(out, "%s%d", j ? ", " : "[", l->torus[i][j]);
    rc_str_addc(out, ']');
  }
  rc_str_addc(out, ']');
  if (!l->periodic) rc_str_add(out, ", periodic: false");
}
