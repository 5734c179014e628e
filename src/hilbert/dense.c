/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small problems: LAPACK. One thread, so that results and times do not depend on the machine's
 * number of cores. */
#include "hilbert/impl.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <pthread.h>

static void one_thread(void) {
  openblas_set_num_threads(1);
}

static void lapack_init(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, one_thread);
}

static void dense_fill(const rc_matrix *m, const rc_couplings *c, double *a) {
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  uint64_t n = m->states;
  for (uint64_t r = 0; r < n; r++) {
    double own = (double)rc_basis_orbit(m->basis, r);
    a[r * n + r] += rc_couplings_diagonal(m, c, rc_basis_config(m->basis, r));
    int flips = rc_flips(m, r, flip);
    for (int k = 0; k < flips; k++) {
      double v = (c->boson ? 1 : flip[k].sign) * c->flip[flip[k].pair];
      if (m->basis->orbits) v *= sqrt(own / (double)rc_basis_orbit(m->basis, flip[k].to));
      a[r * n + flip[k].to] += v;
    }
  }
}

bool rc_dense_solve(const rc_matrix *m, const rc_couplings *c, int wanted, double *level,
                    double *vector, rc_err *err) {
  lapack_init();
  lapack_int n = (lapack_int)m->states, found = 0;
  double *a = rc_big_alloc((size_t)n * (size_t)n, sizeof *a, "the dense matrix", err);
  if (!a) return false;
  double *w = rc_alloc((size_t)n, sizeof *w), *z = rc_alloc((size_t)n * (size_t)wanted, sizeof *z);
  lapack_int *support = rc_alloc(2 * (size_t)wanted, sizeof *support);
  dense_fill(m, c, a);
  lapack_int info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', wanted < n ? 'I' : 'A', 'U', n, a, n, 0,
                                   0, 1, wanted, 0, &found, w, z, n, support);
  bool good = info == 0 && found == wanted;
  for (int k = 0; good && k < wanted; k++) level[k] = w[k];
  for (lapack_int i = 0; good && i < n; i++) vector[i] = z[i];
  rc_free(support);
  rc_free(z);
  rc_free(w);
  rc_big_free(a);
  if (!good) return rc_err_set(err, RC_ERR_INTERNAL, "LAPACK dsyevr failed (%d)", (int)info);
  return true;
}

bool rc_tridiagonal_lowest(int n, const double *alpha, const double *beta, double *value,
                           double *vector, rc_err *err) {
  lapack_init();
  double *d = rc_alloc((size_t)n, sizeof *d), *e = rc_alloc((size_t)n, sizeof *e);
  double *w = rc_alloc((size_t)n, sizeof *w);
  lapack_int found = 0, fail = 0;
  for (int k = 0; k < n; k++) d[k] = alpha[k];
  for (int k = 1; k < n; k++) e[k - 1] = beta[k];
  lapack_int info = LAPACKE_dstevx(LAPACK_COL_MAJOR, 'V', 'I', n, d, e, 0, 0, 1, 1, 0, &found, w,
                                   vector, n, &fail);
  *value = w[0];
  rc_free(w);
  rc_free(e);
  rc_free(d);
  if (info != 0) return rc_err_set(err, RC_ERR_INTERNAL, "LAPACK dstevx failed (%d)", (int)info);
  return true;
}
