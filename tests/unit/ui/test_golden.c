/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every view and layer of the explorer against tests/golden, at six sizes and in the poorer pixel
 * sets. RC_UPDATE_GOLDEN=1 writes the files anew: look at the difference before you keep it. What only
 * rounding decides is masked: see masks.h. The colours are in test_looks.c. */
#include "golden_scenarios.h"
#include "masks.h"

#include <sys/stat.h>

/* Pictures of states of other kinds. */
static const char *const STAGES[][2] = {
    {"hairpin", "title: Hairpin - golden\n"
                "studies:\n"
                "  paths: {system: {kind: wsme}, shots: 30, burn: 5, steps: 0, mechanism: false,\n"
                "          learning: 16, learn: {hidden: 8, frames: false}}\n"},
    {"plane", "title: Plane - golden\n"
              "studies:\n"
              "  paths: {system: {kind: potential, surface: jung, dynamics: walk, grid: 60},\n"
              "          shots: 20, burn: 5, steps: 0, mechanism: false, learning: 16,\n"
              "          learn: {hidden: 8, frames: false}}\n"},
    {"stripes", "title: Stripes - golden\n"
                "studies:\n"
                "  paths: {system: {kind: stripes}, shots: 20, burn: 5, steps: 0,\n"
                "          mechanism: false, learning: 16, learn: {hidden: 8, frames: false}}\n"},
    {"signs", "title: Signs - golden\n"
              "lattice: {kind: chain, cluster: [6]}\n"
              "model: {J1: 1, J2: 0.3}\n"
              "sector: {sz: 1}\n"
              "studies:\n"
              "  paths: {system: {kind: cut, temperature: 0.2}, shots: 20, burn: 5, steps: 0,\n"
              "          mechanism: false, learning: 16, learn: {hidden: 8, frames: false}}\n"}};

/* ---- masks ------------------------------------------------------------------------------------
 */

static void test_masks(void **state) {
  (void)state;
  char *m = masked("│ residual     2.5e-15 │ 1e-12 │\n│ energy  -5.4960 │\n│ x 1.5e-3, 2e+05 │\n");
  assert_string_equal(
      m, "│ residual     ####### │ ##### │\n│ energy  -5.4960 │\n│ x 1.5e-3, 2e+05 │\n");
  rc_free(m);
  m = masked("┌ a convergence ┐┌ b x ┐\n│ 12345678      ││ 123 │\n└───────────────┘└─────┘\n");
  assert_string_equal(
      m, "┌ a convergence ┐┌ b x ┐\n│               ││ 123 │\n└───────────────┘└─────┘\n");
  rc_free(m);
}

/* ---- files ------------------------------------------------------------------------------------
 */

static int compared;

static void compare(const char *name, const char *screen) {
  const char *src = getenv("RC_SRCDIR");
  char path[512];
  snprintf(path, sizeof path, "%s/tests/golden/%s.txt", src ? src : ".", name);
  char *now = masked(screen);
  compared++;
  if (getenv("RC_UPDATE_GOLDEN")) {
    FILE *f = fopen(path, "w");
    if (!f) fail_msg("cannot write %s", path);
    fputs(now, f);
    fclose(f);
    rc_free(now);
    return;
  }
  size_t len;
  rc_err err = {0};
  char *then = rc_read_file(path, 1 << 20, &len, &err);
  if (!then) fail_msg("%s: %s", path, err.message);
  if (strcmp(then, now) != 0) {
    int line = 1;
    const char *a = then, *b = now;
    for (; *a && *a == *b; a++, b++) line += *a == '\n';
    fail_msg("%s differs from line %d on. Is:\n%s", path, line, now);
  }
  rc_free(then);
  rc_free(now);
}

static void golden(const char *name, const char *yaml, const char *view, int cols, int rows,
                   rc_graphics g, const char *theme, const char *const *commands, uint64_t steps) {
  rc_scenario *sc = parse(yaml);
  rc_str out = {0};
  rc_err err = {0};
  if (!rc_show(view, sc, NULL, steps, cols, rows, g, theme, commands, "text", &out, &err))
    fail_msg("%s: %s", name, err.message);
  compare(name, rc_str_c(&out));
  rc_str_free(&out);
  rc_scenario_free(sc);
}

static void test_every_view(void **state) {
  (void)state;
  for (int v = 0; rc_view_classes[v]; v++) {
    if (of_paths(v)) continue;
    const char *view = rc_view_classes[v]->kind.name;
    for (size_t i = 0; i < RC_LEN(sizes); i++) {
      char name[96];
      snprintf(name, sizeof name, "%s-%dx%d", view, sizes[i][0], sizes[i][1]);
      golden(name, yaml_of(view), view, sizes[i][0], sizes[i][1], RC_G_BRAILLE, NULL, NULL, 0);
    }
  }
}

static void test_poor_terminals(void **state) {
  (void)state;
  for (int v = 0; rc_view_classes[v]; v++) {
    if (of_paths(v)) continue;
    const char *view = rc_view_classes[v]->kind.name;
    char name[96];
    snprintf(name, sizeof name, "%s-80x24-ascii", view);
    golden(name, yaml_of(view), view, 80, 24, RC_G_ASCII, "mono", NULL, 0);
    snprintf(name, sizeof name, "%s-80x24-mono", view);
    golden(name, yaml_of(view), view, 80, 24, RC_G_BRAILLE, "mono", NULL, 0);
    snprintf(name, sizeof name, "%s-80x24-block", view);
    golden(name, yaml_of(view), view, 80, 24, RC_G_BLOCK, NULL, NULL, 0);
  }
}

static void test_every_pane(void **state) {
  (void)state;
  for (int v = 0; rc_view_classes[v]; v++)
    for (int p = 0; !of_paths(v) && p < rc_view_classes[v]->panes; p++) {
      char name[96], what[80];
      const char *view = rc_view_classes[v]->kind.name;
      snprintf(what, sizeof what, "%s.%s", view, rc_view_classes[v]->pane[p]->name);
      snprintf(name, sizeof name, "pane-%s", what);
      golden(name, yaml_of(view), what, 80, 24, RC_G_BRAILLE, NULL, NULL, 0);
    }
}

/* Another program beside our own solvers. */
static void test_watched_cut(void **state) {
  (void)state;
  const char *const down[] = {"pane.focus b", "key Down Down Down Down", NULL};
  const char *magnet = "title: Square, 10 spins - golden\n"
                       "lattice: {kind: square, torus: [[3, 1], [-1, 3]]}\n"
                       "model: {J1: 1.0, J2: 0.4}\n";
  golden("cut-watched-120x40", watching(magnet), "cut", 120, 40, RC_G_BRAILLE, NULL, down, 0);
  golden("cut-watched-80x24", watching(magnet), "cut.solvers", 80, 24, RC_G_BRAILLE, NULL, NULL, 0);
}

/* ---- paths ------------------------------------------------------------------------------------
 */

static void picture(rc_ui *u, const char *name, int cols, int rows) {
  rc_free(draw_text(u, cols, rows)); /* tells the panes their sizes */
  char *screen = draw_text(u, cols, rows);
  compare(name, screen);
  rc_free(screen);
}

static void goto_view(rc_ui *u, const char *command, const char *view) {
  char text[128];
  snprintf(text, sizeof text, "%s %s", command, view);
  do_line(u, text);
}

static void test_paths_views(void **state) {
  (void)state;
  static const char *const poor[][3] = {
      {"ascii", "ascii", "mono"}, {"mono", "braille", "mono"}, {"block", "block", "dark"}};
  rc_ui *u = open_ui(PATHS, false);
  char name[96];
  run_out(u);
  for (int v = 0; rc_view_classes[v]; v++) {
    const char *view = rc_view_classes[v]->kind.name;
    if (!of_paths(v)) continue;
    goto_view(u, "view", view);
    for (size_t i = 0; i < RC_LEN(sizes); i++) {
      snprintf(name, sizeof name, "%s-%dx%d", view, sizes[i][0], sizes[i][1]);
      picture(u, name, sizes[i][0], sizes[i][1]);
    }
    for (size_t i = 0; i < RC_LEN(poor); i++) {
      goto_view(u, "pixels", poor[i][1]);
      goto_view(u, "theme", poor[i][2]);
      snprintf(name, sizeof name, "%s-80x24-%s", view, poor[i][0]);
      u->message[0] = 0;
      picture(u, name, 80, 24);
    }
    do_line(u, "pixels braille");
    do_line(u, "pane.full on");
    for (int p = 0; p < rc_view_classes[v]->panes; p++) {
      snprintf(name, sizeof name, "%s.%s", view, rc_view_classes[v]->pane[p]->name);
      goto_view(u, "pane.focus", name);
      u->message[0] = 0;
      snprintf(name, sizeof name, "pane-%s.%s", view, rc_view_classes[v]->pane[p]->name);
      picture(u, name, 80, 24);
    }
    do_line(u, "pane.full off");
    goto_view(u, "pane.focus", rc_view_classes[v]->pane[0]->name);
    u->message[0] = 0;
  }
  rc_ui_free(u);
}

static void test_paths_systems(void **state) {
  (void)state;
  for (size_t s = 0; s < RC_LEN(STAGES); s++) {
    rc_ui *u = open_ui(STAGES[s][1], false);
    char name[96];
    run_out(u);
    do_line(u, "view theatre");
    snprintf(name, sizeof name, "theatre-%s-100x30", STAGES[s][0]);
    picture(u, name, 100, 30);
    do_line(u, "pane.focus theatre.frame");
    do_line(u, "pane.full on");
    u->message[0] = 0;
    snprintf(name, sizeof name, "theatre-%s-frame", STAGES[s][0]);
    picture(u, name, 80, 24);
    rc_ui_free(u);
  }
}

static void test_layers(void **state) {
  (void)state;
  static const struct {
    const char *name, *view, *command[4];
    uint64_t steps;
  } layers[] = {
      {"help", "lattice", {"help"}, 0},
      {"help-filter", "lattice", {"help", "key k n o b"}, 0},
      {"palette", "lattice", {"palette"}, 0},
      {"palette-arguments", "lattice", {"palette set J"}, 0},
      {"form", "lattice", {"params"}, 0},
      {"form-error", "lattice", {"params", "key Down Down Down Down Down Down Down Enter x"}, 0},
      {"options", "lattice", {"options"}, 0},
      {"breaks", "lattice", {"break.add gap < 0.01", "breaks"}, 3},
      {"break-prompt", "lattice", {"breaks", "key a g a p Space <"}, 3},
      {"tour", "lattice", {"tour"}, 0},
      {"tour-waits", "hilbert", {"tour 2"}, 0},
      {"tour-hint", "hilbert", {"tour 3", "tour.answer 250"}, 0},
      {"tour-right", "hilbert", {"tour 3", "tour.answer 250", "tour.answer 252"}, 0},
      {"tour-choice", "hilbert", {"tour 4", "key Enter c"}, 0},
      {"bond", "lattice", {"key w w"}, 0},
      {"compare", "hilbert", {"compare J2=0.7"}, 0},
      {"compare-side", "hilbert", {"compare J2=0.7", "compare.side B"}, 0},
      {"compare-figures", "hilbert", {"compare J2=0.7", "compare.side figures"}, 0},
      {"explain", "hilbert", {"explain on"}, 0},
      {"looking-back", "lattice", {"step 4", "history.back 2"}, 5},
      {"knob", "lattice", {"knob.select J2", "plus"}, 0},
      {"full", "hilbert", {"pane.full"}, 0},
      {"crosshair", "hilbert", {"crosshair 20"}, 0},
      {"error", "lattice", {"key : z z z Enter"}, 0}};
  for (size_t i = 0; i < RC_LEN(layers); i++) {
    const char *const commands[] = {layers[i].command[0], layers[i].command[1],
                                    layers[i].command[2], layers[i].command[3], NULL};
    char name[64];
    snprintf(name, sizeof name, "layer-%s", layers[i].name);
    golden(name, PLAIN, layers[i].view, 80, 24, RC_G_BRAILLE, NULL, commands, layers[i].steps);
  }
  static const char *const compare[] = {"compare J2=0.7", NULL};
  golden("compare-120x40", PLAIN, "hilbert", 120, 40, RC_G_BRAILLE, NULL, compare, 0);
  golden("compare-200x60", PLAIN, "hilbert", 200, 60, RC_G_BRAILLE, NULL, compare, 0);
  golden("compare-60x16-ascii", PLAIN, "hilbert", 60, 16, RC_G_ASCII, "mono", compare, 0);
}

static void test_browser(void **state) {
  (void)state;
  char folder[] = "/tmp/roadcut-golden-XXXXXX", before[4096];
  static const char *const dirs[] = {".", NULL};
  char *screens[3];
  assert_non_null(getcwd(before, sizeof before));
  golden_folder_begin(folder);
  rc_ui *u = new_ui(dirs, false);
  rc_ui_tick(u, 0);
  screens[0] = draw_text(u, 80, 24);
  keys(u, "jj");
  screens[1] = draw_text(u, 80, 24);
  keys(u, "k/16");
  screens[2] = draw_text(u, 60, 16);
  rc_ui_free(u);
  golden_folder_end(folder, before);
  compare("browser", screens[0]);
  compare("browser-error", screens[1]);
  compare("browser-filter", screens[2]);
  for (int i = 0; i < 3; i++) rc_free(screens[i]);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_masks),          cmocka_unit_test(test_every_view),
      cmocka_unit_test(test_poor_terminals), cmocka_unit_test(test_every_pane),
      cmocka_unit_test(test_watched_cut),    cmocka_unit_test(test_layers),
      cmocka_unit_test(test_browser),        cmocka_unit_test(test_paths_views),
      cmocka_unit_test(test_paths_systems)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
