/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paths that are shown: the one looked at, the sampler's own, the tree of trials. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

/* Bytes of a path in a frame. One that a person chose is the same in all frames; what runs by is a
 * new one each time, and frames are kept by the hundred: above this, neighbouring segments are
 * shown as one. */
enum { LIVE = 96 << 10, CHOSEN = 16 << 20 };

/* ---- looking ------------------------------------------------------------------------------------
 */

bool paths_look_at(paths *s, uint64_t id, rc_err *err) {
  paths_looked *l = &s->look;
  if (!s->started) return rc_err_set(err, RC_ERR_INPUT, "there is no path yet");
  if (!rc_sampler_replay(s->sampler, id, &l->path, &l->sp))
    return rc_err_set(err, RC_ERR_INPUT, "there is no shot %llu; the last one is %llu",
                      (unsigned long long)id, (unsigned long long)rc_sampler_shots(s->sampler));
  l->on = true;
  l->id = id;
  s->look_key++;
  if (!id) l->sp = -1;
  paths_look_segment(s, RC_MAX(l->sp, 0));
  return true;
}

void paths_look_segment(paths *s, int segment) {
  paths_looked *l = &s->look;
  l->segment = segment;
  l->frame = 0;
  for (int i = 0; i < segment; i++) l->frame += l->path.dwell[i];
}

void paths_look_frame(paths *s, uint64_t frame) {
  paths_looked *l = &s->look;
  uint64_t end = 0;
  int i = 0;
  for (; i < l->path.n - 1; i++) {
    end += l->path.dwell[i];
    if (frame < end) break;
  }
  l->segment = i;
  l->frame = frame;
}

int paths_transition_segment(paths *s) {
  const rc_path *p = &s->look.path;
  int best = RC_MAX(s->look.sp, 0);
  double least = INFINITY;
  for (int i = 1; i < p->n - 1; i++) {
    const rc_word *state = p->state + (size_t)i * (size_t)p->width;
    double q, spread;
    if (!paths_learnt(&s->model, state, &q, &spread)) {
      const double truth = paths_truth(s, state);
      q = isnan(truth) ? INFINITY : log(truth / (1 - truth));
    }
    if (fabs(q) < least) least = fabs(q), best = i;
  }
  return best;
}

/* ---- views --------------------------------------------------------------------------------------
 */

typedef struct shown {
  rc_paths_view v;
  void *block;
} shown;

static void free_shown(void *p) {
  shown *t = p;
  rc_free(t->block);
  rc_free(t);
}

static size_t bytes_a_segment(const paths *s) {
  return (size_t)s->shape->width * sizeof(rc_word) + sizeof(uint32_t) + sizeof(uint64_t) +
         (size_t)(5 + s->shape->features) * sizeof(double);
}

/* Of n segments every which one is shown. */
static int stride_of(const paths *s, int n, size_t most) {
  const size_t all = (size_t)n * bytes_a_segment(s);
  return (int)((all + most - 1) / most);
}

static void fill(paths *s, const rc_path *p, int stride, rc_paths_view *v, char *at) {
  const int n = v->segments, width = p->width, features = s->shape->features;
  const size_t rows = (size_t)n;
  double *energy = (double *)(void *)at, *exact = energy + n, *learnt = exact + n,
         *low = learnt + n, *high = low + n, *feature = high + n;
  rc_word *state = (rc_word *)(void *)(feature + rows * (size_t)features);
  uint64_t *first = (uint64_t *)(void *)(state + rows * (size_t)width), frame = 0;
  uint32_t *dwell = (uint32_t *)(void *)(first + n);
  for (int i = 0, k = 0; i < p->n; i += stride, k++) {
    const int last = i + stride >= p->n ? p->n - 1 : i; /* the end is shown as it is */
    const rc_word *from = p->state + (size_t)last * (size_t)width;
    uint64_t frames = 0;
    for (int j = i; j < i + stride && j < p->n; j++) frames += p->dwell[j];
    memcpy(state + (size_t)k * (size_t)width, from, (size_t)width * sizeof *state);
    dwell[k] = (uint32_t)RC_MIN(frames, UINT32_MAX), first[k] = frame, frame += frames;
    energy[k] = rc_path_energy(s->system, from);
    rc_path_features(s->system, from, feature + (size_t)k * (size_t)features);
    exact[k] = paths_truth(s, from);
    double q, spread;
    paths_learnt(&s->model, from, &q, &spread);
    learnt[k] = 1 / (1 + exp(-q));
    low[k] = 1 / (1 + exp(spread - q)), high[k] = 1 / (1 + exp(-spread - q));
  }
  v->state = state, v->dwell = dwell, v->at = first, v->energy = energy, v->feature = feature;
  v->exact = s->truth ? exact : NULL;
  if (s->model.share) v->learnt = learnt, v->low = low, v->high = high;
}

static rc_share *view_of(paths *s, const rc_path *p, uint64_t id, int sp, size_t most) {
  shown *t = rc_alloc(1, sizeof *t);
  rc_paths_view *v = &t->v;
  const int stride = RC_MAX(1, stride_of(s, p->n, most));
  const rc_shot *shot = rc_sampler_shot(s->sampler, id);
  *v = (rc_paths_view){.shot = id,
                       .parent = shot ? shot->parent : 0,
                       .is_trial = shot && !shot->accepted,
                       .segments = (p->n + stride - 1) / stride,
                       .sp = sp < 0 ? -1 : sp / stride,
                       .frames = p->frames,
                       .width = p->width,
                       .stride = stride};
  v->ends[0] = p->first, v->ends[1] = p->last;
  t->block = rc_alloc((size_t)v->segments, bytes_a_segment(s));
  fill(s, p, stride, v, t->block);
  v->segment = RC_MAX(v->sp, 0);
  v->frame = v->segments ? v->at[v->segment] : 0;
  return rc_share_new(t, free_shown);
}

void paths_views_drop(paths *s) {
  rc_share **all[] = {&s->trial_view, &s->current_view, &s->look_view};
  for (size_t i = 0; i < RC_LEN(all); i++) {
    rc_share_drop(*all[i]);
    *all[i] = NULL;
  }
}

/* A view made anew when its path or the model is another. Keys count from 1. */
static void renew(paths *s, rc_share **view, uint64_t *had, uint32_t *stamp, uint64_t key,
                  const rc_path *p, uint64_t id, int sp, size_t most) {
  if (*view && *had == key && *stamp == s->model.stamp) return;
  rc_share_drop(*view);
  *view = view_of(s, p, id, sp, most);
  *had = key, *stamp = s->model.stamp;
}

static uint64_t accepted_last(const paths *s) {
  uint64_t id = rc_sampler_shots(s->sampler);
  while (id && !rc_sampler_shot(s->sampler, id)->accepted) id--;
  return id;
}

void paths_views(paths *s, rc_paths_data *d) {
  if (!s->started) return;
  const uint64_t n = rc_sampler_shots(s->sampler), branch = (uint64_t)s->branches << 40;
  const rc_shot *shot = rc_sampler_shot(s->sampler, n);
  const bool newest = !shot || shot->accepted;
  renew(s, &s->trial_view, &s->trial_key, &s->trial_stamp, branch + n + 1,
        shot ? rc_sampler_trial(s->sampler) : rc_sampler_path(s->sampler), n,
        shot ? (int)shot->sp : -1, LIVE);
  if (newest) {
    rc_share_drop(s->current_view);
    s->current_view = rc_share_ref(s->trial_view);
    s->current_key = s->trial_key, s->current_stamp = s->trial_stamp;
  } else {
    const uint64_t id = accepted_last(s);
    const rc_shot *own = rc_sampler_shot(s->sampler, id);
    renew(s, &s->current_view, &s->current_key, &s->current_stamp, branch + id + 1,
          rc_sampler_path(s->sampler), id, own ? (int)own->sp : -1, LIVE);
  }
  d->current = ((const shown *)rc_share_get(s->current_view))->v;
  d->chosen = s->look.on;
  if (!s->look.on) {
    d->path = ((const shown *)rc_share_get(s->trial_view))->v;
    return;
  }
  const paths_looked *l = &s->look;
  renew(s, &s->look_view, &s->look_had, &s->look_stamp, s->look_key, &l->path, l->id, l->sp,
        CHOSEN);
  d->path = ((const shown *)rc_share_get(s->look_view))->v;
  d->path.segment = l->segment / d->path.stride;
  d->path.frame = l->frame;
}

/* ---- the tree -----------------------------------------------------------------------------------
 */

int paths_tree(const paths *s, rc_paths_leaf *out) {
  const uint64_t n = s->started ? rc_sampler_shots(s->sampler) : 0;
  const int rows = s->leaves;
  double origin[PATHS_LEAVES];          /* of a row's path on the axis: its first frame */
  for (int k = rows - 1; k >= 0; k--) { /* from the oldest */
    const uint64_t id = n - (uint64_t)k;
    const rc_shot *shot = rc_sampler_shot(s->sampler, id);
    const paths_leaf *l = &s->leaf[(id - 1) % PATHS_LEAVES];
    rc_paths_leaf *r = &out[k];
    *r = (rc_paths_leaf){.id = id,
                         .parent = shot->parent,
                         .transition = shot->transition,
                         .accepted = shot->accepted,
                         .before = l->before,
                         .after = l->after,
                         .p = shot->p,
                         .row_parent = -1};
    if (shot->parent && n - shot->parent < (uint64_t)rows) r->row_parent = (int)(n - shot->parent);
    const rc_paths_leaf *parent = r->row_parent >= 0 ? &out[r->row_parent] : NULL;
    r->shift = (parent ? origin[r->row_parent] : 0) + l->at;
    origin[k] = r->shift - r->before;
    /* a trial shares its shooting point alone with its parent */
    const rc_shot *before = parent ? rc_sampler_shot(s->sampler, parent->id) : NULL;
    r->decorrelated =
        shot->accepted && parent && (parent->decorrelated || shot->segment != before->sp);
  }
  return rows;
}
