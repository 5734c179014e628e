/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the Hilbert graph back to the lattice: which bonds do the frustrated edges flip? */
#include "study/cut_study.h"

#include <math.h>

typedef struct pair_sums { /* of the edges that flip a pair of sites */
  double weight, frustrated, coupling;
  rc_cut_edge worst;
} pair_sums;

static pair_sums *pair_of(pair_sums *all, int sites, int i, int j) {
  return &all[(size_t)RC_MIN(i, j) * (size_t)sites + (size_t)RC_MAX(i, j)];
}

static double strength(const rc_scenario *sc, const rc_bond *b) {
  return fabs(sc->model.J[b->cls] * b->mult * b->factor);
}

/* Adds up the edges, each an exchange on one pair of sites. */
static void add_edges(const cut *s, pair_sums *all, int sites) {
  const rc_cut_graph *g = cut_graph(s);
  const rc_basis *basis = rc_share_get(s->basis);
  const uint8_t *side = rc_share_get(s->best_side);
  uint64_t *config = rc_alloc((size_t)g->n + 1, sizeof *config);
  for (int v = 0; v < g->n; v++) config[v] = rc_basis_config(basis, (uint64_t)v);
  for (int64_t e = 0; e < g->m; e++) {
    const uint64_t flip = config[g->u[e]] ^ config[g->v[e]];
    if (__builtin_popcountll(flip) != 2) continue;
    pair_sums *p = pair_of(all, sites, __builtin_ctzll(flip), 63 - __builtin_clzll(flip));
    const double w = fabs(g->w[e]);
    p->weight += w;
    if ((side[g->u[e]] != side[g->v[e]]) == (g->w[e] > 0)) continue;
    p->frustrated += w;
    if (p->worst.edge < 0 || w > fabs(p->worst.weight))
      p->worst = (rc_cut_edge){(int)e, g->u[e], g->v[e], g->w[e]};
  }
  rc_free(config);
}

void cut_list_bonds(cut *s) {
  rc_share_drop(s->flips);
  s->flips = NULL;
  if (cut_from_file(s) || !s->basis || rc_basis_symmetric(rc_share_get(s->basis))) return;
  const rc_lattice *l = rc_share_get(s->lattice);
  const rc_scenario *sc = s->env.scenario;
  const size_t pairs = (size_t)l->sites * (size_t)l->sites;
  pair_sums *all = rc_alloc(pairs + 1, sizeof *all);
  for (size_t k = 0; k < pairs; k++) all[k].worst.edge = -1;
  add_edges(s, all, l->sites);
  for (int b = 0; b < l->bonds; b++)
    pair_of(all, l->sites, l->bond[b].i, l->bond[b].j)->coupling += strength(sc, &l->bond[b]);
  rc_cut_flips *flips = rc_alloc((size_t)l->bonds + 1, sizeof *flips);
  for (int b = 0; b < l->bonds; b++) { /* bonds of two classes on one pair share its edges */
    const pair_sums *p = pair_of(all, l->sites, l->bond[b].i, l->bond[b].j);
    const double share = p->coupling > 0 ? strength(sc, &l->bond[b]) / p->coupling : 0;
    flips[b] = (rc_cut_flips){p->weight * share, p->frustrated * share, p->worst};
  }
  rc_free(all);
  s->flips = rc_share_new(flips, rc_free);
}
