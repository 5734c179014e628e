/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explorer's life: opening and closing scenarios, taking frames, linked state. */
#include "explorer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CLOSE_MS = 120 }; /* rc_ui_free promises 200 ms */

static char **copy_list(const char *const *list) {
  int n = 0;
  while (list && list[n]) n++;
  char **out = rc_alloc((size_t)n + 1, sizeof *out);
  for (int i = 0; i < n; i++) out[i] = rc_strdup(list[i]);
  return out;
}

static void free_list(char **list) {
  for (int i = 0; list && list[i]; i++) rc_free(list[i]);
  rc_free(list);
}

static bool open_replay(rc_ui *u, const rc_recording *r, double speed, rc_err *err);

rc_ui *rc_ui_new(const rc_ui_opts *o, rc_err *err) {
  rc_ui *u = rc_alloc(1, sizeof *u);
  u->scenario_path = o->scenario ? rc_strdup(o->scenario) : NULL;
  u->dirs = copy_list(o->scenario_dirs);
  u->sets = copy_list(o->set);
  u->session_opts = o->session;
  u->best = u->graphics = o->graphics;
  u->explain = -1;
  u->knob = u->tour = u->drag_pane = -1;
  u->search_row = -1;
  u->dirty = true;
  u->theme = rc_theme_find(o->theme ? o->theme : "dark");
  bool ok = true;
  if (!u->theme) {
    rc_str names = {0};
    for (int i = 0; rc_themes[i]; i++) rc_str_addf(&names, " %s", rc_themes[i]->name);
    ok = rc_err_set(err, RC_ERR_USAGE, "no theme '%s'; there are:%s", o->theme, rc_str_c(&names));
    rc_str_free(&names);
  }
  u->no_colors = o->no_colors;
  u->theme_fixed = o->theme != NULL;
  u->pixels_fixed = o->pixels_fixed;
  if (ok && o->config) ok = rc_config_read(u, o->config, err);
  if (ok && o->replay) ok = open_replay(u, o->replay, o->speed, err);
  if (ok && o->given) ok = rc_ui_open_scenario(u, rc_scenario_copy(o->given), err);
  if (ok && o->given && o->line) { /* opening closes what was open, and its line */
    u->line = rc_strdup(o->line);
    u->line_end = rc_strdup(o->line_end ? o->line_end : "");
  }
  if (ok && o->given && o->view) {
    rc_str go = {0};
    rc_str_addf(&go, "view %s", o->view);
    ok = rc_ui_command(u, rc_str_c(&go), err);
    rc_str_free(&go);
  }
  if (ok && u->scenario_path) ok = rc_ui_open_path(u, u->scenario_path, err);
  if (ok && o->record && u->session) ok = rc_record_begin(u, o->record, err);
  if (ok && !u->session) {
    rc_browser_scan(u);
    rc_browser_tick(u); /* the first screen already shows a few titles */
  }
  if (ok) return u;
  rc_ui_free(u);
  return NULL;
}

void rc_ui_close_session(rc_ui *u) {
  if (!u->session) return;
  rc_record_end(u);
  u->undecided = false;
  rc_rival_close(u);
  for (int i = 0; i < u->jobs; i++) {
    rc_share_drop(u->job[i].frame);
    rc_share_drop(u->job[i].past);
  }
  memset(u->job, 0, sizeof u->job);
  u->jobs = 0;
  rc_session_close(u->session, CLOSE_MS);
  u->session = NULL;
  rc_free(u->line);
  rc_free(u->line_end);
  u->line = u->line_end = NULL;
  rc_scenario_free(u->origin);
  u->origin = NULL;
  u->tabs = u->tab = u->knobs = 0;
  rc_free(u->knob_keys);
  u->knob_keys = NULL;
  rc_quiz_free(u);
  u->knob = u->tour = -1;
  u->full = false;
  u->over = RC_OVER_NONE;
}

void rc_ui_free(rc_ui *u) {
  if (!u) return;
  rc_ui_close_session(u);
  rc_form_free(u);
  rc_help_free(u);
  rc_palette_free(u);
  rc_browser_free(u);
  free_list(u->dirs);
  free_list(u->sets);
  rc_config_free(u);
  rc_free(u->scenario_path);
  rc_free(u->values);
  rc_free(u->clipboard);
  rc_str_free(&u->key_line);
  for (int i = 0; i < RC_LOG_MAX; i++) rc_free(u->log[i].text);
  rc_free(u);
}

/* ---- opening ----------------------------------------------------------------------------------
 */

static bool apply_sets(rc_scenario *sc, char **sets, rc_err *err) {
  for (int i = 0; sets[i]; i++) {
    char key[64];
    const char *eq = strchr(sets[i], '=');
    if (!eq || eq == sets[i] || (size_t)(eq - sets[i]) >= sizeof key)
      return rc_err_set(err, RC_ERR_USAGE, "--set wants KEY=VALUE, not '%s'", sets[i]);
    snprintf(key, sizeof key, "%.*s", (int)(eq - sets[i]), sets[i]);
    if (!rc_scenario_set(sc, key, eq + 1, rc_study_kinds, err)) return false;
  }
  return true;
}

bool rc_ui_open_or_say(rc_ui *u, const char *path, rc_err *err) {
  rc_err why = {0};
  if (rc_ui_open_path(u, path, &why)) return true;
  if (why.line > 0)
    return rc_err_set(err, why.code, "%s:%d:%d: %s", path, why.line, why.column, why.message);
  return rc_err_set(err, why.code, "%s: %s", path, why.message);
}

bool rc_ui_open_path(rc_ui *u, const char *path, rc_err *err) {
  rc_scenario *sc = rc_scenario_load(path, rc_study_kinds, err);
  if (!sc) return false;
  rc_scenario *origin = rc_scenario_copy(sc);
  bool named = u->scenario_path && strcmp(path, u->scenario_path) == 0;
  if (named && !apply_sets(sc, u->sets, err)) {
    rc_scenario_free(sc);
    rc_scenario_free(origin);
    return false;
  }
  if (!rc_ui_open_scenario(u, sc, err)) {
    rc_scenario_free(origin);
    return false;
  }
  rc_scenario_free(u->origin);
  u->origin = origin;
  return true;
}

static void opening_message(rc_ui *u) {
  const rc_scenario *sc = rc_ui_scenario(u);
  const rc_lattice *l = rc_scenario_has_magnet(sc) ? sc->built : NULL;
  bool says = rc_session_find(u->session, "hilbert") >= 0; /* that study has them as events */
  for (int i = 0; !says && l && i < l->notes; i++) rc_ui_log(u, RC_WARN, l->note[i]);
  if (sc->tours > 0) rc_ui_message(u, RC_LINK, "T starts the tour of this scenario");
}

static void adopt(rc_ui *u, rc_session *s, rc_scenario *origin) {
  rc_ui_close_session(u);
  u->session = s;
  u->origin = origin;
  u->jobs = RC_MIN(rc_session_jobs(s), RC_JOBS_MAX);
  u->over = RC_OVER_NONE;
  u->prompt.on = false;
  u->tab = 0;
  memset(u->focus, 0, sizeof u->focus);
  for (int v = 0; v < RC_VIEWS_MAX; v++)
    for (int p = 0; p < RC_PANES_MAX; p++) u->pane[v][p] = (rc_pane_state){.crosshair = -1};
  u->values_n = 0;
  u->selected_state = 0;
  u->state_chosen = false;
  u->selected_site = u->selected_edge = 0;
  u->edge_chosen = false;
  u->search_row = -1;
  u->elapsed = 0;
  u->speed = 0;
  u->stopped = false;
  u->knob = u->tour = -1;
  u->message[0] = 0;
  u->dirty = true;
  rc_ui_keep_valid(u);
  opening_message(u);
}

bool rc_ui_open_scenario(rc_ui *u, rc_scenario *sc, rc_err *err) {
  rc_scenario *origin = rc_scenario_copy(sc);
  rc_session *s = rc_session_new(sc, rc_study_classes, &u->session_opts, err);
  if (s)
    adopt(u, s, origin);
  else
    rc_scenario_free(origin);
  return s != NULL;
}

static bool open_replay(rc_ui *u, const rc_recording *r, double speed, rc_err *err) {
  rc_session *s = rc_session_replay(r, rc_study_classes, &u->session_opts, err);
  if (!s) return false;
  if (speed > 0) rc_session_speed(s, speed);
  adopt(u, s, rc_scenario_copy(rc_recording_scenario(r)));
  u->speed = speed;
  rc_ui_message(u, RC_LINK, "a recorded session: its changes come by themselves");
  return true;
}

/* Has the scenario this study? Views without a study are always there. */
static bool view_exists(const rc_ui *u, const rc_view_class *v) {
  return !v->study || !*v->study || rc_session_find(u->session, v->study) >= 0;
}

void rc_ui_keep_valid(rc_ui *u) {
  if (!u->session) return;
  int view = rc_ui_view(u);
  u->tabs = 0;
  for (int v = 0; rc_view_classes[v] && v < RC_VIEWS_MAX; v++)
    if (view_exists(u, rc_view_classes[v])) u->tab_view[u->tabs++] = v;
  u->tab = 0;
  for (int t = 0; t < u->tabs; t++)
    if (u->tab_view[t] == view) u->tab = t;
  const rc_scenario *sc = rc_ui_scenario(u);
  if (sc->built) {
    if (u->selected_site >= sc->built->sites) u->selected_site = 0;
    if (u->selected_edge >= sc->built->bonds) u->selected_edge = 0;
  }
  rc_knobs_refresh(u);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

const rc_scenario *rc_ui_scenario(const rc_ui *u) {
  return u->session ? rc_session_scenario(u->session) : NULL;
}

const rc_frame *rc_ui_frame(const rc_ui *u, int job) {
  if (job < 0 || job >= u->jobs) return NULL;
  const rc_job_view *j = &u->job[job];
  rc_share *s = j->past ? j->past : j->frame;
  return s ? rc_share_get(s) : NULL;
}

int rc_ui_view(const rc_ui *u) {
  return u->tabs > 0 ? u->tab_view[u->tab] : -1;
}

int rc_ui_view_job(const rc_ui *u, int view) {
  if (view < 0 || !u->session) return -1;
  const char *study = rc_view_classes[view]->study;
  return study && *study ? rc_session_find(u->session, study) : u->jobs > 0 ? 0 : -1;
}

bool rc_scenario_has_magnet(const rc_scenario *sc) {
  rc_str file = {0};
  if (!sc->built) return false;
  bool cut = sc->studies > 0;
  for (int i = 0; cut && i < sc->studies; i++)
    cut = !strcmp(sc->study[i].kind->name, "cut") || !strcmp(sc->study[i].kind->name, "watch");
  const bool none = cut && rc_scenario_get(sc, "cut.instance", &file) && file.len > 0;
  rc_str_free(&file);
  return !none;
}

bool rc_ui_has_magnet(const rc_ui *u) {
  const rc_scenario *sc = rc_ui_scenario(u);
  return !sc || rc_scenario_has_magnet(sc);
}

const rc_pane_class *rc_ui_pane(const rc_ui *u) {
  int v = rc_ui_view(u);
  if (v < 0 || rc_view_classes[v]->panes == 0) return NULL;
  return rc_view_classes[v]->pane[u->focus[v]];
}

rc_pane_state *rc_ui_pane_state(rc_ui *u) {
  int v = rc_ui_view(u);
  return v < 0 ? NULL : &u->pane[v][u->focus[v]];
}

static const rc_hilbert_data *hilbert_data(const rc_ui *u) {
  if (!u->session) return NULL;
  const rc_frame *f = rc_ui_frame(u, rc_session_find(u->session, "hilbert"));
  return f && f->data ? rc_share_get(f->data) : NULL;
}

static const rc_cut_data *cut_data(const rc_ui *u) {
  if (!u->session) return NULL;
  const rc_frame *f = rc_ui_frame(u, rc_session_find(u->session, "cut"));
  return f && f->data ? rc_share_get(f->data) : NULL;
}

static const rc_watch_data *watch_data(const rc_ui *u) {
  if (!u->session) return NULL;
  const rc_frame *f = rc_ui_frame(u, rc_session_find(u->session, "watch"));
  return f && f->data ? rc_share_get(f->data) : NULL;
}

rc_view_context rc_ui_context(rc_ui *u, int view, int pane) {
  const rc_pane_state *s = &u->pane[view][pane];
  rc_view_context c = {.ui = u,
                       .scenario = rc_ui_scenario(u),
                       .frame = rc_ui_frame(u, rc_ui_view_job(u, view)),
                       .hilbert = hilbert_data(u),
                       .cut = cut_data(u),
                       .watch = watch_data(u),
                       .selected_state = u->selected_state,
                       .selected_site = u->selected_site,
                       .selected_edge = u->selected_edge,
                       .edge_chosen = u->edge_chosen,
                       .log_axis = s->log,
                       .zoom = s->zoom,
                       .crosshair = s->crosshair,
                       .now = u->now};
  /* The basis may have shrunk under the selection; the views index arrays with it. */
  if (c.hilbert && c.hilbert->basis && c.selected_state >= rc_basis_states(c.hilbert->basis))
    c.selected_state = 0;
  return c;
}

/* ---- messages, values, selection ---------------------------------------------------------------
 */

void rc_ui_log(rc_ui *u, rc_style style, const char *text) {
  if (u->log_n > 0) { /* the same line twice in a row says nothing new */
    const rc_log_line *last = &u->log[(u->log_at + RC_LOG_MAX - 1) % RC_LOG_MAX];
    const bool own = u->doing == 0 || u->logged > u->doing_from; /* not that of an earlier action */
    if (own && last->style == style && strcmp(last->text, text) == 0) return;
  }
  rc_log_line *l = &u->log[u->log_at];
  rc_free(l->text);
  l->text = rc_strdup(text);
  l->style = style;
  u->logged++;
  u->log_at = (u->log_at + 1) % RC_LOG_MAX;
  if (u->log_n < RC_LOG_MAX) u->log_n++;
}

void rc_ui_message(rc_ui *u, rc_style style, const char *format, ...) {
  va_list a;
  va_start(a, format);
  vsnprintf(u->message, sizeof u->message, format, a);
  va_end(a);
  for (char *c = u->message; *c; c++)
    if (*c == '\n' || *c == '\t') *c = ' ';
  u->message_style = style;
  u->dirty = true;
  if (u->message[0]) rc_ui_log(u, style, u->message);
}

static rc_value *find_value(const rc_ui *u, const char *pane, const char *name) {
  for (int i = 0; i < u->values_n; i++)
    if (strcmp(u->values[i].name, name) == 0 && strcmp(u->values[i].pane, pane) == 0)
      return &u->values[i];
  return NULL;
}

int64_t rc_ui_value(const rc_ui *u, const char *pane, const char *name) {
  const rc_value *v = find_value(u, pane, name);
  return v ? v->v : 0;
}

void rc_ui_set_value(rc_ui *u, const char *pane, const char *name, int64_t v) {
  rc_value *old = find_value(u, pane, name);
  if (!old && v == 0) return;
  if (old && old->v == v) return;
  u->dirty = true;
  if (old) {
    old->v = v;
    return;
  }
  if (u->values_n == u->values_cap) {
    u->values_cap = u->values_cap ? 2 * u->values_cap : 16;
    u->values = rc_realloc(u->values, (size_t)u->values_cap, sizeof *u->values);
  }
  rc_value *n = &u->values[u->values_n++];
  snprintf(n->pane, sizeof n->pane, "%s", pane);
  snprintf(n->name, sizeof n->name, "%s", name);
  n->v = v;
}

void rc_ui_select_state(rc_ui *u, uint64_t state) {
  const rc_hilbert_data *d = hilbert_data(u);
  if (d && d->basis && state >= rc_basis_states(d->basis)) return;
  if (u->selected_state != state) u->dirty = true;
  u->selected_state = state;
  u->state_chosen = true;
}

void rc_ui_select_site(rc_ui *u, int site) {
  const rc_scenario *sc = rc_ui_scenario(u);
  if (!sc || !sc->built || site < 0 || site >= sc->built->sites) return;
  if (u->selected_site != site) u->dirty = true;
  u->selected_site = site;
}

void rc_ui_select_edge(rc_ui *u, int edge) {
  const rc_scenario *sc = rc_ui_scenario(u);
  if (!sc || !sc->built || edge < 0 || edge >= sc->built->bonds) return;
  if (u->selected_edge != edge) u->dirty = true;
  u->selected_edge = edge;
  u->edge_chosen = true;
}

/* ---- time -------------------------------------------------------------------------------------
 */

static bool take_frame(rc_ui *u, int job) {
  rc_share *f = rc_session_frame(u->session, job);
  if (!f || f == u->job[job].frame) {
    rc_share_drop(f);
    return false;
  }
  rc_share_drop(u->job[job].frame);
  u->job[job].frame = f;
  const rc_frame *frame = rc_share_get(f);
  const rc_err *e = &frame->error;
  if (frame->state == RC_FAILED && e->line > 0)
    rc_ui_message(u, RC_BAD, "%d:%d: %s", e->line, e->column, e->message);
  else if (frame->state == RC_FAILED)
    rc_ui_message(u, RC_BAD, "%s", e->message);
  return true;
}

static void take_events(rc_ui *u, int job) {
  rc_event e[32];
  int n;
  if (u->replaying) return; /* from inside one of them */
  while ((n = rc_session_events(u->session, job, u->job[job].next_event, e, RC_LEN(e))) > 0) {
    for (int i = 0; i < n; i++) {
      rc_tour_event(u, &e[i]);
      if (strcmp(e[i].kind, "show") == 0) { /* of a recording that is replayed */
        u->job[job].next_event = e[i].number + 1;
        rc_did_again(u, e[i].text);
        continue;
      }
      /* what a study with a thread of its own refuses comes as an event */
      bool warning =
          strncmp(e[i].kind, "warning", 7) == 0 || strcmp(e[i].kind, "command.failed") == 0;
      if (u->awaited[0] && strcmp(e[i].kind, u->awaited) == 0) {
        u->awaited[0] = 0;
        rc_cut_arrived(u, job);
        rc_ui_message(u, RC_TEXT, "%s", e[i].text);
      } else if (warning)
        rc_ui_message(u, RC_WARN, "%s", e[i].text);
      else {
        char line[320];
        snprintf(line, sizeof line, "%s step %llu: %s%s%s", rc_session_job_name(u->session, job),
                 (unsigned long long)e[i].step, e[i].kind, e[i].text[0] ? "  " : "", e[i].text);
        rc_ui_log(u, RC_DIM, line);
      }
    }
    u->job[job].next_event = e[n - 1].number + 1;
    u->dirty = true;
  }
}

bool rc_ui_running(const rc_ui *u) {
  if (!u->session || rc_session_paused(u->session)) return false;
  for (int i = 0; i < u->jobs; i++) {
    const rc_frame *f = u->job[i].frame ? rc_share_get(u->job[i].frame) : NULL;
    if (!f || f->state == RC_RUNNING) return true;
  }
  return false;
}

/* Until somebody chooses: the state of the largest amplitude; of equal ones the first, so that the
 * last bits of the vector do not decide. */
static void select_largest(rc_ui *u) {
  const rc_hilbert_data *d = hilbert_data(u);
  if (u->state_chosen || !d || !d->vector || d->ordered < 1) return;
  double most = fabs(d->vector[d->order[0]]);
  uint64_t best = d->order[0];
  for (int i = 1; i < d->ordered && fabs(d->vector[d->order[i]]) > most - 1e-7; i++)
    best = RC_MIN(best, d->order[i]);
  u->selected_state = best;
}

/* No job runs to a condition any more: says where it came to, unless something else was done. */
static void say_arrival(rc_ui *u) {
  const rc_frame *f = u->until_job < u->jobs && u->job[u->until_job].frame
                          ? rc_share_get(u->job[u->until_job].frame)
                          : NULL;
  if (f && rc_session_paused(u->session) && strncmp(u->message, "runs until ", 11) == 0) {
    const bool short_of = f->state != RC_RUNNING && !rc_condition_holds(u->until, f, NULL, 0);
    rc_ui_message(u, short_of ? RC_WARN : RC_TEXT,
                  short_of ? "ended at step %llu without %s" : "step %llu: %s",
                  (unsigned long long)f->step, u->until);
  }
  u->until[0] = 0;
  u->dirty = true;
}

void rc_ui_take(rc_ui *u) {
  bool any = false;
  const bool waits = u->awaited[0] || u->until[0];
  const bool heading = waits && rc_session_heading(u->session); /* before the events */
  for (int i = 0; i < u->jobs; i++) {
    any = take_frame(u, i) || any;
    take_events(u, i);
  }
  if (waits && !heading && u->awaited[0]) { /* given up, or the study has ended */
    u->awaited[0] = 0;
    u->dirty = true;
  }
  if (waits && !heading && u->until[0]) say_arrival(u);
  rc_ui_look_on(u);
  if (!any) return;
  u->dirty = true;
  select_largest(u);
}

void rc_ui_tick(rc_ui *u, double now) {
  double dt = u->last_tick > 0 ? now - u->last_tick : 0;
  u->last_tick = u->now = now;
  if (u->count > 0 && now - u->count_time > 1.5) u->count = 0, u->dirty = true, rc_did_decide(u);
  if (!u->session) {
    if (rc_browser_tick(u)) u->dirty = true;
    return;
  }
  rc_session_wait(u->session, 0); /* empties the descriptor before the frames are looked at */
  bool running = rc_ui_running(u);
  if (running && dt > 0 && dt < 5) {
    if (floor(u->elapsed + dt) > floor(u->elapsed)) u->dirty = true;
    u->elapsed += dt;
  }
  if (u->session_opts.inline_jobs && !u->inline_held) rc_session_turn(u->session, 1);
  rc_ui_take(u);
  if (running != rc_ui_running(u)) u->dirty = true;
  rc_breaks_watch(u);
  if (rc_tour_tick(u)) u->dirty = true;
  rc_rival_tick(u);
  rc_record_tick(u);
}

bool rc_ui_dirty(const rc_ui *u) {
  return u->dirty || (!u->session && rc_browser_busy(u));
}
const char *rc_ui_no_colors(const rc_ui *u) {
  return u->no_colors;
}

bool rc_ui_quit(const rc_ui *u) {
  return u->quit;
}
bool rc_ui_suspend(rc_ui *u) {
  bool was = u->suspend;
  u->suspend = false;
  return was;
}
bool rc_ui_redraw(rc_ui *u) {
  bool was = u->redraw;
  u->redraw = false;
  return was;
}
const rc_theme *rc_ui_theme(const rc_ui *u) {
  return u->theme;
}
rc_graphics rc_ui_graphics(const rc_ui *u) {
  return u->graphics;
}
rc_session *rc_ui_session(rc_ui *u) {
  return u->session;
}
int rc_ui_wake_fd(const rc_ui *u) {
  return u->session ? rc_session_wake_fd(u->session) : -1;
}
void rc_ui_not_copied(rc_ui *u, const char *text) {
  rc_ui_message(u, RC_WARN, "this terminal cannot copy, ':copy FILE' writes it: %s", text);
}
char *rc_ui_take_clipboard(rc_ui *u) {
  char *text = u->clipboard;
  u->clipboard = NULL;
  return text;
}
