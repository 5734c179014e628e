/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calibration study step by step: the start, the race one query at a time, polish, Fisher
 * information, slices, profiles, geodesic, ensemble. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/calibration_study.h"

enum { CELLS = 8, MOVES = 4, POLISH_MOST = 60 };

/* ---- open ---------------------------------------------------------------------------------------
 */

static void free_fit(void *f) {
  rc_fit_free(f);
}

static void default_goals(calib *s) {
  const rc_loss_kind loss = rc_fit_shape(s->fit)->loss;
  static const double chi2[3] = {10, 2, 1.2}, relative[3] = {.3, .1, .07};
  s->goals = s->o.goals.n ? s->o.goals.n : 3;
  memcpy(s->goal, loss == RC_LOSS_RELATIVE ? relative : chi2, sizeof s->goal);
  if (s->o.goals.n) memcpy(s->goal, s->o.goals.v, (size_t)s->goals * sizeof *s->goal);
}

static void start_point(calib *s) {
  rc_fit_nominal(s->fit, s->start);
  if (s->o.start != START_RANDOM) return;
  rc_rng rng = rc_rng_stream(s->env.seed, "calib/start", 0);
  for (int j = 0; j < s->n; j++) {
    const double to = s->start[j] + s->o.spread * (2 * rc_rng_unit(&rng) - 1);
    s->start[j] = fmin(fmax(to, 0), 1);
  }
}

static bool open_fit(calib *s, rc_err *err) {
  if (!calib_check_options(&s->env, &s->o, err)) return false;
  s->fit = calib_new_fit(&s->env, &s->o.model, err);
  if (!s->fit) return false;
  s->fit_share = rc_share_new(s->fit, free_fit);
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  s->n = rc_fit_n(s->fit);
  s->m = rc_fit_m(s->fit);
  s->points = shape->m;
  s->parameters = shape->parameters;
  if (s->n < 1) return rc_err_set(err, RC_ERR_INPUT, "the model has no free parameter");
  const size_t n = (size_t)s->n, points = (size_t)s->points;
  s->free = rc_alloc(n, sizeof *s->free);
  for (int j = 0; j < s->n; j++) s->free[j] = (int)(rc_fit_parameter(s->fit, j) - shape->parameter);
  s->start = rc_alloc(n, sizeof *s->start);
  s->best = rc_alloc(n, sizeof *s->best);
  s->z = rc_alloc(n, sizeof *s->z);
  s->error = rc_alloc(n, sizeof *s->error);
  s->y_best = rc_alloc(points, sizeof *s->y_best);
  s->y = rc_alloc(points, sizeof *s->y);
  s->ghost = rc_alloc(points * RC_CALIB_GHOSTS, sizeof *s->ghost);
  s->profile = rc_alloc(n, sizeof(rc_profile *));
  s->profile_wanted = rc_alloc(n, sizeof *s->profile_wanted);
  for (int j = 0; j < s->n; j++)
    s->profile_wanted[j] =
        s->o.profiles == PROFILES_ALL || (s->o.profiles == PROFILES_AUTO && s->n <= PROFILES_FEW);
  default_goals(s);
  start_point(s);
  s->phase = CAL_START;
  return true;
}

static bool add_racer(calib *s, const rc_kind *kind, const void *opts, rc_err *err) {
  calib_racer *r = &s->racer[s->racers];
  *r = (calib_racer){.cls = (const rc_optimizer_class *)kind};
  for (int k = 0; k < CALIB_GOALS; k++) r->reached[k] = nan("");
  r->fit = rc_fit_clone(s->fit, err);
  if (!r->fit) return false;
  r->opt = rc_opt_new(r->cls, opts, r->fit, s->start, s->env.seed, (uint64_t)s->racers, err);
  if (r->opt) rc_opt_limit(r->opt, (double)s->o.queries);
  s->racers++; /* counted also when it could not be opened: it is freed with the others */
  return r->opt != NULL;
}

static const void *options_of(const calib *s, int i) {
  return i < s->o.optimizers.n ? s->o.optimizers.v[i].opts : NULL;
}

/* Is this option of a racer set, and not by all others of its kind to the same? */
static bool tells(const calib *s, int i, const rc_param *p, rc_str *value) {
  bool tells = false;
  const void *own = options_of(s, i);
  rc_str_clear(value);
  if (!own || rc_param_is_default(p, own)) return false;
  rc_param_get(p, own, value);
  for (int k = 0; k < s->racers && !tells; k++) {
    rc_str other = {0};
    if (k == i || s->racer[k].cls != s->racer[i].cls) continue;
    rc_param_get(p, options_of(s, k), &other);
    tells = strcmp(rc_str_c(&other), rc_str_c(value)) != 0;
    rc_str_free(&other);
  }
  return tells;
}

/* Names by which the racers are told apart, also by who reads the events: of several of a kind those
 * with the options that are not the same in all, "kalman:part=0", and a number where these are. */
static void name_racers(calib *s) {
  rc_str name = {0}, value = {0};
  for (int i = 0; i < s->racers; i++) {
    calib_racer *r = &s->racer[i];
    int set = 0, same = 1;
    rc_str_clear(&name);
    rc_str_add(&name, r->cls->kind.name);
    for (const rc_param *p = r->cls->kind.params; p && p->name; p++)
      if (tells(s, i, p, &value))
        rc_str_addf(&name, "%c%s=%s", set++ ? ',' : ':', p->name, rc_str_c(&value));
    snprintf(r->name, sizeof r->name - 3, "%s", rc_str_c(&name));
    for (char *c = r->name; *c; c++)
      if (*c == ' ') *c = '_';
    const size_t length = strlen(r->name);
    for (int k = 0; k < i; k++)
      same += !strncmp(s->racer[k].name, r->name, length) &&
              (!s->racer[k].name[length] || s->racer[k].name[length] == '#');
    if (same > 1) snprintf(r->name + length, sizeof r->name - length, "#%d", same);
  }
  rc_str_free(&name);
  rc_str_free(&value);
}

static bool open_race(calib *s, rc_err *err) {
  static const char *const usual[] = {"kalman", "lm", "hierarchical"};
  for (int i = 0; i < s->o.optimizers.n; i++)
    if (!add_racer(s, s->o.optimizers.v[i].kind, s->o.optimizers.v[i].opts, err)) return false;
  for (size_t i = 0; !s->o.optimizers.n && i < RC_LEN(usual); i++) {
    rc_pick pick = {0};
    rc_pick_set(&pick, rc_kind_find(rc_optimizer_kinds, usual[i]));
    const bool ok = add_racer(s, pick.kind, pick.opts, err);
    rc_pick_free(&pick);
    if (!ok) return false;
  }
  name_racers(s);
  return true;
}

static bool start_step(calib *s, rc_err *err) {
  char why[96] = "";
  double *r = rc_alloc((size_t)s->m, sizeof *r);
  const bool ok = rc_fit_residuals(s->fit, s->start, r, why);
  s->loss_start = ok ? rc_fit_loss(s->fit, r) : nan("");
  rc_free(r);
  if (!ok) calib_warn(s, "no prediction at the start: %s", why);
  memcpy(s->best, s->start, (size_t)s->n * sizeof *s->best);
  memcpy(s->z, s->start, (size_t)s->n * sizeof *s->z);
  s->loss_best = s->loss_race = s->loss_start;
  rc_fit_predict(s->fit, s->z, s->y_best, why);
  calib_board_read(s);
  if (!open_race(s, err)) return false;
  s->phase = CAL_RACE;
  return true;
}

/* ---- race ---------------------------------------------------------------------------------------
 */

static const char *const query_kinds[] = {"start",      "step",     "probe",
                                          "difference", "jacobian", "part"};

/* An optimiser that is to begin with a part of the data does so after its start, or not at all. */
static void look_for_parts(calib *s, calib_racer *r, const rc_optimizer_view *v) {
  const int i = (int)(r - s->racer);
  const void *opts = options_of(s, i);
  const rc_param *p = rc_param_find(r->cls->kind.params, "part");
  if (!p || p->type != RC_T_REAL || v->count[RC_QUERY_PART]) return;
  rc_str text = {0};
  double part = 0;
  if (opts)
    rc_param_get(p, opts, &text);
  else
    rc_str_add(&text, p->def);
  const bool set = opts && !rc_param_is_default(p, opts),
             wanted = rc_parse_real(rc_str_c(&text), &part) && part > 0 && part < 1;
  rc_str_free(&text);
  if (!wanted) return;
  const int some = (int)ceil(part * s->points);
  if (!rc_fit_has_parts(s->fit))
    snprintf(r->note, sizeof r->note, "no part first: data of this model are not asked alone");
  else if (some < s->points)
    snprintf(r->note, sizeof r->note, "no part first: %d parameters want more than %d of %d data",
             s->n, some, s->points);
  if (set && r->note[0]) calib_warn(s, "%s: %s", r->name, r->note);
}

static void tell_query(calib *s, calib_racer *r, const rc_optimizer_view *v) {
  uint64_t n = 0;
  for (int k = 0; k < RC_QUERY_KINDS; k++) n += v->count[k];
  if (n == r->told) return;
  if (n == 2) look_for_parts(s, r, v);
  r->told = n;
  char cost[40] = "";
  /* a Jacobian may cost more than one query: then the place on the axis of the race is told, too */
  if (fabs(v->queries - (double)n) > 1e-6)
    snprintf(cost, sizeof cost, ", %.10g queries", round(1e6 * v->queries) / 1e6);
  /* a part has no loss of all data */
  const bool loss = !v->failed && v->kind != RC_QUERY_PART;
  s->env.emit(s->env.who, "query", loss ? v->loss : nan(""), "%s %llu %s%s%s", r->name,
              (unsigned long long)n, query_kinds[v->kind], cost,
              v->failed ? ", no prediction" : "");
  for (int k = 0; k < s->goals; k++)
    if (isnan(r->reached[k]) && v->best <= s->goal[k]) r->reached[k] = v->queries;
}

static void take_best(calib *s, int i, const rc_optimizer_view *v) {
  if (!(v->best < s->loss_best) && !(isnan(s->loss_best) && isfinite(v->best))) return;
  s->loss_best = s->loss_race = v->best;
  s->best_racer = i;
  s->queries_best = v->queries;
  memcpy(s->best, v->best_z, (size_t)s->n * sizeof *s->best);
}

/* One query of the next optimiser that still may ask for one. */
static void race_step(calib *s) {
  for (int tried = 0; tried < s->racers; tried++) {
    const int i = s->turn;
    calib_racer *r = &s->racer[i];
    s->turn = (s->turn + 1) % s->racers;
    rc_optimizer_view v = rc_opt_read(r->opt);
    if (v.done || v.queries >= (double)s->o.queries) continue;
    rc_opt_step(r->opt, 1e-6); /* one, if there is enough left for it */
    v = rc_opt_read(r->opt);
    tell_query(s, r, &v);
    take_best(s, i, &v);
    return;
  }
  for (int i = 0; i < s->racers; i++) {
    const rc_optimizer_view v = rc_opt_read(s->racer[i].opt);
    if (!(v.queries > 0) && !v.failures)
      calib_warn(s, "%s asks nothing: its first step costs more than 'queries: %lld'",
                 s->racer[i].name, (long long)s->o.queries);
    if (v.failures)
      calib_warn(s, "%s: %llu quer%s without a prediction, the last: %s", s->racer[i].name,
                 (unsigned long long)v.failures, v.failures == 1 ? "y" : "ies", v.failure);
  }
  rc_refit_new(&s->polish, s->fit, s->best, -1);
  s->polishing = true;
  s->phase = CAL_POLISH;
}

/* From the best of the race down to the optimum: what errors, profiles and directions refer to. No
 * racer is credited with it: its loss and its queries are told apart from the race's. */
static void polish_step(calib *s) {
  const bool done = rc_refit_step(&s->polish) || s->polish.iterations >= POLISH_MOST;
  s->queries_fit = s->polish.queries;
  if (!done) return;
  if (!s->polish.failed && s->polish.loss <= s->loss_best) {
    memcpy(s->best, s->polish.z, (size_t)s->n * sizeof *s->best);
    s->loss_best = s->polish.loss;
    s->polished = !strcmp(s->polish.why, "converged");
  }
  rc_refit_free(&s->polish);
  s->polishing = false;
  s->phase = CAL_FISHER;
}

/* ---- geometry -----------------------------------------------------------------------------------
 */

bool calib_profiles_left(const calib *s) {
  for (int j = 0; j < s->n; j++)
    if (s->profile_wanted[j] && !(s->profile[j] && rc_profile_read(s->profile[j]).done))
      return true;
  return false;
}

void calib_go_on(calib *s) {
  const bool flown = s->geodesic && rc_geodesic_read(s->geodesic).done;
  s->phase = CAL_END;
  if (calib_reduce_left(s)) s->phase = CAL_REDUCE;
  if (calib_widths_left(s)) s->phase = CAL_WIDTHS;
  if (s->ensemble_seen < s->o.ensemble) s->phase = CAL_ENSEMBLE;
  if (!flown && (s->o.geodesic || s->geodesic)) s->phase = CAL_GEODESIC;
  if (calib_profiles_left(s)) s->phase = CAL_PROFILES;
}

static bool fisher_step(calib *s, rc_err *err) {
  char why[96] = "";
  const rc_coords main = (rc_coords)s->o.coordinates,
                  second = main == RC_COORDS_BOX ? RC_COORDS_LOG : RC_COORDS_BOX;
  const bool link = rc_fit_has_link(s->fit);
  if (!rc_fit_predict(s->fit, s->best, s->y_best, why))
    return rc_err_set(err, RC_ERR_INPUT, "no prediction at the best point: %s", why);
  if (!rc_fisher_make(s->fit, s->best, main, link, &s->fisher, err) ||
      !rc_fisher_make(s->fit, s->best, second, link, &s->other, err))
    return false;
  s->truth_known = rc_truth_make(s->fit, s->best, s->fisher.effective_rank, &s->truth, NULL);
  const double delta = .5 * s->points * rc_fit_chi2_unit(s->fit, s->loss_best);
  if (!rc_fit_errors(s->fit, s->best, delta, s->error, why))
    for (int j = 0; j < s->n; j++) s->error[j] = nan("");
  memcpy(s->z, s->best, (size_t)s->n * sizeof *s->z);
  calib_board_read(s);
  s->eigen_axis[0] = s->n;
  s->eigen_axis[1] = s->n + RC_MIN(s->n - 1, RC_MAX(1, calib_geodesic_axis(s) / 2));
  /* raw: the two parameters that weigh most in the stiffest direction */
  const double *v = s->fisher.vector;
  int a = 0, b = -1;
  for (int j = 1; j < s->n; j++)
    if (fabs(v[j]) > fabs(v[a])) a = j;
  for (int j = 0; j < s->n; j++)
    if (j != a && (b < 0 || fabs(v[j]) > fabs(v[b]))) b = j;
  s->raw_axis[0] = a;
  s->raw_axis[1] = RC_MAX(b, 0);
  s->raw_scale = s->eigen_scale = 1;
  s->geodesic_axis = calib_geodesic_axis(s);
  s->geodesic_sign = 1;
  s->widths_wanted = s->o.widths;
  s->reduce_wanted = s->o.reduce;
  calib_go_on(s);
  if (s->o.slices.wanted && s->n > 1) s->phase = CAL_RAW;
  return true;
}

int calib_geodesic_axis(const calib *s) {
  return RC_MAX(0, RC_MIN(s->fisher.rank, s->n) - 1);
}

/* How far an axis may be followed: to the box, at most. */
static double reach_of(const calib *s, const double *d) {
  double reach = INFINITY;
  for (int j = 0; j < s->n; j++)
    if (d[j] != 0) reach = fmin(reach, RC_MAX(s->best[j], 1 - s->best[j]) / fabs(d[j]));
  return reach;
}

/* Half extents. Raw parameters: two factors of e, or the box. Eigen-directions: what raises chi2 by
 * 100 in the one is nothing in the other, so both go towards the geometric mean, and the canyon
 * shows; but by no more than a factor, lest it become narrower than a cell. */
static void spans_of(const calib *s, bool eigen, const int *axis, double *const d[2],
                     double span[2]) {
  double own[2], reach[2];
  for (int k = 0; k < 2; k++) {
    const double lambda = eigen ? s->fisher.eigenvalue[axis[k] - s->n] : 0;
    reach[k] = reach_of(s, d[k]);
    own[k] = fmin(reach[k], 10 / sqrt(fmax(lambda, 1e-300)));
    span[k] = fmin(reach[k], 2);
  }
  for (int k = 0; eigen && k < 2; k++) {
    const double mean = sqrt(own[0] * own[1]);
    span[k] = fmin(reach[k], fmin(fmax(mean, own[k] / 3), 3 * own[k]));
  }
  for (int k = 0; k < 2; k++)
    span[k] = fmin(reach[k], span[k] * (eigen ? s->eigen_scale : s->raw_scale));
}

bool calib_begin_slice(calib *s, bool eigen, rc_err *err) {
  rc_slice *slice = eigen ? &s->eigen : &s->raw;
  const int *axis = eigen ? s->eigen_axis : s->raw_axis;
  double *d[2], *span = eigen ? s->eigen_span : s->raw_span;
  for (int k = 0; k < 2; k++) {
    d[k] = rc_alloc((size_t)s->n, sizeof *d[k]);
    calib_axis_step(s, axis[k], d[k]);
  }
  spans_of(s, eigen, axis, d, span);
  for (int k = 0; k < 2; k++)
    for (int j = 0; j < s->n; j++) d[k][j] *= span[k];
  rc_slice_free(slice);
  const bool ok = rc_slice_new(s->fit, s->best, d[0], d[1], (int)s->o.slices.width,
                               (int)s->o.slices.height, slice, err);
  if (ok) {
    rc_fisher box = {0};
    if (rc_fisher_make(s->fit, s->best, RC_COORDS_BOX, false, &box, NULL))
      rc_slice_quadratic(slice, &box);
    rc_fisher_free(&box);
  }
  rc_free(d[0]);
  rc_free(d[1]);
  return ok;
}

static bool slice_step(calib *s, bool eigen, rc_err *err) {
  rc_slice *slice = eigen ? &s->eigen : &s->raw;
  if (!slice->total && !calib_begin_slice(s, eigen, err)) return false;
  if (rc_slice_step(slice, s->fit, CELLS)) return true;
  calib_go_on(s);
  if (!eigen && !s->eigen.total) s->phase = CAL_EIGEN;
  return true;
}

static bool profiles_step(calib *s, rc_err *err) {
  int j = 0;
  while (j < s->n &&
         (!s->profile_wanted[j] || (s->profile[j] && rc_profile_read(s->profile[j]).done)))
    j++;
  s->profile_at = j;
  if (j == s->n) {
    calib_go_on(s);
    return true;
  }
  if (!s->profile[j] && !(s->profile[j] = rc_profile_new(s->fit, s->best, j, err))) return false;
  rc_profile_step(s->profile[j]);
  return true;
}

/* Curves of every member, for the quantiles. */
static void keep_member(calib *s, const double *z) {
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  const size_t row = (size_t)shape->curves * RC_CALIB_GRID;
  char why[96];
  double *to = s->band + (size_t)s->band_members * row;
  if (!s->grid_x) return;
  for (int c = 0; c < shape->curves; c++)
    if (!rc_fit_predict_at(s->fit, z, c, RC_CALIB_GRID, s->grid_x + c * RC_CALIB_GRID,
                           to + c * RC_CALIB_GRID, why))
      return;
  s->band_members++;
}

static bool ensemble_step(calib *s, rc_err *err) {
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  if (!s->ensemble) {
    s->ensemble = rc_ensemble_new(s->fit, s->best, s->o.temperature, s->env.seed, err);
    if (!s->ensemble) return false;
    s->band =
        rc_alloc((size_t)s->o.ensemble * (size_t)shape->curves * RC_CALIB_GRID, sizeof *s->band);
  }
  rc_ensemble_step(s->ensemble, MOVES);
  for (; s->ensemble_seen < RC_MIN(rc_ensemble_size(s->ensemble), (int)s->o.ensemble);
       s->ensemble_seen++)
    keep_member(s, rc_ensemble_z(s->ensemble, s->ensemble_seen));
  if (s->ensemble_seen >= s->o.ensemble) calib_go_on(s);
  return true;
}

/* ---- step ---------------------------------------------------------------------------------------
 */

bool calib_step(void *study, rc_state *state, rc_err *err) {
  calib *s = study;
  bool ok = true;
  s->steps++;
  switch (s->phase) {
  case CAL_OPEN: ok = open_fit(s, err); break;
  case CAL_START: ok = start_step(s, err); break;
  case CAL_RACE: race_step(s); break;
  case CAL_POLISH: polish_step(s); break;
  case CAL_FISHER: ok = fisher_step(s, err); break;
  case CAL_RAW: ok = slice_step(s, false, err); break;
  case CAL_EIGEN: ok = slice_step(s, true, err); break;
  case CAL_PROFILES: ok = profiles_step(s, err); break;
  case CAL_GEODESIC: ok = calib_geodesic_step(s, err); break;
  case CAL_WIDTHS: ok = calib_widths_step(s, err); break;
  case CAL_REDUCE: ok = calib_reduce_step(s, err); break;
  case CAL_ENSEMBLE: ok = ensemble_step(s, err); break;
  case CAL_BOARD: ok = calib_board_step(s, err); break;
  case CAL_END: break;
  }
  if (ok && s->phase == CAL_END) *state = RC_DONE;
  return ok;
}
