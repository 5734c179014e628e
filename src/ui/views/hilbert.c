/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View hilbert: the graph of basis states and spin flips. The neighbourhood is in
 * hilbert_near.c. */
#include <math.h>
#include <stdio.h>

#include "ui/views/hilbert_near.h"

/* ---- degrees ------------------------------------------------------------------------------------ */

static void degrees_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_hilbert_data *d = v->hilbert;
  const rc_graph_facts *g = d ? &d->graph : NULL;
  if (!g || !g->histogram || g->degrees < 1) {
    rc_part_waiting(p, "degrees are being counted");
    return;
  }
  int first = 0, n = g->degrees;
  while (first < n - 1 && !g->histogram[first]) first++;
  n -= first;
  double *value = rc_alloc((size_t)n, sizeof *value);
  char(*text)[12] = rc_alloc((size_t)n, sizeof *text);
  const char **label = rc_alloc((size_t)n, sizeof *label);
  for (int i = 0; i < n; i++) {
    value[i] = (double)g->histogram[first + i];
    snprintf(text[i], sizeof text[i], "%d", first + i);
    label[i] = g->histogram[first + i] ? text[i] : ""; /* no state has such a degree */
  }
  int selected = -1;
  char caption[96] = "states by degree";
  if (d->matrix_ready && rc_part_state(v) != RC_NONE) {
    rc_part_row *row = rc_alloc(1, sizeof *row);
    rc_part_row_read(d, v->selected_state, row);
    if (row->n >= first && row->n < first + n) {
      char count[32];
      selected = row->n - first;
      rc_part_count(g->histogram[row->n], count);
      snprintf(caption, sizeof caption, "%s states have the degree %d of the selected one", count,
               row->n);
    }
    rc_free(row);
  }
  rc_plot o = {.y_label = caption, .x_label = "degree", .y_log = v->log_axis, .crosshair = -1};
  rc_plot_bars(p, &o, n, value, NULL, label, RC_SERIES1, RC_SERIES2, selected);
  rc_free(value);
  rc_free(text);
  rc_free(label);
}

static void degrees_csv(const rc_view_context *v, rc_str *out) {
  rc_str_add(out, "degree,states\n");
  const rc_graph_facts *g = v->hilbert ? &v->hilbert->graph : NULL;
  for (int i = 0; g && g->histogram && i < g->degrees; i++)
    rc_str_addf(out, "%d,%llu\n", i, (unsigned long long)g->histogram[i]);
}

/* ---- facts -------------------------------------------------------------------------------------- */

static void structure_facts(const rc_graph_facts *g, rc_facts *f) {
  if (!g->structure_done) {
    rc_fact_unknown(f, "components");
    rc_fact_unknown(f, "bipartite");
    rc_fact_unknown(f, "balanced");
    return;
  }
  rc_fact_count(f, "components", g->components);
  rc_fact_add(f, "bipartite", RC_TEXT, g->bipartite ? "yes" : "no");
  if (g->balanced) {
    rc_fact_add(f, "balanced", RC_OK, "✓ yes");
  } else if (!g->cycle_done) {
    rc_fact_add(f, "balanced", RC_WARN, "✗ no");
  } else {
    rc_fact_add(f, "balanced", RC_WARN, "✗ no");
    rc_fact_add(f, g->odd_cycle_exact ? "shortest odd cycle" : "odd cycle, at most", RC_WARN, "%d",
                g->odd_cycle);
  }
}

static void hilbert_facts(const rc_view_context *v, rc_facts *f) {
  const rc_hilbert_data *d = v->hilbert;
  if (!d) return;
  const rc_graph_facts *g = &d->graph;
  char text[32], more[32];
  if (d->sector_name[0]) rc_fact_add(f, "sector", RC_TITLE, "%s", d->sector_name);
  if (d->basis)
    rc_fact_count(f, "vertices", rc_basis_states(d->basis));
  else
    rc_fact_unknown(f, "vertices");
  if (g->counts_done) {
    rc_fact_count(f, "edges", g->edges);
    rc_fact_add(f, "degree", RC_TEXT, "%d to %d", g->degree_min, g->degree_max);
    rc_fact_real(f, "mean degree", RC_TEXT, 4, g->degree_mean);
  } else {
    rc_fact_unknown(f, "edges");
    rc_fact_unknown(f, "degree");
    rc_fact_unknown(f, "mean degree");
  }
  structure_facts(g, f);
  if (g->diameter > 0 || g->diameter_done)
    rc_fact_add(f, "diameter", g->diameter_exact ? RC_TEXT : RC_DIM, "%s%d",
                g->diameter_exact ? "" : "≥ ", g->diameter);
  else
    rc_fact_unknown(f, "diameter");
  if (g->triangles_done)
    rc_fact_count(f, "triangles", g->triangles);
  else
    rc_fact_unknown(f, "triangles");
  if (!isnan(d->laplacian_max) && d->laplacian_max > 0)
    rc_fact_real(f, "λ max (Laplacian)", RC_TEXT, 6, d->laplacian_max);
  if (d->basis && rc_basis_symmetric(d->basis))
    rc_fact_count(f, "group (all classes)", (uint64_t)rc_basis_group_order(d->basis));
  if (d->matrix_ready) {
    static const char *const how[] = {"auto", "values", "pattern", "on the fly"};
    rc_fact_add(f, "matrix", RC_TEXT, "%s", how[d->storage & 3]);
  }
  if (d->bytes_planned) {
    rc_format_bytes(d->bytes_planned, text);
    rc_format_bytes(d->bytes_peak, more);
    rc_fact_add(f, "memory planned", RC_TEXT, "%s", text);
    rc_fact_exact(f, (double)d->bytes_planned);
    if (d->bytes_peak)
      rc_fact_add(f, "memory peak", RC_TEXT, "%s", more), rc_fact_exact(f, (double)d->bytes_peak);
  }
  if (d->basis && g->progress < 1 && g->progress > 0)
    rc_fact_gauge(f, "scan", RC_LINK, g->progress);
}

static void facts_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  hilbert_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "facts", &f);
  else
    rc_part_waiting(p, "the basis is being built");
}

static bool facts_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "facts", key);
}

static void facts_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  hilbert_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- weights ------------------------------------------------------------------------------------ */

static void weights_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_hilbert_data *d = v->hilbert;
  if (d && d->signs_refused) {
    rc_put_wrapped(
        p, 0, 0, p.r.w, p.r.h, 0, RC_WARN,
        "The ground level is degenerate: weights would be those of one arbitrary vector. "
        "Choose a sector that separates the levels.");
    return;
  }
  if (!d || !d->signs_ready || d->signs.weight_bins < 1) {
    rc_part_waiting(p, "comes with the ground state");
    return;
  }
  const rc_sign_facts *s = &d->signs;
  int n = RC_MIN(s->weight_bins, 64);
  double value[64], part[64];
  char text[64][8];
  const char *label[64];
  for (int i = 0; i < n; i++) { /* large weights on the right */
    int bin = n - 1 - i;
    value[i] = 100 * s->weight_hist[bin];
    part[i] = 100 * s->weight_hist_frust[bin];
    text[i][0] = 0;
    if (bin % 4 == 0) snprintf(text[i], sizeof text[i], bin ? "1e-%d" : "%d", bin ? bin / 4 : 1);
    label[i] = text[i];
  }
  char caption[96];
  snprintf(caption, sizeof caption, "%% of edges by w / max w");
  rc_plot o = {.y_label = caption, .y_log = v->log_axis, .crosshair = -1};
  rc_pen q = rc_pen_sub(p, 0, 0, p.r.w, p.r.h > 5 ? p.r.h - 1 : p.r.h);
  rc_plot_bars(q, &o, n, value, part, label, RC_SERIES1, RC_SERIES2, n); /* n: show the right end */
  if (p.r.h <= 5) return;
  int x = rc_put(p, 0, p.r.h - 1, RC_SERIES2, "▒");
  x = rc_putf(p, x + 1, p.r.h - 1, RC_TEXT, "frustrated %.1f %%", 100 * s->frustrated_edges);
  if (x + 13 > p.r.w) return; /* what is not frustrated needs no name where there is no room */
  x = rc_put(p, x + 2, p.r.h - 1, RC_SERIES1, "█");
  rc_put(p, x + 1, p.r.h - 1, RC_TEXT, "satisfied");
}

static void weights_csv(const rc_view_context *v, rc_str *out) {
  rc_str_add(out, "weight_from,weight_to,share,frustrated\n");
  const rc_hilbert_data *d = v->hilbert;
  for (int i = 0; d && d->signs_ready && i < RC_MIN(d->signs.weight_bins, 64); i++) {
    rc_part_csv_real(out, i == 63 ? 0 : pow(10, -(i + 1) / 4.0), ',');
    rc_part_csv_real(out, pow(10, -i / 4.0), ',');
    rc_part_csv_real(out, d->signs.weight_hist[i], ',');
    rc_part_csv_real(out, d->signs.weight_hist_frust[i], '\n');
  }
}

/* ---- the cycle ---------------------------------------------------------------------------------- */

typedef struct cycle_view {
  const rc_hilbert_data *d;
  int n;
  double *h; /* H_cc' to the next state */
  int *pair; /* pair that flips, -1 when unknown */
} cycle_view;

static bool cycle_open(const rc_hilbert_data *d, cycle_view *c) {
  *c = (cycle_view){.d = d};
  if (!d || !d->basis || !d->graph.cycle || d->graph.odd_cycle < 1) return false;
  c->n = d->graph.odd_cycle;
  c->h = rc_alloc((size_t)c->n, sizeof *c->h);
  c->pair = rc_alloc((size_t)c->n, sizeof *c->pair);
  rc_part_row *row = rc_alloc(1, sizeof *row);
  for (int i = 0; i < c->n; i++) {
    uint64_t next = d->graph.cycle[(i + 1) % c->n];
    c->h[i] = NAN;
    c->pair[i] = -1;
    rc_part_row_read(d, d->graph.cycle[i], row);
    for (int k = 0; k < row->n; k++)
      if (row->column[k] == next) c->h[i] = row->value[k], c->pair[i] = row->pair[k];
  }
  rc_free(row);
  return true;
}

static void cycle_close(cycle_view *c) {
  rc_free(c->h);
  rc_free(c->pair);
}

static void cycle_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const cycle_view *c = ctx;
  uint64_t state = c->d->graph.cycle[row];
  char text[200];
  switch (column) {
  case 0:
    rc_str_addf(t, "%d", (int)row + 1);
    *style = RC_DIM;
    break;
  case 1:
    rc_part_arrows(rc_basis_config(c->d->basis, state), rc_basis_sites(c->d->basis), text);
    rc_str_add(t, text);
    break;
  case 2:
    if (c->pair[row] >= 0 && c->d->matrix) {
      const rc_pair *p = &rc_matrix_hamiltonian(c->d->matrix)->pair[c->pair[row]];
      rc_str_addf(t, "%d–%d", p->i, p->j);
    }
    break;
  case 3:
    if (!isnan(c->h[row])) rc_str_add(t, c->h[row] > 0 ? "≠" : "=");
    *style = RC_WARN;
    break;
  }
}

static void cycle_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_hilbert_data *d = v->hilbert;
  if (!d || !d->graph.structure_done) {
    rc_part_waiting(p, "looking for a sign rule");
    return;
  }
  if (d->graph.balanced) {
    rc_put(p, 0, 0, RC_OK, "✓ balanced");
    if (p.r.h > 1)
      rc_put_wrapped(p, 0, 1, p.r.w, p.r.h - 1, 0, RC_TEXT,
                     "Every cycle can be satisfied: a sign rule fits and nothing is frustrated.");
    return;
  }
  cycle_view c;
  if (!cycle_open(d, &c)) {
    rc_part_waiting(p, d->graph.cycle_done ? "no cycle was kept" : "looking for a short odd cycle");
    return;
  }
  int y = 0;
  if (p.r.h > 4) {
    char text[96];
    snprintf(text, sizeof text, "✗ no signs fit these %d flips", c.n);
    rc_put_cut(p, 0, y++, p.r.w, RC_WARN, text);
  }
  int sites = rc_basis_sites(d->basis);
  rc_column column[] = {{"", 2, true},
                        {"state", RC_MIN(sites, RC_MAX(p.r.w - 18, 4)), false},
                        {"flips", 5, false},
                        {"", 1, false}};
  rc_table t = {column, RC_LEN(column), c.n, rc_part_table_row(v, "cycle", c.n), cycle_cell, &c};
  rc_table_draw(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &t, focused);
  cycle_close(&c);
}

static bool cycle_key(rc_view_context *v, int key) {
  cycle_view c;
  if (!cycle_open(v->hilbert, &c)) return false;
  int64_t row = rc_part_table_row(v, "cycle", c.n), to = rc_part_move(row, c.n, key);
  if (key == 13) to = row;
  if (to >= 0 && v->ui) {
    rc_part_set(v, "cycle", "row", to);
    rc_ui_select_state(v->ui, v->hilbert->graph.cycle[to]);
    if (c.pair[to] >= 0)
      rc_part_select_pair(v, &rc_matrix_hamiltonian(v->hilbert->matrix)->pair[c.pair[to]]);
  }
  cycle_close(&c);
  return to >= 0;
}

static void cycle_csv(const rc_view_context *v, rc_str *out) {
  cycle_view c;
  rc_str_add(out, "step,state,bits,flip_i,flip_j,h\n");
  if (!cycle_open(v->hilbert, &c)) return;
  for (int i = 0; i < c.n; i++) {
    char bits[65];
    uint64_t s = c.d->graph.cycle[i];
    rc_part_bits(rc_basis_config(c.d->basis, s), rc_basis_sites(c.d->basis), bits);
    rc_str_addf(out, "%d,%llu,%s,", i + 1, (unsigned long long)s, bits);
    if (c.pair[i] >= 0) {
      const rc_pair *p = &rc_matrix_hamiltonian(c.d->matrix)->pair[c.pair[i]];
      rc_str_addf(out, "%d,%d,", p->i, p->j);
    } else {
      rc_str_add(out, ",,");
    }
    rc_part_csv_real(out, c.h[i], '\n');
  }
  cycle_close(&c);
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class degrees = {
    .name = "degrees",
    .title = "degrees",
    .weight = 2,
    .column = 0,
    .min_h = 6,
    .explain =
        "The Hilbert graph has a vertex for each basis state and an edge for each spin flip that "
        "the Hamiltonian makes (Shamim et al., arXiv 2602.04943). The degree of a state is its "
        "number of antiparallel bonds, so this histogram is also the density of states of the "
        "classical Ising model on the lattice, and the largest degree is the lattice's own "
        "Max-Cut in this sector.",
    .draw = degrees_draw,
    .csv = degrees_csv,
    .hints = "l log"};

static const rc_pane_class near = {
    .name = "neighbourhood",
    .title = "neighbourhood",
    .weight = 3,
    .column = 0,
    .min_h = 8,
    .explain =
        "The selected state and those one and two flips away. A solid line is satisfied in the "
        "ground state (H_cc' a_c a_c' < 0), a dotted one is frustrated; ● is a positive amplitude, "
        "○ a negative one. Arrows walk to a neighbour, Enter puts it in the middle; the flipped "
        "pair is the bright bond in the lattice view.",
    .draw = rc_near_draw,
    .key = rc_near_key,
    .mouse = rc_near_mouse,
    .csv = rc_near_csv,
    .hints = "←→ around  ↑↓ in/out  Enter centre"};

static const rc_pane_class facts = {
    .name = "facts",
    .title = "Hilbert graph",
    .weight = 3,
    .column = 1,
    .min_h = 8,
    .explain =
        "In a sector with k spins up the graph is the k-token graph of the lattice: C(N,k) "
        "vertices, m C(N-2,k-1) edges. It is balanced when signs can be given to the states so "
        "that every flip gains energy; one odd cycle is a proof that they cannot. For one coupling "
        "J, E0 = J m/4 - (J/2) λ max of its Laplacian. The sector's group keeps every class of "
        "bonds, "
        "also those whose coupling is 0, and counts twice with spin inversion; the automorphisms "
        "of the cluster keep the couplings in use and can be more. A custom lattice with only the "
        "bonds in use has the larger group.",
    .draw = facts_draw,
    .key = facts_key,
    .csv = facts_csv,
    .hints = "↑↓ scroll"};

static const rc_pane_class weights = {
    .name = "weights",
    .title = "edge weights",
    .weight = 2,
    .column = 2,
    .min_h = 7,
    .explain =
        "Edges by their weight w = |J| a_c a_c' = 2 |H_cc'| a_c a_c' (each once), in quarter "
        "decades; the lower part of a bar is the share that the ground state's own signs leave "
        "frustrated. Heavy edges are rarely frustrated: that is why many frustrated edges can "
        "carry little frustrated weight.",
    .draw = weights_draw,
    .csv = weights_csv,
    .hints = "l log"};

static const rc_pane_class cycle = {
    .name = "cycle",
    .title = "odd cycle",
    .weight = 1,
    .column = 2,
    .min_h = 5,
    .explain =
        "A shortest cycle of states that no choice of signs satisfies: the flips lead back to the "
        "first state, ≠ wants opposite signs (H_cc' > 0) and = the same, and the number of ≠ is "
        "odd. With couplings of one sign it is an odd cycle; in a triangle of the lattice it has "
        "length 3.",
    .draw = cycle_draw,
    .key = cycle_key,
    .csv = cycle_csv,
    .hints = "↑↓ state"};

static const rc_pane_class *const panes[] = {&degrees, &near, &facts, &weights, &cycle};

const rc_view_class rc_view_hilbert = {
    .kind = {.name = "hilbert",
             .title = "Hilbert",
             .help = "the Hilbert graph: degrees, structure, weights, a neighbourhood",
             .explain = "The graph of basis states and spin flips."},
    .study = "hilbert",
    .panes = RC_LEN(panes),
    .pane = panes};
