/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sign structure of a real vector: weight of the edges of the Hilbert graph and how much of
 * it is frustrated, and the best sign rule that is linear in the configuration.
 *
 * Sums are taken per chunk of rows and added in order, so they do not depend on threads. */
#include "hilbert/impl.h"

#include <math.h>
#include <string.h>

enum { SITES_MAX = 24, UNFOLD_SITES_MAX = 20, BINS = 64 };
static const double ZERO_AMPLITUDE = 1e-10, ZERO_WEIGHT = 1e-14;

/* ---- passes over the edges ---------------------------------------------------------------------- */

typedef struct part { /* of one chunk of rows */
  double diagonal, total, satisfied, max;
  uint64_t zero, counted, frustrated;
  uint64_t bin[BINS], bin_frustrated[BINS];
} part;

typedef struct pass {
  const rc_matrix *m;
  const double *vector;
  part *parts;
  int cap;
  const double *edge_of_bin; /* NULL in the first pass: smallest w of each bin */
} pass;

static int bin_of(const double *edge_of_bin, double w) {
  int low = 0, high = BINS - 1;
  while (low < high) {
    int mid = (low + high) / 2;
    if (w > edge_of_bin[mid]) high = mid;
    else low = mid + 1;
  }
  return low;
}

static void pass_edge(const pass *p, part *s, double a, double b, double coupling) {
  double w = 2 * coupling * a * b; /* > 0: frustrated */
  double size = fabs(w);
  bool counts = size > ZERO_WEIGHT && fabs(a) >= ZERO_AMPLITUDE && fabs(b) >= ZERO_AMPLITUDE;
  if (p->edge_of_bin) {
    if (!counts) return;
    int bin = bin_of(p->edge_of_bin, size);
    s->bin[bin]++;
    s->bin_frustrated[bin] += w > 0;
    return;
  }
  s->total += size;
  if (w < 0) s->satisfied += size;
  if (!counts) return;
  s->counted++;
  s->frustrated += w > 0;
  s->max = RC_MAX(s->max, size);
}

/* Plain sectors: flips are edges, each on its own; only those to a larger index are looked at. */
static void plain_row(const pass *p, part *s, uint64_t u) {
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  const rc_pair *pair = rc_matrix_hamiltonian(p->m)->pair;
  int n = rc_flips(p->m, u, flip);
  for (int e = 0; e < n; e++)
    if (flip[e].to > u)
      pass_edge(p, s, p->vector[u], p->vector[flip[e].to], 0.5 * pair[flip[e].pair].J);
}

static void merged_row(const pass *p, part *s, uint64_t u, uint64_t *column, double *value) {
  int n = rc_matrix_row(p->m, u, column, value, NULL, p->cap);
  for (int e = 0; e < n; e++)
    if (column[e] > u) pass_edge(p, s, p->vector[u], p->vector[column[e]], value[e]);
}

static void pass_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const pass *p = ctx;
  part *s = &p->parts[chunk];
  bool plain = !rc_basis_symmetric(rc_matrix_basis(p->m));
  uint64_t *column = rc_alloc((size_t)p->cap, sizeof *column);
  double *value = rc_alloc((size_t)p->cap, sizeof *value);
  for (int64_t u = begin; u < end; u++) {
    double a = p->vector[u];
    if (plain) plain_row(p, s, (uint64_t)u);
    else merged_row(p, s, (uint64_t)u, column, value);
    if (p->edge_of_bin) continue;
    s->diagonal += rc_matrix_diagonal(p->m, (uint64_t)u) * a * a;
    s->zero += fabs(a) < ZERO_AMPLITUDE;
  }
  rc_free(column);
  rc_free(value);
}

static part run_pass(pass *p, int threads) {
  int64_t states = (int64_t)rc_matrix_states(p->m);
  int64_t grain = RC_MAX(states / 256, 256), chunks = (states + grain - 1) / grain;
  part sum = {0};
  p->parts = rc_alloc((size_t)RC_MAX(chunks, 1), sizeof *p->parts);
  rc_parallel(threads, states, grain, pass_chunk, p);
  for (int64_t c = 0; c < chunks; c++) {
    const part *s = &p->parts[c];
    sum.diagonal += s->diagonal;
    sum.total += s->total;
    sum.satisfied += s->satisfied;
    sum.max = RC_MAX(sum.max, s->max);
    sum.zero += s->zero;
    sum.counted += s->counted;
    sum.frustrated += s->frustrated;
    for (int b = 0; b < BINS; b++) {
      sum.bin[b] += s->bin[b];
      sum.bin_frustrated[b] += s->bin_frustrated[b];
    }
  }
  rc_free(p->parts);
  return sum;
}

static void histogram(pass *p, double max, uint64_t counted, int threads, rc_sign_facts *out) {
  double edge_of_bin[BINS];
  for (int b = 0; b < BINS; b++) edge_of_bin[b] = max * pow(10, -(b + 1) / 4.0);
  p->edge_of_bin = edge_of_bin;
  part sum = run_pass(p, threads);
  for (int b = 0; b < BINS; b++) {
    if (sum.bin[b]) out->weight_bins = b + 1;
    out->weight_hist[b] = (double)sum.bin[b] / (double)counted;
    out->weight_hist_frust[b] = (double)sum.bin_frustrated[b] / (double)counted;
  }
}

/* ---- sign rules --------------------------------------------------------------------------------- */

/* psi |psi| over configurations. At fixed Sz the last site follows from the others and is left
 * out: rules with and without it differ by a global sign together with the complement. */
typedef struct rules {
  double *f;
  int bits;
  bool fixed;
} rules;

static bool rules_apply(const rc_basis *b) {
  int sites = rc_basis_sites(b);
  return sites <= (rc_basis_symmetric(b) ? UNFOLD_SITES_MAX : SITES_MAX);
}

static int rules_bits(const rc_basis *b) {
  return rc_basis_sites(b) - (rc_basis_sector(b)->all ? 0 : 1);
}

uint64_t rc_sign_plan(const rc_basis *b) {
  return (rules_apply(b) ? sizeof(double) << rules_bits(b) : 0) + (1u << 20);
}

typedef struct fill {
  const rc_basis *basis;
  const double *vector;
  rules *r;
  int up; /* -1: any */
} fill;

static void fill_plain(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const fill *f = ctx;
  uint64_t mask = ((uint64_t)1 << f->r->bits) - 1;
  (void)chunk;
  for (int64_t i = begin; i < end; i++)
    f->r->f[rc_basis_config(f->basis, (uint64_t)i) & mask] = f->vector[i] * fabs(f->vector[i]);
}

/* Unfolds a symmetric vector: every configuration of the sector has the amplitude of its orbit
 * over the square root of the orbit's size, with the sign of its character. */
static void fill_orbits(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const fill *f = ctx;
  int sites = rc_basis_sites(f->basis);
  (void)chunk;
  for (int64_t low = begin; low < end; low++) {
    uint64_t c = (uint64_t)low;
    if (f->r->fixed) {
      int missing = f->up - __builtin_popcountll(c);
      if (missing != 0 && missing != 1) continue;
      c |= (uint64_t)missing << (sites - 1);
    }
    int sign = 0;
    uint64_t i = rc_basis_rank(f->basis, c, &sign);
    if (i == RC_NONE || !sign) continue;
    double v = f->vector[i];
    f->r->f[low] = sign * v * fabs(v) / (double)rc_basis_orbit(f->basis, i);
  }
}

typedef struct stage {
  double *f;
  int64_t half;
} stage;

static void butterflies(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const stage *s = ctx;
  (void)chunk;
  for (int64_t i = begin; i < end;) { /* pair i: within block i / half, offset i % half */
    int64_t offset = i % s->half, run = RC_MIN(s->half - offset, end - i);
    double *x = s->f + 2 * (i - offset) + offset, *y = x + s->half;
    for (int64_t k = 0; k < run; k++) {
      double a = x[k], b = y[k];
      x[k] = a + b;
      y[k] = a - b;
    }
    i += run;
  }
}

/* In place Walsh-Hadamard transform: f[A] becomes sum_c f[c] (-1)^|c & A|. */
static void walsh(rules *r, int threads) {
  int64_t pairs = r->bits ? (int64_t)1 << (r->bits - 1) : 0;
  for (int b = 0; b < r->bits; b++) {
    stage s = {r->f, (int64_t)1 << b};
    rc_parallel(pairs >= 1 << 18 ? threads : 1, pairs, 1 << 16, butterflies, &s);
  }
}

/* Overlap with one rule. At fixed Sz both colours give the same up to the global sign. */
static double rule_overlap(const rules *r, int sites, const int *colour) {
  double best = 0;
  for (int which = 0; which < 2; which++) {
    uint64_t set = 0;
    double sum = 0;
    for (int s = 0; s < sites; s++)
      if (colour[s] == which) set |= 1ull << s;
    if (r->fixed && set >> (sites - 1) & 1) continue; /* its complement is the same rule */
    for (uint64_t c = 0; c < 1ull << r->bits; c++)
      sum += __builtin_parityll(c & set) ? -r->f[c] : r->f[c];
    best = RC_MAX(best, fabs(sum));
  }
  return best;
}

static bool sign_rules(const rc_matrix *m, const double *vector, const int *marshall, int threads,
                       rc_sign_facts *out, rc_err *err) {
  const rc_basis *b = rc_matrix_basis(m);
  const rc_sector *sector = rc_basis_sector(b);
  rules r = {.bits = rules_bits(b), .fixed = !sector->all};
  r.f = rc_big_alloc((size_t)1 << r.bits, sizeof *r.f, "the sign rules of all site sets", err);
  if (!r.f) return false;
  fill f = {b, vector, &r, r.fixed ? (rc_basis_sites(b) + sector->sz2) / 2 : -1};
  if (rc_basis_symmetric(b)) rc_parallel(threads, (int64_t)1 << r.bits, 4096, fill_orbits, &f);
  else rc_parallel(threads, (int64_t)rc_basis_states(b), 4096, fill_plain, &f);
  if (marshall) out->marshall_overlap = rule_overlap(&r, rc_basis_sites(b), marshall);
  walsh(&r, threads);
  out->linear_overlap = 0;
  for (uint64_t set = 0; set < 1ull << r.bits; set++) {
    /* the margin keeps equivalent sets from being chosen by rounding */
    if (fabs(r.f[set]) <= out->linear_overlap + 1e-12) continue;
    out->linear_overlap = fabs(r.f[set]);
    out->linear_set = set;
  }
  rc_big_free(r.f);
  return true;
}

/* Too many sites for the table of all rules: the given rule alone, straight from the vector. */
static double plain_overlap(const rc_basis *b, const double *vector, const int *colour) {
  double sum[2] = {0, 0};
  uint64_t set = 0, all = 0;
  for (int s = 0; s < rc_basis_sites(b); s++) {
    all |= 1ull << s;
    if (colour[s] == 0) set |= 1ull << s;
  }
  for (uint64_t i = 0; i < rc_basis_states(b); i++) {
    uint64_t c = rc_basis_config(b, i);
    double f = vector[i] * fabs(vector[i]);
    sum[0] += __builtin_parityll(c & set) ? -f : f;
    sum[1] += __builtin_parityll(c & all & ~set) ? -f : f;
  }
  return RC_MAX(fabs(sum[0]), fabs(sum[1]));
}

bool rc_sign_scan(const rc_matrix *m, const double *vector, const int *marshall, int threads,
                  rc_sign_facts *out, rc_err *err) {
  const rc_basis *b = rc_matrix_basis(m);
  pass p = {.m = m, .vector = vector, .cap = RC_MAX(rc_matrix_hamiltonian(m)->pairs, 1)};
  memset(out, 0, sizeof *out);
  out->marshall_overlap = out->linear_overlap = NAN;
  part sum = run_pass(&p, threads);
  out->energy_diagonal = sum.diagonal;
  out->weight_total = sum.total;
  out->weight_satisfied = sum.satisfied;
  out->frustrated_share = sum.total > 0 ? 1 - sum.satisfied / sum.total : 0;
  out->zero_amplitudes = sum.zero;
  out->edges_counted = sum.counted;
  out->weight_max = sum.max;
  if (sum.counted) {
    out->frustrated_edges = (double)sum.frustrated / (double)sum.counted;
    histogram(&p, sum.max, sum.counted, threads, out);
  }
  if (rules_apply(b)) return sign_rules(m, vector, marshall, threads, out, err);
  if (marshall && !rc_basis_symmetric(b)) out->marshall_overlap = plain_overlap(b, vector, marshall);
  return true;
}
