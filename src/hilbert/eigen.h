/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the eigensolver: eigen.c knows levels, lanczos.c makes runs. */
#ifndef HILBERT_EIGEN_H
#define HILBERT_EIGEN_H

#include "hilbert/impl.h"

enum { RC_KRYLOV_VECTORS = 128, RC_KRYLOV_BYTES = 16 << 20 };

/* What a run has found in one part of the space. There are two parts, even and odd under spin
 * inversion, in large plain sectors with Sz = 0, and one part else. */
typedef struct rc_part {
  int parity; /* 0: all of the space */
  bool known; /* energy is the lowest level of this part that is not locked */
  bool tight; /* the run went on until its vector is good */
  uint64_t replica;
  int64_t k, room; /* steps; alpha, beta, ritz have room + 1 */
  double *alpha, *beta, *ritz;
  double energy, residual;
} rc_part;

typedef enum { RC_RUN_START, RC_RUN_ITERATE, RC_RUN_REPLAY, RC_RUN_CLOSE } rc_run_stage;

struct rc_eigen {
  const rc_matrix *m;
  const rc_couplings *c;
  rc_eigen_opts opts;
  rc_eigen_view view;
  rc_space space; /* of a part: half the states where there are two */
  bool dense;
  int parts, part; /* number, and the one at work */
  rc_part piece[2];
  rc_run_stage stage;
  double *x, *y; /* the last two Lanczos vectors, times their norms */
  double x_scale, y_scale;
  double *krylov; /* RC_KRYLOV_VECTORS of them for each part, or NULL */
  double *v;      /* eigenvector in the making */
  int locked;
  double *lock[RC_LEVELS_MAX]; /* normalised in their part */
  int lock_part[RC_LEVELS_MAX];
  double *ground; /* in the whole space; owned where there are two parts */
  int64_t replay;
  double tighten;
  bool must_tight;
  int retries;
  double scale;    /* rc_hamiltonian_scale: opts.tolerance is in energies already */
  double rounding; /* of energies */
};

/* Two energies of one level, on the scale of the couplings. */
static inline bool rc_same_level(const rc_eigen *e, double a, double b) {
  double size = a < 0 ? -a : a, d = a < b ? b - a : a - b;
  return d <= 1e-9 * (size > e->scale ? size : e->scale);
}

/* One product with the matrix of the part at work, as rc_matrix_multiply. */
double rc_run_product(rc_eigen *e, double a, const double *x, double b, double *y);
/* Makes the start vector of the part at work, orthogonal to what is locked in it. */
void rc_run_start(rc_eigen *e);
/* One step of the recurrence, and the lowest Ritz pair. */
bool rc_run_iterate(rc_eigen *e, rc_err *err);
/* The recurrence once more, adding up e->v; true after the last step. */
bool rc_run_replay(rc_eigen *e);
/* e->v from the stored Krylov vectors. */
void rc_run_combine(rc_eigen *e);

#endif
