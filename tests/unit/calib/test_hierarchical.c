/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hierarchical method and the two searches in it: limits of evaluations are kept to the last
 * one, minima are found, and a cycle costs the queries the paper's accounting says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calib/minimize.h"
#include "optimizers.h"

typedef struct counter {
  int made, stop_at;
  double least;
} counter;

static bool quadratic(void *ctx, const double *x, double *value) {
  counter *c = ctx;
  if (++c->made == c->stop_at) return false;
  *value = 3 * pow(x[0] - 0.4, 2) + pow(x[1] + 0.3, 2) + 0.5 * (x[0] - 0.4) * (x[1] + 0.3) + 1;
  c->least = fmin(c->least, *value);
  return true;
}

static bool banana(void *ctx, const double *x, double *value) {
  counter *c = ctx;
  c->made++;
  *value = 100 * pow(x[1] - x[0] * x[0], 2) + pow(1 - x[0], 2);
  c->least = fmin(c->least, *value);
  return true;
}

typedef bool (*search)(minimize *p, double *x);
static bool powell(minimize *p, double *x) {
  return minimize_powell(p, x, INFINITY, 1e-4, 1e-4);
}
static bool bounded_powell(minimize *p, double *x) {
  return minimize_powell(p, x, 1.2, 1e-4, 1e-4);
}
static bool simplex(minimize *p, double *x) {
  return minimize_simplex(p, x, 0.05, 1e-5, 1e-5);
}
static const search searches[] = {powell, bounded_powell, simplex};

static void test_minima(void **state) {
  (void)state;
  for (size_t k = 0; k < RC_LEN(searches); k++) {
    double x[2] = {0, 0}, best[2];
    counter c = {.least = INFINITY};
    minimize p = {2, quadratic, &c, 400, 0, best, INFINITY};
    assert_true(searches[k](&p, x));
    assert_true(fabs(best[0] - 0.4) < 2e-3 && fabs(best[1] + 0.3) < 2e-3);
    assert_true(p.made == c.made && p.best_value == c.least && c.made < 150);
    double y[2] = {-0.5, 0.8};
    c = (counter){.least = INFINITY};
    p = (minimize){2, banana, &c, 2000, 0, best, INFINITY};
    assert_true(searches[k](&p, y));
    assert_true(fabs(best[0] - 1) < 0.02 && fabs(best[1] - 1) < 0.04 && p.best_value == c.least);
  }
}

static void test_limits(void **state) {
  (void)state;
  for (size_t k = 0; k < RC_LEN(searches); k++) {
    for (int most = 1; most < 40; most++) {
      double x[2] = {-0.5, 0.8}, best[2];
      counter c = {.least = INFINITY};
      minimize p = {2, banana, &c, most, 0, best, INFINITY};
      assert_true(searches[k](&p, x));
      assert_int_equal(c.made, most); /* none converges so soon */
      assert_true(p.best_value == c.least);
    }
    for (int stop = 1; stop < 12; stop++) {
      double x[2] = {0, 0}, best[2];
      counter c = {.stop_at = stop, .least = INFINITY};
      minimize p = {2, quadratic, &c, 400, 0, best, INFINITY};
      assert_false(searches[k](&p, x));
      assert_int_equal(c.made, stop);
    }
  }
}

/* A minimum outside of the bound is found on the bound. */
static void test_bound(void **state) {
  (void)state;
  double x[2] = {0, 0}, best[2];
  counter c = {.least = INFINITY};
  minimize p = {2, quadratic, &c, 400, 0, best, INFINITY};
  assert_true(minimize_powell(&p, x, 0.2, 1e-4, 1e-4));
  assert_true(fabs(best[0]) <= 0.2 && fabs(best[1]) <= 0.2);
  assert_true(fabs(best[0] - 0.2) < 1e-3 && fabs(best[1] + 0.2) < 1e-3);
}

static rc_optimizer_view run_to(rc_opt *o, double queries) {
  rc_opt_step(o, queries - rc_opt_read(o).queries);
  return rc_opt_read(o);
}

static double figure(const rc_optimizer_view *v, const char *name) {
  for (int k = 0; k < v->figures; k++) {
    if (strcmp(v->figure[k].name, name) == 0) return v->figure[k].value;
  }
  fail_msg("no figure %s", name);
  return NAN;
}

/* Start and k differences (the base is not asked for again), at most 70 evaluations over the stiff
 * directions, base and one difference for each sloppy direction, at most 130 over those. */
static void test_a_cycle(void **state) {
  (void)state;
  const char *const sets[][3] = {{"cycles=1"}, {"rank=5", "cycles=1"}, {"rank=3", "cycles=1"}};
  const int k[] = {8, 5, 3};
  for (size_t i = 0; i < RC_LEN(sets); i++) {
    rc_fit *f = open_fit("exponentials", NULL);
    rc_opt *o = open_run("hierarchical", sets[i], f, 1, 3);
    rc_optimizer_view v = run_to(o, 1);
    assert_true(v.count[RC_QUERY_START] == 1);
    v = run_to(o, 1 + k[i]);
    assert_true(v.count[RC_QUERY_DIFFERENCE] == (uint64_t)k[i]);
    v = run_to(o, 2 + k[i]);
    assert_true(v.count[RC_QUERY_STEP] == 1);
    const double stiff = figure(&v, "stiff"), sloppy = figure(&v, "sloppy");
    assert_true(stiff >= 1 && stiff + sloppy <= k[i]);
    v = run_to(o, 1000);
    assert_true(v.done);
    assert_string_equal(v.why, "all cycles made");
    const uint64_t base = sloppy > 0;
    assert_true(v.count[RC_QUERY_DIFFERENCE] == (uint64_t)k[i] + (uint64_t)sloppy + base);
    assert_true(v.count[RC_QUERY_STEP] <= 70 + 130);
    assert_true(v.best < 0.9 * v.trail_loss[0]);
    rc_opt_free(o);
    rc_fit_free(f);
  }
}

/* ---- the paper's constants ---------------------------------------------------------------------- */

/* r_j = d_j (theta_j - to_j), theta in [0, 1]: eigenvalues d_j^2 along the axes. */
enum { MOST = 20 };
static int linear_n;
static double linear_d[MOST], linear_to[MOST];
typedef struct linear {
  rc_calib_shape shape;
  rc_calib_parameter parameter[MOST];
  rc_calib_point point[MOST];
  rc_calib_curve curve;
} linear;
static void *linear_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  (void)env, (void)opts, (void)err;
  linear *p = rc_alloc(1, sizeof *p);
  for (int j = 0; j < linear_n; j++) {
    p->parameter[j] = (rc_calib_parameter){.upper = 1, .nominal = .5};
    p->point[j] = (rc_calib_point){.value = linear_d[j] * linear_to[j], .sigma = 1};
  }
  p->shape = (rc_calib_shape){.parameters = linear_n,
                              .parameter = p->parameter,
                              .m = linear_n,
                              .point = p->point,
                              .curves = 1,
                              .curve = &p->curve};
  return p;
}
static const rc_calib_shape *linear_shape(const void *model) {
  return &((const linear *)model)->shape;
}
static bool linear_predict(void *model, const double *theta, double *y, char why[96]) {
  (void)model, (void)why;
  for (int j = 0; j < linear_n; j++) y[j] = linear_d[j] * theta[j];
  return true;
}
static void linear_close(void *model) {
  rc_free(model);
}
static const rc_calib_class linear_class = {.kind = {.name = "linear"},
                                            .open = linear_open,
                                            .shape = linear_shape,
                                            .predict = linear_predict,
                                            .close = linear_close};

/* To the end of the search over the stiff directions; how far it went from the start. */
static double first_search(const char *rank, double *stiff, double *sloppy) {
  const char *const set[] = {rank, NULL};
  rc_err err = {0};
  rc_fit *f = rc_fit_new(&linear_class, NULL, NULL, &err);
  assert_non_null(f);
  rc_opt *o = open_run("hierarchical", set, f, 0, 3);
  rc_optimizer_view v;
  double far = 0;
  do {
    rc_opt_step(o, 1);
    v = rc_opt_read(o);
    if (v.count[RC_QUERY_STEP]) *stiff = figure(&v, "stiff"), *sloppy = figure(&v, "sloppy");
    if (v.kind == RC_QUERY_STEP) {
      far = 0;
      for (int j = 0; j < linear_n; j++) far += pow(v.best_z[j] - .5, 2);
    }
  } while (!v.done && (v.kind == RC_QUERY_STEP || !v.count[RC_QUERY_STEP]) &&
           v.count[RC_QUERY_STEP] < 70);
  rc_opt_free(o);
  rc_fit_free(f);
  return sqrt(far);
}

/* Stiff: until 90 % of the sum of eigenvalues, for 18 directions and all; 95 % for 10 and fewer.
 * Sloppy: down to 1e-4 of the first of them (arXiv 2602.04975). */
static void test_shares(void **state) {
  (void)state;
  double stiff = 0, sloppy = 0;
  memset(linear_d, 0, sizeof linear_d);
  for (int j = 0; j < MOST; j++) linear_to[j] = .6;
  const double roots[] = {1e3, 31.6, .7, .1, .03}; /* 1e6 1e3 .5 .01 .001 */
  memcpy(linear_d, roots, sizeof roots);
  linear_n = 5;
  first_search("rank=exact", &stiff, &sloppy);
  assert_true(stiff == 1 && sloppy == 2);
  memset(linear_d, 0, sizeof linear_d);
  linear_d[0] = 1e3, linear_d[1] = 283; /* 92.6 % and 7.4 % */
  linear_n = 19;
  first_search("rank=18", &stiff, &sloppy);
  assert_true(stiff == 1);
  first_search("rank=exact", &stiff, &sloppy);
  assert_true(stiff == 1);
  linear_n = 11;
  first_search("rank=10", &stiff, &sloppy);
  assert_true(stiff == 2);
}

/* Far from the minimum the search over the stiff direction ends at its bound: 1.2 for 18 and 10
 * directions, 1.1 for 5 and 3, none for all. */
static void test_reach(void **state) {
  (void)state;
  static const struct {
    const char *rank;
    int n;
    double least, most;
  } form[] = {{"rank=18", 19, 1.15, 1.2},
              {"rank=10", 11, 1.15, 1.2},
              {"rank=5", 6, 1.05, 1.1},
              {"rank=3", 4, 1.05, 1.1},
              {"rank=exact", 6, 8.4, 8.6}};
  double stiff = 0, sloppy = 0;
  memset(linear_d, 0, sizeof linear_d);
  linear_d[0] = 1e3;
  linear_to[0] = 9;
  for (size_t k = 0; k < RC_LEN(form); k++) {
    linear_n = form[k].n;
    const double far = first_search(form[k].rank, &stiff, &sloppy);
    if (!(far >= form[k].least && far <= form[k].most + 1e-9))
      fail_msg("%s: %g", form[k].rank, far);
  }
}

/* In the paper's coordinates, linear in every parameter, the lower side of the box is kept. */
static void test_the_box(void **state) {
  (void)state;
  rc_fit *f = open_fit("exponentials", NULL);
  rc_opt *o = open_run("hierarchical", NULL, f, 1, 5);
  for (int q = 0; q < 300; q++) {
    rc_opt_step(o, 1);
    const rc_optimizer_view v = rc_opt_read(o);
    for (int j = 0; j < rc_fit_n(f); j++) assert_true(v.z[j] >= -1e-12);
    if (v.done) break;
  }
  rc_opt_free(o);
  rc_fit_free(f);
}

/* Loss 1 on the plasma surface by the exact form: the paper's own run took 34 queries, of which
 * 30 are the first Jacobian (arXiv 2602.04975); ours are data of our own. */
static void test_plasma(void **state) {
  (void)state;
  rc_fit *f = open_fit("plasma", NULL);
  rc_opt *o = open_run("hierarchical", NULL, f, 0, 1);
  const double queries = queries_to(o, 1, 60);
  assert_true(queries > 30 && queries <= 40);
  rc_opt_free(o);
  rc_fit_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_minima),  cmocka_unit_test(test_limits),
                                     cmocka_unit_test(test_bound),   cmocka_unit_test(test_a_cycle),
                                     cmocka_unit_test(test_the_box), cmocka_unit_test(test_plasma),
                                     cmocka_unit_test(test_shares),  cmocka_unit_test(test_reach)};
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
