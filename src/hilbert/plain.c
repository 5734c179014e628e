/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain sectors: all configurations with a given number of up spins, ascending. */
#include "hilbert/impl.h"

#include <string.h>

enum { TABLE_SITES_MAX = 32 };

uint64_t rc_choose(int n, int k) {
  if (k < 0 || k > n) return 0;
  if (k > n - k) k = n - k;
  unsigned __int128 c = 1;
  for (int i = 1; i <= k; i++) {
    c = c * (unsigned)(n - k + i) / (unsigned)i;
    if (c > UINT64_MAX) return UINT64_MAX;
  }
  return (uint64_t)c;
}

/* C(n, k) for n <= 64, k <= 64 by look-up; C(64, 32) = 1.8e18 fits. */
static uint64_t pascal[65][66];
__attribute__((constructor)) static void fill_pascal(void) {
  for (int n = 0; n <= 64; n++)
    for (int k = 0; k <= 64; k++) pascal[n][k] = rc_choose(n, k);
}

uint64_t rc_plain_states(int sites, int up) {
  if (up < 0) return sites >= 64 ? UINT64_MAX : UINT64_C(1) << sites;
  return rc_choose(sites, up);
}

uint64_t rc_plain_bytes(int sites, int up) {
  if (up < 0 || sites > TABLE_SITES_MAX) return 0;
  int low = sites / 2;
  return ((UINT64_C(1) << (sites - low)) + 2 * (UINT64_C(1) << low)) * sizeof(uint32_t);
}

/* Number of configurations below 'word' among those with as many set bits: each set bit, the k-th
 * from below at position s, contributes C(s, k). */
static uint64_t combinadic(uint64_t word) {
  uint64_t rank = 0;
  for (int k = 1; word; k++, word &= word - 1) rank += pascal[__builtin_ctzll(word)][k];
  return rank;
}

bool rc_plain_init(rc_plain *p, int sites, int up, rc_err *err) {
  *p = (rc_plain){.sites = sites, .up = up, .low = sites / 2};
  p->states = rc_plain_states(sites, up);
  if (up < 0 || sites > TABLE_SITES_MAX) return true;
  int high = sites - p->low;
  size_t highs = (size_t)1 << high, lows = (size_t)1 << p->low;
  const char *what = "the ranking tables of the basis";
  p->high_base = rc_big_alloc(highs, sizeof *p->high_base, what, err);
  p->low_rank = p->high_base ? rc_big_alloc(lows, sizeof *p->low_rank, what, err) : NULL;
  p->low_word = p->low_rank ? rc_big_alloc(lows, sizeof *p->low_word, what, err) : NULL;
  if (!p->low_word) {
    rc_plain_clear(p);
    return false;
  }
  for (size_t w = 0; w < highs; w++) {
    /* Words with too many or too few ups never occur; their base is set for the binary search. */
    if (w > 0)
      p->high_base[w] =
          p->high_base[w - 1] + (uint32_t)rc_choose(p->low, up - __builtin_popcountll(w - 1));
  }
  uint32_t fill[34] = {0};
  for (int k = 0; k <= p->low; k++) fill[k + 1] = fill[k] + (uint32_t)rc_choose(p->low, k);
  memcpy(p->low_first, fill, sizeof p->low_first);
  for (size_t w = 0; w < lows; w++) {
    int k = __builtin_popcountll(w);
    p->low_rank[w] = fill[k] - p->low_first[k];
    p->low_word[fill[k]++] = (uint32_t)w;
  }
  return true;
}

void rc_plain_clear(rc_plain *p) {
  rc_big_free(p->high_base);
  rc_big_free(p->low_rank);
  rc_big_free(p->low_word);
  p->high_base = p->low_rank = p->low_word = NULL;
}

uint64_t rc_plain_rank(const rc_plain *p, uint64_t config) {
  if (p->up < 0) return config;
  if (p->high_base)
    return (uint64_t)p->high_base[config >> p->low] +
           p->low_rank[config & (((uint64_t)1 << p->low) - 1)];
  return combinadic(config);
}

/* Greedy digits of the combinatorial number system. */
static uint64_t unrank(uint64_t index, int sites, int up) {
  uint64_t config = 0;
  for (int s = sites - 1, k = up; k > 0; s--) {
    if (pascal[s][k] > index) continue;
    index -= pascal[s][k--];
    config |= UINT64_C(1) << s;
  }
  return config;
}

uint64_t rc_plain_config(const rc_plain *p, uint64_t index) {
  if (p->up < 0) return index;
  if (!p->high_base) return unrank(index, p->sites, p->up);
  /* The last high half whose base is not above the index. */
  uint64_t from = 0;
  for (uint64_t step = (UINT64_C(1) << (p->sites - p->low)) >> 1; step; step >>= 1)
    from += step & -(uint64_t)(p->high_base[from + step] <= index); /* nothing to guess wrong */
  /* Halves that hold no state share the base of the next one that does: the search stops at the
   * last of them, which is the one that holds states. */
  int below = p->up - __builtin_popcountll(from);
  return from << p->low | p->low_word[p->low_first[below] + (index - p->high_base[from])];
}
