/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stiff rate equations dy/dt = f(y, p) with y(0) given, and their sensitivities dy/dp, by CVODES
 * (backward differentiation, forward sensitivities). */
#ifndef RC_CALIB_ENZYME_ODE_H
#define RC_CALIB_ENZYME_ODE_H

#include "calib/csv_data.h"

enum { CO_STATES_MAX = 8, CO_PARAMETERS_MAX = 16 };

typedef struct co_ode {
  int states, parameters;
  double start[CO_STATES_MAX]; /* y(0), which no parameter changes */
  void (*rhs)(const void *ctx, const double *p, const double *y, double *f);
  /* df_i/dy_j at [j * states + i], df_i/dp_j at [j * states + i] */
  void (*by_state)(const void *ctx, const double *p, const double *y, double *d);
  void (*by_parameter)(const void *ctx, const double *p, const double *y, double *d);
  const void *ctx;
} co_ode;

/* y (times x states) at ascending times >= 0 and, unless NULL, dy/dp (times x states x parameters).
 * Relative tolerance 1e-10. False: it did not get there; why says so. Parameters must be > 0. */
bool co_solve(const co_ode *o, const double *p, int times, const double *time, double *y,
              double *dydp, char why[96]);

/* A model whose curves are states of an ODE; what the enzyme models share. */
typedef struct co_model {
  cm_base b;
  co_ode ode;
  int state[CO_STATES_MAX]; /* of each curve */
  int times;
  double *time; /* ascending, distinct */
  int *at;      /* m: index of each datum's time */
} co_model;
/* The times of the data; call it when the points are set. */
void co_times(co_model *c);
bool co_predict(void *model, const double *theta, double *y, char why[96]);
bool co_jacobian(void *model, const double *theta, double *y, double *dy, char why[96]);
bool co_predict_at(void *model, const double *theta, int curve, int k, const double *x, double *y,
                   char why[96]);
const rc_calib_shape *co_shape(const void *model);
void co_close(void *model);

/* A row of the parameter table of a model whose options struct is called options. */
#define CO_AMOUNT(label, field, value, text)                                                       \
  {                                                                                                \
    .name = label, .type = RC_T_REAL, .offset = offsetof(options, field), .def = value,            \
    .min = 1e-9, .max = 1e9, .help = text                                                          \
  }

#endif
