/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of a study done again. A study is deterministic, so opening another one with the scenario
 * and the seed of the first and applying the log of changes at their steps gives the same frames;
 * that is how a job looks back at a step whose frame is no longer kept, and how it goes back to
 * it. */
#ifndef RC_ENGINE_PAST_H
#define RC_ENGINE_PAST_H

#include "engine/core.h"
#include "engine/recording.h"

typedef struct rc_past {
  bool on;
  rc_core core; /* the second study */
  int next;     /* entries of the log that were applied to it, or came before it was opened */
} rc_past;

/* Where the log begins: a job's own scenario and seed, unless it has been restarted since. */
typedef struct rc_origin {
  const rc_study_class *cls;
  rc_share *scenario;
  uint64_t seed;
  int threads;
} rc_origin;

/* Opens the second study at step 0 after the last restart in the log and applies what was changed
 * there. Returns the frame (a new reference). */
rc_share *rc_past_begin(rc_past *p, const rc_origin *o, const rc_recording_entry *log, int logs);
/* One step and the changes that came after it; the frame (a new reference). */
rc_share *rc_past_step(rc_past *p, const rc_recording_entry *log, int logs);
/* Closes the second study, if there is one. */
void rc_past_end(rc_past *p);

#endif
