/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making a lattice from what a user asked for: the parts that every kind shares. */
#include "lattice/room.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rc_lattice_note(rc_lattice *l, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (l->notes < RC_NOTES_MAX) l->note[l->notes++] = rc_strdup(text);
}

void rc_lattice_begin(const rc_lattice_class *cls, rc_lattice *out, int sites) {
  out->sites = sites;
  out->cells = 1;
  out->dim = cls->dim;
  out->sublattices = 1;
  out->classes = cls->classes;
  for (int c = 0; c < cls->classes; c++) {
    snprintf(out->class_name[c], RC_NAME_MAX, "%s", cls->class_name[c]);
    out->class_default[c] = cls->class_default[c];
  }
  out->position = rc_alloc((size_t)sites, sizeof *out->position);
  out->sublattice = rc_alloc((size_t)sites, sizeof *out->sublattice);
  out->translations = 1;
  out->translation = rc_alloc(1, sizeof *out->translation);
  out->translation_vector = rc_alloc(1, sizeof *out->translation_vector);
  for (int s = 0; s < RC_SITES_MAX; s++) out->translation[0][s] = (uint8_t)s;
}

void rc_lattice_join(rc_lattice *l, int i, int j, int cls, double factor, const int image[3]) {
  rc_bond b = {.i = RC_MIN(i, j), .j = RC_MAX(i, j), .cls = cls, .mult = 1, .factor = factor};
  for (int k = 0; k < 3 && image; k++) {
    b.image[k] = i < j ? image[k] : -image[k];
    if (image[k]) b.wrap = 1;
  }
  for (int n = 0; n < l->bonds; n++) {
    rc_bond *old = &l->bond[n];
    if (old->i != b.i || old->j != b.j || old->cls != cls || old->factor != factor) continue;
    old->mult++;
    if (old->wrap && !b.wrap) { /* of coinciding bonds the one inside the cluster is drawn */
      old->wrap = 0;
      memcpy(old->image, b.image, sizeof old->image);
    }
    return;
  }
  if (l->bonds % 64 == 0) l->bond = rc_realloc(l->bond, (size_t)l->bonds + 64, sizeof *l->bond);
  l->bond[l->bonds++] = b;
}

static int bond_order(const void *pa, const void *pb) {
  const rc_bond *a = pa, *b = pb;
  if (a->cls != b->cls) return a->cls - b->cls;
  if (a->i != b->i) return a->i - b->i;
  if (a->j != b->j) return a->j - b->j;
  return (a->factor > b->factor) - (a->factor < b->factor);
}

void rc_lattice_sort(rc_lattice *l) {
  if (l->bonds) qsort(l->bond, (size_t)l->bonds, sizeof *l->bond, bond_order);
}

bool rc_lattice_no_cluster(const rc_lattice_spec *spec, rc_err *err) {
  if (!spec->extents && !spec->vectors) return true;
  return rc_err_set(err, RC_ERR_INPUT, "a lattice of kind '%s' is not a crystal: it takes no '%s'",
                    spec->kind, spec->extents ? "cluster" : "torus");
}

/* The kind's own options, as "name: cube" or "n: 12, seed: 1". */
static void options_text(const rc_lattice_class *cls, const void *opts, rc_lattice *l) {
  rc_str text = {0};
  for (const rc_param *p = cls->kind.params; p && p->name; p++) {
    rc_str_addf(&text, "%s%s: ", text.len ? ", " : "", p->name);
    rc_param_get(p, opts, &text);
  }
  snprintf(l->options, sizeof l->options, "%s", rc_str_c(&text));
  rc_str_free(&text);
}

static bool kind_unknown(const char *kind, rc_err *err) {
  const char *names[RC_SITES_MAX];
  size_t n = 0;
  while (rc_lattice_kinds[n] && n < RC_LEN(names)) {
    names[n] = rc_lattice_kinds[n]->name;
    n++;
  }
  const char *near = rc_nearest(kind, names, n);
  if (near)
    return rc_err_set(err, RC_ERR_INPUT, "there is no lattice '%s'; did you mean '%s'?", kind,
                      near);
  return rc_err_set(err, RC_ERR_INPUT, "there is no lattice '%s'; see 'roadcut list lattices'",
                    kind);
}

rc_lattice *rc_lattice_bare(const rc_lattice_spec *spec, rc_err *err) {
  const rc_lattice_class *cls = rc_lattice_class_find(spec->kind);
  if (!cls) {
    kind_unknown(spec->kind, err);
    return NULL;
  }
  rc_lattice_spec whole = *spec; /* shares the arrays; opts filled in when there are none */
  void *own = NULL;
  if (cls->kind.params && !spec->opts) {
    own = rc_alloc(1, cls->kind.size);
    rc_params_init(cls->kind.params, own, cls->kind.size);
    whole.opts = own;
  }
  rc_lattice *l = rc_alloc(1, sizeof *l);
  snprintf(l->kind, sizeof l->kind, "%s", cls->kind.name);
  bool ok = cls->make(cls, &whole, l, err);
  if (ok && l->bonds == 0)
    ok = rc_err_set(err, RC_ERR_INPUT, "%s: this cluster has no bonds; take a larger one",
                    cls->kind.name);
  if (ok) {
    options_text(cls, whole.opts, l);
    rc_lattice_sort(l);
  }
  if (own) {
    rc_params_free(cls->kind.params, own);
    rc_free(own);
  }
  if (ok) return l;
  rc_lattice_free(l);
  return NULL;
}

void rc_lattice_free(rc_lattice *l) {
  if (!l) return;
  rc_free(l->bond);
  rc_free(l->position);
  rc_free(l->sublattice);
  rc_free(l->translation);
  rc_free(l->translation_vector);
  for (int n = 0; n < l->notes; n++) rc_free(l->note[n]);
  rc_free(l);
}
