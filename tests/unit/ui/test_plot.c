/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plots: ticks, exact pictures of small cases, gaps, and no write outside at any size. */
#include "draw.h"

#include "ui/axis.h"

static const double ramp[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

/* ---- axes ------------------------------------------------------------------------------------- */

static void expect_ticks(double lo, double hi, bool log, int most, const char *want) {
  rc_axis a = {.log = log, .lo = lo, .hi = hi};
  char have[512] = "";
  rc_axis_ticks(&a, most);
  int widest = 0;
  for (int k = 0; k < a.ticks; k++) {
    snprintf(have + strlen(have), sizeof have - strlen(have), "%s%s", k ? " " : "", a.label[k]);
    widest = RC_MAX(widest, rc_text_width(a.label[k]));
  }
  assert_string_equal(have, want);
  assert_int_equal(a.label_w, widest);
}

static void test_ticks(void **state) {
  (void)state;
  expect_ticks(0, 10, false, 5, "0 2 4 6 8 10");
  expect_ticks(0, 10, false, 2, "0 5 10");
  expect_ticks(-1, 1, false, 4, "-1.0 -0.5 0.0 0.5 1.0");
  expect_ticks(-0.3, 0.3, false, 6, "-0.3 -0.2 -0.1 0.0 0.1 0.2 0.3");
  expect_ticks(1e9, 3e9, false, 2, "1e+09 2e+09 3e+09");
  expect_ticks(0, 3, true, 4, "1 10 100 1000");
  expect_ticks(-12, 0, true, 4, "1e-12 1e-8 1e-4 1");
  expect_ticks(0, 5, true, 2, "1 1000");
  expect_ticks(1, 1, false, 4, "");
  expect_ticks(2, 1, false, 4, "");
  expect_ticks(0, INFINITY, false, 4, "");
  expect_ticks(NAN, 1, false, 4, "");
}

/* Any range: ticks inside, evenly spaced by 1, 2 or 5 times a power of ten, not more than one too
 * many, and what a label says is where it stands. */
static void test_ticks_of_any_range(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(1, "ticks", 0);
  for (int k = 0; k < 20000; k++) {
    double span = pow(10, (k % 21) - 10 + 0.1 * (k % 10)), mid = rc_rng_normal(&r) * span * 3;
    int most = 1 + k % 20;
    rc_axis a = {.lo = mid - span / 2, .hi = mid + span / 2};
    rc_axis_ticks(&a, most);
    assert_true(a.ticks <= most + 1);
    for (int i = 0; i < a.ticks; i++) {
      assert_true(a.at[i] >= a.lo - 1e-6 * span && a.at[i] <= a.hi + 1e-6 * span);
      if (i < 2) continue;
      double step = a.at[1] - a.at[0], f = step / pow(10, floor(log10(step) + 1e-6));
      assert_true(fabs(a.at[i] - a.at[i - 1] - step) < 1e-6 * step);
      assert_true(fabs(f - 1) < 1e-6 || fabs(f - 2) < 1e-6 || fabs(f - 5) < 1e-6);
      if (fabs(mid) < 1e5 && step > 1e-5)
        assert_true(fabs(atof(a.label[i]) - a.at[i]) < 0.51 * step);
    }
  }
}

static void test_units(void **state) {
  (void)state;
  rc_axis lin = {0}, log = {.log = true};
  assert_true(rc_axis_unit(&lin, -3) == -3);
  assert_true(isnan(rc_axis_unit(&lin, INFINITY)) && isnan(rc_axis_unit(&lin, NAN)));
  assert_true(fabs(rc_axis_unit(&log, 1000) - 3) < 1e-12);
  assert_true(isnan(rc_axis_unit(&log, 0)) && isnan(rc_axis_unit(&log, -1)));
}

static void test_short_numbers(void **state) {
  (void)state;
  static const struct {
    double v;
    const char *want;
  } number[] = {
      {0, "0"},          {-0.0, "0"},        {1.5, "1.5"},       {-2.802775637, "-2.80278"},
      {1e7, "1.00e+07"}, {123456, "123456"}, {1e-5, "1.00e-05"}, {0.00025, "0.00025"},
      {NAN, "–"},        {1e-310, "0"},      {INFINITY, "inf"}};
  for (size_t i = 0; i < RC_LEN(number); i++) {
    char text[24];
    rc_format_short(number[i].v, text);
    assert_string_equal(text, number[i].want);
  }
}

/* ---- lines ------------------------------------------------------------------------------------ */

static void test_line(void **state) {
  (void)state;
  rc_plot o = {.x_label = "step", .y_label = "energy", .crosshair = -1};
  rc_series s = {"line", 11, NULL, ramp, RC_SERIES1, 'o'};
  rc_screen *a = rc_screen_new(40, 10, RC_G_ASCII);
  rc_plot_lines(whole(a), &o, &s, 1);
  assert_screen(a, "energy                            o line\n"
                   "10                                    --\n"
                   "                               -------\n"
                   "                         ------\n"
                   "                  -------\n"
                   "            ------\n"
                   "      ------\n"
                   " 0 ---\n"
                   "   +-----------------+------------------\n"
                   "   0                 5              step\n");
  a = rc_screen_new(40, 10, RC_G_BRAILLE);
  rc_plot_lines(whole(a), &o, &s, 1);
  assert_screen(a, "energy                            ● line\n"
                   "10                                  ⢀⡠⠤⠒\n"
                   "                              ⢀⣠⠤⠒⠊⠉⠁\n"
                   "                        ⢀⣀⠤⠒⠒⠉⠁\n"
                   "                  ⢀⣀⠤⠴⠒⠉⠁\n"
                   "            ⢀⣀⡠⠤⠒⠉⠁\n"
                   "       ⣀⡠⠤⠒⠋⠁\n"
                   " 0 ⠤⠒⠊⠉\n"
                   "   ├─────────────────┴──────────────────\n"
                   "   0                 5              step\n");
}

/* A nan breaks the line: its row is empty and nothing bridges it. */
static void test_gap(void **state) {
  (void)state;
  static const double y[] = {0, 1, NAN, 3, 4};
  rc_plot o = {.crosshair = -1, .x1 = 4, .y1 = 4};
  rc_series s = {NULL, 5, NULL, y, RC_SERIES1, 'o'};
  rc_screen *a = rc_screen_new(5, 5, RC_G_ASCII);
  rc_plot_lines(whole(a), &o, &s, 1);
  assert_screen(a, "    /\n   /\n\n /\n/\n");
  o.points = true;
  a = rc_screen_new(5, 5, RC_G_ASCII);
  rc_plot_lines(whole(a), &o, &s, 1);
  assert_screen(a, "    -\n   -\n\n -\n-\n");
}

/* On a log axis a decade is a decade; zero and negative values are gaps; a point alone is seen. */
static void test_log(void **state) {
  (void)state;
  static const double y[] = {1, 10, 100, 1000, 0, -5, 1e5};
  rc_plot o = {.crosshair = -1, .y_log = true};
  rc_series s = {"r", 7, NULL, y, RC_SERIES1, 'o'};
  rc_screen *a = rc_screen_new(30, 12, RC_G_ASCII);
  rc_plot_lines(whole(a), &o, &s, 1);
  assert_screen(a, "                           o r\n"
                   "                             -\n"
                   "\n"
                   "1e4\n"
                   "                 /\n"
                   "             ////\n"
                   "100        //\n"
                   "        ///\n"
                   "     ///\n"
                   "  1 /\n"
                   "    +--------------------+----\n"
                   "    0                    5\n");
}

static void test_crosshair(void **state) {
  (void)state;
  static const double y[] = {1, 10, 100, 1000, 0, -5, 1e5};
  rc_plot o = {.x_label = "n", .crosshair = 9, .y_log = true};
  rc_series s = {"r", 7, NULL, y, RC_SERIES1, 'o'};
  rc_screen *a = rc_screen_new(40, 12, RC_G_BRAILLE);
  rc_plot_lines(whole(a), &o, &s, 1);
  rc_str t = {0};
  rc_screen_text(a, &t);
  assert_non_null(strstr(rc_str_c(&t), "│ n 1"));
  assert_non_null(strstr(rc_str_c(&t), "│ ● r 10\n"));
  for (int row = 1; row < 9; row++) /* the hair: all rows but that of the curve's own cell */
    assert_int_equal(cell(a, 9, row).ch, 0x2502);
  rc_str_free(&t);
  rc_screen_free(a);
}

/* A curve that ends earlier has no value there; one that jumps has that after it; one that stays has
 * what it stays at, between its points too. */
static void test_crosshair_elsewhere(void **state) {
  (void)state;
  static const double x[] = {0, 50, 50, 90}, jump[] = {1, 1, 2, 2}, many[101] = {0}, few[] = {3, 4};
  const rc_series s[] = {{"all", 101, NULL, many, RC_SERIES1, 'o'},
                         {"ended", 2, NULL, few, RC_SERIES2, '^'},
                         {"jumps", 4, x, jump, RC_SERIES3, '#'}};
  for (int column = 0; column < 60; column++) {
    rc_plot o = {.x_label = "n", .crosshair = column};
    rc_screen *a = rc_screen_new(60, 12, RC_G_BRAILLE);
    rc_plot_lines(whole(a), &o, s, 3);
    rc_str t = {0};
    rc_screen_text(a, &t);
    const char *at = strstr(rc_str_c(&t), " n ");
    assert_non_null(at);
    const double n = atof(at + 3);
    assert_true(!!strstr(rc_str_c(&t), "▲ ended –") == (n > 2));
    assert_true(!!strstr(rc_str_c(&t), "■ jumps 1") == (n < 50));
    assert_true(!!strstr(rc_str_c(&t), "■ jumps 2") == (n >= 50 && n <= 90));
    rc_str_free(&t);
    rc_screen_free(a);
  }
}

static void test_no_data(void **state) {
  (void)state;
  static const double y[] = {NAN, INFINITY, -INFINITY};
  rc_plot o = {.crosshair = 2};
  rc_series s = {"r", 3, NULL, y, RC_SERIES1, 'o'};
  rc_screen *a = rc_screen_new(15, 3, RC_G_BRAILLE);
  rc_plot_lines(whole(a), &o, &s, 1);
  assert_screen(a, "\n  no data yet\n\n");
  a = rc_screen_new(15, 3, RC_G_BRAILLE);
  rc_plot_bars(whole(a), &o, 0, NULL, NULL, NULL, RC_SERIES1, RC_SERIES2, 0);
  assert_screen(a, "\n  no data yet\n\n");
}

/* Two curves without colour: each carries marks of its own. */
static void test_marks_tell_apart(void **state) {
  (void)state;
  static const double up[] = {0, 1, 2, 3}, down[] = {3, 2, 1, 0};
  rc_plot o = {.crosshair = -1};
  rc_series s[2] = {{"up", 4, NULL, up, RC_SERIES1, 'o'}, {"down", 4, NULL, down, RC_SERIES2, '^'}};
  rc_screen *a = rc_screen_new(60, 14, RC_G_BRAILLE);
  rc_plot_lines(whole(a), &o, s, 2);
  int seen[2] = {0};
  for (int k = 60; k < 60 * 12; k++) {
    if (a->cell[k].ch == 0x25cf) seen[0]++, assert_int_equal(a->cell[k].fg, RC_SERIES1);
    if (a->cell[k].ch == 0x25b2) seen[1]++, assert_int_equal(a->cell[k].fg, RC_SERIES2);
  }
  assert_true(seen[0] >= 1 && seen[1] >= 1);
  rc_screen_free(a);
}

/* ---- bars ------------------------------------------------------------------------------------- */

/* Points among curves: each has its mark, and no line joins them; a curve without a mark has none. */
static void test_dots(void **state) {
  (void)state;
  static const double up[] = {0, 1, 2, 3}, far_x[] = {0, 3}, far_y[] = {3, 3};
  rc_plot o = {.crosshair = -1};
  rc_series s[2] = {{NULL, 4, NULL, up, RC_SERIES1, 0},
                    {NULL, 2, far_x, far_y, RC_SERIES2, (char)('o' | RC_DOTS)}};
  rc_screen *a = rc_screen_new(60, 14, RC_G_BRAILLE);
  rc_plot_lines(whole(a), &o, s, 2);
  int marks = 0, others = 0, between = 0;
  for (int k = 0; k < 60 * 12; k++) {
    marks += a->cell[k].ch == 0x25cf && a->cell[k].fg == RC_SERIES2;
    others += a->cell[k].fg == RC_SERIES1 && a->cell[k].ch && (a->cell[k].ch & ~0xffu) != 0x2800;
    between += a->cell[k].fg == RC_SERIES2;
  }
  assert_int_equal(marks, 2);
  assert_int_equal(others, 0);
  assert_int_equal(between, 2);
  rc_screen_free(a);
}

static void test_bars(void **state) {
  (void)state;
  static const double v[] = {1, 2, 3, 4}, part[] = {.5, 2, 0, 2};
  static const char *const label[] = {"a", "bb", "c", "d"};
  rc_plot o = {.crosshair = -1};
  rc_screen *a = rc_screen_new(8, 5, RC_G_BRAILLE);
  rc_plot_bars(whole(a), &o, 4, v, NULL, label, RC_SERIES1, RC_SERIES2, -1);
  assert_screen(a, "      ██\n    ████\n  ██████\n████████\na bb  d\n");
  a = rc_screen_new(8, 5, RC_G_ASCII);
  rc_plot_bars(whole(a), &o, 4, v, part, label, RC_SERIES1, RC_SERIES2, 1);
  assert_screen(a, "      ##\n    ####\n  ::##::\n::::##::\na bb  d\n");
}

/* The part is told by its texture: no colour is needed. */
static void test_bar_parts(void **state) {
  (void)state;
  static const double v[] = {4, 4, 2}, part[] = {2, 0, 2};
  rc_plot o = {.crosshair = -1};
  rc_screen *a = rc_screen_new(3, 4, RC_G_BRAILLE);
  rc_plot_bars(whole(a), &o, 3, v, part, NULL, RC_SERIES1, RC_SERIES2, -1);
  assert_int_equal(cell(a, 0, 0).fg, RC_SERIES1);
  assert_int_equal(cell(a, 0, 3).fg, RC_SERIES2);
  assert_screen(a, "██\n██\n▒█▒\n▒█▒\n");
}

/* A window follows the selection when there are more values than columns. */
static void test_bars_window(void **state) {
  (void)state;
  double v[100];
  for (int i = 0; i < 100; i++) v[i] = 1;
  for (int selected = 0; selected < 100; selected++) {
    rc_screen *a = rc_screen_new(9, 2, RC_G_BRAILLE);
    rc_plot o = {.crosshair = -1};
    rc_plot_bars(whole(a), &o, 100, v, NULL, NULL, RC_SERIES1, RC_SERIES2, selected);
    int bright = 0;
    for (int x = 0; x < 9; x++) bright += cell(a, x, 1).fg == RC_BRIGHT;
    assert_int_equal(bright, 1);
    rc_screen_free(a);
  }
}

static void test_gauge(void **state) {
  (void)state;
  static const double share[] = {0, 0.001, .5, .999, 1, NAN};
  rc_screen *a = rc_screen_new(4, 6, RC_G_BRAILLE);
  for (int i = 0; i < 6; i++) rc_gauge(whole(a), 0, i, 4, share[i], RC_OK);
  assert_screen(a, "░░░░\n▏░░░\n██░░\n███▉\n████\n░░░░\n");
  a = rc_screen_new(4, 6, RC_G_ASCII);
  for (int i = 0; i < 6; i++) rc_gauge(whole(a), 0, i, 4, share[i], RC_OK);
  assert_screen(a, "....\n....\n##..\n###.\n####\n....\n");
}

static void test_sparkline(void **state) {
  (void)state;
  static const double gap[] = {0, 1, NAN, 3, 4};
  rc_screen *a = rc_screen_new(11, 3, RC_G_BRAILLE);
  rc_sparkline(whole(a), 0, 0, 11, ramp, 11, RC_OK);
  rc_sparkline(whole(a), 0, 1, 11, gap, 5, RC_OK);
  rc_sparkline(whole(a), 0, 2, 3, gap + 2, 1, RC_OK);
  assert_screen(a, "▁▁▂▃▄▄▅▆▇██\n▁▂ ▆█\n\n");
}

/* ---- any size --------------------------------------------------------------------------------- */

static void test_stays_inside(void **state) {
  (void)state;
  static const double wild[] = {-1e300, 1e300, NAN, 3, 1e-300, -INFINITY, 0, 7};
  static const char *const label[] = {"first", "漢字", "", "d", "e", "f", "g", "the last of all"};
  for (int k = 0; k < 3 * 4 * 26 * 14; k++) {
    int g = k % 3, mode = k / 3 % 4, w = k / 12 % 26, h = k / 12 / 26;
    rc_screen *s = rc_screen_new(w + 2, h + 2, (rc_graphics)g);
    rc_pen p = {s, {1, 1, w, h}};
    rc_plot o = {"x axis", "y axis", mode & 1, mode & 2, false, 0, 0, 0, 0, mode * 9 - 1};
    rc_series line[2] = {{"a name", 8, NULL, wild, RC_SERIES1, 'o'},
                         {"other", 8, wild, ramp, RC_SERIES2, '^'}};
    if (mode & 1)
      rc_plot_bars(p, &o, 8, wild, ramp, label, RC_SERIES1, RC_SERIES2, k % 8);
    else
      rc_plot_lines(p, &o, line, 2);
    rc_gauge(p, 0, h / 2, w, 0.4, RC_OK);
    for (int y = 0; y < h + 2; y++)
      for (int x = 0; x < w + 2; x++)
        if (!x || !y || x == w + 1 || y == h + 1) assert_int_equal(cell(s, x, y).ch, 0);
    rc_screen_free(s);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_ticks),
                                     cmocka_unit_test(test_ticks_of_any_range),
                                     cmocka_unit_test(test_units),
                                     cmocka_unit_test(test_short_numbers),
                                     cmocka_unit_test(test_line),
                                     cmocka_unit_test(test_gap),
                                     cmocka_unit_test(test_log),
                                     cmocka_unit_test(test_crosshair),
                                     cmocka_unit_test(test_crosshair_elsewhere),
                                     cmocka_unit_test(test_no_data),
                                     cmocka_unit_test(test_marks_tell_apart),
                                     cmocka_unit_test(test_dots),
                                     cmocka_unit_test(test_bars),
                                     cmocka_unit_test(test_bar_parts),
                                     cmocka_unit_test(test_bars_window),
                                     cmocka_unit_test(test_gauge),
                                     cmocka_unit_test(test_sparkline),
                                     cmocka_unit_test(test_stays_inside)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
