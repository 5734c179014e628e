/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the paths study shows: scalars, the snapshot for the views, objects of the result. Large parts
 * are made when they change and shared by the frames; the strip of shots is copied. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

const char *const paths_result_names[] = {"system",
                                          "states",
                                          "residual",
                                          "iterations",
                                          "nu",
                                          "rate_exact",
                                          "rate_back",
                                          "path_length_exact",
                                          "rate_half_grid",
                                          "path_length_half_grid",
                                          "yield_exact",
                                          "shots",
                                          "accepted",
                                          "transitions_expected",
                                          "transitions_generated",
                                          "uncommitted",
                                          "acceptance",
                                          "path_length_mean",
                                          "path_length_se",
                                          "path_length_z",
                                          "rate_sampled",
                                          "rate_error",
                                          "rate_note",
                                          "length",
                                          "p",
                                          "branches",
                                          "shot",
                                          "frame",
                                          "model",
                                          "frozen",
                                          "alpha",
                                          "loss",
                                          "validation",
                                          "skill",
                                          "calibration_z",
                                          "reliability_p",
                                          "committor_rmse",
                                          "committor_rmse_middle",
                                          "efficiency_vs_uniform",
                                          "efficiency_error",
                                          "efficiency_channel",
                                          "bias_z",
                                          "eta2",
                                          "coordinate",
                                          "formula",
                                          "formula_loss",
                                          "formula_rmse",
                                          NULL};
const char *const paths_text_names[] = {"system", "rate_note", "coordinate", "formula", NULL};
const char *const paths_flag_names[] = {"frozen", NULL};

enum { HOLDS = 8 };
typedef struct snapshot {
  rc_paths_data d;
  rc_share *hold[HOLDS]; /* what the pointers of d are in */
  int holds;
  rc_shot strip[RC_PATHS_STRIP];
  rc_paths_leaf leaf[RC_PATHS_TREE];
  double *order;
} snapshot;

static void free_snapshot(void *p) {
  snapshot *t = p;
  for (int i = 0; i < t->holds; i++) rc_share_drop(t->hold[i]);
  rc_free(t->order);
  rc_free(t);
}

static void hold(snapshot *t, rc_share *s) {
  if (s) t->hold[t->holds++] = rc_share_ref(s);
}

/* ---- parts --------------------------------------------------------------------------------------
 */

static void take_strip(const paths *s, snapshot *t) {
  const uint64_t n = rc_sampler_shots(s->sampler), k = RC_MIN(n, RC_PATHS_STRIP);
  t->d.strip_n = (int)k;
  t->d.strip_first = n - k + 1;
  if (k) memcpy(t->strip, rc_sampler_shot(s->sampler, n - k + 1), k * sizeof *t->strip);
  t->d.strip = t->strip;
  t->d.tree = paths_tree(s, t->leaf);
  t->d.leaf = t->leaf;
}

static void take_order(const paths *s, snapshot *t) {
  const int n = s->shape->n;
  if (!s->rank || !(s->rank_weight > 0)) return;
  t->order = rc_alloc((size_t)n, sizeof *t->order);
  for (int i = 0; i < n; i++) t->order[i] = s->rank_sum[i] / s->rank_weight;
  t->d.order = n;
  t->d.order_rank = t->order;
  t->d.order_paths = s->rank_paths;
}

/* Where shooting points fell along q, and where they would if frames were even along q. */
static void take_points(const paths *s, rc_paths_data *d) {
  double sum = 0;
  for (int i = 0; i < 40; i++) {
    d->target_bins[i] = rc_selection(&s->sampling, 1 / (1 + exp(10 - (i + .5) / 2)));
    sum += d->target_bins[i];
    d->point_bins[i] = s->points > 0 ? s->point_bins[i] / s->points : 0;
  }
  for (int i = 0; i < 40; i++) d->target_bins[i] /= sum;
}

static void take_learning(const paths *s, rc_paths_data *d, snapshot *t) {
  d->learning = s->learner && !s->frozen;
  d->frozen = s->frozen;
  d->learner = s->o.learn;
  d->learnt = s->learnt;
  const rc_learnt *model = s->model.share ? rc_share_get(s->model.share) : NULL;
  d->model = model ? rc_learnt_version(model) : 0;
  d->model_shots = model ? rc_learnt_shots(model) : 0;
  d->fitting = d->learning || s->relearning ? rc_learner_fitting(s->learner) : 0;
  const int64_t lessons = s->again ? s->again : d->learning ? s->o.learning : 0;
  d->lessons = RC_MAX(0, lessons - s->fed);
  d->rmse = s->rmse, d->rmse_middle = s->rmse_middle;
  if (!s->curve_shown) return;
  const paths_curve *c = rc_share_get(s->curve_shown);
  hold(t, s->curve_shown);
  d->curve = c->n;
  d->curve_shots = c->shots, d->curve_rmse = c->rmse, d->curve_loss = c->loss;
  d->curve_validation = c->validation, d->curve_expected = c->expected;
  d->curve_generated = c->generated, d->curve_oracle = c->oracle;
}

static void take_sampler(paths *s, snapshot *t) {
  rc_paths_data *d = &t->d;
  d->started = s->started;
  d->tries = s->tries;
  d->target = s->target;
  d->branches = s->branches;
  d->sampling = s->sampling;
  if (!s->sampler) return;
  d->wish = s->frozen || !s->learner ? s->sampling : s->wish;
  d->sampled = rc_sampler_read(s->sampler);
  d->bytes_shots = rc_sampler_bytes(s->sampler);
  take_points(s, d);
  take_learning(s, d, t);
  paths_needs(s, d);
  paths_rate(s, d);
  if (!s->started) return;
  take_strip(s, t);
  take_order(s, t);
  paths_views(s, d);
  hold(t, s->trial_view);
  hold(t, s->current_view);
  if (s->look.on) hold(t, s->look_view);
}

static void take_map(const paths *s, snapshot *t) {
  if (!s->map.shown) return;
  t->d.map = *(const rc_paths_map *)rc_share_get(s->map.shown);
  hold(t, s->map.shown);
}

static void take_board(const paths *s, snapshot *t) {
  const char *channel = rc_path_system_class(s->system)->channel_name;
  snprintf(t->d.channel, sizeof t->d.channel, "%s", channel ? channel : "");
  t->d.comparing = s->phase == PATHS_BOARD;
  if (!s->board) return;
  t->d.boards = s->rows;
  t->d.board = rc_share_get(s->board);
  hold(t, s->board);
}

static void fill_snapshot(paths *s, snapshot *t) {
  rc_paths_data *d = &t->d;
  d->system = s->system;
  d->shape = s->shape;
  hold(t, s->system_share);
  d->exact_wanted = s->exact_wanted;
  d->exact_done = s->solved;
  d->exact_residual = s->exact ? rc_exact_residual(s->exact) : nan("");
  d->exact_iterations = s->exact ? rc_exact_iterations(s->exact) : 0;
  d->exact = s->figures;
  d->half = s->half;
  d->bytes_planned = s->planned;
  take_sampler(s, t);
  take_map(s, t);
  take_board(s, t);
  paths_mechanism_show(&s->mechanism, d);
  hold(t, s->mechanism.shown);
}

/* ---- scalars ------------------------------------------------------------------------------------
 */

static void real(rc_frame *f, const char *name, double v, bool known) {
  if (known && !isnan(v))
    rc_frame_real(f, name, v);
  else
    rc_frame_null(f, name);
}

static void whole(rc_frame *f, const char *name, int64_t v, bool known) {
  if (known)
    rc_frame_int(f, name, v);
  else
    rc_frame_null(f, name);
}

static void exact_scalars(const paths *s, rc_frame *f) {
  const rc_exact_figures *e = &s->figures;
  const bool known = s->solved;
  whole(f, "states", s->system ? rc_path_system_states(s->system) : 0, s->system != NULL);
  real(f, "residual",
       known      ? e->residual
       : s->exact ? rc_exact_residual(s->exact)
                  : nan(""),
       s->exact != NULL);
  whole(f, "iterations", s->exact ? rc_exact_iterations(s->exact) : 0, s->exact != NULL);
  real(f, "nu", e->nu, known);
  real(f, "rate_exact", e->rate, known);
  real(f, "rate_back", e->rate_back, known);
  real(f, "path_length_exact", e->length, known);
  real(f, "rate_half_grid", s->half.rate, known);
  real(f, "path_length_half_grid", s->half.length, known);
  real(f, "yield_exact", e->yield, known);
}

static void sampler_scalars(const paths *s, const rc_paths_data *d, rc_frame *f) {
  const rc_sampler_figures *g = &d->sampled;
  const bool on = s->started, some = on && g->shots > 0;
  const uint64_t n = on ? rc_sampler_shots(s->sampler) : 0;
  const rc_shot *last = on ? rc_sampler_shot(s->sampler, n) : NULL;
  whole(f, "shots", (int64_t)n, on);
  whole(f, "accepted", (int64_t)s->accepted, on);
  real(f, "transitions_expected", s->expected, on);
  whole(f, "transitions_generated", (int64_t)s->generated, on);
  whole(f, "uncommitted", (int64_t)s->uncommitted, on);
  real(f, "acceptance", (double)g->accepted / (double)g->shots, some);
  real(f, "path_length_mean", g->length, some);
  real(f, "path_length_se", g->length_se, some);
  real(f, "path_length_z", (g->length - s->figures.length) / g->length_se,
       some && s->solved && s->shape->dynamics != RC_PATH_OVERDAMPED);
  real(f, "rate_sampled", d->rate_sampled, on);
  real(f, "rate_error", d->rate_error, on);
  if (on && *d->rate_note)
    rc_frame_text(f, "rate_note", d->rate_note);
  else
    rc_frame_null(f, "rate_note");
  whole(f, "length", last ? (int64_t)last->frames : 0, last != NULL);
  real(f, "p", last ? last->p : 0, last != NULL);
  whole(f, "branches", s->branches, on);
  whole(f, "shot", (int64_t)d->path.shot, on);
  whole(f, "frame", (int64_t)d->path.frame, on);
}

static void learner_scalars(const paths *s, const rc_paths_data *d, rc_frame *f) {
  const rc_learner_view *v = &s->learnt;
  const bool on = s->learner != NULL && s->fed > 0;
  whole(f, "model", (int64_t)d->model, s->learner != NULL);
  rc_frame_bool(f, "frozen", s->frozen);
  real(f, "alpha", v->alpha, on);
  real(f, "loss", v->loss, on);
  real(f, "validation", v->validation, on);
  real(f, "skill", v->skill, on);
  real(f, "calibration_z", v->z, on);
  real(f, "reliability_p", v->reliability_p, on);
  real(f, "committor_rmse", s->rmse, on);
  real(f, "committor_rmse_middle", s->rmse_middle, on);
}

static void end_scalars(const paths *s, const rc_paths_data *d, rc_frame *f) {
  const rc_paths_board_row *b = s->board ? paths_board_watched(s) : NULL;
  real(f, "efficiency_vs_uniform", b ? b->efficiency : 0, b != NULL);
  real(f, "efficiency_error", b ? b->efficiency_error : 0, b != NULL);
  real(f, "efficiency_channel", b ? b->efficiency_channel : 0, b != NULL);
  real(f, "bias_z", b ? b->z_length : 0, b != NULL);
  real(f, "eta2", d->cards ? d->card[0].card.eta2 : 0, d->cards > 0);
  if (d->cards)
    rc_frame_text(f, "coordinate", d->card[0].name);
  else
    rc_frame_null(f, "coordinate");
  if (d->formulas)
    rc_frame_long_text(f, "formula", d->formulas->best[d->formulas->chosen].text);
  else
    rc_frame_null(f, "formula");
  real(f, "formula_loss", d->formulas ? d->formulas->best[d->formulas->chosen].cross : 0,
       d->formulas != NULL);
  real(f, "formula_rmse", d->formulas ? d->formula_rmse[d->formulas->chosen] : 0,
       d->formulas != NULL);
}

static double progress(const paths *s) {
  const double n = s->started ? (double)rc_sampler_shots(s->sampler) : 0;
  if (s->phase == PATHS_START) return paths_search_share(s);
  if (s->phase == PATHS_SHOTS && s->target) return n / (double)s->target;
  if (s->phase == PATHS_BIAS) return n > 0 ? (double)s->bias_at / n : 0;
  if (s->phase == PATHS_BOARD && s->rows) {
    double sum = 0;
    for (int i = 0; i < s->rows; i++)
      sum += fmin(1, (double)s->row[i].shown.figures.steps / s->o.steps);
    return sum / s->rows;
  }
  return nan("");
}

/* By paths_phase; TRAINING is what is left of it after the last shot. */
enum { TRAINING = PATHS_END + 1 };
const char *const paths_phase_names[] = {"system", "committor", "map",   "first path",
                                         "shots",  "bias",      "board", "mechanism",
                                         "done",   "training",  NULL};

static const char *phase_name(const paths *s) {
  const bool shots = s->started && (int64_t)rc_sampler_shots(s->sampler) < s->target;
  const bool trains = s->phase == PATHS_SHOTS && s->learner && !s->frozen && !s->taught && !shots;
  return paths_phase_names[trains ? TRAINING : (int)s->phase];
}

void paths_frame(void *study, rc_frame *f) {
  paths *s = study;
  snapshot *t = rc_alloc(1, sizeof *t);
  rc_paths_data *d = &t->d;
  d->rate_sampled = d->rate_error = d->rmse = d->rmse_middle = d->exact_residual = nan("");
  snprintf(f->phase, sizeof f->phase, "%s", phase_name(s));
  f->progress = progress(s);
  snprintf(d->system_kind, sizeof d->system_kind, "%s", s->o.system.kind->name);
  d->of_magnet = s->graph != NULL;
  rc_frame_text(f, "system", s->o.system.kind->name);
  if (s->system) fill_snapshot(s, t);
  exact_scalars(s, f);
  sampler_scalars(s, d, f);
  learner_scalars(s, d, f);
  end_scalars(s, d, f);
  d->warnings = s->warnings;
  memcpy(d->warning, s->warning, sizeof s->warning);
  f->data = rc_share_new(t, free_snapshot);
}

/* ---- result -------------------------------------------------------------------------------------
 */

/* What the formula is over, and where the shots were on which it stands. */
static void formula_ranges(const paths *s, const rc_formulas *f, const rc_formula *b, rc_json *j) {
  rc_json_array(j, "inputs");
  for (int i = 0; i < s->model.inputs; i++) {
    bool has = false;
    for (int k = 0; k < b->terms; k++) has |= b->first[k] == i || b->second[k] == i;
    if (!has) continue;
    char name[24];
    paths_input_name(s, i, name);
    rc_json_object(j, NULL);
    rc_json_text(j, "name", name);
    rc_json_real(j, "min", f->lo[i]);
    rc_json_real(j, "max", f->hi[i]);
    rc_json_end(j);
  }
  rc_json_end(j);
}

static void formula_result(const paths *s, const rc_paths_data *d, rc_json *j) {
  if (!d->formulas) {
    rc_json_null(j, "reaction_coordinate");
    return;
  }
  const rc_formula *b = &d->formulas->best[d->formulas->chosen];
  rc_json_object(j, "reaction_coordinate");
  rc_json_text(j, "formula", b->text);
  formula_ranges(s, d->formulas, b, j);
  rc_json_real(j, "loss", b->cross);
  rc_json_real(j, "loss_fitted", b->loss);
  rc_json_int(j, "terms", b->terms);
  rc_json_int(j, "operations", b->operations);
  rc_json_real(j, "rmse", d->formula_rmse[d->formulas->chosen]);
  rc_json_array(j, "stability");
  for (int k = 0; k < b->terms; k++) rc_json_real(j, NULL, b->stability[k]);
  rc_json_end(j);
  rc_json_end(j);
}

static void board_result(const paths *s, rc_json *j) {
  rc_json_array(j, "board");
  for (int i = 0; s->board && i < s->rows; i++) {
    const rc_paths_board_row *b = &s->row[i].shown;
    rc_json_object(j, NULL);
    rc_json_text(j, "sampler", b->title);
    rc_json_uint(j, "shots", b->figures.shots);
    rc_json_uint(j, "steps", b->figures.steps);
    rc_json_real(j, "yield", b->yield);
    rc_json_real(j, "yield_oracle", b->yield_oracle);
    rc_json_real(j, "acceptance", b->acceptance);
    rc_json_real(j, "path_length_mean", b->figures.length);
    rc_json_real(j, "path_length_se", b->figures.length_se);
    rc_json_real(j, "z", b->z_length);
    rc_json_real(j, "chi2_p", b->chi2_p);
    rc_json_real(j, "channel", b->figures.channel);
    rc_json_real(j, "channel_se", b->figures.channel_se);
    rc_json_real(j, "rate", b->rate);
    rc_json_real(j, "rate_error", b->rate_error);
    rc_json_real(j, "tau", b->tau);
    rc_json_real(j, "steps_per_path", b->steps_per_path);
    rc_json_real(j, "efficiency", b->efficiency);
    rc_json_real(j, "efficiency_error", b->efficiency_error);
    rc_json_real(j, "efficiency_channel", b->efficiency_channel);
    rc_json_end(j);
  }
  rc_json_end(j);
}

static void mechanism_result(const rc_paths_data *d, rc_json *j) {
  rc_json_array(j, "relevance");
  for (int i = 0; i < d->groups; i++) {
    rc_json_object(j, NULL);
    rc_json_text(j, "inputs", d->group_name[i]);
    rc_json_real(j, "loss", d->relevance[i].mean);
    rc_json_real(j, "deviation", d->relevance[i].deviation);
    rc_json_end(j);
  }
  rc_json_end(j);
  rc_json_array(j, "coordinates");
  for (int i = 0; i < d->cards; i++) {
    rc_json_object(j, NULL);
    rc_json_text(j, "name", d->card[i].name);
    rc_json_real(j, "eta2", d->card[i].card.eta2);
    rc_json_real(j, "rmse", d->card[i].card.rmse);
    rc_json_int(j, "values", d->card[i].card.values);
    rc_json_end(j);
  }
  rc_json_end(j);
}

static void histogram_result(const paths *s, rc_json *j) {
  rc_json_array(j, "histogram_exact");
  for (int i = 0; s->solved && i < 10; i++) rc_json_real(j, NULL, s->figures.histogram[i]);
  rc_json_end(j);
  const rc_sampler_figures g = s->sampler ? rc_sampler_read(s->sampler) : (rc_sampler_figures){0};
  rc_json_array(j, "histogram");
  for (int i = 0; s->started && i < 10; i++) rc_json_real(j, NULL, g.histogram[i]);
  rc_json_end(j);
}

void paths_result(void *study, rc_json *j) {
  paths *s = study;
  rc_paths_data d = {0};
  paths_mechanism_show(&s->mechanism, &d);
  formula_result(s, &d, j);
  board_result(s, j);
  mechanism_result(&d, j);
  histogram_result(s, j);
}
