/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The downhill simplex of Nelder and Mead, as SciPy sets it. */
#include <math.h>
#include <string.h>

#include "calib/minimize.h"
#include "roadcut/base.h"

typedef struct simplex {
  minimize *p;
  double *v, *f; /* n + 1 vertices, sorted by value */
  double *mean, *a, *b;
  bool on, stop;
} simplex;

static double value_at(simplex *s, const double *x) {
  minimize *p = s->p;
  double value = INFINITY;
  if (!s->on || p->made >= p->most) {
    s->on = false;
    return value;
  }
  if (!p->f(p->ctx, x, &value)) {
    s->on = false, s->stop = true;
    return INFINITY;
  }
  p->made++;
  if (value < p->best_value) {
    p->best_value = value;
    memcpy(p->best, x, (size_t)p->n * sizeof *x);
  }
  return value;
}

/* Puts the last vertex, or each after a shrink, in its place; equal ones keep their order. */
static void sort(simplex *s) {
  const size_t n = (size_t)s->p->n, bytes = n * sizeof(double);
  for (size_t i = 1; i <= n; i++) {
    const double f = s->f[i];
    size_t j = i;
    memcpy(s->b, s->v + i * n, bytes);
    while (j > 0 && s->f[j - 1] > f) {
      s->f[j] = s->f[j - 1];
      memcpy(s->v + j * n, s->v + (j - 1) * n, bytes);
      j--;
    }
    s->f[j] = f;
    memcpy(s->v + j * n, s->b, bytes);
  }
}

static bool within(const simplex *s, double xtol, double ftol) {
  const size_t n = (size_t)s->p->n;
  for (size_t i = 1; i <= n; i++) {
    if (!(fabs(s->f[i] - s->f[0]) <= ftol)) return false;
    for (size_t j = 0; j < n; j++) {
      if (fabs(s->v[i * n + j] - s->v[j]) > xtol) return false;
    }
  }
  return true;
}

/* mean + t (worst - mean) */
static double along(simplex *s, double t, double *x) {
  const size_t n = (size_t)s->p->n;
  for (size_t j = 0; j < n; j++) x[j] = s->mean[j] + t * (s->v[n * n + j] - s->mean[j]);
  return value_at(s, x);
}

static void move(simplex *s) {
  const size_t n = (size_t)s->p->n, bytes = n * sizeof(double);
  for (size_t j = 0; j < n; j++) {
    s->mean[j] = 0;
    for (size_t i = 0; i < n; i++) s->mean[j] += s->v[i * n + j] / (double)n;
  }
  const double fr = along(s, -1, s->a);
  if (!s->on) return;
  double f = fr;
  bool take = true;
  if (fr < s->f[0]) {
    const double fe = along(s, -2, s->b);
    if (s->on && fe < fr) f = fe, memcpy(s->a, s->b, bytes);
  } else if (fr >= s->f[n - 1]) {
    const bool outside = fr < s->f[n];
    const double fc = along(s, outside ? -0.5 : 0.5, s->b);
    take = s->on && (outside ? fc <= fr : fc < s->f[n]);
    f = fc, memcpy(s->a, s->b, bytes);
  }
  if (take) {
    s->f[n] = f;
    memcpy(s->v + n * n, s->a, bytes);
    return;
  }
  for (size_t i = 1; i <= n && s->on; i++) {
    for (size_t j = 0; j < n; j++) s->v[i * n + j] = 0.5 * (s->v[i * n + j] + s->v[j]);
    s->f[i] = value_at(s, s->v + i * n);
  }
}

bool minimize_simplex(minimize *p, double *x, double step, double xtol, double ftol) {
  const size_t n = (size_t)p->n;
  double *work = rc_alloc((n + 1) * (n + 1) + 3 * n, sizeof *work);
  simplex s = {.p = p, .v = work, .on = true};
  s.f = work + (n + 1) * n;
  s.mean = s.f + n + 1, s.a = s.mean + n, s.b = s.a + n;
  for (size_t i = 0; i <= n && s.on; i++) {
    memcpy(s.v + i * n, x, n * sizeof *x);
    if (i > 0) s.v[i * n + i - 1] += step;
    s.f[i] = value_at(&s, s.v + i * n);
  }
  if (s.on) sort(&s);
  while (s.on && !within(&s, xtol, ftol)) {
    move(&s);
    if (s.on) sort(&s);
  }
  if (isfinite(p->best_value)) memcpy(x, p->best, n * sizeof *x);
  rc_free(work);
  return !s.stop;
}
