/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View terrain: slices of the landscape, a geodesic to the edge, profile likelihoods. */
#include "ui/views/calib_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- slice -------------------------------------------------------------------------------------- */

static bool eigen_shown(const rc_view_context *v) {
  return rc_part_value(v, "slice", "mode") % 2 == 0;
}

/* Levels 0 .. 9 from the lowest to the highest loss of the slice; -1 where there is none. */
static int level_of(double l, double lo, double hi) {
  if (isnan(l)) return -1;
  const double u = hi > lo ? (l - lo) / (hi - lo) : 0;
  return RC_MAX(0, RC_MIN(9, (int)(10 * sqrt(fmax(u, 0)))));
}

static float sample(const rc_slice *s, double x, double y) {
  const int i = RC_MAX(0, RC_MIN(s->w - 1, (int)(x * s->w))),
            j = RC_MAX(0, RC_MIN(s->h - 1, (int)(y * s->h)));
  return s->loss[j * s->w + i];
}

/* How many of the contours delta chi2 = 1, 4, 9 a loss lies outside of. */
static int ring_of(const rc_calibration_data *d, double log_loss) {
  const double unit = d->shape->loss == RC_LOSS_RELATIVE || d->shape->scatter
                          ? d->loss_best / RC_MAX(d->m - d->n, 1)
                          : 1.0 / d->m;
  const double chi2 = (pow(10, log_loss) - d->loss_best) / fmax(unit, 1e-300);
  return isnan(chi2) ? 3 : (chi2 > 1) + (chi2 > 4) + (chi2 > 9);
}

/* A dot where a contour passes between a cell and its right or lower neighbour. */
static void draw_contours(rc_pen p, const rc_slice *s, const rc_calibration_data *d, double lo,
                          double hi) {
  for (int y = 0; y + 1 < p.r.h; y++)
    for (int x = 0; x + 1 < p.r.w; x++) {
      const double u = (x + .5) / p.r.w, v = (y + .5) / p.r.h;
      const int here = ring_of(d, sample(s, u, v));
      if (here == ring_of(d, sample(s, u + 1. / p.r.w, v)) &&
          here == ring_of(d, sample(s, u, v + 1. / p.r.h)))
        continue;
      const int level = level_of(sample(s, u, v), lo, hi);
      const bool plain = level < 0 || p.screen->graphics == RC_G_ASCII;
      rc_put_cell(p, x, y, plain ? 'o' : 0x2022, RC_BRIGHT,
                  plain ? RC_TEXT : (rc_style)(RC_SEQ0 + 9 - level), 0);
    }
}

static void draw_heat(rc_pen p, const rc_slice *s, double lo, double hi) {
  static const char glyph[] = " .:-=+*#%@";
  const bool ascii = p.screen->graphics == RC_G_ASCII;
  for (int y = 0; y < p.r.h; y++)
    for (int x = 0; x < p.r.w; x++) {
      const double u = (x + .5) / p.r.w;
      const int top = level_of(sample(s, u, (y + .25) / p.r.h), lo, hi),
                low = level_of(sample(s, u, (y + .75) / p.r.h), lo, hi);
      if (top < 0 && low < 0) {
        rc_put(p, x, y, RC_DIM, "·");
      } else if (ascii) {
        rc_put_cell(p, x, y, (uint32_t)glyph[RC_MAX(top, low)], RC_TEXT, RC_TEXT, 0);
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
  const rc_slice *s = d ? (eigen ? d->eigen : d->raw) : NULL;
  if (!s) {
    rc_part_waiting(p, d && d->n < 2 ? "one parameter has no slice" : "after the race");
    return;
  }
  const char *nx = eigen ? d->eigen_x : d->raw_x, *ny = eigen ? d->eigen_y : d->raw_y;
  const double *span = eigen ? d->eigen_span : d->raw_span;
  double lo = INFINITY, hi = -INFINITY;
  for (int i = 0; i < s->total; i++) {
    if (isnan(s->loss[i])) continue;
    lo = fmin(lo, s->loss[i]);
    hi = fmax(hi, s->loss[i]);
  }
  rc_putf(p, 0, 0, RC_BRIGHT, "%s up, %s across", ny, nx);
  char text[96];
  snprintf(text, sizeof text, "%s  %d of %d", eigen ? "eigen-directions" : "raw parameters",
           s->done, s->total);
  rc_put_right(p, p.r.w, 0, s->done < s->total ? RC_LINK : RC_DIM, text);
  if (p.r.h < 5) return;
  rc_pen map = rc_pen_sub(p, 0, 1, p.r.w, p.r.h - 3);
  draw_heat(map, s, lo, hi);
  if (d->loss_best > 0) draw_contours(map, s, d, lo, hi);
  rc_put(map, map.r.w / 2, map.r.h / 2, RC_BRIGHT, "+");
  snprintf(text, sizeof text, "%s: ±%.2g   %s: ±%.2g", nx, span[0], ny, span[1]);
  rc_put_cut(p, 0, p.r.h - 2, p.r.w, RC_DIM, text);
  int x = rc_putf(p, 0, p.r.h - 1, RC_DIM, "loss %.3g ", pow(10, lo));
  for (int k = 0; k < 10; k++)
    x = rc_put(p, x, p.r.h - 1, (rc_style)(RC_SEQ0 + 9 - k),
               p.screen->graphics == RC_G_ASCII ? (char[]){" .:-=+*#%@"[k], 0} : "█");
  rc_putf(p, x + 1, p.r.h - 1, RC_DIM, "%.3g", pow(10, hi));
}

static bool slice_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (key == 'v') {
    rc_part_set(v, "slice", "mode", rc_part_value(v, "slice", "mode") + 1);
    return true;
  }
  if (!d || !d->eigen || !eigen_shown(v)) return false;
  int a = 1, b = 2;
  sscanf(d->eigen_x, "v%d", &a);
  sscanf(d->eigen_y, "v%d", &b);
  const int step = key == RC_KEY_UP ? -1 : key == RC_KEY_DOWN ? 1 : 0;
  if (!step) return false;
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

/* ---- geodesic ----------------------------------------------------------------------------------- */

static void geodesic_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  enum { SHOWN = 6 };
  const rc_calibration_data *d = rc_calib_snapshot(v);
  const rc_geodesic_view *g = d ? d->geodesic : NULL;
  if (g && g->done && g->points < 2) {
    rc_putf(p, 0, 0, RC_DIM, "along %s", d->geodesic_from);
    rc_put_wrapped(p, 0, 1, p.r.w, p.r.h - 1, 0, RC_WARN, g->verdict);
    return;
  }
  if (!g || g->points < 2) {
    rc_part_waiting(p, d && d->fisher ? "↓ flies along the sloppiest direction" : "after the race");
    return;
  }
  int y = 0;
  rc_putf(p, 0, y, RC_DIM, "along %s, ", d->geodesic_from);
  rc_putf(p, 10 + (int)strlen(d->geodesic_from), y++, RC_TEXT, "length %.3g",
          g->tau[g->points - 1]);
  if (g->done) y += rc_put_wrapped(p, 0, y, p.r.w, 2, 0, g->boundary ? RC_OK : RC_WARN, g->verdict);
  rc_series s[SHOWN];
  double *own[SHOWN];
  int chosen[SHOWN], n = 0;
  while (n < RC_MIN(SHOWN, d->n)) { /* those that move most */
    int best = -1;
    double most = -1;
    for (int j = 0; j < d->n; j++) {
      const double moved = fabs(g->s[(g->points - 1) * d->n + j] - g->s[j]);
      bool taken = false;
      for (int k = 0; k < n; k++) taken = taken || chosen[k] == j;
      if (!taken && moved > most) most = moved, best = j;
    }
    if (best < 0) break;
    double *values = own[n] = rc_alloc((size_t)g->points, sizeof *values);
    for (int k = 0; k < g->points; k++) values[k] = g->s[k * d->n + best] - g->s[best];
    chosen[n] = best;
    s[n] = (rc_series){rc_calib_free(d, best)->name,
                       g->points,
                       g->tau,
                       values,
                       rc_calib_style(n),
                       rc_calib_mark(n)};
    n++;
  }
  const rc_plot o = {.x_label = "length on the manifold", .y_label = "", .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &o, s, n);
  for (int k = 0; k < n; k++) rc_free(own[k]);
}

static bool geodesic_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  int k = 1;
  char sign = '+';
  if (!d || !d->fisher) return false;
  if (!d->geodesic || sscanf(d->geodesic_from, "v%d %c", &k, &sign) < 2)
    k = RC_MAX(d->fisher->rank, 1) - 1;
  switch (key) {
  case RC_KEY_UP: k = k > 1 ? k - 1 : d->n; break;
  case RC_KEY_DOWN: k = k < d->n ? k + 1 : 1; break;
  case 'v': sign = sign == '+' ? '-' : '+'; break;
  default: return false;
  }
  rc_calib_do(v, "geodesic", "v%d %c", k, sign);
  return true;
}

static void geodesic_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "length,speed");
  for (int j = 0; d && j < d->n; j++) rc_str_addf(out, ",%s", rc_calib_free(d, j)->name);
  rc_str_addc(out, '\n');
  for (int k = 0; d && d->geodesic && k < d->geodesic->points; k++) {
    rc_str_addf(out, "%.10g,%.10g", d->geodesic->tau[k], d->geodesic->speed[k]);
    for (int j = 0; j < d->n; j++) rc_str_addf(out, ",%.10g", d->geodesic->s[k * d->n + j]);
    rc_str_addc(out, '\n');
  }
}

/* ---- profiles ----------------------------------------------------------------------------------- */

static const char *const verdicts[] = {"open", "bounded", "one-sided", "flat"};

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
      rc_str_addf(t, "%d points", r->view.points);
      *style = RC_LINK;
    } else {
      rc_str_add(t, verdicts[r->view.verdict]);
      *style = styles[r->view.verdict];
    }
  } else if (r->view.done) {
    char a[16] = "…", b[16] = "…";
    if (isfinite(r->view.lower)) snprintf(a, sizeof a, "%.3g", r->view.lower);
    if (isfinite(r->view.upper)) snprintf(b, sizeof b, "%.3g", r->view.upper);
    rc_str_addf(t, "%s to %s", a, b);
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
  const rc_column column[] = {
      {"parameter", 11, false}, {"verdict", 10, false}, {"where chi2 rises by 1", 0, false}};
  const rc_column few[] = {{"parameter", 11, false}, {"verdict", 0, false}};
  const bool narrow = p.r.w < 36;
  rc_table t = {narrow ? few : column, narrow ? 2 : 3, d->profiles, row, profile_cell, (void *)d};
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, p.r.h - plot - foot), &t, focused);
  if (foot) {
    char text[160];
    snprintf(text, sizeof text, "below: %s; above: %s", r->view.why_lower, r->view.why_upper);
    rc_put_cut(p, 0, p.r.h - plot - 1, p.r.w, RC_DIM, text);
  }
  if (!plot || !r->known || r->view.points < 2) return;
  const rc_series s = {"profile", r->view.points, r->view.z, r->view.loss, RC_SERIES1, 'o'};
  const rc_plot o = {.x_label = "share of the box", .y_label = "loss", .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, p.r.h - plot, p.r.w, plot), &o, &s, 1);
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
        "Dotted: delta chi2 = 1, 4, 9. Numbers at the edge: factors of e for logarithmic scales.",
    .draw = slice_draw,
    .key = slice_key,
    .csv = slice_csv,
    .hints = "v raw/eigen  ↑↓ direction"};
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
static const rc_pane_class geodesic = {
    .name = "geodesic",
    .title = "flight to the edge",
    .weight = 3,
    .column = 2,
    .min_h = 10,
    .explain =
        "A geodesic on the manifold of predictions, started along a sloppy direction: "
        "parameters run to 0 or infinity or merge while the predictions go only a short way, "
        "to an edge. What is left there is a simpler model (Transtrum, Machta, Sethna, Phys. "
        "Rev. Lett. 104 (2010) 060201).",
    .draw = geodesic_draw,
    .key = geodesic_key,
    .csv = geodesic_csv,
    .hints = "↑↓ direction  v sign"};
static const rc_pane_class *const panes[] = {&slice, &profiles, &geodesic};

const rc_view_class rc_view_terrain = {
    .kind = {.name = "terrain",
             .title = "Terrain",
             .help = "slices of the landscape, profile likelihoods, a geodesic to the edge",
             .explain = "The landscape of the loss."},
    .study = "calibration",
    .panes = RC_LEN(panes),
    .pane = panes};
