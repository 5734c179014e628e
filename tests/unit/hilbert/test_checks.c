/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The self-check panel: passes on healthy figures, fails on every figure that is made wrong, and
 * skips what does not apply. Energies and vectors come from LAPACK here. */
#include "graph_fixture.h"

typedef struct panel {
  magnet m;
  rc_graph_scan *scan;
  rc_graph_facts facts;
  rc_sign_facts signs;
  double *vector;
  rc_check_input in;
  rc_check check[RC_CHECKS_MAX];
  int checks;
} panel;

static void solve(panel *p) {
  lapack_int n = (lapack_int)rc_matrix_states(p->m.matrix);
  double *a = dense_of(p->m.matrix), *w = calloc((size_t)n, sizeof *w), *b = dense_of(p->m.matrix);
  p->vector = calloc((size_t)n, sizeof *p->vector);
  assert_int_equal(LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', n, a, n, w), 0);
  for (lapack_int i = 0; i < n; i++) p->vector[i] = a[i * n];
  p->in.energy = w[0];
  p->in.degeneracy = 0;
  while (p->in.degeneracy < n && w[p->in.degeneracy] < w[0] + 1e-9) p->in.degeneracy++;
  p->in.gap = p->in.degeneracy < n ? w[p->in.degeneracy] - w[0] : NAN;
  for (lapack_int i = 0; i < n * n; i++)
    if (i / n != i % n) b[i] = -fabs(b[i]);
  assert_int_equal(LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'N', 'U', n, b, n, w), 0);
  p->in.boson_energy = w[0];
  free(a);
  free(b);
  free(w);
}

/* Takes the lattice over. */
static void panel_open(panel *p, rc_lattice *l, rc_model model, rc_sector sector) {
  int colour[RC_SITES_MAX], cycle[RC_SITES_MAX], length;
  memset(p, 0, sizeof *p);
  p->m = magnet_of(l, model, sector);
  p->facts = *scan_all(p->m.matrix, 1 << 16, 1, &p->scan);
  p->in = (rc_check_input){.lattice = l,
                           .model = &p->m.model,
                           .matrix = p->m.matrix,
                           .graph = &p->facts,
                           .total_spin = NAN};
  solve(p);
  bool rule = rc_lattice_bipartite(l, model.J, colour, cycle, &length);
  assert_true(rc_sign_scan(p->m.matrix, p->vector, rule ? colour : NULL, 1, &p->signs, NULL));
  if (p->in.degeneracy == 1) p->in.signs = &p->signs;
  if (!rc_basis_symmetric(p->m.basis) && !sector.all)
    p->in.total_spin = total_spin(&p->m, p->vector);
}

static void panel_run(panel *p) {
  p->in.model = &p->m.model; /* the panel may have been copied */
  p->in.graph = &p->facts;
  if (p->in.signs) p->in.signs = &p->signs;
  p->checks = rc_checks(&p->in, p->check, RC_CHECKS_MAX);
  assert_int_equal(p->checks, 22);
}

static void panel_close(panel *p) {
  rc_graph_scan_free(p->scan);
  free(p->vector);
  magnet_free(&p->m);
}

static const rc_check *named(const panel *p, const char *name) {
  for (int i = 0; i < p->checks; i++)
    if (!strcmp(p->check[i].name, name)) return &p->check[i];
  fail_msg("no check is named %s", name);
  return NULL;
}

static int passes(const panel *p) {
  int n = 0;
  for (int i = 0; i < p->checks; i++) {
    const rc_check *c = &p->check[i];
    if (c->verdict == RC_CHECK_FAIL)
      fail_msg("%s: %s: %.12g, not %.12g", p->m.lattice->title, c->name, c->left, c->right);
    assert_true((c->verdict == RC_CHECK_SKIP) == (c->why[0] != 0));
    assert_true(c->formula[0] && c->source[0]);
    n += c->verdict == RC_CHECK_PASS;
  }
  return n;
}

static double choose(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
  return c;
}

static void every_lattice(void **state) {
  (void)state;
  int most = SLOW_BUILD ? 70 : 300;
  for (int i = 0; rc_lattice_kinds[i]; i++) {
    const char *kind = rc_lattice_kinds[i]->name;
    for (int up = 0;; up++) {
      rc_lattice *l = lattice_with(kind, NULL, NULL);
      rc_model model = default_model(l);
      if (up > l->sites || choose(l->sites, up) > most || l->sites > 24) {
        rc_lattice_free(l);
        break;
      }
      for (int c = 0; c < l->classes; c++) model.J[c] += 0.25 * c - 0.1;
      model.field = 0.3;
      panel p;
      panel_open(&p, l, model, up_sector(l, up));
      panel_run(&p);
      assert_true(passes(&p) >= 11);
      panel_close(&p);
    }
  }
}

/* Which checks do not apply to a magnet, in order; everything else must pass. */
typedef struct expected {
  rc_lattice *lattice;
  rc_model model;
  rc_sector sector;
  const char *skipped;
} expected;

static void what_applies(void **state) {
  (void)state;
  static const char FRUSTRATED[] = "boson, balanced|no frustration|Marshall rule|";
  static const char XXZ[] = "triangles per edge|singlet: diagonal|singlet: cut|"
                            "largest Laplacian eigenvalue|";
  const expected cases[] = {
      {torus_of("triangular", 2, 2, 4, -2), model_of(1, 0), {0}, FRUSTRATED},
      {lattice_of("kagome", 2, 2, 0), model_of(1, 0), {0}, FRUSTRATED},
      {lattice_with("molecule", "name", "icosahedron"), model_of(1, 0), {0}, FRUSTRATED},
      {lattice_of("chain", 10, 0, 0), model_of(1, 0), {0}, "triangles per edge|"},
      {lattice_of("chain", 10, 0, 0), {.J = {1}, .delta = 0.5}, {0}, XXZ},
      {lattice_of("chain", 10, 0, 0),
       model_of(1, 0),
       {.sz2 = 4},
       "triangles per edge|singlet: diagonal|singlet: cut|"},
      {lattice_of("chain", 8, 0, 0),
       {.J = {1}, .delta = 1, .field = 1},
       {.all = true},
       "triangles per edge|singlet: diagonal|singlet: cut|largest Laplacian eigenvalue|"
       "ferromagnet gap|"},
      {lattice_of("chain", 10, 0, 0),
       model_of(1, 0),
       {.symmetry = RC_SYM_FULL, .inversion = -1},
       "vertices|edges|mean degree|components|degrees = Ising states|largest degree|diagonal|"
       "flips|bipartite|balanced|shortest frustrated cycle|triangles|triangles per edge|"
       "singlet: diagonal|singlet: cut|largest Laplacian eigenvalue|ferromagnet gap|"
       "boson, balanced|Marshall rule|"},
      {lattice_of("chain", 9, 0, 0),
       model_of(1, 0),
       {.sz2 = 1},
       "triangles per edge|energy of the signs|singlet: diagonal|singlet: cut|boson, balanced|"
       "no frustration|Marshall rule|"},
  };
  for (size_t i = 0; i < RC_LEN(cases); i++) {
    const expected *e = &cases[i];
    rc_str skipped = {0};
    panel p;
    panel_open(&p, e->lattice, e->model, e->sector);
    panel_run(&p);
    passes(&p);
    for (int k = 0; k < p.checks; k++)
      if (p.check[k].verdict == RC_CHECK_SKIP) rc_str_addf(&skipped, "%s|", p.check[k].name);
    if (strcmp(rc_str_c(&skipped), e->skipped))
      fail_msg("%s skipped %s", p.m.lattice->title, rc_str_c(&skipped));
    rc_str_free(&skipped);
    panel_close(&p);
  }
}

/* Every figure made wrong must be caught, by the check that is there for it. */
static void wrong_figures(void **state) {
  (void)state;
  panel good, bipartite, p;
  panel_open(&good, lattice_of("kagome", 2, 2, 0), model_of(1, 0), (rc_sector){0});
  panel_open(&bipartite, lattice_of("chain", 8, 0, 0), model_of(1, 0), (rc_sector){0});
#define CAUGHT(healthy, change, name)                                                              \
  do {                                                                                             \
    p = healthy;                                                                                   \
    change;                                                                                        \
    panel_run(&p);                                                                                 \
    assert_int_equal(named(&p, name)->verdict, RC_CHECK_FAIL);                                     \
  } while (0)
  CAUGHT(good, p.facts.vertices++, "vertices");
  CAUGHT(good, p.facts.edges--, "edges");
  CAUGHT(good, p.facts.degree_mean += 1e-6, "mean degree");
  CAUGHT(good, p.facts.components++, "components");
  CAUGHT(good, p.facts.degree_max--, "largest degree");
  CAUGHT(good, p.facts.bipartite = true, "bipartite");
  CAUGHT(good, p.facts.balanced = true, "balanced");
  CAUGHT(bipartite, p.facts.balanced = false, "balanced");
  CAUGHT(good, p.facts.odd_cycle = 5, "shortest frustrated cycle");
  CAUGHT(bipartite, p.facts.odd_cycle = 3, "shortest frustrated cycle");
  CAUGHT(good, p.facts.triangles--, "triangles");
  CAUGHT(good, p.facts.triangles--, "triangles per edge");
  CAUGHT(good, p.signs.weight_satisfied += 1e-6, "energy of the signs");
  CAUGHT(good, p.signs.energy_diagonal += 1e-6, "singlet: diagonal");
  CAUGHT(good, p.signs.weight_total += 1e-6, "singlet: cut");
  CAUGHT(good, p.in.energy += 1e-6, "largest Laplacian eigenvalue");
  CAUGHT(good, p.in.boson_energy = p.in.energy + 1e-6, "boson below");
  CAUGHT(bipartite, p.in.boson_energy -= 1e-6, "boson, balanced");
  CAUGHT(bipartite, p.signs.frustrated_share = 1e-6, "no frustration");
  CAUGHT(bipartite, p.signs.marshall_overlap = 1 - 1e-6, "Marshall rule");
  CAUGHT(good, p.m.model.delta = 1.001, "diagonal"); /* a model that is not the matrix's */
  CAUGHT(good, p.m.model.J[0] = 1.001, "flips");
  CAUGHT(good, p.m.model.J[0] = 1.001, "largest Laplacian eigenvalue");
  CAUGHT(good, p.m.model.J[0] = 1.001, "ferromagnet gap");
  uint64_t histogram[25];
  memcpy(histogram, good.facts.histogram, (size_t)good.facts.degrees * sizeof *histogram);
  histogram[8]--, histogram[16]++;
  CAUGHT(good, p.facts.histogram = histogram, "degrees = Ising states");
#undef CAUGHT
  panel_close(&good);
  panel_close(&bipartite);
}

/* Aldous: the gap of the ring's Laplacian is 2 - 2 cos(2 pi / N) at any filling. */
static void ring_gap(void **state) {
  (void)state;
  for (int n = 5; n <= 10; n++) {
    for (int up = 1; up < n; up++) {
      panel p;
      panel_open(&p, lattice_of("chain", n, 0, 0), model_of(up % 2 ? 1.5 : -1.5, 0),
                 (rc_sector){.sz2 = 2 * up - n});
      panel_run(&p);
      passes(&p);
      const rc_check *c = named(&p, "ferromagnet gap");
      assert_true(fabs(c->left - 1.5 * (2 - 2 * cos(2 * M_PI / n))) < 1e-9);
      panel_close(&p);
    }
  }
}

/* Couplings of both signs, lattices that fall apart, none at all. */
static void odd_models(void **state) {
  (void)state;
  static const struct {
    double J1, J2;
    int up;
  } MODELS[] = {{1, -0.7, 4}, {-1, 0.4, 4}, {0, 1, 4},  {0, 1, 3},
                {0, 0, 4},    {1, 1, 0},    {-1, -1, 8}};
  for (size_t i = 0; i < RC_LEN(MODELS); i++) {
    for (int kind = 0; kind < 2; kind++) {
      panel p;
      panel_open(&p, lattice_of(kind ? "ladder" : "chain", kind ? 4 : 8, 0, 0),
                 model_of(MODELS[i].J1, MODELS[i].J2), (rc_sector){.sz2 = 2 * MODELS[i].up - 8});
      panel_run(&p);
      assert_true(passes(&p) >= 12);
      panel_close(&p);
    }
  }
}

/* The largest and the smallest lattices: words of 64 bits, graphs of one and two vertices. */
static void extremes(void **state) {
  (void)state;
  static const struct {
    int sites, up, diameter;
  } CASES[] = {{64, 1, 32}, {64, 63, 32}, {64, 0, 0}, {64, 64, 0},
               {63, 1, 31}, {24, 2, 22},  {2, 1, 1},  {2, 0, 0}};
  for (size_t i = 0; i < RC_LEN(CASES); i++) {
    panel p;
    rc_lattice_spec s;
    rc_lattice_spec_init(&s, "chain");
    s.extents = 1;
    s.cluster[0] = CASES[i].sites;
    s.periodic = CASES[i].sites > 2;
    rc_lattice *l = rc_lattice_new(&s, NULL);
    assert_non_null(l);
    panel_open(&p, l, model_of(1, 0), (rc_sector){.sz2 = 2 * CASES[i].up - CASES[i].sites});
    assert_int_equal(p.facts.diameter, CASES[i].diameter);
    assert_true(p.facts.diameter_exact);
    panel_run(&p);
    assert_true(passes(&p) >= 12);
    rc_lattice_spec_free(&s);
    panel_close(&p);
  }
}

/* In steps: the same verdicts in the same order, and a limit is kept and named. */
static void stepwise(void **state) {
  (void)state;
  panel p;
  panel_open(&p, torus_of("triangular", 2, 2, 4, -2), model_of(1, 0), (rc_sector){0});
  panel_run(&p);
  for (int limited = 0; limited < 2; limited++) {
    const rc_check *c;
    uint64_t before = rc_big_now();
    rc_checks_run *run = rc_checks_new(&p.in, limited ? 100000 : 0, 1 + limited);
    int steps = 0, last = 0;
    for (bool done = false; !done; steps++) {
      rc_checks_step(run, &done);
      int now = rc_checks_read(run, &c);
      assert_true(now == last || now == last + 1);
      last = now;
    }
    assert_int_equal(rc_checks_read(run, &c), p.checks);
    assert_true(limited || steps > p.checks); /* the spectrum takes more than one */
    for (int i = 0; i < p.checks; i++) {
      assert_string_equal(c[i].name, p.check[i].name);
      bool big = !strcmp(c[i].name, "flips") || !strcmp(c[i].name, "ferromagnet gap") ||
                 !strcmp(c[i].name, "largest Laplacian eigenvalue");
      if (limited && big) {
        assert_int_equal(c[i].verdict, RC_CHECK_SKIP);
        assert_non_null(strstr(c[i].why, "more memory"));
        continue;
      }
      assert_int_equal(c[i].verdict, p.check[i].verdict);
      if (c[i].verdict == RC_CHECK_SKIP) continue;
      assert_true(c[i].left == p.check[i].left && c[i].right == p.check[i].right);
    }
    rc_checks_free(run);
    assert_true(rc_big_now() == before);
  }
  rc_checks_free(NULL);
  panel_close(&p);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_lattice), cmocka_unit_test(what_applies),
      cmocka_unit_test(wrong_figures), cmocka_unit_test(ring_gap),
      cmocka_unit_test(odd_models),    cmocka_unit_test(extremes),
      cmocka_unit_test(stepwise),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
