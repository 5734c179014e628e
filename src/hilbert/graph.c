/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph scan: one breadth-first pass over all rows counts degrees and edges, finds the
 * components and colours them twice, once by parity (bipartite?) and once by the signs of the
 * couplings (balanced?). The other phases are in graph_*.c. */
#include "hilbert/graph_internal.h"

#include <string.h>

enum { REACHED = 1, COLOUR = 2, SIGN = 4 };

/* Is a search over the vertices needed for the diameter? */
static bool searches(const rc_matrix *m) {
  return rc_basis_symmetric(rc_matrix_basis(m)) || !rc_scan_transport_bounds(m);
}

bool rc_graph_plan_make(const rc_matrix *m, bool structure, uint64_t limit, rc_graph_plan *plan) {
  const uint64_t n = rc_matrix_states(m);
  const bool symmetric = rc_basis_symmetric(rc_matrix_basis(m));
  /* queue 4; then colours 1; or distance 2, and two bounds 4 (diameter) or, in symmetric sectors,
   * parent 4 and sign 1 (cycle) */
  const uint64_t each = structure || !searches(m) ? 5 : symmetric ? 11 : 10;
  *plan = (rc_graph_plan){.structure = structure, .bytes = each * n, .all_rows = true};
  if (limit && plan->bytes > limit) return false;
  if (!symmetric || structure) return true; /* a row is read once, or costs little */
  /* where the list of each vertex begins; lengths and entries */
  const uint64_t place = 4 * n, whole = 4 * (n + rc_matrix_entries(m));
  uint64_t lists = RC_MIN(whole, (uint64_t)RC_GRAPH_LISTS_MAX);
  const uint64_t room = limit ? limit - plan->bytes : UINT64_MAX;
  if (place + lists > room) lists = room > place ? (room - place) / 4 * 4 : 0;
  plan->lists = lists;
  plan->all_rows = lists == whole;
  if (lists) plan->bytes += place + lists;
  return true;
}

void rc_pair_graph_make(rc_pair_graph *g, const rc_hamiltonian *h) {
  memset(g, 0, sizeof *g);
  g->sites = h->sites;
  for (int p = 0; p < h->pairs; p++) {
    int i = h->pair[p].i, j = h->pair[p].j;
    if (h->pair[p].J == 0) continue;
    g->near[i] |= 1ull << j;
    g->near[j] |= 1ull << i;
    if (h->pair[p].J > 0) {
      g->positive[i] |= 1ull << j;
      g->positive[j] |= 1ull << i;
    }
  }
  g->connected = true;
  for (int s = 0; s < g->sites; s++) {
    uint64_t seen = 1ull << s, shell = seen;
    for (int t = 0; t < g->sites; t++) g->distance[s][t] = t == s ? 0 : -1;
    for (int d = 1; shell; d++) {
      uint64_t next = 0;
      for (uint64_t w = shell; w; w &= w - 1) next |= g->near[__builtin_ctzll(w)];
      shell = next & ~seen;
      seen |= shell;
      for (uint64_t w = shell; w; w &= w - 1) g->distance[s][__builtin_ctzll(w)] = d;
    }
    if (__builtin_popcountll(seen) < g->sites) g->connected = false;
  }
}

rc_graph_scan *rc_graph_scan_new(const rc_matrix *m, int threads, rc_err *err) {
  return rc_graph_scan_new_within(m, NULL, threads, err);
}

rc_graph_scan *rc_graph_scan_new_within(const rc_matrix *m, const rc_graph_plan *plan, int threads,
                                        rc_err *err) {
  uint64_t states = rc_matrix_states(m);
  if (states > INT32_MAX) {
    rc_err_set(err, RC_ERR_INPUT,
               "a graph of %llu vertices is too large to be scanned (2147483647)",
               (unsigned long long)states);
    return NULL;
  }
  rc_graph_plan own;
  if (!plan) {
    rc_graph_plan_make(m, false, 0, &own);
    plan = &own;
  }
  rc_graph_scan *g = rc_alloc(1, sizeof *g);
  g->m = m;
  g->structure = plan->structure;
  g->basis = rc_matrix_basis(m);
  g->n = (uint32_t)states;
  g->plain = !rc_basis_symmetric(g->basis);
  g->facts.vertices = states;
  g->facts.bipartite = g->facts.balanced = true;
  g->facts.triangles = RC_NONE;
  bool ok = rc_rows_init(&g->rows, m, threads, g->plain, plan->lists, err);
  rc_pair_graph_make(&g->pairs, rc_matrix_hamiltonian(m));
  g->histogram = rc_alloc((size_t)g->rows.cap + 1, sizeof *g->histogram);
  g->facts.histogram = g->histogram;
  g->bfs.queue = rc_big_alloc(states, sizeof *g->bfs.queue, "the queue of the graph scan", err);
  g->label = rc_big_alloc(states, 1, "the colours of the graph scan", err);
  if (!ok || !g->bfs.queue || !g->label) {
    rc_graph_scan_free(g);
    return NULL;
  }
  return g;
}

void rc_graph_scan_free(rc_graph_scan *g) {
  if (!g) return;
  rc_rows_free(&g->rows);
  rc_big_free(g->bfs.queue);
  rc_big_free(g->bfs.distance);
  rc_big_free(g->bfs.parent);
  rc_big_free(g->bfs.sign);
  rc_big_free(g->label);
  rc_big_free(g->low);
  rc_big_free(g->high);
  rc_big_free(g->above);
  rc_free(g->histogram);
  rc_free(g->facts.cycle);
  rc_free(g);
}

const rc_graph_facts *rc_graph_scan_facts(const rc_graph_scan *g) {
  return &g->facts;
}

/* One vertex of the structure pass: neighbours not yet seen get the colours this row forces. */
static void structure_row(rc_graph_scan *g, uint32_t v, const uint32_t *entry, int length) {
  uint8_t *label = g->label, mine = label[v];
  uint8_t flipped = (uint8_t)(mine ^ COLOUR);
  bool odd = false, frustrated = false;
  for (int i = 0; i < length; i++) {
    uint32_t w = RC_NEIGHBOUR_INDEX(entry[i]);
    uint8_t wants = (uint8_t)(flipped ^ (RC_NEIGHBOUR_POSITIVE(entry[i]) ? SIGN : 0));
    if (!label[w]) {
      label[w] = wants;
      g->bfs.queue[g->bfs.tail++] = w;
    } else if (label[w] != wants) {
      odd |= ((label[w] ^ wants) & COLOUR) != 0;
      frustrated |= ((label[w] ^ wants) & SIGN) != 0;
    }
  }
  g->histogram[length]++;
  g->entries += (uint64_t)length;
  if (odd) g->facts.bipartite = false;
  if (frustrated) g->component_frustrated = true;
}

static void structure_publish(rc_graph_scan *g) {
  rc_graph_facts *f = &g->facts;
  uint64_t seen = g->bfs.head;
  f->edges = g->entries / 2;
  f->degree_mean = seen ? (double)g->entries / (double)seen : 0;
  f->degrees = 0;
  f->degree_min = 0;
  for (int d = g->rows.cap; d >= 0; d--) {
    if (!g->histogram[d]) continue;
    if (!f->degrees) f->degrees = d + 1;
    f->degree_min = d;
  }
  f->degree_max = f->degrees ? f->degrees - 1 : 0;
}

static void close_component(rc_graph_scan *g) {
  if (g->component_frustrated) {
    g->facts.components_frustrated++;
    g->facts.balanced = false;
  }
  g->component_frustrated = false;
}

static void open_component(rc_graph_scan *g) {
  rc_bfs *b = &g->bfs;
  if (g->facts.components == 1) g->root = 0; /* the first began at a farthest vertex */
  while (g->label[g->root]) g->root++;
  g->label[g->root] = REACHED;
  b->queue[b->tail++] = g->root;
  g->level_end = b->tail;
  g->facts.components++;
}

static void structure_done(rc_graph_scan *g) {
  rc_graph_facts *f = &g->facts;
  close_component(g);
  f->counts_done = f->structure_done = true;
  if (g->plain) { /* each triangle was seen from its three corners */
    f->triangles = g->triangle_corners / 3;
    f->triangles_done = true;
    g->rows.count_triangles = false;
  }
  if (g->transport.started) {
    f->diameter = g->depth;
    f->diameter_exact = g->depth == g->transport.best;
    f->diameter_done = true;
  }
  rc_big_free(g->label);
  g->label = NULL;
  g->bfs.head = g->bfs.tail = 0;
}

static bool structure_step(rc_graph_scan *g, uint64_t rows) {
  rc_bfs *b = &g->bfs;
  while (rows && b->head < g->n) {
    if (b->head == b->tail) {
      if (g->facts.components) close_component(g);
      open_component(g);
    }
    uint32_t ready = RC_MIN((uint32_t)RC_ROWS_BATCH, g->level_end - b->head);
    int count = (int)RC_MIN(rows, (uint64_t)ready);
    const uint32_t *batch = b->queue + b->head;
    rc_rows_read(&g->rows, batch, count);
    for (int i = 0; i < count; i++) {
      structure_row(g, batch[i], g->rows.entry + (size_t)i * (size_t)g->rows.cap,
                    g->rows.length[i]);
      g->triangle_corners += g->rows.triangles[i];
    }
    b->head += (uint32_t)count;
    rows -= (uint64_t)count;
    if (b->head < g->level_end) continue;
    if (b->tail > g->level_end && g->facts.components == 1) g->depth++;
    g->level_end = b->tail;
  }
  structure_publish(g);
  if (b->head < g->n) return false;
  structure_done(g);
  return true;
}

static void publish_progress(rc_graph_scan *g) {
  static const double begin[] = {0, 0.1, 0.6, 0.7, 0.9, 1};
  double part = 0;
  switch (g->phase) {
  case RC_SCAN_STRUCTURE: part = g->n ? (double)g->bfs.head / g->n : 1; break;
  case RC_SCAN_CYCLE: part = g->n ? (double)g->source / g->n : 1; break;
  case RC_SCAN_TRANSPORT:
    part = g->transport.started ? g->transport.seen / RC_MAX(1.0, g->transport.total) : 0;
    break;
  case RC_SCAN_DIAMETER: break;
  case RC_SCAN_TRIANGLES: part = g->n ? (double)g->corner / g->n : 1; break;
  case RC_SCAN_DONE: g->facts.progress = 1; return;
  }
  double now = begin[g->phase] + RC_MIN(part, 1.0) * (begin[g->phase + 1] - begin[g->phase]);
  g->facts.progress = RC_MAX(g->facts.progress, now);
}

bool rc_graph_scan_step(rc_graph_scan *g, uint64_t rows, bool *done, rc_err *err) {
  rc_err inner = {0};
  bool over = false;
  rows = RC_MAX(rows, 1u);
  switch (g->phase) {
  case RC_SCAN_TRANSPORT: over = rc_scan_transport(g, rows, &inner); break;
  case RC_SCAN_STRUCTURE: over = structure_step(g, rows); break;
  case RC_SCAN_CYCLE: over = rc_scan_cycle(g, rows, &inner); break;
  case RC_SCAN_DIAMETER: over = rc_scan_diameter(g, rows, &inner); break;
  case RC_SCAN_TRIANGLES: over = rc_scan_triangles(g, rows); break;
  case RC_SCAN_DONE: break;
  }
  *done = false;
  if (inner.code) return rc_err_set(err, inner.code, "%s", inner.message);
  if (over) g->phase++;
  if (over && g->structure && g->facts.structure_done) g->phase = RC_SCAN_DONE;
  if (g->phase == RC_SCAN_DIAMETER && g->facts.diameter_done) g->phase++;
  if (g->phase == RC_SCAN_TRIANGLES && g->facts.triangles_done) g->phase++;
  *done = g->phase == RC_SCAN_DONE;
  publish_progress(g);
  return true;
}
