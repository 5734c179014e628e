/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random search: what an optimiser has to beat. */
#include <math.h>
#include <stddef.h>

#include "calib/objective.h"

typedef struct options {
  int link;
  double spread;
} options;

static void run(struct rc_opt *o, const void *opts) {
  const options *p = opts;
  objective x = objective_open(o, p->link);
  double *z = rc_alloc((size_t)x.n, sizeof *z), value;
  const double *start = rc_opt_start(o);
  for (int j = 0; j < x.n; j++) z[j] = start[j];
  bool on = objective_value(&x, z, RC_QUERY_START, &value);
  while (on) {
    for (int j = 0; j < x.n; j++) {
      const double low = fmax(0, start[j] - p->spread), high = fmin(1, start[j] + p->spread);
      z[j] = low + (high - low) * rc_rng_unit(rc_opt_rng(o));
    }
    on = objective_value(&x, z, RC_QUERY_STEP, &value);
  }
  rc_opt_end(o, "stopped");
  objective_close(&x);
  rc_free(z);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM,
                                  {.name = "spread",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, spread),
                                   .def = "0.3",
                                   .min = 1e-6,
                                   .max = 1,
                                   .help = "largest distance from the start along each axis, in "
                                           "units of the box; 1: all of it"},
                                  {0}};

const rc_optimizer_class rc_optimizer_random = {
    .kind = {.name = "random",
             .title = "random search",
             .help = "independent points around the start",
             .explain = "Uniform points of a cube around the start. Whatever does not beat it has "
                        "learnt nothing from its queries.",
             .params = params,
             .size = sizeof(options)},
    .run = run};
