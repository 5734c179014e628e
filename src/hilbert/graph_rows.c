/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the matrix as neighbour lists, read in batches by several threads, and the resumable
 * breadth-first search. On the way, in plain sectors, the triangles through each vertex: two
 * flips (i,j) and (i,l) lead to neighbours of each other exactly when (j,l) is a pair too, for
 * j and l are then antiparallel after either of them. */
#include "hilbert/graph_internal.h"
#include "hilbert/impl.h"

#include <string.h>

static void triangle_table(rc_rows *r, const rc_hamiltonian *h) {
  uint64_t near[RC_SITES_MAX] = {0};
  for (int p = 0; p < h->pairs; p++) {
    near[h->pair[p].i] |= 1ull << h->pair[p].j;
    near[h->pair[p].j] |= 1ull << h->pair[p].i;
  }
  r->words = (h->pairs + 63) / 64;
  r->pair_next = rc_alloc((size_t)h->pairs * (size_t)r->words + 1, sizeof *r->pair_next);
  for (int a = 0; a < h->pairs; a++) {
    for (int b = a + 1; b < h->pairs; b++) {
      uint64_t ma = 1ull << h->pair[a].i | 1ull << h->pair[a].j;
      uint64_t mb = 1ull << h->pair[b].i | 1ull << h->pair[b].j;
      uint64_t rest = ma ^ mb;
      if (!(ma & mb) || !rest) continue;
      int j = __builtin_ctzll(rest), l = 63 - __builtin_clzll(rest);
      if (near[j] >> l & 1)
        r->pair_next[(size_t)a * (size_t)r->words + (size_t)b / 64] |= 1ull << b % 64;
    }
  }
}

static bool lists_init(rc_rows *r, uint64_t bytes, rc_err *err) {
  r->full = bytes == 0; /* nothing is kept */
  if (!bytes) return true;
  r->room = (uint32_t)(bytes / sizeof *r->list);
  r->place = rc_big_alloc(rc_matrix_states(r->m), sizeof *r->place,
                          "the neighbour lists of the graph scan", err);
  r->list = rc_big_alloc(r->room, sizeof *r->list, "the neighbour lists of the graph scan", err);
  return r->place && r->list;
}

bool rc_rows_init(rc_rows *r, const rc_matrix *m, int threads, bool plain, uint64_t lists,
                  rc_err *err) {
  const rc_hamiltonian *h = rc_matrix_hamiltonian(m);
  memset(r, 0, sizeof *r);
  r->m = m;
  /* a row of a symmetric sector is a search over the group, worth sharing at any size */
  r->threads = m->basis->orbits ? threads : rc_threads_for(threads, m->states);
  r->cap = RC_MAX(h->pairs, 1);
  size_t cap = (size_t)r->cap;
  r->entry = rc_alloc(RC_ROWS_BATCH * cap, sizeof *r->entry);
  r->column = rc_alloc(RC_ROWS_CHUNKS * cap, sizeof *r->column);
  r->value = rc_alloc(RC_ROWS_CHUNKS * cap, sizeof *r->value);
  if (!plain) return lists_init(r, lists, err);
  triangle_table(r, h);
  r->count_triangles = true;
  r->pair = rc_alloc(RC_ROWS_CHUNKS * cap, sizeof *r->pair);
  r->active = rc_alloc((size_t)RC_ROWS_CHUNKS * (size_t)r->words + 1, sizeof *r->active);
  return true;
}

void rc_rows_free(rc_rows *r) {
  rc_free(r->entry);
  rc_free(r->pair_next);
  rc_free(r->column);
  rc_free(r->value);
  rc_free(r->pair);
  rc_free(r->active);
  rc_big_free(r->place);
  rc_big_free(r->list);
  memset(r, 0, sizeof *r);
}

static uint64_t row_triangles(const rc_rows *r, const int *pair, int length, uint64_t *active) {
  size_t words = (size_t)r->words;
  uint64_t sum = 0;
  memset(active, 0, words * sizeof *active);
  for (int i = 0; i < length; i++) active[pair[i] / 64] |= 1ull << pair[i] % 64;
  for (int i = 0; i < length; i++) {
    const uint64_t *next = r->pair_next + (size_t)pair[i] * words;
    for (size_t w = 0; w < words; w++) sum += (uint64_t)__builtin_popcountll(next[w] & active[w]);
  }
  return sum;
}

/* Plain sectors: every flip is an entry of its own, no merging and no order is needed. */
static int plain_row(const rc_rows *r, uint64_t row, uint32_t *entry, int *pair) {
  rc_flip flip[RC_SITES_MAX * RC_SITES_MAX / 2];
  const rc_pair *p = rc_matrix_hamiltonian(r->m)->pair;
  int n = rc_flips(r->m, row, flip);
  for (int e = 0; e < n; e++) {
    entry[e] = (uint32_t)flip[e].to | (p[flip[e].pair].J > 0 ? 0x80000000u : 0);
    pair[e] = flip[e].pair;
  }
  return n;
}

static int merged_row(const rc_rows *r, uint64_t row, uint32_t *entry, int64_t chunk) {
  uint64_t *column = r->column + (size_t)chunk * (size_t)r->cap;
  double *value = r->value + (size_t)chunk * (size_t)r->cap;
  int n = rc_matrix_row(r->m, row, column, value, NULL, r->cap);
  for (int e = 0; e < n; e++) entry[e] = (uint32_t)column[e] | (value[e] > 0 ? 0x80000000u : 0);
  return n;
}

static int kept_row(const rc_rows *r, uint32_t row, uint32_t *entry) {
  if (!r->place || !r->place[row]) return -1;
  const uint32_t *list = r->list + r->place[row] - 1;
  memcpy(entry, list + 1, list[0] * sizeof *entry);
  return (int)list[0];
}

static void keep_rows(rc_rows *r) {
  for (int i = 0; i < r->count; i++) {
    uint32_t length = (uint32_t)r->length[i], *place = &r->place[r->wanted[i]];
    if (*place) continue;
    if (r->room - r->used < length + 1) {
      r->full = true;
      continue;
    }
    *place = r->used + 1;
    r->list[r->used++] = length;
    memcpy(r->list + r->used, r->entry + (size_t)i * (size_t)r->cap, length * sizeof *r->list);
    r->used += length;
  }
}

static void read_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  rc_rows *r = ctx;
  for (int64_t i = begin; i < end; i++) {
    uint32_t *entry = r->entry + (size_t)i * (size_t)r->cap;
    if (!r->pair_next) {
      r->length[i] = kept_row(r, r->wanted[i], entry);
      if (r->length[i] < 0) r->length[i] = merged_row(r, r->wanted[i], entry, chunk);
      r->triangles[i] = 0;
      continue;
    }
    int *pair = r->pair + (size_t)chunk * (size_t)r->cap;
    r->length[i] = plain_row(r, r->wanted[i], entry, pair);
    r->triangles[i] =
        r->count_triangles
            ? row_triangles(r, pair, r->length[i], r->active + (size_t)chunk * (size_t)r->words)
            : 0;
  }
}

void rc_rows_read(rc_rows *r, const uint32_t *wanted, int count) {
  r->wanted = wanted;
  r->count = count;
  /* few rows are not worth waking a thread */
  rc_parallel(count > 2 * RC_ROWS_GRAIN ? r->threads : 1, count, RC_ROWS_GRAIN, read_chunk, r);
  if (r->place) keep_rows(r);
}

void rc_bfs_start(rc_bfs *b, uint32_t from) {
  b->head = 0;
  b->tail = 1;
  b->queue[0] = from;
  b->distance[from] = 0;
  if (b->parent) {
    b->parent[from] = from;
    b->sign[from] = 0;
  }
}

void rc_bfs_clear(rc_bfs *b) {
  for (uint32_t i = 0; i < b->tail; i++) b->distance[b->queue[i]] = RC_BFS_FAR;
  b->head = b->tail = 0;
}
