/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows, storages and products of the Hamiltonian matrix against each other and against the
 * definition written out bit by bit. */
#include "hilbert/impl.h"
#include "unit/hilbert/common.h"

/* <c'|H|c> from the definition, with loops over the bonds of the lattice. */
static double element(const rc_lattice *l, const rc_model *m, uint64_t to, uint64_t from) {
  double sum = 0;
  for (int b = 0; b < l->bonds; b++) {
    const rc_bond *bond = &l->bond[b];
    double J = m->J[bond->cls] * bond->mult * bond->factor;
    int a = from >> bond->i & 1, z = from >> bond->j & 1;
    uint64_t swapped = from ^ (UINT64_C(1) << bond->i) ^ (UINT64_C(1) << bond->j);
    if (to == from)
      sum += J * m->delta * (a == z ? 0.25 : -0.25);
    else if (a != z && to == swapped)
      sum += J / 2;
  }
  if (to == from)
    for (int s = 0; s < l->sites; s++) sum -= m->field * (from >> s & 1 ? 0.5 : -0.5);
  return sum;
}

static void check_definition(const rc_lattice *l, const rc_model *model, const rc_sector *s) {
  rc_hamiltonian *h = rc_hamiltonian_new(l, model);
  rc_basis *b = basis_of(l, s);
  rc_matrix *m = matrix_of(b, h, RC_MATRIX_FLY, 1);
  double *a = dense_of(m);
  uint64_t n = rc_matrix_states(m), entries = 0;
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < n; j++) {
      double want = element(l, model, rc_basis_config(b, i), rc_basis_config(b, j));
      assert_true(fabs(a[i * n + j] - want) < 1e-13);
      if (i != j && a[i * n + j] != 0) entries++;
    }
  assert_int_equal(entries, rc_matrix_entries(m));
  free(a);
  rc_matrix_free(m);
  rc_basis_free(b);
  rc_hamiltonian_free(h);
}

static void test_definition(void **state) {
  (void)state;
  rc_model model = {.J = {1, -0.7, 0.3, 0.2}, .delta = 0.6, .field = 0.35};
  struct {
    const char *kind;
    int a, b;
  } const cases[] = {{"chain", 7, 0}, {"ladder", 3, 0}, {"triangular", 3, 2}, {"square", 2, 4}};
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    rc_lattice *l = lattice_of(cases[k].kind, cases[k].a, cases[k].b, 0);
    for (int sz2 = -l->sites; sz2 <= l->sites; sz2 += 2)
      check_definition(l, &model, &(rc_sector){.sz2 = sz2});
    check_definition(l, &model, &(rc_sector){.all = true});
    rc_lattice_free(l);
  }
}

/* Every storage, one and two threads: the same product as the dense matrix. */
static void check_products(const rc_lattice *l, const rc_model *model, const rc_sector *s) {
  rc_hamiltonian *h = rc_hamiltonian_new(l, model);
  rc_basis *b = basis_of(l, s);
  rc_matrix *fly = matrix_of(b, h, RC_MATRIX_FLY, 1);
  uint64_t n = rc_matrix_states(fly);
  double *a = dense_of(fly), *x = calloc(n, sizeof *x), *y = calloc(n, sizeof *y);
  rc_rng r = rc_rng_stream(1, "test/product", 0);
  for (uint64_t i = 0; i < n; i++) x[i] = rc_rng_normal(&r);
  for (int storage = RC_MATRIX_AUTO; storage <= RC_MATRIX_FLY; storage++)
    for (int threads = 1; threads <= 2; threads++) {
      rc_matrix *m = matrix_of(b, h, (rc_storage)storage, threads);
      rc_matrix_apply(m, x, y);
      for (uint64_t i = 0; i < n; i++) {
        double want = 0;
        for (uint64_t j = 0; j < n; j++) want += a[i * n + j] * x[j];
        if (fabs(y[i] - want) > 1e-12 * l->bonds)
          fail_msg("storage %d: row %d is %.15g, not %.15g", storage, (int)i, y[i], want);
      }
      rc_matrix_free(m);
    }
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < i; j++) assert_true(fabs(a[i * n + j] - a[j * n + i]) < 1e-13);
  free(y);
  free(x);
  free(a);
  rc_matrix_free(fly);
  rc_basis_free(b);
  rc_hamiltonian_free(h);
}

static void test_products(void **state) {
  (void)state;
  rc_model model = {.J = {1, 0.5, 0.3, 0.2}, .delta = 0.6, .field = 0.35};
  rc_sector sectors[] = {{.sz2 = 0},
                         {.all = true},
                         {.sz2 = 2},
                         {.sz2 = 0, .inversion = -1},
                         {.sz2 = 0, .symmetry = RC_SYM_FULL, .inversion = 1},
                         {.sz2 = 2, .symmetry = RC_SYM_TRANSLATION}};
  rc_lattice *l[] = {lattice_of("chain", 10, 0, 0), lattice_of("square", 4, 2, 0)};
  for (size_t k = 0; k < RC_LEN(l); k++) {
    for (size_t i = 0; i < RC_LEN(sectors); i++) check_products(l[k], &model, &sectors[i]);
    rc_lattice_free(l[k]);
  }
}

/* Vectors that are even or odd under inversion are multiplied by their first half alone: the same
 * as the product of the whole vector, with the factors a and b, for any number of threads. */
static void check_halves(rc_lattice *l, rc_model model, int parity) {
  rc_hamiltonian *h = rc_hamiltonian_new(l, &model);
  rc_basis *b = basis_of(l, &(rc_sector){0});
  rc_matrix *m = matrix_of(b, h, RC_MATRIX_FLY, 1), *two = matrix_of(b, h, RC_MATRIX_FLY, 2);
  uint64_t n = rc_matrix_states(m), half = n / 2;
  double *x = calloc(n, sizeof *x), *want = calloc(n, sizeof *want);
  double *y = calloc(half, sizeof *y), *z = calloc(half, sizeof *z), dot = 0;
  rc_rng r = rc_rng_stream(7, "test/halves", 0);
  for (uint64_t i = 0; i < half; i++) {
    x[i] = rc_rng_normal(&r);
    x[n - 1 - i] = parity * x[i];
    y[i] = z[i] = rc_rng_normal(&r);
  }
  rc_matrix_apply(m, x, want);
  for (uint64_t i = 0; i < half; i++) dot += x[i] * (0.7 * want[i] - 0.3 * y[i]);
  double got = rc_fly_multiply(two, &two->couplings, parity, 0.7, x, 0.3, z);
  assert_near(got, dot, 1e-9 * (double)half);
  for (uint64_t i = 0; i < half; i++) {
    assert_near(want[n - 1 - i], parity * want[i], 1e-12 * l->bonds);
    assert_near(z[i], 0.7 * want[i] - 0.3 * y[i], 1e-12 * l->bonds);
  }
  assert_true(got == rc_fly_multiply(m, &m->couplings, parity, 0.7, x, 0.3, y));
  assert_memory_equal(y, z, half * sizeof *y);
  free(z);
  free(y);
  free(want);
  free(x);
  rc_matrix_free(two);
  rc_matrix_free(m);
  rc_basis_free(b);
  rc_hamiltonian_free(h);
  rc_lattice_free(l);
}

static void test_halves(void **state) {
  (void)state;
  rc_model model = {.J = {1, -0.4, 0.3, 0.2}, .delta = 0.6, .field = 0.35};
  for (int parity = -1; parity <= 1; parity += 2) {
    check_halves(lattice_of("chain", 4, 0, 0), model, parity);
    check_halves(lattice_of("chain", 10, 0, 0), model, parity);
    check_halves(lattice_of("kagome", 2, 2, 0), model, parity);
    check_halves(lattice_of("random", 0, 0, 0), model, parity);
    check_halves(lattice_of("pyrochlore", 1, 1, 3), model, parity);
  }
  if (!SLOW_BUILD) check_halves(lattice_of("chain", 24, 0, 0), model, -1); /* two threads at work */
}

/* The advice of an error of memory is true: what it names fits. */
static void test_advice(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("kagome", 2, 2, 0);
  const rc_model model = model_of(1, 0);
  rc_hamiltonian *h = rc_hamiltonian_new(l, &model);
  const struct {
    rc_sector sector;
    uint64_t memory;
    rc_storage wish;
    const char *says;
  } all[] = {
      {{.symmetry = RC_SYM_FULL},
       80000,
       RC_MATRIX_AUTO,
       "without symmetries (symmetry: none) this cluster has 924 states, which fit"},
      {{.symmetry = RC_SYM_TRANSLATION, .inversion = 1},
       15000,
       RC_MATRIX_AUTO,
       "without symmetry about 10 sites fit"},
      {{.inversion = 1}, 30000, RC_MATRIX_VALUES, "with 'storage: auto' they fit"},
      {{.all = true}, 80000, RC_MATRIX_AUTO, "with 'sz: 0' instead of all about 12 sites fit"}};
  for (size_t i = 0; i < RC_LEN(all); i++) {
    rc_basis *b = basis_of(l, &all[i].sector);
    rc_matrix_plan plan;
    rc_err err = {0};
    const uint64_t held = rc_basis_bytes(b) + 8 * rc_basis_states(b);
    assert_false(rc_matrix_plan_within(b, h, all[i].memory, held, all[i].wish, &plan, &err));
    assert_int_equal(err.code, RC_ERR_MEMORY);
    if (!strstr(err.message, all[i].says)) fail_msg("%s", err.message);
    rc_basis_free(b);
  }
  const rc_sector plain = {0};
  rc_basis *b = basis_of(l, &plain);
  rc_matrix_plan plan;
  const uint64_t held = rc_basis_bytes(b) + 8 * rc_basis_states(b);
  assert_true(rc_matrix_plan_within(b, h, 80000, held, RC_MATRIX_AUTO, &plan, NULL));
  rc_basis_free(b);
  rc_hamiltonian_free(h);
  rc_lattice_free(l);
  l = lattice_of("square", 4, 4, 0); /* 128 elements or more, 2 tables of 2 KiB each */
  rc_err err = {0};
  assert_null(rc_basis_new(l, &(rc_sector){.symmetry = RC_SYM_FULL}, 1 << 18, 1, &err));
  assert_int_equal(err.code, RC_ERR_MEMORY);
  assert_non_null(strstr(err.message, "symmetries need"));
  rc_lattice_free(l);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_definition),
                                     cmocka_unit_test(test_products), cmocka_unit_test(test_halves),
                                     cmocka_unit_test(test_advice)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
