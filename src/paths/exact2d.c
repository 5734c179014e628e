/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finite volumes on the grid of a plane potential: 1/c_ij is the mean of e^u between the two centres,
 * the exponential fitting of Scharfetter and Gummel (IEEE Trans. Electron Devices 16 (1969) 64), exact
 * where u changes along the edge only; for a walk on the grid the smaller weight, its own chain. */
#include <math.h>

#include "paths/exact.h"

static const double over = 1.9; /* relaxation of SSOR */
/* Cells of smaller weight are walls: 46 kT up, where no path goes and rounding errors would. */
static const double least = 1e-20;

/* A way between centres of cells; the point at a share of it, and its label or e^(u - u_min). */
typedef struct way {
  const rc_path_system *s;
  double a[2], b[2];
  rc_word *at;
} way;

static void go(const way *w, double share) {
  for (int i = 0; i < 2; i++) w->at[i].x = w->a[i] + share * (w->b[i] - w->a[i]);
}

static double resistance(const way *w, double share) {
  go(w, share);
  return exp(fmin(rc_path_energy(w->s, w->at) - w->s->u_min, 300));
}

/* The share of the way before it enters a state, by bisection; not 0, which no number would hold. */
static double to_edge(const way *w) {
  double in = 0, out = 1;
  for (int i = 0; i < 40; i++) {
    const double mid = .5 * (in + out);
    go(w, mid);
    *(rc_path_label(w->s, w->at) ? &out : &in) = mid;
  }
  return fmax(out, 1e-3);
}

/* Conductance of an edge: resistances e^u in a row add up, by Simpson's rule. One that leads into a
 * state ends where the state begins (Gibou et al., J. Comput. Phys. 176 (2002) 205: symmetric, of
 * second order). The part of a cell along this axis: of a free one by the trapezoidal rule, of one in
 * a state its own. */
static void cut_edge(way *w, int64_t k, int64_t to, double *edge, double *part) {
  const rc_path_system *s = w->s;
  const bool here = s->label[k], there = s->label[to];
  if (!(*edge > 0)) return;
  const int64_t from = here ? to : k, end = here ? k : to;
  ps_cell_point(s, from, w->a), ps_cell_point(s, end, w->b);
  const double theta = here == there ? 1 : to_edge(w);
  *edge = 6 / theta / (1 / s->weight[from] + 4 * resistance(w, .5 * theta) + resistance(w, theta));
  if (here == there) return;
  part[from] -= .5 * (1 - theta);
  part[end] += .5 - theta;
}

/* Edges of states between the centres of cells, and the parts of cells. */
static bool cut_cells(const rc_path_system *s, ex_grid *g, rc_err *err) {
  const int64_t nx = g->nx, n = nx * g->ny;
  double *column = rc_big_alloc((size_t)n, sizeof *column, "parts of cells", err);
  g->part = rc_big_alloc((size_t)n, sizeof *g->part, "parts of cells", err);
  way w = {.s = s, .at = rc_alloc((size_t)s->shape.width, sizeof(rc_word))};
  const bool ok = column && g->part;
  for (int64_t k = 0; ok && k < n; k++) g->part[k] = column[k] = 1;
  for (int64_t k = 0; ok && k < n; k++) {
    if ((k + 1) % nx) cut_edge(&w, k, k + 1, &g->right[k], g->part);
    if (k + nx < n) cut_edge(&w, k, k + nx, &g->up[k], column);
  }
  for (int64_t k = 0; ok && k < n; k++) g->part[k] *= column[k];
  rc_big_free(column);
  rc_free(w.at);
  return ok;
}

bool ex_grid_new(const rc_path_system *s, ex_grid *g, rc_err *err) {
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
      g->right[k] = fmin(here, x);
      g->up[k] = fmin(here, y);
    }
  }
  return s->shape.dynamics != RC_PATH_OVERDAMPED || cut_cells(s, g, err);
}

void ex_grid_free(ex_grid *g) {
  rc_big_free(g->part);
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
