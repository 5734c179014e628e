/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that scroll, fuzzy matching, and the framed boxes all layers are drawn in. */
#include "explorer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool rc_list_key(rc_list *l, int key) {
  int page = l->page > 1 ? l->page - 1 : 1, to = l->sel;
  switch (key) {
  case RC_KEY_UP: to--; break;
  case RC_KEY_DOWN: to++; break;
  case RC_KEY_PGUP: to -= page; break;
  case RC_KEY_PGDN: to += page; break;
  case RC_KEY_HOME: to = 0; break;
  case RC_KEY_END: to = l->n - 1; break;
  default: return false;
  }
  l->sel = to >= l->n ? l->n - 1 : to;
  if (l->sel < 0) l->sel = 0;
  return true;
}

void rc_list_fit(rc_list *l, int n, int page) {
  l->n = n;
  l->page = page;
  if (l->sel >= n) l->sel = n - 1;
  if (l->sel < 0) l->sel = 0;
  if (l->top > l->sel) l->top = l->sel;
  if (page > 0 && l->sel >= l->top + page) l->top = l->sel - page + 1;
  if (l->top > n - page) l->top = n - page;
  if (l->top < 0) l->top = 0;
}

static int lower(char c) {
  return tolower((unsigned char)c);
}

bool rc_contains(const char *hay, const char *needle) {
  if (!*needle) return true;
  for (; *hay; hay++) {
    size_t k = 0;
    while (needle[k] && lower(hay[k]) == lower(needle[k])) k++;
    if (!needle[k]) return true;
  }
  return false;
}

/* A prefix beats a word start beats letters in a row beats letters apart; short names win ties. */
int rc_fuzzy(const char *needle, const char *hay) {
  int score = 1000 - (int)RC_MIN(strlen(hay), (size_t)200);
  size_t at = 0;
  bool row = false;
  for (const char *n = needle; *n; n++) {
    size_t k = at;
    while (hay[k] && lower(hay[k]) != lower(*n)) k++;
    if (!hay[k]) return 0;
    bool start = k == 0 || !isalnum((unsigned char)hay[k - 1]);
    if (k == 0)
      score += 60;
    else if (k == at && row)
      score += 30;
    else if (start)
      score += 25;
    else
      score -= (int)RC_MIN(k - at, (size_t)20);
    row = true;
    at = k + 1;
  }
  return RC_MAX(score, 1);
}

/* From the beginning of a word: letters of it as long as they agree, then of the next word. Where
 * both go on, both are tried. */
static bool starts_here(const char *text, const char *word) {
  if (!*text) return true;
  if (!*word) return false;
  if (lower(*text) == lower(*word) && starts_here(text + 1, word + 1)) return true;
  while (isalnum((unsigned char)*word)) word++;
  while (*word && !isalnum((unsigned char)*word)) word++;
  return *word && lower(*text) == lower(*word) && starts_here(text + 1, word + 1);
}

bool rc_word_starts(const char *text, const char *name) {
  for (const char *at = name; *at; at++) {
    const bool start =
        isalnum((unsigned char)*at) && (at == name || !isalnum((unsigned char)at[-1]));
    if (start && lower(*at) == lower(*text) && starts_here(text, at)) return true;
  }
  return false;
}

static int match_order(const void *a, const void *b) {
  const rc_match *x = a, *y = b;
  if (x->score != y->score) return x->score < y->score ? 1 : -1;
  return x->index < y->index ? -1 : x->index > y->index;
}

void rc_match_sort(rc_match *m, int n) {
  if (n > 1) qsort(m, (size_t)n, sizeof *m, match_order);
}

rc_rect rc_center(const rc_screen *s, int w, int h) {
  rc_rect r;
  r.w = w >= s->cols - 4 ? s->cols : w; /* no slivers of what is under it */
  r.h = RC_MAX(RC_MIN(h, s->rows - 4), 1);
  r.x = (s->cols - r.w) / 2, r.y = 2 + (s->rows - 4 - r.h) / 2;
  return r;
}

int rc_whole_rows(rc_pen box) {
  return box.r.h >= 14 ? 3 : box.r.h >= 9 ? 2 : 0;
}

void rc_whole_draw(rc_pen box, const char *text) {
  const int rows = rc_whole_rows(box);
  const rc_pen none = rc_pen_sub(box, 0, 0, box.r.w, 0);
  const int lines = rc_put_wrapped(none, 0, 0, box.r.w, 0, 0, RC_DIM, text);
  rc_put_wrapped(box, 0, box.r.h - RC_MIN(rows, lines), box.r.w, rows, 0, RC_DIM, text);
}

rc_pen rc_box(rc_screen *s, rc_rect r, const char *tag, const char *title, bool focused) {
  static const uint32_t unicode[] = {0x2500, 0x2502, 0x250c, 0x2510, 0x2514, 0x2518};
  static const uint32_t ascii[] = {'-', '|', '+', '+', '+', '+'};
  const uint32_t *line = s->graphics == RC_G_ASCII ? ascii : unicode;
  rc_style style = focused ? RC_FOCUS : RC_FRAME_LINE;
  rc_pen p = {s, r};
  rc_fill(p, 0, 0, r.w, r.h, 0, RC_TEXT, RC_TEXT);
  for (int x = 1; x < r.w - 1; x++) {
    rc_put_cell(p, x, 0, line[0], style, RC_TEXT, 0);
    rc_put_cell(p, x, r.h - 1, line[0], style, RC_TEXT, 0);
  }
  for (int y = 1; y < r.h - 1; y++) {
    rc_put_cell(p, 0, y, line[1], style, RC_TEXT, 0);
    rc_put_cell(p, r.w - 1, y, line[1], style, RC_TEXT, 0);
  }
  rc_put_cell(p, 0, 0, line[2], style, RC_TEXT, 0);
  rc_put_cell(p, r.w - 1, 0, line[3], style, RC_TEXT, 0);
  rc_put_cell(p, 0, r.h - 1, line[4], style, RC_TEXT, 0);
  rc_put_cell(p, r.w - 1, r.h - 1, line[5], style, RC_TEXT, 0);
  rc_pen head = rc_pen_sub(p, 2, 0, r.w - 4, 1);
  int x = rc_put(head, 0, 0, RC_TITLE, " ");
  if (tag && *tag) {
    x = rc_put(head, x, 0, focused ? RC_FOCUS : RC_DIM, tag);
    x = rc_put(head, x, 0, RC_TITLE, " ");
  }
  x = rc_put(head, x, 0, focused ? RC_TITLE : RC_TEXT, title);
  rc_put(head, x, 0, RC_TITLE, " ");
  if (r.w >= 24) return rc_pen_sub(p, 2, 1, r.w - 4, r.h - 2);
  return rc_pen_sub(p, 1, 1, r.w - 2, r.h - 2);
}
