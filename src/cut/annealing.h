/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of simulated annealing, which anneal.c repeats and contract.c makes on each level.
 *
 * Metropolis flips in sequential order; the temperature falls linearly with the sweeps. The
 * thresholds -T log u come from a shuffled table, which costs one multiplication instead of a
 * logarithm. The run ends with one-flip local search. */
#ifndef CUT_ANNEALING_H
#define CUT_ANNEALING_H

#include <stddef.h>

#include "state.h"

typedef struct cs_annealing {
  double hot, cold;      /* units of the weights */
  int64_t sweeps, sweep; /* of this run; the current one */
  double temperature;
  int at;
  uint32_t dice;         /* next entry of the table */
  uint64_t tried, taken; /* in the current sweep, for the acceptance */
  double acceptance;
  bool quench; /* in the final local search */
  int quiet;   /* vertices in a row that had nothing to gain there */
} cs_annealing;

/* From the sides of s as they are. */
void cs_annealing_begin(cs_annealing *a, int64_t sweeps, double hot, double cold);
/* Goes on for at most *moves looks at a vertex, which it takes off and adds to s->moves; notes new
 * bests of s on the way. True when the run has ended, in a local optimum. Needs a vertex at least. */
bool cs_annealing_step(cs_annealing *a, cs_state *s, const float *table, uint64_t *moves);

/* Rows of the parameters of a solver that anneals: members sweeps, longest, hot and cold of its
 * struct options. */
#define CS_ANNEALING_PARAMS(most, growth, of_hot, of_cold)                                         \
  {.name = "sweeps",                                                                               \
   .type = RC_T_INT,                                                                               \
   .offset = offsetof(options, sweeps),                                                            \
   .def = "50",                                                                                    \
   .min = 1,                                                                                       \
   .max = 1e9,                                                                                     \
   .unit = "sweeps",                                                                               \
   .help = growth},                                                                                \
      {.name = "longest",                                                                          \
       .type = RC_T_INT,                                                                           \
       .offset = offsetof(options, longest),                                                       \
       .def = most,                                                                                \
       .min = 1,                                                                                   \
       .max = 1e9,                                                                                 \
       .unit = "sweeps",                                                                           \
       .help = "length at which runs stop growing"},                                               \
      {.name = "hot",                                                                              \
       .type = RC_T_REAL,                                                                          \
       .offset = offsetof(options, hot),                                                           \
       .def = "0.5",                                                                               \
       .min = 1e-6,                                                                                \
       .max = 100,                                                                                 \
       .unit = "fields",                                                                           \
       .help = "first temperature, in units of the rms local field" of_hot},                       \
  {                                                                                                \
    .name = "cold", .type = RC_T_REAL, .offset = offsetof(options, cold), .def = "0.07",           \
    .min = 1e-9, .max = 100, .unit = "fields",                                                     \
    .help = "last temperature, in units of the rms local field" of_cold                            \
  }

#endif
