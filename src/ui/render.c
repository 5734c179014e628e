/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renderings of a screen: plain text, ANSI (SGR), SVG. */
#include "roadcut/ui.h"
#include "ui/glyph.h"

static const rc_cell *cell_at(const rc_screen *s, int x, int y) {
  return &s->cell[(size_t)y * s->cols + x];
}

static void add_char(rc_str *out, uint32_t ch) {
  char text[5];
  rc_glyph_utf8(ch ? ch : ' ', text);
  rc_str_add(out, text);
}

void rc_screen_text(const rc_screen *s, rc_str *out) {
  for (int y = 0; y < s->rows; y++) {
    int end = s->cols;
    while (end > 0 && !cell_at(s, end - 1, y)->ch) end--;
    for (int x = 0; x < end; x++) add_char(out, cell_at(s, x, y)->ch);
    rc_str_addc(out, '\n');
  }
}

static void add_sgr(rc_str *out, int fg, int bg, int attr) {
  rc_str_add(out, "\033[0");
  if (attr & RC_A_BOLD) rc_str_add(out, ";1");
  if (attr & RC_A_UNDERLINE) rc_str_add(out, ";4");
  if (attr & RC_A_REVERSE) rc_str_add(out, ";7");
  if (fg >= 0) rc_str_addf(out, ";38;5;%d", fg);
  if (bg >= 0) rc_str_addf(out, ";48;5;%d", bg);
  rc_str_addc(out, 'm');
}

void rc_screen_ansi(const rc_screen *s, const rc_theme *t, rc_str *out) {
  for (int y = 0; y < s->rows; y++) {
    int last[3] = {-3, -3, -3};
    for (int x = 0; x < s->cols; x++) {
      int now[3];
      rc_theme_cell(t, cell_at(s, x, y), &now[0], &now[1], &now[2]);
      if (now[0] != last[0] || now[1] != last[1] || now[2] != last[2]) {
        add_sgr(out, now[0], now[1], now[2]);
        for (int k = 0; k < 3; k++) last[k] = now[k];
      }
      add_char(out, cell_at(s, x, y)->ch);
    }
    rc_str_add(out, "\033[0m\n");
  }
}

/* ---- SVG ---------------------------------------------------------------------------------------- */

enum { CELL_W = 9, CELL_H = 18 };

typedef struct paint {
  int fg[3], bg[3], attr;
} paint;

static paint paint_of(const rc_screen *s, const rc_theme *t, int x, int y) {
  int fg, bg, attr;
  rc_theme_cell(t, cell_at(s, x, y), &fg, &bg, &attr);
  /* A terminal's own colours are unknown here: its defaults become light on dark. */
  if (fg < 0) fg = t->foreground >= 0 ? t->foreground : 252;
  if (bg < 0) bg = t->background >= 0 ? t->background : 233;
  if (attr & RC_A_REVERSE) {
    int k = fg;
    fg = bg;
    bg = k;
  }
  paint p = {.attr = attr};
  rc_colour_rgb(fg, p.fg);
  rc_colour_rgb(bg, p.bg);
  return p;
}

static bool same_colour(const int a[3], const int b[3]) {
  return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

static void add_rect(rc_str *out, double x, double y, double w, double h, const int c[3]) {
  rc_str_addf(out, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%02x%02x%02x\"/>\n",
              x, y, w, h, c[0], c[1], c[2]);
}

static void add_braille(rc_str *out, int x, int y, uint32_t ch, const int c[3]) {
  static const uint8_t dot[8][2] = {{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}};
  rc_str_addf(out, "<g fill=\"#%02x%02x%02x\">", c[0], c[1], c[2]);
  for (int k = 0; k < 8; k++)
    if (ch >> k & 1)
      rc_str_addf(out, "<circle cx=\"%g\" cy=\"%g\" r=\"1.5\"/>",
                  x * CELL_W + CELL_W * (0.25 + 0.5 * dot[k][0]),
                  y * CELL_H + CELL_H * (0.125 + 0.25 * dot[k][1]));
  rc_str_add(out, "</g>\n");
}

/* Block elements are drawn as rectangles: fonts leave seams between them. False for others. */
static bool add_block(rc_str *out, int x, int y, uint32_t ch, const int c[3]) {
  double px = x * CELL_W, py = y * CELL_H;
  if (ch == 0x2580)
    add_rect(out, px, py, CELL_W, CELL_H / 2.0, c);
  else if (ch >= 0x2581 && ch <= 0x2588) {
    double h = CELL_H * (ch - 0x2580) / 8.0;
    add_rect(out, px, py + CELL_H - h, CELL_W, h, c);
  } else if (ch >= 0x2589 && ch <= 0x258f) {
    add_rect(out, px, py, CELL_W * (0x2590 - ch) / 8.0, CELL_H, c);
  } else if (ch >= 0x2591 && ch <= 0x2593) {
    rc_str_addf(out,
                "<rect x=\"%g\" y=\"%g\" width=\"%d\" height=\"%d\" fill=\"#%02x%02x%02x\" "
                "opacity=\"%g\"/>\n",
                px, py, CELL_W, CELL_H, c[0], c[1], c[2], 0.25 * (ch - 0x2590));
  } else {
    return false;
  }
  return true;
}

static void add_text_run(rc_str *out, const rc_screen *s, int x, int n, int y, const paint *p) {
  rc_str_addf(out, "<text x=\"%d\" y=\"%g\" textLength=\"%d\" fill=\"#%02x%02x%02x\"%s%s>",
              x * CELL_W, y * CELL_H + 0.76 * CELL_H, n * CELL_W, p->fg[0], p->fg[1], p->fg[2],
              p->attr & RC_A_BOLD ? " font-weight=\"bold\"" : "",
              p->attr & RC_A_UNDERLINE ? " text-decoration=\"underline\"" : "");
  for (int i = x; i < x + n; i++) {
    uint32_t ch = cell_at(s, i, y)->ch;
    if (ch == '<')
      rc_str_add(out, "&lt;");
    else if (ch == '>')
      rc_str_add(out, "&gt;");
    else if (ch == '&')
      rc_str_add(out, "&amp;");
    else
      add_char(out, ch);
  }
  rc_str_add(out, "</text>\n");
}

static bool is_letter(uint32_t ch) {
  return ch && !(ch >= 0x2580 && ch <= 0x2593 && ch != 0x2590) && !(ch >= 0x2800 && ch <= 0x28ff);
}

static void add_row(rc_str *out, const rc_screen *s, const rc_theme *t, int y,
                    const int ground[3]) {
  for (int x = 0; x < s->cols;) { /* backgrounds, in runs */
    paint p = paint_of(s, t, x, y);
    int n = 1;
    while (x + n < s->cols && same_colour(paint_of(s, t, x + n, y).bg, p.bg)) n++;
    if (!same_colour(p.bg, ground)) add_rect(out, x * CELL_W, y * CELL_H, n * CELL_W, CELL_H, p.bg);
    x += n;
  }
  for (int x = 0; x < s->cols;) {
    uint32_t ch = cell_at(s, x, y)->ch;
    paint p = paint_of(s, t, x, y);
    int n = 1;
    if (is_letter(ch)) {
      while (x + n < s->cols && is_letter(cell_at(s, x + n, y)->ch)) {
        paint q = paint_of(s, t, x + n, y);
        if (!same_colour(q.fg, p.fg) || q.attr != p.attr) break;
        n++;
      }
      add_text_run(out, s, x, n, y, &p);
    } else if (ch >= 0x2800 && ch <= 0x28ff) {
      add_braille(out, x, y, ch, p.fg);
    } else if (ch) {
      add_block(out, x, y, ch, p.fg);
    }
    x += n;
  }
}

void rc_screen_svg(const rc_screen *s, const rc_theme *t, rc_str *out) {
  int w = s->cols * CELL_W, h = s->rows * CELL_H, ground[3];
  rc_colour_rgb(t->background >= 0 ? t->background : 233, ground);
  rc_str_addf(out,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
              "viewBox=\"0 0 %d %d\" font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\" "
              "font-size=\"15\" xml:space=\"preserve\">\n",
              w, h, w, h);
  add_rect(out, 0, 0, w, h, ground);
  for (int y = 0; y < s->rows; y++) add_row(out, s, t, y, ground);
  rc_str_add(out, "</svg>\n");
}
