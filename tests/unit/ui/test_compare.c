/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two runs beside each other: what the second is, that it goes and looks with the first, that it
 * follows changes, and what is drawn. */
#include "common.h"

#include <math.h>

static double figure(const rc_frame *f, const char *name) {
  const rc_scalar *s = f ? rc_frame_find(f, name) : NULL;
  return s && s->type == RC_S_REAL ? s->real : s && s->type != RC_S_NULL ? (double)s->integer : NAN;
}

static const rc_frame *a_of(const rc_ui *u) {
  return rc_ui_frame(u, 0);
}
static const rc_frame *b_of(const rc_ui *u) {
  return rc_rival_frame(u, 0);
}

/* To the end of both. */
static void run_both(rc_ui *u) {
  run_out(u);
  for (int i = 0; i < 100000 && rc_rival_tick(u); i++) continue;
  rc_ui_tick(u, u->now);
}

/* What a run of its own finds, without an explorer: text of all figures. */
static void alone(const char *yaml, const char *key, const char *value, uint64_t seed,
                  rc_str *out) {
  rc_scenario *sc = parse(yaml);
  if (key) assert_true(rc_scenario_set(sc, key, value, rc_study_kinds, NULL));
  const rc_session_opts o = {.threads = 1, .inline_jobs = true, .seed = seed};
  rc_session *s = rc_session_new(sc, rc_study_classes, &o, NULL);
  while (rc_session_turn(s, 64)) continue;
  rc_share *f = rc_session_frame(s, 0);
  const rc_frame *frame = rc_share_get(f);
  for (int i = 0; i < frame->scalars; i++)
    rc_str_addf(out, "%s %.17g %s\n", frame->scalar[i].name, figure(frame, frame->scalar[i].name),
                frame->scalar[i].type == RC_S_TEXT ? frame->scalar[i].text : "");
  rc_share_drop(f);
  rc_session_close(s, 1000);
}

static void figures_of(const rc_frame *frame, rc_str *out) {
  for (int i = 0; i < frame->scalars; i++)
    rc_str_addf(out, "%s %.17g %s\n", frame->scalar[i].name, figure(frame, frame->scalar[i].name),
                frame->scalar[i].type == RC_S_TEXT ? frame->scalar[i].text : "");
}

static void test_it_is_the_run_with_the_change(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  do_line(u, "compare J2=0.9");
  run_both(u);
  rc_str want = {0}, is = {0}, first = {0}, still = {0};
  alone(SQUARE, "J2", "0.9", 0, &want);
  figures_of(b_of(u), &is);
  assert_string_equal(rc_str_c(&want), rc_str_c(&is));
  alone(SQUARE, NULL, NULL, 0, &first); /* and the session is as without it */
  figures_of(a_of(u), &still);
  assert_string_equal(rc_str_c(&first), rc_str_c(&still));
  rc_str_free(&want), rc_str_free(&is), rc_str_free(&first), rc_str_free(&still);
  char text[32];
  snprintf(text, sizeof text, "%+.4g", figure(b_of(u), "energy") - figure(a_of(u), "energy"));
  do_line(u, "view state");
  assert_shows(u, 120, 40, text);
  assert_shows(u, 80, 24, text);
  do_line(u, "compare");
  assert_null(u->rival);
  assert_hides(u, 120, 40, "B-A");
  rc_ui_free(u);
}

static void test_step_by_step(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  run_steps(u, 7);
  do_line(u, "compare J2=0.9");
  rc_ui_tick(u, 0);
  assert_int_equal(b_of(u)->step, 7);
  run_steps(u, 5);
  assert_int_equal(a_of(u)->step, 12);
  assert_int_equal(b_of(u)->step, 12);
  const double at_seven = figure(b_of(u), "energy");
  run_steps(u, 6);
  do_line(u, "history.back 6"); /* both look back */
  rc_ui_tick(u, 0);
  assert_int_equal(a_of(u)->step, 12);
  assert_int_equal(b_of(u)->step, 12);
  assert_true(figure(b_of(u), "energy") == at_seven);
  do_line(u, "history.live");
  rc_ui_tick(u, 0);
  assert_int_equal(b_of(u)->step, 18);
  do_line(u, "restart");
  run_steps(u, 3);
  assert_int_equal(a_of(u)->step, 3);
  rc_ui_tick(u, 0);
  assert_int_equal(b_of(u)->step, 3);
  rc_ui_free(u);
}

static void test_follows(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  do_line(u, "compare J2=0.9");
  do_line(u, "set delta 0.5");
  run_both(u);
  assert_true(fabs(rc_session_scenario(u->rival->session)->model.delta - 0.5) <= 1e-12);
  do_line(u, "set J2 0.2"); /* what makes the difference stays */
  run_both(u);
  assert_true(fabs(rc_session_scenario(u->rival->session)->model.J[1] - 0.9) <= 1e-12);
  do_line(u, "undo");
  do_line(u, "undo");
  run_both(u);
  assert_true(fabs(rc_session_scenario(u->rival->session)->model.delta - 1) <= 1e-12);
  rc_str want = {0}, is = {0};
  alone(SQUARE, "J2", "0.9", 0, &want);
  figures_of(b_of(u), &is);
  assert_non_null(strstr(rc_str_c(&is), "energy "));
  assert_true(fabs(figure(b_of(u), "energy") -
                   strtod(strstr(rc_str_c(&want), "energy ") + 7, NULL)) <= 1e-9);
  rc_str_free(&want), rc_str_free(&is);
  rc_ui_free(u);
}

/* Two seeds, and two sets of solvers, of a cut that goes on for ever. */
static void test_seeds_and_solvers(void **state) {
  (void)state;
  rc_ui *u = open_ui(CUTTING, true);
  do_line(u, "compare seed 2");
  assert_int_equal((int)rc_session_seed(u->rival->session), 2);
  run_steps(u, 60);
  assert_int_equal(b_of(u)->step, 60);
  do_line(u, "compare cut.solvers=[greedy, tabu]");
  run_steps(u, 40);
  assert_int_equal(a_of(u)->step, 100);
  assert_int_equal(b_of(u)->step, 100);
  do_line(u, "compare.figure energy");
  assert_shows(u, 140, 40, "B cut.solvers=[greedy, tabu]");
  do_line(u, "compare.sync time");
  do_line(u, "pause off");
  rc_ui_tick(u, 1);
  rc_ui_tick(u, 2);
  assert_true(b_of(u)->step > 100); /* it does not wait */
  for (int second = 3; second < 9; second++) rc_ui_tick(u, second);
  do_line(u, "compare.figure value"); /* its points are taken from what was kept */
  for (int which = 0; which < 2; which++) {
    const rc_points *p = &u->rival->points[which];
    assert_true(p->n > 5 && p->time[0] <= 1 && p->time[p->n - 1] >= 7 && p->time[p->n - 1] <= 8);
    for (int i = 1; i < p->n; i++) assert_true(p->time[i] >= p->time[i - 1]);
  }
  do_line(u, "restart");
  rc_ui_tick(u, 9);
  rc_ui_tick(u, 10);
  assert_true(u->rival->begun >= 9);
  rc_ui_free(u);
}

static void test_refused(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  assert_refused(u, "compare.side", "C begins one");
  assert_refused(u, "compare J9=1", "J9");
  assert_refused(u, "compare nonsense", "KEY=VALUE");
  assert_refused(u, "compare seed none", "seed");
  assert_null(u->rival);
  do_line(u, "compare J2=1");
  assert_refused(u, "compare.sync both", "step, time");
  assert_refused(u, "compare.figure nothing", "no number");
  assert_refused(u, "compare J2=lots", "");
  assert_non_null(u->rival); /* a bad change leaves the one there is */
  rc_ui_close_session(u);
  assert_null(u->rival);
  rc_ui_free(u);
}

static void test_sizes_and_sides(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  do_line(u, "compare J2=0.9");
  run_both(u);
  for (int t = 0; t < u->tabs; t++) {
    u->tab = t;
    for (int side = 0; side < 3; side++) {
      u->rival->side = side;
      for (int w = 40; w < 200; w += 13)
        for (int h = 12; h < 60; h += 7) rc_free(draw_text(u, w, h));
    }
  }
  do_line(u, "view state");
  u->rival->side = 0;
  assert_shows(u, 60, 16, "A ·");
  keys(u, "V");
  assert_shows(u, 60, 16, "B J2=0.9 ·");
  keys(u, "V");
  assert_shows(u, 60, 16, "B-A");
  keys(u, "V");
  assert_shows(u, 60, 16, "A ·");
  assert_shows(u, 120, 40, "B J2=0.9 ·");
  const char *was = u->rival->figure;
  char before[32];
  snprintf(before, sizeof before, "%s", was);
  keys(u, "D");
  assert_string_not_equal(before, u->rival->figure);
  rc_ui_free(u);
}

/* A recording brings the second run back, and it is the same run. */
static void test_replayed(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  do_line(u, "view state");
  run_steps(u, 20);
  do_line(u, "pause off");
  do_line(u, "compare J2=0.9");
  run_both(u);
  do_line(u, "set delta 0.8");
  run_both(u);
  rc_str first = {0}, again = {0};
  figures_of(b_of(u), &first);
  rc_recording *r;
  rc_ui *v = replay_ui(u, &r);
  run_both(v);
  assert_non_null(v->rival);
  figures_of(b_of(v), &again);
  assert_string_equal(rc_str_c(&first), rc_str_c(&again));
  rc_str_free(&first), rc_str_free(&again);
  rc_ui_free(v);
  rc_recording_free(r);
  rc_ui_free(u);
}

static int events_of(rc_session *s, const char *kind) {
  static rc_event event[512];
  const int n = rc_session_events(s, 0, 0, event, (int)RC_LEN(event));
  int found = 0;
  for (int i = 0; i < n; i++) found += strcmp(event[i].kind, kind) == 0;
  return found;
}

static void test_a_command_for_the_study_is_for_both(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  do_line(u, "compare J2=0.9");
  run_both(u);
  assert_int_equal(events_of(u->rival->session, "scan.done"), 0);
  do_line(u, "study scan");
  run_both(u);
  assert_int_equal(events_of(u->session, "scan.done"), 1);
  assert_int_equal(events_of(u->rival->session, "scan.done"), 1);
  rc_ui_free(u);
}

static char *file_text(const char *path) {
  rc_err err = {0};
  size_t len;
  char *text = rc_read_file(path, 1 << 20, &len, &err);
  if (!text) fail_msg("%s", err.message);
  return text;
}

/* Each run has a file of its own, with its own figures and the line that makes them. */
static void test_saving_saves_both(void **state) {
  (void)state;
  char dir[] = "/tmp/roadcut-test-XXXXXX", scenario[64], a[64], b[64], line[160];
  assert_non_null(mkdtemp(dir));
  snprintf(scenario, sizeof scenario, "%s/sq.yaml", dir);
  snprintf(a, sizeof a, "%s/pane.csv", dir);
  snprintf(b, sizeof b, "%s/pane-B.csv", dir);
  rc_str yaml = {0};
  rc_str_add(&yaml, SQUARE);
  assert_true(rc_write_text(scenario, &yaml, NULL));
  rc_str_free(&yaml);
  rc_ui *u = new_ui(NULL, false);
  snprintf(line, sizeof line, "open %s", scenario);
  do_line(u, line);
  run_out(u);
  snprintf(line, sizeof line, "save %s", a);
  do_line(u, "pane.focus lattice.correlations");
  do_line(u, line);
  assert_int_not_equal(access(b, F_OK), 0);
  do_line(u, "compare J2=0.9 seed 5");
  run_both(u);
  do_line(u, line);
  char *first = file_text(a), *second = file_text(b);
  assert_non_null(strstr(first, "--seed 1\n"));
  assert_non_null(strstr(second, "--seed 5 --set model.J2=0.9\n"));
  assert_string_not_equal(strchr(first, '\n'), strchr(second, '\n'));
  rc_free(first);
  rc_free(second);
  rc_ui_free(u);
  unlink(a), unlink(b), unlink(scenario), rmdir(dir);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_it_is_the_run_with_the_change),
                                     cmocka_unit_test(test_step_by_step),
                                     cmocka_unit_test(test_follows),
                                     cmocka_unit_test(test_seeds_and_solvers),
                                     cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_sizes_and_sides),
                                     cmocka_unit_test(test_a_command_for_the_study_is_for_both),
                                     cmocka_unit_test(test_saving_saves_both),
                                     cmocka_unit_test(test_replayed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
