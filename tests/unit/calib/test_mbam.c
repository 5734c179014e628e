/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reduced models: limits against closed forms and against equations integrated here; whole reductions
 * against what is known of these models. */
#include "unit/calib/landscape.h"

#include "calib/reduced.h"

/* ---- limits by themselves ----------------------------------------------------------------------- */

static void predict(const cr_map *map, const double *theta, double *y) {
  rc_err err = {0};
  rc_fit *f = cr_fit(map, &err);
  char why[96];
  double z[16];
  if (!f) fail_msg("%s", err.message);
  rc_fit_z(f, theta, z);
  assert_true(rc_fit_predict(f, z, y, why));
  rc_fit_free(f);
}

static void starts(const cr_map *m, double *theta) {
  for (int k = 0; k < m->n; k++) theta[k] = m->parameter[k].log ? exp(m->start[k]) : m->start[k];
}

/* Vmax -> 0 with Vmax K1 fixed leaves V x/(x^2 + K2 x + K3); after that all to infinity alike leaves
 * what Michaelis and Menten wrote, v = (V/K3) x / (1 + (K2/K3) x). */
static void test_michaelis_menten(void **state) {
  (void)state;
  rc_fit *f = fit_of("michaelis", "");
  const rc_calib_shape *s = rc_fit_shape(f);
  double z[4], y[16], theta[4];
  rc_fit_nominal(f, z);
  cr_map *full = cr_identity(f, z);
  cr_map *first = cr_limit(full, full->start, (const double[]){-1, 1, 0, 0});
  assert_int_equal(first->n, 3);
  assert_string_equal(first->parameter[0].name, "Vmax*K1");
  assert_string_equal(first->parameter[1].name, "K2");
  theta[0] = .03, theta[1] = .2, theta[2] = .15;
  predict(first, theta, y);
  for (int i = 0; i < s->m; i++) {
    const double x = s->point[i].x;
    assert_true(fabs(y[i] - .03 * x / (x * x + .2 * x + .15)) < 1e-6);
  }
  const double all[3] = {1, 1, 1};
  cr_map *second = cr_limit(first, first->start, all);
  assert_int_equal(second->n, 2);
  assert_string_equal(second->parameter[0].name, "K2/Vmax/K1");
  assert_string_equal(second->parameter[1].name, "K3/Vmax/K1");
  theta[0] = 4, theta[1] = 1.5; /* K2/V, K3/V */
  predict(second, theta, y);
  for (int i = 0; i < s->m; i++) {
    const double x = s->point[i].x, want = x / 1.5 / (1 + 4 / 1.5 * x);
    assert_true(fabs(y[i] - want) < 1e-6);
  }
  cr_free(second);
  cr_free(first);
  cr_free(full);
  rc_fit_free(f);
}

/* Product of E + S <-> ES -> E + P at times, S0 = 1, E0 = 1/4, by the classical Runge-Kutta method with
 * steps of 1/1000. equilibrium: ES is in balance with S at kr/kf = a; else kf = a and kr = 0. */
static double product(double time, double a, double kcat, bool equilibrium) {
  double s = 1, es = 0, p = 0;
  const double h = 1e-3;
  for (int i = 0; i < (int)lround(time / h); i++) {
    double k[4][3], from[3] = {s, es, p};
    for (int st = 0; st < 4; st++) {
      double at[3];
      for (int j = 0; j < 3; j++)
        at[j] = from[j] + (st ? h * (st == 3 ? 1 : .5) * k[st - 1][j] : 0);
      if (equilibrium) {
        const double total = 1 - at[2], b = .25 + total + a;
        const double bound = (b - sqrt(b * b - 4 * .25 * total)) / 2;
        k[st][0] = k[st][1] = 0, k[st][2] = kcat * bound;
      } else {
        const double bind = a * (.25 - at[1]) * at[0];
        k[st][0] = -bind, k[st][1] = bind - kcat * at[1], k[st][2] = kcat * at[1];
      }
    }
    for (int j = 0; j < 3; j++) from[j] += h / 6 * (k[0][j] + 2 * k[1][j] + 2 * k[2][j] + k[3][j]);
    s = from[0], es = from[1], p = from[2];
  }
  return p;
}

/* The two limits of the textbooks on Michaelis and Menten's reaction. */
static void test_reaction_limits(void **state) {
  (void)state;
  rc_fit *f = fit_of("reaction", "");
  const rc_calib_shape *s = rc_fit_shape(f);
  double z[3], y[3], theta[2] = {0};
  rc_fit_nominal(f, z);
  cr_map *full = cr_identity(f, z);
  cr_map *fast = cr_limit(full, full->start, (const double[]){1, 1, 0});
  assert_string_equal(fast->parameter[0].name, "kr/kf");
  assert_string_equal(fast->parameter[1].name, "kcat");
  fast->stretch = 14;
  theta[0] = .4, theta[1] = .9;
  predict(fast, theta, y);
  for (int i = 0; i < s->m; i++)
    assert_true(fabs(y[i] - product(s->point[i].x, .4, .9, true)) < 3e-6);
  cr_map *forward = cr_limit(full, full->start, (const double[]){0, -1, 0});
  assert_string_equal(forward->parameter[0].name, "kf");
  theta[0] = 1.7, theta[1] = .6;
  predict(forward, theta, y);
  for (int i = 0; i < s->m; i++)
    assert_true(fabs(y[i] - product(s->point[i].x, 1.7, .6, false)) < 1e-6);
  cr_free(forward);
  cr_free(fast);
  cr_free(full);
  rc_fit_free(f);
}

/* Three rates, of which two merge, then the pair goes to infinity: exactly, and named. */
static void test_merge_and_exact(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=[0.5,1,3] from=0.1 to=5 points=20");
  const rc_calib_shape *s = rc_fit_shape(f);
  double z[3], y[20], theta[2];
  rc_fit_nominal(f, z);
  cr_map *full = cr_identity(f, z);
  cr_map *two = cr_merge(full, full->start, 1, 2);
  assert_string_equal(two->parameter[0].name, "lambda_1");
  assert_string_equal(two->parameter[1].name, "lambda_2+3");
  theta[0] = .7, theta[1] = 2;
  predict(two, theta, y);
  for (int i = 0; i < 20; i++) {
    const double t = s->point[i].x;
    assert_true(fabs(y[i] - (exp(-.7 * t) + 2 * exp(-2 * t)) / 3) < 1e-14);
  }
  cr_map *slow = cr_limit(full, full->start, (const double[]){-1, 0, 0});
  assert_true(cr_make_exact(slow));
  assert_int_equal(slow->limits, 0);
  predict(slow, (const double[]){.7, 2}, y);
  for (int i = 0; i < 20; i++) {
    const double t = s->point[i].x;
    assert_true(fabs(y[i] - (1 + exp(-.7 * t) + exp(-2 * t)) / 3) < 1e-14);
  }
  cr_map *pair = cr_limit(two, two->start, (const double[]){0, 1});
  assert_false(cr_make_exact(pair)); /* two parameters of the parent run */
  cr_map *held = cr_hold(full, full->start, 0);
  assert_int_equal(held->n, 2);
  starts(held, theta);
  double all[20];
  char why[96];
  predict(held, theta, y);
  assert_true(rc_fit_predict(f, z, all, why));
  for (int i = 0; i < 20; i++) assert_true(fabs(y[i] - all[i]) < 1e-14);
  cr_free(held);
  cr_free(pair);
  cr_free(slow);
  cr_free(two);
  cr_free(full);
  rc_fit_free(f);
}

/* Derivatives of reduced models against differences of their predictions. */
static void test_derivatives(void **state) {
  (void)state;
  rc_fit *f = fit_of("michaelis", "");
  double z[4], r[16], up[16], down[16], dr[64];
  char why[96];
  rc_fit_nominal(f, z);
  cr_map *full = cr_identity(f, z);
  cr_map *m = cr_limit(full, full->start, (const double[]){-1, 1, 0, .5});
  rc_fit *g = cr_fit(m, NULL);
  assert_non_null(g);
  assert_true(rc_fit_jacobian_exact(g));
  double at[3];
  rc_fit_nominal(g, at);
  assert_true(rc_fit_jacobian(g, at, r, dr, NULL, why));
  for (int j = 0; j < 3; j++) {
    const double keep = at[j], h = 1e-5;
    at[j] = keep + h;
    assert_true(rc_fit_residuals(g, at, up, why));
    at[j] = keep - h;
    assert_true(rc_fit_residuals(g, at, down, why));
    at[j] = keep;
    for (int i = 0; i < rc_fit_m(g); i++) {
      const double d = (up[i] - down[i]) / (2 * h);
      assert_true(fabs(dr[i * 3 + j] - d) < 1e-5 * (1 + fabs(d)));
    }
  }
  rc_fit_free(g);
  cr_free(m);
  cr_free(full);
  rc_fit_free(f);
}

/* ---- whole reductions --------------------------------------------------------------------------- */

static rc_mbam *reduce(rc_fit *f) {
  rc_err err = {0};
  double z[32];
  rc_fit_nominal(f, z);
  fit_best(f, z);
  rc_mbam *m = rc_mbam_new(f, z, &err);
  if (!m) fail_msg("%s", err.message);
  for (int i = 0; i < 20000 && !rc_mbam_step(m); i++) continue;
  assert_true(rc_mbam_read(m).done);
  return m;
}

/* Rows fall by one parameter each; what is said of their losses is so; the thresholds are the table's
 * of the chi2 distribution at 5 %. */
static void check_rows(rc_fit *f, const rc_mbam_view *v) {
  static const double table[] = {0, 3.841, 5.991, 7.815, 9.488, 11.070, 12.592, 14.067, 15.507};
  const rc_calib_shape *s = rc_fit_shape(f);
  for (int i = 0; i < v->rows; i++) {
    const rc_reduction_row *r = &v->row[i];
    double loss = 0;
    assert_int_equal(r->n, rc_fit_n(f) - i);
    for (int k = 0; k < s->m; k++) {
      const double unit = s->loss == RC_LOSS_RELATIVE ? s->point[k].value : s->point[k].sigma;
      loss += pow((r->y[k] - s->point[k].value) / unit, 2) / s->m;
    }
    assert_true(fabs(loss - r->loss) < 1e-9 * (1 + loss));
    if (i < (int)RC_LEN(table)) assert_true(fabs(r->noise - table[i]) < 1e-3);
    assert_int_equal(r->within, r->rise <= r->noise);
    assert_true(r->within || i == v->rows - 1);
    if (s->loss == RC_LOSS_CHI2 && !s->scatter)
      assert_true(fabs(r->rise - (r->loss - v->row[0].loss) * s->m) < 1e-6 * (1 + r->rise));
  }
}

/* Two rates closer than the noise can tell apart merge (Transtrum and Qiu 2014), and what is left is
 * one exponential: its best rate by a search of its own. */
static void test_rates_merge(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=[1,1.3] noise=0.05");
  rc_mbam *m = reduce(f);
  const rc_mbam_view v = rc_mbam_read(m);
  check_rows(f, &v);
  assert_int_equal(v.rows, 2);
  assert_int_equal(v.row[1].kind, RC_REDUCTION_MERGE);
  assert_string_equal(v.row[1].name, "lambda_1 = lambda_2");
  assert_string_equal(v.row[1].parameter[0], "lambda_1+2");
  assert_string_equal(v.why, "one parameter is left");
  const rc_calib_shape *s = rc_fit_shape(f);
  double a = .5, b = 3;
  for (int i = 0; i < 80; i++) { /* golden section */
    double at[2] = {b - .6180339887498949 * (b - a), a + .6180339887498949 * (b - a)}, sum[2] = {0};
    for (int k = 0; k < 2; k++)
      for (int d = 0; d < s->m; d++)
        sum[k] += pow(exp(-at[k] * s->point[d].x) - s->point[d].value, 2);
    if (sum[0] < sum[1])
      b = at[1];
    else
      a = at[0];
  }
  assert_true(fabs(v.row[1].value[0] - .5 * (a + b)) < 1e-5);
  rc_mbam_free(m);
  rc_fit_free(f);
}

/* Two exponentials with amplitudes: the slow rate goes to 0, and A_1 + A_2 exp(-lambda_2 t) is left;
 * with noise of one per cent that is far over it. */
static void test_constant_left(void **state) {
  (void)state;
  rc_fit *f = fit_of("exponentials", "rates=[0.5,2] noise=0.01");
  rc_mbam *m = reduce(f);
  const rc_mbam_view v = rc_mbam_read(m);
  check_rows(f, &v);
  assert_int_equal(v.rows, 2);
  const rc_reduction_row *r = &v.row[1];
  assert_false(r->within);
  assert_string_equal(v.why, "the next model is over the noise");
  assert_string_equal(r->name, "lambda_1 -> 0");
  assert_true(r->exact && r->limit_error == 0);
  for (int i = 0; i < rc_fit_shape(f)->m; i++) {
    const double t = rc_fit_shape(f)->point[i].x;
    assert_true(fabs(r->y[i] - (r->value[0] + r->value[1] * exp(-r->value[2] * t))) < 1e-12);
  }
  rc_mbam_free(m);
  rc_fit_free(f);
}

/* Misra1a, y = b1 (1 - exp(-b2 x)): at its edge a straight line through 0, whose slope b1 b2 is that of
 * linear regression. The parameters have linear scales and are positive. */
static void test_straight_line(void **state) {
  (void)state;
  rc_fit *f = fit_of("nist", "problem=Misra1a");
  const rc_calib_shape *s = rc_fit_shape(f);
  rc_mbam *m = reduce(f);
  const rc_mbam_view v = rc_mbam_read(m);
  double xx = 0, xy = 0;
  check_rows(f, &v);
  assert_int_equal(v.rows, 2);
  assert_string_equal(v.row[1].name, "b1 -> inf, b2 -> 0; b1 b2 stays");
  assert_string_equal(v.row[1].parameter[0], "b1*b2");
  for (int i = 0; i < s->m; i++) {
    xx += s->point[i].x * s->point[i].x;
    xy += s->point[i].x * s->point[i].value;
  }
  assert_true(fabs(v.row[1].value[0] - xy / xx) < 1e-6 * xy / xx);
  assert_true(v.row[1].limit_error < 1e-6);
  rc_mbam_free(m);
  rc_fit_free(f);
}

/* The oxygen part of the surface: parameters go one by one, each at a limit that has a name, and the
 * loss does not rise over the noise before half of them are gone. */
static void test_oxygen(void **state) {
  (void)state;
  rc_fit *f = fit_of("oxygen", "points=40");
  rc_mbam *m = reduce(f);
  const rc_mbam_view v = rc_mbam_read(m);
  int last = v.rows - 1;
  check_rows(f, &v);
  if (!v.row[last].within) last--;
  assert_true(v.row[last].n <= 9);
  for (int i = 1; i < v.rows; i++) {
    assert_true(v.row[i].kind != RC_REDUCTION_NONE && v.row[i].name[0]);
    assert_true(v.row[i].exact || v.row[i].limit_error < 1e-2);
  }
  rc_mbam_free(m);
  rc_fit_free(f);
}

/* A parameter that is in no prediction: its direction is dead, and it goes without a flight. */
static void test_dead(void **state) {
  (void)state;
  /* with one time only the sum of both terms is seen: one parameter of two is dead */
  rc_fit *f = fit_of("decay", "rates=[0.5,2] from=1 to=1.0000001 points=2 spacing=linear");
  double z[2] = {.4, .6};
  fit_best(f, z);
  rc_mbam *m = rc_mbam_new(f, z, NULL);
  assert_non_null(m);
  for (int i = 0; i < 3000 && !rc_mbam_step(m); i++) continue;
  const rc_mbam_view v = rc_mbam_read(m);
  assert_true(v.done && v.rows == 2);
  assert_true(v.row[1].within && fabs(v.row[1].rise) < .01);
  rc_mbam_free(m);
  rc_fit_free(f);
}

/* Of limits that fit alike to rounding the nearest edge is taken: for three exponentials in much
 * noise both flights of the second and of the third reduction lead to the same limit, one of them by
 * ten times as long a way round. Which of the two fits is better in its last digits is chance. */
static void test_nearest_edge(void **state) {
  (void)state;
  static const char *const noise[] = {"0.25", "0.3", "0.4", "0.5", "0.7", "1"};
  for (size_t i = 0; i < RC_LEN(noise); i++) {
    char options[60];
    snprintf(options, sizeof options, "rates=[0.3,1,3] noise=%s", noise[i]);
    rc_fit *f = fit_of("exponentials", options);
    rc_mbam *m = reduce(f);
    const rc_mbam_view v = rc_mbam_read(m);
    assert_true(v.rows >= 4);
    assert_string_equal(v.row[2].name, "A_1 -> 0");
    assert_string_equal(v.row[3].name, "lambda_2 -> 0");
    assert_true(v.row[2].length < 4 && v.row[3].length < 2);
    rc_mbam_free(m);
    rc_fit_free(f);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nearest_edge),    cmocka_unit_test(test_michaelis_menten),
      cmocka_unit_test(test_reaction_limits), cmocka_unit_test(test_merge_and_exact),
      cmocka_unit_test(test_derivatives),     cmocka_unit_test(test_rates_merge),
      cmocka_unit_test(test_constant_left),   cmocka_unit_test(test_straight_line),
      cmocka_unit_test(test_oxygen),          cmocka_unit_test(test_dead),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
