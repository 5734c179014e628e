/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View landscape: what stays frustrated, local optima, the noise dial. */
#include "ui/views/cut_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- frustrated edges ---------------------------------------------------------------------------- */

static void edge_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_cut_data *d = ctx;
  const rc_cut_edge *e = &d->frustrated[row];
  char text[3 * RC_SITES_MAX + 8], bond[16];
  int i, j;
  *style = RC_TEXT;
  switch (column) {
  case 0:
    rc_str_addf(t, "%.5g", fabs(e->weight));
    *style = RC_BRIGHT;
    break;
  case 1:
    rc_cut_bond(d, e->u, e->v, &i, &j, bond);
    rc_str_add(t, bond);
    *style = RC_LINK;
    break;
  case 2:
    rc_cut_vertex(d, e->u, text, sizeof text);
    rc_str_add(t, text);
    break;
  default: rc_cut_vertex(d, e->v, text, sizeof text); rc_str_add(t, text);
  }
}

static void edges_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || !d->best_side) {
    rc_part_waiting(p, "no cut yet");
    return;
  }
  if (d->frustrated_listed < 1) {
    rc_part_waiting(p, "✓ nothing is frustrated: every edge is satisfied");
    return;
  }
  char n[32];
  rc_part_count((uint64_t)d->frustrated_edges, n);
  int y = 0;
  if (p.r.h >= 5) {
    const double share = 100 * d->frustrated_weight / fmax(d->graph->weight_total, 1e-300);
    rc_putf(p, 0, y++, RC_DIM,
            p.r.w >= 62 ? "%s of the edges, %.4g %% of the weight; heaviest first"
                        : "%s edges, %.3g %% of the weight",
            n, share);
  }
  /* bond and state say what it flips to: that column comes where both have room */
  const int sites = d->basis ? rc_basis_sites(d->basis) : 8, rest = p.r.w - 25;
  const bool both = d->from_file || rest >= 2 * sites;
  const int wide = both ? RC_MAX(6, rest / 2) : 0;
  const rc_column column[] = {{"weight", 11, true},
                              {d->from_file ? "" : "bond", 6, false},
                              {d->from_file ? "u" : "state", wide, false},
                              {d->from_file ? "v" : "flips to", 0, false}};
  rc_table t = {column,
                both ? 4 : 3,
                d->frustrated_listed,
                rc_part_table_row(v, "edges", d->frustrated_listed),
                edge_cell,
                (void *)d};
  rc_table_draw(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &t, focused);
}

/* The selected edge is a pair of states and the bond between them: the linked views follow. */
static void link(rc_view_context *v, const rc_cut_data *d) {
  const rc_cut_edge *e = &d->frustrated[rc_part_table_row(v, "edges", d->frustrated_listed)];
  rc_cut_look_at(v, d, e->u);
  rc_cut_link_edge(v, d, e);
}

static bool edges_key(rc_view_context *v, int key) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (rc_cut_key(v, key)) return true;
  if (!d || !d->frustrated || !rc_cut_rows_key(v, "edges", d->frustrated_listed, key)) return false;
  link(v, d);
  return true;
}

static void edges_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  rc_str_add(out, "weight,u,v,bond\n");
  for (int k = 0; d && k < d->frustrated_listed; k++) {
    char bond[16];
    int i, j;
    rc_cut_bond(d, d->frustrated[k].u, d->frustrated[k].v, &i, &j, bond);
    rc_part_csv_real(out, d->frustrated[k].weight, ',');
    rc_str_addf(out, "%d,%d,", d->frustrated[k].u + 1, d->frustrated[k].v + 1);
    rc_part_csv(out, bond, '\n');
  }
}

/* ---- local optima -------------------------------------------------------------------------------- */

static void optima_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || d->optima < 1) {
    rc_part_waiting(p, "no local optimum yet");
    return;
  }
  int hits = 0;
  for (int i = 0; i < d->optima; i++)
    hits += d->optimum_value[i] >= d->value - 1e-9 * fabs(d->value);
  int y = 0;
  if (p.r.h >= 6)
    rc_putf(p, 0, y++, RC_DIM,
            p.r.w >= 38 ? "%d of %d descents end in the best cut" : "%d of %d hit the best", hits,
            d->optima);
  const rc_series s = {"local optima",   d->optima,  d->optimum_overlap,
                       d->optimum_value, RC_SERIES2, 'o'};
  const rc_plot o = {.x_label = "overlap",
                     .y_label = "value",
                     .points = true,
                     .x0 = 0,
                     .x1 = 1,
                     .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &o, &s, 1);
}

static void optima_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  rc_str_add(out, "value,overlap\n");
  for (int i = 0; d && i < d->optima; i++) {
    rc_part_csv_real(out, d->optimum_value[i], ',');
    rc_part_csv_real(out, d->optimum_overlap[i], '\n');
  }
}

/* ---- how many of them, and how alike ------------------------------------------------------------- */

enum { VALUE_BINS = 16 };

typedef struct histogram {
  int n;
  double from, to, count[RC_CUT_PAIR_BINS];
} histogram;

/* Of the values, from the least to the largest; one bin when they are all the same. */
static histogram values_of(const rc_cut_data *d) {
  histogram h = {.n = VALUE_BINS, .from = INFINITY, .to = -INFINITY};
  for (int i = 0; i < d->optima; i++) {
    h.from = fmin(h.from, d->optimum_value[i]);
    h.to = fmax(h.to, d->optimum_value[i]);
  }
  const double width = h.to - h.from;
  if (!(width > 1e-9 * fmax(fabs(h.from), fabs(h.to)))) h.n = 1;
  for (int i = 0; i < d->optima; i++) {
    const int bin = h.n > 1 ? (int)((d->optimum_value[i] - h.from) / width * h.n) : 0;
    h.count[RC_MIN(bin, h.n - 1)]++;
  }
  return h;
}

static histogram pairs_of(const rc_cut_data *d) {
  histogram h = {.n = RC_CUT_PAIR_BINS, .to = 1};
  for (int i = 0; i < h.n; i++) h.count[i] = d->optimum_pairs[i];
  return h;
}

static void histogram_draw(const histogram *h, rc_pen p, const char *caption, const char *what) {
  char text[RC_CUT_PAIR_BINS][16];
  const char *label[RC_CUT_PAIR_BINS];
  for (int i = 0; i < h->n; i++) {
    const bool said = i == 0 || i == h->n - 1 || i == h->n / 2; /* of where a bin begins, or ends */
    const double at = h->from + (h->to - h->from) * (i == h->n - 1 && i > 0 ? i + 1 : i) / h->n;
    snprintf(text[i], sizeof text[i], "%.4g", at);
    label[i] = said ? text[i] : "";
  }
  const rc_plot o = {.y_label = caption, .x_label = what, .crosshair = -1};
  rc_plot_bars(p, &o, h->n, h->count, NULL, label, RC_SERIES2, RC_SERIES2, -1);
}

static void values_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || d->optima < 1) {
    rc_part_waiting(p, "no local optimum yet");
    return;
  }
  const histogram h = values_of(d);
  histogram_draw(&h, p, "local optima", "value");
}

static void pairs_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || d->optima < 2) {
    rc_part_waiting(p, "no two local optima yet");
    return;
  }
  const histogram h = pairs_of(d);
  histogram_draw(&h, p, "pairs", "overlap");
}

static void histogram_csv(const histogram *h, const char *count, rc_str *out) {
  rc_str_addf(out, "from,to,%s\n", count);
  for (int i = 0; i < h->n; i++) {
    rc_part_csv_real(out, h->from + (h->to - h->from) * i / h->n, ',');
    rc_part_csv_real(out, h->from + (h->to - h->from) * (i + 1) / h->n, ',');
    rc_part_csv_real(out, h->count[i], '\n');
  }
}

static void values_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  const histogram h = d && d->optima > 0 ? values_of(d) : (histogram){0};
  histogram_csv(&h, "optima", out);
}

static void pairs_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  const histogram h = d && d->optima > 1 ? pairs_of(d) : (histogram){0};
  histogram_csv(&h, "pairs", out);
}

/* ---- dial --------------------------------------------------------------------------------------- */

typedef struct dial_table {
  const rc_cut_data *d;
  bool narrow; /* no room for the overlaps */
} dial_table;

static void dial_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const dial_table *table = ctx;
  const rc_cut_dial_row *r = &table->d->dial[row];
  *style = RC_TEXT;
  switch (table->narrow && column > 0 ? column + 2 : column) {
  case 0:
    rc_str_addf(t, "%.3g", r->sigma);
    *style = RC_BRIGHT;
    break;
  case 1: rc_str_addf(t, "%.3f", r->amplitude_overlap); break;
  case 2:
    rc_str_addf(t, "%.4f", r->sign_overlap);
    *style = RC_SERIES3;
    break;
  case 3:
    rc_str_addf(t, r->greedy_loss > 1e-9 ? "%.1e" : "0", r->greedy_loss);
    *style = r->greedy_loss > 1e-9 ? RC_WARN : RC_OK;
    break;
  case 4:
    rc_str_addf(t, "%.0f %%", 100 * r->descent_hits);
    *style = r->descent_hits > 0 ? RC_OK : RC_WARN;
    break;
  case 5:
    rc_str_addf(t, r->anneal_loss > 1e-9 ? "%.1e" : "0", r->anneal_loss);
    *style = r->anneal_loss > 1e-9 ? RC_WARN : RC_OK;
    break;
  default:
    if (r->tight)
      rc_str_add(t, "tight");
    else
      rc_str_addf(t, r->spent ? "%.1e *" : "%.1e", r->gap);
    *style = r->tight ? RC_OK : RC_WARN;
  }
}

/* From which noise on each of them fails: the transition; without what there is no room for. */
static void dial_summary(rc_pen p, const rc_cut_data *d) {
  static const char *const name[RC_DIAL_KINDS] = {"greedy", "descent", "anneal", "bound"};
  rc_str line[2] = {{0}, {0}};
  bool spent = false;
  for (int i = 0; i < RC_DIAL_KINDS; i++) {
    if (isnan(d->dial_fails[i])) continue;
    rc_str_addf(&line[0], "%s%s %.3g", line[0].len ? ", " : "fails from: ", name[i],
                d->dial_fails[i]);
    rc_str_addf(&line[1], "%s %s %.3g", line[1].len ? "" : "fail from", name[i], d->dial_fails[i]);
  }
  for (int i = 0; i < d->dials; i++) spent |= d->dial[i].spent;
  const int short_of_room = line[0].len > (size_t)p.r.w;
  rc_str *said = &line[short_of_room];
  if (spent && said->len + 15 <= (size_t)p.r.w) rc_str_add(said, "   * work spent");
  rc_put_cut(p, 0, 0, p.r.w, RC_DIM, said->len ? rc_str_c(said) : "nothing fails so far");
  rc_str_free(&line[0]);
  rc_str_free(&line[1]);
}

static void dial_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || d->dials < 1) {
    rc_part_waiting(p, d && d->from_file  ? "a file has no amplitudes to put noise on"
                       : d && d->dialling ? "the first noise level is being worked on"
                                          : "Enter turns the noise dial");
    return;
  }
  static const rc_column wide[] = {{"noise", 5, true},  {"amp.", 6, true},    {"signs", 7, true},
                                   {"greedy", 8, true}, {"descent", 7, true}, {"anneal", 8, true},
                                   {"bound", 0, false}};
  static const rc_column narrow[] = {{"noise", 5, true},
                                     {"greedy", 7, true},
                                     {"descent", 7, true},
                                     {"anneal", 7, true},
                                     {"bound", 0, false}};
  dial_table of = {d, p.r.w < 64};
  rc_table t = {of.narrow ? narrow : wide,
                of.narrow ? RC_LEN(narrow) : RC_LEN(wide),
                d->dials,
                rc_part_table_row(v, "dial", d->dials),
                dial_cell,
                &of};
  const int room = p.r.h > 3;
  if (room) dial_summary(rc_pen_sub(p, 0, p.r.h - 1, p.r.w, 1), d);
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, p.r.h - room), &t, focused);
}

static bool dial_key(rc_view_context *v, int key) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  const bool empty = !d || d->dials < 1;
  if (v->ui && empty && key == 13) {
    rc_err err = {0};
    if (!rc_ui_command(v->ui, "study dial", &err)) rc_ui_message(v->ui, RC_BAD, "%s", err.message);
    return true;
  }
  return rc_cut_key(v, key) || (!empty && rc_cut_rows_key(v, "dial", d->dials, key));
}

static void dial_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  rc_str_add(out, "sigma,amplitude_overlap,sign_overlap,greedy_loss,descent_hits,anneal_loss,gap,"
                  "tight,spent\n");
  for (int i = 0; d && i < d->dials; i++) {
    const rc_cut_dial_row *r = &d->dial[i];
    const double value[] = {r->sigma,        r->amplitude_overlap, r->sign_overlap, r->greedy_loss,
                            r->descent_hits, r->anneal_loss,       r->gap};
    for (size_t k = 0; k < RC_LEN(value); k++) rc_part_csv_real(out, value[k], ',');
    rc_str_addf(out, "%s,%s\n", r->tight ? "yes" : "no", r->spent ? "yes" : "no");
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class edges = {.name = "edges",
                                    .title = "frustrated edges",
                                    .weight = 3,
                                    .column = 0,
                                    .min_h = 6,
                                    .explain =
                                        "Edges that the best cut leaves unsatisfied: an "
                                        "antiferromagnetic flip between two states of equal sign "
                                        "costs its weight |J| a a'. The selected one is the pair "
                                        "of states and the bond that joins them in the "
                                        "other views.",
                                    .draw = edges_draw,
                                    .key = edges_key,
                                    .csv = edges_csv,
                                    .hints = "↑↓ edge  v vertex"};
static const rc_pane_class dial = {.name = "dial",
                                   .title = "noise dial",
                                   .weight = 2,
                                   .column = 0,
                                   .min_h = 5,
                                   .explain =
                                       "The same magnet with amplitudes a exp(noise u), u in (-1, "
                                       "1) (Westerhout, Katsnelson, Bagrov 2022): overlaps "
                                       "with the true amplitudes and signs, what greedy and "
                                       "annealing lose, how many of 40 descents hit the "
                                       "best, and whether the bound is still tight. Each state "
                                       "has its own noise, or each orbit of states with "
                                       "cut.amplitudes.symmetric. At a level the bound has 120 "
                                       "rounds (or cut.bound.rounds) and 800 slices of work; * "
                                       "says that they were spent. The last line: from which "
                                       "noise on each of them fails.",
                                   .draw = dial_draw,
                                   .key = dial_key,
                                   .csv = dial_csv,
                                   .hints = "Enter turns it  ↑↓ level"};
static const rc_pane_class optima = {.name = "optima",
                                     .title = "local optima",
                                     .weight = 4,
                                     .column = 1,
                                     .min_h = 7,
                                     .explain =
                                         "One-flip descents from random signs: the value each ends "
                                         "at against its overlap with the best cut, weighted "
                                         "by the amplitudes. One cluster at overlap 1 is an easy "
                                         "landscape; a broad cloud a glassy one.",
                                     .draw = optima_draw,
                                     .key = rc_cut_key,
                                     .csv = optima_csv};
static const rc_pane_class values = {.name = "values",
                                     .title = "values of optima",
                                     .weight = 2,
                                     .column = 1,
                                     .min_h = 6,
                                     .explain =
                                         "How many of the descents end at which value. The energy "
                                         "of the signs falls as the cut grows: this is the "
                                         "histogram of the energies of the local minima, turned "
                                         "over.",
                                     .draw = values_draw,
                                     .key = rc_cut_key,
                                     .csv = values_csv};
static const rc_pane_class pairs = {.name = "pairs",
                                    .title = "overlap of two optima",
                                    .weight = 2,
                                    .column = 1,
                                    .min_h = 6,
                                    .explain =
                                        "All pairs of the local optima by their overlap |sum a^2 s "
                                        "s'|, as Parisi's P(q) of a spin glass: a peak at 1 is one "
                                        "valley, weight everywhere many that have little in "
                                        "common.",
                                    .draw = pairs_draw,
                                    .key = rc_cut_key,
                                    .csv = pairs_csv};
static const rc_pane_class *const panes[] = {&edges, &dial, &optima, &values, &pairs};

const rc_view_class rc_view_landscape = {
    .kind = {.name = "landscape",
             .title = "Landscape",
             .help = "frustrated edges, local optima, the noise dial",
             .explain = "What stays frustrated, and how rugged the cut is."},
    .study = "cut",
    .panes = RC_LEN(panes),
    .pane = panes};
