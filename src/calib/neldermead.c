/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nelder and Mead's simplex, through NLopt. */
#include <stddef.h>

#include "calib/nlopt_scalar.h"

static void run(struct rc_opt *o, const void *opts) {
  nlopt_scalar_run(o, opts, NLOPT_LN_NELDERMEAD);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM, NLOPT_STEP_PARAM("0.1"), {0}};

const rc_optimizer_class rc_optimizer_neldermead = {
    .kind = {.name = "nelder-mead",
             .title = "Nelder-Mead",
             .help = "downhill simplex",
             .explain = "A simplex of n + 1 points walks downhill by reflections of its worst "
                        "corner (Nelder and Mead 1965, with bounds after Box 1965, through NLopt).",
             .params = params,
             .size = sizeof(nlopt_options)},
    .run = run};
