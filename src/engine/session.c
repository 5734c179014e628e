/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: a scenario and its jobs, as one thread sees them. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "engine/job.h"

enum { UNDO_MAX = 256 };

/* One parameter change: the scenarios on both sides of it. */
typedef struct edit {
  rc_share *before, *after;
  int target; /* the only job it concerns, or -1 */
} edit;

struct rc_session {
  const rc_study_class *const *classes;
  rc_share *kinds;            /* NULL-terminated array of const rc_kind * */
  rc_share *scenario, *first; /* now, and when it was opened */
  /* Scenarios that were handed out by rc_session_scenario stay until the next change. */
  rc_share *handed;
  rc_share *wake;
  uint64_t seed, first_seed, generation;
  bool replay;
  int jobs;
  rc_job **job;
  edit undo[UNDO_MAX];
  int undos, undo_at; /* edits [0, undo_at) are done, [undo_at, undos) were undone */
  rc_share *breaks;   /* an rc_breaks */
  uint64_t break_ids;
};

/* ---- opening and closing ----------------------------------------------------------------------
 */

static void free_wake(void *p) {
  rc_wake *w = p;
  close(w->fd);
  rc_free(w);
}

static rc_share *make_wake(rc_err *err) {
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) {
    rc_err_set(err, RC_ERR_MEMORY, "cannot make an eventfd: %s", strerror(errno));
    return NULL;
  }
  rc_wake *w = rc_alloc(1, sizeof *w);
  w->fd = fd;
  return rc_share_new(w, free_wake);
}

static const rc_study_class *class_of(const rc_study_class *const *classes, const char *name) {
  for (int i = 0; classes[i]; i++)
    if (strcmp(classes[i]->kind.name, name) == 0) return classes[i];
  return NULL;
}

/* Frees everything a session holds; its workers are gone or have references of their own. */
static void free_session(rc_session *s) {
  for (int i = 0; i < s->jobs; i++) rc_job_drop(s->job[i]);
  rc_free(s->job);
  for (int i = 0; i < s->undos; i++) {
    rc_share_drop(s->undo[i].before);
    rc_share_drop(s->undo[i].after);
  }
  rc_share_drop(s->breaks);
  rc_share_drop(s->handed);
  rc_share_drop(s->first);
  rc_share_drop(s->scenario);
  rc_share_drop(s->kinds);
  rc_share_drop(s->wake);
  rc_free(s);
}

static bool add_job(rc_session *s, const char *name, const rc_session_opts *o, rc_err *err) {
  const rc_study_class *cls = class_of(s->classes, name);
  if (!cls) return rc_err_set(err, RC_ERR_INPUT, "there is no study '%s'", name);
  const rc_job_opts jo = {.cls = cls,
                          .scenario = s->scenario,
                          .kinds = s->kinds,
                          .wake = s->wake,
                          .seed = s->seed,
                          .threads = o->threads > 0 ? o->threads : rc_cores(),
                          .paused = o->paused,
                          .inline_job = o->inline_jobs};
  s->job[s->jobs++] = rc_job_new(&jo);
  return true;
}

static rc_session *open_session(rc_share *scenario, uint64_t seed, const rc_recording *replay,
                                const rc_study_class *const *studies, const rc_session_opts *o,
                                rc_err *err) {
  rc_session *s = rc_alloc(1, sizeof *s);
  const rc_scenario *sc = rc_share_get(scenario);
  s->classes = studies;
  s->kinds = rc_kinds_share(studies);
  s->scenario = scenario;
  s->first = rc_share_ref(scenario);
  s->seed = s->first_seed = seed;
  s->replay = replay != NULL;
  s->job = rc_alloc((size_t)sc->studies + 1, sizeof *s->job);
  s->wake = o->beside ? rc_share_ref(o->beside->wake) : make_wake(err);
  bool ok = s->wake != NULL;
  for (int i = 0; ok && i < sc->studies; i++) {
    ok = add_job(s, sc->study[i].kind->name, o, err);
    if (ok && replay) {
      int n;
      rc_recording_entry *e = rc_recording_of(replay, sc->study[i].kind->name, &n);
      rc_job_schedule(s->job[i], e, n);
    }
  }
  for (int i = 0; ok && i < s->jobs; i++) ok = rc_job_start(s->job[i], err);
  if (ok) return s;
  rc_session_close(s, 1000);
  return NULL;
}

rc_session *rc_session_new(rc_scenario *sc, const rc_study_class *const *studies,
                           const rc_session_opts *o, rc_err *err) {
  uint64_t seed = o->seed ? o->seed : sc->seed;
  return open_session(rc_scenario_share(sc), seed, NULL, studies, o, err);
}

rc_session *rc_session_replay(const rc_recording *r, const rc_study_class *const *studies,
                              const rc_session_opts *o, rc_err *err) {
  return open_session(rc_scenario_share(rc_scenario_copy(r->scenario)), r->seed, r, studies, o,
                      err);
}

bool rc_session_close(rc_session *s, int wait_ms) {
  if (!s) return true;
  bool all = true;
  double deadline = rc_clock_wall() + 1e-3 * wait_ms;
  for (int i = 0; i < s->jobs; i++) rc_job_quit(s->job[i]);
  for (int i = 0; i < s->jobs; i++) all = rc_job_join(s->job[i], deadline) && all;
  free_session(s); /* what a worker left behind uses is counted, and freed by it */
  return all;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* In a replay the changes happen inside the jobs; the session follows the first of them. */
static void follow_replay(rc_session *s) {
  if (!s->replay || s->jobs == 0) return;
  pthread_mutex_lock(&s->job[0]->lock);
  rc_share *now = rc_share_ref(s->job[0]->scenario);
  pthread_mutex_unlock(&s->job[0]->lock);
  if (now == s->scenario) {
    rc_share_drop(now);
    return;
  }
  rc_share_drop(s->handed);
  s->handed = s->scenario;
  s->scenario = now;
}

const rc_scenario *rc_session_scenario(const rc_session *s) {
  return rc_share_get(s->scenario);
}

int rc_session_jobs(const rc_session *s) {
  return s->jobs;
}

const char *rc_session_job_name(const rc_session *s, int job) {
  return s->job[job]->cls->kind.name;
}

int rc_session_find(const rc_session *s, const char *study) {
  for (int i = 0; i < s->jobs; i++)
    if (strcmp(rc_session_job_name(s, i), study) == 0) return i;
  return -1;
}

rc_share *rc_session_frame(rc_session *s, int job) {
  rc_job *j = s->job[job];
  pthread_mutex_lock(&j->lock);
  rc_share *frame = rc_share_ref(j->newest);
  pthread_mutex_unlock(&j->lock);
  return frame;
}

uint64_t rc_session_asked(rc_session *s, int job) {
  rc_job *j = s->job[job];
  pthread_mutex_lock(&j->lock);
  const uint64_t asked = j->asked;
  pthread_mutex_unlock(&j->lock);
  return asked;
}

int rc_session_history(rc_session *s, int job, rc_share **frames, int cap) {
  rc_job *j = s->job[job];
  pthread_mutex_lock(&j->lock);
  int n = rc_history_get(&j->history, frames, cap);
  pthread_mutex_unlock(&j->lock);
  return n;
}

int rc_session_events(rc_session *s, int job, uint64_t from, rc_event *out, int cap) {
  rc_job *j = s->job[job];
  int n = 0;
  pthread_mutex_lock(&j->lock);
  uint64_t oldest = j->ring_next > RC_EVENTS_KEPT ? j->ring_next - RC_EVENTS_KEPT : 0;
  for (uint64_t i = RC_MAX(from, oldest); i < j->ring_next && n < cap; i++)
    out[n++] = j->ring[i % RC_EVENTS_KEPT];
  pthread_mutex_unlock(&j->lock);
  return n;
}

int rc_session_wake_fd(const rc_session *s) {
  return ((const rc_wake *)rc_share_get(s->wake))->fd;
}

bool rc_session_wait(rc_session *s, int ms) {
  struct pollfd p = {.fd = rc_session_wake_fd(s), .events = POLLIN};
  if (poll(&p, 1, ms) <= 0) return false;
  uint64_t count;
  bool any = read(p.fd, &count, sizeof count) == sizeof count;
  if (any) follow_replay(s);
  return any;
}

/* ---- running ----------------------------------------------------------------------------------
 */

bool rc_session_turn(rc_session *s, uint64_t n) {
  bool any = false;
  for (int i = 0; i < s->jobs; i++) {
    for (uint64_t k = 0; k < n && rc_job_turn(s->job[i]); k++)
      ;
    any = rc_job_may_step(s->job[i]) || any;
  }
  follow_replay(s);
  return any;
}

void rc_session_pause(rc_session *s, bool pause) {
  for (int i = 0; i < s->jobs; i++) rc_job_pause(s->job[i], pause);
}

/* Nothing runs on, and at least one job was told not to (or met a breakpoint). */
bool rc_session_paused(const rc_session *s) {
  bool any = false;
  for (int i = 0; i < s->jobs; i++) {
    rc_job *j = s->job[i];
    const bool paused = rc_job_paused(j);
    pthread_mutex_lock(&j->lock);
    const bool running = j->state == RC_RUNNING;
    pthread_mutex_unlock(&j->lock);
    if (running && !paused) return false;
    any = any || paused;
  }
  return any;
}

void rc_session_step(rc_session *s, int job, uint64_t n) {
  for (int i = 0; i < s->jobs; i++)
    if (job < 0 || i == job) rc_job_credit(s->job[i], n);
}

void rc_session_speed(rc_session *s, double steps_per_second) {
  for (int i = 0; i < s->jobs; i++) rc_job_speed(s->job[i], steps_per_second);
}

void rc_session_stop(rc_session *s) {
  rc_session_pause(s, true);
}

static void free_condition(void *p) {
  rc_condition_free(p);
}

static rc_condition *parse_condition(rc_session *s, const char *condition, rc_err *err);

bool rc_session_until(rc_session *s, int job, const char *condition, const char *command,
                      const char *arg, rc_err *err) {
  if (job < 0 || job >= s->jobs) return rc_err_set(err, RC_ERR_INPUT, "there is no such study");
  if (command && !s->job[job]->cls->command)
    return rc_err_set(err, RC_ERR_INPUT, "study '%s' knows no command '%s'",
                      rc_session_job_name(s, job), command);
  rc_condition *c = parse_condition(s, condition, err);
  if (!c) return false;
  rc_job_pause(s->job[job], true);
  rc_message *m = rc_message_new(RC_CHANGE_COMMAND, command, arg);
  m->until = rc_share_new(c, free_condition);
  return rc_job_post(s->job[job], m, err);
}

bool rc_session_heading(const rc_session *s) {
  for (int i = 0; i < s->jobs; i++)
    if (rc_job_heading(s->job[i])) return true;
  return false;
}

/* ---- looking back -----------------------------------------------------------------------------
 */

static bool may_look(rc_session *s, int job, uint64_t step, rc_err *err) {
  rc_job *j = s->job[job];
  pthread_mutex_lock(&j->lock);
  const rc_frame *newest = j->newest ? rc_share_get(j->newest) : NULL;
  const uint64_t first = j->first_step, last = newest ? newest->step : 0;
  const bool known = newest != NULL, open = j->looked.recents > 0 || j->seek.on;
  pthread_mutex_unlock(&j->lock);
  if (!known) return rc_err_set(err, RC_ERR_INPUT, "the study has not begun yet");
  if (step < first || step > last)
    return rc_err_set(err, RC_ERR_INPUT, "the steps with these parameters are %llu to %llu",
                      (unsigned long long)first, (unsigned long long)last);
  const uint64_t now = rc_big_now(),
                 most = ((const rc_scenario *)rc_share_get(s->scenario))->memory;
  if (!open && most > 0 && 2 * now > most)
    return rc_err_set(
        err, RC_ERR_LIMIT,
        "step %llu is not kept, and doing the steps again would need another %llu MiB: "
        "more than 'memory' grants",
        (unsigned long long)step, (unsigned long long)(now >> 20));
  return true;
}

rc_share *rc_session_look(rc_session *s, int job, uint64_t step, rc_err *err) {
  rc_share *frame = rc_job_kept(s->job[job], step);
  if (frame || !may_look(s, job, step, err)) return frame;
  return rc_job_look(s->job[job], step);
}

bool rc_session_looking(rc_session *s, int job, uint64_t *at, uint64_t *to) {
  const rc_seek k = rc_job_seeking(s->job[job]);
  *at = k.at;
  *to = k.to;
  return k.on;
}

void rc_session_look_end(rc_session *s, int job) {
  rc_job_look_end(s->job[job]);
}

uint64_t rc_session_first_step(rc_session *s, int job) {
  pthread_mutex_lock(&s->job[job]->lock);
  const uint64_t first = s->job[job]->first_step;
  pthread_mutex_unlock(&s->job[job]->lock);
  return first;
}

bool rc_session_branch(rc_session *s, int job, uint64_t step, rc_err *err) {
  if (!may_look(s, job, step, err)) return false;
  rc_job_branch(s->job[job], step);
  return true;
}

/* ---- changes ----------------------------------------------------------------------------------
 */

/* Keys that belong to one study concern its job, and those that follow it: "cut.sweeps". */
static int target_of(const rc_session *s, const char *key) {
  for (int i = 0; i < s->jobs; i++) {
    const char *name = rc_session_job_name(s, i);
    size_t n = strlen(name);
    if (strncmp(key, name, n) == 0 && key[n] == '.') return i;
  }
  return -1;
}

static bool concerns(const rc_session *s, int target, int job) {
  const char *follows = s->job[job]->cls->follows;
  return target < 0 || job == target ||
         (follows && strcmp(follows, rc_session_job_name(s, target)) == 0);
}

static void restart_jobs(rc_session *s) {
  s->generation++;
  for (int i = 0; i < s->jobs; i++) {
    rc_message *m = rc_message_new(RC_CHANGE_RESTART, NULL, NULL);
    m->seed = s->seed;
    m->generation = s->generation;
    rc_job_post(s->job[i], m, NULL);
  }
}

/* Makes 'next' (whose reference is taken over) the scenario of the session and of its jobs. */
static void take_scenario(rc_session *s, rc_share *next, int target, const char *key,
                          const char *value) {
  uint64_t old_seed = ((const rc_scenario *)rc_share_get(s->scenario))->seed;
  uint64_t new_seed = ((const rc_scenario *)rc_share_get(next))->seed;
  rc_share_drop(s->handed);
  s->handed = s->scenario;
  s->scenario = next;
  s->generation++;
  for (int i = 0; i < s->jobs; i++) {
    if (!concerns(s, target, i)) continue;
    rc_message *m = rc_message_new(RC_CHANGE_SET, key, value);
    m->scenario = rc_share_ref(next);
    m->generation = s->generation;
    rc_job_post(s->job[i], m, NULL);
  }
  /* A seed that was set by name counts even when the scenario had it all along: a restart may have
   * taken another one since. */
  if (old_seed != new_seed || (key && strcmp(key, "seed") == 0 && new_seed != s->seed)) {
    s->seed = new_seed;
    restart_jobs(s);
  }
}

static void forget_undone(rc_session *s) {
  while (s->undos > s->undo_at) {
    edit *e = &s->undo[--s->undos];
    rc_share_drop(e->before);
    rc_share_drop(e->after);
  }
  if (s->undos == UNDO_MAX) {
    rc_share_drop(s->undo[0].before);
    rc_share_drop(s->undo[0].after);
    memmove(s->undo, s->undo + 1, (UNDO_MAX - 1) * sizeof *s->undo);
    s->undo_at = --s->undos;
  }
}

bool rc_session_set(rc_session *s, const char *key, const char *value, rc_err *err) {
  rc_share *next =
      rc_scenario_with(rc_share_get(s->scenario), key, value, rc_share_get(s->kinds), err);
  if (!next) return false;
  forget_undone(s);
  int target = target_of(s, key);
  s->undo[s->undos++] =
      (edit){.before = rc_share_ref(s->scenario), .after = rc_share_ref(next), .target = target};
  s->undo_at = s->undos;
  take_scenario(s, next, target, key, value);
  return true;
}

static void go_to(rc_session *s, rc_share *scenario, int target) {
  rc_str yaml = {0};
  rc_scenario_write(rc_share_get(scenario), &yaml);
  take_scenario(s, rc_share_ref(scenario), target, NULL, rc_str_c(&yaml));
  rc_str_free(&yaml);
}

bool rc_session_undo(rc_session *s, rc_err *err) {
  if (s->undo_at == 0) return rc_err_set(err, RC_ERR_INPUT, "there is no parameter change to undo");
  const edit *e = &s->undo[--s->undo_at];
  go_to(s, e->before, e->target);
  return true;
}

bool rc_session_redo(rc_session *s, rc_err *err) {
  if (s->undo_at == s->undos)
    return rc_err_set(err, RC_ERR_INPUT, "there is no parameter change to do again");
  const edit *e = &s->undo[s->undo_at++];
  go_to(s, e->after, e->target);
  return true;
}

bool rc_session_restart(rc_session *s, uint64_t seed, rc_err *err) {
  (void)err;
  if (seed) s->seed = seed;
  restart_jobs(s);
  return true;
}

uint64_t rc_session_seed(const rc_session *s) {
  return s->seed;
}

bool rc_session_command(rc_session *s, int job, const char *name, const char *arg, rc_err *err) {
  if (job < 0 || job >= s->jobs)
    return rc_err_set(err, RC_ERR_INPUT, "%s: there is no such study in this scenario", name);
  if (!s->job[job]->cls->command)
    return rc_err_set(err, RC_ERR_INPUT, "study '%s' knows no command '%s'",
                      rc_session_job_name(s, job), name);
  return rc_job_post(s->job[job], rc_message_new(RC_CHANGE_COMMAND, name, arg), err);
}

void rc_session_show(rc_session *s, int job, const char *line) {
  if (job >= 0 && job < s->jobs) rc_job_show(s->job[job], line);
}

/* The entry at which the study last began anew, or 0. */
static int log_begin(const rc_job *j) {
  int from = 0;
  for (int i = 0; i < j->logs; i++)
    if (j->log[i].what == RC_CHANGE_RESTART) from = i + 1;
  return from;
}

int rc_session_commands(rc_session *s, int job, uint64_t to, int most, rc_str *out) {
  int n = 0;
  if (job < 0 || job >= s->jobs) return 0;
  rc_job *j = s->job[job];
  pthread_mutex_lock(&j->lock);
  for (int i = log_begin(j); i < j->logs && j->log[i].step <= to; i++) {
    const rc_recording_entry *e = &j->log[i];
    if (e->what != RC_CHANGE_COMMAND || n++ >= most) continue;
    rc_str_addf(out, "%s%s", out->len ? ", " : "", e->key);
    if (e->value && *e->value) rc_str_addf(out, " %s", e->value);
    rc_str_addf(out, " at %llu", (unsigned long long)e->step);
  }
  pthread_mutex_unlock(&j->lock);
  return n;
}

uint64_t rc_session_set_step(rc_session *s, int job, uint64_t to) {
  uint64_t step = 0;
  if (job < 0 || job >= s->jobs) return 0;
  rc_job *j = s->job[job];
  pthread_mutex_lock(&j->lock);
  for (int i = log_begin(j); i < j->logs && j->log[i].step <= to; i++)
    if (j->log[i].what == RC_CHANGE_SET) step = j->log[i].step;
  pthread_mutex_unlock(&j->lock);
  return step;
}

uint64_t rc_session_posts(const rc_session *s) {
  uint64_t n = 0;
  for (int i = 0; i < s->jobs; i++) {
    pthread_mutex_lock(&s->job[i]->lock);
    n += s->job[i]->posts;
    pthread_mutex_unlock(&s->job[i]->lock);
  }
  return n;
}

static void record(rc_session *s, const char *path, rc_str *out) {
  rc_recording_write_head(out, rc_share_get(s->first), path, s->first_seed);
  for (int i = 0; i < s->jobs; i++) {
    rc_job *j = s->job[i];
    pthread_mutex_lock(&j->lock);
    for (int k = 0; k < j->logs; k++)
      rc_recording_write(out, rc_session_job_name(s, i), &j->log[k]);
    pthread_mutex_unlock(&j->lock);
  }
}

void rc_session_record(rc_session *s, rc_str *out) {
  record(s, ((const rc_scenario *)rc_share_get(s->first))->path, out);
}

void rc_session_record_for(rc_session *s, const char *file, rc_str *out) {
  const char *path = ((const rc_scenario *)rc_share_get(s->first))->path;
  char *from = path[0] ? rc_path_from(path, file) : rc_strdup("");
  record(s, from, out);
  rc_free(from);
}

/* ---- breakpoints ------------------------------------------------------------------------------
 */

static void free_breaks(void *p) {
  rc_breaks *b = p;
  for (int i = 0; i < b->n; i++) rc_condition_free(b->item[i].condition);
  rc_free(b);
}

/* A new set of breakpoints: the old ones but 'without' (-1: all of them). Compiled again, as the
 * old set may be in use by the workers. */
static rc_breaks *copy_breaks(const rc_session *s, int without) {
  const rc_breaks *old = s->breaks ? rc_share_get(s->breaks) : NULL;
  rc_breaks *b = rc_alloc(1, sizeof *b);
  for (int i = 0; old && i < old->n; i++) {
    if (i == without) continue;
    b->item[b->n] = old->item[i];
    b->item[b->n++].condition = rc_condition_parse(old->item[i].text, NULL);
  }
  return b;
}

static void use_breaks(rc_session *s, rc_breaks *b) {
  rc_share_drop(s->breaks);
  s->breaks = rc_share_new(b, free_breaks);
  for (int i = 0; i < s->jobs; i++) rc_job_set_breaks(s->job[i], s->breaks);
}

/* A misspelt figure, event or phase would never be reached; but which figures a study has is known
 * only when it has a frame. */
static bool makes_sense(rc_session *s, const rc_condition *c, rc_err *err) {
  rc_figures known = {0};
  bool complete = true;
  for (int i = 0; i < s->jobs; i++) {
    rc_share *frame = rc_session_frame(s, i);
    rc_figures_add_study(&known, s->job[i]->cls, frame ? rc_share_get(frame) : NULL);
    complete = complete && frame;
    rc_share_drop(frame);
  }
  const bool ok = rc_condition_makes_sense(c, known.figure, known.n, complete, err);
  rc_figures_free(&known);
  return ok;
}

/* Each job looks at its own frames: what joins two studies by 'and' would hold on none. */
static bool of_one_study(const rc_session *s, const rc_condition *c, rc_err *err) {
  for (int a = 0; a < s->jobs; a++)
    for (int b = 0; b < a; b++)
      if (rc_condition_joins(c, rc_session_job_name(s, a), rc_session_job_name(s, b)))
        return rc_err_set(err, RC_ERR_INPUT,
                          "'and' joins figures of one study, and these are of %s and %s",
                          rc_session_job_name(s, b), rc_session_job_name(s, a));
  return true;
}

static rc_condition *parse_condition(rc_session *s, const char *condition, rc_err *err) {
  rc_condition *c = rc_condition_parse(condition, err);
  if (!c || (makes_sense(s, c, err) && of_one_study(s, c, err))) return c;
  rc_condition_free(c);
  return NULL;
}

bool rc_session_understands(rc_session *s, const char *condition, rc_err *err) {
  rc_condition *c = parse_condition(s, condition, err);
  rc_condition_free(c);
  return c != NULL;
}

bool rc_session_break_add(rc_session *s, const char *condition, rc_err *err) {
  const rc_breaks *old = s->breaks ? rc_share_get(s->breaks) : NULL;
  if (old && old->n == RC_BREAKS_MAX)
    return rc_err_set(err, RC_ERR_LIMIT, "there are already %d breakpoints", RC_BREAKS_MAX);
  if (strlen(condition) >= sizeof old->item[0].text)
    return rc_err_set(err, RC_ERR_INPUT, "the condition is too long");
  rc_condition *c = parse_condition(s, condition, err);
  if (!c) return false;
  rc_breaks *b = copy_breaks(s, -1);
  b->item[b->n].id = ++s->break_ids;
  snprintf(b->item[b->n].text, sizeof b->item[b->n].text, "%s", condition);
  b->item[b->n++].condition = c;
  use_breaks(s, b);
  return true;
}

int rc_session_breaks(const rc_session *s, const char **text, bool *hit, int cap) {
  const rc_breaks *b = s->breaks ? rc_share_get(s->breaks) : NULL;
  int n = b ? RC_MIN(b->n, cap) : 0;
  for (int i = 0; i < n; i++) {
    text[i] = b->item[i].text;
    hit[i] = false;
    for (int k = 0; k < s->jobs; k++) {
      pthread_mutex_lock(&s->job[k]->lock);
      hit[i] = hit[i] || s->job[k]->hit == b->item[i].id;
      pthread_mutex_unlock(&s->job[k]->lock);
    }
  }
  return n;
}

bool rc_session_break_remove(rc_session *s, int index) {
  const rc_breaks *b = s->breaks ? rc_share_get(s->breaks) : NULL;
  if (!b || index < 0 || index >= b->n) return false;
  use_breaks(s, copy_breaks(s, index));
  return true;
}
