/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 27 nonlinear regression problems of the NIST Statistical Reference Datasets as models. */
#include "calib/nist.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "calib/model.h"

typedef struct options {
  int problem, start;
} options;

enum { WEEKS = 8 }; /* Nelson's data are of so many ages, each of which is a curve */
typedef struct nist {
  cm_base b;
  const nist_problem *p;
  int ages;
  double age[WEEKS]; /* the first predictor where there are two */
} nist;

static bool predict(void *model, const double *theta, double *y, char why[96]) {
  const nist *s = model;
  double g[NIST_PARAMETERS];
  for (int i = 0; i < s->p->points; i++) {
    y[i] = nist_value(s->p->formula, theta, s->p->data + i * (1 + s->p->predictors) + 1, g);
  }
  return cm_finite(s->p->points, y, why);
}

static bool jacobian(void *model, const double *theta, double *y, double *dy, char why[96]) {
  const nist *s = model;
  const nist_problem *p = s->p;
  for (int i = 0; i < p->points; i++) {
    y[i] = nist_value(p->formula, theta, p->data + i * (1 + p->predictors) + 1,
                      dy + i * p->parameters);
  }
  return cm_finite(p->points, y, why) && cm_finite(p->points * p->parameters, dy, why);
}

/* With two predictors the second is the axis, and the first belongs to the curve. */
static bool predict_at(void *model, const double *theta, int curve, int k, const double *x,
                       double *y, char why[96]) {
  const nist *s = model;
  double g[NIST_PARAMETERS];
  for (int i = 0; i < k; i++) {
    const double at[2] = {s->ages ? s->age[curve] : x[i], x[i]};
    y[i] = nist_value(s->p->formula, theta, at, g);
  }
  return cm_finite(k, y, why);
}

/* The curve of an age, a new one at its first appearance. */
static int curve_of(nist *s, double age) {
  int k = 0;
  while (k < s->ages && s->age[k] != age) k++;
  if (k == s->ages && k < WEEKS) s->age[s->ages++] = age;
  return k;
}

static void set_points(nist *s) {
  const nist_problem *p = s->p;
  const bool two = p->predictors == 2;
  for (int i = 0; i < p->points; i++) {
    const double *row = p->data + i * (1 + p->predictors);
    /* Nelson's formula is of the logarithm */
    s->b.point[i] = (rc_calib_point){.value = two ? log(row[0]) : row[0],
                                     .sigma = 1,
                                     .x = row[p->predictors],
                                     .curve = two ? curve_of(s, row[1]) : 0};
  }
}

static void *open_nist(const rc_calib_env *env, const void *opts, rc_err *err) {
  (void)env;
  (void)err;
  const options *o = opts;
  nist *s = rc_alloc(1, sizeof *s);
  const nist_problem *p = s->p = &nist_problems[o->problem];
  const bool two = p->predictors == 2;
  char name[24];
  cm_begin(&s->b, p->parameters, p->points, two ? WEEKS : 1);
  for (int j = 0; j < p->parameters; j++) {
    const double a = p->start[0][j], b = p->start[1][j], c = p->certified[j];
    const double low = fmin(a, fmin(b, c)), high = fmax(a, fmax(b, c));
    /* a size that starts and solution do not agree on is on a log scale, all else linear */
    const bool log_scale = low > 0 && high > 20 * low;
    const double room = 10 * (high - low + fmax(fabs(low), fabs(high)));
    snprintf(name, sizeof name, "b%d", j + 1);
    cm_parameter(&s->b, name, "", log_scale, log_scale ? low / 10 : low - room,
                 log_scale ? high * 10 : high + room, p->start[o->start][j], c,
                 nist_text(p->formula));
  }
  set_points(s);
  if (!two) cm_curve(&s->b, 0, p->name);
  for (int k = 0; k < s->ages; k++) {
    snprintf(name, sizeof name, "%g weeks", s->age[k]);
    cm_curve(&s->b, k, name);
  }
  cm_labels(&s->b, two ? "temperature [C]" : "x", two ? "ln y" : "y", false, false);
  s->b.shape.linear = p->linear;
  s->b.shape.scatter = true;
  snprintf(s->b.shape.data_source, sizeof s->b.shape.data_source, "NIST StRD %s, %s difficulty",
           p->name, p->level);
  return s;
}

static const rc_calib_shape *shape_of(const void *model) {
  return &((const nist *)model)->b.shape;
}

static void close_nist(void *model) {
  nist *s = model;
  cm_end(&s->b);
  rc_free(s);
}

static const rc_param params[] = {
    {.name = "problem",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, problem),
     .def = "Misra1a",
     .choices = "Misra1a|Chwirut2|Chwirut1|Lanczos3|Gauss1|Gauss2|DanWood|Misra1b|Kirby2|Hahn1|"
                "Nelson|MGH17|Lanczos1|Lanczos2|Gauss3|Misra1c|Misra1d|Roszman1|ENSO|MGH09|"
                "Thurber|BoxBOD|Rat42|MGH10|Eckerle4|Rat43|Bennett5",
     .help = "name of the data set, easy ones first"},
    {.name = "start",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, start),
     .def = "far",
     .choices = "far|near",
     .help = "NIST's first or second start"},
    {0}};

const rc_calib_class rc_calib_nist = {
    .kind = {.name = "nist",
             .title = "NIST reference problem",
             .help = "one of 27 regression problems with certified answers",
             .explain =
                 "Nonlinear regression problems of the Statistical Reference Datasets with "
                 "parameters certified to 11 digits (NIST, https://www.itl.nist.gov/div898/strd). "
                 "Two starts each: 'far' defeats many programs. Several are sloppy: Bennett5 has "
                 "eigenvalues over ten decades with three parameters.",
             .params = params,
             .size = sizeof(options)},
    .open = open_nist,
    .shape = shape_of,
    .predict = predict,
    .jacobian = jacobian,
    .jacobian_cost = 1.2,
    .predict_at = predict_at,
    .close = close_nist};
