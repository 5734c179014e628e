/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levenberg-Marquardt and its relatives: GSL's trust-region least squares, which knows no bounds:
 * it leaves the box, or, if asked, finds outside of it the predictions of the nearest point. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "calib/objective.h"

typedef struct options {
  int link, method, scale, bounds;
  double difference, tolerance;
} options;

typedef struct lm {
  objective x;
  const options *o;
  bool stopped, exact, bounded;
  double *z, *at, *last; /* n: point, the same in the box, the point of x.r */
  bool known;            /* x.r is of 'last' */
  double *base, *dr;     /* residuals and slopes of the last Jacobian: m, m x n */
} lm;

/* Residuals at z, in x.r; a point asked for twice in a row is one query. */
static bool residuals_at(lm *l, const double *z, rc_query_kind kind) {
  const size_t bytes = (size_t)l->x.n * sizeof *z;
  for (int j = 0; j < l->x.n; j++) l->at[j] = l->bounded ? fmin(fmax(z[j], 0), 1) : z[j];
  if (l->stopped) return false;
  if (l->known && memcmp(l->at, l->last, bytes) == 0) return true;
  l->stopped = !objective_residuals(&l->x, l->at, kind);
  l->known = !l->stopped;
  memcpy(l->last, l->at, bytes);
  return l->known;
}

static void point(lm *l, const gsl_vector *z) {
  for (int j = 0; j < l->x.n; j++) l->z[j] = gsl_vector_get(z, (size_t)j);
}

static int value_of(const gsl_vector *z, void *ctx, gsl_vector *f) {
  lm *l = ctx;
  point(l, z);
  const bool first =
      rc_opt_count(l->x.o, RC_QUERY_START) + rc_opt_count(l->x.o, RC_QUERY_STEP) == 0;
  if (!residuals_at(l, l->z, first ? RC_QUERY_START : RC_QUERY_STEP)) return GSL_EBADFUNC;
  for (int i = 0; i < l->x.m; i++) gsl_vector_set(f, (size_t)i, l->x.r[i]);
  return GSL_SUCCESS;
}

/* Forward differences, each one a query; at the upper bound the step turns around. */
static bool differences(lm *l) {
  const size_t m = (size_t)l->x.m, n = (size_t)l->x.n;
  if (!residuals_at(l, l->z, RC_QUERY_DIFFERENCE)) return false;
  memcpy(l->base, l->x.r, m * sizeof *l->base);
  for (size_t j = 0; j < n; j++) {
    const double at = l->z[j], h = at + l->o->difference > 1 ? -l->o->difference : l->o->difference;
    l->z[j] = at + h;
    if (!residuals_at(l, l->z, RC_QUERY_DIFFERENCE)) return false;
    l->z[j] = at;
    for (size_t i = 0; i < m; i++) l->dr[i * n + j] = (l->x.r[i] - l->base[i]) / h;
  }
  return true;
}

static bool exact_slopes(lm *l) {
  const size_t m = (size_t)l->x.m, n = (size_t)l->x.n;
  for (size_t j = 0; j < n; j++) l->at[j] = l->bounded ? fmin(fmax(l->z[j], 0), 1) : l->z[j];
  if (!rc_opt_jacobian(l->x.o, l->at, l->base, l->dr)) return false;
  for (size_t i = 0; l->x.link && i < m; i++) {
    const double slope = 1 / fmax(1 + l->base[i], 1e-12);
    for (size_t j = 0; j < n; j++) l->dr[i * n + j] *= slope;
  }
  if (l->x.link) objective_link(l->x.m, l->base);
  return true;
}

static int slopes_of(const gsl_vector *z, void *ctx, gsl_matrix *jacobian) {
  lm *l = ctx;
  point(l, z);
  l->stopped = l->stopped || !(l->exact ? exact_slopes(l) : differences(l));
  if (l->stopped) return GSL_EBADFUNC;
  for (int i = 0; i < l->x.m; i++) {
    for (int j = 0; j < l->x.n; j++) {
      gsl_matrix_set(jacobian, (size_t)i, (size_t)j, l->dr[i * l->x.n + j]);
    }
  }
  return GSL_SUCCESS;
}

/* Second derivative along v at the point of the last Jacobian, by one query:
 * 2 / h ((r(z + h v) - r(z)) / h - J v) (Transtrum, Machta, Sethna 2011). */
static int second_of(const gsl_vector *z, const gsl_vector *v, void *ctx, gsl_vector *f) {
  lm *l = ctx;
  const double h = 0.02;
  point(l, z);
  for (int j = 0; j < l->x.n; j++) l->z[j] += h * gsl_vector_get(v, (size_t)j);
  if (!residuals_at(l, l->z, RC_QUERY_DIFFERENCE)) return GSL_EBADFUNC;
  for (int i = 0; i < l->x.m; i++) {
    double jv = 0;
    for (int j = 0; j < l->x.n; j++) jv += l->dr[i * l->x.n + j] * gsl_vector_get(v, (size_t)j);
    gsl_vector_set(f, (size_t)i, 2 / h * ((l->x.r[i] - l->base[i]) / h - jv));
  }
  return GSL_SUCCESS;
}

static const char *iterate(lm *l, gsl_multifit_nlinear_workspace *w,
                           gsl_multifit_nlinear_fdf *fdf) {
  gsl_vector_view start = gsl_vector_view_array((double *)rc_opt_start(l->x.o), (size_t)l->x.n);
  int info = 0, status = gsl_multifit_nlinear_init(&start.vector, fdf, w);
  const double tol = l->o->tolerance;
  while (status == GSL_SUCCESS && !l->stopped) {
    status = gsl_multifit_nlinear_iterate(w);
    rc_opt_figure(l->x.o, "condition", 1 / gsl_multifit_nlinear_avratio(w));
    if (status != GSL_SUCCESS || l->stopped) break;
    if (gsl_multifit_nlinear_test(tol, tol, 0, &info, w) == GSL_SUCCESS) return "converged";
  }
  return l->stopped ? "stopped" : "no progress";
}

static void run_gsl(struct rc_opt *o, const options *options_, bool exact) {
  const gsl_multifit_nlinear_trs *const methods[] = {
      gsl_multifit_nlinear_trs_lm, gsl_multifit_nlinear_trs_lmaccel,
      gsl_multifit_nlinear_trs_dogleg, gsl_multifit_nlinear_trs_ddogleg,
      gsl_multifit_nlinear_trs_subspace2D};
  const gsl_multifit_nlinear_scale *const scales[] = {gsl_multifit_nlinear_scale_more,
                                                      gsl_multifit_nlinear_scale_levenberg,
                                                      gsl_multifit_nlinear_scale_marquardt};
  lm l = {.x = objective_open(o, options_->link), .o = options_, .exact = exact};
  l.bounded = options_->bounds == 1;
  const size_t n = (size_t)l.x.n, m = (size_t)l.x.m;
  if (m < n) {
    rc_opt_end(o, "fewer data than parameters");
    objective_close(&l.x);
    return;
  }
  gsl_multifit_nlinear_parameters p = gsl_multifit_nlinear_default_parameters();
  p.trs = methods[options_->method];
  p.scale = scales[options_->scale];
  gsl_multifit_nlinear_workspace *w =
      gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &p, m, n);
  gsl_multifit_nlinear_fdf fdf = {
      .f = value_of, .df = slopes_of, .fvv = second_of, .n = m, .p = n, .params = &l};
  double *work = rc_alloc(3 * n + m + m * n, sizeof *work);
  l.z = work, l.at = work + n, l.last = work + 2 * n, l.base = work + 3 * n, l.dr = l.base + m;
  rc_opt_end(o, w ? iterate(&l, w, &fdf) : "no memory");
  if (w) gsl_multifit_nlinear_free(w);
  objective_close(&l.x);
  rc_free(work);
}

/* GSL ends the program on an error unless told not to, for the whole process. */
static void quiet_gsl(void) {
  gsl_set_error_handler_off();
}
static pthread_once_t quiet = PTHREAD_ONCE_INIT;

static void run(struct rc_opt *o, const void *opts) {
  pthread_once(&quiet, quiet_gsl);
  run_gsl(o, opts, false);
}

static void run_exact(struct rc_opt *o, const void *opts) {
  pthread_once(&quiet, quiet_gsl);
  run_gsl(o, opts, true);
}

static const rc_param params[] = {
    OBJECTIVE_LINK_PARAM,
    {.name = "method",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, method),
     .def = "lm",
     .choices = "lm|accelerated|dogleg|double-dogleg|subspace",
     .help = "step inside the trust region; accelerated: Levenberg-Marquardt with geodesic "
             "acceleration"},
    {.name = "scale",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, scale),
     .def = "levenberg",
     .choices = "more|levenberg|marquardt",
     .help = "norm of the trust region: scaled by the largest slopes so far, not at all, by the "
             "slopes"},
    {.name = "bounds",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, bounds),
     .def = "none",
     .choices = "none|clip",
     .help = "outside the box: predictions there, or those of its nearest point"},
    {.name = "difference",
     .type = RC_T_REAL,
     .offset = offsetof(options, difference),
     .def = "1e-6",
     .min = 1e-12,
     .max = 0.1,
     .help = "step of forward differences, in units of the box"},
    {.name = "tolerance",
     .type = RC_T_REAL,
     .offset = offsetof(options, tolerance),
     .def = "1e-12",
     .min = 0,
     .max = 0.1,
     .help = "relative step and gradient at which it has converged"},
    {0}};

#define EXPLAIN                                                                                    \
  "Solves (J'J + mu D) v = -J'r and takes the step where it lowers the loss, raising mu where "    \
  "not "                                                                                           \
  "(GSL's multifit_nlinear, after More 1978). With acceleration half the second derivative along " \
  "v is added to it, so that the path bends with a canyon (Transtrum and Sethna, arXiv "           \
  "1201.5885)."

const rc_optimizer_class rc_optimizer_lm = {
    .kind = {.name = "lm",
             .title = "Levenberg-Marquardt",
             .help = "trust-region least squares of GSL, Jacobian by forward differences",
             .explain = EXPLAIN " Each Jacobian costs as many queries as there are parameters.",
             .params = params,
             .size = sizeof(options)},
    .run = run};

const rc_optimizer_class rc_optimizer_lm_exact = {
    .kind = {.name = "lm-exact",
             .title = "Levenberg-Marquardt, exact",
             .help = "trust-region least squares of GSL with the model's own Jacobian",
             .explain = EXPLAIN " The Jacobian is the model's own, at its cost.",
             .params = params,
             .size = sizeof(options)},
    .run = run_exact,
    .exact_jacobian = true};
