/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View fit: data and predictions, and the board on which parameters are turned. */
#include "ui/views/calib_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- curves ------------------------------------------------------------------------------------- */

enum { CURVES_MOST = 64, SHOWN = 2, SERIES_MOST = SHOWN * (2 + RC_CALIB_GHOSTS + 3) };

typedef struct plot {
  rc_series s[SERIES_MOST];
  int n;
  double *owned[SERIES_MOST * 2];
  int owns;
} plot;

static void free_plot(plot *t) {
  for (int i = 0; i < t->owns; i++) rc_free(t->owned[i]);
}

/* Points of one curve out of values of all data. */
static void add_points(plot *t, const rc_calibration_data *d, int curve, const double *y,
                       const char *name, rc_style style, char mark, bool dots) {
  double *xs = rc_alloc((size_t)d->m, sizeof *xs), *ys = rc_alloc((size_t)d->m, sizeof *ys);
  int n = 0;
  for (int i = 0; i < d->m; i++) {
    if (d->shape->point[i].curve != curve) continue;
    xs[n] = d->shape->point[i].x;
    ys[n++] = y ? y[i] : d->shape->point[i].value;
  }
  t->owned[t->owns++] = xs;
  t->owned[t->owns++] = ys;
  t->s[t->n++] = (rc_series){name, n, xs, ys, style, (char)(dots ? mark | RC_DOTS : mark)};
}

static void add_curve(plot *t, const rc_calibration_data *d, int curve, int place) {
  const rc_style ink = rc_calib_style(2 * place), data = rc_calib_style(2 * place + 1);
  const rc_calib_curve_fit *c = d->curves ? &d->curve[curve] : NULL;
  const bool dense = c && c->now;
  for (int g = d->ghosts - 1; g >= 0 && t->n < SERIES_MOST - 6; g--)
    add_points(t, d, curve, d->ghost + (size_t)g * (size_t)d->m, NULL, RC_DIM, dense ? 0 : '+',
               !dense);
  if (dense && d->band_low) {
    const double *low = d->band_low + curve * RC_CALIB_GRID,
                 *high = d->band_high + curve * RC_CALIB_GRID;
    t->s[t->n++] = (rc_series){NULL, c->points, c->x, low, RC_DIM, 0};
    t->s[t->n++] = (rc_series){place ? NULL : "5-95 % of fits", c->points, c->x, high, RC_DIM, 0};
  }
  if (dense)
    t->s[t->n++] = (rc_series){place ? NULL : "model", c->points, c->x, c->now, ink, 0};
  else
    add_points(t, d, curve, d->y, place ? NULL : "model", ink, '+', true);
  add_points(t, d, curve, NULL, d->shape->curves > 1 ? d->shape->curve[curve].name : "data", data,
             place ? '^' : 'o', true);
}

/* Their indices; at least one. */
static int curves_with_data(const rc_calibration_data *d, int with_data[CURVES_MOST]) {
  int n = 0;
  for (int c = 0; c < d->shape->curves && n < CURVES_MOST; c++) {
    int points = 0;
    for (int i = 0; i < d->m; i++) points += d->shape->point[i].curve == c;
    if (points) with_data[n++] = c;
  }
  if (!n) with_data[n++] = 0;
  return n;
}

static void curves_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->y) {
    rc_part_waiting(p, "no prediction yet");
    return;
  }
  int with_data[CURVES_MOST];
  const int curves = curves_with_data(d, with_data),
            first = (int)(rc_part_value(v, "curves", "curve") % curves);
  int y = 0;
  if (p.r.h >= 8) {
    rc_put_cut(p, 0, y++, p.r.w - (curves > SHOWN ? 17 : 0), RC_DIM, d->shape->data_source);
    if (curves > SHOWN)
      rc_putf(p, RC_MAX(0, p.r.w - 16), 0, RC_LINK, " curve %d of %d", first + 1, curves);
  }
  plot t = {0};
  for (int k = 0; k < RC_MIN(SHOWN, curves); k++)
    add_curve(&t, d, with_data[(first + k) % curves], k);
  const rc_plot o = {.x_label = d->shape->x_label,
                     .y_label = d->shape->y_label,
                     .x_log = d->shape->x_log != v->log_axis,
                     .y_log = d->shape->y_log,
                     .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &o, t.s, t.n);
  free_plot(&t);
}

static bool curves_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  int with_data[CURVES_MOST];
  const int curves = d ? curves_with_data(d, with_data) : 1;
  if (curves <= SHOWN || (key != RC_KEY_UP && key != RC_KEY_DOWN)) return false;
  const int64_t at = rc_part_value(v, "curves", "curve");
  rc_part_set(v, "curves", "curve", (at + (key == RC_KEY_DOWN ? 1 : curves - 1)) % curves);
  return true;
}

static void curves_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "curve,x,value,sigma,best,board\n");
  for (int i = 0; d && i < d->m; i++) {
    const rc_calib_point *q = &d->shape->point[i];
    rc_part_csv(out, d->shape->curves ? d->shape->curve[q->curve].name : "", ',');
    rc_part_csv_real(out, q->x, ',');
    rc_part_csv_real(out, q->value, ',');
    rc_part_csv_real(out, q->sigma, ',');
    rc_part_csv_real(out, d->y_best ? d->y_best[i] : NAN, ',');
    rc_part_csv_real(out, d->y ? d->y[i] : NAN, '\n');
  }
}

/* ---- board -------------------------------------------------------------------------------------- */

static const double steps[] = {.1, .01, 1};

static bool directions(const rc_view_context *v) {
  return rc_part_value(v, "board", "mode") % 2;
}
static double step_size(const rc_view_context *v) {
  return steps[rc_part_value(v, "board", "step") % (int64_t)RC_LEN(steps)];
}

typedef struct board {
  const rc_calibration_data *d;
  bool directions, few, middle;
} board;

static void board_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const board *b = ctx;
  const rc_calibration_data *d = b->d;
  *style = RC_TEXT;
  if (b->directions) {
    if (column == 0) {
      rc_str_addf(t, "v%d", (int)row + 1);
      *style = RC_BRIGHT;
    } else if (column == 1) {
      rc_str_addf(t, "%.1e", d->fisher->eigenvalue[row]);
      *style = row < d->fisher->effective_rank ? RC_TEXT : RC_DIM;
    } else {
      rc_calib_components(d, d->fisher, (int)row, 3, 1000, t);
      *style = RC_DIM;
    }
    return;
  }
  const rc_calib_parameter *p = rc_calib_free(d, (int)row);
  const double now = d->theta[d->free[row]], best = d->theta_best[d->free[row]];
  if (column == 0) {
    rc_str_add(t, p->name);
    *style = !strcmp(p->name, d->held) ? RC_LINK : RC_BRIGHT;
  } else if (column == 1) {
    rc_str_addf(t, b->few || b->middle ? "%.3g" : "%.4g", now);
    *style = fabs(now - best) > 1e-9 * fabs(best) ? RC_WARN : RC_TEXT;
  } else {
    *style = RC_DIM;
    if (!d->error || isnan(d->error[row]))
      rc_str_add(t, "");
    else if (!isfinite(d->error[row]))
      rc_str_add(t, b->middle ? "±any" : "± any");
    else
      rc_str_addf(t, b->middle ? "±%.1g" : "± %.1e", d->error[row]);
  }
}

static int64_t board_rows(const rc_view_context *v, const rc_calibration_data *d) {
  return directions(v) ? (d->fisher ? d->fisher->n : 0) : d->n;
}

static void board_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->theta || (directions(v) && !d->fisher)) {
    rc_part_waiting(p, "no model yet");
    return;
  }
  board b = {d, directions(v), p.r.w < 26, p.r.w < 36};
  for (int j = 0; b.middle && j < d->n; j++) /* values that would be cut leave no room for errors */
    b.few = b.few || snprintf(NULL, 0, "%.3g", d->theta[d->free[j]]) > 6;
  const rc_column raw[] = {{p.r.w < 36 ? "name" : "parameter", p.r.w < 36 ? 8 : 11, false},
                           {"value", p.r.w < 36 ? 6 : 10, true},
                           {"error", 0, false}};
  const rc_column eigen[] = {{"along", 5, false}, {"eigenvalue", 10, true}, {"mostly", 0, false}};
  const int64_t rows = board_rows(v, d);
  const rc_column few_raw[] = {{"name", 8, false}, {"value", 8, true}},
                  few_eigen[] = {{"along", 5, false}, {"eigenvalue", 10, true}};
  const rc_column *wide = b.directions ? eigen : raw, *narrow = b.directions ? few_eigen : few_raw;
  rc_table t = {b.few ? narrow : wide,
                b.few ? 2 : 3,
                rows,
                rc_part_table_row(v, "board", rows),
                board_cell,
                &b};
  const int foot = p.r.h >= 6;
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, p.r.h - foot), &t, focused);
  if (!foot) return;
  char text[96];
  const double moved = d->moved < 1e-9 ? 0 : d->moved; /* the rounding of two ways to a level */
  /* what a turn has done, also where the figures have no room beside it */
  if (d->held[0])
    snprintf(text, sizeof text, "step %g  held: %s  moved %.3g", step_size(v), d->held, moved);
  else
    snprintf(text, sizeof text, "step %g  moved %.3g", step_size(v), moved);
  rc_put_cut(p, 0, p.r.h - 1, p.r.w, d->held[0] ? RC_LINK : RC_DIM, text);
}

static bool board_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->theta) return false;
  const int64_t row = rc_part_table_row(v, "board", board_rows(v, d));
  char name[24];
  if (directions(v))
    snprintf(name, sizeof name, "v%d", (int)row + 1);
  else
    snprintf(name, sizeof name, "%s", rc_calib_free(d, (int)row)->name);
  switch (key) {
  case RC_KEY_LEFT: rc_calib_do(v, "turn", "%s %g", name, -step_size(v)); return true;
  case RC_KEY_RIGHT: rc_calib_do(v, "turn", "%s %g", name, step_size(v)); return true;
  case 'v': rc_part_set(v, "board", "mode", rc_part_value(v, "board", "mode") + 1); return true;
  case 'd': rc_part_set(v, "board", "step", rc_part_value(v, "board", "step") + 1); return true;
  case '0': rc_calib_do(v, "home", "%s", ""); return true;
  case 'f':
    if (directions(v)) return false;
    rc_calib_do(v, "hold", "%s", strcmp(d->held, name) ? name : "off");
    return true;
  default: return rc_calib_rows_key(v, "board", board_rows(v, d), key);
  }
}

static void board_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "parameter,unit,board,best,error,lower,upper\n");
  for (int j = 0; d && d->theta && j < d->n; j++) {
    const rc_calib_parameter *p = rc_calib_free(d, j);
    rc_part_csv(out, p->name, ',');
    rc_part_csv(out, p->unit, ',');
    rc_part_csv_real(out, d->theta[d->free[j]], ',');
    rc_part_csv_real(out, d->theta_best[d->free[j]], ',');
    rc_part_csv_real(out, d->error ? d->error[j] : NAN, ',');
    rc_part_csv_real(out, p->lower, ',');
    rc_part_csv_real(out, p->upper, '\n');
  }
}

/* ---- figures ------------------------------------------------------------------------------------ */

static void fit_facts(const rc_view_context *v, rc_facts *f) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d) return;
  const bool relative = d->shape->loss == RC_LOSS_RELATIVE || d->shape->loss == RC_LOSS_LOG;
  rc_fact_add(f, "model", RC_BRIGHT, "%s", d->cls->kind.name);
  rc_fact_add(f, "parameters", RC_TEXT, "%d", d->n);
  rc_fact_add(f, "data", RC_TEXT, "%d", d->m);
  rc_fact_number(f, "loss", d->loss > 1.5 * d->loss_best ? RC_WARN : RC_OK, "%.6g", d->loss);
  rc_fact_number(f, "best loss", RC_TEXT, "%.6g", d->loss_best);
  rc_fact_number(f, relative ? "moved, d ln y" : "moved, sigma", RC_TEXT, "%.3g",
                 d->moved < 1e-9 ? 0 : d->moved);
  if (d->turned[0]) rc_fact_add(f, "turned", RC_LINK, "%s", d->turned);
  if (d->held[0]) rc_fact_add(f, "held", RC_LINK, "%s", d->held);
  if (d->fisher) {
    rc_fact_add(f, "effective rank", RC_TEXT, "%d of %d", d->fisher->effective_rank, d->n);
    rc_fact_number(f, "stiffest", RC_TEXT, "%.2e", d->fisher->eigenvalue[0]);
  }
  int known = 0;
  for (int j = 0; d->error && j < d->n; j++)
    known += d->error[j] < .1 * fabs(d->theta_best[d->free[j]]);
  if (d->error)
    rc_fact_add(f, "known to 10 %", known < d->n ? RC_WARN : RC_OK, "%d of %d", known, d->n);
  if (d->ensemble > 0) {
    rc_fact_add(f, "ensemble", RC_TEXT, "%d fit%s", d->ensemble, d->ensemble == 1 ? "" : "s");
    rc_fact_exact(f, d->ensemble);
    rc_fact_gauge(f, "acceptance", RC_SERIES1, d->ensemble_acceptance);
  }
  for (int i = 0; i < d->warnings; i++) rc_fact_note(f, RC_WARN, "%s", d->warning[i]);
}

static void facts_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  fit_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "figures", &f);
  else
    rc_part_waiting(p, "no model yet");
}
static bool facts_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "figures", key);
}
static void facts_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  fit_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- truth -------------------------------------------------------------------------------------- */

static void truth_facts(const rc_view_context *v, rc_facts *f) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  const rc_truth *t = d ? d->truth : NULL;
  if (!t) return;
  rc_fact_number(f, "model's loss", RC_BRIGHT, "%.5g", t->loss);
  rc_fact_number(f, "R^2", RC_TEXT, "%.4f", t->r2);
  if (isnan(t->noise))
    rc_fact_note(f, RC_DIM, "no condition was measured twice");
  else
    rc_fact_number(f, "replicates scatter", t->loss > 2 * t->noise ? RC_WARN : RC_OK, "%.5g",
                   t->noise);
  if (!isnan(t->rival_loss)) {
    const bool beaten = t->rival_loss < t->loss;
    rc_fact_note(f, RC_DIM, "rival: %s", t->rival);
    rc_fact_add(f, "its coefficients", RC_TEXT, "%d", t->rival_coefficients);
    rc_fact_number(f, "its loss", beaten ? RC_WARN : RC_TEXT, "%.5g", t->rival_loss);
    rc_fact_number(f, "its R^2", RC_TEXT, "%.4f", t->rival_r2);
    if (beaten)
      rc_fact_note(f, RC_WARN, "%d coefficients beat your %d knob%s", t->rival_coefficients, d->n,
                   d->n == 1 ? "" : "s");
  }
  if (isfinite(t->by_x)) rc_fact_number(f, "residuals with x", RC_TEXT, "%+.2f", t->by_x);
  for (int k = 0; k < t->curves && k < 8 && d->shape->curves > 1; k++) {
    if (t->curve[k].n < 1) continue;
    rc_fact_number(f, d->shape->curve[k].name, RC_TEXT, "%+.2g ± %.2g", t->curve[k].mean,
                   t->curve[k].spread);
    rc_fact_error(f, t->curve[k].spread);
  }
}

static void truth_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  truth_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "truth", &f);
  else
    rc_part_waiting(p, "after the race");
}
static bool truth_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "truth", key);
}
static void truth_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  truth_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class curves = {
    .name = "curves",
    .title = "data and model",
    .weight = 3,
    .column = 0,
    .min_h = 8,
    .explain = "The data with the predictions of the board, as they are turned. Faint: up to eight "
               "settings before, and where 90 % of the ensemble of good fits lies; to the right of "
               "the data nothing holds the curves, and extrapolations part ways (Brown and Sethna, "
               "Phys. Rev. E 68 (2003) 021904).",
    .draw = curves_draw,
    .key = curves_key,
    .csv = curves_csv,
    .hints = "↑↓ curve"};
static const rc_pane_class board_pane = {
    .name = "board",
    .title = "board",
    .weight = 3,
    .column = 1,
    .min_h = 6,
    .explain = "Turn a parameter, or an eigen-direction of the Fisher information: a stiff one "
               "changes the predictions at once, a sloppy one not at all. 'f' holds the selected "
               "parameter while the others are fitted again, so that turning it walks along its "
               "profile likelihood; then whatever is turned is held, of an eigen-direction the "
               "parameter with the largest share. Errors are sqrt(2 dPhi (H^-1)_jj), H = J^T J.",
    .draw = board_draw,
    .key = board_key,
    .csv = board_csv,
    .hints = "←→ turn  d step  v axes  f hold  0 home"};
static const rc_pane_class facts = {
    .name = "figures",
    .title = "figures",
    .weight = 2,
    .column = 1,
    .min_h = 6,
    .explain =
        "The loss is the mean of squared residuals; r = (y - d)/sigma, or (y - d)/d for a "
        "relative loss (arXiv 2602.04975). 'moved' is the largest change of a prediction "
        "against the best fit. The effective rank counts the directions in which a unit step "
        "moves the predictions by more than their noise.",
    .draw = facts_draw,
    .key = facts_key,
    .csv = facts_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class truth = {
    .name = "truth",
    .title = "is the model true?",
    .weight = 2,
    .column = 2,
    .min_h = 8,
    .explain =
        "That a model is sloppy does not make it wrong, nor a good fit right. What replicated "
        "measurements scatter is the least a true model could leave; a plain regression with "
        "a few coefficients is the rival it must beat; residuals that lean on an input show "
        "what is missing.",
    .draw = truth_draw,
    .key = truth_key,
    .csv = truth_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class *const panes[] = {&curves, &board_pane, &facts, &truth};

const rc_view_class rc_view_fit = {
    .kind = {.name = "fit",
             .title = "Fit",
             .help = "data and predictions, and a board to turn parameters on",
             .explain = "A model against its data."},
    .study = "calibration",
    .panes = RC_LEN(panes),
    .pane = panes};
