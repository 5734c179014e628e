/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kalman-Broyden sketch: every query teaches a model of all residuals, and steps are taken in it.
 *
 * What is unusual: residuals, not a scalar; their logarithm where the loss is relative; no
 * finite-difference Jacobian is ever finished. A few random probes, stopped as soon as they bring
 * nothing new, then steps, each of which explores one more direction on its way. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "calib/kalman_model.h"
#include "calib/kalman_step.h"
#include "calib/objective.h"

#define GROW_GAIN 0.1 /* of the predicted gain that exploring may be expected to cost */
#define GROW_PART 0.5 /* of the step's length that it may have */
#define UNKNOWN   0.5 /* variance of a slope from which a direction is explored */
#define ALIKE     0.9 /* of the largest: eigenvalues among which a direction is drawn */
#define FINISH    0.4 /* part of all directions from which a failed step ends exploring on the way */
#define STALLED   1e-9 /* relative fall of the loss below which nothing happens any more */

typedef struct options {
  int link;
  int64_t sketch;
  double probe, radius, novelty, caution, prior;
} options;

typedef struct kalman {
  objective x;
  const options *o;
  kmodel model;
  kstep step;
  int n, m;
  double *z, *s, *extra, *trial, *work; /* n */
  double *guess;                        /* m: residuals predicted for a step */
  double loss;                          /* at z */
  double radius;
  int failures;         /* in a row */
  bool finishing;       /* probes until every direction has been seen */
  double novel2;        /* mean square response per length along what was not known, lately */
  double *value, *p;    /* n, n x n: what is not known, and its eigenvalues, which rise */
  double *vector;       /* n x n: eigenvectors as rows */
  double before, since; /* loss, and queries made, when it last fell by more than nothing */
} kalman;

static void mean_of(void *model, const double *s, double *u, double *du) {
  kmodel_mean(model, s, u, du);
}

static double variance_of(void *model, const double *s) {
  return kmodel_variance(model, s);
}

/* Query at the centre + s, clipped to the box: it teaches the model and may become the centre. A
 * point without prediction teaches nothing. False: stop. */
static bool query(kalman *k, const double *s, rc_query_kind kind) {
  for (int j = 0; j < k->n; j++) k->trial[j] = fmin(fmax(k->z[j] + s[j], 0), 1);
  if (!objective_residuals(&k->x, k->trial, kind)) return false;
  k->since += 1;
  if (rc_opt_failed(k->x.o)) return true;
  kmodel_add(&k->model, k->trial, k->x.r);
  const double loss = rc_opt_loss(k->x.o);
  if (loss < k->loss) {
    k->loss = loss;
    k->model.center = k->model.points - 1;
    memcpy(k->z, k->trial, (size_t)k->n * sizeof *k->z);
  }
  if (!(k->loss > k->before * (1 - STALLED))) k->before = k->loss, k->since = 0;
  return true;
}

/* Fits the model, and takes the eigenvectors of what it does not know. */
static void learn(kalman *k) {
  const int n = k->n;
  kmodel_fit(&k->model, true);
  if (k->model.q > 1) {
    kmodel_adapt(&k->model, fmin(1, k->o->prior / k->model.q));
    kmodel_fit(&k->model, false);
  }
  kmodel_covariance(&k->model, k->p);
  memcpy(k->vector, k->p, (size_t)(n * n) * sizeof *k->p);
  LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', n, k->vector, n, k->value);
  /* shown: the part of each eigen-direction's variance that the queries have taken away */
  for (int j = 0; j < n; j++) k->work[j] = 1 / (1 + fmax(k->value[j], 0));
  rc_opt_known(k->x.o, n, k->work);
}

/* Takes the span of the points so far out of s; false when they span everything. */
static bool leave_span(kalman *k, double *s) {
  const int n = k->n;
  if (k->model.q >= n) return false;
  double *basis = rc_alloc((size_t)(n * n), sizeof *basis);
  int c = 0;
  for (int i = 0; i < k->model.q; i++) {
    double *v = basis + c * n;
    memcpy(v, k->model.s + i * n, (size_t)n * sizeof *v);
    const double before = cblas_dnrm2(n, v, 1);
    for (int b = 0; b < 2 * c; b++) { /* twice, for rounding */
      const double *q = basis + b % c * n;
      cblas_daxpy(n, -cblas_ddot(n, v, 1, q, 1), q, 1, v, 1);
    }
    const double rest = cblas_dnrm2(n, v, 1);
    if (rest < 1e-3 * before) continue;
    cblas_dscal(n, 1 / rest, v, 1);
    c++;
  }
  for (int b = 0; b < 2 * c; b++) {
    const double *q = basis + b % c * n;
    cblas_daxpy(n, -cblas_ddot(n, s, 1, q, 1), q, 1, s, 1);
  }
  rc_free(basis);
  return true;
}

/* A random direction of length h: away from all points so far, or, where they span everything,
 * among those of which least is known. Of its two signs the one that stays in the box. */
static void unknown_direction(kalman *k, double h, double *s) {
  const int n = k->n;
  for (int j = 0; j < n; j++) s[j] = rc_rng_normal(rc_opt_rng(k->x.o));
  if (!leave_span(k, s)) {
    memset(s, 0, (size_t)n * sizeof *s);
    for (int e = 0; e < n; e++) {
      if (k->value[e] < ALIKE * k->value[n - 1]) continue;
      cblas_daxpy(n, rc_rng_normal(rc_opt_rng(k->x.o)), k->vector + e * n, 1, s, 1);
    }
  }
  cblas_dscal(n, h / fmax(cblas_dnrm2(n, s, 1), 1e-300), s, 1);
  double out = 0;
  for (int j = 0; j < n; j++) {
    const double a = k->z[j] + s[j], b = k->z[j] - s[j];
    out += fmax(0, fmax(-a, a - 1)) - fmax(0, fmax(-b, b - 1));
  }
  if (out > 0) cblas_dscal(n, -1, s, 1);
}

/* Random probes, until two in a row answer within the span of the answers before them (a
 * randomised range finder: Halko, Martinsson, Tropp 2011). False: stop. */
static bool sketch(kalman *k) {
  const size_t m = (size_t)k->m;
  const int most = k->o->sketch > 0 ? (int)RC_MIN(k->o->sketch, k->n) : k->n;
  double *basis = rc_alloc(m * (size_t)(most + 1), sizeof *basis), *before = basis + m * most;
  double largest = 0;
  int quiet = 0, answers = 0;
  bool on = true;
  for (int probe = 0; on && probe < most && (k->o->sketch > 0 || quiet < 2); probe++) {
    learn(k);
    unknown_direction(k, k->o->probe, k->s);
    memcpy(before, k->model.u + (size_t)k->model.center * m, m * sizeof *before);
    on = query(k, k->s, RC_QUERY_PROBE);
    if (!on || rc_opt_failed(k->x.o)) continue;
    double *a = basis + (size_t)answers * m;
    for (size_t i = 0; i < m; i++) a[i] = k->x.r[i] - before[i];
    largest = fmax(largest, cblas_dnrm2(k->m, a, 1));
    for (int b = 0; b < answers; b++) {
      const double *q = basis + (size_t)b * m;
      cblas_daxpy(k->m, -cblas_ddot(k->m, a, 1, q, 1), q, 1, a, 1);
    }
    const double rest = cblas_dnrm2(k->m, a, 1);
    quiet = rest < k->o->novelty * largest ? quiet + 1 : 0;
    if (rest > 1e-12 * largest) {
      cblas_dscal(k->m, 1 / rest, a, 1);
      answers++;
    }
  }
  rc_opt_figure(k->x.o, "rank", answers);
  rc_free(basis);
  return on;
}

/* Adds a piece along what is not known to the step, orthogonal to it, short enough that what it
 * is expected to cost stays well below the gain of the step. Returns its length. */
static double grow(kalman *k, double *s, double gain) {
  const double length = cblas_dnrm2(k->n, s, 1);
  unknown_direction(k, 1, k->extra);
  const double along = cblas_ddot(k->n, s, 1, k->extra, 1) / (length * length);
  cblas_daxpy(k->n, -along, s, 1, k->extra, 1);
  const double size = cblas_dnrm2(k->n, k->extra, 1);
  if (size < 1e-6) return 0;
  const double price = k->novel2 > 0 ? k->novel2 : k->model.scale2;
  const double h = fmin(fmin(k->o->probe, GROW_PART * length), sqrt(GROW_GAIN * gain / price));
  cblas_daxpy(k->n, h / size, k->extra, 1, s, 1);
  return h;
}

/* What a piece of length h along the unknown has done beyond what was predicted. */
static void note_novelty(kalman *k, double h) {
  double sum = 0;
  for (int i = 0; i < k->m; i++) sum += pow(k->x.r[i] - k->guess[i], 2);
  const double fresh = sum / k->m / (h * h);
  k->novel2 = k->novel2 > 0 ? sqrt(k->novel2 * fresh) : fresh;
}

static void set_radius(kalman *k, double rho, double length) {
  if (rho > 0.6)
    k->radius = fmax(k->radius, 2 * length);
  else if (rho <= 0.05)
    k->radius = fmin(k->radius, length) * 0.4;
  else if (rho < 0.25)
    k->radius = fmin(k->radius, length) * 0.7;
  k->failures = rho <= 0.05 ? k->failures + 1 : 0;
  rc_opt_figure(k->x.o, "radius", k->radius);
  rc_opt_figure(k->x.o, "ratio", rho);
}

static bool probe(kalman *k, double h) {
  learn(k);
  unknown_direction(k, h, k->s);
  return query(k, k->s, RC_QUERY_PROBE);
}

/* One step of the model, or a probe where it promises nothing. False: stop. */
static bool iterate(kalman *k) {
  double now, piece = 0;
  /* exploring on the way mixes slopes of many places; when that no longer carries, what is left is
   * probed from one */
  if (k->finishing && k->model.q < k->n) return probe(k, k->o->probe);
  k->finishing = false;
  learn(k);
  k->step.center = k->z;
  k->step.radius = k->radius;
  k->step.caution = k->o->caution * k->model.scale2;
  k->step.covariance = k->p;
  const double then = kstep_find(&k->step, k->s, &now);
  rc_opt_figure(k->x.o, "length", k->model.ell);
  rc_opt_figure(k->x.o, "noise", k->model.nugget);
  if (!(then < now * (1 - 1e-6))) {
    const double h = fmax(fmin(k->o->probe, 2 * k->radius), 1e-3);
    k->radius = k->radius < 1e-6 ? 0.02 : 0.5 * k->radius;
    return probe(k, h);
  }
  const double length = cblas_dnrm2(k->n, k->s, 1), loss = k->loss;
  if (k->value[k->n - 1] > UNKNOWN) piece = grow(k, k->s, now - then);
  kmodel_mean(&k->model, k->s, k->guess, NULL);
  if (!query(k, k->s, RC_QUERY_STEP)) return false;
  const bool failed = rc_opt_failed(k->x.o);
  if (piece > 0 && !failed) note_novelty(k, piece);
  const double got = failed ? INFINITY : rc_opt_loss(k->x.o);
  set_radius(k, (loss - got) / (now - then), length);
  if (k->failures >= 1 && k->model.q >= FINISH * k->n && k->model.q < k->n) {
    k->finishing = true;
    k->failures = 0;
  } else if (k->failures >= 2) {
    k->failures = 0;
    if (!probe(k, fmax(2 * k->radius, 1e-3))) return false;
  }
  if (k->radius < 1e-6) k->radius = 0.02;
  return true;
}

static void run(struct rc_opt *o, const void *opts) {
  kalman k = {.o = opts, .x = objective_open(o, ((const options *)opts)->link)};
  const size_t n = (size_t)k.x.n;
  k.n = k.x.n, k.m = k.x.m;
  k.radius = k.o->radius;
  k.loss = k.before = INFINITY;
  kmodel_open(&k.model, k.n, k.m);
  kstep_open(&k.step, k.n, k.m, &k.model, mean_of, k.o->caution > 0 ? variance_of : NULL, k.x.link);
  double *work = rc_alloc(6 * n + 2 * n * n + (size_t)k.m, sizeof *work);
  k.z = work, k.s = k.z + n, k.extra = k.s + n, k.trial = k.extra + n, k.work = k.trial + n;
  k.value = k.work + n, k.p = k.value + n, k.vector = k.p + n * n, k.guess = k.vector + n * n;
  memcpy(k.z, rc_opt_start(o), n * sizeof *k.z);
  bool on = query(&k, k.s, RC_QUERY_START);
  if (on && k.model.points == 0) {
    rc_opt_end(o, "no prediction at the start");
    on = false;
  }
  on = on && sketch(&k);
  const double patience = 50 + 3 * (double)n;
  while (on && k.since < patience && k.loss > 1e-28) on = iterate(&k);
  if (on) rc_opt_end(o, "converged");
  kmodel_close(&k.model);
  kstep_close(&k.step);
  objective_close(&k.x);
  rc_free(work);
}

static const rc_param params[] = {
    OBJECTIVE_LINK_PARAM,
    {.name = "sketch",
     .type = RC_T_INT,
     .offset = offsetof(options, sketch),
     .def = "0",
     .min = 0,
     .max = 1000,
     .help = "probes before the first step; 0: until they bring nothing new"},
    {.name = "probe",
     .type = RC_T_REAL,
     .offset = offsetof(options, probe),
     .def = "0.01",
     .min = 1e-6,
     .max = 0.5,
     .help = "length of a probe, in units of the box"},
    {.name = "radius",
     .type = RC_T_REAL,
     .offset = offsetof(options, radius),
     .def = "0.3",
     .min = 1e-6,
     .max = 10,
     .help = "first trust radius, in units of the box"},
    {.name = "novelty",
     .type = RC_T_REAL,
     .offset = offsetof(options, novelty),
     .def = "0.1",
     .min = 0,
     .max = 1,
     .help = "part of an answer that must be new for the sketch to go on"},
    {.name = "caution",
     .type = RC_T_REAL,
     .offset = offsetof(options, caution),
     .def = "0.1",
     .min = 0,
     .max = 100,
     .help = "price of what is not known, in variances; 1: the expected loss"},
    {.name = "prior",
     .type = RC_T_REAL,
     .offset = offsetof(options, prior),
     .def = "3",
     .min = 0.01,
     .max = 1e6,
     .help = "queries that the belief in equal slopes of all directions weighs"},
    {0}};

const rc_optimizer_class rc_optimizer_kalman = {
    .kind = {.name = "kalman",
             .title = "Kalman-Broyden sketch",
             .help = "learns the residuals from every query, steps in what it has learnt",
             .explain =
                 "All residuals are draws of one Gaussian process whose slopes have a covariance "
                 "learnt from the queries: a Kalman filter of the Jacobian (Broyden's update for "
                 "one step, least squares for many) that also carries curvature. Steps minimise "
                 "the loss it expects in a trust region; each explores one more direction.",
             .params = params,
             .size = sizeof(options)},
    .run = run};
