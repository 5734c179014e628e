/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What optimisers share: the log link, scalar objectives, the linear box. */
#include "calib/objective.h"

#include <math.h>

bool objective_links(const rc_fit *f, int choice) {
  return choice == LINK_LOG || (choice == LINK_AUTO && rc_fit_has_link(f));
}

void objective_link(int m, double *r) {
  for (int i = 0; i < m; i++) r[i] = log(fmax(1 + r[i], 1e-12));
}

double objective_unlink(double u) {
  return expm1(fmin(u, 300));
}

double objective_mean_square(int m, const double *u) {
  double sum = 0;
  for (int i = 0; i < m; i++) sum += u[i] * u[i];
  return sum / m;
}

objective objective_open(struct rc_opt *o, int link_choice) {
  const rc_fit *f = rc_opt_fit(o);
  objective x = {.o = o, .n = rc_fit_n(f), .m = rc_fit_m(f)};
  x.link = objective_links(f, link_choice);
  x.r = rc_alloc((size_t)x.m, sizeof(double));
  return x;
}

void objective_close(objective *x) {
  rc_free(x->r);
}

bool objective_residuals(objective *x, const double *z, rc_query_kind kind) {
  if (!(x->which ? rc_opt_query_part(x->o, z, x->m, x->which, x->r)
                 : rc_opt_query(x->o, z, kind, x->r)))
    return false;
  if (x->link) objective_link(x->m, x->r);
  return true;
}

bool objective_value(objective *x, const double *z, rc_query_kind kind, double *value) {
  if (!objective_residuals(x, z, kind)) return false;
  *value = x->link ? objective_mean_square(x->m, x->r) : rc_opt_loss(x->o);
  return true;
}

void objective_from_linear(const rc_fit *f, const double *w, double *z) {
  for (int j = 0; j < rc_fit_n(f); j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    const double theta = p->lower + w[j] * (p->upper - p->lower);
    z[j] = !p->log ? w[j] : log(fmax(theta, 1e-300) / p->lower) / log(p->upper / p->lower);
  }
}

void objective_to_linear(const rc_fit *f, const double *z, double *w) {
  for (int j = 0; j < rc_fit_n(f); j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    const double theta = p->lower * exp(z[j] * log(p->upper / p->lower));
    w[j] = !p->log ? z[j] : (theta - p->lower) / (p->upper - p->lower);
  }
}
