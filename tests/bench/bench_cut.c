/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut files against their best known values: bench_cut DIR [SECONDS [SEEDS [NAME..]]] runs the
 * usual solvers and the bound on each file of tests/bench/best_known.csv that DIR has (or on those
 * named), on one thread for SECONDS of CPU time, and prints medians over the seeds. A run ends
 * earlier with a proof, or at the best known value when that is open. With MQLIB=PATH of the
 * program of Dunning, Gupta and Silberholz (INFORMS J. Computing 30 (2018) 608) five of its best
 * heuristics follow, each for the same time. Prints; never fails on a time or a value. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "roadcut/engine.h"
#include "roadcut/study.h"

enum { SEEDS_MAX = 32 };

typedef struct outcome {
  double value, bound, cpu, to_best;
  int proved;
  double enough; /* a run ends at this value */
  double began;  /* CPU seconds of the process */
} outcome;

static double cpu_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile int stop; /* CPU time is over, or enough */

static void on_time(int unused) {
  (void)unused;
  stop = 1;
}

static void cpu_limit(double seconds) {
  const struct itimerval t = {
      .it_value = {(time_t)seconds, (suseconds_t)(1e6 * (seconds - floor(seconds)))}};
  signal(SIGPROF, on_time);
  setitimer(ITIMER_PROF, &t, NULL);
}

static double number_of(const char *line, const char *key) {
  char name[64];
  snprintf(name, sizeof name, "\"%s\":", key);
  const char *at = strstr(line, name);
  return at ? strtod(at + strlen(name), NULL) : 0;
}

static void on_line(void *who, const char *line) {
  outcome *o = who;
  if (strstr(line, "\"type\":\"result\"")) {
    o->value = number_of(line, "value");
    o->bound = number_of(line, "bound");
    o->proved = strstr(line, "\"optimal\":true") && strstr(line, "\"certified\":true");
  } else if (strstr(line, "\"type\":\"event\"") && strstr(line, "\"improved\"")) {
    o->to_best = cpu_now() - o->began; /* not seconds_to_best, which a busy machine makes longer */
    if (number_of(line, "value") >= o->enough) stop = 1;
  } else if (strstr(line, "\"type\":\"end\"")) {
    o->cpu = cpu_now() - o->began;
  }
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Median of one member of the outcomes. */
static double median(const outcome *o, int n, size_t offset) {
  double v[SEEDS_MAX];
  for (int i = 0; i < n; i++) v[i] = *(const double *)((const char *)(o + i) + offset);
  qsort(v, (size_t)n, sizeof *v, by_size);
  return v[n / 2];
}

static void bench(const char *path, const char *name, double known, bool open, double seconds,
                  int seeds) {
  rc_str text = {0};
  rc_err err = {0};
  outcome o[SEEDS_MAX] = {0};
  int proved = 0;
  rc_str_addf(&text,
              "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n"
              "studies: {cut: {instance: '%s', moves: 0}}\n",
              path);
  rc_scenario *sc = rc_scenario_parse(rc_str_c(&text), text.len, name, rc_study_kinds, &err);
  for (int i = 0; sc && i < seeds; i++) {
    const rc_run_opts run = {
        .seed = 1 + (uint64_t)i, .threads = 1, .line = on_line, .who = &o[i], .stop = &stop};
    o[i].enough = open ? known : INFINITY;
    o[i].began = cpu_now();
    stop = 0;
    cpu_limit(seconds);
    rc_run(sc, rc_study_classes, &run, &err);
    cpu_limit(0);
    proved += o[i].proved;
  }
  if (sc)
    printf("%-20s %12.0f %12.0f %14.2f   %d of %d %9.2f %9.2f\n", name, known,
           median(o, seeds, offsetof(outcome, value)), median(o, seeds, offsetof(outcome, bound)),
           proved, seeds, median(o, seeds, offsetof(outcome, cpu)),
           median(o, seeds, offsetof(outcome, to_best)));
  else
    fprintf(stderr, "bench_cut: %s: %s\n", path, err.message);
  fflush(stdout);
  rc_scenario_free(sc);
  rc_str_free(&text);
}

/* A line of MQLib: limit,"heuristic","file",value,.. */
static void bench_mqlib(const char *program, const char *path, double seconds, int seeds) {
  static const char *const heuristic[] = {"BURER2002", "PALUBECKIS2004bMST2", "LU2010",
                                          "PALUBECKIS2006", "MERZ1999GLS"};
  for (size_t h = 0; h < RC_LEN(heuristic); h++) {
    outcome o[SEEDS_MAX] = {0};
    for (int i = 0; i < seeds; i++) {
      char command[2048], line[4096] = "";
      snprintf(command, sizeof command, "'%s' -fM '%s' -h %s -r %g -s %d", program, path,
               heuristic[h], seconds, i + 1);
      FILE *f = popen(command, "r");
      if (!f) return;
      if (fgets(line, sizeof line, f)) {
        const char *at = strrchr(line, '"');
        if (at) o[i].value = strtod(at + 2, NULL);
      }
      while (fgets(line, sizeof line, f)) continue;
      pclose(f);
    }
    printf("  MQLib %-26s %12.0f\n", heuristic[h], median(o, seeds, offsetof(outcome, value)));
    fflush(stdout);
  }
}

/* The collections come in folders of their own: one level of them is looked into. */
static bool find(const char *dir, const char *name, char *path, size_t n) {
  static const char *const sub[] = {"", "gset/", "ising/", "torus/", "rudy/", "hilbert/"};
  for (size_t i = 0; i < RC_LEN(sub); i++) {
    snprintf(path, n, "%s/%s%s", dir, sub[i], name);
    if (!access(path, R_OK)) return true;
  }
  return false;
}

/* All, or those named on the command line, with what follows the dot or without. */
static bool wanted(int argc, char **argv, const char *name) {
  for (int i = 4; i < argc; i++) {
    const size_t n = strlen(argv[i]);
    if (!strncmp(argv[i], name, n) && (!name[n] || name[n] == '.')) return true;
  }
  return argc <= 4;
}

int main(int argc, char **argv) {
  char line[512], path[1024], name[128], status[32];
  double known;
  if (argc < 2) {
    printf(
        "bench_cut: give the folder of the instances: bench_cut DIR [SECONDS [SEEDS [NAME..]]]\n");
    return 0;
  }
  const double seconds = argc > 2 ? atof(argv[2]) : 30;
  const int seeds = argc > 3 ? RC_MAX(1, RC_MIN(SEEDS_MAX, atoi(argv[3]))) : 5;
  const char *root = getenv("RC_SRCDIR"), *mqlib = getenv("MQLIB");
  snprintf(path, sizeof path, "%s/tests/bench/best_known.csv", root ? root : ".");
  FILE *f = fopen(path, "r");
  if (!f) return fprintf(stderr, "bench_cut: cannot open %s\n", path), 1;
  printf("%d seeds, at most %g CPU seconds each, one thread; medians\n%-20s %12s %12s %14s %8s %9s "
         "%9s\n",
         seeds, seconds, "instance", "best known", "value", "bound", "proved", "cpu", "to best");
  while (fgets(line, sizeof line, f)) {
    if (sscanf(line, "%127[^,#],%lf,%31[^,]", name, &known, status) != 3) continue;
    if (!wanted(argc, argv, name) || !find(argv[1], name, path, sizeof path)) continue;
    bench(path, name, known, strcmp(status, "optimal") != 0, seconds, seeds);
    if (mqlib) bench_mqlib(mqlib, path, seconds, seeds);
  }
  fclose(f);
  return 0;
}
