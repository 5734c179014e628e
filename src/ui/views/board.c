/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View board: samplers at equal numbers of steps of the dynamics. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/paths_parts.h"

static const rc_paths_data *compared(const rc_view_context *v, rc_pen p) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (d && d->boards > 0) return d;
  rc_part_waiting(p, "after the shots");
  return NULL;
}

static rc_style row_style(int row) {
  return (rc_style)(RC_SERIES1 + row % 6);
}

static char row_mark(int row) {
  return "o^#*+x"[row % 6];
}

/* The watched sampler until another is chosen. */
static int64_t board_row(const rc_view_context *v, const rc_paths_data *d) {
  const int64_t moved = rc_part_value(v, "board", "row");
  if (moved > 0) return RC_MIN(moved, d->boards) - 1;
  for (int i = 0; i < d->boards; i++)
    if (d->board[i].watched) return i;
  return d->boards - 1;
}

/* ---- table -------------------------------------------------------------------------------------- */

typedef enum {
  C_TITLE,
  C_EFFICIENCY,
  C_YIELD,
  C_ORACLE,
  C_HALF,
  C_ACCEPTANCE,
  C_Z,
  C_CHI2,
  C_TAU,
  C_STEPS,
  C_CHANNEL
} column;

/* Which columns are drawn, most telling first, and how. */
static const struct {
  column what;
  rc_column look;
} columns[] = {{C_TITLE, {"sampler", 16, false}},
               {C_EFFICIENCY, {"efficiency", 12, true}},
               {C_Z, {"z", 5, true}},
               {C_YIELD, {"yield", 6, true}},
               {C_ACCEPTANCE, {"taken", 5, true}},
               {C_ORACLE, {"% oracle", 9, true}},
               {C_CHANNEL, {"channel", 8, true}},
               {C_TAU, {"tau", 6, true}},
               {C_STEPS, {"steps/path", 11, true}},
               {C_CHI2, {"chi2 p", 7, true}},
               {C_HALF, {"% of ½", 7, true}}};

static void number(rc_str *t, const char *format, double v) {
  char text[32];
  snprintf(text, sizeof text, format, v);
  rc_str_add(t, isnan(v) ? "–" : text);
}

static void efficiency_text(const rc_paths_board_row *r, char out[32]) {
  if (r->biased)
    snprintf(out, 32, "biased");
  else if (isnan(r->efficiency))
    snprintf(out, 32, "–");
  else if (isnan(r->efficiency_error))
    snprintf(out, 32, "%.2f", r->efficiency);
  else
    snprintf(out, 32, "%.2f ± %.2f", r->efficiency, r->efficiency_error);
}

static void board_cell(void *ctx, int64_t row, int col, rc_str *t, rc_style *style) {
  const rc_paths_data *d = ctx;
  const rc_paths_board_row *r = &d->board[row];
  char text[32];
  *style = RC_TEXT;
  switch (columns[col].what) {
  case C_TITLE:
    rc_str_addf(t, "%s %s", rc_mark_text(row_mark((int)row)), r->title);
    *style = row_style((int)row);
    break;
  case C_EFFICIENCY:
    efficiency_text(r, text);
    rc_str_add(t, text);
    *style = r->biased ? RC_BAD : RC_BRIGHT;
    break;
  case C_YIELD: number(t, "%.3f", r->yield); break;
  case C_ORACLE: number(t, "%.0f", 100 * r->yield / r->yield_oracle); break;
  case C_HALF: number(t, "%.0f", 200 * r->yield); break;
  case C_ACCEPTANCE: number(t, "%.2f", r->acceptance); break;
  case C_Z:
    if (fabs(r->z_length) < 99.9)
      number(t, "%+.1f", r->z_length);
    else
      rc_str_add(t, isnan(r->z_length) ? "–" : r->z_length < 0 ? "< -99" : "> 99");
    *style = fabs(r->z_length) > 3 ? RC_BAD : RC_TEXT;
    break;
  case C_CHI2:
    number(t, "%.2g", r->chi2_p);
    *style = r->chi2_p < .001 ? RC_BAD : RC_TEXT;
    break;
  case C_TAU: number(t, "%.1f", r->tau); break;
  case C_STEPS: number(t, "%.0f", r->steps_per_path); break;
  default: number(t, "%.2f", r->efficiency_channel);
  }
}

/* Lines of the table when there is room for bars below it; else it has the pane. */
static int table_lines(const rc_paths_data *d, rc_pen p) {
  return p.r.h >= 2 * d->boards + 6 ? d->boards + 1 : p.r.h - (p.r.h >= d->boards + 3);
}

/* ---- bars --------------------------------------------------------------------------------------- */

/* A bar for each sampler with its error; the dotted line is the yardstick, uniform selection. */
static void draw_bars(rc_pen p, const rc_paths_data *d, int64_t chosen) {
  double top = 1.2;
  for (int i = 0; i < d->boards; i++) {
    const rc_paths_board_row *r = &d->board[i];
    const double e = isnan(r->efficiency_error) ? 0 : r->efficiency_error;
    if (isfinite(r->efficiency)) top = fmax(top, r->efficiency + e);
  }
  const int name = RC_MIN(18, p.r.w / 3), w = RC_MAX(1, p.r.w - name - 6);
  const int one = name + (int)lround(w / top);
  const int pitch = p.r.h >= 2 * d->boards + 1 ? 2 : 1;
  int y = 0;
  for (int i = 0; i < d->boards && y < p.r.h - 1; i++, y += pitch) {
    const rc_paths_board_row *r = &d->board[i];
    rc_put_cut(p, 0, y, name - 1, i == chosen ? RC_BRIGHT : RC_TEXT, r->title);
    if (isnan(r->efficiency)) {
      rc_put(p, name, y, RC_DIM, r->biased ? "biased: not comparable" : "–");
      continue;
    }
    const int end = (int)lround(w * r->efficiency / top);
    for (int x = 0; x < end; x++) rc_put(p, name + x, y, row_style(i), x + 1 < end ? "█" : "▌");
    if (isfinite(r->efficiency_error)) {
      const int a = (int)lround(w * fmax(0, r->efficiency - r->efficiency_error) / top),
                b = (int)lround(w * (r->efficiency + r->efficiency_error) / top);
      for (int x = RC_MAX(end, a); x <= b; x++) rc_put(p, name + x, y, RC_TEXT, x == b ? "┤" : "─");
    }
    char text[16];
    snprintf(text, sizeof text, "%.1f", r->efficiency);
    rc_put_right(p, p.r.w, y, i == chosen ? RC_BRIGHT : RC_DIM, text);
  }
  for (int k = 0; k < p.r.h - 1; k++) {
    const int sx = p.r.x + one, sy = p.r.y + k;
    if (one >= p.r.w || sx >= p.screen->cols || sy >= p.screen->rows) continue;
    if (!p.screen->cell[(size_t)sy * p.screen->cols + sx].ch) rc_put(p, one, k, RC_FRAME_LINE, "┊");
  }
  rc_put(p, RC_MAX(0, one - 1), p.r.h - 1, RC_DIM, "1 = uniform");
}

static void table_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_paths_data *d = compared(v, p);
  if (!d) return;
  rc_column look[RC_LEN(columns)];
  for (size_t k = 0; k < RC_LEN(columns); k++) look[k] = columns[k].look;
  const int lines = table_lines(d, p);
  const int64_t row = board_row(v, d);
  const rc_table t = {look, RC_LEN(columns), d->boards, row, board_cell, (void *)d};
  rc_table_draw(rc_pen_sub(p, 0, 0, p.r.w, lines), &t, focused);
  if (lines == p.r.h) return;
  char text[160];
  snprintf(text, sizeof text, "%schannel: %s", d->comparing ? "still running · " : "", d->channel);
  const rc_style style = d->comparing ? RC_LINK : RC_DIM;
  if (lines + 1 == p.r.h) {
    rc_put_cut(p, 1, lines, p.r.w - 1, style, text);
    return;
  }
  draw_bars(rc_pen_sub(p, 1, lines + 1, p.r.w - 1, p.r.h - lines - 4), d, row);
  rc_put_wrapped(p, 1, p.r.h - 2, p.r.w - 1, 2, 0, style, text);
}

static bool table_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (d && key == 'M') {
    rc_paths_do(v, "paths.compare");
    return true;
  }
  if (rc_paths_key(v, key)) return true;
  const int64_t to = d && d->boards > 0 ? rc_part_move(board_row(v, d), d->boards, key) : -1;
  if (to >= 0) rc_part_set(v, "board", "row", to + 1);
  return to >= 0;
}

static bool table_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || m.what != RC_M_PRESS) return false;
  const rc_table t = {NULL, 0, d->boards, board_row(v, d), NULL, NULL};
  const rc_pen rows = rc_pen_sub(p, 0, 0, p.r.w, table_lines(d, p));
  const int64_t row = rc_table_at(rows, &t, m.x, m.y);
  if (row >= 0) rc_part_set(v, "board", "row", row + 1);
  return row >= 0;
}

static void board_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "sampler,shots,steps,yield,yield_oracle,acceptance,length,length_se,z,chi2_p,tau,"
                  "steps_per_path,efficiency,efficiency_error,efficiency_channel\n");
  for (int i = 0; d && i < d->boards; i++) {
    const rc_paths_board_row *r = &d->board[i];
    rc_part_csv(out, r->title, ',');
    rc_str_addf(out, "%llu,%llu,", (unsigned long long)r->figures.shots,
                (unsigned long long)r->figures.steps);
    const double values[] = {r->yield,
                             r->yield_oracle,
                             r->acceptance,
                             r->figures.length,
                             r->figures.length_se,
                             r->z_length,
                             r->chi2_p,
                             r->tau,
                             r->steps_per_path,
                             r->efficiency,
                             r->efficiency_error,
                             r->efficiency_channel};
    for (size_t k = 0; k < RC_LEN(values); k++)
      rc_part_csv_real(out, values[k], k + 1 < RC_LEN(values) ? ',' : '\n');
  }
}

/* ---- the number --------------------------------------------------------------------------------- */

static void number_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = compared(v, p);
  if (!d) return;
  const int64_t row = board_row(v, d);
  const rc_paths_board_row *r = &d->board[row];
  char text[32];
  int y = 0;
  rc_put_cut(p, 0, y++, p.r.w, row_style((int)row), r->title);
  if (isnan(r->efficiency)) {
    snprintf(text, sizeof text, fabs(r->z_length) < 100 ? "%+.1f" : "%+.0e", r->z_length);
    if (r->biased)
      y += rc_put_wrapped(p, 0, y, p.r.w, p.r.h - y, 0, RC_BAD, "biased: not comparable");
    if (r->biased && !isnan(r->z_length) && y < p.r.h)
      rc_put_pair(p, y, "z of the length", RC_BAD, "%s", text);
    if (r->biased) return;
    rc_put_wrapped(p, 0, y, p.r.w, p.r.h - y, 0, RC_DIM,
                   d->comparing ? "not enough paths yet"
                                : "too few paths for a number: raise steps");
    return;
  }
  snprintf(text, sizeof text, r->efficiency < 9.95 ? "%.1fx" : "%.0fx", r->efficiency);
  const int width = rc_paths_big_width(text);
  const bool room = p.r.h >= 9 && p.r.w >= width;
  const rc_style style = r->efficiency - 2 * r->efficiency_error > 1 ? RC_OK : RC_BRIGHT;
  if (room) {
    rc_paths_big(p, (p.r.w - width) / 2, y + 1, style, text);
    y += 7;
  } else {
    y += 1;
    rc_put(p, 0, y++, style, text);
  }
  if (isfinite(r->efficiency_error))
    rc_put_pair(p, y++, "error", RC_TEXT, "± %.2f", r->efficiency_error);
  y += rc_put_wrapped(p, 0, y, p.r.w, RC_MIN(2, p.r.h - y), 0, RC_DIM,
                      "at equal steps; uniform shooting is 1");
  const struct {
    const char *label;
    double value;
    const char *format;
  } rows[] = {{"of the channel", r->efficiency_channel, "%.2f"},
              {"steps per path", r->steps_per_path, "%.0f"},
              {"tau, shots", r->tau, "%.1f"},
              {"yield", r->yield, "%.3f"},
              {"% of the oracle's", 100 * r->yield / r->yield_oracle, "%.0f"},
              {"% of ½", 200 * r->yield, "%.0f"},
              {"taken", r->acceptance, "%.3f"},
              {"z of the length", r->z_length, "%+.2f"},
              {"chi2 of q, p", r->chi2_p, "%.2g"},
              {"k_AB, a step", r->rate, "%.2e"},
              {"its error", r->rate_error, "%.1g"}};
  const size_t n = RC_LEN(rows) - (isnan(r->rate) ? 2 : 0);
  for (size_t k = 0; k < n && y < p.r.h; k++) {
    snprintf(text, sizeof text, rows[k].format, rows[k].value);
    rc_put_pair(p, y++, rows[k].label, isnan(rows[k].value) ? RC_DIM : RC_TEXT, "%s",
                isnan(rows[k].value) ? "–" : text);
  }
}

/* ---- lengths of paths --------------------------------------------------------------------------- */

/* Committor on transition paths, as the chosen sampler has it and exactly. */
static void histogram_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  enum { BINS = 10 };
  const rc_paths_data *d = compared(v, p);
  if (!d) return;
  const rc_paths_board_row *r = &d->board[board_row(v, d)];
  double x[BINS], sum = 0;
  for (int b = 0; b < BINS; b++) x[b] = .05 + .1 * b, sum += r->figures.histogram[b];
  if (!(sum > 0)) {
    rc_part_waiting(p, "no path yet");
    return;
  }
  double seen[BINS];
  for (int b = 0; b < BINS; b++) seen[b] = r->figures.histogram[b] / sum;
  rc_series s[2] = {{"exact", BINS, x, d->exact.histogram, RC_SERIES2, '^'},
                    {"sampled", BINS, x, seen, RC_SERIES1, (char)('o' | RC_DOTS)}};
  const rc_plot o = {.x_label = "p", .y_label = "rho", .x0 = 0, .x1 = 1, .crosshair = v->crosshair};
  if (d->exact_done)
    rc_plot_lines(p, &o, s, 2);
  else
    rc_plot_lines(p, &o, s + 1, 1);
}

static void histogram_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  const int rows = d ? d->boards : 0;
  rc_str_add(out, rows ? "p,exact," : "p,exact\n");
  for (int i = 0; i < rows; i++) rc_part_csv(out, d->board[i].title, i + 1 < rows ? ',' : '\n');
  for (int b = 0; d && d->boards > 0 && b < 10; b++) {
    rc_part_csv_real(out, .05 + .1 * b, ',');
    rc_part_csv_real(out, d->exact_done ? d->exact.histogram[b] : NAN, ',');
    for (int i = 0; i < d->boards; i++)
      rc_part_csv_real(out, d->board[i].figures.histogram[b], i + 1 < d->boards ? ',' : '\n');
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class table = {
    .name = "table",
    .title = "samplers at equal steps",
    .weight = 3,
    .column = 0,
    .min_h = 7,
    .explain =
        "Efficiency is var(uniform TPS) / var(this) of the mean path length at the same number of "
        "steps of the dynamics, from means over batches. Yield is transitions a shot: a selection "
        "can bring it to ½ and still waste steps, as its paths resemble each other; RFPS moves on "
        "at "
        "every shot and weighs by 1/W (Lazzeri, Bolhuis, Covino, arXiv 2503.21037). z is the bias "
        "in standard errors, channel the efficiency for what tells one route from the other.",
    .draw = table_draw,
    .key = table_key,
    .mouse = table_mouse,
    .csv = board_csv,
    .hints = "↑↓ sampler  M measure again"};
static const rc_pane_class big = {
    .name = "number",
    .title = "the honest number",
    .weight = 4,
    .column = 1,
    .min_h = 9,
    .explain =
        "How many times as much a step of this sampler tells about the mean path length as a step "
        "of uniform two-way shooting. Per cent of the oracle compares the yield with what the "
        "exact committor expects of the same points; per cent of ½ is the figure usually told.",
    .draw = number_draw,
    .key = table_key,
    .csv = board_csv,
    .hints = "↑↓ sampler"};
static const rc_pane_class histogram = {
    .name = "histogram",
    .title = "p on the paths",
    .weight = 3,
    .column = 2,
    .min_h = 7,
    .explain =
        "Frames of the paths of the chosen sampler over p, and the exact density rho(p|TP) ~ sum "
        "pi p (1-p): a sampler that is wrong is caught here even when its mean length is right.",
    .draw = histogram_draw,
    .key = table_key,
    .csv = histogram_csv,
    .hints = "↑↓ sampler  x cursor"};
static const rc_pane_class *const panes[] = {&table, &big, &histogram};

const rc_view_class rc_view_board = {.kind = {.name = "board",
                                              .title = "Board",
                                              .help = "samplers at equal numbers of steps",
                                              .explain = "Which sampler is efficient, honestly."},
                                     .study = "paths",
                                     .panes = RC_LEN(panes),
                                     .pane = panes};
