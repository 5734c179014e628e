/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lowest levels: LAPACK for small sectors, else Lanczos with two vectors.
 *
 * A run goes for the lowest level in the complement of the vectors that are locked already (none
 * for the ground state). Lanczos without re-orthogonalisation makes ghost copies of a level only
 * after it has converged; a run stops there, on |beta s_k|, so there are none. The eigenvector
 * comes from a second pass over the same recurrence, which repeats it to the bit, or from the stored
 * Krylov vectors where they are small. Then the vector is locked and the next run starts: equal
 * energies count the degeneracy, the first different one is the gap. Each step is one product with
 * the matrix. Source of the method: Cullum and Willoughby, Lanczos algorithms for large symmetric
 * eigenvalue computations (1985). */
#include "hilbert/impl.h"

#include <math.h>
#include <string.h>

enum { KRYLOV_VECTORS = 128, KRYLOV_BYTES = 16 << 20, RETRIES = 3 };
/* An energy converges with the square of the residual: enough where no vector is wanted. */
static const double LOOSE = 3e-8;

typedef enum { START, ITERATE, REPLAY, CLOSE } stage;

struct rc_eigen {
  const rc_matrix *m;
  const rc_couplings *c;
  rc_eigen_opts opts;
  rc_eigen_view view;
  rc_space space;
  bool dense;
  stage stage;
  double *x, *y; /* the last two Lanczos vectors, times their norms */
  double x_scale, y_scale;
  double *krylov; /* KRYLOV_VECTORS of them, or NULL */
  double *v;      /* eigenvector in the making */
  int locked;
  double *lock[RC_LEVELS_MAX];
  int64_t k, replay, room; /* steps done; alpha, beta, ritz have room + 1 */
  double *alpha, *beta, *ritz;
  double energy, residual, tighten;
  int retries;
};

static bool krylov_fits(uint64_t states) {
  return states * KRYLOV_VECTORS * sizeof(double) <= KRYLOV_BYTES;
}

uint64_t rc_eigen_bytes(uint64_t states) {
  if (states <= RC_DENSE_MAX) return states * (states + 1) * sizeof(double);
  return states * sizeof(double) * (krylov_fits(states) ? 3 + KRYLOV_VECTORS : 3);
}

static bool degenerate(double a, double b) {
  return fabs(a - b) <= 1e-9 * fmax(1, fabs(a));
}

/* ---- life --------------------------------------------------------------------------------------- */

rc_eigen *rc_eigen_new_with(const rc_matrix *m, const rc_couplings *c, const rc_eigen_opts *o,
                            rc_err *err) {
  rc_eigen *e = rc_alloc(1, sizeof *e);
  e->m = m;
  e->c = c;
  e->opts = *o;
  if (!(o->tolerance > 0)) e->opts.tolerance = 1e-10;
  if (o->iterations <= 0) e->opts.iterations = 1000;
  e->dense = m->states <= RC_DENSE_MAX;
  e->view = (rc_eigen_view){.phase = e->dense ? RC_EIGEN_DENSE : RC_EIGEN_LANCZOS,
                            .energy = NAN,
                            .residual = NAN,
                            .gap = NAN,
                            .vector_residual = NAN};
  rc_space_init(&e->space, m->basis, o->threads);
  e->tighten = 1;
  uint64_t n = m->states;
  const char *what = "the vectors of the eigensolver";
  bool good = true;
  if (e->dense) {
    good = (e->lock[0] = rc_big_alloc(n, sizeof(double), what, err)) != NULL;
  } else {
    good = (e->x = rc_big_alloc(n, sizeof(double), what, err)) != NULL &&
           (e->y = rc_big_alloc(n, sizeof(double), what, err)) != NULL;
    if (good && krylov_fits(n))
      good = (e->krylov = rc_big_alloc(n * KRYLOV_VECTORS, sizeof(double), what, err)) != NULL;
  }
  if (good) return e;
  rc_eigen_free(e);
  return NULL;
}

rc_eigen *rc_eigen_new(const rc_matrix *m, const rc_eigen_opts *o, rc_err *err) {
  return rc_eigen_new_with(m, &m->couplings, o, err);
}

void rc_eigen_free(rc_eigen *e) {
  if (!e) return;
  for (int k = 0; k < RC_LEVELS_MAX; k++) rc_big_free(e->lock[k]);
  rc_big_free(e->x);
  rc_big_free(e->y);
  rc_big_free(e->v);
  rc_big_free(e->krylov);
  rc_free(e->alpha);
  rc_free(e->beta);
  rc_free(e->ritz);
  rc_free(e);
}

rc_eigen_view rc_eigen_read(const rc_eigen *e) {
  return e->view;
}

/* ---- what is known ------------------------------------------------------------------------------ */

/* First entry of largest modulus positive; a hair below the maximum counts as the maximum, so that
 * rounding does not choose between symmetry-related entries. */
static void fix_sign(double *v, uint64_t n) {
  double most = 0;
  for (uint64_t i = 0; i < n; i++) most = fmax(most, fabs(v[i]));
  for (uint64_t i = 0; i < n; i++) {
    if (fabs(v[i]) < most * (1 - 1e-9)) continue;
    bool flip = v[i] < 0;
    for (uint64_t k = 0; flip && k < n; k++) v[k] = -v[k];
    return;
  }
}

/* Counts the levels known so far; true when no more are wanted. */
static bool levels_suffice(rc_eigen *e, bool exhausted) {
  rc_eigen_view *v = &e->view;
  int same = 0;
  while (same < v->levels && degenerate(v->level[0], v->level[same])) same++;
  if (same < v->levels) {
    v->degeneracy = same;
    v->gap = v->level[same] - v->level[0];
  }
  if (e->opts.levels <= 0) return true;
  if (v->levels - same >= e->opts.levels && same < v->levels) return true;
  if (exhausted || v->levels == RC_LEVELS_MAX) {
    if (same == v->levels) {
      v->degeneracy = same;
      v->degeneracy_open = !exhausted;
    }
    return true;
  }
  return false;
}

static bool dense_step(rc_eigen *e, bool *done, rc_err *err) {
  uint64_t n = e->m->states;
  int wanted = (int)RC_MIN(n, (uint64_t)RC_LEVELS_MAX);
  rc_eigen_view *v = &e->view;
  if (!rc_dense_solve(e->m, e->c, wanted, v->level, e->lock[0], err)) return false;
  int enough = e->opts.levels <= 0;
  for (v->levels = 1; v->levels < wanted && !enough;) {
    v->levels++;
    enough = levels_suffice(e, false);
  }
  levels_suffice(e, (uint64_t)v->levels == n);
  fix_sign(e->lock[0], n);
  double *u = rc_alloc(n, sizeof *u), *hu = rc_alloc(n, sizeof *hu);
  rc_space_from_basis(&e->space, 1, e->lock[0], u);
  rc_matrix_multiply(e->m, e->c, 1, u, 0, hu);
  v->vector_residual = sqrt(rc_space_sub_norm(&e->space, v->level[0], u, hu));
  v->applications++;
  v->iteration = 1;
  v->energy = v->level[0];
  v->residual = v->vector_residual;
  v->vector = e->lock[0];
  v->phase = RC_EIGEN_DONE;
  rc_free(hu);
  rc_free(u);
  *done = true;
  return true;
}

/* ---- Lanczos ------------------------------------------------------------------------------------ */

static double deflate(rc_eigen *e, double *y, double norm2) {
  for (int k = 0; k < e->locked; k++)
    norm2 =
        rc_space_sub_basis(&e->space, rc_space_dot_basis(&e->space, e->lock[k], y), e->lock[k], y);
  return norm2;
}

/* The start vector depends on the seed and on how many vectors are locked: the replay makes it
 * again. */
static void start(rc_eigen *e) {
  rc_space_random(&e->space, e->opts.seed, (uint64_t)e->locked, e->c->boson, e->x);
  double norm2 = deflate(e, e->x, rc_space_dot(&e->space, e->x, e->x));
  memset(e->y, 0, e->m->states * sizeof *e->y);
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

static void grow(rc_eigen *e) {
  if (e->k + 2 < e->room) return;
  e->room = e->room ? 2 * e->room : 128;
  e->alpha = rc_realloc(e->alpha, (size_t)e->room + 1, sizeof *e->alpha);
  e->beta = rc_realloc(e->beta, (size_t)e->room + 1, sizeof *e->beta);
  e->ritz = rc_realloc(e->ritz, (size_t)e->room + 1, sizeof *e->ritz);
}

/* One step of the recurrence: alpha[k], beta[k+1], and the lowest Ritz pair. */
static bool iterate(rc_eigen *e, rc_err *err) {
  grow(e);
  int64_t k = e->k++;
  if (e->krylov && k < KRYLOV_VECTORS) {
    double *v = e->krylov + (uint64_t)k * e->m->states;
    for (uint64_t i = 0; i < e->m->states; i++) v[i] = e->x_scale * e->x[i];
  }
  if (k == 0) e->beta[0] = 0;
  double dot = rc_matrix_multiply(e->m, e->c, e->x_scale, e->x, e->beta[k] * e->y_scale, e->y);
  e->view.applications++;
  e->alpha[k] = e->x_scale * dot;
  double norm2 = rc_space_sub_norm(&e->space, e->alpha[k] * e->x_scale, e->x, e->y);
  e->beta[k + 1] = sqrt(deflate(e, e->y, norm2));
  if (!rc_tridiagonal_lowest((int)e->k, e->alpha, e->beta, &e->energy, e->ritz, err)) return false;
  e->residual = fabs(e->beta[k + 1] * e->ritz[k]);
  if (e->beta[k + 1] > 0) swap_vectors(e, e->beta[k + 1]);
  return true;
}

/* Is the vector of the level that a run is about to find needed? */
static bool vector_wanted(const rc_eigen *e) {
  const rc_eigen_view *v = &e->view;
  if (e->locked == 0 || degenerate(v->level[0], e->energy)) return true;
  int same = 0;
  while (same < v->levels && degenerate(v->level[0], v->level[same])) same++;
  return v->levels + 1 - same < e->opts.levels;
}

static void finish(rc_eigen *e, bool *done) {
  e->view.phase = RC_EIGEN_DONE;
  *done = true;
}

/* The next level is known: with its vector in e->v, or by its energy alone. */
static void level_known(rc_eigen *e, double energy, bool *done) {
  rc_eigen_view *v = &e->view;
  v->level[v->levels++] = energy;
  if (levels_suffice(e, (uint64_t)v->levels == e->m->states)) {
    finish(e, done);
    return;
  }
  v->phase = RC_EIGEN_LEVELS;
  e->stage = START;
}

/* Room for one more eigenvector. Without it the count stays open; for the ground state it is an
 * error. */
static bool vector_room(rc_eigen *e, bool *done, rc_err *err) {
  uint64_t bytes = e->m->states * sizeof(double);
  uint64_t held = bytes * (uint64_t)(e->krylov ? 2 + KRYLOV_VECTORS + e->locked : 2 + e->locked);
  if (e->locked > 0 && e->opts.limit && held + bytes > e->opts.limit) {
    e->view.degeneracy_open = true;
    e->view.degeneracy = e->locked + 1;
    e->view.level[e->view.levels++] = e->energy;
    finish(e, done);
    return true;
  }
  e->v = rc_big_alloc(e->m->states, sizeof(double), "an eigenvector", err);
  return e->v != NULL;
}

static bool converged(rc_eigen *e, bool *done, rc_err *err) {
  if (!vector_wanted(e)) {
    level_known(e, e->energy, done);
    return true;
  }
  if (e->locked == 0) e->view.phase = RC_EIGEN_VECTOR;
  if (!e->v && (!vector_room(e, done, err) || *done)) return e->v != NULL || *done;
  memset(e->v, 0, e->m->states * sizeof *e->v);
  e->stage = CLOSE;
  if (e->krylov && e->k <= KRYLOV_VECTORS) {
    for (int64_t k = 0; k < e->k; k++)
      rc_space_add(&e->space, e->ritz[k], e->krylov + (uint64_t)k * e->m->states, e->v);
    return true;
  }
  e->stage = REPLAY;
  e->replay = 0;
  start(e);
  return true;
}

static bool lanczos_step(rc_eigen *e, bool *done, rc_err *err) {
  if (!iterate(e, err)) return false;
  rc_eigen_view *v = &e->view;
  v->iteration++;
  if (e->locked == 0) {
    v->energy = e->energy;
    v->residual = e->residual;
  }
  double tight = 0.3 * e->opts.tolerance * e->tighten;
  if (e->residual <= (vector_wanted(e) ? tight : fmax(tight, LOOSE)))
    return converged(e, done, err);
  if (e->k < e->opts.iterations) return true;
  if (e->locked == 0)
    return rc_err_set(err, RC_ERR_LIMIT,
                      "no convergence in %lld Lanczos iterations: residual %.3g, wanted %.3g",
                      (long long)e->k, e->residual, e->opts.tolerance);
  v->degeneracy_open = true; /* the ground state stands; what lies above remains unknown */
  finish(e, done);
  return true;
}

/* The recurrence once more, adding up the eigenvector. */
static void replay_step(rc_eigen *e) {
  int64_t k = e->replay++;
  if (e->replay == e->k) {
    rc_space_add(&e->space, e->ritz[k] * e->x_scale, e->x, e->v);
    e->stage = CLOSE;
    return;
  }
  rc_matrix_multiply(e->m, e->c, e->x_scale, e->x, e->beta[k] * e->y_scale, e->y);
  e->view.applications++;
  rc_space_add_sub(&e->space, e->ritz[k] * e->x_scale, e->alpha[k] * e->x_scale, e->x, e->v, e->y);
  deflate(e, e->y, 0);
  swap_vectors(e, e->beta[k + 1]);
}

/* True residual of e->v; locks it when it is good, else the run is repeated with a tighter goal. */
static bool close_step(rc_eigen *e, bool *done, rc_err *err) {
  double norm = sqrt(rc_space_dot(&e->space, e->v, e->v));
  double dot = rc_matrix_multiply(e->m, e->c, 1 / norm, e->v, 0, e->y);
  e->view.applications++;
  double energy = dot / norm;
  double residual = sqrt(rc_space_sub_norm(&e->space, energy / norm, e->v, e->y));
  if (residual > e->opts.tolerance && e->retries < RETRIES) {
    e->retries++;
    e->tighten *= 0.1;
    e->stage = START;
    return true;
  }
  if (residual > e->opts.tolerance && e->locked == 0)
    return rc_err_set(err, RC_ERR_LIMIT, "the ground state keeps a residual of %.3g, wanted %.3g",
                      residual, e->opts.tolerance);
  rc_space_to_basis(&e->space, 1 / norm, e->v, e->v);
  fix_sign(e->v, e->m->states);
  e->lock[e->locked] = e->v;
  e->v = NULL;
  if (e->locked++ == 0) {
    e->view.energy = energy;
    e->view.residual = e->view.vector_residual = residual;
    e->view.vector = e->lock[0];
  }
  e->retries = 0;
  e->tighten = 1;
  level_known(e, energy, done);
  return true;
}

bool rc_eigen_step(rc_eigen *e, bool *done, rc_err *err) {
  *done = e->view.phase == RC_EIGEN_DONE;
  if (*done) return true;
  if (e->dense) return dense_step(e, done, err);
  if (e->stage == START) {
    e->k = 0;
    start(e);
    e->stage = ITERATE;
  }
  switch (e->stage) {
  case REPLAY: replay_step(e); return true;
  case CLOSE: return close_step(e, done, err);
  default: return lanczos_step(e, done, err);
  }
}

/* ---- the boson ---------------------------------------------------------------------------------- */

bool rc_boson_energy(const rc_matrix *m, const rc_eigen_opts *o, double *energy, double *vector,
                     rc_err *err) {
  rc_couplings c;
  rc_couplings_fill(&c, m->h, true);
  bool good = true, done = false;
  if (m->stored.diagonal) {
    c.diagonal = rc_big_alloc(m->states, sizeof *c.diagonal, "the diagonal of the boson", err);
    good = c.diagonal != NULL;
    if (good) rc_stored_diagonal((rc_matrix *)m, &c, c.diagonal);
  }
  rc_eigen_opts opts = *o;
  opts.levels = 0;
  rc_eigen *e = good ? rc_eigen_new_with(m, &c, &opts, err) : NULL;
  good = e != NULL;
  while (good && !done) good = rc_eigen_step(e, &done, err);
  if (good) {
    rc_eigen_view v = rc_eigen_read(e);
    *energy = v.energy;
    for (uint64_t i = 0; vector && i < m->states; i++) vector[i] = fabs(v.vector[i]);
  }
  rc_eigen_free(e);
  rc_couplings_clear(&c);
  return good;
}
