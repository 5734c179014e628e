/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One frame of a path, and the slider through all of them. */
#include <math.h>
#include <stdio.h>

#include "ui/views/paths_parts.h"

static const rc_word *state_of(const rc_paths_view *path, int segment) {
  return path->state + (size_t)segment * (size_t)path->width;
}

static double committor_at(const rc_paths_view *path, int segment) {
  const double p = path->learnt ? path->learnt[segment] : NAN;
  return isnan(p) && path->exact ? path->exact[segment] : p;
}

/* The committor as bars over the path, in the colours of the map; the frame in reverse. */
static void draw_slider(rc_pen p, int y, const rc_paths_view *path, bool plain) {
  static const char ascii[] = "_.-:=+*#";
  const double last = fmax(1, (double)rc_paths_length(path) - 1);
  const int w = p.r.w;
  const int now = (int)(path->frame / last * (w - 1) + .5);
  const int shot = path->sp >= 0 ? (int)((double)path->at[path->sp] / last * (w - 1) + .5) : -1;
  for (int x = 0; x < w; x++) {
    const double value = committor_at(
        path, x == now ? path->segment : rc_paths_segment(path, x * last / RC_MAX(w - 1, 1)));
    const int level = isnan(value) ? 0 : (int)(7.999 * fmax(0, fmin(1, value)));
    rc_put_cell(
        p, x, y,
        p.screen->graphics == RC_G_ASCII ? (uint32_t)ascii[level] : 0x2581u + (uint32_t)level,
        plain ? RC_TEXT : rc_paths_committor_style(value), RC_TEXT, x == now ? RC_A_REVERSE : 0);
  }
  if (y + 1 >= p.r.h) return;
  if (shot >= 0) rc_put(p, shot, y + 1, RC_TEXT, "◆");
  rc_put(p, now, y + 1, RC_LINK, "▴");
}

static void draw_head(rc_pen p, const rc_paths_data *d, int lines) {
  const rc_paths_view *path = &d->path;
  const int s = path->segment, flip = rc_paths_flipped(d, path, s);
  char text[80], a[16], b[16], spin[24];
  rc_paths_chance(path->learnt ? path->learnt[s] : NAN, a);
  rc_paths_chance(path->exact ? path->exact[s] : NAN, b);
  snprintf(text, sizeof text, path->exact ? "p %s (%s)" : "p %s", a, b);
  const int room = rc_put_right(p, p.r.w, 0, RC_TEXT, text) - 1;
  const unsigned long long frame = path->frame, last = rc_paths_length(path) - 1;
  snprintf(text, sizeof text, "frame %llu/%llu", frame, last);
  if (rc_text_width(text) > room) snprintf(text, sizeof text, "%llu/%llu", frame, last);
  rc_put_cut(p, 0, 0, room, RC_BRIGHT, text);
  if (lines < 2) return;
  int x = rc_putf(p, 0, 1, RC_DIM, "u %.4g", fabs(path->energy[s]) < 1e-9 ? 0 : path->energy[s]);
  if (s == 0 || s == path->segments - 1)
    snprintf(text, sizeof text, "in %s", rc_paths_state_name(path->ends[s > 0]));
  else if (flip >= 0) {
    rc_paths_spin(d->shape, flip, spin);
    snprintf(text, sizeof text, "%s %s, stays %u", spin,
             d->shape->residues ? (rc_paths_up(state_of(path, s), flip) ? "closes" : "opens")
             : rc_paths_up(state_of(path, s), flip) ? "up"
                                                    : "down",
             path->dwell[s]);
  } else
    snprintf(text, sizeof text, "stays %u", path->dwell[s]);
  if (x + 2 + rc_text_width(text) <= p.r.w) rc_put_right(p, p.r.w, 1, RC_DIM, text);
}

/* Real systems have no picture but the map: their energy along the path. */
static void draw_energy(rc_pen p, const rc_paths_view *path) {
  if (p.r.h < 3) return;
  double *u = rc_alloc((size_t)p.r.w, sizeof *u);
  const double last = fmax(1, (double)rc_paths_length(path) - 1);
  double lo = INFINITY, hi = -INFINITY;
  for (int x = 0; x < p.r.w; x++) {
    u[x] = path->energy[rc_paths_segment(path, x * last / RC_MAX(p.r.w - 1, 1))];
    lo = fmin(lo, u[x]), hi = fmax(hi, u[x]);
  }
  rc_canvas *c = rc_canvas_new(p.r.w, p.r.h - 1, p.screen->graphics);
  const double sx = (double)rc_canvas_w(c) / p.r.w, h = rc_canvas_h(c) - 1;
  for (int x = 0; x + 1 < p.r.w; x++)
    rc_canvas_line(c, x * sx, h * (hi - u[x]) / fmax(hi - lo, 1e-12), (x + 1) * sx,
                   h * (hi - u[x + 1]) / fmax(hi - lo, 1e-12), RC_SERIES3);
  rc_putf(p, 0, 0, RC_DIM, "u along it %.3g .. %.3g", lo, hi);
  rc_canvas_blit(c, p, 0, 1);
  rc_canvas_free(c);
  rc_free(u);
}

static void frame_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->path.segments < 1) {
    rc_part_waiting(p, "no path yet");
    return;
  }
  const rc_paths_view *path = &d->path;
  const int s = RC_MAX(0, RC_MIN(path->segment, path->segments - 1));
  const int head = p.r.h >= 7 ? 2 : 1, foot = p.r.h >= 6 ? 2 : p.r.h >= 4 ? 1 : 0;
  draw_head(p, d, head);
  if (foot) draw_slider(p, p.r.h - foot, path, rc_part_plain(v, p));
  rc_pen box = rc_pen_sub(p, 0, head, p.r.w, p.r.h - head - foot);
  rc_paths_picture(box, d, state_of(path, s), rc_paths_flipped(d, path, s), path->state);
  const int lines = d->shape->features;
  if (d->shape->real && box.r.h > lines + 3)
    draw_energy(rc_pen_sub(box, 0, lines + 1, box.r.w, box.r.h - lines - 1), path);
}

static bool frame_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (key == 13 && d && d->of_magnet && v->ui && d->path.segments > 0) {
    const int flip = rc_paths_flipped(d, &d->path, d->path.segment);
    if (flip < 0) {
      rc_ui_message(v->ui, RC_DIM, "no sign has flipped in this frame");
    } else {
      rc_ui_select_state(v->ui, (uint64_t)flip);
      rc_ui_message(v->ui, RC_TEXT, "state %d is selected in the views of the magnet", flip);
    }
    return true;
  }
  return rc_paths_frames_key(v, key);
}

/* On the slider: to that frame. */
static bool frame_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->path.segments < 1 || p.r.h < 4 || m.y < p.r.h - 2) return false;
  if (m.what != RC_M_PRESS && m.what != RC_M_DRAG) return false;
  const double last = fmax(1, (double)rc_paths_length(&d->path) - 1);
  const double share = p.r.w > 1 ? (double)m.x / (p.r.w - 1) : 0;
  const uint64_t frame = (uint64_t)lround(fmax(0, fmin(1, share)) * last);
  if (frame != d->path.frame) rc_paths_do(v, "frame %llu", (unsigned long long)frame);
  return true;
}

/* Spins, or coordinates, of this frame. */
static void frame_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  const bool there = d && d->path.segments > 0;
  rc_str_add(out, d && d->shape->real ? "coordinate,value\n" : "spin,place,up\n");
  if (!there) return;
  const rc_word *state = state_of(&d->path, d->path.segment);
  double f[RC_PATH_FEATURES];
  if (d->shape->real) rc_path_features(d->system, state, f);
  for (int i = 0; i < (d->shape->real ? d->shape->features : d->shape->n); i++) {
    char name[24];
    if (d->shape->real) {
      rc_part_csv(out, d->shape->feature[i], ',');
      rc_part_csv_real(out, f[i], '\n');
    } else {
      rc_paths_spin(d->shape, i, name);
      rc_str_addf(out, "%d,", i);
      rc_part_csv(out, name, ',');
      rc_str_addf(out, "%d\n", rc_paths_up(state, i));
    }
  }
}

const rc_pane_class rc_paths_frame_pane = {
    .name = "frame",
    .title = "frame",
    .weight = 5,
    .column = 1,
    .min_h = 9,
    .explain =
        "The state in this frame. ▲▼ are spins, dotted the bonds they do not satisfy; of the "
        "hairpin thick bonds are native, lines between the strands contacts; of a graph the "
        "vertices are placed by their side in A, frustrated edges drawn denser. What moved last "
        "is in reverse. Below: p along the path; ◆ the shooting point. Sources: Muñoz et al., "
        "Nature 390 (1997) 196 (hairpin).",
    .draw = frame_draw,
    .key = frame_key,
    .mouse = frame_mouse,
    .csv = frame_csv,
    .hints = "←→ frame  ↑↓ shot  f flip  F back  i p=½  P shot  Y branch"};
