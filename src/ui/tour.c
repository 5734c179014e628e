/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guided tour of a scenario: one text at a time, next on a key or when a condition holds. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

static const rc_tour_step *tour_step(const rc_ui *u) {
  const rc_scenario *sc = rc_ui_scenario(u);
  return sc && u->tour >= 0 && u->tour < sc->tours ? &sc->tour[u->tour] : NULL;
}

bool rc_tour_waits_key(const rc_ui *u) {
  const rc_tour_step *t = tour_step(u);
  return t && (!t->wait[0] || u->tour_done_step);
}

static bool has_more(const rc_ui *u) {
  return u->tour_room > 0 && (u->tour_page + 1) * u->tour_room < u->tour_lines;
}

bool rc_tour_more(rc_ui *u) {
  if (!tour_step(u) || !has_more(u)) return false;
  u->tour_page++;
  return true;
}

bool rc_tour_go(rc_ui *u, int step, rc_err *err) {
  if (u->tour_busy) return rc_err_set(err, RC_ERR_USAGE, "a tour cannot move itself");
  if (step < 0) {
    if (u->tour >= 0) rc_ui_message(u, RC_DIM, "end of the tour; T begins it again");
    u->tour = -1;
    return true;
  }
  u->tour = step;
  const rc_tour_step *t = tour_step(u);
  if (!t) {
    u->tour = -1;
    return rc_err_set(err, RC_ERR_USAGE, "this scenario has no tour");
  }
  u->over = RC_OVER_NONE;
  u->full = false;
  u->message[0] = 0;
  u->tour_busy = true;
  bool ok = true;
  char line[96];
  if (t->view[0]) { /* "lattice" or "lattice.map" */
    snprintf(line, sizeof line, "%s %s", strchr(t->view, '.') ? "pane.focus" : "view", t->view);
    ok = rc_ui_command(u, line, err);
  }
  for (int i = 0; ok && u->session && i < t->commands; i++) {
    char *command = rc_strdup(t->command[i]); /* 'open' frees the scenario the step is in */
    ok = rc_ui_command(u, command, err);
    rc_free(command);
    t = tour_step(u); /* 'set' gives a new scenario with a copy of the tour */
    if (!t) break;
  }
  u->tour_busy = false;
  u->tour_done_step = false;
  u->tour_page = 0;
  u->tour_knobs = u->knob_changes;
  return ok;
}

/* Does the condition of the step hold on any study's newest frame? */
static bool holds(rc_ui *u, const char *wait) {
  if (strcmp(wait, "knob.changed") == 0) return u->knob_changes != u->tour_knobs;
  for (int i = 0; i < u->jobs; i++) {
    const rc_frame *f = u->job[i].frame ? rc_share_get(u->job[i].frame) : NULL;
    if (f && rc_condition_holds(wait, f, NULL, 0)) return true;
  }
  return false;
}

bool rc_tour_tick(rc_ui *u) {
  const rc_tour_step *t = tour_step(u);
  if (!t) {
    bool was = u->tour >= 0;
    u->tour = -1;
    return was;
  }
  if (!t->wait[0] || u->tour_done_step || !holds(u, t->wait)) return false;
  u->tour_done_step = true;
  return true;
}

int rc_tour_height(rc_ui *u, int w, int most) {
  const rc_tour_step *t = tour_step(u);
  if (!t) return 0;
  rc_screen none = {0, 0, NULL, u->graphics};
  rc_pen p = {&none, {0, 0, 0, 0}};
  int h = 3 + rc_put_wrapped(p, 0, 0, RC_MAX(w - 4, 1), 0, 0, RC_TEXT, t->say ? t->say : "");
  return RC_MAX(3, RC_MIN(h, most));
}

void rc_tour_draw(rc_ui *u, rc_screen *s, rc_rect r) {
  const rc_tour_step *t = tour_step(u);
  if (!t) return;
  char title[48];
  snprintf(title, sizeof title, "tour %d of %d", u->tour + 1, rc_ui_scenario(u)->tours);
  rc_pen p = rc_box(s, r, "T", title, true);
  rc_hit_add(u, r, RC_HIT_NOTHING, 0, NULL);
  const char *say = t->say ? t->say : "";
  int y = p.r.h - 1, x = 0;
  u->tour_room = y;
  u->tour_lines = rc_put_wrapped(p, 0, 0, p.r.w, 0, 0, RC_BRIGHT, say);
  while (u->tour_page > 0 && u->tour_page * y >= u->tour_lines) u->tour_page--; /* a larger box */
  rc_put_wrapped(p, 0, 0, p.r.w, y, u->tour_page * y, RC_BRIGHT, say);
  if (has_more(u)) {
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + y, 12, 1}, RC_HIT_DO, 0, "tour.more");
    x = rc_put(p, x, y, RC_KEYCAP, "Enter");
    x = rc_putf(p, x + 1, y, RC_TEXT, "read on (%d of %d)", u->tour_page + 1,
                (u->tour_lines + y - 1) / y);
  } else if (rc_tour_waits_key(u)) {
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + y, 10, 1}, RC_HIT_DO, 0, "tour.next");
    if (t->wait[0]) x = rc_put(p, 0, y, RC_OK, "✓ ");
    x = rc_put(p, x, y, RC_KEYCAP, "Enter");
    bool last = u->tour + 1 >= rc_ui_scenario(u)->tours;
    x = rc_put(p, x + 1, y, RC_TEXT, last ? "ends the tour" : "next");
  } else {
    x = rc_put(p, 0, y, RC_WARN, "… ");
    if (strcmp(t->wait, "knob.changed") == 0)
      x = rc_put(p, x, y, RC_TEXT, "waits until you turn a knob ( ] selects, + and - turn )");
    else
      x = rc_putf(p, x, y, RC_TEXT, "waits for %s", t->wait);
  }
  if (u->tour > 0 && p.r.w - x > 20) {
    x += 3;
    rc_hit_add(u, (rc_rect){p.r.x + x, p.r.y + y, 14, 1}, RC_HIT_DO, 0, "tour.back");
    x = rc_put(p, x, y, RC_KEYCAP, "Backspace");
    x = rc_put(p, x + 1, y, RC_DIM, "back");
  }
  if (p.r.w - x > 10) {
    rc_hit_add(u, (rc_rect){p.r.x + p.r.w - 5, p.r.y + y, 5, 1}, RC_HIT_DO, 0, "tour.end");
    x = rc_put(p, p.r.w - 5, y, RC_KEYCAP, "T");
    rc_put(p, x + 1, y, RC_DIM, "end");
  }
}
