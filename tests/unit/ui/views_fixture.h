/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A snapshot of the hilbert study made by hand from the library's parts: no study, no session.
 * The ground vector comes from power iteration, so it owes nothing to the eigensolver. */
#ifndef RC_TEST_VIEWS_FIXTURE_H
#define RC_TEST_VIEWS_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/ui.h"

enum { FX_ORDER = 400, FX_TRACE = 60 };

typedef struct fixture {
  rc_lattice_spec spec;
  rc_lattice *lattice;
  rc_hamiltonian *h;
  rc_basis *basis;
  rc_matrix *matrix;
  rc_graph_scan *scan;
  double *vector, *ss, *szsz, trace_energy[FX_TRACE], trace_residual[FX_TRACE];
  uint64_t order[FX_ORDER];
  rc_check check[RC_CHECKS_MAX];
  rc_scan_row rows[3];
  rc_scenario scenario;
  rc_hilbert_data data;
  rc_view_context context;
} fixture;

static const double *fx_sort_by;
static inline int fx_by_size(const void *a, const void *b) {
  uint64_t i = *(const uint64_t *)a, j = *(const uint64_t *)b;
  double x = fabs(fx_sort_by[i]), y = fabs(fx_sort_by[j]);
  if (x != y) return x > y ? -1 : 1;
  return i < j ? -1 : 1;
}

/* Power iteration on shift - H; keeps 60 points of its way. */
static inline void fx_ground(fixture *f, uint64_t n) {
  double shift = 0;
  for (int p = 0; p < f->h->pairs; p++) shift += 0.25 * fabs(f->h->pair[p].J);
  rc_rng r = rc_rng_stream(1, "fixture", 0);
  double *y = calloc(n, sizeof *y);
  f->vector = calloc(n, sizeof *f->vector);
  for (uint64_t i = 0; i < n; i++) f->vector[i] = rc_rng_normal(&r);
  double energy = 0, residual = 1;
  for (int it = 0; it < 4000 && residual > 1e-11; it++) {
    double norm = 0;
    for (uint64_t i = 0; i < n; i++) norm += f->vector[i] * f->vector[i];
    for (uint64_t i = 0; i < n; i++) f->vector[i] /= sqrt(norm);
    rc_matrix_apply(f->matrix, f->vector, y);
    energy = residual = 0;
    for (uint64_t i = 0; i < n; i++) energy += f->vector[i] * y[i];
    for (uint64_t i = 0; i < n; i++) residual += pow(y[i] - energy * f->vector[i], 2);
    residual = sqrt(residual);
    if (it < FX_TRACE) {
      f->trace_energy[it] = energy;
      f->trace_residual[it] = residual;
    }
    if (residual > 1e-11)
      for (uint64_t i = 0; i < n; i++) f->vector[i] = shift * f->vector[i] - y[i];
  }
  free(y);
  f->data.eigen = (rc_eigen_view){.phase = RC_EIGEN_DONE,
                                  .iteration = FX_TRACE,
                                  .applications = FX_TRACE,
                                  .energy = energy,
                                  .residual = residual,
                                  .gap = 0.5,
                                  .degeneracy = 1,
                                  .levels = 1,
                                  .level = {energy},
                                  .vector_residual = residual};
}

static inline void fx_sort(fixture *f, uint64_t n) {
  uint64_t *all = calloc(n, sizeof *all);
  for (uint64_t i = 0; i < n; i++) all[i] = i;
  fx_sort_by = f->vector;
  qsort(all, n, sizeof *all, fx_by_size);
  f->data.ordered = (int)RC_MIN(n, FX_ORDER);
  memcpy(f->order, all, (size_t)f->data.ordered * sizeof *all);
  free(all);
}

/* How much is known: 0 nothing, 1 lattice, 2 basis, 3 matrix, 4 graph, 5 vector, 6 all. */
static inline bool fixture_open(fixture *f, const char *kind, int a, int b, double J2, int level) {
  memset(f, 0, sizeof *f);
  rc_err err = {0};
  rc_lattice_spec_init(&f->spec, kind);
  f->spec.extents = b ? 2 : 1;
  f->spec.cluster[0] = a;
  f->spec.cluster[1] = b;
  f->lattice = rc_lattice_new(&f->spec, &err);
  if (!f->lattice) return fprintf(stderr, "# %s\n", err.message), false;
  rc_hilbert_data *d = &f->data;
  d->model = (rc_model){.delta = 1};
  for (int c = 0; c < f->lattice->classes; c++) d->model.J[c] = f->lattice->class_default[c];
  d->model.J[0] = 1;
  if (f->lattice->classes > 1) d->model.J[1] = J2;
  d->boson_energy = d->total_spin = d->laplacian_max = NAN;
  d->eigen.gap = NAN;
  f->scenario.built = f->lattice;
  f->scenario.model = d->model;
  f->context = (rc_view_context){.scenario = &f->scenario, .hilbert = d, .crosshair = -1};
  if (level < 1) f->context.hilbert = NULL, f->context.scenario = NULL;
  d->lattice = f->lattice;
  if (level < 2) return true;
  snprintf(d->sector_name, sizeof d->sector_name, "Sz=0");
  f->h = rc_hamiltonian_new(f->lattice, &d->model);
  d->sector = (rc_sector){.sz2 = f->lattice->sites % 2};
  d->basis = f->basis = rc_basis_new(f->lattice, &d->sector, 1u << 30, 1, &err);
  if (!f->basis) return fprintf(stderr, "# %s\n", err.message), false;
  uint64_t n = rc_basis_states(f->basis);
  if (level < 3) return true;
  rc_matrix_plan plan;
  bool done = false;
  if (!rc_matrix_plan_make(f->basis, f->h, 1u << 30, RC_MATRIX_VALUES, &plan, &err)) return false;
  d->matrix = f->matrix = rc_matrix_new(f->basis, f->h, &plan, 1, &err);
  while (!done && rc_matrix_build(f->matrix, 1u << 20, &done, &err)) {
  }
  d->matrix_ready = done;
  d->storage = plan.storage;
  d->bytes_planned = plan.bytes;
  if (level < 4) return true;
  f->scan = rc_graph_scan_new(f->matrix, 1, &err);
  for (done = false; !done && rc_graph_scan_step(f->scan, 1u << 20, &done, &err);) {
  }
  d->graph = *rc_graph_scan_facts(f->scan);
  d->group_order = 48;
  if (level < 5) return true;
  fx_ground(f, n);
  d->vector = f->vector;
  d->trace = FX_TRACE;
  d->trace_energy = f->trace_energy;
  d->trace_residual = f->trace_residual;
  fx_sort(f, n);
  d->order = f->order;
  if (level < 6) return true;
  int N = f->lattice->sites, colour[RC_SITES_MAX], cycle[RC_SITES_MAX + 1], length;
  f->ss = calloc((size_t)N * N, sizeof *f->ss);
  f->szsz = calloc((size_t)N * N, sizeof *f->szsz);
  rc_correlations(f->basis, f->vector, f->ss, f->szsz);
  d->ss = f->ss;
  d->szsz = f->szsz;
  d->total_spin = rc_total_spin(N, f->ss);
  double J[RC_CLASSES_MAX] = {1};
  bool two = rc_lattice_bipartite(f->lattice, J, colour, cycle, &length);
  d->signs_ready = rc_sign_scan(f->matrix, f->vector, two ? colour : NULL, 1, &d->signs, &err);
  rc_check_input in = {f->lattice,      &d->model,    f->matrix,     &d->graph, &d->signs,
                       d->eigen.energy, d->eigen.gap, d->total_spin, 1,         NAN};
  d->checks = rc_checks(&in, f->check, RC_CHECKS_MAX);
  d->check = f->check;
  d->scans = d->scan_total = 3;
  for (int i = 0; i < 3; i++) {
    f->rows[i] =
        (rc_scan_row){.states = 100 + (uint64_t)i, .energy = d->eigen.energy + i, .lowest = !i};
    snprintf(f->rows[i].name, sizeof f->rows[i].name, "Sz=0 k=(0,0) full %+d", 1 - i);
  }
  d->scan = f->rows;
  d->warnings = 1;
  snprintf(d->warning[0], sizeof d->warning[0],
           "the magnet is the cuboctahedron under another name");
  return true;
}

static inline void fixture_close(fixture *f) {
  rc_graph_scan_free(f->scan);
  rc_matrix_free(f->matrix);
  rc_basis_free(f->basis);
  rc_hamiltonian_free(f->h);
  rc_lattice_free(f->lattice);
  rc_lattice_spec_free(&f->spec);
  free(f->vector);
  free(f->ss);
  free(f->szsz);
}

/* Pane of a view by "view.pane". */
static inline const rc_pane_class *fixture_pane(const char *name) {
  for (int v = 0; rc_view_classes[v]; v++)
    for (int p = 0; p < rc_view_classes[v]->panes; p++) {
      char full[64];
      snprintf(full, sizeof full, "%s.%s", rc_view_classes[v]->kind.name,
               rc_view_classes[v]->pane[p]->name);
      if (!strcmp(full, name)) return rc_view_classes[v]->pane[p];
    }
  return NULL;
}

#endif
