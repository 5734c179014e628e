/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sign scan against brute force over configurations, sign patterns and site sets. */
#include "graph_fixture.h"

static double *random_vector(uint64_t n, uint64_t seed) {
  rc_rng r = rc_rng_stream(seed, "test/signs", 0);
  double *v = calloc(n, sizeof *v), norm = 0;
  for (uint64_t i = 0; i < n; i++) {
    v[i] = rc_rng_unit(&r) < 0.1 ? 0 : rc_rng_normal(&r) * exp(rc_rng_normal(&r));
    norm += v[i] * v[i];
  }
  for (uint64_t i = 0; i < n; i++) v[i] /= sqrt(norm);
  return v;
}

/* Lowest eigenvector by LAPACK; *energy may be NULL. */
static double *ground_vector(const rc_matrix *m, double *energy) {
  lapack_int n = (lapack_int)rc_matrix_states(m);
  double *a = dense_of(m), *w = calloc((size_t)n, sizeof *w), *v = calloc((size_t)n, sizeof *v);
  assert_int_equal(LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', n, a, n, w), 0);
  for (lapack_int i = 0; i < n; i++) v[i] = a[i * n];
  if (energy) *energy = w[0];
  free(a);
  free(w);
  return v;
}

static double expectation(const rc_matrix *m, const double *v) {
  uint64_t n = rc_matrix_states(m);
  double *a = dense_of(m), sum = 0;
  for (uint64_t i = 0; i < n * n; i++) sum += a[i] * v[i / n] * v[i % n];
  free(a);
  return sum;
}

static double brute_overlap(const magnet *m, const double *v, uint64_t set) {
  double sum = 0;
  for (uint64_t i = 0; i < rc_basis_states(m->basis); i++) {
    int odd = __builtin_popcountll(rc_basis_config(m->basis, i) & set) % 2;
    sum += (odd ? -1 : 1) * v[i] * fabs(v[i]);
  }
  return fabs(sum);
}

static void best_rule(const magnet *m, const double *v, const rc_sign_facts *f) {
  double best = 0;
  for (uint64_t set = 0; set < 1ull << m->lattice->sites; set++)
    best = fmax(best, brute_overlap(m, v, set));
  assert_true(fabs(best - f->linear_overlap) < 1e-12);
  assert_true(fabs(brute_overlap(m, v, f->linear_set) - best) < 1e-12);
}

static void given_rule(const magnet *m, const double *v, const int *colour, double overlap) {
  uint64_t set[2] = {0, 0};
  for (int s = 0; s < m->lattice->sites; s++) set[colour[s]] |= 1ull << s;
  double best = fmax(brute_overlap(m, v, set[0]), brute_overlap(m, v, set[1]));
  assert_true(fabs(best - overlap) < 1e-12);
}

/* Sums over edges of the graph built from the bonds. */
static void edge_sums(const magnet *m, const double *v, const brute *b, const rc_sign_facts *f) {
  double total = 0, satisfied = 0, max = 0, hist[64] = {0}, frustrated[64] = {0};
  uint64_t counted = 0, bad = 0, zero = 0;
  for (int u = 0; u < b->n; u++) {
    zero += fabs(v[u]) < 1e-10;
    for (int e = 0; e < b->degree[u]; e++) {
      int w = b->near[u * b->n + e];
      double x = 2 * b->h[u * b->n + w] * v[u] * v[w];
      if (w < u) continue;
      total += fabs(x);
      if (x < 0) satisfied -= x;
      if (fabs(x) <= 1e-14 || fabs(v[u]) < 1e-10 || fabs(v[w]) < 1e-10) continue;
      max = fmax(max, fabs(x));
      counted++;
      bad += x > 0;
    }
  }
  for (int u = 0; u < b->n; u++) {
    for (int e = 0; e < b->degree[u]; e++) {
      int w = b->near[u * b->n + e];
      double x = 2 * b->h[u * b->n + w] * v[u] * v[w];
      if (w < u || fabs(x) <= 1e-14 || fabs(v[u]) < 1e-10 || fabs(v[w]) < 1e-10) continue;
      int bin = (int)fmin(63, floor(-4 * log10(fabs(x) / max)));
      hist[bin] += 1.0 / (double)counted;
      frustrated[bin] += (x > 0) / (double)counted;
    }
  }
  assert_true(fabs(total - f->weight_total) < 1e-12);
  assert_true(fabs(satisfied - f->weight_satisfied) < 1e-12);
  assert_true(fabs(f->frustrated_share - (1 - satisfied / total)) < 1e-12);
  assert_int_equal(f->zero_amplitudes, zero);
  assert_int_equal(f->edges_counted, counted);
  assert_true(fabs(f->weight_max - max) < 1e-15);
  assert_true(fabs(f->frustrated_edges - (double)bad / (double)counted) < 1e-12);
  assert_true(f->weight_bins >= 1 && f->weight_bins <= 64);
  for (int i = 0; i < 64; i++) {
    assert_true(fabs(f->weight_hist[i] - hist[i]) < 1e-9);
    assert_true(fabs(f->weight_hist_frust[i] - frustrated[i]) < 1e-9);
    if (i >= f->weight_bins) assert_true(f->weight_hist[i] == 0);
  }
  (void)m;
}

/* Takes the lattice over. */
static void vector_case(rc_lattice *l, rc_model model, int up, uint64_t seed) {
  static uint64_t config[1100];
  magnet m = magnet_of(l, model, up < 0 ? (rc_sector){.all = true} : up_sector(l, up));
  double *v = random_vector(rc_basis_states(m.basis), seed);
  int colour[RC_SITES_MAX];
  rc_sign_facts f, g;
  rc_err err = {0};
  for (int s = 0; s < l->sites; s++) colour[s] = (int)(seed >> s % 5 & 1) ^ (s & 1);
  check_ok(rc_sign_scan(m.matrix, v, colour, 1, &f, &err), &err);
  double energy = expectation(m.matrix, v);
  double cut = f.energy_diagonal + f.weight_total - 2 * f.weight_satisfied;
  assert_true(fabs(energy - cut) < 1e-11); /* E = E_diag + W - 2 C for any signs */
  brute b = brute_plain(l, &model, up, config, 1100);
  edge_sums(&m, v, &b, &f);
  best_rule(&m, v, &f);
  given_rule(&m, v, colour, f.marshall_overlap);
  check_ok(rc_sign_scan(m.matrix, v, colour, 3, &g, &err), &err);
  assert_memory_equal(&f, &g, sizeof f);
  check_ok(rc_sign_scan(m.matrix, v, NULL, 1, &g, &err), &err);
  assert_true(isnan(g.marshall_overlap));
  brute_free(&b);
  free(v);
  magnet_free(&m);
}

static void any_vector(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= (SLOW_BUILD ? 2 : 5); seed++) {
    vector_case(lattice_of("chain", 6, 0, 0), model_of(1, 0), 3, seed);
    vector_case(lattice_of("chain", 7, 0, 0), model_of(1, -0.3), 3, seed);
    vector_case(lattice_of("chain", 7, 0, 0), model_of(1, 0.3), -1, seed);
    vector_case(lattice_of("chain", 8, 0, 0), model_of(-1, 0.5), 5, seed);
    vector_case(torus_of("square", 2, 2, 2, -2), model_of(1, 0), 4, seed);
    vector_case(lattice_of("triangular", 3, 3, 0), model_of(1, 0), 4, seed);
    vector_case(lattice_with("molecule", "name", "octahedron"), model_of(1, 0), 3, seed);
    vector_case(lattice_with("complete", "n", "5"), model_of(1, 0), -1, seed);
  }
}

/* At the ground state's own amplitudes no other signs cut more: all 2^(V-1) patterns. */
static void exact_signs_cut_most(void **state) {
  (void)state;
  rc_lattice *lattices[] = {lattice_of("chain", 6, 0, 0), lattice_of("chain", 5, 0, 0),
                            lattice_with("molecule", "name", "tetrahedron"),
                            lattice_with("molecule", "name", "octahedron"),
                            lattice_of("sawtooth", 3, 0, 0)};
  for (size_t i = 0; i < RC_LEN(lattices); i++) {
    rc_lattice *l = lattices[i];
    rc_model model = default_model(l);
    magnet m = magnet_of(l, model, up_sector(l, l->sites / 2));
    uint64_t config[20];
    double energy, *v = ground_vector(m.matrix, &energy);
    rc_sign_facts f;
    assert_true(rc_sign_scan(m.matrix, v, NULL, 1, &f, NULL));
    brute b = brute_plain(l, &model, l->sites / 2, config, 20);
    double best = 0, cut = 0;
    uint64_t pattern = 0; /* Gray code: one vertex changes its side per step */
    for (uint64_t step = 1; step < 1ull << (b.n - 1); step++) {
      int u = __builtin_ctzll(step);
      for (int e = 0; e < b.degree[u]; e++) {
        int w = b.near[u * b.n + e];
        double weight = 2 * b.h[u * b.n + w] * fabs(v[u] * v[w]);
        cut += (pattern >> u ^ pattern >> w) & 1 ? -weight : weight;
      }
      pattern ^= 1ull << u;
      best = fmax(best, cut);
    }
    assert_true(fabs(best - f.weight_satisfied) < 1e-11);
    assert_true(fabs(best - (f.energy_diagonal + f.weight_total - energy) / 2) < 1e-11);
    brute_free(&b);
    free(v);
    magnet_free(&m);
  }
}

/* Marshall 1955; Lieb, Mattis 1962: on a bipartite lattice nothing is frustrated and the
 * sublattice rule is exact. */
static void marshall(void **state) {
  (void)state;
  rc_lattice *lattices[] = {lattice_of("chain", 10, 0, 0), lattice_of("ladder", 4, 0, 0),
                            torus_of("square", 3, 1, -1, 3), lattice_of("honeycomb", 2, 2, 0)};
  for (size_t i = 0; i < RC_LEN(lattices); i++) {
    rc_lattice *l = lattices[i];
    for (double delta = 0; delta <= 2; delta++) {
      int colour[RC_SITES_MAX], cycle[RC_SITES_MAX], length;
      rc_model model = default_model(l);
      rc_sign_facts f;
      model.delta = delta;
      rc_hamiltonian *h = rc_hamiltonian_new(l, &model);
      rc_basis *basis = basis_of(l, &(rc_sector){0});
      rc_matrix *m = matrix_of(basis, h, RC_MATRIX_AUTO, 1);
      double *v = ground_vector(m, NULL);
      assert_true(rc_lattice_bipartite(l, model.J, colour, cycle, &length));
      assert_true(rc_sign_scan(m, v, colour, 1, &f, NULL));
      assert_true(fabs(f.marshall_overlap - 1) < 1e-12);
      assert_true(fabs(f.linear_overlap - 1) < 1e-12);
      assert_true(f.frustrated_share < 1e-12 && f.frustrated_edges == 0);
      free(v);
      rc_matrix_free(m);
      rc_basis_free(basis);
      rc_hamiltonian_free(h);
    }
    rc_lattice_free(l);
  }
}

/* A vector of a symmetric sector has the rules of the same vector unfolded. */
static void unfolded(void **state) {
  (void)state;
  static const rc_sector SECTORS[] = {
      {.symmetry = RC_SYM_FULL, .inversion = 1},
      {.symmetry = RC_SYM_TRANSLATION, .inversion = -1},
      {.symmetry = RC_SYM_TRANSLATION, .momentum = {5}, .has_momentum = true},
      {.inversion = -1}};
  for (size_t i = 0; i < RC_LEN(SECTORS); i++) {
    int colour[RC_SITES_MAX];
    rc_sign_facts small, large;
    magnet s = magnet_of(lattice_of("chain", 10, 0, 0), model_of(1, 0.4), SECTORS[i]);
    magnet p = magnet_of(lattice_of("chain", 10, 0, 0), model_of(1, 0.4), (rc_sector){0});
    double *v = random_vector(rc_basis_states(s.basis), 3 + i);
    double *w = calloc(rc_basis_states(p.basis), sizeof *w);
    for (uint64_t c = 0; c < rc_basis_states(p.basis); c++) {
      int sign;
      uint64_t r = rc_basis_rank(s.basis, rc_basis_config(p.basis, c), &sign);
      if (r != RC_NONE) w[c] = sign * v[r] / sqrt((double)rc_basis_orbit(s.basis, r));
    }
    for (int k = 0; k < 10; k++) colour[k] = k % 2;
    assert_true(rc_sign_scan(s.matrix, v, colour, 1, &small, NULL));
    assert_true(rc_sign_scan(p.matrix, w, colour, 1, &large, NULL));
    assert_true(fabs(small.marshall_overlap - large.marshall_overlap) < 1e-12);
    assert_true(fabs(small.linear_overlap - large.linear_overlap) < 1e-12);
    assert_true(fabs(brute_overlap(&p, w, small.linear_set) - small.linear_overlap) < 1e-12);
    double folded = small.energy_diagonal + small.weight_total - 2 * small.weight_satisfied;
    double open = large.energy_diagonal + large.weight_total - 2 * large.weight_satisfied;
    assert_true(fabs(folded - open) < 1e-12);
    free(v);
    free(w);
    magnet_free(&s);
    magnet_free(&p);
  }
}

/* More sites than the table of rules holds: the given rule is still told, the best one is not. */
static void many_sites(void **state) {
  (void)state;
  magnet m = magnet_of(lattice_of("chain", 26, 0, 0), model_of(1, 0),
                       (rc_sector){.sz2 = -22}); /* two up spins */
  double *v = random_vector(rc_basis_states(m.basis), 5);
  int colour[RC_SITES_MAX];
  rc_sign_facts f;
  for (int s = 0; s < 26; s++) colour[s] = s % 2;
  assert_true(rc_sign_scan(m.matrix, v, colour, 1, &f, NULL));
  given_rule(&m, v, colour, f.marshall_overlap);
  assert_true(isnan(f.linear_overlap));
  assert_true(rc_sign_plan(m.basis) <= 1 << 20);
  free(v);
  magnet_free(&m);
}

/* Steps of any size give the same bits. */
static void stepwise(void **state) {
  (void)state;
  for (int symmetric = 0; symmetric < 2; symmetric++) {
    rc_sector sector = {.symmetry = symmetric ? RC_SYM_TRANSLATION : RC_SYM_NONE};
    magnet m = magnet_of(lattice_of("chain", 16, 0, 0), model_of(1, 0.4), sector);
    double *v = random_vector(rc_basis_states(m.basis), 9);
    int colour[16];
    rc_sign_facts whole;
    for (int s = 0; s < 16; s++) colour[s] = s % 2;
    assert_true(rc_sign_scan(m.matrix, v, colour, 1, &whole, NULL));
    for (uint64_t rows = 1000; rows < 100000; rows *= 7) {
      rc_sign_run *r = rc_sign_new(m.matrix, v, colour, rows % 3 ? 1 : 2);
      int steps = 0;
      for (bool done = false; !done; steps++) assert_true(rc_sign_step(r, rows, &done, NULL));
      assert_true(steps > 16);
      assert_memory_equal(rc_sign_read(r), &whole, sizeof whole);
      rc_sign_free(r);
    }
    free(v);
    magnet_free(&m);
  }
  rc_sign_free(NULL);
}

/* Shares do not know the unit of the couplings. */
static void any_unit(void **state) {
  (void)state;
  double share[2], edges[2];
  for (int k = 0; k < 2; k++) {
    const double unit = k ? 1e-12 : 1;
    magnet m = magnet_of(lattice_of("chain", 10, 0, 0), model_of(unit, .45 * unit), (rc_sector){0});
    double *v = ground_vector(m.matrix, NULL);
    rc_sign_facts f;
    assert_true(rc_sign_scan(m.matrix, v, NULL, 1, &f, NULL));
    share[k] = f.frustrated_share;
    edges[k] = f.frustrated_edges;
    free(v);
    magnet_free(&m);
  }
  assert_true(edges[0] > .01 && fabs(edges[1] - edges[0]) < 1e-9);
  assert_true(fabs(share[1] - share[0]) < 1e-9);
}

/* One configuration, and edges between others whose amplitudes are rounding: those are not half
 * frustrated. */
static void rounding_weighs_nothing(void **state) {
  (void)state;
  for (int k = 0; k < 3; k++) {
    const double unit = k == 0 ? 1 : k == 1 ? 1e6 : 1e-9;
    magnet m = magnet_of(lattice_of("chain", 6, 0, 0), model_of(unit, 0), (rc_sector){0});
    const uint64_t n = rc_basis_states(m.basis);
    double *v = calloc(n, sizeof *v);
    rc_rng rng = rc_rng_stream(7, "test/rounding", 0);
    for (uint64_t i = 0; i < n; i++) v[i] = 1e-16 * rc_rng_normal(&rng);
    v[0] = 1; /* its edges weigh 1e-16 */
    rc_sign_facts f;
    assert_true(rc_sign_scan(m.matrix, v, NULL, 1, &f, NULL));
    assert_true(f.weight_total == 0 && f.weight_satisfied == 0);
    assert_true(f.frustrated_share == 0 && f.frustrated_edges == 0 && f.edges_counted == 0);
    for (uint64_t i = 1; i < n; i++) v[i] *= 1e9; /* amplitudes that are physics */
    assert_true(rc_sign_scan(m.matrix, v, NULL, 1, &f, NULL));
    assert_true(f.frustrated_share > 0 && f.edges_counted > 0);
    free(v);
    magnet_free(&m);
  }
}

/* One configuration, no edge: nothing to satisfy. */
static void polarised(void **state) {
  (void)state;
  magnet m = magnet_of(lattice_of("chain", 6, 0, 0), model_of(1, 0), (rc_sector){.sz2 = 6});
  double one = 1;
  rc_sign_facts f;
  assert_true(rc_sign_scan(m.matrix, &one, NULL, 1, &f, NULL));
  assert_true(f.weight_total == 0 && f.frustrated_share == 0 && f.weight_bins == 0);
  assert_true(f.energy_diagonal == 1.5 && f.linear_overlap == 1);
  magnet_free(&m);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_vector),
      cmocka_unit_test(exact_signs_cut_most),
      cmocka_unit_test(marshall),
      cmocka_unit_test(unfolded),
      cmocka_unit_test(many_sites),
      cmocka_unit_test(polarised),
      cmocka_unit_test(any_unit),
      cmocka_unit_test(stepwise),
      cmocka_unit_test(rounding_weighs_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
