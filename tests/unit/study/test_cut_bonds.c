/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frustrated edges of the Hilbert graph, by the bond they flip. */
#include "unit/study/cutting.h"

static const rc_cut_data *solved(cutting *c, const char *yaml) {
  cutting_open(c, yaml, 1);
  cutting_run(c);
  const rc_cut_data *d = cutting_data(c);
  assert_non_null(d->flips);
  return d;
}

/* Each edge is a flip of one bond: W over all bonds, W - C of what is frustrated. */
static void check_sums(const rc_cut_data *d) {
  double weight = 0, frustrated = 0;
  for (int b = 0; b < d->lattice->bonds; b++) {
    const rc_cut_flips *f = &d->flips[b];
    weight += f->weight;
    frustrated += f->frustrated;
    assert_true(f->frustrated >= 0 && f->frustrated <= f->weight * (1 + 1e-12));
    assert_true((f->worst.edge >= 0) == (f->frustrated > 0));
    if (f->worst.edge < 0) continue;
    const uint64_t flip = rc_basis_config(d->basis, (uint64_t)f->worst.u) ^
                          rc_basis_config(d->basis, (uint64_t)f->worst.v);
    assert_true(flip == (1ull << d->lattice->bond[b].i | 1ull << d->lattice->bond[b].j));
    for (int k = 0; k < d->frustrated_listed; k++) { /* no listed one of the bond is heavier */
      const rc_cut_edge *e = &d->frustrated[k];
      const uint64_t its =
          rc_basis_config(d->basis, (uint64_t)e->u) ^ rc_basis_config(d->basis, (uint64_t)e->v);
      if (its == flip) assert_true(fabs(e->weight) <= fabs(f->worst.weight));
    }
  }
  assert_true(fabs(weight - d->graph->weight_total) <= 1e-10 * d->graph->weight_total);
  assert_true(fabs(frustrated - (d->graph->weight_total - d->value)) <=
              1e-10 * d->graph->weight_total);
}

static double share(const rc_cut_data *d, int bond) {
  return d->flips[bond].frustrated / d->flips[bond].weight;
}

/* With exact amplitudes the cut has the signs of the ground state, and these the symmetry of the
 * magnet: all bonds of the triangular torus are equal, and those of one class of a square. */
static void test_symmetry(void **state) {
  (void)state;
  cutting c;
  const rc_cut_data *d = solved(&c, CUT(TRIANGULAR12, ""));
  check_sums(d);
  const double all = 1 - d->value / d->graph->weight_total;
  assert_true(all > .01 && all < .5);
  for (int b = 0, on = 0; b < d->lattice->bonds; b++) {
    if (d->lattice->bond[b].cls != 0) continue;
    assert_true(fabs(share(d, b) - all) <= 1e-8);
    assert_true(++on <= 36);
  }
  cutting_close(&c);
  d = solved(&c, CUT("lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1, J2: 0.5}\n", ""));
  check_sums(d);
  double first[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
  for (int b = 0; b < d->lattice->bonds; b++) {
    const int cls = d->lattice->bond[b].cls;
    if (cls > 1) continue;
    if (first[cls] < 0) first[cls] = share(d, b);
    assert_true(fabs(share(d, b) - first[cls]) <= 1e-7);
  }
  assert_true(first[0] < .1 && first[1] > .5); /* J1 rules the signs, J2 pays */
  cutting_close(&c);
}

/* Marshall: without J2 no flip is frustrated. A bond whose coupling is 0 has no flips. */
static void test_balanced(void **state) {
  (void)state;
  cutting c;
  const rc_cut_data *d = solved(
      &c, CUT("lattice: {kind: square, torus: [[2, 2], [2, -2]]}\nmodel: {J1: 1, J2: 0}\n", ""));
  check_sums(d);
  for (int b = 0; b < d->lattice->bonds; b++) {
    const bool on = d->lattice->bond[b].cls == 0;
    assert_true(d->flips[b].frustrated == 0);
    assert_true(on ? d->flips[b].weight > .1 : d->flips[b].weight == 0);
  }
  cutting_close(&c);
}

/* Two classes on the same pairs of sites (a narrow torus with J2 and J3), and noise. */
static void test_sums(void **state) {
  (void)state;
  static const char *const yaml[] = {
      CUT(TRIANGULAR12, "amplitudes: {from: noisy, sigma: 2}"),
      CUT(TRIANGULAR12, "amplitudes: {from: uniform}"),
      CUT("lattice: {kind: square, cluster: [4, 2]}\nmodel: {J1: 1, J2: 0.4, J3: -0.3}\n", "")};
  for (size_t k = 0; k < RC_LEN(yaml); k++) {
    cutting c;
    check_sums(solved(&c, yaml[k]));
    cutting_close(&c);
  }
}

/* An edge between orbits of states is flips of several bonds. */
static void test_symmetric_sector(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c,
               "lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1}\n"
               "sector: {sz: 0, symmetry: full}\nstudies: {cut: {}}\n",
               1);
  cutting_run(&c);
  assert_non_null(cutting_data(&c)->frustrated);
  assert_null(cutting_data(&c)->flips);
  cutting_close(&c);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_symmetry),
                                     cmocka_unit_test(test_balanced), cmocka_unit_test(test_sums),
                                     cmocka_unit_test(test_symmetric_sector)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
