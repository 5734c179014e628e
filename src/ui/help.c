/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help: the command table, filtered while you type. Enter runs the entry. */
#include "explorer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void help_filter(rc_ui *u) {
  rc_help *h = &u->help;
  if (!h->row) h->row = rc_alloc((size_t)rc_commands_n, sizeof *h->row);
  h->rows = 0;
  for (int i = 0; i < rc_commands_n; i++) {
    const rc_command *c = &rc_commands[i];
    char hay[400];
    snprintf(hay, sizeof hay, "%s %s %s %s", c->keys, c->name, c->group, c->help);
    char word[64];
    const char *rest = h->filter.text;
    bool all = true; /* every word of the filter, in any order */
    while (*rest && all) {
      rest = rc_line_word(rest, word, sizeof word);
      all = rc_contains(hay, word);
    }
    if (all) h->row[h->rows++] = i;
  }
  h->list.n = h->rows;
  if (h->list.sel >= h->rows) h->list.sel = RC_MAX(h->rows - 1, 0);
}

void rc_help_open(rc_ui *u, const char *filter) {
  u->over = RC_OVER_HELP;
  u->help.list = (rc_list){0};
  rc_edit_set(&u->help.filter, filter);
  help_filter(u);
}

void rc_help_free(rc_ui *u) {
  rc_free(u->help.row);
  u->help.row = NULL;
}

/* A command that needs an argument goes to the palette to get it. */
static void help_run(rc_ui *u) {
  if (u->help.rows == 0) return;
  const rc_command *c = &rc_commands[u->help.row[u->help.list.sel]];
  u->over = RC_OVER_NONE;
  char line[80];
  if (c->args[0] && c->args[0] != '[') {
    snprintf(line, sizeof line, "%s ", c->name);
    rc_palette_open(u, line);
    return;
  }
  rc_ui_run(u, c->name);
}

void rc_help_key(rc_ui *u, int key) {
  rc_help *h = &u->help;
  if (key == 27) {
    if (h->filter.len == 0) u->over = RC_OVER_NONE;
    rc_edit_set(&h->filter, "");
    help_filter(u);
    return;
  }
  if (key == 13) {
    help_run(u);
    return;
  }
  bool sideways = key == RC_KEY_LEFT || key == RC_KEY_RIGHT;
  if (!sideways && rc_list_key(&h->list, key)) return;
  if (rc_edit_key(&h->filter, key)) {
    h->list.sel = h->list.top = 0;
    help_filter(u);
  }
}

void rc_help_row(rc_ui *u, int row) {
  if (row < 0 || row >= u->help.rows) return;
  if (u->help.list.sel == row)
    help_run(u);
  else
    u->help.list.sel = row;
}

static void help_line(rc_ui *u, rc_pen p, int y, int row, bool name_column) {
  const rc_command *c = &rc_commands[u->help.row[row]];
  bool on = row == u->help.list.sel;
  if (on) rc_fill(p, 0, y, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
  rc_str keys = {0};
  rc_str_add(&keys, strcmp(c->name, "view") == 0 ? "1 .. 7" : c->keys);
  rc_bind_keys(u, u->help.row[row], &keys);
  rc_put_cut(p, 1, y, 11, on ? RC_SELECTED : RC_LINK, rc_str_c(&keys));
  rc_str_free(&keys);
  int x = 13;
  if (name_column) {
    char name[64];
    snprintf(name, sizeof name, "%s %s", c->name, c->args);
    rc_put_cut(p, x, y, 24, on ? RC_SELECTED : RC_BRIGHT, name);
    x += 25;
  }
  rc_put_cut(p, x, y, p.r.w - x, on ? RC_SELECTED : RC_TEXT, c->help);
}

void rc_help_draw(rc_ui *u, rc_screen *s) {
  rc_help *h = &u->help;
  rc_rect r = rc_center(s, RC_MIN(s->cols - 2, 110), RC_MIN(s->rows - 2, 40));
  rc_pen p = rc_box(s, r, "?", "help", true);
  int x = rc_put(p, 0, 0, RC_DIM, "filter: ");
  rc_edit_draw(p, x, 0, p.r.w - x - 14, RC_BRIGHT, &h->filter, true);
  char count[32];
  snprintf(count, sizeof count, "%d of %d", h->rows, rc_commands_n);
  rc_put_right(p, p.r.w, 0, RC_DIM, count);
  rc_pen body = rc_pen_sub(p, 0, 2, p.r.w, p.r.h - 2 - rc_whole_rows(p));
  if (h->rows == 0) rc_put(body, 0, 0, RC_DIM, "no command has these words; Esc clears the filter");
  /* Group headings are lines of their own, so what fits is counted in lines. */
  int page = body.r.h - 1;
  rc_list_fit(&h->list, h->rows, RC_MAX(page, 1));
  for (;;) { /* make room for the headings above the selection */
    int lines = 0;
    for (int i = h->list.top; i <= h->list.sel && i < h->rows; i++)
      lines += 1 + (i == h->list.top ||
                    strcmp(rc_commands[h->row[i]].group, rc_commands[h->row[i - 1]].group) != 0);
    if (lines <= body.r.h || h->list.top >= h->list.sel) break;
    h->list.top++;
  }
  int y = 0;
  for (int i = h->list.top; i < h->rows && y < body.r.h; i++) {
    const char *group = rc_commands[h->row[i]].group;
    if (i == h->list.top || strcmp(group, rc_commands[h->row[i - 1]].group) != 0) {
      rc_put(body, 0, y, RC_TITLE, group);
      if (++y >= body.r.h) break;
    }
    rc_hit_add(u, (rc_rect){body.r.x, body.r.y + y, body.r.w, 1}, RC_HIT_ROW, i, NULL);
    help_line(u, body, y++, i, p.r.w >= 70);
  }
  if (h->list.sel < h->rows) {
    const rc_command *c = &rc_commands[h->row[h->list.sel]];
    const int beside = p.r.w >= 70 ? 38 : 13;
    rc_str whole = {0};
    rc_str_addf(&whole, "%s%s%s: %s", c->name, c->args[0] ? " " : "", c->args, c->help);
    if (rc_text_width(c->help) > p.r.w - beside) rc_whole_draw(p, rc_str_c(&whole));
    rc_str_free(&whole);
  }
}
