/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ensemble of a linear model is a Gaussian about the best fit with covariance (J^T J)^-1. */
#include "unit/calib/landscape.h"

enum { SAMPLES = 6000 };

static rc_ensemble *ensemble_of(rc_fit *f, const double *z, double t, uint64_t seed, int samples) {
  rc_err err = {0};
  rc_ensemble *e = rc_ensemble_new(f, z, t, seed, &err);
  if (!e) fail_msg("%s", err.message);
  while (rc_ensemble_size(e) < samples) rc_ensemble_step(e, 20);
  return e;
}

/* Samples are kept every few moves and still correlate; a tenth as many independent ones allow 5
 * sigma of 1 / sqrt(600) = 0.2 of the standard deviation, and 0.29 of the variance. */
static void check_gaussian(double temperature) {
  rc_fit *f = fit_of("polynomial", "terms=3 basis=legendre noise=0.02");
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  char why[96];
  double z[16], inverse[16], *r = rc_alloc((size_t)m, sizeof *r),
                             *jacobian = rc_alloc((size_t)(m * n), sizeof *jacobian);
  rc_fit_nominal(f, z);
  fit_best(f, z);
  assert_true(rc_fit_jacobian(f, z, r, jacobian, NULL, why));
  inverse_normal(jacobian, m, n, inverse);
  rc_ensemble *e = ensemble_of(f, z, temperature, 3, SAMPLES);
  const double accepted = rc_ensemble_acceptance(e);
  assert_true(accepted > .15 && accepted < .6); /* the optimum is 0.23 .. 0.44 */
  for (int j = 0; j < n; j++) {
    double mean = 0;
    const double sd = sqrt(inverse[j * n + j] * temperature);
    for (int k = 0; k < SAMPLES; k++) mean += (rc_ensemble_z(e, k)[j] - z[j]) / SAMPLES;
    assert_true(fabs(mean) < .2 * sd);
    for (int i = 0; i <= j; i++) {
      double c = 0;
      const double si = sqrt(inverse[i * n + i] * temperature);
      for (int k = 0; k < SAMPLES; k++)
        c += (rc_ensemble_z(e, k)[j] - z[j]) * (rc_ensemble_z(e, k)[i] - z[i]) / SAMPLES;
      assert_true(fabs(c - inverse[j * n + i] * temperature) < .29 * sd * si);
    }
  }
  rc_ensemble_free(e);
  rc_free(r);
  rc_free(jacobian);
  rc_fit_free(f);
}

static void test_gaussian(void **state) {
  (void)state;
  check_gaussian(1);
}

static void test_temperature(void **state) {
  (void)state;
  check_gaussian(4);
}

static void test_deterministic(void **state) {
  (void)state;
  rc_fit *f = fit_of("exponentials", "rates=[0.3,3]");
  double z[16];
  rc_err err = {0};
  rc_fit_nominal(f, z);
  fit_best(f, z);
  rc_ensemble *a = ensemble_of(f, z, 1, 5, 200), *c = ensemble_of(f, z, 1, 6, 200),
              *b = rc_ensemble_new(f, z, 1, 5, &err);
  assert_non_null(b);
  while (rc_ensemble_size(b) < 200) rc_ensemble_step(b, 1);
  bool same = true;
  for (int k = 0; k < 200; k++)
    for (int j = 0; j < 4; j++) {
      const double v = rc_ensemble_z(a, k)[j];
      assert_true(v == rc_ensemble_z(b, k)[j]);
      assert_true(v >= 0 && v <= 1);
      same = same && v == rc_ensemble_z(c, k)[j];
    }
  assert_false(same);
  rc_ensemble_free(a);
  rc_ensemble_free(b);
  rc_ensemble_free(c);
  rc_fit_free(f);
}

/* Data that tell nothing leave the prior: uniform between both bounds of the box. */
static void test_prior(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=1 noise=1000");
  double z[1] = {.9}, low = 1, high = 0, mean = 0, square = 0;
  rc_ensemble *e = ensemble_of(f, z, 1, 3, SAMPLES);
  for (int k = 0; k < SAMPLES; k++) {
    const double v = rc_ensemble_z(e, k)[0];
    low = fmin(low, v);
    high = fmax(high, v);
    mean += v / SAMPLES;
    square += v * v / SAMPLES;
  }
  assert_true(low >= 0 && low < .01 && high <= 1 && high > .99);
  assert_true(fabs(mean - .5) < .06); /* 5 sigma of a tenth as many */
  assert_true(fabs(square - 1. / 3) < .06);
  rc_ensemble_free(e);
  rc_fit_free(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_gaussian), cmocka_unit_test(test_temperature),
      cmocka_unit_test(test_deterministic), cmocka_unit_test(test_prior)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
