/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file a session is kept in: its name, and what happens when it cannot be written any more. */
#include "common.h"

#include <sys/stat.h>

static char before[4096], folder[] = "/tmp/roadcut-record-XXXXXX";

static int enter(void **state) {
  (void)state;
  return !getcwd(before, sizeof before) || !mkdtemp(folder) || chdir(folder) != 0;
}

static int leave(void **state) {
  (void)state;
  return chdir(before) != 0 || rmdir(folder) != 0;
}

static bool exists(const char *path) {
  return access(path, F_OK) == 0;
}

/* The scenario's name; the next one has a number, and none is written over. */
static void test_names(void **state) {
  (void)state;
  static const char *const names[] = {"roadcut.session", "roadcut-2.session", "roadcut-3.session"};
  rc_ui *u = open_ui(SQUARE, true);
  for (int i = 0; i < 3; i++) {
    do_line(u, "record");
    assert_string_equal(u->record, names[i]);
    do_line(u, "record");
    assert_message(u, names[i]);
    assert_null(u->record);
    for (int k = 0; k < 3; k++) assert_int_equal(exists(names[k]), k <= i);
  }
  rc_ui_free(u);
  for (int i = 0; i < 3; i++) unlink(names[i]);
}

/* What is changed is in the file a second later, and the whole of it once more at the end. */
static void test_written_in_time(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  struct stat first, later;
  rc_ui_tick(u, 1);
  do_line(u, "record x.session");
  assert_int_equal(stat("x.session", &first), 0);
  rc_ui_tick(u, 2);
  do_line(u, "set model.J2 0.7");
  run_steps(u, 1);
  rc_ui_tick(u, 2.5);
  assert_int_equal(stat("x.session", &later), 0);
  assert_int_equal(later.st_size, first.st_size);
  rc_ui_tick(u, 3.5);
  assert_int_equal(stat("x.session", &later), 0);
  assert_true(later.st_size > first.st_size);
  assert_false(exists("x.session.new"));
  rc_ui_free(u);
  unlink("x.session");
}

/* It says so once, and does not try again every second. */
static void test_folder_that_is_gone(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  assert_refused(u, "record nowhere/x.session", "cannot write 'nowhere/x.session'");
  assert_null(u->record);
  assert_int_equal(mkdir("gone", 0777), 0);
  rc_ui_tick(u, 1);
  do_line(u, "record gone/x.session");
  rc_ui_tick(u, 2);
  unlink("gone/x.session");
  assert_int_equal(rmdir("gone"), 0);
  do_line(u, "set model.J2 0.7");
  run_steps(u, 1);
  rc_ui_tick(u, 4);
  assert_message(u, "recording ends: cannot write 'gone/x.session'");
  assert_null(u->record);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_names),
                                     cmocka_unit_test(test_written_in_time),
                                     cmocka_unit_test(test_folder_that_is_gone)};
  return cmocka_run_group_tests(tests, enter, leave);
}
