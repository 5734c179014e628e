/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/views/cut_vertex.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME = 3 * RC_SITES_MAX + 8 };

/* ---- its figures -------------------------------------------------------------------------------- */

static void gain_line(rc_pen p, int y, const char *label, double gain, double weight) {
  if (fabs(gain) <= 1e-12 * weight)
    rc_put_pair(p, y, label, RC_WARN, "0, free");
  else
    rc_put_pair(p, y, label, gain > 0 ? RC_BAD : RC_OK, "%+.5g", gain);
}

/* Returns the line below. */
static int head_draw(const rc_view_context *v, rc_pen p, const rc_cut_data *d,
                     const rc_cut_near *n) {
  char name[NAME], number[32];
  const char *whose;
  const uint8_t *side = rc_cut_whose(v, d, &whose);
  int y = 0;
  rc_cut_vertex(d, n->vertex, name, sizeof name);
  if (d->from_file)
    snprintf(number, sizeof number, "of %d", d->graph->n);
  else
    snprintf(number, sizeof number, "state %d", n->vertex); /* as in the views of the magnet */
  const int x = rc_put_cut(p, 0, y, p.r.w, side[n->vertex] ? RC_SERIES2 : RC_SERIES1, name);
  rc_attr(p, 0, y, x, RC_A_BOLD);
  if (x + 2 + rc_text_width(number) <= p.r.w) rc_put_right(p, p.r.w, y, RC_DIM, number);
  y++;
  rc_put_pair(p, y++, "side in", side[n->vertex] ? RC_SERIES2 : RC_SERIES1, "%s: %s", whose,
              side[n->vertex] ? d->from_file ? "1" : "-"
              : d->from_file  ? "0"
                              : "+");
  if (d->amplitude) rc_put_pair(p, y++, "amplitude", RC_TEXT, "%.5g", d->amplitude[n->vertex]);
  rc_put_pair(p, y++, "edges", RC_TEXT, "%d", n->degree);
  rc_put_pair(p, y++, "their weight", RC_TEXT, "%.6g", n->weight);
  rc_put_pair(p, y++, "frustrated", n->frustrated ? RC_BRIGHT : RC_OK, "%d, %.4g %%", n->frustrated,
              n->weight > 0 ? 100 * n->frustrated_weight / n->weight : 0);
  gain_line(p, y++, "flip gains", n->gain, n->weight);
  if (d->moved_vertex == n->vertex && d->watched >= 0) {
    rc_putf(p, 0, y++, RC_LINK, "just flipped by %s", d->solver[d->watched].title);
  }
  return y;
}

/* ---- edges and cycles --------------------------------------------------------------------------- */

typedef struct listing {
  const rc_cut_data *d;
  const rc_cut_near *near;
} listing;

static void edge_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const listing *l = ctx;
  const rc_cut_edge *e = &l->near->edge[row];
  char text[NAME], bond[16];
  int i, j;
  *style = RC_TEXT;
  switch (column) {
  case 0:
    rc_str_addf(t, "%.4g", e->weight);
    *style = RC_BRIGHT;
    break;
  case 1:
    rc_cut_bond(l->d, e->u, e->v, &i, &j, bond);
    rc_str_add(t, bond);
    *style = RC_LINK;
    break;
  default: rc_cut_vertex(l->d, e->v, text, sizeof text); rc_str_add(t, text);
  }
}

static void edges_draw(const rc_view_context *v, rc_pen p, bool focused, const rc_cut_data *d,
                       const rc_cut_near *n) {
  listing l = {d, n};
  const rc_column magnet[] = {{"frustrated", 11, true}, {"bond", 6, false}, {"flips to", 0, false}};
  const rc_column file[] = {{"frustrated", 10, true}, {"", 1, false}, {"to vertex", 0, false}};
  const bool wide = d->from_file || !d->basis || p.r.w >= 22 + rc_basis_sites(d->basis);
  const rc_table t = {d->from_file ? file : magnet,
                      wide ? 3 : 2,
                      n->frustrated,
                      rc_part_table_row(v, "vertex", n->frustrated),
                      edge_cell,
                      &l};
  rc_table_draw(p, &t, focused);
}

static int cycles_through(const rc_cut_data *d, int vertex) {
  int n = 0;
  for (int k = 0; k < d->cycles; k++) n += rc_cut_through(d, &d->cycle[k], vertex);
  return n;
}

/* The rows of the bound around the vertex: multiplier and the flips of the cycle. */
static void cycles_draw(rc_pen p, const rc_cut_data *d, int vertex, int count) {
  int y = 0;
  rc_putf(p, 0, y++, RC_DIM, "%d odd cycle%s%s", count, count == 1 ? "" : "s",
          d->orbit ? " by symmetry" : " around it");
  for (int k = 0; k < d->cycles && y < p.r.h; k++) {
    const rc_cut_cycle *c = &d->cycle[k];
    if (!rc_cut_through(d, c, vertex)) continue;
    int x = rc_putf(p, 0, y, RC_BRIGHT, "%-9.3g", c->multiplier);
    for (int i = 0; i < RC_MIN(c->length, 16) && x < p.r.w - 5; i++) {
      char text[NAME], bond[16];
      int a, b;
      const int next = c->vertex[i + 1 < RC_MIN(c->length, 16) ? i + 1 : 0];
      rc_cut_bond(d, c->vertex[i], next, &a, &b, bond);
      snprintf(text, sizeof text, "%d", rc_cut_number(d, c->vertex[i]));
      x = rc_putf(p, x, y, c->marked[i] ? RC_SERIES2 : RC_TEXT, "%s%s ", bond[0] ? bond : text,
                  c->marked[i] ? "*" : "");
    }
    y++;
  }
}

/* ---- the pane ----------------------------------------------------------------------------------- */

static void vertex_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  const int at = d && d->best_side ? rc_cut_at(v, d) : -1;
  if (at < 0) {
    rc_part_waiting(p, "no cut yet");
    return;
  }
  const char *whose;
  rc_cut_near n;
  rc_cut_near_read(d, rc_cut_whose(v, d, &whose), at, &n);
  int y = head_draw(v, p, d, &n);
  const int count = cycles_through(d, at);
  const int left = p.r.h - y - 1, rows = n.frustrated + 1;
  const int cycles = count > 0 ? RC_MAX(RC_MIN(count + 1, left / 2), left - rows) : 0;
  const int height = RC_MIN(rows, left - (cycles > 1 ? RC_MIN(cycles, count + 1) + 1 : 0));
  if (n.frustrated > 0 && height >= 2) {
    edges_draw(v, rc_pen_sub(p, 0, y + 1, p.r.w, height), focused, d, &n);
    y += height + 1;
  } else if (n.frustrated == 0 && left > 0) {
    rc_put(p, 0, y + 1, RC_OK, "✓ all edges satisfied");
    y += 2;
  }
  if (count > 0 && p.r.h - y - 1 >= 2)
    cycles_draw(rc_pen_sub(p, 0, y + 1, p.r.w, p.r.h - y - 1), d, at, count);
  rc_cut_near_free(&n);
}

static bool vertex_key(rc_view_context *v, int key) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  const int at = d && d->best_side ? rc_cut_at(v, d) : -1;
  if (key == 'a' && d) {
    if (d->watched_side)
      rc_part_set(v, "vertex", "present", !rc_part_value(v, "vertex", "present"));
    else if (v->ui)
      rc_ui_message(v->ui, RC_DIM, "f follows a solver: then a looks at its present cut");
    return true;
  }
  if (rc_cut_key(v, key)) return true;
  if (at < 0) return false;
  if (key == RC_KEY_LEFT || key == RC_KEY_RIGHT) {
    const int n = d->graph->n;
    rc_cut_look_at(v, d, (at + (key == RC_KEY_RIGHT ? 1 : n - 1)) % n);
    return true;
  }
  const char *whose;
  rc_cut_near n;
  rc_cut_near_read(d, rc_cut_whose(v, d, &whose), at, &n);
  bool taken = false;
  if (n.frustrated > 0) {
    if (key == 13) {
      rc_cut_look_at(v, d, n.edge[rc_part_table_row(v, "vertex", n.frustrated)].v);
      taken = true;
    } else {
      taken = rc_cut_rows_key(v, "vertex", n.frustrated, key);
      if (taken) rc_cut_link_edge(v, d, &n.edge[rc_part_table_row(v, "vertex", n.frustrated)]);
    }
  }
  rc_cut_near_free(&n);
  return taken;
}

static bool vertex_known(const rc_view_context *v) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  return d && d->best_side && rc_cut_at(v, d) >= 0;
}

static void vertex_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  const int at = d && d->best_side ? rc_cut_at(v, d) : -1;
  rc_str_add(out, "u,v,weight,bond\n");
  if (at < 0) return;
  const char *whose;
  rc_cut_near n;
  rc_cut_near_read(d, rc_cut_whose(v, d, &whose), at, &n);
  for (int k = 0; k < n.frustrated; k++) {
    char bond[16];
    int i, j;
    rc_cut_bond(d, n.edge[k].u, n.edge[k].v, &i, &j, bond);
    rc_str_addf(out, "%d,%d,", n.edge[k].u + 1, n.edge[k].v + 1);
    rc_part_csv_real(out, n.edge[k].weight, ',');
    rc_part_csv(out, bond, '\n');
  }
  rc_cut_near_free(&n);
}

const rc_pane_class rc_cut_vertex_pane = {
    .name = "vertex",
    .title = "vertex",
    .weight = 4,
    .column = 2,
    .min_h = 7,
    .explain = "One vertex of the instance and the edges it has in the best cut, or (a) in the "
               "present cut of the solver that f makes move. The gain of a flip is its local "
               "field, sum of w over the edges inside its side less those that are cut: above 0 "
               "the cut is no local optimum. The odd cycles are those that carry the bound.",
    .draw = vertex_draw,
    .key = vertex_key,
    .csv = vertex_csv,
    .known = vertex_known,
    .hints = "←→ vertex  ↑↓ edge  Enter along it  f flip"};
