/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "roadcut/base.h"

uint64_t rc_splitmix64(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static uint64_t hash_name(const char *name) { /* FNV-1a */
  uint64_t h = 0xCBF29CE484222325u;
  for (; *name; name++) h = (h ^ (unsigned char)*name) * 0x100000001B3u;
  return h;
}

rc_rng rc_rng_stream(uint64_t seed, const char *name, uint64_t replica) {
  /* Each step is a bijection of what it mixes in, so two replicas of a stream never coincide. */
  uint64_t x = seed;
  x = rc_splitmix64(&x) ^ hash_name(name);
  x = rc_splitmix64(&x) ^ replica;
  rc_rng r;
  for (int i = 0; i < 4; i++) r.s[i] = rc_splitmix64(&x);
  return r;
}

static inline uint64_t rotl(uint64_t x, int k) {
  return (x << k) | (x >> (64 - k));
}

uint64_t rc_rng_next(rc_rng *r) {
  uint64_t *s = r->s;
  uint64_t out = rotl(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotl(s[3], 45);
  return out;
}

double rc_rng_unit(rc_rng *r) {
  return (double)(rc_rng_next(r) >> 11) * 0x1p-53;
}

/* Multiply and reject (Lemire 2019). */
uint64_t rc_rng_below(rc_rng *r, uint64_t n) {
  assert(n > 0);
  unsigned __int128 m = (unsigned __int128)rc_rng_next(r) * n;
  if ((uint64_t)m < n) {
    uint64_t threshold = -n % n;
    while ((uint64_t)m < threshold) m = (unsigned __int128)rc_rng_next(r) * n;
  }
  return (uint64_t)(m >> 64);
}

/* Polar method (Marsaglia 1964). The second value is thrown away: the stream stays a plain value
 * without a hidden half. */
double rc_rng_normal(rc_rng *r) {
  for (;;) {
    double x = 2 * rc_rng_unit(r) - 1, y = 2 * rc_rng_unit(r) - 1;
    double q = x * x + y * y;
    if (q > 0 && q < 1) return x * sqrt(-2 * log(q) / q);
  }
}
