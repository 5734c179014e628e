/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut instances in memory: sorted edges, compressed adjacency, hash. */
#include "making.h"

#include <math.h>
#include <nettle/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX                                                                                  \
  9007199254740992.0 /* 2^53: doubles hold every integer below it, and each of them is what its text says */

/* ---- from sorted edges to the graph ------------------------------------------------------------
 */

bool cg_begin(cg_making *k, int n, int64_t m, int *u, int *v, double *w, rc_err *err) {
  *k = (cg_making){.g = rc_alloc(1, sizeof *k->g)};
  rc_cut_graph *g = k->g;
  g->n = n, g->m = m;
  g->u = u, g->v = v, g->w = w;
  g->integer = true;
  double total = 0;
  for (int64_t e = 0; e < m; e++) {
    total += fabs(w[e]);
    if (w[e] != rint(w[e])) g->integer = false;
  }
  if (!isfinite(total) || (g->integer && total >= EXACT_MAX)) {
    cg_drop(k);
    return rc_err_set(err, RC_ERR_INPUT, "the weights add up to 2^53 or more: scale them down");
  }
  g->weight_total = total;
  g->start = rc_alloc((size_t)n + 1, sizeof *g->start);
  g->other = rc_alloc(2 * (size_t)m + 1, sizeof *g->other);
  g->edge = rc_alloc(2 * (size_t)m + 1, sizeof *g->edge);
  g->weight = rc_alloc(2 * (size_t)m + 1, sizeof *g->weight);
  k->place = rc_alloc((size_t)n + 1, sizeof *k->place);
  return true;
}

void cg_drop(cg_making *k) {
  rc_cut_graph_free(k->g);
  rc_free(k->place);
  *k = (cg_making){0};
}

static void count_entries(rc_cut_graph *g, int64_t from, int64_t to) {
  for (int64_t e = from; e < to; e++) {
    g->start[g->u[e] + 1]++;
    g->start[g->v[e] + 1]++;
  }
}

static void fill_entries(rc_cut_graph *g, int64_t *at, int64_t from, int64_t to) {
  for (int64_t e = from; e < to; e++) {
    const int u = g->u[e], v = g->v[e];
    g->weight[at[u]] = g->weight[at[v]] = g->w[e];
    g->other[at[u]] = v, g->edge[at[u]++] = (int)e;
    g->other[at[v]] = u, g->edge[at[v]++] = (int)e;
  }
}

static void hash_edges(cg_making *k, int64_t from, int64_t to) {
  const rc_cut_graph *g = k->g;
  char line[96];
  int n = 0;
  if (from == 0) {
    sha256_init(&k->hash);
    n = snprintf(line, sizeof line, "%d %lld\n", g->n, (long long)g->m);
    sha256_update(&k->hash, (size_t)n, (const uint8_t *)line);
  }
  for (int64_t e = from; e < to; e++) {
    if (g->integer)
      n = snprintf(line, sizeof line, "%d %d %lld\n", g->u[e] + 1, g->v[e] + 1, (long long)g->w[e]);
    else
      n = snprintf(line, sizeof line, "%d %d %.17g\n", g->u[e] + 1, g->v[e] + 1, g->w[e]);
    sha256_update(&k->hash, (size_t)n, (const uint8_t *)line);
  }
}

static void end_hash(cg_making *k) {
  uint8_t digest[SHA256_DIGEST_SIZE];
#if NETTLE_VERSION_MAJOR >= 4
  sha256_digest(&k->hash, digest);
#else
  sha256_digest(&k->hash, sizeof digest, digest);
#endif
  for (size_t i = 0; i < sizeof digest; i++) snprintf(k->g->hash + 2 * i, 3, "%02x", digest[i]);
}

static void end_stage(cg_making *k) {
  rc_cut_graph *g = k->g;
  if (k->stage == CG_ROWS) {
    for (int i = 0; i < g->n; i++) g->start[i + 1] += g->start[i];
    memcpy(k->place, g->start, (size_t)g->n * sizeof *k->place);
  } else if (k->stage == CG_HASH) {
    end_hash(k);
    rc_free(k->place);
    k->place = NULL;
  }
  k->at = 0;
  k->stage++;
}

bool cg_step(cg_making *k, int64_t *edges) {
  rc_cut_graph *g = k->g;
  while (k->stage != CG_COMPLETE && *edges > 0) {
    const int64_t from = k->at, to = RC_MIN(g->m, from + *edges);
    if (k->stage == CG_ROWS)
      count_entries(g, from, to);
    else if (k->stage == CG_ENTRIES)
      fill_entries(g, k->place, from, to);
    else
      hash_edges(k, from, to);
    k->at = to;
    *edges -= to - from;
    if (to == g->m) end_stage(k);
  }
  return k->stage == CG_COMPLETE;
}

bool cg_begin_sorted(cg_making *k, cg_sorting *s, rc_err *err) {
  int *u = s->u, *v = s->v;
  double *w = s->w;
  const int n = s->n;
  const int64_t m = s->kept;
  s->u = s->v = NULL, s->w = NULL;
  cg_sort_drop(s);
  return cg_begin(k, n, m, u, v, w, err);
}

rc_cut_graph *rc_cut_graph_new(int n, int64_t m, const int *u, const int *v, const double *w,
                               rc_err *err) {
  if (n < 0 || m < 0 || m > INT32_MAX / 2) {
    rc_err_set(err, RC_ERR_INPUT, "a graph of %d vertices and %lld edges is too large", n,
               (long long)m);
    return NULL;
  }
  cg_edge *list = rc_alloc((size_t)m + 1, sizeof *list);
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
    list[e] = (cg_edge){RC_MIN(u[e], v[e]), RC_MAX(u[e], v[e]), w[e]};
  }
  int64_t all = INT64_MAX / 2;
  cg_sorting sorting;
  cg_making making;
  cg_sort_begin(&sorting, n, m, list);
  while (!cg_sort_step(&sorting, &all)) continue;
  if (!cg_begin_sorted(&making, &sorting, err)) return NULL;
  while (!cg_step(&making, &all)) continue;
  return making.g;
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
