/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canvas: sub-cell pixels in braille, half blocks or ASCII. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/ui.h"

struct rc_canvas {
  rc_graphics graphics;
  int cells_w, cells_h, w, h;
  /* braille: one cell each: dots and the style drawn last. Block and ASCII: one pixel each:
   * 1 (block) or the character (ASCII) when set. */
  uint8_t *ink, *style;
};

rc_canvas *rc_canvas_new(int cells_w, int cells_h, rc_graphics g) {
  rc_canvas *c = rc_alloc(1, sizeof *c);
  c->graphics = g;
  c->cells_w = RC_MAX(cells_w, 0);
  c->cells_h = RC_MAX(cells_h, 0);
  c->w = c->cells_w * (g == RC_G_BRAILLE ? 2 : 1);
  c->h = c->cells_h * (g == RC_G_BRAILLE ? 4 : g == RC_G_BLOCK ? 2 : 1);
  size_t n = (size_t)c->cells_w * c->cells_h * (g == RC_G_BLOCK ? 2 : 1);
  c->ink = rc_alloc(n, 1);
  c->style = rc_alloc(n, 1);
  return c;
}

void rc_canvas_free(rc_canvas *c) {
  if (!c) return;
  rc_free(c->ink);
  rc_free(c->style);
  rc_free(c);
}

int rc_canvas_w(const rc_canvas *c) {
  return c->w;
}
int rc_canvas_h(const rc_canvas *c) {
  return c->h;
}
/* A cell is taken to be twice as high as wide. */
double rc_canvas_aspect(const rc_canvas *c) {
  return c->graphics == RC_G_ASCII ? 2.0 : 1.0;
}

static void set(rc_canvas *c, int x, int y, rc_style s, char look) {
  if (x < 0 || y < 0 || x >= c->w || y >= c->h) return;
  if (c->graphics == RC_G_BRAILLE) {
    /* Unicode numbers the dots 1..3 and 7 down the left column, 4..6 and 8 down the right. */
    static const uint8_t dot[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    size_t i = (size_t)(y / 4) * c->cells_w + x / 2;
    c->ink[i] |= dot[y % 4][x % 2];
    c->style[i] = (uint8_t)s;
  } else {
    size_t i = (size_t)y * c->w + x;
    c->ink[i] = c->graphics == RC_G_ASCII ? (uint8_t)look : 1;
    c->style[i] = (uint8_t)s;
  }
}

void rc_canvas_dot(rc_canvas *c, int x, int y, rc_style s) {
  set(c, x, y, s, '*');
}

/* Clips to a box a little larger than the canvas (Liang and Barsky 1984), so that far points cost
 * nothing. False when nothing is left. */
static bool clip(const rc_canvas *c, double *x0, double *y0, double *x1, double *y1) {
  double dx = *x1 - *x0, dy = *y1 - *y0, t0 = 0, t1 = 1;
  double p[4] = {-dx, dx, -dy, dy};
  double q[4] = {*x0 + 1, c->w - *x0, *y0 + 1, c->h - *y0};
  for (int i = 0; i < 4; i++) {
    if (p[i] == 0) {
      if (q[i] < 0) return false;
      continue;
    }
    double t = q[i] / p[i];
    if (p[i] < 0)
      t0 = RC_MAX(t0, t);
    else
      t1 = RC_MIN(t1, t);
  }
  if (!(t0 <= t1)) return false;
  double x = *x0, y = *y0;
  *x0 = x + t0 * dx, *y0 = y + t0 * dy;
  *x1 = x + t1 * dx, *y1 = y + t1 * dy;
  return true;
}

/* What a stroke looks like in characters: the slope as the eye sees it. */
static char stroke(const rc_canvas *c, double dx, double dy) {
  double ax = fabs(dx), ay = fabs(dy) * rc_canvas_aspect(c);
  if (ay <= 0.4 * ax) return '-';
  if (ax <= 0.4 * ay) return '|';
  return (dx > 0) == (dy > 0) ? '\\' : '/';
}

/* From left to right whatever the order of the ends, with a dash in the middle: a line and its
 * reverse are the same pixels, and crossing dashed lines cross in ink. */
static void draw(rc_canvas *c, double x0, double y0, double x1, double y1, int on, int off,
                 char mark, rc_style s) {
  if (!isfinite(x0) || !isfinite(y0) || !isfinite(x1) || !isfinite(y1)) return;
  if (x0 > x1 || (x0 == x1 && y0 > y1)) {
    double x = x0, y = y0;
    x0 = x1, y0 = y1, x1 = x, y1 = y;
  }
  if (!clip(c, &x0, &y0, &x1, &y1)) return;
  char look = mark ? mark : stroke(c, x1 - x0, y1 - y0);
  int n = (int)ceil(RC_MAX(fabs(x1 - x0), fabs(y1 - y0)));
  int period = RC_MAX(on, 0) + RC_MAX(off, 0);
  int phase = period ? (period - (n - on + 1) / 2 % period) % period : 0;
  for (int i = 0; i <= n; i++) {
    if (off > 0 && (i + phase) % period >= on) continue;
    double t = n ? (double)i / n : 0;
    set(c, (int)floor(x0 + t * (x1 - x0) + 0.5), (int)floor(y0 + t * (y1 - y0) + 0.5), s, look);
  }
}

void rc_canvas_dashed(rc_canvas *c, double x0, double y0, double x1, double y1, int on, int off,
                      rc_style s) {
  draw(c, x0, y0, x1, y1, on, off, 0, s);
}

/* Beside itself by a pixel, across the line as the pixels count it. */
void rc_canvas_stroke(rc_canvas *c, double x0, double y0, double x1, double y1, rc_stroke k,
                      rc_style s) {
  if (c->graphics == RC_G_ASCII) {
    draw(c, x0, y0, x1, y1, 1, 0, k.mark, s);
    return;
  }
  draw(c, x0, y0, x1, y1, k.on, k.off, 0, s);
  if (!k.wide) return;
  const bool flat = fabs(x1 - x0) >= fabs(y1 - y0);
  draw(c, x0 + !flat, y0 + flat, x1 + !flat, y1 + flat, k.on, k.off, 0, s);
}

void rc_canvas_line(rc_canvas *c, double x0, double y0, double x1, double y1, rc_style s) {
  rc_canvas_dashed(c, x0, y0, x1, y1, 1, 0, s);
}

void rc_canvas_disc(rc_canvas *c, double x, double y, double radius, rc_style s, bool filled) {
  if (!isfinite(x) || !isfinite(y) || !isfinite(radius) || radius < 0) return;
  double a = rc_canvas_aspect(c), ry = radius / a;
  int y0 = (int)floor(RC_MAX(y - ry - 1, 0)), y1 = (int)ceil(RC_MIN(y + ry + 1, c->h - 1.0));
  int x0 = (int)floor(RC_MAX(x - radius - 1, 0));
  int x1 = (int)ceil(RC_MIN(x + radius + 1, c->w - 1.0));
  for (int j = y0; j <= y1; j++)
    for (int i = x0; i <= x1; i++) {
      double d = hypot(i - x, (j - y) * a);
      if (filled ? d <= radius + 0.25 : fabs(d - radius) <= 0.5 * RC_MAX(a, 1.0))
        set(c, i, j, s, 'o');
    }
}

static void blit_blocks(const rc_canvas *c, rc_pen p, int x, int y) {
  for (int j = 0; j < c->cells_h; j++)
    for (int i = 0; i < c->cells_w; i++) {
      size_t up = (size_t)(2 * j) * c->w + i, low = up + c->w;
      if (c->ink[up] && c->ink[low]) {
        bool same = c->style[up] == c->style[low];
        rc_put_cell(p, x + i, y + j, same ? 0x2588 : 0x2580, c->style[up],
                    same ? RC_TEXT : c->style[low], 0);
      } else if (c->ink[up] || c->ink[low]) {
        rc_put_cell(p, x + i, y + j, c->ink[up] ? 0x2580 : 0x2584, c->style[c->ink[up] ? up : low],
                    RC_TEXT, 0);
      }
    }
}

void rc_canvas_blit(const rc_canvas *c, rc_pen p, int x, int y) {
  if (c->graphics == RC_G_BLOCK) {
    blit_blocks(c, p, x, y);
    return;
  }
  for (int j = 0; j < c->cells_h; j++)
    for (int i = 0; i < c->cells_w; i++) {
      size_t k = (size_t)j * c->cells_w + i;
      if (!c->ink[k]) continue;
      uint32_t ch = c->graphics == RC_G_BRAILLE ? 0x2800u + c->ink[k] : c->ink[k];
      rc_put_cell(p, x + i, y + j, ch, c->style[k], RC_TEXT, 0);
    }
}
