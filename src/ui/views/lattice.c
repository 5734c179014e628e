/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View lattice: the magnet itself. The map is in lattice_map.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/explorer.h"
#include "ui/views/lattice_map.h"

/* ---- facts -------------------------------------------------------------------------------------- */

static void class_facts(const rc_lattice *l, const rc_model *m, rc_facts *f) {
  for (int c = 0; c < l->classes; c++) {
    int pairs = 0, weight = 0;
    for (int b = 0; b < l->bonds; b++)
      if (l->bond[b].cls == c) pairs++, weight += l->bond[b].mult;
    if (!pairs) continue;
    char label[RC_NAME_MAX + 8];
    snprintf(label, sizeof label, "%s bonds", l->class_name[c]);
    bool off = m && m->J[c] == 0;
    if (weight > pairs)
      rc_fact_add(f, label, off ? RC_DIM : RC_TEXT, "%d on %d pairs", weight, pairs);
    else
      rc_fact_add(f, label, off ? RC_DIM : RC_TEXT, "%d%s", pairs, off ? ", off" : "");
  }
}

static void coordination(const rc_lattice *l, const rc_model *m, rc_facts *f) {
  int degree[RC_SITES_MAX] = {0}, lo = RC_SITES_MAX * RC_SITES_MAX, hi = 0;
  for (int b = 0; b < l->bonds; b++)
    if (!m || m->J[l->bond[b].cls] != 0) degree[l->bond[b].i]++, degree[l->bond[b].j]++;
  for (int s = 0; s < l->sites; s++) lo = RC_MIN(lo, degree[s]), hi = RC_MAX(hi, degree[s]);
  if (lo == hi)
    rc_fact_add(f, "neighbours", RC_TEXT, "%d", hi);
  else
    rc_fact_add(f, "neighbours", RC_TEXT, "%d to %d", lo, hi);
}

static void lattice_facts(const rc_view_context *v, rc_facts *f) {
  const rc_lattice *l = rc_part_lattice(v);
  const rc_model *m = rc_part_model(v);
  if (!l) return;
  int colour[RC_SITES_MAX], cycle[RC_SITES_MAX + 1], length = 0;
  const double *J = m ? m->J : NULL;
  rc_fact_add(f, "kind", RC_TITLE, "%s", l->kind);
  rc_fact_add(f, "sites", RC_TEXT, "%d", l->sites);
  class_facts(l, m, f);
  coordination(l, m, f);
  bool two = rc_lattice_bipartite(l, J, colour, cycle, &length);
  if (two)
    rc_fact_add(f, "bipartite", RC_OK, "yes");
  else
    rc_fact_add(f, "bipartite", RC_WARN, "no, %d-cycle", length);
  rc_fact_count(f, "triangles", (uint64_t)rc_lattice_triangles(l, J));
  int parts = rc_lattice_components(l, J);
  if (parts != 1) rc_fact_add(f, "separate parts", RC_WARN, "%d", parts);
  if (l->cells > 1) rc_fact_add(f, "cells", RC_TEXT, "%d of %d", l->cells, l->sites / l->cells);
  rc_fact_add(f, "boundary", RC_TEXT, "%s", l->periodic ? "periodic" : "open");
  if (l->translations > 1) rc_fact_add(f, "translations", RC_TEXT, "%d", l->translations);
  const rc_hilbert_data *d = v->hilbert;
  if (d && d->group_order > 0)
    rc_fact_count(f, "automorphisms", (uint64_t)d->group_order);
  else
    rc_fact_unknown(f, "automorphisms");
  for (int k = 0; k < l->notes; k++) rc_fact_note(f, RC_DIM, "i %s", l->note[k]);
}

static void facts_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  lattice_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "cluster", &f);
  else
    rc_part_waiting(p, "no lattice yet");
}

static bool facts_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "cluster", key);
}

static void facts_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  lattice_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- couplings ---------------------------------------------------------------------------------- */

typedef struct knob_row {
  char name[64];
  double value, home, lo, hi;
} knob_row;

/* The knobs of the explorer; without one (tests) the couplings of the model. */
static int knob_rows(const rc_view_context *v, knob_row *row, int cap) {
  int n = 0;
  if (v->ui && v->ui->knobs > 0 && v->scenario == rc_ui_scenario(v->ui)) { /* not of another run */
    for (int k = 0; k < v->ui->knobs && n < cap; k++) {
      const rc_knob *a = &v->ui->knob_of[k];
      const char *name = a->key.name;
      row[n] = (knob_row){"", a->value, a->home, a->key.min, a->key.max};
      snprintf(row[n++].name, 64, "%s", strncmp(name, "model.", 6) ? name : name + 6);
    }
    return n;
  }
  const rc_lattice *l = rc_part_lattice(v);
  const rc_model *m = rc_part_model(v);
  if (!l || !m) return 0;
  for (int c = 0; c < l->classes && n < cap; c++) {
    row[n] = (knob_row){"", m->J[c], m->J[c], 0, 0};
    snprintf(row[n++].name, 64, "%s", l->class_name[c]);
  }
  if (n < cap) row[n++] = (knob_row){"delta", m->delta, m->delta, 0, 0};
  if (n < cap) row[n++] = (knob_row){"field", m->field, m->field, 0, 0};
  return n;
}

static int class_of(const rc_lattice *l, const char *name) {
  for (int c = 0; l && c < l->classes; c++)
    if (!strcmp(l->class_name[c], name)) return c;
  return -1;
}

static void couplings_draw(const rc_view_context *v, rc_pen p, bool focused) {
  knob_row row[RC_KNOBS_MAX];
  int n = knob_rows(v, row, RC_KNOBS_MAX), on = v->ui ? v->ui->knob : -1;
  if (!n) {
    rc_part_waiting(p, "no couplings yet");
    return;
  }
  const rc_lattice *l = rc_part_lattice(v);
  int top = RC_MAX(RC_MIN(on - p.r.h / 2, n - p.r.h), 0);
  for (int y = 0; y < p.r.h && top + y < n; y++) {
    const knob_row *k = &row[top + y];
    bool selected = top + y == on;
    int c = class_of(l, k->name), x = 2;
    if (selected) rc_fill(p, 0, y, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
    if (selected) rc_put(p, 0, y, focused ? RC_WARN : RC_DIM, "▸");
    if (c >= 0)
      x = 1 + rc_put(p, x, y, k->value == 0 ? RC_DIM : rc_class_style(c),
                     rc_class_look(c, p.screen->graphics));
    rc_put_cut(p, x, y, p.r.w - x - 9, selected ? RC_BRIGHT : RC_TEXT, k->name);
    char text[32];
    snprintf(text, sizeof text, "%.4f", k->value);
    int at = rc_put_right(p, p.r.w - 2, y, k->value == 0 ? RC_DIM : RC_BRIGHT, text);
    (void)at;
    if (fabs(k->value - k->home) > 1e-12) rc_put(p, p.r.w - 1, y, RC_WARN, "*");
    if (selected) rc_attr(p, 0, y, p.r.w, RC_A_BOLD);
  }
}

static bool couplings_key(rc_view_context *v, int key) {
  if (!v->ui || v->ui->knobs < 1) return false;
  int n = v->ui->knobs, to;
  switch (key) {
  case RC_KEY_UP: to = v->ui->knob < 0 ? n - 1 : (v->ui->knob + n - 1) % n; break;
  case RC_KEY_DOWN: to = (v->ui->knob + 1) % n; break;
  case RC_KEY_HOME: to = 0; break;
  case RC_KEY_END: to = n - 1; break;
  case RC_KEY_LEFT:
  case RC_KEY_RIGHT: {
    rc_err err = {0};
    if (!rc_ui_command(v->ui, key == RC_KEY_LEFT ? "minus" : "plus", &err))
      rc_ui_message(v->ui, RC_BAD, "%s", err.message);
    return true;
  }
  default: return false;
  }
  char line[96];
  rc_err err = {0};
  snprintf(line, sizeof line, "knob.select %s", v->ui->knob_of[to].key.name);
  if (!rc_ui_command(v->ui, line, &err)) rc_ui_message(v->ui, RC_BAD, "%s", err.message);
  return true;
}

static bool couplings_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  if (!v->ui || m.what != RC_M_PRESS) return false;
  int n = v->ui->knobs, top = RC_MAX(RC_MIN(v->ui->knob - p.r.h / 2, n - p.r.h), 0);
  if (m.y < 0 || top + m.y >= n) return false;
  char line[96];
  rc_err err = {0};
  snprintf(line, sizeof line, "knob.select %s", v->ui->knob_of[top + m.y].key.name);
  return rc_ui_command(v->ui, line, &err);
}

static void couplings_csv(const rc_view_context *v, rc_str *out) {
  knob_row row[RC_KNOBS_MAX];
  int n = knob_rows(v, row, RC_KNOBS_MAX);
  rc_str_add(out, "name,value,as_loaded\n");
  for (int k = 0; k < n; k++) {
    rc_part_csv(out, row[k].name, ',');
    rc_part_csv_real(out, row[k].value, ',');
    rc_part_csv_real(out, row[k].home, '\n');
  }
}

/* ---- correlations by distance ------------------------------------------------------------------- */

typedef struct shell { /* sites at one distance with one value */
  int hops, sites, first;
  double r, ss, szsz;
} shell;
typedef struct shells {
  int n;
  shell row[RC_SITES_MAX];
  double most;
} shells;

/* Steps along bonds that are on; -1 where there is no way. Breadth first. */
static void hops_from(const rc_lattice *l, const rc_model *m, int site, int *hops) {
  int queue[RC_SITES_MAX], head = 0, tail = 0;
  for (int s = 0; s < l->sites; s++) hops[s] = -1;
  hops[site] = 0;
  queue[tail++] = site;
  while (head < tail) {
    int s = queue[head++];
    for (int b = 0; b < l->bonds; b++) {
      const rc_bond *k = &l->bond[b];
      if ((k->i != s && k->j != s) || (m && m->J[k->cls] == 0)) continue;
      int t = k->i + k->j - s;
      if (hops[t] < 0) hops[t] = hops[s] + 1, queue[tail++] = t;
    }
  }
}

/* Distance in the drawing plane to the nearest image on the torus. */
static double distance(const rc_lattice *l, int a, int b) {
  double best = INFINITY;
  for (int k = 0; k < 27; k++) {
    double d[2];
    for (int x = 0; x < 2; x++)
      d[x] = l->position[b][x] - l->position[a][x] + (k % 3 - 1) * l->outline[0][x] +
             (k / 3 % 3 - 1) * l->outline[1][x] + (k / 9 - 1) * l->outline[2][x];
    best = RC_MIN(best, hypot(d[0], d[1]));
  }
  return best;
}

static int by_distance(const void *a, const void *b) {
  const shell *x = a, *y = b;
  if (fabs(x->r - y->r) > 1e-6) return x->r < y->r ? -1 : 1;
  if (x->hops != y->hops) return x->hops - y->hops;
  return x->first - y->first;
}

static void make_shells(const rc_view_context *v, shells *out) {
  *out = (shells){0};
  const rc_lattice *l = rc_part_lattice(v);
  const rc_hilbert_data *d = v->hilbert;
  if (!l || !l->position || !d || !d->ss || d->lattice != l) return;
  int from = rc_part_site(v), hops[RC_SITES_MAX];
  hops_from(l, rc_part_model(v), from, hops);
  for (int s = 0; s < l->sites; s++) {
    if (s == from) continue;
    size_t k = (size_t)from * l->sites + s;
    shell one = {hops[s], 1, s, distance(l, from, s), d->ss[k], d->szsz ? d->szsz[k] : NAN};
    out->most = RC_MAX(out->most, fabs(one.ss));
    int i = 0;
    for (; i < out->n; i++) {
      shell *o = &out->row[i];
      if (o->hops == one.hops && fabs(o->r - one.r) < 1e-6 && fabs(o->ss - one.ss) < 1e-8) break;
    }
    if (i < out->n)
      out->row[i].sites++;
    else
      out->row[out->n++] = one;
  }
  qsort(out->row, (size_t)out->n, sizeof *out->row, by_distance);
}

static void shell_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const shells *s = ctx;
  const shell *a = &s->row[row];
  switch (column) {
  case 0: rc_str_addf(t, "%.3f", a->r); break;
  case 1:
    if (a->hops < 0)
      rc_str_add(t, "–");
    else
      rc_str_addf(t, "%d", a->hops);
    *style = RC_DIM;
    break;
  case 2:
    rc_str_addf(t, "%d", a->sites);
    *style = RC_DIM;
    break;
  case 3:
    rc_str_addf(t, fabs(a->ss) < 5e-6 ? "0.00000" : "%+.5f", a->ss);
    *style = RC_BRIGHT;
    break;
  default: {
    int w = s->most > 0 ? (int)lround(8 * fabs(a->ss) / s->most) : 0;
    for (int k = 0; k < w; k++) rc_str_add(t, a->ss < 0 ? "▄" : "█");
    *style = a->ss < 0 ? RC_DIV0 : RC_DIV8;
  }
  }
}

static const rc_column shell_column[] = {
    {"r", 5, true}, {"hop", 3, true}, {"n", 2, true}, {"S·S", 8, true}, {"", 0, false}};

static void correlations_draw(const rc_view_context *v, rc_pen p, bool focused) {
  shells s;
  make_shells(v, &s);
  if (!s.n) {
    rc_part_waiting(p, "comes with the ground state");
    return;
  }
  p = rc_part_one_of_many(v, p);
  rc_table t = {shell_column, RC_LEN(shell_column),
                s.n,          rc_part_table_row(v, "correlations", s.n),
                shell_cell,   &s};
  rc_table_draw(p, &t, focused);
}

static bool correlations_key(rc_view_context *v, int key) {
  shells s;
  make_shells(v, &s);
  int64_t to = rc_part_move(rc_part_table_row(v, "correlations", s.n), s.n, key);
  if (to < 0 || !s.n) return false;
  rc_part_set(v, "correlations", "row", to);
  return true;
}

static void correlations_csv(const rc_view_context *v, rc_str *out) {
  const rc_lattice *l = rc_part_lattice(v);
  const rc_hilbert_data *d = v->hilbert;
  rc_str_add(out, "i,j,distance,ss,szsz\n");
  if (!l || !l->position || !d || !d->ss || d->lattice != l) return;
  for (int i = 0; i < l->sites; i++)
    for (int j = i + 1; j < l->sites; j++) {
      size_t k = (size_t)i * l->sites + j;
      rc_str_addf(out, "%d,%d,", i, j);
      rc_part_csv_real(out, distance(l, i, j), ',');
      rc_part_csv_real(out, d->ss[k], ',');
      rc_part_csv_real(out, d->szsz ? d->szsz[k] : NAN, '\n');
    }
}

/* ---- the selected state ------------------------------------------------------------------------- */

static void selected_facts(const rc_view_context *v, rc_facts *f) {
  const rc_hilbert_data *d = v->hilbert;
  uint64_t state = rc_part_state(v);
  if (state == RC_NONE) return;
  char text[200], count[32];
  int sites = rc_basis_sites(d->basis);
  uint64_t config = rc_basis_config(d->basis, state);
  rc_part_count(state, count);
  rc_fact_add(f, "state", RC_TITLE, "%s", count);
  rc_fact_exact(f, (double)state);
  rc_part_arrows(config, sites, text);
  rc_fact_note(f, RC_BRIGHT, "%s", text);
  rc_fact_add(f, "spins up", RC_TEXT, "%d of %d", __builtin_popcountll(config), sites);
  if (d->matrix && d->matrix_ready) {
    rc_part_row *row = rc_alloc(1, sizeof *row);
    rc_part_row_read(d, state, row);
    rc_fact_add(f, "degree", RC_TEXT, "%d", row->n);
    rc_fact_real(f, "diagonal energy", RC_TEXT, 6, rc_matrix_diagonal(d->matrix, state));
    rc_free(row);
  }
  if (rc_basis_symmetric(d->basis))
    rc_fact_add(f, "orbit", RC_TEXT, "%lld", (long long)rc_basis_orbit(d->basis, state));
  double a = rc_part_amplitude(d, state);
  if (isnan(a))
    rc_fact_unknown(f, "amplitude");
  else
    rc_fact_number(f, "amplitude", a < 0 ? RC_DIV0 : RC_DIV8, "%+.8f", a);
  if (!isnan(a)) rc_fact_number(f, "probability", RC_TEXT, "%.3e", a * a);
}

static void selected_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  selected_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "selected", &f);
  else
    rc_part_waiting(p, "the basis is being built");
}

static bool selected_key(rc_view_context *v, int key) {
  uint64_t state = rc_part_state(v);
  if (state == RC_NONE || !v->ui) return false;
  uint64_t n = rc_basis_states(v->hilbert->basis);
  if (key == RC_KEY_LEFT)
    rc_ui_select_state(v->ui, (state + n - 1) % n);
  else if (key == RC_KEY_RIGHT)
    rc_ui_select_state(v->ui, (state + 1) % n);
  else
    return rc_facts_key(v, "selected", key);
  return true;
}

static void selected_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  selected_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class map = {
    .name = "map",
    .title = "lattice",
    .weight = 3,
    .column = 0,
    .min_h = 8,
    .explain =
        "The sites and bonds of the magnet H = Σ J S_i·S_j, spin 1/2: a line style for each class "
        "of couplings, stubs for bonds that leave the drawn cluster and come back on the other "
        "side. v shows the selected basis state (antiparallel spins can flip: they are the edges "
        "of the Hilbert graph), the correlations ⟨S_i·S_j⟩ of the ground state from the "
        "selected site or, with a study cut, what its best cut leaves frustrated: of the edges "
        "that flip a bond, the share of their weight. Enter then selects the heaviest of them.",
    .draw = rc_lattice_map_draw,
    .key = rc_lattice_map_key,
    .mouse = rc_lattice_map_mouse,
    .csv = rc_lattice_map_csv,
    .hints = "v state/correlations/frustrated  ←→↑↓ site  w bond"};

static const rc_pane_class couplings = {
    .name = "couplings",
    .title = "couplings",
    .weight = 1,
    .column = 1,
    .min_h = 4,
    .explain =
        "The knobs of the model: a coupling for each class of bonds, the anisotropy delta = "
        "Jz/Jxy and the field h of -h Σ Sz. Turn the selected one with + and - (or ← →) "
        "while the study runs: everything that depends on it follows. A star marks what differs "
        "from the scenario.",
    .draw = couplings_draw,
    .key = couplings_key,
    .mouse = couplings_mouse,
    .csv = couplings_csv,
    .hints = "↑↓ knob  ←→ turn  0 reset"};

static const rc_pane_class facts = {
    .name = "cluster",
    .title = "cluster",
    .weight = 2,
    .column = 1,
    .min_h = 6,
    .explain =
        "What the cluster is: bonds by class (a small torus can double them, then they add up), "
        "neighbours, triangles, and whether it has two sublattices. A bipartite lattice has a sign "
        "rule for its ground state (Marshall 1955; Lieb, Mattis 1962); an odd cycle is where "
        "frustration begins. Automorphisms (nauty): permutations of the sites that keep every "
        "coupling "
        "in use. The group of a sector (symmetry: full) also keeps the classes whose coupling is 0 "
        "and can be smaller; a custom lattice with only the bonds in use has the larger one.",
    .draw = facts_draw,
    .key = facts_key,
    .csv = facts_csv,
    .hints = "↑↓ scroll"};

static const rc_pane_class correlations = {
    .name = "correlations",
    .title = "correlations",
    .weight = 2,
    .column = 2,
    .min_h = 5,
    .explain =
        "Spin correlations ⟨S_i·S_j⟩ in the ground state from the selected site, by distance r on "
        "the torus and by steps along bonds; n sites share each line. -3/4 is a singlet pair, +1/4 "
        "a parallel one; for a singlet they add up to -3/4 over all other sites.",
    .draw = correlations_draw,
    .key = correlations_key,
    .csv = correlations_csv,
    .hints = "↑↓ row"};

static const rc_pane_class selected = {
    .name = "selected",
    .title = "selected state",
    .weight = 1,
    .column = 2,
    .min_h = 5,
    .explain =
        "One basis state: the spins with site 0 on the right, as in a binary number, its degree in "
        "the Hilbert graph (the number of antiparallel bonds), its diagonal energy "
        "Σ J Sz_i Sz_j - h Sz, and its amplitude in the ground state. The same state is "
        "selected in all views.",
    .draw = selected_draw,
    .key = selected_key,
    .csv = selected_csv,
    .hints = "←→ state"};

static const rc_pane_class *const panes[] = {&map, &couplings, &facts, &correlations, &selected};

const rc_view_class rc_view_lattice = {
    .kind = {.name = "lattice",
             .title = "Lattice",
             .help = "sites, bonds by coupling class, a basis state, spin correlations",
             .explain = "The magnet: sites, bonds by class of coupling, what is frustrated."},
    .study = "hilbert",
    .panes = RC_LEN(panes),
    .pane = panes};
