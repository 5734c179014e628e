/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored matrices. The value of an entry is never stored as such: PATTERN orders the entries of a
 * row by value and keeps counts, 4 bytes per entry; VALUES keeps a 2-byte code into a table that
 * stays in the cache, 6 bytes per entry. Turning a coupling changes the table alone. */
#include "hilbert/impl.h"

#include <string.h>

/* Slots by coupling value (and by sign where a character can be -1). s may be NULL: count only. */
int rc_stored_slots(const rc_basis *b, const rc_hamiltonian *h, rc_stored *s) {
  bool signs = false;
  if (b->orbits) {
    const rc_symmetries *g = rc_orbits_symmetries(b->orbits);
    signs = g->inversion < 0;
    for (int64_t e = 0; e < g->order; e++) signs |= g->character[e] < 0;
  }
  int groups = 0, first[RC_SLOTS_MAX];
  for (int p = 0; p < h->pairs; p++) {
    int k = 0;
    while (k < groups && h->pair[first[k]].J != h->pair[p].J) k++;
    if (k == groups) {
      if (groups == RC_SLOTS_MAX) return RC_SLOTS_MAX + 1;
      first[groups++] = p;
    }
    if (!s) continue;
    s->slot_of[0][p] = k;
    s->slot_pair[k] = first[k];
    s->slot_sign[k] = 1;
    s->slot_pairs[k]++;
  }
  int slots = signs ? 2 * groups : groups;
  if (slots > RC_SLOTS_MAX || !s) return slots;
  for (int p = 0; p < h->pairs; p++) s->slot_of[1][p] = s->slot_of[0][p] + (signs ? groups : 0);
  for (int k = groups; k < slots; k++) {
    s->slot_pair[k] = first[k - groups];
    s->slot_sign[k] = -1;
  }
  return slots;
}

uint64_t rc_stored_bytes(const rc_basis *b, const rc_hamiltonian *h, rc_storage storage,
                         uint64_t entries) {
  bool pattern = storage == RC_MATRIX_PATTERN;
  uint64_t slots = pattern ? (uint64_t)rc_stored_slots(b, h, NULL) : 1;
  uint64_t bytes = entries * (pattern ? 4 : 6) + b->states * slots * 2;
  bytes += (b->states / RC_STORED_CHUNK + 2) * 8;
  return pattern && !b->orbits ? bytes : bytes + b->states * 8;
}

bool rc_stored_new(rc_matrix *m, uint64_t entries, rc_err *err) {
  rc_stored *s = &m->stored;
  const char *what = "the stored matrix";
  bool pattern = m->storage == RC_MATRIX_PATTERN;
  s->slots = pattern ? rc_stored_slots(m->basis, m->h, s) : 1;
  s->capacity = entries;
  s->first = rc_big_alloc(m->states / RC_STORED_CHUNK + 2, sizeof *s->first, what, err);
  if (!s->first) return false;
  s->count = rc_big_alloc(m->states * (size_t)RC_MAX(1, s->slots), sizeof *s->count, what, err);
  if (!s->count) return false;
  s->column = rc_big_alloc(RC_MAX(1, entries), sizeof *s->column, what, err);
  if (!s->column) return false;
  if (!pattern) {
    s->code = rc_big_alloc(RC_MAX(1, entries), sizeof *s->code, what, err);
    if (!s->code) return false;
  }
  if (!pattern || m->basis->orbits) {
    s->diagonal = rc_big_alloc(m->states, sizeof *s->diagonal, what, err);
    if (!s->diagonal) return false;
  }
  m->bytes = rc_stored_bytes(m->basis, m->h, m->storage, entries);
  return true;
}

void rc_stored_free(rc_stored *s) {
  rc_big_free(s->first);
  rc_big_free(s->count);
  rc_big_free(s->column);
  rc_big_free(s->code);
  rc_big_free(s->diagonal);
  s->first = NULL;
}

/* ---- build -------------------------------------------------------------------------------------- */

/* Puts the flips of a row behind 'at'; returns how many. */
static uint64_t store_row(rc_matrix *m, uint64_t row, const rc_flip *flip, int flips, uint64_t at) {
  rc_stored *s = &m->stored;
  uint16_t *count = s->count + row * (uint64_t)s->slots;
  uint64_t from = at;
  if (m->storage == RC_MATRIX_VALUES) {
    for (int k = 0; k < flips; k++) {
      if (flip[k].to == row) continue;
      s->column[at] = (uint32_t)flip[k].to;
      s->code[at++] = (uint16_t)(2 * flip[k].pair + (flip[k].sign < 0));
    }
    count[0] = (uint16_t)(at - from);
    return at - from;
  }
  for (int slot = 0; slot < s->slots; slot++) {
    uint64_t begin = at;
    for (int k = 0; k < flips; k++)
      if (flip[k].to != row && s->slot_of[flip[k].sign < 0][flip[k].pair] == slot)
        s->column[at++] = (uint32_t)flip[k].to;
    count[slot] = (uint16_t)(at - begin);
  }
  return at - from;
}

static double row_diagonal(const rc_matrix *m, const rc_couplings *c, uint64_t row,
                           const rc_flip *flip, int flips) {
  double d = rc_couplings_diagonal(m, c, rc_basis_config(m->basis, row));
  for (int k = 0; k < flips; k++)
    if (flip[k].to == row) d += (c->boson ? 1 : flip[k].sign) * c->flip[flip[k].pair];
  return d;
}

/* A slice is built chunk by chunk, each by any thread. Where a chunk begins is known beforehand from
 * the antiparallel pairs of the rows before it; flips that are left out leave a gap at its end. */
typedef struct slice {
  rc_matrix *m;
  const rc_couplings *c;
  uint64_t begin, end;
  uint64_t *size; /* per chunk: antiparallel pairs, then entries */
  double *diagonal;
} slice;

static uint64_t slice_rows(const slice *s, int64_t chunk, uint64_t *to) {
  const uint64_t from = s->begin + (uint64_t)chunk * RC_STORED_CHUNK;
  *to = RC_MIN(s->end, from + RC_STORED_CHUNK);
  return from;
}

static void slice_size(void *ctx, int64_t begin, int64_t end, int64_t unused) {
  const slice *s = ctx;
  (void)unused;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    uint64_t to, sum = 0;
    for (uint64_t row = slice_rows(s, chunk, &to); row < to; row++) {
      const uint64_t config = rc_basis_config(s->m->basis, row);
      for (int p = 0; p < s->m->h->pairs; p++)
        sum += (config >> s->m->h->pair[p].i ^ config >> s->m->h->pair[p].j) & 1;
    }
    s->size[chunk] = sum;
  }
}

static void slice_fill(void *ctx, int64_t begin, int64_t end, int64_t unused) {
  const slice *s = ctx;
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  (void)unused;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    uint64_t to, row = slice_rows(s, chunk, &to);
    const uint64_t first = s->m->stored.first[row / RC_STORED_CHUNK];
    uint64_t at = first;
    for (; row < to; row++) {
      const int flips = rc_flips(s->m, row, flip);
      at += store_row(s->m, row, flip, flips, at);
      if (s->diagonal) s->diagonal[row] = row_diagonal(s->m, s->c, row, flip, flips);
    }
    s->size[chunk] = at - first;
  }
}

bool rc_stored_build(rc_matrix *m, uint64_t begin, uint64_t end, rc_err *err) {
  rc_stored *s = &m->stored;
  const int64_t chunks = (int64_t)((end - begin + RC_STORED_CHUNK - 1) / RC_STORED_CHUNK);
  slice job = {.m = m, .c = &m->couplings, .begin = begin, .end = end, .diagonal = s->diagonal};
  job.size = rc_alloc((size_t)chunks, sizeof *job.size);
  const int threads = rc_threads_for(m->threads, m->states);
  rc_parallel(threads, chunks, 16, slice_size, &job);
  for (int64_t k = 0; k < chunks; k++) {
    s->first[begin / RC_STORED_CHUNK + (uint64_t)k] = s->filled;
    s->filled += job.size[k];
  }
  const bool good = s->filled <= s->capacity;
  if (good) rc_parallel(threads, chunks, 16, slice_fill, &job);
  for (int64_t k = 0; good && k < chunks; k++) m->entries += job.size[k];
  rc_free(job.size);
  return good || rc_err_set(err, RC_ERR_INTERNAL, "the plan of the matrix counts too few entries");
}

static void diagonal_chunk(void *ctx, int64_t begin, int64_t end, int64_t unused) {
  const slice *s = ctx;
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  (void)unused;
  for (int64_t row = begin; row < end; row++) {
    const int flips = s->m->basis->orbits ? rc_flips(s->m, (uint64_t)row, flip) : 0;
    s->diagonal[row] = row_diagonal(s->m, s->c, (uint64_t)row, flip, flips);
  }
}

void rc_stored_diagonal(rc_matrix *m, const rc_couplings *c, double *diagonal) {
  slice job = {.m = m, .c = c, .diagonal = diagonal};
  rc_parallel(rc_threads_for(m->threads, m->states), (int64_t)m->states, 1 << 12, diagonal_chunk,
              &job);
}

/* ---- product ------------------------------------------------------------------------------------ */

typedef struct product {
  const rc_matrix *m;
  double a, b, field;
  const double *u;
  double *y, *sum;
  double ising_all; /* diagonal of the fully polarised state */
  double slot_flip[RC_SLOTS_MAX], slot_ising[RC_SLOTS_MAX];
  double *code_flip;
  const double *diagonal;
} product;

static double pattern_diagonal(const product *p, const uint16_t *count, uint64_t row) {
  double d = p->ising_all;
  for (int k = 0; k < p->m->stored.slots; k++) d -= 2 * p->slot_ising[k] * count[k];
  const rc_basis *b = p->m->basis;
  int up = b->up < 0 ? __builtin_popcountll(row) : b->up;
  return d - p->field * (up - 0.5 * b->sites);
}

/* Two sums each: an addition need not wait for the one before. */
static double sum_at(const double *u, const uint32_t *column, int n) {
  double even = 0, odd = 0;
  int k = 0;
  for (; k + 2 <= n; k += 2) {
    even += u[column[k]];
    odd += u[column[k + 1]];
  }
  return (k < n ? even + u[column[k]] : even) + odd;
}

static double sum_products(const double *u, const double *flip, const uint16_t *code,
                           const uint32_t *column, int n) {
  double even = 0, odd = 0;
  int k = 0;
  for (; k + 2 <= n; k += 2) {
    even += flip[code[k]] * u[column[k]];
    odd += flip[code[k + 1]] * u[column[k + 1]];
  }
  return (k < n ? even + flip[code[k]] * u[column[k]] : even) + odd;
}

static void product_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  product *p = ctx;
  const rc_matrix *m = p->m;
  const rc_stored *s = &m->stored;
  const double *u = p->u;
  uint64_t at = 0;
  double sum = 0;
  for (int64_t r = begin; r < end; r++) {
    uint64_t row = (uint64_t)r;
    if (row % RC_STORED_CHUNK == 0) at = s->first[row / RC_STORED_CHUNK];
    const uint16_t *count = s->count + row * (uint64_t)s->slots;
    double d = p->diagonal ? p->diagonal[row] : pattern_diagonal(p, count, row);
    double y = d * u[row];
    if (s->code) {
      y += sum_products(u, p->code_flip, s->code + at, s->column + at, count[0]);
      at += count[0];
    } else {
      for (int slot = 0; slot < s->slots; slot++) {
        y += p->slot_flip[slot] * sum_at(u, s->column + at, count[slot]);
        at += count[slot];
      }
    }
    y = p->a * y;
    if (p->b != 0) y -= p->b * p->y[row]; /* else y may hold anything */
    p->y[row] = y;
    double weight = m->basis->orbits ? (double)rc_orbits_size(m->basis->orbits, row) : 1;
    sum += weight * u[row] * y;
  }
  p->sum[chunk] = sum;
}

double rc_stored_multiply(const rc_matrix *m, const rc_couplings *c, double a, const double *u,
                          double b, double *y) {
  enum { GRAIN = 16 * RC_STORED_CHUNK };
  int64_t n = (int64_t)m->states, chunks = (n + GRAIN - 1) / GRAIN;
  product p = {.m = m, .a = a, .b = b, .field = c->field, .u = u, .y = y};
  p.diagonal = c->diagonal ? c->diagonal : m->stored.diagonal;
  p.sum = rc_alloc((size_t)chunks, sizeof *p.sum);
  p.code_flip = rc_alloc(2 * (size_t)RC_MAX(1, m->h->pairs), sizeof *p.code_flip);
  for (int k = 0; k < m->h->pairs; k++) {
    p.code_flip[2 * k] = c->flip[k];
    p.code_flip[2 * k + 1] = c->boson ? c->flip[k] : -c->flip[k];
    p.ising_all += c->ising[k];
  }
  for (int k = 0; m->storage == RC_MATRIX_PATTERN && k < m->stored.slots; k++) {
    p.slot_flip[k] = (c->boson ? 1 : m->stored.slot_sign[k]) * c->flip[m->stored.slot_pair[k]];
    p.slot_ising[k] = c->ising[m->stored.slot_pair[k]];
  }
  rc_parallel(rc_threads_for(m->threads, m->states), n, GRAIN, product_chunk, &p);
  double sum = 0;
  for (int64_t k = 0; k < chunks; k++) sum += p.sum[k];
  rc_free(p.code_flip);
  rc_free(p.sum);
  return sum;
}
