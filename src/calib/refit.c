/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fitting again, with one parameter held or none: for the knob that holds, and for profiles. */
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "roadcut/calib.h"

enum { TRIALS = 20, ITERATIONS = 200 };

void rc_refit_new(rc_refit *t, rc_fit *f, const double *z, int held) {
  *t = (rc_refit){.fit = f, .n = rc_fit_n(f), .m = rc_fit_m(f), .held = held, .loss = NAN};
  t->lambda = 1e-2;
  t->gain = 0;
  t->z = rc_alloc((size_t)t->n, sizeof *t->z);
  t->r = rc_alloc((size_t)t->m, sizeof *t->r);
  t->jacobian = rc_alloc((size_t)t->m * (size_t)t->n, sizeof *t->jacobian);
  memcpy(t->z, z, (size_t)t->n * sizeof *t->z);
}

void rc_refit_free(rc_refit *t) {
  rc_free(t->z);
  rc_free(t->r);
  rc_free(t->jacobian);
  *t = (rc_refit){0};
}

static bool end(rc_refit *t, bool failed, const char *why) {
  t->done = true;
  t->failed = failed;
  if (why) snprintf(t->why, sizeof t->why, "%s", why);
  return true;
}

/* Parameters that may move: not the held one, not those at a bound that would be pushed through. */
static int free_ones(const rc_refit *t, int *which) {
  int k = 0;
  for (int j = 0; j < t->n; j++) {
    double g = 0;
    if (j == t->held) continue;
    for (int i = 0; i < t->m; i++) g += t->jacobian[i * t->n + j] * t->r[i];
    if ((t->z[j] <= 0 && g > 0) || (t->z[j] >= 1 && g < 0)) continue;
    which[k++] = j;
  }
  return k;
}

/* s = argmin |J s + r|^2 + lambda |J|^2 |s|^2 / k over the free ones, by QR of the stacked system:
 * squaring J would lose the sloppy half of the directions. */
static bool damped_step(const rc_refit *t, const double *r, int k, const int *which, double *step) {
  const int m = t->m, rows = m + k;
  double *a = rc_alloc((size_t)rows * (size_t)k, sizeof *a), *b = rc_alloc((size_t)rows, sizeof *b),
         size = 0;
  for (int c = 0; c < k; c++)
    for (int i = 0; i < m; i++) {
      double v = t->jacobian[i * t->n + which[c]];
      a[(size_t)c * (size_t)rows + (size_t)i] = v;
      size += v * v;
    }
  for (int c = 0; c < k; c++)
    a[(size_t)c * (size_t)rows + (size_t)(m + c)] = sqrt(t->lambda * size / k) + DBL_MIN;
  for (int i = 0; i < m; i++) b[i] = -r[i];
  const bool ok =
      size > 0 && LAPACKE_dgels(LAPACK_COL_MAJOR, 'N', rows, k, 1, a, rows, b, rows) == 0;
  for (int c = 0; ok && c < k; c++) step[c] = b[c];
  rc_free(a);
  rc_free(b);
  return ok;
}

/* The step inside the box, for all n: what would leave it goes to the bound and stays there, and the
 * others are solved for again with that taken into the residuals. */
static bool bounded_step(const rc_refit *t, int k, const int *free, double *step) {
  int which[256];
  double part[256], *r = rc_alloc((size_t)t->m, sizeof *r);
  bool ok = true;
  memset(step, 0, (size_t)t->n * sizeof *step);
  memcpy(which, free, (size_t)k * sizeof *which);
  memcpy(r, t->r, (size_t)t->m * sizeof *r);
  while (k > 0 && (ok = damped_step(t, r, k, which, part))) {
    int inside = 0;
    for (int c = 0; c < k; c++) {
      const int j = which[c];
      const double to = t->z[j] + part[c], bound = to < 0 ? 0 : 1;
      step[j] = part[c];
      if (to >= 0 && to <= 1) {
        which[inside++] = j;
        continue;
      }
      step[j] = bound - t->z[j];
      for (int i = 0; i < t->m; i++) r[i] += t->jacobian[i * t->n + j] * step[j];
    }
    if (inside == k) break;
    k = inside;
  }
  rc_free(r);
  return ok;
}

/* Largest share of the loss that a parameter alone could still take away, to first order, inside the
 * box: a column that is dead has a gradient, but nothing to gain. */
static double gain_left(const rc_refit *t, int k, const int *which) {
  double most = 0, rr = 0;
  for (int i = 0; i < t->m; i++) rr += t->r[i] * t->r[i];
  for (int c = 0; c < k; c++) {
    double g = 0, jj = 0;
    for (int i = 0; i < t->m; i++) {
      const double v = t->jacobian[i * t->n + which[c]];
      g += v * t->r[i];
      jj += v * v;
    }
    most = fmax(most, fmin(g * g / (jj + DBL_MIN), 2 * fabs(g)) / (rr + DBL_MIN));
  }
  return most;
}

bool rc_refit_step(rc_refit *t) {
  double cost = 0;
  int which[256], k;
  if (t->done) return true;
  if (!rc_fit_jacobian(t->fit, t->z, t->r, t->jacobian, &cost, t->why)) return end(t, true, NULL);
  t->queries += cost;
  t->loss = rc_fit_loss(t->fit, t->r);
  if (t->iterations++ >= ITERATIONS) return end(t, false, "200 iterations");
  if (t->n > 256 || (k = free_ones(t, which)) == 0) return end(t, false, "nothing is free to move");
  const size_t n = (size_t)t->n;
  double *trial = rc_alloc(n, sizeof *trial), *step = rc_alloc(n, sizeof *step),
         *r = rc_alloc((size_t)t->m, sizeof *r);
  bool better = false, small = false;
  for (int i = 0; i < TRIALS && !better; i++) {
    char why[96];
    if (!bounded_step(t, k, which, step)) break;
    /* rounding must not leave the box by a hair */
    for (int j = 0; j < t->n; j++)
      trial[j] = step[j] == 0 ? t->z[j] : fmin(fmax(t->z[j] + step[j], 0), 1);
    t->queries++;
    double loss = rc_fit_residuals(t->fit, trial, r, why) ? rc_fit_loss(t->fit, r) : INFINITY;
    better = loss < t->loss;
    if (better) {
      small = t->lambda < 1 && t->loss - loss < fmax(1e-12 * t->loss, t->gain);
      memcpy(t->z, trial, n * sizeof *trial);
      memcpy(t->r, r, (size_t)t->m * sizeof *r);
      t->loss = loss;
      t->lambda = fmax(t->lambda / 9, 1e-14);
    } else {
      t->lambda = fmax(7 * t->lambda, 1e-12);
    }
  }
  rc_free(trial);
  rc_free(step);
  rc_free(r);
  if (small) return end(t, false, "converged");
  /* nothing gets better along any step: at the rounding of the loss, or stuck */
  return better ? false
                : end(t, false, gain_left(t, k, which) < 1e-8 ? "converged" : "no better step");
}
