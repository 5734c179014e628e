/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scalar minimisers that a method published with SciPy's settings needs as they are there. */
#ifndef RC_CALIB_MINIMIZE_H
#define RC_CALIB_MINIMIZE_H

#include <stdbool.h>

typedef struct minimize {
  int n;
  bool (*f)(void *ctx, const double *x, double *value); /* false: stop */
  void *ctx;
  int most; /* evaluations */
  int made;
  double *best, best_value; /* n: of all evaluations */
} minimize;

/* Powell's direction set method (1964) from x with unit directions, |x_j| <= bound (INFINITY:
 * none), tolerances relative in the value and 100 xtol in a line search: Brent's (1973), from a
 * golden bracket of (0, 1) where it is not bounded. False: f said stop. */
bool minimize_powell(minimize *p, double *x, double bound, double xtol, double ftol);
/* Nelder and Mead (1965): reflection 1, expansion 2, contraction and shrinkage 1/2; the first
 * simplex is x and x + step along each axis. Ends when it is within xtol and ftol. */
bool minimize_simplex(minimize *p, double *x, double step, double xtol, double ftol);

#endif
