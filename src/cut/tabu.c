/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tabu search (Glover 1989), iterated: the best flip that is not tabu, even when it loses; a
 * flipped vertex is tabu for tenure + a random share; after a long time without a new best of the
 * round, a random part of the best assignment is flipped and a new round begins. */
#include "scan.h"
#include "solvers.h"
#include "state.h"

#include <math.h>
#include <stddef.h>

typedef struct options {
  int64_t tenure, patience;
  double kick;
} options;

typedef struct tabu {
  cs_state s;
  options o;
  cs_scan scan;
  int64_t tenure, patience, quiet, rounds;
  double round_best;
} tabu;

static void *tabu_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                       rc_err *err) {
  (void)err;
  tabu *t = rc_alloc(1, sizeof *t);
  t->o = *(const options *)opts;
  cs_open(&t->s, g, "tabu", seed, replica);
  cs_random(&t->s);
  cs_note(&t->s);
  cs_scan_open(&t->scan, g->n);
  /* where vertices have few neighbours a flip is forgotten sooner */
  const double degree = g->n > 0 ? 2. * (double)g->m / g->n : 0;
  const int64_t tenure = (int64_t)(g->n * fmin(1. / 30, degree / 300));
  t->tenure = t->o.tenure ? t->o.tenure : RC_MAX(7, tenure);
  t->patience = t->o.patience ? t->o.patience : RC_MAX(2000, (int64_t)g->n * 10);
  t->round_best = t->s.value;
  return t;
}

static void new_round(tabu *t) {
  const int n = t->s.g->n;
  cs_return(&t->s);
  const uint64_t kicks = 1 + rc_rng_below(&t->s.rng, (uint64_t)RC_MAX(1, (int64_t)(t->o.kick * n)));
  for (uint64_t i = 0; i < kicks; i++) cs_flip(&t->s, (int)rc_rng_below(&t->s.rng, (uint64_t)n));
  cs_scan_clear(&t->scan);
  t->round_best = t->s.value;
  t->quiet = 0;
  t->rounds++;
}

static void tabu_step(void *p, uint64_t moves) {
  tabu *t = p;
  const int n = t->s.g->n;
  if (n == 0) return;
  for (; moves > 0; moves--) {
    t->s.moves++;
    if (t->quiet > t->patience) {
      new_round(t);
      continue;
    }
    /* aspiration: a tabu flip that beats the best is allowed */
    const int v = cs_scan_best(&t->scan, t->s.gain, t->s.best - t->s.value, &t->s.rng);
    cs_scan_hold(&t->scan, v, t->tenure + (int64_t)rc_rng_below(&t->s.rng, 10));
    cs_flip(&t->s, v);
    if (t->s.value > t->round_best)
      t->round_best = t->s.value, t->quiet = 0;
    else
      t->quiet++;
    cs_note(&t->s);
  }
}

static rc_solver_view tabu_read(const void *p) {
  const tabu *t = p;
  rc_solver_view v = cs_view(&t->s);
  cs_figure(&v, "tenure", (double)t->tenure);
  cs_figure(&v, "quiet", (double)t->quiet);
  cs_figure(&v, "patience", (double)t->patience);
  cs_figure(&v, "rounds", (double)t->rounds);
  return v;
}

static void tabu_close(void *p) {
  tabu *t = p;
  cs_close(&t->s);
  cs_scan_close(&t->scan);
  rc_free(t);
}

static const rc_param params[] = {
    {.name = "tenure",
     .type = RC_T_INT,
     .offset = offsetof(options, tenure),
     .def = "0",
     .min = 0,
     .max = 1e9,
     .unit = "moves",
     .help = "moves for which a flipped vertex is held; 0: n times the mean degree / 300, from 7 "
             "to n / 30"},
    {.name = "patience",
     .type = RC_T_INT,
     .offset = offsetof(options, patience),
     .def = "0",
     .min = 0,
     .max = 1e12,
     .unit = "moves",
     .help = "moves without a gain before a new round; 0: 10 n"},
    {.name = "kick",
     .type = RC_T_REAL,
     .offset = offsetof(options, kick),
     .def = "0.25",
     .min = 0,
     .max = 1,
     .unit = "of n",
     .help = "largest share of the vertices flipped at random for a new round"},
    {0}};

const rc_solver_class rc_solver_tabu = {
    .kind = {.name = "tabu",
             .title = "tabu",
             .help = "best flip that is not tabu, iterated",
             .explain =
                 "Always takes the best flip among those not made lately, even when it makes the "
                 "cut lighter (Glover 1989; Palubeckis 2004 for Max-Cut). The tenure says for how "
                 "many moves a flip is forbidden.",
             .params = params,
             .size = sizeof(options)},
    .open = tabu_open,
    .step = tabu_step,
    .read = tabu_read,
    .close = tabu_close,
    .scans = true};
