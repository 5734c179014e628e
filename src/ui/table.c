/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: a heading, aligned columns, a selected row, a scroll bar. */
#include "roadcut/ui.h"

enum { COLUMNS_MAX = 24, GAP = 2 };

/* First row that is drawn, so that the selection stays in the middle where it can. The place
 * follows from the selection alone: the same screen for the same state. */
static int64_t first_row(const rc_table *t, int h) {
  int64_t last = RC_MAX(t->rows - h, 0), top = t->selected - h / 2;
  return RC_MIN(RC_MAX(top, 0), last);
}

/* Lines the heading takes: none where it would cost half of the table. */
static int heading(rc_pen p) {
  return p.r.h >= 3 ? 1 : 0;
}

int64_t rc_table_at(rc_pen p, const rc_table *t, int x, int y) {
  int y0 = heading(p), h = p.r.h - y0;
  if (x < 0 || x >= p.r.w || y < y0 || y >= p.r.h) return -1;
  int64_t row = first_row(t, h) + y - y0;
  return row < t->rows ? row : -1;
}

/* Width of each column in w cells, 0 for those that have no room; returns how many are drawn. */
static int layout(const rc_table *t, int w, int *width) {
  int x = 0, flexible = -1, n = 0;
  for (; n < t->columns && n < COLUMNS_MAX; n++) {
    int want = t->column[n].width ? t->column[n].width : 6, gap = n ? GAP : 0;
    if (x + gap + want > w && n) break;
    width[n] = RC_MIN(want, RC_MAX(w - x - gap, 0));
    if (!t->column[n].width) flexible = n;
    x += gap + width[n];
  }
  if (flexible >= 0) width[flexible] += RC_MAX(w - x, 0);
  return n;
}

static void put_cell_text(rc_pen p, int x, int y, int w, bool right, rc_style s, const char *text) {
  int n = rc_text_width(text);
  if (right && n <= w)
    rc_put(p, x + w - n, y, s, text);
  else
    rc_put_cut(p, x, y, w, s, text);
}

static void scroll_bar(rc_pen p, int y0, int64_t top, int64_t rows, int h) {
  int size = (int)RC_MAX((int64_t)h * h / rows, 1);
  int at = (int)(top * (h - size) / RC_MAX(rows - h, 1));
  for (int y = at; y < at + size; y++)
    rc_put_cell(p, p.r.w - 1, y0 + y, 0x2590, RC_FRAME_LINE, RC_TEXT, 0);
}

void rc_table_draw(rc_pen p, const rc_table *t, bool focused) {
  int y0 = heading(p), h = p.r.h - y0, width[COLUMNS_MAX];
  if (h < 1) return;
  int x0 = t->selected >= 0 && p.r.w > 24 ? 2 : 0; /* room for the mark of the selected row */
  bool bar = t->rows > h && p.r.w > 12;
  int n = layout(t, p.r.w - x0 - (bar ? 2 : 0), width);
  if (y0)
    for (int c = 0, x = x0; c < n; x += width[c++] + GAP)
      put_cell_text(p, x, 0, width[c], t->column[c].right, RC_DIM, t->column[c].title);
  rc_str text = {0};
  int64_t top = first_row(t, h);
  for (int y = 0; y < h && top + y < t->rows; y++) {
    bool on = top + y == t->selected;
    if (on) rc_fill(p, 0, y0 + y, p.r.w - (bar ? 1 : 0), 1, 0, RC_SELECTED, RC_SELECTED);
    if (on && x0) rc_put(p, 0, y0 + y, focused ? RC_WARN : RC_DIM, "▸");
    for (int c = 0, x = x0; c < n; x += width[c++] + GAP) {
      rc_style s = RC_TEXT;
      rc_str_clear(&text);
      t->cell(t->ctx, top + y, c, &text, &s);
      put_cell_text(p, x, y0 + y, width[c], t->column[c].right, s, rc_str_c(&text));
    }
    if (on && focused) rc_attr(p, 0, y0 + y, p.r.w - (bar ? 1 : 0), RC_A_BOLD);
  }
  rc_str_free(&text);
  if (bar) scroll_bar(p, y0, top, t->rows, h);
}
