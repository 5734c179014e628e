/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evolution strategy with adaptation of the covariance matrix (CMA-ES), in the form and with the
 * constants of Hansen's tutorial (arXiv 1604.00772). */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "calib/objective.h"

typedef struct options {
  int link;
  int64_t population;
  double sigma;
} options;

typedef struct child {
  double value;
  int index;
} child;

typedef struct cma {
  objective x;
  int n, lambda, mu;
  double sigma, mueff, cc, cs, c1, cmu, damps, chi;
  double *weight;                       /* mu */
  double *mean, *pc, *ps, *scale, *old; /* n; scale: square roots of the eigenvalues of C */
  double *c, *b;                        /* n x n; b: eigenvectors as rows */
  double *child, *y;                    /* lambda x n */
  struct child *order;                  /* lambda */
} cma;

static void set_constants(cma *s) {
  const double n = s->n;
  double sum = 0, squares = 0;
  for (int i = 0; i < s->mu; i++) sum += s->weight[i] = log(s->mu + 0.5) - log(i + 1);
  for (int i = 0; i < s->mu; i++) {
    s->weight[i] /= sum;
    squares += s->weight[i] * s->weight[i];
  }
  s->mueff = 1 / squares;
  s->cc = (4 + s->mueff / n) / (n + 4 + 2 * s->mueff / n);
  s->cs = (s->mueff + 2) / (n + s->mueff + 5);
  s->c1 = 2 / ((n + 1.3) * (n + 1.3) + s->mueff);
  s->cmu = fmin(1 - s->c1, 2 * (s->mueff - 2 + 1 / s->mueff) / ((n + 2) * (n + 2) + s->mueff));
  s->damps = 1 + 2 * fmax(0, sqrt((s->mueff - 1) / (n + 1)) - 1) + s->cs;
  s->chi = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
}

/* Eigenvectors of C as rows of b, and the square roots of its eigenvalues. */
static void decompose(cma *s) {
  memcpy(s->b, s->c, (size_t)(s->n * s->n) * sizeof *s->b);
  LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', s->n, s->b, s->n, s->scale);
  for (int j = 0; j < s->n; j++) s->scale[j] = sqrt(fmax(s->scale[j], 1e-30));
}

static int by_value(const void *a, const void *b) {
  const child *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return x->index - y->index;
}

/* A generation: children outside the box are queried at its nearest point and pay for the way. */
static bool sample(cma *s) {
  for (int k = 0; k < s->lambda; k++) {
    double *x = s->child + k * s->n, *y = s->y + k * s->n, out = 0;
    memset(y, 0, (size_t)s->n * sizeof *y);
    for (int e = 0; e < s->n; e++) {
      cblas_daxpy(s->n, s->scale[e] * rc_rng_normal(rc_opt_rng(s->x.o)), s->b + e * s->n, 1, y, 1);
    }
    for (int j = 0; j < s->n; j++) {
      const double free = s->mean[j] + s->sigma * y[j];
      x[j] = fmin(fmax(free, 0), 1);
      out += (free - x[j]) * (free - x[j]);
      y[j] = (x[j] - s->mean[j]) / s->sigma;
    }
    double value;
    if (!objective_value(&s->x, x, RC_QUERY_STEP, &value)) return false;
    s->order[k] = (child){value * (1 + out), k};
  }
  qsort(s->order, (size_t)s->lambda, sizeof *s->order, by_value);
  return true;
}

static void update(cma *s, int generation) {
  const int n = s->n;
  memcpy(s->old, s->mean, (size_t)n * sizeof *s->old);
  memset(s->mean, 0, (size_t)n * sizeof *s->mean);
  for (int i = 0; i < s->mu; i++) {
    cblas_daxpy(n, s->weight[i], s->child + s->order[i].index * n, 1, s->mean, 1);
  }
  /* ps gets C^-1/2 of the step, pc the step */
  cblas_dscal(n, 1 - s->cs, s->ps, 1);
  const double gain = sqrt(s->cs * (2 - s->cs) * s->mueff) / s->sigma;
  for (int e = 0; e < n; e++) {
    double along = 0;
    for (int j = 0; j < n; j++) along += s->b[e * n + j] * (s->mean[j] - s->old[j]);
    cblas_daxpy(n, gain * along / s->scale[e], s->b + e * n, 1, s->ps, 1);
  }
  const double length = cblas_dnrm2(n, s->ps, 1);
  const double fresh = sqrt(1 - pow(1 - s->cs, 2 * (generation + 1)));
  const double h = length / fresh < (1.4 + 2 / (n + 1.0)) * s->chi;
  const double step = h * sqrt(s->cc * (2 - s->cc) * s->mueff) / s->sigma;
  for (int j = 0; j < n; j++) {
    s->pc[j] = (1 - s->cc) * s->pc[j] + step * (s->mean[j] - s->old[j]);
  }
  const double keep = 1 - s->c1 - s->cmu + (1 - h) * s->c1 * s->cc * (2 - s->cc);
  cblas_dscal(n * n, keep, s->c, 1);
  cblas_dger(CblasRowMajor, n, n, s->c1, s->pc, 1, s->pc, 1, s->c, n);
  for (int i = 0; i < s->mu; i++) {
    const double *y = s->y + s->order[i].index * n;
    cblas_dger(CblasRowMajor, n, n, s->cmu * s->weight[i], y, 1, y, 1, s->c, n);
  }
  s->sigma *= exp(fmin(1, s->cs / s->damps * (length / s->chi - 1)));
}

static const char *evolve(cma *s) {
  for (int generation = 0;; generation++) {
    decompose(s);
    rc_opt_figure(s->x.o, "sigma", s->sigma);
    if (!sample(s)) return "stopped";
    update(s, generation);
    const double longest = s->sigma * s->scale[s->n - 1];
    if (!(longest > 1e-12)) return "converged";
    if (!(longest < 1e6)) return "no progress";
  }
}

static void run(struct rc_opt *o, const void *opts) {
  const options *p = opts;
  cma s = {.x = objective_open(o, p->link), .sigma = p->sigma};
  const size_t n = (size_t)s.x.n;
  s.n = s.x.n;
  s.lambda = p->population > 0 ? (int)p->population : 4 + (int)(3 * log(s.n));
  s.lambda = RC_MAX(4, s.lambda);
  s.mu = s.lambda / 2;
  const size_t lambda = (size_t)s.lambda;
  double *work = rc_alloc(lambda + 5 * n + 2 * n * n + 2 * lambda * n, sizeof *work), value;
  s.weight = work, s.mean = work + lambda, s.pc = s.mean + n, s.ps = s.pc + n, s.scale = s.ps + n;
  s.old = s.scale + n, s.c = s.old + n, s.b = s.c + n * n, s.child = s.b + n * n;
  s.y = s.child + lambda * n;
  s.order = rc_alloc(lambda, sizeof *s.order);
  set_constants(&s);
  for (size_t j = 0; j < n; j++) {
    s.mean[j] = rc_opt_start(o)[j];
    s.c[j * n + j] = 1;
  }
  if (objective_value(&s.x, s.mean, RC_QUERY_START, &value)) rc_opt_end(o, evolve(&s));
  objective_close(&s.x);
  rc_free(s.order);
  rc_free(work);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM,
                                  {.name = "population",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, population),
                                   .def = "0",
                                   .min = 0,
                                   .max = 100000,
                                   .help = "children of a generation; 0: 4 + 3 ln n"},
                                  {.name = "sigma",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, sigma),
                                   .def = "0.2",
                                   .min = 1e-9,
                                   .max = 10,
                                   .help = "first step, in units of the box"},
                                  {0}};

const rc_optimizer_class rc_optimizer_cmaes = {
    .kind = {.name = "cma-es",
             .title = "CMA-ES",
             .help = "evolution strategy that adapts its covariance matrix",
             .explain =
                 "Draws children from N(mean, sigma^2 C), moves the mean to the better half, and "
                 "bends C and sigma along the way it went (Hansen and Ostermeier 2001; constants "
                 "of Hansen's tutorial, arXiv 1604.00772). It sees the order of the losses only.",
             .params = params,
             .size = sizeof(options)},
    .run = run};
