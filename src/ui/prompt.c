/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line typed in the message line: the argument of a command. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

void rc_prompt_open(rc_ui *u, const char *label, const char *command, const char *text) {
  u->prompt.on = true;
  snprintf(u->prompt.label, sizeof u->prompt.label, "%s", label);
  snprintf(u->prompt.before, sizeof u->prompt.before, "%s", command);
  u->prompt.error[0] = 0;
  u->prompt.suggested = text[0] != 0;
  rc_edit_set(&u->prompt.edit, text);
}

/* As in a file dialog: what is typed replaces a suggestion, what deletes removes it, what moves keeps
 * it to be edited. True when nothing more is to be done. */
static bool suggestion_key(rc_ui *u, int key) {
  if (!u->prompt.suggested) return false;
  u->prompt.suggested = false;
  const bool deletes = key == 127 || key == 8 || key == RC_KEY_DELETE || key == 4;
  if (deletes || (key >= ' ' && key < RC_KEY_UP)) rc_edit_set(&u->prompt.edit, "");
  return deletes || key == 9;
}

/* Says at once what would be refused. */
static void check(rc_ui *u) {
  u->prompt.error[0] = 0;
  const bool condition =
      strcmp(u->prompt.before, "break.add") == 0 || strcmp(u->prompt.before, "until") == 0;
  if (!condition || !u->session || !u->prompt.edit.len) return;
  rc_err err = {0};
  if (!rc_session_understands(u->session, u->prompt.edit.text, &err))
    snprintf(u->prompt.error, sizeof u->prompt.error, "%.190s", err.message);
}

static bool answering(const rc_ui *u) {
  return strcmp(u->prompt.before, "tour.answer") == 0;
}

/* No answer after a try: the tour goes on. */
static void leave_open(rc_ui *u) {
  rc_err err = {0};
  if (!rc_ask_skip(u, &err)) rc_ui_message(u, RC_DIM, "%s", err.message);
}

void rc_prompt_key(rc_ui *u, int key) {
  if (key == 27) {
    u->prompt.on = false;
    if (answering(u)) rc_ask_aside(u);
    return;
  }
  if (key == 13) {
    if (!u->prompt.edit.len) {
      u->prompt.on = false;
      if (answering(u)) leave_open(u);
      if (strcmp(u->prompt.before, "search") == 0 && u->search[0]) rc_ui_run(u, "search.next");
      return;
    }
    char line[640];
    snprintf(line, sizeof line, "%s %s", u->prompt.before, u->prompt.edit.text);
    u->prompt.on = false;
    rc_err err = {0};
    if (rc_ui_command(u, line, &err)) return;
    if (u->session && err.code == RC_ERR_INPUT) { /* let it be corrected */
      u->prompt.on = true;
      snprintf(u->prompt.error, sizeof u->prompt.error, "%.190s", err.message);
    } else
      rc_ui_message(u, RC_BAD, "%s", err.message);
    return;
  }
  if (suggestion_key(u, key)) return;
  if (answering(u) && rc_ask_is_choice(u) && key >= ' ' && key < 127)
    rc_edit_set(&u->prompt.edit, (char[2]){(char)key, 0}); /* one letter: the last one typed */
  else if (!rc_edit_key(&u->prompt.edit, key))
    return;
  check(u);
}
