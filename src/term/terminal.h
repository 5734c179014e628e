/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of term share: the screen of ncurses.c, the signals, the last resort. */
#ifndef ROADCUT_TERM_TERMINAL_H
#define ROADCUT_TERM_TERMINAL_H

#include "roadcut/term.h"

/* ---- ncurses.c: the terminal that is open ----------------------------------------------------- */

/* Colours of the terminal as terminfo has them, -1 when it was not looked at. Errors: TERMINAL. */
bool rc_terminal_probe(int *colors, rc_err *err);
/* colors: how many to use, 0 for none. Errors: TERMINAL. */
bool rc_terminal_open(int colors, rc_err *err);
void rc_terminal_close(void);
void rc_terminal_size(int *cols, int *rows);
void rc_terminal_resized(void); /* asks the kernel for the size and takes it over */
void rc_terminal_redraw(void);  /* the next paint writes every cell */
void rc_terminal_paint(const rc_screen *s, const rc_theme *theme);
void rc_terminal_suspend(void); /* gives the terminal back, stops the process group, comes again */
bool rc_terminal_clipboard(const char *text); /* by OSC 52; false: this terminal has none */

typedef enum { RC_INPUT_NONE, RC_INPUT_KEY, RC_INPUT_MOUSE, RC_INPUT_PASTE } rc_input_kind;
typedef struct rc_input {
  rc_input_kind kind;
  int key;        /* KEY: as ui.h has them; PASTE: a pasted character */
  rc_mouse mouse; /* MOUSE */
} rc_input;
/* The next event that has arrived; NOTHING when there is none. Never blocks for long. */
rc_input rc_terminal_input(void);

/* ---- signals.c -------------------------------------------------------------------------------- */

/* From open to close SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGWINCH, SIGCONT, SIGQUIT and others that
 * would end the program are only read. Open them before the terminal, or ncurses takes some of them.
 * Errors: INTERNAL. */
bool rc_signals_open(rc_err *err);
void rc_signals_close(void);
int rc_signals_fd(void);    /* readable when one has come */
int rc_signals_next(void);  /* its number, 0 when there is none */
void rc_signals_stop(void); /* stops the process group until it is continued */

/* ---- color.c ---------------------------------------------------------------------------------- */

/* An xterm-256 pair on a terminal of fewer colours: the nearest ones, never the same twice. -1 is
 * the terminal's own colour. bold is set when 8 colours need it for a bright foreground. */
void rc_color_reduce(int colors, int *fg, int *bg, bool *bold);

/* ---- crash.c ---------------------------------------------------------------------------------- */

/* From now on SIGSEGV, SIGBUS, SIGABRT, SIGFPE and SIGILL first put the terminal back: the bytes
 * of 'reset' are written to it and its line settings of now are set. Then the signal takes its
 * course. Call it before the line settings are changed. */
void rc_crash_arm(const char *reset, size_t n);
void rc_crash_disarm(void);

/* ---- mouse.c ---------------------------------------------------------------------------------- */

/* What follows ESC [ < of a mouse report in SGR form, "0;12;7M": false when it is none that means
 * anything to the explorer (other buttons, motion without a button). */
bool rc_mouse_parse(const char *report, rc_mouse *out);

#endif
