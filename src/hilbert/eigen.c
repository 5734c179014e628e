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
 * eigenvalue computations (1985).
 *
 * With Sz = 0 the Hamiltonian commutes with the inversion of all spins. Large plain sectors are
 * solved in their even and their odd part, each half as long; the lower of the two lowest levels is
 * the ground state, whichever part it is in. */
#include "hilbert/eigen.h"

#include <math.h>
#include <string.h>

enum { RETRIES = 3 };
/* An energy converges with the square of the residual: enough where no vector is wanted. */
static const double LOOSE = 3e-8; /* times the scale */

/* Small sectors are solved at once, unless the matrix finds no room. */
static bool dense_wanted(uint64_t states, bool lean) {
  enum { ALWAYS = 64 };
  return states <= (lean ? (uint64_t)ALWAYS : (uint64_t)RC_DENSE_MAX);
}

static bool krylov_kept(uint64_t states, bool lean) {
  return !lean && states * RC_KRYLOV_VECTORS * sizeof(double) <= RC_KRYLOV_BYTES;
}

/* Is a plain sector solved in two parts? */
static bool two_parts(const rc_basis *b, rc_storage storage) {
  return storage == RC_MATRIX_FLY && !b->orbits && b->up >= 0 && 2 * b->up == b->sites &&
         b->states > RC_DENSE_MAX;
}

uint64_t rc_eigen_bytes(const rc_basis *b, rc_storage storage, bool lean) {
  const uint64_t n = b->states;
  if (dense_wanted(n, lean)) return n * (n + 1) * sizeof(double);
  if (krylov_kept(n, lean)) return n * sizeof(double) * (3 + RC_KRYLOV_VECTORS);
  /* two vectors and the eigenvector; with two parts these are halves, and the whole vector */
  return two_parts(b, storage) ? n / 2 * 5 * sizeof(double) : n * 3 * sizeof(double);
}

uint64_t rc_eigen_energy_bytes(const rc_basis *b, const rc_matrix_plan *plan) {
  const uint64_t n = b->states;
  if (dense_wanted(n, plan->lean)) return plan->bytes_work;
  const uint64_t last_two = (two_parts(b, plan->storage) ? n / 2 : n) * 2 * sizeof(double);
  return last_two + (krylov_kept(n, plan->lean) ? n * RC_KRYLOV_VECTORS * sizeof(double) : 0);
}

/* ---- life --------------------------------------------------------------------------------------- */

static bool vectors_new(rc_eigen *e, rc_err *err) {
  const uint64_t n = e->space.states;
  const char *what = "the vectors of the eigensolver";
  if (e->dense) return (e->lock[0] = rc_big_alloc(n, sizeof(double), what, err)) != NULL;
  e->x = rc_big_alloc(n, sizeof(double), what, err);
  e->y = e->x ? rc_big_alloc(n, sizeof(double), what, err) : NULL;
  if (!e->y) return false;
  if (!krylov_kept(e->m->states, e->m->lean)) return true;
  e->krylov = rc_big_alloc(n * RC_KRYLOV_VECTORS * (uint64_t)e->parts, sizeof(double), what, err);
  return e->krylov != NULL;
}

rc_eigen *rc_eigen_new_with(const rc_matrix *m, const rc_couplings *c, const rc_eigen_opts *o,
                            rc_err *err) {
  rc_eigen *e = rc_alloc(1, sizeof *e);
  e->m = m;
  e->c = c;
  e->opts = *o;
  if (!(o->tolerance > 0)) e->opts.tolerance = 1e-10;
  e->scale = rc_hamiltonian_scale(m->h);
  /* no residual gets below the rounding of a product */
  e->rounding = rc_hamiltonian_rounding(m->h);
  e->opts.tolerance = fmax(e->opts.tolerance * e->scale, e->rounding);
  if (o->iterations <= 0) e->opts.iterations = 1000;
  e->dense = dense_wanted(m->states, m->lean);
  e->view = (rc_eigen_view){.phase = e->dense ? RC_EIGEN_DENSE : RC_EIGEN_LANCZOS,
                            .energy = NAN,
                            .residual = NAN,
                            .gap = NAN,
                            .vector_residual = NAN};
  rc_space_init(&e->space, m->basis, o->threads);
  e->tighten = 1;
  e->parts = 1;
  if (two_parts(m->basis, m->storage)) {
    /* The singlets have parity (-1)^(N/2), and the boson, whose vector is positive, is even: it
     * needs no look at the odd part. */
    const int singlet = m->basis->up % 2 ? -1 : 1;
    e->space.states /= 2;
    e->parts = c->boson ? 1 : 2;
    e->piece[0].parity = c->boson ? 1 : singlet;
    e->piece[1].parity = -singlet;
  }
  if (vectors_new(e, err)) return e;
  rc_eigen_free(e);
  return NULL;
}

rc_eigen *rc_eigen_new(const rc_matrix *m, const rc_eigen_opts *o, rc_err *err) {
  return rc_eigen_new_with(m, &m->couplings, o, err);
}

void rc_eigen_free(rc_eigen *e) {
  if (!e) return;
  for (int k = 0; k < RC_LEVELS_MAX; k++) rc_big_free(e->lock[k]);
  for (int p = 0; p < 2; p++) {
    rc_free(e->piece[p].alpha);
    rc_free(e->piece[p].beta);
    rc_free(e->piece[p].ritz);
  }
  rc_big_free(e->ground);
  rc_big_free(e->x);
  rc_big_free(e->y);
  rc_big_free(e->v);
  rc_big_free(e->krylov);
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
  while (same < v->levels && rc_same_level(e, v->level[0], v->level[same])) same++;
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
  for (int k = 0; k < wanted; k++) v->level[k] = rc_settled(v->level[k], e->rounding);
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

/* ---- runs --------------------------------------------------------------------------------------- */

static void finish(rc_eigen *e, bool *done) {
  e->view.phase = RC_EIGEN_DONE;
  *done = true;
}

/* Must the run at work go on until its vector is good? Not when another part has a lower level, and
 * not when the energy alone completes what is wanted. */
static bool vector_wanted(const rc_eigen *e) {
  const rc_eigen_view *v = &e->view;
  const double energy = e->piece[e->part].energy;
  if (e->opts.energy_only) return false;
  if (e->must_tight) return true;
  for (int p = 0; p < e->parts; p++) {
    const rc_part *other = &e->piece[p];
    if (p == e->part || !other->known) continue;
    const bool same = rc_same_level(e, other->energy, energy);
    if (same ? e->opts.levels <= 0 : other->energy < energy) return false;
  }
  if (e->locked == 0 || rc_same_level(e, v->level[0], energy)) return true;
  int same = 0;
  while (same < v->levels && rc_same_level(e, v->level[0], v->level[same])) same++;
  return v->levels + 1 - same < e->opts.levels;
}

/* Room for one more eigenvector. Without it what is known has to do; for the ground state it is an
 * error. */
static bool vector_room(rc_eigen *e, bool *done, rc_err *err) {
  const uint64_t bytes = e->space.states * sizeof(double);
  uint64_t held =
      bytes * (uint64_t)((e->krylov ? 2 + RC_KRYLOV_VECTORS * e->parts : 2) + e->locked);
  if (e->ground) held += e->m->states * sizeof(double);
  rc_eigen_view *v = &e->view;
  if (e->locked > 0 && e->opts.limit && held + bytes > e->opts.limit) {
    if (isnan(v->gap)) {
      v->degeneracy_open = true;
      v->degeneracy = v->levels;
    }
    finish(e, done);
    return true;
  }
  e->v = rc_big_alloc(e->space.states, sizeof(double), "an eigenvector", err);
  return e->v != NULL;
}

static void run_again(rc_eigen *e, int part, bool tight) {
  e->part = part;
  e->piece[part].known = false;
  e->must_tight = tight;
  e->stage = RC_RUN_START;
}

/* Goes for the vector of the level that a part has found. */
static bool begin_vector(rc_eigen *e, int part, bool *done, rc_err *err) {
  if (e->opts.energy_only) {
    e->view.energy = rc_settled(e->piece[part].energy, e->rounding);
    e->view.residual = e->piece[part].residual;
    finish(e, done);
    return true;
  }
  if (!e->piece[part].tight) {
    run_again(e, part, true);
    return true;
  }
  if (e->locked == 0) e->view.phase = RC_EIGEN_VECTOR;
  if (!e->v && (!vector_room(e, done, err) || *done)) return e->v != NULL || *done;
  memset(e->v, 0, e->space.states * sizeof *e->v);
  e->part = part;
  if (e->krylov && e->piece[part].k <= RC_KRYLOV_VECTORS) {
    rc_run_combine(e);
    e->stage = RC_RUN_CLOSE;
    return true;
  }
  e->replay = 0;
  e->stage = RC_RUN_REPLAY;
  rc_run_start(e);
  return true;
}

/* Which part is next: one of which nothing is known, else the one with the lowest level. */
static bool choose(rc_eigen *e, bool *done, rc_err *err) {
  rc_eigen_view *v = &e->view;
  int best = 0;
  if (e->must_tight) { /* this level was chosen before; only its vector was not good enough */
    e->must_tight = false;
    return begin_vector(e, e->part, done, err);
  }
  for (int p = 0; p < e->parts; p++) {
    if (!e->piece[p].known) {
      run_again(e, p, false);
      return true;
    }
    if (e->piece[p].energy < e->piece[best].energy) best = p;
  }
  if (e->locked > 0) {
    v->level[v->levels++] = rc_settled(e->piece[best].energy, e->rounding);
    if (levels_suffice(e, (uint64_t)v->levels == e->m->states)) {
      finish(e, done);
      return true;
    }
  }
  return begin_vector(e, best, done, err);
}

static void show_progress(rc_eigen *e) {
  const rc_part *p = &e->piece[e->part];
  e->view.iteration++;
  if (e->locked > 0) return;
  for (int k = 0; k < e->parts; k++)
    if (k != e->part && e->piece[k].known && e->piece[k].energy <= p->energy) return;
  e->view.energy = p->energy;
  e->view.residual = p->residual;
}

static bool lanczos_step(rc_eigen *e, bool *done, rc_err *err) {
  rc_part *p = &e->piece[e->part];
  if (e->stage == RC_RUN_START) {
    p->k = 0;
    p->replica = (uint64_t)e->locked;
    rc_run_start(e);
    e->stage = RC_RUN_ITERATE;
  }
  if (!rc_run_iterate(e, err)) return false;
  show_progress(e);
  const double tight = 0.3 * e->opts.tolerance * e->tighten;
  const bool wanted = vector_wanted(e);
  if (p->residual <= (wanted ? tight : fmax(tight, LOOSE * e->scale))) {
    p->known = true;
    p->tight = p->residual <= tight;
    return choose(e, done, err);
  }
  if (p->k < e->opts.iterations) return true;
  if (e->locked == 0)
    return rc_err_set(err, RC_ERR_LIMIT,
                      "no convergence in %lld Lanczos iterations: residual %.3g, wanted %.3g",
                      (long long)p->k, p->residual, e->opts.tolerance);
  if (isnan(e->view.gap)) e->view.degeneracy_open = true; /* the ground state stands */
  finish(e, done);
  return true;
}

/* The ground vector as the caller sees it: in the whole space, sign fixed. */
static bool publish(rc_eigen *e, double energy, double residual, rc_err *err) {
  const uint64_t half = e->space.states, n = e->m->states;
  double *all = e->lock[0];
  if (half < n) {
    all = e->ground = rc_big_alloc(n, sizeof *all, "the ground state", err);
    if (!all) return false;
    for (uint64_t i = 0; i < half; i++) {
      all[i] = e->lock[0][i] * M_SQRT1_2;
      all[n - 1 - i] = e->piece[e->part].parity * all[i];
    }
  }
  fix_sign(all, n);
  energy = rc_settled(energy, e->rounding);
  e->view.energy = energy;
  e->view.residual = e->view.vector_residual = residual;
  e->view.vector = all;
  e->view.level[e->view.levels++] = energy;
  return true;
}

/* True residual of e->v; locks it when it is good, else the run is repeated with a tighter goal. */
static bool close_step(rc_eigen *e, bool *done, rc_err *err) {
  const double norm = sqrt(rc_space_dot(&e->space, e->v, e->v));
  const double energy = rc_run_product(e, 1 / norm, e->v, 0, e->y) / norm;
  const double residual = sqrt(rc_space_sub_norm(&e->space, energy / norm, e->v, e->y));
  if (residual > e->opts.tolerance && e->retries < RETRIES) {
    e->retries++;
    e->tighten *= 0.1;
    run_again(e, e->part, true);
    return true;
  }
  if (residual > e->opts.tolerance && e->locked == 0)
    return rc_err_set(err, RC_ERR_LIMIT, "the ground state keeps a residual of %.3g, wanted %.3g",
                      residual, e->opts.tolerance);
  rc_space_to_basis(&e->space, 1 / norm, e->v, e->v);
  e->lock[e->locked] = e->v;
  e->lock_part[e->locked] = e->part;
  e->v = NULL;
  e->piece[e->part].known = false;
  e->retries = 0;
  e->tighten = 1;
  if (e->locked++ == 0) {
    if (!publish(e, energy, residual, err)) return false;
    if (levels_suffice(e, e->m->states == 1)) {
      finish(e, done);
      return true;
    }
    e->view.phase = RC_EIGEN_LEVELS;
  }
  return choose(e, done, err);
}

bool rc_eigen_step(rc_eigen *e, bool *done, rc_err *err) {
  *done = e->view.phase == RC_EIGEN_DONE;
  if (*done) return true;
  if (e->dense) return dense_step(e, done, err);
  if (e->stage == RC_RUN_CLOSE) return close_step(e, done, err);
  if (e->stage != RC_RUN_REPLAY) return lanczos_step(e, done, err);
  if (rc_run_replay(e)) e->stage = RC_RUN_CLOSE;
  return true;
}

/* ---- the boson ---------------------------------------------------------------------------------- */

struct rc_boson {
  uint64_t states;
  rc_couplings c;
  rc_eigen *eigen;
};

void rc_boson_free(rc_boson *b) {
  if (!b) return;
  rc_eigen_free(b->eigen);
  rc_couplings_clear(&b->c);
  rc_free(b);
}

rc_boson *rc_boson_new(const rc_matrix *m, const rc_eigen_opts *o, rc_err *err) {
  rc_boson *b = rc_alloc(1, sizeof *b);
  b->states = m->states;
  rc_couplings_fill(&b->c, m->h, true);
  bool good = true;
  if (m->stored.diagonal) {
    b->c.diagonal =
        rc_big_alloc(m->states, sizeof *b->c.diagonal, "the diagonal of the boson", err);
    good = b->c.diagonal != NULL;
    if (good) rc_stored_diagonal((rc_matrix *)m, &b->c, b->c.diagonal);
  }
  rc_eigen_opts opts = *o;
  opts.levels = 0;
  if (good) b->eigen = rc_eigen_new_with(m, &b->c, &opts, err);
  if (b->eigen) return b;
  rc_boson_free(b);
  return NULL;
}

uint64_t rc_boson_bytes(const rc_matrix *m) {
  const uint64_t n = m->states;
  uint64_t bytes = rc_eigen_bytes(m->basis, m->storage, m->lean);
  /* the even part alone keeps Krylov vectors */
  if (two_parts(m->basis, m->storage) && krylov_kept(n, m->lean))
    bytes = n / 2 * (3 + RC_KRYLOV_VECTORS) * sizeof(double) + n * sizeof(double);
  return bytes + (m->stored.diagonal ? n * sizeof(double) : 0);
}

bool rc_boson_step(rc_boson *b, bool *done, rc_err *err) {
  return rc_eigen_step(b->eigen, done, err);
}

double rc_boson_read(const rc_boson *b, double *vector) {
  const rc_eigen_view v = rc_eigen_read(b->eigen);
  for (uint64_t i = 0; vector && i < b->states; i++) vector[i] = fabs(v.vector[i]);
  return v.energy;
}

bool rc_boson_energy(const rc_matrix *m, const rc_eigen_opts *o, double *energy, double *vector,
                     rc_err *err) {
  rc_boson *b = rc_boson_new(m, o, err);
  bool good = b != NULL, done = false;
  while (good && !done) good = rc_boson_step(b, &done, err);
  if (good) *energy = rc_boson_read(b, vector);
  rc_boson_free(b);
  return good;
}
