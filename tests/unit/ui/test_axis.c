/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ticks: round values where the axis has them, whatever its range; on log axes powers of ten, then 1, 2
 * and 5, then digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/axis.h"

static rc_axis axis_of(bool log, double lo, double hi, int most) {
  rc_axis a = {.log = log, .lo = log ? log10(lo) : lo, .hi = log ? log10(hi) : hi};
  rc_axis_ticks(&a, most);
  return a;
}

static void expect(bool log, double lo, double hi, int most, const char *labels) {
  const rc_axis a = axis_of(log, lo, hi, most);
  char text[256] = "";
  for (int k = 0; k < a.ticks; k++) {
    strcat(text, k ? " " : "");
    strcat(text, a.label[k]);
  }
  assert_string_equal(text, labels);
}

static void test_labels(void **state) {
  (void)state;
  expect(true, 1, 300, 4, "1 10 100");
  expect(true, 1, 300, 8, "1 2 5 10 20 50 100 200");
  expect(true, 0.662, 23.2, 6, "1 2 5 10 20");
  expect(true, 3, 40, 4, "5 10 20");
  expect(true, 1e-5, 1e4, 4, "0.001 1 1000");
  expect(true, 0.0025, 0.0035, 4, "0.0025 0.003 0.0035");
  expect(true, 2e-7, 6e-7, 8, "2e-7 5e-7");
  expect(false, 0.61, 0.75, 2, "0.65 0.70 0.75");
  expect(false, 0, 74, 4, "0 20 40 60");
  expect(false, -0.02, 0.04, 3, "-0.02 0.00 0.02 0.04");
}

/* Counts have no halves. */
static void test_counts(void **state) {
  (void)state;
  rc_axis a = {.whole = true, .lo = 0, .hi = 3};
  rc_axis_ticks(&a, 8);
  assert_int_equal(a.ticks, 4);
  assert_string_equal(a.label[1], "1");
  a.whole = false;
  rc_axis_ticks(&a, 8);
  assert_string_equal(a.label[1], "0.5");
  rc_screen *s = rc_screen_new(40, 20, RC_G_BRAILLE);
  const rc_pen p = {s, {0, 0, 40, 20}};
  const rc_plot o = {.y_label = "states"};
  static const double count[] = {3, 1}, share[] = {3, 1.5};
  for (int k = 0; k < 2; k++) {
    rc_str text = {0};
    rc_screen_clear(s);
    rc_plot_bars(p, &o, 2, k ? share : count, NULL, NULL, RC_OK, RC_OK, 0);
    rc_screen_text(s, &text);
    assert_int_equal(strstr(rc_str_c(&text), "0.5") != NULL, k);
    rc_str_free(&text);
  }
  rc_screen_free(s);
}

/* At any range: inside, rising, equal to what the label says, at least two and not too many. */
static void test_any_range(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(1, "test/axis", 0);
  for (int i = 0; i < 20000; i++) {
    const bool log = i % 2;
    const double at = pow(10, 12 * rc_rng_unit(&rng) - 6),
                 span = at * pow(10, 5 * rc_rng_unit(&rng) - 2);
    const int most = 2 + (int)rc_rng_below(&rng, 9);
    const rc_axis a = axis_of(log, at, at + span, most);
    if (!(a.ticks >= 2 && a.ticks <= RC_MAX(most + 1, 6)))
      fail_msg("%d ticks of %d in %s %g..%g", a.ticks, most, log ? "log" : "linear", at, at + span);
    for (int k = 0; k < a.ticks; k++) {
      const double value = log ? pow(10, a.at[k]) : a.at[k], label = atof(a.label[k]);
      assert_true(a.at[k] >= a.lo - 1e-6 * (a.hi - a.lo) && a.at[k] <= a.hi + 1e-6 * (a.hi - a.lo));
      assert_true(!k || a.at[k] > a.at[k - 1]);
      assert_true(fabs(value - label) <= 1e-4 * span + 1e-5 * fabs(value) || fabs(value) > 1e6);
    }
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_labels), cmocka_unit_test(test_counts),
                                     cmocka_unit_test(test_any_range)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
