/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths: steps and shots a second, exact committors, replays, the efficiency of samplers at equal
 * numbers of steps, and the study itself: learning shots a second, how far the learnt committor is
 * from the exact one, the longest step, and what looking back costs. bench_paths [PART..]. Prints; never fails on a time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/study.h"

static rc_path_system *open_system(const char *name, const char *const *settings) {
  const rc_path_class *cls = (const rc_path_class *)(const void *)rc_kind_find(rc_path_kinds, name);
  void *opts = rc_alloc(1, cls->kind.size);
  rc_err err = {0};
  rc_params_init(cls->kind.params, opts, cls->kind.size);
  for (int i = 0; settings[i]; i += 2) {
    rc_param_set(rc_param_find(cls->kind.params, settings[i]), opts, settings[i + 1], &err);
  }
  rc_path_system *s = rc_path_system_new(cls, opts, NULL, &err);
  rc_params_free(cls->kind.params, opts);
  rc_free(opts);
  if (!s) {
    fprintf(stderr, "%s: %s\n", name, err.message);
    exit(1);
  }
  return s;
}

static const struct {
  const char *title, *name, *settings[9];
} systems[] = {{"ising 4x4, T 1.5", "ising", {NULL}},
               {"wsme", "wsme", {NULL}},
               {"stripes 4x4, T 1", "stripes", {NULL}},
               {"triangular 3x6", "triangular", {NULL}},
               {"ising 4x5, T 1.5", "ising", {"height", "5", NULL}},
               {"jung, walk on 100^2", "potential", {"grid", "100", NULL}}};

static void walking(void) {
  printf("\nsteps                          M/s\n");
  static const struct {
    const char *title, *name, *settings[5];
    uint64_t steps;
  } t[] = {{"ising 4x4 (table)", "ising", {NULL}, 100000000},
           {"ising 4x5 (table)", "ising", {"height", "5", NULL}, 30000000},
           {"ising 32x32 (local)", "ising", {"width", "32", "height", "32", NULL}, 10000000},
           {"jung (walk on the grid)", "potential", {NULL}, 50000000},
           {"jung (overdamped)", "potential", {"dynamics", "overdamped", NULL}, 3000000}};
  for (size_t i = 0; i < RC_LEN(t); i++) {
    rc_path_system *s = open_system(t[i].name, t[i].settings);
    rc_rng rng = rc_rng_stream(1, "bench", i);
    rc_brute b = {0};
    const double begin = rc_clock_cpu();
    rc_brute_step(s, &b, t[i].steps, &rng);
    printf("%-28s %7.1f\n", t[i].title, (double)b.steps / (rc_clock_cpu() - begin) / 1e6);
    rc_path_system_free(s);
  }
}

static void exact(void) {
  printf("\nexact committor        states   iterations  residual   bytes  seconds        rate\n");
  for (size_t i = 0; i < RC_LEN(systems); i++) {
    rc_path_system *s = open_system(systems[i].name, systems[i].settings);
    rc_err err = {0};
    const double begin = rc_clock_cpu();
    rc_exact *x = rc_exact_new(s, &err);
    rc_exact_run(x, &err);
    const double end = rc_clock_cpu();
    const rc_exact_figures f = rc_exact_read(x);
    printf("%-20s %9lld %9d    %.1e  %6.0f  %7.3f  %.9e\n", systems[i].title, (long long)f.states,
           f.iterations, f.residual, f.bytes, end - begin, f.rate);
    rc_exact_free(x);
    rc_path_system_free(s);
  }
}

static void shooting(void) {
  printf("\nuniform shots              M/s     replay of a shot, us (mean, worst)   MB for 1e5\n");
  for (size_t i = 0; i < RC_LEN(systems); i++) {
    rc_path_system *s = open_system(systems[i].name, systems[i].settings);
    rc_err err = {0};
    rc_sampler_opts o;
    rc_sampler_defaults(&o);
    o.rfps = false, o.select = RC_SELECT_UNIFORM;
    rc_sampler *m = rc_sampler_new(s, &o, NULL, &err);
    rc_sampler_start(m, 100000, 100000, &err);
    const int n = 100000;
    double begin = rc_clock_cpu();
    for (int k = 0; k < n; k++) rc_sampler_step(m, NULL, &err);
    const double speed = n / (rc_clock_cpu() - begin) / 1e6;
    double sum = 0, worst = 0;
    rc_path path = {0};
    for (int k = 1; k <= n; k += 10) {
      int sp;
      begin = rc_clock_wall();
      rc_sampler_replay(m, (uint64_t)k, &path, &sp);
      const double t = rc_clock_wall() - begin;
      sum += t, worst = fmax(worst, t);
    }
    printf("%-22s %7.3f     %8.1f %8.1f %24.1f\n", systems[i].title, speed, 1e7 * sum / n,
           1e6 * worst, (double)rc_sampler_bytes(m) / 1e6);
    rc_path_free(&path);
    rc_sampler_free(m);
    rc_path_system_free(s);
  }
}

/* Share of the frames near the transition states: an observable of its way beside its length. */
static double early(void *ctx, const rc_path *p) {
  const double *q = ctx;
  double sum = 0;
  for (int i = 1; i < p->n - 1; i++) {
    const double x = q[p->state[(size_t)i * (size_t)p->width].u];
    sum += p->dwell[i] * (x > .3 && x < .7);
  }
  return sum / (double)p->frames;
}

static void efficiency(void) {
  static const struct {
    const char *title;
    rc_sampler_opts o;
  } kind[] = {
      {"TPS uniform", {.select = RC_SELECT_UNIFORM, .gamma = 1}},
      {"TPS Lorentz .3", {.select = RC_SELECT_LORENTZ, .gamma = .3}},
      {"TPS Lorentz 1", {.select = RC_SELECT_LORENTZ, .gamma = 1}},
      {"TPS density", {.select = RC_SELECT_DENSITY, .gamma = 1}},
      {"RFPS Lorentz 1", {.rfps = true, .select = RC_SELECT_LORENTZ, .gamma = 1, .flatten = true}},
      {"RFPS Lorentz 3", {.rfps = true, .select = RC_SELECT_LORENTZ, .gamma = 3, .flatten = true}}};
  printf("\nefficiency at equal steps, exact committor; z: deviation of the mean length\n"
         "system               sampler          yield  of .5   eff(length) eff(way)      z\n");
  for (size_t i = 0; i < RC_LEN(systems); i++) {
    rc_path_system *s = open_system(systems[i].name, systems[i].settings);
    rc_err err = {0};
    rc_exact *x = rc_exact_new(s, &err);
    rc_exact_run(x, &err);
    double *q = (double *)(uintptr_t)rc_exact_committor(x);
    const rc_committor c = {.table = q, .version = 1};
    rc_density_profile profile;
    rc_profile_exact(s, q, &profile);
    double base = 0, way = 0;
    for (size_t k = 0; k < RC_LEN(kind); k++) {
      rc_sampler_opts o = kind[k].o;
      o.most = 1000000, o.burn = 1000, o.seed = 1;
      rc_sampler *m = rc_sampler_new(s, &o, &c, &err);
      if (o.flatten) rc_sampler_profile(m, &profile);
      rc_sampler_channel(m, early, q);
      rc_sampler_start(m, 100000, 100000, &err);
      for (int t = 0; t < 60000; t++) rc_sampler_step(m, NULL, &err);
      const rc_sampler_figures f = rc_sampler_read(m);
      const double cost = f.length_se * f.length_se * (double)f.steps;
      const double cost_way = f.channel_se * f.channel_se * (double)f.steps;
      if (k == 0) base = cost, way = cost_way;
      const double yield = (double)f.generated / (double)f.shots;
      printf("%-20s %-16s %.3f  %4.0f %%   %8.2f %8.2f   %6.2f\n", systems[i].title, kind[k].title,
             yield, 200 * yield, base / cost, way / cost_way,
             (f.length - rc_exact_read(x).length) / f.length_se);
      rc_sampler_free(m);
    }
    rc_exact_free(x);
    rc_path_system_free(s);
  }
}

/* ---- the study ---- */

typedef struct outcome {
  double seconds, longest, shots, rmse, bytes; /* longest: CPU of one step, ms */
  double back;         /* CPU of looking back to the step before the last, ms */
  double gain, way, z; /* of the board: against uniform TPS */
} outcome;

static double figure(const rc_frame *f, const char *name) {
  const rc_scalar *s = rc_frame_find(f, name);
  return !s || s->type == RC_S_NULL ? NAN : s->type == RC_S_INT ? (double)s->integer : s->real;
}

/* To the newest step that is not kept, so that it is computed again. */
static rc_share *look_back(rc_session *s) {
  enum { KEPT = 256 };
  rc_share *kept[KEPT];
  rc_err err = {0};
  const int n = rc_session_history(s, 0, kept, KEPT);
  uint64_t step = 0, after = 0;
  for (int i = n - 1; i >= 0; i--) {
    const uint64_t at = ((const rc_frame *)rc_share_get(kept[i]))->step;
    if (!step && after > at + 1) step = after - 1;
    after = at;
    rc_share_drop(kept[i]);
  }
  if (!step && after) step = after - 1;
  if (step < rc_session_first_step(s, 0)) return NULL;
  rc_share *f = rc_session_look(s, 0, step, &err);
  if (!f) fprintf(stderr, "bench_paths: looking back: %s\n", err.message);
  return f;
}

static outcome study(const char *options, uint64_t seed) {
  char yaml[600];
  rc_err err = {0};
  outcome o = {0};
  snprintf(yaml, sizeof yaml, "title: bench\nstudies: {paths: %s}\n", options);
  rc_scenario *sc = rc_scenario_parse(yaml, strlen(yaml), "bench", rc_study_kinds, &err);
  const rc_session_opts so = {.seed = seed, .threads = 1, .inline_jobs = true};
  rc_session *s = sc ? rc_session_new(sc, rc_study_classes, &so, &err) : NULL;
  if (!s) fprintf(stderr, "%s\n", err.message), exit(1);
  for (bool more = true; more;) {
    const double begin = rc_clock_cpu();
    more = rc_session_turn(s, 1);
    const double t = rc_clock_cpu() - begin;
    rc_share *share = rc_session_frame(s, 0);
    const rc_frame *f = rc_share_get(share);
    const rc_paths_data *d = rc_share_get(f->data);
    if (d->started) { /* what came before is the exact solution */
      o.seconds += t, o.longest = fmax(o.longest, 1e3 * t);
      o.shots = figure(f, "shots"), o.rmse = figure(f, "committor_rmse");
      o.bytes = (double)d->bytes_shots;
      o.gain = figure(f, "efficiency_vs_uniform");
      o.way = figure(f, "efficiency_channel"), o.z = figure(f, "bias_z");
    }
    rc_share_drop(share);
  }
  const double begin = rc_clock_cpu();
  rc_share_drop(look_back(s));
  o.back = 1e3 * (rc_clock_cpu() - begin);
  rc_session_close(s, 0);
  return o;
}

/* The committor is learnt from 300 shots and frozen; then both have the same number of steps. The steps
 * of those 300, 2.5e4 (ising) to 5.5e5 (jung), are in neither. */
static void learnt_efficiency(void) {
  static const char *const of[] = {"ising",
                                   "wsme",
                                   "stripes",
                                   "triangular",
                                   "{kind: ising, height: 5}",
                                   "{kind: potential, grid: 100}"};
  enum { SEEDS = 4 };
  printf("\nefficiency at 1e7 steps each, beside those of 300 shots the committor is learnt from: "
         "RFPS "
         "Lorentz 3, flat;\ngeometric means of %d seeds, the least of them, the farthest z\n"
         "system               RMSE    length  least   channel  least       z\n",
         (int)SEEDS);
  for (size_t i = 0; i < RC_LEN(of); i++) {
    char options[400];
    snprintf(options, sizeof options,
             "{system: %s, shots: 320, learning: 300, mechanism: false, steps: 1e7, "
             "sampler: {kind: rfps, select: lorentz, gamma: 3}}",
             of[i]);
    double rmse = 0, gain = 0, way = 0, least[2] = {INFINITY, INFINITY}, z = 0;
    for (int k = 0; k < SEEDS; k++) {
      const outcome o = study(options, (uint64_t)k + 1);
      rmse += o.rmse / SEEDS, gain += log(o.gain) / SEEDS, way += log(o.way) / SEEDS;
      least[0] = fmin(least[0], o.gain), least[1] = fmin(least[1], o.way);
      if (fabs(o.z) > fabs(z)) z = o.z;
    }
    printf("%-20s %.4f  %6.2f %6.2f %9.2f %6.2f %7.2f\n", systems[i].title, rmse, exp(gain),
           least[0], exp(way), least[1], z);
  }
}

static int rising(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void learning(void) {
  static const struct {
    const char *title, *options;
  } run[] = {
      {"wsme, aimmd, 640 shots", "{system: wsme, shots: 640, learning: 640, steps: 0, mechanism: "
                                 "false, learn: {schedule: aimmd}}"},
      {"wsme, ensemble, 640 shots", "{system: wsme, shots: 640, learning: 640, steps: 0, "
                                    "mechanism: false, learn: {frames: false}}"},
      {"wsme, with frames, 300 shots",
       "{system: wsme, shots: 300, learning: 300, steps: 0, mechanism: false}"},
      {"wsme, with frames, 2000 shots",
       "{system: wsme, shots: 2000, learning: 2000, steps: 0, mechanism: false}"},
      {"wsme, uniform, 100000 shots", "{system: wsme, shots: 100000, learning: 0, steps: 0, "
                                      "mechanism: false, sampler: {kind: tps, select: uniform}}"}};
  printf("\nthe study, one frame a step        shots/s   RMSE   longest step, ms   MB   look back, "
         "ms\n");
  for (size_t i = 0; i < RC_LEN(run); i++) {
    const outcome o = study(run[i].options, 1);
    printf("%-32s %9.0f  %.4f %18.1f %6.1f %12.1f\n", run[i].title, o.shots / o.seconds, o.rmse,
           o.longest, o.bytes / 1e6, o.back);
  }
  static const struct {
    const char *title, *options;
  } learn[] = {
      {"wsme, 60 shots", "{system: wsme, shots: 60, learning: 60, steps: 0, mechanism: false}"},
      {"ising 4x4, 120 shots",
       "{system: ising, shots: 120, learning: 120, steps: 0, mechanism: false}"},
      {"stripes 4x4, 100 shots",
       "{system: stripes, shots: 100, learning: 100, steps: 0, mechanism: false}"}};
  enum { SEEDS = 20 };
  printf("\nRMSE of the learnt committor on transition paths, medians of %d seeds\n", (int)SEEDS);
  for (size_t i = 0; i < RC_LEN(learn); i++) {
    double v[SEEDS];
    for (int k = 0; k < SEEDS; k++) v[k] = study(learn[i].options, (uint64_t)k + 1).rmse;
    qsort(v, SEEDS, sizeof v[0], rising);
    printf("%-24s %.4f  (%.4f to %.4f)\n", learn[i].title, (v[SEEDS / 2 - 1] + v[SEEDS / 2]) / 2,
           v[0], v[SEEDS - 1]);
  }
}

/* All, or those named. */
int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(void);
  } part[] = {{"walking", walking},          {"exact", exact},
              {"shooting", shooting},        {"efficiency", efficiency},
              {"learnt", learnt_efficiency}, {"learning", learning}};
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; i < RC_LEN(part); i++) {
    bool wanted = argc < 2;
    for (int k = 1; k < argc; k++) wanted |= strcmp(argv[k], part[i].name) == 0;
    if (wanted) part[i].run();
  }
  return 0;
}
