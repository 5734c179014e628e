/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xterm-256 colours on terminals with 8 or 16. */
#include "term/terminal.h"

typedef struct rgb {
  int r, g, b;
} rgb;

static rgb xterm_rgb(int index) {
  static const rgb base[16] = {{0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
                               {0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
                               {127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
                               {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255}};
  if (index < 16) return base[index];
  if (index >= 232) {
    const int grey = 8 + 10 * (index - 232);
    return (rgb){grey, grey, grey};
  }
  const int cube[3] = {(index - 16) / 36, (index - 16) / 6 % 6, (index - 16) % 6};
  int level[3];
  for (int i = 0; i < 3; i++) level[i] = cube[i] ? 55 + 40 * cube[i] : 0;
  return (rgb){level[0], level[1], level[2]};
}

/* Differences of green weigh most for the eye, those of blue least. */
static int distance(rgb a, rgb b) {
  const int r = a.r - b.r, g = a.g - b.g, bl = a.b - b.b;
  return 3 * r * r + 4 * g * g + 2 * bl * bl;
}

static int nearest(int index, int among) {
  if (index < among) return index;
  const rgb want = xterm_rgb(index);
  int best = 0;
  for (int i = 1; i < among; i++)
    if (distance(want, xterm_rgb(i)) < distance(want, xterm_rgb(best))) best = i;
  return best;
}

void rc_color_reduce(int colors, int *fg, int *bg, bool *bold) {
  *bold = false;
  if (colors >= 256) return;
  if (*fg >= 0) *fg = nearest(*fg, 16);
  if (*bg >= 0) *bg = nearest(*bg, colors >= 16 ? 16 : 8);
  if (colors < 16 && *fg >= 8) {
    *bold = true;
    *fg = *fg == 8 ? 7 : *fg - 8; /* bold black is invisible on many */
  }
  if (*fg >= 0 && *fg == *bg) *fg = *bg == 0 || *bg == 4 ? 7 : 0;
}
