/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Geodesics: straight on flat manifolds, widths of the mean of four exponentials computed by
 * another program, and what happens at the edge. */
#include "unit/calib/landscape.h"

static rc_geodesic *fly(rc_fit *f, const double *z, int k, int sign) {
  rc_err err = {0};
  rc_geodesic *g = rc_geodesic_new(f, z, k, sign, &err);
  if (!g) fail_msg("%s", err.message);
  while (!rc_geodesic_read(g).done) rc_geodesic_step(g, 5);
  return g;
}

/* A linear model has a flat manifold: ds/dtau stays, and nothing ends. */
static void test_straight(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=3 noise=0.1");
  double z[3];
  rc_err err = {0};
  rc_fit_nominal(f, z);
  fit_best(f, z);
  for (int k = 0; k < 3; k++) {
    rc_geodesic *g = rc_geodesic_new(f, z, k, 1, &err);
    assert_non_null(g);
    rc_geodesic_step(g, 30);
    const rc_geodesic_view v = rc_geodesic_read(g);
    assert_int_equal(v.points, 31);
    assert_false(v.done);
    rc_fisher fisher = {0};
    assert_true(rc_fisher_make(f, z, RC_COORDS_SCALE, false, &fisher, &err));
    for (int i = 1; i < v.points; i++) {
      assert_true(fabs(v.speed[i] - v.speed[0]) < 1e-6 * v.speed[0]);
      for (int j = 0; j < 3; j++) {
        const double d = v.s[i * 3 + j] - v.s[j],
                     want = v.tau[i] * fisher.vector[k * 3 + j] / sqrt(fisher.eigenvalue[k]);
        assert_true(fabs(d - want) < 1e-6 * v.tau[i] / sqrt(fisher.eigenvalue[k]));
      }
    }
    rc_fisher_free(&fisher);
    rc_geodesic_free(g);
  }
  rc_fit_free(f);
}

/* Mean of 4 exponentials, 60 times in [0, 5], ln of the rates .3 .646 1.392 3. Widths of the
 * manifold, both ways along each direction, in units of the data (noise 1). */
static void test_widths(void **state) {
  (void)state;
  static const double width[] = {1.385, .438, .0962, .0295}, root[] = {.831, .341, .129, .0347};
  rc_fit *f = fit_of("decay", "rates=[0.3,0.646,1.392,3] from=0 to=5 points=60 spacing=linear "
                              "noise=1");
  const double theta[4] = {.3, .646, 1.392, 3};
  double z[4];
  rc_fisher fisher = {0};
  rc_err err = {0};
  rc_fit_z(f, theta, z);
  assert_true(rc_fisher_make(f, z, RC_COORDS_LOG, false, &fisher, &err));
  for (int k = 0; k < 4; k++) {
    double total = 0;
    assert_true(fabs(sqrt(fisher.eigenvalue[k]) - root[k]) < .005 * root[k]);
    for (int sign = -1; sign <= 1; sign += 2) {
      rc_geodesic *g = fly(f, z, k, sign);
      const rc_geodesic_view v = rc_geodesic_read(g);
      assert_true(v.boundary && v.points < 30);
      assert_non_null(strstr(v.verdict, " merge"));
      total += v.tau[v.points - 1];
      rc_geodesic_free(g);
    }
    assert_true(fabs(total - width[k]) < .003 * width[k]);
  }
  rc_fisher_free(&fisher);
  rc_fit_free(f);
}

/* Michaelis and Menten's reaction at three times: along the sloppiest direction lie the two limits
 * of the textbooks (and of Transtrum and Qiu 2014): binding in equilibrium, and without return. */
static void test_reaction(void **state) {
  (void)state;
  rc_fit *f = fit_of("reaction", "noise=1e-4");
  double z[3];
  bool equilibrium = false, forward = false;
  rc_fit_nominal(f, z);
  fit_best(f, z);
  for (int sign = -1; sign <= 1; sign += 2) {
    rc_geodesic *g = fly(f, z, 2, sign);
    const rc_geodesic_view v = rc_geodesic_read(g);
    assert_true(v.boundary);
    equilibrium = equilibrium || !strcmp(v.verdict, "kf -> inf, kr -> inf; kf/kr stays");
    forward = forward || !strcmp(v.verdict, "kr -> 0");
    rc_geodesic_free(g);
  }
  assert_true(equilibrium && forward);
  rc_fit_free(f);
}

/* On so narrow a manifold the way is straight in the predictions, so that its length is the distance
 * to the best fit, however short: the curvature is not rounding. */
static void assert_length_is_distance(rc_fit *f, const double *z, const rc_geodesic_view *v) {
  const rc_calib_shape *s = rc_fit_shape(f);
  const int n = rc_fit_n(f);
  double theta[64], y[200], there[200];
  char why[96];
  assert_true(s->parameters <= 64 && s->m <= 200);
  rc_fit_theta(f, z, theta);
  assert_true(rc_fit_predict(f, z, y, why));
  for (int p = v->points / 3; p < v->points; p++) {
    double chord = 0;
    for (int j = 0; j < n; j++) {
      const double at = v->s[p * n + j];
      theta[rc_fit_parameter(f, j) - s->parameter] = rc_fit_parameter(f, j)->log ? exp(at) : at;
    }
    assert_true(rc_fit_class(f)->predict(rc_fit_model(f), theta, there, why));
    for (int i = 0; i < s->m; i++) chord += pow((there[i] - y[i]) / s->point[i].value, 2);
    assert_true(fabs(sqrt(chord) / v->tau[p] - 1) < .01);
  }
}

/* Fourteen rate coefficients over ten decades of their eigenvalues: the sloppiest flight ends with the
 * coefficient of a reaction at 0. */
static void test_oxygen(void **state) {
  (void)state;
  rc_fit *f = fit_of("oxygen", "points=40");
  double z[14];
  assert_int_equal(rc_fit_n(f), 14);
  rc_fit_nominal(f, z);
  fit_best(f, z);
  rc_geodesic *g = fly(f, z, 13, -1);
  const rc_geodesic_view v = rc_geodesic_read(g);
  assert_length_is_distance(f, z, &v);
  assert_true(v.boundary && v.tau[v.points - 1] < 1e-4);
  assert_non_null(strstr(v.verdict, "SF_"));
  assert_non_null(strstr(v.verdict, " -> 0"));
  rc_geodesic_free(g);
  rc_fit_free(f);
}

/* All 29 parameters, twenty decades: even at the end of the ladder a flight ends at an edge. */
static void test_plasma(void **state) {
  (void)state;
  rc_fit *f = fit_of("plasma", "");
  double z[29];
  assert_int_equal(rc_fit_n(f), 29);
  rc_fit_nominal(f, z);
  fit_best(f, z);
  rc_geodesic *g = fly(f, z, 26, 1);
  const rc_geodesic_view v = rc_geodesic_read(g);
  assert_length_is_distance(f, z, &v);
  assert_true(v.boundary && v.tau[v.points - 1] < 1e-4);
  assert_non_null(strstr(v.verdict, "SF_"));
  rc_geodesic_free(g);
  rc_fit_free(f);
}

/* Conditions without CO say nothing of its reactions: those directions have no length, and whoever
 * asks for a flight along one is told so. With CO and CO2 in the data (test_plasma) the same rung is
 * a direction like any other. */
static void test_dead(void **state) {
  (void)state;
  rc_fit *f = fit_of("plasma", "points=40");
  double z[29];
  rc_fisher fisher = {0};
  rc_err err = {0};
  rc_fit_nominal(f, z);
  fit_best(f, z);
  assert_true(rc_fisher_make(f, z, RC_COORDS_SCALE, false, &fisher, &err));
  assert_true(fisher.rank > 10 && fisher.rank < 26);
  for (int way = 0; way < 3; way++) { /* v27 both ways, and the first that is dead */
    rc_geodesic *g = fly(f, z, way < 2 ? 26 : fisher.rank, way ? 1 : -1);
    const rc_geodesic_view v = rc_geodesic_read(g);
    assert_false(v.boundary);
    assert_int_equal(v.points, 1);
    assert_string_equal(v.verdict, "no flight: no prediction moves along here, but for rounding");
    for (int j = 0; j < 29; j++) assert_true(v.velocity[j] == 0);
    rc_geodesic_free(g);
  }
  rc_geodesic *g = rc_geodesic_new(f, z, fisher.rank - 1, 1, &err); /* the last that is alive */
  rc_geodesic_step(g, 3);
  assert_int_equal(rc_geodesic_read(g).points, 4);
  rc_geodesic_free(g);
  rc_fisher_free(&fisher);
  rc_fit_free(f);
}

/* Where two parameters are nearly one the fold is next to nothing away. */
static void test_at_a_fold(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=[1,1.3] noise=0.05");
  double z[2];
  rc_fit_nominal(f, z);
  z[0] = z[1] = .5, z[1] += 1e-6;
  rc_geodesic *g = fly(f, z, 1, 1);
  rc_geodesic_view v = rc_geodesic_read(g);
  if (v.points > 50) { /* this sign led away from it */
    rc_geodesic_free(g);
    g = fly(f, z, 1, -1);
    v = rc_geodesic_read(g);
  }
  assert_true(v.boundary && v.tau[v.points - 1] < 1e-3);
  assert_non_null(strstr(v.verdict, "lambda_1 and lambda_2 merge"));
  rc_geodesic_free(g);
  rc_fit_free(f);
}

/* On the way to a merger with little room for rounding the flight stops at the edge itself. */
static void test_stops_at_a_fold(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=[1,1.1,4] noise=0.05");
  double z[3];
  rc_fit_nominal(f, z);
  fit_best(f, z);
  rc_geodesic *g = fly(f, z, 2, -1);
  const rc_geodesic_view v = rc_geodesic_read(g);
  assert_true(v.boundary);
  assert_string_equal(v.verdict, "at the edge: lambda_1 and lambda_2 merge");
  rc_geodesic_free(g);
  rc_fit_free(f);
}

/* Away from a fold the parameters begin fast and slow down by decades; the edge is where they have
 * grown fast against the slowest, long before they are as fast as they began. */
static void test_slowest(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=[1,1.02] noise=0.05");
  double z[2], least = INFINITY;
  rc_fit_nominal(f, z);
  fit_best(f, z);
  rc_geodesic *g = fly(f, z, 1, 1);
  const rc_geodesic_view v = rc_geodesic_read(g);
  for (int p = 0; p < v.points; p++) least = fmin(least, v.speed[p]);
  assert_true(v.boundary && v.points < 200);
  assert_string_equal(v.verdict, "lambda_1 -> inf");
  assert_true(least < 1e-3 * v.speed[0]);
  assert_true(v.speed[v.points - 1] > 10 * least && v.speed[v.points - 1] < .1 * v.speed[0]);
  rc_geodesic_free(g);
  rc_fit_free(f);
}

static void test_unknown(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=[0.3,3]");
  double z[2];
  rc_err err = {0};
  rc_fit_nominal(f, z);
  assert_null(rc_geodesic_new(f, z, 2, 1, &err));
  assert_string_equal(err.message, "there is no direction v3");
  rc_fit_free(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_straight),        cmocka_unit_test(test_widths),
      cmocka_unit_test(test_reaction),        cmocka_unit_test(test_oxygen),
      cmocka_unit_test(test_plasma),          cmocka_unit_test(test_at_a_fold),
      cmocka_unit_test(test_stops_at_a_fold), cmocka_unit_test(test_slowest),
      cmocka_unit_test(test_unknown),         cmocka_unit_test(test_dead)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
