/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logistic regression with a ridge towards given weights, by Newton's method; small and dense. */
#include "paths/logistic.h"

#include <math.h>
#include <string.h>

enum { ITERATIONS = 12 };
static const double longest = 2; /* of a step, in each weight */

bool lg_solve(int k, double *h, double *g) {
  for (int j = 0; j < k; j++) {
    for (int i = j; i < k; i++) {
      double s = h[i * k + j];
      for (int l = 0; l < j; l++) s -= h[i * k + l] * h[j * k + l];
      if (i == j) {
        if (!(s > 0)) return false;
        h[j * k + j] = sqrt(s);
      } else {
        h[i * k + j] = s / h[j * k + j];
      }
    }
  }
  for (int i = 0; i < k; i++) {
    for (int l = 0; l < i; l++) g[i] -= h[i * k + l] * g[l];
    g[i] /= h[i * k + i];
  }
  for (int i = k - 1; i >= 0; i--) {
    for (int l = i + 1; l < k; l++) g[i] -= h[l * k + i] * g[l];
    g[i] /= h[i * k + i];
  }
  return true;
}

/* One row's part of gradient and Hessian (lower triangle); the last column is 1. */
static void add_row(int k, const float *x, double a, double b, const double *w, double *g,
                    double *h) {
  double z = w[k];
  for (int i = 0; i < k; i++) z += w[i] * x[i];
  const double p = 1 / (1 + exp(-z)), slope = (a + b) * p - b, bend = (a + b) * p * (1 - p);
  for (int i = 0; i <= k; i++) {
    const double xi = i < k ? x[i] : 1;
    g[i] += slope * xi;
    for (int j = 0; j <= i; j++) h[i * (k + 1) + j] += bend * xi * (j < k ? x[j] : 1);
  }
}

bool lg_fit(int k, int64_t n, const int *pick, const float *x, const float *w_a, const float *w_b,
            const double *ridge, const double *home, double *w) {
  const int d = k + 1;
  double *g = rc_alloc((size_t)d, sizeof *g), *h = rc_alloc((size_t)d * (size_t)d, sizeof *h);
  bool ok = true;
  double step = 1;
  memcpy(w, home, (size_t)d * sizeof *w);
  for (int it = 0; it < ITERATIONS && ok && step > 1e-6; it++) {
    memset(h, 0, (size_t)d * (size_t)d * sizeof *h);
    for (int i = 0; i < d; i++) g[i] = ridge[i] * (w[i] - home[i]), h[i * d + i] = ridge[i];
    for (int64_t s = 0; s < n; s++) {
      const int64_t r = pick ? pick[s] : s;
      add_row(k, x + r * k, (double)w_a[r], (double)w_b[r], w, g, h);
    }
    ok = lg_solve(d, h, g);
    step = 0;
    for (int i = 0; i < d && ok; i++) step = fmax(step, fabs(g[i]));
    const double share = step > longest ? longest / step : 1;
    for (int i = 0; i < d && ok; i++) w[i] -= share * g[i];
  }
  if (!ok) memcpy(w, home, (size_t)d * sizeof *w);
  rc_free(g);
  rc_free(h);
  return ok;
}
