/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of representatives of a symmetric sector, and the way back into it. */
#include "hilbert/orbits.h"

#include <string.h>

/* ---- collecting --------------------------------------------------------------------------------- */

static int size_code(const rc_orbits *o, int64_t size) {
  for (int k = 0; k < o->sizes; k++)
    if (o->size[k] == size) return k;
  return -1;
}

/* Largest even number of sites of which a cluster of this kind fits at Sz = 0: its group grows with
 * it, and a state takes its configuration, the code of its orbit, and four numbers of the solver. */
static int sites_that_fit(const rc_symmetries *g, uint64_t limit) {
  const double each = 9 + 4 * sizeof(double);
  const double share = (double)g->order * (g->inversion ? 2 : 1) / g->sites;
  int n = 2;
  for (; n + 2 <= RC_SITES_MAX; n += 2)
    if (each * (double)rc_choose(n + 2, n / 2 + 1) > (double)limit * share * (n + 2)) break;
  return n;
}

/* Room for the representatives that were counted. Errors: MEMORY. */
static bool room_for(rc_orbits *o, uint64_t limit, rc_err *err) {
  const uint64_t needs = o->states * 9;
  if (limit && needs > limit) {
    char a[32], b[32];
    rc_format_bytes(needs, a);
    rc_format_bytes(limit, b);
    return rc_err_set(
        err, RC_ERR_MEMORY,
        "%llu representatives need %s, the limit is %s; with such symmetries about %d sites fit",
        (unsigned long long)o->states, a, b, sites_that_fit(o->g, limit));
  }
  if (o->states >= UINT32_MAX)
    return rc_err_set(err, RC_ERR_MEMORY, "%llu representatives are more than 2^32",
                      (unsigned long long)o->states);
  o->config = rc_big_alloc(RC_MAX(1, o->states), sizeof *o->config, "the basis", err);
  o->code =
      o->config ? rc_big_alloc(RC_MAX(1, o->states), sizeof *o->code, "the basis", err) : NULL;
  return o->code != NULL;
}

/* Without a coding every configuration is tried. Each chunk keeps what it has found, since trying
 * is what costs. */
enum { TRIAL_GRAIN = 1 << 14, TRIAL_CHUNKS = 8 };
typedef struct trial {
  rc_orbits *o;
  rc_plain plain;
  int64_t all, chunks, at; /* configurations, chunks, and how many of these are done */
  uint64_t *count;         /* per chunk: number found */
  uint64_t **found;        /* per chunk: the configurations */
  uint64_t *first;         /* per chunk: where they go */
} trial;

static void trial_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  trial *c = ctx;
  begin += c->at * TRIAL_GRAIN;
  end += c->at * TRIAL_GRAIN;
  chunk += c->at;
  uint64_t config = rc_plain_config(&c->plain, (uint64_t)begin), n = 0;
  uint64_t *found = rc_alloc((size_t)(end - begin), sizeof *found);
  for (int64_t i = begin; i < end; i++) {
    if (rc_orbits_representative(c->o, config)) found[n++] = config;
    if (i + 1 < end) config = c->plain.up < 0 ? config + 1 : rc_next_config(config);
  }
  c->count[chunk] = n;
  c->found[chunk] = NULL;
  if (n > 0)
    c->found[chunk] = rc_realloc(found, (size_t)n, sizeof *found);
  else
    rc_free(found);
}

static void trial_store(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  trial *c = ctx;
  (void)chunk;
  for (int64_t k = begin; k < end; k++)
    for (uint64_t i = 0; i < c->count[k]; i++) {
      const uint64_t config = c->found[k][i];
      c->o->config[c->first[k] + i] = config;
      c->o->code[c->first[k] + i] =
          (uint8_t)size_code(c->o, rc_orbits_representative(c->o, config));
    }
}

static bool trial_new(trial *c, int up, rc_err *err) {
  const rc_symmetries *g = c->o->g;
  if (!rc_plain_init(&c->plain, g->sites, up, err)) return false;
  c->all = (int64_t)c->plain.states;
  /* One of a configuration and its inverse has the last spin down and is the smaller one. */
  if (g->inversion) c->all = (int64_t)rc_choose(g->sites - 1, g->sites / 2);
  c->chunks = (c->all + TRIAL_GRAIN - 1) / TRIAL_GRAIN;
  c->count = rc_alloc((size_t)c->chunks + 1, sizeof *c->count);
  c->first = rc_alloc((size_t)c->chunks + 1, sizeof *c->first);
  c->found = rc_alloc((size_t)c->chunks + 1, sizeof *c->found);
  return true;
}

static void trial_clear(trial *c) {
  for (int64_t k = 0; c->found && k < c->chunks; k++) rc_free(c->found[k]);
  rc_free(c->found);
  rc_free(c->first);
  rc_free(c->count);
  rc_plain_clear(&c->plain);
}

static bool trial_step(trial *c, uint64_t limit, int threads, bool *done, rc_err *err) {
  rc_orbits *o = c->o;
  const int64_t n = RC_MIN((int64_t)TRIAL_CHUNKS, c->chunks - c->at);
  const int64_t from = c->at * TRIAL_GRAIN, to = RC_MIN(c->all, (c->at + n) * TRIAL_GRAIN);
  rc_parallel(threads, to - from, TRIAL_GRAIN, trial_chunk, c);
  c->at += n;
  if (c->at < c->chunks) return true;
  for (int64_t k = 0; k < c->chunks; k++) {
    c->first[k] = o->states;
    o->states += c->count[k];
  }
  if (!room_for(o, limit, err)) return false;
  rc_parallel(threads, c->chunks, 1, trial_store, c);
  *done = true;
  return true;
}

/* With a coding only topmost blocks that are least themselves can begin a representative. They are
 * gone through twice, to count and to store. */
enum { SEARCH_CONFIGS = 1 << 19 }; /* about, in a step */
typedef struct search {
  rc_orbits *o;
  int up;
  int64_t tops, at; /* number of blocks, and how many of them are done in this pass */
  uint64_t *top;    /* the topmost blocks */
  uint64_t *first;  /* of each: number found, then where they go */
  bool store;
} search;

static void search_top(const search *s, int64_t k) {
  rc_orbits *o = s->o;
  const int drop = o->directory.drop;
  const uint64_t top = s->top[k] << drop;
  const int up = s->up < 0 ? -1 : s->up - __builtin_popcountll(s->top[k]);
  const uint64_t n = rc_plain_states(drop, up);
  uint64_t low = up < 0 ? 0 : rc_sites_mask(up), found = 0;
  for (uint64_t i = 0; i < n; i++) {
    const int64_t size = rc_orbits_representative(o, top | low);
    if (size && s->store) {
      o->config[s->first[k] + found] = top | low;
      o->code[s->first[k] + found] = (uint8_t)size_code(o, size);
    }
    found += size != 0;
    if (i + 1 < n) low = up < 0 ? low + 1 : rc_next_config(low);
  }
  if (!s->store) s->first[k] = found;
}

static void search_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const search *s = ctx;
  (void)chunk;
  for (int64_t k = begin; k < end; k++) search_top(s, s->at + k);
}

static void search_new(search *s, int up) {
  const rc_orbits *o = s->o;
  const int width = o->coding.layout.width, drop = o->directory.drop;
  const uint64_t mask = rc_sites_mask(width);
  s->up = up;
  s->top = rc_alloc((size_t)mask + 1, sizeof *s->top);
  for (uint64_t x = 0; x <= mask; x++) {
    const int left = up - __builtin_popcountll(x);
    if (up >= 0 && (left < 0 || left > drop)) continue;
    if (o->coding.least[x] < x || (o->g->inversion && o->coding.least[x ^ mask] < x)) continue;
    s->top[s->tops++] = x;
  }
  s->first = rc_alloc((size_t)s->tops + 1, sizeof *s->first);
}

static void search_clear(search *s) {
  rc_free(s->first);
  rc_free(s->top);
}

static bool search_step(search *s, uint64_t limit, int threads, bool *done, rc_err *err) {
  rc_orbits *o = s->o;
  int64_t n = 0;
  for (uint64_t configs = 0; s->at + n < s->tops && configs < SEARCH_CONFIGS; n++) {
    const int up = s->up < 0 ? -1 : s->up - __builtin_popcountll(s->top[s->at + n]);
    configs += rc_plain_states(o->directory.drop, up);
  }
  rc_parallel(threads, n, 1, search_chunk, s);
  s->at += n;
  if (s->at < s->tops) return true;
  *done = s->store;
  if (s->store) return true;
  for (int64_t k = 0; k < s->tops; k++) {
    const uint64_t here = s->first[k];
    s->first[k] = o->states;
    o->states += here;
  }
  s->store = true;
  s->at = 0;
  return room_for(o, limit, err);
}

/* Refuses before the work what cannot fit: representatives, and the three vectors without which
 * nothing is solved in them. */
static bool hopeless(const rc_orbits *o, int up, uint64_t limit, rc_err *err) {
  const uint64_t states = rc_symmetries_states(o->g, up);
  const double needs = (9 + 3 * sizeof(double)) * (double)states;
  if (states >= UINT32_MAX && (!limit || needs <= (double)limit)) {
    rc_err_set(err, RC_ERR_MEMORY, "%llu representatives are more than 2^32",
               (unsigned long long)states);
    return true;
  }
  if (!limit || needs <= (double)limit) return false;
  char a[32], b[32];
  rc_format_bytes(needs < 1e19 ? (uint64_t)needs : UINT64_MAX, a);
  rc_format_bytes(limit, b);
  rc_err_set(err, RC_ERR_MEMORY,
             "%llu states need at least %s, the limit is %s; with such symmetries about %d sites "
             "fit",
             (unsigned long long)states, a, b, sites_that_fit(o->g, limit));
  return true;
}

struct rc_collect {
  rc_orbits *o;
  uint64_t limit;
  int threads;
  trial trial;
  search search;
};

rc_collect *rc_collect_new(rc_orbits *o, int up, uint64_t limit, int threads, rc_err *err) {
  if (hopeless(o, up, limit, err)) return NULL;
  rc_collect *c = rc_alloc(1, sizeof *c);
  *c = (rc_collect){.o = o, .limit = limit, .threads = threads};
  c->trial.o = c->search.o = o;
  if (o->coded)
    search_new(&c->search, up);
  else if (!trial_new(&c->trial, up, err)) {
    rc_collect_free(c);
    return NULL;
  }
  return c;
}

bool rc_collect_step(rc_collect *c, bool *done, rc_err *err) {
  return c->o->coded ? search_step(&c->search, c->limit, c->threads, done, err)
                     : trial_step(&c->trial, c->limit, c->threads, done, err);
}

void rc_collect_free(rc_collect *c) {
  if (!c) return;
  trial_clear(&c->trial);
  search_clear(&c->search);
  rc_free(c);
}

/* ---- the way back ------------------------------------------------------------------------------- */

/* Buckets of one topmost block: about one for four representatives. */
static int bucket_bits(uint64_t states, int drop) {
  int bits = 0;
  while (bits < drop && states > UINT64_C(4) << bits) bits++;
  return bits;
}

static uint64_t states_until(const rc_orbits *o, uint64_t from, uint64_t top) {
  while (from < o->states && o->config[from] >> o->directory.drop <= top) from++;
  return from;
}

bool rc_directory_new(rc_orbits *o, rc_err *err) {
  rc_directory *d = &o->directory;
  const uint64_t tops = UINT64_C(1) << o->coding.layout.width;
  const uint64_t mask = rc_sites_mask(d->drop);
  const char *what = "the directory of the basis";
  d->bucket = rc_big_alloc(tops + 1, sizeof *d->bucket, what, err);
  d->shift = d->bucket ? rc_big_alloc(tops, sizeof *d->shift, what, err) : NULL;
  if (!d->shift) return false;
  uint64_t buckets = 0, at = 0;
  for (uint64_t t = 0; t < tops; t++) {
    const uint64_t end = states_until(o, at, t);
    const int bits = bucket_bits(end - at, d->drop);
    d->bucket[t] = (uint32_t)buckets;
    d->shift[t] = (uint8_t)(d->drop - bits);
    if (end > at) buckets += UINT64_C(1) << bits;
    at = end;
  }
  d->bucket[tops] = (uint32_t)buckets;
  d->first = rc_big_alloc(buckets + 1, sizeof *d->first, what, err);
  if (!d->first) return false;
  uint64_t next = 0; /* bucket whose beginning is to be written */
  for (uint64_t i = 0; i < o->states; i++) {
    const uint64_t t = o->config[i] >> d->drop;
    const uint64_t b = d->bucket[t] + ((o->config[i] & mask) >> d->shift[t]);
    while (next <= b) d->first[next++] = (uint32_t)i;
  }
  while (next <= buckets) d->first[next++] = (uint32_t)o->states;
  return true;
}

void rc_directory_free(rc_directory *d) {
  rc_big_free(d->bucket);
  rc_big_free(d->shift);
  rc_big_free(d->first);
  d->bucket = d->first = NULL;
  d->shift = NULL;
}

uint64_t rc_directory_find(const rc_orbits *o, uint64_t key) {
  const rc_directory *d = &o->directory;
  uint64_t from = 0, to = o->states;
  if (o->coded) {
    const uint64_t t = key >> d->drop;
    if (d->bucket[t] == d->bucket[t + 1]) return RC_NONE;
    const uint64_t b = d->bucket[t] + ((key & rc_sites_mask(d->drop)) >> d->shift[t]);
    from = d->first[b];
    to = d->first[b + 1];
  }
  const uint64_t last = to;
  while (from < to) {
    const uint64_t middle = (from + to) / 2;
    if (o->config[middle] < key)
      from = middle + 1;
    else
      to = middle;
  }
  return from < last && o->config[from] == key ? from : RC_NONE;
}
