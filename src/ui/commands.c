/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command table and how a command line finds its handler. */
#include "handlers.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define RC_CMD(name, keys, args, group, where, rank, hint, handler, help)                          \
  {name, keys, args, group, help, hint, rank, where},
const rc_command rc_commands[] = {
#include "commands.def"
};
#undef RC_CMD
const int rc_commands_n = RC_LEN(rc_commands);

#define RC_CMD(name, keys, args, group, where, rank, hint, handler, help) handler,
static const rc_handler handlers[] = {
#include "commands.def"
};
#undef RC_CMD

int rc_command_find(const char *name) {
  for (int i = 0; i < rc_commands_n; i++)
    if (strcmp(rc_commands[i].name, name) == 0) return i;
  return -1;
}

unsigned rc_ui_where(const rc_ui *u) {
  if (u->prompt.on) return RC_IN_TEXT;
  switch (u->over) {
  case RC_OVER_HELP:
  case RC_OVER_PALETTE: return RC_IN_TEXT;
  case RC_OVER_FORM: return u->form.editing ? RC_IN_TEXT : RC_IN_FORM;
  case RC_OVER_BREAKS: return RC_IN_BREAKS;
  case RC_OVER_OPTIONS:
  case RC_OVER_EVENTS: return RC_IN_LIST;
  case RC_OVER_NONE: break;
  }
  if (u->session) return RC_IN_EXPLORER;
  return u->browser.filtering ? RC_IN_TEXT : RC_IN_BROWSER;
}

/* A command line (palette, --do, tour) may come while an overlay is open. The layers under it
 * take it as well, so that "set J2 0.5" need not know what is on the screen; a key may not. */
static unsigned line_where(const rc_ui *u) {
  unsigned where = rc_ui_where(u) | (u->session ? RC_IN_EXPLORER : RC_IN_BROWSER);
  if (u->over == RC_OVER_FORM) where |= RC_IN_FORM;
  if (u->session) where |= RC_IN_BREAKS;
  return where;
}

/* To move and to press in a list or a form is nothing that was done; what comes of it is. */
static bool only_leads(const rc_ui *u, const rc_command *c) {
  return strcmp(c->group, "Move") == 0 && rc_ui_where(u) != RC_IN_EXPLORER;
}

bool rc_command_run(rc_ui *u, int command, const char *arg, int64_t count, int key, rc_err *err) {
  const rc_command *c = &rc_commands[command];
  unsigned where = key == RC_KEY_NONE ? line_where(u) : rc_ui_where(u);
  if (!(c->where & where)) {
    if (c->where & RC_IN_EXPLORER && !u->session)
      return rc_err_set(err, RC_ERR_USAGE, "'%s' needs an open scenario", c->name);
    return rc_err_set(err, RC_ERR_USAGE, "'%s' is not for here", c->name);
  }
  if (u->replaying && rc_did_change(c)) return true; /* the recording makes the change itself */
  bool needs = c->args[0] && c->args[0] != '[';
  if (needs && !*arg && key == RC_KEY_NONE)
    return rc_err_set(err, RC_ERR_USAGE, "'%s' needs: %s", c->name, c->args);
  if (!c->args[0] && *arg) return rc_err_set(err, RC_ERR_USAGE, "'%s' takes no argument", c->name);
  u->dirty = true;
  if (handlers[command] == cmd_move && key == RC_KEY_NONE) key = rc_move_key(c->name);
  if (only_leads(u, c)) return handlers[command](u, arg, count, key, err);
  rc_did_what what = rc_did_begin(u);
  const bool ok = handlers[command](u, arg, count, key, err);
  rc_str line = {0};
  if (ok && what.outer) rc_did_line(u, c, arg, count, &line);
  if (ok && u->in_key && u->doing == 2) { /* a key of a pane that stands for a command */
    rc_str_clear(&u->key_line);
    rc_did_line(u, c, arg, count, &u->key_line);
  }
  rc_did_end(u, &what, c, rc_str_c(&line));
  rc_str_free(&line);
  return ok;
}

bool rc_ui_no(rc_err *err, rc_err_code code, const char *what, const char *word,
              const char *const *names, int n) {
  rc_str s = {0};
  rc_str_addf(&s, "no %s '%s'", what, word);
  rc_str_add_choices(&s, word, names, (size_t)n);
  rc_err_set(err, code, "%s", rc_str_c(&s));
  rc_str_free(&s);
  return false;
}

static bool unknown_command(const char *name, rc_err *err) {
  const char *names[256];
  int n = 0;
  for (int i = 0; i < rc_commands_n && n < 256; i++) names[n++] = rc_commands[i].name;
  if (rc_nearest(name, names, (size_t)n))
    return rc_ui_no(err, RC_ERR_USAGE, "command", name, names, n);
  return rc_err_set(err, RC_ERR_USAGE, "no command '%s'; ? lists them", name);
}

/* "view.hilbert" is "view hilbert"; so with pane.focus ("pane.lattice.map"). */
static int command_short(const char *word, const char **arg) {
  if (strncmp(word, "view.", 5) == 0 && word[5]) {
    *arg = word + 5;
    return rc_command_find("view");
  }
  if (strncmp(word, "pane.", 5) == 0 && strchr(word + 5, '.')) {
    *arg = word + 5;
    return rc_command_find("pane.focus");
  }
  return -1;
}

bool rc_command_known(const char *word) {
  const char *arg;
  return rc_command_find(word) >= 0 || command_short(word, &arg) >= 0;
}

bool rc_ui_command(rc_ui *u, const char *line, rc_err *err) {
  char word[64], rest[512];
  const char *arg = rc_line_word(line, word, sizeof word);
  snprintf(rest, sizeof rest, "%s", arg);
  size_t n = strlen(rest);
  while (n > 0 && isspace((unsigned char)rest[n - 1])) rest[--n] = 0;
  if (!word[0]) return rc_err_set(err, RC_ERR_USAGE, "an empty command line");
  arg = rest;
  int command = rc_command_find(word);
  if (command < 0) command = command_short(word, &arg);
  if (command < 0) return unknown_command(word, err);
  return rc_command_run(u, command, arg, 0, RC_KEY_NONE, err);
}

void rc_ui_run(rc_ui *u, const char *line) {
  rc_err err = {0};
  if (!rc_ui_command(u, line, &err)) rc_ui_message(u, RC_BAD, "%s", err.message);
}
