/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and mouse: which layer takes what. */
#include "handlers.h"

#include <stdio.h>
#include <string.h>

static void report(rc_ui *u, bool ok, const rc_err *err) {
  if (!ok) rc_ui_message(u, RC_BAD, "%s", err->message);
}

/* ---- panes ------------------------------------------------------------------------------------
 */

static bool pane_key(rc_ui *u, int key) {
  const rc_pane_class *p = rc_ui_pane(u);
  if (!p || !p->key) return false;
  int v = rc_ui_view(u);
  rc_view_context c = rc_ui_context(u, v, u->focus[v]);
  char name[16], line[24] = "";
  const rc_did_what did = rc_did_begin(u);
  rc_str_clear(&u->key_line);
  u->in_key = did.outer;
  const bool took = p->key(&c, key);
  u->in_key = false;
  rc_key_name(key, name);
  if (took) snprintf(line, sizeof line, "key %s", name);
  rc_did_end(u, &did, NULL, took && u->key_line.len ? rc_str_c(&u->key_line) : line);
  return took;
}

static bool crosshair_key(rc_ui *u, int key) {
  rc_pane_state *s = rc_ui_pane_state(u);
  if (!s || s->crosshair < 0) return false;
  int last = s->inner.w > 0 ? s->inner.w - 1 : 59;
  switch (key) {
  case RC_KEY_LEFT: s->crosshair--; break;
  case RC_KEY_RIGHT: s->crosshair++; break;
  case RC_KEY_HOME: s->crosshair = 0; break;
  case RC_KEY_END: s->crosshair = last; break;
  default: return false;
  }
  s->crosshair = RC_MAX(0, RC_MIN(last, s->crosshair));
  return true;
}

static bool explorer_move(rc_ui *u, int key) {
  if (pane_key(u, key) || crosshair_key(u, key)) return true;
  int step = key == RC_KEY_PGDN ? 3 : key == RC_KEY_PGUP ? -3 : 0;
  if (!step || !rc_explain_on(u, u->cols, u->rows)) return false;
  u->explain_top = RC_MAX(0, u->explain_top + step);
  return true;
}

void rc_layer_move(rc_ui *u, int key) {
  switch (u->over) {
  case RC_OVER_HELP: rc_help_key(u, key); return;
  case RC_OVER_PALETTE: rc_palette_key(u, key); return;
  case RC_OVER_FORM: rc_form_key(u, key); return;
  case RC_OVER_OPTIONS: rc_options_key(u, key); return;
  case RC_OVER_BREAKS: rc_list_key(&u->breaks, key); return;
  case RC_OVER_EVENTS: rc_list_key(&u->events, key); return;
  case RC_OVER_NONE: break;
  }
  if (!u->session)
    rc_list_key(&u->browser.list, key);
  else
    explorer_move(u, key);
}

bool rc_layer_press(rc_ui *u, rc_err *err) {
  switch (u->over) {
  case RC_OVER_HELP: rc_help_key(u, 13); return true;
  case RC_OVER_PALETTE: rc_palette_key(u, 13); return true;
  case RC_OVER_FORM: rc_form_key(u, 13); return true;
  case RC_OVER_OPTIONS: rc_options_press(u, u->options.sel, 1); return true;
  case RC_OVER_BREAKS: u->over = RC_OVER_NONE; return true;
  case RC_OVER_EVENTS: return rc_events_press(u, err);
  case RC_OVER_NONE: break;
  }
  if (!u->session) return rc_browser_open(u, u->browser.list.sel, err);
  if (rc_tour_more(u)) return true;
  const char *go = rc_ask_open(u) ? "tour.answer" : rc_tour_waits_key(u) ? "tour.next" : NULL;
  if (go) return rc_command_run(u, rc_command_find(go), "", 0, RC_KEY_NONE, err);
  pane_key(u, 13);
  return true;
}

/* ---- counts and "go to pane" -------------------------------------------------------------------
 */

static bool is_count_command(int command) {
  static const char *const takes[] = {
      "step", "history.back", "history.forward", "move.up",        "move.down", "move.left",
      "plus", "minus",        "knob.fine-up",    "knob.fine-down", "seed"};
  for (size_t i = 0; command >= 0 && i < RC_LEN(takes); i++)
    if (strcmp(rc_commands[command].name, takes[i]) == 0) return true;
  return false;
}

static bool is_move(int command) {
  return command >= 0 && strncmp(rc_commands[command].name, "move.", 5) == 0;
}

static void run_key(rc_ui *u, int command, int64_t count, int key) {
  rc_err err = {0};
  report(u, rc_command_run(u, command, "", count, key, &err), &err);
}

/* A digit goes to its view at once, and is kept: when others follow soon it was the beginning of
 * the number of "100." and the view is the one it was begun in. So neither waits for the other; only
 * the log and a recording wait until it is decided. Who has looked at the view for a moment meant it,
 * and so did who goes on in it with an arrow. */
static void forget_view_looked_at(rc_ui *u) {
  static const double LOOK = .6; /* seconds */
  if (!u->undecided || u->now - u->count_time < LOOK) return;
  rc_did_decide(u);
  u->count = 0;
}

static bool digit_key(rc_ui *u, int key) {
  if (key < '0' || key > '9' || (key == '0' && u->count == 0)) return false;
  if (u->count == 0) u->count_tab = u->tab;
  u->count = RC_MIN(u->count * 10 + (key - '0'), 1000000000);
  u->count_time = u->now;
  int view = key - '0';
  if (view >= 1 && view <= 7 && view <= u->tabs) {
    u->doing++;
    run_key(u, rc_command_find("view"), 0, key);
    u->doing--;
    u->undecided = true;
  } else {
    u->undecided = false;
    u->tab = RC_MIN(u->count_tab, RC_MAX(u->tabs - 1, 0));
    rc_ui_message(u, RC_DIM, "%lld: then . steps, , goes back, + turns", (long long)u->count);
  }
  return true;
}

static bool goto_key(rc_ui *u, int key) {
  if (!u->goto_pending) return false;
  u->goto_pending = false;
  u->message[0] = 0;
  char letter[2] = {0};
  if (key < 'a' || key > 'z') return true;
  letter[0] = (char)key;
  rc_err err = {0};
  report(u, rc_command_run(u, rc_command_find("pane.focus"), letter, 0, 0, &err), &err);
  return true;
}

static void explorer_key(rc_ui *u, int key) {
  if (goto_key(u, key)) return;
  forget_view_looked_at(u);
  if (rc_ask_key(u, key) || digit_key(u, key)) return;
  int command = rc_key_lookup(key, RC_IN_EXPLORER);
  int64_t count = 0;
  const bool view = u->undecided && u->count <= 9 && is_move(command);
  if (u->count > 0 && !view && is_count_command(command)) {
    count = u->count;
    u->tab = RC_MIN(u->count_tab, RC_MAX(u->tabs - 1, 0));
    u->undecided = false;
  }
  rc_did_decide(u);
  const bool was_counting = u->count > 0;
  u->count = 0;
  if (key == 27 && was_counting) return;
  if (key == 13 && rc_tour_more(u)) return;
  if (key == 13 && rc_ask_open(u)) {
    run_key(u, rc_command_find("tour.answer"), 0, key);
    return;
  }
  if (key == 13 && rc_tour_waits_key(u)) {
    run_key(u, rc_command_find("tour.next"), 0, key);
    return;
  }
  if (count == 0 && pane_key(u, key)) return;
  if (key == 'l' && explorer_move(u, RC_KEY_RIGHT)) return;
  if (command >= 0)
    run_key(u, command, count, key);
  else {
    char name[16];
    rc_key_name(key, name);
    rc_ui_message(u, RC_DIM, "%s does nothing here; ? lists the keys", name);
  }
}

static void text_key(rc_ui *u, int key) {
  if (u->prompt.on)
    rc_prompt_key(u, key);
  else if (u->over == RC_OVER_HELP)
    rc_help_key(u, key);
  else if (u->over == RC_OVER_PALETTE)
    rc_palette_key(u, key);
  else if (u->over == RC_OVER_FORM)
    rc_form_key(u, key);
  else
    rc_browser_text_key(u, key);
}

void rc_ui_key(rc_ui *u, int key) {
  if (key <= 0) return;
  unsigned where = rc_ui_where(u);
  if (key == 13 && where == RC_IN_FORM) { /* Enter edits the selected field */
    rc_form_key(u, key);
    u->dirty = true;
    return;
  }
  u->dirty = true;
  if (key != 3) u->interrupts = 0;
  bool always = key == 3 || key == 12 || key == 26;
  if (always) {
    run_key(u, rc_key_lookup(key, RC_IN_ANY), 0, key);
    return;
  }
  if (where == RC_IN_TEXT) {
    text_key(u, key);
    return;
  }
  if (!u->goto_pending && rc_bind_run(u, key, where)) return;
  u->message[0] = 0;
  if (where == RC_IN_EXPLORER) {
    explorer_key(u, key);
    return;
  }
  if (where == RC_IN_FORM && key >= ' ' && key < RC_KEY_UP && rc_key_lookup(key, where) < 0) {
    rc_form_key(u, key); /* typing fills in the field at once */
    return;
  }
  int command = rc_key_lookup(key, where);
  if (command >= 0) run_key(u, command, 0, key);
}

/* ---- mouse ------------------------------------------------------------------------------------
 */

void rc_hit_add(rc_ui *u, rc_rect r, rc_hit_kind kind, int value, const char *line) {
  if (u->hits < RC_HITS_MAX && r.w > 0 && r.h > 0)
    u->hit[u->hits++] = (rc_hit){r, kind, value, line};
}

static bool inside(rc_rect r, int x, int y) {
  return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

/* The last drawn is on top. */
static const rc_hit *hit_at(const rc_ui *u, int x, int y) {
  for (int i = u->hits - 1; i >= 0; i--)
    if (inside(u->hit[i].r, x, y)) return &u->hit[i];
  return NULL;
}

static bool pane_mouse(rc_ui *u, int pane, rc_mouse m) {
  int v = rc_ui_view(u);
  if (v < 0 || pane < 0 || pane >= rc_view_classes[v]->panes) return false;
  const rc_pane_class *p = rc_view_classes[v]->pane[pane];
  rc_pane_state *s = &u->pane[v][pane];
  if (s->inner.w <= 0) return false;
  rc_screen shape = {u->cols, u->rows, NULL, u->graphics};
  rc_pen pen = {&shape, s->inner};
  rc_view_context c = rc_ui_context(u, v, pane);
  rc_mouse local = {m.x - s->inner.x, m.y - s->inner.y, m.what};
  if (p->mouse && p->mouse(&c, pen, local)) return true;
  if (m.what == RC_M_DRAG || (m.what == RC_M_PRESS && s->crosshair >= 0)) {
    s->crosshair = RC_MAX(0, RC_MIN(s->inner.w - 1, local.x));
    return true;
  }
  return false;
}

static void wheel(rc_ui *u, const rc_hit *h, rc_mouse m) {
  int step = m.what == RC_M_WHEEL_UP ? 1 : -1;
  if (h && h->kind == RC_HIT_KNOB) {
    u->knob = h->value;
    rc_err err = {0};
    report(u, rc_knob_turn(u, step, false, &err), &err);
  } else if (u->over != RC_OVER_NONE || !u->session) {
    for (int i = 0; i < 3; i++) rc_layer_move(u, step > 0 ? RC_KEY_UP : RC_KEY_DOWN);
  } else if (h && h->kind == RC_HIT_PANE && !pane_mouse(u, h->value, m)) {
    int v = rc_ui_view(u);
    if (v < 0) return; /* the scenario has lost its views since the last drawing */
    rc_pane_state *s = &u->pane[v][h->value];
    s->zoom = RC_MAX(-8, RC_MIN(8, s->zoom + step));
  } else if (h && h->kind == RC_HIT_DO && strcmp(h->line, "explain") == 0) {
    u->explain_top = RC_MAX(0, u->explain_top - step);
  }
}

static void press_row(rc_ui *u, int row) {
  rc_err err = {0};
  switch (u->over) {
  case RC_OVER_HELP: rc_help_row(u, row); return;
  case RC_OVER_PALETTE: rc_palette_row(u, row); return;
  case RC_OVER_FORM: rc_form_row_press(u, row); return;
  case RC_OVER_OPTIONS:
    u->options.sel = row;
    rc_options_press(u, row, 1);
    return;
  case RC_OVER_BREAKS: u->breaks.sel = row; return;
  case RC_OVER_EVENTS: u->events.sel = row; return;
  case RC_OVER_NONE: break;
  }
  if (u->session) return;
  if (u->browser.list.sel == row)
    report(u, rc_browser_open(u, row, &err), &err);
  else
    u->browser.list.sel = row;
}

static void press(rc_ui *u, const rc_hit *h, rc_mouse m) {
  rc_err err = {0};
  switch (h->kind) {
  case RC_HIT_TAB: {
    char line[32];
    snprintf(line, sizeof line, "view %d", h->value + 1);
    rc_ui_run(u, line);
    break;
  }
  case RC_HIT_PANE: {
    int v = rc_ui_view(u);
    if (v < 0 || h->value >= rc_view_classes[v]->panes) break;
    if (u->focus[v] != h->value) {
      char letter[2] = {(char)('a' + h->value), 0};
      report(u, rc_command_run(u, rc_command_find("pane.focus"), letter, 0, RC_KEY_NONE, &err),
             &err);
    }
    u->drag_pane = h->value;
    const rc_did_what did = rc_did_begin(u);
    pane_mouse(u, h->value, m);
    rc_did_select(u, &did);
    break;
  }
  case RC_HIT_KEY: rc_ui_key(u, h->value); break;
  case RC_HIT_ROW: press_row(u, h->value); break;
  case RC_HIT_KNOB: {
    char line[96];
    snprintf(line, sizeof line, "knob.select %s",
             u->knob == h->value ? "" : u->knob_of[h->value].key.name);
    rc_ui_run(u, line);
    break;
  }
  case RC_HIT_DO: rc_ui_run(u, h->line); break;
  case RC_HIT_NOTHING: break;
  }
}

void rc_ui_mouse(rc_ui *u, rc_mouse m) {
  if (m.x < 0 || m.y < 0 || m.x >= u->cols || m.y >= u->rows) return;
  if (m.what == RC_M_RELEASE) {
    if (u->drag_pane >= 0 && u->session) pane_mouse(u, u->drag_pane, m);
    u->drag_pane = -1;
    u->dirty = true;
    return;
  }
  if (m.what == RC_M_DRAG) {
    if (u->drag_pane < 0 || !u->session) return;
    pane_mouse(u, u->drag_pane, m);
    u->dirty = true;
    return;
  }
  const rc_hit *h = hit_at(u, m.x, m.y);
  if (!h) return;
  u->dirty = true;
  if (m.what == RC_M_WHEEL_UP || m.what == RC_M_WHEEL_DOWN) {
    wheel(u, h, m);
    return;
  }
  rc_hit copy = *h; /* a press may open something that is drawn anew */
  press(u, &copy, m);
}
