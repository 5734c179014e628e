/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut check SCENARIO...: validates, runs nothing. */
#include <stdio.h>

#include "app/app.h"

int rc_app_check(const rc_cli *cli, rc_err *err) {
  int status = 0;
  for (int i = 0; i < cli->word.n; i++) {
    rc_err one = {0};
    rc_scenario *sc = rc_app_load(cli, cli->word.v[i], &one);
    if (sc && rc_app_makes_sense(sc, &one)) {
      printf("%s: good: %s\n", sc->path, sc->built ? sc->built->title : sc->study[0].kind->title);
      for (int k = 0; sc->built && k < sc->built->notes; k++)
        printf("note: %s\n", sc->built->note[k]);
    } else {
      if (one.message[0]) rc_app_complain(sc ? sc->path : NULL, &one);
      status = RC_MAX(status, rc_err_status(one.code));
      err->code = one.code;
    }
    rc_scenario_free(sc);
  }
  return status;
}
