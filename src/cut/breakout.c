/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Breakout local search (Benlic, Hao, Engineering Applications of AI 26 (2013) 1162).
 *
 * Steepest ascent to a local optimum; then a perturbation of L flips whose kind depends on how long
 * the search has failed: directed (best flip not held), a share of recency-based swaps between the
 * sides, or random flips. L grows by one when the search falls back to the optimum it left and
 * jumps when it has failed for long. */
#include "scan.h"
#include "solvers.h"
#include "state.h"

#include <math.h>
#include <stddef.h>

typedef struct options {
  int64_t patience;
  double strength, strong;
} options;

enum { ASCEND, DIRECTED, SWAPS, RANDOM };

typedef struct breakout {
  cs_state s;
  options o;
  cs_scan scan;
  int mode;
  int64_t left;        /* flips left in the perturbation */
  int64_t jump, jump0; /* L */
  int64_t failed;      /* local optima since the last new best */
  double last;         /* value of the last local optimum */
  uint64_t optima;
} breakout;

static void *breakout_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                           rc_err *err) {
  (void)err;
  breakout *b = rc_alloc(1, sizeof *b);
  b->o = *(const options *)opts;
  cs_open(&b->s, g, "breakout", seed, replica);
  cs_random(&b->s);
  cs_note(&b->s);
  cs_scan_open(&b->scan, g->n);
  b->jump0 = b->jump = RC_MAX(3, (int64_t)(b->o.strength * g->n));
  b->last = -INFINITY;
  return b;
}

/* At a local optimum: how, and how far, to break out. */
static void choose(breakout *b) {
  const double best_before = b->s.best;
  cs_note(&b->s);
  b->optima++;
  b->failed = b->s.best > best_before ? 0 : b->failed + 1;
  if (b->failed > b->o.patience) {
    b->jump = RC_MAX(b->jump0, (int64_t)(b->o.strong * b->s.g->n));
    b->failed = 0;
    b->mode = RANDOM;
  } else {
    b->jump = b->s.value == b->last ? b->jump + 1 : b->jump0;
    /* directed while failures are few, random ones more likely later; never below 0.8 */
    const double directed = fmax(.8, exp(-(double)b->failed / (double)b->o.patience));
    const double u = rc_rng_unit(&b->s.rng);
    b->mode = u < directed ? DIRECTED : u < directed + (1 - directed) / 2 ? SWAPS : RANDOM;
  }
  b->last = b->s.value;
  b->left = RC_MIN(b->jump, b->s.g->n);
}

static int pick(breakout *b) {
  if (b->mode == RANDOM) return (int)rc_rng_below(&b->s.rng, (uint64_t)b->s.g->n);
  if (b->mode == DIRECTED || b->left % 2 == 0) {
    return cs_scan_best(&b->scan, b->s.gain, b->s.best - b->s.value, &b->s.rng);
  }
  /* second half of a swap: a vertex of the other side at random among a few, the best of them */
  int best = -1;
  const uint8_t side = b->s.side[b->scan.tie[0]];
  for (int i = 0; i < 16; i++) {
    const int v = (int)rc_rng_below(&b->s.rng, (uint64_t)b->s.g->n);
    if (b->s.side[v] == side && (best < 0 || b->s.gain[v] > b->s.gain[best])) best = v;
  }
  return best < 0 ? (int)rc_rng_below(&b->s.rng, (uint64_t)b->s.g->n) : best;
}

static void breakout_step(void *p, uint64_t moves) {
  breakout *b = p;
  const int n = b->s.g->n;
  const double eps = cs_epsilon(b->s.g);
  if (n == 0) return;
  for (; moves > 0; moves--) {
    b->s.moves++;
    if (b->mode == ASCEND) {
      const int v = cs_scan_highest(b->s.gain, n);
      if (b->s.gain[v] > eps) {
        cs_scan_hold(&b->scan, v, 3 + (int64_t)rc_rng_below(&b->s.rng, (uint64_t)n / 10 + 1));
        cs_flip(&b->s, v);
      } else {
        choose(b);
      }
      continue;
    }
    const int v = pick(b);
    cs_scan_hold(&b->scan, v, 3 + (int64_t)rc_rng_below(&b->s.rng, (uint64_t)n / 10 + 1));
    cs_flip(&b->s, v);
    cs_note(&b->s);
    if (--b->left <= 0) b->mode = ASCEND;
  }
}

static rc_solver_view breakout_read(const void *p) {
  const breakout *b = p;
  rc_solver_view v = cs_view(&b->s);
  cs_figure(&v, "jump", (double)b->jump);
  cs_figure(&v, "failed", (double)b->failed);
  cs_figure(&v, "optima", (double)b->optima);
  cs_figure(&v, "mode", b->mode);
  return v;
}

static void breakout_close(void *p) {
  breakout *b = p;
  cs_close(&b->s);
  cs_scan_close(&b->scan);
  rc_free(b);
}

static const rc_param params[] = {{.name = "patience",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, patience),
                                   .def = "1000",
                                   .min = 1,
                                   .max = 1e9,
                                   .unit = "optima",
                                   .help = "local optima without a new best before a strong jump"},
                                  {.name = "strength",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, strength),
                                   .def = "0.01",
                                   .min = 0,
                                   .max = 1,
                                   .unit = "of n",
                                   .help = "flips of the first, weakest perturbation"},
                                  {.name = "strong",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, strong),
                                   .def = "0.1",
                                   .min = 0,
                                   .max = 1,
                                   .unit = "of n",
                                   .help = "flips of the strong jump"},
                                  {0}};

const rc_solver_class rc_solver_breakout = {
    .kind = {.name = "breakout",
             .title = "breakout",
             .help = "breakout local search, adaptive jumps",
             .explain =
                 "Climbs to a local optimum and leaves it by a perturbation that is as weak as it "
                 "can be: it grows only while the search falls back (Benlic, Hao 2013). The figure "
                 "'jump' is its present strength.",
             .params = params,
             .size = sizeof(options)},
    .open = breakout_open,
    .step = breakout_step,
    .read = breakout_read,
    .close = breakout_close,
    .scans = true};
