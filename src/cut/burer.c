/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rank-2 relaxation (Burer, Monteiro, Zhang, SIAM J. Optim. 12 (2001) 503): each vertex gets an
 * angle; sum w cos(theta_u - theta_v) is made small; the best half-plane gives a cut. This is the
 * XY model of the Hilbert-graph paper.
 *
 * Minimised one vertex at a time, exactly: theta_v = arg(-sum_u w e^{i theta_u}). One such update
 * is one move. Then the sweep of the half-plane, local search, a perturbation of the angles. */
#include "solvers.h"
#include "state.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct options {
  int64_t tries;
  double tolerance;
} options;

typedef struct burer {
  cs_state s;
  options o;
  double *angle, *c, *sn; /* angle and its cosine and sine */
  int at;
  double change; /* sum of (1 - cos of the turn) in this round over all vertices */
  int64_t rounds, roundings, failed, restarts;
  double energy; /* sum w cos at the last rounding */
  double try_best;
  int *order;
} burer;

static void set_angle(burer *b, int v, double a) {
  b->angle[v] = a;
  b->c[v] = cos(a);
  b->sn[v] = sin(a);
}

static void random_angles(burer *b) {
  for (int v = 0; v < b->s.g->n; v++) set_angle(b, v, 2 * M_PI * rc_rng_unit(&b->s.rng));
  b->try_best = -INFINITY;
  b->failed = 0;
  b->at = 0, b->change = 0;
}

static void *burer_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                        rc_err *err) {
  (void)err;
  burer *b = rc_alloc(1, sizeof *b);
  const size_t n = (size_t)g->n + 1;
  b->o = *(const options *)opts;
  cs_open(&b->s, g, "burer", seed, replica);
  cs_rebuild(&b->s);
  cs_note(&b->s);
  b->angle = rc_alloc(n, sizeof *b->angle);
  b->c = rc_alloc(n, sizeof *b->c);
  b->sn = rc_alloc(n, sizeof *b->sn);
  b->order = rc_alloc(n, sizeof *b->order);
  random_angles(b);
  return b;
}

static int by_angle(const void *x, const void *y, void *angles) {
  const double *a = angles;
  const int u = *(const int *)x, v = *(const int *)y;
  const double p = a[u] >= M_PI ? a[u] - M_PI : a[u], q = a[v] >= M_PI ? a[v] - M_PI : a[v];
  return p != q ? (p < q ? -1 : 1) : (u > v) - (u < v);
}

/* The half-plane turned by pi: each vertex changes sides once, when the line passes its angle. */
static void best_half_plane(burer *b) {
  const int n = b->s.g->n;
  for (int v = 0; v < n; v++) {
    b->angle[v] -= 2 * M_PI * floor(b->angle[v] / (2 * M_PI));
    b->s.side[v] = b->angle[v] >= M_PI;
    b->order[v] = v;
  }
  qsort_r(b->order, (size_t)n, sizeof *b->order, by_angle, b->angle);
  b->s.journaled = n + 1;
  cs_rebuild(&b->s);
  double best = b->s.value;
  int upto = 0;
  for (int i = 0; i < n; i++) {
    cs_flip(&b->s, b->order[i]);
    if (b->s.value > best) best = b->s.value, upto = i + 1;
  }
  for (int i = n; i > upto; i--) cs_flip(&b->s, b->order[i - 1]);
}

/* One-opt, then pairs along edges (both ends flip): ends at an optimum of both. */
static void polish(burer *b) {
  const rc_cut_graph *g = b->s.g;
  const double eps = cs_epsilon(g);
  for (bool again = true; again;) {
    again = false;
    for (int v = 0; v < g->n; v++) {
      if (b->s.gain[v] > eps) cs_flip(&b->s, v), again = true;
    }
    if (again) continue;
    for (int64_t e = 0; e < g->m && !again; e++) {
      const int u = g->u[e], v = g->v[e];
      /* both flip: the edge between them keeps its state, so its part is taken out of both gains */
      const double both =
          b->s.gain[u] + b->s.gain[v] + (b->s.side[u] == b->s.side[v] ? -2 : 2) * g->w[e];
      if (both > eps) cs_flip(&b->s, u), cs_flip(&b->s, v), again = true;
    }
  }
}

static void round_angles(burer *b) {
  const rc_cut_graph *g = b->s.g;
  b->energy = 0;
  for (int64_t e = 0; e < g->m; e++) {
    b->energy += g->w[e] * (b->c[g->u[e]] * b->c[g->v[e]] + b->sn[g->u[e]] * b->sn[g->v[e]]);
  }
  best_half_plane(b);
  polish(b);
  cs_note(&b->s);
  b->roundings++;
  if (b->s.value > b->try_best + cs_epsilon(g))
    b->try_best = b->s.value, b->failed = 0;
  else
    b->failed++;
  if (b->failed > b->o.tries) {
    b->restarts++;
    random_angles(b);
    return;
  }
  for (int v = 0; v < g->n; v++) { /* from the cut, blurred, as in the paper: (-1, 1) * 0.2 pi */
    set_angle(b, v, M_PI * (b->s.side[v] + .2 * (2 * rc_rng_unit(&b->s.rng) - 1)));
  }
  b->at = 0, b->change = 0;
}

static void turn(burer *b, int v) {
  const rc_cut_graph *g = b->s.g;
  double x = 0, y = 0;
  for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
    const double w = g->weight[k];
    x -= w * b->c[g->other[k]];
    y -= w * b->sn[g->other[k]];
  }
  const double r = sqrt(x * x + y * y);
  if (!(r > 0)) return;
  b->change += 1 - (x * b->c[v] + y * b->sn[v]) / r;
  b->c[v] = x / r, b->sn[v] = y / r;
}

static void burer_step(void *p, uint64_t moves) {
  burer *b = p;
  const int n = b->s.g->n;
  if (n == 0) return;
  for (; moves > 0; moves--) {
    b->s.moves++;
    if (b->at < n) {
      turn(b, b->at++);
      continue;
    }
    b->rounds++;
    if (b->change < b->o.tolerance * n) {
      for (int v = 0; v < n; v++) b->angle[v] = atan2(b->sn[v], b->c[v]);
      round_angles(b);
    } else {
      b->at = 0, b->change = 0;
    }
  }
}

static rc_solver_view burer_read(const void *p) {
  const burer *b = p;
  rc_solver_view v = cs_view(&b->s);
  for (int i = 0; i < b->s.g->n; i++) b->angle[i] = atan2(b->sn[i], b->c[i]);
  v.phase = b->angle;
  cs_figure(&v, "energy", b->energy);
  cs_figure(&v, "turning", b->s.g->n ? b->change / b->s.g->n : 0);
  cs_figure(&v, "roundings", (double)b->roundings);
  cs_figure(&v, "failed", (double)b->failed);
  cs_figure(&v, "restarts", (double)b->restarts);
  return v;
}

static void burer_close(void *p) {
  burer *b = p;
  cs_close(&b->s);
  rc_free(b->angle);
  rc_free(b->c);
  rc_free(b->sn);
  rc_free(b->order);
  rc_free(b);
}

static const rc_param params[] = {{.name = "tries",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, tries),
                                   .def = "10",
                                   .min = 0,
                                   .max = 1e9,
                                   .unit = "",
                                   .help = "roundings without a gain before new random angles"},
                                  {.name = "tolerance",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, tolerance),
                                   .def = "1e-4",
                                   .min = 1e-16,
                                   .max = 1,
                                   .unit = "",
                                   .help = "mean 1 - cos(turn) at which the angles are rounded"},
                                  {0}};

const rc_solver_class rc_solver_burer = {
    .kind = {.name = "burer",
             .title = "Burer-Monteiro",
             .help = "rank-2 relaxation: the XY model",
             .explain =
                 "Every vertex gets an angle; sum w cos(theta_u - theta_v) is made small, then the "
                 "best half-plane is a cut (Burer, Monteiro, Zhang 2001). For a Hilbert graph the "
                 "angles are the phases of the wave function: the XY model of arXiv 2602.04943.",
             .params = params,
             .size = sizeof(options)},
    .open = burer_open,
    .step = burer_step,
    .read = burer_read,
    .close = burer_close,
    .cost = 15};
