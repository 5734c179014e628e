/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explorer on a terminal, from outside: milliseconds from a key to its paint in every view with
 * two busy workers, paints a second, bytes and CPU at rest, time to the first paint, to stop and to
 * quit in the middle of every study. Prints; never fails on a time. ROADCUT is the program; with
 * INSTANCE, a Max-Cut file, the views of the cut show two solvers and the bound on that. */
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

#define CHAIN                                                                                      \
  "title: busy\nlattice: {kind: chain, cluster: [10]}\nmodel: {J1: 1, J2: 0.5}\nstudies:\n"
#define CUT                                                                                        \
  "  cut: {amplitudes: {from: noisy, sigma: 3, symmetric: false}, moves: 0,\n"                     \
  "    solvers: [anneal, tabu, burer], bound: {kind: none}}\n"
#define SHOTS "  paths: {shots: 5000000, learning: 0}\n"

/* Each keeps two workers busy for longer than it is looked at; the first that has the study of a
 * view, or names the view, is for it. */
static const struct {
  const char *study, *view, *yaml;
} busy[] = {
    {"hilbert", NULL,
     "title: busy\nlattice: {kind: square, cluster: [6, 4]}\nmodel: {J1: 1, J2: 0.5}\nstudies:\n"
     "  hilbert: {}\n" SHOTS},
    {"cut", NULL, CHAIN CUT SHOTS},
    {"calibration", "edge",
     CHAIN CUT "  calibration: {model: exponentials, widths: true, ensemble: 100000}\n"},
    {"calibration", NULL, CHAIN CUT "  calibration: {model: plasma, queries: 10000000}\n"},
    {"watch", NULL, CHAIN CUT "  watch: {source: %s, follow: true}\n"},
    {"paths", "training",
     CHAIN CUT "  paths: {shots: 5000000, learning: 20000, learn: {hidden: 64}}\n"},
    {"paths", "board", CHAIN CUT "  paths: {shots: 200, steps: 1000000000000}\n"},
    {"paths", NULL, CHAIN CUT SHOTS}};

static char path[] = "/tmp/roadcut-bench-XXXXXX.yaml", told[] = "/tmp/roadcut-bench-XXXXXX.jsonl";

static void write_scenario(const char *yaml) {
  FILE *f = fopen(path, "w");
  if (!f) exit(1);
  const char *gap = strstr(yaml, "%s"); /* the file that is watched */
  if (gap)
    fprintf(f, "%.*s%s%s", (int)(gap - yaml), yaml, told, gap + 2);
  else
    fputs(yaml, f);
  fclose(f);
}

/* Another program, which tells a hundred lines a second until it is killed. */
static pid_t teller(void) {
  const pid_t pid = fork();
  if (pid) return pid;
  FILE *f = fopen(told, "w");
  for (int i = 1; f; i++) {
    fprintf(f,
            "{\"type\": \"progress\", \"study\": \"walk\", \"step\": %d, \"loss\": %.6f, "
            "\"rate\": %.6f}\n",
            i, 100.0 / i, (i % 50) / 50.0);
    fflush(f);
    usleep(10000);
  }
  _exit(1);
}

static void prepare(const char *study, const char *view) {
  const char *instance = getenv("INSTANCE");
  if (instance && !strcmp(study, "cut")) {
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             CHAIN "  cut: {instance: '%.500s', moves: 0, solvers: [anneal, tabu]}\n" SHOTS,
             instance);
    write_scenario(yaml);
    return;
  }
  for (size_t i = 0; i < RC_LEN(busy); i++) {
    if (strcmp(busy[i].study, study) || (busy[i].view && strcmp(busy[i].view, view))) continue;
    write_scenario(busy[i].yaml);
    return;
  }
}

static void go_to(terminal *t, const char *view) {
  char line[64];
  snprintf(line, sizeof line, ":view %s\r", view);
  press(t, line);
  rest(t, 300);
  forget(t);
}

/* Seconds of CPU of the process (task 0), or of one of its threads. */
static double cpu_of(pid_t pid, pid_t task) {
  char name[64], text[1024];
  unsigned long user = 0, system = 0;
  if (task)
    snprintf(name, sizeof name, "/proc/%d/task/%d/stat", (int)pid, (int)task);
  else
    snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
  FILE *f = fopen(name, "r");
  if (!f) return 0;
  const char *at = fgets(text, sizeof text, f) ? strrchr(text, ')') : NULL;
  if (at) sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  fclose(f);
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
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
  printf("  %-12s %8.1f %8.1f %8.1f", view, ms[KEYS / 2], ms[KEYS * 95 / 100], ms[KEYS - 1]);
}

/* What the study shows anew, and what can be shown when every Tab moves the focus. */
static void paints_in_view(const char *view) {
  terminal t;
  start(&t, path, 200, 60);
  until(&t, "roadcut");
  rest(&t, 1500);
  go_to(&t, view);
  t.bursts = t.bytes = 0;
  double begin = rc_clock_wall();
  const double cpu = cpu_of(t.pid, t.pid);
  rest(&t, 3000);
  const double s = rc_clock_wall() - begin, paints = (double)t.bursts / s;
  printf(" %10.1f %8.0f %8.1f", paints, (double)t.bytes / 1024 / s,
         t.bursts ? 1e3 * (cpu_of(t.pid, t.pid) - cpu) / (double)t.bursts : 0);
  t.bursts = 0;
  begin = rc_clock_wall();
  while (rc_clock_wall() - begin < 2) {
    press(&t, "\t");
    rest(&t, 16);
  }
  printf(" %8.1f\n", (double)t.bursts / (rc_clock_wall() - begin));
  fflush(stdout);
  leave(&t, "\003\003");
}

static void every_view(const char *only) {
  puts("key to paint at 120x40 in ms; paints a second, KiB/s and ms of CPU a paint at 200x60, "
       "paints "
       "while\nTab is pressed 60 times a second; two busy workers (targets: median 10, 95 % 33, 29 "
       "a "
       "second)");
  printf("  %-12s %8s %8s %8s %10s %8s %8s %8s\n", "view", "median", "95 %", "worst", "paints/s",
         "KiB/s", "CPU", "Tab");
  for (int v = 0; rc_view_classes[v]; v++) {
    const char *view = rc_view_classes[v]->kind.name, *study = rc_view_classes[v]->study;
    if (only && strcmp(only, view)) continue;
    prepare(*study ? study : "hilbert", view);
    keys_in_view(view);
    paints_in_view(view);
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
  printf("  %-12s %12.0f %12.0f %12.0f %14.0f\n", study, first, stop, quit, quick);
  fflush(stdout);
}

static void every_study(void) {
  puts("in the middle of a study, in ms (targets: first paint 100, stop and quit 200)");
  printf("  %-12s %12s %12s %12s %14s\n", "study", "first paint", "Ctrl-C", "q, worst of 5",
         "twice Ctrl-C");
  for (size_t i = 0; i < RC_LEN(busy); i++) {
    if (busy[i].view) continue;
    write_scenario(busy[i].yaml);
    ends_of(busy[i].study);
  }
}

static void at_rest(void) {
  terminal t;
  write_scenario("title: at rest\nlattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"
                 "studies: {hilbert: {}, cut: {}}\n");
  start(&t, path, 120, 40);
  until(&t, "done");
  rest(&t, 3000);
  t.bytes = 0;
  const double cpu = cpu_of(t.pid, 0), begin = rc_clock_wall();
  rest(&t, 10000);
  printf("at rest for 10 s: %llu bytes, %.2f %% of a processor\n", (unsigned long long)t.bytes,
         100 * (cpu_of(t.pid, 0) - cpu) / (rc_clock_wall() - begin));
  leave(&t, "q");
}

int main(int argc, char **argv) {
  int fd = mkstemps(path, 5);
  if (fd >= 0) close(fd);
  fd = fd < 0 ? fd : mkstemps(told, 6);
  if (fd < 0) return 1;
  close(fd);
  signal(SIGPIPE, SIG_IGN);
  const pid_t other = teller();
  const char *only = argc > 1 ? argv[1] : NULL; /* a view, or "ends" */
  if (!only || strcmp(only, "ends")) every_view(only);
  if (!only || !strcmp(only, "ends")) {
    every_study();
    at_rest();
  }
  if (other > 0) {
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
  }
  unlink(told);
  return unlink(path);
}
