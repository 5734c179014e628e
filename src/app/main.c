/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut: reads the command line, hands over, says what went wrong. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"

void rc_app_complain(const char *file, const rc_err *err) {
  /* Messages about input and usage say themselves what to do. */
  const bool plain = err->code == RC_ERR_USAGE || err->code == RC_ERR_INPUT;
  const char *hint = plain ? "" : rc_err_hint(err->code);
  if (strstr(err->message, hint)) hint = ""; /* others say the same, and of what */
  if (file && err->line > 0)
    fprintf(stderr, "%s:%d:%d: %s\n", file, err->line, err->column, err->message);
  else if (file)
    fprintf(stderr, "%s: %s\n", file, err->message);
  else if (*hint)
    fprintf(stderr, "roadcut: %s; %s\n", err->message, hint);
  else
    fprintf(stderr, "roadcut: %s\n", err->message);
}

bool rc_app_flush(void) {
  if (!fflush(stdout) && !ferror(stdout)) return true;
  fprintf(stderr,
          "roadcut: cannot write to standard output: %s; make room there and run it again\n",
          strerror(errno));
  return false;
}

int main(int argc, char **argv) {
  rc_cli cli;
  rc_err err = {0};
  int status = 0;
  if (!rc_cli_parse(&cli, argc, argv, &err))
    status = rc_err_status(err.code);
  else if (cli.version)
    rc_app_version();
  else if (cli.help && cli.command == RC_CLI_EXPLORER)
    rc_app_help();
  else if (cli.help)
    rc_app_help_command(cli.command);
  else
    status = rc_cli_commands[cli.command].run(&cli, &err);
  if (!rc_app_flush() && !status) status = rc_err_status(RC_ERR_LIMIT);
  if (err.code != RC_ERR_NONE && err.message[0]) rc_app_complain(NULL, &err);
  rc_cli_free(&cli);
  /* A worker in the middle of a long step uses what exit handlers would take from under it. */
  if (rc_session_left_behind() > 0) _exit(status);
  return status;
}
