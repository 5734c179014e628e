/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NLopt's scalar minimisers as optimisers. */
#ifndef RC_CALIB_NLOPT_SCALAR_H
#define RC_CALIB_NLOPT_SCALAR_H

#include <nlopt.h>

#include "calib/objective.h"

typedef struct nlopt_options { /* of all of them */
  int link;
  double step; /* first, in units of the box; 0: NLopt's own choice */
} nlopt_options;

/* Runs an algorithm of NLopt over the box from the start, until it ends or is stopped. */
void nlopt_scalar_run(struct rc_opt *o, const nlopt_options *options, nlopt_algorithm algorithm);

#define NLOPT_STEP_PARAM(value)                                                                    \
  {                                                                                                \
    .name = "step", .type = RC_T_REAL, .offset = offsetof(nlopt_options, step), .def = value,      \
    .min = 1e-6, .max = 0.5, .help = "first step, in units of the box"                             \
  }

#endif
