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

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DEEPEST = 4000 }; /* a level of the tree costs a byte for each edge */
#define AMOUNT_MAX ((rc_exact)1 << 90)
#define STEPS_MAX  ((int64_t)1 << 35) /* of all rows that are used: no sum of amounts passes 2^127 */

typedef struct checker {
  const vf_graph *g;
  const vf_certificate *c;
  int *step;       /* the edge under each step of each row */
  int *orbit;      /* of each edge: the edge that stands for its orbit */
  rc_exact *w, *d; /* of each orbit: weight, and what the multipliers leave of it */
  rc_exact target; /* no cut of interest has more than this */
  int at;          /* next entry of the tree */
  char *why;
} checker;

/* All that a certificate can be refused for. */
#define REFUSE_IF(wrong, ...)                                                                      \
  if (wrong) return snprintf(k->why, 256, __VA_ARGS__), false

/* The edge between two vertices, -1 when there is none (binary search: edges are sorted). */
static int edge_between(const vf_graph *g, int a, int b) {
  const int u = RC_MIN(a, b), v = RC_MAX(a, b);
  int lo = 0, hi = g->m;
  while (lo < hi) {
    const int mid = lo + (hi - lo) / 2;
    const bool before = g->u[mid] != u ? g->u[mid] < u : g->v[mid] < v;
    *(before ? &lo : &hi) = mid + before;
  }
  return lo < g->m && g->u[lo] == u && g->v[lo] == v ? lo : -1;
}

static int root(int *up, int e) {
  while (up[e] != e) e = up[e] = up[up[e]];
  return e;
}

/* Orbits of edges under the maps, each of which must be a symmetry of the weighted graph. (A map is
 * a permutation and edges are distinct, so that it takes the m edges to m edges, one to one.) */
static bool find_orbits(checker *k) {
  const vf_graph *g = k->g;
  for (int e = 0; e < g->m; e++) k->orbit[e] = e;
  for (int i = 0; i < k->c->maps; i++) {
    const int *p = k->c->map + (size_t)i * (size_t)g->n;
    for (int e = 0; e < g->m; e++) {
      const int to = edge_between(g, p[g->u[e]], p[g->v[e]]);
      REFUSE_IF(to < 0 || g->w[to] != g->w[e], "map %d does not keep edge %d", i + 1, e + 1);
      k->orbit[root(k->orbit, to)] = root(k->orbit, e);
    }
  }
  for (int e = 0; e < g->m; e++) k->orbit[e] = root(k->orbit, e);
  return true;
}

/* Weights as whole amounts: rounded up for the bound, down for the cut, which is worth no less. */
static bool weigh(checker *k) {
  const vf_graph *g = k->g;
  rc_exact value = 0;
  for (int e = 0; e < g->m; e++) {
    const double w = ldexp(g->w[e], k->c->scale);
    REFUSE_IF(!(fabs(w) < (double)AMOUNT_MAX), "scale: the weight of edge %d is too large", e + 1);
    k->w[k->orbit[e]] += (rc_exact)ceil(w);
    if (k->c->side[g->u[e]] != k->c->side[g->v[e]]) value += (rc_exact)floor(w);
  }
  REFUSE_IF(value != k->c->value, "the cut is not worth the value given");
  return true;
}

/* Each row a closed walk on edges of the instance with an odd number of marks, no multiplier < 0. */
static bool check_rows(checker *k) {
  const vf_certificate *c = k->c;
  int64_t steps = 0;
  for (int r = 0; r < c->rows; r++) {
    int marks = 0;
    for (int first = c->row[r], last = c->row[r + 1], i = first; i < last; i++) {
      k->step[i] = edge_between(k->g, c->vertex[i], c->vertex[i + 1 < last ? i + 1 : first]);
      REFUSE_IF(k->step[i] < 0, "row %d: step %d is not along an edge", r + 1, i - first + 1);
      marks += c->marked[i];
    }
    REFUSE_IF(marks % 2 == 0, "row %d has an even number of marked edges (%d)", r + 1, marks);
  }
  for (int i = 0; i < c->node[c->nodes - 1].last; i++) {
    const vf_use use = c->use[i];
    steps += c->row[use.row + 1] - c->row[use.row];
    REFUSE_IF(use.y < 0 || use.y >= AMOUNT_MAX || steps > STEPS_MAX,
              "multiplier %d is negative or too large", i + 1);
  }
  return true;
}

/* The right-hand side with the multipliers of an entry of the tree; leaves d in k->d. */
static rc_exact right_side(checker *k, const vf_node *t, const int8_t *known) {
  rc_exact sum = 0;
  memcpy(k->d, k->w, (size_t)k->g->m * sizeof *k->d);
  for (const vf_use *use = k->c->use + t->first; use < k->c->use + t->last; use++) {
    sum -= use->y;
    for (int i = k->c->row[use->row]; i < k->c->row[use->row + 1]; i++) {
      k->d[k->orbit[k->step[i]]] -= k->c->marked[i] ? use->y : -use->y;
      if (k->c->marked[i]) sum += use->y;
    }
  }
  for (int e = 0; e < k->g->m; e++) {
    if (known[e] == 1 || (known[e] < 0 && k->d[e] > 0)) sum += k->d[e];
  }
  return sum;
}

/* The subtree that begins at k->at, when of some edges it is known whether they are cut (0 or 1; -1
 * when not). A leaf must keep to the target. At a node, first the edges whose other value would
 * keep to the target are settled (no better cut is lost), then both cases of its edge are checked. */
static bool check_tree(checker *k, const int8_t *known, int depth) {
  REFUSE_IF(k->at == k->c->nodes, "the tree ends too early, after %d entries", k->at);
  REFUSE_IF(depth > DEEPEST, "the tree is deeper than %d", DEEPEST);
  const vf_node *t = &k->c->node[k->at++];
  const rc_exact limit = right_side(k, t, known);
  REFUSE_IF(t->edge < 0 && limit > k->target, "entry %d of the tree does not prove the bound",
            k->at);
  if (t->edge < 0) return true;
  int8_t *now = rc_alloc((size_t)k->g->m, 1);
  for (int e = 0; e < k->g->m; e++) {
    const rc_exact other = limit - (k->d[e] < 0 ? -k->d[e] : k->d[e]);
    now[e] = known[e] < 0 && other <= k->target ? k->d[e] > 0 : known[e];
  }
  now[t->edge] = 0;
  bool ok = check_tree(k, now, depth + 1);
  now[t->edge] = 1;
  ok = ok && check_tree(k, now, depth + 1);
  rc_free(now);
  return ok;
}

static rc_exact gcd(rc_exact a, rc_exact b) {
  return b ? gcd(b, a % b) : a < 0 ? -a : a;
}

/* More than the bound means, for whole-number weights, at least the next multiple of what divides
 * every cut value. (With S one side: value = sum of the degrees in S - 2 times the weight inside.) */
static void set_target(checker *k) {
  const vf_graph *g = k->g;
  rc_exact *degree = rc_alloc((size_t)g->n + 1, sizeof *degree), step = 0;
  for (int e = 0; e < g->m && g->integer; e++) {
    const rc_exact w = (rc_exact)g->w[e];
    degree[g->u[e]] += w, degree[g->v[e]] += w, step = gcd(step, 2 * w);
  }
  for (int v = 0; v < g->n; v++) step = gcd(step, degree[v]);
  rc_free(degree);
  k->target = k->c->bound;
  if (step == 0 || k->c->scale < 0) return;
  step <<= k->c->scale;
  const rc_exact past = k->c->bound % step; /* of the bound's sign */
  k->target += (past < 0 ? 0 : step) - past - 1;
}

static bool check_all(checker *k, const int8_t *nothing) {
  const int nodes = k->c->nodes;
  REFUSE_IF(strcmp(k->g->hash, k->c->hash), "the instance is not the one that was solved (sha256)");
  REFUSE_IF(k->c->maps > 0 && nodes > 1, "maps and branching do not go together");
  if (!find_orbits(k) || !weigh(k) || !check_rows(k)) return false;
  set_target(k);
  if (!check_tree(k, nothing, 0)) return false;
  REFUSE_IF(k->at < nodes, "the tree has %d entries too many", nodes - k->at);
  return true;
}

bool vf_check(const vf_graph *g, const vf_certificate *c, char why[256]) {
  const size_t m = (size_t)g->m + 1, steps = c->rows > 0 ? (size_t)c->row[c->rows] : 0;
  int *step = rc_alloc(steps + 1, sizeof *step), *orbit = rc_alloc(m, sizeof *orbit);
  rc_exact *w = rc_alloc(m, sizeof *w), *d = rc_alloc(m, sizeof *d);
  int8_t *nothing = memset(rc_alloc(m, 1), -1, m);
  const bool ok = check_all(&(checker){g, c, step, orbit, w, d, 0, 0, why}, nothing);
  rc_free(step), rc_free(orbit), rc_free(w), rc_free(d), rc_free(nothing);
  return ok;
}
