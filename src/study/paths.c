/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paths study: a rare event sampled by shooting, its committor learnt from the shots and held
 * against the exact one. Opening and changing; commands are in paths_commands.c.
 *
 * A step is one shot, with a bounded piece of the training that is due: a model in the making comes into
 * use at a later shot. The bias and the mechanism are made beside shots as well. Then come slices of the
 * board, and of what is left.
 *
 * Study commands (explorer: 'study NAME ..'), recorded and replayed:
 *
 *   shot N              look at shot N, 0 the initial path    (bad N: error)
 *   shot.next/prev      the next or previous one
 *   shot.next-accepted  the next, or prev, accepted one
 *   frame N             frame N of it, counted from the A end
 *   frame.next/prev     one frame on or back; in a dwell nothing moves
 *   flip.next/prev      the next or previous change of the state
 *   frame.ts            the frame with the least |q|, exact where nothing is learnt
 *   frame.sp            the shooting point
 *   frame.live          follow the newest shot again
 *   shoot [N]           N more shots than were wanted (1)
 *   branch N [HOW]      back to shot N and on from there, with other random numbers; HOW as in select.
 *                       Shots after N are forgotten, also by the learner; its model stays
 *   select HOW          HOW: [tps|rfps] [uniform|lorentz|gauss|phi|density] [gamma]
 *   gamma X             the width of the selection
 *   freeze              ends the learning; the bias of rfps is made of the shots so far
 *   axes X Y            the two features of the map
 *   mechanism           relevance, report cards, formulas and gallery of the shots so far
 *   compare             the board again from the beginning, with the model as it is
 */
#include "study/paths_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SELECTION(method, flat)                                                                    \
  static const rc_param method##_params[] = {                                                      \
      {.name = "select",                                                                           \
       .type = RC_T_CHOICE,                                                                        \
       .offset = offsetof(paths_selection, select),                                                \
       .def = "lorentz",                                                                           \
       .choices = "uniform|lorentz|gauss|phi|density",                                             \
       .help = "weight of a shooting point: 1, g/(g^2+q^2), exp(-q^2/g), p(1-p), or Lorentz over " \
               "the density of accepted paths"},                                                   \
      {.name = "gamma",                                                                            \
       .type = RC_T_REAL,                                                                          \
       .offset = offsetof(paths_selection, gamma),                                                 \
       .def = "1",                                                                                 \
       .min = 1e-3,                                                                                \
       .max = 1e3,                                                                                 \
       .help = "the width g of the selection along q"},                                            \
      {.name = "flatten",                                                                          \
       .type = RC_T_BOOL,                                                                          \
       .offset = offsetof(paths_selection, flatten),                                               \
       .def = flat,                                                                                \
       .help = "divide by the density of equilibrium frames along q"},                             \
      {.name = NULL}}
SELECTION(tps, "false");
SELECTION(rfps, "true");
static const rc_kind tps = {
    .name = "tps",
    .title = "Transition path sampling",
    .help = "two-way shooting, paths of any length",
    .explain =
        "A point of the path is chosen with weight w, both halves are shot anew, and the new "
        "path is accepted with chance min(1, W/W'), W the sum of w over the path (Jung, "
        "Okazaki, Hummer, J. Chem. Phys. 147 (2017) 152716).",
    .params = tps_params,
    .size = sizeof(paths_selection)};
static const rc_kind rfps = {
    .name = "rfps",
    .title = "Rejection-free path sampling",
    .help = "the walk always moves on; averages weigh by 1/W",
    .explain =
        "Every shot becomes the next path, also excursions from A to A; averages weigh by 1/W "
        "(Lazzeri, Bolhuis, Covino, arXiv 2503.21037). With weights that are flat along q "
        "few steps are wasted. The bias has to be frozen: while a committor is learnt the "
        "shots are those of tps.",
    .params = rfps_params,
    .size = sizeof(paths_selection)};
const rc_kind *const paths_sampler_kinds[] = {&tps, &rfps, NULL};

const rc_param paths_params[] = {
    {.name = "system",
     .type = RC_T_ONE,
     .offset = offsetof(paths_opts, system),
     .def = "ising",
     .kinds = rc_path_kinds,
     .help =
         "what moves, and the states A and B; cut without a file: the instance of the cut study"},
    {.name = "exact",
     .type = RC_T_CHOICE,
     .offset = offsetof(paths_opts, exact),
     .def = "auto",
     .choices = "auto|off",
     .help = "the exact committor over all states, where it can be had"},
    {.name = "sampler",
     .type = RC_T_ONE,
     .offset = offsetof(paths_opts, sampler),
     .def = "tps",
     .kinds = paths_sampler_kinds,
     .help = "how the watched sampler chooses and accepts"},
    {.name = "shots",
     .type = RC_T_INT,
     .offset = offsetof(paths_opts, shots),
     .def = "500",
     .min = 0,
     .max = 1e8,
     .help = "shots of the watched sampler; 0: the exact committor alone"},
    {.name = "burn",
     .type = RC_T_INT,
     .offset = offsetof(paths_opts, burn),
     .def = "50",
     .min = 0,
     .max = 1e8,
     .help = "first shots that averages leave out; 500 at least with density, which is corrected "
             "in them"},
    {.name = "most",
     .type = RC_T_INT,
     .offset = offsetof(paths_opts, most),
     .def = "1000000",
     .min = 10,
     .max = 1e9,
     .unit = "frames",
     .help = "of a half shot, before it counts as not committed"},
    {.name = "learning",
     .type = RC_T_INT,
     .offset = offsetof(paths_opts, learning),
     .def = "100",
     .min = 0,
     .max = PATHS_FED,
     .help = "shots from which the committor is learnt; then it is frozen. 0: nothing is learnt"},
    {.name = "relearn",
     .type = RC_T_INT,
     .offset = offsetof(paths_opts, relearn),
     .def = "3",
     .min = 0,
     .max = 100,
     .help =
         "times that rfps stops its averages to learn the committor anew, from all shots so far"},
    {.name = "inputs",
     .type = RC_T_CHOICE,
     .offset = offsetof(paths_opts, inputs),
     .def = "features",
     .choices = "features|spins|both",
     .help = "what the learner sees of a state; spins: of a plane potential the coordinates"},
    {.name = "learn",
     .type = RC_T_GROUP,
     .offset = offsetof(paths_opts, learn),
     .sub = rc_learner_params,
     .help = "how the committor is learnt"},
    {.name = "compare",
     .type = RC_T_LIST,
     .offset = offsetof(paths_opts, compare),
     .def = "",
     .kinds = paths_sampler_kinds,
     .help = "samplers of the board, beside uniform tps and the watched one"},
    {.name = "steps",
     .type = RC_T_REAL,
     .offset = offsetof(paths_opts, steps),
     .def = "2000000",
     .min = 0,
     .max = 1e12,
     .help = "steps of the dynamics for each sampler of the board, all with the same frozen "
             "model: what it was learnt from is not counted; 0: no board"},
    {.name = "mechanism",
     .type = RC_T_BOOL,
     .offset = offsetof(paths_opts, mechanism),
     .def = "true",
     .help = "relevance of inputs, report cards of coordinates, formulas, gallery at the end"},
    {.name = "x",
     .type = RC_T_TEXT,
     .offset = offsetof(paths_opts, x),
     .def = "",
     .help = "feature along the map; empty: the two that tell most"},
    {.name = "y",
     .type = RC_T_TEXT,
     .offset = offsetof(paths_opts, y),
     .def = "",
     .help = "feature up the map"},
    {.name = NULL}};

void paths_warn(paths *s, const char *format, ...) {
  if (s->warnings == (int)RC_LEN(s->warning)) return;
  va_list args;
  va_start(args, format);
  vsnprintf(s->warning[s->warnings], sizeof s->warning[0], format, args);
  va_end(args);
  s->env.emit(s->env.who, "warning", nan(""), "%s", s->warning[s->warnings]);
  s->warnings++;
}

void paths_drop(paths *s) {
  paths_views_drop(s);
  paths_board_drop(s);
  paths_mechanism_drop(&s->mechanism);
  paths_map_drop(&s->map);
  rc_sampler_free(s->sampler);
  rc_learner_free(s->learner);
  paths_model_drop(&s->model);
  rc_exact_free(s->exact);
  rc_exact_free(s->coarse_exact);
  rc_path_system_free(s->coarse);
  rc_path_free(&s->look.path);
  rc_path_free(&s->bias_path);
  void *all[] = {s->now_at,   s->rank,     s->rank_sum, s->sample.state,
                 s->sample.p, s->sample.q, s->side};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  paths_graph_drop(s);
  rc_share_drop(s->graph_share);
  rc_share_drop(s->curve_shown);
  rc_share_drop(s->system_share);
  const rc_study_env env = s->env;
  const paths_opts o = s->o;
  rc_share *lattice = s->lattice;
  memset(s, 0, sizeof *s);
  s->env = env, s->o = o, s->lattice = lattice;
}

static void take(paths *s, const rc_study_env *env, const void *opts) {
  rc_share *lattice = rc_share_ref(env->scenario->lattice_share);
  rc_share_drop(s->lattice);
  s->lattice = lattice;
  s->env = *env;
  rc_params_free(paths_params, &s->o);
  rc_params_copy(paths_params, &s->o, opts, sizeof s->o);
  s->rmse = s->rmse_middle = s->half.rate = s->half.length = nan("");
  s->target = s->o.shots;
}

static void *paths_open(const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  paths *s = rc_alloc(1, sizeof *s);
  take(s, env, opts);
  return s;
}

/* System, temperature, learner: all of it is part of what was found. Begins again. */
static bool paths_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  paths *s = study;
  paths_drop(s);
  take(s, env, opts);
  return true;
}

static void paths_close(void *study) {
  paths *s = study;
  paths_drop(s);
  rc_share_drop(s->lattice);
  rc_params_free(paths_params, &s->o);
  rc_free(s);
}

static const char *const event_names[] = {
    "warning",       "system",    "exact.solved", "search", "path.found",
    "path.accepted", "model",     "frozen",       "bias",   "board",
    "formula",       "mechanism", "selection",    "branch", NULL};

/* A surface has a temperature of its own, which it takes where the scenario says 0. */
static double paths_in_use(const rc_frame *f, const char *key, double value) {
  const rc_paths_data *d = f->data ? rc_share_get(f->data) : NULL;
  return value == 0 && d && d->shape && !strcmp(key, "paths.system.kT") ? d->shape->kT : value;
}

const rc_study_class rc_study_paths = {
    .kind =
        {.name = "paths",
         .title = "Paths",
         .help = "rare events: transition path sampling with a committor learnt on the fly",
         .explain =
             "The committor p_B(x) is the chance to reach B before A from x. Shots from points of "
             "a path in both directions make new paths from A to B, and each teaches p_B (Jung "
             "et al., Nat. Comput. Sci. 3 (2023) 334). On systems with a table of states the "
             "exact committor is there beside it, so that what is learnt can be held against "
             "the truth.",
         .params = paths_params,
         .size = sizeof(paths_opts),
         .no_lattice = true},
    .follows = "cut",
    .open = paths_open,
    .check = paths_check,
    .step = paths_step,
    .frame = paths_frame,
    .change = paths_change,
    .command = paths_command,
    .result = paths_result,
    .files = paths_files,
    .close = paths_close,
    .in_use = paths_in_use,
    .result_names = paths_result_names,
    .text_names = paths_text_names,
    .flag_names = paths_flag_names,
    .event_names = event_names,
    .commands = paths_commands,
    .phase_names = paths_phase_names};
