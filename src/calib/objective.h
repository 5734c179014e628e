/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What optimisers share: the log link, scalar objectives, the linear box. */
#ifndef RC_CALIB_OBJECTIVE_H
#define RC_CALIB_OBJECTIVE_H

#include "roadcut/calib.h"

enum { LINK_AUTO, LINK_NONE, LINK_LOG };
/* The parameter 'link' that every optimiser has, at the head of its options. */
#define OBJECTIVE_LINK_PARAM OBJECTIVE_LINK_PARAM_AS("auto")
#define OBJECTIVE_LINK_PARAM_AS(choice)                                                            \
  {                                                                                                \
    .name = "link", .type = RC_T_CHOICE, .offset = 0, .def = choice, .choices = "auto|none|log",   \
    .help = "fit ln(y / d) where the loss is of relative errors: auto does"                        \
  }

/* Whether to use the link, for a choice of the options. */
bool objective_links(const rc_fit *f, int choice);
/* r -> ln(1 + r), in place; predictions of the wrong sign end at ln 1e-12. */
void objective_link(int m, double *r);
/* L(u) = e^u - 1, and L'(u) = e^u, kept finite. */
double objective_unlink(double u);
double objective_mean_square(int m, const double *u);

/* A scalar objective for routines that take nothing else: the mean square of the linked residuals,
 * or the loss itself. */
typedef struct objective {
  struct rc_opt *o;
  int n, m;
  bool link;
  double *r;        /* m */
  const int *which; /* m of the data, or NULL: all */
} objective;
objective objective_open(struct rc_opt *o, int link_choice);
void objective_close(objective *x);
/* False: stop. */
bool objective_value(objective *x, const double *z, rc_query_kind kind, double *value);
/* The residual vector, linked, in x->r. False: stop. */
bool objective_residuals(objective *x, const double *z, rc_query_kind kind);

/* Point of the linear box, w_j = (theta_j - lower_j) / (upper_j - lower_j), to and from z. */
void objective_from_linear(const rc_fit *f, const double *w, double *z);
void objective_to_linear(const rc_fit *f, const double *z, double *w);

#endif
