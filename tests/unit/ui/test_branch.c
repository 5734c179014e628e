/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Debugging a run: stop where a condition holds, look back, go on from there with a knob turned. What
 * comes out is what a recording of it gives again, and what a fresh run would find. */
#include "common.h"

#include <math.h>

static void text_of(const rc_frame *f, rc_str *out) {
  rc_str_addf(out, "step %llu state %d\n", (unsigned long long)f->step, (int)f->state);
  for (int i = 0; i < f->scalars; i++) {
    const rc_scalar *s = &f->scalar[i];
    if (!strcmp(s->name, "bytes_peak")) continue; /* measured: with what the screen still holds */
    rc_str_addf(out, "%s %d %.17g %lld %s\n", s->name, (int)s->type,
                s->type == RC_S_REAL ? s->real : 0,
                s->type == RC_S_INT || s->type == RC_S_BOOL ? (long long)s->integer : 0,
                s->type == RC_S_TEXT ? s->text : "");
  }
}

static double figure(const rc_ui *u, const char *name) {
  const rc_scalar *s = rc_frame_find(rc_ui_frame(u, 0), name);
  return s && s->type == RC_S_REAL ? s->real : NAN;
}

/* The recording of the session, replayed without a screen as far as the session has come. */
static void replayed(rc_ui *u, rc_str *out) {
  rc_str text = {0};
  rc_err err = {0};
  rc_session_record(u->session, &text);
  rc_recording *r = rc_recording_parse(rc_str_c(&text), text.len, rc_study_kinds, &err);
  if (!r) fail_msg("%s", err.message);
  const rc_session_opts o = {.threads = 2, .inline_jobs = true};
  rc_session *s = rc_session_replay(r, rc_study_classes, &o, &err);
  if (!s) fail_msg("%s", err.message);
  const uint64_t step = rc_ui_frame(u, 0)->step;
  for (uint64_t done = 0; done < step; done++) rc_session_turn(s, 1);
  rc_session_turn(s, 0);
  rc_share *f = rc_session_frame(s, 0);
  text_of(rc_share_get(f), out);
  rc_share_drop(f);
  rc_session_close(s, 1000);
  rc_recording_free(r);
  rc_str_free(&text);
}

static void assert_replays(rc_ui *u) {
  rc_str is = {0}, again = {0};
  text_of(rc_ui_frame(u, 0), &is);
  replayed(u, &again);
  assert_string_equal(rc_str_c(&is), rc_str_c(&again));
  rc_str_free(&is);
  rc_str_free(&again);
}

static void test_branch_with_a_knob_turned(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true), *fresh = open_ui(SQUARE, false);
  run_steps(u, 30);
  keys(u, "12,"); /* twelve steps back */
  assert_int_equal(rc_ui_frame(u, 0)->step, 18);
  keys(u, "B");
  rc_ui_tick(u, 0);
  assert_message(u, "goes on from step 18");
  assert_false(rc_ui_in_past(u));
  assert_int_equal(rc_ui_frame(u, 0)->step, 18);
  do_line(u, "set J2 0.8");
  do_line(u, "pause off");
  run_out(u);
  do_line(fresh, "set J2 0.8");
  run_out(fresh);
  assert_true(fabs(figure(u, "energy") - figure(fresh, "energy")) <= 1e-9);
  assert_true(fabs(figure(u, "gap") - figure(fresh, "gap")) <= 1e-9);
  assert_replays(u);
  rc_str text = {0};
  rc_session_record(u->session, &text);
  assert_non_null(strstr(rc_str_c(&text), "\"step\":18,\"set\":\"J2\",\"to\":\"0.8\""));
  rc_str_free(&text);
  rc_ui_free(u);
  rc_ui_free(fresh);
}

/* What was done after the place gone back to is forgotten, in the recording too. */
static void test_branch_forgets(void **state) {
  (void)state;
  rc_ui *u = open_ui(CUTTING, true);
  run_steps(u, 60);
  do_line(u, "study flip anneal");
  run_steps(u, 20);
  rc_str text = {0};
  rc_session_record(u->session, &text);
  assert_non_null(strstr(rc_str_c(&text), "\"command\":\"flip\""));
  rc_str_free(&text);
  const uint64_t now = rc_ui_frame(u, 0)->step;
  char line[64];
  snprintf(line, sizeof line, "history.back %d", (int)(now - 40));
  do_line(u, line);
  do_line(u, "history.branch");
  rc_ui_tick(u, 0);
  assert_int_equal(rc_ui_frame(u, 0)->step, 40);
  rc_session_record(u->session, &text);
  assert_null(strstr(rc_str_c(&text), "\"command\":\"flip\""));
  rc_str_free(&text);
  do_line(u, "set cut.amplitudes.sigma 1");
  run_steps(u, 50);
  assert_int_equal(rc_ui_frame(u, 0)->step, 90);
  assert_replays(u);
  rc_ui_free(u);
}

/* Runs until a condition of several parts, once; the list stops it every time. */
static void test_until_and_breaks(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "U");
  assert_true(u->prompt.on);
  keys(u, "(energy < -1 and step > 5) or event = scan.done");
  rc_ui_key(u, 13);
  run_out(u);
  assert_true(figure(u, "energy") < -1);
  const uint64_t at = rc_ui_frame(u, 0)->step;
  assert_true(at > 5 && rc_ui_frame(u, 0)->state == RC_RUNNING);
  assert_true(rc_session_paused(u->session));
  keys(u, "ba"); /* the list, add */
  keys(u, "gap > 0 and state = running");
  rc_ui_key(u, 13);
  assert_shows(u, 80, 24, "gap > 0 and state = running");
  rc_ui_key(u, 27);
  keys(u, " ");
  run_out(u);
  assert_true(figure(u, "gap") > 0);
  assert_true(rc_ui_frame(u, 0)->step > at && rc_ui_frame(u, 0)->state == RC_RUNNING);
  assert_message(u, "stopped: gap > 0");
  keys(u, "b");
  assert_shows(u, 80, 24, "stopped");
  keys(u, "d");
  assert_hides(u, 80, 24, "gap > 0 and");
  rc_ui_key(u, 27);
  keys(u, " ");
  run_out(u);
  assert_int_equal(rc_ui_frame(u, 0)->state, RC_DONE);
  assert_refused(u, "break.add gap <", "expected a number");
  assert_refused(u, "break.add gpa < 1", "did you mean 'gap'");
  assert_refused(u, "until energy < -1 or", "expected");
  rc_ui_free(u);
}

/* What could never come is refused, at the nearest right word, by the list, the prompt and until. */
static void test_conditions_that_never_hold(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  static const char *const before[] = {"break.add", "until"};
  for (int k = 0; k < 2; k++) { /* before there is a frame events and phases are known as well */
    for (size_t i = 0; i < RC_LEN(before); i++) {
      static const struct {
        const char *condition, *says;
      } bad[] = {{"event = lanczos.convergd", "did you mean 'lanczos.converged'?"},
                 {"event = nosuch", "'event' is never 'nosuch'"},
                 {"hilbert.event = nosuch or step = 3", "'hilbert.event' is never 'nosuch'"},
                 {"phase = Lanzcos", "did you mean 'Lanczos'?"},
                 {"state = dnoe", "did you mean 'done'?"}};
      char line[100];
      for (size_t c = 0; c < RC_LEN(bad); c++) {
        snprintf(line, sizeof line, "%s %s", before[i], bad[c].condition);
        assert_refused(u, line, bad[c].says);
      }
    }
    keys(u, "U");
    keys(u, "event = nosuch");
    assert_non_null(strstr(u->prompt.error, "never 'nosuch'")); /* while it is typed */
    assert_shows(u, 80, 24, "run until: event = nosuch ");
    rc_ui_key(u, 13);
    assert_true(u->prompt.on);
    for (int cols = 40; cols < 120; cols += 9) rc_free(draw_text(u, cols, 14));
    rc_ui_key(u, 27);
    run_steps(u, 1);
  }
  assert_int_equal(rc_session_breaks(u->session, NULL, NULL, 0), 0);
  do_line(u, "break.add event = error"); /* what the engine says itself */
  rc_ui_free(u);
}

/* At its end a study runs to nothing, and is not said to. */
static void test_until_at_the_end(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  do_line(u, "until step = 100000"); /* it ends before */
  assert_message(u, "runs until step = 100000");
  run_out(u);
  assert_int_equal(rc_ui_frame(u, 0)->state, RC_DONE);
  assert_message(u, "without step = 100000");
  const uint64_t at = rc_ui_frame(u, 0)->step;
  char says[80];
  snprintf(says, sizeof says, "hilbert has ended at step %llu: r begins again",
           (unsigned long long)at);
  do_line(u, "until gap < 0");
  assert_message(u, says);
  assert_refused(u, "until gpa < 0", "did you mean 'gap'");
  u->message[0] = 0;
  keys(u, "U"); /* nothing is asked for in vain */
  assert_false(u->prompt.on);
  assert_message(u, says);
  u->message[0] = 0;
  keys(u, ".");
  assert_message(u, says);
  do_line(u, "restart"); /* on its way it counts already */
  do_line(u, "until step = 3");
  assert_message(u, "runs until step = 3");
  run_out(u);
  assert_int_equal(rc_ui_frame(u, 0)->step, 3);
  assert_message(u, "step 3: step = 3");
  do_line(u, "until event = scan.done"); /* no scan is asked for */
  run_out(u);
  assert_message(u, "without event = scan.done");
  do_line(u, "restart");
  do_line(u, "until event = lanczos.converged");
  run_out(u);
  assert_int_equal(rc_ui_frame(u, 0)->state, RC_RUNNING);
  assert_null(strstr(u->message, "until"));
  rc_ui_free(u);
}

/* A breakpoint looks at one study at a time: what joins two of them could never hold. */
static void test_breaks_of_two_studies(void **state) {
  (void)state;
  rc_ui *u = open_ui("title: Two\n"
                     "lattice: {kind: molecule, name: triangle}\n"
                     "studies:\n  hilbert: {}\n  cut: {}\n",
                     true);
  assert_refused(u, "break.add hilbert.energy < 0 and cut.optimal = true", "one study");
  do_line(u, "break.add hilbert.energy < 0 or cut.optimal = true");
  do_line(u, "break.add hilbert.energy < 0 and hilbert.gap > 0");
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_branch_with_a_knob_turned),
                                     cmocka_unit_test(test_branch_forgets),
                                     cmocka_unit_test(test_until_and_breaks),
                                     cmocka_unit_test(test_conditions_that_never_hold),
                                     cmocka_unit_test(test_until_at_the_end),
                                     cmocka_unit_test(test_breaks_of_two_studies)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
