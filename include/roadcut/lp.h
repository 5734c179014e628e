/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lp: the seam to the linear-programming library: models, rows, warm starts, exact simplex, slices
 * that can be stopped. Exactly one source file of this room includes glpk.h. */
#ifndef ROADCUT_LP_H
#define ROADCUT_LP_H

#include "roadcut/base.h"

/* max c'x over rows a'x <= b and bounds lo <= x <= hi (lo == hi fixes a column). A model lives on
 * the thread that made it: the library behind keeps its state per thread, and gives it back when
 * the thread ends. A fatal error of the library (out of memory, a broken invariant) becomes an
 * rc_err; every model of that thread is lost then, and says so in each later call. */
typedef struct rc_lp rc_lp;
typedef enum {
  RC_LP_OPTIMAL,
  RC_LP_SLICE,  /* more pivots are needed */
  RC_LP_CUTOFF, /* the objective has fallen below the cutoff; the duals prove it */
  RC_LP_INFEASIBLE,
  RC_LP_UNBOUNDED,
  RC_LP_TROUBLE
} rc_lp_status;
rc_lp *rc_lp_new(int columns, const double *objective, const double *lo, const double *hi,
                 rc_err *err);
void rc_lp_free(rc_lp *p);
/* Appends rows in compressed form (start: rows+1); returns false on MEMORY. */
bool rc_lp_add_rows(rc_lp *p, int rows, const int *start, const int *column, const double *value,
                    const double *rhs, rc_err *err);
/* Removes rows with drop[i] != 0; the rest keep their order and the basis stays usable. */
void rc_lp_drop_rows(rc_lp *p, const uint8_t *drop);
void rc_lp_bounds(rc_lp *p, int column, double lo, double hi);
/* The dual simplex may stop as soon as the objective is known to be below this; -INFINITY: never. */
void rc_lp_cutoff(rc_lp *p, double objective);
int rc_lp_rows(const rc_lp *p);
int rc_lp_columns(const rc_lp *p);
/* Dual simplex from the last basis for at most 'pivots' pivots: SLICE when there is more to do. */
rc_lp_status rc_lp_solve(rc_lp *p, int64_t pivots, rc_err *err);
int64_t rc_lp_pivots(const rc_lp *p); /* since rc_lp_new */
double rc_lp_objective(const rc_lp *p);
void rc_lp_primal(const rc_lp *p, double *x);  /* columns */
void rc_lp_dual(const rc_lp *p, double *y);    /* rows, >= 0 up to tolerance */
void rc_lp_reduced(const rc_lp *p, double *d); /* columns */
/* The basis: per row and per column 0 when basic, 1 at its lower and 2 at its upper bound. Given
 * back to a model with the same rows, the next solve goes on from there. */
void rc_lp_basis(const rc_lp *p, uint8_t *row, uint8_t *column);
void rc_lp_set_basis(rc_lp *p, const uint8_t *row, const uint8_t *column);
/* Exact rational simplex from the last basis: only where few pivots are left, since each costs
 * rational arithmetic. SLICE when 'pivots' did not suffice. rc_lp_primal, _dual and _objective
 * then read the exact solution, rounded to doubles. */
rc_lp_status rc_lp_exact(rc_lp *p, int64_t pivots, rc_err *err);

#endif
