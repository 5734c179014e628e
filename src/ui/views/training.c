/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View training: does the committor that is learnt say what happens? */
#include <math.h>
#include <stdio.h>

#include "ui/views/paths_parts.h"

static const rc_paths_data *learning(const rc_view_context *v, rc_pen p) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (d && d->curve > 0) return d;
  rc_part_waiting(p, d && !d->learning && d->model == 0 ? "nothing is learnt in this study"
                                                        : "the first shots teach it");
  return NULL;
}

/* ---- generated, expected, oracle ---------------------------------------------------------------- */

static void counts_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = learning(v, p);
  if (!d) return;
  rc_series s[3];
  int n = 0;
  if (d->curve_oracle)
    s[n++] = (rc_series){"oracle", d->curve, d->curve_shots, d->curve_oracle, RC_SERIES3, '#'};
  s[n++] = (rc_series){"expected", d->curve, d->curve_shots, d->curve_expected, RC_SERIES2, '^'};
  s[n++] = (rc_series){"generated", d->curve, d->curve_shots, d->curve_generated, RC_SERIES1, 'o'};
  const rc_plot o = {.x_label = "shots",
                     .y_label = "transitions",
                     .x_log = v->log_axis,
                     .y_log = v->log_axis,
                     .crosshair = v->crosshair};
  rc_plot_lines(p, &o, s, n);
}

static void curve_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "shots,generated,expected,oracle,loss,validation,rmse\n");
  for (int i = 0; d && i < d->curve; i++) {
    const double *const columns[] = {d->curve_shots,  d->curve_generated, d->curve_expected,
                                     d->curve_oracle, d->curve_loss,      d->curve_validation,
                                     d->curve_rmse};
    for (size_t c = 0; c < RC_LEN(columns); c++)
      rc_part_csv_real(out, columns[c] ? columns[c][i] : NAN, c + 1 < RC_LEN(columns) ? ',' : '\n');
  }
}

/* ---- loss and error ----------------------------------------------------------------------------- */

static bool any(const double *y, int n) {
  for (int i = 0; y && i < n; i++)
    if (isfinite(y[i])) return true;
  return false;
}

static void loss_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = learning(v, p);
  if (!d) return;
  const double ends[2] = {d->curve_shots[0], fmax(d->curve_shots[d->curve - 1], 2)},
               none[2] = {2 * M_LN2, 2 * M_LN2};
  const bool split = p.r.w >= 60 && p.r.h >= 6, rmse = any(d->curve_rmse, d->curve);
  rc_series s[4];
  int n = 0;
  s[n++] = (rc_series){"2 ln 2", 2, ends, none, RC_DIM, 0};
  if (any(d->curve_validation, d->curve))
    s[n++] =
        (rc_series){"held out", d->curve, d->curve_shots, d->curve_validation, RC_SERIES2, '^'};
  s[n++] = (rc_series){"loss", d->curve, d->curve_shots, d->curve_loss, RC_SERIES1, 'o'};
  rc_plot o = {.x_label = "shots",
               .y_label = "loss",
               .x_log = v->log_axis,
               .crosshair = split && v->crosshair >= p.r.w / 2 ? -1 : v->crosshair};
  const rc_series error = {"rmse to exact", d->curve,   d->curve_shots,
                           d->curve_rmse,   RC_SERIES4, '*'};
  if (!split && rmse) s[n++] = error;
  rc_plot_lines(split && rmse ? rc_pen_sub(p, 0, 0, p.r.w / 2 - 1, p.r.h) : p, &o, s, n);
  if (!split || !rmse) return;
  const double bar[2] = {.05, .05};
  const rc_series right[2] = {{".05", 2, ends, bar, RC_DIM, 0}, error};
  o = (rc_plot){.x_label = "shots",
                .y_label = "p",
                .x_log = v->log_axis,
                .y_log = v->log_axis,
                .crosshair = v->crosshair >= p.r.w / 2 ? v->crosshair - p.r.w / 2 : -1};
  rc_plot_lines(rc_pen_sub(p, p.r.w / 2, 0, p.r.w - p.r.w / 2, p.r.h), &o, right, 2);
}

/* ---- reliability -------------------------------------------------------------------------------- */

/* Standard error of the share of a bin's halves; never 0, as nothing is certain. */
static double share_error(const rc_learner_view *l, int bin) {
  const double n = l->bin_n[bin], p = (l->bin_observed[bin] * n + 1) / (n + 2);
  return sqrt(p * (1 - p) / (n + 2));
}

static void reliability_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  enum { BINS = RC_RELIABILITY_BINS };
  const rc_learner_view *l = d ? &d->learnt : NULL;
  if (!l || l->counted < 1) {
    rc_part_waiting(p, "no forecast yet");
    return;
  }
  double x[BINS], y[BINS], bar_x[3 * BINS], bar_y[3 * BINS];
  int n = 0;
  for (int b = 0; b < BINS; b++) {
    if (l->bin_n[b] < 1) continue;
    const double e = share_error(l, b);
    x[n] = l->bin_p[b], y[n] = l->bin_observed[b];
    for (int k = 0; k < 3; k++) bar_x[3 * n + k] = x[n];
    bar_y[3 * n] = fmax(0, y[n] - e), bar_y[3 * n + 1] = fmin(1, y[n] + e);
    bar_y[3 * n + 2] = NAN;
    n++;
  }
  static const double diagonal[2] = {0, 1};
  const rc_series s[] = {{NULL, 2, diagonal, diagonal, RC_DIM, 0},
                         {NULL, 3 * n, bar_x, bar_y, RC_SERIES1, 0},
                         {"± sd", n, x, y, RC_SERIES1, (char)('o' | RC_DOTS)}};
  const bool verdict = p.r.h >= 6 && isfinite(l->reliability_p);
  const rc_plot o = {.x_label = "p forecast",
                     .y_label = "observed",
                     .x0 = 0,
                     .x1 = 1,
                     .y0 = 0,
                     .y1 = 1,
                     .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, 0, p.r.w, p.r.h - verdict), &o, s, RC_LEN(s));
  if (!verdict) return;
  const bool good = l->reliability_p > .01;
  char text[80];
  const char *sign = good ? "✓" : "✗";
  snprintf(text, sizeof text, "%s chi2 %.1f, p %.2g, %lld shots", sign, l->chi2, l->reliability_p,
           (long long)l->counted);
  if (rc_text_width(text) > p.r.w)
    snprintf(text, sizeof text, "%s chi2 %.1f, p %.2g", sign, l->chi2, l->reliability_p);
  rc_put_cut(p, 0, p.r.h - 1, p.r.w, good ? RC_OK : RC_BAD, text);
}

static void reliability_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "halves,p_forecast,observed,error\n");
  for (int b = 0; d && b < RC_RELIABILITY_BINS; b++) {
    if (d->learnt.bin_n[b] < 1) continue;
    rc_part_csv_real(out, d->learnt.bin_n[b], ',');
    rc_part_csv_real(out, d->learnt.bin_p[b], ',');
    rc_part_csv_real(out, d->learnt.bin_observed[b], ',');
    rc_part_csv_real(out, share_error(&d->learnt, b), '\n');
  }
}

/* ---- where shots are fired from ----------------------------------------------------------------- */

enum { BINS = 40 };
static double bin_q(int b) {
  return (b + .5) / 2 - 10;
}

static void points_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  double sum = 0, x[2 * BINS], y[2 * BINS], z[2 * BINS];
  for (int b = 0; d && b < BINS; b++) sum += d->point_bins[b];
  if (!(sum > 0)) {
    rc_part_waiting(p, "no shot yet");
    return;
  }
  for (int b = 0; b < BINS; b++)
    for (int k = 0; k < 2; k++) { /* a staircase */
      x[2 * b + k] = bin_q(b) + (k ? .25 : -.25);
      y[2 * b + k] = d->point_bins[b];
      z[2 * b + k] = d->target_bins[b];
    }
  const rc_series s[] = {{"target", 2 * BINS, x, z, RC_SERIES2, '^'},
                         {"shots", 2 * BINS, x, y, RC_SERIES1, 'o'}};
  const rc_plot o = {
      .x_label = "q", .y_label = "share", .x0 = -10, .x1 = 10, .crosshair = v->crosshair};
  rc_plot_lines(p, &o, s, RC_LEN(s));
}

static void points_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "q,share,asked_for\n");
  for (int b = 0; d && b < BINS; b++) {
    rc_part_csv_real(out, bin_q(b), ',');
    rc_part_csv_real(out, d->point_bins[b], ',');
    rc_part_csv_real(out, d->target_bins[b], '\n');
  }
}

/* ---- figures ------------------------------------------------------------------------------------ */

static void training_facts(const rc_view_context *v, rc_facts *f) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->learnt.shots < 1) return;
  const rc_learner_view *l = &d->learnt;
  const bool ensemble = d->learner.schedule == RC_LEARN_ENSEMBLE;
  if (ensemble)
    rc_fact_add(f, "learner", RC_BRIGHT, "ensemble of %lld", (long long)d->learner.members);
  else
    rc_fact_add(f, "learner", RC_BRIGHT, "AIMMD");
  rc_fact_count(f, d->frozen ? "model, frozen" : "model", d->model);
  if (d->model_shots > l->shots) /* it went back to an earlier shot since */
    rc_fact_add(f, "learnt from", RC_WARN, "%lld, forgotten ones too", (long long)d->model_shots),
        rc_fact_exact(f, (double)d->model_shots);
  else if (d->model > 0)
    rc_fact_add(f, "learnt from", RC_TEXT, "%lld shots", (long long)d->model_shots),
        rc_fact_exact(f, (double)d->model_shots);
  if (d->fitting > 0)
    rc_fact_add(f, "next, fitting", RC_LINK, "%lld shots", (long long)d->fitting),
        rc_fact_exact(f, (double)d->fitting);
  rc_fact_count(f, "trainings", (uint64_t)l->trainings);
  rc_fact_count(f, "shots forecast", (uint64_t)l->shots);
  rc_fact_number(f, "generated", RC_TEXT, "%.0f", l->generated);
  rc_fact_number(f, "expected", RC_TEXT, "%.1f", l->expected);
  rc_fact_number(f, "z of the two", fabs(l->z) < 3 ? RC_OK : RC_BAD, "%+.2f", l->z);
  rc_fact_number(f, "alpha", RC_TEXT, "%.2g", l->alpha);
  rc_fact_real(f, "loss", RC_TEXT, 4, l->loss);
  rc_fact_real(f, "held out", RC_TEXT, 4, l->validation);
  rc_fact_gauge(f, "skill", RC_SERIES1, l->skill);
  if (isfinite(d->rmse)) {
    rc_fact_real(f, "rmse to exact", d->rmse < .05 ? RC_OK : RC_TEXT, 4, d->rmse);
    rc_fact_real(f, "where |q| < 4", RC_TEXT, 4, d->rmse_middle);
  }
  if (isfinite(l->reliability_p))
    rc_fact_number(f, "reliability p", l->reliability_p > .01 ? RC_OK : RC_BAD, "%.2g",
                   l->reliability_p);
  if (!ensemble) rc_fact_number(f, "rate", RC_DIM, "%.2g", l->rate);
}

static void figures_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  training_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "training", &f);
  else
    rc_part_waiting(p, "no shot yet");
}

static bool figures_key(rc_view_context *v, int key) {
  return rc_paths_key(v, key) || rc_facts_key(v, "training", key);
}

static void figures_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  training_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class counts = {
    .name = "counts",
    .title = "generated and expected",
    .weight = 3,
    .column = 0,
    .min_h = 7,
    .explain =
        "Transition paths so far: generated; expected by the model before each shot, the sum of "
        "2p(1-p); and what the exact committor would have expected of the same points (oracle). "
        "Curves that run together are necessary, not sufficient: a model that says p = ½ "
        "everywhere can have them too (Jung et al., Nat. Comput. Sci. 3 (2023) 334).",
    .draw = counts_draw,
    .key = rc_paths_key,
    .csv = curve_csv,
    .hints = "l log axes  K freeze  H how"};
static const rc_pane_class loss = {
    .name = "loss",
    .title = "loss and error",
    .weight = 3,
    .column = 0,
    .min_h = 6,
    .explain = "The binomial loss sum [n_A ln(1+e^q) + n_B ln(1+e^-q)] of a shot, of the shots "
               "that were fitted and of those held out; 2 ln 2 is the loss of knowing nothing. "
               "Beside it the root mean square of p - p_exact over the frames of transition paths: "
               "what no calculation without the exact committor can show.",
    .draw = loss_draw,
    .key = rc_paths_key,
    .csv = curve_csv,
    .hints = "l log axes  K freeze"};
static const rc_pane_class figures = {
    .name = "figures",
    .title = "learning",
    .weight = 4,
    .column = 1,
    .min_h = 8,
    .explain = "alpha = (1 - generated/expected)^2 over the last shots, by which AIMMD trains; z "
               "is the same in standard deviations, sqrt(sum v(1-v)), v = 2p(1-p). Skill is 1 - L "
               "/ L_const of forecasts made before the shots. Only rmse and reliability say that "
               "the committor is right.",
    .draw = figures_draw,
    .key = figures_key,
    .csv = figures_csv,
    .hints = "↑↓ scroll  K freeze"};
static const rc_pane_class reliability = {
    .name = "reliability",
    .title = "reliability",
    .weight = 4,
    .column = 2,
    .min_h = 8,
    .explain =
        "Forecasts in ten bins of p against the share of halves that reached B, with binomial "
        "errors; each forecast was made before its shot. On the diagonal the committor means what "
        "it says. chi2 is over the bins, p the chance of a larger one (DeGroot, Fienberg, "
        "The Statistician 32 (1983) 12).",
    .draw = reliability_draw,
    .key = rc_paths_key,
    .csv = reliability_csv,
    .hints = "x cursor"};
static const rc_pane_class points = {
    .name = "points",
    .title = "shooting points",
    .weight = 3,
    .column = 2,
    .min_h = 7,
    .explain =
        "Where shots were fired from, along q by the model of the time, and what the selection "
        "asks for: g/(g^2+q^2) for a Lorentzian. They differ because a path has only so many "
        "frames near q = 0. At gamma = 1 even the ideal yields 0.32 transitions a shot, not ½.",
    .draw = points_draw,
    .key = rc_paths_key,
    .csv = points_csv,
    .hints = "H how  G gamma"};
static const rc_pane_class *const panes[] = {&counts, &loss, &figures, &reliability, &points};

const rc_view_class rc_view_training = {
    .kind = {.name = "training",
             .title = "Training",
             .help = "does the learnt committor say what happens?",
             .explain = "The learning of the committor, held against its shots and the truth."},
    .study = "paths",
    .panes = RC_LEN(panes),
    .pane = panes};
