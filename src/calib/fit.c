/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model with its data: coordinates, residuals, losses, Jacobians, errors.
 *
 * Errors in variables: to first order in the conditions a datum has the variance
 * V = sigma^2 + sum_j (dy/dx_j)^2 S_j^2 and -2 ln L = sum r^2 + ln V (arXiv 2602.04975, section 2).
 * ln (V / sigma^2) is never negative, so the loss is a sum of squares of 2m residuals: r_i and
 * sqrt(ln(V_i / sigma_i^2)). Whatever minimises squares minimises the whole likelihood. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calib/model.h"

struct rc_fit {
  const rc_calib_class *cls;
  void *opts; /* of the class; NULL when it has none */
  rc_calib_env env;
  rc_model magnet;
  char *folder;
  void *model;
  const rc_calib_shape *shape;
  int n, m; /* free parameters, residuals */
  int *free;
  double *theta, *y, *y2, *dy, *input,
      *slope; /* work: all, m, m, m x all, m x inputs, m x inputs */
  double queries;
};

/* ---- making ----------------------------------------------------------------------------------- */

static bool check_parameters(const rc_calib_shape *s, const char *model, rc_err *err) {
  for (int j = 0; j < s->parameters; j++) {
    const rc_calib_parameter *p = &s->parameter[j];
    if (p->fixed) continue;
    if (!(p->lower < p->upper) || !isfinite(p->lower) || !isfinite(p->upper)) {
      return rc_err_set(err, RC_ERR_INPUT, "%s: parameter %s: lower %g must be below upper %g",
                        model, p->name, p->lower, p->upper);
    }
    if (p->log && !(p->lower > 0)) {
      return rc_err_set(err, RC_ERR_INPUT,
                        "%s: parameter %s: a log scale needs a lower bound above 0, not %g", model,
                        p->name, p->lower);
    }
    if (!(p->nominal >= p->lower && p->nominal <= p->upper)) {
      return rc_err_set(err, RC_ERR_INPUT,
                        "%s: parameter %s: nominal %g is not between its bounds %g and %g", model,
                        p->name, p->nominal, p->lower, p->upper);
    }
  }
  return true;
}

static bool open_model(rc_fit *f, rc_err *err) {
  f->model = f->cls->open(&f->env, f->opts, err);
  if (!f->model) return false;
  const rc_calib_shape *s = f->shape = f->cls->shape(f->model);
  f->free = rc_alloc((size_t)RC_MAX(1, s->parameters), sizeof *f->free);
  if (!check_parameters(s, f->cls->kind.name, err)) return false;
  for (int j = 0; j < s->parameters; j++) {
    if (!s->parameter[j].fixed) f->free[f->n++] = j;
  }
  if (f->n == 0 || s->m == 0) {
    rc_err_set(err, RC_ERR_INPUT, "%s: nothing to fit: %d free parameters, %d data",
               f->cls->kind.name, f->n, s->m);
    if (f->n == 0) rc_err_about(err, "adjust", "estimate", 0, "");
    return false;
  }
  if (s->loss == RC_LOSS_EIV && (!s->input_sigma || !f->cls->predict_inputs)) {
    return rc_err_set(err, RC_ERR_INPUT,
                      "%s: errors in variables need uncertain conditions, and it has none",
                      f->cls->kind.name);
  }
  const size_t m = (size_t)s->m, all = (size_t)s->parameters, in = (size_t)RC_MAX(1, s->inputs);
  f->m = s->loss == RC_LOSS_EIV ? 2 * s->m : s->m;
  f->theta = rc_alloc(all, sizeof *f->theta);
  f->y = rc_alloc(m, sizeof *f->y);
  f->y2 = rc_alloc(m, sizeof *f->y2);
  f->dy = rc_alloc(m * all, sizeof *f->dy);
  f->input = rc_alloc(m * in, sizeof *f->input);
  f->slope = rc_alloc(m * in, sizeof *f->slope);
  return true;
}

rc_fit *rc_fit_new(const rc_calib_class *cls, const void *opts, const rc_calib_env *env,
                   rc_err *err) {
  rc_fit *f = rc_alloc(1, sizeof *f);
  f->cls = cls;
  if (cls->kind.size) {
    f->opts = rc_alloc(1, cls->kind.size);
    if (opts)
      rc_params_copy(cls->kind.params, f->opts, opts, cls->kind.size);
    else
      rc_params_init(cls->kind.params, f->opts, cls->kind.size);
  }
  if (env) f->env = *env;
  if (f->env.folder) f->env.folder = f->folder = rc_strdup(f->env.folder);
  if (f->env.model) {
    f->magnet = *f->env.model;
    f->env.model = &f->magnet;
  }
  if (open_model(f, err)) return f;
  rc_fit_free(f);
  return NULL;
}

rc_fit *rc_fit_clone(const rc_fit *f, rc_err *err) {
  return rc_fit_new(f->cls, f->opts, &f->env, err);
}

void rc_fit_free(rc_fit *f) {
  if (!f) return;
  if (f->model) f->cls->close(f->model);
  if (f->opts) rc_params_free(f->cls->kind.params, f->opts);
  rc_free(f->opts);
  rc_free(f->folder);
  rc_free(f->free);
  rc_free(f->theta);
  rc_free(f->y);
  rc_free(f->y2);
  rc_free(f->dy);
  rc_free(f->input);
  rc_free(f->slope);
  rc_free(f);
}

const rc_calib_class *rc_fit_class(const rc_fit *f) {
  return f->cls;
}

void *rc_fit_model(rc_fit *f) {
  return f->model;
}

const rc_calib_shape *rc_fit_shape(const rc_fit *f) {
  return f->shape;
}

int rc_fit_n(const rc_fit *f) {
  return f->n;
}

int rc_fit_m(const rc_fit *f) {
  return f->m;
}

uint64_t rc_fit_queries(const rc_fit *f) {
  return (uint64_t)llround(f->queries);
}

double rc_fit_chi2_unit(const rc_fit *f, double loss_best) {
  const rc_calib_shape *s = rc_fit_shape(f);
  if (s->loss != RC_LOSS_RELATIVE && !s->scatter) return 1.0 / s->m;
  return loss_best / RC_MAX(s->m - rc_fit_n(f), 1);
}

bool rc_fit_has_link(const rc_fit *f) {
  return f->shape->loss == RC_LOSS_RELATIVE;
}

/* ---- coordinates ------------------------------------------------------------------------------ */

const rc_calib_parameter *rc_fit_parameter(const rc_fit *f, int j) {
  return &f->shape->parameter[f->free[j]];
}

static double to_theta(const rc_calib_parameter *p, double z) {
  if (!p->log) return p->lower + z * (p->upper - p->lower);
  /* the ends of the box exactly */
  if (z == 0) return p->lower;
  if (z == 1) return p->upper;
  return exp(log(p->lower) + z * log(p->upper / p->lower));
}

/* d theta / d z */
static double theta_slope(const rc_calib_parameter *p, double theta) {
  return p->log ? theta * log(p->upper / p->lower) : p->upper - p->lower;
}

void rc_fit_theta(const rc_fit *f, const double *z, double *theta) {
  for (int j = 0; j < f->shape->parameters; j++) theta[j] = f->shape->parameter[j].nominal;
  for (int j = 0; j < f->n; j++) theta[f->free[j]] = to_theta(rc_fit_parameter(f, j), z[j]);
}

void rc_fit_z(const rc_fit *f, const double *theta, double *z) {
  for (int j = 0; j < f->n; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    const double t = theta[f->free[j]];
    z[j] = p->log ? log(t / p->lower) / log(p->upper / p->lower)
                  : (t - p->lower) / (p->upper - p->lower);
  }
}

void rc_fit_nominal(const rc_fit *f, double *z) {
  for (int j = 0; j < f->shape->parameters; j++) f->theta[j] = f->shape->parameter[j].nominal;
  rc_fit_z(f, f->theta, z);
}

/* ---- residuals -------------------------------------------------------------------------------- */

static bool uncertain(const rc_calib_shape *s, int input) {
  for (int i = 0; i < s->m; i++)
    if (s->input_sigma[i * s->inputs + input] > 0) return true;
  return false;
}

/* V_i of all data at theta, by central differences in the uncertain conditions. */
static bool variances(rc_fit *f, const double *theta, double *v, char why[96]) {
  const rc_calib_shape *s = f->shape;
  const size_t cells = (size_t)s->m * (size_t)s->inputs;
  for (int i = 0; i < s->m; i++) v[i] = s->point[i].sigma * s->point[i].sigma;
  for (int k = 0; k < s->inputs; k++) {
    if (!uncertain(s, k)) continue;
    /* steps well inside the uncertainty: the formula is of first order anyway */
    const double h = 1e-2;
    for (int sign = -1; sign <= 1; sign += 2) {
      memcpy(f->input, s->input, cells * sizeof *f->input);
      for (int i = 0; i < s->m; i++) {
        f->input[i * s->inputs + k] += sign * h * s->input_sigma[i * s->inputs + k];
      }
      if (!f->cls->predict_inputs(f->model, theta, f->input, sign < 0 ? f->y2 : f->slope, why)) {
        return false;
      }
    }
    f->queries += 2;
    for (int i = 0; i < s->m; i++) {
      const double moved = (f->slope[i] - f->y2[i]) / (2 * h); /* per standard deviation */
      v[i] += moved * moved;
    }
  }
  return true;
}

/* r of k of the data (which NULL: the first k) from y = f->y. For errors in variables v holds the
 * variances in r + m. */
static bool residuals_of(const rc_fit *f, int k, const int *which, double *r, char why[96]) {
  const rc_calib_shape *s = f->shape;
  for (int i = 0; i < k; i++) {
    const int at = which ? which[i] : i;
    const rc_calib_point *p = &s->point[at];
    const double d = f->y[i] - p->value;
    switch (s->loss) {
    case RC_LOSS_CHI2: r[i] = d / p->sigma; break;
    case RC_LOSS_RELATIVE: r[i] = d / p->value; break;
    case RC_LOSS_LOG: r[i] = log(f->y[i] / p->value) * p->value / p->sigma; break;
    case RC_LOSS_EIV:
      r[i] = d / sqrt(r[s->m + i]);
      r[s->m + i] = sqrt(fmax(0, log(r[s->m + i] / (p->sigma * p->sigma))));
      break;
    }
    if (isfinite(r[i])) continue;
    snprintf(why, 96, "prediction %d is not finite", at + 1);
    return false;
  }
  return true;
}

static bool residuals_at(rc_fit *f, const double *z, double *r, char why[96]) {
  rc_fit_theta(f, z, f->theta);
  f->queries += 1;
  why[0] = 0;
  if (!f->cls->predict(f->model, f->theta, f->y, why)) return false;
  if (f->shape->loss == RC_LOSS_EIV && !variances(f, f->theta, r + f->shape->m, why)) return false;
  return residuals_of(f, f->shape->m, NULL, r, why);
}

bool rc_fit_has_parts(const rc_fit *f) {
  return f->cls->predict_part && f->shape->loss != RC_LOSS_EIV;
}

bool rc_fit_residuals_part(rc_fit *f, const double *z, int k, const int *which, double *r,
                           char why[96]) {
  rc_fit_theta(f, z, f->theta);
  f->queries += (double)k / f->shape->m;
  why[0] = 0;
  return f->cls->predict_part(f->model, f->theta, k, which, f->y, why) &&
         residuals_of(f, k, which, r, why);
}

bool rc_fit_residuals(rc_fit *f, const double *z, double *r, char why[96]) {
  return residuals_at(f, z, r, why);
}

bool rc_fit_predict(rc_fit *f, const double *z, double *y, char why[96]) {
  rc_fit_theta(f, z, f->theta);
  f->queries += 1;
  why[0] = 0;
  return f->cls->predict(f->model, f->theta, y, why);
}

bool rc_fit_predict_at(rc_fit *f, const double *z, int curve, int k, const double *x, double *y,
                       char why[96]) {
  why[0] = 0;
  if (!f->cls->predict_at) {
    snprintf(why, 96, "this model predicts at its data only");
    return false;
  }
  rc_fit_theta(f, z, f->theta);
  return f->cls->predict_at(f->model, f->theta, curve, k, x, y, why);
}

double rc_fit_loss(const rc_fit *f, const double *r) {
  double sum = 0;
  for (int i = 0; i < f->m; i++) sum += r[i] * r[i];
  return sum / f->shape->m;
}

/* ---- Jacobian --------------------------------------------------------------------------------- */

static bool exact_jacobian(rc_fit *f, const double *z, double *r, double *dr, char why[96]) {
  const rc_calib_shape *s = f->shape;
  rc_fit_theta(f, z, f->theta);
  f->queries += f->cls->jacobian_cost;
  why[0] = 0;
  if (!f->cls->jacobian(f->model, f->theta, f->y, f->dy, why)) return false;
  if (!residuals_of(f, s->m, NULL, r, why)) return false;
  for (int i = 0; i < s->m; i++) {
    const rc_calib_point *p = &s->point[i];
    const double unit = s->loss == RC_LOSS_CHI2       ? p->sigma
                        : s->loss == RC_LOSS_RELATIVE ? p->value
                                                      : f->y[i] * p->sigma / p->value;
    for (int j = 0; j < f->n; j++) {
      const int k = f->free[j];
      const double slope = theta_slope(&s->parameter[k], f->theta[k]);
      dr[i * f->n + j] = f->dy[i * s->parameters + k] * slope / unit;
    }
  }
  return cm_finite(f->m * f->n, dr, why);
}

/* One column by central differences; where the model fails on one side, by a one-sided one. */
static bool difference_column(rc_fit *f, double *z, int j, const double *r, double *up,
                              double *down, double *dr, char why[96]) {
  const double h = f->cls->difference > 0 ? f->cls->difference : 6e-6, at = z[j];
  z[j] = at + h;
  const bool has_up = residuals_at(f, z, up, why);
  z[j] = at - h;
  const bool has_down = residuals_at(f, z, down, why);
  z[j] = at;
  if (!has_up && !has_down) return false;
  const double *a = has_up ? up : r, *b = has_down ? down : r;
  const double step = has_up && has_down ? 2 * h : h;
  for (int i = 0; i < f->m; i++) dr[i * f->n + j] = (a[i] - b[i]) / step;
  return true;
}

static bool difference_jacobian(rc_fit *f, const double *z, double *r, double *dr, char why[96]) {
  if (!residuals_at(f, z, r, why)) return false;
  double *work = rc_alloc((size_t)(2 * f->m + f->n), sizeof *work);
  double *up = work, *down = up + f->m, *at = down + f->m;
  memcpy(at, z, (size_t)f->n * sizeof *at);
  bool ok = true;
  for (int j = 0; j < f->n && ok; j++) ok = difference_column(f, at, j, r, up, down, dr, why);
  rc_free(work);
  return ok;
}

double rc_fit_cost(const rc_fit *f, bool jacobian) {
  const rc_calib_shape *s = f->shape;
  const bool eiv = s->loss == RC_LOSS_EIV;
  double cost = 1;
  if (jacobian && f->cls->jacobian && !eiv) return f->cls->jacobian_cost;
  for (int k = 0; eiv && k < s->inputs; k++) cost += 2 * uncertain(s, k);
  return jacobian ? cost * (2 * f->n + 1) : cost;
}

bool rc_fit_jacobian(rc_fit *f, const double *z, double *r, double *dr, double *cost,
                     char why[96]) {
  const double before = f->queries;
  const bool exact = f->cls->jacobian && f->shape->loss != RC_LOSS_EIV;
  const bool ok = exact ? exact_jacobian(f, z, r, dr, why) : difference_jacobian(f, z, r, dr, why);
  if (cost) *cost = exact ? f->cls->jacobian_cost : f->queries - before;
  return ok;
}

/* ---- errors ----------------------------------------------------------------------------------- */

bool rc_fit_errors(rc_fit *f, const double *z, double delta, double *error, char why[96]) {
  rc_fisher x;
  rc_err err = {0};
  if (!rc_fisher_make(f, z, RC_COORDS_SCALE, false, &x, &err)) {
    snprintf(why, 96, "%.95s", err.message);
    return false;
  }
  rc_fit_theta(f, z, f->theta);
  for (int j = 0; j < f->n; j++) {
    double sum = 0;
    for (int k = 0; k < f->n; k++) {
      const double v = x.vector[k * f->n + j];
      if (x.eigenvalue[k] > x.floor)
        sum += v * v / x.eigenvalue[k];
      else if (fabs(v) > 1e-7) /* not the rounding of a vector that has nothing of j */
        sum = INFINITY;
    }
    const double slope = rc_fit_parameter(f, j)->log ? f->theta[f->free[j]] : 1;
    error[j] = sqrt(2 * delta * sum) * fabs(slope);
  }
  rc_fisher_free(&x);
  return true;
}

bool rc_fit_jacobian_exact(const rc_fit *f) {
  return f->cls->jacobian && f->shape->loss != RC_LOSS_EIV;
}
