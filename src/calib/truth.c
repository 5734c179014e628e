/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the model true? Residuals against everything they could depend on, the noise of replicated
 * conditions, and a rival that knows nothing of the matter. */
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "roadcut/calib.h"

enum { RIVAL_MOST = 8 };

/* ---- residuals ----------------------------------------------------------------------------------
 */

static void by_curve(const rc_calib_shape *s, const double *r, rc_truth *t) {
  t->curve = rc_alloc((size_t)RC_MAX(s->curves, 1), sizeof *t->curve);
  t->curves = s->curves;
  for (int i = 0; i < s->m; i++) {
    rc_truth_curve *c = &t->curve[s->point[i].curve];
    c->mean += (r[i] - c->mean) / ++c->n;
  }
  for (int i = 0; i < s->m; i++) {
    rc_truth_curve *c = &t->curve[s->point[i].curve];
    c->spread += (r[i] - c->mean) * (r[i] - c->mean);
  }
  for (int k = 0; k < s->curves; k++) {
    rc_truth_curve *c = &t->curve[k];
    c->spread = c->n > 1 ? sqrt(c->spread / (c->n - 1)) : 0;
  }
}

/* Pearson's correlation; 0 when one of them does not vary. */
static double correlation(int m, const double *x, int stride, const double *r) {
  double mx = 0, mr = 0, xx = 0, xr = 0, rr = 0;
  for (int i = 0; i < m; i++) {
    mx += x[i * stride] / m;
    mr += r[i] / m;
  }
  for (int i = 0; i < m; i++) {
    const double a = x[i * stride] - mx, b = r[i] - mr;
    xx += a * a;
    xr += a * b;
    rr += b * b;
  }
  return xx > 1e-24 * mx * mx * m && rr > 0 ? xr / sqrt(xx * rr) : 0;
}

static void by_input(const rc_calib_shape *s, const double *r, rc_truth *t) {
  double *x = rc_alloc((size_t)s->m, sizeof *x);
  for (int i = 0; i < s->m; i++) x[i] = s->point[i].x;
  t->by_x = correlation(s->m, x, 1, r);
  t->inputs = s->inputs;
  t->by_input = rc_alloc((size_t)RC_MAX(s->inputs, 1), sizeof *t->by_input);
  for (int k = 0; k < s->inputs; k++)
    t->by_input[k] = correlation(s->m, s->input + k, s->inputs, r);
  rc_free(x);
}

/* ---- replicates ---------------------------------------------------------------------------------
 */

static int input_of(const rc_calib_shape *s, const char *name) {
  for (int k = 0; k < s->inputs; k++)
    if (!strncmp(s->input_name[k], name, strlen(name))) return k;
  return -1;
}

/* Pressure, current, temperature of the wall, share f of CO2 in the feed, when the inputs are those
 * of the plasma. Atoms are conserved, each molecule fed has two of oxygen that count as one:
 * f = 2 (n_CO + n_CO2) / (n_O + 2 n_O2 + n_CO + 2 n_CO2). */
static bool plasma_inputs(const rc_calib_shape *s, int at, double v[4]) {
  static const char *const names[] = {"p (",       "I (",       "T_w (",     "ln n_O (",
                                      "ln n_O2 (", "ln n_CO (", "ln n_CO2 ("};
  double x[7];
  for (int k = 0; k < 7; k++) {
    const int c = input_of(s, names[k]);
    if (c < 0) return false;
    x[k] = s->input[at * s->inputs + c];
    if (k > 2) x[k] = exp(x[k]);
  }
  memcpy(v, x, 3 * sizeof *v);
  v[3] = 2 * (x[5] + x[6]) / (x[3] + 2 * x[4] + x[5] + 2 * x[6]);
  return isfinite(v[3]);
}

/* Densities are measured along with the datum and differ between replicates; the feed they tell
 * comes in steps of a quarter. */
static bool replicated(const rc_calib_shape *s, int a, int b) {
  double u[4], v[4];
  if (s->point[a].curve != s->point[b].curve || s->point[a].x != s->point[b].x) return false;
  if (!s->inputs) return true;
  if (plasma_inputs(s, a, u) && plasma_inputs(s, b, v))
    return u[0] == v[0] && u[1] == v[1] && u[2] == v[2] && fabs(u[3] - v[3]) < .06;
  for (int k = 0; k < s->inputs; k++)
    if (s->input[a * s->inputs + k] != s->input[b * s->inputs + k]) return false;
  return true;
}

/* Variance within groups in the measure of the loss: (d / mean - 1)^2 when relative, else
 * ((d - mean) / sigma)^2; a group of k has k - 1 degrees of freedom. */
static void replicates(const rc_calib_shape *s, rc_truth *t) {
  int freedom = 0;
  const bool relative = s->loss == RC_LOSS_RELATIVE;
  bool *seen = rc_alloc((size_t)s->m, sizeof *seen);
  double sum = 0;
  for (int i = 0; i < s->m; i++) {
    double mean = 0;
    int k = 0;
    if (seen[i]) continue;
    for (int j = i; j < s->m; j++)
      if (replicated(s, i, j)) mean += (s->point[j].value - mean) / ++k;
    for (int j = i; j < s->m; j++) {
      if (!replicated(s, i, j)) continue;
      const double d = (s->point[j].value - mean) / (relative ? mean : s->point[j].sigma);
      sum += k > 1 ? d * d : 0;
      seen[j] = true;
    }
    t->groups += k > 1;
    freedom += k - 1;
  }
  t->noise = freedom ? sum / freedom : NAN;
  rc_free(seen);
}

/* ---- rival --------------------------------------------------------------------------------------
 */

/* Columns 1, l, l^2, i, f, f^2, 1000/Tw - 3.354 with l = ln p and i = ln(I / 40 mA). */
static bool plasma_columns(const rc_calib_shape *s, int at, double *a) {
  double v[4];
  if (!plasma_inputs(s, at, v)) return false;
  const double l = log(v[0]),
               row[7] = {1, l, l * l, log(v[1] / 40), v[3], v[3] * v[3], 1000 / v[2] - 3.354};
  memcpy(a, row, sizeof row);
  return true;
}

/* Chebyshev polynomials of the abscissa in the range of its curve; ln x where it is drawn so. */
static void polynomial_columns(const rc_calib_shape *s, int curve, int k, int at, double *a) {
  double low = INFINITY, high = -INFINITY;
  for (int i = 0; i < s->m; i++) {
    if (s->point[i].curve != curve) continue;
    const double x = s->x_log ? log(s->point[i].x) : s->point[i].x;
    low = fmin(low, x);
    high = fmax(high, x);
  }
  const double x = s->x_log ? log(s->point[at].x) : s->point[at].x,
               u = high > low ? (2 * x - low - high) / (high - low) : 0;
  for (int j = 0; j < k; j++) a[j] = j == 0 ? 1 : j == 1 ? u : 2 * u * a[j - 1] - a[j - 2];
}

/* Predictions by least squares of the data 'who' (rows), k columns; false when there are too few.
 * Log-linear fits weigh all data alike, the others by 1 / sigma. */
static bool regress(const rc_calib_shape *s, int rows, const int *who, int k, const double *column,
                    bool log_linear, double *y) {
  double *a = rc_alloc((size_t)rows * (size_t)k, sizeof *a),
         *b = rc_alloc((size_t)RC_MAX(rows, k), sizeof *b), *sigma = rc_alloc((size_t)k, sizeof *a);
  int rank = 0;
  for (int i = 0; i < rows; i++) {
    const double d = s->point[who[i]].value, w = log_linear ? 1 : 1 / s->point[who[i]].sigma;
    for (int j = 0; j < k; j++) a[i * k + j] = column[i * k + j] * w;
    b[i] = log_linear ? log(d) : d * w;
  }
  const bool ok = rows >= k && LAPACKE_dgelsd(LAPACK_ROW_MAJOR, rows, k, 1, a, k, b, 1, sigma,
                                              1e-12, &rank) == 0;
  for (int i = 0; ok && i < rows; i++) {
    double v = 0;
    for (int j = 0; j < k; j++) v += column[i * k + j] * b[j];
    y[who[i]] = log_linear ? exp(v) : v;
  }
  rc_free(a);
  rc_free(b);
  rc_free(sigma);
  return ok;
}

static bool rival(const rc_calib_shape *s, int effective_rank, double *y, rc_truth *t) {
  int *who = rc_alloc((size_t)s->m, sizeof *who), k = RC_MIN(RC_MAX(effective_rank, 1), RIVAL_MOST);
  double *column = rc_alloc((size_t)s->m * RIVAL_MOST, sizeof *column), probe[RIVAL_MOST];
  const bool plasma = s->m > 0 && plasma_columns(s, 0, probe);
  bool ok = true, positive = true;
  for (int i = 0; i < s->m; i++) positive = positive && s->point[i].value > 0;
  if (plasma && positive) {
    for (int i = 0; i < s->m; i++) {
      plasma_columns(s, i, column + i * 7);
      who[i] = i;
    }
    ok = regress(s, s->m, who, 7, column, true, y);
    t->rival_coefficients = 7;
    snprintf(t->rival, sizeof t->rival, "ln y on 1, l, l^2, i, f, f^2, 1000/Tw");
  } else {
    for (int c = 0; ok && c < s->curves; c++) {
      int rows = 0;
      for (int i = 0; i < s->m; i++)
        if (s->point[i].curve == c) who[rows++] = i;
      const int terms = RC_MIN(k, rows);
      for (int i = 0; i < rows; i++) polynomial_columns(s, c, terms, who[i], column + i * terms);
      ok = rows == 0 || regress(s, rows, who, terms, column, s->y_log && positive, y);
      t->rival_coefficients += terms;
    }
    snprintf(t->rival, sizeof t->rival, "a polynomial with %d coefficients per curve", k);
  }
  rc_free(who);
  rc_free(column);
  return ok;
}

/* ---- both ---------------------------------------------------------------------------------------
 */

/* The loss of predictions in the measure of the fit's own, errors of inputs left out. */
static double loss_of(const rc_calib_shape *s, const double *y) {
  double sum = 0;
  for (int i = 0; i < s->m; i++) {
    const double d = s->point[i].value, sigma = s->point[i].sigma;
    const double r = s->loss == RC_LOSS_RELATIVE ? (y[i] - d) / d
                     : s->loss == RC_LOSS_LOG    ? (log(y[i]) - log(d)) / (sigma / d)
                                                 : (y[i] - d) / sigma;
    sum += r * r;
  }
  return sum / s->m;
}

/* 1 - sum (y - d)^2 / sum (d - mean d)^2. */
static double r_squared(const rc_calib_shape *s, const double *y) {
  double mean = 0, left = 0, all = 0;
  for (int i = 0; i < s->m; i++) mean += s->point[i].value / s->m;
  for (int i = 0; i < s->m; i++) {
    const double d = s->point[i].value;
    left += (y[i] - d) * (y[i] - d);
    all += (d - mean) * (d - mean);
  }
  return all > 0 ? 1 - left / all : NAN;
}

bool rc_truth_make(rc_fit *f, const double *z, int effective_rank, rc_truth *out, rc_err *err) {
  const rc_calib_shape *s = rc_fit_shape(f);
  char why[96] = "";
  *out = (rc_truth){.noise = NAN, .rival_loss = NAN, .rival_r2 = NAN};
  double *r = rc_alloc((size_t)rc_fit_m(f), sizeof *r), *y = rc_alloc((size_t)s->m, sizeof *y);
  const bool ok = rc_fit_residuals(f, z, r, why) && rc_fit_predict(f, z, y, why);
  if (ok) {
    out->loss = loss_of(s, y);
    out->r2 = r_squared(s, y);
    by_curve(s, r, out);
    by_input(s, r, out);
    replicates(s, out);
    if (rival(s, effective_rank, y, out)) {
      out->rival_loss = loss_of(s, y);
      out->rival_r2 = r_squared(s, y);
    }
  } else {
    rc_err_set(err, RC_ERR_INPUT, "no prediction at this point: %s", why);
  }
  rc_free(r);
  rc_free(y);
  return ok;
}

void rc_truth_free(rc_truth *t) {
  rc_free(t->curve);
  rc_free(t->by_input);
  *t = (rc_truth){0};
}
