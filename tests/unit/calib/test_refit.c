/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fitting again with a parameter held, against linear least squares and a search of all of it. */
#include <lapacke.h>

#include "unit/calib/landscape.h"

static void test_linear(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=5 noise=0.02");
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  char why[96];
  double z[16], *r = rc_alloc((size_t)m, sizeof *r), *j = rc_alloc((size_t)(m * n), sizeof *j),
                *a = rc_alloc((size_t)(m * n), sizeof *a);
  double z0[16];
  rc_fit_nominal(f, z0);
  fit_best(f, z0);
  for (int held = -1; held < n; held++) {
    if (held < 0) rc_fit_nominal(f, z);
    if (held >= 0) memcpy(z, z0, sizeof z);
    if (held >= 0) z[held] += .002;
    assert_true(rc_fit_jacobian(f, z, r, j, NULL, why));
    int k = 0, which[16];
    for (int c = 0; c < n; c++)
      if (c != held) which[k++] = c;
    for (int i = 0; i < m; i++)
      for (int c = 0; c < k; c++) a[i * k + c] = j[i * n + which[c]];
    for (int i = 0; i < m; i++) r[i] = -r[i];
    assert_int_equal(LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', m, k, 1, a, k, r, 1), 0);
    rc_refit t;
    rc_refit_new(&t, f, z, held);
    while (!rc_refit_step(&t)) continue;
    assert_false(t.failed);
    assert_string_equal(t.why, "converged");
    assert_true(t.iterations <= 20); /* it is one linear problem */
    for (int c = 0; c < k; c++) z[which[c]] += r[c];
    for (int c = 0; c < n; c++) assert_true(z[c] > 0 && z[c] < 1);
    const double best = loss_at(f, z);
    assert_true(fabs(t.loss - best) <= 1e-9 * best);
    for (int c = 0; c < n; c++) assert_true(fabs(t.z[c] - z[c]) < 1e-5);
    assert_true(held < 0 || t.z[held] == z[held]);
    rc_refit_free(&t);
  }
  rc_free(r);
  rc_free(j);
  rc_free(a);
  rc_fit_free(f);
}

/* One rate held: of the other the best is searched on a fine grid. */
static void test_nonlinear(void **state) {
  (void)state;
  rc_fit *f = fit_of("decay", "rates=[0.4,2] noise=0.01");
  double z[2], best = INFINITY, at = NAN;
  rc_fit_nominal(f, z);
  z[0] += .05;
  for (int k = 0; k <= 20000; k++) {
    const double trial[2] = {z[0], k / 20000.}, loss = loss_at(f, trial);
    if (loss < best) best = loss, at = trial[1];
  }
  rc_refit t;
  rc_refit_new(&t, f, z, 0);
  while (!rc_refit_step(&t)) continue;
  assert_true(t.loss <= best);
  assert_true(fabs(t.z[1] - at) <= 1e-4);
  assert_true(t.z[0] == z[0]);
  rc_refit_free(&t);
  rc_fit_free(f);
}

/* Where a fit has converged no free parameter can gain by moving: at a bound the gradient pushes
 * outwards, inside the loss could fall by no more than a ten-millionth: by g^2 / |J_j|^2, or by 2 |g|
 * where a column is so small that the box ends first. */
static void stationary(rc_fit *f, const rc_refit *t, int held) {
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  double *r = rc_alloc((size_t)m, sizeof *r),
         *jacobian = rc_alloc((size_t)(m * n), sizeof *jacobian);
  char why[96];
  assert_true(rc_fit_jacobian(f, t->z, r, jacobian, NULL, why));
  for (int j = 0; j < n; j++) {
    double g = 0, rr = 0, jj = 0;
    for (int i = 0; i < m; i++) {
      g += jacobian[i * n + j] * r[i];
      rr += r[i] * r[i];
      jj += jacobian[i * n + j] * jacobian[i * n + j];
    }
    const double gain = fmin(g * g / (jj + 1e-300), 2 * fabs(g)) / rr;
    if (j == held || (t->z[j] <= 0 && g >= 0) || (t->z[j] >= 1 && g <= 0)) continue;
    if (gain > 1e-7) fail_msg("parameter %d at %g could still gain: %g", j, t->z[j], gain);
  }
  rc_free(r);
  rc_free(jacobian);
}

/* From many places, some in corners: never outside, never worse, and at the end stationary. */
static void test_box(void **state) {
  (void)state;
  rc_fit *f = fit_of("exponentials", "rates=[0.3,3]");
  rc_rng rng = rc_rng_stream(7, "test", 0);
  int converged = 0;
  for (int k = 0; k < 30; k++) {
    double z[4];
    for (int j = 0; j < 4; j++) {
      z[j] = rc_rng_unit(&rng);
      if (k % 3 == 0) z[j] = z[j] < .3 ? 0 : z[j] > .7 ? 1 : z[j];
    }
    rc_refit t;
    double last = loss_at(f, z);
    rc_refit_new(&t, f, z, k % 5 - 1);
    while (!rc_refit_step(&t)) {
      assert_true(t.loss <= last);
      last = t.loss;
      for (int j = 0; j < 4; j++) assert_true(t.z[j] >= 0 && t.z[j] <= 1);
    }
    assert_true(fabs(loss_at(f, t.z) - t.loss) <= 1e-12 * t.loss);
    if (!strcmp(t.why, "converged")) stationary(f, &t, k % 5 - 1), converged++;
    rc_refit_free(&t);
  }
  assert_true(converged >= 20);
  rc_fit_free(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_linear),
                                     cmocka_unit_test(test_nonlinear), cmocka_unit_test(test_box)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
