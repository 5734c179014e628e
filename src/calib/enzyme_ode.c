/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rate equations by CVODES (Serban, Hindmarsh, ASME IDETC 2005). Sensitivities are taken to ln p,
 * so that one absolute tolerance serves parameters of any size. */
#include "calib/enzyme_ode.h"

#include <cvodes/cvodes.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#define RELATIVE 1e-10
#define ABSOLUTE 1e-12

typedef struct run {
  const co_ode *o;
  const double *p;
  SUNContext context;
  void *cvode;
  N_Vector y, *s;
  SUNMatrix matrix;
  SUNLinearSolver linear;
} run;

static int rhs(realtype t, N_Vector y, N_Vector f, void *data) {
  (void)t;
  const run *r = data;
  r->o->rhs(r->o->ctx, r->p, N_VGetArrayPointer(y), N_VGetArrayPointer(f));
  return 0;
}

static int by_state(realtype t, N_Vector y, N_Vector f, SUNMatrix j, void *data, N_Vector a,
                    N_Vector b, N_Vector c) {
  (void)t, (void)f, (void)a, (void)b, (void)c;
  const run *r = data;
  r->o->by_state(r->o->ctx, r->p, N_VGetArrayPointer(y), SUNDenseMatrix_Data(j));
  return 0;
}

/* ds_k/dt = J s_k + p_k df/dp_k */
static int sensitivities(int count, realtype t, N_Vector y, N_Vector f, N_Vector *s, N_Vector *ds,
                         void *data, N_Vector a, N_Vector b) {
  (void)t, (void)f, (void)a, (void)b;
  const run *r = data;
  const int n = r->o->states;
  double j[CO_STATES_MAX * CO_STATES_MAX] = {0}, d[CO_STATES_MAX * CO_PARAMETERS_MAX] = {0};
  r->o->by_state(r->o->ctx, r->p, N_VGetArrayPointer(y), j);
  r->o->by_parameter(r->o->ctx, r->p, N_VGetArrayPointer(y), d);
  for (int k = 0; k < count; k++) {
    const double *from = N_VGetArrayPointer(s[k]);
    double *to = N_VGetArrayPointer(ds[k]);
    for (int i = 0; i < n; i++) {
      to[i] = r->p[k] * d[k * n + i];
      for (int v = 0; v < n; v++) to[i] += j[v * n + i] * from[v];
    }
  }
  return 0;
}

static void silent(int code, const char *module, const char *function, char *message, void *data) {
  (void)code, (void)module, (void)function, (void)message, (void)data;
}

static bool begin(run *r, bool with_sensitivities) {
  const int n = r->o->states;
  if (SUNContext_Create(NULL, &r->context)) return false;
  r->y = N_VNew_Serial(n, r->context);
  memcpy(N_VGetArrayPointer(r->y), r->o->start, (size_t)n * sizeof(double));
  r->cvode = CVodeCreate(CV_BDF, r->context);
  r->matrix = SUNDenseMatrix(n, n, r->context);
  r->linear = SUNLinSol_Dense(r->y, r->matrix, r->context);
  if (!r->cvode || !r->matrix || !r->linear) return false;
  bool ok = CVodeSetErrHandlerFn(r->cvode, silent, NULL) == CV_SUCCESS &&
            CVodeInit(r->cvode, rhs, 0, r->y) == CV_SUCCESS &&
            CVodeSetUserData(r->cvode, r) == CV_SUCCESS &&
            CVodeSStolerances(r->cvode, RELATIVE, ABSOLUTE) == CV_SUCCESS &&
            CVodeSetMaxNumSteps(r->cvode, 20000) == CV_SUCCESS &&
            CVodeSetLinearSolver(r->cvode, r->linear, r->matrix) == CV_SUCCESS &&
            CVodeSetJacFn(r->cvode, by_state) == CV_SUCCESS;
  if (!ok || !with_sensitivities) return ok;
  const int np = r->o->parameters;
  double tolerance[CO_PARAMETERS_MAX];
  for (int k = 0; k < np; k++) tolerance[k] = ABSOLUTE;
  r->s = N_VCloneVectorArray(np, r->y);
  for (int k = 0; k < np; k++) N_VConst(0, r->s[k]);
  return CVodeSensInit(r->cvode, np, CV_STAGGERED, sensitivities, r->s) == CV_SUCCESS &&
         CVodeSensSStolerances(r->cvode, RELATIVE, tolerance) == CV_SUCCESS &&
         /* the steps are short enough at this tolerance: checked against differences */
         CVodeSetSensErrCon(r->cvode, SUNFALSE) == CV_SUCCESS;
}

static void end(run *r) {
  if (r->s) N_VDestroyVectorArray(r->s, r->o->parameters);
  if (r->cvode) CVodeFree(&r->cvode);
  if (r->linear) SUNLinSolFree(r->linear);
  if (r->matrix) SUNMatDestroy(r->matrix);
  if (r->y) N_VDestroy(r->y);
  if (r->context) SUNContext_Free(&r->context);
}

static bool advance(run *r, double t, double *y, double *dydp, char why[96]) {
  const int n = r->o->states, np = r->o->parameters;
  double reached = 0;
  if (t > 0) {
    const int code = CVode(r->cvode, t, r->y, &reached, CV_NORMAL);
    if (code < 0) {
      char *name = CVodeGetReturnFlagName(code);
      snprintf(why, 96, "the rate equations stop before t = %.4g: %.40s", t, name);
      free(name);
      return false;
    }
    if (dydp && CVodeGetSens(r->cvode, &reached, r->s) != CV_SUCCESS) {
      snprintf(why, 96, "no sensitivities at t = %.4g", t);
      return false;
    }
  }
  memcpy(y, N_VGetArrayPointer(r->y), (size_t)n * sizeof *y);
  for (int k = 0; k < np && dydp; k++) {
    const double *s = N_VGetArrayPointer(r->s[k]);
    for (int i = 0; i < n; i++) dydp[i * np + k] = s[i] / r->p[k];
  }
  return cm_finite(n, y, why);
}

bool co_solve(const co_ode *o, const double *p, int times, const double *time, double *y,
              double *dydp, char why[96]) {
  for (int k = 0; k < o->parameters; k++) {
    if (p[k] > 0 && isfinite(p[k])) continue;
    snprintf(why, 96, "rate %d is %g and must be above 0", k + 1, p[k]);
    return false;
  }
  run r = {.o = o, .p = p};
  bool ok = begin(&r, dydp != NULL);
  if (!ok) snprintf(why, 96, "the integrator does not start");
  for (int i = 0; i < times && ok; i++) {
    double *at = dydp ? dydp + i * o->states * o->parameters : NULL;
    ok = advance(&r, time[i], y + i * o->states, at, why);
  }
  end(&r);
  return ok;
}

/* ---- models ----------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Sorts and removes repetitions; returns how many are left. */
static int distinct(double *t, int n) {
  qsort(t, (size_t)n, sizeof *t, by_value);
  int k = 0;
  for (int i = 0; i < n; i++) {
    if (i == 0 || t[i] != t[k - 1]) t[k++] = t[i];
  }
  return k;
}

static int index_of(const double *t, int n, double at) {
  const double *found = bsearch(&at, t, (size_t)n, sizeof *t, by_value);
  return (int)(found - t);
}

void co_times(co_model *c) {
  const int m = c->b.shape.m;
  c->time = rc_alloc((size_t)m, sizeof *c->time);
  c->at = rc_alloc((size_t)m, sizeof *c->at);
  for (int i = 0; i < m; i++) c->time[i] = c->b.point[i].x;
  c->times = distinct(c->time, m);
  for (int i = 0; i < m; i++) c->at[i] = index_of(c->time, c->times, c->b.point[i].x);
}

bool co_predict(void *model, const double *theta, double *y, char why[96]) {
  const co_model *c = model;
  const int n = c->ode.states;
  double *all = rc_alloc((size_t)(c->times * n), sizeof *all);
  const bool ok = co_solve(&c->ode, theta, c->times, c->time, all, NULL, why);
  for (int i = 0; i < c->b.shape.m && ok; i++) {
    y[i] = all[c->at[i] * n + c->state[c->b.point[i].curve]];
  }
  rc_free(all);
  return ok;
}

bool co_jacobian(void *model, const double *theta, double *y, double *dy, char why[96]) {
  const co_model *c = model;
  const int n = c->ode.states, np = c->ode.parameters;
  double *all = rc_alloc((size_t)(c->times * n * (1 + np)), sizeof *all);
  double *d = all + c->times * n;
  const bool ok = co_solve(&c->ode, theta, c->times, c->time, all, d, why);
  for (int i = 0; i < c->b.shape.m && ok; i++) {
    const int row = c->at[i] * n + c->state[c->b.point[i].curve];
    y[i] = all[row];
    memcpy(dy + i * np, d + row * np, (size_t)np * sizeof *dy);
  }
  rc_free(all);
  return ok && cm_finite(c->b.shape.m * np, dy, why);
}

bool co_predict_at(void *model, const double *theta, int curve, int k, const double *x, double *y,
                   char why[96]) {
  const co_model *c = model;
  const int n = c->ode.states;
  double *t = rc_alloc((size_t)(k * (1 + n)), sizeof *t), *all = t + k;
  memcpy(t, x, (size_t)k * sizeof *t);
  const int times = distinct(t, k);
  bool ok = true;
  if (k > 0 && !(t[0] >= 0)) {
    snprintf(why, 96, "there is nothing before t = 0");
    ok = false;
  }
  ok = ok && co_solve(&c->ode, theta, times, t, all, NULL, why);
  for (int i = 0; i < k && ok; i++) y[i] = all[index_of(t, times, x[i]) * n + c->state[curve]];
  rc_free(t);
  return ok;
}

const rc_calib_shape *co_shape(const void *model) {
  return &((const co_model *)model)->b.shape;
}

void co_close(void *model) {
  co_model *c = model;
  cm_end(&c->b);
  rc_free(c->time);
  rc_free(c->at);
  rc_free(c);
}
