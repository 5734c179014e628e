/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario browser on a folder with good and bad files. */
#include "common.h"

#include <strings.h>

#include <math.h>

static char dir[] = "/tmp/roadcut-browser-XXXXXX";
static const char *const dirs[] = {dir, "/nonexistent/folder", NULL};

static void put(const char *name, const char *text) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static const char *const names[] = {"a-square.yaml", "b-broken.yaml", "c-ring.yml", "notes.txt",
                                    ".hidden.yaml"};

static int set_up(void **state) {
  (void)state;
  if (!mkdtemp(dir)) return 1;
  put(names[0], SQUARE);
  put(names[1], "title: Broken\nlattice: {kind: kagoome}\nstudies:\n  hilbert: {}\n");
  put(names[2], "title: Six on a ring\nabout: No frustration here at all.\n"
                "lattice: {kind: chain, cluster: [6]}\nstudies:\n  hilbert: {}\n");
  put(names[3], "not a scenario");
  put(names[4], "title: x\n");
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  for (size_t i = 0; i < RC_LEN(names); i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, names[i]);
    unlink(path);
  }
  return rmdir(dir);
}

static rc_ui *browser(void) {
  rc_ui *u = new_ui(dirs, false);
  for (int i = 0; rc_ui_dirty(u) && i < 20; i++) {
    rc_ui_tick(u, 0.1 * i);
    rc_free(draw_text(u, 80, 24));
  }
  assert_false(rc_ui_dirty(u)); /* comes to rest when all is read */
  return u;
}

static void test_lists_scenarios_only(void **state) {
  (void)state;
  rc_ui *u = browser();
  assert_int_equal(u->browser.entries, 3);
  assert_shows(u, 80, 24, "Small square");
  assert_shows(u, 80, 24, "Six on a ring");
  assert_shows(u, 80, 24, "Eight spins on a square cluster.");
  assert_shows(u, 80, 24, "a tour of 3 steps");
  assert_hides(u, 80, 24, "notes");
  rc_ui_free(u);
}

static void test_shows_errors_with_their_place(void **state) {
  (void)state;
  rc_ui *u = browser();
  keys(u, "j");
  assert_shows(u, 80, 24, "2:17:");
  assert_shows(u, 80, 24, "kagome");
  rc_ui_key(u, 13);
  assert_null(rc_ui_session(u));
  assert_message(u, "b-broken.yaml:2:17:");
  rc_ui_free(u);
}

static void test_open_and_back(void **state) {
  (void)state;
  rc_ui *u = browser();
  rc_ui_key(u, 13);
  assert_non_null(rc_ui_session(u));
  assert_string_equal(rc_ui_scenario(u)->title, "Small square");
  run_out(u);
  do_line(u, "copy");
  char *line = rc_ui_take_clipboard(u);
  assert_non_null(line);
  assert_non_null(strstr(line, "roadcut run "));
  assert_non_null(strstr(line, "a-square.yaml --seed 1"));
  assert_null(strstr(line, "--set"));
  rc_free(line);
  assert_null(rc_ui_take_clipboard(u));
  do_line(u, "set J2 0.5");
  do_line(u, "seed 5");
  run_out(u);
  do_line(u, "copy");
  line = rc_ui_take_clipboard(u);
  assert_non_null(strstr(line, "--seed 5 --set model.J2=0.5"));
  assert_null(strstr(line, "--steps"));
  rc_free(line);
  do_line(u, "restart");
  keys(u, " 3.");
  for (int i = 0; i < 9; i++) rc_ui_tick(u, 0);
  do_line(u, "copy");
  line = rc_ui_take_clipboard(u);
  assert_non_null(strstr(line, "--steps 3"));
  rc_free(line);
  keys(u, "q");
  assert_null(rc_ui_session(u));
  assert_shows(u, 80, 24, "Small square");
  keys(u, "q");
  assert_true(rc_ui_quit(u));
  rc_ui_free(u);
}

/* Neither the preview nor the form speaks of sites and sectors, and commands about sites refuse. */
static void test_without_a_lattice(void **state) {
  (void)state;
  put("0-fit.yaml", "title: A fit alone\nstudies:\n  calibration: {model: polynomial}\n");
  rc_ui *u = browser();
  assert_int_equal(u->browser.entries, 4);
  assert_shows(u, 120, 40, "A fit alone");
  assert_shows(u, 120, 40, "studies: calibration");
  assert_hides(u, 120, 40, "sites");
  assert_hides(u, 120, 40, "Sz");
  keys(u, "j"); /* the next one has them */
  assert_shows(u, 120, 40, "8 sites");
  assert_shows(u, 120, 40, "Sz");
  keys(u, "k");
  rc_ui_key(u, 13);
  assert_non_null(rc_ui_session(u));
  assert_refused(u, "select.site 0", "site");
  assert_refused(u, "select.edge 0", "bond");
  assert_refused(u, "set J1 2", "unknown key 'J1'");
  assert_refused(u, "set lattice.kind square", "unknown key 'lattice.kind'");
  rc_ui_free(u);
  char path[128];
  snprintf(path, sizeof path, "%s/0-fit.yaml", dir);
  assert_int_equal(unlink(path), 0);
}

static void test_filter(void **state) {
  (void)state;
  rc_ui *u = browser();
  keys(u, "/FRUSTRATION");
  assert_int_equal(u->browser.list.n, 1);
  assert_shows(u, 80, 24, "Six on a ring");
  assert_hides(u, 80, 24, "Small square");
  rc_ui_key(u, 13);
  assert_string_equal(rc_ui_scenario(u)->title, "Six on a ring");
  keys(u, "q/zzz");
  assert_shows(u, 80, 24, "No scenario has this text");
  rc_ui_key(u, 27);
  assert_int_equal(u->browser.list.n, 3);
  keys(u,
       "/s"); /* what begins so comes first, then what has it in its name or title, then the rest */
  for (int i = 0, last = 0; i < u->browser.list.n; i++) {
    const rc_entry *e = &u->browser.entry[u->browser.shown[i]];
    const char *title = e->scenario ? e->scenario->title : e->name;
    const int rank = strncasecmp(title, "s", 1) == 0 || strncasecmp(e->name, "s", 1) == 0 ? 0
                     : rc_contains(title, "s") || rc_contains(e->name, "s")               ? 1
                                                                                          : 2;
    assert_true(rank >= last);
    last = rank;
  }
  rc_ui_free(u);
}

static void test_mouse(void **state) {
  (void)state;
  rc_ui *u = browser();
  rc_free(draw_text(u, 80, 24));
  rc_rect row = {0};
  for (int i = 0; i < u->hits; i++)
    if (u->hit[i].kind == RC_HIT_ROW && u->hit[i].value == 2) row = u->hit[i].r;
  rc_ui_mouse(u, (rc_mouse){row.x + 3, row.y, RC_M_PRESS});
  assert_int_equal(u->browser.list.sel, 2);
  rc_ui_mouse(u, (rc_mouse){row.x + 3, row.y, RC_M_PRESS});
  assert_non_null(rc_ui_session(u));
  rc_ui_free(u);
}

static void test_scenario_on_the_command_line(void **state) {
  (void)state;
  char path[128];
  snprintf(path, sizeof path, "%s/%s", dir, names[0]);
  static const char *const sets[] = {"J2=0.9", "sector.inversion=+1", NULL};
  rc_ui_opts o = {.scenario = path,
                  .scenario_dirs = dirs,
                  .set = sets,
                  .session = {.threads = 1, .inline_jobs = true}};
  rc_err err = {0};
  rc_ui *u = rc_ui_new(&o, &err);
  if (!u) fail_msg("%s", err.message);
  assert_true(fabs(rc_ui_scenario(u)->model.J[1] - 0.9) <= 1e-12);
  assert_int_equal(rc_ui_scenario(u)->sector.inversion, 1);
  keys(u, "q"); /* no browser behind it */
  assert_true(rc_ui_quit(u));
  rc_ui_free(u);
  static const char *const bad[][2] = {{"J2", NULL}, {"=3", NULL}, {"J7=1", NULL}, {"J2=x", NULL}};
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    o.set = bad[i];
    err = (rc_err){0};
    assert_null(rc_ui_new(&o, &err));
    assert_true(err.message[0]);
  }
}

static void test_no_folder(void **state) {
  (void)state;
  rc_ui *u = new_ui(NULL, false);
  assert_shows(u, 80, 24, "No scenarios were found");
  keys(u, "jk");
  rc_ui_key(u, 13);
  rc_ui_free(u);
}

/* Saving a pane in every format; the files say how to make them again. */
static void test_save(void **state) {
  (void)state;
  rc_ui *u = browser();
  rc_ui_key(u, 13);
  run_out(u);
  rc_free(draw_text(u, 80, 24));
  static const char *const format[] = {"csv", "json", "svg", "ansi", "txt"};
  for (int t = 0; t < u->tabs; t++) {
    u->tab = t;
    for (size_t i = 0; i < RC_LEN(format); i++) {
      char line[160], *path = line + 5;
      snprintf(line, sizeof line, "save %s/out.%s", dir, format[i]);
      do_line(u, line);
      size_t len;
      char *text = rc_read_file(path, 1 << 22, &len, NULL);
      assert_non_null(text);
      assert_true(len > 30);
      if (!strstr(text, "roadcut run")) fail_msg("%s does not say how to make it again", path);
      if (strcmp(format[i], "json") == 0) assert_int_equal(text[0], '{');
      if (strcmp(format[i], "svg") == 0) assert_memory_equal(text + len - 7, "</svg>\n", 7);
      rc_free(text);
      assert_null(strstr(u->message, "replaced"));
      do_line(u, line); /* once more: what was there is gone, and that is said */
      assert_message(u, "saved: ");
      assert_message(u, " (replaced)");
      assert_int_equal(unlink(path), 0);
    }
  }
  assert_refused(u, "save x.pdf", ".csv .json .svg .ansi or .txt");
  assert_refused(u, "save /nonexistent/x.csv", "cannot write");
  keys(u, "s");
  assert_true(u->prompt.on);
  rc_ui_key(u, 21);
  keys(u, "y.doc");
  rc_ui_key(u, 13);
  assert_true(u->prompt.on); /* to be corrected */
  assert_true(u->prompt.error[0]);
  rc_ui_key(u, 27);
  assert_false(u->prompt.on);
  rc_ui_free(u);
}

/* As in a file dialog: typing replaces the name that is suggested, moving keeps it. */
static void test_suggested_name(void **state) {
  (void)state;
  rc_ui *u = browser();
  rc_ui_key(u, 13);
  const rc_edit *e = &u->prompt.edit;
  keys(u, "s");
  assert_shows(u, 120, 24, "typing replaces it, Tab edits it");
  rc_free(draw_text(u, 40, 12)); /* where there is no room for that */
  char name[64];
  snprintf(name, sizeof name, "%.63s", e->text);
  assert_true(strlen(name) > 4);
  keys(u, "ab");
  assert_string_equal(e->text, "ab");
  assert_hides(u, 120, 24, "typing replaces it");
  rc_ui_key(u, 27);
  static const int keep[] = {RC_KEY_RIGHT, RC_KEY_END, 9};
  for (size_t i = 0; i < RC_LEN(keep); i++) {
    keys(u, "s");
    assert_string_equal(e->text, name);
    rc_ui_key(u, keep[i]);
    assert_string_equal(e->text, name);
    keys(u, "x");
    assert_memory_equal(e->text, name, strlen(name));
    assert_string_equal(e->text + strlen(name), "x");
    rc_ui_key(u, 27);
  }
  keys(u, "s");
  rc_ui_key(u, RC_KEY_HOME);
  keys(u, "x");
  assert_int_equal(e->text[0], 'x');
  assert_string_equal(e->text + 1, name);
  rc_ui_key(u, 27);
  keys(u, "s");
  rc_ui_key(u, 127); /* all of it */
  assert_string_equal(e->text, "");
  rc_ui_key(u, 27);
  keys(u, "s");
  rc_ui_key(u, 0xe9);
  assert_string_equal(e->text, "é");
  rc_ui_key(u, 27);
  keys(u, "U"); /* nothing is suggested, nothing is replaced */
  keys(u, "ga");
  assert_string_equal(e->text, "ga");
  rc_ui_key(u, 27);
  rc_ui_free(u);
}

static void test_write_scenario(void **state) {
  (void)state;
  rc_ui *u = browser();
  rc_ui_key(u, 13);
  do_line(u, "set J2 0.65");
  char line[160];
  snprintf(line, sizeof line, "scenario.write %s/w.yaml", dir);
  do_line(u, line);
  assert_refused(u, line, "File exists"); /* never over a file */
  rc_err err = {0};
  rc_scenario *sc = rc_scenario_load(line + 15, rc_study_kinds, &err);
  if (!sc) fail_msg("%s", err.message);
  assert_true(fabs(sc->model.J[1] - 0.65) <= 1e-12);
  rc_scenario_free(sc);
  unlink(line + 15);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lists_scenarios_only),
                                     cmocka_unit_test(test_shows_errors_with_their_place),
                                     cmocka_unit_test(test_open_and_back),
                                     cmocka_unit_test(test_without_a_lattice),
                                     cmocka_unit_test(test_filter),
                                     cmocka_unit_test(test_mouse),
                                     cmocka_unit_test(test_scenario_on_the_command_line),
                                     cmocka_unit_test(test_no_folder),
                                     cmocka_unit_test(test_save),
                                     cmocka_unit_test(test_suggested_name),
                                     cmocka_unit_test(test_write_scenario)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
