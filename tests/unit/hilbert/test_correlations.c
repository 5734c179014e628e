/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spin correlations against operators applied to configurations one by one, symmetric sectors
 * against the plain one, and sum rules. */
#include "unit/hilbert/common.h"

enum { SITES = 12 };
typedef struct table {
  double ss[SITES * SITES], zz[SITES * SITES];
} table;

/* Any vector on the basis: what is checked is an identity of operators. */
static double *vector_of(const rc_basis *b, uint64_t seed) {
  const uint64_t n = rc_basis_states(b);
  double *x = calloc(n, sizeof *x), norm = 0;
  srand((unsigned)seed);
  for (uint64_t k = 0; k < n; k++) {
    x[k] = rand() / (double)RAND_MAX - .5;
    norm += x[k] * x[k];
  }
  for (uint64_t k = 0; k < n; k++) x[k] /= sqrt(norm);
  return x;
}

/* The vector on all 2^N configurations. */
static double *unfold(const rc_basis *b, const double *x) {
  const uint64_t all = UINT64_C(1) << rc_basis_sites(b);
  double *psi = calloc(all, sizeof *psi);
  for (uint64_t c = 0; c < all; c++) {
    int sign;
    const uint64_t r = rc_basis_rank(b, c, &sign);
    if (r != RC_NONE && sign) psi[c] = sign * x[r] / sqrt((double)rc_basis_orbit(b, r));
  }
  return psi;
}

static void brute(int n, const double *psi, table *t) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      double zz = 0, flip = 0;
      for (uint64_t c = 0; c < UINT64_C(1) << n; c++) {
        const bool up = c >> i & 1, other = c >> j & 1;
        zz += (up == other ? .25 : -.25) * psi[c] * psi[c];
        if (up != other) flip += psi[c] * psi[c ^ (UINT64_C(1) << i) ^ (UINT64_C(1) << j)] / 2;
      }
      t->zz[i * n + j] = zz;
      t->ss[i * n + j] = i == j ? .75 : zz + flip;
    }
  }
}

static void assert_equal(int n, const table *a, const table *b, const char *name) {
  for (int k = 0; k < n * n; k++) {
    if (!(fabs(a->ss[k] - b->ss[k]) < 1e-12) || !(fabs(a->zz[k] - b->zz[k]) < 1e-12))
      fail_msg("%s, sites %d and %d: %.15f %.15f, expected %.15f %.15f", name, k / n, k % n,
               a->ss[k], a->zz[k], b->ss[k], b->zz[k]);
  }
}

static void check_sector(const rc_lattice *l, rc_sector s, const char *name) {
  table got, wanted, pieces;
  rc_basis *b = basis_of(l, &s);
  double *x = vector_of(b, 7), *psi = unfold(b, x);
  rc_correlations(b, x, got.ss, got.zz);
  rc_correlator *c = rc_correlator_new(b, x);
  int steps = 1;
  while (!rc_correlator_step(c, 7)) steps++;
  rc_correlator_read(c, pieces.ss, pieces.zz);
  rc_correlator_free(c);
  assert_int_equal(steps, (rc_basis_states(b) + 6) / 7);
  assert_memory_equal(pieces.ss, got.ss, (size_t)(l->sites * l->sites) * sizeof *got.ss);
  assert_memory_equal(pieces.zz, got.zz, (size_t)(l->sites * l->sites) * sizeof *got.zz);
  brute(l->sites, psi, &wanted);
  assert_equal(l->sites, &got, &wanted, name);
  free(psi);
  free(x);
  rc_basis_free(b);
}

static void test_brute(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 8, 0, 0);
  check_sector(l, (rc_sector){0}, "plain");
  check_sector(l, (rc_sector){.sz2 = -4}, "Sz = -2");
  check_sector(l, (rc_sector){.all = true}, "all");
  check_sector(l, (rc_sector){.inversion = -1}, "inversion");
  check_sector(l, (rc_sector){.symmetry = RC_SYM_TRANSLATION}, "translation");
  check_sector(
      l,
      (rc_sector){
          .symmetry = RC_SYM_TRANSLATION, .has_momentum = true, .momentum = {4}, .inversion = 1},
      "momentum pi");
  check_sector(l, (rc_sector){.symmetry = RC_SYM_FULL, .inversion = 1}, "full");
  check_sector(l, (rc_sector){.sz2 = 2, .symmetry = RC_SYM_FULL}, "full, Sz = 1");
  check_sector(l, (rc_sector){.all = true, .symmetry = RC_SYM_FULL}, "full, all");
  rc_lattice_free(l);
  /* Orbits of several kinds of pairs, an element that is not a permutation of order two. */
  l = lattice_of("kagome", 1, 3, 0);
  check_sector(l, (rc_sector){.sz2 = 1, .symmetry = RC_SYM_FULL}, "kagome");
  rc_lattice_free(l);
  l = lattice_of("ladder", 4, 0, 0);
  check_sector(l, (rc_sector){.symmetry = RC_SYM_FULL, .inversion = 1}, "ladder");
  rc_lattice_free(l);
}

typedef struct solved {
  double energy, spin;
  table t;
} solved;

static solved solve(const rc_lattice *l, const rc_hamiltonian *h, rc_sector s) {
  solved out;
  rc_err err = {0};
  const rc_eigen_opts o = {.seed = 1, .threads = 1};
  rc_basis *b = basis_of(l, &s);
  rc_matrix *m = matrix_of(b, h, RC_MATRIX_AUTO, 1);
  rc_eigen *e = rc_eigen_new(m, &o, &err);
  check_ok(e != NULL, &err);
  for (bool done = false; !done;) check_ok(rc_eigen_step(e, &done, &err), &err);
  out.energy = rc_eigen_read(e).energy;
  rc_correlations(b, rc_eigen_read(e).vector, out.t.ss, out.t.zz);
  out.spin = rc_total_spin(l->sites, out.t.ss);
  rc_eigen_free(e);
  rc_matrix_free(m);
  rc_basis_free(b);
  return out;
}

/* <H> is a sum of correlations: sum J (<Si.Sj> + (delta - 1) <Sz Sz>) - field Sz. */
static double energy_from(const rc_hamiltonian *h, const solved *s, int sz2) {
  double sum = -h->field * sz2 / 2;
  for (int p = 0; p < h->pairs; p++) {
    const int at = h->pair[p].i * h->sites + h->pair[p].j;
    sum += h->pair[p].J * (s->t.ss[at] + (h->delta - 1) * s->t.zz[at]);
  }
  return sum;
}

static void check_sums(int n, const table *t, int sz2) {
  double zz = 0;
  for (int k = 0; k < n * n; k++) zz += t->zz[k];
  assert_near(zz, sz2 * sz2 / 4., 1e-9); /* (sum Sz)^2 */
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      assert_true(t->ss[i * n + j] == t->ss[j * n + i]);
      assert_true(fabs(t->ss[i * n + j]) < .75 + 1e-12);
    }
}

static void test_energy(void **state) {
  (void)state;
  struct {
    const char *kind;
    int a, b, sz2;
    double delta, field;
  } const cases[] = {{"chain", 12, 0, 0, 1, 0},     {"chain", 11, 0, 3, .5, .7},
                     {"kagome", 2, 2, 0, 1, 0},     {"square", 4, 2, 2, 2, 0},
                     {"triangular", 3, 3, 1, 0, 0}, {"sawtooth", 4, 0, 0, 1, 0}};
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    rc_lattice *l = lattice_of(cases[k].kind, cases[k].a, cases[k].b, 0);
    const rc_model m = {.J = {1, .6, .3}, .delta = cases[k].delta, .field = cases[k].field};
    rc_hamiltonian *h = rc_hamiltonian_new(l, &m);
    const int sz2 = cases[k].sz2;
    const solved s = solve(l, h, (rc_sector){.sz2 = sz2});
    assert_near(energy_from(h, &s, sz2), s.energy, 1e-9);
    check_sums(l->sites, &s.t, sz2);
    rc_hamiltonian_free(h);
    rc_lattice_free(l);
  }
}

/* The ground state of a ring of 12 is simple: in the sector that has it, its correlations are those
 * of the plain sector. It is a singlet, isotropic, and alternates in sign (Marshall). */
static void test_singlet(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 12, 0, 0);
  const rc_model m = model_of(1, 0);
  rc_hamiltonian *h = rc_hamiltonian_new(l, &m);
  const solved plain = solve(l, h, (rc_sector){0});
  const solved full = solve(l, h, (rc_sector){.symmetry = RC_SYM_FULL, .inversion = 1});
  const solved other = solve(l, h, (rc_sector){.symmetry = RC_SYM_TRANSLATION});
  for (int k = 0; k < 144; k++) {
    assert_near(full.t.ss[k], plain.t.ss[k], 1e-9);
    assert_near(other.t.ss[k], plain.t.ss[k], 1e-9);
    assert_near(full.t.zz[k], plain.t.zz[k], 1e-9);
    assert_near(plain.t.zz[k], plain.t.ss[k] / 3, 1e-9);
    assert_true(k / 12 == k % 12 || (plain.t.ss[k] < 0) == ((k / 12 + k % 12) % 2 == 1));
  }
  assert_near(plain.t.ss[1], -5.387390917445 / 12, 1e-9); /* energy per bond */
  assert_near(plain.spin, 0, 1e-7);
  rc_hamiltonian_free(h);
  rc_lattice_free(l);
}

/* The antiferromagnetic ring has S = Sz in its lowest state of each sector (Lieb, Mattis 1962);
 * the ferromagnet has S = N/2 in every sector. */
static void test_total_spin(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 8, 0, 0);
  rc_model m = model_of(1, 0);
  rc_hamiltonian *h = rc_hamiltonian_new(l, &m);
  for (int sz2 = 0; sz2 <= 8; sz2 += 2)
    assert_near(solve(l, h, (rc_sector){.sz2 = sz2}).spin, sz2 / 2., 1e-6);
  rc_hamiltonian_free(h);
  m = model_of(-1, 0);
  h = rc_hamiltonian_new(l, &m);
  for (int sz2 = 0; sz2 <= 8; sz2 += 2) {
    const solved s = solve(l, h, (rc_sector){.sz2 = sz2, .symmetry = RC_SYM_FULL});
    assert_near(s.spin, 4, 1e-6);
    assert_near(s.t.ss[3], .25, 1e-9);
  }
  rc_hamiltonian_free(h);
  rc_lattice_free(l);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_brute),
      cmocka_unit_test(test_energy),
      cmocka_unit_test(test_singlet),
      cmocka_unit_test(test_total_spin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
