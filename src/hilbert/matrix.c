/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matrix of the Hamiltonian in a basis: memory plan, rows, and the product by storage. */
#include "hilbert/impl.h"

#include <math.h>
#include <string.h>

void rc_couplings_fill(rc_couplings *c, const rc_hamiltonian *h, bool boson) {
  c->flip = rc_alloc((size_t)RC_MAX(1, h->pairs), sizeof *c->flip);
  c->ising = rc_alloc((size_t)RC_MAX(1, h->pairs), sizeof *c->ising);
  c->field = h->field;
  c->boson = boson;
  c->diagonal = NULL;
  for (int p = 0; p < h->pairs; p++) {
    c->flip[p] = boson ? -0.5 * fabs(h->pair[p].J) : 0.5 * h->pair[p].J;
    c->ising[p] = 0.25 * h->delta * h->pair[p].J;
  }
}

void rc_couplings_clear(rc_couplings *c) {
  rc_free(c->flip);
  rc_free(c->ising);
  rc_big_free(c->diagonal);
  c->flip = c->ising = c->diagonal = NULL;
}

double rc_couplings_diagonal(const rc_matrix *m, const rc_couplings *c, uint64_t config) {
  const rc_pair *pair = m->h->pair;
  double sum = 0;
  for (int p = 0; p < m->h->pairs; p++) /* times +-1: a jump would be guessed wrong half the time */
    sum += c->ising[p] * (double)(1 - 2 * (int)((config >> pair[p].i ^ config >> pair[p].j) & 1));
  return sum - c->field * (__builtin_popcountll(config) - 0.5 * m->h->sites);
}

int rc_flips(const rc_matrix *m, uint64_t row, rc_flip *out) {
  uint64_t config = rc_basis_config(m->basis, row);
  int n = 0;
  for (int p = 0; p < m->h->pairs; p++) {
    const rc_pair *pair = &m->h->pair[p];
    if (!(((config >> pair->i) ^ (config >> pair->j)) & 1)) continue;
    uint64_t to = config ^ (UINT64_C(1) << pair->i) ^ (UINT64_C(1) << pair->j);
    int sign = 1;
    uint64_t index = m->basis->orbits ? rc_orbits_rank(m->basis->orbits, to, &sign)
                                      : rc_plain_rank(&m->basis->plain, to);
    if (index != RC_NONE) out[n++] = (rc_flip){.to = index, .pair = p, .sign = sign};
  }
  return n;
}

/* ---- plan --------------------------------------------------------------------------------------- */

typedef struct count_job {
  const rc_basis *b;
  const rc_hamiltonian *h;
  uint64_t *sum;
} count_job;

static void count_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  count_job *j = ctx;
  uint64_t sum = 0;
  for (int64_t r = begin; r < end; r++) {
    uint64_t c = rc_basis_config(j->b, (uint64_t)r);
    for (int p = 0; p < j->h->pairs; p++)
      sum += ((c >> j->h->pair[p].i) ^ (c >> j->h->pair[p].j)) & 1;
  }
  j->sum[chunk] = sum;
}

/* Flips in all: a formula in plain sectors, counted (an upper bound: orbits that vanish and flips
 * that lead back are among them) in symmetric ones. */
static uint64_t count_entries(const rc_basis *b, const rc_hamiltonian *h) {
  if (!b->orbits) {
    uint64_t pairs = (uint64_t)h->pairs;
    return b->up < 0 ? pairs << (b->sites - 1) : 2 * pairs * rc_choose(b->sites - 2, b->up - 1);
  }
  enum { GRAIN = 1 << 16 };
  int64_t n = (int64_t)b->states, chunks = (n + GRAIN - 1) / GRAIN;
  count_job j = {.b = b, .h = h, .sum = rc_alloc((size_t)chunks, sizeof(uint64_t))};
  rc_parallel(1, n, GRAIN, count_chunk, &j);
  uint64_t sum = 0;
  for (int64_t k = 0; k < chunks; k++) sum += j.sum[k];
  rc_free(j.sum);
  return sum;
}

static uint64_t storage_bytes(const rc_basis *b, const rc_hamiltonian *h, rc_storage storage,
                              uint64_t entries) {
  return storage == RC_MATRIX_FLY ? 0 : rc_stored_bytes(b, h, storage, entries);
}

static bool storage_possible(const rc_basis *b, const rc_hamiltonian *h, rc_storage storage) {
  if (storage == RC_MATRIX_FLY) return true;
  if (b->states >= UINT32_MAX) return false;
  return storage != RC_MATRIX_PATTERN || rc_stored_slots(b, h, NULL) <= RC_SLOTS_MAX;
}

/* Largest even cluster whose plain sector Sz = 0 is solved on the fly within so many bytes. */
static int sites_that_fit(uint64_t memory) {
  int n = 2;
  for (; n + 2 <= RC_SITES_MAX; n += 2) {
    const rc_basis next = {.sites = n + 2, .up = n / 2 + 1, .states = rc_choose(n + 2, n / 2 + 1)};
    /* the solver's vectors, the ranking tables, and the result that stands beside them */
    if (rc_eigen_bytes(&next, RC_MATRIX_FLY, true) + rc_plain_bytes(n + 2, n / 2 + 1) +
            next.states * sizeof(double) >
        memory)
      break;
  }
  return n;
}

bool rc_matrix_plan_pick(const rc_basis *b, const rc_hamiltonian *h, uint64_t entries,
                         uint64_t limit, rc_storage wish, rc_matrix_plan *plan, uint64_t *least) {
  static const rc_storage plain[] = {RC_MATRIX_FLY};
  static const rc_storage symmetric[] = {RC_MATRIX_PATTERN, RC_MATRIX_VALUES, RC_MATRIX_FLY};
  const rc_storage *order = b->orbits ? symmetric : plain;
  int orders = b->orbits ? (int)RC_LEN(symmetric) : (int)RC_LEN(plain);
  if (wish != RC_MATRIX_AUTO) order = &wish, orders = 1;
  *plan = (rc_matrix_plan){.entries = entries};
  uint64_t smallest = UINT64_MAX;
  for (int k = 0; k < 2 * orders; k++) { /* the last resort: every storage without Krylov vectors */
    const rc_storage storage = order[k % orders];
    if (!storage_possible(b, h, storage)) continue;
    plan->storage = storage;
    plan->lean = k >= orders;
    plan->bytes = storage_bytes(b, h, storage, plan->entries);
    plan->bytes_work = rc_eigen_bytes(b, storage, plan->lean);
    if (!limit || plan->bytes + plan->bytes_work <= limit) return true;
    smallest = RC_MIN(smallest, plan->bytes + plan->bytes_work);
  }
  if (least) *least = smallest;
  return false;
}

/* What would fit instead, from near to far: the same sector stored otherwise, the cluster without
 * its symmetries, a smaller cluster. */
static void advise(const rc_basis *b, const rc_hamiltonian *h, const rc_matrix_plan *plan,
                   uint64_t memory, uint64_t held, rc_storage wish, rc_str *out) {
  rc_matrix_plan other;
  const uint64_t room = memory > held ? memory - held : 1;
  if (wish != RC_MATRIX_AUTO &&
      rc_matrix_plan_pick(b, h, plan->entries, room, RC_MATRIX_AUTO, &other, NULL)) {
    rc_str_add(out, "with 'storage: auto' they fit");
    return;
  }
  const uint64_t states = rc_plain_states(b->sites, b->up);
  const rc_basis plain = {.sites = b->sites, .up = b->up, .states = states};
  uint64_t least = UINT64_MAX, beside = rc_plain_bytes(b->sites, b->up) + 8 * states;
  if (b->orbits && states < UINT64_MAX / 64 && beside < memory &&
      rc_matrix_plan_pick(&plain, h, 0, memory - beside, RC_MATRIX_FLY, &other, &least)) {
    char needs[32];
    rc_format_bytes(beside + rc_eigen_bytes(&plain, RC_MATRIX_FLY, true), needs);
    const rc_sector *s = &b->sector;
    rc_str_addf(out, "without symmetries (%s%s%s) this cluster has %llu states, which fit: %s",
                s->symmetry != RC_SYM_NONE ? "symmetry: none" : "",
                s->symmetry != RC_SYM_NONE && s->inversion ? ", " : "",
                s->inversion ? "inversion: none" : "", (unsigned long long)states, needs);
    return;
  }
  rc_str_addf(out, "%s about %d sites fit",
              b->up < 0 ? "with 'sz: 0' instead of all" : "without symmetry",
              sites_that_fit(memory));
}

bool rc_matrix_plan_within(const rc_basis *b, const rc_hamiltonian *h, uint64_t memory,
                           uint64_t held, rc_storage wish, rc_matrix_plan *plan, rc_err *err) {
  /* a limit of 0 means none, so that of a memory that is used up is the smallest there is */
  const uint64_t limit = memory == 0 ? 0 : memory > held ? memory - held : 1;
  uint64_t least;
  if (rc_matrix_plan_pick(b, h, count_entries(b, h), limit, wish, plan, &least)) return true;
  if (least == UINT64_MAX)
    return rc_err_set(err, RC_ERR_INPUT, "this storage is not possible: %s",
                      wish == RC_MATRIX_PATTERN ? "more than 8 different couplings"
                                                : "more than 2^32 states");
  char needs[32], has[32];
  rc_str fits = {0};
  rc_format_bytes(least + held, needs);
  rc_format_bytes(memory, has);
  advise(b, h, plan, memory, held, wish, &fits);
  rc_err_set(err, RC_ERR_MEMORY, "%llu states need %s, the limit is %s; %s",
             (unsigned long long)b->states, needs, has, rc_str_c(&fits));
  rc_str_free(&fits);
  return false;
}

bool rc_matrix_plan_make(const rc_basis *b, const rc_hamiltonian *h, uint64_t limit,
                         rc_storage wish, rc_matrix_plan *plan, rc_err *err) {
  return rc_matrix_plan_within(b, h, limit, 0, wish, plan, err);
}

/* ---- life --------------------------------------------------------------------------------------- */

rc_matrix *rc_matrix_new(const rc_basis *b, const rc_hamiltonian *h, const rc_matrix_plan *plan,
                         int threads, rc_err *err) {
  rc_matrix *m = rc_alloc(1, sizeof *m);
  *m = (rc_matrix){.basis = b,
                   .h = rc_hamiltonian_copy(h),
                   .storage = plan->storage,
                   .lean = plan->lean,
                   .threads = threads,
                   .states = b->states,
                   .entries = plan->entries};
  rc_couplings_fill(&m->couplings, h, false);
  if (!b->orbits) m->by_growth = rc_pairs_by_growth(h);
  if (m->storage == RC_MATRIX_FLY) {
    m->built = m->states;
    if (!b->orbits) {
      m->fly = rc_fly_new(&b->plain, h);
      rc_fly_couple(m->fly, m->h, &m->couplings);
    }
    return m;
  }
  m->entries = 0;
  if (rc_stored_new(m, plan->entries, err)) return m;
  rc_matrix_free(m);
  return NULL;
}

void rc_matrix_free(rc_matrix *m) {
  if (!m) return;
  rc_stored_free(&m->stored);
  rc_fly_free(m->fly);
  rc_couplings_clear(&m->couplings);
  rc_hamiltonian_free(m->h);
  rc_free(m->by_growth);
  rc_free(m);
}

bool rc_matrix_build(rc_matrix *m, uint64_t rows, bool *done, rc_err *err) {
  if (m->built < m->states) {
    /* Whole chunks, so that each can be filled by itself. */
    uint64_t step = (RC_MAX(rows, 1) + RC_STORED_CHUNK - 1) / RC_STORED_CHUNK * RC_STORED_CHUNK;
    uint64_t end = RC_MIN(m->states, m->built + step);
    if (!rc_stored_build(m, m->built, end, err)) return false;
    m->built = end;
  }
  *done = m->built == m->states;
  return true;
}

bool rc_matrix_recouple(rc_matrix *m, const rc_hamiltonian *h) {
  if (h->pairs != m->h->pairs || h->sites != m->h->sites) return false;
  for (int p = 0; p < h->pairs; p++)
    if (h->pair[p].i != m->h->pair[p].i || h->pair[p].j != m->h->pair[p].j) return false;
  if (m->storage == RC_MATRIX_PATTERN)
    for (int p = 0; p < h->pairs; p++) /* pairs that share a slot must go on sharing a value */
      if (h->pair[p].J != h->pair[m->stored.slot_pair[m->stored.slot_of[0][p]]].J) return false;
  rc_hamiltonian_free(m->h);
  m->h = rc_hamiltonian_copy(h);
  rc_couplings_clear(&m->couplings);
  rc_couplings_fill(&m->couplings, h, false);
  if (m->stored.diagonal) rc_stored_diagonal(m, &m->couplings, m->stored.diagonal);
  if (m->fly) rc_fly_couple(m->fly, m->h, &m->couplings);
  return true;
}

uint64_t rc_matrix_states(const rc_matrix *m) {
  return m->states;
}
uint64_t rc_matrix_entries(const rc_matrix *m) {
  return m->entries;
}
rc_storage rc_matrix_storage(const rc_matrix *m) {
  return m->storage;
}
uint64_t rc_matrix_bytes(const rc_matrix *m) {
  return m->bytes;
}
const rc_basis *rc_matrix_basis(const rc_matrix *m) {
  return m->basis;
}
const rc_hamiltonian *rc_matrix_hamiltonian(const rc_matrix *m) {
  return m->h;
}

/* ---- rows --------------------------------------------------------------------------------------- */

typedef struct entry {
  uint64_t column;
  double value;
  int pair;
} entry;

/* Insertion sort: a row has tens of entries. */
static void sort_entries(entry *e, int n) {
  for (int i = 1; i < n; i++) {
    entry x = e[i];
    int k = i;
    for (; k > 0 && e[k - 1].column > x.column; k--) e[k] = e[k - 1];
    e[k] = x;
  }
}

static int merge_entries(entry *e, int n) {
  int to = 0;
  for (int i = 0; i < n; i++) {
    if (to > 0 && e[to - 1].column == e[i].column)
      e[to - 1].value += e[i].value;
    else
      e[to++] = e[i];
  }
  int kept = 0;
  for (int i = 0; i < to; i++)
    if (e[i].value != 0) e[kept++] = e[i];
  return kept;
}

/* Of a pair: by how much a configuration grows when its up spin moves to the later site. */
static uint64_t growth(const rc_pair *p) {
  return (UINT64_C(1) << RC_MAX(p->i, p->j)) - (UINT64_C(1) << RC_MIN(p->i, p->j));
}

int *rc_pairs_by_growth(const rc_hamiltonian *h) {
  int *order = rc_alloc((size_t)h->pairs + 1, sizeof *order);
  for (int p = 0; p < h->pairs; p++) {
    int k = p;
    for (; k > 0 && growth(&h->pair[order[k - 1]]) > growth(&h->pair[p]); k--)
      order[k] = order[k - 1];
    order[k] = p;
  }
  return order;
}

/* In plain sectors every flip is an entry, and the columns come out in ascending order when the
 * pairs are gone through by growth: first those that shrink the configuration, most first. */
static int plain_row(const rc_matrix *m, uint64_t row, uint64_t *column, double *value, int *pair,
                     int cap) {
  int list[RC_SITES_MAX * RC_SITES_MAX / 2], n = 0;
  const rc_plain *plain = &m->basis->plain;
  const uint64_t config = rc_plain_config(plain, row);
  for (int up = 0; up < 2; up++) {
    for (int k = 0; k < m->h->pairs; k++) {
      const int p = m->by_growth[up ? k : m->h->pairs - 1 - k];
      const int low = RC_MIN(m->h->pair[p].i, m->h->pair[p].j);
      const int high = RC_MAX(m->h->pair[p].i, m->h->pair[p].j);
      list[n] = p;
      n += (int)((config >> low & 1) == (uint64_t)up) & (int)((config >> high & 1) != (uint64_t)up);
    }
  }
  n = RC_MIN(n, cap);
  for (int k = 0; k < n; k++) {
    const rc_pair *p = &m->h->pair[list[k]];
    column[k] = rc_plain_rank(plain, config ^ (UINT64_C(1) << p->i | UINT64_C(1) << p->j));
    value[k] = m->couplings.flip[list[k]];
    if (pair) pair[k] = list[k];
  }
  return n;
}

int rc_matrix_row(const rc_matrix *m, uint64_t row, uint64_t *column, double *value, int *pair,
                  int cap) {
  if (m->by_growth) return plain_row(m, row, column, value, pair, cap);
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  entry e[RC_SITES_MAX * RC_SITES_MAX / 2];
  int flips = rc_flips(m, row, flip), n = 0;
  for (int k = 0; k < flips; k++) {
    if (flip[k].to == row) continue;
    e[n++] = (entry){flip[k].to, flip[k].sign * m->couplings.flip[flip[k].pair], flip[k].pair};
  }
  sort_entries(e, n);
  n = merge_entries(e, n);
  if (n > cap) n = cap;
  double own = (double)rc_basis_orbit(m->basis, row);
  for (int k = 0; k < n; k++) {
    column[k] = e[k].column;
    value[k] = e[k].value;
    if (m->basis->orbits) value[k] *= sqrt(own / (double)rc_basis_orbit(m->basis, e[k].column));
    if (pair) pair[k] = e[k].pair;
  }
  return n;
}

double rc_matrix_diagonal(const rc_matrix *m, uint64_t row) {
  double d = rc_couplings_diagonal(m, &m->couplings, rc_basis_config(m->basis, row));
  if (!m->basis->orbits) return d;
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  int flips = rc_flips(m, row, flip);
  for (int k = 0; k < flips; k++)
    if (flip[k].to == row) d += flip[k].sign * m->couplings.flip[flip[k].pair];
  return d;
}

/* ---- products ----------------------------------------------------------------------------------- */

typedef struct fly_job {
  const rc_matrix *m;
  const rc_couplings *c;
  double a, b;
  const double *u;
  double *y, *sum;
} fly_job;

static void fly_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  fly_job *j = ctx;
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  double sum = 0;
  for (int64_t r = begin; r < end; r++) {
    uint64_t row = (uint64_t)r;
    int flips = rc_flips(j->m, row, flip);
    double d = rc_couplings_diagonal(j->m, j->c, rc_basis_config(j->m->basis, row));
    double y = d * j->u[row];
    for (int k = 0; k < flips; k++)
      y += (j->c->boson ? 1 : flip[k].sign) * j->c->flip[flip[k].pair] * j->u[flip[k].to];
    y = j->a * y;
    if (j->b != 0) y -= j->b * j->y[row]; /* else y may hold anything */
    j->y[row] = y;
    sum += (double)rc_basis_orbit(j->m->basis, row) * j->u[row] * y;
  }
  j->sum[chunk] = sum;
}

static double fly_multiply(const rc_matrix *m, const rc_couplings *c, double a, const double *u,
                           double b, double *y) {
  enum { GRAIN = 1 << 12 };
  int64_t n = (int64_t)m->states, chunks = (n + GRAIN - 1) / GRAIN;
  fly_job j = {.m = m, .c = c, .a = a, .b = b, .u = u, .y = y};
  j.sum = rc_alloc((size_t)chunks, sizeof *j.sum);
  rc_parallel(rc_threads_for(m->threads, m->states), n, GRAIN, fly_chunk, &j);
  double sum = 0;
  for (int64_t k = 0; k < chunks; k++) sum += j.sum[k];
  rc_free(j.sum);
  return sum;
}

double rc_matrix_multiply(const rc_matrix *m, const rc_couplings *c, double a, const double *u,
                          double b, double *y) {
  if (m->fly) return rc_fly_multiply(m, c, 0, a, u, b, y);
  if (m->storage == RC_MATRIX_FLY) return fly_multiply(m, c, a, u, b, y);
  return rc_stored_multiply(m, c, a, u, b, y);
}

void rc_matrix_apply(const rc_matrix *m, const double *x, double *y) {
  if (!m->basis->orbits) {
    rc_matrix_multiply(m, &m->couplings, 1, x, 0, y);
    return;
  }
  rc_space s;
  rc_space_init(&s, m->basis, m->threads);
  double *u = rc_alloc(m->states, sizeof *u);
  rc_space_from_basis(&s, 1, x, u);
  rc_matrix_multiply(m, &m->couplings, 1, u, 0, y);
  rc_space_to_basis(&s, 1, y, y);
  rc_free(u);
}
