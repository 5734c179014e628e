/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool: every index once, the same bits with any number of threads, callers at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/base.h"

typedef struct count {
  _Atomic int *hits;
  int64_t n, grain;
  _Atomic int bad;
} count;

static void mark(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  count *c = ctx;
  if (begin != chunk * c->grain || end > c->n || end <= begin || end - begin > c->grain) c->bad++;
  for (int64_t i = begin; i < end; i++) atomic_fetch_add(&c->hits[i], 1);
}

static void every_index_once(void **state) {
  (void)state;
  static const int64_t sizes[] = {0, 1, 2, 7, 64, 1000, 4097};
  static const int64_t grains[] = {1, 3, 64, 100000};
  for (int threads = 0; threads <= 5; threads++)
    for (size_t i = 0; i < RC_LEN(sizes); i++)
      for (size_t g = 0; g < RC_LEN(grains); g++) {
        count c = {.n = sizes[i], .grain = grains[g]};
        c.hits = rc_alloc((size_t)c.n, sizeof *c.hits);
        rc_parallel(threads, c.n, c.grain, mark, &c);
        assert_int_equal(c.bad, 0);
        for (int64_t k = 0; k < c.n; k++) assert_int_equal(c.hits[k], 1);
        rc_free(c.hits);
      }
}

static void count_chunks(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  (void)chunk;
  *(int64_t *)ctx += end - begin;
}

static void huge_grain_is_one_chunk(void **state) {
  (void)state;
  int64_t sum = 0;
  rc_parallel(4, 100, INT64_MAX, count_chunks, &sum);
  assert_int_equal(sum, 100);
  rc_parallel(1, 100, 0, count_chunks, &sum); /* a grain below 1 counts as 1 */
  assert_int_equal(sum, 200);
}

typedef struct sum {
  double part[512];
} sum;

static void add(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  double s = 0;
  for (int64_t i = begin; i < end; i++) s += sin((double)i) * 1e-3 + 1.0 / (double)(i + 1);
  ((sum *)ctx)->part[chunk] = s;
}

static double reduce(int threads) {
  sum s = {{0}};
  rc_parallel(threads, 50000, 100, add, &s);
  double total = 0;
  for (int i = 0; i < 500; i++) total += s.part[i];
  return total;
}

static void sums_do_not_depend_on_threads(void **state) {
  (void)state;
  double one = reduce(1);
  for (int threads = 2; threads <= 8; threads++) {
    double many = reduce(threads);
    assert_memory_equal(&one, &many, sizeof one);
  }
}

static void *caller(void *want) {
  for (int i = 0; i < 40; i++) {
    double v = reduce(2 + i % 3);
    if (memcmp(&v, want, sizeof v)) return want;
  }
  return NULL;
}

static void callers_at_once(void **state) {
  (void)state;
  double want = reduce(1);
  pthread_t t[4];
  for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&t[i], NULL, caller, &want), 0);
  for (int i = 0; i < 4; i++) {
    void *wrong;
    pthread_join(t[i], &wrong);
    assert_null(wrong);
  }
}

/* Two chunks that wait for each other end only when two threads are really at work. */
typedef struct meet {
  pthread_mutex_t lock;
  pthread_cond_t both;
  int here;
} meet;

static void wait_for_other(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  (void)begin;
  (void)end;
  (void)chunk;
  meet *m = ctx;
  pthread_mutex_lock(&m->lock);
  m->here++;
  pthread_cond_broadcast(&m->both);
  while (m->here < 2) pthread_cond_wait(&m->both, &m->lock);
  pthread_mutex_unlock(&m->lock);
}

static void two_threads_are_two(void **state) {
  (void)state;
  for (int i = 0; i < 20; i++) {
    meet m = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
    rc_parallel(2, 2, 1, wait_for_other, &m);
    assert_int_equal(m.here, 2);
  }
}

static void machine_has_cores_and_time_goes_on(void **state) {
  (void)state;
  assert_true(rc_cores() >= 1);
  double wall = rc_clock_wall(), cpu = rc_clock_cpu();
  volatile double x = 0;
  for (int i = 0; i < 100000; i++) x += i;
  assert_true(rc_clock_wall() >= wall);
  assert_true(rc_clock_cpu() >= cpu);
  assert_true(wall > 0 && cpu > 0);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_index_once),
      cmocka_unit_test(huge_grain_is_one_chunk),
      cmocka_unit_test(sums_do_not_depend_on_threads),
      cmocka_unit_test(callers_at_once),
      cmocka_unit_test(two_threads_are_two),
      cmocka_unit_test(machine_has_cores_and_time_goes_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
