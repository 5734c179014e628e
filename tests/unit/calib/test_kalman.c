/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Kalman sketch: its model of the residuals against exact derivatives and Broyden's update, its
 * steps against a search of the plane, and how few queries it needs. Queries are deterministic, so
 * they are asserted, with a margin over the medians measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "calib/kalman_model.h"
#include "calib/kalman_step.h"
#include "optimizers.h"

enum { N = 4, M = 6 };

/* Residuals with a Jacobian over three decades, and some curvature. */
static void residuals(const double *z, double curve, double *u) {
  for (int i = 0; i < M; i++) {
    u[i] = 0.3 * i - 0.5;
    for (int j = 0; j < N; j++) {
      const double slope = pow(10, -j) * cos(1 + i * (j + 1));
      u[i] += slope * (z[j] + curve * z[j] * z[(j + 1) % N]);
    }
  }
}

static void random_point(rc_rng *r, double length, double *z) {
  for (int j = 0; j < N; j++) z[j] = 0.5 + length * rc_rng_normal(r);
}

static void add(kmodel *x, const double *z, double curve) {
  double u[M];
  residuals(z, curve, u);
  kmodel_add(x, z, u);
}

static void test_broyden_is_the_limit(void **state) {
  (void)state;
  kmodel x;
  const double a[N] = {0.5, 0.5, 0.5, 0.5}, s[N] = {1e-3, -2e-3, 5e-4, 1e-3};
  double b[N], ua[M], ub[M], u[M], du[M * N], zero[N] = {0}, s2 = 0;
  for (int j = 0; j < N; j++) b[j] = a[j] + s[j], s2 += s[j] * s[j];
  residuals(a, 0, ua);
  residuals(b, 0, ub);
  kmodel_open(&x, N, M);
  kmodel_add(&x, a, ua);
  kmodel_add(&x, b, ub);
  kmodel_fit(&x, false);
  kmodel_mean(&x, zero, u, du);
  for (int i = 0; i < M; i++) {
    assert_true(u[i] == ua[i]);
    for (int j = 0; j < N; j++) {
      /* B = (u_b - u_a) s' / s's, from B = 0 */
      assert_true(fabs(du[i * N + j] - (ub[i] - ua[i]) * s[j] / s2) < 1e-4);
    }
  }
  kmodel_close(&x);
}

static void test_slopes_and_curvature_are_learnt(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(4, "test/kalman", 0);
  kmodel x;
  double z[N], s[N], u[M], v[M], du[M * N], zero[N] = {0}, p[N * N];
  kmodel_open(&x, N, M);
  for (int k = 0; k < 30; k++) {
    random_point(&rng, 0.05, z);
    add(&x, z, 0.5);
    kmodel_fit(&x, true);
    if (x.q > 1) kmodel_adapt(&x, fmin(1, 3.0 / x.q));
    kmodel_fit(&x, false);
  }
  const double *c = x.z; /* the first point is the centre */
  kmodel_mean(&x, zero, u, du);
  for (int i = 0; i < M; i++) {
    for (int j = 0; j < N; j++) {
      double up[M], down[M], at[N];
      memcpy(at, c, sizeof at);
      at[j] = c[j] + 1e-4;
      residuals(at, 0.5, up);
      at[j] = c[j] - 1e-4;
      residuals(at, 0.5, down);
      /* to a ten-thousandth of the largest slope, although they span three decades */
      assert_true(fabs(du[i * N + j] - (up[i] - down[i]) / 2e-4) < 1e-4);
    }
  }
  random_point(&rng, 0.05, z);
  for (int j = 0; j < N; j++) s[j] = z[j] - c[j];
  kmodel_mean(&x, s, u, NULL);
  residuals(z, 0.5, v);
  double linear = 0, error = 0;
  for (int i = 0; i < M; i++) {
    double l = x.u[i];
    for (int j = 0; j < N; j++) l += du[i * N + j] * s[j];
    linear = fmax(linear, fabs(l - v[i]));
    error = fmax(error, fabs(u[i] - v[i]));
  }
  assert_true(error < 0.02 * linear); /* a linear model has fifty times the error */
  /* points it has seen are predicted as they were, and are certain */
  for (int k = 1; k < 30; k++) {
    for (int j = 0; j < N; j++) s[j] = x.z[k * N + j] - c[j];
    kmodel_mean(&x, s, u, NULL);
    for (int i = 0; i < M; i++) assert_true(fabs(u[i] - x.u[k * M + i]) < 1e-5);
    assert_true(fabs(kmodel_variance(&x, s)) < 1e-4);
  }
  kmodel_covariance(&x, p);
  for (int j = 0; j < N; j++) assert_true(p[j * N + j] > -1e-9 && p[j * N + j] < 1e-3);
  kmodel_close(&x);
}

/* Residuals that bend along one parameter, and three that change nothing: how far apart queries are
 * in those must not matter to what is learnt of the first. */
static void test_what_does_not_matter_is_no_distance(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(5, "test/kalman", 0);
  kmodel x;
  double z[N], s[N], u[M], v[M], error = 0, size = 0;
  kmodel_open(&x, N, M);
  for (int k = 0; k < 42; k++) {
    const bool learns = k < 12;
    for (int j = 0; j < N; j++) z[j] = rc_rng_unit(&rng);
    for (int i = 0; i < M; i++) v[i] = sin(4 * z[0] + i);
    if (learns) {
      kmodel_add(&x, z, v);
      kmodel_fit(&x, true);
      for (int em = 0; em < 10 && x.q > 1; em++) {
        kmodel_adapt(&x, 0.03 / x.q);
        kmodel_fit(&x, true);
      }
      continue;
    }
    for (int j = 0; j < N; j++) s[j] = z[j] - x.z[j]; /* the first point is the centre */
    kmodel_mean(&x, s, u, NULL);
    for (int i = 0; i < M; i++) {
      error += (u[i] - v[i]) * (u[i] - v[i]);
      size += (v[i] - x.u[i]) * (v[i] - x.u[i]);
    }
  }
  assert_true(sqrt(error / size) < 0.1); /* without the weights 0.22 */
  kmodel_close(&x);
}

/* A linear model in two variables for the step. */
static void plane(void *model, const double *s, double *u, double *du) {
  (void)model;
  static const double j[3][2] = {{2, 1}, {-1, 0.5}, {0.3, 0.1}}, r[3] = {0.4, 0.3, -0.2};
  for (int i = 0; i < 3; i++) {
    u[i] = r[i] + j[i][0] * s[0] + j[i][1] * s[1];
    if (du) du[2 * i] = j[i][0], du[2 * i + 1] = j[i][1];
  }
}

static double plane_loss(const double *s, bool link) {
  double u[3], sum = 0;
  plane(NULL, s, u, NULL);
  for (int i = 0; i < 3; i++) sum += link ? expm1(u[i]) * expm1(u[i]) : u[i] * u[i];
  return sum / 3;
}

static void test_steps_against_a_search_of_the_plane(void **state) {
  (void)state;
  const double centers[][2] = {{0.5, 0.5}, {0.05, 0.9}, {0, 1}, {1, 0}, {0.3, 0.02}};
  const double radii[] = {0.05, 0.2, 1, 10};
  for (int link = 0; link < 2; link++) {
    kstep x;
    kstep_open(&x, 2, 3, NULL, plane, NULL, link);
    for (size_t c = 0; c < RC_LEN(centers); c++) {
      for (size_t r = 0; r < RC_LEN(radii); r++) {
        double s[2], now, best = INFINITY;
        x.center = centers[c];
        x.radius = radii[r];
        const double got = kstep_find(&x, s, &now);
        for (int i = 0; i < 2; i++) {
          assert_true(centers[c][i] + s[i] >= -1e-12 && centers[c][i] + s[i] <= 1 + 1e-12);
        }
        assert_true(hypot(s[0], s[1]) <= radii[r] * (1 + 1e-12));
        assert_true(fabs(got - plane_loss(s, link)) < 1e-12);
        assert_true(got <= now && fabs(now - plane_loss((double[2]){0, 0}, link)) < 1e-12);
        for (int i = 0; i <= 300; i++) {
          for (int j = 0; j <= 300; j++) {
            const double t[2] = {i / 300.0 - centers[c][0], j / 300.0 - centers[c][1]};
            if (hypot(t[0], t[1]) <= radii[r]) best = fmin(best, plane_loss(t, link));
          }
        }
        /* on the arc of the ball a damped step is not the exact minimum: within 5 % of the fall */
        assert_true(got <= best + 0.05 * (now - best) + 1e-9);
      }
    }
    kstep_close(&x);
  }
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Median over seeds of the queries to a loss. */
static double median_queries(const char *optimizer, const char *const *set, const char *model,
                             double spread, double target, double budget, int seeds) {
  double q[16];
  assert_true(seeds <= 16);
  for (int s = 0; s < seeds; s++) {
    rc_fit *f = open_fit(model, NULL);
    rc_opt *o = open_run(optimizer, set, f, spread, (uint64_t)s + 1);
    q[s] = queries_to(o, target, budget);
    rc_opt_free(o);
    rc_fit_free(f);
  }
  qsort(q, (size_t)seeds, sizeof *q, by_size);
  return q[seeds / 2];
}

static void test_few_queries(void **state) {
  (void)state;
  /* medians of 20 seeds (tests/bench/bench_calibration.c): 27, 60, 14 */
  assert_true(median_queries("kalman", NULL, "exponentials", 2, 1.2, 100, 9) <= 45);
  assert_true(median_queries("kalman", NULL, "rosenbrock", 0, 1e-3, 120, 9) <= 75);
  assert_true(median_queries("kalman", NULL, "enzyme", 2, 1.2, 60, 5) <= 22);
}

static void test_fewer_than_others(void **state) {
  (void)state;
  const char *const k5[] = {"rank=5", NULL};
  const double ours = median_queries("kalman", NULL, "exponentials", 2, 100, 100, 7);
  assert_true(median_queries("hierarchical", NULL, "exponentials", 2, 100, 400, 7) >= 10 * ours);
  assert_true(median_queries("hierarchical", k5, "exponentials", 2, 100, 400, 7) >= 10 * ours);
  assert_true(median_queries("lm", NULL, "exponentials", 2, 100, 200, 7) >= 1.5 * ours);
  assert_true(median_queries("bobyqa", NULL, "exponentials", 2, 100, 300, 7) >= 3 * ours);
}

static void test_plasma(void **state) {
  (void)state;
  /* 29 parameters: not even half of a finite-difference Jacobian */
  const char *const all[] = {"part=0", NULL};
  assert_true(median_queries("kalman", all, "plasma", 1, 0.1, 40, 3) <= 18);
  /* .. and with some of the data first, hardly more than asking all of them twice */
  assert_true(median_queries("kalman", NULL, "plasma", 1, 0.1, 40, 5) <= 4);
}

/* Some of the data: the same residuals at their share of a query. */
static void test_residuals_of_a_part(void **state) {
  (void)state;
  rc_fit *f = open_fit("plasma", NULL), *g = open_fit("exponentials", NULL);
  const int which[] = {17, 3, 179, 3}, m = rc_fit_m(f);
  double z[64], part[4], *all = rc_alloc((size_t)m, sizeof *all);
  char why[96];
  assert_true(m == 180 && rc_fit_has_parts(f) && !rc_fit_has_parts(g));
  rc_fit_nominal(f, z);
  assert_true(rc_fit_residuals(f, z, all, why));
  const uint64_t before = rc_fit_queries(f);
  for (int i = 0; i < 45; i++) assert_true(rc_fit_residuals_part(f, z, 4, which, part, why));
  for (int i = 0; i < 4; i++) assert_true(part[i] == all[which[i]]);
  assert_int_equal(rc_fit_queries(f) - before, 1);
  rc_free(all);
  rc_fit_free(f);
  rc_fit_free(g);
}

/* Some of the data near the minimum of all lead away from it: the start is not given up for that. */
static void test_good_start_is_kept(void **state) {
  (void)state;
  rc_fit *f = open_fit("plasma", NULL);
  const rc_kind *kind = rc_kind_find(rc_optimizer_kinds, "kalman");
  const char *const none[] = {"restarts=0", NULL};
  rc_err err = {0};
  double z[64], *r = rc_alloc((size_t)rc_fit_m(f), sizeof *r);
  char why[96];
  rc_fit_nominal(f, z);
  rc_refit t;
  rc_refit_new(&t, f, z, -1);
  for (int i = 0; i < 8 && !rc_refit_step(&t); i++) continue;
  assert_true(rc_fit_residuals(f, t.z, r, why));
  const double start = rc_fit_loss(f, r);
  assert_true(start < 0.003);
  int led_away = 0;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    void *opts = options_of(kind, none);
    rc_opt *o = rc_opt_new((const rc_optimizer_class *)kind, opts, f, t.z, seed, 0, &err);
    assert_non_null(o);
    rc_optimizer_view v = rc_opt_read(o);
    do {
      rc_opt_step(o, 1e-6);
      v = rc_opt_read(o);
    } while (v.kind == RC_QUERY_PART);
    led_away += v.loss > start;
    const uint64_t asks = v.count[RC_QUERY_PART];
    rc_opt_step(o, 1e-6); /* so it is asked, too */
    v = rc_opt_read(o);
    assert_true(v.kind == RC_QUERY_START && v.trail == 2 && v.best == start);
    rc_opt_step(o, 12);
    v = rc_opt_read(o);
    /* lower than the start: from where the part led it would take longer; and no other part */
    assert_true(v.best < start && v.count[RC_QUERY_PART] == asks);
    rc_opt_free(o);
    rc_params_free(kind->params, opts);
    rc_free(opts);
  }
  assert_true(led_away == 3);
  rc_refit_free(&t);
  rc_free(r);
  rc_fit_free(f);
}

/* A tenth of the data at least half as often as there are parameters, all of them, a fifth at least
 * a third as often, all again; as long as a sixth as many queries halve the loss the part is asked
 * on. Nothing of it is free, and nothing of a part counts as a loss. */
static void check_part_first(const char *optimizer, const char *const *set, uint64_t seed,
                             bool *longer, bool *shortest) {
  rc_fit *f = open_fit("plasma", NULL);
  rc_opt *o = open_run(optimizer, set, f, 1, seed);
  rc_optimizer_view v = rc_opt_read(o);
  const int n = rc_fit_n(f), least[] = {(n + 1) / 2, (n + 2) / 3}, window = (n + 5) / 6;
  double queries = 0, all = INFINITY, part = INFINITY;
  int asks[2];
  assert_true(isinf(v.best) && isinf(v.best_part));
  for (int s = 0; s < 2; s++) {
    double fall[64], best = INFINITY;
    for (asks[s] = 0;; asks[s]++) {
      rc_opt_step(o, 1e-6); /* one, whatever it costs */
      v = rc_opt_read(o);
      if (v.kind != RC_QUERY_PART) break;
      assert_true(asks[s] < n);
      queries += 0.1 * (s + 1);
      part = fmin(part, v.loss);
      fall[asks[s]] = best = fmin(best, v.loss);
      assert_true(v.best_part == part && fabs(v.queries - queries) < 1e-9);
      assert_true(v.trail == s && v.best == all);
    }
    queries += 1;
    assert_true(v.kind == RC_QUERY_STEP && fabs(v.queries - queries) < 1e-9);
    assert_true(asks[s] >= least[s]);
    for (int i = least[s]; i <= asks[s];
         i++) /* it goes on while, and only while, the loss halves */
      assert_true((i < asks[s]) == (i < n && fall[i - 1] <= 0.5 * fall[i - 1 - window]));
    *longer |= asks[s] > least[s];
    *shortest |= asks[s] == least[s];
    assert_true(isfinite(v.best) && v.best <= all);
    all = v.best;
  }
  double *r = rc_alloc((size_t)rc_fit_m(f), sizeof *r);
  char why[96];
  assert_true(rc_fit_residuals(f, v.best_z, r, why) && v.best == rc_fit_loss(f, r));
  rc_opt_step(o, 20);
  v = rc_opt_read(o);
  assert_true(v.count[RC_QUERY_PART] == (uint64_t)(asks[0] + asks[1]));
  double sum = 0.1 * asks[0] + 0.2 * asks[1];
  for (int k = 0; k < RC_QUERY_PART; k++) sum += (double)v.count[k];
  assert_true(fabs(v.queries - sum) < 1e-9);
  assert_true(v.count[RC_QUERY_START] == 0); /* where the first part led is far below it */
  rc_free(r);
  rc_opt_free(o);
  rc_fit_free(f);
}

static void test_part_of_the_data_first(void **state) {
  (void)state;
  const char *const tenth[] = {"initial=5", "part=0.1", NULL};
  bool longer = false, shortest = false;
  for (uint64_t seed = 5; seed < 8; seed++)
    check_part_first("kalman", NULL, seed, &longer, &shortest);
  check_part_first("dfo-ls", tenth, 6, &longer, &shortest);
  assert_true(longer && shortest); /* both happen */
  /* what is left of a budget is for all data */
  rc_fit *f = open_fit("plasma", NULL);
  rc_opt *o = open_run("kalman", NULL, f, 1, 5);
  rc_opt_limit(o, 2);
  rc_opt_step(o, 10);
  rc_optimizer_view v = rc_opt_read(o);
  assert_true(v.done && v.queries == 2 && v.kind == RC_QUERY_STEP && v.trail == 1);
  assert_true(v.count[RC_QUERY_PART] == 10 && isfinite(v.best));
  rc_opt_free(o);
  rc_fit_free(f);
  /* fewer data than half the parameters say too little: all at once */
  const char *const few[] = {"points=60", NULL};
  f = open_fit("plasma", few);
  o = open_run("kalman", NULL, f, 1, 5);
  rc_opt_step(o, 1e-6);
  v = rc_opt_read(o);
  assert_true(v.kind == RC_QUERY_START && v.queries == 1);
  rc_opt_free(o);
  rc_fit_free(f);
}

/* The chained Rosenbrock function has a second minimum near x_1 = -1; from a start beside it only
 * another start helps. One that ends there again and again is believed, so not every seed
 * leaves. */
static void test_another_start_leaves_a_wrong_minimum(void **state) {
  (void)state;
  const char *const none[] = {"restarts=0", NULL};
  const rc_kind *kind = rc_kind_find(rc_optimizer_kinds, "kalman");
  int left[2] = {0};
  for (int run = 0; run < 12; run++) {
    rc_fit *f = open_fit("rosenbrock", NULL);
    void *opts = options_of(kind, run % 2 ? none : NULL);
    rc_err err = {0};
    double z[10], x[10] = {-1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    assert_true(rc_fit_n(f) == 10);
    rc_fit_z(f, x, z);
    rc_opt *o =
        rc_opt_new((const rc_optimizer_class *)kind, opts, f, z, (uint64_t)run / 2, 0, &err);
    assert_non_null(o);
    left[run % 2] += isfinite(queries_to(o, 1e-6, 700));
    rc_opt_free(o);
    rc_fit_free(f);
    rc_params_free(kind->params, opts);
    rc_free(opts);
  }
  assert_true(left[1] == 0);
  assert_true(left[0] >= 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_broyden_is_the_limit),
                                     cmocka_unit_test(test_slopes_and_curvature_are_learnt),
                                     cmocka_unit_test(test_what_does_not_matter_is_no_distance),
                                     cmocka_unit_test(test_steps_against_a_search_of_the_plane),
                                     cmocka_unit_test(test_few_queries),
                                     cmocka_unit_test(test_fewer_than_others),
                                     cmocka_unit_test(test_another_start_leaves_a_wrong_minimum),
                                     cmocka_unit_test(test_residuals_of_a_part),
                                     cmocka_unit_test(test_part_of_the_data_first),
                                     cmocka_unit_test(test_good_start_is_kept),
                                     cmocka_unit_test(test_plasma)};
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
