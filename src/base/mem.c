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

/* Lives as long as its owner or any of its blocks. */
struct rc_big_account {
  _Atomic uint64_t now, peak;
  _Atomic uint64_t refs; /* blocks, and one of the owner */
};

/* Sits in the 64 bytes before the block. */
typedef struct head {
  void *raw;
  uint64_t bytes;
  rc_big_account *account; /* NULL: none */
} head;

static rc_big_account process;
static _Thread_local rc_big_account *charged;

static void count_in(rc_big_account *a, uint64_t bytes) {
  uint64_t now = atomic_fetch_add(&a->now, bytes) + bytes;
  uint64_t peak = atomic_load(&a->peak);
  while (now > peak && !atomic_compare_exchange_weak(&a->peak, &peak, now)) {
  }
}

static void account_drop(rc_big_account *a) {
  if (atomic_fetch_sub(&a->refs, 1) == 1) rc_free(a);
}

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
  count_in(&process, bytes);
  h->account = charged;
  if (charged) {
    atomic_fetch_add(&charged->refs, 1);
    count_in(charged, bytes);
  }
  return p;
}

void rc_big_free(void *p) {
  if (!p) return;
  head *h = (head *)(void *)((char *)p - ALIGN);
  atomic_fetch_sub(&process.now, h->bytes);
  if (h->account) {
    atomic_fetch_sub(&h->account->now, h->bytes);
    account_drop(h->account);
  }
  free(h->raw);
}

uint64_t rc_big_now(void) {
  return atomic_load(&process.now);
}
uint64_t rc_big_peak(void) {
  return atomic_load(&process.peak);
}
void rc_big_reset(void) {
  rc_big_account_reset(&process);
}

rc_big_account *rc_big_account_new(void) {
  rc_big_account *a = rc_alloc(1, sizeof *a);
  atomic_store(&a->refs, 1);
  return a;
}
void rc_big_account_free(rc_big_account *a) {
  if (a) account_drop(a);
}
rc_big_account *rc_big_charge(rc_big_account *a) {
  rc_big_account *before = charged;
  charged = a;
  return before;
}
uint64_t rc_big_account_peak(const rc_big_account *a) {
  return atomic_load(&a->peak);
}
void rc_big_account_reset(rc_big_account *a) {
  atomic_store(&a->peak, atomic_load(&a->now));
}
