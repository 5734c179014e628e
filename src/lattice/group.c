/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Permutation groups of the sites: automorphisms, translations, orbits. */
#include "lattice/room.h"

#include <stdlib.h>
#include <string.h>

static void perm_identity(rc_perm p) {
  for (int s = 0; s < RC_SITES_MAX; s++) p[s] = (uint8_t)s;
}

/* A set of permutations in order of arrival, with open addressing to find one again. */
typedef struct bag {
  int sites;
  int64_t count, room;
  rc_perm *element;
  int32_t *slot; /* index + 1, 0 when free */
  uint64_t mask;
} bag;

static uint64_t perm_hash(const rc_perm p, int sites) {
  uint64_t h = 0xcbf29ce484222325u; /* FNV-1a, then mixed down */
  for (int s = 0; s < sites; s++) h = (h ^ p[s]) * 0x100000001b3u;
  return h ^ h >> 29;
}

static bool bag_add(bag *b, const rc_perm p) {
  uint64_t at = perm_hash(p, b->sites) & b->mask;
  for (; b->slot[at]; at = (at + 1) & b->mask)
    if (!memcmp(b->element[b->slot[at] - 1], p, (size_t)b->sites)) return false;
  memcpy(b->element[b->count], p, sizeof(rc_perm));
  b->slot[at] = (int32_t)++b->count;
  return true;
}

/* Lists the group that the generators span, breadth first from the identity. */
static void group_list(rc_group *g) {
  bag b = {.sites = g->sites, .room = g->order, .mask = 1};
  while ((int64_t)b.mask < 2 * b.room) b.mask *= 2;
  b.slot = rc_alloc(b.mask, sizeof *b.slot);
  b.mask--;
  b.element = rc_alloc((size_t)b.room, sizeof *b.element);
  rc_perm p;
  perm_identity(p);
  bag_add(&b, p);
  for (int64_t k = 0; k < b.count; k++)
    for (int n = 0; n < g->generators && b.count < b.room; n++) {
      for (int s = 0; s < g->sites; s++) p[s] = g->generator[n][b.element[k][s]];
      bag_add(&b, p);
    }
  g->element = b.element;
  rc_free(b.slot);
}

static rc_group *group_of(int sites, int edges, const rc_tint *edge, int colours) {
  rc_group *g = rc_alloc(1, sizeof *g);
  g->sites = sites;
  rc_nauty_group(sites, edges, edge, colours, &g->generators, &g->generator, &g->order,
                 &g->order_float);
  for (int n = 0; n < g->generators; n++) /* what lies beyond the sites stays put */
    for (int s = sites; s < RC_SITES_MAX; s++) g->generator[n][s] = (uint8_t)s;
  if (g->order < 0)
    g->order = INT64_MAX;
  else if (g->order <= RC_GROUP_LIST_MAX)
    group_list(g);
  return g;
}

/* What colours a bond; a pair of sites is coloured by the list of its bonds. */
static int bond_compare(const void *pa, const void *pb) {
  const rc_bond *a = pa, *b = pb;
  if (a->i != b->i) return a->i - b->i;
  if (a->j != b->j) return a->j - b->j;
  if (a->cls != b->cls) return a->cls - b->cls;
  if (a->mult != b->mult) return a->mult - b->mult;
  return (a->factor > b->factor) - (a->factor < b->factor);
}

static bool same_bonds(const rc_bond *a, const rc_bond *b, int count) {
  for (int n = 0; n < count; n++)
    if (a[n].cls != b[n].cls || a[n].mult != b[n].mult || a[n].factor != b[n].factor) return false;
  return true;
}

rc_group *rc_group_automorphisms(const rc_lattice *l, rc_err *err) {
  (void)err; /* small objects only: they cannot run out of memory with an error */
  rc_bond *bond = rc_alloc((size_t)l->bonds, sizeof *bond);
  rc_tint *tint = rc_alloc((size_t)l->bonds, sizeof *tint);
  int *start = rc_alloc((size_t)l->bonds + 1, sizeof *start), pairs = 0, colours = 0;
  memcpy(bond, l->bond, (size_t)l->bonds * sizeof *bond);
  qsort(bond, (size_t)l->bonds, sizeof *bond, bond_compare);
  for (int n = 0; n < l->bonds; n++)
    if (!n || bond[n].i != bond[n - 1].i || bond[n].j != bond[n - 1].j) start[pairs++] = n;
  start[pairs] = l->bonds;
  for (int p = 0; p < pairs; p++) {
    int count = start[p + 1] - start[p];
    tint[p] = (rc_tint){bond[start[p]].i, bond[start[p]].j, -1};
    for (int q = 0; q < p && tint[p].colour < 0; q++)
      if (start[q + 1] - start[q] == count && same_bonds(bond + start[q], bond + start[p], count))
        tint[p].colour = tint[q].colour;
    if (tint[p].colour < 0) tint[p].colour = colours++;
  }
  rc_group *g = group_of(l->sites, pairs, tint, colours);
  rc_free(bond);
  rc_free(tint);
  rc_free(start);
  return g;
}

rc_group *rc_group_automorphisms_at(const rc_lattice *l, const double *J, rc_err *err) {
  (void)err;
  rc_tint *tint = rc_alloc((size_t)l->bonds, sizeof *tint);
  double *colour = rc_alloc((size_t)l->bonds, sizeof *colour);
  int pairs = 0, colours = 0;
  double(*total)[RC_SITES_MAX] = rc_alloc(RC_SITES_MAX, sizeof *total);
  for (int n = 0; n < l->bonds; n++) {
    const rc_bond *b = &l->bond[n];
    total[b->i][b->j] += J[b->cls] * b->mult * b->factor;
  }
  for (int i = 0; i < l->sites; i++)
    for (int j = i + 1; j < l->sites; j++) {
      if (total[i][j] == 0) continue;
      int c = 0;
      while (c < colours && colour[c] != total[i][j]) c++;
      if (c == colours) colour[colours++] = total[i][j];
      tint[pairs++] = (rc_tint){i, j, c};
    }
  rc_group *g = group_of(l->sites, pairs, tint, colours);
  rc_free(tint);
  rc_free(colour);
  rc_free(total);
  return g;
}

rc_group *rc_group_translations(const rc_lattice *l, rc_err *err) {
  (void)err;
  rc_group *g = rc_alloc(1, sizeof *g);
  g->sites = l->sites;
  g->order = l->translations;
  g->order_float = (double)l->translations;
  g->element = rc_alloc((size_t)g->order, sizeof *g->element);
  for (int64_t t = 0; t < g->order; t++) {
    perm_identity(g->element[t]);
    memcpy(g->element[t], l->translation[t], (size_t)l->sites);
  }
  g->generator = rc_alloc(6, sizeof *g->generator);
  /* Takes translations that reach a new cell from cell 0, until all are reached. Each at least
   * doubles the number reached, so that 6 suffice for 64 cells. */
  uint64_t reached = 1; /* cells reached from cell 0 by the generators so far */
  int per = l->sites / (int)g->order;
  for (int64_t t = 1; t < g->order; t++) {
    if (reached >> (l->translation[t][0] / per) & 1) continue;
    memcpy(g->generator[g->generators++], g->element[t], sizeof(rc_perm));
    for (bool more = true; more;) {
      uint64_t before = reached;
      for (int n = 0; n < g->generators; n++)
        for (int64_t c = 0; c < g->order; c++)
          if (reached >> c & 1) reached |= 1ull << (g->generator[n][c * per] / per);
      more = reached != before;
    }
  }
  return g;
}

void rc_group_free(rc_group *g) {
  if (!g) return;
  rc_free(g->element);
  rc_free(g->generator);
  rc_free(g);
}

int rc_group_orbits(const rc_group *g, int *orbit) {
  int count = 0;
  for (int s = 0; s < g->sites; s++) orbit[s] = -1;
  for (int s = 0; s < g->sites; s++) {
    if (orbit[s] >= 0) continue;
    count++;
    orbit[s] = s;
    for (bool more = true; more;) { /* flood along the generators */
      more = false;
      for (int r = 0; r < g->sites; r++)
        for (int n = 0; n < g->generators && orbit[r] == s; n++)
          if (orbit[g->generator[n][r]] < 0) {
            orbit[g->generator[n][r]] = s;
            more = true;
          }
    }
  }
  return count;
}
