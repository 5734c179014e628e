/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the group Run that move through time: one step, looking back, going on from there,
 * running until a condition holds. */
#include "handlers.h"

#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 1000000000 };

static int focused_job(const rc_ui *u) {
  return rc_ui_view_job(u, rc_ui_view(u));
}

void rc_ui_to_present(rc_ui *u) {
  for (int i = 0; i < u->jobs; i++) {
    rc_job_view *j = &u->job[i];
    if ((j->wanting || j->branching) && u->session) rc_session_look_end(u->session, i);
    j->wanting = j->branching = false;
    rc_share_drop(j->past);
    j->past = NULL;
  }
}

bool rc_ui_in_past(const rc_ui *u) {
  for (int i = 0; i < u->jobs; i++)
    if (u->job[i].past || u->job[i].wanting) return true;
  return false;
}

static bool parse_count(const char *arg, int64_t count, int64_t *n, rc_err *err) {
  *n = count > 0 ? count : 1;
  if (*arg && (!rc_parse_int(arg, n) || *n < 1 || *n > STEPS_MAX))
    return rc_err_set(err, RC_ERR_USAGE, "wanted a number from 1 to %d, not '%s'", STEPS_MAX, arg);
  *n = RC_MIN(*n, STEPS_MAX);
  return true;
}

/* ---- looking back -----------------------------------------------------------------------------
 */

static const rc_frame *newest(const rc_ui *u, int job) {
  return u->job[job].frame ? rc_share_get(u->job[job].frame) : NULL;
}

/* Where the user is in time: at the step looked at, or the one being looked for. */
static uint64_t place(const rc_ui *u, int job) {
  const rc_job_view *j = &u->job[job];
  return j->wanting ? j->want : rc_ui_frame(u, job)->step;
}

/* Shows the frame after a step as soon as it is there. */
static bool look_at(rc_ui *u, int job, uint64_t step, rc_err *err) {
  rc_job_view *j = &u->job[job];
  j->wanting = false;
  rc_share *frame = rc_session_look(u->session, job, step, err);
  if (!frame && err->code != RC_ERR_NONE) return false;
  j->wanting = !frame;
  j->want = step;
  if (!frame) return true;
  rc_share_drop(j->past);
  j->past = frame;
  u->dirty = true;
  return true;
}

/* Moves the look by n steps: negative is back. */
static bool look(rc_ui *u, int64_t n, rc_err *err) {
  const int job = focused_job(u);
  if (job < 0) return rc_err_set(err, RC_ERR_USAGE, "this view has no study");
  rc_ui_take(u);
  if (!newest(u, job)) return rc_err_set(err, RC_ERR_USAGE, "the study has not begun yet");
  if (n < 0 && !rc_ui_in_past(u)) {
    rc_session_pause(u->session, true);
    rc_ui_take(u);
  }
  const uint64_t at = place(u, job), last = newest(u, job)->step;
  const uint64_t first = RC_MIN(rc_session_first_step(u->session, job), last);
  if (n > 0 && (uint64_t)n >= last - RC_MIN(at, last)) {
    rc_ui_to_present(u);
    rc_ui_message(u, RC_DIM, "the present");
    return true;
  }
  const uint64_t to = n > 0                                    ? at + (uint64_t)n
                      : (uint64_t)-n >= at - RC_MIN(first, at) ? first
                                                               : at - (uint64_t)-n;
  if (to == last) return true; /* it has not done a step yet */
  if (!look_at(u, job, to, err)) return false;
  if (to == first && n < 0 && !u->job[job].wanting)
    rc_ui_message(u, RC_DIM, "the first step with these parameters");
  return true;
}

void rc_ui_look_on(rc_ui *u) {
  for (int i = 0; i < u->jobs; i++) {
    rc_job_view *j = &u->job[i];
    uint64_t at, to;
    if (j->branching && !rc_session_looking(u->session, i, &at, &to)) {
      j->branching = false;
      rc_ui_to_present(u);
      rc_ui_message(u, RC_TEXT, "goes on from step %llu", (unsigned long long)j->branch);
    }
    if (!j->wanting) continue;
    rc_err err = {0};
    if (!look_at(u, i, j->want, &err)) rc_ui_message(u, RC_BAD, "%s", err.message);
    if (!j->wanting || !rc_session_looking(u->session, i, &at, &to)) continue;
    u->dirty = true;
    snprintf(u->message, sizeof u->message, "doing the steps again: %llu of %llu  (Space gives up)",
             (unsigned long long)at, (unsigned long long)to);
    u->message_style = RC_DIM;
  }
}

bool cmd_history_back(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  int64_t n;
  return parse_count(arg, count, &n, err) && look(u, -n, err);
}

bool cmd_history_forward(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  int64_t n;
  return parse_count(arg, count, &n, err) && look(u, n, err);
}

bool cmd_history_live(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  rc_ui_to_present(u);
  return true;
}

bool cmd_history_branch(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  const int job = focused_job(u);
  if (job < 0 || !u->job[job].past)
    return rc_err_set(err, RC_ERR_USAGE, "this is the present: go back first with ,");
  const uint64_t step = ((const rc_frame *)rc_share_get(u->job[job].past))->step;
  u->job[job].wanting = false;
  if (!rc_session_branch(u->session, job, step, err)) return false;
  u->job[job].branching = true;
  u->job[job].branch = step;
  rc_ui_take(u);
  return true;
}

/* ---- forward ----------------------------------------------------------------------------------
 */

/* Nothing more will come of it; a restart on its way to it counts already. */
static bool ended(const rc_ui *u, int job) {
  const rc_frame *f = newest(u, job);
  return f && f->state != RC_RUNNING && f->generation >= rc_session_asked(u->session, job);
}

static void say_ended(rc_ui *u, int job) {
  const char *study = rc_session_job_name(u->session, job);
  const rc_frame *f = newest(u, job);
  rc_ui_message(u, RC_DIM, "%s %s at step %llu: r begins again%s, , looks back", study,
                f->state == RC_FAILED ? "has failed" : "has ended", (unsigned long long)f->step,
                strcmp(study, "paths") == 0 && f->state == RC_DONE ? ", :shoot goes on" : "");
}

bool cmd_step(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  int64_t n;
  if (!parse_count(arg, count, &n, err)) return false;
  int job = focused_job(u);
  if (job < 0) return rc_err_set(err, RC_ERR_USAGE, "this view has no study to step");
  rc_ui_take(u);                                 /* whether it has ended is to be known as of now */
  if (u->job[job].past || u->job[job].wanting) { /* the way there is the way back again */
    const uint64_t left = newest(u, job)->step - RC_MIN(place(u, job), newest(u, job)->step);
    if (!look(u, n, err) || (uint64_t)n <= left) return err->code == RC_ERR_NONE;
    n -= (int64_t)left;
  }
  rc_ui_to_present(u);
  if (ended(u, job)) {
    say_ended(u, job);
    return true;
  }
  if (!rc_session_paused(u->session)) rc_session_pause(u->session, true);
  rc_session_step(u->session, job, (uint64_t)n); /* adds to the steps still to come */
  if (n > 1) rc_ui_message(u, RC_DIM, "%lld steps", (long long)n);
  return true;
}

bool rc_ui_until(rc_ui *u, const char *condition, const char *command, const char *arg,
                 rc_err *err) {
  const int job = focused_job(u);
  if (job < 0) return rc_err_set(err, RC_ERR_USAGE, "this view has no study");
  if (rc_ui_in_past(u))
    return rc_err_set(err, RC_ERR_USAGE,
                      "looking back: Space returns to the present, B goes on from here");
  if (!rc_session_paused(u->session)) rc_session_pause(u->session, true);
  u->stopped = false;
  if (!rc_session_until(u->session, job, condition, command, arg, err)) return false;
  if (command)
    rc_rival_command(u, job, command, arg); /* it follows by steps, to wherever they end */
  return true;
}

/* Is all that is waited for an event of one kind? */
static bool one_event(const char *condition, char kind[32]) {
  int n = 0;
  return sscanf(condition, " event = %31[a-z.-] %n", kind, &n) == 1 && n > 0 && !condition[n];
}

bool cmd_until(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  const int job = focused_job(u);
  if (job >= 0 && !rc_ui_in_past(u)) {
    rc_ui_take(u); /* whether it has ended is to be known as of now */
    if (ended(u, job)) {
      if (*arg && !rc_session_understands(u->session, arg, err)) return false;
      say_ended(u, job);
      return true;
    }
  }
  if (!*arg) {
    rc_prompt_open(u, "run until", "until", "");
    return true;
  }
  if (!rc_ui_until(u, arg, NULL, NULL, err)) return false;
  char kind[32] = "";
  const bool event = one_event(arg, kind); /* what it has to say will be the message */
  snprintf(u->awaited, sizeof u->awaited, "%s", event ? kind : "");
  snprintf(u->until, sizeof u->until, "%s", arg);
  u->until_job = job;
  rc_ui_message(u, RC_DIM, "runs until %s   (Space gives up)", arg);
  return true;
}
