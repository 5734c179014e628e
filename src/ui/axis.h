/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes of plots: ranges, round ticks and their labels. */
#ifndef ROADCUT_UI_AXIS_H
#define ROADCUT_UI_AXIS_H

#include "roadcut/ui.h"

enum { RC_TICKS_MAX = 24 };
typedef struct rc_axis {
  bool log;
  bool whole;    /* the values are counts: no ticks between whole numbers */
  double lo, hi; /* in drawing units: log10 of the values on a log axis */
  int ticks;
  double at[RC_TICKS_MAX]; /* drawing units */
  char label[RC_TICKS_MAX][24];
  int label_w; /* widest label */
} rc_axis;
/* NaN where a value has no place (not finite, not positive on a log axis). */
double rc_axis_unit(const rc_axis *a, double v);
/* Ticks at 1, 2, 5 times powers of ten, also on log axes; at most 'most' of them, at least two where they fit. */
void rc_axis_ticks(rc_axis *a, int most);
/* A number for people: 6 significant digits, no padding zeros, short exponents. */
void rc_format_short(double v, char out[24]);

#endif
