/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels of a small magnet, their slopes (Hellmann, Feynman) and thermal averages. */
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "calib/heisenberg.h"

/* Upper triangle, column-major. */
static void assemble(const hs_magnet *h, const hs_block *b, const double *J, double delta,
                     double *a) {
  const size_t n = (size_t)b->states;
  memset(a, 0, n * n * sizeof *a);
  for (int k = 0; k < h->classes; k++) {
    for (int64_t e = b->from[k]; e < b->from[k + 1]; e++) {
      a[(size_t)b->entry[e].column * n + (size_t)b->entry[e].row] += J[k] * b->entry[e].value;
    }
    for (size_t i = 0; i < n; i++) a[i * n + i] += J[k] * delta * b->zz[(size_t)k * n + i];
  }
}

/* dE/dJ_k = <flips + delta SzSz of class k>, dE/d delta = sum_k J_k <SzSz>, for all states of a
 * block whose vectors are the columns of v. Where levels coincide any basis of them serves: sums
 * over them, all that is ever used, do not depend on it. */
static void block_slopes(hs_magnet *h, const hs_block *b, const double *J, double delta,
                         const double *v) {
  const int n = b->states, classes = h->classes;
  for (int s = 0; s < n; s++) {
    const double *x = v + (size_t)s * (size_t)n;
    double *out = h->slope + (size_t)(b->first + s) * (size_t)(classes + 1);
    out[classes] = 0;
    for (int k = 0; k < classes; k++) {
      double flip = 0, zz = 0;
      for (int64_t e = b->from[k]; e < b->from[k + 1]; e++) {
        const hs_entry *t = &b->entry[e];
        flip += t->value * x[t->row] * x[t->column] * (t->row == t->column ? 1 : 2);
      }
      for (int i = 0; i < n; i++) zz += b->zz[k * n + i] * x[i] * x[i];
      out[k] = flip + delta * zz;
      out[classes] += J[k] * zz;
    }
  }
}

bool hs_levels(hs_magnet *h, const double *J, double delta, bool slopes) {
  double key[RC_CLASSES_MAX + 1];
  memcpy(key, J, (size_t)h->classes * sizeof *key);
  key[h->classes] = delta;
  const size_t bytes = ((size_t)h->classes + 1) * sizeof *key;
  if (h->has_levels && (h->has_slopes || !slopes) && !memcmp(key, h->key, bytes)) return true;
  h->has_levels = h->has_slopes = false;
  for (int k = 0; k < h->blocks; k++) {
    const hs_block *b = &h->block[k];
    if (h->stop && *h->stop) return false;
    assemble(h, b, J, delta, h->matrix);
    const lapack_int info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, slopes ? 'V' : 'N', 'U', b->states,
                                           h->matrix, b->states, h->energy + b->first);
    if (info != 0) return false;
    if (slopes) block_slopes(h, b, J, delta, h->matrix);
  }
  memcpy(h->key, key, bytes);
  h->has_levels = true;
  h->has_slopes = slopes;
  return true;
}

hs_thermal hs_average(const hs_magnet *h, double T, double *d_m2, double *d_variance) {
  const int n = h->levels, np = h->classes + 1;
  double lowest = INFINITY, z = 0, mean = 0;
  double d_mean[RC_CLASSES_MAX + 1] = {0}, d_first[RC_CLASSES_MAX + 1] = {0};
  hs_thermal out = {0, 0};
  for (int i = 0; i < n; i++) lowest = fmin(lowest, h->energy[i]);
  for (int i = 0; i < n; i++) {
    const double p = h->weight[i] * exp((lowest - h->energy[i]) / T);
    z += p;
    mean += p * h->energy[i];
    out.m2 += p * h->spin2[i];
  }
  mean /= z, out.m2 /= z;
  for (int j = 0; j < np && d_m2; j++) d_m2[j] = d_variance[j] = 0;
  /* energies from their mean: at high temperatures nothing cancels */
  for (int i = 0; i < n; i++) {
    const double e = h->energy[i] - mean;
    const double p = h->weight[i] * exp((lowest - h->energy[i]) / T) / z;
    out.variance += p * e * e;
    for (int j = 0; j < np && d_m2; j++) {
      const double slope = p * h->slope[(size_t)i * (size_t)np + (size_t)j];
      d_mean[j] += slope;
      d_first[j] += slope * e;
      d_m2[j] += slope * h->spin2[i];
      d_variance[j] += slope * e * e;
    }
  }
  for (int j = 0; j < np && d_m2; j++) {
    d_m2[j] = -(d_m2[j] - out.m2 * d_mean[j]) / T;
    d_variance[j] = 2 * d_first[j] - (d_variance[j] - out.variance * d_mean[j]) / T;
  }
  return out;
}
