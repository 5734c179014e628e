/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/reduced.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- the model ---------------------------------------------------------------------------------- */

typedef struct options {
  const cr_map *map;
} options;

typedef struct reduced {
  const cr_map *map;
  rc_fit *fit; /* of the parent; its model is used */
  rc_calib_shape shape;
  double *theta, *dy; /* all, m x all */
} reduced;

static bool is_log(const cr_map *m, int j) {
  return m->log[j];
}

static double scale_of(const rc_calib_parameter *p, double theta) {
  return p->log ? log(theta) : theta;
}

/* Physical parameters of the parent at those of the reduced model. */
static void expand(const cr_map *m, const double *theta, double *out) {
  for (int j = 0; j < m->all; j++) {
    double s = m->base[j];
    for (int i = 0; i < m->limits; i++)
      s += m->direction[i * m->all + j] * m->stretch * ldexp(1, m->limits - 1 - i);
    for (int k = 0; k < m->n; k++) {
      const double by = m->matrix[j * m->n + k];
      if (by != 0) s += by * scale_of(&m->parameter[k], theta[k]);
    }
    out[j] = m->exact[j] < 0 ? 0 : m->exact[j] > 0 ? INFINITY : is_log(m, j) ? exp(s) : s;
  }
}

static bool reduced_predict(void *model, const double *theta, double *y, char why[96]) {
  reduced *r = model;
  expand(r->map, theta, r->theta);
  return rc_fit_class(r->fit)->predict(rc_fit_model(r->fit), r->theta, y, why) &&
         cm_finite(r->shape.m, y, why);
}

static bool reduced_predict_at(void *model, const double *theta, int curve, int k, const double *x,
                               double *y, char why[96]) {
  reduced *r = model;
  expand(r->map, theta, r->theta);
  return rc_fit_class(r->fit)->predict_at(rc_fit_model(r->fit), r->theta, curve, k, x, y, why);
}

static bool reduced_inputs(void *model, const double *theta, const double *input, double *y,
                           char why[96]) {
  reduced *r = model;
  expand(r->map, theta, r->theta);
  return rc_fit_class(r->fit)->predict_inputs(rc_fit_model(r->fit), r->theta, input, y, why);
}

static bool reduced_jacobian(void *model, const double *theta, double *y, double *dy,
                             char why[96]) {
  reduced *r = model;
  const cr_map *m = r->map;
  expand(m, theta, r->theta);
  if (!rc_fit_class(r->fit)->jacobian(rc_fit_model(r->fit), r->theta, y, r->dy, why)) return false;
  for (int i = 0; i < r->shape.m; i++)
    for (int k = 0; k < m->n; k++) {
      double sum = 0;
      for (int j = 0; j < m->all; j++) {
        const double by = m->matrix[j * m->n + k];
        if (by == 0 || m->exact[j]) continue;
        sum += r->dy[i * m->all + j] * by * (is_log(m, j) ? r->theta[j] : 1);
      }
      dy[i * m->n + k] = m->parameter[k].log ? sum / theta[k] : sum;
    }
  return cm_finite(r->shape.m, y, why) && cm_finite(r->shape.m * m->n, dy, why);
}

static void reduced_close(void *model) {
  reduced *r = model;
  rc_fit_free(r->fit);
  rc_free(r->theta);
  rc_free(r->dy);
  rc_free(r);
}

static void *reduced_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  (void)env; /* that of the parent */
  const cr_map *m = ((const options *)opts)->map;
  reduced *r = rc_alloc(1, sizeof *r);
  r->map = m;
  r->fit = rc_fit_clone(m->parent, err);
  if (!r->fit) {
    reduced_close(r);
    return NULL;
  }
  r->shape = *rc_fit_shape(r->fit);
  r->shape.parameters = m->n;
  r->shape.parameter = m->parameter;
  r->shape.linear = 0;
  r->theta = rc_alloc((size_t)m->all, sizeof *r->theta);
  r->dy = rc_alloc((size_t)r->shape.m * (size_t)m->all, sizeof *r->dy);
  return r;
}

static const rc_calib_shape *reduced_shape(const void *model) {
  return &((const reduced *)model)->shape;
}

rc_fit *cr_fit(const cr_map *m, rc_err *err) {
  const options o = {m};
  const rc_calib_env env = {0};
  return rc_fit_new(&m->cls, &o, &env, err);
}

/* ---- maps --------------------------------------------------------------------------------------- */

static cr_map *blank(const rc_fit *parent, int n, int limits) {
  static const rc_param none[] = {{0}};
  const rc_calib_class *of = rc_fit_class(parent);
  cr_map *m = rc_alloc(1, sizeof *m);
  const size_t all = (size_t)rc_fit_shape(parent)->parameters, some = (size_t)RC_MAX(n, 1);
  m->parent = parent;
  m->all = (int)all, m->n = n, m->limits = limits;
  m->stretch = 18;
  m->base = rc_alloc(all, sizeof *m->base);
  m->matrix = rc_alloc(all * some, sizeof *m->matrix);
  m->direction = rc_alloc(all * (size_t)RC_MAX(limits, 1), sizeof *m->direction);
  m->log = rc_alloc(all, sizeof *m->log);
  m->exact = rc_alloc(all, sizeof *m->exact);
  m->exponent = rc_alloc(all * some, sizeof *m->exponent);
  m->atom = rc_alloc(all, sizeof *m->atom);
  m->parameter = rc_alloc(some, sizeof *m->parameter);
  m->start = rc_alloc(some, sizeof *m->start);
  m->cls = (rc_calib_class){.kind = of->kind,
                            .open = reduced_open,
                            .shape = reduced_shape,
                            .predict = reduced_predict,
                            .jacobian = of->jacobian ? reduced_jacobian : NULL,
                            .jacobian_cost = of->jacobian_cost,
                            .predict_at = of->predict_at ? reduced_predict_at : NULL,
                            .predict_inputs = of->predict_inputs ? reduced_inputs : NULL,
                            .close = reduced_close,
                            .difference = of->difference};
  m->cls.kind.params = none;
  m->cls.kind.size = sizeof(options);
  return m;
}

void cr_free(cr_map *m) {
  if (!m) return;
  rc_free(m->base);
  rc_free(m->matrix);
  rc_free(m->direction);
  rc_free(m->log);
  rc_free(m->exact);
  rc_free(m->exponent);
  rc_free(m->atom);
  rc_free(m->parameter);
  rc_free(m->start);
  rc_free(m);
}

static void set_start(cr_map *m, int k, double psi) {
  rc_calib_parameter *p = &m->parameter[k];
  const double theta = p->log ? exp(psi) : psi;
  p->nominal = fmin(fmax(theta, p->lower), p->upper);
  p->truth = NAN;
  m->start[k] = scale_of(p, p->nominal);
}

cr_map *cr_identity(const rc_fit *parent, const double *z) {
  const rc_calib_shape *shape = rc_fit_shape(parent);
  cr_map *m = blank(parent, rc_fit_n(parent), 0);
  double *theta = rc_alloc((size_t)m->all, sizeof *theta);
  rc_fit_theta(parent, z, theta);
  for (int j = 0, k = 0; j < m->all; j++) {
    const rc_calib_parameter *p = &shape->parameter[j];
    snprintf(m->atom[j], sizeof m->atom[j], "%s", p->name);
    m->log[j] = p->log;
    if (p->fixed) {
      m->base[j] = p->log && p->nominal <= 0 ? 0 : scale_of(p, p->nominal);
      m->exact[j] = p->log && p->nominal <= 0 ? -1 : 0;
      continue;
    }
    m->matrix[j * m->n + k] = m->exponent[k * m->all + j] = 1;
    rc_calib_parameter *mine = &m->parameter[k];
    *mine = *p;
    if (!p->log && theta[j] > 0) { /* limits are of products: by its logarithm, too */
      mine->log = m->log[j] = true;
      mine->lower = fmax(p->lower, 1e-9 * theta[j]);
      mine->upper = fmax(p->upper, 2 * mine->lower);
    }
    set_start(m, k, scale_of(mine, theta[j]));
    k++;
  }
  rc_free(theta);
  return m;
}

static void add_power(rc_str *t, const char *name, double power) {
  rc_str_add(t, name);
  if (fabs(power - 1) > 1e-9) rc_str_addf(t, "^%.2g", power);
}

/* "kf/kr" out of the exponents. */
static void name_it(cr_map *m, int k) {
  const double *e = m->exponent + k * m->all;
  rc_str t = {0};
  for (int j = 0; j < m->all; j++) {
    if (e[j] <= 1e-9) continue;
    if (t.len) rc_str_addc(&t, '*');
    add_power(&t, m->atom[j], e[j]);
  }
  if (!t.len) rc_str_addc(&t, '1');
  for (int j = 0; j < m->all; j++) {
    if (e[j] >= -1e-9) continue;
    rc_str_addc(&t, '/');
    add_power(&t, m->atom[j], -e[j]);
  }
  snprintf(m->parameter[k].name, sizeof m->parameter[k].name, "%s", rc_str_c(&t));
  rc_str_free(&t);
}

/* What one parameter less has in common with 'm': all but the column of 'gone'. */
static cr_map *without(const cr_map *m, int gone, int limits) {
  cr_map *t = blank(m->parent, m->n - 1, limits);
  const size_t all = (size_t)m->all;
  memcpy(t->base, m->base, all * sizeof *t->base);
  memcpy(t->log, m->log, all * sizeof *t->log);
  memcpy(t->exact, m->exact, all * sizeof *t->exact);
  memcpy(t->atom, m->atom, all * sizeof *t->atom);
  memcpy(t->direction, m->direction, (size_t)m->limits * all * sizeof *t->direction);
  t->stretch = m->stretch;
  for (int k = 0, c = 0; k < m->n; k++) {
    if (k == gone) continue;
    for (int j = 0; j < m->all; j++) t->matrix[j * t->n + c] = m->matrix[j * m->n + k];
    memcpy(t->exponent + (size_t)c * all, m->exponent + (size_t)k * all, all * sizeof *t->exponent);
    t->parameter[c++] = m->parameter[k];
  }
  return t;
}

/* psi_k - c psi_r instead of psi_k, and the widest box it can have. */
static void divide(const cr_map *m, int k, int r, double c, cr_map *t, int at) {
  const rc_calib_parameter *p = &m->parameter[k], *q = &m->parameter[r];
  const double a = c * scale_of(q, q->lower), b = c * scale_of(q, q->upper);
  double low = scale_of(p, p->lower) - fmax(a, b), high = scale_of(p, p->upper) - fmin(a, b);
  rc_calib_parameter *to = &t->parameter[at];
  to->lower = to->log ? exp(low) : low;
  to->upper = to->log ? exp(high) : high;
  to->unit[0] = 0;
  snprintf(to->help, sizeof to->help, "what a limit left of %.24s and %.24s", p->name, q->name);
  for (int j = 0; j < m->all; j++) t->exponent[at * t->all + j] -= c * m->exponent[r * m->all + j];
  name_it(t, at);
}

cr_map *cr_limit(const cr_map *m, const double *psi, const double *d) {
  int r = 0;
  for (int k = 1; k < m->n; k++)
    if (fabs(d[k]) > fabs(d[r])) r = k;
  cr_map *t = without(m, r, m->limits + 1);
  double *new = t->direction + m->limits * t->all;
  t->stretch = 18;
  for (int j = 0; j < m->all; j++) {
    for (int k = 0; k < m->n; k++) new[j] += m->matrix[j * m->n + k] * d[k] / fabs(d[r]);
    t->base[j] += new[j] * (d[r] < 0 ? -1 : 1) * psi[r];
  }
  for (int k = 0, c = 0; k < m->n; k++) {
    if (k == r) continue;
    const double share = d[k] / d[r];
    if (share != 0) divide(m, k, r, share, t, c);
    set_start(t, c++, psi[k] - share * psi[r]);
  }
  return t;
}

cr_map *cr_merge(const cr_map *m, const double *psi, int a, int b) {
  cr_map *t = without(m, b, m->limits);
  const int at = a - (b < a);
  rc_calib_parameter *p = &t->parameter[at];
  for (int j = 0; j < m->all; j++) t->matrix[j * t->n + at] += m->matrix[j * m->n + b];
  p->lower = fmin(m->parameter[a].lower, m->parameter[b].lower);
  p->upper = fmax(m->parameter[a].upper, m->parameter[b].upper);
  for (int j = 0; j < m->all; j++) { /* lambda_3+4: one name for both from now on */
    const char *more = m->parameter[b].name;
    while (*more && (*more < '0' || *more > '9')) more++;
    if (t->exponent[at * t->all + j] == 0) continue;
    snprintf(t->atom[j], sizeof t->atom[j], "%.14s+%.6s", m->atom[j], more);
  }
  name_it(t, at);
  for (int k = 0, c = 0; k < m->n; k++) {
    if (k != b) set_start(t, c++, k == a ? .5 * (psi[a] + psi[b]) : psi[k]);
  }
  return t;
}

cr_map *cr_hold(const cr_map *m, const double *psi, int which) {
  cr_map *t = without(m, which, m->limits);
  for (int j = 0; j < m->all; j++) t->base[j] += m->matrix[j * m->n + which] * psi[which];
  for (int k = 0, c = 0; k < m->n; k++)
    if (k != which) set_start(t, c++, psi[k]);
  return t;
}

bool cr_make_exact(cr_map *m) {
  const double *d = m->direction + (m->limits - 1) * m->all;
  int which = -1;
  if (m->limits < 1) return false;
  for (int j = 0; j < m->all; j++) {
    if (fabs(d[j]) < 1e-12) continue;
    if (which >= 0 || !is_log(m, j)) return false;
    which = j;
  }
  if (which < 0 || m->exact[which]) return false;
  for (int i = 0; i + 1 < m->limits; i++)
    if (fabs(m->direction[i * m->all + which]) > 1e-12) return false;
  for (int k = 0; k < m->n; k++)
    if (m->matrix[which * m->n + k] != 0) return false;
  m->exact[which] = d[which] < 0 ? -1 : 1;
  m->limits--;
  return true;
}

void cr_undo_exact(cr_map *m, const cr_map *before) {
  memcpy(m->exact, before->exact, (size_t)m->all * sizeof *m->exact);
  m->limits++;
}
