/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fixed stretch of the scenario fuzzer, so that every test run does some of it: the broken
 * scenarios, sound ones of every lattice, and mutations of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>

#define RC_FUZZ_NO_MAIN
#include "fuzz/fuzz_scenario.c"

static const char *const sound[] = {
    "title: \"T: x\"\nabout: >\n  some text\n  in lines\nlattice: {kind: square, cluster: [2, 4]}\n"
    "model: {J1: 1, J2: 0.5, delta: 0.9, field: 0.1}\n"
    "sector: {sz: 0, symmetry: translation, momentum: [0, 2], inversion: +1}\nmemory: 1 GiB\n"
    "seed: 3\nstudies:\n  hilbert: {tolerance: 1e-9}\n  cut:\n"
    "    amplitudes: {from: {noisy: {sigma: 0.2}}}\n    solvers: [greedy, {kind: anneal, sweeps: "
    "9}]\n"
    "expect:\n  - {study: hilbert, value: energy, is: -5, within: 1e-8}\n"
    "tour:\n  - {say: hello, view: lattice, do: [a, b c], wait: knob.changed}\n"
    "  - {say: a, ask: b, answer: {value: gap, within: 2 %}, hint: [c, d], because: e}\n"
    "  - {say: a, ask: b, answer: {choice: [{say: c, is: gap < 1}, {say: d}]}}\n"
    "  - {say: a, ask: b, answer: {select: edge, where: edge.up = 1}, hint: c}\n",
    "lattice: {kind: triangular, torus: [[2, 2], [4, -2]]}\nmodel: {J1: 1}\n",
    "lattice: {kind: custom, sites: 5, bonds: [[0, 1, J1], [1, 2, J2], [3, 4], [0, 4, J2, 0.5]],\n"
    "  positions: [[0, 0], [1, 0], [1, 1], [0, 1], [2, 2, 1]]}\nsector: {sz: 3/2}\n",
    "a: &a {kind: molecule, name: cube}\n",
    "lattice: &a {kind: molecule, name: cube}\nmodel: {J1: 2}\n",
    "lattice: {kind: random, n: 8, seed: 4}\nsector: {sz: all}\nstudies: {cut: {rounds: [1, "
    "2]}}\n"};

static void mutations_are_borne(void **state) {
  (void)state;
  static pool p;
  char pattern[4096];
  const char *root = getenv("RC_SRCDIR");
  glob_t found;
  snprintf(pattern, sizeof pattern, "%s/tests/broken/*.yaml", root ? root : ".");
  assert_int_equal(glob(pattern, 0, NULL, &found), 0);
  for (size_t i = 0; i < found.gl_pathc; i++) read_seed(&p, found.gl_pathv[i]);
  globfree(&found);
  for (int copy = 0; copy < 8; copy++) /* sound ones weigh as much as the broken ones together */
    for (size_t i = 0; i < RC_LEN(sound); i++) add_seed(&p, sound[i], strlen(sound[i]));
  for (int i = 0; rc_lattice_kinds[i]; i++) {
    char text[96];
    snprintf(text, sizeof text, "lattice: {kind: %s}\nmodel: {J1: 1}\n", rc_lattice_kinds[i]->name);
    add_seed(&p, text, strlen(text));
  }
  assert_true(p.seeds > 100);
  run(&p, 1, 3000, 0); /* aborts at the first fault */
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(mutations_are_borne)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
