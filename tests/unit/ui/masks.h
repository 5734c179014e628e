/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only rounding decides is blotted out of a screen before it is compared with a golden render. */
#ifndef RC_TEST_UI_MASKS_H
#define RC_TEST_UI_MASKS_H

#include "common.h"

#include <ctype.h>

/* A screen as rows of code points, so that columns are columns. */
typedef struct grid {
  int rows, cols;
  uint32_t *cell;
} grid;

static inline grid grid_of(const char *text) {
  grid g = {.rows = 1, .cols = 0};
  int col = 0;
  for (const char *s = text; *s; s++) {
    if (*s == '\n')
      g.rows++, col = 0;
    else if (((unsigned char)*s & 0xc0) != 0x80)
      col++;
    g.cols = RC_MAX(g.cols, col);
  }
  g.cell = calloc((size_t)g.rows * (size_t)(g.cols + 1), sizeof *g.cell);
  int x = 0, y = 0;
  for (const unsigned char *s = (const unsigned char *)text; *s;) {
    if (*s == '\n') {
      y++, x = 0, s++;
      continue;
    }
    uint32_t c = *s++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    if (more) c &= 0x3fU >> more;
    while (more-- > 0) c = c << 6 | (*s++ & 0x3f);
    g.cell[y * (g.cols + 1) + x++] = c;
  }
  return g;
}

static inline void put_utf8(rc_str *out, uint32_t c) {
  if (c >= 0x800) {
    rc_str_addc(out, (char)(0xe0 | c >> 12));
    rc_str_addc(out, (char)(0x80 | (c >> 6 & 63)));
    rc_str_addc(out, (char)(0x80 | (c & 63)));
  } else if (c >= 0x80) {
    rc_str_addc(out, (char)(0xc0 | c >> 6));
    rc_str_addc(out, (char)(0x80 | (c & 63)));
  } else
    rc_str_addc(out, (char)c);
}

static inline bool is_at(const uint32_t *row, const char *text) {
  for (; *text; text++, row++)
    if (*row != (unsigned char)*text) return false;
  return true;
}

static inline bool is_edge(uint32_t c) {
  return c == 0x2502 || c == '|' || c == 0;
}

/* From x to the edge of the pane. */
static inline void blot(uint32_t *row, int x) {
  for (; !is_edge(row[x]); x++)
    if (row[x] != ' ') row[x] = '#';
}

/* The residual of a dense solution and the differences that a check finds are rounding. */
static inline void mask_line(uint32_t *row, int cols) {
  for (int x = 0; x < cols; x++) {
    if (is_at(row + x, "residual  ")) blot(row, x + 8);
    if (is_at(row + x, "difference  ")) blot(row, x + 10);
    if (is_at(row + x, "diagonal ") && x > 2 && row[x - 1] == ' ' &&
        is_at(row + x - 2, "  diagonal"))
      blot(row, x + 8);
    if (row[x] == 'e' && row[x + 1] == '-' && x > 0 && row[x - 1] < 128 &&
        isdigit((int)row[x - 1])) {
      int from = x;
      while (from > 0 && row[from - 1] < 128 &&
             (isdigit((int)row[from - 1]) || row[from - 1] == '.'))
        from--;
      int to = x + 2, power = 0;
      while (row[to] < 128 && isdigit((int)row[to])) power = 10 * power + (int)(row[to++] - '0');
      if (power < 8) continue; /* a figure, not rounding */
      for (int k = from; k < to; k++) row[k] = '#';
    }
  }
}

/* The curve of one point has a residual of rounding for its only height. */
static inline void mask_pane(grid *g, const char *title) {
  size_t n = strlen(title);
  int stride = g->cols + 1;
  for (int y = 0; y < g->rows; y++)
    for (int x = 2; x + (int)n < g->cols; x++) {
      uint32_t *row = g->cell + y * stride;
      if (!is_at(row + x, title) || row[x - 1] != ' ') continue;
      int left = x;
      while (left > 0 && row[left] != 0x250c && row[left] != '+') left--;
      for (int k = y + 1; k < g->rows && is_edge(g->cell[k * stride + left]); k++)
        for (int i = left + 1; i < g->cols && !is_edge(g->cell[k * stride + i]); i++)
          g->cell[k * stride + i] = ' ';
      return;
    }
}

static inline char *masked(const char *text) {
  grid g = grid_of(text);
  rc_str out = {0};
  mask_pane(&g, "convergence ");
  for (int y = 0; y < g.rows; y++) {
    uint32_t *row = g.cell + y * (g.cols + 1);
    mask_line(row, g.cols);
    int end = g.cols;
    while (end > 0 && (row[end - 1] == 0 || row[end - 1] == ' ')) end--;
    for (int x = 0; x < end; x++) put_utf8(&out, row[x] ? row[x] : ' ');
    if (y + 1 < g.rows || end > 0) rc_str_addc(&out, '\n');
  }
  free(g.cell);
  return out.text;
}

#endif
