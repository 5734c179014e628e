/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views without a terminal. */
#include "common.h"

/* A scenario with the study that the view belongs to. */
static rc_scenario *parse_for(const char *what) {
  const size_t n = strcspn(what, ".");
  for (int v = 0; rc_view_classes[v]; v++) {
    const rc_view_class *c = rc_view_classes[v];
    if (strlen(c->kind.name) != n || strncmp(c->kind.name, what, n)) continue;
    if (!strcmp(c->study, "calibration"))
      return parse("lattice: {kind: square, torus: [[2, 2], [2, -2]]}\n"
                   "model: {J1: 1.0, J2: 0.4}\n"
                   "studies:\n"
                   "  calibration:\n"
                   "    model: {kind: nist, problem: Misra1a}\n"
                   "    optimizers: [lm]\n"
                   "    queries: 40\n"
                   "    slices: {width: 8, height: 8}\n"
                   "    ensemble: 20\n");
    if (!strcmp(c->study, "paths"))
      return parse(
          "lattice: {kind: square, torus: [[2, 2], [2, -2]]}\n"
          "model: {J1: 1.0, J2: 0.4}\n"
          "studies:\n"
          "  paths: {system: {kind: ising, width: 3, height: 3, temperature: 2},\n"
          "          shots: 20, burn: 5, steps: 1000, learn: {hidden: 8, frames: false}}\n");
    if (!strcmp(c->study, "watch"))
      return parse(watching("lattice: {kind: square, torus: [[2, 2], [2, -2]]}\n"));
    if (!strcmp(c->study, "cut"))
      return parse("lattice: {kind: square, torus: [[2, 2], [2, -2]]}\n"
                   "model: {J1: 1.0, J2: 0.4}\n"
                   "studies:\n"
                   "  cut: {moves: 20000}\n");
  }
  return parse(SQUARE);
}

static char *show(const char *what, uint64_t steps, const char *const *commands,
                  const char *format) {
  rc_scenario *sc = parse_for(what);
  rc_str out = {0};
  rc_err err = {0};
  if (!rc_show(what, sc, NULL, steps, 100, 30, RC_G_BRAILLE, NULL, commands, format, &out, &err))
    fail_msg("%s: %s", what, err.message);
  rc_scenario_free(sc);
  return out.text;
}

static void refuse(const char *what, const char *format, const char *theme, const char *command,
                   const char *text) {
  rc_scenario *sc = parse(SQUARE);
  const char *const commands[] = {command, NULL};
  rc_str out = {0};
  rc_err err = {0};
  assert_false(rc_show(what, sc, NULL, 2, 80, 24, RC_G_BRAILLE, theme, command ? commands : NULL,
                       format, &out, &err));
  if (!strstr(err.message, text)) fail_msg("'%s' lacks '%s'", err.message, text);
  rc_str_free(&out);
  rc_scenario_free(sc);
}

static void test_the_same_twice(void **state) {
  (void)state;
  static const char *const formats[] = {"text", "ansi", "svg"};
  static const char *const commands[] = {"set J2 0.6", "pane.next", "step 3", NULL};
  for (int v = 0; rc_view_classes[v]; v++)
    for (size_t f = 0; f < RC_LEN(formats); f++)
      for (int steps = 0; steps < 20; steps += 7) {
        char *a = show(rc_view_classes[v]->kind.name, (uint64_t)steps, commands, formats[f]);
        char *b = show(rc_view_classes[v]->kind.name, (uint64_t)steps, commands, formats[f]);
        assert_string_equal(a, b);
        rc_free(a);
        rc_free(b);
      }
}

static void test_steps(void **state) {
  (void)state;
  char *a = show("lattice", 5, NULL, "text");
  assert_non_null(strstr(a, "paused"));
  assert_non_null(strstr(a, "step 5"));
  rc_free(a);
  static const char *const more[] = {"step 4", NULL};
  a = show("lattice", 5, more, "text");
  assert_non_null(strstr(a, "step 9"));
  rc_free(a);
  static const char *const back[] = {"step 4", "history.back 2", NULL};
  a = show("lattice", 5, back, "text");
  assert_non_null(strstr(a, "step 7"));
  assert_non_null(strstr(a, "looking back"));
  rc_free(a);
  a = show("lattice", 0, NULL, "text");
  assert_non_null(strstr(a, "done"));
  rc_free(a);
}

static void test_every_pane_alone(void **state) {
  (void)state;
  for (int v = 0; rc_view_classes[v]; v++)
    for (int p = 0; p < rc_view_classes[v]->panes; p++) {
      char what[80];
      snprintf(what, sizeof what, "%s.%s", rc_view_classes[v]->kind.name,
               rc_view_classes[v]->pane[p]->name);
      char *a = show(what, 0, NULL, "text");
      assert_non_null(strstr(a, rc_view_classes[v]->pane[p]->title));
      rc_free(a);
    }
}

static void test_overlays(void **state) {
  (void)state;
  static const char *const overlays[] = {"help",   "palette", "params", "options",
                                         "breaks", "events",  "tour",   "key / a b c"};
  for (size_t i = 0; i < RC_LEN(overlays); i++) {
    const char *const one[] = {overlays[i], NULL};
    char *plain = show("lattice", 3, NULL, "text"), *with = show("lattice", 3, one, "text");
    assert_string_not_equal(plain, with);
    rc_free(plain);
    rc_free(with);
  }
}

static void test_a_command_may_close_it(void **state) {
  (void)state;
  static const char *const close[] = {"open", NULL};
  char *a = show("lattice", 0, close, "text");
  assert_non_null(strstr(a, "scenarios"));
  rc_free(a);
}

static void test_refusals(void **state) {
  (void)state;
  refuse("nowhere", "text", NULL, NULL, "no view 'nowhere'");
  refuse("lattice.nowhere", "text", NULL, NULL, "no pane");
  refuse("lattice", "gif", NULL, NULL, "no format 'gif'");
  refuse("lattice", "text", "plaid", NULL, "no theme 'plaid'");
  refuse("lattice", "text", NULL, "dance", "no command 'dance'");
  refuse("lattice", "text", NULL, "set J2 x", "J2");
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_same_twice),         cmocka_unit_test(test_steps),
      cmocka_unit_test(test_every_pane_alone),       cmocka_unit_test(test_overlays),
      cmocka_unit_test(test_a_command_may_close_it), cmocka_unit_test(test_refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
