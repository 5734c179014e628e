/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symmetric sectors: the smallest image of a configuration, and the representatives by it. Small
 * groups and spaces go through all elements; large spaces use the sublattice coding, where the
 * elements to be tried are known from tables. */
#include "hilbert/orbits.h"

#include <string.h>

/* Below so many plain states the coding is not worth its tables. */
static const uint64_t CODED_FROM = 1 << 22;

/* ---- smallest images ---------------------------------------------------------------------------- */

/* Least topmost block, and which contents (block, inverted or not) have it. */
typedef struct leaders {
  uint32_t least;
  int count;
  uint64_t at[2 * RC_SITES_MAX]; /* index of the contents, times 2, plus 1 when inverted */
} leaders;

static inline void leaders_find(const rc_orbits *o, uint64_t config, leaders *l) {
  const rc_site_order *y = &o->coding.layout;
  const uint64_t mask = rc_sites_mask(y->width);
  l->least = UINT32_MAX;
  l->count = 0;
  for (int j = 0; j < y->blocks; j++) {
    const uint64_t base = (uint64_t)j << y->width, x = config >> y->shift[j] & mask;
    for (int inverted = 0; inverted <= (o->g->inversion != 0); inverted++) {
      const uint64_t at = base | (inverted ? x ^ mask : x);
      const uint32_t least = o->coding.least[at];
      if (least > l->least) continue;
      if (least < l->least) l->count = 0;
      l->least = least;
      l->at[l->count++] = at << 1 | (uint64_t)inverted;
    }
  }
}

static uint64_t smallest_coded(const rc_orbits *o, uint64_t config, int *sign) {
  leaders l;
  uint64_t best = UINT64_MAX;
  leaders_find(o, config, &l);
  for (int k = 0; k < l.count; k++) {
    const uint64_t at = l.at[k] >> 1;
    const bool inverted = l.at[k] & 1;
    const uint64_t from = inverted ? config ^ o->full : config;
    for (uint32_t i = o->coding.first[at]; i < o->coding.first[at + 1]; i++) {
      const uint16_t e = o->coding.element[i];
      const uint64_t to = rc_image(&o->images, e, from);
      if (to >= best) continue;
      best = to;
      *sign = inverted ? o->g->character[e] * o->g->inversion : o->g->character[e];
    }
  }
  return best;
}

uint64_t rc_orbits_smallest(const rc_orbits *o, uint64_t config, int *sign) {
  if (o->coded) return smallest_coded(o, config, sign);
  uint64_t best = UINT64_MAX;
  for (int64_t e = 0; e < o->g->order; e++) {
    uint64_t to = rc_image(&o->images, e, config);
    int character = o->g->character[e];
    if (to < best) best = to, *sign = character;
    if (o->g->inversion && (to ^ o->full) < best)
      best = to ^ o->full, *sign = character * o->g->inversion;
  }
  return best;
}

static int64_t representative_coded(const rc_orbits *o, uint64_t config) {
  leaders l;
  int64_t stabiliser = 0, sum = 0;
  leaders_find(o, config, &l);
  if (l.least < config >> o->directory.drop) return 0;
  for (int k = 0; k < l.count; k++) {
    const uint64_t at = l.at[k] >> 1;
    const bool inverted = l.at[k] & 1;
    const uint64_t from = inverted ? config ^ o->full : config;
    for (uint32_t i = o->coding.first[at]; i < o->coding.first[at + 1]; i++) {
      const uint16_t e = o->coding.element[i];
      const uint64_t to = rc_image(&o->images, e, from);
      if (to < config) return 0;
      if (to > config) continue;
      stabiliser++;
      sum += inverted ? o->g->character[e] * o->g->inversion : o->g->character[e];
    }
  }
  return sum > 0 ? rc_orbits_order(o) / stabiliser : 0;
}

int64_t rc_orbits_representative(const rc_orbits *o, uint64_t config) {
  if (o->coded) return representative_coded(o, config);
  int64_t stabiliser = 0, sum = 0;
  for (int64_t e = 0; e < o->g->order; e++) {
    uint64_t to = rc_image(&o->images, e, config);
    if (to < config || (o->g->inversion && (to ^ o->full) < config)) return 0;
    if (to == config) stabiliser++, sum += o->g->character[e];
    if (o->g->inversion && (to ^ o->full) == config)
      stabiliser++, sum += o->g->character[e] * o->g->inversion;
  }
  return sum > 0 ? rc_orbits_order(o) / stabiliser : 0;
}

/* ---- life --------------------------------------------------------------------------------------- */

/* Where the bits of each byte go. */
static void spread(uint64_t (*table)[256], int sites, const uint8_t *to) {
  for (int b = 0; b < (sites + 7) / 8; b++)
    for (int v = 1; v < 256; v++) {
      const int s = 8 * b + __builtin_ctz((unsigned)v);
      table[b][v] = table[b][v & (v - 1)] | (s < sites ? UINT64_C(1) << to[s] : 0);
    }
}

static bool images_new(rc_images *m, const rc_symmetries *g, rc_err *err) {
  m->bytes = (g->sites + 7) / 8;
  m->table = rc_big_alloc((size_t)g->order * (size_t)m->bytes * 256, sizeof *m->table,
                          "the tables of the symmetries", err);
  if (!m->table) return false;
  for (int64_t e = 0; e < g->order; e++)
    spread((uint64_t(*)[256])(m->table + (size_t)e * (size_t)m->bytes * 256), g->sites,
           g->element[e]);
  return true;
}

/* The same group acting on bits. */
static rc_symmetries *reordered(const rc_symmetries *g, const uint8_t *bit) {
  rc_symmetries *b = rc_alloc(1, sizeof *b);
  *b = (rc_symmetries){.sites = g->sites, .order = g->order, .inversion = g->inversion};
  b->element = rc_alloc((size_t)g->order, sizeof *b->element);
  b->character = rc_alloc((size_t)g->order, sizeof *b->character);
  memcpy(b->character, g->character, (size_t)g->order);
  for (int64_t e = 0; e < g->order; e++)
    for (int s = 0; s < g->sites; s++) b->element[e][bit[s]] = bit[g->element[e][s]];
  return b;
}

static bool coding_begin(rc_orbits *o, const rc_site_order *l, rc_err *err) {
  const int sites = o->g->sites;
  uint8_t site[RC_SITES_MAX];
  for (int s = 0; s < sites; s++) site[l->bit[s]] = (uint8_t)s;
  o->bits = reordered(o->g, l->bit);
  o->to_bits = rc_alloc(8, sizeof *o->to_bits);
  o->to_sites = rc_alloc(8, sizeof *o->to_sites);
  spread(o->to_bits, sites, l->bit);
  spread(o->to_sites, sites, site);
  o->directory.drop = sites - l->width;
  if (!images_new(&o->images, o->bits, err)) return false;
  o->coded = rc_coding_new(&o->coding, l, o->bits, &o->images, err);
  return o->coded;
}

static rc_site_order layout_for(const rc_symmetries *g, int up, rc_coded coded) {
  const bool large = rc_plain_states(g->sites, up) >= CODED_FROM && g->order > 8;
  if (coded == RC_CODED_NEVER || (coded == RC_CODED_AUTO && !large))
    return (rc_site_order){.width = 0};
  return rc_site_order_make(g);
}

static uint64_t images_bytes(const rc_symmetries *g) {
  return (uint64_t)g->order * (uint64_t)((g->sites + 7) / 8) * 256 * sizeof(uint64_t);
}

uint64_t rc_orbits_bytes(const rc_symmetries *g, int up) {
  const rc_site_order l = layout_for(g, up, RC_CODED_AUTO);
  const uint64_t states = rc_symmetries_states(g, up);
  const uint64_t bytes = images_bytes(g) + rc_coding_bytes(&l) + states * 9;
  /* the directory: about one bucket for four representatives, and its heads */
  return l.width ? bytes + states * 3 / 2 + (UINT64_C(5) << l.width) : bytes;
}

uint64_t rc_orbits_held(const rc_orbits *o) {
  uint64_t bytes = images_bytes(o->g) + o->states * 9;
  if (!o->coded) return bytes;
  const rc_site_order *l = &o->coding.layout;
  const rc_directory *d = &o->directory;
  const uint64_t tops = UINT64_C(1) << l->width;
  bytes += (((uint64_t)l->blocks << l->width) * 2 + 1) * sizeof(uint32_t);
  bytes += o->coding.room * sizeof *o->coding.element;
  bytes += (tops + 1) * sizeof *d->bucket + tops * sizeof *d->shift;
  return bytes + (d->bucket[tops] + UINT64_C(1)) * sizeof *d->first;
}

/* The tables of the images of a large group can be more than all that is made with them. */
static bool tables_fit(const rc_symmetries *g, uint64_t limit, rc_err *err) {
  const uint64_t needs = images_bytes(g);
  if (!limit || needs <= limit) return true;
  char a[32], b[32];
  rc_format_bytes(needs, a);
  rc_format_bytes(limit, b);
  return rc_err_set(err, RC_ERR_MEMORY,
                    "the tables of %lld symmetries need %s, the limit is %s; a smaller group "
                    "(symmetry: translation or none) needs less",
                    (long long)g->order, a, b);
}

rc_orbits *rc_orbits_begin(rc_symmetries *g, int up, rc_coded coded, uint64_t limit, int threads,
                           rc_err *err) {
  if (!tables_fit(g, limit, err)) return NULL;
  rc_orbits *o = rc_alloc(1, sizeof *o);
  const rc_site_order l = layout_for(g, up, coded);
  const int64_t order = g->inversion ? 2 * g->order : g->order;
  o->g = o->bits = g;
  o->full = rc_sites_mask(g->sites);
  for (int64_t s = 1; s <= order; s++)
    if (order % s == 0) o->size[o->sizes++] = s;
  const bool good = l.width ? coding_begin(o, &l, err) : images_new(&o->images, g, err);
  if (good) o->collect = rc_collect_new(o, up, limit, threads, err);
  if (o->collect) return o;
  if (o->bits == g) o->bits = NULL;
  o->g = NULL; /* remains the caller's on failure */
  rc_orbits_free(o);
  return NULL;
}

bool rc_orbits_step(rc_orbits *o, bool *done, rc_err *err) {
  bool collected = false;
  if (!rc_collect_step(o->collect, &collected, err)) return false;
  if (!collected) return true;
  rc_collect_free(o->collect);
  o->collect = NULL;
  *done = !o->coded || rc_directory_new(o, err);
  return *done;
}

rc_orbits *rc_orbits_new(rc_symmetries *g, int up, rc_coded coded, uint64_t limit, int threads,
                         rc_err *err) {
  rc_orbits *o = rc_orbits_begin(g, up, coded, limit, threads, err);
  for (bool done = !o; !done;) {
    if (rc_orbits_step(o, &done, err)) continue;
    if (o->bits == g) o->bits = NULL;
    o->g = NULL; /* remains the caller's on failure */
    rc_orbits_free(o);
    return NULL;
  }
  return o;
}

void rc_orbits_free(rc_orbits *o) {
  if (!o) return;
  rc_collect_free(o->collect);
  if (o->bits != o->g) rc_symmetries_free(o->bits);
  rc_symmetries_free(o->g);
  rc_coding_free(&o->coding);
  rc_directory_free(&o->directory);
  rc_free(o->to_bits);
  rc_free(o->to_sites);
  rc_big_free(o->images.table);
  rc_big_free(o->config);
  rc_big_free(o->code);
  rc_free(o);
}

static uint64_t reorder(uint64_t (*table)[256], int bytes, uint64_t config) {
  uint64_t to = 0;
  for (int b = 0; b < bytes; b++, config >>= 8) to |= table[b][config & 255];
  return to;
}

uint64_t rc_orbits_states(const rc_orbits *o) {
  return o->states;
}
uint64_t rc_orbits_config(const rc_orbits *o, uint64_t index) {
  const uint64_t config = o->config[index];
  return o->coded ? reorder(o->to_sites, o->images.bytes, config) : config;
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
  if (o->coded) config = reorder(o->to_bits, o->images.bytes, config);
  const uint64_t at = rc_directory_find(o, rc_orbits_smallest(o, config, &character));
  if (sign) *sign = at == RC_NONE ? 0 : character;
  return at;
}
