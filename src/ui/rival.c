/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second run beside the session: the same scenario but for a few keys, or for the seed. It follows
 * what is changed in the session, and its steps when they go together. */
#include "explorer.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS_MAX = 4096, KEPT_MAX = 256, CLOSE_MS = 50, INLINE_STEPS = 200 };
static const uint64_t to_the_end = UINT64_C(1) << 40; /* steps */

/* ---- opening ----------------------------------------------------------------------------------
 */

/* One word; blanks inside brackets and quotes belong to it. */
static const char *next_word(const char *at, char *word, size_t cap) {
  size_t n = 0;
  int depth = 0;
  bool quoted = false;
  while (isspace((unsigned char)*at)) at++;
  for (; *at && (depth > 0 || quoted || !isspace((unsigned char)*at)); at++) {
    depth += (*at == '[' || *at == '{') - (*at == ']' || *at == '}');
    quoted = quoted != (*at == '"');
    if (n + 1 < cap) word[n++] = *at;
  }
  word[n] = 0;
  return at;
}

/* "seed 7", "seed=7" and "KEY=VALUE", as many as one likes. */
static bool parse_changes(rc_rival *r, const char *text, rc_err *err) {
  char word[256];
  for (const char *at = next_word(text, word, sizeof word); word[0];
       at = next_word(at, word, sizeof word)) {
    if (strcmp(word, "seed") == 0) {
      at = next_word(at, word + 5, sizeof word - 5);
      word[4] = '=';
    }
    char *eq = strchr(word, '=');
    int64_t seed;
    if (!eq || eq == word || !eq[1])
      return rc_err_set(err, RC_ERR_USAGE, "wanted KEY=VALUE or seed N, not '%s'", word);
    *eq = 0;
    if (strcmp(word, "seed") == 0) {
      if (!rc_parse_int(eq + 1, &seed) || seed < 1)
        return rc_err_set(err, RC_ERR_USAGE, "wanted a seed from 1 on, not '%s'", eq + 1);
      r->seed = (uint64_t)seed;
      continue;
    }
    if (r->changes == (int)RC_LEN(r->change))
      return rc_err_set(err, RC_ERR_USAGE, "more than %d changes", r->changes);
    struct rc_change_of *c = &r->change[r->changes++];
    snprintf(c->key, sizeof c->key, "%.*s", (int)sizeof c->key - 1, word);
    snprintf(c->value, sizeof c->value, "%.*s", (int)sizeof c->value - 1, eq + 1);
  }
  if (!r->changes && !r->seed)
    return rc_err_set(err, RC_ERR_USAGE, "nothing is different: J2=0.7, or seed 2");
  return true;
}

static bool apply_changes(const rc_rival *r, rc_scenario *sc, rc_err *err) {
  for (int i = 0; i < r->changes; i++)
    if (!rc_scenario_set(sc, r->change[i].key, r->change[i].value, rc_study_kinds, err))
      return false;
  return true;
}

static void free_points(rc_points *p) {
  rc_free(p->step);
  rc_free(p->time);
  rc_free(p->value);
  *p = (rc_points){0};
}

void rc_rival_close(rc_ui *u) {
  rc_rival *r = u->rival;
  if (!r) return;
  for (int i = 0; i < r->jobs; i++) {
    rc_share_drop(r->job[i].frame);
    rc_share_drop(r->job[i].past);
  }
  for (int i = 0; i < 2; i++) {
    free_points(&r->points[i]);
    for (int k = 0; k < RC_JOBS_MAX; k++) free_points(&r->clock[i][k]);
  }
  rc_session_close(r->session, CLOSE_MS);
  rc_free(r);
  u->rival = NULL;
  u->dirty = true;
}

bool rc_rival_open(rc_ui *u, const char *changes, rc_err *err) {
  rc_rival *r = rc_alloc(1, sizeof *r);
  snprintf(r->text, sizeof r->text, "%s", changes);
  rc_scenario *sc = rc_scenario_copy(rc_ui_scenario(u));
  bool ok = parse_changes(r, changes, err) && apply_changes(r, sc, err);
  if (ok) {
    rc_session_opts o = u->session_opts;
    o.seed = r->seed ? r->seed : rc_session_seed(u->session);
    o.beside = u->session;
    o.paused = true; /* its first steps are granted like all others */
    r->session = rc_session_new(sc, rc_study_classes, &o, err);
    ok = r->session != NULL;
  } else {
    rc_scenario_free(sc);
  }
  if (!ok) {
    rc_free(r);
    return false;
  }
  rc_rival_close(u);
  r->jobs = RC_MIN(rc_session_jobs(r->session), RC_JOBS_MAX);
  r->pointed_job = -1;
  r->begun = u->now;
  u->rival = r;
  rc_rival_tick(u);
  return true;
}

/* ---- following --------------------------------------------------------------------------------
 */

static const rc_frame *newest(const rc_job_view *j) {
  return j->frame ? rc_share_get(j->frame) : NULL;
}

static bool is_own(const rc_rival *r, const char *key) {
  for (int i = 0; i < r->changes; i++)
    if (strcmp(rc_knob_short(r->change[i].key), rc_knob_short(key)) == 0) return true;
  return strcmp(key, "seed") == 0 && r->seed;
}

/* What was changed in the session is changed here too, but for what makes the difference. */
static void follow_scenario(rc_ui *u, rc_rival *r) {
  const rc_scenario *sc = rc_ui_scenario(u);
  const rc_frame *first = newest(&u->job[0]);
  /* the changes of a replay come from inside the jobs: then only the generation tells of them */
  const uint64_t stamp = rc_session_posts(u->session) + (first ? first->generation << 32 : 0);
  rc_key *keys = NULL;
  if (stamp == r->follows) return;
  r->follows = stamp;
  const int n = rc_scenario_keys(sc, &keys);
  for (int i = 0; i < n; i++) {
    rc_str a = {0}, b = {0};
    rc_err err = {0};
    const bool has = rc_scenario_get(sc, keys[i].name, &a);
    const bool had = rc_scenario_get(rc_session_scenario(r->session), keys[i].name, &b);
    if (has && had && !is_own(r, keys[i].name) && strcmp(rc_str_c(&a), rc_str_c(&b)) != 0 &&
        !rc_session_set(r->session, keys[i].name, rc_str_c(&a), &err))
      rc_ui_message(u, RC_WARN, "the other run cannot follow: %s", err.message);
    rc_str_free(&a);
    rc_str_free(&b);
  }
  rc_free(keys);
}

static void begin_again(rc_ui *u, rc_rival *r) {
  rc_err err = {0};
  rc_session_pause(r->session, true);
  rc_session_restart(r->session, r->seed ? r->seed : rc_session_seed(u->session), &err);
  memset(r->granted, 0, sizeof r->granted);
  memset(r->seen, 0, sizeof r->seen);
  for (int i = 0; i < 2; i++) {
    r->points[i].n = 0;
    for (int k = 0; k < RC_JOBS_MAX; k++) r->clock[i][k].n = 0;
  }
  r->begun = u->now;
}

static void take_frames(rc_ui *u, rc_rival *r) {
  for (int i = 0; i < r->jobs; i++) {
    rc_share *now = rc_session_frame(r->session, i);
    u->dirty = u->dirty || now != r->job[i].frame;
    rc_share_drop(r->job[i].frame);
    r->job[i].frame = now;
  }
}

/* Step by step it may do as many as the session has done; when that has ended, the rest of its own. */
static void grant(rc_ui *u, rc_rival *r, int job) {
  const rc_frame *a = newest(&u->job[job]);
  uint64_t to = a ? a->step : 0;
  if (a && a->state != RC_RUNNING) to = to_the_end;
  if (r->sync == RC_SYNC_TIME && rc_ui_running(u)) to = to_the_end;
  if (to <= r->granted[job]) return;
  const uint64_t n = to - r->granted[job];
  rc_session_step(r->session, job, n);
  r->granted[job] = to;
}

/* It is told to stop, and what it was allowed and has not used is taken back. */
static void hold(rc_rival *r) {
  rc_session_pause(r->session, true);
  for (int i = 0; i < r->jobs; i++)
    r->granted[i] = newest(&r->job[i]) ? newest(&r->job[i])->step : 0;
}

/* Looks at the step the session is looked at. */
static void look_too(rc_ui *u, rc_rival *r, int job) {
  rc_job_view *b = &r->job[job];
  const rc_job_view *a = &u->job[job];
  const rc_frame *last = newest(b);
  rc_err err = {0};
  if (!a->past || !last) {
    if (b->past || b->wanting) rc_session_look_end(r->session, job);
    rc_share_drop(b->past);
    b->past = NULL;
    b->wanting = false;
    return;
  }
  uint64_t want = ((const rc_frame *)rc_share_get(a->past))->step;
  want = RC_MAX(rc_session_first_step(r->session, job), RC_MIN(want, last->step));
  if (b->past && ((const rc_frame *)rc_share_get(b->past))->step == want) return;
  rc_share *frame = rc_session_look(r->session, job, want, &err);
  b->wanting = !frame && err.code == RC_ERR_NONE;
  if (!frame) return;
  rc_share_drop(b->past);
  b->past = frame;
  u->dirty = true;
}

/* ---- points of the figure that is drawn -------------------------------------------------------
 */

static void add_point(rc_points *p, double step, double time, double value) {
  if (p->n == POINTS_MAX) { /* every second one is enough */
    p->n /= 2;
    for (int i = 0; i < p->n; i++) {
      p->step[i] = p->step[2 * i + 1];
      p->time[i] = p->time[2 * i + 1];
      p->value[i] = p->value[2 * i + 1];
    }
  }
  if (p->n == p->cap) {
    p->cap = p->cap ? 2 * p->cap : 256;
    p->step = rc_realloc(p->step, (size_t)p->cap, sizeof *p->step);
    p->time = rc_realloc(p->time, (size_t)p->cap, sizeof *p->time);
    p->value = rc_realloc(p->value, (size_t)p->cap, sizeof *p->value);
  }
  p->step[p->n] = step;
  p->time[p->n] = time;
  p->value[p->n++] = value;
}

/* Frames that are looked at later than they came know when that was. */
static void keep_times(rc_ui *u, rc_rival *r) {
  for (int which = 0; which < 2; which++)
    for (int i = 0; i < r->jobs; i++) {
      rc_points *p = &r->clock[which][i];
      const rc_frame *f = newest(which ? &r->job[i] : &u->job[i]);
      if (f && (p->n == 0 || (double)f->step > p->step[p->n - 1]))
        add_point(p, (double)f->step, u->now - r->begun, 0);
    }
}

static double time_of(const rc_points *p, double step, double now) {
  int low = 0, high = p->n; /* the first mark at this step or after it */
  while (low < high) {
    const int mid = (low + high) / 2;
    if (p->step[mid] < step)
      low = mid + 1;
    else
      high = mid;
  }
  return low < p->n ? p->time[low] : now;
}

static void add_frames(rc_ui *u, rc_rival *r, rc_session *s, int which, int job) {
  rc_share *kept[KEPT_MAX];
  const int n = rc_session_history(s, job, kept, KEPT_MAX);
  for (int i = 0; i < n; i++) {
    const rc_frame *f = rc_share_get(kept[i]);
    if (f->step + 1 > r->seen[which][job]) {
      add_point(&r->points[which], (double)f->step,
                time_of(&r->clock[which][job], (double)f->step, u->now - r->begun),
                rc_scalar_number(rc_frame_find(f, r->figure)));
      r->seen[which][job] = f->step + 1;
    }
    rc_share_drop(kept[i]);
  }
}

/* The figure asked for, else the first number that both know and that is not the same. */
static void choose_figure(rc_ui *u, rc_rival *r, int job) {
  const rc_frame *a = rc_ui_frame(u, job), *b = rc_rival_frame(u, job);
  if (!a || !b || (r->figure[0] && rc_frame_find(a, r->figure))) return;
  r->figure[0] = 0;
  for (int same = 0; same < 2 && !r->figure[0]; same++)
    for (int i = 0; i < a->scalars && !r->figure[0]; i++) {
      const double x = rc_scalar_number(&a->scalar[i]),
                   y = rc_scalar_number(rc_frame_find(b, a->scalar[i].name));
      if (!isnan(x) && !isnan(y) && (same || x != y) && a->scalar[i].type == RC_S_REAL)
        snprintf(r->figure, sizeof r->figure, "%s", a->scalar[i].name);
    }
}

static void take_points(rc_ui *u, rc_rival *r) {
  const int job = rc_ui_view_job(u, rc_ui_view(u));
  if (job < 0 || job >= r->jobs) return;
  choose_figure(u, r, job);
  if (!r->figure[0]) return;
  if (job != r->pointed_job || strcmp(r->figure, r->pointed) != 0) {
    snprintf(r->pointed, sizeof r->pointed, "%s", r->figure);
    r->pointed_job = job;
    memset(r->seen, 0, sizeof r->seen);
    for (int i = 0; i < 2; i++) r->points[i].n = 0;
  }
  add_frames(u, r, u->session, 0, job);
  add_frames(u, r, r->session, 1, job);
}

/* ---- time -------------------------------------------------------------------------------------
 */

bool rc_rival_tick(rc_ui *u) {
  rc_rival *r = u->rival;
  if (!r || !u->session) return false;
  bool again = false;
  for (int i = 0; i < r->jobs; i++) {
    const rc_frame *a = newest(&u->job[i]);
    again = again || (a && a->step < r->last[i]);
    r->last[i] = a ? a->step : 0;
  }
  if (again) begin_again(u, r);
  follow_scenario(u, r);
  take_frames(u, r);
  if (rc_ui_in_past(u) || (r->sync == RC_SYNC_TIME && !rc_ui_running(u))) {
    bool ended = true; /* what has ended does not hold the other one back */
    for (int i = 0; i < u->jobs; i++) {
      const rc_frame *a = newest(&u->job[i]);
      ended = ended && a && a->state != RC_RUNNING;
    }
    if (rc_ui_in_past(u) || !ended) hold(r);
  }
  for (int i = 0; i < r->jobs && !rc_ui_in_past(u); i++) grant(u, r, i);
  const bool more = u->session_opts.inline_jobs && rc_session_turn(r->session, INLINE_STEPS);
  take_frames(u, r);
  keep_times(u, r);
  for (int i = 0; i < r->jobs; i++) look_too(u, r, i);
  take_points(u, r);
  return more;
}

/* What a command asks for may be there in one run only. */
void rc_rival_command(rc_ui *u, int job, const char *name, const char *arg) {
  rc_err why = {0};
  const rc_rival *r = u->rival;
  if (r && job < r->jobs && !rc_session_command(r->session, job, name, arg, &why))
    rc_ui_message(u, RC_WARN, "not in the other run: %s", why.message);
}

bool rc_ui_study_command(rc_ui *u, int job, const char *name, const char *arg, rc_err *err) {
  if (!rc_session_command(u->session, job, name, arg, err)) return false;
  rc_rival_command(u, job, name, arg);
  return true;
}

const rc_frame *rc_rival_frame(const rc_ui *u, int job) {
  const rc_rival *r = u->rival;
  if (!r || job < 0 || job >= r->jobs) return NULL;
  rc_share *s = r->job[job].past ? r->job[job].past : r->job[job].frame;
  return s ? rc_share_get(s) : NULL;
}

rc_view_context rc_rival_context(rc_ui *u, int view, int pane) {
  rc_view_context c = rc_ui_context(u, view, pane);
  const int job = rc_session_find(u->rival->session, "hilbert");
  const rc_frame *h = rc_rival_frame(u, job);
  c.scenario = rc_session_scenario(u->rival->session);
  c.frame = rc_rival_frame(u, rc_ui_view_job(u, view));
  c.hilbert = h && h->data ? rc_share_get(h->data) : NULL;
  const rc_frame *k = rc_rival_frame(u, rc_session_find(u->rival->session, "cut"));
  c.cut = k && k->data ? rc_share_get(k->data) : NULL;
  c.watch = NULL;
  c.selected_state = u->selected_state;
  if (c.hilbert && c.hilbert->basis && c.selected_state >= rc_basis_states(c.hilbert->basis))
    c.selected_state = 0;
  return c;
}
