/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The race of the optimisers: bench_calibration [SEEDS [PROBLEM|OPTIMISER..]] prints, for each
 * problem, the median number of queries to each loss, their geometric mean, where a seed that did not
 * get there counts twice the queries it had, and the share of the seeds that got there. A run ends at
 * the least of these losses, or when it has used up its queries. Optimisers are named as in the first
 * column of the table.
 *
 * A query is one evaluation of all predictions; probes, finite differences and rejected steps
 * count, an exact Jacobian counts at its cost. A seed moves the start: factors 10^(+-decades / 2) on
 * log scales, +-width of the box on linear ones. All optimisers start from the same points; all but
 * the published form of the hierarchical method have the log link where the loss is relative, and
 * log scales. RC_ORACLE names a folder with the measured recombination probabilities of arXiv
 * 2602.04975 (pyrex_O_recombination_225_train.csv), which are not part of this project.
 *
 * Of plasma-surface kinetics, where each datum is predicted by itself, kalman asks a tenth of the
 * data first, then a fifth: k of m data count k / m of a query, and only queries of all data, which
 * it makes after each part, count as a loss. What that gives is seen in three more rows: kalman on
 * all data, and derivative-free least squares with the same parts, the best other that takes
 * residuals. The ratios are told with and without these as opponents. Which data a part has is
 * random, and whether it leads below a loss at once or not makes two groups of starts: hence the
 * geometric means beside the medians.
 *
 * The rules of kalman were chosen on starts 1000 to 1099 and 2000 to 2099 of all problems, the
 * measured data among them, and checked on 3000 to 3099 and 4000 to 4099 (the parts: chosen on 1000
 * to 1099, 2000 to 2099 and 4000 to 4099); the starts raced here, 0 to SEEDS - 1, were not used.
 * Prints; never fails on a figure. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "roadcut/calib.h"

enum { SEEDS_MAX = 100, TARGETS = 6, TURN = 10 };

typedef struct problem {
  const char *name, *model;
  const char *set[3];
  const char *moved; /* only parameters whose names begin so are moved; NULL: all */
  double decades, width, budget;
  double target[TARGETS]; /* falling; 0: no more */
} problem;

static const problem problems[] = {
    {"plasma", "plasma", {0}, "SF", 1, 0, 400, {1, 0.3, 0.1, 0.01, 0.00278, 0.00255}},
    {"measured", "plasma", {"data="}, "SF", 1, 0, 400, {1, 0.3, 0.1, 0.08, 0.0674, 0.062}},
    {"exponentials", "exponentials", {0}, NULL, 2, 0, 400, {100, 10, 1.2}},
    {"rosenbrock", "rosenbrock", {0}, NULL, 0, 0.5, 400, {1, 0.1, 1e-3}},
    {"enzyme", "enzyme", {0}, NULL, 2, 0, 200, {10, 1.5, 1.2}},
    {"heisenberg", "heisenberg", {0}, NULL, 0, 0.1, 200, {100, 10, 1.5, 1.2}}};

typedef struct racer {
  const char *label, *name;
  const char *set[4];
  /* published: a form of the paper's method; parted: another, given the same parts of the data;
   * plain: ours without them; white: with exact derivatives */
  enum { OTHER, OURS, PUBLISHED, PARTED, PLAIN, WHITE, KINDS } kind;
} racer;

static const racer racers[] = {
    {"kalman", "kalman", {0}, .kind = OURS},
    {"kalman, all data", "kalman", {"part=0"}, .kind = PLAIN},
    {"hierarchical exact", "hierarchical", {0}, .kind = PUBLISHED},
    {"hierarchical k=18", "hierarchical", {"rank=18"}, .kind = PUBLISHED},
    {"hierarchical k=10", "hierarchical", {"rank=10"}, .kind = PUBLISHED},
    {"hierarchical k=5", "hierarchical", {"rank=5"}, .kind = PUBLISHED},
    {"hierarchical k=3", "hierarchical", {"rank=3"}, .kind = PUBLISHED},
    {"h. exact, log link+scale", "hierarchical", {"link=auto", "box=scale"}, .kind = PUBLISHED},
    {"h. k=5, log link+scale",
     "hierarchical",
     {"rank=5", "link=auto", "box=scale"},
     .kind = PUBLISHED},
    {"lm", "lm", {0}, OTHER},
    {"lm, geodesic", "lm", {"method=accelerated"}, OTHER},
    {"lm, clipped", "lm", {"bounds=clip"}, OTHER},
    {"lm, more", "lm", {"scale=more"}, OTHER},
    {"lm, marquardt", "lm", {"scale=marquardt"}, OTHER},
    {"dogleg", "lm", {"method=dogleg"}, OTHER},
    {"subspace", "lm", {"method=subspace"}, OTHER},
    {"dfo-ls", "dfo-ls", {0}, OTHER},
    {"dfo-ls, growing from 5", "dfo-ls", {"initial=5"}, OTHER},
    {"dfo-ls, parts", "dfo-ls", {"part=0.1"}, PARTED},
    {"dfo-ls, 5, parts", "dfo-ls", {"initial=5", "part=0.1"}, PARTED},
    {"bobyqa", "bobyqa", {0}, OTHER},
    {"nelder-mead", "nelder-mead", {0}, OTHER},
    {"crs", "crs", {0}, OTHER},
    {"cma-es", "cma-es", {0}, OTHER},
    {"random", "random", {0}, OTHER},
    {"kalman, exact Jacobian", "kalman-exact", {0}, WHITE},
    {"lm, exact Jacobian", "lm-exact", {0}, WHITE}};

static void set_all(const rc_kind *kind, const char *const *set, int most, void *opts) {
  rc_params_init(kind->params, opts, kind->size);
  for (int i = 0; i < most && set[i]; i++) {
    char key[32];
    rc_err err = {0};
    snprintf(key, sizeof key, "%.*s", (int)strcspn(set[i], "="), set[i]);
    const rc_param *p = rc_param_find(kind->params, key);
    if (!p || !rc_param_set(p, opts, set[i] + strlen(key) + 1, &err)) {
      fprintf(stderr, "bench_calibration: %s: %s\n", set[i], err.message);
      exit(1);
    }
  }
}

static void start_of(const problem *p, const rc_fit *f, int seed, double *z) {
  rc_rng rng = rc_rng_stream((uint64_t)seed + 1, "bench/start", 0);
  rc_fit_nominal(f, z);
  for (int j = 0; j < rc_fit_n(f); j++) {
    const rc_calib_parameter *q = rc_fit_parameter(f, j);
    const double x = rc_rng_unit(&rng) - 0.5;
    if (p->moved && strncmp(q->name, p->moved, strlen(p->moved)) != 0) continue;
    z[j] += q->log ? p->decades * x * log(10) / log(q->upper / q->lower) : 2 * p->width * x;
    z[j] = fmin(fmax(z[j], 0), 1);
  }
}

typedef struct race {
  const problem *p;
  const racer *r;
  const char *data;
  double queries[TARGETS][SEEDS_MAX], final[SEEDS_MAX];
} race;

/* One seed of a race, on a fit of its own. */
static void run_seeds(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  race *x = ctx;
  (void)chunk;
  const rc_kind *model = rc_kind_find(rc_calib_kinds, x->p->model);
  const rc_kind *optimizer = rc_kind_find(rc_optimizer_kinds, x->r->name);
  const rc_calib_env env = {.seed = 1, .threads = 1};
  void *mo = rc_alloc(1, model->size + 1), *oo = rc_alloc(1, optimizer->size + 1);
  const char *const data[] = {x->data, NULL};
  set_all(model, x->data ? data : x->p->set, 3, mo);
  set_all(optimizer, x->r->set, 4, oo);
  double last = INFINITY;
  for (int t = 0; t < TARGETS && x->p->target[t] > 0; t++) last = x->p->target[t];
  for (int64_t s = begin; s < end; s++) {
    rc_err err = {0};
    double z[64];
    rc_fit *f = rc_fit_new((const rc_calib_class *)model, mo, &env, &err);
    if (!f) fprintf(stderr, "bench_calibration: %s\n", err.message), exit(1);
    start_of(x->p, f, (int)s, z);
    rc_opt *o =
        rc_opt_new((const rc_optimizer_class *)optimizer, oo, f, z, (uint64_t)s + 1, 0, &err);
    rc_optimizer_view v = rc_opt_read(o);
    while (!v.done && !(v.best <= last) && v.queries < x->p->budget) {
      rc_opt_step(o, fmin(TURN, x->p->budget - v.queries));
      v = rc_opt_read(o);
    }
    for (int t = 0; t < TARGETS; t++) {
      x->queries[t][s] = INFINITY;
      for (int k = v.trail - 1; k >= 0 && v.trail_loss[k] <= x->p->target[t]; k--) {
        x->queries[t][s] = v.trail_queries[k];
      }
    }
    x->final[s] = v.best;
    rc_opt_free(o);
    rc_fit_free(f);
  }
  rc_params_free(model->params, mo);
  rc_params_free(optimizer->params, oo);
  rc_free(mo);
  rc_free(oo);
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Sorts. An even number of seeds takes the mean of the two in the middle. */
static double median(double *v, int n) {
  qsort(v, (size_t)n, sizeof *v, by_size);
  return n % 2 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
}

/* Of those that are infinite, 'missed'. */
static double geometric_mean(const double *v, int n, double missed) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += log(isfinite(v[i]) ? v[i] : missed);
  return exp(sum / n);
}

static void print_row(race *x, int seeds, double *at) {
  printf("%-25s", x->r->label);
  for (int t = 0; t < TARGETS && x->p->target[t] > 0; t++) {
    int reached = 0;
    for (int s = 0; s < seeds; s++) reached += isfinite(x->queries[t][s]);
    at[t] = median(x->queries[t], seeds);
    if (isfinite(at[t]))
      printf(" %6.1f", at[t]);
    else
      printf(" %6s", "-");
    printf(" %5.1f", geometric_mean(x->queries[t], seeds, 2 * x->p->budget));
    printf(" %3.0f%%", 100.0 * reached / seeds);
  }
  printf("  %.4g\n", median(x->final, seeds));
  fflush(stdout);
}

static void ratio(const char *of, double theirs, double ours, double budget) {
  if (!isfinite(ours) || isnan(theirs)) return; /* not reached, or not raced */
  if (isinf(theirs))
    printf("  %s: more than %.1f times", of, budget / ours);
  else
    printf("  %s: %.1f times", of, theirs / ours);
}

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void bench(const problem *p, int seeds, const char *data, const bool *races) {
  static race x;
  double at[RC_LEN(racers)][TARGETS];
  const double began = cpu_seconds();
  int running = 0;
  for (size_t r = 0; r < RC_LEN(racers); r++) running += races[r];
  printf("\n%s: %d optimisers from %d starts, to the last loss or %g queries\n%-25s", p->name,
         running, seeds, p->budget, "loss <=");
  for (int t = 0; t < TARGETS && p->target[t] > 0; t++) printf(" %17g", p->target[t]);
  printf("  at the end\n");
  for (size_t r = 0; r < RC_LEN(racers); r++) {
    if (!races[r]) continue;
    x = (race){.p = p, .r = &racers[r], .data = data};
    rc_parallel(rc_cores(), seeds, 1, run_seeds, &x);
    print_row(&x, seeds, at[r]);
  }
  for (int t = 0; t < TARGETS && p->target[t] > 0; t++) {
    double best[KINDS];
    for (int k = 0; k < KINDS; k++) best[k] = NAN;
    for (size_t r = 0; r < RC_LEN(racers); r++) {
      if (races[r]) best[racers[r].kind] = fmin(best[racers[r].kind], at[r][t]);
    }
    printf("queries of others for those of kalman at %g:", p->target[t]);
    ratio("hierarchical", best[PUBLISHED], best[OURS], p->budget);
    ratio("best of the rest", best[OTHER], best[OURS], p->budget);
    ratio("with parts", best[PARTED], best[OURS], p->budget);
    ratio("kalman without", best[PLAIN], best[OURS], p->budget);
    printf("\n");
  }
  printf("%.0f CPU seconds\n", cpu_seconds() - began);
}

/* The measured data, with the unit of one column added, as a file of our own. */
static bool measured(const char *folder, char *path, size_t n) {
  char name[1024];
  rc_err err = {0};
  size_t len;
  snprintf(name, sizeof name, "%s/pyrex_O_recombination_225_train.csv", folder);
  char *text = rc_read_file(name, 1 << 20, &len, &err);
  if (!text) return fprintf(stderr, "bench_calibration: %s\n", err.message), false;
  snprintf(path, n, "%s/roadcut-bench-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
  const int fd = mkstemp(path);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
  for (char *line = strtok(text, "\n"); f && line; line = strtok(NULL, "\n")) {
    if (line[0] == '#') continue;
    if (strncmp(line, "pressure", 8) == 0) {
      line = "pressure,current,frac_CO2,Tw [degC],Tnw,Tgas,O,O2,O3,C,CO,CO2,gamma";
    }
    fprintf(f, "%s\n", line);
  }
  if (f) fclose(f);
  rc_free(text);
  return f != NULL;
}

/* The problems and the racers the arguments name; all of a kind of which none is named. */
static bool choose(int argc, char **argv, bool *wanted, bool *races) {
  bool some_problem = false, some_racer = false;
  for (size_t k = 0; k < RC_LEN(problems); k++) wanted[k] = false;
  for (size_t r = 0; r < RC_LEN(racers); r++) races[r] = false;
  for (int i = 2; i < argc; i++) {
    bool known = false;
    for (size_t k = 0; k < RC_LEN(problems); k++) {
      if (strcmp(argv[i], problems[k].name) == 0) some_problem = known = wanted[k] = true;
    }
    for (size_t r = 0; r < RC_LEN(racers); r++) {
      if (strcmp(argv[i], racers[r].label) == 0) some_racer = known = races[r] = true;
    }
    if (!known) {
      fprintf(stderr, "bench_calibration: no problem or optimiser is named \"%s\"\n", argv[i]);
      return false;
    }
  }
  for (size_t k = 0; k < RC_LEN(problems); k++) wanted[k] |= !some_problem;
  for (size_t r = 0; r < RC_LEN(racers); r++) races[r] |= !some_racer;
  return true;
}

int main(int argc, char **argv) {
  const int seeds = argc > 1 ? RC_MAX(1, RC_MIN(SEEDS_MAX, atoi(argv[1]))) : 20;
  const char *folder = getenv("RC_ORACLE");
  bool wanted[RC_LEN(problems)], races[RC_LEN(racers)];
  if (!choose(argc, argv, wanted, races)) return 1;
  for (size_t k = 0; k < RC_LEN(problems); k++) {
    const problem *p = &problems[k];
    if (!wanted[k]) continue;
    if (!p->set[0]) {
      bench(p, seeds, NULL, races);
      continue;
    }
    char path[1024], data[1040];
    if (!folder) {
      printf("\n%s: RC_ORACLE names no folder\n", p->name);
    } else if (measured(folder, path, sizeof path)) {
      snprintf(data, sizeof data, "data=%s", path);
      bench(p, seeds, data, races);
      unlink(path);
    }
  }
  return 0;
}
