/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The committor along the path of a shot, frame by frame. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/paths_parts.h"

enum { SPAN = 8 }; /* of q on the axis of logits */

typedef struct plot {
  int x, y, w, h; /* the curve's box in cells */
  bool log;
  double frames;
} plot;

static plot plot_of(const rc_view_context *v, const rc_paths_view *path, rc_pen p) {
  plot t = {.log = v->log_axis, .frames = fmax(1, (double)rc_paths_length(path) - 1)};
  t.x = p.r.w >= 20 ? 4 : 0;
  t.y = p.r.h >= 5;
  t.w = RC_MAX(p.r.w - t.x, 1);
  t.h = RC_MAX(p.r.h - t.y - (p.r.h >= 4), 1);
  return t;
}

/* Share of the height, 0 at the bottom. */
static double height(const plot *t, double p) {
  if (!t->log) return p;
  return .5 + fmax(-SPAN, fmin(SPAN, rc_paths_logit(p))) / (2. * SPAN);
}

static double pixel_y(const plot *t, const rc_canvas *c, double p) {
  return (1 - height(t, p)) * (rc_canvas_h(c) - 1);
}

static double frame_at(const plot *t, const rc_canvas *c, int px) {
  return rc_canvas_w(c) > 1 ? px * t->frames / (rc_canvas_w(c) - 1) : 0;
}

/* Between the bounds every other dot: it is seen as a shade. */
static void draw_band(const plot *t, rc_canvas *c, const rc_paths_view *path) {
  for (int x = 0; x < rc_canvas_w(c); x++) {
    const int s = rc_paths_segment(path, frame_at(t, c, x));
    if (isnan(path->low[s]) || isnan(path->high[s])) continue;
    const int top = (int)pixel_y(t, c, path->high[s]), low = (int)pixel_y(t, c, path->low[s]);
    for (int y = top; y <= low; y++)
      if ((x + y) % 2 == 0) rc_canvas_dot(c, x, y, RC_FRAME_LINE);
  }
}

/* Solid, or dotted for the reference. */
static void draw_curve(const plot *t, rc_canvas *c, const rc_paths_view *path, const double *p,
                       rc_style style, bool dotted) {
  double before = NAN;
  for (int x = 0; x < rc_canvas_w(c); x++) {
    const double value = p[rc_paths_segment(path, frame_at(t, c, x))];
    const double y = isnan(value) ? NAN : pixel_y(t, c, value);
    if (!isnan(y) && dotted && x % 3 == 0)
      rc_canvas_dot(c, x, (int)lround(y), style);
    else if (!isnan(y) && !dotted)
      rc_canvas_line(c, x, isnan(before) ? y : before, x, y, style);
    before = y;
  }
}

static void draw_axis(const plot *t, rc_pen p, const rc_paths_view *path) {
  if (t->x > 0) {
    const char *const plain[] = {"1", "½", "0"}, *const logits[] = {"+8", "q 0", "-8"};
    const char *const *label = t->log ? logits : plain;
    rc_put_right(p, t->x - 1, t->y, RC_DIM, label[0]);
    if (t->h >= 3) rc_put_right(p, t->x - 1, t->y + t->h / 2, RC_DIM, label[1]);
    rc_put_right(p, t->x - 1, t->y + t->h - 1, RC_DIM, label[2]);
  }
  if (p.r.h < 4) return;
  char text[48];
  snprintf(text, sizeof text, "frame %llu", (unsigned long long)path->frame);
  const int w = rc_text_width(text), y = p.r.h - 1;
  const int at = t->x + (int)(path->frame / t->frames * (t->w - 1)) - w / 2;
  const int x = RC_MAX(t->x + 2, RC_MIN(at, p.r.w - w));
  char end[24];
  snprintf(end, sizeof end, "%.0f", t->frames);
  rc_put(p, t->x, y, RC_DIM, "0");
  if (x + w + 1 < p.r.w - rc_text_width(end)) rc_put_right(p, p.r.w, y, RC_DIM, end);
  rc_put(p, x, y, RC_TEXT, text);
}

static void draw_legend(const plot *t, rc_pen p, const rc_paths_view *path) {
  if (t->y == 0) return;
  int x = rc_put(p, 0, 0, RC_DIM, t->log ? "logit q" : "p");
  const struct {
    bool there;
    rc_style style;
    const char *text;
  } items[] = {{path->learnt != NULL, RC_SERIES1, "── learnt"},
               {path->low && path->high, RC_DIM, "± sd"},
               {path->exact != NULL, RC_SERIES2, "·· exact"},
               {path->sp >= 0, RC_TEXT, "◆ shot"}};
  for (size_t i = 0; i < RC_LEN(items); i++) {
    const int w = rc_text_width(items[i].text);
    if (!items[i].there || x + 2 + w > p.r.w) continue;
    x = rc_put(p, x + 2, 0, items[i].style, items[i].text);
  }
}

static const double *best_curve(const rc_paths_view *path) {
  return path->learnt ? path->learnt : path->exact;
}

static void draw_marks(const plot *t, rc_pen p, const rc_paths_view *path) {
  const double *curve = best_curve(path);
  rc_pen box = rc_pen_sub(p, t->x, t->y, t->w, t->h);
  const int now = (int)(path->frame / t->frames * (t->w - 1) + .5);
  for (int y = 0; y < t->h; y++) {
    if (now < 0 || now >= t->w) break;
    const int sx = box.r.x + now, sy = box.r.y + y;
    if (sx >= p.screen->cols || sy >= p.screen->rows) continue;
    if (!p.screen->cell[(size_t)sy * p.screen->cols + sx].ch)
      rc_put(box, now, y, RC_FRAME_LINE, "│");
  }
  const int marks[] = {path->sp, path->segment};
  for (int k = 0; k < 2; k++) {
    const int s = marks[k];
    if (s < 0 || s >= path->segments || !curve || isnan(curve[s])) continue;
    const double frame = k ? (double)path->frame : (double)path->at[s];
    rc_put(box, (int)(frame / t->frames * (t->w - 1) + .5),
           (int)((1 - height(t, curve[s])) * (t->h - 1) + .5), RC_KEYCAP, k ? "●" : "◆");
  }
}

/* Exact values at the column of the crosshair. */
static void draw_crosshair(const rc_view_context *v, const plot *t, rc_pen p,
                           const rc_paths_view *path) {
  const int x = RC_MAX(t->x, RC_MIN(v->crosshair, t->x + t->w - 1));
  const double frame = t->w > 1 ? (x - t->x) * t->frames / (t->w - 1) : 0;
  const int s = rc_paths_segment(path, frame);
  char text[4][48];
  int n = 0, width = 0;
  snprintf(text[n++], 48, "frame %.0f", frame);
  if (path->learnt && path->low && path->high)
    snprintf(text[n++], 48, "learnt %.4f, %.2f..%.2f", path->learnt[s], path->low[s],
             path->high[s]);
  if (path->exact) snprintf(text[n++], 48, "exact %.6f", path->exact[s]);
  snprintf(text[n++], 48, "u %.6g", path->energy[s]);
  for (int k = 0; k < n; k++) width = RC_MAX(width, rc_text_width(text[k]));
  for (int y = t->y; y < t->y + t->h; y++) rc_put(p, x, y, RC_DIM, "│");
  const int left = x + 2 + width <= p.r.w ? x + 2 : RC_MAX(x - 1 - width, 0);
  for (int k = 0; k < n && k < t->h; k++) {
    rc_fill(p, left, t->y + k, width, 1, 0, RC_SELECTED, RC_SELECTED);
    rc_put(p, left, t->y + k, k == 0 ? RC_BRIGHT : RC_TEXT, text[k]);
  }
}

static void along_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->path.segments < 1) {
    rc_part_waiting(p, "no path yet");
    return;
  }
  const rc_paths_view *path = &d->path;
  const plot t = plot_of(v, path, p);
  if (!best_curve(path)) {
    rc_part_waiting(p, "nothing is learnt yet");
    return;
  }
  rc_canvas *c = rc_canvas_new(t.w, t.h, p.screen->graphics);
  const int middle = (int)lround(.5 * (rc_canvas_h(c) - 1));
  for (int x = 0; x < rc_canvas_w(c); x += 6) rc_canvas_dot(c, x, middle, RC_FRAME_LINE);
  if (path->low && path->high && p.screen->graphics == RC_G_BRAILLE) draw_band(&t, c, path);
  if (path->learnt) draw_curve(&t, c, path, path->learnt, RC_SERIES1, false);
  if (path->exact) draw_curve(&t, c, path, path->exact, RC_SERIES2, true);
  rc_canvas_blit(c, p, t.x, t.y);
  rc_canvas_free(c);
  draw_marks(&t, p, path);
  draw_axis(&t, p, path);
  draw_legend(&t, p, path);
  if (v->crosshair >= 0) draw_crosshair(v, &t, p, path);
}

static bool along_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->path.segments < 1 || v->crosshair >= 0) return false;
  if (m.what != RC_M_PRESS && m.what != RC_M_DRAG) return false;
  const plot t = plot_of(v, &d->path, p);
  const double share = t.w > 1 ? (double)(m.x - t.x) / (t.w - 1) : 0;
  const uint64_t frame = (uint64_t)lround(fmax(0, fmin(1, share)) * t.frames);
  if (frame != d->path.frame) rc_paths_do(v, "frame %llu", (unsigned long long)frame);
  return true;
}

static void along_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "frame,dwell,u,p_learnt,p_low,p_high,p_exact");
  for (int j = 0; d && j < d->shape->features; j++) {
    rc_str_addc(out, ',');
    rc_str_add(out, d->shape->feature[j]);
  }
  rc_str_addc(out, '\n');
  const rc_paths_view *path = d ? &d->path : NULL;
  for (int i = 0; path && i < path->segments; i++) {
    rc_str_addf(out, "%llu,%u,", (unsigned long long)path->at[i], path->dwell[i]);
    rc_part_csv_real(out, path->energy[i], ',');
    rc_part_csv_real(out, path->learnt ? path->learnt[i] : NAN, ',');
    rc_part_csv_real(out, path->low ? path->low[i] : NAN, ',');
    rc_part_csv_real(out, path->high ? path->high[i] : NAN, ',');
    rc_part_csv_real(out, path->exact ? path->exact[i] : NAN, d->shape->features ? ',' : '\n');
    for (int j = 0; j < d->shape->features; j++)
      rc_part_csv_real(out, path->feature[(size_t)i * (size_t)d->shape->features + (size_t)j],
                       j + 1 < d->shape->features ? ',' : '\n');
  }
}

const rc_pane_class rc_paths_along_pane = {
    .name = "along",
    .title = "committor along the path",
    .weight = 3,
    .column = 0,
    .min_h = 7,
    .explain = "p of each frame, from the A end on: learnt, with the spread of the ensemble, and "
               "exact. A good reaction coordinate climbs from 0 to 1 once; where the path waits at "
               "p near ½ it has not made up its mind. L draws q = ln p/(1-p), in which the ends "
               "can be told apart too. ← → step frames, f and F the recorded flips.",
    .draw = along_draw,
    .key = rc_paths_frames_key,
    .mouse = along_mouse,
    .csv = along_csv,
    .hints = "←→ frame  ↑↓ shot  f flip  i p=½  P shot  L logit  w live"};
