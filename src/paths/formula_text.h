/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the search for formulas: the terms of its library, and a formula in physical variables. */
#ifndef RC_PATHS_FORMULA_TEXT_H
#define RC_PATHS_FORMULA_TEXT_H

#include "roadcut/paths.h"

typedef enum { /* of u = (x - lo) / (hi - lo), and of another */
               T_LINEAR,
               T_SQUARE,
               T_CUBE,
               T_ROOT,
               T_LOG,   /* ln (|u| + .01) */
               T_EXP,   /* e^u */
               T_DECAY, /* e^-3u */
               T_PRODUCT,
               T_SQUARE_FIRST,
               T_SQUARE_SECOND,
               T_MEAN /* sqrt |u v| */
} fm_shape;

/* Writes f->best[which].text from its terms: a text of rc_expression after "q = ", over the variables as
 * they are. It has as many digits as it takes to give q to .004 at x (rows x inputs) and wherever the
 * variables are within their ranges. */
void fm_write(rc_formulas *f, int which, int inputs, const char *const *names, int64_t rows,
              const float *x);

#endif
