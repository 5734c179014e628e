/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours on the screen: some screens as ANSI text in every theme, against tests/golden/colours
 * (RC_UPDATE_GOLDEN=1 writes them anew: look at the difference before you keep it). They are of a
 * small molecule and whole numbers, so that no colour hangs on rounding. */
#include "common.h"

#include <errno.h>
#include <sys/stat.h>

enum { COLS = 64, ROWS = 18 };
static const char *const themes[] = {"dark", "light", "colour-blind", "mono"};

static const char *const TRIANGLE =
    "title: Triangle\n"
    "lattice: {kind: complete, n: 3}\n"
    "model: {J1: 1.0}\n"
    "studies:\n"
    "  hilbert: {}\n"
    "tour:\n"
    "  - say: A choice.\n"
    "    view: lattice.map\n"
    "    ask: Can all edges be content?\n"
    "    answer: {choice: [{say: They can, is: balanced = true}, {say: Not all}]}\n";

static void golden_path(const char *name, char *out, size_t cap) {
  const char *src = getenv("RC_SRCDIR");
  snprintf(out, cap, "%s/tests/golden/colours/%s.ansi", src ? src : ".", name);
}

static void against_golden(const char *name, const rc_str *is) {
  char path[4096];
  golden_path(name, path, sizeof path);
  rc_err err = {0};
  if (getenv("RC_UPDATE_GOLDEN")) {
    char dir[4096];
    snprintf(dir, sizeof dir, "%.*s", (int)(strrchr(path, '/') - path), path);
    if (mkdir(dir, 0777) && errno != EEXIST) fail_msg("%s: %s", dir, strerror(errno));
    if (!rc_write_text(path, is, &err)) fail_msg("%s", err.message);
  }
  size_t len;
  char *want = rc_read_file(path, 1 << 20, &len, &err);
  if (!want) fail_msg("%s", err.message);
  if (len != is->len || memcmp(want, rc_str_c(is), len) != 0) {
    size_t at = 0;
    int line = 1;
    for (; at < len && at < is->len && want[at] == is->text[at]; at++) line += want[at] == '\n';
    fail_msg("%s: other colours from line %d on", path, line);
  }
  rc_free(want);
}

static void ansi_of(rc_ui *u, rc_str *out) {
  rc_screen *s = rc_screen_new(COLS, ROWS, RC_G_BRAILLE);
  rc_ui_draw(u, s); /* the first drawing tells the panes their sizes */
  rc_ui_draw(u, s);
  rc_screen_ansi(s, rc_ui_theme(u), out);
  rc_screen_free(s);
}

/* The lines take the explorer to the screen. */
static void screen_in_all_themes(const char *name, const char *yaml, const char *const *lines) {
  rc_str is[RC_LEN(themes)] = {{0}};
  for (size_t t = 0; t < RC_LEN(themes); t++) {
    char line[64], file[64];
    rc_ui *u = open_ui(yaml, true);
    snprintf(line, sizeof line, "theme %s", themes[t]);
    do_line(u, line);
    for (int i = 0; lines[i]; i++) do_line(u, lines[i]);
    while (rc_session_turn(u->session, 64)) continue; /* the steps that were asked for */
    rc_ui_tick(u, 1);
    u->message[0] = 0;
    ansi_of(u, &is[t]);
    rc_ui_free(u);
    snprintf(file, sizeof file, "%s-%s", name, themes[t]);
    against_golden(file, &is[t]);
  }
  for (size_t a = 0; a < RC_LEN(themes); a++)
    for (size_t b = 0; b < a; b++) assert_string_not_equal(rc_str_c(&is[a]), rc_str_c(&is[b]));
  for (size_t t = 0; t < RC_LEN(themes); t++) rc_str_free(&is[t]);
}

static void test_views(void **state) {
  (void)state;
  screen_in_all_themes("lattice", TRIANGLE, (const char *const[]){"select.edge 1", NULL});
  /* up, down, content and frustrated; the chart of the pane of figures has no room */
  screen_in_all_themes("state", TRIANGLE,
                       (const char *const[]){"step 2", "lattice.show state", "select.state 1",
                                             "pane.focus lattice.map", "pane.full on", NULL});
  screen_in_all_themes(
      "couplings", TRIANGLE,
      (const char *const[]){"pane.focus lattice.couplings", "knob.select J1", "explain on", NULL});
}

static void test_layers(void **state) {
  (void)state;
  screen_in_all_themes("question", TRIANGLE, (const char *const[]){"tour", NULL});
  screen_in_all_themes("options", TRIANGLE, (const char *const[]){"options", NULL});
  screen_in_all_themes("help", TRIANGLE, (const char *const[]){"help", NULL});
}

/* Nothing but the sixteen attributes of a terminal without colours. */
static void test_mono_has_no_colours(void **state) {
  (void)state;
  rc_ui *u = open_ui(TRIANGLE, true);
  rc_str is = {0};
  do_line(u, "theme mono");
  ansi_of(u, &is);
  assert_null(strstr(rc_str_c(&is), "38;"));
  assert_null(strstr(rc_str_c(&is), "48;"));
  do_line(u, "theme dark");
  rc_str_clear(&is);
  ansi_of(u, &is);
  assert_non_null(strstr(rc_str_c(&is), "38;"));
  rc_str_free(&is);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_views), cmocka_unit_test(test_layers),
                                     cmocka_unit_test(test_mono_has_no_colours)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
