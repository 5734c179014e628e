/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Laplacian of single flips, without a matrix. */
#include <math.h>
#include <string.h>

#include "paths/exact.h"

enum { SMALL = 10 }; /* 2^10 states of weights, input and output stay in the first cache */

static inline double conductance(double a, double b, bool glauber) {
  return glauber ? a * b / (a + b) : a < b ? a : b;
}

/* Flips of one bit: pairs h apart in [0, n). */
static inline void pairs(const double *w, const double *p, double *a, size_t n, size_t h,
                         bool glauber) {
  for (size_t base = 0; base < n; base += 2 * h) {
    const double *wl = w + base, *wh = wl + h, *pl = p + base, *ph = pl + h;
    double *al = a + base, *ah = al + h;
    for (size_t j = 0; j < h; j++) {
      const double f = conductance(wl[j], wh[j], glauber) * (pl[j] - ph[j]);
      al[j] += f, ah[j] -= f;
    }
  }
}

static void flips(const double *w, const double *p, double *a, int bits, bool glauber) {
  const size_t n = (size_t)1 << bits, h = n / 2;
  if (bits > SMALL) { /* halves first: each in the smallest cache that holds it */
    flips(w, p, a, bits - 1, glauber);
    flips(w + h, p + h, a + h, bits - 1, glauber);
    if (glauber)
      pairs(w, p, a, n, h, true);
    else
      pairs(w, p, a, n, h, false);
    return;
  }
  memset(a, 0, n * sizeof *a);
  for (size_t k = 1; k < n; k *= 2) {
    if (glauber)
      pairs(w, p, a, n, k, true);
    else if (k == 1)
      pairs(w, p, a, n, 1, false);
    else if (k == 2)
      pairs(w, p, a, n, 2, false);
    else
      pairs(w, p, a, n, k, false);
  }
}

void ex_flips(const double *w, const double *p, double *a, int bits, bool glauber) {
  flips(w, p, a, bits, glauber);
}

void ex_flips_diagonal(const double *w, double *d, int bits, bool glauber) {
  const size_t n = (size_t)1 << bits;
  for (size_t x = 0; x < n; x++) {
    d[x] = 0;
    for (int i = 0; i < bits; i++) d[x] += conductance(w[x], w[x ^ (size_t)1 << i], glauber);
  }
}
