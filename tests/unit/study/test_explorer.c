/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hilbert study as the explorer runs it; the thread sanitizer watches. */
#include "unit/study/magnet.h"

/* In the explorer: a worker runs while knobs are turned, frames are read, rows and neighbourhoods
 * are asked for, and the session is closed in the middle. */
static void test_explorer(void **state) {
  (void)state;
  rc_err err = {0};
  const rc_session_opts o = {.threads = 2};
  rc_session *s = rc_session_new(scenario_of(SQUARE("0", "")), rc_study_classes, &o, &err);
  assert_non_null(s);
  for (int i = 0; i < 30; i++) {
    char value[32];
    snprintf(value, sizeof value, "%g", 0.02 * i);
    assert_true(rc_session_set(s, "J2", value, NULL));
    rc_session_wait(s, 2);
    rc_share *frame = rc_session_frame(s, 0);
    const rc_frame *f = frame ? rc_share_get(frame) : NULL;
    const rc_hilbert_data *d = f ? rc_share_get(f->data) : NULL;
    if (d && d->matrix_ready) {
      rc_neighbourhood *n = rc_neighbourhood_new(d->matrix, 100, 2, 60);
      assert_non_null(n);
      assert_true(n->vertices > 1);
      rc_neighbourhood_free(n);
      assert_true(d->model.J[1] <= 0.02 * i + 1e-12);
    }
    rc_share_drop(frame);
  }
  for (;;) {
    rc_share *frame = rc_session_frame(s, 0);
    const rc_frame *f = rc_share_get(frame);
    bool done = f->state == RC_DONE && f->generation == 30;
    if (done) assert_true(fabs(rc_frame_find(f, "energy")->real - -8.35) < 0.1); /* J2 = 0.58 */
    rc_share_drop(frame);
    if (done) break;
    rc_session_wait(s, 1000);
  }
  assert_true(rc_session_set(s, "J2", "0.3", NULL));
  assert_true(rc_session_close(s, 60000));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_explorer)};
  return cmocka_run_group_tests_name("hilbert in the explorer", tests, NULL, NULL);
}
