/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paths/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(NET_LANES * sizeof(float))));
typedef int32_t ilanes __attribute__((vector_size(NET_LANES * sizeof(int32_t))));

#define INLINE __attribute__((always_inline)) static inline

/* What a batch of eight needs between the way up and the way down. */
typedef struct pass {
  lanes x[NET_INPUTS_MAX];
  lanes a1[NET_HIDDEN_MAX], d1[NET_HIDDEN_MAX]; /* unit and its derivative */
  lanes a2[NET_HIDDEN_MAX], d2[NET_HIDDEN_MAX];
  lanes q;
} pass;

/* NAME from NAME_any for vectors of four and, where the processor has them, of eight: lane by lane
 * the same operations, so the same bits. */
#if defined(__x86_64__)
#define BOTH_WIDTHS(name, parameters, arguments)                                                   \
  __attribute__((target("avx2"))) static void name##_wide parameters {                             \
    name##_any arguments;                                                                          \
  }                                                                                                \
  static void name##_base parameters {                                                             \
    name##_any arguments;                                                                          \
  }                                                                                                \
  static void name parameters {                                                                    \
    if (__builtin_cpu_supports("avx2"))                                                            \
      name##_wide arguments;                                                                       \
    else                                                                                           \
      name##_base arguments;                                                                       \
  }
#else
#define BOTH_WIDTHS(name, parameters, arguments)                                                   \
  static void name parameters {                                                                    \
    name##_any arguments;                                                                          \
  }
#endif

static inline float *w1(const net *n) {
  return n->w;
}
static inline float *b1(const net *n) {
  return n->w + n->hidden * n->inputs;
}
static inline float *w2(const net *n) {
  return b1(n) + n->hidden;
}
static inline float *b2(const net *n) {
  return w2(n) + n->hidden * n->hidden;
}
static inline float *w3(const net *n) {
  return b2(n) + n->hidden;
}
static inline float *b3(const net *n) {
  return w3(n) + n->hidden;
}

net net_new(int inputs, int hidden) {
  net n = {.inputs = inputs, .hidden = hidden};
  n.count = hidden * inputs + hidden + hidden * hidden + hidden + hidden + 1;
  n.w = rc_alloc((size_t)n.count, sizeof *n.w);
  return n;
}

void net_start(net *n, rc_rng *rng) {
  double in = sqrt(2.0 / n->inputs), mid = sqrt(2.0 / n->hidden), out = .3 / sqrt(n->hidden);
  memset(n->w, 0, (size_t)n->count * sizeof *n->w);
  for (int i = 0; i < n->hidden * n->inputs; i++) w1(n)[i] = (float)(in * rc_rng_normal(rng));
  for (int i = 0; i < n->hidden * n->hidden; i++) w2(n)[i] = (float)(mid * rc_rng_normal(rng));
  for (int i = 0; i < n->hidden; i++) w3(n)[i] = (float)(out * rc_rng_normal(rng));
}

void net_copy(net *to, const net *from) {
  memcpy(to->w, from->w, (size_t)from->count * sizeof *from->w);
}

void net_scale(net *n, double factor) {
  float *last = w3(n);
  for (int i = 0; i <= n->hidden; i++) last[i] *= (float)factor;
}

void net_free(net *n) {
  rc_free(n->w);
  *n = (net){0};
}

net_adam net_adam_new(const net *n) {
  net_adam a = {.m = rc_alloc((size_t)n->count, sizeof *a.m),
                .v = rc_alloc((size_t)n->count, sizeof *a.v),
                .beta1_power = 1,
                .beta2_power = 1};
  return a;
}

void net_adam_reset(net_adam *a, const net *n) {
  memset(a->m, 0, (size_t)n->count * sizeof *a->m);
  memset(a->v, 0, (size_t)n->count * sizeof *a->v);
  a->beta1_power = a->beta2_power = 1;
}

void net_adam_free(net_adam *a) {
  rc_free(a->m);
  rc_free(a->v);
  *a = (net_adam){0};
}

/* e^x for |x| <= 80, to 2 ulp: 2^i by the exponent field, 2^f by a polynomial (Taylor in
 * f ln 2 / 2, squared). */
INLINE void lanes_exp(lanes *v) {
  lanes x = *v;
  const float most = 80;
  lanes up = (lanes){0} + most;
  ilanes big = x > up, small = x < -up;
  x = (lanes)(((ilanes)up & big) | ((ilanes)x & ~big));
  x = (lanes)(((ilanes)-up & small) | ((ilanes)x & ~small));
  lanes t = x * 1.44269504088896f;
  const lanes magic = (lanes){0} + 12582912.f; /* 1.5 * 2^23: rounds to whole numbers */
  lanes whole = (t + magic) - magic;
  lanes f = (t - whole) * .34657359027997f; /* half of f ln 2: |f| <= .1733 */
  lanes e = 1 + f * (1 + f * (.5f + f * (.166666667f + f * (.041666667f + f * .008333333f))));
  ilanes power = (__builtin_convertvector(whole, ilanes) + 127) << 23;
  *v = e * e * (lanes)power;
}

/* SiLU x s(x), and its derivative s (1 + x (1 - s)). */
INLINE void silu(const lanes *x, lanes *value, lanes *derivative) {
  lanes s = -*x;
  lanes_exp(&s);
  s = 1 / (1 + s);
  *derivative = s * (1 + *x * (1 - s));
  *value = *x * s;
}

INLINE void up_any(const net *n, pass *p) {
  const float *row = w1(n);
  for (int j = 0; j < n->hidden; j++, row += n->inputs) {
    lanes sum = (lanes){0} + b1(n)[j];
    for (int i = 0; i < n->inputs; i++) sum += row[i] * p->x[i];
    silu(&sum, &p->a1[j], &p->d1[j]);
  }
  row = w2(n);
  lanes q = (lanes){0} + *b3(n);
  for (int j = 0; j < n->hidden; j++, row += n->hidden) {
    lanes sum = (lanes){0} + b2(n)[j];
    for (int i = 0; i < n->hidden; i++) sum += row[i] * p->a1[i];
    silu(&sum, &p->a2[j], &p->d2[j]);
    q += w3(n)[j] * p->a2[j];
  }
  p->q = q;
}

BOTH_WIDTHS(up, (const net *n, pass *p), (n, p))

/* Samples begin .. begin + 7 of pick; those past the end repeat the last one. */
static inline void load(const net *n, int64_t begin, int64_t k, const int *pick, const float *x,
                        pass *p) {
  for (int s = 0; s < NET_LANES; s++) {
    int64_t at = RC_MIN(begin + s, k - 1);
    const float *from = x + (pick ? pick[at] : at) * n->inputs;
    for (int i = 0; i < n->inputs; i++) p->x[i][s] = from[i];
  }
}

void net_forward(const net *n, int64_t k, const float *x, float *q) {
  pass p;
  for (int64_t begin = 0; begin < k; begin += NET_LANES) {
    load(n, begin, k, NULL, x, &p);
    up(n, &p);
    for (int s = 0; s < NET_LANES && begin + s < k; s++) q[begin + s] = p.q[s];
  }
}

double net_softplus(double x) {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

double net_loss(const net *n, int64_t k, const int *pick, const float *x, const float *w_a,
                const float *w_b, double *weight) {
  pass p;
  double loss = 0, sum = 0;
  for (int64_t begin = 0; begin < k; begin += NET_LANES) {
    load(n, begin, k, pick, x, &p);
    up(n, &p);
    for (int s = 0; s < NET_LANES && begin + s < k; s++) {
      int64_t at = pick ? pick[begin + s] : begin + s;
      loss += w_a[at] * net_softplus(p.q[s]) + w_b[at] * net_softplus(-p.q[s]);
      sum += w_a[at] + w_b[at];
    }
  }
  if (weight) *weight = sum;
  return loss;
}

static inline float across(const lanes *p) {
  lanes v = *p;
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/* Adds the gradient of eight samples, given dL/dq of each, to lane sums. */
INLINE void down_any(const net *n, const pass *p, const lanes *at, lanes *g) {
  lanes dq = *at;
  lanes back[NET_HIDDEN_MAX];
  lanes *g1 = g, *gb1 = g1 + n->hidden * n->inputs, *g2 = gb1 + n->hidden,
        *gb2 = g2 + n->hidden * n->hidden, *g3 = gb2 + n->hidden, *gb3 = g3 + n->hidden;
  for (int i = 0; i < n->hidden; i++) back[i] = (lanes){0};
  *gb3 += dq;
  const float *row = w2(n);
  for (int j = 0; j < n->hidden; j++, row += n->hidden, g2 += n->hidden) {
    g3[j] += dq * p->a2[j];
    lanes d = dq * w3(n)[j] * p->d2[j];
    gb2[j] += d;
    for (int i = 0; i < n->hidden; i++) {
      g2[i] += d * p->a1[i];
      back[i] += d * row[i];
    }
  }
  for (int j = 0; j < n->hidden; j++, g1 += n->inputs) {
    lanes d = back[j] * p->d1[j];
    gb1[j] += d;
    for (int i = 0; i < n->inputs; i++) g1[i] += d * p->x[i];
  }
}

BOTH_WIDTHS(down, (const net *n, const pass *p, const lanes *at, lanes *g), (n, p, at, g))

double net_gradient(const net *n, int64_t k, const int *pick, const float *x, const float *w_a,
                    const float *w_b, float *grad) {
  pass p;
  double loss = 0, sum = 0;
  lanes *g = NULL;
  if (posix_memalign((void **)&g, 64, (size_t)n->count * sizeof *g)) abort();
  memset(g, 0, (size_t)n->count * sizeof *g);
  for (int64_t begin = 0; begin < k; begin += NET_LANES) {
    load(n, begin, k, pick, x, &p);
    up(n, &p);
    lanes a = {0}, b = {0};
    for (int s = 0; s < NET_LANES && begin + s < k; s++) {
      int64_t at = pick ? pick[begin + s] : begin + s;
      a[s] = w_a[at];
      b[s] = w_b[at];
      sum += w_a[at] + w_b[at];
      loss += w_a[at] * net_softplus(p.q[s]) + w_b[at] * net_softplus(-p.q[s]);
    }
    lanes dq = -p.q;
    lanes_exp(&dq);
    dq = (a + b) / (1 + dq) - b;
    down(n, &p, &dq, g);
  }
  float scale = sum > 0 ? (float)(1 / sum) : 0;
  for (int i = 0; i < n->count; i++) grad[i] = across(&g[i]) * scale;
  free(g);
  return loss;
}

void net_adam_step(net *n, net_adam *a, const float *grad, double rate, double decay) {
  a->beta1_power *= .9;
  a->beta2_power *= .999;
  float step = (float)(rate / (1 - a->beta1_power)),
        correct = (float)(1 / sqrt(1 - a->beta2_power)), keep = (float)(1 - rate * decay);
  for (int i = 0; i < n->count; i++) {
    a->m[i] = .9f * a->m[i] + .1f * grad[i];
    a->v[i] = .999f * a->v[i] + .001f * grad[i] * grad[i];
    n->w[i] = keep * n->w[i] - step * a->m[i] / (sqrtf(a->v[i]) * correct + 1e-8f);
  }
}
