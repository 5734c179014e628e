/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ensembles of good fits: Metropolis with steps shaped by the Fisher information (Brown, Sethna
 * 2003), the prior being uniform in the box of z. */
#include <math.h>
#include <string.h>

#include "roadcut/calib.h"

enum { THIN = 5, BURN = 100 };

struct rc_ensemble {
  rc_fit *fit;
  int n;
  double unit, temperature; /* chi2 = loss / unit */
  double *z, *trial, *r, loss;
  double *step; /* n x n: row k is a step of one standard deviation along the k-th direction */
  rc_rng rng;
  int64_t moves, accepted;
  int size, cap;
  double *kept; /* size x n */
};

/* Along an eigenvector with eigenvalue lambda (of chi2) the likelihood allows 1 / sqrt(lambda), the
 * box about a third of its width. */
static bool make_steps(rc_ensemble *e, const double *z, rc_err *err) {
  rc_fisher f = {0};
  if (!rc_fisher_make(e->fit, z, RC_COORDS_BOX, false, &f, err)) return false;
  e->loss = f.loss;
  const rc_calib_shape *s = rc_fit_shape(e->fit);
  e->unit = rc_fit_chi2_unit(e->fit, f.loss);
  e->unit = fmax(e->unit, 1e-300);
  for (int k = 0; k < e->n; k++) {
    const double lambda = f.eigenvalue[k] / s->m / e->unit / e->temperature;
    const double size = 1 / sqrt(lambda + 9) * 2.4 / sqrt(e->n);
    for (int j = 0; j < e->n; j++) e->step[k * e->n + j] = size * f.vector[k * e->n + j];
  }
  rc_fisher_free(&f);
  return true;
}

rc_ensemble *rc_ensemble_new(rc_fit *f, const double *z_best, double temperature, uint64_t seed,
                             rc_err *err) {
  rc_ensemble *e = rc_alloc(1, sizeof *e);
  const size_t n = (size_t)rc_fit_n(f);
  e->fit = f;
  e->n = (int)n;
  e->temperature = temperature;
  e->rng = rc_rng_stream(seed, "calib/ensemble", 0);
  e->z = rc_alloc(n, sizeof *e->z);
  e->trial = rc_alloc(n, sizeof *e->trial);
  e->r = rc_alloc((size_t)rc_fit_m(f), sizeof *e->r);
  e->step = rc_alloc(n * n, sizeof *e->step);
  memcpy(e->z, z_best, n * sizeof *e->z);
  if (make_steps(e, z_best, err)) return e;
  rc_ensemble_free(e);
  return NULL;
}

void rc_ensemble_free(rc_ensemble *e) {
  if (!e) return;
  rc_free(e->z);
  rc_free(e->trial);
  rc_free(e->r);
  rc_free(e->step);
  rc_free(e->kept);
  rc_free(e);
}

static void keep(rc_ensemble *e) {
  const size_t n = (size_t)e->n;
  if (e->size == e->cap) {
    e->cap = e->cap ? 2 * e->cap : 64;
    e->kept = rc_realloc(e->kept, (size_t)e->cap * n, sizeof *e->kept);
  }
  memcpy(e->kept + (size_t)e->size++ * n, e->z, n * sizeof *e->z);
}

static void move(rc_ensemble *e) {
  char why[96];
  bool inside = true;
  memcpy(e->trial, e->z, (size_t)e->n * sizeof *e->z);
  for (int k = 0; k < e->n; k++) {
    const double g = rc_rng_normal(&e->rng);
    for (int j = 0; j < e->n; j++) e->trial[j] += g * e->step[k * e->n + j];
  }
  const double u = rc_rng_unit(&e->rng);
  for (int j = 0; j < e->n; j++) inside = inside && e->trial[j] >= 0 && e->trial[j] <= 1;
  e->moves++;
  if (!inside || !rc_fit_residuals(e->fit, e->trial, e->r, why)) return;
  const double loss = rc_fit_loss(e->fit, e->r);
  if (!(u < exp(-(loss - e->loss) / (2 * e->unit * e->temperature)))) return;
  double *t = e->z;
  e->z = e->trial;
  e->trial = t;
  e->loss = loss;
  e->accepted++;
}

void rc_ensemble_step(rc_ensemble *e, int moves) {
  for (int i = 0; i < moves; i++) {
    move(e);
    if (e->moves > BURN && e->moves % THIN == 0) keep(e);
  }
}

int rc_ensemble_size(const rc_ensemble *e) {
  return e->size;
}

const double *rc_ensemble_z(const rc_ensemble *e, int k) {
  return e->kept + (size_t)k * (size_t)e->n;
}

double rc_ensemble_acceptance(const rc_ensemble *e) {
  return e->moves ? (double)e->accepted / (double)e->moves : NAN;
}
