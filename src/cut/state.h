/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every heuristic stands on: sides, gains, the best assignment so far.
 *
 * gain[v] is the change of the cut value when v flips. A flip costs O(degree). The best assignment
 * is kept by a journal of the flips since then, so that a new best costs what has changed and not
 * n. */
#ifndef CUT_STATE_H
#define CUT_STATE_H

#include "roadcut/cut.h"

typedef struct cs_state {
  const rc_cut_graph *g;
  uint8_t *side, *best_side;
  double *gain;
  double value, best;
  uint64_t moves, improvements, best_move;
  uint64_t returns;
  int *journal, journaled; /* flips since best; n + 1 of them means: too many, copy */
  rc_rng rng;
} cs_state;

void cs_open(cs_state *s, const rc_cut_graph *g, const char *name, uint64_t seed, uint64_t replica);
void cs_close(cs_state *s);
/* Gains and value from scratch: after sides were set as a whole, and against rounding drift. */
void cs_rebuild(cs_state *s);
void cs_random(cs_state *s);                      /* random sides, rebuilt */
void cs_assign(cs_state *s, const uint8_t *side); /* given sides, rebuilt */
void cs_flip(cs_state *s, int v);
/* Back to the best assignment: by the journal where that is shorter, and now and then from scratch,
 * which keeps the rounding of real weights from adding up. */
void cs_return(cs_state *s);
/* Makes the current assignment the best one when it is better. */
void cs_note(cs_state *s);
rc_solver_view cs_view(const cs_state *s);
void cs_figure(rc_solver_view *v, const char *name, double value);
/* For a solver that works on the core of a graph (rc_cut_reduce), when that is much smaller. */
typedef struct cs_core {
  rc_cut_reduced *r; /* NULL: the solver works on the graph itself */
  uint8_t *side, *best_side;
  uint64_t improvements; /* when best_side was lifted */
} cs_core;
/* The graph to work on: the core of whole-number graphs that lose a twentieth of their vertices at
 * least. Real weights would be rounded with each reduction. */
const rc_cut_graph *cs_core_open(cs_core *c, const rc_cut_graph *g, bool wanted);
void cs_core_close(cs_core *c);
void cs_core_view(cs_core *c, rc_solver_view *v); /* of the core to that of the graph */
/* Differences below this are rounding: 0 for whole-number weights. */
double cs_epsilon(const rc_cut_graph *g);
/* Root mean square local field sqrt(2 sum w^2 / n): the scale of temperatures. */
double cs_field(const rc_cut_graph *g);
/* A table of 65536 values of log(u), u the mid-points of (0, 1), shuffled by the stream. */
void cs_log_table(float *table, rc_rng *rng);

#endif
