/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays behind a model's shape, and synthetic data. */
#include "calib/model.h"

#include <assert.h>
#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void one_thread(void) {
  openblas_set_num_threads(1);
}

void cm_one_thread(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, one_thread);
}

void cm_begin(cm_base *b, int parameters, int m, int curves) {
  cm_one_thread();
  memset(b, 0, sizeof *b);
  b->parameter = rc_alloc((size_t)RC_MAX(1, parameters), sizeof *b->parameter);
  b->point = rc_alloc((size_t)RC_MAX(1, m), sizeof *b->point);
  b->curve = rc_alloc((size_t)RC_MAX(1, curves), sizeof *b->curve);
  b->shape = (rc_calib_shape){.parameter = b->parameter,
                              .m = m,
                              .point = b->point,
                              .curves = curves,
                              .curve = b->curve,
                              .loss = RC_LOSS_CHI2};
}

void cm_inputs(cm_base *b, int inputs) {
  b->input = rc_alloc((size_t)RC_MAX(1, b->shape.m * inputs), sizeof *b->input);
  b->input_sigma = rc_alloc((size_t)RC_MAX(1, b->shape.m * inputs), sizeof *b->input_sigma);
  b->shape.inputs = inputs;
  b->shape.input = b->input;
}

void cm_end(cm_base *b) {
  rc_free(b->parameter);
  rc_free(b->point);
  rc_free(b->curve);
  rc_free(b->input);
  rc_free(b->input_sigma);
  memset(b, 0, sizeof *b);
}

rc_calib_parameter *cm_parameter(cm_base *b, const char *name, const char *unit, bool log,
                                 double lower, double upper, double nominal, double truth,
                                 const char *help) {
  rc_calib_parameter *p = &b->parameter[b->shape.parameters++];
  assert(lower < upper && (!log || lower > 0));
  snprintf(p->name, sizeof p->name, "%s", name);
  snprintf(p->unit, sizeof p->unit, "%s", unit);
  snprintf(p->help, sizeof p->help, "%s", help);
  p->log = log;
  p->lower = lower, p->upper = upper;
  p->nominal = nominal, p->truth = truth;
  return p;
}

void cm_curve(cm_base *b, int k, const char *name) {
  snprintf(b->curve[k].name, sizeof b->curve[k].name, "%s", name);
}

void cm_labels(cm_base *b, const char *x, const char *y, bool x_log, bool y_log) {
  snprintf(b->shape.x_label, sizeof b->shape.x_label, "%s", x);
  snprintf(b->shape.y_label, sizeof b->shape.y_label, "%s", y);
  b->shape.x_log = x_log, b->shape.y_log = y_log;
}

void cm_grid(double from, double to, int n, bool in_log, double *x) {
  for (int i = 0; i < n; i++) {
    const double a = n > 1 ? (double)i / (n - 1) : 0;
    x[i] = in_log ? exp(log(from) * (1 - a) + log(to) * a) : from * (1 - a) + to * a;
  }
  if (n > 0) x[0] = from;
  if (n > 1) x[n - 1] = to;
}

void cm_synthesize(cm_base *b, const rc_calib_env *env, const char *name, const double *y) {
  char stream[64];
  snprintf(stream, sizeof stream, "calib/data/%s", name);
  rc_rng rng = rc_rng_stream(env->seed, stream, 0);
  for (int i = 0; i < b->shape.m; i++) {
    b->point[i].value = y[i] + b->point[i].sigma * rc_rng_normal(&rng);
  }
  b->shape.synthetic = true;
  snprintf(b->shape.data_source, sizeof b->shape.data_source,
           "synthetic: true parameters and noise, seed %llu", (unsigned long long)env->seed);
}

void cm_measured(cm_base *b, const rc_calib_point *point, rc_loss_kind loss, const char *file) {
  memcpy(b->point, point, (size_t)b->shape.m * sizeof *point);
  b->shape.loss = loss;
  snprintf(b->shape.data_source, sizeof b->shape.data_source, "%.119s", file);
}

void cm_truth(const cm_base *b, double *theta) {
  for (int j = 0; j < b->shape.parameters; j++) {
    const rc_calib_parameter *p = &b->parameter[j];
    theta[j] = isnan(p->truth) ? p->nominal : p->truth;
  }
}

bool cm_finite(int m, const double *y, char why[96]) {
  for (int i = 0; i < m; i++) {
    if (isfinite(y[i])) continue;
    snprintf(why, 96, "prediction %d is not finite", i + 1);
    return false;
  }
  return true;
}
