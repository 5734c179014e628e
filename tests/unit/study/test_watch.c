/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watch study: what lines say is what it shows, line by line and again on the way back; what is
 * no line of ours is counted and does no harm. */
#include "unit/study/magnet.h"

#include <unistd.h>

static char path[64];

static void write_lines(const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static rc_session *watch_file(void) {
  char yaml[160];
  snprintf(yaml, sizeof yaml, "title: lines\nstudies: {watch: {source: %s}}\n", path);
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  rc_session *s = rc_session_new(scenario_of(yaml), rc_study_classes, &o, NULL);
  assert_non_null(s);
  return s;
}

static rc_share *run_to_end(rc_session *s) {
  for (int i = 0; i < 200000 && rc_session_turn(s, 1); i++) continue;
  rc_share *frame = rc_session_frame(s, 0);
  assert_int_equal(((const rc_frame *)rc_share_get(frame))->state, RC_DONE);
  return frame;
}

static const rc_watch_data *data_of(rc_share *frame) {
  return rc_share_get(((const rc_frame *)rc_share_get(frame))->data);
}

static const char *const LINES =
    "{\"type\":\"start\",\"study\":\"cut\",\"title\":\"mine\"}\n"
    "{\"type\":\"progress\",\"study\":\"cut\",\"step\":10,\"t\":0.5,\"progress\":0.25,\"value\":7,"
    "\"phase\":\"climbing\",\"name\":\"x\",\"ok\":true,\"list\":[1]}\n"
    "oops\n"
    "[1, 2]\n"
    "{\"step\":1}\n"
    "{\"type\":\"riddle\"}\n"
    "\n"
    "{\"type\":\"event\",\"study\":\"cut\",\"kind\":\"improved\",\"step\":20,\"value\":9.5,"
    "\"side\":\"0110\",\"text\":\"a better one\"}\r\n"
    "{\"type\":\"progress\",\"study\":\"other\",\"step\":3,\"energy\":-1.5}\n"
    "{\"type\":\"result\",\"study\":\"cut\",\"state\":\"done\",\"step\":30,\"value\":9.5,\"bound\":"
    "null}\n"
    "{\"type\":\"end\",\"study\":\"cut\",\"status\":0}";

static void test_lines(void **state) {
  (void)state;
  write_lines(LINES);
  rc_session *s = watch_file();
  rc_share *frame = run_to_end(s);
  const rc_watch_data *d = data_of(frame);
  assert_int_equal(d->lines, 11);
  assert_int_equal(d->broken, 4);
  assert_non_null(strstr(d->broken_text, "line 6: unknown type"));
  assert_int_equal(d->streams, 2);
  assert_int_equal(d->now, 0);
  const rc_watch_stream *w = &d->stream[0];
  assert_string_equal(w->study, "cut");
  assert_string_equal(w->title, "mine");
  assert_string_equal(w->phase, "done");
  assert_int_equal(w->step, 30);
  assert_true(w->result && w->ended && w->status == 0 && w->progress == 1 && w->t == 0.5);
  const rc_watch_figure *value = rc_watch_find(w, "value");
  assert_int_equal(value->n, 3);
  assert_true(value->step[0] == 10 && value->step[1] == 20 && value->step[2] == 30);
  assert_true(value->value[0] == 7 && value->value[1] == 9.5 && value->value[2] == 9.5);
  assert_string_equal(rc_watch_find(w, "name")->last.text, "x");
  assert_int_equal(rc_watch_find(w, "bound")->last.type, RC_S_NULL);
  assert_null(rc_watch_find(w, "list"));
  assert_null(rc_watch_find(w, "phase"));
  assert_int_equal(w->sides, 4);
  assert_memory_equal(w->side, "\0\1\1\0", 4);
  assert_true(w->side_value == 9.5);
  assert_true(rc_watch_find(&d->stream[1], "energy")->last.real == -1.5);
  const rc_frame *f = rc_share_get(frame);
  assert_true(rc_frame_find(f, "value")->real == 9.5);
  assert_string_equal(rc_frame_find(f, "watched")->text, "cut");
  rc_share_drop(frame);
  rc_session_close(s, 0);
}

/* Breakpoints take the names of the program's figures and events. */
static void test_breakpoint(void **state) {
  (void)state;
  write_lines(LINES);
  rc_session *s = watch_file();
  assert_true(rc_session_break_add(s, "value >= 9", NULL));
  for (int i = 0; i < 100 && rc_session_turn(s, 1); i++) continue;
  rc_share *frame = rc_session_frame(s, 0);
  const rc_frame *f = rc_share_get(frame);
  assert_int_equal(f->state, RC_RUNNING);
  assert_int_equal(f->step, 8);
  rc_share_drop(frame);
  rc_session_close(s, 0);
}

/* Looking back gives what was there, computed again from the same lines. */
static void test_looking_back(void **state) {
  (void)state;
  rc_str text = {0};
  for (int i = 1; i <= 700; i++)
    rc_str_addf(&text, "{\"type\":\"progress\",\"step\":%d,\"value\":%d}\n", i, (i * 37) % 101);
  write_lines(rc_str_c(&text));
  rc_session *s = watch_file();
  for (int i = 0; i < 40; i++) rc_session_turn(s, 1);
  rc_share *then = rc_session_frame(s, 0);
  rc_share_drop(run_to_end(s));
  rc_session_pause(s, true);
  const rc_frame *a = rc_share_get(then);
  rc_share *back = rc_session_look(s, 0, a->step, NULL);
  assert_non_null(back);
  const rc_watch_figure *x = rc_watch_find(&data_of(then)->stream[0], "value");
  const rc_watch_figure *y = rc_watch_find(&data_of(back)->stream[0], "value");
  assert_ptr_not_equal(then, back);
  assert_int_equal(x->n, y->n);
  assert_memory_equal(x->value, y->value, (size_t)x->n * sizeof *x->value);
  rc_share_drop(then);
  rc_share_drop(back);
  rc_session_close(s, 0);
  rc_str_free(&text);
}

/* Long curves are thinned evenly and keep their beginning. */
static void test_thinning(void **state) {
  (void)state;
  rc_str text = {0};
  for (int i = 1; i <= 20000; i++)
    rc_str_addf(&text, "{\"type\":\"progress\",\"step\":%d,\"value\":%d}\n", i, i);
  write_lines(rc_str_c(&text));
  rc_session *s = watch_file();
  rc_share *frame = run_to_end(s);
  const rc_watch_figure *f = rc_watch_find(&data_of(frame)->stream[0], "value");
  assert_true(f->n > 2000 && f->n <= 4096);
  assert_true(f->value[0] == 1 && f->value[f->n - 1] > 19000);
  for (int i = 1; i < f->n; i++) assert_true(f->value[i] > f->value[i - 1]);
  assert_int_equal(f->last.integer, 20000);
  rc_share_drop(frame);
  rc_session_close(s, 0);
  rc_str_free(&text);
}

/* Whatever comes: every line is counted, and nothing else happens. */
static void test_rubbish(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(3, "rubbish", 0);
  for (int round = 0; round < 60; round++) {
    FILE *f = fopen(path, "w");
    int lines = 0;
    for (int k = 0; k < 40; k++) {
      rc_str line = {0};
      rc_str_add(&line, LINES + rc_rng_below(&r, 500));
      for (int i = 0; i < 3; i++)
        line.text[rc_rng_below(&r, line.len)] = (char)rc_rng_below(&r, 256);
      for (size_t i = 0; i < line.len; i++) lines += line.text[i] == '\n';
      fwrite(line.text, 1, line.len, f);
      fputc('\n', f);
      lines++;
      rc_str_free(&line);
    }
    fclose(f);
    rc_session *s = watch_file();
    rc_share *frame = run_to_end(s);
    assert_int_equal(data_of(frame)->lines, lines);
    rc_share_drop(frame);
    rc_session_close(s, 0);
  }
}

/* Its own lines are among those it reads: a run of any study. */
static void add_line(void *who, const char *json) {
  fprintf(who, "%s\n", json);
}
static void test_our_own(void **state) {
  (void)state;
  FILE *out = fopen(path, "w");
  rc_scenario *sc = scenario_of("lattice: {kind: kagome, cluster: [2, 1]}\nmodel: {J1: 1}\n"
                                "studies: {hilbert: {}, cut: {}}\n");
  const rc_run_opts o = {.threads = 1, .line = add_line, .who = out};
  assert_int_equal(rc_run(sc, rc_study_classes, &o, NULL), 0);
  fclose(out);
  rc_scenario_free(sc);
  rc_session *s = watch_file();
  rc_share *frame = run_to_end(s);
  const rc_watch_data *d = data_of(frame);
  assert_int_equal(d->broken, 0);
  assert_int_equal(d->streams, 2);
  for (int i = 0; i < 2; i++) assert_true(d->stream[i].ended && d->stream[i].result);
  assert_true(rc_watch_find(&d->stream[0], "energy")->n > 0);
  assert_true(rc_watch_find(&d->stream[1], "value")->n > 0);
  rc_share_drop(frame);
  rc_session_close(s, 0);
}

static void test_missing(void **state) {
  (void)state;
  unlink(path);
  rc_session *s = watch_file();
  while (rc_session_turn(s, 1)) continue;
  rc_share *frame = rc_session_frame(s, 0);
  const rc_frame *f = rc_share_get(frame);
  assert_int_equal(f->state, RC_FAILED);
  assert_non_null(strstr(f->error.message, path));
  rc_share_drop(frame);
  rc_session_close(s, 0);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  strcpy(path, "/tmp/roadcut-test-XXXXXX");
  const int fd = mkstemp(path);
  if (fd < 0) return 1;
  close(fd);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),        cmocka_unit_test(test_breakpoint),
      cmocka_unit_test(test_looking_back), cmocka_unit_test(test_thinning),
      cmocka_unit_test(test_rubbish),      cmocka_unit_test(test_our_own),
      cmocka_unit_test(test_missing)};
  const int failed = cmocka_run_group_tests_name("watch", tests, NULL, NULL);
  unlink(path);
  return failed;
}
