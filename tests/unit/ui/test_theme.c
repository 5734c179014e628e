/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Themes: contrast by the formula of WCAG 2.1, distances in CIELAB (CIE 15:2004, D65, CIE76) as
 * normal, protan, deutan and tritan eyes see them (Machado, Oliveira, Fernandes 2009, severity 1,
 * applied to linear light). All computed here from the xterm-256 palette, not by the themes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "roadcut/ui.h"

/* ---- colours ---------------------------------------------------------------------------------- */

/* The cube and the greys of xterm's 256colres.h; the sixteen first are the terminal's own. */
static void rgb_of(int index, double rgb[3]) {
  static const int cube[6] = {0, 95, 135, 175, 215, 255};
  assert_in_range(index, 16, 255);
  if (index >= 232) {
    rgb[0] = rgb[1] = rgb[2] = (index - 232) * 10 + 8;
  } else {
    rgb[0] = cube[(index - 16) / 36];
    rgb[1] = cube[(index - 16) % 36 / 6];
    rgb[2] = cube[(index - 16) % 6];
  }
}

static void linear_of(int index, double out[3]) {
  rgb_of(index, out);
  for (int k = 0; k < 3; k++) {
    double c = out[k] / 255;
    out[k] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
  }
}

static double contrast(int a, int b) {
  double y[2], rgb[3];
  for (int k = 0; k < 2; k++) {
    linear_of(k ? b : a, rgb);
    y[k] = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] + 0.05;
  }
  return y[0] > y[1] ? y[0] / y[1] : y[1] / y[0];
}

enum { NORMAL, PROTAN, DEUTAN, TRITAN, EYES };
static const char *const eye_name[EYES] = {"normal", "protan", "deutan", "tritan"};
/* Machado, Oliveira, Fernandes 2009, table of the supplement, severity 1.0. */
static const double eye[EYES][3][3] = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                       {{0.152286, 1.052583, -0.204868},
                                        {0.114503, 0.786281, 0.099216},
                                        {-0.003882, -0.048116, 1.051998}},
                                       {{0.367322, 0.860646, -0.227968},
                                        {0.280085, 0.672501, 0.047413},
                                        {-0.011820, 0.042940, 0.968881}},
                                       {{1.255528, -0.076749, -0.178779},
                                        {-0.078411, 0.930809, 0.147602},
                                        {0.004733, 0.691367, 0.303900}}};

static double lab_f(double t) {
  return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static void lab_of(int index, int e, double lab[3]) {
  static const double xyz[3][3] = {{0.4124564, 0.3575761, 0.1804375},
                                   {0.2126729, 0.7151522, 0.0721750},
                                   {0.0193339, 0.1191920, 0.9503041}};
  static const double white[3] = {0.95047, 1, 1.08883};
  double rgb[3], seen[3], f[3];
  linear_of(index, rgb);
  for (int i = 0; i < 3; i++) {
    seen[i] = 0;
    for (int k = 0; k < 3; k++) seen[i] += eye[e][i][k] * rgb[k];
    seen[i] = fmin(fmax(seen[i], 0), 1);
  }
  for (int i = 0; i < 3; i++) {
    double v = 0;
    for (int k = 0; k < 3; k++) v += xyz[i][k] * seen[k];
    f[i] = lab_f(v / white[i]);
  }
  lab[0] = 116 * f[1] - 16;
  lab[1] = 500 * (f[0] - f[1]);
  lab[2] = 200 * (f[1] - f[2]);
}

static double apart(int a, int b, int e) {
  double x[3], y[3], sum = 0;
  lab_of(a, e, x);
  lab_of(b, e, y);
  for (int k = 0; k < 3; k++) sum += (x[k] - y[k]) * (x[k] - y[k]);
  return sqrt(sum);
}

/* ---- tests ------------------------------------------------------------------------------------ */

/* The measuring itself, on known values: white on black is 21:1 and 100 apart; #767676 is
 * the lightest grey that passes on white, 4.54; Lindbloom gives (53.24, 80.09, 67.20) for pure red. */
static void test_measures(void **state) {
  (void)state;
  double lab[3];
  assert_true(fabs(contrast(16, 231) - 21) < 1e-9);
  assert_true(fabs(contrast(243, 231) - 4.54) < 0.005);
  lab_of(196, NORMAL, lab);
  assert_true(fabs(lab[0] - 53.24) < 0.01 && fabs(lab[1] - 80.09) < 0.01);
  assert_true(fabs(lab[2] - 67.20) < 0.01);
  for (int e = 0; e < EYES; e++) {
    assert_true(fabs(apart(16, 231, e) - 100) < 0.01);
    for (int i = 0; i < 3; i++) /* greys stay greys: rows add up to 1 */
      assert_true(fabs(eye[e][i][0] + eye[e][i][1] + eye[e][i][2] - 1) < 1e-5);
  }
  assert_true(apart(196, 28, DEUTAN) < 0.6 * apart(196, 28, NORMAL));
}

static void test_palette(void **state) {
  (void)state;
  for (int i = 16; i < 256; i++) {
    int rgb[3];
    double want[3];
    rc_colour_rgb(i, rgb);
    rgb_of(i, want);
    for (int k = 0; k < 3; k++) assert_int_equal(rgb[k], (int)want[k]);
    for (int j = 16; j < 256; j++)
      assert_true(fabs(rc_colour_contrast(i, j) - contrast(i, j)) < 1e-9);
  }
  /* What is out of range is still a colour. */
  int rgb[3], grey[3];
  rc_colour_rgb(7, grey);
  rc_colour_rgb(-1, rgb);
  assert_memory_equal(rgb, grey, sizeof rgb);
  rc_colour_rgb(256, rgb);
  assert_memory_equal(rgb, grey, sizeof rgb);
}

static void test_names(void **state) {
  (void)state;
  static const char *const want[] = {"dark", "light", "colour-blind", "terminal", "mono"};
  int n = 0;
  for (; rc_themes[n]; n++) {
    assert_true(n < 5);
    assert_string_equal(rc_themes[n]->name, want[n]);
    assert_ptr_equal(rc_theme_find(want[n]), rc_themes[n]);
  }
  assert_int_equal(n, 5);
  assert_null(rc_theme_find("Dark"));
  assert_null(rc_theme_find(""));
}

static bool has_colours(const rc_theme *t) {
  return t->background >= 16;
}

/* Texts and everything that text is written in: all styles but the scales, which are fields with
 * figures on them, and the frame, which is a line. Signs and spins are written in the two ends of
 * the diverging scale. */
static bool is_text(int s) {
  return (s < RC_SEQ0 && s != RC_FRAME_LINE) || s == RC_DIV0 || s == RC_DIV8;
}

static void test_contrast(void **state) {
  (void)state;
  for (int i = 0; rc_themes[i]; i++) {
    const rc_theme *t = rc_themes[i];
    if (!has_colours(t)) continue;
    for (int s = 0; s < RC_STYLES; s++) {
      int fg, bg, attr;
      rc_cell c = {.ch = 'x', .fg = (uint8_t)s};
      rc_theme_cell(t, &c, &fg, &bg, &attr);
      double have = contrast(fg, bg), want = is_text(s) ? 4.5 : s == RC_FRAME_LINE ? 1.5 : 0;
      if (have < want) fail_msg("%s: style %d, %d on %d: %.2f", t->name, s, fg, bg, have);
      if (t->style[s].bg == -2) assert_int_equal(bg, t->background);
    }
  }
}

/* Text of every style on every surface and on every ink of a field. */
static void test_contrast_on_surfaces(void **state) {
  (void)state;
  for (int i = 0; rc_themes[i]; i++) {
    const rc_theme *t = rc_themes[i];
    if (!has_colours(t)) continue;
    for (int s = 0; s < RC_SERIES1; s++)
      for (int g = RC_HEADER; g < RC_STYLES; g++) {
        if (g > RC_SELECTED && g < RC_SERIES1) continue;
        int fg, bg, attr;
        rc_cell c = {'x', (uint8_t)s, (uint8_t)g, 0};
        rc_theme_cell(t, &c, &fg, &bg, &attr);
        if (contrast(fg, bg) < 4.5)
          fail_msg("%s: style %d on %d, %d on %d: %.2f", t->name, s, g, fg, bg, contrast(fg, bg));
        assert_int_equal(bg, g <= RC_SELECTED ? t->style[g].bg : t->style[g].fg);
      }
  }
}

/* Two inks in one cell are two halves of a field: each keeps its colour. */
static void test_half_blocks(void **state) {
  (void)state;
  for (int i = 0; rc_themes[i]; i++)
    for (int s = RC_SERIES1; s < RC_STYLES; s++)
      for (int g = RC_SERIES1; g < RC_STYLES; g++) {
        int fg, bg, attr;
        rc_cell c = {0x2580, (uint8_t)s, (uint8_t)g, 0};
        rc_theme_cell(rc_themes[i], &c, &fg, &bg, &attr);
        assert_int_equal(fg, rc_themes[i]->style[s].fg);
        assert_int_equal(bg, rc_themes[i]->style[g].fg);
      }
}

static void test_series_apart(void **state) {
  (void)state;
  for (int i = 0; rc_themes[i]; i++) {
    const rc_theme *t = rc_themes[i];
    if (!has_colours(t)) continue;
    for (int e = 0; e < EYES; e++)
      for (int a = RC_SERIES1; a <= RC_SERIES6; a++)
        for (int b = RC_SERIES1; b < a; b++) {
          double d = apart(t->style[a].fg, t->style[b].fg, e);
          if (d < 20)
            fail_msg("%s, %s: series %d and %d are %.1f apart", t->name, eye_name[e],
                     a - RC_SERIES1 + 1, b - RC_SERIES1 + 1, d);
        }
  }
}

/* Neighbouring levels of a scale differ; on the sequential one lightness only rises, on the
 * diverging one it falls away from the middle on both sides. */
static void test_scales(void **state) {
  (void)state;
  for (int i = 0; rc_themes[i]; i++) {
    const rc_theme *t = rc_themes[i];
    if (!has_colours(t)) continue;
    for (int e = 0; e < EYES; e++) {
      for (int k = RC_SEQ0 + 1; k < RC_STYLES; k++) {
        if (k == RC_DIV0) continue;
        double d = apart(t->style[k].fg, t->style[k - 1].fg, e);
        if (d < 10)
          fail_msg("%s, %s: levels %d and %d (%d, %d) are %.1f apart", t->name, eye_name[e],
                   k - RC_SEQ0 - 1, k - RC_SEQ0, t->style[k - 1].fg, t->style[k].fg, d);
      }
      double d = apart(t->style[RC_DIV0].fg, t->style[RC_DIV8].fg, e);
      if (d < 20) fail_msg("%s, %s: ends of the diverging scale: %.1f", t->name, eye_name[e], d);
      for (int k = 0; k < 4; k++) {
        double x[3], y[3];
        for (int side = 0; side < 2; side++) {
          lab_of(t->style[side ? RC_DIV8 - k : RC_DIV0 + k].fg, e, x);
          lab_of(t->style[side ? RC_DIV8 - k - 1 : RC_DIV0 + k + 1].fg, e, y);
          if (y[0] <= x[0])
            fail_msg("%s, %s: diverging, side %d step %d: %.1f to %.1f", t->name, eye_name[e], side,
                     k, x[0], y[0]);
        }
      }
      double before = -1;
      for (int k = RC_SEQ0; k <= RC_SEQ9; k++) {
        double lab[3];
        lab_of(t->style[k].fg, e, lab);
        if (lab[0] <= before)
          fail_msg("%s, %s: sequential level %d is not lighter", t->name, eye_name[e], k - RC_SEQ0);
        before = lab[0];
      }
    }
  }
}

/* Never colour alone: six series have six marks, the verdicts differ by attribute or are words. */
static void test_marks(void **state) {
  (void)state;
  static const char mark[] = "o^#*x+";
  for (int a = 0; mark[a]; a++) {
    assert_int_equal(rc_text_width(rc_mark_text(mark[a])), 1);
    for (int b = 0; b < a; b++)
      assert_string_not_equal(rc_mark_text(mark[a]), rc_mark_text(mark[b]));
  }
}

/* A theme without colours of its own has only attributes. */
static void test_mono(void **state) {
  (void)state;
  const rc_theme *t = rc_theme_find("mono");
  for (int s = 0; s < RC_STYLES; s++)
    for (int g = 0; g < RC_STYLES; g++) {
      int fg, bg, attr;
      rc_cell c = {'x', (uint8_t)s, (uint8_t)g, 0};
      rc_theme_cell(t, &c, &fg, &bg, &attr);
      assert_int_equal(fg, -1);
      assert_int_equal(bg, -1);
      assert_int_equal(attr & ~(RC_A_BOLD | RC_A_REVERSE | RC_A_UNDERLINE), 0);
    }
  static const int must_differ[][2] = {
      {RC_TEXT, RC_SELECTED}, {RC_TEXT, RC_TITLE}, {RC_TAB, RC_TAB_ON}, {RC_OK, RC_BAD},
      {RC_OK, RC_WARN},       {RC_WARN, RC_BAD},   {RC_TEXT, RC_LINK},  {RC_FRAME_LINE, RC_FOCUS},
      {RC_TEXT, RC_BRIGHT},   {RC_TEXT, RC_KEYCAP}};
  for (size_t i = 0; i < RC_LEN(must_differ); i++)
    assert_int_not_equal(t->style[must_differ[i][0]].attr, t->style[must_differ[i][1]].attr);
}

/* The terminal's palette: its own sixteen colours and defaults, text in the default ink. */
static void test_terminal(void **state) {
  (void)state;
  const rc_theme *t = rc_theme_find("terminal");
  for (int s = 0; s < RC_STYLES; s++) {
    assert_in_range(t->style[s].fg + 1, 0, 16);
    assert_true(t->style[s].bg == -1 || t->style[s].bg == -2);
  }
  static const int ink[] = {RC_TEXT, RC_DIM, RC_BRIGHT, RC_TITLE, RC_HEADER, RC_TAB, RC_SELECTED};
  for (size_t i = 0; i < RC_LEN(ink); i++) assert_int_equal(t->style[ink[i]].fg, -1);
  for (int a = RC_SERIES1; a <= RC_SERIES6; a++)
    for (int b = RC_SERIES1; b < a; b++) assert_int_not_equal(t->style[a].fg, t->style[b].fg);
  assert_true(t->style[RC_SELECTED].attr & RC_A_REVERSE);
  assert_true(t->style[RC_TAB_ON].attr & RC_A_REVERSE);
}

/* On a reversed surface everything takes the surface's ink: colours would become grounds. */
static void test_reverse(void **state) {
  (void)state;
  for (int i = 3; rc_themes[i]; i++)
    for (int s = 0; s < RC_SERIES1; s++) {
      int fg, bg, attr;
      rc_cell c = {'x', (uint8_t)s, RC_SELECTED, RC_A_BOLD};
      rc_theme_cell(rc_themes[i], &c, &fg, &bg, &attr);
      assert_int_equal(fg, -1);
      assert_int_equal(bg, -1);
      assert_int_equal(attr & (RC_A_REVERSE | RC_A_BOLD), RC_A_REVERSE | RC_A_BOLD);
    }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_measures),
                                     cmocka_unit_test(test_palette),
                                     cmocka_unit_test(test_names),
                                     cmocka_unit_test(test_contrast),
                                     cmocka_unit_test(test_contrast_on_surfaces),
                                     cmocka_unit_test(test_half_blocks),
                                     cmocka_unit_test(test_series_apart),
                                     cmocka_unit_test(test_scales),
                                     cmocka_unit_test(test_marks),
                                     cmocka_unit_test(test_mono),
                                     cmocka_unit_test(test_terminal),
                                     cmocka_unit_test(test_reverse)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
