/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LP-guided rounding: assignments offered from outside (the forest rounding of a relaxed point) are
 * polished; between offers the best one is searched around by flipping connected clusters. */
#include "solvers.h"
#include "state.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
  int64_t cluster;
} options;

typedef struct rounding {
  cs_state s;
  options o;
  uint8_t *offer, *seen;
  int *queue;
  bool offered;
  int *pending, pendings; /* vertices whose gain may have become positive */
  uint8_t *listed;
  uint64_t offers, useful, kicks;
  bool from_offer; /* the search under way began from an offer */
  double before;   /* best when it began */
} rounding;

static void list(rounding *r, int v) {
  if (r->listed[v]) return;
  r->listed[v] = 1;
  r->pending[r->pendings++] = v;
}

static void list_all(rounding *r) {
  for (int v = r->s.g->n - 1; v >= 0; v--) list(r, v);
}

static void flip_and_list(rounding *r, int v) {
  const rc_cut_graph *g = r->s.g;
  cs_flip(&r->s, v);
  list(r, v);
  for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) list(r, g->other[k]);
}

static void *rounding_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                           rc_err *err) {
  (void)err;
  rounding *r = rc_alloc(1, sizeof *r);
  const size_t n = (size_t)g->n + 1;
  r->o = *(const options *)opts;
  cs_open(&r->s, g, "rounding", seed, replica);
  cs_random(&r->s);
  cs_note(&r->s);
  r->before = r->s.best;
  r->offer = rc_alloc(n, 1);
  r->seen = rc_alloc(n, 1);
  r->queue = rc_alloc(n, sizeof *r->queue);
  r->pending = rc_alloc(n, sizeof *r->pending);
  r->listed = rc_alloc(n, 1);
  list_all(r);
  return r;
}

static void rounding_offer(void *p, const uint8_t *side) {
  rounding *r = p;
  memcpy(r->offer, side, (size_t)r->s.g->n);
  r->offered = true;
}

/* Flips a connected set of random size around a random vertex of the best assignment. */
static void kick(rounding *r) {
  const rc_cut_graph *g = r->s.g;
  if (r->s.value < r->s.best) cs_return(&r->s);
  const int size = 1 + (int)rc_rng_below(&r->s.rng, (uint64_t)RC_MIN(r->o.cluster, g->n));
  int top = 0;
  r->queue[top++] = (int)rc_rng_below(&r->s.rng, (uint64_t)g->n);
  r->seen[r->queue[0]] = 1;
  for (int i = 0; i < top && top < size; i++) {
    const int v = r->queue[i];
    for (int64_t k = g->start[v]; k < g->start[v + 1] && top < size; k++) {
      const int u = g->other[k];
      /* along edges that are not cut and across those that are, with a coin: ragged clusters */
      if (!r->seen[u] && rc_rng_next(&r->s.rng) >> 63) r->seen[u] = 1, r->queue[top++] = u;
    }
  }
  for (int i = 0; i < top; i++) {
    flip_and_list(r, r->queue[i]);
    r->seen[r->queue[i]] = 0;
  }
  r->kicks++;
}

static void next_start(rounding *r) {
  cs_note(&r->s);
  if (r->from_offer && r->s.best > r->before) r->useful++;
  r->before = r->s.best;
  r->from_offer = r->offered;
  if (r->offered) {
    cs_assign(&r->s, r->offer);
    list_all(r);
    r->offered = false;
    r->offers++;
  } else {
    kick(r);
  }
}

static void rounding_step(void *p, uint64_t moves) {
  rounding *r = p;
  const double eps = cs_epsilon(r->s.g);
  if (r->s.g->n == 0) return;
  for (; moves > 0; moves--) {
    r->s.moves++;
    if (r->pendings == 0) {
      next_start(r);
      continue;
    }
    const int v = r->pending[--r->pendings];
    r->listed[v] = 0;
    if (r->s.gain[v] > eps) flip_and_list(r, v);
  }
}

static rc_solver_view rounding_read(const void *p) {
  const rounding *r = p;
  rc_solver_view v = cs_view(&r->s);
  cs_figure(&v, "offers", (double)r->offers);
  cs_figure(&v, "useful", (double)r->useful);
  cs_figure(&v, "kicks", (double)r->kicks);
  return v;
}

static void rounding_close(void *p) {
  rounding *r = p;
  cs_close(&r->s);
  rc_free(r->offer);
  rc_free(r->seen);
  rc_free(r->queue);
  rc_free(r->pending);
  rc_free(r->listed);
  rc_free(r);
}

static const rc_param params[] = {{.name = "cluster",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, cluster),
                                   .def = "40",
                                   .min = 1,
                                   .max = 1e9,
                                   .unit = "vertices",
                                   .help = "largest cluster flipped between two offers"},
                                  {0}};

const rc_solver_class rc_solver_rounding = {
    .kind =
        {.name = "rounding",
         .title = "LP rounding",
         .help = "polishes the roundings of the LP bound",
         .explain =
             "Takes the relaxed point of the odd-cycle bound, rounded along a spanning forest of "
             "its most decided edges, and climbs from there. Between two rounds of the bound it "
             "flips connected clusters of the best cut and climbs again.",
         .params = params,
         .size = sizeof(options)},
    .open = rounding_open,
    .step = rounding_step,
    .read = rounding_read,
    .offer = rounding_offer,
    .close = rounding_close,
    .cost = 5};
