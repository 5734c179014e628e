/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two runs on one screen: the focused pane of both, their figures with the differences, and the
 * course of one figure. Side by side from 120 columns on, else one after the other (V). */
#include "handlers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDE = 120, FIGURES_H = 9, MAIN_H = 8 };

static int compared_job(const rc_ui *u) {
  return rc_ui_view_job(u, rc_ui_view(u));
}

/* ---- figures ----------------------------------------------------------------------------------
 */

typedef struct figures {
  const rc_frame *a, *b;
  int digits;
  int n, row[RC_SCALARS_MAX]; /* scalars of a that one of the two knows */
} figures;

static figures figures_of(const rc_ui *u) {
  const int job = compared_job(u);
  figures f = {.a = rc_ui_frame(u, job), .b = rc_rival_frame(u, job)};
  for (int i = 0; f.a && f.b && i < f.a->scalars; i++)
    if (rc_scalar_known(&f.a->scalar[i]) ||
        rc_scalar_known(rc_frame_find(f.b, f.a->scalar[i].name)))
      f.row[f.n++] = i;
  return f;
}

static void scalar_text(const rc_scalar *s, int digits, rc_str *out) {
  if (!rc_scalar_known(s))
    rc_str_add(out, "–");
  else if (s->type == RC_S_REAL)
    rc_str_addf(out, "%.*g", digits, s->real);
  else if (s->type == RC_S_INT)
    rc_str_addf(out, "%lld", (long long)s->integer);
  else
    rc_str_add(out, s->type == RC_S_BOOL ? (s->integer ? "yes" : "no") : s->text);
}

static void figure_cell(void *ctx, int64_t row, int column, rc_str *text, rc_style *style) {
  const figures *f = ctx;
  const rc_scalar *a = &f->a->scalar[f->row[row]], *b = rc_frame_find(f->b, a->name);
  const double x = rc_scalar_number(a), y = rc_scalar_number(b), d = y - x;
  const bool words =
      rc_scalar_known(a) && rc_scalar_known(b) && a->type == RC_S_TEXT && b->type == RC_S_TEXT;
  const bool same = words ? strcmp(rc_scalar_text(a), rc_scalar_text(b)) == 0 : d == 0;
  *style = same ? RC_DIM : RC_TEXT;
  if (column == 0)
    rc_str_add(text, a->name);
  else if (column < 3)
    scalar_text(column == 1 ? a : b, f->digits, text);
  else if (words || (isnan(d) && rc_scalar_known(a) && rc_scalar_known(b)))
    rc_str_add(text, same ? "same" : "other");
  else if (isnan(d))
    rc_str_add(text, "–");
  else if (d == 0)
    rc_str_add(text, "=");
  else
    rc_str_addf(text, "%+.4g", d);
  const bool rounding = fabs(d) <= 1e-9 * RC_MAX(fabs(x), fabs(y));
  if (column == 3 && rounding) *style = RC_DIM;
  if (column == 3 && !rounding && !isnan(d)) *style = d > 0 ? RC_SERIES1 : RC_SERIES2;
}

static void draw_figures(rc_ui *u, rc_screen *s, rc_rect r) {
  rc_pen p = rc_box(s, r, "", "figures", false);
  figures f = figures_of(u);
  const int w = RC_MIN(RC_MAX(9, (p.r.w - 24) / 3), 16);
  f.digits = w < 11 ? 5 : w < 13 ? 6 : 9; /* with sign, point and exponent they fit */
  const rc_column column[] = {
      {"figure", 0, false}, {"A", w, true}, {"B", w, true}, {"B-A", w, true}};
  int64_t selected = -1;
  for (int i = 0; i < f.n; i++)
    if (strcmp(f.a->scalar[f.row[i]].name, u->rival->figure) == 0) selected = i;
  const rc_table t = {column, (int)RC_LEN(column), f.n, selected, figure_cell, &f};
  rc_hit_add(u, r, RC_HIT_DO, 0, "compare.figure");
  if (f.n == 0)
    rc_put(p, 0, 0, RC_DIM, "no figures yet");
  else
    rc_table_draw(p, &t, false);
}

/* ---- course -----------------------------------------------------------------------------------
 */

/* B - A at the places of A: the value of B there is its last one up to it. */
static int differences(const rc_points *a, const rc_points *b, bool time, double *d) {
  int k = 0, known = 0;
  const double *x = time ? a->time : a->step, *y = time ? b->time : b->step;
  for (int i = 0; i < a->n; i++) {
    while (k < b->n && y[k] <= x[i]) k++;
    d[i] = k > 0 && x[i] <= y[b->n - 1] ? b->value[k - 1] - a->value[i] : NAN;
    known += !isnan(d[i]);
  }
  return known;
}

static bool any_number(const rc_points *p) {
  for (int i = 0; i < p->n; i++)
    if (!isnan(p->value[i])) return true;
  return false;
}

static void draw_course(rc_ui *u, rc_screen *s, rc_rect r) {
  const rc_rival *v = u->rival;
  const rc_points *a = &v->points[0], *b = &v->points[1];
  const bool time = v->sync == RC_SYNC_TIME;
  char title[96];
  snprintf(title, sizeof title, "%s", v->figure[0] ? v->figure : "course");
  rc_pen p = rc_box(s, r, "", title, false);
  rc_hit_add(u, r, RC_HIT_DO, 0, "compare.figure");
  if (!any_number(a) && !any_number(b)) {
    rc_put(p, 0, 0, RC_DIM, "nothing to draw yet");
    return;
  }
  const rc_plot o = {.x_label = time ? "seconds" : "step", .crosshair = -1};
  const rc_series both[] = {{"A", a->n, time ? a->time : a->step, a->value, RC_SERIES1, 'o'},
                            {"B", b->n, time ? b->time : b->step, b->value, RC_SERIES2, '^'}};
  double *d = rc_alloc((size_t)a->n + 1, sizeof *d);
  const bool differ = differences(a, b, time, d) > 0;
  const int h = p.r.h >= 14 && differ ? p.r.h / 2 : differ && p.r.h < 14 ? 0 : p.r.h;
  if (h > 0) rc_plot_lines(rc_pen_sub(p, 0, 0, p.r.w, h), &o, both, 2);
  const rc_series one = {"B - A", a->n, time ? a->time : a->step, d, RC_SERIES3, '*'};
  if (h < p.r.h) rc_plot_lines(rc_pen_sub(p, 0, h, p.r.w, p.r.h - h), &o, &one, 1);
  rc_free(d);
}

/* ---- all --------------------------------------------------------------------------------------
 */

static void draw_both_figures(rc_ui *u, rc_screen *s, rc_rect r) {
  if (r.w < 76) { /* one of them */
    draw_figures(u, s, r);
    return;
  }
  const int w = RC_MIN(RC_MAX(r.w / 2, 44), r.w - 30);
  draw_figures(u, s, (rc_rect){r.x, r.y, w, r.h});
  draw_course(u, s, (rc_rect){r.x + w, r.y, r.w - w, r.h});
}

void rc_compare_draw(rc_ui *u, rc_screen *s, rc_rect body) {
  const int view = rc_ui_view(u), pane = u->focus[view];
  if (body.h < 3) return;
  if (u->rival->side == 2) {
    draw_both_figures(u, s, body);
    return;
  }
  const int below = body.h >= MAIN_H + FIGURES_H ? RC_MAX(FIGURES_H, body.h * 2 / 5) : 0;
  const rc_rect top = {body.x, body.y, body.w, body.h - below};
  if (body.w >= WIDE) { /* the session last: the mouse works in its pane */
    const int w = top.w / 2;
    rc_pane_draw(u, s, view, pane, (rc_rect){top.x + w, top.y, top.w - w, top.h}, true);
    rc_pane_draw(u, s, view, pane, (rc_rect){top.x, top.y, w, top.h}, false);
  } else {
    rc_pane_draw(u, s, view, pane, top, u->rival->side == 1);
  }
  if (below) draw_both_figures(u, s, (rc_rect){body.x, body.y + top.h, body.w, below});
}

/* ---- commands ---------------------------------------------------------------------------------
 */

bool cmd_compare(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (!*arg && u->rival) {
    rc_rival_close(u);
    rc_ui_message(u, RC_DIM, "one run again");
    return true;
  }
  if (!*arg) {
    rc_prompt_open(u, "compare with (J2=0.7, seed 2)", "compare", "");
    return true;
  }
  if (!rc_rival_open(u, arg, err)) return false;
  rc_ui_message(u, RC_LINK, "B: %s   (C ends it, V the other side, D another figure)",
                u->rival->text);
  return true;
}

static bool needs_rival(const rc_ui *u, rc_err *err) {
  return u->rival || rc_err_set(err, RC_ERR_USAGE, "no second run: C begins one");
}

static int which(const char *arg, const char *const *names, int n) {
  for (int i = 0; i < n; i++)
    if (strcmp(arg, names[i]) == 0) return i;
  return -1;
}

bool cmd_compare_side(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  static const char *const names[] = {"A", "B", "figures"};
  if (!needs_rival(u, err)) return false;
  /* side by side there are the runs and the figures alone */
  const int next = u->cols >= WIDE && u->rival->side < 2 ? 2 : (u->rival->side + 1) % 3;
  const int to = *arg ? which(arg, names, 3) : next;
  if (to < 0) return rc_err_set(err, RC_ERR_USAGE, "sides: A, B, figures");
  u->rival->side = to;
  return true;
}

bool cmd_compare_sync(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  static const char *const names[] = {"step", "time"};
  if (!needs_rival(u, err)) return false;
  const int to = which(arg, names, 2);
  if (to < 0) return rc_err_set(err, RC_ERR_USAGE, "together by: step, time");
  u->rival->sync = (rc_sync)to;
  rc_ui_message(u, RC_DIM, "%s", to ? "each as fast as it can" : "step by step together");
  return true;
}

bool cmd_compare_figure(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (!needs_rival(u, err)) return false;
  const figures f = figures_of(u);
  const char *first = NULL, *next = NULL;
  bool passed = false;
  for (int i = 0; i < f.n; i++) {
    const rc_scalar *s = &f.a->scalar[f.row[i]];
    if (isnan(rc_scalar_number(s))) continue;
    if (*arg && strcmp(arg, s->name) == 0) next = s->name;
    if (!first) first = s->name;
    if (!*arg && passed && !next) next = s->name;
    passed = passed || strcmp(s->name, u->rival->figure) == 0;
  }
  if (!next && *arg) return rc_err_set(err, RC_ERR_USAGE, "no number '%s' here", arg);
  if (!next) next = first;
  if (!next) return rc_err_set(err, RC_ERR_USAGE, "no figures yet");
  snprintf(u->rival->figure, sizeof u->rival->figure, "%s", next);
  rc_rival_tick(u);
  return true;
}
