/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board: a point that a person turns along raw parameters or eigen-directions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/calibration_study.h"

static const rc_calib_parameter *parameter(const calib *s, int j) {
  return rc_fit_parameter(s->fit, j);
}

/* ds/dz of a parameter: the box in the units of its scale. */
static double box(const rc_calib_parameter *p) {
  return p->log ? log(p->upper / p->lower) : p->upper - p->lower;
}

double calib_coordinate(const calib *s, const double *theta, int j) {
  const rc_calib_parameter *p = parameter(s, j);
  const double at = theta[s->free[j]];
  switch (s->fisher.coords) {
  case RC_COORDS_BOX: return 1;
  case RC_COORDS_SCALE: return 1 / box(p);
  case RC_COORDS_LOG: return (p->log ? 1 : at) / box(p);
  case RC_COORDS_LINEAR: return (p->upper - p->lower) / (p->log ? at : 1) / box(p);
  }
  return 1;
}

void calib_direction(const calib *s, int k, double *dz) {
  double *theta = rc_alloc((size_t)s->parameters, sizeof *theta);
  rc_fit_theta(s->fit, s->best, theta);
  for (int j = 0; j < s->n; j++)
    dz[j] = s->fisher.vector[k * s->n + j] * calib_coordinate(s, theta, j);
  rc_free(theta);
}

int calib_axis(const calib *s, const char *name) {
  int64_t k;
  for (int j = 0; j < s->n; j++)
    if (!strcmp(parameter(s, j)->name, name)) return j;
  if (name[0] == 'v' && rc_parse_int(name + 1, &k) && k >= 1 && k <= s->n) return s->n + (int)k - 1;
  return -1;
}

void calib_axis_name(const calib *s, int axis, char out[24]) {
  if (axis < s->n)
    snprintf(out, 24, "%s", parameter(s, axis)->name);
  else
    snprintf(out, 24, "v%d", axis - s->n + 1);
}

void calib_axis_step(const calib *s, int axis, double *dz) {
  if (axis >= s->n) {
    calib_direction(s, axis - s->n, dz);
    return;
  }
  memset(dz, 0, (size_t)s->n * sizeof *dz);
  const rc_calib_parameter *p = parameter(s, axis);
  dz[axis] = p->log ? 1 / box(p) : 1;
}

/* How far the predictions have moved: in standard deviations, or as d ln y for relative losses. */
static double distance(const calib *s) {
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  double most = 0;
  for (int i = 0; i < s->points; i++) {
    const bool relative = shape->loss == RC_LOSS_RELATIVE || shape->loss == RC_LOSS_LOG;
    const double ratio = s->y[i] / s->y_best[i];
    const double d = relative && ratio > 0 ? fabs(log(ratio))
                                           : fabs(s->y[i] - s->y_best[i]) / shape->point[i].sigma;
    if (d > most || isnan(d)) most = d;
  }
  return most;
}

void calib_board_read(calib *s) {
  char why[96] = "";
  double *r = rc_alloc((size_t)s->m, sizeof *r);
  rc_err ignored = {0};
  const bool ok = rc_fit_residuals(s->fit, s->z, r, why) && rc_fit_predict(s->fit, s->z, s->y, why);
  s->loss = ok ? rc_fit_loss(s->fit, r) : nan("");
  for (int i = 0; !ok && i < s->points; i++) s->y[i] = nan("");
  s->moved = ok ? distance(s) : nan("");
  if (!ok) calib_warn(s, "no prediction here: %s", why);
  rc_free(r);
  rc_fisher fresh = {0};
  if (ok && rc_fisher_make(s->fit, s->z, (rc_coords)s->o.coordinates, rc_fit_has_link(s->fit),
                           &fresh, &ignored)) {
    rc_fisher_free(&s->ladder);
    s->ladder = fresh;
  }
}

/* The setting before a turn stays as a ghost: the newest first, at most RC_CALIB_GHOSTS. */
static void leave_ghost(calib *s) {
  const size_t row = (size_t)s->points;
  memmove(s->ghost + row, s->ghost, (RC_CALIB_GHOSTS - 1) * row * sizeof *s->ghost);
  memcpy(s->ghost, s->y, row * sizeof *s->ghost);
  s->ghosts = RC_MIN(s->ghosts + 1, RC_CALIB_GHOSTS);
}

static void begin_hold(calib *s) {
  if (s->holding) rc_refit_free(&s->hold);
  rc_refit_new(&s->hold, s->fit, s->z, s->held);
  s->holding = true;
  if (s->phase != CAL_BOARD) s->resume = s->phase;
  s->phase = CAL_BOARD;
}

bool calib_board_step(calib *s, rc_err *err) {
  (void)err;
  if (!s->holding) {
    s->phase = s->resume;
    return true;
  }
  const bool done = rc_refit_step(&s->hold);
  memcpy(s->z, s->hold.z, (size_t)s->n * sizeof *s->z);
  calib_board_read(s);
  if (!done) return true;
  if (s->hold.failed) calib_warn(s, "fitting the others again failed: %s", s->hold.why);
  rc_refit_free(&s->hold);
  s->holding = false;
  s->phase = s->resume;
  return true;
}

/* What stays where it was turned to while the others are fitted: the parameter, or that which has the
 * largest share in the direction. */
static int largest_of(const calib *s, const double *dz) {
  int most = 0;
  for (int j = 1; j < s->n; j++)
    if (fabs(dz[j]) > fabs(dz[most])) most = j;
  return most;
}

bool calib_turn(calib *s, const char *argument, rc_err *err) {
  char name[24] = "", amount[32] = "", more[2];
  double by;
  if (sscanf(argument ? argument : "", "%23s %31s %1s", name, amount, more) != 2 ||
      !rc_parse_real(amount[0] == '+' ? amount + 1 : amount, &by) || fabs(by) > 1e3)
    return rc_err_set(err, RC_ERR_INPUT,
                      "turn wants a parameter or direction and a number: turn v1 0.1");
  const int axis = calib_axis(s, name);
  if (axis < 0) {
    const char *names[256];
    for (int j = 0; j < s->n && j < 256; j++) names[j] = parameter(s, j)->name;
    const char *near = rc_nearest(name, names, (size_t)RC_MIN(s->n, 256));
    return rc_err_set(
        err, RC_ERR_INPUT,
        "no parameter and no direction is called '%s'%s%s%s; directions are v1 to v%d", name,
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", s->n);
  }
  double *dz = rc_alloc((size_t)s->n, sizeof *dz);
  calib_axis_step(s, axis, dz);
  leave_ghost(s);
  bool stopped = false;
  for (int j = 0; j < s->n; j++) {
    const double to = s->z[j] + by * dz[j], in = fmin(fmax(to, 0), 1);
    stopped = stopped || fabs(in - to) > 1e-12;
    s->z[j] = in;
  }
  if (s->held >= 0) s->held = largest_of(s, dz);
  rc_free(dz);
  snprintf(s->turned, sizeof s->turned, "%s by %+.3g%s", name, by,
           stopped ? ", stopped at its bounds" : "");
  calib_board_read(s);
  if (s->held >= 0) begin_hold(s);
  return true;
}

bool calib_hold(calib *s, const char *argument, rc_err *err) {
  if (!argument || !*argument || !strcmp(argument, "off")) {
    s->held = -1;
    return true;
  }
  const int axis = calib_axis(s, argument);
  if (axis < 0 || axis >= s->n)
    return rc_err_set(err, RC_ERR_INPUT, "hold wants the name of a parameter, or off, not '%s'",
                      argument);
  s->held = axis;
  begin_hold(s);
  return true;
}

bool calib_home(calib *s, rc_err *err) {
  (void)err;
  if (s->holding) rc_refit_free(&s->hold);
  s->holding = false;
  s->held = -1;
  s->ghosts = 0;
  s->turned[0] = 0;
  memcpy(s->z, s->best, (size_t)s->n * sizeof *s->z);
  calib_board_read(s);
  if (s->phase == CAL_BOARD) s->phase = s->resume;
  return true;
}
