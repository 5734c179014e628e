/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: the same bytes with and without threads, exact pausing, stepping, breakpoints, undo,
 * recordings, and closing whatever a study does. */
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/engine/fake.h"

static const rc_session_opts inline_opts = {.threads = 1, .inline_jobs = true};

/* ---- determinism ------------------------------------------------------------------------------
 */

/* Frames of the history and all events, as text. */
static void whole_text(rc_session *s, int job, rc_str *out) {
  rc_share *frame[256];
  static rc_event event[1024];
  int n = rc_session_history(s, job, frame, 256);
  for (int i = 0; i < n; i++) {
    frame_text(rc_share_get(frame[i]), out);
    rc_share_drop(frame[i]);
  }
  int events = rc_session_events(s, job, 0, event, 1024);
  for (int i = 0; i < events; i++)
    rc_str_addf(out, "%llu %llu %s %s %.17g\n", (unsigned long long)event[i].number,
                (unsigned long long)event[i].step, event[i].kind, event[i].text, event[i].value);
}

static void run_to_end(int threads, bool inline_jobs, rc_str *out) {
  rc_session *s = fake_session("count: {steps: 300, events: 2, work: 5000}",
                               (rc_session_opts){.threads = threads, .inline_jobs = inline_jobs});
  if (inline_jobs)
    while (rc_session_turn(s, 7)) continue;
  else
    await(s, 0, "state = done");
  whole_text(s, 0, out);
  assert_true(rc_session_close(s, 10000));
}

static void test_same_bytes(void **state) {
  (void)state;
  rc_str a = {0}, b = {0}, c = {0}, d = {0};
  run_to_end(1, true, &a);
  run_to_end(1, false, &b);
  run_to_end(2, false, &c);
  run_to_end(3, true, &d);
  assert_true(a.len > 1000);
  assert_string_equal(rc_str_c(&a), rc_str_c(&b));
  assert_string_equal(rc_str_c(&a), rc_str_c(&c));
  assert_string_equal(rc_str_c(&a), rc_str_c(&d));
  rc_str_free(&a);
  rc_str_free(&b);
  rc_str_free(&c);
  rc_str_free(&d);
}

/* ---- pause, step, stop ------------------------------------------------------------------------
 */

static void test_step_inline(void **state) {
  (void)state;
  rc_session_opts o = inline_opts;
  o.paused = true;
  rc_session *s = fake_session("count: {}", o);
  assert_true(rc_session_paused(s));
  assert_false(rc_session_turn(s, 100));
  assert_int_equal(scalar_int(s, 0, "done"), 0); /* opening shows a first frame */
  rc_session_step(s, 0, 1);
  rc_session_turn(s, 100);
  assert_int_equal(scalar_int(s, 0, "done"), 1);
  rc_session_step(s, -1, 12);
  rc_session_turn(s, 100);
  assert_int_equal(scalar_int(s, 0, "done"), 13);
  assert_true(rc_session_paused(s));
  rc_session_pause(s, false);
  assert_false(rc_session_paused(s));
  assert_true(rc_session_turn(s, 10));
  assert_int_equal(scalar_int(s, 0, "done"), 23);
  rc_session_stop(s);
  assert_false(rc_session_turn(s, 10));
  assert_int_equal(scalar_int(s, 0, "done"), 23);
  rc_session_pause(s, false);
  while (rc_session_turn(s, 10)) continue;
  assert_int_equal(scalar_int(s, 0, "done"), 50);
  rc_session_close(s, 0);
}

static void test_step_threaded(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", (rc_session_opts){.threads = 1, .paused = true});
  await(s, 0, "step = 0");
  rc_session_step(s, 0, 1);
  await(s, 0, "step = 1");
  rc_session_step(s, 0, 16);
  await(s, 0, "step = 17");
  assert_true(rc_session_paused(s));
  assert_int_equal(scalar_int(s, 0, "done"), 17);
  rc_session_speed(s, 1e6); /* paced, but to the end */
  rc_session_pause(s, false);
  await(s, 0, "state = done");
  assert_int_equal(scalar_int(s, 0, "done"), 50);
  assert_true(rc_session_close(s, 10000));
}

/* ---- breakpoints ------------------------------------------------------------------------------
 */

static void check_break(const char *condition, int64_t at, int threads) {
  rc_session *s = fake_session(
      "count: {}", (rc_session_opts){.threads = 1, .paused = true, .inline_jobs = threads == 0});
  rc_err err = {0};
  if (threads == 0)
    rc_session_turn(s, 1);
  else
    await(s, 0, "step = 0");
  if (!rc_session_break_add(s, condition, &err)) fail_msg("%s", err.message);
  rc_session_pause(s, false);
  if (threads == 0)
    while (rc_session_turn(s, 3)) continue;
  else
    while (!rc_session_paused(s)) rc_session_wait(s, 1000);
  assert_int_equal(scalar_int(s, 0, "done"), at);
  const char *text[4];
  bool hit[4];
  assert_int_equal(rc_session_breaks(s, text, hit, 4), 1);
  assert_string_equal(text[0], condition);
  assert_true(hit[0]);
  /* it goes on from there, although the condition may still hold */
  rc_session_pause(s, false);
  if (threads == 0)
    while (rc_session_turn(s, 3)) continue;
  else
    await(s, 0, "state = done");
  assert_int_equal(scalar_int(s, 0, "done"), 50);
  rc_session_breaks(s, text, hit, 4);
  assert_false(hit[0]);
  assert_true(rc_session_close(s, 10000));
}

static void test_breakpoints(void **state) {
  (void)state;
  for (int threads = 0; threads < 2; threads++) {
    check_break("step = 13", 13, threads);
    check_break("done > 20", 21, threads);
    check_break("event = seven", 7, threads);
    check_break("word = large and even = true and step < 6", 4, threads);
    check_break("count.done >= 30 or count.step = 31", 30, threads);
  }
}

/* A condition that comes and goes stops each time it comes. */
static void test_breakpoint_edges(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", inline_opts);
  rc_session_turn(s, 1);
  assert_true(rc_session_break_add(s, "even = true", NULL));
  for (int64_t at = 2; at <= 8; at += 2) {
    while (rc_session_turn(s, 1)) continue;
    assert_int_equal(scalar_int(s, 0, "done"), at);
    rc_session_pause(s, false);
  }
  assert_true(rc_session_break_remove(s, 0));
  assert_false(rc_session_break_remove(s, 0));
  while (rc_session_turn(s, 1)) continue;
  assert_int_equal(scalar_int(s, 0, "done"), 50);
  rc_session_close(s, 0);
}

static void test_breakpoint_errors(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", inline_opts);
  rc_session_turn(s, 1);
  rc_err err = {0};
  assert_false(rc_session_break_add(s, "dune > 3", &err));
  assert_string_equal(err.message, "unknown figure 'dune'; did you mean 'done'?");
  err = (rc_err){0};
  assert_false(rc_session_break_add(s, "done >", &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_int_equal(rc_session_breaks(s, NULL, NULL, 0), 0);
  for (int i = 0; i < 32; i++) assert_true(rc_session_break_add(s, "done > 3", NULL));
  assert_false(rc_session_break_add(s, "done > 3", NULL));
  rc_session_close(s, 0);
}

/* 'and' may join what is of one study, and 'or' anything. */
static void test_breakpoints_of_two_studies(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}, fail: {}", inline_opts);
  rc_session_turn(s, 1);
  assert_true(rc_session_break_add(s, "count.done > 1 and count.step < 30", NULL));
  assert_true(rc_session_break_add(s, "count.step > 1 or fail.step > 1", NULL));
  assert_false(rc_session_break_add(s, "count.step > 1 and fail.step > 1", NULL));
  assert_false(rc_session_break_add(s, "count.step = 1 and (done = 2 or fail.step > 1)", NULL));
  rc_session_close(s, 0);
}

/* ---- changes ----------------------------------------------------------------------------------
 */

static void finish(rc_session *s) {
  while (rc_session_turn(s, 100)) continue;
}

static double sum_of(rc_session *s) {
  rc_share *frame = rc_session_frame(s, 0);
  double v = rc_frame_find(rc_share_get(frame), "sum")->real;
  rc_share_drop(frame);
  return v;
}

static double fresh_sum(const char *J) {
  rc_scenario *sc = fake_scenario("count: {}", NULL);
  rc_err err = {0};
  if (J && !rc_scenario_set(sc, "J1", J, fake_kinds, &err)) fail_msg("%s", err.message);
  rc_session *s = rc_session_new(sc, fake_classes, &inline_opts, &err);
  finish(s);
  double v = sum_of(s);
  rc_session_close(s, 0);
  return v;
}

static void test_change_undo_redo(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", inline_opts);
  rc_err err = {0};
  double first = fresh_sum(NULL), second = fresh_sum("0.5"), third = fresh_sum("0.25");
  assert_true(first != second && second != third);
  assert_false(rc_session_undo(s, &err));
  assert_string_equal(err.message, "there is no parameter change to undo");
  finish(s);
  assert_true(sum_of(s) == first);
  assert_true(rc_session_set(s, "J1", "0.5", NULL));
  finish(s);
  assert_true(sum_of(s) == second);
  assert_true(rc_session_set(s, "model.J1", "0.25", NULL));
  finish(s);
  assert_true(sum_of(s) == third);
  assert_true(rc_session_undo(s, NULL));
  finish(s);
  assert_true(sum_of(s) == second);
  assert_true(rc_session_scenario(s)->model.J[0] == 0.5);
  assert_true(rc_session_undo(s, NULL));
  finish(s);
  assert_true(sum_of(s) == first);
  assert_false(rc_session_undo(s, NULL));
  assert_true(rc_session_redo(s, NULL));
  assert_true(rc_session_redo(s, NULL));
  assert_false(rc_session_redo(s, NULL));
  finish(s);
  assert_true(sum_of(s) == third);
  /* a new change forgets what was undone */
  assert_true(rc_session_undo(s, NULL));
  assert_true(rc_session_set(s, "J1", "1.0", NULL));
  assert_false(rc_session_redo(s, NULL));
  finish(s);
  assert_true(sum_of(s) == first);
  rc_session_close(s, 0);
}

static void test_change_refused(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", inline_opts);
  rc_err err = {0};
  finish(s);
  assert_false(rc_session_set(s, "count.steps", "-3", &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_false(rc_session_set(s, "cuont.steps", "3", NULL));
  assert_false(rc_session_undo(s, NULL)); /* nothing was done */
  assert_int_equal(scalar_int(s, 0, "done"), 50);
  rc_session_close(s, 0);
}

/* Of many changes only the newest counts, and a generation tells which one a frame shows. */
static void test_many_changes_undone(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", (rc_session_opts){.threads = 1});
  char value[32];
  for (int i = 0; i < 400; i++) {
    snprintf(value, sizeof value, "%g", 0.01 * (i + 1));
    assert_true(rc_session_set(s, "J1", value, NULL));
  }
  await(s, 0, "generation = 400 and state = done");
  assert_true(sum_of(s) == fresh_sum("4"));
  int undone = 0;
  while (rc_session_undo(s, NULL)) undone++;
  assert_int_equal(undone, 256); /* as far as it remembers */
  await(s, 0, "generation = 656 and state = done");
  assert_true(sum_of(s) == fresh_sum("1.44"));
  assert_true(rc_session_close(s, 10000));
}

static void test_own_keys(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}, fail: {at: 5}", inline_opts);
  finish(s);
  assert_true(rc_session_set(s, "fail.at", "9", NULL));
  rc_share *counts = rc_session_frame(s, 0), *fails = rc_session_frame(s, 1);
  assert_int_equal(((rc_frame *)rc_share_get(counts))->generation, 0); /* no concern of its */
  assert_int_equal(((rc_frame *)rc_share_get(fails))->generation, 1);
  rc_share_drop(counts);
  rc_share_drop(fails);
  finish(s);
  assert_int_equal(scalar_int(s, 1, "done"), 9);
  rc_session_close(s, 0);
}

static void test_restart_and_seed(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", inline_opts);
  finish(s);
  double first = sum_of(s);
  assert_int_equal(rc_session_seed(s), 1);
  assert_true(rc_session_restart(s, 0, NULL));
  assert_int_equal(scalar_int(s, 0, "done"), 0);
  finish(s);
  assert_true(sum_of(s) == first);
  assert_true(rc_session_restart(s, 7, NULL));
  assert_int_equal(rc_session_seed(s), 7);
  finish(s);
  assert_true(sum_of(s) != first);
  assert_true(rc_session_set(s, "seed", "1", NULL));
  assert_int_equal(rc_session_seed(s), 1);
  finish(s);
  assert_true(sum_of(s) == first);
  rc_session_close(s, 0);
}

static void test_commands(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {steps: 10}, fail: {}", inline_opts);
  rc_err err = {0};
  finish(s);
  assert_true(rc_session_command(s, 0, "bump", "2.5", NULL));
  finish(s);
  assert_int_equal(scalar_int(s, 0, "commands"), 1);
  assert_int_equal(scalar_int(s, 0, "done"), 15); /* it had more to do, and did it */
  assert_false(rc_session_command(s, 0, "bmup", NULL, &err));
  assert_string_equal(err.message, "unknown command 'bmup'");
  err = (rc_err){0};
  assert_false(rc_session_command(s, 1, "bump", NULL, &err));
  assert_string_equal(err.message, "study 'fail' knows no command 'bump'");
  assert_false(rc_session_command(s, 5, "bump", NULL, NULL));
  rc_event e[64];
  int n = rc_session_events(s, 0, 0, e, 64);
  assert_string_equal(e[n - 1].kind, "command.failed");
  rc_session_close(s, 0);
}

/* ---- events -----------------------------------------------------------------------------------
 */

static void test_event_ring(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {steps: 50, events: 100}", inline_opts);
  static rc_event e[2000];
  finish(s);
  int n = rc_session_events(s, 0, 0, e, 2000);
  assert_int_equal(n, 1024);               /* the newest */
  assert_int_equal(e[n - 1].number, 5000); /* 50 x 100 and 'seven', counted from 0 */
  for (int i = 1; i < n; i++) assert_int_equal(e[i].number, e[i - 1].number + 1);
  assert_int_equal(rc_session_events(s, 0, 4998, e, 2000), 3);
  assert_int_equal(e[0].number, 4998);
  assert_int_equal(rc_session_events(s, 0, 5001, e, 2000), 0);
  assert_int_equal(rc_session_events(s, 0, 4000, e, 10), 10);
  assert_int_equal(e[0].number, 4000);
  rc_session_close(s, 0);
}

/* ---- failures ---------------------------------------------------------------------------------
 */

static void test_failures(void **state) {
  (void)state;
  static const struct {
    const char *study;
    rc_err_code code;
    uint64_t step;
  } cases[] = {{"fail: {at: 3}", RC_ERR_MEMORY, 3},
               {"fail: {at: 0, code: limit}", RC_ERR_LIMIT, 0},
               {"fail: {at: 1, code: internal}", RC_ERR_INTERNAL, 1},
               {"fail: {at: 2, code: silent}", RC_ERR_INTERNAL, 2}};
  for (size_t i = 0; i < RC_LEN(cases); i++)
    for (int threaded = 0; threaded < 2; threaded++) {
      rc_session *s =
          fake_session(cases[i].study, (rc_session_opts){.threads = 1, .inline_jobs = !threaded});
      if (threaded)
        await(s, 0, "state = failed");
      else
        finish(s);
      rc_share *frame = rc_session_frame(s, 0);
      const rc_frame *f = rc_share_get(frame);
      assert_int_equal(f->state, RC_FAILED);
      assert_int_equal(f->error.code, cases[i].code);
      assert_int_equal(f->step, cases[i].step);
      rc_share_drop(frame);
      rc_event e;
      assert_int_equal(rc_session_events(s, 0, 0, &e, 1), 1);
      assert_string_equal(e.kind, "error");
      /* a change opens it afresh */
      assert_true(rc_session_set(s, "fail.at", "900", NULL));
      if (threaded)
        await(s, 0, "done = 900");
      else
        finish(s);
      assert_int_equal(scalar_int(s, 0, "done"), 900);
      assert_true(rc_session_close(s, 10000));
    }
}

/* ---- closing ----------------------------------------------------------------------------------
 */

static void test_close_in_the_middle(void **state) {
  (void)state;
  for (int i = 0; i < 20; i++) {
    rc_session *s =
        fake_session("count: {steps: 1000000, work: 100000}", (rc_session_opts){.threads = 2});
    if (i % 2) await(s, 0, "step >= 1");
    rc_share *frame = rc_session_frame(s, 0); /* outlives the session */
    assert_true(rc_session_close(s, 10000));
    rc_share_drop(frame);
  }
  assert_true(rc_session_close(NULL, 0));
}

/* A worker that hangs in its step is left behind, and cleans up when it is let go. */
static void test_close_hanging(void **state) {
  (void)state;
  gate_set(false);
  rc_session *s = fake_session("gate: {}", (rc_session_opts){.threads = 1});
  gate_await_inside();
  assert_int_equal(rc_session_left_behind(), 0);
  assert_false(rc_session_close(s, 20));
  assert_int_equal(rc_session_left_behind(), 1);
  gate_set(true);
  gate_await_closed(1);
  while (rc_session_left_behind() > 0) sched_yield();
}

/* The screen's thread is not held up by a worker in a long step. */
static void test_never_blocks(void **state) {
  (void)state;
  gate_set(false);
  rc_session *s = fake_session("gate: {}", (rc_session_opts){.threads = 1});
  gate_await_inside(); /* all of this would hang if the worker held a lock in its step */
  rc_share *frame = rc_session_frame(s, 0);
  assert_non_null(frame);
  rc_share_drop(frame);
  rc_share *history[4];
  assert_int_equal(rc_session_history(s, 0, history, 4), 1);
  rc_share_drop(history[0]);
  assert_int_equal(rc_session_events(s, 0, 0, &(rc_event){0}, 1), 0);
  assert_true(rc_session_set(s, "J1", "0.5", NULL));
  assert_true(rc_session_break_add(s, "step = 9000000", NULL));
  rc_session_pause(s, true);
  assert_true(rc_session_paused(s));
  assert_true(rc_session_restart(s, 3, NULL));
  gate_set(true);
  await(s, 0, "generation = 2");
  assert_true(rc_session_close(s, 10000));
}

static void test_wake(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", (rc_session_opts){.threads = 1, .paused = true});
  await(s, 0, "step = 0");
  while (rc_session_wait(s, 0)) continue;
  assert_false(rc_session_wait(s, 0)); /* at rest nothing wakes */
  assert_true(rc_session_wake_fd(s) >= 0);
  rc_session_step(s, 0, 1);
  while (!rc_session_wait(s, 1000)) continue;
  await(s, 0, "step = 1");
  assert_true(rc_session_close(s, 10000));
}

/* ---- recordings -------------------------------------------------------------------------------
 */

static void use(rc_session *s) {
  assert_true(rc_session_set(s, "J1", "0.75", NULL)); /* before the first step */
  rc_session_turn(s, 5);
  assert_true(rc_session_set(s, "J1", "0.5", NULL));
  assert_true(rc_session_command(s, 0, "bump", "3", NULL));
  rc_session_turn(s, 9);
  assert_true(rc_session_undo(s, NULL));
  rc_session_turn(s, 4);
  assert_true(rc_session_command(s, 0, "bump", NULL, NULL));
  rc_session_turn(s, 4);
  assert_true(rc_session_restart(s, 9, NULL));
  rc_session_turn(s, 3);
  assert_true(rc_session_redo(s, NULL));
  finish(s);
  assert_true(rc_session_command(s, 0, "bump", "0.125", NULL)); /* after the end */
  finish(s);
}

static void replay(const rc_recording *r, bool inline_jobs, rc_str *out) {
  rc_err err = {0};
  const rc_session_opts o = {.threads = 2, .inline_jobs = inline_jobs};
  rc_session *s = rc_session_replay(r, fake_classes, &o, &err);
  if (!s) fail_msg("%s", err.message);
  if (inline_jobs)
    finish(s);
  else
    await(s, 0, "state = done and commands = 1 and done = 55");
  rc_share *frame = rc_session_frame(s, 0);
  rc_frame f = *(rc_frame *)rc_share_get(frame);
  frame_text(&f, out);
  rc_share_drop(frame);
  assert_true(rc_session_turn(s, 0) == false);
  assert_true(rc_session_scenario(s)->model.J[0] == 0.5 || !inline_jobs);
  assert_true(rc_session_close(s, 10000));
}

static void test_recording(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", inline_opts);
  use(s);
  rc_str text = {0}, was = {0}, now = {0}, again = {0};
  rc_session_record(s, &text);
  newest_text(s, 0, &was);
  rc_session_close(s, 0);
  rc_err err = {0};
  rc_recording *r = rc_recording_parse(rc_str_c(&text), text.len, fake_kinds, &err);
  if (!r) fail_msg("line %d: %s\n%s", err.line, err.message, rc_str_c(&text));
  assert_int_equal(rc_recording_seed(r), 1);
  replay(r, true, &now);
  assert_string_equal(rc_str_c(&was), rc_str_c(&now));
  replay(r, false, &again);
  assert_string_equal(rc_str_c(&was), rc_str_c(&again));
  rc_recording_free(r);
  rc_str_free(&text);
  rc_str_free(&was);
  rc_str_free(&now);
  rc_str_free(&again);
}

static void refuse(const char *text, int line, const char *part) {
  rc_err err = {0};
  assert_null(rc_recording_parse(text, strlen(text), fake_kinds, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_int_equal(err.line, line);
  if (!strstr(err.message, part)) fail_msg("'%s' does not hold '%s'", err.message, part);
}

static void test_bad_recordings(void **state) {
  (void)state;
#define HEAD                                                                                       \
  "{\"type\":\"session\",\"seed\":1,\"scenario\":\"lattice: {kind: chain, cluster: [4]}\\n"        \
  "studies: {count: {}}\\n\"}\n"
  refuse("", 1, "empty");
  refuse("\n\n", 1, "empty");
  refuse("hello\n", 1, "not a JSON object");
  refuse("[1]\n", 1, "not a JSON object");
  refuse("{\"type\":\"do\"}\n", 1, "a recording begins with");
  refuse("{\"type\":\"session\",\"seed\":1,\"seed\":2,\"scenario\":\"\"}\n", 1, "duplicate");
  refuse("{\"type\":\"session\",\"seed\":-1,\"scenario\":\"\"}\n", 1, "a recording begins with");
  refuse(HEAD "{\"type\":\"do\"", 2, "not a JSON object");
  refuse(HEAD "{\"type\":\"do\",\"study\":\"count\"}\n", 2, "expected");
  refuse(HEAD "\n{\"type\":\"do\",\"study\":\"count\",\"step\":-1,\"command\":\"x\"}\n", 3,
         "expected");
  refuse(HEAD "{\"type\":\"do\",\"study\":\"nope\",\"step\":1,\"command\":\"x\"}\n", 2,
         "there is no study 'nope'");
  refuse(HEAD "{\"type\":\"do\",\"study\":\"count\",\"step\":1,\"set\":\"J1\"}\n", 2, "expected");
  refuse(HEAD "{\"type\":\"do\",\"study\":\"count\",\"step\":1,\"set\":\"J1\",\"to\":\"x\"}\n", 2,
         "J1");
  refuse(HEAD "{\"type\":\"do\",\"study\":\"count\",\"step\":1,\"scenario\":\"studies: 3\"}\n", 2,
         "");
  rc_recording *r = rc_recording_parse(HEAD, strlen(HEAD), fake_kinds, NULL);
  assert_non_null(r);
  rc_recording_free(r);
}

/* Damaged recordings are refused or read, never more than that; what is read can be replayed. */
static void test_mutated_recordings(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {steps: 12}", inline_opts);
  use(s);
  rc_str text = {0};
  rc_session_record(s, &text);
  rc_session_close(s, 0);
  rc_rng rng = rc_rng_stream(5, "mutate", 0);
  char *copy = rc_alloc(text.len + 1, 1);
  int read = 0;
  for (int i = 0; i < 1500; i++) {
    memcpy(copy, rc_str_c(&text), text.len + 1);
    for (uint64_t k = 1 + rc_rng_below(&rng, 3); k > 0; k--)
      copy[rc_rng_below(&rng, text.len)] = (char)rc_rng_below(&rng, 256);
    rc_err err = {0};
    rc_recording *r = rc_recording_parse(copy, text.len, fake_kinds, &err);
    if (!r) {
      assert_int_equal(err.code, RC_ERR_INPUT);
      assert_true(err.message[0] && err.line > 0);
      continue;
    }
    read++;
    s = rc_session_replay(r, fake_classes, &inline_opts, NULL);
    if (s) rc_session_turn(s, 40);
    rc_session_close(s, 0);
    rc_recording_free(r);
  }
  assert_true(read > 20);
  rc_free(copy);
  rc_str_free(&text);
}

/* Whole components, up and down, from any folder. */
static void test_paths(void **state) {
  (void)state;
  char dir[] = "/tmp/roadcut-path-XXXXXX", path[3][96];
  assert_non_null(mkdtemp(dir));
  static const char *const below[] = {"a", "ab", "a/c"};
  for (int i = 0; i < 3; i++) {
    snprintf(path[i], sizeof path[i], "%s/%s", dir, below[i]);
    assert_int_equal(mkdir(path[i], 0700), 0);
  }
  static const struct {
    const char *path, *file, *want;
  } cases[] = {{"a", "x", "a"},           {"a/c", "a/x", "c"},
               {"a", "ab/x", "../a"},     {"ab", "a/c/x", "../../ab"},
               {"a/c", "ab/x", "../a/c"}, {"none", "a/x", "none"}};
  char cwd[4096];
  assert_non_null(getcwd(cwd, sizeof cwd));
  assert_int_equal(chdir(dir), 0);
  for (size_t i = 0; i < RC_LEN(cases); i++) {
    char *is = rc_path_from(cases[i].path, cases[i].file);
    assert_string_equal(is, cases[i].want);
    rc_free(is);
  }
  assert_int_equal(chdir(cwd), 0);
  for (int i = 2; i >= 0; i--) rmdir(path[i]);
  rmdir(dir);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_bytes),          cmocka_unit_test(test_step_inline),
      cmocka_unit_test(test_step_threaded),       cmocka_unit_test(test_breakpoints),
      cmocka_unit_test(test_breakpoint_edges),    cmocka_unit_test(test_paths),
      cmocka_unit_test(test_breakpoint_errors),   cmocka_unit_test(test_breakpoints_of_two_studies),
      cmocka_unit_test(test_change_undo_redo),    cmocka_unit_test(test_change_refused),
      cmocka_unit_test(test_many_changes_undone), cmocka_unit_test(test_own_keys),
      cmocka_unit_test(test_restart_and_seed),    cmocka_unit_test(test_commands),
      cmocka_unit_test(test_event_ring),          cmocka_unit_test(test_failures),
      cmocka_unit_test(test_close_in_the_middle), cmocka_unit_test(test_close_hanging),
      cmocka_unit_test(test_never_blocks),        cmocka_unit_test(test_wake),
      cmocka_unit_test(test_recording),           cmocka_unit_test(test_bad_recordings),
      cmocka_unit_test(test_mutated_recordings)};
  return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
