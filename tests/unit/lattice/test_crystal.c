/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Crystals against geometry: which sites are joined follows from distances between images of sites
 * on the torus, counted here from positions alone. */
#include "fixture.h"

/* Images of j at a distance from i, over all translations by torus vectors. */
static int images_at(const rc_lattice *l, int i, int j, double distance) {
  int count = 0;
  for (int a = -8; a <= 8; a++)
    for (int b = -8; b <= 8; b++) {
      double x = l->position[j][0] + a * l->outline[0][0] + b * l->outline[1][0];
      double y = l->position[j][1] + a * l->outline[0][1] + b * l->outline[1][1];
      count += fabs(hypot(x - l->position[i][0], y - l->position[i][1]) - distance) < 1e-6;
    }
  return count;
}

static int mult_of(const rc_lattice *l, int i, int j, int cls) {
  for (int b = 0; b < l->bonds; b++)
    if (l->bond[b].i == RC_MIN(i, j) && l->bond[b].j == RC_MAX(i, j) && l->bond[b].cls == cls)
      return l->bond[b].mult;
  return 0;
}

/* Every class of these joins exactly the pairs at one distance. */
static void test_shells(void **state) {
  (void)state;
  static const struct {
    const char *kind;
    int classes;
    double distance[3];
    int clusters, numbers[6][4];
  } cases[] = {
      {"square",
       3,
       {1, M_SQRT2, 2},
       6,
       {{4, 0, 0, 4}, {2, 2, 2, -2}, {3, 1, -1, 3}, {4, 2, -2, 4}, {3, 3, 3, -3}, {5, 0, 1, 6}}},
      {"triangular",
       2,
       {1, 1.7320508075688772},
       6,
       {{3, 0, 0, 3}, {2, 2, 4, -2}, {4, 0, 0, 4}, {3, 0, 0, 6}, {6, 0, 0, 6}, {4, 1, -1, 5}}},
      {"honeycomb",
       2,
       {1, 1.7320508075688772},
       5,
       {{2, 0, 0, 2}, {3, 0, 0, 3}, {2, 2, 4, -2}, {4, 0, 0, 4}, {2, 1, -1, 3}}},
      {"kagome",
       2,
       {1, 1.7320508075688772},
       6,
       {{2, 0, 0, 2}, {1, 1, 2, -1}, {1, 2, 2, -1}, {2, 0, 0, 3}, {2, 0, 0, 4}, {2, 2, 4, -2}}}};
  for (size_t c = 0; c < RC_LEN(cases); c++)
    for (int k = 0; k < cases[c].clusters; k++) {
      rc_lattice *l = build(cases[c].kind, 4, cases[c].numbers[k], true, false, NULL);
      assert_non_null(l);
      assert_int_equal(l->classes, cases[c].classes);
      for (int cls = 0; cls < l->classes; cls++)
        for (int i = 0; i < l->sites; i++)
          for (int j = 0; j < i; j++)
            assert_int_equal(mult_of(l, i, j, cls), images_at(l, i, j, cases[c].distance[cls]));
      rc_lattice_free(l);
    }
}

/* All classes together join exactly the pairs at distance 1, and the first class is made of known
 * pieces: squares, hexagons. */
static void test_pieces(void **state) {
  (void)state;
  static const struct {
    const char *kind;
    int numbers[4], parts_of_first, degree[3];
  } cases[] = {
      {"shuriken", {2, 0, 0, 2}, 4 + 8, {-1, -1}},  {"shuriken", {3, 0, 0, 3}, 9 + 18, {-1, -1}},
      {"shuriken", {1, 1, 1, -1}, 2 + 4, {-1, -1}}, {"maple-leaf", {1, 1, 2, -1}, 3, {2, 2, 1}},
      {"maple-leaf", {2, 0, 0, 3}, 6, {2, 2, 1}},   {"maple-leaf", {3, 0, 0, 3}, 9, {2, 2, 1}}};
  for (size_t c = 0; c < RC_LEN(cases); c++) {
    rc_lattice *l = build(cases[c].kind, 4, cases[c].numbers, true, false, NULL);
    assert_non_null(l);
    for (int i = 0; i < l->sites; i++)
      for (int j = 0; j < i; j++) {
        int all = 0;
        for (int cls = 0; cls < l->classes; cls++) all += mult_of(l, i, j, cls);
        assert_int_equal(all, images_at(l, i, j, 1));
      }
    double J[RC_CLASSES_MAX] = {1};
    assert_int_equal(rc_lattice_components(l, J), cases[c].parts_of_first);
    assert_int_equal(rc_lattice_triangles(l, J), 0);
    for (int s = 0; s < l->sites; s++) {
      int z = 0;
      for (int cls = 0; cls < l->classes; cls++) {
        z += class_degree(l, s, cls);
        if (cases[c].degree[0] > 0) assert_int_equal(class_degree(l, s, cls), cases[c].degree[cls]);
      }
      assert_int_equal(z, cases[c].degree[0] > 0 ? 5 : 4);
    }
    /* the other classes: triangles of their own, a perfect matching */
    if (l->classes == 3) {
      double J2[RC_CLASSES_MAX] = {0, 1}, J3[RC_CLASSES_MAX] = {0, 0, 1};
      assert_int_equal(rc_lattice_components(l, J2), l->sites / 3);
      assert_int_equal(rc_lattice_triangles(l, J2), l->sites / 3);
      assert_int_equal(rc_lattice_components(l, J3), l->sites / 2);
    }
    rc_lattice_free(l);
  }
}

/* Square lattices with diagonals: sides at distance 1, diagonals at sqrt 2; one dimer per site, or
 * crossed squares that share corners only. */
static void test_diagonals(void **state) {
  (void)state;
  static const int tori[][4] = {
      {2, 0, 0, 2}, {2, 1, -1, 2}, {2, 0, 0, 3}, {3, 0, 0, 3}, {4, 0, 0, 4}};
  for (size_t c = 0; c < RC_LEN(tori); c++)
    for (int which = 0; which < 2; which++) {
      rc_lattice *l =
          build(which ? "checkerboard" : "shastry-sutherland", 4, tori[c], true, false, NULL);
      double J2[RC_CLASSES_MAX] = {0, 1};
      for (int i = 0; i < l->sites; i++) {
        assert_int_equal(class_degree(l, i, 0), 4);
        assert_int_equal(class_degree(l, i, 1), which ? 2 : 1);
        for (int j = 0; j < i; j++) {
          assert_int_equal(mult_of(l, i, j, 0), images_at(l, i, j, 1));
          assert_true(mult_of(l, i, j, 1) <= images_at(l, i, j, M_SQRT2));
        }
      }
      if (!which) assert_int_equal(rc_lattice_components(l, J2), l->sites / 2);
      /* each crossed square is a tetrahedron: 4 triangles; the SS lattice has 2 per dimer */
      assert_int_equal(rc_lattice_triangles(l, NULL), which ? 2 * l->sites : l->sites);
      rc_lattice_free(l);
    }
}

/* Pyrochlore from its own definition: fcc lattice of edge 2 sqrt 2 with tetrahedra of edge 1,
 * images counted in three dimensions. Sites of a cell are found again by the order of the basis. */
static void test_pyrochlore(void **state) {
  (void)state;
  static const int tori[][9] = {
      {1, 1, -1, 1, -1, 1, -1, 1, 1}, {2, 0, 0, 0, 2, 0, 0, 0, 2},
      {2, 0, 0, 0, 2, 0, 0, 0, 1},    {1, 0, 0, 0, 3, 0, 0, 0, 3}, /* tells +1 from -1 */
      {3, 0, 0, 0, 1, 0, 0, 0, 3},    {3, 0, 0, 0, 3, 0, 0, 0, 1}};
  const double a = M_SQRT2;
  const double fcc[3][3] = {{0, a, a}, {a, 0, a}, {a, a, 0}};
  for (size_t c = 0; c < RC_LEN(tori); c++) {
    rc_lattice *l = build("pyrochlore", 9, tori[c], true, false, NULL);
    double at[N][3], T[3][3];
    for (int s = 0; s < l->sites; s++)
      for (int k = 0; k < 3; k++) {
        const int *v = l->translation_vector[s / 4];
        at[s][k] = v[0] * fcc[0][k] + v[1] * fcc[1][k] + v[2] * fcc[2][k];
        if (s % 4) at[s][k] += fcc[s % 4 - 1][k] / 2;
      }
    for (int r = 0; r < 3; r++)
      for (int k = 0; k < 3; k++)
        T[r][k] = tori[c][3 * r] * fcc[0][k] + tori[c][3 * r + 1] * fcc[1][k] +
                  tori[c][3 * r + 2] * fcc[2][k];
    for (int i = 0; i < l->sites; i++)
      for (int j = 0; j < i; j++) {
        int count = 0;
        for (int q = 0; q < 7 * 7 * 7; q++) {
          double d[3];
          for (int k = 0; k < 3; k++)
            d[k] = at[j][k] - at[i][k] + (q % 7 - 3) * T[0][k] + (q / 7 % 7 - 3) * T[1][k] +
                   (q / 49 - 3) * T[2][k];
          count += fabs(sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) - 1) < 1e-6;
        }
        assert_int_equal(mult_of(l, i, j, 0), count);
      }
    if (c < 2) assert_int_equal(rc_lattice_triangles(l, NULL), l->sites * 2);
    rc_lattice_free(l);
  }
}

/* Chains, ladders and sawtooth chains from their definition. */
static void test_chains(void **state) {
  (void)state;
  for (int n = 2; n <= 21; n++)
    for (int open = 0; open < 2; open++) {
      rc_lattice *l = build("chain", 1, &n, !open, false, NULL);
      for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
          for (int r = 1; r <= 3; r++) {
            int expect = i - j == r;
            if (!open)
              for (int turn = -8; turn <= 8; turn++) expect += turn && abs(i - j + turn * n) == r;
            assert_int_equal(mult_of(l, i, j, r - 1), expect);
          }
      rc_lattice_free(l);
    }
  for (int n = 3; n <= 12; n++) {
    rc_lattice *l = CLUSTER("ladder", n), *t = CLUSTER("sawtooth", n), *o = OPEN("ladder", n);
    assert_int_equal(class_pairs(l, 0), 2 * n);
    assert_int_equal(class_pairs(l, 1), n);
    assert_int_equal(class_pairs(o, 0), 2 * n - 2);
    assert_int_equal(class_pairs(o, 1), n);
    double legs[RC_CLASSES_MAX] = {1}, rungs[RC_CLASSES_MAX] = {0, 1};
    assert_int_equal(rc_lattice_components(l, legs), 2);
    assert_int_equal(rc_lattice_components(l, rungs), n);
    assert_int_equal(rc_lattice_bipartite(l, NULL, NULL, NULL, NULL), n % 2 == 0);
    assert_int_equal(class_pairs(t, 0), 2 * n); /* a ring of 2n through base and tips */
    assert_int_equal(class_pairs(t, 1), n);
    assert_int_equal(rc_lattice_components(t, legs), 1);
    assert_int_equal(rc_lattice_triangles(t, NULL), n == 3 ? 4 : n);
    for (int s = 0; s < 2 * n; s++) {
      assert_int_equal(class_degree(t, s, 0), 2);
      assert_int_equal(class_degree(t, s, 1), s % 2 ? 0 : 2);
    }
    rc_lattice_free(l);
    rc_lattice_free(t);
    rc_lattice_free(o);
  }
}

/* Doubled bonds are the facts of science: J3 on 4x4 and J2 on triangular-12. */
static void test_doubled(void **state) {
  (void)state;
  rc_lattice *sq = CLUSTER("square", 4, 4), *tri = CLUSTER("triangular", 2, 2, 4, -2);
  assert_int_equal(class_pairs(sq, 2), 16);
  assert_int_equal(class_pairs(tri, 1), 18);
  for (int b = 0; b < sq->bonds; b++)
    assert_int_equal(sq->bond[b].mult, sq->bond[b].cls == 2 ? 2 : 1);
  for (int b = 0; b < tri->bonds; b++) assert_int_equal(tri->bond[b].mult, 1 + tri->bond[b].cls);
  assert_true(has_note(sq, "J3: 16 pairs of sites are joined twice on this torus"));
  assert_true(has_note(tri, "J2: 18 pairs of sites are joined twice on this torus; their couplings "
                            "add up"));
  rc_lattice *once = build("triangular", 4, (int[]){2, 2, 4, -2}, true, true, NULL);
  assert_int_equal(once->bonds, tri->bonds);
  for (int b = 0; b < once->bonds; b++) assert_int_equal(once->bond[b].mult, 1);
  assert_true(has_note(once, "each counts once, as asked (dedupe)"));
  rc_lattice *thin = CLUSTER("square", 2, 4);
  assert_true(has_note(thin, "J3: 8 bonds would join a site to itself on this torus and are left "
                             "out; 8 sites have too few J3 bonds"));
  rc_lattice *tiny = CLUSTER("square", 2, 2); /* of coinciding bonds the one inside is drawn */
  for (int b = 0; b < tiny->bonds; b++) assert_int_equal(tiny->bond[b].wrap, 0);
  rc_lattice_free(tiny);
  rc_lattice *shared = CLUSTER("square", 3, 3);
  assert_true(has_note(shared, "J1 and J3 both join 18 pairs of sites on this torus"));
  rc_lattice *open = OPEN("square", 4, 4);
  assert_true(has_note(open, "Open boundary: 12, 12, 16 of 16 sites have fewer J1, J2, J3 bonds "
                             "than inside"));
  rc_lattice *clean = CLUSTER("square", 6, 6);
  assert_int_equal(clean->notes, 0);
  rc_lattice_free(sq);
  rc_lattice_free(tri);
  rc_lattice_free(once);
  rc_lattice_free(thin);
  rc_lattice_free(shared);
  rc_lattice_free(open);
  rc_lattice_free(clean);
}

static void expect_error(const char *kind, int count, const int *numbers, const char *message) {
  rc_err err = {0};
  assert_null(build(kind, count, numbers, true, false, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_string_equal(err.message, message);
}

static void test_errors(void **state) {
  (void)state;
  expect_error("kagme", 0, NULL, "there is no lattice 'kagme'; did you mean 'kagome'?");
  expect_error("qqqqqqqqqqqq", 0, NULL,
               "there is no lattice 'qqqqqqqqqqqq'; see 'roadcut list lattices'");
  expect_error("kagome", 2, (int[]){5, 5}, "this kagome cluster has 75 sites; at most 64 fit");
  expect_error("kagome", 2, (int[]){1000, 1000},
               "this kagome cluster has 3000000 sites; at most 64 fit");
  expect_error("square", 2, (int[]){0, 4}, "cluster extents are from 1 on, not 0");
  expect_error("square", 2, (int[]){4, -4}, "cluster extents are from 1 on, not -4");
  expect_error("square", 4, (int[]){1, 2, 2, 4},
               "the torus vectors span no cell: they depend on each other");
  expect_error("square", 4, (int[]){0, 0, 0, 0},
               "the torus vectors span no cell: they depend on each other");
  expect_error("square", 4, (int[]){2000000000, 0, 0, 2000000000},
               "torus vectors go up to 1000, not 2000000000");
  expect_error("chain", 1, (int[]){1}, "chain: this cluster has no bonds; take a larger one");
  rc_lattice_spec s;
  rc_err err = {0};
  rc_lattice_spec_init(&s, "kagome");
  s.extents = 3;
  assert_null(rc_lattice_new(&s, &err));
  assert_string_equal(err.message, "a kagome cluster takes 2 numbers, not 3");
  s.extents = 0;
  s.vectors = 1;
  err = (rc_err){0};
  assert_null(rc_lattice_new(&s, &err));
  assert_string_equal(err.message, "a kagome torus takes 2 vectors, not 1");
  s.extents = 2;
  err = (rc_err){0};
  assert_null(rc_lattice_new(&s, &err));
  assert_string_equal(err.message, "give either 'cluster' or 'torus', not both");
  rc_lattice_spec_free(&s);
  rc_lattice_spec_init(&s, "molecule");
  s.extents = 2;
  err = (rc_err){0};
  assert_null(rc_lattice_new(&s, &err));
  assert_string_equal(err.message,
                      "a lattice of kind 'molecule' is not a crystal: it takes no 'cluster'");
  rc_lattice_spec_free(&s);
  /* far-flung torus vectors of a small cell are fine and fast */
  rc_lattice *l = CLUSTER("triangular", 999, 1000, 998, 1000);
  assert_null(l); /* 1000 sites */
  l = CLUSTER("pyrochlore", 999, 1, 0, 997, 1, 0, 0, 500, 2);
  assert_non_null(l);
  assert_int_equal(l->sites, 16);
  rc_lattice_free(l);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shells),    cmocka_unit_test(test_pieces),
      cmocka_unit_test(test_diagonals), cmocka_unit_test(test_pyrochlore),
      cmocka_unit_test(test_chains),    cmocka_unit_test(test_doubled),
      cmocka_unit_test(test_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
