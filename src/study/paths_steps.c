/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paths study step by step: a first path, shots with training between them, the end of the
 * learning, and what is kept of each shot. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

enum {
  TRIES = 200,               /* of a step that looks for a first path, */
  SEARCHED = 1000000,        /* or so many frames of them */
  SEARCHED_MOST = 400000000, /* in all, of tables: a frame is a look at one; */
  SEARCHED_LEAST = 10000000,
  BIAS = 200,     /* shots gone through in a step */
  BARREN = 100,   /* shots without a path from A to B that are remarked on */
  TRUNCATED = 100 /* shots between looks at those that did not commit */
};

static const double SEARCHED_SPINS = 6e9;       /* frames times spins, for a first path */
static const double DOUBTFUL = .01, ASTRAY = 6; /* reliability p, |z| that are remarked on, */
static const double UNCOMMITTED = .01;          /* and the share of shots; */
static const double MOST = 1e9;                 /* what 'most' can be */

/* ---- a first path -------------------------------------------------------------------------------
 */

static bool open_sampler(paths *s, rc_err *err) {
  rc_committor c;
  if (!paths_model_new(s, err)) return false;
  const bool known = paths_committor(s, &c);
  if (!known && s->wish.select != RC_SELECT_UNIFORM)
    return rc_err_set(err, RC_ERR_INPUT,
                      "selection '%s' needs a committor: set 'learning' to some hundred shots, "
                      "'exact' to auto, or 'select' to uniform",
                      rc_select_names[s->wish.select]);
  if (!known && s->wish.flatten) s->wish.flatten = false;
  s->sampling = s->wish;
  if (s->learner) { /* the bias has to be frozen: until then two-way shooting */
    s->sampling.rfps = s->sampling.flatten = false;
  } else if (known && s->wish.flatten) {
    rc_profile_exact(s->system, s->truth, &s->profile);
    s->profiled = true;
  }
  s->sampler = rc_sampler_new(s->system, &s->sampling, known ? &c : NULL, err);
  if (!s->sampler) return false;
  if (s->profiled) rc_sampler_profile(s->sampler, &s->profile);
  if (s->truth) rc_sampler_reference(s->sampler, s->truth);
  rc_sampler_channel(s->sampler, rc_path_channel, s->system);
  return true;
}

static void see_path(paths *s);
static void warn_long(paths *s);

/* The label of a state without a table is made of all its spins. */
uint64_t paths_search_most(const paths *s) {
  const double all = SEARCHED_SPINS / s->shape->n;
  if (s->shape->real || rc_path_system_states(s->system)) return SEARCHED_MOST;
  return (uint64_t)fmax(SEARCHED_LEAST, fmin(SEARCHED_MOST, all));
}

double paths_search_share(const paths *s) {
  return fmax((double)s->tries / PATHS_TRIES, (double)s->searched / (double)paths_search_most(s));
}

/* Every second or so, while there is no path. */
static void tell_search(paths *s) {
  const int tenth = (int)(10 * paths_search_share(s));
  int failed[3];
  if (s->started || tenth == s->searched_told) return;
  s->searched_told = tenth;
  rc_sampler_failed(s->sampler, failed);
  s->env.emit(s->env.who, "search", (double)s->tries,
              "no path from A to B in %llu shots so far: %d led to A twice, %d to B twice, %d to "
              "neither; %.3g million frames. It is given up after %.0f million, or %d shots",
              (unsigned long long)s->tries, failed[0], failed[1], failed[2],
              (double)s->searched / 1e6, (double)paths_search_most(s) / 1e6, (int)PATHS_TRIES);
}

/* Tries of some milliseconds. In the end the sampler says why it found none. */
static bool search(paths *s, rc_err *err) {
  const uint64_t until = s->searched + SEARCHED;
  rc_err e = {0};
  for (int k = 0; k < TRIES && s->searched < until && !s->started; k++) {
    const bool enough = s->searched >= paths_search_most(s);
    s->started = rc_sampler_start(s->sampler, 1, enough ? (int)s->tries : PATHS_TRIES, &e);
    if (e.code != RC_ERR_NONE) {
      *err = e;
      return false;
    }
    s->tries = rc_sampler_tries(s->sampler);
    s->searched += rc_sampler_trial(s->sampler)->frames + 1;
  }
  tell_search(s);
  return true;
}

static bool start_step(paths *s, rc_err *err) {
  if (!s->sampler && !open_sampler(s, err)) return false;
  if (!search(s, err)) return false;
  if (!s->started) return true;
  const rc_path *p = rc_sampler_path(s->sampler);
  if (!rc_sampler_straight(s->sampler))
    s->env.emit(s->env.who, "path.found", (double)p->frames,
                "a first path of %llu frames after %llu shots from %s",
                (unsigned long long)p->frames, (unsigned long long)s->tries,
                rc_path_system_states(s->system) ? "random states"
                                                 : "the straight way from A to B");
  else
    s->env.emit(s->env.who, "path.found", (double)p->frames,
                "a first path of %llu frames, straight from A to B by the flips that cost least",
                (unsigned long long)p->frames);
  warn_long(s);
  see_path(s);
  s->taught = true;
  s->phase = PATHS_SHOTS;
  return true;
}

/* ---- what is kept of a shot ---------------------------------------------------------------------
 */

/* Rank of the last change of each spin among those that changed, 0 .. 1; nan: it did not. */
static void last_passages(paths *s, const rc_path *p) {
  const int n = s->shape->n, width = p->width;
  int order = 0;
  if (!s->rank) return;
  for (int i = 0; i < n; i++) s->rank[i] = nan("");
  for (int k = p->n - 1; k > 0; k--) {
    const rc_word *b = p->state + (size_t)k * (size_t)width, *a = b - width;
    for (int w = 0; w < width; w++)
      for (uint64_t bits = a[w].u ^ b[w].u; bits; bits &= bits - 1) {
        const int i = 64 * w + __builtin_ctzll(bits);
        if (isnan(s->rank[i])) s->rank[i] = order++;
      }
  }
  for (int i = 0; i < n; i++)
    if (!isnan(s->rank[i])) s->rank[i] = order > 1 ? 1 - s->rank[i] / (order - 1) : .5;
}

/* The sampler has another path. */
static void see_path(paths *s) {
  const rc_path *p = rc_sampler_path(s->sampler);
  if (s->now_cap < p->n) {
    s->now_cap = 2 * p->n;
    s->now_at = rc_realloc(s->now_at, (size_t)s->now_cap, sizeof *s->now_at);
  }
  uint64_t at = 0;
  for (int i = 0; i < p->n; i++) {
    s->now_at[i] = at;
    at += p->dwell[i];
  }
  if (rc_path_is_transition(p)) last_passages(s, p);
}

void paths_rank_restart(paths *s) {
  s->rank_weight = 0;
  s->rank_paths = 0;
  if (s->rank) memset(s->rank_sum, 0, (size_t)s->shape->n * sizeof *s->rank_sum);
}

/* Spins that did not change are in the middle of the order. */
static void add_ranks(paths *s, const rc_shot *shot) {
  if (!s->rank || !(shot->weight > 0)) return;
  for (int i = 0; i < s->shape->n; i++)
    s->rank_sum[i] += shot->weight * (isnan(s->rank[i]) ? .5 : s->rank[i]);
  s->rank_weight += shot->weight;
  s->rank_paths += shot->accepted;
}

static void add_leaf(paths *s, const rc_shot *shot, const rc_path *trial, double at) {
  double before = 0, all = 0;
  for (int i = 0; i < trial->n; i++) {
    if (i == (int)shot->sp) before = all;
    all += trial->dwell[i];
  }
  paths_leaf *l = &s->leaf[(shot->id - 1) % PATHS_LEAVES];
  *l = (paths_leaf){.id = shot->id, .before = before, .after = all - before - 1, .at = at};
  s->leaves = RC_MIN(PATHS_LEAVES, s->leaves + 1);
}

static void tell(paths *s, const rc_shot *shot) {
  if (!shot->accepted) return;
  static const char *const end[] = {"nowhere", "A", "B"};
  const rc_path *p = rc_sampler_path(s->sampler);
  s->env.emit(s->env.who, "path.accepted", (double)p->frames,
              "shot %llu: %s to %s, %llu frames, p %.3f at its point", (unsigned long long)shot->id,
              end[p->first], end[p->last], (unsigned long long)p->frames, shot->p);
}

static void add_point(paths *s, double p) {
  const double q = log(fmax(p, 1e-9) / fmax(1 - p, 1e-9));
  const int bin = (int)floor((q + 10) * 2);
  s->point_bins[bin < 0 ? 0 : bin > 39 ? 39 : bin]++;
  s->points++;
}

/* Once, after a hundred shots none of which led from A to B. */
static void warn_barren(paths *s, const rc_shot *last) {
  int in_a = 0, in_b = 0;
  if (last->id != BARREN || s->generated) return;
  for (uint64_t id = 1; id <= BARREN; id++) {
    const rc_shot *shot = rc_sampler_shot(s->sampler, id);
    in_a += shot->ends[0] == RC_IN_A && shot->ends[1] == RC_IN_A;
    in_b += shot->ends[0] == RC_IN_B && shot->ends[1] == RC_IN_B;
  }
  paths_warn(s,
             "none of %d shots led from A to B, %d ended in A twice, %d in B: %s, or raise the "
             "temperature",
             (int)BARREN, in_a, in_b,
             in_b == 0   ? "B is no state that lasts; choose another"
             : in_a == 0 ? "A is no state that lasts; choose another"
                         : "move A and B apart less");
}

/* Frames after which hardly a half would be left: it ends at a rate that is seen in those that last. */
static double most_wanted(const paths *s, double share) {
  const double most = (double)s->o.most, tail = most * log(1e-4) / log(fmin(share, .9));
  const double want = fmax(tail, s->solved ? 10 * s->figures.length : 0);
  const double digit = pow(10, floor(log10(want)));
  return ceil(want / digit) * digit;
}

/* Once, when a hundred shots are done or all of them: paths that do not end within 'most' frames are
 * missing from the means, the longer the sooner. */
static void warn_uncommitted(paths *s, bool end) {
  const uint64_t n = rc_sampler_shots(s->sampler);
  const double share = n ? (double)s->uncommitted / (double)n : 0;
  const double seen = end ? UNCOMMITTED : 2 * UNCOMMITTED; /* it may be chance as yet */
  if (s->truncated || (!end && n % TRUNCATED) || !(share > seen)) return;
  s->truncated = true;
  const double want = most_wanted(s, share);
  if (want <= MOST)
    paths_warn(s,
               "%.2g %% of the shots have a half that did not end within paths.most = %lld frames: "
               "long paths are missing from the means; raise paths.most to about %.0f",
               100 * share, (long long)s->o.most, want);
  else
    paths_warn(s,
               "%.2g %% of the shots have a half that did not end within paths.most = %lld frames: "
               "long paths are missing from the means; raise the temperature, or widen A and B",
               100 * share, (long long)s->o.most);
}

/* Once, before the first shot. */
static void warn_long(paths *s) {
  if (!s->solved || s->shape->dynamics == RC_PATH_OVERDAMPED) return;
  if (!(s->figures.length > (double)s->o.most)) return;
  s->truncated = true;
  const double want = most_wanted(s, .5);
  char what[64] = "raise the temperature, or widen A and B";
  if (want <= MOST) snprintf(what, sizeof what, "raise paths.most to about %.0f", want);
  paths_warn(
      s,
      "paths have %.3g frames on average, halves that are shot at most paths.most = %lld: the "
      "mean of those that end is not that of all; %s",
      s->figures.length, (long long)s->o.most, what);
}

/* Once, when the shots are done. Points are chosen by the model that is frozen: the walk without
 * rejections seeks out states of which it says what is not so, and it never learns. */
static void warn_doubtful(paths *s) {
  if (s->doubted || !s->frozen || !(s->learnt.reliability_p <= DOUBTFUL)) return;
  if ((int64_t)rc_sampler_shots(s->sampler) <= s->taught_at) return; /* no forecast of it yet */
  s->doubted = true;
  paths_warn(
      s,
      "forecasts after the freeze are off (reliability p %.1g), the committor is not "
      "calibrated: learn from more shots, raise paths.learning above %lld; means stay right, the "
      "gain is smaller",
      s->learnt.reliability_p, (long long)s->o.learning);
}

/* Once, when the shots are done, where the exact length is known: paths that never leave one channel
 * agree with each other and not with it. */
static void warn_astray(paths *s) {
  const rc_sampler_figures f = rc_sampler_read(s->sampler);
  const double z = (f.length - s->figures.length) / f.length_se;
  const double lost = (double)s->uncommitted / (double)rc_sampler_shots(s->sampler);
  if (lost > UNCOMMITTED || s->strayed || !s->solved || s->shape->dynamics == RC_PATH_OVERDAMPED)
    return;
  if (!(fabs(z) > ASTRAY)) return;
  s->strayed = true;
  paths_warn(s,
             "the mean path length is %.2g standard errors from the exact one: the shots have not "
             "come to all ways from A to B; raise the temperature, or take other states",
             fabs(z));
}

static bool shots_left(const paths *s) {
  return (int64_t)rc_sampler_shots(s->sampler) < s->target;
}

static bool shot_step(paths *s, rc_err *err) {
  rc_shot shot;
  if (!rc_sampler_step(s->sampler, &shot, err)) return false;
  const double at = (double)s->now_at[shot.segment], yield = 2 * shot.p * (1 - shot.p);
  s->expected += yield;
  s->generated += shot.transition;
  s->accepted += shot.accepted;
  s->uncommitted += !shot.ends[0] || !shot.ends[1];
  warn_uncommitted(s, false);
  add_leaf(s, &shot, rc_sampler_trial(s->sampler), at);
  add_point(s, shot.p);
  if (shot.accepted) see_path(s);
  add_ranks(s, &shot);
  tell(s, &shot);
  warn_barren(s, &shot);
  paths_teach(s, &shot);
  paths_curve_point(s, false);
  return true;
}

/* In whatever else is done beside them, shots go on: a step is a shot while there are any to do. */
static bool next_shot(paths *s, rc_err *err) {
  return !shots_left(s) || shot_step(s, err);
}

/* ---- the end of the learning --------------------------------------------------------------------
 */

static void freeze(paths *s) {
  if (!s->finished && !s->relearnt) s->taught_at = (int64_t)rc_sampler_shots(s->sampler);
  s->frozen = true;
  paths_curve_point(s, true);
  paths_map_learn(s);
  const int64_t shots = rc_learnt_shots(rc_share_get(s->model.share));
  s->env.emit(s->env.who, "frozen", (double)shots, "the model of %lld shots is frozen",
              (long long)shots);
  s->bias_at = 0;
  s->filled = 0;
  memset(s->seen, 0, sizeof s->seen);
  memset(s->walked, 0, sizeof s->walked);
  s->walked_weight = s->walked_square = 0;
  s->phase = PATHS_BIAS;
}

bool paths_freeze(paths *s, rc_err *err) {
  if (!s->learner) return rc_err_set(err, RC_ERR_INPUT, "freeze: nothing is learnt here");
  if (s->frozen) return rc_err_set(err, RC_ERR_INPUT, "freeze: the model is frozen already");
  if (!s->model.share)
    return rc_err_set(err, RC_ERR_INPUT, "freeze: there is no model before the first eight shots");
  freeze(s);
  return true;
}

/* Weights 1/B have the unit of a bias: paths of a walk count as often as their weights say that there
 * are of them (Kish, (sum w)^2 / sum w^2). */
static void add_walked(paths *s) {
  const double w = s->walked_square > 0 ? s->walked_weight / s->walked_square : 0;
  for (int i = 0; i < RC_PROFILE_BINS; i++) s->seen[i] += w * s->walked[i];
  memset(s->walked, 0, sizeof s->walked);
  s->walked_weight = s->walked_square = 0;
}

static void bias_path(paths *s, const rc_shot *shot) {
  const rc_path *p = &s->bias_path;
  const double w = shot->weight;
  double q, spread;
  if (shot->version != s->walked_version) add_walked(s); /* of another bias */
  s->walked_version = shot->version;
  if (!rc_path_is_transition(p)) return;
  for (int i = p->first ? 1 : 0; i < p->n - (p->last ? 1 : 0); i++) {
    paths_learnt(&s->model, p->state + (size_t)i * (size_t)p->width, &q, &spread);
    const int bin = rc_profile_bin(1 / (1 + exp(-q)));
    *(shot->rfps ? &s->walked[bin] : &s->seen[bin]) += w * p->dwell[i];
  }
  if (shot->rfps) s->walked_weight += w, s->walked_square += w * w;
}

/* A walk with a model learnt elsewhere seeks out states on which that errs. From what comes of them it
 * is learnt better, after half as many shots as taught it so far; as many have to be left for means. */
static void plan_relearning(paths *s) {
  const int64_t all = (int64_t)rc_sampler_shots(s->sampler), left = s->target - all, n = s->fed / 2;
  const int64_t fit = all - s->taught_at; /* went on while the model was made; it will be as many */
  s->again = 0;
  if (s->wish.rfps && s->relearnt < s->o.relearn && left >= 2 * (n + fit) &&
      s->fed + n <= PATHS_FED)
    s->again = s->fed + n;
}

/* The density of frames along the frozen q, from all transition paths so far: their bins under
 * earlier models mean nothing any more. */
static bool bias_step(paths *s, rc_err *err) {
  const uint64_t all = rc_sampler_shots(s->sampler);
  int sp;
  if (paths_model_fill(s)) return next_shot(s, err);
  for (int k = 0; k < BIAS && s->bias_at < all; k++) {
    if (!s->bias_at) rc_sampler_replay(s->sampler, 0, &s->bias_path, &sp);
    const rc_shot *shot = rc_sampler_shot(s->sampler, ++s->bias_at);
    if (shot->accepted) rc_sampler_replay(s->sampler, s->bias_at, &s->bias_path, &sp);
    bias_path(s, shot); /* a path counts as often as it stayed */
  }
  if (s->bias_at < all) return next_shot(s, err);
  add_walked(s);
  s->profiled = rc_profile_paths(s->seen, &s->profile);
  s->sampling = s->wish;
  if (s->wish.rfps || s->wish.flatten) {
    if (!rc_sampler_choose(s->sampler, &s->wish, err)) return false;
    rc_sampler_profile(s->sampler, &s->profile);
    paths_rank_restart(s);
    memset(s->point_bins, 0, sizeof s->point_bins);
    s->points = 0;
  }
  s->env.emit(s->env.who, "bias", (double)all, "selection from here on: %s",
              ((const char *[]){"two-way shooting", "rejection-free"})[s->wish.rfps]);
  plan_relearning(s);
  s->after = PATHS_SHOTS;
  s->phase = s->o.mechanism && !s->relearnt ? PATHS_MECHANISM : PATHS_SHOTS;
  return next_shot(s, err);
}

bool paths_rewind(paths *s, uint64_t n, rc_err *err) {
  if (!rc_sampler_rewind(s->sampler, n))
    return rc_err_set(err, RC_ERR_INPUT, "there is no shot %llu to go back to",
                      (unsigned long long)n);
  rc_sampler_branch(s->sampler);
  see_path(s);
  paths_rank_restart(s);
  paths_mechanism_rewind(&s->mechanism, n);
  paths_unlearn(s, n);
  memset(s->point_bins, 0, sizeof s->point_bins);
  s->points = 0;
  rc_path trial = {0}, parent = {0};
  int sp;
  s->leaves = 0;
  s->accepted = s->generated = s->uncommitted = 0;
  s->expected = 0;
  for (uint64_t id = 1; id <= n; id++) {
    const rc_shot *shot = rc_sampler_shot(s->sampler, id);
    s->expected += 2 * shot->p * (1 - shot->p);
    s->generated += shot->transition, s->accepted += shot->accepted;
    s->uncommitted += !shot->ends[0] || !shot->ends[1];
  }
  for (uint64_t id = n > PATHS_LEAVES ? n - PATHS_LEAVES + 1 : 1; id <= n; id++) {
    const rc_shot *shot = rc_sampler_shot(s->sampler, id);
    uint64_t at = 0;
    rc_sampler_replay(s->sampler, shot->parent, &parent, &sp);
    for (uint32_t i = 0; i < shot->segment; i++) at += parent.dwell[i];
    rc_sampler_replay(s->sampler, id, &trial, &sp);
    add_leaf(s, shot, &trial, (double)at);
  }
  rc_path_free(&trial);
  rc_path_free(&parent);
  return true;
}

/* ---- step ---------------------------------------------------------------------------------------
 */

/* A piece of the training that is due; true: there is more. */
static bool train(paths *s) {
  if (s->learner && !s->frozen && !s->finished && s->fed >= s->o.learning) {
    rc_learner_finish(s->learner);
    s->finished = true, s->taught = false;
    s->taught_at = (int64_t)rc_sampler_shots(s->sampler);
  }
  if (s->again && !s->relearning && s->fed >= s->again) {
    rc_learner_again(s->learner);
    s->relearning = true, s->taught = false;
    s->taught_at = (int64_t)rc_sampler_shots(s->sampler);
  }
  return paths_train(s);
}

static void relearnt(paths *s) {
  s->relearning = false, s->relearnt++;
  s->again = 0;
  paths_take_model(s);
  freeze(s);
}

/* What is being fitted comes into use at a later shot; at which depends on numbers of samples alone.
 * Without shots to do, training alone. */
static bool shots_step(paths *s, rc_err *err) {
  const bool trains = train(s);
  if (s->finished && !trains && !s->frozen && s->model.share && !paths_freeze(s, err)) return false;
  if (s->relearning && !trains) relearnt(s);
  if (shots_left(s)) return shot_step(s, err);
  if (trains || s->phase != PATHS_SHOTS) return true;
  paths_curve_point(s, true);
  warn_doubtful(s);
  warn_uncommitted(s, true);
  warn_astray(s);
  s->phase = PATHS_BOARD;
  return true;
}

/* That of the shots so far is made while they go on. */
static bool mechanism_step(paths *s, rc_err *err) {
  paths_mechanism_step(s);
  if (s->after != PATHS_SHOTS) return true;
  train(s);
  return next_shot(s, err);
}

bool paths_step(void *study, rc_state *state, rc_err *err) {
  paths *s = study;
  bool ok = true;
  s->steps++;
  switch (s->phase) {
  case PATHS_OPEN: ok = paths_open_step(s, err); break;
  case PATHS_EXACT: ok = paths_exact_step(s, err); break;
  case PATHS_MAP:
    if (!paths_map_step(s)) s->phase = s->target ? PATHS_START : PATHS_END;
    break;
  case PATHS_START: ok = start_step(s, err); break;
  case PATHS_SHOTS: ok = shots_step(s, err); break;
  case PATHS_BIAS: ok = bias_step(s, err); break;
  case PATHS_BOARD: ok = paths_board_step(s, err); break;
  case PATHS_MECHANISM: ok = mechanism_step(s, err); break;
  case PATHS_END: break;
  }
  if (ok && s->phase == PATHS_END) *state = RC_DONE;
  return ok;
}
