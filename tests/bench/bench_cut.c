/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut files against their best known values: bench_cut DIR [SECONDS [SEEDS]] runs the usual
 * solvers and the bound on each file of tests/bench/best_known.csv that DIR has, on one thread, and
 * prints medians over the seeds. Prints; never fails on a time or a value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "roadcut/engine.h"
#include "roadcut/study.h"

enum { SEEDS_MAX = 32 };

typedef struct outcome {
  double value, bound, cpu, to_best;
  int proved;
} outcome;

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
  } else if (strstr(line, "\"type\":\"end\"")) {
    o->cpu = number_of(line, "cpu");
    o->to_best = number_of(line, "seconds_to_best");
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

static void bench(const char *path, const char *name, double known, double seconds, int seeds) {
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
        .seed = 1 + (uint64_t)i, .threads = 1, .seconds = seconds, .line = on_line, .who = &o[i]};
    rc_run(sc, rc_study_classes, &run, &err);
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

/* The collections come in folders of their own: one level of them is looked into. */
static bool find(const char *dir, const char *name, char *path, size_t n) {
  static const char *const sub[] = {"", "gset/", "ising/", "torus/"};
  for (size_t i = 0; i < RC_LEN(sub); i++) {
    snprintf(path, n, "%s/%s%s", dir, sub[i], name);
    if (!access(path, R_OK)) return true;
  }
  return false;
}

int main(int argc, char **argv) {
  char line[512], path[1024], name[128];
  double known;
  if (argc < 2) {
    printf("bench_cut: give the folder of the instances: bench_cut DIR [SECONDS [SEEDS]]\n");
    return 0;
  }
  const double seconds = argc > 2 ? atof(argv[2]) : 30;
  const int seeds = argc > 3 ? RC_MAX(1, RC_MIN(SEEDS_MAX, atoi(argv[3]))) : 5;
  const char *root = getenv("RC_SRCDIR");
  snprintf(path, sizeof path, "%s/tests/bench/best_known.csv", root ? root : ".");
  FILE *f = fopen(path, "r");
  if (!f) return fprintf(stderr, "bench_cut: cannot open %s\n", path), 1;
  printf(
      "%d seeds, %g s each, one thread; medians, CPU seconds\n%-20s %12s %12s %14s %8s %9s %9s\n",
      seeds, seconds, "instance", "best known", "value", "bound", "proved", "cpu", "to best");
  while (fgets(line, sizeof line, f)) {
    if (sscanf(line, "%127[^,#],%lf", name, &known) != 2) continue;
    if (find(argv[1], name, path, sizeof path)) bench(path, name, known, seconds, seeds);
  }
  fclose(f);
  return 0;
}
