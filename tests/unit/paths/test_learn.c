/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Learning a committor that is known: shots whose halves are drawn from a planted p_B(x). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "roadcut/paths.h"

enum { INPUTS = 4 };

static double planted(const float *x) {
  return 1 / (1 + exp(-(3 * x[0] + 1.5 * x[1] * x[1] - 1)));
}

static void draw(rc_rng *rng, float *x) {
  for (int i = 0; i < INPUTS; i++) x[i] = (float)(2 * rc_rng_unit(rng) - 1);
}

static void shoot(rc_learner *l, rc_rng *rng) {
  float x[INPUTS];
  draw(rng, x);
  double p = planted(x);
  int b = (rc_rng_unit(rng) < p) + (rc_rng_unit(rng) < p);
  rc_learner_shot(l, x, 2 - b, b);
}

static rc_learner *learner(int schedule, uint64_t seed) {
  rc_learner_opts o;
  rc_params_init(rc_learner_params, &o, sizeof o);
  o.schedule = schedule;
  o.seed = seed;
  o.hidden = 16;
  o.frames = false;
  rc_learner *l = rc_learner_new(INPUTS, &o, NULL);
  assert_non_null(l);
  return l;
}

static double rmse_of(rc_learner *l) {
  enum { N = 1000 };
  static float x[N * INPUTS];
  static double q[N], p[N], w[N];
  rc_rng rng = rc_rng_stream(77, "test", 0);
  for (int k = 0; k < N; k++) {
    draw(&rng, x + k * INPUTS);
    p[k] = planted(x + k * INPUTS);
    w[k] = 1;
  }
  rc_share *m = rc_learner_model(l);
  rc_learnt_logits(rc_share_get(m), N, x, q, NULL);
  rc_share_drop(m);
  return rc_learnt_rmse(N, w, q, p, INFINITY);
}

static void learns(void **state) {
  (void)state;
  for (int schedule = RC_LEARN_AIMMD; schedule <= RC_LEARN_ENSEMBLE; schedule++) {
    rc_learner *l = learner(schedule, 5);
    rc_rng rng = rc_rng_stream(5, "test", 1);
    double before = rmse_of(l);
    assert_true(before > .2); /* p = 1/2 everywhere */
    for (int k = 0; k < 600; k++) {
      shoot(l, &rng);
      while (rc_learner_step(l)) continue;
    }
    assert_true(rmse_of(l) < (schedule == RC_LEARN_AIMMD ? .15 : .085));
    rc_learner_view v = rc_learner_read(l);
    assert_int_equal(v.shots, 600);
    assert_true(v.trainings > 0 && v.skill > .2 && v.skill < 1);
    assert_true(fabs(v.z) < 4);
    /* AIMMD's one network is over-confident for long: only the ensemble is asked for this */
    if (schedule == RC_LEARN_ENSEMBLE) assert_true(v.reliability_p > 1e-3);
    rc_learner_free(l);
  }
}

/* The same shots give the same models to the bit; the model at a shot does not depend on how the
 * steps are spread as long as they are done before the next shot. */
static void deterministic(void **state) {
  (void)state;
  double first[2];
  for (int run = 0; run < 2; run++) {
    rc_learner *l = learner(RC_LEARN_ENSEMBLE, 8);
    rc_rng rng = rc_rng_stream(8, "test", 1);
    for (int k = 0; k < 60; k++) {
      shoot(l, &rng);
      while (rc_learner_step(l)) continue;
    }
    first[run] = rmse_of(l);
    rc_learner_free(l);
  }
  assert_true(first[0] == first[1]);
}

/* AIMMD trains every third shot while alpha lets it; forecasts are made before. */
static void schedule(void **state) {
  (void)state;
  rc_learner *l = learner(RC_LEARN_AIMMD, 1);
  rc_rng rng = rc_rng_stream(1, "test", 1);
  for (int k = 0; k < 9; k++) {
    shoot(l, &rng);
    while (rc_learner_step(l)) continue;
    rc_learner_view v = rc_learner_read(l);
    assert_int_equal(v.trainings, (k + 1) / 3);
    assert_true(v.alpha == 1); /* fewer than ten shots */
    rc_share *m = rc_learner_model(l);
    assert_int_equal(rc_learnt_version(rc_share_get(m)), (k + 1) / 3);
    rc_share_drop(m);
  }
  for (int k = 0; k < 6; k++) shoot(l, &rng); /* from the tenth on alpha is what it is defined as */
  double expected = 0, generated = 0;
  for (int k = 0; k < 15; k++) {
    double p;
    int a, b;
    rc_learner_forecast(l, k, &p, &a, &b);
    expected += 2 * p * (1 - p);
    generated += a == 1 && b == 1;
  }
  const double off = 1 - generated / expected;
  assert_true(fabs(rc_learner_read(l).alpha - fmin(1, off * off)) < 1e-12);
  for (int k = 0; k < 9; k++) {
    double p;
    int a, b;
    rc_learner_forecast(l, k, &p, &a, &b);
    assert_int_equal(a + b, 2);
    if (k < 3) assert_true(p == .5); /* nothing had been learnt */
    if (k >= 3) assert_true(p != .5);
  }
  rc_learner_free(l);
}

/* The ensemble is fitted at 8, 11, 15, 20, 26 .. shots. */
static void refits(void **state) {
  (void)state;
  rc_learner *l = learner(RC_LEARN_ENSEMBLE, 1);
  rc_rng rng = rc_rng_stream(1, "test", 1);
  const int at[] = {8, 11, 15, 20, 26};
  size_t done = 0;
  for (int k = 1; k <= 26; k++) {
    shoot(l, &rng);
    while (rc_learner_step(l)) continue;
    if (done < RC_LEN(at) && k == at[done]) done++;
    assert_int_equal(rc_learner_read(l).trainings, done);
  }
  rc_share *m = rc_learner_model(l);
  float x[INPUTS] = {.1f, .2f, .3f, .4f};
  double q, spread;
  rc_learnt_logits(rc_share_get(m), 1, x, &q, &spread);
  assert_int_equal(rc_learnt_members(rc_share_get(m)), 5);
  assert_true(spread > 0 && spread < 10);
  rc_share_drop(m);
  rc_learner_free(l);
}

/* Few shots of a committor that is nearly a straight line in q: networks alone are .116 off here, the
 * regression beside them is what brings it down. Thousands of another shape do not suffer from it. */
static void few_shots(void **state) {
  (void)state;
  double sum = 0;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    rc_learner *l = learner(RC_LEARN_ENSEMBLE, seed);
    rc_rng rng = rc_rng_stream(seed, "test", 2);
    for (int k = 0; k < 60; k++) {
      float x[INPUTS];
      draw(&rng, x);
      const double p = 1 / (1 + exp(-(4 * (double)x[0] - 2 * (double)x[1])));
      const int b = (rc_rng_unit(&rng) < p) + (rc_rng_unit(&rng) < p);
      rc_learner_shot(l, x, 2 - b, b);
    }
    while (rc_learner_step(l)) continue;
    float x[INPUTS];
    double q, off = 0;
    rc_share *m = rc_learner_model(l);
    for (int k = 0; k < 500; k++) {
      draw(&rng, x);
      rc_learnt_logits(rc_share_get(m), 1, x, &q, NULL);
      const double p = 1 / (1 + exp(-(4 * (double)x[0] - 2 * (double)x[1])));
      off += (1 / (1 + exp(-q)) - p) * (1 / (1 + exp(-q)) - p) / 500;
    }
    sum += sqrt(off) / 6;
    rc_share_drop(m);
    rc_learner_free(l);
  }
  assert_true(sum < .107);
}

/* Frames that bear the outcome of their half path help when shots are few. */
static void frames_help(void **state) {
  (void)state;
  double sum[2] = {0};
  for (int with = 0; with < 2; with++)
    for (uint64_t seed = 1; seed <= 3; seed++) {
      rc_learner_opts o;
      rc_params_init(rc_learner_params, &o, sizeof o);
      o.hidden = 16;
      o.seed = seed;
      o.frames = with;
      rc_learner *l = rc_learner_new(INPUTS, &o, NULL);
      rc_rng rng = rc_rng_stream(seed, "test", 3);
      for (int k = 0; k < 20; k++) {
        shoot(l, &rng);
        float x[16 * INPUTS]; /* points drawn from those with p on the side of the outcome */
        for (int half = 0; half < 2; half++) {
          int n = 0;
          while (n < 16) {
            draw(&rng, x + n * INPUTS);
            if ((rc_rng_unit(&rng) < planted(x + n * INPUTS)) == half) n++;
          }
          rc_learner_frames(l, 16, x, half);
        }
        while (rc_learner_step(l)) continue;
      }
      sum[with] += rmse_of(l);
      rc_learner_free(l);
    }
  assert_true(sum[1] < .8 * sum[0]);
}

/* What came after the last fit is learnt too when no more shots will come, and that once. */
static void finish(void **state) {
  (void)state;
  rc_learner_opts o;
  rc_params_init(rc_learner_params, &o, sizeof o);
  o.hidden = 8;
  rc_learner *l = rc_learner_new(INPUTS, &o, NULL);
  rc_rng rng = rc_rng_stream(4, "test", 0);
  for (int k = 0; k < 25; k++) {
    shoot(l, &rng);
    while (rc_learner_step(l)) continue;
  }
  const int64_t fits = rc_learner_read(l).trainings;
  const double loss = rc_learner_read(l).loss;
  for (int k = 0; k < 2; k++) {
    rc_learner_finish(l);
    while (rc_learner_step(l)) continue;
    assert_true(rc_learner_read(l).trainings == fits + 1); /* fitted at 8, 11, 15, 20 before */
  }
  assert_true(rc_learner_read(l).loss != loss);
  rc_learner_free(l);
}

/* Steps that are spread over shots: a model comes into use when its fit is done; a second learner of the
 * same shots trains nothing, and has the same models after the same steps. */
static void made_before(void **state) {
  (void)state;
  enum { SHOTS = 190 };
  static double forecast[2][SHOTS];
  static int64_t fitting[2][SHOTS], piece[2][SHOTS];
  int64_t late = 0;
  double loss[2], validation[2];
  for (int run = 0; run < 2; run++) {
    rc_learner_opts o;
    rc_params_init(rc_learner_params, &o, sizeof o);
    o.hidden = 8, o.members = 3, o.seed = 41;
    rc_learner *l = rc_learner_new(INPUTS, &o, NULL);
    rc_rng rng = rc_rng_stream(41, "test", 0);
    for (int k = 0; k < SHOTS; k++) {
      shoot(l, &rng);
      float x[8 * INPUTS];
      for (int i = 0; i < 8; i++) draw(&rng, x + i * INPUTS);
      rc_learner_frames(l, 8, x, k % 2);
      for (int i = 0; i < 20 && rc_learner_step(l); i++) continue;
      double q;
      rc_share *m = rc_learner_model(l);
      rc_learnt_logits(rc_share_get(m), 1, x, &q, NULL);
      forecast[run][k] = q;
      fitting[run][k] = rc_learner_fitting(l), piece[run][k] = rc_learner_piece(l);
      late += fitting[run][k] > 0 && fitting[run][k] < k + 1;
      assert_true(rc_learnt_shots(rc_share_get(m)) <= k + 1);
      rc_share_drop(m);
    }
    rc_learner_finish(l);
    while (rc_learner_step(l)) continue;
    const rc_learner_view v = rc_learner_read(l);
    loss[run] = v.loss, validation[run] = v.validation;
    assert_true(v.trainings > 8);
    assert_true(rc_learner_found(l) >= (run ? v.trainings : 0));
    assert_true(run || rc_learner_found(l) == 0);
    rc_learner_free(l);
  }
  assert_true(late > 20);
  assert_memory_equal(forecast[0], forecast[1], sizeof forecast[0]);
  assert_memory_equal(fitting[0], fitting[1], sizeof fitting[0]);
  assert_memory_equal(piece[0], piece[1], sizeof piece[0]);
  assert_true(loss[0] == loss[1] && validation[0] == validation[1]);
}

/* Going back: the first shots with their forecasts are left; the schedule goes on from there. */
static void rewound(void **state) {
  (void)state;
  for (int schedule = RC_LEARN_AIMMD; schedule <= RC_LEARN_ENSEMBLE; schedule++) {
    rc_learner *l = learner(schedule, 12);
    rc_rng rng = rc_rng_stream(12, "test", 0);
    double p[60];
    int a, b;
    for (int k = 0; k < 60; k++) {
      shoot(l, &rng);
      while (rc_learner_step(l)) continue;
      rc_learner_forecast(l, k, &p[k], &a, &b);
    }
    rc_learner_finish(l);
    rc_learner_step(l); /* a fit is under way, which is left */
    rc_share *before = rc_learner_model(l);
    const int64_t trainings = rc_learner_read(l).trainings;
    rc_learner_rewind(l, 21);
    assert_int_equal(rc_learner_fitting(l), 0);
    assert_false(rc_learner_step(l));
    rc_share *after = rc_learner_model(l);
    assert_ptr_equal(rc_share_get(before), rc_share_get(after));
    const rc_learner_view v = rc_learner_read(l);
    double expected = 0;
    for (int k = 0; k < 21; k++) {
      double now;
      rc_learner_forecast(l, k, &now, &a, &b);
      assert_true(now == p[k]);
      expected += 2 * p[k] * (1 - p[k]);
    }
    assert_true(v.shots == 21 && v.trainings == trainings);
    assert_true(fabs(v.expected - expected) < 1e-12);
    int64_t fits = 0;
    /* the ensemble at 26; AIMMD when it is wrong enough */
    const int last = schedule == RC_LEARN_ENSEMBLE ? 27 : 60;
    for (int k = 21; k < last; k++) {
      shoot(l, &rng);
      while (rc_learner_step(l)) continue;
      fits = rc_learner_read(l).trainings - trainings;
      if (k < 23) assert_int_equal(fits, 0);
    }
    assert_true(schedule == RC_LEARN_ENSEMBLE ? fits == 1 : fits >= 1 && fits <= (last - 21) / 3);
    rc_share *anew = rc_learner_model(l);
    assert_true(rc_learnt_shots(rc_share_get(anew)) <= last);
    rc_share_drop(before);
    rc_share_drop(after);
    rc_share_drop(anew);
    rc_learner_free(l);
  }
}

/* After the end shots are forecast, and teach nothing. */
static void ended(void **state) {
  (void)state;
  for (int schedule = RC_LEARN_AIMMD; schedule <= RC_LEARN_ENSEMBLE; schedule++) {
    rc_learner *l = learner(schedule, 14);
    rc_rng rng = rc_rng_stream(14, "test", 0);
    for (int k = 0; k < 30; k++) {
      shoot(l, &rng);
      if (k != 25)
        while (rc_learner_step(l)) continue;
      else
        rc_learner_step(l); /* a fit of 26 shots has begun, and is left for that of 30 */
      if (k == 25 && schedule == RC_LEARN_ENSEMBLE) break;
    }
    if (schedule == RC_LEARN_ENSEMBLE)
      for (int k = 0; k < 4; k++) shoot(l, &rng);
    rc_learner_finish(l);
    for (int k = 0; k < 40; k++) {
      shoot(l, &rng);
      for (int i = 0; i < 20 && rc_learner_step(l); i++) continue;
    }
    while (rc_learner_step(l)) continue;
    rc_share *m = rc_learner_model(l);
    assert_int_equal(rc_learnt_shots(rc_share_get(m)), 30);
    rc_share_drop(m);
    assert_int_equal(rc_learner_read(l).shots, 70);
    rc_learner_free(l);
  }
}

/* The reliability is of the second half of the forecasts, and at most of 500. */
static void counted(void **state) {
  (void)state;
  rc_learner *l = learner(RC_LEARN_ENSEMBLE, 15);
  rc_rng rng = rc_rng_stream(15, "test", 0);
  for (int k = 1; k <= 1200; k++) {
    shoot(l, &rng);
    if (k == 301) assert_int_equal(rc_learner_read(l).counted, 151);
    if (k == 1000) assert_int_equal(rc_learner_read(l).counted, 500);
  }
  const rc_learner_view v = rc_learner_read(l);
  double halves = 0;
  for (int b = 0; b < RC_RELIABILITY_BINS; b++) halves += v.bin_n[b];
  assert_true(v.counted == 500 && halves == 1000);
  rc_learner_free(l);
}

static void too_many_features(void **state) {
  (void)state;
  rc_learner_opts o;
  rc_err err = {0};
  rc_params_init(rc_learner_params, &o, sizeof o);
  assert_null(rc_learner_new(65, &o, &err));
  assert_string_equal(err.message, "the learner takes 1 to 64 features, not 65: name fewer");
}

/* After the end of the lessons, shots so far may teach all the same: fitted once more, or the trainings
 * that were missed made up for; and the reliability is of the newest model's forecasts alone. */
static void once_more(void **state) {
  (void)state;
  for (int schedule = 0; schedule < 2; schedule++) {
    rc_learner *l = learner(schedule, 15);
    rc_rng rng = rc_rng_stream(15, "test", 0);
    for (int k = 0; k < 30; k++) {
      shoot(l, &rng);
      while (rc_learner_step(l)) continue;
    }
    rc_learner_finish(l);
    while (rc_learner_step(l)) continue;
    const int64_t trainings = rc_learner_read(l).trainings;
    for (int k = 0; k < 60; k++) shoot(l, &rng);
    assert_false(rc_learner_step(l));
    rc_learner_again(l);
    while (rc_learner_step(l)) continue;
    const int64_t more = rc_learner_read(l).trainings - trainings;
    rc_share *m = rc_learner_model(l);
    assert_int_equal(rc_learnt_shots(rc_share_get(m)), 90);
    rc_share_drop(m);
    assert_true(schedule == RC_LEARN_ENSEMBLE ? more == 1 : more > 1 && more <= 60 / 3);
    for (int k = 0; k < 55; k++) shoot(l, &rng);
    assert_false(rc_learner_step(l));
    assert_int_equal(rc_learner_read(l).counted, 55); /* half of all would be 73 */
    rc_learner_free(l);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(learns),
                                     cmocka_unit_test(deterministic),
                                     cmocka_unit_test(schedule),
                                     cmocka_unit_test(refits),
                                     cmocka_unit_test(few_shots),
                                     cmocka_unit_test(frames_help),
                                     cmocka_unit_test(too_many_features),
                                     cmocka_unit_test(finish),
                                     cmocka_unit_test(made_before),
                                     cmocka_unit_test(rewound),
                                     cmocka_unit_test(ended),
                                     cmocka_unit_test(once_more),
                                     cmocka_unit_test(counted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
