/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A graph from its sorted list of edges, in pieces: adjacency and hash. Private to the room. */
#ifndef CUT_MAKING_H
#define CUT_MAKING_H

#include <nettle/sha2.h>

#include "roadcut/cut.h"

typedef struct cg_making {
  rc_cut_graph *g; /* owned until it is complete */
  enum { CG_ROWS, CG_ENTRIES, CG_HASH, CG_COMPLETE } stage;
  int64_t at;     /* next edge of the stage */
  int64_t *place; /* n: next entry of each vertex */
  struct sha256_ctx hash;
} cg_making;
/* Takes over u, v and w: m distinct edges u < v, sorted, none of weight 0. Errors: INPUT (weights
 * that are not finite or add up to more than 2^53). */
bool cg_begin(cg_making *k, int n, int64_t m, int *u, int *v, double *w, rc_err *err);
/* Goes on with about this many edges, which become fewer by those that were done; true when the
 * graph is complete: then it is the caller's. */
bool cg_step(cg_making *k, int64_t *edges);
void cg_drop(cg_making *k); /* what was begun and not finished */

#endif
