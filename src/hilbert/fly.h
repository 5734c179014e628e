/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The product without a stored matrix in plain sectors. */
#ifndef HILBERT_FLY_H
#define HILBERT_FLY_H

#include "hilbert/impl.h"

/* acc[i..i+n) goes with x[j..j+n). Short stretches are taken apart into single elements: a loop over
 * singles is faster than many short loops. Long ones are in order of length, so that the processor
 * foresees how often each loop turns. */
enum { RC_RUN_SHORT = 4 };
typedef struct rc_run {
  uint16_t i, j, n;
} rc_run;
typedef struct rc_runs {
  int count, singles;
  rc_run *run;
  uint16_t (*single)[2];
} rc_runs;

/* A configuration is a high word and a low word. All states with one high word are one block of the
 * vector, in it the low words with the remaining number of ups (their class), ascending. So
 *  - a flip inside the high word couples two whole blocks element by element,
 *  - a flip inside the low word permutes a block in a way that depends on its class alone,
 *  - a flip across changes the class by one, again in a way that depends on the class alone,
 * and nothing but small tables is ever looked up: no ranking, no stored entries. */
struct rc_fly {
  int low, classes; /* bits; in the sector of all Sz there is one class, of all words */
  bool all;
  uint32_t *word; /* low words by class */
  uint32_t class_first[34];
  uint32_t class_most;
  int64_t highs;
  uint64_t *high, *base; /* ascending; index of the first state of each block; highs + 1 bases */
  uint8_t *high_class;
  uint32_t *high_index; /* by high word, UINT32_MAX where there is none; NULL: search */
  int high_bits;
  /* pairs by kind; each number is an index of a pair of the Hamiltonian */
  int in_low, in_high;
  int *low_pair, *high_pair;
  double *low_ising, *high_ising; /* diagonal of the pairs inside each word: rc_fly_couple */
  rc_runs *low_runs;              /* [in_low][classes]: i has the lower bit up, j the upper one */
  int across[33];                 /* pairs that cross at each low bit */
  int *across_pair[33];
  rc_runs *across_runs; /* [low][classes]: i of this class has the bit, j of the class below not */
};

#endif
