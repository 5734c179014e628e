/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with the options of a calibration, and where in the scenario's file it stands. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/calibration_study.h"

rc_fit *calib_new_fit(const rc_study_env *of, const rc_pick *model, rc_err *err) {
  const rc_scenario *sc = of->scenario;
  char *folder = rc_folder_of(sc->path);
  const rc_calib_env env = {.lattice = sc->built,
                            .model = sc->built ? &sc->model : NULL,
                            .folder = folder,
                            .seed = of->seed,
                            .threads = of->threads,
                            .stop = of->stop};
  rc_err why = {0};
  rc_fit *fit = rc_fit_new((const rc_calib_class *)model->kind, model->opts, &env, &why);
  rc_free(folder);
  if (fit) return fit;
  char path[96];
  snprintf(path, sizeof path, "studies.calibration.model.%s", why.key);
  if (why.key[0]) calib_point_at(of, path, &why);
  if (err && err->code == RC_ERR_NONE) *err = why;
  return NULL;
}

/* A list that is not there at all is pointed at by the group that it is missing from. */
void calib_point_at(const rc_study_env *env, const char *path, rc_err *err) {
  rc_spot at;
  const char *text = err->value[0] ? err->value : NULL;
  bool found = rc_scenario_spot(env->scenario, path, err->entry, text, &at);
  if (!found && !err->entry && !text) {
    char group[96];
    snprintf(group, sizeof group, "%.*s", (int)(strrchr(path, '.') - path), path);
    found = rc_scenario_spot(env->scenario, group, 0, NULL, &at);
  }
  if (found) err->line = at.line, err->column = at.column;
}

static bool wrong(const rc_study_env *env, const char *path, int entry, double value, rc_err *err) {
  err->entry = entry;
  if (entry > 0 && !isnan(value)) rc_format_real(value, err->value);
  calib_point_at(env, path, err);
  return false;
}

bool calib_check_options(const rc_study_env *env, const calib_opts *o, rc_err *err) {
  static const char *const goals = "studies.calibration.goals";
  const double *v = o->goals.v;
  if (o->optimizers.n > RC_CALIB_RACERS) {
    rc_err_set(err, RC_ERR_INPUT, "at most %d optimisers race; 'optimizers' names %d",
               (int)RC_CALIB_RACERS, o->optimizers.n);
    return wrong(env, "studies.calibration.optimizers", 0, nan(""), err);
  }
  for (int k = 0; k < o->goals.n; k++) {
    if (k == CALIB_GOALS)
      rc_err_set(err, RC_ERR_INPUT, "'goals' takes at most %d losses, and %d are given",
                 (int)CALIB_GOALS, o->goals.n);
    else if (!(v[k] > 0))
      rc_err_set(err, RC_ERR_INPUT, "goal %d: a loss of %g is never reached; give one above 0",
                 k + 1, v[k]);
    else if (k > 0 && !(v[k] < v[k - 1]))
      rc_err_set(err, RC_ERR_INPUT,
                 "goal %d: %g is not below %g; goals fall, and the last decides on success", k + 1,
                 v[k], v[k - 1]);
    else
      continue;
    return wrong(env, goals, k + 1, v[k], err);
  }
  return true;
}

/* A group without entries is no group to the options, and data would be made in its stead. */
static bool check_empty(const rc_study_env *env, const rc_pick *model, const char *group,
                        rc_err *err) {
  char path[96];
  rc_spot at;
  const rc_param *p = rc_param_find(model->kind->params, group);
  snprintf(path, sizeof path, "studies.calibration.model.%s", group);
  if (!p || !rc_param_is_default(p, model->opts) ||
      !rc_scenario_spot(env->scenario, path, 0, NULL, &at))
    return true;
  return rc_err_at(err, RC_ERR_INPUT, at.line, at.column,
                   "'%s' has no entries; fill its lists, or leave it away", group);
}

bool calib_check(const rc_study_env *env, const void *opts, rc_err *err) {
  static const char *const tables[] = {"data", "measurements", "parameters", "adjust"};
  const calib_opts *o = opts;
  const rc_pick *model = &o->model;
  bool given = false;
  if (!calib_check_options(env, o, err)) return false;
  for (size_t k = 0; k < RC_LEN(tables); k++) {
    const rc_param *p = rc_param_find(model->kind->params, tables[k]);
    given = given || (p && !rc_param_is_default(p, model->opts));
  }
  if (!check_empty(env, model, "measurements", err) || !check_empty(env, model, "adjust", err))
    return false;
  /* data that would have to be made are not waited for */
  const volatile int stop = !given;
  rc_study_env hasty = *env;
  hasty.stop = &stop;
  rc_err why = {0};
  rc_fit *fit = calib_new_fit(&hasty, model, &why);
  const bool good = fit || why.code == RC_ERR_STOPPED;
  rc_fit_free(fit);
  if (!good && err && err->code == RC_ERR_NONE) *err = why;
  return good;
}
