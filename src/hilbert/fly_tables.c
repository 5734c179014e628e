/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of the product without a stored matrix: blocks, classes of low words, and where flips
 * lead inside and between classes. */
#include "hilbert/fly.h"

#include <stdlib.h>
#include <string.h>

enum { HIGH_TABLE_BITS = 20, CLASS_MOST = 65535 };

/* Bits of the low word: blocks should stay in the first-level cache, and positions in a class must
 * fit into 16 bits. */
static int low_bits(int sites, int up) {
  if (up < 0) return RC_MIN(sites / 2, 12);
  int low = sites <= 32 ? RC_MIN(sites / 2, 14) : sites / 2;
  if (sites >= 14 && sites <= 18) low++; /* blocks long enough for the work of setting them up */
  for (; low > 1; low--) {
    uint64_t most = 0;
    for (int q = 0; q <= RC_MIN(up, low); q++) most = RC_MAX(most, rc_choose(low, q));
    if (most <= CLASS_MOST) break;
  }
  return low;
}

static int compare_words(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

/* All words of 'bits' bits with 'ups' ups go to out, ascending; returns their number. */
static uint64_t words_of(int bits, int ups, uint64_t *out) {
  uint64_t n = rc_choose(bits, ups);
  uint64_t w = rc_sites_mask(ups);
  for (uint64_t k = 0; k < n; k++) {
    out[k] = w;
    if (k + 1 < n) w = rc_next_config(w);
  }
  return n;
}

static void low_classes(rc_fly *f, int up) {
  uint64_t total = 0, most = 0;
  f->classes = f->all ? 1 : RC_MIN(up, f->low) + 1;
  for (int q = 0; q < f->classes; q++) {
    uint64_t n = f->all ? UINT64_C(1) << f->low : rc_choose(f->low, q);
    f->class_first[q] = (uint32_t)total;
    total += n;
    most = RC_MAX(most, n);
  }
  f->class_first[f->classes] = (uint32_t)total;
  f->class_most = (uint32_t)most;
  f->word = rc_alloc(total, sizeof *f->word);
  uint64_t *wide = rc_alloc(most, sizeof *wide);
  for (int q = 0; q < f->classes; q++) {
    uint32_t n = f->class_first[q + 1] - f->class_first[q];
    if (!f->all) words_of(f->low, q, wide);
    for (uint32_t k = 0; k < n; k++)
      f->word[f->class_first[q] + k] = f->all ? k : (uint32_t)wide[k];
  }
  rc_free(wide);
}

static void high_blocks(rc_fly *f, int up) {
  uint64_t most = 0;
  if (f->all) most = UINT64_C(1) << f->high_bits;
  for (int p = 0; !f->all && p <= RC_MIN(up, f->high_bits); p++)
    if (up - p <= f->low) most += rc_choose(f->high_bits, p);
  f->high = rc_alloc(most, sizeof *f->high);
  f->base = rc_alloc(most + 1, sizeof *f->base);
  f->high_class = rc_alloc(most, sizeof *f->high_class);
  for (uint64_t w = 0; f->all && w < most; w++) f->high[f->highs++] = w;
  for (int p = 0; !f->all && p <= RC_MIN(up, f->high_bits); p++)
    if (up - p <= f->low) f->highs += (int64_t)words_of(f->high_bits, p, f->high + f->highs);
  if (!f->all) qsort(f->high, (size_t)f->highs, sizeof *f->high, compare_words);
  if (f->high_bits <= HIGH_TABLE_BITS) {
    f->high_index = rc_alloc((size_t)1 << f->high_bits, sizeof *f->high_index);
    memset(f->high_index, 255, sizeof *f->high_index << f->high_bits);
  }
  for (int64_t k = 0; k < f->highs; k++) {
    int q = f->all ? 0 : up - __builtin_popcountll(f->high[k]);
    f->high_class[k] = (uint8_t)q;
    f->base[k + 1] = f->base[k] + f->class_first[q + 1] - f->class_first[q];
    if (f->high_index) f->high_index[f->high[k]] = (uint32_t)k;
  }
}

static int position(const rc_fly *f, int q, uint32_t word) {
  int from = (int)f->class_first[q], to = (int)f->class_first[q + 1];
  int first = from;
  while (to - from > 1) {
    int middle = (from + to) / 2;
    if (f->word[middle] <= word)
      from = middle;
    else
      to = middle;
  }
  return from - first;
}

static void runs_add(rc_runs *r, int *cap, int i, int j) {
  rc_run *last = r->count ? &r->run[r->count - 1] : NULL;
  if (last && last->i + last->n == i && last->j + last->n == j) {
    last->n++;
    return;
  }
  if (r->count == *cap) {
    *cap = RC_MAX(16, 2 * *cap);
    r->run = rc_realloc(r->run, (size_t)*cap, sizeof *r->run);
  }
  r->run[r->count++] = (rc_run){(uint16_t)i, (uint16_t)j, 1};
}

static int compare_runs(const void *a, const void *b) {
  const rc_run *x = a, *y = b;
  if (x->n != y->n) return x->n < y->n ? -1 : 1;
  return x->i < y->i ? -1 : x->i > y->i;
}

/* Shortest first; what is below RC_RUN_SHORT goes to the singles. */
static void runs_sort(rc_runs *r) {
  int first = 0, single = 0;
  if (r->count == 0) return;
  qsort(r->run, (size_t)r->count, sizeof *r->run, compare_runs);
  for (; first < r->count && r->run[first].n < RC_RUN_SHORT; first++) r->singles += r->run[first].n;
  r->single = rc_alloc((size_t)RC_MAX(1, r->singles), sizeof *r->single);
  for (int g = 0; g < first; g++)
    for (int s = 0; s < r->run[g].n; s++, single++) {
      r->single[single][0] = (uint16_t)(r->run[g].i + s);
      r->single[single][1] = (uint16_t)(r->run[g].j + s);
    }
  r->count -= first;
  memmove(r->run, r->run + first, (size_t)r->count * sizeof *r->run);
}

/* Words of class q with bit 'has' and without bit 'lacks' (-1: any), and where they are when has is
 * cleared and lacks is set, in class 'to'. */
static void runs_make(const rc_fly *f, rc_runs *r, int q, int to, int has, int lacks) {
  int n = (int)(f->class_first[q + 1] - f->class_first[q]), cap = 0;
  for (int i = 0; i < n; i++) {
    uint32_t w = f->word[f->class_first[q] + (uint32_t)i];
    if (!(w >> has & 1) || (lacks >= 0 && w >> lacks & 1)) continue;
    uint32_t flipped = w ^ UINT32_C(1) << has ^ (lacks >= 0 ? UINT32_C(1) << lacks : 0);
    runs_add(r, &cap, i, position(f, to, flipped));
  }
  runs_sort(r);
}

static void runs_free(rc_runs *r, size_t n) {
  for (size_t k = 0; k < n; k++) {
    rc_free(r[k].run);
    rc_free(r[k].single);
  }
  rc_free(r);
}

rc_fly *rc_fly_new(const rc_plain *p, const rc_hamiltonian *h) {
  rc_fly *f = rc_alloc(1, sizeof *f);
  f->all = p->up < 0;
  f->low = low_bits(p->sites, p->up);
  f->high_bits = p->sites - f->low;
  low_classes(f, p->up);
  high_blocks(f, p->up);
  f->low_pair = rc_alloc((size_t)RC_MAX(1, h->pairs), sizeof *f->low_pair);
  f->high_pair = rc_alloc((size_t)RC_MAX(1, h->pairs), sizeof *f->high_pair);
  for (int b = 0; b < f->low; b++)
    f->across_pair[b] = rc_alloc((size_t)f->high_bits, sizeof *f->across_pair[b]);
  for (int k = 0; k < h->pairs; k++) {
    const rc_pair *pair = &h->pair[k]; /* i < j */
    if (pair->j < f->low)
      f->low_pair[f->in_low++] = k;
    else if (pair->i >= f->low)
      f->high_pair[f->in_high++] = k;
    else
      f->across_pair[pair->i][f->across[pair->i]++] = k;
  }
  size_t classes = (size_t)f->classes;
  f->low_ising = rc_alloc(f->class_first[f->classes], sizeof *f->low_ising);
  f->high_ising = rc_alloc((size_t)f->highs, sizeof *f->high_ising);
  f->low_runs = rc_alloc((size_t)RC_MAX(1, f->in_low) * classes, sizeof *f->low_runs);
  f->across_runs = rc_alloc((size_t)RC_MAX(1, f->low) * classes, sizeof *f->across_runs);
  for (int q = 0; q < f->classes; q++) {
    for (int k = 0; k < f->in_low; k++)
      runs_make(f, &f->low_runs[(size_t)k * classes + (size_t)q], q, q, h->pair[f->low_pair[k]].i,
                h->pair[f->low_pair[k]].j);
    for (int b = 0; b < f->low; b++)
      if (f->across[b] && (f->all || q > 0))
        runs_make(f, &f->across_runs[(size_t)b * classes + (size_t)q], q, f->all ? 0 : q - 1, b,
                  -1);
  }
  return f;
}

void rc_fly_free(rc_fly *f) {
  if (!f) return;
  size_t classes = (size_t)f->classes;
  runs_free(f->low_runs, (size_t)f->in_low * classes);
  runs_free(f->across_runs, (size_t)f->low * classes);
  for (int b = 0; b < f->low; b++) rc_free(f->across_pair[b]);
  rc_free(f->low_ising);
  rc_free(f->high_ising);
  rc_free(f->low_pair);
  rc_free(f->high_pair);
  rc_free(f->high_index);
  rc_free(f->high_class);
  rc_free(f->base);
  rc_free(f->high);
  rc_free(f->word);
  rc_free(f);
}
