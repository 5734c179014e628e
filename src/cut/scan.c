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

int cs_scan_best(cs_scan *s, const double *gain, double aspiration, rc_rng *rng) {
  double top = -INFINITY;
  int ties = 0, soonest = 0;
  for (int v = 0; v < s->n; v++) {
    const double a = gain[v];
    if (a < top) continue; /* the common case: one comparison */
    if (s->held[v] > s->now && !(a > aspiration)) continue;
    if (a > top) top = a, ties = 0;
    s->tie[ties++] = v;
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
