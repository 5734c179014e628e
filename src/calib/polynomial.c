/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A polynomial in two bases: the same fit, sloppy in one and not in the other. */
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "calib/csv_data.h"

enum { TERMS_MAX = 20 };

typedef struct options {
  cd_given given;
  int basis; /* 0 monomials, 1 shifted Legendre */
  int64_t terms, points;
  double noise;
} options;

typedef struct polynomial {
  cm_base b;
  int terms;
  bool legendre;
} polynomial;

/* All basis functions at x. Legendre polynomials of 2x - 1, orthogonal on [0, 1]. */
static void basis(bool legendre, int n, double x, double *phi) {
  const double u = 2 * x - 1;
  phi[0] = 1;
  if (n > 1) phi[1] = legendre ? u : x;
  for (int k = 2; k < n; k++) {
    phi[k] = legendre ? ((2 * k - 1) * u * phi[k - 1] - (k - 1) * phi[k - 2]) / k : x * phi[k - 1];
  }
}

static double value(const polynomial *p, const double *c, double x) {
  double phi[TERMS_MAX], y = 0;
  basis(p->legendre, p->terms, x, phi);
  for (int k = 0; k < p->terms; k++) y += c[k] * phi[k];
  return y;
}

static bool polynomial_predict_at(void *model, const double *c, int curve, int k, const double *x,
                                  double *y, char why[96]) {
  (void)curve;
  for (int i = 0; i < k; i++) y[i] = value(model, c, x[i]);
  return cm_finite(k, y, why);
}

static bool polynomial_predict(void *model, const double *c, double *y, char why[96]) {
  const polynomial *p = model;
  for (int i = 0; i < p->b.shape.m; i++) y[i] = value(p, c, p->b.point[i].x);
  return cm_finite(p->b.shape.m, y, why);
}

static bool polynomial_jacobian(void *model, const double *c, double *y, double *dy, char why[96]) {
  const polynomial *p = model;
  for (int i = 0; i < p->b.shape.m; i++) {
    basis(p->legendre, p->terms, p->b.point[i].x, dy + i * p->terms);
  }
  return polynomial_predict(model, c, y, why);
}

/* Coefficients of the true curve sum_k (-1)^k 2/(k+1) x^k in the basis: by projection, exact with
 * Gauss-Legendre quadrature. */
static void truth(const polynomial *p, double *c) {
  const int n = p->terms;
  double phi[TERMS_MAX], mono[TERMS_MAX];
  gsl_integration_glfixed_table *t = gsl_integration_glfixed_table_alloc((size_t)n + 1);
  memset(c, 0, (size_t)n * sizeof *c);
  for (int i = 0; i <= n; i++) {
    double x, w, f = 0;
    gsl_integration_glfixed_point(0, 1, (size_t)i, &x, &w, t);
    basis(true, n, x, phi);
    basis(false, n, x, mono);
    for (int k = 0; k < n; k++) f += (k % 2 ? -2.0 : 2.0) / (k + 1) * mono[k];
    for (int k = 0; k < n; k++) c[k] += w * f * phi[k] * (2 * k + 1);
  }
  gsl_integration_glfixed_table_free(t);
  for (int k = 0; k < n && !p->legendre; k++) c[k] = (k % 2 ? -2.0 : 2.0) / (k + 1);
}

/* Data at the nodes of Gauss-Legendre quadrature with variances 1/weight: the Fisher information
 * is then exactly that of a continuous fit on [0, 1]. */
static void design(polynomial *p, const rc_calib_env *env, double noise) {
  const int m = p->b.shape.m;
  double *y = rc_alloc((size_t)m, sizeof *y), c[TERMS_MAX];
  gsl_integration_glfixed_table *t = gsl_integration_glfixed_table_alloc((size_t)m);
  for (int i = 0; i < m; i++) {
    double x, w;
    gsl_integration_glfixed_point(0, 1, (size_t)i, &x, &w, t);
    p->b.point[i] = (rc_calib_point){.x = x, .sigma = noise / sqrt(w)};
  }
  gsl_integration_glfixed_table_free(t);
  cm_truth(&p->b, c);
  for (int i = 0; i < m; i++) y[i] = value(p, c, p->b.point[i].x);
  cm_synthesize(&p->b, env, "polynomial", y);
  rc_free(y);
}

static void polynomial_close(void *model) {
  polynomial *p = model;
  cm_end(&p->b);
  rc_free(p);
}

static void *polynomial_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  const options *o = opts;
  const char *const names[] = {"polynomial"};
  const cd_curves curves = {.n = 1, .name = names, .x_lower = -INFINITY, .x_unit = ""};
  cd_points file = {0};
  const bool given = cd_has_data(&o->given);
  if (given && !cd_measurements(&o->given, env->folder, &curves, &file, err)) return NULL;
  polynomial *p = rc_alloc(1, sizeof *p);
  p->terms = (int)o->terms;
  p->legendre = o->basis == 1;
  cm_begin(&p->b, p->terms, given ? file.m : (int)o->points, 1);
  cm_curve(&p->b, 0, names[0]);
  cm_labels(&p->b, "x", "y", false, false);
  p->b.shape.linear = p->terms;
  double c[TERMS_MAX];
  truth(p, c);
  for (int k = 0; k < p->terms; k++) {
    char name[24], help[96];
    snprintf(name, sizeof name, "c_%d", k);
    snprintf(help, sizeof help, p->legendre ? "coefficient of P_%d(2x - 1)" : "coefficient of x^%d",
             k);
    cm_parameter(&p->b, name, "", false, -20, 20, 0, given ? NAN : c[k], help);
  }
  if (given)
    cm_measured(&p->b, file.point, file.loss, cd_source(&o->given));
  else
    design(p, env, o->noise);
  rc_free(file.point);
  if (cd_parameters(&p->b, &o->given, env->folder, err)) return p;
  polynomial_close(p);
  return NULL;
}

static const rc_calib_shape *polynomial_shape(const void *model) {
  return &((const polynomial *)model)->b.shape;
}

static const rc_param params[] = {
    {.name = "terms",
     .type = RC_T_INT,
     .offset = offsetof(options, terms),
     .def = "6",
     .min = 1,
     .max = TERMS_MAX,
     .help = "coefficients"},
    {.name = "basis",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, basis),
     .def = "monomials",
     .choices = "monomials|legendre",
     .help = "1, x, x^2, .. or Legendre polynomials on [0, 1]"},
    {.name = "points",
     .type = RC_T_INT,
     .offset = offsetof(options, points),
     .def = "24",
     .min = 1,
     .max = 1000,
     .help = "synthetic data, at the nodes of Gauss-Legendre quadrature on [0, 1]"},
    {.name = "noise",
     .type = RC_T_REAL,
     .offset = offsetof(options, noise),
     .def = "0.01",
     .min = 1e-12,
     .max = 1e6,
     .help = "standard deviation of the mean over [0, 1]"},
    CD_FILES(options),
    {0}};

const rc_calib_class rc_calib_polynomial = {
    .kind = {.name = "polynomial",
             .title = "polynomial",
             .help = "y = sum of c_k x^k, or of c_k P_k: sloppiness is a matter of coordinates",
             .explain =
                 "In monomials the Fisher information of a fit on [0, 1] is the Hilbert matrix "
                 "1/(j+k+1), whose eigenvalues span seven decades for six coefficients. In shifted "
                 "Legendre polynomials it is diag(1/(2k+1)): the same curve, the same data, and "
                 "nothing sloppy (Waterfall et al., Phys. Rev. Lett. 97, 150601, 2006).",
             .params = params,
             .size = sizeof(options)},
    .open = polynomial_open,
    .shape = polynomial_shape,
    .predict = polynomial_predict,
    .jacobian = polynomial_jacobian,
    .jacobian_cost = 1.4,
    .predict_at = polynomial_predict_at,
    .close = polynomial_close};
