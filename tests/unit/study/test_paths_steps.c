/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of the paths study: each is a shot while there are shots to do, whatever else is going on; what
 * is learnt comes into use at fixed shots; and what going back to a shot leaves of the learning. */
#include <math.h>

#include "unit/study/pathing.h"

static void good(pathing *p, const char *name, const char *argument) {
  rc_err err;
  if (!pathing_command(p, name, argument, &err)) fail_msg("%s: %s", name, err.message);
}

/* Learning with frames, two fits competing, the last fit, the bias and the mechanism in between. */
static const char *const busy =
    "{system: wsme, sampler: rfps, shots: 420, learning: 200, steps: 0, "
    "relearn: 0, learn: {hidden: 16, members: 3}}";

static void every_step_is_a_shot(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p, busy, 1);
  while (!pathing_data(&p)->started) rc_session_turn(p.s, 1);
  int fitting = 0, bias = 0, mechanism = 0, versions = 0;
  uint64_t model = 0;
  int64_t frozen_at = 0;
  for (int id = 1; id <= 420; id++) {
    rc_session_turn(p.s, 1);
    assert_true(pathing_real(&p, "shots") == id);
    const rc_paths_data *d = pathing_data(&p);
    const char *phase = pathing_frame(&p)->phase;
    d = pathing_data(&p);
    fitting += d->fitting > 0, bias += !strcmp(phase, "bias"),
        mechanism += !strcmp(phase, "mechanism");
    versions += d->model != model, model = d->model;
    assert_true(d->model_shots <= d->learnt.shots && d->fitting <= 200);
    assert_true(d->strip[d->strip_n - 1].version <= d->model);
    if (d->frozen && !frozen_at) frozen_at = id;
  }
  assert_true(fitting > 3 && bias > 3 && mechanism > 3 && versions > 10);
  assert_true(frozen_at > 200 && frozen_at < 300); /* the last fit took some shots */
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->frozen && d->model_shots == 200 && d->fitting == 0 && d->sampling.rfps);
  assert_true(d->learnt.shots == 420 && d->cards > 0 && d->formulas);
  pathing_close(&p);
}

/* Shots that run out before the last fit is made wait for it. */
static void the_last_fit_is_waited_for(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p, "{system: wsme, shots: 100, learning: 100, steps: 0, mechanism: false}", 1);
  bool trained = false;
  while (rc_session_turn(p.s, 1)) trained |= !strcmp(pathing_frame(&p)->phase, "training");
  const rc_paths_data *d = pathing_data(&p);
  assert_true(trained && d->frozen && d->model_shots == 100 && d->strip_n == 100);
  pathing_close(&p);
}

/* Forecasts are those of the shots that are left, the model stays. */
static void branch_forgets_forecasts(void **state) {
  (void)state;
  for (int early = 0; early < 2; early++) {
    pathing p;
    pathing_open(&p,
                 early ? "{system: wsme, shots: 90, learning: 200, steps: 0, mechanism: false, "
                         "learn: {hidden: 8, members: 3}}"
                       : "{system: wsme, sampler: rfps, shots: 120, learning: 60, steps: 0, "
                         "mechanism: false, learn: {hidden: 8, members: 3}}",
                 1);
    pathing_run(&p);
    const uint64_t model = pathing_data(&p)->model;
    const int64_t learnt_from = pathing_data(&p)->model_shots;
    const double loss = pathing_data(&p)->learnt.loss;
    assert_true(learnt_from > 50);
    good(&p, "branch", "20");
    const rc_paths_data *d = pathing_data(&p);
    double expected = 0, generated = 0;
    for (int i = 0; i < 20; i++) {
      const double v = d->strip[i].p;
      expected += 2 * v * (1 - v), generated += d->strip[i].transition;
    }
    assert_int_equal(d->learnt.shots, 20);
    assert_true(d->learnt.generated == generated);
    assert_true(fabs(d->learnt.expected - expected) < 1e-5);
    assert_true(isnan(d->learnt.reliability_p) && d->learnt.counted == 10);
    assert_true(d->model == model && d->model_shots == learnt_from && d->learnt.loss == loss);
    assert_true(d->curve > 0 && d->curve_shots[d->curve - 1] <= 20);
    double points = 0;
    for (int i = 0; i < 40; i++) points += d->point_bins[i];
    assert_true(points == 0); /* they are of what comes */
    pathing_run(&p);
    d = pathing_data(&p);
    assert_int_equal(d->learnt.shots, early ? 90 : 120);
    assert_true(d->curve_shots[d->curve - 1] == (early ? 90 : 120));
    /* frozen it stays; else what was learnt from forgotten shots is learnt anew from those left */
    assert_true(early ? d->model > model && d->model_shots <= 90 : d->model == model);
    rc_event e[64];
    bool told = false;
    for (uint64_t from = 0; !told;) {
      const int n = rc_session_events(p.s, 0, from, e, 64);
      if (!n) break;
      for (int i = 0; i < n; i++)
        told |= strstr(e[i].text, "back at shot 20; the model stays") != NULL;
      from = e[n - 1].number + 1;
    }
    assert_true(told);
    pathing_close(&p);
  }
}

static int events(pathing *p, const char *kind, uint64_t step[8]) {
  rc_event e[64];
  int found = 0;
  for (uint64_t from = 0;;) {
    const int n = rc_session_events(p->s, 0, from, e, 64);
    if (!n) return found;
    for (int i = 0; i < n; i++)
      if (!strcmp(e[i].kind, kind) && found < 8) step[found++] = e[i].step;
    from = e[n - 1].number + 1;
  }
}

/* The walk without rejections finds what the model errs on: after half as many shots as taught it, it
 * is learnt from all of them, the bias made anew, and averages begin there. */
static void learnt_once_more(void **state) {
  (void)state;
  for (int times = 0; times < 3; times++) {
    pathing p;
    char options[250];
    snprintf(options, sizeof options,
             "{system: wsme, sampler: rfps, shots: 400, learning: 60, burn: 0, relearn: %d, "
             "steps: 0, mechanism: false, learn: {hidden: 8, members: 3}}",
             times);
    pathing_open(&p, options, 1);
    uint64_t step[8];
    int64_t taught = 60;
    int planned = 0;
    for (bool more = true; more;) {
      more = rc_session_turn(p.s, 1);
      const rc_paths_data *d = pathing_data(&p);
      if (!d->frozen) continue;
      planned += d->lessons > 0;
      assert_true(d->model_shots >= taught); /* never less than before */
      taught = d->model_shots;
    }
    const rc_paths_data *d = pathing_data(&p);
    const int again = RC_MIN(times, 2); /* a third time would leave too few shots */
    assert_int_equal(events(&p, "frozen", step), 1 + again);
    assert_int_equal(events(&p, "bias", step), 1 + again);
    assert_true((planned > 0) == (times > 0) && d->lessons == 0 && d->fitting == 0);
    assert_true(times == 0   ? taught == 60
                : times == 1 ? taught >= 90 && taught < 120
                             : taught >= 135 && taught < 200);
    assert_true(d->sampling.rfps && d->sampled.shots > 100 &&
                d->sampled.shots <= 400 - (uint64_t)taught);
    for (int i = 0; i < d->strip_n; i++) {
      const rc_shot *shot = &d->strip[i];
      if (shot->id > 400 - d->sampled.shots)
        assert_true(shot->version == d->model && shot->rfps); /* of one bias alone */
    }
    pathing_close(&p);
  }
}

/* Going back while a model is in the making gives it up; it is made when there are as many shots. */
static void branch_before_it_is_learnt(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: wsme, sampler: rfps, shots: 300, learning: 60, relearn: 1, steps: 0, "
               "mechanism: false}",
               1);
  while (rc_session_turn(p.s, 1)) {
    const rc_paths_data *d = pathing_data(&p);
    if (d->frozen && d->fitting > 0) break;
  }
  assert_true(pathing_data(&p)->frozen && pathing_data(&p)->fitting >= 90);
  good(&p, "branch", "70");
  assert_true(pathing_data(&p)->lessons > 10 && pathing_data(&p)->fitting == 0);
  pathing_run(&p);
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->frozen && d->model_shots >= 90 && d->model_shots < 120 && d->lessons == 0);
  pathing_close(&p);
}

/* That a frozen model forecasts wrongly is said once, and only then. */
static void a_wrong_model_is_said(void **state) {
  (void)state;
  int said = 0, quiet = 0;
  for (int learning = 12; learning <= 27; learning += 5) {
    pathing p;
    char options[200];
    snprintf(options, sizeof options,
             "{system: wsme, sampler: rfps, shots: 300, learning: %d, relearn: 0, steps: 0, "
             "mechanism: false, learn: {hidden: 8, members: 3}}",
             learning);
    pathing_open(&p, options, 1);
    pathing_run(&p);
    good(&p, "shoot", "20");
    pathing_run(&p);
    const rc_paths_data *d = pathing_data(&p);
    int told = 0;
    for (int i = 0; i < d->warnings; i++)
      told += strstr(d->warning[i], "not calibrated: learn from more shots") != NULL;
    assert_int_equal(told, d->learnt.reliability_p <= .01);
    for (int i = 0; i < d->warnings; i++) /* to its last word */
      if (strstr(d->warning[i], "not calibrated"))
        assert_non_null(strstr(d->warning[i], "smaller"));
    told ? said++ : quiet++;
    pathing_close(&p);
  }
  assert_true(said > 0 && quiet > 0);
}

/* A mean that cannot be right is said where the exact one is known: the cold magnet turns over by
 * its shortest ways alone, while nearly all time is spent on others. */
static void a_mean_astray_is_said(void **state) {
  (void)state;
  for (int cold = 0; cold < 2; cold++) {
    pathing p;
    char options[300];
    snprintf(options, sizeof options,
             "{system: {kind: ising, width: 3, height: 3, temperature: %g, A: M <= -7, B: M >= 7}, "
             "most: 100000, shots: 3000, learning: 0, steps: 0, mechanism: false, "
             "sampler: {kind: tps, select: uniform}}",
             cold ? .05 : 2.);
    pathing_open(&p, options, 1);
    pathing_run(&p);
    const rc_paths_data *d = pathing_data(&p);
    int told = 0;
    for (int i = 0; i < d->warnings; i++)
      told += strstr(d->warning[i], "standard errors from") != NULL;
    assert_int_equal(told, cold);
    assert_true((fabs(pathing_real(&p, "path_length_z")) > 6) == cold);
    pathing_close(&p);
  }
}

/* A standard error is told from eight batches on. */
static void errors_when_there_are_batches(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 700, burn: 10, "
               "learning: 0, steps: 0, mechanism: false}",
               1);
  for (bool more = true; more;) {
    more = rc_session_turn(p.s, 1);
    const rc_paths_data *d = pathing_data(&p);
    if (!d->started || d->sampled.shots < 20) continue;
    const bool enough = d->sampled.batches >= 16;
    assert_true(isfinite(d->sampled.length_se) == enough);
    assert_true(isfinite(d->sampled.channel_se) == enough);
    assert_true(isnan(pathing_real(&p, "path_length_se")) == !enough);
    assert_true(isnan(pathing_real(&p, "path_length_z")) == !enough);
    /* and how many are lacking is told */
    const uint64_t left = enough ? 0 : 10 + 16 * 16 + 1 - d->sampled.shots;
    assert_int_equal(d->needs, left);
  }
  assert_true(pathing_data(&p)->sampled.batches >= 16);
  pathing_close(&p);
}

/* A number of shots that is named is kept: after as many the errors are there. While a model is to come
 * with which averages begin anew none is named. */
static void promises_are_kept(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 800, burn: 10, "
               "sampler: rfps, learning: 60, relearn: 1, learn: {frames: false, hidden: 4}, "
               "steps: 0, mechanism: false}",
               1);
  uint64_t promised = 0, renewed = 0, named = 0;
  for (bool more = true; more;) {
    more = rc_session_turn(p.s, 1);
    const rc_paths_data *d = pathing_data(&p);
    if (!d->started) continue;
    const uint64_t shots = d->strip_n ? d->strip_first + (uint64_t)d->strip_n - 1 : 0;
    assert_true(!d->renewed || d->needs == 0);
    renewed += d->renewed;
    if (d->needs && !promised) promised = shots + d->needs;
    if (d->needs) named++, assert_true(shots + d->needs == promised);
    if (promised && shots >= promised) assert_true(isfinite(d->sampled.length_se));
  }
  const rc_paths_data *d = pathing_data(&p);
  assert_true(isfinite(d->sampled.length_se));
  assert_true(promised && renewed > 60 && named > 100);
  pathing_close(&p);
}

/* The factors of a density are found while it burns in, however little is left out otherwise. */
static void density_is_no_lorentz(void **state) {
  (void)state;
  double accepted[2];
  for (int k = 0; k < 2; k++) {
    pathing p;
    char study[300];
    snprintf(study, sizeof study,
             "{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 600, burn: 50, "
             "learning: 0, sampler: {kind: tps, select: %s}, steps: 0, mechanism: false}",
             k ? "density" : "lorentz");
    pathing_open(&p, study, 1);
    pathing_run(&p);
    accepted[k] = pathing_real(&p, "accepted");
    pathing_close(&p);
  }
  assert_true(accepted[0] > 0 && accepted[1] > 0 && accepted[0] != accepted[1]);
}

/* A rate that is not there says why. */
static void rates_say_where_they_are_from(void **state) {
  (void)state;
  static const char *const note[][2] = {
      {"{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 60, learning: 0, "
       "steps: 0, mechanism: false}",
       "tps has none: paths from A to B alone; rfps counts those that return"},
      {"{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 60, learning: 0, "
       "sampler: rfps, burn: 10, steps: 0, mechanism: false}",
       "needs 8142 more shots"},
      {"{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 9000, learning: 0, "
       "sampler: {kind: rfps, select: gauss}, steps: 0, mechanism: false}",
       "none by gauss: excursions deep in A are never drawn; lorentz draws them"},
      {"{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 60, learning: 0, "
       "exact: off, sampler: {kind: rfps, select: uniform}, steps: 0, mechanism: false}",
       "none: the flux out of A is taken from the exact solution"},
      {"{system: {kind: potential, surface: jung, grid: 30, dynamics: overdamped}, shots: 20, "
       "learning: 0, sampler: rfps, steps: 0, mechanism: false}",
       "none: what moves in continuous time leaves A at no countable rate"}};
  pathing p;
  for (size_t k = 0; k < RC_LEN(note); k++) {
    pathing_open(&p, note[k][0], 1);
    pathing_run(&p);
    assert_string_equal(pathing_data(&p)->rate_note, note[k][1]);
    assert_true(isnan(pathing_real(&p, "rate_sampled")));
    pathing_close(&p);
  }
  /* of the board, where that has the longer walk */
  pathing_open(&p,
               "{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 60, "
               "learning: 0, sampler: rfps, steps: 400000, mechanism: false}",
               1);
  pathing_run(&p);
  const double rate = pathing_real(&p, "rate_sampled"), error = pathing_real(&p, "rate_error");
  const rc_paths_data *d = pathing_data(&p);
  assert_non_null(strstr(d->rate_note, "of the board"));
  for (int i = 0; i < d->boards; i++) /* uniform tps has none */
    assert_true(d->board[i].opts.rfps ? d->board[i].rate == rate : isnan(d->board[i].rate));
  assert_true(error > 0 && fabs(rate - pathing_real(&p, "rate_exact")) < 4 * error);
  pathing_close(&p);
}

/* While nothing is found it is seen how far it has looked. */
static void the_search_is_seen(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: {kind: stripes, side: 8, temperature: 1}, most: 50, learning: 0, "
               "sampler: {kind: tps, select: uniform}}",
               1);
  double progress = 0;
  uint64_t tries = 0;
  int steps = 0;
  for (int k = 0; k < 60; k++) {
    rc_session_turn(p.s, 1);
    const rc_frame *f = pathing_frame(&p);
    if (strcmp(f->phase, "first path") != 0) continue;
    const uint64_t now = pathing_data(&p)->tries;
    const double share = pathing_frame(&p)->progress;
    assert_true(now <= tries + 200 && share == (double)now / 200000);
    assert_true(!steps || (now > tries && share > progress));
    steps++, tries = now, progress = share;
  }
  assert_true(steps > 40);
  pathing_close(&p);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_step_is_a_shot),
                                     cmocka_unit_test(the_last_fit_is_waited_for),
                                     cmocka_unit_test(branch_forgets_forecasts),
                                     cmocka_unit_test(learnt_once_more),
                                     cmocka_unit_test(branch_before_it_is_learnt),
                                     cmocka_unit_test(a_wrong_model_is_said),
                                     cmocka_unit_test(a_mean_astray_is_said),
                                     cmocka_unit_test(errors_when_there_are_batches),
                                     cmocka_unit_test(promises_are_kept),
                                     cmocka_unit_test(density_is_no_lorentz),
                                     cmocka_unit_test(rates_say_where_they_are_from),
                                     cmocka_unit_test(the_search_is_seen)};
  return cmocka_run_group_tests_name("steps of paths", tests, NULL, NULL);
}
