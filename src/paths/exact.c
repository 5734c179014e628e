/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The committor over all states of a table: sum_y c_xy (q_x - q_y) = 0 outside of A and B, q = 0
 * in A and 1 in B, by preconditioned conjugate gradients; c are the conductances of the reversible
 * chain. The energy norm says little about states of small weight, so the residual of each state
 * has to be small as well. Flux, rate and lengths: Metzner, Schuette, Vanden-Eijnden,
 * Multiscale Model. Simul. 7 (2009) 1192. */
#include <math.h>
#include <string.h>

#include "paths/exact.h"

enum { ITERATIONS = 20000 };
static const double pointwise = 9e-13, energy_norm = 1e-11;

struct rc_exact {
  const rc_path_system *s;
  int64_t n;
  bool done;
  ex_grid grid;
  double *q, *r, *p, *ap, *inverse, *z; /* z: grids only */
  double rz, rz0, residual;
  double density; /* sum of w q (1 - q) */
  int iterations;
  rc_exact_figures figures;
};

static bool glauber(const rc_exact *x) {
  return x->s->shape.dynamics == RC_PATH_GLAUBER;
}

static void apply(const rc_exact *x, const double *p, double *a) {
  if (x->s->shape.real)
    ex_grid_apply(&x->grid, p, a);
  else
    ex_flips(x->s->weight, p, a, x->s->shape.n, glauber(x));
}

uint64_t rc_exact_plan(const rc_path_system *s) {
  return (uint64_t)s->states * (s->shape.real ? 80 : 40);
}

/* Largest |r_x| / d_x. */
static double largest(const rc_exact *x) {
  double most = 0;
  for (int64_t k = 0; k < x->n; k++) most = fmax(most, fabs(x->r[k]) * x->inverse[k]);
  return most;
}

/* The preconditioned residual's product with the residual, and the largest scaled one. */
static double precondition(rc_exact *x) {
  double sum[4] = {0}, most = 0;
  if (x->z) ex_grid_ssor(&x->grid, x->inverse, x->r, x->z);
  for (int64_t k = 0; k < x->n; k++) {
    const double scaled = x->r[k] * x->inverse[k];
    const double size = fabs(scaled);
    most = size > most ? size : most;
    sum[k & 3] += x->r[k] * (x->z ? x->z[k] : scaled);
  }
  x->residual = most;
  return sum[0] + sum[1] + (sum[2] + sum[3]);
}

/* r = -L q at q as it is. */
static void begin(rc_exact *x) {
  apply(x, x->q, x->r);
  for (int64_t k = 0; k < x->n; k++) x->r[k] = -x->r[k];
  x->rz = precondition(x);
  for (int64_t k = 0; k < x->n; k++) x->p[k] = x->z ? x->z[k] : x->r[k] * x->inverse[k];
}

rc_exact *rc_exact_new(const rc_path_system *s, rc_err *err) {
  if (!s->states || ps_inertial(s)) {
    rc_err_set(err, RC_ERR_LIMIT,
               s->states ? "with inertia the committor depends on velocities: no exact solution"
                         : "%d spins: exact solutions go up to 22; take a smaller system",
               s->shape.n);
    return NULL;
  }
  rc_exact *x = rc_alloc(1, sizeof *x);
  x->s = s, x->n = s->states;
  double **all[] = {&x->q, &x->r, &x->p, &x->ap, &x->inverse, &x->z};
  bool ok = true;
  for (size_t i = 0; ok && i < RC_LEN(all) - !s->shape.real; i++) {
    *all[i] = rc_big_alloc((size_t)x->n, sizeof(double), "the committor", err);
    ok = *all[i] != NULL;
  }
  if (ok && s->shape.real) ok = ex_grid_new(s, &x->grid, err);
  if (!ok) {
    rc_exact_free(x);
    return NULL;
  }
  if (s->shape.real)
    ex_grid_diagonal(&x->grid, x->inverse);
  else
    ex_flips_diagonal(s->weight, x->inverse, s->shape.n, glauber(x));
  for (int64_t k = 0; k < x->n; k++) {
    const int label = s->label[k];
    x->q[k] = label == RC_IN_B ? 1 : label ? 0 : .5;
    x->inverse[k] = label || !(x->inverse[k] > 0) ? 0 : 1 / x->inverse[k];
  }
  begin(x);
  x->rz0 = x->rz;
  return x;
}

void rc_exact_free(rc_exact *x) {
  if (!x) return;
  double *all[] = {x->q, x->r, x->p, x->ap, x->inverse, x->z};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_big_free(all[i]);
  ex_grid_free(&x->grid);
  rc_free(x);
}

/* sum of c over the edges that leave A: 1_A L 1_A; the directions p and ap are free by now. */
static double exit_flux(rc_exact *x) {
  double sum = 0;
  if (x->s->shape.dynamics == RC_PATH_OVERDAMPED) return 0; /* grows as 1/h */
  for (int64_t k = 0; k < x->n; k++) x->p[k] = x->s->label[k] == RC_IN_A;
  apply(x, x->p, x->ap);
  for (int64_t k = 0; k < x->n; k++) sum += x->p[k] * x->ap[k];
  return sum;
}

static void figures(rc_exact *x) {
  const rc_path_system *s = x->s;
  rc_exact_figures *f = &x->figures;
  double z = 0, states = 0, flux = 0, tp = 0, yield = 0, not_b = 0, hist[10] = {0};
  *f = (rc_exact_figures){.states = x->n, .iterations = x->iterations, .residual = x->residual};
  for (int64_t k = 0; k < x->n; k++) {
    const double w = s->weight[k], q = x->q[k];
    const double part = x->grid.part ? x->grid.part[k] : 1, density = part * w * q * (1 - q);
    z += w, states += w * q * (1 - q);
    f->in_a += s->label[k] == RC_IN_A, f->in_b += s->label[k] == RC_IN_B;
    f->pi_a += s->label[k] == RC_IN_A ? part * w : 0;
    f->pi_b += s->label[k] == RC_IN_B ? part * w : 0;
    flux += q * x->ap[k];
    tp += density, yield += density * 2 * q * (1 - q), not_b += w * (1 - q);
    hist[RC_MAX(0, RC_MIN(9, (int)(10 * q)))] += density;
  }
  /* chances of a step: one of n flips, one of four directions, or rates 1/h^2 */
  const double h2 = s->hx * s->hy;
  const double unit = !s->shape.real ? s->shape.n : s->shape.dynamics == RC_PATH_WALK ? 4 : h2;
  f->nu = flux / (unit * z);
  f->rate = flux / unit / not_b;
  f->rate_back = flux / unit / (z - not_b);
  f->length = tp / (flux / unit);
  f->p_react = tp / z;
  f->exit = exit_flux(x) / (unit * z);
  f->yield = yield / tp;
  x->density = states;
  f->pi_a /= z, f->pi_b /= z;
  for (int i = 0; i < 10; i++) f->histogram[i] = hist[i] / tp;
  f->bytes = (double)(rc_exact_plan(s) + (uint64_t)x->n * 9) / (double)x->n;
}

/* The residual that was carried along is not the true one: seen once more before the end. */
static bool finish(rc_exact *x, rc_err *err) {
  begin(x);
  if (x->residual > 1.1 * pointwise && x->iterations < ITERATIONS) return true;
  for (int64_t k = 0; k < x->n; k++) x->q[k] = fmin(1, fmax(0, x->q[k]));
  apply(x, x->q, x->ap);
  x->residual = largest(x);
  figures(x);
  x->done = true;
  if (!(x->figures.nu > 0) || !isfinite(x->figures.rate)) {
    rc_err_set(err, RC_ERR_INPUT,
               "B cannot be reached from A: no path connects them; raise the "
               "temperature or widen the states");
  }
  return false;
}

bool rc_exact_step(rc_exact *x, int iterations, rc_err *err) {
  for (int t = 0; t < iterations && !x->done; t++) {
    if (x->residual <= pointwise && x->rz <= energy_norm * energy_norm * x->rz0) {
      return finish(x, err);
    }
    if (x->iterations++ == ITERATIONS) {
      return rc_err_set(err, RC_ERR_LIMIT,
                        "the committor did not converge in %d iterations (residual %.1e): B may "
                        "be out of reach; raise the temperature or widen the states",
                        ITERATIONS, x->residual);
    }
    apply(x, x->p, x->ap);
    double sum[4] = {0};
    for (int64_t k = 0; k < x->n; k++) sum[k & 3] += x->p[k] * x->ap[k];
    const double alpha = x->rz / (sum[0] + sum[1] + (sum[2] + sum[3])), before = x->rz;
    for (int64_t k = 0; k < x->n; k++) {
      x->q[k] += alpha * x->p[k];
      x->r[k] -= alpha * x->ap[k];
    }
    x->rz = precondition(x);
    const double beta = x->rz / before;
    for (int64_t k = 0; k < x->n; k++) {
      x->p[k] = (x->z ? x->z[k] : x->r[k] * x->inverse[k]) + beta * x->p[k];
    }
  }
  return !x->done;
}

bool rc_exact_run(rc_exact *x, rc_err *err) {
  while (rc_exact_step(x, 100, err)) {
  }
  return x->done && (!err || err->code == RC_ERR_NONE);
}

bool rc_exact_done(const rc_exact *x) {
  return x->done;
}
double rc_exact_residual(const rc_exact *x) {
  return x->residual;
}
int rc_exact_iterations(const rc_exact *x) {
  return x->iterations;
}
const double *rc_exact_committor(const rc_exact *x) {
  return x->q;
}
rc_exact_figures rc_exact_read(const rc_exact *x) {
  return x->figures;
}

double rc_exact_density(const rc_exact *x, int64_t k) {
  const double q = x->q[k];
  return x->s->weight[k] * q * (1 - q) / x->density;
}
