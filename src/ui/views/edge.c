/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View edge: geodesics to the edges of the model manifold, its widths, and the models that are left at
 * the edges. */
#include "ui/views/calib_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- flight ------------------------------------------------------------------------------------- */

static void flight_draw(const rc_view_context *v, rc_pen p, bool focused) {
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
  rc_putf(p, 8 + (int)strlen(d->geodesic_from), y++, RC_TEXT, "length %.3g", g->tau[g->points - 1]);
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
  const rc_plot o = {.x_label = "length",
                     .y_label = p.r.w >= 60 ? "change (ln on log scales)" : "change",
                     .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &o, s, n);
  for (int k = 0; k < n; k++) rc_free(own[k]);
}

static bool flight_key(rc_view_context *v, int key) {
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

static void flight_csv(const rc_view_context *v, rc_str *out) {
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

/* ---- models ------------------------------------------------------------------------------------- */

static const rc_reduction_row *model_row(const rc_view_context *v, const rc_calibration_data *d) {
  if (!d || !d->reduction || d->reduction->rows < 1) return NULL;
  return &d->reduction->row[rc_part_table_row(v, "models", d->reduction->rows)];
}

static void model_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_reduction_row *r = &((const rc_calibration_data *)ctx)->reduction->row[row];
  *style = RC_TEXT;
  switch (column) {
  case 0:
    rc_str_addf(t, "%d", r->n);
    *style = RC_BRIGHT;
    break;
  case 1:
    rc_str_addf(t, fabs(r->rise) < .005 ? "0" : "%.*f", r->rise < 10 ? 2 : 0, r->rise);
    *style = r->within ? RC_OK : RC_BAD;
    break;
  case 2:
    if (row) rc_str_addf(t, "%.1f", r->noise);
    *style = RC_DIM;
    break;
  default: rc_str_addf(t, "%s%s", r->within ? "" : "✗ ", r->name);
  }
}

static void models_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->reduction) {
    rc_part_waiting(p, d && d->fisher ? "a reduces the model, edge by edge" : "after the race");
    return;
  }
  const rc_mbam_view *m = d->reduction;
  const int foot = p.r.h >= 5;
  const rc_column column[] = {
      {"n", 3, true}, {"chi2 +", 8, true}, {"noise", 6, true}, {"what was taken away", 0, false}};
  rc_table t = {column, 4, m->rows, rc_part_table_row(v, "models", m->rows), model_cell, (void *)d};
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, p.r.h - foot), &t, focused);
  if (foot)
    rc_put_cut(p, 0, p.r.h - 1, p.r.w, m->done ? RC_DIM : RC_LINK, m->done ? m->why : m->doing);
}

static bool models_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->fisher) return false;
  if (key == 13 || key == 'a') { /* in a tour Enter is the tour's */
    rc_calib_do(v, "reduce", "%s", "");
    return true;
  }
  return d->reduction && rc_calib_rows_key(v, "models", d->reduction->rows, key);
}

static void models_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "parameters,limit,exact,limit_error,length,loss,chi2_rise,noise,within_noise\n");
  for (int i = 0; d && d->reduction && i < d->reduction->rows; i++) {
    const rc_reduction_row *r = &d->reduction->row[i];
    rc_str_addf(out, "%d,", r->n);
    rc_part_csv(out, r->name, ',');
    rc_str_addf(out, "%s,", r->exact ? "true" : "false");
    rc_part_csv_real(out, r->limit_error, ',');
    rc_part_csv_real(out, r->length, ',');
    rc_part_csv_real(out, r->loss, ',');
    rc_part_csv_real(out, r->rise, ',');
    rc_part_csv_real(out, r->noise, ',');
    rc_str_add(out, r->within ? "true\n" : "false\n");
  }
}

/* ---- the selected one --------------------------------------------------------------------------- */

static void model_facts(const rc_view_context *v, rc_facts *f) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  const rc_reduction_row *r = model_row(v, d);
  if (!r) return;
  rc_fact_note(f, RC_BRIGHT, "%s", r->name);
  rc_fact_add(f, "parameters", RC_TEXT, "%d", r->n);
  rc_fact_number(f, "loss", r->within ? RC_OK : RC_BAD, "%.5g", r->loss);
  if (!isnan(r->length)) rc_fact_number(f, "length of the flight", RC_TEXT, "%.3g", r->length);
  if (r->kind == RC_REDUCTION_LIMIT && r->exact)
    rc_fact_add(f, "evaluated", RC_TEXT, "at the limit");
  else if (r->kind == RC_REDUCTION_LIMIT)
    rc_fact_number(f, "limit held to", RC_TEXT, "%.0e", r->limit_error);
  for (int k = 0; k < r->n && f->n < RC_FACTS_MAX; k++)
    rc_fact_number(f, r->parameter[k], RC_TEXT, "%.4g", r->value[k]);
}

static void model_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  model_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "model", &f);
  else
    rc_part_waiting(p, p.r.w >= 30 ? "a in the pane of models reduces" : ":study reduce makes it");
}
static bool model_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "model", key);
}
static void model_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  model_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- widths ------------------------------------------------------------------------------------- */

static void draw_width(const rc_calibration_data *d, rc_pen p, int k, int y, double lo, double hi,
                       bool on) {
  rc_putf(p, 0, y, on ? RC_SELECTED : RC_BRIGHT, "v%d", k + 1);
  if (isnan(d->width[k])) {
    rc_put_cut(p, 4, y, p.r.w - 4, RC_DIM, d->widths_left > 0 ? "…" : "no edge was met");
    return;
  }
  rc_putf(p, 4, y, RC_TEXT, "%8.3g", d->width[k]);
  const int w = p.r.w - 13, cells = (int)lround((log10(d->width[k]) - lo) / (hi - lo) * w);
  for (int i = 0; i < RC_MIN(RC_MAX(cells, 1), w); i++) rc_put(p, 13 + i, y, RC_SERIES1, "▪");
}

static void widths_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  double lo = INFINITY, hi = -INFINITY;
  for (int k = 0; d && d->width && k < d->n; k++) {
    if (!(d->width[k] > 0)) continue;
    lo = fmin(lo, log10(d->width[k]));
    hi = fmax(hi, log10(d->width[k]));
  }
  if (!d || !d->width) {
    rc_part_waiting(p, d && d->fisher ? "a measures the widths" : "after the race");
    return;
  }
  lo = isfinite(lo) ? floor(lo) - .2 : -1;
  hi = isfinite(hi) && hi > lo ? hi : lo + 1;
  const int foot = p.r.h >= 4, h = p.r.h - foot;
  const int row = (int)rc_part_table_row(v, "widths", d->n),
            top = RC_MAX(0, RC_MIN(row - h / 2, d->n - h));
  for (int i = 0; i < h && top + i < d->n; i++)
    draw_width(d, p, top + i, i, lo, hi, focused && top + i == row);
  if (!foot) return;
  char text[96];
  if (d->widths_left > 0)
    snprintf(text, sizeof text, "%d flight%s left", d->widths_left, d->widths_left == 1 ? "" : "s");
  else
    snprintf(text, sizeof text, "in units of %s, log", rc_calib_unit(d));
  rc_put_cut(p, 0, p.r.h - 1, p.r.w, d->widths_left > 0 ? RC_LINK : RC_DIM, text);
}

static bool widths_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->fisher) return false;
  if (key == 13 || key == 'a') {
    rc_calib_do(v, "widths", "%s", "");
    return true;
  }
  return d->width && rc_calib_rows_key(v, "widths", d->n, key);
}

static void widths_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "direction,width\n");
  for (int k = 0; d && d->width && k < d->n; k++) {
    rc_str_addf(out, "v%d,", k + 1);
    rc_part_csv_real(out, d->width[k], '\n');
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class flight = {
    .name = "flight",
    .title = "flight to the edge",
    .weight = 3,
    .column = 0,
    .min_h = 10,
    .explain =
        "A geodesic on the manifold of predictions, started along a sloppy direction: "
        "parameters run to 0 or infinity or merge while the predictions go only a short way, "
        "to an edge. What is left there is a simpler model (Transtrum, Machta, Sethna, Phys. "
        "Rev. Lett. 104 (2010) 060201).",
    .draw = flight_draw,
    .key = flight_key,
    .csv = flight_csv,
    .hints = "↑↓ direction  v sign"};
static const rc_pane_class models = {
    .name = "models",
    .title = "models with fewer parameters",
    .weight = 3,
    .column = 0,
    .min_h = 6,
    .explain =
        "At the edge along the sloppiest direction a parameter, or a product of some, is at 0 or "
        "infinity, or two are one: that limit is taken, the model fitted again, and so on. chi2 + "
        "is "
        "what that costs, noise what chance alone would in 95 of 100 cases; the first model above "
        "it "
        "is the last (Transtrum and Qiu, Phys. Rev. Lett. 113 (2014) 098701).",
    .draw = models_draw,
    .key = models_key,
    .csv = models_csv,
    .hints = "a reduce  ↑↓ model"};
static const rc_pane_class model = {
    .name = "model",
    .title = "the selected model",
    .weight = 3,
    .column = 1,
    .min_h = 6,
    .explain =
        "What is left to fit at this edge, and its best values. A limit that the model has no "
        "value "
        "at is held far out: the figure says by how much a prediction still changes ten times "
        "further, in units of the residuals.",
    .draw = model_draw,
    .key = model_key,
    .csv = model_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class widths = {
    .name = "widths",
    .title = "manifold widths",
    .weight = 2,
    .column = 1,
    .min_h = 5,
    .explain =
        "How far it is from edge to edge along each eigen-direction, by geodesics through the best "
        "fit: of sloppy models the widths fall geometrically, a hyper-ribbon (Transtrum, Machta, "
        "Sethna, Phys. Rev. E 83 (2011) 036701).",
    .draw = widths_draw,
    .key = widths_key,
    .csv = widths_csv,
    .hints = "a measure  ↑↓ direction"};
static const rc_pane_class *const panes[] = {&flight, &models, &model, &widths};

const rc_view_class rc_view_edge = {
    .kind = {.name = "edge",
             .title = "Edge",
             .help = "flights to the edge of the model manifold, and the simpler models there",
             .explain = "Where the model ends, and which simpler one it is there."},
    .study = "calibration",
    .panes = RC_LEN(panes),
    .pane = panes};
