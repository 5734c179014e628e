/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study: one file per study; binds a scenario's parameters to the library and fills frames.
 *
 * This header shows what the views read: the registry and each study's snapshot (frame->data). */
#ifndef ROADCUT_STUDY_H
#define ROADCUT_STUDY_H

#include "roadcut/engine.h"

extern const rc_study_class *const rc_study_classes[]; /* NULL-terminated */
extern const rc_kind *const rc_study_kinds[];          /* the same as kinds, for the scenario room */

/* Snapshot of the hilbert study. The arrays belong to shared objects that stay alive as long as
 * the snapshot; NULL or zero means: not known yet. */
typedef struct rc_hilbert_data {
  const rc_lattice *lattice;
  rc_model model;
  rc_sector sector;
  char sector_name[96];
  const rc_basis *basis;
  const rc_matrix *matrix;    /* complete once matrix_ready: rows and neighbourhoods may be asked */
  bool matrix_ready;
  rc_storage storage;
  uint64_t bytes_planned, bytes_peak;
  int64_t group_order;        /* of the automorphism group of the coupling graph */
  /* ground state */
  rc_eigen_view eigen;        /* vector is NULL here; see vector */
  const double *vector;       /* states doubles */
  int trace;                  /* points of the convergence curve */
  const double *trace_energy, *trace_residual; /* by iteration */
  const uint64_t *order;      /* states by falling |amplitude|: the first 'ordered' */
  int ordered;
  double total_spin;          /* nan until known */
  const double *ss, *szsz;    /* sites x sites correlations */
  /* graph */
  rc_graph_facts graph;       /* arrays owned by the snapshot's shares */
  double laplacian_max;       /* m J / 2 - 2 E0 for uniform J, else nan */
  rc_sign_facts signs;
  bool signs_ready, signs_refused; /* refused: degenerate level */
  double boson_energy;        /* nan until known */
  int checks;
  const rc_check *check;
  int scans;                  /* sector scan, on request */
  const rc_scan_row *scan;
  int scan_total;
  int warnings;
  char warning[12][160];
} rc_hilbert_data;

#endif
