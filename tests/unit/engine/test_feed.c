/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of other programs: none is lost, whatever pieces they come in and however the program ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "roadcut/engine.h"

enum { PATIENCE_MS = 20000 };

static rc_feed *start(const char *script) {
  const char *const argv[] = {"sh", "-c", script, NULL};
  rc_err err = {0};
  rc_feed *f = rc_feed_program(argv, &err);
  if (!f) fail_msg("%s", err.message);
  return f;
}

/* All lines joined with '|', until the end. */
static void all_lines(rc_feed *f, uint64_t *at, rc_str *out) {
  rc_str line = {0};
  rc_feed_state state;
  while ((state = rc_feed_next(f, at, &line, PATIENCE_MS)) == RC_FEED_LINE)
    rc_str_addf(out, "%s|", rc_str_c(&line));
  assert_int_equal(state, RC_FEED_END);
  rc_str_free(&line);
}

static void test_program(void **state) {
  (void)state;
  rc_feed *f = start("echo one; printf 'tw'; sleep 0.1; printf 'o\\n\\nthree'; exit 7");
  uint64_t at = 0, again = 0;
  rc_str first = {0}, second = {0};
  assert_int_equal(rc_feed_status(f), -1);
  all_lines(f, &at, &first);
  assert_string_equal(rc_str_c(&first), "one|two||three|{\"type\":\"exit\",\"status\":7}|");
  assert_int_equal(rc_feed_status(f), 7);
  all_lines(f, &again, &second); /* and they can be read again */
  assert_string_equal(rc_str_c(&second), rc_str_c(&first));
  rc_str_free(&first);
  rc_str_free(&second);
  rc_feed_drop(f);
}

static void test_errors_and_signals(void **state) {
  (void)state;
  rc_feed *f = start("echo one; echo 'a \"b\"' >&2; sleep 0.1; kill -9 $$");
  uint64_t at = 0;
  rc_str all = {0};
  all_lines(f, &at, &all);
  assert_non_null(strstr(rc_str_c(&all), "one|"));
  assert_non_null(strstr(rc_str_c(&all), "{\"type\":\"stderr\",\"text\":\"a \\\"b\\\"\"}|"));
  assert_non_null(strstr(rc_str_c(&all), "{\"type\":\"exit\",\"status\":137}|"));
  rc_str_free(&all);
  rc_feed_drop(f);
}

/* Much more than a pipe holds, from the program's point of view in one go. */
static void test_much(void **state) {
  (void)state;
  rc_feed *f = start("i=0; while [ $i -lt 20000 ]; do echo \"line $i of many\"; i=$((i+1)); done");
  uint64_t at = 0;
  rc_str line = {0};
  int n = 0;
  while (rc_feed_next(f, &at, &line, PATIENCE_MS) == RC_FEED_LINE) {
    char want[40];
    snprintf(want, sizeof want, "line %d of many", n);
    if (n < 20000) assert_string_equal(rc_str_c(&line), want);
    n++;
  }
  assert_int_equal(n, 20001); /* and how it ended */
  rc_str_free(&line);
  rc_feed_drop(f);
}

static void test_no_program(void **state) {
  (void)state;
  const char *const argv[] = {"/no/such/program", NULL};
  rc_err err = {0};
  assert_null(rc_feed_program(argv, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_non_null(strstr(err.message, "/no/such/program"));
}

/* Dropping it ends the program and what that has started, even one that does not want to. */
static void test_drop_ends_it(void **state) {
  (void)state;
  rc_feed *f = start("trap '' TERM; echo $$; sleep 1000");
  uint64_t at = 0;
  rc_str line = {0};
  assert_int_equal(rc_feed_next(f, &at, &line, PATIENCE_MS), RC_FEED_LINE);
  const pid_t pid = (pid_t)atoi(rc_str_c(&line));
  assert_true(pid > 1);
  assert_int_equal(kill(pid, 0), 0);
  assert_int_equal(rc_feed_next(f, &at, &line, 0), RC_FEED_NONE);
  rc_feed_drop(f);
  assert_int_not_equal(kill(pid, 0), 0);
  rc_str_free(&line);
}

static void add(const char *path, const char *text, const char *how) {
  FILE *out = fopen(path, how);
  assert_non_null(out);
  fputs(text, out);
  fclose(out);
}

static void test_growing_file(void **state) {
  (void)state;
  char path[] = "/tmp/roadcut-test-XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  add(path, "a\nb", "w");
  rc_feed *f = rc_feed_open(path, NULL), *same = rc_feed_open(path, NULL);
  assert_non_null(f);
  assert_ptr_equal(f, same); /* one file, one feed */
  rc_feed_drop(same);
  uint64_t at = 0;
  rc_str line = {0};
  assert_int_equal(rc_feed_next(f, &at, &line, 0), RC_FEED_LINE);
  assert_string_equal(rc_str_c(&line), "a");
  assert_int_equal(rc_feed_next(f, &at, &line, 0), RC_FEED_NONE); /* b is not complete */
  add(path, "b\n", "a");
  assert_int_equal(rc_feed_next(f, &at, &line, 0), RC_FEED_LINE);
  assert_string_equal(rc_str_c(&line), "bb");
  add(path, "c", "a");
  assert_int_equal(rc_feed_next(f, &at, &line, 0), RC_FEED_NONE);
  assert_int_equal(rc_feed_next(f, &at, &line, -1), RC_FEED_LINE); /* unless nothing can follow */
  assert_string_equal(rc_str_c(&line), "c");
  assert_int_equal(rc_feed_next(f, &at, &line, -1), RC_FEED_END);
  add(path, "x\n", "w"); /* begun anew, shorter */
  assert_int_equal(rc_feed_next(f, &at, &line, 0), RC_FEED_LINE);
  assert_string_equal(rc_str_c(&line), "x");
  rc_str_free(&line);
  rc_feed_drop(f);
  unlink(path);
  rc_err err = {0};
  assert_null(rc_feed_open(path, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  err = (rc_err){0};
  assert_null(rc_feed_open("/tmp", &err));
  assert_non_null(strstr(err.message, "folder"));
  err = (rc_err){0};
  assert_null(rc_feed_open("-- solver", &err)); /* nobody has started it */
  assert_non_null(strstr(err.message, "roadcut watch -- solver"));
}

static void test_pipe(void **state) {
  (void)state;
  int fd[2];
  assert_int_equal(pipe(fd), 0);
  rc_feed *f = rc_feed_pipe(fd[0], "-", NULL), *same = rc_feed_open("-", NULL);
  assert_ptr_equal(f, same);
  rc_feed_drop(same);
  uint64_t at = 0;
  rc_str line = {0};
  assert_int_equal(rc_feed_next(f, &at, &line, 0), RC_FEED_NONE);
  assert_int_equal(write(fd[1], "a\nlast", 6), 6);
  assert_int_equal(rc_feed_next(f, &at, &line, PATIENCE_MS), RC_FEED_LINE);
  assert_string_equal(rc_str_c(&line), "a");
  close(fd[1]);
  assert_int_equal(rc_feed_next(f, &at, &line, PATIENCE_MS), RC_FEED_LINE);
  assert_string_equal(rc_str_c(&line), "last");
  assert_int_equal(rc_feed_next(f, &at, &line, PATIENCE_MS), RC_FEED_END);
  rc_str_free(&line);
  rc_feed_drop(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_program),      cmocka_unit_test(test_errors_and_signals),
      cmocka_unit_test(test_much),         cmocka_unit_test(test_no_program),
      cmocka_unit_test(test_drop_ends_it), cmocka_unit_test(test_growing_file),
      cmocka_unit_test(test_pipe)};
  return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
