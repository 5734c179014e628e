/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guided tour: texts, commands, conditions. */
#include "common.h"

#include <math.h>

static void test_goes_through(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  assert_message(u, "T");
  keys(u, "T");
  assert_int_equal(u->tour, 0);
  assert_shows(u, 80, 24, "Look at the bonds.");
  assert_shows(u, 80, 24, "tour 1 of 3");
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, 1);
  assert_string_equal(u->knob_of[u->knob].key.name, "model.J2");
  assert_shows(u, 80, 24, "waits until you turn a knob");
  rc_ui_key(u, 13); /* not yet */
  rc_ui_tick(u, 0);
  assert_int_equal(u->tour, 1);
  keys(u, "+");
  rc_ui_tick(u, 0);
  assert_shows(u, 80, 24, "next");
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, 2);
  assert_shows(u, 80, 24, "waits for energy < 0");
  keys(u, " ");
  run_out(u);
  rc_ui_tick(u, 0);
  rc_ui_key(u, 127);
  assert_int_equal(u->tour, 1);
  do_line(u, "tour 3");
  rc_ui_tick(u, 0);
  assert_true(rc_tour_waits_key(u));
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, -1);
  assert_hides(u, 80, 24, "tour 3 of 3");
  rc_ui_free(u);
}

static void test_draws_small(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  do_line(u, "tour 2");
  for (int w = 38; w < 90; w += 7)
    for (int h = 10; h < 30; h += 3) rc_free(draw_text(u, w, h));
  assert_shows(u, 60, 16, "Turn J2 up.");
  assert_shows(u, 40, 12, "Turn J2 up.");
  rc_ui_free(u);
}

static void test_a_tour_cannot_move_itself(void **state) {
  (void)state;
  rc_ui *u = open_ui("title: Loop\n"
                     "lattice: {kind: chain, cluster: [4]}\n"
                     "studies:\n  hilbert: {}\n"
                     "tour:\n"
                     "  - say: Round and round.\n"
                     "    do: ['tour 1']\n",
                     true);
  assert_refused(u, "tour", "cannot move itself");
  rc_ui_free(u);
}

static void test_parameters_change_under_a_tour(void **state) {
  (void)state;
  rc_ui *u = open_ui("title: Many\n"
                     "lattice: {kind: chain, cluster: [4]}\n"
                     "studies:\n  hilbert: {}\n"
                     "tour:\n"
                     "  - say: Set.\n"
                     "    do: [set J1 2, set delta 0.5, step 3, pane.next, 'key x']\n"
                     "  - say: Away.\n"
                     "    do: [open]\n",
                     true);
  do_line(u, "tour");
  assert_true(fabs(rc_ui_scenario(u)->model.J[0] - 2) <= 1e-12);
  assert_true(fabs(rc_ui_scenario(u)->model.delta - 0.5) <= 1e-12);
  assert_int_equal(u->tour, 0);
  do_line(u, "tour.next"); /* closes the scenario the tour is in */
  assert_null(rc_ui_session(u));
  rc_free(draw_text(u, 80, 24));
  rc_ui_free(u);
}

/* A text that does not fit is read page by page with the key that goes on. */
static void test_pages(void **state) {
  (void)state;
  rc_ui *u =
      open_ui("title: Long\nlattice: {kind: chain, cluster: [4]}\nstudies:\n  hilbert: {}\n"
              "tour:\n"
              "  - say: one two three four five six seven eight nine ten eleven twelve thirteen\n"
              "      fourteen fifteen sixteen seventeen eighteen nineteen twenty twenty-one\n"
              "      twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven\n"
              "  - say: Short.\n",
              true);
  keys(u, "T");
  assert_shows(u, 60, 16, "read on (1 of 2)");
  assert_hides(u, 60, 16, "twenty-seven");
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, 0);
  assert_shows(u, 60, 16, "twenty-seven");
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, 1);
  assert_shows(u, 60, 16, "Short.");
  rc_ui_key(u, 127);
  assert_shows(u, 100, 40, "twenty-seven"); /* all of it where there is room */
  assert_hides(u, 100, 40, "read on");
  rc_ui_free(u);
}

static void test_no_tour(void **state) {
  (void)state;
  rc_ui *u =
      open_ui("title: None\nlattice: {kind: chain, cluster: [4]}\nstudies:\n  hilbert: {}\n", true);
  assert_refused(u, "tour", "has no tour");
  assert_refused(u, "tour.next", "no tour is going on");
  assert_hides(u, 160, 24, " tour");
  rc_ui_free(u);
}

/* Every step of every lesson: its view is there, its commands are understood, its condition is
 * well-formed. */
static void test_the_lessons(void **state) {
  (void)state;
  const char *src = getenv("RC_SRCDIR");
  char dir[512];
  snprintf(dir, sizeof dir, "%s/scenarios", src ? src : ".");
  const char *const dirs[] = {dir, NULL};
  rc_ui *u = new_ui(dirs, true);
  int toured = 0;
  assert_true(u->browser.entries >= 8);
  for (int i = 0; i < u->browser.entries; i++) {
    rc_err err = {0};
    const char *path = u->browser.entry[i].path;
    if (!rc_ui_open_or_say(u, path, &err)) fail_msg("%s", err.message);
    for (int t = 1; t <= rc_ui_scenario(u)->tours; t++) {
      const char *wait = rc_ui_scenario(u)->tour[t - 1].wait;
      char line[32];
      snprintf(line, sizeof line, "tour %d", t);
      if (!rc_ui_command(u, line, &err)) fail_msg("%s, step %d: %s", path, t, err.message);
      if (*wait && strcmp(wait, "knob.changed") != 0 && !rc_condition_check(wait, &err))
        fail_msg("%s, step %d: %s", path, t, err.message);
      rc_free(draw_text(u, 80, 24));
      toured++;
    }
    rc_ui_close_session(u);
  }
  assert_true(toured > 8);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_goes_through),
                                     cmocka_unit_test(test_draws_small),
                                     cmocka_unit_test(test_a_tour_cannot_move_itself),
                                     cmocka_unit_test(test_parameters_change_under_a_tour),
                                     cmocka_unit_test(test_pages),
                                     cmocka_unit_test(test_no_tour),
                                     cmocka_unit_test(test_the_lessons)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
