/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The diameter. Plain sectors of a connected lattice: the transport bound from above; the structure
 * pass then begins at the configuration that attains it and its depth is the bound from below,
 * read from the rows; exact when they meet. Else: searches that narrow lower and upper bounds on
 * every eccentricity (Takes, Kosters, Determining the diameter of small world networks, CIKM 2011),
 * exact when no vertex is left that could lie farther; a lower bound when the work is used up
 * (soon where rows are dear: symmetric and too many to be kept). */
#include "hilbert/graph_internal.h"

enum { BEGIN, PICK, SEARCH };
static const double TRANSPORT_PAIRS = 4e7;
static const double SEARCH_ENTRIES = 4e8;

static bool distances(rc_graph_scan *g, rc_err *err) {
  rc_bfs *b = &g->bfs;
  if (b->distance) return true;
  b->distance = rc_big_alloc(g->n, sizeof *b->distance, "the distances of the graph scan", err);
  if (!b->distance) return false;
  for (uint32_t i = 0; i < g->n; i++) b->distance[i] = RC_BFS_FAR;
  return true;
}

/* Goes on with the search; true when everything in reach was read. */
static bool search_on(rc_graph_scan *g, uint64_t *rows) {
  rc_bfs *b = &g->bfs;
  while (*rows && b->head < b->tail) {
    int count = (int)RC_MIN(*rows, (uint64_t)RC_MIN((uint32_t)RC_ROWS_BATCH, b->tail - b->head));
    const uint32_t *batch = b->queue + b->head;
    rc_rows_read(&g->rows, batch, count);
    for (int i = 0; i < count; i++) {
      const uint32_t *entry = g->rows.entry + (size_t)i * (size_t)g->rows.cap;
      uint16_t next = (uint16_t)(b->distance[batch[i]] + 1);
      for (int e = 0; e < g->rows.length[i]; e++) {
        uint32_t w = RC_NEIGHBOUR_INDEX(entry[e]);
        if (b->distance[w] != RC_BFS_FAR) continue;
        b->distance[w] = next;
        b->queue[b->tail++] = w;
      }
    }
    b->head += (uint32_t)count;
    g->diameter_reads += (uint64_t)count;
    *rows -= (uint64_t)count;
  }
  return b->head == b->tail;
}

static int eccentricity(const rc_graph_scan *g) {
  return g->bfs.distance[g->bfs.queue[g->bfs.tail - 1]];
}

static bool finish(rc_graph_scan *g, bool exact) {
  rc_big_free(g->bfs.distance);
  rc_big_free(g->low);
  rc_big_free(g->high);
  g->bfs.distance = NULL;
  g->low = g->high = NULL;
  g->bfs.head = g->bfs.tail = 0;
  g->facts.diameter_exact = exact;
  g->facts.diameter_done = true;
  return true;
}

/* Tokens of the largest component: all Sz contains half filling. */
static int up_spins(const rc_basis *b) {
  const rc_sector *sector = rc_basis_sector(b);
  const int sites = rc_basis_sites(b);
  return sector->all ? sites / 2 : (sites + sector->sz2) / 2;
}

static bool bounds(const rc_basis *b, const rc_pair_graph *pairs) {
  const int up = up_spins(b), tokens = RC_MIN(up, pairs->sites - up);
  return !rc_basis_symmetric(b) && pairs->connected && tokens &&
         rc_transport_total(pairs->sites, tokens) <= TRANSPORT_PAIRS;
}

bool rc_scan_transport_bounds(const rc_matrix *m) {
  rc_pair_graph pairs;
  rc_pair_graph_make(&pairs, rc_matrix_hamiltonian(m));
  return bounds(rc_matrix_basis(m), &pairs);
}

bool rc_scan_transport(rc_graph_scan *g, uint64_t rows, rc_err *err) {
  rc_transport *t = &g->transport;
  const int up = up_spins(g->basis), tokens = RC_MIN(up, g->pairs.sites - up);
  if (!bounds(g->basis, &g->pairs)) return true;
  if (!t->started) rc_transport_start(t, &g->pairs, tokens);
  if (!rc_transport_step(t, rows)) return false;
  uint64_t from = t->best_from;
  int sign;
  if (up > tokens) /* the places both sets share */
    for (int s = 0; s < g->pairs.sites; s++)
      if (!((t->best_from | t->best_to) >> s & 1)) from |= 1ull << s;
  uint64_t index = rc_basis_rank(g->basis, from, &sign);
  if (index == RC_NONE)
    return rc_err_set(err, RC_ERR_INTERNAL, "a farthest configuration outside the basis");
  g->root = (uint32_t)index;
  return true;
}

static bool begin(rc_graph_scan *g, rc_err *err) {
  if (g->facts.diameter_done) return true;
  if (!g->facts.edges) return finish(g, true);
  g->low = rc_big_alloc(g->n, sizeof *g->low, "the bounds of the graph scan", err);
  g->high = rc_big_alloc(g->n, sizeof *g->high, "the bounds of the graph scan", err);
  if (!g->low || !g->high || !distances(g, err)) return false;
  for (uint32_t i = 0; i < g->n; i++) g->high[i] = RC_BFS_FAR;
  g->pick_high = true;
  g->diameter_stage = PICK;
  return false;
}

/* Picks where to search next; false when no vertex can lie farther than what was found. */
static bool pick(rc_graph_scan *g) {
  bool found = false;
  uint32_t best = 0;
  for (uint32_t i = 0; i < g->n; i++) {
    if (g->high[i] <= g->low[i] || g->high[i] <= g->facts.diameter) continue;
    if (!found || (g->pick_high ? g->high[i] > g->high[best] : g->low[i] < g->low[best])) best = i;
    found = true;
  }
  if (!found) return false;
  g->pick_high = !g->pick_high;
  g->diameter_reads += g->n / 8; /* the work of looking is bounded as well */
  rc_bfs_start(&g->bfs, best);
  g->diameter_stage = SEARCH;
  return true;
}

static void narrow(rc_graph_scan *g) {
  rc_bfs *b = &g->bfs;
  int far = eccentricity(g);
  g->facts.diameter = RC_MAX(g->facts.diameter, far);
  for (uint32_t i = 0; i < b->tail; i++) {
    uint32_t w = b->queue[i];
    int d = b->distance[w], low = RC_MAX(d, far - d), high = far + d;
    if (low > g->low[w]) g->low[w] = (uint16_t)low;
    if (high < g->high[w]) g->high[w] = (uint16_t)high;
  }
  uint32_t start = b->queue[0];
  g->low[start] = g->high[start] = (uint16_t)far;
  rc_bfs_clear(b);
  g->diameter_stage = PICK;
}

bool rc_scan_diameter(rc_graph_scan *g, uint64_t rows, rc_err *err) {
  while (rows) {
    switch (g->diameter_stage) {
    case BEGIN:
      if (begin(g, err)) return true;
      if (g->diameter_stage == BEGIN) return false; /* an error */
      break;
    case PICK: {
      double reads = SEARCH_ENTRIES / RC_MAX(1.0, g->facts.degree_mean);
      if (g->rows.full) reads = 2.0 * g->n;
      if ((double)g->diameter_reads > reads && g->facts.diameter) return finish(g, false);
      if (!pick(g)) return finish(g, true);
      break;
    }
    default:
      if (!search_on(g, &rows)) return false;
      narrow(g);
    }
  }
  return false;
}
