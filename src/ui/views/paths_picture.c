/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A state as a picture: spins on their lattice with the bonds they do not satisfy, the hairpin with
 * its contacts, the signs of a graph with its frustrated edges, or coordinates. */
#include <math.h>
#include <stdio.h>

#include "ui/views/paths_parts.h"

typedef struct scene {
  rc_pen p;
  const rc_paths_data *d;
  const rc_path_shape *h;
  const rc_word *state;
  int flipped;
} scene;

static const char *spin_glyph(bool up) {
  return up ? "▲" : "▼";
}
static rc_style spin_style(bool up) {
  return up ? RC_SERIES1 : RC_SERIES2;
}

static void put_spin(const scene *s, int x, int y, int spin, const char *glyph) {
  const bool up = rc_paths_up(s->state, spin);
  rc_put(s->p, x, y, spin == s->flipped ? RC_KEYCAP : spin_style(up), glyph);
  rc_attr(s->p, x, y, 1, RC_A_BOLD);
}

/* ---- lattices ----------------------------------------------------------------------------------- */

typedef struct grid {
  int px, py, shear; /* columns and rows from site to site; columns a row is moved by */
  int x, y;          /* of site 0 */
} grid;

static int site(const scene *s, int x, int y) {
  const int lx = s->h->lx, ly = s->h->ly;
  return (x + lx) % lx + (y + ly) % ly * lx;
}

/* Bonds along one diagonal only: the triangular lattice, drawn as one. */
static bool is_sheared(const scene *s) {
  if (s->h->n > 4096 || s->h->lx < 3 || s->h->ly < 3) return false;
  return rc_paths_coupling(s->d, s->state, site(s, 1, 0), site(s, 0, 1)) != 0 &&
         rc_paths_coupling(s->d, s->state, site(s, 0, 0), site(s, 1, 1)) == 0;
}

/* The largest that fits, with room for the bonds that lead round the torus; px 0: none. */
static grid fit_grid(const scene *s) {
  const int lx = s->h->lx, ly = s->h->ly;
  const bool sheared = is_sheared(s);
  grid g = {0};
  static const int sizes[][2] = {{8, 4}, {6, 3}, {6, 2}, {4, 2}, {2, 1}, {1, 1}};
  for (size_t k = 0; k < RC_LEN(sizes); k++) {
    const int px = sizes[k][0], py = sizes[k][1], shear = sheared ? px / 2 : 0;
    const int stub = py > 1;
    const int w = px * (lx - 1) + 1 + shear * (ly - 1) + stub * 2, h = py * (ly - 1) + 1 + stub;
    if (w > s->p.r.w || h > s->p.r.h) continue;
    g = (grid){px, py, shear, (s->p.r.w - w) / 2, (s->p.r.h - h) / 2};
    break;
  }
  return g;
}

static void bond_style(double e, rc_style *style, bool *bad) {
  *bad = e > 0;
  *style = e > 0 ? RC_WARN : RC_FRAME_LINE;
}

/* A bond to the right: px - 1 columns; at the edge of the torus one column of it. */
static void draw_right(const scene *s, const grid *g, int x, int y) {
  const double e = rc_paths_coupling(s->d, s->state, site(s, x, y), site(s, x + 1, y));
  if (e == 0) return;
  rc_style style;
  bool bad;
  bond_style(e, &style, &bad);
  const int n = x + 1 < s->h->lx ? g->px - 1 : 1;
  for (int k = 0; k < n; k++)
    rc_put(s->p, g->x + x * g->px + y * g->shear + 1 + k, g->y + y * g->py, style,
           bad ? (k % 2 == 0 ? "·" : " ") : "─");
}

static void draw_below(const scene *s, const grid *g, int x, int y) {
  const double e = rc_paths_coupling(s->d, s->state, site(s, x, y), site(s, x, y + 1));
  if (e == 0) return;
  rc_style style;
  bool bad;
  bond_style(e, &style, &bad);
  const int n = y + 1 < s->h->ly ? g->py - 1 : 1;
  for (int k = 0; k < n; k++) {
    const int slant = g->shear * (k + 1) / g->py;
    rc_put(s->p, g->x + x * g->px + y * g->shear + slant, g->y + y * g->py + 1 + k, style,
           g->shear ? (bad ? "·" : "╲")
           : bad    ? "·"
                    : "│");
  }
}

/* The two diagonals of the plaquette below and right of a site; only those not satisfied, or the one
 * of the triangular lattice. */
static void draw_diagonals(const scene *s, const grid *g, int x, int y) {
  if (y + 1 >= s->h->ly) return;
  const double down = rc_paths_coupling(s->d, s->state, site(s, x, y), site(s, x + 1, y + 1)),
               up = rc_paths_coupling(s->d, s->state, site(s, x + 1, y), site(s, x, y + 1));
  const int mid_y = g->y + y * g->py + (g->py + 1) / 2;
  if (g->shear) {
    if (up == 0 || x + 1 >= s->h->lx) return;
    const int x1 = g->x + (x + 1) * g->px + y * g->shear;
    for (int k = 1; k < g->py; k++)
      rc_put(s->p, x1 - g->shear * k / g->py, g->y + y * g->py + k,
             up > 0 ? RC_WARN : RC_FRAME_LINE, up > 0 ? "·" : "╱");
    return;
  }
  if (x + 1 >= s->h->lx || (down <= 0 && up <= 0)) return;
  rc_put(s->p, g->x + x * g->px + g->px / 2, mid_y, RC_WARN,
         down > 0 && up > 0 ? "╳"
         : down > 0         ? "╲"
                            : "╱");
}

/* Too many sites for glyphs: two to a cell, or the majority of what falls on one. */
static void draw_blocks(const scene *s) {
  const int lx = s->h->lx, ly = s->h->ly;
  const int w = RC_MIN(s->p.r.w, lx), rows = RC_MIN(2 * s->p.r.h, ly), h = (rows + 1) / 2;
  const bool ascii = s->p.screen->graphics == RC_G_ASCII;
  const int x0 = (s->p.r.w - w) / 2, y0 = (s->p.r.h - h) / 2;
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      int bits = 0;
      for (int k = 0; k < 2; k++) {
        const int i = x * lx / w, j = RC_MIN(2 * y + k, rows - 1) * ly / rows;
        bits |= (int)rc_paths_up(s->state, site(s, i, j)) << k;
      }
      static const char *const glyph[] = {" ", "▀", "▄", "█"};
      if (bits)
        rc_put(s->p, x0 + x, y0 + y, RC_SERIES1, ascii ? bits == 3 ? "#" : "+" : glyph[bits]);
    }
  if (s->flipped >= 0)
    rc_put(s->p, x0 + s->flipped % lx * w / lx, y0 + s->flipped / lx * rows / ly / 2, RC_KEYCAP,
           spin_glyph(rc_paths_up(s->state, s->flipped)));
}

static void draw_lattice(const scene *s) {
  const grid g = fit_grid(s);
  if (g.px == 0) {
    draw_blocks(s);
    return;
  }
  for (int y = 0; y < s->h->ly && g.py > 1; y++)
    for (int x = 0; x < s->h->lx; x++) {
      draw_right(s, &g, x, y);
      draw_below(s, &g, x, y);
      draw_diagonals(s, &g, x, y);
    }
  for (int i = 0; i < s->h->n; i++)
    put_spin(s, g.x + i % s->h->lx * g.px + i / s->h->lx * g.shear, g.y + i / s->h->lx * g.py, i,
             spin_glyph(rc_paths_up(s->state, i)));
}

/* ---- the hairpin -------------------------------------------------------------------------------- */

typedef struct strands {
  int half, px, x, top, bottom; /* columns a residue; of residue 0; rows of the two strands */
} strands;

static int residue_x(const strands *t, int i, int residues) {
  return t->x + t->px * (i < t->half ? i : residues - 1 - i);
}

static void draw_bond(const scene *s, const strands *t, int k) {
  const bool native = rc_paths_up(s->state, k), turn = k == t->half - 1;
  const rc_style style = k == s->flipped ? RC_KEYCAP : native ? RC_OK : RC_FRAME_LINE;
  if (turn) { /* round the end */
    const int x = residue_x(t, k, s->h->residues) + 1;
    for (int y = t->top; y <= t->bottom; y++)
      rc_put(s->p, x, y, style, !native ? "·" : y == t->top ? "╮" : y == t->bottom ? "╯" : "│");
    return;
  }
  const int row = k < t->half ? t->top : t->bottom;
  const int a = residue_x(t, k, s->h->residues), b = residue_x(t, k + 1, s->h->residues);
  for (int x = RC_MIN(a, b) + 1; x < RC_MAX(a, b); x++)
    rc_put(s->p, x, row, style, native ? "━" : k == s->flipped ? " " : "·");
  if (k == s->flipped) rc_attr(s->p, RC_MIN(a, b) + 1, row, t->px - 1, RC_A_BOLD);
}

static bool formed(const scene *s, const rc_path_contact *c) {
  for (int k = c->i; k < c->j; k++)
    if (!rc_paths_up(s->state, k)) return false;
  return true;
}

/* Between the strands: solid when formed; two bonds of one pair side by side. */
static void draw_contacts(const scene *s, const strands *t) {
  const int rows = t->bottom - t->top - 1;
  if (rows < 1) return;
  rc_canvas *c = rc_canvas_new(s->p.r.w, rows, s->p.screen->graphics);
  const double sub = (double)rc_canvas_w(c) / RC_MAX(s->p.r.w, 1);
  for (int k = 0; k < s->h->contacts; k++) {
    const rc_path_contact *a = &s->h->contact[k];
    int twin = 0;
    for (int m = 0; m < k; m++) twin += s->h->contact[m].i == a->i && s->h->contact[m].j == a->j;
    const bool there = formed(s, a);
    const double x0 = (residue_x(t, a->i, s->h->residues) + .25) * sub + twin,
                 x1 = (residue_x(t, a->j, s->h->residues) + .25) * sub + twin;
    const rc_style style = !there ? RC_FRAME_LINE : a->side ? RC_SERIES3 : RC_SERIES1;
    if (there)
      rc_canvas_line(c, x0, 0, x1, rc_canvas_h(c) - 1, style);
    else if (s->p.screen->graphics == RC_G_BRAILLE)
      rc_canvas_dashed(c, x0, 0, x1, rc_canvas_h(c) - 1, 1, 3, style);
  }
  rc_canvas_blit(c, s->p, 0, t->top + 1);
  rc_canvas_free(c);
}

static void draw_hairpin(const scene *s) {
  const int n = s->h->residues, w = s->p.r.w, h = s->p.r.h;
  strands t = {.half = n / 2};
  t.px = RC_MAX(1, RC_MIN(5, (w - 2) / RC_MAX(t.half - 1, 1)));
  const int gap = RC_MAX(1, RC_MIN(4, h - 4));
  t.x = RC_MAX(0, (w - (t.px * (t.half - 1) + 2)) / 2);
  t.top = RC_MAX(0, (h - gap - 4) / 2), t.bottom = t.top + gap + 1;
  draw_contacts(s, &t);
  for (int k = 0; k < s->h->n; k++) draw_bond(s, &t, k);
  for (int i = 0; i < n; i++) {
    const bool left = i > 0 && rc_paths_up(s->state, i - 1),
               right = i < s->h->n && rc_paths_up(s->state, i);
    char letter[2] = {s->h->residue[i], 0};
    rc_put(s->p, residue_x(&t, i, n), i < t.half ? t.top : t.bottom,
           left && right   ? RC_BRIGHT
           : left || right ? RC_TEXT
                           : RC_DIM,
           letter);
  }
  int native = 0, contacts = 0;
  for (int k = 0; k < s->h->n; k++) native += rc_paths_up(s->state, k);
  for (int k = 0; k < s->h->contacts; k++) contacts += formed(s, &s->h->contact[k]);
  char text[64];
  snprintf(text, sizeof text, "bonds %d/%d contacts %d/%d", native, s->h->n, contacts,
           s->h->contacts);
  const int y = RC_MIN(t.bottom + 2, h - 1);
  if (y > t.bottom) rc_put_cut(s->p, RC_MAX(0, (w - rc_text_width(text)) / 2), y, w, RC_DIM, text);
}

/* ---- graphs ------------------------------------------------------------------------------------- */

enum { RING_MOST = 40 };

/* Those of one side of the reference on the left, the others on the right: the edges of a good cut
 * cross the middle. */
static void ring_places(const scene *s, const rc_word *reference, double *angle) {
  const int n = s->h->n;
  int ups = 0, at[2] = {0, 0};
  for (int i = 0; i < n; i++) ups += rc_paths_up(reference, i);
  const bool one = ups == 0 || ups == n;
  for (int i = 0; i < n; i++) {
    const int side = rc_paths_up(reference, i), many = one ? n : side ? ups : n - ups;
    const double share = (at[side]++ + .5) / many;
    angle[i] = one ? 2 * M_PI * share : (side ? M_PI / 2 : -M_PI / 2) + M_PI * share;
  }
}

static void draw_ring(const scene *s, const rc_word *reference) {
  const int n = s->h->n;
  double angle[RING_MOST];
  ring_places(s, reference, angle);
  rc_canvas *c = rc_canvas_new(s->p.r.w, s->p.r.h - 1, s->p.screen->graphics);
  const double cw = rc_canvas_w(c), ch = rc_canvas_h(c);
  const double sx = cw / s->p.r.w, sy = ch / (s->p.r.h - 1);
  const double rx = fmin(cw / 2 - 1.5 * sx, (ch / 2 - sy) * rc_canvas_aspect(c) * 1.6),
               ry = ch / 2 - sy / 2;
  int bad = 0, edges = 0;
  for (int pass = 0; pass < 2; pass++) /* the frustrated ones on top */
    for (int i = 0; i < n; i++)
      for (int j = i + 1; j < n; j++) {
        const double e = rc_paths_coupling(s->d, s->state, i, j);
        if (e == 0 || (e > 0) != (pass == 1)) continue;
        edges++, bad += pass;
        const double x0 = cw / 2 + rx * cos(angle[i]), y0 = ch / 2 - ry * sin(angle[i]),
                     x1 = cw / 2 + rx * cos(angle[j]), y1 = ch / 2 - ry * sin(angle[j]);
        if (pass)
          rc_canvas_dashed(c, x0, y0, x1, y1, 1, 1, RC_WARN);
        else if (s->p.screen->graphics == RC_G_BRAILLE)
          rc_canvas_dashed(c, x0, y0, x1, y1, 1, 5, RC_FRAME_LINE);
      }
  rc_canvas_blit(c, s->p, 0, 0);
  rc_canvas_free(c);
  for (int i = 0; i < n; i++) {
    const int x = (int)((cw / 2 + rx * cos(angle[i])) / sx),
              y = (int)((ch / 2 - ry * sin(angle[i])) / sy);
    put_spin(s, RC_MIN(x, s->p.r.w - 1), RC_MIN(y, s->p.r.h - 2), i,
             rc_paths_up(s->state, i) ? "+" : "−");
  }
  char text[64];
  snprintf(text, sizeof text, "%d of %d edges frustrated", bad, edges);
  rc_put_cut(s->p, RC_MAX(0, (s->p.r.w - rc_text_width(text)) / 2), s->p.r.h - 1, s->p.r.w,
             bad ? RC_WARN : RC_OK, text);
}

/* Signs in rows; what does not fit is said. */
static void draw_signs(const scene *s) {
  const int each = s->p.r.w >= 2 * s->h->n || s->p.r.h * (s->p.r.w / 2) >= s->h->n ? 2 : 1;
  const int row = RC_MAX(1, s->p.r.w / each);
  int i = 0;
  for (; i < s->h->n && i / row < s->p.r.h; i++)
    put_spin(s, i % row * each, i / row, i, rc_paths_up(s->state, i) ? "+" : "−");
  if (i < s->h->n && s->p.r.h > 0) rc_put_right(s->p, s->p.r.w, s->p.r.h - 1, RC_DIM, " …");
}

/* ---- coordinates -------------------------------------------------------------------------------- */

static void draw_point(const scene *s) {
  double f[RC_PATH_FEATURES];
  rc_path_features(s->d->system, s->state, f);
  for (int i = 0; i < RC_MIN(s->h->features, s->p.r.h); i++)
    rc_put_pair(s->p, i, s->h->feature[i], i < 2 ? RC_BRIGHT : RC_TEXT, "%.5g", f[i]);
}

void rc_paths_picture(rc_pen p, const rc_paths_data *d, const rc_word *state, int flipped,
                      const rc_word *reference) {
  const scene s = {p, d, d->shape, state, flipped};
  if (p.r.w < 1 || p.r.h < 1) return;
  if (d->shape->real)
    draw_point(&s);
  else if (d->shape->residues > 0 && p.r.w >= d->shape->residues / 2 + 2 && p.r.h >= 3)
    draw_hairpin(&s);
  else if (d->shape->lx > 0)
    draw_lattice(&s);
  else if (d->shape->n <= RING_MOST && d->shape->residues == 0 && p.r.w >= 18 && p.r.h >= 7)
    draw_ring(&s, reference ? reference : state);
  else
    draw_signs(&s);
}
