/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network: its gradient against differences of its loss, its values against the plain formula. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "paths/logistic.h"
#include "paths/net.h"

enum { K = 13, INPUTS = 3, HIDDEN = 5 };

static float unit(rc_rng *r) {
  return (float)(2 * rc_rng_unit(r) - 1);
}

static net sample(rc_rng *rng, float *x, float *a, float *b) {
  net n = net_new(INPUTS, HIDDEN);
  net_start(&n, rng);
  for (int i = 0; i < n.count; i++) n.w[i] += .3f * unit(rng); /* biases too */
  for (int i = 0; i < K * INPUTS; i++) x[i] = 2 * unit(rng);
  for (int i = 0; i < K; i++) {
    a[i] = (float)rc_rng_below(rng, 3);
    b[i] = 2 - a[i];
  }
  return n;
}

/* The network in double, written as the formula. */
static double plain(const net *n, const float *x) {
  const float *w = n->w;
  double h1[HIDDEN], h2[HIDDEN], q;
  const float *b1 = w + HIDDEN * INPUTS, *w2 = b1 + HIDDEN, *b2 = w2 + HIDDEN * HIDDEN,
              *w3 = b2 + HIDDEN;
  for (int j = 0; j < HIDDEN; j++) {
    double s = b1[j];
    for (int i = 0; i < INPUTS; i++) s += (double)w[j * INPUTS + i] * x[i];
    h1[j] = s / (1 + exp(-s));
  }
  q = w3[HIDDEN];
  for (int j = 0; j < HIDDEN; j++) {
    double s = b2[j];
    for (int i = 0; i < HIDDEN; i++) s += w2[j * HIDDEN + i] * h1[i];
    h2[j] = s / (1 + exp(-s));
    q += w3[j] * h2[j];
  }
  return q;
}

static void values(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(3, "test", 0);
  float x[K * INPUTS], a[K], b[K], q[K];
  net n = sample(&rng, x, a, b);
  net_forward(&n, K, x, q);
  double loss = 0, weight;
  for (int k = 0; k < K; k++) {
    double want = plain(&n, x + k * INPUTS);
    assert_true(fabs(q[k] - want) < 2e-6 * (1 + fabs(want)));
    loss += a[k] * log1p(exp(want)) + b[k] * log1p(exp(-want));
  }
  assert_true(fabs(net_loss(&n, K, NULL, x, a, b, &weight) - loss) < 1e-5 * loss);
  assert_true(fabs(weight - 2 * K) < 1e-12);
  net_free(&n);
}

static void gradient(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 5; seed++) {
    rc_rng rng = rc_rng_stream(seed, "test", 1);
    float x[K * INPUTS], a[K], b[K];
    net n = sample(&rng, x, a, b);
    float *g = rc_alloc((size_t)n.count, sizeof *g);
    net_gradient(&n, K, NULL, x, a, b, g);
    for (int i = 0; i < n.count; i++) {
      float keep = n.w[i];
      double side[2];
      for (int s = 0; s < 2; s++) {
        double loss = 0;
        n.w[i] = keep + (s ? 1e-2f : -1e-2f);
        for (int k = 0; k < K; k++) {
          double q = plain(&n, x + k * INPUTS);
          loss += a[k] * net_softplus(q) + b[k] * net_softplus(-q);
        }
        side[s] = loss / (2 * K);
      }
      n.w[i] = keep;
      double want = (side[1] - side[0]) / 2e-2;
      assert_true(fabs(g[i] - want) < 1e-4 * (1 + fabs(want)));
    }
    rc_free(g);
    net_free(&n);
  }
}

/* A subset by index counts exactly its samples, also when they do not fill the lanes. */
static void picked(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(9, "test", 2);
  float x[K * INPUTS], a[K], b[K];
  net n = sample(&rng, x, a, b);
  const int pick[] = {12, 3, 3, 7, 0, 1, 2, 4, 5, 6, 11};
  double want = 0;
  for (size_t j = 0; j < RC_LEN(pick); j++) {
    int k = pick[j];
    double q = plain(&n, x + k * INPUTS);
    want += a[k] * net_softplus(q) + b[k] * net_softplus(-q);
  }
  double got = net_loss(&n, RC_LEN(pick), pick, x, a, b, NULL);
  assert_true(fabs(got - want) < 1e-5 * want);
  net_free(&n);
}

static void softplus(void **state) {
  (void)state;
  assert_true(fabs(net_softplus(0) - log(2)) < 1e-15);
  assert_true(fabs(net_softplus(800) - 800) < 1e-9);
  assert_true(net_softplus(-800) >= 0 && net_softplus(-800) < 1e-300);
  for (double x = -30; x < 30; x += .37)
    assert_true(fabs(net_softplus(x) - net_softplus(-x) - x) < 1e-12 * (1 + fabs(x)));
}

/* Adam's first step is the rate times the sign of the gradient, whatever its size. */
static void adam(void **state) {
  (void)state;
  net n = net_new(INPUTS, HIDDEN);
  net_adam a = net_adam_new(&n);
  float *g = rc_alloc((size_t)n.count, sizeof *g);
  for (int i = 0; i < n.count; i++) g[i] = (i % 2 ? -1.f : 1.f) * (float)pow(10, i % 5 - 3);
  net_adam_step(&n, &a, g, .01, 0);
  for (int i = 0; i < n.count; i++) assert_true(fabs(n.w[i] + (i % 2 ? -.01 : .01)) < 1e-6);
  net_adam_step(&n, &a, g, .01, 0); /* the same gradient: the same step again */
  for (int i = 0; i < n.count; i++) assert_true(fabs(n.w[i] + (i % 2 ? -.02 : .02)) < 1e-6);
  rc_free(g);
  net_adam_free(&a);
  net_free(&n);
}

static void scaled(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(4, "test/net", 0);
  float x[K * INPUTS], a[K], b[K], before[K], after[K];
  net n = sample(&rng, x, a, b);
  net_forward(&n, K, x, before);
  net_scale(&n, -2.5);
  net_forward(&n, K, x, after);
  for (int s = 0; s < K; s++) assert_true(fabsf(after[s] + 2.5f * before[s]) < 1e-4f);
  net_free(&n);
}

static double objective(const double *w, const double *ridge, const double *home, const int *pick,
                        int n, const float *x, const float *a, const float *b) {
  double sum = 0;
  for (int i = 0; i <= INPUTS; i++) sum += ridge[i] * (w[i] - home[i]) * (w[i] - home[i]) / 2;
  for (int s = 0; s < n; s++) {
    double z = w[INPUTS];
    for (int i = 0; i < INPUTS; i++) z += w[i] * (double)x[pick[s] * INPUTS + i];
    sum += (double)a[pick[s]] * log1p(exp(z)) + (double)b[pick[s]] * log1p(exp(-z));
  }
  return sum;
}

/* The regression is where its objective is least, of the rows picked alone; a stiff ridge keeps it at
 * home. */
static void regression(void **state) {
  (void)state;
  rc_rng rng = rc_rng_stream(5, "test/net", 0);
  float x[K * INPUTS], a[K], b[K];
  net n = sample(&rng, x, a, b);
  const double ridge[INPUTS + 1] = {1, .5, 2, .1}, home[INPUTS + 1] = {.3, -.2, 0, .5};
  const int pick[] = {0, 2, 3, 5, 6, 7, 9, 12};
  const int picked = (int)RC_LEN(pick);
  double w[INPUTS + 1];
  assert_true(lg_fit(INPUTS, picked, pick, x, a, b, ridge, home, w));
  const double least = objective(w, ridge, home, pick, picked, x, a, b);
  for (int i = 0; i <= INPUTS; i++)
    for (int sign = -1; sign <= 1; sign += 2) {
      double off[INPUTS + 1];
      memcpy(off, w, sizeof off);
      off[i] += sign * 1e-3;
      const double more = objective(off, ridge, home, pick, picked, x, a, b) - least;
      assert_true(more > 0 && more < 1e-4);
    }
  const double stiff[INPUTS + 1] = {1e9, 1e9, 1e9, 1e9};
  assert_true(lg_fit(INPUTS, K, NULL, x, a, b, stiff, home, w));
  for (int i = 0; i <= INPUTS; i++) assert_true(fabs(w[i] - home[i]) < 1e-6);
  net_free(&n);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(values),    cmocka_unit_test(gradient),
                                     cmocka_unit_test(picked),    cmocka_unit_test(softplus),
                                     cmocka_unit_test(adam),      cmocka_unit_test(scaled),
                                     cmocka_unit_test(regression)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
