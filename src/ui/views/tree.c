/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View tree: which path was shot from which, and how much of it is left. */
#include <math.h>
#include <stdio.h>

#include "ui/views/paths_parts.h"

enum { GUTTER = 9 };

typedef struct canopy {
  const rc_paths_data *d;
  int first, rows;    /* rows of the tree that are drawn */
  int x, w;           /* columns of the bars */
  double origin;      /* where the uppermost was shot from, on the axis of the root */
  double left, right; /* ends of the axis, in drawing units, from the origin */
  bool linear;
  bool fresh[RC_PATHS_TREE];
} canopy;

/* Frames from the origin; long ones are drawn shorter, so that a path of thousands
 * does not make all others a dot. */
static double unit(const canopy *t, double frames) {
  return t->linear ? frames : copysign(sqrt(fabs(frames)), frames);
}

/* Is no frame left of the path that was last marked? Two-way shooting keeps of a path the frame it
 * was shot from alone, and that until a shot from another one is taken. fresh: tree flags. */
static void mark_fresh(const rc_paths_data *d, bool *fresh) {
  bool kept = false;
  double frame = 0;
  for (int i = d->tree - 1; i >= 0; i--) {
    const rc_paths_leaf *l = &d->leaf[i];
    fresh[i] = l->accepted && kept && fabs(l->shift - frame) > .5;
    if (!l->accepted) continue;
    if (!kept) frame = l->shift;
    kept = !fresh[i];
  }
}

static int chosen_row(const rc_paths_data *d) {
  for (int i = 0; i < d->tree; i++)
    if (d->leaf[i].id == d->path.shot) return i;
  return -1;
}

static canopy canopy_of(const rc_view_context *v, const rc_paths_data *d, rc_pen p) {
  canopy t = {.d = d, .linear = v->log_axis, .x = p.r.w >= 40 ? GUTTER : 2};
  mark_fresh(d, t.fresh);
  t.rows = RC_MAX(0, RC_MIN(d->tree, p.r.h - 2));
  t.w = RC_MAX(1, p.r.w - t.x - (p.r.w >= 60 ? 6 : 2));
  const int at = chosen_row(d);
  t.first = RC_MAX(0, RC_MIN(at - t.rows / 2, d->tree - t.rows));
  t.origin = d->leaf[t.first].shift;
  t.left = INFINITY, t.right = -INFINITY;
  for (int i = t.first; i < t.first + t.rows; i++) {
    const double shot = d->leaf[i].shift - t.origin;
    t.left = fmin(t.left, unit(&t, shot - d->leaf[i].before));
    t.right = fmax(t.right, unit(&t, shot + d->leaf[i].after));
  }
  if (!(t.right > t.left)) t.right = t.left + 1;
  return t;
}

static int column_of(const canopy *t, double frames) {
  const double share = (unit(t, frames - t->origin) - t->left) / (t->right - t->left);
  return t->x + (int)lround(fmax(0, fmin(1, share)) * (t->w - 1));
}

/* From the shooting point down to the path it lies on. */
static void draw_link(const canopy *t, rc_pen p, int row, int y) {
  const rc_paths_leaf *l = &t->d->leaf[row];
  const int to = l->row_parent < 0 ? t->first + t->rows : l->row_parent;
  const int x = column_of(t, l->shift);
  for (int k = 1; row + k < to && y + k < 1 + t->rows; k++) {
    const int sx = p.r.x + x, sy = p.r.y + y + k;
    if (sx >= p.screen->cols || sy >= p.screen->rows) return;
    if (!p.screen->cell[(size_t)sy * p.screen->cols + sx].ch)
      rc_put(p, x, y + k, RC_FRAME_LINE, "┊");
  }
}

/* As the strip has it. */
static rc_shot_fate fate_of(const rc_paths_data *d, const rc_paths_leaf *l) {
  const rc_shot *shot = rc_paths_shot(d, l->id);
  const rc_shot of = {
      .ends = {RC_IN_A, RC_IN_A}, .transition = l->transition, .accepted = l->accepted};
  return rc_paths_fate(shot ? shot : &of);
}

static void draw_row(const canopy *t, rc_pen p, int row, int y) {
  const rc_paths_leaf *l = &t->d->leaf[row];
  const bool on = l->id == t->d->path.shot;
  const int a = column_of(t, l->shift - l->before), s = column_of(t, l->shift),
            b = column_of(t, l->shift + l->after);
  const bool dim = !l->accepted;
  const rc_shot_fate fate = fate_of(t->d, l);
  const char *line = l->accepted ? "━" : l->transition ? "─" : "┄";
  for (int x = a; x <= b; x++)
    rc_put(p, x, y, dim ? RC_FRAME_LINE : x < s ? RC_SERIES1 : RC_SERIES2, line);
  const rc_shot *shot = rc_paths_shot(t->d, l->id);
  const char *ends[2] = {"A", "B"};
  if (shot && !l->transition) /* both halves ended there */
    ends[0] = ends[1] = rc_paths_state_name(shot->ends[0]);
  if (a < s) rc_put(p, a, y, dim ? RC_DIM : RC_SERIES1, ends[0]);
  if (b > s) rc_put(p, b, y, dim ? RC_DIM : RC_SERIES2, ends[1]);
  rc_put(p, s, y, on ? RC_KEYCAP : dim ? RC_DIM : RC_BRIGHT, "◆");
  if (t->x == GUTTER) {
    char id[16];
    snprintf(id, sizeof id, "%llu", (unsigned long long)l->id);
    rc_put_right(p, 6, y, on ? RC_KEYCAP : dim ? RC_DIM : RC_TEXT, id);
    rc_put(p, 7, y, rc_paths_fate_style(fate), rc_paths_fate_glyph(fate));
  } else {
    rc_put(p, 0, y, on ? RC_KEYCAP : rc_paths_fate_style(fate), rc_paths_fate_glyph(fate));
  }
  char chance[16];
  rc_paths_chance(l->p, chance);
  if (t->x + t->w + 6 <= p.r.w) rc_put_right(p, p.r.w - 1, y, RC_DIM, chance);
  if (t->fresh[row]) rc_put_right(p, p.r.w, y, RC_LINK, "◂");
}

static void draw_scale(const canopy *t, rc_pen p) {
  const int zero = column_of(t, t->origin), y = 1 + t->rows;
  char a[24], b[24];
  const double l = t->linear ? t->left : t->left * fabs(t->left),
               r = t->linear ? t->right : t->right * fabs(t->right);
  snprintf(a, sizeof a, "%.0f", l);
  snprintf(b, sizeof b, "%+.0f frames", r);
  rc_put(p, t->x, y, RC_DIM, a);
  const int end = rc_put_right(p, p.r.w, y, RC_DIM, b);
  if (zero > t->x + rc_text_width(a) && zero < end - 1) rc_put(p, zero, y, RC_DIM, "0");
}

static void tree_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->tree < 1) {
    rc_part_waiting(p, "no shot yet");
    return;
  }
  const canopy t = canopy_of(v, d, p);
  for (int i = 0; i < t.rows; i++) draw_row(&t, p, t.first + i, 1 + i);
  for (int i = 0; i < t.rows; i++)
    if (d->leaf[t.first + i].accepted || d->leaf[t.first + i].id == d->path.shot)
      draw_link(&t, p, t.first + i, 1 + i);
  draw_scale(&t, p);
  int x = 0;
  const struct {
    rc_style style;
    const char *text;
  } legend[] = {{RC_SERIES1, "━ before"},
                {RC_SERIES2, "━ after the shot"},
                {RC_DIM, "┄ not taken"},
                {RC_LINK, "◂ nothing old left"}};
  for (size_t k = 0; k < RC_LEN(legend); k++) {
    if (x + rc_text_width(legend[k].text) > p.r.w) break;
    x = rc_put(p, x, 0, legend[k].style, legend[k].text) + 2;
  }
}

/* Rows are newest first: up is later. */
static bool tree_key(rc_view_context *v, int key) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->tree < 1) return false;
  const int at = RC_MAX(0, chosen_row(d));
  if (key == RC_KEY_LEFT) {
    rc_paths_do(v, "frame.prev");
    return true;
  }
  if (key == RC_KEY_RIGHT) {
    rc_paths_do(v, "frame.next");
    return true;
  }
  if (key == 13) {
    rc_paths_do(v, "view theatre");
    return true;
  }
  const int64_t to = rc_part_move(at, d->tree, key);
  if (to < 0) return rc_paths_key(v, key);
  if (to != chosen_row(d)) rc_paths_do(v, "shot %llu", (unsigned long long)d->leaf[to].id);
  return true;
}

static bool tree_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->tree < 1 || m.what != RC_M_PRESS) return false;
  const canopy t = canopy_of(v, d, p);
  if (m.y < 1 || m.y > t.rows) return false;
  rc_paths_do(v, "shot %llu", (unsigned long long)d->leaf[t.first + m.y - 1].id);
  return true;
}

static void tree_csv(const rc_view_context *v, rc_str *out) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  bool fresh[RC_PATHS_TREE];
  if (d) mark_fresh(d, fresh);
  rc_str_add(out, "shot,parent,transition,accepted,before,after,shift,p,fresh\n");
  for (int i = 0; d && i < d->tree; i++) {
    const rc_paths_leaf *l = &d->leaf[i];
    rc_str_addf(out, "%llu,%llu,%s,%s,", (unsigned long long)l->id, (unsigned long long)l->parent,
                l->transition ? "true" : "false", l->accepted ? "true" : "false");
    rc_part_csv_real(out, l->before, ',');
    rc_part_csv_real(out, l->after, ',');
    rc_part_csv_real(out, l->shift, ',');
    rc_part_csv_real(out, l->p, ',');
    rc_str_add(out, fresh[i] ? "true\n" : "false\n");
  }
}

/* ---- figures ------------------------------------------------------------------------------------ */

static void tree_facts(const rc_view_context *v, rc_facts *f) {
  const rc_paths_data *d = rc_paths_snapshot(v);
  if (!d || d->tree < 1) return;
  int taken = 0, fresh = 0, since = -1;
  bool marked[RC_PATHS_TREE];
  mark_fresh(d, marked);
  for (int i = 0; i < d->tree; i++) {
    taken += d->leaf[i].accepted;
    fresh += marked[i];
    if (marked[i] && since < 0) since = i;
  }
  const int row = chosen_row(d);
  if (row >= 0) {
    const rc_paths_leaf *l = &d->leaf[row];
    char p[16];
    rc_paths_chance(l->p, p);
    rc_fact_add(f, "shot", RC_BRIGHT, "%llu", (unsigned long long)l->id);
    if (l->parent)
      rc_fact_add(f, "shot from path", RC_TEXT, "%llu", (unsigned long long)l->parent);
    else
      rc_fact_add(f, "shot from path", RC_TEXT, "initial");
    const rc_shot_fate fate = fate_of(d, l);
    rc_fact_add(f, "became", rc_paths_fate_style(fate), "%s %s", rc_paths_fate_glyph(fate),
                rc_paths_fate_word(fate));
    rc_fact_number(f, "frames before", RC_SERIES1, "%.0f", l->before);
    rc_fact_number(f, "frames after", RC_SERIES2, "%.0f", l->after);
    rc_fact_add(f, "p where shot", RC_TEXT, "%s", p);
    rc_fact_exact(f, l->p);
  }
  rc_fact_gauge(f, "taken of shown", RC_SERIES3, (double)taken / d->tree);
  rc_fact_add(f, "fresh paths", RC_LINK, "%d", fresh);
  if (since >= 0) rc_fact_add(f, "shots since", RC_TEXT, "%d", since);
  if (d->branches > 0) rc_fact_count(f, "branches", d->branches);
}

static void facts_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  tree_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "leaf", &f);
  else
    rc_part_waiting(p, "no shot yet");
}

static bool facts_key(rc_view_context *v, int key) {
  return rc_paths_key(v, key) || rc_facts_key(v, "leaf", key);
}

static void facts_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  tree_facts(v, &f);
  rc_facts_csv(&f, out);
}

static const rc_pane_class tree = {
    .name = "tree",
    .title = "path tree",
    .weight = 4,
    .column = 0,
    .min_h = 8,
    .explain =
        "A row for every trial, the newest on top, also those that were not taken (dim). Time runs "
        "to the right, rows are lined up at the frame they were shot from (◆), which lies on the "
        "path its dotted stem leads down to. ◂: no frame is left of the path marked before: the "
        "sampler has forgotten it. The scale counts frames from the ◆ of the uppermost row; "
        "lengths are "
        "drawn by their square roots, L makes them linear.",
    .draw = tree_draw,
    .key = tree_key,
    .mouse = tree_mouse,
    .csv = tree_csv,
    .hints = "↑↓ shot  Enter theatre  a accepted  Y branch  L linear  w live"};
static const rc_pane_class facts = {
    .name = "facts",
    .title = "this shot",
    .weight = 3,
    .column = 1,
    .min_h = 8,
    .explain =
        "Two-way shooting: from one frame both halves are run anew until A or B; the new path is "
        "taken with chance min(1, W/W'), W the sum of the selection's weights over a path. Y goes "
        "back to this shot and on with other random numbers: what if?",
    .draw = facts_draw,
    .key = facts_key,
    .csv = facts_csv,
    .hints = "↑↓ scroll  Y branch"};
static const rc_pane_class *const panes[] = {&tree, &facts, &rc_paths_frame_pane};

const rc_view_class rc_view_tree = {
    .kind = {.name = "tree",
             .title = "Tree",
             .help = "which path was shot from which, rejected ones too",
             .explain = "The tree of trial paths."},
    .study = "paths",
    .panes = RC_LEN(panes),
    .pane = panes};
