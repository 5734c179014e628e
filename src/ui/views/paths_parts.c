/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/views/paths_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const rc_paths_data *rc_paths_snapshot(const rc_view_context *v) {
  const bool mine = v->frame && v->frame->cls && !strcmp(v->frame->cls->kind.name, "paths");
  const rc_paths_data *d = mine && v->frame->data ? rc_share_get(v->frame->data) : NULL;
  return d && d->shape ? d : NULL;
}

/* ---- keys --------------------------------------------------------------------------------------- */

void rc_paths_do(rc_view_context *v, const char *format, ...) {
  char line[96];
  rc_err err = {0};
  va_list args;
  if (!v->ui) return;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  if (!rc_ui_command(v->ui, line, &err)) rc_ui_message(v->ui, RC_BAD, "%s", err.message);
}

static bool table_key(rc_view_context *v, int key, const char *const (*keys)[2], size_t n) {
  char name[16];
  rc_key_name(key, name);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(keys[i][0], name) != 0) continue;
    rc_paths_do(v, "%s", keys[i][1]);
    return true;
  }
  return false;
}

bool rc_paths_key(rc_view_context *v, int key) {
  static const char *const keys[][2] = {
      {"f", "flip.next"}, {"F", "flip.prev"}, {"a", "shot.next-accepted"},
      {"i", "frame.ts"},  {"P", "frame.sp"},  {"w", "frame.live"},
      {"K", "freeze"},    {"A", "axes"},      {"H", "select"},
      {"Y", "branch"},    {"G", "gamma"}};
  return rc_paths_snapshot(v) && table_key(v, key, keys, RC_LEN(keys));
}

bool rc_paths_frames_key(rc_view_context *v, int key) {
  static const char *const keys[][2] = {
      {"Left", "frame.prev"}, {"Right", "frame.next"}, {"Up", "shot.prev"},  {"Down", "shot.next"},
      {"Home", "frame 0"},    {"PgUp", "flip.prev"},   {"PgDn", "flip.next"}};
  const rc_paths_data *d = rc_paths_snapshot(v);
  const bool sideways =
      key == RC_KEY_LEFT || key == RC_KEY_RIGHT || key == RC_KEY_HOME || key == RC_KEY_END;
  if (!d || (v->crosshair >= 0 && sideways)) return false; /* they move the crosshair */
  if (key == RC_KEY_END && d->path.segments > 0) {
    rc_paths_do(v, "frame %llu", (unsigned long long)rc_paths_length(&d->path) - 1);
    return true;
  }
  return table_key(v, key, keys, RC_LEN(keys)) || rc_paths_key(v, key);
}

bool rc_paths_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key) {
  if (rows <= 0) return false;
  const int64_t to = rc_part_move(rc_part_table_row(v, pane, rows), rows, key);
  if (to >= 0) rc_part_set(v, pane, "row", to);
  return to >= 0;
}

/* ---- looks -------------------------------------------------------------------------------------- */

rc_style rc_paths_committor_style(double p) {
  return (rc_style)(RC_DIV0 + (int)(isnan(p) ? 4 : 8.999 * fmax(0, fmin(1, p))));
}

void rc_paths_overlay(const rc_canvas *c, rc_pen p, int x, int y) {
  rc_screen *s = rc_screen_new(RC_MAX(p.r.w, 1), RC_MAX(p.r.h, 1), p.screen->graphics);
  rc_canvas_blit(c, (rc_pen){s, {0, 0, s->cols, s->rows}}, x, y);
  for (int j = 0; j < p.r.h; j++)
    for (int i = 0; i < p.r.w; i++) {
      const rc_cell *ink = &s->cell[j * s->cols + i];
      const int sx = p.r.x + i, sy = p.r.y + j;
      if (!ink->ch || sx < 0 || sy < 0 || sx >= p.screen->cols || sy >= p.screen->rows) continue;
      const rc_cell *under = &p.screen->cell[(size_t)sy * p.screen->cols + sx];
      /* Of a half block the upper colour stands for the cell. */
      const bool field = under->ch == 0x2580;
      rc_put_cell(p, i, j, ink->ch, (rc_style)ink->fg, (rc_style)(field ? under->fg : under->bg),
                  0);
    }
  rc_screen_free(s);
}

void rc_paths_chance(double p, char out[16]) {
  if (isnan(p))
    snprintf(out, 16, "–");
  else if (p < .005)
    snprintf(out, 16, p > 0 ? "<.01" : "0");
  else if (p > .995)
    snprintf(out, 16, p < 1 ? ">.99" : "1");
  else
    snprintf(out, 16, "%.2f", p);
}

double rc_paths_logit(double p) {
  return fmax(-20, fmin(20, log(fmax(p, 1e-12) / fmax(1 - p, 1e-12))));
}

/* Five rows of three bits each, the top row highest; a pixel is two columns wide. */
static uint16_t big_glyph(char ch) {
  static const uint16_t digits[] = {075557, 026227, 071747, 071717, 055711,
                                    074717, 074757, 071122, 075757, 075717};
  if (ch >= '0' && ch <= '9') return digits[ch - '0'];
  return ch == 'x' ? 005250 : ch == '.' ? 000004 : 000700;
}

static int big_advance(char ch) {
  return ch == '.' ? 3 : 7;
}

int rc_paths_big_width(const char *text) {
  int w = 0;
  for (; *text; text++) w += big_advance(*text);
  return RC_MAX(0, w - 1);
}

void rc_paths_big(rc_pen p, int x, int y, rc_style s, const char *text) {
  for (; *text; x += big_advance(*text++))
    for (int k = 0; k < 15; k++) {
      if (!(big_glyph(*text) >> (14 - k) & 1)) continue;
      for (int half = 0; half < 2; half++) rc_put(p, x + 2 * (k % 3) + half, y + k / 3, s, "█");
    }
}

/* ---- shots -------------------------------------------------------------------------------------- */

rc_shot_fate rc_paths_fate(const rc_shot *s) {
  if (!s->ends[0] || !s->ends[1]) return RC_SHOT_UNCOMMITTED;
  if (!s->transition) return s->accepted ? RC_SHOT_BACK : RC_SHOT_NONE;
  return s->accepted ? RC_SHOT_ACCEPTED : RC_SHOT_REJECTED;
}

const char *rc_paths_fate_glyph(rc_shot_fate f) {
  static const char *const glyph[] = {"✓", "✗", "○", "?", "•"};
  return glyph[f];
}

rc_style rc_paths_fate_style(rc_shot_fate f) {
  return f == RC_SHOT_ACCEPTED ? RC_OK
         : f == RC_SHOT_NONE   ? RC_DIM
         : f == RC_SHOT_BACK   ? RC_TEXT
                               : RC_WARN;
}

const char *rc_paths_fate_word(rc_shot_fate f) {
  static const char *const word[] = {"accepted", "no transition", "rejected by weight",
                                     "not committed", "taken, no transition"};
  return word[f];
}

const rc_shot *rc_paths_shot(const rc_paths_data *d, uint64_t id) {
  if (id < d->strip_first || id - d->strip_first >= (uint64_t)d->strip_n) return NULL;
  return &d->strip[id - d->strip_first];
}

const char *rc_paths_state_name(int label) {
  return label & RC_IN_A ? "A" : label & RC_IN_B ? "B" : "–";
}

/* ---- frames ------------------------------------------------------------------------------------- */

int rc_paths_segment(const rc_paths_view *v, double frame) {
  int lo = 0, hi = v->segments - 1;
  while (lo < hi) {
    const int mid = (lo + hi + 1) / 2;
    if ((double)v->at[mid] <= frame)
      lo = mid;
    else
      hi = mid - 1;
  }
  return lo;
}

uint64_t rc_paths_length(const rc_paths_view *v) {
  return v->segments > 0 ? v->at[v->segments - 1] + v->dwell[v->segments - 1] : 0;
}

int rc_paths_flipped(const rc_paths_data *d, const rc_paths_view *v, int segment) {
  if (d->shape->real || segment < 1 || segment >= v->segments) return -1;
  const rc_word *a = v->state + (size_t)(segment - 1) * (size_t)v->width, *b = a + v->width;
  int spin = -1;
  for (int k = 0; k < v->width; k++) {
    const uint64_t change = a[k].u ^ b[k].u;
    if (!change) continue;
    if (spin >= 0 || (change & (change - 1))) return -1;
    spin = 64 * k + __builtin_ctzll(change);
  }
  return spin < d->shape->n ? spin : -1;
}

void rc_paths_spin(const rc_path_shape *h, int spin, char out[24]) {
  if (h->residues > 0)
    snprintf(out, 24, "%d-%d", h->first_residue + spin, h->first_residue + spin + 1);
  else if (h->lx > 0)
    snprintf(out, 24, "%d,%d", spin % h->lx, spin / h->lx);
  else
    snprintf(out, 24, "%d", spin);
}

int rc_paths_feature(const rc_path_shape *h, const char *name) {
  for (int i = 0; i < h->features; i++)
    if (!strcmp(h->feature[i], name)) return i;
  return -1;
}

double rc_paths_coupling(const rc_paths_data *d, const rc_word *state, int i, int j) {
  enum { WORDS = 64 };
  rc_word other[WORDS];
  const int width = d->shape->width;
  if (width > WORDS || i == j) return 0;
  memcpy(other, state, (size_t)width * sizeof *other);
  other[j >> 6].u ^= 1ULL << (j & 63);
  const double e = (rc_path_change(d->system, other, i) - rc_path_change(d->system, state, i)) / 4;
  return fabs(e) < 1e-9 ? 0 : e;
}
