/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stochastic hierarchical method of Afonso, Guerra and Viegas (arXiv 2602.04975).
 *
 * A cycle: a Jacobian by forward differences, over all coordinates or over k random orthonormal
 * directions; its Gauss-Newton matrix splits the space into stiff and sloppy directions; a line
 * search of Powell over the stiff ones; differences along the sloppy ones put them in order;
 * a simplex of Nelder and Mead over these. Constants are those of the paper's runs: parameters
 * scaled linearly to the box, whose lower side alone is kept, by absolute values. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "calib/minimize.h"
#include "calib/objective.h"

#define STEP    1e-5 /* of forward differences */
#define RIDGE   1e-6 /* on the Gauss-Newton matrix */
#define TAU     1e-4 /* sloppy directions reach down to this part of the first one */
#define SETTLED 1e-4 /* change of the stiff space and of the point at which it ends */
enum { POWELL_CALLS = 70, SIMPLEX_CALLS = 130, CALLS = 1300 };

typedef struct options {
  int link, k, box;
  int64_t cycles;
} options;
static const int ranks[] = {0, 18, 10, 5, 3}; /* of the choices; 0: exact */

typedef struct hierarchical {
  objective x;
  const options *o;
  int n, m, k;                     /* k: directions of a decomposition */
  double *phi, *base, *z, *at;     /* point; its residuals (m); n; n */
  bool based;                      /* base belongs to phi */
  double *directions, *answers;    /* n x k columns as rows: k x n; k x m */
  double *stiff, *sloppy, *before; /* rows: directions, n each */
  int stiffs, sloppies, befores;
  const double *basis; /* of the search under way */
  int dimension;
} hierarchical;

/* Residuals at |phi|, in x.r. */
static bool query(hierarchical *h, const double *phi, rc_query_kind kind) {
  const bool linear = h->o->box == 0;
  for (int j = 0; j < h->n; j++) h->at[j] = fabs(phi[j]);
  if (linear) objective_from_linear(rc_opt_fit(h->x.o), h->at, h->z);
  return objective_residuals(&h->x, linear ? h->z : h->at, kind);
}

/* answers[i] = (r(phi + h d_i) - r(phi)) / h along the rows of d. The base is queried once. */
static bool differences(hierarchical *h, const double *d, int count) {
  const size_t m = (size_t)h->m;
  double *phi = rc_alloc((size_t)h->n, sizeof *phi);
  bool on = h->based || query(h, h->phi, RC_QUERY_DIFFERENCE);
  if (on && !h->based) memcpy(h->base, h->x.r, m * sizeof *h->base);
  h->based = on;
  for (int i = 0; on && i < count; i++) {
    for (int j = 0; j < h->n; j++) phi[j] = h->phi[j] + STEP * d[i * h->n + j];
    on = query(h, phi, RC_QUERY_DIFFERENCE);
    for (size_t k = 0; on && k < m; k++) {
      h->answers[(size_t)i * m + k] = (h->x.r[k] - h->base[k]) / STEP;
    }
  }
  rc_free(phi);
  return on;
}

/* k random orthonormal directions, or the axes. */
static void draw(hierarchical *h) {
  const size_t n = (size_t)h->n, k = (size_t)h->k;
  memset(h->directions, 0, n * k * sizeof *h->directions);
  if (h->k == h->n) {
    for (size_t j = 0; j < n; j++) h->directions[j * n + j] = 1;
    return;
  }
  double *tau = rc_alloc(k, sizeof *tau);
  for (size_t i = 0; i < n * k; i++) h->directions[i] = rc_rng_normal(rc_opt_rng(h->x.o));
  LAPACKE_dgeqrf(LAPACK_COL_MAJOR, h->n, h->k, h->directions, h->n, tau);
  LAPACKE_dorgqr(LAPACK_COL_MAJOR, h->n, h->k, h->k, h->directions, h->n, tau);
  rc_free(tau);
}

/* Rotates the rows of d (count x n) to the eigenvectors of answers answers' (+ ridge), the largest
 * eigenvalue first. */
static void rotate(hierarchical *h, double *d, int count, double ridge, double *value) {
  const size_t c = (size_t)count, n = (size_t)h->n;
  double *f = rc_alloc(c * c + c * n + c, sizeof *f), *turned = f + c * c, *w = turned + c * n;
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, count, h->m, 1, h->answers, h->m, 0, f,
              count);
  for (size_t i = 0; i < c; i++) f[i * c + i] += ridge;
  LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', count, f, count, w);
  /* eigenvectors are columns of f, eigenvalues rise: row i of the result is column c - 1 - i */
  for (size_t i = 0; i < c; i++) {
    value[i] = w[c - 1 - i];
    for (size_t j = 0; j < n; j++) turned[i * n + j] = 0;
    for (size_t k = 0; k < c; k++) {
      cblas_daxpy(h->n, f[k * c + c - 1 - i], d + k * n, 1, turned + i * n, 1);
    }
  }
  memcpy(d, turned, c * n * sizeof *d);
  rc_free(f);
}

static bool decompose(hierarchical *h) {
  const size_t n = (size_t)h->n;
  const double percent = h->k == h->n || h->k > 10 ? 0.9 : 0.95;
  draw(h);
  if (!differences(h, h->directions, h->k)) return false;
  double *value = rc_alloc((size_t)h->k, sizeof *value), sum = 0, part = 0;
  rotate(h, h->directions, h->k, RIDGE, value);
  for (int i = 0; i < h->k; i++) sum += value[i];
  h->stiffs = 1;
  for (int i = 0; i < h->k && (part += value[i]) < percent * sum; i++) h->stiffs++;
  h->stiffs = RC_MIN(h->stiffs, h->k);
  h->sloppies = 0;
  for (int i = h->stiffs; i < h->k; i++) h->sloppies += value[i] >= TAU * value[h->stiffs];
  memcpy(h->stiff, h->directions, (size_t)h->stiffs * n * sizeof *h->stiff);
  memcpy(h->sloppy, h->directions + (size_t)h->stiffs * n,
         (size_t)h->sloppies * n * sizeof *h->sloppy);
  rc_free(value);
  rc_opt_figure(h->x.o, "stiff", h->stiffs);
  rc_opt_figure(h->x.o, "sloppy", h->sloppies);
  return true;
}

/* The objective of both searches: at phi + basis w. */
static bool in_basis(void *ctx, const double *w, double *value) {
  hierarchical *h = ctx;
  double *phi = rc_alloc((size_t)h->n, sizeof *phi);
  memcpy(phi, h->phi, (size_t)h->n * sizeof *phi);
  for (int i = 0; i < h->dimension; i++) cblas_daxpy(h->n, w[i], h->basis + i * h->n, 1, phi, 1);
  const bool on = query(h, phi, RC_QUERY_STEP);
  rc_free(phi);
  if (!on) return false;
  *value = h->x.link ? objective_mean_square(h->m, h->x.r) : rc_opt_loss(h->x.o);
  return true;
}

static bool search(hierarchical *h, const double *basis, int dimension, bool stiff) {
  if (dimension == 0) return true;
  double *w = rc_alloc(2 * (size_t)dimension, sizeof *w);
  minimize p = {.n = dimension,
                .f = in_basis,
                .ctx = h,
                .most = stiff ? POWELL_CALLS : SIMPLEX_CALLS,
                .best = w + dimension,
                .best_value = INFINITY};
  h->basis = basis;
  h->dimension = dimension;
  const double bound = h->k == h->n ? INFINITY : h->k >= 10 ? 1.2 : 1.1;
  const bool on = stiff ? minimize_powell(&p, w, bound, 1e-4, 1e-4)
                        : minimize_simplex(&p, w, 0.00025, 1e-5, 1e-5);
  for (int j = 0; j < h->n; j++) {
    double phi = h->phi[j];
    for (int i = 0; i < dimension; i++) phi += p.best[i] * basis[i * h->n + j];
    h->based = h->based && phi == h->phi[j];
    h->phi[j] = fabs(phi);
  }
  rc_free(w);
  return on;
}

/* The largest of 1 - sigma, singular values of the overlap of the stiff space with the one before. */
static double turned(const hierarchical *h) {
  const int a = h->stiffs, b = h->befores, k = RC_MIN(a, b);
  if (k == 0) return 1;
  double *overlap = rc_alloc((size_t)(a * b + 2 * k), sizeof *overlap), *sigma = overlap + a * b;
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, a, b, h->n, 1, h->stiff, h->n, h->before,
              h->n, 0, overlap, b);
  LAPACKE_dgesvd(LAPACK_ROW_MAJOR, 'N', 'N', a, b, overlap, b, sigma, NULL, 1, NULL, 1, sigma + k);
  const double worst = 1 - sigma[k - 1];
  rc_free(overlap);
  return worst;
}

static const char *cycles(hierarchical *h, double *old, double *value) {
  const size_t n = (size_t)h->n;
  for (int64_t c = 0; c < h->o->cycles; c++) {
    memcpy(old, h->phi, n * sizeof *old);
    if (!decompose(h) || !search(h, h->stiff, h->stiffs, true)) return "stopped";
    if (h->sloppies > 0) {
      if (!differences(h, h->sloppy, h->sloppies)) return "stopped";
      rotate(h, h->sloppy, h->sloppies, 0, value);
      if (!search(h, h->sloppy, h->sloppies, false)) return "stopped";
    }
    double moved = 0;
    for (size_t j = 0; j < n; j++) moved += (h->phi[j] - old[j]) * (h->phi[j] - old[j]);
    if (turned(h) < SETTLED && sqrt(moved) < SETTLED) return "converged";
    memcpy(h->before, h->stiff, (size_t)h->stiffs * n * sizeof *h->before);
    h->befores = h->stiffs;
    uint64_t made = 0;
    for (int kind = 0; kind < RC_QUERY_KINDS; kind++) made += rc_opt_count(h->x.o, kind);
    if (made > CALLS) return "1300 queries";
  }
  return "all cycles made";
}

static void run(struct rc_opt *o, const void *opts) {
  hierarchical h = {.o = opts, .x = objective_open(o, ((const options *)opts)->link)};
  const size_t n = (size_t)h.x.n, m = (size_t)h.x.m;
  h.n = h.x.n, h.m = h.x.m;
  h.k = ranks[h.o->k] > 0 ? RC_MIN(ranks[h.o->k], h.n) : h.n;
  double *work = rc_alloc(5 * n + m + 4 * n * n + n * m + n, sizeof *work);
  h.phi = work, h.z = work + n, h.at = work + 2 * n, h.base = work + 5 * n;
  h.directions = h.base + m, h.stiff = h.directions + n * n, h.sloppy = h.stiff + n * n;
  h.before = h.sloppy + n * n, h.answers = h.before + n * n;
  const double *start = rc_opt_start(o);
  if (h.o->box == 0)
    objective_to_linear(rc_opt_fit(o), start, h.phi);
  else
    memcpy(h.phi, start, n * sizeof *start);
  if (query(&h, h.phi, RC_QUERY_START)) {
    memcpy(h.base, h.x.r, m * sizeof *h.base);
    h.based = true;
    rc_opt_end(o, cycles(&h, work + 3 * n, h.answers + n * m));
  }
  objective_close(&h.x);
  rc_free(work);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM_AS("none"),
                                  {.name = "rank",
                                   .type = RC_T_CHOICE,
                                   .offset = offsetof(options, k),
                                   .def = "exact",
                                   .choices = "exact|18|10|5|3",
                                   .help = "random directions of a decomposition"},
                                  {.name = "box",
                                   .type = RC_T_CHOICE,
                                   .offset = offsetof(options, box),
                                   .def = "linear",
                                   .choices = "linear|scale",
                                   .help = "coordinates: linear in every parameter, as in the "
                                           "paper, or on the parameter's own scale"},
                                  {.name = "cycles",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, cycles),
                                   .def = "5",
                                   .min = 1,
                                   .max = 1e6,
                                   .help = "at most; the paper's runs have 5"},
                                  {0}};

const rc_optimizer_class rc_optimizer_hierarchical = {
    .kind = {.name = "hierarchical",
             .title = "stochastic hierarchical",
             .help = "stiff directions by a line search, then sloppy ones by a simplex",
             .explain =
                 "Forward differences along all axes, or along k random directions Omega, give "
                 "F = Y'Y; its leading eigenvectors, lifted back by Omega, are the stiff "
                 "directions. Powell's method minimises the loss over them, Nelder and Mead's "
                 "over the sloppy ones, and the cycle begins anew (Afonso, Guerra and Viegas, "
                 "arXiv 2602.04975, 2026).",
             .params = params,
             .size = sizeof(options)},
    .run = run};
