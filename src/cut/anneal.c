/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated annealing with restarts whose length doubles. */
#include "annealing.h"
#include "solvers.h"

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
  cs_annealing run;
  double field;
  int64_t runs;
} anneal;

static void begin_run(anneal *a) {
  const int64_t sweeps = a->runs > 0 ? RC_MIN(a->run.sweeps * 2, a->o.longest) : a->o.sweeps;
  cs_random(&a->s);
  cs_note(&a->s);
  cs_annealing_begin(&a->run, sweeps, a->o.hot * a->field, a->o.cold * a->field);
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
  begin_run(a);
  return a;
}

static void anneal_step(void *p, uint64_t moves) {
  anneal *a = p;
  if (a->s.g->n == 0) return;
  while (moves > 0) {
    if (!cs_annealing_step(&a->run, &a->s, a->table, &moves)) continue;
    a->runs++;
    begin_run(a);
  }
}

static rc_solver_view anneal_read(const void *p) {
  const anneal *a = p;
  rc_solver_view v = cs_view(&a->s);
  cs_core_view(a->core, &v);
  cs_figure(&v, "temperature", a->run.temperature);
  cs_figure(&v, "acceptance", a->run.acceptance);
  cs_figure(&v, "sweep", (double)a->run.sweep);
  cs_figure(&v, "of", (double)a->run.sweeps);
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
    CS_ANNEALING_PARAMS("12800", "length of the first run; each further one is twice as long", "",
                        ""),
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
