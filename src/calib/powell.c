/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Powell's direction set method with Brent's line searches. */
#include <math.h>
#include <string.h>

#include "calib/minimize.h"
#include "roadcut/base.h"

#define GOLD 0.3819660112501051 /* 2 - golden ratio */

/* A line x + alpha d; 'on' falls when the function says stop or all evaluations are made. */
typedef struct line {
  minimize *p;
  const double *x, *d;
  double *at;
  bool on, stop;
} line;

static double evaluate(minimize *p, const double *x, bool *on, bool *stop) {
  double value = INFINITY;
  if (!*on) return value;
  if (p->made >= p->most) {
    *on = false;
    return value;
  }
  if (!p->f(p->ctx, x, &value)) {
    *on = false, *stop = true;
    return INFINITY;
  }
  p->made++;
  if (value < p->best_value) {
    p->best_value = value;
    memcpy(p->best, x, (size_t)p->n * sizeof *x);
  }
  return value;
}

static double at(line *l, double alpha) {
  for (int j = 0; j < l->p->n; j++) l->at[j] = l->x[j] + alpha * l->d[j];
  return evaluate(l->p, l->at, &l->on, &l->stop);
}

/* A bracket a, b, c with f(b) below both ends, from 0 and 1 downhill by golden and parabolic steps. */
static void bracket(line *l, double *a, double *b, double *c, double *fb) {
  const double grow = 1.618034;
  double fa = at(l, *a = 0), fc;
  *fb = at(l, *b = 1);
  if (fa < *fb) {
    double t = *a;
    *a = *b, *b = t;
    t = fa, fa = *fb, *fb = t;
  }
  fc = at(l, *c = *b + grow * (*b - *a));
  while (l->on && fc < *fb) {
    const double r = (*b - *a) * (*fb - fc), q = (*b - *c) * (*fb - fa), den = 2 * (q - r);
    const double limit = *b + 110 * (*c - *b);
    double w = *b - ((*b - *c) * q - (*b - *a) * r) / (fabs(den) < 1e-21 ? 2e-21 : den), fw;
    if ((w - *c) * (*b - w) > 0) { /* between b and c */
      fw = at(l, w);
      if (fw < fc) {
        *a = *b, *b = w, *fb = fw;
        return;
      }
      if (fw > *fb) {
        *c = w;
        return;
      }
      fw = at(l, w = *c + grow * (*c - *b));
    } else if ((w - limit) * (limit - *c) >= 0) {
      fw = at(l, w = limit);
    } else if ((w - limit) * (*c - w) > 0) {
      fw = at(l, w);
      if (fw < fc) {
        *b = *c, *fb = fc, *c = w, fc = fw;
        fw = at(l, w = *c + grow * (*c - *b));
      }
    } else {
      fw = at(l, w = *c + grow * (*c - *b));
    }
    *a = *b, fa = *fb, *b = *c, *fb = fc, *c = w, fc = fw;
  }
}

/* Brent's minimum between a and b, from x with value fx. */
static double brent(line *l, double a, double b, double x, double fx, double relative,
                    double absolute, double *least) {
  double v = x, w = x, fv = fx, fw = fx, step = 0, before = 0;
  for (int i = 0; l->on && i < 500; i++) {
    const double middle = 0.5 * (a + b), tol = relative * fabs(x) + absolute;
    if (fabs(x - middle) <= 2 * tol - 0.5 * (b - a)) break;
    bool golden = true;
    if (fabs(before) > tol) {
      double r = (x - w) * (fx - fv), q = (x - v) * (fx - fw), p = (x - v) * q - (x - w) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      q = fabs(q);
      const double old = before;
      before = step;
      if (fabs(p) < fabs(0.5 * q * old) && p > q * (a - x) && p < q * (b - x)) {
        step = p / q;
        const double u = x + step;
        if (u - a < 2 * tol || b - u < 2 * tol) step = x < middle ? tol : -tol;
        golden = false;
      }
    }
    if (golden) {
      before = x < middle ? b - x : a - x;
      step = GOLD * before;
    }
    const double u = x + (fabs(step) >= tol ? step : copysign(tol, step)), fu = at(l, u);
    if (fu <= fx) {
      if (u < x)
        b = x;
      else
        a = x;
      v = w, fv = fw, w = x, fw = fx, x = u, fx = fu;
    } else {
      if (u < x)
        a = u;
      else
        b = u;
      if (fu <= fw || w == x)
        v = w, fv = fw, w = u, fw = fu;
      else if (fu <= fv || v == x || v == w)
        v = u, fv = fu;
    }
  }
  *least = fx;
  return x;
}

/* Moves x along d to the minimum; d becomes the move. */
static double search(minimize *p, double *x, double *d, double bound, double tol, double *work,
                     bool *on, bool *stop) {
  line l = {p, x, d, work, *on, false};
  double a = -INFINITY, b = INFINITY, m = 0, fm = INFINITY, value, alpha;
  for (int j = 0; j < p->n; j++) {
    if (d[j] == 0 || isinf(bound)) continue;
    const double s = (-bound - x[j]) / d[j], t = (bound - x[j]) / d[j];
    a = fmax(a, fmin(s, t));
    b = fmin(b, fmax(s, t));
  }
  if (isinf(a) || isinf(b)) {
    double c;
    bracket(&l, &a, &m, &c, &fm);
    alpha = brent(&l, fmin(a, c), fmax(a, c), m, fm, tol, 1e-11, &value);
  } else {
    m = a + GOLD * (b - a);
    fm = at(&l, m);
    alpha = brent(&l, a, b, m, fm, 1.5e-8, tol / 300, &value);
  }
  *on = l.on, *stop = l.stop;
  for (int j = 0; j < p->n; j++) {
    d[j] *= alpha;
    x[j] += d[j];
  }
  return value;
}

static bool is_zero(int n, const double *d) {
  for (int j = 0; j < n; j++) {
    if (d[j] != 0) return false;
  }
  return true;
}

bool minimize_powell(minimize *p, double *x, double bound, double xtol, double ftol) {
  const size_t n = (size_t)p->n;
  double *direction = rc_alloc(n * n + 4 * n, sizeof *direction);
  double *old = direction + n * n, *d = old + n, *far = d + n, *work = far + n;
  bool on = true, stop = false;
  for (size_t j = 0; j < n; j++) direction[j * n + j] = 1;
  memcpy(old, x, n * sizeof *x);
  double value = evaluate(p, x, &on, &stop);
  while (on) {
    const double first = value;
    double drop = 0;
    size_t largest = 0;
    for (size_t i = 0; on && i < n; i++) {
      const double before = value;
      memcpy(d, direction + i * n, n * sizeof *d);
      value = search(p, x, d, bound, 100 * xtol, work, &on, &stop);
      if (before - value > drop) drop = before - value, largest = i;
    }
    if (!on || 2 * (first - value) <= ftol * (fabs(first) + fabs(value)) + 1e-20) break;
    double reach = 1; /* of the extrapolated point */
    for (size_t j = 0; j < n; j++) {
      d[j] = x[j] - old[j];
      if (d[j] != 0) reach = fmin(reach, ((d[j] > 0 ? bound : -bound) - x[j]) / d[j]);
    }
    for (size_t j = 0; j < n; j++) far[j] = x[j] + reach * d[j];
    memcpy(old, x, n * sizeof *x);
    const double beyond = evaluate(p, far, &on, &stop), gain = first - value - drop;
    if (!on || beyond >= first) continue;
    const double t = 2 * (first + beyond - 2 * value) * gain * gain;
    if (t >= drop * (first - beyond) * (first - beyond) || is_zero(p->n, d)) continue;
    value = search(p, x, d, bound, 100 * xtol, work, &on, &stop);
    if (is_zero(p->n, d)) continue;
    memcpy(direction + largest * n, direction + (n - 1) * n, n * sizeof *d);
    memcpy(direction + (n - 1) * n, d, n * sizeof *d);
  }
  rc_free(direction);
  return !stop;
}
