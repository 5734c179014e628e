/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the learner and of the search for formulas: logistic regression. */
#ifndef RC_PATHS_LOGISTIC_H
#define RC_PATHS_LOGISTIC_H

#include "roadcut/base.h"

/* Solves the k x k system H d = g (lower triangle) by Cholesky, in place: the same bits on any machine.
 * False when H is not positive. */
bool lg_solve(int k, double *h, double *g);

/* Least sum over the n rows picked (NULL: all) of w_a ln(1 + e^z) + w_b ln(1 + e^-z), z = w.x + w[k],
 * plus sum ridge (w - home)^2 / 2. x: rows x k; ridge, home, w: k + 1. False: w is home. */
bool lg_fit(int k, int64_t n, const int *pick, const float *x, const float *w_a, const float *w_b,
            const double *ridge, const double *home, double *w);

#endif
