/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/history.h"

#include <string.h>

#include "engine/core.h"

void rc_dropped_add(rc_dropped *d, rc_share *s) {
  if (s) d->share[d->n++] = s;
}

void rc_dropped_free(rc_dropped *d) {
  for (int i = 0; i < d->n; i++) rc_share_drop(d->share[i]);
  d->n = 0;
}

static const rc_frame *frame_of(const rc_share *s) {
  return rc_share_get(s);
}

static void drop_all(rc_share **v, int *n, rc_dropped *d) {
  for (int i = 0; i < *n; i++) rc_dropped_add(d, v[i]);
  *n = 0;
}

/* Removes the oldest of an array. */
static rc_share *shift(rc_share **v, int *n) {
  rc_share *first = v[0];
  memmove(v, v + 1, (size_t)(*n - 1) * sizeof *v);
  --*n;
  return first;
}

/* The last frame of the generation stays, stripped; the others go. */
static void end_generation(rc_history *h, rc_dropped *d) {
  if (h->pasts == RC_HISTORY_PAST) rc_dropped_add(d, shift(h->past, &h->pasts));
  h->past[h->pasts++] = rc_frame_strip(frame_of(h->recent[h->recents - 1]));
  drop_all(h->old, &h->olds, d);
  drop_all(h->recent, &h->recents, d);
  h->stride = 1;
}

/* A frame that is no longer among the recent ones. */
static void keep_old(rc_history *h, rc_share *s, rc_dropped *d) {
  if (frame_of(s)->step % h->stride != 0) {
    rc_dropped_add(d, s);
    return;
  }
  while (h->olds == RC_HISTORY_OLD) {
    h->stride *= 2;
    int kept = 0;
    for (int i = 0; i < h->olds; i++) {
      if (frame_of(h->old[i])->step % h->stride == 0)
        h->old[kept++] = h->old[i];
      else
        rc_dropped_add(d, h->old[i]);
    }
    h->olds = kept;
  }
  if (frame_of(s)->step % h->stride == 0)
    h->old[h->olds++] = s;
  else
    rc_dropped_add(d, s);
}

void rc_history_add(rc_history *h, rc_share *frame, rc_dropped *d) {
  const rc_frame *f = frame_of(frame);
  if (h->stride == 0) h->stride = 1;
  if (h->recents > 0) {
    const rc_frame *last = frame_of(h->recent[h->recents - 1]);
    if (last->generation != f->generation) {
      end_generation(h, d);
    } else if (last->step == f->step) { /* a command between two steps: the newer one counts */
      rc_dropped_add(d, h->recent[h->recents - 1]);
      h->recent[h->recents - 1] = rc_share_ref(frame);
      return;
    }
  }
  if (h->recents == RC_HISTORY_RECENT) keep_old(h, shift(h->recent, &h->recents), d);
  h->recent[h->recents++] = rc_share_ref(frame);
}

void rc_history_clear(rc_history *h, rc_dropped *d) {
  drop_all(h->past, &h->pasts, d);
  drop_all(h->old, &h->olds, d);
  drop_all(h->recent, &h->recents, d);
  h->stride = 1;
}

rc_share *rc_history_find(const rc_history *h, uint64_t step) {
  for (int i = h->recents; i-- > 0;)
    if (frame_of(h->recent[i])->step == step) return rc_share_ref(h->recent[i]);
  for (int i = h->olds; i-- > 0;)
    if (frame_of(h->old[i])->step == step) return rc_share_ref(h->old[i]);
  return NULL;
}

void rc_history_replace(rc_history *h, rc_history *other, rc_dropped *d) {
  drop_all(h->old, &h->olds, d);
  drop_all(h->recent, &h->recents, d);
  memcpy(h->old, other->old, sizeof h->old);
  memcpy(h->recent, other->recent, sizeof h->recent);
  h->olds = other->olds, h->recents = other->recents, h->stride = other->stride;
  other->olds = other->recents = 0;
}

int rc_history_get(const rc_history *h, rc_share **out, int cap) {
  rc_share *const *part[] = {h->past, h->old, h->recent};
  const int count[] = {h->pasts, h->olds, h->recents};
  int skip = RC_MAX(0, h->pasts + h->olds + h->recents - cap), n = 0;
  for (int p = 0; p < 3; p++)
    for (int i = 0; i < count[p]; i++) {
      if (skip > 0)
        skip--;
      else
        out[n++] = rc_share_ref(part[p][i]);
    }
  return n;
}
