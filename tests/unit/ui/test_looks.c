/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every screen at six sizes in five looks: dark, light, colour-blind, mono, ASCII.
 *
 * A cell has a role, not a colour, so the looks with colours have the same cells; that is checked
 * cell by cell. tests/golden/looks has for each screen the roles of its cells, the cells of the looks
 * without colours, and in themes.txt the colours of all roles. Together with the texts of
 * test_golden.c that is every picture. RC_UPDATE_GOLDEN=1 writes the files anew; RC_PICTURES=DIR
 * writes all pictures as ANSI text for tests/tools/contact-sheet.py: look at them before you keep
 * the difference. */
#include "golden_scenarios.h"
#include "guarded.h"
#include "masks.h"

#include <errno.h>
#include <sys/stat.h>

/* One letter for each role, in the order of rc_style. */
static const char LETTERS[] = ".dbtfFhHaAksowBluvxyzZCDEGIJKLMNOPQRSTUVW";
static const char *const coloured[] = {"dark", "light", "colour-blind"};

/* ---- a screen as rows of text and roles --------------------------------------------------------
 */

/* Foreground, /background, then *bold, ~reverse, _underline. "?": only rounding decides. */
static void cell_name(const rc_cell *c, bool is_masked, char out[8]) {
  const bool inked = c->ch || c->attr || (c->fg >= RC_HEADER && c->fg <= RC_SELECTED);
  int n = 0;
  out[n++] = is_masked ? '?' : inked ? LETTERS[c->fg] : '.';
  if (c->bg != RC_TEXT && !is_masked) out[n++] = '/', out[n++] = LETTERS[c->bg];
  if (c->attr & RC_A_BOLD) out[n++] = '*';
  if (c->attr & RC_A_REVERSE) out[n++] = '~';
  if (c->attr & RC_A_UNDERLINE) out[n++] = '_';
  out[n] = 0;
}

/* Run-length: "h80" are eighty cells of the header. */
static void roles_of_row(const rc_screen *s, int y, const uint32_t *is, const uint32_t *shown,
                         rc_str *out) {
  for (int x = 0; x < s->cols;) {
    char name[8], next[8];
    int n = 1;
    cell_name(&s->cell[y * s->cols + x], is[x] != shown[x], name);
    for (; x + n < s->cols; n++) {
      cell_name(&s->cell[y * s->cols + x + n], is[x + n] != shown[x + n], next);
      if (strcmp(name, next) != 0) break;
    }
    rc_str_add(out, name);
    if (n > 1) rc_str_addf(out, "%d", n);
    x += n;
  }
}

/* All cells of a row as code points, blanks as blanks: the text of a screen leaves out its end. */
static void pad(const grid *g, int y, int cols, uint32_t *row) {
  for (int x = 0; x < cols; x++) {
    const uint32_t c = y < g->rows && x < g->cols ? g->cell[y * (g->cols + 1) + x] : 0;
    row[x] = c ? c : ' ';
  }
}

/* Rows of roles, after each row of text where that is wanted. A row of roles like the one above it is "=". */
static void add_cells(const rc_screen *s, bool with_text, rc_str *out) {
  rc_str text = {0};
  rc_screen_text(s, &text);
  char *clean = masked(rc_str_c(&text));
  grid is = grid_of(rc_str_c(&text)), shown = grid_of(clean);
  uint32_t *a = calloc((size_t)s->cols, sizeof *a), *b = calloc((size_t)s->cols, sizeof *b);
  rc_str last = {0}, row = {0};
  for (int y = 0; y < s->rows; y++) {
    pad(&is, y, s->cols, a);
    pad(&shown, y, s->cols, b);
    if (with_text) {
      int end = s->cols;
      while (end > 0 && b[end - 1] == ' ') end--;
      rc_str_addc(out, ' ');
      for (int x = 0; x < end; x++) put_utf8(out, b[x]);
      rc_str_addc(out, '\n');
    }
    rc_str_clear(&row);
    roles_of_row(s, y, a, b, &row);
    const bool again = y > 0 && strcmp(rc_str_c(&row), rc_str_c(&last)) == 0;
    rc_str_add(out, again ? "=" : rc_str_c(&row));
    rc_str_addc(out, '\n');
    rc_str_clear(&last);
    rc_str_add(&last, rc_str_c(&row));
  }
  rc_str_free(&last);
  rc_str_free(&row);
  rc_str_free(&text);
  rc_free(clean);
  free(is.cell);
  free(shown.cell);
  free(a);
  free(b);
}

/* ---- against the files -------------------------------------------------------------------------
 */

/* The columns in which two rows of roles differ, as " columns 4-7 (was d, is w)". */
static void say_columns(const char *was, const char *is, rc_str *out) {
  const char *row[2] = {was, is};
  char name[2][8] = {"", ""}, first[2][8] = {"", ""};
  int left[2] = {0, 0}, from = -1, to = -1;
  for (int x = 0; x < 1000; x++) {
    for (int k = 0; k < 2; k++) {
      if (left[k] > 0 || !*row[k]) continue;
      size_t n = strcspn(row[k] + 1, LETTERS) + 1; /* up to the next foreground, or its ground */
      if (row[k][1] == '/') n = 3 + strspn(row[k] + 3, "*~_0123456789");
      const size_t bare = strcspn(row[k], "0123456789");
      const size_t word = RC_MIN(RC_MIN(bare, n), sizeof name[k] - 1);
      snprintf(name[k], sizeof name[k], "%.*s", (int)word, row[k]);
      left[k] = bare < n ? atoi(row[k] + bare) : 1;
      row[k] += n;
    }
    if (left[0] == 0 && left[1] == 0) break;
    if (left[0] == 0 || left[1] == 0 || strcmp(name[0], name[1]) != 0) {
      if (from < 0) memcpy(first, name, sizeof first);
      from = from < 0 ? x : from, to = x;
    }
    for (int k = 0; k < 2; k++) left[k] -= left[k] > 0;
  }
  rc_str_addf(out, "columns %d-%d (was %s, is %s)", from, to, first[0], first[1]);
}

static void test_columns(void **state) {
  (void)state;
  static const char *const rows[][3] = {{"h80", "h40w4h36", "columns 40-43 (was h, is w)"},
                                        {"f.78f", "f.77df", "columns 78-78 (was ., is d)"},
                                        {".3t/s*2d5", ".3t/s3d4", "columns 3-5 (was t/s*, is t/s)"},
                                        {"u", "v", "columns 0-0 (was u, is v)"}};
  for (size_t i = 0; i < RC_LEN(rows); i++) {
    rc_str out = {0};
    say_columns(rows[i][0], rows[i][1], &out);
    assert_string_equal(rc_str_c(&out), rows[i][2]);
    rc_str_free(&out);
  }
}

static void line_at(const char *text, int n, char *out, size_t cap) {
  for (; n > 0 && *text; n--) {
    text = strchr(text, '\n');
    text = text ? text + 1 : "";
  }
  snprintf(out, cap, "%.*s", (int)strcspn(text, "\n"), text);
}

/* The first line that differs: its heading, its row on the screen, both versions, the columns. */
static void say_difference(const char *was, const char *is, rc_str *out) {
  char a[4000], b[4000], heading[200] = "";
  int row = 0;
  for (int line = 0; line < 100000; line++) {
    line_at(was, line, a, sizeof a);
    line_at(is, line, b, sizeof b);
    if (strncmp(b, "== ", 3) == 0) snprintf(heading, sizeof heading, "%.199s", b), row = -1;
    if (strcmp(a, b) != 0) break;
    row += b[0] != ' '; /* a row of text comes before that of its roles */
  }
  rc_str_addf(out, "%s: row %d:\nwas %s\nis  %s\n", heading, row, a, b);
  const bool roles = a[0] && b[0] && a[0] != ' ' && b[0] != ' ' && a[0] != '=' && b[0] != '=';
  if (roles) say_columns(a, b, out);
}

static void test_difference(void **state) {
  (void)state;
  rc_str out = {0};
  say_difference("== 4x2 colours\nh4\nd4\n== 4x2 ascii\n abc\nd4\n",
                 "== 4x2 colours\nh4\ndwd2\n== 4x2 ascii\n abc\nd4\n", &out);
  assert_string_equal(rc_str_c(&out), "== 4x2 colours: row 1:\nwas d4\nis  dwd2\n"
                                      "columns 1-1 (was d, is w)");
  rc_str_clear(&out);
  say_difference("== 4x2 ascii\n abc\nd4\n uvw\n=\n", "== 4x2 ascii\n abc\nd4\n uvx\n=\n", &out);
  assert_string_equal(rc_str_c(&out), "== 4x2 ascii: row 1:\nwas  uvw\nis   uvx\n");
  rc_str_free(&out);
}

static void against_golden(const char *name, const rc_str *is) {
  const char *src = getenv("RC_SRCDIR");
  char dir[3000], path[4000];
  rc_err err = {0};
  size_t len;
  snprintf(dir, sizeof dir, "%s/tests/golden/looks", src ? src : ".");
  snprintf(path, sizeof path, "%s/%s.txt", dir, name);
  if (getenv("RC_UPDATE_GOLDEN")) {
    if (mkdir(dir, 0777) && errno != EEXIST) fail_msg("%s: %s", dir, strerror(errno));
    if (!rc_write_text(path, is, &err)) fail_msg("%s", err.message);
  }
  char *was = rc_read_file(path, 1 << 24, &len, &err);
  if (!was) fail_msg("%s", err.message);
  if (strcmp(was, rc_str_c(is)) != 0) {
    rc_str what = {0};
    say_difference(was, rc_str_c(is), &what);
    fail_msg("%s: %s", path, rc_str_c(&what));
  }
  rc_free(was);
}

static void keep_picture(const char *name, const char *look, const rc_screen *s,
                         const rc_theme *theme) {
  const char *dir = getenv("RC_PICTURES");
  if (!dir) return;
  char path[4000];
  rc_err err = {0};
  rc_str out = {0};
  snprintf(path, sizeof path, "%s/%s-%dx%d-%s.ansi", dir, name, s->cols, s->rows, look);
  rc_screen_ansi(s, theme, &out);
  if (!rc_write_text(path, &out, &err)) fail_msg("%s", err.message);
  rc_str_free(&out);
}

/* ---- screens -----------------------------------------------------------------------------------
 */

/* The caller frees it. */
static rc_screen *drawn(rc_ui *u, const char *name, const char *look, const char *theme,
                        rc_graphics g, int cols, int rows) {
  rc_screen *s = rc_screen_new(cols, rows, g);
  u->theme = rc_theme_find(theme);
  u->graphics = g;
  rc_ui_draw(u, s); /* the first drawing tells the panes their sizes */
  rc_ui_draw(u, s);
  keep_picture(name, look, s, u->theme);
  return s;
}

static bool same_cells(const rc_screen *a, const rc_screen *b) {
  for (int i = 0; i < a->cols * a->rows; i++) {
    const rc_cell *x = &a->cell[i], *y = &b->cell[i];
    if (x->ch != y->ch || x->fg != y->fg || x->bg != y->bg || x->attr != y->attr) return false;
  }
  return true;
}

static int question_marks(const rc_screen *s) {
  int n = 0;
  for (int i = 0; i < s->cols * s->rows; i++) n += s->cell[i].ch == '?';
  return n;
}

/* A sign without a look-alike would be shown as a question mark. */
static void only_ascii(const rc_screen *s, const rc_screen *rich, const char *name) {
  for (int i = 0; i < s->cols * s->rows; i++)
    if (s->cell[i].ch > 0x7e)
      fail_msg("%s at %dx%d: U+%04X at %d,%d", name, s->cols, s->rows, s->cell[i].ch, i % s->cols,
               i / s->cols);
  if (question_marks(s) != question_marks(rich))
    fail_msg("%s at %dx%d: a sign has no look-alike", name, s->cols, s->rows);
}

/* Draws every pane that is on the screen once more, at its size, into a border of guards. */
static void guard_panes(rc_ui *u, rc_graphics g) {
  const int view = u->session ? rc_ui_view(u) : -1;
  for (int p = 0; view >= 0 && p < rc_view_classes[view]->panes; p++) {
    const rc_rect r = u->pane[view][p].inner;
    if (r.w < 1 || r.h < 1) continue;
    const rc_view_context v = rc_ui_context(u, view, p);
    draw_guarded(rc_view_classes[view]->pane[p], &v, r.w, r.h, g, p == 0);
  }
}

static void in_all_looks(rc_ui *u, const char *name) {
  rc_str out = {0};
  for (size_t i = 0; i < RC_LEN(sizes); i++) {
    const int w = sizes[i][0], h = sizes[i][1];
    rc_screen *first = drawn(u, name, coloured[0], coloured[0], RC_G_BRAILLE, w, h);
    guard_panes(u, RC_G_BRAILLE);
    rc_str_addf(&out, "== %dx%d colours\n", w, h);
    add_cells(first, false, &out);
    for (size_t t = 1; t < RC_LEN(coloured); t++) {
      rc_screen *s = drawn(u, name, coloured[t], coloured[t], RC_G_BRAILLE, w, h);
      if (!same_cells(first, s)) fail_msg("%s %dx%d: other cells in %s", name, w, h, coloured[t]);
      rc_screen_free(s);
    }
    rc_screen *s = drawn(u, name, "mono", "mono", RC_G_BRAILLE, w, h);
    const bool same = same_cells(first, s);
    rc_str_addf(&out, "== %dx%d mono%s\n", w, h, same ? ": the same cells" : "");
    if (!same) add_cells(s, true, &out);
    rc_screen_free(s);
    s = drawn(u, name, "ascii", "mono", RC_G_ASCII, w, h);
    guard_panes(u, RC_G_ASCII);
    only_ascii(s, first, name);
    rc_str_addf(&out, "== %dx%d ascii\n", w, h);
    add_cells(s, true, &out);
    rc_screen_free(s);
    rc_screen_free(first);
  }
  u->theme = rc_theme_find("dark");
  u->graphics = RC_G_BRAILLE;
  against_golden(name, &out);
  rc_str_free(&out);
}

static void view_in_all_looks(rc_ui *u, int view) {
  char line[96];
  snprintf(line, sizeof line, "view %s", rc_view_classes[view]->kind.name);
  do_line(u, line);
  u->message[0] = 0;
  in_all_looks(u, rc_view_classes[view]->kind.name);
}

static void test_views(void **state) {
  (void)state;
  for (int v = 0; rc_view_classes[v]; v++) {
    if (of_paths(v)) continue;
    rc_ui *u = open_ui(yaml_of(rc_view_classes[v]->kind.name), false);
    run_out(u);
    view_in_all_looks(u, v);
    rc_ui_free(u);
  }
}

static void test_paths(void **state) {
  (void)state;
  rc_ui *u = open_ui(PATHS, false);
  run_out(u);
  for (int v = 0; rc_view_classes[v]; v++)
    if (of_paths(v)) view_in_all_looks(u, v);
  rc_ui_free(u);
}

static void test_layers(void **state) {
  (void)state;
  static const struct {
    const char *name, *view, *command[3];
  } layers[] = {{"layer-compare", "hilbert", {"compare J2=0.7", NULL}},
                {"layer-figures", "hilbert", {"compare J2=0.7", "compare.side figures"}},
                {"layer-full", "lattice", {"pane.full on"}},
                {"layer-explain", "hilbert", {"explain on"}},
                {"layer-help", "lattice", {"help"}},
                {"layer-palette", "lattice", {"palette theme"}},
                {"layer-form", "lattice", {"params"}},
                {"layer-breaks", "lattice", {"break.add gap < 0.01", "breaks"}},
                {"layer-tour", "hilbert", {"tour 3", "tour.answer 250"}},
                {"layer-choice", "hilbert", {"tour 4"}}};
  for (size_t i = 0; i < RC_LEN(layers); i++) {
    rc_ui *u = open_ui(PLAIN, false);
    char line[96];
    run_out(u);
    snprintf(line, sizeof line, "view %s", layers[i].view);
    do_line(u, line);
    for (int k = 0; layers[i].command[k]; k++) do_line(u, layers[i].command[k]);
    for (int k = 0; k < 100000 && rc_rival_tick(u); k++) continue;
    u->message[0] = 0;
    in_all_looks(u, layers[i].name);
    rc_ui_free(u);
  }
}

static void test_browser(void **state) {
  (void)state;
  char folder[] = "/tmp/roadcut-looks-XXXXXX", before[4096];
  static const char *const dirs[] = {".", NULL};
  assert_non_null(getcwd(before, sizeof before));
  golden_folder_begin(folder);
  rc_ui *u = new_ui(dirs, false);
  for (int i = 0; i < 10; i++) rc_ui_tick(u, 0); /* all of them are read */
  golden_folder_end(folder, before);
  in_all_looks(u, "browser");
  rc_ui_free(u);
}

/* ---- themes ------------------------------------------------------------------------------------
 */

/* What each role looks like on each ground: "ink/ground" as numbers of the 256, -1 the terminal's
 * own, then the attributes as in rows of roles. */
static void test_themes(void **state) {
  (void)state;
  rc_str out = {0};
  assert_int_equal(sizeof LETTERS - 1, RC_STYLES);
  for (int t = 0; rc_themes[t]; t++)
    for (int bg = 0; bg < RC_STYLES; bg++) {
      rc_str_addf(&out, "== %s on %c\n", rc_themes[t]->name, LETTERS[bg]);
      for (int fg = 0; fg < RC_STYLES; fg++) {
        const rc_cell c = {'x', (uint8_t)fg, (uint8_t)bg, 0};
        int ink, ground, attr;
        rc_theme_cell(rc_themes[t], &c, &ink, &ground, &attr);
        rc_str_addf(&out, " %c %d/%d%s%s%s", LETTERS[fg], ink, ground, attr & RC_A_BOLD ? "*" : "",
                    attr & RC_A_REVERSE ? "~" : "", attr & RC_A_UNDERLINE ? "_" : "");
      }
      rc_str_addc(&out, '\n');
    }
  against_golden("themes", &out);
  rc_str_free(&out);
}

/* ---- the guards can bite -------------------------------------------------------------------------
 */

static void draw_outside(const rc_view_context *v, rc_pen p, bool focused) {
  (void)v, (void)focused;
  rc_put(p, 0, 0, RC_TEXT, "inside");
  p.screen->cell[(p.r.y + p.r.h) * p.screen->cols + p.r.x].ch = 'x'; /* the row below */
}

static void test_guard_bites(void **state) {
  (void)state;
  const rc_pane_class bad = {.name = "bad", .draw = draw_outside};
  int x = 0, y = 0;
  assert_true(wrote_outside(&bad, &(rc_view_context){.crosshair = -1}, 10, 3, &x, &y));
  assert_int_equal(x, 0);
  assert_int_equal(y, 3);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_columns),     cmocka_unit_test(test_difference),
      cmocka_unit_test(test_guard_bites), cmocka_unit_test(test_themes),
      cmocka_unit_test(test_views),       cmocka_unit_test(test_layers),
      cmocka_unit_test(test_browser),     cmocka_unit_test(test_paths)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
