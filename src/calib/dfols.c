/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derivative-free least squares in a trust region: all residuals are interpolated linearly in n + 1
 * points, which are kept well placed (Powell 2009 for the two radii and the geometry; Zhang, Conn
 * and Scheinberg, SIAM J. Optim. 20, 3555, 2010; Cartis, Fiala, Marteau and Roberts, ACM Trans.
 * Math. Softw. 45, 32, 2019, whose constants these are). */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "calib/kalman_step.h"
#include "calib/objective.h"
#include "calib/part.h"

#define GOOD     0.7  /* actual over predicted fall from which the ball grows .. */
#define POOR     0.1  /* .. and below which a step has failed */
#define RHO_LAST 1e-8 /* resolution at which it ends, in units of the box */

typedef struct options {
  int link;
  double radius, part;
  int64_t initial;
} options;

typedef struct dfols {
  objective x;
  const options *o;
  kstep step;
  int n, m;
  int points, best;          /* at most n + 1; index of the best */
  int *row;                  /* points - 1: those that are not the best */
  double *z, *u;             /* (n + 1) x n, (n + 1) x m */
  double *loss;              /* n + 1 */
  double *lagrange;          /* n x (points - 1): columns are slopes of the Lagrange polynomials */
  double *j;                 /* m x n */
  double *s, *trial, *a, *r; /* n, n, n x n, n x m: work */
  double *from;              /* n: start, of all data or a part */
  part *part;                /* of the data that is asked, or NULL: all */
  double delta, rho;
  bool failed; /* the last query had no prediction */
} dfols;

static double *point(const dfols *d, int i) {
  return d->z + (size_t)i * (size_t)d->n;
}

static void linear(void *model, const double *s, double *u, double *du) {
  const dfols *d = model;
  const size_t m = (size_t)d->m, n = (size_t)d->n;
  memcpy(u, d->u + (size_t)d->best * m, m * sizeof *u);
  cblas_dgemv(CblasRowMajor, CblasNoTrans, d->m, d->n, 1, d->j, d->n, s, 1, 1, u, 1);
  if (du) memcpy(du, d->j, m * n * sizeof *du);
}

/* Query at the best + s, inside the box, in d->trial and d->x.r. False: stop. */
static bool query(dfols *d, const double *s, rc_query_kind kind) {
  const double *c = point(d, d->best);
  for (int j = 0; j < d->n; j++) d->trial[j] = fmin(fmax(c[j] + s[j], 0), 1);
  if (!objective_residuals(&d->x, d->trial, kind)) return false;
  d->failed = rc_opt_failed(d->x.o);
  const double best = d->points ? d->loss[d->best] : INFINITY;
  if (d->part) part_note(d->part, d->failed ? best : fmin(best, rc_opt_loss(d->x.o)));
  return true;
}

/* Makes the last query the i-th point. One without prediction is none. */
static void put(dfols *d, int i) {
  if (d->failed) return;
  if (i == d->points) d->points++;
  memcpy(point(d, i), d->trial, (size_t)d->n * sizeof *d->trial);
  memcpy(d->u + (size_t)i * (size_t)d->m, d->x.r, (size_t)d->m * sizeof *d->u);
  d->loss[i] = rc_opt_loss(d->x.o);
  if (d->loss[i] < d->loss[d->best]) d->best = i;
}

/* Slopes of the Lagrange polynomials and of the residuals: exact with n + 1 points, of least norm
 * with fewer. False: the points are degenerate beyond repair. */
static bool interpolate(dfols *d) {
  const int n = d->n, m = d->m, k = d->points - 1;
  double singular[64], *sv = n <= 64 ? singular : rc_alloc((size_t)n, sizeof *sv);
  int rank = 0, t = 0;
  const double *zb = point(d, d->best), *ub = d->u + (size_t)d->best * (size_t)m;
  memset(d->lagrange, 0, (size_t)n * (size_t)n * sizeof *d->lagrange);
  for (int i = 0; i < d->points; i++) {
    if (i == d->best) continue;
    d->row[t] = i;
    for (int j = 0; j < n; j++) d->a[t * n + j] = point(d, i)[j] - zb[j];
    for (int j = 0; j < m; j++)
      d->r[(size_t)t * (size_t)m + (size_t)j] = d->u[(size_t)i * (size_t)m + (size_t)j] - ub[j];
    d->lagrange[t * k + t] = 1;
    t++;
  }
  const bool ok = k == 0 || LAPACKE_dgelsd(LAPACK_ROW_MAJOR, k, n, k, d->a, n, d->lagrange, k, sv,
                                           1e-13, &rank) == 0;
  if (sv != singular) rc_free(sv);
  if (!ok) return false;
  memset(d->j, 0, (size_t)m * (size_t)n * sizeof *d->j);
  if (k) {
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasTrans, m, n, k, 1, d->r, m, d->lagrange, k, 0, d->j,
                n);
  }
  return true;
}

static double distance(const dfols *d, int i, const double *z) {
  double sum = 0;
  for (int j = 0; j < d->n; j++) sum += pow(point(d, i)[j] - z[j], 2);
  return sqrt(sum);
}

/* The point that the last query had best replace: far away, and important for it. */
static int replaced(const dfols *d) {
  const int k = d->points - 1;
  const double *zb = point(d, d->best);
  double most = -1;
  int which = d->row[0];
  for (int t = 0; t < k; t++) {
    double value = 0;
    for (int j = 0; j < d->n; j++) value += d->lagrange[j * k + t] * (d->trial[j] - zb[j]);
    const double far = distance(d, d->row[t], zb) / d->delta;
    const double merit = fabs(value) * fmax(1, pow(far, 4));
    if (merit > most) most = merit, which = d->row[t];
  }
  return which;
}

/* A direction along which the points so far say nothing, of length delta. */
static void new_direction(dfols *d) {
  const int n = d->n, k = d->points - 1;
  double *q = d->a;
  int c = 0;
  for (int i = 0; i < n; i++) d->s[i] = rc_rng_normal(rc_opt_rng(d->x.o));
  for (int t = 0; t < k; t++) {
    double *v = q + (size_t)c * (size_t)n;
    for (int j = 0; j < n; j++) v[j] = point(d, d->row[t])[j] - point(d, d->best)[j];
    const double before = cblas_dnrm2(n, v, 1);
    for (int b = 0; b < 2 * c; b++) {
      const double *w = q + (size_t)(b % c) * (size_t)n;
      cblas_daxpy(n, -cblas_ddot(n, v, 1, w, 1), w, 1, v, 1);
    }
    const double rest = cblas_dnrm2(n, v, 1);
    if (rest < 1e-10 * before || rest == 0) continue;
    cblas_dscal(n, 1 / rest, v, 1);
    c++;
  }
  for (int b = 0; b < 2 * c; b++) {
    const double *w = q + (size_t)(b % c) * (size_t)n;
    cblas_daxpy(n, -cblas_ddot(n, d->s, 1, w, 1), w, 1, d->s, 1);
  }
  cblas_dscal(n, d->delta / fmax(cblas_dnrm2(n, d->s, 1), 1e-300), d->s, 1);
}

/* Of a direction's two signs the one of which the box leaves more. */
static void turn_inside(dfols *d) {
  double plus = 0, minus = 0;
  for (int j = 0; j < d->n; j++) {
    const double c = point(d, d->best)[j];
    plus += pow(fmin(fmax(c + d->s[j], 0), 1) - c, 2);
    minus += pow(fmin(fmax(c - d->s[j], 0), 1) - c, 2);
  }
  if (minus > plus) cblas_dscal(d->n, -1, d->s, 1);
}

/* The start, unless its residuals are known. False: stop. */
static bool first_point(dfols *d, const double *known, double loss) {
  memset(d->s, 0, (size_t)d->n * sizeof *d->s);
  memcpy(d->z, d->from, (size_t)d->n * sizeof *d->z);
  d->points = d->best = 0;
  d->delta = d->rho = d->o->radius;
  d->loss[0] = loss;
  if (known) {
    memcpy(d->u, known, (size_t)d->m * sizeof *d->u);
    d->points = 1;
    return true;
  }
  if (!query(d, d->s, RC_QUERY_START)) return false;
  put(d, 0);
  return true;
}

/* The next points: one along each axis, or along 'initial' random directions. */
static bool first_points(dfols *d) {
  const int n = d->n, most = d->o->initial > 0 ? (int)RC_MIN(d->o->initial, n) : n;
  for (int k = 0; k < most && !part_enough(d->part); k++) {
    interpolate(d);
    if (most < n) {
      new_direction(d);
    } else {
      /* about the start, not the best so far: the points stay well placed */
      for (int j = 0; j < n; j++) d->s[j] = d->z[j] - point(d, d->best)[j];
      d->s[k] += d->z[k] + d->delta <= 1 ? d->delta : -d->delta;
    }
    if (most < n) turn_inside(d);
    if (!query(d, d->s, RC_QUERY_PROBE)) return false;
    put(d, d->points);
  }
  return true;
}

/* Moves the farthest point, if it is far, to where its Lagrange polynomial is largest in the ball.
 * 0: none is far; -1: stop. */
static int improve_geometry(dfols *d) {
  const int n = d->n, k = d->points - 1;
  double most = fmax(2 * d->delta, 10 * d->rho);
  int t = -1;
  for (int i = 0; i < k; i++) {
    const double far = distance(d, d->row[i], point(d, d->best));
    if (far > most) most = far, t = i;
  }
  if (t < 0) return 0;
  for (int j = 0; j < n; j++) d->s[j] = d->lagrange[j * k + t];
  const double length = cblas_dnrm2(n, d->s, 1);
  const double h = fmax(fmin(0.1 * most, d->delta), d->rho);
  cblas_dscal(n, h / fmax(length, 1e-300), d->s, 1);
  turn_inside(d);
  const int which = d->row[t];
  if (!query(d, d->s, RC_QUERY_PROBE)) return -1;
  put(d, which);
  return 1;
}

static void finer(dfols *d) {
  const double old = d->rho;
  d->rho = old > 250 * RHO_LAST ? 0.1 * old : old > 16 * RHO_LAST ? sqrt(old * RHO_LAST) : RHO_LAST;
  d->delta = fmax(0.5 * old, d->rho);
  if (old <= RHO_LAST * 1.0001) d->rho = 0;
}

static void set_delta(dfols *d, double ratio, double length) {
  if (ratio >= GOOD)
    d->delta = fmin(fmax(2 * d->delta, 4 * length), 1e10);
  else if (ratio >= POOR)
    d->delta = fmax(0.5 * d->delta, length);
  else
    d->delta = fmin(0.5 * d->delta, length);
  if (d->delta <= 1.5 * d->rho) d->delta = d->rho;
}

/* A step of the model, and the care for its points. False: stop. */
static bool iterate(dfols *d) {
  double now;
  if (!interpolate(d)) {
    d->points = d->best == 0 ? 1 : d->points;
    d->rho = d->points == 1 ? d->rho : 0;
    return true;
  }
  if (d->points < d->n + 1) { /* a new direction for each step until all are known */
    new_direction(d);
    turn_inside(d);
    if (!query(d, d->s, RC_QUERY_PROBE)) return false;
    put(d, d->points);
    interpolate(d);
    if (part_enough(d->part)) return true;
  }
  d->step.center = point(d, d->best);
  d->step.radius = d->delta;
  const double then = kstep_find(&d->step, d->s, &now), length = cblas_dnrm2(d->n, d->s, 1);
  rc_opt_figure(d->x.o, "radius", d->delta);
  if (length < 0.5 * d->rho || !(then < now)) { /* too short to tell the model from its errors */
    d->delta = fmax(0.5 * d->delta, d->rho);
    const int moved = improve_geometry(d);
    if (moved == 0 && d->delta <= 1.5 * d->rho) finer(d);
    return moved >= 0;
  }
  const double before = d->loss[d->best];
  if (!query(d, d->s, RC_QUERY_STEP)) return false;
  const double ratio = d->failed ? -1 : (before - rc_opt_loss(d->x.o)) / (now - then);
  put(d, replaced(d));
  set_delta(d, ratio, length);
  if (ratio >= POOR || !interpolate(d)) return true;
  const int moved = improve_geometry(d);
  if (moved == 0 && d->delta <= d->rho) finer(d);
  return moved >= 0;
}

/* From the start to the minimum of the data that are asked, or until it has nothing finer. At
 * the start there may be no prediction: then there are no points. False: stop. */
static bool descend(dfols *d, const double *known, double loss) {
  kstep_open(&d->step, d->n, d->m, d, linear, NULL, d->x.link);
  bool on = first_point(d, known, loss);
  if (on && d->part) part_begin(d->part, d->loss[0]);
  if (on && d->points) {
    on = first_points(d);
    while (on && d->rho > 0 && d->loss[d->best] > 1e-28 && !part_enough(d->part)) on = iterate(d);
  }
  kstep_close(&d->step);
  return on;
}

static bool descend_on_part(void *ctx, part *p) {
  dfols *d = ctx;
  const int all = d->m;
  d->m = d->x.m, d->part = p;
  const bool on = descend(d, p->known, p->known_loss);
  if (d->points) memcpy(p->z, point(d, d->best), (size_t)d->n * sizeof *p->z);
  d->m = all, d->part = NULL;
  return on;
}

static void run(struct rc_opt *o, const void *opts) {
  dfols d = {.o = opts, .x = objective_open(o, ((const options *)opts)->link)};
  const size_t n = (size_t)d.x.n, m = (size_t)d.x.m;
  d.n = d.x.n, d.m = d.x.m;
  double *work = rc_alloc((n + 1) * (n + m + 1) + 2 * n * n + 3 * n + 2 * m * n, sizeof *work);
  d.z = work, d.u = d.z + (n + 1) * n, d.loss = d.u + (n + 1) * m, d.lagrange = d.loss + n + 1;
  d.a = d.lagrange + n * n, d.s = d.a + n * n, d.trial = d.s + n, d.j = d.trial + n;
  d.r = d.j + m * n, d.from = d.r + m * n;
  d.row = rc_alloc(n + 1, sizeof *d.row);
  memcpy(d.from, rc_opt_start(o), n * sizeof *d.from);
  part first = {.x = &d.x, .z = d.from, .descend = descend_on_part, .ctx = &d};
  if (part_set_out(&first, d.o->part) && descend(&d, first.known, first.known_loss))
    rc_opt_end(o, d.points ? "converged" : "no prediction at the start");
  part_close(&first);
  objective_close(&d.x);
  rc_free(d.row);
  rc_free(work);
}

static const rc_param params[] = {
    OBJECTIVE_LINK_PARAM,
    {.name = "radius",
     .type = RC_T_REAL,
     .offset = offsetof(options, radius),
     .def = "0.1",
     .min = 1e-6,
     .max = 0.5,
     .help = "first trust radius and distance of the points, in units of the box"},
    {.name = "initial",
     .type = RC_T_INT,
     .offset = offsetof(options, initial),
     .def = "0",
     .min = 0,
     .max = 1000,
     .help = "directions before the first step, one more with each step; 0: all"},
    {.name = "part",
     .type = RC_T_REAL,
     .offset = offsetof(options, part),
     .def = "0",
     .min = 0,
     .max = 1,
     .help = "share of the data that is asked first, then twice that; 0: all at once"},
    {0}};

const rc_optimizer_class rc_optimizer_dfols = {
    .kind = {.name = "dfo-ls",
             .title = "derivative-free least squares",
             .help = "residuals interpolated linearly in n + 1 points, in a trust region",
             .explain = "Every residual is interpolated linearly in n + 1 points, and the sum of "
                        "squares of that minimised in a trust region; points that lie far off or "
                        "badly are replaced. What a least-squares solver without derivatives "
                        "usually is (Cartis, Fiala, Marteau and Roberts 2019).",
             .params = params,
             .size = sizeof(options)},
    .run = run};
