/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lattice as a graph: components, two-colourings, triangles. */
#include "lattice/room.h"

#include <string.h>

void rc_bits_join(rc_bits *g, int i, int j) {
  g->adj[i] |= 1ull << j;
  g->adj[j] |= 1ull << i;
}

void rc_bits_of(const rc_lattice *l, const double *J, rc_bits *g) {
  memset(g, 0, sizeof *g);
  g->n = l->sites;
  for (int b = 0; b < l->bonds; b++)
    if (!J || J[l->bond[b].cls] != 0) rc_bits_join(g, l->bond[b].i, l->bond[b].j);
}

int rc_bits_edges(const rc_bits *g) {
  int degrees = 0;
  for (int s = 0; s < g->n; s++) degrees += __builtin_popcountll(g->adj[s]);
  return degrees / 2;
}

bool rc_bits_isomorphic(const rc_bits *a, const rc_bits *b) {
  if (a->n != b->n || rc_bits_edges(a) != rc_bits_edges(b)) return false;
  int counts[RC_SITES_MAX] = {0}; /* of vertices by degree: cheap and tells most graphs apart */
  for (int s = 0; s < a->n; s++) {
    counts[__builtin_popcountll(a->adj[s])]++;
    counts[__builtin_popcountll(b->adj[s])]--;
  }
  for (int d = 0; d < RC_SITES_MAX; d++)
    if (counts[d]) return false;
  rc_bits ca, cb;
  rc_nauty_canon(a, &ca);
  rc_nauty_canon(b, &cb);
  return !memcmp(ca.adj, cb.adj, (size_t)a->n * sizeof ca.adj[0]);
}

bool rc_lattice_isomorphic_with(const rc_lattice *a, const double *Ja, const rc_lattice *b,
                                const double *Jb) {
  rc_bits ga, gb;
  rc_bits_of(a, Ja, &ga);
  rc_bits_of(b, Jb, &gb);
  return rc_bits_isomorphic(&ga, &gb);
}

bool rc_lattice_isomorphic(const rc_lattice *a, const rc_lattice *b) {
  return rc_lattice_isomorphic_with(a, a->class_default, b, b->class_default);
}

typedef struct tree { /* breadth-first tree from one site */
  int distance[RC_SITES_MAX], parent[RC_SITES_MAX];
} tree;

static void grow(const rc_bits *g, int root, tree *t) {
  int queue[RC_SITES_MAX], head = 0, tail = 0;
  for (int s = 0; s < g->n; s++) t->distance[s] = t->parent[s] = -1;
  t->distance[root] = 0;
  queue[tail++] = root;
  while (head < tail) {
    int s = queue[head++];
    for (uint64_t rest = g->adj[s]; rest; rest &= rest - 1) {
      int r = __builtin_ctzll(rest);
      if (t->distance[r] >= 0) continue;
      t->distance[r] = t->distance[s] + 1;
      t->parent[r] = s;
      queue[tail++] = r;
    }
  }
}

int rc_lattice_components(const rc_lattice *l, const double *J) {
  rc_bits g;
  tree t;
  uint64_t seen = 0;
  int parts = 0;
  rc_bits_of(l, J, &g);
  for (int s = 0; s < g.n; s++) {
    if (seen >> s & 1) continue;
    parts++;
    grow(&g, s, &t);
    for (int r = 0; r < g.n; r++)
      if (t.distance[r] >= 0) seen |= 1ull << r;
  }
  return parts;
}

/* The walk x .. root .. y of the tree, closed by the edge y - x. */
static int close_cycle(const tree *t, int x, int y, int *cycle) {
  int n = 0, back[RC_SITES_MAX], m = 0;
  for (int s = x; s >= 0; s = t->parent[s]) cycle[n++] = s;
  for (int s = y; t->parent[s] >= 0; s = t->parent[s]) back[m++] = s;
  while (m) cycle[n++] = back[--m];
  return n;
}

bool rc_lattice_bipartite(const rc_lattice *l, const double *J, int *colour, int *cycle,
                          int *length) {
  rc_bits g;
  tree t;
  int best = 0, found[2 * RC_SITES_MAX];
  uint64_t seen = 0;
  rc_bits_of(l, J, &g);
  for (int root = 0; root < g.n; root++) {
    grow(&g, root, &t);
    bool first = !(seen >> root & 1); /* the lowest site of its component has colour 0 */
    for (int s = 0; s < g.n; s++) {
      if (t.distance[s] < 0) continue;
      if (first) seen |= 1ull << s;
      if (first && colour) colour[s] = t.distance[s] & 1;
      /* an edge between equal distances closes an odd walk; the shortest over all roots is a
       * cycle, because two paths that met before the root would close a shorter one */
      for (int r = 0; r < s; r++) {
        if (!(g.adj[s] >> r & 1) || t.distance[r] != t.distance[s]) continue;
        if (best && 2 * t.distance[s] + 1 >= best) continue;
        best = close_cycle(&t, s, r, found);
      }
    }
  }
  if (length) *length = best;
  if (cycle && best) memcpy(cycle, found, (size_t)best * sizeof *cycle);
  return best == 0;
}

int64_t rc_lattice_triangles(const rc_lattice *l, const double *J) {
  rc_bits g;
  int64_t thrice = 0;
  rc_bits_of(l, J, &g);
  for (int i = 0; i < g.n; i++)
    for (int j = 0; j < i; j++)
      if (g.adj[i] >> j & 1) thrice += __builtin_popcountll(g.adj[i] & g.adj[j]);
  return thrice / 3;
}
