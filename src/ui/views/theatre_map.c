/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The landscape over two features or coordinates: committor or free energy as a field, the path of
 * a shot over it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/paths_parts.h"

typedef enum { LEARNT, EXACT, DIFFERENCE, ENERGY, MODES } map_mode;
static const char *const mode_name[MODES] = {"p learnt", "p exact", "learnt - exact",
                                             "free energy"};
static const double DEEP = 18; /* kT above the lowest: higher cells are left dark */

typedef struct view {
  const rc_paths_data *d;
  const rc_paths_map *m;
  map_mode mode;
  bool plain, bare;      /* bare: no field */
  double x0, x1, y0, y1; /* what the pen shows; y1 on top */
  double hx, hy;         /* half a cell */
  double least;          /* lowest energy of the map */
} view;

/* What there is to show, from the mode asked for on. */
static map_mode mode_of(const rc_view_context *v, const rc_paths_data *d) {
  const bool have[MODES] = {d->map.learnt != NULL, d->map.exact != NULL,
                            d->map.learnt && d->map.exact, true};
  map_mode mode = (map_mode)(rc_part_value(v, "map", "mode") % MODES);
  while (!have[mode]) mode = (map_mode)((mode + 1) % MODES);
  return mode;
}

static int column(const rc_paths_data *d, const char *name) {
  return rc_paths_feature(d->shape, name);
}

/* Where a segment of a path is on the map; nan: not a feature of the system. */
static double place(const rc_paths_data *d, const rc_paths_view *path, int segment, int feature) {
  return feature < 0 ? NAN : path->feature[(size_t)segment * (size_t)d->shape->features + feature];
}

/* The part that is not dark. A cell reaches to half way to its neighbours. */
static void crop(view *t) {
  const rc_paths_map *m = t->m;
  int i0 = m->nx, i1 = -1, j0 = m->ny, j1 = -1;
  t->least = INFINITY;
  for (int i = 0; i < m->nx * m->ny; i++) t->least = fmin(t->least, m->energy[i]);
  for (int k = 0; k < m->nx * m->ny; k++) {
    if (!(m->energy[k] - t->least <= DEEP)) continue;
    i0 = RC_MIN(i0, k % m->nx), i1 = RC_MAX(i1, k % m->nx);
    j0 = RC_MIN(j0, k / m->nx), j1 = RC_MAX(j1, k / m->nx);
  }
  if (t->bare) i0 = j0 = i1 = j1 = 0;
  t->hx = m->grid ? (m->x1 - m->x0) / m->nx / 2 : (m->x1 - m->x0) / RC_MAX(m->nx - 1, 1) / 2;
  t->hy = m->grid ? (m->y1 - m->y0) / m->ny / 2 : (m->y1 - m->y0) / RC_MAX(m->ny - 1, 1) / 2;
  if (!(t->hx > 0)) t->hx = .5;
  if (!(t->hy > 0)) t->hy = .5;
  const double x = m->grid ? m->x0 + t->hx : m->x0, y = m->grid ? m->y0 + t->hy : m->y0;
  t->x0 = x + (2 * i0 - 1) * t->hx, t->x1 = x + (2 * i1 + 1) * t->hx;
  t->y0 = y + (2 * j0 - 1) * t->hy, t->y1 = y + (2 * j1 + 1) * t->hy;
}

static void frame_of(view *t, const rc_view_context *v) {
  const rc_paths_map *m = t->m;
  crop(t);
  if (v->zoom == 0 || t->d->path.segments < 1) return;
  const double share = pow(1.3, -v->zoom), w = (t->x1 - t->x0) * share, h = (t->y1 - t->y0) * share;
  const int at = t->d->path.segment;
  const double x = place(t->d, &t->d->path, at, column(t->d, m->x)),
               y = place(t->d, &t->d->path, at, column(t->d, m->y));
  if (isnan(x) || isnan(y)) return;
  t->x0 = x - w / 2, t->x1 = x + w / 2, t->y0 = y - h / 2, t->y1 = y + h / 2;
}

/* The cell at a share of the pen, y from the top; -1 outside of the map. */
static int cell_at(const view *t, double u, double w) {
  const rc_paths_map *m = t->m;
  const double x = t->x0 + u * (t->x1 - t->x0), y = t->y1 - w * (t->y1 - t->y0);
  const double i = m->grid     ? floor((x - m->x0) / (m->x1 - m->x0) * m->nx)
                   : m->nx > 1 ? round((x - m->x0) / (m->x1 - m->x0) * (m->nx - 1))
                               : 0;
  const double j = m->grid     ? floor((y - m->y0) / (m->y1 - m->y0) * m->ny)
                   : m->ny > 1 ? round((y - m->y0) / (m->y1 - m->y0) * (m->ny - 1))
                               : 0;
  return i >= 0 && j >= 0 && i < m->nx && j < m->ny ? (int)j * m->nx + (int)i : -1;
}

/* Two features may know each other's parity: a cell without a state takes after the one beside it. */
static int filled(const view *t, int cell) {
  const rc_paths_map *m = t->m;
  if (cell < 0 || !isnan(m->energy[cell]) || m->grid) return cell;
  const int i = cell % m->nx, j = cell / m->nx;
  const int beside[4] = {i > 0 ? cell - 1 : -1, i + 1 < m->nx ? cell + 1 : -1,
                         j > 0 ? cell - m->nx : -1, j + 1 < m->ny ? cell + m->nx : -1};
  int pairs = 0, best = cell;
  for (int k = 3; k >= 0; k--)
    if (beside[k] >= 0 && !isnan(m->energy[beside[k]])) best = beside[k], pairs++;
  return pairs >= 2 ? best : cell;
}

/* 0 .. 1 on the scale of the mode; nan: nothing there. */
static double level_at(const view *t, int of) {
  const int cell = filled(t, of);
  if (cell < 0 || isnan(t->m->energy[cell])) return NAN;
  const double depth = t->m->energy[cell] - t->least;
  switch (t->mode) {
  case LEARNT: return depth > DEEP ? NAN : t->m->learnt[cell];
  case EXACT: return depth > DEEP ? NAN : t->m->exact[cell];
  case DIFFERENCE:
    return depth > DEEP ? NAN : fmax(0, fmin(1, .5 + 2 * (t->m->learnt[cell] - t->m->exact[cell])));
  default: return depth > DEEP ? NAN : 1 - depth / DEEP;
  }
}

static rc_style style_at(const view *t, double level) {
  if (t->mode == ENERGY) return (rc_style)(RC_SEQ0 + (int)(9.999 * fmin(level, 1)));
  return rc_paths_committor_style(level);
}

static void draw_field(const view *t, rc_pen p) {
  for (int y = 0; y < p.r.h; y++)
    for (int x = 0; x < p.r.w; x++) {
      const double u = (x + .5) / p.r.w;
      const double top = level_at(t, cell_at(t, u, (y + .25) / p.r.h)),
                   low = level_at(t, cell_at(t, u, (y + .75) / p.r.h));
      if (isnan(top) && isnan(low)) continue;
      if (t->plain) {
        const double mean = isnan(top) ? low : isnan(low) ? top : (top + low) / 2;
        rc_put_cell(p, x, y, rc_part_shade(p, mean), RC_DIM, RC_TEXT, 0);
      } else if (isnan(top)) {
        rc_put_cell(p, x, y, 0x2584, style_at(t, low), RC_TEXT, 0);
      } else {
        rc_put_cell(p, x, y, 0x2580, style_at(t, top), isnan(low) ? RC_TEXT : style_at(t, low), 0);
      }
    }
}

/* ---- over the field ----------------------------------------------------------------------------- */

static int ring_of(const view *t, double u, double w) {
  const int cell = cell_at(t, u, w);
  const double *p = t->mode == EXACT || !t->m->learnt ? t->m->exact : t->m->learnt;
  if (!p || isnan(level_at(t, cell))) return -1;
  return (p[cell] > .1) + (p[cell] > .5) + (p[cell] > .9);
}

/* Dots where a pixel and its right or lower neighbour are on different sides of p = .1, .5, .9;
 * the middle one is not broken. */
static void draw_lines(const view *t, rc_canvas *c) {
  const int w = rc_canvas_w(c), h = rc_canvas_h(c);
  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      const int here = ring_of(t, (x + .5) / w, (y + .5) / h);
      const int right = ring_of(t, (x + 1.5) / w, (y + .5) / h),
                below = ring_of(t, (x + .5) / w, (y + 1.5) / h);
      const int other = right >= 0 && right != here ? right : below;
      if (here < 0 || other < 0 || other == here) continue;
      const bool middle = (here < 2) != (other < 2);
      if (middle || (x + y) % 2 == 0) rc_canvas_dot(c, x, y, RC_BRIGHT);
    }
}

typedef struct spot {
  double x, y; /* shares of the pen, y from the top */
} spot;

static spot spot_of(const view *t, const rc_paths_view *path, int segment, int fx, int fy) {
  return (spot){(place(t->d, path, segment, fx) - t->x0) / (t->x1 - t->x0),
                (t->y1 - place(t->d, path, segment, fy)) / (t->y1 - t->y0)};
}

/* A long path wanders to and fro until it covers what is under it: then the mean over stretches of
 * it is drawn. */
static void draw_path(const view *t, rc_canvas *c, const rc_paths_view *path, int fx, int fy) {
  enum { POINTS = 160 };
  const double w = rc_canvas_w(c), h = rc_canvas_h(c);
  const int step = path->segments > 2 * POINTS ? path->segments / POINTS : 1;
  spot before = {NAN, NAN};
  for (int i = 0; i < path->segments; i += step) {
    const int end = RC_MIN(i + step, path->segments);
    spot s = {0, 0};
    for (int k = i; k < end; k++) {
      const spot one = spot_of(t, path, k, fx, fy);
      s.x += one.x / (end - i), s.y += one.y / (end - i);
    }
    if (i > 0 && isfinite(before.x + before.y + s.x + s.y))
      rc_canvas_line(c, before.x * w - .5, before.y * h - .5, s.x * w - .5, s.y * h - .5,
                     RC_BRIGHT);
    before = s;
  }
}

static void put_mark(rc_pen p, spot s, const char *mark) {
  if (!(s.x >= 0 && s.x < 1 && s.y >= 0 && s.y < 1)) return;
  const int x = (int)(s.x * p.r.w), y = (int)(s.y * p.r.h);
  rc_put(p, x, y, RC_KEYCAP, mark);
  rc_attr(p, x, y, 1, RC_A_BOLD);
}

/* The letter of A and of B stands where its deepest cell is. */
static void draw_states(const view *t, rc_pen p) {
  static const int label[] = {RC_IN_A, RC_IN_B};
  for (int k = 0; k < 2; k++) {
    spot best = {NAN, NAN};
    double least = INFINITY;
    for (int y = 0; y < p.r.h; y++)
      for (int x = 0; x < p.r.w; x++) {
        const spot s = {(x + .5) / p.r.w, (y + .5) / p.r.h};
        const int cell = cell_at(t, s.x, s.y);
        if (cell < 0 || t->m->label[cell] != label[k] || !(t->m->energy[cell] < least)) continue;
        least = t->m->energy[cell], best = s;
      }
    put_mark(p, best, k ? "B" : "A");
  }
}

static void draw_over(const view *t, rc_pen p) {
  rc_canvas *c = rc_canvas_new(p.r.w, p.r.h, p.screen->graphics);
  const rc_paths_view *path = &t->d->path;
  const int fx = column(t->d, t->m->x), fy = column(t->d, t->m->y);
  if (t->m->grid && p.screen->graphics == RC_G_BRAILLE) draw_lines(t, c);
  draw_path(t, c, path, fx, fy);
  rc_paths_overlay(c, p, 0, 0);
  rc_canvas_free(c);
  draw_states(t, p);
  if (path->sp >= 0 && path->sp < path->segments)
    put_mark(p, spot_of(t, path, path->sp, fx, fy), "◆");
  if (path->segment >= 0 && path->segment < path->segments)
    put_mark(p, spot_of(t, path, path->segment, fx, fy), "●");
}

/* ---- round the field ---------------------------------------------------------------------------- */

static void draw_legend(const view *t, rc_pen p, int y) {
  const bool energy = t->mode == ENERGY;
  const int steps = energy ? 10 : 9;
  char low[24] = "p 0 ", high[24] = " 1";
  if (energy) snprintf(low, sizeof low, "%.0f kT ", DEEP), snprintf(high, sizeof high, " 0");
  if (t->mode == DIFFERENCE)
    snprintf(low, sizeof low, "-.25 "), snprintf(high, sizeof high, " +.25");
  int x =
      t->bare ? rc_put(p, 0, y, RC_DIM, "too many states for a map") : rc_put(p, 0, y, RC_DIM, low);
  for (int k = 0; k < steps && !t->bare; k++, x++) {
    const double level = (k + .5) / steps;
    if (t->plain)
      rc_put_cell(p, x, y, rc_part_shade(p, level), RC_DIM, RC_TEXT, 0);
    else
      rc_put_cell(p, x, y, 0x2588, style_at(t, level), RC_TEXT, 0);
  }
  if (!t->bare) x = rc_put(p, x, y, RC_DIM, high);
  const char *const marks[] = {"◆", "shot", "●", "frame"};
  for (int k = 0; k < 4; k += 2) {
    if (x + 4 + rc_text_width(marks[k + 1]) > p.r.w) break;
    rc_put(p, x + 2, y, RC_KEYCAP, marks[k]);
    x = rc_put(p, x + 4, y, RC_DIM, marks[k + 1]);
  }
  if (t->m->grid && !t->bare && p.screen->graphics == RC_G_BRAILLE && x + 17 <= p.r.w)
    rc_put(p, x + 2, y, RC_DIM, "⠒⠒ p = .1 .5 .9");
}

static void draw_scale(const view *t, rc_pen p, int y, int left) {
  char a[24], b[24];
  const double half = t->m->grid ? 0 : t->hx; /* the values of the outermost cells */
  snprintf(a, sizeof a, "%.4g", t->x0 + half);
  snprintf(b, sizeof b, "%.4g", t->x1 - half);
  rc_put(p, left, y, RC_DIM, a);
  rc_put_right(p, p.r.w, y, RC_DIM, b);
  const int w = rc_text_width(t->m->x) + 2, x = left + (p.r.w - left - w) / 2;
  if (x > left + rc_text_width(a) && x + w < p.r.w - rc_text_width(b))
    rc_putf(p, x, y, RC_TEXT, "%s →", t->m->x);
}

/* The field itself inside of the pane; used by the mouse too. */
static rc_pen field_pen(const rc_paths_map *m, rc_pen p) {
  const int gutter = p.r.w >= 40 ? RC_MAX(6, RC_MIN(9, rc_text_width(m->y) + 1)) : 0,
            foot = p.r.h >= 8 ? 2 : 0, head = p.r.h >= 6;
  return rc_pen_sub(p, gutter, head, p.r.w - gutter, p.r.h - head - foot);
}

static void draw_head(const view *t, rc_pen p) {
  const rc_paths_view *path = &t->d->path;
  char text[96];
  const char *name = t->bare ? "the path" : mode_name[t->mode];
  int x = rc_put(p, 0, 0, RC_BRIGHT, name);
  if (path->segments > 0) {
    if (path->shot)
      snprintf(text, sizeof text, "shot %llu%s", (unsigned long long)path->shot,
               t->d->chosen ? "" : ", live");
    else
      snprintf(text, sizeof text, "initial path");
    if (x + 2 + rc_text_width(text) <= p.r.w)
      x = rc_put_right(p, p.r.w, 0, t->d->chosen ? RC_LINK : RC_DIM, text) - 2;
  }
  snprintf(text, sizeof text, "  over %s and %s", t->m->x, t->m->y);
  const int from = rc_text_width(name);
  if (from + rc_text_width(text) <= x) rc_put(p, from, 0, RC_DIM, text);
}

/* Too many states for a map: nothing but the room the path takes, over two features. */
static bool bare_map(const rc_paths_data *d, rc_paths_map *m) {
  static const double dark = NAN;
  static const uint8_t none = 0;
  const rc_path_shape *h = d->shape;
  const char *const *axes = rc_path_system_class(d->system)->axes;
  if (h->features < 2 || d->path.segments < 2) return false;
  *m = (rc_paths_map){.nx = 1, .ny = 1, .grid = true, .energy = &dark, .label = &none};
  snprintf(m->x, sizeof m->x, "%s", axes[0] ? axes[0] : h->feature[0]);
  snprintf(m->y, sizeof m->y, "%s", axes[1] ? axes[1] : h->feature[1]);
  m->x0 = m->y0 = INFINITY, m->x1 = m->y1 = -INFINITY;
  const int fx = column(d, m->x), fy = column(d, m->y);
  for (int i = 0; i < d->path.segments; i++) {
    const double x = place(d, &d->path, i, fx), y = place(d, &d->path, i, fy);
    m->x0 = fmin(m->x0, x), m->x1 = fmax(m->x1, x);
    m->y0 = fmin(m->y0, y), m->y1 = fmax(m->y1, y);
  }
  if (!(m->x1 > m->x0)) m->x0 -= .5, m->x1 += .5;
  if (!(m->y1 > m->y0)) m->y0 -= .5, m->y1 += .5;
  return isfinite(m->x0 + m->x1 + m->y0 + m->y1);
}

/* The map of the snapshot, or a bare one in 'own'; false: there is nothing to draw. */
static bool open_view(const rc_view_context *v, rc_pen p, view *t, rc_paths_map *own) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d) return false;
  *t = (view){.d = d, .m = &d->map, .plain = rc_part_plain(v, p)};
  if (d->map.nx > 0) {
    t->mode = mode_of(v, d);
  } else {
    if (d->exact_wanted || !bare_map(d, own)) return false;
    t->m = own, t->mode = ENERGY, t->bare = true;
  }
  frame_of(t, v);
  return true;
}

static void map_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  view t;
  rc_paths_map own;
  if (!open_view(v, p, &t, &own)) {
    rc_part_waiting(p, d && d->exact_wanted && !d->exact_done ? "solving for the exact committor"
                                                              : "the landscape is being made");
    return;
  }
  const rc_pen box = field_pen(t.m, p);
  const int left = box.r.x - p.r.x, below = box.r.y - p.r.y + box.r.h;
  if (box.r.y > p.r.y) draw_head(&t, p);
  draw_field(&t, box);
  draw_over(&t, box);
  if (left > 0) {
    char text[24];
    const double half = t.m->grid ? 0 : t.hy;
    snprintf(text, sizeof text, "%.3g", t.y1 - half);
    rc_put_right(p, left - 1, box.r.y - p.r.y, RC_DIM, text);
    snprintf(text, sizeof text, "%.3g", t.y0 + half);
    rc_put_right(p, left - 1, below - 1, RC_DIM, text);
    rc_put_cut(p, 0, box.r.y - p.r.y + box.r.h / 2, left, RC_TEXT, t.m->y);
    rc_put(p, RC_MIN(rc_text_width(t.m->y), left - 1), box.r.y - p.r.y + box.r.h / 2 - 1, RC_TEXT,
           "↑");
  }
  if (below + 2 <= p.r.h) {
    draw_scale(&t, p, below, left);
    draw_legend(&t, p, below + 1);
  }
}

static bool map_key(rc_view_context *v, int key) {
  if (key == 'v') {
    const rc_paths_data *d = rc_paths_snapshot(v);
    if (d && d->map.nx > 0) rc_part_set(v, "map", "mode", mode_of(v, d) + 1);
    return true;
  }
  return rc_paths_frames_key(v, key);
}

/* A press shows the frame of the path that is nearest. */
static bool map_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  view t;
  rc_paths_map own;
  if (m.what != RC_M_PRESS && m.what != RC_M_DRAG) return false;
  if (!d || d->path.segments < 1 || !open_view(v, p, &t, &own)) return false;
  const rc_pen box = field_pen(t.m, p);
  const double u = (m.x + .5 - (box.r.x - p.r.x)) / box.r.w,
               w = (m.y + .5 - (box.r.y - p.r.y)) / box.r.h;
  const int fx = column(d, t.m->x), fy = column(d, t.m->y);
  int best = -1;
  double least = INFINITY;
  for (int i = 0; i < d->path.segments; i++) {
    const spot s = spot_of(&t, &d->path, i, fx, fy);
    const double far = hypot((s.x - u) * box.r.w, 2 * (s.y - w) * box.r.h);
    if (far < least) least = far, best = i;
  }
  if (best >= 0 && best != d->path.segment)
    rc_paths_do(v, "frame %llu", (unsigned long long)d->path.at[best]);
  return true;
}

static void map_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  const rc_paths_map *m = d ? &d->map : NULL;
  rc_part_csv(out, m && m->nx > 0 ? m->x : "x", ',');
  rc_part_csv(out, m && m->nx > 0 ? m->y : "y", ',');
  rc_str_add(out, "free_energy,p_learnt,p_exact,state\n");
  for (int k = 0; m && k < m->nx * m->ny; k++) {
    if (isnan(m->energy[k])) continue;
    const double i = k % m->nx, j = k / m->nx;
    const double u = m->grid     ? (i + .5) / m->nx
                     : m->nx > 1 ? i / (m->nx - 1)
                                 : 0,
                 w = m->grid     ? (j + .5) / m->ny
                     : m->ny > 1 ? j / (m->ny - 1)
                                 : 0;
    rc_part_csv_real(out, m->x0 + u * (m->x1 - m->x0), ',');
    rc_part_csv_real(out, m->y0 + w * (m->y1 - m->y0), ',');
    rc_part_csv_real(out, m->energy[k], ',');
    rc_part_csv_real(out, m->learnt ? m->learnt[k] : NAN, ',');
    rc_part_csv_real(out, m->exact ? m->exact[k] : NAN, ',');
    rc_str_addf(out, "%s\n", m->label[k] ? rc_paths_state_name(m->label[k]) : "");
  }
}

const rc_pane_class rc_paths_map_pane = {
    .name = "map",
    .title = "landscape and path",
    .weight = 5,
    .column = 0,
    .min_h = 10,
    .explain =
        "States by two features; colour is the committor p, the chance to reach B before A: the "
        "mean over the states of a cell, weighted by e^-u, as learnt, exact (conjugate gradients "
        "over all states), or their difference (v); or the free energy -ln sum e^-u. Cells more "
        "than 18 kT up are dark. The line is the trial path of a shot, a long one smoothed.",
    .draw = map_draw,
    .key = map_key,
    .mouse = map_mouse,
    .csv = map_csv,
    .hints = "←→ frame  ↑↓ shot  v learnt/exact  i p=½  f flip  w live  A axes"};
