/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign structures of ground states against the reference table: weights, cuts, frustrated shares,
 * best linear rules, zero amplitudes, bosons; and the panel of self-checks on each of them. */
#include "graph_table.h"

static table_row row[TABLE_ROWS_MAX];

/* levels 0: the ground state alone, where the table says that it is one */
static rc_eigen *solve(const rc_matrix *m, int levels) {
  rc_eigen_opts o = {.tolerance = 1e-11, .iterations = 2000, .seed = 1, .threads = 1};
  o.levels = levels;
  rc_err err = {0};
  rc_eigen *e = rc_eigen_new(m, &o, &err);
  check_ok(e != NULL, &err);
  for (bool done = false; !done;) check_ok(rc_eigen_step(e, &done, &err), &err);
  return e;
}

static void close_to(const table_row *r, const char *what, double left, double right, double by) {
  if (!(fabs(left - right) <= by)) fail_msg("%s: %s %.12g, not %.12g", r->name, what, left, right);
}

static void sign_figures(const table_row *r, const rc_sign_facts *f) {
  close_to(r, "W", f->weight_total, r->W, 2e-9);
  close_to(r, "C", f->weight_satisfied, r->C, 2e-9);
  close_to(r, "E_diag", f->energy_diagonal, r->diagonal, 2e-9);
  close_to(r, "share", f->frustrated_share, r->share, 1e-8);
  close_to(r, "linear rule", f->linear_overlap, r->linear, 2e-6);
  close_to(r, "zero amplitudes", (double)f->zero_amplitudes, (double)r->zero, 0);
  close_to(r, "frustrated edges", f->frustrated_edges, r->edge_share, 2e-6);
  if (r->balanced) close_to(r, "Marshall", f->marshall_overlap, 1, 1e-9);
}

static void panel(const magnet *m, const rc_graph_facts *g, const rc_sign_facts *f,
                  const rc_eigen_view *v, double boson) {
  rc_check check[RC_CHECKS_MAX];
  rc_check_input in = {.lattice = m->lattice,
                       .model = &m->model,
                       .matrix = m->matrix,
                       .graph = g,
                       .signs = v->degeneracy == 1 ? f : NULL,
                       .energy = v->energy,
                       .gap = v->gap,
                       .degeneracy = v->degeneracy,
                       .boson_energy = boson};
  in.total_spin = total_spin(m, v->vector);
  int n = rc_checks(&in, check, RC_CHECKS_MAX);
  for (int i = 0; i < n; i++)
    if (check[i].verdict == RC_CHECK_FAIL)
      fail_msg("%s: %s: %.12g, not %.12g", m->lattice->title, check[i].name, check[i].left,
               check[i].right);
}

static void figures(void **state) {
  (void)state;
  int rows = table_read(row), signs = 0, degenerate = 0;
  uint64_t most = SLOW_BUILD ? 1000 : 200000;
  for (int i = 0; i < rows; i++) {
    const table_row *r = &row[i];
    if (!r->signs || r->vertices > most) continue;
    if (r->degenerate && r->vertices > 20000) continue; /* only its energy is one of a kind */
    magnet m = table_magnet(r);
    int colour[RC_SITES_MAX], cycle[RC_SITES_MAX], length;
    bool rule = rc_lattice_bipartite(m.lattice, m.model.J, colour, cycle, &length);
    rc_sign_facts f;
    double boson;
    bool small = r->vertices <= 20000;
    rc_eigen *e = solve(m.matrix, small ? 1 : 0);
    rc_eigen_view v = rc_eigen_read(e);
    rc_eigen_opts o = {.tolerance = 1e-10, .iterations = 2000, .seed = 1, .threads = 1};
    assert_true(rc_boson_energy(m.matrix, &o, &boson, NULL, NULL));
    close_to(r, "energy", v.energy, r->energy, 1e-9);
    close_to(r, "boson", boson, r->boson, 2e-8);
    if (small) assert_int_equal(v.degeneracy > 1, r->degenerate);
    assert_true(rc_sign_scan(m.matrix, v.vector, rule ? colour : NULL, 1, &f, NULL));
    close_to(r, "E_diag + W - 2 C", f.energy_diagonal + f.weight_total - 2 * f.weight_satisfied,
             r->energy, 1e-9);
    if (r->degenerate)
      degenerate++; /* the table's columns are of another vector */
    else
      sign_figures(r, &f), signs++;
    if (small) {
      rc_graph_scan *scan;
      panel(&m, scan_all(m.matrix, 1 << 18, 1, &scan), &f, &v, boson);
      rc_graph_scan_free(scan);
    }
    rc_eigen_free(e);
    magnet_free(&m);
  }
  assert_true(signs >= (SLOW_BUILD ? 19 : 55));
  assert_true(degenerate >= (SLOW_BUILD ? 18 : 21));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(figures)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
