/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spin correlations in a vector of any basis.
 *
 * S_i.S_j = Sz_i Sz_j + (S+_i S-_j + S-_i S+_j)/2. In a symmetric sector the sums run over the
 * representatives only, each with the weight of its orbit; since the state is carried into itself
 * (up to a sign) by the group, the true correlations are the mean of these over all images of the
 * pair (i, j). */
#include "hilbert/impl.h"

#include <math.h>
#include <string.h>

/* Amplitude of a configuration: psi_c = character x_r / sqrt(orbit size). */
static double amplitude(const rc_basis *b, const double *vector, uint64_t config) {
  int sign = 1;
  const uint64_t r = rc_basis_rank(b, config, &sign);
  if (r == RC_NONE || sign == 0) return 0;
  return sign * vector[r] / sqrt((double)rc_basis_orbit(b, r));
}

/* Adds what one state contributes to the upper triangles of szsz and flip, the latter holding
 * sum psi_c psi_c' over configurations c with i up and j down or the reverse. */
static void add_state(const rc_basis *b, const double *vector, uint64_t r, double *szsz,
                      double *flip) {
  const int n = b->sites;
  const uint64_t c = rc_basis_config(b, r);
  const double p = vector[r] * vector[r];
  const double own = vector[r] * sqrt((double)rc_basis_orbit(b, r));
  double spin[RC_SITES_MAX];
  for (int i = 0; i < n; i++) spin[i] = c >> i & 1 ? 1 : -1;
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++) szsz[i * n + j] += p / 4 * spin[i] * spin[j];
  if (p == 0) return;
  for (int i = 0; i < n; i++) {
    const uint64_t one = UINT64_C(1) << i;
    uint64_t other = (c & one ? ~c : c) & rc_sites_mask(n) & ~(2 * one - 1);
    if (!b->orbits) { /* the pair c, c' comes twice: take it once, doubled */
      if (!(c & one)) continue;
      for (; other; other &= other - 1) {
        const uint64_t to = rc_plain_rank(&b->plain, c ^ (one | (other & -other)));
        flip[i * n + __builtin_ctzll(other)] += 2 * vector[r] * vector[to];
      }
    }
    for (; other; other &= other - 1)
      flip[i * n + __builtin_ctzll(other)] +=
          own * amplitude(b, vector, c ^ (one | (other & -other)));
  }
}

/* Mean over the images of each pair under the group, from upper triangles to full matrices. */
static void average(const rc_symmetries *g, int n, const double *szsz, const double *flip,
                    double *out_ss, double *out_szsz) {
  memset(out_ss, 0, (size_t)n * (size_t)n * sizeof *out_ss);
  memset(out_szsz, 0, (size_t)n * (size_t)n * sizeof *out_szsz);
  for (int64_t e = 0; e < g->order; e++) {
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        const int a = g->element[e][i], b = g->element[e][j];
        const int to = RC_MIN(a, b) * n + RC_MAX(a, b);
        out_szsz[to] += szsz[i * n + j] / (double)g->order;
        out_ss[to] += (szsz[i * n + j] + flip[i * n + j] / 2) / (double)g->order;
      }
    }
  }
}

struct rc_correlator {
  const rc_basis *b;
  const double *vector;
  uint64_t next;
  double *szsz, *flip; /* sites x sites, upper triangles: sums over the states so far */
};

rc_correlator *rc_correlator_new(const rc_basis *b, const double *vector) {
  const size_t all = (size_t)b->sites * (size_t)b->sites;
  rc_correlator *c = rc_alloc(1, sizeof *c);
  *c = (rc_correlator){.b = b,
                       .vector = vector,
                       .szsz = rc_alloc(all, sizeof *c->szsz),
                       .flip = rc_alloc(all, sizeof *c->flip)};
  return c;
}

void rc_correlator_free(rc_correlator *c) {
  if (!c) return;
  rc_free(c->szsz);
  rc_free(c->flip);
  rc_free(c);
}

bool rc_correlator_step(rc_correlator *c, uint64_t states) {
  const uint64_t end = c->b->states - c->next > states ? c->next + states : c->b->states;
  for (; c->next < end; c->next++) add_state(c->b, c->vector, c->next, c->szsz, c->flip);
  return c->next == c->b->states;
}

void rc_correlator_read(const rc_correlator *c, double *ss, double *szsz) {
  const rc_basis *b = c->b;
  const int n = b->sites;
  const size_t all = (size_t)n * (size_t)n;
  const double *z = c->szsz, *f = c->flip;
  if (b->orbits) {
    average(rc_orbits_symmetries(b->orbits), n, z, f, ss, szsz);
  } else {
    for (size_t k = 0; k < all; k++) {
      szsz[k] = z[k];
      ss[k] = z[k] + f[k] / 2;
    }
  }
  for (int i = 0; i < n; i++) {
    szsz[i * n + i] = .25;
    ss[i * n + i] = .75;
    for (int j = 0; j < i; j++) {
      szsz[i * n + j] = szsz[j * n + i] = rc_settled(szsz[j * n + i], RC_ROUNDING);
      ss[i * n + j] = ss[j * n + i] = rc_settled(ss[j * n + i], RC_ROUNDING);
    }
  }
}

void rc_correlations(const rc_basis *b, const double *vector, double *ss, double *szsz) {
  rc_correlator *c = rc_correlator_new(b, vector);
  rc_correlator_step(c, UINT64_MAX);
  rc_correlator_read(c, ss, szsz);
  rc_correlator_free(c);
}

double rc_total_spin(int sites, const double *ss) {
  double square = 0;
  for (int k = 0; k < sites * sites; k++) square += ss[k];
  square = rc_settled(square, sites * sites * RC_ROUNDING);
  return (sqrt(1 + 4 * fmax(0, square)) - 1) / 2; /* <S^2> = S (S + 1) */
}
