/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking back in the studies as they are: a step that is no longer kept comes out as it was, also
 * behind changes that let a study carry over what it had. */
#include "unit/study/magnet.h"

enum { STEPS = 2000 };
static rc_str seen[STEPS];

static void frame_text(const rc_frame *f, rc_str *out) {
  rc_str_addf(out, "%llu %d %s %.17g\n", (unsigned long long)f->generation, f->state, f->phase,
              f->progress);
  for (int i = 0; i < f->scalars; i++) {
    const rc_scalar *s = &f->scalar[i];
    rc_str_addf(out, "%s %d %.17g %lld %s\n", s->name, s->type, s->type == RC_S_REAL ? s->real : 0,
                s->type == RC_S_INT || s->type == RC_S_BOOL ? (long long)s->integer : 0,
                s->type == RC_S_TEXT ? s->text : "");
  }
  const rc_hilbert_data *d = rc_share_get(f->data);
  const uint64_t n = d->basis ? rc_basis_states(d->basis) : 0;
  for (uint64_t i = 0; d->vector && i < n; i++) rc_str_addf(out, "%.17g ", d->vector[i]);
  for (int i = 0; i < d->trace; i++)
    rc_str_addf(out, "%.17g %.17g\n", d->trace_energy[i], d->trace_residual[i]);
  for (int i = 0; i < d->checks; i++) rc_str_addf(out, "%s\n", d->check[i].name);
  for (int i = 0; i < d->scans; i++) rc_str_addf(out, "%.17g\n", d->scan[i].energy);
}

static uint64_t note(rc_session *s) {
  rc_share *share = rc_session_frame(s, 0);
  const rc_frame *f = rc_share_get(share);
  const uint64_t step = f->step;
  assert_true(step < STEPS);
  rc_str_clear(&seen[step]);
  frame_text(f, &seen[step]);
  rc_share_drop(share);
  return step;
}

static void test_hilbert(void **state) {
  (void)state;
  static const char *const change[][2] = {{"J2", "0.5"}, {"J2", "0.55"}};
  rc_err err = {0};
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  rc_session *s = rc_session_new(
      scenario_of("lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1, J2: 0.2}\n"
                  "studies: {hilbert: {}}\n"),
      rc_study_classes, &o, &err);
  assert_non_null(s);
  while (rc_session_turn(s, 10)) continue;
  for (size_t k = 0; k < RC_LEN(change); k++) {
    assert_true(rc_session_set(s, change[k][0], change[k][1], &err));
    note(s);
    for (bool more = true; more; note(s)) more = rc_session_turn(s, 1);
    if (k % 2 == 0) continue;
    assert_true(rc_session_command(s, 0, "scan", NULL, &err));
    note(s);
    for (bool more = true; more; note(s)) more = rc_session_turn(s, 1);
  }
  const uint64_t first = rc_session_first_step(s, 0), last = note(s);
  assert_true(last > first + 140); /* more than is kept */
  const uint64_t step[] = {first, first + 1, first + 3, first + 7, first + 8, last - 130, last - 5};
  for (size_t i = 0; i < RC_LEN(step); i++) {
    rc_str text = {0};
    rc_share *f = rc_session_look(s, 0, step[i], &err);
    assert_non_null(f);
    frame_text(rc_share_get(f), &text);
    if (strcmp(rc_str_c(&text), rc_str_c(&seen[step[i]])))
      fail_msg("step %d (%d to %d) is another one", (int)step[i], (int)first, (int)last);
    rc_share_drop(f);
    rc_str_free(&text);
  }
  rc_session_close(s, 0);
  for (int i = 0; i < STEPS; i++) rc_str_free(&seen[i]);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_hilbert)};
  return cmocka_run_group_tests_name("looking back in studies", tests, NULL, NULL);
}
