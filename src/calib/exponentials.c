/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of exponential decays, with free amplitudes or with all of them 1/K. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "calib/csv_data.h"

typedef struct options {
  cd_given given;
  rc_reals rates, amplitudes;
  double from, to, noise;
  int64_t points;
  int spacing; /* 0 log, 1 linear */
} options;

typedef struct sum {
  cm_base b;
  int terms;
  bool fixed; /* amplitudes 1/K, which are no parameters */
} sum;

/* Amplitude and rate of a term; with free amplitudes theta = (A_1..A_K, lambda_1..lambda_K). */
static double amplitude(const sum *s, const double *theta, int k) {
  return s->fixed ? 1.0 / s->terms : theta[k];
}

static double rate(const sum *s, const double *theta, int k) {
  return s->fixed ? theta[k] : theta[s->terms + k];
}

static double value(const sum *s, const double *theta, double t) {
  double y = 0;
  for (int k = 0; k < s->terms; k++) y += amplitude(s, theta, k) * exp(-rate(s, theta, k) * t);
  return y;
}

static bool sum_predict(void *model, const double *theta, double *y, char why[96]) {
  const sum *s = model;
  for (int i = 0; i < s->b.shape.m; i++) y[i] = value(s, theta, s->b.point[i].x);
  return cm_finite(s->b.shape.m, y, why);
}

static bool sum_predict_at(void *model, const double *theta, int curve, int k, const double *x,
                           double *y, char why[96]) {
  (void)curve;
  for (int i = 0; i < k; i++) y[i] = value(model, theta, x[i]);
  return cm_finite(k, y, why);
}

static bool sum_jacobian(void *model, const double *theta, double *y, double *dy, char why[96]) {
  const sum *s = model;
  const int n = s->b.shape.parameters;
  for (int i = 0; i < s->b.shape.m; i++) {
    const double t = s->b.point[i].x;
    double *row = dy + i * n;
    y[i] = 0;
    for (int k = 0; k < s->terms; k++) {
      const double a = amplitude(s, theta, k), e = exp(-rate(s, theta, k) * t);
      y[i] += a * e;
      if (!s->fixed) row[k] = e;
      row[s->fixed ? k : s->terms + k] = -t * a * e;
    }
  }
  return cm_finite(s->b.shape.m, y, why) && cm_finite(s->b.shape.m * n, dy, why);
}

static void parameters(sum *s, const options *o, bool known) {
  char name[24];
  const double slow = 2 / o->to, fast = 0.5 / RC_MAX(o->from, o->to / 200);
  for (int k = 0; k < s->terms && !s->fixed; k++) {
    snprintf(name, sizeof name, "A_%d", k + 1);
    const double truth = k < o->amplitudes.n ? o->amplitudes.v[k] : 1;
    cm_parameter(&s->b, name, "", true, 1e-3, 1e3, 1, known ? truth : NAN, "amplitude");
  }
  for (int k = 0; k < s->terms; k++) {
    snprintf(name, sizeof name, "lambda_%d", k + 1);
    /* a fit starts from rates spread evenly in the logarithm over what the times can tell apart */
    const double a = s->terms > 1 ? (double)k / (s->terms - 1) : 0.5;
    const double start = exp(log(slow) * (1 - a) + log(fast) * a);
    cm_parameter(&s->b, name, "1/time", true, 1e-3 * slow, 1e3 * fast, start,
                 known ? o->rates.v[k] : NAN, "decay rate");
  }
}

static bool wrong(rc_err *err, const char *option) {
  rc_err_about(err, option, "", 0, "");
  return false;
}

static bool check(const options *o, rc_err *err) {
  const bool log = o->spacing == 0;
  if (o->rates.n < 1 || o->rates.n > 12) {
    rc_err_set(err, RC_ERR_INPUT, "exponentials: 1 to 12 rates, not %d", o->rates.n);
    return wrong(err, "rates");
  }
  if (o->amplitudes.n > o->rates.n) {
    rc_err_set(err, RC_ERR_INPUT, "exponentials: %d amplitudes for %d rate%s", o->amplitudes.n,
               o->rates.n, o->rates.n == 1 ? "" : "s");
    return wrong(err, "amplitudes");
  }
  if (!(o->from < o->to) || (log && !(o->from > 0))) {
    rc_err_set(err, RC_ERR_INPUT, "exponentials: times from %g to %g make no %s spacing; %s",
               o->from, o->to, log ? "log" : "linear",
               o->from < o->to ? "'from' must be above 0" : "'to' must be above 'from'");
    return wrong(err, "from");
  }
  return true;
}

static void synthesize(sum *s, const rc_calib_env *env, const options *o) {
  const int m = s->b.shape.m;
  double *work = rc_alloc((size_t)(m + s->b.shape.parameters), sizeof *work), *theta = work + m;
  cm_grid(o->from, o->to, m, o->spacing == 0, work);
  for (int i = 0; i < m; i++) s->b.point[i] = (rc_calib_point){.x = work[i], .sigma = o->noise};
  cm_truth(&s->b, theta);
  for (int i = 0; i < m; i++) work[i] = value(s, theta, s->b.point[i].x);
  cm_synthesize(&s->b, env, s->fixed ? "decay" : "exponentials", work);
  rc_free(work);
}

static void sum_close(void *model) {
  sum *s = model;
  cm_end(&s->b);
  rc_free(s);
}

static void *open_sum(const rc_calib_env *env, const options *o, bool fixed, rc_err *err) {
  static const char *const names[] = {"decay"};
  const cd_curves curves = {.n = 1, .name = names, .x_lower = -INFINITY, .x_unit = ""};
  cd_points file = {0};
  const bool given = cd_has_data(&o->given);
  if (!check(o, err)) return NULL;
  if (given && !cd_measurements(&o->given, env->folder, &curves, &file, err)) return NULL;
  sum *s = rc_alloc(1, sizeof *s);
  s->terms = o->rates.n;
  s->fixed = fixed;
  cm_begin(&s->b, fixed ? s->terms : 2 * s->terms, given ? file.m : (int)o->points, 1);
  cm_curve(&s->b, 0, names[0]);
  cm_labels(&s->b, "t", "y", o->spacing == 0 && !given, false);
  parameters(s, o, !given);
  s->b.shape.linear = fixed ? 0 : s->terms;
  if (given)
    cm_measured(&s->b, file.point, file.loss, cd_source(&o->given));
  else
    synthesize(s, env, o);
  rc_free(file.point);
  if (cd_parameters(&s->b, &o->given, env->folder, err)) return s;
  sum_close(s);
  return NULL;
}

static void *free_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  return open_sum(env, opts, false, err);
}

static void *mean_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  return open_sum(env, opts, true, err);
}

static const rc_calib_shape *sum_shape(const void *model) {
  return &((const sum *)model)->b.shape;
}

#define TIMES(t0, t1, count, even, error)                                                          \
  {.name = "from",                                                                                 \
   .type = RC_T_REAL,                                                                              \
   .offset = offsetof(options, from),                                                              \
   .def = t0,                                                                                      \
   .max = 1e9,                                                                                     \
   .help = "first time"},                                                                          \
      {.name = "to",                                                                               \
       .type = RC_T_REAL,                                                                          \
       .offset = offsetof(options, to),                                                            \
       .def = t1,                                                                                  \
       .max = 1e9,                                                                                 \
       .help = "last time"},                                                                       \
      {.name = "points",                                                                           \
       .type = RC_T_INT,                                                                           \
       .offset = offsetof(options, points),                                                        \
       .def = count,                                                                               \
       .min = 1,                                                                                   \
       .max = 10000,                                                                               \
       .help = "data on the curve"},                                                               \
      {.name = "spacing",                                                                          \
       .type = RC_T_CHOICE,                                                                        \
       .offset = offsetof(options, spacing),                                                       \
       .def = even,                                                                                \
       .choices = "log|linear",                                                                    \
       .help = "of the times"},                                                                    \
  {                                                                                                \
    .name = "noise", .type = RC_T_REAL, .offset = offsetof(options, noise), .def = error,          \
    .min = 1e-12, .max = 1e6, .help = "standard deviation of a datum"                              \
  }

static const rc_param free_params[] = {{.name = "rates",
                                        .type = RC_T_REALS,
                                        .offset = offsetof(options, rates),
                                        .def = "0.1, 0.5, 2, 8",
                                        .min = 1e-9,
                                        .max = 1e9,
                                        .help = "true decay rates, one per term"},
                                       {.name = "amplitudes",
                                        .type = RC_T_REALS,
                                        .offset = offsetof(options, amplitudes),
                                        .def = "",
                                        .min = 1e-3,
                                        .max = 1e3,
                                        .help = "true amplitudes; 1 where none is given"},
                                       TIMES("0.03", "30", "40", "log", "0.01"),
                                       CD_FILES(options),
                                       {0}};
static const rc_param mean_params[] = {{.name = "rates",
                                        .type = RC_T_REALS,
                                        .offset = offsetof(options, rates),
                                        .def = "1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75",
                                        .min = 1e-9,
                                        .max = 1e9,
                                        .help = "true decay rates, one per term"},
                                       TIMES("0", "5", "60", "linear", "0.01"),
                                       CD_FILES(options),
                                       {0}};

const rc_calib_class rc_calib_exponentials = {
    .kind = {.name = "exponentials",
             .title = "sum of exponentials",
             .help = "y = sum of A_k exp(-lambda_k t), amplitudes and rates free",
             .explain =
                 "y(t) = sum_k A_k exp(-lambda_k t). Many sets of amplitudes and rates give the "
                 "same curve: the classic of sloppy models. Decades lie between the stiffest and "
                 "the sloppiest eigenvalue although every rate differs from the next by a factor "
                 "of four (Transtrum, Machta and Sethna, Phys. Rev. E 83, 036701, 2011).",
             .params = free_params,
             .size = sizeof(options)},
    .open = free_open,
    .shape = sum_shape,
    .predict = sum_predict,
    .jacobian = sum_jacobian,
    .jacobian_cost = 2,
    .predict_at = sum_predict_at,
    .close = sum_close};

const rc_calib_class rc_calib_decay = {
    .kind =
        {.name = "decay",
         .title = "mean of exponentials",
         .help = "y = mean of exp(-lambda_k t): only the rates are free",
         .explain =
             "y(t) = (1/K) sum_k exp(-lambda_k t). The predictions do not change when two rates "
             "are swapped, so the model manifold folds where two meet: its widths shrink by a "
             "constant factor from one direction to the next, a hyper-ribbon (Transtrum, Machta "
             "and Sethna, Phys. Rev. Lett. 104, 060201, 2010).",
         .params = mean_params,
         .size = sizeof(options)},
    .open = mean_open,
    .shape = sum_shape,
    .predict = sum_predict,
    .jacobian = sum_jacobian,
    .jacobian_cost = 2,
    .predict_at = sum_predict_at,
    .close = sum_close};
