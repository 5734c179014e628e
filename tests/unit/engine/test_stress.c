/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything at once: workers run while the session's thread turns knobs, reads, pauses and sets
 * breakpoints in a random order. What must hold: frames never mix parameters, steps and event
 * numbers never go back, and in the end the figures are those of a fresh run. The thread sanitizer
 * sees the rest. */
#include "unit/engine/fake.h"

typedef struct seen {
  uint64_t generation, step, event;
} seen;

static void look(rc_session *s, int job, seen *last) {
  rc_share *frame = rc_session_frame(s, job);
  if (!frame) return;
  const rc_frame *f = rc_share_get(frame);
  assert_true(f->generation >= last->generation);
  const rc_scalar *sum = rc_frame_find(f, "sum");
  const rc_scalar *done = rc_frame_find(f, "done");
  if (f->data && done->integer > 0)
    assert_true(*(double *)rc_share_get(f->data) == sum->real); /* snapshot and scalars agree */
  last->generation = f->generation;
  rc_event e[32];
  int n = rc_session_events(s, job, last->event, e, 32);
  for (int i = 0; i < n; i++) {
    assert_true(e[i].number >= last->event);
    last->event = e[i].number + 1;
  }
  rc_share *history[256];
  n = rc_session_history(s, job, history, 256);
  uint64_t generation = 0, step = 0;
  for (int i = 0; i < n; i++) {
    const rc_frame *h = rc_share_get(history[i]);
    assert_true(h->generation > generation || (h->generation == generation && h->step >= step));
    generation = h->generation;
    step = h->step;
    rc_share_drop(history[i]);
  }
  rc_share_drop(frame);
}

static void act(rc_session *s, rc_rng *rng, int *knob) {
  char value[32];
  switch (rc_rng_below(rng, 9)) {
  case 0:
  case 1:
    *knob = (int)rc_rng_below(rng, 100) + 1;
    snprintf(value, sizeof value, "%g", 0.01 * *knob);
    assert_true(rc_session_set(s, "J1", value, NULL));
    break;
  case 2: rc_session_pause(s, true); break;
  case 3: rc_session_pause(s, false); break;
  case 4: rc_session_step(s, (int)rc_rng_below(rng, 2), rc_rng_below(rng, 5)); break;
  case 5: rc_session_speed(s, rc_rng_below(rng, 2) ? 0 : 5000); break;
  case 6: (void)rc_session_break_add(s, "done = 20", NULL); break;
  case 7: (void)rc_session_break_remove(s, 0); break;
  case 8: rc_session_wait(s, 1); break;
  }
}

static void test_stress(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(42, "stress", 0);
  for (int round = 0; round < 4; round++) {
    rc_session *s = fake_session("count: {steps: 120, events: 3, work: 3000}, fail: {at: 30}",
                                 (rc_session_opts){.threads = 1 + round % 2});
    seen last[2] = {{0}, {0}};
    int knob = 100;
    for (int i = 0; i < 400; i++) {
      act(s, &rng, &knob);
      look(s, 0, &last[0]);
    }
    while (rc_session_break_remove(s, 0)) continue;
    rc_session_speed(s, 0);
    rc_session_pause(s, false);
    char value[32];
    snprintf(value, sizeof value, "%g", 0.01 * knob);
    assert_true(rc_session_set(s, "J1", value, NULL));
    rc_share *frame = NULL;
    rc_str now = {0}, fresh = {0};
    char condition[80];
    snprintf(condition, sizeof condition, "state = done and generation > %llu",
             (unsigned long long)last[0].generation);
    await(s, 0, condition);
    frame = rc_session_frame(s, 0);
    rc_str_addf(&now, "%.17g", rc_frame_find(rc_share_get(frame), "sum")->real);
    rc_share_drop(frame);
    assert_true(rc_session_close(s, 20000));

    rc_scenario *sc = fake_scenario("count: {steps: 120, events: 3, work: 3000}", NULL);
    assert_true(rc_scenario_set(sc, "J1", value, fake_kinds, NULL));
    const rc_session_opts o = {.threads = 1, .inline_jobs = true};
    s = rc_session_new(sc, fake_classes, &o, NULL);
    while (rc_session_turn(s, 50)) continue;
    frame = rc_session_frame(s, 0);
    rc_str_addf(&fresh, "%.17g", rc_frame_find(rc_share_get(frame), "sum")->real);
    rc_share_drop(frame);
    assert_true(rc_session_close(s, 0));
    assert_string_equal(rc_str_c(&now), rc_str_c(&fresh));
    rc_str_free(&now);
    rc_str_free(&fresh);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_stress)};
  return cmocka_run_group_tests_name("stress", tests, NULL, NULL);
}
