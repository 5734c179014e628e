/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two lists over the panes: the breakpoints, and the commands, messages and events so far. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

enum { BREAKS_SHOWN = 32 };

void rc_breaks_draw(rc_ui *u, rc_screen *s) {
  const char *text[BREAKS_SHOWN];
  bool hit[BREAKS_SHOWN] = {false};
  int n = u->session ? rc_session_breaks(u->session, text, hit, BREAKS_SHOWN) : 0;
  rc_pen p = rc_box(s, rc_center(s, 66, RC_MAX(n, 3) + 5), "b", "breakpoints", true);
  rc_list_fit(&u->breaks, n, RC_MAX(p.r.h - 2, 1));
  if (n == 0)
    rc_put_wrapped(p, 0, 0, p.r.w, p.r.h - 2, 0, RC_DIM,
                   "The run stops when a condition holds. Press a and type one:\n"
                   "gap < 0.01    step = 500    event = lanczos.converged");
  for (int i = 0; i < p.r.h - 2 && u->breaks.top + i < n; i++) {
    int row = u->breaks.top + i;
    bool on = row == u->breaks.sel;
    if (on) rc_fill(p, 0, i, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
    rc_putf(p, 1, i, on ? RC_SELECTED : RC_DIM, "%2d", row + 1);
    rc_put_cut(p, 5, i, p.r.w - 16, on ? RC_SELECTED : RC_BRIGHT, text[row]);
    if (hit[row]) rc_put_right(p, p.r.w - 1, i, on ? RC_SELECTED : RC_WARN, "stopped");
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + i, p.r.w, 1}, RC_HIT_ROW, row, NULL);
  }
  int y = p.r.h - 1, x = rc_put(p, 0, y, RC_KEYCAP, "a");
  rc_hit_add(u, (rc_rect){p.r.x, p.r.y + y, 5, 1}, RC_HIT_KEY, 'a', NULL);
  x = rc_put(p, x + 1, y, RC_DIM, "add");
  if (n == 0) return;
  rc_hit_add(u, (rc_rect){p.r.x + x + 2, p.r.y + y, 8, 1}, RC_HIT_KEY, 'd', NULL);
  x = rc_put(p, x + 2, y, RC_KEYCAP, "d");
  rc_put(p, x + 1, y, RC_DIM, "delete");
}

void rc_breaks_watch(rc_ui *u) {
  const char *text[BREAKS_SHOWN];
  bool hit[BREAKS_SHOWN] = {false};
  int n = rc_session_breaks(u->session, text, hit, BREAKS_SHOWN), at = 0;
  for (int i = 0; i < n && i < BREAKS_SHOWN; i++)
    if (hit[i] && !at) at = i + 1;
  if (at && at != u->was_hit)
    rc_ui_message(u, RC_WARN, "stopped: %s   (Space goes on)", text[at - 1]);
  u->was_hit = at;
}

static const rc_log_line *log_line(const rc_ui *u, int i) {
  return &u->log[(u->log_at - u->log_n + i + RC_LOG_MAX) % RC_LOG_MAX];
}

/* ": set J2 0.5" is a command that can be done again. */
static bool is_command(const rc_log_line *l) {
  return strncmp(l->text, ": ", 2) == 0;
}

bool rc_events_press(rc_ui *u, rc_err *err) {
  const int row = u->events.sel;
  u->over = RC_OVER_NONE;
  if (row < 0 || row >= u->log_n || !is_command(log_line(u, row))) return true;
  char *line = rc_strdup(log_line(u, row)->text + 2); /* the ring may move on */
  const bool ok = rc_ui_command(u, line, err);
  rc_free(line);
  return ok;
}

bool rc_events_search(rc_ui *u, const char *text, int direction, rc_err *err) {
  const int n = u->log_n, step = direction < 0 ? -1 : 1;
  for (int k = direction ? 1 : 0; n > 0 && k <= n; k++) {
    const int row = ((u->events.sel + step * k) % n + n) % n;
    if (!rc_contains(log_line(u, row)->text, text)) continue;
    u->events.sel = row;
    return true;
  }
  return rc_err_set(err, RC_ERR_USAGE, "'%s' is not in this list", text);
}

void rc_events_draw(rc_ui *u, rc_screen *s) {
  int w = RC_MIN(s->cols - 2, 110), h = RC_MIN(s->rows - 2, 34);
  rc_pen p = rc_box(s, rc_center(s, w, h), "E", "commands, messages and events", true);
  const rc_pen above = rc_pen_sub(p, 0, 0, p.r.w, p.r.h - 1); /* the keys */
  const int rows = RC_MAX(above.r.h - rc_whole_rows(above), 1);
  rc_list_fit(&u->events, u->log_n, rows);
  if (u->log_n == 0) rc_put(p, 0, 0, RC_DIM, "nothing has happened yet");
  for (int i = 0; i < rows && u->events.top + i < u->log_n; i++) {
    int row = u->events.top + i;
    const rc_log_line *l = log_line(u, row);
    bool on = row == u->events.sel;
    if (on) rc_fill(p, 0, i, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
    rc_put_cut(p, 0, i, p.r.w, on ? RC_SELECTED : l->style, l->text);
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + i, p.r.w, 1}, RC_HIT_ROW, row, NULL);
    if (on && rc_text_width(l->text) > p.r.w) rc_whole_draw(above, l->text);
  }
  int x = rc_put(p, 0, p.r.h - 1, RC_KEYCAP, "/");
  rc_hit_add(u, (rc_rect){p.r.x, p.r.y + p.r.h - 1, 6, 1}, RC_HIT_KEY, '/', NULL);
  x = rc_put(p, x + 1, p.r.h - 1, RC_DIM, "find");
  const bool again =
      u->events.sel >= 0 && u->events.sel < u->log_n && is_command(log_line(u, u->events.sel));
  if (!again) return;
  x = rc_put(p, x + 2, p.r.h - 1, RC_KEYCAP, "Enter");
  rc_put(p, x + 1, p.r.h - 1, RC_DIM, "does it again");
}
