/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut instances in memory: sorted edges, compressed adjacency, hash. */
#include "roadcut/cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX 9007199254740992.0 /* 2^53: doubles hold every integer up to here */

typedef struct edge {
  int u, v;
  double w;
} edge;

static int by_ends(const void *a, const void *b) {
  const edge *x = a, *y = b;
  if (x->u != y->u) return x->u < y->u ? -1 : 1;
  return (x->v > y->v) - (x->v < y->v);
}

static void make_adjacency(rc_cut_graph *g) {
  g->start = rc_alloc((size_t)g->n + 1, sizeof *g->start);
  for (int64_t e = 0; e < g->m; e++) {
    g->start[g->u[e] + 1]++;
    g->start[g->v[e] + 1]++;
  }
  for (int i = 0; i < g->n; i++) g->start[i + 1] += g->start[i];
  int64_t *at = rc_alloc((size_t)g->n + 1, sizeof *at);
  memcpy(at, g->start, (size_t)g->n * sizeof *at);
  for (int64_t e = 0; e < g->m; e++) {
    const int u = g->u[e], v = g->v[e];
    g->weight[at[u]] = g->weight[at[v]] = g->w[e];
    g->other[at[u]] = v, g->edge[at[u]++] = (int)e;
    g->other[at[v]] = u, g->edge[at[v]++] = (int)e;
  }
  rc_free(at);
}

static void make_hash(rc_cut_graph *g) {
  rc_str s = {0};
  rc_str_addf(&s, "%d %lld\n", g->n, (long long)g->m);
  for (int64_t e = 0; e < g->m; e++) {
    if (g->integer)
      rc_str_addf(&s, "%d %d %lld\n", g->u[e] + 1, g->v[e] + 1, (long long)g->w[e]);
    else
      rc_str_addf(&s, "%d %d %.17g\n", g->u[e] + 1, g->v[e] + 1, g->w[e]);
  }
  rc_sha256(s.text, s.len, g->hash);
  rc_str_free(&s);
}

/* Adds parallel edges up and drops those of weight 0; returns the number left, -1 on overflow. */
static int64_t merge(edge *list, int64_t m) {
  int64_t kept = 0;
  for (int64_t i = 0; i < m;) {
    edge sum = list[i++];
    while (i < m && list[i].u == sum.u && list[i].v == sum.v) sum.w += list[i++].w;
    if (!isfinite(sum.w)) return -1;
    if (sum.w != 0) list[kept++] = sum;
  }
  return kept;
}

rc_cut_graph *rc_cut_graph_new(int n, int64_t m, const int *u, const int *v, const double *w,
                               rc_err *err) {
  if (n < 0 || m < 0 || m > INT32_MAX / 2) {
    rc_err_set(err, RC_ERR_INPUT, "a graph of %d vertices and %lld edges is too large", n,
               (long long)m);
    return NULL;
  }
  edge *list = rc_alloc((size_t)m + 1, sizeof *list);
  for (int64_t e = 0; e < m; e++) {
    const char *wrong = u[e] < 0 || u[e] >= n || v[e] < 0 || v[e] >= n
                            ? "joins a vertex that is not there"
                        : u[e] == v[e]    ? "joins a vertex to itself"
                        : !isfinite(w[e]) ? "has a weight that is not finite"
                                          : NULL;
    if (wrong) {
      rc_err_set(err, RC_ERR_INPUT, "edge %lld (%d, %d) %s", (long long)e + 1, u[e] + 1, v[e] + 1,
                 wrong);
      rc_free(list);
      return NULL;
    }
    list[e] = (edge){RC_MIN(u[e], v[e]), RC_MAX(u[e], v[e]), w[e]};
  }
  qsort(list, (size_t)m, sizeof *list, by_ends);
  m = merge(list, m);
  rc_cut_graph *g = rc_alloc(1, sizeof *g);
  g->n = n;
  g->integer = true;
  double total = 0;
  for (int64_t e = 0; e < m; e++) {
    total += fabs(list[e].w);
    if (list[e].w != rint(list[e].w)) g->integer = false;
  }
  if (m < 0 || !isfinite(total) || (g->integer && total > EXACT_MAX)) {
    rc_err_set(err, RC_ERR_INPUT, "the weights add up to more than 2^53: scale them down");
    rc_free(list);
    rc_free(g);
    return NULL;
  }
  g->m = m;
  g->weight_total = total;
  g->u = rc_alloc((size_t)m + 1, sizeof *g->u);
  g->v = rc_alloc((size_t)m + 1, sizeof *g->v);
  g->w = rc_alloc((size_t)m + 1, sizeof *g->w);
  g->other = rc_alloc(2 * (size_t)m + 1, sizeof *g->other);
  g->edge = rc_alloc(2 * (size_t)m + 1, sizeof *g->edge);
  g->weight = rc_alloc(2 * (size_t)m + 1, sizeof *g->weight);
  for (int64_t e = 0; e < m; e++) g->u[e] = list[e].u, g->v[e] = list[e].v, g->w[e] = list[e].w;
  rc_free(list);
  make_adjacency(g);
  make_hash(g);
  return g;
}

void rc_cut_graph_free(rc_cut_graph *g) {
  if (!g) return;
  rc_free(g->u);
  rc_free(g->v);
  rc_free(g->w);
  rc_free(g->start);
  rc_free(g->other);
  rc_free(g->edge);
  rc_free(g->weight);
  rc_free(g);
}

double rc_cut_value(const rc_cut_graph *g, const uint8_t *side) {
  double sum = 0;
  for (int64_t e = 0; e < g->m; e++) {
    if (side[g->u[e]] != side[g->v[e]]) sum += g->w[e];
  }
  return sum;
}

static uint64_t gcd(uint64_t a, uint64_t b) {
  while (b) {
    const uint64_t r = a % b;
    a = b;
    b = r;
  }
  return a;
}

/* With S one side of the cut, value = sum of the weighted degrees in S - 2 times the weight inside
 * S: a multiple of the gcd of all weighted degrees and of twice all weights (2 on most tori). */
double rc_cut_step(const rc_cut_graph *g) {
  if (!g->integer || g->m == 0) return 0;
  uint64_t step = 0;
  for (int64_t e = 0; e < g->m; e++) step = gcd(step, 2 * (uint64_t)fabs(g->w[e]));
  for (int i = 0; i < g->n; i++) {
    double degree = 0;
    for (int64_t k = g->start[i]; k < g->start[i + 1]; k++) degree += g->w[g->edge[k]];
    step = gcd(step, (uint64_t)fabs(degree));
  }
  return (double)step;
}
