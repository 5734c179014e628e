/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every registered optimiser: counts every query, is the same trajectory however it is sliced,
 * closes at any moment, keeps its best point honestly, and is not stopped by points without
 * prediction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optimizers.h"

static const char *const easy[] = {"rates=0.3, 2", "points=12", "noise=0.05", NULL};

static double sum_of_counts(const rc_optimizer_view *v) {
  double sum = 0;
  for (int k = 0; k < RC_QUERY_KINDS; k++) sum += (double)v->count[k];
  return sum;
}

static void test_every_query_is_counted(void **state) {
  (void)state;
  for (const rc_kind *const *k = rc_optimizer_kinds; *k; k++) {
    const rc_optimizer_class *cls = (const rc_optimizer_class *)*k;
    rc_fit *f = open_fit("exponentials", easy);
    rc_opt *o = open_run((*k)->name, NULL, f, 1, 3);
    const uint64_t before = rc_fit_queries(f);
    rc_optimizer_view v = rc_opt_read(o);
    assert_true(v.queries == 0 && isinf(v.best));
    rc_opt_step(o, 1);
    v = rc_opt_read(o);
    if (!cls->exact_jacobian) assert_true(v.queries == 1);
    rc_opt_step(o, 60);
    v = rc_opt_read(o);
    /* the fit has its own count of what was really asked of the model */
    assert_true(fabs((double)(rc_fit_queries(f) - before) - v.queries) <= 0.5 + 1e-9);
    if (!cls->exact_jacobian) {
      assert_true(v.count[RC_QUERY_JACOBIAN] == 0);
      assert_true(v.queries == sum_of_counts(&v));
      assert_true(v.done || v.queries == 61);
    }
    rc_opt_free(o);
    rc_fit_free(f);
  }
}

/* An ask that leads beyond the limit is not made; costs are sums of integers, so that a tenth of the
 * data asked often is a whole number of queries. */
static void test_a_limit_is_kept(void **state) {
  (void)state;
  const char *const set[] = {"points=80", NULL};
  const double limit[] = {1, 1.05, 5.9, 6, 17.3, 40};
  for (const rc_kind *const *k = rc_optimizer_kinds; *k; k++) {
    for (size_t i = 0; i < RC_LEN(limit); i++) {
      rc_fit *f = open_fit("oxygen", set); /* parts of 8 and 16 data; Jacobians cost 1.4 */
      rc_opt *o = open_run((*k)->name, NULL, f, 0.3, 3);
      rc_opt_limit(o, limit[i]);
      rc_optimizer_view v = rc_opt_read(o);
      for (int step = 0; step < 4000 && !v.done; step++) {
        rc_opt_step(o, 1e-6);
        v = rc_opt_read(o);
        assert_true(v.queries <= limit[i]);
        const uint64_t parts = v.count[RC_QUERY_PART], jacobians = v.count[RC_QUERY_JACOBIAN];
        const double whole = sum_of_counts(&v) - (double)(parts + jacobians);
        const double tenths = round(10 * v.cost[RC_QUERY_PART]);
        assert_true(jacobians || v.queries == (10 * whole + tenths) / 10);
        double cost = 0;
        for (int c = 0; c < RC_QUERY_KINDS; c++) cost += v.cost[c];
        assert_true(fabs(cost - v.queries) < 1e-9);
        assert_true(v.cost[RC_QUERY_PART] == tenths / 10);
        assert_true(tenths >= (double)parts && tenths <= 2 * (double)parts);
        assert_true(fabs(v.cost[RC_QUERY_JACOBIAN] - 1.4 * (double)jacobians) < 1e-9);
      }
      assert_true(v.done);
      if (v.queries > limit[i] - 0.1) assert_string_equal(v.why, "budget");
      if (!strcmp(v.why, "budget")) assert_true(v.queries > limit[i] - 1.4);
      rc_opt_free(o);
      rc_fit_free(f);
    }
  }
  rc_fit *f = open_fit("oxygen", (const char *const[]){"points=10", "loss=eiv", NULL});
  rc_opt *o = open_run("nelder-mead", NULL, f, 0, 1);
  rc_opt_limit(o, 26); /* two of nine */
  rc_opt_step(o, 100);
  assert_true(rc_opt_read(o).done && rc_opt_read(o).queries == 18);
  rc_opt_free(o);
  rc_fit_free(f);
}

static void test_the_same_however_sliced(void **state) {
  (void)state;
  for (const rc_kind *const *k = rc_optimizer_kinds; *k; k++) {
    rc_fit *f = open_fit("exponentials", easy), *g = open_fit("exponentials", easy);
    rc_opt *a = open_run((*k)->name, NULL, f, 1, 5), *b = open_run((*k)->name, NULL, g, 1, 5);
    rc_rng rng = rc_rng_stream(1, "test/slices", 0);
    rc_opt_step(a, 50);
    const double most = rc_opt_read(a).queries;
    while (rc_opt_read(b).queries < most - 1e-6 && !rc_opt_read(b).done) {
      rc_opt_step(b, fmin(1 + (double)rc_rng_below(&rng, 7), most - rc_opt_read(b).queries));
    }
    const rc_optimizer_view v = rc_opt_read(a), w = rc_opt_read(b);
    assert_true(v.queries == w.queries && v.loss == w.loss && v.best == w.best);
    assert_int_equal(v.trail, w.trail);
    assert_memory_equal(v.trail_loss, w.trail_loss, (size_t)v.trail * sizeof(double));
    assert_memory_equal(v.best_z, w.best_z, (size_t)rc_fit_n(f) * sizeof(double));
    rc_opt_free(a);
    rc_opt_free(b);
    rc_fit_free(f);
    rc_fit_free(g);
  }
}

static void test_closes_at_any_moment(void **state) {
  (void)state;
  for (const rc_kind *const *k = rc_optimizer_kinds; *k; k++) {
    for (int queries = 0; queries < 40; queries += queries < 12 ? 1 : 9) {
      rc_fit *f = open_fit("exponentials", easy);
      rc_opt *o = open_run((*k)->name, NULL, f, 1, 7);
      rc_opt_step(o, queries);
      rc_opt_free(o);
      rc_fit_free(f);
    }
  }
  rc_opt_free(NULL);
}

static void test_the_best_is_where_it_says(void **state) {
  (void)state;
  for (const rc_kind *const *k = rc_optimizer_kinds; *k; k++) {
    rc_fit *f = open_fit("exponentials", easy);
    rc_opt *o = open_run((*k)->name, NULL, f, 1, 9);
    double r[64];
    char why[96];
    rc_opt_step(o, 150);
    const rc_optimizer_view v = rc_opt_read(o);
    assert_true(rc_fit_m(f) <= 64 && v.trail > 0);
    assert_true(rc_fit_residuals(f, v.best_z, r, why));
    assert_true(fabs(rc_fit_loss(f, r) - v.best) <= 1e-12 * v.best);
    for (int i = 1; i < v.trail; i++) {
      assert_true(v.trail_loss[i] < v.trail_loss[i - 1]);
      assert_true(v.trail_queries[i] > v.trail_queries[i - 1]);
    }
    assert_true(v.trail_loss[v.trail - 1] == v.best);
    rc_opt_free(o);
    rc_fit_free(f);
  }
}

/* A model of which a half has no predictions: y = theta, none where theta_0 > 0.6. */
static const rc_calib_parameter half_parameters[] = {
    {.name = "a", .upper = 1, .nominal = 0.2, .truth = 0.59},
    {.name = "b", .upper = 1, .nominal = 0.2, .truth = 0.3}};
static const rc_calib_point half_points[] = {
    {.value = 0.59, .sigma = 0.01}, {.value = 0.3, .sigma = 0.01}, {.value = 0.9, .sigma = 0.01}};
static const rc_calib_curve half_curves[] = {{.name = "half"}};
static const rc_calib_shape half_shape_ = {.parameters = 2,
                                           .parameter = half_parameters,
                                           .m = 3,
                                           .point = half_points,
                                           .curves = 1,
                                           .curve = half_curves};
static void *half_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  (void)env, (void)opts, (void)err;
  return rc_alloc(1, 1);
}
static const rc_calib_shape *half_shape(const void *model) {
  (void)model;
  return &half_shape_;
}
static bool half_predict(void *model, const double *theta, double *y, char why[96]) {
  (void)model;
  y[0] = theta[0], y[1] = theta[1], y[2] = theta[0] + theta[1];
  if (theta[0] <= 0.6) return true;
  strcpy(why, "there is nothing here");
  return false;
}
static void half_close(void *model) {
  rc_free(model);
}
static const rc_calib_class half_class = {.kind = {.name = "half"},
                                          .open = half_open,
                                          .shape = half_shape,
                                          .predict = half_predict,
                                          .close = half_close};

static void test_goes_on_where_there_is_no_prediction(void **state) {
  (void)state;
  const char *const names[] = {"kalman", "lm", "bobyqa", "nelder-mead", "cma-es", "hierarchical"};
  uint64_t failures = 0;
  for (size_t k = 0; k < RC_LEN(names); k++) {
    rc_err err = {0};
    rc_fit *f = rc_fit_new(&half_class, NULL, NULL, &err);
    assert_non_null(f);
    rc_opt *o = open_run(names[k], NULL, f, 0, 11);
    rc_opt_step(o, 400);
    const rc_optimizer_view v = rc_opt_read(o);
    failures += v.failures;
    if (v.failures) assert_string_equal(v.failure, "there is nothing here");
    assert_true(v.best < 300); /* 1067 at the start, about 0.04 at best */
    rc_opt_free(o);
    rc_fit_free(f);
  }
  assert_true(failures > 0);
}

/* With errors in variables a loss takes 1 + 2 * 4 evaluations of the data (two densities, two
 * temperatures are uncertain), and they all count, like those of its Jacobian. */
static void test_errors_in_variables_count(void **state) {
  (void)state;
  const char *const set[] = {"points=10", "loss=eiv", NULL};
  rc_fit *f = open_fit("oxygen", set);
  rc_opt *o = open_run("nelder-mead", NULL, f, 0, 1);
  for (int q = 1; q <= 20; q++) {
    rc_opt_step(o, 1);
    assert_true(rc_opt_read(o).queries == 9 * q);
    assert_int_equal(rc_fit_queries(f), 9 * q);
  }
  rc_opt_free(o);
  o = open_run("kalman-exact", NULL, f, 0, 1);
  rc_opt_step(o, 1);
  assert_true(rc_opt_read(o).queries == 9 * (2 * rc_fit_n(f) + 1));
  rc_opt_free(o);
  rc_fit_free(f);
}

/* The penalty of a point without prediction is not a loss that was reached. */
static void test_a_start_without_prediction(void **state) {
  (void)state;
  const char *const names[] = {"kalman", "nelder-mead", "random"};
  for (size_t k = 0; k < RC_LEN(names); k++) {
    rc_err err = {0};
    rc_fit *f = rc_fit_new(&half_class, NULL, NULL, &err);
    assert_non_null(f);
    const double nowhere[2] = {0.8, 0.5};
    rc_opt *o = rc_opt_new((const rc_optimizer_class *)rc_kind_find(rc_optimizer_kinds, names[k]),
                           NULL, f, nowhere, 1, 0, &err);
    assert_non_null(o);
    rc_opt_step(o, 1);
    rc_optimizer_view v = rc_opt_read(o);
    assert_true(v.failed && v.failures == 1 && isinf(v.best));
    assert_int_equal(v.trail, 0);
    rc_opt_step(o, 200);
    v = rc_opt_read(o);
    /* who searches near by may find nothing but the plateau of the penalty, and says so */
    assert_true(v.failures < v.queries ? v.best < 1e4 && v.trail > 0 : isinf(v.best) && !v.trail);
    assert_true(v.best < 1e4 || k < 2);
    rc_opt_free(o);
    rc_fit_free(f);
  }
}

static void test_errors_name_the_parameter(void **state) {
  (void)state;
  rc_fit *f = open_fit("exponentials", easy);
  const rc_optimizer_class *cls =
      (const rc_optimizer_class *)rc_kind_find(rc_optimizer_kinds, "kalman");
  double z[4] = {0.5, NAN, 0.5, 0.5};
  rc_err err = {0};
  assert_null(rc_opt_new(cls, NULL, f, z, 1, 0, &err));
  assert_non_null(strstr(err.message, "A_2"));
  rc_fit_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_query_is_counted),
                                     cmocka_unit_test(test_a_limit_is_kept),
                                     cmocka_unit_test(test_the_same_however_sliced),
                                     cmocka_unit_test(test_closes_at_any_moment),
                                     cmocka_unit_test(test_the_best_is_where_it_says),
                                     cmocka_unit_test(test_goes_on_where_there_is_no_prediction),
                                     cmocka_unit_test(test_a_start_without_prediction),
                                     cmocka_unit_test(test_errors_in_variables_count),
                                     cmocka_unit_test(test_errors_name_the_parameter)};
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
