/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration file: what it sets, what it refuses and where, what is written back. */
#include "common.h"

#include <sys/stat.h>

static char path[64];

static void write_config(const char *text) {
  rc_str s = {0};
  rc_str_add(&s, text);
  assert_true(rc_write_text(path, &s, NULL));
  rc_str_free(&s);
}

static rc_ui *try_config(const char *text, const char *theme, rc_err *err) {
  write_config(text);
  const rc_ui_opts o = {.theme = theme,
                        .graphics = RC_G_BRAILLE,
                        .config = path,
                        .session = {.threads = 1, .inline_jobs = true, .paused = true}};
  return rc_ui_new(&o, err);
}

static rc_ui *with_config(const char *text) {
  rc_err err = {0};
  rc_ui *u = try_config(text, NULL, &err);
  if (!u) fail_msg("%s", err.message);
  return u;
}

static void test_options(void **state) {
  (void)state;
  rc_ui *u = with_config("# mine\n\ntheme light\npixels ascii\nexplain off\n");
  assert_string_equal(rc_ui_theme(u)->name, "light");
  assert_int_equal(rc_ui_graphics(u), RC_G_ASCII);
  assert_int_equal(u->explain, 0);
  rc_ui_free(u);
  u = try_config("theme light\n", "mono", NULL); /* the command line has the last word */
  assert_string_equal(rc_ui_theme(u)->name, "mono");
  rc_ui_free(u);
  write_config("pixels braille\n"); /* more than this terminal has */
  const rc_ui_opts poor = {
      .graphics = RC_G_ASCII, .config = path, .session = {.inline_jobs = true}};
  u = rc_ui_new(&poor, NULL);
  assert_int_equal(rc_ui_graphics(u), RC_G_ASCII);
  rc_ui_free(u);
  unlink(path);
  const rc_ui_opts o = {.config = path};
  u = rc_ui_new(&o, NULL); /* there need not be one */
  assert_string_equal(rc_ui_theme(u)->name, "dark");
  rc_ui_free(u);
}

/* One that is there must be one that can be read, to its last byte. */
static void test_unreadable(void **state) {
  (void)state;
  rc_err err = {0};
  const rc_ui_opts o = {.config = path, .session = {.inline_jobs = true}};
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite("theme dark\npixels\0 block\n", 1, 25, f), 25);
  fclose(f);
  assert_null(rc_ui_new(&o, &err));
  assert_non_null(strstr(err.message, ":2: a NUL byte"));
  unlink(path);
  assert_int_equal(symlink(path, path), 0); /* a loop */
  err = (rc_err){0};
  assert_null(rc_ui_new(&o, &err));
  assert_int_equal(strncmp(err.message, path, strlen(path)), 0);
  unlink(path);
}

static void test_lines_reach_below(void **state) {
  (void)state;
  rc_ui *u = with_config("bind F5 break.add gap < 0.01\nbind lists F6 step 3\n");
  assert_int_equal(u->binds, 2);
  rc_ui_free(u);
}

static void test_errors(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } wrong[] = {{"theme ligth\n", ":1: no theme 'ligth'; did you mean 'light'?"},
               {"\n# x\npixel block\n", ":3: no setting 'pixel'; did you mean 'pixels'?"},
               {"pixels 7\n", ":1: no pixel set '7'; there is braille, block, ascii"},
               {"theme dark light\n", ":1: theme takes one word"},
               {"bind x stpe 10\n", ":1: no command 'stpe'; did you mean 'step'?"},
               {"bind Strg-X step\n", ":1: 'Strg-X' is no key"},
               {"bind x\n", ":1: a key wants a command line behind it"},
               {"bind browser x step\n", ":1: 'step' is not for that layer"},
               {"bind Ctrl-C step\n", ":1: Ctrl-C keeps its meaning"},
               {"bind F5 step abc\n", ":1: 'step' wants a number, not 'abc'"},
               {"bind F5 speed fast\n", ":1: 'speed' wants a number, not 'fast'"},
               {"bind F5 set J2\n", ":1: 'set' needs: KEY VALUE"},
               {"bind F5 set\n", ":1: 'set' needs: KEY VALUE"},
               {"bind F5 quit now\n", ":1: 'quit' takes no argument"},
               {"bind F5 break.add gap <\n", ":1: "},
               {"bind browser F5 break.add gap < 1\n", ":1: 'break.add' is not for that layer"},
               {"unbind Ctrl-L\n", ":1: Ctrl-L keeps its meaning"},
               {"bind lists Ctrl-Z back\n", ":1: Ctrl-Z keeps its meaning"},
               {"theme dark\nunbind S step\n", ":2: unbind takes a key alone"}};
  for (size_t i = 0; i < RC_LEN(wrong); i++) {
    rc_err err = {0};
    rc_ui *u = try_config(wrong[i].text, NULL, &err);
    if (u) fail_msg("accepted: %s", wrong[i].text);
    assert_int_equal(err.code, RC_ERR_INPUT);
    if (!strstr(err.message, wrong[i].message) || strncmp(err.message, path, strlen(path)) != 0)
      fail_msg("'%s' lacks '%s'", err.message, wrong[i].message);
  }
}

static void test_keys(void **state) {
  (void)state;
  rc_ui *u =
      with_config("bind x step 3\nbind F5 theme\nunbind t\nbind lists x back\nbind x step 4\n");
  rc_err err = {0};
  if (!rc_ui_open_scenario(u, parse(SQUARE), &err)) fail_msg("%s", err.message);
  run_steps(u, 1);
  keys(u, "x"); /* no crosshair: four steps, the last word on it */
  rc_session_turn(u->session, UINT64_MAX);
  rc_ui_tick(u, 0);
  assert_int_equal(rc_ui_frame(u, 0)->step, 5);
  assert_int_equal(rc_ui_pane_state(u)->crosshair, -1);
  keys(u, "t");
  assert_string_equal(rc_ui_theme(u)->name, "dark");
  assert_message(u, "unbound");
  rc_ui_key(u, RC_KEY_F1 + 4);
  assert_string_equal(rc_ui_theme(u)->name, "light");
  keys(u, "o");
  assert_int_equal(u->over, RC_OVER_OPTIONS);
  keys(u, "x"); /* in a list another line */
  assert_int_equal(u->over, RC_OVER_NONE);
  keys(u, ":x"); /* while a line is typed keys are letters */
  assert_string_equal(u->palette.edit.text, "x");
  rc_ui_key(u, 27);
  do_line(u, "help theme"); /* the help knows of it */
  assert_shows(u, 100, 30, "t F5");
  rc_ui_free(u);
}

/* Without colours a theme stays what it is, and that is said. */
static void test_no_colours(void **state) {
  (void)state;
  write_config("theme dark\n");
  const rc_ui_opts o = {.config = path, .theme = "mono", .no_colors = "NO_COLOR is set"};
  rc_ui *u = rc_ui_new(&o, NULL);
  keys(u, "t");
  assert_message(u, "colours are off: NO_COLOR is set; roadcut --theme dark turns them on");
  do_line(u, "theme light");
  assert_string_equal(rc_ui_theme(u)->name, "mono");
  do_line(u, "options");
  assert_shows(u, 80, 24, "colours are off");
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_message(u, "colours are off");
  size_t n = 0;
  char *text = rc_read_file(path, 10000, &n, NULL);
  assert_string_equal(text, "theme dark\n"); /* for when there are colours again */
  rc_free(text);
  do_line(u, "theme mono");
  assert_message(u, "theme: ");
  rc_ui_free(u);
}

/* The options write themselves; the rest of the file stays as it is. */
static void test_writing(void **state) {
  (void)state;
  rc_ui *u = with_config("# mine\nbind x step 3\ntheme dark\n\n# end");
  keys(u, "o");
  rc_ui_key(u, RC_KEY_RIGHT);
  size_t n = 0;
  char *text = rc_read_file(path, 10000, &n, NULL);
  assert_string_equal(text, "# mine\nbind x step 3\ntheme light\n\n# end\n"); /* that one alone */
  rc_free(text);
  rc_ui_free(u);
  /* a setting that stood there twice stands there once */
  u = with_config("theme light\nbind x step 3\ntheme dark\n");
  keys(u, "o");
  rc_ui_key(u, RC_KEY_RIGHT);
  text = rc_read_file(path, 10000, &n, NULL);
  assert_string_equal(text, "theme light\nbind x step 3\n");
  rc_free(text);
  rc_ui_free(u);
  /* what is given or a terminal lacks is not kept when something else is */
  u = with_config("theme light\npixels braille\n");
  u->theme = rc_theme_find("mono"), u->graphics = RC_G_ASCII;
  do_line(u, "options");
  rc_free(draw_text(u, 80, 24));
  for (int i = 0; i < 3; i++) rc_ui_key(u, RC_KEY_DOWN);
  rc_ui_key(u, RC_KEY_RIGHT);
  text = rc_read_file(path, 10000, &n, NULL);
  assert_string_equal(text, "theme light\npixels braille\nexplain off\n");
  rc_free(text);
  rc_ui_free(u);
  /* folders are made; where that cannot be, one line says so */
  unlink(path);
  assert_int_equal(mkdir(path, 0777), 0);
  char deep[120];
  snprintf(deep, sizeof deep, "%s/a/b/config", path);
  const rc_ui_opts o = {.config = deep};
  u = rc_ui_new(&o, NULL);
  keys(u, "o");
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_int_equal(access(deep, R_OK), 0);
  rc_ui_free(u);
  unlink(deep);
  snprintf(deep, sizeof deep, "%s/a/b", path);
  rmdir(deep);
  snprintf(deep, sizeof deep, "%s/a", path);
  rmdir(deep);
  rmdir(path);
  const rc_ui_opts nowhere = {.config = "/proc/none/config"};
  u = rc_ui_new(&nowhere, NULL);
  keys(u, "o");
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_message(u, "cannot write");
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  strcpy(path, "/tmp/roadcut-config-XXXXXX");
  const int fd = mkstemp(path);
  if (fd < 0) return 1;
  close(fd);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_options),
                                     cmocka_unit_test(test_unreadable),
                                     cmocka_unit_test(test_lines_reach_below),
                                     cmocka_unit_test(test_errors),
                                     cmocka_unit_test(test_keys),
                                     cmocka_unit_test(test_no_colours),
                                     cmocka_unit_test(test_writing)};
  const int failed = cmocka_run_group_tests_name("config", tests, NULL, NULL);
  unlink(path);
  return failed;
}
