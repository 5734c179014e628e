/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profile likelihoods: exact parabolas of linear models, and verdicts that were planted. */
#include "unit/calib/landscape.h"

static rc_profile *profile_of(rc_fit *f, const double *z, int j) {
  rc_err err = {0};
  rc_profile *p = rc_profile_new(f, z, j, &err);
  assert_non_null(p);
  int steps = 0;
  while (!rc_profile_read(p).done && steps++ < 20000) rc_profile_step(p);
  assert_true(rc_profile_read(p).done);
  return p;
}

/* chi2 rises as (z - z_best)^2 / ((J^T J)^-1)_jj with J of the box. */
static void test_parabola(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=4 noise=0.02");
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  char why[96];
  double z[16], inverse[16], *r = rc_alloc((size_t)m, sizeof *r),
                             *jacobian = rc_alloc((size_t)(m * n), sizeof *jacobian);
  rc_fit_nominal(f, z);
  fit_best(f, z);
  assert_true(rc_fit_jacobian(f, z, r, jacobian, NULL, why));
  inverse_normal(jacobian, m, n, inverse);
  const double best = loss_at(f, z);
  for (int j = 0; j < n; j++) {
    rc_profile *p = profile_of(f, z, j);
    const rc_profile_view v = rc_profile_read(p);
    const rc_calib_parameter *a = rc_fit_parameter(f, j);
    const double variance = inverse[j * n + j], width = sqrt(variance) * (a->upper - a->lower),
                 at = a->lower + z[j] * (a->upper - a->lower);
    assert_int_equal(v.verdict, RC_PROFILE_BOUNDED);
    assert_string_equal(v.why_lower, "threshold");
    assert_string_equal(v.why_upper, "threshold");
    for (int k = 0; k < v.points; k++) {
      const double d = v.z[k] - z[j], chi2 = (v.loss[k] - best) * m;
      assert_true(k == 0 || v.z[k] > v.z[k - 1]);
      assert_true(fabs(chi2 - d * d / variance) < 1e-4 + 1e-4 * chi2);
    }
    assert_true(fabs(v.upper - (at + width)) < 1e-3 * width);
    assert_true(fabs(v.lower - (at - width)) < 1e-3 * width);
    /* both sides are walked until chi2 has risen by 4, for the picture */
    assert_true((v.loss[0] - best) * m >= 4 && (v.loss[v.points - 1] - best) * m >= 4);
    assert_true(v.queries < 400);
    rc_profile_free(p);
  }
  rc_free(r);
  rc_free(jacobian);
  rc_fit_free(f);
}

/* Where the rates are known within noise, both sides end; where a rate is so slow or so fast that
 * the times cannot tell, one side does not; with noise a hundred times the signal, none. */
static void test_verdicts(void **state) {
  (void)state;
  static const struct {
    const char *options;
    rc_profile_verdict verdict;
  } planted[] = {{"rates=1 noise=0.02", RC_PROFILE_BOUNDED},
                 {"rates=1 noise=2", RC_PROFILE_BOUNDED}, /* by the box soon after that */
                 {"rates=1e-6 noise=0.02", RC_PROFILE_ONE_SIDED},
                 {"rates=1 noise=1000", RC_PROFILE_FLAT}};
  for (size_t k = 0; k < RC_LEN(planted); k++) {
    rc_fit *f = fit_of("decay", planted[k].options);
    double z[1];
    rc_fit_nominal(f, z);
    fit_best(f, z);
    rc_profile *p = profile_of(f, z, 0);
    const rc_profile_view v = rc_profile_read(p);
    if (v.verdict != planted[k].verdict)
      fail_msg("%s: %d, %s, %s", planted[k].options, (int)v.verdict, v.why_lower, v.why_upper);
    if (v.verdict == RC_PROFILE_BOUNDED) {
      assert_string_equal(v.why_lower, "threshold");
      assert_string_equal(v.why_upper, "threshold");
    }
    if (v.verdict == RC_PROFILE_ONE_SIDED) {
      assert_true(isinf(v.lower) && !isinf(v.upper));
      assert_string_equal(v.why_lower, "bound of the box");
    }
    rc_profile_free(p);
    rc_fit_free(f);
  }
}

static void test_unknown(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=4");
  double z[16] = {0};
  rc_err err = {0};
  assert_null(rc_profile_new(f, z, 4, &err));
  assert_string_equal(err.message, "there is no parameter 4 to profile");
  rc_fit_free(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_parabola),
                                     cmocka_unit_test(test_verdicts),
                                     cmocka_unit_test(test_unknown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
