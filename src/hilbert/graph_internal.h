/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the graph scan: a row reader that works ahead in parallel, one breadth-first search,
 * and the phases (graph.c counts and colours, graph_cycle.c, graph_diameter.c, graph_triangles.c).
 */
#ifndef ROADCUT_HILBERT_GRAPH_INTERNAL_H
#define ROADCUT_HILBERT_GRAPH_INTERNAL_H

#include "roadcut/hilbert.h"

/* ---- rows ---------------------------------------------------------------------------------- */

enum { RC_ROWS_BATCH = 256, RC_ROWS_GRAIN = 32, RC_ROWS_CHUNKS = RC_ROWS_BATCH / RC_ROWS_GRAIN };
/* A neighbour: its index and, in the top bit, whether H_cc' > 0 (the signs want to differ). */
#define RC_NEIGHBOUR_INDEX(e)    ((e)&0x7fffffffu)
#define RC_NEIGHBOUR_POSITIVE(e) ((e) >> 31)

typedef struct rc_rows {
  const rc_matrix *m;
  int threads, cap;
  uint32_t *entry; /* RC_ROWS_BATCH x cap */
  int length[RC_ROWS_BATCH];
  uint64_t triangles[RC_ROWS_BATCH]; /* through each vertex; 0 when they are not counted */
  const uint32_t *wanted;            /* of the read that runs */
  int count;
  int words;           /* of a set of pairs */
  uint64_t *pair_next; /* per pair a: later pairs that share a site with a and close a triangle of
                          the lattice; NULL when the basis is symmetric */
  bool count_triangles;
  uint64_t *column; /* scratch: RC_ROWS_CHUNKS x cap each */
  double *value;
  int *pair;
  uint64_t *active; /* RC_ROWS_CHUNKS x words */
  /* symmetric bases, where a row costs a search over the group: rows that were read are kept */
  uint32_t
      *place;     /* per vertex: 1 + where its list begins, 0 when it is not kept; NULL: no lists */
  uint32_t *list; /* length, then the entries */
  uint32_t used, room;
  bool full; /* some row did not find room */
} rc_rows;

/* lists: bytes for the rows that are kept. Errors: MEMORY. */
bool rc_rows_init(rc_rows *r, const rc_matrix *m, int threads, bool plain, uint64_t lists,
                  rc_err *err);
void rc_rows_free(rc_rows *r);
/* Reads count <= RC_ROWS_BATCH rows; row i is then entry[i * cap ..] of length[i]. */
void rc_rows_read(rc_rows *r, const uint32_t *wanted, int count);

/* ---- breadth-first search ------------------------------------------------------------------ */

enum { RC_BFS_FAR = 0xffff };
typedef struct rc_bfs { /* resumable; clean between searches */
  uint32_t *queue;      /* n */
  uint16_t *distance;   /* n, RC_BFS_FAR where not reached */
  uint32_t *parent;     /* n, NULL when paths are not wanted */
  uint8_t *sign;        /* n, with parent: product of the edge signs from the start */
  uint32_t head, tail;
} rc_bfs;
void rc_bfs_start(rc_bfs *b, uint32_t from);
void rc_bfs_clear(rc_bfs *b); /* O(reached) */

/* ---- the lattice behind a plain sector ----------------------------------------------------- */

typedef struct rc_pair_graph { /* pairs of the Hamiltonian as a graph on the sites */
  int sites;
  uint64_t near[RC_SITES_MAX];              /* neighbours of a site */
  uint64_t positive[RC_SITES_MAX];          /* those with J > 0 */
  int distance[RC_SITES_MAX][RC_SITES_MAX]; /* -1 when not connected */
  bool connected;
} rc_pair_graph;
void rc_pair_graph_make(rc_pair_graph *g, const rc_hamiltonian *h);

/* Largest distance of two k-sets of sites under minimal transport, by enumeration of disjoint
 * pairs of sets with a cheap bound. Resumable. */
typedef struct rc_transport {
  const rc_pair_graph *g;
  int tokens;          /* min(k, N - k) */
  uint64_t both, from; /* enumeration: union of the two sets, and the first inside it (local) */
  bool started;
  int best;
  uint64_t best_from, best_to;
  double total, seen;                         /* pairs of sets */
  uint64_t shell[RC_SITES_MAX][RC_SITES_MAX]; /* sites at distance d of site s */
  int reach;                                  /* largest distance on the lattice */
} rc_transport;
/* Number of pairs of sets to look at. */
double rc_transport_total(int sites, int tokens);
void rc_transport_start(rc_transport *t, const rc_pair_graph *g, int tokens);
bool rc_transport_step(rc_transport *t, uint64_t pairs); /* true when done */
/* Minimal transport between two sets of equal size. */
int rc_transport_cost(const rc_pair_graph *g, uint64_t from, uint64_t to);

/* ---- the scan ------------------------------------------------------------------------------ */

typedef enum {
  RC_SCAN_TRANSPORT,
  RC_SCAN_STRUCTURE,
  RC_SCAN_CYCLE,
  RC_SCAN_DIAMETER,
  RC_SCAN_TRIANGLES,
  RC_SCAN_DONE
} rc_scan_phase;

struct rc_graph_scan {
  const rc_matrix *m;
  const rc_basis *basis;
  uint32_t n;
  bool plain, structure;
  rc_scan_phase phase;
  rc_graph_facts facts;
  rc_rows rows;
  rc_pair_graph pairs; /* plain sectors only */
  rc_bfs bfs;
  /* structure */
  uint8_t *label;     /* bits: reached, colour, sign */
  uint32_t root;      /* next vertex that may begin a component; first the farthest */
  uint32_t level_end; /* of the queue: where the current depth ends */
  int depth;          /* of the first component */
  uint64_t entries, triangle_corners;
  uint64_t *histogram;
  bool component_frustrated;
  /* cycle */
  uint32_t source;
  bool searching;
  uint64_t cycle_reads;
  /* diameter */
  int diameter_stage;
  rc_transport transport;
  uint16_t *low, *high; /* bounds on eccentricities, searched graphs only */
  uint64_t diameter_reads;
  bool pick_high;
  /* triangles */
  uint64_t *above; /* bit set over vertices: neighbours of the vertex at work */
  uint32_t corner;
};

/* Does the lattice bound the diameter of a plain sector from above? */
bool rc_scan_transport_bounds(const rc_matrix *m);
/* Each does about 'rows' rows of work and returns true when its phase is over. */
bool rc_scan_transport(rc_graph_scan *g, uint64_t rows, rc_err *err);
bool rc_scan_cycle(rc_graph_scan *g, uint64_t rows, rc_err *err);
bool rc_scan_diameter(rc_graph_scan *g, uint64_t rows, rc_err *err);
bool rc_scan_triangles(rc_graph_scan *g, uint64_t rows);

#endif
