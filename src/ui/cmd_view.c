/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the groups View and Move. */
#include "handlers.h"

#include <stdio.h>
#include <string.h>

/* "on", "off" or nothing, which toggles. */
static bool parse_switch(const char *arg, bool now, bool *out, rc_err *err) {
  if (!*arg)
    *out = !now;
  else if (strcmp(arg, "on") == 0)
    *out = true;
  else if (strcmp(arg, "off") == 0)
    *out = false;
  else
    return rc_err_set(err, RC_ERR_USAGE, "wanted 'on' or 'off', not '%s'", arg);
  return true;
}

static void go_to_tab(rc_ui *u, int tab) {
  u->tab = tab;
  u->explain_top = 0;
  u->search_row = -1;
}

/* A view that other scenarios have: of which study, and how to get it. False otherwise. */
static bool other_study(const char *arg, rc_err *err) {
  const size_t n = strcspn(arg, ".");
  for (const rc_view_class *const *v = rc_view_classes; *v; v++) {
    if (strlen((*v)->kind.name) != n || strncmp((*v)->kind.name, arg, n) != 0) continue;
    rc_err_set(err, RC_ERR_USAGE,
               "the view '%s' is of the study %s, which this scenario does not have; add '%s: {}' "
               "under its studies",
               (*v)->kind.name, (*v)->study, (*v)->study);
    return true;
  }
  return false;
}

bool cmd_view(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count;
  int64_t n = 0;
  if (key >= '1' && key <= '9')
    n = key - '0';
  else if (!rc_parse_int(arg, &n)) {
    for (int t = 0; t < u->tabs; t++)
      if (strcmp(rc_view_classes[u->tab_view[t]]->kind.name, arg) == 0) n = t + 1;
    if (n == 0 && other_study(arg, err)) return false;
    if (n == 0) {
      const char *names[RC_VIEWS_MAX];
      for (int t = 0; t < u->tabs; t++) names[t] = rc_view_classes[u->tab_view[t]]->kind.name;
      return rc_ui_no(err, RC_ERR_USAGE, "view", arg, names, u->tabs);
    }
  }
  if (n < 1 || n > u->tabs)
    return rc_err_set(err, RC_ERR_USAGE, "there are views 1 to %d", u->tabs);
  go_to_tab(u, (int)n - 1);
  return true;
}

bool cmd_view_next(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  if (u->tabs > 0) go_to_tab(u, (u->tab + 1) % u->tabs);
  return true;
}

bool cmd_view_prev(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  if (u->tabs > 0) go_to_tab(u, (u->tab + u->tabs - 1) % u->tabs);
  return true;
}

static bool focus_pane(rc_ui *u, int step) {
  int v = rc_ui_view(u);
  int n = v < 0 ? 0 : rc_view_classes[v]->panes;
  if (n > 0) u->focus[v] = ((u->focus[v] + step) % n + n) % n;
  u->explain_top = 0;
  u->search_row = -1;
  return true;
}

bool cmd_pane_next(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return focus_pane(u, 1);
}

bool cmd_pane_prev(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return focus_pane(u, -1);
}

/* The panes there are: of the view that was named, else of this one. */
static bool no_pane(const rc_ui *u, const char *arg, rc_err *err) {
  const char *dot = strchr(arg, '.'), *names[RC_PANES_MAX];
  int n = 0;
  for (int t = 0; t < u->tabs; t++) {
    const rc_view_class *v = rc_view_classes[u->tab_view[t]];
    const size_t len = strlen(v->kind.name);
    if (dot ? len != (size_t)(dot - arg) || strncmp(v->kind.name, arg, len) != 0 : t != u->tab)
      continue;
    for (; n < v->panes && n < RC_PANES_MAX; n++) {
      const char *last = strrchr(v->pane[n]->name, '.');
      names[n] = last ? last + 1 : v->pane[n]->name;
    }
  }
  if (dot && n == 0 && other_study(arg, err)) return false;
  return rc_ui_no(err, RC_ERR_USAGE, "pane", dot ? dot + 1 : arg, names, n);
}

/* Finds "b", "map" or "lattice.map"; the last goes to its view too. */
bool cmd_pane_focus(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (!*arg) {
    u->goto_pending = true;
    rc_ui_message(u, RC_DIM, "go to pane: press its letter");
    return true;
  }
  const char *dot = strchr(arg, '.');
  for (int t = 0; t < u->tabs; t++) {
    const rc_view_class *v = rc_view_classes[u->tab_view[t]];
    if (dot ? strlen(v->kind.name) != (size_t)(dot - arg) ||
                  strncmp(v->kind.name, arg, (size_t)(dot - arg)) != 0
            : t != u->tab)
      continue;
    const char *name = dot ? dot + 1 : arg;
    for (int p = 0; p < v->panes; p++) {
      const char *pane = v->pane[p]->name, *last = strrchr(pane, '.');
      bool letter = !name[1] && name[0] == 'a' + p;
      if (!letter && strcmp(pane, arg) != 0 && strcmp(last ? last + 1 : pane, name) != 0) continue;
      if (t != u->tab) go_to_tab(u, t);
      u->focus[u->tab_view[t]] = p;
      u->explain_top = 0;
      u->search_row = -1;
      return true;
    }
  }
  return no_pane(u, arg, err);
}

bool cmd_pane_full(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  return parse_switch(arg, u->full, &u->full, err);
}

bool cmd_explain(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  bool on = false;
  if (!parse_switch(arg, rc_explain_on(u, u->cols, u->rows), &on, err)) return false;
  u->explain = on;
  u->explain_top = 0;
  return true;
}

bool cmd_crosshair(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_pane_state *s = rc_ui_pane_state(u);
  if (!s) return true;
  int w = s->inner.w > 0 ? s->inner.w : 60;
  int64_t at = s->crosshair >= 0 ? -1 : w / 2;
  if (strcmp(arg, "off") == 0)
    at = -1;
  else if (*arg && (!rc_parse_int(arg, &at) || at < 0 || at > 999))
    return rc_err_set(err, RC_ERR_USAGE, "wanted a column or 'off', not '%s'", arg);
  s->crosshair = (int)at;
  return true;
}

bool cmd_log(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_pane_state *s = rc_ui_pane_state(u);
  if (!s || !parse_switch(arg, s->log, &s->log, err)) return s == NULL;
  rc_ui_message(u, RC_DIM, s->log ? "logarithmic axis" : "linear axis");
  return true;
}

static bool zoom_by(rc_ui *u, int step) {
  rc_pane_state *s = rc_ui_pane_state(u);
  if (!s) return true;
  s->zoom = step == 0 ? 0 : s->zoom + step;
  s->zoom = RC_MAX(-8, RC_MIN(8, s->zoom));
  return true;
}

bool cmd_zoom_in(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return zoom_by(u, 1);
}

bool cmd_zoom_out(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return zoom_by(u, -1);
}

bool cmd_zoom_reset(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  return zoom_by(u, 0);
}

bool cmd_lattice_show(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  static const char *const names[] = {"sites", "state", "correlations",
                                      "frustrated"}; /* RC_MAP_* */
  if (!strcmp(arg, names[3]) && (!u->session || rc_session_find(u->session, "cut") < 0))
    return rc_err_set(err, RC_ERR_USAGE, "frustrated: no study 'cut' is in this scenario");
  for (int i = 0; i < (int)RC_LEN(names); i++)
    if (strcmp(arg, names[i]) == 0) {
      rc_ui_set_value(u, "map", "mode", i);
      return true;
    }
  return rc_err_set(err, RC_ERR_USAGE, "wanted sites, state, correlations or frustrated, not '%s'",
                    arg);
}

/* ---- search -----------------------------------------------------------------------------------
 */

/* In the list on top, else in the focused pane. */
static bool search_in(rc_ui *u, int direction, rc_err *err) {
  if (u->over == RC_OVER_EVENTS) return rc_events_search(u, u->search, direction, err);
  if (u->over == RC_OVER_OPTIONS)
    return rc_err_set(err, RC_ERR_USAGE, "nothing to find in the options");
  return rc_search(u, u->search, direction, err);
}

bool cmd_search(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (!*arg) {
    char label[40] = "find"; /* an empty line looks for the last text again */
    if (u->search[0]) snprintf(label, sizeof label, "find (Enter: %.20s)", u->search);
    rc_prompt_open(u, label, "search", "");
    return true;
  }
  snprintf(u->search, sizeof u->search, "%s", arg);
  return search_in(u, 0, err);
}

static bool search_again(rc_ui *u, int direction, rc_err *err) {
  if (!u->search[0]) return rc_err_set(err, RC_ERR_USAGE, "nothing to find yet: / begins");
  return search_in(u, direction, err);
}

bool cmd_search_next(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return search_again(u, 1, err);
}

bool cmd_search_prev(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return search_again(u, -1, err);
}

/* ---- move -------------------------------------------------------------------------------------
 */

int rc_move_key(const char *command) {
  static const struct {
    const char *name;
    int key;
  } moves[] = {{"move.up", RC_KEY_UP},        {"move.down", RC_KEY_DOWN},
               {"move.left", RC_KEY_LEFT},    {"move.right", RC_KEY_RIGHT},
               {"move.page-up", RC_KEY_PGUP}, {"move.page-down", RC_KEY_PGDN},
               {"move.first", RC_KEY_HOME},   {"move.last", RC_KEY_END}};
  for (size_t i = 0; i < RC_LEN(moves); i++)
    if (strcmp(moves[i].name, command) == 0) return moves[i].key;
  return RC_KEY_NONE;
}

static int arrow_of(int key) {
  switch (key) {
  case 'h': return RC_KEY_LEFT;
  case 'j': return RC_KEY_DOWN;
  case 'k': return RC_KEY_UP;
  case 'l': return RC_KEY_RIGHT;
  default: return key;
  }
}

bool cmd_move(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  key = arrow_of(key);
  if (*arg && (!rc_parse_int(arg, &count) || count < 1))
    return rc_err_set(err, RC_ERR_USAGE, "wanted how often, not '%s'", arg);
  int64_t times = RC_MAX(1, RC_MIN(count, 1000));
  for (int64_t i = 0; i < times; i++) rc_layer_move(u, key);
  return true;
}

bool cmd_press(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return rc_layer_press(u, err);
}

/* Bits as the views write them: the highest site first. */
static bool parse_state(const rc_hilbert_data *d, const char *text, uint64_t *state) {
  size_t n = strlen(text);
  int64_t number;
  if (n == (size_t)rc_basis_sites(d->basis) && strspn(text, "01") == n && n <= 64) {
    uint64_t config = 0;
    for (size_t i = 0; i < n; i++) config = config << 1 | (uint64_t)(text[i] == '1');
    *state = rc_basis_rank(d->basis, config, NULL);
    return *state != RC_NONE;
  }
  if (!rc_parse_int(text, &number) || number < 0 || (uint64_t)number >= rc_basis_states(d->basis))
    return false;
  *state = (uint64_t)number;
  return true;
}

bool cmd_select_state(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  int v = rc_ui_view(u);
  if (v < 0) return true;
  rc_view_context c = rc_ui_context(u, v, u->focus[v]);
  int64_t number;
  uint64_t state;
  if ((!c.hilbert || !c.hilbert->basis) && rc_parse_int(arg, &number) && number >= 0) {
    rc_ui_select_state(u, (uint64_t)number); /* it counts when the basis is there, if it has it */
    return true;
  }
  if (!c.hilbert || !c.hilbert->basis)
    return rc_err_set(err, RC_ERR_USAGE, "the states are not known yet");
  if (!parse_state(c.hilbert, arg, &state))
    return rc_err_set(err, RC_ERR_USAGE, "'%s' is no state of this sector: 0 to %llu, or %d bits",
                      arg, (unsigned long long)rc_basis_states(c.hilbert->basis) - 1,
                      rc_basis_sites(c.hilbert->basis));
  rc_ui_select_state(u, state);
  return true;
}

static bool select_number(const char *arg, int n, const char *what, int *out, rc_err *err) {
  int64_t v;
  if (!rc_parse_int(arg, &v) || v < 0 || v >= n)
    return rc_err_set(err, RC_ERR_USAGE, "there are %ss 0 to %d", what, n - 1);
  *out = (int)v;
  return true;
}

bool cmd_select_site(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  const rc_scenario *sc = rc_ui_scenario(u);
  return select_number(arg, sc->built ? sc->built->sites : 0, "site", &u->selected_site, err);
}

bool cmd_select_edge(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  const rc_scenario *sc = rc_ui_scenario(u);
  if (!select_number(arg, sc->built ? sc->built->bonds : 0, "bond", &u->selected_edge, err))
    return false;
  return u->edge_chosen = true;
}
