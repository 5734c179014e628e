/* SPDX-License-Identifier: GPL-3.0-or-later */
/* term: the terminal. The one room whose source includes ncurses. Nothing here is thread-safe: all
 * is called by the main thread, in the order begin, graphics and theme, run. */
#ifndef ROADCUT_TERM_H
#define ROADCUT_TERM_H

#include "roadcut/ui.h"

/* Sets the locale and looks at the terminal without touching it. Errors: TERMINAL when standard input
 * or output is none, or it cannot move the cursor (TERM=dumb). */
bool rc_term_begin(rc_err *err);
/* What the terminal and the locale can draw. */
rc_graphics rc_term_graphics(void);
/* Theme to begin with: "mono" when NO_COLOR is set or there are no colours, "terminal" with fewer
 * than 256, else NULL. */
const char *rc_term_theme(void);
/* Why there are no colours: "NO_COLOR is set" (which counts for nothing when colours were asked for on
 * the command line), "this terminal has none". NULL: there are. */
const char *rc_term_no_colors(bool asked);
/* Runs the explorer until it quits. Returns the exit status: 0, or 128 + n after signal n. The
 * terminal is restored on every way out, fatal signals included. Errors: TERMINAL. */
int rc_term_run(rc_ui *u, rc_err *err);

#endif
