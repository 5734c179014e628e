/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calibration study: a model with its data, a race of optimisers, and the landscape they race
 * on. Opening, changing, commands; the work is in calibration_steps.c and calibration_board.c. */
#include "study/calibration_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const rc_param slice_params[] = {
    {.name = "wanted",
     .type = RC_T_BOOL,
     .offset = offsetof(calib_slices, wanted),
     .def = "true",
     .help = "slices of the landscape in raw parameters and in eigen-directions"},
    {.name = "width",
     .type = RC_T_INT,
     .offset = offsetof(calib_slices, width),
     .def = "57",
     .min = 4,
     .max = 400,
     .help = "cells along the first axis"},
    {.name = "height",
     .type = RC_T_INT,
     .offset = offsetof(calib_slices, height),
     .def = "41",
     .min = 4,
     .max = 400,
     .help = "cells along the second axis"},
    {.name = NULL}};

const rc_param calib_params[] = {
    {.name = "model",
     .type = RC_T_ONE,
     .offset = offsetof(calib_opts, model),
     .def = "exponentials",
     .kinds = rc_calib_kinds,
     .help = "the model and its data"},
    {.name = "optimizers",
     .type = RC_T_LIST,
     .offset = offsetof(calib_opts, optimizers),
     .def = "",
     .kinds = rc_optimizer_kinds,
     .help = "who races; empty takes kalman, lm and hierarchical"},
    {.name = "queries",
     .type = RC_T_INT,
     .offset = offsetof(calib_opts, queries),
     .def = "300",
     .min = 1,
     .max = 1e7,
     .help = "evaluations of all data each optimiser may ask for, parts at their share"},
    {.name = "start",
     .type = RC_T_CHOICE,
     .offset = offsetof(calib_opts, start),
     .def = "nominal",
     .choices = "nominal|random",
     .help = "where the race starts"},
    {.name = "spread",
     .type = RC_T_REAL,
     .offset = offsetof(calib_opts, spread),
     .def = "0.1",
     .min = 0,
     .max = 1,
     .help = "random: half width round the nominal values, as a share of the box"},
    {.name = "coordinates",
     .type = RC_T_CHOICE,
     .offset = offsetof(calib_opts, coordinates),
     .def = "log",
     .choices = "box|scale|log|linear",
     .help = "what the Fisher information is taken with respect to"},
    {.name = "goals",
     .type = RC_T_REALS,
     .offset = offsetof(calib_opts, goals),
     .def = "",
     .min = 0,
     .max = 1e300,
     .help =
         "up to three losses above 0, falling, to which queries are counted; empty: by the kind of "
         "loss; "
         "'success' is that the race came to a loss of at most the last of them, or of the noise "
         "of synthetic data"},
    {.name = "slices",
     .type = RC_T_GROUP,
     .offset = offsetof(calib_opts, slices),
     .sub = slice_params,
     .help = "slices of the landscape"},
    {.name = "profiles",
     .type = RC_T_CHOICE,
     .offset = offsetof(calib_opts, profiles),
     .def = "auto",
     .choices = "auto|all|none",
     .help = "profile likelihoods; auto: of all when there are at most 12 parameters"},
    {.name = "geodesic",
     .type = RC_T_BOOL,
     .offset = offsetof(calib_opts, geodesic),
     .def = "true",
     .help = "fly along the sloppiest direction to the edge of the model manifold"},
    {.name = "widths",
     .type = RC_T_BOOL,
     .offset = offsetof(calib_opts, widths),
     .def = "false",
     .help = "fly along every direction, both ways: the widths of the manifold"},
    {.name = "reduce",
     .type = RC_T_BOOL,
     .offset = offsetof(calib_opts, reduce),
     .def = "false",
     .help = "models with fewer parameters, edge by edge, until chi2 rises over the noise"},
    {.name = "ensemble",
     .type = RC_T_INT,
     .offset = offsetof(calib_opts, ensemble),
     .def = "200",
     .min = 0,
     .max = 100000,
     .help = "fits of the ensemble; 0 for none"},
    {.name = "temperature",
     .type = RC_T_REAL,
     .offset = offsetof(calib_opts, temperature),
     .def = "1",
     .min = 1e-6,
     .max = 1e6,
     .help = "of the ensemble; 1 is the posterior of the data"},
    {.name = NULL}};

void calib_warn(calib *s, const char *format, ...) {
  if (s->warnings == (int)RC_LEN(s->warning)) return;
  va_list args;
  va_start(args, format);
  vsnprintf(s->warning[s->warnings], sizeof s->warning[0], format, args);
  va_end(args);
  s->env.emit(s->env.who, "warning", nan(""), "%s", s->warning[s->warnings]);
  s->warnings++;
}

void calib_drop(calib *s) {
  for (int i = 0; i < s->racers; i++) {
    rc_opt_free(s->racer[i].opt);
    rc_fit_free(s->racer[i].fit);
  }
  memset(s->racer, 0, sizeof s->racer);
  if (s->polishing) rc_refit_free(&s->polish);
  if (s->holding) rc_refit_free(&s->hold);
  rc_fisher_free(&s->fisher);
  rc_fisher_free(&s->other);
  rc_truth_free(&s->truth);
  rc_fisher_free(&s->ladder);
  rc_slice_free(&s->raw);
  rc_slice_free(&s->eigen);
  for (int j = 0; s->profile && j < s->n; j++) rc_profile_free(s->profile[j]);
  calib_edge_drop(s);
  rc_ensemble_free(s->ensemble);
  void *all[] = {s->free, s->start, s->best,    s->y_best, s->error,  s->z,
                 s->y,    s->ghost, s->profile, s->band,   s->grid_x, s->profile_wanted};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  rc_share_drop(s->fit_share);
  const rc_study_env env = s->env;
  const calib_opts o = s->o;
  rc_share *lattice = s->lattice;
  *s = (calib){.env = env, .o = o, .lattice = lattice};
}

static void take(calib *s, const rc_study_env *env, const void *opts) {
  rc_share *lattice = rc_share_ref(env->scenario->lattice_share);
  rc_share_drop(s->lattice);
  s->lattice = lattice;
  s->env = *env;
  rc_params_free(calib_params, &s->o);
  rc_params_copy(calib_params, &s->o, opts, sizeof s->o);
  s->phase = CAL_OPEN;
  s->held = s->best_racer = -1;
  s->loss = s->loss_best = s->loss_race = s->loss_start = s->moved = nan("");
}

static void *calib_open(const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  calib *s = rc_alloc(1, sizeof *s);
  take(s, env, opts);
  return s;
}

/* Couplings are part of some models and the options of all of the rest: begins again. */
static bool calib_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  calib *s = study;
  calib_drop(s);
  take(s, env, opts);
  return true;
}

static bool need_best(const calib *s, const char *command, rc_err *err) {
  if (s->fisher.n) return true;
  return rc_err_set(err, RC_ERR_INPUT, "%s: wait for the end of the race", command);
}

/* "v1 v5", "A_1 A_2 2": the last is how many times as wide as it would be taken. */
static bool two_axes(calib *s, const char *argument, int axis[2], double *scale, bool *eigen,
                     rc_err *err) {
  char a[24] = "", b[24] = "", by[24] = "1", more[2];
  const int words = sscanf(argument ? argument : "", "%23s %23s %23s %1s", a, b, by, more);
  if (words < 2 || words > 3 || !rc_parse_real(by, scale) || !(*scale >= 1e-6 && *scale <= 1e6))
    return rc_err_set(err, RC_ERR_INPUT,
                      "slice wants two axes, and how much wider: slice v1 v5 2, or slice %s %s",
                      rc_fit_parameter(s->fit, 0)->name,
                      rc_fit_parameter(s->fit, RC_MIN(1, s->n - 1))->name);
  axis[0] = calib_axis(s, a);
  axis[1] = calib_axis(s, b);
  if (axis[0] < 0 || axis[1] < 0)
    return rc_err_set(err, RC_ERR_INPUT, "no parameter and no direction is called '%s'",
                      axis[0] < 0 ? a : b);
  *eigen = axis[0] >= s->n;
  if (*eigen != (axis[1] >= s->n) || axis[0] == axis[1])
    return rc_err_set(err, RC_ERR_INPUT,
                      "slice wants two parameters or two directions, not the same twice");
  return true;
}

static bool slice_command(calib *s, const char *argument, rc_err *err) {
  int axis[2];
  bool eigen = false;
  double scale = 1;
  if (!need_best(s, "slice", err) || !two_axes(s, argument, axis, &scale, &eigen, err))
    return false;
  *(eigen ? &s->eigen_scale : &s->raw_scale) = scale;
  memcpy(eigen ? s->eigen_axis : s->raw_axis, axis, sizeof axis);
  if (!calib_begin_slice(s, eigen, err)) return false;
  if (s->phase > CAL_RAW) s->phase = eigen ? CAL_EIGEN : CAL_RAW;
  return true;
}

/* "v9", "v9 -": another geodesic. */
static bool geodesic_command(calib *s, const char *argument, rc_err *err) {
  char name[24] = "", sign = '+';
  if (!need_best(s, "geodesic", err)) return false;
  if (sscanf(argument ? argument : "", "%23s %c", name, &sign) < 1 || (sign != '+' && sign != '-'))
    return rc_err_set(err, RC_ERR_INPUT, "geodesic wants a direction: geodesic v%d -", s->n);
  const int axis = calib_axis(s, name);
  if (axis < s->n)
    return rc_err_set(err, RC_ERR_INPUT, "no direction is called '%s'; there are v1 to v%d", name,
                      s->n);
  rc_geodesic_free(s->geodesic);
  s->geodesic = NULL;
  s->geodesic_axis = axis - s->n;
  s->geodesic_sign = sign == '-' ? -1 : 1;
  if (s->phase > CAL_GEODESIC) s->phase = CAL_GEODESIC;
  return true;
}

/* Once asked for it goes on to its end; asked again after that it begins anew. */
static bool widths_command(calib *s) {
  if (s->widths_wanted && !calib_widths_left(s)) s->width_at = 0;
  s->widths_wanted = true;
  if (s->phase > CAL_WIDTHS) s->phase = CAL_WIDTHS;
  return true;
}

static bool reduce_command(calib *s) {
  if (s->reduce_wanted && !calib_reduce_left(s)) {
    rc_mbam_free(s->mbam);
    s->mbam = NULL;
  }
  s->reduce_wanted = true;
  if (s->phase > CAL_REDUCE) s->phase = CAL_REDUCE;
  return true;
}

static bool profile_command(calib *s, const char *argument, rc_err *err) {
  if (!need_best(s, "profile", err)) return false;
  const int axis = calib_axis(s, argument ? argument : "");
  if (axis < 0 || axis >= s->n)
    return rc_err_set(err, RC_ERR_INPUT, "profile wants the name of a parameter, not '%s'",
                      argument ? argument : "");
  s->profile_wanted[axis] = true;
  s->profile_at = 0;
  if (s->phase > CAL_PROFILES) s->phase = CAL_PROFILES;
  return true;
}

static const rc_study_command commands[] = {
    {"turn", "AXIS AMOUNT", "moves a parameter (A_1) or an eigen-direction (v1)"},
    {"hold", "[PARAMETER|off]", "keeps it while all others are fitted again"},
    {"home", "", "back to the best point"},
    {"slice", "AXIS AXIS [WIDER]", "the landscape over two parameters or two directions"},
    {"profile", "PARAMETER", "its profile likelihood"},
    {"geodesic", "DIRECTION [-]", "the flight along it to the edge, or the other way"},
    {"widths", "", "flights along all directions, both ways"},
    {"reduce", "", "simpler models, edge by edge"},
    {0}};

static bool calib_command(void *study, const char *name, const char *argument, rc_err *err) {
  calib *s = study;
  s->closing = false;
  if (!strcmp(name, "turn")) return need_best(s, name, err) && calib_turn(s, argument, err);
  if (!strcmp(name, "hold")) return need_best(s, name, err) && calib_hold(s, argument, err);
  if (!strcmp(name, "home")) return need_best(s, name, err) && calib_home(s, err);
  if (!strcmp(name, "slice")) return slice_command(s, argument, err);
  if (!strcmp(name, "profile")) return profile_command(s, argument, err);
  if (!strcmp(name, "geodesic")) return geodesic_command(s, argument, err);
  if (!strcmp(name, "widths")) return need_best(s, name, err) && widths_command(s);
  if (!strcmp(name, "reduce")) return need_best(s, name, err) && reduce_command(s);
  return rc_study_no_command("calibration", commands, name, err);
}

static void calib_close(void *study) {
  calib *s = study;
  calib_drop(s);
  rc_share_drop(s->lattice);
  rc_params_free(calib_params, &s->o);
  rc_free(s);
}

static const char *const text_names[] = {"model", "optimizer", NULL};
static const char *const flag_names[] = {"synthetic", "polished", "success", "boundary", NULL};

static const char *const event_names[] = {"warning", "query", NULL};

const rc_study_class rc_study_calibration = {
    .kind = {.name = "calibration",
             .title = "Calibration",
             .help =
                 "fits a model to data: Fisher information, a race of optimisers, the landscape",
             .explain =
                 "The eigenvalues of the Fisher information J^T J of a model with many parameters "
                 "spread over many decades: a few stiff directions decide the predictions, the "
                 "sloppy rest hardly matters (Gutenkunst et al., PLoS Comput. Biol. 3 (2007) "
                 "e189). Optimisers that learn this are quicker; every evaluation of the data "
                 "they ask for is counted.",
             .params = calib_params,
             .size = sizeof(calib_opts),
             .no_lattice = true},
    .open = calib_open,
    .check = calib_check,
    .step = calib_step,
    .frame = calib_frame,
    .change = calib_change,
    .command = calib_command,
    .result = calib_result,
    .close = calib_close,
    .result_names = calib_result_names,
    .text_names = text_names,
    .flag_names = flag_names,
    .event_names = event_names,
    .commands = commands,
    .phase_names = calib_phase_names};
