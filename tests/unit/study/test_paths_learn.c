/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the paths study finds: sampled figures against exact ones, the learnt committor, the board, the
 * mechanism, and what it says where nothing can be found. */
#include "study/paths_study.h"
#include "unit/study/pathing.h"

/* ---- sampling ---- */

/* Rejection-free with a frozen bias: mean length, histogram, and the rate from the excursions. */
static void sampled(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: {kind: ising, width: 3, height: 3, temperature: 2, field: 0.1}, "
               "sampler: rfps, shots: 9000, burn: 100, learning: 0, steps: 0, mechanism: false}",
               1);
  pathing_run(&p);
  assert_true(fabs(pathing_real(&p, "path_length_z")) < 4);
  const double rate = pathing_real(&p, "rate_sampled"), error = pathing_real(&p, "rate_error"),
               exact = pathing_real(&p, "rate_exact");
  assert_true(error > 0 && error < .3 * exact);
  assert_true(exact > 1.5 * pathing_real(&p, "rate_back")); /* not to be taken for one another */
  assert_true(fabs(rate - exact) < 4 * error);
  const rc_paths_data *d = pathing_data(&p);
  double sum = 0;
  for (int i = 0; i < 10; i++) sum += d->sampled.histogram[i];
  assert_true(fabs(sum - 1) < 1e-12);
  /* with the exact committor as many paths come as are expected */
  const double v = sqrt(d->sampled.variance);
  assert_true(fabs((double)d->sampled.generated - d->sampled.expected) < 4.5 * v);
  pathing_close(&p);
}

/* ---- learning ---- */

static void learnt(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: wsme, shots: 120, learning: 90, steps: 0, "
               "learn: {frames: false, hidden: 16}}",
               1);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->frozen && d->model > 5 && d->curve > 20);
  /* p = 1/2 everywhere is .41 away */
  assert_true(d->rmse < .22 && d->rmse > 0 && d->rmse_middle > 0);
  assert_true(d->curve_shots[0] == 1 && d->curve_shots[d->curve - 1] == 120);
  for (int i = 1; i < d->curve; i++) {
    assert_true(d->curve_shots[i] > d->curve_shots[i - 1]);
    assert_true(d->curve_expected[i] >= d->curve_expected[i - 1]);
    assert_true(d->curve_generated[i] >= d->curve_generated[i - 1]);
    assert_true(d->curve_oracle[i] >= d->curve_oracle[i - 1]);
  }
  assert_true(d->curve_rmse[d->curve - 1] == d->rmse);
  double generated = 0, oracle = 0, points = 0;
  for (int i = 0; i < d->strip_n; i++) {
    generated += d->strip[i].transition;
    assert_true(d->strip[i].version <= d->model);
    assert_true(i == 0 || d->strip[i].version >= d->strip[i - 1].version);
  }
  assert_true(d->strip[0].version == 0 && d->strip[119].version == d->model);
  assert_true(d->curve_generated[d->curve - 1] == generated);
  for (int i = 0; i < 40; i++) points += d->point_bins[i];
  assert_true(fabs(points - 1) < 1e-12);
  oracle = d->curve_oracle[d->curve - 1];
  assert_true(fabs(generated - oracle) < 4 * sqrt(120. / 4));
  for (int i = 0; i < d->path.segments; i++) /* the band is round the mean */
    assert_true(d->path.low[i] <= d->path.learnt[i] && d->path.learnt[i] <= d->path.high[i]);
  pathing_close(&p);
}

/* Frames of a half path bear its own outcome, not that of the other half. */
static void frames(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p, "{system: wsme, shots: 40, learning: 40, steps: 0, mechanism: false}", 1);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->frozen && d->rmse < .14);
  pathing_close(&p);
}

/* ---- the board ---- */

/* No efficiency is told of a sampler whose mean is wrong, nor of one with too few paths. */
static void no_number(void **state) {
  (void)state;
  for (int few = 0; few < 2; few++) {
    pathing p;
    char options[300];
    snprintf(options, sizeof options,
             "{system: {kind: ising, width: 3, height: 3, temperature: %g, A: M <= -7, B: M >= 7}, "
             "most: 100000, shots: 20, learning: 0, steps: %d, mechanism: false, sampler: {kind: "
             "tps, select: uniform}, compare: [tps]}",
             few ? 2. : .05, few ? 3000 : 60000);
    pathing_open(&p, options, 1);
    pathing_run(&p);
    const rc_paths_data *d = pathing_data(&p);
    assert_int_equal(d->boards, 2);
    assert_true(isnan(d->board[1].efficiency) && isnan(d->board[1].efficiency_channel));
    assert_true(d->board[1].biased == !few && (few || fabs(d->board[0].z_length) > 4));
    assert_true(isnan(pathing_real(&p, "efficiency_error")));
    rc_event e[64];
    int told = 0;
    for (uint64_t from = 0;;) {
      const int n = rc_session_events(p.s, 0, from, e, 64);
      if (!n) break;
      for (int k = 0; k < n; k++) {
        if (strcmp(e[k].kind, "board") != 0) continue;
        assert_null(strstr(e[k].text, "nan"));
        told += strstr(e[k].text, few ? "too few paths" : "not comparable") != NULL;
      }
      from = e[n - 1].number + 1;
    }
    assert_int_equal(told, few ? 1 : 2);
    pathing_close(&p);
  }
}

/* Batches whose residuals are known: what the variance of their mean is estimated to be, how far it
 * scatters, and what is said of that. Heavy: few batches make most of it; short: batches of 16 shots
 * that remember the one before. */
static void cost_of_batches(void **state) {
  (void)state;
  enum { N = 100, TIMES = 400, PLAIN = 0, HEAVY, SHORT, KINDS };
  for (int kind = PLAIN; kind < KINDS; kind++) {
    rc_rng rng = rc_rng_stream(3, "test/cost", (uint64_t)kind);
    double sum = 0, square = 0, told = 0, error;
    for (int t = 0; t < TIMES; t++) {
      rc_sampler_figures f = {.batches = N, .averaged = N * (kind == SHORT ? 64 : 256), .steps = 1};
      double before = rc_rng_normal(&rng), length = 0;
      for (int i = 0; i < N; i++) {
        double r = rc_rng_normal(&rng);
        if (kind == HEAVY) r *= sqrt(-log(1 - rc_rng_unit(&rng)));
        if (kind == SHORT) { /* a moving average: twice the variance in the long run */
          const double z = r;
          r = (z + before) / sqrt(2), before = z;
        }
        f.batch[i] = (rc_sampler_batch){.weight = 1, .length = 5 + r};
        length += f.batch[i].length / N;
      }
      f.length = length, f.length_se = 1; /* that it is known is all that counts */
      const double cost = paths_cost(&f, false, &error) * N;
      sum += cost / TIMES, square += cost * cost / TIMES, told += error / TIMES;
    }
    const double scatter = sqrt(square - sum * sum) / sum;
    assert_true(fabs(sum - (kind == SHORT ? 1.5 : 1)) < .08);
    assert_true(told > .75 * scatter && told < 1.25 * scatter);
    assert_true((kind == HEAVY) == (scatter > .22));
  }
}

static void board(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               SANITIZED ? "{system: wsme, shots: 20, learning: 0, steps: 400000, "
                           "sampler: rfps, mechanism: false, compare: [tps, tps, rfps]}"
                         : "{system: wsme, shots: 20, learning: 0, steps: 6000000, "
                           "sampler: rfps, mechanism: false, compare: [tps, tps, rfps]}",
               1);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  assert_int_equal(d->boards, 3); /* twice the same is once */
  assert_string_equal(d->board[0].title, "TPS uniform");
  assert_string_equal(d->board[1].title, "RFPS lorentz 1");
  assert_string_equal(d->board[2].title, "TPS lorentz 1");
  assert_true(d->board[1].watched && !d->board[0].watched && !d->board[2].watched);
  const double steps = SANITIZED ? 400000 : 6000000;
  for (int i = 0; i < d->boards; i++) {
    const rc_paths_board_row *b = &d->board[i];
    assert_true((double)b->figures.steps >= steps && (double)b->figures.steps < 1.1 * steps);
    assert_true(fabs(b->z_length) < 4);
    assert_true(b->chi2_p > 1e-3);
    assert_true(fabs(b->yield - b->yield_oracle) < .03);
    assert_true(i == 0 || b->efficiency_error > 0);
    assert_true(b->steps_per_path > b->figures.length);
  }
  assert_true(d->board[0].efficiency == 1 && d->board[0].yield < d->board[1].yield);
  assert_true(d->board[1].efficiency > (SANITIZED ? 1 : 2));
  assert_true(pathing_real(&p, "efficiency_vs_uniform") == d->board[1].efficiency);
  pathing_close(&p);
}

/* ---- the mechanism ---- */

static const rc_paths_card *card(const rc_paths_data *d, const char *name) {
  for (int i = 0; i < d->cards; i++)
    if (!strcmp(d->card[i].name, name)) return &d->card[i];
  fail_msg("there is no report card of %s", name);
  return NULL;
}

/* Shares of the committor's variance that coordinates explain, and the error of the best function of
 * them: from all states, by an independent program. */
static void cards(void **state) {
  (void)state;
  static const struct {
    const char *system, *name;
    double eta2, rmse;
  } known[] = {{"ising", "M", .9960, .024},         {"ising", "M, E", .9995, .008},
               {"ising", "cluster", .9947, .028},   {"stripes", "mH", .713, .129},
               {"stripes", "mH_mV", .946, .056},    {"stripes", "mH, mV", .978, .036},
               {"wsme", "n_native", .836, .117},    {"wsme", "n_sidechain", .912, .086},
               {"wsme", "n_contacts", .979, .042},  {"wsme", "run", .987, .034},
               {"wsme", "run, centre", .9978, .014}};
  const char *open = "";
  pathing p = {0};
  for (size_t i = 0; i < RC_LEN(known); i++) {
    if (strcmp(open, known[i].system)) {
      char options[200];
      if (*open) pathing_close(&p);
      snprintf(options, sizeof options, "{system: %s, shots: 1, learning: 0, steps: 0}",
               open = known[i].system);
      pathing_open(&p, options, 1);
      pathing_run(&p);
    }
    const rc_paths_card *c = card(pathing_data(&p), known[i].name);
    const double unit = known[i].eta2 > .99 ? 6e-5 : 6e-4;
    assert_true(fabs(c->card.eta2 - known[i].eta2) < unit);
    assert_true(fabs(c->card.rmse - known[i].rmse) < 6e-4);
  }
  pathing_close(&p);
}

/* The turn of the hairpin zips first: bonds 46 to 50 make their last change before the ends do. */
static void mechanism(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: wsme, shots: 400, learning: 150, steps: 0, "
               "learn: {frames: false, hidden: 16}}",
               1);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  double turn = 0, ends = 0;
  assert_int_equal(d->order, 15);
  for (int k = 5; k < 10; k++) turn += d->order_rank[k] / 5;
  for (int k = 0; k < 3; k++) ends += (d->order_rank[k] + d->order_rank[14 - k]) / 6;
  assert_true(turn < ends - .15);
  assert_true(d->groups == 15 && d->relevance_shots == 400); /* five alone and ten pairs */
  double most = 0;
  for (int i = 0; i < d->groups; i++) most = fmax(most, d->relevance[i].mean);
  assert_true(most > .05);
  assert_string_equal(d->group_name[5], "n_native, n_contacts"); /* no name is cut */
  assert_string_equal(d->group_name[9], "n_contacts, n_sidechain");
  assert_true(d->formulas && d->formulas->n == RC_FORMULA_TERMS);
  assert_true(d->formula_rmse[d->formulas->chosen] < .1);
  assert_true(d->formula_eta2[d->formulas->chosen] > .85);
  assert_true(d->gallery > 0);
  for (int i = 0; i < d->gallery; i++) {
    char n[40];
    rc_err err;
    assert_true(fabs(d->frame[i].q) < log(1.5));
    snprintf(n, sizeof n, "%d", (int)d->frame[i].shot);
    assert_true(pathing_command(&p, "shot", n, &err));
    snprintf(n, sizeof n, "%d", (int)d->frame[i].frame);
    assert_true(pathing_command(&p, "frame", n, &err));
    rc_share *mine = rc_share_ref(p.share); /* d lives in it */
    const rc_paths_data *now = pathing_data(&p);
    const double p_there = now->path.learnt[now->path.segment];
    assert_true(now->path.state[now->path.segment].u == d->frame[i].state[0].u);
    assert_true(fabs(log(p_there / (1 - p_there)) - d->frame[i].q) < 1e-5);
    rc_share_drop(p.share);
    p.share = mine;
  }
  pathing_close(&p);
}

static double formula_at(const char *text, double M) {
  static const char *const names[] = {"M", "E", "cluster"};
  const double at[] = {M, 0, 0};
  rc_expression *e = rc_expression_new(text + 4, 3, names, NULL);
  assert_non_null(e);
  const double q = rc_expression_value(e, at);
  rc_expression_free(e);
  return q;
}

/* Down and up are alike: over M alone q is 0 at M = 0, and odd. In the result nothing is cut. */
static void magnet_formula(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p, "{system: {kind: ising, temperature: 1.5}, shots: 600, learning: 150, steps: 0}",
               1);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  const rc_formula *one = &d->formulas->best[0], *chosen = &d->formulas->best[d->formulas->chosen];
  assert_non_null(strstr(one->text, "M"));
  assert_true(fabs(formula_at(one->text, 0)) < .3);
  assert_true(fabs(formula_at(one->text, 8) + formula_at(one->text, -8)) < 1);
  assert_string_equal(rc_scalar_text(rc_frame_find(pathing_frame(&p), "formula")), chosen->text);
  for (int k = 0; k < d->formulas->n; k++) { /* some longer than the text of a figure */
    rc_frame f = {0};
    rc_frame_long_text(&f, "formula", d->formulas->best[k].text);
    assert_string_equal(rc_scalar_text(&f.scalar[0]), d->formulas->best[k].text);
  }
  assert_true(strlen(d->formulas->best[RC_FORMULA_TERMS - 1].text) >= sizeof((rc_scalar *)0)->text);
  pathing_close(&p);
}

/* ---- what cannot be ---- */

static void impossible(void **state) {
  (void)state;
  static const struct {
    const char *options, *says;
  } bad[] = {
      {"{system: {kind: ising, A: M <= 0, B: M >= 0}}", "A and B overlap: state 255 is in both"},
      {"{system: {kind: ising, width: 6, A: M < 10, B: M > 2}}", "A and B overlap: a state with M"},
      {"{system: {kind: ising, A: M < -16}}", "state A is empty: none of 65536 states is in it"},
      {"{system: {kind: ising, A: M <= -16, B: M <= -14 and M > -16}}", "A and B touch"},
      {"{system: {kind: ising, temperature: 0.05}}", "raise the temperature"},
      {"{system: {kind: stripes, side: 5}}", "take an even side"},
      {"{system: cut}", "give the scenario a 'lattice', or the system a 'file'"},
      {"{system: {kind: cut, file: nowhere.mc}}", "nowhere.mc"},
      {"{system: wsme, learning: 0, exact: off}", "selection 'lorentz' needs a committor"},
      {"{system: wsme, x: ran}", "did you mean 'run'"},
      {"{system: {kind: potential, dynamics: underdamped}, shots: 0}", "raise 'shots'"},
      {"{system: wsme, most: 20, shots: 1000, sampler: {kind: tps, select: uniform}, learning: 0}",
       "raise the limit"},
      {"{system: {kind: stripes, side: 8, temperature: 1}, most: 50, learning: 0, "
       "sampler: {kind: tps, select: uniform}}",
       "no path from A to B"}};
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    pathing p;
    pathing_open(&p, bad[i].options, 1);
    pathing_steps(&p, 2000000, 1000);
    const rc_frame *f = pathing_frame(&p);
    if (f->state != RC_FAILED || !strstr(f->error.message, bad[i].says))
      fail_msg("%s: %d %s", bad[i].options, f->state, f->error.message);
    pathing_close(&p);
  }
}

static bool warned(pathing *p, const char *text) {
  const rc_paths_data *d = pathing_data(p);
  for (int i = 0; i < d->warnings; i++)
    if (strstr(d->warning[i], text)) return true;
  return false;
}

/* Shots that the limit of frames cuts are counted, and named as what is wrong with the mean; the next
 * limit that is proposed has next to none. */
static void cut_short(void **state) {
  (void)state;
  static const char *const options =
      "{system: wsme, shots: 400, steps: 0, learning: 0, mechanism: false, most: %d, "
      "sampler: {kind: tps, select: uniform}}";
  char text[300];
  pathing p;
  snprintf(text, sizeof text, options, 200);
  pathing_open(&p, text, 1);
  pathing_run(&p);
  assert_true(pathing_real(&p, "uncommitted") > 20);
  assert_true(warned(&p, "did not end within paths.most = 200 frames"));
  assert_false(warned(&p, "standard errors from the exact one"));
  const rc_paths_data *d = pathing_data(&p);
  int most = 0;
  for (int i = 0; i < d->warnings; i++) {
    const char *at = strstr(d->warning[i], "raise paths.most to about ");
    if (at) most = atoi(at + strlen("raise paths.most to about "));
  }
  assert_true(most > 200 && most < 20000);
  pathing_close(&p);
  snprintf(text, sizeof text, options, most);
  pathing_open(&p, text, 1);
  pathing_run(&p);
  assert_true(pathing_real(&p, "uncommitted") <= 4);
  assert_false(warned(&p, "paths.most"));
  pathing_close(&p);
  pathing_open(&p,
               "{system: {kind: ising, temperature: 0.1}, shots: 20, steps: 0, learning: 0, "
               "mechanism: false, sampler: {kind: tps, select: uniform}}",
               1);
  pathing_run(&p);
  assert_true(warned(&p, "paths have 3.82e+17 frames on average"));
  pathing_close(&p);
}

/* Above the memory that is granted: what would fit. */
static void memory(void **state) {
  (void)state;
  rc_err err = {0};
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  pathing p = {.s = rc_session_new(scenario_of("title: t\nmemory: 16 MiB\nstudies:\n  paths:\n"
                                               "    system: {kind: ising, width: 4, height: 5}\n"),
                                   rc_study_classes, &o, &err)};
  pathing_steps(&p, 100, 1);
  const rc_frame *f = pathing_frame(&p);
  assert_int_equal(f->state, RC_FAILED);
  assert_int_equal(f->error.code, RC_ERR_MEMORY);
  assert_non_null(strstr(f->error.message, "16 spins would fit"));
  pathing_close(&p);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sampled),         cmocka_unit_test(learnt),
      cmocka_unit_test(frames),          cmocka_unit_test(no_number),
      cmocka_unit_test(cost_of_batches), cmocka_unit_test(board),
      cmocka_unit_test(cards),           cmocka_unit_test(mechanism),
      cmocka_unit_test(magnet_formula),  cmocka_unit_test(impossible),
      cmocka_unit_test(cut_short),       cmocka_unit_test(memory)};
  return cmocka_run_group_tests_name("findings of paths", tests, NULL, NULL);
}
