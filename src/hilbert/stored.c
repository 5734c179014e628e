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

bool rc_stored_build(rc_matrix *m, uint64_t begin, uint64_t end, rc_err *err) {
  (void)err;
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  rc_stored *s = &m->stored;
  uint64_t at = m->entries;
  for (uint64_t row = begin; row < end; row++) {
    if (row % RC_STORED_CHUNK == 0) s->first[row / RC_STORED_CHUNK] = at;
    int flips = rc_flips(m, row, flip);
    at += store_row(m, row, flip, flips, at);
    if (!s->diagonal) continue;
    double d = rc_couplings_diagonal(m, &m->couplings, rc_basis_config(m->basis, row));
    for (int k = 0; k < flips; k++)
      if (flip[k].to == row) d += flip[k].sign * m->couplings.flip[flip[k].pair];
    s->diagonal[row] = d;
  }
  m->entries = at;
  return true;
}

void rc_stored_diagonal(rc_matrix *m, const rc_couplings *c, double *diagonal) {
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  for (uint64_t row = 0; row < m->states; row++) {
    double d = rc_couplings_diagonal(m, c, rc_basis_config(m->basis, row));
    if (m->basis->orbits) {
      int flips = rc_flips(m, row, flip);
      for (int k = 0; k < flips; k++)
        if (flip[k].to == row) d += (c->boson ? 1 : flip[k].sign) * c->flip[flip[k].pair];
    }
    diagonal[row] = d;
  }
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

static void product_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  product *p = ctx;
  const rc_matrix *m = p->m;
  const rc_stored *s = &m->stored;
  const double *u = p->u;
  uint64_t at = s->first[(uint64_t)begin / RC_STORED_CHUNK];
  double sum = 0;
  for (int64_t r = begin; r < end; r++) {
    uint64_t row = (uint64_t)r;
    const uint16_t *count = s->count + row * (uint64_t)s->slots;
    double d = p->diagonal ? p->diagonal[row] : pattern_diagonal(p, count, row);
    double y = d * u[row];
    if (s->code) {
      for (int k = 0; k < count[0]; k++, at++) y += p->code_flip[s->code[at]] * u[s->column[at]];
    } else {
      for (int slot = 0; slot < s->slots; slot++) {
        double part = 0;
        for (int k = 0; k < count[slot]; k++) part += u[s->column[at++]];
        y += p->slot_flip[slot] * part;
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
