/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Some of the data first, for optimisers whose model predicts each by itself: far from the minimum
 * all data say much the same, and some of them lead near it at their share of a query each. */
#ifndef RC_CALIB_PART_H
#define RC_CALIB_PART_H

#include "calib/objective.h"

typedef struct part part;
/* Descends from p->z, where it leaves the best point. p->x asks some of the data meanwhile: x->m of
 * them, and rc_opt_loss is theirs. Calls part_begin at the start and part_note after each query
 * from there, and returns when part_enough. False: stop. */
typedef bool (*part_descend)(void *ctx, part *p);

struct part {
  objective *x;
  double *z; /* n: where it is */
  part_descend descend;
  void *ctx;
  /* of the data that are asked: x->m residuals at z, linked, and their loss; or NULL, infinity */
  const double *known;
  double known_loss;
  double *memory, *best_z, *best, *some, *fall; /* n, m, m, and the loss after each query */
  double best_loss;                             /* of all data, at best_z */
  int *which, asks, asked;
};

/* A share of the data, a random choice, then all data where it led; then twice that share from
 * there, with the first among them, and all data. Ends where all data say that a part has led to
 * nothing better; does nothing where data have no price of their own, or the share is less than half
 * a datum for each parameter. Then 'known' is of all data at z, the best point of which they are
 * known, if there is one. False: stop. */
bool part_set_out(part *p, double share);
void part_close(part *p);
void part_begin(part *p, double loss);
void part_note(part *p, double loss);
/* Whether a part has been asked enough, or all data could not be asked after it; never for NULL. */
bool part_enough(const part *p);

#endif
