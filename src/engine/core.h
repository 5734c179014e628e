/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One running study without any thread: open, step, change, command, frame. The worker of a job,
 * the inline mode and the headless run all drive this same object, which is why they give the
 * same bytes. */
#ifndef RC_ENGINE_CORE_H
#define RC_ENGINE_CORE_H

#include "roadcut/engine.h"

typedef struct rc_core {
  const rc_study_class *cls;
  rc_share *scenario; /* an rc_scenario */
  uint64_t seed;
  int threads;
  void *study; /* NULL: not open */
  uint64_t step, generation;
  rc_state state;
  rc_err error; /* when state is FAILED */
  /* Events since the last rc_core_take. */
  rc_event *event;
  int events, cap;
  uint64_t emitted; /* running number of the next event */
  bool stepping;
  bool idle;                /* the last step had nothing to do and was not counted */
  const volatile int *stop; /* for the study, may be NULL */
  struct rc_core **self;    /* what the study emits to: follows rc_core_move */
} rc_core;

/* Takes a reference of the scenario; opens nothing yet. */
void rc_core_init(rc_core *c, const rc_study_class *cls, rc_share *scenario, uint64_t seed,
                  int threads);
void rc_core_free(rc_core *c); /* closes the study; not c itself */
/* Frees what 'to' had and moves everything over from 'from', which is empty afterwards. */
void rc_core_move(rc_core *to, rc_core *from);
/* Opens the study if it is not open. A failure shows in state and error. */
void rc_core_open(rc_core *c);
/* A step that found nothing to do (RC_IDLE) is not counted: the frame is what it was. */
void rc_core_step(rc_core *c);
/* Gives it another scenario. A study that failed is opened afresh. */
void rc_core_change(rc_core *c, rc_share *scenario, uint64_t generation);
/* Begins again at step 0. */
void rc_core_restart(rc_core *c, uint64_t seed, uint64_t generation);
bool rc_core_command(rc_core *c, const char *name, const char *argument, rc_err *err);
void rc_core_emit(rc_core *c, const char *kind, double value, const char *format, ...)
    RC_PRINTF(4, 5);
/* A new frame; the caller drops it. */
rc_share *rc_core_frame(rc_core *c);
/* A copy of a frame without its snapshot. */
rc_share *rc_frame_strip(const rc_frame *f);

#endif
