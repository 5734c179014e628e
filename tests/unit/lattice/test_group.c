/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symmetry groups: against a search that tries every assignment of sites, and known orders. */
#include "fixture.h"

static int element_compare(const void *a, const void *b) {
  return memcmp(a, b, sizeof(rc_perm));
}

static bool contains(const rc_perm *sorted, int64_t n, const rc_perm p) {
  return bsearch(p, sorted, (size_t)n, sizeof(rc_perm), element_compare) != NULL;
}

/* The listed elements are distinct permutations, begin with the identity and are closed. */
static void check_group(const rc_group *g) {
  assert_true(g->order >= 1);
  assert_true(fabs(g->order_float / (double)g->order - 1) < 1e-9 || g->order == INT64_MAX);
  if (g->order > RC_GROUP_LIST_MAX) {
    assert_null(g->element);
    return;
  }
  assert_non_null(g->element);
  rc_perm *sorted = rc_alloc((size_t)g->order, sizeof *sorted), p;
  for (int64_t e = 0; e < g->order; e++) {
    assert_true(is_permutation(g->element[e], g->sites));
    memset(sorted[e], 0, sizeof *sorted); /* compared on the sites only */
    memcpy(sorted[e], g->element[e], (size_t)g->sites);
  }
  for (int s = 0; s < g->sites; s++) assert_int_equal(g->element[0][s], s);
  qsort(sorted, (size_t)g->order, sizeof *sorted, element_compare);
  for (int64_t e = 1; e < g->order; e++) assert_true(element_compare(sorted[e - 1], sorted[e]) < 0);
  int64_t stride = 1 + g->order / 60; /* products of a sample with a sample, inverses of all */
  for (int64_t a = 0; a < g->order; a++) {
    memset(p, 0, sizeof p);
    for (int s = 0; s < g->sites; s++) p[g->element[a][s]] = (uint8_t)s;
    assert_true(contains(sorted, g->order, p));
    for (int64_t b = a % stride; b < g->order && a % stride == 0; b += stride) {
      for (int s = 0; s < g->sites; s++) p[s] = g->element[a][g->element[b][s]];
      assert_true(contains(sorted, g->order, p));
    }
  }
  rc_free(sorted);
}

static void check_generators(const rc_group *g, const table *t) {
  for (int k = 0; k < g->generators; k++) {
    assert_true(is_permutation(g->generator[k], g->sites));
    assert_true(keeps(t, g->generator[k]));
    for (int s = g->sites; s < N; s++) assert_int_equal(g->generator[k][s], s);
  }
  for (int64_t e = 0; e < g->order && g->element; e++) assert_true(keeps(t, g->element[e]));
}

/* Orbits by the listed elements. */
static void check_orbits(const rc_group *g) {
  int orbit[N], count = rc_group_orbits(g, orbit), roots = 0;
  for (int s = 0; s < g->sites; s++) {
    roots += orbit[s] == s;
    int least = s;
    for (int64_t e = 0; e < g->order && g->element; e++) least = RC_MIN(least, g->element[e][s]);
    if (g->element) assert_int_equal(orbit[s], least);
  }
  assert_int_equal(count, roots);
}

/* The group of l at all couplings and at its defaults, both against the search. */
static void check_lattice(const rc_lattice *l, bool search) {
  table t;
  tabulate(l, NULL, &t);
  rc_group *g = rc_group_automorphisms(l, NULL);
  check_group(g);
  check_generators(g, &t);
  check_orbits(g);
  if (search) assert_int_equal(g->order, isomorphisms(&t, &t, INT64_MAX));
  tabulate(l, l->class_default, &t);
  rc_group *h = rc_group_automorphisms_at(l, l->class_default, NULL);
  check_group(h);
  check_generators(h, &t);
  if (search && h->order < 5000) assert_int_equal(h->order, isomorphisms(&t, &t, INT64_MAX));
  assert_true(h->order >= g->order);
  if (h->order < INT64_MAX) assert_int_equal(h->order % g->order, 0); /* Lagrange */
  rc_group *r = rc_group_translations(l, NULL);
  check_group(r);
  tabulate(l, NULL, &t);
  check_generators(r, &t);
  check_orbits(r);
  assert_int_equal(g->order % r->order, 0);
  assert_int_equal(r->order, l->translations);
  rc_group_free(g);
  rc_group_free(h);
  rc_group_free(r);
}

static void test_defaults(void **state) {
  (void)state;
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    rc_lattice *l = DEFAULT(rc_lattice_kinds[k]->name);
    check_lattice(l, true);
    rc_lattice_free(l);
  }
}

static void test_clusters(void **state) {
  (void)state;
  rc_lattice *small[] = {CLUSTER("chain", 2),
                         CLUSTER("chain", 4),
                         CLUSTER("chain", 5),
                         CLUSTER("chain", 7),
                         CLUSTER("chain", 8),
                         OPEN("chain", 7),
                         CLUSTER("ladder", 2),
                         CLUSTER("ladder", 3),
                         CLUSTER("ladder", 4),
                         OPEN("ladder", 4),
                         CLUSTER("sawtooth", 3),
                         CLUSTER("sawtooth", 4),
                         OPEN("sawtooth", 4),
                         CLUSTER("square", 2, 2),
                         CLUSTER("square", 2, 2, 2, -2),
                         OPEN("square", 3, 2),
                         CLUSTER("square", 3, 3),
                         CLUSTER("square", 3, 1, -1, 3),
                         OPEN("kagome", 2, 1),
                         CLUSTER("honeycomb", 2, 2),
                         CLUSTER("shuriken", 1, 1),
                         CLUSTER("maple-leaf", 1, 1),
                         OPEN("triangular", 4, 2),
                         CLUSTER("kagome", 2, 3),
                         CLUSTER("kagome", 2, 4),
                         CLUSTER("square", 4, 2, -2, 4),
                         OPEN("pyrochlore", 2, 1, 1)};
  for (size_t k = 0; k < RC_LEN(small); k++) {
    assert_non_null(small[k]);
    check_lattice(small[k], true);
    rc_lattice_free(small[k]);
  }
  rc_lattice *large[] = {CLUSTER("square", 6, 6),     CLUSTER("triangular", 6, 6),
                         CLUSTER("kagome", 3, 4),     CLUSTER("pyrochlore", 2, 2, 2),
                         CLUSTER("square", 8, 8),     CLUSTER("chain", 64),
                         CLUSTER("honeycomb", 4, 4),  CLUSTER("shuriken", 2, 2),
                         CLUSTER("maple-leaf", 3, 3), with_option("random", "n", "64")};
  for (size_t k = 0; k < RC_LEN(large); k++) {
    assert_non_null(large[k]);
    check_lattice(large[k], false);
    rc_lattice_free(large[k]);
  }
}

/* Random graphs with two classes, doubled bonds and factors; every permutation is tried. */
static void test_random_graphs(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(3, "test/group", 0);
  int64_t most = 0;
  for (int k = 0; k < 300; k++) {
    rc_lattice_spec s;
    rc_lattice_spec_init(&s, "custom");
    s.sites = 2 + (int)rc_rng_below(&rng, 7);
    s.bond = rc_alloc(64, sizeof *s.bond);
    double density = 0.2 + 0.7 * rc_rng_unit(&rng);
    for (int i = 0; i < s.sites; i++)
      for (int j = 0; j < i; j++)
        if (rc_rng_unit(&rng) < density)
          s.bond[s.bonds++] = (rc_bond){.i = i,
                                        .j = j,
                                        .cls = rc_rng_below(&rng, 5) == 0,
                                        .mult = 1 + (rc_rng_below(&rng, 7) == 0),
                                        .factor = rc_rng_below(&rng, 9) ? 1 : 0.25};
    if (!s.bonds) s.bond[s.bonds++] = (rc_bond){.i = 0, .j = 1};
    rc_lattice *l = rc_lattice_new(&s, NULL);
    check_lattice(l, true);
    rc_group *g = rc_group_automorphisms(l, NULL);
    most = RC_MAX(most, g->order);
    rc_group_free(g);
    rc_lattice_free(l);
    rc_lattice_spec_free(&s);
  }
  assert_true(most > 10); /* symmetric ones were met */
}

/* Orders known from the literature on these graphs: polyhedral groups, S_n, automorphism groups of
 * Petersen (S_5), Heawood (PGL(2,7)), Pappus, Dyck-like maps, rook's and Shrikhande graphs, the
 * hypercube (2^n n!), complete multipartite graphs; checkerboard-16 with spin inversion is 2304. */
static void test_known_orders(void **state) {
  (void)state;
  struct {
    rc_lattice *l;
    int64_t order;
  } cases[] = {{MOLECULE("triangle"), 6},
               {MOLECULE("tetrahedron"), 24},
               {MOLECULE("octahedron"), 48},
               {MOLECULE("cube"), 48},
               {MOLECULE("icosahedron"), 120},
               {MOLECULE("cuboctahedron"), 48},
               {MOLECULE("truncated-tetrahedron"), 24},
               {MOLECULE("dodecahedron"), 120},
               {MOLECULE("petersen"), 120},
               {MOLECULE("truncated-octahedron"), 48},
               {MOLECULE("icosidodecahedron"), 120},
               {MOLECULE("truncated-icosahedron"), 120},
               {CLUSTER("chain", 12), 24},
               {CLUSTER("square", 2, 2, 2, -2), 1152}, /* K_{4,4}: 2 (4!)^2 */
               {CLUSTER("square", 3, 1, -1, 3), 240},  /* K_{5,5} minus a matching: 2 5! */
               {CLUSTER("square", 4, 4), 384},         /* Q4: 2^4 4! */
               {CLUSTER("square", 4, 2, -2, 4), 80},   /* 20 translations, 4 rotations */
               {CLUSTER("square", 6, 4), 96},
               {CLUSTER("square", 6, 6), 288},
               {CLUSTER("triangular", 3, 3), 1296},        /* K_{3,3,3}: 3! (3!)^3 */
               {CLUSTER("triangular", 4, 4), 192},         /* Shrikhande */
               {CLUSTER("triangular", 2, 1, -1, 3), 5040}, /* K_7 */
               {CLUSTER("triangular", 6, 6), 432},
               {CLUSTER("kagome", 2, 2), 48},
               {CLUSTER("kagome", 2, 4), 128},
               {CLUSTER("checkerboard", 2, 2), 1152},    /* rook's graph K4 x K4: 2 (4!)^2 */
               {CLUSTER("honeycomb", 2, 1, -1, 3), 336}, /* Heawood */
               {CLUSTER("honeycomb", 3, 3), 216},        /* Pappus */
               {CLUSTER("honeycomb", 2, 2, 4, -2), 144}, /* Nauru */
               {CLUSTER("honeycomb", 4, 4), 192},        /* Dyck */
               {CLUSTER("pyrochlore", 1, 1, -1, 1, -1, 1, -1, 1, 1), 1152},
               {OPEN("square", 4, 4), 8},
               {OPEN("chain", 9), 2}};
  for (size_t c = 0; c < RC_LEN(cases); c++) {
    double J[RC_CLASSES_MAX] = {1, cases[c].l->class_default[1] != 0};
    rc_group *g = rc_group_automorphisms_at(cases[c].l, J, NULL);
    assert_int_equal(g->order, cases[c].order);
    rc_group_free(g);
    rc_lattice_free(cases[c].l);
  }
  /* 64 K_n: n!, also beyond what is listed and beyond 64 bits */
  double factorial = 1;
  int64_t exact = 1;
  for (int n = 2; n <= 40; n++) {
    char text[16];
    snprintf(text, sizeof text, "%d", n);
    rc_lattice *l = with_option("complete", "n", text);
    rc_group *g = rc_group_automorphisms(l, NULL);
    factorial *= n;
    if (n <= 20) exact *= n;
    assert_int_equal(g->order, n <= 20 ? exact : INT64_MAX);
    assert_true(fabs(g->order_float / factorial - 1) < 1e-9);
    assert_int_equal(g->element != NULL, exact <= RC_GROUP_LIST_MAX);
    rc_group_free(g);
    rc_lattice_free(l);
  }
}

/* J2 = J1 on a checkerboard is more symmetric than J2 != J1, and cancelling couplings drop out. */
static void test_couplings_matter(void **state) {
  (void)state;
  rc_lattice *l = CLUSTER("checkerboard", 2, 2);
  rc_group *any = rc_group_automorphisms(l, NULL);
  rc_group *equal = rc_group_automorphisms_at(l, (double[RC_CLASSES_MAX]){2.5, 2.5}, NULL);
  rc_group *other = rc_group_automorphisms_at(l, (double[RC_CLASSES_MAX]){1, 0.9}, NULL);
  assert_int_equal(any->order, 128);
  assert_int_equal(other->order, 128);
  assert_int_equal(equal->order, 1152);
  rc_group_free(any);
  rc_group_free(equal);
  rc_group_free(other);
  rc_lattice_free(l);
  l = CLUSTER("square", 3, 3); /* J1 and J3 share their pairs there */
  rc_group *none = rc_group_automorphisms_at(l, (double[RC_CLASSES_MAX]){1, 0, -1}, NULL);
  assert_int_equal(none->order, 362880); /* 9 free sites */
  rc_group_free(none);
  rc_lattice_free(l);
}

/* The translation group is generated by its generators. */
static void test_translation_generators(void **state) {
  (void)state;
  rc_lattice *tori[] = {CLUSTER("square", 4, 4), CLUSTER("square", 8, 8),
                        CLUSTER("chain", 12),    CLUSTER("triangular", 2, 2, 4, -2),
                        CLUSTER("kagome", 2, 4), CLUSTER("pyrochlore", 2, 2, 2),
                        OPEN("square", 4, 4)};
  for (size_t k = 0; k < RC_LEN(tori); k++) {
    rc_group *g = rc_group_translations(tori[k], NULL);
    int orbit[N], orbits = rc_group_orbits(g, orbit);
    assert_int_equal(orbits, tori[k]->periodic ? tori[k]->sublattices : tori[k]->sites);
    for (int64_t e = 1; e < g->order; e++)
      for (int s = 0; s < g->sites; s++) assert_int_not_equal(g->element[e][s], s);
    rc_group_free(g);
    rc_lattice_free(tori[k]);
  }
}

/* Several threads at once give what one gives. */
typedef struct shared {
  rc_lattice *l[8];
  int64_t order[64];
} shared;

static void one_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  shared *c = ctx;
  (void)chunk;
  for (int64_t k = begin; k < end; k++) {
    rc_group *g = rc_group_automorphisms(c->l[k % 8], NULL);
    c->order[k] = g->order;
    rc_group_free(g);
  }
}

static void test_threads(void **state) {
  (void)state;
  shared one = {{MOLECULE("icosahedron"), CLUSTER("kagome", 2, 2), CLUSTER("square", 6, 6),
                 CLUSTER("honeycomb", 3, 3), MOLECULE("truncated-icosahedron"),
                 CLUSTER("pyrochlore", 2, 2, 2), with_option("random", "n", "20"),
                 CLUSTER("chain", 30)},
                {0}},
         four = one;
  rc_parallel(1, 64, 1, one_chunk, &one);
  rc_parallel(4, 64, 1, one_chunk, &four);
  assert_memory_equal(one.order, four.order, sizeof one.order);
  for (int k = 0; k < 8; k++) rc_lattice_free(one.l[k]);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_defaults),         cmocka_unit_test(test_clusters),
      cmocka_unit_test(test_random_graphs),    cmocka_unit_test(test_known_orders),
      cmocka_unit_test(test_couplings_matter), cmocka_unit_test(test_translation_generators),
      cmocka_unit_test(test_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
