/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The instance of the cut study as a system: the graph that study makes in this scenario, by its
 * options, or by its defaults when there is none; and the signs of the ground state. */
#include "study/cut_study.h"
#include "study/paths_study.h"

enum { VERTICES_MOST = 2048 };

extern const rc_study_class rc_study_cut;

static void quiet(void *who, const char *kind, double value, const char *format, ...) {
  (void)who, (void)kind, (void)value, (void)format;
}

static void *open_cut(const paths *s, rc_err *err) {
  const rc_scenario *sc = s->env.scenario;
  rc_study_env env = s->env;
  env.emit = quiet;
  for (int i = 0; i < sc->studies; i++)
    if (sc->study[i].kind == &rc_study_cut.kind)
      return rc_study_cut.open(&env, sc->study[i].opts, err);
  if (!sc->built) {
    rc_err_set(err, RC_ERR_INPUT,
               "the system 'cut' needs a graph: give the scenario a 'lattice', or the system a "
               "'file'");
    return NULL;
  }
  rc_pick defaults = {0};
  rc_pick_set(&defaults, &rc_study_cut.kind);
  void *run = rc_study_cut.open(&env, defaults.opts, err);
  rc_pick_free(&defaults);
  return run;
}

static bool fits(const cut *c, rc_err *err) {
  const uint64_t states = c->basis ? rc_basis_states(rc_share_get(c->basis)) : 0;
  return states <= VERTICES_MOST ||
         rc_err_set(err, RC_ERR_LIMIT,
                    "the Hilbert graph has %llu states; paths are sampled on at most %d: take a "
                    "smaller cluster or a sector",
                    (unsigned long long)states, (int)VERTICES_MOST);
}

static void take_graph(paths *s, const cut *c) {
  const rc_cut_graph *g = cut_graph(c);
  const double *psi = rc_share_get(c->psi);
  s->graph_share = rc_share_ref(c->graph);
  s->graph = g;
  if (!psi) return;
  s->side = rc_alloc((size_t)g->n, 1);
  for (int i = 0; i < g->n; i++) s->side[i] = psi[i] > 0;
  if (c->degenerate)
    paths_warn(s, "the ground level is degenerate: amplitudes and signs are those of one vector");
}

bool paths_graph_step(paths *s, rc_err *err) {
  rc_state state = RC_RUNNING;
  if (!s->cut) s->cut = open_cut(s, err);
  cut *c = s->cut;
  if (!c || !rc_study_cut.step(c, &state, err) || !fits(c, err)) return false;
  if (!c->graph) return true;
  take_graph(s, c);
  paths_graph_drop(s);
  return true;
}

void paths_graph_drop(paths *s) {
  if (s->cut) rc_study_cut.close(s->cut);
  s->cut = NULL;
}
