/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nonlinear regression problems of the NIST Statistical Reference Datasets. */
#ifndef RC_CALIB_NIST_H
#define RC_CALIB_NIST_H

#include "roadcut/base.h"

enum { NIST_PARAMETERS = 9 }; /* at most */
typedef enum {
  NIST_SATURATION,
  NIST_MISRA_B,
  NIST_MISRA_C,
  NIST_MISRA_D,
  NIST_CHWIRUT,
  NIST_EXPONENTIALS,
  NIST_PEAKS,
  NIST_POWER,
  NIST_QUADRATIC_RATIO,
  NIST_CUBIC_RATIO,
  NIST_NELSON,
  NIST_OSBORNE,
  NIST_ROSZMAN,
  NIST_OSCILLATIONS,
  NIST_KOWALIK,
  NIST_LOGISTIC,
  NIST_RICHARDS,
  NIST_MEYER,
  NIST_ECKERLE,
  NIST_BENNETT,
  NIST_FORMULAS
} nist_formula;

typedef struct nist_problem {
  const char *name;
  nist_formula formula;
  const char *level; /* of difficulty, as NIST has it */
  int parameters, points, predictors;
  int linear;         /* leading parameters y is linear in */
  const double *data; /* points x (1 + predictors) */
  double start[2][NIST_PARAMETERS];
  double certified[NIST_PARAMETERS], deviation[NIST_PARAMETERS];
  double rss;
} nist_problem;
extern const nist_problem nist_problems[];
extern const int nist_count;

/* The formula at the predictors x; g (parameters) gets its derivatives. */
double nist_value(nist_formula formula, const double *b, const double *x, double *g);
const char *nist_text(nist_formula formula); /* "y = b1 (1 - exp(-b2 x))" */

#endif
