/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws a pane into a border of guards, and counts the fields of its CSV. */
#ifndef RC_TEST_GUARDED_H
#define RC_TEST_GUARDED_H

#include "draw.h"

enum { GUARD = 0x2603 };

/* A screen of a pane in a border of guards. The caller frees it. */
static inline rc_screen *guarded(const rc_pane_class *pane, const rc_view_context *v, int w, int h,
                                 rc_graphics g, bool focused) {
  rc_screen *s = rc_screen_new(w + 4, h + 4, g);
  for (int k = 0; k < s->cols * s->rows; k++)
    s->cell[k] = (rc_cell){GUARD, RC_BAD, RC_LINK, RC_A_UNDERLINE};
  const rc_pen p = {s, {2, 2, w, h}};
  rc_fill(p, 0, 0, w, h, 0, RC_TEXT, RC_TEXT);
  pane->draw(v, p, focused);
  return s;
}

static inline bool is_inside(int x, int y, int w, int h) {
  return x >= 2 && y >= 2 && x < w + 2 && y < h + 2;
}

static inline bool is_guard(rc_cell c) {
  return c.ch == GUARD && c.fg == RC_BAD && c.bg == RC_LINK && c.attr == RC_A_UNDERLINE;
}

/* Does a pane write where it may not? Where, counted from its own corner. */
static inline bool wrote_outside(const rc_pane_class *pane, const rc_view_context *v, int w, int h,
                                 int *at_x, int *at_y) {
  rc_screen *s = guarded(pane, v, w, h, RC_G_BRAILLE, false);
  bool found = false;
  for (int y = 0; y < s->rows; y++)
    for (int x = 0; x < s->cols; x++)
      if (!found && !is_inside(x, y, w, h) && !is_guard(cell(s, x, y)))
        found = true, *at_x = x - 2, *at_y = y - 2;
  rc_screen_free(s);
  return found;
}

/* Draws a pane into a window with a border of guards; true when something was drawn. */
static inline bool draw_guarded(const rc_pane_class *pane, const rc_view_context *v, int w, int h,
                                rc_graphics g, bool focused) {
  rc_screen *s = guarded(pane, v, w, h, g, focused);
  int drawn = 0;
  for (int y = 0; y < s->rows; y++)
    for (int x = 0; x < s->cols; x++) {
      const rc_cell c = cell(s, x, y);
      const bool in = is_inside(x, y, w, h);
      if (!in && !is_guard(c))
        fail_msg("%s at %dx%d wrote to %d,%d", pane->name, w, h, x - 2, y - 2);
      if (!in) continue;
      drawn += c.ch != 0;
      if (c.fg >= RC_STYLES || c.bg >= RC_STYLES || c.ch == ' ' || c.ch == 0x2800 ||
          c.ch > 0x10ffff || (g == RC_G_ASCII && c.ch > 0x7e))
        fail_msg("%s at %dx%d: cell %d,%d is U+%04X in %d on %d", pane->name, w, h, x - 2, y - 2,
                 c.ch, c.fg, c.bg);
    }
  rc_screen_free(s);
  return drawn > 0;
}

/* Fields of a line of CSV (RFC 4180: quotes are doubled); *at moves behind its end. */
static inline int fields_of(const char **at) {
  int n = 1;
  bool quoted = false;
  for (; **at && (quoted || **at != '\n'); ++*at) {
    if (**at == '"')
      quoted = !quoted;
    else if (**at == ',' && !quoted)
      n++;
  }
  assert_false(quoted);
  assert_int_equal(**at, '\n'); /* the last line has an end, too */
  ++*at;
  return n;
}

#endif
