/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double rc_axis_unit(const rc_axis *a, double v) {
  if (!isfinite(v)) return NAN;
  if (!a->log) return v;
  return v > 0 ? log10(v) : NAN;
}

void rc_format_short(double v, char out[24]) {
  if (isnan(v))
    snprintf(out, 24, "–");
  else if (fabs(v) < 1e-300)
    snprintf(out, 24, "0");
  else if (fabs(v) >= 1e7 || fabs(v) < 1e-4)
    snprintf(out, 24, "%.2e", v);
  else
    snprintf(out, 24, "%.6g", v);
}

static void add_tick(rc_axis *a, double at, const char *label) {
  if (a->ticks == RC_TICKS_MAX) return;
  a->at[a->ticks] = at;
  snprintf(a->label[a->ticks], sizeof a->label[0], "%s", label);
  a->label_w = RC_MAX(a->label_w, rc_text_width(label));
  a->ticks++;
}

static void log_ticks(rc_axis *a, int most) {
  double first = ceil(a->lo - 1e-9), last = floor(a->hi + 1e-9);
  double every = RC_MAX(ceil((last - first + 1) / RC_MAX(most, 1)), 1);
  for (double d = ceil(first / every) * every; d <= last; d += every) {
    char text[24];
    if (d >= -2 && d <= 3)
      snprintf(text, sizeof text, "%g", pow(10, d));
    else
      snprintf(text, sizeof text, "1e%d", (int)d);
    add_tick(a, d, text);
  }
}

void rc_axis_ticks(rc_axis *a, int most) {
  a->ticks = 0;
  a->label_w = 0;
  double span = a->hi - a->lo;
  if (!(span > 0) || !isfinite(span) || most < 1) return;
  if (a->log && span >= 1) {
    log_ticks(a, most);
    return;
  }
  double raw = span / most, power = pow(10, floor(log10(raw))), f = raw / power;
  double step = (f <= 1 ? 1 : f <= 2 ? 2 : f <= 5 ? 5 : 10) * power;
  if (!(step > 0) || !isfinite(step)) return;
  int decimals = (int)RC_MIN(RC_MAX(-floor(log10(step) + 1e-9), 0), 9);
  bool wild = RC_MAX(fabs(a->lo), fabs(a->hi)) >= 1e6 || step < 1e-6;
  for (int k = 0; k < RC_TICKS_MAX; k++) {
    double v = (ceil(a->lo / step - 1e-9) + k) * step;
    if (v > a->hi + 1e-9 * step) break;
    if (fabs(v) < 1e-9 * step) v = 0; /* no "-0.0" */
    char text[24];
    if (a->log)
      rc_format_short(pow(10, v), text);
    else if (wild)
      snprintf(text, sizeof text, "%.2g", v);
    else
      snprintf(text, sizeof text, "%.*f", decimals, v);
    add_tick(a, v, text);
  }
}
