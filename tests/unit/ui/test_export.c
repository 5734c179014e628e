/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every pane of every view leaves in every format, with the line that reproduces it in its head, at
 * the beginning (when there is nothing yet it says so) and later. */
#include "common.h"

#include <jansson.h>

static char scenario[64];

/* A file with all studies there are: the line that reproduces a pane names it. */
static rc_ui *open_all(uint64_t steps) {
  rc_str yaml = {0};
  rc_str_add(&yaml, "title: all of it\nlattice: {kind: square, torus: [[2, 2], [2, -2]]}\n"
                    "model: {J1: 1.0, J2: 0.4}\nstudies:\n");
  for (int i = 0; rc_study_kinds[i]; i++) rc_str_addf(&yaml, "  %s: {}\n", rc_study_kinds[i]->name);
  rc_err err = {0};
  if (!rc_write_text(scenario, &yaml, &err)) fail_msg("%s", err.message);
  rc_str_free(&yaml);
  rc_ui *u = new_ui(NULL, true);
  if (!rc_ui_open_path(u, scenario, &err)) fail_msg("%s", err.message);
  if (steps) run_steps(u, steps);
  free(draw_text(u, 100, 30));
  return u;
}

static int fields_of(const char *line) {
  rc_str field = {0};
  int n = 0;
  while (line) {
    line = rc_csv_field(line, &field);
    n++;
  }
  rc_str_free(&field);
  return n;
}

static void check_csv(const char *what, const char *text, bool *empty) {
  const char *line = strchr(text, '\n') + 1;
  *empty = strncmp(line, "# no data yet\n", 14) == 0;
  if (*empty) line += 14;
  const int columns = fields_of(line);
  int rows = 0;
  for (const char *l = strchr(line, '\n'); l && l[1]; l = strchr(l + 1, '\n'), rows++)
    if (fields_of(l + 1) != columns) fail_msg("%s: row %d has not %d fields", what, rows, columns);
  if (*empty && rows > 0) fail_msg("%s: %d rows, and says otherwise", what, rows);
  /* a vertex may have no frustrated edge; of all others no rows are no data */
  if (!*empty && rows == 0 && strcmp(what, "cut.vertex") != 0) fail_msg("%s: no rows", what);
}

static void check_json(const char *what, const char *text, bool empty) {
  json_error_t why;
  json_t *o = json_loads(text, 0, &why);
  if (!o) fail_msg("%s: %s", what, why.text);
  assert_string_equal(json_string_value(json_object_get(o, "pane")), what);
  const char *command = json_string_value(json_object_get(o, "command"));
  assert_non_null(command);
  assert_int_equal(strncmp(command, "roadcut run /tmp/", 17), 0);
  if (strcmp(what, "cut.vertex") != 0)
    assert_int_equal(json_array_size(json_object_get(o, "rows")) == 0, empty);
  assert_int_equal(json_object_get(o, "note") != NULL, empty);
  json_decref(o);
}

static int check_pane(rc_ui *u, const char *what) {
  static const char *const formats[] = {"csv", "svg", "ansi", "txt", "json"};
  char line[120];
  bool empty = false;
  snprintf(line, sizeof line, "pane.focus %s", what);
  do_line(u, line);
  for (size_t f = 0; f < RC_LEN(formats); f++) {
    rc_str out = {0};
    rc_err err = {0};
    if (!rc_pane_export(u, formats[f], &out, &err)) fail_msg("%s: %s", what, err.message);
    const char *text = rc_str_c(&out);
    if (!strcmp(formats[f], "svg")) {
      assert_int_equal(strncmp(text, "<svg ", 5), 0);
      assert_non_null(strstr(text, "<desc>roadcut run /tmp/"));
      assert_non_null(strstr(text, "</svg>"));
    } else if (!strcmp(formats[f], "json")) {
      check_json(what, text, empty);
    } else {
      assert_int_equal(strncmp(text, "# roadcut run /tmp/", 19), 0);
      if (!strcmp(formats[f], "csv"))
        check_csv(what, text, &empty);
      else
        assert_int_equal(strstr(text, "\033[") != NULL, !strcmp(formats[f], "ansi"));
    }
    rc_str_free(&out);
  }
  return empty;
}

static void test_all_panes(void **state) {
  (void)state;
  static const uint64_t steps[] = {0, 25};
  int empty[RC_LEN(steps)] = {0}, panes = 0;
  for (size_t k = 0; k < RC_LEN(steps); k++) {
    rc_ui *u = open_all(steps[k]);
    for (int v = 0; rc_view_classes[v]; v++)
      for (int p = 0; p < rc_view_classes[v]->panes; p++, panes++) {
        char what[96];
        snprintf(what, sizeof what, "%s.%s", rc_view_classes[v]->kind.name,
                 rc_view_classes[v]->pane[p]->name);
        empty[k] += check_pane(u, what);
      }
    rc_ui_free(u);
  }
  assert_true(empty[0] > 10 && empty[1] < empty[0]);
  assert_true(panes > 60);
}

static void test_copy_to_a_file(void **state) {
  (void)state;
  rc_ui *u = open_all(1);
  do_line(u, "view hilbert");
  do_line(u, "set J2 0.7");
  do_line(u, "copy");
  char *clip = rc_ui_take_clipboard(u);
  assert_non_null(strstr(clip, "--set model.J2=0.7"));
  assert_null(strchr(clip, '#')); /* nothing a shell could stumble over */
  assert_message(u, "changed at step 1");
  char path[80], line[100];
  snprintf(path, sizeof path, "%s.line", scenario);
  snprintf(line, sizeof line, "copy %s", path);
  do_line(u, line);
  size_t n = 0;
  char *text = rc_read_file(path, 10000, &n, NULL);
  assert_non_null(text);
  assert_int_equal(strncmp(text, clip, strlen(clip)), 0);
  const char *note = text + strlen(clip); /* J2 came after the first step */
  assert_int_equal(strncmp(note, "\n# parameters of hilbert were changed at step 1: ", 46), 0);
  assert_true(text[n - 1] == '\n' && strchr(note + 1, '\n') == text + n - 1);
  assert_refused(u, "copy /no/such/folder/x", "cannot write");
  rc_free(text);
  rc_free(clip);
  unlink(path);
  rc_ui_free(u);
}

/* The steps in the line are those of the study of the pane; a picture says it in XML. */
static void test_line(void **state) {
  (void)state;
  rc_ui *u = open_all(2);
  do_line(u, "view hilbert");
  do_line(u, "step 5");
  rc_session_turn(u->session, 5);
  rc_ui_tick(u, 0);
  do_line(u, "copy");
  char *clip = rc_ui_take_clipboard(u);
  if (!strstr(clip, " --study hilbert --steps 7")) fail_msg("%s", clip);
  rc_free(clip);
  rc_ui_free(u);

  char path[80];
  snprintf(path, sizeof path, "%.*s&x.yaml", (int)strlen(scenario) - 5, scenario);
  const rc_str yaml = {.text = (char *)SQUARE, .len = strlen(SQUARE)};
  rc_err err = {0};
  if (!rc_write_text(path, &yaml, &err)) fail_msg("%s", err.message);
  u = new_ui(NULL, true);
  if (!rc_ui_open_path(u, path, &err)) fail_msg("%s", err.message);
  rc_str svg = {0};
  if (!rc_pane_export(u, "svg", &svg, &err)) fail_msg("%s", err.message);
  assert_non_null(strstr(rc_str_c(&svg), "&amp;x.yaml"));
  assert_null(strstr(rc_str_c(&svg), "&x.yaml"));
  rc_str_free(&svg);
  unlink(path);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  strcpy(scenario, "/tmp/roadcut-export-XXXXXX.yaml");
  const int fd = mkstemps(scenario, 5);
  if (fd < 0) return 1;
  close(fd);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_panes),
                                     cmocka_unit_test(test_copy_to_a_file),
                                     cmocka_unit_test(test_line)};
  const int failed = cmocka_run_group_tests_name("export", tests, NULL, NULL);
  unlink(scenario);
  return failed;
}
