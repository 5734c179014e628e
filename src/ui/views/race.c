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
    if (o->trail < 1) continue;
    /* a staircase: the best loss holds until it is beaten */
    double *x = rc_alloc(2 * (size_t)o->trail + 1, sizeof *x),
           *y = rc_alloc(2 * (size_t)o->trail + 1, sizeof *y);
    int k = 0;
    for (int t = 0; t < o->trail; t++) {
      const double q = fmax(o->trail_queries[t], 1);
      if (t) x[k] = q, y[k] = o->trail_loss[t - 1], k++;
      x[k] = q, y[k] = o->trail_loss[t], k++;
    }
    x[k] = fmax(o->queries, 1), y[k] = o->trail_loss[o->trail - 1], k++;
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
  RACER_GOALS = RACER_GOAL + 3
} racer_column;
typedef struct racers {
  const rc_calibration_data *d;
  const racer_column *column;
  bool few;
  int room;  /* for a name */
  int at[3]; /* where the goals of the column of all of them end */
} racers_table;

/* A name that is too long loses the middle: what tells it from its like is at the end. */
static void fitted_name(const char *name, int room, rc_str *t) {
  const char *tail = strpbrk(name, ":#");
  const int length = (int)strlen(name), kept = tail ? (int)strlen(tail) : 0;
  if (length <= room || !tail || kept >= room)
    rc_str_add(t, name);
  else
    rc_str_addf(t, "%.*s%s", room - kept, name, tail);
}

/* As short as it goes: .067 for 0.0674, 1e-6 for 1e-06. */
static void short_goal(double goal, char out[16]) {
  char text[16];
  snprintf(text, sizeof text, "%.2g", goal);
  char *e = strchr(text, 'e');
  if (e && e[2] == '0') memmove(e + 2, e + 3, strlen(e + 3) + 1);
  snprintf(out, 16, "%s", text[0] == '0' && text[1] == '.' ? text + 1 : text);
}

/* The three goals in one column, as wide as its heading. */
static void goals_cell(const rc_calib_racer *r, const int at[3], rc_str *t) {
  for (int k = 0; k < 3; k++) {
    const int width = at[k] - (k ? at[k - 1] : 0);
    if (isnan(r->reached[k]))
      rc_str_addf(t, "%*s–", width - 1, "");
    else
      rc_str_addf(t, "%*.0f", width, r->reached[k]);
  }
}

static void racer_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const racers_table *c = ctx;
  const rc_calib_racer *r = &c->d->racer[row];
  const racer_column what = c->column[column];
  *style = RC_TEXT;
  switch (what) {
  case RACER_NAME:
    rc_str_addf(t, "%s ", rc_mark_text(rc_calib_mark((int)row)));
    fitted_name(r->name, c->room, t);
    *style = rc_calib_style((int)row);
    break;
  case RACER_BEST:
    rc_str_addf(t, c->few ? "%.2g" : "%.4g", r->view.best);
    *style = r->view.best <= c->d->floor_loss * 1.01 + 1e-300 ? RC_OK : RC_TEXT;
    break;
  case RACER_QUERIES: rc_str_addf(t, "%.0f", r->view.queries); break;
  case RACER_GOALS: goals_cell(r, c->at, t); break;
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

static void racers_draw(const rc_view_context *v, rc_pen p, bool focused) {
  static const racer_column wide[] = {RACER_NAME,     RACER_BEST,     RACER_QUERIES,
                                      RACER_GOAL + 0, RACER_GOAL + 1, RACER_GOAL + 2},
                            middle[] = {RACER_NAME, RACER_BEST, RACER_GOALS},
                            narrow[] = {RACER_NAME, RACER_GOALS};
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || d->racers < 1) {
    rc_part_waiting(p, "nobody yet");
    return;
  }
  char goal[3][24], few[3][16], all[64];
  int width[3];
  int name = 14;
  for (int i = 0; i < d->racers; i++)
    name = RC_MIN(RC_MAX(name, 2 + (int)strlen(d->racer[i].name)), p.r.w - 48);
  for (int k = 0; k < 3; k++) {
    snprintf(goal[k], sizeof goal[k], "≤%.3g", d->goal[k]);
    short_goal(d->goal[k], few[k]);
    width[k] = RC_MAX(k ? 5 : 3, (int)strlen(few[k]) + 1);
  }
  snprintf(all, sizeof all, "≤%*s%*s%*s", width[0], few[0], width[1], few[1], width[2], few[2]);
  const int room = p.r.w - 3 - width[0] - width[1] - width[2]; /* for a name beside them */
  const rc_column six[] = {{"optimiser", name, false}, {"best", 9, true},  {"queries", 7, true},
                           {goal[0], 6, true},         {goal[1], 6, true}, {goal[2], 6, true}},
                  three[] = {{"name", 9, false}, {"best", 7, true}, {all, 0, false}},
                  two[] = {{"name", RC_MIN(8, room), false}, {all, 0, false}};
  const int columns = p.r.w >= 62 ? 6 : p.r.w >= 36 ? 3 : 2;
  racers_table c = {d,
                    columns == 6   ? wide
                    : columns == 3 ? middle
                                   : narrow,
                    columns < 6,
                    (columns == 6   ? name
                     : columns == 3 ? three[0].width
                                    : two[0].width) -
                        2,
                    {1 + width[0], 1 + width[0] + width[1], 1 + width[0] + width[1] + width[2]}};
  rc_table t = {columns == 6 ? six : columns == 3 ? three : two, columns,    d->racers,
                rc_part_table_row(v, "racers", d->racers),       racer_cell, &c};
  rc_table_draw(p, &t, focused);
}

static bool racers_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  return d && rc_calib_rows_key(v, "racers", d->racers, key);
}

static void racers_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "optimizer,best,queries,start,step,probe,difference,jacobian,part,end\n");
  for (int i = 0; d && i < d->racers; i++) {
    const rc_optimizer_view *o = &d->racer[i].view;
    rc_part_csv(out, d->racer[i].name, ',');
    rc_part_csv_real(out, o->best, ',');
    rc_part_csv_real(out, o->queries, ',');
    for (int k = 0; k < RC_QUERY_KINDS; k++)
      rc_str_addf(out, "%llu,", (unsigned long long)o->count[k]);
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
  double all = 0;
  for (int k = 0; k < RC_QUERY_KINDS; k++) all += (double)r->view.count[k];
  rc_fact_add(f, "optimiser", RC_BRIGHT, "%s", r->name);
  rc_fact_add(f, "state", r->view.done ? RC_OK : RC_LINK, "%s",
              r->view.done ? r->view.why : "running");
  rc_fact_number(f, "best loss", RC_TEXT, "%.5g", r->view.best);
  rc_fact_number(f, "queries", RC_TEXT, "%.0f", r->view.queries);
  for (int k = 1; k < RC_QUERY_KINDS; k++) {
    if (r->view.count[k]) {
      rc_fact_add(f, kind[k], RC_TEXT, "%llu, %.0f %%", (unsigned long long)r->view.count[k],
                  100 * (double)r->view.count[k] / all);
      rc_fact_exact(f, (double)r->view.count[k]);
    }
  }
  for (int k = 0; k < r->view.figures; k++)
    rc_fact_number(f, r->view.figure[k].name, RC_TEXT, "%.4g", r->view.figure[k].value);
  if (r->view.failures)
    rc_fact_add(f, "no prediction", RC_WARN, "%llu", (unsigned long long)r->view.failures);
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
    .explain = "The best loss of each optimiser against the evaluations of all data it has asked "
               "for; every one counts, also those for finite differences, probes and rejected "
               "steps. An exact Jacobian counts at its cost, some of the data at their share. What "
               "the fit after the race still gains is "
               "nobody's, and not drawn. Both axes are logarithmic; l makes the queries linear.",
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
