/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distances in a token graph of a connected lattice are minimal transports: d(A, B) is the least
 * sum of lattice distances over all ways to send the tokens of A to the places of B. (A flip
 * changes the transport by at most one; and some flip lowers it by one: on a shortest path from a
 * token to its place take the last token before the place is reached, and let the two change
 * aims.) Common places cost nothing, so the largest distance is between disjoint sets, and the
 * larger the sets the larger it is: only disjoint sets of min(k, N - k) sites have to be compared.
 */
#include "hilbert/graph_internal.h"

#include <limits.h>
#include <string.h>

enum { TOKENS_MAX = RC_SITES_MAX / 2 };

/* Assignment problem by shortest augmenting paths with potentials (Kuhn, Munkres; the O(n^3) form
 * of Jonker and Volgenant). Source: Burkard, Dell'Amico, Martello, Assignment Problems, 2009. */
static int assignment(int n, int cost[TOKENS_MAX + 1][TOKENS_MAX + 1]) {
  int u[TOKENS_MAX + 1] = {0}, v[TOKENS_MAX + 1] = {0}, row_of[TOKENS_MAX + 1] = {0};
  for (int i = 1; i <= n; i++) {
    int slack[TOKENS_MAX + 1], from[TOKENS_MAX + 1], column = 0;
    bool used[TOKENS_MAX + 1] = {false};
    for (int j = 0; j <= n; j++) slack[j] = INT_MAX;
    row_of[0] = i;
    do {
      int row = row_of[column], step = INT_MAX, next = 0;
      used[column] = true;
      for (int j = 1; j <= n; j++) {
        if (used[j]) continue;
        int reduced = cost[row][j] - u[row] - v[j];
        if (reduced < slack[j]) {
          slack[j] = reduced;
          from[j] = column;
        }
        if (slack[j] < step) {
          step = slack[j];
          next = j;
        }
      }
      for (int j = 0; j <= n; j++) {
        if (used[j]) {
          u[row_of[j]] += step;
          v[j] -= step;
        } else if (j) {
          slack[j] -= step;
        }
      }
      column = next;
    } while (row_of[column]);
    while (column) {
      row_of[column] = row_of[from[column]];
      column = from[column];
    }
  }
  int sum = 0;
  for (int j = 1; j <= n; j++) sum += cost[row_of[j]][j];
  return sum;
}

int rc_transport_cost(const rc_pair_graph *g, uint64_t from, uint64_t to) {
  int cost[TOKENS_MAX + 1][TOKENS_MAX + 1], n = 0;
  uint64_t common = from & to;
  for (uint64_t a = from & ~common; a; a &= a - 1) {
    int m = 0;
    n++;
    for (uint64_t b = to & ~common; b; b &= b - 1)
      cost[n][++m] = g->distance[__builtin_ctzll(a)][__builtin_ctzll(b)];
  }
  return assignment(n, cost);
}

static double binomial(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
  return c;
}

double rc_transport_total(int sites, int tokens) {
  return binomial(sites, 2 * tokens) * binomial(2 * tokens, tokens) / 2;
}

/* Next larger number with as many bits set (Gosper); 0 when the word overflows. */
static uint64_t next_subset(uint64_t x) {
  uint64_t low = x & -x, carried = x + low;
  if (!x || carried < x) return 0;
  return ((carried ^ x) >> 2) / low | carried;
}

static uint64_t low_bits(int n) {
  return n >= 64 ? ~0ull : (1ull << n) - 1;
}

static void look(rc_transport *t, uint64_t from, uint64_t to) {
  int cost = rc_transport_cost(t->g, from, to);
  if (cost <= t->best) return;
  t->best = cost;
  t->best_from = from;
  t->best_to = to;
}

/* Good starts: sites ordered from near one site (or one of two) to far, first against last. */
static void look_at_seeds(rc_transport *t) {
  int sites = t->g->sites;
  for (int s = 0; s < sites; s++) {
    for (int r = 0; r < sites; r++) {
      int order[RC_SITES_MAX], key[RC_SITES_MAX];
      for (int i = 0; i < sites; i++) {
        int k = t->g->distance[s][i] - (r == s ? 0 : t->g->distance[r][i]), at = i;
        for (; at > 0 && key[order[at - 1]] > k; at--) order[at] = order[at - 1];
        order[at] = i;
        key[i] = k;
      }
      uint64_t from = 0, to = 0;
      for (int i = 0; i < t->tokens; i++) {
        from |= 1ull << order[i];
        to |= 1ull << order[sites - 1 - i];
      }
      look(t, from, to);
    }
  }
}

void rc_transport_start(rc_transport *t, const rc_pair_graph *g, int tokens) {
  memset(t, 0, sizeof *t);
  t->g = g;
  t->tokens = tokens;
  t->total = rc_transport_total(g->sites, tokens);
  t->started = true;
  for (int s = 0; s < g->sites; s++) {
    for (int i = 0; i < g->sites; i++) {
      int d = g->distance[s][i];
      t->shell[d][s] |= 1ull << i;
      t->reach = RC_MAX(t->reach, d);
    }
  }
  if (!tokens) return;
  t->both = low_bits(2 * tokens);
  t->from = low_bits(tokens - 1);
  look_at_seeds(t);
}

/* Is some transport, taken greedily, no dearer than the best so far? Then the minimal one is not.
 */
static bool cheap(const rc_transport *t, uint64_t from, uint64_t to) {
  int cost = 0;
  for (int d = 1; d <= t->reach && from; d++) {
    for (uint64_t a = from; a; a &= a - 1) {
      uint64_t meet = t->shell[d][__builtin_ctzll(a)] & to;
      if (!meet) continue;
      to ^= meet & -meet;
      from ^= a & -a;
      cost += d;
    }
  }
  return cost <= t->best;
}

static uint64_t spread(uint64_t local, uint64_t over) {
  uint64_t out = 0;
  if (!(over & (over + 1))) return local; /* over is a block of low bits */
  for (; local; local >>= 1, over &= over - 1)
    if (local & 1) out |= over & -over;
  return out;
}

bool rc_transport_step(rc_transport *t, uint64_t pairs) {
  int sites = t->g->sites, tokens = t->tokens;
  if (!tokens) return true;
  for (; pairs; pairs--) {
    /* the lowest site of the two sets is always in the first: each pair once */
    uint64_t from = spread(t->from << 1 | 1, t->both), to = t->both & ~from;
    if (!cheap(t, from, to)) look(t, from, to);
    t->seen++;
    t->from = next_subset(t->from);
    if (t->from && !(t->from & ~low_bits(2 * tokens - 1))) continue;
    t->from = low_bits(tokens - 1);
    t->both = next_subset(t->both);
    if (!t->both || (t->both & ~low_bits(sites))) return true;
  }
  return false;
}
