/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weighted Laplacians of the two kinds of tables, and SSOR for the grid. */
#ifndef RC_PATHS_EXACT_H
#define RC_PATHS_EXACT_H

#include "paths/room.h"

/* a_x = sum_y c_xy (p_x - p_y) over single flips; c from the weights, so that none is stored. */
void ex_flips(const double *w, const double *p, double *a, int bits, bool glauber);
/* d_x = sum_y c_xy. */
void ex_flips_diagonal(const double *w, double *d, int bits, bool glauber);

typedef struct ex_grid { /* edges of a cell to the right and to the next row; 0 at the walls */
  int nx, ny;
  double *right, *up;
  double *part; /* of each cell that counts in integrals; NULL: all (a walk on the cells) */
} ex_grid;
bool ex_grid_new(const rc_path_system *s, ex_grid *g, rc_err *err);
void ex_grid_free(ex_grid *g);
void ex_grid_apply(const ex_grid *g, const double *p, double *a);
void ex_grid_diagonal(const ex_grid *g, double *d);
/* z = M^-1 r, M = (D/o + L) (o/(2-o)) D^-1 (D/o + L^T); fixed cells have inverse 0. */
void ex_grid_ssor(const ex_grid *g, const double *inverse, const double *r, double *z);

#endif
