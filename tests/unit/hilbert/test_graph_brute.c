/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph scan against brute force on every lattice of the registry at small sizes. */
#include "graph_fixture.h"

enum { CAP = 1100 };
static uint64_t config[CAP];

static void check_cycle(const brute *b, const rc_graph_facts *f) {
  if (!f->odd_cycle) {
    assert_null(f->cycle);
    return;
  }
  int positive = 0;
  for (int i = 0; i < f->odd_cycle; i++) {
    int u = (int)f->cycle[i], v = (int)f->cycle[(i + 1) % f->odd_cycle];
    assert_true(u < b->n && v < b->n);
    assert_true(fabs(b->h[u * b->n + v]) > 1e-12);
    positive += b->h[u * b->n + v] > 0;
    for (int k = 0; k < i; k++) assert_true(f->cycle[k] != f->cycle[i]);
  }
  assert_int_equal(positive % 2, 1);
}

static void same_as_brute(const brute *b, const rc_graph_facts *f, const char *what) {
  brute_facts t = brute_count(b);
  uint64_t *histogram = calloc((size_t)b->n + 1, sizeof *histogram);
  for (int u = 0; u < b->n; u++) histogram[b->degree[u]]++;
  assert_int_equal(f->vertices, b->n);
  assert_int_equal(f->edges, t.edges);
  assert_int_equal(f->degree_min, t.degree_min);
  assert_int_equal(f->degree_max, t.degree_max);
  assert_true(fabs(f->degree_mean - 2.0 * (double)t.edges / b->n) < 1e-12);
  assert_int_equal(f->degrees, t.degree_max + 1);
  for (int d = 0; d < f->degrees; d++) assert_int_equal(f->histogram[d], histogram[d]);
  assert_int_equal(f->components, t.components);
  assert_int_equal(f->bipartite, t.bipartite);
  assert_int_equal(f->balanced, t.balanced);
  assert_int_equal(f->components_frustrated == 0, t.balanced);
  assert_true(f->triangles == t.triangles);
  if (f->odd_cycle != t.odd_cycle)
    fail_msg("%s: cycle %d, not %d", what, f->odd_cycle, t.odd_cycle);
  assert_true(f->odd_cycle_exact);
  assert_true(f->diameter_exact);
  if (t.diameter >= 0 && f->diameter != t.diameter)
    fail_msg("%s: diameter %d, not %d", what, f->diameter, t.diameter);
  assert_true(f->counts_done && f->structure_done && f->cycle_done);
  assert_true(f->diameter_done && f->triangles_done);
  check_cycle(b, f);
  free(histogram);
}

/* Takes the lattice over. */
static void plain_case(rc_lattice *l, rc_model model, int up, uint64_t rows) {
  rc_sector sector = up < 0 ? (rc_sector){.all = true} : up_sector(l, up);
  magnet m = magnet_of(l, model, sector);
  rc_graph_scan *scan;
  const rc_graph_facts *f = scan_all(m.matrix, rows, 1, &scan);
  brute b = brute_plain(l, &model, up, config, CAP);
  for (int i = 0; i < b.n; i++) assert_true(rc_basis_config(m.basis, (uint64_t)i) == config[i]);
  same_as_brute(&b, f, l->title);
  brute_free(&b);
  rc_graph_scan_free(scan);
  magnet_free(&m);
}

static double choose(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
  return c;
}

/* Few up spins make small sectors of any lattice; small ones are looked at in full. */
static void every_lattice(void **state) {
  (void)state;
  int most = SLOW_BUILD ? 130 : 600;
  for (int i = 0; rc_lattice_kinds[i]; i++) {
    const char *kind = rc_lattice_kinds[i]->name;
    rc_lattice *probe = lattice_with(kind, NULL, NULL);
    int sites = probe->sites;
    for (int up = 0; up <= sites && sites <= 24; up++)
      if (choose(sites, up) <= most)
        plain_case(lattice_with(kind, NULL, NULL), default_model(probe), up, 1000);
    rc_lattice_free(probe);
  }
}

static void small_clusters(void **state) {
  (void)state;
  for (int n = 3; n <= 9; n++) {
    plain_case(lattice_of("chain", n, 0, 0), model_of(1, 0), -1, 64);
    plain_case(lattice_of("chain", n, 0, 0), model_of(1, 0), n / 2, 1);
    if (n > 4) plain_case(lattice_of("chain", n, 0, 0), model_of(1, 0.5), n / 2, 7);
  }
  plain_case(torus_of("square", 2, 2, 2, -2), model_of(1, 0), 4, 50);
  plain_case(torus_of("square", 3, 1, -1, 3), model_of(1, 0.5), 5, 50);
  plain_case(lattice_of("triangular", 3, 3, 0), model_of(1, 0), 4, 50);
  plain_case(lattice_of("triangular", 3, 3, 0), model_of(1, 0), 7, 50);
  plain_case(torus_of("kagome", 1, 1, 2, -1), model_of(1, 0), 4, 50);
  plain_case(lattice_of("honeycomb", 2, 2, 0), model_of(1, 0), -1, 50);
  plain_case(lattice_with("molecule", "name", "octahedron"), model_of(1, 0), 3, 50);
  plain_case(lattice_with("molecule", "name", "cube"), model_of(1, 0), 4, 50);
  plain_case(lattice_with("molecule", "name", "petersen"), model_of(1, 0), 5, 50);
  plain_case(lattice_with("complete", "n", "8"), model_of(1, 0), 4, 50);
  if (SLOW_BUILD) return;
  plain_case(torus_of("triangular", 2, 2, 4, -2), model_of(1, 0), 6, 50);
  plain_case(lattice_of("kagome", 2, 2, 0), model_of(1, 0), 6, 50);
  plain_case(lattice_with("molecule", "name", "icosahedron"), model_of(1, 0), 6, 50);
}

/* Couplings of both signs: a frustrated cycle may then be even, an odd one unfrustrated. */
static void both_signs(void **state) {
  (void)state;
  for (int n = 4; n <= 9; n++) {
    plain_case(lattice_of("chain", n, 0, 0), model_of(-1, 0), n / 2, 9);
    plain_case(lattice_of("chain", n, 0, 0), model_of(1, -0.5), n / 2, 9);
    plain_case(lattice_of("chain", n, 0, 0), model_of(-1, 0.5), n / 2, 9);
  }
  plain_case(lattice_of("ladder", 4, 0, 0), model_of(1, -1), 4, 9);
  plain_case(lattice_of("sawtooth", 4, 0, 0), model_of(1, -1), 4, 9);
  for (int seed = 1; seed <= 12; seed++) {
    /* random signs and sizes on a random graph of 8 sites */
    rc_rng r = rc_rng_stream((uint64_t)seed, "test", 0);
    rc_lattice_spec s;
    rc_err err = {0};
    rc_bond bond[28];
    rc_lattice_spec_init(&s, "custom");
    s.sites = 8;
    s.bond = rc_alloc(28, sizeof *s.bond);
    for (int i = 0; i < 8; i++)
      for (int j = i + 1; j < 8; j++)
        if (rc_rng_unit(&r) < 0.1 + 0.03 * seed)
          bond[s.bonds++] = (rc_bond){.i = i, .j = j, .mult = 1, .factor = rc_rng_unit(&r) - 0.4};
    memcpy(s.bond, bond, (size_t)s.bonds * sizeof *bond);
    s.classes = 1;
    if (!s.bonds) s.bond[s.bonds++] = (rc_bond){.i = 0, .j = 1, .mult = 1, .factor = 1};
    rc_lattice *l = rc_lattice_new(&s, &err);
    check_ok(l != NULL, &err);
    rc_lattice_spec_free(&s);
    plain_case(l, model_of(1, 0), seed % 3 ? 4 : 3, 33);
  }
}

/* The lattice falls apart: no transport between its components. */
static void decoupled(void **state) {
  (void)state;
  plain_case(torus_of("square", 3, 1, -1, 3), model_of(0, 1), 5, 20);
  plain_case(lattice_of("chain", 8, 0, 0), model_of(0, 1), 4, 20);
  plain_case(lattice_of("chain", 8, 0, 0), model_of(0, 1), -1, 20);
  plain_case(lattice_of("ladder", 4, 0, 0), model_of(0, 1), 4, 20);
  plain_case(lattice_of("ladder", 4, 0, 0), model_of(0, 0), 4, 20);
}

/* The graph of orbit representatives: matrix elements from the definition, all configurations
 * unfolded with the characters of the basis. */
static brute brute_orbits(const magnet *m) {
  static double J[RC_SITES_MAX][RC_SITES_MAX];
  brute b = {.n = (int)rc_basis_states(m->basis)};
  int sites = m->lattice->sites;
  pair_couplings(m->lattice, &m->model, J);
  b.h = calloc((size_t)b.n * (size_t)b.n, sizeof *b.h);
  for (uint64_t c = 0; c < 1ull << sites; c++) {
    int sign, to_sign;
    uint64_t u = rc_basis_rank(m->basis, c, &sign);
    if (u == RC_NONE) continue;
    for (int i = 0; i < sites; i++) {
      for (int j = i + 1; j < sites; j++) {
        if (!((c >> i ^ c >> j) & 1)) continue;
        uint64_t v = rc_basis_rank(m->basis, c ^ 1ull << i ^ 1ull << j, &to_sign);
        if (v == RC_NONE) continue;
        double size = (double)rc_basis_orbit(m->basis, u) * (double)rc_basis_orbit(m->basis, v);
        b.h[u * (uint64_t)b.n + v] += sign * to_sign * J[i][j] / 2 / sqrt(size);
      }
    }
  }
  brute_near(&b);
  return b;
}

static int orbit_cases;

static void orbit_case(rc_lattice *l, rc_model model, rc_sector sector) {
  rc_basis *probe = rc_basis_new(l, &sector, 0, 1, NULL);
  rc_basis_free(probe);
  if (!probe) { /* no state has this parity */
    rc_lattice_free(l);
    return;
  }
  orbit_cases++;
  magnet m = magnet_of(l, model, sector);
  rc_graph_scan *scan;
  const rc_graph_facts *f = scan_all(m.matrix, 40, 1, &scan);
  brute b = brute_orbits(&m);
  same_as_brute(&b, f, l->title);
  brute_free(&b);
  rc_graph_scan_free(scan);
  magnet_free(&m);
}

static void symmetric(void **state) {
  (void)state;
  for (int inversion = -1; inversion <= 1; inversion++) {
    rc_sector full = {.symmetry = RC_SYM_FULL, .inversion = inversion};
    rc_sector shifts = {.symmetry = RC_SYM_TRANSLATION, .inversion = inversion};
    rc_sector pi = {.symmetry = RC_SYM_TRANSLATION,
                    .momentum = {5},
                    .has_momentum = true,
                    .inversion = inversion};
    orbit_case(lattice_of("chain", 10, 0, 0), model_of(1, 0), full);
    orbit_case(lattice_of("chain", 10, 0, 0), model_of(1, 0.5), shifts);
    orbit_case(lattice_of("chain", 10, 0, 0), model_of(1, 0), pi);
    orbit_case(lattice_of("chain", 10, 0, 0), model_of(-1, 0.3), pi);
    orbit_case(lattice_of("kagome", 2, 2, 0), model_of(1, 0), full);
    orbit_case(torus_of("triangular", 2, 2, 4, -2), model_of(1, 0), shifts);
    orbit_case(lattice_with("molecule", "name", "cube"), model_of(1, 0), full);
  }
  rc_sector odd = {.sz2 = 1, .symmetry = RC_SYM_TRANSLATION};
  orbit_case(lattice_of("chain", 9, 0, 0), model_of(1, 0), odd);
  orbit_case(lattice_of("chain", 11, 0, 0), model_of(1, 0), odd);
  assert_true(orbit_cases >= 18);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_lattice), cmocka_unit_test(small_clusters),
      cmocka_unit_test(both_signs),    cmocka_unit_test(decoupled),
      cmocka_unit_test(symmetric),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
