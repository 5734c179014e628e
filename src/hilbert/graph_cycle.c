/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shortest frustrated cycle: the smallest proof that no sign rule exists.
 *
 * Plain sectors, without search: a closed walk of the token graph moves tokens along closed walks
 * of the lattice (they may change places); its length and its sign are those of all of them
 * together, so one of them is frustrated and not longer. The other way round, j tokens on a
 * frustrated cycle of g sites (0 < j < g), each moved to where the next one was, come back to the
 * same configuration after exactly g flips, one per bond of the cycle. So the two lengths are
 * equal, and the lifted cycle, which is checked on the rows of the matrix, is a shortest one.
 *
 * Symmetric sectors: from every vertex a breadth-first tree with signs; an edge that contradicts
 * the tree closes a frustrated walk, and for a vertex on a shortest frustrated cycle one of that
 * length is among them. Bounded work; the length found is then an upper bound only. */
#include "hilbert/graph_internal.h"

static const uint64_t SEARCH_READS = 8000000;

/* Shortest frustrated cycle through any site; returns its length, 0 when there is none. */
static int lattice_cycle(const rc_pair_graph *g, int *cycle) {
  int best = 0;
  for (int s = 0; s < g->sites; s++) {
    int queue[RC_SITES_MAX], parent[RC_SITES_MAX], depth[RC_SITES_MAX], head = 0, tail = 0;
    int sign[RC_SITES_MAX];
    for (int t = 0; t < g->sites; t++) depth[t] = -1;
    queue[tail++] = s;
    depth[s] = sign[s] = 0;
    parent[s] = s;
    while (head < tail) {
      int u = queue[head++];
      for (uint64_t w = g->near[u]; w; w &= w - 1) {
        int v = __builtin_ctzll(w), wants = sign[u] ^ (int)(g->positive[u] >> v & 1);
        if (depth[v] < 0) {
          depth[v] = depth[u] + 1;
          sign[v] = wants;
          parent[v] = u;
          queue[tail++] = v;
        } else if (sign[v] != wants && (!best || depth[u] + depth[v] + 1 < best)) {
          /* when the two branches meet before s, a shorter one is found from there */
          int n = 0, back[RC_SITES_MAX], m = 0;
          best = depth[u] + depth[v] + 1;
          for (int x = u; x != s; x = parent[x]) cycle[n++] = x;
          cycle[n++] = s;
          for (int x = v; x != s; x = parent[x]) back[m++] = x;
          while (m) cycle[n++] = back[--m];
        }
      }
    }
  }
  return best;
}

/* Places j tokens on the cycle and the others beside it, and lists the configurations in order. */
static void lift(const int *ring, int length, int sites, int up, uint64_t *config) {
  uint64_t on_ring = 0, at = 0;
  int outside = sites - length, tokens = RC_MAX(1, up - outside), rest = up - tokens, step = 0;
  for (int i = 0; i < length; i++) on_ring |= 1ull << ring[i];
  for (int s = 0; s < sites && rest; s++) {
    if (on_ring >> s & 1) continue;
    at |= 1ull << s;
    rest--;
  }
  for (int i = 0; i < tokens; i++) at |= 1ull << ring[i];
  config[step++] = at;
  /* the first token runs to the end of the ring, the others follow by one, the first closes */
  for (int p = tokens - 1; p < length - 1; p++) {
    at ^= 1ull << ring[p] | 1ull << ring[p + 1];
    config[step++] = at;
  }
  for (int p = tokens - 2; p >= 0; p--) {
    at ^= 1ull << ring[p] | 1ull << ring[p + 1];
    config[step++] = at;
  }
}

/* A closed walk of the graph with an odd number of positive edges? Read from the matrix. */
static bool is_frustrated_walk(rc_graph_scan *g, const uint64_t *vertex, int length) {
  int positive = 0;
  for (int i = 0; i < length; i++) {
    uint32_t from = (uint32_t)vertex[i];
    uint64_t to = vertex[(i + 1) % length];
    bool found = false;
    rc_rows_read(&g->rows, &from, 1);
    for (int e = 0; e < g->rows.length[0]; e++) {
      if (RC_NEIGHBOUR_INDEX(g->rows.entry[e]) != to) continue;
      positive += RC_NEIGHBOUR_POSITIVE(g->rows.entry[e]);
      found = true;
    }
    if (!found) return false;
  }
  return positive % 2 == 1;
}

static bool lifted_cycle(rc_graph_scan *g, rc_err *err) {
  const rc_sector *sector = rc_basis_sector(g->basis);
  rc_graph_facts *f = &g->facts;
  int ring[2 * RC_SITES_MAX], sites = g->pairs.sites, length = lattice_cycle(&g->pairs, ring);
  int up = sector->all ? 1 : (sites + sector->sz2) / 2;
  if (!length)
    return rc_err_set(err, RC_ERR_INTERNAL, "a frustrated graph without a frustrated ring");
  uint64_t config[2 * RC_SITES_MAX];
  lift(ring, length, sites, up, config);
  f->cycle = rc_alloc((size_t)length, sizeof *f->cycle);
  bool real = true;
  for (int i = 0; i < length; i++) {
    int sign;
    f->cycle[i] = rc_basis_rank(g->basis, config[i], &sign);
    real = real && f->cycle[i] != RC_NONE;
  }
  if (!real || !is_frustrated_walk(g, f->cycle, length)) {
    rc_free(f->cycle);
    f->cycle = NULL;
    return rc_err_set(err, RC_ERR_INTERNAL, "the lifted cycle is not one of the Hilbert graph");
  }
  f->odd_cycle = length;
  f->odd_cycle_exact = true;
  return true;
}

/* The edge (u, w) contradicts the tree: the cycle through it, cut where the two branches meet, in
 * the order u .. meeting point .. w. */
static void keep_cycle(rc_graph_scan *g, uint32_t u, uint32_t w) {
  const rc_bfs *b = &g->bfs;
  uint32_t a = u, c = w;
  int up = 0, down = 0;
  while (a != c) {
    if (b->distance[a] >= b->distance[c])
      a = b->parent[a], up++;
    else
      c = b->parent[c], down++;
  }
  int length = up + down + 1;
  if (g->facts.odd_cycle && length >= g->facts.odd_cycle) return;
  rc_free(g->facts.cycle);
  g->facts.cycle = rc_alloc((size_t)length, sizeof *g->facts.cycle);
  uint64_t *cycle = g->facts.cycle;
  int n = 0;
  for (uint32_t x = u; n < up; x = b->parent[x]) cycle[n++] = x;
  cycle[n++] = a;
  n = length;
  for (uint32_t x = w; down > 0; x = b->parent[x], down--) cycle[--n] = x;
  g->facts.odd_cycle = length;
}

static bool too_deep(const rc_graph_scan *g, uint32_t v) {
  return g->facts.odd_cycle && 2 * g->bfs.distance[v] + 1 >= g->facts.odd_cycle;
}

static void cycle_row(rc_graph_scan *g, uint32_t u, const uint32_t *entry, int length) {
  rc_bfs *b = &g->bfs;
  for (int i = 0; i < length; i++) {
    uint32_t w = RC_NEIGHBOUR_INDEX(entry[i]);
    uint8_t wants = (uint8_t)(b->sign[u] ^ RC_NEIGHBOUR_POSITIVE(entry[i]));
    if (b->distance[w] == RC_BFS_FAR) {
      b->distance[w] = (uint16_t)(b->distance[u] + 1);
      b->sign[w] = wants;
      b->parent[w] = u;
      b->queue[b->tail++] = w;
    } else if (b->sign[w] != wants) {
      keep_cycle(g, u, w);
    }
  }
}

static bool search_begin(rc_graph_scan *g, rc_err *err) {
  rc_bfs *b = &g->bfs;
  b->distance = rc_big_alloc(g->n, sizeof *b->distance, "the distances of the graph scan", err);
  b->parent = rc_big_alloc(g->n, sizeof *b->parent, "the search tree of the graph scan", err);
  b->sign = rc_big_alloc(g->n, 1, "the signs of the graph scan", err);
  if (!b->distance || !b->parent || !b->sign) return false;
  for (uint32_t i = 0; i < g->n; i++) b->distance[i] = RC_BFS_FAR;
  return true;
}

static bool search_end(rc_graph_scan *g, bool exact) {
  rc_bfs *b = &g->bfs;
  rc_bfs_clear(b);
  rc_big_free(b->parent);
  rc_big_free(b->sign);
  b->parent = NULL;
  b->sign = NULL;
  g->facts.odd_cycle_exact = exact;
  g->facts.cycle_done = true;
  return true;
}

/* The shortest that can exist: 3, or 4 when every cycle is even. */
static bool cannot_be_shorter(const rc_graph_facts *f) {
  return f->odd_cycle && f->odd_cycle <= (f->bipartite ? 4 : 3);
}

static bool search_cycle(rc_graph_scan *g, uint64_t rows, rc_err *err) {
  rc_bfs *b = &g->bfs;
  if (!b->parent && !search_begin(g, err)) return false;
  while (rows) {
    if (!g->searching) {
      if (g->source == g->n || cannot_be_shorter(&g->facts)) return search_end(g, true);
      uint64_t most = g->rows.full ? 2 * (uint64_t)g->n : SEARCH_READS;
      if (g->cycle_reads > most && g->facts.odd_cycle) return search_end(g, false);
      rc_bfs_start(b, g->source);
      g->searching = true;
    }
    uint32_t ready = RC_MIN(b->tail - b->head, (uint32_t)RC_ROWS_BATCH), count = 0;
    while (count < ready && count < rows && !too_deep(g, b->queue[b->head + count])) count++;
    if (!count) {
      rc_bfs_clear(b);
      g->searching = false;
      g->source++;
      continue;
    }
    rc_rows_read(&g->rows, b->queue + b->head, (int)count);
    for (uint32_t i = 0; i < count; i++)
      cycle_row(g, b->queue[b->head + i], g->rows.entry + (size_t)i * (size_t)g->rows.cap,
                g->rows.length[i]);
    b->head += count;
    rows -= count;
    g->cycle_reads += count;
  }
  return false;
}

bool rc_scan_cycle(rc_graph_scan *g, uint64_t rows, rc_err *err) {
  if (g->facts.balanced) {
    g->facts.odd_cycle_exact = g->facts.cycle_done = true;
    return true;
  }
  if (!g->plain) return search_cycle(g, rows, err);
  if (!lifted_cycle(g, err)) return false;
  g->facts.cycle_done = true;
  return true;
}
