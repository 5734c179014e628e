/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated annealing with restarts whose length doubles.
 *
 * Metropolis flips in sequential order; the temperature falls linearly from 'hot' to 'cold' times
 * the root mean square local field. The thresholds -T log u come from a shuffled table, which costs
 * one multiplication instead of a logarithm. Every run ends with one-flip local search. */
#include "solvers.h"
#include "state.h"

#include <math.h>
#include <stddef.h>

typedef struct options {
  int64_t sweeps, longest;
  double hot, cold;
  bool reduce;
} options;

typedef struct anneal {
  cs_state s;
  cs_core *core;
  options o;
  float table[65536];
  int64_t sweeps, sweep; /* of this run; the current one */
  int at;
  uint32_t dice; /* next entry of the table */
  double temperature, field;
  uint64_t tried, taken; /* in the current sweep, for the acceptance */
  double acceptance;
  int64_t runs;
  bool quench; /* in the final local search of a run */
  int quiet;
} anneal;

static void begin_run(anneal *a) {
  if (a->runs > 0) a->sweeps = RC_MIN(a->sweeps * 2, a->o.longest);
  cs_random(&a->s);
  cs_note(&a->s);
  a->sweep = 0;
  a->at = 0;
  a->quench = false;
  a->temperature = a->o.hot * a->field;
}

static void *anneal_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                         rc_err *err) {
  (void)err;
  anneal *a = rc_alloc(1, sizeof *a);
  a->o = *(const options *)opts;
  a->o.longest = RC_MAX(a->o.longest, a->o.sweeps);
  a->core = rc_alloc(1, sizeof *a->core);
  g = cs_core_open(a->core, g, a->o.reduce);
  cs_open(&a->s, g, "anneal", seed, replica);
  cs_log_table(a->table, &a->s.rng);
  a->field = cs_field(g);
  a->sweeps = a->o.sweeps;
  begin_run(a);
  return a;
}

/* A sweep is over: next temperature, or the local search that ends the run. */
static void end_sweep(anneal *a) {
  a->at = 0;
  a->acceptance = a->tried ? (double)a->taken / (double)a->tried : 0;
  a->tried = a->taken = 0;
  /* a random place in the table for each sweep, else short graphs would see few thresholds */
  a->dice = (uint32_t)rc_rng_next(&a->s.rng);
  if (++a->sweep >= a->sweeps) {
    a->quench = true;
    a->quiet = 0;
    cs_rebuild(&a->s);
    return;
  }
  const double part = a->sweeps > 1 ? (double)a->sweep / (double)(a->sweeps - 1) : 1;
  a->temperature = a->field * (a->o.hot + (a->o.cold - a->o.hot) * part);
}

static void quench(anneal *a, uint64_t *moves) {
  const int n = a->s.g->n;
  const double eps = cs_epsilon(a->s.g);
  while (*moves > 0) {
    if (a->s.gain[a->at] > eps) {
      cs_flip(&a->s, a->at);
      a->quiet = 0;
    } else if (++a->quiet >= n) {
      cs_rebuild(&a->s);
      cs_note(&a->s);
      a->runs++;
      begin_run(a);
      return;
    }
    a->at = a->at + 1 < n ? a->at + 1 : 0;
    a->s.moves++, --*moves;
  }
}

static void anneal_step(void *p, uint64_t moves) {
  anneal *a = p;
  const int n = a->s.g->n;
  if (n == 0) return;
  while (moves > 0) {
    if (a->quench) {
      quench(a, &moves);
      continue;
    }
    const float t = (float)a->temperature;
    int v = a->at;
    const int stop = (uint64_t)(n - v) < moves ? n : v + (int)moves;
    const uint64_t before = a->s.moves - (uint64_t)v; /* moves at the start of this sweep */
    moves -= (uint64_t)(stop - v), a->tried += (uint64_t)(stop - v);
    for (; v < stop; v++) {
      if (a->s.gain[v] > t * a->table[a->dice++ & 65535]) {
        cs_flip(&a->s, v);
        a->taken++;
        if (a->s.value > a->s.best) {
          a->s.moves = before + (uint64_t)v + 1;
          cs_note(&a->s);
        }
      }
    }
    a->s.moves = before + (uint64_t)v;
    a->at = v;
    if (v == n) end_sweep(a);
  }
}

static rc_solver_view anneal_read(const void *p) {
  const anneal *a = p;
  rc_solver_view v = cs_view(&a->s);
  cs_core_view(a->core, &v);
  cs_figure(&v, "temperature", a->temperature);
  cs_figure(&v, "acceptance", a->acceptance);
  cs_figure(&v, "sweep", (double)a->sweep);
  cs_figure(&v, "of", (double)a->sweeps);
  cs_figure(&v, "runs", (double)a->runs);
  return v;
}

static void anneal_close(void *p) {
  anneal *a = p;
  cs_close(&a->s);
  cs_core_close(a->core);
  rc_free(a->core);
  rc_free(a);
}

static const rc_param params[] = {
    {.name = "sweeps",
     .type = RC_T_INT,
     .offset = offsetof(options, sweeps),
     .def = "50",
     .min = 1,
     .max = 1e9,
     .unit = "sweeps",
     .help = "length of the first run; each further one is twice as long"},
    {.name = "longest",
     .type = RC_T_INT,
     .offset = offsetof(options, longest),
     .def = "12800",
     .min = 1,
     .max = 1e9,
     .unit = "sweeps",
     .help = "length at which runs stop growing"},
    {.name = "hot",
     .type = RC_T_REAL,
     .offset = offsetof(options, hot),
     .def = "0.5",
     .min = 1e-6,
     .max = 100,
     .unit = "fields",
     .help = "first temperature, in units of the rms local field"},
    {.name = "cold",
     .type = RC_T_REAL,
     .offset = offsetof(options, cold),
     .def = "0.07",
     .min = 1e-9,
     .max = 100,
     .unit = "fields",
     .help = "last temperature, in units of the rms local field"},
    {.name = "reduce",
     .type = RC_T_BOOL,
     .offset = offsetof(options, reduce),
     .def = "true",
     .unit = "",
     .help = "whole-number weights: work on the core, without vertices of degree 1 to 3"},
    {0}};

const rc_solver_class rc_solver_anneal = {
    .kind = {.name = "anneal",
             .title = "annealing",
             .help = "simulated annealing, runs of doubling length",
             .explain =
                 "Metropolis flips at a temperature that falls linearly: worse cuts are accepted "
                 "with probability exp(loss / T) (Kirkpatrick, Gelatt, Vecchi 1983). Each run is "
                 "twice as long as the one before and ends with local search.",
             .params = params,
             .size = sizeof(options)},
    .open = anneal_open,
    .step = anneal_step,
    .read = anneal_read,
    .close = anneal_close};
