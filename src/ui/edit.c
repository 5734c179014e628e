/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line editor of prompts, filters and form fields. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

void rc_edit_set(rc_edit *e, const char *text) {
  size_t n = strlen(text);
  if (n >= sizeof e->text) {
    n = sizeof e->text - 1;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) n--; /* not inside a character */
  }
  memcpy(e->text, text, n);
  e->text[n] = 0;
  e->len = e->at = (int)n;
}

static int edit_prev(const rc_edit *e, int at) {
  if (at > 0) at--;
  while (at > 0 && ((unsigned char)e->text[at] & 0xc0) == 0x80) at--;
  return at;
}

static int edit_next(const rc_edit *e, int at) {
  if (at < e->len) at++;
  while (at < e->len && ((unsigned char)e->text[at] & 0xc0) == 0x80) at++;
  return at;
}

static void edit_cut(rc_edit *e, int from, int to) {
  memmove(e->text + from, e->text + to, (size_t)(e->len - to + 1));
  e->len -= to - from;
  e->at = from;
}

static void edit_insert(rc_edit *e, int key) {
  char utf8[5] = "";
  unsigned c = (unsigned)key;
  int n;
  if (c < 0x80)
    n = 1, utf8[0] = (char)c;
  else if (c < 0x800) {
    n = 2;
    utf8[0] = (char)(0xc0 | c >> 6), utf8[1] = (char)(0x80 | (c & 63));
  } else if (c < 0x10000) {
    n = 3;
    utf8[0] = (char)(0xe0 | c >> 12), utf8[1] = (char)(0x80 | (c >> 6 & 63));
    utf8[2] = (char)(0x80 | (c & 63));
  } else {
    n = 4;
    utf8[0] = (char)(0xf0 | c >> 18), utf8[1] = (char)(0x80 | (c >> 12 & 63));
    utf8[2] = (char)(0x80 | (c >> 6 & 63)), utf8[3] = (char)(0x80 | (c & 63));
  }
  if (e->len + n >= (int)sizeof e->text) return;
  memmove(e->text + e->at + n, e->text + e->at, (size_t)(e->len - e->at + 1));
  memcpy(e->text + e->at, utf8, (size_t)n);
  e->len += n;
  e->at += n;
}

bool rc_edit_key(rc_edit *e, int key) {
  switch (key) {
  case RC_KEY_LEFT:
  case 2: e->at = edit_prev(e, e->at); return true;
  case RC_KEY_RIGHT:
  case 6: e->at = edit_next(e, e->at); return true;
  case RC_KEY_HOME:
  case 1: e->at = 0; return true;
  case RC_KEY_END:
  case 5: e->at = e->len; return true;
  case 127:
  case 8:
    if (e->at > 0) edit_cut(e, edit_prev(e, e->at), e->at);
    return true;
  case RC_KEY_DELETE:
  case 4:
    if (e->at < e->len) edit_cut(e, e->at, edit_next(e, e->at));
    return true;
  case 21: edit_cut(e, 0, e->at); return true;              /* Ctrl-U */
  case 11: e->len = e->at, e->text[e->at] = 0; return true; /* Ctrl-K */
  case 23: {                                                /* Ctrl-W */
    int from = e->at;
    while (from > 0 && e->text[from - 1] == ' ') from--;
    while (from > 0 && e->text[from - 1] != ' ') from--;
    edit_cut(e, from, e->at);
    return true;
  }
  default: break;
  }
  bool surrogate = key >= 0xd800 && key < 0xe000;
  if (key < 32 || (key >= 0x7f && key < 0xa0) || key >= 0x110000 || surrogate) return false;
  edit_insert(e, key);
  return true;
}

void rc_edit_draw(rc_pen p, int x, int y, int w, rc_style style, const rc_edit *e, bool cursor) {
  if (w < 1) return;
  char head[512];
  int skip = 0; /* bytes scrolled out at the left, so that the cursor is always seen */
  for (;;) {
    snprintf(head, sizeof head, "%.*s", e->at - skip, e->text + skip);
    if (rc_text_width(head) < w || skip >= e->at) break;
    skip = edit_next(e, skip);
  }
  rc_pen field = rc_pen_sub(p, x, y, w, 1);
  rc_put(field, 0, 0, style, e->text + skip);
  if (cursor) rc_attr(field, rc_text_width(head), 0, 1, RC_A_REVERSE);
}
