/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random streams. Reference outputs: splitmix64 of state 1234567 as in the test of the Java and
 * Rust (rand_xoshiro) implementations; xoshiro256** of state {1, 2, 3, 4} as in rand_xoshiro,
 * both made with the authors' C programs (Blackman and Vigna, prng.di.unimi.it). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/base.h"

static void splitmix_matches_reference(void **state) {
  (void)state;
  static const uint64_t want[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                  4593380528125082431u, 16408922859458223821u};
  uint64_t x = 1234567;
  for (size_t i = 0; i < RC_LEN(want); i++) assert_int_equal(rc_splitmix64(&x), want[i]);
}

static void xoshiro_matches_reference(void **state) {
  (void)state;
  static const uint64_t want[] = {11520u,
                                  0u,
                                  1509978240u,
                                  1215971899390074240u,
                                  1216172134540287360u,
                                  607988272756665600u,
                                  16172922978634559625u,
                                  8476171486693032832u,
                                  10595114339597558777u,
                                  2904607092377533576u};
  rc_rng r = {{1, 2, 3, 4}};
  for (size_t i = 0; i < RC_LEN(want); i++) assert_int_equal(rc_rng_next(&r), want[i]);
}

static void streams_are_apart_and_repeat(void **state) {
  (void)state;
  rc_rng a = rc_rng_stream(1, "cut/anneal", 0), same = rc_rng_stream(1, "cut/anneal", 0);
  assert_memory_equal(&a, &same, sizeof a);
  rc_rng other[] = {rc_rng_stream(2, "cut/anneal", 0), rc_rng_stream(1, "cut/greedy", 0),
                    rc_rng_stream(1, "cut/anneal", 1), rc_rng_stream(1, "", 0),
                    rc_rng_stream(0, "", 0)};
  for (size_t i = 0; i < RC_LEN(other); i++) {
    assert_true(memcmp(&a, &other[i], sizeof a) != 0);
    rc_rng x = a; /* a value: a copy goes its own way */
    int equal = 0;
    for (int k = 0; k < 1000; k++) equal += rc_rng_next(&x) == rc_rng_next(&other[i]);
    assert_int_equal(equal, 0);
  }
  /* fixed for ever, as recordings depend on it; the value is that of a separate program for
   * splitmix64, FNV-1a and xoshiro256** */
  rc_rng fixed = rc_rng_stream(42, "base/test", 7);
  uint64_t first = rc_rng_next(&fixed);
  assert_int_equal(first, 12860791357934403715u);
}

static void unit_fills_the_interval(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(1, "test/unit", 0);
  enum { N = 200000, BINS = 20 };
  int bin[BINS] = {0};
  double sum = 0, sum2 = 0;
  for (int i = 0; i < N; i++) {
    double u = rc_rng_unit(&r);
    assert_true(u >= 0 && u < 1);
    bin[(int)(u * BINS)]++;
    sum += u;
    sum2 += u * u;
  }
  assert_true(fabs(sum / N - 0.5) < 5 * sqrt(1.0 / 12 / N));
  assert_true(fabs(sum2 / N - 1.0 / 3) < 5 * sqrt(4.0 / 45 / N));
  double chi2 = 0, mean = (double)N / BINS;
  for (int b = 0; b < BINS; b++) chi2 += (bin[b] - mean) * (bin[b] - mean) / mean;
  assert_true(chi2 < 50);                       /* 19 degrees of freedom: beyond 1e-4 */
  rc_rng top = {{0, UINT64_MAX / 5 * 1, 0, 0}}; /* whatever the word, never 1 */
  assert_true(rc_rng_unit(&top) < 1);
}

static void below_is_even(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(1, "test/below", 0);
  for (int i = 0; i < 100; i++) assert_int_equal(rc_rng_below(&r, 1), 0);
  enum { N = 140000 };
  int hit[7] = {0};
  for (int i = 0; i < N; i++) hit[rc_rng_below(&r, 7)]++;
  double chi2 = 0, mean = N / 7.0;
  for (int k = 0; k < 7; k++) chi2 += (hit[k] - mean) * (hit[k] - mean) / mean;
  assert_true(chi2 < 28); /* 6 degrees of freedom: 1e-4 */
  /* a range that leaves the largest bias when nothing is rejected: 3/4 of 2^64 */
  uint64_t n = (uint64_t)3 << 62;
  int low = 0;
  for (int i = 0; i < 30000; i++) {
    uint64_t v = rc_rng_below(&r, n);
    assert_true(v < n);
    low += v < n / 3;
  }
  assert_true(abs(low - 10000) < 5 * 82); /* without rejection it would be 15000 */
}

static void normal_has_its_moments(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(1, "test/normal", 0);
  enum { N = 200000 };
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (int i = 0; i < N; i++) {
    double x = rc_rng_normal(&r);
    m1 += x / N;
    m2 += x * x / N;
    m3 += x * x * x / N;
    m4 += x * x * x * x / N;
  }
  assert_true(fabs(m1) < 5 * sqrt(1.0 / N)); /* standard errors of the sample moments */
  assert_true(fabs(m2 - 1) < 5 * sqrt(2.0 / N));
  assert_true(fabs(m3) < 5 * sqrt(15.0 / N));
  assert_true(fabs(m4 - 3) < 5 * sqrt(96.0 / N));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(splitmix_matches_reference),
      cmocka_unit_test(xoshiro_matches_reference),
      cmocka_unit_test(streams_are_apart_and_repeat),
      cmocka_unit_test(unit_fills_the_interval),
      cmocka_unit_test(below_is_even),
      cmocka_unit_test(normal_has_its_moments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
