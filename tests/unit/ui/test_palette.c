/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The palette: fuzzy matches, completion of arguments, history. */
#include "common.h"

#include <math.h>

static bool offers(const rc_ui *u, const char *text) {
  for (int i = 0; i < u->palette.matches; i++)
    if (strcmp(u->palette.match[i].text, text) == 0) return true;
  return false;
}

static void test_fuzzy_and_enter(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, ":pful");
  assert_string_equal(u->palette.match[0].text, "pane.full");
  rc_ui_key(u, 13);
  assert_true(u->full);
  keys(u, ":theme light");
  rc_ui_key(u, 13);
  assert_string_equal(rc_ui_theme(u)->name, "light");
  keys(u, ":theme plaid");
  rc_ui_key(u, 13);
  assert_message(u, "no theme 'plaid'");
  keys(u, ":zzzzzz");
  assert_shows(u, 80, 24, "no such command");
  rc_ui_key(u, 13);
  assert_message(u, "no command 'zzzzzz'");
  rc_ui_free(u);
}

static void test_words_begin(void **state) {
  (void)state;
  static const char *const yes[][2] = {{"p", "pane.full"},          {"pane.f", "pane.full"},
                                       {"full", "pane.full"},       {"pful", "pane.full"},
                                       {"panef", "pane.full"},      {"PANE", "pane.full"},
                                       {"edge", "cut.edge-follow"}, {"edge-f", "cut.edge-follow"},
                                       {"cef", "cut.edge-follow"},  {"aab", "a.aa.ab"}};
  static const char *const no[][2] = {{"foo", "cut.edge-follow"}, {"cf", "cut.edge-follow"},
                                      {"ane", "pane.full"},       {"pane.full.", "pane.full"},
                                      {"fullp", "pane.full"},     {"", "pane.full"}};
  for (size_t i = 0; i < RC_LEN(yes); i++)
    if (!rc_word_starts(yes[i][0], yes[i][1])) fail_msg("%s: %s", yes[i][0], yes[i][1]);
  for (size_t i = 0; i < RC_LEN(no); i++)
    if (rc_word_starts(no[i][0], no[i][1])) fail_msg("%s: not %s", no[i][0], no[i][1]);
}

/* An unknown word is not taken for a command that has its letters, unless that row was chosen. */
static void test_unknown_word(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  static const char *const words[] = {"foo", "pnfl", "pane.fll"};
  for (size_t i = 0; i < RC_LEN(words); i++) {
    char want[64];
    u->message[0] = 0;
    keys(u, ":");
    keys(u, words[i]);
    rc_ui_key(u, 13);
    snprintf(want, sizeof want, "no command '%s'", words[i]);
    assert_message(u, want);
    assert_int_equal(u->over, RC_OVER_NONE);
    assert_int_equal(u->palette.recents, 0);
    assert_false(u->full);
  }
  keys(u, ":foo");
  assert_true(u->palette.matches > 0);
  char first[64], want[128];
  snprintf(first, sizeof first, "%.63s", u->palette.match[0].text);
  rc_ui_key(u, 13);
  snprintf(want, sizeof want, "no command 'foo'; nearest: %s", first);
  assert_message(u, want);
  keys(u, ":pnfl");
  assert_string_equal(u->palette.match[0].text, "pane.full");
  rc_ui_key(u, RC_KEY_DOWN);
  rc_ui_key(u, RC_KEY_UP);
  rc_ui_key(u, 13);
  assert_true(u->full);
  keys(u, ":view.hilbert"); /* short for "view hilbert" */
  rc_ui_key(u, 13);
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "hilbert");
  rc_ui_free(u);
}

static void test_asks_for_the_argument(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, ":set");
  rc_ui_key(u, 13);
  assert_int_equal(u->over, RC_OVER_PALETTE);
  assert_string_equal(u->palette.edit.text, "set ");
  assert_true(offers(u, "set model.J2"));
  keys(u, "J2");
  rc_ui_key(u, 9);
  assert_string_equal(u->palette.edit.text, "set model.J2 ");
  assert_true(offers(u, "set model.J2 0.4")); /* the value it has */
  keys(u, "0.25");
  rc_ui_key(u, 13);
  assert_int_equal(u->over, RC_OVER_NONE);
  assert_true(fabs(rc_ui_scenario(u)->model.J[1] - 0.25) <= 1e-12);
  rc_ui_free(u);
}

static void test_completion_of_arguments(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  static const struct {
    const char *line, *offer;
  } want[] = {{"view ", "view lattice"},
              {"theme ", "theme mono"},
              {"pixels b", "pixels block"},
              {"explain ", "explain off"},
              {"knob.select ", "knob.select model.J1"},
              {"set sector.symmetry ", "set sector.symmetry translation"},
              {"set lattice.periodic ", "set lattice.periodic false"},
              {"set lattice.kind kag", "set lattice.kind kagome"}};
  for (size_t i = 0; i < RC_LEN(want); i++) {
    char line[96];
    snprintf(line, sizeof line, "palette %s", want[i].line);
    rc_palette_open(u, want[i].line);
    if (!offers(u, want[i].offer)) fail_msg("'%s' does not offer '%s'", line, want[i].offer);
    rc_free(draw_text(u, 80, 24));
  }
  rc_palette_open(u, "pane.focus ");
  int panes = 0;
  for (int t = 0; t < u->tabs; t++) panes += rc_view_classes[u->tab_view[t]]->panes;
  assert_int_equal(u->palette.matches, panes);
  /* What is offered can be run. */
  for (int i = 0; i < panes; i++) do_line(u, u->palette.match[i].text);
  rc_ui_free(u);
}

static void test_history(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  static const char *const lines[] = {"set J2 0.1", "speed 20", "set J2 0.1", "pane.next"};
  for (size_t i = 0; i < RC_LEN(lines); i++) {
    keys(u, ":");
    keys(u, lines[i]);
    rc_ui_key(u, 13);
  }
  assert_int_equal(u->palette.recents, 3); /* a line is kept once */
  keys(u, ":");
  assert_string_equal(u->palette.match[0].text, "pane.next");
  assert_string_equal(u->palette.match[1].text, "set J2 0.1");
  rc_ui_key(u, 16); /* Ctrl-P */
  rc_ui_key(u, 16);
  rc_ui_key(u, 16);
  assert_string_equal(u->palette.edit.text, "speed 20");
  rc_ui_key(u, 14); /* Ctrl-N */
  assert_string_equal(u->palette.edit.text, "set J2 0.1");
  rc_ui_key(u, 27);
  for (int i = 0; i < 3 * RC_RECENT_MAX; i++) {
    char line[32];
    snprintf(line, sizeof line, "speed %d", i);
    rc_palette_remember(u, line);
  }
  assert_int_equal(u->palette.recents, RC_RECENT_MAX);
  keys(u, ":");
  rc_ui_key(u, 13); /* nothing typed: the last line again */
  assert_true(u->speed == 3 * RC_RECENT_MAX - 1);
  rc_ui_free(u);
}

static void test_leaving(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, ":abc");
  rc_ui_key(u, 27);
  assert_int_equal(u->over, RC_OVER_NONE);
  keys(u, ":a");
  rc_ui_key(u, 127);
  assert_int_equal(u->over, RC_OVER_PALETTE);
  rc_ui_key(u, 127);
  assert_int_equal(u->over, RC_OVER_NONE);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_words_begin),
                                     cmocka_unit_test(test_unknown_word),
                                     cmocka_unit_test(test_fuzzy_and_enter),
                                     cmocka_unit_test(test_asks_for_the_argument),
                                     cmocka_unit_test(test_completion_of_arguments),
                                     cmocka_unit_test(test_history),
                                     cmocka_unit_test(test_leaving)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
