/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several commands share: loading a scenario, choosing pixels and colours. */
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"

/* The error has been said; its code is left for the exit status. */
static rc_scenario *said(const char *file, rc_scenario *sc, rc_err *err) {
  rc_app_complain(file, err);
  err->message[0] = 0;
  rc_scenario_free(sc);
  return NULL;
}

static bool apply(rc_scenario *sc, const char *assignment, rc_err *err) {
  const char *equals = strchr(assignment, '=');
  if (!equals || equals == assignment)
    return rc_err_set(err, RC_ERR_USAGE, "--set wants KEY=VALUE, not '%s'", assignment);
  rc_str key = {0};
  rc_err inner = {0};
  rc_str_addn(&key, assignment, (size_t)(equals - assignment));
  const bool ok = rc_scenario_set(sc, rc_str_c(&key), equals + 1, rc_study_kinds, &inner);
  if (!ok) rc_err_set(err, inner.code, "--set %s: %s", assignment, inner.message);
  rc_str_free(&key);
  return ok;
}

rc_scenario *rc_app_load_both(const rc_cli *cli, const char *name, rc_scenario **origin,
                              rc_err *err) {
  char *path = rc_app_find_scenario(name, err);
  if (!path) return NULL;
  rc_scenario *sc = rc_scenario_load(path, rc_study_kinds, err);
  if (!sc) {
    said(path, NULL, err);
    rc_free(path);
    return NULL;
  }
  rc_free(path);
  rc_scenario *written = origin ? rc_scenario_copy(sc) : NULL;
  for (int i = 0; i < cli->set.n; i++)
    if (!apply(sc, cli->set.v[i], err)) {
      rc_scenario_free(written);
      rc_scenario_free(sc);
      return NULL;
    }
  if (origin) *origin = written;
  return sc;
}

rc_scenario *rc_app_load(const rc_cli *cli, const char *name, rc_err *err) {
  return rc_app_load_both(cli, name, NULL, err);
}

bool rc_app_graphics(const rc_cli *cli, rc_graphics *g, rc_err *err) {
  static const char *const names[] = {"braille", "block", "ascii"};
  if (!cli->graphics) {
    setlocale(LC_CTYPE, "");
    const bool utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    *g = isatty(STDOUT_FILENO) ? rc_term_graphics() : utf8 ? RC_G_BRAILLE : RC_G_ASCII;
    return true;
  }
  const int i = rc_app_choose("pixel set", cli->graphics, names, (int)RC_LEN(names), err);
  *g = (rc_graphics)i;
  return i >= 0;
}

bool rc_app_theme(const rc_cli *cli, const char **name, rc_err *err) {
  const char *names[16];
  int n = 0;
  for (; rc_themes[n] && n < (int)RC_LEN(names); n++) names[n] = rc_themes[n]->name;
  if (cli->theme && rc_app_choose("theme", cli->theme, names, n, err) < 0) return false;
  *name = cli->theme;
  return true;
}
