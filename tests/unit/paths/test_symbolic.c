/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas, relevance, reliability and report cards against planted truths and closed forms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "paths/formula_text.h"

enum { INPUTS = 4, SHOTS = 2000 };
static const char *const names[] = {"m", "e", "run", "noise"};
static float x[SHOTS * INPUTS];
static int in_a[SHOTS], in_b[SHOTS];

/* Scaled features are uniform in [0,1], so that the library's u is x itself. */
static void shots(uint64_t seed, double (*q)(const float *)) {
  rc_rng rng = rc_rng_stream(seed, "test", 0);
  for (int k = 0; k < SHOTS; k++) {
    float *at = x + k * INPUTS;
    for (int i = 0; i < INPUTS; i++) at[i] = k < 2 ? (float)k : (float)rc_rng_unit(&rng);
    double p = 1 / (1 + exp(-q(at)));
    in_b[k] = (rc_rng_unit(&rng) < p) + (rc_rng_unit(&rng) < p);
    in_a[k] = 2 - in_b[k];
  }
}

static double clathrate_like(const float *u) {
  return 6 * u[0] - 8 * u[1] * u[2] - 1;
}

static void planted_formula(void **state) {
  (void)state;
  const int use[] = {0, 1, 2, 3};
  int found = 0, right = 0;
#ifdef __SANITIZE_ADDRESS__ /* fewer seeds: the search is the same */
  enum { SEEDS = 2 };
#else
  enum { SEEDS = 20 };
#endif
  /* with 101 .. 120 a standard error that takes folds for independent leaves 15 */
  for (uint64_t seed = 101; seed <= 100 + SEEDS; seed++) {
    rc_formulas f;
    shots(seed, clathrate_like);
    assert_true(rc_formula_search(INPUTS, names, SHOTS, x, in_a, in_b, 4, use, seed, &f, NULL));
    assert_int_equal(f.library, 7 * 4 + 4 * 6);
    const rc_formula *b = &f.best[f.chosen];
    bool terms = false;
    if (b->terms == 2) {
      int lin = b->first[0] == b->second[0] ? 0 : 1;
      terms = b->shape[lin] == 0 && b->first[lin] == 0 && b->first[!lin] == 1 &&
              b->second[!lin] == 2 && b->shape[!lin] == 7;
      found += terms;
      if (terms)
        right += fabs(b->weight[lin] - 6) < 1 && fabs(b->weight[!lin] + 8) < 1.5 &&
                 fabs(b->constant + 1) < .5 && b->stability[0] == 1 && b->stability[1] == 1;
    }
    for (int k = 1; k < f.n; k++) assert_true(f.best[k].loss <= f.best[k - 1].loss + 1e-3);
    assert_true(b->cross < f.loss_null);
  }
  assert_true(found >= (9 * SEEDS + 9) / 10);
  assert_true(right == found);
}

/* The rule that leaves out what is there by chance keeps a third term that matters. */
static double third_term(const float *u) {
  return clathrate_like(u) + u[3] - .5;
}
static void planted_third_term(void **state) {
  (void)state;
  const int use[] = {0, 1, 2, 3};
#ifdef __SANITIZE_ADDRESS__
  enum { SEEDS = 1 };
#else
  enum { SEEDS = 4 };
#endif
  int found = 0;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    rc_formulas f;
    shots(seed, third_term);
    assert_true(rc_formula_search(INPUTS, names, SHOTS, x, in_a, in_b, 4, use, seed, &f, NULL));
    const rc_formula *b = &f.best[f.chosen];
    bool noise = false;
    for (int j = 0; j < b->terms; j++) noise |= b->first[j] == 3 && b->second[j] == 3;
    found += noise && b->terms == 3;
  }
  assert_true(found == SEEDS);
}

static void formula_value_and_text(void **state) {
  (void)state;
  const int use[] = {0, 1, 2};
  rc_formulas f;
  shots(3, clathrate_like);
  assert_true(rc_formula_search(INPUTS, names, SHOTS, x, in_a, in_b, 3, use, 3, &f, NULL));
  const rc_formula *b = &f.best[f.chosen];
  assert_non_null(strstr(b->text, "q = "));
  assert_non_null(strstr(b->text, "*m"));
  assert_non_null(strstr(b->text, "e*run"));
  double loss = 0;
  for (int k = 0; k < SHOTS; k++) {
    double q = rc_formula_q(&f, f.chosen, x + k * INPUTS);
    loss += in_a[k] * log1p(exp(q)) + in_b[k] * log1p(exp(-q));
  }
  assert_true(fabs(loss / SHOTS - b->loss) < 1e-10);
  rc_err err = {0};
  assert_false(rc_formula_search(INPUTS, names, 5, x, in_a, in_b, 3, use, 3, &f, &err));
  assert_string_equal(err.message, "a formula wants at least 20 shots; there are 5");
}

/* The text after "q = " is a function of the inputs as they are. */
static double text_value(const char *text, const float *at) {
  double v[INPUTS];
  rc_err err = {0};
  for (int i = 0; i < INPUTS; i++) v[i] = at[i];
  assert_true(!strncmp(text, "q = ", 4));
  rc_expression *e = rc_expression_new(text + 4, INPUTS, names, &err);
  if (!e) fail_msg("%s: %s", text, err.message);
  const double q = rc_expression_value(e, v);
  rc_expression_free(e);
  return q;
}

static const double low[INPUTS] = {-16, -3.7, 1000, .25}, high[INPUTS] = {16, 12.25, 1003, .26};

static void text_is_the_formula(void **state) {
  (void)state;
  const int use[] = {0, 1, 2, 3};
  rc_formulas f;
  rc_rng rng = rc_rng_stream(7, "test", 0);
  shots(7, clathrate_like);
  for (int k = 0; k < SHOTS * INPUTS; k++)
    x[k] = (float)(low[k % INPUTS] + (high[k % INPUTS] - low[k % INPUTS]) * x[k]);
  assert_true(rc_formula_search(INPUTS, names, SHOTS, x, in_a, in_b, 4, use, 7, &f, NULL));
  assert_int_equal(f.n, RC_FORMULA_TERMS);
  for (int k = 0; k < f.n; k++)
    for (int i = 0; i < 200; i++) {
      float at[INPUTS];
      for (int j = 0; j < INPUTS; j++)
        at[j] = (float)(low[j] + (high[j] - low[j]) * rc_rng_unit(&rng));
      assert_true(fabs(text_value(f.best[k].text, at) - rc_formula_q(&f, k, at)) < 1e-2);
    }
}

/* Every term of the library, over ranges that are near 0 and far from it, and over one of no width. */
static void every_term_in_text(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(8, "test", 0);
  for (int shape = T_LINEAR; shape <= T_MEAN; shape++)
    for (int pair = 0; pair < INPUTS * INPUTS; pair++) {
      const int i = pair % INPUTS, j = shape < T_PRODUCT ? i : pair / INPUTS;
      rc_formulas f = {.n = 1};
      rc_formula *b = &f.best[0];
      *b = (rc_formula){.terms = 2, .constant = -7.8, .weight = {4.7, -2.5}};
      b->shape[0] = shape, b->first[0] = i, b->second[0] = j;
      b->shape[1] = T_LINEAR, b->first[1] = b->second[1] = j;
      memcpy(f.lo, low, sizeof low);
      memcpy(f.hi, high, sizeof high);
      if (pair == 5) f.hi[i] = f.lo[i];
      fm_write(&f, 0, INPUTS, names, 0, x);
      for (int k = 0; k < 20; k++) {
        float at[INPUTS];
        for (int n = 0; n < INPUTS; n++)
          at[n] = (float)(f.lo[n] + (f.hi[n] - f.lo[n]) * rc_rng_unit(&rng));
        assert_true(fabs(text_value(b->text, at) - rc_formula_q(&f, 0, at)) < 1e-2);
      }
    }
}

/* One feature: the best linear coefficient solves the likelihood equations. */
static double steep(const float *u) {
  return 4 * u[0] - 2;
}
static void score_is_zero(void **state) {
  (void)state;
  const int use[] = {0};
  rc_formulas f;
  shots(4, steep);
  assert_true(rc_formula_search(INPUTS, names, SHOTS, x, in_a, in_b, 1, use, 4, &f, NULL));
  const rc_formula *b = &f.best[0];
  double score = 0;
  for (int k = 0; k < SHOTS; k++)
    score += 2 / (1 + exp(-rc_formula_q(&f, 0, x + k * INPUTS))) - in_b[k];
  assert_true(fabs(score) < 1e-4);
  assert_int_equal(b->terms, 1);
}

/* Where few shots do not tell x from e^x or x^2 the formula is linear, and says so in short numbers: ranges
 * are taken out to three digits. */
static double gentle(const float *u) {
  return 3 * u[0] - 1.5;
}
static void simple_terms(void **state) {
  (void)state;
  const int use[] = {0, 1};
  const float from[] = {-1.0650001f, -12}, to[] = {1.1249f, 12};
  int linear = 0;
  for (uint64_t seed = 1; seed <= 10; seed++) {
    rc_formulas f;
    shots(seed, gentle);
    for (int k = 0; k < SHOTS; k++)
      for (int i = 0; i < 2; i++)
        x[k * INPUTS + i] = from[i] + (to[i] - from[i]) * x[k * INPUTS + i];
    assert_true(rc_formula_search(INPUTS, names, 500, x, in_a, in_b, 2, use, seed, &f, NULL));
    const rc_formula *b = &f.best[f.chosen];
    assert_true(f.lo[0] == -1.07 && f.hi[0] == 1.13 && f.lo[1] == -12 && f.hi[1] == 12);
    linear += b->terms == 1 && b->shape[0] == T_LINEAR && b->first[0] == 0;
    if (b->terms == 1 && b->shape[0] == T_LINEAR) {
      assert_true(strlen(b->text) <= strlen("q = -0.012345 + 1.2345*m"));
      assert_int_equal(b->operations, 2);
      assert_true(b->stability[0] == 1 && b->cross > b->loss && b->cross < f.loss_null);
    }
  }
  assert_true(linear >= 8);
}

static void reliability(void **state) {
  (void)state;
  enum { N = 4000 };
  static double p[N], biased[N];
  static int a[N], b[N];
  rc_rng rng = rc_rng_stream(6, "test", 0);
  for (int k = 0; k < N; k++) {
    p[k] = rc_rng_unit(&rng);
    b[k] = (rc_rng_unit(&rng) < p[k]) + (rc_rng_unit(&rng) < p[k]);
    a[k] = 2 - b[k];
    biased[k] = RC_MIN(1, p[k] + .05);
  }
  rc_learner_view v = {0};
  rc_reliability(N, p, a, b, &v);
  assert_int_equal(v.counted, N);
  assert_true(v.reliability_p > 1e-3);
  double halves = 0;
  for (int i = 0; i < RC_RELIABILITY_BINS; i++) {
    halves += v.bin_n[i];
    assert_true(fabs(v.bin_p[i] - (i + .5) / 10) < .01);
    assert_true(fabs(v.bin_observed[i] - v.bin_p[i]) < .06);
  }
  assert_true(halves == 2 * N);
  rc_reliability(N, biased, a, b, &v);
  assert_true(v.reliability_p < 1e-6); /* a check that can fail */
  rc_reliability(10, p, a, b, &v);
  assert_true(isnan(v.reliability_p));
}

/* p = u + v on a grid: u alone explains half of the variance, (u, v) all of it. */
static void report_cards(void **state) {
  (void)state;
  enum { N = 20 };
  double w[N * N], p[N * N], u[N * N], both[2 * N * N], constant[N * N];
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      int k = i * N + j;
      w[k] = 1;
      u[k] = both[2 * k] = (double)i / N;
      both[2 * k + 1] = (double)j / N;
      p[k] = .5 * (u[k] + (double)j / N);
      constant[k] = 3;
    }
  rc_report_card one = rc_coordinate_report(N * N, w, p, 1, u),
                 two = rc_coordinate_report(N * N, w, p, 2, both),
                 none = rc_coordinate_report(N * N, w, p, 1, constant);
  double variance = (N * N - 1) / 12. / (N * N) / 4; /* of one half of a uniform grid */
  assert_true(fabs(one.eta2 - .5) < 1e-12 && one.values == N);
  assert_true(fabs(one.rmse - sqrt(variance)) < 1e-12);
  assert_true(fabs(two.eta2 - 1) < 1e-12 && two.values == N * N && two.rmse < 1e-12);
  assert_true(fabs(none.eta2) < 1e-12 && none.values == 1);
  for (int k = 0; k < N * N; k++) w[k] = k / N == 3; /* states without weight do not count */
  one = rc_coordinate_report(N * N, w, p, 1, u);
  assert_int_equal(one.values, 1);
}

static void relevance(void **state) {
  (void)state;
  shots(7, clathrate_like);
  rc_learner_opts o;
  rc_params_init(rc_learner_params, &o, sizeof o);
  o.schedule = RC_LEARN_AIMMD;
  o.hidden = 8;
  rc_learner *l = rc_learner_new(INPUTS, &o, NULL);
  for (int k = 0; k < 600; k++) {
    rc_learner_shot(l, x + k * INPUTS, in_a[k], in_b[k]);
    while (rc_learner_step(l)) continue;
  }
  rc_share *m = rc_learner_model(l);
  const uint32_t group[] = {1, 2, 4, 8, 2 | 4, 0};
  rc_relevance r[RC_LEN(group)];
  rc_input_relevance(rc_share_get(m), 600, x, in_a, in_b, RC_LEN(group), group, 20, 1, r);
  assert_true(r[0].mean > 5 * fabs(r[3].mean) && r[1].mean > 5 * fabs(r[3].mean));
  assert_true(r[4].mean > r[1].mean * .9 && r[0].deviation < r[0].mean);
  assert_true(fabs(r[5].mean) < 1e-12); /* nothing permuted, nothing lost */
  rc_share_drop(m);
  rc_learner_free(l);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(planted_formula),        cmocka_unit_test(planted_third_term),
      cmocka_unit_test(formula_value_and_text), cmocka_unit_test(text_is_the_formula),
      cmocka_unit_test(every_term_in_text),     cmocka_unit_test(score_is_zero),
      cmocka_unit_test(simple_terms),           cmocka_unit_test(reliability),
      cmocka_unit_test(report_cards),           cmocka_unit_test(relevance)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
