/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running the paths study in a session without workers, and what a test may want to know of it. */
#ifndef TESTS_STUDY_PATHING_H
#define TESTS_STUDY_PATHING_H

#include "unit/study/magnet.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

typedef struct pathing {
  rc_session *s;
  rc_share *share; /* the newest frame */
} pathing;

static inline const rc_frame *pathing_frame(pathing *p) {
  rc_share_drop(p->share);
  p->share = rc_session_frame(p->s, 0);
  return rc_share_get(p->share);
}

static inline const rc_paths_data *pathing_data(pathing *p) {
  return rc_share_get(pathing_frame(p)->data);
}

/* options: what stands behind 'paths:', as a flow map. */
static inline void pathing_open(pathing *p, const char *options, int threads) {
  char yaml[1500];
  rc_err err = {0};
  const rc_session_opts o = {.threads = threads, .inline_jobs = true};
  snprintf(yaml, sizeof yaml, "title: test\nstudies: {paths: %s}\n", options);
  p->share = NULL;
  p->s = rc_session_new(scenario_of(yaml), rc_study_classes, &o, &err);
  if (!p->s) fail_msg("%s", err.message);
  rc_session_turn(p->s, 1); /* there is a frame */
}

static inline void pathing_close(pathing *p) {
  rc_share_drop(p->share);
  rc_session_close(p->s, 0);
}

/* At most so many steps, some at a time. */
static inline void pathing_steps(pathing *p, int most, int slice) {
  for (int i = 0; i < most && rc_session_turn(p->s, (uint64_t)slice); i += slice) continue;
}

static inline void pathing_run(pathing *p) {
  pathing_steps(p, 1000000, 1);
  const rc_frame *f = pathing_frame(p);
  if (f->state != RC_DONE) fail_msg("it ended as %d: %s", f->state, f->error.message);
}

/* Until so many shots are done. */
static inline void pathing_shots(pathing *p, uint64_t n) {
  for (int i = 0; i < 100000; i++) {
    const rc_paths_data *d = pathing_data(p);
    if (d->strip_n && d->strip_first + (uint64_t)d->strip_n - 1 >= n) return;
    if (!rc_session_turn(p->s, 1)) break;
  }
  fail_msg("it did not come to shot %d", (int)n);
}

static inline bool pathing_command(pathing *p, const char *name, const char *argument,
                                   rc_err *err) {
  *err = (rc_err){0};
  return rc_session_command(p->s, 0, name, argument, err);
}

static inline double pathing_real(pathing *p, const char *name) {
  const rc_scalar *s = rc_frame_find(pathing_frame(p), name);
  if (!s) fail_msg("no figure '%s'", name);
  return s->type == RC_S_REAL                          ? s->real
         : s->type == RC_S_INT || s->type == RC_S_BOOL ? (double)s->integer
                                                       : nan("");
}

/* ---- everything a frame shows, as text ---- */

static inline void put_numbers(rc_str *out, const char *name, int64_t n, const double *v) {
  rc_str_addf(out, "%s:", name);
  for (int64_t i = 0; v && i < n; i++) rc_str_addf(out, " %.17g", v[i]);
  rc_str_addc(out, '\n');
}

static inline void put_view(rc_str *out, const rc_paths_view *v, int features) {
  rc_str_addf(out, "path %llu of %llu, %d segments, sp %d, at %d frame %llu, %d %d\n",
              (unsigned long long)v->shot, (unsigned long long)v->parent, v->segments, v->sp,
              v->segment, (unsigned long long)v->frame, v->ends[0], v->ends[1]);
  for (int i = 0; i < v->segments; i++)
    rc_str_addf(out, "%llx %u %llu;", (unsigned long long)v->state[(size_t)i * v->width].u,
                v->dwell[i], (unsigned long long)v->at[i]);
  put_numbers(out, "u", v->segments, v->energy);
  put_numbers(out, "exact", v->segments, v->exact);
  put_numbers(out, "learnt", v->segments, v->learnt);
  put_numbers(out, "low", v->segments, v->low);
  put_numbers(out, "high", v->segments, v->high);
  put_numbers(out, "feature", (int64_t)v->segments * features, v->feature);
}

static inline void put_strip(rc_str *out, const rc_paths_data *d) {
  for (int i = 0; i < d->strip_n; i++) {
    const rc_shot *s = &d->strip[i];
    rc_str_addf(out, "shot %llu %llu %llu %.17g %.17g %.17g %u %u %d\n", (unsigned long long)s->id,
                (unsigned long long)s->parent, (unsigned long long)s->frames, s->p, s->p_select,
                s->weight, s->version, s->segment, s->accepted);
  }
  for (int i = 0; i < d->tree; i++) {
    const rc_paths_leaf *l = &d->leaf[i];
    rc_str_addf(out, "leaf %llu %g %g %g %d %d\n", (unsigned long long)l->id, l->before, l->after,
                l->shift, l->row_parent, l->decorrelated);
  }
}

static inline void put_end(rc_str *out, const rc_paths_data *d) {
  for (int i = 0; i < d->boards; i++) {
    const rc_paths_board_row *b = &d->board[i];
    rc_str_addf(out, "%s %.17g %.17g %.17g %.17g %.17g\n", b->title, b->figures.length,
                b->yield_oracle, b->chi2_p, b->efficiency, b->efficiency_channel);
  }
  for (int i = 0; i < d->groups; i++)
    rc_str_addf(out, "%s %.17g\n", d->group_name[i], d->relevance[i].mean);
  for (int i = 0; i < d->cards; i++)
    rc_str_addf(out, "%s %.17g\n", d->card[i].name, d->card[i].card.eta2);
  for (int i = 0; d->formulas && i < d->formulas->n; i++)
    rc_str_addf(out, "%s %.17g\n", d->formulas->best[i].text, d->formula_rmse[i]);
  for (int i = 0; i < d->gallery; i++)
    rc_str_addf(out, "frame %llu of %llu: %.17g\n", (unsigned long long)d->frame[i].frame,
                (unsigned long long)d->frame[i].shot, d->frame[i].q);
}

static inline void put_frame(rc_str *out, const rc_frame *f) {
  const rc_paths_data *d = rc_share_get(f->data);
  rc_str_addf(out, "%llu %s %.17g\n", (unsigned long long)f->step, f->phase, f->progress);
  for (int i = 0; i < f->scalars; i++) {
    const rc_scalar *s = &f->scalar[i];
    rc_str_addf(out, "%s %d %.17g %lld %s\n", s->name, s->type, s->type == RC_S_REAL ? s->real : 0,
                s->type == RC_S_INT || s->type == RC_S_BOOL ? (long long)s->integer : 0,
                s->type == RC_S_TEXT ? s->text : "");
  }
  if (!d->system) return;
  if (d->started) {
    put_view(out, &d->path, d->shape->features);
    put_view(out, &d->current, d->shape->features);
    put_strip(out, d);
  }
  put_numbers(out, "map u", d->map.nx * d->map.ny, d->map.energy);
  put_numbers(out, "map exact", d->map.nx * d->map.ny, d->map.exact);
  put_numbers(out, "map learnt", d->map.nx * d->map.ny, d->map.learnt);
  put_numbers(out, "shots", d->curve, d->curve_shots);
  put_numbers(out, "rmse", d->curve, d->curve_rmse);
  put_numbers(out, "oracle", d->curve, d->curve_oracle);
  put_numbers(out, "points", 40, d->point_bins);
  put_numbers(out, "order", d->order, d->order_rank);
  put_end(out, d);
}

#endif
