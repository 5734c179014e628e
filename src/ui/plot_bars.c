/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bars, gauges and sparklines. */
#include <math.h>
#include <stdio.h>

#include "roadcut/ui.h"
#include "ui/axis.h"

static double finite_or(double v, double other) {
  return isfinite(v) ? v : other;
}

/* Height in eighths of a cell; a value that is there but small is still seen. */
static int eighths(const rc_axis *a, double v, int rows) {
  double u = rc_axis_unit(a, v);
  if (isnan(u) || (!a->log && v <= 0)) return 0;
  double share = (u - a->lo) / (a->hi - a->lo);
  int e = (int)lround(RC_MIN(RC_MAX(share, 0), 1) * rows * 8);
  return RC_MAX(e, 1);
}

/* One column of a bar: eighths e, of which the lowest 'part' are shaded and in another style: it is
 * told by its texture where there are no colours. Shades have no eighths: a cell is one or other. */
static void draw_column(rc_pen p, int x, int bottom, int e, int part, rc_style s, rc_style ps) {
  bool ascii = p.screen->graphics == RC_G_ASCII;
  for (int row = 0; row * 8 < e; row++) {
    int fill = RC_MIN(e - row * 8, 8), low = RC_MIN(RC_MAX(part - row * 8, 0), 8);
    bool shaded = low * 2 >= fill;
    if (ascii && fill < 4 && row > 0) continue;
    uint32_t whole = ascii ? '#' : 0x2580u + (unsigned)fill;
    rc_put_cell(p, x, bottom - row,
                !shaded     ? whole
                : ascii     ? ':'
                : fill >= 4 ? 0x2592
                            : whole,
                shaded ? ps : s, RC_TEXT, 0);
  }
}

typedef struct bars {
  int n, first, shown, bar, gap; /* values, window, widths in cells */
  int x, y, h;
  rc_axis ay;
} bars;

static void fit_bars(bars *b, const rc_plot *o, const double *value) {
  double top = 0, least = INFINITY;
  b->ay.whole = true;
  for (int i = 0; i < b->n; i++) {
    double v = finite_or(value[i], 0);
    top = RC_MAX(top, v);
    if (v > 0) least = RC_MIN(least, v);
    b->ay.whole = b->ay.whole && v == floor(v);
  }
  if (o->y_log && top > 0) {
    b->ay.hi = log10(top);
    b->ay.lo = RC_MIN(floor(log10(least) - 0.3), b->ay.hi - 1);
  } else {
    b->ay.lo = 0;
    b->ay.hi = top > 0 ? top : 1;
  }
}

static void lay_out_bars(bars *b, rc_pen p, bool labels, bool caption, int selected) {
  b->y = caption && p.r.h >= 4;
  b->h = p.r.h - b->y - (labels && p.r.h >= 3 ? 1 : 0);
  rc_axis_ticks(&b->ay, RC_MAX(b->h / 3, 1));
  b->x = p.r.w >= 20 && p.r.h >= 3 ? b->ay.label_w + 1 : 0;
  int room = RC_MAX(p.r.w - b->x, 1);
  int pitch = RC_MIN(RC_MAX(room / RC_MAX(b->n, 1), 1), 9);
  b->gap = pitch >= 3 ? 1 : 0;
  b->bar = pitch - b->gap;
  b->shown = RC_MIN(b->n, room / pitch);
  /* More values than columns: a window around the selected one. */
  int first = selected - b->shown / 2;
  b->first = RC_MAX(RC_MIN(first, b->n - b->shown), 0);
}

static int label_x(const bars *b, rc_pen p, const char *text, int shown) {
  int w = rc_text_width(text), x = b->x + shown * (b->bar + b->gap) + (b->bar - w) / 2;
  return RC_MIN(RC_MAX(x, 0), RC_MAX(p.r.w - w, 0));
}

/* The selected bar's label always, of the others those that keep a blank around them. */
static void draw_bar_labels(const bars *b, rc_pen p, const char *const *labels, int selected) {
  int y = b->y + b->h, end = -1, sx = -9, sw = 0;
  if (y >= p.r.h) return;
  if (selected >= b->first && selected < b->first + b->shown) {
    sx = label_x(b, p, labels[selected], selected - b->first);
    sw = rc_text_width(labels[selected]);
    rc_put(p, sx, y, RC_BRIGHT, labels[selected]);
  }
  for (int i = 0; i < b->shown; i++) {
    const char *text = labels[b->first + i];
    int w = rc_text_width(text), x = label_x(b, p, text, i);
    bool meets = sw && x <= sx + sw && sx <= x + w;
    if (b->first + i == selected || !w || x < end + 1 || meets) continue;
    end = rc_put(p, x, y, RC_DIM, text);
  }
}

void rc_plot_bars(rc_pen p, const rc_plot *o, int n, const double *value, const double *part,
                  const char *const *labels, rc_style s, rc_style part_style, int selected) {
  if (p.r.w < 1 || p.r.h < 1) return;
  if (n < 1) {
    rc_put_cut(p, RC_MAX((p.r.w - 11) / 2, 0), p.r.h / 2, p.r.w, RC_DIM, "no data yet");
    return;
  }
  bars b = {.n = n, .ay = {.log = o->y_log}};
  fit_bars(&b, o, value);
  lay_out_bars(&b, p, labels != NULL, o->y_label || o->x_label, selected);
  if (b.y && o->y_label) rc_put_cut(p, 0, 0, p.r.w, RC_DIM, o->y_label);
  if (b.y && o->x_label &&
      (!o->y_label || rc_text_width(o->x_label) + rc_text_width(o->y_label) + 2 <= p.r.w))
    rc_put_right(p, p.r.w, 0, RC_DIM, o->x_label);
  for (int k = 0, last = -9; b.x && k < b.ay.ticks; k++) {
    int y = b.y + b.h - 1 - (int)((b.ay.at[k] - b.ay.lo) / (b.ay.hi - b.ay.lo) * b.h - 1e-9);
    y = RC_MAX(RC_MIN(y, b.y + b.h - 1), b.y);
    if (y != last) rc_put_right(p, b.x - 1, y, RC_DIM, b.ay.label[k]);
    last = y;
  }
  for (int i = 0; i < b.shown; i++) {
    int k = b.first + i, e = eighths(&b.ay, value[k], b.h);
    int low = part ? RC_MIN(eighths(&b.ay, part[k], b.h), e) : 0;
    for (int j = 0; j < b.bar; j++)
      draw_column(p, b.x + i * (b.bar + b.gap) + j, b.y + b.h - 1, e, low,
                  k == selected ? RC_BRIGHT : s, part_style);
  }
  if (labels) draw_bar_labels(&b, p, labels, selected);
}

void rc_gauge(rc_pen p, int x, int y, int w, double share, rc_style s) {
  if (w < 1) return;
  bool ascii = p.screen->graphics == RC_G_ASCII;
  share = RC_MIN(RC_MAX(finite_or(share, 0), 0), 1);
  int e = (int)lround(share * w * 8);
  if (share < 1 && e == w * 8) e--; /* full only when it is */
  if (share > 0 && e == 0) e = 1;
  for (int i = 0; i < w; i++) {
    int fill = RC_MIN(RC_MAX(e - i * 8, 0), 8);
    bool on = fill >= (i == w - 1 ? 8 : 4); /* the last cell only when it is full */
    if (ascii)
      rc_put_cell(p, x + i, y, on ? '#' : '.', on ? s : RC_DIM, RC_TEXT, 0);
    else if (fill == 0)
      rc_put_cell(p, x + i, y, 0x2591, RC_FRAME_LINE, RC_TEXT, 0);
    else
      rc_put_cell(p, x + i, y, 0x2590u - (unsigned)fill, s, RC_TEXT, 0);
  }
}

void rc_sparkline(rc_pen p, int x, int y, int w, const double *v, int n, rc_style s) {
  static const char ascii[] = "_.-:=+*#";
  double lo = INFINITY, hi = -INFINITY;
  for (int i = 0; i < n; i++)
    if (isfinite(v[i])) lo = RC_MIN(lo, v[i]), hi = RC_MAX(hi, v[i]);
  if (!(lo <= hi)) return;
  for (int i = 0; i < w && n > 0; i++) {
    int k = w >= n ? i : (int)((int64_t)i * n / w);
    if (k >= n || !isfinite(v[k])) continue;
    int level = hi > lo ? (int)((v[k] - lo) / (hi - lo) * 7.999) : 3;
    rc_put_cell(p, x + i, y,
                p.screen->graphics == RC_G_ASCII ? (uint32_t)ascii[level]
                                                 : 0x2581u + (unsigned)level,
                s, RC_TEXT, 0);
  }
}
