/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the hilbert study: its state, shared by hilbert.c (class, change, commands),
 * hilbert_steps.c (the work), hilbert_frame.c (what it shows), hilbert_warn.c (what it warns
 * of) and hilbert_compare.c (the look at other sectors).
 *
 * What is published lives in shares and is never written again; a change makes new shares. The one
 * thing that is changed in place, the solver's matrix, is never published: views read rows from
 * 'shown', a matrix without storage that is made anew for every set of couplings. */
#ifndef RC_STUDY_HILBERT_STUDY_H
#define RC_STUDY_HILBERT_STUDY_H

#include "roadcut/study.h"

typedef struct hilbert_opts {
  double tolerance;
  int64_t iterations, levels;
  int storage, graph, signs;
  bool correlations, boson, checks, compare, scan;
} hilbert_opts;
enum { GRAPH_FULL, GRAPH_STRUCTURE, GRAPH_NONE };
extern const rc_param hilbert_params[];

typedef enum {
  AT_BASIS,
  AT_MATRIX,
  AT_EIGEN,
  AT_CORRELATIONS,
  AT_ORDER,
  AT_SIGNS,
  AT_GROUP,
  AT_GRAPH,
  AT_BOSON,
  AT_CHECKS,
  AT_COMPARE,
  AT_SCAN,
  AT_END
} hilbert_phase;

enum { ORDER_MAX = 4096 };

/* What takes memory beside basis, matrix and ground state, one after the other. */
enum {
  NEED_EIGEN,
  NEED_SIGNS,
  NEED_GRAPH,
  NEED_BOSON,
  NEED_CHECKS,
  NEED_COMPARE,
  NEED_SCAN,
  NEEDS
};

/* The look at other sectors, for the warning that the ground state is not here. */
typedef struct hilbert_compare hilbert_compare;

typedef struct hilbert {
  rc_study_env env;
  hilbert_opts o;
  hilbert_phase phase;
  bool closing; /* phase AT_END was announced */

  rc_share *lattice; /* of the scenario: the same pointer is the same lattice */
  rc_model model;
  rc_sector sector;
  uint64_t memory;

  rc_hamiltonian *h;
  rc_basis_builder *building;
  rc_share *basis, *shown; /* rc_basis; rc_matrix without storage */
  rc_matrix *matrix;       /* the solver's, private */
  rc_matrix_plan plan;
  bool matrix_ready, matrix_kept; /* kept: built for earlier couplings, may be recoupled */
  uint64_t basis_bytes, bytes_planned;
  uint64_t need[NEEDS];    /* planned beside 'bytes_standing' by phase; 0 once it is left out */
  uint64_t bytes_standing; /* of basis, matrix, and ground state, as planned */
  rc_big_account *account; /* all of the study's memory, as the allocator sees it */
  uint64_t bytes_peak;     /* of it, after the last step */
  int64_t group_order;

  rc_eigen *eigen;
  rc_eigen_view view; /* last read; without the vector */
  rc_share *vector;
  rc_share *trace; /* an array of 2 * trace_cap doubles; only written beyond what was published */
  int traces, trace_cap;
  int64_t traced; /* iteration of the last point */
  bool said_converged;

  rc_share *order; /* uint64_t[] */
  int ordered;
  rc_share *correlations; /* 2 * sites * sites doubles */
  double total_spin;

  rc_graph_scan *scan_graph;
  rc_graph_facts graph;
  rc_share *graph_arrays[2]; /* histogram, cycle */
  bool graph_done;
  uint64_t graph_rows; /* read in a symmetric sector after the cycle was known */

  rc_sign_run *signing;
  uint64_t bytes_locked; /* of the vectors of further levels */
  rc_correlator *correlating;
  rc_boson *bosons;
  rc_sign_facts signs;
  bool signs_ready, signs_refused, signs_skipped;
  double boson;

  rc_checks_run *checking;
  rc_share *checks; /* rc_check[] */
  int check_count;

  hilbert_compare *compare;
  double outside_energy;
  char outside_name[64];

  rc_scan *scan;
  bool scan_wanted;
  rc_share *scan_rows;
  int scans, scan_total;

  int warnings;
  char warning[RC_HILBERT_WARNINGS][200];
  bool is_note[RC_HILBERT_WARNINGS];
} hilbert;

static inline const rc_lattice *hilbert_lattice(const hilbert *s) {
  return rc_share_get(s->lattice);
}
static inline const rc_basis *hilbert_basis(const hilbert *s) {
  return s->basis ? rc_share_get(s->basis) : NULL;
}
static inline uint64_t hilbert_states(const hilbert *s) {
  return s->basis ? rc_basis_states(rc_share_get(s->basis)) : 0;
}

/* ---- hilbert.c ---- */
void hilbert_drop_eigen(hilbert *s); /* and all that depends on the ground state */
void hilbert_drop_graph(hilbert *s);

/* ---- hilbert_steps.c ---- */
bool hilbert_step(void *study, rc_state *state, rc_err *err);
/* May a phase take so many bytes beside basis, matrix and vector? */
bool hilbert_fits(const hilbert *s, uint64_t work);
/* What is left of the memory beside those and 'work'; at least 1. */
uint64_t hilbert_room(const hilbert *s, uint64_t work);

/* ---- hilbert_frame.c ---- */
void hilbert_frame(void *study, rc_frame *f);
void hilbert_result(void *study, rc_json *j);
extern const char *const hilbert_result_names[], *const hilbert_phase_names[];

/* ---- hilbert_warn.c ---- */
void hilbert_warn(hilbert *s, const char *format, ...) RC_PRINTF(2, 3);
void hilbert_note(hilbert *s, const char *format, ...) RC_PRINTF(2, 3);
void hilbert_warn_setup(hilbert *s); /* what can be said from lattice and sector alone */
void hilbert_warn_level(hilbert *s); /* once degeneracy is known */
void hilbert_warn_scan(hilbert *s);  /* once all sectors are known */

/* ---- hilbert_compare.c ---- */
/* The largest need of the sectors that will be looked at; 0 when there is none. */
uint64_t hilbert_compare_bytes(const hilbert *s);
/* The largest need of those that were begun so far: the comparison ends once a lower level is found. */
uint64_t hilbert_compare_begun(const hilbert *s);
/* A bounded piece of the comparison; warns, or notes that nothing or not all was compared. */
bool hilbert_compare_step(hilbert *s, bool *done, rc_err *err);
/* "complete": no level outside is lower than those that were looked at; "partial", "none"; NULL until
 * known. And how many other sectors were looked at. */
const char *hilbert_compare_extent(const hilbert *s, int *sectors);
void hilbert_compare_free(hilbert *s);

#endif
