/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Relevance of inputs by permutation. */
#include <math.h>
#include <string.h>

#include "paths/net.h"
#include "roadcut/paths.h"

static double loss_of(const rc_learnt *c, int64_t shots, const float *x, const int *in_a,
                      const int *in_b, double *q) {
  double loss = 0;
  rc_learnt_logits(c, shots, x, q, NULL);
  for (int64_t s = 0; s < shots; s++)
    loss += in_a[s] * net_softplus(q[s]) + in_b[s] * net_softplus(-q[s]);
  return loss / (double)shots;
}

void rc_input_relevance(const rc_learnt *c, int64_t shots, const float *x, const int *in_a,
                        const int *in_b, int groups, const uint32_t *group, int redraws,
                        uint64_t seed, rc_relevance *out) {
  int inputs = rc_learnt_inputs(c);
  size_t cells = (size_t)shots * (size_t)inputs;
  float *y = rc_alloc(cells, sizeof *y);
  double *q = rc_alloc((size_t)shots, sizeof *q);
  int64_t *from = rc_alloc((size_t)shots, sizeof *from);
  double base = loss_of(c, shots, x, in_a, in_b, q);
  for (int g = 0; g < groups; g++) {
    rc_rng rng = rc_rng_stream(seed, "paths/relevance", (uint64_t)g);
    double sum = 0, square = 0;
    for (int r = 0; r < redraws; r++) {
      for (int64_t s = 0; s < shots; s++) from[s] = s;
      for (int64_t s = shots - 1; s > 0; s--) {
        int64_t t = (int64_t)rc_rng_below(&rng, (uint64_t)s + 1), keep = from[s];
        from[s] = from[t];
        from[t] = keep;
      }
      memcpy(y, x, cells * sizeof *y);
      for (int64_t s = 0; s < shots; s++)
        for (int i = 0; i < inputs; i++)
          if (group[g] >> i & 1) y[s * inputs + i] = x[from[s] * inputs + i];
      double rise = loss_of(c, shots, y, in_a, in_b, q) - base;
      sum += rise;
      square += rise * rise;
    }
    out[g].mean = sum / redraws;
    double v = redraws > 1 ? (square - sum * sum / redraws) / (redraws - 1) : 0;
    out[g].deviation = v > 0 ? sqrt(v) : 0;
  }
  rc_free(from);
  rc_free(q);
  rc_free(y);
}
