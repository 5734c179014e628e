/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least squares to the last digit, by two strategies from the same start.
 *
 * First Levenberg-Marquardt in all parameters; then, where the predictions are linear in the first
 * of them, variable projection: these are eliminated by linear least squares at every step, and
 * steps in the rest bend with the canyon (geodesic acceleration). The better of the two ends is
 * polished. Jacobians are the model's own. */
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "calib/objective.h"

typedef struct options {
  int link;
  int64_t steps;
} options;

typedef struct stages {
  objective x;
  int n, m, linear;
  int64_t steps;
  double *z, *trial, *best; /* n */
  double loss, best_loss;
  double *r, *dr;           /* at z: m, m x n */
  double *reduced, *slopes; /* stage two: residuals and Jacobian without the linear part */
  double *scale;            /* n: largest norm of each column so far */
  double *matrix, *rhs;     /* (m + n) x n, m + n: least squares work */
  double *v, *a;            /* n: step and half its acceleration */
} stages;

/* Residuals and Jacobian at 'at', into r and dr; false: stop. */
static bool jacobian(stages *s, const double *at, double *loss) {
  if (!rc_opt_jacobian(s->x.o, at, s->r, s->dr)) return false;
  for (int i = 0; s->x.link && i < s->m; i++) {
    cblas_dscal(s->n, 1 / fmax(1 + s->r[i], 1e-12), s->dr + (size_t)i * (size_t)s->n, 1);
  }
  if (s->x.link) objective_link(s->m, s->r);
  *loss = rc_opt_failed(s->x.o) ? INFINITY : objective_mean_square(s->m, s->r);
  return true;
}

/* Least squares of a x = b, a m x n; x into the head of b. False: rank is lost. */
static bool solve(int m, int n, double *a, double *b) {
  return LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', m, n, 1, a, n, b, 1) == 0;
}

/* Damped step of J v = -u for k columns: |J v + u|^2 + mu |D v|^2. */
static bool damped(stages *s, const double *u, const double *j, int k, double mu, double *v) {
  const size_t m = (size_t)s->m, n = (size_t)k;
  memcpy(s->matrix, j, m * n * sizeof *j);
  memset(s->matrix + m * n, 0, n * n * sizeof *j);
  memset(s->rhs + m, 0, n * sizeof *j);
  for (size_t i = 0; i < m; i++) s->rhs[i] = -u[i];
  for (size_t i = 0; i < n; i++) s->matrix[(m + i) * n + i] = sqrt(mu) * s->scale[i];
  if (!solve(s->m + k, k, s->matrix, s->rhs)) return false;
  memcpy(v, s->rhs, n * sizeof *v);
  return true;
}

static void grow_scale(stages *s, const double *j, int k) {
  for (int c = 0; c < k; c++) {
    const double norm = cblas_dnrm2(s->m, j + c, k);
    s->scale[c] = fmax(s->scale[c], norm > 0 ? norm : 1e-10);
  }
}

/* What a damping has led to: lowers the next one after a good step, raises it after a bad one,
 * faster each time (Nielsen 1999). */
static void adapt(double *mu, double *up, double rho) {
  if (rho > 0) {
    const double q = 2 * rho - 1;
    *mu *= fmax(1.0 / 3, 1 - q * q * q);
    *up = 2;
  } else {
    *mu *= *up;
    *up *= 2;
  }
}

/* Predicted fall of the sum of squares for the step v in k columns. */
static double predicted(const stages *s, const double *u, const double *j, int k, const double *v) {
  double fall = 0;
  for (int i = 0; i < s->m; i++) {
    const double jv = cblas_ddot(k, j + (size_t)i * (size_t)k, 1, v, 1);
    fall -= jv * (2 * u[i] + jv);
  }
  return fall / s->m;
}

static bool settled(int n, const double *z, const double *v) {
  for (int j = 0; j < n; j++) {
    if (fabs(v[j]) > 1e-15 * (fabs(z[j]) + 1e-3)) return false;
  }
  return true;
}

static void note(stages *s) {
  if (s->loss < s->best_loss) {
    s->best_loss = s->loss;
    memcpy(s->best, s->z, (size_t)s->n * sizeof *s->z);
  }
}

/* z after the step v; where 'logs' it is of the logarithms of the parameters' magnitudes. */
static void step_from(const stages *s, bool logs, int first, double t, const double *v, double *z) {
  memcpy(z, s->z, (size_t)s->n * sizeof *z);
  for (int j = first; j < s->n; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(rc_opt_fit(s->x.o), j);
    const double range = p->upper - p->lower, theta = p->lower + s->z[j] * range;
    const double by = t * v[j - first];
    z[j] = s->z[j] + (logs && !p->log ? theta * expm1(by) / range : by);
  }
}

/* Columns of a Jacobian at z, the first of which is of parameter 'first', to such steps. */
static void to_logs(const stages *s, bool logs, const double *z, int first, double *slopes) {
  const int k = s->n - first;
  for (int j = 0; logs && j < k; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(rc_opt_fit(s->x.o), first + j);
    const double range = p->upper - p->lower, theta = p->lower + z[first + j] * range;
    if (!p->log) cblas_dscal(s->m, theta / range, slopes + j, k);
  }
}

/* Jacobian at z for stage_all. */
static bool jacobian_for(stages *s, bool logs) {
  if (!jacobian(s, s->z, &s->loss)) return false;
  to_logs(s, logs, s->z, 0, s->dr);
  grow_scale(s, s->dr, s->n);
  return true;
}

/* Levenberg-Marquardt in all parameters from z, or in the logarithms of all magnitudes. False:
 * stop. */
static bool stage_all(stages *s, bool logs) {
  const size_t n = (size_t)s->n;
  double mu = 1e-3, up = 2, loss;
  memset(s->scale, 0, n * sizeof *s->scale);
  if (!jacobian_for(s, logs)) return false;
  for (int64_t i = 0; i < s->steps && mu < 1e30; i++) {
    note(s);
    if (!damped(s, s->r, s->dr, s->n, mu, s->v) || settled(s->n, s->z, s->v)) break;
    const double fall = predicted(s, s->r, s->dr, s->n, s->v);
    step_from(s, logs, 0, 1, s->v, s->trial);
    if (!objective_residuals(&s->x, s->trial, RC_QUERY_STEP)) return false;
    loss = rc_opt_failed(s->x.o) ? INFINITY : objective_mean_square(s->m, s->x.r);
    adapt(&mu, &up, (s->loss - loss) / fmax(fall, 1e-300));
    if (!(loss < s->loss)) continue;
    memcpy(s->z, s->trial, n * sizeof *s->z);
    if (!jacobian_for(s, logs)) return false;
  }
  note(s);
  return true;
}

/* r less its part in the span of the linear columns, into 'reduced'; where 'slopes', the other
 * columns likewise. */
static bool project(stages *s) {
  const int l = s->linear, k = s->n - l, m = s->m;
  double *q = rc_alloc((size_t)(m * l + l), sizeof *q), *tau = q + m * l;
  for (int j = 0; j < l; j++) { /* only the span matters: columns of length one */
    const double norm = cblas_dnrm2(m, s->dr + j, s->n);
    for (int i = 0; i < m; i++) q[i * l + j] = norm > 0 ? s->dr[i * s->n + j] / norm : 0;
  }
  const bool ok = LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, m, l, q, l, tau) == 0 &&
                  LAPACKE_dorgqr(LAPACK_ROW_MAJOR, m, l, l, q, l, tau) == 0;
  for (int i = 0; i < m; i++) {
    s->reduced[i] = s->r[i];
    for (int j = 0; j < k; j++) s->slopes[i * k + j] = s->dr[i * s->n + l + j];
  }
  for (int c = 0; ok && c < l; c++) {
    cblas_daxpy(m, -cblas_ddot(m, q + c, l, s->reduced, 1), q + c, l, s->reduced, 1);
    for (int j = 0; j < k; j++) {
      const double part = cblas_ddot(m, q + c, l, s->slopes + j, k);
      cblas_daxpy(m, -part, q + c, l, s->slopes + j, k);
    }
  }
  rc_free(q);
  return ok;
}

/* Moves the linear parameters of 'at', where r and dr were taken, to their best values. False:
 * one on a log scale would change its sign. */
static bool best_linear(const stages *s, double *at) {
  const int l = s->linear, m = s->m;
  double *f = rc_alloc((size_t)(m * l + m), sizeof *f), *b = f + m * l;
  for (int j = 0; j < l; j++) {
    const double norm = cblas_dnrm2(m, s->dr + j, s->n);
    for (int i = 0; i < m; i++) f[i * l + j] = norm > 0 ? s->dr[i * s->n + j] / norm : 0;
  }
  for (int i = 0; i < m; i++) b[i] = -s->r[i];
  bool ok = solve(m, l, f, b);
  for (int j = 0; ok && j < l; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(rc_opt_fit(s->x.o), j);
    const double norm = cblas_dnrm2(m, s->dr + j, s->n);
    const double range = p->log ? log(p->upper / p->lower) : 1;
    const double move = norm > 0 ? b[j] / norm : 0; /* of z, to first order */
    ok = !p->log || move * range > -1;              /* theta (1 + move range) */
    if (ok) at[j] += p->log ? log1p(move * range) / range : move;
  }
  rc_free(f);
  return ok;
}

/* Reduced residuals and slopes at 'at', whose linear parameters become the best ones. */
static bool eliminate(stages *s, double *at, double *loss) {
  if (!jacobian(s, at, loss)) return false;
  bool fits = isfinite(*loss) && best_linear(s, at);
  if (fits && !jacobian(s, at, loss)) return false;
  fits = fits && isfinite(*loss) && project(s);
  if (!fits) *loss = INFINITY;
  return true;
}

/* Half the acceleration along v, in s->a. *bends: it is longer than 3/8 of v, so that v goes too
 * far to be believed. */
static bool accelerate(stages *s, bool logs, double mu, const double *u, const double *slopes,
                       bool *bends) {
  const int l = s->linear, k = s->n - l;
  const double h = 0.1;
  double loss, *second = rc_alloc((size_t)s->m, sizeof *second);
  step_from(s, logs, l, h, s->v, s->trial);
  bool on = jacobian(s, s->trial, &loss);
  memset(s->a, 0, (size_t)k * sizeof *s->a);
  if (on && isfinite(loss) && project(s)) {
    for (int i = 0; i < s->m; i++) {
      const double jv = cblas_ddot(k, slopes + (size_t)i * (size_t)k, 1, s->v, 1);
      second[i] = ((s->reduced[i] - u[i]) / h - jv) / h;
    }
    if (!damped(s, second, slopes, k, mu, s->a)) memset(s->a, 0, (size_t)k * sizeof *s->a);
  }
  double av = 0, vv = 0;
  for (int j = 0; j < k; j++) {
    av += pow(s->scale[j] * s->a[j], 2);
    vv += pow(s->scale[j] * s->v[j], 2);
  }
  *bends = !(4 * av <= 0.75 * 0.75 * vv);
  rc_free(second);
  return on;
}

/* Variable projection with geodesic acceleration from z. False: stop. */
static bool stage_projected(stages *s, bool logs) {
  const int l = s->linear, k = s->n - l;
  const size_t n = (size_t)s->n, m = (size_t)s->m;
  double *u = rc_alloc(m + m * (size_t)k + n, sizeof *u), *slopes = u + m, *at = slopes + m * k;
  double mu = 1e-3, up = 2, loss;
  bool on = eliminate(s, s->z, &s->loss);
  memset(s->scale, 0, n * sizeof *s->scale);
  for (int64_t i = 0; on && i < s->steps && mu < 1e30 && isfinite(s->loss); i++) {
    note(s);
    memcpy(u, s->reduced, m * sizeof *u);
    memcpy(slopes, s->slopes, m * (size_t)k * sizeof *slopes);
    to_logs(s, logs, s->z, l, slopes);
    grow_scale(s, slopes, k);
    bool moved = false, bends;
    while (on && !moved && mu < 1e30) {
      if (!damped(s, u, slopes, k, mu, s->v) || settled(k, s->z + l, s->v)) mu = 1e30;
      if (mu >= 1e30) break;
      const double fall = predicted(s, u, slopes, k, s->v);
      on = accelerate(s, logs, mu, u, slopes, &bends);
      if (on && bends) {
        adapt(&mu, &up, -1);
        continue;
      }
      cblas_daxpy(k, 1, s->a, 1, s->v, 1);
      step_from(s, logs, l, 1, s->v, at);
      on = on && eliminate(s, at, &loss);
      adapt(&mu, &up, (s->loss - loss) / fmax(fall, 1e-300));
      moved = on && loss < s->loss;
    }
    if (!moved) break;
    memcpy(s->z, at, n * sizeof *at);
    s->loss = loss;
  }
  note(s);
  rc_free(u);
  return on;
}

/* Leading parameters the predictions are linear in, where there are others. */
static int linear_ones(const rc_fit *f) {
  const rc_calib_shape *shape = rc_fit_shape(f);
  int l = 0;
  while (l < shape->linear && l < rc_fit_n(f) && !shape->parameter[l].fixed) l++;
  return l == shape->linear && l < rc_fit_n(f) ? l : 0;
}

/* Each strategy from the start, then the best end polished. */
static bool strategies(stages *s) {
  const size_t bytes = (size_t)s->n * sizeof *s->z;
  const double *start = rc_opt_start(s->x.o);
  memcpy(s->z, start, bytes);
  if (!stage_all(s, false)) return false;
  const double first = s->best_loss;
  memcpy(s->z, start, bytes);
  if (s->linear && !stage_projected(s, true)) return false;
  memcpy(s->z, s->best, bytes);
  return s->best_loss >= first || stage_all(s, false);
}

static void run(struct rc_opt *o, const void *opts) {
  const options *p = opts;
  stages s = {.x = objective_open(o, p->link), .steps = p->steps, .best_loss = INFINITY};
  const size_t n = (size_t)s.x.n, m = (size_t)s.x.m;
  s.n = s.x.n, s.m = s.x.m;
  s.linear = s.x.link ? 0 : linear_ones(rc_opt_fit(o));
  double *work = rc_alloc(7 * n + 3 * m + 3 * m * n + (m + n) * (n + 1), sizeof *work);
  s.z = work, s.trial = s.z + n, s.best = s.trial + n, s.scale = s.best + n, s.v = s.scale + n;
  s.a = s.v + n, s.r = s.a + n, s.reduced = s.r + m, s.dr = s.reduced + m;
  s.slopes = s.dr + m * n, s.matrix = s.slopes + m * n, s.rhs = s.matrix + (m + n) * n;
  memcpy(s.z, rc_opt_start(o), n * sizeof *s.z);
  memcpy(s.best, s.z, n * sizeof *s.z);
  const bool enough = s.m >= s.n, on = enough && strategies(&s);
  rc_opt_end(o, !enough ? "fewer data than parameters" : on ? "converged" : "stopped");
  objective_close(&s.x);
  rc_free(work);
}

static const rc_param params[] = {OBJECTIVE_LINK_PARAM,
                                  {.name = "steps",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, steps),
                                   .def = "1000",
                                   .min = 1,
                                   .max = 1e6,
                                   .help = "at most, of each stage"},
                                  {0}};

const rc_optimizer_class rc_optimizer_twostage = {
    .kind = {.name = "two-stage",
             .title = "LM, then variable projection",
             .help = "least squares to the last digit, by two strategies from one start",
             .explain =
                 "Levenberg-Marquardt in all parameters; then variable projection: parameters the "
                 "predictions are linear in are eliminated at every step (Golub and Pereyra 1973; "
                 "Kaufman 1975), and steps in the others bend with the canyon (geodesic "
                 "acceleration). The better end is polished.",
             .params = params,
             .size = sizeof(options)},
    .run = run,
    .exact_jacobian = true};
