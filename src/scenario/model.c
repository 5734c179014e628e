/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 'model' and 'sector' parts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/read.h"

/* ---- model --------------------------------------------------------------------------------------
 */

static bool unknown_coupling(const rc_node *key, const rc_lattice *l, rc_err *err) {
  const char *names[RC_CLASSES_MAX + 2];
  size_t n = 0;
  for (int c = 0; c < l->classes; c++) names[n++] = l->class_name[c];
  names[n++] = "delta";
  names[n++] = "field";
  const char *near = rc_nearest(key->text, names, n);
  rc_str s = {0};
  rc_str_add(&s, "unknown coupling '");
  rc_str_add_cut(&s, key->text, 40);
  rc_str_add(&s, "' in model; ");
  if (near) rc_str_addf(&s, "did you mean '%s'? ", near);
  rc_str_addf(&s, "%s has ", l->kind);
  for (size_t i = 0; i < n; i++) rc_str_addf(&s, "%s%s", i ? ", " : "", names[i]);
  rc_node_error(key, err, "%s", rc_str_c(&s));
  rc_str_free(&s);
  return false;
}

bool rc_read_model(const rc_node *n, rc_scenario *s, rc_err *err) {
  const rc_lattice *l = s->built;
  for (int c = 0; c < l->classes; c++) s->model.J[c] = l->class_default[c];
  s->model.delta = 1;
  if (!n || rc_node_is_null(n)) return true;
  if (n->type != RC_NODE_MAP) return rc_node_wants(n, "model", "keys and values", err);
  for (int k = 0; k < n->count; k++) {
    const char *key = n->key[k]->text;
    double *v = !strcmp(key, "delta")   ? &s->model.delta
                : !strcmp(key, "field") ? &s->model.field
                                        : NULL;
    for (int c = 0; c < l->classes && !v; c++)
      if (!strcmp(l->class_name[c], key)) {
        v = &s->model.J[c];
        s->has_J[c] = true;
      }
    if (!v) return unknown_coupling(n->key[k], l, err);
    if (!rc_node_real(n->value[k], key, -RC_COUPLING_MAX, RC_COUPLING_MAX, v, err)) return false;
  }
  return true;
}

/* ---- sector -------------------------------------------------------------------------------------
 */

int rc_sector_default_sz2(int sites) {
  return sites % 2;
}

void rc_sz_format(int sz2, rc_str *out) {
  char text[32];
  rc_format_real(sz2 / 2.0, text);
  rc_str_add(out, text);
}

/* "1", "-0.5", "3/2" as twice the value. */
static bool parse_sz(const char *text, int64_t *sz2) {
  size_t n = strlen(text);
  if (n > 2 && n < 16 && !strcmp(text + n - 2, "/2")) {
    char half[16] = {0};
    memcpy(half, text, n - 2);
    return rc_parse_int(half, sz2);
  }
  double v;
  if (!rc_parse_real(text, &v) || fabs(v) > 1000 || 2 * v != rint(2 * v)) return false;
  *sz2 = (int64_t)(2 * v);
  return true;
}

static bool read_sz(const rc_node *n, int sites, rc_sector *out, rc_err *err) {
  if (n->type == RC_NODE_SCALAR && !strcmp(n->text, "all")) {
    out->all = true;
    out->sz2 = 0;
    return true;
  }
  int64_t sz2;
  if (n->type != RC_NODE_SCALAR || n->quoted || !parse_sz(n->text, &sz2))
    return rc_node_wants(n, "sz", "a multiple of 1/2, or all", err);
  if (sz2 < -sites || sz2 > sites || (sz2 - sites) % 2) {
    char most[32];
    rc_format_real(sites / 2.0, most);
    return rc_node_error(n, err, "no state of %d sites has sz = %s: it is %s from -%s to %s", sites,
                         n->text, sites % 2 ? "half an odd number" : "a whole number", most, most);
  }
  out->sz2 = (int)sz2;
  return true;
}

static bool read_symmetry(const rc_node *n, rc_symmetry *out, rc_err *err) {
  static const rc_param p = {
      .name = "symmetry", .type = RC_T_CHOICE, .choices = "none|translation|full"};
  int choice;
  if (!rc_node_param(n, "sector", &p, &choice, err)) return false;
  *out = (rc_symmetry)choice;
  return true;
}

/* Numerators, one for each dimension; without lattice symmetry there is no momentum. */
static bool read_momentum(const rc_node *n, const rc_lattice *l, rc_sector *out, rc_err *err) {
  if (out->symmetry == RC_SYM_NONE)
    return rc_node_error(n, err, "'momentum' needs symmetry: translation or full");
  if (l->translations < 2)
    return rc_node_error(n, err, "'momentum' makes no sense here: %s has no translations", l->kind);
  int count = n->type == RC_NODE_LIST ? n->count : n->type == RC_NODE_SCALAR ? 1 : 0;
  if (count != l->dim) {
    char wants[48];
    strcpy(wants, l->dim == 1   ? "one whole number"
                  : l->dim == 2 ? "two whole numbers, [m1, m2]"
                                : "three whole numbers, [m1, m2, m3]");
    return rc_node_wants(n, "momentum", wants, err);
  }
  for (int i = 0; i < count; i++) {
    int64_t v;
    const rc_node *item = n->type == RC_NODE_LIST ? n->value[i] : n;
    if (!rc_node_int(item, "momentum", -RC_SITES_MAX, RC_SITES_MAX, &v, err)) return false;
    out->momentum[i] = (int)v;
  }
  out->has_momentum = true;
  out->components = count;
  return true;
}

static bool read_sign(const rc_node *n, const char *key, int *out, rc_err *err) {
  int64_t v;
  if (n->type != RC_NODE_SCALAR || n->quoted || !rc_parse_int(n->text, &v) || (v != 1 && v != -1))
    return rc_node_wants(n, key, "+1 or -1", err);
  *out = (int)v;
  return true;
}

static bool read_character(const rc_node *n, rc_sector *out, rc_err *err) {
  if (out->symmetry == RC_SYM_NONE)
    return rc_node_error(n, err, "'character' needs symmetry: full");
  if (n->type != RC_NODE_LIST) return rc_node_wants(n, "character", "a list of +1 and -1", err);
  if (n->count > (int)RC_LEN(out->character))
    return rc_node_error(n, err, "'character' has %d entries; there are at most %zu", n->count,
                         RC_LEN(out->character));
  for (int i = 0; i < n->count; i++)
    if (!read_sign(n->value[i], "character", &out->character[i], err)) return false;
  out->characters = n->count;
  return true;
}

static bool read_inversion(const rc_node *n, rc_sector *out, rc_err *err) {
  if (n->type == RC_NODE_SCALAR && (!strcmp(n->text, "none") || !strcmp(n->text, "0"))) return true;
  if (!read_sign(n, "inversion", &out->inversion, err)) return false;
  if (!out->all && !out->sz2) return true;
  return rc_node_error(n, err, "'inversion' turns sz round, so it needs sz: 0");
}

/* Translations have the characters exp(2 pi i n.k) with k = T^-1 m for the torus matrix T. They are
 * all real exactly when 2 k is a vector of integers (definition); with the adjugate A of T, T^-1 is
 * A / det T, and nothing is rounded. */
static bool momentum_is_real(const rc_lattice *l, const int m[3]) {
  int64_t t[3][3], a[3][3], det = 0;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) t[i][j] = i < l->dim && j < l->dim ? l->torus[i][j] : i == j;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      int r = (j + 1) % 3, q = (j + 2) % 3, c = (i + 1) % 3, d = (i + 2) % 3;
      a[i][j] = t[r][c] * t[q][d] - t[r][d] * t[q][c];
    }
  for (int j = 0; j < 3; j++) det += t[0][j] * a[j][0];
  for (int i = 0; i < l->dim && det; i++) {
    int64_t k = 0;
    for (int j = 0; j < l->dim; j++) k += a[i][j] * m[j];
    if (2 * k % det) return false;
  }
  return true;
}

/* Whether the full group can be listed and has as many generators as there are characters. */
static bool check_full(const rc_node *n, const rc_scenario *s, rc_err *err) {
  rc_err inner = {0};
  rc_group *g = rc_group_automorphisms(s->built, &inner);
  const rc_node *at = rc_node_get(n, "symmetry"), *character = rc_node_get(n, "character");
  if (!g) return rc_err_at(err, inner.code, at->line, at->column, "%s", inner.message);
  bool listed = g->element != NULL;
  double order = g->order_float;
  int generators = g->generators;
  rc_group_free(g);
  if (!listed)
    return rc_node_error(at, err,
                         "the full group has %.3g elements, more than the %d that are listed; take "
                         "translation or none",
                         order, RC_GROUP_LIST_MAX);
  if (character && s->sector.characters != generators)
    return rc_node_error(character, err,
                         "'character' has %d entr%s; the full group has %d generator%s",
                         s->sector.characters, s->sector.characters == 1 ? "y" : "ies", generators,
                         generators == 1 ? "" : "s");
  return true;
}

/* What can be said of a sector without making its basis. */
static bool check_group(const rc_node *n, const rc_scenario *s, rc_err *err) {
  const rc_sector *q = &s->sector;
  const rc_node *momentum = rc_node_get(n, "momentum"), *character = rc_node_get(n, "character");
  if (momentum && !momentum_is_real(s->built, q->momentum))
    return rc_node_error(momentum, err,
                         "this momentum has complex characters; only 0 and pi in each direction "
                         "have real ones");
  if (q->symmetry == RC_SYM_FULL) {
    if (!check_full(n, s, err)) return false;
  } else if (character) {
    return rc_node_error(character, err,
                         "'character' goes with symmetry: full; translations have "
                         "a momentum");
  }
  /* Signs that contradict each other, or the momentum, or that no state has. */
  rc_err inner = {0};
  if (rc_sector_check(s->built, q, &inner)) return true;
  const rc_node *at = character ? character : momentum ? momentum : n;
  return rc_err_at(err, inner.code, at->line, at->column, "%s", inner.message);
}

bool rc_read_sector(const rc_node *n, rc_scenario *s, bool group, rc_err *err) {
  static const char *const names[] = {"sz", "symmetry", "momentum", "character", "inversion", NULL};
  rc_sector *out = &s->sector;
  out->sz2 = rc_sector_default_sz2(s->built->sites);
  if (!n || rc_node_is_null(n)) return true;
  if (!rc_node_keys(n, "sector", names, err)) return false;
  const rc_node *v;
  if ((v = rc_node_get(n, "sz")) && !read_sz(v, s->built->sites, out, err)) return false;
  if ((v = rc_node_get(n, "symmetry")) && !read_symmetry(v, &out->symmetry, err)) return false;
  if ((v = rc_node_get(n, "momentum")) && !read_momentum(v, s->built, out, err)) return false;
  if ((v = rc_node_get(n, "character")) && !read_character(v, out, err)) return false;
  if ((v = rc_node_get(n, "inversion")) && !read_inversion(v, out, err)) return false;
  return !group || check_group(n, s, err);
}
