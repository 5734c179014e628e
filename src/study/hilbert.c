/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hilbert study: basis, exact ground state, Hilbert graph and sign structure of one magnet in
 * one sector. Opening, changing, commands; the work itself is in hilbert_steps.c. */
#include "study/hilbert_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const rc_param hilbert_params[] = {
    {.name = "tolerance",
     .type = RC_T_REAL,
     .offset = offsetof(hilbert_opts, tolerance),
     .def = "1e-10",
     .min = 1e-14,
     .max = 1e-2,
     .help = "residual ||Hx - Ex|| at which the ground state counts as found, in units of the "
             "largest coupling; below rounding it is rounding"},
    {.name = "iterations",
     .type = RC_T_INT,
     .offset = offsetof(hilbert_opts, iterations),
     .def = "1000",
     .min = 2,
     .max = 100000,
     .help = "Lanczos iterations at most"},
    {.name = "levels",
     .type = RC_T_INT,
     .offset = offsetof(hilbert_opts, levels),
     .def = "1",
     .min = 0,
     .max = RC_LEVELS_MAX - 1,
     .help = "levels above the ground state: 1 gives the gap, 0 leaves it out"},
    {.name = "storage",
     .type = RC_T_CHOICE,
     .offset = offsetof(hilbert_opts, storage),
     .def = "auto",
     .choices = "auto|values|pattern|fly",
     .help = "how the matrix is kept: as values, as pattern with one value per coupling, or not"},
    {.name = "graph",
     .type = RC_T_CHOICE,
     .offset = offsetof(hilbert_opts, graph),
     .def = "full",
     .choices = "full|structure|none",
     .help =
         "of the Hilbert graph: also cycle, diameter and triangles, or counts alone, or nothing"},
    {.name = "signs",
     .type = RC_T_CHOICE,
     .offset = offsetof(hilbert_opts, signs),
     .def = "auto",
     .choices = "auto|always|none",
     .help = "sign statistics: not of degenerate levels (auto), also of those, or none"},
    {.name = "correlations",
     .type = RC_T_BOOL,
     .offset = offsetof(hilbert_opts, correlations),
     .def = "true",
     .help = "spin correlations and the total spin"},
    {.name = "boson",
     .type = RC_T_BOOL,
     .offset = offsetof(hilbert_opts, boson),
     .def = "true",
     .help = "energy of the sign-free (bosonic) partner, up to a million states"},
    {.name = "checks",
     .type = RC_T_BOOL,
     .offset = offsetof(hilbert_opts, checks),
     .def = "true",
     .help = "structure theorems and sum rules as a self-check"},
    {.name = "compare",
     .type = RC_T_BOOL,
     .offset = offsetof(hilbert_opts, compare),
     .def = "true",
     .help = "look whether a lower level lies outside the sector: small sectors are solved, of "
             "larger ones bounds are made"},
    {.name = "scan",
     .type = RC_T_BOOL,
     .offset = offsetof(hilbert_opts, scan),
     .def = "false",
     .help = "lowest level of every symmetry sector, after everything else"},
    {.name = NULL}};

/* ---- letting go -------------------------------------------------------------------------------
 */

static void drop(rc_share **s) {
  rc_share_drop(*s);
  *s = NULL;
}

void hilbert_drop_eigen(hilbert *s) {
  rc_eigen_free(s->eigen);
  s->eigen = NULL;
  s->view = (rc_eigen_view){
      .energy = nan(""), .residual = nan(""), .gap = nan(""), .vector_residual = nan("")};
  drop(&s->vector);
  drop(&s->trace);
  s->traces = s->trace_cap = 0;
  s->traced = 0;
  s->said_converged = false;
  drop(&s->order);
  s->ordered = 0;
  drop(&s->correlations);
  s->total_spin = s->boson = s->outside_energy = nan("");
  s->outside_name[0] = '\0';
  rc_sign_free(s->signing);
  s->signing = NULL;
  rc_correlator_free(s->correlating);
  s->correlating = NULL;
  rc_boson_free(s->bosons);
  s->bosons = NULL;
  s->signs = (rc_sign_facts){0};
  s->signs_ready = s->signs_refused = s->signs_skipped = false;
  rc_checks_free(s->checking);
  s->checking = NULL;
  drop(&s->checks);
  s->check_count = 0;
  hilbert_compare_free(s);
  rc_scan_free(s->scan);
  s->scan = NULL;
  s->scan_wanted = s->o.scan;
  drop(&s->scan_rows);
  s->scans = s->scan_total = 0;
  s->group_order = 0;
  s->warnings = 0;
  s->bytes_planned = s->bytes_peak = 0;
  memset(s->need, 0, sizeof s->need);
  s->closing = false;
}

void hilbert_drop_graph(hilbert *s) {
  rc_graph_scan_free(s->scan_graph);
  s->scan_graph = NULL;
  drop(&s->graph_arrays[0]);
  drop(&s->graph_arrays[1]);
  s->graph = (rc_graph_facts){0};
  s->graph_done = false;
  s->graph_rows = 0;
}

static void drop_matrix(hilbert *s) {
  rc_matrix_free(s->matrix);
  s->matrix = NULL;
  s->matrix_ready = s->matrix_kept = false;
  s->plan = (rc_matrix_plan){0};
}

static void drop_basis(hilbert *s) {
  rc_basis_builder_free(s->building);
  s->building = NULL;
  drop_matrix(s);
  drop(&s->shown); /* holds a reference of the basis itself */
  drop(&s->basis);
}

static void hilbert_close(void *study) {
  hilbert *s = study;
  rc_big_account *account = s->account;
  hilbert_drop_eigen(s);
  hilbert_drop_graph(s);
  drop_basis(s);
  drop(&s->lattice);
  rc_hamiltonian_free(s->h);
  rc_free(s);
  rc_big_account_free(account);
}

/* ---- opening and changing ---------------------------------------------------------------------
 */

static void take(hilbert *s, const rc_study_env *env, const void *opts) {
  const rc_scenario *sc = env->scenario;
  rc_share *lattice = rc_share_ref(sc->lattice_share);
  drop(&s->lattice);
  s->lattice = lattice;
  s->env = *env;
  s->o = *(const hilbert_opts *)opts;
  s->model = sc->model;
  s->sector = sc->sector;
  s->memory = sc->memory;
  rc_hamiltonian_free(s->h);
  s->h = rc_hamiltonian_new(hilbert_lattice(s), &s->model);
  s->phase = AT_BASIS;
}

static void *hilbert_open(const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  hilbert *s = rc_alloc(1, sizeof *s);
  s->account = rc_big_account_new();
  take(s, env, opts);
  hilbert_drop_eigen(s); /* fills in what is unknown */
  return s;
}

static bool same_sector(const rc_sector *a, const rc_sector *b) {
  return a->all == b->all && (a->all || a->sz2 == b->sz2) && a->symmetry == b->symmetry &&
         a->has_momentum == b->has_momentum &&
         (!a->has_momentum || memcmp(a->momentum, b->momentum, sizeof a->momentum) == 0) &&
         a->characters == b->characters &&
         memcmp(a->character, b->character, (size_t)a->characters * sizeof *a->character) == 0 &&
         a->inversion == b->inversion;
}

/* Edges and their signs are all that the graph's figures depend on; in symmetric sectors edges can
 * cancel, and then the couplings matter as well. */
static bool same_graph(const rc_hamiltonian *a, const rc_hamiltonian *b, bool symmetric) {
  if (a->pairs != b->pairs || (symmetric && a->delta != b->delta)) return false;
  for (int p = 0; p < a->pairs; p++) {
    const rc_pair *x = &a->pair[p], *y = &b->pair[p];
    if (x->i != y->i || x->j != y->j || (x->J > 0) != (y->J > 0) || (symmetric && x->J != y->J))
      return false;
  }
  return true;
}

/* The basis depends on lattice and sector alone (its group is that of the coupling classes), the
 * pattern of the matrix on the pairs that are coupled, the graph on their signs as well. */
static bool hilbert_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  hilbert *s = study;
  const rc_scenario *sc = env->scenario;
  const hilbert_opts before = s->o;
  rc_basis_builder_free(s->building); /* half a basis is begun again */
  s->building = NULL;
  bool same_basis = sc->lattice_share == s->lattice && same_sector(&sc->sector, &s->sector) &&
                    sc->memory == s->memory;
  rc_hamiltonian *old = s->h;
  s->h = NULL;
  rc_share *kept_lattice = rc_share_ref(s->lattice); /* the basis may still point to it */
  take(s, env, opts);
  hilbert_drop_eigen(s);
  bool graph_kept = same_basis && s->graph_done && before.graph == s->o.graph && s->basis &&
                    same_graph(old, s->h, rc_basis_symmetric(hilbert_basis(s)));
  if (!graph_kept) hilbert_drop_graph(s);
  if (!same_basis)
    drop_basis(s);
  else if (!s->matrix_ready)
    drop_matrix(s);
  else
    s->matrix_kept = true;
  s->matrix_ready = false;
  drop(&s->shown);
  rc_hamiltonian_free(old);
  rc_share_drop(kept_lattice);
  rc_big_account_reset(s->account);
  return true;
}

/* ---- commands ---------------------------------------------------------------------------------
 */

static bool export_graph(hilbert *s, const char *argument, rc_err *err) {
  char format[16];
  int end = 0;
  if (!argument || sscanf(argument, "%15s %n", format, &end) != 1 || !argument[end])
    return rc_err_set(err, RC_ERR_INPUT,
                      "export wants a format and a file: "
                      "export edges|graphml|dot FILE");
  if (!s->shown) return rc_err_set(err, RC_ERR_INPUT, "export: the graph is not known yet");
  /* of a degenerate level there is no amplitude to speak of, but one of many */
  const double *vector = s->vector && !s->signs_refused ? rc_share_get(s->vector) : NULL;
  if (!rc_graph_export(rc_share_get(s->shown), vector, format, argument + end, err)) return false;
  s->env.emit(s->env.who, "exported", nan(""), "%s%s", argument + end,
              s->signs_refused ? " (without amplitudes: the ground level is degenerate)" : "");
  return true;
}

static const rc_study_command commands[] = {
    {"scan", "", "the lowest level of every symmetry sector"},
    {"export", "edges|graphml|dot FILE", "the Hilbert graph, with amplitudes, to a file"},
    {0}};

static bool hilbert_command(void *study, const char *name, const char *argument, rc_err *err) {
  hilbert *s = study;
  if (strcmp(name, "export") == 0) return export_graph(s, argument, err);
  if (strcmp(name, "scan") == 0) {
    if (argument && *argument) return rc_err_set(err, RC_ERR_INPUT, "scan takes no argument");
    s->scan_wanted = true;
    if (s->phase == AT_END && s->scans == 0) s->phase = AT_SCAN;
    return true;
  }
  return rc_study_no_command("hilbert", commands, name, err);
}

static const char *const text_names[] = {"sector", NULL};
static const char *const flag_names[] = {"degeneracy_open", "bipartite",      "balanced",
                                         "odd_cycle_exact", "diameter_exact", NULL};

static const char *const event_names[] = {"note",
                                          "warning",
                                          "matrix.ready",
                                          "lanczos.converged",
                                          "levels.converged",
                                          "graph.balanced",
                                          "graph.frustrated",
                                          "check.failed",
                                          "scan.done",
                                          "exported",
                                          NULL};

const rc_study_class rc_study_hilbert = {
    .kind = {.name = "hilbert",
             .title = "Hilbert graph",
             .help = "exact ground state, Hilbert graph and sign structure",
             .explain =
                 "The basis states of a sector are the vertices of the Hilbert graph, the spin "
                 "flips H_cc' = J/2 of the Heisenberg Hamiltonian its edges. Writing psi_c = s_c "
                 "a_c, the energy is E = E_diag + W - 2 C(s), where W = sum w_e over the edges, "
                 "w_e = |J_e| a_c a_c', and C(s) is the weight of the satisfied ones: finding the "
                 "signs is a weighted Max-Cut (Shamim, Rahman, Hibat-Allah, Araujo, "
                 "arXiv:2602.04943; Westerhout, Katsnelson, Bagrov, arXiv:2207.10675).",
             .params = hilbert_params,
             .size = sizeof(hilbert_opts)},
    .open = hilbert_open,
    .step = hilbert_step,
    .frame = hilbert_frame,
    .change = hilbert_change,
    .command = hilbert_command,
    .result = hilbert_result,
    .close = hilbert_close,
    .result_names = hilbert_result_names,
    .text_names = text_names,
    .flag_names = flag_names,
    .event_names = event_names,
    .commands = commands,
    .phase_names = hilbert_phase_names};
