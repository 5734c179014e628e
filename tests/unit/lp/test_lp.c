/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seam to the linear-programming library: programs with a known optimum, rows that come and
 * go, slices, cutoff, infeasible and unbounded programs, the exact simplex. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "roadcut/lp.h"

#define near(a, b)                                                                                 \
  do {                                                                                             \
    const double near_a = (a), near_b = (b);                                                       \
    if (!(fabs(near_a - near_b) <= 1e-9)) fail_msg("%s = %.15g, not %.15g", #a, near_a, near_b);   \
  } while (0)

static void add_row(rc_lp *p, int n, const int *column, const double *value, double rhs) {
  const int start[] = {0, n};
  assert_true(rc_lp_add_rows(p, 1, start, column, value, &rhs, NULL));
}

/* max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: 36 at (2, 6), duals 0, 3/2, 1 (the example of
 * Dantzig's textbook and of Hillier and Lieberman's). */
static rc_lp *wyndor(void) {
  const double c[] = {3, 5}, lo[] = {0, 0}, hi[] = {100, 100}, rhs[] = {4, 12, 18};
  const int start[] = {0, 1, 2, 4}, column[] = {0, 1, 0, 1};
  const double value[] = {1, 2, 3, 2};
  rc_lp *p = rc_lp_new(2, c, lo, hi, NULL);
  assert_non_null(p);
  assert_true(rc_lp_add_rows(p, 3, start, column, value, rhs, NULL));
  return p;
}

static void known_optimum(void **state) {
  (void)state;
  rc_lp *p = wyndor();
  double x[2], y[3], d[2];
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  assert_int_equal(rc_lp_rows(p), 3);
  assert_int_equal(rc_lp_columns(p), 2);
  rc_lp_primal(p, x), rc_lp_dual(p, y), rc_lp_reduced(p, d);
  near(rc_lp_objective(p), 36);
  near(x[0], 2);
  near(x[1], 6);
  near(y[0], 0);
  near(y[1], 1.5);
  near(y[2], 1);
  near(d[0], 0);
  near(d[1], 0);
  assert_true(rc_lp_pivots(p) >= 1);
  rc_lp_free(p);
}

static void rows_come_and_go(void **state) {
  (void)state;
  rc_lp *p = wyndor();
  double y[3];
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  add_row(p, 2, (const int[]){0, 1}, (const double[]){1, 1}, 7); /* x + y <= 7: 33 at (1, 6) */
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), 33);
  rc_lp_drop_rows(p, (const uint8_t[]){1, 0, 1, 0}); /* the order of the rest stays */
  assert_int_equal(rc_lp_rows(p), 2);
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  rc_lp_dual(p, y);
  near(rc_lp_objective(p), 33);
  near(y[0], 1);
  near(y[1], 3);            /* 2y <= 12 and x + y <= 7 */
  rc_lp_bounds(p, 0, 0, 0); /* x fixed to 0: 30 */
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), 30);
  rc_lp_bounds(p, 0, 0, 100);
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), 33);
  rc_lp_free(p);
}

static void no_optimum(void **state) {
  (void)state;
  rc_lp *p = wyndor();
  add_row(p, 2, (const int[]){0, 1}, (const double[]){-1, -1}, -50); /* x + y >= 50 */
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_INFEASIBLE);
  rc_lp_drop_rows(p, (const uint8_t[]){0, 0, 0, 1});
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), 36);
  rc_lp_free(p);
}

/* max sum x over the odd cycle inequalities of a fan of triangles: many pivots. */
static rc_lp *fan(int n) {
  double *c = rc_alloc((size_t)n, sizeof *c), *lo = rc_alloc((size_t)n, sizeof *lo),
         *hi = rc_alloc((size_t)n, sizeof *hi);
  for (int i = 0; i < n; i++) c[i] = 1 + (i * 37 % 11) / 16., hi[i] = 1;
  rc_lp *p = rc_lp_new(n, c, lo, hi, NULL);
  assert_non_null(p);
  for (int i = 0; i + 2 < n; i++)
    add_row(p, 3, (const int[]){i, i + 1, i + 2}, (const double[]){1, 1, 1}, 2);
  rc_free(c), rc_free(lo), rc_free(hi);
  return p;
}

/* The optimum does not depend on how the work is cut into slices. */
static void slices(void **state) {
  (void)state;
  rc_lp *whole = fan(60), *parts = fan(60);
  assert_int_equal(rc_lp_solve(whole, 100000, NULL), RC_LP_OPTIMAL);
  int n = 0;
  rc_lp_status s;
  while ((s = rc_lp_solve(parts, 2, NULL)) == RC_LP_SLICE) assert_true(++n < 10000);
  assert_int_equal(s, RC_LP_OPTIMAL);
  assert_true(n > 2);
  near(rc_lp_objective(parts), rc_lp_objective(whole));
  rc_lp_free(whole);
  rc_lp_free(parts);
}

/* Strong duality by hand: y >= 0 and the sum of y b + max(0, d) hi is the optimum. */
static void duals_prove_the_optimum(void **state) {
  (void)state;
  rc_lp *p = fan(40);
  assert_int_equal(rc_lp_solve(p, 100000, NULL), RC_LP_OPTIMAL);
  double y[40], sum = 0;
  rc_lp_dual(p, y);
  for (int i = 0; i < rc_lp_rows(p); i++) {
    assert_true(y[i] >= -1e-9);
    sum += 2 * y[i];
  }
  for (int e = 0; e < 40; e++) {
    double d = 1 + (e * 37 % 11) / 16.;
    for (int i = RC_MAX(0, e - 2); i <= e && i < 38; i++) d -= y[i];
    sum += fmax(0, d);
  }
  near(sum, rc_lp_objective(p));
  rc_lp_free(p);
}

static void cutoff(void **state) {
  (void)state;
  rc_lp *p = fan(60);
  rc_lp_cutoff(p, 1e6); /* the first dual bound is below it */
  const rc_lp_status s = rc_lp_solve(p, 100000, NULL);
  assert_int_equal(s, RC_LP_CUTOFF);
  rc_lp_cutoff(p, -INFINITY);
  assert_int_equal(rc_lp_solve(p, 100000, NULL), RC_LP_OPTIMAL);
  rc_lp *again = fan(60);
  assert_int_equal(rc_lp_solve(again, 100000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), rc_lp_objective(again));
  rc_lp_free(p);
  rc_lp_free(again);
}

/* A basis given back needs no pivot more, whatever was solved in between. */
static void basis_comes_back(void **state) {
  (void)state;
  rc_lp *p = fan(60);
  uint8_t row[58], column[60];
  assert_int_equal(rc_lp_solve(p, 100000, NULL), RC_LP_OPTIMAL);
  const double before = rc_lp_objective(p);
  rc_lp_basis(p, row, column);
  for (int i = 0; i < 60; i += 7) rc_lp_bounds(p, i, 0, 0);
  assert_int_equal(rc_lp_solve(p, 100000, NULL), RC_LP_OPTIMAL);
  assert_true(rc_lp_objective(p) < before - .1);
  for (int i = 0; i < 60; i += 7) rc_lp_bounds(p, i, 0, 1);
  rc_lp_set_basis(p, row, column);
  const int64_t pivots = rc_lp_pivots(p);
  assert_int_equal(rc_lp_solve(p, 100000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), before);
  assert_true(rc_lp_pivots(p) == pivots);
  rc_lp_free(p);
}

static void exact_simplex(void **state) {
  (void)state;
  rc_lp *p = wyndor();
  double x[2];
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  assert_int_equal(rc_lp_exact(p, 1000, NULL), RC_LP_OPTIMAL);
  rc_lp_primal(p, x);
  assert_true(rc_lp_objective(p) == 36 && x[0] == 2 && x[1] == 6); /* to the bit */
  rc_lp_free(p);
  p = fan(30);
  assert_int_equal(rc_lp_solve(p, 100000, NULL), RC_LP_OPTIMAL);
  const double rounded = rc_lp_objective(p);
  assert_int_equal(rc_lp_exact(p, 100000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), rounded);
  assert_true(16 * rc_lp_objective(p) == rint(16 * rc_lp_objective(p)));
  rc_lp_free(p);
}

/* A fatal error of the library is an error, not the end of the program: the models of the thread
 * say that they are lost, new ones work. */
static void fatal_errors_come_back(void **state) {
  (void)state;
  rc_lp *p = wyndor(), *other = wyndor();
  const int start[] = {0, 1}, column[] = {1000}; /* there are two columns */
  const double value[] = {1}, rhs[] = {1};
  rc_err err = {0};
  assert_false(rc_lp_add_rows(p, 1, start, column, value, rhs, &err));
  assert_true(err.code != RC_ERR_NONE && err.message[0]);
  err = (rc_err){0};
  assert_int_equal(rc_lp_solve(other, 10, &err), RC_LP_TROUBLE);
  assert_true(err.code != RC_ERR_NONE);
  assert_int_equal(rc_lp_rows(other), 0);
  rc_lp_free(other);
  rc_lp_free(p);
  p = wyndor();
  assert_int_equal(rc_lp_solve(p, 1000, NULL), RC_LP_OPTIMAL);
  near(rc_lp_objective(p), 36);
  rc_lp_free(p);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_optimum),
      cmocka_unit_test(rows_come_and_go),
      cmocka_unit_test(no_optimum),
      cmocka_unit_test(slices),
      cmocka_unit_test(duals_prove_the_optimum),
      cmocka_unit_test(cutoff),
      cmocka_unit_test(basis_comes_back),
      cmocka_unit_test(exact_simplex),
      cmocka_unit_test(fatal_errors_come_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
