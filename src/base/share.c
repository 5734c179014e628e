/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdatomic.h>

#include "roadcut/base.h"

struct rc_share {
  void *object;
  void (*free_fn)(void *);
  _Atomic long count;
};

rc_share *rc_share_new(void *object, void (*free_fn)(void *)) {
  rc_share *s = rc_alloc(1, sizeof *s);
  s->object = object;
  s->free_fn = free_fn;
  atomic_init(&s->count, 1);
  return s;
}

rc_share *rc_share_ref(rc_share *s) {
  if (s) {
    long old = atomic_fetch_add_explicit(&s->count, 1, memory_order_relaxed);
    assert(old > 0);
    (void)old;
  }
  return s;
}

void rc_share_drop(rc_share *s) {
  if (!s) return;
  /* acq_rel: whoever frees sees all that the other holders did before they let go */
  if (atomic_fetch_sub_explicit(&s->count, 1, memory_order_acq_rel) != 1) return;
  if (s->free_fn) s->free_fn(s->object);
  rc_free(s);
}

void *rc_share_get(const rc_share *s) {
  return s ? s->object : NULL;
}
