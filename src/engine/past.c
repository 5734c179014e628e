/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/past.h"

static void apply(rc_core *c, const rc_recording_entry *e) {
  rc_err ignored = {0}; /* what was refused then is refused again */
  switch (e->what) {
  case RC_CHANGE_SET:
    if (!e->superseded) rc_core_change(c, e->scenario, e->generation);
    break;
  case RC_CHANGE_COMMAND: rc_core_command(c, e->key, e->value, &ignored); break;
  case RC_CHANGE_RESTART: /* the way begins after it */
  case RC_CHANGE_SHOW: break;
  }
}

/* The frame is asked for as often as it was the first time: a study may keep what it has shown. */
static rc_share *apply_due(rc_past *p, const rc_recording_entry *log, int logs) {
  rc_share *frame = rc_core_frame(&p->core);
  for (; p->next < logs && log[p->next].step == p->core.step; p->next++) {
    if (log[p->next].what == RC_CHANGE_SHOW) continue; /* no frame was asked for */
    apply(&p->core, &log[p->next]);
    rc_share_drop(frame);
    frame = rc_core_frame(&p->core);
  }
  p->core.events = 0; /* they were told the first time */
  return frame;
}

rc_share *rc_past_begin(rc_past *p, const rc_origin *o, const rc_recording_entry *log, int logs) {
  rc_past_end(p);
  const rc_recording_entry *restart = NULL;
  for (int i = 0; i < logs; i++) {
    if (log[i].what != RC_CHANGE_RESTART) continue;
    restart = &log[i];
    p->next = i + 1;
  }
  rc_core_init(&p->core, o->cls, restart ? restart->scenario : o->scenario,
               restart ? restart->seed : o->seed, o->threads);
  if (restart) p->core.generation = restart->generation;
  p->on = true;
  rc_core_open(&p->core);
  return apply_due(p, log, logs);
}

rc_share *rc_past_step(rc_past *p, const rc_recording_entry *log, int logs) {
  rc_core_step(&p->core);
  return apply_due(p, log, logs);
}

void rc_past_end(rc_past *p) {
  if (p->on) rc_core_free(&p->core);
  *p = (rc_past){0};
}
