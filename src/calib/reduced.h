/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models with fewer parameters, made from others: at a limit (a product of parameters goes to infinity,
 * the independent others stay), with two parameters made one, or with one held. In the scales s_j (ln
 * theta_j on log scales) the parent's parameters are an affine map of the n that are left,
 *   s = base + M psi + sum_i L_i d_i,
 * with L_i large for each limit that was taken, the older ones larger. A reduced model is a model like
 * any other: it is fitted, has a Fisher information, and geodesics. */
#ifndef RC_CALIB_REDUCED_H
#define RC_CALIB_REDUCED_H

#include "calib/model.h"

typedef struct cr_map {
  int all, n;        /* parameters of the parent, fixed ones too; of the reduced model */
  double *base;      /* all */
  double *matrix;    /* all x n: M */
  int limits;        /* taken numerically */
  double *direction; /* limits x all: d_i, oldest first */
  double stretch;    /* L of the newest limit; twice that of the one before, and so on */
  bool *log;         /* all: s is the logarithm: on log scales, and where a linear one is > 0 */
  int8_t *exact;     /* all: -1 is 0, +1 is infinity, exactly; 0: neither */
  double *exponent;  /* n x all: psi_k = sum_j exponent_kj s_j, what names are made of */
  char (*atom)[24];  /* all: names of the parent's parameters, or of those that were made one */
  rc_calib_parameter *parameter; /* n */
  double *start;                 /* n: psi */
  const rc_fit *parent;          /* not owned; must outlive it */
  rc_calib_class cls;
} cr_map;

/* The parent itself at z. */
cr_map *cr_identity(const rc_fit *parent, const double *z);
/* psi -> psi + L d, L to infinity, from psi (n; d: n, some not 0): keeps what does not change. The
 * largest component of d leaves. */
cr_map *cr_limit(const cr_map *m, const double *psi, const double *d);
cr_map *cr_merge(const cr_map *m, const double *psi, int a, int b);
cr_map *cr_hold(const cr_map *m, const double *psi, int which);
void cr_free(cr_map *m);
/* The model behind it. The map must outlive the fit. */
rc_fit *cr_fit(const cr_map *m, rc_err *err);
/* If the newest limit sends one of the parent's parameters alone to 0 or infinity: takes it to be there
 * exactly from now on. False, and nothing changes, if it is not like that. */
bool cr_make_exact(cr_map *m);
void cr_undo_exact(cr_map *m, const cr_map *before);

#endif
