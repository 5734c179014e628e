/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View cut: solvers climb, the bound comes down, the gap closes. */
#include "ui/views/cut_vertex.h"
#include "ui/views/watch_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- progress ----------------------------------------------------------------------------------- */

enum { CURVES = RC_CUT_SOLVERS + 3 };
typedef struct curves {
  rc_series s[CURVES];
  double *store[CURVES];
  int n;
} curves;

/* A staircase up to 'now'; with log, the relative distance from 'best' instead of the value. */
static void add_curve(curves *c, const char *name, const rc_cut_series *t, double now, double best,
                      bool log, rc_style style, char mark) {
  if (t->n == 0 || c->n == CURVES) return;
  double *x = rc_alloc((size_t)t->n * 4 + 4, sizeof *x), *y = x + 2 * t->n + 2;
  int n = 0;
  for (int i = 0; i < t->n; i++) {
    const double v =
        log ? fmax(fabs(t->value[i] - best) / fmax(fabs(best), 1e-300), 1e-16) : t->value[i];
    if (n > 0) x[n] = t->step[i], y[n] = y[n - 1], n++;
    x[n] = t->step[i], y[n++] = v;
  }
  x[n] = fmax(now, t->step[t->n - 1]), y[n] = y[n - 1], n++;
  c->store[c->n] = x;
  c->s[c->n++] = (rc_series){name, n, x, y, style, mark};
}

/* The best cut another program has told, over the width of ours: its steps are not our steps. It
 * comes before the curves from 'place' on. */
static void add_watched(curves *c, const rc_view_context *v, const rc_cut_data *d, double x0,
                        double now, const char *name, int place) {
  const rc_watch_stream *w = rc_watch_cut(v->watch);
  if (!w || c->n == CURVES) return;
  const rc_watch_figure *f = rc_watch_find(w, "value");
  const double last = fmax((double)w->step, 1),
               top = v->log_axis && d->bounding ? d->bound : d->value;
  double *x = rc_alloc((size_t)f->n * 2, sizeof *x), *y = x + f->n;
  for (int i = 0; i < f->n; i++) {
    const double value = f->value[i] + d->graph->offset;
    x[i] = x0 + (now - x0) * fmin(f->step[i] / last, 1);
    y[i] = v->log_axis ? fmax(fabs(value - top) / fmax(fabs(top), 1e-300), 1e-16) : value;
  }
  for (int i = c->n++; i > place; i--) c->store[i] = c->store[i - 1], c->s[i] = c->s[i - 1];
  c->store[place] = x;
  c->s[place] = (rc_series){name, f->n, x, y, RC_WARN, f->n > 1 ? 'x' : (char)('x' | RC_DOTS)};
}

static void progress_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || !d->best_side) {
    rc_part_waiting(p, d && d->graph       ? "the solvers are about to start"
                       : d && d->from_file ? "the file is being read"
                                           : "the instance is being made");
    return;
  }
  curves c = {0};
  const double now = (double)v->frame->step;
  const double top = d->bounding ? d->bound : d->value;
  if (d->bounding) /* first: a narrow legend shows the first ones */
    add_curve(&c, "bound", &d->bound_trace, now, d->value, v->log_axis, RC_SERIES1, 'o');
  const int others = c.n;
  for (int i = 0; i < d->solvers; i++) {
    add_curve(&c, d->solver[i].cls->kind.name, &d->solver[i].best, now,
              v->log_axis ? top : d->value, v->log_axis, rc_cut_style(i), rc_cut_mark(i));
  }
  rc_plot o = {.x_label = "step",
               .y_label = v->log_axis ? "distance" : "value",
               .y_log = v->log_axis,
               .crosshair = v->crosshair};
  o.x0 = now; /* from the first point: what came before was the ground state */
  for (int i = 0; i < c.n; i++) o.x0 = fmin(o.x0, c.s[i].x[0]);
  o.x1 = fmax(now, o.x0 + 1);
  char watched[24];
  if (v->watch) {
    rc_watch_name(v->watch, watched, sizeof watched);
    add_watched(&c, v, d, o.x0, now, watched, others);
  }
  if (!v->log_axis) { /* the beginning is far off: the end is what one looks at */
    const double room = fmax(top - d->value, .02 * fabs(d->value)) + 1e-12;
    o.y0 = d->value - 3 * room, o.y1 = fmax(top, d->value) + 3 * room;
  }
  rc_plot_lines(p, &o, c.s, c.n);
  for (int i = 0; i < c.n; i++) rc_free(c.store[i]);
}

static void progress_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  rc_str_add(out, "curve,step,value\n");
  for (int k = -1; d && k < d->solvers; k++) {
    const rc_cut_series *t = k < 0 ? &d->bound_trace : &d->solver[k].best;
    for (int i = 0; i < t->n; i++) {
      rc_part_csv(out, k < 0 ? "bound" : d->solver[k].title, ',');
      rc_part_csv_real(out, t->step[i], ',');
      rc_part_csv_real(out, t->value[i], '\n');
    }
  }
}

/* ---- solvers ------------------------------------------------------------------------------------ */

typedef struct solver_rows {
  const rc_cut_data *d;
  const rc_watch_data *watch;
  const rc_watch_stream *other; /* NULL, or of another program: one row more */
} solver_rows;

static solver_rows rows_of(const rc_view_context *v) {
  return (solver_rows){rc_cut_snapshot(v), v->watch, rc_watch_cut(v->watch)};
}

static double last_of(const rc_watch_stream *s, const char *name) {
  const rc_watch_figure *f = rc_watch_find(s, name);
  return f && f->n > 0 ? f->value[f->n - 1] : NAN;
}

/* The best it has told, with the instance's offset, as ours are. */
static double best_of(const solver_rows *r) {
  const rc_watch_figure *f = rc_watch_find(r->other, "value");
  double best = -INFINITY;
  for (int i = 0; i < f->n; i++) best = fmax(best, f->value[i]);
  return best + (r->d->graph ? r->d->graph->offset : 0);
}

/* What is to be said of its claim: counted again where it has told the sides. */
static const char *claim(const solver_rows *r, rc_style *style) {
  const double counted = rc_watch_counted(r->other, r->d->graph);
  const double told = r->other->side_value + (r->d->graph ? r->d->graph->offset : 0);
  *style = RC_DIM;
  if (isnan(counted) || isnan(told)) return "not counted";
  *style = RC_OK;
  if (fabs(counted - told) <= 1e-9 * fmax(1, fabs(told))) return "✓ counted";
  *style = RC_BAD;
  return "✗ is not so";
}

static void add_behind(rc_str *t, double by, double of) {
  const double percent = 100 * by / fmax(fabs(of), 1e-300);
  rc_str_addf(t, percent < 99.5 ? "-%.2g %%" : "-%.0f %%", percent);
}

static void other_cell(const solver_rows *r, int column, rc_str *t, rc_style *style) {
  const double best = best_of(r), far = best - r->d->value;
  const bool as_good = far >= -1e-12 * fabs(r->d->value);
  char text[40];
  *style = RC_TEXT;
  switch (column) {
  case 0:
    rc_watch_name(r->watch, text, sizeof text);
    rc_str_add(t, text);
    *style = RC_WARN;
    break;
  case 1:
    rc_part_count(r->other->step, text);
    rc_str_add(t, text);
    *style = RC_DIM;
    break;
  case 2: rc_str_addf(t, "%.10g", best); break;
  case 3:
    if (as_good)
      rc_str_add(t, far > 1e-12 * fabs(r->d->value) ? "above" : "best");
    else
      add_behind(t, -far, r->d->value);
    *style = as_good ? RC_OK : RC_DIM;
    break;
  case 4: break; /* a step of its own */
  default: rc_str_add(t, rc_watch_state(r->watch, style));
  }
}

static void solver_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const solver_rows *all = ctx;
  const rc_cut_data *d = all->d;
  if (row == d->solvers) {
    other_cell(all, column, t, style);
    return;
  }
  const rc_cut_solver_row *r = &d->solver[row];
  const bool best = r->view.best >= d->value - 1e-12 * fabs(d->value);
  char text[32];
  *style = best ? RC_BRIGHT : RC_TEXT;
  switch (column) {
  case 0:
    rc_str_add(t, r->title);
    *style = rc_cut_style((int)row);
    break;
  case 1:
    rc_part_count(r->view.moves, text);
    rc_str_add(t, text);
    *style = RC_DIM;
    break;
  case 2: rc_str_addf(t, "%.10g", r->view.best); break;
  case 3:
    if (best)
      rc_str_add(t, "best");
    else
      add_behind(t, d->value - r->view.best, d->value);
    *style = best ? RC_OK : RC_DIM;
    break;
  case 4:
    rc_str_addf(t, "%llu", (unsigned long long)r->last_gain);
    *style = RC_DIM;
    break;
  default: rc_str_add(t, r->view.done ? "done" : "climbs"); *style = r->view.done ? RC_DIM : RC_OK;
  }
}

/* The last line for another program: its claim, its bound. */
static void other_life(const solver_rows *r, rc_pen p) {
  char name[24];
  rc_style style;
  rc_watch_name(r->watch, name, sizeof name);
  int x = rc_put(p, 1, p.r.h - 1, RC_WARN, name);
  const char *text = claim(r, &style);
  x = rc_put(p, x + 2, p.r.h - 1, style, text);
  const double bound = last_of(r->other, "bound");
  if (!isnan(bound))
    x = rc_putf(p, x + 2, p.r.h - 1, RC_DIM, "bound %.10g", bound + r->d->graph->offset);
  if (r->watch->broken)
    rc_putf(p, x + 2, p.r.h - 1, RC_WARN, "%llu broken lines",
            (unsigned long long)r->watch->broken);
}

static void solvers_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || d->solvers == 0) {
    rc_part_waiting(p, "no solver yet");
    return;
  }
  const bool roomy = p.r.w >= 66;
  const rc_column wide[] = {{"solver", 15, false}, {"moves", 13, true},  {"best", 14, true},
                            {"to best", 10, true}, {"gain at", 8, true}, {"state", 0, false}};
  const rc_column slim[] = {
      {"solver", 14, false}, {"moves", 11, true}, {"best", 13, true}, {"to best", 0, true}};
  solver_rows all = rows_of(v);
  const int rows = d->solvers + (all.other != NULL);
  const int64_t row = rc_part_table_row(v, "solvers", rows);
  rc_table t = {roomy ? wide : slim, roomy ? 6 : 4, rows, row, solver_cell, &all};
  const bool life = p.r.h >= rows + 4;
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, life ? p.r.h - 2 : p.r.h), &t, focused);
  if (!life) return;
  if (row == d->solvers) {
    other_life(&all, p);
    return;
  }
  const rc_cut_solver_row *r = &d->solver[row];
  int x = rc_put(p, 1, p.r.h - 1, rc_cut_style((int)row), r->title);
  for (int i = 0; i < r->view.figures; i++) {
    char value[32];
    if (isnan(r->view.figure[i].value)) continue; /* not known yet */
    snprintf(value, sizeof value, "%.4g", r->view.figure[i].value);
    if (x + 3 + rc_text_width(r->view.figure[i].name) + rc_text_width(value) > p.r.w) continue;
    x = rc_putf(p, x + 2, p.r.h - 1, RC_DIM, "%s ", r->view.figure[i].name);
    x = rc_put(p, x, p.r.h - 1, RC_TEXT, value);
  }
}

static bool solvers_key(rc_view_context *v, int key) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  const int64_t rows = d ? d->solvers + (rc_watch_cut(v->watch) != NULL) : 0;
  return rc_cut_key(v, key) || rc_cut_rows_key(v, "solvers", rows, key);
}

static void solvers_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  rc_str_add(out, "solver,moves,best,moves_to_best,done\n");
  for (int i = 0; d && i < d->solvers; i++) {
    const rc_cut_solver_row *r = &d->solver[i];
    rc_part_csv(out, r->title, ',');
    rc_str_addf(out, "%llu,", (unsigned long long)r->view.moves);
    rc_part_csv_real(out, r->view.best, ',');
    rc_str_addf(out, "%llu,%s\n", (unsigned long long)r->view.best_move,
                r->view.done ? "yes" : "no");
  }
  const solver_rows all = rows_of(v);
  if (!d || !all.other) return;
  char name[120];
  rc_watch_name(all.watch, name, sizeof name);
  rc_part_csv(out, name, ',');
  rc_str_addf(out, "%llu,", (unsigned long long)all.other->step);
  rc_part_csv_real(out, best_of(&all), ',');
  rc_str_addf(out, ",%s\n", all.watch->over ? "yes" : "no");
}

/* ---- facts -------------------------------------------------------------------------------------- */

/* Of the gap between the first cut and the first bound: how much is gone. */
static double closed_share(const rc_cut_data *d) {
  if (d->bound_trace.n < 1 || d->best_trace.n < 1) return 0;
  const double first = d->bound_trace.value[0] - d->best_trace.value[0];
  return first > 0 ? fmin(1, fmax(0, 1 - (d->bound - d->value) / first)) : 0;
}

static void verdict(rc_facts *f, const rc_cut_data *d) {
  if (!d->bounding) return;
  if (d->optimal) {
    rc_fact_note(f, RC_OK, d->from_file ? "✓ proved: the best cut" : "✓ proved: the best signs");
  } else {
    rc_fact_gauge(f, "gap closed", RC_LINK, closed_share(d));
  }
  if (d->tied)
    rc_fact_add(f, d->optimal ? "degenerate" : "tied", RC_WARN, "%s",
                d->optimal ? "one of many optima" : "one of many best cuts");
  rc_fact_add(f, "certificate", d->certified ? RC_OK : RC_DIM, "%s",
              d->certified ? (d->certificate[0] ? d->certificate : "✓ checked") : "not yet");
}

static void instance_facts(const rc_cut_data *d, rc_facts *f) {
  rc_fact_count(f, d->from_file ? "vertices" : "states", (uint64_t)d->graph->n);
  rc_fact_count(f, d->from_file ? "edges" : "flips", (uint64_t)d->graph->m);
  if (!d->from_file) rc_fact_add(f, "weights", RC_TEXT, "%s", d->amplitudes);
  if (d->edge_orbits) rc_fact_count(f, "edge orbits", (uint64_t)d->edge_orbits);
  rc_fact_number(f, "total weight", RC_TEXT, "%.10g", d->graph->weight_total);
}

static void energy_facts(const rc_cut_data *d, rc_facts *f) {
  rc_fact_real(f, "energy", RC_BRIGHT, 8, d->energy);
  rc_fact_real(f, "exact E0", RC_TEXT, 8, d->energy_exact);
  if (d->known_is_optimum) {
    rc_fact_number(f, "optimum by E0", RC_TEXT, "%.10g", d->known);
  } else if (!isnan(d->known_above)) {
    rc_fact_number(f, "bound by E0", RC_TEXT, "%.10g", d->known_above);
    if (d->bounding && rc_cut_known_smaller(d))
      rc_fact_note(f, RC_WARN, "! smaller, but no certificate");
    else
      rc_fact_note(f, RC_DIM, d->bounding ? "not smaller; no certificate" : "no certificate");
  }
  if (isnan(d->overlap))
    rc_fact_add(f, "sign overlap", RC_DIM, "level degenerate");
  else
    rc_fact_gauge(f, "sign overlap", RC_SERIES3, d->overlap);
  rc_fact_real(f, "amplitude overlap", RC_TEXT, 4, d->amplitude_overlap);
}

/* The verdict comes first: a small pane shows no more than that. */
static void cut_facts(const rc_view_context *v, rc_facts *f) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || !d->graph) return;
  if (d->best_side && !strcmp(d->best_solver, "none") && !d->optimal) { /* the empty cut is none */
    rc_fact_unknown(f, "best cut");
    if (d->bounding) rc_fact_number(f, "bound", RC_SERIES1, "%.10g", d->bound);
    rc_fact_unknown(f, "by");
  } else if (d->best_side) {
    rc_fact_number(f, "best cut", RC_BRIGHT, "%.10g", d->value);
    if (d->bounding) {
      rc_fact_number(f, "bound", RC_SERIES1, "%.10g", d->bound);
      rc_fact_add(f, "gap", d->optimal ? RC_OK : RC_WARN, "%.2g %%", 100 * d->gap);
      rc_fact_exact(f, d->gap);
    }
    rc_fact_add(f, "by", RC_TEXT, "%s", d->best_solver);
    verdict(f, d);
    if (!d->from_file) energy_facts(d, f);
    rc_fact_gauge(f, "frustrated weight", RC_SERIES2,
                  d->graph->weight_total > 0 ? d->frustrated_weight / d->graph->weight_total : 0);
  }
  instance_facts(d, f);
  for (int i = 0; i < d->warnings; i++) rc_fact_note(f, RC_WARN, "! %s", d->warning[i]);
}

static void facts_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  cut_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "facts", &f);
  else
    rc_part_waiting(p, "no instance yet");
}

static bool facts_key(rc_view_context *v, int key) {
  return rc_cut_key(v, key) || rc_facts_key(v, "facts", key);
}

static void facts_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  cut_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- phases ------------------------------------------------------------------------------------- */

/* The angles of the XY model as dots on a ring, heavier states further out. */
static void phases_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_cut_data *d = rc_cut_snapshot(v);
  if (!d || !d->phase || !d->graph) {
    rc_put_wrapped(
        p, 0, 0, p.r.w, p.r.h, 0, RC_DIM,
        "Without the solver burer there are no phases to draw: give the study 'solvers: [burer]'.");
    return;
  }
  rc_canvas *c = rc_canvas_new(p.r.w, p.r.h, p.screen->graphics);
  const double aspect = rc_canvas_aspect(c), w = rc_canvas_w(c), h = rc_canvas_h(c) * aspect;
  const double radius = fmax(1, fmin(w, h) / 2 - 1);
  double top = 0;
  for (int i = 0; d->amplitude && i < d->graph->n; i++) top = fmax(top, d->amplitude[i]);
  for (int i = 0; i < d->graph->n; i++) {
    const double share =
        d->amplitude && top > 0 ? sqrt(d->amplitude[i] / top) : .85 + .15 * (i % 7) / 7;
    const double r = radius * (.25 + .75 * share);
    rc_canvas_dot(c, (int)(w / 2 + r * cos(d->phase[i])),
                  (int)((h / 2 - r * sin(d->phase[i])) / aspect),
                  d->best_side && d->best_side[i] ? RC_SERIES2 : RC_SERIES1);
  }
  rc_canvas_blit(c, p, 0, 0);
  rc_canvas_free(c);
}

/* Vertices are numbered from 1, as in the pane of the vertex and in the instance's file. */
static void phases_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  rc_str_add(out, "vertex,angle,side,amplitude\n");
  for (int i = 0; d && d->phase && d->graph && i < d->graph->n; i++) {
    rc_str_addf(out, "%d,", i + 1);
    rc_part_csv_real(out, d->phase[i], ',');
    rc_part_csv(out, !d->best_side ? "" : d->best_side[i] ? "1" : "0", ',');
    rc_part_csv_real(out, d->amplitude ? d->amplitude[i] : NAN, '\n');
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class progress = {
    .name = "progress",
    .title = "cut and bound",
    .weight = 3,
    .column = 0,
    .min_h = 7,
    .explain = "Every curve below is a heuristic's best cut, the one above the odd-cycle bound: "
               "sum y (|F| - 1) + "
               "sum max(0, w - yA) over odd cycles, in whole numbers (Barahona, Mahjoub 1986). "
               "Where they meet, the "
               "cut is proved to be the heaviest. l shows the distances on a log axis.",
    .draw = progress_draw,
    .key = rc_cut_key,
    .csv = progress_csv,
    .hints = "l distance  i improve  f flip  d round"};
static const rc_pane_class solvers = {.name = "solvers",
                                      .title = "solvers",
                                      .weight = 2,
                                      .column = 0,
                                      .min_h = 5,
                                      .explain =
                                          "Heuristics that climb from below, each from its own "
                                          "random stream: moves are flips or attempts, 'to "
                                          "best' is what it lacks to the best cut known, 'gain at' "
                                          "the step of its last improvement. The last "
                                          "line is the inner life of the selected one. F is one "
                                          "elementary move: an attempt, an edge, an angle. f goes "
                                          "on until the cut shown is another one: of tempering the "
                                          "coldest replica's, which moves once in a sweep of all; "
                                          "of Burer-Monteiro the one its angles are rounded to; of "
                                          "contraction its best.",
                                      .draw = solvers_draw,
                                      .key = solvers_key,
                                      .csv = solvers_csv,
                                      .hints = "↑↓ solver  f flip  F move  i improve"};
static const rc_pane_class facts = {
    .name = "facts",
    .title = "figures",
    .weight = 4,
    .column = 1,
    .min_h = 8,
    .explain = "Weights are w = |J| a a' of the two states a flip joins, so that E = E_diag + W - "
               "2 C: the heaviest "
               "cut C has the signs of the ground state, and at exact amplitudes C = (E_diag + W - "
               "E0) / 2. The "
               "certificate is checked by code that knows neither the solvers nor the LP library. "
               "A bound by "
               "E0, for other amplitudes, is of floating point and no certificate.",
    .draw = facts_draw,
    .key = facts_key,
    .csv = facts_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class phases = {.name = "phases",
                                     .title = "phases",
                                     .weight = 2,
                                     .column = 2,
                                     .min_h = 6,
                                     .explain =
                                         "The rank-2 relaxation gives every state an angle and "
                                         "makes sum w cos(theta - theta') small (Burer, "
                                         "Monteiro, Zhang 2001): the XY model of the Hilbert "
                                         "graph. The best half-plane through the middle is a "
                                         "cut; colours are the sides of the best cut known.",
                                     .draw = phases_draw,
                                     .key = rc_cut_key,
                                     .csv = phases_csv};
static const rc_pane_class *const panes[] = {&progress, &solvers, &facts, &rc_cut_vertex_pane,
                                             &phases};

const rc_view_class rc_view_cut = {
    .kind = {.name = "cut",
             .title = "Cut",
             .help = "solvers from below, the certified bound from above",
             .explain = "The signs as a weighted Max-Cut, from both sides."},
    .study = "cut",
    .panes = RC_LEN(panes),
    .pane = panes};
