/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the Kalman sketch has learnt from its queries: a Gaussian process for all residuals.
 *
 * With s the offset from the best point so far, the centre, each residual is
 *   u(s) = u(0) + sum_j s_j g_j(s),
 * its slopes g draws of a Gaussian process with cov(g_i(s), g_j(t)) = M_ij exp(-d^2 / 2 ell^2) that
 * all residuals share; u(s) - u(0) has the kernel s'M t exp(-d^2 / 2 ell^2). For steps short against
 * ell the mean slope is that of a Kalman filter of the rows of the Jacobian (Broyden's update after
 * one step, least squares after many); beyond, it bends. Slopes change where parameters that matter
 * change: the distance is d^2 = sum_j sqrt(M_jj) (s_j - t_j)^2.
 *
 * M is diagonal: it says which parameters matter, the expected square of their slopes given the
 * queries, one step of expectation maximisation at a time (relevance determination; for many
 * responses of one support, Wipf and Rao, IEEE Trans. Signal Process. 55, 3704, 2007). Slopes of a
 * sloppy model differ by decades, and a full covariance of n (n + 1) / 2 numbers cannot be learnt
 * from a few queries. It keeps the change of a stiff slope from being blamed on sloppy parameters.
 * ell, the length over which slopes change, and the noise are those of the largest posterior on a
 * grid. */
#ifndef RC_CALIB_KALMAN_MODEL_H
#define RC_CALIB_KALMAN_MODEL_H

#include <stdbool.h>

typedef struct kmodel {
  int n, m;
  int points, room;
  double *z, *u; /* points x n, x m */
  int center;    /* index of the best point */
  double ell;    /* chosen by kmodel_fit */
  double nugget; /* likewise: noise of a query, relative to the variance of its residuals */
  double scale2; /* residuals' variance, in units of the kernel */
  int q;         /* points used, the centre not among them */
  int *used;
  double *prior;  /* n x n: M, diagonal, with trace n */
  double *s;      /* q x n: offsets from the centre */
  double *ms;     /* q x n: M times these */
  double *metric; /* n: weights of the squared distance */
  double *weight; /* q x m: K^-1 (u - u_center) */
  double *factor; /* q x q: Cholesky factor of K */
  double *k;      /* q: work */
  double *slope;  /* q x n: work */
} kmodel;

void kmodel_open(kmodel *x, int n, int m);
void kmodel_close(kmodel *x);
void kmodel_add(kmodel *x, const double *z, const double *u);
/* After points were added or the centre or M moved; chooses ell and the noise anew, or keeps. */
void kmodel_fit(kmodel *x, bool choose);
/* M of the queries, with the part 'isotropic' (0 to 1) of the unit matrix; kmodel_fit must
 * follow. */
void kmodel_adapt(kmodel *x, double isotropic);
/* Mean at the offset s: u (m), and where du is not NULL its slopes (m x n). */
void kmodel_mean(kmodel *x, const double *s, double *u, double *du);
/* Posterior covariance of the slope at the centre, in units of scale2: n x n. */
void kmodel_covariance(kmodel *x, double *p);
/* Posterior variance of a residual at the offset s, in units of scale2. */
double kmodel_variance(kmodel *x, const double *s);

#endif
