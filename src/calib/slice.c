/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices of the landscape, from coarse to fine. */
#include <math.h>
#include <string.h>

#include "roadcut/calib.h"

enum { PASSES = 4 };
static int stride_of(int pass) {
  return 1 << (PASSES - 1 - pass);
}

static double *copy(const double *v, int n) {
  double *c = rc_alloc((size_t)n, sizeof *c);
  memcpy(c, v, (size_t)n * sizeof *c);
  return c;
}

bool rc_slice_new(const rc_fit *f, const double *z0, const double *p, const double *q, int w, int h,
                  rc_slice *out, rc_err *err) {
  *out = (rc_slice){0};
  if (w < 1 || h < 1 || w > 1024 || h > 1024)
    return rc_err_set(err, RC_ERR_INPUT, "a slice has 1 to 1024 cells each way, not %d x %d", w, h);
  const int n = rc_fit_n(f);
  *out = (rc_slice){.w = w, .h = h, .n = n, .total = w * h};
  out->z0 = copy(z0, n);
  out->p = copy(p, n);
  out->q = copy(q, n);
  out->loss = rc_alloc((size_t)out->total, sizeof *out->loss);
  out->quadratic = rc_alloc((size_t)out->total, sizeof *out->quadratic);
  out->level = rc_alloc((size_t)out->total, sizeof *out->level);
  for (int i = 0; i < out->total; i++) out->loss[i] = out->quadratic[i] = NAN;
  return true;
}

void rc_slice_free(rc_slice *s) {
  rc_free(s->z0);
  rc_free(s->p);
  rc_free(s->q);
  rc_free(s->loss);
  rc_free(s->quadratic);
  rc_free(s->level);
  *s = (rc_slice){0};
}

/* Where a cell's middle is, in half extents; the first row is the top (b = +1 side). */
static void cell_at(const rc_slice *s, int x, int y, double *a, double *b) {
  *a = (2.0 * x + 1) / s->w - 1;
  *b = 1 - (2.0 * y + 1) / s->h;
}

/* loss(z0 + d) = loss + (2 g.d + |J d|^2) / m with the gradient J^T r; at an optimum the first term
 * is small, and without r it is left out: what remains is the Fisher information alone. */
void rc_slice_quadratic(rc_slice *s, const rc_fisher *fisher) {
  const int n = fisher->n, m = fisher->m;
  double *jp = rc_alloc((size_t)m, sizeof *jp), *jq = rc_alloc((size_t)m, sizeof *jq);
  double pp = 0, pq = 0, qq = 0;
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      jp[i] += fisher->jacobian[i * n + j] * s->p[j];
      jq[i] += fisher->jacobian[i * n + j] * s->q[j];
    }
    pp += jp[i] * jp[i];
    pq += jp[i] * jq[i];
    qq += jq[i] * jq[i];
  }
  for (int y = 0; y < s->h; y++)
    for (int x = 0; x < s->w; x++) {
      double a, b;
      cell_at(s, x, y, &a, &b);
      const double v = fisher->loss + (a * a * pp + 2 * a * b * pq + b * b * qq) / m;
      s->quadratic[y * s->w + x] = (float)log10(v);
      if (!s->level[y * s->w + x]) s->loss[y * s->w + x] = (float)log10(v);
    }
  rc_free(jp);
  rc_free(jq);
}

/* A cell computed in an early pass stands for its neighbours until they are computed themselves. */
static void fill_block(rc_slice *s, int x, int y, int stride, float v) {
  for (int j = y; j < RC_MIN(y + stride, s->h); j++)
    for (int i = x; i < RC_MIN(x + stride, s->w); i++) {
      int at = j * s->w + i;
      if (s->level[at] > s->pass) continue;
      s->loss[at] = v;
      s->level[at] = (uint8_t)(s->pass + 1);
    }
}

static void compute(rc_slice *s, rc_fit *f, int x, int y, int stride) {
  double a, b, z[256], *r = rc_alloc((size_t)rc_fit_m(f), sizeof *r);
  char why[96];
  cell_at(s, x, y, &a, &b);
  for (int j = 0; j < s->n; j++) z[j] = s->z0[j] + a * s->p[j] + b * s->q[j];
  float v = NAN;
  if (rc_fit_residuals(f, z, r, why)) v = (float)log10(rc_fit_loss(f, r));
  rc_free(r);
  fill_block(s, x, y, stride, v);
}

bool rc_slice_step(rc_slice *s, rc_fit *f, int cells) {
  while (cells > 0 && s->pass < PASSES) {
    const int stride = stride_of(s->pass);
    if (s->next >= s->total) {
      s->pass++;
      s->next = 0;
      continue;
    }
    const int x = (int)(s->next % s->w), y = (int)(s->next / s->w);
    s->next++;
    if (x % stride || y % stride) continue;
    if (s->pass && x % (2 * stride) == 0 && y % (2 * stride) == 0) continue; /* of a pass before */
    compute(s, f, x, y, stride);
    s->done++;
    cells--;
  }
  return s->pass < PASSES;
}
