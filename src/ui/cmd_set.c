/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the groups Program, Parameters and Files. */
#include "handlers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- program ----------------------------------------------------------------------------------
 */

bool cmd_help(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key, (void)err;
  rc_help_open(u, arg);
  return true;
}

bool cmd_palette(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key, (void)err;
  rc_palette_open(u, arg);
  return true;
}

bool cmd_options(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  u->over = RC_OVER_OPTIONS;
  u->options = (rc_list){0};
  return true;
}

bool cmd_theme(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  const char *names[16];
  int at = 0, n = 0;
  for (; rc_themes[n]; n++) {
    if (rc_themes[n] == u->theme) at = n;
    names[n % 16] = rc_themes[n]->name;
  }
  const rc_theme *t = *arg ? rc_theme_find(arg) : rc_themes[(at + 1) % n];
  if (!t) return rc_ui_no(err, RC_ERR_USAGE, "theme", arg, names, RC_MIN(n, 16));
  if (u->no_colors && t != rc_theme_find("mono")) { /* without them the others lack attributes */
    rc_ui_message(u, RC_WARN, "colours are off: %s%s", u->no_colors,
                  strstr(u->no_colors, "NO_COLOR") ? "; roadcut --theme dark turns them on" : "");
    return true;
  }
  u->theme = t;
  rc_ui_message(u, RC_DIM, "theme: %s", t->title);
  return true;
}

bool cmd_pixels(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  static const char *const names[] = {"braille", "block", "ascii"};
  int to = u->graphics + 1 > RC_G_ASCII ? (int)u->best : (int)u->graphics + 1;
  if (*arg) {
    to = -1;
    for (int i = 0; i < 3; i++)
      if (strcmp(names[i], arg) == 0) to = i;
    if (to < 0) return rc_err_set(err, RC_ERR_USAGE, "pixel sets: braille, block, ascii");
  }
  if (to < (int)u->best)
    return rc_err_set(err, RC_ERR_USAGE, "this terminal has no %s characters", names[to]);
  u->graphics = (rc_graphics)to;
  rc_ui_message(u, RC_DIM, "pixels: %s", names[to]);
  return true;
}

/* Closes the topmost thing. False when there was none. */
static bool close_top(rc_ui *u) {
  if (u->over == RC_OVER_FORM) rc_form_free(u);
  if (u->over != RC_OVER_NONE) {
    u->over = RC_OVER_NONE;
    return true;
  }
  if (!u->session) {
    if (!u->browser.filter.len) return false;
    rc_browser_filter(u, "");
    return true;
  }
  rc_pane_state *s = rc_ui_pane_state(u);
  if (rc_ui_in_past(u)) {
    rc_ui_to_present(u);
    rc_ui_message(u, RC_DIM, "back in the present");
    return true;
  }
  if (s && s->crosshair >= 0) {
    s->crosshair = -1;
    return true;
  }
  if (u->full) {
    u->full = false;
    return true;
  }
  return false;
}

bool cmd_back(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  close_top(u);
  return true;
}

bool cmd_quit(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  if (close_top(u)) return true;
  if (u->session && u->browser_behind) {
    rc_ui_close_session(u);
    u->message[0] = 0;
    return true;
  }
  u->quit = true;
  return true;
}

bool cmd_quit_now(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return u->quit = true;
}

bool cmd_suspend(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return u->suspend = true;
}

bool cmd_redraw(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return u->redraw = true;
}

bool cmd_key(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  while (*arg) {
    char name[16];
    arg = rc_line_word(arg, name, sizeof name);
    int code = rc_key_parse(name);
    if (code == RC_KEY_NONE) return rc_err_set(err, RC_ERR_USAGE, "no key is named '%s'", name);
    rc_ui_key(u, code);
  }
  return true;
}

bool cmd_events(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  u->over = RC_OVER_EVENTS;
  u->events = (rc_list){.sel = u->log_n - 1};
  return true;
}

/* ---- parameters -------------------------------------------------------------------------------
 */

bool cmd_set(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  char name[64];
  const char *value = rc_line_word(arg, name, sizeof name);
  if (!*value) return rc_err_set(err, RC_ERR_USAGE, "'set' needs: KEY VALUE");
  return rc_ui_set_key(u, name, value, err);
}

bool cmd_params(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return rc_form_open(u, rc_scenario_copy(rc_ui_scenario(u)), false);
}

static void say_knob(rc_ui *u) {
  if (u->knob < 0)
    rc_ui_message(u, RC_DIM, "no knob: + and - zoom");
  else
    rc_ui_message(u, RC_LINK, "%s: + and - turn it, { and } finely, 0 puts it back%s%s",
                  u->knob_of[u->knob].key.name, u->knob_of[u->knob].key.help[0] ? " - " : "",
                  u->knob_of[u->knob].key.help);
}

bool cmd_knob_next(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  if (u->knobs == 0) return rc_err_set(err, RC_ERR_USAGE, "this scenario has no knobs");
  u->knob = u->knob + 1 < u->knobs ? u->knob + 1 : -1;
  say_knob(u);
  return true;
}

bool cmd_knob_prev(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  if (u->knobs == 0) return rc_err_set(err, RC_ERR_USAGE, "this scenario has no knobs");
  u->knob = u->knob >= 0 ? u->knob - 1 : u->knobs - 1;
  say_knob(u);
  return true;
}

bool cmd_knob_select(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  int k = *arg ? rc_knob_find(u, arg) : -1;
  if (*arg && k < 0) {
    const char **names = rc_alloc((size_t)u->knobs + 1, sizeof *names);
    for (int i = 0; i < u->knobs; i++) names[i] = rc_knob_short(u->knob_of[i].key.name);
    rc_ui_no(err, RC_ERR_USAGE, "knob", arg, names, u->knobs);
    rc_free(names);
    return false;
  }
  u->knob = k;
  say_knob(u);
  return true;
}

static bool turn(rc_ui *u, int sign, const char *arg, int64_t count, bool fine, rc_err *err) {
  if (*arg && (!rc_parse_int(arg, &count) || count < 1))
    return rc_err_set(err, RC_ERR_USAGE, "wanted a number of steps, not '%s'", arg);
  int steps = sign * (int)RC_MAX(1, RC_MIN(count, 10000));
  if (u->knob >= 0) return rc_knob_turn(u, steps, fine, err);
  if (fine) return rc_err_set(err, RC_ERR_USAGE, "no knob is selected: ] selects one");
  return sign > 0 ? cmd_zoom_in(u, "", 0, 0, err) : cmd_zoom_out(u, "", 0, 0, err);
}

bool cmd_plus(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  return turn(u, 1, arg, count, false, err);
}

bool cmd_minus(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  return turn(u, -1, arg, count, false, err);
}

bool cmd_fine_up(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  return turn(u, 1, arg, count, true, err);
}

bool cmd_fine_down(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  return turn(u, -1, arg, count, true, err);
}

bool cmd_reset(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return u->knob >= 0 ? rc_knob_home(u, err) : cmd_zoom_reset(u, "", 0, 0, err);
}

bool cmd_undo(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  if (!rc_session_undo(u->session, err)) return false;
  rc_ui_keep_valid(u);
  u->knob_changes++;
  rc_ui_message(u, RC_DIM, "taken back; Ctrl-R makes it again");
  return true;
}

bool cmd_redo(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  if (!rc_session_redo(u->session, err)) return false;
  rc_ui_keep_valid(u);
  u->knob_changes++;
  rc_ui_message(u, RC_DIM, "made again");
  return true;
}

bool cmd_form_apply(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return rc_form_apply(u, err);
}

bool cmd_form_cancel(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  rc_form_free(u);
  u->over = RC_OVER_NONE;
  return true;
}

bool cmd_form_set(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  char name[64];
  const char *value = rc_line_word(arg, name, sizeof name);
  return rc_form_set(u, name, value, err);
}

/* ---- files ------------------------------------------------------------------------------------
 */

bool cmd_open(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (*arg) return rc_ui_open_or_say(u, arg, err);
  if (!u->session) return rc_browser_open(u, u->browser.list.sel, err);
  rc_ui_close_session(u);
  if (!u->browser.shown) rc_browser_scan(u);
  return true;
}

bool cmd_new(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_scenario *sc = rc_scenario_default(*arg ? arg : "kagome", rc_study_kinds, err);
  return sc && rc_form_open(u, sc, true);
}

bool cmd_filter(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key, (void)err;
  if (*arg)
    rc_browser_filter(u, arg);
  else
    u->browser.filtering = true;
  return true;
}

bool cmd_save(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (*arg) return rc_save_pane(u, arg, err);
  rc_str name = {0};
  rc_save_name(u, &name);
  rc_prompt_open(u, "save as (.csv .json .svg .ansi .txt)", "save", rc_str_c(&name));
  rc_str_free(&name);
  return true;
}

/* A new file: one that is there is not written over. */
static bool write_new(rc_ui *u, const char *path, const rc_str *text, rc_err *err) {
  FILE *f = fopen(path, "wx");
  bool ok = f != NULL;
  if (ok && fwrite(rc_str_c(text), 1, text->len, f) != text->len) ok = false;
  if (f && fclose(f) != 0) ok = false;
  if (!ok) return rc_err_set(err, RC_ERR_INPUT, "cannot write %s: %s", path, strerror(errno));
  rc_ui_message(u, RC_OK, "written: %s", path);
  return true;
}

bool cmd_scenario_write(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_str text = {0};
  rc_scenario_write(rc_ui_scenario(u), &text);
  const bool ok = write_new(u, arg, &text, err);
  rc_str_free(&text);
  return ok;
}

bool cmd_tour_write(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_str session = {0}, text = {0};
  rc_session_record(u->session, &session);
  rc_recording *r = rc_recording_parse(rc_str_c(&session), session.len, rc_study_kinds, err);
  const bool ok =
      r && rc_recording_tour(r, rc_study_kinds, &text, err) && write_new(u, arg, &text, err);
  rc_recording_free(r);
  rc_str_free(&session);
  rc_str_free(&text);
  return ok;
}

/* By OSC 52; a terminal that does not know it still shows the line, and a file always takes it. */
bool cmd_copy(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_str line = {0}, note = {0};
  bool ok = rc_run_lines(u, &line, &note, err);
  const char *lack = rc_str_c(&note);
  if (ok && *arg) {
    rc_str_addc(&line, '\n');
    if (*lack) rc_str_addf(&line, "# %s\n", lack);
    ok = rc_write_text(arg, &line, err);
    if (ok)
      rc_ui_message(u, *lack ? RC_WARN : RC_OK, "written to %s%s%s", arg, *lack ? "; " : "", lack);
  } else if (ok) {
    rc_free(u->clipboard);
    u->clipboard = rc_strdup(rc_str_c(&line));
    if (*lack)
      rc_ui_message(u, RC_WARN, "copied; %s: %s", lack, u->clipboard);
    else
      rc_ui_message(u, RC_OK, "copied: %s", u->clipboard);
    if (!*lack && rc_text_width(u->message) + 2 > u->cols) /* too long for its line */
      rc_ui_message(u, RC_OK, "copied (':copy FILE' writes it): %s", u->clipboard);
  }
  rc_str_free(&note);
  rc_str_free(&line);
  return ok;
}
