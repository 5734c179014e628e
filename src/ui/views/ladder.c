/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View ladder: the spectrum of the Fisher information, and those of other models beside it. */
#include "ui/views/calib_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- ladders ------------------------------------------------------------------------------------ */

/* Ends of the log axis: whole decades round the eigenvalues that are above the floor. */
static void decades(const rc_fisher *f, double *lo, double *hi) {
  const int last = RC_MAX(f->rank, 1) - 1;
  *hi = ceil(log10(fmax(f->eigenvalue[0], 1e-300)) + .01);
  *lo = floor(log10(fmax(f->eigenvalue[last], 1e-300)));
  if (f->rank < f->n) *lo = fmin(*lo, floor(log10(fmax(f->floor, 1e-300))));
  if (!(*hi > *lo)) *lo = *hi - 1;
}

static void draw_bar(rc_pen p, int x, int y, int w, double share, rc_style s) {
  const int cells = (int)lround(share * w);
  for (int i = 0; i < cells && i < w; i++) rc_put(p, x + i, y, s, "▪");
}

static void draw_ladder(const rc_view_context *v, rc_pen p, const rc_calibration_data *d,
                        const rc_fisher *f, const char *pane, bool focused, bool words) {
  double lo, hi;
  decades(f, &lo, &hi);
  const int row = (int)rc_part_table_row(v, pane, f->n), h = RC_MAX(p.r.h - 2, 1);
  const int top = RC_MAX(0, RC_MIN(row - h / 2, f->n - h));
  const int text = words && p.r.w >= 44 ? RC_MIN(34, p.r.w / 2) : 0, bar = p.r.w - 13 - text;
  char head[120];
  snprintf(head, sizeof head, "%d of %d matter, by %s", f->effective_rank, f->n,
           rc_coords_name[f->coords]);
  if (rc_text_width(head) > p.r.w - text - (text > 0))
    snprintf(head, sizeof head, "%d of %d, by %s", f->effective_rank, f->n,
             rc_coords_name[f->coords]);
  rc_put_cut(p, 0, 0, p.r.w - text - (text > 0), RC_DIM, head);
  if (text) rc_put(p, p.r.w - text, 0, RC_DIM, text >= 30 ? "heaviest components" : "components");
  if (text) rc_put_right(p, p.r.w, 0, RC_DIM, "PR");
  for (int i = 0; i < h && top + i < f->n; i++) {
    const int k = top + i, y = 1 + i;
    const double e = log10(fmax(f->eigenvalue[k], 1e-300));
    const bool floored = k >= f->rank, stiff = k < f->effective_rank, on = focused && k == row;
    const rc_style s = floored ? RC_DIM : stiff ? RC_SERIES1 : RC_SERIES4;
    if (on) rc_fill(p, 0, y, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
    rc_putf(p, 0, y, on ? RC_SELECTED : RC_DIM, "%3d", k + 1);
    rc_putf(p, 4, y, on ? RC_SELECTED : floored ? RC_DIM : RC_BRIGHT, "%+6.1f", e);
    if (floored)
      rc_put_cut(p, 12, y, bar, RC_DIM, bar >= 27 ? "below the floor of rounding" : "rounding");
    else
      draw_bar(p, 12, y, bar, (e - lo) / (hi - lo), s);
    if (!text || floored) continue;
    rc_str t = {0};
    rc_calib_components(d, f, k, 3, text - 6, &t);
    rc_put_cut(p, p.r.w - text, y, text - 6, on ? RC_SELECTED : RC_TEXT, rc_str_c(&t));
    rc_putf(p, p.r.w - 5, y, on ? RC_SELECTED : RC_DIM, "%5.1f", f->participation[k]);
    rc_str_free(&t);
  }
  if (p.r.h >= 3) {
    char foot[64];
    snprintf(foot, sizeof foot, "10^%.0f", lo);
    rc_put(p, 12, p.r.h - 1, RC_DIM, foot);
    snprintf(foot, sizeof foot, "10^%.0f", hi);
    rc_put_right(p, 12 + bar, p.r.h - 1, RC_DIM, foot);
  }
}

static void ladder_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->fisher)
    rc_part_waiting(p, "no Fisher information yet");
  else
    draw_ladder(v, p, d, d->fisher, "ladder", focused, true);
}

static bool ladder_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->fisher) return false;
  const int row = (int)rc_part_table_row(v, "ladder", d->fisher->n);
  if (key == 13 && d->eigen) { /* this direction against the stiffest */
    rc_calib_do(v, "slice", "v%d v%d", row ? 1 : 2, row + 1);
    return true;
  }
  if (key == RC_KEY_LEFT || key == RC_KEY_RIGHT) {
    rc_calib_do(v, "turn", "v%d %g", row + 1, key == RC_KEY_LEFT ? -.1 : .1);
    return true;
  }
  return rc_calib_rows_key(v, "ladder", d->fisher->n, key);
}

static void fisher_csv(const rc_calibration_data *d, const rc_fisher *f, rc_str *out) {
  rc_str_add(out, "rank,eigenvalue,participation,above_floor");
  for (int j = 0; d && f && j < f->n; j++) rc_str_addf(out, ",%s", rc_calib_free(d, j)->name);
  rc_str_addc(out, '\n');
  for (int k = 0; f && k < f->n; k++) {
    rc_str_addf(out, "%d,", k + 1);
    rc_part_csv_real(out, f->eigenvalue[k], ',');
    rc_part_csv_real(out, f->participation[k], ',');
    rc_str_add(out, k < f->rank ? "true" : "false");
    for (int j = 0; j < f->n; j++) rc_str_addf(out, ",%.10g", f->vector[k * f->n + j]);
    rc_str_addc(out, '\n');
  }
}
static void ladder_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  fisher_csv(d, d ? d->fisher : NULL, out);
}

static void other_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  if (!d || !d->other)
    rc_part_waiting(p, "known after the race");
  else
    draw_ladder(v, p, d, d->other, "other", focused, false);
}
static bool other_key(rc_view_context *v, int key) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  return d && d->other && rc_calib_rows_key(v, "other", d->other->n, key);
}
static void other_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  fisher_csv(d, d ? d->other : NULL, out);
}

/* ---- wall --------------------------------------------------------------------------------------- */

enum { WALL_DECADES = 14 };

static void draw_column(rc_pen p, int x, int step, int h, int n, const double *eigenvalue,
                        rc_style s) {
  const int w = RC_MAX(1, step - 1);
  for (int k = 0; k < n; k++) {
    const double e = -log10(eigenvalue[k] / eigenvalue[0]);
    if (!(e <= WALL_DECADES)) continue;
    const int y = (int)(e / WALL_DECADES * (h - 1) + .5);
    /* half a stroke where the neighbours touch, so that they stay apart */
    for (int i = 0; i < w; i++) rc_put(p, x + i, y, s, step > 1 ? "─" : "╴");
  }
}

static void wall_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_calibration_data *d = rc_calib_snapshot(v);
  const int columns = rc_walls + 1, left = 6, room = p.r.w - left;
  if (room < columns || p.r.h < 6) {
    rc_part_waiting(p, "press z: the wall wants more room");
    return;
  }
  const int step = room / columns, h = p.r.h - 2;
  for (int dec = 0; dec <= WALL_DECADES; dec += h >= 15 ? 2 : 7)
    rc_putf(p, 0, (int)((double)dec / WALL_DECADES * (h - 1) + .5), RC_DIM, "%5s",
            dec ? (char[]){'1', 'e', '-', (char)('0' + dec / 10), (char)('0' + dec % 10), 0} : "1");
  rc_pen in = rc_pen_sub(p, left, 0, room, h);
  for (int i = 0; i < rc_walls; i++)
    draw_column(in, i * step, step, h, rc_wall[i].n, rc_wall[i].eigenvalue, RC_SERIES4);
  if (d && d->fisher)
    draw_column(in, rc_walls * step, step, h, d->fisher->rank, d->fisher->eigenvalue, RC_SERIES1);
  const int at = (int)rc_part_table_row(v, "wall", columns);
  const rc_wall_ladder *l = at < rc_walls ? &rc_wall[at] : NULL;
  rc_put(p, left + at * step, h, RC_LINK, "▲");
  char text[96];
  if (l)
    snprintf(text, sizeof text, "%s, %d parameter%s", l->name, l->n, l->n == 1 ? "" : "s");
  else
    snprintf(text, sizeof text, "yours: %s, %d parameter%s", d ? d->cls->kind.name : "",
             d ? d->n : 0, d && d->n == 1 ? "" : "s");
  rc_put_cut(p, left, p.r.h - 1, room, RC_LINK, text);
}

static bool wall_key(rc_view_context *v, int key) {
  if (key == RC_KEY_LEFT) key = RC_KEY_UP;
  if (key == RC_KEY_RIGHT) key = RC_KEY_DOWN;
  return rc_calib_rows_key(v, "wall", rc_walls + 1, key);
}

static void wall_csv(const rc_view_context *v, rc_str *out) {
  const rc_calibration_data *d = rc_calib_snapshot(v);
  rc_str_add(out, "model,rank,eigenvalue\n");
  for (int i = 0; i <= rc_walls; i++) {
    const rc_fisher *f = d ? d->fisher : NULL;
    const int n = i < rc_walls ? rc_wall[i].n : f ? f->rank : 0;
    for (int k = 0; k < n; k++) {
      rc_part_csv(out, i < rc_walls ? rc_wall[i].name : d->cls->kind.name, ',');
      rc_str_addf(out, "%d,", k + 1);
      rc_part_csv_real(out, i < rc_walls ? rc_wall[i].eigenvalue[k] : f->eigenvalue[k], '\n');
    }
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class ladder = {
    .name = "ladder",
    .title = "Fisher information",
    .weight = 3,
    .column = 0,
    .min_h = 8,
    .explain =
        "Eigenvalues of J^T J at the board, J the derivatives of the residuals, by singular "
        "values of J; log10 on the left. Each rung is so much less constrained by the data. "
        "PR = 1/sum v^4 tells how many parameters share a direction. What is below the floor "
        "of rounding is not known. Source: Gutenkunst et al. (2007).",
    .draw = ladder_draw,
    .key = ladder_key,
    .csv = ladder_csv,
    .hints = "↑↓ rung  ←→ turn along it  Enter slice"};
static const rc_pane_class other = {
    .name = "other",
    .title = "other coordinates",
    .weight = 2,
    .column = 1,
    .min_h = 6,
    .explain = "The same point in other coordinates of the parameters. A spectrum depends on the "
               "parametrisation: that sloppiness survives most of them, and not a rescaling made "
               "for the purpose, is the point (try the model polynomial in both bases).",
    .draw = other_draw,
    .key = other_key,
    .csv = other_csv,
    .hints = "↑↓ rung"};
static const rc_pane_class wall = {
    .name = "wall",
    .title = "the wall of ladders",
    .weight = 2,
    .column = 2,
    .min_h = 10,
    .explain = "Spectra of 17 models of systems biology, each relative to its largest eigenvalue, "
               "and yours as the last. All are sloppy: they spread evenly over many decades "
               "(Gutenkunst et al., PLoS Comput. Biol. 3 (2007) e189, figure 1B).",
    .draw = wall_draw,
    .key = wall_key,
    .csv = wall_csv,
    .hints = "←→ model"};
static const rc_pane_class *const panes[] = {&ladder, &other, &wall};

const rc_view_class rc_view_ladder = {
    .kind = {.name = "ladder",
             .title = "Ladder",
             .help = "spectrum of the Fisher information: stiff and sloppy directions",
             .explain = "The spectrum of the Fisher information."},
    .study = "calibration",
    .panes = RC_LEN(panes),
    .pane = panes};
