/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Best flip among the vertices that are not held, ties broken at random; for tabu and breakout. */
#ifndef CUT_SCAN_H
#define CUT_SCAN_H

#include "roadcut/base.h"

typedef struct cs_scan {
  int n;
  int64_t now;
  int64_t *held; /* vertex v is held while held[v] > now */
  int *tie;
} cs_scan;
void cs_scan_open(cs_scan *s, int n);
void cs_scan_close(cs_scan *s);
void cs_scan_clear(cs_scan *s); /* nothing is held */
/* The vertex of largest gain that is not held, or held with a gain above 'aspiration'. When all are
 * held, the one that is free first. n must be positive. */
int cs_scan_best(cs_scan *s, const double *gain, double aspiration, rc_rng *rng);
/* The first of the vertices of largest gain, held or not. */
int cs_scan_highest(const double *gain, int n);
/* Holds v for 'moves' moves from now; time goes on by one. */
void cs_scan_hold(cs_scan *s, int v, int64_t moves);

#endif
