/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pens: clipped drawing of text and boxes into the cell buffer. */
#include <stdio.h>
#include <string.h>

#include "roadcut/ui.h"
#include "ui/glyph.h"

rc_pen rc_pen_sub(rc_pen p, int x, int y, int w, int h) {
  int x0 = RC_MAX(x, 0), y0 = RC_MAX(y, 0);
  int x1 = RC_MIN(x + w, p.r.w), y1 = RC_MIN(y + h, p.r.h);
  rc_rect r = {p.r.x + x0, p.r.y + y0, RC_MAX(x1 - x0, 0), RC_MAX(y1 - y0, 0)};
  return (rc_pen){p.screen, r};
}

/* The cell, or NULL when it lies outside of the pen or of the screen. */
static rc_cell *at(rc_pen p, int x, int y) {
  if (x < 0 || y < 0 || x >= p.r.w || y >= p.r.h) return NULL;
  int sx = p.r.x + x, sy = p.r.y + y;
  if (sx < 0 || sy < 0 || sx >= p.screen->cols || sy >= p.screen->rows) return NULL;
  return &p.screen->cell[(size_t)sy * p.screen->cols + sx];
}

/* A style with a surface of its own: text in it brings its background along. */
static bool brings_surface(rc_style s) {
  return s == RC_HEADER || s == RC_HEADER_DIM || s == RC_TAB || s == RC_TAB_ON || s == RC_KEYCAP ||
         s == RC_SELECTED;
}

static uint32_t fit(rc_pen p, uint32_t ch) {
  if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0) || ch == 0x2800) return 0; /* C0, C1, empty braille */
  if (p.screen->graphics == RC_G_ASCII && ch > 0x7e) ch = (unsigned char)rc_glyph_ascii(ch);
  if (ch > 0x7e && rc_glyph_width(ch) != 1) return 0;
  return ch == ' ' ? 0 : ch;
}

void rc_put_cell(rc_pen p, int x, int y, uint32_t ch, rc_style fg, rc_style bg, int attr) {
  rc_cell *c = at(p, x, y);
  if (c) *c = (rc_cell){fit(p, ch), (uint8_t)fg, (uint8_t)bg, (uint8_t)attr};
}

/* Text keeps the surface it is written on, unless its style has one of its own. */
static void put_text_cell(rc_pen p, int x, int y, uint32_t ch, rc_style fg) {
  rc_cell *c = at(p, x, y);
  if (!c) return;
  uint8_t bg = brings_surface(fg) ? (uint8_t)fg : c->bg;
  *c = (rc_cell){fit(p, ch), (uint8_t)fg, bg, 0};
}

int rc_put(rc_pen p, int x, int y, rc_style fg, const char *text) {
  while (*text) {
    uint32_t c = rc_glyph_next(&text);
    int w = rc_glyph_width(c);
    if (w == 1) put_text_cell(p, x, y, c, fg);
    for (int i = 0; i < w && w > 1; i++) put_text_cell(p, x + i, y, ' ', fg);
    x += w;
  }
  return x;
}

int rc_putf(rc_pen p, int x, int y, rc_style fg, const char *format, ...) {
  char text[512];
  va_list ap;
  va_start(ap, format);
  vsnprintf(text, sizeof text, format, ap);
  va_end(ap);
  return rc_put(p, x, y, fg, text);
}

int rc_put_right(rc_pen p, int x_end, int y, rc_style fg, const char *text) {
  int x = x_end - rc_text_width(text);
  rc_put(p, x, y, fg, text);
  return x;
}

int rc_put_cut(rc_pen p, int x, int y, int w, rc_style fg, const char *text) {
  if (w <= 0) return x;
  int full = rc_text_width(text);
  if (full <= w) return rc_put(p, x, y, fg, text);
  int end = x + w - 1;
  rc_put(rc_pen_sub(p, 0, 0, end, p.r.h), x, y, fg, text);
  return rc_put(p, end, y, fg, "…");
}

void rc_fill(rc_pen p, int x, int y, int w, int h, uint32_t ch, rc_style fg, rc_style bg) {
  rc_pen q = rc_pen_sub(p, x, y, w, h);
  for (int j = 0; j < q.r.h; j++)
    for (int i = 0; i < q.r.w; i++) rc_put_cell(q, i, j, ch, fg, bg, 0);
}

void rc_attr(rc_pen p, int x, int y, int w, int attr) {
  for (int i = 0; i < w && x + i < p.r.w; i++) {
    rc_cell *c = at(p, x + i, y);
    if (c) c->attr |= (uint8_t)attr;
  }
}

/* Length in bytes of the next line of at most w cells; *next is where the one after begins. */
static size_t wrap_line(const char *text, int w, const char **next) {
  const char *s = text, *space = NULL;
  int x = 0;
  while (*s && *s != '\n') {
    const char *before = s;
    uint32_t c = rc_glyph_next(&s);
    int cw = rc_glyph_width(c);
    if (c == ' ') space = before;
    if (x + cw > w) {
      if (space) {
        *next = space + 1;
        return (size_t)(space - text);
      }
      *next = before > text ? before : s;
      return (size_t)(*next - text);
    }
    x += cw;
  }
  *next = *s == '\n' ? s + 1 : s;
  return (size_t)(s - text);
}

static int put_wrapped(rc_pen p, int x, int y, int w, int h, int skip, rc_style fg,
                       const char *text) {
  int line = 0;
  while (*text) {
    const char *next;
    size_t n = wrap_line(text, w, &next);
    if (line >= skip && line < skip + h) {
      char buffer[1024];
      n = RC_MIN(n, sizeof buffer - 1);
      memcpy(buffer, text, n);
      buffer[n] = 0;
      rc_put(p, x, y + line - skip, fg, buffer);
    }
    line++;
    text = next;
  }
  return line;
}

/* A sum sign has no look-alike of one character, and wrapped text has room for a word. */
int rc_put_wrapped(rc_pen p, int x, int y, int w, int h, int skip, rc_style fg, const char *text) {
  static const char SIGMA[] = "Σ";
  if (w < 1) return 0;
  if (p.screen->graphics != RC_G_ASCII || !strstr(text, SIGMA))
    return put_wrapped(p, x, y, w, h, skip, fg, text);
  rc_str plain = {0};
  for (const char *at; (at = strstr(text, SIGMA)); text = at + sizeof SIGMA - 1) {
    rc_str_addn(&plain, text, (size_t)(at - text));
    rc_str_add(&plain, "Sum");
  }
  rc_str_add(&plain, text);
  const int lines = put_wrapped(p, x, y, w, h, skip, fg, rc_str_c(&plain));
  rc_str_free(&plain);
  return lines;
}

void rc_put_pair(rc_pen p, int y, const char *label, rc_style fg, const char *format, ...) {
  char text[256];
  va_list ap;
  va_start(ap, format);
  vsnprintf(text, sizeof text, format, ap);
  va_end(ap);
  int value = rc_text_width(text), room = p.r.w - value - 1;
  if (room < 3 && value > p.r.w) { /* not even the value fits: keep its beginning */
    rc_put_cut(p, 0, y, p.r.w, fg, text);
    return;
  }
  if (room >= 2) rc_put_cut(p, 0, y, room, RC_DIM, label);
  rc_put_right(p, p.r.w, y, fg, text);
}
