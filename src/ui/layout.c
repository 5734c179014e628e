/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which panes are where.
 *
 * Three columns from 120x36 on; two from 100x28; from 76x20 one main pane (two when the second one
 * wants to share) and a status column;
 * below that the focused pane alone (a narrow but tall screen stacks them). A pane that has no
 * room is reached with Tab: the focused one is always placed. */
#include "explorer.h"

#include <string.h>

enum { TALL = 32 };

static int need(const rc_pane_class *p) {
  return RC_MAX(p->min_h, 1) + 2;
}

/* Stacks panes of 'list' from top to bottom in r, as many as fit; the focused one always. */
static void stack(rc_layout *l, const rc_view_class *v, const int *list, int n, int focus,
                  rc_rect r) {
  int chosen[RC_PANES_MAX], k = 0, used = 0;
  if (n == 0 || r.h < 3 || r.w < 3) return;
  for (int i = 0; i < n; i++) {
    int h = need(v->pane[list[i]]);
    if (k > 0 && used + h > r.h) continue;
    chosen[k++] = list[i];
    used += h;
  }
  bool seen = false, wanted = false;
  for (int i = 0; i < k; i++) seen |= chosen[i] == focus;
  for (int i = 0; i < n; i++) wanted |= list[i] == focus;
  if (wanted && !seen) { /* it takes the room of those at the end */
    int h = need(v->pane[focus]);
    while (k > 0 && used + h > r.h) used -= need(v->pane[chosen[--k]]);
    chosen[k++] = focus;
    used += h;
  }
  int spare = r.h - used, weight = 0, y = r.y;
  for (int i = 0; i < k; i++) weight += RC_MAX(v->pane[chosen[i]]->weight, 1);
  for (int i = 0; i < k; i++) {
    int w = RC_MAX(v->pane[chosen[i]]->weight, 1);
    int share = spare > 0 ? spare * w / weight : 0;
    int h = i == k - 1 ? r.y + r.h - y : need(v->pane[chosen[i]]) + share;
    h = RC_MIN(h, r.y + r.h - y);
    if (spare > 0) spare -= share;
    weight -= w;
    if (h < 3) break;
    l->placed[l->panes++] = (struct rc_placed){chosen[i], {r.x, y, r.w, h}};
    y += h;
  }
}

static int pick_column(const rc_view_class *v, unsigned columns, int *list) {
  int n = 0;
  for (int p = 0; p < v->panes && p < RC_PANES_MAX; p++)
    if (columns >> RC_MAX(0, RC_MIN(v->pane[p]->column, 2)) & 1) list[n++] = p;
  return n;
}

/* The explain text gets the foot of a column, or of the body, where enough is left above it. */
static void dock_explain(rc_ui *u, rc_layout *l, rc_rect *column, int most) {
  char title[96];
  rc_str text = {0};
  rc_explain_text(u, &text, title, sizeof title);
  rc_screen none = {0, 0, NULL, u->graphics};
  rc_pen p = {&none, {0, 0, 0, 0}};
  int h = 2 + rc_put_wrapped(p, 0, 0, RC_MAX(column->w - 4, 1), 0, 0, RC_TEXT, rc_str_c(&text));
  rc_str_free(&text);
  h = RC_MIN(h, most);
  if (h < 3 || column->h - h < 5) return;
  column->h -= h;
  l->explain = (rc_rect){column->x, column->y + column->h, column->w, h};
}

static int spare(const rc_view_class *v, const int *list, int n, int h) {
  for (int i = 0; i < n; i++) h -= need(v->pane[list[i]]);
  return h;
}

static void columns(rc_ui *u, rc_layout *l, const rc_view_class *v, int focus, bool explain) {
  int main[RC_PANES_MAX], side[RC_PANES_MAX], third[RC_PANES_MAX];
  bool three = u->cols >= 120 && u->rows >= 36;
  int n0 = pick_column(v, 1, main);
  int n1 = pick_column(v, three ? 2 : 6, side), n2 = three ? pick_column(v, 4, third) : 0;
  if (n0 == 0) n0 = pick_column(v, 7, main), n1 = n2 = 0;
  rc_rect b = l->body, r0 = b, r1 = {0}, r2 = {0};
  bool wide = n1 > 0 && n2 > 0;
  if (n1 + n2 > 0 || explain) {
    int w = wide ? b.w / 4 : RC_MIN(b.w * 34 / 100, 56);
    w = RC_MAX(w, 28);
    r0.w = b.w - (wide ? 2 : 1) * w;
    r1 = (rc_rect){b.x + r0.w, b.y, w, b.h};
    if (wide) r2 = (rc_rect){r1.x + w, b.y, w, b.h};
  }
  rc_rect *last = &r1; /* where most height is left over */
  if (wide && spare(v, third, n2, b.h) >= spare(v, side, n1, b.h)) last = &r2;
  bool only = n1 + n2 == 0; /* the explain text has a column of its own */
  if (explain && only)
    l->explain = r1;
  else if (explain)
    dock_explain(u, l, last, last->h / (u->explain < 0 ? 3 : 2));
  stack(l, v, main, n0, focus, r0);
  if (n1 > 0) stack(l, v, side, n1, focus, r1);
  if (n2 > 0) stack(l, v, third, n2, focus, wide ? r2 : r1);
}

/* A pane of the main column that shares its room with the first one now, or -1. */
static int companion(rc_ui *u, const rc_view_class *v, int first) {
  for (int p = 0; p < v->panes; p++) {
    const rc_pane_class *c = v->pane[p];
    if (p == first || c->column != 0 || !c->shares) continue;
    const rc_view_context context = rc_ui_context(u, rc_ui_view(u), p);
    if (c->shares(&context)) return p;
  }
  return -1;
}

/* 80x24: the focused pane, or the first; beside it the status column with what fits. */
static void main_and_status(rc_ui *u, rc_layout *l, const rc_view_class *v, int focus) {
  int side[RC_PANES_MAX] = {0};
  int n = pick_column(v, 6, side), width = l->body.w >= 90 ? 32 : 28;
  rc_rect r0 = l->body, r1 = {0};
  if (n > 0) {
    r0.w -= width;
    r1 = (rc_rect){r0.x + r0.w, r0.y, width, r0.h};
  }
  rc_layout trial = {0};
  stack(&trial, v, side, n, -1, r1);
  bool seen = false;
  for (int i = 0; i < trial.panes; i++) seen |= trial.placed[i].pane == focus;
  int first = pick_column(v, 1, (int[RC_PANES_MAX]){0}) > 0 ? 0 : focus;
  for (int p = v->panes - 1; p >= 0; p--)
    if (v->pane[p]->column == 0) first = p;
  const int main = seen ? first : focus, other = companion(u, v, first);
  if (other >= 0 && (main == first || main == other) &&
      need(v->pane[first]) + need(v->pane[other]) <= r0.h)
    stack(l, v, (int[]){first, other}, 2, main, r0);
  else
    l->placed[l->panes++] = (struct rc_placed){main, r0};
  const int mains = l->panes;
  for (int i = 0; i < trial.panes; i++)
    if (trial.placed[i].pane != l->placed[0].pane &&
        trial.placed[i].pane != l->placed[mains - 1].pane)
      l->placed[l->panes++] = trial.placed[i];
}

bool rc_explain_on(const rc_ui *u, int cols, int rows) {
  if (!u->session) return false;
  return u->explain >= 0 ? u->explain : cols >= 100 && rows >= 30;
}

void rc_layout_make(rc_ui *u, rc_rect body, rc_layout *l) {
  *l = (rc_layout){.body = body};
  int view = rc_ui_view(u);
  if (view < 0) return;
  const rc_view_class *v = rc_view_classes[view];
  int focus = u->focus[view];
  if (u->tour >= 0) {
    int h = rc_tour_height(u, body.w, RC_MAX(body.h / 2, RC_MIN(body.h, 5)));
    l->tour = (rc_rect){body.x, body.y + body.h - h, body.w, h};
    l->body.h -= h;
  }
  bool explain = rc_explain_on(u, u->cols, u->rows) && !u->rival; /* two runs want the room */
  bool big = u->cols >= 100 && u->rows >= 28 && l->body.h >= 18;
  if (explain && (u->full || !big)) dock_explain(u, l, &l->body, RC_MAX(l->body.h / 2, 5));
  if (u->explain > 0 && explain && !big && l->explain.h == 0 && l->body.h >= 3) {
    l->explain = l->body; /* no room for both, and it was asked for */
    return;
  }
  if (u->full || v->panes == 1) {
    if (!u->full && explain && big) dock_explain(u, l, &l->body, RC_MAX(l->body.h / 3, 5));
    if (l->body.h >= 3) l->placed[l->panes++] = (struct rc_placed){focus, l->body};
  } else if (big)
    columns(u, l, v, focus, explain);
  else if (u->cols >= 76 && u->rows >= 20)
    main_and_status(u, l, v, focus);
  else {
    int all[RC_PANES_MAX];
    int n = u->rows >= TALL ? pick_column(v, 7, all) : 0;
    if (n > 0)
      stack(l, v, all, n, focus, l->body);
    else
      l->placed[l->panes++] = (struct rc_placed){focus, l->body};
  }
}
