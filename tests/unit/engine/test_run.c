/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headless runs: JSON Lines, expectations, limits, statuses, and the same bytes every time. */
#include <jansson.h>

#include "unit/engine/fake.h"

typedef struct log {
  rc_str lines, complaints;
  int shown;
} log_t;

static void take_line(void *who, const char *json) {
  log_t *l = who;
  rc_str_add(&l->lines, json);
  rc_str_addc(&l->lines, '\n');
}
static void take_complaint(void *who, const char *message) {
  log_t *l = who;
  rc_str_add(&l->complaints, message);
  rc_str_addc(&l->complaints, '\n');
}
static void take_progress(void *who, const rc_frame *f) {
  (void)f;
  ((log_t *)who)->shown++;
}
static void log_free(log_t *l) {
  rc_str_free(&l->lines);
  rc_str_free(&l->complaints);
}

static int run(const rc_scenario *sc, rc_run_opts o, log_t *l, rc_err *err) {
  o.line = take_line;
  o.complain = take_complaint;
  o.progress = take_progress;
  o.who = l;
  return rc_run(sc, fake_classes, &o, err);
}

/* The lines without what may differ: 'end' lines and times. Every line must be a JSON object with
 * type and study. */
static void comparable(const log_t *l, rc_str *out) {
  const char *p = rc_str_c(&l->lines);
  while (*p) {
    size_t n = strcspn(p, "\n");
    json_t *o = json_loadb(p, n, JSON_REJECT_DUPLICATES, NULL);
    if (!o) fail_msg("no JSON: %.*s", (int)n, p);
    assert_true(json_is_string(json_object_get(o, "study")));
    const char *type = json_string_value(json_object_get(o, "type"));
    assert_non_null(type);
    if (strcmp(type, "end") != 0) {
      json_object_del(o, "t");
      char *text = json_dumps(o, JSON_REAL_PRECISION(17));
      rc_str_add(out, text);
      rc_str_addc(out, '\n');
      free(text);
    }
    json_decref(o);
    p += n + 1;
  }
}

/* The k-th line of a type (from 0), or NULL. */
static json_t *line_of(const log_t *l, const char *type, int k) {
  const char *p = rc_str_c(&l->lines);
  while (*p) {
    size_t n = strcspn(p, "\n");
    json_t *o = json_loadb(p, n, JSON_REJECT_DUPLICATES, NULL);
    if (strcmp(json_string_value(json_object_get(o, "type")), type) == 0 && k-- == 0) return o;
    json_decref(o);
    p += n + 1;
  }
  return NULL;
}

static int count_of(const log_t *l, const char *type) {
  int n = 0;
  for (json_t *o; (o = line_of(l, type, n)); n++) json_decref(o);
  return n;
}

static void test_lines(void **state) {
  (void)state;
  rc_scenario *sc = fake_scenario("count: {steps: 40, events: 1}", NULL);
  log_t l = {.shown = 0};
  rc_err err = {0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1}, &l, &err), 0);
  assert_int_equal(err.code, RC_ERR_NONE);
  assert_int_equal(count_of(&l, "start"), 1);
  assert_int_equal(count_of(&l, "progress"), 31 + 5); /* 1..31, then every other one to 40 */
  assert_int_equal(count_of(&l, "event"), 41);
  assert_int_equal(count_of(&l, "result"), 1);
  assert_int_equal(count_of(&l, "end"), 1);
  assert_true(l.shown >= 1);

  json_t *o = line_of(&l, "start", 0);
  assert_string_equal(json_string_value(json_object_get(o, "version")), RC_VERSION);
  assert_string_equal(json_string_value(json_object_get(o, "scenario")), "test.yaml");
  assert_int_equal(strlen(json_string_value(json_object_get(o, "sha256"))), 64);
  assert_int_equal(json_integer_value(json_object_get(o, "seed")), 1);
  json_t *p = json_object_get(o, "parameters");
  assert_int_equal(json_integer_value(json_object_get(p, "count.steps")), 40);
  assert_true(json_number_value(json_object_get(p, "model.J1")) == 1.0);
  json_decref(o);

  o = line_of(&l, "result", 0);
  assert_string_equal(json_string_value(json_object_get(o, "study")), "count");
  assert_string_equal(json_string_value(json_object_get(o, "state")), "done");
  assert_int_equal(json_integer_value(json_object_get(o, "done")), 40);
  assert_true(json_is_null(json_object_get(o, "nothing")));
  assert_true(json_is_null(json_object_get(o, "absent"))); /* promised, not given */
  assert_true(json_is_true(json_object_get(o, "even")));
  assert_int_equal(json_array_size(json_object_get(o, "list")), 2);
  json_decref(o);

  o = line_of(&l, "end", 0);
  assert_int_equal(json_integer_value(json_object_get(o, "status")), 0);
  assert_true(json_number_value(json_object_get(o, "wall")) >= 0);
  assert_true(json_number_value(json_object_get(o, "cpu")) >= 0);
  assert_true(json_is_integer(json_object_get(o, "bytes_peak")));
  assert_int_equal(json_integer_value(json_object_get(o, "threads")), 1);
  json_decref(o);
  log_free(&l);
  rc_scenario_free(sc);
}

/* Where nobody looks a step makes no frame; the last one is there, however the run ends. */
static void test_frames_shown_alone(void **state) {
  (void)state;
  rc_scenario *sc = fake_scenario("count: {steps: 5000, work: 1}", NULL);
  static const uint64_t limit[] = {0, 4999};
  for (size_t k = 0; k < RC_LEN(limit); k++) {
    log_t l = {.shown = 0};
    const int before = atomic_load(&count_frames);
    assert_int_equal(run(sc, (rc_run_opts){.threads = 1, .steps = limit[k]}, &l, NULL), 0);
    assert_true(atomic_load(&count_frames) - before < 1000);
    json_t *o = line_of(&l, "result", 0);
    assert_int_equal(json_integer_value(json_object_get(o, "done")), limit[k] ? 4999 : 5000);
    json_decref(o);
    log_free(&l);
  }
  rc_scenario_free(sc);
}

static void test_same_bytes(void **state) {
  (void)state;
  rc_scenario *sc = fake_scenario("count: {steps: 200, events: 2, work: 20000}", NULL);
  rc_str text[3] = {{0}, {0}, {0}};
  for (int i = 0; i < 3; i++) {
    log_t l = {.shown = 0};
    assert_int_equal(run(sc, (rc_run_opts){.threads = i + 1}, &l, NULL), 0);
    comparable(&l, &text[i]);
    log_free(&l);
  }
  assert_true(text[0].len > 10000);
  assert_string_equal(rc_str_c(&text[0]), rc_str_c(&text[1]));
  assert_string_equal(rc_str_c(&text[0]), rc_str_c(&text[2]));
  log_t l = {.shown = 0};
  rc_str other = {0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1, .seed = 2}, &l, NULL), 0);
  comparable(&l, &other);
  assert_string_not_equal(rc_str_c(&text[0]), rc_str_c(&other));
  log_free(&l);
  rc_str_free(&other);
  for (int i = 0; i < 3; i++) rc_str_free(&text[i]);
  rc_scenario_free(sc);
}

/* A session and a headless run of the same scenario end in the same figures. */
static void test_same_as_session(void **state) {
  (void)state;
  rc_scenario *sc = fake_scenario("count: {}", NULL);
  log_t l = {.shown = 0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 2}, &l, NULL), 0);
  rc_session *s = fake_session("count: {}", (rc_session_opts){.threads = 1});
  await(s, 0, "state = done");
  rc_share *frame = rc_session_frame(s, 0);
  json_t *o = line_of(&l, "result", 0);
  assert_true(json_number_value(json_object_get(o, "sum")) ==
              rc_frame_find(rc_share_get(frame), "sum")->real);
  json_decref(o);
  rc_share_drop(frame);
  assert_true(rc_session_close(s, 10000));
  log_free(&l);
  rc_scenario_free(sc);
}

static void test_expectations_met(void **state) {
  (void)state;
  rc_scenario *sc =
      fake_scenario("count: {}", "expect:\n"
                                 "  - {study: count, value: done, is: 50}\n"
                                 "  - {study: count, value: J, is: 1.0000001, within: 1.0e-6}\n"
                                 "  - {study: count, value: word, is: large}\n"
                                 "  - {study: count, value: even, is: true}\n"
                                 "  - {study: count, value: done, below: 51}\n"
                                 "  - {study: count, value: done, above: 49}\n");
  log_t l = {.shown = 0};
  assert_int_equal(sc->expects, 6);
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1}, &l, NULL), 0);
  assert_string_equal(rc_str_c(&l.complaints), "");
  log_free(&l);
  rc_scenario_free(sc);
}

static void test_expectations_failed(void **state) {
  (void)state;
  rc_scenario *sc =
      fake_scenario("count: {}", "expect:\n"
                                 "  - {study: count, value: done, is: 51}\n"
                                 "  - {study: count, value: J, is: 1.5, within: 0.25}\n"
                                 "  - {study: count, value: word, is: small}\n"
                                 "  - {study: count, value: even, is: false}\n"
                                 "  - {study: count, value: done, below: 50}\n"
                                 "  - {study: count, value: done, above: 50}\n"
                                 "  - {study: count, value: nothing, below: 1}\n"
                                 "  - {study: count, value: missing, above: 1}\n"
                                 "  - {study: count, value: done, is: 50}\n");
  log_t l = {.shown = 0};
  rc_err err = {0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1}, &l, &err), 1);
  assert_int_equal(err.code, RC_ERR_EXPECT);
  assert_string_equal(err.message, "8 expectations or checks failed");
  static const char *const wanted[] = {
      "expected done of count to be 51, got 50\n",
      "expected J of count to be 1.5 within 0.25, got 1\n",
      "expected word of count to be 'small', got 'large'\n",
      "expected even of count to be false, got true\n",
      "expected done of count to be below 50, got 50\n",
      "expected done of count to be above 50, got 50\n",
      "expected nothing of count to be below 1, got unknown\n",
      "expected missing of count to be above 1, got no such figure\n"};
  const char *p = rc_str_c(&l.complaints);
  for (size_t i = 0; i < RC_LEN(wanted); i++) {
    int line = 0, column = 0, used = 0;
    assert_int_equal(sscanf(p, "test.yaml:%d:%d: %n", &line, &column, &used), 2);
    assert_true(line == sc->expect[i].line && column == sc->expect[i].column);
    p += used;
    assert_memory_equal(p, wanted[i], strlen(wanted[i]));
    p += strlen(wanted[i]);
    json_t *o = line_of(&l, "event", 1 + (int)i); /* the first event is 'seven' */
    assert_string_equal(json_string_value(json_object_get(o, "kind")), "expect.failed");
    json_decref(o);
  }
  assert_string_equal(p, "");
  json_t *o = line_of(&l, "end", 0);
  assert_int_equal(json_integer_value(json_object_get(o, "status")), 1);
  json_decref(o);
  log_free(&l);
  rc_scenario_free(sc);
}

static void test_limits(void **state) {
  (void)state;
  rc_scenario *sc =
      fake_scenario("count: {steps: 100000}", "expect: [{study: count, value: done, is: 3}]\n");
  log_t l = {.shown = 0};
  rc_err err = {0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1, .steps = 10}, &l, &err), 0);
  json_t *o = line_of(&l, "result", 0);
  assert_int_equal(json_integer_value(json_object_get(o, "done")), 10);
  assert_string_equal(json_string_value(json_object_get(o, "state")), "step limit");
  json_decref(o);
  log_free(&l);
  l = (log_t){.shown = 0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1, .seconds = 1e-9}, &l, &err), 4);
  assert_int_equal(err.code, RC_ERR_LIMIT);
  o = line_of(&l, "result", 0);
  assert_int_equal(json_integer_value(json_object_get(o, "done")), 1); /* after the step */
  assert_string_equal(json_string_value(json_object_get(o, "state")), "time limit");
  json_decref(o);
  log_free(&l);
  rc_scenario_free(sc);
}

/* Stops from inside the run, as a signal handler would. */
static volatile int stop_flag;
static int stop_with = 1; /* what the handler writes */
static void stop_at_seven(void *who, const char *json) {
  take_line(who, json);
  if (strstr(json, "\"kind\":\"seven\"")) stop_flag = stop_with;
}

static void test_stop(void **state) {
  (void)state;
  rc_scenario *sc = fake_scenario("count: {}, fail: {}", NULL);
  log_t l = {.shown = 0};
  rc_err err = {0};
  stop_flag = 0;
  const rc_run_opts o = {.threads = 1, .line = stop_at_seven, .who = &l, .stop = &stop_flag};
  assert_int_equal(rc_run(sc, fake_classes, &o, &err), 130);
  assert_int_equal(err.code, RC_ERR_STOPPED);
  json_t *r = line_of(&l, "result", 0);
  assert_int_equal(json_integer_value(json_object_get(r, "done")), 7);
  assert_string_equal(json_string_value(json_object_get(r, "state")), "stopped");
  json_decref(r);
  assert_int_equal(count_of(&l, "result"), 1); /* the next study is not begun */
  log_free(&l);
  l = (log_t){.shown =
                  0}; /* a handler that tells the signal's number: status and end line have it */
  err = (rc_err){0};
  stop_flag = 0;
  stop_with = 15;
  assert_int_equal(rc_run(sc, fake_classes, &o, &err), 143);
  r = line_of(&l, "end", 0);
  assert_int_equal(json_integer_value(json_object_get(r, "status")), 143);
  json_decref(r);
  log_free(&l);
  rc_scenario_free(sc);
}

static void check_failure(const char *study, int status, rc_err_code code) {
  rc_scenario *sc = fake_scenario(study, NULL);
  log_t l = {.shown = 0};
  rc_err err = {0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1}, &l, &err), status);
  assert_int_equal(err.code, code);
  json_t *o = line_of(&l, "result", 0);
  assert_string_equal(json_string_value(json_object_get(o, "state")), "failed");
  json_decref(o);
  o = line_of(&l, "event", 0);
  assert_string_equal(json_string_value(json_object_get(o, "kind")), "error");
  json_decref(o);
  log_free(&l);
  rc_scenario_free(sc);
}

static void test_statuses(void **state) {
  (void)state;
  check_failure("fail: {at: 0}", 4, RC_ERR_MEMORY);
  check_failure("fail: {at: 2, code: limit}", 4, RC_ERR_LIMIT);
  check_failure("fail: {at: 2, code: internal}", 5, RC_ERR_INTERNAL);
  check_failure("fail: {at: 2, code: silent}", 5, RC_ERR_INTERNAL);
}

/* One study that fails does not keep the others from their results; the status tells. */
static void test_several(void **state) {
  (void)state;
  rc_scenario *sc =
      fake_scenario("fail: {}, count: {}", "expect: [{study: count, value: done, is: 3}]\n");
  log_t l = {.shown = 0};
  rc_err err = {0};
  assert_int_equal(run(sc, (rc_run_opts){.threads = 1}, &l, &err), 4);
  assert_int_equal(err.code, RC_ERR_MEMORY);
  assert_int_equal(count_of(&l, "start"), 2);
  assert_int_equal(count_of(&l, "result"), 2);
  log_free(&l);
  l = (log_t){.shown = 0};
  err = (rc_err){0};
  assert_int_equal(
      run(sc, (rc_run_opts){.threads = 1, .only = (const char *const[]){"count", NULL}}, &l, &err),
      1);
  assert_int_equal(count_of(&l, "result"), 1);
  log_free(&l);
  l = (log_t){.shown = 0};
  err = (rc_err){0};
  assert_int_equal(
      run(sc, (rc_run_opts){.threads = 1, .only = (const char *const[]){"gate", NULL}}, &l, &err),
      3);
  assert_string_equal(err.message, "the scenario has no study 'gate'; it has: fail, count");
  assert_string_equal(rc_str_c(&l.lines), "");
  log_free(&l);
  rc_scenario_free(sc);
}

/* A recording gives the run the changes at their steps. */
static void test_recording(void **state) {
  (void)state;
  rc_session *s = fake_session("count: {}", (rc_session_opts){.threads = 1, .inline_jobs = true});
  rc_session_turn(s, 5);
  assert_true(rc_session_set(s, "J1", "0.5", NULL));
  rc_session_turn(s, 5);
  assert_true(rc_session_command(s, 0, "bump", "2", NULL));
  while (rc_session_turn(s, 10)) continue;
  rc_str text = {0};
  rc_session_record(s, &text);
  rc_share *frame = rc_session_frame(s, 0);
  double sum = rc_frame_find(rc_share_get(frame), "sum")->real;
  rc_recording *r = rc_recording_parse(rc_str_c(&text), text.len, fake_kinds, NULL);
  assert_non_null(r);
  log_t l = {.shown = 0};
  assert_int_equal(
      run(rc_recording_scenario(r), (rc_run_opts){.threads = 1, .recording = r}, &l, NULL), 0);
  json_t *o = line_of(&l, "result", 0);
  assert_true(json_number_value(json_object_get(o, "sum")) == sum);
  assert_int_equal(json_integer_value(json_object_get(o, "commands")), 1);
  json_decref(o);
  log_free(&l);
  rc_recording_free(r);
  rc_share_drop(frame);
  rc_str_free(&text);
  rc_session_close(s, 0);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines),
                                     cmocka_unit_test(test_frames_shown_alone),
                                     cmocka_unit_test(test_same_bytes),
                                     cmocka_unit_test(test_same_as_session),
                                     cmocka_unit_test(test_expectations_met),
                                     cmocka_unit_test(test_expectations_failed),
                                     cmocka_unit_test(test_limits),
                                     cmocka_unit_test(test_stop),
                                     cmocka_unit_test(test_statuses),
                                     cmocka_unit_test(test_several),
                                     cmocka_unit_test(test_recording)};
  return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
