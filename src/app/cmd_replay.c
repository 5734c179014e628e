/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut replay SESSION: a recorded session again, on the screen or without. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"

enum { SESSION_MOST = 64 << 20 }; /* bytes of a recording that are read */

static rc_recording *read_recording(const char *path, rc_err *err) {
  size_t len = 0;
  rc_err why = {0};
  char *text = rc_read_file(path, SESSION_MOST, &len, &why);
  if (!text) {
    rc_err_set(err, why.code, "%s: %s", path, why.message);
    return NULL;
  }
  rc_recording *r = rc_recording_parse(text, len, rc_study_kinds, &why);
  rc_free(text);
  if (r) rc_recording_locate(r, path);
  if (!r) {
    rc_app_complain(path, &why); /* with its line */
    *err = (rc_err){.code = why.code};
  }
  return r;
}

/* A recording has its scenario inside; who has the file too is told when it is not that one any more. */
static void compare_file(const rc_recording *r) {
  const rc_scenario *sc = rc_recording_scenario(r);
  size_t len = 0;
  char hash[65];
  char *text = sc->path && sc->path[0] ? rc_read_file(sc->path, SESSION_MOST, &len, NULL) : NULL;
  if (!text) return;
  rc_sha256(text, len, hash);
  rc_free(text);
  if (sc->sha256[0] && strcmp(hash, sc->sha256) != 0)
    fprintf(
        stderr,
        "roadcut: %s has changed since this was recorded; the recording's own copy is replayed\n",
        sc->path);
}

/* "-" is standard output. */
static int write_tour(const rc_recording *r, const char *path, rc_err *err) {
  rc_str text = {0};
  bool ok = rc_recording_tour(r, rc_study_kinds, &text, err);
  if (ok) {
    FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    ok = f && fwrite(rc_str_c(&text), 1, text.len, f) == text.len;
    if (f && f != stdout) ok = fclose(f) == 0 && ok;
    if (!ok) rc_err_set(err, RC_ERR_INPUT, "cannot write %s: %s", path, strerror(errno));
  }
  rc_str_free(&text);
  return ok ? 0 : rc_err_status(err->code);
}

int rc_app_replay(const rc_cli *cli, rc_err *err) {
  rc_recording *r = read_recording(cli->word.v[0], err);
  if (!r) return rc_err_status(err->code);
  int status;
  compare_file(r);
  if (cli->tour) {
    status = write_tour(r, cli->tour, err);
  } else if (cli->headless || cli->json || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)) {
    /* what the scenario expects holds for the couplings it was written with, not for changed ones */
    rc_scenario *sc = rc_scenario_copy(rc_recording_scenario(r));
    sc->expects = 0;
    rc_cli quiet = *cli;
    quiet.seed = rc_recording_seed(r);
    status = rc_app_run_scenario(&quiet, sc, r, err);
    rc_scenario_free(sc);
  } else {
    const rc_ui_opts o = {.replay = r,
                          .speed = cli->speed,
                          .session = {.seed = rc_recording_seed(r), .threads = (int)cli->threads}};
    status = rc_term_begin(err) ? rc_app_explore(cli, o, err) : rc_err_status(err->code);
  }
  rc_recording_free(r);
  return status;
}
