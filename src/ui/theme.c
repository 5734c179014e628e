/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Themes: from roles to colours of the xterm-256 palette.
 *
 * Every text style has a contrast of at least 4.5 (WCAG 2.1, 1.4.3) on the theme's background;
 * the six series are at least 20 apart in CIELAB for normal, protan, deutan and tritan eyes
 * (Machado, Oliveira, Fernandes 2009, severity 1), neighbouring levels of the scales at least 10.
 * tests/unit/ui/test_theme.c computes them. */
#include <math.h>
#include <string.h>

#include "roadcut/ui.h"

#define ON(f, b)                                                                                   \
  { f, b, 0 }
#define INK(f)                                                                                     \
  { f, -2, 0 } /* -2: the theme's background */
#define BOLD(f)                                                                                    \
  { f, -2, RC_A_BOLD }
#define SEQ(a, b, c, d, e, f, g, h, i, j)                                                          \
  [RC_SEQ0] = INK(a), [RC_SEQ0 + 1] = INK(b), [RC_SEQ0 + 2] = INK(c), [RC_SEQ0 + 3] = INK(d),      \
  [RC_SEQ0 + 4] = INK(e), [RC_SEQ0 + 5] = INK(f), [RC_SEQ0 + 6] = INK(g), [RC_SEQ0 + 7] = INK(h),  \
  [RC_SEQ0 + 8] = INK(i), [RC_SEQ0 + 9] = INK(j)
#define DIV(a, b, c, d, e, f, g, h, i)                                                             \
  [RC_DIV0] = INK(a), [RC_DIV0 + 1] = INK(b), [RC_DIV0 + 2] = INK(c), [RC_DIV0 + 3] = INK(d),      \
  [RC_DIV0 + 4] = INK(e), [RC_DIV0 + 5] = INK(f), [RC_DIV0 + 6] = INK(g), [RC_DIV0 + 7] = INK(h),  \
  [RC_DIV0 + 8] = INK(i)
#define SERIES(a, b, c, d, e, f)                                                                   \
  [RC_SERIES1] = INK(a), [RC_SERIES2] = INK(b), [RC_SERIES3] = INK(c), [RC_SERIES4] = INK(d),      \
  [RC_SERIES5] = INK(e), [RC_SERIES6] = INK(f)

static const rc_theme dark = {"dark",
                              "Dark",
                              {[RC_TEXT] = INK(252),
                               [RC_DIM] = INK(245),
                               [RC_BRIGHT] = INK(231),
                               [RC_TITLE] = BOLD(231),
                               [RC_FRAME_LINE] = INK(240),
                               [RC_FOCUS] = INK(75),
                               [RC_HEADER] = ON(252, 236),
                               [RC_HEADER_DIM] = ON(247, 236),
                               [RC_TAB] = ON(250, 237),
                               [RC_TAB_ON] = {16, 75, RC_A_BOLD},
                               [RC_KEYCAP] = ON(16, 250),
                               [RC_SELECTED] = ON(231, 238),
                               [RC_OK] = INK(114),
                               [RC_WARN] = INK(221),
                               [RC_BAD] = BOLD(210),
                               [RC_LINK] = INK(75),
                               SERIES(48, 166, 219, 190, 165, 102),
                               SEQ(53, 54, 24, 61, 30, 36, 41, 114, 154, 227),
                               DIV(32, 74, 111, 153, 255, 223, 215, 209, 166)},
                              233,
                              252};

static const rc_theme light = {"light",
                               "Light",
                               {[RC_TEXT] = INK(235),
                                [RC_DIM] = INK(241),
                                [RC_BRIGHT] = INK(16),
                                [RC_TITLE] = BOLD(16),
                                [RC_FRAME_LINE] = INK(248),
                                [RC_FOCUS] = INK(25),
                                [RC_HEADER] = ON(235, 252),
                                [RC_HEADER_DIM] = ON(239, 252),
                                [RC_TAB] = ON(238, 252),
                                [RC_TAB_ON] = {231, 25, RC_A_BOLD},
                                [RC_KEYCAP] = ON(231, 240),
                                [RC_SELECTED] = ON(16, 251),
                                [RC_OK] = INK(22),
                                [RC_WARN] = INK(94),
                                [RC_BAD] = BOLD(124),
                                [RC_LINK] = INK(25),
                                SERIES(25, 160, 17, 93, 95, 52),
                                SEQ(53, 54, 24, 61, 30, 36, 41, 114, 154, 227),
                                DIV(25, 67, 110, 153, 253, 180, 173, 130, 88)},
                               255,
                               235};

/* Blue and orange first; the six are 29 apart for every eye. */
static const rc_theme safe = {"colour-blind",
                              "Colour-blind safe",
                              {[RC_TEXT] = INK(253),
                               [RC_DIM] = INK(246),
                               [RC_BRIGHT] = INK(231),
                               [RC_TITLE] = BOLD(231),
                               [RC_FRAME_LINE] = INK(240),
                               [RC_FOCUS] = INK(75),
                               [RC_HEADER] = ON(253, 236),
                               [RC_HEADER_DIM] = ON(248, 236),
                               [RC_TAB] = ON(250, 237),
                               [RC_TAB_ON] = {16, 75, RC_A_BOLD},
                               [RC_KEYCAP] = ON(16, 250),
                               [RC_SELECTED] = ON(231, 238),
                               [RC_OK] = INK(75),
                               [RC_WARN] = INK(222),
                               [RC_BAD] = BOLD(214),
                               [RC_LINK] = INK(117),
                               SERIES(75, 214, 150, 225, 99, 198),
                               SEQ(53, 54, 24, 61, 30, 36, 41, 114, 154, 227),
                               DIV(32, 74, 111, 153, 255, 223, 215, 209, 166)},
                              16,
                              253};

/* The terminal's own sixteen colours; surfaces are reverse video. */
static const rc_theme terminal = {"terminal",
                                  "Terminal palette",
                                  {[RC_TEXT] = INK(-1),
                                   [RC_DIM] = INK(-1),
                                   [RC_BRIGHT] = BOLD(-1),
                                   [RC_TITLE] = BOLD(-1),
                                   [RC_FRAME_LINE] = INK(8),
                                   [RC_FOCUS] = INK(6),
                                   [RC_HEADER] = {-1, -1, RC_A_REVERSE},
                                   [RC_HEADER_DIM] = {-1, -1, RC_A_REVERSE},
                                   [RC_TAB] = INK(-1),
                                   [RC_TAB_ON] = {-1, -1, RC_A_REVERSE | RC_A_BOLD},
                                   [RC_KEYCAP] = {-1, -1, RC_A_REVERSE},
                                   [RC_SELECTED] = {-1, -1, RC_A_REVERSE},
                                   [RC_OK] = INK(2),
                                   [RC_WARN] = INK(3),
                                   [RC_BAD] = BOLD(9),
                                   [RC_LINK] = INK(6),
                                   SERIES(6, 3, 13, 15, 9, 8),
                                   SEQ(5, 5, 4, 4, 6, 6, 2, 2, 3, 11),
                                   DIV(4, 12, 6, 14, 7, 11, 3, 9, 1)},
                                  0,
                                  7};

static const rc_theme mono = {"mono",
                              "Monochrome",
                              {[RC_TEXT] = INK(-1),
                               [RC_DIM] = INK(-1),
                               [RC_BRIGHT] = BOLD(-1),
                               [RC_TITLE] = BOLD(-1),
                               [RC_FRAME_LINE] = INK(-1),
                               [RC_FOCUS] = BOLD(-1),
                               [RC_HEADER] = {-1, -1, RC_A_REVERSE},
                               [RC_HEADER_DIM] = {-1, -1, RC_A_REVERSE},
                               [RC_TAB] = INK(-1),
                               [RC_TAB_ON] = {-1, -1, RC_A_REVERSE | RC_A_BOLD},
                               [RC_KEYCAP] = {-1, -1, RC_A_REVERSE},
                               [RC_SELECTED] = {-1, -1, RC_A_REVERSE},
                               [RC_OK] = INK(-1),
                               [RC_WARN] = BOLD(-1),
                               [RC_BAD] = {-1, -2, RC_A_BOLD | RC_A_UNDERLINE},
                               [RC_LINK] = {-1, -2, RC_A_UNDERLINE},
                               SERIES(-1, -1, -1, -1, -1, -1),
                               SEQ(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
                               DIV(-1, -1, -1, -1, -1, -1, -1, -1, -1)},
                              -1,
                              -1};

const rc_theme *const rc_themes[] = {&dark, &light, &safe, &terminal, &mono, NULL};

const rc_theme *rc_theme_find(const char *name) {
  for (int i = 0; rc_themes[i]; i++)
    if (!strcmp(rc_themes[i]->name, name)) return rc_themes[i];
  return NULL;
}

void rc_colour_rgb(int index, int rgb[3]) {
  /* xterm's defaults for the sixteen; the cube and the greys are the same everywhere. */
  static const uint8_t base[16][3] = {
      {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},  {0, 0, 238}, {205, 0, 205},
      {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},    {0, 255, 0}, {255, 255, 0},
      {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255}};
  if (index < 0 || index > 255) index = 7;
  if (index < 16) {
    for (int k = 0; k < 3; k++) rgb[k] = base[index][k];
  } else if (index < 232) {
    int c[3] = {(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6};
    for (int k = 0; k < 3; k++) rgb[k] = c[k] ? 55 + 40 * c[k] : 0;
  } else {
    rgb[0] = rgb[1] = rgb[2] = 8 + 10 * (index - 232);
  }
}

static double luminance(int index) {
  static const double weight[3] = {0.2126, 0.7152, 0.0722};
  int rgb[3];
  double sum = 0;
  rc_colour_rgb(index, rgb);
  for (int k = 0; k < 3; k++) {
    double c = rgb[k] / 255.0;
    sum += weight[k] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double rc_colour_contrast(int a, int b) {
  double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
  return x > y ? x / y : y / x;
}

static bool is_surface(int s) {
  return s >= RC_HEADER && s <= RC_SELECTED;
}
static bool is_ink(int s) {
  return s >= RC_SERIES1;
}

void rc_theme_cell(const rc_theme *t, const rc_cell *c, int *fg, int *bg, int *attr) {
  const rc_theme_style *ink = &t->style[c->fg], *ground = &t->style[c->bg];
  int plain = t->style[RC_TEXT].fg == -1 ? -1 : t->background;
  *fg = ink->fg;
  *attr = ink->attr | c->attr;
  if (c->bg == RC_TEXT) {
    *bg = is_surface(c->fg) && ink->bg != -2 ? ink->bg : plain;
  } else if (is_surface(c->bg)) {
    *bg = ground->bg == -2 ? plain : ground->bg;
    *attr |= ground->attr & RC_A_REVERSE;
    /* What would be hard to read on this surface takes the surface's own ink. */
    if ((ground->attr & RC_A_REVERSE) || (*bg >= 0 && rc_colour_contrast(*fg, *bg) < 4.5))
      *fg = ground->fg;
  } else {
    *bg = ground->fg;
    if (!is_ink(c->fg) && *bg >= 0 && (*fg < 0 || rc_colour_contrast(*fg, *bg) < 4.5))
      *fg = rc_colour_contrast(16, *bg) > rc_colour_contrast(231, *bg) ? 16 : 231;
  }
}
