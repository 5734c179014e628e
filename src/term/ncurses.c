/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file that includes ncurses: cells of ours in, keys out.
 *
 * raw() and suspending by hand, because doupdate() ignores SIGTSTP while it writes. Colour pairs
 * through alloc_pair, because COLOR_PAIR(n) has eight bits. */
#include "term/terminal.h" /* before ncurses, which has macros called lines and columns */

#include <ncurses.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

/* Bracketed paste, mouse with drags, SGR reports: nothing of it is in terminfo, and a terminal
 * that does not know them ignores them. */
#define EXTRAS_ON  "\033[?2004h\033[?1002h\033[?1006h"
#define EXTRAS_OFF "\033[?1006l\033[?1002l\033[?2004l"
#define FALLBACK   "xterm-256color"
enum { CODE_MOUSE = 2000, CODE_PASTE, CODE_PASTE_END };

static SCREEN *screen;
static bool extras, pasting, redraw_all;
static int colors;
static rc_screen *shown; /* what the terminal shows, as far as we know */
static const rc_theme *shown_theme;

/* ---- opening and closing ---------------------------------------------------------------------- */

static bool terminfo_known(const char *name) {
  int code = 0;
  return setupterm(name, STDOUT_FILENO, &code) == OK && code == 1;
}

/* COLORTERM says that a terminal has more colours than its name admits ("xterm", "screen"). */
static const char *richer(const char *name) {
  static char better[64];
  const char *c = getenv("COLORTERM");
  if (!c || (strcmp(c, "truecolor") != 0 && strcmp(c, "24bit") != 0)) return name;
  snprintf(better, sizeof better, "%.40s-256color", name);
  if (!terminfo_known(better)) return name;
  del_curterm(cur_term);
  return better;
}

/* Unknown names (xterm-kitty, foot, ..) are terminals of today: they understand xterm-256color. */
static const char *terminfo_name(void) {
  const char *name = getenv("TERM");
  if (!name || !*name) return NULL;
  if (terminfo_known(name)) {
    const bool few = tigetnum("colors") < 256;
    del_curterm(cur_term);
    return few ? richer(name) : name;
  }
  return FALLBACK;
}

bool rc_terminal_probe(int *out, rc_err *err) {
  const char *name = terminfo_name();
  *out = -1;
  if (!name) return rc_err_set(err, RC_ERR_TERMINAL, "TERM is not set");
  if (!terminfo_known(name))
    return rc_err_set(err, RC_ERR_TERMINAL, "nothing is known about the terminal '%s'",
                      getenv("TERM"));
  const char *move = tigetstr("cup");
  const bool moves = move && move != (char *)-1 && !tigetflag("hc");
  *out = tigetnum("colors");
  del_curterm(cur_term);
  return moves || rc_err_set(err, RC_ERR_TERMINAL, "the terminal '%s' cannot move its cursor",
                             getenv("TERM"));
}

static void add_capability(rc_str *s, const char *name) {
  const char *text = tigetstr(name);
  if (!text || text == (char *)-1) return;
  for (; *text; text++) { /* without the padding "$<5>" of old terminals */
    if (text[0] == '$' && text[1] == '<') {
      const char *end = strchr(text, '>');
      if (end) {
        text = end;
        continue;
      }
    }
    rc_str_addc(s, *text);
  }
}

static void write_now(const char *text) {
  fputs(text, stdout);
  fflush(stdout);
}

static void arm_crash(const char *name) {
  rc_str reset = {0};
  if (!terminfo_known(name)) return;
  if (extras) rc_str_add(&reset, EXTRAS_OFF);
  static const char *const undo[] = {"sgr0", "op", "rmkx", "rmcup", "cnorm"};
  for (size_t i = 0; i < RC_LEN(undo); i++) add_capability(&reset, undo[i]);
  del_curterm(cur_term);
  rc_crash_arm(rc_str_c(&reset), reset.len);
  rc_str_free(&reset);
}

/* Terminals made with libvterm hide the cursor again when they leave the second screen, so it is
 * shown once more after that. */
static void leave(void) {
  if (extras) write_now(EXTRAS_OFF);
  endwin();
  const char *show = tigetstr("cnorm");
  if (show && show != (char *)-1) putp(show);
  fflush(stdout);
}

static void modes_on(void) {
  raw();
  noecho();
  nonl();
  curs_set(0);
  if (extras) write_now(EXTRAS_ON);
}

bool rc_terminal_open(int use_colors, rc_err *err) {
  const char *name = terminfo_name();
  if (!name) return rc_err_set(err, RC_ERR_TERMINAL, "TERM is not set");
  extras = strstr(name, "linux") != name; /* the console prints what it does not know */
  arm_crash(name);
  screen = newterm(name, stdout, stdin);
  if (!screen) {
    rc_crash_disarm();
    return rc_err_set(err, RC_ERR_TERMINAL, "cannot use the terminal '%s'", getenv("TERM"));
  }
  set_escdelay(25); /* a second is the default; Esc must not take that long */
  typeahead(-1);    /* a frame is written to its end even when keys wait */
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  keyok(KEY_MOUSE, FALSE);
  define_key("\033[<", CODE_MOUSE);
  define_key("\033[200~", CODE_PASTE);
  define_key("\033[201~", CODE_PASTE_END);
  modes_on();
  colors = 0;
  if (use_colors > 1 && start_color() == OK) {
    use_default_colors();
    colors = RC_MIN(use_colors, COLORS);
  }
  redraw_all = true;
  return true;
}

void rc_terminal_close(void) {
  if (!screen) return;
  leave();
  delscreen(screen);
  screen = NULL;
  rc_screen_free(shown);
  shown = NULL;
  rc_crash_disarm();
}

void rc_terminal_size(int *cols, int *rows) {
  *cols = COLS;
  *rows = LINES;
}

void rc_terminal_resized(void) {
  struct winsize w;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) || !w.ws_row || !w.ws_col) return;
  if (w.ws_row != LINES || w.ws_col != COLS) resize_term(w.ws_row, w.ws_col);
  rc_terminal_redraw();
}

void rc_terminal_redraw(void) {
  redraw_all = true;
}

void rc_terminal_suspend(void) {
  leave();
  rc_signals_stop();
  reset_prog_mode();
  modes_on();
  rc_terminal_resized();
}

bool rc_terminal_clipboard(const char *text) {
  static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const size_t n = strlen(text);
  rc_str s = {0};
  if (!extras) return false;
  rc_str_add(&s, "\033]52;c;");
  for (size_t i = 0; i < n; i += 3) {
    uint32_t v = 0;
    for (size_t k = 0; k < 3; k++) v = v << 8 | (i + k < n ? (unsigned char)text[i + k] : 0);
    for (size_t k = 0; k < 4; k++) rc_str_addc(&s, i + k > n ? '=' : digit[v >> (18 - 6 * k) & 63]);
  }
  rc_str_add(&s, "\a");
  write_now(rc_str_c(&s));
  rc_str_free(&s);
  return true;
}

/* ---- painting --------------------------------------------------------------------------------- */

static void put_cell(int x, int y, const rc_cell *c, const rc_theme *theme) {
  int fg, bg, attr;
  bool bold = false;
  rc_theme_cell(theme, c, &fg, &bg, &attr);
  int pair = 0;
  if (colors) {
    rc_color_reduce(colors, &fg, &bg, &bold);
    if (fg >= 0 || bg >= 0) pair = RC_MAX(alloc_pair(fg, bg), 0);
  }
  attr_t a = A_NORMAL;
  if (attr & RC_A_BOLD || bold) a |= A_BOLD;
  if (attr & RC_A_REVERSE) a |= A_REVERSE;
  if (attr & RC_A_UNDERLINE) a |= A_UNDERLINE;
  const wchar_t text[2] = {c->ch ? (wchar_t)c->ch : L' ', 0};
  cchar_t cell;
  if (setcchar(&cell, text, a, (short)pair, &pair) == OK) mvadd_wch(y, x, &cell);
}

void rc_terminal_paint(const rc_screen *s, const rc_theme *theme) {
  const bool all = !shown || shown->cols != s->cols || shown->rows != s->rows ||
                   shown_theme != theme || redraw_all;
  if (all) erase();
  for (int y = 0; y < s->rows; y++)
    for (int x = 0; x < s->cols; x++) {
      const rc_cell *c = &s->cell[y * s->cols + x];
      if (all || memcmp(c, &shown->cell[y * s->cols + x], sizeof *c)) put_cell(x, y, c, theme);
    }
  if (redraw_all) clearok(curscr, TRUE);
  redraw_all = false;
  refresh();
  if (!shown || shown->cols != s->cols || shown->rows != s->rows) {
    rc_screen_free(shown);
    shown = rc_screen_new(s->cols, s->rows, s->graphics);
  }
  memcpy(shown->cell, s->cell, (size_t)(s->cols * s->rows) * sizeof *s->cell);
  shown_theme = theme;
}

/* ---- input ------------------------------------------------------------------------------------ */

static int key_of_code(wint_t code) {
  if (code >= KEY_F(1) && code <= KEY_F(12)) return RC_KEY_F1 + (int)(code - KEY_F(1));
  switch (code) {
  case KEY_UP: return RC_KEY_UP;
  case KEY_DOWN: return RC_KEY_DOWN;
  case KEY_LEFT: return RC_KEY_LEFT;
  case KEY_RIGHT: return RC_KEY_RIGHT;
  case KEY_HOME: return RC_KEY_HOME;
  case KEY_END: return RC_KEY_END;
  case KEY_PPAGE: return RC_KEY_PGUP;
  case KEY_NPAGE: return RC_KEY_PGDN;
  case KEY_BTAB: return RC_KEY_BACKTAB;
  case KEY_DC: return RC_KEY_DELETE;
  case KEY_BACKSPACE: return 127;
  case KEY_ENTER: return 13;
  default: return RC_KEY_NONE;
  }
}

static int key_of_char(wint_t c) {
  if (c == '\n') return 13;
  if (c == 8) return 127;
  return (int)c;
}

/* The rest of a mouse report; it may come in pieces. */
static bool read_mouse(rc_mouse *m) {
  char report[32];
  size_t n = 0;
  wtimeout(stdscr, 50);
  for (wint_t c; n + 1 < sizeof report && get_wch(&c) == OK && c < 128;) {
    report[n++] = (char)c;
    if (c == 'M' || c == 'm') break;
  }
  nodelay(stdscr, TRUE);
  report[n] = 0;
  return rc_mouse_parse(report, m);
}

rc_input rc_terminal_input(void) {
  rc_input in = {.kind = RC_INPUT_NONE};
  for (wint_t c; in.kind == RC_INPUT_NONE;) {
    const int got = get_wch(&c);
    if (got == ERR) break;
    if (got == OK) {
      in.kind = pasting ? RC_INPUT_PASTE : RC_INPUT_KEY;
      in.key = pasting ? (int)c : key_of_char(c);
    } else if (c == CODE_PASTE || c == CODE_PASTE_END) {
      pasting = c == CODE_PASTE;
    } else if (c == CODE_MOUSE) {
      if (read_mouse(&in.mouse)) in.kind = RC_INPUT_MOUSE;
    } else if (!pasting && key_of_code(c) != RC_KEY_NONE) {
      in.kind = RC_INPUT_KEY;
      in.key = key_of_code(c);
    }
  }
  return in;
}
