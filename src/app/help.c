/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help: to standard output, at most 80 columns; the main page at most 24 lines. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

void rc_app_version(void) {
  printf("roadcut %s\nLicence GPL-3.0-or-later: free software, without any warranty.\n",
         RC_VERSION);
}

void rc_app_wrap(const char *text, int indent, int width) {
  int column = 0;
  while (*text) {
    const int n = (int)strcspn(text, " ");
    if (column && column + 1 + n > width) {
      putchar('\n');
      column = 0;
    }
    if (!column)
      column = printf("%*s", indent, "");
    else
      column += printf(" ");
    column += printf("%.*s", n, text);
    text += n;
    text += strspn(text, " ");
  }
  putchar('\n');
}

static int usage_width(void) {
  int w = 0;
  for (int c = 0; c < RC_CLI_COMMANDS; c++)
    w = RC_MAX(w, (int)(strlen(rc_cli_commands[c].name) + strlen(rc_cli_commands[c].args)));
  return w + 1;
}

static void print_options(rc_cli_id id) {
  int w = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < rc_cli_options_n; i++) {
      const rc_cli_option *o = &rc_cli_options[i];
      if (!(o->commands >> id & 1)) continue;
      const int n = (int)strlen(o->name) + (o->arg ? 1 + (int)strlen(o->arg) : 0);
      w = RC_MAX(w, n);
      if (pass)
        printf("  %s%s%s%*s  %s\n", o->name, o->arg ? " " : "", o->arg ? o->arg : "", w - n, "",
               o->help);
    }
}

void rc_app_help(void) {
  printf("roadcut %s - frustrated magnets and their Hilbert graphs, cut open\n\n", RC_VERSION);
  const int w = usage_width();
  for (int c = 0; c < RC_CLI_COMMANDS; c++) {
    const rc_cli_command *cmd = &rc_cli_commands[c];
    const int n = printf("%s roadcut%s%s %s", c ? "      " : "usage:", *cmd->name ? " " : "",
                         cmd->name, cmd->args);
    printf("%*s  %s\n", RC_MAX(w + 15 - n, 0), "", cmd->help);
  }
  puts("\nOptions of the explorer ('roadcut COMMAND --help' for those of a command):");
  print_options(RC_CLI_EXPLORER);
  puts("\nSCENARIO: a YAML file, or a name: ./scenarios, installed (man roadcut-scenario).\n"
       "Exit: 0 done, 1 expectation, 2 usage, 3 input, 4 limit, 5 fault, 128+n signal n.");
}

void rc_app_help_command(rc_cli_id id) {
  const rc_cli_command *c = &rc_cli_commands[id];
  printf("usage: roadcut %s %s [OPTIONS]\n\n", c->name, c->args);
  rc_app_wrap(c->text, 0, 78);
  if (id == RC_CLI_LIST) rc_app_list_names();
  puts("\nOptions:");
  print_options(id);
}
