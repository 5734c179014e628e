/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paths study: figures against published tables, frames against the library, the same bytes on
 * any number of threads and in any slicing, looking back. */
#include "unit/study/pathing.h"

/* ---- figures ---- */

/* Dense solutions and long trajectories agree with these; transitions a step, k_AB, mean number of
 * interior frames of a transition path, mean of 2q(1-q) over them. */
static const struct {
  const char *system;
  double nu, rate, length, yield;
} table[] = {
    {"{kind: ising, width: 3, height: 3, temperature: 2}", 4.2691207789e-4, 8.5382415579e-4,
     24.4877, .33270},
    {"{kind: ising, width: 3, height: 3, temperature: 2, dynamics: glauber}", 2.9697811025e-4,
     5.9395622050e-4, 32.0629, .31866},
    {"{kind: ising, width: 3, field: 0.1}", 9.1981317835e-6, 5.3673194691e-5, 61.8913, .27733},
    {"{kind: ising, temperature: 2}", 8.6979854123e-5, 1.7395970825e-4, 105.0218, .26216},
    {"{kind: ising, field: 0.25}", 2.6175574143e-7, 5.0430797555e-5, 99.8890, .20876},
    {"{kind: stripes, temperature: 1.5}", 9.3521197447e-4, 1.8704239489e-3, 98.8208, .43515},
    {"{kind: stripes}", 6.6516689586e-5, 1.3303337917e-4, 107.9480, .38360},
    {"wsme", 3.8486430082e-5, 2.0004837072e-4, 197.5493, .19054}};

static bool near(double a, double b, double relative) {
  return fabs(a - b) <= relative * fabs(b);
}

static void exact_figures(void **state) {
  (void)state;
  for (size_t i = 0; i < RC_LEN(table); i++) {
    char options[200];
    pathing p;
    snprintf(options, sizeof options, "{system: %s, shots: 0}", table[i].system);
    pathing_open(&p, options, 1);
    pathing_run(&p);
    assert_true(near(pathing_real(&p, "nu"), table[i].nu, 5e-11));
    assert_true(near(pathing_real(&p, "rate_exact"), table[i].rate, 5e-11));
    assert_true(near(pathing_real(&p, "path_length_exact"), table[i].length, 5e-6));
    assert_true(near(pathing_real(&p, "yield_exact"), table[i].yield, 5e-5));
    assert_true(pathing_real(&p, "residual") < 1.1e-12);
    assert_true(isnan(pathing_real(&p, "shots")));
    pathing_close(&p);
  }
}

/* Of a surface it is told what half the grid would give, in the same units. */
static void half_grid(void **state) {
  (void)state;
  static const char *const motion[] = {"overdamped", "walk"};
  for (int k = 0; k < 2; k++) {
    double rate[2], length[2], half[2];
    for (int i = 0; i < 2; i++) {
      char options[200];
      pathing p;
      snprintf(options, sizeof options,
               "{system: {kind: potential, surface: th_hi, dynamics: %s, grid: %d}, shots: 0}",
               motion[k], i ? 40 : 80);
      pathing_open(&p, options, 1);
      pathing_run(&p);
      rate[i] = pathing_real(&p, "rate_exact"), length[i] = pathing_real(&p, "path_length_exact");
      if (!i) half[0] = pathing_real(&p, "rate_half_grid");
      if (!i) half[1] = pathing_real(&p, "path_length_half_grid");
      pathing_close(&p);
    }
    const double steps = k ? 4 : 1; /* of the fine grid in one of the coarse */
    assert_true(near(half[0], rate[1] / steps, 1e-12));
    assert_true(near(half[1], length[1] * steps, 1e-12));
    assert_true(!near(half[0], rate[0], 1e-9));
  }
  pathing p;
  pathing_open(&p, "{system: wsme, shots: 0}", 1);
  pathing_run(&p);
  assert_true(isnan(pathing_real(&p, "rate_half_grid")));
  pathing_close(&p);
}

/* The tests of the Hilbert graph of a ring of six spins, whose Max-Cut is its exact signs: made from
 * the scenario's lattice. */
static void hilbert_graph(void **state) {
  (void)state;
  rc_err err = {0};
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  pathing p = {.s = rc_session_new(
                   scenario_of("lattice: {kind: chain, cluster: [4]}\nmodel: {J1: 1}\n"
                               "sector: {sz: 0}\nstudies: {paths: {system: cut, shots: 0}}\n"),
                   rc_study_classes, &o, &err)};
  assert_non_null(p.s);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->exact.states == 64 && d->shape->n == 6);
  /* the ground state of four spins: (2, 2, -1, -1, -1, -1)/sqrt 12; a bipartite graph, so one cut and
   * its mirror, of one flip at most: 7 states each */
  assert_true(d->exact.in_a == 7 && d->exact.in_b == 7);
  assert_true(near(d->exact.rate, d->exact.rate_back, 1e-9));
  pathing_close(&p);
}

/* ---- frames against the library ---- */

static rc_path_system *library(const char *name) {
  const rc_path_class *cls = (const rc_path_class *)rc_kind_find(rc_path_kinds, name);
  rc_path_system *s = rc_path_system_new(cls, NULL, NULL, NULL);
  assert_non_null(s);
  return s;
}

static void compare_view(const rc_path_system *s, const double *q, const rc_path *path,
                         const rc_paths_view *v) {
  uint64_t at = 0;
  assert_int_equal(v->segments, path->n);
  assert_true(v->frames == path->frames);
  for (int i = 0; i < path->n; i++) {
    double f[RC_PATH_FEATURES];
    rc_path_features(s, &path->state[i], f);
    assert_true(v->state[i].u == path->state[i].u && v->dwell[i] == path->dwell[i]);
    assert_true(v->at[i] == at);
    assert_true(v->exact[i] == q[path->state[i].u]);
    assert_true(v->energy[i] == rc_path_energy(s, &path->state[i]));
    assert_memory_equal(v->feature + i * rc_path_system_shape(s)->features, f,
                        sizeof(double) * (size_t)rc_path_system_shape(s)->features);
    at += path->dwell[i];
  }
}

/* Uniform shots without learning are those of a sampler with the same options. */
static void frames(void **state) {
  (void)state;
  rc_err err = {0};
  pathing p;
  pathing_open(&p,
               "{system: wsme, sampler: {kind: tps, select: uniform}, shots: 300, burn: 20, "
               "learning: 0, steps: 0, mechanism: false}",
               1);
  rc_path_system *s = library("wsme");
  rc_exact *x = rc_exact_new(s, &err);
  assert_true(rc_exact_run(x, &err));
  const rc_sampler_opts o = {
      .select = RC_SELECT_UNIFORM, .gamma = 1, .most = 1000000, .burn = 20, .seed = 1};
  const rc_committor c = {.table = rc_exact_committor(x)};
  rc_sampler *m = rc_sampler_new(s, &o, &c, &err);
  assert_true(rc_sampler_start(m, 100000, 100000, &err));
  for (uint64_t id = 1; id <= 300; id++) {
    rc_shot shot;
    assert_true(rc_sampler_step(m, &shot, &err));
    pathing_shots(&p, id);
    if (id % 7) continue;
    const rc_paths_data *d = pathing_data(&p);
    assert_true(d->strip_first == 1 && d->strip_n == (int)id);
    assert_memory_equal(&d->strip[id - 1], &shot, offsetof(rc_shot, transition));
    compare_view(s, c.table, rc_sampler_trial(m), &d->path);
    compare_view(s, c.table, rc_sampler_path(m), &d->current);
    assert_true(d->path.shot == id && d->path.sp == (int)shot.sp);
    assert_true(d->path.is_trial == !shot.accepted);
    assert_true(!d->chosen && d->path.learnt == NULL);
  }
  pathing_run(&p);
  const rc_sampler_figures f = rc_sampler_read(m);
  assert_true(near(pathing_real(&p, "path_length_mean"), f.length, 1e-14));
  assert_true(near(pathing_real(&p, "path_length_se"), f.length_se, 1e-14) ||
              (isnan(f.length_se) && isnan(pathing_real(&p, "path_length_se"))));
  assert_true(near(pathing_real(&p, "transitions_expected"), f.expected, 1e-13));
  assert_true(pathing_real(&p, "accepted") == (double)f.accepted);
  rc_sampler_free(m);
  rc_exact_free(x);
  rc_path_system_free(s);
  pathing_close(&p);
}

/* Mean committor and free energy of each magnetisation, from the states themselves. */
static void map(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: {kind: ising, width: 3, height: 3, temperature: 2}, x: M, y: cluster, "
               "shots: 0}",
               1);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  const rc_paths_map *m = &d->map;
  assert_true(m->nx == 10 && m->x0 == -9 && m->x1 == 9 && m->ny == 10 && m->y1 == 9);
  double sum[100] = {0}, least = INFINITY;
  for (uint64_t k = 0; k < 512; k++) {
    double f[RC_PATH_FEATURES];
    const rc_word w = {.u = k};
    rc_path_features(d->system, &w, f);
    sum[(int)(f[0] + 9) / 2 + 10 * (int)f[2]] += exp(-rc_path_energy(d->system, &w));
  }
  for (int i = 0; i < 100; i++)
    if (sum[i] > 0) least = fmin(least, -log(sum[i]));
  for (int i = 0; i < 100; i++) {
    if (!(sum[i] > 0)) {
      assert_true(isnan(m->energy[i]));
      continue;
    }
    assert_true(fabs(m->energy[i] - (-log(sum[i]) - least)) < 1e-9);
    const int x = i % 10; /* one flip from all down is A */
    assert_int_equal(m->label[i], x <= 1 ? RC_IN_A : x >= 8 ? RC_IN_B : 0);
    assert_true(x > 1 || m->exact[i] == 0);
    assert_true(x < 8 || m->exact[i] == 1);
    if (x == 4 && i / 10 == 4) assert_true(m->exact[i] > .3 && m->exact[i] < .5);
  }
  pathing_close(&p);
}

/* ---- the same bytes ---- */

static const char *const whole =
    "{system: {kind: ising, width: 3, height: 3, temperature: 2}, sampler: rfps, shots: 200, "
    "learning: 40, steps: 40000, learn: {hidden: 8, members: 3, patience: 4}, "
    "compare: [{kind: tps, select: density}]}";

static void text_of(const char *options, int threads, int slice, rc_str *out) {
  pathing p;
  pathing_open(&p, options, threads);
  pathing_steps(&p, 1000000, slice);
  put_frame(out, pathing_frame(&p));
  pathing_close(&p);
}

static void same_bytes(void **state) {
  (void)state;
  rc_str one = {0};
  text_of(whole, 1, 1, &one);
  assert_non_null(strstr(rc_str_c(&one), "done"));
  static const int how[][2] = {{2, 1}, {1, 17}, {2, 100000}};
  for (size_t i = 0; i < RC_LEN(how); i++) {
    rc_str other = {0};
    text_of(whole, how[i][0], how[i][1], &other);
    assert_string_equal(rc_str_c(&one), rc_str_c(&other));
    rc_str_free(&other);
  }
  rc_str_free(&one);
}

/* Steps that are kept no longer, behind commands, come out as they were. */
static void look_back(void **state) {
  (void)state;
  enum { MOST = 2000 };
  static rc_str seen[MOST];
  static const struct {
    int shot;
    const char *name, *argument;
  } commands[] = {{20, "shot", "7"},         {30, "flip.next", NULL},  {35, "gamma", "0.5"},
                  {60, "branch", "12"},      {80, "frame.live", NULL}, {90, "axes", "E cluster"},
                  {120, "select", "tps phi"}};
  rc_err err = {0};
  pathing p;
  pathing_open(&p, whole, 1);
  size_t next = 0;
  uint64_t last = 0;
  for (bool more = true; more;) {
    more = rc_session_turn(p.s, 1);
    const double shots = pathing_real(&p, "shots");
    if (next < RC_LEN(commands) && shots >= commands[next].shot) {
      if (!pathing_command(&p, commands[next].name, commands[next].argument, &err))
        fail_msg("%s: %s", commands[next].name, err.message);
      next++;
      more = true;
    }
    const rc_frame *f = pathing_frame(&p);
    last = f->step;
    assert_true(last < MOST);
    rc_str_clear(&seen[last]);
    put_frame(&seen[last], f);
  }
  assert_int_equal(next, RC_LEN(commands));
  for (uint64_t step = 0; step <= last; step += 1 + last / 9) {
    rc_str text = {0};
    rc_share *f = rc_session_look(p.s, 0, step, &err);
    if (!f) fail_msg("step %d: %s", (int)step, err.message);
    if (seen[step].len) {
      put_frame(&text, rc_share_get(f));
      if (strcmp(rc_str_c(&text), rc_str_c(&seen[step]))) fail_msg("step %d differs", (int)step);
    }
    rc_share_drop(f);
    rc_str_free(&text);
  }
  for (int i = 0; i < MOST; i++) rc_str_free(&seen[i]);
  pathing_close(&p);
}

/* Of a path that is too long for a frame some segments are shown, its end as it is. */
static void long_path(void **state) {
  (void)state;
  pathing p;
  pathing_open(
      &p,
      "{system: {kind: ising, width: 8, height: 8, temperature: 2.6}, shots: 60, learning: 0, "
      "steps: 0, mechanism: false, sampler: {kind: tps, select: uniform}}",
      1);
  pathing_run(&p);
  const rc_paths_view *v = &pathing_data(&p)->path;
  assert_true(v->stride > 1);
  const int last = v->segments - 1;
  assert_int_equal(rc_path_label(pathing_data(&p)->system, v->state), v->ends[0]);
  assert_int_equal(rc_path_label(pathing_data(&p)->system, v->state + last * v->width), v->ends[1]);
  pathing_close(&p);
}

/* The rival of a Hilbert graph of 924 states is no state that lasts: shots roll down to A, which is
 * said once. A magnet that turns over is not remarked on. */
static void barren(void **state) {
  (void)state;
  rc_err err = {0};
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  static const char *const of[] = {
      "lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\nsector: {sz: 0}\n"
      "studies: {paths: {system: {kind: cut, target: rival, within: 0.3, temperature: 0.004}, "
      "shots: 101, learning: 0, steps: 0, mechanism: false, sampler: {kind: tps, select: "
      "uniform}}}\n",
      "studies: {paths: {system: {kind: ising, width: 3, height: 3, temperature: 2}, exact: off, "
      "shots: 101, learning: 0, steps: 0, mechanism: false, sampler: {kind: tps, select: "
      "uniform}}}\n"};
  for (int k = 0; k < 2; k++) {
    pathing p = {.s = rc_session_new(scenario_of(of[k]), rc_study_classes, &o, &err)};
    assert_non_null(p.s);
    pathing_run(&p);
    const rc_paths_data *d = pathing_data(&p);
    int told = 0;
    for (int i = 0; i < d->warnings; i++)
      told += strstr(d->warning[i], "none of 100 shots led from A to B, 100 ended in A twice, 0 in "
                                    "B: B is no state that lasts") != NULL;
    assert_int_equal(told, k == 0);
    pathing_close(&p);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_figures), cmocka_unit_test(half_grid), cmocka_unit_test(hilbert_graph),
      cmocka_unit_test(frames),        cmocka_unit_test(map),       cmocka_unit_test(same_bytes),
      cmocka_unit_test(look_back),     cmocka_unit_test(long_path), cmocka_unit_test(barren)};
  return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
