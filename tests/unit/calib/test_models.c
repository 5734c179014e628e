/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every registered model must hold: sensible parameters, predictions that do not depend on
 * what was asked before, Jacobians equal to central differences, failures that say why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "roadcut/calib.h"

static const rc_calib_class *class_at(int k) {
  return (const rc_calib_class *)(const void *)rc_calib_kinds[k];
}

static rc_fit *open_fit(int k, uint64_t seed) {
  const rc_calib_env env = {.seed = seed, .threads = 1};
  rc_err err = {0};
  rc_fit *f = rc_fit_new(class_at(k), NULL, &env, &err);
  if (!f) fail_msg("%s: %s", rc_calib_kinds[k]->name, err.message);
  return f;
}

static void test_kinds(void **state) {
  (void)state;
  assert_non_null(rc_calib_kinds[0]);
  for (int k = 0; rc_calib_kinds[k]; k++) {
    const rc_calib_class *c = class_at(k);
    for (int i = 0; i < k; i++) assert_string_not_equal(c->kind.name, rc_calib_kinds[i]->name);
    assert_true(strlen(c->kind.title) > 3 && strlen(c->kind.help) > 10);
    assert_true(strlen(c->kind.explain) > 80);
    assert_true(c->open && c->shape && c->predict && c->close);
    assert_true((c->jacobian != NULL) == (c->jacobian_cost >= 1));
  }
}

static void test_shapes(void **state) {
  (void)state;
  for (int k = 0; rc_calib_kinds[k]; k++) {
    rc_fit *f = open_fit(k, 1);
    const rc_calib_shape *s = rc_fit_shape(f);
    const char *name = rc_calib_kinds[k]->name;
    if (s->m < 1 || rc_fit_n(f) < 1) fail_msg("%s: nothing to fit", name);
    assert_true(strlen(s->x_label) > 0 && strlen(s->y_label) > 0);
    assert_true(strlen(s->data_source) > 0);
    for (int j = 0; j < s->parameters; j++) {
      const rc_calib_parameter *p = &s->parameter[j];
      for (int i = 0; i < j; i++) assert_string_not_equal(p->name, s->parameter[i].name);
      if (!(p->lower <= p->nominal && p->nominal <= p->upper)) fail_msg("%s %s", name, p->name);
      if (p->log) assert_true(p->lower > 0);
      assert_true(strlen(p->help) > 0);
    }
    for (int i = 0; i < s->m; i++) {
      const rc_calib_point *p = &s->point[i];
      if (!isfinite(p->value) || !isfinite(p->x) || !(p->sigma > 0)) fail_msg("%s %d", name, i);
      assert_in_range(p->curve, 0, s->curves - 1);
      if (s->y_log) assert_true(p->value > 0);
      if (s->x_log) assert_true(p->x > 0);
    }
    for (int k2 = 0; k2 < s->inputs; k2++) assert_true(strlen(s->input_name[k2]) > 0);
    rc_fit_free(f);
  }
}

/* A point near the nominal one, inside the box. */
static void point_near(const rc_fit *f, rc_rng *r, double spread, double *z) {
  rc_fit_nominal(f, z);
  for (int j = 0; j < rc_fit_n(f); j++) {
    z[j] = fmin(0.98, fmax(0.02, z[j] + spread * (2 * rc_rng_unit(r) - 1)));
  }
}

static void test_coordinates(void **state) {
  (void)state;
  for (int k = 0; rc_calib_kinds[k]; k++) {
    rc_fit *f = open_fit(k, 1);
    const rc_calib_shape *s = rc_fit_shape(f);
    const int n = rc_fit_n(f);
    double z[160], back[160], theta[160];
    assert_true(n <= 160 && s->parameters <= 160);
    rc_rng r = rc_rng_stream(3, "test/models", (uint64_t)k);
    for (int t = 0; t < 5; t++) {
      for (int j = 0; j < n; j++) z[j] = t == 0 ? 0 : t == 1 ? 1 : rc_rng_unit(&r);
      rc_fit_theta(f, z, theta);
      rc_fit_z(f, theta, back);
      for (int j = 0; j < n; j++) {
        const rc_calib_parameter *p = rc_fit_parameter(f, j);
        const double at = theta[p - s->parameter];
        if (t == 0) assert_true(at == p->lower);
        if (t == 1) assert_true(fabs(at - p->upper) <= 1e-14 * fabs(p->upper - p->lower));
        assert_true(fabs(back[j] - z[j]) < 1e-12);
        const double s0 = p->log ? log(p->lower) : p->lower;
        const double s1 = p->log ? log(p->upper) : p->upper;
        const double mid = s0 + z[j] * (s1 - s0);
        assert_true(fabs((p->log ? log(at) : at) - mid) <= 1e-12 * (fabs(s0) + fabs(s1)));
      }
    }
    rc_fit_free(f);
  }
}

static double largest(const double *v, int n) {
  double top = 0;
  for (int i = 0; i < n; i++) top = fmax(top, fabs(v[i]));
  return top;
}

/* Nominal works; the same question has the same answer, also after others and on a clone. */
static void test_predictions(void **state) {
  (void)state;
  for (int k = 0; rc_calib_kinds[k]; k++) {
    rc_fit *f = open_fit(k, 1);
    rc_err err = {0};
    rc_fit *g = rc_fit_clone(f, &err);
    assert_non_null(g);
    const int m = rc_fit_shape(f)->m, n = rc_fit_n(f);
    double *y = rc_alloc((size_t)(3 * m + 2 * n), sizeof *y), *again = y + m, *other = again + m;
    double *z = other + m, *far = z + n;
    char why[96] = "";
    rc_fit_nominal(f, z);
    if (!rc_fit_predict(f, z, y, why)) fail_msg("%s: %s", rc_calib_kinds[k]->name, why);
    rc_rng r = rc_rng_stream(5, "test/models", (uint64_t)k);
    for (int t = 0; t < 4; t++) {
      point_near(f, &r, 0.3, far);
      if (!rc_fit_predict(f, far, other, why)) assert_true(strlen(why) > 0);
    }
    assert_true(rc_fit_predict(f, z, again, why));
    assert_true(rc_fit_predict(g, z, other, why));
    for (int i = 0; i < m; i++) {
      const double scale = 1e-10 * (fabs(y[i]) + rc_fit_shape(f)->point[i].sigma);
      if (fabs(again[i] - y[i]) > scale || fabs(other[i] - y[i]) > scale) {
        fail_msg("%s: prediction %d: %.17g, again %.17g, clone %.17g", rc_calib_kinds[k]->name, i,
                 y[i], again[i], other[i]);
      }
      assert_true(rc_fit_shape(f)->point[i].value == rc_fit_shape(g)->point[i].value);
    }
    assert_int_equal(rc_fit_queries(f), 6);
    rc_free(y);
    rc_fit_free(g);
    rc_fit_free(f);
  }
}

/* Richardson-extrapolated central differences of the residuals, column by column. */
static void differences(rc_fit *f, double *z, int j, double h, double *out, double *work) {
  const int m = rc_fit_m(f);
  double *a = work, *b = a + m, *c = b + m, *d = c + m;
  char why[96] = "";
  const double at = z[j];
  z[j] = at + h;
  bool ok = rc_fit_residuals(f, z, a, why);
  z[j] = at - h;
  ok = ok && rc_fit_residuals(f, z, b, why);
  z[j] = at + 2 * h;
  ok = ok && rc_fit_residuals(f, z, c, why);
  z[j] = at - 2 * h;
  ok = ok && rc_fit_residuals(f, z, d, why);
  z[j] = at;
  if (!ok) fail_msg("%s: %s", rc_fit_class(f)->kind.name, why);
  for (int i = 0; i < m; i++) out[i] = (8 * (a[i] - b[i]) - (c[i] - d[i])) / (12 * h);
}

static void test_jacobians(void **state) {
  (void)state;
  for (int k = 0; rc_calib_kinds[k]; k++) {
    rc_fit *f = open_fit(k, 1);
    if (!rc_fit_jacobian_exact(f)) {
      rc_fit_free(f);
      continue;
    }
    const int m = rc_fit_m(f), n = rc_fit_n(f);
    double *r = rc_alloc((size_t)(m * (n + 6) + n), sizeof *r), *dr = r + m, *col = dr + m * n;
    double *work = col + m, *z = work + 4 * m;
    rc_rng rng = rc_rng_stream(7, "test/models", (uint64_t)k);
    char why[96] = "";
    for (int t = 0; t < 2; t++) {
      point_near(f, &rng, t ? 0.03 : 0, z);
      double cost = 0;
      if (!rc_fit_jacobian(f, z, r, dr, &cost, why))
        fail_msg("%s: %s", rc_calib_kinds[k]->name, why);
      assert_true(cost == rc_fit_class(f)->jacobian_cost);
      const double top = largest(dr, m * n);
      for (int j = 0; j < n; j++) {
        differences(f, z, j, fmax(1e-4, rc_fit_class(f)->difference), col, work);
        for (int i = 0; i < m; i++) {
          const double exact = dr[i * n + j];
          if (fabs(col[i] - exact) > 1e-6 * fabs(exact) + 1e-9 * top) {
            fail_msg("%s: d r_%d / d %s: %.12g, by differences %.12g", rc_calib_kinds[k]->name, i,
                     rc_fit_parameter(f, j)->name, exact, col[i]);
          }
        }
      }
    }
    rc_free(r);
    rc_fit_free(f);
  }
}

/* Absurd points, not-a-number among them: a prediction is finite or the model says why not. */
static void test_failures(void **state) {
  (void)state;
  for (int k = 0; rc_calib_kinds[k]; k++) {
    rc_fit *f = open_fit(k, 1);
    const int m = rc_fit_m(f), n = rc_fit_n(f);
    double *r = rc_alloc((size_t)(m + n), sizeof *r), *z = r + m;
    const double wild[] = {-40, 60, 1e4, NAN};
    for (size_t t = 0; t < RC_LEN(wild); t++) {
      for (int j = 0; j < n; j++) z[j] = wild[t];
      char why[96] = "";
      if (rc_fit_residuals(f, z, r, why)) {
        for (int i = 0; i < m; i++) assert_true(isfinite(r[i]));
      } else if (!why[0]) {
        fail_msg("%s fails at z = %g without saying why", rc_calib_kinds[k]->name, wild[t]);
      }
    }
    rc_free(r);
    rc_fit_free(f);
  }
}

/* The curve at the data's own abscissae goes through the predictions. */
static void test_curves(void **state) {
  (void)state;
  int tried = 0;
  for (int k = 0; rc_calib_kinds[k]; k++) {
    if (!class_at(k)->predict_at) continue;
    tried++;
    rc_fit *f = open_fit(k, 1);
    const rc_calib_shape *s = rc_fit_shape(f);
    double *y = rc_alloc((size_t)(s->m + rc_fit_n(f)), sizeof *y), *z = y + s->m;
    char why[96] = "";
    rc_fit_nominal(f, z);
    assert_true(rc_fit_predict(f, z, y, why));
    for (int i = 0; i < s->m; i += 1 + s->m / 20) {
      double at = 0;
      if (!rc_fit_predict_at(f, z, s->point[i].curve, 1, &s->point[i].x, &at, why)) {
        fail_msg("%s: %s", rc_calib_kinds[k]->name, why);
      }
      if (fabs(at - y[i]) > 1e-8 * (fabs(y[i]) + s->point[i].sigma)) {
        fail_msg("%s: point %d: %.12g on the curve, %.12g in the data's prediction",
                 rc_calib_kinds[k]->name, i, at, y[i]);
      }
    }
    rc_free(y);
    rc_fit_free(f);
  }
  assert_true(tried > 0);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kinds),       cmocka_unit_test(test_shapes),
      cmocka_unit_test(test_coordinates), cmocka_unit_test(test_predictions),
      cmocka_unit_test(test_jacobians),   cmocka_unit_test(test_failures),
      cmocka_unit_test(test_curves),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
