/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All levels of a small magnet, H = sum over classes k of J_k sum over bonds of
 * SxSx + SySy + delta SzSz, by full diagonalisation in blocks: of Sz, and of the characters +-1 of
 * commuting involutions (permutations of sites that keep every class, and the spin flip at Sz = 0).
 * All blocks are real, on any cluster. Of blocks with the same levels (at -Sz, and of characters that
 * a symmetry of the cluster swaps) one is computed. */
#ifndef RC_CALIB_HEISENBERG_H
#define RC_CALIB_HEISENBERG_H

#include "calib/csv_data.h"

enum { HS_SITES_MAX = 16, HS_BLOCK_MAX = 4000, HS_INVOLUTIONS_MAX = 6 };

typedef struct hs_entry { /* of the flips of one class in a block, row <= column */
  int row, column;
  double value;
} hs_entry;

typedef struct hs_block {
  int sz2; /* 2 Sz >= 0 */
  int states;
  int copies;    /* blocks with the same levels: at -Sz, and by symmetries that swap characters */
  int first;     /* its levels begin here */
  int64_t *from; /* classes + 1: entries of each class */
  hs_entry *entry;
  double *zz; /* classes x states: sum of SzSz over the bonds of a class */
} hs_block;

typedef struct hs_magnet {
  int sites, classes, levels, blocks, largest;
  hs_block *block;
  int involutions;
  double *energy;                 /* levels */
  double *slope;                  /* levels x (classes + 1): dE/dJ_k and dE/d delta */
  double *spin2;                  /* levels: Sz^2 */
  double *weight;                 /* levels: how many such levels there are */
  double key[RC_CLASSES_MAX + 1]; /* couplings and delta of the levels at hand */
  bool has_levels, has_slopes;
  double *matrix, *work;    /* largest^2 each */
  const volatile int *stop; /* asked between blocks; may be NULL */
} hs_magnet;

/* Errors: INPUT when there are too many sites or a block would have more than 'largest' states (a
 * block of 800 takes about 0.1 s), MEMORY. The classes of the lattice keep their numbers. */
hs_magnet *hs_new(const rc_lattice *l, int largest, rc_err *err);
void hs_free(hs_magnet *h);
/* Levels at these couplings (classes) and this delta; with slopes (Hellmann, Feynman) on demand.
 * False when LAPACK does not converge, or when 'stop' is set in the middle. What is at hand already is not computed again. */
bool hs_levels(hs_magnet *h, const double *J, double delta, bool slopes);

/* <M^2> and the variance of the energy at temperature T, and, unless NULL, their derivatives to
 * the couplings and delta (classes + 1). */
typedef struct hs_thermal {
  double m2, variance;
} hs_thermal;
hs_thermal hs_average(const hs_magnet *h, double T, double *d_m2, double *d_variance);

#endif
