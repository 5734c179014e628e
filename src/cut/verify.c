/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a certificate true? A sceptic need read only this file; its input is explained in verify.h.
 *
 * Why the bound holds. Let x_e = 1 on the edges of a cut and 0 elsewhere. A cut meets a closed walk
 * an even number of times, so for a set F of an odd number of its edges x(F) - x(rest) <= |F| - 1.
 * Add such rows with multipliers y >= 0 to the objective: with d = w - sum of y times the row,
 *     cut value = sum w x <= sum y (|F| - 1) + sum d x <= sum y (|F| - 1) + sum max(0, d)
 * since 0 <= x <= 1; an edge that is known to be cut (or not) enters as d (or 0) instead. Weights
 * are rounded up to multiples of 2^-K first, which only raises the right-hand side; all sums are
 * whole numbers. If vertex maps keep the weights, the mean of x over all images of a cut has the
 * same value and is constant on orbits of edges, so that one d per orbit, with the weights of the
 * orbit added up, is enough. */
#include "verify.h"

#include "roadcut/cut.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define AMOUNT_MAX ((int64_t)1 << 60) /* so that no sum of 2^31 products can pass 2^127 */

typedef struct checker {
  const vf_graph *g;
  const vf_certificate *c;
  int *orbit;       /* of each edge: the smallest edge of its orbit */
  rc_exact *weight; /* of each orbit, summed, times 2^K and rounded up */
  int8_t *known;    /* per edge: -1 unknown, 0 not cut, 1 cut */
  rc_exact *d;
  rc_exact target; /* no cut of interest has more than this */
  int at;          /* next node */
  char *why;
} checker;

static bool refuse(checker *k, const char *text, long long a, long long b) {
  snprintf(k->why, 256, text, a, b);
  return false;
}

/* The edge between two vertices, -1 when there is none (binary search: edges are sorted). */
static int edge_between(const vf_graph *g, int a, int b) {
  const int u = a < b ? a : b, v = a < b ? b : a;
  int lo = 0, hi = g->m;
  while (lo < hi) {
    const int mid = lo + (hi - lo) / 2;
    if (g->u[mid] < u || (g->u[mid] == u && g->v[mid] < v))
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < g->m && g->u[lo] == u && g->v[lo] == v ? lo : -1;
}

static int root(int *up, int e) {
  while (up[e] != e) e = up[e] = up[up[e]];
  return e;
}

/* Orbits of edges under the maps; refuses a map that is no symmetry of the weighted graph. */
static bool find_orbits(checker *k) {
  const vf_graph *g = k->g;
  for (int e = 0; e < g->m; e++) k->orbit[e] = e;
  for (int i = 0; i < k->c->maps; i++) {
    const int *p = k->c->map + (size_t)i * (size_t)g->n;
    for (int e = 0; e < g->m; e++) { /* edges are distinct: onto m edges is one to one */
      const int to = edge_between(g, p[g->u[e]], p[g->v[e]]);
      if (to < 0 || g->w[to] != g->w[e])
        return refuse(k, "map %lld does not keep edge %lld", i + 1, e + 1);
      const int a = root(k->orbit, e), b = root(k->orbit, to);
      k->orbit[a > b ? a : b] = a < b ? a : b;
    }
  }
  for (int e = 0; e < g->m; e++) {
    const double scaled = ceil(ldexp(g->w[e], k->c->scale));
    if (!(fabs(scaled) < (double)AMOUNT_MAX))
      return refuse(k, "scale: the weight of edge %lld is too large", e + 1, 0);
    k->orbit[e] = root(k->orbit, e);
    k->weight[k->orbit[e]] += (int64_t)scaled;
  }
  return true;
}

/* Each row a closed walk on edges of the instance with an odd number of marks. */
static bool check_rows(checker *k) {
  for (int r = 0; r < k->c->rows; r++) {
    const int from = k->c->row[r], to = k->c->row[r + 1];
    int marks = 0;
    for (int i = from; i < to; i++) {
      marks += k->c->marked[i];
      if (edge_between(k->g, k->c->vertex[i], k->c->vertex[i + 1 < to ? i + 1 : from]) < 0) {
        return refuse(k, "row %lld: step %lld is not along an edge", r + 1, i - from + 1);
      }
    }
    if (marks % 2 == 0)
      return refuse(k, "row %lld has an even number of marked edges (%lld)", r + 1, marks);
  }
  return true;
}

/* The right-hand side of a node, with d left in k->d for the fixing of edges. */
static rc_exact evaluate(checker *k, const vf_node *t) {
  rc_exact sum = 0;
  for (int e = 0; e < k->g->m; e++) k->d[e] = k->weight[e];
  for (int i = t->first; i < t->last; i++) {
    const int r = k->c->use[i].row, from = k->c->row[r], to = k->c->row[r + 1];
    int marks = 0;
    for (int s = from; s < to; s++) {
      const int e = edge_between(k->g, k->c->vertex[s], k->c->vertex[s + 1 < to ? s + 1 : from]);
      k->d[k->orbit[e]] -= k->c->marked[s] ? k->c->use[i].y : -k->c->use[i].y;
      marks += k->c->marked[s];
    }
    sum += (rc_exact)k->c->use[i].y * (marks - 1);
  }
  for (int e = 0; e < k->g->m; e++) {
    if (k->known[e] == 1 || (k->known[e] < 0 && k->d[e] > 0)) sum += k->d[e];
  }
  return sum;
}

/* The subtree at k->at. A leaf must keep to the target. At a node, first the edges whose other
 * value would keep to the target are fixed (no better cut is lost), then both cases are checked. */
static bool check_tree(checker *k, int depth) {
  if (k->at >= k->c->nodes)
    return refuse(k, "the tree ends too early, after %lld entries", k->at, 0);
  const int here = k->at++;
  const vf_node *t = &k->c->node[here];
  const rc_exact limit = evaluate(k, t);
  if (t->edge < 0)
    return limit <= k->target ||
           refuse(k, "entry %lld of the tree does not prove the bound", here + 1, 0);
  if (depth > 4000) return refuse(k, "the tree is deeper than %lld", 4000, 0);
  int8_t *before = rc_alloc((size_t)k->g->m, 1);
  memcpy(before, k->known, (size_t)k->g->m);
  for (int e = 0; e < k->g->m; e++) {
    if (k->known[e] < 0 && limit - (k->d[e] < 0 ? -k->d[e] : k->d[e]) <= k->target)
      k->known[e] = k->d[e] > 0;
  }
  int8_t *fixed = rc_alloc((size_t)k->g->m, 1);
  memcpy(fixed, k->known, (size_t)k->g->m);
  bool ok = true;
  for (int side = 0; ok && side < 2; side++) {
    memcpy(k->known, fixed, (size_t)k->g->m);
    k->known[t->edge] = (int8_t)side;
    ok = check_tree(k, depth + 1);
  }
  memcpy(k->known, before, (size_t)k->g->m);
  rc_free(before);
  rc_free(fixed);
  return ok;
}

/* Whole-number instances: every cut value is a multiple of this. With S one side of the cut,
 * value = sum of the weighted degrees in S - 2 times the weight inside S. */
static int64_t step_of(const vf_graph *g) {
  rc_exact *degree = rc_alloc((size_t)g->n + 1, sizeof *degree), step = 0;
  for (int e = 0; e < g->m; e++)
    degree[g->u[e]] += (int64_t)g->w[e], degree[g->v[e]] += (int64_t)g->w[e];
  for (int i = 0; i < g->n + g->m; i++) {
    rc_exact a = i < g->n ? degree[i] : 2 * (rc_exact)g->w[i - g->n];
    for (a = a < 0 ? -a : a; a;) { /* Euclid: step becomes gcd(step, a) */
      const rc_exact rest = step % a;
      step = a, a = rest;
    }
  }
  rc_free(degree);
  return (int64_t)step;
}

static bool check_cut(checker *k) {
  rc_exact sum = 0;
  for (int e = 0; e < k->g->m; e++) { /* rounded down: the true value is at least this */
    if (k->c->side[k->g->u[e]] != k->c->side[k->g->v[e]])
      sum += (int64_t)floor(ldexp(k->g->w[e], k->c->scale));
  }
  return sum >= k->c->value ||
         refuse(k, "the cut is worth less than the value %lld", k->c->value, 0);
}

static bool check_all(checker *k) {
  const vf_graph *g = k->g;
  const vf_certificate *c = k->c;
  if (strcmp(g->hash, c->hash) != 0)
    return refuse(k, "the instance is not the one that was solved (sha256)", 0, 0);
  if (c->maps > 0 && c->nodes > 1) return refuse(k, "maps and branching do not go together", 0, 0);
  if (!find_orbits(k) || !check_cut(k) || !check_rows(k)) return false;
  for (int i = 0; c->nodes > 0 && i < c->node[c->nodes - 1].last; i++) {
    if (c->use[i].y < 0 || c->use[i].y >= AMOUNT_MAX)
      return refuse(k, "multiplier %lld is negative or too large", i + 1, 0);
  }
  k->target = c->bound;
  const int64_t step = g->integer && c->scale >= 0 ? step_of(g) : 0;
  if (step > 0) { /* more than the bound means at least the next multiple */
    const rc_exact unit = (rc_exact)step << c->scale;
    rc_exact next = (c->bound / unit) * unit;
    while (next <= c->bound) next += unit;
    k->target = next - 1;
  }
  if (!check_tree(k, 0)) return false;
  return k->at == c->nodes || refuse(k, "the tree has %lld entries too many", c->nodes - k->at, 0);
}

bool rc_certificate_verify(const char *certificate, const char *instance, rc_verdict *v) {
  *v = (rc_verdict){0};
  vf_graph g = {0};
  vf_certificate c = {0};
  rc_err err = {0};
  if (!vf_read_certificate(certificate, &c, &err) ||
      !vf_read_graph(instance ? instance : c.instance, &g, &err)) {
    snprintf(v->reason, sizeof v->reason, "%.250s", err.message);
  } else if (!vf_fits(&g, &c, &err)) {
    snprintf(v->reason, sizeof v->reason, "%.250s", err.message);
  } else {
    checker k = {&g,
                 &c,
                 rc_alloc((size_t)g.m + 1, sizeof(int)),
                 rc_alloc((size_t)g.m + 1, sizeof(rc_exact)),
                 rc_alloc((size_t)g.m + 1, 1),
                 rc_alloc((size_t)g.m + 1, sizeof(rc_exact)),
                 0,
                 0,
                 v->reason};
    memset(k.known, -1, (size_t)g.m);
    v->accepted = check_all(&k);
    v->optimal = v->accepted && c.value == c.bound;
    v->gap = fabs((double)(c.bound - c.value)) / fmax(1, fabs((double)c.bound));
    rc_format_real(ldexp((double)c.value, -c.scale), v->value);
    rc_format_real(ldexp((double)c.bound, -c.scale), v->bound);
    rc_free(k.orbit), rc_free(k.weight), rc_free(k.known), rc_free(k.d);
  }
  vf_free(&g, &c);
  return v->accepted;
}
