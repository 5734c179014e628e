/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pool of sleeping threads, made on first use and grown on demand. One job at a time has the
 * pool; a caller that finds it taken runs its own job in place, which gives the same result. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "roadcut/base.h"

enum { WORKERS_MAX = 255 };

typedef struct job {
  rc_chunk_fn fn;
  void *ctx;
  int64_t n, grain, chunks;
  _Atomic int64_t next;
} job;

static struct {
  pthread_mutex_t lock;
  pthread_cond_t wake, idle;
  bool taken;   /* a caller holds the pool */
  job *current; /* what a waking worker joins; NULL when there is nothing to join */
  int seats;    /* workers that may still join it */
  int active;   /* workers inside it */
  int workers;  /* threads made so far */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .idle = PTHREAD_COND_INITIALIZER};

static void run(job *j) {
  int64_t c;
  while ((c = atomic_fetch_add_explicit(&j->next, 1, memory_order_relaxed)) < j->chunks) {
    int64_t begin = c * j->grain;
    j->fn(j->ctx, begin, j->n - begin < j->grain ? j->n : begin + j->grain, c);
  }
}

static void *worker(void *unused) {
  (void)unused;
  pthread_mutex_lock(&pool.lock);
  for (;;) {
    while (!pool.current || pool.seats == 0) pthread_cond_wait(&pool.wake, &pool.lock);
    job *j = pool.current;
    pool.seats--;
    pool.active++;
    pthread_mutex_unlock(&pool.lock);
    run(j);
    pthread_mutex_lock(&pool.lock);
    if (--pool.active == 0) pthread_cond_signal(&pool.idle);
  }
  return NULL;
}

/* With the lock held. Fewer threads than wished is no error: the caller works too. */
static void grow(int wanted) {
  if (pool.workers >= wanted) return;
  /* signals belong to the thread that runs the screen */
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  while (pool.workers < wanted) {
    pthread_t t;
    if (pthread_create(&t, &attr, worker, NULL)) break;
    pool.workers++;
  }
  pthread_attr_destroy(&attr);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void rc_parallel(int threads, int64_t n, int64_t grain, rc_chunk_fn fn, void *ctx) {
  if (n <= 0) return;
  if (grain < 1) grain = 1;
  job j = {.fn = fn, .ctx = ctx, .n = n, .grain = grain, .chunks = (n - 1) / grain + 1};
  int64_t helpers = RC_MIN((int64_t)RC_MIN(threads - 1, WORKERS_MAX), j.chunks - 1);
  if (helpers < 1) {
    run(&j);
    return;
  }
  pthread_mutex_lock(&pool.lock);
  if (pool.taken) {
    pthread_mutex_unlock(&pool.lock);
    run(&j);
    return;
  }
  pool.taken = true;
  grow((int)helpers);
  pool.seats = (int)helpers;
  pool.current = &j;
  pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.lock);
  run(&j);
  pthread_mutex_lock(&pool.lock);
  pool.current = NULL; /* nobody joins any more; wait for those who did */
  while (pool.active) pthread_cond_wait(&pool.idle, &pool.lock);
  pool.taken = false;
  pthread_mutex_unlock(&pool.lock);
}

int rc_cores(void) {
  cpu_set_t set;
  if (!sched_getaffinity(0, sizeof set, &set) && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (int)n : 1;
}
