/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fisher information J^T J from the singular values of J: squaring J first would drown everything
 * below 1e-16 of the largest eigenvalue (Transtrum, Machta, Sethna, Phys. Rev. E 83, 036701). */
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "calib/model.h"

/* Of column j of dr/dz in other coordinates: dz_j / d(coordinate). */
static double column_scale(const rc_calib_parameter *p, double theta, rc_coords coords) {
  const double box = p->log ? log(p->upper / p->lower) : p->upper - p->lower;
  /* dz/dtheta, where theta may be 0 on a linear scale only */
  const double slope = p->log ? 1 / (theta * box) : 1 / box;
  switch (coords) {
  case RC_COORDS_BOX: return 1;
  case RC_COORDS_SCALE: return 1 / box;
  case RC_COORDS_LOG: return slope * theta;
  case RC_COORDS_LINEAR: return slope * (p->upper - p->lower);
  }
  return 1;
}

/* Jacobian of what the information is about, in 'coords'. r holds the residuals. */
static void convert(const rc_fit *f, const double *theta_free, const double *r, rc_coords coords,
                    bool link, rc_fisher *x) {
  const rc_calib_shape *s = rc_fit_shape(f);
  for (int i = 0; i < x->m; i++) {
    double row = 1;
    if (link && rc_fit_has_link(f)) row = 1 / (1 + r[i]);
    /* q = sqrt(ln V/s^2); a normal variable of variance V carries (d ln V)^2 / 2 = 2 (q dq)^2 */
    if (s->loss == RC_LOSS_EIV && i >= s->m) row = sqrt(2.0) * r[i];
    for (int j = 0; j < x->n; j++) {
      x->jacobian[i * x->n + j] *=
          row * column_scale(rc_fit_parameter(f, j), theta_free[j], coords);
    }
  }
}

/* Values and vectors of x->jacobian; false when LAPACK does not converge. */
static bool decompose(rc_fisher *x) {
  cm_one_thread();
  /* with fewer data than parameters zero rows make the missing vectors come out too */
  const int n = x->n, rows = RC_MAX(x->m, n);
  double *a = rc_alloc((size_t)rows * (size_t)n, sizeof *a);
  double *u = rc_alloc((size_t)rows * (size_t)n, sizeof *u);
  memcpy(a, x->jacobian, (size_t)x->m * (size_t)n * sizeof *a);
  const lapack_int info =
      LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'S', rows, n, a, n, x->eigenvalue, u, n, x->vector, n);
  rc_free(a);
  rc_free(u);
  return info == 0;
}

/* The sign of a vector is free: its largest component is made positive. */
static double settle_vector(double *v, int n) {
  int top = 0;
  double fourth = 0;
  for (int j = 0; j < n; j++) {
    if (fabs(v[j]) > fabs(v[top]) * (1 + 1e-9)) top = j;
    fourth += v[j] * v[j] * v[j] * v[j];
  }
  if (v[top] < 0) {
    for (int j = 0; j < n; j++) v[j] = -v[j];
  }
  return 1 / fourth;
}

/* Square of the noise in units of the residuals. */
static double noise_unit(const rc_calib_shape *s) {
  if (s->loss != RC_LOSS_RELATIVE) return 1;
  double sum = 0;
  for (int i = 0; i < s->m; i++) sum += pow(s->point[i].sigma / s->point[i].value, 2);
  return sum / s->m;
}

static void count_ranks(const rc_fit *f, rc_fisher *x) {
  const double top = x->eigenvalue[0], noise = noise_unit(rc_fit_shape(f));
  /* a model's own derivatives carry some units of rounding, differences much more */
  const double eps = rc_fit_jacobian_exact(f) ? 16 * DBL_EPSILON * sqrt(RC_MAX(x->m, x->n)) : 1e-10;
  x->floor = eps * eps * top;
  for (int k = 0; k < x->n; k++) {
    if (x->eigenvalue[k] > x->floor) x->rank++;
    if (x->eigenvalue[k] > x->floor && x->eigenvalue[k] >= noise) x->effective_rank++;
  }
}

bool rc_fisher_make(rc_fit *f, const double *z, rc_coords coords, bool link, rc_fisher *out,
                    rc_err *err) {
  const int n = rc_fit_n(f), m = rc_fit_m(f), all = rc_fit_shape(f)->parameters;
  memset(out, 0, sizeof *out);
  out->n = n, out->m = m, out->coords = coords;
  out->eigenvalue = rc_alloc((size_t)n, sizeof *out->eigenvalue);
  out->participation = rc_alloc((size_t)n, sizeof *out->participation);
  out->vector = rc_alloc((size_t)n * (size_t)n, sizeof *out->vector);
  out->jacobian = rc_alloc((size_t)m * (size_t)n, sizeof *out->jacobian);
  double *r = rc_alloc((size_t)(m + all + n), sizeof *r), *theta = r + m, *mine = theta + all;
  char why[96] = "";
  bool ok = rc_fit_jacobian(f, z, r, out->jacobian, NULL, why);
  if (!ok) {
    rc_err_set(err, RC_ERR_INPUT, "%s: no Fisher information here: %s", rc_fit_class(f)->kind.name,
               why);
  } else {
    out->loss = rc_fit_loss(f, r);
    rc_fit_theta(f, z, theta);
    for (int j = 0; j < n; j++)
      mine[j] = theta[rc_fit_parameter(f, j) - rc_fit_shape(f)->parameter];
    convert(f, mine, r, coords, link, out);
    ok = decompose(out);
    if (!ok) rc_err_set(err, RC_ERR_INTERNAL, "singular values of the Jacobian do not converge");
  }
  rc_free(r);
  if (!ok) {
    rc_fisher_free(out);
    return false;
  }
  for (int k = 0; k < n; k++) {
    out->eigenvalue[k] *= out->eigenvalue[k];
    out->participation[k] = settle_vector(out->vector + k * n, n);
  }
  count_ranks(f, out);
  return true;
}

void rc_fisher_free(rc_fisher *x) {
  rc_free(x->eigenvalue);
  rc_free(x->vector);
  rc_free(x->participation);
  rc_free(x->jacobian);
  memset(x, 0, sizeof *x);
}
