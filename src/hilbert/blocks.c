/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of sites that a group carries into each other, and the order of sites made from them.
 *
 * A block is a set of sites whose images are either itself or disjoint from it (sublattices, for
 * example). Two sites generate the smallest block that holds both: M. D. Atkinson, An algorithm for
 * finding the blocks of a permutation group, Math. Comp. 29, 911 (1975). */
#include "hilbert/orbits.h"

#include <string.h>

enum { WIDTH_MOST = 18, WIDTH_LEAST = 6, WORK_MOST = 1 << 28, ENOUGH = 12 };

typedef struct classes {
  uint8_t parent[RC_SITES_MAX];
  uint8_t queue[RC_SITES_MAX][2];
  int queued;
} classes;

static int root_of(classes *c, int s) {
  while (c->parent[s] != s) s = c->parent[s] = c->parent[c->parent[s]];
  return s;
}

static void merge(classes *c, int a, int b) {
  a = root_of(c, a);
  b = root_of(c, b);
  if (a == b) return;
  c->parent[RC_MAX(a, b)] = (uint8_t)RC_MIN(a, b);
  c->queue[c->queued][0] = (uint8_t)a; /* at most sites - 1 times */
  c->queue[c->queued++][1] = (uint8_t)b;
}

/* The smallest block with sites a, b and c, as a mask. */
static uint64_t block_of(const rc_symmetries *g, int a, int b, int c) {
  classes k = {.queued = 0};
  for (int s = 0; s < g->sites; s++) k.parent[s] = (uint8_t)s;
  merge(&k, a, b);
  merge(&k, a, c);
  for (int head = 0; head < k.queued; head++)
    for (int64_t e = 0; e < g->order; e++)
      merge(&k, g->element[e][k.queue[head][0]], g->element[e][k.queue[head][1]]);
  uint64_t mask = 0;
  for (int s = 0; s < g->sites; s++)
    if (root_of(&k, s) == root_of(&k, a)) mask |= UINT64_C(1) << s;
  return mask;
}

static uint64_t image_mask(const rc_symmetries *g, int64_t e, uint64_t mask) {
  uint64_t to = 0;
  for (; mask; mask &= mask - 1) to |= UINT64_C(1) << g->element[e][__builtin_ctzll(mask)];
  return to;
}

/* Wider is better, up to what tables of 2^width entries for each element of the group may cost. */
static void consider(const rc_symmetries *g, uint64_t mask, uint64_t *best) {
  const int width = __builtin_popcountll(mask);
  if (width < WIDTH_LEAST || width > WIDTH_MOST || width >= g->sites) return;
  if (g->order << width > WORK_MOST) return;
  if (width > __builtin_popcountll(*best)) *best = mask;
}

static uint64_t widest_block(const rc_symmetries *g) {
  uint64_t best = 0, seen = 0;
  for (int a = 0; a < g->sites; a++) {
    uint64_t orbit = 0;
    if (seen >> a & 1) continue;
    for (int64_t e = 0; e < g->order; e++) orbit |= UINT64_C(1) << g->element[e][a];
    seen |= orbit;
    consider(g, orbit, &best);
    for (int b = a + 1; b < g->sites; b++)
      if (orbit >> b & 1) consider(g, block_of(g, a, b, b), &best);
    if (__builtin_popcountll(best) >= ENOUGH) continue;
    for (int b = a + 1; b < g->sites; b++)
      for (int c = b + 1; c < g->sites; c++)
        if (orbit >> b & 1 && orbit >> c & 1) consider(g, block_of(g, a, b, c), &best);
  }
  return best;
}

rc_site_order rc_site_order_make(const rc_symmetries *g) {
  rc_site_order l = {.width = 0};
  const uint64_t block = widest_block(g);
  l.width = __builtin_popcountll(block);
  uint64_t left = rc_sites_mask(g->sites);
  int bit = g->sites;
  for (int64_t e = 0; block && e < g->order; e++) {
    uint64_t image = image_mask(g, e, block); /* element 0 is the identity: the block is first */
    if (!(image & left)) continue;
    left &= ~image;
    bit -= l.width;
    l.shift[l.blocks++] = bit;
    for (int at = bit; image; image &= image - 1) l.bit[__builtin_ctzll(image)] = (uint8_t)at++;
  }
  for (int at = 0; left; left &= left - 1) l.bit[__builtin_ctzll(left)] = (uint8_t)at++;
  return l;
}
