/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The neighbourhood of a vertex of the Hilbert graph: breadth first, neighbours in ascending
 * order, so that the same centre always gives the same drawing. */
#include "roadcut/hilbert.h"

#include <string.h>

typedef struct places { /* open addressing: vertex index -> place in the neighbourhood */
  uint64_t *key;
  int *place;
  uint64_t mask;
} places;

static places places_new(int most) {
  places p = {0};
  uint64_t size = 16;
  while (size < 2 * (uint64_t)most) size *= 2;
  p.key = rc_alloc(size, sizeof *p.key);
  p.place = rc_alloc(size, sizeof *p.place);
  p.mask = size - 1;
  memset(p.key, 0xff, size * sizeof *p.key);
  return p;
}

static uint64_t slot(const places *p, uint64_t key) {
  uint64_t at = (key * 0x9e3779b97f4a7c15ull) >> 20 & p->mask;
  while (p->key[at] != RC_NONE && p->key[at] != key) at = (at + 1) & p->mask;
  return at;
}

static int find(const places *p, uint64_t key) {
  uint64_t at = slot(p, key);
  return p->key[at] == key ? p->place[at] : -1;
}

static void put(places *p, uint64_t key, int place) {
  uint64_t at = slot(p, key);
  p->key[at] = key;
  p->place[at] = place;
}

typedef struct row { /* room for one row of the matrix */
  uint64_t *column;
  double *value;
  int *pair, cap;
} row;

static void grow(rc_neighbourhood *n, const rc_matrix *m, places *at, row *r, int radius,
                 int most) {
  for (int i = 0; i < n->vertices; i++) {
    if (n->distance[i] == radius) break; /* breadth first: all others are as far */
    int length = rc_matrix_row(m, n->vertex[i], r->column, r->value, NULL, r->cap);
    for (int e = 0; e < length; e++) {
      if (find(at, r->column[e]) >= 0) continue;
      if (n->vertices == most) {
        n->more = true;
        return;
      }
      put(at, r->column[e], n->vertices);
      n->vertex[n->vertices] = r->column[e];
      n->distance[n->vertices++] = n->distance[i] + 1;
    }
  }
}

static void connect(rc_neighbourhood *n, const rc_matrix *m, const places *at, row *r) {
  int cap = 0;
  for (int i = 0; i < n->vertices; i++) {
    int length = rc_matrix_row(m, n->vertex[i], r->column, r->value, r->pair, r->cap);
    for (int e = 0; e < length; e++) {
      int j = find(at, r->column[e]);
      if (j <= i) continue;
      if (n->edges == cap) {
        cap = cap ? 2 * cap : 64;
        n->edge = rc_realloc(n->edge, (size_t)cap, sizeof *n->edge);
        n->coupling = rc_realloc(n->coupling, (size_t)cap, sizeof *n->coupling);
        n->pair = rc_realloc(n->pair, (size_t)cap, sizeof *n->pair);
      }
      n->edge[n->edges][0] = i;
      n->edge[n->edges][1] = j;
      n->coupling[n->edges] = r->value[e];
      n->pair[n->edges++] = r->pair[e];
    }
  }
}

rc_neighbourhood *rc_neighbourhood_new(const rc_matrix *m, uint64_t centre, int radius, int most) {
  if (centre >= rc_matrix_states(m)) return NULL;
  most = (int)RC_MIN((uint64_t)RC_MAX(most, 1), rc_matrix_states(m));
  rc_neighbourhood *n = rc_alloc(1, sizeof *n);
  n->vertex = rc_alloc((size_t)most, sizeof *n->vertex);
  n->distance = rc_alloc((size_t)most, sizeof *n->distance);
  places at = places_new(most);
  row r = {.cap = RC_MAX(rc_matrix_hamiltonian(m)->pairs, 1)};
  r.column = rc_alloc((size_t)r.cap, sizeof *r.column);
  r.value = rc_alloc((size_t)r.cap, sizeof *r.value);
  r.pair = rc_alloc((size_t)r.cap, sizeof *r.pair);
  n->vertex[0] = centre;
  n->vertices = 1;
  put(&at, centre, 0);
  grow(n, m, &at, &r, RC_MAX(radius, 0), most);
  connect(n, m, &at, &r);
  rc_free(r.column);
  rc_free(r.value);
  rc_free(r.pair);
  rc_free(at.key);
  rc_free(at.place);
  return n;
}

void rc_neighbourhood_free(rc_neighbourhood *n) {
  if (!n) return;
  rc_free(n->vertex);
  rc_free(n->distance);
  rc_free(n->edge);
  rc_free(n->coupling);
  rc_free(n->pair);
  rc_free(n);
}
