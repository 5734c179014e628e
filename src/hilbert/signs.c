/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sign structure of a real vector: weight of the edges of the Hilbert graph and how much of
 * it is frustrated, and the best sign rule that is linear in the configuration.
 *
 * Sums are taken per chunk of rows and added in order, so they do not depend on threads. */
#include "hilbert/impl.h"

#include <math.h>
#include <string.h>

enum { SITES_MAX = 24, UNFOLD_SITES_MAX = 20, BINS = 64, GUESSES = 1024, ROWS_CHUNK = 1024 };
static const double ZERO_WEIGHT = 1e-14;

/* ---- passes over the edges ----------------------------------------------------------------- */

typedef struct part { /* of one chunk of rows */
  double diagonal, total, satisfied, max;
  uint64_t zero, counted, frustrated;
  uint64_t bin[BINS], bin_frustrated[BINS];
} part;

typedef struct pass {
  const rc_matrix *m;
  double zero; /* weights up to it are rounding */
  const double *vector;
  part *parts;
  int cap;
  uint64_t (*flip)[2];       /* plain sectors, of each pair: the lower site, both sites */
  const double *edge_of_bin; /* NULL in the first pass: smallest w of each bin */
  uint64_t top;              /* second pass: leading bits of the largest w, see bin_of */
  uint8_t guess[GUESSES];
} pass;

static int bin_of(const double *edge_of_bin, double w) {
  int low = 0, high = BINS - 1;
  while (low < high) {
    int mid = (low + high) / 2;
    if (w > edge_of_bin[mid])
      high = mid;
    else
      low = mid + 1;
  }
  return low;
}

/* Sixteen leading values of the mantissa to a factor of two: that is finer than the bins. */
static uint64_t leading(double w) {
  uint64_t bits;
  memcpy(&bits, &w, sizeof bits);
  return bits >> 48;
}

/* For each value of the leading bits the bin of the smallest such w; a w can be one bin above. */
static void guess_bins(pass *p, double max) {
  p->top = leading(max);
  for (uint64_t k = 0; k < GUESSES; k++) {
    uint64_t bits = p->top > k ? (p->top - k) << 48 : 0;
    double w;
    memcpy(&w, &bits, sizeof w);
    p->guess[k] = (uint8_t)bin_of(p->edge_of_bin, w);
  }
}

/* Which edges count, and which are frustrated, is as good as random: sums instead of jumps. */
static void pass_edge(const pass *p, part *s, double a, double b, double coupling) {
  double w = 2 * coupling * a * b; /* > 0: frustrated */
  double size = fabs(w);
  bool counts = (size > p->zero) & (fabs(a) >= RC_AMPLITUDE_ZERO) & (fabs(b) >= RC_AMPLITUDE_ZERO);
  if (p->edge_of_bin) {
    if (!counts) return;
    uint64_t below = p->top - leading(size);
    int bin = p->guess[RC_MIN(below, (uint64_t)GUESSES - 1)];
    while (bin > 0 && size > p->edge_of_bin[bin - 1]) bin--;
    s->bin[bin]++;
    s->bin_frustrated[bin] += w > 0;
    return;
  }
  s->total += size;
  s->satisfied += w < 0 ? size : 0;
  s->counted += counts;
  s->frustrated += counts & (w > 0);
  s->max = RC_MAX(s->max, counts ? size : 0);
}

/* Plain sectors: flips are edges, each on its own. Configurations are in ascending order, so those
 * that move an up spin to a higher site lead to a larger index: each edge once. */
static void plain_row(const pass *p, part *s, uint64_t u) {
  const rc_hamiltonian *h = rc_matrix_hamiltonian(p->m);
  const rc_basis *b = rc_matrix_basis(p->m);
  uint64_t c = rc_basis_config(b, u);
  int list[RC_SITES_MAX * RC_SITES_MAX / 2], n = 0;
  for (int k = 0; k < h->pairs; k++) {
    list[n] = k;
    n += (c & p->flip[k][1]) == p->flip[k][0];
  }
  for (int k = 0; k < n; k++) {
    uint64_t to = rc_plain_rank(&b->plain, c ^ p->flip[list[k]][1]);
    pass_edge(p, s, p->vector[u], p->vector[to], 0.5 * h->pair[list[k]].J);
  }
}

static void merged_row(const pass *p, part *s, uint64_t u, uint64_t *column, double *value) {
  int n = rc_matrix_row(p->m, u, column, value, NULL, p->cap);
  for (int e = 0; e < n; e++)
    if (column[e] > u) pass_edge(p, s, p->vector[u], p->vector[column[e]], value[e]);
}

static void pass_chunk(const pass *p, int64_t begin, int64_t end, int64_t chunk) {
  part *s = &p->parts[chunk];
  bool plain = !rc_basis_symmetric(rc_matrix_basis(p->m));
  uint64_t *column = rc_alloc((size_t)p->cap, sizeof *column);
  double *value = rc_alloc((size_t)p->cap, sizeof *value);
  for (int64_t u = begin; u < end; u++) {
    double a = p->vector[u];
    if (plain)
      plain_row(p, s, (uint64_t)u);
    else
      merged_row(p, s, (uint64_t)u, column, value);
    if (p->edge_of_bin) continue;
    s->diagonal += rc_matrix_diagonal(p->m, (uint64_t)u) * a * a;
    s->zero += fabs(a) < RC_AMPLITUDE_ZERO;
  }
  rc_free(column);
  rc_free(value);
}

static void part_add(part *sum, const part *s) {
  sum->diagonal += s->diagonal;
  sum->total += s->total;
  sum->satisfied += s->satisfied;
  sum->max = RC_MAX(sum->max, s->max);
  sum->zero += s->zero;
  sum->counted += s->counted;
  sum->frustrated += s->frustrated;
  for (int b = 0; b < BINS; b++) {
    sum->bin[b] += s->bin[b];
    sum->bin_frustrated[b] += s->bin_frustrated[b];
  }
}

typedef struct slice { /* rows from..; the chunks inside do not depend on where a slice begins */
  const pass *p;
  int64_t from;
} slice;

static void slice_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const slice *s = ctx;
  pass_chunk(s->p, s->from + begin, s->from + end, chunk);
}

/* ---- sign rules ---------------------------------------------------------------------------- */

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
  return rules_apply(b) ? sizeof(double) << rules_bits(b) : 0;
}

typedef struct fill {
  const rc_basis *basis;
  const double *vector;
  rules *r;
  int up; /* -1: any */
  int64_t from;
} fill;

static void fill_plain(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const fill *f = ctx;
  uint64_t mask = ((uint64_t)1 << f->r->bits) - 1;
  (void)chunk;
  for (int64_t i = f->from + begin; i < f->from + end; i++)
    f->r->f[rc_basis_config(f->basis, (uint64_t)i) & mask] = f->vector[i] * fabs(f->vector[i]);
}

/* Unfolds a symmetric vector: every configuration of the sector has the amplitude of its orbit
 * over the square root of the orbit's size, with the sign of its character. */
static void fill_orbits(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const fill *f = ctx;
  int sites = rc_basis_sites(f->basis);
  (void)chunk;
  for (int64_t low = f->from + begin; low < f->from + end; low++) {
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

/* One stage of the Walsh-Hadamard transform in place; after all of them f[A] is
 * sum_c f[c] (-1)^|c & A|. */
static void walsh_stage(rules *r, int bit, int threads) {
  int64_t pairs = (int64_t)1 << (r->bits - 1);
  stage s = {r->f, (int64_t)1 << bit};
  rc_parallel(pairs >= 1 << 18 ? threads : 1, pairs, 1 << 16, butterflies, &s);
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

/* ---- the run ------------------------------------------------------------------------------- */

typedef enum { SUMS, HISTOGRAM, RULES, FILL, WALSH, BEST, DONE } phase;

struct rc_sign_run {
  phase phase;
  pass pass;
  part sum;
  int64_t at; /* rows, or entries of the table of rules, that are done */
  double edge_of_bin[BINS];
  rules rules;
  int stage;
  int threads;
  int *marshall;
  rc_sign_facts facts;
};

rc_sign_run *rc_sign_new(const rc_matrix *m, const double *vector, const int *marshall,
                         int threads) {
  int sites = rc_basis_sites(rc_matrix_basis(m));
  rc_sign_run *r = rc_alloc(1, sizeof *r);
  r->pass = (pass){.m = m,
                   .vector = vector,
                   .zero = ZERO_WEIGHT * rc_hamiltonian_scale(rc_matrix_hamiltonian(m)),
                   .cap = RC_MAX(rc_matrix_hamiltonian(m)->pairs, 1)};
  r->threads = threads;
  const rc_hamiltonian *h = rc_matrix_hamiltonian(m);
  r->pass.flip = rc_alloc((size_t)h->pairs + 1, sizeof *r->pass.flip);
  for (int k = 0; k < h->pairs; k++) {
    r->pass.flip[k][0] = 1ull << RC_MIN(h->pair[k].i, h->pair[k].j);
    r->pass.flip[k][1] = r->pass.flip[k][0] | 1ull << RC_MAX(h->pair[k].i, h->pair[k].j);
  }
  r->facts.marshall_overlap = r->facts.linear_overlap = NAN;
  if (!marshall) return r;
  r->marshall = rc_alloc((size_t)sites, sizeof *r->marshall);
  memcpy(r->marshall, marshall, (size_t)sites * sizeof *marshall);
  return r;
}

void rc_sign_free(rc_sign_run *r) {
  if (!r) return;
  rc_big_free(r->rules.f);
  rc_free(r->pass.flip);
  rc_free(r->marshall);
  rc_free(r);
}

const rc_sign_facts *rc_sign_read(const rc_sign_run *r) {
  return &r->facts;
}

/* A slice of a pass over the edges; true when all rows were read. */
static bool edges_step(rc_sign_run *r, uint64_t rows) {
  int64_t states = (int64_t)rc_matrix_states(r->pass.m);
  int64_t chunks = (int64_t)RC_MIN(RC_MAX(rows / ROWS_CHUNK, 1u), 256u);
  int64_t n = RC_MIN(chunks * ROWS_CHUNK, states - r->at);
  slice s = {&r->pass, r->at};
  r->pass.parts = rc_alloc((size_t)chunks, sizeof *r->pass.parts);
  rc_parallel(r->threads, n, ROWS_CHUNK, slice_chunk, &s);
  for (int64_t c = 0; c * ROWS_CHUNK < n; c++) part_add(&r->sum, &r->pass.parts[c]);
  rc_free(r->pass.parts);
  r->at += n;
  if (r->at < states) return false;
  r->at = 0;
  return true;
}

static void sums_done(rc_sign_run *r) {
  const part *sum = &r->sum;
  rc_sign_facts *f = &r->facts;
  f->energy_diagonal =
      rc_settled(sum->diagonal, rc_hamiltonian_rounding(rc_matrix_hamiltonian(r->pass.m)));
  /* A state of one configuration has edges among amplitudes that are rounding: no share of those */
  const bool weighs = sum->counted && sum->total > r->pass.zero;
  f->weight_total = rc_settled(sum->total, r->pass.zero);
  f->weight_satisfied = rc_settled(sum->satisfied, r->pass.zero);
  f->frustrated_share = weighs ? rc_settled(1 - sum->satisfied / sum->total, RC_ROUNDING) : 0;
  f->zero_amplitudes = sum->zero;
  f->edges_counted = sum->counted;
  f->weight_max = sum->max;
  if (!sum->counted) return;
  f->frustrated_edges = (double)sum->frustrated / (double)sum->counted;
  for (int b = 0; b < BINS; b++) r->edge_of_bin[b] = sum->max * pow(10, -(b + 1) / 4.0);
  r->pass.edge_of_bin = r->edge_of_bin;
  guess_bins(&r->pass, sum->max);
}

static void histogram_done(rc_sign_run *r) {
  double counted = (double)r->facts.edges_counted;
  for (int b = 0; b < BINS; b++) {
    if (r->sum.bin[b]) r->facts.weight_bins = b + 1;
    r->facts.weight_hist[b] = (double)r->sum.bin[b] / counted;
    r->facts.weight_hist_frust[b] = (double)r->sum.bin_frustrated[b] / counted;
  }
}

static bool rules_begin(rc_sign_run *r, rc_err *err) {
  const rc_basis *b = rc_matrix_basis(r->pass.m);
  if (!rules_apply(b)) {
    if (r->marshall && !rc_basis_symmetric(b))
      r->facts.marshall_overlap =
          rc_settled(plain_overlap(b, r->pass.vector, r->marshall), RC_ROUNDING);
    r->phase = DONE;
    return true;
  }
  r->rules = (rules){.bits = rules_bits(b), .fixed = !rc_basis_sector(b)->all};
  r->rules.f = rc_big_alloc((size_t)1 << r->rules.bits, sizeof *r->rules.f,
                            "the sign rules of all site sets", err);
  r->phase = FILL;
  return r->rules.f != NULL;
}

static void fill_step(rc_sign_run *r, uint64_t rows) {
  const rc_basis *b = rc_matrix_basis(r->pass.m);
  bool symmetric = rc_basis_symmetric(b);
  int64_t all = symmetric ? (int64_t)1 << r->rules.bits : (int64_t)rc_basis_states(b);
  int up = r->rules.fixed ? (rc_basis_sites(b) + rc_basis_sector(b)->sz2) / 2 : -1;
  fill f = {b, r->pass.vector, &r->rules, up, r->at};
  int64_t n = RC_MIN((int64_t)RC_MIN(rows, 1u << 24), all - r->at);
  rc_parallel(r->threads, n, ROWS_CHUNK, symmetric ? fill_orbits : fill_plain, &f);
  r->at += n;
  if (r->at < all) return;
  if (r->marshall)
    r->facts.marshall_overlap =
        rc_settled(rule_overlap(&r->rules, rc_basis_sites(b), r->marshall), RC_ROUNDING);
  r->phase = WALSH;
}

static void best_rule(rc_sign_run *r) {
  rc_sign_facts *f = &r->facts;
  f->linear_overlap = 0;
  for (uint64_t set = 0; set < 1ull << r->rules.bits; set++) {
    /* the margin keeps equivalent sets from being chosen by rounding */
    if (fabs(r->rules.f[set]) <= f->linear_overlap + 1e-12) continue;
    f->linear_overlap = fabs(r->rules.f[set]);
    f->linear_set = set;
  }
  rc_big_free(r->rules.f);
  r->rules.f = NULL;
  r->phase = DONE;
}

bool rc_sign_step(rc_sign_run *r, uint64_t rows, bool *done, rc_err *err) {
  rows = RC_MAX(rows, 1u);
  switch (r->phase) {
  case SUMS:
    if (!edges_step(r, rows)) break;
    sums_done(r);
    r->phase = r->sum.counted ? HISTOGRAM : RULES;
    break;
  case HISTOGRAM:
    if (!edges_step(r, rows)) break;
    histogram_done(r);
    r->phase = RULES;
    break;
  case RULES:
    if (!rules_begin(r, err)) return false;
    break;
  case FILL: fill_step(r, rows); break;
  case WALSH:
    if (r->stage == r->rules.bits)
      r->phase = BEST;
    else
      walsh_stage(&r->rules, r->stage++, r->threads);
    break;
  case BEST: best_rule(r); break;
  case DONE: break;
  }
  *done = r->phase == DONE;
  return true;
}

bool rc_sign_scan(const rc_matrix *m, const double *vector, const int *marshall, int threads,
                  rc_sign_facts *out, rc_err *err) {
  rc_sign_run *r = rc_sign_new(m, vector, marshall, threads);
  bool ok = true;
  for (bool done = false; ok && !done;) ok = rc_sign_step(r, UINT64_MAX, &done, err);
  *out = r->facts;
  rc_sign_free(r);
  return ok;
}
