/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking back and going back: every step, kept or not, is the one that was seen the first time;
 * going on from there is going on from a run that was stopped there; running until a condition. */
#include "unit/engine/fake.h"

enum { FIRST = 60, LAST = 700, EVERY = 100 };

static rc_str seen[LAST + 1]; /* of every step of the last parameters */

static bool by_turns; /* the session at hand has inline jobs */

static void turn(rc_session *s, uint64_t n) {
  while (by_turns && rc_session_turn(s, n)) continue;
}

static void add_text(rc_share *frame, rc_str *out) {
  const rc_frame *f = rc_share_get(frame);
  frame_text(f, out);
  rc_str_addf(out, "generation %llu\n", (unsigned long long)f->generation);
  rc_share_drop(frame);
}

static uint64_t newest_step(rc_session *s) {
  rc_share *f = rc_session_frame(s, 0);
  const uint64_t step = f ? ((const rc_frame *)rc_share_get(f))->step : 0;
  rc_share_drop(f);
  return step;
}

static void step_to(rc_session *s, uint64_t step) {
  char condition[40];
  if (step > newest_step(s)) rc_session_step(s, 0, step - newest_step(s));
  turn(s, step);
  snprintf(condition, sizeof condition, "step = %d", (int)step);
  await(s, 0, condition);
}

/* The frame after a step, however long it takes. */
static rc_share *look(rc_session *s, uint64_t step) {
  for (;;) {
    rc_err err = {0};
    rc_share *f = rc_session_look(s, 0, step, &err);
    if (f) return f;
    if (err.code != RC_ERR_NONE) fail_msg("step %d: %s", (int)step, err.message);
    rc_session_wait(s, 1000);
  }
}

static void check_look(rc_session *s, uint64_t step) {
  rc_str text = {0};
  add_text(look(s, step), &text);
  assert_string_equal(rc_str_c(&text), rc_str_c(&seen[step]));
  rc_str_free(&text);
}

/* A restart, three changes (one taken back), and a command every hundred steps. Notes what is seen
 * after every step when 'note' is set. */
static rc_session *travel(rc_session_opts o, bool note) {
  rc_err err = {0};
  o.paused = true;
  by_turns = o.inline_jobs;
  rc_session *s = fake_session("count: {steps: 640, work: 10}", o);
  turn(s, 1); /* paused: an inline job is opened */
  await(s, 0, "step = 0");
  step_to(s, 20);
  assert_true(rc_session_command(s, 0, "bump", "3", &err));
  await(s, 0, "commands = 1");
  assert_true(rc_session_restart(s, 7, &err));
  await(s, 0, "step = 0");
  step_to(s, 30);
  assert_true(rc_session_set(s, "J1", "0.7", &err));
  await(s, 0, "J = 0.7");
  step_to(s, FIRST);
  assert_true(rc_session_set(s, "J1", "0.9", &err));
  await(s, 0, "J = 0.9");
  assert_true(rc_session_undo(s, &err));
  await(s, 0, "J = 0.7");
  for (uint64_t step = FIRST, commands = 0; step <= LAST; step++) {
    step_to(s, step);
    if (step % EVERY == 0 && step < LAST) {
      char condition[40];
      assert_true(rc_session_command(s, 0, "bump", step % (2 * EVERY) ? "2.5" : NULL, &err));
      snprintf(condition, sizeof condition, "commands = %d", (int)++commands);
      await(s, 0, condition);
    }
    if (note) add_text(rc_session_frame(s, 0), &seen[step]);
  }
  return s;
}

static int note(void **state) {
  (void)state;
  rc_session_close(travel((rc_session_opts){.threads = 1, .inline_jobs = true}, true), 0);
  return 0;
}

static int forget(void **state) {
  (void)state;
  for (int i = 0; i <= LAST; i++) rc_str_free(&seen[i]);
  return 0;
}

/* ---- looking -----------------------------------------------------------------------------------
 */

static void check_looks(bool inline_jobs) {
  static const uint64_t step[] = {LAST, LAST - 1, LAST - 127, LAST - 128, LAST - 129, 333, 332,
                                  331,  340,      FIRST,      FIRST + 1,  399,        400, 401};
  rc_session *s = travel((rc_session_opts){.threads = 1, .inline_jobs = inline_jobs}, false);
  assert_int_equal(rc_session_first_step(s, 0), FIRST);
  rc_str before = {0}, after = {0};
  newest_text(s, 0, &before);
  assert_true(seen[FIRST].len > 60 &&
              strcmp(rc_str_c(&seen[FIRST]), rc_str_c(&seen[FIRST + 1])) != 0);
  for (size_t i = 0; i < RC_LEN(step); i++) check_look(s, step[i]);
  uint64_t at, to;
  assert_false(rc_session_looking(s, 0, &at, &to));
  newest_text(s, 0, &after); /* the study has not moved */
  assert_string_equal(rc_str_c(&before), rc_str_c(&after));
  rc_err err = {0};
  assert_null(rc_session_look(s, 0, FIRST - 1, &err)); /* other parameters */
  assert_int_equal(err.code, RC_ERR_INPUT);
  err = (rc_err){0};
  assert_null(rc_session_look(s, 0, LAST + 1, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  rc_str_free(&before), rc_str_free(&after);
  assert_true(rc_session_close(s, 10000));
}

static void test_look_inline(void **state) {
  (void)state;
  check_looks(true);
}

static void test_look_threaded(void **state) {
  (void)state;
  check_looks(false);
}

/* What is looked for may be given up, by going on or by name; the study is none the worse. */
static void test_look_given_up(void **state) {
  (void)state;
  rc_err err = {0};
  rc_session *s = travel((rc_session_opts){.threads = 1}, false);
  for (int i = 0; i < 40; i++) {
    rc_share *f = rc_session_look(s, 0, FIRST + 150 + (uint64_t)(i * 37 % 300), &err);
    rc_share_drop(f);
    if (i % 3 == 0) rc_session_look_end(s, 0);
    if (i % 7 == 0) rc_session_wait(s, 1);
  }
  assert_true(rc_session_command(s, 0, "bump", NULL, &err)); /* gives it some more to do */
  await(s, 0, "commands = 7");
  rc_share_drop(rc_session_look(s, 0, 200, &err));
  rc_session_pause(s, false);
  await(s, 0, "state = done");
  rc_session_pause(s, true);
  check_look(s, 250);
  assert_true(rc_session_close(s, 10000));
  s = travel((rc_session_opts){.threads = 1}, false);
  rc_share_drop(rc_session_look(s, 0, 300, &err)); /* closed in the middle of it */
  assert_true(rc_session_close(s, 10000));
}

/* The second study needs memory too. */
static void test_look_memory(void **state) {
  (void)state;
  rc_err err = {0};
  rc_session *s = fake_session("count: {steps: 5000, work: 10}",
                               (rc_session_opts){.threads = 1, .inline_jobs = true});
  while (rc_session_turn(s, 1000)) continue;
  assert_true(rc_session_set(s, "memory", "64 MiB", &err)); /* a new generation: go again */
  while (rc_session_turn(s, 1000)) continue;
  const uint64_t first = rc_session_first_step(s, 0);
  void *large = rc_big_alloc(40u << 20, 1, "a test", &err);
  assert_non_null(large);
  assert_null(rc_session_look(s, 0, first + 1, &err));
  assert_int_equal(err.code, RC_ERR_LIMIT);
  rc_big_free(large);
  err = (rc_err){0};
  rc_share_drop(look(s, first + 1));
  rc_session_close(s, 0);
}

/* ---- going back --------------------------------------------------------------------------------
 */

static void check_branch(bool inline_jobs, uint64_t step) {
  rc_err err = {0};
  rc_session *s = travel((rc_session_opts){.threads = 1, .inline_jobs = inline_jobs}, false);
  char condition[40];
  snprintf(condition, sizeof condition, "step = %d", (int)step);
  assert_true(rc_session_branch(s, 0, step, &err));
  await(s, 0, condition);
  assert_true(rc_session_paused(s) || step == LAST);
  for (uint64_t k = step > FIRST + 200 ? step - 200 : FIRST; k <= step; k += 13) check_look(s, k);
  check_look(s, step);
  /* a recording of it, played from the start, gives the same bytes from here on */
  rc_str record = {0}, a = {0}, b = {0};
  const bool more = step < LAST;
  if (more) {
    assert_true(rc_session_command(s, 0, "bump", "0.125", &err));
    step_to(s, step + 30);
  }
  newest_text(s, 0, &a);
  rc_session_record(s, &record);
  rc_recording *r = rc_recording_parse(record.text, record.len, fake_kinds, &err);
  if (!r) fail_msg("%d: %s", err.line, err.message);
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  rc_session *again = rc_session_replay(r, fake_classes, &o, &err);
  assert_non_null(again);
  while (newest_step(again) < newest_step(s) || rc_session_first_step(again, 0) < FIRST)
    if (!rc_session_turn(again, 1)) break;
  newest_text(again, 0, &b);
  assert_string_equal(rc_str_c(&a), rc_str_c(&b));
  rc_session_close(again, 0);
  rc_recording_free(r);
  rc_str_free(&record), rc_str_free(&a), rc_str_free(&b);
  assert_true(rc_session_close(s, 10000));
}

static void test_branch(void **state) {
  (void)state;
  static const uint64_t step[] = {LAST, LAST - 1, LAST - 200, 400, 399, FIRST};
  for (size_t i = 0; i < RC_LEN(step); i++) {
    check_branch(true, step[i]);
    check_branch(false, step[i]);
  }
}

/* Back and back again, and the steps in between once more. */
static void test_branch_twice(void **state) {
  (void)state;
  rc_err err = {0};
  rc_session *s = travel((rc_session_opts){.threads = 1}, false);
  static const uint64_t back[] = {650, 480, 190, 80};
  for (size_t i = 0; i < RC_LEN(back); i++) {
    char condition[40];
    snprintf(condition, sizeof condition, "step = %d", (int)back[i]);
    assert_true(rc_session_branch(s, 0, back[i], &err));
    await(s, 0, condition);
    const uint64_t next = (back[i] / EVERY + 1) * EVERY - 1; /* the next command is forgotten */
    step_to(s, next);
    check_look(s, next);
    check_look(s, back[i]);
    check_look(s, FIRST);
  }
  assert_true(rc_session_close(s, 10000));
}

/* ---- until -------------------------------------------------------------------------------------
 */

static void check_until(bool inline_jobs) {
  rc_err err = {0};
  rc_session *s =
      fake_session("count: {steps: 60}, fail: {at: 900}",
                   (rc_session_opts){.threads = 1, .paused = true, .inline_jobs = inline_jobs});
  by_turns = inline_jobs;
  turn(s, 1);
  await(s, 0, "step = 0");
  assert_true(rc_session_until(s, 0, "event = seven", NULL, NULL, &err));
  turn(s, 3);
  await(s, 0, "step = 7");
  while (!rc_session_paused(s)) rc_session_wait(s, 1000);
  assert_int_equal(scalar_int(s, 0, "done"), 7);
  assert_true(rc_session_until(s, 0, "count.done >= 9", "bump", "2", &err));
  turn(s, 3);
  await(s, 0, "step = 9");
  while (!rc_session_paused(s)) rc_session_wait(s, 1000);
  assert_int_equal(scalar_int(s, 0, "done"), 9);
  assert_int_equal(scalar_int(s, 0, "commands"), 1);
  assert_int_equal(scalar_int(s, 1, "done"), 0); /* the other study stays where it is */
  const char *text[4];
  bool hit[4];
  assert_int_equal(rc_session_breaks(s, text, hit, 4), 0);
  assert_false(rc_session_until(s, 0, "nonsense <", NULL, NULL, &err));
  assert_false(rc_session_until(s, 1, "done = 1", "bump", NULL, &err)); /* knows no commands */
  err = (rc_err){0};
  assert_true(rc_session_until(s, 0, "step = 1000000", NULL, NULL, &err)); /* never: to its end */
  turn(s, 3);
  await(s, 0, "state = done");
  assert_int_equal(scalar_int(s, 0, "done"), 65);
  assert_true(rc_session_until(s, 0, "step = 1000000", NULL, NULL, &err)); /* it has ended */
  turn(s, 3);
  while (!rc_session_paused(s)) rc_session_wait(s, 1000);
  assert_true(rc_session_restart(s, 0, &err)); /* and once more from the beginning */
  assert_true(rc_session_until(s, 0, "event = seven", NULL, NULL, &err));
  turn(s, 3);
  await(s, 0, "step = 7");
  assert_true(rc_session_close(s, 10000));
}

static void test_until(void **state) {
  (void)state;
  check_until(true);
  check_until(false);
}

/* Given up by pausing; steps asked for are counted from there. */
static void test_until_given_up(void **state) {
  (void)state;
  rc_err err = {0};
  rc_session *s =
      fake_session("count: {steps: 100000}", (rc_session_opts){.threads = 1, .paused = true});
  await(s, 0, "step = 0");
  assert_true(rc_session_until(s, 0, "step = 90000", NULL, NULL, &err));
  await(s, 0, "step >= 20");
  rc_session_pause(s, true);
  rc_session_step(s, 0, 3);
  uint64_t step = 0;
  do { /* at most the step that was being done, and three more */
    step = newest_step(s);
    rc_session_wait(s, 20);
  } while (newest_step(s) != step);
  assert_true(step < 90000);
  assert_true(rc_session_paused(s));
  for (int i = 0; i < 200; i++) { /* before it has set out, or on its way */
    assert_true(rc_session_until(s, 0, "step = 90000", i % 2 ? "bump" : NULL, NULL, &err));
    assert_false(rc_session_paused(s));
    if (i % 3 == 0) rc_session_wait(s, 1);
    rc_session_pause(s, true);
    assert_true(rc_session_paused(s));
    if (i % 10) continue;
    assert_true(rc_session_until(s, 0, "commands >= 0", NULL, NULL, &err)); /* the next step */
    while (!rc_session_paused(s)) rc_session_wait(s, 1000);
  }
  assert_true(newest_step(s) < 90000);
  assert_true(rc_session_close(s, 10000));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_look_inline),   cmocka_unit_test(test_look_threaded),
      cmocka_unit_test(test_look_given_up), cmocka_unit_test(test_look_memory),
      cmocka_unit_test(test_branch),        cmocka_unit_test(test_branch_twice),
      cmocka_unit_test(test_until),         cmocka_unit_test(test_until_given_up),
  };
  return cmocka_run_group_tests_name("past", tests, note, forget);
}
