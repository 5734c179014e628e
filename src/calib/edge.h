/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What parameters do at the edge of a model manifold, read off the end of a geodesic: two of them
 * merge, or some run to 0 or infinity. */
#ifndef RC_CALIB_EDGE_H
#define RC_CALIB_EDGE_H

#include "roadcut/calib.h"

enum { CE_MOST = 256 }; /* parameters */

/* Two parameters of one kind (lambda_1, lambda_2) that approach each other and carry the motion, and
 * of which one is as good as the other where they meet: their derivatives are parallel there, the
 * manifold folds. False when there are none. s0, s: at the beginning and at the end; v: ds/dtau there; n each. */
bool ce_merging(rc_fit *f, const double *s0, const double *s, const double *v, int pair[2]);
/* Two that are one already: within a twentieth of a factor e, and the direction v sets them apart. */
bool ce_merged(rc_fit *f, const double *s, const double *v, int pair[2]);
/* Those with at least 'share' of the speed |v|, at most CE_MOST; returns how many. */
int ce_running(const rc_fit *f, const double *v, double share, int *which);
/* "kf -> inf, kr -> inf; kf/kr stays": d is a direction in s, of which those in 'which' are told. */
void ce_name(const rc_fit *f, const double *d, int running, const int *which, rc_str *out);

#endif
