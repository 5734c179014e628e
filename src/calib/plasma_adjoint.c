/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sensitivities of gamma by one adjoint solve per condition: with F(y, k) = 0 and J = dF/dy,
 * J^T l = d gamma / dy gives d gamma / dk_i = direct_i - l . dF/dk_i, whatever the number of
 * parameters (Cao, Li, Petzold, Serban, SIAM J. Sci. Comput. 24, 1076, 2003). */
#include <lapacke.h>
#include <math.h>

#include "calib/plasma.h"

/* d gamma / d y of the unknowns, the vacant fractions following. */
static void gamma_slope(const ps_scheme *s, const ps_alive *alive, const ps_condition *c,
                        const double *k, const double *y, double *out) {
  double d[PS_SPECIES] = {0};
  for (int i = 0; i < s->reactions; i++) {
    const ps_reaction *r = &s->r[i];
    if (r->gamma == 0) continue;
    const int a = r->reactant[0], b = r->reactant[1];
    const double rate = r->gamma * k[i] / c->flux_o;
    d[a] += rate * (b < 0 ? 1 : y[b]);
    if (b >= 0) d[b] += rate * y[a];
  }
  for (int u = 0; u < alive->n; u++) {
    const int at = alive->unknown[u];
    out[u] = d[at] - d[at < PS_F_END ? PS_V_F : PS_V_S];
  }
}

/* l with J^T l = slope, in place. Rows of J are scaled to 1, which scales l. */
static bool adjoint(double *jacobian, double *l, int n) {
  double scale[PS_UNKNOWNS];
  lapack_int pivot[PS_UNKNOWNS];
  for (int u = 0; u < n; u++) {
    scale[u] = 0;
    for (int v = 0; v < n; v++) scale[u] = fmax(scale[u], fabs(jacobian[v * n + u]));
    if (!(scale[u] > 0)) return false;
    for (int v = 0; v < n; v++) jacobian[v * n + u] /= scale[u];
  }
  if (LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, n, n, jacobian, n, pivot) != 0) return false;
  if (LAPACKE_dgetrs_work(LAPACK_COL_MAJOR, 'T', n, 1, jacobian, n, pivot, l, n) != 0) return false;
  for (int u = 0; u < n; u++) l[u] /= scale[u];
  return true;
}

bool ps_adjoint(const ps_scheme *s, const ps_condition *c, const double *k, const double *slope,
                const double *y, int parameters, double *out) {
  /* also what a steric factor that is 0 now would make: its slope is not 0 */
  double unit[PS_REACTIONS_MAX];
  for (int i = 0; i < s->reactions; i++) unit[i] = slope[i * PS_SLOPES + PS_STERIC];
  ps_alive active;
  const ps_alive *alive = &active;
  ps_find_alive(s, unit, &active);
  const int n = active.n;
  double f[PS_UNKNOWNS], jacobian[PS_UNKNOWNS * PS_UNKNOWNS], l[PS_UNKNOWNS];
  ps_balance(s, alive, k, y, f, jacobian, NULL);
  gamma_slope(s, alive, c, k, y, l);
  if (!adjoint(jacobian, l, n)) return false;
  for (int j = 0; j < parameters; j++) out[j] = 0;
  for (int i = 0; i < s->reactions; i++) {
    const ps_reaction *r = &s->r[i];
    const double flow = y[r->reactant[0]] * (r->reactant[1] < 0 ? 1 : y[r->reactant[1]]);
    double by_k = r->gamma * flow / c->flux_o;
    for (int u = 0; u < n; u++) by_k -= l[u] * r->change[alive->unknown[u]] * flow;
    if (r->steric_at >= 0) out[r->steric_at] += by_k * unit[i];
    for (int j = 0; j < PS_COMMON; j++) out[s->common[j]] += by_k * slope[i * PS_SLOPES + j];
  }
  return true;
}
