/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The product without a stored matrix in plain sectors, block by block (see fly.h). The inner loops
 * run over contiguous stretches; they are compiled twice and the wider one is taken where the
 * machine has it. Both do the same operations in the same order, element by element. */
#include "hilbert/fly.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef struct job {
  const rc_fly *f;
  const rc_hamiltonian *h;
  const rc_couplings *c;
  int parity;        /* 0, or the vectors are halves: see rc_fly_multiply */
  double a, b, mean; /* mean: half the number of sites, for the field */
  const double *u;
  double *y, *sum;
} job;

typedef struct scratch {
  double *acc, *z;
} scratch;

static int64_t find_high(const rc_fly *f, uint64_t word) {
  if (f->high_index) {
    uint32_t k = f->high_index[word];
    return k == UINT32_MAX ? -1 : (int64_t)k;
  }
  int64_t from = 0, to = f->highs;
  while (to - from > 1) {
    int64_t middle = (from + to) / 2;
    if (f->high[middle] <= word)
      from = middle;
    else
      to = middle;
  }
  return f->high[from] == word ? from : -1;
}

static double ising(const rc_hamiltonian *h, const rc_couplings *c, const int *list, int n,
                    uint64_t config) {
  double sum = 0;
  for (int k = 0; k < n; k++) {
    const rc_pair *pair = &h->pair[list[k]];
    double e = c->ising[list[k]];
    sum += ((config >> pair->i) ^ (config >> pair->j)) & 1 ? -e : e;
  }
  return sum;
}

void rc_fly_couple(rc_fly *f, const rc_hamiltonian *h, const rc_couplings *c) {
  for (uint32_t w = 0; w < f->class_first[f->classes]; w++)
    f->low_ising[w] = ising(h, c, f->low_pair, f->in_low, f->word[w]);
  for (int64_t k = 0; k < f->highs; k++)
    f->high_ising[k] = ising(h, c, f->high_pair, f->in_high, f->high[k] << f->low);
}

/* ---- stretches ---------------------------------------------------------------------------------- */

INLINE void add1(double *restrict acc, double c, const double *restrict x, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) acc[i] += c * x[i];
}

INLINE void add1_reversed(double *restrict acc, double c, const double *restrict x, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) acc[i] += c * x[n - 1 - i];
}

INLINE void add2(double *restrict acc, const double *c, const double *const *x, uint32_t n) {
  const double *restrict x0 = x[0], *restrict x1 = x[1];
  double c0 = c[0], c1 = c[1];
  for (uint32_t i = 0; i < n; i++) acc[i] += c0 * x0[i] + c1 * x1[i];
}

INLINE void add4(double *restrict acc, const double *c, const double *const *x, uint32_t n) {
  const double *restrict x0 = x[0], *restrict x1 = x[1], *restrict x2 = x[2], *restrict x3 = x[3];
  double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
  for (uint32_t i = 0; i < n; i++) acc[i] += (c0 * x0[i] + c1 * x1[i]) + (c2 * x2[i] + c3 * x3[i]);
}

INLINE void add_many(double *acc, const double *c, const double *const *x, int m, uint32_t n) {
  int k = 0;
  for (; k + 4 <= m; k += 4) add4(acc, c + k, x + k, n);
  if (m & 2) add2(acc, c + k, x + k, n), k += 2;
  if (m & 1) add1(acc, c[k], x[k], n);
}

/* Blocks of the second half are not there; the one of the inverted high word, read backwards, is. */
INLINE bool mirrored(const job *p, uint64_t word) {
  return p->parity && word >> (p->f->high_bits - 1);
}

INLINE const double *mirror_of(const job *p, uint64_t word) {
  return p->u + p->f->base[find_high(p->f, word ^ rc_sites_mask(p->f->high_bits))];
}

/* ---- one block ---------------------------------------------------------------------------------- */

/* acc = diagonal * x. The pairs across see the high word as a field on each low bit; its sum over
 * the bits of a low word is split into two tables of 7 bits. */
INLINE void block_diagonal(const job *p, int64_t k, double *restrict acc) {
  const rc_fly *f = p->f;
  uint64_t high = f->high[k] << f->low;
  int q = f->high_class[k];
  uint32_t first = f->class_first[q], n = f->class_first[q + 1] - first;
  const double *restrict x = p->u + f->base[k], *restrict low = f->low_ising + first;
  const uint32_t *restrict word = f->word + first;
  double field[32], all = f->high_ising[k];
  all -= p->c->field * (__builtin_popcountll(high) - p->mean);
  bool any = false;
  for (int b = 0; b < f->low; b++) {
    field[b] = f->all ? -p->c->field : 0;
    /* A pair across adds e s s': with the low bit down it is -e s', and up differs by 2 e s'. */
    for (int t = 0; t < f->across[b]; t++) {
      int pair = f->across_pair[b][t];
      double e = p->c->ising[pair] * (high >> p->h->pair[pair].j & 1 ? 1 : -1);
      all -= e;
      field[b] += 2 * e;
    }
    any |= field[b] != 0;
  }
  if (!f->all) all -= p->c->field * q;
  if (!any) {
    for (uint32_t i = 0; i < n; i++) acc[i] = (all + low[i]) * x[i];
    return;
  }
  if (f->low > 14) {
    for (uint32_t i = 0; i < n; i++) {
      double d = all + low[i];
      for (uint32_t w = word[i]; w; w &= w - 1) d += field[__builtin_ctz(w)];
      acc[i] = d * x[i];
    }
    return;
  }
  double t0[128] = {0}, t1[128] = {0};
  for (int v = 1; v < 128 && v < 1 << f->low; v++)
    t0[v] = t0[v & (v - 1)] + field[__builtin_ctz((unsigned)v)];
  for (int v = 1; v << 7 < 1 << f->low; v++)
    t1[v] = t1[v & (v - 1)] + field[7 + __builtin_ctz((unsigned)v)];
  for (int v = 0; v < 128; v++) t0[v] += all;
  for (uint32_t i = 0; i < n; i++)
    acc[i] = (low[i] + (t0[word[i] & 127] + t1[word[i] >> 7])) * x[i];
}

INLINE void block_high(const job *p, int64_t k, double *acc) {
  const rc_fly *f = p->f;
  uint64_t high = f->high[k] << f->low;
  const double *x[64];
  double c[64];
  int m = 0;
  uint32_t n = (uint32_t)(f->base[k + 1] - f->base[k]);
  for (int t = 0; t < f->in_high; t++) {
    const rc_pair *pair = &p->h->pair[f->high_pair[t]];
    if (!(((high >> pair->i) ^ (high >> pair->j)) & 1)) continue;
    uint64_t to = high ^ (UINT64_C(1) << pair->i) ^ (UINT64_C(1) << pair->j);
    double flip = p->c->flip[f->high_pair[t]];
    if (mirrored(p, to >> f->low)) {
      add1_reversed(acc, p->parity * flip, mirror_of(p, to >> f->low), n);
      continue;
    }
    x[m] = p->u + f->base[find_high(f, to >> f->low)];
    c[m++] = flip;
    if (m < 64) continue;
    add_many(acc, c, x, m, n);
    m = 0;
  }
  add_many(acc, c, x, m, n);
}

/* Both directions at once: i and j are of the same block. */
INLINE void block_low(const job *p, int64_t k, double *restrict acc) {
  const rc_fly *f = p->f;
  const double *restrict x = p->u + f->base[k];
  for (int t = 0; t < f->in_low; t++) {
    const rc_runs *r = &f->low_runs[t * f->classes + f->high_class[k]];
    double c = p->c->flip[f->low_pair[t]];
    for (int g = 0; g < r->singles; g++) {
      uint32_t i = r->single[g][0], j = r->single[g][1];
      acc[i] += c * x[j];
      acc[j] += c * x[i];
    }
    for (int g = 0; g < r->count; g++) {
      rc_run run = r->run[g];
      add1(acc + run.i, c, x + run.j, run.n);
      add1(acc + run.j, c, x + run.i, run.n);
    }
  }
}

/* Pairs across at low bit b. 'down': low words that have the bit and high words that lack theirs;
 * what comes from all such high words is added up first, so that it is permuted once. */
INLINE void block_across(const job *p, int64_t k, int b, bool down, scratch s) {
  const rc_fly *f = p->f;
  int q = f->high_class[k], to = f->all ? 0 : down ? q - 1 : q + 1;
  if (to < 0 || to >= f->classes) return;
  uint64_t high = f->high[k] << f->low;
  uint32_t n = f->class_first[to + 1] - f->class_first[to];
  const double *x[64], *from, *mirror = NULL;
  double c[64], scale, back = 0;
  int m = 0;
  for (int t = 0; t < f->across[b]; t++) {
    int pair = f->across_pair[b][t], bit = p->h->pair[pair].j;
    if ((high >> bit & 1) == down) continue;
    uint64_t word = (high ^ UINT64_C(1) << bit) >> f->low;
    if (mirrored(p, word)) { /* at most once: by the topmost bit */
      mirror = mirror_of(p, word);
      back = p->parity * p->c->flip[pair];
      continue;
    }
    x[m] = p->u + f->base[find_high(f, word)];
    c[m++] = p->c->flip[pair];
  }
  if (m == 0 && !mirror) return;
  if (m == 1 && !mirror) {
    from = x[0], scale = c[0];
  } else {
    memset(s.z, 0, n * sizeof *s.z);
    add_many(s.z, c, x, m, n);
    if (mirror) add1_reversed(s.z, back, mirror, n);
    from = s.z, scale = 1;
  }
  const rc_runs *r = &f->across_runs[b * f->classes + (down ? q : to)];
  double *restrict acc = s.acc;
  for (int g = 0; g < r->singles; g++) acc[r->single[g][!down]] += scale * from[r->single[g][down]];
  for (int g = 0; g < r->count; g++) {
    rc_run run = r->run[g];
    add1(acc + (down ? run.i : run.j), scale, from + (down ? run.j : run.i), run.n);
  }
}

/* y = a acc - b y, and its product with x in four interleaved sums. */
INLINE double block_close(const job *p, int64_t k, const double *restrict acc) {
  const rc_fly *f = p->f;
  uint32_t n = (uint32_t)(f->base[k + 1] - f->base[k]), i = 0;
  const double *restrict x = p->u + f->base[k];
  double *restrict y = p->y + f->base[k];
  double s[4] = {0}, a = p->a, b = p->b;
  if (b == 0) memset(y, 0, n * sizeof *y); /* y may hold anything, also nan */
  for (; i + 4 <= n; i += 4)
    for (uint32_t e = 0; e < 4; e++) {
      double v = a * acc[i + e] - b * y[i + e];
      y[i + e] = v;
      s[e] += x[i + e] * v;
    }
  for (; i < n; i++) {
    double v = a * acc[i] - b * y[i];
    y[i] = v;
    s[0] += x[i] * v;
  }
  return (s[0] + s[1]) + (s[2] + s[3]);
}

INLINE double blocks(const job *p, int64_t begin, int64_t end, scratch s) {
  double sum = 0;
  for (int64_t k = begin; k < end; k++) {
    block_diagonal(p, k, s.acc);
    block_high(p, k, s.acc);
    block_low(p, k, s.acc);
    for (int b = 0; b < p->f->low; b++)
      if (p->f->across[b]) {
        block_across(p, k, b, true, s);
        block_across(p, k, b, false, s);
      }
    sum += block_close(p, k, s.acc);
  }
  return sum;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static double blocks_wide(const job *p, int64_t begin, int64_t end,
                                                          scratch s) {
  return blocks(p, begin, end, s);
}
#else
#define blocks_wide blocks_base
#endif

static double blocks_base(const job *p, int64_t begin, int64_t end, scratch s) {
  return blocks(p, begin, end, s);
}

static bool wide(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

static void chunk_run(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  enum { SMALL = 1024 };
  const job *p = ctx;
  const size_t n = p->f->class_most;
  double small[2 * SMALL], *own = n > SMALL ? rc_alloc(2 * n, sizeof *own) : NULL;
  const scratch s = {.acc = own ? own : small, .z = own ? own + n : small + SMALL};
  p->sum[chunk] = wide() ? blocks_wide(p, begin, end, s) : blocks_base(p, begin, end, s);
  rc_free(own);
}

double rc_fly_multiply(const rc_matrix *m, const rc_couplings *c, int parity, double a,
                       const double *u, double b, double *y) {
  const rc_fly *f = m->fly;
  job p = {.f = f, .h = m->h, .c = c, .parity = parity, .a = a, .b = b, .u = u, .y = y};
  p.mean = 0.5 * m->h->sites;
  /* The high words are in order: those of the first half of the states lack the topmost bit. Chunks
   * of blocks, some hundred of them whatever the number of threads. */
  int64_t highs = 0, grain = RC_MAX(1, f->highs / 256);
  while (highs < f->highs && !mirrored(&p, f->high[highs])) highs++;
  int64_t chunks = (highs + grain - 1) / grain;
  p.sum = rc_alloc((size_t)chunks, sizeof *p.sum);
  rc_parallel(rc_threads_for(m->threads, m->states), highs, grain, chunk_run, &p);
  double sum = 0;
  for (int64_t k = 0; k < chunks; k++) sum += p.sum[k];
  rc_free(p.sum);
  return sum;
}
