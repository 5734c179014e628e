/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/edge.h"

#include <ctype.h>
#include <math.h>

static bool same_stem(const char *a, const char *b) {
  while (*a && *a == *b && !isdigit((unsigned char)*a)) a++, b++;
  return isdigit((unsigned char)*a) && isdigit((unsigned char)*b);
}

static double length(const double *v, int n) {
  double sum = 0;
  for (int j = 0; j < n; j++) sum += v[j] * v[j];
  return sqrt(sum);
}

/* With both at their mean their columns of the Jacobian are parallel. */
static bool folds(rc_fit *f, const double *s, int a, int b) {
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  double z[CE_MOST], aa = 0, ab = 0, bb = 0;
  char why[96];
  if (n > CE_MOST) return false;
  for (int j = 0; j < n; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    const double at = j == a || j == b ? .5 * (s[a] + s[b]) : s[j];
    z[j] = p->log ? (at - log(p->lower)) / log(p->upper / p->lower)
                  : (at - p->lower) / (p->upper - p->lower);
  }
  double *r = rc_alloc((size_t)m * (size_t)(n + 1), sizeof *r), *jacobian = r + m;
  const bool ok = rc_fit_jacobian(f, z, r, jacobian, NULL, why);
  for (int i = 0; ok && i < m; i++) {
    const double x = jacobian[i * n + a], y = jacobian[i * n + b];
    aa += x * x, ab += x * y, bb += y * y;
  }
  rc_free(r);
  return ok && aa > 0 && bb > 0 && aa * bb - ab * ab <= 1e-8 * aa * bb;
}

bool ce_merging(rc_fit *f, const double *s0, const double *s, const double *v, int pair[2]) {
  const int n = rc_fit_n(f);
  const double least = .3 * length(v, n);
  double closest = .1;
  bool found = false;
  for (int a = 0; a < n; a++)
    for (int b = a + 1; b < n; b++) {
      const double before = fabs(s0[a] - s0[b]), now = s[a] - s[b];
      if (!same_stem(rc_fit_parameter(f, a)->name, rc_fit_parameter(f, b)->name)) continue;
      /* both at speed, in opposite directions, towards each other */
      if (fabs(v[a]) < least || fabs(v[b]) < least || v[a] * v[b] > 0) continue;
      if (now * (v[a] - v[b]) > 0 || !(fabs(now) < closest * before) || !folds(f, s, a, b))
        continue;
      closest = fabs(now) / before;
      pair[0] = a, pair[1] = b;
      found = true;
    }
  return found;
}

bool ce_merged(rc_fit *f, const double *s, const double *v, int pair[2]) {
  const int n = rc_fit_n(f);
  const double least = .3 * length(v, n);
  for (int a = 0; a < n; a++)
    for (int b = a + 1; b < n; b++) {
      const rc_calib_parameter *p = rc_fit_parameter(f, a), *q = rc_fit_parameter(f, b);
      if (!p->log || !q->log || !same_stem(p->name, q->name)) continue;
      if (fabs(v[a]) < least || fabs(v[b]) < least || v[a] * v[b] > 0) continue;
      if (fabs(s[a] - s[b]) > .05 || !folds(f, s, a, b)) continue;
      pair[0] = a, pair[1] = b;
      return true;
    }
  return false;
}

int ce_running(const rc_fit *f, const double *v, double share, int *which) {
  const int n = rc_fit_n(f);
  const double least = share * length(v, n);
  int running = 0;
  for (int j = 0; j < n && running < CE_MOST; j++)
    if (fabs(v[j]) >= least) which[running++] = j;
  return running;
}

void ce_name(const rc_fit *f, const double *d, int running, const int *which, rc_str *out) {
  const double most = length(d, rc_fit_n(f));
  for (int i = 0; i < running; i++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, which[i]);
    const char *to = d[which[i]] > 0 ? "inf" : p->log ? "0" : "-inf";
    rc_str_addf(out, "%s%s -> %s", i ? ", " : "", p->name, to);
  }
  if (running != 2) return;
  const rc_calib_parameter *p = rc_fit_parameter(f, which[0]), *q = rc_fit_parameter(f, which[1]);
  const double a = d[which[0]], b = d[which[1]];
  if (!p->log || !q->log) return;
  if (fabs(a - b) < .1 * most) rc_str_addf(out, "; %s/%s stays", p->name, q->name);
  if (fabs(a + b) < .1 * most) rc_str_addf(out, "; %s %s stays", p->name, q->name);
}
