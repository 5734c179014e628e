/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every pane of every view on snapshots made by hand, from nothing to all: at every small size and
 * in every pixel set nothing is written outside of the pane, tables leave as well-formed CSV, keys
 * and the mouse do no harm. */
#include "guarded.h"

#include "views_fixture.h"

static const struct {
  const char *kind;
  int a, b;
  double J2;
} magnets[] = {{"square", 4, 2, 0.5}, {"chain", 7, 0, 0.3}, {"kagome", 2, 1, 0}};
enum { LEVELS = 7 };

static void draw_sizes(const rc_pane_class *pane, const rc_view_context *v, rc_graphics g) {
  for (int h = 1; h <= 6; h++)
    for (int w = 1; w <= 6; w++) draw_guarded(pane, v, w, h, g, w & 1);
  static const int size[][2] = {{1, 40}, {80, 1}, {13, 5},  {20, 3},  {24, 8},
                                {37, 9}, {58, 4}, {76, 18}, {120, 30}};
  for (size_t i = 0; i < RC_LEN(size); i++) {
    bool any = draw_guarded(pane, v, size[i][0], size[i][1], g, i & 1);
    if (!any && size[i][0] > 12 && size[i][1] > 3)
      fail_msg("%s says nothing at %dx%d", pane->name, size[i][0], size[i][1]);
  }
}

/* The selection and the drawing switches a context can have. */
static void draw_variants(const rc_pane_class *pane, rc_view_context v, rc_graphics g) {
  draw_sizes(pane, &v, g);
  v.log_axis = true;
  v.crosshair = 5;
  v.zoom = 3;
  v.selected_state = 3;
  v.selected_site = 2;
  v.selected_edge = 1;
  draw_sizes(pane, &v, g);
  v.zoom = -8;
  v.crosshair = 1000;
  v.selected_state = UINT64_MAX; /* gone, as after a change of the sector */
  v.selected_site = 1000;
  v.selected_edge = -7;
  draw_sizes(pane, &v, g);
}

static void test_every_pane(void **state) {
  (void)state;
  for (size_t m = 0; m < RC_LEN(magnets); m++)
    for (int level = 0; level < LEVELS; level++) {
      fixture f;
      assert_true(
          fixture_open(&f, magnets[m].kind, magnets[m].a, magnets[m].b, magnets[m].J2, level));
      for (int i = 0; rc_view_classes[i]; i++)
        for (int p = 0; p < rc_view_classes[i]->panes; p++)
          for (int g = RC_G_BRAILLE; g <= RC_G_ASCII; g++)
            draw_variants(rc_view_classes[i]->pane[p], f.context, (rc_graphics)g);
      fixture_close(&f);
    }
}

/* Figures that are nan or infinite, and a level that failed a check, are drawn like any other. */
static void test_strange_figures(void **state) {
  (void)state;
  fixture f;
  assert_true(fixture_open(&f, "square", 4, 2, 0.5, 6));
  uint64_t n = rc_basis_states(f.basis);
  for (uint64_t i = 0; i < n; i += 3) f.vector[i] = i % 2 ? NAN : INFINITY;
  for (int i = 0; i < FX_TRACE; i += 2) f.trace_energy[i] = f.trace_residual[i] = i % 4 ? NAN : -1;
  for (int i = 0; i < f.lattice->sites; i++) f.ss[i] = f.szsz[i] = NAN;
  for (int i = 0; i < f.data.checks; i++) {
    f.check[i].verdict = i % 3;
    f.check[i].left = NAN;
  }
  f.data.eigen.energy = f.data.eigen.residual = NAN;
  f.data.eigen.degeneracy = 3;
  f.data.signs_ready = false;
  f.data.signs_refused = true;
  f.data.scanning = true;
  f.data.scan_total = 9;
  for (int i = 0; rc_view_classes[i]; i++)
    for (int p = 0; p < rc_view_classes[i]->panes; p++)
      draw_variants(rc_view_classes[i]->pane[p], f.context, RC_G_BRAILLE);
  fixture_close(&f);
}

static void test_csv(void **state) {
  (void)state;
  int tables = 0;
  for (size_t m = 0; m < RC_LEN(magnets); m++)
    for (int level = 0; level < LEVELS; level++) {
      fixture f;
      assert_true(
          fixture_open(&f, magnets[m].kind, magnets[m].a, magnets[m].b, magnets[m].J2, level));
      for (int i = 0; rc_view_classes[i]; i++)
        for (int p = 0; p < rc_view_classes[i]->panes; p++) {
          const rc_pane_class *pane = rc_view_classes[i]->pane[p];
          if (!pane->csv) continue;
          rc_str out = {0};
          pane->csv(&f.context, &out);
          const char *at = rc_str_c(&out);
          if (strncmp(at, "#", 1) == 0) fail_msg("%s: a comment is no header", pane->name);
          int want = fields_of(&at), lines = 0;
          for (; *at; lines++) {
            int n = fields_of(&at);
            if (n != want)
              fail_msg("%s.%s: line %d has %d fields, not %d:\n%s", rc_view_classes[i]->kind.name,
                       pane->name, lines + 2, n, want, rc_str_c(&out));
          }
          if (strcmp(rc_view_classes[i]->study, "hilbert") == 0 && level == 6 && !lines && m == 0)
            fail_msg("%s.%s: no lines", rc_view_classes[i]->kind.name, pane->name);
          tables++;
          rc_str_free(&out);
        }
      fixture_close(&f);
    }
  assert_true(tables > 0);
}

/* Every key at every pane, without an explorer: the selection stays, nothing breaks. */
static void test_keys(void **state) {
  (void)state;
  static const int key[] = {13,         27,          9,           ' ',          'v',
                            'o',        's',         'n',         'a',          '0',
                            RC_KEY_UP,  RC_KEY_DOWN, RC_KEY_LEFT, RC_KEY_RIGHT, RC_KEY_HOME,
                            RC_KEY_END, RC_KEY_PGUP, RC_KEY_PGDN, RC_KEY_F1,    0x4e00};
  for (int level = 0; level < LEVELS; level++) {
    fixture f;
    assert_true(fixture_open(&f, "square", 4, 2, 0.5, level));
    rc_screen *s = rc_screen_new(40, 12, RC_G_BRAILLE);
    for (int i = 0; rc_view_classes[i]; i++)
      for (int p = 0; p < rc_view_classes[i]->panes; p++) {
        const rc_pane_class *pane = rc_view_classes[i]->pane[p];
        for (size_t k = 0; pane->key && k < RC_LEN(key); k++) {
          bool took = pane->key(&f.context, key[k]);
          if (took && (key[k] == 9 || key[k] == 27 || key[k] == 0x4e00))
            fail_msg("%s takes key %d, which is not its own", pane->name, key[k]);
        }
        for (int k = 0; pane->mouse && k < 60; k++)
          pane->mouse(&f.context, whole(s), (rc_mouse){k % 42 - 1, k * 7 % 14 - 1, k % 5});
        draw_guarded(pane, &f.context, 30, 8, RC_G_BRAILLE, true);
      }
    rc_screen_free(s);
    fixture_close(&f);
  }
}

/* What a class must have to be shown, named in commands and explained. */
static void test_classes(void **state) {
  (void)state;
  for (int i = 0; rc_view_classes[i]; i++) {
    const rc_view_class *v = rc_view_classes[i];
    assert_ptr_equal(rc_view_kinds[i], &v->kind);
    assert_true(v->panes >= 1 && v->panes <= RC_PANES_MAX);
    assert_true(v->kind.title[0] && v->kind.help[0] && v->study[0]);
    assert_int_equal(v->pane[0]->column, 0);
    for (int p = 0; p < v->panes; p++) {
      const rc_pane_class *a = v->pane[p];
      assert_non_null(a->draw);
      assert_true(a->weight >= 1 && a->min_h >= 1 && a->column >= 0 && a->column <= 2);
      assert_true(a->title[0] && strlen(a->explain) > 60 && strlen(a->explain) < 1024);
      for (const char *c = a->name; *c; c++)
        assert_true((*c >= 'a' && *c <= 'z') || *c == '_' || *c == '-');
      for (int q = 0; q < p; q++) assert_string_not_equal(v->pane[q]->name, a->name);
    }
  }
}

static void find(const char *pane, rc_view_context *v, int w, int h, const char *what) {
  rc_screen *s = rc_screen_new(w, h, RC_G_BRAILLE);
  rc_str t = {0};
  const rc_pane_class *p = fixture_pane(pane);
  assert_non_null(p);
  p->draw(v, whole(s), false);
  rc_screen_text(s, &t);
  if (!strstr(rc_str_c(&t), what)) fail_msg("%s: no '%s' in\n%s", pane, what, rc_str_c(&t));
  rc_str_free(&t);
  rc_screen_free(s);
}

/* The ring of six: 20 states of Sz = 0, E0 = -1 - sqrt(13)/2 (exact: a quadratic is left after
 * momentum and inversion). */
static void test_known_figures(void **state) {
  (void)state;
  fixture f;
  char text[32];
  assert_true(fixture_open(&f, "chain", 6, 0, 0, 6));
  double e0 = -1 - sqrt(13) / 2;
  assert_true(fabs(f.data.eigen.energy - e0) < 1e-9);
  snprintf(text, sizeof text, "%.8f", e0);
  find("state.level", &f.context, 40, 12, text);
  find("lattice.cluster", &f.context, 40, 16, "chain");
  find("hilbert.facts", &f.context, 40, 16, "20");
  find("lattice.selected", &f.context, 40, 9, "↓↓↓↑↑↑");
  fixture_close(&f);
}

/* Positions of a custom cluster have no unit: far from each other, all sites are still drawn. */
static void test_far_positions(void **state) {
  (void)state;
  fixture f;
  assert_true(fixture_open(&f, "square", 4, 2, 0.5, 6));
  for (int s = 0; s < f.lattice->sites; s++)
    for (int i = 0; i < 2; i++) f.lattice->position[s][i] *= 1000;
  f.context.selected_site = -1;
  rc_screen *s = rc_screen_new(60, 20, RC_G_BRAILLE);
  fixture_pane("lattice.map")->draw(&f.context, whole(s), false);
  int sites = 0;
  for (int y = 0; y < 20; y++)
    for (int x = 0; x < 60; x++) sites += cell(s, x, y).ch == 0x25cf || cell(s, x, y).ch == 0x25cb;
  assert_int_equal(sites, f.lattice->sites);
  rc_screen_free(s);
  fixture_close(&f);
}

/* A bond of each of n classes, one under the other. */
static rc_lattice *rungs(int n) {
  rc_lattice_spec spec;
  rc_lattice_spec_init(&spec, "custom");
  spec.sites = 2 * n;
  spec.classes = n;
  spec.bonds = n;
  spec.bond = rc_alloc((size_t)n, sizeof *spec.bond);
  spec.position = rc_alloc((size_t)spec.sites, sizeof *spec.position);
  for (int k = 0; k < n; k++) {
    snprintf(spec.class_name[k], RC_NAME_MAX, "J%d", k + 1);
    spec.bond[k] = (rc_bond){.i = 2 * k, .j = 2 * k + 1, .cls = k, .mult = 1, .factor = 1};
    for (int i = 0; i < 2; i++)
      spec.position[2 * k + i][0] = 16 * i, spec.position[2 * k + i][1] = 4 * k;
  }
  rc_err err = {0};
  rc_lattice *l = rc_lattice_new(&spec, &err);
  if (!l) fail_msg("%s", err.message);
  rc_lattice_spec_free(&spec);
  return l;
}

/* Between the two sites of a row only their bond is drawn: as many looks as classes, colours aside,
 * and in ASCII the mark that the legend shows. */
static void test_bond_classes(void **state) {
  (void)state;
  enum { W = 120, H = 40, X0 = 52, X1 = 68 };
  rc_scenario sc = {.built = rungs(RC_CLASSES_MAX)};
  for (int k = 0; k < RC_CLASSES_MAX; k++) sc.model.J[k] = 1;
  const rc_view_context v = {.scenario = &sc, .selected_edge = -1, .selected_site = -1};
  for (int g = RC_G_BRAILLE; g <= RC_G_ASCII; g++) {
    uint32_t look[RC_CLASSES_MAX][2][X1 - X0] = {0};
    char mark[RC_CLASSES_MAX];
    rc_screen *s = rc_screen_new(W, H, (rc_graphics)g);
    int rows = 0;
    fixture_pane("lattice.map")->draw(&v, whole(s), false);
    for (int x = 0, n = 0; x < W && n < RC_CLASSES_MAX; x++)
      if (cell(s, x, 0).ch == 'J') mark[n++] = (char)cell(s, x - 2, 0).ch;
    for (int y = 1; y + 2 < H; y++) {
      int ink = 0;
      for (int x = X0; x < X1; x++) ink += cell(s, x, y).ch != 0;
      if (!ink || rows == RC_CLASSES_MAX) continue;
      for (int x = X0; x < X1; x++)
        for (int i = 0; i < 2; i++) look[rows][i][x - X0] = cell(s, x, y + i).ch;
      for (int x = X0; g == RC_G_ASCII && x < X1; x++) /* the first class is at the bottom */
        assert_int_equal(cell(s, x, y).ch, mark[RC_CLASSES_MAX - 1 - rows]);
      rows++;
      y++;
    }
    if (rows != RC_CLASSES_MAX) {
      rc_str t = {0};
      rc_screen_text(s, &t);
      fail_msg("%d rows in\n%s", rows, rc_str_c(&t));
    }
    for (int a = 0; a < rows; a++)
      for (int b = 0; b < a; b++)
        if (!memcmp(look[a], look[b], sizeof look[a])) fail_msg("rows %d and %d are alike", b, a);
    rc_screen_free(s);
  }
  rc_lattice_free(sc.built);
}

/* Classes that the line has no room for are counted. */
static void test_class_legend(void **state) {
  (void)state;
  rc_scenario sc = {.built = rungs(RC_CLASSES_MAX)};
  for (int k = 0; k < RC_CLASSES_MAX; k++) sc.model.J[k] = 1;
  rc_view_context v = {.scenario = &sc, .selected_edge = -1, .selected_site = -1};
  find("lattice.map", &v, 140, 20, "J8 = 1 ×1");
  find("lattice.map", &v, 110, 20, "J8 = 1\n");
  for (int w = 20; w < 140; w++) {
    rc_screen *s = rc_screen_new(w, 12, RC_G_BRAILLE);
    int named = 0, more = 0;
    fixture_pane("lattice.map")->draw(&v, whole(s), false);
    for (int x = 0; x < w; x++) {
      named += cell(s, x, 0).ch == 'J';
      if (cell(s, x, 0).ch == '+') more = (int)cell(s, x + 1, 0).ch - '0';
    }
    if (named + more != RC_CLASSES_MAX) fail_msg("%d columns: %d named, +%d", w, named, more);
    rc_screen_free(s);
  }
  rc_lattice_free(sc.built);
}

/* More facts than lines: the arrow has a column of its own and covers no text. */
static void test_more_mark(void **state) {
  (void)state;
  fixture f;
  assert_true(fixture_open(&f, "square", 4, 2, 0.5, 6));
  const rc_pane_class *pane = fixture_pane("lattice.cluster");
  for (int h = 1; h < 6; h++)
    for (int w = 12; w < 40; w++) {
      rc_screen *s = rc_screen_new(w, h, RC_G_BRAILLE);
      pane->draw(&f.context, whole(s), false);
      assert_int_equal(cell(s, w - 1, h - 1).ch, 0x25be);
      for (int y = 0; y < h; y++) {
        assert_int_equal(cell(s, w - 2, y).ch, 0);
        if (y < h - 1) assert_int_equal(cell(s, w - 1, y).ch, 0);
      }
      rc_screen_free(s);
    }
  fixture_close(&f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_classes),
                                     cmocka_unit_test(test_every_pane),
                                     cmocka_unit_test(test_strange_figures),
                                     cmocka_unit_test(test_csv),
                                     cmocka_unit_test(test_keys),
                                     cmocka_unit_test(test_known_figures),
                                     cmocka_unit_test(test_far_positions),
                                     cmocka_unit_test(test_bond_classes),
                                     cmocka_unit_test(test_class_legend),
                                     cmocka_unit_test(test_more_mark)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
