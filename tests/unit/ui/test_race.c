/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The race before an optimiser has asked all data: the loss of the part stands for theirs. */
#include "draw.h"

#include "roadcut/calib.h"
#include "ui/views/calib_parts.h"

static const rc_pane_class *pane(const char *name) {
  for (int v = 0; rc_view_classes[v]; v++)
    for (int i = 0; i < rc_view_classes[v]->panes; i++)
      if (strcmp(rc_view_classes[v]->kind.name, "race") == 0 &&
          strcmp(rc_view_classes[v]->pane[i]->name, name) == 0)
        return rc_view_classes[v]->pane[i];
  fail_msg("no pane race.%s", name);
  return NULL;
}

/* The race, as text, when the optimiser has made these queries. */
static void drawn(const char *name, const rc_optimizer_view *o, rc_str *text) {
  rc_calib_racer racer = {.name = "kalman", .view = *o};
  for (int k = 0; k < 3; k++) racer.reached[k] = NAN;
  const rc_calib_shape shape = {0};
  rc_calibration_data d = {.shape = &shape, .racers = 1, .racer = &racer, .goal = {1, 0.1, 0.01}};
  rc_share *share = rc_share_new(&d, NULL);
  const struct rc_study_class cls = {.kind.name = "calibration"};
  const rc_frame frame = {.cls = &cls, .data = share};
  const rc_view_context v = {.frame = &frame, .crosshair = -1};
  rc_screen *s = rc_screen_new(60, 12, 0);
  pane(name)->draw(&v, whole(s), false);
  rc_screen_text(s, text);
  rc_screen_free(s);
  rc_share_drop(share);
}

static void test_part_stands_for_all(void **state) {
  (void)state;
  const double at = 2.5, loss = 0.2;
  rc_optimizer_view o = {.loss = INFINITY, .best = INFINITY, .best_part = INFINITY};
  rc_str nothing = {0}, part = {0}, later = {0};
  drawn("race", &o, &nothing);
  assert_non_null(strstr(rc_str_c(&nothing), "the race has not begun"));
  o.queries = 1.5, o.best_part = 0.02;
  drawn("race", &o, &part);
  assert_non_null(strstr(rc_str_c(&part), "kalman"));
  assert_non_null(strstr(rc_str_c(&part), "0.02"));
  o.queries = 2.5, o.trail = 1, o.trail_queries = &at, o.trail_loss = &loss, o.best = loss;
  drawn("race", &o, &later); /* once all have been asked it is nobody's */
  assert_null(strstr(rc_str_c(&later), "0.02"));
  rc_str_free(&nothing);
  rc_str_free(&part);
  rc_str_free(&later);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_part_stands_for_all)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
