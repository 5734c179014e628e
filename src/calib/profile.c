/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profile likelihoods: a parameter walked away from its best value, all others fitted again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "roadcut/calib.h"

enum { POINTS = 40 }; /* of a side */
/* chi2 is known to this: the last step of a fit lowers it by less. */
static const double accuracy = 1e-4;
/* The profile is walked until chi2 has risen by this; the interval is where it rises by 1. */
static const double enough = 4;

struct rc_profile {
  rc_fit *fit;
  int n, j, side;           /* side 0: downwards, 1: upwards */
  double *best, *z, *from;  /* best point; optimum at the last value; trial */
  double *slope;            /* d z / d z_j between the last two optima, 0 at the best point */
  double loss_best, unit;   /* chi2 = (loss - loss_best) / unit */
  double step, value, last; /* last: chi2 at the last point */
  rc_refit refit;
  bool fitting;
  int taken[2];                          /* points of a side, best point not counted */
  double at[2][POINTS], rise[2][POINTS]; /* z_j and chi2, going outwards */
  double loss[2][POINTS];
  double points_z[2 * POINTS + 1], points_loss[2 * POINTS + 1];
  rc_profile_view view;
};

static double theta_of(const rc_profile *p, double zj) {
  const rc_calib_parameter *a = rc_fit_parameter(p->fit, p->j);
  return a->log ? a->lower * pow(a->upper / a->lower, zj) : a->lower + zj * (a->upper - a->lower);
}

rc_profile *rc_profile_new(rc_fit *f, const double *z_best, int j, rc_err *err) {
  if (j < 0 || j >= rc_fit_n(f)) {
    rc_err_set(err, RC_ERR_INPUT, "there is no parameter %d to profile", j);
    return NULL;
  }
  rc_profile *p = rc_alloc(1, sizeof *p);
  const size_t n = (size_t)rc_fit_n(f);
  p->fit = f;
  p->n = (int)n;
  p->j = j;
  p->best = rc_alloc(n, sizeof *p->best);
  p->z = rc_alloc(n, sizeof *p->z);
  p->from = rc_alloc(n, sizeof *p->from);
  p->slope = rc_alloc(n, sizeof *p->slope);
  memcpy(p->best, z_best, n * sizeof *z_best);
  memcpy(p->z, z_best, n * sizeof *z_best);
  p->step = .01;
  p->view.lower = -INFINITY;
  p->view.upper = INFINITY;
  p->loss_best = NAN;
  return p;
}

void rc_profile_free(rc_profile *p) {
  if (!p) return;
  if (p->fitting) rc_refit_free(&p->refit);
  rc_free(p->best);
  rc_free(p->z);
  rc_free(p->from);
  rc_free(p->slope);
  rc_free(p);
}

/* Where sqrt(chi2) passes 1, between the last point below and the first above. */
static double crossing(const rc_profile *p, int side) {
  double z0 = p->best[p->j], c0 = 0;
  for (int k = 0; k < p->taken[side]; k++) {
    const double z1 = p->at[side][k], c1 = sqrt(fmax(p->rise[side][k], 0));
    if (c1 >= 1) return theta_of(p, z0 + (z1 - z0) * (1 - c0) / (c1 - c0));
    z0 = z1;
    c0 = c1;
  }
  return NAN;
}

static void finish(rc_profile *p) {
  const double low = crossing(p, 0), high = crossing(p, 1);
  p->view.lower = isnan(low) ? -INFINITY : low;
  p->view.upper = isnan(high) ? INFINITY : high;
  /* what ends the interval; that the picture ends sooner than it might is another matter */
  if (!isnan(low)) snprintf(p->view.why_lower, sizeof p->view.why_lower, "threshold");
  if (!isnan(high)) snprintf(p->view.why_upper, sizeof p->view.why_upper, "threshold");
  p->view.verdict = isnan(low) && isnan(high)   ? RC_PROFILE_FLAT
                    : isnan(low) || isnan(high) ? RC_PROFILE_ONE_SIDED
                                                : RC_PROFILE_BOUNDED;
  p->view.done = true;
}

static void end_side(rc_profile *p, const char *why) {
  snprintf(p->side ? p->view.why_upper : p->view.why_lower, sizeof p->view.why_upper, "%s", why);
  if (p->side++ == 0) {
    memcpy(p->z, p->best, (size_t)p->n * sizeof *p->z);
    memset(p->slope, 0, (size_t)p->n * sizeof *p->slope);
    p->step = .01;
    p->last = 0;
  } else {
    finish(p);
  }
}

static void begin_point(rc_profile *p) {
  const double sign = p->side ? 1 : -1;
  p->value = fmin(fmax(p->z[p->j] + sign * p->step, 0), 1);
  for (int k = 0; k < p->n; k++) /* straight on from the last two, which saves a few Jacobians */
    p->from[k] = fmin(fmax(p->z[k] + p->slope[k] * (p->value - p->z[p->j]), 0), 1);
  p->from[p->j] = p->value;
  rc_refit_new(&p->refit, p->fit, p->from, p->j);
  p->refit.gain = accuracy * p->unit;
  p->fitting = true;
}

/* A point is taken when chi2 has not risen by too much at once; else it is tried nearer. */
static void end_point(rc_profile *p) {
  const double chi2 = (p->refit.loss - p->loss_best) / p->unit, rise = chi2 - p->last;
  const bool failed = p->refit.failed;
  p->view.queries += p->refit.queries;
  if (!failed && !(rise > 1 && p->step > 1e-4)) {
    const int k = p->taken[p->side]++;
    p->at[p->side][k] = p->value;
    p->rise[p->side][k] = chi2;
    p->loss[p->side][k] = p->refit.loss;
    const double by = p->value - p->z[p->j];
    for (int i = 0; i < p->n; i++) p->slope[i] = by != 0 ? (p->refit.z[i] - p->z[i]) / by : 0;
    memcpy(p->z, p->refit.z, (size_t)p->n * sizeof *p->z);
    p->last = chi2;
    if (rise < .3) p->step *= 1.8;
  } else {
    p->step /= 3;
    memset(p->slope, 0, (size_t)p->n * sizeof *p->slope); /* it may have led astray */
  }
  char why[64] = "";
  if (failed && p->step < 1e-4) snprintf(why, sizeof why, "%.60s", p->refit.why);
  rc_refit_free(&p->refit);
  p->fitting = false;
  if (why[0])
    end_side(p, why);
  else if (p->last >= enough)
    end_side(p, "threshold");
  else if (p->z[p->j] <= 0 || p->z[p->j] >= 1)
    end_side(p, "bound of the box");
  else if (p->taken[p->side] == POINTS)
    end_side(p, "40 points");
}

void rc_profile_step(rc_profile *p) {
  if (p->view.done) return;
  if (isnan(p->loss_best)) {
    char why[64];
    double *r = rc_alloc((size_t)rc_fit_m(p->fit), sizeof *r);
    const bool ok = rc_fit_residuals(p->fit, p->best, r, p->refit.why);
    p->loss_best = ok ? rc_fit_loss(p->fit, r) : 0;
    p->unit = fmax(rc_fit_chi2_unit(p->fit, p->loss_best), 1e-300);
    rc_free(r);
    p->view.queries++;
    snprintf(why, sizeof why, "no prediction at the best point");
    if (!ok) end_side(p, why), end_side(p, why);
    return;
  }
  const double edge = p->z[p->j];
  if (!p->fitting && ((p->side == 0 && edge <= 0) || (p->side == 1 && edge >= 1))) {
    end_side(p, "bound of the box");
    return;
  }
  if (!p->fitting) begin_point(p);
  if (rc_refit_step(&p->refit)) end_point(p);
}

rc_profile_view rc_profile_read(const rc_profile *p) {
  rc_profile *own = (rc_profile *)p; /* the arrays of the view are put together here */
  int n = 0;
  for (int k = p->taken[0] - 1; k >= 0; k--, n++) {
    own->points_z[n] = p->at[0][k];
    own->points_loss[n] = p->loss[0][k];
  }
  own->points_z[n] = p->best[p->j];
  own->points_loss[n++] = p->loss_best;
  for (int k = 0; k < p->taken[1]; k++, n++) {
    own->points_z[n] = p->at[1][k];
    own->points_loss[n] = p->loss[1][k];
  }
  rc_profile_view v = p->view;
  v.points = n;
  v.z = p->points_z;
  v.loss = p->points_loss;
  return v;
}
