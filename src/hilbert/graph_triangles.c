/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Triangles of a graph of symmetry representatives, by intersecting rows: with the neighbours of
 * u above u marked, every marked w above a neighbour v of u closes one. (In plain sectors they
 * were counted while the rows were read.) */
#include "hilbert/graph_internal.h"

static const double TRIANGLE_ENTRIES = 5e8;

static void triangles_at(rc_graph_scan *g, uint32_t u, uint32_t *near) {
  int n = 0;
  rc_rows_read(&g->rows, &u, 1);
  for (int e = 0; e < g->rows.length[0]; e++) {
    uint32_t w = RC_NEIGHBOUR_INDEX(g->rows.entry[e]);
    if (w <= u) continue;
    near[n++] = w;
    g->above[w / 64] |= 1ull << w % 64;
  }
  for (int begin = 0; begin < n; begin += RC_ROWS_BATCH) {
    int count = RC_MIN(n - begin, (int)RC_ROWS_BATCH);
    rc_rows_read(&g->rows, near + begin, count);
    for (int i = 0; i < count; i++) {
      const uint32_t *entry = g->rows.entry + (size_t)i * (size_t)g->rows.cap;
      for (int e = 0; e < g->rows.length[i]; e++) {
        uint32_t w = RC_NEIGHBOUR_INDEX(entry[e]);
        g->triangle_corners += w > near[begin + i] && (g->above[w / 64] >> w % 64 & 1);
      }
    }
  }
  for (int i = 0; i < n; i++) g->above[near[i] / 64] = 0;
}

bool rc_scan_triangles(rc_graph_scan *g, uint64_t rows) {
  rc_graph_facts *f = &g->facts;
  if (!g->above) {
    g->triangle_corners = 0;
    if (!g->rows.full && (double)f->edges * f->degree_mean <= TRIANGLE_ENTRIES)
      g->above = rc_big_alloc((size_t)g->n / 64 + 1, sizeof *g->above, "marks", NULL);
    if (!g->above) { /* too many: says so by RC_NONE */
      f->triangles_done = true;
      return true;
    }
  }
  uint32_t *near = rc_alloc((size_t)g->rows.cap, sizeof *near);
  for (uint64_t read = 0; g->corner < g->n && read < rows; g->corner++) {
    triangles_at(g, g->corner, near);
    read += 1 + (uint64_t)f->degree_mean / 2;
  }
  rc_free(near);
  if (g->corner < g->n) return false;
  f->triangles = g->triangle_corners;
  f->triangles_done = true;
  return true;
}
