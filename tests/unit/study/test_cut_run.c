/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The course of the cut study: a changed one gives the bytes of a fresh one, threads change
 * nothing, commands do what they say, a run that ends early keeps what it has. */
#include "unit/study/cutting.h"

#include <unistd.h>

#define LADDER8 "lattice: {kind: square, cluster: [2, 4]}\nmodel: {J1: 1, J2: 0.5}\n"

static void fresh_text(const cutting *c, int threads, rc_str *out) {
  rc_str yaml = {0};
  rc_scenario_write(c->m.sc, &yaml);
  cutting fresh;
  cutting_open(&fresh, rc_str_c(&yaml), threads);
  cutting_run(&fresh);
  cutting_text(&fresh, out);
  cutting_close(&fresh);
  rc_str_free(&yaml);
}

/* ---- changes -----------------------------------------------------------------------------------
 */

/* Whatever the study was doing when the change came: just opened, in the middle, at its end. */
static void test_changes(void **state) {
  (void)state;
  static const struct {
    const char *key, *value;
    int steps; /* done before the change; -1: to the end */
  } change[] = {{"J2", "0.3", 0},
                {"J2", "0", -1},
                {"J2", "0.5", 40},
                {"cut.amplitudes.from", "noisy", -1},
                {"cut.amplitudes.sigma", "0.9", -1},
                {"cut.amplitudes.sigma", "4", 25},
                {"cut.amplitudes.symmetric", "false", -1},
                {"delta", "0.5", 60},
                {"cut.bound.kind", "none", -1},
                {"cut.moves", "3000", -1},
                {"cut.bound.kind", "odd-cycle", 30},
                {"cut.bound.rounds", "2", -1},
                {"cut.amplitudes.from", "uniform", 10},
                {"lattice.cluster", "[2, 4]", -1},
                {"sector.sz", "1", -1}};
  cutting c;
  cutting_open(&c,
               "lattice: {kind: square, cluster: [2, 5]}\nmodel: {J1: 1, J2: 0.25}\n"
               "studies: {cut: {moves: 20000}}\n",
               1);
  for (size_t i = 0; i < RC_LEN(change); i++) {
    if (change[i].steps < 0)
      cutting_run(&c);
    else
      cutting_steps(&c, change[i].steps);
    cutting_set(&c, change[i].key, change[i].value);
    if (i + 1 < RC_LEN(change) && change[i + 1].steps >= 0 && i % 2) continue; /* twice in a row */
    cutting_run(&c);
    rc_str a = {0}, b = {0};
    char what[100];
    snprintf(what, sizeof what, "change %zu, %s = %s", i, change[i].key, change[i].value);
    cutting_text(&c, &a);
    fresh_text(&c, 1, &b);
    assert_true(a.len > 1000);
    check_same_text(&a, &b, what);
  }
  cutting_close(&c);
}

/* Every frame on the way, not only the last. */
static void test_threads(void **state) {
  (void)state;
  static const char *const yaml[] = {
      CUT(KAGOME12, "moves: 30000"),
      CUT(LADDER8, "amplitudes: {from: noisy, sigma: 2, symmetric: false}, moves: 20000, "
                   "solvers: [tempering, burer, breakout, tabu], bound: {nodes: 20}")};
  for (size_t k = 0; k < RC_LEN(yaml); k++) {
    cutting one, two;
    cutting_open(&one, yaml[k], 1);
    cutting_open(&two, yaml[k], 2);
    for (int step = 0; one.state == RC_RUNNING; step++) {
      cutting_steps(&one, 1);
      cutting_steps(&two, 1);
      assert_int_equal(one.state, two.state);
      if (step % 16 && one.state == RC_RUNNING) continue;
      rc_str a = {0}, b = {0};
      cutting_frame_text(&one.f, &a);
      cutting_frame_text(&two.f, &b);
      check_same_text(&a, &b, "one thread and two");
    }
    assert_string_equal(rc_str_c(&one.m.events), rc_str_c(&two.m.events));
    cutting_close(&one);
    cutting_close(&two);
  }
}

/* Frames are looked at, never waited for: a run nobody looks at has the same end. */
static void test_unseen(void **state) {
  (void)state;
  const char *yaml = CUT(LADDER8, "amplitudes: {from: noisy, sigma: 3, symmetric: false}, "
                                  "moves: 20000, bound: {nodes: 10}");
  cutting seen, unseen;
  rc_err err = {0};
  cutting_open(&seen, yaml, 1);
  cutting_run(&seen);
  cutting_open(&unseen, yaml, 1);
  while (unseen.state == RC_RUNNING)
    assert_true(rc_study_cut.step(unseen.m.study, &unseen.state, &err));
  assert_string_equal(rc_str_c(&seen.m.events), rc_str_c(&unseen.m.events));
  cutting_look(&unseen);
  rc_str a = {0}, b = {0};
  cutting_text(&seen, &a);
  cutting_text(&unseen, &b);
  check_same_text(&a, &b, "looked at and not");
  cutting_close(&seen);
  cutting_close(&unseen);
}

/* A large file is read in pieces, so that commands and changes have their turn, with a progress. */
static void test_reading(void **state) {
  (void)state;
  enum { N = 900, SMALL = 12 };
  char large[] = "/tmp/rc_large_XXXXXX", small[] = "/tmp/rc_small_XXXXXX", yaml[300];
  write_hard(large, N);
  write_hard(small, SMALL);
  snprintf(yaml, sizeof yaml,
           CUT("lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n",
               "instance: '%s', moves: 100, solvers: [greedy], bound: {kind: none}"),
           large);
  cutting c;
  rc_err err;
  cutting_open(&c, yaml, 1);
  double before = 0;
  int steps = 0;
  for (; !cutting_data(&c)->graph; steps++) {
    cutting_steps(&c, 1);
    if (cutting_data(&c)->graph) break;
    assert_string_equal(c.f.phase, "instance");
    assert_true(c.f.progress > before && c.f.progress < 1);
    before = c.f.progress;
    assert_false(cutting_command(&c, "export", "mc /tmp/never", &err));
    assert_non_null(strstr(err.message, "not known yet"));
  }
  assert_true(steps >= 50);
  assert_true(isnan(c.f.progress));
  assert_true(cutting_data(&c)->graph->m > 50 * 1000 * 8 && before > .9);
  char hash[65];
  memcpy(hash, cutting_data(&c)->graph->hash, sizeof hash);
  cutting_set(&c, "cut.instance", large); /* anew, and given up on the way */
  cutting_steps(&c, 30);
  assert_null(cutting_data(&c)->graph);
  cutting_set(&c, "cut.instance", small);
  cutting_run(&c);
  assert_int_equal(cutting_data(&c)->graph->n, SMALL);
  cutting_set(&c, "cut.instance", large);
  while (!cutting_data(&c)->graph) cutting_steps(&c, 1);
  assert_string_equal(cutting_data(&c)->graph->hash, hash);
  cutting_set(&c, "cut.instance", large);
  cutting_steps(&c, 20);
  cutting_close(&c); /* on the way */
  unlink(large);
  unlink(small);
}

/* ---- what is shown of solvers -------------------------------------------------------------------
 */

/* The best cut of a solver that is run by itself, as it adds it up. */
static double alone(const char *name, const rc_cut_graph *g) {
  const rc_solver_class *cls = (const rc_solver_class *)rc_kind_find(rc_solver_kinds, name);
  void *o = rc_alloc(1, cls->kind.size + 1);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  void *run = cls->open(g, o, 1, 0, NULL);
  while (!cls->read(run).done) cls->step(run, 1000);
  const double best = cls->read(run).best;
  cls->close(run);
  rc_params_free(cls->kind.params, o);
  rc_free(o);
  return best;
}

/* A complete graph whose weights are no whole numbers, so that sums of them depend on their order. */
static void write_real(char *path, int n, uint64_t seed) {
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *f = fdopen(fd, "w");
  rc_rng r = rc_rng_stream(seed, "test/real", 0);
  fprintf(f, "%d %d\n", n, n * (n - 1) / 2);
  for (int i = 1; i <= n; i++) {
    for (int j = i + 1; j <= n; j++)
      fprintf(f, "%d %d %.17g\n", i, j, .1 + (double)rc_rng_below(&r, 90) / 30);
  }
  fclose(f);
}

/* A solver that has found the optimum shows the value that is shown for it, not its own sum, which
 * rounding may have brought above it. */
static void test_shown_sums(void **state) {
  (void)state;
  int above = 0;
  for (uint64_t seed = 0; seed < 12; seed++) {
    char path[] = "/tmp/rc_real_XXXXXX", yaml[300];
    write_real(path, 9, seed);
    snprintf(yaml, sizeof yaml,
             CUT("lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n",
                 "instance: '%s', moves: 5000, solvers: [greedy, anneal, tabu]"),
             path);
    cutting c;
    cutting_open(&c, yaml, 1);
    cutting_run(&c);
    const rc_cut_data *d = cutting_data(&c);
    const double greedy = alone("greedy", d->graph);
    assert_true(d->optimal && d->value <= d->bound);
    for (int i = 0; i < d->solvers; i++) {
      const rc_solver_view v = d->solver[i].view;
      assert_true(v.best <= d->value && v.value <= v.best);
    }
    const bool found = fabs(greedy - d->value) <= 1e-12 * d->graph->weight_total;
    assert_true(d->solver[0].view.best == (found ? d->value : greedy));
    above += found && greedy > d->value;
    cutting_close(&c);
    unlink(path);
  }
  assert_true(above > 0); /* otherwise nothing has been tested */
}

/* One that is behind shows its own, with the weight of the ferromagnetic edges in a magnet. */
static void test_shown_values(void **state) {
  (void)state;
  char path[] = "/tmp/rc_hard_XXXXXX", file[300];
  write_hard(path, 90);
  snprintf(file, sizeof file,
           CUT("lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n",
               "instance: '%s', moves: 200000, solvers: [greedy, anneal], bound: {kind: none}"),
           path);
  cutting c;
  cutting_open(&c, file, 1);
  cutting_run(&c);
  const rc_cut_data *d = cutting_data(&c);
  assert_true(d->solver[0].view.best == alone("greedy", d->graph));
  assert_true(d->solver[0].view.best < d->value);
  assert_true(d->solver[1].view.best == d->value);
  cutting_close(&c);
  unlink(path);
  cutting_open(&c,
               CUT("lattice: {kind: chain, cluster: [10]}\nmodel: {J1: 1, J2: -0.7}\n",
                   "amplitudes: {from: uniform}, moves: 20000, solvers: [greedy, anneal]"),
               1);
  cutting_run(&c);
  d = cutting_data(&c);
  assert_true(d->graph->offset > .01 * d->graph->weight_total);
  const double greedy = alone("greedy", d->graph) + d->graph->offset;
  assert_true(fabs(d->solver[0].view.best - greedy) <= 1e-12 * d->graph->weight_total);
  rc_str text = {0}; /* in the result as in the table */
  cutting_text(&c, &text);
  const char *at = strstr(rc_str_c(&text), "\"solver\":\"greedy\",\"best\":");
  assert_non_null(at);
  assert_true(atof(at + strlen("\"solver\":\"greedy\",\"best\":")) == d->solver[0].view.best);
  rc_str_free(&text);
  cutting_close(&c);
}

/* ---- commands ----------------------------------------------------------------------------------
 */

/* The first frame with figures has the best of what the solvers begin with. */
static void test_first_cut(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT(RING6, "solvers: [greedy, anneal, descent]"), 1);
  while (!cutting_begun(&c)) cutting_steps(&c, 1);
  const rc_cut_data *d = cutting_data(&c);
  double best = 0;
  for (int i = 0; i < d->solvers; i++) {
    assert_int_equal(d->solver[i].view.moves, 0);
    best = fmax(best, d->solver[i].view.best);
  }
  assert_true(best > 0 && d->value == best);
  assert_true(strcmp(d->best_solver, "none") != 0);
  assert_true(fabs(rc_cut_value(d->graph, d->best_side) - best) <= 1e-12);
  cutting_close(&c);
}

static void test_dial(void **state) {
  (void)state;
  cutting c;
  rc_err err;
  cutting_open(&c, CUT(RING6, "moves: 20000"), 1);
  assert_false(cutting_command(&c, "dial", NULL, &err)); /* there is no instance yet */
  assert_int_equal(err.code, RC_ERR_INPUT);
  cutting_run(&c);
  assert_int_equal(cutting_data(&c)->dials, 0);
  assert_true(cutting_command(&c, "dial", NULL, &err));
  cutting_run(&c);
  const rc_cut_data *d = cutting_data(&c);
  assert_int_equal(d->dials, 10);
  assert_true(d->dial[0].sigma == 0); /* no noise: the exact amplitudes */
  assert_true(fabs(d->dial[0].amplitude_overlap - 1) <= 1e-9);
  assert_true(fabs(d->dial[0].sign_overlap - 1) <= 1e-9);
  assert_true(d->dial[0].tight);
  for (int i = 0; i < d->dials; i++) {
    const rc_cut_dial_row *r = &d->dial[i];
    assert_true(i == 0 || r->sigma > d->dial[i - 1].sigma);
    assert_true(r->greedy_loss >= -1e-12 && r->anneal_loss >= -1e-12 && r->gap >= -1e-9);
    assert_true(r->descent_hits >= 0 && r->descent_hits <= 1);
    assert_true(r->amplitude_overlap <= 1 + 1e-9 && r->sign_overlap <= 1 + 1e-9);
  }
  rc_str text = {0};
  cutting_text(&c, &text);
  assert_non_null(strstr(rc_str_c(&text), "\"dial\":["));
  rc_str_free(&text);
  assert_true(cutting_command(&c, "dial", NULL, &err)); /* again: it is there already */
  assert_true(cutting_run(&c) <= 1);
  cutting_close(&c);
  cutting_open(
      &c, CUT("lattice: {kind: chain, cluster: [8]}\nsector: {symmetry: translation}\n", ""), 1);
  cutting_run(&c);
  assert_false(cutting_command(&c, "dial", NULL, &err));
  assert_non_null(strstr(err.message, "symmetry"));
  cutting_close(&c);
}

/* The dial does not depend on the noise of the instance: neither its rows nor the level at work are
 * lost when sigma is turned, and it comes out as if nothing had been turned. */
static void test_dial_stays(void **state) {
  (void)state;
  cutting c;
  rc_err err;
  rc_cut_dial_row whole[RC_CUT_DIAL];
  cutting_open(&c, CUT(RING6, "moves: 20000, amplitudes: {from: noisy}"), 1);
  cutting_run(&c);
  assert_true(cutting_command(&c, "dial", NULL, &err));
  cutting_run(&c);
  const int n = cutting_data(&c)->dials;
  assert_int_equal(n, 10);
  memcpy(whole, cutting_data(&c)->dial, (size_t)n * sizeof *whole);
  cutting_set(&c, "cut.amplitudes.sigma", "0.7"); /* at its end */
  assert_int_equal(cutting_data(&c)->dials, n);
  cutting_run(&c);
  assert_memory_equal(cutting_data(&c)->dial, whole, (size_t)n * sizeof *whole);
  cutting_set(&c, "J1", "2"); /* another magnet: none */
  assert_int_equal(cutting_data(&c)->dials, 0);
  cutting_run(&c);
  assert_int_equal(cutting_data(&c)->dials, 0);
  cutting_set(&c, "J1", "1");
  cutting_run(&c);
  assert_true(cutting_command(&c, "dial", NULL, &err));
  for (int turn = 0; turn < 20; turn++) { /* at any place of a level, while the study goes on */
    cutting_steps(&c, 3 + turn);
    char sigma[16];
    snprintf(sigma, sizeof sigma, "%g", .1 * turn);
    const int had = cutting_data(&c)->dials;
    cutting_set(&c, "cut.amplitudes.sigma", sigma);
    assert_int_equal(cutting_data(&c)->dials, had);
    if (turn % 3) continue;
    for (int k = 0; k < 10000 && !cutting_data(&c)->dialling && c.state == RC_RUNNING; k++)
      cutting_steps(&c, 1);
  }
  cutting_run(&c);
  assert_int_equal(cutting_data(&c)->dials, n);
  assert_memory_equal(cutting_data(&c)->dial, whole, (size_t)n * sizeof *whole);
  cutting_set(&c, "seed", "2"); /* other noise */
  assert_int_equal(cutting_data(&c)->dials, 0);
  cutting_close(&c);
}

/* The transition: with noise of each state's own greedy fails first, then descent, and the bound is
 * open last; with noise that keeps the symmetry the relaxation of the orbits is solved at each level,
 * and tight further up. */
static void test_dial_transition(void **state) {
  (void)state;
  cutting c;
  rc_err err;
  cutting_open(&c,
               CUT("lattice: {kind: square, torus: [[3, 1], [1, -3]]}\nmodel: {J1: 1, J2: 0.5}\n",
                   "moves: 1000, bound: {rounds: 24, engine: first-order}"),
               1);
  cutting_run(&c);
  assert_true(cutting_command(&c, "dial", NULL, &err));
  cutting_run(&c);
  const double *from = cutting_data(&c)->dial_fails;
  assert_true(from[RC_DIAL_GREEDY] > 0 && from[RC_DIAL_GREEDY] <= from[RC_DIAL_DESCENT]);
  assert_true(from[RC_DIAL_DESCENT] <= from[RC_DIAL_BOUND] &&
              from[RC_DIAL_GREEDY] < from[RC_DIAL_BOUND]);
  const rc_cut_data *d = cutting_data(&c);
  for (int i = 0; i < d->dials; i++) {
    assert_true(d->dial[i].tight || d->dial[i].spent);
    assert_true(d->dial[i].sigma < from[RC_DIAL_BOUND] || d->dial[i].spent);
  }
  assert_true(d->dial[d->dials - 1].gap > 1e-6);
  assert_non_null(strstr(rc_str_c(&c.m.events), "the bound is open from"));
  rc_str text = {0};
  cutting_text(&c, &text);
  assert_non_null(strstr(rc_str_c(&text), "\"dial_fails\":{\"greedy\":2,"));
  rc_str_free(&text);
  cutting_set(&c, "cut.amplitudes.symmetric", "true");
  cutting_set(&c, "cut.bound.engine", "auto");
  cutting_run(&c);
  assert_true(cutting_command(&c, "dial", NULL, &err));
  cutting_run(&c);
  d = cutting_data(&c);
  assert_int_equal(d->dials, 10);
  for (int i = 0; i < d->dials; i++) {
    assert_false(d->dial[i].spent);
    assert_true(d->dial[i].tight || d->dial[i].sigma > 4);
  }
  cutting_close(&c);
}

static void test_export(void **state) {
  (void)state;
  char folder[] = "/tmp/rc_export_XXXXXX", argument[64];
  cutting c;
  rc_err err;
  assert_non_null(mkdtemp(folder));
  cutting_open(&c, CUT(KAGOME12, ""), 1);
  assert_false(cutting_command(&c, "export", "mc /tmp/never", &err));
  cutting_run(&c);
  static const char *const format[] = {"rudy", "mc", "mtx"};
  for (size_t k = 0; k < RC_LEN(format); k++) {
    snprintf(argument, sizeof argument, "%s %s/g", format[k], folder);
    assert_true(cutting_command(&c, "export", argument, &err));
    rc_cut_graph *g = rc_cut_graph_read(argument + strlen(format[k]) + 1, &err);
    assert_non_null(g);
    assert_string_equal(g->hash, cutting_data(&c)->graph->hash);
    rc_cut_graph_free(g);
    unlink(argument + strlen(format[k]) + 1);
  }
  static const char *const wrong[] = {NULL, "", "mc", "mc ", "png /tmp/never", "mc /nowhere/x"};
  for (size_t k = 0; k < RC_LEN(wrong); k++) {
    assert_false(cutting_command(&c, "export", wrong[k], &err));
    assert_int_not_equal(err.code, RC_ERR_NONE);
  }
  assert_false(cutting_command(&c, "exprot", "mc x", &err));
  assert_non_null(strstr(err.message, "did you mean 'export'"));
  cutting_close(&c);
  rmdir(folder);
}

/* 'stop' ends a run with what it has, certified. */
static void test_stop(void **state) {
  (void)state;
  cutting c;
  rc_err err;
  cutting_open(&c,
               CUT(KAGOME12, "amplitudes: {from: noisy, sigma: 6, symmetric: false}, moves: 0, "
                             "solvers: [anneal, tabu]"),
               1);
  while (!cutting_begun(&c)) cutting_steps(&c, 1);
  cutting_steps(&c, 20);
  assert_int_equal(c.state, RC_RUNNING);
  const double value = cutting_real(&c, "value"), bound = cutting_real(&c, "bound");
  assert_true(cutting_command(&c, "stop", NULL, &err));
  assert_true(cutting_run(&c) <= 2);
  assert_true(cutting_real(&c, "value") == value);
  assert_true(cutting_real(&c, "bound") == bound);
  assert_true(cutting_real(&c, "certified") == 1);
  cutting_close(&c);
}

/* ---- the result --------------------------------------------------------------------------------
 */

static void take_line(void *who, const char *line) {
  rc_str *out = who;
  if (strncmp(line, "{\"type\":\"result\"", 16)) return;
  rc_str_clear(out);
  rc_str_add(out, line);
}

static void result_of(const char *yaml, uint64_t steps, rc_str *out, int status) {
  rc_scenario *sc = scenario_of(yaml);
  rc_err err = {0};
  const rc_run_opts o = {.steps = steps, .threads = 1, .line = take_line, .who = out};
  assert_int_equal(rc_run(sc, rc_study_classes, &o, &err), status);
  rc_scenario_free(sc);
}

/* Number of a key of the result; nan for null. */
static double number(const rc_str *line, const char *key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\":", key);
  const char *at = strstr(line->text, quoted);
  if (!at) fail_msg("the result has no %s: %s", key, line->text);
  at += strlen(quoted);
  return !strncmp(at, "true", 4) ? 1 : !strncmp(at, "false", 5) ? 0 : *at == 'n' ? NAN : atof(at);
}

/* Every name is there, however the run ended; early it has the best cut and the bound so far, and
 * they are certified. */
static void test_result(void **state) {
  (void)state;
  static const char *const name[] = {
      "vertices",  "edges",       "value",        "bound",  "gap",          "optimal",
      "certified", "certificate", "weight_total", "energy", "energy_bound", "solver",
      "rounds",    "cuts",        "rows",         "nodes",  "overlap_exact"};
  static const char *const hard =
      CUT(KAGOME12, "amplitudes: {from: noisy, sigma: 6, symmetric: false}, moves: 0");
  char path[] = "/tmp/rc_result_XXXXXX", file[300];
  const int fd = mkstemp(path);
  assert_true(fd >= 0 && write(fd, "3 3\n1 2 1\n2 3 1\n1 3 1\n", 22) == 22);
  close(fd);
  snprintf(
      file, sizeof file,
      CUT("lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n", "instance: \"%s\""),
      path);
  const struct {
    const char *yaml;
    uint64_t steps;
    int status;
    bool cut; /* there is one at the end */
  } run[] = {{CUT(KAGOME12, ""), 0, 0, true},
             {hard, 300, 0, true},
             {hard, 200, 0, true},
             {hard, 3, 0, false},
             {hard, 1, 0, false},
             {file, 0, 0, true},
             {file, 8, 0, true},
             {file, 3, 0, false}};
  for (size_t k = 0; k < RC_LEN(run); k++) {
    rc_str line = {0};
    result_of(run[k].yaml, run[k].steps, &line, run[k].status);
    for (size_t i = 0; i < RC_LEN(name); i++) number(&line, name[i]);
    const double value = number(&line, "value"), bound = number(&line, "bound");
    assert_int_equal(!isnan(value), run[k].cut);
    if (run[k].cut) {
      assert_true(bound >= value - 1e-9);
      assert_true(number(&line, "certified") == 1);
    }
    rc_str_free(&line);
  }
  unlink(path);
  rc_str line = {0};
  result_of(file, 0, &line, 3); /* the file is gone */
  for (size_t i = 0; i < RC_LEN(name); i++) number(&line, name[i]);
  const char *once = strstr(rc_str_c(&line), "\"certified\":");
  assert_true(once && !strstr(once + 1, "\"certified\":"));
  rc_str_free(&line);
}

/* A short file can announce more than there is memory for: it is not tried. */
static void test_too_large(void **state) {
  (void)state;
  char path[] = "/tmp/rc_wide_XXXXXX", yaml[300];
  const int fd = mkstemp(path);
  assert_true(fd >= 0 && write(fd, "100000000 1\n1 2 1\n", 18) == 18);
  close(fd);
  snprintf(yaml, sizeof yaml,
           CUT("lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n",
               "instance: '%s', solvers: [greedy]"),
           path);
  cutting c;
  cutting_open(&c, yaml, 1);
  rc_err err = {0};
  for (int i = 0; i < 10 && err.code == RC_ERR_NONE; i++)
    rc_study_cut.step(c.m.study, &c.state, &err);
  assert_int_equal(err.code, RC_ERR_MEMORY);
  assert_non_null(strstr(
      err.message, "100000000 vertices and 1 edges need at least 27.9 GiB, the limit is 4 GiB"));
  cutting_close(&c);
  unlink(path);
}

/* A sector with no room for even the tables of its rows is refused, and nothing is reserved. */
static void test_too_many_states(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT("lattice: {kind: checkerboard, cluster: [4, 4]}\n", ""), 1);
  rc_err err = {0};
  assert_false(rc_study_cut.step(c.m.study, &c.state, &err));
  assert_int_equal(err.code, RC_ERR_MEMORY);
  assert_non_null(strstr(err.message, "1832624140942590534 states need"));
  cutting_close(&c);
}

/* What is left open has its reason, in the result and as a warning. */
static void test_gap_reason(void **state) {
  (void)state;
  char path[] = "/tmp/rc_gap_XXXXXX";
  write_hard(path, 30);
  const struct {
    const char *magnet, *options, *reason, *warning;
  } row[] = {
      {"lattice: {kind: square, torus: [[3, 1], [1, -3]]}\nmodel: {J1: 1, J2: 0.5}\n",
       "amplitudes: {from: noisy, sigma: 6, symmetric: true}", "relaxation of the orbits solved",
       "a gap of 3.57 % is left: no more follows from odd cycles, of orbits or of all 2800 edges"},
      {"", "solvers: [greedy], bound: {rounds: 1}", "rounds spent", "cut.bound.rounds are spent"},
      {"", "solvers: [greedy], bound: {prove: false}", "relaxation solved, no branching",
       "cut.bound.prove is off"},
      {"", "solvers: [greedy], bound: {nodes: 3}", "nodes spent", "cut.bound.nodes are spent"},
      {KAGOME12, "amplitudes: {from: shuffled}, bound: {work: 0.05}", "work spent",
       "cut.bound.work is spent"},
      {"lattice: {kind: complete, n: 7}\nsector: {sz: 1/2}\n",
       "amplitudes: {from: uniform}, solvers: [greedy], bound: {orbits: false, nodes: 3}",
       "nodes spent", "cut.bound.nodes are spent"},
      {RING6, "", NULL, NULL}};
  for (size_t k = 0; k < RC_LEN(row); k++) {
    char yaml[600];
    snprintf(yaml, sizeof yaml, "%sstudies: {cut: {%s%s%s}}\n",
             row[k].magnet[0] ? row[k].magnet
                              : "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n",
             row[k].options, row[k].magnet[0] ? "" : ", instance: ", row[k].magnet[0] ? "" : path);
    cutting c;
    cutting_open(&c, yaml, 1);
    cutting_run(&c);
    const rc_cut_data *d = cutting_data(&c);
    const rc_scalar *reason = rc_frame_find(&c.f, "gap_reason");
    assert_non_null(reason);
    if (row[k].reason) {
      assert_true(reason->type == RC_S_TEXT);
      assert_string_equal(reason->text, row[k].reason);
      assert_true(d->warnings >= 1);
      assert_non_null(strstr(d->warning[d->warnings - 1], row[k].warning));
      assert_true(d->gap > 1e-6);
    } else {
      assert_true(reason->type == RC_S_NULL);
      assert_int_equal(d->warnings, 0);
    }
    const double share = cutting_real(&c, "separation_share"),
                 packing = cutting_real(&c, "packing_share");
    assert_true(packing >= 0 && share + packing <= 1 + 1e-15);
    assert_true(share > 0 && share <= 1);
    assert_true(d->bounds.rounds == 1 || d->bounds.pivots == 0 || share < 1);
    cutting_close(&c);
  }
  unlink(path);
}

static void result_text(cutting *c, rc_str *out) {
  rc_json j;
  rc_str_clear(out);
  rc_json_begin(&j, out);
  rc_json_object(&j, NULL);
  rc_study_cut.result(c->m.study, &j);
  rc_json_end(&j);
}

/* A run that is ended before the bound has its own reason in the result; frames have none yet. */
static void test_gap_reason_of_an_end(void **state) {
  (void)state;
  char path[] = "/tmp/rc_gap_XXXXXX", yaml[400];
  write_hard(path, 30);
  snprintf(yaml, sizeof yaml,
           "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n"
           "studies: {cut: {solvers: [greedy], instance: %s}}\n",
           path);
  cutting c;
  rc_str out = {0};
  cutting_open(&c, yaml, 1);
  result_text(&c, &out); /* nothing has been read yet */
  assert_non_null(strstr(rc_str_c(&out), "\"gap_reason\":\"stopped\""));
  assert_null(rc_frame_find(&c.f, "gap_reason")); /* or the result would have it twice */
  while (!cutting_begun(&c)) cutting_steps(&c, 1);
  cutting_steps(&c, 5);
  assert_null(rc_frame_find(&c.f, "gap_reason"));
  rc_study_cut.ended(c.m.study, "time limit");
  result_text(&c, &out);
  assert_non_null(strstr(rc_str_c(&out), "\"gap_reason\":\"time limit\""));
  cutting_close(&c);
  rc_str_free(&out);
  unlink(path);
}

/* A large file has a cut of more than half of its weight before any solver has begun. */
static void test_large_has_a_cut_at_once(void **state) {
  (void)state;
  enum { N = 3000, M = 1000000 };
  char path[] = "/tmp/rc_large_XXXXXX", yaml[400];
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *f = fdopen(fd, "w");
  fprintf(f, "%d %d\n", N, M);
  int m = 0;
  for (int d = 1; m < M; d++)
    for (int i = 1; i + d <= N && m < M; i++, m++) fprintf(f, "%d %d 1\n", i, i + d);
  fclose(f);
  snprintf(yaml, sizeof yaml,
           "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n"
           "studies: {cut: {instance: %s}}\n",
           path);
  cutting c;
  cutting_open(&c, yaml, 1);
  while (!cutting_data(&c)->best_side) assert_int_equal(cutting_steps(&c, 1), 1);
  const rc_cut_data *d = cutting_data(&c);
  assert_int_equal(d->solvers, 0);
  assert_true(d->value >= M / 2 && d->value == rc_cut_value(d->graph, d->best_side));
  assert_string_equal(d->best_solver, "first pass");
  assert_true(d->bound == M); /* no row yet: all edges are positive */
  const double first = d->value;
  while (!cutting_begun(&c)) cutting_steps(&c, 1);
  cutting_steps(&c, 2);
  assert_true(cutting_data(&c)->value >= first);
  cutting_close(&c);
  unlink(path);
}

/* At flat amplitudes many cuts are equally good; at the exact ones there is one. */
static void test_tied(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT(KAGOME12, "amplitudes: {from: uniform}"), 1);
  cutting_run(&c);
  assert_true(cutting_data(&c)->optimal && cutting_data(&c)->tied);
  assert_true(cutting_real(&c, "tied") == 1);
  cutting_set(&c, "cut.amplitudes.from", "ground-state");
  assert_false(cutting_data(&c)->tied);
  cutting_run(&c);
  assert_true(cutting_data(&c)->optimal && !cutting_data(&c)->tied);
  cutting_close(&c);
}

/* Off the exact amplitudes E0 gives a bound of the cut, and not its optimum. */
static void test_known_bound(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT(RING6, "amplitudes: {from: uniform}"), 1);
  cutting_run(&c);
  assert_true(isnan(cutting_real(&c, "known_optimum")));
  assert_true(cutting_real(&c, "known_bound") > cutting_real(&c, "value") - 1e-12);
  cutting_set(&c, "cut.amplitudes.from", "ground-state");
  cutting_run(&c);
  const double raised = cutting_real(&c, "known_bound") - cutting_real(&c, "known_optimum");
  assert_true(raised >= 0 && raised <= 1e-9); /* by the residual of the eigenpair */
  cutting_close(&c);
  /* which of the two bounds is the smaller one is said, and changes as rounds go on */
  int seen[2] = {0};
  cutting_open(&c, CUT(TRIANGULAR12, "amplitudes: {from: noisy, sigma: 1}, bound: {rounds: 9}"), 1);
  while (c.state == RC_RUNNING) {
    cutting_steps(&c, 1);
    const rc_scalar *s = rc_frame_find(&c.f, "smaller_bound");
    if (!s || s->type != RC_S_TEXT) continue;
    const bool e0 = cutting_real(&c, "known_bound") < cutting_real(&c, "bound");
    assert_string_equal(s->text, e0 ? "by E0, not certified" : "certified");
    seen[e0]++;
  }
  assert_true(seen[1] > 0);
  const rc_cut_data *d = cutting_data(&c);
  assert_true(d->known_above > d->known && d->known_above - d->known <= 1e-9);
  cutting_close(&c);
}

/* Who stops a run on a million edges does not wait until they are written out and checked. */
static void test_result_at_once(void **state) {
  (void)state;
  char path[] = "/tmp/rc_huge_XXXXXX", yaml[300];
  write_hard(path, 1420);
  snprintf(yaml, sizeof yaml,
           CUT("lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n",
               "instance: '%s', solvers: [greedy]"),
           path);
  cutting c;
  cutting_open(&c, yaml, 1);
  int pieces = 0; /* of the preparations: the solver, and then the bound by and by */
  while (!cutting_begun(&c) || strcmp(c.f.phase, "solvers") == 0) {
    pieces += cutting_data(&c)->graph != NULL;
    cutting_steps(&c, 1);
  }
  assert_true(pieces > 8);
  rc_str text = {0};
  cutting_text(&c, &text);
  assert_true(cutting_data(&c)->graph->m > 1000000);
  assert_non_null(strstr(rc_str_c(&text), "\"certified\":false"));
  assert_non_null(strstr(rc_str_c(&text), "stopped early and large"));
  rc_str_free(&text);
  cutting_close(&c);
  unlink(path);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_changes),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_unseen),
      cmocka_unit_test(test_first_cut),
      cmocka_unit_test(test_dial),
      cmocka_unit_test(test_dial_stays),
      cmocka_unit_test(test_dial_transition),
      cmocka_unit_test(test_export),
      cmocka_unit_test(test_stop),
      cmocka_unit_test(test_result),
      cmocka_unit_test(test_reading),
      cmocka_unit_test(test_shown_sums),
      cmocka_unit_test(test_shown_values),
      cmocka_unit_test(test_result_at_once),
      cmocka_unit_test(test_too_large),
      cmocka_unit_test(test_too_many_states),
      cmocka_unit_test(test_gap_reason),
      cmocka_unit_test(test_gap_reason_of_an_end),
      cmocka_unit_test(test_large_has_a_cut_at_once),
      cmocka_unit_test(test_known_bound),
      cmocka_unit_test(test_tied),
  };
  return cmocka_run_group_tests_name("course of the cut study", tests, NULL, NULL);
}
