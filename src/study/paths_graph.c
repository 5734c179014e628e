/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Hilbert graph of the scenario's magnet as a system: the instance of the cut study, made of the
 * amplitudes of the ground state, and the signs of that state, which are its best cut. */
#include "study/paths_study.h"

enum { STATES_MOST = 2048, EDGES_MOST = 1 << 20 };

typedef struct magnet {
  rc_hamiltonian *h;
  rc_basis *basis;
  rc_matrix *matrix;
  rc_eigen *eigen;
} magnet;

static void magnet_free(magnet *m) {
  rc_eigen_free(m->eigen);
  rc_matrix_free(m->matrix);
  rc_basis_free(m->basis);
  rc_hamiltonian_free(m->h);
}

static bool ground_state(const paths *s, magnet *m, rc_err *err) {
  const rc_scenario *sc = s->env.scenario;
  m->h = rc_hamiltonian_new(sc->built, &sc->model);
  m->basis = rc_basis_new(sc->built, &sc->sector, sc->memory, s->env.threads, err);
  if (!m->basis) return false;
  if (rc_basis_states(m->basis) > STATES_MOST)
    return rc_err_set(err, RC_ERR_LIMIT,
                      "the Hilbert graph has %llu states; paths are sampled on at most %d: take a "
                      "smaller cluster or a sector",
                      (unsigned long long)rc_basis_states(m->basis), (int)STATES_MOST);
  rc_matrix_plan plan;
  bool done = false;
  if (!rc_matrix_plan_make(m->basis, m->h, sc->memory, RC_MATRIX_AUTO, &plan, err)) return false;
  m->matrix = rc_matrix_new(m->basis, m->h, &plan, s->env.threads, err);
  while (m->matrix && !done)
    if (!rc_matrix_build(m->matrix, 1 << 15, &done, err)) return false;
  if (!m->matrix) return false;
  const rc_eigen_opts o = {.tolerance = 1e-11,
                           .iterations = 2000,
                           .levels = 1,
                           .seed = s->env.seed,
                           .threads = s->env.threads};
  m->eigen = rc_eigen_new(m->matrix, &o, err);
  if (!m->eigen) return false;
  for (done = false; !done;)
    if (!rc_eigen_step(m->eigen, &done, err)) return false;
  return true;
}

bool paths_graph(paths *s, rc_err *err) {
  if (!s->env.scenario->built)
    return rc_err_set(err, RC_ERR_INPUT,
                      "the system 'cut' needs a graph: give the scenario a 'lattice', or the "
                      "system a 'file'");
  magnet m = {0};
  bool ok = ground_state(s, &m, err);
  if (ok) {
    const rc_eigen_view v = rc_eigen_read(m.eigen);
    const uint64_t n = rc_matrix_states(m.matrix);
    double *a = rc_alloc(n, sizeof *a);
    const rc_amplitude_opts o = {.kind = RC_AMPLITUDES_GROUND, .seed = s->env.seed};
    ok = rc_amplitudes(m.matrix, v.vector, NULL, &o, a, NULL, err);
    if (ok) s->graph = rc_cut_graph_hilbert(m.matrix, a, EDGES_MOST, err);
    ok = s->graph != NULL;
    s->side = rc_alloc(n, 1);
    for (uint64_t i = 0; i < n; i++) s->side[i] = v.vector[i] > 0;
    if (v.degeneracy > 1)
      paths_warn(s, "the ground level is %d-fold: amplitudes and signs are those of one vector",
                 v.degeneracy);
    rc_free(a);
  }
  magnet_free(&m);
  return ok;
}
