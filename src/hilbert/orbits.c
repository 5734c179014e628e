/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symmetric sectors: representatives of the orbits whose symmetrised vector does not vanish. */
#include "hilbert/impl.h"

#include <string.h>

struct rc_orbits {
  rc_symmetries *g;
  int bytes;       /* 8-bit pieces of a configuration */
  uint64_t full;   /* all sites up */
  uint64_t *image; /* order x bytes x 256: image of each piece under each element */
  uint64_t states;
  uint64_t *config; /* representatives, ascending */
  uint8_t *code;    /* of each: which entry of 'size' */
  int sizes;
  int64_t size[256];
};

static uint64_t image_of(const rc_orbits *o, int64_t e, uint64_t config) {
  const uint64_t *t = o->image + (size_t)e * (size_t)o->bytes * 256;
  uint64_t to = 0;
  for (int b = 0; b < o->bytes; b++, t += 256, config >>= 8) to |= t[config & 255];
  return to;
}

/* Smallest image, its character, and the sum of the characters of the stabiliser. */
static uint64_t smallest(const rc_orbits *o, uint64_t config, int *sign) {
  uint64_t best = UINT64_MAX;
  for (int64_t e = 0; e < o->g->order; e++) {
    uint64_t to = image_of(o, e, config);
    int character = o->g->character[e];
    if (to < best) best = to, *sign = character;
    if (o->g->inversion && (to ^ o->full) < best)
      best = to ^ o->full, *sign = character * o->g->inversion;
  }
  return best;
}

/* Size of the orbit of a configuration if it is a representative that does not vanish, else 0. */
static int64_t representative(const rc_orbits *o, uint64_t config) {
  int64_t stabiliser = 0, sum = 0;
  for (int64_t e = 0; e < o->g->order; e++) {
    uint64_t to = image_of(o, e, config);
    if (to < config || (o->g->inversion && (to ^ o->full) < config)) return 0;
    if (to == config) stabiliser++, sum += o->g->character[e];
    if (o->g->inversion && (to ^ o->full) == config)
      stabiliser++, sum += o->g->character[e] * o->g->inversion;
  }
  return sum > 0 ? rc_orbits_order(o) / stabiliser : 0;
}

static bool images(rc_orbits *o, rc_err *err) {
  int sites = o->g->sites;
  o->bytes = (sites + 7) / 8;
  o->full = rc_sites_mask(sites);
  o->image = rc_big_alloc((size_t)o->g->order * (size_t)o->bytes * 256, sizeof *o->image,
                          "the tables of the symmetries", err);
  if (!o->image) return false;
  for (int64_t e = 0; e < o->g->order; e++)
    for (int b = 0; b < o->bytes; b++) {
      uint64_t *t = o->image + ((size_t)e * (size_t)o->bytes + (size_t)b) * 256;
      for (int v = 1; v < 256; v++) {
        int s = 8 * b + __builtin_ctz((unsigned)v);
        uint64_t bit = s < sites ? UINT64_C(1) << o->g->element[e][s] : 0;
        t[v] = t[v & (v - 1)] | bit;
      }
    }
  return true;
}

typedef struct collect {
  rc_orbits *o;
  const rc_plain *plain;
  uint64_t *count;  /* per chunk: number found */
  uint64_t **found; /* per chunk: the configurations */
  uint64_t *first;  /* per chunk: where they go */
} collect;

static int size_code(const rc_orbits *o, int64_t size) {
  for (int k = 0; k < o->sizes; k++)
    if (o->size[k] == size) return k;
  return -1;
}

/* Every configuration is looked at once: that is what a large basis costs. */
static void collect_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  collect *c = ctx;
  uint64_t config = rc_plain_config(c->plain, (uint64_t)begin), n = 0;
  uint64_t *found = rc_alloc((size_t)(end - begin), sizeof *found);
  for (int64_t i = begin; i < end; i++) {
    if (representative(c->o, config)) found[n++] = config;
    if (i + 1 < end) config = c->plain->up < 0 ? config + 1 : rc_next_config(config);
  }
  c->count[chunk] = n;
  c->found[chunk] = NULL;
  if (n > 0)
    c->found[chunk] = rc_realloc(found, (size_t)n, sizeof *found);
  else
    rc_free(found);
}

static void store_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  collect *c = ctx;
  (void)chunk;
  for (int64_t k = begin; k < end; k++)
    for (uint64_t i = 0; i < c->count[k]; i++) {
      const uint64_t config = c->found[k][i];
      c->o->config[c->first[k] + i] = config;
      c->o->code[c->first[k] + i] = (uint8_t)size_code(c->o, representative(c->o, config));
    }
}

static bool collect_all(rc_orbits *o, int up, uint64_t limit, int threads, rc_err *err) {
  enum { GRAIN = 1 << 14 };
  rc_plain plain;
  if (!rc_plain_init(&plain, o->g->sites, up, err)) return false;
  int64_t order = rc_orbits_order(o);
  for (int64_t s = 1; s <= order; s++)
    if (order % s == 0) o->size[o->sizes++] = s;
  int64_t n = (int64_t)plain.states;
  /* One of a configuration and its inverse has the last spin down and is the smaller one. */
  if (o->g->inversion) n = (int64_t)rc_choose(o->g->sites - 1, o->g->sites / 2);
  const int64_t chunks = (n + GRAIN - 1) / GRAIN;
  collect c = {.o = o, .plain = &plain};
  c.count = rc_alloc((size_t)chunks + 1, sizeof *c.count);
  c.first = rc_alloc((size_t)chunks + 1, sizeof *c.first);
  c.found = rc_alloc((size_t)chunks + 1, sizeof *c.found);
  rc_parallel(threads, n, GRAIN, collect_chunk, &c);
  for (int64_t k = 0; k < chunks; k++) {
    c.first[k] = o->states;
    o->states += c.count[k];
  }
  uint64_t needs = o->states * 9 + rc_big_now();
  bool good = true;
  if (limit && o->states * 9 > limit) {
    char a[32], b[32];
    rc_format_bytes(needs, a);
    rc_format_bytes(limit, b);
    good = rc_err_set(err, RC_ERR_MEMORY, "%llu representatives need %s, the limit is %s",
                      (unsigned long long)o->states, a, b);
  }
  if (good) {
    o->config = rc_big_alloc(RC_MAX(1, o->states), sizeof *o->config, "the basis", err);
    o->code =
        o->config ? rc_big_alloc(RC_MAX(1, o->states), sizeof *o->code, "the basis", err) : NULL;
    good = o->code != NULL;
  }
  if (good) rc_parallel(threads, chunks, 1, store_chunk, &c);
  for (int64_t k = 0; k < chunks; k++) rc_free(c.found[k]);
  rc_free(c.found);
  rc_free(c.first);
  rc_free(c.count);
  rc_plain_clear(&plain);
  return good;
}

uint64_t rc_orbits_bytes(int sites, int up, int64_t order, bool inversion) {
  uint64_t all = rc_plain_states(sites, up);
  uint64_t images_bytes = (uint64_t)order * (uint64_t)((sites + 7) / 8) * 256 * 8;
  /* Most orbits are as large as the group; the smaller ones are few but for small clusters. */
  uint64_t states = all / (uint64_t)(order * (inversion ? 2 : 1));
  return images_bytes + (states + states / 4 + 64) * 9;
}

rc_orbits *rc_orbits_new(rc_symmetries *g, int up, uint64_t limit, int threads, rc_err *err) {
  rc_orbits *o = rc_alloc(1, sizeof *o);
  o->g = g;
  if (images(o, err) && collect_all(o, up, limit, threads, err)) return o;
  o->g = NULL; /* remains the caller's on failure */
  rc_orbits_free(o);
  return NULL;
}

void rc_orbits_free(rc_orbits *o) {
  if (!o) return;
  rc_symmetries_free(o->g);
  rc_big_free(o->image);
  rc_big_free(o->config);
  rc_big_free(o->code);
  rc_free(o);
}

uint64_t rc_orbits_states(const rc_orbits *o) {
  return o->states;
}
uint64_t rc_orbits_config(const rc_orbits *o, uint64_t index) {
  return o->config[index];
}
int64_t rc_orbits_size(const rc_orbits *o, uint64_t index) {
  return o->size[o->code[index]];
}
int64_t rc_orbits_order(const rc_orbits *o) {
  return o->g->inversion ? 2 * o->g->order : o->g->order;
}
const uint8_t *rc_orbits_codes(const rc_orbits *o, const int64_t **size, int *sizes) {
  *size = o->size;
  *sizes = o->sizes;
  return o->code;
}
const rc_symmetries *rc_orbits_symmetries(const rc_orbits *o) {
  return o->g;
}

uint64_t rc_orbits_rank(const rc_orbits *o, uint64_t config, int *sign) {
  int character = 1;
  uint64_t key = smallest(o, config, &character), from = 0, to = o->states;
  while (from < to) {
    uint64_t middle = (from + to) / 2;
    if (o->config[middle] < key)
      from = middle + 1;
    else
      to = middle;
  }
  bool found = from < o->states && o->config[from] == key;
  if (sign) *sign = found ? character : 0;
  return found ? from : RC_NONE;
}
