/* SPDX-License-Identifier: GPL-3.0-or-later */
/* term: the terminal. The one room whose source includes ncurses. */
#ifndef ROADCUT_TERM_H
#define ROADCUT_TERM_H

#include "roadcut/ui.h"

/* Runs the explorer on the terminal until it quits. Returns the exit status. Errors: TERMINAL when
 * there is none. The terminal is restored on every way out, fatal signals included. */
int rc_term_run(rc_ui *u, rc_err *err);
/* What the terminal and the locale can draw. */
rc_graphics rc_term_graphics(void);
/* "mono" when NO_COLOR is set or the terminal has no colours, else NULL. */
const char *rc_term_theme(void);

#endif
