/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the lattice tests share. Everything here is written without the room's own algorithms:
 * graphs are square matrices, symmetries and isomorphisms are found by trying. */
#ifndef TEST_LATTICE_FIXTURE_H
#define TEST_LATTICE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "roadcut/lattice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = RC_SITES_MAX };

typedef struct table { /* weight of each pair of sites, 0 when they are not joined */
  int n;
  double w[N][N];
} table;

/* A cluster by numbers: none for the default, dim for extents, dim * dim for torus vectors. */
static inline rc_lattice *build(const char *kind, int count, const int *numbers, bool periodic,
                                bool dedupe, rc_err *err) {
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, kind);
  const rc_lattice_class *cls = rc_lattice_class_find(kind);
  int dim = cls ? cls->dim : 1;
  if (count == dim) s.extents = dim;
  if (count == dim * dim && dim > 1) s.vectors = dim;
  for (int k = 0; k < count && s.extents; k++) s.cluster[k] = numbers[k];
  for (int k = 0; k < count && s.vectors; k++) s.torus[k / dim][k % dim] = numbers[k];
  s.periodic = periodic;
  s.dedupe = dedupe;
  rc_lattice *l = rc_lattice_new(&s, err);
  rc_lattice_spec_free(&s);
  return l;
}

#define CLUSTER(kind, ...)                                                                         \
  build(kind, (int)RC_LEN(((int[]){__VA_ARGS__})), (int[]){__VA_ARGS__}, true, false, NULL)
#define OPEN(kind, ...)                                                                            \
  build(kind, (int)RC_LEN(((int[]){__VA_ARGS__})), (int[]){__VA_ARGS__}, false, false, NULL)
#define DEFAULT(kind) build(kind, 0, NULL, true, false, NULL)

static inline rc_lattice *with_option(const char *kind, const char *key, const char *value) {
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, kind);
  const rc_param *p = rc_param_find(rc_lattice_class_find(kind)->kind.params, key);
  assert_non_null(p);
  assert_true(rc_param_set(p, s.opts, value, NULL));
  rc_lattice *l = rc_lattice_new(&s, NULL);
  rc_lattice_spec_free(&s);
  return l;
}
#define MOLECULE(name) with_option("molecule", "name", name)

/* A graph from a list of n pairs. */
static inline rc_lattice *from_pairs(int sites, int n, const int (*pair)[2]) {
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, "custom");
  s.sites = sites;
  s.bonds = n;
  s.bond = rc_alloc((size_t)RC_MAX(n, 1), sizeof *s.bond);
  for (int b = 0; b < n; b++) s.bond[b] = (rc_bond){.i = pair[b][0], .j = pair[b][1]};
  rc_lattice *l = rc_lattice_new(&s, NULL);
  rc_lattice_spec_free(&s);
  return l;
}

/* Weights that tell classes, multiplicities and factors apart; J NULL. With J: total couplings. */
static inline void tabulate(const rc_lattice *l, const double *J, table *t) {
  static const double colour[RC_CLASSES_MAX] = {1,   100.1, 1e4 + 0.3, 1e6 + 0.7,
                                                1e8, 1e9,   1e10,      1e11};
  memset(t, 0, sizeof *t);
  t->n = l->sites;
  for (int b = 0; b < l->bonds; b++) {
    const rc_bond *k = &l->bond[b];
    double w = (J ? J[k->cls] : colour[k->cls]) * k->mult * k->factor;
    t->w[k->i][k->j] += w;
    t->w[k->j][k->i] += w;
  }
}

/* Plain 0/1 graph of the classes below 'classes'. */
static inline void plain(const rc_lattice *l, int classes, table *t) {
  memset(t, 0, sizeof *t);
  t->n = l->sites;
  for (int b = 0; b < l->bonds; b++)
    if (l->bond[b].cls < classes)
      t->w[l->bond[b].i][l->bond[b].j] = t->w[l->bond[b].j][l->bond[b].i] = 1;
}

/* Sites in an order where each touches an earlier one as often as possible: prunes early. */
static inline void search_order(const table *a, int *order) {
  bool used[N] = {false};
  for (int k = 0; k < a->n; k++) {
    int best = -1, most = -1;
    for (int s = 0; s < a->n; s++) {
      int ties = 0;
      for (int q = 0; q < k; q++) ties += a->w[s][order[q]] != 0;
      if (!used[s] && ties > most) best = s, most = ties;
    }
    order[k] = best;
    used[best] = true;
  }
}

static inline int64_t search_from(const table *a, const table *b, const int *order, int depth,
                                  int *image, uint64_t used, int64_t stop) {
  if (depth == a->n) return 1;
  int64_t found = 0;
  for (int t = 0; t < a->n && found < stop; t++) {
    if (used >> t & 1) continue;
    bool fits = true;
    for (int q = 0; q < depth && fits; q++)
      fits = a->w[order[depth]][order[q]] == b->w[t][image[q]];
    if (!fits) continue;
    image[depth] = t;
    found += search_from(a, b, order, depth + 1, image, used | 1ull << t, stop - found);
  }
  return found;
}

/* Number of isomorphisms of a to b, counted by trying; stops at 'stop'. */
static inline int64_t isomorphisms(const table *a, const table *b, int64_t stop) {
  int order[N], image[N];
  if (a->n != b->n) return 0;
  search_order(a, order);
  return search_from(a, b, order, 0, image, 0, stop);
}

static inline bool keeps(const table *t, const uint8_t *perm) {
  for (int i = 0; i < t->n; i++)
    for (int j = 0; j < t->n; j++)
      if (t->w[i][j] != t->w[perm[i]][perm[j]]) return false;
  return true;
}

static inline bool is_permutation(const uint8_t *perm, int n) {
  uint64_t seen = 0;
  for (int s = 0; s < n; s++) {
    if (perm[s] >= n) return false;
    seen |= 1ull << perm[s];
  }
  return seen == (n == 64 ? UINT64_MAX : (1ull << n) - 1);
}

static inline bool has_note(const rc_lattice *l, const char *text) {
  for (int k = 0; k < l->notes; k++)
    if (strstr(l->note[k], text)) return true;
  return false;
}

/* Degree of a site in one class, with multiplicity. */
static inline int class_degree(const rc_lattice *l, int site, int cls) {
  int z = 0;
  for (int b = 0; b < l->bonds; b++)
    if (l->bond[b].cls == cls && (l->bond[b].i == site || l->bond[b].j == site))
      z += l->bond[b].mult;
  return z;
}

static inline int class_pairs(const rc_lattice *l, int cls) {
  int n = 0;
  for (int b = 0; b < l->bonds; b++) n += l->bond[b].cls == cls;
  return n;
}

#endif
