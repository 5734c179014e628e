/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening the system, the plan of memory, and the exact committor. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

enum { PIECE = 1 << 21 }; /* of a slice of the solver: states times iterations */

static void free_system(void *s) {
  rc_path_system_free(s);
}

/* The option 'file' of the system, "" when it has none. */
static const char *file_of(const paths *s) {
  const rc_param *p = rc_param_find(s->o.system.kind->params, "file");
  if (!p) return "";
  const char *file = *(char *const *)(const void *)((const char *)s->o.system.opts + p->offset);
  return file ? file : "";
}

static uint64_t bytes_of_shots(const paths *s) {
  const uint64_t shots = (uint64_t)s->o.shots + s->o.shots / 2;
  return shots * (sizeof(rc_shot) + (uint64_t)s->shape->width * sizeof(rc_word));
}

/* Tables are there by now; what comes is the solver, a cache of weights for each sampler and of what
 * is learnt, and the shots. */
static bool plan(paths *s, rc_err *err) {
  const uint64_t rows = (uint64_t)rc_path_system_states(s->system);
  const uint64_t table = 9 * rows,
                 solver = (s->exact_wanted ? rc_exact_plan(s->system) : 0) *
                          (s->shape->real ? 5 : 4) / 4,
                 caches =
                     24 * rows * (1 + (uint64_t)(s->o.steps > 0) * (2 + (uint64_t)s->o.compare.n)) +
                     12 * rows;
  s->planned = table + solver + (s->o.shots ? caches + bytes_of_shots(s) : 0);
  if (s->planned <= s->env.scenario->memory) return true;
  char need[32], have[32], without[32];
  rc_format_bytes(s->planned, need);
  rc_format_bytes(s->env.scenario->memory, have);
  rc_format_bytes(s->planned - solver, without);
  if (solver && s->planned - solver <= s->env.scenario->memory)
    return rc_err_set(err, RC_ERR_MEMORY,
                      "paths on %llu states need %s of the %s granted; with 'exact: off' it is %s",
                      (unsigned long long)rows, need, have, without);
  const int spins = s->shape->real ? 0 : s->shape->n;
  int fits = spins;
  while (fits > 1 && s->planned >> (spins - fits) > s->env.scenario->memory) fits--;
  return rc_err_set(err, RC_ERR_MEMORY,
                    spins
                        ? "paths on %llu states and %lld shots need %s of the %s granted; %d spins "
                          "would fit"
                        : "paths on %llu states and %lld shots need %s of the %s granted; take a "
                          "coarser grid than that, or fewer shots",
                    (unsigned long long)rows, (long long)s->o.shots, need, have, fits);
}

static bool open_system(paths *s, rc_err *err) {
  char *folder = rc_folder_of(s->env.scenario->path);
  const rc_path_env env = {.graph = s->graph, .side = s->side, .folder = folder};
  s->system =
      rc_path_system_new((const rc_path_class *)s->o.system.kind, s->o.system.opts, &env, err);
  rc_free(folder);
  if (!s->system) return false;
  s->system_share = rc_share_new(s->system, free_system);
  s->shape = rc_path_system_shape(s->system);
  return true;
}

static const char *state_text(const rc_pick *system, const char *name) {
  const rc_param *p = rc_param_find(system->kind->params, name);
  const char *text =
      p ? *(char *const *)(const void *)((const char *)system->opts + p->offset) : NULL;
  return text ? text : "";
}

static double real_of(const rc_pick *system, const rc_param *p) {
  return *(const double *)(const void *)((const char *)system->opts + p->offset);
}

/* At the expression that the message is about, or the temperature; of both the second, where it is
 * given. */
static void point_at(const rc_study_env *env, const rc_pick *system, rc_err *err) {
  const bool first = !strncmp(err->message, "state A", 7),
             second = !strncmp(err->message, "state B", 7);
  const bool cold = strstr(err->message, "temperature") != NULL;
  const char *key = first || (!second && !*state_text(system, "B")) ? "A" : "B";
  char path[64];
  rc_spot at;
  if (cold) {
    const rc_param *t = rc_param_find(system->kind->params, "temperature");
    if (t) snprintf(path, sizeof path, "%.17g", real_of(system, t));
    if (t && rc_scenario_spot(env->scenario, "studies.paths.system.temperature", 0, path, &at))
      err->line = at.line, err->column = at.column;
    return;
  }
  snprintf(path, sizeof path, "studies.paths.system.%s", key);
  if (!rc_scenario_spot(env->scenario, path, 0, state_text(system, key), &at)) return;
  err->line = at.line, err->column = at.column;
}

/* The features of the map; at the one that is not there. */
static bool check_axes(const rc_study_env *env, const paths_opts *o, const rc_path_system *s,
                       rc_err *err) {
  int axis[2], wrong;
  rc_spot at;
  if (paths_axes(s, o->x, o->y, axis, &wrong, err)) return true;
  const char *key = wrong ? "studies.paths.y" : "studies.paths.x";
  if (rc_scenario_spot(env->scenario, key, 0, wrong ? o->y : o->x, &at))
    err->line = at.line, err->column = at.column;
  return false;
}

bool paths_check(const rc_study_env *env, const void *opts, rc_err *err) {
  const paths_opts *o = opts;
  const rc_pick *system = &o->system;
  const rc_param *file = rc_param_find(system->kind->params, "file");
  if (!strcmp(system->kind->name, "cut") && file && rc_param_is_default(file, system->opts))
    return true; /* its graph would have to be made */
  if (file && !*state_text(system, "A") && !*state_text(system, "B"))
    return true; /* its cuts would have to be sought */
  char *folder = rc_folder_of(env->scenario->path);
  const rc_path_env of = {.folder = folder};
  rc_path_system *s =
      rc_path_system_new((const rc_path_class *)system->kind, system->opts, &of, err);
  rc_free(folder);
  if (!s && err->code == RC_ERR_INPUT) point_at(env, system, err);
  /* what fits into memory is seen when it runs */
  const bool ok = s ? check_axes(env, o, s, err) : err->code != RC_ERR_INPUT;
  if (ok) *err = (rc_err){0};
  rc_path_system_free(s);
  return ok;
}

/* How the watched sampler is to shoot once the committor is known. */
static void wishes(paths *s) {
  const paths_selection *c = s->o.sampler.opts;
  rc_sampler_defaults(&s->wish);
  s->wish.rfps = !strcmp(s->o.sampler.kind->name, "rfps");
  s->wish.select = (rc_select)c->select;
  s->wish.gamma = c->gamma;
  s->wish.flatten = c->flatten;
  s->wish.most = (uint64_t)s->o.most;
  s->wish.burn = (uint64_t)s->o.burn;
  s->wish.seed = s->env.seed;
  s->sampling = s->wish;
}

bool paths_open_step(paths *s, rc_err *err) {
  const bool elsewhere = !strcmp(s->o.system.kind->name, "cut") && !*file_of(s);
  if (elsewhere && !s->graph) return paths_graph_step(s, err);
  if (!s->system && !open_system(s, err)) return false;
  const rc_path_shape *shape = s->shape;
  const bool solvable = rc_path_system_states(s->system) && shape->dynamics != RC_PATH_UNDERDAMPED;
  s->exact_wanted = solvable && s->o.exact == EXACT_AUTO;
  wishes(s);
  if (!plan(s, err)) return false;
  if (!s->o.shots && !s->exact_wanted)
    return rc_err_set(err, RC_ERR_INPUT,
                      "nothing to do: no shots are wanted, and the committor cannot be solved "
                      "exactly; raise 'shots'");
  if (!shape->real) {
    s->rank = rc_alloc((size_t)shape->n, sizeof *s->rank);
    s->rank_sum = rc_alloc((size_t)shape->n, sizeof *s->rank_sum);
  }
  if (!solvable && s->o.exact == EXACT_AUTO)
    paths_warn(s,
               shape->dynamics == RC_PATH_UNDERDAMPED
                   ? "with inertia there is no exact committor of positions alone"
                   : "%d spins: no exact committor; what is learnt is checked by its forecasts",
               shape->n);
  s->env.emit(s->env.who, "system", (double)rc_path_system_states(s->system),
              "%s: %d %s, %lld states", shape->title, shape->n,
              shape->real ? "dimensions" : "spins", (long long)rc_path_system_states(s->system));
  s->phase = PATHS_EXACT;
  return true;
}

double paths_truth(const paths *s, const rc_word *state) {
  if (!s->truth) return nan("");
  const int64_t row = rc_path_row(s->system, state);
  return row < 0 ? nan("") : s->truth[row];
}

/* Every n-th quantile of the density of transition paths: states that stand for all of them. */
static void draw_sample(paths *s) {
  paths_sample *t = &s->sample;
  const int64_t rows = rc_path_system_states(s->system);
  rc_rng rng = rc_rng_stream(s->env.seed, "paths/sample", 0);
  double sum = 0, next = rc_rng_unit(&rng) / PATHS_SAMPLE;
  t->state = rc_alloc((size_t)PATHS_SAMPLE * (size_t)s->shape->width, sizeof *t->state);
  t->p = rc_alloc(PATHS_SAMPLE, sizeof *t->p);
  t->q = rc_alloc(PATHS_SAMPLE, sizeof *t->q);
  for (int64_t k = 0; k < rows && t->n < PATHS_SAMPLE; k++) {
    sum += rc_exact_density(s->exact, k);
    for (; sum > next && t->n < PATHS_SAMPLE; next += 1.0 / PATHS_SAMPLE) {
      rc_path_state(s->system, k, t->state + (size_t)t->n * (size_t)s->shape->width);
      t->p[t->n++] = s->truth[k];
    }
  }
}

/* ---- half the grid ------------------------------------------------------------------------------ */

enum { COARSE_LEAST = 20 }; /* cells along x, as of a grid at all */

/* The surface on half as many cells a side; NULL: there is none, or too coarse to tell A from B. */
static rc_path_system *open_coarse(const paths *s) {
  const rc_kind *k = s->o.system.kind;
  const rc_param *grid =
      s->shape->grid / 2 >= COARSE_LEAST ? rc_param_find(k->params, "grid") : NULL;
  if (!grid) return NULL;
  void *opts = rc_alloc(1, k->size);
  rc_params_copy(k->params, opts, s->o.system.opts, k->size);
  *(int64_t *)(void *)((char *)opts + grid->offset) = s->shape->grid / 2;
  rc_err e = {0};
  rc_path_system *coarse = rc_path_system_new((const rc_path_class *)k, opts, NULL, &e);
  rc_params_free(k->params, opts);
  rc_free(opts);
  return coarse;
}

/* A step of a walk is h^2/4 of time: figures of the coarse grid in steps of the fine one. */
static double steps_of(const paths *s) {
  const double *box = s->shape->box, *wide = rc_path_system_shape(s->coarse)->box;
  const double h = (box[1] - box[0]) / s->shape->grid,
               H = (wide[1] - wide[0]) / rc_path_system_shape(s->coarse)->grid;
  return s->shape->dynamics == RC_PATH_WALK ? H * H / (h * h) : 1;
}

/* What the width of the cells does to the figures is seen by solving once more with twice of it; true:
 * there is more to do. */
static bool halve_step(paths *s) {
  rc_err e = {0};
  if (!s->shape->real) return false;
  if (!s->coarse) {
    s->coarse = open_coarse(s);
    s->coarse_exact = s->coarse ? rc_exact_new(s->coarse, &e) : NULL;
    return s->coarse_exact != NULL;
  }
  const int64_t rows = rc_path_system_states(s->coarse);
  if (rc_exact_step(s->coarse_exact, (int)RC_MAX(1, PIECE / rows), &e)) return true;
  if (e.code == RC_ERR_NONE) {
    const rc_exact_figures f = rc_exact_read(s->coarse_exact);
    s->half = (rc_paths_half){f.rate / steps_of(s), f.length * steps_of(s)};
  }
  rc_exact_free(s->coarse_exact);
  rc_path_system_free(s->coarse);
  s->coarse_exact = NULL, s->coarse = NULL;
  return false;
}

static bool exact_end(paths *s, rc_err *err) {
  if (halve_step(s)) return true;
  s->env.emit(s->env.who, "exact.solved", s->figures.rate,
              "%lld states in %d iterations, residual %.1e: k_AB = %.10g",
              (long long)s->figures.states, s->figures.iterations, s->figures.residual,
              s->figures.rate);
  s->phase = PATHS_MAP;
  return paths_map_begin(s, s->o.x, s->o.y, err);
}

bool paths_exact_step(paths *s, rc_err *err) {
  s->phase = PATHS_EXACT;
  if (!s->exact_wanted) {
    s->phase = PATHS_MAP;
    return paths_map_begin(s, s->o.x, s->o.y, err);
  }
  if (!s->exact) {
    s->exact = rc_exact_new(s->system, err);
    return s->exact != NULL;
  }
  if (s->solved) return exact_end(s, err);
  const int64_t rows = rc_path_system_states(s->system);
  rc_err e = {0};
  if (rc_exact_step(s->exact, (int)RC_MAX(1, PIECE / rows), &e)) return true;
  if (e.code != RC_ERR_NONE) {
    *err = e;
    return false;
  }
  s->solved = true;
  s->figures = rc_exact_read(s->exact);
  s->truth = rc_exact_committor(s->exact);
  draw_sample(s);
  return exact_end(s, err);
}
