/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A graph from its edges, in pieces: sorted and added up, then adjacency and hash. Private to the
 * room. */
#ifndef CUT_MAKING_H
#define CUT_MAKING_H

#include <nettle/sha2.h>

#include "roadcut/cut.h"

/* Least modulus of a weight: a certificate with less is not checked, it might vanish when scaled. */
#define CG_SMALLEST 1e-250

typedef struct cg_edge {
  int u, v; /* u < v */
  double w;
} cg_edge;

/* Edges in any order to distinct ones that are sorted, none of weight 0. */
typedef struct cg_sorting {
  enum { CG_COUNT_V, CG_PLACE_V, CG_COUNT_U, CG_PLACE_U, CG_MERGE, CG_SORTED } stage;
  int n;
  int64_t m, at;         /* edges given; next one of the stage */
  cg_edge *list, *other; /* m: the second is where the first goes in the next order */
  int64_t *place;        /* n + 1 */
  int64_t kept;          /* edges that are left: u, v and w have so many */
  int *u, *v;
  double *w;
} cg_sorting;
/* Takes over the list: m edges with 0 <= u < v < n. */
void cg_sort_begin(cg_sorting *s, int n, int64_t m, cg_edge *list);
/* Goes on with about this many edges, which become fewer by those that were done; true when all are
 * sorted. */
bool cg_sort_step(cg_sorting *s, int64_t *edges);
void cg_sort_drop(cg_sorting *s);

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
/* The same of what has been sorted. */
bool cg_begin_sorted(cg_making *k, cg_sorting *s, rc_err *err);
/* Goes on with about this many edges, which become fewer by those that were done; true when the
 * graph is complete: then it is the caller's. */
bool cg_step(cg_making *k, int64_t *edges);
void cg_drop(cg_making *k); /* what was begun and not finished */

#endif
