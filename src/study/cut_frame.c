/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cut study shows: scalars, the snapshot for the views, arrays of the result. */
#include "study/cut_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const cut_result_names[] = {
    "vertices",     "edges",  "value",  "bound", "gap",  "optimal", "weight_total",  "energy",
    "energy_bound", "solver", "rounds", "cuts",  "rows", "nodes",   "overlap_exact", NULL};

enum { HELD = 40 };
typedef struct snapshot { /* the data and what keeps it alive */
  rc_cut_data d;
  rc_share *held[HELD];
  int helds;
} snapshot;

static void free_snapshot(void *p) {
  snapshot *s = p;
  for (int i = 0; i < s->helds; i++) rc_share_drop(s->held[i]);
  rc_free(s);
}

static void *hold(snapshot *s, rc_share *share) {
  if (!share) return NULL;
  s->held[s->helds++] = rc_share_ref(share);
  return rc_share_get(share);
}

static rc_cut_series series(snapshot *s, const cut_series *t) {
  const double *p = hold(s, t->points);
  return (rc_cut_series){t->n, p, p ? p + t->cap : NULL};
}

/* ---- what follows the best cut ----------------------------------------------
 */

static int by_weight(const void *a, const void *b) {
  const rc_cut_edge *x = a, *y = b;
  const double wx = fabs(x->weight), wy = fabs(y->weight);
  return wx != wy ? (wx < wy ? 1 : -1) : (x->edge > y->edge) - (x->edge < y->edge);
}

/* Keeps the heaviest of a stream: a heap of RC_CUT_LISTED with the least one on top. */
typedef struct heaviest {
  rc_cut_edge *edge;
  int n;
} heaviest;

static void sink_down(heaviest *h, int i) {
  for (int child = 2 * i + 1; child < h->n; i = child, child = 2 * i + 1) {
    if (child + 1 < h->n && by_weight(&h->edge[child], &h->edge[child + 1]) < 0) child++;
    if (by_weight(&h->edge[i], &h->edge[child]) >= 0) return;
    const rc_cut_edge e = h->edge[i];
    h->edge[i] = h->edge[child];
    h->edge[child] = e;
  }
}

static void offer_edge(heaviest *h, const rc_cut_edge *e) {
  if (h->n < RC_CUT_LISTED) {
    h->edge[h->n++] = *e;
    for (int i = h->n / 2; h->n == RC_CUT_LISTED && i-- > 0;) sink_down(h, i);
  } else if (by_weight(e, &h->edge[0]) < 0) {
    h->edge[0] = *e;
    sink_down(h, 0);
  }
}

/* Frustrated: positive and inside a side, or negative and cut. The heaviest are listed. */
static void list_frustrated(cut *s) {
  const rc_cut_graph *g = cut_graph(s);
  if (s->frustrated && s->frustrated_for == s->best) return;
  const uint8_t *side = rc_share_get(s->best_side);
  heaviest h = {.edge = rc_alloc(RC_CUT_LISTED, sizeof *h.edge)};
  s->frustrated_edges = 0;
  s->frustrated_weight = 0;
  for (int64_t e = 0; e < g->m; e++) {
    if ((side[g->u[e]] != side[g->v[e]]) == (g->w[e] > 0)) continue;
    s->frustrated_edges++;
    s->frustrated_weight += fabs(g->w[e]);
    offer_edge(&h, &(rc_cut_edge){(int)e, g->u[e], g->v[e], g->w[e]});
  }
  qsort(h.edge, (size_t)h.n, sizeof *h.edge, by_weight);
  s->frustrated_listed = h.n;
  rc_share_drop(s->frustrated);
  s->frustrated = rc_share_new(h.edge, rc_free);
  s->frustrated_for = s->best;
  cut_list_bonds(s);
}

/* ---- figures ----------------------------------------------------------------------------------
 */

static double shown_bound(const cut *s) {
  /* of a large graph, while relaxation and solvers are prepared: without any row */
  const bool soon = s->phase == CUT_SETUP && s->roof > 0 && s->o.bound.kind != BOUND_NONE;
  return (s->bound ? s->bounds.bound : soon ? s->roof : nan("")) + cut_graph(s)->offset;
}

/* A value as a solver added it up: that of the best cut where it differs from it by rounding. */
static double shown_of(const cut *s, double value) {
  const rc_cut_graph *g = cut_graph(s);
  const bool same = !g->integer && fabs(value - s->best) <= 1e-12 * g->weight_total;
  return (same ? s->tidy : value) + g->offset;
}

/* E = E_diag + W - 2 C for a Hilbert graph; a file has none. */
static double energy_of(const cut *s, double value) {
  if (cut_from_file(s)) return nan("");
  return s->energy_diagonal + cut_graph(s)->weight_total - 2 * value;
}

static void fill_figures(cut *s, rc_cut_data *d) {
  const rc_cut_graph *g = cut_graph(s);
  d->value = s->tidy + g->offset;
  d->bound = shown_bound(s);
  d->gap = isnan(d->bound) ? nan("") : fmax(0, d->bound - d->value) / fmax(fabs(d->bound), 1e-300);
  d->energy = energy_of(s, d->value);
  d->energy_bound = isnan(d->bound) ? nan("") : energy_of(s, d->bound);
  d->optimal = s->bound && s->bounds.proved;
  d->tied = s->tied;
  d->overlap = nan("");
  d->known = d->known_above = nan("");
  if (s->psi) {
    if (!s->degenerate) {
      d->overlap = rc_cut_overlap(g->n, rc_share_get(s->psi), rc_share_get(s->best_side));
    }
    d->known = (s->energy_diagonal + g->weight_total - s->energy_exact) / 2;
    d->known_above = d->known + s->residual / 2; /* the eigenvalue is E - |r| at the least */
    d->known_is_optimum =
        s->o.amplitudes.from == RC_AMPLITUDES_GROUND ||
        (s->o.amplitudes.from == RC_AMPLITUDES_NOISY && s->o.amplitudes.sigma == 0);
  }
}

static void fill_amplitudes(const cut *s, rc_cut_data *d) {
  static const char *const name[] = {"ground state", "uniform",   "noisy", "shuffled",
                                     "boson",        "Boltzmann", "file"};
  const int from = s->o.amplitudes.from;
  if (from == RC_AMPLITUDES_NOISY)
    snprintf(d->amplitudes, sizeof d->amplitudes, "noisy, sigma %.3g", s->o.amplitudes.sigma);
  else if (from == RC_AMPLITUDES_BOLTZMANN)
    snprintf(d->amplitudes, sizeof d->amplitudes, "Boltzmann, lambda %.6g", s->lambda);
  else
    snprintf(d->amplitudes, sizeof d->amplitudes, "%s", name[from]);
}

static void fill_magnet(cut *s, snapshot *t) {
  rc_cut_data *d = &t->d;
  d->from_file = cut_from_file(s);
  if (d->from_file) return;
  d->lattice = hold(t, s->lattice);
  d->basis = hold(t, s->basis);
  d->matrix = hold(t, s->shown);
  d->psi = hold(t, s->psi);
  d->amplitude = hold(t, s->amplitude);
  fill_amplitudes(s, d);
  if (!s->symmetry || !s->orbit_bound) return;
  const rc_state_symmetry *y = hold(t, s->symmetry);
  d->orbits = y->orbits;
  d->orbit = y->orbit;
}

static void fill_solvers(cut *s, snapshot *t) {
  rc_cut_data *d = &t->d;
  d->solvers = s->runs;
  for (int i = 0; i < s->runs; i++) {
    const cut_run *r = &s->run[i];
    rc_cut_solver_row *row = &d->solver[i];
    if (!r->run) continue;
    row->cls = r->cls;
    snprintf(row->title, sizeof row->title, "%s", r->cls->kind.title);
    row->view = r->cls->read(r->run);
    row->view.value = shown_of(s, row->view.value), row->view.best = shown_of(s, row->view.best);
    if (row->view.phase && !d->phase) {
      const size_t n = (size_t)cut_graph(s)->n;
      double *copy = rc_alloc(n + 1, sizeof *copy);
      memcpy(copy, row->view.phase, n * sizeof *copy);
      rc_share *share = rc_share_new(copy, rc_free);
      d->phase = hold(t, share);
      rc_share_drop(share);
    }
    row->view.side = row->view.best_side = NULL;
    row->view.phase = NULL;
    row->best = series(t, &r->best);
    row->last_gain = r->last_gain;
  }
  snprintf(d->best_solver, sizeof d->best_solver, "%s",
           s->best_run >= 0    ? s->run[s->best_run].cls->kind.name
           : s->best_run == -1 ? "bound"
           : s->best_run == -3 ? "first pass"
                               : "none");
}

static void fill_watched(cut *s, snapshot *t) {
  rc_cut_data *d = &t->d;
  d->watched = s->watched;
  d->moved = s->moved.count, d->moved_vertex = s->moved.vertex, d->moved_gain = s->moved.gain;
  if (s->watched < 0) return;
  const rc_solver_view v = s->run[s->watched].cls->read(s->run[s->watched].run);
  if (!v.side) return;
  const size_t n = (size_t)cut_graph(s)->n;
  uint8_t *copy = rc_alloc(n + 1, 1);
  memcpy(copy, v.side, n);
  rc_share *share = rc_share_new(copy, rc_free);
  d->watched_side = hold(t, share);
  rc_share_drop(share);
}

static void fill_bound(cut *s, snapshot *t) {
  rc_cut_data *d = &t->d;
  d->bounding = s->bound != NULL;
  d->bound_trace = series(t, &s->bound_trace);
  d->best_trace = series(t, &s->best_trace);
  if (!s->bound) return;
  d->bounds = s->bounds;
  d->bounds.x = NULL, d->bounds.best_side = NULL;
  if (s->orbit_bound) d->edge_orbits = (int)s->bounds.columns;
  d->cycles = s->cycle_count;
  d->cycle = hold(t, s->cycles);
  if (s->bounds.nodes > 1) {
    rc_tree_node *nodes = rc_alloc(RC_CUT_NODES, sizeof *nodes);
    const int64_t all = rc_bound_nodes(s->bound, nodes, RC_CUT_NODES);
    d->nodes = (int)RC_MIN(all, RC_CUT_NODES);
    for (int i = 0; i < d->nodes; i++) nodes[i].bound += cut_graph(s)->offset;
    rc_share *share = rc_share_new(nodes, rc_free);
    d->node = hold(t, share);
    rc_share_drop(share);
  }
}

static void fill_data(cut *s, snapshot *t) {
  rc_cut_data *d = &t->d;
  d->energy_exact = s->energy_exact, d->energy_diagonal = s->energy_diagonal;
  d->lambda = s->lambda, d->amplitude_overlap = s->amplitude_overlap,
  d->orbit_spread = s->orbit_spread;
  d->degenerate = s->degenerate;
  d->watched = d->moved_vertex = -1;
  fill_magnet(s, t);
  d->graph = hold(t, s->graph);
  d->value = d->bound = d->gap = d->energy = d->energy_bound = d->overlap = d->known =
      d->known_above = nan("");
  if (s->best_side) {
    fill_figures(s, d);
    d->best_side = hold(t, s->best_side);
    list_frustrated(s);
    d->frustrated_listed = s->frustrated_listed;
    d->frustrated_edges = s->frustrated_edges;
    d->frustrated_weight = s->frustrated_weight;
    d->frustrated = hold(t, s->frustrated);
    d->flips = hold(t, s->flips);
    fill_solvers(s, t);
    fill_watched(s, t);
    fill_bound(s, t);
  }
  const double *optima = hold(t, s->optima);
  d->optima = s->optima_count;
  d->optimum_value = optima;
  d->optimum_overlap = optima ? optima + RC_CUT_OPTIMA : NULL;
  d->optimum_pairs = optima ? optima + 2 * RC_CUT_OPTIMA : NULL;
  d->dials = s->dials;
  d->dial = hold(t, s->dial_rows);
  cut_dial_fails(s, d->dial_fails);
  d->dialling = s->phase == CUT_DIAL;
  d->certified = s->certified;
  if (s->certificate_written)
    snprintf(d->certificate, sizeof d->certificate, "%.250s", s->o.certificate);
  d->warnings = s->warnings;
  memcpy(d->warning, s->warning, sizeof d->warning);
}

/* By cut_phase; then, in place of CUT_RUN, those of a run with a bound (rc_bound_view). */
const char *const cut_phase_names[] = {
    "basis",   "matrix",      "ground state",  "instance",   "instance",
    "solvers", "certificate", "noise dial",    "done",       "packing",
    "simplex", "first-order", "exact simplex", "separation", "relaxation solved",
    "proved",  NULL};

static const char *phase_name(const cut *s) {
  return s->phase == CUT_RUN && s->bound ? s->bounds.phase : cut_phase_names[s->phase];
}

/* Before this the certificate is no figure: a run that ends early makes it for its result. */
static bool cut_settled(const cut *s) {
  return s->phase == CUT_DIAL || s->phase == CUT_END;
}

/* nan before the first round. */
static double share_of_work(const rc_bound_view *v, double part) {
  const double work = v->work_lp + v->work_separate + v->work_pack;
  return work > 0 ? part / work : nan("");
}

/* NULL: proved, no bound yet, or still at work. */
static const char *gap_reason(const cut *s) {
  static const char *const text[] = {[RC_BOUND_GOES_ON] = "the bound was stopped",
                                     [RC_BOUND_ROUNDS] = "rounds spent",
                                     [RC_BOUND_NO_BRANCHING] = "relaxation solved, no branching",
                                     [RC_BOUND_ORBITS] = "relaxation of the orbits solved",
                                     [RC_BOUND_NODES] = "nodes spent",
                                     [RC_BOUND_WORK] = "work spent",
                                     [RC_BOUND_DIGITS] = "digits of the relaxation spent"};
  const bool over = s->phase > CUT_CERTIFY || (s->phase == CUT_RUN && s->bounds.done);
  return s->bound && over && !s->bounds.proved ? text[s->bounds.end] : NULL;
}

/* Before this a gap has no reason but the end of the run, which is known to the result alone. */
static bool gap_settled(const cut *s) {
  return cut_settled(s) || (s->phase == CUT_RUN && s->bounds.done);
}

void cut_ended(void *study, const char *how) {
  ((cut *)study)->ended = how;
}

static void scalars(const cut *s, const rc_cut_data *d, rc_frame *f) {
  const rc_cut_graph *g = d->graph;
  if (!g || !d->best_side) {
    static const char *const more[] = {
        "tied",          "known_optimum",    "known_bound", "smaller_bound", "amplitude_overlap",
        "lambda",        "frustrated_share", "orbits",      "columns",       "separation_share",
        "packing_share", "step_of_best",     "certified",   "certificate",   "gap_reason"};
    for (int i = 0; cut_result_names[i]; i++) rc_frame_null(f, cut_result_names[i]);
    const size_t n =
        cut_settled(s) ? RC_LEN(more) : RC_LEN(more) - 3; /* the result has these three */
    for (size_t i = 0; i < n; i++) rc_frame_null(f, more[i]);
    return;
  }
  rc_frame_int(f, "vertices", g->n);
  rc_frame_int(f, "edges", g->m);
  rc_frame_real(f, "value", d->value);
  rc_frame_real(f, "bound", d->bound);
  rc_frame_real(f, "gap", d->gap);
  rc_frame_bool(f, "optimal", d->optimal);
  if (gap_reason(s))
    rc_frame_text(f, "gap_reason", gap_reason(s));
  else if (gap_settled(s))
    rc_frame_null(f, "gap_reason");
  if (cut_settled(s))
    rc_frame_bool(f, "tied", d->tied);
  else
    rc_frame_null(f, "tied");
  if (cut_settled(s)) {
    rc_frame_bool(f, "certified", d->certified);
    if (d->certificate[0])
      rc_frame_text(f, "certificate", d->certificate);
    else
      rc_frame_null(f, "certificate");
  }
  rc_frame_real(f, "weight_total", g->weight_total);
  rc_frame_real(f, "energy", d->energy);
  rc_frame_real(f, "energy_bound", d->energy_bound);
  rc_frame_text(f, "solver", d->best_solver);
  rc_frame_int(f, "rounds", d->bounds.rounds);
  int64_t cuts = 0;
  for (size_t i = 0; i < RC_LEN(d->bounds.cuts); i++) cuts += d->bounds.cuts[i];
  rc_frame_int(f, "cuts", cuts);
  rc_frame_int(f, "rows", d->bounds.rows);
  rc_frame_int(f, "nodes", d->bounds.nodes);
  rc_frame_real(f, "overlap_exact", d->overlap);
  rc_frame_real(f, "known_optimum", d->known_is_optimum ? d->known : nan(""));
  rc_frame_real(f, "known_bound", d->known_above);
  if (isnan(d->known_above) || isnan(d->bound))
    rc_frame_null(f, "smaller_bound");
  else
    rc_frame_text(f, "smaller_bound",
                  rc_cut_known_smaller(d) ? "by E0, not certified" : "certified");
  rc_frame_real(f, "amplitude_overlap", d->amplitude_overlap);
  rc_frame_real(f, "lambda", d->lambda);
  rc_frame_real(f, "frustrated_share",
                g->weight_total > 0 ? d->frustrated_weight / g->weight_total : 0);
  rc_frame_int(f, "orbits", d->orbits);
  rc_frame_int(f, "columns", d->bounds.columns);
  rc_frame_real(f, "separation_share", share_of_work(&d->bounds, d->bounds.work_separate));
  rc_frame_real(f, "packing_share", share_of_work(&d->bounds, d->bounds.work_pack));
  rc_frame_int(f, "step_of_best",
               d->best_trace.n ? (int64_t)d->best_trace.step[d->best_trace.n - 1] : 0);
}

void cut_frame(void *study, rc_frame *f) {
  cut *s = study;
  snapshot *t = rc_alloc(1, sizeof *t);
  fill_data(s, t);
  snprintf(f->phase, sizeof f->phase, "%s", phase_name(s));
  f->progress = s->phase == CUT_END ? 1 : s->reader ? rc_cut_reader_progress(s->reader) : nan("");
  scalars(s, &t->d, f);
  f->data = rc_share_new(t, free_snapshot); /* the data comes first in the snapshot */
}

void cut_result(void *study, rc_json *j) {
  cut *s = study;
  if (!gap_settled(s)) {
    const char *how = s->ended ? s->ended : "stopped";
    if (s->o.bound.kind == BOUND_NONE || s->bounds.proved || s->failed)
      rc_json_null(j, "gap_reason");
    else
      rc_json_text(j, "gap_reason", how);
  }
  if (!cut_settled(s)) {
    cut_certify_early(s);
    rc_json_bool(j, "certified", s->certified);
    if (s->certificate_written)
      rc_json_text(j, "certificate", s->o.certificate);
    else
      rc_json_null(j, "certificate");
  }
  rc_json_array(j, "solvers");
  for (int i = 0; i < s->runs; i++) {
    const rc_solver_view v = s->run[i].cls->read(s->run[i].run);
    rc_json_object(j, NULL);
    rc_json_text(j, "solver", s->run[i].cls->kind.name);
    rc_json_real(j, "best", shown_of(s, v.best));
    rc_json_uint(j, "moves", v.moves);
    rc_json_uint(j, "moves_to_best", v.best_move);
    rc_json_end(j);
  }
  rc_json_end(j);
  if (s->dials > 0) {
    const rc_cut_dial_row *r = rc_share_get(s->dial_rows);
    rc_json_array(j, "dial");
    for (int i = 0; i < s->dials; i++) {
      rc_json_object(j, NULL);
      rc_json_real(j, "sigma", r[i].sigma);
      rc_json_real(j, "amplitude_overlap", r[i].amplitude_overlap);
      rc_json_real(j, "sign_overlap", r[i].sign_overlap);
      rc_json_real(j, "greedy_loss", r[i].greedy_loss);
      rc_json_real(j, "descent_hits", r[i].descent_hits);
      rc_json_real(j, "anneal_loss", r[i].anneal_loss);
      rc_json_real(j, "gap", r[i].gap);
      rc_json_bool(j, "tight", r[i].tight);
      rc_json_bool(j, "spent", r[i].spent);
      rc_json_end(j);
    }
    rc_json_end(j);
    double fails[RC_DIAL_KINDS];
    cut_dial_fails(s, fails);
    rc_json_object(j, "dial_fails");
    for (int i = 0; i < RC_DIAL_KINDS; i++)
      rc_json_real(j, (const char *[]){"greedy", "descent", "anneal", "bound"}[i], fails[i]);
    rc_json_end(j);
  }
  rc_json_array(j, "warnings");
  for (int i = 0; i < s->warnings; i++) rc_json_text(j, NULL, s->warning[i]);
  rc_json_end(j);
}
