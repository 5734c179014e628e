/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pane lattice.map: sites, bonds by coupling class, a basis state, the spin correlations, or what
 * the best cut leaves frustrated. */
#include "ui/views/lattice_map.h"
#include "ui/views/cut_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PANE "map"
#define STUB 0.36 /* of a bond that crosses the boundary, drawn from each of its ends */

/* ---- geometry ----------------------------------------------------------------------------------- */

/* Vector from site i to the image of site j that the bond goes to. */
static void bond_vector(const rc_lattice *l, const rc_bond *b, double d[2]) {
  for (int k = 0; k < 2; k++) {
    d[k] = l->position[b->j][k] - l->position[b->i][k];
    for (int t = 0; t < 3; t++) d[k] += b->image[t] * l->outline[t][k];
  }
}

static void stretch(double box[4], double x, double y) {
  box[0] = RC_MIN(box[0], x), box[1] = RC_MAX(box[1], x);
  box[2] = RC_MIN(box[2], y), box[3] = RC_MAX(box[3], y);
}

static void bounds(const rc_lattice *l, double box[4]) {
  box[0] = box[2] = INFINITY, box[1] = box[3] = -INFINITY;
  for (int s = 0; s < l->sites; s++) stretch(box, l->position[s][0], l->position[s][1]);
  for (int b = 0; b < l->bonds; b++) {
    if (!l->bond[b].wrap) continue;
    double d[2], *a = l->position[l->bond[b].i], *c = l->position[l->bond[b].j];
    bond_vector(l, &l->bond[b], d);
    double n = hypot(d[0], d[1]), cut = STUB * RC_MIN(1, 1.5 / RC_MAX(n, 1e-9));
    stretch(box, a[0] + cut * d[0], a[1] + cut * d[1]);
    stretch(box, c[0] - cut * d[0], c[1] - cut * d[1]);
  }
}

void rc_map_place(const rc_lattice *l, int w, int h, double aspect, int sub, int zoom, int centre,
                  rc_map *m) {
  double box[4];
  bounds(l, box);
  double dx = box[1] - box[0], dy = box[3] - box[2], margin = 2.0 * sub;
  double sx = dx > 1e-9 ? (w - 1 - 2 * margin) / dx : INFINITY;
  double sy = dy > 1e-9 ? (h - 1) * 0.94 * aspect / dy : INFINITY;
  m->scale = RC_MIN(sx, sy);
  if (!isfinite(m->scale)) m->scale = RC_MAX(w / 4.0, 1);
  /* A pane too small for its margins still has the whole cluster in it. */
  double least = RC_MIN(dx > 1e-9 ? w / dx : INFINITY, dy > 1e-9 ? h * aspect / dy : INFINITY) / 4;
  if (isfinite(least)) m->scale = RC_MAX(m->scale, least);
  m->scale = RC_MIN(m->scale, 24.0 * sub) * pow(2, zoom / 2.0);
  double cx = (box[0] + box[1]) / 2, cy = (box[2] + box[3]) / 2;
  if (zoom > 0 && centre >= 0 && centre < l->sites)
    cx = l->position[centre][0], cy = l->position[centre][1];
  for (int s = 0; s < l->sites; s++) {
    m->x[s] = (w - 1) / 2.0 + (l->position[s][0] - cx) * m->scale;
    m->y[s] = (h - 1) / 2.0 - (l->position[s][1] - cy) * m->scale / aspect;
  }
  m->near = INFINITY;
  for (int s = 0; s < l->sites; s++)
    for (int t = 0; t < s; t++) {
      double col = fabs(m->x[s] - m->x[t]) / sub, row = fabs(m->y[s] - m->y[t]) / sub * aspect / 2;
      if (row < 0.9) m->near = RC_MIN(m->near, col); /* on one line: labels would meet */
    }
}

/* ---- bonds -------------------------------------------------------------------------------------- */

static const struct {
  rc_stroke stroke;
  const char *look, *ascii;
} class_line[RC_CLASSES_MAX] = {
    {{1, 0, false, 0}, "───", "---"},   {{4, 3, false, ':'}, "╌╌╌", ":::"},
    {{1, 2, false, '.'}, "···", "..."}, {{7, 3, false, '='}, "─ ─", "==="},
    {{1, 0, true, '+'}, "━━━", "+++"},  {{4, 3, true, '~'}, "╍╍╍", "~~~"},
    {{1, 2, true, '%'}, "•••", "%%%"},  {{7, 3, true, 'x'}, "━ ━", "xxx"}};

rc_stroke rc_class_stroke(int cls) {
  return class_line[cls % RC_CLASSES_MAX].stroke;
}

const char *rc_class_look(int cls, rc_graphics g) {
  cls %= RC_CLASSES_MAX;
  return g == RC_G_ASCII ? class_line[cls].ascii : class_line[cls].look;
}

rc_style rc_class_style(int cls) {
  return (rc_style)(RC_SERIES1 + cls % 6);
}

typedef struct look { /* how a bond is drawn */
  rc_style style;
  rc_stroke dash;
} look;

/* Half of a bond that leaves the cluster. Too short for its dashes it would be stray dots around
 * the site: then one dash at its far end, where the site and its number do not cover it. */
static void draw_stub(rc_canvas *c, double x, double y, double dx, double dy, look k) {
  double pixels = RC_MAX(fabs(dx), fabs(dy));
  if (k.dash.on > 1 && k.dash.off > 0 && pixels < 2 * k.dash.on + k.dash.off) {
    double from = RC_MAX(1 - (k.dash.on - 1) / RC_MAX(pixels, 1), 0);
    const rc_stroke whole = {1, 0, k.dash.wide, k.dash.mark};
    rc_canvas_stroke(c, x + from * dx, y + from * dy, x + dx, y + dy, whole, k.style);
  } else {
    rc_canvas_stroke(c, x, y, x + dx, y + dy, k.dash, k.style);
  }
}

static void draw_bond(const rc_lattice *l, const rc_map *m, rc_canvas *c, int b, look k) {
  const rc_bond *bond = &l->bond[b];
  double d[2], aspect = rc_canvas_aspect(c);
  double x0 = m->x[bond->i], y0 = m->y[bond->i], x1 = m->x[bond->j], y1 = m->y[bond->j];
  if (!bond->wrap) {
    rc_canvas_stroke(c, x0, y0, x1, y1, k.dash, k.style);
    return;
  }
  bond_vector(l, bond, d);
  double n = hypot(d[0], d[1]), cut = STUB * RC_MIN(1, 1.5 / RC_MAX(n, 1e-9)) * m->scale;
  double ux = d[0] * cut, uy = -d[1] * cut / aspect;
  draw_stub(c, x0, y0, ux, uy, k);
  draw_stub(c, x1, y1, -ux, -uy, k);
}

typedef struct scene {
  const rc_view_context *v;
  const rc_lattice *l;
  const rc_model *model;
  int mode, site;
  uint64_t config;
  bool has_config;
  const double *ss; /* row of the selected site, NULL while unknown */
  double ss_max;
  const rc_cut_data *cut; /* with the flips of the bonds of this lattice; NULL while unknown */
  double frustrated_max;  /* largest share of a bond */
} scene;

static bool antiparallel(const scene *s, const rc_bond *b) {
  return (s->config >> b->i & 1) != (s->config >> b->j & 1);
}

static bool is_on(const scene *s, int b) {
  return !s->model || s->model->J[s->l->bond[b].cls] != 0;
}

/* Of the weight of the flips of a bond: what the best cut leaves frustrated; nan without flips. */
static double frustrated_share(const scene *s, int b) {
  const rc_cut_flips *f = &s->cut->flips[b];
  if (!(f->weight > 1e-12 * s->cut->graph->weight_total)) return nan("");
  const double share = f->frustrated / f->weight;
  return share > 1e-12 ? share : 0; /* less is rounding */
}

enum { FRUSTRATED_LEVELS = 3 };
static const struct { /* by share of the largest: the more, the brighter and the more broken */
  rc_style style;
  int cls; /* whose dashes */
} frustrated_level[FRUSTRATED_LEVELS + 1] = {
    {RC_SERIES1, 0}, {RC_SEQ0 + 4, 3}, {RC_SEQ0 + 6, 1}, {RC_SEQ9, 2}};

static look frustrated_look(const scene *s, int b) {
  const double share = frustrated_share(s, b);
  if (isnan(share)) return (look){RC_DIM, rc_class_stroke(2)};
  const int level =
      share > 0 ? RC_MAX(1, (int)ceil(FRUSTRATED_LEVELS * share / s->frustrated_max - 1e-9)) : 0;
  return (look){frustrated_level[level].style, rc_class_stroke(frustrated_level[level].cls)};
}

/* Does this mode show the bond that is selected? */
static bool shows_bond(const scene *s) {
  const int e = s->v->selected_edge;
  if (e < 0 || e >= s->l->bonds || !is_on(s, e)) return false;
  return (s->mode == RC_MAP_STATE && s->has_config) || (s->mode == RC_MAP_FRUSTRATED && s->cut);
}

static look bond_look(const scene *s, int b) {
  const rc_bond *bond = &s->l->bond[b];
  if (s->mode == RC_MAP_FRUSTRATED && s->cut) return frustrated_look(s, b);
  if (s->mode == RC_MAP_STATE && s->has_config)
    return antiparallel(s, bond) ? (look){RC_SERIES1, rc_class_stroke(0)}
                                 : (look){RC_SERIES2, rc_class_stroke(2)};
  if (s->mode == RC_MAP_CORRELATIONS && s->ss)
    return (look){RC_FRAME_LINE, rc_class_stroke(bond->cls)};
  return (look){rc_class_style(bond->cls), rc_class_stroke(bond->cls)};
}

/* Later classes first, so that the first lies on top. */
static void draw_bonds(const scene *s, const rc_map *m, rc_canvas *c) {
  for (int cls = s->l->classes - 1; cls >= 0; cls--)
    for (int b = 0; b < s->l->bonds; b++)
      if (s->l->bond[b].cls == cls && is_on(s, b)) draw_bond(s->l, m, c, b, bond_look(s, b));
  if (!shows_bond(s)) return;
  const int e = s->v->selected_edge;
  const look k = bond_look(s, e);
  draw_bond(s->l, m, c, e, (look){RC_BRIGHT, k.dash});
}

/* A mark on the bond that was chosen: where it is drawn whole its middle, else the end of a stub. */
static void mark_bond(const scene *s, const rc_map *m, rc_pen p, const rc_canvas *c) {
  const int e = s->v->selected_edge;
  if (!shows_bond(s) || (s->mode == RC_MAP_STATE && !s->v->edge_chosen)) return;
  const rc_bond *b = &s->l->bond[e];
  double d[2], x = (m->x[b->i] + m->x[b->j]) / 2, y = (m->y[b->i] + m->y[b->j]) / 2;
  if (b->wrap) {
    bond_vector(s->l, b, d);
    const double n = hypot(d[0], d[1]),
                 cut = STUB * RC_MIN(1, 1.5 / RC_MAX(n, 1e-9)) * m->scale * 0.7;
    x = m->x[b->i] + d[0] * cut, y = m->y[b->i] - d[1] * cut / rc_canvas_aspect(c);
  }
  rc_put(p, (int)floor(x * p.r.w / rc_canvas_w(c)), (int)floor((y + 0.5) * p.r.h / rc_canvas_h(c)),
         RC_WARN, "◆");
}

/* ---- sites -------------------------------------------------------------------------------------- */

static const char *sublattice_mark(int k) {
  static const char *const mark[8] = {"●", "▲", "■", "◆", "○", "△", "□", "◇"};
  return mark[k % 8];
}

static rc_style sublattice_style(int k) {
  static const rc_style style[6] = {RC_BRIGHT, RC_WARN, RC_LINK, RC_OK, RC_BAD, RC_TEXT};
  return style[k % 6];
}

/* "+.25": a number that fits four columns. */
static void short_number(double v, char out[16]) {
  char text[16];
  snprintf(text, sizeof text, "%+.2f", RC_MAX(RC_MIN(v, 9.9), -9.9));
  if (text[1] == '0')
    snprintf(out, 16, "%c%s", text[0], text + 2);
  else
    snprintf(out, 16, "%.4s", text);
}

static rc_style diverging(double v, double most) {
  double u = most > 0 ? v / most : 0;
  return (rc_style)(RC_DIV0 + (int)lround((RC_MAX(RC_MIN(u, 1), -1) + 1) * 4));
}

static void draw_correlation(const scene *s, const rc_map *m, rc_pen p, int i, int x, int y) {
  char text[16];
  rc_style ground = i == s->site ? RC_SELECTED : diverging(s->ss[i], s->ss_max);
  if (m->near >= 6) {
    short_number(s->ss[i], text);
    x -= 2;
  } else {
    snprintf(text, sizeof text, "%c", s->ss[i] > 1e-12 ? '+' : s->ss[i] < -1e-12 ? '-' : '0');
  }
  for (int k = 0; text[k]; k++)
    rc_put_cell(p, x + k, y, (unsigned char)text[k], RC_TEXT, ground, 0);
  if (i == s->site) {
    rc_put(p, x - 1, y, RC_WARN, "[");
    rc_put(p, x + (int)strlen(text), y, RC_WARN, "]");
  }
}

static void draw_site(const scene *s, const rc_map *m, rc_pen p, int i, int x, int y) {
  if (s->mode == RC_MAP_CORRELATIONS && s->ss) {
    draw_correlation(s, m, p, i, x, y);
    return;
  }
  bool selected = i == s->site;
  if (s->mode == RC_MAP_STATE && s->has_config) {
    bool up = s->config >> i & 1;
    rc_put(p, x, y, up ? RC_DIV8 : RC_DIV0, up ? "▲" : "▼");
  } else {
    int k = s->l->sublattice ? s->l->sublattice[i] : 0;
    rc_put(p, x, y, sublattice_style(k), sublattice_mark(k));
  }
  if (selected) {
    rc_put(p, x - 1, y, RC_WARN, "[");
    rc_put(p, x + 1, y, RC_WARN, "]");
  }
  if (m->near >= 5 && p.r.h >= 6) rc_putf(p, x + 1 + selected, y, RC_DIM, "%d", i);
}

/* ---- legend and status -------------------------------------------------------------------------- */

typedef struct class_entry {
  int cls;
  char text[96], count[16];
} class_entry;

static int class_entries(const scene *s, class_entry *out) {
  int n = 0;
  for (int c = 0; c < s->l->classes; c++) {
    int bonds = 0, weight = 0;
    for (int b = 0; b < s->l->bonds; b++)
      if (s->l->bond[b].cls == c) bonds++, weight += s->l->bond[b].mult;
    if (!bonds) continue;
    const double J = s->model ? s->model->J[c] : s->l->class_default[c];
    class_entry *e = &out[n++];
    *e = (class_entry){.cls = c};
    snprintf(e->count, sizeof e->count, " ×%d", weight);
    snprintf(e->text, sizeof e->text, "%s = %g%s", s->l->class_name[c], J,
             J == 0  ? " off"
             : J < 0 ? " ferro"
                     : "");
  }
  return n;
}

/* With the counts of the bonds where the line has room for all classes and those; else as many
 * classes as it takes, then how many more there are. */
static void class_legend(const scene *s, rc_pen p) {
  enum { LOOK = 4, GAP = 3, MORE = 4 }; /* "─── " before, "  +7" after the last */
  class_entry entry[RC_CLASSES_MAX];
  const int n = class_entries(s, entry);
  int x = 0, all = -GAP;
  for (int k = 0; k < n; k++)
    all += LOOK + rc_text_width(entry[k].text) + rc_text_width(entry[k].count) + GAP;
  for (int k = 0; k < n; k++) {
    const class_entry *e = &entry[k];
    const bool off = (s->model ? s->model->J : s->l->class_default)[e->cls] == 0;
    const int last = k + 1 < n ? MORE : 0;
    if (x && x + LOOK + rc_text_width(e->text) + last > p.r.w) {
      rc_putf(p, x - 1, 0, RC_DIM, "+%d", n - k);
      break;
    }
    x = rc_put(p, x, 0, off ? RC_DIM : rc_class_style(e->cls),
               rc_class_look(e->cls, p.screen->graphics));
    x = rc_put(p, x + 1, 0, off ? RC_DIM : RC_TEXT, e->text);
    if (all <= p.r.w) x = rc_put(p, x, 0, RC_DIM, e->count);
    x += GAP;
  }
}

static void state_legend(const scene *s, rc_pen p) {
  int anti = 0, par = 0;
  for (int b = 0; b < s->l->bonds; b++)
    if (is_on(s, b)) *(antiparallel(s, &s->l->bond[b]) ? &anti : &par) += 1;
  int x = rc_put(p, 0, 0, RC_SERIES1, rc_class_look(0, p.screen->graphics));
  x = rc_putf(p, x + 1, 0, RC_TEXT, "antiparallel %d", anti);
  x = rc_put(p, x + 3, 0, RC_SERIES2, rc_class_look(2, p.screen->graphics));
  x = rc_putf(p, x + 1, 0, RC_TEXT, "parallel %d", par);
  x = rc_put(p, x + 3, 0, RC_DIV8, "▲");
  x = rc_put(p, x + 1, 0, RC_TEXT, "up");
  x = rc_put(p, x + 2, 0, RC_DIV0, "▼");
  rc_put(p, x + 1, 0, RC_TEXT, "down");
}

static void correlation_legend(const scene *s, rc_pen p) {
  int x = rc_putf(p, 0, 0, RC_TEXT, "⟨S%d·Sj⟩  %+.3f ", s->site, -s->ss_max);
  for (int k = 0; k < 9; k++)
    for (int i = 0; i < 2; i++) rc_put_cell(p, x++, 0, 0x2588, (rc_style)(RC_DIV0 + k), RC_TEXT, 0);
  rc_putf(p, x, 0, RC_TEXT, " %+.3f", s->ss_max);
}

/* The line a share is drawn with, and from what share on. */
static void frustrated_legend(const scene *s, rc_pen p) {
  const rc_cut_data *d = s->cut;
  const double total = d->graph->weight_total;
  const double all = total > 0 ? 100 * d->frustrated_weight / total : 0;
  if (s->frustrated_max <= 0) {
    const int x = rc_put(p, 0, 0, RC_SERIES1, rc_class_look(0, p.screen->graphics));
    rc_put(p, x + 1, 0, RC_OK, "✓ no bond is frustrated");
    return;
  }
  int x = rc_put(p, 0, 0, RC_TEXT, "frustrated 0 ");
  x = rc_put(p, x, 0, RC_SERIES1, rc_class_look(0, p.screen->graphics));
  for (int k = 1; k <= FRUSTRATED_LEVELS; k++) {
    x = rc_put(p, x + 1, 0, frustrated_level[k].style,
               rc_class_look(frustrated_level[k].cls, p.screen->graphics));
  }
  x = rc_putf(p, x, 0, RC_TEXT, " %.3g %%", 100 * s->frustrated_max);
  char text[48];
  snprintf(text, sizeof text, "   all %.3g %%", all);
  if (x + rc_text_width(text) <= p.r.w) rc_put(p, x, 0, RC_DIM, text);
}

static void draw_legend(const scene *s, rc_pen p) {
  if (s->mode == RC_MAP_FRUSTRATED && s->cut) {
    frustrated_legend(s, p);
    return;
  }
  if (s->mode == RC_MAP_STATE && s->has_config)
    state_legend(s, p);
  else if (s->mode == RC_MAP_CORRELATIONS && s->ss)
    correlation_legend(s, p);
  else
    class_legend(s, p);
}

static void site_status(const scene *s, rc_pen p) {
  rc_str t = {0};
  rc_str_addf(&t, "site %d", s->site);
  if (s->l->sublattices > 1 && s->l->sublattice)
    rc_str_addf(&t, " sublattice %d", s->l->sublattice[s->site]);
  for (int c = 0; c < s->l->classes; c++) {
    bool any = false;
    for (int b = 0; b < s->l->bonds; b++) {
      const rc_bond *k = &s->l->bond[b];
      if (k->cls != c || !is_on(s, b) || (k->i != s->site && k->j != s->site)) continue;
      if (!any) rc_str_addf(&t, "  %s:", s->l->class_name[c]);
      rc_str_addf(&t, " %d", k->i + k->j - s->site);
      any = true;
    }
  }
  rc_put_cut(p, 0, 0, p.r.w, RC_DIM, rc_str_c(&t));
  rc_str_free(&t);
}

static void state_status(const scene *s, rc_pen p) {
  char arrows[200];
  rc_part_arrows(s->config, s->l->sites, arrows);
  int x = rc_putf(p, 0, 0, RC_DIM, "state %llu  ", (unsigned long long)s->v->selected_state);
  x = rc_put_cut(p, x, 0, p.r.w - x, RC_TEXT, arrows);
  double a = rc_part_amplitude(s->v->hilbert, s->v->selected_state);
  char text[96];
  const int e = s->v->selected_edge;
  if (s->v->edge_chosen && e >= 0 && e < s->l->bonds && is_on(s, e)) { /* what was chosen first */
    const rc_bond *b = &s->l->bond[e];
    snprintf(text, sizeof text, "  bond %d: %d-%d %s", e, b->i, b->j,
             antiparallel(s, b) ? "antiparallel" : "parallel");
    if (x + rc_text_width(text) <= p.r.w) x = rc_put(p, x, 0, RC_BRIGHT, text);
  }
  snprintf(text, sizeof text, "  a = %+.6f", a);
  if (!isnan(a) && x + rc_text_width(text) <= p.r.w) rc_put(p, x, 0, RC_TEXT, text);
}

/* Why there is no cut to show. */
static const char *no_cut(const rc_view_context *v) {
  const rc_cut_data *d = v->cut;
  if (!d || !d->best_side) return "no cut yet";
  if (d->from_file) return "the cut is of a file, not of this lattice";
  if (d->basis && rc_basis_symmetric(d->basis))
    return "an edge of a sector with symmetry is no single bond";
  return "the cut is of another lattice";
}

/* "bond 5: 0-3  12.5 % frustrated  0.1234 of 0.987". */
static void frustrated_status(const scene *s, rc_pen p) {
  const int e = s->v->selected_edge;
  if (!s->cut) {
    rc_put_cut(p, 0, 0, p.r.w, RC_DIM, no_cut(s->v));
    return;
  }
  if (!shows_bond(s)) {
    site_status(s, p);
    return;
  }
  const rc_bond *b = &s->l->bond[e];
  const rc_cut_flips *f = &s->cut->flips[e];
  const double share = frustrated_share(s, e);
  int x = rc_putf(p, 0, 0, RC_DIM, "bond %d: %d-%d  ", e, b->i, b->j);
  if (isnan(share)) {
    rc_put(p, x, 0, RC_DIM, "no flips of weight");
    return;
  }
  x = rc_putf(p, x, 0, RC_BRIGHT, "%.4g %% frustrated", 100 * share);
  char text[64];
  snprintf(text, sizeof text, "  %.3g of %.3g", share > 0 ? f->frustrated : 0, f->weight);
  if (x + rc_text_width(text) <= p.r.w) x = rc_put(p, x, 0, RC_TEXT, text);
  if (share > 0 && x + 20 <= p.r.w) rc_put(p, x, 0, RC_DIM, "  Enter its heaviest");
}

static void draw_status(const scene *s, rc_pen p) {
  if (s->mode == RC_MAP_FRUSTRATED) {
    frustrated_status(s, p);
    return;
  }
  if (s->mode == RC_MAP_STATE) {
    if (s->has_config)
      state_status(s, p);
    else
      rc_put_cut(p, 0, 0, p.r.w, RC_DIM, "the basis is being built");
  } else if (s->mode == RC_MAP_CORRELATIONS && !s->ss) {
    rc_put_cut(p, 0, 0, p.r.w, RC_DIM, "correlations come with the ground state");
  } else {
    site_status(s, p);
  }
}

/* ---- the pane ----------------------------------------------------------------------------------- */

static scene scene_of(const rc_view_context *v) {
  scene s = {.v = v, .l = rc_part_lattice(v), .model = rc_part_model(v)};
  const rc_hilbert_data *d = v->hilbert;
  s.mode = (int)(rc_part_value(v, PANE, "mode") % RC_MAP_MODES);
  s.site = rc_part_site(v);
  uint64_t state = rc_part_state(v);
  if (state != RC_NONE) s.config = rc_basis_config(d->basis, state), s.has_config = true;
  if (s.l && d && d->ss && d->lattice == s.l) {
    s.ss = d->ss + (size_t)s.site * s.l->sites;
    for (int j = 0; j < s.l->sites; j++)
      if (j != s.site) s.ss_max = RC_MAX(s.ss_max, fabs(s.ss[j]));
  }
  if (s.l && v->cut && v->cut->flips && v->cut->graph && v->cut->lattice == s.l) {
    s.cut = v->cut;
    for (int b = 0; b < s.l->bonds; b++)
      if (is_on(&s, b)) s.frustrated_max = fmax(s.frustrated_max, frustrated_share(&s, b));
  }
  return s;
}

/* The part of the pen the lattice is drawn in: below the legend, above the status line. */
static rc_pen map_box(rc_pen p) {
  int top = p.r.h >= 5, foot = p.r.h >= 8;
  return rc_pen_sub(p, 0, top, p.r.w, p.r.h - top - foot);
}

static void place_in(const scene *s, rc_pen box, const rc_canvas *c, rc_map *m) {
  rc_map_place(s->l, rc_canvas_w(c), rc_canvas_h(c), rc_canvas_aspect(c),
               rc_canvas_w(c) / RC_MAX(box.r.w, 1), s->v->zoom, s->site, m);
}

void rc_lattice_map_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  scene s = scene_of(v);
  if (!s.l || s.l->sites < 1 || !s.l->position) {
    rc_part_waiting(p, "no lattice yet");
    return;
  }
  rc_pen box = map_box(p);
  if (box.r.w < 1 || box.r.h < 1) return;
  rc_canvas *c = rc_canvas_new(box.r.w, box.r.h, p.screen->graphics);
  rc_map m;
  place_in(&s, box, c, &m);
  draw_bonds(&s, &m, c);
  rc_canvas_blit(c, box, 0, 0);
  mark_bond(&s, &m, box, c);
  for (int pass = 0; pass < 2; pass++) /* the selected one on top */
    for (int i = 0; i < s.l->sites; i++)
      if ((i == s.site) == pass)
        draw_site(&s, &m, box, i, (int)floor(m.x[i] * box.r.w / rc_canvas_w(c)),
                  (int)floor((m.y[i] + 0.5) * box.r.h / rc_canvas_h(c)));
  rc_canvas_free(c);
  if (box.r.y > p.r.y) draw_legend(&s, rc_pen_sub(p, 0, 0, p.r.w, 1));
  if (box.r.h + 2 <= p.r.h) draw_status(&s, rc_pen_sub(p, 0, p.r.h - 1, p.r.w, 1));
}

static void site_row(const scene *s, int i, rc_str *out) {
  rc_str_addf(out, "site,%d,", i);
  for (int k = 0; k < 2; k++)
    rc_part_csv_real(out, s->l->position ? s->l->position[i][k] : NAN, ',');
  rc_str_addf(out, "%d,", s->l->sublattice ? s->l->sublattice[i] : 0);
  rc_part_csv(out, !s->has_config ? "" : s->config >> i & 1 ? "up" : "down", ',');
  rc_part_csv_real(out, s->ss ? s->ss[i] : NAN, ',');
  rc_str_add(out, ",,,,,,,\n");
}

static void bond_row(const scene *s, int b, rc_str *out) {
  const rc_bond *k = &s->l->bond[b];
  const double J = s->model ? s->model->J[k->cls] : s->l->class_default[k->cls];
  const size_t pair = (size_t)k->i * s->l->sites + k->j;
  const bool known = s->ss != NULL; /* then of all sites */
  rc_str_addf(out, "bond,%d,,,,", b);
  rc_part_csv(out, !s->has_config ? "" : antiparallel(s, k) ? "antiparallel" : "parallel", ',');
  rc_part_csv_real(out, known ? s->v->hilbert->ss[pair] : NAN, ',');
  rc_str_addf(out, "%d,%d,", k->i, k->j);
  rc_part_csv(out, s->l->class_name[k->cls], ',');
  rc_part_csv_real(out, J * k->mult * k->factor, ',');
  rc_str_addf(out, "%d,%s,", k->mult, k->wrap ? "true" : "false");
  rc_part_csv_real(out, s->cut ? s->cut->flips[b].weight : NAN, ',');
  rc_part_csv_real(out, s->cut ? s->cut->flips[b].frustrated : NAN, '\n');
}

void rc_lattice_map_csv(const rc_view_context *v, rc_str *out) {
  const scene s = scene_of(v);
  rc_str_add(out, "kind,index,x,y,sublattice,state,correlation,i,j,class,coupling,multiplicity,"
                  "wraps,flip_weight,frustrated_weight\n");
  for (int i = 0; s.l && i < s.l->sites; i++) site_row(&s, i, out);
  for (int b = 0; s.l && b < s.l->bonds; b++)
    if (is_on(&s, b)) bond_row(&s, b, out);
}

/* The nearest site in a direction: short, and not far off the axis. */
static int site_towards(const rc_lattice *l, int from, double dx, double dy) {
  int best = from;
  double least = INFINITY;
  for (int s = 0; s < l->sites; s++) {
    double x = l->position[s][0] - l->position[from][0],
           y = l->position[s][1] - l->position[from][1];
    double along = x * dx + y * dy, across = fabs(x * dy - y * dx);
    if (along < 1e-6) continue;
    double cost = along + 2.5 * across;
    if (cost < least - 1e-9) least = cost, best = s;
  }
  return best;
}

/* The next bond whose coupling is on, round and round. */
static int bond_beside(const rc_lattice *l, const rc_model *m, int from, int step) {
  for (int k = 1, b = from; k <= l->bonds; k++) {
    b = ((b + step) % l->bonds + l->bonds) % l->bonds;
    if (!m || m->J[l->bond[b].cls] != 0) return b;
  }
  return from;
}

/* The first listed edge that flips the bond is the selected one of landscape.edges, too. */
static void list_follows(rc_view_context *v, const rc_cut_data *d, int bond) {
  for (int k = 0; k < d->frustrated_listed; k++) {
    char text[16];
    int i, j;
    rc_cut_bond(d, d->frustrated[k].u, d->frustrated[k].v, &i, &j, text);
    if (rc_part_bond(d->lattice, i, j) != bond) continue;
    rc_part_set(v, "edges", "row", k);
    return;
  }
}

static void next_bond(rc_view_context *v, const rc_lattice *l, int step) {
  if (l->bonds < 1) return;
  const int to = bond_beside(l, rc_part_model(v), v->selected_edge, step);
  rc_ui_select_edge(v->ui, to);
  if (rc_part_value(v, PANE, "mode") != RC_MAP_FRUSTRATED) /* drawn selected where the state is */
    rc_part_set(v, PANE, "mode", RC_MAP_STATE);
  else if (v->cut && v->cut->flips && v->cut->lattice == l)
    list_follows(v, v->cut, to);
}

/* To the heaviest frustrated edge that flips the selected bond: its state is the selected one. */
static bool worst_edge(rc_view_context *v) {
  const scene s = scene_of(v);
  if (s.mode != RC_MAP_FRUSTRATED || !s.cut || !shows_bond(&s)) return false;
  const rc_cut_edge *e = &s.cut->flips[v->selected_edge].worst;
  if (e->edge < 0) {
    rc_ui_message(v->ui, RC_DIM, "the best cut satisfies all flips of this bond");
    return true;
  }
  rc_cut_look_at(v, s.cut, e->u);
  list_follows(v, s.cut, v->selected_edge);
  rc_ui_message(v->ui, RC_TEXT, "state %d flips to %d: weight %.5g, frustrated", e->u, e->v,
                fabs(e->weight));
  return true;
}

/* What the cut says of the bonds is a mode only where there is a cut. */
static void next_mode(rc_view_context *v) {
  const bool cut = v->cut && !v->cut->from_file;
  rc_part_set(v, PANE, "mode",
              (rc_part_value(v, PANE, "mode") + 1) % (cut ? RC_MAP_MODES : RC_MAP_FRUSTRATED));
}

bool rc_lattice_map_key(rc_view_context *v, int key) {
  const rc_lattice *l = rc_part_lattice(v);
  if (!l || !l->position || !v->ui) return false;
  int from = rc_part_site(v), to;
  switch (key) {
  case RC_KEY_LEFT: to = site_towards(l, from, -1, 0); break;
  case RC_KEY_RIGHT: to = site_towards(l, from, 1, 0); break;
  case RC_KEY_UP: to = site_towards(l, from, 0, 1); break;
  case RC_KEY_DOWN: to = site_towards(l, from, 0, -1); break;
  case RC_KEY_HOME: to = 0; break;
  case RC_KEY_END: to = l->sites - 1; break;
  case 'v': next_mode(v); return true;
  case 13:
    if (!worst_edge(v)) next_mode(v);
    return true;
  case 'w':
  case 'W': next_bond(v, l, key == 'w' ? 1 : -1); return true;
  default: return false;
  }
  rc_ui_select_site(v->ui, to);
  return true;
}

bool rc_lattice_map_mouse(rc_view_context *v, rc_pen p, rc_mouse mouse) {
  scene s = scene_of(v);
  rc_pen box = map_box(p);
  if (!s.l || !s.l->position || !v->ui || box.r.w < 1 || box.r.h < 1) return false;
  if (mouse.what != RC_M_PRESS) return false;
  rc_canvas *c = rc_canvas_new(box.r.w, box.r.h, p.screen->graphics);
  rc_map m;
  place_in(&s, box, c, &m);
  double x = (mouse.x + 0.5) * rc_canvas_w(c) / box.r.w;
  double y = (mouse.y - (box.r.y - p.r.y) + 0.5) * rc_canvas_h(c) / box.r.h, least = INFINITY;
  int best = s.site;
  for (int i = 0; i < s.l->sites; i++) {
    double d = hypot(m.x[i] - x, (m.y[i] - y) * rc_canvas_aspect(c));
    if (d < least) least = d, best = i;
  }
  rc_canvas_free(c);
  rc_ui_select_site(v->ui, best);
  return true;
}
