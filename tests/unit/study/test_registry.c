/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every registered study must do: describe itself, run on its defaults to an end, name its
 * figures, take a change at any step, and say the same thing twice and on any number of threads. */
#include "unit/study/magnet.h"

enum { STEPS_MAX = 3000 };

static rc_scenario *scenario_with(const rc_study_class *cls, const char *options) {
  char yaml[300];
  snprintf(yaml, sizeof yaml,
           "lattice: {kind: chain, cluster: [5]}\nmodel: {J1: 1}\n"
           "studies: {%s: %s}\n",
           cls->kind.name, options);
  return scenario_of(yaml);
}

/* A shorter way to the end, where the whole of it would be gone many times. */
static rc_scenario *shorter(const rc_study_class *cls) {
  const bool paths = !strcmp(cls->kind.name, "paths");
  return scenario_with(cls, paths ? "{system: wsme, shots: 50, learning: 12, steps: 50000}" : "{}");
}

static rc_scenario *defaults(const rc_study_class *cls) {
#ifdef __SANITIZE_THREAD__ /* thirty times slower, and what it looks for is in every step */
  return shorter(cls);
#else
  return scenario_with(cls, "{}");
#endif
}

static void check_text(const char *what, const char *name, const char *text, size_t least) {
  if (!text || strlen(text) < least) fail_msg("%s: %s is missing or too short", name, what);
}

static void test_descriptions(void **state) {
  (void)state;
  int n = 0;
  for (; rc_study_classes[n]; n++) {
    const rc_kind *k = &rc_study_classes[n]->kind;
    assert_ptr_equal(rc_study_kinds[n], k);
    check_text("the title", k->name, k->title, 3);
    check_text("the help", k->name, k->help, 10);
    check_text("the explanation", k->name, k->explain, 80);
    for (const rc_param *p = k->params; p && p->name; p++) check_text("help", p->name, p->help, 5);
    const rc_study_class *c = rc_study_classes[n];
    assert_true(c->open && c->step && c->frame && c->change && c->close && c->result_names);
    for (int i = 0; i < n; i++) assert_string_not_equal(rc_study_kinds[i]->name, k->name);
  }
  assert_true(n > 0);
  assert_null(rc_study_kinds[n]);
}

static void emit_nothing(void *who, const char *kind, double value, const char *format, ...) {
  (void)who, (void)kind, (void)value, (void)format;
}

/* The list of commands is that of the commands a study knows. */
static void test_command_list(void **state) {
  (void)state;
  for (int i = 0; rc_study_classes[i]; i++) {
    const rc_study_class *cls = rc_study_classes[i];
    if (!cls->commands) continue;
    rc_scenario *sc = defaults(cls);
    rc_err err = {0};
    const rc_study_env env = {.scenario = sc, .seed = 1, .threads = 1, .emit = emit_nothing};
    void *study = cls->open(&env, sc->study[0].opts, &err);
    assert_non_null(study);
    for (const rc_study_command *c = cls->commands; c->name; c++) {
      err = (rc_err){0};
      check_text("help", c->name, c->help, 5);
      /* too early for most of them, but none is unknown */
      if (!cls->command(study, c->name, "", &err) && strstr(err.message, "knows no command"))
        fail_msg("%s: %s", cls->kind.name, err.message);
    }
    char wrong[64], near[256];
    snprintf(wrong, sizeof wrong, "%sx", cls->commands[0].name);
    snprintf(near, sizeof near, "'%s' knows no command '%s'; did you mean '%s'?", cls->kind.name,
             wrong, cls->commands[0].name);
    err = (rc_err){0};
    assert_false(cls->command(study, wrong, "", &err));
    if (!strstr(err.message, near)) fail_msg("'%s' should say '%s'", err.message, near);
    cls->close(study);
    rc_scenario_free(sc);
  }
}

static void add_line(void *who, const char *json) {
  rc_str *out = who;
  if (strstr(json, "\"type\":\"end\"")) return;
  const char *t = strstr(json, "\"t\":"); /* the time of a progress line */
  if (t && strstr(json, "\"type\":\"progress\"")) {
    rc_str_addn(out, json, (size_t)(t - json));
    rc_str_add(out, t + strcspn(t, ","));
  } else {
    rc_str_add(out, json);
  }
  rc_str_addc(out, '\n');
}

static int run_lines(const rc_scenario *sc, int threads, rc_str *out) {
  rc_err err = {0};
  const rc_run_opts o = {.threads = threads, .steps = STEPS_MAX, .line = add_line, .who = out};
  int status = rc_run(sc, rc_study_classes, &o, &err);
  if (status != 0) fail_msg("status %d: %s", status, err.message);
  return status;
}

static void test_runs(void **state) {
  (void)state;
  for (int i = 0; rc_study_classes[i]; i++) {
    rc_scenario *sc = defaults(rc_study_classes[i]);
    rc_str one = {0}, again = {0}, two = {0};
    run_lines(sc, 1, &one);
    run_lines(sc, 1, &again);
    run_lines(sc, 2, &two);
    assert_string_equal(rc_str_c(&one), rc_str_c(&again));
    assert_string_equal(rc_str_c(&one), rc_str_c(&two));
    for (const char *const *name = rc_study_classes[i]->result_names; *name; name++) {
      char key[80];
      snprintf(key, sizeof key, "\"%s\":", *name);
      const char *result = strstr(rc_str_c(&one), "\"type\":\"result\"");
      assert_non_null(result);
      if (!strstr(result, key)) fail_msg("%s has no %s", rc_study_kinds[i]->name, key);
    }
    rc_str_free(&one);
    rc_str_free(&again);
    rc_str_free(&two);
    rc_scenario_free(sc);
  }
}

#ifndef __SANITIZE_THREAD__ /* what follows works without a second thread */
static void figures(rc_session *s, rc_str *out) {
  rc_share *frame = rc_session_frame(s, 0);
  const rc_frame *f = rc_share_get(frame);
  rc_str_addf(out, "%d %s\n", f->state, f->error.message);
  for (int i = 0; i < f->scalars; i++) {
    const rc_scalar *v = &f->scalar[i];
    rc_str_addf(out, "%s %d %.17g %lld %s\n", v->name, v->type, v->type == RC_S_REAL ? v->real : 0,
                v->type == RC_S_INT || v->type == RC_S_BOOL ? (long long)v->integer : 0,
                v->type == RC_S_TEXT ? v->text : "");
  }
  rc_share_drop(frame);
}

static void run_session(rc_session *s) {
  for (int i = 0; i < STEPS_MAX && rc_session_turn(s, 1); i++) continue;
}

static bool listed(const char *const *list, const char *name) {
  for (; *list; list++)
    if (strcmp(*list, name) == 0) return true;
  return false;
}

/* The events and phases a study says it has are all it has. */
static void check_words(rc_session *s, const rc_study_class *c, const rc_frame *f, uint64_t *from) {
  static rc_event event[256];
  const int n = rc_session_events(s, 0, *from, event, (int)RC_LEN(event));
  for (int i = 0; i < n; i++) {
    *from = event[i].number + 1;
    if (!listed(c->event_names, event[i].kind))
      fail_msg("%s: event '%s' is not in its list", c->kind.name, event[i].kind);
  }
  if (f->phase[0] && !listed(c->phase_names, f->phase))
    fail_msg("%s: phase '%s' is not in its list", c->kind.name, f->phase);
}

/* What a study says of the types of its figures is so, at any step. */
static void test_types(void **state) {
  (void)state;
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  for (int i = 0; rc_study_classes[i]; i++) {
    const rc_study_class *c = rc_study_classes[i];
    if (!c->text_names || !c->flag_names) continue;
    rc_session *s = rc_session_new(shorter(c), rc_study_classes, &o, NULL);
    bool more = true;
    uint64_t from = 0;
    for (int n = 0; n < STEPS_MAX && more; n++) {
      rc_share *frame = rc_session_frame(s, 0);
      const rc_frame *f = frame ? rc_share_get(frame) : NULL;
      if (f) check_words(s, c, f, &from);
      for (int k = 0; f && k < f->scalars; k++) {
        const rc_scalar *v = &f->scalar[k];
        if (v->type == RC_S_NULL) continue;
        if (listed(c->text_names, v->name) != (v->type == RC_S_TEXT) ||
            listed(c->flag_names, v->name) != (v->type == RC_S_BOOL))
          fail_msg("%s: %s is of another type", c->kind.name, v->name);
      }
      rc_share_drop(frame);
      more = rc_session_turn(s, 1);
    }
    rc_session_close(s, 1000);
  }
}

/* A change after any number of steps leads to what a fresh study finds. */
static void test_changes(void **state) {
  (void)state;
  static const int after[] = {0, 2, 7, STEPS_MAX};
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  for (int i = 0; rc_study_classes[i]; i++) {
    rc_scenario *sc = shorter(rc_study_classes[i]);
    assert_true(rc_scenario_set(sc, "J1", "0.75", rc_study_kinds, NULL));
    rc_session *s = rc_session_new(sc, rc_study_classes, &o, NULL);
    rc_str fresh = {0};
    run_session(s);
    figures(s, &fresh);
    rc_session_close(s, 0);
    for (size_t k = 0; k < RC_LEN(after); k++) {
      s = rc_session_new(shorter(rc_study_classes[i]), rc_study_classes, &o, NULL);
      for (int n = 0; n < after[k] && rc_session_turn(s, 1); n++) continue;
      assert_true(rc_session_set(s, "J1", "0.75", NULL));
      run_session(s);
      rc_str changed = {0};
      figures(s, &changed);
      assert_string_equal(rc_str_c(&changed), rc_str_c(&fresh));
      rc_str_free(&changed);
      rc_session_close(s, 0);
    }
    rc_str_free(&fresh);
  }
}

#endif

/* Nonsense commands are refused in words, and change nothing. */
static void test_commands(void **state) {
  (void)state;
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  for (int i = 0; rc_study_classes[i]; i++) {
    rc_session *s = rc_session_new(shorter(rc_study_classes[i]), rc_study_classes, &o, NULL);
    rc_err err = {0};
    assert_false(rc_session_command(s, 0, "no such command", "x", &err));
    assert_int_equal(err.code, RC_ERR_INPUT);
    assert_true(strlen(err.message) > 10);
    rc_session_close(s, 0);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_descriptions), cmocka_unit_test(test_command_list),
      cmocka_unit_test(test_runs),
#ifndef __SANITIZE_THREAD__
      cmocka_unit_test(test_types),        cmocka_unit_test(test_changes),
#endif
      cmocka_unit_test(test_commands)};
  return cmocka_run_group_tests_name("studies", tests, NULL, NULL);
}
