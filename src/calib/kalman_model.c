/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the Kalman sketch has learnt from its queries: see kalman_model.h. */
#include "calib/kalman_model.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "roadcut/base.h"

enum { WINDOW = 160 }; /* points used at most, the latest ones */
static const double nuggets[] = {1e-11, 1e-8, 1e-6, 1e-4};
static const double ells[] = {0.0625, 0.125, 0.25, 0.5, 1, 2, 4};

void kmodel_open(kmodel *x, int n, int m) {
  memset(x, 0, sizeof *x);
  x->n = n;
  x->m = m;
  x->ell = 1;
  x->scale2 = 1;
  x->nugget = nuggets[0];
  x->used = rc_alloc(WINDOW, sizeof *x->used);
  x->s = rc_alloc((size_t)WINDOW * (size_t)n, sizeof(double));
  x->ms = rc_alloc((size_t)WINDOW * (size_t)n, sizeof(double));
  x->prior = rc_alloc((size_t)n * (size_t)n, sizeof(double));
  for (int j = 0; j < n; j++) x->prior[j * n + j] = 1;
  x->metric = rc_alloc((size_t)n, sizeof(double));
  x->weight = rc_alloc((size_t)WINDOW * (size_t)m, sizeof(double));
  x->factor = rc_alloc((size_t)WINDOW * WINDOW, sizeof(double));
  x->k = rc_alloc(WINDOW, sizeof(double));
  x->slope = rc_alloc((size_t)WINDOW * (size_t)n, sizeof(double));
}

void kmodel_close(kmodel *x) {
  rc_free(x->z);
  rc_free(x->u);
  rc_free(x->used);
  rc_free(x->s);
  rc_free(x->ms);
  rc_free(x->prior);
  rc_free(x->metric);
  rc_free(x->weight);
  rc_free(x->factor);
  rc_free(x->k);
  rc_free(x->slope);
}

void kmodel_add(kmodel *x, const double *z, const double *u) {
  if (x->points == x->room) {
    x->room = RC_MAX(32, 2 * x->room);
    x->z = rc_realloc(x->z, (size_t)x->room * (size_t)x->n, sizeof(double));
    x->u = rc_realloc(x->u, (size_t)x->room * (size_t)x->m, sizeof(double));
  }
  memcpy(x->z + (size_t)x->points * (size_t)x->n, z, (size_t)x->n * sizeof *z);
  memcpy(x->u + (size_t)x->points * (size_t)x->m, u, (size_t)x->m * sizeof *u);
  x->points++;
}

static double square(int n, const double *a) {
  return cblas_ddot(n, a, 1, a, 1);
}

/* Squared distance over which slopes change. */
static double distance2(const kmodel *x, const double *a, const double *b) {
  double sum = 0;
  for (int j = 0; j < x->n; j++) sum += x->metric[j] * (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

static void gather(kmodel *x) {
  const double *c = x->z + (size_t)x->center * (size_t)x->n;
  x->q = 0;
  for (int i = x->points - 1; i >= 0 && x->q < WINDOW; i--) {
    double *s = x->s + (size_t)x->q * (size_t)x->n;
    const double *z = x->z + (size_t)i * (size_t)x->n;
    for (int j = 0; j < x->n; j++) s[j] = z[j] - c[j];
    if (i == x->center || square(x->n, s) < 1e-26) continue;
    x->used[x->q++] = i;
  }
  if (x->q == 0) return;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, x->q, x->n, x->n, 1, x->s, x->n, x->prior,
              x->n, 0, x->ms, x->n);
}

/* Cholesky factor for a length; false when it has none. */
static bool factorize(kmodel *x, double ell) {
  for (int i = 0; i < x->q; i++) {
    for (int j = 0; j <= i; j++) {
      const double d2 =
          distance2(x, x->s + (size_t)i * (size_t)x->n, x->s + (size_t)j * (size_t)x->n);
      double k = cblas_ddot(x->n, x->s + (size_t)i * (size_t)x->n, 1,
                            x->ms + (size_t)j * (size_t)x->n, 1) *
                 exp(-0.5 * d2 / (ell * ell));
      if (i == j) k *= 1 + x->nugget;
      x->factor[(size_t)i * (size_t)x->q + (size_t)j] = k;
    }
  }
  return LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', x->q, x->factor, x->q) == 0;
}

/* weight = L^-1 (u - u_c); returns -2 log of the likelihood over m, up to a constant. */
static double evidence(kmodel *x) {
  const size_t m = (size_t)x->m;
  const double *uc = x->u + (size_t)x->center * m;
  double log_det = 0;
  for (int i = 0; i < x->q; i++) {
    const double *u = x->u + (size_t)x->used[i] * m;
    double *w = x->weight + (size_t)i * m;
    for (size_t k = 0; k < m; k++) w[k] = u[k] - uc[k];
    log_det += 2 * log(x->factor[(size_t)i * (size_t)x->q + (size_t)i]);
  }
  cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, x->q, x->m, 1,
              x->factor, x->q, x->weight, x->m);
  x->scale2 = cblas_ddot(x->q * x->m, x->weight, 1, x->weight, 1) / (x->q * (double)x->m) + 1e-300;
  return log_det + x->q * log(x->scale2);
}

/* -2 log of the posterior of a length and a nugget over m, up to a constant; infinite where the
 * matrix is not positive definite. Weak priors favour a length of 1 and no noise. */
static double criterion(kmodel *x, double ell, double nugget) {
  const double far = log(ell);
  x->nugget = nugget;
  return factorize(x, ell) ? evidence(x) + far * far : INFINITY;
}

static void choose_hyperparameters(kmodel *x) {
  double best = INFINITY, ell = x->ell, nugget = x->nugget;
  for (size_t e = 0; e < RC_LEN(ells); e++) {
    const double value = criterion(x, ells[e], nugget);
    if (value < best) best = value, ell = ells[e];
  }
  for (size_t e = 0; e < RC_LEN(nuggets); e++) {
    const double value = criterion(x, ell, nuggets[e]);
    if (value < best) best = value, nugget = nuggets[e];
  }
  x->ell = ell;
  x->nugget = nugget;
}

void kmodel_fit(kmodel *x, bool choose) {
  for (int j = 0; j < x->n; j++) x->metric[j] = sqrt(x->prior[j * x->n + j]);
  gather(x);
  if (x->q == 0) return;
  if (choose) choose_hyperparameters(x);
  /* the kernel is positive definite; what is not is so by rounding, which a nugget cures */
  for (int i = 0; !factorize(x, x->ell) && i < 12; i++) x->nugget *= 10;
  evidence(x);
  cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, x->q, x->m, 1,
              x->factor, x->q, x->weight, x->m);
}

/* x->k = k(s_i, s), and where 'slopes' x->slope = its gradients in s. */
static void covariances(kmodel *x, const double *s, bool slopes) {
  const double w = 1 / (x->ell * x->ell);
  for (int i = 0; i < x->q; i++) {
    const double *a = x->s + (size_t)i * (size_t)x->n, *ma = x->ms + (size_t)i * (size_t)x->n;
    const double e = exp(-0.5 * w * distance2(x, a, s));
    const double k = x->k[i] = cblas_ddot(x->n, s, 1, ma, 1) * e;
    if (!slopes) continue;
    for (int j = 0; j < x->n; j++) {
      x->slope[(size_t)i * (size_t)x->n + (size_t)j] =
          ma[j] * e + k * w * x->metric[j] * (a[j] - s[j]);
    }
  }
}

void kmodel_mean(kmodel *x, const double *s, double *u, double *du) {
  memcpy(u, x->u + (size_t)x->center * (size_t)x->m, (size_t)x->m * sizeof *u);
  if (du) memset(du, 0, (size_t)x->m * (size_t)x->n * sizeof *du);
  if (x->q == 0) return;
  covariances(x, s, du != NULL);
  cblas_dgemv(CblasRowMajor, CblasTrans, x->q, x->m, 1, x->weight, x->m, x->k, 1, 1, u, 1);
  if (du) {
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, x->m, x->n, x->q, 1, x->weight, x->m,
                x->slope, x->n, 0, du, x->n);
  }
}

void kmodel_covariance(kmodel *x, double *p) {
  const size_t n = (size_t)x->n;
  double *zero = rc_alloc(n, sizeof *zero);
  memcpy(p, x->prior, n * n * sizeof *p);
  if (x->q) {
    covariances(x, zero, true);
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, x->q, x->n, 1,
                x->factor, x->q, x->slope, x->n);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, x->n, x->n, x->q, -1, x->slope, x->n,
                x->slope, x->n, 1, p, x->n);
  }
  rc_free(zero);
}

void kmodel_adapt(kmodel *x, double isotropic) {
  const size_t n = (size_t)x->n, m = (size_t)x->m;
  double *u = rc_alloc(m + m * n + n + n * n, sizeof *u), *du = u + m, *zero = du + m * n;
  double *p = zero + n, trace = 0;
  kmodel_mean(x, zero, u, du);
  kmodel_covariance(x, p);
  for (size_t j = 0; j < n; j++) {
    double *v = p + j * n + j; /* E g_j^2 = the square of the mean + the variance */
    *v = x->scale2 * *v + cblas_ddot(x->m, du + j, x->n, du + j, x->n) / (double)m;
    trace += *v;
  }
  for (size_t j = 0; j < n; j++) {
    x->prior[j * n + j] = (1 - isotropic) * p[j * n + j] * (double)n / trace + isotropic;
  }
  rc_free(u);
}

double kmodel_variance(kmodel *x, const double *s) {
  double sum = 0;
  for (int j = 0; j < x->n; j++) {
    sum += s[j] * cblas_ddot(x->n, x->prior + (size_t)j * (size_t)x->n, 1, s, 1);
  }
  if (x->q == 0) return sum;
  covariances(x, s, false);
  cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, x->q, x->factor, x->q, x->k,
              1);
  return sum - cblas_ddot(x->q, x->k, 1, x->k, 1);
}
