/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text and back; sizes; the C locale whatever the program's locale is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/base.h"

static void assert_round_trip(double v) {
  char text[32], other[64];
  rc_format_real(v, text);
  double back = 0;
  assert_true(rc_parse_real(text, &back));
  assert_memory_equal(&back, &v, sizeof v);
  /* and nothing shorter does: one digit less must not read back as the same number */
  int digits = 0;
  for (const char *c = text; *c && *c != 'e'; c++) digits += *c >= '0' && *c <= '9';
  const char *lead = text + strspn(text, "-0.");
  digits -=
      (int)(lead - text) - (text[0] == '-') - (memchr(text, '.', (size_t)(lead - text)) != NULL);
  const char *mantissa = strpbrk(text, ".e");
  if (!mantissa || digits < 2) return; /* an integer may carry zeros that are no digits of it */
  snprintf(other, sizeof other, "%.*e", digits - 2, v);
  assert_true(strtod(other, NULL) != v);
}

static void reals_round_trip(void **state) {
  (void)state;
  static const double special[] = {
      0.0,  -0.0, 1,       -1,      0.1,    1.0 / 3, 1e22,        1e23,        1e-5, 123456, 1e15,
      1e16, 1e17, DBL_MAX, DBL_MIN, 5e-324, 1e-310,  DBL_EPSILON, 5.444875216, 0.3,  2.5};
  for (size_t i = 0; i < RC_LEN(special); i++) assert_round_trip(special[i]);
  rc_rng r = rc_rng_stream(1, "test/number", 0);
  for (int i = 0; i < 20000; i++) {
    uint64_t bits = rc_rng_next(&r);
    double v;
    memcpy(&v, &bits, sizeof v);
    if (isfinite(v)) assert_round_trip(v);
    assert_round_trip(rc_rng_unit(&r));
    assert_round_trip((double)rc_rng_below(&r, 1000000) / 1000);
  }
}

static void reals_are_short(void **state) {
  (void)state;
  static const struct {
    double v;
    const char *text;
  } c[] = {{0.1, "0.1"}, {1, "1"},          {-2.5, "-2.5"},     {1e-10, "1e-10"},
           {100, "100"}, {1e100, "1e+100"}, {5e-324, "5e-324"}, {0.1 + 0.2, "0.30000000000000004"},
           {NAN, "nan"}, {INFINITY, "inf"}, {-INFINITY, "-inf"}};
  for (size_t i = 0; i < RC_LEN(c); i++) {
    char text[32];
    rc_format_real(c[i].v, text);
    assert_string_equal(text, c[i].text);
  }
}

static void numbers_are_whole_words(void **state) {
  (void)state;
  static const char *const bad[] = {"",      " 1",  "1 ", "1x", "nan", "inf", "-inf",  "0x10", "1e",
                                    "1e999", "--1", ".",  "e5", "1,5", "+",   "1.2.3", "1_000"};
  static const struct {
    const char *text;
    double v;
  } good[] = {{"1", 1}, {"-1.5e3", -1500}, {"+2", 2}, {".5", .5}, {"5.", 5}, {"1e-400", 0}};
  double v;
  for (size_t i = 0; i < RC_LEN(bad); i++) assert_false(rc_parse_real(bad[i], &v));
  for (size_t i = 0; i < RC_LEN(good); i++) {
    assert_true(rc_parse_real(good[i].text, &v));
    assert_true(v == good[i].v);
  }
  static const char *const bad_int[] = {"",
                                        "-",
                                        "1.0",
                                        "1e3",
                                        "0x1",
                                        " 1",
                                        "1 ",
                                        "--1",
                                        "9223372036854775808",
                                        "-9223372036854775809"};
  int64_t n;
  for (size_t i = 0; i < RC_LEN(bad_int); i++) assert_false(rc_parse_int(bad_int[i], &n));
  assert_true(rc_parse_int("9223372036854775807", &n));
  assert_true(n == INT64_MAX);
  assert_true(rc_parse_int("-9223372036854775808", &n));
  assert_true(n == INT64_MIN);
  assert_true(rc_parse_int("+007", &n));
  assert_int_equal(n, 7);
}

static void sizes_are_read(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t bytes;
  } good[] = {{"0", 0},
              {"1000", 1000},
              {"12 B", 12},
              {"4 GiB", (uint64_t)4 << 30},
              {"4GiB", (uint64_t)4 << 30},
              {"4g", (uint64_t)4 << 30},
              {"300MB", 300000000},
              {"1.5 KiB", 1536},
              {"2 kB", 2000},
              {"2k", 2048},
              {"0.5 MB", 500000},
              {"16383 PiB", (uint64_t)16383 << 50},
              {"18446744073709551615", UINT64_MAX}};
  static const char *const bad[] = {"",          "GiB",    "-1",
                                    "1.5",       "1 XB",   "4 GiBs",
                                    "1e3",       "1 2",    "18446744073709551616",
                                    "16384 PiB", "16 EiB", "99999 EB",
                                    "1..5 kB",   "1. 5 kB"};
  uint64_t b;
  for (size_t i = 0; i < RC_LEN(good); i++) {
    assert_true(rc_parse_bytes(good[i].text, &b));
    assert_int_equal(b, good[i].bytes);
  }
  for (size_t i = 0; i < RC_LEN(bad); i++) assert_false(rc_parse_bytes(bad[i], &b));
}

static void sizes_are_written(void **state) {
  (void)state;
  static const struct {
    uint64_t bytes;
    const char *text;
  } c[] = {{0, "0 B"},
           {1023, "1023 B"},
           {1024, "1 KiB"},
           {1536, "1.5 KiB"},
           {(uint64_t)4 << 30, "4 GiB"},
           {(uint64_t)1 << 40, "1 TiB"},
           {(1 << 20) - 1, "1.0 MiB"},
           {UINT64_MAX, "16.0 EiB"},
           {1288490189, "1.2 GiB"}};
  for (size_t i = 0; i < RC_LEN(c); i++) {
    char text[32];
    rc_format_bytes(c[i].bytes, text);
    assert_string_equal(text, c[i].text);
  }
  static const uint64_t exact[] = {0,
                                   1,
                                   1000,
                                   1024,
                                   1025,
                                   (uint64_t)4 << 30,
                                   (uint64_t)3 << 59,
                                   UINT64_MAX,
                                   ((uint64_t)1 << 50) + 1024};
  for (size_t i = 0; i < RC_LEN(exact); i++) {
    rc_str s = {0};
    uint64_t back = 1;
    rc_str_add_bytes(&s, exact[i]);
    assert_true(rc_parse_bytes(rc_str_c(&s), &back));
    assert_int_equal(back, exact[i]);
    rc_str_free(&s);
  }
}

static void decimal_comma_does_not_matter(void **state) {
  (void)state;
  /* none of these may be installed; "C" always is, and then the test checks less */
  static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "nl_NL.UTF-8", "C"};
  for (size_t i = 0; i < RC_LEN(names); i++)
    if (setlocale(LC_NUMERIC, names[i])) break;
  double v;
  char text[32];
  assert_true(rc_parse_real("1.25", &v));
  assert_true(v == 1.25);
  rc_format_real(1.25, text);
  assert_string_equal(text, "1.25");
  rc_str s = {0};
  rc_str_addf(&s, "%.2f", 1.25);
  assert_string_equal(rc_str_c(&s), "1.25");
  rc_str_free(&s);
  rc_err e = {0};
  rc_err_set(&e, RC_ERR_INPUT, "%g", 0.5);
  assert_string_equal(e.message, "0.5");
  setlocale(LC_NUMERIC, "C");
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reals_round_trip),        cmocka_unit_test(reals_are_short),
      cmocka_unit_test(numbers_are_whole_words), cmocka_unit_test(sizes_are_read),
      cmocka_unit_test(sizes_are_written),       cmocka_unit_test(decimal_comma_does_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
