/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of rc_bound, shared by the driver (bound.c), the tree (tree.c) and the certificate. */
#ifndef CUT_BOUND_IMPL_H
#define CUT_BOUND_IMPL_H

#include "oddcycle.h"
#include "state.h"

typedef struct bd_node {
  rc_tree_node show;
  int child[2];   /* -1: none */
  oc_proof proof; /* multipliers with which it was closed, branched or last seen */
  oc_exact bound; /* by them, with the fixings of the path */
  oc_basis basis; /* of a branched node, as long as a child still has to begin from it */
} bd_node;

typedef enum {
  BD_SOLVE,
  BD_ROUND,  /* a round begins, */
  BD_FOREST, /* looks for rows, */
  BD_PATHS,
  BD_ROWS, /* and takes the best of them */
  BD_PACK,
  BD_EXACT,
  BD_DONE
} bd_phase;

struct rc_bound {
  const rc_cut_graph *g;
  rc_bound_opts o;
  oc_problem *p;
  oc_pool *q;
  oc_sep *sep;
  oc_relax *relax;
  oc_engine engine;
  bd_phase phase;
  int stage;     /* of the preparations */
  double *x;     /* m */
  int8_t *known; /* vars: fixings of the current node */
  bool have_point;
  /* incumbent */
  cs_state climb; /* for local search on roundings; its best is the incumbent */
  double best;
  oc_exact target; /* no cut of interest has more */
  /* packing for the incumbent */
  oc_pack *pack;
  double packed_for; /* value of the last cut that was tried */
  double pack_excess;
  int pack_pass, packings; /* passes of this one; how many were begun */
  /* rounds of the current node */
  int64_t rounds, node_rounds;
  oc_exact trail[16]; /* node bound after the last rounds */
  uint8_t *in_relax;  /* per pool row: in the relaxation */
  int in_relax_cap;
  bool spent;       /* the work it was given */
  double work_pack; /* in edges looked at, of all packings */
  oc_found *found;  /* rows of the round at work */
  int found_cap, found_n;
  double least; /* that are violated by more than this */
  int *reuse;   /* per variable: rows chosen this round */
  /* tree */
  int nodes, node_cap, current, open;
  bd_node *node;
  int64_t fixed;
  bool exact;           /* the root was solved in rational arithmetic, as far as that goes */
  bool empty;           /* the fixings of the node contradict the rows */
  double packing;       /* by triangles: */
  int64_t triangles_at; /* edges whose triangles are taken */
  double *left;         /* what is left of each weight; NULL when all are taken */
  int *third;           /* scratch: edge from the first end to a vertex */
  int64_t cuts[6];
  double raw;
  oc_exact global; /* the bound that holds, in exact units */
};

/* tree.c */
void bd_target(rc_bound *b);
bool bd_offer(rc_bound *b, const uint8_t *side);    /* after a local search */
bool bd_take_cut(rc_bound *b, const uint8_t *side); /* as it is */
void bd_activate(rc_bound *b, int node);            /* sets known and tells the relaxation */
int bd_fix(rc_bound *b, const oc_proof *proof);     /* fixes by reduced weight */
void bd_branch(rc_bound *b);
void bd_close(rc_bound *b, int state); /* current node is finished: on to another one */
void bd_global(rc_bound *b);
int bd_node_add(rc_bound *b, int parent, int side);
/* Bound of multipliers at the current node, those of the relaxation or given ones (taken over);
 * kept there when they are the best so far. Returns the bound of the node. */
oc_exact bd_evaluate(rc_bound *b);
oc_exact bd_take(rc_bound *b, oc_proof proof);

#endif
