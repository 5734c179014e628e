/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Line plots: axes, ticks, curves with marks, legend, crosshair. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/ui.h"
#include "ui/axis.h"

/* Where things are inside the pen: the curve's box is (x, y, w, h) in cells. */
typedef struct frame {
  int x, y, w, h;
  bool legend, bottom, gutter;
  rc_axis ax, ay;
} frame;

static double x_of(const rc_series *s, int i) {
  return s->x ? s->x[i] : i;
}

/* Range of the data that can be drawn; false when there is none. */
static bool fit_axes(frame *f, const rc_plot *o, const rc_series *s, int n) {
  double lo[2] = {INFINITY, INFINITY}, hi[2] = {-INFINITY, -INFINITY};
  for (int k = 0; k < n; k++)
    for (int i = 0; i < s[k].n; i++) {
      double u[2] = {rc_axis_unit(&f->ax, x_of(&s[k], i)), rc_axis_unit(&f->ay, s[k].y[i])};
      if (isnan(u[0]) || isnan(u[1])) continue;
      for (int d = 0; d < 2; d++) {
        lo[d] = RC_MIN(lo[d], u[d]);
        hi[d] = RC_MAX(hi[d], u[d]);
      }
    }
  rc_axis *a[2] = {&f->ax, &f->ay};
  const double want[2][2] = {{o->x0, o->x1}, {o->y0, o->y1}};
  bool any = lo[0] <= hi[0];
  for (int d = 0; d < 2; d++) {
    double from = rc_axis_unit(a[d], want[d][0]), to = rc_axis_unit(a[d], want[d][1]);
    bool given = want[d][0] < want[d][1] && !isnan(from) && !isnan(to);
    a[d]->lo = given ? from : lo[d];
    a[d]->hi = given ? to : hi[d];
    if (!given && any) { /* a flat or single value gets room around it */
      double pad = d ? 0.04 * (hi[d] - lo[d]) : 0;
      if (!(hi[d] - lo[d] > 1e-12 * RC_MAX(fabs(hi[d]), 1e-30)))
        pad = RC_MAX(0.5 * fabs(hi[d]) * 1e-3, a[d]->log ? 0.5 : 0.5e-3);
      a[d]->lo -= pad;
      a[d]->hi += pad;
    }
  }
  return any;
}

static void lay_out(frame *f, const rc_plot *o, rc_pen p, int named) {
  int w = p.r.w, h = p.r.h;
  f->legend = h >= 6 && (named > 0 || o->y_label) && w >= 16;
  f->bottom = h >= 5 && w >= 16;
  f->y = f->legend;
  f->h = h - f->y - (f->bottom ? 2 : 0);
  rc_axis_ticks(&f->ay, RC_MAX(f->h / 3, 2));
  f->gutter = w >= 20 && h >= 3 && f->ay.label_w + 12 < w;
  f->x = f->gutter ? f->ay.label_w + 1 : 0;
  f->w = w - f->x;
  rc_axis_ticks(&f->ax, RC_MAX(f->w / 12, 2));
}

static int row_of(const frame *f, double unit) {
  return f->y + (int)lround((f->ay.hi - unit) / (f->ay.hi - f->ay.lo) * (f->h - 1));
}

static int column_of(const frame *f, double unit) {
  return f->x + (int)lround((unit - f->ax.lo) / (f->ax.hi - f->ax.lo) * (f->w - 1));
}

static void draw_axes(const frame *f, const rc_plot *o, rc_pen p) {
  if (f->gutter) {
    int last = -9;
    for (int k = 0; k < f->ay.ticks; k++) {
      int y = row_of(f, f->ay.at[k]);
      if (y == last || y < f->y || y >= f->y + f->h) continue;
      rc_put_right(p, f->x - 1, y, RC_DIM, f->ay.label[k]);
      last = y;
    }
  }
  if (!f->bottom) return;
  int y = f->y + f->h, end = f->x;
  rc_put(p, f->x, y, RC_FRAME_LINE, "└");
  for (int x = f->x + 1; x < f->x + f->w; x++) rc_put(p, x, y, RC_FRAME_LINE, "─");
  int name = o->x_label ? rc_text_width(o->x_label) : 0, name_x = p.r.w - name;
  if (name + 10 > f->w) name = 0, name_x = p.r.w;
  for (int k = 0; k < f->ax.ticks; k++) {
    int at = column_of(f, f->ax.at[k]), w = rc_text_width(f->ax.label[k]);
    int x = RC_MAX(at - w / 2, k ? end + 1 : 0);
    if (at < f->x || at >= f->x + f->w || (k && x > at) || x + w > name_x - (name > 0)) continue;
    rc_put(p, at, y, RC_FRAME_LINE, at == f->x ? "├" : "┴");
    end = rc_put(p, x, y + 1, RC_DIM, f->ax.label[k]) + 1;
  }
  if (name) rc_put(p, name_x, y + 1, RC_DIM, o->x_label);
}

const char *rc_mark_text(char mark) {
  switch (mark & 0x7f) {
  case 'o': return "●";
  case '^': return "▲";
  case '#': return "■";
  case '*': return "◆";
  case 'x': return "×";
  case '+': return "+";
  case 0: return "─";
  }
  return "•";
}

static void draw_legend(const frame *f, const rc_plot *o, rc_pen p, const rc_series *s, int n) {
  if (!f->legend) return;
  /* the first ones, as many as there is room for, to the right */
  int x = p.r.w, least = o->y_label ? rc_text_width(o->y_label) + 2 : 0, shown = 0, width = 0;
  for (; shown < n; shown++) {
    const int w = s[shown].name && s[shown].name[0] ? rc_text_width(s[shown].name) + 5 : 0;
    if (w && x - width - w + 3 < least) break;
    width += w;
  }
  for (int k = shown - 1; k >= 0; k--) {
    if (!s[k].name || !s[k].name[0]) continue;
    x -= rc_text_width(s[k].name) + 2;
    rc_put(p, x, 0, s[k].style, rc_mark_text(s[k].mark));
    rc_put(p, x + 2, 0, s[k].style, s[k].name);
    x -= 3;
  }
  if (o->y_label) rc_put_cut(p, 0, 0, RC_MIN(x + 2, p.r.w), RC_DIM, o->y_label);
}

typedef struct spot {
  double x, y; /* canvas pixels, nan when it has no place */
} spot;

static spot spot_of(const frame *f, const rc_canvas *c, const rc_series *s, int i) {
  double ux = rc_axis_unit(&f->ax, x_of(s, i)), uy = rc_axis_unit(&f->ay, s->y[i]);
  if (isnan(ux) || isnan(uy)) return (spot){NAN, NAN};
  return (spot){(ux - f->ax.lo) / (f->ax.hi - f->ax.lo) * (rc_canvas_w(c) - 1),
                (f->ay.hi - uy) / (f->ay.hi - f->ay.lo) * (rc_canvas_h(c) - 1)};
}

/* Curves first, then their marks on top: a few per curve, shifted against each other, so that
 * they can be told apart without colour. */
static void draw_series(const frame *f, const rc_plot *o, rc_pen p, const rc_series *s, int n) {
  rc_canvas *c = rc_canvas_new(f->w, f->h, p.screen->graphics);
  for (int k = 0; k < n; k++)
    for (int i = 0; i < s[k].n; i++) {
      spot b = spot_of(f, c, &s[k], i);
      if (isnan(b.x)) continue;
      spot a = i && !o->points && !(s[k].mark & RC_DOTS) ? spot_of(f, c, &s[k], i - 1)
                                                         : (spot){NAN, NAN};
      if (isnan(a.x)) {
        rc_canvas_line(c, b.x, b.y, b.x, b.y, s[k].style);
      } else {
        rc_canvas_line(c, a.x, a.y, b.x, b.y, s[k].style);
      }
    }
  rc_canvas_blit(c, p, f->x, f->y);
  int every = RC_MAX(f->w / 4, 8);
  rc_pen box = rc_pen_sub(p, f->x, f->y, f->w, f->h);
  for (int k = 0; k < n && n > 1; k++) {
    if (!s[k].mark) continue;
    int next = s[k].mark & RC_DOTS ? 0 : every / 2 + k * every / RC_MAX(n, 1);
    for (int i = 0; i < s[k].n; i++) {
      spot b = spot_of(f, c, &s[k], i);
      if (isnan(b.x) || !(b.x >= 0 && b.x < rc_canvas_w(c) && b.y >= 0 && b.y < rc_canvas_h(c)))
        continue;
      int x = (int)(b.x * f->w / rc_canvas_w(c)), y = (int)(b.y * f->h / rc_canvas_h(c));
      if (x < next) continue;
      rc_put(box, x, y, s[k].style, rc_mark_text(s[k].mark));
      next = s[k].mark & RC_DOTS ? 0 : x + every;
    }
  }
  rc_canvas_free(c);
}

/* Where the crosshair is: x of the point nearest to a column, of all curves; nan without one. */
static double crosshair_at(const frame *f, const rc_series *s, int n, int column) {
  double best = NAN, least = INFINITY;
  for (int k = 0; k < n; k++)
    for (int i = 0; i < s[k].n; i++) {
      const double u = rc_axis_unit(&f->ax, x_of(&s[k], i));
      if (isnan(u) || isnan(rc_axis_unit(&f->ay, s[k].y[i]))) continue;
      const double d = abs(column_of(f, u) - column);
      if (d < least) least = d, best = x_of(&s[k], i);
    }
  return best;
}

/* Of a curve at x, never of another place: the last of its points there, what it stays at between
 * two points, or else a point of the same column; nan when it has none of these. */
static double value_at(const frame *f, const rc_series *s, double x) {
  const int column = column_of(f, rc_axis_unit(&f->ax, x));
  double there = NAN;
  for (int i = s->n - 1; i >= 0; i--)
    if (x_of(s, i) == x) return s->y[i];
  for (int i = 0; i < s->n; i++) {
    const double u = rc_axis_unit(&f->ax, x_of(s, i));
    const bool stays = i + 1 < s->n && s->y[i] == s->y[i + 1];
    if (stays && x_of(s, i) < x && x < x_of(s, i + 1)) return s->y[i];
    if (isnan(there) && !isnan(u) && column_of(f, u) == column) there = s->y[i];
  }
  return there;
}

static void draw_crosshair(const frame *f, const rc_plot *o, rc_pen p, const rc_series *s, int n) {
  int x = RC_MIN(RC_MAX(o->crosshair, f->x), f->x + f->w - 1), width = 0, lines = 0;
  char text[8][64];
  rc_style style[8];
  const double at = crosshair_at(f, s, n, x);
  if (!isnan(at)) {
    style[lines] = RC_BRIGHT;
    snprintf(text[lines++], 64, "%.20s %.8g", o->x_label ? o->x_label : "x", at);
  }
  for (int k = 0; k < n && lines && lines < 8; k++) {
    const double y = value_at(f, &s[k], at);
    const int end =
        snprintf(text[lines], 64, "%s %.18s ", rc_mark_text(s[k].mark), s[k].name ? s[k].name : "");
    style[lines] = s[k].style;
    if (isnan(y) || isnan(rc_axis_unit(&f->ay, y)))
      snprintf(text[lines++] + end, (size_t)(64 - end), "–");
    else
      snprintf(text[lines++] + end, (size_t)(64 - end), "%.10g", y);
  }
  for (int y = f->y; y < f->y + f->h; y++) rc_put(p, x, y, RC_DIM, "│");
  for (int k = 0; k < lines; k++) width = RC_MAX(width, rc_text_width(text[k]));
  int left = x + 2 + width < p.r.w ? x + 2 : RC_MAX(x - 1 - width, 0);
  for (int k = 0; k < lines && k < f->h; k++) {
    rc_fill(p, left, f->y + k, width, 1, 0, RC_SELECTED, RC_SELECTED);
    rc_put(p, left, f->y + k, style[k], text[k]);
  }
}

void rc_plot_lines(rc_pen p, const rc_plot *o, const rc_series *s, int n) {
  if (p.r.w < 1 || p.r.h < 1) return;
  frame f = {.ax = {.log = o->x_log}, .ay = {.log = o->y_log}};
  if (!fit_axes(&f, o, s, n)) {
    rc_put_cut(p, RC_MAX((p.r.w - 11) / 2, 0), p.r.h / 2, p.r.w, RC_DIM, "no data yet");
    return;
  }
  if (!(f.ax.hi > f.ax.lo)) f.ax.hi = f.ax.lo + 1;
  if (!(f.ay.hi > f.ay.lo)) f.ay.hi = f.ay.lo + 1;
  int named = 0;
  for (int k = 0; k < n; k++) named += s[k].name && s[k].name[0];
  lay_out(&f, o, p, named);
  draw_axes(&f, o, p);
  draw_series(&f, o, p, s, n);
  draw_legend(&f, o, p, s, n);
  if (o->crosshair >= 0) draw_crosshair(&f, o, p, s, n);
}
