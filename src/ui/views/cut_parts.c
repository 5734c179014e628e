/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/views/cut_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const rc_cut_data *rc_cut_snapshot(const rc_view_context *v) {
  const bool mine = v->frame && v->frame->cls && !strcmp(v->frame->cls->kind.name, "cut");
  return mine && v->frame->data ? rc_share_get(v->frame->data) : NULL;
}

rc_style rc_cut_style(int solver) {
  return RC_SERIES2 + solver % 5; /* the first series is the bound's */
}

char rc_cut_mark(int solver) {
  return "^#*+x"[solver % 5];
}

void rc_cut_vertex(const rc_cut_data *d, int vertex, char *out, size_t size) {
  if (d->basis && (uint64_t)vertex < rc_basis_states(d->basis) && size > 3 * RC_SITES_MAX) {
    rc_part_arrows(rc_basis_config(d->basis, (uint64_t)vertex), rc_basis_sites(d->basis), out);
  } else {
    snprintf(out, size, "%d", rc_cut_number(d, vertex));
  }
}

int rc_cut_number(const rc_cut_data *d, int vertex) {
  return vertex + d->from_file;
}

void rc_cut_bond(const rc_cut_data *d, int u, int v, int *i, int *j, char out[16]) {
  *i = *j = -1;
  out[0] = 0;
  if (!d->basis || rc_basis_symmetric(d->basis)) return;
  const uint64_t flip =
      rc_basis_config(d->basis, (uint64_t)u) ^ rc_basis_config(d->basis, (uint64_t)v);
  if (__builtin_popcountll(flip) != 2) return;
  *i = __builtin_ctzll(flip);
  *j = 63 - __builtin_clzll(flip);
  snprintf(out, 16, "%d–%d", *i, *j);
}

bool rc_cut_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key) {
  if (rows <= 0) return false;
  const int64_t to = rc_part_move(rc_part_table_row(v, pane, rows), rows, key);
  if (to >= 0) rc_part_set(v, pane, "row", to);
  return to >= 0;
}

bool rc_cut_key(rc_view_context *v, int key) {
  static const struct {
    int key;
    const char *line;
  } keys[] = {{'f', "cut.flip"},    {'F', "cut.move"},   {'d', "cut.round"}, {'w', "cut.node"},
              {'i', "cut.improve"}, {'v', "cut.vertex"}, {'P', "cut.paths"}};
  for (size_t i = 0; v->ui && i < RC_LEN(keys); i++) {
    if (keys[i].key != key) continue;
    rc_err err = {0};
    if (!rc_ui_command(v->ui, keys[i].line, &err)) rc_ui_message(v->ui, RC_BAD, "%s", err.message);
    return true;
  }
  return false;
}

/* ---- one vertex --------------------------------------------------------------------------------- */

int rc_cut_at(const rc_view_context *v, const rc_cut_data *d) {
  if (!d || !d->graph || d->graph->n < 1) return -1;
  const int64_t n = d->graph->n, chosen = rc_part_value(v, "vertex", "at");
  const bool linked = !d->from_file && v->hilbert && v->hilbert->vector;
  if (linked && v->selected_state < (uint64_t)n) return (int)v->selected_state;
  if (chosen > 0 && chosen <= n) return (int)chosen - 1;
  return d->frustrated_listed > 0 ? d->frustrated[0].u : 0;
}

void rc_cut_look_at(rc_view_context *v, const rc_cut_data *d, int vertex) {
  if (!d->graph || vertex < 0 || vertex >= d->graph->n) return;
  rc_part_set(v, "vertex", "at", vertex + 1);
  rc_part_set(v, "vertex", "row", 0);
  if (v->ui && !d->from_file) rc_ui_select_state(v->ui, (uint64_t)vertex);
}

static int by_weight(const void *a, const void *b) {
  const rc_cut_edge *x = a, *y = b;
  const double wx = fabs(x->weight), wy = fabs(y->weight);
  return wx != wy ? (wx < wy ? 1 : -1) : (x->v > y->v) - (x->v < y->v);
}

void rc_cut_near_read(const rc_cut_data *d, const uint8_t *side, int vertex, rc_cut_near *out) {
  const rc_cut_graph *g = d->graph;
  const int64_t begin = g->start[vertex], end = g->start[vertex + 1];
  *out = (rc_cut_near){.vertex = vertex, .degree = (int)(end - begin)};
  out->edge = rc_alloc((size_t)out->degree + 1, sizeof *out->edge);
  for (int64_t a = begin; a < end; a++) {
    const int e = g->edge[a], other = g->other[a];
    const double w = g->w[e];
    const bool cut = side[vertex] != side[other];
    out->weight += fabs(w);
    out->gain += cut ? -w : w;
    if (cut == (w > 0)) continue;
    out->frustrated_weight += fabs(w);
    out->edge[out->frustrated++] = (rc_cut_edge){e, vertex, other, w};
  }
  qsort(out->edge, (size_t)out->frustrated, sizeof *out->edge, by_weight);
}

void rc_cut_near_free(rc_cut_near *n) {
  rc_free(n->edge);
  *n = (rc_cut_near){0};
}

bool rc_cut_through(const rc_cut_data *d, const rc_cut_cycle *c, int vertex) {
  for (int i = 0; i < RC_MIN(c->length, 16); i++) {
    if (c->vertex[i] == vertex) return true;
    if (d->orbit && d->orbit[c->vertex[i]] == d->orbit[vertex]) return true;
  }
  return false;
}

const uint8_t *rc_cut_whose(const rc_view_context *v, const rc_cut_data *d, const char **name) {
  const bool watched = d->watched_side && rc_part_value(v, "vertex", "present");
  *name = watched ? d->solver[d->watched].title : "best cut";
  return watched ? d->watched_side : d->best_side;
}

void rc_cut_link_edge(rc_view_context *v, const rc_cut_data *d, const rc_cut_edge *e) {
  char bond[16];
  int i, j;
  rc_cut_bond(d, e->u, e->v, &i, &j, bond);
  if (v->ui && i >= 0 && d->lattice) rc_ui_select_edge(v->ui, rc_part_bond(d->lattice, i, j));
}
