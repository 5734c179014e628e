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
 * the snapshot, and never change; NULL, zero or nan means: not known yet. */
enum { RC_HILBERT_WARNINGS = 20 };
typedef enum { RC_SIGNS_AUTO, RC_SIGNS_ALWAYS, RC_SIGNS_NONE } rc_signs_wish;
typedef struct rc_hilbert_data {
  const rc_lattice *lattice;
  rc_model model;
  rc_sector sector;
  char sector_name[96];
  const rc_basis *basis;
  const rc_matrix *matrix;    /* for rows and neighbourhoods; NULL until matrix_ready. It may be
                                 another object than the solver's: see 'storage' for that one */
  bool matrix_ready;
  rc_storage storage;
  uint64_t matrix_entries;    /* off-diagonal, both directions */
  uint64_t matrix_bytes;
  uint64_t bytes_planned, bytes_peak;
  int64_t group_order;        /* of the automorphism group at these couplings; 0 until known */
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
  double laplacian_max;       /* m/2 - 2 E0/J: largest eigenvalue of the graph Laplacian; nan unless
                                 the couplings are uniform, isotropic and J > 0, without symmetry */
  rc_sign_facts signs;
  bool signs_ready, signs_refused; /* refused: degenerate level */
  double boson_energy;        /* nan until known */
  int checks;
  const rc_check *check;
  int scans;                  /* sector scan, on request */
  const rc_scan_row *scan;
  int scan_total;
  bool scanning;
  double outside_energy;      /* lowest level found outside a symmetric or magnetised sector; nan */
  char outside_name[64];      /* the sector it was found in */
  int warnings;
  char warning[RC_HILBERT_WARNINGS][200];
  bool is_note[RC_HILBERT_WARNINGS]; /* a remark on the lattice rather than a warning */
} rc_hilbert_data;

#endif
