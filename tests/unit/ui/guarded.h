/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws a pane into a border of guards, and counts the fields of its CSV. */
#ifndef RC_TEST_GUARDED_H
#define RC_TEST_GUARDED_H

#include "draw.h"

enum { GUARD = 0x2603 };

/* Draws a pane into a window with a border of guards; true when something was drawn. */
static inline bool draw_guarded(const rc_pane_class *pane, const rc_view_context *v, int w, int h,
                                rc_graphics g, bool focused) {
  rc_screen *s = rc_screen_new(w + 4, h + 4, g);
  int n = s->cols * s->rows, drawn = 0;
  for (int k = 0; k < n; k++) s->cell[k] = (rc_cell){GUARD, RC_BAD, RC_LINK, RC_A_UNDERLINE};
  rc_pen p = {s, {2, 2, w, h}};
  rc_fill(p, 0, 0, w, h, 0, RC_TEXT, RC_TEXT);
  pane->draw(v, p, focused);
  for (int y = 0; y < s->rows; y++)
    for (int x = 0; x < s->cols; x++) {
      rc_cell c = cell(s, x, y);
      bool in = x >= 2 && y >= 2 && x < w + 2 && y < h + 2;
      if (!in && (c.ch != GUARD || c.fg != RC_BAD || c.bg != RC_LINK || c.attr != RC_A_UNDERLINE))
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
