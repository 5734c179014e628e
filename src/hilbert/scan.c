/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lowest level of every sector: where is the ground state? In bounded pieces. */
#include "hilbert/orbits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rc_scan {
  const rc_lattice *lattice;
  rc_hamiltonian *h;
  uint64_t limit, seed;
  int threads;
  int rows, total, left_out;
  rc_scan_row *row;
  /* of the row that is being solved */
  rc_basis_builder *builder;
  rc_basis *basis;
  rc_matrix *matrix;
  bool built;
  rc_eigen *eigen;
};

static void add(rc_scan *s, const rc_sector *sector, const char *name) {
  s->row = rc_realloc(s->row, (size_t)s->total + 1, sizeof *s->row);
  rc_scan_row *r = &s->row[s->total++];
  *r = (rc_scan_row){.sector = *sector, .energy = NAN};
  snprintf(r->name, sizeof r->name, "%.63s", name);
}

/* With both parities where the Hamiltonian has spin inversion, else as it is. */
static void add_parities(rc_scan *s, rc_sector sector, const char *name) {
  if (sector.all || sector.sz2 != 0 || s->h->field != 0) {
    add(s, &sector, name);
    return;
  }
  for (int parity = 1; parity >= -1; parity -= 2) {
    rc_str full = {0};
    sector.inversion = parity;
    rc_str_addf(&full, "%s, inversion %s", name, parity > 0 ? "+1" : "-1");
    add(s, &sector, rc_str_c(&full));
    rc_str_free(&full);
  }
}

/* All real momenta: k = half / 2 in units of the reciprocal vectors, m = T k whole numbers. */
static void add_momenta(rc_scan *s, rc_sector sector) {
  const rc_lattice *l = s->lattice;
  sector.symmetry = RC_SYM_TRANSLATION;
  for (int bits = 0; bits < 1 << l->dim; bits++) {
    bool whole = true;
    rc_str name = {0};
    rc_str_add(&name, "k = (");
    for (int i = 0; i < l->dim; i++) {
      int twice = 0;
      for (int j = 0; j < l->dim; j++) twice += l->torus[i][j] * (bits >> j & 1);
      whole = whole && twice % 2 == 0;
      sector.momentum[i] = twice / 2;
      rc_str_addf(&name, "%s%s", i ? ", " : "", bits >> i & 1 ? "pi" : "0");
    }
    rc_str_add(&name, ")");
    sector.has_momentum = true;
    sector.components = l->dim;
    if (whole) add_parities(s, sector, rc_str_c(&name));
    rc_str_free(&name);
  }
}

/* All real characters of the full group, one sign per generator. */
static bool add_characters(rc_scan *s, rc_sector sector, rc_err *err) {
  rc_group *g = rc_group_automorphisms(s->lattice, err);
  if (!g) return false;
  bool ok = g->element != NULL && g->generators <= 32;
  rc_characters *c = NULL;
  if (ok)
    c = rc_characters_new(g->sites, g->order, (const rc_perm *)g->element, g->generators,
                          (const rc_perm *)g->generator, err);
  if (c) {
    sector.symmetry = RC_SYM_FULL;
    sector.has_momentum = false;
    for (uint32_t k = 0; k < UINT32_C(1) << RC_MIN(c->count_log2, 6); k++) {
      const uint32_t mask = rc_characters_mask(c, k);
      char name[48] = "full";
      sector.characters = g->generators;
      for (int i = 0; i < g->generators; i++) {
        sector.character[i] = mask >> i & 1 ? -1 : 1;
        const size_t at = strlen(name);
        snprintf(name + at, sizeof name - at, "%s%c", i ? "" : " ", mask >> i & 1 ? '-' : '+');
      }
      add_parities(s, sector, name);
    }
    rc_characters_free(c);
  }
  rc_group_free(g);
  return ok ? c != NULL : true; /* a group too large to list has its translations only */
}

/* The other Sz, plain: with spin inversion symmetry one sign is enough, in a field its own. */
static void add_magnetisations(rc_scan *s, const rc_sector *around) {
  const int sites = s->lattice->sites, sign = s->h->field < 0 ? -1 : 1;
  if (around->all) return;
  for (int sz2 = sites % 2; sz2 <= sites; sz2 += 2) {
    if (sz2 == abs(around->sz2) && (s->h->field == 0 || sign * sz2 == around->sz2)) continue;
    char name[32];
    snprintf(name, sizeof name, sz2 % 2 ? "Sz = %d/2" : "Sz = %d",
             sign * (sz2 % 2 ? sz2 : sz2 / 2));
    add(s, &(rc_sector){.sz2 = sign * sz2}, name);
  }
}

rc_scan *rc_scan_new(const rc_lattice *l, const rc_hamiltonian *h, const rc_sector *around,
                     uint64_t limit, uint64_t seed, int threads, rc_err *err) {
  rc_scan *s = rc_alloc(1, sizeof *s);
  *s = (rc_scan){
      .lattice = l, .h = rc_hamiltonian_copy(h), .limit = limit, .seed = seed, .threads = threads};
  rc_sector base = {.all = around->all, .sz2 = around->sz2};
  add(s, &base, "no symmetry");
  if (l->periodic && l->translations > 1 && around->symmetry != RC_SYM_FULL)
    add_momenta(s, base);
  else if (!add_characters(s, base, err))
    goto fail;
  add_magnetisations(s, around);
  return s;
fail:
  rc_scan_free(s);
  return NULL;
}

/* ---- plan --------------------------------------------------------------------------------------- */

/* Bytes of one sector, 0 when it does not fit or is empty. A representative has about as many flips
 * as a configuration has on average. */
static uint64_t sector_bytes(const rc_scan *s, const rc_sector *sector) {
  const int sites = s->lattice->sites, up = sector->all ? -1 : (sites + sector->sz2) / 2;
  const uint64_t all = rc_plain_states(sites, up), pairs = (uint64_t)s->h->pairs;
  const bool plain = sector->symmetry == RC_SYM_NONE && !sector->inversion;
  rc_basis b = {.sector = *sector, .sites = sites, .up = up, .states = all};
  rc_orbits orbits = {0};
  uint64_t held = rc_plain_bytes(sites, up);
  if (!plain) {
    orbits.g = rc_symmetries_new(s->lattice, sector, NULL);
    if (!orbits.g) return 0;
    b.orbits = &orbits;
    b.states = rc_symmetries_states(orbits.g, up);
    held = rc_orbits_bytes(orbits.g, up);
  }
  const double flips =
      up < 0 ? .5 * (double)pairs
             : 2. * (double)pairs * up * (sites - up) / RC_MAX(1., (double)sites * (sites - 1));
  rc_matrix_plan plan = {0};
  const bool room = !s->limit || held < s->limit;
  const bool fits =
      b.states > 0 && b.states < UINT64_MAX / 4096 && room &&
      rc_matrix_plan_pick(&b, s->h, (uint64_t)(flips * (double)b.states),
                          s->limit ? s->limit - held : 0, RC_MATRIX_AUTO, &plan, NULL);
  rc_symmetries_free(orbits.g);
  return fits ? held + plan.bytes + plan.bytes_work : 0;
}

uint64_t rc_scan_plan(const rc_scan *s) {
  uint64_t most = 0;
  for (int i = s->rows; i < s->total; i++) most = RC_MAX(most, sector_bytes(s, &s->row[i].sector));
  return most;
}

/* ---- work --------------------------------------------------------------------------------------- */

static void drop_work(rc_scan *s) {
  rc_eigen_free(s->eigen);
  rc_matrix_free(s->matrix);
  rc_basis_free(s->basis);
  rc_basis_builder_free(s->builder);
  s->eigen = NULL;
  s->matrix = NULL;
  s->basis = NULL;
  s->builder = NULL;
  s->built = false;
}

/* A piece of the basis of row r; *empty when the search has ended and found nothing. */
static bool grow_basis(rc_scan *s, rc_scan_row *r, bool *empty, rc_err *err) {
  bool done = false;
  if (!s->builder)
    s->builder = rc_basis_builder_new(s->lattice, &r->sector, s->limit, s->threads, err);
  if (!s->builder) return false;
  if (!rc_basis_builder_step(s->builder, &done, err)) {
    *empty = done;
    return done;
  }
  if (!done) return true;
  s->basis = rc_basis_builder_take(s->builder);
  s->builder = NULL;
  r->states = rc_basis_states(s->basis);
  return true;
}

static bool begin_matrix(rc_scan *s, rc_err *err) {
  rc_matrix_plan plan;
  if (!rc_matrix_plan_within(s->basis, s->h, s->limit, rc_basis_bytes(s->basis), RC_MATRIX_AUTO,
                             &plan, err))
    return false;
  s->matrix = rc_matrix_new(s->basis, s->h, &plan, s->threads, err);
  return s->matrix != NULL;
}

/* A bounded piece of work on the lowest level of a sector; states 0 and energy nan when it is
 * empty. */
static bool solve(rc_scan *s, rc_scan_row *r, bool *done, rc_err *err) {
  enum { ROWS = 1 << 15 };
  if (!s->basis) return grow_basis(s, r, done, err);
  if (!s->matrix) return begin_matrix(s, err);
  if (!s->built) return rc_matrix_build(s->matrix, ROWS, &s->built, err);
  if (!s->eigen) {
    const rc_eigen_opts o = {.tolerance = 1e-10,
                             .iterations = 2000,
                             .levels = 0,
                             .seed = s->seed,
                             .threads = s->threads};
    s->eigen = rc_eigen_new(s->matrix, &o, err);
    return s->eigen != NULL;
  }
  if (!rc_eigen_step(s->eigen, done, err)) return false;
  if (*done) r->energy = rc_eigen_read(s->eigen).energy;
  return true;
}

static void mark_lowest(rc_scan *s) {
  double least = INFINITY;
  for (int i = 0; i < s->rows; i++) {
    if (s->row[i].energy < least) least = s->row[i].energy;
  }
  for (int i = 0; i < s->rows; i++)
    s->row[i].lowest = s->row[i].energy <= least + 1e-9 * rc_hamiltonian_scale(s->h);
}

bool rc_scan_step(rc_scan *s, bool *done, rc_err *err) {
  *done = s->rows >= s->total;
  if (*done) return true;
  rc_err own = {0};
  bool solved = false;
  if (!solve(s, &s->row[s->rows], &solved, &own)) {
    drop_work(s);
    if (own.code != RC_ERR_MEMORY) {
      if (err) *err = own;
      return false;
    }
    /* this one does not fit: those of higher symmetry, and of larger |Sz|, may */
    s->left_out++;
    s->total--;
    memmove(s->row + s->rows, s->row + s->rows + 1, (size_t)(s->total - s->rows) * sizeof *s->row);
    *done = s->rows >= s->total;
    return true;
  }
  if (!solved) return true;
  drop_work(s);
  s->rows++;
  mark_lowest(s);
  *done = s->rows >= s->total;
  return true;
}

int rc_scan_rows(const rc_scan *s, const rc_scan_row **rows) {
  *rows = s->row;
  return s->rows;
}

int rc_scan_total(const rc_scan *s) {
  return s->total;
}

int rc_scan_left_out(const rc_scan *s) {
  return s->left_out;
}

void rc_scan_free(rc_scan *s) {
  if (!s) return;
  drop_work(s);
  rc_hamiltonian_free(s->h);
  rc_free(s->row);
  rc_free(s);
}
