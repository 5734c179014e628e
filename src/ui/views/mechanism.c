/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View mechanism: what the committor depends on, in words a person can check. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/paths_parts.h"

/* ---- relevance ---------------------------------------------------------------------------------- */

static int by_relevance(const rc_paths_data *d, int *order) {
  for (int i = 0; i < d->groups; i++) {
    int k = i;
    for (; k > 0 && d->relevance[order[k - 1]].mean < d->relevance[i].mean; k--)
      order[k] = order[k - 1];
    order[k] = i;
  }
  return d->groups;
}

static void whisker(rc_pen p, int y, int x0, int w, double value, double error, double top,
                    rc_style s) {
  const int end = (int)lround(w * fmax(0, value) / top);
  for (int x = 0; x < end; x++) rc_put(p, x0 + x, y, s, "█");
  if (end == 0 && value > 0) rc_put(p, x0, y, s, "▏");
  const int b = RC_MIN(w, (int)lround(w * fmax(0, value + error) / top));
  for (int x = RC_MAX(end, 0); x < b; x++) rc_put(p, x0 + x, y, RC_TEXT, x + 1 == b ? "┤" : "─");
}

static void relevance_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || !d->relevance || d->groups < 1) {
    rc_part_waiting(p, "after the shots");
    return;
  }
  int order[RC_PATHS_GROUPS];
  const int n = by_relevance(d, order), from = (int)rc_part_table_row(v, "relevance", n);
  double top = 1e-9;
  int name = 4;
  for (int i = 0; i < n; i++) {
    top = fmax(top, d->relevance[i].mean + d->relevance[i].deviation);
    name = RC_MAX(name, rc_text_width(d->group_name[i]));
  }
  name = RC_MIN(name, RC_MAX(6, 2 * p.r.w / 5));
  const int note = p.r.h >= 5, rows = p.r.h - note, first = RC_MAX(0, RC_MIN(from, n - rows));
  const int figure = p.r.w >= 44 ? 15 : 6, w = RC_MAX(1, p.r.w - name - 2 - figure);
  for (int k = 0; k < rows && first + k < n; k++) {
    const int g = order[first + k];
    const rc_relevance *r = &d->relevance[g];
    char text[32];
    rc_put_cut(p, 0, k, name, k == 0 && first == 0 ? RC_BRIGHT : RC_TEXT, d->group_name[g]);
    whisker(p, k, name + 1, w, r->mean, r->deviation, top, RC_SERIES1);
    if (figure > 6)
      snprintf(text, sizeof text, "%.3f ± %.3f", r->mean, r->deviation);
    else
      snprintf(text, sizeof text, "%.3f", r->mean);
    rc_put_right(p, p.r.w, k, RC_DIM, text);
  }
  if (!note) return;
  char text[96];
  snprintf(text, sizeof text, "rise of the loss per shot, %llu shots",
           (unsigned long long)d->relevance_shots);
  rc_put_cut(p, 0, p.r.h - 1, p.r.w, RC_DIM, text);
}

static bool relevance_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  return rc_paths_key(v, key) || (d && rc_paths_rows_key(v, "relevance", d->groups, key));
}

static void relevance_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "input,rise_of_loss,deviation\n");
  for (int i = 0; d && d->relevance && i < d->groups; i++) {
    rc_part_csv(out, d->group_name[i], ',');
    rc_part_csv_real(out, d->relevance[i].mean, ',');
    rc_part_csv_real(out, d->relevance[i].deviation, '\n');
  }
}

/* ---- formulas ----------------------------------------------------------------------------------- */

/* Farthest below the line from the first to the last of (operations, held-out loss). */
static int knee_of(const rc_formulas *f) {
  const rc_formula *a = &f->best[0], *b = &f->best[f->n - 1];
  int best = 0;
  double most = 0;
  for (int i = 1; i + 1 < f->n; i++) {
    const rc_formula *c = &f->best[i];
    const double run = b->operations - a->operations;
    if (run <= 0) continue;
    const double line = a->cross + (b->cross - a->cross) * (c->operations - a->operations) / run;
    if (line - c->cross > most) most = line - c->cross, best = i;
  }
  return best;
}

typedef struct listing {
  const rc_paths_data *d;
  int knee;
} listing;

static void formula_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const listing *l = ctx;
  const rc_formulas *f = l->d->formulas;
  const rc_formula *c = &f->best[row];
  const bool chosen = row == f->chosen;
  *style = chosen ? RC_BRIGHT : RC_TEXT;
  switch (column) {
  case 0: rc_str_addf(t, "%d", c->terms); break;
  case 1: rc_str_addf(t, "%d", c->operations); break;
  case 2: rc_str_addf(t, "%.4f ± %.4f", c->cross, c->cross_error); break;
  case 3:
    rc_str_add(t, chosen ? row == l->knee ? "◆ knee" : "◆ 1 sd" : row == l->knee ? "knee" : "");
    *style = chosen ? RC_OK : RC_LINK;
    break;
  case 4:
    if (isfinite(l->d->formula_eta2[row])) rc_str_addf(t, "%.4f", l->d->formula_eta2[row]);
    break;
  default:
    if (isfinite(l->d->formula_rmse[row])) rc_str_addf(t, "%.4f", l->d->formula_rmse[row]);
  }
}

static int64_t formula_row(const rc_view_context *v, const rc_paths_data *d) {
  const int64_t moved = rc_part_value(v, "formulas", "row"); /* 0: the chosen one */
  return moved > 0 ? RC_MIN(moved - 1, d->formulas->n - 1) : d->formulas->chosen;
}

/* The formula and how sure its terms are. */
static void formula_text(rc_pen p, const rc_paths_data *d, int row) {
  const rc_formula *c = &d->formulas->best[row];
  int y = rc_put_wrapped(p, 0, 0, p.r.w, RC_MAX(1, p.r.h - 1), 0, RC_BRIGHT, c->text);
  if (y >= p.r.h) return;
  char text[160];
  int n = snprintf(text, sizeof text, "loss %.4f of %.4f · sign kept in", c->loss,
                   d->formulas->loss_null);
  for (int k = 0; k < c->terms; k++)
    n += snprintf(text + n, sizeof text - (size_t)n, " %.0f%%", 100 * c->stability[k]);
  rc_put_cut(p, 0, y, p.r.w, RC_DIM, text);
}

/* Held-out loss against the operations it costs, with its standard error. */
static void draw_front(const rc_view_context *v, rc_pen p, const rc_formulas *f, int row) {
  double x[RC_FORMULA_TERMS], y[RC_FORMULA_TERMS], bar_x[3 * RC_FORMULA_TERMS],
      bar_y[3 * RC_FORMULA_TERMS];
  for (int i = 0; i < f->n; i++) {
    x[i] = f->best[i].operations, y[i] = f->best[i].cross;
    for (int k = 0; k < 3; k++) {
      bar_x[3 * i + k] = x[i];
      bar_y[3 * i + k] = k == 2 ? NAN : y[i] + (k ? 1 : -1) * f->best[i].cross_error;
    }
  }
  const rc_series s[] = {{NULL, 3 * f->n, bar_x, bar_y, RC_FRAME_LINE, 0},
                         {"± error", f->n, x, y, RC_SERIES1, (char)('o' | RC_DOTS)},
                         {"this", 1, &x[row], &y[row], RC_SERIES2, (char)('*' | RC_DOTS)}};
  const rc_plot o = {.x_label = "operations",
                     .y_label = "held-out loss",
                     .x0 = 0,
                     .x1 = x[f->n - 1] + 1,
                     .crosshair = v->crosshair};
  rc_plot_lines(p, &o, s, RC_LEN(s));
}

static void formulas_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || !d->formulas || d->formulas->n < 1) {
    rc_part_waiting(p, "after the shots");
    return;
  }
  static const rc_column wide[] = {{"terms", 5, true},          {"ops", 3, true},
                                   {"held-out loss", 15, true}, {"choice", 6, false},
                                   {"eta2", 6, true},           {"rmse", 0, false}};
  listing l = {d, knee_of(d->formulas)};
  const int64_t row = formula_row(v, d);
  const int lines = RC_MIN(p.r.h - 3, d->formulas->n + 1), foot = p.r.h - lines;
  const rc_table t = {wide, RC_LEN(wide), d->formulas->n, row, formula_cell, &l};
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, lines), &t, focused);
  const int gap = foot > 3, plot = foot >= 11 ? foot - 5 : 0;
  formula_text(rc_pen_sub(p, 1, lines + gap, p.r.w - 1, foot - gap - plot), d, (int)row);
  if (plot) draw_front(v, rc_pen_sub(p, 1, p.r.h - plot, p.r.w - 1, plot), d->formulas, (int)row);
}

static bool formulas_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (rc_paths_key(v, key)) return true;
  if (!d || !d->formulas || d->formulas->n < 1) return false;
  const int64_t to = rc_part_move(formula_row(v, d), d->formulas->n, key);
  if (to >= 0) rc_part_set(v, "formulas", "row", to + 1);
  return to >= 0;
}

static void formulas_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "terms,operations,loss,held_out_loss,error,eta2,rmse,chosen,formula\n");
  for (int i = 0; d && d->formulas && i < d->formulas->n; i++) {
    const rc_formula *c = &d->formulas->best[i];
    rc_str_addf(out, "%d,%d,", c->terms, c->operations);
    const double values[] = {c->loss, c->cross, c->cross_error, d->formula_eta2[i],
                             d->formula_rmse[i]};
    for (size_t k = 0; k < RC_LEN(values); k++) rc_part_csv_real(out, values[k], ',');
    rc_str_add(out, i == d->formulas->chosen ? "true," : "false,");
    rc_part_csv(out, c->text, '\n');
  }
}

/* ---- report cards ------------------------------------------------------------------------------- */

static void cards_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->cards < 1) {
    rc_part_waiting(p,
                    d && !d->exact_wanted ? "cards need the exact committor" : "after the shots");
    return;
  }
  const int from = (int)rc_part_table_row(v, "cards", d->cards);
  int name = 4;
  for (int i = 0; i < d->cards; i++) name = RC_MAX(name, rc_text_width(d->card[i].name));
  const int figures = p.r.w >= 34 ? 15 : 8; /* a narrow pane has no room for the error */
  name = RC_MIN(name, RC_MAX(8, p.r.w - figures));
  const int head = p.r.h >= 4, rows = p.r.h - head,
            first = RC_MAX(0, RC_MIN(from, d->cards - rows));
  const int w = p.r.w - name - figures - 1, eta = p.r.w - figures + 8;
  if (head) {
    rc_put(p, 0, 0, RC_DIM, "coordinate");
    rc_put_right(p, eta, 0, RC_DIM, "eta2");
    if (eta < p.r.w) rc_put_right(p, p.r.w, 0, RC_DIM, "rmse");
  }
  for (int k = 0; k < rows && first + k < d->cards; k++) {
    const rc_paths_card *c = &d->card[first + k];
    const int y = k + head;
    const bool known = isfinite(c->card.eta2);
    rc_put_cut(p, 0, y, name, RC_TEXT, c->name);
    if (w >= 6 && known) rc_gauge(p, name + 1, y, w, c->card.eta2, RC_SERIES1);
    char text[16] = "–";
    if (known) snprintf(text, sizeof text, "%.4f", fabs(c->card.eta2) < 5e-5 ? 0 : c->card.eta2);
    rc_put_right(p, eta, y, c->card.eta2 > .99 ? RC_OK : RC_TEXT, text);
    snprintf(text, sizeof text, "–");
    if (isfinite(c->card.rmse)) snprintf(text, sizeof text, "%.3f", c->card.rmse);
    if (eta < p.r.w) rc_put_right(p, p.r.w, y, RC_DIM, text);
  }
}

static bool cards_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  return rc_paths_key(v, key) || (d && rc_paths_rows_key(v, "cards", d->cards, key));
}

static void cards_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "coordinate,eta2,rmse,values\n");
  for (int i = 0; d && i < d->cards; i++) {
    rc_part_csv(out, d->card[i].name, ',');
    rc_part_csv_real(out, d->card[i].card.eta2, ',');
    rc_part_csv_real(out, d->card[i].card.rmse, ',');
    rc_str_addf(out, "%lld\n", (long long)d->card[i].card.values);
  }
}

/* ---- order of last passage ---------------------------------------------------------------------- */

static int by_rank(const rc_paths_data *d, int *order, int most) {
  int n = 0;
  for (int i = 0; i < d->order && i < most; i++) {
    if (isnan(d->order_rank[i])) continue;
    int k = n++;
    for (; k > 0 && d->order_rank[order[k - 1]] > d->order_rank[i]; k--) order[k] = order[k - 1];
    order[k] = i;
  }
  return n;
}

enum { ORDERED = 64 };

static void order_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (d && d->shape->real) {
    rc_put_wrapped(p, 0, 0, p.r.w, p.r.h, 0, RC_DIM,
                   "Coordinates have no order of last flips: this is for spins and bonds.");
    return;
  }
  if (!d || !d->order_rank || d->order < 1) {
    rc_part_waiting(p, "after the first accepted paths");
    return;
  }
  int order[ORDERED];
  const int n = by_rank(d, order, ORDERED), note = p.r.h >= 4, rows = p.r.h - note;
  const int first = RC_MAX(0, RC_MIN((int)rc_part_table_row(v, "order", n), n - rows));
  const int name = 7, w = RC_MAX(2, p.r.w - name - 6);
  for (int k = 0; k < rows && first + k < n; k++) {
    const int i = order[first + k];
    char text[24];
    rc_paths_spin(d->shape, i, text);
    rc_put_cut(p, 0, k, name, RC_TEXT, text);
    const int at = (int)lround(fmax(0, fmin(1, d->order_rank[i])) * (w - 1));
    for (int x = 0; x < w; x++) rc_put(p, name + x, k, RC_FRAME_LINE, x == w / 2 ? "┊" : "·");
    rc_put(p, name + at, k, RC_SERIES1, "●");
    snprintf(text, sizeof text, "%.2f", d->order_rank[i]);
    rc_put_right(p, p.r.w, k, RC_DIM, text);
  }
  if (!note) return;
  char text[64];
  snprintf(text, sizeof text, "first ← → last, %llu paths", (unsigned long long)d->order_paths);
  rc_put_cut(p, 0, p.r.h - 1, p.r.w, RC_DIM, text);
}

static bool order_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  return rc_paths_key(v, key) || (d && rc_paths_rows_key(v, "order", d->order, key));
}

static void order_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "spin,place,rank\n");
  for (int i = 0; d && d->order_rank && i < d->order; i++) {
    char name[24];
    rc_paths_spin(d->shape, i, name);
    rc_str_addf(out, "%d,", i);
    rc_part_csv(out, name, ',');
    rc_part_csv_real(out, d->order_rank[i], '\n');
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class relevance = {
    .name = "relevance",
    .title = "relevance",
    .weight = 3,
    .column = 0,
    .min_h = 6,
    .explain =
        "How much the loss per shot rises when a column of inputs is permuted over the shots, mean "
        "and deviation over redraws (Kemp et al., Ecol. Model. 204 (2007) 326). An input that can "
        "be scrambled "
        "without harm is not needed; of two that say the same, each looks dispensable: those are "
        "permuted together too.",
    .draw = relevance_draw,
    .key = relevance_key,
    .csv = relevance_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class formulas = {
    .name = "formulas",
    .title = "reaction coordinates",
    .weight = 3,
    .column = 0,
    .min_h = 8,
    .explain =
        "The best formula for q of each length, over features as they are: terms of a library, "
        "by forward selection and exchange on the binomial loss; held out: fitted without a fifth "
        "of the shots, terms kept. "
        "◆: the shortest within one standard error of the best, its terms the simplest that stay "
        "so. The error is of the difference, shot by shot, with what folds that share their shots "
        "add (Nadeau and Bengio 2003). Knee: farthest below the chord. "
        "eta2 and rmse are against the exact committor.",
    .draw = formulas_draw,
    .key = formulas_key,
    .csv = formulas_csv,
    .hints = "↑↓ formula"};
static const rc_pane_class cards = {
    .name = "cards",
    .title = "report cards",
    .weight = 3,
    .column = 1,
    .min_h = 6,
    .explain =
        "What a coordinate knows of the committor, exactly: eta2 = 1 - E[Var(p|cv)] / Var(p) over "
        "the transition paths, and the error of the best function of it, sqrt E[Var(p|cv)]. No "
        "fit: all states, weighted by pi p (1-p).",
    .draw = cards_draw,
    .key = cards_key,
    .csv = cards_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class order = {
    .name = "order",
    .title = "order of last passage",
    .weight = 3,
    .column = 2,
    .min_h = 6,
    .explain =
        "When each spin, or bond, turned for the last time on accepted paths: its mean rank, 0 the "
        "first of all, 1 the last. Ranks near ½ for all: there is no order, or symmetry hides it.",
    .draw = order_draw,
    .key = order_key,
    .csv = order_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class *const panes[] = {&formulas, &relevance, &cards, &rc_paths_gallery_pane,
                                             &order};

const rc_view_class rc_view_mechanism = {
    .kind = {.name = "mechanism",
             .title = "Mechanism",
             .help = "what the committor depends on, as formulas and pictures",
             .explain = "The reaction coordinate as a person would write it."},
    .study = "paths",
    .panes = RC_LEN(panes),
    .pane = panes};
