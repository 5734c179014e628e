/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios of the golden renders.
 *
 * The magnets are small enough for dense diagonalisation, so that step counts do not depend on a
 * linear algebra library; the amplitudes are those of a fully symmetric sector, where no two are
 * equal and their order is certain. */
#ifndef RC_TEST_UI_GOLDEN_SCENARIOS_H
#define RC_TEST_UI_GOLDEN_SCENARIOS_H

#include "common.h"

static const char *const PLAIN =
    "title: Square, 10 spins - golden\n"
    "about: Ten spins on a tilted square.\n"
    "lattice: {kind: square, torus: [[3, 1], [-1, 3]]}\n"
    "model: {J1: 1.0, J2: 0.4}\n"
    "sector: {sz: 0}\n"
    "studies:\n"
    "  hilbert: {}\n"
    "tour:\n"
    "  - say: Ten spins, every one with four neighbours.\n"
    "    view: lattice\n"
    "  - say: Turn J2 up and watch the signs.\n"
    "    do: [knob.select J2]\n"
    "    wait: knob.changed\n"
    "  - say: A question about a figure.\n"
    "    view: hilbert.facts\n"
    "    ask: How many states has the sector?\n"
    "    answer: {value: states}\n"
    "    hint: Ten spins, five of them up.\n"
    "    because: Ten over five.\n"
    "  - say: A choice.\n"
    "    view: lattice.map\n"
    "    ask: Can all edges be content?\n"
    "    answer: {choice: [{say: They can, is: balanced = true}, {say: Not all}]}\n";

static const char *const SYMMETRIC = "title: Square, 16 spins - golden\n"
                                     "lattice: {kind: square, cluster: [4, 4]}\n"
                                     "model: {J1: 1.0, J2: 0.4}\n"
                                     "sector: {sz: 0, symmetry: full, inversion: +1}\n"
                                     "studies:\n"
                                     "  hilbert: {}\n";

/* For the views of the cut study. */
static const char *const CUT = "title: Square, 10 spins - golden\n"
                               "lattice: {kind: square, torus: [[3, 1], [-1, 3]]}\n"
                               "model: {J1: 1.0, J2: 0.4}\n"
                               "sector: {sz: 0}\n"
                               "studies:\n"
                               "  cut: {}\n";

/* For the views of the calibration. */
static const char *const FIT = "title: Misra1a - golden\n"
                               "studies:\n"
                               "  calibration:\n"
                               "    model: {kind: nist, problem: Misra1a}\n"
                               "    optimizers: [lm, nelder-mead]\n"
                               "    queries: 60\n"
                               "    goals: [1, 0.01, 0.0088966]\n"
                               "    widths: true\n"
                               "    reduce: true\n"
                               "    ensemble: 40\n";

/* For the views of the paths: one run, all its pictures. */
static const char *const PATHS =
    "title: Ising, 9 spins - golden\n"
    "studies:\n"
    "  paths: {system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 120, burn: 5,\n"
    "          steps: 100000, learn: {hidden: 8, frames: false},\n"
    "          compare: [{kind: rfps, select: lorentz}]}\n";

static inline bool of_paths(int view) {
  return strcmp(rc_view_classes[view]->study, "paths") == 0;
}

static inline const char *yaml_of(const char *view) {
  for (int v = 0; rc_view_classes[v]; v++) {
    if (strcmp(rc_view_classes[v]->kind.name, view) != 0) continue;
    if (strcmp(rc_view_classes[v]->study, "cut") == 0) return CUT;
    if (strcmp(rc_view_classes[v]->study, "calibration") == 0) return FIT;
    if (strcmp(rc_view_classes[v]->study, "watch") == 0) return watching("");
  }
  return strcmp(view, "state") == 0 ? SYMMETRIC : PLAIN;
}

/* A browser on a folder with two scenarios and a broken one. The screen shows its path, a relative
 * one, so the folder is the current one until golden_folder_end. */
static inline void golden_folder_begin(char folder[]) {
  static const char *const names[] = {"a-plain.yaml", "b-symmetric.yaml", "c-broken.yaml"};
  const char *const texts[] = {PLAIN, SYMMETRIC, "title: Broken\nlatice: {kind: kagome}\n"};
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chdir(folder), 0);
  for (int i = 0; i < 3; i++) {
    FILE *f = fopen(names[i], "w");
    assert_non_null(f);
    fputs(texts[i], f);
    fclose(f);
  }
}

static inline void golden_folder_end(const char *folder, const char *before) {
  unlink("a-plain.yaml");
  unlink("b-symmetric.yaml");
  unlink("c-broken.yaml");
  assert_int_equal(chdir(before), 0);
  assert_int_equal(rmdir(folder), 0);
}

static const int sizes[][2] = {{40, 12}, {60, 16}, {80, 24}, {100, 30}, {120, 40}, {200, 60}};

#endif
