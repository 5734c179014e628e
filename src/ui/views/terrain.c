/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View terrain: slices of the landscape, a geodesic to the edge, profile likelihoods. */
#include "ui/views/calib_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- slice -------------------------------------------------------------------------------------- */

enum { SHOW_ALL, SHOW_CONTOURS, SHOW_TRAILS };
enum { DECADES = 8 }; /* below the highest loss that are told apart */

static bool eigen_shown(const rc_view_context *v) {
  return rc_part_value(v, "slice", "mode") % 2 == 0;
}

/* Levels 0 .. 9 from the lowest to the highest loss of the slice; -1 where there is none. */
static int level_of(double l, double lo, double hi) {
  if (isnan(l)) return -1;
  const double u = hi > lo ? (l - lo) / (hi - lo) : 0;
  return RC_MAX(0, RC_MIN(9, (int)(10 * sqrt(fmax(u, 0)))));
}

static float sample(const rc_slice *s, const float *of, double x, double y) {
  const int i = RC_MAX(0, RC_MIN(s->w - 1, (int)(x * s->w))),
            j = RC_MAX(0, RC_MIN(s->h - 1, (int)(y * s->h)));
  return of[j * s->w + i];
}

/* How many of the contours delta chi2 = 1, 4, 9 a loss lies outside of. */
static int ring_of(const rc_calibration_data *d, double log_loss) {
  const double unit = d->shape->loss == RC_LOSS_RELATIVE || d->shape->scatter
                          ? d->loss_best / RC_MAX(d->m - d->n, 1)
                          : 1.0 / d->m;
  const double chi2 = (pow(10, log_loss) - d->loss_best) / fmax(unit, 1e-300);
  return isnan(chi2) ? 3 : (chi2 > 1) + (chi2 > 4) + (chi2 > 9);
}

/* On the ground of the heat map. */
static void put_on_heat(rc_pen p, int x, int y, uint32_t ch, char ascii, int level, bool plain) {
  rc_put_cell(p, x, y, p.screen->graphics == RC_G_ASCII ? (uint32_t)ascii : ch, RC_BRIGHT,
              plain || level < 0 ? RC_TEXT : (rc_style)(RC_SEQ0 + 9 - level), 0);
}

/* Does a contour pass between a cell and its right or lower neighbour? */
static bool on_contour(const rc_slice *s, const float *of, const rc_calibration_data *d, rc_pen p,
                       int x, int y) {
  const double u = (x + .5) / p.r.w, v = (y + .5) / p.r.h;
  const int here = ring_of(d, sample(s, of, u, v));
  return here != ring_of(d, sample(s, of, u + 1. / p.r.w, v)) ||
         here != ring_of(d, sample(s, of, u, v + 1. / p.r.h));
}

static void draw_contours(rc_pen p, const rc_slice *s, const rc_calibration_data *d, double lo,
                          double hi, bool plain) {
  for (int y = 0; y + 1 < p.r.h; y++)
    for (int x = 0; x + 1 < p.r.w; x++) {
      const int level = level_of(sample(s, s->loss, (x + .5) / p.r.w, (y + .5) / p.r.h), lo, hi);
      if (on_contour(s, s->loss, d, p, x, y))
        put_on_heat(p, x, y, 0x2022, 'o', level, plain); /* • */
      else if (s->quadratic && on_contour(s, s->quadratic, d, p, x, y))
        put_on_heat(p, x, y, 0x25e6, '\'', level, plain); /* ◦ */
    }
}

/* The best points of each racer, joined; where a trail comes from outside it begins at the border. */
static void draw_trails(rc_pen p, const rc_calib_trail *trail, int racers) {
  for (int i = 0; i < racers; i++) {
    int last_x = -1, last_y = -1;
    for (int k = 0; k < trail[i].points; k++) {
      const double a = trail[i].a[k], b = trail[i].b[k], off = RC_MAX(fabs(a), fabs(b)),
                   in = off > 1 ? 1 / off : 1;
      if (isnan(off) || (off > 1 && k + 1 < trail[i].points &&
                         RC_MAX(fabs(trail[i].a[k + 1]), fabs(trail[i].b[k + 1])) > 1))
        continue;
      const int x = RC_MIN(p.r.w - 1, (int)((a * in + 1) / 2 * p.r.w)),
                y = RC_MIN(p.r.h - 1, (int)((1 - b * in) / 2 * p.r.h));
      const int steps = last_x < 0 ? 0 : RC_MAX(abs(x - last_x), abs(y - last_y));
      for (int t = 1; t < steps; t++)
        rc_put(p, last_x + (int)lround((double)(x - last_x) * t / steps),
               last_y + (int)lround((double)(y - last_y) * t / steps), rc_calib_style(i), "·");
      rc_put_cell(p, x, y, ' ', RC_TEXT, RC_TEXT, 0); /* on dark ground: read on any colour */
      rc_put(p, x, y, rc_calib_style(i), rc_mark_text(rc_calib_mark(i)));
      last_x = x, last_y = y;
    }
  }
}

/* Heavier where the loss is higher. */
static uint32_t weight_of(rc_pen p, int level) {
  return level ? rc_part_shade(p, (level - 1) / 8.) : ' ';
}

static void draw_heat(rc_pen p, const rc_slice *s, double lo, double hi, bool plain) {
  for (int y = 0; y < p.r.h; y++)
    for (int x = 0; x < p.r.w; x++) {
      const double u = (x + .5) / p.r.w;
      const int top = level_of(sample(s, s->loss, u, (y + .25) / p.r.h), lo, hi),
                low = level_of(sample(s, s->loss, u, (y + .75) / p.r.h), lo, hi);
      if (top < 0 && low < 0) {
        rc_put(p, x, y, RC_DIM, plain ? " " : "·");
      } else if (plain) {
        rc_put_cell(p, x, y, weight_of(p, RC_MAX(top, low)), RC_DIM, RC_TEXT, 0);
      } else {
        const rc_style a = top < 0 ? RC_TEXT : (rc_style)(RC_SEQ0 + 9 - top),
                       b = low < 0 ? RC_TEXT : (rc_style)(RC_SEQ0 + 9 - low);
        rc_put_cell(p, x, y, 0x2580, a, b, 0);
      }
    }
}

static void slice_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_calibration_data *d = rc_calib_snapshot(v);
  const bool eigen = eigen_shown(v);
  const int shown = (int)(rc_part_value(v, "slice", "shown") % 3);
  const rc_slice *s = d ? (eigen ? d->eigen : d->raw) : NULL;
  if (!s) {
    rc_part_waiting(p, d && d->n < 2 ? "one parameter has no slice" : "after the race");
    return;
  }
  const char *nx = eigen ? d->eigen_x : d->raw_x, *ny = eigen ? d->eigen_y : d->raw_y;
  const double *span = eigen ? d->eigen_span : d->raw_span;
  double lo = INFINITY, hi = -INFINITY, least = INFINITY;
  for (int i = 0; i < s->total; i++) {
    if (isnan(s->loss[i])) continue;
    least = fmin(least, s->loss[i]);
    if (isfinite(s->loss[i]))
      lo = fmin(lo, s->loss[i]); /* not the logarithm of a loss of nothing */
    hi = fmax(hi, s->loss[i]);
  }
  lo = fmax(lo, hi - DECADES);
  char text[96], axes[96];
  snprintf(axes, sizeof axes, "%s up, %s across", ny, nx);
  snprintf(text, sizeof text, "%s  %d of %d cells", eigen ? "eigen-directions" : "raw parameters",
           s->done, s->total);
  if (rc_text_width(axes) + 2 + rc_text_width(text) > p.r.w)
    snprintf(text, sizeof text, "%d of %d", s->done, s->total);
  rc_put_right(p, p.r.w, 0, s->done < s->total ? RC_LINK : RC_DIM, text);
  rc_put_cut(p, 0, 0, p.r.w - rc_text_width(text) - 2, RC_BRIGHT, axes);
  if (p.r.h < 5) return;
  rc_pen map = rc_pen_sub(p, 0, 1, p.r.w, p.r.h - 3);
  const bool plain = rc_part_plain(v, p);
  draw_heat(map, s, lo, hi, plain);
  if (d->loss_best > 0 && shown != SHOW_TRAILS) draw_contours(map, s, d, lo, hi, plain);
  const rc_calib_trail *trail = eigen ? d->eigen_trail : d->raw_trail;
  if (trail && shown != SHOW_CONTOURS) draw_trails(map, trail, d->racers);
  rc_put(map, map.r.w / 2, map.r.h / 2, RC_BRIGHT, "+");
  snprintf(text, sizeof text, "%s ±%.2g  %s ±%.2g", nx, span[0], ny, span[1]);
  int x = rc_put_cut(p, 0, p.r.h - 2, p.r.w, RC_DIM, text) + 2;
  for (int i = 0; trail && shown != SHOW_CONTOURS && i < d->racers; i++) {
    const char *name = d->racer[i].name;
    if (x + rc_text_width(name) + 2 > p.r.w) break;
    x = rc_putf(p, x, p.r.h - 2, rc_calib_style(i), "%s %s", rc_mark_text(rc_calib_mark(i)), name) +
        2;
  }
  x = rc_putf(p, 0, p.r.h - 1, RC_DIM, "loss %s%.3g ", least < lo ? "≤ " : "", pow(10, lo));
  for (int k = 0; k < 10; k++)
    rc_put_cell(p, x++, p.r.h - 1, plain ? weight_of(p, k) : 0x2588,
                plain ? RC_DIM : (rc_style)(RC_SEQ0 + 9 - k), RC_TEXT, 0);
  x = rc_putf(p, x + 1, p.r.h - 1, RC_DIM, "%.3g", pow(10, hi)) + 2;
  if (x + 28 <= p.r.w && shown != SHOW_TRAILS)
    rc_putf(p, x, p.r.h - 1, RC_DIM, "%s chi2 +1, 4, 9; %s quadratic",
            p.screen->graphics == RC_G_ASCII ? "o" : "•",
            p.screen->graphics == RC_G_ASCII ? "'" : "◦");
}

static bool slice_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (key == 'v') {
    rc_part_set(v, "slice", "mode", rc_part_value(v, "slice", "mode") + 1);
    return true;
  }
  if (key == 't') {
    rc_part_set(v, "slice", "shown", rc_part_value(v, "slice", "shown") + 1);
    return true;
  }
  if (!d || !d->eigen) return false;
  const bool eigen = eigen_shown(v);
  const double scale = eigen ? d->eigen_scale : d->raw_scale;
  if (key == '+' || key == '-') {
    rc_calib_do(v, "slice", "%s %s %g", eigen ? d->eigen_x : d->raw_x,
                eigen ? d->eigen_y : d->raw_y, key == '+' ? scale / 2 : scale * 2);
    return true;
  }
  int a = 1, b = 2;
  sscanf(d->eigen_x, "v%d", &a);
  sscanf(d->eigen_y, "v%d", &b);
  const int step = key == RC_KEY_UP ? -1 : key == RC_KEY_DOWN ? 1 : 0;
  if (!step || !eigen) return false;
  do b = 1 + (b - 1 + step + d->n) % d->n;
  while (b == a && d->n > 1);
  rc_calib_do(v, "slice", "v%d v%d", a, b);
  return true;
}

static void slice_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  const bool eigen = eigen_shown(v);
  const rc_slice *s = d ? (eigen ? d->eigen : d->raw) : NULL;
  rc_str_addf(out, "%s,%s,loss,computed\n", d ? (eigen ? d->eigen_x : d->raw_x) : "x",
              d ? (eigen ? d->eigen_y : d->raw_y) : "y");
  for (int i = 0; s && i < s->total; i++) {
    const double *span = eigen ? d->eigen_span : d->raw_span;
    rc_part_csv_real(out, span[0] * ((2. * (i % s->w) + 1) / s->w - 1), ',');
    rc_part_csv_real(out, span[1] * (1 - (2. * (i / s->w) + 1) / s->h), ',');
    rc_part_csv_real(out, pow(10, s->loss[i]), ',');
    rc_str_add(out, s->level[i] ? "true\n" : "false\n");
  }
}

/* ---- profiles ----------------------------------------------------------------------------------- */

static const char *const verdicts[] = {"open", "bounded", "one-sided", "flat"};

static void interval(const rc_profile_view *w, rc_str *t) {
  if (isfinite(w->lower))
    rc_str_addf(t, "%.3g–", w->lower);
  else
    rc_str_add(t, "…–");
  if (isfinite(w->upper))
    rc_str_addf(t, "%.3g", w->upper);
  else
    rc_str_add(t, "…");
}

/* The interval where the table has no room for it, and why the walk ended where chi2 did not. */
static void profile_foot(const rc_profile_view *w, bool narrow, rc_str *t) {
  if (narrow) interval(w, t);
  const bool low = strcmp(w->why_lower, "threshold"), high = strcmp(w->why_upper, "threshold");
  if (low) rc_str_addf(t, "%sbelow: %s", t->len ? "; " : "", w->why_lower);
  if (high) rc_str_addf(t, "%sabove: %s", t->len ? "; " : "", w->why_upper);
  if (!t->len) rc_str_add(t, "chi2 rises by 1 on both sides");
}

static void profile_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  static const rc_style styles[] = {RC_DIM, RC_OK, RC_WARN, RC_BAD};
  const rc_calibration_data *d = ctx;
  const rc_calib_profile_row *r = &d->profile[row];
  *style = RC_TEXT;
  if (column == 0) {
    rc_str_add(t, rc_calib_free(d, (int)row)->name);
    *style = RC_BRIGHT;
  } else if (!r->known) {
    *style = RC_DIM;
    if (column == 1) rc_str_add(t, "–");
  } else if (column == 1) {
    if (!r->view.done) {
      rc_str_addf(t, "%d point%s", r->view.points, r->view.points == 1 ? "" : "s");
      *style = RC_LINK;
    } else {
      rc_str_add(t, verdicts[r->view.verdict]);
      *style = styles[r->view.verdict];
    }
  } else if (r->view.done) {
    interval(&r->view, t);
  }
}

static void profiles_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || d->profiles < 1) {
    rc_part_waiting(p, "no profile yet");
    return;
  }
  const int64_t row = rc_part_table_row(v, "profiles", d->profiles);
  const rc_calib_profile_row *r = &d->profile[row];
  const int plot = p.r.h >= 14 ? p.r.h / 2 : 0, foot = p.r.h >= 6 && r->known && r->view.done;
  const rc_column column[] = {{"parameter", p.r.w >= 50 ? 11 : 9, false},
                              {"verdict", 9, false},
                              {p.r.w >= 50 ? "where chi2 rises by 1" : "chi2 + 1", 0, false}};
  const rc_column few[] = {{"parameter", 11, false}, {"verdict", 0, false}};
  const bool narrow = p.r.w < 36;
  rc_table t = {narrow ? few : column, narrow ? 2 : 3, d->profiles, row, profile_cell, (void *)d};
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, p.r.h - plot - foot), &t, focused);
  if (foot) {
    rc_str text = {0};
    profile_foot(&r->view, narrow, &text);
    rc_put_cut(p, 0, p.r.h - plot - 1, p.r.w, RC_DIM, rc_str_c(&text));
    rc_str_free(&text);
  }
  if (plot && !r->known)
    rc_part_waiting(rc_pen_sub(p, 0, p.r.h - plot, p.r.w, plot),
                    narrow ? "Enter walks it" : "Enter walks this parameter");
  if (!plot || !r->known || r->view.points < 2) return;
  const rc_calib_parameter *q = rc_calib_free(d, (int)row);
  double *x = rc_alloc((size_t)r->view.points, sizeof *x);
  for (int k = 0; k < r->view.points; k++)
    x[k] = q->log ? q->lower * pow(q->upper / q->lower, r->view.z[k])
                  : q->lower + r->view.z[k] * (q->upper - q->lower);
  const rc_series s = {"profile", r->view.points, x, r->view.loss, RC_SERIES1, 'o'};
  char label[48];
  snprintf(label, sizeof label, q->unit[0] ? "%s (%s)" : "%s", q->name, q->unit);
  const rc_plot o = {
      .x_label = label, .y_label = "loss", .x_log = q->log, .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, p.r.h - plot, p.r.w, plot), &o, &s, 1);
  rc_free(x);
}

static bool profiles_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || d->profiles < 1) return false;
  if (key == 13) { /* one that was not asked for at the beginning */
    const int64_t row = rc_part_table_row(v, "profiles", d->profiles);
    rc_calib_do(v, "profile", "%s", rc_calib_free(d, (int)row)->name);
    return true;
  }
  return rc_calib_rows_key(v, "profiles", d->profiles, key);
}

static void profiles_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "parameter,verdict,lower,upper,why_lower,why_upper\n");
  for (int j = 0; d && j < d->profiles; j++) {
    const rc_profile_view *r = &d->profile[j].view;
    if (!d->profile[j].known) continue;
    rc_part_csv(out, rc_calib_free(d, j)->name, ',');
    rc_part_csv(out, verdicts[r->verdict], ',');
    rc_part_csv_real(out, r->lower, ',');
    rc_part_csv_real(out, r->upper, ',');
    rc_part_csv(out, r->why_lower, ',');
    rc_part_csv(out, r->why_upper, '\n');
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class slice = {
    .name = "slice",
    .title = "slice of the landscape",
    .weight = 3,
    .column = 0,
    .min_h = 10,
    .explain =
        "The logarithm of the loss on a plane through the best fit: in raw parameters a "
        "diagonal canyon, in eigen-directions a straight one. First what the Fisher "
        "information says it should be, then every cell computed, from coarse to fine. "
        "Dots: chi2 higher by 1, 4, 9; circles: where the Fisher information alone would have "
        "them. Marks: the best points of the race on this plane. Spans are in factors of e on "
        "logarithmic scales.",
    .draw = slice_draw,
    .key = slice_key,
    .csv = slice_csv,
    .hints = "v raw/eigen  ↑↓ direction  +- zoom  t trails"};
static const rc_pane_class profiles = {
    .name = "profiles",
    .title = "profile likelihoods",
    .weight = 3,
    .column = 1,
    .min_h = 8,
    .explain =
        "Each parameter is walked away from its best value while all others are fitted again. "
        "Where chi2 = (loss - best)/unit rises by 1 the interval ends; a side on which it "
        "never does is flat, and the line below says why the walk stopped (Raue et al., "
        "Bioinformatics 25 (2009) 1923).",
    .draw = profiles_draw,
    .key = profiles_key,
    .csv = profiles_csv,
    .hints = "↑↓ parameter  Enter walk it"};
static const rc_pane_class *const panes[] = {&slice, &profiles};

const rc_view_class rc_view_terrain = {
    .kind = {.name = "terrain",
             .title = "Terrain",
             .help = "slices of the landscape with the trails of the race, profile likelihoods",
             .explain = "The landscape of the loss."},
    .study = "calibration",
    .panes = RC_LEN(panes),
    .pane = panes};
