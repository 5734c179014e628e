/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario room cannot know the figures of studies, nor views and commands: that what a scenario
 * says of those exists, and can be so, is looked at here. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

enum { FIGURES_MAX = 1024, WORDS_MAX = 512 };

typedef struct figures { /* "gap" and "hilbert.gap", of every study, then what is selected */
  int n;
  const char *name[FIGURES_MAX];
  char *own[FIGURES_MAX]; /* the texts */
} figures;

static void emit_nothing(void *who, const char *kind, double value, const char *format, ...) {
  (void)who, (void)kind, (void)value, (void)format;
}

/* "unknown figure 'enrgy'; did you mean 'energy'?" */
static bool unknown(rc_err *err, rc_spot at, const char *what, const char *word,
                    const char *const *names, size_t n) {
  const char *near = rc_nearest(word, names, n);
  return rc_err_at(err, RC_ERR_INPUT, at.line, at.column, "unknown %s '%s'%s%s%s", what, word,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* ---- figures ------------------------------------------------------------------------------------
 */

static void add_figure(figures *f, const char *study, const char *name) {
  if (f->n == FIGURES_MAX - 1) return; /* the last stays NULL */
  rc_str s = {0};
  rc_str_addf(&s, "%s%s%s", study, *study ? "." : "", name);
  f->own[f->n] = rc_strdup(rc_str_c(&s));
  f->name[f->n] = f->own[f->n];
  f->n++;
  rc_str_free(&s);
}

static void free_figures(figures *f) {
  for (int i = 0; i < f->n; i++) rc_free(f->own[i]);
  rc_free(f);
}

/* The figures a study reports stand, unknown yet, in its first frame. */
static bool first_frame(const rc_scenario *sc, int i, rc_frame *f, rc_err *err) {
  /* every study kind is the beginning of its class */
  const rc_study_class *cls = (const rc_study_class *)sc->study[i].kind;
  const rc_study_env env = {.scenario = sc, .seed = 1, .threads = 1, .emit = emit_nothing};
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
      add_figure(all, "", rc_knob_short(keys[i].name));
  rc_free(keys);
}

/* NULL with err filled when a study cannot be opened. */
static figures *figures_of(const rc_scenario *sc, rc_err *err) {
  static const char *const always[] = {"step", "state", "phase", "progress", "generation", "event"};
  figures *all = rc_alloc(1, sizeof *all);
  rc_frame *f = rc_alloc(1, sizeof *f);
  bool ok = true;
  for (int i = 0; ok && i < sc->studies; i++) {
    const char *study = sc->study[i].kind->name;
    memset(f, 0, sizeof *f);
    ok = first_frame(sc, i, f, err);
    for (int k = 0; ok && k < f->scalars; k++) {
      add_figure(all, "", f->scalar[k].name);
      add_figure(all, study, f->scalar[k].name);
    }
    for (size_t k = 0; ok && k < RC_LEN(always); k++) add_figure(all, study, always[k]);
  }
  add_knobs(sc, all);
  for (int i = 0; rc_selection_names[i]; i++) add_figure(all, "", rc_selection_names[i]);
  rc_free(f);
  if (ok) return all;
  free_figures(all);
  return NULL;
}

static bool listed(const char *const *list, const char *name) {
  for (int i = 0; list && list[i]; i++)
    if (!strcmp(list[i], name)) return true;
  return false;
}

/* A number is not expected to be a text. */
static bool kinds_agree(const rc_study_class *cls, const rc_expect *x, rc_err *err) {
  if (!cls->text_names || !cls->flag_names) return true;
  static const char *const kind[] = {"a number", "a text", "true or false"};
  const int is = listed(cls->text_names, x->value) ? 1 : listed(cls->flag_names, x->value) ? 2 : 0;
  const int wants = x->op == RC_EXPECT_TEXT ? 1 : x->op == RC_EXPECT_BOOL ? 2 : 0;
  return is == wants ||
         rc_err_at(err, RC_ERR_INPUT, x->target_at.line, x->target_at.column,
                   "'%s' is %s, and is expected to be %s", x->value, kind[is], kind[wants]);
}

static bool expect_makes_sense(const rc_scenario *sc, const figures *all, const rc_expect *x,
                               rc_err *err) {
  const char *names[FIGURES_MAX];
  size_t n = 0;
  const size_t len = strlen(x->study);
  bool found = false;
  for (int i = 0; i < all->n; i++) {
    if (strncmp(all->name[i], x->study, len) != 0 || all->name[i][len] != '.') continue;
    names[n] = all->name[i] + len + 1;
    found = found || !strcmp(names[n], x->value);
    n++;
  }
  if (!found) return unknown(err, x->value_at, "figure", x->value, names, n);
  for (int i = 0; i < sc->studies; i++)
    if (!strcmp(sc->study[i].kind->name, x->study))
      return kinds_agree((const rc_study_class *)sc->study[i].kind, x, err);
  return true;
}

/* The column of an error inside a text is counted on from where the text stands. */
static bool condition_makes_sense(const figures *all, const char *what, const char *text,
                                  rc_spot at, rc_err *err) {
  rc_err inner = {0};
  if (rc_condition_check_in(text, all->name, (size_t)all->n, &inner)) return true;
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

static bool command_makes_sense(const rc_scenario *sc, const figures *all, const char *line,
                                rc_spot at, rc_err *err) {
  const size_t lead = strspn(line, " ");
  line += lead;
  at.column += (int)lead;
  const size_t n = strcspn(line, " ");
  if (!strncmp(line, "view.", 5) && n > 5 && !strchr("np", line[5])) { /* short for "view NAME" */
    at.column += 5;
    return view_exists(sc, line + 5, at, err);
  }
  if (!name_exists(line, n, at, err)) return false;
  char command[64], word[128];
  snprintf(command, sizeof command, "%.*s", (int)RC_MIN(n, sizeof command - 1), line);
  const char *arg = line + n + strspn(line + n, " ");
  at.column += (int)(arg - line);
  snprintf(word, sizeof word, "%.*s", (int)strcspn(arg, " "), arg);
  int64_t number;
  if (!*word) return true;
  if (!strcmp(command, "knob.select")) return key_exists(sc, word, true, at, err);
  if (!strcmp(command, "set")) return key_exists(sc, word, false, at, err);
  if (!strcmp(command, "view") && !rc_parse_int(word, &number))
    return view_exists(sc, word, at, err);
  if (!strcmp(command, "pane.focus") && strchr(word, '.')) return view_exists(sc, word, at, err);
  if (!strcmp(command, "until") || !strcmp(command, "break.add"))
    return condition_makes_sense(all, command, arg, at, err);
  return true;
}

/* ---- tours --------------------------------------------------------------------------------------
 */

static bool ask_makes_sense(const figures *all, const rc_ask *a, rc_err *err) {
  switch (a->kind) {
  case RC_ASK_VALUE:
    if (!listed(all->name, a->value)) /* ends in NULL: it is not full */
      return unknown(err, a->at, "figure", a->value, all->name, (size_t)all->n);
    return true;
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

static bool step_makes_sense(const rc_scenario *sc, const figures *all, const rc_tour_step *t,
                             rc_err *err) {
  if (t->view[0] && !view_exists(sc, t->view, t->view_at, err)) return false;
  for (int i = 0; i < t->commands; i++)
    if (!command_makes_sense(sc, all, t->command[i], t->command_at[i], err)) return false;
  if (t->wait[0] && strcmp(t->wait, "knob.changed") != 0 &&
      !condition_makes_sense(all, "wait", t->wait, t->wait_at, err))
    return false;
  return ask_makes_sense(all, &t->ask, err);
}

bool rc_app_makes_sense(const rc_scenario *sc, rc_err *err) {
  figures *all = figures_of(sc, err);
  bool ok = all != NULL;
  for (int i = 0; ok && i < sc->expects; i++) ok = expect_makes_sense(sc, all, &sc->expect[i], err);
  for (int i = 0; ok && i < sc->tours; i++) ok = step_makes_sense(sc, all, &sc->tour[i], err);
  if (all) free_figures(all);
  return ok;
}
