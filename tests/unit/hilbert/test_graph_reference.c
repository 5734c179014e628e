/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hilbert-graph counts against the reference table, diameters and triangles against known ones. */
#include "graph_table.h"

#if defined(__SANITIZE_THREAD__)
enum { MOST = 4000, LEAST = 60 }; /* vertices, rows of the table */
#elif defined(__SANITIZE_ADDRESS__)
enum { MOST = 70000, LEAST = 120 };
#else
enum { MOST = 1 << 20, LEAST = 147 };
#endif

static table_row row[TABLE_ROWS_MAX];

static void counts(void **state) {
  (void)state;
  int rows = table_read(row), run = 0;
  assert_int_equal(rows, 147);
  for (int i = 0; i < rows; i++) {
    const table_row *r = &row[i];
    if (r->vertices > MOST) continue;
    magnet m = table_magnet(r);
    rc_graph_scan *scan = rc_graph_scan_new(m.matrix, 1, NULL);
    const rc_graph_facts *f = rc_graph_scan_facts(scan);
    for (bool done = false; !f->structure_done && !done;)
      assert_true(rc_graph_scan_step(scan, 1 << 20, &done, NULL));
    if (f->vertices != r->vertices || f->edges != r->edges) fail_msg("%s: counts", r->name);
    assert_int_equal(f->degree_min, r->degree_min);
    assert_int_equal(f->degree_max, r->degree_max);
    assert_true(fabs(f->degree_mean - r->degree_mean) < 6e-7);
    assert_int_equal(f->components, r->components);
    assert_int_equal(f->bipartite, r->bipartite);
    assert_int_equal(f->balanced, r->balanced);
    rc_graph_scan_free(scan);
    magnet_free(&m);
    run++;
  }
  assert_true(run >= LEAST);
}

typedef struct known {
  const char *lattice, *shape;
  int sites, diameter, odd_cycle;
  double J2, triangles;
} known;

/* Diameters at Sz = 0 by all-pairs search, triangles by intersection of rows, both by a separate
 * program; open chain of N: sorting N/2 ups past N/2 downs takes (N/2)^2 exchanges. The shortest
 * odd cycle is the lattice's: 3 with triangles, else the odd ring or the pentagon. */
static void shapes(void **state) {
  static const known KNOWN[] = {
      {"chain", "cluster 12", 12, 18, 0, 0, 0},
      {"chain", "cluster 16", 16, 32, 0, 0, 0},
      {"chain", "open 12", 12, 36, 0, 0, 0},
      {"square", "torus 4 0 0 4", 16, 12, 0, 0, 0},
      {"square", "torus 4 0 0 4", 16, 8, 3, 0.5, 219648},
      {"triangular", "torus 2 2 4 -2", 12, 6, 3, 0, 6048},
      {"triangular", "torus 4 0 0 4", 16, 9, 3, 0, 109824},
      {"kagome", "torus 2 0 0 2", 12, 8, 3, 0, 2016},
      {"kagome", "torus 2 0 0 3", 18, 14, 3, 0, 154440},
      {"molecule", "name icosahedron", 12, 8, 3, 0, 5040},
      {"molecule", "name dodecahedron", 20, 20, 5, 0, 0},
      {"chain", "cluster 9", 9, -1, 9, 0, 0},
      {"molecule", "name petersen", 10, -1, 5, 0, 0},
      {"molecule", "name truncated-icosahedron", 60, -1, 5, 0, 0},
  };
  (void)state;
  for (size_t i = 0; i < RC_LEN(KNOWN); i++) {
    const known *k = &KNOWN[i];
    if (SLOW_BUILD && k->sites > 16 && k->sites < 60) continue;
    table_row r = {.J1 = 1, .J2 = k->J2, .delta = 1};
    snprintf(r.lattice, sizeof r.lattice, "%s", k->lattice);
    snprintf(r.shape, sizeof r.shape, "%s", k->shape);
    r.sz2 = k->sites == 60 ? -56 : k->sites % 2 ? -1 : 0; /* two up spins of 60 */
    magnet m = table_magnet(&r);
    rc_graph_scan *scan;
    const rc_graph_facts *f = scan_all(m.matrix, 1 << 16, 1, &scan);
    assert_true(f->diameter_exact && f->odd_cycle_exact);
    if (k->diameter > 0) assert_int_equal(f->diameter, k->diameter);
    assert_int_equal(f->odd_cycle, k->odd_cycle);
    assert_true((double)f->triangles == k->triangles);
    rc_graph_scan_free(scan);
    magnet_free(&m);
  }
}

static void same(const rc_graph_facts *a, const rc_graph_facts *b) {
  assert_true(a->vertices == b->vertices && a->edges == b->edges);
  assert_true(a->degrees == b->degrees);
  assert_memory_equal(a->histogram, b->histogram, (size_t)a->degrees * sizeof *a->histogram);
  assert_true(a->components == b->components && a->triangles == b->triangles);
  assert_true(a->components_frustrated == b->components_frustrated);
  assert_true(a->odd_cycle == b->odd_cycle && a->diameter == b->diameter);
  if (a->odd_cycle)
    assert_memory_equal(a->cycle, b->cycle, (size_t)a->odd_cycle * sizeof *a->cycle);
}

/* Steps of any size and any number of threads give the same facts. */
static void resumable(void **state) {
  (void)state;
  for (int symmetric = 0; symmetric < 2; symmetric++) {
    rc_sector sector = {.symmetry = symmetric ? RC_SYM_TRANSLATION : RC_SYM_NONE};
    magnet m = magnet_of(lattice_of("kagome", 2, 2, 0), model_of(1, 0), sector);
    rc_graph_scan *first, *other;
    const rc_graph_facts *a = scan_all(m.matrix, UINT64_MAX, 1, &first);
    static const uint64_t ROWS[] = {1, 13, 300, 5000};
    for (size_t i = 0; i < RC_LEN(ROWS); i++) {
      same(a, scan_all(m.matrix, ROWS[i], 1 + (int)i % 3, &other));
      rc_graph_scan_free(other);
    }
    rc_graph_scan_free(first);
    magnet_free(&m);
  }
}

/* What the scan holds is what the plan says, within a limit too: then fewer rows are kept, and what
 * is still given is the same. */
static void planned(void **state) {
  (void)state;
  const rc_sector sector[] = {{.symmetry = RC_SYM_NONE}, {.symmetry = RC_SYM_TRANSLATION}};
  for (int k = 0; k < 6; k++) {
    const bool symmetric = k % 3 > 0, structure = k > 2;
    magnet m = magnet_of(lattice_of("square", 4, 4, 0), model_of(1, 0.5), sector[symmetric]);
    const uint64_t states = rc_basis_states(m.basis);
    const uint64_t limit = k % 3 == 2 ? 20 * states : 0; /* 15 and a tenth of the rows */
    rc_graph_plan plan;
    assert_true(rc_graph_plan_make(m.matrix, structure, limit, &plan));
    assert_true(plan.all_rows == (!limit || structure));
    assert_true(!limit || plan.bytes <= limit);
    const uint64_t before = rc_big_now();
    rc_big_reset();
    rc_graph_scan *scan = rc_graph_scan_new_within(m.matrix, &plan, 1, NULL), *whole;
    for (bool done = false; !done;) assert_true(rc_graph_scan_step(scan, 1000, &done, NULL));
    const double held = (double)(rc_big_peak() - before);
    if (fabs(held - (double)plan.bytes) > 0.01 * held)
      fail_msg("%d: planned %llu, held %.0f", k, (unsigned long long)plan.bytes, held);
    const rc_graph_facts *f = rc_graph_scan_facts(scan), *all = scan_all(m.matrix, 1000, 1, &whole);
    assert_true(f->edges == all->edges && f->components == all->components);
    assert_true(f->balanced == all->balanced && f->cycle_done == !structure);
    assert_true(structure || f->odd_cycle == all->odd_cycle);
    assert_true(f->diameter <= all->diameter);
    rc_graph_scan_free(whole);
    rc_graph_scan_free(scan);
    assert_true(rc_big_now() == before);
    assert_false(rc_graph_plan_make(m.matrix, structure, 4 * states, &plan));
    assert_true(plan.bytes > 4 * states &&
                rc_graph_plan_make(m.matrix, structure, plan.bytes, &plan));
    magnet_free(&m);
  }
}

/* More neighbours than are kept: rows are read again, long searches end early and say so. */
static void lists_full(void **state) {
  (void)state;
  if (SLOW_BUILD) return;
  rc_sector odd = {.inversion = -1};
  rc_model model = {.J = {1, 0.5, 0.25}, .delta = 1};
  magnet m = magnet_of(torus_of("square", 4, 2, -2, 4), model, odd);
  rc_graph_scan *scan;
  const rc_graph_facts *f = scan_all(m.matrix, 1 << 16, 1, &scan);
  assert_true(4 * rc_matrix_entries(m.matrix) > RC_GRAPH_LISTS_MAX);
  assert_true(f->vertices == 92378 && 2 * f->edges == rc_matrix_entries(m.matrix));
  assert_true(f->components == 1 && !f->balanced && f->odd_cycle == 3 && f->odd_cycle_exact);
  assert_true(f->triangles == RC_NONE && f->triangles_done);
  assert_true(f->diameter_done && f->diameter >= 5 && f->diameter <= 10);
  rc_graph_scan_free(scan);
  magnet_free(&m);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts),  cmocka_unit_test(shapes),     cmocka_unit_test(resumable),
      cmocka_unit_test(planned), cmocka_unit_test(lists_full),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
