/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command table, and what a command line may say. */
#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "common.h"

static void test_table_is_sound(void **state) {
  (void)state;
  for (int i = 0; i < rc_commands_n; i++) {
    const rc_command *c = &rc_commands[i];
    assert_true(c->name[0] && c->help[0] && c->group[0]);
    assert_true(c->where != 0 && c->where <= RC_IN_ANY);
    assert_int_equal(rc_command_find(c->name), i);
    for (const char *s = c->name; *s; s++)
      if (!islower((unsigned char)*s) && !strchr(".-!", *s)) fail_msg("name '%s'", c->name);
    for (const char *s = c->args; *s; s++)
      if (!isupper((unsigned char)*s) && !strchr(" [].", *s)) fail_msg("args of %s", c->name);
    if (c->hint[0] && c->rank <= 0) fail_msg("%s has no place in the footer", c->name);
    if (c->help[strlen(c->help) - 1] == '.') fail_msg("help of %s ends in a dot", c->name);
  }
}

/* Groups are contiguous, so that the help has each heading once. */
static void test_groups_are_together(void **state) {
  (void)state;
  for (int i = 1; i < rc_commands_n; i++) {
    if (strcmp(rc_commands[i].group, rc_commands[i - 1].group) == 0) continue;
    for (int k = 0; k < i; k++) assert_string_not_equal(rc_commands[k].group, rc_commands[i].group);
  }
}

static void test_refusals(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  assert_refused(u, "", "empty");
  assert_refused(u, "   ", "empty");
  assert_refused(u, "knob.selct J2", "did you mean 'knob.select'");
  assert_refused(u, "xyzzyplugh", "? lists them");
  assert_refused(u, "view", "needs: VIEW");
  assert_refused(u, "set J2", "needs: KEY VALUE");
  assert_refused(u, "undo 3", "takes no argument");
  assert_refused(u, "view 99", "there are views");
  assert_refused(u, "view latice", "did you mean 'lattice'");
  assert_refused(u, "pane.focus nowhere", "no pane");
  assert_refused(u, "speed -1", "steps a second");
  assert_refused(u, "speed fast", "steps a second");
  assert_refused(u, "step 0", "a number from 1");
  assert_refused(u, "pause maybe", "'on' or 'off'");
  assert_refused(u, "theme plaid", "no theme");
  assert_refused(u, "pixels sixel", "braille, block, ascii");
  assert_refused(u, "key Hyper-x", "no key is named");
  assert_refused(u, "seed 0", "a seed from 1");
  assert_refused(u, "break.add gap <", "");
  assert_refused(u, "break.delete 3", "no such breakpoint");
  assert_refused(u, "select.site 8", "sites 0 to 7");
  assert_refused(u, "tour 9", "steps 1 to 3");
  assert_refused(u, "form.apply", "not for here");
  assert_refused(u, "undo", "");
  assert_refused(u, "knob.fine-up", "no knob is selected");
  assert_refused(u, "copy", "no file yet");
  assert_refused(u, "set J9 1", "J9");
  assert_refused(u, "set J2 lots", "");
  rc_ui_free(u);
}

static void test_browser_refuses_what_needs_a_scenario(void **state) {
  (void)state;
  rc_ui *u = new_ui(NULL, false);
  assert_null(rc_ui_session(u));
  for (int i = 0; i < rc_commands_n; i++) {
    if (rc_commands[i].where & RC_IN_BROWSER || !(rc_commands[i].where & RC_IN_EXPLORER)) continue;
    char line[80];
    snprintf(line, sizeof line, "%s 1 1", rc_commands[i].name);
    assert_refused(u, line, "needs an open scenario");
  }
  assert_refused(u, "open", "no scenario is selected");
  assert_refused(u, "open /nonexistent/x.yaml", "x.yaml");
  rc_ui_free(u);
}

/* Every command can be given in some state without an argument or with a plain one, and none of
 * them leaves the explorer unable to draw. */
static void test_every_command_runs(void **state) {
  (void)state;
  char dir[] = "/tmp/roadcut-test-XXXXXX";
  assert_non_null(mkdtemp(dir));
  /* What a command writes without being told where belongs there, not where the tests run. */
  char *home = realpath(".", NULL),
       *src = realpath(getenv("RC_SRCDIR") ? getenv("RC_SRCDIR") : ".", NULL);
  assert_true(home && src && setenv("RC_SRCDIR", src, 1) == 0 && chdir(dir) == 0);
  static const struct {
    const char *name, *arg;
  } with[] = {{"view", "1"},
              {"key", "Tab x Esc"},
              {"set", "J2 0.3"},
              {"select.state", "3"},
              {"select.site", "2"},
              {"select.edge", "1"},
              {"lattice.show", "state"},
              {"compare", "J2=0.9"},
              {"compare.sync", "time"},
              {"speed", "10"},
              {"study", "scan"},
              {"form.set", "model.J2 0.1"},
              {"break.add", "step = 3"},
              {"until", "step = 3"},
              {"cut.vertex", "12"},
              {"search", "0"}};
  for (int i = 0; i < rc_commands_n; i++) {
    const rc_command *c = &rc_commands[i];
    const bool cut = strncmp(c->name, "cut.", 4) == 0;
    const bool paths = strcmp(c->group, "Paths") == 0;
    rc_ui *u = open_ui(cut ? CUTTING : paths ? SHOOTING : SQUARE, cut || paths);
    if (cut || paths)
      run_steps(u, cut ? 150 : 70); /* the model of the paths is not frozen yet */
    else
      run_out(u);
    char line[256];
    snprintf(line, sizeof line, "%s", c->name);
    for (size_t k = 0; k < RC_LEN(with); k++)
      if (strcmp(with[k].name, c->name) == 0)
        snprintf(line, sizeof line, "%s %s", c->name, with[k].arg);
    if (strcmp(c->name, "scenario.write") == 0)
      snprintf(line, sizeof line, "scenario.write %s/w.yaml", dir);
    if (strcmp(c->name, "record") == 0) snprintf(line, sizeof line, "record %s/r.session", dir);
    if (strcmp(c->name, "tour.write") == 0) {
      do_line(u, "view state");
      snprintf(line, sizeof line, "tour.write %s/t.yaml", dir);
    }
    if (strcmp(c->group, "Parameters") == 0 && strncmp(c->name, "form", 4) == 0)
      do_line(u, "params");
    if (paths) do_line(u, "shot 20"), do_line(u, "frame 3");
    if (strcmp(c->name, "paths.compare") == 0) do_line(u, "freeze"), run_steps(u, 400);
    if (paths) run_steps(u, 1);
    if (strcmp(c->name, "undo") == 0 || strcmp(c->name, "redo") == 0) do_line(u, "set J2 0.7");
    if (strcmp(c->name, "redo") == 0) do_line(u, "undo");
    if (strcmp(c->name, "break.delete") == 0) do_line(u, "break.add step = 3");
    if (strcmp(c->name, "history.branch") == 0) do_line(u, "history.back 2");
    if (strncmp(c->name, "search.", 7) == 0) do_line(u, "search 0");
    if (strcmp(c->group, "Tour") == 0 && c->name[4]) do_line(u, "tour 1");
    if (strncmp(c->name, "compare.", 8) == 0) do_line(u, "compare J2=0.9");
    if (strncmp(c->name, "knob.fine", 9) == 0) do_line(u, "knob.select J2");
    bool browser_only = !(c->where & RC_IN_EXPLORER) && c->where & RC_IN_BROWSER;
    if (browser_only) rc_ui_close_session(u);
    rc_err err = {0};
    bool ok = rc_ui_command(u, line, &err);
    const bool may_fail = strcmp(c->name, "copy") == 0 || strcmp(c->name, "tour.answer") == 0 ||
                          strcmp(c->name, "cut.round") == 0 ||
                          strcmp(c->name, "cut.node") == 0; /* no file; no bound */
    if (!ok && !may_fail) fail_msg("%s: %s", line, err.message);
    rc_free(draw_text(u, 80, 24));
    rc_free(draw_text(u, 120, 40));
    rc_ui_free(u);
  }
  char path[64];
  snprintf(path, sizeof path, "%s/w.yaml", dir);
  assert_int_equal(unlink(path), 0);
  snprintf(path, sizeof path, "%s/r.session", dir);
  assert_int_equal(unlink(path), 0);
  snprintf(path, sizeof path, "%s/t.yaml", dir);
  assert_int_equal(unlink(path), 0);
  unlink("roadcut.session"); /* of a command that begins a recording of its own */
  assert_int_equal(chdir(home), 0);
  assert_int_equal(rmdir(dir), 0);
  free(home);
  free(src);
}

static void test_short_forms(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  for (int t = 0; t < u->tabs; t++) {
    char line[80];
    const rc_view_class *v = rc_view_classes[u->tab_view[t]];
    snprintf(line, sizeof line, "view.%s", v->kind.name);
    do_line(u, line);
    assert_int_equal(u->tab, t);
    for (int p = 0; p < v->panes; p++) {
      snprintf(line, sizeof line, "pane.focus %s", v->pane[p]->name);
      do_line(u, line);
      assert_int_equal(u->focus[u->tab_view[t]], p);
      snprintf(line, sizeof line, "pane.focus %c", 'a' + p);
      do_line(u, line);
      assert_int_equal(u->focus[u->tab_view[t]], p);
    }
  }
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table_is_sound),
                                     cmocka_unit_test(test_groups_are_together),
                                     cmocka_unit_test(test_refusals),
                                     cmocka_unit_test(test_browser_refuses_what_needs_a_scenario),
                                     cmocka_unit_test(test_every_command_runs),
                                     cmocka_unit_test(test_short_forms)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
