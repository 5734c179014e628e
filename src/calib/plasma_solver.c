/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steady states of the surface fractions: Newton's method with steps that keep every fraction
 * positive; where that does not come to an end, pseudo-transient continuation, implicit Euler with
 * growing time steps (Kelley, Keyes, SIAM J. Numer. Anal. 35, 508, 1998), and Newton again. */
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "calib/plasma.h"

enum { NEWTON_MAX = 60, EULER_MAX = 400 };

void ps_close_sites(double *y) {
  y[PS_V_F] = y[PS_V_S] = 1;
  for (int k = 0; k < PS_UNKNOWNS; k++) y[k < PS_F_END ? PS_V_F : PS_V_S] -= y[k];
}

void ps_find_alive(const ps_scheme *s, const double *k, ps_alive *out) {
  unsigned alive = 0, before;
  do {
    before = alive;
    for (int i = 0; i < s->reactions; i++) {
      if (k[i] > 0 && !(s->r[i].needs & ~alive)) alive |= s->r[i].makes;
    }
  } while (alive != before);
  out->n = 0;
  for (int u = 0; u < PS_UNKNOWNS; u++) {
    if (alive >> u & 1) out->unknown[out->n++] = u;
  }
}

/* The vacant species that fills up when an unknown shrinks. */
static int vacancy(int k) {
  return k < PS_F_END ? PS_V_F : PS_V_S;
}

void ps_balance(const ps_scheme *s, const ps_alive *alive, const double *k, const double *y,
                double *f, double *jacobian, double *gross) {
  const int n = alive->n;
  double rate[PS_UNKNOWNS] = {0}, total[PS_UNKNOWNS] = {0};
  double d[PS_SPECIES][PS_UNKNOWNS] = {{0}}; /* d rate_s / d y_j at [j][s] */
  for (int i = 0; i < s->reactions; i++) {
    if (k[i] == 0) continue;
    const ps_reaction *r = &s->r[i];
    const int a = r->reactant[0], b = r->reactant[1];
    const double yb = b < 0 ? 1 : y[b], flow = k[i] * y[a] * yb;
    const double by_a = k[i] * yb, by_b = k[i] * y[a];
    for (int u = 0; u < n; u++) {
      const int at = alive->unknown[u];
      const double change = r->change[at];
      if (change == 0) continue;
      rate[at] += change * flow;
      total[at] += fabs(change * flow);
      d[a][at] += change * by_a;
      if (b >= 0) d[b][at] += change * by_b;
    }
  }
  for (int u = 0; u < n; u++) {
    f[u] = rate[alive->unknown[u]];
    if (gross) gross[u] = total[alive->unknown[u]];
  }
  if (!jacobian) return;
  for (int v = 0; v < n; v++) {
    const int j = alive->unknown[v];
    for (int u = 0; u < n; u++) {
      const int at = alive->unknown[u];
      jacobian[v * n + u] = d[j][at] - d[vacancy(j)][at];
    }
  }
}

/* Rows scaled to 1, then x = J^-1 f in place of f. The rates span twenty decades. */
static bool solve(double *jacobian, double *f, int n) {
  for (int u = 0; u < n; u++) {
    double top = 0;
    for (int v = 0; v < n; v++) top = fmax(top, fabs(jacobian[v * n + u]));
    if (!(top > 0) || !isfinite(top)) return false;
    for (int v = 0; v < n; v++) jacobian[v * n + u] /= top;
    f[u] /= top;
  }
  lapack_int pivot[PS_UNKNOWNS];
  return LAPACKE_dgesv_work(LAPACK_COL_MAJOR, n, 1, jacobian, n, pivot, f, n) == 0;
}

/* y - step, where no fraction (vacant ones included) loses more than nine tenths. Returns the
 * largest change relative to the fraction, or to 'least' of all sites where it is smaller. */
static double positive_step(const ps_alive *alive, double *y, const double *step, double least) {
  double change = 0;
  for (int u = 0; u < alive->n; u++) {
    double *at = &y[alive->unknown[u]];
    const double next = fmax(*at - step[u], 0.1 * *at);
    change = fmax(change, fabs(next - *at) / (fmax(*at, next) + least));
    *at = next;
  }
  for (int part = 0; part < 2; part++) {
    const int from = part ? PS_F_END : 0, to = part ? PS_UNKNOWNS : PS_F_END;
    double sum = 0;
    for (int k = from; k < to; k++) sum += y[k];
    const double floor = 0.1 * y[part ? PS_V_S : PS_V_F];
    if (1 - sum >= floor) continue;
    for (int k = from; k < to; k++) y[k] *= (1 - floor) / sum;
    change = 1;
  }
  ps_close_sites(y);
  return change;
}

/* Newton from y. True when the steps have shrunk to rounding. */
static bool newton(const ps_scheme *s, const ps_alive *alive, const double *k, double *y) {
  double f[PS_UNKNOWNS], jacobian[PS_UNKNOWNS * PS_UNKNOWNS];
  int small = 0;
  for (int i = 0; i < NEWTON_MAX; i++) {
    ps_balance(s, alive, k, y, f, jacobian, NULL);
    if (!solve(jacobian, f, alive->n)) return false;
    const double change = positive_step(alive, y, f, 1e-25);
    if (!isfinite(change)) return false;
    /* below 1e-8 the next step is exact to rounding; it is taken, and then it is enough */
    small = change < 1e-8 ? small + 1 : 0;
    if (small == 2) return true;
  }
  return false;
}

/* Implicit Euler, one Newton step each, towards the steady state. */
static bool transient(const ps_scheme *s, const ps_alive *alive, const double *k, double *y) {
  const int n = alive->n;
  double f[PS_UNKNOWNS], jacobian[PS_UNKNOWNS * PS_UNKNOWNS], back[PS_SPECIES];
  for (int u = 0; u < n; u++) y[alive->unknown[u]] = 0.1;
  ps_close_sites(y);
  double dt = 1e-9;
  for (int i = 0; i < EULER_MAX && dt < 1e13; i++) {
    memcpy(back, y, sizeof back);
    ps_balance(s, alive, k, y, f, jacobian, NULL);
    for (int u = 0; u < n; u++) jacobian[u * n + u] -= 1 / dt;
    if (!solve(jacobian, f, n)) return false;
    const double change = positive_step(alive, y, f, 1e-8);
    if (!isfinite(change)) return false;
    if (change > 0.85 && dt > 1e-12) {
      memcpy(y, back, sizeof back);
      dt *= 0.2;
    } else {
      dt *= change < 0.05 ? 30 : change < 0.3 ? 8 : 3;
    }
  }
  return dt >= 1e13;
}

/* Makes a start of any y: what nothing makes is 0, the rest positive. */
static void begin(const ps_alive *alive, double *y) {
  double old[PS_SPECIES];
  memcpy(old, y, sizeof old);
  for (int k = 0; k < PS_UNKNOWNS; k++) y[k] = 0;
  for (int u = 0; u < alive->n; u++) {
    y[alive->unknown[u]] = old[alive->unknown[u]] > 0 ? old[alive->unknown[u]] : 1e-3;
  }
  ps_close_sites(y);
  if (y[PS_V_F] > 0 && y[PS_V_S] > 0) return;
  for (int u = 0; u < alive->n; u++) y[alive->unknown[u]] = 0.1;
  ps_close_sites(y);
}

bool ps_steady(const ps_scheme *s, const double *k, double *y) {
  for (int i = 0; i < s->reactions; i++) {
    if (!(k[i] >= 0) || !isfinite(k[i])) return false;
  }
  ps_alive alive;
  ps_find_alive(s, k, &alive);
  begin(&alive, y);
  if (newton(s, &alive, k, y)) return true;
  return transient(s, &alive, k, y) && newton(s, &alive, k, y);
}
