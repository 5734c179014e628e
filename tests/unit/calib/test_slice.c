/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices: every cell once, its value the loss there, the quadratic model exact when linear. */
#include "unit/calib/landscape.h"

static void slice_of(rc_fit *f, const double *z, int w, int h, rc_slice *s) {
  double p[16] = {0}, q[16] = {0};
  rc_err err = {0};
  p[0] = .02, p[1] = -.01, q[1] = .03;
  assert_true(rc_slice_new(f, z, p, q, w, h, s, &err));
}

static double direct(rc_fit *f, const rc_slice *s, int x, int y) {
  double z[16];
  const double a = (x + .5) * 2 / s->w - 1, b = 1 - (y + .5) * 2 / s->h;
  for (int j = 0; j < s->n; j++) z[j] = s->z0[j] + a * s->p[j] + b * s->q[j];
  return log10(loss_at(f, z));
}

/* Also where neither side is a multiple of the coarsest stride. */
static void test_cells_once(void **state) {
  (void)state;
  static const int size[][2] = {{1, 1}, {8, 8}, {13, 7}, {56, 20}, {3, 30}};
  rc_fit *f = fit_of("exponentials", "rates=[0.3,3]");
  double z[16];
  rc_fit_nominal(f, z);
  for (size_t k = 0; k < RC_LEN(size); k++) {
    rc_slice s;
    slice_of(f, z, size[k][0], size[k][1], &s);
    const uint64_t before = rc_fit_queries(f);
    int calls = 0;
    while (rc_slice_step(&s, f, 7)) calls++;
    assert_int_equal(rc_fit_queries(f) - before, s.total);
    assert_int_equal(s.done, s.total);
    assert_true(calls <= s.total / 7 + 1);
    for (int y = 0; y < s.h; y++)
      for (int x = 0; x < s.w; x++) {
        assert_int_equal(s.level[y * s.w + x] >= 1, 1);
        assert_true(fabs(s.loss[y * s.w + x] - direct(f, &s, x, y)) < 1e-5);
      }
    rc_slice_free(&s);
  }
  rc_fit_free(f);
}

/* After the first pass every cell shows the value of the corner of its block of 8 x 8. */
static void test_coarse_first(void **state) {
  (void)state;
  rc_fit *f = fit_of("exponentials", "rates=[0.3,3]");
  double z[16];
  rc_slice s;
  rc_fit_nominal(f, z);
  slice_of(f, z, 24, 16, &s);
  assert_true(rc_slice_step(&s, f, 6));
  for (int y = 0; y < 16; y++)
    for (int x = 0; x < 24; x++) {
      assert_int_equal(s.level[y * 24 + x], 1);
      assert_true(fabs(s.loss[y * 24 + x] - direct(f, &s, x / 8 * 8, y / 8 * 8)) < 1e-5);
    }
  rc_slice_free(&s);
  rc_fit_free(f);
}

static void test_quadratic_exact(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=4 noise=0.05");
  double z[16];
  rc_fisher fisher = {0};
  rc_slice s;
  rc_err err = {0};
  rc_fit_nominal(f, z);
  fit_best(f, z);
  assert_true(rc_fisher_make(f, z, RC_COORDS_BOX, false, &fisher, &err));
  slice_of(f, z, 10, 9, &s);
  rc_slice_quadratic(&s, &fisher);
  for (int i = 0; i < s.total; i++) {
    assert_int_equal(s.level[i], 0);
    assert_true(fabs(s.loss[i] - direct(f, &s, i % s.w, i / s.w)) < 1e-5);
  }
  rc_slice_free(&s);
  rc_fisher_free(&fisher);
  rc_fit_free(f);
}

static void test_size_refused(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=4");
  double z[16] = {0};
  rc_slice s;
  rc_err err = {0};
  assert_false(rc_slice_new(f, z, z, z, 0, 4, &s, &err));
  assert_string_equal(err.message, "a slice has 1 to 1024 cells each way, not 0 x 4");
  rc_fit_free(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cells_once), cmocka_unit_test(test_coarse_first),
      cmocka_unit_test(test_quadratic_exact), cmocka_unit_test(test_size_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
