/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Hamiltonian as a list of distinct pairs. Coinciding torus bonds, and bonds of several classes
 * between the same two sites, add up here once and for all: nothing right of this file knows of
 * classes or multiplicities. */
#include "hilbert/impl.h"

#include "roadcut/hilbert.h"
#include <float.h>
#include <math.h>

#include <string.h>

rc_hamiltonian *rc_hamiltonian_new(const rc_lattice *l, const rc_model *m) {
  int n = l->sites;
  double *sum = rc_alloc((size_t)n * n, sizeof *sum);
  bool *bonded = rc_alloc((size_t)n * n, sizeof *bonded);
  for (int b = 0; b < l->bonds; b++) {
    const rc_bond *bond = &l->bond[b];
    size_t at = (size_t)RC_MIN(bond->i, bond->j) * n + RC_MAX(bond->i, bond->j);
    sum[at] += m->J[bond->cls] * bond->mult * bond->factor;
    bonded[at] = true;
  }
  rc_hamiltonian *h = rc_alloc(1, sizeof *h);
  h->sites = n;
  h->delta = m->delta;
  h->field = m->field;
  h->pair = rc_alloc((size_t)RC_MAX(1, l->bonds), sizeof *h->pair);
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++) {
      size_t at = (size_t)i * n + j;
      if (!bonded[at] || sum[at] == 0) continue;
      h->pair[h->pairs++] = (rc_pair){.i = i, .j = j, .J = sum[at]};
    }
  rc_free(bonded);
  rc_free(sum);
  return h;
}

rc_hamiltonian *rc_hamiltonian_copy(const rc_hamiltonian *h) {
  rc_hamiltonian *c = rc_alloc(1, sizeof *c);
  *c = *h;
  c->pair = rc_alloc((size_t)RC_MAX(1, h->pairs), sizeof *c->pair);
  if (h->pairs > 0) memcpy(c->pair, h->pair, (size_t)h->pairs * sizeof *c->pair);
  return c;
}

void rc_hamiltonian_free(rc_hamiltonian *h) {
  if (!h) return;
  rc_free(h->pair);
  rc_free(h);
}

double rc_hamiltonian_diagonal(const rc_hamiltonian *h, uint64_t config) {
  double ising = 0;
  for (int p = 0; p < h->pairs; p++) {
    unsigned differ = ((config >> h->pair[p].i) ^ (config >> h->pair[p].j)) & 1;
    ising += differ ? -h->pair[p].J : h->pair[p].J;
  }
  double sz = __builtin_popcountll(config) - 0.5 * h->sites;
  return 0.25 * h->delta * ising - h->field * sz;
}

double rc_hamiltonian_scale(const rc_hamiltonian *h) {
  double most = 0;
  for (int p = 0; p < h->pairs; p++)
    most = fmax(most, fabs(h->pair[p].J) * fmax(1, fabs(h->delta)));
  return most > 0 ? most : h->field != 0 ? fabs(h->field) : 1;
}

double rc_hamiltonian_rounding(const rc_hamiltonian *h) {
  double most = fabs(h->field) * h->sites / 2;
  for (int p = 0; p < h->pairs; p++) most += fabs(h->pair[p].J) * (.5 + fabs(h->delta) / 4);
  return 256 * DBL_EPSILON * most;
}
