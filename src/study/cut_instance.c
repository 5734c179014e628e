/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the magnet (or a file) to the Max-Cut instance. */
#include "study/cut_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BUILD_ROWS = 1 << 15, BUILD_IMAGES = 1 << 15 };

static void free_basis(void *p) {
  rc_basis_free(p);
}

static void free_matrix(void *p) {
  rc_matrix_free(p);
}

static void free_graph(void *p) {
  rc_cut_graph_free(p);
}

static void free_symmetry(void *p) {
  rc_state_symmetry_free(p);
  rc_free(p);
}

void cut_drop_magnet(cut *s) {
  rc_eigen_free(s->eigen);
  s->eigen = NULL;
  rc_matrix_free(s->matrix);
  s->matrix = NULL;
  rc_share **shares[] = {&s->psi, &s->amplitude, &s->symmetry, &s->shown, &s->basis};
  for (size_t i = 0; i < RC_LEN(shares); i++) {
    rc_share_drop(*shares[i]);
    *shares[i] = NULL;
  }
  rc_hamiltonian_free(s->h);
  s->h = NULL;
  s->energy_exact = s->energy_diagonal = s->lambda = s->amplitude_overlap = s->orbit_spread =
      nan("");
  s->degenerate = s->even = s->orbit_bound = false;
}

bool cut_basis_step(cut *s, rc_err *err) {
  const rc_scenario *sc = s->env.scenario;
  s->h = rc_hamiltonian_new(sc->built, &sc->model);
  rc_basis *b = rc_basis_new(sc->built, &sc->sector, sc->memory, s->env.threads, err);
  if (!b) return false;
  s->basis = rc_share_new(b, free_basis);
  rc_matrix_plan plan, on_the_fly;
  bool done = false;
  /* before anything is reserved: a large sector does not even have room for the tables of its rows */
  const uint64_t fixed = rc_basis_plan(sc->built, &sc->sector) + 8 * rc_basis_states(b);
  if (!rc_matrix_plan_within(b, s->h, sc->memory, fixed, RC_MATRIX_AUTO, &plan, err) ||
      !rc_matrix_plan_make(b, s->h, 0, RC_MATRIX_FLY, &on_the_fly, err))
    return false;
  rc_matrix *shown = rc_matrix_new(b, s->h, &on_the_fly, s->env.threads, err);
  if (!shown) return false;
  s->shown = rc_share_new(shown, free_matrix);
  if (!rc_matrix_build(shown, UINT64_MAX / 2, &done, err)) return false;
  s->matrix = rc_matrix_new(b, s->h, &plan, s->env.threads, err);
  s->phase = CUT_MATRIX;
  return s->matrix != NULL;
}

/* A row of a symmetric sector looks at the images of each neighbour under the group. */
static uint64_t rows_a_step(const cut *s) {
  const bool symmetric = rc_basis_symmetric(rc_share_get(s->basis));
  const uint64_t images = symmetric ? (uint64_t)rc_basis_group_order(rc_share_get(s->basis)) : 1;
  return RC_MAX(64, RC_MIN(BUILD_ROWS, BUILD_IMAGES / RC_MAX(1, images)));
}

bool cut_matrix_step(cut *s, rc_err *err) {
  bool done = false;
  if (!rc_matrix_build(s->matrix, rows_a_step(s), &done, err)) return false;
  if (done) s->phase = CUT_EIGEN;
  return true;
}

static bool take_ground_state(cut *s, rc_eigen_view v, rc_err *err) {
  const uint64_t n = rc_matrix_states(s->matrix);
  double *copy = rc_big_alloc(n, sizeof *copy, "the ground state", err);
  if (!copy) return false;
  memcpy(copy, v.vector, n * sizeof *copy);
  s->psi = rc_share_new(copy, rc_big_free);
  s->energy_exact = v.energy;
  s->residual = v.vector_residual;
  s->degenerate = v.degeneracy > 1;
  if (s->degenerate) {
    cut_warn(
        s,
        "the ground level is %d-fold in this sector: amplitudes are those of one arbitrary vector",
        v.degeneracy);
  }
  s->env.emit(s->env.who, "ground-state", v.energy, "ground state of %llu states, E0 = %.10f",
              (unsigned long long)n, v.energy);
  rc_eigen_free(s->eigen);
  s->eigen = NULL;
  s->phase = CUT_INSTANCE;
  return true;
}

bool cut_eigen_step(cut *s, rc_err *err) {
  if (!s->eigen) {
    const rc_eigen_opts o = {.tolerance = 1e-11,
                             .iterations = 2000,
                             .levels = 1,
                             .seed = s->env.seed,
                             .threads = s->env.threads};
    s->eigen = rc_eigen_new(s->matrix, &o, err);
    if (!s->eigen) return false;
  }
  bool done = false;
  if (!rc_eigen_step(s->eigen, &done, err)) return false;
  return !done || take_ground_state(s, rc_eigen_read(s->eigen), err);
}

rc_amplitude_opts cut_amplitude_opts(const cut *s) {
  return (rc_amplitude_opts){.kind = (rc_amplitude_kind)s->o.amplitudes.from,
                             .sigma = s->o.amplitudes.sigma,
                             .lambda =
                                 s->o.amplitudes.lambda > 0 ? s->o.amplitudes.lambda : nan(""),
                             .per_orbit = s->o.amplitudes.symmetric,
                             .file = s->o.amplitudes.file,
                             .seed = s->env.seed};
}

/* Orbits of states. */
static bool make_symmetry(cut *s, rc_err *err) {
  const rc_scenario *sc = s->env.scenario;
  rc_state_symmetry *y = rc_alloc(1, sizeof *y);
  if (!rc_state_symmetry_make(sc->built, &sc->model, rc_share_get(s->basis), y, err)) {
    rc_free(y);
    return false;
  }
  s->symmetry = rc_share_new(y, free_symmetry);
  return true;
}

static void remark(cut *s, const rc_amplitude_report *r, uint64_t states) {
  const bool flat = s->o.amplitudes.from == RC_AMPLITUDES_UNIFORM;
  if (r->charged)
    cut_warn(s,
             "%s amplitudes have one sign everywhere in the trivial sector only: here they are the "
             "moduli, on the configurations that this sector has",
             flat ? "uniform" : "Boltzmann");
  if (r->missing > 0)
    cut_warn(s, "the file of amplitudes does not name %lld of the %llu states: these get 0",
             (long long)r->missing, (unsigned long long)states);
  if (r->lost > 0)
    cut_warn(s, "%lld amplitudes of the file are too small beside the largest and become 0",
             (long long)r->lost);
  if (r->negative > 0)
    cut_warn(s,
             "negative amplitudes in the file: %lld; their moduli are taken, signs are what is "
             "sought",
             (long long)r->negative);
}

/* Where the amplitudes have the symmetry the bound needs one variable per orbit of edges. */
static bool make_amplitudes(cut *s, rc_err *err) {
  const rc_amplitude_opts o = cut_amplitude_opts(s);
  const rc_state_symmetry *y = rc_share_get(s->symmetry);
  const uint64_t n = rc_matrix_states(s->matrix);
  double *a = rc_big_alloc(n, sizeof *a, "the amplitudes", err);
  if (!a) return false;
  s->amplitude = rc_share_new(a, rc_big_free);
  const double *psi = rc_share_get(s->psi);
  rc_amplitude_report report;
  if (!rc_amplitudes(s->matrix, psi, y, &o, a, &report, err)) return false;
  s->lambda = report.lambda;
  remark(s, &report, n);
  double *even = rc_alloc(n, sizeof *even);
  memcpy(even, a, n * sizeof *even);
  s->orbit_spread = rc_state_symmetry_even(y, even);
  /* a symmetric ground state differs inside an orbit by rounding only */
  s->even = y->generators > 0 && s->orbit_spread < 1e-7;
  s->orbit_bound = s->even && s->o.bound.orbits;
  if (s->even) memcpy(a, even, n * sizeof *even);
  rc_free(even);
  s->amplitude_overlap = 0;
  for (uint64_t i = 0; i < n; i++) s->amplitude_overlap += a[i] * fabs(psi[i]);
  s->diagonal = 0;
  s->diagonal_at = 0;
  return true;
}

/* sum D_c a_c^2 in index order; true when it is complete. */
static bool diagonal_step(cut *s) {
  const double *a = rc_share_get(s->amplitude);
  const uint64_t n = rc_matrix_states(s->matrix), end = RC_MIN(n, s->diagonal_at + rows_a_step(s));
  for (uint64_t i = s->diagonal_at; i < end; i++)
    s->diagonal += rc_matrix_diagonal(s->matrix, i) * a[i] * a[i];
  s->diagonal_at = end;
  if (end == n) s->energy_diagonal = s->diagonal;
  return end == n;
}

/* Some thousand edges at a time; *done when the graph is there. */
static bool graph_step(cut *s, bool *done, rc_err *err) {
  if (!s->builder)
    s->builder = rc_cut_builder_new(s->matrix, rc_share_get(s->amplitude), s->o.edges, err);
  rc_cut_graph *g = NULL;
  if (!s->builder || !rc_cut_builder_step(s->builder, CUT_BUILD_EDGES, &g, err)) return false;
  *done = g != NULL;
  if (!g) return true;
  rc_cut_builder_free(s->builder);
  s->builder = NULL;
  snprintf(g->title, sizeof g->title, "%.90s",
           s->env.scenario->title ? s->env.scenario->title : "");
  s->graph = rc_share_new(g, free_graph);
  return true;
}

/* A piece of the way from the ground state to the instance; done: it is made. */
static bool hilbert_instance(cut *s, bool *done, rc_err *err) {
  *done = false;
  if (s->stage == 0 && !make_symmetry(s, err)) return false;
  if (s->stage == 1 && !s->amplitude && !make_amplitudes(s, err)) return false;
  if (s->stage == 1 && !diagonal_step(s)) return true;
  if (s->stage == 2) return graph_step(s, done, err);
  s->stage++;
  return true;
}

/* Some thousand edges of the file at a time; *done when the graph is there. */
static bool file_instance(cut *s, bool *done, rc_err *err) {
  if (!s->reader) s->reader = rc_cut_reader_new(s->o.instance, err);
  if (s->reader) rc_cut_reader_within(s->reader, s->env.scenario->memory);
  rc_cut_graph *g = NULL;
  if (!s->reader || !rc_cut_reader_step(s->reader, CUT_BUILD_EDGES, &g, err)) return false;
  *done = g != NULL;
  if (!g) return true;
  rc_cut_reader_free(s->reader);
  s->reader = NULL;
  s->graph = rc_share_new(g, free_graph);
  return true;
}

bool cut_instance_step(cut *s, rc_err *err) {
  bool done = false;
  if (!(cut_from_file(s) ? file_instance(s, &done, err) : hilbert_instance(s, &done, err)))
    return false;
  if (!done) return true;
  s->stage = 0;
  const rc_cut_graph *g = cut_graph(s);
  s->env.emit(s->env.who, "instance", g->weight_total, "%d vertices, %lld edges, weight %.10g%s",
              g->n, (long long)g->m, g->weight_total, g->integer ? ", whole numbers" : "");
  s->phase = CUT_SETUP;
  return true;
}
