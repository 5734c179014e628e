/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View theatre: shots over the landscape, frame by frame. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/paths_parts.h"

/* ---- shots -------------------------------------------------------------------------------------- */

enum { FIGURES = 6, BRIEF = 2 }; /* lines of the shot looked at */

typedef struct strip {
  int cols, rows, first; /* of the grid; index of the first shown */
} strip;

/* Whole rows; the last one ends with the newest shot. The one looked at is among them. */
static strip strip_of(const rc_paths_data *d, rc_pen p) {
  const int lines = p.r.h >= FIGURES + 4 ? FIGURES + 1 : p.r.h >= BRIEF + 3 ? BRIEF : 0;
  strip t = {.cols = RC_MAX(1, p.r.w), .rows = RC_MAX(1, p.r.h - lines - 1)};
  const int room = t.cols * t.rows;
  const int skip = RC_MAX(0, d->strip_n - room);
  t.first = (skip + t.cols - 1) / t.cols * t.cols;
  const rc_shot *s = rc_paths_shot(d, d->path.shot);
  if (s && s - d->strip < t.first) t.first = (int)(s - d->strip) / t.cols * t.cols;
  return t;
}

/* On the ground of its p at the shooting point; the glyph says what became of it. */
static void draw_shot(rc_pen p, int x, int y, const rc_shot *s, bool chosen, bool plain) {
  const rc_shot_fate fate = rc_paths_fate(s);
  const rc_style ink = fate == RC_SHOT_ACCEPTED ? RC_BRIGHT
                       : fate == RC_SHOT_NONE   ? RC_DIM
                                                : RC_TEXT;
  const uint32_t code[] = {0x2713, 0x2717, 0x25cb, '?', 0x2022};
  if (chosen) {
    rc_put_cell(p, x, y, code[fate], RC_KEYCAP, RC_KEYCAP, RC_A_BOLD);
  } else {
    const rc_style shade = plain ? ink : rc_paths_committor_style(s->p);
    rc_put_cell(p, x, y, code[fate], shade, RC_TEXT, fate == RC_SHOT_ACCEPTED ? RC_A_BOLD : 0);
  }
}

static void draw_shot_figures(rc_pen p, const rc_paths_data *d) {
  const rc_shot *s = rc_paths_shot(d, d->path.shot);
  char a[16];
  if (!s) {
    rc_putf(p, 0, 0, RC_BRIGHT, d->path.shot ? "shot %llu" : "initial path",
            (unsigned long long)d->path.shot);
    rc_put_pair(p, 1, "frames", RC_TEXT, "%llu", (unsigned long long)d->path.frames);
    return;
  }
  const rc_shot_fate fate = rc_paths_fate(s);
  char text[64];
  snprintf(text, sizeof text, "%s %s", rc_paths_fate_glyph(fate), rc_paths_fate_word(fate));
  int y = 0;
  int x = rc_putf(p, 0, y, RC_BRIGHT, "shot %llu", (unsigned long long)s->id);
  const rc_style style = rc_paths_fate_style(fate);
  if (x + 1 + rc_text_width(text) <= p.r.w) rc_put_right(p, p.r.w, y, style, text);
  y++;
  rc_paths_chance(s->p, a);
  if (p.r.h < FIGURES) {
    x = rc_putf(p, 0, y, RC_DIM, "p %s  %s ← ◆ → %s", a, rc_paths_state_name(s->ends[1]),
                rc_paths_state_name(s->ends[0]));
    snprintf(text, sizeof text, "%llu", (unsigned long long)s->frames);
    if (x + 2 + rc_text_width(text) <= p.r.w) rc_put_right(p, p.r.w, y, RC_DIM, text);
    return;
  }
  if (s->parent)
    rc_put_pair(p, y++, "shot from path", RC_TEXT, "%llu", (unsigned long long)s->parent);
  else
    rc_put_pair(p, y++, "shot from path", RC_TEXT, "initial");
  rc_put_pair(p, y++, "p where shot", RC_TEXT, "%s", a);
  rc_put_pair(p, y++, "ends", RC_TEXT, "%s ← ◆ → %s", rc_paths_state_name(s->ends[1]),
              rc_paths_state_name(s->ends[0]));
  rc_put_pair(p, y++, "frames", RC_TEXT, "%llu", (unsigned long long)s->frames);
  if (!s->rfps) /* as it was shot, whatever is the sampler now */
    rc_put_pair(p, y++, "model", RC_TEXT, "%u", s->version);
  else if (s->weight > 0)
    rc_put_pair(p, y++, "weight 1/B", RC_TEXT, "%.3g", s->weight);
  else /* no transition: its path has no part in the means */
    rc_put_pair(p, y++, "weight 1/B", RC_DIM, "–");
}

static void shots_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->strip_n < 1) {
    char text[64] = "no shot yet";
    if (d && !d->started && d->tries > 0)
      snprintf(text, sizeof text, "%llu tries for a first path", (unsigned long long)d->tries);
    rc_part_waiting(p, text);
    return;
  }
  const strip t = strip_of(d, p);
  const bool plain = rc_part_plain(v, p);
  const int shown = RC_MIN(d->strip_n - t.first, t.cols * t.rows);
  int rows = 0;
  bool there[RC_SHOT_FATES] = {false};
  for (int k = 0; k < shown; k++) {
    const rc_shot *s = &d->strip[t.first + k];
    there[rc_paths_fate(s)] = true;
    draw_shot(p, k % t.cols, k / t.cols, s, s->id == d->path.shot, plain);
    rows = k / t.cols + 1;
  }
  const int foot = p.r.h - rows;
  if (foot < 1) return;
  int x = 0;
  for (int f = 0; f < RC_SHOT_FATES; f++) {
    static const char *const word[] = {"taken", "no TP", "weight", "open", "taken, no TP"};
    if (!there[f]) continue;
    const int w = 2 + rc_text_width(word[f]);
    if (x + w > p.r.w) break;
    rc_put(p, x, rows, RC_TEXT, rc_paths_fate_glyph((rc_shot_fate)f));
    x = rc_put(p, x + 2, rows, RC_DIM, word[f]) + (p.r.w > 26 ? 2 : 1);
  }
  const int gap = foot > FIGURES + 1;
  if (foot > BRIEF) draw_shot_figures(rc_pen_sub(p, 0, rows + 1 + gap, p.r.w, foot - 1 - gap), d);
}

/* Sideways from shot to shot, up and down by rows of the strip. */
static bool shots_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->strip_n < 1) return false;
  const uint64_t newest = d->strip_first + (uint64_t)d->strip_n - 1, at = d->path.shot;
  int64_t by = 0;
  switch (key) {
  case RC_KEY_LEFT: by = -1; break;
  case RC_KEY_RIGHT: by = 1; break;
  case RC_KEY_UP:
  case RC_KEY_PGUP: by = -10; break;
  case RC_KEY_DOWN:
  case RC_KEY_PGDN: by = 10; break;
  case RC_KEY_HOME: by = -(int64_t)at; break;
  case RC_KEY_END: by = (int64_t)(newest - RC_MIN(at, newest)); break;
  default: return rc_paths_key(v, key);
  }
  if (by == -1 || by == 1) {
    rc_paths_do(v, by < 0 ? "shot.prev" : "shot.next");
  } else {
    const int64_t to = RC_MAX(1, RC_MIN((int64_t)at + by, (int64_t)newest));
    rc_paths_do(v, "shot %lld", (long long)to);
  }
  return true;
}

static bool shots_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || m.what != RC_M_PRESS) return false;
  const strip t = strip_of(d, p);
  const int k = t.first + m.y * t.cols + m.x;
  if (m.x < 0 || m.x >= t.cols || m.y < 0 || m.y >= t.rows || k >= d->strip_n) return false;
  rc_paths_do(v, "shot %llu", (unsigned long long)d->strip[k].id);
  return true;
}

static void shots_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  rc_str_add(out, "shot,parent,p,p_select,forward,backward,frames,transition,accepted,weight,"
                  "model\n");
  for (int i = 0; d && i < d->strip_n; i++) {
    const rc_shot *s = &d->strip[i];
    rc_str_addf(out, "%llu,%llu,", (unsigned long long)s->id, (unsigned long long)s->parent);
    rc_part_csv_real(out, s->p, ',');
    rc_part_csv_real(out, s->p_select, ',');
    rc_str_addf(out, "%s,%s,%llu,%s,%s,", s->ends[0] ? rc_paths_state_name(s->ends[0]) : "",
                s->ends[1] ? rc_paths_state_name(s->ends[1]) : "", (unsigned long long)s->frames,
                s->transition ? "true" : "false", s->accepted ? "true" : "false");
    rc_part_csv_real(out, s->weight, ',');
    rc_str_addf(out, "%u\n", s->version);
  }
}

/* ---- figures ------------------------------------------------------------------------------------ */

static void exact_facts(const rc_paths_data *d, rc_facts *f) {
  if (!d->exact_wanted) {
    rc_fact_note(f, RC_DIM, "no exact committor");
    return;
  }
  if (!d->exact_done) {
    rc_fact_number(f, "solving, residual", RC_LINK, "%.1e", d->exact_residual);
    return;
  }
  rc_fact_count(f, "states", (uint64_t)d->exact.states);
  rc_fact_number(f, "exact k_AB", RC_BRIGHT, "%.6g", d->exact.rate);
  rc_fact_number(f, "exact flux", RC_TEXT, "%.6g", d->exact.nu);
  rc_fact_number(f, "exact length", RC_TEXT, "%.4f", d->exact.length);
  if (isnan(d->half.rate)) return;
  rc_fact_note(f, RC_DIM, "the same at half the grid:");
  rc_fact_number(f, "k_AB", RC_TEXT, "%.6g (%+.2g %%)", d->half.rate,
                 100 * (d->half.rate / d->exact.rate - 1));
  rc_fact_number(f, "length", RC_TEXT, "%.4f (%+.2g %%)", d->half.length,
                 100 * (d->half.length / d->exact.length - 1));
}

static void unit_facts(const rc_paths_data *d, rc_facts *f) {
  if (d->shape->dynamics == RC_PATH_OVERDAMPED)
    rc_fact_note(f, RC_DIM, "k_AB and flux per time, the exact length is a time");
  else
    rc_fact_note(f, RC_DIM, "k_AB and flux a step, lengths in frames");
}

/* What was asked for and has to wait for the model. */
static void waiting_facts(const rc_paths_data *d, rc_facts *f) {
  char name[32];
  const bool waits = d->learning && (d->wish.rfps || d->wish.flatten);
  rc_sampler_title(&d->wish, name);
  if (waits && d->lessons > 0)
    rc_fact_note(f, RC_DIM, "then %s, of a frozen model: after %lld more shots, or K", name,
                 (long long)d->lessons);
  else if (waits)
    rc_fact_note(f, RC_DIM, "then %s, when the last model is made", name);
  else if (d->frozen && d->lessons > 0)
    rc_fact_note(f, RC_DIM, "learns anew after %lld more shots", (long long)d->lessons);
}

/* Means with their errors; nothing is said of an error before there are batches to tell it from. */
static void sampled_facts(const rc_paths_data *d, rc_facts *f) {
  const rc_sampler_figures *s = &d->sampled;
  if (isfinite(s->length) && isfinite(s->length_se))
    rc_fact_number(f, "length", RC_TEXT, "%.4g ± %.2g", s->length, s->length_se),
        rc_fact_error(f, s->length_se);
  else if (isfinite(s->length))
    rc_fact_number(f, "length, no error", RC_DIM, "%.4g", s->length);
  if (d->needs > 0)
    rc_fact_note(f, RC_DIM, "errors need %llu more shots", (unsigned long long)d->needs);
  else if (d->renewed && !isfinite(s->length_se))
    rc_fact_note(f, RC_DIM,
                 "averages begin anew with the next model; errors after 257 shots of it");
  if (isfinite(d->rate_sampled))
    rc_fact_number(f, "k_AB", RC_TEXT, "%.3g ± %.1g", d->rate_sampled, d->rate_error),
        rc_fact_error(f, d->rate_error);
  if (*d->rate_note) rc_fact_note(f, RC_DIM, "k_AB %s", d->rate_note);
}

static void theatre_facts(const rc_view_context *v, rc_facts *f) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  char name[32];
  if (!d) return;
  if (d->shape->kelvin > 0)
    rc_fact_add(f, d->shape->title, RC_TEXT, "%.4g K", d->shape->kelvin);
  else
    rc_fact_add(f, d->shape->title, RC_TEXT, d->shape->real ? "kT %.4g" : "T %.4g", d->shape->kT);
  const rc_sampler_figures *s = &d->sampled;
  rc_sampler_title(&d->sampling, name);
  rc_fact_add(f, "sampler", RC_BRIGHT, "%s", name);
  waiting_facts(d, f);
  const uint64_t all = d->strip_n ? d->strip_first + (uint64_t)d->strip_n - 1 : 0;
  rc_fact_count(f, "shots", all);
  if (s->shots < all) rc_fact_count(f, "in the averages", s->shots);
  if (s->shots > 0) {
    rc_fact_gauge(f, "transitions", RC_SERIES1, (double)s->generated / (double)s->shots);
    rc_fact_gauge(f, "accepted", RC_SERIES3, (double)s->accepted / (double)s->shots);
    sampled_facts(d, f);
  }
  exact_facts(d, f);
  if (d->exact_done || s->shots > 0) unit_facts(d, f);
  if (d->learning || d->frozen) {
    rc_fact_count(f, d->frozen ? "model, frozen" : "model", d->model);
    if (isfinite(d->rmse)) rc_fact_number(f, "rmse to exact", RC_TEXT, "%.4f", d->rmse);
    if (d->fitting > 0)
      rc_fact_add(f, "next, fitting", RC_LINK, "%lld shots", (long long)d->fitting),
          rc_fact_exact(f, (double)d->fitting);
  }
  if (s->uncommitted > 0) rc_fact_count(f, "not committed", s->uncommitted);
  for (int i = 0; i < d->warnings; i++) rc_fact_note(f, RC_WARN, "! %s", d->warning[i]);
}

static void figures_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  theatre_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "theatre", &f);
  else
    rc_part_waiting(p, "no system yet");
}

static bool figures_key(rc_view_context *v, int key) {
  return rc_paths_key(v, key) || rc_facts_key(v, "theatre", key);
}

static void figures_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  theatre_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- classes ------------------------------------------------------------------------------------ */

const rc_pane_class rc_paths_shots_pane = {
    .name = "shots",
    .title = "shots",
    .weight = 2,
    .column = 1,
    .min_h = 5,
    .explain =
        "Every shot, the newest last: two trajectories run from one frame of the present path. ✓ "
        "they joined A to B and the new path was taken, ✗ both ended in the same state, ○ joined "
        "but rejected by the ratio of weights W(old)/W(new), ? one did not commit, • both ended in "
        "the same state and the walk without rejections took it all the same. Colour: p "
        "where it was shot from. Rejected shots teach as much as accepted ones.",
    .draw = shots_draw,
    .key = shots_key,
    .mouse = shots_mouse,
    .csv = shots_csv,
    .hints = "←→ shot  a accepted  Y branch  H how  G gamma  K freeze  w live"};
static const rc_pane_class figures = {
    .name = "figures",
    .title = "figures",
    .weight = 3,
    .column = 2,
    .min_h = 8,
    .explain =
        "Flux nu = sum c (q_x - q_y)^2 over the edges of the chain, rate k_AB = nu / sum pi (1 - "
        "q), mean length of a transition path sum pi q (1 - q) / nu (E, Vanden-Eijnden, "
        "J. Stat. Phys. 123 (2006) 503): exact. Below the same from the paths that were sampled, "
        "in steps of "
        "the dynamics.",
    .draw = figures_draw,
    .key = figures_key,
    .csv = figures_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class *const panes[] = {&rc_paths_map_pane, &rc_paths_along_pane,
                                             &rc_paths_frame_pane, &rc_paths_shots_pane, &figures};

const rc_view_class rc_view_theatre = {
    .kind = {.name = "theatre",
             .title = "Theatre",
             .help = "shots over the landscape, frame by frame",
             .explain = "Transition paths being shot, the committor along them learnt and exact."},
    .study = "paths",
    .panes = RC_LEN(panes),
    .pane = panes};
