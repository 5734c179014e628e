/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step a surrogate proposes: least squares inside a ball and a box, without any query. */
#ifndef RC_CALIB_KALMAN_STEP_H
#define RC_CALIB_KALMAN_STEP_H

#include <stdbool.h>

/* Mean of u (m), and where du is not NULL its slopes (m x n), at the offset s (n). */
typedef void (*kstep_mean)(void *model, const double *s, double *u, double *du);
/* How uncertain a residual is at the offset s. */
typedef double (*kstep_variance)(void *model, const double *s);

typedef struct kstep {
  int n, m;
  kstep_mean mean;
  kstep_variance variance; /* NULL: none */
  void *model;
  bool link;            /* the loss is the mean of (e^u - 1)^2, not of u^2 */
  const double *center; /* n: in the box [0,1]^n */
  double radius;
  double caution;           /* weight of the variance in the loss */
  const double *covariance; /* n x n: of the slopes at the centre, for the curvature of that */
  double *u, *du, *a, *g, *d, *trial, *try_u, *matrix, *rhs, *best; /* work */
  bool *fixed;
  int *map;
} kstep;

void kstep_open(kstep *x, int n, int m, void *model, kstep_mean mean, kstep_variance variance,
                bool link);
void kstep_close(kstep *x);
/* s (n) and the loss predicted there; *now gets the loss predicted at the centre. */
double kstep_find(kstep *x, double *s, double *now);

#endif
