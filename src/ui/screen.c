/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cell buffer, and what every piece of text goes through on its way into it. */
#include <string.h>

#include "roadcut/ui.h"
#include "ui/glyph.h"

rc_screen *rc_screen_new(int cols, int rows, rc_graphics g) {
  rc_screen *s = rc_alloc(1, sizeof *s);
  s->cols = RC_MAX(cols, 1);
  s->rows = RC_MAX(rows, 1);
  s->graphics = g;
  s->cell = rc_alloc((size_t)s->cols * s->rows, sizeof *s->cell);
  return s;
}

void rc_screen_free(rc_screen *s) {
  if (!s) return;
  rc_free(s->cell);
  rc_free(s);
}

void rc_screen_clear(rc_screen *s) {
  memset(s->cell, 0, (size_t)s->cols * s->rows * sizeof *s->cell);
}

/* ---- characters --------------------------------------------------------------------------------- */

uint32_t rc_glyph_next(const char **text) {
  const unsigned char *s = (const unsigned char *)*text;
  uint32_t c = s[0];
  int n = c < 0x80 ? 0 : c < 0xc2 ? -1 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : -1;
  if (n < 0) return ++*text, 0xfffd;
  if (n) c &= 0x3fu >> n;
  for (int i = 1; i <= n; i++) {
    if ((s[i] & 0xc0) != 0x80) return *text += i, 0xfffd;
    c = c << 6 | (s[i] & 0x3f);
  }
  *text += n + 1;
  return c;
}

/* Not wcwidth: that answers -1 to everything above 0x7f in the C locale. */
int rc_glyph_width(uint32_t c) {
  static const uint32_t none[][2] = {
      {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x200b, 0x200f}, {0x2028, 0x202e},
      {0x2060, 0x206f}, {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
  static const uint32_t wide[][2] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf},
                                     {0xac00, 0xd7a3},   {0xf900, 0xfaff},  {0xfe30, 0xfe6f},
                                     {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                                     {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
  if (c < 0x300) return 1;
  for (size_t i = 0; i < RC_LEN(none); i++)
    if (c >= none[i][0] && c <= none[i][1]) return 0;
  for (size_t i = 0; i < RC_LEN(wide); i++)
    if (c >= wide[i][0] && c <= wide[i][1]) return 2;
  return 1;
}

char rc_glyph_ascii(uint32_t c) {
  static const struct {
    uint16_t code;
    char look;
  } same[] = {
      {0xa0, ' '},    {0xb0, 'o'},    {0xb1, '~'},   {0xb2, '2'},   {0xb3, '3'},   {0xb5, 'u'},
      {0xb7, '.'},    {0xf1, 'n'},    {0xbd, '/'},   {0xd7, 'x'},   {0xf7, '/'},   {0x394, 'D'},
      {0x3a3, 'S'},   {0x3a8, 'Y'},   {0x3b1, 'a'},  {0x3b2, 'b'},  {0x3b4, 'd'},  {0x3b5, 'e'},
      {0x3b8, 'h'},   {0x3bb, 'l'},   {0x3bc, 'u'},  {0x3c0, 'p'},  {0x3c3, 's'},  {0x3c6, 'f'},
      {0x3c7, 'c'},   {0x3c8, 'y'},   {0x2010, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''},
      {0x2019, '\''}, {0x201c, '"'},  {0x201d, '"'}, {0x2022, '*'}, {0x2026, '.'}, {0x2032, '\''},
      {0x2080, '0'},  {0x2081, '1'},  {0x2082, '2'}, {0x2083, '3'}, {0x2084, '4'}, {0x2190, '<'},
      {0x2191, '^'},  {0x2192, '>'},  {0x2193, 'v'}, {0x2194, '-'}, {0x21b5, '<'}, {0x2211, 'S'},
      {0x2212, '-'},  {0x221a, 'v'},  {0x221e, '8'}, {0x2248, '~'}, {0x2260, '#'}, {0x2264, '<'},
      {0x2265, '>'},  {0x22c5, '.'},  {0x22ef, '.'}, {0x27e8, '<'}, {0x27e9, '>'}, {0x2713, '+'},
      {0x2714, '+'},  {0x2715, 'x'},  {0x2717, 'x'}, {0x2718, 'x'}, {0x2591, '.'}, {0x2592, ':'},
      {0x2593, '%'},  {0x2580, '"'},  {0x2584, '_'}, {0x258c, '['}, {0x2590, ']'}, {0x25a0, '#'},
      {0x25aa, '#'},  {0x25a1, '.'},  {0x25b2, '^'}, {0x25b3, '^'}, {0x25b4, '^'}, {0x25b6, '>'},
      {0x25b8, '>'},  {0x25bc, 'v'},  {0x25be, 'v'}, {0x25c0, '<'}, {0x25c2, '<'}, {0x25c6, '*'},
      {0x25c7, 'o'},  {0x25cb, 'o'},  {0x25cf, 'o'}, {0x25d0, 'o'}, {0x2605, '*'}, {0x266f, '#'},
      {0x21d2, '>'},  {0x2209, '!'},  {0x2208, 'e'}, {0x2203, 'E'}, {0x2016, '|'}, {0x2225, '|'},
      {0x2502, '|'},  {0x2503, '|'},  {0x2551, '|'}, {0x2506, ':'}, {0x250a, ':'}, {0x254e, ':'},
      {0x2571, '/'},  {0x2572, '\\'}, {0x2573, 'x'}, {0x25e6, 'o'}, {0x2b24, 'o'}, {0x2039, '<'},
      {0x203a, '>'},  {0x27f3, 'o'},  {0x23f8, '='}, {0x2029, ' '}, {0x2028, ' '}, {0xfffd, '?'}};
  if (c < 0x20) return ' ';
  if (c < 0x7f) return (char)c;
  if (c == 0x2500 || c == 0x2501 || c == 0x2504 || c == 0x2508 || c == 0x2550 || c == 0x254c)
    return '-';
  if (c > 0x2500 && c < 0x2580) {
    for (size_t i = 0; i < RC_LEN(same); i++)
      if (same[i].code == c) return same[i].look;
    return '+';
  }
  if (c > 0x2580 && c <= 0x2588) return c < 0x2584 ? '_' : '#'; /* lower eighths, full block */
  if (c > 0x2588 && c < 0x2590) return c < 0x258c ? '#' : '[';
  if (c >= 0x2800 && c < 0x2900) return c == 0x2800 ? ' ' : '.';
  for (size_t i = 0; i < RC_LEN(same); i++)
    if (same[i].code == c) return same[i].look;
  return '?';
}

int rc_glyph_utf8(uint32_t c, char out[5]) {
  int n = 0;
  if (c < 0x80) {
    out[n++] = (char)c;
  } else if (c < 0x800) {
    out[n++] = (char)(0xc0 | c >> 6);
    out[n++] = (char)(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out[n++] = (char)(0xe0 | c >> 12);
    out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    out[n++] = (char)(0x80 | (c & 0x3f));
  } else {
    out[n++] = (char)(0xf0 | c >> 18);
    out[n++] = (char)(0x80 | (c >> 12 & 0x3f));
    out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    out[n++] = (char)(0x80 | (c & 0x3f));
  }
  out[n] = 0;
  return n;
}

int rc_text_width(const char *utf8) {
  int w = 0;
  while (*utf8) w += rc_glyph_width(rc_glyph_next(&utf8));
  return w;
}
