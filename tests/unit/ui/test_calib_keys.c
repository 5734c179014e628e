/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of the panes of the calibration: what they ask of the study. */
#include "common.h"

#include <math.h>

#include "ui/views/calib_parts.h"

/* Four parameters: the direction before v4 is v3, the one after it v1. */
static const char *const FOUR = "studies:\n"
                                "  calibration:\n"
                                "    model: {exponentials: {rates: [0.3, 3]}}\n"
                                "    optimizers: [lm]\n"
                                "    queries: 60\n"
                                "    slices: {width: 8, height: 8}\n"
                                "    profiles: none\n"
                                "    ensemble: 0\n";

static rc_ui *fitted(const char *view) {
  char line[40];
  rc_ui *u = open_ui(FOUR, false);
  run_out(u);
  snprintf(line, sizeof line, "view %s", view);
  do_line(u, line);
  return u;
}

static const rc_calibration_data *data_of(rc_ui *u) {
  run_out(u);
  const rc_view_context c = rc_ui_context(u, rc_ui_view(u), 0);
  const rc_calibration_data *d = rc_calib_snapshot(&c);
  assert_non_null(d);
  return d;
}

/* + halves what a slice spans, - doubles it. */
static void test_slice_scale(void **state) {
  (void)state;
  rc_ui *u = fitted("terrain");
  const double scale = data_of(u)->eigen_scale, span = data_of(u)->eigen_span[0];
  keys(u, "+");
  assert_true(fabs(data_of(u)->eigen_scale - scale / 2) < 1e-12);
  assert_true(fabs(data_of(u)->eigen_span[0] - span / 2) < 1e-6 * span);
  keys(u, "-");
  assert_true(fabs(data_of(u)->eigen_scale - scale) < 1e-12);
  keys(u, "-");
  assert_true(fabs(data_of(u)->eigen_scale - 2 * scale) < 1e-12);
  rc_ui_free(u);
}

/* Up and down go round the directions of a flight, v turns it about. */
static void test_flight_directions(void **state) {
  (void)state;
  rc_ui *u = fitted("edge");
  assert_string_equal(data_of(u)->geodesic_from, "v4 +");
  rc_ui_key(u, RC_KEY_UP);
  assert_string_equal(data_of(u)->geodesic_from, "v3 +");
  rc_ui_key(u, RC_KEY_DOWN);
  assert_string_equal(data_of(u)->geodesic_from, "v4 +");
  rc_ui_key(u, RC_KEY_DOWN);
  assert_string_equal(data_of(u)->geodesic_from, "v1 +");
  rc_ui_key(u, RC_KEY_UP);
  assert_string_equal(data_of(u)->geodesic_from, "v4 +");
  keys(u, "v");
  assert_string_equal(data_of(u)->geodesic_from, "v4 -");
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_slice_scale),
                                     cmocka_unit_test(test_flight_directions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
