/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A view without a terminal: the explorer on an inline session, drawn once. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

enum { RIVAL_TICKS = 100000 };

/* Every running study goes on by at most n steps (0: to its end). */
static void run_studies(rc_ui *u, uint64_t n) {
  if (n > 0)
    rc_session_turn(u->session, n);
  else
    while (rc_session_turn(u->session, 64)) {
    }
  rc_ui_tick(u, 0);
  for (int i = 0; i < RIVAL_TICKS && rc_rival_tick(u); i++) continue; /* the other run as well */
}

static uint64_t generation(const rc_ui *u) {
  uint64_t g = 0;
  for (int i = 0; i < u->jobs; i++) {
    rc_share *s = rc_session_frame(u->session, i);
    const rc_frame *f = s ? rc_share_get(s) : NULL;
    if (f) g += f->generation;
    rc_share_drop(s);
  }
  return g;
}

/* Nothing to wait for in a picture: what a command set going is done before it is drawn. */
static bool run_commands(rc_ui *u, const char *const *commands, uint64_t steps, rc_err *err) {
  for (int i = 0; commands && commands[i]; i++) {
    uint64_t before = u->session ? generation(u) : 0;
    const rc_session *session = u->session;
    if (!rc_ui_command(u, commands[i], err)) return false;
    if (!u->session) continue;
    bool fresh = u->session != session || generation(u) != before;
    if (steps == 0 || fresh)
      run_studies(u, steps);
    else {
      bool paused = rc_session_paused(u->session) || rc_session_heading(u->session);
      if (paused) rc_session_turn(u->session, UINT64_MAX); /* the steps that were asked for */
      rc_ui_tick(u, 0);
    }
  }
  return true;
}

static bool render(rc_ui *u, const rc_screen *s, const char *format, rc_str *out, rc_err *err) {
  const rc_theme *t = u->theme;
  if (!format || strcmp(format, "text") == 0)
    rc_screen_text(s, out);
  else if (strcmp(format, "ansi") == 0)
    rc_screen_ansi(s, t, out);
  else if (strcmp(format, "svg") == 0)
    rc_screen_svg(s, t, out), rc_svg_tell_line(u, out);
  else if (strcmp(format, "csv") == 0 || strcmp(format, "json") == 0)
    return rc_pane_export(u, format, out, err);
  else
    return rc_err_set(err, RC_ERR_USAGE, "no format '%s'; there are text, ansi, svg, csv, json",
                      format);
  return true;
}

static bool go_to_view(rc_ui *u, const char *what, rc_err *err) {
  bool pane = strchr(what, '.') != NULL;
  char line[96];
  snprintf(line, sizeof line, "%s %s", pane ? "pane.focus" : "view", what);
  u->doing++; /* where it begins is nothing that was done */
  const bool ok = rc_ui_command(u, line, err) && (!pane || rc_ui_command(u, "pane.full on", err));
  u->doing--;
  return ok;
}

bool rc_show(const char *what, const rc_scenario *sc, const rc_scenario *origin, uint64_t steps,
             int cols, int rows, rc_graphics g, const char *theme, const char *const *commands,
             const char *format, rc_str *out, rc_err *err) {
  const rc_ui_opts o = {
      .theme = theme, .graphics = g, .session = {.threads = 1, .inline_jobs = true}};
  rc_ui *u = rc_ui_new(&o, err);
  if (!u) return false;
  bool ok = rc_ui_open_scenario(u, rc_scenario_copy(sc), err);
  if (ok && origin) {
    rc_scenario_free(u->origin);
    u->origin = rc_scenario_copy(origin);
  }
  rc_screen *s = rc_screen_new(cols, rows, g);
  if (ok) {
    u->cols = cols, u->rows = rows;
    u->inline_held = true;
    run_studies(u, steps);
    if (steps > 0) rc_session_pause(u->session, true);
    ok = (!*what || go_to_view(u, what, err)) && run_commands(u, commands, steps, err);
  }
  if (ok) {
    rc_ui_draw(u, s); /* the first drawing tells the panes their sizes */
    rc_ui_draw(u, s);
    ok = render(u, s, format, out, err);
  }
  rc_screen_free(s);
  rc_ui_free(u);
  return ok;
}
