/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every registered lattice must be: a new line in lattices.def is tested by this file. */
#include "fixture.h"

static const rc_lattice_class *class_at(int k) {
  return rc_lattice_kinds[k] ? rc_lattice_class_find(rc_lattice_kinds[k]->name) : NULL;
}

static bool same_lattice(const rc_lattice *a, const rc_lattice *b) {
  if (a->sites != b->sites || a->bonds != b->bonds || a->notes != b->notes) return false;
  if (strcmp(a->title, b->title) || strcmp(a->options, b->options)) return false;
  for (int k = 0; k < a->bonds; k++) {
    const rc_bond *p = &a->bond[k], *q = &b->bond[k];
    if (p->i != q->i || p->j != q->j || p->cls != q->cls || p->mult != q->mult ||
        p->factor != q->factor || p->wrap != q->wrap)
      return false;
  }
  return !memcmp(a->position, b->position, (size_t)a->sites * sizeof *a->position);
}

static void test_classes(void **state) {
  (void)state;
  int count = 0;
  for (const rc_lattice_class *c; (c = class_at(count)); count++) {
    const rc_kind *k = &c->kind;
    assert_true(k == rc_lattice_kinds[count]);
    assert_true(strlen(k->name) > 0 && strlen(k->name) < RC_NAME_MAX);
    assert_true(strlen(k->title) > 0 && strlen(k->help) > 10 && strlen(k->help) < 120);
    assert_true(strlen(k->explain) > 120); /* two or three sentences, formula, source */
    assert_non_null(strstr(k->explain, "H = "));
    assert_int_equal(k->explain[strlen(k->explain) - 1], '.');
    for (int q = 0; q < count; q++) assert_string_not_equal(k->name, rc_lattice_kinds[q]->name);
    assert_in_range(c->classes, 1, RC_CLASSES_MAX);
    for (int j = 0; j < c->classes; j++) {
      char name[16];
      snprintf(name, sizeof name, "J%d", j + 1);
      assert_string_equal(c->class_name[j], name);
      assert_true(isfinite(c->class_default[j]));
    }
    assert_true(c->class_default[0] != 0);
    assert_int_equal(c->crystal != NULL, c->dim > 0);
    for (int d = 0; d < 3; d++) assert_int_equal(c->cluster[d] > 0, d < c->dim);
    assert_int_equal(k->params != NULL, k->size > 0);
  }
  assert_true(count >= 16);
  assert_null(rc_lattice_class_find("no such lattice"));
}

/* A spec with nothing but its kind works, for the explorer's form; the form's own first cluster,
 * filled in from the class, works too. */
static void test_defaults(void **state) {
  (void)state;
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    const rc_lattice_class *c = class_at(k);
    rc_err err = {0};
    rc_lattice *l = build(c->kind.name, 0, NULL, true, false, &err);
    assert_non_null(l);
    assert_int_equal(err.code, RC_ERR_NONE);
    assert_in_range(l->sites, 3, 18);
    assert_int_equal(rc_lattice_components(l, l->class_default), 1);
    rc_lattice_free(l);
    if (c->dim) {
      l = build(c->kind.name, c->dim, c->cluster, true, false, &err);
      assert_non_null(l);
      assert_in_range(l->sites, 3, 18);
      rc_lattice_free(l);
    }
    rc_lattice_spec bare = {.periodic = true}; /* also without the options of its class */
    strcpy(bare.kind, c->kind.name);
    l = rc_lattice_new(&bare, &err);
    assert_non_null(l);
    rc_lattice_free(l);
  }
}

/* Sum rules of one lattice. */
static void check(const rc_lattice *l, const rc_lattice_class *c, bool dedupe) {
  assert_in_range(l->sites, 2, N);
  assert_true(l->bonds > 0);
  assert_int_equal(l->dim, c->dim);
  assert_string_equal(l->kind, c->kind.name);
  assert_true(strlen(l->title) > 0);
  table t;
  tabulate(l, NULL, &t);
  for (int b = 0; b < l->bonds; b++) {
    const rc_bond *k = &l->bond[b];
    assert_true(k->i >= 0 && k->i < k->j && k->j < l->sites);
    assert_in_range(k->cls, 0, l->classes - 1);
    assert_true(k->mult >= 1 && (!dedupe || k->mult == 1));
    assert_true(isfinite(k->factor) && k->factor != 0);
    assert_int_equal(k->wrap, k->image[0] || k->image[1] || k->image[2]);
    if (!l->periodic) assert_int_equal(k->wrap, 0);
    for (int q = 0; q < b; q++) /* each pair once in each class */
      assert_false(l->bond[q].i == k->i && l->bond[q].j == k->j && l->bond[q].cls == k->cls);
  }
  for (int s = 0; s < l->sites; s++) {
    assert_true(isfinite(l->position[s][0]) && isfinite(l->position[s][1]));
    assert_in_range(l->sublattice[s], 0, l->sublattices - 1);
    for (int q = 0; q < s; q++) /* sites can be told apart on a screen */
      assert_true(hypot(l->position[s][0] - l->position[q][0],
                        l->position[s][1] - l->position[q][1]) > (l->dim == 3 ? 1e-3 : 0.35));
  }
  assert_int_equal(l->cells * l->sublattices, c->dim ? l->sites : l->cells);
  assert_int_equal(l->translations, l->periodic ? l->cells : 1);
  for (int k = 0; k < l->translations; k++) { /* free, transitive on cells, keeps every bond */
    const uint8_t *p = l->translation[k];
    assert_true(is_permutation(p, l->sites));
    assert_true(keeps(&t, p));
    for (int s = 0; s < l->sites; s++) {
      assert_int_equal(l->sublattice[p[s]], l->sublattice[s]);
      assert_int_equal(p[s] == s, k == 0);
    }
    for (int q = 0; q < k; q++) assert_int_not_equal(p[0], l->translation[q][0]);
  }
  assert_true(l->notes <= RC_NOTES_MAX);
  for (int k = 0; k < l->notes; k++) assert_true(strlen(l->note[k]) > 10);
}

/* Sites of a sublattice have the same number of bonds in each class, and fewer than in a large
 * cluster only when a note says so. In two dimensions bonds of a class are drawn equally long. */
static void check_crystal(const rc_lattice *l, const rc_lattice *large, bool dedupe) {
  rc_str counts = {0}, names = {0}, open = {0}; /* one note has all classes */
  for (int c = 0; c < l->classes; c++) {
    int lacking = 0;
    for (int s = 0; s < l->sites; s++) {
      int z = class_degree(l, s, c), full = class_degree(large, l->sublattice[s], c);
      assert_true(z <= full);
      if (l->periodic) assert_int_equal(z, class_degree(l, l->sublattice[s], c));
      lacking += z < full;
    }
    char text[64];
    snprintf(text, sizeof text, "%d sites have too few %s bonds", lacking, l->class_name[c]);
    if (lacking && l->periodic && !dedupe) assert_true(has_note(l, text));
    rc_str_addf(&counts, "%s%d", c ? ", " : "", lacking);
    rc_str_addf(&names, "%s%s", c ? ", " : "", l->class_name[c]);
  }
  rc_str_addf(&open, "%s of %d sites have fewer %s bonds", rc_str_c(&counts), l->sites,
              rc_str_c(&names));
  if (!l->periodic) assert_true(has_note(l, rc_str_c(&open)));
  rc_str_free(&counts);
  rc_str_free(&names);
  rc_str_free(&open);
  double length[RC_CLASSES_MAX] = {0};
  for (int b = 0; b < l->bonds && l->dim == 2; b++) {
    const rc_bond *k = &l->bond[b];
    double d[2];
    for (int q = 0; q < 2; q++)
      d[q] = l->position[k->j][q] + k->image[0] * l->outline[0][q] +
             k->image[1] * l->outline[1][q] - l->position[k->i][q];
    double r = hypot(d[0], d[1]);
    if (length[k->cls] == 0) length[k->cls] = r;
    assert_true(fabs(r - length[k->cls]) < 1e-9);
  }
  if (l->dim == 2) assert_true(length[0] == 0 || fabs(length[0] - 1) < 1e-9);
}

/* The text form builds the same lattice again. */
static void check_describe(const rc_lattice *l, bool dedupe) {
  rc_str text = {0};
  rc_lattice_describe(l, &text);
  const char *p = rc_str_c(&text);
  int numbers[9], n = 0;
  bool open = strstr(p, "periodic: false");
  assert_true(!strncmp(p, "cluster: [", 10) || !strncmp(p, "torus: [[", 9));
  while (*p && n < 9) {
    char *end;
    long v = strtol(p, &end, 10);
    if (end == p)
      p++;
    else
      numbers[n++] = (int)v, p = end;
  }
  rc_lattice *again = build(l->kind, n, numbers, !open, dedupe, NULL);
  assert_non_null(again);
  assert_true(same_lattice(l, again));
  rc_lattice_free(again);
  rc_str_free(&text);
}

static void check_all(const rc_lattice_class *c, int n, const int *numbers,
                      const rc_lattice *large) {
  for (int mode = 0; mode < 4; mode++) {
    bool periodic = mode & 1, dedupe = mode & 2;
    rc_err err = {0};
    rc_lattice *l = build(c->kind.name, n, numbers, periodic, dedupe, &err);
    if (!l) { /* too large, or nothing left to join */
      assert_true(strstr(err.message, "at most 64 fit") || strstr(err.message, "no bonds") ||
                  strstr(err.message, "span no cell"));
      continue;
    }
    check(l, c, dedupe);
    check_crystal(l, large, dedupe);
    check_describe(l, dedupe);
    rc_lattice_free(l);
  }
}

/* A torus large enough that nothing coincides and nothing wraps onto itself. */
static rc_lattice *large_cluster(const rc_lattice_class *c) {
  int most = 1;
  for (;; most++) {
    int cells = 1;
    for (int d = 0; d < c->dim; d++) cells *= most + 1;
    if (cells * c->basis > N) break;
  }
  int numbers[3] = {most, most, most};
  rc_lattice *l = build(c->kind.name, c->dim, numbers, true, false, NULL);
  for (int b = 0; b < l->bonds; b++) assert_int_equal(l->bond[b].mult, 1);
  return l;
}

static void test_extents(void **state) {
  (void)state;
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    const rc_lattice_class *c = class_at(k);
    if (!c->dim) continue;
    rc_lattice *large = c->dim == 3 ? CLUSTER("pyrochlore", 2, 2, 2) : large_cluster(c);
    int most = c->dim == 1 ? 32 : c->dim == 2 ? 6 : 3;
    for (int x = 1; x <= most; x++)
      for (int y = 1; y <= (c->dim > 1 ? most : 1); y++)
        for (int z = 1; z <= (c->dim > 2 ? most : 1); z++)
          check_all(c, c->dim, (int[]){x, y, z}, large);
    rc_lattice_free(large);
  }
}

static int64_t determinant(int dim, const int *T) {
  if (dim == 1) return T[0];
  if (dim == 2) return (int64_t)T[0] * T[3] - (int64_t)T[1] * T[2];
  return (int64_t)T[0] * (T[4] * T[8] - T[5] * T[7]) - (int64_t)T[1] * (T[3] * T[8] - T[5] * T[6]) +
         (int64_t)T[2] * (T[3] * T[7] - T[4] * T[6]);
}

/* Random torus vectors: the number of sites is the determinant, and other vectors of the same
 * torus give the same magnet. */
static void test_tori(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(11, "test/tori", 0);
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    const rc_lattice_class *c = class_at(k);
    if (c->dim < 2) continue;
    rc_lattice *large = c->dim == 3 ? CLUSTER("pyrochlore", 2, 2, 2) : large_cluster(c);
    for (int round = 0; round < 25;) {
      int T[9], U[9], n = c->dim * c->dim;
      for (int q = 0; q < n; q++) T[q] = (int)rc_rng_below(&rng, 9) - 4;
      int64_t cells = llabs(determinant(c->dim, T));
      if (cells * c->basis > 40 || cells < 2) continue;
      round++;
      check_all(c, n, T, large);
      memcpy(U, T, sizeof U); /* add a multiple of one row to another, swap two */
      for (int q = 0; q < c->dim; q++) U[q] -= 3 * T[c->dim + q];
      for (int q = 0; q < c->dim; q++) {
        int swap = U[q];
        U[q] = U[c->dim + q];
        U[c->dim + q] = -swap;
      }
      rc_lattice *a = build(c->kind.name, n, T, true, false, NULL);
      rc_lattice *b = build(c->kind.name, n, U, true, false, NULL);
      if (a) {
        assert_non_null(b);
        assert_int_equal(a->sites, cells * c->basis);
        assert_int_equal(a->bonds, b->bonds);
        assert_true(rc_lattice_isomorphic_with(a, NULL, b, NULL));
        rc_group *g = rc_group_automorphisms(a, NULL), *h = rc_group_automorphisms(b, NULL);
        assert_int_equal(g->order, h->order);
        assert_int_equal(g->order % a->translations, 0);
        rc_group_free(g);
        rc_group_free(h);
      }
      rc_lattice_free(a);
      rc_lattice_free(b);
    }
    rc_lattice_free(large);
  }
}

/* Kinds that are not crystals: every choice of their parameters. */
static void test_options(void **state) {
  (void)state;
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    const rc_lattice_class *c = class_at(k);
    for (const rc_param *p = c->kind.params; p && p->name; p++) {
      char choices[400], *save = NULL;
      snprintf(choices, sizeof choices, "%s",
               p->type == RC_T_CHOICE ? p->choices : "2|3|7|12|30|64");
      for (char *v = strtok_r(choices, "|", &save); v; v = strtok_r(NULL, "|", &save)) {
        rc_lattice *l = with_option(c->kind.name, p->name, v), *again;
        char text[64];
        assert_non_null(l);
        check(l, c, false);
        snprintf(text, sizeof text, "%s: %s", p->name, v);
        rc_str d = {0};
        rc_lattice_describe(l, &d);
        assert_non_null(strstr(rc_str_c(&d), text));
        again = with_option(c->kind.name, p->name, v);
        assert_true(same_lattice(l, again));
        rc_str_free(&d);
        rc_lattice_free(l);
        rc_lattice_free(again);
      }
    }
  }
}

static void test_copy(void **state) {
  (void)state;
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    rc_lattice_spec a, b;
    rc_lattice_spec_init(&a, rc_lattice_kinds[k]->name);
    if (!strcmp(a.kind, "custom")) { /* with arrays of its own */
      a.sites = 3;
      a.bonds = 2;
      a.bond = rc_alloc(2, sizeof *a.bond);
      a.bond[0] = (rc_bond){.i = 0, .j = 1};
      a.bond[1] = (rc_bond){.i = 2, .j = 1, .cls = 1};
      a.position = rc_alloc(3, sizeof *a.position);
      for (int s = 0; s < 3; s++) a.position[s][s % 2] = s;
    }
    const rc_param *p = rc_lattice_kinds[k]->params;
    if (p) assert_true(rc_param_set(p, a.opts, p->type == RC_T_CHOICE ? "cube" : "5", NULL));
    rc_lattice *la = rc_lattice_new(&a, NULL);
    rc_lattice_spec_copy(&b, &a);
    rc_lattice_spec_free(&a);
    rc_lattice *lb = rc_lattice_new(&b, NULL);
    assert_true(same_lattice(la, lb));
    rc_lattice_free(la);
    rc_lattice_free(lb);
    rc_lattice_spec_free(&b);
  }
  rc_lattice_spec_free(NULL);
  rc_lattice_free(NULL);
  rc_group_free(NULL);
}

/* Polyhedra are drawn without crossing edges. */
static double side(const double a[2], const double b[2], const double c[2]) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

static void test_planar(void **state) {
  (void)state;
  static const char *const names[] = {
      "triangle",          "tetrahedron",           "octahedron",          "cube",
      "icosahedron",       "cuboctahedron",         "dodecahedron",        "truncated-tetrahedron",
      "icosidodecahedron", "truncated-icosahedron", "truncated-octahedron"};
  for (size_t k = 0; k < RC_LEN(names); k++) {
    rc_lattice *l = MOLECULE(names[k]);
    for (int a = 0; a < l->bonds; a++)
      for (int b = 0; b < a; b++) {
        int i = l->bond[a].i, j = l->bond[a].j, p = l->bond[b].i, q = l->bond[b].j;
        if (i == p || i == q || j == p || j == q) continue;
        double(*at)[2] = l->position;
        bool cross = side(at[i], at[j], at[p]) * side(at[i], at[j], at[q]) < 0 &&
                     side(at[p], at[q], at[i]) * side(at[p], at[q], at[j]) < 0;
        assert_false(cross);
      }
    rc_lattice_free(l);
  }
}

/* Translation vectors are what they say: adding them composes the permutations. */
static void test_translation_vectors(void **state) {
  (void)state;
  rc_lattice *l = CLUSTER("square", 4, 2, -2, 4);
  for (int a = 0; a < l->translations; a++) {
    const int *v = l->translation_vector[a];
    for (int s = 0; s < l->sites; s++) { /* moves the drawing by v, up to torus vectors */
      int to = l->translation[a][s];
      double x = l->position[to][0] - l->position[s][0] - v[0];
      double y = l->position[to][1] - l->position[s][1] - v[1];
      double m = (4 * x + 2 * y) / 20, n = (-2 * x + 4 * y) / 20; /* in (4,2) and (-2,4) */
      assert_true(fabs(m - round(m)) < 1e-9 && fabs(n - round(n)) < 1e-9);
    }
  }
  assert_true(l->outline[0][0] == 4 && l->outline[0][1] == 2);
  assert_true(l->outline[1][0] == -2 && l->outline[1][1] == 4);
  rc_lattice_free(l);
}

/* The projections in use keep sites apart. */
static void test_pyrochlore_drawing(void **state) {
  (void)state;
  rc_lattice *l[] = {DEFAULT("pyrochlore"), CLUSTER("pyrochlore", 2, 2, 1),
                     CLUSTER("pyrochlore", 2, 2, 2), CLUSTER("pyrochlore", 4, 2, 2)};
  for (size_t k = 0; k < RC_LEN(l); k++) {
    for (int i = 0; i < l[k]->sites; i++)
      for (int j = 0; j < i; j++)
        assert_true(hypot(l[k]->position[i][0] - l[k]->position[j][0],
                          l[k]->position[i][1] - l[k]->position[j][1]) > 0.45);
    rc_lattice_free(l[k]);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_classes),
      cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_extents),
      cmocka_unit_test(test_tori),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_copy),
      cmocka_unit_test(test_planar),
      cmocka_unit_test(test_translation_vectors),
      cmocka_unit_test(test_pyrochlore_drawing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
