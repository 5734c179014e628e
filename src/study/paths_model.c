/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The committor that is learnt: what a state looks like to the learner, training in bounded pieces
 * between shots, and how far it is from the exact one. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

enum {
  BUDGET = 20000,  /* samples of training in one step, some ten milliseconds, */
  WEIGHTS = 1216,  /* of a network of so many weights */
  FRAMES = 8,      /* of a half path: the others say the same again */
  BATCH = 8,       /* states asked for together */
  FILLED = 1 << 18 /* rows of which all are asked for when the model is frozen */
};

/* ---- inputs -------------------------------------------------------------------------------------
 */

static int count(const rc_path_shape *shape, int kind) {
  return (kind == INPUTS_SPINS ? 0 : shape->features) + (kind == INPUTS_FEATURES ? 0 : shape->n);
}

int paths_inputs(const paths *s) {
  return s->model.inputs;
}

static void plain(const paths_model *m, const rc_word *state, float *x) {
  const rc_path_shape *h = rc_path_system_shape(m->system);
  double f[RC_PATH_FEATURES];
  if (!h->real) {
    for (int i = 0; i < h->n; i++) x[i] = state[i >> 6].u >> (i & 63) & 1 ? 1 : -1;
    return;
  }
  rc_path_features(m->system, state, f); /* x, y, V, then the others */
  for (int i = 0; i < h->n; i++) x[i] = (float)f[i < 2 ? i : i + 1];
}

void paths_input(const paths_model *m, const rc_word *state, float *x) {
  const rc_path_shape *h = rc_path_system_shape(m->system);
  double f[RC_PATH_FEATURES];
  if (m->kind != INPUTS_SPINS) {
    rc_path_features(m->system, state, f);
    for (int i = 0; i < h->features; i++) *x++ = (float)f[i];
  }
  if (m->kind != INPUTS_FEATURES) plain(m, state, x);
}

bool paths_model_new(paths *s, rc_err *err) {
  paths_model *m = &s->model;
  const int64_t rows = rc_path_system_states(s->system);
  m->system = s->system;
  m->kind = s->o.inputs;
  m->inputs = count(s->shape, m->kind);
  m->truth = s->truth;
  if (!s->o.learning) return true;
  rc_learner_opts o = s->o.learn;
  o.seed = s->env.seed;
  s->learner = rc_learner_new(m->inputs, &o, err);
  if (!s->learner) return false;
  s->learnt = rc_learner_read(s->learner);
  if (!rows || (s->shape->real && s->shape->dynamics != RC_PATH_WALK)) return true;
  m->known = rc_big_alloc((size_t)rows, sizeof *m->known, "what is learnt of states", err);
  return m->known != NULL;
}

void paths_model_drop(paths_model *m) {
  rc_share_drop(m->share);
  rc_big_free(m->known);
  *m = (paths_model){0};
}

/* The row itself and, since networks work on eight samples in the time of one, rows beside it that
 * will be asked for soon: of a cell those around it, else single flips. Returns how many. */
static int beside(const paths_model *m, int64_t row, int64_t out[BATCH]) {
  const rc_path_shape *h = rc_path_system_shape(m->system);
  const int64_t rows = rc_path_system_states(m->system), g = h->grid;
  const int64_t around[] = {1, -1, g, -g, g + 1, g - 1, 1 - g, -1 - g};
  const int many = h->real ? (int)RC_LEN(around) : h->n;
  int n = 0;
  out[n++] = row;
  for (int i = 0; i < many && n < BATCH; i++) {
    const int64_t k = h->real ? row + around[i] : row ^ (INT64_C(1) << i);
    if (k < 0 || k >= rows || m->known[k].stamp == m->stamp || rc_path_row_label(m->system, k))
      continue;
    out[n++] = k;
  }
  return n;
}

static void ask(paths_model *m, int64_t n, const int64_t *rows) {
  rc_word state[64];
  double *q = rc_alloc((size_t)n, sizeof *q), *spread = rc_alloc((size_t)n, sizeof *spread);
  float *x = rc_alloc((size_t)n * (size_t)m->inputs, sizeof *x);
  for (int64_t i = 0; i < n; i++) {
    rc_path_state(m->system, rows[i], state);
    paths_input(m, state, x + i * m->inputs);
  }
  rc_learnt_logits(rc_share_get(m->share), n, x, q, spread);
  for (int64_t i = 0; i < n; i++)
    m->known[rows[i]] = (paths_known){(float)q[i], (float)spread[i], m->stamp};
  rc_free(x);
  rc_free(spread);
  rc_free(q);
}

bool paths_learnt(paths_model *m, const rc_word *state, double *q, double *spread) {
  *q = *spread = 0;
  if (!m->share) return false;
  if (m->known) {
    const paths_known *k = &m->known[state->u];
    int64_t rows[BATCH];
    if (k->stamp != m->stamp) ask(m, beside(m, (int64_t)state->u, rows), rows);
    *q = (double)k->q, *spread = (double)k->spread;
    return true;
  }
  float x[RC_PATH_FEATURES + 64];
  paths_input(m, state, x);
  rc_learnt_logits(rc_share_get(m->share), 1, x, q, spread);
  return true;
}

/* The states of the sampler's path, which will be asked for as soon as the model is another. */
static void ask_path(paths *s) {
  paths_model *m = &s->model;
  const rc_path *p = rc_sampler_path(s->sampler);
  if (!m->known || p->n < 3) return;
  int64_t *rows = rc_alloc((size_t)p->n, sizeof *rows), n = 0;
  for (int i = 1; i < p->n - 1; i++) {
    paths_known *k = &m->known[p->state[i].u];
    if (k->stamp == m->stamp) continue;
    k->stamp = m->stamp; /* each state once */
    rows[n++] = (int64_t)p->state[i].u;
  }
  ask(m, n, rows);
  rc_free(rows);
}

void paths_learnt_all(paths_model *m, int n, const rc_word *state, double *q) {
  const int width = rc_path_system_shape(m->system)->width;
  float *x = rc_alloc((size_t)n * (size_t)m->inputs, sizeof *x);
  for (int i = 0; i < n; i++)
    paths_input(m, state + (size_t)i * (size_t)width, x + (size_t)i * (size_t)m->inputs);
  rc_learnt_logits(rc_share_get(m->share), n, x, q, NULL);
  rc_free(x);
}

bool paths_model_fill(paths *s) {
  enum { ROWS = 4096 };
  paths_model *m = &s->model;
  int64_t rows[ROWS], n = 0;
  const int64_t all = rc_path_system_states(m->system);
  if (!m->known || all > FILLED || s->filled >= all) return false;
  const int64_t end = RC_MIN(all, s->filled + ROWS);
  for (int64_t i = s->filled; i < end; i++)
    if (m->known[i].stamp != m->stamp && !rc_path_row_label(m->system, i)) rows[n++] = i;
  ask(m, n, rows);
  s->filled = end;
  return true;
}

static double learnt_p(void *model, const rc_word *state) {
  double q, spread;
  paths_learnt(model, state, &q, &spread);
  return 1 / (1 + exp(-q));
}

static double true_p(void *model, const rc_word *state) {
  const paths_model *m = model;
  const int64_t row = rc_path_row(m->system, state);
  return row < 0 ? .5 : m->truth[row];
}

bool paths_committor(paths *s, rc_committor *c) {
  const bool word = !s->shape->real || s->shape->dynamics == RC_PATH_WALK;
  *c = (rc_committor){0};
  if (s->learner) {
    const uint64_t version = s->model.share ? rc_learnt_version(rc_share_get(s->model.share)) : 0;
    *c = (rc_committor){.p = learnt_p, .ctx = &s->model, .version = (uint32_t)version};
  } else if (s->truth) {
    *c = word ? (rc_committor){.table = s->truth} : (rc_committor){.p = true_p, .ctx = &s->model};
  } else {
    return false;
  }
  return true;
}

/* ---- how far it is ------------------------------------------------------------------------------
 */

static void measure(paths *s) {
  paths_sample *t = &s->sample;
  double w[PATHS_SAMPLE];
  if (!t->n || !s->model.share || s->measured == s->model.stamp) return;
  paths_learnt_all(&s->model, t->n, t->state, t->q);
  for (int i = 0; i < t->n; i++) w[i] = 1;
  s->rmse = rc_learnt_rmse(t->n, w, t->q, t->p, INFINITY);
  s->rmse_middle = rc_learnt_rmse(t->n, w, t->q, t->p, 4);
  s->measured = s->model.stamp;
}

static void thin(paths_curve *c) {
  double *all[] = {c->shots, c->rmse, c->loss, c->validation, c->expected, c->generated, c->oracle};
  for (size_t k = 0; k < RC_LEN(all); k++)
    for (int i = 0; i < c->n / 2; i++) all[k][i] = all[k][2 * i + 1];
  c->n /= 2;
}

static void show_curve(paths *s) {
  paths_curve *shown = rc_alloc(1, sizeof *shown);
  *shown = s->curve;
  rc_share_drop(s->curve_shown);
  s->curve_shown = rc_share_new(shown, rc_free);
}

/* At shots 1, 2, .. 32, then every twentieth part more. */
static double next_point(double shots) {
  return floor(fmax(shots + 1, 1.05 * shots - .6));
}

void paths_curve_point(paths *s, bool always) {
  paths_curve *c = &s->curve;
  const double shots = (double)s->fed;
  if (!s->learner || (!always && shots < c->next)) return;
  s->learnt = rc_learner_read(s->learner);
  measure(s);
  paths_map_learn(s);
  if (c->n == RC_PATHS_CURVE) thin(c);
  const int i = c->n && c->shots[c->n - 1] == shots ? c->n - 1 : c->n++;
  c->shots[i] = shots;
  c->rmse[i] = s->rmse;
  c->loss[i] = s->learnt.loss;
  c->validation[i] = s->learnt.validation;
  c->expected[i] = s->learnt.expected;
  c->generated[i] = s->learnt.generated;
  c->oracle[i] = s->truth ? s->oracle : nan("");
  c->next = next_point(shots);
  show_curve(s);
}

/* ---- teaching -----------------------------------------------------------------------------------
 */

/* Frames of a half of the trial path bear its outcome: some of them, evenly spread in time. */
static void feed_half(paths *s, const rc_path *p, int sp, bool second) {
  const int from = second ? sp + 1 : 1, to = second ? p->n - 1 : sp; /* interior */
  const int inputs = s->model.inputs;
  uint64_t frames = 0, seen = 0;
  for (int i = from; i < to; i++) frames += p->dwell[i];
  const int64_t keep = (int64_t)RC_MIN(frames, FRAMES);
  if (!keep) return;
  float *x = rc_alloc((size_t)keep * (size_t)inputs, sizeof *x);
  int64_t j = 0;
  for (int i = from; i < to && j < keep; i++) {
    seen += p->dwell[i];
    for (; j < keep && (uint64_t)j * frames / (uint64_t)keep < seen; j++)
      paths_input(&s->model, p->state + (size_t)i * (size_t)p->width, x + j * inputs);
  }
  rc_learner_frames(s->learner, j, x, (second ? p->last : p->first) == RC_IN_B);
  rc_free(x);
}

static void count_lesson(paths *s, const rc_word *point) {
  const double truth = paths_truth(s, point);
  s->fed++;
  s->oracle += isnan(truth) ? 0 : 2 * truth * (1 - truth);
}

void paths_teach(paths *s, const rc_shot *shot) {
  if (!s->learner || !shot->ends[0] || !shot->ends[1] || s->fed >= PATHS_FED) return;
  float x[RC_PATH_FEATURES + 64];
  const rc_word *point = rc_sampler_point(s->sampler, shot->id);
  const int in_b = (shot->ends[0] == RC_IN_B) + (shot->ends[1] == RC_IN_B);
  paths_input(&s->model, point, x);
  rc_learner_shot(s->learner, x, 2 - in_b, in_b);
  count_lesson(s, point);
  if (s->frozen || s->finished) return;
  s->taught = false;
  if (!s->o.learn.frames || s->o.learn.schedule != RC_LEARN_ENSEMBLE) return;
  const rc_path *trial = rc_sampler_trial(s->sampler);
  feed_half(s, trial, (int)shot->sp, false);
  feed_half(s, trial, (int)shot->sp, true);
}

void paths_take_model(paths *s) {
  rc_share *new = rc_learner_model(s->learner);
  const rc_learnt *l = rc_share_get(new);
  const rc_learnt *old = s->model.share ? rc_share_get(s->model.share) : NULL;
  if (rc_learnt_version(l) == 0 || l == old) {
    rc_share_drop(new);
    return;
  }
  rc_share_drop(s->model.share);
  s->model.share = new;
  s->model.stamp++;
  ask_path(s);
  rc_committor c;
  paths_committor(s, &c);
  rc_sampler_committor(s->sampler, &c);
  const bool ensemble = s->o.learn.schedule == RC_LEARN_ENSEMBLE;
  if (!ensemble && (double)s->fed < s->curve.next) return;
  paths_curve_point(s, true);
  if (isnan(s->rmse))
    s->env.emit(s->env.who, "model", s->learnt.loss, "model %llu of %lld shots: loss %.4f",
                (unsigned long long)rc_learnt_version(l), (long long)rc_learnt_shots(l),
                s->learnt.loss);
  else
    s->env.emit(s->env.who, "model", s->learnt.loss,
                "model %llu of %lld shots: loss %.4f, %.4f from the exact committor",
                (unsigned long long)rc_learnt_version(l), (long long)rc_learnt_shots(l),
                s->learnt.loss, s->rmse);
}

/* What a pass of one sample costs, in networks of WEIGHTS weights. */
static int64_t cost_of(const paths *s, int64_t samples) {
  const int64_t h = s->o.learn.hidden, weights = h * (s->model.inputs + h);
  return RC_MAX(1, samples * weights / WEIGHTS);
}

/* How much is worked on does not depend on time but on samples and weights. */
bool paths_train(paths *s) {
  if (!s->learner || (s->frozen && !s->relearning) || s->taught) return false;
  bool more = true;
  for (int64_t done = 0; more && done < BUDGET;) {
    done += cost_of(s, rc_learner_piece(s->learner));
    more = rc_learner_step(s->learner);
  }
  s->taught = !more;
  if (!s->relearning) paths_take_model(s); /* else the bias is made anew with it */
  return more;
}

/* ---- going back ---------------------------------------------------------------------------------
 */

/* The shots that taught it and are no more are forgotten with their forecasts; the model stays the one
 * that was learnt. */
void paths_unlearn(paths *s, uint64_t n) {
  if (!s->learner) return;
  paths_curve *c = &s->curve;
  s->fed = 0, s->oracle = 0;
  for (uint64_t id = 1; id <= n && s->fed < PATHS_FED; id++) {
    const rc_shot *shot = rc_sampler_shot(s->sampler, id);
    if (!shot->ends[0] || !shot->ends[1]) continue;
    count_lesson(s, rc_sampler_point(s->sampler, id));
  }
  rc_learner_rewind(s->learner, s->fed);
  s->finished = s->taught = s->relearning = false;
  s->learnt = rc_learner_read(s->learner);
  while (c->n && c->shots[c->n - 1] > (double)s->fed) c->n--;
  c->next = next_point((double)s->fed);
  show_curve(s);
}
