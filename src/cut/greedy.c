/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Greedy by strength with union-find, after Westerhout, Katsnelson, Bagrov (arXiv 2207.10675).
 *
 * Edges by falling |w|. Two free vertices become a cluster; a free vertex joins a cluster on the
 * side that is best against all of the cluster; two clusters merge with the relative side that the
 * one edge prefers. Union by size with the side stored relative to the parent: O(m log m) in all.
 * One-flip local search ends it. */
#include "solvers.h"
#include "state.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct options {
  bool polish;
} options;

typedef struct greedy {
  cs_state s;
  options o;
  int *order;        /* edges by falling |w| */
  int64_t next;      /* of them */
  int *up;           /* parent, itself at a root */
  uint8_t *relative; /* side relative to the parent */
  int *size;
  int64_t merges, clusters;
  int at, quiet;
  double built; /* value before the local search */
  bool constructed, done;
} greedy;

static uint64_t strength_bits(double w) {
  uint64_t bits;
  w = fabs(w);
  memcpy(&bits, &w, sizeof bits);
  return bits;
}

/* Edges by falling |w|, those of equal weight in their order: a sort by 11 bits at a time, from the
 * last, of the bit patterns of |w|, which are ordered as the numbers are. */
static int *by_strength(const rc_cut_graph *g) {
  enum { BITS = 11, DIGITS = 1 << BITS };
  const size_t m = (size_t)g->m;
  int *order = rc_alloc(m + 1, sizeof *order), *next = rc_alloc(m + 1, sizeof *next);
  uint32_t *place = rc_alloc(DIGITS + 1, sizeof *place);
  for (size_t e = 0; e < m; e++) order[e] = (int)e;
  for (int shift = 0; shift < 64; shift += BITS) {
    memset(place, 0, (DIGITS + 1) * sizeof *place);
#define DIGIT(e) (~(strength_bits(g->w[e]) >> shift) & (DIGITS - 1))
    for (size_t e = 0; e < m; e++) place[DIGIT(e) + 1]++;
    if (m == 0 || place[DIGIT(0) + 1] == m) continue; /* they all agree */
    for (int i = 0; i < DIGITS; i++) place[i + 1] += place[i];
    for (size_t i = 0; i < m; i++) next[place[DIGIT(order[i])]++] = order[i];
#undef DIGIT
    int *sorted = next;
    next = order, order = sorted;
  }
  rc_free(next), rc_free(place);
  return order;
}

static void *greedy_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                         rc_err *err) {
  (void)err;
  greedy *d = rc_alloc(1, sizeof *d);
  d->o = *(const options *)opts;
  cs_open(&d->s, g, "greedy", seed, replica);
  cs_rebuild(&d->s);
  cs_note(&d->s);
  d->order = by_strength(g);
  d->up = rc_alloc((size_t)g->n + 1, sizeof *d->up);
  d->size = rc_alloc((size_t)g->n + 1, sizeof *d->size);
  d->relative = rc_alloc((size_t)g->n + 1, 1);
  for (int v = 0; v < g->n; v++) d->up[v] = v, d->size[v] = 1;
  d->clusters = g->n;
  return d;
}

/* Root of v; *side gets the side of v relative to it. Halves the path on the way. */
static int root(greedy *d, int v, uint8_t *side) {
  uint8_t sum = 0;
  while (d->up[v] != v) {
    const int p = d->up[v];
    d->relative[v] ^= d->relative[p]; /* relative to the grandparent (0 when p is the root) */
    d->up[v] = d->up[p];
    sum ^= d->relative[v];
    v = d->up[v];
  }
  *side = sum;
  return v;
}

/* Side of the free vertex v against the whole cluster of root r that gives the heavier cut. */
static uint8_t best_side_against(greedy *d, int v, int r) {
  const rc_cut_graph *g = d->s.g;
  double pull = 0; /* weight cut with side 0 minus weight cut with side 1 */
  for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
    uint8_t side;
    if (root(d, g->other[k], &side) == r) pull += side ? g->w[g->edge[k]] : -g->w[g->edge[k]];
  }
  return pull < 0;
}

static void take_edge(greedy *d, int e) {
  const rc_cut_graph *g = d->s.g;
  uint8_t side_u, side_v;
  const int u = g->u[e], v = g->v[e];
  int a = root(d, u, &side_u), b = root(d, v, &side_v);
  if (a == b) return;
  uint8_t turn = (uint8_t)(side_u ^ side_v ^ (g->w[e] > 0)); /* b relative to a */
  if (d->size[a] == 1 && d->size[b] > 1)
    turn = best_side_against(d, u, b);
  else if (d->size[b] == 1 && d->size[a] > 1)
    turn = best_side_against(d, v, a);
  if (d->size[a] < d->size[b]) {
    const int t = a;
    a = b, b = t;
  }
  d->up[b] = a;
  d->relative[b] = turn;
  d->size[a] += d->size[b];
  d->merges++, d->clusters--;
}

static void finish_construction(greedy *d) {
  const int n = d->s.g->n;
  uint8_t *side = rc_alloc((size_t)n + 1, 1);
  for (int v = 0; v < n; v++) root(d, v, &side[v]);
  cs_assign(&d->s, side);
  cs_note(&d->s);
  d->built = d->s.value;
  rc_free(side);
  d->constructed = true;
  d->done = !d->o.polish;
}

static void greedy_step(void *p, uint64_t moves) {
  greedy *d = p;
  const int n = d->s.g->n;
  const double eps = cs_epsilon(d->s.g);
  for (; moves > 0 && !d->done; moves--) {
    d->s.moves++;
    if (!d->constructed) {
      if (d->next < d->s.g->m)
        take_edge(d, d->order[d->next++]);
      else
        finish_construction(d);
    } else {
      while (d->quiet < n && !(d->s.gain[d->at] > eps)) {
        d->quiet++;
        d->at = d->at + 1 < n ? d->at + 1 : 0;
      }
      if (d->quiet >= n)
        d->done = true;
      else
        cs_flip(&d->s, d->at), cs_note(&d->s), d->quiet = 0;
    }
  }
}

static rc_solver_view greedy_read(const void *p) {
  const greedy *d = p;
  rc_solver_view v = cs_view(&d->s);
  v.done = d->done;
  if (!d->constructed) v.side = NULL;
  cs_figure(&v, "edges", (double)d->next);
  cs_figure(&v, "merges", (double)d->merges);
  cs_figure(&v, "clusters", (double)d->clusters);
  cs_figure(&v, "before search", d->constructed ? d->built : NAN);
  return v;
}

static void greedy_close(void *p) {
  greedy *d = p;
  cs_close(&d->s);
  rc_free(d->order);
  rc_free(d->up);
  rc_free(d->size);
  rc_free(d->relative);
  rc_free(d);
}

static const rc_param params[] = {{.name = "polish",
                                   .type = RC_T_BOOL,
                                   .offset = offsetof(options, polish),
                                   .def = "true",
                                   .unit = "",
                                   .help = "end with one-flip local search"},
                                  {0}};

const rc_solver_class rc_solver_greedy = {
    .kind = {.name = "greedy",
             .title = "greedy",
             .help = "strongest edges first, clusters by union-find",
             .explain =
                 "Goes through the edges by falling weight and merges clusters of spins so that "
                 "each edge is satisfied where it still can be (Westerhout, Katsnelson, Bagrov, "
                 "arXiv 2207.10675). O(m log m); exact on all exact-amplitude instances tried.",
             .params = params,
             .size = sizeof(options)},
    .open = greedy_open,
    .step = greedy_step,
    .read = greedy_read,
    .close = greedy_close,
    .cost = 6};
