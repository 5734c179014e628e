/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bases: ranks and configurations are inverse to each other, orbits fill the plain sector. */
#include "hilbert/orbits.h"
#include "unit/hilbert/common.h"

static void check_round_trip(const rc_basis *b) {
  uint64_t last = 0;
  for (uint64_t k = 0; k < rc_basis_states(b); k++) {
    const uint64_t c = rc_basis_config(b, k);
    int sign = 0;
    if (k > 0) assert_true(c > last);
    last = c;
    assert_int_equal(rc_basis_rank(b, c, &sign), k);
    assert_int_equal(sign, 1);
  }
}

/* By counting: every configuration of the right Sz, in ascending order, and no other. */
static void test_plain(void **state) {
  (void)state;
  for (int sites = 3; sites <= 11; sites++) {
    rc_lattice *l = lattice_of("chain", sites, 0, 0);
    for (int up = 0; up <= sites; up++) {
      const rc_sector s = {.sz2 = 2 * up - sites};
      rc_basis *b = basis_of(l, &s);
      uint64_t k = 0;
      for (uint64_t c = 0; c < UINT64_C(1) << sites; c++) {
        if (__builtin_popcountll(c) != up) {
          assert_true(rc_basis_rank(b, c, NULL) == RC_NONE);
          continue;
        }
        assert_int_equal(rc_basis_config(b, k), c);
        assert_int_equal(rc_basis_rank(b, c, NULL), k);
        assert_int_equal(rc_basis_orbit(b, k), 1);
        k++;
      }
      assert_int_equal(rc_basis_states(b), k);
      assert_int_equal(rc_basis_group_order(b), 1);
      rc_basis_free(b);
    }
    const rc_sector all = {.all = true};
    rc_basis *b = basis_of(l, &all);
    assert_int_equal(rc_basis_states(b), UINT64_C(1) << sites);
    check_round_trip(b);
    rc_basis_free(b);
    rc_lattice_free(l);
  }
}

/* Words longer than the tables: 33 to 64 sites with few spins up or down. */
static void test_long_words(void **state) {
  (void)state;
  const int sites[] = {32, 33, 40, 63, 64};
  for (size_t k = 0; k < RC_LEN(sites); k++) {
    rc_lattice *l = lattice_of("chain", sites[k], 0, 0);
    for (int up = 0; up <= 2; up++) {
      for (int side = -1; side <= 1; side += 2) {
        const rc_sector s = {.sz2 = side * (2 * up - sites[k])};
        rc_basis *b = basis_of(l, &s);
        const uint64_t n = (uint64_t)sites[k];
        assert_int_equal(rc_basis_states(b), up == 0 ? 1 : up == 1 ? n : n * (n - 1) / 2);
        check_round_trip(b);
        rc_basis_free(b);
      }
    }
    rc_lattice_free(l);
  }
}

/* Image of a configuration: the spin on s goes to p[s]. */
static uint64_t image_of(const uint8_t *p, int sites, uint64_t c) {
  uint64_t to = 0;
  for (int s = 0; s < sites; s++) to |= (c >> s & 1) << p[s];
  return to;
}

/* In the trivial sector no orbit vanishes: the states are the orbits, each by its smallest
 * configuration, and their sizes add up to the plain dimension. */
static void check_trivial(const rc_lattice *l, rc_sector s, const rc_group *g) {
  const rc_sector plain = {.all = s.all, .sz2 = s.sz2};
  rc_basis *b = basis_of(l, &s), *p = basis_of(l, &plain);
  const uint64_t mask = (UINT64_C(1) << l->sites) - 1;
  uint64_t sum = 0, next = 0;
  check_round_trip(b);
  assert_int_equal(rc_basis_group_order(b), g->order * (s.inversion ? 2 : 1));
  for (uint64_t k = 0; k < rc_basis_states(p); k++) {
    const uint64_t c = rc_basis_config(p, k);
    uint64_t least = c;
    int64_t fixed = 0;
    for (int64_t e = 0; e < g->order; e++) {
      const uint64_t to = image_of(g->element[e], l->sites, c), turned = ~to & mask;
      least = RC_MIN(least, to);
      fixed += to == c;
      if (!s.inversion) continue;
      least = RC_MIN(least, turned);
      fixed += turned == c;
    }
    int sign = 0;
    const uint64_t r = rc_basis_rank(b, c, &sign);
    assert_int_equal(sign, 1);
    assert_int_equal(rc_basis_config(b, r), least);
    assert_int_equal(rc_basis_orbit(b, r), rc_basis_group_order(b) / fixed);
    if (least == c) assert_int_equal(r, next++);
  }
  assert_int_equal(next, rc_basis_states(b));
  for (uint64_t k = 0; k < next; k++) sum += (uint64_t)rc_basis_orbit(b, k);
  assert_int_equal(sum, rc_basis_states(p));
  rc_basis_free(p);
  rc_basis_free(b);
}

static void test_orbits(void **state) {
  (void)state;
  struct {
    const char *kind;
    int a, b;
  } const cases[] = {{"chain", 8, 0},  {"chain", 9, 0},     {"square", 3, 3},
                     {"ladder", 5, 0}, {"honeycomb", 2, 2}, {"kagome", 2, 2}};
  rc_err err = {0};
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    rc_lattice *l = lattice_of(cases[k].kind, cases[k].a, cases[k].b, 0);
    rc_group *t = rc_group_translations(l, &err), *f = rc_group_automorphisms(l, &err);
    assert_non_null(t);
    assert_non_null(f);
    for (int up = l->sites / 2 - 2; up <= l->sites / 2; up++) {
      const int sz2 = 2 * up - l->sites;
      for (int inversion = 0; inversion <= (sz2 == 0); inversion++) {
        check_trivial(
            l, (rc_sector){.sz2 = sz2, .symmetry = RC_SYM_TRANSLATION, .inversion = inversion}, t);
        check_trivial(l, (rc_sector){.sz2 = sz2, .symmetry = RC_SYM_FULL, .inversion = inversion},
                      f);
      }
    }
    check_trivial(l, (rc_sector){.all = true, .symmetry = RC_SYM_TRANSLATION}, t);
    rc_group_free(f);
    rc_group_free(t);
    rc_lattice_free(l);
  }
}

/* In any sector: ranks are those of the representative, signs multiply as characters do, and a
 * vanishing orbit says so. Momentum pi of a ring: translation by one site is -1. */
static void test_signs(void **state) {
  (void)state;
  const rc_sector s = {.symmetry = RC_SYM_TRANSLATION, .has_momentum = true, .momentum = {5}};
  rc_lattice *l = lattice_of("chain", 10, 0, 0);
  rc_basis *b = basis_of(l, &s), *p = basis_of(l, &(rc_sector){0});
  uint64_t alive = 0;
  check_round_trip(b);
  for (uint64_t k = 0; k < rc_basis_states(p); k++) {
    const uint64_t c = rc_basis_config(p, k), to = (c << 1 | c >> 9) & 1023;
    int sign = 5, next = 5, period = 1;
    const uint64_t r = rc_basis_rank(b, c, &sign);
    for (uint64_t d = to; d != c; d = (d << 1 | d >> 9) & 1023) period++;
    if (period % 2) {
      assert_int_equal(sign, 0);
      continue;
    }
    alive++;
    assert_true(sign == 1 || sign == -1);
    assert_int_equal(rc_basis_rank(b, to, &next), r);
    assert_int_equal(next, -sign);
    assert_int_equal(rc_basis_orbit(b, r), period);
  }
  uint64_t sum = 0;
  for (uint64_t k = 0; k < rc_basis_states(b); k++) sum += (uint64_t)rc_basis_orbit(b, k);
  assert_int_equal(sum, alive);
  rc_basis_free(p);
  rc_basis_free(b);
  rc_lattice_free(l);
}

/* All real momenta of a square torus with both parities share the plain states between them only
 * together with the complex ones; on 2-site directions every momentum is real and they suffice. */
static void test_dimensions_add_up(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("kagome", 2, 2, 0);
  uint64_t sum = 0;
  for (int kx = 0; kx < 2; kx++) {
    for (int ky = 0; ky < 2; ky++) {
      for (int parity = -1; parity <= 1; parity += 2) {
        const rc_sector s = {.symmetry = RC_SYM_TRANSLATION,
                             .has_momentum = true,
                             .momentum = {kx, ky},
                             .inversion = parity};
        rc_basis *b = basis_of(l, &s);
        sum += rc_basis_states(b);
        rc_basis_free(b);
      }
    }
  }
  assert_int_equal(sum, 924); /* 12 over 6 */
  rc_lattice_free(l);
}

static void refused(const rc_lattice *l, rc_sector s, rc_err_code code, const char *says) {
  rc_err err = {0};
  rc_basis *b = rc_basis_new(l, &s, 0, 1, &err);
  assert_null(b);
  assert_int_equal(err.code, code);
  rc_err early = {0};
  assert_false(rc_sector_check(l, &s, &early));
  assert_string_equal(early.message, err.message);
  if (!strstr(err.message, says)) fail_msg("'%s' does not say '%s'", err.message, says);
}

static void test_refused(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 8, 0, 0);
  refused(l, (rc_sector){.sz2 = 1}, RC_ERR_INPUT, "Sz = 1/2 is impossible");
  refused(l, (rc_sector){.sz2 = 10}, RC_ERR_INPUT, "reach at most 4");
  refused(l, (rc_sector){.sz2 = 2, .inversion = 1}, RC_ERR_INPUT, "needs sz: 0");
  refused(l, (rc_sector){.symmetry = RC_SYM_TRANSLATION, .has_momentum = true, .momentum = {1}},
          RC_ERR_INPUT, "complex characters");
  assert_true(rc_sector_check(l, &(rc_sector){.symmetry = RC_SYM_FULL, .inversion = 1}, NULL));
  refused(l, (rc_sector){.symmetry = RC_SYM_FULL, .characters = 7}, RC_ERR_INPUT,
          "7 characters given");
  rc_err err = {0};
  const rc_sector s = {.symmetry = RC_SYM_TRANSLATION};
  rc_basis *b = rc_basis_new(l, &s, 16, 1, &err);
  assert_null(b);
  assert_int_equal(err.code, RC_ERR_MEMORY);
  rc_lattice_free(l);
}

/* The same basis with any number of threads. */
static void test_threads(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("square", 4, 4, 0);
  const rc_sector s = {.symmetry = RC_SYM_FULL, .inversion = 1};
  rc_err err = {0};
  rc_basis *one = rc_basis_new(l, &s, 0, 1, &err), *two = rc_basis_new(l, &s, 0, 2, &err);
  assert_non_null(one);
  assert_non_null(two);
  assert_int_equal(rc_basis_states(one), rc_basis_states(two));
  for (uint64_t k = 0; k < rc_basis_states(one); k++) {
    assert_int_equal(rc_basis_config(one, k), rc_basis_config(two, k));
    assert_int_equal(rc_basis_orbit(one, k), rc_basis_orbit(two, k));
  }
  rc_basis_free(two);
  rc_basis_free(one);
  rc_lattice_free(l);
}

/* ---- the sublattice coding ---------------------------------------------------------------------- */

/* With the coding representatives are other members of the same orbits: as many, of the same sizes,
 * and the sign to a representative is the same product of signs. */
static void check_coded(const rc_lattice *l, rc_sector s, int threads) {
  rc_err err = {0};
  const int up = s.all ? -1 : (l->sites + s.sz2) / 2;
  rc_symmetries *g = rc_symmetries_new(l, &s, &err), *same = rc_symmetries_new(l, &s, &err);
  check_ok(g && same, &err);
  rc_orbits *o = rc_orbits_new(g, up, RC_CODED_NEVER, 0, 1, &err);
  rc_orbits *c = rc_orbits_new(same, up, RC_CODED_ALWAYS, 0, threads, &err);
  check_ok(o && c, &err);
  assert_true(c->coded);
  assert_false(o->coded);
  assert_int_equal(rc_orbits_states(c), rc_orbits_states(o));
  for (uint64_t k = 0; k < rc_orbits_states(c); k++) {
    int sign = 0;
    const uint64_t config = rc_orbits_config(c, k);
    assert_int_equal(rc_orbits_rank(c, config, &sign), k);
    assert_int_equal(sign, 1);
    const uint64_t r = rc_orbits_rank(o, config, &sign);
    assert_true(r != RC_NONE);
    assert_int_equal(rc_orbits_size(o, r), rc_orbits_size(c, k));
  }
  for (uint64_t config = 0; config < UINT64_C(1) << l->sites; config++) {
    if (up >= 0 && __builtin_popcountll(config) != up) continue;
    int sign = 5, own = 5, between = 5;
    const uint64_t r = rc_orbits_rank(c, config, &sign);
    const uint64_t want = rc_orbits_rank(o, config, &own);
    assert_int_equal(r == RC_NONE, want == RC_NONE);
    if (r == RC_NONE) {
      assert_int_equal(sign, 0);
      continue;
    }
    assert_int_equal(rc_orbits_rank(o, rc_orbits_config(c, r), &between), want);
    assert_int_equal(sign * between, own);
  }
  rc_orbits_free(c);
  rc_orbits_free(o);
}

static void test_coding(void **state) {
  (void)state;
  struct {
    const char *kind;
    int a, b;
  } const cases[] = {{"chain", 14, 0}, {"square", 4, 4}, {"triangular", 6, 3}, {"kagome", 2, 3}};
  for (size_t k = 0; k < (SLOW_BUILD ? 2 : RC_LEN(cases)); k++) {
    rc_lattice *l = lattice_of(cases[k].kind, cases[k].a, cases[k].b, 0);
    for (int inversion = -1; inversion <= 1; inversion++) {
      check_coded(l, (rc_sector){.symmetry = RC_SYM_TRANSLATION, .inversion = inversion}, 1);
      check_coded(l, (rc_sector){.symmetry = RC_SYM_FULL, .inversion = inversion}, 2);
    }
    check_coded(l, (rc_sector){.sz2 = 6, .symmetry = RC_SYM_FULL}, 1);
    if (k < 2) {
      check_coded(l, (rc_sector){.all = true, .symmetry = RC_SYM_TRANSLATION}, 1);
      check_coded(l,
                  (rc_sector){.symmetry = RC_SYM_TRANSLATION,
                              .has_momentum = true,
                              .momentum = {cases[k].a / 2},
                              .inversion = -1},
                  1);
    }
    rc_lattice_free(l);
  }
}

/* The blocks are carried into each other by every element: width and number where they are known. */
static void test_blocks(void **state) {
  (void)state;
  struct {
    const char *kind;
    int t[4], width, blocks;
  } const cases[] = {{"chain", {28}, 14, 2},           /* even and odd sites */
                     {"square", {4, 4, 4, -4}, 16, 2}, /* two sublattices */
                     {"square", {6, 0, 0, 6}, 18, 2},
                     {"triangular", {6, 0, 0, 6}, 12, 3}, /* three sublattices */
                     {"chain", {13}, 0, 0}};              /* a prime number of sites has none */
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    const int *t = cases[k].t;
    rc_lattice *l = t[3] ? torus_of(cases[k].kind, t[0], t[1], t[2], t[3])
                         : lattice_of(cases[k].kind, t[0], 0, 0);
    rc_err err = {0};
    const rc_sector s = {.symmetry = RC_SYM_FULL};
    rc_symmetries *g = rc_symmetries_new(l, &s, &err);
    check_ok(g != NULL, &err);
    const rc_site_order y = rc_site_order_make(g);
    assert_int_equal(y.width, cases[k].width);
    assert_int_equal(y.blocks, cases[k].blocks);
    int8_t owner[RC_SITES_MAX]; /* block of a site, -1: in none */
    memset(owner, -1, sizeof owner);
    for (int i = 0; i < l->sites; i++)
      for (int j = 0; j < y.blocks; j++)
        if (y.bit[i] >= y.shift[j] && y.bit[i] < y.shift[j] + y.width) owner[i] = (int8_t)j;
    for (int64_t e = 0; y.blocks && e < g->order; e++)
      for (int i = 0; i < l->sites; i++)
        for (int j = 0; j < l->sites; j++)
          assert_int_equal(owner[i] == owner[j],
                           owner[g->element[e][i]] == owner[g->element[e][j]]);
    rc_symmetries_free(g);
    rc_lattice_free(l);
  }
}

/* Large enough for the coding to be chosen: Burnside's count of the orbits of a ring of 26 under
 * rotation, that is of necklaces with 13 black and 13 white beads: sum over d | 13 of
 * phi(d) C(26/d, 13/d) / 26; and memory as planned. */
static void test_coded_ring(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 26, 0, 0);
  const rc_sector s = {.symmetry = RC_SYM_TRANSLATION};
  rc_err err = {0};
  rc_big_reset();
  const uint64_t before = rc_big_now();
  rc_basis *b = rc_basis_new(l, &s, 0, 2, &err);
  check_ok(b != NULL, &err);
  assert_int_equal(rc_basis_states(b), (10400600 + 12 * 2) / 26);
  const double held = (double)(rc_big_now() - before), planned = (double)rc_basis_plan(l, &s);
  assert_in_range((int)(100 * held / planned), 90, 110);
  assert_true(rc_big_peak() - before < 1.1 * planned);
  rc_basis_free(b);
  rc_lattice_free(l);
}

/* In steps the same basis as at once; the first error is given and a builder can be let go of. */
static void test_builder(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 22, 0, 0);
  const rc_sector s = {.symmetry = RC_SYM_TRANSLATION, .inversion = -1};
  const rc_sector impossible = {.sz2 = 1};
  rc_basis *at_once = basis_of(l, &s);
  rc_err err = {0};
  bool done = false;
  int steps = 0;
  rc_basis_builder *r = rc_basis_builder_new(l, &s, 0, 1, &err);
  assert_non_null(r);
  for (; !done; steps++) assert_true(rc_basis_builder_step(r, &done, &err));
  assert_true(steps >= 3); /* 352716 configurations are tried */
  rc_basis *b = rc_basis_builder_take(r);
  assert_int_equal(rc_basis_states(b), rc_basis_states(at_once));
  for (uint64_t k = 0; k < rc_basis_states(b); k++)
    assert_int_equal(rc_basis_config(b, k), rc_basis_config(at_once, k));
  rc_basis_free(b);
  rc_basis_free(at_once);
  r = rc_basis_builder_new(l, &s, 0, 2, &err);
  assert_true(rc_basis_builder_step(r, &done, &err) && !done);
  rc_basis_builder_free(r);
  assert_null(rc_basis_builder_new(l, &impossible, 0, 1, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  rc_lattice_free(l);
}

/* What cannot fit is refused before the search, with the number of states: C(48, 24) over 384, the
 * symmetries with inversion, and a little more since some states are left alone by some. */
static void test_refused_at_once(void **state) {
  (void)state;
  rc_err err = {0};
  rc_lattice *l = lattice_of("kagome", 4, 4, 0);
  const rc_sector s = {.symmetry = RC_SYM_FULL, .inversion = 1};
  const double orbits = 32247603683100. / 384, states = (double)rc_sector_states(l, &s);
  assert_true(states >= orbits && states < 1.0001 * orbits);
  assert_null(rc_basis_new(l, &s, UINT64_C(4) << 30, 1, &err));
  assert_int_equal(err.code, RC_ERR_MEMORY);
  assert_non_null(strstr(err.message,
                         " states need at least 2.5 TiB, the limit is 4 GiB; with such "
                         "symmetries about 36 sites fit"));
  err = (rc_err){0};
  assert_null(rc_basis_new(l, &s, 0, 1, &err));
  assert_non_null(strstr(err.message, "more than 2^32"));
  rc_lattice_free(l);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_long_words),
      cmocka_unit_test(test_orbits),
      cmocka_unit_test(test_signs),
      cmocka_unit_test(test_dimensions_add_up),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_coding),
      cmocka_unit_test(test_blocks),
      cmocka_unit_test(test_coded_ring),
      cmocka_unit_test(test_builder),
      cmocka_unit_test(test_refused_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
