/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/job.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- messages ---------------------------------------------------------------------------------
 */

rc_message *rc_message_new(rc_change what, const char *key, const char *value) {
  rc_message *m = rc_alloc(1, sizeof *m);
  m->what = what;
  m->key = key ? rc_strdup(key) : NULL;
  m->value = value ? rc_strdup(value) : NULL;
  return m;
}

void rc_message_free(rc_message *m) {
  if (!m) return;
  rc_share_drop(m->scenario);
  rc_share_drop(m->until);
  rc_free(m->key);
  rc_free(m->value);
  rc_free(m);
}

static void free_messages(rc_message *m) {
  while (m) {
    rc_message *next = m->next;
    rc_message_free(m);
    m = next;
  }
}

/* ---- life -------------------------------------------------------------------------------------
 */

rc_job *rc_job_new(const rc_job_opts *o) {
  rc_job *j = rc_alloc(1, sizeof *j);
  atomic_init(&j->refs, 1);
  j->cls = o->cls;
  rc_core_init(&j->core, o->cls, o->scenario, o->seed, o->threads);
  j->origin = (rc_origin){o->cls, rc_share_ref(o->scenario), o->seed, o->threads};
  j->scenario = rc_share_ref(o->scenario);
  j->kinds_share = rc_share_ref(o->kinds);
  j->kinds = rc_share_get(o->kinds);
  j->wake = rc_share_ref(o->wake);
  j->paused = o->paused;
  j->inline_job = o->inline_job;
  pthread_condattr_t attr;
  pthread_condattr_init(&attr);
  pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
  pthread_mutex_init(&j->lock, NULL);
  pthread_cond_init(&j->more, &attr);
  pthread_cond_init(&j->ended, &attr);
  pthread_condattr_destroy(&attr);
  return j;
}

void rc_job_drop(rc_job *j) {
  if (!j || atomic_fetch_sub(&j->refs, 1) != 1) return;
  rc_core_free(&j->core);
  rc_past_end(&j->then);
  free_messages(j->head);
  rc_share_drop(j->newest);
  rc_history *kept[] = {&j->history, &j->looked};
  for (int i = 0; i < 2; i++) {
    rc_dropped d = {.n = 0};
    rc_history_clear(kept[i], &d);
    rc_dropped_free(&d);
  }
  rc_share_drop(j->breaks);
  rc_share_drop(j->until);
  rc_share_drop(j->origin.scenario);
  rc_share_drop(j->scenario);
  rc_share_drop(j->kinds_share);
  rc_share_drop(j->wake);
  rc_recording_entries_free(j->scheduled, j->schedules);
  rc_recording_entries_free(j->log, j->logs);
  pthread_cond_destroy(&j->ended);
  pthread_cond_destroy(&j->more);
  pthread_mutex_destroy(&j->lock);
  rc_free(j);
}

void rc_job_schedule(rc_job *j, rc_recording_entry *entry, int n) {
  j->scheduled = entry;
  j->schedules = n;
}

static struct timespec timespec_of(double wall) {
  struct timespec t = {.tv_sec = (time_t)wall};
  t.tv_nsec = (long)((wall - (double)t.tv_sec) * 1e9);
  return t;
}

/* ---- what leaves a job ------------------------------------------------------------------------
 */

static void notify(rc_job *j) {
  const uint64_t one = 1;
  if (!j->wake) return;
  const rc_wake *w = rc_share_get(j->wake);
  /* Only fails when the counter is full: then the reader is awake anyway. */
  ssize_t n = write(w->fd, &one, sizeof one);
  (void)n;
}

/* Which breakpoints begin to hold with this frame? Returns the id of the first, 0 for none. */
static uint64_t breakpoint(rc_job *j, const rc_breaks *b, const rc_frame *f) {
  uint64_t now[RC_BREAKS_MAX], hit = 0;
  int n = 0;
  for (int i = 0; b && i < b->n; i++) {
    if (!rc_condition_eval(b->item[i].condition, f, j->core.event, j->core.events)) continue;
    uint64_t id = b->item[i].id;
    bool before = false;
    for (int k = 0; k < j->helds; k++) before = before || j->held[k] == id;
    if (!before && hit == 0) {
      hit = id;
      rc_core_emit(&j->core, "break", nan(""), "%s", b->item[i].text);
    }
    now[n++] = id;
  }
  memcpy(j->held, now, (size_t)n * sizeof *now);
  j->helds = n;
  return hit;
}

/* Has it come to where it was to run to, or to its end? */
static bool arrived(const rc_job *j, rc_share *until, const rc_frame *f) {
  return until && (f->state != RC_RUNNING ||
                   rc_condition_eval(rc_share_get(until), f, j->core.event, j->core.events));
}

/* Makes the state after a step or a change visible: frame, history, events, all at once. */
static void publish(rc_job *j, bool after_step) {
  rc_share *frame = rc_core_frame(&j->core);
  uint64_t hit = 0;
  pthread_mutex_lock(&j->lock);
  rc_share *breaks = rc_share_ref(j->breaks), *until = rc_share_ref(j->until), *reached = NULL;
  pthread_mutex_unlock(&j->lock);
  if (j->held_generation != j->core.generation) { /* new parameters: conditions begin afresh */
    j->helds = 0;
    j->held_generation = j->core.generation;
  }
  if (after_step) hit = breakpoint(j, breaks ? rc_share_get(breaks) : NULL, rc_share_get(frame));
  rc_share_drop(breaks);
  const bool there = after_step && arrived(j, until, rc_share_get(frame));

  rc_dropped d = {.n = 0};
  pthread_mutex_lock(&j->lock);
  rc_share *old = j->newest;
  rc_share *old_scenario = NULL;
  if (!old || ((const rc_frame *)rc_share_get(old))->generation != j->core.generation)
    j->first_step = j->core.step;
  j->newest = frame;
  rc_history_add(&j->history, frame, &d);
  for (int i = 0; i < j->core.events; i++) {
    j->ring[j->core.event[i].number % RC_EVENTS_KEPT] = j->core.event[i];
    j->ring_next = j->core.event[i].number + 1;
  }
  j->state = j->core.state;
  if (j->scenario != j->core.scenario) {
    old_scenario = j->scenario;
    j->scenario = rc_share_ref(j->core.scenario);
  }
  if (hit) {
    j->paused = true;
    j->credit = 0;
    j->hit = hit;
  }
  if (j->until && (hit || (there && j->until == until))) {
    j->credit = 0;
    reached = j->until;
    j->until = NULL;
  }
  pthread_mutex_unlock(&j->lock);
  rc_share_drop(until);
  rc_share_drop(reached);
  if (j->sink && j->core.events > 0) j->sink(j->sink_who, j->core.event, j->core.events);
  j->core.events = 0;
  rc_share_drop(old);
  rc_share_drop(old_scenario);
  rc_dropped_free(&d);
  notify(j);
}

/* Events alone, without a frame: something was told, nothing has changed. */
static void tell(rc_job *j) {
  pthread_mutex_lock(&j->lock);
  for (int i = 0; i < j->core.events; i++) {
    j->ring[j->core.event[i].number % RC_EVENTS_KEPT] = j->core.event[i];
    j->ring_next = j->core.event[i].number + 1;
  }
  pthread_mutex_unlock(&j->lock);
  if (j->sink && j->core.events > 0) j->sink(j->sink_who, j->core.event, j->core.events);
  j->core.events = 0;
  notify(j);
}

/* Under the lock. */
static void append_log(rc_job *j, const rc_recording_entry *e) {
  if (j->logs == j->logs_cap) {
    j->logs_cap = j->logs_cap ? 2 * j->logs_cap : 16;
    j->log = rc_realloc(j->log, (size_t)j->logs_cap, sizeof *j->log);
  }
  j->log[j->logs++] = *e;
}

static void add_log(rc_job *j, const rc_message *m, uint64_t step, bool superseded) {
  rc_recording_entry e = rc_recording_entry_make(m->what, step, m->key, m->value, m->seed);
  if (m->what == RC_CHANGE_SET || m->what == RC_CHANGE_RESTART)
    e.scenario = rc_share_ref(m->what == RC_CHANGE_SET ? m->scenario : j->core.scenario);
  e.generation = m->generation;
  e.superseded = superseded;
  pthread_mutex_lock(&j->lock);
  append_log(j, &e);
  pthread_mutex_unlock(&j->lock);
}

/* The step is that of the newest frame: the worker may be at the next, but nothing has been noted
 * for that one yet, so the steps of the log never fall (a restart begins them anew). */
void rc_job_show(rc_job *j, const char *line) {
  pthread_mutex_lock(&j->lock);
  const rc_frame *f = j->newest ? rc_share_get(j->newest) : NULL;
  const rc_recording_entry *last = j->logs > 0 ? &j->log[j->logs - 1] : NULL;
  uint64_t step = f ? f->step : 0;
  const bool unseen = last && (!f || f->generation < last->generation); /* not on the screen yet */
  if (last && last->what == RC_CHANGE_RESTART)
    step = unseen ? 0 : step;
  else if (last)
    step = unseen ? last->step : RC_MAX(step, last->step);
  rc_recording_entry e = rc_recording_entry_make(RC_CHANGE_SHOW, step, line, NULL, 0);
  e.generation = last ? last->generation : 0;
  append_log(j, &e);
  pthread_mutex_unlock(&j->lock);
}

/* ---- what reaches a job -----------------------------------------------------------------------
 */

/* Sets out for a condition, unless that was given up before it came here or the study has ended. */
static void run_until(rc_job *j, const rc_message *m, bool ok) {
  rc_share *old = NULL;
  pthread_mutex_lock(&j->lock);
  j->until_seen = m->until_number;
  if (ok && j->core.state == RC_RUNNING && m->until_number > j->until_void) {
    old = j->until;
    j->until = rc_share_ref(m->until);
    j->paused = true;
    j->credit = UINT64_MAX;
    j->hit = 0;
    j->next_time = 0;
  }
  pthread_mutex_unlock(&j->lock);
  rc_share_drop(old);
}

/* Under the lock: it runs to nothing any more. The caller drops what is returned. */
static rc_share *give_up_until(rc_job *j) {
  rc_share *until = j->until;
  j->until = NULL;
  j->until_void = j->until_posted;
  return until;
}

static bool apply(rc_job *j, const rc_message *m, bool superseded, rc_err *err) {
  uint64_t step = j->core.step;
  bool ok = true;
  switch (m->what) {
  case RC_CHANGE_SET:
    /* A knob turned fast: only the last position is worth working for. */
    if (!superseded) rc_core_change(&j->core, m->scenario, m->generation);
    break;
  case RC_CHANGE_RESTART: {
    rc_dropped d = {.n = 0};
    rc_core_restart(&j->core, m->seed, m->generation);
    pthread_mutex_lock(&j->lock);
    rc_history_clear(&j->history, &d);
    pthread_mutex_unlock(&j->lock);
    rc_dropped_free(&d);
    break;
  }
  case RC_CHANGE_COMMAND:
    ok = !m->key || rc_core_command(&j->core, m->key, m->value, err);
    if (!ok) rc_core_emit(&j->core, "command.failed", nan(""), "%s", err->message);
    if (m->until) run_until(j, m, ok);
    break;
  case RC_CHANGE_SHOW: /* of a replay: whoever draws will see to it */
    rc_core_emit(&j->core, "show", nan(""), "%s", m->key);
    break;
  }
  if (m->what != RC_CHANGE_COMMAND || m->key) add_log(j, m, step, superseded);
  return ok;
}

/* A change of a replay that is due now becomes a message like one from outside. */
static rc_message *due(rc_job *j) {
  if (j->schedule_at >= j->schedules) return NULL;
  const rc_recording_entry *e = &j->scheduled[j->schedule_at];
  if (e->step != j->core.step) return NULL;
  j->schedule_at++;
  rc_message *m = rc_message_new(e->what, e->key, e->value);
  m->seed = e->seed;
  m->generation = j->core.generation + (e->what == RC_CHANGE_SET || e->what == RC_CHANGE_RESTART);
  if (e->what == RC_CHANGE_SET) {
    rc_err err = {0};
    m->scenario =
        rc_scenario_with(rc_share_get(j->core.scenario), e->key, e->value, j->kinds, &err);
    if (!m->scenario) { /* the parser of recordings has tried it, so this is a fault */
      rc_core_emit(&j->core, "error", nan(""), "replay: %s", err.message);
      rc_message_free(m);
      return NULL;
    }
  }
  return m;
}

static void apply_all(rc_job *j, rc_message *m) {
  for (; m; m = m->next) {
    rc_err err = {0};
    bool superseded = m->what == RC_CHANGE_SET && m->next && m->next->what == RC_CHANGE_SET;
    apply(j, m, superseded, &err);
  }
}

/* ---- looking back -----------------------------------------------------------------------------
 */

/* Closes the second study and drops its frames. Worker only. */
static void end_past(rc_job *j) {
  rc_past_end(&j->then);
  rc_dropped d = {.n = 0};
  pthread_mutex_lock(&j->lock);
  rc_history_clear(&j->looked, &d);
  pthread_mutex_unlock(&j->lock);
  rc_dropped_free(&d);
}

/* What is looked for is given up as well: the study goes on. */
static void forget_past(rc_job *j) {
  if (j->then.on) end_past(j);
  pthread_mutex_lock(&j->lock);
  j->seek = (rc_seek){0};
  pthread_mutex_unlock(&j->lock);
}

/* The study goes on from where the second one is: that one takes its place. */
static void take_past(rc_job *j) {
  rc_dropped d = {.n = 0};
  const uint64_t emitted = RC_MAX(j->core.emitted, j->then.core.emitted);
  const int logs = j->then.next;
  rc_core_move(&j->core, &j->then.core);
  j->core.emitted = emitted; /* whoever reads events goes by their number */
  j->then = (rc_past){0};
  j->schedules = j->schedule_at; /* what a recording has still to come belongs to another way */
  j->helds = 0;
  pthread_mutex_lock(&j->lock);
  rc_history_replace(&j->history, &j->looked, &d);
  rc_share *old = j->newest;
  j->newest = rc_share_ref(j->history.recent[j->history.recents - 1]);
  for (int i = logs; i < j->logs; i++) rc_recording_entry_clear(&j->log[i]);
  j->logs = logs;
  j->state = j->core.state;
  j->paused = true;
  j->credit = j->hit = 0;
  j->seek = (rc_seek){0};
  pthread_mutex_unlock(&j->lock);
  rc_dropped_free(&d);
  rc_share_drop(old);
  notify(j);
}

/* One step on the way to the frame that is looked for. */
static void seek_step(rc_job *j, rc_seek want) {
  const uint64_t before = j->then.core.step;
  rc_share *frame = NULL;
  bool lost = false; /* it stands still: then there is no way there */
  if (!j->then.on || before > want.to) {
    end_past(j);
    frame = rc_past_begin(&j->then, &j->origin, j->log, j->logs);
  } else if (before < want.to) {
    frame = rc_past_step(&j->then, j->log, j->logs);
    lost = j->then.core.step == before;
  }
  const bool here = j->then.core.step == want.to;
  rc_dropped d = {.n = 0};
  pthread_mutex_lock(&j->lock);
  if (frame) rc_history_add(&j->looked, frame, &d);
  const bool asked = j->seek.on && j->seek.to == want.to && j->seek.branch == want.branch;
  if (asked) {
    j->seek.at = j->then.core.step;
    j->seek.on = !here && !lost;
  }
  pthread_mutex_unlock(&j->lock);
  rc_share_drop(frame);
  rc_dropped_free(&d);
  if (here && asked && want.branch)
    take_past(j);
  else
    notify(j);
}

/* ---- the worker -------------------------------------------------------------------------------
 */

/* Under the lock: may a step be done, as far as pausing goes? */
static bool allowed(const rc_job *j) {
  return j->state == RC_RUNNING && (!j->paused || j->credit > 0);
}

/* Waits for work. Takes the messages, and what is looked for when there is nothing else to do;
 * false: the worker must end. */
static bool wait_for_work(rc_job *j, rc_message **messages, rc_seek *want) {
  pthread_mutex_lock(&j->lock);
  while (!j->quit && !j->head && (!j->seek.on || allowed(j))) {
    bool timed = false;
    if (allowed(j)) {
      if (j->speed <= 0 || j->credit > 0 || rc_clock_wall() >= j->next_time) break;
      timed = true;
    }
    if (timed) {
      struct timespec t = timespec_of(j->next_time);
      pthread_cond_timedwait(&j->more, &j->lock, &t);
    } else {
      pthread_cond_wait(&j->more, &j->lock);
    }
  }
  bool go_on = !j->quit;
  *messages = j->head;
  j->head = j->tail = NULL;
  *want = !*messages && !allowed(j) ? j->seek : (rc_seek){0};
  if (go_on && !*messages && !want->on) {
    if (j->paused) j->credit--;
    if (j->speed > 0) j->next_time = RC_MAX(rc_clock_wall(), j->next_time + 1.0 / j->speed);
  }
  pthread_mutex_unlock(&j->lock);
  return go_on;
}

/* A scheduled change comes before anything else that could happen at its step. */
static bool apply_due(rc_job *j) {
  bool any = false;
  for (rc_message *m = due(j); m; m = due(j)) {
    const bool show = m->what == RC_CHANGE_SHOW;
    apply_all(j, m);
    rc_message_free(m);
    if (show && !any) tell(j); /* a study may count how often its frame is asked for */
    any = any || !show;
  }
  return any;
}

/* Workers nobody waits for any more. */
static atomic_int left_behind;

int rc_session_left_behind(void) {
  return atomic_load(&left_behind);
}

static void *work(void *arg) {
  rc_job *j = arg;
  /* The screen comes first: nice(19) of the workers halves the key latency. On Linux the nice
   * value belongs to the thread. Not being allowed to is no reason to stop. */
  (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 19);
  rc_core_open(&j->core);
  apply_due(j);
  publish(j, false);
  rc_message *messages;
  rc_seek want;
  while (wait_for_work(j, &messages, &want)) {
    if (want.on) {
      seek_step(j, want);
      continue;
    }
    if (messages || j->then.on) forget_past(j);
    if (messages) {
      apply_all(j, messages);
      free_messages(messages);
      apply_due(j);
      publish(j, false);
    } else {
      rc_core_step(&j->core);
      if (j->core.idle) continue;
      publish(j, true);
      if (apply_due(j)) publish(j, false);
    }
  }
  free_messages(messages);
  rc_past_end(&j->then); /* before 'gone': whoever waits wants the studies closed */
  rc_core_free(&j->core);
  pthread_mutex_lock(&j->lock);
  j->gone = true;
  if (j->left) atomic_fetch_sub(&left_behind, 1);
  pthread_cond_broadcast(&j->ended);
  pthread_mutex_unlock(&j->lock);
  rc_job_drop(j);
  return NULL;
}

bool rc_job_start(rc_job *j, rc_err *err) {
  if (j->inline_job) return true;
  atomic_fetch_add(&j->refs, 1);
  /* Signals belong to the thread that runs the screen: a worker starts with all of them blocked. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&j->thread, NULL, work, j);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed) {
    atomic_fetch_sub(&j->refs, 1);
    return rc_err_set(err, RC_ERR_MEMORY, "cannot start a worker thread: %s", strerror(failed));
  }
  j->started = true;
  return true;
}

void rc_job_quit(rc_job *j) {
  pthread_mutex_lock(&j->lock);
  j->quit = true;
  pthread_cond_broadcast(&j->more);
  pthread_mutex_unlock(&j->lock);
}

bool rc_job_join(rc_job *j, double deadline) {
  struct timespec t = timespec_of(deadline);
  pthread_mutex_lock(&j->lock);
  while (j->started && !j->gone && pthread_cond_timedwait(&j->ended, &j->lock, &t) != ETIMEDOUT)
    ;
  bool gone = j->gone;
  if (j->started && !gone) {
    j->left = true;
    atomic_fetch_add(&left_behind, 1);
  }
  pthread_mutex_unlock(&j->lock);
  if (j->inline_job || !j->started) return true;
  if (gone)
    pthread_join(j->thread, NULL);
  else
    pthread_detach(j->thread);
  return gone;
}

/* ---- from the session's thread ----------------------------------------------------------------
 */

bool rc_job_post(rc_job *j, rc_message *m, rc_err *err) {
  pthread_mutex_lock(&j->lock);
  if (m->until) m->until_number = ++j->until_posted;
  j->asked = RC_MAX(j->asked, m->generation);
  j->posts++;
  pthread_mutex_unlock(&j->lock);
  if (j->inline_job) {
    rc_err own = {0};
    rc_job_open(j);
    forget_past(j);
    bool ok = apply(j, m, false, &own);
    rc_message_free(m);
    apply_due(j);
    publish(j, false);
    if (!ok && err) *err = own;
    return ok;
  }
  pthread_mutex_lock(&j->lock);
  if (j->tail)
    j->tail->next = m;
  else
    j->head = m;
  j->tail = m;
  pthread_cond_signal(&j->more);
  pthread_mutex_unlock(&j->lock);
  return true;
}

void rc_job_open(rc_job *j) {
  if (j->newest) return;
  rc_core_open(&j->core);
  apply_due(j);
  publish(j, false);
}

bool rc_job_turn(rc_job *j) {
  rc_job_open(j); /* the first turn shows how it begins, as the worker does */
  if (!allowed(j)) return false;
  if (j->then.on) forget_past(j);
  if (j->paused) j->credit--;
  rc_core_step(&j->core);
  if (j->core.idle) return true;
  if (j->sparse && j->core.state == RC_RUNNING)
    tell(j); /* a frame may be more work than the step, and nobody looks at most of them */
  else
    publish(j, true);
  if (apply_due(j)) publish(j, false);
  return true;
}

void rc_job_catch_up(rc_job *j) {
  if (((const rc_frame *)rc_share_get(j->newest))->step != j->core.step) publish(j, false);
}

bool rc_job_may_step(rc_job *j) {
  pthread_mutex_lock(&j->lock);
  bool may = allowed(j);
  pthread_mutex_unlock(&j->lock);
  return may;
}

/* Under the lock. */
static bool heading(const rc_job *j) {
  return j->until || j->until_posted > RC_MAX(j->until_seen, j->until_void);
}

bool rc_job_paused(rc_job *j) {
  pthread_mutex_lock(&j->lock);
  const bool paused = j->paused && !heading(j);
  pthread_mutex_unlock(&j->lock);
  return paused;
}

bool rc_job_heading(rc_job *j) {
  pthread_mutex_lock(&j->lock);
  const bool is = heading(j);
  pthread_mutex_unlock(&j->lock);
  return is;
}

void rc_job_pause(rc_job *j, bool pause) {
  pthread_mutex_lock(&j->lock);
  rc_share *until = give_up_until(j);
  j->seek.on = j->seek.on && pause;
  j->paused = pause;
  j->credit = 0;
  if (!pause) {
    j->hit = 0;
    j->next_time = 0;
  }
  pthread_cond_signal(&j->more);
  pthread_mutex_unlock(&j->lock);
  rc_share_drop(until);
}

void rc_job_credit(rc_job *j, uint64_t n) {
  pthread_mutex_lock(&j->lock);
  rc_share *until = give_up_until(j);
  j->credit = until ? n : j->credit + n; /* steps are counted from here, not to where it ran */
  j->seek.on = false;
  j->paused = true;
  j->hit = 0;
  pthread_cond_signal(&j->more);
  pthread_mutex_unlock(&j->lock);
  rc_share_drop(until);
}

void rc_job_speed(rc_job *j, double per_second) {
  pthread_mutex_lock(&j->lock);
  j->speed = per_second;
  j->next_time = 0;
  pthread_cond_signal(&j->more);
  pthread_mutex_unlock(&j->lock);
}

void rc_job_set_breaks(rc_job *j, rc_share *breaks) {
  pthread_mutex_lock(&j->lock);
  rc_share *old = j->breaks;
  j->breaks = rc_share_ref(breaks);
  pthread_mutex_unlock(&j->lock);
  rc_share_drop(old);
}

/* ---- looking back, from the session's thread --------------------------------------------------
 */

/* Under the lock: the kept frame of the present generation after a step, a new reference. */
static rc_share *kept_frame(const rc_job *j, uint64_t step) {
  rc_share *f = rc_history_find(&j->history, step);
  if (f) return f;
  f = rc_history_find(&j->looked, step);
  if (!f || ((const rc_frame *)rc_share_get(f))->generation ==
                ((const rc_frame *)rc_share_get(j->newest))->generation)
    return f;
  rc_share_drop(f);
  return NULL;
}

/* Under the lock: looks for a step of the present generation. */
static bool seek(rc_job *j, uint64_t step, bool branch) {
  const rc_frame *newest = j->newest ? rc_share_get(j->newest) : NULL;
  if (!newest || step < j->first_step || step > newest->step) return false;
  j->paused = true;
  j->credit = 0;
  j->seek = (rc_seek){.on = true, .branch = branch, .to = step, .at = j->seek.at};
  pthread_cond_signal(&j->more);
  return true;
}

static void seek_here(rc_job *j) {
  while (j->seek.on) seek_step(j, j->seek);
}

rc_share *rc_job_kept(rc_job *j, uint64_t step) {
  pthread_mutex_lock(&j->lock);
  rc_share *frame = j->newest ? kept_frame(j, step) : NULL;
  if (frame && !j->seek.branch) j->seek.on = false;
  pthread_mutex_unlock(&j->lock);
  return frame;
}

rc_share *rc_job_look(rc_job *j, uint64_t step) {
  pthread_mutex_lock(&j->lock);
  const bool asked = j->seek.on && j->seek.to == step;
  const bool wanted = asked || seek(j, step, false);
  pthread_mutex_unlock(&j->lock);
  if (!wanted || !j->inline_job) return NULL;
  seek_here(j);
  return rc_job_kept(j, step);
}

void rc_job_branch(rc_job *j, uint64_t step) {
  pthread_mutex_lock(&j->lock);
  if (j->newest && ((const rc_frame *)rc_share_get(j->newest))->step != step) seek(j, step, true);
  pthread_mutex_unlock(&j->lock);
  if (j->inline_job) seek_here(j);
}

rc_seek rc_job_seeking(rc_job *j) {
  pthread_mutex_lock(&j->lock);
  rc_seek s = j->seek;
  pthread_mutex_unlock(&j->lock);
  return s;
}

void rc_job_look_end(rc_job *j) {
  pthread_mutex_lock(&j->lock);
  j->seek.on = false;
  pthread_mutex_unlock(&j->lock);
}
