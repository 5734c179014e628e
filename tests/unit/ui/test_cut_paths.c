/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cut that is looked at, opened as a system of paths: in a scenario without a study of paths, in
 * one that has it, and what is refused. */
#include "common.h"

#include <math.h>

static const rc_frame *frame_of(const rc_ui *u, const char *study) {
  return rc_ui_frame(u, rc_session_find(u->session, study));
}

static const rc_cut_data *cut_of(const rc_ui *u) {
  const rc_frame *f = frame_of(u, "cut");
  return f && f->data ? rc_share_get(f->data) : NULL;
}

static const rc_paths_data *paths_of(const rc_ui *u) {
  const rc_frame *f = frame_of(u, "paths");
  return f && f->data ? rc_share_get(f->data) : NULL;
}

static const char *title_of(const rc_ui *u) {
  const rc_paths_data *d = paths_of(u);
  return d && d->shape ? d->shape->title : "";
}

static char *digits_of(const rc_cut_data *d) {
  char *s = calloc((size_t)d->graph->n + 1, 1);
  for (int v = 0; v < d->graph->n; v++) s[v] = (char)('0' + d->best_side[v]);
  return s;
}

static void assert_key(const rc_ui *u, const char *key, const char *want) {
  rc_str now = {0};
  assert_true(rc_scenario_get(rc_ui_scenario(u), key, &now));
  assert_string_equal(rc_str_c(&now), want);
  rc_str_free(&now);
}

static bool found_cut(const rc_ui *u) {
  const rc_cut_data *d = cut_of(u);
  bool moved = false; /* what solvers begin with is random: not found */
  for (int i = 0; d && i < d->solvers; i++) moved |= d->solver[i].view.moves > 0;
  return d && d->best_side && moved;
}

static void run_to_cut(rc_ui *u) {
  for (int i = 0; i < 1000 && !found_cut(u); i++) run_steps(u, 1);
  assert_true(found_cut(u));
}

/* 70 vertices: no exact committor; the signs turn over, and a path does so at the temperature that is
 * chosen. Before a solver has found anything there is nothing to open. */
static void test_opens(void **state) {
  (void)state;
  rc_ui *u = open_ui(CUTTING, true);
  do_line(u, "view cut");
  assert_refused(u, "cut.paths", "instance is not known");
  for (int i = 0; i < 1000 && !(cut_of(u) && cut_of(u)->best_side); i++) run_steps(u, 1);
  assert_false(found_cut(u));
  assert_refused(u, "cut.paths", "no cut found yet; let a solver improve first");
  run_to_cut(u);
  char *side = digits_of(cut_of(u));
  assert_refused(u, "cut.paths elsewhere", "rival or mirror");
  keys(u, "P");
  assert_message(u, "mirror");
  assert_true(rc_session_find(u->session, "paths") >= 0);
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "theatre");
  assert_key(u, "paths.system.side_A", side);
  assert_key(u, "paths.system.target", "mirror");
  assert_key(u, "paths.system.within", "0.4");
  for (int i = 0; i < 5000 && !(paths_of(u) && paths_of(u)->started); i++) run_steps(u, 1);
  const rc_paths_data *d = paths_of(u);
  assert_true(d && d->started);
  assert_in_range(d->tries, 1, 200);
  assert_int_equal(d->shape->n, 70);
  assert_non_null(strstr(d->shape->title, "Cut of 70 vertices"));
  int accepted = 0;
  for (int i = 0; i < 300 && !accepted; i++) {
    run_steps(u, 1);
    for (int k = 0; k < paths_of(u)->strip_n; k++) accepted += paths_of(u)->strip[k].accepted;
  }
  assert_true(accepted > 0);
  free(side);
  rc_ui_free(u);
}

/* A ring of six, both studies: the system is set where it is, its temperature stays, and a change of
 * the cut's amplitudes concerns the paths as well. */
static void test_sets(void **state) {
  (void)state;
  rc_ui *u = open_ui(
      "lattice: {kind: chain, cluster: [6]}\n"
      "studies:\n"
      "  cut: {amplitudes: {from: noisy, sigma: 2, symmetric: false}, moves: 2000}\n"
      "  paths: {system: {kind: cut, temperature: 0.3}, exact: off, shots: 30, learning: 0,\n"
      "          sampler: {kind: tps, select: uniform}, steps: 0, mechanism: false}\n",
      true);
  for (int i = 0; i < 300; i++) run_steps(u, 1);
  run_to_cut(u);
  const int jobs = rc_session_jobs(u->session);
  do_line(u, "view theatre");
  assert_refused(u, "cut.paths", "no view of a cut");
  do_line(u, "view cut");
  char *side = digits_of(cut_of(u));
  do_line(u, "cut.paths");
  assert_int_equal(rc_session_jobs(u->session), jobs);
  assert_key(u, "paths.system.side_A", side);
  assert_key(u, "paths.system.temperature", "0.3");
  for (int i = 0; i < 3000 && !(paths_of(u) && paths_of(u)->started); i++) run_steps(u, 1);
  assert_true(paths_of(u)->started);
  char before[96];
  snprintf(before, sizeof before, "%s", title_of(u));
  do_line(u, "undo");
  assert_key(u, "paths.system.side_A", "");
  do_line(u, "redo");
  do_line(u, "set cut.amplitudes.sigma 1");
  for (int i = 0; i < 3000 && (!*title_of(u) || !strcmp(title_of(u), before)); i++) run_steps(u, 1);
  assert_string_not_equal(title_of(u), before);
  do_line(u, "view cut");
  run_to_cut(u);
  do_line(u, "cut.paths mirror");
  assert_key(u, "paths.system.target", "mirror");
  free(side);
  rc_ui_free(u);
}

/* A surface whose temperature the scenario leaves open: the knob shows the one in use, and turns
 * from there. */
static void test_knob(void **state) {
  (void)state;
  rc_ui *u = open_ui(
      "studies: {paths: {system: {kind: potential, surface: jung, grid: 40}, shots: 0}}", true);
  for (int i = 0; i < 3000 && !(paths_of(u) && paths_of(u)->shape); i++) run_steps(u, 1);
  const double kT = paths_of(u)->shape->kT;
  char text[64];
  assert_true(kT > 0);
  snprintf(text, sizeof text, "  kT %.6g  friction", kT); /* named as shortly as it can be */
  assert_shows(u, 120, 40, text);
  assert_key(u, "paths.system.kT", "0");
  do_line(u, "knob.select kT");
  assert_string_equal(u->knob_of[u->knob].key.name, "paths.system.kT");
  do_line(u, "plus");
  snprintf(text, sizeof text, "paths.system.kT: %.6g to", kT); /* from where it was in use */
  assert_message(u, text);
  rc_str now = {0};
  assert_true(rc_scenario_get(rc_ui_scenario(u), "paths.system.kT", &now));
  assert_true(fabs(atof(rc_str_c(&now)) / kT - pow(10, .1)) < 1e-3);
  rc_str_free(&now);
  do_line(u, "reset");
  assert_key(u, "paths.system.kT", "0");
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_opens), cmocka_unit_test(test_sets),
                                     cmocka_unit_test(test_knob)};
  return cmocka_run_group_tests_name("the cut as a system of paths", tests, NULL, NULL);
}
