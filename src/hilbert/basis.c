/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The basis of a sector: checks of what the user asked for, the memory plan, and one face for
 * plain and symmetric sectors. */
#include "hilbert/impl.h"

#include <stdio.h>

/* Number of up spins, -1 for all sectors. Errors: INPUT. */
static bool sector_up(const rc_lattice *l, const rc_sector *s, int *up, rc_err *err) {
  *up = -1;
  if (s->inversion && (s->all || s->sz2 != 0))
    return rc_err_set(err, RC_ERR_INPUT, "inversion parity needs sz: 0%s",
                      l->sites % 2 ? ", and this lattice has an odd number of sites" : "");
  if (s->all) return true;
  if ((s->sz2 + l->sites) % 2 != 0) {
    bool odd = l->sites % 2;
    return rc_err_set(err, RC_ERR_INPUT,
                      "Sz = %d%s is impossible: %d spins have %s Sz; the nearest is %s",
                      odd ? s->sz2 / 2 : s->sz2, odd ? "" : "/2", l->sites,
                      odd ? "half-integer" : "integer", odd ? "1/2" : "0");
  }
  if (s->sz2 > l->sites || s->sz2 < -l->sites)
    return rc_err_set(err, RC_ERR_INPUT, "Sz = %g is impossible: %d spins reach at most %g",
                      0.5 * s->sz2, l->sites, 0.5 * l->sites);
  *up = (l->sites + s->sz2) / 2;
  return true;
}

static bool empty(const rc_sector *s, rc_err *err) {
  char sz[32] = "";
  if (!s->all)
    snprintf(sz, sizeof sz, s->sz2 % 2 ? " of Sz = %d/2" : " of Sz = %d",
             s->sz2 % 2 ? s->sz2 : s->sz2 / 2);
  return rc_err_set(err, RC_ERR_INPUT,
                    "no state%s has this momentum, character and inversion; leave one of them out, "
                    "or take another",
                    sz);
}

static bool sector_plain(const rc_sector *s) {
  return s->symmetry == RC_SYM_NONE && s->inversion == 0;
}

uint64_t rc_basis_plan(const rc_lattice *l, const rc_sector *s) {
  int up;
  if (!sector_up(l, s, &up, NULL)) return 0;
  if (sector_plain(s)) return rc_plain_bytes(l->sites, up);
  rc_symmetries *g = rc_symmetries_new(l, s, NULL);
  const uint64_t bytes = g ? rc_orbits_bytes(g, up) : 0; /* else rc_basis_new says why not */
  rc_symmetries_free(g);
  return bytes;
}

uint64_t rc_basis_bytes(const rc_basis *b) {
  return b->orbits ? rc_orbits_held(b->orbits) : rc_plain_bytes(b->sites, b->up);
}

struct rc_basis_builder {
  rc_basis *basis;
};

rc_basis_builder *rc_basis_builder_new(const rc_lattice *l, const rc_sector *s, uint64_t limit,
                                       int threads, rc_err *err) {
  int up;
  if (!sector_up(l, s, &up, err)) return NULL;
  rc_basis *b = rc_alloc(1, sizeof *b);
  bool good;
  *b = (rc_basis){.sector = *s, .sites = l->sites, .up = up};
  if (sector_plain(s)) {
    good = rc_plain_init(&b->plain, l->sites, up, err);
    b->states = b->plain.states;
  } else {
    rc_symmetries *g = rc_symmetries_new(l, s, err);
    if (g) b->orbits = rc_orbits_begin(g, up, RC_CODED_AUTO, limit, threads, err);
    good = b->orbits != NULL;
    if (!good) rc_symmetries_free(g);
  }
  if (!good) {
    rc_basis_free(b);
    return NULL;
  }
  rc_basis_builder *r = rc_alloc(1, sizeof *r);
  r->basis = b;
  return r;
}

bool rc_basis_builder_step(rc_basis_builder *r, bool *done, rc_err *err) {
  rc_basis *b = r->basis;
  *done = b->orbits == NULL || b->states > 0;
  if (*done) return true;
  if (!rc_orbits_step(b->orbits, done, err)) return false;
  if (*done) b->states = rc_orbits_states(b->orbits);
  if (!*done || b->states > 0) return true;
  return empty(&b->sector, err);
}

rc_basis *rc_basis_builder_take(rc_basis_builder *r) {
  rc_basis *b = r->basis;
  rc_free(r);
  return b;
}

void rc_basis_builder_free(rc_basis_builder *r) {
  if (!r) return;
  rc_basis_free(r->basis);
  rc_free(r);
}

rc_basis *rc_basis_new(const rc_lattice *l, const rc_sector *s, uint64_t limit, int threads,
                       rc_err *err) {
  bool done = false;
  rc_basis_builder *r = rc_basis_builder_new(l, s, limit, threads, err);
  while (r && !done) {
    if (rc_basis_builder_step(r, &done, err)) continue;
    rc_basis_builder_free(r);
    return NULL;
  }
  return r ? rc_basis_builder_take(r) : NULL;
}

uint64_t rc_sector_states(const rc_lattice *l, const rc_sector *s) {
  int up;
  if (!sector_up(l, s, &up, NULL)) return 0;
  rc_symmetries *g = rc_symmetries_new(l, s, NULL);
  const uint64_t states = g ? rc_symmetries_states(g, up) : 0;
  rc_symmetries_free(g);
  return states;
}

bool rc_sector_check(const rc_lattice *l, const rc_sector *s, rc_err *err) {
  int up;
  if (!sector_up(l, s, &up, err)) return false;
  if (sector_plain(s)) return true;
  rc_symmetries *g = rc_symmetries_new(l, s, err);
  const bool good = g && (rc_symmetries_states(g, up) > 0 || empty(s, err));
  rc_symmetries_free(g);
  return good;
}

void rc_basis_free(rc_basis *b) {
  if (!b) return;
  rc_orbits_free(b->orbits);
  rc_plain_clear(&b->plain);
  rc_free(b);
}

uint64_t rc_basis_states(const rc_basis *b) {
  return b->states;
}
int rc_basis_sites(const rc_basis *b) {
  return b->sites;
}
const rc_sector *rc_basis_sector(const rc_basis *b) {
  return &b->sector;
}
bool rc_basis_symmetric(const rc_basis *b) {
  return b->orbits != NULL;
}

uint64_t rc_basis_config(const rc_basis *b, uint64_t index) {
  return b->orbits ? rc_orbits_config(b->orbits, index) : rc_plain_config(&b->plain, index);
}

uint64_t rc_basis_rank(const rc_basis *b, uint64_t config, int *sign) {
  if (sign) *sign = 0;
  if (config & ~rc_sites_mask(b->sites)) return RC_NONE;
  if (b->up >= 0 && __builtin_popcountll(config) != b->up) return RC_NONE;
  if (b->orbits) return rc_orbits_rank(b->orbits, config, sign);
  if (sign) *sign = 1;
  return rc_plain_rank(&b->plain, config);
}

int64_t rc_basis_orbit(const rc_basis *b, uint64_t index) {
  return b->orbits ? rc_orbits_size(b->orbits, index) : 1;
}

int64_t rc_basis_group_order(const rc_basis *b) {
  return b->orbits ? rc_orbits_order(b->orbits) : 1;
}

void rc_sector_describe(const rc_sector *s, rc_str *out) {
  if (s->all)
    rc_str_add(out, "all Sz");
  else if (s->sz2 % 2 == 0)
    rc_str_addf(out, "Sz=%d", s->sz2 / 2);
  else
    rc_str_addf(out, "Sz=%d/2", s->sz2);
  const int components = s->components ? s->components : 3;
  for (int k = 0; s->has_momentum && k < components; k++)
    rc_str_addf(out, "%s%d%s", k ? "," : " k=(", s->momentum[k], k + 1 < components ? "" : ")");
  if (s->symmetry == RC_SYM_TRANSLATION) rc_str_add(out, " translation");
  if (s->symmetry == RC_SYM_FULL) rc_str_add(out, " full");
  if (s->characters > 0) {
    rc_str_add(out, " (");
    for (int k = 0; k < s->characters; k++) rc_str_addc(out, s->character[k] < 0 ? '-' : '+');
    rc_str_addc(out, ')');
  }
  if (s->inversion) rc_str_addf(out, " + inversion %+d", s->inversion);
}
