/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameter form. */
#include "common.h"

#include <math.h>

static int row_of(const rc_ui *u, const char *key) {
  for (int i = 0; i < u->form.rows; i++)
    if (strcmp(u->form.row[i].key.name, key) == 0) return i;
  fail_msg("no row '%s'", key);
  return -1;
}

static void go_to(rc_ui *u, const char *key) {
  u->form.list.sel = row_of(u, key);
}

static void enter(rc_ui *u, const char *key, const char *value) {
  go_to(u, key);
  rc_ui_key(u, 13);
  rc_ui_key(u, 21); /* Ctrl-U */
  keys(u, value);
  rc_ui_key(u, 13);
}

static void test_has_every_key(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "p");
  rc_key *all;
  int n = rc_scenario_keys(rc_ui_scenario(u), &all);
  assert_true(n > 8);
  assert_int_equal(u->form.rows, n);
  for (int i = 0; i < n; i++) {
    rc_str value = {0};
    assert_true(rc_scenario_get(rc_ui_scenario(u), all[i].name, &value));
    if (value.len < 150)
      assert_string_equal(u->form.row[row_of(u, all[i].name)].value, rc_str_c(&value));
    rc_str_free(&value);
  }
  rc_free(all);
  for (int i = 0; i < n + 3; i++) { /* scrolls through at every size */
    rc_free(draw_text(u, 40, 12));
    rc_free(draw_text(u, 80, 24));
    rc_ui_key(u, RC_KEY_DOWN);
  }
  assert_int_equal(u->form.list.sel, n + 1);
  rc_ui_free(u);
}

static void test_edit_and_apply(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  keys(u, "p");
  enter(u, "model.J2", "0.75");
  assert_false(u->form.editing);
  assert_true(fabs(rc_ui_scenario(u)->model.J[1] - 0.4) <= 1e-12); /* not applied yet */
  enter(u, "model.delta", "0.5");
  assert_int_equal(u->form.changes, 2);
  rc_ui_key(u, 19); /* Ctrl-S */
  assert_int_equal(u->over, RC_OVER_NONE);
  assert_true(fabs(rc_ui_scenario(u)->model.J[1] - 0.75) <= 1e-12);
  assert_true(fabs(rc_ui_scenario(u)->model.delta - 0.5) <= 1e-12);
  run_out(u);
  keys(u, "uu");
  assert_true(fabs(rc_ui_scenario(u)->model.J[1] - 0.4) <= 1e-12);
  rc_ui_free(u);
}

static void test_says_what_is_wrong_while_typing(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "p");
  go_to(u, "hilbert.levels");
  keys(u, "1");
  assert_true(u->form.editing); /* typing begins the edit */
  assert_int_equal(u->form.error.code, RC_ERR_NONE);
  keys(u, "00");
  assert_int_equal(u->form.error.code, RC_ERR_INPUT);
  assert_non_null(strstr(u->form.error.message, "levels"));
  rc_ui_key(u, 13);
  assert_true(u->form.editing); /* a value that is refused is not left behind */
  rc_ui_key(u, 127);
  rc_ui_key(u, 127);
  assert_int_equal(u->form.error.code, RC_ERR_NONE);
  rc_ui_key(u, 27);
  assert_false(u->form.editing);
  rc_ui_key(u, 27);
  assert_int_equal(u->over, RC_OVER_NONE);
  rc_ui_free(u);
}

static void test_choices_cycle(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "p");
  go_to(u, "sector.symmetry");
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_string_equal(u->form.row[u->form.list.sel].value, "translation");
  rc_ui_key(u, RC_KEY_LEFT);
  assert_string_equal(u->form.row[u->form.list.sel].value, "none");
  go_to(u, "lattice.dedupe");
  rc_ui_key(u, ' ');
  assert_string_equal(u->form.row[u->form.list.sel].value, "true");
  rc_ui_free(u);
}

static void test_another_lattice(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  keys(u, "p");
  do_line(u, "form.set lattice.kind triangular");
  do_line(u, "form.set lattice.cluster [3, 2]");
  assert_int_equal(u->form.scenario->built->sites, 6);
  rc_ui_key(u, 19);
  if (u->over != RC_OVER_NONE) fail_msg("%s", u->message);
  run_out(u);
  assert_string_equal(rc_ui_scenario(u)->lattice.kind, "triangular");
  assert_int_equal(rc_ui_scenario(u)->built->sites, 6);
  rc_free(draw_text(u, 120, 40));
  rc_ui_free(u);
}

static void test_new_from_the_browser(void **state) {
  (void)state;
  rc_ui *u = new_ui(NULL, false);
  keys(u, "n");
  assert_int_equal(u->over, RC_OVER_FORM);
  assert_true(u->form.fresh);
  assert_string_equal(u->form.row[u->form.list.sel].key.name, "lattice.kind");
  do_line(u, "form.set lattice.kind chain");
  do_line(u, "form.set lattice.cluster [6]");
  assert_string_equal(u->form.scenario->title, u->form.scenario->built->title);
  u->form.list.sel = u->form.rows; /* the button */
  rc_ui_key(u, 13);
  assert_non_null(rc_ui_session(u));
  assert_int_equal(rc_ui_scenario(u)->built->sites, 6);
  run_out(u);
  assert_shows(u, 80, 24, "done");
  keys(u, "q");
  assert_null(rc_ui_session(u));
  assert_false(rc_ui_quit(u));
  rc_ui_free(u);
}

static void test_cancel_changes_nothing(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "p");
  enter(u, "model.J2", "0.75");
  u->form.list.sel = u->form.rows + 1;
  rc_ui_key(u, 13);
  assert_int_equal(u->over, RC_OVER_NONE);
  assert_true(fabs(rc_ui_scenario(u)->model.J[1] - 0.4) <= 1e-12);
  rc_ui_free(u);
}

/* Refused by the whole scenario although the value itself is fine. */
static void test_refused_as_a_whole(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "p");
  rc_err err = {0};
  assert_false(rc_form_set(u, "sector.sz", "1/2", &err)); /* eight spins have whole Sz */
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_true(u->form.error.message[0]);
  assert_int_equal(u->form.changes, 0);
  assert_shows(u, 100, 40, "parameters");
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_has_every_key),
                                     cmocka_unit_test(test_edit_and_apply),
                                     cmocka_unit_test(test_says_what_is_wrong_while_typing),
                                     cmocka_unit_test(test_choices_cycle),
                                     cmocka_unit_test(test_another_lattice),
                                     cmocka_unit_test(test_new_from_the_browser),
                                     cmocka_unit_test(test_cancel_changes_nothing),
                                     cmocka_unit_test(test_refused_as_a_whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
