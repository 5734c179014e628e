/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What conditions may speak of: the figures of studies and what each of them can be. */
#include <string.h>

#include "roadcut/engine.h"

static bool listed(const char *const *list, const char *name) {
  for (; list && *list; list++)
    if (strcmp(*list, name) == 0) return true;
  return false;
}

rc_figure_type rc_figure_type_of(const rc_study_class *cls, const char *name) {
  if (!cls->text_names || !cls->flag_names) return RC_FIGURE_ANY;
  return listed(cls->text_names, name)   ? RC_FIGURE_TEXT
         : listed(cls->flag_names, name) ? RC_FIGURE_FLAG
                                         : RC_FIGURE_NUMBER;
}

void rc_figures_add(rc_figures *f, const char *study, const char *name, rc_figure_type type,
                    const char *const *words) {
  if (f->n == f->cap) {
    f->cap = RC_MAX(2 * f->cap, 64);
    f->figure = rc_realloc(f->figure, f->cap, sizeof *f->figure);
  }
  rc_str s = {0};
  rc_str_addf(&s, "%s%s%s", study, *study ? "." : "", name);
  f->figure[f->n++] = (rc_figure){rc_strdup(rc_str_c(&s)), type, words};
  rc_str_free(&s);
}

static void add_twice(rc_figures *f, const rc_study_class *cls, const char *name,
                      rc_figure_type type, const char *const *words) {
  rc_figures_add(f, "", name, type, words);
  rc_figures_add(f, cls->kind.name, name, type, words);
}

void rc_figures_add_study(rc_figures *f, const rc_study_class *cls, const rc_frame *frame) {
  static const char *const state[] = {"running", "done", "failed", NULL};
  static const char *const of_engine[] = {"break", "error", "command.failed", NULL};
  for (int i = 0; frame && i < frame->scalars; i++) {
    const char *name = frame->scalar[i].name;
    add_twice(f, cls, name, rc_figure_type_of(cls, name), NULL);
  }
  add_twice(f, cls, "step", RC_FIGURE_NUMBER, NULL);
  add_twice(f, cls, "progress", RC_FIGURE_NUMBER, NULL);
  add_twice(f, cls, "generation", RC_FIGURE_NUMBER, NULL);
  add_twice(f, cls, "state", RC_FIGURE_TEXT, state);
  add_twice(f, cls, "phase", RC_FIGURE_TEXT, cls->phase_names);
  add_twice(f, cls, "event", RC_FIGURE_TEXT, cls->event_names);
  add_twice(f, cls, "event", RC_FIGURE_TEXT, of_engine);
}

void rc_figures_free(rc_figures *f) {
  for (size_t i = 0; i < f->n; i++) rc_free((char *)f->figure[i].name);
  rc_free(f->figure);
  *f = (rc_figures){0};
}
