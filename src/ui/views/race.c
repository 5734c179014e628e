/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View race: optimisers against each other, counted in evaluations of the data. */
#include "ui/views/calib_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- race --------------------------------------------------------------------------------------- */

static void race_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_series s[RC_CALIB_RACERS];
  double *own[2 * RC_CALIB_RACERS];
  int n = 0, owns = 0;
  for (int i = 0; d && i < d->racers; i++) {
    const rc_optimizer_view *o = &d->racer[i].view;
    /* until all data have been asked, their loss is estimated by that of those that have */
    const bool part = o->trail < 1;
    if (part && !isfinite(o->best_part)) continue;
    /* a staircase: the best loss holds until it is beaten */
    double *x = rc_alloc(2 * (size_t)o->trail + 2, sizeof *x),
           *y = rc_alloc(2 * (size_t)o->trail + 2, sizeof *y);
    int k = 0;
    for (int t = 0; t < o->trail; t++) {
      const double q = fmax(o->trail_queries[t], 1);
      if (t) x[k] = q, y[k] = o->trail_loss[t - 1], k++;
      x[k] = q, y[k] = o->trail_loss[t], k++;
    }
    if (part) x[k] = 1, y[k] = o->best_part, k++;
    x[k] = fmax(o->queries, 1), y[k] = part ? o->best_part : o->trail_loss[o->trail - 1], k++;
    own[owns++] = x;
    own[owns++] = y;
    s[n++] = (rc_series){d->racer[i].name, k, x, y, rc_calib_style(i), rc_calib_mark(i)};
  }
  if (!n) {
    rc_part_waiting(p, "the race has not begun");
    return;
  }
  const rc_plot o = {.x_label = "queries",
                     .y_label = "loss",
                     .x_log = !v->log_axis,
                     .y_log = true,
                     .crosshair = v->crosshair};
  rc_plot_lines(p, &o, s, n);
  for (int i = 0; i < owns; i++) rc_free(own[i]);
}

static void race_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "optimizer,queries,loss\n");
  for (int i = 0; d && i < d->racers; i++)
    for (int t = 0; t < d->racer[i].view.trail; t++) {
      rc_part_csv(out, d->racer[i].name, ',');
      rc_part_csv_real(out, d->racer[i].view.trail_queries[t], ',');
      rc_part_csv_real(out, d->racer[i].view.trail_loss[t], '\n');
    }
}

/* ---- racers ------------------------------------------------------------------------------------- */

typedef enum {
  RACER_NAME,
  RACER_BEST,
  RACER_QUERIES,
  RACER_GOAL,
  RACER_GOALS = RACER_GOAL + 3 /* all of them in one column */
} racer_column;
enum { WIDE = 62, MIDDLE = 36 }; /* from where on all columns, and the best loss, have room */
typedef struct racers {
  const rc_calibration_data *d;
  int columns;
  rc_column column[RACER_GOALS];
  racer_column what[RACER_GOALS];
  char goal[3][24], all[80]; /* headings */
  bool few;
  int room;  /* for a name */
  int at[3]; /* where the goals of the column of all of them end */
} racers_table;

/* A name that is too long loses the middle, and then the names of options: what tells it from its like
 * are their values, at the end. */
static void fitted_name(const char *name, int room, rc_str *t) {
  char values[64] = "";
  const char *tail = strpbrk(name, ":#");
  const int length = (int)strlen(name);
  if (length <= room || !tail) {
    rc_str_add(t, name);
    return;
  }
  if (2 + (int)strlen(tail) > room) {
    int n = 0;
    for (const char *c = tail; *c && n < (int)sizeof values - 1; c++) {
      values[n++] = *c;
      if ((*c == ':' || *c == ',') && strchr(c, '=')) c += strcspn(c, "=");
    }
    tail = values;
  }
  const int head = RC_MIN((int)strcspn(name, ":#"), RC_MAX(room - (int)strlen(tail), 2));
  rc_str_addf(t, "%.*s%s", head, name, tail);
}

/* Six places at most, as far as a loss goes. */
static void short_loss(double v, rc_str *t) {
  if (!isfinite(v))
    rc_str_add(t, "–");
  else
    rc_str_addf(t,
                v >= 100 && v < 1e6    ? "%.0f"
                : v >= 1e-2 && v < 100 ? "%.3g"
                : v >= 1e-3 && v < 1   ? "%.2g"
                                       : "%.1g",
                v);
}

/* As short as it goes: .067 for 0.0674, 1e-6 for 1e-06. */
static void short_goal(double goal, char out[16]) {
  char text[16];
  snprintf(text, sizeof text, "%.2g", goal);
  char *e = strchr(text, 'e');
  if (e && e[2] == '0') memmove(e + 2, e + 3, strlen(e + 3) + 1);
  snprintf(out, 16, "%s", text[0] == '0' && text[1] == '.' ? text + 1 : text);
}

/* The goals in one column, as wide as its heading. */
static void goals_cell(const rc_calib_racer *r, int goals, const int at[3], rc_str *t) {
  for (int k = 0; k < goals; k++) {
    const int width = at[k] - (k ? at[k - 1] : 0);
    if (isnan(r->reached[k]))
      rc_str_addf(t, "%*s–", width - 1, "");
    else
      rc_str_addf(t, "%*.0f", width, r->reached[k]);
  }
}

/* With the tenths of a part of the data. */
static void some_queries(double q, rc_str *t) {
  rc_str_addf(t, q < 1000 && fabs(q - round(q)) > .05 ? "%.1f" : "%.0f", q);
}

static void racer_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const racers_table *c = ctx;
  const rc_calib_racer *r = &c->d->racer[row];
  const racer_column what = c->what[column];
  *style = RC_TEXT;
  switch (what) {
  case RACER_NAME:
    rc_str_addf(t, "%s ", rc_mark_text(rc_calib_mark((int)row)));
    fitted_name(r->name, c->room, t);
    *style = rc_calib_style((int)row);
    break;
  case RACER_BEST:
    if (c->few || !isfinite(r->view.best))
      short_loss(r->view.best, t);
    else
      rc_str_addf(t, "%.4g", r->view.best);
    *style = r->view.best <= c->d->floor_loss * 1.01 + 1e-300 ? RC_OK : RC_TEXT;
    break;
  case RACER_QUERIES: some_queries(r->view.queries, t); break;
  case RACER_GOALS: goals_cell(r, c->d->goals, c->at, t); break;
  default:
    if (isnan(r->reached[what - RACER_GOAL])) {
      rc_str_add(t, "–");
      *style = RC_DIM;
    } else {
      rc_str_addf(t, "%.0f", r->reached[what - RACER_GOAL]);
      *style = RC_BRIGHT;
    }
  }
}

static void add_column(racers_table *c, racer_column what, const char *title, int width) {
  c->what[c->columns] = what;
  c->column[c->columns++] = (rc_column){title, width, what != RACER_NAME && what != RACER_GOALS};
}

/* The heading of all goals, "≤ 10   2 1.2", and where each of them ends. */
static void goals_heading(racers_table *c) {
  const rc_calibration_data *d = c->d;
  int used = snprintf(c->all, sizeof c->all, "≤");
  for (int k = 0; k < d->goals; k++) {
    char few[16];
    short_goal(d->goal[k], few);
    int width = RC_MAX((int)strlen(few), 2);
    for (int i = 0; i < d->racers; i++)
      if (!isnan(d->racer[i].reached[k]))
        width = RC_MAX(width, snprintf(NULL, 0, "%.0f", d->racer[i].reached[k]));
    c->at[k] = (k ? c->at[k - 1] : 1) + width + 1;
    used += snprintf(c->all + used, sizeof c->all - (size_t)used, "%*s", width + 1 - !k, few);
  }
  c->at[0] = RC_MAX(c->at[0] - 1, 1);
  for (int k = 1; k < d->goals; k++) c->at[k]--;
}

static void choose_columns(racers_table *c, int w, int h) {
  const rc_calibration_data *d = c->d;
  int longest = 9;
  for (int i = 0; i < d->racers; i++) longest = RC_MAX(longest, 2 + (int)strlen(d->racer[i].name));
  if (w >= WIDE) {
    c->room = RC_MAX(14, RC_MIN(longest, w - 24 - 7 * d->goals)) - 2;
    add_column(c, RACER_NAME, "optimiser", c->room + 2);
    add_column(c, RACER_BEST, "best", 9);
    add_column(c, RACER_QUERIES, "queries", 7);
    for (int k = 0; k < d->goals; k++) {
      snprintf(c->goal[k], sizeof c->goal[k], "≤%.3g", d->goal[k]);
      add_column(c, (racer_column)(RACER_GOAL + k), c->goal[k], 6);
    }
    return;
  }
  goals_heading(c);
  c->few = true;
  int loss = 4;
  for (int i = 0; i < d->racers; i++) {
    rc_str text = {0};
    short_loss(d->racer[i].view.best, &text);
    loss = RC_MAX(loss, rc_text_width(rc_str_c(&text)));
    rc_str_free(&text);
  }
  const bool best = w >= MIDDLE, bar = d->racers > h - 1;
  /* what the mark of the row, the bar beside them and the columns after a gap take */
  const int goals = RC_MAX(c->at[d->goals - 1], 6); /* what the table gives a column of the rest */
  const int rest = w - 2 * (w > 24) - 2 * bar - (2 + loss) * best - 2 - goals;
  c->room = RC_MAX(RC_MIN(longest, rest) - 2, 1);
  add_column(c, RACER_NAME, "name", c->room + 2);
  if (best) add_column(c, RACER_BEST, "best", loss);
  add_column(c, RACER_GOALS, c->all, 0);
}

static void racers_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || d->racers < 1) {
    rc_part_waiting(p, "nobody yet");
    return;
  }
  racers_table c = {.d = d};
  choose_columns(&c, p.r.w, p.r.h);
  rc_table t = {c.column,   c.columns, d->racers, rc_part_table_row(v, "racers", d->racers),
                racer_cell, &c};
  rc_table_draw(p, &t, focused);
}

static bool racers_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  return d && rc_calib_rows_key(v, "racers", d->racers, key);
}

/* A number, or nothing for one that is not known yet. */
static void csv_known(rc_str *out, double v, char end) {
  rc_part_csv_real(out, isfinite(v) ? v : nan(""), end);
}

static void racers_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "optimizer,best,queries,start,step,probe,difference,jacobian,part");
  for (int k = 0; d && k < d->goals; k++) {
    char goal[32];
    rc_format_real(d->goal[k], goal);
    rc_str_addf(out, ",queries_to_%s", goal);
  }
  rc_str_add(out, ",end\n");
  for (int i = 0; d && i < d->racers; i++) {
    const rc_optimizer_view *o = &d->racer[i].view;
    rc_part_csv(out, d->racer[i].name, ',');
    csv_known(out, o->best, ',');
    csv_known(out, o->queries, ',');
    for (int k = 0; k < RC_QUERY_KINDS; k++)
      rc_str_addf(out, "%llu,", (unsigned long long)o->count[k]);
    for (int k = 0; k < d->goals; k++) csv_known(out, d->racer[i].reached[k], ',');
    rc_part_csv(out, o->done ? o->why : "", '\n');
  }
}

/* ---- inside of the selected one ----------------------------------------------------------------- */

static void inside_facts(const rc_view_context *v, rc_facts *f) {
  static const char *const kind[] = {"start",       "steps",     "probes",
                                     "differences", "Jacobians", "parts"};
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || d->racers < 1) return;
  const rc_calib_racer *r = &d->racer[rc_part_table_row(v, "racers", d->racers)];
  rc_str queries = {0};
  some_queries(r->view.queries, &queries);
  rc_fact_add(f, "optimiser", RC_BRIGHT, "%s", r->name);
  rc_fact_add(f, "state", r->view.done ? RC_OK : RC_LINK, "%s",
              r->view.done ? r->view.why : "running");
  if (isfinite(r->view.best))
    rc_fact_number(f, "best loss", RC_TEXT, "%.5g", r->view.best);
  else
    rc_fact_unknown(f, "best loss");
  rc_fact_add(f, "queries", RC_TEXT, "%s of %.0f", rc_str_c(&queries), d->budget);
  rc_fact_exact(f, r->view.queries);
  rc_str_free(&queries);
  for (int k = 1; k < RC_QUERY_KINDS; k++) {
    const uint64_t n = r->view.count[k];
    if (!n) continue;
    if (fabs(r->view.cost[k] - (double)n) < 1e-9)
      rc_fact_add(f, kind[k], RC_TEXT, "%llu", (unsigned long long)n);
    else
      rc_fact_add(f, kind[k], RC_TEXT, "%llu at %.3g", (unsigned long long)n,
                  r->view.cost[k] / (double)n);
    rc_fact_exact(f, (double)n);
  }
  for (int k = 0; k < r->view.figures; k++)
    rc_fact_number(f, r->view.figure[k].name, RC_TEXT, "%.4g", r->view.figure[k].value);
  if (r->view.failures)
    rc_fact_add(f, "no prediction", RC_WARN, "%llu", (unsigned long long)r->view.failures);
  if (r->note[0]) rc_fact_note(f, RC_DIM, "%s", r->note);
}

static void inside_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  const rc_calibration_data *d = rc_calib_snapshot(v);
  inside_facts(v, &f);
  if (!f.n) {
    rc_part_waiting(p, "nobody yet");
    return;
  }
  const rc_optimizer_view *o = &d->racer[rc_part_table_row(v, "racers", d->racers)].view;
  int h = p.r.h;
  if (o->knows > 0 && p.r.h >= 8) { /* what it knows of each direction, the best known first */
    h -= 2;
    rc_put_cut(p, 0, h, p.r.w, RC_DIM,
               p.r.w >= 28 ? "what it knows, by direction" : "what it knows");
    rc_sparkline(p, 0, h + 1, RC_MIN(p.r.w, o->knows), o->known, o->knows, RC_SERIES3);
  }
  rc_facts_draw(v, rc_pen_sub(p, 0, 0, p.r.w, h), "inside", &f);
}
static bool inside_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "inside", key);
}
static void inside_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  inside_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class race = {
    .name = "race",
    .title = "loss against queries",
    .weight = 3,
    .column = 0,
    .min_h = 8,
    .explain =
        "The best loss of each optimiser against the evaluations of all data it has asked for; "
        "every "
        "one counts, also those for finite differences, probes and rejected steps. An exact "
        "Jacobian "
        "counts at its cost, some of the data at their share; before all data have been asked "
        "their "
        "loss stands for all. What the fit after the race still gains is nobody's, and not drawn. "
        "Both axes are logarithmic; l makes the queries linear.",
    .draw = race_draw,
    .csv = race_csv};
static const rc_pane_class racers = {
    .name = "racers",
    .title = "optimisers",
    .weight = 2,
    .column = 1,
    .min_h = 6,
    .explain = "Best loss, queries so far, and the query at which each goal was reached. One start "
               "and one seed prove little: make bench-calibration runs twenty.",
    .draw = racers_draw,
    .key = racers_key,
    .csv = racers_csv,
    .hints = "↑↓ optimiser"};
static const rc_pane_class inside = {
    .name = "inside",
    .title = "inside of it",
    .weight = 3,
    .column = 1,
    .min_h = 8,
    .explain =
        "What the selected optimiser asked for, its own state (trust radius, rank, damping), "
        "and what it has learnt of each direction, from 0 to 1.",
    .draw = inside_draw,
    .key = inside_key,
    .csv = inside_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class *const panes[] = {&race, &racers, &inside};

const rc_view_class rc_view_race = {
    .kind = {.name = "race",
             .title = "Race",
             .help = "optimisers against each other, by evaluations of the data",
             .explain = "A race of optimisers."},
    .study = "calibration",
    .panes = RC_LEN(panes),
    .pane = panes};
