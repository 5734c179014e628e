/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of the hilbert study, one bounded piece per step. The energy comes first; every other
 * figure follows in the order in which a person looks for it. */
#include "study/hilbert_study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  BUILD_ROWS = 1 << 15,
  GRAPH_ROWS = 1 << 12,
  SIGN_ROWS = 1 << 14,
  BOSON_STATES_MAX = 1000000,
  SYMMETRIC_ROWS_MAX = 1 << 18
};

/* ---- memory -----------------------------------------------------------------------------------
 */

/* Held for as long as the ground state is: tables of the basis, matrix, vector. */
static uint64_t standing_bytes(const hilbert *s) {
  return s->basis_bytes + (s->matrix ? rc_matrix_bytes(s->matrix) : 0) + 8 * hilbert_states(s);
}

uint64_t hilbert_room(const hilbert *s, uint64_t work) {
  const uint64_t held = standing_bytes(s) + work;
  return s->memory > held ? s->memory - held : 1;
}

bool hilbert_fits(const hilbert *s, uint64_t work) {
  return standing_bytes(s) + work <= s->memory;
}

/* If not, warns that 'what' is left out. */
static bool grants(hilbert *s, uint64_t work, const char *what) {
  if (hilbert_fits(s, work)) return true;
  char need[32];
  rc_format_bytes(standing_bytes(s) + work, need);
  hilbert_warn(s, "%s: that needs %s, above the memory limit", what, need);
  return false;
}

static bool graph_plan(const hilbert *s, uint64_t room, rc_graph_plan *plan) {
  return rc_graph_plan_make(rc_share_get(s->shown), s->o.graph == GRAPH_STRUCTURE, room, plan);
}

static uint64_t graph_bytes(const hilbert *s, uint64_t room) {
  rc_graph_plan plan = {0};
  if (s->o.graph != GRAPH_NONE) graph_plan(s, room, &plan);
  return plan.bytes;
}

static uint64_t signs_bytes(const hilbert *s) {
  return s->o.signs != RC_SIGNS_NONE ? rc_sign_plan(hilbert_basis(s)) : 0;
}

/* The self-check solves a matrix of its own, the graph's Laplacian: 4 bytes of column and 2 of
 * pair for each entry, 3 vectors, and where each row and four classes of couplings in it begin. */
static uint64_t checks_bytes(const hilbert *s) {
  enum { ENTRIES_MAX = 20000000 };
  if (!s->o.checks || s->o.graph == GRAPH_NONE || rc_basis_symmetric(hilbert_basis(s)) ||
      s->plan.entries > ENTRIES_MAX)
    return 0;
  return 6 * s->plan.entries + 40 * (hilbert_states(s) + 1);
}

/* Levels above the first cost a vector each, those of the levels found before them; in the halves of
 * a large plain sector at Sz = 0 it is half as long. What does not fit is left open. */
static uint64_t locked_bytes(const hilbert *s, int64_t levels, uint64_t room) {
  const uint64_t n = hilbert_states(s);
  if (levels <= 1 || n <= RC_DENSE_MAX) return 0;
  const bool halves = !rc_basis_symmetric(hilbert_basis(s)) && !s->sector.all &&
                      s->sector.sz2 == 0 && s->plan.storage == RC_MATRIX_FLY;
  return RC_MIN((uint64_t)(levels - 1) * (halves ? 4 * n : 8 * n), room);
}

static uint64_t boson_bytes(const hilbert *s) {
  return s->o.boson && hilbert_states(s) <= BOSON_STATES_MAX ? rc_boson_bytes(s->matrix) : 0;
}

static rc_scan *new_scan(const hilbert *s, uint64_t room, rc_err *err) {
  return rc_scan_new(hilbert_lattice(s), s->h, &s->sector, room, s->env.seed, s->env.threads, err);
}

static uint64_t scan_bytes(const hilbert *s, uint64_t room) {
  if (!s->scan_wanted) return 0;
  rc_scan *scan = new_scan(s, room, NULL);
  const uint64_t bytes = scan ? rc_scan_plan(scan) : 0;
  rc_scan_free(scan);
  return bytes;
}

static void set_need(hilbert *s, int phase, uint64_t bytes) {
  s->need[phase] = bytes;
  uint64_t most = 0;
  for (int i = 0; i < NEEDS; i++) most = RC_MAX(most, s->need[i]);
  s->bytes_planned = s->bytes_standing + most;
}

/* The phases after the eigensolver. */
static void plan_later(hilbert *s, uint64_t room) {
  const uint64_t need[NEEDS] = {[NEED_SIGNS] = signs_bytes(s),
                                [NEED_GRAPH] = s->graph_done ? 0 : graph_bytes(s, room),
                                [NEED_BOSON] = boson_bytes(s),
                                [NEED_CHECKS] = checks_bytes(s),
                                [NEED_COMPARE] = hilbert_compare_bytes(s),
                                [NEED_SCAN] = scan_bytes(s, room)};
  for (int i = NEED_SIGNS; i < NEEDS; i++)
    set_need(s, i, need[i] <= room ? need[i] : 0); /* what does not fit is left out and said */
}

/* ---- basis and matrix -------------------------------------------------------------------------
 */

static void free_basis(void *p) {
  rc_basis_free(p);
}

static void free_matrix(void *p) {
  rc_matrix_free(p);
}

/* Squares of energies below this one are no longer what they should be. */
static bool large_enough(const hilbert *s, rc_err *err) {
  const double least = 1e-100, scale = rc_hamiltonian_scale(s->h);
  if (scale >= least) return true;
  return rc_err_set(err, RC_ERR_INPUT,
                    "the largest coupling is %g, too small to compute with: give the couplings in "
                    "a unit in which one of them is above %g",
                    scale, least);
}

static bool make_basis(hilbert *s, rc_err *err) {
  if (!s->building && !large_enough(s, err)) return false;
  if (!s->building) hilbert_warn_setup(s);
  if (!s->basis) {
    bool done = false;
    if (!s->building)
      s->building =
          rc_basis_builder_new(hilbert_lattice(s), &s->sector, s->memory, s->env.threads, err);
    if (!s->building || !rc_basis_builder_step(s->building, &done, err)) return false;
    if (!done) return true;
    s->basis = rc_share_new(rc_basis_builder_take(s->building), free_basis);
    s->building = NULL;
  }
  s->phase = AT_MATRIX;
  return true;
}

/* What views read rows from: it stores nothing but the couplings. */
static bool make_shown(hilbert *s, rc_err *err) {
  rc_matrix_plan plan;
  bool done = false;
  if (!rc_matrix_plan_make(hilbert_basis(s), s->h, 0, RC_MATRIX_FLY, &plan, err)) return false;
  rc_matrix *m = rc_matrix_new(hilbert_basis(s), s->h, &plan, s->env.threads, err);
  if (!m) return false;
  if (!rc_matrix_build(m, UINT64_MAX / 2, &done, err) || !done) {
    rc_matrix_free(m);
    return rc_err_set(err, RC_ERR_INTERNAL, "a matrix without storage is not complete at once");
  }
  s->shown = rc_share_new(m, free_matrix);
  return true;
}

static bool begin_matrix(hilbert *s, rc_err *err) {
  static const rc_storage wish[] = {RC_MATRIX_AUTO, RC_MATRIX_VALUES, RC_MATRIX_PATTERN,
                                    RC_MATRIX_FLY};
  const rc_basis *b = hilbert_basis(s);
  s->basis_bytes = rc_basis_bytes(b);
  uint64_t fixed = s->basis_bytes + 8 * rc_basis_states(b);
  rc_matrix_plan plan;
  if (!rc_matrix_plan_within(b, s->h, s->memory, fixed, wish[s->o.storage], &plan, err))
    return false;
  bool recoupled = s->matrix_kept && plan.storage == s->plan.storage &&
                   plan.bytes == s->plan.bytes && rc_matrix_recouple(s->matrix, s->h);
  s->plan = plan;
  if (!recoupled) {
    rc_matrix_free(s->matrix);
    s->matrix = rc_matrix_new(b, s->h, &plan, s->env.threads, err);
    if (!s->matrix) return false;
  }
  s->matrix_kept = false;
  s->matrix_ready = recoupled;
  if (!make_shown(s, err)) return false;
  const uint64_t room = hilbert_room(s, 0);
  s->bytes_locked =
      locked_bytes(s, s->o.levels, room > plan.bytes_work ? room - plan.bytes_work : 0);
  s->bytes_standing = standing_bytes(s);
  set_need(s, NEED_EIGEN, plan.bytes_work + s->bytes_locked);
  plan_later(s, room);
  return true;
}

static bool build_matrix(hilbert *s, rc_err *err) {
  if (!s->shown && !begin_matrix(s, err)) return false;
  if (!s->matrix_ready && !rc_matrix_build(s->matrix, BUILD_ROWS, &s->matrix_ready, err))
    return false;
  if (s->matrix_ready) {
    s->env.emit(s->env.who, "matrix.ready", (double)rc_matrix_entries(s->matrix),
                "%llu state%s, %llu off-diagonal entries", (unsigned long long)hilbert_states(s),
                hilbert_states(s) == 1 ? "" : "s",
                (unsigned long long)rc_matrix_entries(s->matrix));
    s->phase = AT_EIGEN;
  }
  return true;
}

/* ---- ground state -----------------------------------------------------------------------------
 */

/* What stands beside the solver's vectors: basis, matrix, and the copy of the ground state. */
static uint64_t beside_bytes(const hilbert *s) {
  return s->basis_bytes + s->plan.bytes + 8 * hilbert_states(s);
}

static rc_eigen_opts eigen_opts(const hilbert *s) {
  const uint64_t beside = beside_bytes(s);
  return (rc_eigen_opts){.tolerance = s->o.tolerance,
                         .iterations = s->o.iterations,
                         .levels = (int)s->o.levels,
                         .seed = s->env.seed,
                         .threads = s->env.threads,
                         .limit = s->memory > beside ? s->memory - beside : 1};
}

/* Adds a point to the convergence curve. Frames that are out show the first points of the same
 * array, which are not touched again; when it is full a larger one takes its place. */
static void add_trace(hilbert *s) {
  if (s->view.iteration <= s->traced || isnan(s->view.energy)) return;
  s->traced = s->view.iteration;
  if (s->traces == s->trace_cap) {
    int cap = RC_MAX(64, 2 * s->trace_cap);
    double *larger = rc_alloc((size_t)cap * 2, sizeof *larger);
    if (s->traces) {
      const double *old = rc_share_get(s->trace);
      memcpy(larger, old, (size_t)s->traces * sizeof *old);
      memcpy(larger + cap, old + s->trace_cap, (size_t)s->traces * sizeof *old);
    }
    rc_share_drop(s->trace);
    s->trace = rc_share_new(larger, rc_free);
    s->trace_cap = cap;
  }
  double *t = rc_share_get(s->trace);
  t[s->traces] = s->view.energy;
  t[s->trace_cap + s->traces++] = s->view.residual;
}

/* A degenerate level was not foreseen: its vectors beyond the first are planned when it shows. */
static void plan_degenerate(hilbert *s) {
  const uint64_t room = hilbert_room(s, 0), work = s->plan.bytes_work;
  const uint64_t locked = locked_bytes(s, s->view.levels - 1, room > work ? room - work : 0);
  set_need(s, NEED_EIGEN, RC_MAX(s->need[NEED_EIGEN], work + locked));
}

static bool copy_vector(hilbert *s, const double *vector, rc_err *err) {
  uint64_t n = hilbert_states(s);
  double *copy = rc_big_alloc(n, sizeof *copy, "the ground state", err);
  if (!copy) return false;
  memcpy(copy, vector, n * sizeof *copy);
  s->vector = rc_share_new(copy, rc_big_free);
  return true;
}

static bool solve(hilbert *s, rc_err *err) {
  if (!s->eigen) {
    const rc_eigen_opts o = eigen_opts(s);
    s->eigen = rc_eigen_new(s->matrix, &o, err);
    if (!s->eigen) return false;
  }
  bool done = false;
  if (!rc_eigen_step(s->eigen, &done, err)) return false;
  rc_eigen_view v = rc_eigen_read(s->eigen);
  const double *vector = v.vector;
  v.vector = NULL;
  s->view = v;
  add_trace(s);
  if (vector && !s->vector && !copy_vector(s, vector, err)) return false;
  if (vector && !s->said_converged) {
    s->said_converged = true;
    s->env.emit(s->env.who, "lanczos.converged", v.energy,
                "ground state after %lld iteration%s, residual %.1e", (long long)v.iteration,
                v.iteration == 1 ? "" : "s", v.vector_residual);
  }
  if (!done) return true;
  if (!s->vector) return rc_err_set(err, RC_ERR_INTERNAL, "the eigensolver ended without a vector");
  rc_eigen_free(s->eigen);
  s->eigen = NULL;
  s->env.emit(s->env.who, "levels.converged", s->view.gap, "%d level%s, ground level %d-fold",
              s->view.levels, s->view.levels == 1 ? "" : "s", s->view.degeneracy);
  plan_degenerate(s);
  hilbert_warn_level(s);
  s->phase = AT_CORRELATIONS;
  return true;
}

static void correlate(hilbert *s) {
  enum { STATES = 1 << 17, SYMMETRIC_STATES = 1 << 13 };
  if (!s->o.correlations) {
    s->phase = AT_ORDER;
    return;
  }
  if (!s->correlating)
    s->correlating = rc_correlator_new(hilbert_basis(s), rc_share_get(s->vector));
  if (!rc_correlator_step(s->correlating,
                          rc_basis_symmetric(hilbert_basis(s)) ? SYMMETRIC_STATES : STATES))
    return;
  s->phase = AT_ORDER;
  size_t sites = (size_t)hilbert_lattice(s)->sites, pairs = sites * sites;
  double *c = rc_alloc(2 * pairs, sizeof *c);
  rc_correlator_read(s->correlating, c, c + pairs);
  rc_correlator_free(s->correlating);
  s->correlating = NULL;
  s->correlations = rc_share_new(c, rc_free);
  /* of an eigenvector of S^2 only: not with anisotropy, nor of a mixture of equal levels */
  if (s->model.delta == 1 && s->view.degeneracy <= 1) s->total_spin = rc_total_spin((int)sites, c);
}

/* ---- order of amplitudes ----------------------------------------------------------------------
 */

/* Is state a further down the order than b? Amplitudes that differ by the solver's rounding only,
 * as those along an orbit do, count as equal and go by index. */
static bool after(const double *v, uint64_t a, uint64_t b) {
  double x = rint(fabs(v[a]) * 1e9), y = rint(fabs(v[b]) * 1e9);
  return x != y ? x < y : a > b;
}

/* A heap of the ORDER_MAX first states with the last of them on top. */
static void sift_down(const double *v, uint64_t *heap, int n, int i) {
  for (;;) {
    int worst = i;
    for (int child = 2 * i + 1; child <= 2 * i + 2; child++)
      if (child < n && after(v, heap[child], heap[worst])) worst = child;
    if (worst == i) return;
    uint64_t t = heap[i];
    heap[i] = heap[worst];
    heap[worst] = t;
    i = worst;
  }
}

static void sort_amplitudes(hilbert *s) {
  const double *v = rc_share_get(s->vector);
  uint64_t n = hilbert_states(s);
  int kept = (int)RC_MIN(n, (uint64_t)ORDER_MAX);
  uint64_t *heap = rc_alloc((size_t)kept, sizeof *heap);
  for (int i = 0; i < kept; i++) heap[i] = (uint64_t)i;
  for (int i = kept / 2 - 1; i >= 0; i--) sift_down(v, heap, kept, i);
  for (uint64_t i = (uint64_t)kept; i < n; i++)
    if (after(v, heap[0], i)) {
      heap[0] = i;
      sift_down(v, heap, kept, 0);
    }
  for (int left = kept; left > 1;) { /* heap sort: the last in order goes to the end */
    uint64_t t = heap[0];
    heap[0] = heap[--left];
    heap[left] = t;
    sift_down(v, heap, left, 0);
  }
  s->order = rc_share_new(heap, rc_free);
  s->ordered = kept;
  s->phase = AT_SIGNS;
}

/* ---- signs ------------------------------------------------------------------------------------
 */

/* Two colours such that antiferromagnetic bonds join different ones and ferromagnetic bonds equal
 * ones: then the sign (-1)^(ups of one colour) satisfies every flip. False when a cycle forbids it. */
static bool signed_colours(const rc_lattice *l, const double *J, int *colour) {
  for (int i = 0; i < l->sites; i++) colour[i] = -1;
  for (int seed = 0; seed < l->sites; seed++) {
    if (colour[seed] >= 0) continue;
    colour[seed] = 0;
    for (bool grown = true; grown;) {
      grown = false;
      for (int k = 0; k < l->bonds; k++) {
        const rc_bond *b = &l->bond[k];
        const double strength = J[b->cls] * b->factor;
        const int differ = strength > 0, a = colour[b->i], c = colour[b->j];
        if (strength == 0 || (a < 0 && c < 0)) continue;
        if (a >= 0 && c >= 0) {
          if ((a != c) != differ) return false;
          continue;
        }
        colour[a >= 0 ? b->j : b->i] = (a >= 0 ? a : c) ^ differ;
        grown = true;
      }
    }
  }
  return true;
}

/* Marshall's rule: the exact one where there is one; on a frustrated magnet that of its first class
 * alone, as the literature compares with, provided that this class connects all sites. */
static bool marshall_colours(const rc_lattice *l, const double *J, int *colour) {
  if (signed_colours(l, J, colour)) return true;
  double first[RC_CLASSES_MAX] = {1};
  int other[RC_SITES_MAX], cycle[RC_SITES_MAX], length = 0;
  if (J[0] == 0 || !rc_lattice_bipartite(l, first, colour, cycle, &length)) return false;
  int reached = 1;
  for (int i = 0; i < l->sites; i++) other[i] = i == 0;
  for (bool grown = true; grown;) {
    grown = false;
    for (int k = 0; k < l->bonds; k++) {
      const rc_bond *b = &l->bond[k];
      if (b->cls != 0 || other[b->i] == other[b->j]) continue;
      other[b->i] = other[b->j] = 1;
      reached++;
      grown = true;
    }
  }
  return reached == l->sites;
}

/* False when there will be none: not wanted, refused, or no room. */
static bool begin_signs(hilbert *s) {
  if (s->o.signs == RC_SIGNS_NONE) return false;
  if (s->view.degeneracy == 0 && s->o.signs != RC_SIGNS_ALWAYS) {
    hilbert_warn(s, "without levels above the ground state nothing tells whether it is unique: no "
                    "sign statistics (levels: 1 looks, signs: always gives them anyhow)");
    s->signs_skipped = true;
    return false;
  }
  if (s->view.degeneracy != 1 && s->o.signs != RC_SIGNS_ALWAYS) {
    s->signs_refused = true;
    return false;
  }
  if (!grants(s, signs_bytes(s), "sign statistics left out")) {
    s->signs_skipped = true;
    return false;
  }
  const rc_lattice *l = hilbert_lattice(s);
  int colour[RC_SITES_MAX];
  bool two = marshall_colours(l, s->model.J, colour);
  s->signing = rc_sign_new(rc_share_get(s->shown), rc_share_get(s->vector), two ? colour : NULL,
                           s->env.threads);
  return true;
}

static bool take_signs(hilbert *s, rc_err *err) {
  bool done = false;
  if (!s->signing && !begin_signs(s)) {
    set_need(s, NEED_SIGNS, 0);
    s->phase = AT_GROUP;
    return true;
  }
  if (!rc_sign_step(s->signing, SIGN_ROWS, &done, err)) return false;
  if (!done) return true;
  s->signs = *rc_sign_read(s->signing);
  rc_sign_free(s->signing);
  s->signing = NULL;
  s->signs_ready = true;
  s->phase = AT_GROUP;
  return true;
}

static bool find_group(hilbert *s, rc_err *err) {
  rc_group *g = rc_group_automorphisms_at(hilbert_lattice(s), s->model.J, err);
  if (!g) return false;
  s->group_order = g->order;
  rc_group_free(g);
  s->phase = AT_GRAPH;
  return true;
}

/* ---- graph ------------------------------------------------------------------------------------
 */

static rc_share *copy_words(const uint64_t *from, int n) {
  uint64_t *to = rc_alloc((size_t)n, sizeof *to);
  memcpy(to, from, (size_t)n * sizeof *to);
  return rc_share_new(to, rc_free);
}

/* The scan's arrays live until its next step: frames get copies. */
static void take_graph_facts(hilbert *s) {
  s->graph = *rc_graph_scan_facts(s->scan_graph);
  rc_share_drop(s->graph_arrays[0]);
  rc_share_drop(s->graph_arrays[1]);
  s->graph_arrays[0] = s->graph_arrays[1] = NULL;
  if (s->graph.histogram && s->graph.degrees > 0)
    s->graph_arrays[0] = copy_words(s->graph.histogram, s->graph.degrees);
  if (s->graph.cycle && s->graph.odd_cycle > 0)
    s->graph_arrays[1] = copy_words(s->graph.cycle, s->graph.odd_cycle);
  s->graph.histogram = s->graph_arrays[0] ? rc_share_get(s->graph_arrays[0]) : NULL;
  s->graph.cycle = s->graph_arrays[1] ? rc_share_get(s->graph_arrays[1]) : NULL;
}

static bool begin_graph(hilbert *s, bool *fits, rc_err *err) {
  rc_graph_plan plan;
  graph_plan(s, hilbert_room(s, 0), &plan);
  *fits = grants(s, plan.bytes, "the graph is not scanned");
  if (!*fits) return true;
  if (!plan.all_rows && plan.lists < RC_GRAPH_LISTS_MAX)
    hilbert_note(s, "the memory limit leaves no room to keep all rows of the graph: its cycle and "
                    "diameter may stay bounds, and its triangles are not counted");
  s->scan_graph = rc_graph_scan_new_within(rc_share_get(s->shown), &plan, s->env.threads, err);
  return s->scan_graph != NULL;
}

static bool scan_graph(hilbert *s, rc_err *err) {
  if (s->o.graph == GRAPH_NONE) {
    s->phase = AT_BOSON;
    return true;
  }
  if (!s->graph_done) {
    bool fits = true;
    if (!s->scan_graph && !begin_graph(s, &fits, err)) return false;
    if (!fits) {
      s->phase = AT_BOSON;
      return true;
    }
    if (!rc_graph_scan_step(s->scan_graph, GRAPH_ROWS, &s->graph_done, err)) return false;
    bool known = s->graph.structure_done;
    take_graph_facts(s);
    if (s->graph.structure_done && !known)
      s->env.emit(s->env.who, s->graph.balanced ? "graph.balanced" : "graph.frustrated",
                  (double)s->graph.edges, "%llu edge%s, %llu component%s, %s",
                  (unsigned long long)s->graph.edges, s->graph.edges == 1 ? "" : "s",
                  (unsigned long long)s->graph.components, s->graph.components == 1 ? "" : "s",
                  s->graph.balanced ? "a sign rule exists" : "no sign rule fits");
    /* In symmetric sectors every row costs a search over the group, and nothing but breadth-first
     * searches bounds the diameter: what a quarter of a million rows find must do. */
    if (s->graph.cycle_done && rc_basis_symmetric(hilbert_basis(s))) s->graph_rows += GRAPH_ROWS;
    if (!s->graph_done && s->graph_rows > SYMMETRIC_ROWS_MAX) {
      s->graph.diameter_done = s->graph.diameter > 0;
      s->graph_done = true;
    }
    if (!s->graph_done) return true;
    rc_graph_scan_free(s->scan_graph);
    s->scan_graph = NULL;
  }
  s->phase = AT_BOSON;
  return true;
}

/* ---- boson, checks, other sectors -------------------------------------------------------------
 */

static bool find_boson(hilbert *s, rc_err *err) {
  if (!s->o.boson || hilbert_states(s) > BOSON_STATES_MAX) {
    s->phase = AT_CHECKS;
    return true;
  }
  if (!s->bosons && !grants(s, boson_bytes(s), "the sign-free partner is left out")) {
    s->phase = AT_CHECKS;
    return true;
  }
  if (!s->bosons) {
    const rc_eigen_opts o = eigen_opts(s);
    s->bosons = rc_boson_new(s->matrix, &o, err);
    if (!s->bosons) return false;
  }
  bool done = false;
  if (!rc_boson_step(s->bosons, &done, err)) return false;
  if (!done) return true;
  s->boson = rc_boson_read(s->bosons, NULL);
  rc_boson_free(s->bosons);
  s->bosons = NULL;
  s->phase = AT_CHECKS;
  return true;
}

static bool run_checks(hilbert *s) {
  if (!s->o.checks || !s->graph.structure_done) {
    set_need(s, NEED_CHECKS, 0);
    s->phase = AT_COMPARE;
    return true;
  }
  if (!s->checking) {
    const rc_check_input in = {
        .lattice = hilbert_lattice(s),
        .model = &s->model,
        .matrix = rc_share_get(s->shown),
        .graph = &s->graph,
        .signs = s->signs_ready && !s->signs_refused && s->view.degeneracy == 1 ? &s->signs : NULL,
        .energy = s->view.energy,
        .gap = s->view.gap,
        .total_spin = s->total_spin,
        .degeneracy = s->view.degeneracy,
        .boson_energy = s->boson};
    s->checking = rc_checks_new(&in, hilbert_room(s, 0), s->env.threads);
  }
  bool done = false;
  rc_checks_step(s->checking, &done);
  const rc_check *check;
  int n = rc_checks_read(s->checking, &check);
  if (n > s->check_count) {
    rc_check *copy = rc_alloc((size_t)n, sizeof *copy);
    memcpy(copy, check, (size_t)n * sizeof *copy);
    rc_share_drop(s->checks);
    s->checks = rc_share_new(copy, rc_free);
    for (int i = s->check_count; i < n; i++)
      if (check[i].verdict == RC_CHECK_FAIL)
        s->env.emit(s->env.who, "check.failed", check[i].left - check[i].right,
                    "%s: %s: %.15g against %.15g", check[i].name, check[i].formula, check[i].left,
                    check[i].right);
    s->check_count = n;
  }
  if (!done) return true;
  rc_checks_free(s->checking);
  s->checking = NULL;
  s->phase = AT_COMPARE;
  return true;
}

static bool compare_sectors(hilbert *s, rc_err *err) {
  bool done = false;
  if (!hilbert_compare_step(s, &done, err)) return false;
  if (!done) return true;
  set_need(s, NEED_COMPARE, RC_MIN(s->need[NEED_COMPARE], hilbert_compare_begun(s)));
  s->phase = s->scan_wanted ? AT_SCAN : AT_END;
  return true;
}

static bool scan_sectors(hilbert *s, rc_err *err) {
  if (!s->scan) {
    s->scan = new_scan(s, hilbert_room(s, 0), err);
    if (!s->scan) return false;
    /* one that was asked for later is planned now */
    set_need(s, NEED_SCAN, rc_scan_plan(s->scan));
  }
  bool done = false;
  if (!rc_scan_step(s->scan, &done, err)) return false;
  const rc_scan_row *row;
  s->scans = rc_scan_rows(s->scan, &row);
  s->scan_total = rc_scan_total(s->scan);
  rc_scan_row *copy = rc_alloc((size_t)RC_MAX(1, s->scans), sizeof *copy);
  memcpy(copy, row, (size_t)s->scans * sizeof *copy);
  rc_share_drop(s->scan_rows);
  s->scan_rows = rc_share_new(copy, rc_free);
  if (!done) return true;
  const int left_out = rc_scan_left_out(s->scan);
  if (left_out)
    hilbert_warn(s, "%d sector%s left out of the scan: no room within the memory limit", left_out,
                 left_out == 1 ? "" : "s");
  rc_scan_free(s->scan);
  s->scan = NULL;
  s->scan_wanted = false;
  hilbert_warn_scan(s);
  s->phase = AT_END;
  return true;
}

/* ---- the step ---------------------------------------------------------------------------------
 */

static bool work(hilbert *s, rc_err *err) {
  switch (s->phase) {
  case AT_BASIS: return make_basis(s, err);
  case AT_MATRIX: return build_matrix(s, err);
  case AT_EIGEN: return solve(s, err);
  case AT_CORRELATIONS: correlate(s); return true;
  case AT_ORDER: sort_amplitudes(s); return true;
  case AT_SIGNS: return take_signs(s, err);
  case AT_GROUP: return find_group(s, err);
  case AT_GRAPH: return scan_graph(s, err);
  case AT_BOSON: return find_boson(s, err);
  case AT_CHECKS: return run_checks(s);
  case AT_COMPARE: return compare_sectors(s, err);
  case AT_SCAN: return scan_sectors(s, err);
  case AT_END: return true;
  }
  return true;
}

bool hilbert_step(void *study, rc_state *state, rc_err *err) {
  hilbert *s = study;
  rc_big_account *before = rc_big_charge(s->account);
  const bool good = work(s, err);
  rc_big_charge(before);
  s->bytes_peak = rc_big_account_peak(s->account);
  if (!good) return false;
  *state = s->phase == AT_END ? RC_DONE : RC_RUNNING;
  return true;
}
