/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-flip local search from random starts: the coin flip that solves exact amplitudes. */
#include "solvers.h"
#include "state.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
  int64_t restarts;
} options;

typedef struct descent {
  cs_state s;
  options o;
  int at, quiet;    /* next vertex; how many in a row had nothing to gain */
  uint8_t *optimum; /* the last local optimum */
  double optimum_value;
  int64_t starts, hits; /* local optima reached; of these as good as the best */
  bool done;
} descent;

static void *descent_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                          rc_err *err) {
  (void)err;
  descent *d = rc_alloc(1, sizeof *d);
  d->o = *(const options *)opts;
  cs_open(&d->s, g, "descent", seed, replica);
  cs_random(&d->s);
  cs_note(&d->s);
  d->optimum = rc_alloc((size_t)g->n + 1, 1);
  return d;
}

static void local_optimum(descent *d) {
  const double before = d->s.best, eps = cs_epsilon(d->s.g);
  cs_rebuild(&d->s);
  cs_note(&d->s);
  memcpy(d->optimum, d->s.side, (size_t)d->s.g->n);
  d->optimum_value = d->s.value;
  d->starts++;
  if (d->s.best > before + eps)
    d->hits = 1;
  else if (d->s.value >= d->s.best - eps)
    d->hits++;
  if (d->o.restarts > 0 && d->starts >= d->o.restarts)
    d->done = true;
  else
    cs_random(&d->s);
  d->quiet = 0;
}

static void descent_step(void *p, uint64_t moves) {
  descent *d = p;
  const int n = d->s.g->n;
  const double eps = cs_epsilon(d->s.g);
  if (n == 0) d->done = true;
  for (; moves > 0 && !d->done; moves--) {
    d->s.moves++;
    if (d->s.gain[d->at] > eps) {
      cs_flip(&d->s, d->at);
      d->quiet = 0;
    } else if (++d->quiet >= n) {
      local_optimum(d);
    }
    d->at = d->at + 1 < n ? d->at + 1 : 0;
  }
}

const uint8_t *rc_descent_optimum(const void *descent_run, double *value) {
  const descent *d = descent_run;
  *value = d->optimum_value;
  return d->starts > 0 ? d->optimum : NULL;
}

static rc_solver_view descent_read(const void *p) {
  const descent *d = p;
  rc_solver_view v = cs_view(&d->s);
  v.done = d->done;
  cs_figure(&v, "restarts", (double)d->starts);
  cs_figure(&v, "hits", (double)d->hits);
  cs_figure(&v, "hit share", d->starts ? (double)d->hits / (double)d->starts : 0);
  return v;
}

static void descent_close(void *p) {
  descent *d = p;
  cs_close(&d->s);
  rc_free(d->optimum);
  rc_free(d);
}

static const rc_param params[] = {{.name = "restarts",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, restarts),
                                   .def = "0",
                                   .min = 0,
                                   .max = 1e12,
                                   .unit = "",
                                   .help = "stop after this many local optima; 0: never"},
                                  {0}};

const rc_solver_class rc_solver_descent = {
    .kind = {.name = "descent",
             .title = "descent",
             .help = "one-flip local search from random starts",
             .explain =
                 "Flips any vertex whose flip makes the cut heavier until none is left, then "
                 "starts again from random sides. On exact ground-state amplitudes it hits the "
                 "optimum in 20 to 80 % of the starts.",
             .params = params,
             .size = sizeof(options)},
    .open = descent_open,
    .step = descent_step,
    .read = descent_read,
    .close = descent_close,
    .cost = 5};
