/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enzyme kinetics in closed form on the data of Kowalik and Osborne. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "calib/csv_data.h"

typedef struct options {
  cd_given given;
} options;

typedef struct michaelis {
  cm_base b;
} michaelis;

enum { V, A, B, C, RATES };

/* Kowalik, Osborne, Methods for Unconstrained Optimization Problems, 1968; the figures are those of
 * the NIST StRD problem MGH09. */
static const double data[][2] = {{4, .1957},     {2, .1947},     {1, .1735},    {.5, .16},
                                 {.25, .0844},   {.167, .0627},  {.125, .0456}, {.1, .0342},
                                 {.0833, .0323}, {.0714, .0235}, {.0625, .0246}};
/* residual standard deviation of the certified fit: 7 degrees of freedom */
static const double sigma = 6.6279236551e-03;

static double value(const double *p, double x) {
  return p[V] * x * (x + p[A]) / (x * x + x * p[B] + p[C]);
}

static bool michaelis_predict(void *model, const double *p, double *y, char why[96]) {
  const michaelis *z = model;
  for (int i = 0; i < z->b.shape.m; i++) y[i] = value(p, z->b.point[i].x);
  return cm_finite(z->b.shape.m, y, why);
}

static bool michaelis_predict_at(void *model, const double *p, int curve, int k, const double *x,
                                 double *y, char why[96]) {
  (void)model, (void)curve;
  for (int i = 0; i < k; i++) y[i] = x[i] == 0 ? 0 : value(p, x[i]);
  return cm_finite(k, y, why);
}

static bool michaelis_jacobian(void *model, const double *p, double *y, double *dy, char why[96]) {
  const michaelis *z = model;
  for (int i = 0; i < z->b.shape.m; i++) {
    const double x = z->b.point[i].x, below = x * x + x * p[B] + p[C];
    double *d = dy + i * RATES;
    y[i] = value(p, x);
    d[V] = x * (x + p[A]) / below;
    d[A] = p[V] * x / below;
    d[B] = -y[i] * x / below;
    d[C] = -y[i] / below;
  }
  return cm_finite(z->b.shape.m, y, why) && cm_finite(z->b.shape.m * RATES, dy, why);
}

static void michaelis_close(void *model) {
  michaelis *z = model;
  cm_end(&z->b);
  rc_free(z);
}

static void *michaelis_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  const options *o = opts;
  static const char *const names[] = {"velocity"};
  const cd_curves curves = {.n = 1, .name = names, .x_unit = "", .x_above = true};
  cd_points file = {0};
  const bool given = cd_has_data(&o->given);
  if (given && !cd_measurements(&o->given, env->folder, &curves, &file, err)) return NULL;
  michaelis *z = rc_alloc(1, sizeof *z);
  cm_begin(&z->b, RATES, given ? file.m : (int)RC_LEN(data), 1);
  cm_curve(&z->b, 0, names[0]);
  cm_labels(&z->b, "substrate", "velocity", true, false);
  z->b.shape.linear = 1;
  /* the truth is the certified fit */
  const double none = NAN;
  cm_parameter(&z->b, "Vmax", "", true, 1e-3, 1e2, .25, given ? none : 1.9280693458e-01,
               "velocity at saturation");
  cm_parameter(&z->b, "K1", "", true, 1e-3, 1e2, .39, given ? none : 1.9128232873e-01,
               "of the second-order part above");
  cm_parameter(&z->b, "K2", "", true, 1e-3, 1e2, .415, given ? none : 1.2305650693e-01,
               "half saturation, linear part");
  cm_parameter(&z->b, "K3", "", true, 1e-3, 1e2, .39, given ? none : 1.3606233068e-01,
               "half saturation, quadratic part");
  if (given) {
    cm_measured(&z->b, file.point, file.loss, cd_source(&o->given));
  } else {
    for (size_t i = 0; i < RC_LEN(data); i++) {
      z->b.point[i] = (rc_calib_point){.x = data[i][0], .value = data[i][1], .sigma = sigma};
    }
    snprintf(z->b.shape.data_source, sizeof z->b.shape.data_source,
             "Kowalik and Osborne 1968 (NIST StRD MGH09)");
  }
  rc_free(file.point);
  if (cd_parameters(&z->b, &o->given, env->folder, err)) return z;
  michaelis_close(z);
  return NULL;
}

static const rc_calib_shape *michaelis_shape(const void *model) {
  return &((const michaelis *)model)->b.shape;
}

static const rc_param params[] = {CD_FILES(options), {0}};

const rc_calib_class rc_calib_michaelis = {
    .kind = {.name = "michaelis",
             .title = "Michaelis-Menten, closed form",
             .help = "v = Vmax (x^2 + K1 x) / (x^2 + K2 x + K3) on eleven measured velocities",
             .explain =
                 "The velocity of an enzyme reaction against its substrate, with a second-order "
                 "term above and below (Kowalik and Osborne 1968; NIST StRD problem MGH09). Four "
                 "parameters, eleven data, three decades between the stiffest and the sloppiest "
                 "direction; K1, K2 and K3 run to infinity together along the last one.",
             .params = params,
             .size = sizeof(options)},
    .open = michaelis_open,
    .shape = michaelis_shape,
    .predict = michaelis_predict,
    .jacobian = michaelis_jacobian,
    .jacobian_cost = 1.5,
    .predict_at = michaelis_predict_at,
    .close = michaelis_close};
