/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The handlers of commands.def, declared once; they are in cmd_view.c, cmd_run.c, cmd_set.c. */
#ifndef ROADCUT_UI_HANDLERS_H
#define ROADCUT_UI_HANDLERS_H

#include "explorer.h"

#define RC_CMD(name, keys, args, group, where, rank, hint, handler, help)                          \
  bool handler(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err);
#include "commands.def"
#undef RC_CMD
/* cmd_move stands for several commands: which one is told apart by the arrow key it is. */
int rc_move_key(const char *command);

#endif
