/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "roadcut/base.h"

void *rc_alloc(size_t count, size_t size) {
  if (!count || !size) count = size = 1; /* never NULL, also for nothing */
  void *p = calloc(count, size);         /* checks the product */
  if (!p) abort();
  return p;
}

void *rc_realloc(void *p, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) abort();
  void *q = realloc(p, bytes ? bytes : 1);
  if (!q) abort();
  return q;
}

char *rc_strdup(const char *s) {
  size_t n = strlen(s) + 1;
  return memcpy(rc_alloc(n, 1), s, n);
}

void rc_free(void *p) {
  free(p);
}

/* ---- counted memory ---------------------------------------------------------------------------
 */

enum { ALIGN = 64, HUGE = 4 << 20 };

/* Sits in the 64 bytes before the block. */
typedef struct head {
  void *raw;
  uint64_t bytes;
} head;

static _Atomic uint64_t big_now, big_peak;

void *rc_big_alloc(size_t count, size_t size, const char *what, rc_err *err) {
  size_t bytes, total;
  if (__builtin_mul_overflow(count, size, &bytes) ||
      __builtin_add_overflow(bytes, (size_t)(2 * ALIGN), &total) || total > PTRDIFF_MAX) {
    rc_err_set(err, RC_ERR_MEMORY, "%s: %zu x %zu bytes is more than a process can address", what,
               count, size);
    return NULL;
  }
  /* calloc maps large blocks afresh, so zeroing costs nothing until a page is touched */
  char *raw = calloc(1, total);
  if (!raw) {
    char text[32];
    rc_format_bytes(bytes, text);
    rc_err_set(err, RC_ERR_MEMORY, "%s needs %s, which this machine does not give", what, text);
    return NULL;
  }
  char *p = raw + ALIGN + (ALIGN - (uintptr_t)raw % ALIGN) % ALIGN;
  head *h = (head *)(void *)(p - ALIGN);
  h->raw = raw;
  h->bytes = bytes;
  if (bytes >= HUGE) { /* scattered reads of a vector are bound by the TLB: ask for huge pages */
    uintptr_t from = ((uintptr_t)p + 4095) & ~(uintptr_t)4095;
    uintptr_t to = ((uintptr_t)p + bytes) & ~(uintptr_t)4095;
    madvise((void *)from, to - from, MADV_HUGEPAGE);
  }
  uint64_t now = atomic_fetch_add(&big_now, bytes) + bytes;
  uint64_t peak = atomic_load(&big_peak);
  while (now > peak && !atomic_compare_exchange_weak(&big_peak, &peak, now)) {
  }
  return p;
}

void rc_big_free(void *p) {
  if (!p) return;
  head *h = (head *)(void *)((char *)p - ALIGN);
  atomic_fetch_sub(&big_now, h->bytes);
  free(h->raw);
}

uint64_t rc_big_now(void) {
  return atomic_load(&big_now);
}
uint64_t rc_big_peak(void) {
  return atomic_load(&big_peak);
}
void rc_big_reset(void) {
  atomic_store(&big_peak, atomic_load(&big_now));
}
