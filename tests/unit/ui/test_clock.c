/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passing time does to the explorer: digits are forgotten, the clock of the header goes on while
 * a study runs and is painted once a second. */
#include "common.h"

#include <math.h>

static void test_digits_are_forgotten(void **state) {
  (void)state;
  rc_ui *u = open_ui(CUTTING, true);
  rc_ui_tick(u, 10);
  keys(u, "12");
  rc_ui_tick(u, 10.5);
  assert_int_equal((int)u->count, 12);
  keys(u, "3"); /* every digit begins the time again */
  rc_ui_tick(u, 11.5);
  assert_int_equal((int)u->count, 123);
  rc_free(draw_text(u, 80, 24));
  rc_ui_tick(u, 12.5);
  assert_int_equal((int)u->count, 0);
  assert_true(rc_ui_dirty(u)); /* the message about them goes */
  rc_ui_free(u);
}

/* Who looks at a view and goes on means the view: neither steps nor rows are multiplied by it. */
static void test_a_view_is_no_number(void **state) {
  (void)state;
  rc_ui *u = open_ui(CUTTING, true);
  u->inline_held = true;
  rc_ui_tick(u, 10);
  keys(u, "1");
  rc_ui_tick(u, 11);
  keys(u, "2"); /* another view, not 12 */
  assert_int_equal((int)u->count, 2);
  rc_ui_tick(u, 12);
  keys(u, "\t");
  assert_int_equal((int)u->count, 0);
  assert_int_equal(u->tab, 1);
  rc_ui_tick(u, 20);
  keys(u, "1j"); /* at once: the arrow is of the view that was asked for */
  assert_int_equal(u->tab, 0);
  rc_ui_tick(u, 30);
  keys(u, "2");
  rc_ui_tick(u, 30.1);
  keys(u, "1");
  assert_int_equal((int)u->count, 21); /* who hastens from view to view is told of no numbers */
  assert_hides(u, 80, 24, "then . steps");
  rc_ui_free(u);
}

static void test_clock(void **state) {
  (void)state;
  rc_ui *u = open_ui(CUTTING, false);
  u->inline_held = true; /* no step: nothing but the clock can change the screen */
  rc_ui_tick(u, 100);
  for (int i = 1; i <= 10; i++) rc_ui_tick(u, 100 + 0.25 * i);
  assert_true(fabs(u->elapsed - 2.5) < 1e-9);
  assert_shows(u, 100, 30, "00:02");
  assert_false(rc_ui_dirty(u));
  rc_ui_tick(u, 102.75);
  assert_false(rc_ui_dirty(u)); /* within the second */
  rc_ui_tick(u, 103);
  assert_true(rc_ui_dirty(u));
  assert_shows(u, 100, 30, "00:03");
  rc_ui_tick(u, 200); /* the program was stopped: nothing ran meanwhile */
  assert_true(fabs(u->elapsed - 3) < 1e-9);
  do_line(u, "pause on");
  rc_ui_tick(u, 201);
  rc_ui_tick(u, 202);
  assert_true(fabs(u->elapsed - 3) < 1e-9);
  rc_ui_free(u);
}

/* The mark left of the first tab that has room goes to the one before it. */
static void test_tabs_that_do_not_fit(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  do_line(u, "view checks");
  assert_shows(u, 40, 12, "‹ 2 Hilbert   3 State   4 Checks");
  rc_ui_mouse(u, (rc_mouse){0, 1, RC_M_PRESS});
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "lattice");
  assert_hides(u, 40, 12, "‹");
  rc_ui_mouse(u, (rc_mouse){15, 1, RC_M_PRESS});
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "hilbert");
  rc_ui_free(u);
}

/* Where both have no room, the words take the place of the pane; asked for again, they go. */
static void test_explain_on_a_small_screen(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  do_line(u, "view hilbert");
  assert_hides(u, 40, 12, "what am I");
  keys(u, "e");
  assert_shows(u, 40, 12, "what am I looking at");
  assert_hides(u, 40, 12, "degrees");
  keys(u, "e");
  assert_hides(u, 40, 12, "what am I");
  assert_shows(u, 40, 12, "degrees");
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_digits_are_forgotten), cmocka_unit_test(test_a_view_is_no_number),
      cmocka_unit_test(test_clock), cmocka_unit_test(test_tabs_that_do_not_fit),
      cmocka_unit_test(test_explain_on_a_small_screen)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
