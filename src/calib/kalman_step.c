/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step a surrogate proposes: see kalman_step.h. Levenberg-Marquardt whose damping is searched
 * on a grid over 14 decades, which costs no query; bounds by an active set. */
#include "calib/kalman_step.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "calib/objective.h"

enum { GRID = 15, ROUNDS = 12, PASSES = 4 };

void kstep_open(kstep *x, int n, int m, void *model, kstep_mean mean, kstep_variance variance,
                bool link) {
  const size_t sn = (size_t)n, sm = (size_t)m;
  memset(x, 0, sizeof *x);
  x->n = n, x->m = m;
  x->mean = mean, x->variance = variance, x->model = model;
  x->link = link;
  x->u = rc_alloc(sm, sizeof(double));
  x->try_u = rc_alloc(sm, sizeof(double));
  x->du = rc_alloc(sm * sn, sizeof(double));
  x->a = rc_alloc(sn * sn, sizeof(double));
  x->matrix = rc_alloc(sn * sn, sizeof(double));
  x->g = rc_alloc(sn, sizeof(double));
  x->d = rc_alloc(sn, sizeof(double));
  x->trial = rc_alloc(sn, sizeof(double));
  x->best = rc_alloc(sn, sizeof(double));
  x->rhs = rc_alloc(sn, sizeof(double));
  x->fixed = rc_alloc(sn, sizeof *x->fixed);
  x->map = rc_alloc(sn, sizeof *x->map);
}

void kstep_close(kstep *x) {
  double *const all[] = {x->u, x->try_u, x->du,    x->a,    x->matrix,
                         x->g, x->d,     x->trial, x->best, x->rhs};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  rc_free(x->fixed);
  rc_free(x->map);
}

/* The loss as the model has it, with the price of unknown directions. */
static double price(kstep *x, const double *s, const double *u) {
  double sum = 0;
  for (int i = 0; i < x->m; i++) {
    const double l = x->link ? objective_unlink(u[i]) : u[i];
    sum += l * l;
  }
  sum /= x->m;
  if (x->variance) sum += x->caution * x->variance(x->model, s);
  return isfinite(sum) ? sum : INFINITY;
}

/* Normal equations at s: a = J'J/m + caution P, g its gradient; u, du are overwritten. */
static void normal_equations(kstep *x, const double *s) {
  const int n = x->n, m = x->m;
  for (int i = 0; x->link && i < m; i++) {
    cblas_dscal(n, exp(fmin(x->u[i], 300)), x->du + (size_t)i * (size_t)n, 1);
    x->u[i] = objective_unlink(x->u[i]);
  }
  cblas_dgemv(CblasRowMajor, CblasTrans, m, n, 1.0 / m, x->du, n, x->u, 1, 0, x->g, 1);
  cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, n, m, 1.0 / m, x->du, n, 0, x->a, n);
  if (x->variance) {
    cblas_dsymv(CblasRowMajor, CblasLower, n, x->caution, x->covariance, n, s, 1, 1, x->g, 1);
    cblas_daxpy(n * n, x->caution, x->covariance, 1, x->a, 1);
  }
}

/* Solves (a + lambda I) d = -g for the components that are not fixed; those of the fixed ones are
 * given. False: not positive definite. */
static bool solve_free(kstep *x, double lambda) {
  const int n = x->n;
  int k = 0;
  for (int j = 0; j < n; j++) {
    if (!x->fixed[j]) x->map[k++] = j;
  }
  for (int i = 0; i < k; i++) {
    const int row = x->map[i];
    x->rhs[i] = -x->g[row];
    for (int j = 0; j < n; j++) {
      if (x->fixed[j]) x->rhs[i] -= x->a[j <= row ? row * n + j : j * n + row] * x->d[j];
    }
    for (int j = 0; j <= i; j++) x->matrix[i * k + j] = x->a[row * n + x->map[j]];
    x->matrix[i * k + i] += lambda;
  }
  if (k && LAPACKE_dposv(LAPACK_ROW_MAJOR, 'L', k, 1, x->matrix, k, x->rhs, 1) != 0) return false;
  for (int i = 0; i < k; i++) x->d[x->map[i]] = x->rhs[i];
  return true;
}

/* Damped step d from the offset s inside the box: what leaves it is fixed at its bound. */
static bool solve_in_box(kstep *x, const double *s, double lambda) {
  const int n = x->n;
  memset(x->fixed, 0, (size_t)n * sizeof *x->fixed);
  for (int pass = 0; pass < PASSES; pass++) {
    if (!solve_free(x, lambda)) return false;
    bool left = false;
    for (int j = 0; j < n; j++) {
      const double low = -x->center[j] - s[j], high = 1 - x->center[j] - s[j];
      if (x->fixed[j] || (x->d[j] >= low && x->d[j] <= high)) continue;
      x->d[j] = x->d[j] < low ? low : high;
      x->fixed[j] = left = true;
    }
    if (!left) break;
  }
  for (int j = 0; j < n; j++) {
    x->d[j] = fmin(fmax(x->d[j], -x->center[j] - s[j]), 1 - x->center[j] - s[j]);
  }
  return true;
}

/* One Gauss-Newton step of the model from s, over the grid of dampings; the best offset in
 * x->best. Returns its loss, or 'least' when none is below it. */
static double improve(kstep *x, const double *s, double least) {
  const int n = x->n;
  double trace = 1e-300;
  for (int j = 0; j < n; j++) trace += x->a[j * n + j];
  for (int k = 0; k < GRID; k++) {
    if (!solve_in_box(x, s, trace * pow(10, -k))) break;
    for (int j = 0; j < n; j++) x->trial[j] = s[j] + x->d[j];
    const double length = cblas_dnrm2(n, x->trial, 1);
    if (length > x->radius) cblas_dscal(n, x->radius / length, x->trial, 1);
    x->mean(x->model, x->trial, x->try_u, NULL);
    const double value = price(x, x->trial, x->try_u);
    if (value < least) {
      least = value;
      memcpy(x->best, x->trial, (size_t)n * sizeof *x->best);
    }
  }
  return least;
}

double kstep_find(kstep *x, double *s, double *now) {
  memset(s, 0, (size_t)x->n * sizeof *s);
  x->mean(x->model, s, x->u, NULL);
  double value = *now = price(x, s, x->u);
  for (int round = 0; round < ROUNDS; round++) {
    x->mean(x->model, s, x->u, x->du);
    normal_equations(x, s);
    const double better = improve(x, s, value);
    if (!(better < value)) break;
    memcpy(s, x->best, (size_t)x->n * sizeof *s);
    const bool slow = better > value * (1 - 1e-3);
    value = better;
    if (slow) break;
  }
  return value;
}
