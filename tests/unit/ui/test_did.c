/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done: a command line for each action in the log, and in a recording what was shown. */
#include "common.h"

#include <math.h>

static const char *newest(const rc_ui *u, int back) {
  return u->log[(u->log_at - 1 - back + 2 * RC_LOG_MAX) % RC_LOG_MAX].text;
}

/* The last line of the log that is a command. */
static const char *last_command(const rc_ui *u) {
  for (int i = 0; i < u->log_n; i++)
    if (strncmp(newest(u, i), ": ", 2) == 0) return newest(u, i) + 2;
  return "";
}

static void assert_did(const rc_ui *u, const char *line) {
  assert_string_equal(last_command(u), line);
}

/* Each key and press leaves the line that does the same: doing that line leads to the same screen. */
static void test_keys_have_lines(void **state) {
  (void)state;
  static const struct {
    const char *keys, *line;
  } cases[] = {
      {"2", "view hilbert"}, {"\t", "pane.next"},  {"z", "pane.full"},
      {"x", "crosshair"},    {"l", "log"},         {"e", "explain"},
      {"]", "knob.next"},    {"t", "theme light"}, {"gb", "pane.focus hilbert.neighbourhood"},
      {"j", "move.down"},    {"5.", "step 5"},     {"3,", "history.back 3"},
      {"]4+", "plus 4"},     {"]+u", "undo"},      {"7S", "seed 7"}};
  for (size_t i = 0; i < RC_LEN(cases); i++) {
    rc_ui *a = open_ui(SQUARE, true), *b = open_ui(SQUARE, true);
    run_steps(a, 10), run_steps(b, 10);
    do_line(a, "view hilbert"), do_line(b, "view hilbert");
    const char *k = cases[i].keys;
    if (k[0] == ']' && k[1]) do_line(b, "knob.next"); /* what comes before the last key */
    if (strcmp(k, "]+u") == 0) do_line(b, "plus");
    keys(a, k);
    rc_did_decide(a); /* a digit alone might have become a number */
    assert_did(a, cases[i].line);
    do_line(b, cases[i].line);
    rc_ui_tick(a, 0), rc_ui_tick(b, 0);
    a->message[0] = b->message[0] = 0;
    char *left = draw_text(a, 100, 30), *right = draw_text(b, 100, 30);
    assert_string_equal(left, right);
    rc_free(left), rc_free(right);
    rc_ui_free(a), rc_ui_free(b);
  }
}

/* To move in a list is nothing that was done; what is chosen there is. */
static void test_moves_in_lists(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "o");
  rc_free(draw_text(u, 80, 24));
  assert_did(u, "options");
  rc_ui_key(u, RC_KEY_DOWN);
  rc_ui_key(u, RC_KEY_UP);
  assert_did(u, "options");
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_did(u, "theme light");
  rc_ui_key(u, 27);
  keys(u, "E");
  rc_free(draw_text(u, 80, 24));
  const int n = u->log_n;
  for (int i = 0; i < 5; i++) rc_ui_key(u, i % 2 ? RC_KEY_UP : RC_KEY_PGDN);
  assert_int_equal(u->log_n, n); /* the list does not grow while it is read */
  rc_ui_key(u, RC_KEY_END);
  while (strcmp(newest(u, u->log_n - 1 - u->events.sel), ": theme light") != 0)
    rc_ui_key(u, RC_KEY_UP);
  do_line(u, "theme dark");
  while (strcmp(newest(u, u->log_n - 1 - u->events.sel), ": theme light") != 0)
    rc_ui_key(u, RC_KEY_UP);
  rc_ui_key(u, 13);
  assert_string_equal(rc_ui_theme(u)->name, "light");
  assert_did(u, "theme light");
  rc_ui_free(u);
}

static void test_pane_keys_and_mouse(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  keys(u, "v");
  assert_did(u, "key v"); /* of the pane of the lattice */
  rc_free(draw_text(u, 120, 40));
  for (int i = 0; i < u->hits; i++)
    if (u->hit[i].kind == RC_HIT_TAB && u->hit[i].value == 2) {
      const rc_rect r = u->hit[i].r;
      rc_ui_mouse(u, (rc_mouse){r.x + 1, r.y, RC_M_PRESS});
      break;
    }
  assert_did(u, "view state");
  do_line(u, "view lattice");
  rc_free(draw_text(u, 120, 40));
  const int site = u->selected_site;
  const rc_rect r = u->pane[rc_ui_view(u)][0].inner;
  for (int y = 1; y < r.h && u->selected_site == site; y++)
    rc_ui_mouse(u, (rc_mouse){r.x + r.w / 2 + 6, r.y + y, RC_M_PRESS});
  assert_true(u->selected_site != site);
  char line[32];
  snprintf(line, sizeof line, "select.site %d", u->selected_site);
  assert_did(u, line);
  keys(u, "/");
  assert_did(u, line); /* it asks: nothing is done yet */
  rc_ui_free(u);
}

/* What the log says of the digits of a number, and of a view that they were meant for. */
static void test_numbers_show_no_views(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  run_steps(u, 3);
  do_line(u, "view state");
  keys(u, "20.");
  run_steps(u, 1);
  keys(u, "3,");
  rc_ui_tick(u, u->now);
  keys(u, "2");
  rc_str text = {0};
  rc_session_record(u->session, &text);
  assert_null(strstr(rc_str_c(&text), "view hilbert")); /* it may become a number yet */
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "hilbert");
  rc_ui_tick(u, u->now + 2);
  assert_did(u, "view hilbert");
  keys(u, "3z");
  rc_str_clear(&text);
  rc_session_record(u->session, &text);
  int views = 0;
  for (const char *at = rc_str_c(&text); (at = strstr(at, "\"show\":\"view ")); at++) views++;
  assert_int_equal(views, 3); /* state, hilbert, state */
  rc_str_free(&text);
  const char *screen = rc_view_classes[rc_ui_view(u)]->kind.name;
  rc_recording *r;
  rc_ui *v = replay_ui(u, &r);
  rc_ui_tick(v, 0);
  assert_string_equal(rc_view_classes[rc_ui_view(v)]->kind.name, screen);
  rc_ui_free(v);
  rc_recording_free(r);
  rc_ui_free(u);
}

/* A key of a view that stands for a command is that command, and looking at a vertex is replayed. */
static void test_keys_of_the_cut(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"f", "cut.flip"}, {"F", "cut.move"}, {"i", "cut.improve"}};
  for (size_t i = 0; i < RC_LEN(cases); i++) {
    rc_ui *u = open_ui(CUTTING, true);
    run_steps(u, 30);
    do_line(u, "view cut");
    keys(u, cases[i][0]);
    assert_did(u, cases[i][1]);
    rc_ui_free(u);
  }
  rc_ui *u = open_ui(CUTTING, true);
  run_steps(u, 30);
  do_line(u, "view cut");
  keys(u, "v");
  assert_did(u, "cut.vertex");
  rc_str text = {0};
  rc_session_record(u->session, &text);
  assert_non_null(strstr(rc_str_c(&text), "\"show\":\"cut.vertex\""));
  rc_str_free(&text);
  rc_ui_free(u);
}

/* What an action says is below the line of it, also when it says the same again. */
static void test_order(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  run_steps(u, 3);
  for (int k = 0; k < 2; k++) {
    unlink("/tmp/rc_ui_order.csv"); /* or it would be said that it was replaced */
    do_line(u, "save /tmp/rc_ui_order.csv");
    assert_string_equal(newest(u, 1), ": save /tmp/rc_ui_order.csv");
    assert_string_equal(newest(u, 0), "saved: /tmp/rc_ui_order.csv");
  }
  unlink("/tmp/rc_ui_order.csv");
  rc_ui_free(u);
}

static void test_the_list(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  do_line(u, "view state");
  do_line(u, "set J2 0.7");
  do_line(u, "view checks");
  keys(u, "E");
  assert_shows(u, 100, 30, ": set J2 0.7");
  assert_refused(u, "search nowhere-to-be-found", "not in this list");
  keys(u, "/");
  for (int i = 0; i < 40; i++) rc_ui_key(u, 127); /* what was looked for before */
  keys(u, "view state");
  rc_ui_key(u, 13);
  assert_int_equal(u->over, RC_OVER_EVENTS);
  assert_shows(u, 100, 30, "does it again");
  rc_ui_key(u, 13);
  assert_int_equal(u->over, RC_OVER_NONE);
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "state");
  rc_ui_free(u);
}

/* A recording brings back what was shown, in its order with what was changed, and each change once. */
static void test_replay_shows(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  keys(u, "3\t");       /* view state, next pane */
  do_line(u, "tour 2"); /* its commands select J2 */
  keys(u, "++");        /* two changes by 0.05 */
  run_out(u);
  do_line(u, "tour.next");
  keys(u, "2");
  do_line(u, "select.state 5");
  rc_ui_tick(u, 0);
  rc_str text = {0};
  rc_session_record(u->session, &text);
  assert_non_null(strstr(rc_str_c(&text), "\"show\":\"pane.next\""));
  assert_non_null(strstr(rc_str_c(&text), "\"show\":\"tour 2\""));
  rc_recording *r;
  rc_ui *v = replay_ui(u, &r);
  rc_ui_tick(v, 0);
  assert_int_equal(v->tour, 2);
  assert_int_equal((int)v->selected_state, 5);
  assert_true(fabs(rc_ui_scenario(v)->model.J[1] - 0.5) <= 1e-12); /* 0.4 and two steps, once */
  char *left = draw_text(u, 100, 30), *right = draw_text(v, 100, 30);
  const char *a = strstr(left, "┌"), *b = strstr(right, "┌"); /* below the header: no clock */
  assert_non_null(a);
  assert_string_equal(strstr(a, "vertices"), strstr(b, "vertices"));
  rc_free(left), rc_free(right);
  rc_str again = {0};
  rc_session_record(v->session, &again);
  assert_string_equal(rc_str_c(&text), rc_str_c(&again)); /* recorded again it is the same */
  rc_str_free(&again);
  rc_str_free(&text);
  rc_ui_free(v);
  rc_recording_free(r);
  rc_ui_free(u);
}

/* A step of a tour is kept although what it does is kept as well; a line too long for an event that
 * gives it back is not. */
static void test_what_is_kept(void **state) {
  (void)state;
  rc_ui *u = open_tour(6, "  - say: First.\n    do: [set model.J2 0.3]\n", false);
  run_out(u);
  do_line(u, "tour 1");
  char line[300] = "key";
  for (int i = 0; i < 40; i++) strcat(line, " Tab");
  do_line(u, line);
  for (int i = 0; i < 10; i++) strcat(line, " Tab");
  do_line(u, line);
  run_out(u);
  rc_str text = {0};
  rc_session_record(u->session, &text);
  assert_non_null(strstr(rc_str_c(&text), "\"show\":\"tour 1\""));
  assert_non_null(strstr(rc_str_c(&text), "\"set\":\"model.J2\""));
  int kept = 0;
  for (const char *at = rc_str_c(&text); (at = strstr(at, "key Tab")); at++) kept++;
  assert_int_equal(kept, 1);
  rc_str_free(&text);
  rc_ui_free(u);
}

static void test_tour_of_a_session(void **state) {
  (void)state;
  char dir[] = "/tmp/roadcut-did-XXXXXX", path[64], line[96];
  rc_err err = {0};
  assert_non_null(mkdtemp(dir));
  snprintf(path, sizeof path, "%s/t.yaml", dir);
  snprintf(line, sizeof line, "tour.write %s", path);
  rc_ui *u = open_ui(SQUARE, false);
  assert_refused(u, line, "nothing was done");
  run_out(u);
  do_line(u, "view state");
  do_line(u, "set J2 0.3");
  run_out(u);
  do_line(u, "undo");
  run_out(u);
  do_line(u, "seed 9");
  do_line(u, line);
  assert_refused(u, line, "cannot write"); /* it is there */
  rc_ui_free(u);
  rc_scenario *sc = rc_scenario_load(path, rc_study_kinds, &err);
  if (!sc) fail_msg("%d: %s", err.line, err.message);
  int sets = 0, seeds = 0, views = 0;
  for (int i = 0; i < sc->tours; i++)
    for (int k = 0; k < sc->tour[i].commands; k++) {
      const char *c = sc->tour[i].command[k];
      sets += strcmp(c, "set J2 0.3") == 0 || strcmp(c, "set model.J2 0.4") == 0;
      seeds += strcmp(c, "seed 9") == 0;
      views += strcmp(c, "view state") == 0;
    }
  assert_int_equal(sets, 2);
  assert_int_equal(seeds, 1);
  assert_int_equal(views, 1);
  rc_scenario_free(sc);
  unlink(path);
  rmdir(dir);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_keys_have_lines),
                                     cmocka_unit_test(test_moves_in_lists),
                                     cmocka_unit_test(test_pane_keys_and_mouse),
                                     cmocka_unit_test(test_numbers_show_no_views),
                                     cmocka_unit_test(test_keys_of_the_cut),
                                     cmocka_unit_test(test_order),
                                     cmocka_unit_test(test_the_list),
                                     cmocka_unit_test(test_replay_shows),
                                     cmocka_unit_test(test_what_is_kept),
                                     cmocka_unit_test(test_tour_of_a_session)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
