/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View bound: the relaxation from inside. Rows, the cycle behind a row, the branch tree. */
#include "ui/views/cut_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const rc_cut_data *bounding(const rc_view_context *v) {
  const rc_cut_data *d = rc_cut_snapshot(v);
  return d && d->bounding ? d : NULL;
}

/* ---- rows --------------------------------------------------------------------------------------- */

static void row_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_cut_data *d = ctx;
  const rc_cut_cycle *c = &d->cycle[row];
  char text[3 * RC_SITES_MAX + 8];
  *style = RC_TEXT;
  switch (column) {
  case 0:
    rc_str_addf(t, "%lld", (long long)row + 1);
    *style = RC_DIM;
    break;
  case 1:
    rc_str_addf(t, "%.4g", c->multiplier);
    *style = RC_BRIGHT;
    break;
  case 2: rc_str_addf(t, "%d", c->length); break;
  case 3:
    rc_str_addf(t, "%.1e", fmax(0, c->slack));
    *style = RC_DIM;
    break;
  default:
    for (int i = 0; i < RC_MIN(c->length, 16); i++) {
      snprintf(text, sizeof text, "%d", rc_cut_number(d, c->vertex[i]));
      rc_str_addf(t, "%s%s ", text, c->marked[i] ? "*" : "");
    }
    *style = RC_DIM;
  }
}

/* Without the slack, which is 0 for what carries the bound. */
static void slim_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  row_cell(ctx, row, column < 3 ? column : 4, t, style);
}

static void rows_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_cut_data *d = bounding(v);
  if (!d || d->cycles < 1) {
    rc_part_waiting(p, "no odd cycle carries the bound yet");
    return;
  }
  const rc_column column[] = {{"row", 4, true},
                              {"multiplier", 11, true},
                              {"length", 6, true},
                              {"slack", 8, true},
                              {"vertices, * = counted as cut", 0, false}};
  const rc_column slim[] = {{"row", 4, true},
                            {"multiplier", 11, true},
                            {"length", 6, true},
                            {"vertices, * = cut", 0, false}};
  const bool wide = p.r.w >= 62;
  rc_table t = {
      wide ? column : slim,        wide ? 5 : 4, d->cycles, rc_part_table_row(v, "rows", d->cycles),
      wide ? row_cell : slim_cell, (void *)d};
  rc_table_draw(p, &t, focused);
}

static bool rows_key(rc_view_context *v, int key) {
  const rc_cut_data *d = bounding(v);
  return rc_cut_key(v, key) || (d && rc_cut_rows_key(v, "rows", d->cycles, key));
}

static void rows_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = bounding(v);
  rc_str_add(out, "row,multiplier,length,slack\n");
  for (int i = 0; d && i < d->cycles; i++) {
    rc_str_addf(out, "%d,", i + 1);
    rc_part_csv_real(out, d->cycle[i].multiplier, ',');
    rc_str_addf(out, "%d,", d->cycle[i].length);
    rc_part_csv_real(out, d->cycle[i].slack, '\n');
  }
}

/* ---- the cycle behind a row ---------------------------------------------------------------------- */

static void cycle_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_cut_data *d = bounding(v);
  if (!d || d->cycles < 1) {
    rc_part_waiting(p, "select a row");
    return;
  }
  const rc_cut_cycle *c = &d->cycle[rc_part_table_row(v, "rows", d->cycles)];
  const int n = RC_MIN(c->length, 16);
  int marks = 0, y = 0;
  for (int i = 0; i < n; i++) marks += c->marked[i];
  y += rc_put_wrapped(
      p, 0, y, p.r.w, p.r.h - y, 0, RC_DIM,
      marks % 2
          ? "An odd number of these flips is counted as cut. No cut has exactly that, so one fails:"
          : "A long cycle; its beginning:");
  for (int i = 0; i < n && y < p.r.h; i++, y++) {
    char from[3 * RC_SITES_MAX + 8], bond[16];
    int a, b;
    const int next =
        i + 1 < c->length ? (i + 1 < n ? c->vertex[i + 1] : c->vertex[i]) : c->vertex[0];
    rc_cut_vertex(d, c->vertex[i], from, sizeof from);
    rc_cut_bond(d, c->vertex[i], next, &a, &b, bond);
    const bool same = d->best_side && d->best_side[c->vertex[i]] == d->best_side[next];
    int x = rc_put_cut(p, 0, y, RC_MAX(8, p.r.w - 14), RC_TEXT, from);
    x = rc_put(p, x + 1, y, c->marked[i] ? RC_SERIES2 : RC_DIM, c->marked[i] ? "*" : "·");
    x = rc_put(p, x + 1, y, RC_LINK, bond);
    rc_put(p, x + 1, y, same ? RC_BAD : RC_OK, same ? "same" : "cut");
  }
}

static double edge_weight(const rc_cut_graph *g, int u, int v) {
  for (int64_t k = g->start[u]; k < g->start[u + 1]; k++)
    if (g->other[k] == v) return g->weight[k];
  return NAN;
}

/* Of a long cycle the part that is kept, which does not close. */
static void cycle_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = bounding(v);
  rc_str_add(out, "u,v,marked,weight,bond,cut\n");
  if (!d || d->cycles < 1) return;
  const rc_cut_cycle *c = &d->cycle[rc_part_table_row(v, "rows", d->cycles)];
  const int kept = (int)RC_LEN(c->vertex), edges = c->length > kept ? kept - 1 : c->length;
  for (int i = 0; i < edges; i++) {
    const int from = c->vertex[i], to = c->vertex[(i + 1) % c->length];
    char bond[16];
    int a, b;
    rc_cut_bond(d, from, to, &a, &b, bond);
    rc_str_addf(out, "%d,%d,%s,", from + 1, to + 1, c->marked[i] ? "true" : "false");
    rc_part_csv_real(out, d->graph ? edge_weight(d->graph, from, to) : NAN, ',');
    rc_part_csv(out, bond, ',');
    rc_part_csv(out,
                !d->best_side                            ? ""
                : d->best_side[from] == d->best_side[to] ? "false"
                                                         : "true",
                '\n');
  }
}

/* ---- facts -------------------------------------------------------------------------------------- */

static void bound_facts(const rc_view_context *v, rc_facts *f) {
  const rc_cut_data *d = bounding(v);
  static const char *const kind[] = {"triangles", "4-cycles", "by forest", "by paths", "lifted"};
  if (!d) return;
  const rc_bound_view *b = &d->bounds;
  rc_fact_number(f, "bound", RC_BRIGHT, "%.10g", d->bound);
  rc_fact_add(f, "phase", d->optimal ? RC_OK : RC_LINK, "%s", b->phase);
  rc_fact_count(f, "rounds", (uint64_t)b->rounds);
  rc_fact_count(f, "variables", (uint64_t)b->columns);
  rc_fact_count(f, "rows now", (uint64_t)b->rows);
  rc_fact_count(f, "rows found", (uint64_t)b->rows_total);
  rc_fact_count(f, strstr(b->phase, "first") ? "iterations" : "pivots", (uint64_t)b->pivots);
  const double work = b->work_lp + b->work_separate + b->work_pack;
  if (work > 0) rc_fact_gauge(f, "separation", RC_SERIES2, b->work_separate / work);
  if (b->work_pack > 0) rc_fact_gauge(f, "flows around cut", RC_SERIES2, b->work_pack / work);
  double all = 0;
  for (size_t i = 0; i < RC_LEN(kind); i++) all += (double)b->cuts[i];
  for (size_t i = 0; i < RC_LEN(kind); i++) {
    if (b->cuts[i] > 0) rc_fact_gauge(f, kind[i], RC_SERIES1, (double)b->cuts[i] / all);
  }
  if (b->packed && d->graph)
    rc_fact_number(f, "packing", RC_TEXT, "%.8g", b->packing + d->graph->offset);
  rc_fact_count(f, "nodes", (uint64_t)b->nodes);
  rc_fact_count(f, "open", (uint64_t)b->nodes_open);
  rc_fact_count(f, "fixed edges", (uint64_t)b->fixed);
}

static void facts_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  bound_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "bound", &f);
  else
    rc_part_waiting(p, "no bound in this study");
}

static bool facts_key(rc_view_context *v, int key) {
  return rc_cut_key(v, key) || rc_facts_key(v, "bound", key);
}

static void facts_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  bound_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- tree --------------------------------------------------------------------------------------- */

static const char *const node_state[] = {"open",          "at work",         "branched",
                                         "closed: bound", "closed: one cut", "closed: empty"};

static void node_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_cut_data *d = ctx;
  const rc_tree_node *n = &d->node[row];
  static const rc_style styles[] = {RC_WARN, RC_LINK, RC_DIM, RC_OK, RC_OK, RC_OK};
  *style = RC_TEXT;
  switch (column) {
  case 0: rc_str_addf(t, "%*s%lld", RC_MIN(n->depth, 6), "", (long long)n->id); break;
  case 1:
    if (n->edge >= 0)
      rc_str_addf(t, "%d%s%d", rc_cut_number(d, d->graph->u[n->edge]), n->fixed ? "≠" : "=",
                  rc_cut_number(d, d->graph->v[n->edge]));
    else
      rc_str_add(t, "root");
    break;
  case 2:
    rc_str_addf(t, "%.9g", n->bound);
    *style = RC_BRIGHT;
    break;
  default: rc_str_add(t, node_state[n->state]); *style = styles[n->state];
  }
}

static void tree_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_cut_data *d = bounding(v);
  if (!d || d->nodes < 1) {
    rc_part_waiting(p, d && d->optimal ? "proved at the root: nothing to branch on"
                                       : "not branched yet");
    return;
  }
  const rc_column column[] = {
      {"node", 11, false}, {"branch", 11, false}, {"bound", 12, true}, {"", 0, false}};
  rc_table t = {column,    RC_LEN(column), d->nodes, rc_part_table_row(v, "tree", d->nodes),
                node_cell, (void *)d};
  rc_table_draw(p, &t, focused);
}

static bool tree_key(rc_view_context *v, int key) {
  const rc_cut_data *d = bounding(v);
  return rc_cut_key(v, key) || (d && rc_cut_rows_key(v, "tree", d->nodes, key));
}

static void tree_csv(const rc_view_context *v, rc_str *out) {
  const rc_cut_data *d = bounding(v);
  rc_str_add(out, "node,parent,depth,u,v,cut,bound,state\n");
  for (int i = 0; d && i < d->nodes; i++) {
    const rc_tree_node *n = &d->node[i];
    rc_str_addf(out, "%lld,%lld,%d,%d,%d,%d,", (long long)n->id, (long long)n->parent, n->depth,
                n->edge >= 0 ? d->graph->u[n->edge] + 1 : 0,
                n->edge >= 0 ? d->graph->v[n->edge] + 1 : 0, n->fixed);
    rc_part_csv_real(out, n->bound, ',');
    rc_part_csv(out, node_state[n->state], '\n');
  }
}

static bool tree_shares(const rc_view_context *v) {
  const rc_cut_data *d = bounding(v);
  return d && d->nodes > 1;
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class rows = {
    .name = "rows",
    .title = "odd cycles that carry the bound",
    .weight = 3,
    .column = 0,
    .min_h = 6,
    .explain = "A cut meets every cycle an even number of times, so for an odd set F of its edges "
               "x(F) - x(rest) <= "
               "|F| - 1 (Barahona, Mahjoub 1986). The bound is a sum of such rows with the "
               "multipliers shown: each "
               "is a fraction of a cycle in which something must stay frustrated.",
    .draw = rows_draw,
    .key = rows_key,
    .csv = rows_csv,
    .hints = "↑↓ row  d round  w node"};
static const rc_pane_class tree = {.name = "tree",
                                   .title = "branch tree",
                                   .weight = 2,
                                   .column = 0,
                                   .min_h = 5,
                                   .explain =
                                       "Where the relaxation leaves a gap, one edge is taken as "
                                       "cut (≠) or not (=) and both cases are bounded "
                                       "apart. A node is closed when its exact bound is below the "
                                       "next value a better cut could have.",
                                   .draw = tree_draw,
                                   .key = tree_key,
                                   .csv = tree_csv,
                                   .shares = tree_shares,
                                   .hints = "↑↓ node  w node  d round"};
static const rc_pane_class facts = {
    .name = "bound",
    .title = "bound",
    .weight = 4,
    .column = 1,
    .min_h = 8,
    .explain = "The relaxation in figures: a round solves it and looks for violated cycles, "
               "triangles first, then along "
               "a spanning forest of the most decided edges, then by shortest paths in the double "
               "cover, which miss "
               "none. 'separation' is its share of the work, 'flows around cut' that of packing "
               "multipliers around the best cut, the rest solves the relaxation: counted in edges "
               "looked at, not timed. The bound shown is summed in whole "
               "numbers from rounded multipliers.",
    .draw = facts_draw,
    .key = facts_key,
    .csv = facts_csv,
    .hints = "↑↓ scroll"};
static const rc_pane_class cycle = {
    .name = "cycle",
    .title = "the cycle of the row",
    .weight = 3,
    .column = 2,
    .min_h = 6,
    .explain = "The closed walk behind the selected row, state by state, with the bond that flips. "
               "A star marks the "
               "flips counted as cut; 'same' and 'cut' say what the best cut known does with them.",
    .draw = cycle_draw,
    .key = rc_cut_key,
    .csv = cycle_csv};
static const rc_pane_class *const panes[] = {&rows, &tree, &facts, &cycle};

const rc_view_class rc_view_bound = {
    .kind = {.name = "bound",
             .title = "Bound",
             .help = "odd cycles, their multipliers, the branch tree",
             .explain = "The odd-cycle relaxation from inside."},
    .study = "cut",
    .panes = RC_LEN(panes),
    .pane = panes};
