/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kept frames of a job: the newest steps all, older ones thinned by step number, so that what is
 * kept depends on the steps alone and never on how fast they were done. */
#ifndef RC_ENGINE_HISTORY_H
#define RC_ENGINE_HISTORY_H

#include "roadcut/engine.h"

enum {
  RC_HISTORY_RECENT = 128,
  RC_HISTORY_OLD = 64,
  RC_HISTORY_PAST = 64,
  RC_HISTORY_MAX = RC_HISTORY_RECENT + RC_HISTORY_OLD + RC_HISTORY_PAST
};

/* past: the last frame of each earlier generation, without its snapshot (a snapshot can hold a
 * whole ground state; a hundred turns of a knob must not keep a hundred of them).
 * old: frames of this generation whose step is a multiple of 'stride'. recent: the last ones. */
typedef struct rc_history {
  rc_share *past[RC_HISTORY_PAST], *old[RC_HISTORY_OLD], *recent[RC_HISTORY_RECENT];
  int pasts, olds, recents;
  uint64_t stride;
} rc_history;

/* Frames that left the history; they are dropped outside the lock, as that may free a lot. */
typedef struct rc_dropped {
  rc_share *share[RC_HISTORY_MAX + 2];
  int n;
} rc_dropped;
void rc_dropped_add(rc_dropped *d, rc_share *s);
void rc_dropped_free(rc_dropped *d);

/* Takes a reference of the frame. */
void rc_history_add(rc_history *h, rc_share *frame, rc_dropped *d);
void rc_history_clear(rc_history *h, rc_dropped *d);
/* The frame of this generation after a step: a new reference, NULL when it is not kept. */
rc_share *rc_history_find(const rc_history *h, uint64_t step);
/* The frames of the present generation give way to those of 'other', which is empty afterwards. */
void rc_history_replace(rc_history *h, rc_history *other, rc_dropped *d);
/* New references, oldest first; when there are more than cap, the newest cap. */
int rc_history_get(const rc_history *h, rc_share **out, int cap);

#endif
