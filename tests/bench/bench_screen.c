/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explorer on a terminal, from outside: milliseconds from a key to its paint in every view with
 * two busy workers, paints a second, bytes and CPU at rest, time to the first paint, to stop and to
 * quit in the middle of every study. Prints; never fails on a time. ROADCUT is the program. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "roadcut/ui.h"

enum { KEYS = 40, PATIENCE_MS = 20000 };

typedef struct terminal {
  pid_t pid;
  int fd;
  char text[1 << 16]; /* the newest output, zero-terminated */
  size_t n;
  uint64_t bytes, bursts; /* bursts: writes with a gap of 4 ms before them */
  double last;
} terminal;

static double ms_since(double begin) {
  return 1e3 * (rc_clock_wall() - begin);
}

static void start(terminal *t, const char *scenario, int cols, int rows) {
  const struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
  const char *program = getenv("ROADCUT") ? getenv("ROADCUT") : "build/roadcut";
  *t = (terminal){.pid = -1};
  t->pid = forkpty(&t->fd, NULL, NULL, &size);
  if (t->pid == 0) {
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    execl(program, program, scenario, NULL);
    _exit(127);
  }
}

/* Takes what comes within ms; false at the end of the program. */
static bool take(terminal *t, int ms) {
  struct pollfd p = {.fd = t->fd, .events = POLLIN};
  if (poll(&p, 1, ms) <= 0) return true;
  if (t->n > sizeof t->text / 2) { /* keeps a tail, so that nothing is cut in two */
    memmove(t->text, t->text + t->n - 200, 200);
    t->n = 200;
  }
  const ssize_t k = read(t->fd, t->text + t->n, sizeof t->text - 1 - t->n);
  if (k <= 0) return errno == EINTR && k < 0;
  const double now = rc_clock_wall();
  t->bursts += now - t->last > 0.004;
  t->last = now;
  t->bytes += (uint64_t)k;
  for (ssize_t i = 0; i < k; i++)
    if (!t->text[t->n + (size_t)i]) t->text[t->n + (size_t)i] = ' ';
  t->n += (size_t)k;
  t->text[t->n] = 0;
  return true;
}

/* Milliseconds until a text is painted, -1 when it never is. */
static double until(terminal *t, const char *text) {
  const double begin = rc_clock_wall();
  while (ms_since(begin) < PATIENCE_MS) {
    if (strstr(t->text, text)) return ms_since(begin);
    if (!take(t, 50)) return -1;
  }
  return -1;
}

static void forget(terminal *t) {
  t->n = 0;
  t->text[0] = 0;
}

static void press(terminal *t, const char *keys) {
  if (write(t->fd, keys, strlen(keys)) < 0) perror("bench_screen");
}

static void rest(terminal *t, int ms) {
  const double begin = rc_clock_wall();
  while (ms_since(begin) < ms && take(t, 20)) continue;
}

/* Milliseconds to the end of the program after these keys. */
static double leave(terminal *t, const char *keys) {
  const double begin = rc_clock_wall();
  if (keys) press(t, keys);
  while (take(t, 5) && ms_since(begin) < PATIENCE_MS) continue;
  const double ms = ms_since(begin);
  kill(t->pid, SIGKILL);
  waitpid(t->pid, NULL, 0);
  close(t->fd);
  return ms;
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* ---- what is measured ------------------------------------------------------------------------- */

static const struct {
  const char *study, *yaml;
} busy[] = {
    {"hilbert", "title: busy\nlattice: {kind: square, cluster: [6, 4]}\nmodel: {J1: 1, J2: 0.5}\n"
                "studies: {hilbert: {}, paths: {shots: 100000000}}\n"},
    {"cut", "title: busy\nlattice: {kind: chain, cluster: [10]}\nmodel: {J1: 1, J2: 0.5}\n"
            "studies: {cut: {amplitudes: {from: noisy, sigma: 3, symmetric: false}, moves: 0,\n"
            "  solvers: [anneal, tabu, burer], bound: {kind: none}}, paths: {shots: 100000000}}\n"},
    {"calibration",
     "title: busy\nlattice: {kind: chain, cluster: [10]}\nmodel: {J1: 1, J2: 0.5}\nstudies:\n"
     "  calibration: {model: plasma, queries: 10000000}\n"
     "  cut: {amplitudes: {from: noisy, sigma: 3, symmetric: false}, moves: 0,\n"
     "    solvers: [anneal, tabu], bound: {kind: none}}\n"},
    {"paths", "title: busy\nlattice: {kind: chain, cluster: [10]}\nmodel: {J1: 1, J2: 0.5}\n"
              "studies: {paths: {shots: 100000000}, cut: {amplitudes: {from: noisy, sigma: 3,\n"
              "  symmetric: false}, moves: 0, solvers: [anneal, tabu], bound: {kind: none}}}\n"}};

static char path[] = "/tmp/roadcut-bench-XXXXXX.yaml";

static void write_scenario(const char *yaml) {
  FILE *f = fopen(path, "w");
  if (!f) exit(1);
  fputs(yaml, f);
  fclose(f);
}

static bool go_to(terminal *t, const char *view) {
  char line[64];
  snprintf(line, sizeof line, ":view %s\r", view);
  press(t, line);
  rest(t, 300);
  forget(t);
  return true;
}

static void keys_in_view(const char *view) {
  terminal t;
  double ms[KEYS];
  start(&t, path, 120, 40);
  if (until(&t, "roadcut") < 0) {
    printf("  %-12s did not start\n", view);
    leave(&t, NULL);
    return;
  }
  rest(&t, 1500);
  go_to(&t, view);
  for (int i = 0; i < KEYS; i++) {
    forget(&t);
    press(&t, "?"); /* the whole screen changes */
    ms[i] = until(&t, "filter");
    rest(&t, 40 + 13 * (i % 5));
    press(&t, "\033");
    rest(&t, 120);
  }
  leave(&t, "\003\003");
  qsort(ms, KEYS, sizeof *ms, by_size);
  printf("  %-12s median %5.1f  95 %% %5.1f  worst %5.1f ms", view, ms[KEYS / 2],
         ms[KEYS * 95 / 100], ms[KEYS - 1]);
  start(&t, path, 200, 60);
  until(&t, "roadcut");
  rest(&t, 1500);
  go_to(&t, view);
  t.bursts = t.bytes = 0;
  rest(&t, 3000);
  printf("   at 200x60 %4.1f paints/s, %.0f KiB/s\n", (double)t.bursts / 3, (double)t.bytes / 3072);
  leave(&t, "\003\003");
}

static void every_view(const char *study, const char *only) {
  for (int v = 0; rc_view_classes[v]; v++) {
    const char *view = rc_view_classes[v]->kind.name;
    if (strcmp(rc_view_classes[v]->study, study) == 0 && (!only || !strcmp(only, view)))
      keys_in_view(view);
  }
}

static void ends_of(const char *study) {
  terminal t;
  double first, stop, quit = 0, quick;
  start(&t, path, 120, 40);
  first = until(&t, "busy");
  rest(&t, 2000);
  forget(&t);
  press(&t, "\003");
  stop = until(&t, "stopped");
  leave(&t, ":quit!\r");
  for (int i = 0; i < 5; i++) {
    start(&t, path, 120, 40);
    until(&t, "busy");
    rest(&t, 400 + 350 * i);
    const double ms = leave(&t, "q");
    quit = RC_MAX(quit, ms);
  }
  start(&t, path, 120, 40);
  until(&t, "busy");
  rest(&t, 900);
  quick = leave(&t, "\003\003");
  printf("  %-12s first paint %3.0f, Ctrl-C stops in %3.0f, q quits in %3.0f (worst of 5), twice "
         "Ctrl-C in %3.0f ms\n",
         study, first, stop, quit, quick);
}

static double cpu_of(pid_t pid) {
  char name[64], text[1024];
  unsigned long user = 0, system = 0;
  snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
  FILE *f = fopen(name, "r");
  if (!f) return 0;
  const char *at = fgets(text, sizeof text, f) ? strrchr(text, ')') : NULL;
  if (at) sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  fclose(f);
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void at_rest(void) {
  terminal t;
  write_scenario("title: at rest\nlattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"
                 "studies: {hilbert: {}, cut: {}}\n");
  start(&t, path, 120, 40);
  until(&t, "done");
  rest(&t, 3000);
  t.bytes = 0;
  const double cpu = cpu_of(t.pid), begin = rc_clock_wall();
  rest(&t, 10000);
  printf("at rest for 10 s: %llu bytes, %.2f %% of a processor\n", (unsigned long long)t.bytes,
         100 * (cpu_of(t.pid) - cpu) / (rc_clock_wall() - begin));
  leave(&t, "q");
}

int main(int argc, char **argv) {
  const int fd = mkstemps(path, 5);
  if (fd < 0) return 1;
  close(fd);
  signal(SIGPIPE, SIG_IGN);
  puts("key to paint at 120x40, two busy workers (target: median 10, 95 % 33 ms; 29 paints/s)");
  for (size_t i = 0; i < RC_LEN(busy); i++) {
    write_scenario(busy[i].yaml);
    every_view(busy[i].study, argc > 1 ? argv[1] : NULL);
  }
  if (argc > 1) return unlink(path);
  puts("in the middle of a study (targets: first paint 100, stop and quit 200 ms)");
  for (size_t i = 0; i < RC_LEN(busy); i++) {
    write_scenario(busy[i].yaml);
    ends_of(busy[i].study);
  }
  at_rest();
  unlink(path);
  return 0;
}
