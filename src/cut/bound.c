/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Driver of the bound: solve the relaxation, evaluate exactly, separate, branch. */
#include "bound_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
  SIMPLEX_MOST = 3500,
  ROWS_PER_VARIABLE = 4,
  PACK_FLOWS = 60,
  PACK_PASSES = 20,
  PACK_TRIES = 4,
  PREPARED_EDGES = 2000000,
  LARGE = 1000000 /* edges */
};
/* An edge looked at on the way of a flow, with its toll and the heap, against one of separation. */
static const double PACK_COST = 1.25;
/* Edges looked at in one slice of separation or packing: some hundredths of a second. Those of a
 * graph that is in no cache take several times as long. */
static double slice_work(const rc_cut_graph *g) {
  return g->m > LARGE ? 1e6 : 4e6;
}

static bool too_large(const rc_cut_graph *g, rc_err *err) {
  /* the relaxation holds about 200 bytes an edge before the first row */
  if (g->m <= 20000000) return true;
  return rc_err_set(err, RC_ERR_LIMIT,
                    "the odd-cycle bound takes at most 20000000 edges, this graph has %lld",
                    (long long)g->m);
}

/* Edge-disjoint triangles with an odd number of positive weights: each costs its lightest edge. */
static void begin_triangles(rc_bound *b) {
  const rc_cut_graph *g = b->g;
  b->left = rc_alloc((size_t)g->m + 1, sizeof *b->left);
  b->third = rc_alloc((size_t)g->n + 1, sizeof *b->third);
  for (int64_t e = 0; e < g->m; e++) b->left[e] = fabs(g->w[e]), b->packing += fmax(g->w[e], 0);
  for (int v = 0; v < g->n; v++) b->third[v] = -1;
}

/* The triangles of an edge; those of each are taken once. */
static void pack_triangles(rc_bound *b, int64_t e) {
  const rc_cut_graph *g = b->g;
  const int u = g->u[e], v = g->v[e];
  double *left = b->left;
  for (int64_t k = g->start[u]; k < g->start[u + 1]; k++) b->third[g->other[k]] = g->edge[k];
  for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
    const int t = g->other[k], f = g->edge[k], h = t > v ? b->third[t] : -1;
    if (h < 0 || t == u) continue;
    if ((g->w[e] > 0) ^ (g->w[f] > 0) ^ (g->w[h] > 0)) {
      const double take = fmin(left[e], fmin(left[f], left[h]));
      left[e] -= take, left[f] -= take, left[h] -= take, b->packing -= take;
    }
  }
  for (int64_t k = g->start[u]; k < g->start[u + 1]; k++) b->third[g->other[k]] = -1;
}

static bool triangles_known(const rc_bound *b) {
  return b->triangles_at == b->g->m;
}

static void triangle_slice(rc_bound *b, double work) {
  const rc_cut_graph *g = b->g;
  for (; !triangles_known(b) && work > 0; b->triangles_at++) {
    const int u = g->u[b->triangles_at], v = g->v[b->triangles_at];
    work -= (double)(2 * (g->start[u + 1] - g->start[u]) + g->start[v + 1] - g->start[v]);
    pack_triangles(b, b->triangles_at);
  }
  if (!triangles_known(b)) return;
  rc_free(b->left), rc_free(b->third);
  b->left = NULL, b->third = NULL;
}

rc_bound *rc_bound_begin(const rc_cut_graph *g, const rc_bound_opts *o, rc_err *err) {
  if (!too_large(g, err)) return NULL;
  rc_bound *b = rc_alloc(1, sizeof *b);
  b->g = g;
  b->o = *o;
  return b;
}

static void make_scratch(rc_bound *b) {
  const rc_cut_graph *g = b->g;
  b->x = rc_alloc((size_t)g->m + 1, sizeof *b->x);
  b->known = rc_alloc((size_t)b->p->vars + 1, 1);
  memset(b->known, -1, (size_t)b->p->vars);
  b->reuse = rc_alloc((size_t)b->p->vars + 1, sizeof *b->reuse);
  b->found_cap = (int)RC_MIN(200000, 4 * g->m + 1000);
  b->found = rc_alloc((size_t)b->found_cap, sizeof *b->found);
  cs_open(&b->climb, g, "bound", b->o.seed, 0);
}

static void begin_climb(rc_bound *b) {
  cs_rebuild(&b->climb);
  cs_note(&b->climb);
  b->best = b->climb.best;
  bd_target(b);
}

/* No rows yet: the sum of the positive weights, a proof already. */
static void begin_root(rc_bound *b) {
  bd_node_add(b, -1, 0);
  b->node[0].show.state = RC_NODE_ACTIVE;
  bd_evaluate(b);
  bd_global(b);
  b->raw = ldexp((double)b->global, -b->p->scale);
}

bool rc_bound_prepare(rc_bound *b, bool *ready, rc_err *err) {
  const rc_bound_opts *o = &b->o;
  *ready = false;
  if (b->p && !oc_problem_step(b->p, PREPARED_EDGES)) return true;
  switch (b->stage++) {
  case 0:
    b->p = oc_problem_begin(b->g, o->generators, o->generator, err);
    if (!b->p) return false;
    break;
  case 1:
    b->engine = o->engine == 1   ? OC_SIMPLEX
                : o->engine == 2 ? OC_FIRST_ORDER
                                 : (b->p->vars > SIMPLEX_MOST ? OC_FIRST_ORDER : OC_SIMPLEX);
    b->q = oc_pool_new(b->p);
    b->sep = oc_sep_new(b->p, b->q);
    break;
  case 2:
    b->relax = oc_relax_new(b->p, b->q, b->engine, err);
    if (!b->relax) return false;
    break;
  case 3: make_scratch(b); break;
  case 4: begin_climb(b); break;
  case 5: begin_triangles(b); break;
  case 6: triangle_slice(b, slice_work(b->g)); break;
  default: begin_root(b); *ready = true;
  }
  return true;
}

rc_bound *rc_bound_new(const rc_cut_graph *g, const rc_bound_opts *o, rc_err *err) {
  rc_bound *b = rc_bound_begin(g, o, err);
  bool ready = false;
  while (b && !ready) {
    if (rc_bound_prepare(b, &ready, err)) continue;
    rc_bound_free(b);
    b = NULL;
  }
  return b;
}

void rc_bound_free(rc_bound *b) {
  if (!b) return;
  for (int i = 0; i < b->nodes; i++) {
    oc_proof_free(&b->node[i].proof);
    oc_basis_free(&b->node[i].basis);
  }
  rc_free(b->node);
  if (b->climb.side) cs_close(&b->climb);
  oc_pack_free(b->pack);
  oc_relax_free(b->relax);
  oc_sep_free(b->sep);
  oc_pool_free(b->q);
  oc_problem_free(b->p);
  rc_free(b->x), rc_free(b->known), rc_free(b->reuse), rc_free(b->found), rc_free(b->in_relax);
  rc_free(b->left), rc_free(b->third);
  rc_free(b);
}

void rc_bound_offer(rc_bound *b, const uint8_t *side) {
  if (b->phase == BD_DONE) return;
  if (b->g->m > LARGE ? bd_take_cut(b, side) : bd_offer(b, side)) bd_global(b);
}

static void mark_relaxed(rc_bound *b) {
  const int rows = oc_pool_rows(b->q);
  if (rows > b->in_relax_cap) {
    b->in_relax_cap = 2 * rows + 256;
    b->in_relax = rc_realloc(b->in_relax, (size_t)b->in_relax_cap, 1);
  }
  if (rows > 0) memset(b->in_relax, 0, (size_t)rows);
  const int *row;
  const double *y;
  const int n = oc_relax_rows(b->relax, &row, &y);
  for (int i = 0; i < n; i++) b->in_relax[row[i]] = 1;
}

/* Rows known from before, not in the relaxation, violated at the point. */
static int look_into_pool(rc_bound *b, double least) {
  int n = 0;
  mark_relaxed(b);
  for (int r = 0; r < oc_pool_rows(b->q) && n < b->found_cap / 2; r++) {
    if (b->in_relax[r]) continue;
    const oc_row row = oc_pool_row(b->q, r);
    double cost = 0;
    for (int i = 0; i < row.length && cost < 1; i++) {
      cost += row.marked[i] ? 1 - b->x[row.edge[i]] : b->x[row.edge[i]];
    }
    if (1 - cost > least)
      b->found[n++] = (oc_found){r, OC_KINDS, 1 - cost, (1 - cost) / sqrt(row.length)};
  }
  return n;
}

/* Takes the best rows so that no variable is in too many of them; returns how many were added. */
static int add_rows(rc_bound *b, int n, rc_err *err) {
  const int most = RC_MAX(100, b->p->vars);
  int *rows = rc_alloc((size_t)n + 1, sizeof *rows), taken = 0;
  memset(b->reuse, 0, (size_t)b->p->vars * sizeof *b->reuse);
  for (int i = 0; i < n && taken < most; i++) {
    const oc_row row = oc_pool_row(b->q, b->found[i].row);
    bool free_of_crowd = true;
    for (int k = 0; k < row.entries && free_of_crowd; k++)
      free_of_crowd = b->reuse[row.column[k]] < ROWS_PER_VARIABLE;
    if (!free_of_crowd) continue;
    for (int k = 0; k < row.entries; k++) b->reuse[row.column[k]]++;
    rows[taken++] = b->found[i].row;
    if (b->found[i].kind < OC_KINDS) b->cuts[b->found[i].kind]++;
  }
  if (taken > 0 && !oc_relax_add(b->relax, taken, rows, err)) taken = -1;
  rc_free(rows);
  return taken;
}

/* Has the bound of this node nearly stopped moving, measured against what is left of the gap? */
static bool tailing_off(const rc_bound *b) {
  if (b->node_rounds < 12) return false;
  const int back = b->nodes > 1 ? 6 : 12;
  const oc_exact then = b->trail[(b->node_rounds - back) % 16],
                 now = b->trail[(b->node_rounds - 1) % 16];
  return then - now < (now - b->target) / 200;
}

/* Real weights, as those of magnets: the relaxation is most often tight, and a cut that stands is
 * most often optimal. Then multipliers can be had from the cut itself. A small relaxation is solved
 * before that. */
static bool begin_packing(rc_bound *b) {
  const int rounds = b->engine == OC_SIMPLEX ? 8 : 2;
  if (b->p->step > 0 || b->nodes > 1 || b->node_rounds < rounds || !(b->best > b->packed_for) ||
      b->packings == PACK_TRIES)
    return false;
  b->packings++;
  b->packed_for = b->best;
  b->pack = oc_pack_new(b->p, b->q, b->climb.best_side);
  if (!b->pack) return false;
  b->pack_pass = 0;
  b->pack_excess = INFINITY;
  b->phase = BD_PACK;
  return true;
}

/* A slice of it; at the end of a pass its bound, and whether another pass is worth while. */
static void pack(rc_bound *b) {
  const double before = oc_pack_work(b->pack);
  bool over = oc_pack_step(b->pack, PACK_FLOWS, slice_work(b->g) / 4);
  b->work_pack += PACK_COST * (oc_pack_work(b->pack) - before);
  const int pass = oc_pack_pass(b->pack);
  if (pass == b->pack_pass) return;
  b->pack_pass = pass;
  const int n = oc_pack_rows(b->pack, NULL, NULL);
  int *row = rc_alloc((size_t)n + 1, sizeof *row);
  double *y = rc_alloc((size_t)n + 1, sizeof *y);
  oc_pack_rows(b->pack, row, y);
  const oc_exact u = bd_take(b, oc_proof_round(b->p, n, row, y));
  rc_free(row), rc_free(y);
  bd_global(b);
  const double excess = oc_pack_excess(b->pack);
  over = over || pass == PACK_PASSES || (pass > 2 && excess > .7 * b->pack_excess);
  b->pack_excess = excess;
  if (u > b->target && !over) return;
  oc_pack_free(b->pack);
  b->pack = NULL;
  if (u <= b->target)
    bd_close(b, RC_NODE_BOUND);
  else
    b->phase = BD_ROUND; /* the round that was put off */
}

/* Real weights: the last digits of the bound are those of the multipliers. When the root is done it
 * is solved once more in rational arithmetic, where that ends in time. */
static bool wants_exact(const rc_bound *b) {
  return b->engine == OC_SIMPLEX && b->nodes == 1 && b->p->step == 0 && !b->exact && !b->empty;
}

static bool solve_exactly(rc_bound *b, rc_err *err) {
  rc_err fault = {0};
  b->exact = true;
  if (oc_relax_exact(b->relax, &fault)) {
    oc_relax_point(b->relax, b->x);
    bd_evaluate(b);
    b->raw = oc_relax_objective(b->relax);
    bd_global(b);
  } else if (fault.code != RC_ERR_NONE) {
    return *err = fault, false;
  }
  if (b->node[0].bound <= b->target)
    bd_close(b, RC_NODE_BOUND);
  else
    b->phase = BD_DONE;
  return true;
}

static bool may_branch(const rc_bound *b) {
  return b->o.branch && b->p->maps == 0 && (b->o.nodes == 0 || b->nodes < b->o.nodes);
}

/* Why the bound ended above the best cut. */
static rc_bound_end end_of(const rc_bound *b) {
  if (b->phase != BD_DONE) return RC_BOUND_GOES_ON;
  if (b->global <= b->target) return RC_BOUND_PROVED;
  if (b->o.rounds > 0 && b->rounds >= b->o.rounds) return RC_BOUND_ROUNDS;
  if (b->spent) return RC_BOUND_WORK;
  if (!b->o.branch) return RC_BOUND_NO_BRANCHING;
  if (b->p->maps > 0) return RC_BOUND_ORBITS;
  if (b->o.nodes > 0 && b->nodes >= b->o.nodes) return RC_BOUND_NODES;
  return RC_BOUND_DIGITS;
}

static void begin_pass(rc_bound *b, oc_way way) {
  oc_sep_begin(b->sep, b->x, b->least, way, b->found + b->found_n, b->found_cap - b->found_n);
  b->phase = way == OC_BY_FOREST ? BD_FOREST : BD_PATHS;
}

/* The point and its bound; then, unless that closes the node, the rows to look for. */
static void begin_round(rc_bound *b) {
  oc_relax_point(b->relax, b->x);
  b->have_point = true;
  const oc_exact u = bd_evaluate(b);
  b->trail[b->node_rounds++ % 16] = u;
  b->rounds++;
  b->raw = oc_relax_objective(b->relax);
  bd_global(b);
  if (u > b->target && begin_packing(b)) return;
  if (u <= b->target) {
    if (wants_exact(b))
      b->phase = BD_EXACT;
    else
      bd_close(b, RC_NODE_BOUND);
    return;
  }
  /* no point to separate at, and multipliers that do not close the node yet: smaller cases will */
  if (b->empty) {
    if (may_branch(b))
      bd_branch(b);
    else
      b->phase = BD_DONE;
    return;
  }
  oc_relax_purge(b->relax);
  b->least = b->engine == OC_SIMPLEX ? 1e-8 : 1e-4;
  b->found_n = look_into_pool(b, b->least);
  begin_pass(b, OC_BY_FOREST);
}

/* The rows are found, and the best of them go into the relaxation. */
static bool end_round(rc_bound *b, rc_err *err) {
  const bool branches = may_branch(b);
  if (bd_offer(b, oc_sep_rounding(b->sep))) {
    bd_global(b);
    if (b->node[b->current].bound <= b->target) return bd_close(b, RC_NODE_BOUND), true;
  }
  if (branches && tailing_off(b)) return bd_branch(b), true;
  const int added = b->found_n > 0 ? add_rows(b, b->found_n, err) : 0;
  if (added < 0) return false;
  b->phase = BD_SOLVE;
  if (added > 0) return true;
  if (!oc_relax_accurate(b->relax)) return oc_relax_refine(b->relax), true;
  /* the relaxation is solved and its bound is above the target */
  if (branches)
    bd_branch(b);
  else
    b->phase = wants_exact(b) ? BD_EXACT : BD_DONE;
  return true;
}

static bool separate(rc_bound *b, double work, rc_err *err) {
  while (oc_sep_step(b->sep, &work)) {
    b->found_n += oc_sep_count(b->sep);
    if (b->phase == BD_PATHS || b->found_n > b->p->vars / 40) {
      b->phase = BD_ROWS;
      return work < 2. * (double)b->g->m || end_round(b, err); /* of a large graph: a slice */
    }
    begin_pass(b, OC_BY_PATHS); /* cycles along the forest run out: these miss none */
  }
  return true;
}

static bool in_round(const rc_bound *b) {
  return b->phase == BD_FOREST || b->phase == BD_PATHS || b->phase == BD_ROWS;
}

bool rc_bound_step(rc_bound *b, rc_err *err) {
  if (b->phase == BD_DONE) return true;
  b->spent =
      b->o.work > 0 && oc_sep_work(b->sep) + oc_relax_work(b->relax) + b->work_pack >= b->o.work;
  if (b->spent) return b->phase = BD_DONE, true;
  if (!triangles_known(b)) return triangle_slice(b, 2 * slice_work(b->g)), true;
  if (b->phase == BD_ROWS) return end_round(b, err);
  if (in_round(b)) return separate(b, slice_work(b->g), err);
  if (b->o.rounds > 0 && b->rounds >= b->o.rounds) return b->phase = BD_DONE, true;
  if (b->phase == BD_ROUND) {
    begin_round(b);
    const double begun = 2. * (double)b->g->m + 4. * oc_pool_rows(b->q);
    return !in_round(b) || separate(b, slice_work(b->g) - begun, err);
  }
  if (b->phase == BD_PACK) return pack(b), true;
  if (b->phase == BD_EXACT) return solve_exactly(b, err);
  bool ready, empty;
  oc_relax_cutoff(b->relax, ldexp((double)b->target, -b->p->scale) - 1e-7 * b->p->unit);
  if (!oc_relax_step(b->relax, &ready, &empty, err)) return false;
  b->empty = empty;
  if (ready || empty) b->phase = BD_ROUND;
  return true;
}

rc_bound_view rc_bound_read(const rc_bound *b) {
  rc_bound_view v = {.best = b->best, .best_side = b->climb.best_side, .raw = b->raw};
  v.bound = oc_exact_up(b->global, b->p->scale);
  if (b->p->step > 0) {
    const oc_exact unit = (oc_exact)b->p->step << b->p->scale;
    oc_exact floor_units = b->global / unit;
    if (floor_units * unit > b->global) floor_units--;
    v.bound = (double)floor_units * (double)b->p->step;
  }
  v.proved = b->global <= b->target;
  v.done = b->phase == BD_DONE;
  v.end = end_of(b);
  v.separating = in_round(b);
  v.rounds = b->rounds;
  const int *row;
  const double *y;
  v.rows = oc_relax_rows(b->relax, &row, &y);
  v.rows_total = oc_pool_rows(b->q);
  v.pivots = oc_relax_pivots(b->relax);
  v.columns = b->p->vars;
  memcpy(v.cuts, b->cuts, sizeof v.cuts);
  v.nodes = b->nodes;
  v.nodes_open = b->open;
  v.depth = b->node[b->current].show.depth;
  v.fixed = b->fixed;
  v.work_separate = oc_sep_work(b->sep);
  v.work_lp = oc_relax_work(b->relax);
  v.work_pack = b->work_pack;
  v.x = b->have_point ? b->x : NULL;
  v.packed = triangles_known(b);
  v.packing = b->packing;
  snprintf(v.phase, sizeof v.phase, "%s",
           b->phase == BD_DONE       ? (v.proved ? "proved" : "relaxation solved")
           : b->phase == BD_ROUND    ? "separation"
           : in_round(b)             ? "separation"
           : b->phase == BD_PACK     ? "packing"
           : b->phase == BD_EXACT    ? "exact simplex"
           : b->engine == OC_SIMPLEX ? "simplex"
                                     : "first-order");
  return v;
}

int64_t rc_bound_active(const rc_bound *b) {
  const oc_proof *p = &b->node[b->current].proof;
  return p->n;
}

bool rc_bound_row(const rc_bound *b, int64_t k, rc_cycle_row *out) {
  const oc_proof *p = &b->node[b->current].proof;
  if (k < 0 || k >= p->n) return false;
  const oc_row row = oc_pool_row(b->q, p->row[k]);
  double cost = 0;
  for (int i = 0; i < row.length && b->have_point; i++) {
    cost += row.marked[i] ? 1 - b->x[row.edge[i]] : b->x[row.edge[i]];
  }
  *out = (rc_cycle_row){row.length, (int *)row.vertex, (uint8_t *)row.marked,
                        ldexp((double)p->y[k], -b->p->scale), cost - 1};
  return true;
}

int64_t rc_bound_nodes(const rc_bound *b, rc_tree_node *out, int64_t cap) {
  const int64_t n = RC_MIN(cap, b->nodes);
  for (int64_t i = 0; i < n; i++) {
    out[i] = b->node[b->nodes - n + i].show;
    out[i].bound = oc_exact_up(b->node[b->nodes - n + i].bound, b->p->scale);
  }
  return b->nodes;
}
