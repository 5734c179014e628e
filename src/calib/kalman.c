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
#include "calib/part.h"

#define GROW_GAIN   0.1  /* of the predicted gain that exploring may be expected to cost */
#define GROW_PART   0.5  /* of the step's length that it may have */
#define UNKNOWN     0.5  /* variance of a slope from which a direction is explored */
#define ALIKE       0.9  /* of the largest: eigenvalues among which a direction is drawn */
#define MORE        0.5  /* directions probed when steps fail, for each one that is known */
#define EARLY       0.35 /* of the parameters: below, one step that fails calls for a probe */
#define REACH_FADES 0.5  /* per step that carries */
#define IDLE        3 /* times in a row that nothing is promised anywhere before it is a minimum */
#define SAME        1e-3 /* relative difference of the losses of one minimum found twice */
#define STALLED     1e-9 /* relative fall of the loss below which nothing happens any more */

typedef struct options {
  int link;
  int64_t sketch;
  double probe, radius, novelty, caution, prior, part;
  int64_t restarts;
} options;

typedef struct kalman {
  objective x;
  const options *o;
  kmodel model;
  kstep step;
  int n, m;
  double *z, *s, *extra, *trial, *work; /* n */
  double loss;                          /* at z */
  double radius;
  double reach;         /* of the steps that have carried, fading */
  int failures;         /* in a row */
  bool explores;        /* on the way of steps, until they fail */
  int probes;           /* still to be made from here */
  int idle;             /* times in a row that no step promised anything */
  double *value, *p;    /* n, n x n: what is not known, and its eigenvalues, which rise */
  double *vector;       /* n x n: eigenvectors as rows */
  double before, since; /* loss, and queries made, when it last fell by more than nothing */
  part *part;           /* of the data that is asked, or NULL: all */
  const double *known;  /* m: residuals at z that were asked before, or NULL .. */
  double known_loss;    /* .. with this loss */
  double *relevance;    /* n x n: M that a part has taught, or NULL */
} kalman;

static void mean_of(void *model, const double *s, double *u, double *du) {
  kmodel_mean(model, s, u, du);
}

static double variance_of(void *model, const double *s) {
  return kmodel_variance(model, s);
}

/* The answer at k->trial teaches the model, and may become the centre. */
static void take(kalman *k) {
  const double loss = rc_opt_loss(k->x.o);
  kmodel_add(&k->model, k->trial, k->x.r);
  if (loss < k->loss) {
    k->loss = loss;
    k->model.center = k->model.points - 1;
    memcpy(k->z, k->trial, (size_t)k->n * sizeof *k->z);
  }
  if (!(k->loss > k->before * (1 - STALLED))) k->before = k->loss, k->since = 0;
}

/* Query at the centre + s, clipped to the box. A point without prediction teaches nothing. False:
 * stop. */
static bool query(kalman *k, const double *s, rc_query_kind kind) {
  for (int j = 0; j < k->n; j++) k->trial[j] = fmin(fmax(k->z[j] + s[j], 0), 1);
  if (!objective_residuals(&k->x, k->trial, kind)) return false;
  k->since += 1;
  if (!rc_opt_failed(k->x.o)) take(k);
  if (k->part) part_note(k->part, k->loss);
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
  for (int probe = 0;
       on && !part_enough(k->part) && probe < most && (k->o->sketch > 0 || quiet < 2); probe++) {
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
 * is expected to cost stays well below the gain of the step. */
static void grow(kalman *k, double *s, double gain) {
  const double length = cblas_dnrm2(k->n, s, 1);
  unknown_direction(k, 1, k->extra);
  const double along = cblas_ddot(k->n, s, 1, k->extra, 1) / (length * length);
  cblas_daxpy(k->n, -along, s, 1, k->extra, 1);
  const double size = cblas_dnrm2(k->n, k->extra, 1);
  if (size < 1e-6) return;
  double variance = 0; /* of the slope along the piece: what is not known has no mean */
  for (int i = 0; i < k->n; i++) {
    variance += k->extra[i] * cblas_ddot(k->n, k->p + (size_t)i * (size_t)k->n, 1, k->extra, 1);
  }
  const double price = k->model.scale2 * fmax(variance, 0) / (size * size) + 1e-300;
  const double h = fmin(fmin(k->o->probe, GROW_PART * length), sqrt(GROW_GAIN * gain / price));
  cblas_daxpy(k->n, h / size, k->extra, 1, s, 1);
}

static void set_radius(kalman *k, double rho, double length) {
  if (k->failures == 0 && rho > 0.05) {
    k->reach = fmax(REACH_FADES * k->reach, fmax(length, k->radius));
  }
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

/* After a step. Exploring on the way mixes slopes of many places; once that no longer carries,
 * directions are probed from one place: one after each failure while few are known, then a fixed
 * part of those that are known each time steps fail, so that whatever the number that is needed, few
 * are made in vain. Steps had failed for what was not known, not for their length: with the probes
 * they may be as long again as those that carried. False: stop. */
static bool mend(kalman *k) {
  const bool early = k->model.q < EARLY * k->n;
  if (k->failures < (early ? 1 : 2)) return true;
  k->failures = 0;
  if (k->model.q >= k->n) return part_enough(k->part) || probe(k, fmax(2 * k->radius, 1e-3));
  k->explores = false;
  k->radius = fmax(k->radius, k->reach);
  k->probes = early ? 1 : (int)fmin(fmax(1, MORE * k->model.q), k->n - k->model.q);
  return true;
}

/* One step of the model, or a probe where it promises nothing. False: stop. */
static bool iterate(kalman *k) {
  double now;
  if (k->probes > 0) {
    k->probes--;
    return probe(k, k->o->probe);
  }
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
    k->idle++;
    return probe(k, h);
  }
  k->idle = 0;
  const double length = cblas_dnrm2(k->n, k->s, 1), loss = k->loss;
  if (k->explores && k->value[k->n - 1] > UNKNOWN) grow(k, k->s, now - then);
  if (!query(k, k->s, RC_QUERY_STEP)) return false;
  const double got = rc_opt_failed(k->x.o) ? INFINITY : rc_opt_loss(k->x.o);
  set_radius(k, (loss - got) / (now - then), length);
  if (!mend(k)) return false;
  if (k->radius < 1e-6) k->radius = 0.02;
  return true;
}

/* From k->z to a minimum, with a model that knows nothing yet. False: stop. */
static bool descend(kalman *k, rc_query_kind kind) {
  k->radius = k->o->radius;
  k->loss = k->before = INFINITY;
  k->since = k->reach = 0;
  k->failures = k->probes = k->idle = 0;
  k->explores = true;
  memset(k->s, 0, (size_t)k->n * sizeof *k->s);
  kmodel_open(&k->model, k->n, k->m);
  if (k->relevance) {
    memcpy(k->model.prior, k->relevance, (size_t)(k->n * k->n) * sizeof *k->relevance);
  }
  bool on = true;
  if (k->known) {
    kmodel_add(&k->model, k->z, k->known);
    k->model.center = 0;
    k->loss = k->before = k->known_loss;
  } else {
    on = query(k, k->s, kind);
  }
  if (k->part) part_begin(k->part, k->loss);
  if (on && k->model.points) {
    const double patience = 50 + 3 * (double)k->n;
    on = sketch(k);
    while (on && !part_enough(k->part) && k->since < patience && k->loss > 1e-28 &&
           (k->idle < IDLE || k->model.q < k->n)) {
      on = iterate(k);
    }
  }
  if (k->part && k->model.points) { /* for the next part */
    const size_t size = (size_t)(k->n * k->n) * sizeof *k->relevance;
    if (!k->relevance) k->relevance = rc_alloc(1, size);
    memcpy(k->relevance, k->model.prior, size);
  }
  kmodel_close(&k->model);
  return on;
}

/* From k->z towards the minimum of some of the data. False: stop. */
static bool descend_on_part(void *ctx, part *p) {
  kalman *k = ctx;
  const int all = k->m;
  k->m = k->x.m, k->part = p;
  k->known = p->known, k->known_loss = p->known_loss;
  kstep_open(&k->step, k->n, k->m, &k->model, mean_of, k->o->caution > 0 ? variance_of : NULL,
             k->x.link);
  const bool on = descend(k, RC_QUERY_PART);
  kstep_close(&k->step);
  k->m = all, k->part = NULL;
  return on;
}

/* Other starts, anywhere in the box, until the least minimum has been found again twice. False:
 * stop. */
static bool restart(kalman *k) {
  double least = k->loss;
  int again = 0;
  for (int64_t r = 0; r < k->o->restarts && least > 1e-28; r++) {
    for (int j = 0; j < k->n; j++) k->z[j] = rc_rng_unit(rc_opt_rng(k->x.o));
    if (!descend(k, RC_QUERY_PROBE)) return false;
    again = fabs(k->loss - least) <= SAME * least ? again + 1 : k->loss < least ? 0 : again;
    if (again == 2) break;
    least = fmin(least, k->loss);
  }
  return true;
}

static void run(struct rc_opt *o, const void *opts) {
  kalman k = {.o = opts, .x = objective_open(o, ((const options *)opts)->link)};
  const size_t n = (size_t)k.x.n;
  k.n = k.x.n, k.m = k.x.m;
  double *work = rc_alloc(6 * n + 2 * n * n, sizeof *work);
  k.z = work, k.s = k.z + n, k.extra = k.s + n, k.trial = k.extra + n, k.work = k.trial + n;
  k.value = k.work + n, k.p = k.value + n, k.vector = k.p + n * n;
  memcpy(k.z, rc_opt_start(o), n * sizeof *k.z);
  part first = {.x = &k.x, .z = k.z, .descend = descend_on_part, .ctx = &k};
  bool on = part_set_out(&first, k.o->part);
  k.known = first.known, k.known_loss = first.known_loss;
  kstep_open(&k.step, k.n, k.m, &k.model, mean_of, k.o->caution > 0 ? variance_of : NULL, k.x.link);
  on = on && descend(&k, RC_QUERY_START);
  k.known = NULL; /* of this start alone */
  rc_free(k.relevance);
  k.relevance = NULL;
  part_close(&first);
  if (on && isinf(k.loss)) {
    rc_opt_end(o, "no prediction at the start");
    on = false;
  }
  if (on && restart(&k)) rc_opt_end(o, "converged");
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
     .def = "0.03",
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
     .def = "0.03",
     .min = 1e-6,
     .max = 1e6,
     .help = "queries that the belief in equal slopes of all parameters weighs"},
    {.name = "part",
     .type = RC_T_REAL,
     .offset = offsetof(options, part),
     .def = "0.1",
     .min = 0,
     .max = 1,
     .help = "share of the data that is asked first, then twice that; 0: all at once"},
    {.name = "restarts",
     .type = RC_T_INT,
     .offset = offsetof(options, restarts),
     .def = "3",
     .min = 0,
     .max = 1000,
     .help = "other starts at most, until the least minimum was found again twice"},
    {0}};

const rc_optimizer_class rc_optimizer_kalman = {
    .kind = {.name = "kalman",
             .title = "Kalman-Broyden sketch",
             .help = "learns the residuals from every query, steps in what it has learnt",
             .explain =
                 "All residuals are draws of one Gaussian process in which each parameter has a "
                 "relevance learnt from the queries: a Kalman filter of the Jacobian (Broyden's "
                 "update for one step, least squares for many) that also carries curvature. Steps "
                 "minimise "
                 "the loss it expects in a trust region; each explores one more direction. Where "
                 "data cost by themselves, and their share is at least half as many as parameters, "
                 "a random share of them leads from the start near the minimum first, and twice "
                 "that share on from there, in each as long as its loss halves; after each all "
                 "data are asked.",
             .params = params,
             .size = sizeof(options)},
    .run = run};
