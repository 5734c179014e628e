/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the calibration study shows: scalars, the snapshot for the views, arrays of the result. A
 * snapshot is a copy: the landscape is small, and the study goes on changing its own. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/calibration_study.h"

const char *const calib_result_names[] = {"model",          "loss",    "queries",   "optimizer",
                                          "effective_rank", "success", "synthetic", NULL};

enum { BLOCKS = 512 };
typedef struct snapshot {
  rc_calibration_data d;
  rc_share *fit; /* keeps the shape alive */
  void *block[BLOCKS];
  int blocks;
  rc_slice slice[2];
  rc_fisher fisher[2];
  rc_geodesic_view geodesic;
  rc_truth truth;
  rc_mbam_view reduction;
} snapshot;

static void free_snapshot(void *p) {
  snapshot *s = p;
  for (int i = 0; i < s->blocks; i++) rc_free(s->block[i]);
  rc_share_drop(s->fit);
  rc_free(s);
}

/* A copy that lives as long as the snapshot; NULL for nothing. */
static void *copy(snapshot *s, const void *from, size_t count, size_t size) {
  if (!from || !count || s->blocks == BLOCKS) return NULL;
  void *to = s->block[s->blocks++] = rc_alloc(count, size);
  memcpy(to, from, count * size);
  return to;
}
#define COPY(s, from, count) copy(s, from, (size_t)(count), sizeof *(from))

/* ---- parts of the snapshot ----------------------------------------------------------------------
 */

static const rc_fisher *take_fisher(snapshot *t, int which, const rc_fisher *f) {
  if (!f->n) return NULL;
  rc_fisher *g = &t->fisher[which];
  *g = *f;
  g->eigenvalue = COPY(t, f->eigenvalue, f->n);
  g->vector = COPY(t, f->vector, f->n * f->n);
  g->participation = COPY(t, f->participation, f->n);
  g->jacobian = NULL;
  return g;
}

static const rc_slice *take_slice(snapshot *t, int which, const rc_slice *f) {
  if (!f->total) return NULL;
  rc_slice *g = &t->slice[which];
  *g = *f;
  g->loss = COPY(t, f->loss, f->total);
  g->quadratic = COPY(t, f->quadratic, f->total);
  g->level = COPY(t, f->level, f->total);
  g->z0 = g->p = g->q = NULL;
  return g;
}

static void take_racers(const calib *s, snapshot *t) {
  rc_calib_racer rows[RC_CALIB_RACERS];
  memset(rows, 0, sizeof rows);
  for (int i = 0; i < s->racers; i++) {
    const calib_racer *r = &s->racer[i];
    rows[i].cls = r->cls;
    memcpy(rows[i].name, r->name, sizeof rows[i].name);
    rc_optimizer_view *v = &rows[i].view;
    *v = rc_opt_read(r->opt);
    v->z = v->best_z = v->trail_z = NULL;
    v->done = v->done || v->queries >= (double)s->o.queries;
    if (v->queries >= (double)s->o.queries || !strcmp(v->why, "budget"))
      snprintf(v->why, sizeof v->why, "budget spent");
    memcpy(rows[i].note, r->note, sizeof r->note);
    v->known = COPY(t, v->known, v->knows);
    v->trail_queries = COPY(t, v->trail_queries, v->trail);
    v->trail_loss = COPY(t, v->trail_loss, v->trail);
    memcpy(rows[i].reached, r->reached, sizeof r->reached);
  }
  t->d.racers = s->racers;
  t->d.racer = COPY(t, rows, s->racers);
  t->d.floor_loss = s->loss_best;
  t->d.budget = (double)s->o.queries;
  t->d.goals = s->goals;
  memcpy(t->d.goal, s->goal, sizeof s->goal);
}

/* Dense abscissae: the range of the data of each curve and a quarter of it beyond its upper end, where
 * the fits have nothing to hold them. */
static void make_grid(calib *s) {
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  double y[RC_CALIB_GRID];
  char why[96];
  if (s->grid_x || !shape->curves) return;
  double *x = rc_alloc((size_t)shape->curves * RC_CALIB_GRID, sizeof *x);
  for (int c = 0; c < shape->curves; c++) {
    double lo = INFINITY, hi = -INFINITY;
    for (int i = 0; i < s->points; i++) {
      if (shape->point[i].curve != c) continue;
      lo = fmin(lo, shape->point[i].x);
      hi = fmax(hi, shape->point[i].x);
    }
    const bool logs = shape->x_log && lo > 0;
    const double a = logs ? log(lo) : lo,
                 b = (logs ? log(hi) : hi) + .25 * ((logs ? log(hi) : hi) - a);
    for (int k = 0; k < RC_CALIB_GRID; k++) {
      const double u = a + (b - a) * k / (RC_CALIB_GRID - 1);
      x[c * RC_CALIB_GRID + k] = logs ? exp(u) : u;
    }
  }
  if (rc_fit_predict_at(s->fit, s->best, 0, RC_CALIB_GRID, x, y, why))
    s->grid_x = x;
  else
    rc_free(x);
}

static void take_curves(calib *s, snapshot *t) {
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  make_grid(s);
  if (!s->grid_x) return;
  rc_calib_curve_fit *c = rc_alloc((size_t)shape->curves, sizeof *c);
  double y[RC_CALIB_GRID];
  char why[96];
  for (int k = 0; k < shape->curves; k++) {
    const double *x = s->grid_x + k * RC_CALIB_GRID;
    c[k].points = RC_CALIB_GRID;
    c[k].x = COPY(t, x, RC_CALIB_GRID);
    if (rc_fit_predict_at(s->fit, s->best, k, RC_CALIB_GRID, x, y, why))
      c[k].best = COPY(t, y, RC_CALIB_GRID);
    if (rc_fit_predict_at(s->fit, s->z, k, RC_CALIB_GRID, x, y, why))
      c[k].now = COPY(t, y, RC_CALIB_GRID);
  }
  t->d.curves = shape->curves;
  t->d.curve = COPY(t, c, shape->curves);
  rc_free(c);
}

static int rising(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* 5 and 95 % of the members' curves at each abscissa. */
static void take_bands(const calib *s, snapshot *t) {
  const int row = rc_fit_shape(s->fit)->curves * RC_CALIB_GRID, n = s->band_members;
  t->d.ensemble = s->ensemble_seen;
  t->d.ensemble_acceptance = s->ensemble ? rc_ensemble_acceptance(s->ensemble) : nan("");
  if (n < 20 || (s->phase != CAL_END && n % 20)) return; /* sorting is not for every frame */
  double *low = rc_alloc((size_t)row, sizeof *low), *high = rc_alloc((size_t)row, sizeof *high),
         *v = rc_alloc((size_t)n, sizeof *v);
  for (int k = 0; k < row; k++) {
    for (int i = 0; i < n; i++) v[i] = s->band[(size_t)i * (size_t)row + (size_t)k];
    qsort(v, (size_t)n, sizeof *v, rising);
    low[k] = v[(int)(.05 * (n - 1))];
    high[k] = v[(int)ceil(.95 * (n - 1))];
  }
  t->d.band_low = COPY(t, low, row);
  t->d.band_high = COPY(t, high, row);
  rc_free(low);
  rc_free(high);
  rc_free(v);
}

static void take_profiles(const calib *s, snapshot *t) {
  bool any = false;
  for (int j = 0; s->profile && j < s->n; j++) any = any || s->profile[j];
  if (!any && !calib_profiles_left(s) && s->phase < CAL_END) return;
  rc_calib_profile_row *rows = rc_alloc((size_t)s->n, sizeof *rows);
  for (int j = 0; j < s->n; j++) {
    if (!s->profile[j]) continue;
    rows[j].known = true;
    rows[j].view = rc_profile_read(s->profile[j]);
    if (s->n <= 64) {
      rows[j].view.z = COPY(t, rows[j].view.z, rows[j].view.points);
      rows[j].view.loss = COPY(t, rows[j].view.loss, rows[j].view.points);
    } else {
      rows[j].view.points = 0;
    }
  }
  t->d.profiles = s->n;
  t->d.profile = COPY(t, rows, s->n);
  rc_free(rows);
}

static void take_geodesic(const calib *s, snapshot *t) {
  if (!s->geodesic) return;
  rc_geodesic_view *v = &t->geodesic;
  *v = rc_geodesic_read(s->geodesic);
  v->tau = COPY(t, v->tau, v->points);
  v->s = COPY(t, v->s, v->points * s->n);
  v->speed = COPY(t, v->speed, v->points);
  v->velocity = NULL;
  t->d.geodesic = v;
  snprintf(t->d.geodesic_from, sizeof t->d.geodesic_from, "v%d %c", s->geodesic_axis + 1,
           s->geodesic_sign < 0 ? '-' : '+');
}

/* Trails over a plane of two axes: raw parameters as they are, eigen-directions by the scalar product in
 * the coordinates in which they are orthonormal. */
static const rc_calib_trail *take_trails(const calib *s, snapshot *t, const int *axis,
                                         const double *span) {
  rc_calib_trail rows[RC_CALIB_RACERS];
  double *theta = rc_alloc((size_t)(s->parameters + 2 * s->n), sizeof *theta),
         *by[2] = {theta + s->parameters, theta + s->parameters + s->n};
  rc_fit_theta(s->fit, s->best, theta);
  memset(rows, 0, sizeof rows);
  for (int k = 0; k < 2; k++) {
    double step[256];
    if (axis[k] < s->n && s->n <= 256) {
      calib_axis_step(s, axis[k], step);
      by[k][axis[k]] = 1 / (step[axis[k]] * span[k]);
      continue;
    }
    const double *v = s->fisher.vector + (axis[k] - s->n) * s->n;
    for (int j = 0; axis[k] >= s->n && j < s->n; j++)
      by[k][j] = v[j] / (calib_coordinate(s, theta, j) * span[k]);
  }
  for (int i = 0; i < s->racers; i++) {
    const rc_optimizer_view v = rc_opt_read(s->racer[i].opt);
    double *to[2];
    for (int k = 0; k < 2; k++) {
      double *u = to[k] = rc_alloc((size_t)RC_MAX(v.trail, 1), sizeof *u);
      for (int p = 0; p < v.trail; p++)
        for (int j = 0; j < s->n; j++)
          if (by[k][j] != 0) u[p] += by[k][j] * (v.trail_z[p * s->n + j] - s->best[j]);
    }
    rows[i] = (rc_calib_trail){v.trail, COPY(t, to[0], v.trail), COPY(t, to[1], v.trail)};
    rc_free(to[0]);
    rc_free(to[1]);
  }
  rc_free(theta);
  return COPY(t, rows, s->racers);
}

static void take_edges(const calib *s, snapshot *t) {
  t->d.widths_left = s->widths_wanted ? 2 * s->n - s->width_at : 0;
  t->d.width = s->width ? COPY(t, s->width, s->n) : NULL;
  if (!s->mbam) return;
  rc_mbam_view *v = &t->reduction;
  *v = rc_mbam_read(s->mbam);
  rc_reduction_row *rows = rc_alloc((size_t)RC_MAX(v->rows, 1), sizeof *rows);
  for (int i = 0; i < v->rows; i++) {
    rows[i] = v->row[i];
    rows[i].parameter = COPY(t, v->row[i].parameter, v->row[i].n);
    rows[i].value = COPY(t, v->row[i].value, v->row[i].n);
    rows[i].y = COPY(t, v->row[i].y, s->points);
  }
  v->row = COPY(t, rows, v->rows);
  rc_free(rows);
  t->d.reduction = v;
}

static void take_truth(const calib *s, snapshot *t) {
  if (!s->truth_known) return;
  t->truth = s->truth;
  t->truth.curve = COPY(t, s->truth.curve, s->truth.curves);
  t->truth.by_input = COPY(t, s->truth.by_input, s->truth.inputs);
  t->d.truth = &t->truth;
}

static void take_board(const calib *s, snapshot *t) {
  rc_calibration_data *d = &t->d;
  double *theta = rc_alloc((size_t)s->parameters, sizeof *theta);
  rc_fit_theta(s->fit, s->best, theta);
  d->best = COPY(t, s->best, s->n);
  d->theta_best = COPY(t, theta, s->parameters);
  d->y_best = COPY(t, s->y_best, s->points);
  d->loss_best = s->loss_best;
  rc_fit_theta(s->fit, s->z, theta);
  d->z = COPY(t, s->z, s->n);
  d->theta = COPY(t, theta, s->parameters);
  d->y = COPY(t, s->y, s->points);
  rc_free(theta);
  d->loss = s->loss;
  d->moved = s->moved;
  snprintf(d->turned, sizeof d->turned, "%s", s->turned);
  if (s->held >= 0) calib_axis_name(s, s->held, d->held);
  if (s->fisher.n) d->error = COPY(t, s->error, s->n);
  d->ghosts = s->ghosts;
  d->ghost = COPY(t, s->ghost, s->ghosts * s->points);
}

static void fill_snapshot(calib *s, snapshot *t) {
  rc_calibration_data *d = &t->d;
  t->fit = rc_share_ref(s->fit_share);
  d->cls = rc_fit_class(s->fit);
  d->shape = rc_fit_shape(s->fit);
  d->n = s->n;
  d->m = s->points;
  d->free = COPY(t, s->free, s->n);
  take_board(s, t);
  d->fisher = take_fisher(t, 0, s->ladder.n ? &s->ladder : &s->fisher);
  d->other = take_fisher(t, 1, &s->other);
  take_racers(s, t);
  take_curves(s, t);
  d->raw = take_slice(t, 0, &s->raw);
  d->eigen = take_slice(t, 1, &s->eigen);
  if (d->raw) {
    calib_axis_name(s, s->raw_axis[0], d->raw_x);
    calib_axis_name(s, s->raw_axis[1], d->raw_y);
    d->raw_trail = take_trails(s, t, s->raw_axis, s->raw_span);
  }
  if (d->eigen) {
    calib_axis_name(s, s->eigen_axis[0], d->eigen_x);
    calib_axis_name(s, s->eigen_axis[1], d->eigen_y);
    d->eigen_trail = take_trails(s, t, s->eigen_axis, s->eigen_span);
  }
  d->raw_scale = s->raw_scale;
  d->eigen_scale = s->eigen_scale;
  memcpy(d->raw_span, s->raw_span, sizeof s->raw_span);
  memcpy(d->eigen_span, s->eigen_span, sizeof s->eigen_span);
  take_profiles(s, t);
  take_geodesic(s, t);
  take_edges(s, t);
  take_truth(s, t);
  take_bands(s, t);
}

/* ---- frame --------------------------------------------------------------------------------------
 */

/* By calib_phase. */
const char *const calib_phase_names[] = {
    "model",    "start",  "race",      "polish",   "information", "slice", "slice", "profiles",
    "geodesic", "widths", "reduction", "ensemble", "fitting",     "done",  NULL};

static double progress(const calib *s) {
  if (s->phase == CAL_RACE && s->racers) {
    double q = 0;
    for (int i = 0; i < s->racers; i++) {
      const rc_optimizer_view v = rc_opt_read(s->racer[i].opt);
      q += v.done ? 1 : fmin(1, v.queries / (double)s->o.queries);
    }
    return q / s->racers;
  }
  if (s->phase == CAL_RAW || s->phase == CAL_EIGEN) {
    const rc_slice *p = s->phase == CAL_RAW ? &s->raw : &s->eigen;
    return p->total ? (double)p->done / p->total : 0;
  }
  if (s->phase == CAL_PROFILES) return (double)RC_MIN(s->profile_at, s->n) / s->n;
  if (s->phase == CAL_ENSEMBLE) return (double)s->ensemble_seen / (double)s->o.ensemble;
  return nan("");
}

static const char *winner(const calib *s) {
  return s->best_racer < 0 ? "start" : s->racer[s->best_racer].name;
}

/* The loss that the errors of the data alone leave, on average; nan where the data have none that
 * are known, or none at all. */
static double noise_loss(const calib *s) {
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  double sum = 0;
  if (!shape->synthetic || shape->scatter || shape->loss == RC_LOSS_EIV) return nan("");
  if (shape->loss != RC_LOSS_RELATIVE) return 1;
  for (int i = 0; i < shape->m; i++) sum += pow(shape->point[i].sigma / shape->point[i].value, 2);
  return sum / shape->m;
}

/* The race came as far as was asked for, or as the errors of the data let any fit come; where nothing
 * was asked and the errors are not known, to a minimum: the fit after the race found next to nothing
 * below it. */
static bool success(const calib *s) {
  const rc_calib_shape *shape = rc_fit_shape(s->fit);
  const bool errors = !shape->scatter && shape->loss != RC_LOSS_RELATIVE;
  if (s->loss_race <= noise_loss(s)) return true;
  if (s->o.goals.n == 0 && !errors)
    return s->polished && s->loss_race - s->loss_best <= 1e-6 * s->loss_best;
  return s->loss_race <= s->goal[s->goals - 1] * (1 + 1e-9);
}

static void unknown(rc_frame *f) {
  static const char *const names[] = {
      "parameter_count",   "data",      "synthetic",      "loss_start",    "loss",
      "queries",           "optimizer", "loss_fitted",    "fit_queries",   "polished",
      "success",           "rank",      "effective_rank", "fim_largest",   "fim_decades",
      "board_loss",        "moved",     "boundary",       "ensemble_size", "known_parameters",
      "reduced_parameters"};
  for (size_t i = 0; i < RC_LEN(names); i++) rc_frame_null(f, names[i]);
}

/* Parameters whose standard error is below a tenth of them. */
static int known(const calib *s) {
  int n = 0;
  double *theta = rc_alloc((size_t)s->parameters, sizeof *theta);
  rc_fit_theta(s->fit, s->best, theta);
  for (int j = 0; j < s->n; j++) n += s->error[j] < .1 * fabs(theta[s->free[j]]);
  rc_free(theta);
  return n;
}

static void figures(const calib *s, rc_frame *f) {
  const bool geometry = s->fisher.n > 0;
  rc_frame_int(f, "parameter_count", s->n);
  rc_frame_int(f, "data", s->points);
  rc_frame_bool(f, "synthetic", rc_fit_shape(s->fit)->synthetic);
  rc_frame_real(f, "loss_start", s->loss_start);
  rc_frame_real(f, "loss", s->loss_race);
  rc_frame_real(f, "queries", round(1e6 * s->queries_best) / 1e6);
  rc_frame_text(f, "optimizer", winner(s));
  rc_frame_real(f, "loss_fitted", s->phase > CAL_RACE ? s->loss_best : nan(""));
  rc_frame_real(f, "fit_queries",
                s->phase > CAL_RACE ? round(1e6 * s->queries_fit) / 1e6 : nan(""));
  if (geometry) {
    double low = s->fisher.eigenvalue[RC_MAX(s->fisher.rank, 1) - 1];
    rc_frame_bool(f, "polished", s->polished);
    rc_frame_bool(f, "success", success(s));
    rc_frame_int(f, "rank", s->fisher.rank);
    rc_frame_int(f, "effective_rank", s->fisher.effective_rank);
    rc_frame_real(f, "fim_largest", s->fisher.eigenvalue[0]);
    rc_frame_real(f, "fim_decades", log10(s->fisher.eigenvalue[0] / low));
  } else {
    static const char *const later[] = {"polished",       "success",     "rank",
                                        "effective_rank", "fim_largest", "fim_decades"};
    for (size_t i = 0; i < RC_LEN(later); i++) rc_frame_null(f, later[i]);
  }
  rc_frame_real(f, "board_loss", s->loss);
  rc_frame_real(f, "moved", s->moved);
  if (s->geodesic && rc_geodesic_read(s->geodesic).done)
    rc_frame_bool(f, "boundary", rc_geodesic_read(s->geodesic).boundary);
  else
    rc_frame_null(f, "boundary");
  rc_frame_int(f, "ensemble_size", s->ensemble_seen);
  if (geometry)
    rc_frame_int(f, "known_parameters", known(s));
  else
    rc_frame_null(f, "known_parameters");
  const rc_mbam_view m = s->mbam ? rc_mbam_read(s->mbam) : (rc_mbam_view){0};
  if (m.done)
    rc_frame_int(f, "reduced_parameters", m.row[m.rows - 1 - !m.row[m.rows - 1].within].n);
  else
    rc_frame_null(f, "reduced_parameters");
}

void calib_frame(void *study, rc_frame *f) {
  calib *s = study;
  snprintf(f->phase, sizeof f->phase, "%s", calib_phase_names[s->phase]);
  f->progress = progress(s);
  rc_frame_text(f, "model", s->o.model.kind->name);
  snapshot *t = rc_alloc(1, sizeof *t);
  t->d.loss = t->d.loss_best = t->d.moved = nan("");
  if (s->fit && s->phase > CAL_START) {
    figures(s, f);
    fill_snapshot(s, t);
  } else {
    unknown(f);
  }
  t->d.warnings = s->warnings;
  memcpy(t->d.warning, s->warning, sizeof s->warning);
  f->data = rc_share_new(t, free_snapshot);
}

/* ---- result -------------------------------------------------------------------------------------
 */

static void racer_result(const calib *s, const calib_racer *r, rc_json *j) {
  const rc_optimizer_view v = rc_opt_read(r->opt);
  static const char *const kind[] = {"start", "step", "probe", "difference", "jacobian", "part"};
  rc_json_object(j, NULL);
  rc_json_text(j, "optimizer", r->name);
  rc_json_real(j, "loss", v.best);
  rc_json_real(j, "queries", round(1e6 * v.queries) / 1e6);
  rc_json_object(j, "counts");
  for (int k = 0; k < RC_QUERY_KINDS; k++) rc_json_uint(j, kind[k], v.count[k]);
  rc_json_end(j);
  rc_json_array(j, "queries_to_goal");
  for (int k = 0; k < s->goals; k++) rc_json_real(j, NULL, round(1e6 * r->reached[k]) / 1e6);
  rc_json_end(j);
  rc_json_text(j, "end", v.done ? v.why : "budget");
  rc_json_end(j);
}

static void profile_result(const calib *s, rc_json *j) {
  static const char *const verdict[] = {"open", "bounded", "one-sided", "flat"};
  rc_json_array(j, "profiles");
  for (int k = 0; k < s->n; k++) {
    if (!s->profile[k]) continue;
    const rc_profile_view v = rc_profile_read(s->profile[k]);
    rc_json_object(j, NULL);
    rc_json_text(j, "name", rc_fit_parameter(s->fit, k)->name);
    rc_json_real(j, "lower", v.lower);
    rc_json_real(j, "upper", v.upper);
    rc_json_text(j, "verdict", verdict[v.verdict]);
    rc_json_text(j, "why_lower", v.why_lower);
    rc_json_text(j, "why_upper", v.why_upper);
    rc_json_end(j);
  }
  rc_json_end(j);
}

static void truth_result(const calib *s, rc_json *j) {
  if (!s->truth_known) return;
  rc_json_object(j, "truth");
  rc_json_real(j, "r2", s->truth.r2);
  rc_json_int(j, "replicate_groups", s->truth.groups);
  rc_json_real(j, "replicate_noise", s->truth.noise);
  rc_json_text(j, "rival", s->truth.rival);
  rc_json_int(j, "rival_coefficients", s->truth.rival_coefficients);
  rc_json_real(j, "rival_loss", s->truth.rival_loss);
  rc_json_real(j, "rival_r2", s->truth.rival_r2);
  rc_json_end(j);
}

void calib_result(void *study, rc_json *j) {
  calib *s = study;
  if (!s->fit || s->phase <= CAL_START) return;
  double *theta = rc_alloc((size_t)s->parameters, sizeof *theta);
  rc_fit_theta(s->fit, s->best, theta);
  rc_json_array(j, "parameters");
  for (int k = 0; k < s->n; k++) {
    rc_json_object(j, NULL);
    rc_json_text(j, "name", rc_fit_parameter(s->fit, k)->name);
    rc_json_real(j, "value", theta[s->free[k]]);
    rc_json_real(j, "error", s->fisher.n ? s->error[k] : nan(""));
    rc_json_end(j);
  }
  rc_json_end(j);
  rc_free(theta);
  rc_json_array(j, "fim_eigenvalues");
  for (int k = 0; k < s->fisher.n; k++) rc_json_real(j, NULL, s->fisher.eigenvalue[k]);
  rc_json_end(j);
  rc_json_array(j, "race");
  for (int i = 0; i < s->racers; i++) racer_result(s, &s->racer[i], j);
  rc_json_end(j);
  profile_result(s, j);
  truth_result(s, j);
  calib_edge_result(s, j);
}
