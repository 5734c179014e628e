/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options: theme, pixels, speed, panels. Each row is the same as a command. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

enum { OPT_THEME, OPT_PIXELS, OPT_SPEED, OPT_EXPLAIN, OPT_PAUSE, OPTIONS };

int rc_options_rows(const rc_ui *u) {
  (void)u;
  return OPTIONS;
}

static const char *const pixel_names[] = {"braille", "block", "ascii"};

static void option_text(const rc_ui *u, int row, char *value, size_t cap, const char **name,
                        const char **same) {
  static const char *const names[OPTIONS] = {"Theme", "Pixels", "Speed", "Explain panel", "Run"};
  static const char *const keys[OPTIONS] = {"t", "m", "< >", "e", "Space"};
  *name = names[row];
  *same = keys[row];
  bool paused = u->session && rc_session_paused(u->session);
  switch (row) {
  case OPT_THEME:
    snprintf(value, cap, "%s%s", u->theme->title, u->no_colors ? "; colours are off" : "");
    break;
  case OPT_PIXELS: snprintf(value, cap, "%s", pixel_names[u->graphics]); break;
  case OPT_SPEED:
    if (u->speed > 0)
      snprintf(value, cap, "%g steps a second", u->speed);
    else
      snprintf(value, cap, "as fast as it goes");
    break;
  case OPT_EXPLAIN:
    snprintf(value, cap, "%s", u->explain < 0 ? "where there is room" : u->explain ? "on" : "off");
    break;
  default:
    snprintf(value, cap, "%s",
             !u->session        ? "-"
             : paused           ? "paused"
             : rc_ui_running(u) ? "running"
                                : "ended");
    break;
  }
}

static void press(rc_ui *u, int row, int direction) {
  rc_err err = {0};
  char line[64] = "";
  switch (row) {
  case OPT_THEME: {
    int n = 0, at = 0;
    for (; rc_themes[n]; n++)
      if (rc_themes[n] == u->theme) at = n;
    snprintf(line, sizeof line, "theme %s", rc_themes[(at + direction + n) % n]->name);
    break;
  }
  case OPT_PIXELS: {
    int n = RC_G_ASCII - (int)u->best + 1, at = (int)u->graphics - (int)u->best;
    snprintf(line, sizeof line, "pixels %s", pixel_names[(int)u->best + (at + direction + n) % n]);
    break;
  }
  case OPT_SPEED: snprintf(line, sizeof line, "%s", direction > 0 ? "faster" : "slower"); break;
  case OPT_EXPLAIN: u->explain = (u->explain + 1 + direction + 3) % 3 - 1; return;
  case OPT_PAUSE: snprintf(line, sizeof line, "pause"); break;
  default: return;
  }
  if (!rc_ui_command(u, line, &err)) rc_ui_message(u, RC_BAD, "%s", err.message);
}

/* What is kept is kept at once. */
void rc_options_press(rc_ui *u, int row, int direction) {
  rc_err err = {0};
  press(u, row, direction);
  const char *kept = row == OPT_THEME && !u->no_colors ? "theme"
                     : row == OPT_PIXELS               ? "pixels"
                     : row == OPT_EXPLAIN              ? "explain"
                                                       : NULL;
  if (kept && !rc_config_write(u, kept, &err)) rc_ui_message(u, RC_BAD, "%s", err.message);
}

void rc_options_key(rc_ui *u, int key) {
  if (key == RC_KEY_LEFT || key == RC_KEY_RIGHT)
    rc_options_press(u, u->options.sel, key == RC_KEY_LEFT ? -1 : 1);
  else
    rc_list_key(&u->options, key);
}

void rc_options_draw(rc_ui *u, rc_screen *s) {
  rc_pen p = rc_box(s, rc_center(s, 58, OPTIONS + 4), "o", "options", true);
  rc_list_fit(&u->options, OPTIONS, RC_MAX(p.r.h - 2, 1));
  for (int i = 0; i < p.r.h - 2 && u->options.top + i < OPTIONS; i++) {
    int row = u->options.top + i;
    char value[64];
    const char *name, *same;
    option_text(u, row, value, sizeof value, &name, &same);
    bool on = row == u->options.sel;
    if (on) rc_fill(p, 0, i, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
    rc_put(p, 1, i, on ? RC_SELECTED : RC_TEXT, name);
    rc_put(p, 17, i, on ? RC_SELECTED : RC_DIM, on ? "‹" : " ");
    int x = rc_put_cut(p, 19, i, p.r.w - 28, on ? RC_SELECTED : RC_BRIGHT, value);
    if (on) rc_put(p, x + 1, i, RC_SELECTED, "›");
    rc_put_right(p, p.r.w - 1, i, on ? RC_SELECTED : RC_LINK, same);
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + i, p.r.w, 1}, RC_HIT_ROW, row, NULL);
  }
  rc_put_cut(p, 1, p.r.h - 1, p.r.w - 1, RC_DIM,
             u->config ? "left and right change it; the look is kept" : "left and right change it");
}
