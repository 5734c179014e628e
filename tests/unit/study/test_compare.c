/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where no other sector can be solved cheaply: bounds that show that the ground state is elsewhere,
 * and notes that nothing was shown. Energies of rings are Bethe's (Z. Phys. 71, 205 (1931)). */
#include "unit/study/magnet.h"

#define BARE                                                                                       \
  "graph: none, checks: false, boson: false, signs: none, correlations: false, levels: 0, "        \
  "tolerance: 1.0e-6"

/* Lowest level of the ring of n spins with m of them down: n 2 atan(2 x_j) = 2 pi I_j + sum over k of
 * 2 atan(x_j - x_k), I_j = -(m-1)/2 ... (m-1)/2; E = n/4 - sum 2 / (4 x^2 + 1). */
static double bethe(int n, int m) {
  double x[16] = {0}, next[16], change = 1, energy = n / 4.;
  assert_true(m <= 16);
  for (int round = 0; change > 1e-14 && round < 10000; round++) {
    change = 0;
    for (int j = 0; j < m; j++) {
      double phase = M_PI * (j - (m - 1) / 2.);
      for (int k = 0; k < m; k++) phase += atan(x[j] - x[k]);
      next[j] = tan(phase / n) / 2;
      change = fmax(change, fabs(next[j] - x[j]));
    }
    memcpy(x, next, sizeof x);
  }
  for (int j = 0; j < m; j++) energy -= 2 / (4 * x[j] * x[j] + 1);
  return energy;
}

static void test_bethe(void **state) {
  (void)state; /* tests/data/hilbert_reference.csv */
  assert_true(fabs(bethe(16, 8) - -7.142296360617) < 1e-10);
  assert_true(fabs(bethe(24, 12) - -10.6700145165) < 1e-9);
}

static void begin(magnet *m, const char *lattice, const char *sector, const char *study) {
  rc_str yaml = {0};
  rc_str_addf(&yaml, "lattice: {%s}\nsector: {%s}\nstudies: {hilbert: {%s}}\n", lattice, sector,
              study);
  magnet_open(m, rc_str_c(&yaml), 1);
  magnet_run(m);
  rc_str_free(&yaml);
}

static void check_text(const magnet *m, const char *text) {
  if (!strstr(rc_str_c(&m->events), text)) fail_msg("no '%s' in:\n%s", text, rc_str_c(&m->events));
}

static void check_result(const magnet *m, const char *text) {
  rc_str all = {0};
  rc_json j;
  rc_json_begin(&j, &all);
  rc_json_object(&j, NULL);
  rc_study_hilbert.result(m->study, &j);
  rc_json_end(&j);
  if (!strstr(rc_str_c(&all), text)) fail_msg("no %s in the result", text);
  rc_str_free(&all);
}

/* The level, nan where it is not known, is not the lowest, and the bound reaches the one that is, from above. */
static void check_found(const char *lattice, const char *sector, double here, double there,
                        const char *where) {
  magnet m;
  begin(&m, lattice, sector, BARE);
  check_text(&m, "warning: the ground state is not in this sector: ");
  check_text(&m, where);
  const double energy = magnet_real(&m, "energy"), bound = magnet_real(&m, "energy_outside");
  if (fabs(energy - here) > 1e-8) fail_msg("%s: %.12g, not %.12g", sector, energy, here);
  if (!(bound >= there - 1e-9 && bound < there + 1e-6))
    fail_msg("%s: bound %.12g of %.12g", sector, bound, there);
  assert_true(magnet_real(&m, "warning_count") >= 1);
  check_result(&m, "\"comparison\":\"partial\"");
  assert_null(strstr(rc_str_c(&m.events), "note: Compared"));
  magnet_close(&m);
}

/* The lowest level of 22 spins is a singlet with momentum pi, odd under inversion; the lowest one with
 * momentum 0 is the triplet. */
static void test_ring(void **state) {
  (void)state;
  const double singlet = bethe(22, 11), triplet = bethe(22, 10);
  const char *ring = "kind: chain, cluster: [22]";
  check_found(ring, "sz: 0, symmetry: translation", triplet, singlet, "k = (pi), inversion -1");
  check_found(ring, "sz: 1", triplet, singlet, "Sz=0 has a level at or below -9.78688");
  check_found(ring, "sz: 8", bethe(22, 3), bethe(22, 7),
              "Sz=4"); /* the least that is small enough */
}

/* The parity alone: the sector is the even half. Eleven rungs by themselves: a singlet of each has -3/4
 * and is odd, a triplet 1/4; few levels, so that a run is short. */
static void test_parity(void **state) {
  (void)state;
  check_found("kind: ladder, cluster: [11]}\nmodel: {J1: 0, J2: 1", "sz: 0, inversion: 1", -7.25,
              -8.25, "Sz=0 + inversion -1 has a level at or below -8.25,");
}

/* The ground state of the 2x4 kagome torus has a sign under its symmetries. -10.7598972481 is its energy
 * in the plain sector, by two independent programs (scipy; a Lanczos code), and that of the shuriken
 * of 24 sites, the same graph. */
static void test_kagome(void **state) {
  (void)state;
  check_found("kind: kagome, cluster: [2, 4]", "sz: 0, symmetry: full, inversion: 1", NAN,
              -10.7598972481, "full -++, inversion +1");
}

/* In a field: the polarised ring has E = n/4 - h n/2, the one with m spins down E(m) - h (n/2 - m). */
static void test_field(void **state) {
  (void)state;
  check_found("kind: chain, cluster: [18]}\nmodel: {J1: 1, field: 3", "sz: 0", bethe(18, 9),
              18 / 4. - 3 * 9, "all spins up have E = -22.5, this sector only -8.022749087");
  check_found("kind: chain, cluster: [18]}\nmodel: {J1: 1, field: -3", "sz: 0", bethe(18, 9),
              18 / 4. - 3 * 9, "all spins down have E = -22.5");
  check_found("kind: chain, cluster: [20]}\nmodel: {J1: 1, field: 1", "sz: 0", bethe(20, 10),
              bethe(20, 6) - 4, "Sz=4 has");
  check_found("kind: chain, cluster: [20]}\nmodel: {J1: 1, field: -1", "sz: -5", bethe(20, 5) - 5,
              bethe(20, 6) - 4, "Sz=-4 has");
  check_found("kind: chain, cluster: [20]}\nmodel: {J1: -1, delta: 1.5", "sz: 0", NAN,
              -20 / 4. * 1.5, "all spins up");
}

/* Nothing is lower: that is no proof, and said. */
static void check_open(const char *lattice, const char *sector, const char *study, const char *text,
                       const char *comparison) {
  magnet m;
  begin(&m, lattice, sector, study);
  check_text(&m, text);
  check_result(&m, comparison);
  if (strstr(rc_str_c(&m.events), "warning: ") || magnet_real(&m, "warning_count") != 0)
    fail_msg("%s %s: %s", lattice, sector, rc_str_c(&m.events));
  assert_true(isnan(magnet_real(&m, "energy_outside")));
  magnet_close(&m);
}

static void test_open(void **state) {
  (void)state;
#define NO_SIGNS "graph: none, checks: false, boson: false, correlations: false"
  const char *partial = "\"comparison\":\"partial\"", *not = "\"comparison\":\"none\"";
  check_open("kind: chain, cluster: [18]}\nmodel: {J1: 1, delta: 0.5", "sz: 0", NO_SIGNS,
             "note: Compared with 1 other sector, by bounds", partial);
  check_open("kind: chain, cluster: [22]", "sz: 0, symmetry: full, momentum: [11], inversion: -1",
             NO_SIGNS, "by bounds: none is lower", partial);
  check_open("kind: chain, cluster: [12]", "sz: 1", NO_SIGNS ", compare: false",
             "note: Not compared with other sectors (compare: false)", not );
  /* room for the chosen sector only */
  check_open("kind: chain, cluster: [24]}\nmemory: 1 MiB\nmodel: {J1: 1", "sz: 8", BARE,
             "note: Not compared with other sectors, they are too large", not );
}

/* The smallest |Sz| of an isotropic magnet holds a state of every multiplet: no word is needed. */
static void test_complete(void **state) {
  (void)state;
  static const char *const yaml[] = {CHAIN(12, ""), CHAIN(12, "sector: {sz: 0, symmetry: full}"),
                                     CHAIN(11, "sector: {sz: 1/2}"), CHAIN(8, "sector: {sz: all}")};
  for (size_t i = 0; i < RC_LEN(yaml); i++) {
    magnet m;
    magnet_open(&m, yaml[i], 1);
    magnet_run(&m);
    check_result(&m, "\"comparison\":\"complete\"");
    assert_null(strstr(rc_str_c(&m.events), "ompared with"));
    magnet_close(&m);
  }
}

/* The same text with one thread and two, and no more memory than planned. */
static void test_honest(void **state) {
  (void)state;
  rc_str text[2] = {{0}, {0}};
  for (int i = 0; i < 2; i++) {
    magnet m;
    rc_big_reset();
    const uint64_t before = rc_big_now();
    magnet_open(&m,
                "lattice: {kind: chain, cluster: [22]}\nmodel: {J1: 1}\n"
                "sector: {sz: 0, symmetry: full, inversion: 1}\nstudies: {hilbert: {" BARE "}}\n",
                1 + i);
    magnet_run(&m);
    const double seen = (double)(rc_big_peak() - before);
    const double planned = magnet_real(&m, "bytes_planned"), peak = magnet_real(&m, "bytes_peak");
    if (fabs(peak - seen) > 0.1 * seen || fabs(planned - seen) > 0.1 * seen)
      fail_msg("planned %.0f, accounted %.0f, seen %.0f", planned, peak, seen);
    magnet_text(&m, &text[i]);
    rc_str_add(&text[i], rc_str_c(&m.events));
    magnet_close(&m);
    assert_true(rc_big_now() == before);
  }
  assert_string_equal(rc_str_c(&text[0]), rc_str_c(&text[1]));
  rc_str_free(&text[0]);
  rc_str_free(&text[1]);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bethe),    cmocka_unit_test(test_ring),  cmocka_unit_test(test_parity),
      cmocka_unit_test(test_kagome),   cmocka_unit_test(test_field), cmocka_unit_test(test_open),
      cmocka_unit_test(test_complete), cmocka_unit_test(test_honest)};
  return cmocka_run_group_tests_name("comparison with other sectors", tests, NULL, NULL);
}
