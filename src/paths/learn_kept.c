/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paths/learn_kept.h"

#include <pthread.h>
#include <string.h>

enum { FITS = 256, BYTES = 16 << 20 };

typedef struct entry {
  char key[65];
  lk_fit fit; /* model NULL: none */
  size_t bytes;
} entry;

static struct {
  pthread_mutex_t lock;
  entry ring[FITS];
  int oldest, n;
  size_t bytes;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static entry *find(const char key[65]) {
  for (int i = kept.n - 1; i >= 0; i--) {
    entry *e = &kept.ring[(kept.oldest + i) % FITS];
    if (!strcmp(e->key, key)) return e;
  }
  return NULL;
}

static void drop_oldest(void) {
  entry *e = &kept.ring[kept.oldest];
  rc_share_drop(e->fit.model);
  kept.bytes -= e->bytes;
  kept.oldest = (kept.oldest + 1) % FITS;
  kept.n--;
}

bool lk_find(const char key[65], lk_fit *out) {
  pthread_mutex_lock(&kept.lock);
  const entry *e = find(key);
  if (e) {
    *out = e->fit;
    rc_share_ref(out->model);
  }
  pthread_mutex_unlock(&kept.lock);
  return e != NULL;
}

void lk_add(const char key[65], const lk_fit *f, size_t bytes) {
  if (bytes > BYTES) return;
  pthread_mutex_lock(&kept.lock);
  if (!find(key)) {
    while (kept.n == FITS || (kept.n && kept.bytes + bytes > BYTES)) drop_oldest();
    entry *e = &kept.ring[(kept.oldest + kept.n++) % FITS];
    *e = (entry){.fit = *f, .bytes = bytes};
    memcpy(e->key, key, sizeof e->key);
    rc_share_ref(f->model);
    kept.bytes += bytes;
  }
  pthread_mutex_unlock(&kept.lock);
}
