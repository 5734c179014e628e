/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vtrun: drives a terminal program through a real terminal emulator (libvterm) from a script and
 * speaks TAP.
 *
 *   size COLS ROWS | env NAME=VALUE | unset NAME    set up
 *   run COMMAND           starts it (sh -c "exec ..")
 *   key NAME...           Up Down Left Right Home End PgUp PgDn Enter Esc Tab BTab BS Del Space,
 *                         F1..F12, C-x M-x, or one character
 *   type TEXT             the rest of the line, character by character
 *   paste TEXT            as a terminal pastes it
 *   click COL ROW [BUTTON] | wheel COL ROW up|down | drag COL ROW COL ROW    0-based
 *   resize COLS ROWS | signal NAME    TSTP CONT TERM INT HUP SEGV ..
 *   wait [SECONDS] TEXT   until the screen shows TEXT; gone TEXT: until it no longer does
 *   cursor on|off         until the cursor is seen or hidden
 *   nocolor               no cell has a colour of its own
 *   rest MS               no output at all for MS, once there was none for MS; at most 60 s
 *   text FILE | ansi FILE writes the screen (ansi: for tools/ansi2png.py)
 *   unchanged KEY...      the keys leave every character of the screen as it is
 *   shot SECONDS TEXT     with -f FILE: adds the screen, as soon as it is still, to a film (for
 *                         tools/film2svg), to be seen for so long with a text below
 *   latency N KEY [KEY]   presses the keys in turn and prints how long the screen took to change
 *   restored              the terminal is as before: main screen, cursor, no mouse, echo, signals
 *   stopped               until the program is stopped by a signal
 *   exit CODE             until the program has ended, with CODE (128+n: by signal n)
 *
 * Every check waits up to 30 seconds for its state: a slow machine makes a test slow, not red. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

enum { PATIENCE_MS = 30000, LAST_WORDS_MS = 10000, STILL_MS = 250 };

static VTerm *vt;
static VTermScreen *vt_screen;
static int master = -1, slave = -1, cols = 80, rows = 24;
static pid_t pid, keeper;
static int keeper_fd = -1;
static bool ended, stopped, verbose, alt_screen, cursor_seen = true;
static int status, mouse_mode;
static long bytes_read;
static int line_no, tests, failures;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...) {
  va_list a;
  fprintf(stderr, "vtrun: line %d: ", line_no);
  va_start(a, format);
  vfprintf(stderr, format, a);
  va_end(a);
  fputc('\n', stderr);
  if (keeper > 0) kill(keeper, SIGKILL);
  exit(2);
}

/* ---- the terminal ----------------------------------------------------------------------------- */

static void send_bytes(const char *s, size_t n, void *user) {
  (void)user;
  while (n && master >= 0) {
    const ssize_t k = write(master, s, n);
    if (k < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (k <= 0) return;
    s += k;
    n -= (size_t)k;
  }
}

static int on_term_prop(VTermProp prop, VTermValue *v, void *user) {
  (void)user;
  if (prop == VTERM_PROP_ALTSCREEN) alt_screen = v->boolean;
  if (prop == VTERM_PROP_CURSORVISIBLE) cursor_seen = v->boolean;
  if (prop == VTERM_PROP_MOUSE) mouse_mode = v->number;
  return 1;
}

/* libvterm 0.1 has no REP (CSI n b), which ncurses uses for runs of ASCII: expand it. */
static void feed(const char *b, size_t n) {
  static int state, count;
  static char last = ' ';
  const char *from = b, *end = b + n;
  for (const char *p = b; p < end; p++) {
    if (*p == 27) {
      state = 1;
    } else if (state == 1) {
      state = *p == '[' ? 2 : 0;
      count = 0;
    } else if (state == 2 && isdigit((unsigned char)*p)) {
      count = count * 10 + *p - '0';
    } else if (state == 2) {
      state = 0;
      if (*p != 'b') continue;
      vterm_input_write(vt, from, (size_t)(p - from));
      vterm_input_write(vt, "\x18", 1); /* CAN: forget the sequence begun */
      from = p + 1;
      for (int i = 0; i < (count ? count : 1) && i < 1000; i++) vterm_input_write(vt, &last, 1);
    } else if (*p >= ' ' && *p < 127) {
      last = *p;
    }
  }
  if (from < end) vterm_input_write(vt, from, (size_t)(end - from));
}

/* Reads what there is within ms; true when some output came. */
static bool pump(int ms) {
  if (master < 0) return false;
  struct pollfd q = {.fd = master, .events = POLLIN};
  if (poll(&q, 1, ms) <= 0 || !(q.revents & POLLIN)) return false;
  char b[65536];
  const ssize_t n = read(master, b, sizeof b);
  if (n <= 0) return false;
  feed(b, (size_t)n);
  bytes_read += n;
  return true;
}

/* What the keeper (see do_run) has seen happen to the program. */
static void look_at_child(void) {
  int w;
  while (!ended && keeper_fd >= 0 && read(keeper_fd, &w, sizeof w) == (ssize_t)sizeof w) {
    stopped = WIFSTOPPED(w);
    if (!WIFEXITED(w) && !WIFSIGNALED(w)) continue;
    ended = true;
    status = WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
  }
}

/* ---- the screen as text ----------------------------------------------------------------------- */

static int utf8(uint32_t c, char *b) {
  if (c < 0x80) return b[0] = (char)c, 1;
  if (c < 0x800) return b[0] = (char)(0xc0 | c >> 6), b[1] = (char)(0x80 | (c & 63)), 2;
  const int tail = c < 0x10000 ? 2 : 3;
  b[0] = (char)((tail == 2 ? 0xe0 : 0xf0) | c >> (6 * tail));
  for (int i = 1; i <= tail; i++) b[i] = (char)(0x80 | (c >> (6 * (tail - i)) & 63));
  return tail + 1;
}

/* Text of a cell; returns the number of bytes. b has room for 4 * VTERM_MAX_CHARS_PER_CELL. */
static int cell_text(const VTermScreenCell *c, char *b) {
  if (!c->chars[0] || c->chars[0] == (uint32_t)-1) return *b = ' ', 1;
  int n = 0;
  for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && c->chars[i]; i++) n += utf8(c->chars[i], b + n);
  return n;
}

/* Caller frees. Trailing blanks of a row are left out. */
static char *screen_text(void) {
  char *s = malloc((size_t)rows * (size_t)(24 * cols + 2) + 1), *p = s;
  if (!s) die("out of memory");
  for (int r = 0; r < rows; r++) {
    char *keep = p;
    VTermScreenCell c;
    for (int x = 0; x<cols; x += c.width> 0 ? c.width : 1) {
      vterm_screen_get_cell(vt_screen, (VTermPos){.row = r, .col = x}, &c);
      p += cell_text(&c, p);
      if (p[-1] != ' ') keep = p;
    }
    p = keep;
    *p++ = '\n';
  }
  *p = 0;
  return s;
}

static bool shows(const char *text) {
  char *s = screen_text();
  const bool yes = strstr(s, text) != NULL;
  free(s);
  return yes;
}

static bool same_color(const VTermColor *a, const VTermColor *b) {
  return vterm_color_is_equal(a, b) &&
         VTERM_COLOR_IS_DEFAULT_FG(a) == VTERM_COLOR_IS_DEFAULT_FG(b) &&
         VTERM_COLOR_IS_DEFAULT_BG(a) == VTERM_COLOR_IS_DEFAULT_BG(b);
}

static void write_sgr(FILE *f, const VTermScreenCell *c) {
  fputs("\033[0", f);
  if (c->attrs.bold) fputs(";1", f);
  if (c->attrs.underline) fputs(";4", f);
  if (c->attrs.reverse) fputs(";7", f);
  for (int b = 0; b < 2; b++) {
    const VTermColor *k = b ? &c->bg : &c->fg;
    if (b ? VTERM_COLOR_IS_DEFAULT_BG(k) : VTERM_COLOR_IS_DEFAULT_FG(k)) continue;
    if (VTERM_COLOR_IS_INDEXED(k))
      fprintf(f, ";%d8;5;%d", b ? 4 : 3, k->indexed.idx);
    else
      fprintf(f, ";%d8;2;%d;%d;%d", b ? 4 : 3, k->rgb.red, k->rgb.green, k->rgb.blue);
  }
  fputc('m', f);
}

static void write_ansi(FILE *f) {
  for (int r = 0; r < rows; r++) {
    VTermScreenCell c, last = {0};
    for (int x = 0; x<cols; x += c.width> 0 ? c.width : 1) {
      vterm_screen_get_cell(vt_screen, (VTermPos){.row = r, .col = x}, &c);
      if (!x || memcmp(&c.attrs, &last.attrs, sizeof c.attrs) || !same_color(&c.fg, &last.fg) ||
          !same_color(&c.bg, &last.bg))
        write_sgr(f, &c);
      last = c;
      char b[4 * VTERM_MAX_CHARS_PER_CELL];
      fwrite(b, 1, (size_t)cell_text(&c, b), f);
    }
    fputs("\033[0m\n", f);
  }
}

/* ---- results ---------------------------------------------------------------------------------- */

static void show_screen(FILE *f) {
  char *s = screen_text(), *end = s + strlen(s);
  while (end > s && end[-1] == '\n') *--end = 0; /* blank rows at the bottom say nothing */
  for (char *l = strtok(s, "\n"); l; l = strtok(NULL, "\n")) fprintf(f, "#   |%s\n", l);
  free(s);
}

/* One TAP line. The screen of a failure goes to standard error, which prove always shows. */
__attribute__((format(printf, 2, 3))) static void result(bool ok, const char *format, ...) {
  va_list a;
  char what[512];
  va_start(a, format);
  vsnprintf(what, sizeof what, format, a);
  va_end(a);
  printf("%sok %d - line %d: %s\n", ok ? "" : "not ", ++tests, line_no, what);
  fflush(stdout);
  if (ok && !verbose) return;
  failures += !ok;
  FILE *f = ok ? stdout : stderr;
  if (!ok)
    fprintf(f, "# line %d: %s: failed; %s\n", line_no, what,
            ended ? "program has ended" : "screen is:");
  show_screen(f);
  fflush(f);
}

/* Reads on until ready(arg) or patience is over. When the program has ended its last words may
 * still be on their way: the kernel hands them over in its own time. */
static bool until(bool (*ready)(const char *), const char *arg, double ms) {
  for (double end = now_ms() + ms; !ready(arg);) {
    if (now_ms() >= end) return false;
    pump(10);
    if (ended) continue;
    look_at_child();
    if (ended && end > now_ms() + LAST_WORDS_MS) end = now_ms() + LAST_WORDS_MS;
  }
  return true;
}

static bool ready_gone(const char *text) {
  return !shows(text);
}
static bool ready_cursor(const char *arg) {
  return cursor_seen == !strcmp(arg, "on");
}
static bool ready_end(const char *arg) {
  return (void)arg, look_at_child(), ended;
}
static bool ready_stopped(const char *arg) {
  return (void)arg, look_at_child(), stopped;
}
static bool ready_restored(const char *arg) {
  struct termios t;
  (void)arg;
  if (slave < 0 || tcgetattr(slave, &t)) return false;
  const tcflag_t want = ICANON | ECHO | ISIG;
  return !alt_screen && cursor_seen && !mouse_mode && (t.c_lflag & want) == want;
}

/* ---- words of a script ------------------------------------------------------------------------ */

static void set_size(int c, int r) {
  cols = c;
  rows = r;
  vterm_set_size(vt, r, c);
  const struct winsize w = {.ws_row = (unsigned short)r, .ws_col = (unsigned short)c};
  if (master >= 0) ioctl(master, TIOCSWINSZ, &w);
}

static void do_size(char *arg) {
  int c, r;
  if (sscanf(arg, "%d %d", &c, &r) != 2 || c < 1 || r < 1) die("size COLS ROWS");
  set_size(c, r);
}

static void do_env(char *arg) {
  char *value = strchr(arg, '=');
  if (!value) die("env NAME=VALUE");
  *value++ = 0;
  setenv(arg, value, 1);
}
static void do_unset(char *arg) {
  unsetenv(arg);
}

static void start_program(const char *command) {
  char b[8192];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  tcsetpgrp(STDIN_FILENO, getpid());
  signal(SIGTTOU, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  snprintf(b, sizeof b, "exec %s", command);
  execl("/bin/sh", "sh", "-c", b, (char *)0);
  _exit(127);
}

/* The keeper leads the session, as a shell does: when the program ends the terminal does not hang
 * up and lose what was written last, and a stopped program is no orphan. It tells what happens to
 * the program through a pipe: first its pid, then every status of waitpid. */
static void keep(const char *command, int report) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  close(master);
  if (login_tty(slave)) _exit(127);
  signal(SIGTTOU, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  const pid_t child = fork();
  if (child == 0) start_program(command);
  if (child > 0) setpgid(child, child);
  if (child < 0 || write(report, &child, sizeof child) < 0) _exit(127);
  for (int w; waitpid(child, &w, WUNTRACED | WCONTINUED) == child;) {
    if (write(report, &w, sizeof w) < 0) _exit(127);
    if (WIFEXITED(w) || WIFSIGNALED(w)) break;
  }
  for (;;) pause();
}

static void do_run(char *arg) {
  int ends[2];
  if (pid > 0) die("one program a script");
  const struct winsize w = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
  if (openpty(&master, &slave, NULL, NULL, &w)) die("openpty: %s", strerror(errno));
  if (pipe2(ends, O_CLOEXEC)) die("pipe: %s", strerror(errno));
  fflush(NULL);
  keeper = fork();
  if (keeper < 0) die("fork: %s", strerror(errno));
  if (keeper == 0) keep(arg, ends[1]);
  close(ends[1]);
  keeper_fd = ends[0];
  if (read(keeper_fd, &pid, sizeof pid) != (ssize_t)sizeof pid) die("cannot start '%s'", arg);
  fcntl(keeper_fd, F_SETFL, O_NONBLOCK);
}

static void press(const char *k) {
  static const struct {
    const char *name;
    VTermKey key;
  } named[] = {
      {"Up", VTERM_KEY_UP},       {"Down", VTERM_KEY_DOWN},     {"Left", VTERM_KEY_LEFT},
      {"Right", VTERM_KEY_RIGHT}, {"Home", VTERM_KEY_HOME},     {"End", VTERM_KEY_END},
      {"PgUp", VTERM_KEY_PAGEUP}, {"PgDn", VTERM_KEY_PAGEDOWN}, {"Enter", VTERM_KEY_ENTER},
      {"Esc", VTERM_KEY_ESCAPE},  {"Tab", VTERM_KEY_TAB},       {"BS", VTERM_KEY_BACKSPACE},
      {"Del", VTERM_KEY_DEL},     {"Ins", VTERM_KEY_INS}};
  VTermModifier m = 0;
  if (!strcmp(k, "BTab")) {
    vterm_keyboard_key(vt, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
    return;
  }
  if (!strcmp(k, "Space")) k = " ";
  for (; k[0] && k[1] == '-' && k[2]; k += 2)
    m |= *k == 'C' ? VTERM_MOD_CTRL : *k == 'M' ? VTERM_MOD_ALT : VTERM_MOD_SHIFT;
  if (*k == 'F' && isdigit((unsigned char)k[1])) {
    vterm_keyboard_key(vt, (VTermKey)VTERM_KEY_FUNCTION(atoi(k + 1)), m);
    return;
  }
  for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
    if (strcmp(k, named[i].name)) continue;
    vterm_keyboard_key(vt, named[i].key, m);
    return;
  }
  if (m)
    vterm_keyboard_unichar(vt, (unsigned char)*k, m);
  else
    send_bytes(k, strlen(k), NULL);
}

static void do_key(char *arg) {
  for (char *k = strtok(arg, " \t"); k; k = strtok(NULL, " \t")) {
    press(k);
    pump(5);
  }
}
static void do_type(char *arg) {
  for (; *arg; arg++) {
    send_bytes(arg, 1, NULL);
    pump(2);
  }
}
static void do_paste(char *arg) {
  vterm_keyboard_start_paste(vt);
  send_bytes(arg, strlen(arg), NULL);
  vterm_keyboard_end_paste(vt);
}

static void do_click(char *arg) {
  int x, y, button = 1;
  if (sscanf(arg, "%d %d %d", &x, &y, &button) < 2) die("click COL ROW [BUTTON]");
  vterm_mouse_move(vt, y, x, 0);
  vterm_mouse_button(vt, button, true, 0);
  vterm_mouse_button(vt, button, false, 0);
  pump(5);
}
static void do_drag(char *arg) {
  int x0, y0, x1, y1;
  if (sscanf(arg, "%d %d %d %d", &x0, &y0, &x1, &y1) < 4) die("drag COL ROW COL ROW");
  vterm_mouse_move(vt, y0, x0, 0);
  vterm_mouse_button(vt, 1, true, 0);
  vterm_mouse_move(vt, y1, x1, 0);
  vterm_mouse_button(vt, 1, false, 0);
  pump(5);
}
static void do_wheel(char *arg) {
  int x, y;
  char way[8];
  if (sscanf(arg, "%d %d %7s", &x, &y, way) != 3) die("wheel COL ROW up|down");
  vterm_mouse_move(vt, y, x, 0);
  vterm_mouse_button(vt, *way == 'u' ? 4 : 5, true, 0);
  pump(5);
}

static void do_signal(char *arg) {
  static const struct {
    const char *name;
    int number;
  } known[] = {{"TSTP", SIGTSTP}, {"CONT", SIGCONT}, {"TERM", SIGTERM}, {"INT", SIGINT},
               {"QUIT", SIGQUIT}, {"USR1", SIGUSR1}, {"HUP", SIGHUP},   {"SEGV", SIGSEGV},
               {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"STOP", SIGSTOP}, {"WINCH", SIGWINCH}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(arg, known[i].name)) {
      kill(pid, known[i].number);
      return;
    }
  die("no such signal: %s", arg);
}

static void do_wait(char *arg) {
  double seconds = PATIENCE_MS / 1e3;
  char *end;
  const double given = strtod(arg, &end);
  if (end > arg && *end == ' ' && given > 0) {
    seconds = given;
    arg = end + 1;
  }
  const double t = now_ms();
  const bool ok = until(shows, arg, seconds * 1e3);
  result(ok, "wait '%s' (%.0f ms)", arg, now_ms() - t);
}
static void do_gone(char *arg) {
  result(until(ready_gone, arg, PATIENCE_MS), "gone '%s'", arg);
}
static void do_cursor(char *arg) {
  result(until(ready_cursor, arg, PATIENCE_MS), "cursor %s", arg);
}
static void do_stopped(char *arg) {
  result(until(ready_stopped, arg, PATIENCE_MS), "stopped");
}
static void do_restored(char *arg) {
  const bool ok = until(ready_restored, arg, PATIENCE_MS);
  result(ok, "restored (alternate screen %d, cursor %d, mouse %d)", alt_screen, cursor_seen,
         mouse_mode);
}
static void do_exit(char *arg) {
  const bool ok = until(ready_end, arg, PATIENCE_MS);
  result(ok && status == atoi(arg), "exit %s (is %d)", arg, ok ? status : -1);
}

static bool ready_colorless(const char *arg) {
  (void)arg;
  for (int r = 0; r < rows; r++)
    for (int x = 0; x < cols; x++) {
      VTermScreenCell c;
      vterm_screen_get_cell(vt_screen, (VTermPos){.row = r, .col = x}, &c);
      if (!VTERM_COLOR_IS_DEFAULT_FG(&c.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&c.bg)) return false;
    }
  return true;
}
static void do_nocolor(char *arg) {
  result(until(ready_colorless, arg, PATIENCE_MS), "no colours");
}

/* Output must cease: a program at rest writes nothing. */
static void do_rest(char *arg) {
  const int ms = atoi(arg);
  if (ms <= 0) die("rest MS");
  const double begin = now_ms();
  double last = begin;
  while (now_ms() - last < ms && now_ms() - begin < 60000)
    if (pump(10)) last = now_ms();
  result(now_ms() - last >= ms, "rest for %d ms", ms);
}

static void do_text(char *arg) {
  FILE *f = fopen(arg, "w");
  if (!f) die("%s: %s", arg, strerror(errno));
  char *s = screen_text();
  fputs(s, f);
  free(s);
  fclose(f);
}
static void do_ansi(char *arg) {
  FILE *f = fopen(arg, "w");
  if (!f) die("%s: %s", arg, strerror(errno));
  write_ansi(f);
  fclose(f);
}

static void until_still(void) {
  const double begin = now_ms();
  double last = begin;
  while (now_ms() - last < STILL_MS && now_ms() - begin < PATIENCE_MS)
    if (pump(10)) last = now_ms();
}

static char *before_keys;
static bool ready_same(const char *arg) {
  (void)arg;
  char *s = screen_text();
  const bool same = strcmp(s, before_keys) == 0;
  free(s);
  return same;
}
static void do_unchanged(char *arg) {
  until_still();
  before_keys = screen_text();
  do_key(arg);
  until_still();
  result(until(ready_same, arg, PATIENCE_MS), "unchanged");
  free(before_keys);
}

static FILE *film; /* NULL: shots are left out, so that a script of a film is also a test */
static void do_shot(char *arg) {
  char *text;
  const double seconds = strtod(arg, &text);
  if (text == arg || seconds <= 0) die("shot SECONDS TEXT");
  if (!film) return;
  if (ftell(film) == 0) fprintf(film, "film %d %d\n", cols, rows);
  until_still();
  fprintf(film, "shot %g %s\n", seconds, text + strspn(text, " "));
  write_ansi(film);
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}
/* A measurement, not a check: it says how long, and fails only when the screen never changes. */
static void do_latency(char *arg) {
  char key[2][16];
  int n, got = 0;
  const int words = sscanf(arg, "%d %15s %15s", &n, key[0], key[1]);
  if (words < 2 || n < 1 || n > 100000) die("latency N KEY [KEY]");
  double *v = calloc((size_t)n, sizeof *v);
  if (!v) die("out of memory");
  for (int i = 0; i < n; i++) {
    for (const double end = now_ms() + 20 + rand() % 40; now_ms() < end;) pump(1);
    char *before = screen_text();
    const double t = now_ms();
    press(key[words == 3 ? i % 2 : 0]);
    for (bool changed = false; !changed && now_ms() < t + 2000;) {
      if (!pump(2)) continue;
      char *after = screen_text();
      changed = strcmp(before, after) != 0;
      free(after);
      if (changed) v[got++] = now_ms() - t;
    }
    free(before);
  }
  qsort(v, (size_t)got, sizeof *v, by_value);
  if (got)
    printf("# key to paint, %d of %d: median %.1f, 95 %% within %.1f, most %.1f ms\n", got, n,
           v[got / 2], v[got * 95 / 100], v[got - 1]);
  result(got > 0, "latency");
  free(v);
}

static const struct {
  const char *word;
  void (*act)(char *arg);
} words[] = {{"size", do_size},         {"resize", do_size},
             {"env", do_env},           {"unset", do_unset},
             {"run", do_run},           {"key", do_key},
             {"type", do_type},         {"paste", do_paste},
             {"click", do_click},       {"drag", do_drag},
             {"wheel", do_wheel},       {"signal", do_signal},
             {"wait", do_wait},         {"gone", do_gone},
             {"cursor", do_cursor},     {"rest", do_rest},
             {"text", do_text},         {"ansi", do_ansi},
             {"shot", do_shot},         {"unchanged", do_unchanged},
             {"latency", do_latency},   {"stopped", do_stopped},
             {"restored", do_restored}, {"nocolor", do_nocolor},
             {"exit", do_exit}};

static void perform(char *line) {
  line[strcspn(line, "\n")] = 0;
  char *word = line + strspn(line, " \t");
  if (!*word || *word == '#') return;
  char *arg = word + strcspn(word, " \t");
  if (*arg) *arg++ = 0;
  arg += strspn(arg, " \t");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (!strcmp(word, words[i].word)) {
      words[i].act(arg);
      return;
    }
  die("no such word: %s", word);
}

int main(int argc, char **argv) {
  for (int o; (o = getopt(argc, argv, "vf:")) != -1;) {
    if (o == 'f') film = fopen(optarg, "w");
    if ((o != 'v' && o != 'f') || (o == 'f' && !film)) return 2;
    verbose = verbose || o == 'v';
  }
  FILE *f = optind < argc ? fopen(argv[optind], "r") : stdin;
  if (!f) {
    perror(argv[optind]);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  setenv("TERM", "xterm-256color", 1);
  setenv("LANG", "C.UTF-8", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("ROADCUT", "build/roadcut", 0);
  static const char *const private[] = {"COLORTERM", "LINES", "COLUMNS", "NO_COLOR",
                                        "PROMPT_COMMAND"};
  for (size_t i = 0; i < sizeof private / sizeof *private; i++) unsetenv(private[i]);

  vt = vterm_new(rows, cols);
  vterm_set_utf8(vt, 1);
  vterm_output_set_callback(vt, send_bytes, NULL);
  vt_screen = vterm_obtain_screen(vt);
  static const VTermScreenCallbacks callbacks = {.settermprop = on_term_prop};
  vterm_screen_set_callbacks(vt_screen, &callbacks, NULL);
  vterm_screen_enable_altscreen(vt_screen, 1);
  vterm_screen_reset(vt_screen, 1);

  char line[8192];
  while (fgets(line, sizeof line, f)) {
    line_no++;
    perform(line);
  }
  fclose(f);
  if (keeper > 0) {
    kill(keeper, SIGKILL); /* the program dies with it */
    waitpid(keeper, NULL, 0);
  }
  printf("1..%d\n", tests);
  if (film && fclose(film)) die("the film: %s", strerror(errno));
  vterm_free(vt);
  return failures > 0;
}
