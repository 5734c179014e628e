/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the self-checks. The right sides come from here: from the lattice's own bonds, not
 * from the Hamiltonian, the matrix or the scans, whose work is what is checked. */
#ifndef ROADCUT_HILBERT_CHECKS_INTERNAL_H
#define ROADCUT_HILBERT_CHECKS_INTERNAL_H

#include "roadcut/hilbert.h"

typedef struct rc_check_lattice { /* distinct pairs of sites with a coupling that is not zero */
  int sites, pairs;
  int (*pair)[2];
  double *J, J_sum;
  uint64_t near[RC_SITES_MAX];
  double coupling[RC_SITES_MAX][RC_SITES_MAX];
  bool uniform; /* one value of J */
  bool all_positive, all_negative;
  int components;
  int component_sites[RC_SITES_MAX];
  bool bipartite;
  int frustrated_ring; /* shortest closed walk with an odd number of J > 0; 0: none */
  double triangles;
  int triangles_per_pair; /* when all pairs have equally many, else -1 */
} rc_check_lattice;
void rc_check_lattice_make(rc_check_lattice *g, const rc_lattice *l, const rc_model *m);
void rc_check_lattice_clear(rc_check_lattice *g);
/* Components of the graph of configurations: ways to share k tokens among the lattice's
 * components; k < 0: any number of tokens. */
double rc_check_components(const rc_check_lattice *g, int k);
/* Second eigenvalue of the lattice's Laplacian with weights |J|; nan when it fails. */
double rc_check_lattice_gap(const rc_check_lattice *g);

/* Enumeration of all configurations by the lattice's adjacency: antiparallel pairs and energy. */
typedef struct rc_check_states {
  bool begun, over;
  uint64_t next, last;
  uint64_t *histogram; /* pairs + 1 */
  double worst;        /* |diagonal of the matrix - diagonal from the lattice|, largest */
} rc_check_states;
/* A slice; true when over. k < 0: all configurations. */
bool rc_check_states_step(rc_check_states *s, const rc_check_lattice *g, const rc_model *model,
                          const rc_matrix *m, int k);

/* L_J = sum over pairs J (1 - P) on the configurations of a plain sector, by plain Lanczos. */
typedef struct rc_check_laplacian {
  const rc_check_lattice *g;
  const rc_matrix *m;
  const rc_basis *basis;
  int threads;
  bool deflate;           /* keep away from the constant vector, eigenvalue 0 */
  uint64_t n, room, rows; /* rows built so far */
  uint64_t *begin;
  uint32_t *column;
  uint16_t *pair;
  double *J;   /* of the matrix's pairs, as read from its rows */
  int classes; /* distinct ones, when they are few: the columns of a row are ordered by class then */
  double class_J[4];
  uint16_t *end; /* n x 4: where each class of a row ends, counted from its beginning */
  double worst;  /* |2 H_cc' - J of the lattice|, largest; infinite when the flips differ */
  double *x, *y, *z;
  int iterations;
  double *alpha, *beta;
  bool over, failed;
  double low, high;         /* extreme eigenvalues (of the complement of the constant) */
  double low_off, high_off; /* residuals: that near to each there is an eigenvalue */
} rc_check_laplacian;
uint64_t rc_check_laplacian_bytes(uint64_t states, double entries);
bool rc_check_laplacian_start(rc_check_laplacian *l, const rc_check_lattice *g, const rc_matrix *m,
                              double entries, int threads);
bool rc_check_laplacian_step(rc_check_laplacian *l); /* true when over */
void rc_check_laplacian_clear(rc_check_laplacian *l);

/* Before any call of LAPACK. */
void rc_check_lapack_init(void);

#endif
