/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut show VIEW SCENARIO: one picture, without a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"

enum { COLS_MAX = 1000, ROWS_MAX = 500 };

static bool parse_size(const char *text, int *cols, int *rows, rc_err *err) {
  int used = 0;
  if (sscanf(text, "%4dx%4d%n", cols, rows, &used) == 2 && !text[used] && *cols >= 1 &&
      *rows >= 1 && *cols <= COLS_MAX && *rows <= ROWS_MAX)
    return true;
  return rc_err_set(err, RC_ERR_USAGE, "--size wants COLSxROWS up to %dx%d, not '%s'", COLS_MAX,
                    ROWS_MAX, text);
}

static bool no_color(void) {
  const char *s = getenv("NO_COLOR");
  return s && *s;
}

/* Colours only where a person looks at them, unless they were asked for. */
static const char *default_format(bool theme) {
  const char *term = getenv("TERM");
  const bool plain = (no_color() && !theme) || !term || !strcmp(term, "dumb");
  return isatty(STDOUT_FILENO) && !plain ? "ansi" : "text";
}

/* Is VIEW a view, or VIEW.PANE a pane of it? The whole list would be long: the nearest is named. */
static bool check_view(const char *what, rc_err *err) {
  rc_str all = {0};
  const char *names[256] = {NULL};
  size_t at[256], n = 0;
  for (const rc_view_class *const *v = rc_view_classes; *v; v++)
    for (int i = -1; i < (*v)->panes && n < RC_LEN(at); i++) {
      at[n++] = all.len;
      rc_str_addf(&all, "%s%s%s", (*v)->kind.name, i < 0 ? "" : ".",
                  i < 0 ? "" : (*v)->pane[i]->name);
      rc_str_addc(&all, 0);
    }
  bool known = false;
  for (size_t i = 0; i < n; i++) {
    names[i] = all.text + at[i];
    known = known || !strcmp(names[i], what);
  }
  const char *near = rc_nearest(what, names, n);
  if (!known)
    rc_err_set(err, RC_ERR_USAGE, "no view '%s'; %s%s%s", what,
               near ? "did you mean '" : "'roadcut list views' names them", near ? near : "",
               near ? "'?" : "");
  rc_str_free(&all);
  return known;
}

int rc_app_show(const rc_cli *cli, rc_err *err) {
  static const char *const formats[] = {"text", "ansi", "svg", "csv", "json"};
  const char *format = cli->format ? cli->format : default_format(cli->theme != NULL), *theme;
  int cols = 100, rows = 30;
  rc_graphics g;
  /* NO_COLOR is about what a terminal shows: attributes stay, and pictures keep their colours */
  const char *usual = no_color() && strcmp(format, "svg") != 0 ? "mono" : "dark";
  if (!check_view(cli->word.v[0], err) ||
      rc_app_choose("format", format, formats, (int)RC_LEN(formats), err) < 0 ||
      (cli->size && !parse_size(cli->size, &cols, &rows, err)) || !rc_app_graphics(cli, &g, err) ||
      !rc_app_theme(cli, &theme, err))
    return rc_err_status(err->code);
  rc_scenario *origin = NULL, *sc = rc_app_load_both(cli, cli->word.v[1], &origin, err);
  if (!sc) return rc_err_status(err->code);
  if (cli->seed) sc->seed = cli->seed;
  rc_str out = {0};
  const char *const none[] = {NULL};
  const bool ok =
      rc_show(cli->word.v[0], sc, origin, cli->steps, cols, rows, g, theme ? theme : usual,
              cli->commands.n ? cli->commands.v : none, format, &out, err);
  if (ok) fwrite(rc_str_c(&out), 1, out.len, stdout);
  rc_str_free(&out);
  rc_scenario_free(sc);
  rc_scenario_free(origin);
  return ok ? 0 : rc_err_status(err->code);
}
