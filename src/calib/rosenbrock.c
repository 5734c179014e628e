/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chained function of Rosenbrock as a sum of squares. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "calib/model.h"

typedef struct options {
  int64_t n;
} options;

typedef struct rosenbrock {
  cm_base b;
} rosenbrock;

static bool rosenbrock_predict(void *model, const double *x, double *y, char why[96]) {
  const rosenbrock *p = model;
  const int pairs = p->b.shape.parameters - 1;
  for (int i = 0; i < pairs; i++) {
    y[i] = 10 * (x[i + 1] - x[i] * x[i]);
    y[pairs + i] = 1 - x[i];
  }
  return cm_finite(2 * pairs, y, why);
}

static bool rosenbrock_jacobian(void *model, const double *x, double *y, double *dy, char why[96]) {
  const rosenbrock *p = model;
  const int n = p->b.shape.parameters, pairs = n - 1;
  for (int k = 0; k < 2 * pairs * n; k++) dy[k] = 0;
  for (int i = 0; i < pairs; i++) {
    dy[i * n + i] = -20 * x[i];
    dy[i * n + i + 1] = 10;
    dy[(pairs + i) * n + i] = -1;
  }
  return rosenbrock_predict(model, x, y, why);
}

static void *rosenbrock_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  (void)env, (void)err;
  const int n = (int)((const options *)opts)->n, pairs = n - 1;
  rosenbrock *p = rc_alloc(1, sizeof *p);
  cm_begin(&p->b, n, 2 * pairs, 2);
  cm_curve(&p->b, 0, "10 (x_i+1 - x_i^2)");
  cm_curve(&p->b, 1, "1 - x_i");
  cm_labels(&p->b, "i", "r", false, false);
  char name[24];
  for (int i = 0; i < n; i++) {
    snprintf(name, sizeof name, "x_%d", i + 1);
    /* the classical start is -1.2, 1, -1.2, 1, .. */
    cm_parameter(&p->b, name, "", false, -2.048, 2.048, i % 2 ? 1 : -1.2, 1, "coordinate");
  }
  for (int i = 0; i < 2 * pairs; i++) {
    p->b.point[i] = (rc_calib_point){.x = i % pairs + 1, .sigma = 1, .curve = i / pairs};
  }
  snprintf(p->b.shape.data_source, sizeof p->b.shape.data_source,
           "exact: all residuals 0 at x = 1");
  return p;
}

static const rc_calib_shape *rosenbrock_shape(const void *model) {
  return &((const rosenbrock *)model)->b.shape;
}

static void rosenbrock_close(void *model) {
  rosenbrock *p = model;
  cm_end(&p->b);
  rc_free(p);
}

static const rc_param params[] = {{.name = "n",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, n),
                                   .def = "10",
                                   .min = 2,
                                   .max = 100,
                                   .help = "coordinates; 2 is the curved valley of 1960"},
                                  {0}};

const rc_calib_class rc_calib_rosenbrock = {
    .kind = {.name = "rosenbrock",
             .title = "chained Rosenbrock function",
             .help = "r = 10 (x_i+1 - x_i^2) and 1 - x_i: a curved valley",
             .explain =
                 "The residuals 10 (x_{i+1} - x_i^2) and 1 - x_i vanish at x = 1. The way there "
                 "follows a curved valley, where a step that knows the curvature (geodesic "
                 "acceleration) is worth several straight ones (Rosenbrock, Comput. J. 3, 175, "
                 "1960). With many coordinates there is a second minimum near x_1 = -1.",
             .params = params,
             .size = sizeof(options)},
    .open = rosenbrock_open,
    .shape = rosenbrock_shape,
    .predict = rosenbrock_predict,
    .jacobian = rosenbrock_jacobian,
    .jacobian_cost = 1.5,
    .close = rosenbrock_close};
