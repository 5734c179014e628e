/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hilbert study shows: scalars, snapshot, and the nested parts of its result. */
#include "study/hilbert_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const hilbert_result_names[] = {"sites",
                                            "states",
                                            "edges",
                                            "degree_min",
                                            "degree_max",
                                            "degree_mean",
                                            "components",
                                            "bipartite",
                                            "balanced",
                                            "energy",
                                            "energy_per_site",
                                            "gap",
                                            "degeneracy",
                                            "residual",
                                            "energy_diagonal",
                                            "weight_total",
                                            "weight_satisfied",
                                            "weight_frustrated_share",
                                            "marshall_overlap",
                                            "bytes_planned",
                                            "bytes_peak",
                                            "sector",
                                            NULL};

/* By hilbert_phase; then those that AT_EIGEN is divided into. */
enum { EIGEN_DENSE = AT_END + 1, EIGEN_VECTOR, EIGEN_LEVELS };
const char *const hilbert_phase_names[] = {[AT_BASIS] = "basis",
                                           [AT_MATRIX] = "matrix",
                                           [AT_EIGEN] = "Lanczos",
                                           [AT_CORRELATIONS] = "correlations",
                                           [AT_ORDER] = "amplitudes",
                                           [AT_SIGNS] = "signs",
                                           [AT_GROUP] = "symmetries",
                                           [AT_GRAPH] = "graph",
                                           [AT_BOSON] = "boson",
                                           [AT_CHECKS] = "checks",
                                           [AT_COMPARE] = "other sectors",
                                           [AT_SCAN] = "sector scan",
                                           [AT_END] = "done",
                                           [EIGEN_DENSE] = "dense",
                                           [EIGEN_VECTOR] = "vector",
                                           [EIGEN_LEVELS] = "levels",
                                           NULL};

/* ---- scalars ----------------------------------------------------------------------------------
 */

static void count(rc_frame *f, const char *name, bool known, uint64_t v) {
  if (known && v <= INT64_MAX)
    rc_frame_int(f, name, (int64_t)v);
  else
    rc_frame_null(f, name);
}

static void flag(rc_frame *f, const char *name, bool known, bool v) {
  if (known)
    rc_frame_bool(f, name, v);
  else
    rc_frame_null(f, name);
}

static void real(rc_frame *f, const char *name, bool known, double v) {
  if (known && !isnan(v))
    rc_frame_real(f, name, v);
  else
    rc_frame_null(f, name);
}

static void graph_scalars(const hilbert *s, rc_frame *f) {
  const rc_graph_facts *g = &s->graph;
  bool counts = g->counts_done;
  count(f, "edges", counts, g->edges);
  count(f, "degree_min", counts, (uint64_t)g->degree_min);
  count(f, "degree_max", counts, (uint64_t)g->degree_max);
  real(f, "degree_mean", counts, g->degree_mean);
  count(f, "components", g->structure_done, g->components);
  flag(f, "bipartite", g->structure_done, g->bipartite);
  flag(f, "balanced", g->structure_done, g->balanced);
  count(f, "odd_cycle", g->cycle_done, (uint64_t)g->odd_cycle);
  flag(f, "odd_cycle_exact", g->cycle_done && g->odd_cycle > 0, g->odd_cycle_exact);
  count(f, "diameter", g->diameter_done, (uint64_t)g->diameter);
  flag(f, "diameter_exact", g->diameter_done, g->diameter_exact);
  count(f, "triangles", g->triangles_done && g->triangles != RC_NONE, g->triangles);
}

/* H = J m/4 - (J/2) L on the whole sector when all couplings are equal and isotropic and there is
 * no field, so the ground state is the top of the Laplacian: lambda_max = m/2 - 2 E0/J. */
static double laplacian_max(const hilbert *s) {
  const rc_hamiltonian *h = s->h;
  if (!s->basis || rc_basis_symmetric(hilbert_basis(s)) || h->pairs == 0 || h->delta != 1 ||
      h->field != 0 || !(h->pair[0].J > 0))
    return nan("");
  for (int p = 1; p < h->pairs; p++)
    if (h->pair[p].J != h->pair[0].J) return nan("");
  return 0.5 * h->pairs - 2 * s->view.energy / h->pair[0].J;
}

static void sign_scalars(const hilbert *s, rc_frame *f) {
  const rc_sign_facts *g = &s->signs;
  bool known = s->signs_ready;
  real(f, "energy_diagonal", known, g->energy_diagonal);
  real(f, "weight_total", known, g->weight_total);
  real(f, "weight_satisfied", known, g->weight_satisfied);
  real(f, "weight_frustrated_share", known, g->frustrated_share);
  real(f, "edges_frustrated_share", known, g->frustrated_edges);
  count(f, "zero_amplitudes", known, g->zero_amplitudes);
  real(f, "marshall_overlap", known, g->marshall_overlap);
  real(f, "linear_overlap", known, g->linear_overlap);
}

static void verdicts(const hilbert *s, int *passed, int *failed) {
  const rc_check *c = s->checks ? rc_share_get(s->checks) : NULL;
  *passed = *failed = 0;
  for (int i = 0; i < s->check_count; i++) {
    *passed += c[i].verdict == RC_CHECK_PASS;
    *failed += c[i].verdict == RC_CHECK_FAIL;
  }
}

static void all_scalars(const hilbert *s, rc_frame *f) {
  const rc_eigen_view *v = &s->view;
  int sites = hilbert_lattice(s)->sites, passed, failed, warnings = 0;
  bool settled = s->vector != NULL;
  rc_str sector = {0};
  rc_sector_describe(&s->sector, &sector);
  count(f, "sites", true, (uint64_t)sites);
  rc_frame_text(f, "sector", rc_str_c(&sector));
  rc_str_free(&sector);
  count(f, "states", s->basis != NULL, hilbert_states(s));
  real(f, "energy", true, v->energy);
  real(f, "energy_per_site", true, v->energy / sites);
  real(f, "gap", true, v->gap);
  count(f, "degeneracy", v->degeneracy > 0, (uint64_t)v->degeneracy);
  flag(f, "degeneracy_open", v->degeneracy > 0, v->degeneracy_open);
  real(f, "residual", true,
       settled && !isnan(v->vector_residual) ? v->vector_residual : v->residual);
  count(f, "iterations", v->iteration > 0, (uint64_t)v->iteration);
  real(f, "total_spin", true, s->total_spin);
  graph_scalars(s, f);
  real(f, "laplacian_max", settled, laplacian_max(s));
  sign_scalars(s, f);
  real(f, "energy_boson", true, s->boson);
  count(f, "group_order", s->group_order > 0, (uint64_t)s->group_order);
  verdicts(s, &passed, &failed);
  bool checked = s->check_count > 0;
  count(f, "checks_passed", checked, (uint64_t)passed);
  count(f, "checks_failed", checked, (uint64_t)failed);
  real(f, "energy_outside", true, s->outside_energy);
  for (int i = 0; i < s->warnings; i++) warnings += !s->is_note[i];
  count(f, "warning_count", true, (uint64_t)warnings);
  count(f, "bytes_planned", s->bytes_planned > 0, s->bytes_planned);
  count(f, "bytes_peak", s->bytes_peak > 0, s->bytes_peak);
}

/* ---- snapshot ---------------------------------------------------------------------------------
 */

enum { REFS_MAX = 12 };

typedef struct snapshot {
  rc_hilbert_data d; /* first: the share's object is this */
  rc_share *ref[REFS_MAX];
  int refs;
} snapshot;

static void free_snapshot(void *p) {
  snapshot *s = p;
  for (int i = 0; i < s->refs; i++) rc_share_drop(s->ref[i]);
  rc_free(s);
}

/* The object of a share, which the snapshot keeps alive; NULL for NULL. */
static void *hold(snapshot *n, rc_share *share) {
  if (!share) return NULL;
  n->ref[n->refs++] = rc_share_ref(share);
  return rc_share_get(share);
}

static void snapshot_state(const hilbert *s, snapshot *n) {
  rc_hilbert_data *d = &n->d;
  d->eigen = s->view;
  d->vector = hold(n, s->vector);
  const double *trace = hold(n, s->trace);
  d->trace = s->traces;
  d->trace_energy = trace;
  d->trace_residual = trace ? trace + s->trace_cap : NULL;
  d->order = hold(n, s->order);
  d->ordered = s->ordered;
  d->total_spin = s->total_spin;
  const double *c = hold(n, s->correlations);
  size_t sites = (size_t)d->lattice->sites;
  d->ss = c;
  d->szsz = c ? c + sites * sites : NULL;
  d->signs = s->signs;
  d->signs_ready = s->signs_ready;
  d->signs_refused = s->signs_refused;
  d->boson_energy = s->boson;
}

static rc_share *make_snapshot(const hilbert *s) {
  snapshot *n = rc_alloc(1, sizeof *n);
  rc_hilbert_data *d = &n->d;
  d->lattice = hold(n, s->lattice);
  d->model = s->model;
  d->sector = s->sector;
  rc_str name = {0};
  rc_sector_describe(&s->sector, &name);
  snprintf(d->sector_name, sizeof d->sector_name, "%s", rc_str_c(&name));
  rc_str_free(&name);
  d->basis = hold(n, s->basis);
  d->matrix = hold(n, s->shown);
  d->matrix_ready = s->matrix_ready;
  if (!d->matrix_ready) d->matrix = NULL;
  d->storage = s->plan.storage;
  if (s->matrix_ready) {
    d->matrix_entries = rc_matrix_entries(s->matrix);
    d->matrix_bytes = rc_matrix_bytes(s->matrix);
  }
  d->bytes_planned = s->bytes_planned;
  d->bytes_peak = s->bytes_peak;
  d->group_order = s->group_order;
  snapshot_state(s, n);
  d->graph = s->graph;
  hold(n, s->graph_arrays[0]);
  hold(n, s->graph_arrays[1]);
  d->laplacian_max = s->vector ? laplacian_max(s) : nan("");
  d->checks = s->check_count;
  d->check = hold(n, s->checks);
  d->scans = s->scans;
  d->scan = hold(n, s->scan_rows);
  d->scan_total = s->scan_total;
  d->scanning = s->phase == AT_SCAN;
  d->outside_energy = s->outside_energy;
  memcpy(d->outside_name, s->outside_name, sizeof d->outside_name);
  d->warnings = s->warnings;
  memcpy(d->warning, s->warning, sizeof d->warning);
  memcpy(d->is_note, s->is_note, sizeof d->is_note);
  return rc_share_new(n, free_snapshot);
}

/* Share of the work done, by rough weights of the phases; exact inside the graph scan. */
static double progress(const hilbert *s) {
  static const double begin[] = {0,    0.02, 0.1, 0.5,  0.55, 0.57, 0.62,
                                 0.63, 0.85, 0.9, 0.95, 0.97, 1};
  double part = 0;
  if (s->phase == AT_GRAPH) part = s->graph.progress;
  if (s->phase == AT_EIGEN) /* how many products it takes is not known: 100 are about half */
    part = 1 - 100 / (100 + (double)s->view.applications);
  if (s->phase == AT_SCAN && s->scan_total > 0) part = (double)s->scans / s->scan_total;
  double end = s->phase == AT_END ? 1 : begin[s->phase + 1];
  return begin[s->phase] + part * (end - begin[s->phase]);
}

void hilbert_frame(void *study, rc_frame *f) {
  const hilbert *s = study;
  int phase = (int)s->phase;
  if (s->phase == AT_EIGEN && s->view.phase == RC_EIGEN_DENSE)
    phase = hilbert_states(s) <= RC_DENSE_MAX ? EIGEN_DENSE : phase;
  else if (s->phase == AT_EIGEN && s->view.phase == RC_EIGEN_VECTOR)
    phase = EIGEN_VECTOR;
  else if (s->phase == AT_EIGEN && s->view.phase == RC_EIGEN_LEVELS)
    phase = EIGEN_LEVELS;
  snprintf(f->phase, sizeof f->phase, "%s", hilbert_phase_names[phase]);
  f->progress = progress(s);
  all_scalars(s, f);
  f->data = make_snapshot(s);
}

/* ---- result -----------------------------------------------------------------------------------
 */

static void write_words(rc_json *j, const char *key, const uint64_t *v, int n) {
  rc_json_array(j, key);
  for (int i = 0; v && i < n; i++) rc_json_uint(j, NULL, v[i]);
  rc_json_end(j);
}

static void write_sites(rc_json *j, const char *key, uint64_t set) {
  rc_json_array(j, key);
  for (uint64_t w = set; w; w &= w - 1) rc_json_int(j, NULL, __builtin_ctzll(w));
  rc_json_end(j);
}

static void write_ground_state(const hilbert *s, rc_json *j) {
  rc_json_array(j, "levels");
  for (int i = 0; i < s->view.levels; i++) rc_json_real(j, NULL, s->view.level[i]);
  rc_json_end(j);
  const uint64_t *order = s->order ? rc_share_get(s->order) : NULL;
  const double *vector = s->vector ? rc_share_get(s->vector) : NULL;
  rc_json_array(j, "largest_amplitudes");
  for (int i = 0; order && i < RC_MIN(s->ordered, 8); i++) {
    rc_json_object(j, NULL);
    rc_json_uint(j, "state", order[i]);
    rc_json_uint(j, "configuration", rc_basis_config(hilbert_basis(s), order[i]));
    const double a = vector[order[i]];
    rc_json_real(j, "amplitude", fabs(a) < RC_AMPLITUDE_ZERO ? 0 : a);
    rc_json_end(j);
  }
  rc_json_end(j);
  const double *c = s->correlations ? rc_share_get(s->correlations) : NULL;
  int sites = hilbert_lattice(s)->sites;
  rc_json_array(j, "correlations"); /* <S_0.S_j> over j; all of them are a pane of the explorer */
  for (int i = 0; c && i < sites; i++) rc_json_real(j, NULL, c[i]);
  rc_json_end(j);
}

static void write_checks(const hilbert *s, rc_json *j) {
  static const char *const verdict[] = {"pass", "fail", "skip"};
  const rc_check *c = s->checks ? rc_share_get(s->checks) : NULL;
  rc_json_array(j, "checks");
  for (int i = 0; i < s->check_count; i++) {
    rc_json_object(j, NULL);
    rc_json_text(j, "name", c[i].name);
    rc_json_text(j, "formula", c[i].formula);
    rc_json_text(j, "verdict", verdict[c[i].verdict]);
    rc_json_real(j, "left", c[i].left);
    rc_json_real(j, "right", c[i].right);
    if (c[i].why[0]) rc_json_text(j, "why", c[i].why);
    rc_json_end(j);
  }
  rc_json_end(j);
}

/* So that no warning is not read as 'compared'. */
static void write_comparison(const hilbert *s, rc_json *j) {
  int sectors = 0;
  const char *extent = hilbert_compare_extent(s, &sectors);
  if (extent)
    rc_json_text(j, "comparison", extent);
  else
    rc_json_null(j, "comparison");
  rc_json_int(j, "sectors_compared", sectors);
}

static void write_scan(const hilbert *s, rc_json *j) {
  const rc_scan_row *row = s->scan_rows ? rc_share_get(s->scan_rows) : NULL;
  rc_json_array(j, "scan");
  for (int i = 0; i < s->scans; i++) {
    rc_json_object(j, NULL);
    rc_json_text(j, "sector", row[i].name);
    rc_json_uint(j, "states", row[i].states);
    rc_json_real(j, "energy", row[i].energy);
    rc_json_bool(j, "lowest", row[i].lowest);
    rc_json_end(j);
  }
  rc_json_end(j);
}

static void write_remarks(const hilbert *s, rc_json *j, const char *key, bool notes) {
  rc_json_array(j, key);
  for (int i = 0; i < s->warnings; i++)
    if (s->is_note[i] == notes) rc_json_text(j, NULL, s->warning[i]);
  rc_json_end(j);
}

void hilbert_result(void *study, rc_json *j) {
  const hilbert *s = study;
  rc_json_text(j, "lattice", hilbert_lattice(s)->title);
  write_ground_state(s, j);
  write_words(j, "degree_histogram", s->graph.histogram, s->graph.degrees);
  write_words(j, "odd_cycle_states", s->graph.cycle, s->graph.odd_cycle);
  if (s->signs_ready && !isnan(s->signs.linear_overlap))
    write_sites(j, "linear_set", s->signs.linear_set);
  else
    rc_json_null(j, "linear_set");
  rc_json_bool(j, "signs_refused", s->signs_refused);
  write_checks(s, j);
  write_comparison(s, j);
  if (s->scan_rows) write_scan(s, j);
  write_remarks(s, j, "warnings", false);
  write_remarks(s, j, "notes", true);
}
