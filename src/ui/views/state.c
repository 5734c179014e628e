/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View state: the ground state converging, its level, its amplitudes and their signs. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "ui/views/parts.h"

/* ---- convergence -------------------------------------------------------------------------------- */

/* What was solved at once has no convergence: its levels from the ground level on. */
static void ladder_draw(const rc_view_context *v, rc_pen p) {
  const rc_eigen_view *e = &v->hilbert->eigen;
  const int n = RC_MIN(e->levels, RC_LEVELS_MAX);
  double x[3 * RC_LEVELS_MAX], y[3 * RC_LEVELS_MAX]; /* a rung each, and a gap */
  for (int k = 0; k < n; k++) {
    for (int i = 0; i < 3; i++) y[3 * k + i] = i < 2 ? e->level[k] : NAN;
    x[3 * k] = k - 0.4;
    x[3 * k + 1] = x[3 * k + 2] = k + 0.4;
  }
  rc_put_cut(p, 0, 0, p.r.w, RC_DIM, "solved densely, no iteration: lowest levels");
  rc_series s = {"level", 3 * n - 1, x, y, RC_SERIES1, 'o'};
  rc_plot o = {.x_label = "number", .y_label = "energy", .crosshair = v->crosshair};
  rc_plot_lines(rc_pen_sub(p, 0, 1, p.r.w, p.r.h - 1), &o, &s, 1);
}

static void convergence_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_hilbert_data *d = v->hilbert;
  const bool dense = d && d->eigen.phase == RC_EIGEN_DONE && d->trace <= 1;
  if (dense || !d || d->trace < 1 || !d->trace_energy) {
    if (dense && d->eigen.levels > 0)
      ladder_draw(v, p);
    else
      rc_part_waiting(p, "no iteration yet");
    return;
  }
  int n = d->trace;
  rc_plot o = {.x_label = "iteration", .crosshair = v->crosshair};
  if (v->log_axis) { /* l: the energy itself */
    rc_series s = {"energy", n, NULL, d->trace_energy, RC_SERIES1, 'o'};
    rc_plot_lines(p, &o, &s, 1);
    return;
  }
  /* How far above the best energy so far: the last points would be 0, which no log axis has. */
  double best = d->eigen.energy < d->trace_energy[n - 1] ? d->eigen.energy : d->trace_energy[n - 1];
  double *above = rc_alloc((size_t)n, sizeof *above);
  for (int i = 0; i < n; i++) above[i] = RC_MAX(d->trace_energy[i] - best, 0);
  rc_series s[2] = {
      {"residual", d->trace_residual ? n : 0, NULL, d->trace_residual, RC_SERIES1, 'o'},
      {"E - E0", n, NULL, above, RC_SERIES2, '^'}};
  o.y_log = true;
  rc_plot_lines(p, &o, s, 2);
  rc_free(above);
}

static void convergence_csv(const rc_view_context *v, rc_str *out) {
  const rc_hilbert_data *d = v->hilbert;
  rc_str_add(out, "iteration,energy,residual\n");
  for (int i = 0; d && d->trace_energy && i < d->trace; i++) {
    rc_str_addf(out, "%d,", i);
    rc_part_csv_real(out, d->trace_energy[i], ',');
    rc_part_csv_real(out, d->trace_residual ? d->trace_residual[i] : NAN, '\n');
  }
}

/* ---- the level ---------------------------------------------------------------------------------- */

static bool solved(const rc_hilbert_data *d) {
  return d && (d->trace > 0 || d->vector);
}

static void degeneracy_fact(const rc_eigen_view *e, rc_facts *f) {
  if (e->degeneracy < 1)
    rc_fact_unknown(f, "degeneracy");
  else if (e->degeneracy == 1 && !e->degeneracy_open)
    rc_fact_add(f, "degeneracy", RC_OK, "1, unique"), rc_fact_exact(f, 1);
  else
    rc_fact_add(f, "degeneracy", e->degeneracy > 1 ? RC_WARN : RC_DIM, "%s%d",
                e->degeneracy_open ? "≥ " : "", e->degeneracy);
}

static void level_facts(const rc_view_context *v, rc_facts *f) {
  static const char *const phase[] = {"dense", "Lanczos", "vector", "levels", "done"};
  const rc_hilbert_data *d = v->hilbert;
  if (!solved(d)) return;
  const rc_eigen_view *e = &d->eigen;
  int sites = d->lattice ? d->lattice->sites : 0;
  rc_fact_number(f, "energy", RC_TITLE, "%.10f", e->energy);
  if (sites) rc_fact_real(f, "per site", RC_TEXT, 8, e->energy / sites);
  double residual = d->vector ? e->vector_residual : e->residual;
  rc_fact_number(f, "residual", residual < 1e-8 ? RC_OK : RC_TEXT, "%.1e", residual);
  rc_fact_real(f, "gap", RC_TEXT, 8, e->gap);
  degeneracy_fact(e, f);
  rc_fact_real(f, "total spin", RC_TEXT, 4, d->total_spin);
  rc_fact_add(f, "phase", e->phase == RC_EIGEN_DONE ? RC_OK : RC_LINK, "%s",
              phase[RC_MIN(e->phase, 4)]);
  rc_fact_count(f, "iterations", (uint64_t)RC_MAX(e->iteration, 0));
  rc_fact_count(f, "products H x", (uint64_t)RC_MAX(e->applications, 0));
  rc_fact_real(f, "sign-free energy", RC_TEXT, 8, d->boson_energy);
  if (!isnan(d->boson_energy))
    rc_fact_real(f, "price of signs", RC_TEXT, 8, e->energy - d->boson_energy);
  for (int k = 0; k < RC_MIN(e->levels, RC_LEVELS_MAX); k++) {
    char label[24];
    snprintf(label, sizeof label, "level %d", k);
    rc_fact_real(f, label, RC_TEXT, 8, e->level[k]);
  }
}

static void level_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  level_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "level", &f);
  else
    rc_part_waiting(p, "no iteration yet");
}

static bool level_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "level", key);
}

static void level_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  level_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- signs -------------------------------------------------------------------------------------- */

static void describe_set(uint64_t set, rc_str *out) {
  bool any = false;
  for (int s = 0; s < RC_SITES_MAX; s++)
    if (set >> s & 1) rc_str_addf(out, any ? " %d" : "%d", s), any = true;
  if (!any) rc_str_add(out, "empty: all signs equal");
}

static void sign_facts(const rc_view_context *v, rc_facts *f) {
  const rc_hilbert_data *d = v->hilbert;
  if (d && d->signs_refused) {
    rc_fact_add(f, "signs", RC_WARN, "refused");
    rc_fact_note(
        f, RC_WARN,
        "The ground level is %s%d-fold degenerate in this sector: the signs would be those "
        "of one arbitrary vector. Add a symmetry, an inversion parity or a small field.",
        d->eigen.degeneracy_open ? "at least " : "", d->eigen.degeneracy);
    return;
  }
  if (!d || !d->signs_ready) return;
  const rc_sign_facts *s = &d->signs;
  rc_fact_gauge(f, "Marshall overlap", RC_SERIES1, s->marshall_overlap);
  rc_fact_gauge(f, "best linear rule", RC_SERIES3, s->linear_overlap);
  if (!isnan(s->linear_overlap)) {
    rc_str set = {0};
    describe_set(s->linear_set, &set);
    rc_fact_note(f, RC_DIM, "A = {%s}", rc_str_c(&set));
    rc_str_free(&set);
  }
  rc_fact_gauge(f, "frustrated weight", RC_SERIES2, s->frustrated_share);
  rc_fact_add(f, "frustrated edges", RC_TEXT, "%.2f %%", 100 * s->frustrated_edges);
  rc_fact_exact(f, s->frustrated_edges);
  rc_fact_real(f, "E diagonal", RC_TEXT, 8, s->energy_diagonal);
  rc_fact_real(f, "W all weight", RC_TEXT, 8, s->weight_total);
  rc_fact_real(f, "C satisfied", RC_TEXT, 8, s->weight_satisfied);
  double sum = s->energy_diagonal + s->weight_total - 2 * s->weight_satisfied;
  bool holds = fabs(sum - d->eigen.energy) <= 1e-8 * RC_MAX(1, fabs(d->eigen.energy));
  rc_fact_add(f, "Ed + W - 2C", holds ? RC_OK : RC_BAD, "%s %.8f", holds ? "✓" : "✗", sum);
  rc_fact_exact(f, sum);
  rc_fact_count(f, "zero amplitudes", s->zero_amplitudes);
}

static void signs_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  sign_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "signs", &f);
  else
    rc_part_waiting(p, "comes with the ground state");
}

static bool signs_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "signs", key);
}

static void signs_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  sign_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- amplitudes --------------------------------------------------------------------------------- */

typedef struct amplitudes {
  const rc_hilbert_data *d;
  int colour[RC_SITES_MAX]; /* of the Marshall rule */
  bool marshall;            /* the first class of bonds has one */
  int whole;                /* +1 or -1: the free overall sign */
} amplitudes;

static int marshall_sign(const amplitudes *a, uint64_t config) {
  int odd = 0;
  for (int s = 0; s < a->d->lattice->sites; s++) odd ^= a->colour[s] & (int)(config >> s & 1);
  return odd ? -1 : 1;
}

/* The rule of the first class of bonds; its overall sign follows the weight of the states shown. */
static bool amplitudes_open(const rc_view_context *v, amplitudes *a) {
  *a = (amplitudes){.d = v->hilbert, .whole = 1};
  const rc_hilbert_data *d = a->d;
  if (!d || !d->vector || !d->order || !d->basis || !d->lattice || d->ordered < 1) return false;
  double J[RC_CLASSES_MAX] = {1};
  int cycle[RC_SITES_MAX + 1], length;
  a->marshall = rc_lattice_bipartite(d->lattice, J, a->colour, cycle, &length);
  double sum = 0;
  for (int i = 0; a->marshall && i < RC_MIN(d->ordered, 4096); i++) {
    double x = d->vector[d->order[i]];
    sum += x * fabs(x) * marshall_sign(a, rc_basis_config(d->basis, d->order[i]));
  }
  if (sum < 0) a->whole = -1;
  return true;
}

/* Row of the linked state; where it is not among the ordered ones, the row last chosen. A row that
 * was set from outside (a search) is shown as it is, until a key makes it the linked state. */
static int64_t amplitude_row(const rc_view_context *v) {
  const rc_hilbert_data *d = v->hilbert;
  int64_t row = rc_part_table_row(v, "amplitudes", d->ordered);
  bool searched = rc_part_value(v, "amplitudes", "row") != rc_part_value(v, "amplitudes", "chosen");
  if (searched || d->order[row] == v->selected_state) return row;
  for (int i = 0; i < d->ordered; i++)
    if (d->order[i] == v->selected_state) return i;
  return row;
}

static void amplitude_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const amplitudes *a = ctx;
  uint64_t state = a->d->order[row], config = rc_basis_config(a->d->basis, state);
  double x = a->d->vector[state];
  char text[200];
  bool zero = fabs(x) < RC_AMPLITUDE_ZERO;
  switch (column) {
  case 0:
    rc_str_addf(t, "%d", (int)row + 1);
    *style = RC_DIM;
    break;
  case 1:
    rc_part_arrows(config, rc_basis_sites(a->d->basis), text);
    rc_str_add(t, text);
    break;
  case 2:
    if (fabs(x) >= 1e-6)
      rc_str_addf(t, "%.8f", fabs(x));
    else
      rc_str_addf(t, "%.3e", fabs(x));
    *style = RC_BRIGHT;
    break;
  case 3:
    rc_str_add(t, zero ? "0" : x > 0 ? "+" : "-");
    *style = zero ? RC_DIM : x > 0 ? RC_DIV8 : RC_DIV0;
    break;
  case 4:
    if (!a->marshall || zero) {
      rc_str_add(t, "–");
      *style = RC_DIM;
    } else {
      bool same = (x > 0 ? 1 : -1) == a->whole * marshall_sign(a, config);
      rc_str_add(t, same ? "✓" : "✗");
      *style = same ? RC_OK : RC_WARN;
    }
    break;
  }
}

static rc_table amplitude_table(const rc_view_context *v, amplitudes *a, int w,
                                rc_column column[5]) {
  int sites = rc_basis_sites(a->d->basis), room = RC_MAX(w - 36, 6);
  column[0] = (rc_column){"rank", 6, true};
  column[1] = (rc_column){"state", RC_MAX(RC_MIN(sites, room), 5), false};
  column[2] = (rc_column){"|a|", 10, true};
  column[3] = (rc_column){"sign", 4, true};
  column[4] = (rc_column){"rule", 4, true};
  return (rc_table){column, 5, a->d->ordered, amplitude_row(v), amplitude_cell, a};
}

static void amplitudes_draw(const rc_view_context *v, rc_pen p, bool focused) {
  amplitudes a;
  if (!amplitudes_open(v, &a)) {
    rc_part_waiting(p, "comes with the ground state");
    return;
  }
  p = rc_part_one_of_many(v, p);
  rc_column column[5];
  rc_table t = amplitude_table(v, &a, p.r.w, column);
  rc_table_draw(p, &t, focused);
}

static void choose_amplitude(rc_view_context *v, int64_t row) {
  rc_part_set(v, "amplitudes", "row", row);
  rc_part_set(v, "amplitudes", "chosen", row);
  rc_ui_select_state(v->ui, v->hilbert->order[row]);
}

static bool amplitudes_key(rc_view_context *v, int key) {
  const rc_hilbert_data *d = v->hilbert;
  if (!v->ui || !d || !d->order || d->ordered < 1) return false;
  int64_t row = amplitude_row(v), to = key == 13 ? row : rc_part_move(row, d->ordered, key);
  if (to < 0) return false;
  choose_amplitude(v, to);
  return true;
}

static bool amplitudes_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  amplitudes a;
  if (m.what != RC_M_PRESS || !v->ui || !amplitudes_open(v, &a)) return false;
  p = rc_part_above_note(v, p);
  rc_column column[5];
  rc_table t = amplitude_table(v, &a, p.r.w, column);
  int64_t row = rc_table_at(p, &t, m.x, m.y);
  if (row >= 0) choose_amplitude(v, row);
  return row >= 0;
}

static void amplitudes_csv(const rc_view_context *v, rc_str *out) {
  amplitudes a;
  rc_str_add(out, "rank,state,bits,amplitude,marshall_agrees\n");
  if (!amplitudes_open(v, &a)) return;
  for (int i = 0; i < a.d->ordered; i++) {
    char bits[65];
    uint64_t s = a.d->order[i], config = rc_basis_config(a.d->basis, s);
    rc_part_bits(config, rc_basis_sites(a.d->basis), bits);
    rc_str_addf(out, "%d,%" PRIu64 ",%s,", i + 1, s, bits);
    rc_part_csv_real(out, a.d->vector[s], ',');
    bool same = (a.d->vector[s] > 0 ? 1 : -1) == a.whole * marshall_sign(&a, config);
    rc_part_csv(out,
                !a.marshall || fabs(a.d->vector[s]) < RC_AMPLITUDE_ZERO ? ""
                : same                                                  ? "yes"
                                                                        : "no",
                '\n');
  }
}

/* ---- profile ------------------------------------------------------------------------------------ */

static void profile_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_hilbert_data *d = v->hilbert;
  if (!d || !d->vector || !d->order || d->ordered < 1) {
    rc_part_waiting(p, "comes with the ground state");
    return;
  }
  int n = d->ordered;
  double *plus = rc_alloc((size_t)n, sizeof *plus), *minus = rc_alloc((size_t)n, sizeof *minus);
  double *rank = rc_alloc((size_t)n, sizeof *rank);
  for (int i = 0; i < n; i++) {
    double a = d->vector[d->order[i]];
    rank[i] = i + 1;
    /* Below this a sign means nothing, and a logarithm would draw the rounding. */
    plus[i] = a > RC_AMPLITUDE_ZERO ? a : NAN;
    minus[i] = a < -RC_AMPLITUDE_ZERO ? -a : NAN;
  }
  rc_series s[2] = {{"a > 0", n, rank, plus, RC_SERIES2, 'o'},
                    {"a < 0", n, rank, minus, RC_SERIES1, '^'}};
  rc_plot o = {.x_label = "rank",
               .y_label = "|a|",
               .x_log = true,
               .y_log = !v->log_axis,
               .points = true,
               .crosshair = v->crosshair};
  rc_plot_lines(p, &o, s, 2);
  rc_free(plus);
  rc_free(minus);
  rc_free(rank);
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class convergence = {
    .name = "convergence",
    .title = "convergence",
    .weight = 2,
    .column = 0,
    .min_h = 7,
    .explain =
        "The lowest eigenvector by Lanczos iteration (1950): each product H x adds a direction to "
        "a Krylov space, and the smallest eigenvalue of H in it falls towards E0. The residual "
        "‖Hx - Ex‖ bounds the error of the energy; it is falling while E - E0 falls twice as fast.",
    .draw = convergence_draw,
    .csv = convergence_csv,
    .hints = "x exact values  l energy"};

static const rc_pane_class amplitude_pane = {
    .name = "amplitudes",
    .title = "amplitudes",
    .weight = 3,
    .column = 0,
    .min_h = 6,
    .explain =
        "The ground state's amplitudes by size, site 0 on the right. 'rule' says whether the sign "
        "is the one of Marshall's rule (-1)^(spins up on sublattice A), taken for the first class "
        "of bonds (Marshall 1955). The selected state is the one drawn on the lattice.",
    .draw = amplitudes_draw,
    .key = amplitudes_key,
    .mouse = amplitudes_mouse,
    .csv = amplitudes_csv,
    .hints = "↑↓ state  / find bits"};

static const rc_pane_class level = {
    .name = "level",
    .title = "ground level",
    .weight = 2,
    .column = 1,
    .min_h = 6,
    .explain =
        "The lowest level of this sector: energy E0 = ⟨ψ|H|ψ⟩, the residual ‖Hψ - E0 ψ‖ that was "
        "really reached, the gap to the next distinct level and how many states share this one. "
        "The sign-free energy is the lowest eigenvalue of D - |A|: bosons that feel no "
        "frustration.",
    .draw = level_draw,
    .key = level_key,
    .csv = level_csv,
    .hints = "↑↓ scroll"};

static const rc_pane_class signs = {
    .name = "signs",
    .title = "signs",
    .weight = 2,
    .column = 1,
    .min_h = 6,
    .explain =
        "How well sign rules describe the state: overlap |Σ a² s s'| with Marshall's rule and with "
        "the best rule (-1)^(spins up in A) over all site sets A, found by one Walsh-Hadamard "
        "transform. Weights w = 2|H_cc'| a a' split into satisfied C and frustrated W - C, and "
        "E0 = E_diag + W - 2C.",
    .draw = signs_draw,
    .key = signs_key,
    .csv = signs_csv,
    .hints = "↑↓ scroll"};

static const rc_pane_class profile = {
    .name = "profile",
    .title = "amplitude profile",
    .weight = 2,
    .column = 2,
    .min_h = 7,
    .explain =
        "All ordered amplitudes |a| against their rank, both logarithmic, positive ● and negative "
        "▲ ones apart. A straight fall is a power law; steps are sets of states related by "
        "symmetry, which share one |a|.",
    .draw = profile_draw,
    .csv = amplitudes_csv,
    .hints = "x exact values  l linear"};

static const rc_pane_class *const panes[] = {&convergence, &amplitude_pane, &level, &signs,
                                             &profile};

const rc_view_class rc_view_state = {
    .kind = {.name = "state",
             .title = "State",
             .help = "the ground state: convergence, level, amplitudes, signs",
             .explain = "The ground state of the chosen sector and its sign structure."},
    .study = "hilbert",
    .panes = RC_LEN(panes),
    .pane = panes};
