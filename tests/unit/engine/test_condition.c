/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions of breakpoints: what they mean, and what is said about malformed ones. */
#include "unit/engine/fake.h"

static const rc_frame *sample(void) {
  static rc_frame f;
  f = (rc_frame){.cls = &fake_count,
                 .step = 12,
                 .generation = 3,
                 .state = RC_RUNNING,
                 .progress = 0.25,
                 .phase = "Lanczos"};
  rc_frame_real(&f, "gap", 0.005);
  rc_frame_real(&f, "unknown", nan(""));
  rc_frame_int(&f, "degeneracy", 2);
  rc_frame_bool(&f, "balanced", true);
  rc_frame_text(&f, "sector", "Sz=0");
  rc_frame_null(&f, "later");
  return &f;
}

static const rc_event events[] = {{.kind = "improved"}, {.kind = "lanczos.converged"}};

static void check(const char *condition, bool expected) {
  rc_err err = {0};
  if (!rc_condition_check(condition, &err)) fail_msg("%s", err.message);
  if (rc_condition_holds(condition, sample(), events, 2) != expected)
    fail_msg("'%s' should be %s", condition, expected ? "true" : "false");
}

static void test_comparisons(void **state) {
  (void)state;
  check("gap < 0.01", true);
  check("gap < 5e-3", false);
  check("gap <= 5e-3", true);
  check("gap>=0.005", true);
  check("gap > -1", true);
  check("degeneracy = 2", true);
  check("degeneracy == 2", true);
  check("degeneracy != 2", false);
  check("step = 12", true);
  check("step >= 13", false);
  check("generation = 3", true);
  check("progress < 0.5", true);
  check("balanced = true", true);
  check("balanced = false", false);
  check("balanced = 1", true);
  check("state = running", true);
  check("state != done", true);
  check("phase = Lanczos", true);
  check("sector = \"Sz=0\"", true);
  check("sector = \"Sz=1\"", false);
}

/* What is not known satisfies nothing, not even !=. */
static void test_unknown(void **state) {
  (void)state;
  check("unknown < 1", false);
  check("unknown != 1", false);
  check("later = 0", false);
  check("later != 0", false);
  check("absent != 0", false);
}

static void test_events(void **state) {
  (void)state;
  check("event = improved", true);
  check("event = lanczos.converged", true);
  check("event = lanczos", false);
  check("event != improved", true);
  assert_false(rc_condition_holds("event != improved", sample(), events, 1));
  assert_false(rc_condition_holds("event != improved", sample(), NULL, 0));
}

static void test_joined(void **state) {
  (void)state;
  check("gap < 0.01 and step = 12", true);
  check("gap < 0.01 and step = 13", false);
  check("gap > 1 or step = 12", true);
  /* 'and' binds closer than 'or' */
  check("step = 12 or step = 13 and gap > 1", true);
  check("(step = 12 or step = 13) and gap > 1", false);
  check("gap > 1 and step = 12 or step = 12", true);
  check("((step = 12))", true);
}

static void test_study_prefix(void **state) {
  (void)state;
  check("count.gap < 0.01", true);
  check("other.gap < 0.01", false);
  check("count.step = 12", true);
  check("other.step = 12", false);
}

static void check_error(const char *condition, const char *message) {
  rc_err err = {0};
  assert_false(rc_condition_check(condition, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_string_equal(err.message, message);
  assert_false(rc_condition_holds(condition, sample(), events, 2));
}

static void test_errors(void **state) {
  (void)state;
  check_error("", "condition '', column 1: expected a figure, 'step' or 'event'");
  check_error("gap", "condition 'gap', column 4: expected one of < > <= >= = !=");
  check_error("gap <", "condition 'gap <', column 6: expected a number or a word");
  check_error("gap ~ 3",
              "condition 'gap ~ 3', column 5: expected one of < > <= >= = != instead of '~'");
  check_error("gap < small",
              "condition 'gap < small', column 7: expected a number after < > <= >= instead of "
              "'small'");
  check_error("gap < 1 and",
              "condition 'gap < 1 and', column 12: expected a figure, 'step' or 'event'");
  check_error("gap < 1 step = 2",
              "condition 'gap < 1 step = 2', column 9: expected 'and', 'or' or the end instead of "
              "'step'");
  check_error("(gap < 1", "condition '(gap < 1', column 9: expected ')', 'and' or 'or'");
  check_error("gap < 1)",
              "condition 'gap < 1)', column 8: expected 'and', 'or' or the end instead of ')'");
  check_error("event < 3", "condition 'event < 3': event can only be compared by = and !=");
  check_error("sector = \"open",
              "condition 'sector = \"open', column 10: expected a text that ends "
              "in '\"' instead of '\"open'");
  check_error("3 < gap",
              "condition '3 < gap', column 1: expected a figure, 'step' or 'event' instead of '3'");
  check_error("gap < 1e999",
              "condition 'gap < 1e999', column 7: expected a number or a word instead of '1e999'");
}

/* Deep nesting and long chains are refused, not a stack that overflows. */
static void test_too_much(void **state) {
  (void)state;
  rc_str deep = {0}, chain = {0};
  for (int i = 0; i < 5000; i++) rc_str_add(&deep, "(");
  assert_false(rc_condition_check(rc_str_c(&deep), NULL));
  for (int i = 0; i < 5000; i++) rc_str_addf(&chain, "%sgap < %d", i ? " or " : "", i);
  assert_false(rc_condition_check(rc_str_c(&chain), NULL));
  rc_str_free(&deep);
  rc_str_free(&chain);
}

/* ---- against what there is ---------------------------------------------------------------------
 */

/* Two studies have a phase, each with words of its own. */
static const char *const some[] = {"Lanczos", "levels", NULL}, *const other[] = {"race", NULL};
static const rc_figure known[] = {
    {"gap", RC_FIGURE_NUMBER, NULL},  {"balanced", RC_FIGURE_FLAG, NULL},
    {"phase", RC_FIGURE_TEXT, some},  {"phase", RC_FIGURE_TEXT, other},
    {"sector", RC_FIGURE_TEXT, NULL}, {"told", RC_FIGURE_ANY, NULL}};

static void test_values_there_can_be(void **state) {
  (void)state;
  static const char *const good[] = {
      "gap < 0.1",           "gap != -1",         "balanced = true",
      "balanced = 0",        "balanced = 1",      "phase = Lanczos",
      "phase = race",        "sector = \"Sz=0\"", "sector = any",
      "sector = 3",          "told = 3",          "told = word",
      "told = true",         "phase != levels",   "gap < 1 and gap > 0",
      "(gap = 1 or told=x)", "balanced != false"};
  for (size_t i = 0; i < RC_LEN(good); i++) {
    rc_err err = {0};
    if (!rc_condition_check_in(good[i], known, RC_LEN(known), &err))
      fail_msg("%s: %s", good[i], err.message);
  }
  static const struct {
    const char *condition;
    int column;
    const char *message;
  } bad[] = {{"gpa < 1", 1, "unknown figure 'gpa'; did you mean 'gap'?"},
             {"gap < 1 and gpa < 1", 13, "unknown figure 'gpa'; did you mean 'gap'?"},
             {"gap = low", 7, "'gap' is a number, never 'low'"},
             {"gap = true", 7, "'gap' is a number, never 'true'"},
             {"gap = \"1\"", 7, "'gap' is a number, never '1'"},
             {"balanced = 2", 12, "'balanced' is never '2'; there is true, false"},
             {"balanced = flase", 12, "'balanced' is never 'flase'; did you mean 'false'?"},
             {"phase = lanzcos", 9, "'phase' is never 'lanzcos'; did you mean 'Lanczos'?"},
             {"gap < 1 or phase = x", 20, "'phase' is never 'x'; there is Lanczos, levels, race"}};
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    rc_err err = {0};
    assert_false(rc_condition_check_in(bad[i].condition, known, RC_LEN(known), &err));
    assert_string_equal(err.message, bad[i].message);
    assert_int_equal(err.column, bad[i].column);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_comparisons),  cmocka_unit_test(test_unknown),
      cmocka_unit_test(test_events),       cmocka_unit_test(test_joined),
      cmocka_unit_test(test_study_prefix), cmocka_unit_test(test_errors),
      cmocka_unit_test(test_too_much),     cmocka_unit_test(test_values_there_can_be)};
  return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
