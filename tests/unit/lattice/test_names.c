/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two names, one magnet: the notes, and the isomorphisms behind them found by trying. */
#include "fixture.h"

/* Is l, restricted to its first classes, isomorphic to the graph of these pairs? By search. */
static void same_graph(const rc_lattice *l, int classes, const table *b) {
  table a;
  plain(l, classes, &a);
  assert_int_equal(isomorphisms(&a, b, 1), 1);
}

static void plain_of(rc_lattice *l, int classes, table *t) {
  plain(l, classes, t);
  rc_lattice_free(l);
}

static void join(table *t, int i, int j) {
  t->w[i][j] = t->w[j][i] = 1;
}

static void parts(int n, int size, table *t) { /* complete multipartite */
  memset(t, 0, sizeof *t);
  t->n = n;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
      if (i / size != j / size) join(t, i, j);
}

static void hypercube(int d, table *t) {
  memset(t, 0, sizeof *t);
  t->n = 1 << d;
  for (int i = 0; i < t->n; i++)
    for (int b = 0; b < d; b++) t->w[i][i ^ 1 << b] = 1;
}

static void crown(int half, table *t) {
  memset(t, 0, sizeof *t);
  t->n = 2 * half;
  for (int i = 0; i < half; i++)
    for (int j = 0; j < half; j++)
      if (i != j) join(t, i, half + j);
}

/* The note says so, and it is so. */
static void expect(rc_lattice *l, int classes, const char *condition, const char *name,
                   const table *graph) {
  assert_non_null(l);
  bool said = false;
  for (int k = 0; k < l->notes; k++)
    said |= !strncmp(l->note[k], condition, strlen(condition)) && strstr(l->note[k], name) &&
            strstr(l->note[k], "is the same graph as");
  if (!said) fail_msg("%s: no note '%s .. %s'", l->title, condition, name);
  same_graph(l, classes, graph);
  rc_lattice_free(l);
}

static void test_identities(void **state) {
  (void)state;
  table t;
  const char *alone = "With J1 alone", *this = "This cluster", *equal = "With J2 = J1 ";
  plain_of(MOLECULE("cuboctahedron"), 1, &t);
  expect(CLUSTER("kagome", 2, 2), 1, alone, "the cuboctahedron", &t);
  expect(CLUSTER("shuriken", 1, 1, 1, -1), 2, equal, "the cuboctahedron", &t);
  plain_of(CLUSTER("kagome", 2, 2), 1, &t);
  expect(MOLECULE("cuboctahedron"), 1, this, "kagome 2x2", &t);
  plain_of(CLUSTER("pyrochlore", 1, 1, -1, 1, -1, 1, -1, 1, 1), 1, &t);
  expect(CLUSTER("checkerboard", 2, 2), 2, equal, "pyrochlore-16", &t);
  plain_of(CLUSTER("checkerboard", 2, 2), 2, &t);
  expect(CLUSTER("pyrochlore", 1, 1, -1, 1, -1, 1, -1, 1, 1), 1, this, "checkerboard 2x2", &t);
  plain_of(MOLECULE("cube"), 1, &t);
  expect(CLUSTER("honeycomb", 2, 2), 1, alone, "the cube", &t);
  hypercube(3, &t);
  expect(MOLECULE("cube"), 1, this, "the hypercube Q3", &t);
  hypercube(4, &t);
  expect(CLUSTER("square", 4, 4), 1, alone, "the hypercube Q4", &t);
  parts(8, 4, &t);
  expect(CLUSTER("square", 2, 2, 2, -2), 1, alone, "K_{4,4}", &t);
  crown(5, &t);
  expect(CLUSTER("square", 3, 1, -1, 3), 1, alone, "K_{5,5} minus a matching", &t);
  parts(9, 3, &t);
  expect(CLUSTER("triangular", 3, 3), 1, alone, "K_{3,3,3}", &t);
  parts(12, 3, &t);
  expect(CLUSTER("triangular", 2, 2, 4, -2), 2, "With J2 = J1/2 ", "K_{3,3,3,3}", &t);
  parts(6, 2, &t);
  expect(MOLECULE("octahedron"), 1, this, "K_{2,2,2}", &t);
  parts(4, 1, &t);
  expect(MOLECULE("tetrahedron"), 1, this, "the complete graph K4", &t);
  expect(with_option("complete", "n", "4"), 1, this, "the tetrahedron", &t);
  parts(7, 1, &t);
  expect(CLUSTER("triangular", 2, 1, -1, 3), 1, alone, "the complete graph K7", &t);
  plain_of(CLUSTER("kagome", 2, 4), 1, &t);
  expect(CLUSTER("shuriken", 2, 2), 2, equal, "kagome 2x4", &t);
  plain_of(CLUSTER("shuriken", 2, 2), 2, &t);
  expect(CLUSTER("kagome", 2, 4), 1, alone, "shuriken 2x2", &t);
  plain_of(CLUSTER("honeycomb", 2, 1, -1, 3), 1, &t); /* Heawood: the (3,6)-cage on 14 vertices */
  expect(CLUSTER("honeycomb", 2, 1, -1, 3), 1, alone, "the Heawood graph", &t);
}

/* Heawood by its own definition: points and lines of the Fano plane; Pappus and Shrikhande by
 * invariants that single them out among what the notes could have met. */
static void test_cages(void **state) {
  (void)state;
  table t = {.n = 14};
  for (int line = 0; line < 7; line++) /* line k has the points k, k + 1, k + 3 mod 7 */
    for (int p = 0; p < 3; p++) join(&t, 7 + line, (line + (int[]){0, 1, 3}[p]) % 7);
  rc_lattice *l = CLUSTER("honeycomb", 2, 1, -1, 3);
  same_graph(l, 1, &t);
  rc_lattice_free(l);
  /* Shrikhande and rook's graph: both strongly regular (16, 6, 2, 2), and not isomorphic */
  rc_lattice *tri = CLUSTER("triangular", 4, 4), *pyro = DEFAULT("pyrochlore");
  assert_true(has_note(tri, "the Shrikhande graph"));
  assert_true(has_note(pyro, "the 4x4 rook's graph"));
  table a, b;
  plain(tri, 1, &a);
  plain(pyro, 1, &b);
  for (int i = 0; i < 16; i++)
    for (int j = 0; j < i; j++) {
      int ca = 0, cb = 0;
      for (int k = 0; k < 16; k++) ca += a.w[i][k] * a.w[j][k] > 0, cb += b.w[i][k] * b.w[j][k] > 0;
      assert_int_equal(ca, 2);
      assert_int_equal(cb, 2);
    }
  assert_int_equal(isomorphisms(&a, &b, 1), 0);
  assert_false(rc_lattice_isomorphic(tri, pyro));
  memset(&t, 0, sizeof t);
  t.n = 16;
  for (int i = 0; i < 16; i++)
    for (int j = 0; j < i; j++)
      if (i / 4 == j / 4 || i % 4 == j % 4) join(&t, i, j);
  same_graph(pyro, 1, &t);
  rc_lattice_free(tri);
  rc_lattice_free(pyro);
}

/* No name where there is none; no lattice is told its own name. */
static void test_silence(void **state) {
  (void)state;
  rc_lattice *l[] = {MOLECULE("icosahedron"),    MOLECULE("dodecahedron"), MOLECULE("petersen"),
                     CLUSTER("kagome", 2, 3),    CLUSTER("square", 6, 6),  CLUSTER("chain", 13),
                     CLUSTER("ladder", 7),       DEFAULT("random"),        OPEN("kagome", 2, 2),
                     CLUSTER("triangular", 6, 6)};
  for (size_t k = 0; k < RC_LEN(l); k++) {
    assert_false(has_note(l[k], "same graph"));
    rc_lattice_free(l[k]);
  }
  /* doubled bonds in one direction only: not the plain graph */
  rc_lattice *thin = CLUSTER("square", 2, 4);
  assert_false(has_note(thin, "With J1 alone"));
  rc_lattice_free(thin);
  /* J1 and J3 share their pairs: no J3 makes all couplings equal */
  rc_lattice *shared = CLUSTER("square", 3, 3);
  assert_true(has_note(shared, "With J2 = J1 "));
  assert_false(has_note(shared, "J3 ="));
  rc_lattice_free(shared);
}

/* Isomorphism of random graphs with a shuffled and a slightly changed copy, against the search. */
static void test_isomorphic(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(5, "test/names", 0);
  int same = 0, other = 0;
  for (int round = 0; round < 300; round++) {
    int n = 3 + (int)rc_rng_below(&rng, 7), pair[N][2], copy[N][2], m = 0, to[N];
    for (int i = 0; i < n; i++)
      for (int j = 0; j < i; j++)
        if (rc_rng_unit(&rng) < 0.5) pair[m][0] = i, pair[m++][1] = j;
    if (!m) continue;
    for (int i = 0; i < n; i++) { /* a random permutation */
      int k = (int)rc_rng_below(&rng, (uint64_t)i + 1);
      to[i] = to[k];
      to[k] = i;
    }
    for (int b = 0; b < m; b++) copy[b][0] = to[pair[b][0]], copy[b][1] = to[pair[b][1]];
    if (round % 2) { /* one bond moved, unless that makes it coincide */
      int i = (int)rc_rng_below(&rng, (uint64_t)n), j = (int)rc_rng_below(&rng, (uint64_t)n);
      if (i != j) copy[0][0] = i, copy[0][1] = j;
    }
    rc_lattice *a = from_pairs(n, m, (const int(*)[2])pair),
               *b = from_pairs(n, m, (const int(*)[2])copy);
    table ta, tb;
    plain(a, 1, &ta);
    plain(b, 1, &tb);
    bool brute = isomorphisms(&ta, &tb, 1) == 1;
    assert_int_equal(rc_lattice_isomorphic(a, b), brute);
    if (round % 2 == 0) assert_true(brute);
    *(brute ? &same : &other) += 1;
    rc_lattice_free(a);
    rc_lattice_free(b);
  }
  assert_true(same > 150 && other > 20);
}

/* Which classes count: those of nonzero default, or as told. */
static void test_isomorphic_classes(void **state) {
  (void)state;
  rc_lattice *kagome = CLUSTER("kagome", 2, 2), *cubo = MOLECULE("cuboctahedron");
  const double first[RC_CLASSES_MAX] = {1}, second[RC_CLASSES_MAX] = {0, 1};
  assert_true(rc_lattice_isomorphic(kagome, cubo));
  assert_true(rc_lattice_isomorphic_with(kagome, first, cubo, NULL));
  assert_false(rc_lattice_isomorphic_with(kagome, NULL, cubo, NULL));
  table a, b; /* on this torus the second neighbours alone are the cuboctahedron once more */
  tabulate(kagome, second, &a);
  tabulate(cubo, cubo->class_default, &b);
  assert_int_equal(isomorphisms(&a, &b, 1), 1);
  assert_true(rc_lattice_isomorphic_with(kagome, second, cubo, NULL));
  rc_lattice_free(kagome);
  rc_lattice_free(cubo);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_identities),
      cmocka_unit_test(test_cages),
      cmocka_unit_test(test_silence),
      cmocka_unit_test(test_isomorphic),
      cmocka_unit_test(test_isomorphic_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
