/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clusters in the literature: number of sites and of distinct pairs, and the extreme numbers of
 * antiparallel bonds over all configurations with k spins up (the degrees of the Hilbert graph),
 * against a table that was counted by exact diagonalisation codes that share nothing with this
 * project; and published bond lists. */
#include "fixture.h"

static void binomial_scan(const rc_lattice *l, const double *J, int k, int *least, int *most) {
  uint64_t adj[N] = {0};
  for (int b = 0; b < l->bonds; b++)
    if (J[l->bond[b].cls] != 0) {
      adj[l->bond[b].i] |= 1ull << l->bond[b].j;
      adj[l->bond[b].j] |= 1ull << l->bond[b].i;
    }
  *least = N * N;
  *most = 0;
  for (uint64_t c = (1ull << k) - 1; c < 1ull << l->sites;) {
    int cut = 0;
    for (uint64_t up = c; up; up &= up - 1)
      cut += __builtin_popcountll(adj[__builtin_ctzll(up)] & ~c);
    *least = RC_MIN(*least, cut);
    *most = RC_MAX(*most, cut);
    uint64_t low = c & -c, next = c + low; /* next word with as many bits */
    c = next | ((c ^ next) / low >> 2);
  }
}

static int pairs_of(const rc_lattice *l, const double *J) {
  table t;
  int pairs = 0;
  memset(&t, 0, sizeof t);
  for (int b = 0; b < l->bonds; b++)
    if (J[l->bond[b].cls] != 0) t.w[l->bond[b].i][l->bond[b].j] = 1;
  for (int i = 0; i < l->sites; i++)
    for (int j = i + 1; j < l->sites; j++) pairs += t.w[i][j] != 0;
  return pairs;
}

static void check(rc_lattice *l, int classes, int sites, int up, int pairs, int least, int most,
                  bool bipartite) {
  double J[RC_CLASSES_MAX] = {0};
  int low, high;
  assert_non_null(l);
  for (int c = 0; c < classes; c++) J[c] = 1;
  assert_int_equal(l->sites, sites);
  assert_int_equal(pairs_of(l, J), pairs);
  binomial_scan(l, J, up, &low, &high);
  assert_int_equal(low, least);
  assert_int_equal(high, most);
  assert_int_equal(rc_lattice_bipartite(l, J, NULL, NULL, NULL), bipartite);
  assert_int_equal(rc_lattice_components(l, J), 1);
  rc_lattice_free(l);
}

static void test_chains(void **state) {
  (void)state;
  for (int n = 4; n <= 20; n += 2) /* rings */
    check(CLUSTER("chain", n), 1, n, n / 2, n, 2, n, true);
  for (int n = 3; n <= 15; n += 2) check(CLUSTER("chain", n), 1, n, n / 2, n, 2, n - 1, false);
  check(OPEN("chain", 12), 1, 12, 6, 11, 1, 11, true);
  check(OPEN("chain", 16), 1, 16, 8, 15, 1, 15, true);
  check(CLUSTER("chain", 8), 2, 8, 4, 16, 6, 12, false); /* J1-J2 */
  check(CLUSTER("chain", 12), 2, 12, 6, 24, 6, 18, false);
  check(CLUSTER("chain", 16), 2, 16, 8, 32, 6, 24, false);
  check(CLUSTER("chain", 20), 2, 20, 10, 40, 6, 30, false);
  check(CLUSTER("ladder", 6), 2, 12, 6, 18, 4, 18, true);
  check(CLUSTER("ladder", 10), 2, 20, 10, 30, 4, 30, true);
  check(CLUSTER("sawtooth", 4), 2, 8, 4, 12, 4, 8, false);
  check(CLUSTER("sawtooth", 8), 2, 16, 8, 24, 4, 16, false);
  check(CLUSTER("sawtooth", 10), 2, 20, 10, 30, 4, 20, false);
}

static void test_molecules(void **state) {
  (void)state;
  check(MOLECULE("triangle"), 1, 3, 1, 3, 2, 2, false);
  check(MOLECULE("tetrahedron"), 1, 4, 2, 6, 4, 4, false);
  check(MOLECULE("octahedron"), 1, 6, 3, 12, 6, 8, false);
  check(MOLECULE("cube"), 1, 8, 4, 12, 4, 12, true);
  check(MOLECULE("icosahedron"), 1, 12, 6, 30, 10, 20, false);
  check(MOLECULE("cuboctahedron"), 1, 12, 6, 24, 8, 16, false);
  check(with_option("complete", "n", "5"), 1, 5, 2, 10, 6, 6, false);
  check(with_option("complete", "n", "8"), 1, 8, 4, 28, 16, 16, false);
  check(with_option("complete", "n", "10"), 1, 10, 5, 45, 25, 25, false);
  check(with_option("complete", "n", "12"), 1, 12, 6, 66, 36, 36, false);
}

static void test_planes(void **state) {
  (void)state;
  check(CLUSTER("square", 2, 2, 2, -2), 1, 8, 4, 16, 8, 16, true);
  check(CLUSTER("square", 3, 1, -1, 3), 1, 10, 5, 20, 8, 20, true);
  check(CLUSTER("square", 4, 0, 0, 4), 1, 16, 8, 32, 8, 32, true);
  check(CLUSTER("square", 3, 3, 3, -3), 1, 18, 9, 36, 12, 36, true);
  check(CLUSTER("square", 4, 2, -2, 4), 1, 20, 10, 40, 12, 40, true);
  check(CLUSTER("square", 4, 0, 0, 4), 2, 16, 8, 64, 24, 48, false);
  check(CLUSTER("square", 3, 3, 3, -3), 2, 18, 9, 72, 24, 48, false);
  check(CLUSTER("square", 4, 2, -2, 4), 2, 20, 10, 80, 28, 60, false);
  check(CLUSTER("triangular", 3, 0, 0, 3), 1, 9, 4, 27, 14, 18, false);
  check(CLUSTER("triangular", 2, 2, 4, -2), 1, 12, 6, 36, 16, 24, false);
  check(CLUSTER("triangular", 4, 0, 0, 4), 1, 16, 8, 48, 16, 32, false);
  check(CLUSTER("triangular", 3, 0, 0, 6), 1, 18, 9, 54, 12, 36, false);
  check(CLUSTER("triangular", 2, 2, 4, -2), 2, 12, 6, 54, 28, 36, false);
  check(CLUSTER("kagome", 1, 1, 2, -1), 1, 9, 4, 18, 8, 12, false);
  check(CLUSTER("kagome", 2, 0, 0, 2), 1, 12, 6, 24, 8, 16, false);
  check(CLUSTER("kagome", 1, 2, 2, -1), 1, 15, 7, 30, 8, 20, false);
  check(CLUSTER("kagome", 2, 0, 0, 3), 1, 18, 9, 36, 10, 24, false);
  check(CLUSTER("honeycomb", 2, 0, 0, 2), 1, 8, 4, 12, 4, 12, true);
  check(CLUSTER("honeycomb", 3, 0, 0, 3), 1, 18, 9, 27, 7, 27, true);
  check(CLUSTER("honeycomb", 3, 0, 0, 3), 2, 18, 9, 81, 27, 51, false);
  check(CLUSTER("shastry-sutherland", 2, 2), 2, 16, 8, 40, 12, 32, false);
  check(CLUSTER("checkerboard", 2, 2), 2, 16, 8, 48, 16, 32, false);
  check(CLUSTER("pyrochlore", 1, 1, -1, 1, -1, 1, -1, 1, 1), 1, 16, 8, 48, 16, 32, false);
}

/* The clusters people name by their size exist, with the right coordination. */
static void test_sizes(void **state) {
  (void)state;
  struct {
    rc_lattice *l;
    int sites, degree;
  } cases[] = {{CLUSTER("square", 4, 4), 16, 4},
               {CLUSTER("square", 3, 3, 3, -3), 18, 4},
               {CLUSTER("square", 4, 2, -2, 4), 20, 4},
               {CLUSTER("square", 6, 4), 24, 4},
               {CLUSTER("square", 5, 1, -1, 5), 26, 4},
               {CLUSTER("square", 4, 4, 4, -4), 32, 4},
               {CLUSTER("square", 6, 6), 36, 4},
               {CLUSTER("triangular", 2, 2, 4, -2), 12, 6},
               {CLUSTER("triangular", 4, 4), 16, 6},
               {CLUSTER("triangular", 4, 1, -1, 5), 21, 6},
               {CLUSTER("triangular", 4, 6), 24, 6},
               {CLUSTER("triangular", 6, 6), 36, 6},
               {CLUSTER("kagome", 2, 2), 12, 4},
               {CLUSTER("kagome", 1, 2, 3, 0), 18, 4},
               {CLUSTER("kagome", 2, 1, -1, 3), 21, 4},
               {CLUSTER("kagome", 2, 4), 24, 4},
               {CLUSTER("kagome", 3, 3), 27, 4},
               {CLUSTER("kagome", 2, 5), 30, 4},
               {CLUSTER("kagome", 2, 2, 4, -2), 36, 4},
               {CLUSTER("kagome", 4, 4), 48, 4},
               {CLUSTER("honeycomb", 3, 3), 18, 3},
               {CLUSTER("honeycomb", 2, 2, 4, -2), 24, 3},
               {CLUSTER("honeycomb", 4, 4), 32, 3},
               {CLUSTER("shastry-sutherland", 2, 1, -1, 2), 20, 4},
               {CLUSTER("checkerboard", 2, 1, -1, 2), 20, 4},
               {CLUSTER("pyrochlore", 2, 2, 2), 32, 6}};
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    assert_non_null(cases[k].l);
    assert_int_equal(cases[k].l->sites, cases[k].sites);
    for (int s = 0; s < cases[k].sites; s++)
      assert_int_equal(class_degree(cases[k].l, s, 0), cases[k].degree);
    for (int b = 0; b < cases[k].l->bonds; b++)
      if (cases[k].l->bond[b].cls == 0) assert_int_equal(cases[k].l->bond[b].mult, 1);
    rc_lattice_free(cases[k].l);
  }
}

/* Bond lists of the Hamiltonians of Westerhout, Katsnelson and Bagrov (arXiv 2207.10675), from the
 * files physical_systems/heisenberg_{kagome_16,kagome_18,kagome_36,pyrochlore_2x2x2}.yaml of
 * github.com/twesterhout/annealing-sign-problem. */
static const int kagome16[24][2] = {{0, 3},  {0, 4},   {1, 5},   {1, 6},   {2, 3},   {2, 8},
                                    {3, 4},  {3, 8},   {4, 5},   {4, 9},   {5, 6},   {5, 9},
                                    {6, 7},  {6, 10},  {7, 10},  {8, 11},  {8, 12},  {9, 13},
                                    {9, 14}, {10, 15}, {11, 12}, {12, 13}, {13, 14}, {14, 15}};
static const int kagome18[36][2] = {
    {0, 2},   {0, 3},   {1, 4},   {1, 5},   {2, 6},   {3, 7},  {4, 7},  {8, 12}, {9, 13},
    {10, 13}, {12, 14}, {12, 15}, {13, 16}, {13, 17}, {2, 3},  {3, 4},  {4, 5},  {8, 9},
    {9, 10},  {10, 11}, {14, 15}, {15, 16}, {16, 17}, {6, 8},  {6, 9},  {7, 10}, {7, 11},
    {5, 6},   {11, 12}, {2, 5},   {8, 11},  {14, 17}, {0, 17}, {0, 14}, {1, 15}, {1, 16}};
static const int kagome36[72][2] = {
    {0, 1},   {0, 2},   {0, 31},  {0, 32},  {1, 2},   {1, 6},   {1, 26},  {2, 3},   {2, 7},
    {3, 4},   {3, 7},   {3, 35},  {4, 5},   {4, 8},   {4, 35},  {5, 8},   {5, 16},  {5, 20},
    {6, 10},  {6, 11},  {6, 26},  {7, 12},  {7, 13},  {8, 14},  {8, 15},  {9, 10},  {9, 16},
    {9, 29},  {9, 34},  {10, 11}, {10, 16}, {11, 12}, {11, 17}, {12, 13}, {12, 17}, {13, 14},
    {13, 18}, {14, 15}, {14, 18}, {15, 19}, {15, 30}, {16, 20}, {17, 21}, {17, 22}, {18, 23},
    {18, 24}, {19, 25}, {19, 26}, {19, 30}, {20, 21}, {20, 27}, {21, 22}, {21, 27}, {22, 23},
    {22, 28}, {23, 24}, {23, 28}, {24, 25}, {24, 29}, {25, 26}, {25, 29}, {27, 30}, {27, 31},
    {28, 32}, {28, 33}, {29, 34}, {30, 31}, {31, 32}, {32, 33}, {33, 34}, {33, 35}, {34, 35}};
static const int pyrochlore32[96][2] = {
    {0, 8},   {0, 12},  {0, 16},  {0, 18},  {0, 24},  {0, 25},  {1, 9},   {1, 13},  {1, 17},
    {1, 19},  {1, 24},  {1, 25},  {2, 10},  {2, 14},  {2, 16},  {2, 18},  {2, 26},  {2, 27},
    {3, 11},  {3, 15},  {3, 17},  {3, 19},  {3, 26},  {3, 27},  {4, 8},   {4, 12},  {4, 20},
    {4, 22},  {4, 28},  {4, 29},  {5, 9},   {5, 13},  {5, 21},  {5, 23},  {5, 28},  {5, 29},
    {6, 10},  {6, 14},  {6, 20},  {6, 22},  {6, 30},  {6, 31},  {7, 11},  {7, 15},  {7, 21},
    {7, 23},  {7, 30},  {7, 31},  {8, 16},  {8, 22},  {8, 24},  {8, 29},  {9, 17},  {9, 23},
    {9, 25},  {9, 28},  {10, 18}, {10, 20}, {10, 26}, {10, 31}, {11, 19}, {11, 21}, {11, 27},
    {11, 30}, {12, 18}, {12, 20}, {12, 25}, {12, 28}, {13, 19}, {13, 21}, {13, 24}, {13, 29},
    {14, 16}, {14, 22}, {14, 27}, {14, 30}, {15, 17}, {15, 23}, {15, 26}, {15, 31}, {16, 24},
    {16, 27}, {17, 25}, {17, 26}, {18, 25}, {18, 26}, {19, 24}, {19, 27}, {20, 28}, {20, 31},
    {21, 29}, {21, 30}, {22, 29}, {22, 30}, {23, 28}, {23, 31}};

static void expect_same(rc_lattice *listed, rc_lattice *ours) {
  const double J1[RC_CLASSES_MAX] = {1};
  table a, b;
  plain(listed, 1, &a);
  plain(ours, 1, &b);
  assert_int_equal(isomorphisms(&a, &b, 1), 1);
  assert_true(rc_lattice_isomorphic_with(listed, J1, ours, J1));
  rc_lattice_free(listed);
  rc_lattice_free(ours);
}

static void test_published_bonds(void **state) {
  (void)state;
  check(from_pairs(16, 24, kagome16), 1, 16, 8, 24, 4, 17, false);
  check(from_pairs(18, 36, kagome18), 1, 18, 9, 36, 10, 24, false);
  expect_same(from_pairs(18, 36, kagome18), CLUSTER("kagome", 2, 3));
  expect_same(from_pairs(36, 72, kagome36), CLUSTER("kagome", 2, 2, 4, -2));
  expect_same(from_pairs(32, 96, pyrochlore32), CLUSTER("pyrochlore", 2, 2, 2));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_chains),          cmocka_unit_test(test_molecules),
      cmocka_unit_test(test_planes),          cmocka_unit_test(test_sizes),
      cmocka_unit_test(test_published_bonds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
