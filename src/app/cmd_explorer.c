/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut [SCENARIO]: the explorer. */
#include <string.h>

#include "app/app.h"

int rc_app_explore(const rc_cli *cli, rc_ui_opts o, rc_err *err) {
  o.graphics = rc_term_graphics();
  o.theme = rc_term_theme();
  if (cli->graphics && !rc_app_graphics(cli, &o.graphics, err)) return rc_err_status(err->code);
  if (cli->theme && !rc_app_theme(cli, &o.theme, err)) return rc_err_status(err->code);
  o.no_colors = rc_term_no_colors(cli->theme && strcmp(cli->theme, "mono") != 0);
  o.pixels_fixed = cli->graphics != NULL;
  char **dirs = rc_app_scenario_dirs(), *config = rc_app_config();
  o.scenario_dirs = (const char *const *)dirs;
  o.config = config;
  rc_ui *u = rc_ui_new(&o, err);
  const int status = u ? rc_term_run(u, err) : rc_err_status(err->code);
  rc_ui_free(u);
  rc_app_dirs_free(dirs);
  rc_free(config);
  return status;
}

int rc_app_explorer(const rc_cli *cli, rc_err *err) {
  char *path = NULL;
  if (cli->word.n) {
    /* Loaded twice, here for its errors: they must be said before the screen is taken over. */
    path = rc_app_find_scenario(cli->word.v[0], err);
    rc_scenario *sc = path ? rc_app_load(cli, path, err) : NULL;
    if (!sc) {
      rc_free(path);
      return rc_err_status(err->code);
    }
    rc_scenario_free(sc);
  }
  const rc_ui_opts o = {.scenario = path,
                        .set = cli->set.v,
                        .record = cli->record,
                        .session = {.seed = cli->seed, .threads = (int)cli->threads}};
  const int status = rc_term_begin(err) ? rc_app_explore(cli, o, err) : rc_err_status(err->code);
  rc_free(path);
  return status;
}
