/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Controlled random search, through NLopt. */
#include <stddef.h>

#include "calib/nlopt_scalar.h"

static void run(struct rc_opt *o, const void *opts) {
  nlopt_scalar_run(o, opts, NLOPT_GN_CRS2_LM);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM, {0}};

const rc_optimizer_class rc_optimizer_crs = {
    .kind =
        {.name = "crs",
         .title = "controlled random search",
         .help = "a population of random points that reflect at each other",
         .explain =
             "Ten (n + 1) random points of the box; the worst is replaced by a reflection through "
             "others, or by a local mutation of the best (Kaelo and Ali 2006, CRS2 of NLopt).",
         .params = params,
         .size = sizeof(nlopt_options)},
    .run = run};
