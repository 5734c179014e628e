/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario room cannot know the figures of studies, nor views and commands: that what a scenario
 * says of those exists, and can be so, is looked at here. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

enum { WORDS_MAX = 512 };

typedef struct figures { /* of every study, then what is selected */
  rc_figures of;
  const char *classes[RC_CLASSES_MAX + 1];
} figures;

static void emit_nothing(void *who, const char *kind, double value, const char *format, ...) {
  (void)who, (void)kind, (void)value, (void)format;
}

/* "unknown figure 'enrgy'; did you mean 'energy'?" */
static bool unknown(rc_err *err, rc_spot at, const char *what, const char *word,
                    const char *const *names, size_t n) {
  rc_str s = {0};
  rc_str_addf(&s, "unknown %s '%s'", what, word);
  rc_str_add_choices(&s, word, names, n);
  rc_err_at(err, RC_ERR_INPUT, at.line, at.column, "%s", rc_str_c(&s));
  rc_str_free(&s);
  return false;
}

/* ---- figures ------------------------------------------------------------------------------------
 */

static bool listed(const char *const *list, const char *name) {
  for (int i = 0; list && list[i]; i++)
    if (!strcmp(list[i], name)) return true;
  return false;
}

bool rc_app_options_good(const rc_scenario *sc, const char *const *only, int n, rc_err *err) {
  const rc_study_env env = {.scenario = sc, .seed = 1, .threads = 1, .emit = emit_nothing};
  for (int i = 0; i < sc->studies; i++) {
    const rc_study_class *cls = (const rc_study_class *)sc->study[i].kind;
    bool wanted = n == 0;
    for (int k = 0; k < n; k++) wanted = wanted || !strcmp(only[k], cls->kind.name);
    if (wanted && cls->check && !cls->check(&env, sc->study[i].opts, err)) return false;
  }
  return true;
}

/* The figures a study reports stand, unknown yet, in its first frame. */
static bool first_frame(const rc_scenario *sc, int i, rc_frame *f, rc_err *err) {
  /* every study kind is the beginning of its class */
  const rc_study_class *cls = (const rc_study_class *)sc->study[i].kind;
  const rc_study_env env = {.scenario = sc, .seed = 1, .threads = 1, .emit = emit_nothing};
  if (cls->check && !cls->check(&env, sc->study[i].opts, err)) return false;
  void *study = cls->open(&env, sc->study[i].opts, err);
  if (!study) return false;
  cls->frame(study, f);
  rc_share_drop(f->data);
  f->data = NULL;
  cls->close(study);
  return true;
}

/* Where a knob stands is a figure too, "J2" or "sigma". */
static void add_knobs(const rc_scenario *sc, figures *all) {
  rc_key *keys = NULL;
  const int n = rc_scenario_keys(sc, &keys);
  for (int i = 0; i < n; i++)
    if (keys[i].flags & RC_LIVE && keys[i].type == RC_T_REAL)
      rc_figures_add(&all->of, "", rc_knob_short(keys[i].name), RC_FIGURE_NUMBER, NULL);
  rc_free(keys);
}

static void add_selection(const rc_scenario *sc, figures *all) {
  for (int i = 0; sc->built && i < sc->built->classes; i++)
    all->classes[i] = sc->built->class_name[i];
  for (int i = 0; rc_selection_names[i]; i++) {
    const char *name = rc_selection_names[i];
    if (!strcmp(name, "edge.class"))
      rc_figures_add(&all->of, "", name, RC_FIGURE_TEXT, all->classes);
    else
      rc_figures_add(&all->of, "", name,
                     listed(rc_selection_flags, name) ? RC_FIGURE_FLAG : RC_FIGURE_NUMBER, NULL);
  }
}

static void free_figures(figures *f) {
  rc_figures_free(&f->of);
  rc_free(f);
}

/* NULL with err filled when a study cannot be opened. */
static figures *figures_of(const rc_scenario *sc, rc_err *err) {
  figures *all = rc_alloc(1, sizeof *all);
  rc_frame *f = rc_alloc(1, sizeof *f);
  bool ok = true;
  for (int i = 0; ok && i < sc->studies; i++) {
    const rc_study_class *cls = (const rc_study_class *)sc->study[i].kind;
    memset(f, 0, sizeof *f);
    ok = first_frame(sc, i, f, err);
    if (ok) rc_figures_add_study(&all->of, cls, f);
  }
  add_knobs(sc, all);
  add_selection(sc, all);
  rc_free(f);
  if (ok) return all;
  free_figures(all);
  return NULL;
}

/* A number is not expected to be a text. */
static bool kinds_agree(const rc_study_class *cls, const rc_expect *x, rc_err *err) {
  static const char *const kind[] = {"", "a number", "true or false", "a text"};
  const rc_figure_type is = rc_figure_type_of(cls, x->value);
  const rc_figure_type wants = x->op == RC_EXPECT_TEXT   ? RC_FIGURE_TEXT
                               : x->op == RC_EXPECT_BOOL ? RC_FIGURE_FLAG
                                                         : RC_FIGURE_NUMBER;
  return is == wants || is == RC_FIGURE_ANY ||
         rc_err_at(err, RC_ERR_INPUT, x->target_at.line, x->target_at.column,
                   "'%s' is %s, and is expected to be %s", x->value, kind[is], kind[wants]);
}

/* Refuses a figure that is not there; study: "" for one of any. */
static bool figure_exists(const figures *all, const char *study, const char *name, rc_spot at,
                          rc_err *err) {
  const char **names = rc_alloc(all->of.n, sizeof *names);
  const size_t len = strlen(study);
  size_t n = 0;
  bool found = false;
  for (size_t i = 0; i < all->of.n; i++) {
    const char *full = all->of.figure[i].name;
    if (len > 0 && (strncmp(full, study, len) != 0 || full[len] != '.')) continue;
    names[n] = len > 0 ? full + len + 1 : full;
    found = found || !strcmp(names[n], name);
    n++;
  }
  if (!found) unknown(err, at, "figure", name, names, n);
  rc_free(names);
  return found;
}

static bool expect_makes_sense(const rc_scenario *sc, const figures *all, const rc_expect *x,
                               rc_err *err) {
  if (!figure_exists(all, x->study, x->value, x->value_at, err)) return false;
  for (int i = 0; i < sc->studies; i++)
    if (!strcmp(sc->study[i].kind->name, x->study))
      return kinds_agree((const rc_study_class *)sc->study[i].kind, x, err);
  return true;
}

/* The column of an error inside a text is counted on from where the text stands. */
static bool condition_makes_sense(const figures *all, const char *what, const char *text,
                                  rc_spot at, rc_err *err) {
  rc_err inner = {0};
  if (rc_condition_check_in(text, all->of.figure, all->of.n, &inner)) return true;
  return rc_err_at(err, RC_ERR_INPUT, at.line, at.column + RC_MAX(inner.column - 1, 0), "'%s': %s",
                   what, inner.message);
}

/* ---- views and commands -------------------------------------------------------------------------
 */

/* "lattice" or "lattice.map". A view of a study that is not here is no place to go. */
static bool view_exists(const rc_scenario *sc, const char *view, rc_spot at, rc_err *err) {
  const char *names[WORDS_MAX], *dot = strchr(view, '.');
  const size_t len = dot ? (size_t)(dot - view) : strlen(view);
  size_t n = 0;
  const rc_view_class *found = NULL;
  for (int i = 0; rc_view_classes[i] && n < RC_LEN(names); i++) {
    const rc_view_class *v = rc_view_classes[i];
    bool has = !v->study || !*v->study;
    for (int k = 0; k < sc->studies; k++) has = has || !strcmp(sc->study[k].kind->name, v->study);
    if (!has) continue;
    names[n++] = v->kind.name;
    if (strlen(v->kind.name) == len && !strncmp(v->kind.name, view, len)) found = v;
  }
  if (!found) {
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)RC_MIN(len, sizeof word - 1), view);
    return unknown(err, at, "view", word, names, n);
  }
  if (!dot) return true;
  n = 0;
  for (int p = 0; p < found->panes; p++) {
    const char *pane = found->pane[p]->name, *last = strrchr(pane, '.');
    names[n++] = last ? last + 1 : pane;
    if (!strcmp(pane, view) || !strcmp(names[n - 1], dot + 1)) return true;
  }
  at.column += (int)len + 1;
  return unknown(err, at, "pane", dot + 1, names, n);
}

/* A key of the scenario, whole or without "model.". knobs: only what can be turned. */
static bool key_exists(const rc_scenario *sc, const char *word, bool knobs, rc_spot at,
                       rc_err *err) {
  rc_key *keys = NULL;
  const int all = rc_scenario_keys(sc, &keys);
  const char **names = rc_alloc(2 * (size_t)all + 1, sizeof *names);
  size_t n = 0;
  bool found = false;
  for (int i = 0; i < all; i++) {
    const bool knob = keys[i].flags & RC_LIVE && keys[i].type == RC_T_REAL;
    if (knobs && !knob) continue;
    names[n++] = keys[i].name;
    if (strcmp(rc_knob_short(keys[i].name), keys[i].name) != 0)
      names[n++] = rc_knob_short(keys[i].name);
  }
  for (size_t i = 0; i < n; i++) found = found || !strcmp(names[i], word);
  if (!found) unknown(err, at, knobs ? "knob" : "key", word, names, n);
  rc_free(names);
  rc_free(keys);
  return found;
}

static bool name_exists(const char *line, size_t n, rc_spot at, rc_err *err) {
  const char **names = rc_alloc((size_t)rc_commands_n, sizeof *names);
  bool found = false;
  for (int i = 0; i < rc_commands_n; i++) {
    names[i] = rc_commands[i].name;
    found = found || (strlen(names[i]) == n && !strncmp(names[i], line, n));
  }
  if (!found) {
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)RC_MIN(n, sizeof word - 1), line);
    unknown(err, at, "command", word, names, (size_t)rc_commands_n);
  }
  rc_free(names);
  return found;
}

static const rc_command *command_of(const char *name) {
  for (int i = 0; i < rc_commands_n; i++)
    if (!strcmp(rc_commands[i].name, name)) return &rc_commands[i];
  return NULL;
}

/* What the command table says of the arguments. */
static bool arguments_fit(const rc_command *c, const char *arg, rc_spot at, rc_err *err) {
  int64_t number;
  if (!c) return true;
  if (!*arg && c->args[0] && c->args[0] != '[')
    return rc_err_at(err, RC_ERR_INPUT, at.line, at.column, "'%s' needs: %s", c->name, c->args);
  if (*arg && !c->args[0])
    return rc_err_at(err, RC_ERR_INPUT, at.line, at.column, "'%s' takes no argument", c->name);
  if (*arg && !strcmp(c->args, "[N]") && !rc_parse_int(arg, &number))
    return rc_err_at(err, RC_ERR_INPUT, at.line, at.column, "'%s' takes a number, not '%s'",
                     c->name, arg);
  return true;
}

/* The explorer itself is asked, one that stands still, about commands that need no result: in the
 * order of the tour, since later ones build on what earlier ones have set. */
static bool explorer_takes(rc_ui *u, const char *command, const char *line, rc_spot at,
                           rc_err *err) {
  static const char *const asked[] = {
      "view",      "view.next", "view.prev",    "pane.next",   "pane.prev",   "pane.focus", "set",
      "pane.full", "explain",   "crosshair",    "log",         "theme",       "pixels",     "speed",
      "knob.next", "knob.prev", "lattice.show", "select.site", "select.edge", NULL};
  rc_err why = {0};
  if (!u || !listed(asked, command) || rc_ui_command(u, line, &why)) return true;
  return rc_err_at(err, RC_ERR_INPUT, at.line, at.column, "'%s': %s", command, why.message);
}

static bool command_makes_sense(const rc_scenario *sc, const figures *all, rc_ui *u,
                                const char *line, rc_spot at, rc_err *err) {
  const size_t lead = strspn(line, " ");
  line += lead;
  at.column += (int)lead;
  const size_t n = strcspn(line, " ");
  if (!strncmp(line, "view.", 5) && n > 5 && !command_of(line)) { /* short for "view NAME" */
    at.column += 5;
    return view_exists(sc, line + 5, at, err) && explorer_takes(u, "view", line, at, err);
  }
  if (!name_exists(line, n, at, err)) return false;
  char command[64], word[128];
  snprintf(command, sizeof command, "%.*s", (int)RC_MIN(n, sizeof command - 1), line);
  const char *arg = line + n + strspn(line + n, " ");
  if (*arg) at.column += (int)(arg - line);
  snprintf(word, sizeof word, "%.*s", (int)strcspn(arg, " "), arg);
  int64_t number;
  bool ok = arguments_fit(command_of(command), arg, at, err);
  if (!ok || !*word) return ok;
  if (!strcmp(command, "knob.select")) ok = key_exists(sc, word, true, at, err);
  if (!strcmp(command, "set")) ok = key_exists(sc, word, false, at, err);
  if (!strcmp(command, "view") && !rc_parse_int(word, &number)) ok = view_exists(sc, word, at, err);
  if (!strcmp(command, "pane.focus") && strchr(word, '.')) ok = view_exists(sc, word, at, err);
  if (!strcmp(command, "until") || !strcmp(command, "break.add"))
    ok = condition_makes_sense(all, command, arg, at, err);
  return ok && explorer_takes(u, command, line, at, err);
}

/* ---- tours --------------------------------------------------------------------------------------
 */

static bool ask_makes_sense(const figures *all, const rc_ask *a, rc_err *err) {
  switch (a->kind) {
  case RC_ASK_VALUE: return figure_exists(all, "", a->value, a->at, err);
  case RC_ASK_SELECT: return condition_makes_sense(all, "where", a->where, a->at, err);
  case RC_ASK_CHOICE:
    for (int i = 0; i < a->choices; i++)
      if (a->choice[i].is[0] &&
          !condition_makes_sense(all, "is", a->choice[i].is, a->choice[i].at, err))
        return false;
    return true;
  case RC_ASK_NONE: break;
  }
  return true;
}

/* A condition, or the one word that is none. */
static bool wait_makes_sense(const figures *all, const rc_tour_step *t, rc_err *err) {
  static const char *const word[] = {"knob.changed"};
  if (!strpbrk(t->wait, "<>=") && rc_nearest(t->wait, word, 1))
    return unknown(err, t->wait_at, "word", t->wait, word, 1);
  return condition_makes_sense(all, "wait", t->wait, t->wait_at, err);
}

static bool step_makes_sense(const rc_scenario *sc, const figures *all, rc_ui *u,
                             const rc_tour_step *t, rc_err *err) {
  if (t->view[0]) {
    char line[96];
    const char *command = strchr(t->view, '.') ? "pane.focus" : "view";
    snprintf(line, sizeof line, "%s %s", command, t->view);
    if (!view_exists(sc, t->view, t->view_at, err) ||
        !explorer_takes(u, command, line, t->view_at, err))
      return false;
  }
  for (int i = 0; i < t->commands; i++)
    if (!command_makes_sense(sc, all, u, t->command[i], t->command_at[i], err)) return false;
  if (t->wait[0] && strcmp(t->wait, "knob.changed") != 0 && !wait_makes_sense(all, t, err))
    return false;
  return ask_makes_sense(all, &t->ask, err);
}

/* NULL when it cannot be opened: then that shows in the figures. */
static rc_ui *still_explorer(const rc_scenario *sc) {
  const rc_ui_opts o = {
      .given = sc, .theme = "dark", .session = {.threads = 1, .inline_jobs = true, .paused = true}};
  rc_err ignored = {0};
  return rc_ui_new(&o, &ignored);
}

bool rc_app_makes_sense(const rc_scenario *sc, rc_err *err) {
  figures *all = figures_of(sc, err);
  bool ok = all != NULL;
  for (int i = 0; ok && i < sc->expects; i++) ok = expect_makes_sense(sc, all, &sc->expect[i], err);
  rc_ui *u = ok && sc->tours ? still_explorer(sc) : NULL;
  for (int i = 0; ok && i < sc->tours; i++) ok = step_makes_sense(sc, all, u, &sc->tour[i], err);
  rc_ui_free(u);
  if (all) free_figures(all);
  return ok;
}
