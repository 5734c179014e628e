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
  rc_ui *u = open_tour(4, "  - say: Round and round.\n    do: ['tour 1']\n", true);
  assert_refused(u, "tour", "cannot move itself");
  rc_ui_free(u);
}

static void test_parameters_change_under_a_tour(void **state) {
  (void)state;
  rc_ui *u = open_tour(4,
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
      open_tour(4,
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
  assert_shows(u, 60, 16, "eighteen"); /* no line of it is left empty */
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, 1);
  assert_shows(u, 60, 16, "Short.");
  rc_ui_key(u, 127);
  assert_shows(u, 100, 40, "twenty-seven"); /* all of it where there is room */
  assert_hides(u, 100, 40, "read on");
  rc_ui_free(u);
}

static const char *const QUIZ =
    "title: Quiz\n"
    "lattice: {kind: molecule, name: triangle}\n"
    "sector: {sz: 1/2}\n"
    "studies:\n  hilbert: {}\n"
    "tour:\n"
    "  - say: Count.\n"
    "    view: hilbert.facts\n"
    "    wait: states > 0\n"
    "    ask: How many states?\n"
    "    answer: {value: states}\n"
    "    hint: [First hint., Second hint.]\n"
    "    because: It is a triangle.\n"
    "  - say: Energy.\n"
    "    ask: How low?\n"
    "    answer: {value: energy, within: 2 %}\n"
    "  - say: Choose.\n"
    "    ask: Balanced?\n"
    "    answer: {choice: [{say: Certainly, is: balanced = true}, {say: Not at all}]}\n"
    "  - say: Select.\n"
    "    do: [select.state 0, lattice.show state, select.edge 1]\n"
    "    view: lattice.map\n"
    "    ask: Which bond is frustrated?\n"
    "    answer: {select: edge, where: edge.frustrated = true}\n"
    "    hint: The dotted one.\n";

static rc_asked asked(const rc_ui *u, int step) {
  return u->quiz.step[step].state;
}

/* Types into the prompt that Enter opens. */
static void answer(rc_ui *u, const char *text) {
  rc_ui_key(u, 13);
  assert_true(u->prompt.on);
  keys(u, text);
  rc_ui_key(u, 13);
}

static void test_questions(void **state) {
  (void)state;
  rc_ui *u = open_ui(QUIZ, true);
  keys(u, "T");
  assert_shows(u, 80, 24, "waits for states > 0");
  assert_hides(u, 80, 24, "How many states?"); /* it has its time */
  assert_refused(u, "tour.answer 3", "nothing is asked now");
  assert_refused(u, "tour.next", "try it once");
  keys(u, " ");
  run_out(u);
  assert_shows(u, 80, 24, "? How many states?");
  assert_shows(u, 80, 24, "◀ look");
  answer(u, "4");
  assert_message(u, "4 is not it");
  assert_shows(u, 80, 24, "! First hint.");
  answer(u, "7");
  assert_shows(u, 80, 24, "! Second hint.");
  answer(u, "30");
  assert_shows(u, 80, 24, "! Second hint."); /* the last one stays */
  rc_ui_key(u, 13);
  keys(u, "x");
  rc_ui_key(u, 13); /* not a number: the prompt stays to be corrected, and it is no try */
  assert_true(u->prompt.on);
  assert_int_equal(u->quiz.step[0].wrong, 3);
  rc_ui_key(u, 127);
  keys(u, "3");
  rc_ui_key(u, 13);
  assert_int_equal(asked(u, 0), RC_ASKED_RIGHT);
  assert_shows(u, 80, 24, "✓ Right: 3. It is a triangle.");
  assert_hides(u, 80, 24, "! Second hint.");
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, 1);
  do_line(u, "tour.answer -74 %"); /* -3/4 within 2 % */
  assert_int_equal(asked(u, 1), RC_ASKED_RIGHT);
  rc_ui_key(u, 13);
  assert_shows(u, 80, 24, "b) Not at all");
  assert_refused(u, "tour.answer c", "a letter from a to b");
  answer(u, "xb");                               /* one letter, the last */
  assert_int_equal(asked(u, 2), RC_ASKED_RIGHT); /* 'otherwise' is right when the other is not */
  assert_shows(u, 80, 24, "Right: b) Not at all");
  rc_ui_key(u, 13);
  rc_ui_key(u, 13); /* bond 1 is solid in state 0 */
  assert_message(u, "edge 1 is not it");
  assert_shows(u, 80, 24, "! The dotted one.");
  keys(u, "W");
  assert_shows(u, 80, 24, "bond 0: 0-1 parallel");
  rc_ui_key(u, 13);
  assert_int_equal(asked(u, 3), RC_ASKED_RIGHT);
  rc_ui_key(u, 13);
  assert_int_equal(u->tour, -1);
  assert_message(u, "4 of 4 questions right, 2 at the first try");
  do_line(u, "tour");
  assert_int_equal(asked(u, 0), RC_ASKED_OPEN); /* a new tour asks again */
  rc_ui_free(u);
}

/* Nobody is held up: after a try the way is free, by an empty answer or by Enter once more. */
static void test_questions_left_open(void **state) {
  (void)state;
  rc_ui *u = open_ui(QUIZ, false);
  run_out(u);
  keys(u, "T");
  rc_ui_tick(u, 0);
  answer(u, "");
  assert_message(u, "try it once");
  answer(u, "5");
  answer(u, "");
  assert_int_equal(asked(u, 0), RC_ASKED_SKIPPED);
  assert_message(u, "it was 3");
  assert_shows(u, 80, 24, "It was 3. It is a triangle.");
  rc_ui_key(u, 13);
  do_line(u, "tour.answer -0.7"); /* further off than 2 % */
  do_line(u, "tour.next");
  assert_int_equal(asked(u, 1), RC_ASKED_SKIPPED);
  do_line(u, "tour 4");
  rc_ui_key(u, 13);
  assert_int_equal(asked(u, 3), RC_ASKED_OPEN);
  rc_ui_key(u, 13); /* the same selection again */
  assert_int_equal(asked(u, 3), RC_ASKED_SKIPPED);
  rc_ui_key(u, 13);
  assert_message(u, "0 of 4 questions right, 0 at the first try");
  rc_ui_free(u);
}

/* The same question has another right answer when the couplings are others, and figures from before
 * a change do not count. */
static void test_answers_are_live(void **state) {
  (void)state;
  rc_ui *u = open_ui(QUIZ, false);
  run_out(u);
  do_line(u, "tour 3");
  do_line(u, "set J1 -1");
  assert_refused(u, "tour.answer b", "not decided yet");
  run_out(u);
  do_line(u, "tour.answer b");
  assert_int_equal(asked(u, 2), RC_ASKED_OPEN);
  do_line(u, "tour.answer a");
  assert_int_equal(asked(u, 2), RC_ASKED_RIGHT);
  do_line(u, "tour 4"); /* parallel bonds are content now */
  do_line(u, "select.edge 0");
  do_line(u, "tour.answer");
  assert_int_equal(asked(u, 3), RC_ASKED_OPEN);
  do_line(u, "select.edge 1");
  do_line(u, "tour.answer");
  assert_int_equal(asked(u, 3), RC_ASKED_RIGHT);
  rc_ui_free(u);
}

/* A wait may be for an event, for several studies together, or for where a knob stands. */
static void test_waits(void **state) {
  (void)state;
  rc_ui *u = open_ui("title: Waits\n"
                     "lattice: {kind: molecule, name: triangle}\n"
                     "studies:\n  hilbert: {}\n  cut: {}\n"
                     "tour:\n"
                     "  - say: An event.\n"
                     "    wait: event = lanczos.converged\n"
                     "  - say: Both.\n"
                     "    wait: hilbert.state = done and cut.state = done\n"
                     "  - say: A knob.\n"
                     "    wait: J1 > 1.5\n",
                     true);
  do_line(u, "tour");
  rc_ui_tick(u, 0);
  assert_false(rc_tour_waits_key(u));
  keys(u, " ");
  run_out(u);
  assert_true(rc_tour_waits_key(u));
  rc_ui_key(u, 13);
  rc_ui_tick(u, 0);
  assert_true(rc_tour_waits_key(u));
  rc_ui_key(u, 13);
  rc_ui_tick(u, 0);
  assert_false(rc_tour_waits_key(u));
  do_line(u, "set J1 2");
  run_out(u);
  assert_true(rc_tour_waits_key(u));
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

/* Whatever the size of the box was before, the page shown has a line of the text. */
static void test_no_page_is_empty(void **state) {
  (void)state;
  rc_ui *u = open_ui(QUIZ, true);
  do_line(u, "tour");
  for (int cols = 40; cols <= 120; cols += 4)
    for (int rows = 12; rows <= 24; rows += 3)
      for (int page = 0; page < 12; page++) {
        u->tour_page = page;
        rc_free(draw_text(u, cols, rows));
        assert_true(u->tour_room > 0 && u->tour_page * u->tour_room < u->tour_lines);
        assert_true(u->tour_page <= page);
      }
  rc_ui_free(u);
}

/* Between a change and what follows from it the old figures are no answer. */
static void test_no_answer_from_before_a_change(void **state) {
  (void)state;
  rc_ui *u =
      open_tour(6, "  - say: First.\n    ask: How low?\n    answer: {value: energy}\n", false);
  run_out(u);
  do_line(u, "tour 1");
  do_line(u, "set model.J2 0.4");
  assert_refused(u, "tour.answer -2.8028", "not known yet"); /* right for J2 = 0 */
  run_out(u);
  do_line(u, "tour.answer -2.8028");
  assert_message(u, "is not it");
  rc_ui_free(u);
}

static double number(const char *text, bool whole) {
  double v = NAN;
  rc_err err = {0};
  if (!rc_answer_number(text, whole, &v, &err)) fail_msg("%s: %s", text, err.message);
  return v;
}

static void test_numbers_as_people_write_them(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double v;
  } read[] = {
      {"3", 3},          {" 6048 ", 6048},       {"-0.75", -0.75},       {"-3/4", -0.75},
      {"3 / -4", -0.75}, {"\u22123/4", -0.75},   {"1,234,567", 1234567}, {"12,345.5", 12345.5},
      {"6 048", 6048},   {"1'234'567", 1234567}, {"6_048", 6048},        {"6\u202f048", 6048},
      {"0,5", 0.5},      {"-0,048", -0.048},     {"3,14", 3.14},         {"50 %", 0.5},
      {"12,5%", 0.125},  {"6,048.0/2", 3024},    {"1e-3", 1e-3},         {"+2", 2}};
  for (size_t i = 0; i < RC_LEN(read); i++)
    assert_true(fabs(number(read[i].text, false) - read[i].v) <= 1e-12 * fabs(read[i].v));
  assert_true(number("6,048", true) == 6048);
  assert_true(number("-12,345", true) == -12345);
  static const char *const refused[] = {"",       "x",          "1/0",       "1/",  "/2", "1/2/3",
                                        "6,04,8", "1,2345,678", "6,048 123", "1 2", "%",  "5%%",
                                        "nan",    "0x10",       "1,,000",    "--1"};
  for (size_t i = 0; i < RC_LEN(refused); i++) {
    double v = 7;
    rc_err err = {0};
    if (rc_answer_number(refused[i], true, &v, &err)) fail_msg("'%s' is %g", refused[i], v);
    assert_non_null(strstr(err.message, "a number is asked for"));
  }
  double v;
  rc_err err = {0};
  assert_false(rc_answer_number("-6,048", false, &v, &err)); /* of a count it could be one only */
  assert_string_equal(err.message, "is '-6,048' -6048 or -6.048? type that");
}

static void test_choices_by_number(void **state) {
  (void)state;
  char two[] = "2 spins", three[] = "3", more[] = "20 of them";
  rc_choice said[] = {{.say = three}, {.say = two}, {.say = more}};
  const rc_ask a = {.choices = 3, .choice = said};
  int choice = -1;
  rc_err err = {0};
  assert_true(rc_answer_choice("C", &a, &choice, &err) && choice == 2);
  assert_true(rc_answer_choice("a)", &a, &choice, &err) && choice == 0);
  assert_true(rc_answer_choice("1", &a, &choice, &err) && choice == 0);
  assert_true(rc_answer_choice("2", &a, &choice, &err) && choice == 1); /* either way b */
  assert_false(rc_answer_choice("3", &a, &choice, &err));
  assert_string_equal(err.message, "3 may be c) or what another choice says: type a letter");
  static const char *const refused[] = {"", "d", "4", "0", "ab", "12", "?"};
  for (size_t i = 0; i < RC_LEN(refused); i++) {
    err = (rc_err){0};
    assert_false(rc_answer_choice(refused[i], &a, &choice, &err));
    assert_non_null(strstr(err.message, "a letter from a to c"));
  }
}

/* A digit at a question for a number is its answer, not a view. */
static void test_digits_at_a_question(void **state) {
  (void)state;
  rc_ui *u = open_ui(QUIZ, false);
  run_out(u);
  do_line(u, "tour 1");
  rc_ui_tick(u, 0);
  const int tab = u->tab;
  assert_shows(u, 80, 24, "Enter answer (or type it)");
  keys(u, "2");
  assert_true(u->prompt.on);
  assert_string_equal(u->prompt.edit.text, "2");
  assert_int_equal(u->tab, tab);
  rc_ui_key(u, 27); /* away: then digits are views */
  assert_message(u, "digits are views again");
  const int other = tab == 0 ? 1 : 0;
  keys(u, (char[2]){(char)('1' + other), 0});
  assert_false(u->prompt.on);
  assert_int_equal(u->tab, other);
  rc_ui_tick(u, u->now + 10);
  answer(u, "4");
  assert_message(u, "4 is not it");
  keys(u, "3"); /* the question takes them again */
  assert_true(u->prompt.on);
  assert_int_equal(u->tab, other);
  rc_ui_key(u, 13);
  assert_int_equal(asked(u, 0), RC_ASKED_RIGHT);
  rc_ui_key(u, 13);
  keys(u, "-3/4"); /* no knob is selected: a minus begins the answer too */
  rc_ui_key(u, 13);
  assert_int_equal(asked(u, 1), RC_ASKED_RIGHT);
  rc_ui_key(u, 13);
  answer(u, "2"); /* b of a choice */
  assert_int_equal(asked(u, 2), RC_ASKED_RIGHT);
  rc_ui_free(u);
}

/* With a knob selected - turns it; no question, no answer. */
static void test_digits_elsewhere(void **state) {
  (void)state;
  rc_ui *u = open_ui(QUIZ, false);
  run_out(u);
  do_line(u, "tour 2");
  do_line(u, "knob.select J1");
  keys(u, "-");
  assert_false(u->prompt.on);
  assert_true(rc_ui_scenario(u)->model.J[0] < 1);
  run_out(u);
  do_line(u, "tour 3"); /* a choice: its letters are typed after Enter */
  keys(u, "1");
  assert_false(u->prompt.on);
  do_line(u, "tour 0");
  keys(u, "2");
  assert_false(u->prompt.on);
  rc_ui_free(u);
}

/* A step shows its pane beside the text, whatever was shown before. */
static void test_step_leaves_what_was_open(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  do_line(u, "pane.full on");
  do_line(u, "tour");
  assert_false(u->full);
  do_line(u, "pane.full on");
  do_line(u, "options");
  do_line(u, "tour 2");
  assert_false(u->full);
  assert_int_equal(u->over, RC_OVER_NONE);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_goes_through),
                                     cmocka_unit_test(test_draws_small),
                                     cmocka_unit_test(test_a_tour_cannot_move_itself),
                                     cmocka_unit_test(test_parameters_change_under_a_tour),
                                     cmocka_unit_test(test_pages),
                                     cmocka_unit_test(test_questions),
                                     cmocka_unit_test(test_questions_left_open),
                                     cmocka_unit_test(test_answers_are_live),
                                     cmocka_unit_test(test_waits),
                                     cmocka_unit_test(test_no_tour),
                                     cmocka_unit_test(test_the_lessons),
                                     cmocka_unit_test(test_no_page_is_empty),
                                     cmocka_unit_test(test_no_answer_from_before_a_change),
                                     cmocka_unit_test(test_numbers_as_people_write_them),
                                     cmocka_unit_test(test_choices_by_number),
                                     cmocka_unit_test(test_digits_at_a_question),
                                     cmocka_unit_test(test_digits_elsewhere),
                                     cmocka_unit_test(test_step_leaves_what_was_open)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
