/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Geodesics of the model manifold, from a point to its edge. The coordinates are z, an affine map
 * of the scales s, so that a geodesic in one is one in the other. */
#include <ctype.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "roadcut/calib.h"

enum { POINTS = 200 };
static const double stretch = 25; /* the edge: the parameters run this many times faster */
static const double stride = .1;  /* of a step, in s (a tenth of a factor e) */
/* Of the velocity, at most this share may change in a step. Where two parameters meet, the manifold
 * folds over: a longer step lands on the other side with their names exchanged. */
static const double bend = .25;

struct rc_geodesic {
  rc_fit *fit;
  int n, m;
  double *z, *v; /* point and velocity dz/dtau */
  double *box;   /* ds/dz */
  double *s0;    /* s at the beginning */
  double speed0;
  bool unresolved; /* the last acceleration was rounding */
  double *jacobian, *r, *up, *down, *rvv;
  double *tau, *s, *speed; /* POINTS, POINTS x n, POINTS */
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
  g->up = rc_alloc(m, sizeof *g->up);
  g->down = rc_alloc(m, sizeof *g->down);
  g->rvv = rc_alloc(m, sizeof *g->rvv);
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
  rc_fisher_free(&fisher);
  g->speed0 = speed_of(g, g->v);
  for (int j = 0; j < g->n; j++) g->s0[j] = scale_of(g, j, z[j]);
  take_point(g, 0);
  return g;
}

void rc_geodesic_free(rc_geodesic *g) {
  if (!g) return;
  double *all[] = {g->z,  g->v,    g->box, g->s0,  g->jacobian, g->r,
                   g->up, g->down, g->rvv, g->tau, g->s,        g->speed};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  rc_free(g);
}

/* a = -J^+ r_vv at z with velocity v, by least squares; false without a prediction. */
static bool acceleration(rc_geodesic *g, const double *z, const double *v, double *a) {
  const int n = g->n, m = g->m;
  double cost = 0, trial[256];
  char why[96];
  if (n > 256 || !rc_fit_jacobian(g->fit, z, g->r, g->jacobian, &cost, why)) return false;
  /* central second difference along v; 2e-3 in s balances rounding and the next order */
  const double h = 2e-3 / fmax(speed_of(g, v), 1e-300);
  for (int side = 0; side < 2; side++) {
    for (int j = 0; j < n; j++) trial[j] = z[j] + (side ? -h : h) * v[j];
    if (!rc_fit_residuals(g->fit, trial, side ? g->down : g->up, why)) return false;
  }
  g->view.queries += cost + 2;
  const int rows = RC_MAX(m, n);
  double *b = rc_alloc((size_t)rows, sizeof *b), *sigma = rc_alloc((size_t)n, sizeof *sigma);
  for (int i = 0; i < m; i++) b[i] = -(g->up[i] - 2 * g->r[i] + g->down[i]) / (h * h);
  /* Solved twice, with and without the directions that J hardly has: where these carry the answer it
   * is the rounding of r_vv, blown up. */
  static const double cutoff[2] = {1e-12, 1e-6};
  double *own = rc_alloc((size_t)m * (size_t)n, sizeof *own),
         *rhs = rc_alloc((size_t)rows, sizeof *rhs), off[256];
  bool ok = true;
  for (int pass = 0; ok && pass < 2; pass++) {
    int rank = 0;
    memcpy(own, g->jacobian, (size_t)m * (size_t)n * sizeof *own);
    memcpy(rhs, b, (size_t)rows * sizeof *rhs);
    ok = LAPACKE_dgelsd(LAPACK_ROW_MAJOR, m, n, 1, own, n, rhs, 1, sigma, cutoff[pass], &rank) == 0;
    for (int j = 0; j < n; j++) {
      if (pass == 0) a[j] = rhs[j];
      off[j] = a[j] - rhs[j];
    }
  }
  const double speed = speed_of(g, v);
  if (speed_of(g, off) * stride > .2 * speed * speed) g->unresolved = true;
  rc_free(own);
  rc_free(rhs);
  rc_free(b);
  rc_free(sigma);
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
    ok = acceleration(g, z, v, dv);
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

static bool same_stem(const char *a, const char *b) {
  while (*a && *a == *b && !isdigit((unsigned char)*a)) a++, b++;
  return (isdigit((unsigned char)*a) || !*a) && (isdigit((unsigned char)*b) || !*b);
}

static void name_merging(const rc_geodesic *g, rc_str *s) {
  const double *end = g->s + (g->view.points - 1) * g->n;
  for (int a = 0; a < g->n; a++)
    for (int b = a + 1; b < g->n; b++) {
      const char *x = rc_fit_parameter(g->fit, a)->name, *y = rc_fit_parameter(g->fit, b)->name;
      const double before = fabs(g->s0[a] - g->s0[b]), now = fabs(end[a] - end[b]);
      if (same_stem(x, y) && before > 0 && now < .1 * before)
        rc_str_addf(s, "%s%s and %s merge", s->len ? ", " : "", x, y);
    }
}

/* The parameters that carry the motion at the end, and what of them stays. */
static void name_running(const rc_geodesic *g, rc_str *s) {
  const double most = speed_of(g, g->v);
  int running[3], n = 0;
  double d[256];
  for (int j = 0; j < g->n && j < 256; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(g->fit, j);
    d[j] = p->log ? g->v[j] * g->box[j] : g->v[j];
    if (fabs(d[j]) < .3 * most) continue;
    if (n < 3) running[n] = j;
    n++;
    const char *to = d[j] > 0 ? "inf" : p->log ? "0" : "-inf";
    rc_str_addf(s, "%s%s -> %s", s->len ? ", " : "", p->name, to);
  }
  if (n != 2) return;
  const rc_calib_parameter *p = rc_fit_parameter(g->fit, running[0]),
                           *q = rc_fit_parameter(g->fit, running[1]);
  if (!p->log || !q->log) return;
  const double a = d[running[0]], b = d[running[1]];
  if (fabs(a - b) < .1 * most) rc_str_addf(s, "; %s/%s stays", p->name, q->name);
  if (fabs(a + b) < .1 * most) rc_str_addf(s, "; %s %s stays", p->name, q->name);
}

static void end(rc_geodesic *g, bool boundary, const char *why) {
  rc_str s = {0};
  g->view.done = true;
  g->view.boundary = boundary;
  name_merging(g, &s);
  if (!s.len) name_running(g, &s);
  if (!boundary) rc_str_addf(&s, " (%s)", why);
  snprintf(g->view.verdict, sizeof g->view.verdict, "%s", rc_str_c(&s));
  rc_str_free(&s);
}

void rc_geodesic_step(rc_geodesic *g, int steps) {
  for (int i = 0; i < steps && !g->view.done; i++) {
    const double speed = speed_of(g, g->v);
    double dt = stride / fmax(speed, 1e-300);
    const double tau = g->tau[g->view.points - 1];
    /* an infinite way in the parameters and none in the predictions: the edge is as good as here */
    if (speed > stretch * g->speed0) {
      end(g, true, "");
    } else if (g->view.points >= POINTS) {
      end(g, false, "not at the edge after 200 steps");
    } else if (!runge_kutta(g, &dt)) {
      end(g, false, "no prediction further on");
    } else if (g->unresolved) {
      end(g, false, "");
      snprintf(g->view.verdict, sizeof g->view.verdict,
               "no flight: along here the curvature is lost in the rounding of dead directions");
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
  return v;
}
