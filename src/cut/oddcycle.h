/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The odd-cycle relaxation (Barahona, Mahjoub 1986), its parts:
 *
 *   oc_problem   which variable an edge has (its own, or that of its orbit), exact weights
 *   oc_pool      every row found so far: closed cycles with an odd set F of marked edges
 *   oc_sep       finds violated rows at a point, and rounds the point to a cut
 *   oc_relax     the point and the multipliers: simplex or first-order, warm between rounds
 *
 * A row is x(F) - x(C \ F) <= |F| - 1; its cost at a point is sum_F (1 - x) + sum_{C \ F} x, and it
 * is violated by 1 - cost. Private to the room. */
#ifndef CUT_ODDCYCLE_H
#define CUT_ODDCYCLE_H

#include "roadcut/cut.h"
#include "roadcut/lp.h"

typedef __int128 oc_exact;
/* Whole multiples of 2^-scale as doubles, not below and not above; in decimal, into out. */
double oc_exact_up(oc_exact a, int scale);
double oc_exact_down(oc_exact a, int scale);
char *oc_exact_text(oc_exact a, char out[48]);

/* ---- problem ----------------------------------------------------------------------------------
 */

typedef struct oc_problem {
  const rc_cut_graph *g;
  int vars;
  int *var;     /* m: variable of an edge */
  int *size;    /* vars: edges in the orbit */
  int *first;   /* vars: smallest edge of the orbit */
  double *c;    /* vars: objective, weight of the orbit divided by 'unit' */
  double unit;  /* largest |weight of an orbit| */
  int scale;    /* exact amounts are whole multiples of 2^-scale */
  oc_exact *w;  /* vars: weight of the orbit, each edge rounded up */
  int64_t step; /* attainable values are multiples of this; 0 for real weights */
  int sources;  /* vertices from which to separate: one of each orbit */
  int *source;
  int maps; /* generators of the symmetry, maps x n */
  int *map;
  int *up;        /* while it is made: a member of the orbit of each edge, */
  int64_t filled; /* and how many edges are done, */
  bool scaled;    /* once the scale is known */
} oc_problem;
/* Errors: INPUT when a generator does not keep the weights. */
oc_problem *oc_problem_new(const rc_cut_graph *g, int generators, const int *const *generator,
                           rc_err *err);
/* The same in pieces: begins it; then steps of about so many edges until one says it is the last. */
oc_problem *oc_problem_begin(const rc_cut_graph *g, int generators, const int *const *generator,
                             rc_err *err);
bool oc_problem_step(oc_problem *p, int64_t edges);
void oc_problem_free(oc_problem *p);

/* ---- rows -------------------------------------------------------------------------------------
 */

typedef struct oc_row {
  int length, marks;
  const int *vertex, *edge; /* edge[i] joins vertex[i] and vertex[i + 1] */
  const uint8_t *marked;
  int entries; /* as a row of the LP: variables ascending, whole coefficients */
  const int *column;
  const int *coef;
} oc_row;
typedef struct oc_pool oc_pool;
oc_pool *oc_pool_new(const oc_problem *p);
void oc_pool_free(oc_pool *q);
/* Takes a cycle; returns the number of the row, or -1 when it is there already (or trivial). */
int oc_pool_add(oc_pool *q, int length, const int *vertex, const int *edge, const uint8_t *marked);
/* The same, but returns the number of a row that is there already. */
int oc_pool_find(oc_pool *q, int length, const int *vertex, const int *edge, const uint8_t *marked);
int oc_pool_rows(const oc_pool *q);
oc_row oc_pool_row(const oc_pool *q, int row);

/* Multipliers of rows in units of 2^-scale, as a certificate holds them. */
typedef struct oc_proof {
  int n;
  int *row;
  oc_exact *y;
} oc_proof;
void oc_proof_free(oc_proof *p);
/* Rounds multipliers (in units of problem->unit) of the listed rows; drops the zeros. */
oc_proof oc_proof_round(const oc_problem *p, int n, const int *row, const double *y);
/* sum y (|F| - 1) + sum max(0, d), d = w - sum y row; known[e] (or NULL): -1 free, 0, 1 fixed, per
 * variable. d (or NULL) gets the reduced weights. Exact. */
oc_exact oc_proof_bound(const oc_problem *p, const oc_pool *q, const oc_proof *proof,
                        const int8_t *known, oc_exact *d);

/* ---- separation -------------------------------------------------------------------------------
 */

enum { OC_TRIANGLE, OC_SQUARE, OC_FOREST, OC_EXACT, OC_LIFTED, OC_KINDS };
typedef struct oc_found {
  int row, kind;
  double violation, score; /* score: violation / sqrt(length) */
} oc_found;
typedef struct oc_sep oc_sep;
oc_sep *oc_sep_new(const oc_problem *p, oc_pool *q);
void oc_sep_free(oc_sep *s);
typedef enum { OC_BY_FOREST, OC_BY_PATHS } oc_way;
/* A pass over the point x, which has to stay until it ends: new rows violated by more than 'least'
 * (one per edge), best first, at most cap, into out. By paths, finding none proves that there is
 * none but those known from before. */
void oc_sep_begin(oc_sep *s, const double *x, double least, oc_way way, oc_found *out, int cap);
/* Goes on with it for about 'work' edges, which become fewer by those looked at; true: it is
 * complete. What it finds does not depend on how it is sliced. */
bool oc_sep_step(oc_sep *s, double *work);
int oc_sep_count(const oc_sep *s); /* rows it found */
/* The point of the last pass rounded along its forest (n sides). */
const uint8_t *oc_sep_rounding(const oc_sep *s);
double oc_sep_work(const oc_sep *s); /* edges looked at since the beginning */

/* ---- packing for a cut ------------------------------------------------------------------------
 */

/* Multipliers from a cut alone, without an LP (packing.c). NULL when the cut is not the same on all
 * edges of an orbit. The cut is copied. */
typedef struct oc_pack oc_pack;
oc_pack *oc_pack_new(const oc_problem *p, oc_pool *q, const uint8_t *side);
void oc_pack_free(oc_pack *k);
/* Sends some flows, fewer when those take more than 'work' edges together; true when nothing is
 * left to improve. */
bool oc_pack_step(oc_pack *k, int flows, double work);
int oc_pack_pass(const oc_pack *k);      /* passes over all flows so far */
double oc_pack_work(const oc_pack *k);   /* edges looked at since it was made */
double oc_pack_excess(const oc_pack *k); /* by how much edges were overloaded after the last one */
/* Rows with their multipliers (unit: problem->unit) into row and y, when not NULL. */
int oc_pack_rows(const oc_pack *k, int *row, double *y);

/* ---- relaxation -------------------------------------------------------------------------------
 */

typedef enum { OC_SIMPLEX, OC_FIRST_ORDER } oc_engine;
typedef struct oc_relax oc_relax;
oc_relax *oc_relax_new(const oc_problem *p, oc_pool *q, oc_engine engine, rc_err *err);
void oc_relax_free(oc_relax *r);
/* Fixed variables: -1 free, 0, 1. */
void oc_relax_fix(oc_relax *r, const int8_t *known);
bool oc_relax_add(oc_relax *r, int n, const int *rows, rc_err *err);
/* A slice. *ready: there is a point at which to separate. *empty: the fixings contradict the rows.
 */
bool oc_relax_step(oc_relax *r, bool *ready, bool *empty, rc_err *err);
/* The rows there are, solved in rational arithmetic from the last basis; false when it is too large
 * for that or takes more pivots than a few, or with the first-order engine. */
bool oc_relax_exact(oc_relax *r, rc_err *err);
void oc_relax_point(const oc_relax *r, double *x); /* per edge, in [0, 1] */
/* Rows in the relaxation with their multipliers (unit: problem->unit). Live until the next call. */
int oc_relax_rows(const oc_relax *r, const int **row, const double **y);
double oc_relax_objective(const oc_relax *r); /* times unit */
/* Below this value (not times unit) a node is closed: the simplex may stop there. */
void oc_relax_cutoff(oc_relax *r, double value);
/* Drops rows that have been slack for some rounds; called once a round. */
void oc_relax_purge(oc_relax *r);
int64_t oc_relax_pivots(const oc_relax *r);
/* What its engine has done, counted and not timed, in the unit of oc_sep_work. */
double oc_relax_work(const oc_relax *r);
/* What the simplex needs to go on later from where it is: its rows and its basis. Empty for the
 * first-order engine. */
typedef struct oc_basis {
  int rows;
  int *row;           /* pool rows */
  uint8_t *at, *edge; /* places of rows and variables, as in rc_lp_basis */
} oc_basis;
oc_basis oc_relax_save(const oc_relax *r);
/* Rows and basis as saved; an empty one changes nothing. After oc_relax_fix. */
bool oc_relax_restore(oc_relax *r, const oc_basis *b, rc_err *err);
void oc_basis_free(oc_basis *b);
/* First-order: asks for a more accurate point before the next separation. */
void oc_relax_refine(oc_relax *r);
bool oc_relax_accurate(const oc_relax *r); /* the point is as accurate as it gets */

#endif
