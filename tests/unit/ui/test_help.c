/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help: lists the command table, narrows while typing, runs the entry. */
#include "common.h"

static void test_lists_everything(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "?");
  assert_int_equal(u->over, RC_OVER_HELP);
  assert_int_equal(u->help.rows, rc_commands_n);
  /* Scrolled through, every command has been on the screen. */
  bool *seen = calloc((size_t)rc_commands_n, sizeof *seen);
  for (int step = 0; step < rc_commands_n; step++) {
    char *screen = draw_text(u, 110, 24);
    for (int i = 0; i < rc_commands_n; i++) {
      char name[80];
      snprintf(name, sizeof name, " %s ", rc_commands[i].name);
      if (strstr(screen, name)) seen[i] = true;
    }
    rc_free(screen);
    rc_ui_key(u, RC_KEY_DOWN);
  }
  for (int i = 0; i < rc_commands_n; i++)
    if (!seen[i]) fail_msg("%s was never seen", rc_commands[i].name);
  free(seen);
  rc_ui_free(u);
}

/* The selected row is always on the screen, headings or not. */
static void test_selection_is_seen(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "?");
  for (int i = 0; i < rc_commands_n; i++) {
    rc_free(draw_text(u, 60, 16));
    bool seen = false;
    for (int k = 0; k < u->hits; k++)
      seen |= u->hit[k].kind == RC_HIT_ROW && u->hit[k].value == u->help.list.sel;
    if (!seen) fail_msg("row %d is not drawn", u->help.list.sel);
    rc_ui_key(u, RC_KEY_DOWN);
  }
  rc_ui_free(u);
}

static void test_filter_and_run(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "?full pane");
  assert_in_range(u->help.rows, 1, 6);
  assert_string_equal(rc_commands[u->help.row[0]].name, "pane.full");
  rc_ui_key(u, 13);
  assert_int_equal(u->over, RC_OVER_NONE);
  assert_true(u->full);
  keys(u, "?qqqqq");
  assert_int_equal(u->help.rows, 0);
  assert_shows(u, 80, 24, "no command has these words");
  rc_ui_key(u, 13);
  rc_ui_key(u, 27);
  assert_int_equal(u->help.rows, rc_commands_n);
  rc_ui_key(u, 27);
  assert_int_equal(u->over, RC_OVER_NONE);
  rc_ui_free(u);
}

static void test_asks_for_what_is_missing(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "?KEY VALUE");
  do_line(u, "back");
  do_line(u, "help speed");
  while (strcmp(rc_commands[u->help.row[u->help.list.sel]].name, "speed") != 0)
    rc_ui_key(u, RC_KEY_DOWN);
  rc_ui_key(u, 13);
  assert_int_equal(u->over, RC_OVER_PALETTE);
  assert_string_equal(u->palette.edit.text, "speed ");
  keys(u, "50");
  rc_ui_key(u, 13);
  assert_true(u->speed == 50);
  rc_ui_free(u);
}

/* What is cut in the selected line is said in full below, in this and in other lists. */
static void test_whole_text(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  do_line(u, "help compare");
  assert_shows(u, 80, 24, "compare [CHANGES]: a second run beside this one with other keys");
  assert_shows(u, 80, 24, "another seed (seed 2); again: end it");
  do_line(u, "help pane.next");
  assert_hides(u, 80, 24, "pane.next: "); /* nothing is cut there */
  do_line(u, "back");
  do_line(u, "back");
  rc_ui_log(u, RC_TEXT,
            "a line that is very much longer than the list has room for, since it says "
            "one thing and another and then ends in the word ptarmigan");
  do_line(u, "events");
  rc_ui_key(u, RC_KEY_HOME);
  assert_hides(u, 80, 24, "ptarmigan");
  rc_ui_key(u, RC_KEY_END);
  rc_ui_key(u, RC_KEY_UP); /* the last is ": events" */
  assert_shows(u, 80, 24, "ptarmigan");
  rc_ui_key(u, 27);
  keys(u, ":compare.sy");
  assert_shows(u, 80, 24, "step by step together");
  for (int rows = 12; rows < 40; rows += 3) rc_free(draw_text(u, 40, rows));
  rc_ui_free(u);
}

static void test_mouse(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  do_line(u, "help crosshair");
  rc_free(draw_text(u, 80, 24));
  rc_hit row = {0};
  for (int k = 0; k < u->hits; k++)
    if (u->hit[k].kind == RC_HIT_ROW && u->hit[k].value == 0) row = u->hit[k];
  assert_true(row.r.w > 0);
  rc_ui_mouse(u, (rc_mouse){row.r.x + 1, row.r.y, RC_M_PRESS});
  assert_int_equal(u->over, RC_OVER_NONE); /* it was selected: the press ran it */
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lists_everything), cmocka_unit_test(test_selection_is_seen),
      cmocka_unit_test(test_filter_and_run),   cmocka_unit_test(test_asks_for_what_is_missing),
      cmocka_unit_test(test_whole_text),       cmocka_unit_test(test_mouse)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
