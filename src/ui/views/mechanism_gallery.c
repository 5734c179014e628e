/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames from which both ends are as likely: the transition states as pictures. */
#include <math.h>
#include <stdio.h>

#include "ui/views/paths_parts.h"

typedef struct tiles {
  int w, h, across, down, first; /* of a tile; tiles in the pane; the first that is drawn */
} tiles;

static int64_t row_of(const rc_view_context *v, const rc_paths_data *d) {
  return rc_part_table_row(v, "gallery", d->gallery);
}

static tiles tiles_of(const rc_view_context *v, const rc_paths_data *d, rc_pen p) {
  const rc_path_shape *h = d->shape;
  tiles t = {.w = 12, .h = 3};
  if (h->residues > 0)
    t.w = RC_MAX(h->residues, 12), t.h = 3;
  else if (h->lx > 0)
    t.w = RC_MAX(2 * h->lx - 1, 12), t.h = RC_MIN(h->ly, 8) + 2;
  else if (!h->real)
    t.w = RC_MAX(12, RC_MIN(h->n, p.r.w - 2)), t.h = 3;
  else
    t.w = 22, t.h = 2;
  t.w = RC_MAX(1, RC_MIN(t.w, p.r.w)), t.h = RC_MAX(1, RC_MIN(t.h, p.r.h));
  t.across = RC_MAX(1, (p.r.w + 2) / (t.w + 2));
  t.down = RC_MAX(1, p.r.h / t.h);
  const int row = (int)row_of(v, d) / t.across, rows = (d->gallery + t.across - 1) / t.across;
  t.first = RC_MAX(0, RC_MIN(row - t.down / 2, rows - t.down)) * t.across;
  return t;
}

/* The hairpin as its bonds in a row; everything else as in the theatre, small. */
static void draw_tile(rc_pen p, const rc_paths_data *d, const rc_paths_gallery *g, bool on) {
  char text[40], q[16];
  rc_paths_chance(1 / (1 + exp(-g->q)), q);
  snprintf(text, sizeof text, "%llu:%llu %s", (unsigned long long)g->shot,
           (unsigned long long)g->frame, q);
  if (on) rc_fill(p, 0, 0, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
  rc_put_cut(p, 0, 0, p.r.w, on ? RC_BRIGHT : RC_DIM, text);
  if (p.r.h < 2) return;
  if (d->shape->residues > 0) {
    for (int k = 0; k < d->shape->n; k++)
      rc_put(p, k, 1, rc_paths_up(g->state, k) ? RC_OK : RC_FRAME_LINE,
             rc_paths_up(g->state, k) ? "■" : "·");
  } else if (d->shape->real) {
    double f[RC_PATH_FEATURES];
    rc_path_features(d->system, g->state, f);
    rc_putf(p, 0, 1, RC_TEXT, "%.3g %.3g", f[0], d->shape->features > 1 ? f[1] : 0);
  } else {
    rc_paths_picture(rc_pen_sub(p, 0, 1, p.r.w, RC_MAX(1, p.r.h - 2)), d, g->state, -1, NULL);
  }
}

static bool shown(const rc_paths_data *d) {
  return d && d->gallery > 0 && (d->shape->width <= 4 || d->shape->real);
}

static void gallery_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!shown(d)) {
    rc_part_waiting(p, d && d->gallery > 0 ? "too large for pictures: Enter goes there"
                                           : "no frame at p = ½ yet");
    return;
  }
  const tiles t = tiles_of(v, d, p);
  const int64_t row = row_of(v, d);
  for (int k = 0; k < t.across * t.down && t.first + k < d->gallery; k++) {
    const rc_pen tile = rc_pen_sub(p, k % t.across * (t.w + 2), k / t.across * t.h, t.w, t.h);
    draw_tile(tile, d, &d->frame[t.first + k], t.first + k == row);
  }
}

static void go_to(rc_view_context *v, const rc_paths_gallery *g) {
  rc_paths_do(v, "shot %llu", (unsigned long long)g->shot);
  rc_paths_do(v, "frame %llu", (unsigned long long)g->frame);
  rc_paths_do(v, "view theatre");
}

static bool gallery_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->gallery < 1) return false;
  if (key == 13) {
    go_to(v, &d->frame[row_of(v, d)]);
    return true;
  }
  int64_t to = row_of(v, d);
  if (key == RC_KEY_LEFT)
    to--;
  else if (key == RC_KEY_RIGHT)
    to++;
  else
    to = rc_part_move(to, d->gallery, key);
  if (to < 0 && key != RC_KEY_LEFT) return rc_paths_key(v, key);
  rc_part_set(v, "gallery", "row", RC_MAX(0, RC_MIN(to, d->gallery - 1)));
  return true;
}

/* A press selects, a press on the selected one goes there. */
static bool gallery_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!shown(d) || m.what != RC_M_PRESS) return false;
  const tiles t = tiles_of(v, d, p);
  const int x = m.x / (t.w + 2), y = m.y / t.h, k = t.first + y * t.across + x;
  if (m.x < 0 || m.y < 0 || x >= t.across || y >= t.down || k >= d->gallery) return false;
  if (k == row_of(v, d))
    go_to(v, &d->frame[k]);
  else
    rc_part_set(v, "gallery", "row", k);
  return true;
}

static void gallery_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "shot,frame,q,state\n");
  for (int i = 0; d && i < d->gallery; i++) {
    const rc_paths_gallery *g = &d->frame[i];
    rc_str_addf(out, "%llu,%llu,", (unsigned long long)g->shot, (unsigned long long)g->frame);
    rc_part_csv_real(out, g->q, ',');
    if (d->shape->real && d->shape->dynamics != RC_PATH_WALK) {
      rc_str_addf(out, "%.8g %.8g\n", g->state[0].x, g->state[1].x);
      continue;
    }
    for (int k = RC_MIN(d->shape->width, 4) - 1; k >= 0; k--)
      rc_str_addf(out, k + 1 < RC_MIN(d->shape->width, 4) ? "%016llx" : "%llx",
                  (unsigned long long)g->state[k].u);
    rc_str_addc(out, '\n');
  }
}

const rc_pane_class rc_paths_gallery_pane = {
    .name = "gallery",
    .title = "transition states",
    .weight = 3,
    .column = 1,
    .min_h = 6,
    .explain =
        "Frames of accepted paths with p between 0.4 and 0.6: from here A and B are about as "
        "likely. What they have in common is the mechanism. Each tells its shot:frame and p; Enter "
        "shows it in the theatre, with the path that led through it.",
    .draw = gallery_draw,
    .key = gallery_key,
    .mouse = gallery_mouse,
    .csv = gallery_csv,
    .hints = "←→ frame  Enter theatre"};
