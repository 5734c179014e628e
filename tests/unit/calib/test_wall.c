/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wall of ladders: 17 models of Gutenkunst et al. 2007 with their numbers of parameters (von
 * Dassow: 38 of the 49 rows are finite), from 5.2 decades (Kholodenko) to 13.8 (Zak). */
#include "unit/calib/landscape.h"

/* Decades of the eigenvalues that are not rounding: above 1e-14 of the largest. */
static double decades(const rc_wall_ladder *w) {
  double least = w->eigenvalue[0];
  for (int k = 0; k < w->n; k++)
    if (w->eigenvalue[k] > 1e-14 * w->eigenvalue[0]) least = w->eigenvalue[k];
  return log10(w->eigenvalue[0] / least);
}

static void test_sizes(void **state) {
  (void)state;
  static const int n[] = {9, 11, 13, 15, 17, 21, 22, 38, 48, 38, 49, 61, 97, 105, 119, 131, 234};
  assert_int_equal(rc_walls, 17);
  for (int k = 0; k < rc_walls; k++) {
    assert_int_equal(rc_wall[k].n, n[k]);
    assert_true(rc_wall[k].eigenvalue[0] == 1);
    for (int j = 1; j < rc_wall[k].n; j++) {
      assert_true(isfinite(rc_wall[k].eigenvalue[j]));
      assert_true(rc_wall[k].eigenvalue[j] <= rc_wall[k].eigenvalue[j - 1]);
      for (int i = 0; i < k; i++) assert_string_not_equal(rc_wall[i].name, rc_wall[k].name);
    }
  }
}

/* All are sloppy: more than 5 decades. */
static void test_decades(void **state) {
  (void)state;
  const rc_wall_ladder *least = NULL, *most = NULL;
  for (int k = 0; k < rc_walls; k++) {
    if (!least || decades(&rc_wall[k]) < decades(least)) least = &rc_wall[k];
    if (!most || decades(&rc_wall[k]) > decades(most)) most = &rc_wall[k];
  }
  assert_string_equal(least->name, "Kholodenko 2000");
  assert_true(fabs(decades(least) - 5.2) < .05);
  assert_string_equal(most->name, "Zak 2003");
  assert_true(fabs(decades(most) - 13.8) < .05);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sizes), cmocka_unit_test(test_decades)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
