/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-colourings, odd cycles, triangles and components against brute force on random graphs, and
 * custom lattices. */
#include "fixture.h"

static rc_lattice *random_graph(rc_rng *rng, int n, double density) {
  int pair[N * N][2], m = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
      if (rc_rng_unit(rng) < density) pair[m][0] = i, pair[m][1] = j, m++;
  if (!m) pair[0][0] = 0, pair[0][1] = 1, m = 1;
  return from_pairs(n, m, (const int(*)[2])pair);
}

static bool brute_bipartite(const table *t) {
  for (uint64_t c = 0; c < 1ull << t->n; c++) {
    bool ok = true;
    for (int i = 0; i < t->n && ok; i++)
      for (int j = 0; j < i && ok; j++) ok = t->w[i][j] == 0 || (c >> i & 1) != (c >> j & 1);
    if (ok) return true;
  }
  return false;
}

/* Length of a shortest odd closed walk, by powers of the adjacency matrix; 0: none. */
static int brute_odd(const table *t) {
  bool walk[N][N] = {{false}};
  for (int s = 0; s < t->n; s++) walk[s][s] = true;
  for (int length = 1; length <= t->n; length++) {
    bool next[N][N] = {{false}};
    for (int i = 0; i < t->n; i++)
      for (int j = 0; j < t->n; j++)
        for (int k = 0; k < t->n; k++) next[i][j] |= walk[i][k] && t->w[k][j] != 0;
    memcpy(walk, next, sizeof walk);
    for (int s = 0; s < t->n; s++)
      if (length % 2 && walk[s][s]) return length;
  }
  return 0;
}

static int brute_parts(const table *t) {
  int label[N], parts = 0;
  for (int s = 0; s < t->n; s++) label[s] = s;
  for (int round = 0; round < t->n; round++)
    for (int i = 0; i < t->n; i++)
      for (int j = 0; j < t->n; j++)
        if (t->w[i][j] != 0) label[i] = label[j] = RC_MIN(label[i], label[j]);
  for (int s = 0; s < t->n; s++) parts += label[s] == s;
  return parts;
}

static int64_t brute_triangles(const table *t) {
  int64_t n = 0;
  for (int i = 0; i < t->n; i++)
    for (int j = 0; j < i; j++)
      for (int k = 0; k < j; k++) n += t->w[i][j] != 0 && t->w[j][k] != 0 && t->w[i][k] != 0;
  return n;
}

static void check_graph(const rc_lattice *l, const double *J, const table *t, bool brute) {
  int colour[N], cycle[N], length = -1;
  bool two = rc_lattice_bipartite(l, J, colour, cycle, &length);
  assert_int_equal(length, brute_odd(t));
  assert_int_equal(two, length == 0);
  if (brute) assert_int_equal(two, brute_bipartite(t));
  for (int i = 0; i < t->n && two; i++)
    for (int j = 0; j < i; j++)
      if (t->w[i][j] != 0) assert_int_not_equal(colour[i], colour[j]);
  uint64_t seen = 0;
  for (int k = 0; k < length; k++) { /* a real cycle: edges of the graph, no site twice */
    assert_true(t->w[cycle[k]][cycle[(k + 1) % length]] != 0);
    assert_false(seen >> cycle[k] & 1);
    seen |= 1ull << cycle[k];
  }
  assert_int_equal(rc_lattice_components(l, J), brute_parts(t));
  assert_int_equal(rc_lattice_triangles(l, J), brute_triangles(t));
}

static void test_random_graphs(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(7, "test/graph", 0);
  int odd = 0, even = 0;
  for (int k = 0; k < 400; k++) {
    int n = 2 + (int)rc_rng_below(&rng, 10);
    rc_lattice *l = random_graph(&rng, n, (1 + rc_rng_unit(&rng)) / n);
    table t;
    plain(l, 1, &t);
    check_graph(l, NULL, &t, true);
    *(brute_odd(&t) ? &odd : &even) += 1;
    rc_lattice_free(l);
  }
  assert_true(odd > 50 && even > 50); /* both cases were met */
}

/* Every registered lattice, with all classes and with each switched off. */
static void test_lattices(void **state) {
  (void)state;
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    rc_lattice *l = DEFAULT(rc_lattice_kinds[k]->name);
    for (int off = -1; off < l->classes; off++) {
      double J[RC_CLASSES_MAX];
      for (int c = 0; c < RC_CLASSES_MAX; c++)
        J[c] = c == off ? 0 : -0.5 - c; /* signs do not matter */
      table t;
      tabulate(l, J, &t);
      check_graph(l, J, &t, l->sites <= 12);
      if (off < 0) check_graph(l, NULL, &t, false);
    }
    rc_lattice_free(l);
  }
}

/* Triangle counts that follow from the construction (all on tori wide enough). */
static void test_known_triangles(void **state) {
  (void)state;
  const double J1[RC_CLASSES_MAX] = {1};
  struct {
    rc_lattice *l;
    int64_t triangles;
    int odd;
  } cases[] = {
      {CLUSTER("triangular", 2, 2, 4, -2), 24, 3}, /* 2 per site */
      {CLUSTER("triangular", 4, 4), 32, 3},
      {CLUSTER("kagome", 2, 2), 8, 3}, /* 2 per cell */
      {CLUSTER("kagome", 2, 3), 12, 3},
      {MOLECULE("icosahedron"), 20, 3},
      {MOLECULE("octahedron"), 8, 3},
      {MOLECULE("cuboctahedron"), 8, 3},
      {MOLECULE("truncated-tetrahedron"), 4, 3},
      {MOLECULE("dodecahedron"), 0, 5},
      {MOLECULE("petersen"), 0, 5},
      {MOLECULE("truncated-icosahedron"), 0, 5},
      {MOLECULE("icosidodecahedron"), 20, 3},
      {MOLECULE("cube"), 0, 0},
      {CLUSTER("chain", 15), 0, 15},
      {CLUSTER("honeycomb", 3, 3), 0, 0},
      {with_option("complete", "n", "8"), 56, 3},
  };
  for (size_t c = 0; c < RC_LEN(cases); c++) {
    int length;
    assert_non_null(cases[c].l);
    assert_int_equal(rc_lattice_triangles(cases[c].l, J1), cases[c].triangles);
    rc_lattice_bipartite(cases[c].l, J1, NULL, NULL, &length);
    assert_int_equal(length, cases[c].odd);
    rc_lattice_free(cases[c].l);
  }
}

static void custom_error(rc_lattice_spec *s, const char *message) {
  rc_err err = {0};
  assert_null(rc_lattice_new(s, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_string_equal(err.message, message);
}

static void test_custom(void **state) {
  (void)state;
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, "custom");
  s.sites = 4;
  s.bonds = 5;
  s.bond = rc_alloc(5, sizeof *s.bond);
  const rc_bond given[5] = {{.i = 1, .j = 0},
                            {.i = 0, .j = 1},
                            {.i = 2, .j = 1, .cls = 1, .mult = 3},
                            {.i = 2, .j = 3, .factor = -0.5},
                            {.i = 0, .j = 1, .cls = 1}};
  memcpy(s.bond, given, sizeof given);
  s.classes = 2;
  strcpy(s.class_name[0], "Jstrong");
  rc_lattice *l = rc_lattice_new(&s, NULL);
  assert_non_null(l);
  assert_int_equal(l->bonds, 4);
  assert_int_equal(l->classes, 2);
  assert_string_equal(l->class_name[0], "Jstrong");
  assert_string_equal(l->class_name[1], "J2");
  assert_true(l->class_default[0] == 1 && l->class_default[1] == 1);
  assert_int_equal(l->bond[0].mult, 2); /* given twice counts twice, whichever way round */
  assert_int_equal(l->bond[0].i, 0);
  assert_int_equal(l->bond[0].j, 1);
  assert_true(l->bond[1].factor == -0.5);
  assert_int_equal(l->bond[2].cls, 1);
  assert_int_equal(l->bond[3].mult, 3);
  assert_true(has_note(l, "Jstrong: 1 pair of sites is given more than once; couplings add up"));
  rc_lattice_free(l);
  s.position = rc_alloc(4, sizeof *s.position);
  for (int k = 0; k < 4; k++) s.position[k][0] = 7 * k; /* drawn with bonds about 1 long */
  l = rc_lattice_new(&s, NULL);
  assert_true(fabs(l->position[3][0] - l->position[2][0] - 1) < 1e-12);
  rc_lattice_free(l);
  s.position[2][1] = NAN;
  custom_error(&s, "the position of site 2 is not finite");
  s.position[2][1] = 0;
  s.bond[1].j = 4;
  custom_error(&s, "bond 2 joins sites 0 and 4; sites are 0 to 3");
  s.bond[1].j = -1;
  custom_error(&s, "bond 2 joins sites 0 and -1; sites are 0 to 3");
  s.bond[1].j = 0;
  custom_error(&s, "bond 2 joins site 0 to itself");
  s.bond[1].j = 1;
  s.bond[1].cls = 8;
  custom_error(&s, "bond 2: coupling class 8; at most 8 classes fit");
  s.bond[1].cls = 0;
  s.bond[4].factor = INFINITY;
  custom_error(&s, "bond 5: its factor is not a number");
  s.bond[4].factor = 1;
  s.sites = 65;
  custom_error(&s, "a custom lattice has 2 to 64 sites, not 65");
  s.sites = 4;
  s.bonds = 0;
  custom_error(&s, "custom: this cluster has no bonds; take a larger one");
  rc_lattice_spec_free(&s);
}

/* Without positions a tree, a ladder and the example are drawn with their bonds about 1 long. */
static void test_custom_layout(void **state) {
  (void)state;
  const int tree[][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {2, 5}, {5, 6}};
  const int ladder[][2] = {{0, 1}, {1, 2}, {2, 3}, {4, 5}, {5, 6},
                           {6, 7}, {0, 4}, {1, 5}, {2, 6}, {3, 7}};
  rc_lattice *l[] = {from_pairs(7, RC_LEN(tree), tree), from_pairs(8, RC_LEN(ladder), ladder),
                     DEFAULT("custom")};
  for (size_t k = 0; k < RC_LEN(l); k++) {
    for (int b = 0; b < l[k]->bonds; b++) {
      const double *p = l[k]->position[l[k]->bond[b].i], *q = l[k]->position[l[k]->bond[b].j];
      double r = hypot(p[0] - q[0], p[1] - q[1]);
      assert_true(r > 0.7 && r < 1.3);
    }
    rc_lattice_free(l[k]);
  }
}

/* Parts that are not coupled are said. */
static void test_parts_note(void **state) {
  (void)state;
  const int pair[][2] = {{0, 1}, {2, 3}, {3, 4}};
  rc_lattice *l = from_pairs(6, 3, pair);
  assert_true(has_note(l, "The cluster falls into 3 parts that no bond joins"));
  assert_false(has_note(l, "default")); /* a lattice of one's own has none */
  rc_lattice_free(l);
}

/* The SK couplings: mean 0, variance 1/n, reproducible, different for each seed. */
static void test_random_couplings(void **state) {
  (void)state;
  double sum = 0, squares = 0;
  int count = 0;
  for (int seed = 1; seed <= 20; seed++) {
    char text[16];
    snprintf(text, sizeof text, "%d", seed);
    rc_lattice_spec s;
    rc_lattice_spec_init(&s, "random");
    const rc_param *table_ = rc_lattice_class_find("random")->kind.params;
    assert_true(rc_param_set(rc_param_find(table_, "n"), s.opts, "40", NULL));
    assert_true(rc_param_set(rc_param_find(table_, "seed"), s.opts, text, NULL));
    rc_lattice *a = rc_lattice_new(&s, NULL), *b = rc_lattice_new(&s, NULL);
    assert_int_equal(a->bonds, 40 * 39 / 2);
    for (int k = 0; k < a->bonds; k++) {
      assert_true(a->bond[k].factor == b->bond[k].factor);
      double g = a->bond[k].factor * sqrt(40);
      sum += g;
      squares += g * g;
      count++;
    }
    rc_lattice_free(a);
    rc_lattice_free(b);
    rc_lattice_spec_free(&s);
  }
  /* 15600 draws: standard errors 0.008 and 0.011; six of them */
  assert_true(fabs(sum / count) < 0.048);
  assert_true(fabs(squares / count - 1) < 0.068);
  rc_lattice *one = with_option("random", "seed", "1"), *two = with_option("random", "seed", "2");
  assert_true(one->bond[0].factor != two->bond[0].factor);
  rc_lattice_free(one);
  rc_lattice_free(two);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_random_graphs),    cmocka_unit_test(test_lattices),
      cmocka_unit_test(test_known_triangles),  cmocka_unit_test(test_custom),
      cmocka_unit_test(test_custom_layout),    cmocka_unit_test(test_parts_note),
      cmocka_unit_test(test_random_couplings),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
