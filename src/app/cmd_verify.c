/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut verify FILE...: checks certificates of cuts in exact arithmetic. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"

/* Can it be read at all? A folder opens, but does not read. */
static bool readable(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) return false;
  errno = 0;
  const bool ok = fgetc(f) != EOF || !ferror(f);
  const int why = errno;
  fclose(f);
  errno = why;
  return ok;
}

static void say(const char *path, const rc_verdict *v) {
  if (!v->accepted)
    printf("%s: refused: %s\n", path, v->reason);
  else if (v->optimal)
    printf("%s: accepted: proved optimal, %s\n", path, v->value);
  else
    printf("%s: accepted: value %s, bound %s, gap %.3g\n", path, v->value, v->bound, v->gap);
}

int rc_app_verify(const rc_cli *cli, rc_err *err) {
  int refused = 0, unreadable = 0;
  for (int i = 0; i < cli->word.n; i++) {
    const char *path = cli->word.v[i];
    if (!readable(path)) {
      fprintf(stderr, "%s: cannot be read: %s\n", path, strerror(errno));
      unreadable++;
      continue;
    }
    rc_verdict v;
    rc_certificate_verify(path, NULL, &v);
    say(path, &v);
    refused += !v.accepted;
  }
  if (!refused && !unreadable) return 0;
  *err = (rc_err){.code = unreadable ? RC_ERR_INPUT : RC_ERR_EXPECT}; /* all has been said */
  return rc_err_status(err->code);
}
