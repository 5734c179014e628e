/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NLopt's scalar minimisers as optimisers (S. G. Johnson, https://github.com/stevengj/nlopt). */
#include "calib/nlopt_scalar.h"

#include <math.h>
#include <string.h>

typedef struct caller {
  objective x;
  nlopt_opt nlopt;
} caller;

static double value_of(unsigned n, const double *z, double *gradient, void *ctx) {
  caller *c = ctx;
  double value = HUGE_VAL;
  (void)n;
  (void)gradient;
  const bool first = rc_opt_count(c->x.o, RC_QUERY_START) == 0;
  if (!objective_value(&c->x, z, first ? RC_QUERY_START : RC_QUERY_STEP, &value)) {
    nlopt_force_stop(c->nlopt);
  }
  return value;
}

void nlopt_scalar_run(struct rc_opt *o, const nlopt_options *options, nlopt_algorithm algorithm) {
  caller c = {.x = objective_open(o, options->link)};
  const size_t n = (size_t)c.x.n;
  double *z = rc_alloc(n, sizeof *z), least;
  for (size_t j = 0; j < n; j++) z[j] = fmin(fmax(rc_opt_start(o)[j], 0), 1);
  c.nlopt = nlopt_create(algorithm, (unsigned)n);
  /* its generator belongs to the thread, and this thread is the run's own */
  nlopt_srand((unsigned long)(rc_rng_next(rc_opt_rng(o)) & 0xffffffff));
  nlopt_set_min_objective(c.nlopt, value_of, &c);
  nlopt_set_lower_bounds1(c.nlopt, 0);
  nlopt_set_upper_bounds1(c.nlopt, 1);
  if (options->step > 0) nlopt_set_initial_step1(c.nlopt, options->step);
  nlopt_set_xtol_abs1(c.nlopt, 1e-12);
  nlopt_set_ftol_rel(c.nlopt, 1e-14);
  const nlopt_result result = nlopt_optimize(c.nlopt, z, &least);
  rc_opt_end(o, result == NLOPT_FORCED_STOP ? "stopped" : result > 0 ? "converged" : "no progress");
  nlopt_destroy(c.nlopt);
  objective_close(&c.x);
  rc_free(z);
}
