/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cut study: the signs of a wave function (or any Max-Cut file) from both sides. Opening,
 * changing, commands; the work itself is in cut_instance.c, cut_steps.c and cut_dial.c. */
#include "study/cut_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const rc_param amplitude_params[] = {
    {.name = "from",
     .type = RC_T_CHOICE,
     .offset = offsetof(cut_amplitudes, from),
     .def = "ground-state",
     .choices = "ground-state|uniform|noisy|shuffled|boson|boltzmann|file",
     .help = "amplitudes of the basis states"},
    {.name = "sigma",
     .type = RC_T_REAL,
     .offset = offsetof(cut_amplitudes, sigma),
     .def = "0.3",
     .min = 0,
     .max = 50,
     .flags = RC_LIVE,
     .help = "noisy: each amplitude times exp(sigma u), u uniform in (-1, 1)"},
    {.name = "lambda",
     .type = RC_T_REAL,
     .offset = offsetof(cut_amplitudes, lambda),
     .def = "0",
     .min = 0,
     .max = 1000,
     .help = "boltzmann: exp(-lambda D); 0 takes the best overlap with the ground state"},
    {.name = "symmetric",
     .type = RC_T_BOOL,
     .offset = offsetof(cut_amplitudes, symmetric),
     .def = "false",
     .help = "noise and shuffle keep the symmetry of the magnet"},
    {.name = "file",
     .type = RC_T_TEXT,
     .offset = offsetof(cut_amplitudes, file),
     .def = "",
     .help =
         "file: lines 'state amplitude', states from 0 as Hilbert views number them, moduli; of "
         "a symmetric sector those of its orthonormal states, sqrt(orbit) times a "
         "configuration's"},
    {.name = NULL}};

static const rc_param bound_params[] = {
    {.name = "kind",
     .type = RC_T_CHOICE,
     .offset = offsetof(cut_bound, kind),
     .def = "odd-cycle",
     .choices = "odd-cycle|none",
     .help = "the relaxation that bounds from above"},
    {.name = "engine",
     .type = RC_T_CHOICE,
     .offset = offsetof(cut_bound, engine),
     .def = "auto",
     .choices = "auto|simplex|first-order",
     .help = "how it is solved; first-order for large sparse graphs"},
    {.name = "prove",
     .type = RC_T_BOOL,
     .offset = offsetof(cut_bound, prove),
     .def = "true",
     .help = "go on with branch and cut when the relaxation leaves a gap"},
    {.name = "nodes",
     .type = RC_T_INT,
     .offset = offsetof(cut_bound, nodes),
     .def = "0",
     .min = 0,
     .max = 1e9,
     .help = "branch nodes at most; 0 for no limit"},
    {.name = "rounds",
     .type = RC_T_INT,
     .offset = offsetof(cut_bound, rounds),
     .def = "0",
     .min = 0,
     .max = 1e9,
     .help = "rounds of cutting planes at most; 0 for no limit"},
    {.name = "orbits",
     .type = RC_T_BOOL,
     .offset = offsetof(cut_bound, orbits),
     .def = "true",
     .help = "one variable for each orbit of edges where the weights have the symmetry of the "
             "magnet; without, the relaxation is larger and it may branch"},
    {.name = "work",
     .type = RC_T_REAL,
     .offset = offsetof(cut_bound, work),
     .def = "8",
     .min = 0,
     .max = 1e6,
     .help =
         "of a magnet: work of the bound at most, in 10^9 edges looked at, some 8 seconds each; "
         "0 for no limit, as files have none"},
    {.name = NULL}};

const rc_param cut_params[] = {
    {.name = "instance",
     .type = RC_T_TEXT,
     .offset = offsetof(cut_opts, instance),
     .def = "",
     .help = "a Max-Cut file (rudy, Biq Mac, MatrixMarket) instead of the magnet"},
    {.name = "amplitudes",
     .type = RC_T_GROUP,
     .offset = offsetof(cut_opts, amplitudes),
     .sub = amplitude_params,
     .help = "where the weights come from"},
    {.name = "solvers",
     .type = RC_T_LIST,
     .offset = offsetof(cut_opts, solvers),
     .def = "",
     .kinds = rc_solver_kinds,
     .help = "heuristics that climb from below; empty takes a good set"},
    {.name = "bound",
     .type = RC_T_GROUP,
     .offset = offsetof(cut_opts, bound),
     .sub = bound_params,
     .help = "the bound from above"},
    {.name = "moves",
     .type = RC_T_INT,
     .offset = offsetof(cut_opts, moves),
     .def = "20000000",
     .min = 0,
     .max = 1e15,
     .help = "moves of each solver at most; 0 for no limit"},
    {.name = "edges",
     .type = RC_T_INT,
     .offset = offsetof(cut_opts, edges),
     .def = "5000000",
     .min = 1,
     .max = 100000000,
     .help = "largest Hilbert graph that is cut"},
    {.name = "certificate",
     .type = RC_T_TEXT,
     .offset = offsetof(cut_opts, certificate),
     .def = "",
     .help = "file for the certificate; the instance goes beside it as FILE.mc"},
    {.name = NULL}};

void cut_warn(cut *s, const char *format, ...) {
  if (s->warnings == (int)RC_LEN(s->warning)) return;
  va_list args;
  va_start(args, format);
  vsnprintf(s->warning[s->warnings], sizeof s->warning[0], format, args);
  va_end(args);
  s->env.emit(s->env.who, "warning", nan(""), "%s", s->warning[s->warnings]);
  s->warnings++;
}

static void drop(rc_share **s) {
  rc_share_drop(*s);
  *s = NULL;
}

static void drop_series(cut_series *t) {
  rc_share_drop(t->points);
  *t = (cut_series){0};
}

void cut_drop_run(cut *s) {
  for (int i = 0; i < s->runs; i++) {
    cut_run *r = &s->run[i];
    if (r->run) r->cls->close(r->run);
    if (r->opts) rc_params_free(r->cls->kind.params, r->opts);
    rc_free(r->opts);
    drop_series(&r->best);
  }
  cut_aim_drop(s);
  s->moved = (cut_moved){.run = -1, .vertex = -1};
  s->watched = -1;
  s->runs = s->turn = s->bound_turns = s->stage = 0;
  s->solvers_up = false;
  s->first_at = 0;
  rc_free(s->first_side);
  s->first_side = NULL;
  s->roof = 0;
  s->failed = false;
  s->ended = NULL;
  s->cycle = s->gain_cycle = 0;
  rc_bound_free(s->bound);
  s->bound = NULL;
  rc_bound_free(s->bound_begun);
  s->bound_begun = NULL;
  s->bounds = (rc_bound_view){0};
  s->rounds_ended = 0;
  if (s->descent) {
    ((const rc_solver_class *)rc_kind_find(rc_solver_kinds, "descent"))->close(s->descent);
  }
  s->descent = NULL;
  s->descent_seen = 0;
  rc_free(s->optimum_side);
  s->optimum_side = NULL;
  drop(&s->optima);
  s->optima_count = 0;
  s->tied = false;
  drop(&s->best_side);
  drop(&s->frustrated);
  drop(&s->flips);
  drop(&s->cycles);
  s->cycle_count = 0;
  s->frustrated_listed = 0;
  drop_series(&s->bound_trace);
  drop_series(&s->best_trace);
  cut_dial_drop(s);
  rc_cut_reader_free(s->reader);
  s->reader = NULL;
  rc_cut_builder_free(s->builder);
  s->builder = NULL;
  drop(&s->graph);
  s->certified = s->certificate_written = false;
  s->warnings = 0;
  s->dial_wanted = false;
}

static void take(cut *s, const rc_study_env *env, const void *opts) {
  rc_share *lattice = rc_share_ref(env->scenario->lattice_share);
  drop(&s->lattice);
  s->lattice = lattice;
  s->env = *env;
  rc_params_free(cut_params, &s->o);
  rc_params_copy(cut_params, &s->o, opts, sizeof s->o);
  s->steps = 0;
  const rc_scenario *sc = env->scenario;
  s->magnet = (cut_magnet){sc->model, sc->sector, env->seed, sc->memory};
}

static void *cut_open(const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  cut *s = rc_alloc(1, sizeof *s);
  take(s, env, opts);
  cut_drop_run(s);
  cut_drop_magnet(s);
  s->phase = cut_from_file(s) ? CUT_INSTANCE : CUT_BASIS;
  return s;
}

static bool cut_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  cut *s = study;
  const bool keep = cut_dial_stays(s, env, opts);
  const cut_dial_kept kept = keep ? cut_dial_take(s) : (cut_dial_kept){0};
  cut_drop_run(s);
  cut_drop_magnet(s); /* before the lattice it points to */
  take(s, env, opts);
  if (keep) cut_dial_give(s, kept);
  s->phase = cut_from_file(s) ? CUT_INSTANCE : CUT_BASIS;
  return true;
}

static bool want_dial(cut *s, rc_err *err) {
  if (cut_from_file(s))
    return rc_err_set(err, RC_ERR_INPUT, "dial: a file has no amplitudes to put noise on");
  if (rc_basis_symmetric(rc_share_get(s->basis)))
    return rc_err_set(err, RC_ERR_INPUT, "dial: wants a sector without symmetry");
  if (s->dials > 0 || s->phase == CUT_DIAL) return true;
  s->dial_wanted = true;
  if (s->phase == CUT_END) s->phase = CUT_DIAL;
  return true;
}

static const rc_study_command commands[] = {
    {"dial", "", "the noise dial: level by level, who fails from where on"},
    {"export", "rudy|mc|mtx FILE", "the instance, to a file"},
    {"stop", "", "enough: certify the best cut and the bound there are"},
    {"flip", "SOLVER [N]", "one change of the cut of a solver, or N"},
    {"move", "SOLVER [N]", "one move of a solver, which may be rejected, or N"},
    {"round", "", "one round of the bound"},
    {"node", "", "one node of the branch tree"},
    {0}};

static bool cut_command(void *study, const char *name, const char *argument, rc_err *err) {
  cut *s = study;
  bool known;
  if (cut_single_command(s, name, argument, &known, err)) return true;
  if (known) return false;
  if (!strcmp(name, "dial")) {
    if (!s->graph) return rc_err_set(err, RC_ERR_INPUT, "dial: the instance is not known yet");
    return want_dial(s, err);
  }
  if (!strcmp(name, "stop")) { /* enough: certify what there is */
    if (s->phase == CUT_RUN) s->phase = CUT_CERTIFY;
    return true;
  }
  if (!strcmp(name, "export")) {
    char format[16];
    int end = 0;
    if (!s->graph) return rc_err_set(err, RC_ERR_INPUT, "export: the instance is not known yet");
    if (!argument || sscanf(argument, "%15s %n", format, &end) != 1 || !argument[end]) {
      return rc_err_set(err, RC_ERR_INPUT,
                        "export wants a format and a file: export rudy|mc|mtx FILE");
    }
    return rc_cut_graph_write(cut_graph(s), format, argument + end, err);
  }
  return rc_study_no_command("cut", commands, name, err);
}

static void cut_close(void *study) {
  cut *s = study;
  cut_drop_run(s);
  cut_drop_magnet(s);
  drop(&s->lattice);
  rc_params_free(cut_params, &s->o);
  rc_free(s);
}

static const char *const text_names[] = {"solver", "certificate", "gap_reason", "smaller_bound",
                                         NULL};
static const char *const flag_names[] = {"optimal", "certified", "tied", NULL};

static const char *const event_names[] = {"warning",     "ground-state", "instance", "improved",
                                          "stepped",     "round",        "branched", "proved",
                                          "certificate", "dial",         NULL};

const rc_study_class rc_study_cut = {
    .kind = {.name = "cut",
             .title = "Cut",
             .help = "the signs as a weighted Max-Cut: heuristics, a certified bound, certificates",
             .explain =
                 "Choosing the signs of the wave function is a weighted Max-Cut on the Hilbert "
                 "graph: E = E_diag + W - 2 C, and C is largest for the true signs, where it is "
                 "(E_diag + W - E0) / 2. Heuristics climb from below; the odd-cycle relaxation "
                 "(Barahona and Mahjoub, Math. Programming 36 (1986) 157) comes down from above, "
                 "each bound summed in whole numbers from rounded multipliers.",
             .params = cut_params,
             .size = sizeof(cut_opts)},
    .open = cut_open,
    .step = cut_step,
    .frame = cut_frame,
    .change = cut_change,
    .command = cut_command,
    .ended = cut_ended,
    .result = cut_result,
    .close = cut_close,
    .result_names = cut_result_names,
    .text_names = text_names,
    .flag_names = flag_names,
    .event_names = event_names,
    .commands = commands,
    .phase_names = cut_phase_names};
