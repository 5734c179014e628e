/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/axis.h"

#include <limits.h>
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

/* 0.001, 200, 5e-7: digits and a power of ten, as short as can be. */
static void label_log(int digit, int decade, char out[24]) {
  if (decade >= -3 && decade <= 3)
    snprintf(out, 24, "%g", digit * pow(10, decade));
  else
    snprintf(out, 24, "%de%d", digit, decade);
}

/* Ticks at digits of 'digits' in every decade, or at each 'every'-th power of ten; returns how many,
 * and adds them where 'add' is set. */
static int log_ticks(rc_axis *a, const char *digits, int every, bool add) {
  const int first = (int)floor(a->lo - 1e-9), last = (int)ceil(a->hi + 1e-9);
  int n = 0;
  if (last - first > 2000) return INT_MAX;
  for (int d = first; d <= last; d++) {
    if (d % every) continue;
    for (const char *c = digits; *c; c++) {
      const double at = d + log10(*c - '0');
      char text[24];
      if (at < a->lo - 1e-9 || at > a->hi + 1e-9) continue;
      n++;
      if (!add) continue;
      label_log(*c - '0', d, text);
      add_tick(a, at, text);
    }
  }
  return n;
}

/* The densest of 1 2 5, powers of ten, every second, third .. of them that there is room for; in less
 * than a decade also all digits. False when there would be fewer than two. */
static bool all_log_ticks(rc_axis *a, int most) {
  static const char *const digits[] = {"125", "1", "123456789"};
  for (int k = 0; k < 3; k++) {
    const int n = log_ticks(a, digits[k], 1, false);
    if (n < 2 || n > most + (k == 0)) continue; /* one more is better than steps of no decade */
    log_ticks(a, digits[k], 1, true);
    return true;
  }
  const int decades = log_ticks(a, "1", 1, false);
  if (decades <= most) return false;
  for (int every = 2;; every++) {
    const int n = log_ticks(a, "1", every, false);
    if (n > most && n < INT_MAX) continue;
    if (n < INT_MAX) log_ticks(a, "1", n < 2 ? every - 1 : every, true);
    return n < INT_MAX;
  }
}

static double nice_step(double raw) {
  const double power = pow(10, floor(log10(raw))), f = raw / power;
  return (f <= 1 + 1e-9 ? 1 : f <= 2 + 1e-9 ? 2 : f <= 5 + 1e-9 ? 5 : 10) * power;
}

static int steps_inside(double lo, double hi, double step) {
  return (int)(floor(hi / step + 1e-9) - ceil(lo / step - 1e-9)) + 1;
}

void rc_axis_ticks(rc_axis *a, int most) {
  a->ticks = 0;
  a->label_w = 0;
  if (!(a->hi - a->lo > 0) || !isfinite(a->hi - a->lo) || most < 1) return;
  if (a->log && all_log_ticks(a, most)) return;
  /* evenly in the values, also on a log axis that holds less than two digits of a decade */
  const double lo = a->log ? pow(10, a->lo) : a->lo, hi = a->log ? pow(10, a->hi) : a->hi;
  double step = nice_step((hi - lo) / most);
  while (step > 0 && steps_inside(lo, hi, step) < 2 && most > 1) step = nice_step(step / 3);
  if (a->whole && !a->log) step = RC_MAX(step, 1);
  if (!(step > 0) || !isfinite(step)) return;
  int decimals = (int)RC_MIN(RC_MAX(-floor(log10(step) + 1e-9), 0), 9);
  bool wild = RC_MAX(fabs(lo), fabs(hi)) >= 1e6 || step < 1e-6;
  const double most_digits = log10(RC_MAX(fabs(lo), fabs(hi)) / step) + 1 + 1e-9;
  const int digits = (int)RC_MIN(RC_MAX(ceil(most_digits), 1), 12);
  for (int k = 0; k < RC_TICKS_MAX; k++) {
    double v = (ceil(lo / step - 1e-9) + k) * step;
    if (v > hi + 1e-9 * step) break;
    if (fabs(v) < 1e-9 * step) v = 0; /* no "-0.0" */
    char text[24];
    if (wild || (a->log && lo < 1e-4)) /* as many digits as tell two ticks apart */
      snprintf(text, sizeof text, "%.*g", digits, v);
    else if (a->log)
      rc_format_short(v, text);
    else
      snprintf(text, sizeof text, "%.*f", decimals, v);
    add_tick(a, a->log ? log10(v) : v, text);
  }
}
