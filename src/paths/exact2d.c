/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finite volumes on the grid of a plane potential: c_ij = e^-(u_i + u_j)/2, the square-root
 * approximation of the flux (Lie, Fackeldey, Weber, SIAM J. Matrix Anal. Appl. 34 (2013) 738); for a
 * walk on the grid the smaller weight, its own chain. */
#include <math.h>

#include "paths/exact.h"

static const double over = 1.9; /* relaxation of SSOR */
/* Cells of smaller weight are walls: 46 kT up, where no path goes and rounding errors would. */
static const double least = 1e-20;

bool ex_grid_new(const rc_path_system *s, ex_grid *g, rc_err *err) {
  const bool walk = s->shape.dynamics == RC_PATH_WALK;
  *g = (ex_grid){.nx = s->shape.grid, .ny = s->shape.rows};
  const size_t n = (size_t)g->nx * (size_t)g->ny;
  g->right = rc_big_alloc(n, sizeof(double), "edges of the grid", err);
  g->up = rc_big_alloc(n, sizeof(double), "edges of the grid", err);
  if (!g->right || !g->up) return false;
  const double *w = s->weight;
  for (int64_t j = 0; j < g->ny; j++) {
    for (int64_t i = 0; i < g->nx; i++) {
      const int64_t k = i + j * g->nx;
      const double here = w[k] < least ? 0 : w[k];
      const double x = i + 1 < g->nx && w[k + 1] >= least ? w[k + 1] : 0;
      const double y = j + 1 < g->ny && w[k + g->nx] >= least ? w[k + g->nx] : 0;
      g->right[k] = walk ? fmin(here, x) : sqrt(here * x);
      g->up[k] = walk ? fmin(here, y) : sqrt(here * y);
    }
  }
  return true;
}

void ex_grid_free(ex_grid *g) {
  rc_big_free(g->right);
  rc_big_free(g->up);
}

void ex_grid_apply(const ex_grid *g, const double *p, double *a) {
  const int64_t nx = g->nx, n = nx * g->ny;
  for (int64_t k = 0; k < n; k++) a[k] = 0;
  for (int64_t k = 0; k < n - 1; k++) {
    const double f = g->right[k] * (p[k] - p[k + 1]);
    a[k] += f, a[k + 1] -= f;
  }
  for (int64_t k = 0; k < n - nx; k++) {
    const double f = g->up[k] * (p[k] - p[k + nx]);
    a[k] += f, a[k + nx] -= f;
  }
}

void ex_grid_diagonal(const ex_grid *g, double *d) {
  const int64_t nx = g->nx, n = nx * g->ny;
  for (int64_t k = 0; k < n; k++) {
    d[k] = g->right[k] + g->up[k] + (k ? g->right[k - 1] : 0) + (k >= nx ? g->up[k - nx] : 0);
  }
}

void ex_grid_ssor(const ex_grid *g, const double *inverse, const double *r, double *z) {
  const int64_t nx = g->nx, n = nx * g->ny;
  for (int64_t k = 0; k < n; k++) {
    double v = r[k];
    if (k) v += g->right[k - 1] * z[k - 1];
    if (k >= nx) v += g->up[k - nx] * z[k - nx];
    z[k] = over * inverse[k] * v;
  }
  for (int64_t k = n - 1; k >= 0; k--) {
    double v = 0;
    if (k + 1 < n) v += g->right[k] * z[k + 1];
    if (k + nx < n) v += g->up[k] * z[k + nx];
    z[k] = (2 - over) * z[k] + over * inverse[k] * v;
  }
}
