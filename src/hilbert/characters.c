/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real characters of a permutation group.
 *
 * A homomorphism to {+1, -1} is a choice of sign per generator that gives +1 on every word for the
 * identity. Walking over the Cayley graph gives a word for each element; each edge that closes a
 * cycle gives a word for the identity. Only the parity of each generator in a word matters, so
 * words are vectors over GF(2), characters are the vectors orthogonal to all words of the identity,
 * and everything is elimination on 32-bit masks. */
#include "hilbert/impl.h"

#include <string.h>

enum { GENERATORS_MAX = 32 };

/* Elements by content: open addressing on a 64-bit hash of the permutation. */
typedef struct table {
  int sites;
  int64_t order;
  const rc_perm *element;
  uint64_t mask;
  int32_t *slot; /* element + 1, 0 is empty */
} table;

static uint64_t perm_hash(const uint8_t *p, int sites) {
  uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
  for (int s = 0; s < sites; s++) h = (h ^ p[s]) * UINT64_C(0xff51afd7ed558ccd) + (h >> 29);
  return h ^ (h >> 32);
}

static int64_t table_find(const table *t, const uint8_t *p) {
  for (uint64_t i = perm_hash(p, t->sites);; i++) {
    int32_t e = t->slot[i & t->mask];
    if (e == 0) return -1;
    if (memcmp(t->element[e - 1], p, (size_t)t->sites) == 0) return e - 1;
  }
}

static void table_init(table *t, int sites, int64_t order, const rc_perm *element) {
  uint64_t slots = 4;
  while (slots < 2 * (uint64_t)order) slots *= 2;
  *t = (table){.sites = sites, .order = order, .element = element, .mask = slots - 1};
  t->slot = rc_alloc(slots, sizeof *t->slot);
  for (int64_t e = 0; e < order; e++) {
    uint64_t i = perm_hash(element[e], sites);
    while (t->slot[i & t->mask]) i++;
    t->slot[i & t->mask] = (int32_t)e + 1;
  }
}

static void compose(int sites, const uint8_t *first, const uint8_t *then, uint8_t *out) {
  for (int s = 0; s < sites; s++) out[s] = then[first[s]];
}

static void relation_add(rc_characters *c, uint32_t word) {
  for (int r = 0; r < c->relations; r++)
    if ((word ^ c->relation[r]) < word) word ^= c->relation[r];
  if (!word) return;
  c->relation[c->relations++] = word;
  /* Keep the leading bits distinct and the rows in descending order, so that one pass reduces. */
  for (int r = c->relations - 1; r > 0 && c->relation[r] > c->relation[r - 1]; r--) {
    uint32_t swap = c->relation[r];
    c->relation[r] = c->relation[r - 1];
    c->relation[r - 1] = swap;
  }
}

/* Words of the elements reached from the identity with the first 'generators' generators; returns
 * their number, or -1 when a product is not in the list. seen[] marks them. */
static int64_t walk(const table *t, rc_characters *c, const rc_perm *generator, bool *seen,
                    int32_t *queue) {
  memset(seen, 0, (size_t)t->order * sizeof *seen);
  rc_perm unit, image;
  for (int s = 0; s < t->sites; s++) unit[s] = (uint8_t)s;
  int64_t first = table_find(t, unit), head = 0, tail = 0;
  if (first < 0) return -1;
  c->relations = 0;
  c->word[first] = 0;
  seen[first] = true;
  queue[tail++] = (int32_t)first;
  while (head < tail) {
    int32_t e = queue[head++];
    for (int g = 0; g < c->generators; g++) {
      compose(t->sites, t->element[e], generator[g], image);
      int64_t to = table_find(t, image);
      if (to < 0) return -1;
      uint32_t word = c->word[e] ^ (UINT32_C(1) << g);
      if (seen[to]) {
        relation_add(c, word ^ c->word[to]);
        continue;
      }
      seen[to] = true;
      c->word[to] = word;
      queue[tail++] = (int32_t)to;
    }
  }
  return tail;
}

/* All masks orthogonal to the relations: one basis vector per generator that leads no row. */
static void null_space(rc_characters *c) {
  uint32_t row[32], leads = 0;
  memcpy(row, c->relation, sizeof row);
  for (int r = 0; r < c->relations; r++) { /* reduced echelon form */
    uint32_t lead = UINT32_C(1) << (31 - __builtin_clz(row[r]));
    leads |= lead;
    for (int q = 0; q < r; q++)
      if (row[q] & lead) row[q] ^= row[r];
  }
  for (int g = 0; g < c->generators; g++) {
    uint32_t free_bit = UINT32_C(1) << g;
    if (leads & free_bit) continue;
    uint32_t v = free_bit;
    for (int r = 0; r < c->relations; r++)
      if (row[r] & free_bit) v |= UINT32_C(1) << (31 - __builtin_clz(row[r]));
    c->basis[c->count_log2++] = v;
  }
}

rc_characters *rc_characters_new(int sites, int64_t order, const rc_perm *element, int generators,
                                 const rc_perm *generator, rc_err *err) {
  if (generator && generators > GENERATORS_MAX) {
    rc_err_set(err, RC_ERR_INPUT,
               "the symmetry group has %d generators, characters are known for at most %d",
               generators, GENERATORS_MAX);
    return NULL;
  }
  table t;
  table_init(&t, sites, order, element);
  rc_characters *c = rc_alloc(1, sizeof *c);
  c->word = rc_alloc((size_t)order, sizeof *c->word);
  bool *seen = rc_alloc((size_t)order, sizeof *seen);
  int32_t *queue = rc_alloc((size_t)order, sizeof *queue);
  rc_perm *own = rc_alloc(GENERATORS_MAX, sizeof *own);
  int64_t reached;
  if (generator) {
    c->generators = generators;
    reached = walk(&t, c, generator, seen, queue);
  } else {
    /* Each new generator at least doubles the subgroup, so 17 suffice for 50000 elements. */
    while ((reached = walk(&t, c, (const rc_perm *)own, seen, queue)) >= 0 && reached < order) {
      int64_t e = 0;
      while (seen[e]) e++;
      memcpy(own[c->generators++], element[e], sizeof own[0]);
    }
  }
  if (reached != order) {
    rc_err_set(err, RC_ERR_INTERNAL, "the list of symmetries is not a group");
    rc_characters_free(c);
    c = NULL;
  } else {
    null_space(c);
  }
  rc_free(own);
  rc_free(queue);
  rc_free(seen);
  rc_free(t.slot);
  return c;
}

void rc_characters_free(rc_characters *c) {
  if (!c) return;
  rc_free(c->word);
  rc_free(c);
}

uint32_t rc_characters_mask(const rc_characters *c, uint32_t k) {
  uint32_t mask = 0;
  for (int b = 0; b < c->count_log2; b++)
    if (k >> b & 1) mask ^= c->basis[b];
  return mask;
}
