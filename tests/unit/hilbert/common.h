/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the hilbert room share: lattices by name, dense matrices, LAPACK spectra. */
#ifndef TESTS_HILBERT_COMMON_H
#define TESTS_HILBERT_COMMON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cblas.h>
#include <cmocka.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/hilbert.h"

/* ASan slows the tests down; the largest sizes are left to the plain build. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOW_BUILD 1
#else
#define SLOW_BUILD 0
#endif

static inline void check_ok(bool ok, const rc_err *err) {
  if (!ok) fail_msg("%s", err->message);
}

/* In double precision; cmocka's own compares floats. nan is never near. */
#define assert_near(a, b, eps)                                                                     \
  do {                                                                                             \
    const double near_a = (a), near_b = (b);                                                       \
    if (!(fabs(near_a - near_b) <= (eps)))                                                         \
      fail_msg("%s = %.15g is not near %s = %.15g", #a, near_a, #b, near_b);                       \
  } while (0)

/* cluster: up to three extents, 0 ends. */
static inline rc_lattice *lattice_of(const char *kind, int a, int b, int c) {
  rc_lattice_spec s;
  rc_err err = {0};
  rc_lattice_spec_init(&s, kind);
  s.cluster[0] = a, s.cluster[1] = b, s.cluster[2] = c;
  s.extents = c ? 3 : b ? 2 : a ? 1 : 0;
  rc_lattice *l = rc_lattice_new(&s, &err);
  rc_lattice_spec_free(&s);
  check_ok(l != NULL, &err);
  return l;
}

static inline rc_lattice *torus_of(const char *kind, int a, int b, int c, int d) {
  rc_lattice_spec s;
  rc_err err = {0};
  rc_lattice_spec_init(&s, kind);
  s.vectors = 2;
  s.torus[0][0] = a, s.torus[0][1] = b, s.torus[1][0] = c, s.torus[1][1] = d;
  rc_lattice *l = rc_lattice_new(&s, &err);
  rc_lattice_spec_free(&s);
  check_ok(l != NULL, &err);
  return l;
}

static inline rc_model model_of(double j1, double j2) {
  return (rc_model){.J = {j1, j2}, .delta = 1};
}

static inline rc_basis *basis_of(const rc_lattice *l, const rc_sector *s) {
  rc_err err = {0};
  rc_basis *b = rc_basis_new(l, s, 0, 1, &err);
  check_ok(b != NULL, &err);
  return b;
}

static inline rc_matrix *matrix_of(const rc_basis *b, const rc_hamiltonian *h, rc_storage wish,
                                   int threads) {
  rc_err err = {0};
  rc_matrix_plan plan;
  check_ok(rc_matrix_plan_make(b, h, 0, wish, &plan, &err), &err);
  rc_matrix *m = rc_matrix_new(b, h, &plan, threads, &err);
  check_ok(m != NULL, &err);
  for (bool done = false; !done;) check_ok(rc_matrix_build(m, 1000, &done, &err), &err);
  return m;
}

/* Dense matrix by rows; the caller frees. */
static inline double *dense_of(const rc_matrix *m) {
  uint64_t n = rc_matrix_states(m);
  enum { CAP = 2048 };
  static uint64_t column[CAP];
  static double value[CAP];
  double *a = calloc((size_t)(n * n), sizeof *a);
  for (uint64_t r = 0; r < n; r++) {
    int k = rc_matrix_row(m, r, column, value, NULL, CAP);
    for (int i = 0; i < k; i++) a[r * n + column[i]] = value[i];
    a[r * n + r] = rc_matrix_diagonal(m, r);
  }
  return a;
}

/* Ascending spectrum; the caller frees. */
static inline double *spectrum_of(const rc_matrix *m) {
  uint64_t n = rc_matrix_states(m);
  double *a = dense_of(m), *w = calloc((size_t)n, sizeof *w);
  openblas_set_num_threads(1); /* its threads are not instrumented: races that are none */
  assert_int_equal(LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'N', 'U', (lapack_int)n, a, (lapack_int)n, w),
                   0);
  free(a);
  return w;
}

#endif
