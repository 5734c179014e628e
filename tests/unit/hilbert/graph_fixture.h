/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the tests of the Hilbert graph: a magnet with its matrix, and the same graph built
 * without the room's help, from the lattice's bonds and all 2^N configurations. */
#ifndef TESTS_HILBERT_GRAPH_FIXTURE_H
#define TESTS_HILBERT_GRAPH_FIXTURE_H

#include "common.h"

#include <cblas.h>

typedef struct magnet {
  rc_lattice *lattice;
  rc_model model;
  rc_sector sector;
  rc_hamiltonian *h;
  rc_basis *basis;
  rc_matrix *matrix;
} magnet;

/* Takes the lattice over. */
static inline magnet magnet_of(rc_lattice *l, rc_model model, rc_sector sector) {
  magnet m = {.lattice = l, .model = model, .sector = sector};
  openblas_set_num_threads(1); /* its threads are not instrumented: races that are none */
  m.h = rc_hamiltonian_new(l, &model);
  m.basis = basis_of(l, &sector);
  m.matrix = matrix_of(m.basis, m.h, RC_MATRIX_AUTO, 1);
  return m;
}

static inline void magnet_free(magnet *m) {
  rc_matrix_free(m->matrix);
  rc_basis_free(m->basis);
  rc_hamiltonian_free(m->h);
  rc_lattice_free(m->lattice);
}

/* Default couplings of the lattice. */
static inline rc_model default_model(const rc_lattice *l) {
  rc_model m = {.delta = 1};
  for (int c = 0; c < l->classes; c++) m.J[c] = l->class_default[c];
  return m;
}

static inline rc_sector up_sector(const rc_lattice *l, int up) {
  return (rc_sector){.sz2 = 2 * up - l->sites};
}

/* A lattice by kind with one option ("name", "cube") and its default cluster. */
static inline rc_lattice *lattice_with(const char *kind, const char *key, const char *value) {
  rc_lattice_spec s;
  rc_err err = {0};
  rc_lattice_spec_init(&s, kind);
  if (key) {
    const rc_param *p = rc_param_find(rc_lattice_class_find(kind)->kind.params, key);
    assert_non_null(p);
    check_ok(rc_param_set(p, s.opts, value, &err), &err);
  }
  rc_lattice *l = rc_lattice_new(&s, &err);
  rc_lattice_spec_free(&s);
  check_ok(l != NULL, &err);
  return l;
}

static inline const rc_graph_facts *scan_all(const rc_matrix *m, uint64_t rows, int threads,
                                             rc_graph_scan **scan) {
  rc_err err = {0};
  *scan = rc_graph_scan_new(m, threads, &err);
  check_ok(*scan != NULL, &err);
  double progress = 0;
  for (bool done = false; !done;) {
    check_ok(rc_graph_scan_step(*scan, rows, &done, &err), &err);
    double now = rc_graph_scan_facts(*scan)->progress;
    assert_true(now >= progress && now <= 1);
    progress = now;
  }
  assert_true(progress == 1);
  return rc_graph_scan_facts(*scan);
}

/* <S^2> = sum_ij <S_i.S_j> = S (S + 1), from the definition. */
static inline double total_spin(const magnet *m, const double *v) {
  int sites = m->lattice->sites, sign;
  double sum = 0.75 * sites;
  for (uint64_t r = 0; r < rc_basis_states(m->basis); r++) {
    uint64_t c = rc_basis_config(m->basis, r);
    for (int i = 0; i < sites; i++) {
      for (int j = 0; j < i; j++) {
        bool anti = (c >> i ^ c >> j) & 1;
        sum += (anti ? -0.5 : 0.5) * v[r] * v[r];
        if (anti) sum += v[r] * v[rc_basis_rank(m->basis, c ^ 1ull << i ^ 1ull << j, &sign)];
      }
    }
  }
  return (sqrt(1 + 4 * fmax(sum, 0)) - 1) / 2;
}

/* ---- brute force --------------------------------------------------------------------------- */

typedef struct brute {
  int n;
  double *h;   /* n x n off-diagonal couplings H_uv */
  int *degree; /* and neighbours */
  int *near;   /* n x n */
} brute;

static inline void brute_near(brute *b) {
  b->degree = calloc((size_t)b->n, sizeof *b->degree);
  b->near = calloc((size_t)b->n * (size_t)b->n, sizeof *b->near);
  for (int u = 0; u < b->n; u++)
    for (int v = 0; v < b->n; v++)
      if (u != v && fabs(b->h[u * b->n + v]) > 1e-12) b->near[u * b->n + b->degree[u]++] = v;
}

static inline void brute_free(brute *b) {
  free(b->h);
  free(b->degree);
  free(b->near);
}

static inline void pair_couplings(const rc_lattice *l, const rc_model *m,
                                  double J[RC_SITES_MAX][RC_SITES_MAX]) {
  memset(J, 0, RC_SITES_MAX * sizeof *J);
  for (int b = 0; b < l->bonds; b++) {
    const rc_bond *bond = &l->bond[b];
    double add = m->J[bond->cls] * bond->mult * bond->factor;
    J[bond->i][bond->j] += add;
    J[bond->j][bond->i] += add;
  }
}

/* All 2^N configurations, of them those with 'up' ups (-1: all), pair by pair. config: room for
 * all of them, ascending. */
static inline brute brute_plain(const rc_lattice *l, const rc_model *m, int up, uint64_t *config,
                                int cap) {
  static double J[RC_SITES_MAX][RC_SITES_MAX];
  brute b = {0};
  pair_couplings(l, m, J);
  for (uint64_t c = 0; c < 1ull << l->sites; c++) {
    if (up >= 0 && __builtin_popcountll(c) != up) continue;
    assert_true(b.n < cap);
    config[b.n++] = c;
  }
  b.h = calloc((size_t)b.n * (size_t)b.n, sizeof *b.h);
  for (int u = 0; u < b.n; u++) {
    for (int v = 0; v < b.n; v++) {
      uint64_t x = config[u] ^ config[v];
      if (__builtin_popcountll(x) != 2) continue;
      if (__builtin_popcountll(config[u]) != __builtin_popcountll(config[v])) continue;
      b.h[u * b.n + v] = J[__builtin_ctzll(x)][63 - __builtin_clzll(x)] / 2;
    }
  }
  brute_near(&b);
  return b;
}

typedef struct brute_facts {
  uint64_t edges, triangles;
  int degree_min, degree_max, components, diameter, odd_cycle;
  bool bipartite, balanced;
} brute_facts;

/* Distances from s in the graph, or in its double cover by a sign per edge: 2 n nodes. */
static inline void brute_bfs(const brute *b, int s, bool signs, int *distance, int *queue) {
  int head = 0, tail = 0;
  for (int i = 0; i < 2 * b->n; i++) distance[i] = -1;
  distance[s] = 0;
  queue[tail++] = s;
  while (head < tail) {
    int u = queue[head] % b->n, layer = queue[head] / b->n, at = queue[head++];
    for (int e = 0; e < b->degree[u]; e++) {
      int v = b->near[u * b->n + e];
      int to = v + b->n * (layer ^ (signs ? b->h[u * b->n + v] > 0 : 1));
      if (distance[to] >= 0) continue;
      distance[to] = distance[at] + 1;
      queue[tail++] = to;
    }
  }
}

static inline int brute_diameter(const brute *b) { /* Floyd, Warshall */
  int n = b->n, best = 0, far = 1 << 20;
  int *d = calloc((size_t)n * (size_t)n, sizeof *d);
  for (int i = 0; i < n * n; i++) d[i] = fabs(b->h[i]) > 1e-12 ? 1 : far;
  for (int i = 0; i < n; i++) d[i * n + i] = 0;
  for (int k = 0; k < n; k++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++)
        if (d[i * n + k] + d[k * n + j] < d[i * n + j]) d[i * n + j] = d[i * n + k] + d[k * n + j];
  for (int i = 0; i < n * n; i++)
    if (d[i] < far && d[i] > best) best = d[i];
  free(d);
  return best;
}

static inline brute_facts brute_count(const brute *b) {
  brute_facts f = {.degree_min = 1 << 30, .bipartite = true, .balanced = true};
  int *distance = calloc(2 * (size_t)b->n, sizeof *distance);
  int *queue = calloc(2 * (size_t)b->n, sizeof *queue);
  char *seen = calloc((size_t)b->n, 1);
  for (int u = 0; u < b->n; u++) {
    f.edges += (uint64_t)b->degree[u];
    if (b->degree[u] < f.degree_min) f.degree_min = b->degree[u];
    if (b->degree[u] > f.degree_max) f.degree_max = b->degree[u];
    for (int e = 0; e < b->degree[u]; e++) {
      int v = b->near[u * b->n + e];
      for (int g = 0; v > u && g < b->degree[v]; g++) {
        int w = b->near[v * b->n + g];
        f.triangles += w > v && fabs(b->h[u * b->n + w]) > 1e-12;
      }
    }
    brute_bfs(b, u, false, distance, queue);
    if (distance[u + b->n] > 0) f.bipartite = false;
    if (!seen[u]) f.components++;
    for (int v = 0; v < b->n; v++)
      if (distance[v] >= 0 || distance[v + b->n] >= 0) seen[v] = 1;
    brute_bfs(b, u, true, distance, queue);
    int closed = distance[u + b->n];
    if (closed > 0) f.balanced = false;
    if (closed > 0 && (!f.odd_cycle || closed < f.odd_cycle)) f.odd_cycle = closed;
  }
  f.edges /= 2;
  if (b->n <= 600)
    f.diameter = brute_diameter(b);
  else
    f.diameter = -1;
  free(distance);
  free(queue);
  free(seen);
  return f;
}

#endif
