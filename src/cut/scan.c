/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scan.h"

#include <math.h>
#include <string.h>

void cs_scan_open(cs_scan *s, int n) {
  *s = (cs_scan){.n = n};
  s->held = rc_alloc((size_t)n + 1, sizeof *s->held);
  s->tie = rc_alloc((size_t)n + 1, sizeof *s->tie);
}

void cs_scan_close(cs_scan *s) {
  rc_free(s->held);
  rc_free(s->tie);
}

void cs_scan_clear(cs_scan *s) {
  memset(s->held, 0, (size_t)s->n * sizeof *s->held);
  s->now = 0;
}

enum { BLOCK = 16 };

/* The largest of a block, as four chains that a processor follows side by side. */
static double block_top(const double *g) {
  double a = g[0], b = g[1], c = g[2], d = g[3];
  for (int i = 4; i < BLOCK; i += 4) {
    a = g[i] > a ? g[i] : a;
    b = g[i + 1] > b ? g[i + 1] : b;
    c = g[i + 2] > c ? g[i + 2] : c;
    d = g[i + 3] > d ? g[i + 3] : d;
  }
  a = b > a ? b : a;
  c = d > c ? d : c;
  return c > a ? c : a;
}

int cs_scan_highest(const double *gain, int n) {
  int best = 0;
  for (int from = 0; from < n; from += BLOCK) {
    if (from + BLOCK <= n && !(block_top(gain + from) > gain[best])) continue;
    for (int v = from; v < n && v < from + BLOCK; v++) {
      if (gain[v] > gain[best]) best = v;
    }
  }
  return best;
}

int cs_scan_best(cs_scan *s, const double *gain, double aspiration, rc_rng *rng) {
  double top = -INFINITY;
  int ties = 0, soonest = 0;
  for (int from = 0; from < s->n; from += BLOCK) {
    const int stop = RC_MIN(s->n, from + BLOCK);
    if (stop == from + BLOCK && block_top(gain + from) < top) continue; /* most of them */
    for (int v = from; v < stop; v++) {
      const double a = gain[v];
      if (a < top || (s->held[v] > s->now && !(a > aspiration))) continue;
      if (a > top) top = a, ties = 0;
      s->tie[ties++] = v;
    }
  }
  if (ties > 0) return s->tie[ties == 1 ? 0 : rc_rng_below(rng, (uint64_t)ties)];
  for (int v = 1; v < s->n; v++) {
    if (s->held[v] < s->held[soonest]) soonest = v;
  }
  return soonest;
}

void cs_scan_hold(cs_scan *s, int v, int64_t moves) {
  s->now++;
  s->held[v] = s->now + moves;
}
