/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The eigensolver against LAPACK (all levels) and ARPACK (lowest levels of larger sectors): levels,
 * degeneracies, residuals; the same bits for any number of threads; the boson. */
#include "unit/hilbert/common.h"

#include <arpack/arpack.h>
#include <cblas.h>

typedef struct problem {
  rc_lattice *l;
  rc_hamiltonian *h;
  rc_basis *b;
  rc_matrix *m;
} problem;

/* Takes the lattice over. */
static problem problem_of(rc_lattice *l, rc_model model, rc_sector s, int threads) {
  problem p = {.l = l, .h = rc_hamiltonian_new(l, &model), .b = basis_of(l, &s)};
  openblas_set_num_threads(1);
  p.m = matrix_of(p.b, p.h, RC_MATRIX_AUTO, threads);
  return p;
}

static void problem_free(problem *p) {
  rc_matrix_free(p->m);
  rc_basis_free(p->b);
  rc_hamiltonian_free(p->h);
  rc_lattice_free(p->l);
}

static rc_eigen *solve(const rc_matrix *m, rc_eigen_opts o) {
  rc_err err = {0};
  rc_eigen *e = rc_eigen_new(m, &o, &err);
  check_ok(e != NULL, &err);
  int64_t last = 0;
  for (bool done = false; !done;) {
    check_ok(rc_eigen_step(e, &done, &err), &err);
    const rc_eigen_view v = rc_eigen_read(e);
    assert_true(v.applications >= last); /* readable after any step */
    last = v.applications;
  }
  bool done = false;
  check_ok(rc_eigen_step(e, &done, &err), &err); /* a finished run stays finished */
  assert_true(done);
  return e;
}

/* ||Hx - Ex|| by the matrix alone, and |x|. */
static void check_vector(const rc_matrix *m, const double *x, double energy) {
  const uint64_t n = rc_matrix_states(m);
  double *y = calloc(n, sizeof *y), norm = 0, residual = 0, most = 0;
  rc_matrix_apply(m, x, y);
  for (uint64_t k = 0; k < n; k++) {
    norm += x[k] * x[k];
    residual += (y[k] - energy * x[k]) * (y[k] - energy * x[k]);
    most = fmax(most, fabs(x[k]));
  }
  assert_near(norm, 1, 1e-12);
  if (!(sqrt(residual) <= 1.1e-10)) fail_msg("residual %.3g", sqrt(residual));
  for (uint64_t k = 0; k < n; k++) {
    if (fabs(x[k]) < most * (1 - 1e-9)) continue;
    assert_true(x[k] > 0); /* the sign is fixed */
    break;
  }
  free(y);
}

/* Levels, degeneracy and gap against an ascending spectrum that shows at least the first gap. */
static void check_levels(const rc_eigen_view *v, const double *w, int known) {
  int same = 1;
  while (same < known && w[same] - w[0] < 1e-9) same++;
  assert_true(same < known);
  assert_near(v->energy, w[0], 1e-9);
  assert_int_equal(v->degeneracy, same);
  assert_false(v->degeneracy_open);
  assert_near(v->gap, w[same] - w[0], 1e-8);
  for (int k = 0; k < v->levels && k < known; k++) assert_near(v->level[k], w[k], 1e-8);
}

/* ---- LAPACK ----------------------------------------------------------------------------------- */

static void check_dense(problem p, int levels) {
  double *w = spectrum_of(p.m);
  rc_eigen *e = solve(p.m, (rc_eigen_opts){.levels = levels, .seed = 3, .threads = 1});
  const rc_eigen_view v = rc_eigen_read(e);
  check_levels(&v, w, (int)RC_MIN(rc_matrix_states(p.m), 40));
  assert_true(v.levels >= v.degeneracy + levels);
  check_vector(p.m, v.vector, v.energy);
  assert_true(v.vector_residual <= 1e-10);
  rc_eigen_free(e);
  free(w);
  problem_free(&p);
}

/* Below and above the size where the solver itself asks LAPACK (RC_DENSE_MAX). */
static void test_lapack(void **state) {
  (void)state;
  const rc_sector zero = {0}, full = {.symmetry = RC_SYM_FULL, .inversion = 1};
  check_dense(problem_of(lattice_of("chain", 8, 0, 0), model_of(1, 0), zero, 1), 3);
  check_dense(problem_of(lattice_of("chain", 8, 0, 0), model_of(1, .5), zero, 1), 2); /* two */
  check_dense(problem_of(lattice_of("chain", 9, 0, 0), model_of(1, 0), (rc_sector){.sz2 = 1}, 1),
              2);
  check_dense(problem_of(lattice_of("kagome", 2, 2, 0), model_of(1, 0), full, 1), 2);
  check_dense(problem_of(lattice_of("chain", 12, 0, 0), model_of(1, 0), zero, 1), 4); /* 924 */
  if (SLOW_BUILD) return;
  check_dense(problem_of(lattice_of("chain", 12, 0, 0), model_of(1, .5), zero, 1), 3);
  check_dense(problem_of(lattice_of("kagome", 2, 2, 0), model_of(1, 0), zero, 1), 5);
  check_dense(problem_of(torus_of("triangular", 2, 2, 4, -2), model_of(1, .5), zero, 1), 1);
  check_dense(problem_of(torus_of("triangular", 2, 2, 4, -2), model_of(1, 1), zero, 1), 4);
  check_dense(problem_of(lattice_of("sawtooth", 6, 0, 0), model_of(1, 1), zero, 1), 2);
  check_dense(problem_of(lattice_of("chain", 10, 0, 0),
                         (rc_model){.J = {1}, .delta = .7, .field = .2}, (rc_sector){.all = true},
                         1),
              3);
}

/* ---- ARPACK ----------------------------------------------------------------------------------- */

enum { WANTED = 6, NCV = 40 };

/* Lowest levels, ascending. */
static void arpack_levels(const rc_matrix *m, double w[WANTED]) {
  const a_int n = (a_int)rc_matrix_states(m);
  double *v = calloc((size_t)n * NCV, sizeof *v), *workd = calloc((size_t)n * 3, sizeof *workd);
  double *resid = calloc((size_t)n, sizeof *resid), workl[NCV * (NCV + 8)], d[WANTED];
  a_int ido = 0, info = 1, iparam[11] = {1, 0, 3000, 1, 0, 0, 1}, ipntr[11], select[NCV];
  for (a_int k = 0; k < n; k++) resid[k] = sin(1 + 3. * k * k);
  for (;;) {
    dsaupd_c(&ido, "I", n, "SA", WANTED, 1e-12, resid, NCV, v, n, iparam, ipntr, workd, workl,
             NCV * (NCV + 8), &info);
    if (ido != 1 && ido != -1) break;
    rc_matrix_apply(m, workd + ipntr[0] - 1, workd + ipntr[1] - 1);
  }
  assert_int_equal(info, 0);
  dseupd_c(0, "A", select, d, v, n, 0, "I", n, "SA", WANTED, 1e-12, resid, NCV, v, n, iparam, ipntr,
           workd, workl, NCV * (NCV + 8), &info);
  assert_int_equal(info, 0);
  for (int k = 0; k < WANTED; k++) w[k] = d[k];
  for (int k = 1; k < WANTED; k++)
    for (int i = k; i > 0 && w[i] < w[i - 1]; i--) {
      const double t = w[i];
      w[i] = w[i - 1];
      w[i - 1] = t;
    }
  free(resid);
  free(workd);
  free(v);
}

static void check_arpack(problem p, int levels) {
  double w[WANTED];
  arpack_levels(p.m, w);
  rc_eigen *e = solve(p.m, (rc_eigen_opts){.levels = levels, .seed = 5, .threads = 1});
  const rc_eigen_view v = rc_eigen_read(e);
  check_levels(&v, w, WANTED);
  check_vector(p.m, v.vector, v.energy);
  rc_eigen_free(e);
  problem_free(&p);
}

static void test_arpack(void **state) {
  (void)state;
  check_arpack(problem_of(lattice_of("chain", 13, 0, 0), model_of(1, .3), (rc_sector){.sz2 = 1}, 1),
               1);
  if (SLOW_BUILD) return;
  check_arpack(problem_of(lattice_of("square", 4, 4, 0), model_of(1, .6), (rc_sector){0}, 1), 3);
  check_arpack(
      problem_of(torus_of("kagome", 1, 2, 2, -1), model_of(1, 0), (rc_sector){.sz2 = 1}, 1), 1);
  check_arpack(problem_of(lattice_of("chain", 16, 0, 0), model_of(1, .5), (rc_sector){0}, 1), 2);
  /* Solved in an even and an odd part: levels and vector are those of the whole sector. */
  check_arpack(problem_of(lattice_of("kagome", 2, 3, 0), model_of(1, 0), (rc_sector){0}, 1), 3);
  check_arpack(problem_of(lattice_of("chain", 18, 0, 0), model_of(1, .5), (rc_sector){0}, 1), 2);
  check_arpack(problem_of(lattice_of("chain", 18, 0, 0), model_of(-1, 0), (rc_sector){0}, 1), 1);
  check_arpack(problem_of(lattice_of("kagome", 2, 3, 0), model_of(1, 0),
                          (rc_sector){.symmetry = RC_SYM_TRANSLATION}, 1),
               2);
}

/* ---- threads, limits, boson ------------------------------------------------------------------- */

/* Bits, not digits: sums are formed in an order that does not depend on the threads. */
static void same_bits(const char *kind, int sites, rc_sector s) {
  rc_eigen *e[2];
  problem p[2];
  for (int k = 0; k < 2; k++) {
    p[k] = problem_of(lattice_of(kind, sites, 0, 0), model_of(1, .2), s, k + 1);
    e[k] = solve(p[k].m, (rc_eigen_opts){.seed = 1, .threads = k + 1});
  }
  const rc_eigen_view a = rc_eigen_read(e[0]), b = rc_eigen_read(e[1]);
  assert_int_equal(a.applications, b.applications);
  assert_true(a.energy == b.energy && a.vector_residual == b.vector_residual);
  assert_memory_equal(a.vector, b.vector, rc_matrix_states(p[0].m) * sizeof(double));
  for (int k = 0; k < 2; k++) {
    rc_eigen_free(e[k]);
    problem_free(&p[k]);
  }
}

static void test_threads(void **state) {
  (void)state;
  same_bits("chain", 12, (rc_sector){0});
  same_bits("chain", 14, (rc_sector){.symmetry = RC_SYM_FULL, .inversion = -1});
  if (SLOW_BUILD) {
    printf("# a vector long enough for two threads is left to test_threads_long\n");
    return;
  }
  same_bits("chain", 16, (rc_sector){0});
}

/* Above RC_THREADS_FROM two threads do the work: one product is enough. */
static void test_threads_long(void **state) {
  (void)state;
  problem p[2];
  double *y[2], *x = NULL;
  for (int k = 0; k < 2; k++) {
    p[k] = problem_of(lattice_of("chain", 23, 0, 0), model_of(1, 0), (rc_sector){.sz2 = 1}, k + 1);
    const uint64_t n = rc_matrix_states(p[k].m);
    assert_true(n > 1 << 20);
    y[k] = calloc(n, sizeof(double));
    if (!x) x = calloc(n, sizeof(double));
    for (uint64_t i = 0; i < n && k == 0; i++) x[i] = sin((double)i);
    rc_matrix_apply(p[k].m, x, y[k]);
  }
  assert_memory_equal(y[0], y[1], rc_matrix_states(p[0].m) * sizeof(double));
  for (int k = 0; k < 2; k++) {
    free(y[k]);
    problem_free(&p[k]);
  }
  free(x);
}

/* Too few iterations is an error that says what was reached; a limit on memory leaves the
 * degeneracy open and the ground state known. */
static void test_limits(void **state) {
  (void)state;
  rc_err err = {0};
  problem p = problem_of(lattice_of("chain", 12, 0, 0), model_of(1, .5), (rc_sector){0}, 1);
  const rc_eigen_opts few = {.iterations = 5, .seed = 1, .threads = 1};
  rc_eigen *e = rc_eigen_new(p.m, &few, &err);
  bool done = false, good = true;
  while (good && !done) good = rc_eigen_step(e, &done, &err);
  assert_false(good);
  assert_int_equal(err.code, RC_ERR_LIMIT);
  assert_non_null(strstr(err.message, "no convergence in 5 Lanczos iterations"));
  rc_eigen_free(e);
  e = solve(p.m, (rc_eigen_opts){.levels = 1, .seed = 1, .threads = 1, .limit = 1});
  const rc_eigen_view v = rc_eigen_read(e);
  assert_true(v.degeneracy_open);
  assert_int_equal(v.degeneracy, 2); /* Majumdar-Ghosh: at least the two that were seen */
  assert_near(v.energy, -4.5, 1e-9);
  rc_eigen_free(e);
  problem_free(&p);
}

/* The boson is the lowest level of D - |A|, its vector positive: against LAPACK, and equal in the
 * plain and in the trivial sector whatever the sector of the magnet. */
static void test_boson(void **state) {
  (void)state;
  rc_err err = {0};
  const char *const kinds[] = {"kagome", "triangular", "square"};
  const rc_eigen_opts o = {.seed = 1, .threads = 1};
  for (size_t k = 0; k < RC_LEN(kinds); k++) {
    rc_lattice *l = lattice_of(kinds[k], k ? 4 : 2, k || !SLOW_BUILD ? 2 : 1, 0);
    problem p = problem_of(l, model_of(1, .4), (rc_sector){0}, 1);
    const uint64_t n = rc_matrix_states(p.m);
    double *a = dense_of(p.m), *w = calloc(n, sizeof *w), *x = calloc(n, sizeof *x), energy, same;
    for (uint64_t i = 0; i < n * n; i++)
      if (i / n != i % n) a[i] = -fabs(a[i]);
    assert_int_equal(LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', (lapack_int)n, a, (lapack_int)n, w),
                     0);
    check_ok(rc_boson_energy(p.m, &o, &energy, x, &err), &err);
    assert_near(energy, w[0], 1e-9);
    for (uint64_t i = 0; i < n; i++) assert_near(x[i], fabs(a[i * n]), 1e-7);
    const rc_sector full = {.symmetry = RC_SYM_FULL, .inversion = 1};
    rc_basis *b = basis_of(l, &full);
    rc_matrix *m = matrix_of(b, p.h, RC_MATRIX_AUTO, 1);
    check_ok(rc_boson_energy(m, &o, &same, NULL, &err), &err);
    assert_near(same, energy, 1e-9);
    rc_matrix_free(m);
    rc_basis_free(b);
    free(x);
    free(w);
    free(a);
    problem_free(&p);
  }
  if (SLOW_BUILD) return;
  /* In two parts, of which the even one is solved. */
  problem p = problem_of(lattice_of("kagome", 2, 3, 0), model_of(1, 0), (rc_sector){0}, 1);
  problem q = problem_of(lattice_of("kagome", 2, 3, 0), model_of(1, 0),
                         (rc_sector){.symmetry = RC_SYM_FULL, .inversion = 1}, 1);
  double plain, full, *x = calloc(rc_matrix_states(p.m), sizeof *x);
  check_ok(rc_boson_energy(p.m, &o, &plain, x, &err), &err);
  check_ok(rc_boson_energy(q.m, &o, &full, NULL, &err), &err);
  assert_near(plain, full, 1e-9);
  assert_near(plain, -12.07369428, 1e-8); /* own table of the graphs, E_stoq */
  for (uint64_t i = 0; i < rc_matrix_states(p.m); i++) assert_true(x[i] > 0);
  free(x);
  problem_free(&q);
  problem_free(&p);
}

/* Energies scale with the couplings, at any size of them: nothing in the solver is absolute. */
static void test_scale(void **state) {
  (void)state;
  static const double factor[] = {1e-9, 1e-4, 1e5};
  const rc_eigen_opts o = {.levels = 1, .seed = 3, .threads = 1};
  for (int rows = 1; rows <= 2; rows++) { /* 6 sites: dense; 12: Lanczos */
    problem one = problem_of(lattice_of("kagome", 2, rows, 0), model_of(1, 0), (rc_sector){0}, 1);
    rc_eigen *e = solve(one.m, o);
    const rc_eigen_view a = rc_eigen_read(e);
    for (size_t k = 0; k < RC_LEN(factor); k++) {
      problem two =
          problem_of(lattice_of("kagome", 2, rows, 0), model_of(factor[k], 0), (rc_sector){0}, 1);
      rc_eigen *f = solve(two.m, o);
      const rc_eigen_view b = rc_eigen_read(f);
      assert_near(b.energy / factor[k], a.energy, 1e-9);
      assert_near(b.gap / factor[k], a.gap, 1e-8);
      assert_int_equal(b.degeneracy, a.degeneracy);
      assert_true(b.vector_residual <= 1e-10 * factor[k]);
      rc_eigen_free(f);
      problem_free(&two);
    }
    rc_eigen_free(e);
    problem_free(&one);
  }
}

/* The energy alone: the same one in fewer products, without a vector and in the memory that is told for
 * it, with one part and with two, with stored Krylov vectors and without. */
static void test_energy_only(void **state) {
  (void)state;
  static const struct {
    const char *kind;
    int a, b;
    rc_sector s;
  } cases[] = {{"chain", 14, 0, {0}},
               {"kagome", 2, 3, {0}},
               {"chain", 18, 0, {.sz2 = 4}},
               {"chain", 18, 0, {.inversion = -1}},
               {"chain", 6, 0, {0}}};
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    problem p = problem_of(lattice_of(cases[k].kind, cases[k].a, cases[k].b, 0), model_of(1, 0),
                           cases[k].s, 1);
    rc_matrix_plan plan;
    rc_err err = {0};
    check_ok(rc_matrix_plan_make(p.b, p.h, 0, RC_MATRIX_AUTO, &plan, &err), &err);
    rc_eigen *e[2];
    uint64_t held[2];
    for (int i = 0; i < 2; i++) {
      rc_big_reset();
      const uint64_t before = rc_big_now();
      e[i] = solve(p.m, (rc_eigen_opts){.seed = 1, .threads = 1, .energy_only = i == 1});
      held[i] = rc_big_peak() - before;
    }
    const rc_eigen_view all = rc_eigen_read(e[0]), one = rc_eigen_read(e[1]);
    assert_near(one.energy, all.energy, 1e-10);
    const bool dense = rc_basis_states(p.b) <= RC_DENSE_MAX;
    assert_true(dense == (one.vector != NULL));
    assert_true(dense || one.applications < all.applications);
    const double told = (double)rc_eigen_energy_bytes(p.b, &plan);
    if (rc_basis_states(p.b) > RC_DENSE_MAX) assert_near((double)held[1] / told, 1, .01);
    assert_true(held[1] <= held[0]);
    for (int i = 0; i < 2; i++) rc_eigen_free(e[i]);
    problem_free(&p);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lapack),  cmocka_unit_test(test_arpack),
      cmocka_unit_test(test_threads), cmocka_unit_test(test_threads_long),
      cmocka_unit_test(test_limits),  cmocka_unit_test(test_boson),
      cmocka_unit_test(test_scale),   cmocka_unit_test(test_energy_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
