/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explorer's loop: keys, signals and new frames in; painted screens out. Signals are read from
 * a descriptor, so that nothing happens between two statements and no system call is interrupted.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "term/terminal.h"

/* A key is painted at most 1/120 s after it came, frames of workers at most 30 times a second. */
static const double KEY_PACE = 1.0 / 120, FRAME_PACE = 1.0 / 30;
/* How often time is told to the explorer when nothing happens: it costs some microseconds. */
static const double HEARTBEAT = 0.5;

typedef struct loop {
  rc_ui *ui;
  rc_screen *screen;
  int status;     /* exit status of a signal, 0: none came */
  double beat;    /* when the last painting was due: the pace is counted from there */
  double painted; /* when it ended */
  double cost;    /* how long it took */
  double ticked;
  bool urgent; /* the user waits for an answer */
} loop;

static int terminal_colors = -1;

bool rc_term_begin(rc_err *err) {
  setlocale(LC_CTYPE, "");
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
    return rc_err_set(err, RC_ERR_TERMINAL,
                      "the explorer needs a terminal, and standard %s is none",
                      isatty(STDIN_FILENO) ? "output" : "input");
  return rc_terminal_probe(&terminal_colors, err);
}

/* The font of the Linux console has at most 512 characters, and no braille. */
static bool poor_font(void) {
  const char *term = getenv("TERM");
  return term && (!strcmp(term, "linux") || !strncmp(term, "linux-", 6));
}

rc_graphics rc_term_graphics(void) {
  return poor_font() || strcmp(nl_langinfo(CODESET), "UTF-8") != 0 ? RC_G_ASCII : RC_G_BRAILLE;
}

static bool no_color(void) {
  const char *s = getenv("NO_COLOR");
  return s && *s;
}

const char *rc_term_no_colors(bool asked) {
  if (!asked && no_color()) return "NO_COLOR is set";
  return terminal_colors < 2 ? "this terminal has none" : NULL;
}

const char *rc_term_theme(void) {
  if (no_color() || terminal_colors < 8) return "mono";
  return terminal_colors < 256 ? "terminal" : NULL;
}

/* ---- one turn --------------------------------------------------------------------------------- */

/* When the screen may be painted again: never so often that painting takes half of the time. */
static double next_paint(const loop *l) {
  return RC_MAX(l->beat + (l->urgent ? KEY_PACE : FRAME_PACE), l->painted + l->cost);
}

/* A painting that is a little late does not delay those after it; one that was not asked for in time
 * begins a new count. */
static double beat_of(const loop *l, double now) {
  const double due = next_paint(l);
  return due <= now && now - due < FRAME_PACE / 2 ? due : now;
}

static void paint(loop *l) {
  const double begin = rc_clock_wall();
  l->beat = beat_of(l, begin);
  int cols, rows;
  rc_terminal_size(&cols, &rows);
  const rc_graphics g = rc_ui_graphics(l->ui);
  if (!l->screen || l->screen->cols != cols || l->screen->rows != rows ||
      l->screen->graphics != g) {
    rc_screen_free(l->screen);
    l->screen = rc_screen_new(cols, rows, g);
  }
  rc_ui_draw(l->ui, l->screen);
  rc_terminal_paint(l->screen, rc_ui_theme(l->ui));
  l->painted = rc_clock_wall();
  l->cost = l->painted - begin;
  l->urgent = false;
}

static void tick(loop *l) {
  l->ticked = rc_clock_wall();
  rc_ui_tick(l->ui, l->ticked);
}

static void suspend(loop *l) {
  rc_terminal_suspend();
  tick(l);
  paint(l);
}

static void handle_signals(loop *l) {
  for (int number; !l->status && (number = rc_signals_next());) {
    switch (number) {
    case SIGWINCH:
    case SIGCONT: /* stopped by SIGSTOP, it could not give the terminal back */
      rc_terminal_resized();
      paint(l);
      break;
    case SIGTSTP: suspend(l); break;
    default: l->status = 128 + number;
    }
  }
}

/* Pasted text goes where text is typed, one printable line; elsewhere its characters would run
 * commands nobody meant. */
static void handle_paste(loop *l, int c) {
  if (c >= ' ' && c != 127 && rc_ui_where(l->ui) == RC_IN_TEXT) rc_ui_key(l->ui, c);
}

static void handle_input(loop *l) {
  for (;;) {
    const rc_input in = rc_terminal_input();
    switch (in.kind) {
    case RC_INPUT_NONE: return;
    case RC_INPUT_KEY: rc_ui_key(l->ui, in.key); break;
    case RC_INPUT_MOUSE: rc_ui_mouse(l->ui, in.mouse); break;
    case RC_INPUT_PASTE: handle_paste(l, in.key); break;
    }
    l->urgent = true;
    if (rc_ui_suspend(l->ui)) suspend(l);
    if (rc_ui_redraw(l->ui)) rc_terminal_redraw();
    if (rc_ui_quit(l->ui)) return;
    char *text = rc_ui_take_clipboard(l->ui);
    if (text && !rc_terminal_clipboard(text)) rc_ui_not_copied(l->ui, text);
    rc_free(text);
  }
}

/* Sleeps until there is something to do. New frames are not looked at before the next painting is
 * due, or a fast worker would keep us awake for nothing. */
static void wait_for_events(loop *l) {
  const double now = rc_clock_wall(), due = next_paint(l);
  const bool pending = rc_ui_dirty(l->ui);
  const double until = pending || now < due ? RC_MAX(due, now) : l->ticked + HEARTBEAT;
  struct pollfd fds[3] = {{.fd = STDIN_FILENO, .events = POLLIN},
                          {.fd = rc_signals_fd(), .events = POLLIN},
                          {.fd = now < due ? -1 : rc_ui_wake_fd(l->ui), .events = POLLIN}};
  const int ms = (int)(RC_MAX(until - now, 0) * 1e3 + 0.999);
  if (poll(fds, 3, ms) < 0 && errno != EINTR) l->status = 128 + SIGHUP;
  if (fds[1].revents) handle_signals(l);
  if (l->status) return;
  if (fds[0].revents & POLLIN)
    handle_input(l);
  else if (fds[0].revents)
    l->status = 128 + SIGHUP; /* the terminal is gone */
  tick(l);
}

int rc_term_run(rc_ui *u, rc_err *err) {
  loop l = {.ui = u};
  if (!rc_signals_open(err)) return rc_err_status(RC_ERR_INTERNAL);
  if (!rc_terminal_open(rc_ui_no_colors(u) ? 0 : terminal_colors, err)) {
    rc_signals_close();
    return rc_err_status(RC_ERR_TERMINAL);
  }
  tick(&l);
  paint(&l);
  while (!rc_ui_quit(u) && !l.status) {
    wait_for_events(&l);
    if (!rc_ui_quit(u) && !l.status && rc_ui_dirty(u) && rc_clock_wall() >= next_paint(&l))
      paint(&l);
  }
  rc_terminal_close();
  rc_signals_close();
  rc_screen_free(l.screen);
  return l.status;
}
