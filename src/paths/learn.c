/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learning the committor from shots, in bounded pieces: AIMMD's schedule (one network trained on
 * and on) and an ensemble fitted anew, each network beside a logistic regression. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paths/learn_kept.h"
#include "paths/logistic.h"
#include "paths/net.h"
#include "roadcut/paths.h"

enum {
  FRAMES_KEPT = 32,   /* of a half path */
  PIECE = 4096,       /* samples worked on in one piece of an ensemble's pass */
  PASSES_MOST = 400,  /* of one member */
  FIRST_FIT = 8,      /* shots before the first ensemble */
  FIRST_ALPHA = 10,   /* shots before AIMMD's alpha means anything */
  FRAMES_DOUBT = 160, /* shots from which fits with and without frames compete */
  FORECASTS = 500     /* of which the reliability is told, at most */
};
static const double RIDGE = 3, STAY = 5; /* on squared weights: of a regression, of stacking */

/* ---- models ---- */

struct rc_learnt {
  int inputs, members;
  net *net;
  float *linear;       /* members x (inputs + 1), added to the networks; NULL: none */
  float *mean, *scale; /* inputs each: x -> (x - mean) * scale */
  uint64_t version;
  int64_t shots; /* it was fitted to */
};

static rc_learnt *committor_new(int inputs, int members, int hidden) {
  rc_learnt *c = rc_alloc(1, sizeof *c);
  c->inputs = inputs;
  c->members = members;
  c->net = rc_alloc((size_t)members, sizeof *c->net);
  for (int e = 0; e < members; e++) c->net[e] = net_new(inputs, hidden);
  c->mean = rc_alloc((size_t)inputs, sizeof *c->mean);
  c->scale = rc_alloc((size_t)inputs, sizeof *c->scale);
  return c;
}

static void committor_free(void *object) {
  rc_learnt *c = object;
  if (!c) return;
  for (int e = 0; e < c->members; e++) net_free(&c->net[e]);
  rc_free(c->net);
  rc_free(c->linear);
  rc_free(c->mean);
  rc_free(c->scale);
  rc_free(c);
}

int rc_learnt_inputs(const rc_learnt *c) {
  return c->inputs;
}

int rc_learnt_members(const rc_learnt *c) {
  return c->members;
}

uint64_t rc_learnt_version(const rc_learnt *c) {
  return c->version;
}

int64_t rc_learnt_shots(const rc_learnt *c) {
  return c->shots;
}

static void standardise(int inputs, const float *mean, const float *scale, int64_t k,
                        const float *x, float *out) {
  for (int64_t s = 0; s < k; s++)
    for (int i = 0; i < inputs; i++) out[s * inputs + i] = (x[s * inputs + i] - mean[i]) * scale[i];
}

static void add_linear(int inputs, const float *w, int64_t k, const float *x, float *q) {
  for (int64_t s = 0; s < k; s++) {
    float sum = w[inputs];
    for (int i = 0; i < inputs; i++) sum += w[i] * x[s * inputs + i];
    q[s] += sum;
  }
}

void rc_learnt_logits(const rc_learnt *c, int64_t k, const float *x, double *q, double *spread) {
  enum { BLOCK = 64 };
  float in[BLOCK * NET_INPUTS_MAX], out[BLOCK];
  for (int64_t begin = 0; begin < k; begin += BLOCK) {
    int64_t n = RC_MIN(k - begin, BLOCK);
    double sum[BLOCK] = {0}, square[BLOCK] = {0};
    standardise(c->inputs, c->mean, c->scale, n, x + begin * c->inputs, in);
    for (int e = 0; e < c->members; e++) {
      net_forward(&c->net[e], n, in, out);
      if (c->linear) add_linear(c->inputs, c->linear + e * (c->inputs + 1), n, in, out);
      for (int64_t s = 0; s < n; s++) {
        sum[s] += out[s];
        square[s] += (double)out[s] * out[s];
      }
    }
    for (int64_t s = 0; s < n; s++) {
      double mean = c->members ? sum[s] / c->members : 0;
      q[begin + s] = mean;
      if (spread) {
        double v = c->members > 1 ? (square[s] - c->members * mean * mean) / (c->members - 1) : 0;
        spread[begin + s] = v > 0 ? sqrt(v) : 0;
      }
    }
  }
}

/* ---- learner ---- */

typedef struct fit { /* an ensemble in the making */
  bool going;
  int64_t shots; /* it is fitted to */
  bool with_frames;
  int member, pass, waited;
  int samples, at, held; /* training samples of this member, next one, validation samples */
  int *order, *hold;
  float *x, *w_a, *w_b; /* standardised; shots first, then frames */
  int64_t rows;
  double best, sum; /* validation loss of the member's best pass; over members */
  rc_learnt *made;
  net net;
  net_adam adam;
  rc_rng rng;
} fit;

struct rc_learner {
  int inputs;
  rc_learner_opts o;
  int64_t shots, shots_cap;
  int64_t ended;     /* the first so many teach; the others are forecast only */
  int64_t published; /* shots when the newest model was made: later ones it has forecast */
  float *x;
  int *in_a, *in_b;
  float *w_a, *w_b;
  double *forecast;
  int64_t frames, frames_cap;
  float *frame_x;
  int64_t *frame_shot;
  float *frame_a, *frame_b; /* weights; those of a half path sum to 1 */
  rc_share *model;
  uint64_t version;
  int64_t trainings;
  double loss, validation, rate;
  /* AIMMD */
  rc_learnt *own; /* the network that is trained on */
  net_adam adam;
  int passes;        /* of the training under way still to do */
  int64_t looked_at; /* shots when training was last decided on */
  int64_t scaled_at; /* shots when the inputs were last standardised */
  bool late;         /* no training is left out: they are made up for */
  /* ensemble */
  fit fit, rival;           /* rival: the finished fit with frames that waits for the one without */
  int64_t next_fit, fitted; /* shots from which the next one begins; of the last */
  bool frames_off;
  char key[65]; /* of the fit under way */
  lk_fit
      kept; /* it was made before and waits for as long as it took then; model NULL: it was not */
  lk_fit done; /* pieces and rows so far */
  int stage;   /* of them */
  int64_t found;
  float *grad;
};

static void fit_free(fit *f) {
  committor_free(f->made);
  net_free(&f->net);
  net_adam_free(&f->adam);
  rc_free(f->order);
  rc_free(f->hold);
  rc_free(f->x);
  rc_free(f->w_a);
  rc_free(f->w_b);
  *f = (fit){0};
}

/* What is being fitted. */
static void give_up(rc_learner *l) {
  fit_free(&l->fit);
  fit_free(&l->rival);
  rc_share_drop(l->kept.model);
  l->kept = (lk_fit){0};
}

rc_learner *rc_learner_new(int inputs, const rc_learner_opts *o, rc_err *err) {
  if (inputs < 1 || inputs > NET_INPUTS_MAX) {
    rc_err_set(err, RC_ERR_INPUT, "the learner takes 1 to %d features, not %d: name fewer",
               (int)NET_INPUTS_MAX, inputs);
    return NULL;
  }
  rc_learner *l = rc_alloc(1, sizeof *l);
  l->inputs = inputs;
  l->o = *o;
  if (!(l->o.rate > 0)) l->o.rate = o->schedule == RC_LEARN_AIMMD ? .01 : .003;
  l->next_fit = FIRST_FIT;
  l->ended = INT64_MAX;
  l->loss = l->validation = nan("");
  rc_learnt *blank = committor_new(inputs, 0, o->hidden);
  l->model = rc_share_new(blank, committor_free);
  net shape = net_new(inputs, o->hidden);
  l->grad = rc_alloc((size_t)shape.count, sizeof *l->grad);
  net_free(&shape);
  return l;
}

void rc_learner_free(rc_learner *l) {
  if (!l) return;
  give_up(l);
  committor_free(l->own);
  net_adam_free(&l->adam);
  rc_share_drop(l->model);
  void *all[] = {l->x,       l->in_a,       l->in_b,    l->w_a,     l->w_b, l->forecast,
                 l->frame_x, l->frame_shot, l->frame_a, l->frame_b, l->grad};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  rc_free(l);
}

/* Shots that teach. */
static int64_t lessons(const rc_learner *l) {
  return RC_MIN(l->shots, l->ended);
}

static double p_of(double q) {
  return 1 / (1 + exp(-q));
}

void rc_learner_shot(rc_learner *l, const float *x, int in_a, int in_b) {
  if (l->shots == l->shots_cap) {
    size_t cap = l->shots_cap = l->shots_cap ? 2 * l->shots_cap : 256;
    l->x = rc_realloc(l->x, cap * (size_t)l->inputs, sizeof *l->x);
    l->in_a = rc_realloc(l->in_a, cap, sizeof *l->in_a);
    l->in_b = rc_realloc(l->in_b, cap, sizeof *l->in_b);
    l->w_a = rc_realloc(l->w_a, cap, sizeof *l->w_a);
    l->w_b = rc_realloc(l->w_b, cap, sizeof *l->w_b);
    l->forecast = rc_realloc(l->forecast, cap, sizeof *l->forecast);
  }
  int64_t s = l->shots++;
  double q;
  rc_learnt_logits(rc_share_get(l->model), 1, x, &q, NULL);
  memcpy(l->x + s * l->inputs, x, (size_t)l->inputs * sizeof *x);
  l->in_a[s] = in_a;
  l->in_b[s] = in_b;
  l->w_a[s] = (float)in_a;
  l->w_b[s] = (float)in_b;
  l->forecast[s] = p_of(q);
}

void rc_learner_frames(rc_learner *l, int64_t k, const float *x, bool in_b) {
  const bool wanted = l->o.frames && !l->frames_off && l->o.schedule == RC_LEARN_ENSEMBLE;
  if (!wanted || !l->shots || l->shots > l->ended || k < 1) return;
  int64_t keep = RC_MIN(k, FRAMES_KEPT);
  if (l->frames + keep > l->frames_cap) {
    size_t cap = l->frames_cap = RC_MAX(2 * l->frames_cap, 4096);
    l->frame_x = rc_realloc(l->frame_x, cap * (size_t)l->inputs, sizeof *l->frame_x);
    l->frame_shot = rc_realloc(l->frame_shot, cap, sizeof *l->frame_shot);
    l->frame_a = rc_realloc(l->frame_a, cap, sizeof *l->frame_a);
    l->frame_b = rc_realloc(l->frame_b, cap, sizeof *l->frame_b);
  }
  for (int64_t j = 0; j < keep; j++) {
    int64_t at = j * k / keep, f = l->frames++;
    memcpy(l->frame_x + f * l->inputs, x + at * l->inputs, (size_t)l->inputs * sizeof *x);
    l->frame_shot[f] = l->shots - 1;
    l->frame_a[f] = in_b ? 0 : 1.f / (float)keep;
    l->frame_b[f] = in_b ? 1.f / (float)keep : 0;
  }
}

static void moments(const rc_learner *l, int64_t shots, float *mean, float *scale) {
  for (int i = 0; i < l->inputs; i++) {
    double sum = 0, square = 0;
    for (int64_t s = 0; s < shots; s++) sum += l->x[s * l->inputs + i];
    sum /= (double)shots;
    for (int64_t s = 0; s < shots; s++) {
      double d = l->x[s * l->inputs + i] - sum;
      square += d * d;
    }
    double sd = sqrt(square / (double)shots);
    mean[i] = (float)sum;
    scale[i] = sd > 1e-6 * (1 + fabs(sum)) ? (float)(1 / sd) : 1;
  }
}

static void publish(rc_learner *l, rc_learnt *c, int64_t shots) {
  c->version = ++l->version;
  c->shots = shots;
  rc_share_drop(l->model);
  l->model = rc_share_new(c, committor_free);
  l->trainings++;
  l->published = l->shots;
}

rc_share *rc_learner_model(const rc_learner *l) {
  return rc_share_ref(l->model);
}

/* ---- AIMMD's schedule ---- */

/* (1 - generated / expected)^2 over the window, at most 1; 1 before FIRST_ALPHA shots. */
static double alpha_of(const rc_learner *l) {
  if (l->shots < FIRST_ALPHA) return 1;
  double expected = 0, generated = 0;
  for (int64_t s = RC_MAX(0, l->shots - l->o.window); s < l->shots; s++) {
    expected += 2 * l->forecast[s] * (1 - l->forecast[s]);
    generated += l->in_a[s] == 1 && l->in_b[s] == 1;
  }
  double off = expected > 0 ? 1 - generated / expected : 1;
  return RC_MIN(1, off * off);
}

/* New mean and scale of the inputs, the function left as it is. */
static void rescale(const rc_learner *l, rc_learnt *c) {
  float mean[NET_INPUTS_MAX], scale[NET_INPUTS_MAX];
  moments(l, l->shots, mean, scale);
  net *n = &c->net[0];
  float *w = n->w, *b = n->w + n->hidden * n->inputs;
  for (int j = 0; j < n->hidden; j++)
    for (int i = 0; i < n->inputs; i++) {
      float old = w[j * n->inputs + i];
      b[j] += old * (mean[i] - c->mean[i]) * c->scale[i];
      w[j * n->inputs + i] = old * c->scale[i] / scale[i];
    }
  memcpy(c->mean, mean, (size_t)l->inputs * sizeof *mean);
  memcpy(c->scale, scale, (size_t)l->inputs * sizeof *scale);
}

static void aimmd_begin(rc_learner *l) {
  if (!l->own) {
    l->own = committor_new(l->inputs, 1, l->o.hidden);
    moments(l, l->shots, l->own->mean, l->own->scale);
    rc_rng rng = rc_rng_stream(l->o.seed, "paths/net", 0);
    net_start(&l->own->net[0], &rng);
    l->adam = net_adam_new(&l->own->net[0]);
    l->scaled_at = l->shots;
  } else if (l->shots >= 2 * l->scaled_at) {
    rescale(l, l->own);
    l->scaled_at = l->shots;
  }
  l->passes = l->o.epochs;
}

static bool aimmd_step(rc_learner *l) {
  if (!l->passes) {
    const int64_t due = lessons(l) - l->looked_at;
    if (due < l->o.interval) return false;
    l->looked_at += l->o.interval * (l->late ? 1 : due / l->o.interval);
    l->rate = l->o.rate * alpha_of(l);
    if (l->rate < l->o.cutoff) return false;
    aimmd_begin(l);
  }
  int64_t n = lessons(l);
  float *x = rc_alloc((size_t)(n * l->inputs), sizeof *x);
  standardise(l->inputs, l->own->mean, l->own->scale, n, l->x, x);
  double loss = net_gradient(&l->own->net[0], n, NULL, x, l->w_a, l->w_b, l->grad);
  rc_free(x);
  net_adam_step(&l->own->net[0], &l->adam, l->grad, l->rate, 0);
  l->loss = loss / (double)n;
  if (--l->passes == 0) {
    rc_learnt *c = committor_new(l->inputs, 1, l->o.hidden);
    net_copy(&c->net[0], &l->own->net[0]);
    memcpy(c->mean, l->own->mean, (size_t)l->inputs * sizeof *c->mean);
    memcpy(c->scale, l->own->scale, (size_t)l->inputs * sizeof *c->scale);
    publish(l, c, n);
  }
  return true;
}

/* ---- the ensemble ---- */

/* Folds of the shots: every 'folds' successive shots are dealt one to each, in random order. */
static int fold_of(uint64_t seed, int64_t shot, int folds) {
  int place[16];
  rc_rng rng = rc_rng_stream(seed, "paths/fold", (uint64_t)(shot / folds));
  for (int i = 0; i < folds; i++) place[i] = i;
  for (int i = folds - 1; i > 0; i--) {
    int j = (int)rc_rng_below(&rng, (uint64_t)i + 1), keep = place[i];
    place[i] = place[j];
    place[j] = keep;
  }
  return place[shot % folds];
}

static void shuffle(int *order, int n, rc_rng *rng) {
  for (int i = n - 1; i > 0; i--) {
    int j = (int)rc_rng_below(rng, (uint64_t)i + 1), keep = order[i];
    order[i] = order[j];
    order[j] = keep;
  }
}

static void member_begin(rc_learner *l, fit *f) {
  f->samples = f->held = f->at = f->pass = f->waited = 0;
  for (int64_t s = 0; s < f->shots; s++) {
    if (fold_of(l->o.seed, s, l->o.members) == f->member)
      f->hold[f->held++] = (int)s;
    else
      f->order[f->samples++] = (int)s;
  }
  for (int64_t r = f->shots; r < f->rows; r++)
    if (fold_of(l->o.seed, l->frame_shot[r - f->shots], l->o.members) != f->member)
      f->order[f->samples++] = (int)r;
  f->rng = rc_rng_stream(l->o.seed, "paths/net", (uint64_t)(f->member + 16 * f->shots));
  net_start(&f->net, &f->rng);
  net_adam_reset(&f->adam, &f->net);
  shuffle(f->order, f->samples, &f->rng);
  f->best = INFINITY;
}

static void fit_begin(rc_learner *l, fit *f, int64_t shots, bool with_frames) {
  *f = (fit){.going = true, .shots = shots, .with_frames = with_frames};
  int64_t frames = 0;
  while (with_frames && frames < l->frames && l->frame_shot[frames] < shots) frames++;
  f->rows = shots + frames;
  size_t rows = (size_t)f->rows;
  f->made = committor_new(l->inputs, l->o.members, l->o.hidden);
  moments(l, shots, f->made->mean, f->made->scale);
  f->net = net_new(l->inputs, l->o.hidden);
  f->adam = net_adam_new(&f->net);
  f->order = rc_alloc(rows, sizeof *f->order);
  f->hold = rc_alloc(rows, sizeof *f->hold);
  f->x = rc_alloc(rows * (size_t)l->inputs, sizeof *f->x);
  f->w_a = rc_alloc(rows, sizeof *f->w_a);
  f->w_b = rc_alloc(rows, sizeof *f->w_b);
  standardise(l->inputs, f->made->mean, f->made->scale, shots, l->x, f->x);
  standardise(l->inputs, f->made->mean, f->made->scale, frames, l->frame_x,
              f->x + shots * l->inputs);
  memcpy(f->w_a, l->w_a, (size_t)shots * sizeof *f->w_a);
  memcpy(f->w_b, l->w_b, (size_t)shots * sizeof *f->w_b);
  float weight = (float)RC_MIN(1, pow(40 / (double)shots, l->o.anneal));
  for (int64_t j = 0; j < frames; j++) {
    f->w_a[shots + j] = l->frame_a[j] * weight;
    f->w_b[shots + j] = l->frame_b[j] * weight;
  }
  member_begin(l, f);
}

/* The end of a pass of a member: is it better on the shots held out; is the member done? */
static void pass_end(rc_learner *l, fit *f) {
  double weight, loss = net_loss(&f->net, f->held, f->hold, f->x, f->w_a, f->w_b, &weight);
  loss = weight > 0 ? loss / f->held : INFINITY;
  f->pass++;
  f->at = 0;
  if (loss < f->best) {
    f->best = loss;
    f->waited = 0;
    net_copy(&f->made->net[f->member], &f->net);
  } else {
    f->waited++;
  }
  if (f->waited < l->o.patience && f->pass < PASSES_MOST) {
    shuffle(f->order, f->samples, &f->rng);
    return;
  }
  if (!isfinite(f->best)) net_copy(&f->made->net[f->member], &f->net);
  f->sum += isfinite(f->best) ? f->best : 0;
  if (++f->member < l->o.members)
    member_begin(l, f);
  else
    f->going = false;
}

static void fit_step(rc_learner *l, fit *f) {
  for (int done = 0; f->at < f->samples && done < PIECE;) {
    int n = (int)RC_MIN(f->samples - f->at, l->o.batch);
    net_gradient(&f->net, n, f->order + f->at, f->x, f->w_a, f->w_b, l->grad);
    net_adam_step(&f->net, &f->adam, l->grad, l->o.rate, l->o.decay);
    f->at += n;
    done += n;
  }
  if (f->at >= f->samples) pass_end(l, f);
}

/* A logistic regression for each member, of the rows that its network was trained on. */
static void fit_linear(rc_learner *l, fit *f) {
  const int k = l->inputs, members = l->o.members;
  double ridge[NET_INPUTS_MAX + 1], home[NET_INPUTS_MAX + 1] = {0}, w[NET_INPUTS_MAX + 1];
  for (int i = 0; i < k; i++) ridge[i] = RIDGE;
  ridge[k] = 1e-6;
  f->made->linear = rc_alloc((size_t)members * (size_t)(k + 1), sizeof *f->made->linear);
  for (int e = 0; e < members; e++) {
    int n = 0;
    for (int64_t r = 0; r < f->rows; r++) {
      const int64_t shot = r < f->shots ? r : l->frame_shot[r - f->shots];
      if (fold_of(l->o.seed, shot, members) != e) f->order[n++] = (int)r;
    }
    lg_fit(k, n, f->order, f->x, f->w_a, f->w_b, ridge, home, w);
    for (int i = 0; i <= k; i++) f->made->linear[e * (k + 1) + i] = (float)w[i];
  }
}

/* Stacking (Wolpert, Neural Networks 5 (1992) 241; Breiman, Machine Learning 24 (1996) 49): how much
 * of its network and of its regression goes into a member, and what is added, so that shots are
 * forecast best by the member that did not see them. With few shots about half of each. */
static void stack(rc_learner *l, fit *f) {
  const double ridge[3] = {STAY, STAY, STAY}, home[3] = {.5, .5, 0};
  const int k = l->inputs, members = l->o.members;
  float *q = rc_alloc(2 * (size_t)f->shots, sizeof *q);
  double w[3], loss = 0;
  fit_linear(l, f);
  float *linear = f->made->linear;
  for (int64_t s = 0; s < f->shots; s++) {
    const int e = fold_of(l->o.seed, s, members);
    net_forward(&f->made->net[e], 1, f->x + s * k, q + 2 * s);
    q[2 * s + 1] = 0;
    add_linear(k, linear + e * (k + 1), 1, f->x + s * k, q + 2 * s + 1);
  }
  lg_fit(2, f->shots, NULL, q, f->w_a, f->w_b, ridge, home, w);
  for (int64_t s = 0; s < f->shots; s++) {
    const double z = w[0] * (double)q[2 * s] + w[1] * (double)q[2 * s + 1] + w[2];
    loss += (double)f->w_a[s] * net_softplus(z) + (double)f->w_b[s] * net_softplus(-z);
  }
  l->validation = loss / (double)f->shots;
  for (int e = 0; e < members; e++) {
    net_scale(&f->made->net[e], w[0]);
    for (int i = 0; i <= k; i++) linear[e * (k + 1) + i] *= (float)w[1];
    linear[e * (k + 1) + k] += (float)w[2];
  }
  rc_free(q);
}

static void add_bytes(rc_str *out, const void *data, size_t bytes) {
  rc_str_addn(out, (const char *)data, bytes);
}

/* All that a fit of the first 'shots' depends on. */
static void key_of(const rc_learner *l, int64_t shots, char key[65]) {
  const rc_learner_opts *o = &l->o;
  const int64_t numbers[] = {l->inputs,     o->hidden,          o->members, o->batch,
                             o->patience,   o->frames,          shots,      (int64_t)o->seed,
                             l->frames_off, (int64_t)l->version};
  const double reals[] = {o->rate, o->decay, o->anneal};
  const size_t n = (size_t)shots;
  size_t frames = 0;
  while (frames < (size_t)l->frames && l->frame_shot[frames] < shots) frames++;
  rc_str all = {0};
  add_bytes(&all, numbers, sizeof numbers);
  add_bytes(&all, reals, sizeof reals);
  add_bytes(&all, l->x, n * (size_t)l->inputs * sizeof *l->x);
  add_bytes(&all, l->in_a, n * sizeof *l->in_a);
  add_bytes(&all, l->in_b, n * sizeof *l->in_b);
  if (frames) {
    add_bytes(&all, l->frame_x, frames * (size_t)l->inputs * sizeof *l->frame_x);
    add_bytes(&all, l->frame_shot, frames * sizeof *l->frame_shot);
    add_bytes(&all, l->frame_a, frames * sizeof *l->frame_a);
    add_bytes(&all, l->frame_b, frames * sizeof *l->frame_b);
  }
  rc_sha256(all.text, all.len, key);
  rc_str_free(&all);
}

static size_t bytes_of(const rc_learner *l) {
  return (size_t)l->o.members * ((size_t)l->fit.net.count + (size_t)l->inputs + 1) * sizeof(float);
}

static void fit_publish(rc_learner *l, fit *f) {
  stack(l, f);
  double loss = 0, *q = rc_alloc((size_t)f->shots, sizeof *q);
  rc_learnt_logits(f->made, f->shots, l->x, q, NULL);
  for (int64_t s = 0; s < f->shots; s++)
    loss += l->w_a[s] * net_softplus(q[s]) + l->w_b[s] * net_softplus(-q[s]);
  rc_free(q);
  l->loss = loss / (double)f->shots;
  const size_t bytes = bytes_of(l);
  publish(l, f->made, f->shots);
  f->made = NULL;
  fit_free(f);
  l->done.model = l->model, l->done.loss = l->loss, l->done.validation = l->validation;
  l->done.frames_off = l->frames_off;
  lk_add(l->key, &l->done, bytes);
}

/* A piece of a fit that is known already: nothing to do but at the end. */
static void fit_again(rc_learner *l) {
  const lk_fit *k = &l->kept;
  if (++l->done.pieces[l->stage] < k->pieces[l->stage]) return;
  if (!l->stage && k->pieces[1]) {
    l->stage = 1;
    return;
  }
  l->loss = k->loss, l->validation = k->validation, l->frames_off = k->frames_off;
  l->version++, l->trainings++;
  l->published = l->shots;
  rc_share_drop(l->model);
  l->model = k->model;
  l->kept = (lk_fit){0};
}

static void fit_on(rc_learner *l) {
  fit *f = &l->fit;
  l->done.rows[l->stage] = f->rows;
  l->done.pieces[l->stage]++;
  fit_step(l, f);
  if (f->going) return;
  if (f->with_frames && f->shots >= FRAMES_DOUBT) {
    l->rival = *f; /* now the same without frames: they are correlated, and hurt in the end */
    fit_begin(l, f, l->rival.shots, false);
    l->stage = 1;
    return;
  }
  if (l->rival.made) {
    if (f->sum <= l->rival.sum) {
      l->frames_off = true;
    } else {
      fit better = l->rival;
      l->rival = *f;
      *f = better;
    }
    fit_free(&l->rival);
  }
  fit_publish(l, f);
}

static int64_t fit_after(int64_t shots) {
  return (int64_t)ceil(1.25 * (double)shots + 1);
}

static bool ensemble_step(rc_learner *l) {
  if (!l->fit.going && !l->kept.model) {
    if (lessons(l) < l->next_fit) return false;
    l->fitted = lessons(l);
    l->next_fit = fit_after(l->fitted);
    l->done = (lk_fit){0}, l->stage = 0;
    key_of(l, l->fitted, l->key);
    if (lk_find(l->key, &l->kept))
      l->found++;
    else
      fit_begin(l, &l->fit, l->fitted, l->o.frames && !l->frames_off);
  }
  if (l->kept.model)
    fit_again(l);
  else
    fit_on(l);
  return true;
}

int64_t rc_learner_found(const rc_learner *l) {
  return l->found;
}

void rc_learner_finish(rc_learner *l) {
  if (l->ended <= l->shots) return;
  l->ended = l->shots;
  if (l->o.schedule != RC_LEARN_ENSEMBLE || l->shots < FIRST_FIT || l->fitted == l->shots) return;
  give_up(l); /* one of fewer shots is not waited for */
  l->next_fit = l->shots;
}

void rc_learner_again(rc_learner *l) {
  l->ended = INT64_MAX;
  l->late = true;
  rc_learner_finish(l);
}

void rc_learner_rewind(rc_learner *l, int64_t shots) {
  if (shots >= l->shots) return;
  l->shots = shots;
  while (l->frames && l->frame_shot[l->frames - 1] >= shots) l->frames--;
  l->ended = INT64_MAX;
  l->late = false;
  l->published = RC_MIN(l->published, shots);
  give_up(l);
  l->fitted = RC_MIN(l->fitted, shots);
  l->next_fit = FIRST_FIT;
  while (l->next_fit <= shots) l->next_fit = fit_after(l->next_fit);
  l->passes = 0;
  l->looked_at = RC_MIN(l->looked_at, shots);
}

int64_t rc_learner_piece(const rc_learner *l) {
  if (l->o.schedule == RC_LEARN_AIMMD) return lessons(l);
  const int64_t rows = l->kept.model  ? l->kept.rows[l->stage]
                       : l->fit.going ? l->fit.rows
                                      : l->shots + l->frames;
  return RC_MIN(rows, PIECE);
}

int64_t rc_learner_fitting(const rc_learner *l) {
  return l->fit.going || l->kept.model ? l->fitted : l->passes ? lessons(l) : 0;
}

bool rc_learner_step(rc_learner *l) {
  return l->o.schedule == RC_LEARN_AIMMD ? aimmd_step(l) : ensemble_step(l);
}

/* ---- figures ---- */

void rc_learner_forecast(const rc_learner *l, int64_t k, double *p, int *in_a, int *in_b) {
  *p = l->forecast[k];
  *in_a = l->in_a[k];
  *in_b = l->in_b[k];
}

rc_learner_view rc_learner_read(const rc_learner *l) {
  rc_learner_view v = {.shots = l->shots,
                       .trainings = l->trainings,
                       .alpha = alpha_of(l),
                       .rate = l->rate,
                       .loss = l->loss,
                       .validation = l->validation,
                       .z = nan(""),
                       .skill = nan("")};
  double variance = 0, loss = 0, a = 0, b = 0;
  for (int64_t s = 0; s < l->shots; s++) {
    double p = l->forecast[s], yield = 2 * p * (1 - p);
    v.expected += yield;
    variance += yield * (1 - yield);
    v.generated += l->in_a[s] == 1 && l->in_b[s] == 1;
    loss -= l->in_a[s] * log(RC_MAX(1 - p, 1e-300)) + l->in_b[s] * log(RC_MAX(p, 1e-300));
    a += l->in_a[s];
    b += l->in_b[s];
  }
  if (variance > 0) v.z = (v.generated - v.expected) / sqrt(variance);
  if (a > 0 && b > 0) v.skill = 1 - loss / -(a * log(a / (a + b)) + b * log(b / (a + b)));
  /* forecasts of early models say nothing of the present one; and what stays as it is is never quite
   * right: tested with ever more shots, it is found wrong by less than anyone cares for */
  const int64_t last = l->ended < l->shots ? l->published : 0;
  const int64_t from = RC_MAX(RC_MAX(l->shots / 2, l->shots - FORECASTS), last);
  rc_reliability(l->shots - from, l->forecast + from, l->in_a + from, l->in_b + from, &v);
  return v;
}
