/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut check SCENARIO...: validates, runs nothing.
 *
 * The scenario room cannot know the figures of studies, views and commands; that what a scenario says
 * of those exists is looked at here. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

static void emit_nothing(void *who, const char *kind, double value, const char *format, ...) {
  (void)who, (void)kind, (void)value, (void)format;
}

/* "unknown figure 'enrgy'; did you mean 'energy'?" */
static bool unknown(rc_err *err, int line, int column, const char *what, const char *word,
                    const char *const *names, size_t n) {
  const char *near = rc_nearest(word, names, n);
  return rc_err_at(err, RC_ERR_INPUT, line, column, "unknown %s '%s'%s%s%s", what, word,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The figures a study reports stand, unknown yet, in its first frame. */
static bool figure_exists(const rc_scenario *sc, const rc_expect *x, rc_err *err) {
  for (int i = 0; i < sc->studies; i++) {
    if (strcmp(sc->study[i].kind->name, x->study) != 0) continue;
    /* every study kind is the beginning of its class */
    const rc_study_class *cls = (const rc_study_class *)sc->study[i].kind;
    const rc_study_env env = {.scenario = sc, .seed = 1, .threads = 1, .emit = emit_nothing};
    void *study = cls->open(&env, sc->study[i].opts, err);
    if (!study) return false;
    rc_frame *f = rc_alloc(1, sizeof *f);
    const char *names[RC_SCALARS_MAX];
    cls->frame(study, f);
    bool found = false;
    for (int k = 0; k < f->scalars; k++) {
      names[k] = f->scalar[k].name;
      found = found || !strcmp(names[k], x->value);
    }
    if (!found) unknown(err, x->line, x->column, "figure", x->value, names, (size_t)f->scalars);
    rc_share_drop(f->data);
    rc_free(f);
    cls->close(study);
    return found;
  }
  return true;
}

static bool command_exists(const char *line, const rc_tour_step *t, rc_err *err) {
  const size_t n = strcspn(line, " ");
  const char **names = rc_alloc((size_t)rc_commands_n, sizeof *names);
  bool found = false;
  for (int i = 0; i < rc_commands_n; i++) {
    names[i] = rc_commands[i].name;
    found = found || (strlen(names[i]) == n && !strncmp(names[i], line, n));
  }
  if (!found) {
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)RC_MIN(n, sizeof word - 1), line);
    unknown(err, t->line, t->column, "command", word, names, (size_t)rc_commands_n);
  }
  rc_free(names);
  return found;
}

static bool view_exists(const rc_tour_step *t, rc_err *err) {
  const char *names[64];
  size_t n = 0;
  if (!t->view[0]) return true;
  for (; rc_view_classes[n] && n < RC_LEN(names); n++) {
    names[n] = rc_view_classes[n]->kind.name;
    if (!strcmp(names[n], t->view)) return true;
  }
  return unknown(err, t->line, t->column, "view", t->view, names, n);
}

static bool step_makes_sense(const rc_tour_step *t, rc_err *err) {
  if (!view_exists(t, err)) return false;
  for (int i = 0; i < t->commands; i++)
    if (!command_exists(t->command[i], t, err)) return false;
  if (!t->wait[0] || !strcmp(t->wait, "knob.changed")) return true;
  rc_err inner = {0};
  if (rc_condition_check(t->wait, &inner)) return true;
  return rc_err_at(err, RC_ERR_INPUT, t->line, t->column, "'wait': %s", inner.message);
}

static bool makes_sense(const rc_scenario *sc, rc_err *err) {
  for (int i = 0; i < sc->expects; i++)
    if (!figure_exists(sc, &sc->expect[i], err)) return false;
  for (int i = 0; i < sc->tours; i++)
    if (!step_makes_sense(&sc->tour[i], err)) return false;
  return true;
}

int rc_app_check(const rc_cli *cli, rc_err *err) {
  int status = 0;
  for (int i = 0; i < cli->word.n; i++) {
    rc_err one = {0};
    rc_scenario *sc = rc_app_load(cli, cli->word.v[i], &one);
    if (sc && makes_sense(sc, &one)) {
      printf("%s: good: %s\n", sc->path, sc->built ? sc->built->title : sc->study[0].kind->title);
    } else {
      if (one.message[0]) rc_app_complain(sc ? sc->path : NULL, &one);
      status = RC_MAX(status, rc_err_status(one.code));
      err->code = one.code;
    }
    rc_scenario_free(sc);
  }
  return status;
}
