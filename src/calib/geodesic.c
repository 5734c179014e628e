/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Geodesics of the model manifold, from a point to its edge. The coordinates are z, an affine map
 * of the scales s, so that a geodesic in one is one in the other. */
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calib/edge.h"

enum { POINTS = 200 };
static const double stretch = 25; /* the edge: the parameters run this many times faster */
static const double stride = .1;  /* of a step, in s (a tenth of a factor e) */
/* Of the velocity, at most this share may change in a step. Where two parameters meet, the manifold
 * folds over: a longer step lands on the other side with their names exchanged. */
static const double bend = .25;

struct rc_geodesic {
  rc_fit *fit;
  int n, m;
  double *z, *v;                        /* point and velocity dz/dtau */
  double *box;                          /* ds/dz */
  double *s0;                           /* s at the beginning */
  double *end;                          /* velocity at the end, in s */
  double slowest;                       /* speed so far */
  bool unresolved;                      /* the last acceleration was rounding */
  bool dead;                            /* the direction itself is below the floor of rounding */
  double *jacobian, *r, *beside, *side; /* at z; at another point */
  double *tau, *s, *speed;              /* POINTS, POINTS x n, POINTS */
  rc_geodesic_view view;
};

static double scale_of(const rc_geodesic *g, int j, double z) {
  const rc_calib_parameter *p = rc_fit_parameter(g->fit, j);
  return (p->log ? log(p->lower) : p->lower) + g->box[j] * z;
}

static double speed_of(const rc_geodesic *g, const double *v) {
  double sum = 0;
  for (int j = 0; j < g->n; j++) {
    /* a linear parameter is measured by its box, one on a log scale by factors of e */
    const double d = rc_fit_parameter(g->fit, j)->log ? v[j] * g->box[j] : v[j];
    sum += d * d;
  }
  return sqrt(sum);
}

static void take_point(rc_geodesic *g, double tau) {
  const int k = g->view.points++;
  g->tau[k] = tau;
  g->speed[k] = speed_of(g, g->v);
  for (int j = 0; j < g->n; j++) g->s[k * g->n + j] = scale_of(g, j, g->z[j]);
}

rc_geodesic *rc_geodesic_new(rc_fit *f, const double *z, int direction, int sign, rc_err *err) {
  rc_fisher fisher = {0};
  if (direction < 0 || direction >= rc_fit_n(f)) {
    rc_err_set(err, RC_ERR_INPUT, "there is no direction v%d", direction + 1);
    return NULL;
  }
  if (!rc_fisher_make(f, z, RC_COORDS_SCALE, false, &fisher, err)) return NULL;
  rc_geodesic *g = rc_alloc(1, sizeof *g);
  const size_t n = (size_t)rc_fit_n(f), m = (size_t)rc_fit_m(f);
  g->fit = f;
  g->n = (int)n;
  g->m = (int)m;
  g->z = rc_alloc(n, sizeof *g->z);
  g->v = rc_alloc(n, sizeof *g->v);
  g->box = rc_alloc(n, sizeof *g->box);
  g->s0 = rc_alloc(n, sizeof *g->s0);
  g->jacobian = rc_alloc(m * n, sizeof *g->jacobian);
  g->r = rc_alloc(m, sizeof *g->r);
  g->beside = rc_alloc(m * n, sizeof *g->beside);
  g->side = rc_alloc(m, sizeof *g->side);
  g->tau = rc_alloc(POINTS + 1, sizeof *g->tau);
  g->s = rc_alloc((POINTS + 1) * n, sizeof *g->s);
  g->speed = rc_alloc(POINTS + 1, sizeof *g->speed);
  memcpy(g->z, z, n * sizeof *z);
  const double length = sqrt(fmax(fisher.eigenvalue[direction], 1e-300));
  for (int j = 0; j < g->n; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    g->box[j] = p->log ? log(p->upper / p->lower) : p->upper - p->lower;
    g->v[j] = sign * fisher.vector[direction * g->n + j] / length / g->box[j];
  }
  g->dead = direction >= fisher.rank;
  rc_fisher_free(&fisher);
  g->slowest = speed_of(g, g->v);
  g->end = rc_alloc(n, sizeof *g->end);
  for (int j = 0; j < g->n; j++) g->s0[j] = scale_of(g, j, z[j]);
  take_point(g, 0);
  return g;
}

void rc_geodesic_free(rc_geodesic *g) {
  if (!g) return;
  double *all[] = {g->z,      g->v,    g->box, g->s0, g->jacobian, g->r,
                   g->beside, g->side, g->tau, g->s,  g->speed,    g->end};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  rc_free(g);
}

/* b = -r_vv, the second derivative of the residuals along v, by a step of h. Where the model has its
 * own Jacobian by differences of J v: one order of h less to be lost in rounding than with
 * differences of r. */
static bool second(rc_geodesic *g, const double *z, const double *v, double h, double *b) {
  const int n = g->n, m = g->m;
  const bool exact = rc_fit_jacobian_exact(g->fit);
  double cost = 0, trial[256];
  char why[96];
  for (int i = 0; i < m; i++) b[i] = exact ? 0 : 2 * g->r[i] / (h * h);
  for (int side = -1; side <= 1; side += 2) {
    for (int j = 0; j < n; j++) trial[j] = z[j] + side * h * v[j];
    if (exact && !rc_fit_jacobian(g->fit, trial, g->side, g->beside, &cost, why)) return false;
    if (!exact && !rc_fit_residuals(g->fit, trial, g->side, why)) return false;
    g->view.queries += exact ? cost : 1;
    for (int i = 0; i < m; i++) {
      double jv = 0;
      for (int j = 0; exact && j < n; j++) jv += g->beside[i * n + j] * v[j];
      b[i] -= exact ? side * jv / (2 * h) : g->side[i] / (h * h);
    }
  }
  return true;
}

/* x = J^+ b by least squares; b is lost. */
static bool solve(const rc_geodesic *g, double *b, double *x) {
  int rank = 0;
  double *own = rc_alloc((size_t)g->m * (size_t)g->n, sizeof *own), sigma[256];
  memcpy(own, g->jacobian, (size_t)g->m * (size_t)g->n * sizeof *own);
  const bool ok =
      LAPACKE_dgelsd(LAPACK_ROW_MAJOR, g->m, g->n, 1, own, g->n, b, 1, sigma, 1e-14, &rank) == 0;
  memcpy(x, b, (size_t)g->n * sizeof *x);
  rc_free(own);
  return ok;
}

/* a = -J^+ r_vv at z with velocity v, by least squares; false without a prediction. 'check': also
 * whether rounding decides it: the second derivative with another step must give the same. */
static bool acceleration(rc_geodesic *g, const double *z, const double *v, bool check, double *a) {
  double cost = 0, off[256];
  char why[96];
  if (g->n > 256 || !rc_fit_jacobian(g->fit, z, g->r, g->jacobian, &cost, why)) return false;
  g->view.queries += cost;
  /* in s; balances rounding and the next order */
  const double speed = speed_of(g, v),
               h = (rc_fit_jacobian_exact(g->fit) ? 3e-4 : 2e-3) / fmax(speed, 1e-300);
  const int rows = RC_MAX(g->m, g->n);
  double *b = rc_alloc(2 * (size_t)rows, sizeof *b), *other = b + rows;
  bool ok = second(g, z, v, h, b) && (!check || second(g, z, v, 2 * h, other));
  if (ok && check) {
    for (int i = 0; i < g->m; i++) other[i] -= b[i];
    ok = solve(g, other, off);
    if (ok && speed_of(g, off) * stride > .2 * speed * speed) g->unresolved = true;
  }
  ok = ok && solve(g, b, a);
  rc_free(b);
  return ok;
}

/* One step of the classical Runge-Kutta method on (z, v), of *dt or less. */
static bool runge_kutta(rc_geodesic *g, double *step) {
  static const double node[4] = {0, .5, .5, 1}, weight[4] = {1. / 6, 1. / 3, 1. / 3, 1. / 6};
  const int n = g->n;
  double *k = rc_alloc(4 * (size_t)n, sizeof *k); /* dz, dv of the last stage; their sums */
  double *dz = k, *dv = k + n, *sum_z = k + 2 * n, *sum_v = k + 3 * n, z[256], v[256];
  bool ok = n <= 256;
  double dt = *step;
  for (int stage = 0; ok && stage < 4; stage++) {
    for (int j = 0; j < n; j++) {
      z[j] = g->z[j] + node[stage] * dt * dz[j];
      v[j] = g->v[j] + node[stage] * dt * dv[j];
    }
    ok = acceleration(g, z, v, stage == 0, dv);
    if (ok && stage == 0) dt = fmin(dt, bend * speed_of(g, v) / fmax(speed_of(g, dv), 1e-300));
    for (int j = 0; ok && j < n; j++) {
      dz[j] = v[j];
      sum_z[j] += weight[stage] * dz[j];
      sum_v[j] += weight[stage] * dv[j];
    }
  }
  for (int j = 0; ok && j < n; j++) {
    g->z[j] += dt * sum_z[j];
    g->v[j] += dt * sum_v[j];
    ok = isfinite(g->z[j]) && isfinite(g->v[j]);
  }
  rc_free(k);
  *step = dt;
  return ok;
}

/* ---- what happens at the edge -------------------------------------------------------------------
 */

/* ds/dtau at the end; a linear parameter counts by its box, as in speed_of. */
static void velocity(const rc_geodesic *g, double *v) {
  for (int j = 0; j < g->n; j++)
    v[j] = rc_fit_parameter(g->fit, j)->log ? g->v[j] * g->box[j] : g->v[j];
}

static void end(rc_geodesic *g, bool boundary, const char *why) {
  const double *last = g->s + (g->view.points - 1) * g->n;
  int which[CE_MOST], pair[2];
  rc_str s = {0};
  velocity(g, g->end);
  g->view.done = true;
  g->view.boundary = boundary;
  if (!boundary) rc_str_addf(&s, "%s, heading for ", why);
  if (ce_merging(g->fit, g->s0, last, g->end, pair))
    rc_str_addf(&s, "%s and %s merge", rc_fit_parameter(g->fit, pair[0])->name,
                rc_fit_parameter(g->fit, pair[1])->name);
  else
    ce_name(g->fit, g->end, ce_running(g->fit, g->end, .3, which), which, &s);
  snprintf(g->view.verdict, sizeof g->view.verdict, "%s", rc_str_c(&s));
  rc_str_free(&s);
}

/* Curvature has no bound where two parameters are one: it is lost there because this is the edge. */
static bool at_a_fold(rc_geodesic *g) {
  int pair[2];
  velocity(g, g->end);
  if (!ce_merged(g->fit, g->s + (g->view.points - 1) * g->n, g->end, pair)) return false;
  snprintf(g->view.verdict, sizeof g->view.verdict, "at the edge: %s and %s merge",
           rc_fit_parameter(g->fit, pair[0])->name, rc_fit_parameter(g->fit, pair[1])->name);
  return true;
}

/* No way on the manifold: its length would be rounding. */
static void end_without_flight(rc_geodesic *g, const char *why) {
  g->view.done = true;
  snprintf(g->view.verdict, sizeof g->view.verdict, "no flight: %s", why);
  memset(g->end, 0, (size_t)g->n * sizeof *g->end);
}

void rc_geodesic_step(rc_geodesic *g, int steps) {
  if (g->dead && !g->view.done && steps > 0)
    end_without_flight(g, "no prediction moves along here, but for rounding");
  for (int i = 0; i < steps && !g->view.done; i++) {
    const double speed = speed_of(g, g->v);
    g->slowest = fmin(g->slowest, speed);
    double dt = stride / fmax(speed, 1e-300);
    const double tau = g->tau[g->view.points - 1];
    /* an infinite way in the parameters and none in the predictions: the edge is as good as here */
    if (speed > stretch * g->slowest) {
      end(g, true, "");
    } else if (g->view.points >= POINTS) {
      end(g, false, "no edge after 200 steps");
    } else if (!runge_kutta(g, &dt)) {
      end(g, false, "no prediction further on");
    } else if (g->unresolved && at_a_fold(g)) {
      g->view.done = g->view.boundary = true;
    } else if (g->unresolved) {
      end_without_flight(g, "along here the curvature is lost in the rounding of dead directions");
    } else {
      take_point(g, tau + dt);
    }
  }
}

rc_geodesic_view rc_geodesic_read(const rc_geodesic *g) {
  rc_geodesic_view v = g->view;
  v.tau = g->tau;
  v.s = g->s;
  v.speed = g->speed;
  v.velocity = g->view.done ? g->end : NULL;
  return v;
}
