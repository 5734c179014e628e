/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits by name, for the tests of the landscape. */
#ifndef TESTS_CALIB_LANDSCAPE_H
#define TESTS_CALIB_LANDSCAPE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/calib.h"

/* A fit with "key=value key=value" set. */
static inline rc_fit *fit_of(const char *name, const char *options) {
  const rc_kind *kind = rc_kind_find(rc_calib_kinds, name);
  if (!kind) fail_msg("no model %s", name);
  void *o = rc_alloc(1, kind->size + 1);
  rc_params_init(kind->params, o, kind->size);
  char text[256];
  snprintf(text, sizeof text, "%s", options);
  rc_err err = {0};
  for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
    char *value = strchr(word, '=');
    assert_non_null(value);
    *value++ = '\0';
    const rc_param *p = rc_param_find(kind->params, word);
    if (!p || !rc_param_set(p, o, value, &err)) fail_msg("%s: %s %s", name, word, err.message);
  }
  const rc_calib_env env = {.seed = 1, .threads = 1};
  rc_fit *f = rc_fit_new((const rc_calib_class *)(const void *)kind, o, &env, &err);
  if (!f) fail_msg("%s: %s", name, err.message);
  rc_params_free(kind->params, o);
  rc_free(o);
  return f;
}

static inline double loss_at(rc_fit *f, const double *z) {
  char why[96];
  double *r = rc_alloc((size_t)rc_fit_m(f), sizeof *r);
  const double loss = rc_fit_residuals(f, z, r, why) ? rc_fit_loss(f, r) : NAN;
  rc_free(r);
  return loss;
}

/* To the optimum. */
static inline void fit_best(rc_fit *f, double *z) {
  rc_refit t;
  rc_refit_new(&t, f, z, -1);
  while (!rc_refit_step(&t)) continue;
  assert_false(t.failed);
  memcpy(z, t.z, (size_t)t.n * sizeof *z);
  rc_refit_free(&t);
}

/* Inverse of the symmetric matrix J^T J (n x n) by Gauss and Jordan with pivots: nothing of the
 * code under test. J is m x n. */
static inline void inverse_normal(const double *jacobian, int m, int n, double *inverse) {
  double a[16][32] = {{0}};
  assert_true(n <= 16);
  for (int j = 0; j < n; j++) {
    for (int k = 0; k < n; k++)
      for (int i = 0; i < m; i++) a[j][k] += jacobian[i * n + j] * jacobian[i * n + k];
    a[j][n + j] = 1;
  }
  for (int c = 0; c < n; c++) {
    int p = c;
    for (int r = c; r < n; r++)
      if (fabs(a[r][c]) > fabs(a[p][c])) p = r;
    for (int k = 0; k < 2 * n; k++) {
      const double t = a[c][k];
      a[c][k] = a[p][k];
      a[p][k] = t;
    }
    const double by = a[c][c];
    for (int k = 0; k < 2 * n; k++) a[c][k] /= by;
    for (int r = 0; r < n; r++) {
      const double t = a[r][c];
      for (int k = 0; r != c && k < 2 * n; k++) a[r][k] -= t * a[c][k];
    }
  }
  for (int j = 0; j < n; j++)
    for (int k = 0; k < n; k++) inverse[j * n + k] = a[j][n + k];
}

#endif
