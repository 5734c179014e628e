/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One Lanczos run with two vectors, which are kept times their norms so that nothing has to be
 * scaled: the factors enter the product with the matrix. */
#include "hilbert/eigen.h"

#include <math.h>
#include <string.h>

double rc_run_product(rc_eigen *e, double a, const double *x, double b, double *y) {
  const int parity = e->piece[e->part].parity;
  e->view.applications++;
  return parity ? rc_fly_multiply(e->m, e->c, parity, a, x, b, y)
                : rc_matrix_multiply(e->m, e->c, a, x, b, y);
}

/* Also called with norm2 of no interest. */
static double deflate(rc_eigen *e, double *y, double norm2) {
  for (int k = 0; k < e->locked; k++) {
    if (e->lock_part[k] != e->part) continue;
    const double c = rc_space_dot_basis(&e->space, e->lock[k], y);
    norm2 = rc_space_sub_basis(&e->space, c, e->lock[k], y);
  }
  return norm2;
}

/* The start vector depends on the seed and on how many vectors were locked when the run began: a
 * replay makes it again. */
void rc_run_start(rc_eigen *e) {
  rc_space_random(&e->space, e->opts.seed, e->piece[e->part].replica, e->c->boson, e->x);
  const double norm2 = deflate(e, e->x, rc_space_dot(&e->space, e->x, e->x));
  memset(e->y, 0, e->space.states * sizeof *e->y);
  e->x_scale = 1 / sqrt(norm2);
  e->y_scale = 0;
}

static void swap_vectors(rc_eigen *e, double beta) {
  double *t = e->x;
  e->x = e->y;
  e->y = t;
  e->y_scale = e->x_scale;
  e->x_scale = 1 / beta;
}

static void grow(rc_part *p) {
  if (p->k + 2 < p->room) return;
  p->room = p->room ? 2 * p->room : 128;
  p->alpha = rc_realloc(p->alpha, (size_t)p->room + 1, sizeof *p->alpha);
  p->beta = rc_realloc(p->beta, (size_t)p->room + 1, sizeof *p->beta);
  p->ritz = rc_realloc(p->ritz, (size_t)p->room + 1, sizeof *p->ritz);
}

/* The k-th stored vector of the part at work: each part keeps its own, so that a run of the other
 * one does not cost them. */
static double *krylov(const rc_eigen *e, int64_t k) {
  return e->krylov + ((uint64_t)e->part * RC_KRYLOV_VECTORS + (uint64_t)k) * e->space.states;
}

bool rc_run_iterate(rc_eigen *e, rc_err *err) {
  rc_part *p = &e->piece[e->part];
  grow(p);
  const int64_t k = p->k++;
  const uint64_t n = e->space.states;
  if (e->krylov && k < RC_KRYLOV_VECTORS) {
    double *v = krylov(e, k);
    for (uint64_t i = 0; i < n; i++) v[i] = e->x_scale * e->x[i];
  }
  if (k == 0) p->beta[0] = 0;
  const double dot = rc_run_product(e, e->x_scale, e->x, p->beta[k] * e->y_scale, e->y);
  p->alpha[k] = e->x_scale * dot;
  const double norm2 = rc_space_sub_norm(&e->space, p->alpha[k] * e->x_scale, e->x, e->y);
  p->beta[k + 1] = sqrt(deflate(e, e->y, norm2));
  if (!rc_tridiagonal_lowest((int)p->k, p->alpha, p->beta, &p->energy, p->ritz, err)) return false;
  p->residual = fabs(p->beta[k + 1] * p->ritz[k]);
  if (p->beta[k + 1] > 0) swap_vectors(e, p->beta[k + 1]);
  return true;
}

void rc_run_combine(rc_eigen *e) {
  const rc_part *p = &e->piece[e->part];
  for (int64_t k = 0; k < p->k; k++) rc_space_add(&e->space, p->ritz[k], krylov(e, k), e->v);
}

bool rc_run_replay(rc_eigen *e) {
  const rc_part *p = &e->piece[e->part];
  const int64_t k = e->replay++;
  const double weight = p->ritz[k] * e->x_scale;
  if (e->replay == p->k) {
    rc_space_add(&e->space, weight, e->x, e->v);
    return true;
  }
  rc_run_product(e, e->x_scale, e->x, p->beta[k] * e->y_scale, e->y);
  rc_space_add_sub(&e->space, weight, p->alpha[k] * e->x_scale, e->x, e->v, e->y);
  deflate(e, e->y, 0);
  swap_vectors(e, p->beta[k + 1]);
  return false;
}
