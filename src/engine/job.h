/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job: a core, the worker thread that drives it (or none in inline mode), and what it hands out:
 * newest frame, history, events, log.
 *
 * Who owns what: 'core' and 'scheduled' belong to the worker alone. Everything below 'lock' is
 * touched under it, for the time of a pointer swap; it is never held while the study works. A job
 * is counted (session and worker), so that a worker that hangs in a long step can be left behind
 * and still find everything it uses. */
#ifndef RC_ENGINE_JOB_H
#define RC_ENGINE_JOB_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/condition.h"
#include "engine/core.h"
#include "engine/history.h"
#include "engine/past.h"
#include "engine/recording.h"

enum { RC_EVENTS_KEPT = 1024, RC_BREAKS_MAX = 32 };

/* What reaches a study between two steps. */
typedef struct rc_message {
  rc_change what;
  rc_share *scenario; /* SET */
  char *key, *value;  /* SET: for the log; COMMAND: name and argument (may be NULL) */
  uint64_t seed;      /* RESTART */
  uint64_t generation;
  rc_share *until; /* COMMAND: an rc_condition, run on until it holds; key may be NULL then */
  uint64_t until_number;
  struct rc_message *next;
} rc_message;
rc_message *rc_message_new(rc_change what, const char *key, const char *value);
void rc_message_free(rc_message *m);

/* A look back: the frame after a step is wanted. */
typedef struct rc_seek {
  bool on, branch; /* branch: the study itself is to go back there */
  uint64_t to, at; /* at: step the second study has come to */
} rc_seek;

/* Breakpoints, shared by all jobs of a session. Immutable; a change makes a new one. */
typedef struct rc_breaks {
  int n;
  struct {
    uint64_t id; /* stays the same when others are removed */
    char text[200];
    rc_condition *condition;
  } item[RC_BREAKS_MAX];
} rc_breaks;

typedef struct rc_wake { /* an eventfd that lives as long as anybody may write to it */
  int fd;
} rc_wake;

typedef struct rc_job {
  atomic_int refs;
  const rc_study_class *cls;
  rc_core core;
  rc_origin origin;
  rc_past then; /* open while a step is looked for that is not kept, and until the study goes on */
  rc_recording_entry *scheduled; /* of a replay: still to come, in order */
  int schedules, schedule_at;
  const rc_kind *const *kinds; /* for the scenario changes of a replay */
  rc_share *kinds_share;       /* keeps 'kinds' alive */
  uint64_t
      held[RC_BREAKS_MAX]; /* ids of the breakpoints whose condition held after the last step */
  int helds;
  uint64_t held_generation;
  void (*sink)(void *who, const rc_event *event, int n); /* gets every event; may be NULL */
  void *sink_who;
  bool sparse; /* inline: a step's frame is made when rc_job_catch_up asks for it, and at the end */
  bool inline_job, started; /* started: by the session's thread, before anything else */
  pthread_t thread;

  pthread_mutex_t lock;
  pthread_cond_t more;  /* something to do, or quit */
  pthread_cond_t ended; /* the worker is gone */
  rc_message *head, *tail;
  bool paused, quit, gone, left; /* left: nobody waits for the worker any more */
  uint64_t credit;               /* steps to do although paused */
  double speed, next_time;
  rc_share *breaks; /* an rc_breaks, or NULL */
  uint64_t hit;     /* id of the breakpoint that stopped it, 0: none */
  rc_share *until;  /* an rc_condition it runs to although paused, or NULL */
  uint64_t until_posted, until_seen, until_void; /* numbers of messages with one; the last two: up
                                                    to which they have come, or are given up */
  rc_seek seek;
  uint64_t posts;      /* messages that were handed over */
  uint64_t asked;      /* generation of the last change that was handed over */
  uint64_t first_step; /* at which the present generation began */
  rc_history looked;   /* frames of the second study */
  rc_share *newest;
  rc_history history;
  rc_event ring[RC_EVENTS_KEPT];
  uint64_t ring_next; /* number of the next event */
  rc_state state;
  rc_share *scenario; /* what the study works with now */
  rc_recording_entry *log;
  int logs, logs_cap;
  rc_share *wake; /* an rc_wake, or NULL */
} rc_job;

typedef struct rc_job_opts {
  const rc_study_class *cls;
  rc_share *scenario, *kinds, *wake; /* references are taken */
  uint64_t seed;
  int threads;
  bool paused, inline_job;
} rc_job_opts;
rc_job *rc_job_new(const rc_job_opts *o);
/* The entries of a replay; takes the array over. Before rc_job_start. */
void rc_job_schedule(rc_job *j, rc_recording_entry *entry, int n);
bool rc_job_start(rc_job *j, rc_err *err); /* the worker thread; nothing to do for inline jobs */
/* Asks the worker to end after its step. */
void rc_job_quit(rc_job *j);
/* Waits until the worker is gone, at most to 'deadline' (rc_clock_wall); true when it is. Else the
 * thread is left to itself. To be called once, after rc_job_quit. */
bool rc_job_join(rc_job *j, double deadline);
void rc_job_drop(rc_job *j);
/* Hands a message over; an inline job takes it at once. */
bool rc_job_post(rc_job *j, rc_message *m, rc_err *err);
/* Notes what the screen was told to show, at the newest step, for recordings. */
void rc_job_show(rc_job *j, const char *line);
/* Inline jobs: opens the study and publishes its first frame, unless that is done. */
void rc_job_open(rc_job *j);
/* Inline jobs: one step if it may; true when it did something. */
bool rc_job_turn(rc_job *j);
/* The newest frame is that of the newest step from here on. */
void rc_job_catch_up(rc_job *j);
bool rc_job_may_step(rc_job *j); /* running and not paused */
bool rc_job_paused(rc_job *j);   /* and not on its way to a condition */
bool rc_job_heading(rc_job *j);  /* on its way to one */
void rc_job_pause(rc_job *j, bool pause);
void rc_job_credit(rc_job *j, uint64_t n);
void rc_job_speed(rc_job *j, double per_second);
void rc_job_set_breaks(rc_job *j, rc_share *breaks);
/* The frame of the present generation after a step (a new reference), NULL when it is not kept. */
rc_share *rc_job_kept(rc_job *j, uint64_t step);
/* The same; when it is not kept the way there is done again, by the worker (NULL until it is
 * there), or here and now by an inline job. */
rc_share *rc_job_look(rc_job *j, uint64_t step);
/* The study goes back to the frame after that step; what came later is forgotten. */
void rc_job_branch(rc_job *j, uint64_t step);
rc_seek rc_job_seeking(rc_job *j);
void rc_job_look_end(rc_job *j);

#endif
