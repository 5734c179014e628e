/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vector operations of the eigensolver. In symmetric sectors every entry carries the weight of its
 * orbit, looked up by a one-byte code. */
#include "hilbert/impl.h"

#include <math.h>

enum { GRAIN = 1 << 14 };

void rc_space_init(rc_space *s, const rc_basis *b, int threads) {
  *s = (rc_space){.states = b->states, .threads = rc_threads_for(threads, b->states)};
  if (!b->orbits) return;
  const int64_t *size;
  int sizes;
  s->code = rc_orbits_codes(b->orbits, &size, &sizes);
  for (int k = 0; k < sizes; k++) {
    s->size[k] = (double)size[k];
    s->root[k] = sqrt((double)size[k]);
    s->over_root[k] = 1 / s->root[k];
  }
}

typedef enum { DOT, SUB_NORM, ADD_SUB, ADD, SCALE } operation;

/* weight: table of factors by code for sums, factor: for what is added. NULL in plain sectors. */
typedef struct job {
  const rc_space *s;
  operation op;
  double c, d;
  const double *x, *weight, *factor;
  double *y, *v, *sum;
} job;

/* Four interleaved sums: the additions do not wait for each other. */
static double dot(const job *j, int64_t begin, int64_t end, const double *a, const double *b) {
  double t[4] = {0};
  const uint8_t *code = j->s->code;
  if (!code)
    for (int64_t i = begin; i < end; i++) t[i & 3] += a[i] * b[i];
  else
    for (int64_t i = begin; i < end; i++) t[i & 3] += j->weight[code[i]] * a[i] * b[i];
  return (t[0] + t[1]) + (t[2] + t[3]);
}

static void add(const job *j, int64_t begin, int64_t end, double c, double *y) {
  const uint8_t *code = j->s->code;
  const double *restrict x = j->x;
  if (!code || !j->factor)
    for (int64_t i = begin; i < end; i++) y[i] += c * x[i];
  else
    for (int64_t i = begin; i < end; i++) y[i] += c * j->factor[code[i]] * x[i];
}

static void chunk_run(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const job *j = ctx;
  const uint8_t *code = j->s->code;
  switch (j->op) {
  case DOT: j->sum[chunk] = dot(j, begin, end, j->x, j->y); break;
  case SUB_NORM:
    /* A chunk of y stays in the cache between the two. */
    add(j, begin, end, -j->c, j->y);
    j->sum[chunk] = dot(j, begin, end, j->y, j->y);
    break;
  case ADD_SUB: add(j, begin, end, -j->c, j->y); /* fall through */
  case ADD: add(j, begin, end, j->d, j->v); break;
  case SCALE:
    for (int64_t i = begin; i < end; i++)
      j->y[i] = j->c * (code ? j->factor[code[i]] : 1) * j->x[i];
  }
}

static double run(job *j) {
  int64_t n = (int64_t)j->s->states, chunks = (n + GRAIN - 1) / GRAIN;
  j->sum = rc_alloc((size_t)chunks + 1, sizeof *j->sum);
  rc_parallel(j->s->threads, n, GRAIN, chunk_run, j);
  double sum = 0;
  for (int64_t k = 0; k < chunks; k++) sum += j->sum[k];
  rc_free(j->sum);
  return sum;
}

double rc_space_dot(const rc_space *s, const double *a, const double *b) {
  return run(&(job){.s = s, .op = DOT, .x = a, .y = (double *)b, .weight = s->size});
}

double rc_space_sub_norm(const rc_space *s, double c, const double *x, double *y) {
  return run(&(job){.s = s, .op = SUB_NORM, .c = c, .x = x, .y = y, .weight = s->size});
}

void rc_space_add_sub(const rc_space *s, double d, double c, const double *x, double *v,
                      double *y) {
  run(&(job){.s = s, .op = ADD_SUB, .c = c, .d = d, .x = x, .y = y, .v = v});
}

void rc_space_add(const rc_space *s, double d, const double *x, double *v) {
  run(&(job){.s = s, .op = ADD, .d = d, .x = x, .v = v});
}

double rc_space_dot_basis(const rc_space *s, const double *l, const double *y) {
  return run(&(job){.s = s, .op = DOT, .x = l, .y = (double *)y, .weight = s->root});
}

double rc_space_sub_basis(const rc_space *s, double c, const double *l, double *y) {
  return run(&(job){
      .s = s, .op = SUB_NORM, .c = c, .x = l, .y = y, .weight = s->size, .factor = s->over_root});
}

void rc_space_to_basis(const rc_space *s, double factor, const double *from, double *to) {
  run(&(job){.s = s, .op = SCALE, .c = factor, .x = from, .y = to, .factor = s->root});
}

void rc_space_from_basis(const rc_space *s, double factor, const double *from, double *to) {
  run(&(job){.s = s, .op = SCALE, .c = factor, .x = from, .y = to, .factor = s->over_root});
}

void rc_space_random(const rc_space *s, uint64_t seed, uint64_t replica, bool positive, double *x) {
  rc_rng r = rc_rng_stream(seed, "hilbert/lanczos", replica);
  for (uint64_t i = 0; i < s->states; i++) {
    double v = rc_rng_unit(&r);
    x[i] = positive ? 0.5 + v : 2 * v - 1;
  }
}
