/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The blocks of a small magnet. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calib/heisenberg.h"

enum { CHARACTERS_MAX = 1 << HS_INVOLUTIONS_MAX };

/* A group of commuting involutions: element g is the product of those whose bits it has. The last
 * one may be the spin flip. */
typedef struct involutions {
  int n, sites;
  bool flip; /* the last one flips all spins */
  rc_perm perm[HS_INVOLUTIONS_MAX];
  int same[CHARACTERS_MAX]; /* smallest character whose block has the same levels */
} involutions;

typedef struct orbit { /* of a configuration */
  uint32_t representative;
  uint16_t element; /* takes the representative to the configuration */
  uint16_t size;
} orbit;

typedef struct sector {
  const rc_lattice *l;
  const involutions *g;
  int up, n;
  uint32_t *config; /* n, ascending */
  orbit *orbit;     /* n */
  int *index;       /* n: of a representative in the block at hand, -1 when it vanishes */
} sector;

/* ---- symmetries ------------------------------------------------------------------------------- */

static bool is_involution(const rc_perm p, int n) {
  bool moves = false;
  for (int s = 0; s < n; s++) {
    if (p[p[s]] != s) return false;
    moves |= p[s] != s;
  }
  return moves;
}

static bool commute(const rc_perm a, const rc_perm b, int n) {
  for (int s = 0; s < n; s++) {
    if (a[b[s]] != b[a[s]]) return false;
  }
  return true;
}

/* The product of those chosen already that p is, -1 when it is none. */
static int product(const involutions *g, const rc_perm p) {
  for (int e = 0; e < 1 << g->n; e++) {
    bool same = true;
    for (int s = 0; s < g->sites && same; s++) {
      int at = s;
      for (int k = 0; k < g->n; k++) {
        if (e >> k & 1) at = g->perm[k][at];
      }
      same = at == p[s];
    }
    if (same) return e;
  }
  return -1;
}

static int moved(const rc_perm p, int n) {
  int count = 0;
  for (int s = 0; s < n; s++) count += p[s] != s;
  return count;
}

static void consider(involutions *g, const rc_perm p, int moves) {
  if (g->n >= HS_INVOLUTIONS_MAX - 1 || !is_involution(p, g->sites)) return;
  if (moved(p, g->sites) != moves || product(g, p) >= 0) return;
  for (int k = 0; k < g->n; k++) {
    if (!commute(g->perm[k], p, g->sites)) return;
  }
  memcpy(g->perm[g->n++], p, sizeof(rc_perm));
}

/* Sign of an element in the irreducible representation 'character': bit k set is -1. */
static int sign_of(int element, int character) {
  return __builtin_popcount((unsigned)(element & character)) & 1 ? -1 : 1;
}

static int root(const involutions *g, int character) {
  while (g->same[character] != character) character = g->same[character];
  return character;
}

/* A symmetry h that maps the involutions among themselves, p_k to h p_k h^-1, maps blocks to blocks
 * with the same levels and slopes. */
static void relate(involutions *g, const rc_perm h) {
  int to[HS_INVOLUTIONS_MAX];
  for (int k = 0; k < g->n; k++) {
    rc_perm q;
    for (int s = 0; s < g->sites; s++) q[h[s]] = h[g->perm[k][s]];
    to[k] = product(g, q);
    if (to[k] < 0) return;
  }
  for (int c = 0; c < 1 << g->n; c++) {
    int image = 0;
    for (int k = 0; k < g->n; k++) image |= (sign_of(to[k], c) < 0) << k;
    const int a = root(g, c), b = root(g, image);
    g->same[RC_MAX(a, b)] = RC_MIN(a, b);
  }
}

/* Greedy, those that move most sites first: they leave the fewest configurations alone. */
static bool choose_involutions(const rc_lattice *l, involutions *g, rc_err *err) {
  *g = (involutions){.sites = l->sites};
  rc_group *all = rc_group_automorphisms(l, err);
  if (!all) return false;
  for (int moves = l->sites; moves > 0; moves--) {
    for (int64_t i = 0; all->element && i < all->order; i++) consider(g, all->element[i], moves);
    for (int i = 0; !all->element && i < all->generators; i++)
      consider(g, all->generator[i], moves);
  }
  for (int c = 0; c < CHARACTERS_MAX; c++) g->same[c] = c;
  for (int64_t i = 0; all->element && i < RC_MIN(all->order, 4000); i++) relate(g, all->element[i]);
  for (int i = 0; i < all->generators; i++) relate(g, all->generator[i]);
  rc_group_free(all);
  return true;
}

static uint32_t permuted(uint32_t config, const rc_perm p, int n) {
  uint32_t out = 0;
  for (int s = 0; s < n; s++) out |= (config >> s & 1u) << p[s];
  return out;
}

static uint32_t acted(const involutions *g, int element, uint32_t config) {
  for (int k = 0; k < g->n; k++) {
    if (!(element >> k & 1)) continue;
    config = g->flip && k == g->n - 1 ? ~config & ((1u << g->sites) - 1)
                                      : permuted(config, g->perm[k], g->sites);
  }
  return config;
}

/* ---- sectors ---------------------------------------------------------------------------------- */

static int find_config(const sector *s, uint32_t config) {
  int lo = 0, hi = s->n - 1;
  while (lo < hi) {
    const int mid = (lo + hi) / 2;
    if (s->config[mid] < config)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

static void sector_open(sector *s, const rc_lattice *l, const involutions *g, int up) {
  *s = (sector){.l = l, .g = g, .up = up};
  const uint32_t end = 1u << l->sites;
  for (uint32_t c = 0; c < end; c++) s->n += __builtin_popcount(c) == up;
  s->config = rc_alloc((size_t)s->n, sizeof *s->config);
  s->orbit = rc_alloc((size_t)s->n, sizeof *s->orbit);
  s->index = rc_alloc((size_t)s->n, sizeof *s->index);
  int n = 0;
  for (uint32_t c = 0; c < end; c++) {
    if (__builtin_popcount(c) == up) s->config[n++] = c;
  }
  const int order = 1 << g->n;
  for (int i = 0; i < s->n; i++) {
    orbit *o = &s->orbit[i];
    *o = (orbit){.representative = UINT32_MAX};
    int stabiliser = 0;
    for (int e = 0; e < order; e++) {
      const uint32_t c = acted(g, e, s->config[i]);
      stabiliser += c == s->config[i];
      if (c < o->representative) o->representative = c, o->element = (uint16_t)e;
    }
    o->size = (uint16_t)(order / stabiliser);
  }
}

static void sector_close(sector *s) {
  rc_free(s->config);
  rc_free(s->orbit);
  rc_free(s->index);
}

/* Numbers the representatives that do not vanish; returns how many there are. */
static int number(sector *s, int character) {
  const int order = 1 << s->g->n;
  int states = 0;
  for (int i = 0; i < s->n; i++) {
    s->index[i] = -1;
    if (s->orbit[i].representative != s->config[i]) continue;
    bool stays = true;
    for (int e = 0; e < order && stays; e++) {
      if (acted(s->g, e, s->config[i]) == s->config[i]) stays = sign_of(e, character) == 1;
    }
    if (stays) s->index[i] = states++;
  }
  return states;
}

/* ---- blocks ----------------------------------------------------------------------------------- */

static double strength(const rc_bond *b) {
  return b->mult * b->factor;
}

/* Flips of one class out of all representatives; entries may be NULL: they are counted then.
 * <b|H|a> = sqrt(orbit of a / orbit of b) sum over d in the orbit of b of sign <d|H|a>. */
static int64_t flips(const sector *s, int cls, int character, hs_entry *entry) {
  int64_t n = 0;
  for (int i = 0; i < s->n; i++) {
    if (s->index[i] < 0) continue;
    for (int k = 0; k < s->l->bonds; k++) {
      const rc_bond *b = &s->l->bond[k];
      const uint32_t pair = 1u << b->i | 1u << b->j, in = s->config[i] & pair;
      if (b->cls != cls || in == 0 || in == pair) continue;
      const int to = find_config(s, s->config[i] ^ pair);
      const orbit *o = &s->orbit[to];
      const int at = find_config(s, o->representative), row = s->index[at];
      /* the upper triangle: the other half has the same entries mirrored */
      if (row < 0 || row > s->index[i]) continue;
      if (entry) {
        const double norm = sqrt((double)s->orbit[i].size / s->orbit[at].size);
        entry[n] = (hs_entry){.row = row,
                              .column = s->index[i],
                              .value = 0.5 * strength(b) * norm * sign_of(o->element, character)};
      }
      n++;
    }
  }
  return n;
}

static void diagonal(const sector *s, hs_block *b, int classes) {
  b->zz = rc_alloc((size_t)classes * (size_t)b->states, sizeof *b->zz);
  for (int i = 0; i < s->n; i++) {
    if (s->index[i] < 0) continue;
    for (int k = 0; k < s->l->bonds; k++) {
      const rc_bond *e = &s->l->bond[k];
      const bool same = (s->config[i] >> e->i & 1) == (s->config[i] >> e->j & 1);
      b->zz[e->cls * b->states + s->index[i]] += (same ? 0.25 : -0.25) * strength(e);
    }
  }
}

static void add_block(hs_magnet *h, sector *s, int character, int copies) {
  const int states = number(s, character);
  if (states == 0) return;
  h->block = rc_realloc(h->block, (size_t)h->blocks + 1, sizeof *h->block);
  hs_block *b = &h->block[h->blocks++];
  *b = (hs_block){.sz2 = 2 * s->up - h->sites,
                  .states = states,
                  .first = h->levels,
                  .copies = copies * (2 * s->up == h->sites ? 1 : 2)};
  b->from = rc_alloc((size_t)h->classes + 1, sizeof *b->from);
  for (int k = 0; k < h->classes; k++) b->from[k + 1] = b->from[k] + flips(s, k, character, NULL);
  b->entry = rc_alloc((size_t)b->from[h->classes] + 1, sizeof *b->entry);
  for (int k = 0; k < h->classes; k++) flips(s, k, character, b->entry + b->from[k]);
  diagonal(s, b, h->classes);
  h->levels += states;
  h->largest = RC_MAX(h->largest, states);
}

static double binomial(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
  return c;
}

/* The largest sector over the order of its group: a lower bound of the largest block. */
static bool fits(const rc_lattice *l, const involutions *g, int largest, rc_err *err) {
  const int n = l->sites, order = 1 << g->n;
  double least = binomial(n, (n + 1) / 2) / order;
  if (n % 2 == 0) least = fmax(least / 2, binomial(n, n / 2 + 1) / order);
  if (least <= largest) return true;
  return rc_err_set(err, RC_ERR_INPUT,
                    "all levels of %d sites with this little symmetry need blocks of %.0f states: "
                    "take a smaller cluster, or raise 'largest' (now %d) and wait longer",
                    n, least, largest);
}

static void finish(hs_magnet *h) {
  const size_t n = (size_t)h->levels, d = (size_t)h->largest;
  h->energy = rc_alloc(n, sizeof *h->energy);
  h->spin2 = rc_alloc(n, sizeof *h->spin2);
  h->weight = rc_alloc(n, sizeof *h->weight);
  h->slope = rc_alloc(n * ((size_t)h->classes + 1), sizeof *h->slope);
  h->matrix = rc_alloc(d * d, sizeof *h->matrix);
  h->work = rc_alloc(d * d, sizeof *h->work);
  for (int k = 0; k < h->blocks; k++) {
    const hs_block *b = &h->block[k];
    for (int i = b->first; i < b->first + b->states; i++) {
      h->spin2[i] = b->sz2 * b->sz2 / 4.0;
      h->weight[i] = b->copies;
    }
  }
}

hs_magnet *hs_new(const rc_lattice *l, int largest, rc_err *err) {
  if (l->sites > HS_SITES_MAX) {
    rc_err_set(err, RC_ERR_INPUT, "all levels are needed: at most %d sites, not %d", HS_SITES_MAX,
               l->sites);
    return NULL;
  }
  involutions g;
  if (!choose_involutions(l, &g, err) || !fits(l, &g, largest, err)) return NULL;
  int copies[CHARACTERS_MAX] = {0};
  for (int c = 0; c < 1 << g.n; c++) copies[root(&g, c)]++;
  hs_magnet *h = rc_alloc(1, sizeof *h);
  h->sites = l->sites, h->classes = l->classes, h->involutions = g.n;
  for (int up = (l->sites + 1) / 2; up <= l->sites; up++) {
    involutions mine = g;
    if (2 * up == l->sites) mine.flip = true, mine.n++;
    sector s;
    sector_open(&s, l, &mine, up);
    for (int c = 0; c < 1 << mine.n; c++) {
      /* the spin flip, the last bit, commutes with all others */
      const int spatial = c & ((1 << g.n) - 1);
      if (root(&g, spatial) == spatial) add_block(h, &s, c, copies[spatial]);
    }
    sector_close(&s);
  }
  finish(h);
  return h;
}

void hs_free(hs_magnet *h) {
  if (!h) return;
  for (int k = 0; k < h->blocks; k++) {
    rc_free(h->block[k].from);
    rc_free(h->block[k].entry);
    rc_free(h->block[k].zz);
  }
  rc_free(h->block);
  rc_free(h->energy);
  rc_free(h->slope);
  rc_free(h->spin2);
  rc_free(h->weight);
  rc_free(h->matrix);
  rc_free(h->work);
  rc_free(h);
}
