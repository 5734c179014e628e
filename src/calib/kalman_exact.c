/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of the Kalman sketch for a model that tells its Jacobian: nothing is left to learn. */
#include <cblas.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "calib/kalman_step.h"
#include "calib/objective.h"

typedef struct options {
  int link;
  double radius;
} options;

typedef struct exact {
  struct rc_opt *o;
  bool link;
  int n, m;
  kstep step;
  double *z, *trial, *s; /* n */
  double *u, *j;         /* at z: m, m x n */
  double *u2, *j2;       /* at the trial */
  double loss, loss2;
} exact;

static void linear(void *model, const double *s, double *u, double *du) {
  const exact *x = model;
  memcpy(u, x->u, (size_t)x->m * sizeof *u);
  cblas_dgemv(CblasRowMajor, CblasNoTrans, x->m, x->n, 1, x->j, x->n, s, 1, 1, u, 1);
  if (du) memcpy(du, x->j, (size_t)x->m * (size_t)x->n * sizeof *du);
}

/* Residuals and slopes at the trial point, linked. False: stop. */
static bool jacobian(exact *x) {
  if (!rc_opt_jacobian(x->o, x->trial, x->u2, x->j2)) return false;
  x->loss2 = rc_opt_failed(x->o) ? INFINITY : rc_opt_loss(x->o);
  for (int i = 0; x->link && i < x->m; i++) {
    cblas_dscal(x->n, 1 / fmax(1 + x->u2[i], 1e-12), x->j2 + (size_t)i * (size_t)x->n, 1);
  }
  if (x->link) objective_link(x->m, x->u2);
  return true;
}

static void accept(exact *x) {
  double *t = x->u;
  x->u = x->u2, x->u2 = t;
  t = x->j, x->j = x->j2, x->j2 = t;
  x->loss = x->loss2;
  memcpy(x->z, x->trial, (size_t)x->n * sizeof *x->z);
}

/* A Jacobian costs little more than a query, and is asked for at once while steps are good; after a
 * bad one the query alone goes first. */
static const char *descend(exact *x, double radius) {
  bool good = true;
  int still = 0;
  while (radius > 1e-12 && still < 20) {
    double now;
    x->step.center = x->z;
    x->step.radius = radius;
    const double then = kstep_find(&x->step, x->s, &now);
    const double length = cblas_dnrm2(x->n, x->s, 1), loss = x->loss;
    rc_opt_figure(x->o, "radius", radius);
    if (!(then < now * (1 - 1e-12))) return "converged";
    for (int k = 0; k < x->n; k++) x->trial[k] = fmin(fmax(x->z[k] + x->s[k], 0), 1);
    if (!good) {
      if (!rc_opt_query(x->o, x->trial, RC_QUERY_STEP, x->u2)) return "stopped";
      x->loss2 = rc_opt_failed(x->o) ? INFINITY : rc_opt_loss(x->o);
    }
    if ((good || x->loss2 < x->loss) && !jacobian(x)) return "stopped";
    const double rho = (loss - x->loss2) / (now - then);
    good = rho > 0.25;
    still = x->loss2 < loss * (1 - 1e-9) ? 0 : still + 1;
    if (x->loss2 < loss) accept(x);
    if (rho > 0.6)
      radius = fmax(radius, 2 * length);
    else if (!good)
      radius = fmin(radius, length) * (rho <= 0.05 ? 0.4 : 0.7);
  }
  return "converged";
}

static void run(struct rc_opt *o, const void *opts) {
  const options *p = opts;
  const rc_fit *f = rc_opt_fit(o);
  exact x = {.o = o, .link = objective_links(f, p->link), .n = rc_fit_n(f), .m = rc_fit_m(f)};
  const size_t n = (size_t)x.n, m = (size_t)x.m;
  double *work = rc_alloc(3 * n + 2 * m + 2 * m * n, sizeof *work);
  x.z = work, x.trial = x.z + n, x.s = x.trial + n, x.u = x.s + n, x.u2 = x.u + m;
  x.j = x.u2 + m, x.j2 = x.j + m * n;
  kstep_open(&x.step, x.n, x.m, &x, linear, NULL, x.link);
  memcpy(x.trial, rc_opt_start(o), n * sizeof *x.trial);
  if (jacobian(&x)) {
    accept(&x);
    rc_opt_end(o, isfinite(x.loss) ? descend(&x, p->radius) : "no prediction at the start");
  }
  kstep_close(&x.step);
  rc_free(work);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM,
                                  {.name = "radius",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, radius),
                                   .def = "0.3",
                                   .min = 1e-6,
                                   .max = 10,
                                   .help = "first trust radius, in units of the box"},
                                  {0}};

const rc_optimizer_class rc_optimizer_kalman_exact = {
    .kind = {.name = "kalman-exact",
             .title = "trust region, exact Jacobian",
             .help = "the steps of 'kalman' with the model's own Jacobian",
             .explain =
                 "Minimises the loss of the linearised (and, for relative errors, logarithmic) "
                 "residuals in a ball and in the box, over dampings of 14 decades, which costs no "
                 "query. With adjoint or Hellmann-Feynman derivatives a Jacobian costs about as "
                 "much as a query, and 29 parameters take ten of them.",
             .params = params,
             .size = sizeof(options)},
    .run = run,
    .exact_jacobian = true};
