/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Powell's BOBYQA, through NLopt. */
#include <stddef.h>

#include "calib/nlopt_scalar.h"

static void run(struct rc_opt *o, const void *opts) {
  nlopt_scalar_run(o, opts, NLOPT_LN_BOBYQA);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM, NLOPT_STEP_PARAM("0.1"), {0}};

const rc_optimizer_class rc_optimizer_bobyqa = {
    .kind = {.name = "bobyqa",
             .title = "BOBYQA",
             .help = "quadratic models of the loss, without derivatives",
             .explain = "Interpolates the loss by a quadratic at 2n + 1 points and minimises that "
                        "in a trust region (Powell 2009, through NLopt). It sees one number of "
                        "each query, not the residuals.",
             .params = params,
             .size = sizeof(nlopt_options)},
    .run = run};
