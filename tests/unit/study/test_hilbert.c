/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hilbert study: figures against published ones, warnings, commands, memory. */
#include <unistd.h>

#include "unit/study/magnet.h"

static void check_real(const magnet *m, const char *name, double value, double within) {
  double v = magnet_real(m, name);
  if (!(fabs(v - value) <= within)) fail_msg("%s is %.15g, not %.15g", name, v, value);
}

static void check_no_failures(const magnet *m) {
  if (strstr(rc_str_c(&m->events), "check.failed")) fail_msg("%s", rc_str_c(&m->events));
  assert_true(magnet_real(m, "checks_failed") == 0);
  assert_true(magnet_real(m, "checks_passed") >= 5);
}

/* 4x4 square, J2 = 0.5: E0 is the value of Wu et al., Science 386, 296 (2024), variational
 * benchmark J1J2/square_16_P_0.5 (-33.8316934 in Pauli units); counts by the formulas of token
 * graphs: V = C(16,8), E = m C(14,7) with m = 64 pairs. The overlap with the Marshall rule was
 * found by independent diagonalisation with scipy. */
static void test_square(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m, SQUARE("0.5", ""), 1);
  magnet_run(&m);
  check_real(&m, "energy", -33.8316934 / 4, 1e-7);
  check_real(&m, "energy_per_site", -33.8316934 / 64, 1e-8);
  check_real(&m, "gap", 0.31893429, 1e-7);
  check_real(&m, "states", 12870, 0);
  check_real(&m, "edges", 64 * 3432, 0);
  check_real(&m, "degree_min", 24, 0);
  check_real(&m, "degree_max", 48, 0);
  check_real(&m, "components", 1, 0);
  check_real(&m, "bipartite", 0, 0);
  check_real(&m, "balanced", 0, 0);
  check_real(&m, "odd_cycle", 3, 0);
  check_real(&m, "diameter", 8, 0);
  check_real(&m, "triangles", 219648, 0);
  check_real(&m, "degeneracy", 1, 0);
  check_real(&m, "total_spin", 0, 1e-6);
  check_real(&m, "weight_frustrated_share", 0.14696905, 1e-7);
  check_real(&m, "marshall_overlap", 0.974538, 1e-5);
  assert_true(magnet_real(&m, "residual") <= 1e-10);
  double e = magnet_real(&m, "energy"), d = magnet_real(&m, "energy_diagonal");
  double w = magnet_real(&m, "weight_total"), c = magnet_real(&m, "weight_satisfied");
  assert_true(fabs(e - (d + w - 2 * c)) < 1e-9);
  assert_true(magnet_real(&m, "energy_boson") < e);
  check_no_failures(&m);
  assert_true(magnet_real(&m, "warning_count") == 0);
  magnet_close(&m);
}

/* Without frustration: the Marshall rule is exact and the boson is the same as the spins. */
static void test_bipartite(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m, SQUARE("0", ""), 1);
  magnet_run(&m);
  check_real(&m, "energy", -44.9139328 / 4, 1e-7); /* Wu et al. 2024, Heisenberg/square_16_P */
  check_real(&m, "bipartite", 1, 0);
  check_real(&m, "balanced", 1, 0);
  check_real(&m, "odd_cycle", 0, 0);
  check_real(&m, "diameter", 12, 0);
  check_real(&m, "marshall_overlap", 1, 1e-9);
  check_real(&m, "linear_overlap", 1, 1e-9);
  check_real(&m, "weight_frustrated_share", 0, 1e-9);
  check_real(&m, "energy_boson", magnet_real(&m, "energy"), 1e-8);
  check_real(&m, "laplacian_max", 16 + 2 * 44.9139328 / 4, 1e-6);
  check_no_failures(&m);
  magnet_close(&m);
}

/* What is in a frame, at every step, hangs together. */
static void test_every_frame(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m,
              "lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"
              "studies: {hilbert: {}}\n",
              1);
  rc_state st = RC_RUNNING;
  rc_err err = {0};
  static rc_frame f;
  double progress = -1;
  rc_share *kept[400];
  double copy[400];
  int n = 0;
  do {
    magnet_frame(&m, &f);
    const rc_hilbert_data *d = rc_share_get(f.data);
    assert_non_null(d->lattice);
    assert_true(f.progress >= progress - 1e-12 && f.progress <= 1);
    progress = RC_MAX(progress, f.progress);
    for (const char *const *name = rc_study_hilbert.result_names; *name; name++)
      assert_non_null(rc_frame_find(&f, *name));
    if (d->matrix_ready) assert_true(rc_matrix_states(d->matrix) == 924);
    if (d->vector) assert_true(d->matrix_ready && d->trace > 0);
    if (d->graph.degrees > 0) assert_non_null(d->graph.histogram);
    /* frames of the past are not touched by later steps */
    if (n < 400) {
      kept[n] = rc_share_ref(f.data);
      copy[n++] = d->trace > 0 ? d->trace_energy[d->trace - 1] + d->trace : 0;
    }
    rc_share_drop(f.data);
  } while (st == RC_RUNNING && rc_study_hilbert.step(m.study, &st, &err));
  assert_int_equal(st, RC_DONE);
  assert_true(progress == 1);
  magnet_close(&m);
  for (int i = 0; i < n; i++) { /* they also outlive the study */
    const rc_hilbert_data *d = rc_share_get(kept[i]);
    assert_true(copy[i] == (d->trace > 0 ? d->trace_energy[d->trace - 1] + d->trace : 0));
    rc_share_drop(kept[i]);
  }
}

static void test_order(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m, SQUARE("0.5", "graph: none, checks: false, boson: false, levels: 0"), 1);
  magnet_run(&m);
  static rc_frame f;
  magnet_frame(&m, &f);
  const rc_hilbert_data *d = rc_share_get(f.data);
  assert_int_equal(d->ordered, 4096);
  double last = fabs(d->vector[d->order[4095]]);
  uint64_t larger = 0;
  for (uint64_t i = 0; i < 12870; i++) larger += fabs(d->vector[i]) > last + 2e-9;
  assert_true(larger <= 4095);
  for (int i = 1; i < 4096; i++) {
    double a = fabs(d->vector[d->order[i - 1]]), b = fabs(d->vector[d->order[i]]);
    /* to nine places; what rounding alone tells apart goes by index */
    assert_true(rint(a * 1e9) > rint(b * 1e9) ||
                (rint(a * 1e9) == rint(b * 1e9) && d->order[i - 1] < d->order[i]));
  }
  rc_share_drop(f.data);
  magnet_close(&m);
}

/* ---- warnings ---------------------------------------------------------------------------------
 */

static void check_warning(const char *yaml, const char *text) {
  magnet m;
  magnet_open(&m, yaml, 1);
  magnet_run(&m);
  if (!strstr(rc_str_c(&m.events), text)) fail_msg("no '%s' in:\n%s", text, rc_str_c(&m.events));
  magnet_close(&m);
}

static void test_warnings(void **state) {
  (void)state;
  /* six spins: singlets are odd under inversion; the even sector holds a triplet as its lowest */
  check_warning(CHAIN(6, "sector: {sz: 0, inversion: 1}"),
                "warning: a singlet of 6 spins has inversion parity (-1)^(6/2) = -1");
  check_warning(CHAIN(6, "sector: {sz: 0, inversion: 1}"),
                "warning: the ground state is not in this sector: Sz=0 reaches E = -2.802775638");
  /* a ring of 4k+2 sites has its ground state at momentum pi */
  check_warning(CHAIN(10, "sector: {sz: 0, symmetry: translation}"),
                "warning: the ground state is not in this sector");
  /* magnetised */
  check_warning(CHAIN(8, "sector: {sz: 2}"),
                "warning: the ground state is not in this sector: Sz=0 reaches E = -3.651093409");
  /* XXZ, a strong field: no smallest |Sz| to look at, so all of them. The
   * polarised ring has E = 8/4 - 10 * 8/2. */
  check_warning("lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 1, delta: 0.5}\n"
                "sector: {sz: 2}\nstudies: {hilbert: {}}\n",
                "warning: the ground state is not in this sector: all Sz");
  check_warning("lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 1, field: 10}\n"
                "studies: {hilbert: {}}\n",
                "warning: the ground state is not in this sector: all Sz reaches E = -38,");
  check_warning("lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 1}\n"
                "studies: {hilbert: {levels: 0}}\n",
                "nothing tells whether it is unique");
  /* Majumdar-Ghosh: two dimer states */
  check_warning("lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 1, J2: 0.5}\n"
                "studies: {hilbert: {}}\n",
                "warning: the ground level is 2-fold degenerate in this sector");
  /* a cluster under another name (the lattice's own note is passed on) */
  check_warning("lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"
                "studies: {hilbert: {}}\n",
                "note: ");
  check_warning("lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"
                "studies: {hilbert: {}}\n",
                "cuboctahedron");
}

static void test_no_false_warnings(void **state) {
  (void)state;
  static const char *const yaml[] = {CHAIN(8, ""),
                                     CHAIN(8, "sector: {sz: 0, inversion: 1}"),
                                     CHAIN(8, "sector: {sz: 0, symmetry: full}"),
                                     CHAIN(6, "sector: {sz: 0, inversion: -1}"),
                                     CHAIN(8, "sector: {sz: all}"),
                                     "lattice: {kind: chain, cluster: [8]}\n"
                                     "model: {J1: 1, delta: 0.5}\nstudies: {hilbert: {}}\n"};
  for (size_t i = 0; i < RC_LEN(yaml); i++) {
    magnet m;
    magnet_open(&m, yaml[i], 1);
    magnet_run(&m);
    if (strstr(rc_str_c(&m.events), "warning:")) fail_msg("%s%s", yaml[i], rc_str_c(&m.events));
    magnet_close(&m);
  }
}

/* Signs of a degenerate level are refused, or labelled when asked for. */
static void test_degenerate(void **state) {
  (void)state;
#define GHOSH(STUDY)                                                                               \
  "lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 1, J2: 0.5}\nstudies: {hilbert: {" STUDY "}}" \
  "\n"
  magnet m;
  magnet_open(&m, GHOSH(""), 1);
  magnet_run(&m);
  check_real(&m, "energy", -3, 1e-9); /* -3/8 N */
  check_real(&m, "degeneracy", 2, 0);
  assert_true(isnan(magnet_real(&m, "weight_total")));
  static rc_frame f;
  magnet_frame(&m, &f);
  assert_true(((const rc_hilbert_data *)rc_share_get(f.data))->signs_refused);
  rc_share_drop(f.data);
  magnet_close(&m);
  magnet_open(&m, GHOSH("signs: always"), 1);
  magnet_run(&m);
  assert_false(isnan(magnet_real(&m, "weight_total")));
  assert_non_null(strstr(rc_str_c(&m.events), "one vector out of many"));
  magnet_close(&m);
}

/* ---- options ----------------------------------------------------------------------------------
 */

static void test_options(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m,
              SQUARE("0.5", "graph: none, signs: none, correlations: false, boson: false, "
                            "checks: false, levels: 0"),
              1);
  magnet_run(&m);
  check_real(&m, "energy", -33.8316934 / 4, 1e-7);
  assert_true(isnan(magnet_real(&m, "edges")) && isnan(magnet_real(&m, "weight_total")));
  assert_true(isnan(magnet_real(&m, "total_spin")) && isnan(magnet_real(&m, "energy_boson")));
  assert_true(isnan(magnet_real(&m, "checks_passed")));
  magnet_close(&m);
  magnet_open(&m, SQUARE("0.5", "graph: structure"), 1);
  magnet_run(&m);
  check_real(&m, "edges", 64 * 3432, 0);
  check_real(&m, "balanced", 0, 0);
  assert_true(isnan(magnet_real(&m, "odd_cycle"))); /* that search comes after the counts */
  magnet_close(&m);
}

/* The three storages give the same ground state. */
static void test_storage(void **state) {
  (void)state;
#define KAGOME(STUDY)                                                                              \
  "lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\nstudies: {hilbert: {" STUDY "}}\n"
  static const char *const yaml[] = {KAGOME("storage: values"), KAGOME("storage: pattern"),
                                     KAGOME("storage: fly")};
  for (size_t i = 0; i < RC_LEN(yaml); i++) {
    magnet m;
    magnet_open(&m, yaml[i], 1);
    magnet_run(&m);
    check_real(&m, "energy", -5.444875217, 1e-9); /* scipy, and an independent Lanczos */
    check_real(&m, "weight_frustrated_share", 0.08846308, 1e-7);
    static rc_frame f;
    magnet_frame(&m, &f);
    const rc_hilbert_data *d = rc_share_get(f.data);
    assert_int_equal(d->storage, RC_MATRIX_VALUES + (int)i);
    rc_share_drop(f.data);
    magnet_close(&m);
  }
}

/* ---- commands ---------------------------------------------------------------------------------
 */

/* All sectors of the 10-ring: the lowest is the momentum pi one (Marshall: k = pi for N = 4k+2). */
static void test_scan(void **state) {
  (void)state;
  magnet m;
  rc_err err = {0};
  magnet_open(&m, CHAIN(10, ""), 1);
  magnet_run(&m);
  assert_true(rc_study_hilbert.command(m.study, "scan", NULL, &err));
  assert_true(magnet_run(&m) > 1);
  static rc_frame f;
  magnet_frame(&m, &f);
  const rc_hilbert_data *d = rc_share_get(f.data);
  assert_true(d->scans > 3 && d->scans == d->scan_total);
  double energy = magnet_real(&m, "energy"), least = INFINITY;
  uint64_t states = 0;
  for (int i = 0; i < d->scans; i++) {
    least = fmin(least, d->scan[i].energy);
    if (d->scan[i].sector.symmetry != RC_SYM_NONE) states += d->scan[i].states;
    if (d->scan[i].lowest) assert_true(fabs(d->scan[i].energy - energy) < 1e-8);
  }
  assert_true(fabs(least - energy) < 1e-8);
  assert_true(states <= 252);
  assert_non_null(strstr(rc_str_c(&m.events), "scan.done: lowest of"));
  assert_non_null(strstr(rc_str_c(&m.events), "k = (pi), inversion -1"));
  rc_share_drop(f.data);
  magnet_close(&m);
}

static void test_export(void **state) {
  (void)state;
  magnet m;
  rc_err err = {0};
  char path[] = "/tmp/roadcut-export-XXXXXX", argument[80];
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  magnet_open(&m, CHAIN(4, ""), 1);
  snprintf(argument, sizeof argument, "edges %s", path);
  assert_false(rc_study_hilbert.command(m.study, "export", argument, &err));
  assert_string_equal(err.message, "export: the graph is not known yet");
  magnet_run(&m);
  err = (rc_err){0};
  if (!rc_study_hilbert.command(m.study, "export", argument, &err)) fail_msg("%s", err.message);
  size_t len = 0;
  char *text = rc_read_file(path, 1 << 20, &len, &err);
  assert_non_null(text);
  int lines = 0;
  for (size_t i = 0; i < len; i++) lines += text[i] == '\n' && i > 0 && i + 1 <= len;
  assert_true(lines >= 8); /* 8 edges, and perhaps a heading */
  rc_free(text);
  unlink(path);
  static const char *const bad[] = {NULL, "", "edges", "xml /tmp/x", "edges /nonexistent/dir/x"};
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    err = (rc_err){0};
    assert_false(rc_study_hilbert.command(m.study, "export", bad[i], &err));
    assert_int_equal(err.code, RC_ERR_INPUT);
  }
  magnet degenerate; /* an amplitude of one vector out of many is none */
  magnet_open(&degenerate, GHOSH(""), 1);
  magnet_run(&degenerate);
  snprintf(argument, sizeof argument, "edges %s", path);
  assert_true(rc_study_hilbert.command(degenerate.study, "export", argument, &err));
  text = rc_read_file(path, 1 << 20, &len, &err);
  assert_non_null(text);
  assert_null(strstr(text, "weight"));
  assert_non_null(strstr(rc_str_c(&degenerate.events), "without amplitudes"));
  rc_free(text);
  unlink(path);
  magnet_close(&degenerate);
  err = (rc_err){0};
  assert_false(rc_study_hilbert.command(m.study, "scna", NULL, &err));
  assert_string_equal(err.message, "study 'hilbert' knows no command 'scna'; did you mean 'scan'?");
  magnet_close(&m);
}

/* ---- memory -----------------------------------------------------------------------------------
 */

/* What the study says of its memory is what the allocator has seen, to the byte, also while another
 * one holds some; and what was planned; and within the limit. */
static void check_memory(const char *yaml) {
  magnet m;
  void *another = rc_big_alloc(1 << 20, 1, "what another study holds", NULL);
  rc_big_reset();
  uint64_t before = rc_big_now();
  magnet_open(&m, yaml, 1);
  magnet_run(&m);
  double seen = (double)(rc_big_peak() - before);
  double planned = magnet_real(&m, "bytes_planned"), peak = magnet_real(&m, "bytes_peak");
  if (peak != seen || fabs(planned - seen) > 0.1 * seen || seen > (double)m.sc->memory)
    fail_msg("planned %.0f, measured %.0f, seen %.0f\n%s", planned, peak, seen, yaml);
  magnet_close(&m);
  assert_true(rc_big_now() == before);
  rc_big_free(another);
}

/* Where the graph, the scan, the partner, the look outside, or a degenerate level takes the most. */
static void test_memory_of_phases(void **state) {
  (void)state;
#define MEMORY(LATTICE, MODEL, SECTOR, LIMIT, STUDY)                                               \
  "lattice: {" LATTICE "}\nmodel: {" MODEL "}\nsector: {" SECTOR "}\nmemory: " LIMIT               \
  "\nstudies: {hilbert: {" STUDY "}}\n"
  static const char *const yaml[] = {
      MEMORY("kind: chain, cluster: [16]", "J1: 1, J2: 0.5", "inversion: 1", "1 MiB",
             "checks: false"),
      MEMORY("kind: chain, cluster: [16]", "J1: 1, J2: 0.4", "inversion: 1", "2 MiB",
             "compare: false"),
      MEMORY("kind: square, cluster: [4, 4]", "J1: 1, J2: 0.5", "inversion: 1", "1 MiB",
             "graph: structure"),
      MEMORY("kind: triangular, cluster: [4, 4]", "J1: 1", "symmetry: translation", "1 MiB",
             "compare: false"),
      MEMORY("kind: kagome, cluster: [2, 3]", "J1: 1", "symmetry: translation", "2 MiB",
             "signs: none"),
      MEMORY("kind: kagome, cluster: [2, 2]", "J1: 1", "sz: 0", "1 GiB", "scan: true"),
      MEMORY("kind: honeycomb, cluster: [2, 4]", "J1: 1", "sz: 0", "2 MiB",
             "scan: true, checks: false"),
      MEMORY("kind: ladder, cluster: [6]", "J1: 1", "sz: 3", "1 MiB", "scan: true"),
      MEMORY("kind: chain, cluster: [16]", "J1: 1, J2: 0.5", "sz: 0", "1 MiB",
             "checks: false, graph: none"),
      MEMORY("kind: triangular, cluster: [3, 4]", "J1: 1", "inversion: 1", "1 MiB", ""),
      /* a lower level is found before the largest sector is looked at */
      MEMORY("kind: honeycomb, cluster: [3, 3]", "J1: 1, delta: 0.5", "inversion: 1", "1 GiB",
             "graph: none, checks: false, boson: false, signs: none, correlations: false, "
             "levels: 0, tolerance: 1.0e-6"),
      MEMORY("kind: honeycomb, cluster: [3, 3]", "J1: 1, delta: 0.5",
             "symmetry: full, inversion: -1", "1 GiB", ""),
      /* sign statistics that are refused */
      MEMORY("kind: chain, cluster: [20]", "J1: 1", "sz: 5, symmetry: translation", "1 GiB",
             "checks: false, graph: structure")};
  for (size_t i = 0; i < RC_LEN(yaml); i++) check_memory(yaml[i]);
}

/* Without room for a dense matrix the same levels by Lanczos; without room for all rows the same
 * graph as far as it is given, and it is said. */
static void test_memory_short(void **state) {
  (void)state;
  static const char *const limit[] = {"1 GiB", "1 MiB"};
  double energy[2][2], gap[2], edges[2], cycle[2];
  for (int i = 0; i < 2; i++) {
    char yaml[300];
    magnet m;
    snprintf(
        yaml, sizeof yaml,
        MEMORY("kind: triangular, cluster: [3, 4]", "J1: 1", "inversion: 1", "%s", "checks: false"),
        limit[i]);
    magnet_open(&m, yaml, 1);
    magnet_run(&m);
    energy[i][0] = magnet_real(&m, "energy");
    gap[i] = magnet_real(&m, "gap");
    magnet_close(&m);
    snprintf(yaml, sizeof yaml,
             MEMORY("kind: square, cluster: [4, 4]", "J1: 1, J2: 0.5", "inversion: 1", "%s",
                    "checks: false"),
             limit[i]);
    magnet_open(&m, yaml, 1);
    magnet_run(&m);
    energy[i][1] = magnet_real(&m, "energy");
    edges[i] = magnet_real(&m, "edges");
    cycle[i] = magnet_real(&m, "odd_cycle");
    assert_true((strstr(rc_str_c(&m.events), "keep all rows of the graph") != NULL) == (i == 1));
    magnet_close(&m);
  }
  for (int k = 0; k < 2; k++) assert_true(fabs(energy[0][k] - energy[1][k]) < 1e-9);
  assert_true(fabs(gap[0] - gap[1]) < 1e-8);
  assert_true(edges[0] == edges[1] && edges[0] > 0 && cycle[0] == cycle[1]);
}

static void test_memory(void **state) {
  (void)state;
#define HONEYCOMB(STUDY, MORE)                                                                     \
  "lattice: {kind: honeycomb, torus: [[2, 0], [0, 4]]}\nmodel: {J1: 1}\n" MORE                     \
  "\nstudies: {hilbert: {" STUDY "}}\n"
  check_memory(HONEYCOMB("", ""));
  check_memory(HONEYCOMB("storage: values", ""));
  check_memory(HONEYCOMB("storage: pattern, checks: false", ""));
  check_memory(HONEYCOMB("", "sector: {sz: 0, symmetry: translation, inversion: -1}"));
  check_memory(HONEYCOMB("compare: false", "sector: {sz: 0, symmetry: full}"));
  check_memory("lattice: {kind: honeycomb, torus: [[2, 0], [0, 4]]}\n"
               "model: {J1: 1, delta: 0.8}\nstudies: {hilbert: {compare: false}}\n");
  /* further levels: a vector each */
  check_memory("lattice: {kind: chain, cluster: [18]}\nmodel: {J1: 1}\n"
               "studies: {hilbert: {levels: 5, graph: none, checks: false}}\n");
}

/* A limit under which the stored Krylov vectors do not fit costs time, not the answer: the
 * same energy, and no more memory than that. Bethe, N = 16: tests/data/hilbert_reference.csv. */
static void test_lean(void **state) {
  (void)state;
  static const char *const memory[] = {"4 GiB", "2 MiB"};
  double energy[2];
  for (int i = 0; i < 2; i++) {
    char yaml[200];
    snprintf(yaml, sizeof yaml,
             "lattice: {kind: chain, cluster: [16]}\nmodel: {J1: 1}\nmemory: %s\n"
             "studies: {hilbert: {checks: false, graph: none}}\n",
             memory[i]);
    magnet m;
    rc_big_reset();
    const uint64_t before = rc_big_now();
    magnet_open(&m, yaml, 1);
    magnet_run(&m);
    energy[i] = magnet_real(&m, "energy");
    const uint64_t used = rc_big_peak() - before;
    assert_true(i ? used <= 2 << 20 : used > 4 << 20);
    magnet_close(&m);
  }
  assert_true(fabs(energy[0] - -7.142296360617) < 1e-10);
  assert_true(fabs(energy[0] - energy[1]) < 1e-11);
}

static void test_limit(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m,
              "lattice: {kind: chain, cluster: [24]}\nmodel: {J1: 1}\nmemory: 20 MiB\n"
              "studies: {hilbert: {}}\n",
              1);
  rc_state st = RC_RUNNING;
  rc_err err = {0};
  while (st == RC_RUNNING && rc_study_hilbert.step(m.study, &st, &err)) continue;
  assert_int_equal(err.code, RC_ERR_MEMORY);
  assert_non_null(strstr(err.message, "MiB"));
  magnet_close(&m);
}

/* Where the signed coupling graph is balanced, Marshall's rule is exact (Marshall 1955; Lieb, Schultz,
 * Mattis 1961), also when no single class of bonds connects the magnet, when some are off, and when
 * some are ferromagnetic; no self-check may fail on any of them. */
static void test_marshall(void **state) {
  (void)state;
  static const char *const balanced[] = {
      "lattice: {kind: ladder, cluster: [4]}\nmodel: {J1: 1, J2: 1}\n",
      "lattice: {kind: ladder, cluster: [5], periodic: false}\nmodel: {J1: 1, J2: 1}\n",
      "lattice: {kind: ladder, cluster: [4]}\nmodel: {J1: 1, J2: 0.7, delta: 0.5}\n",
      "lattice: {kind: ladder, cluster: [4]}\nmodel: {J1: 1, J2: -0.7}\n",
      "lattice: {kind: shastry-sutherland, cluster: [2, 2]}\nmodel: {J1: 0, J2: 1}\n",
      "lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 1, J2: -0.5}\n",
      "lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 0, J2: 1}\n",
      "lattice: {kind: custom, sites: 3, bonds: [[0, 1, J2], [0, 2, J1]]}\n"
      "model: {J1: 1, J2: 1}\nsector: {sz: 0.5}\n"};
  for (size_t i = 0; i < RC_LEN(balanced); i++) {
    magnet m;
    rc_str yaml = {0};
    rc_str_addf(&yaml, "%sstudies: {hilbert: {}}\n", balanced[i]);
    magnet_open(&m, rc_str_c(&yaml), 1);
    magnet_run(&m);
    check_no_failures(&m);
    check_real(&m, "balanced", 1, 0);
    if (magnet_real(&m, "degeneracy") == 1) check_real(&m, "marshall_overlap", 1, 1e-9);
    magnet_close(&m);
    rc_str_free(&yaml);
  }
  magnet m; /* frustrated by its odd legs, which fall apart: no rule to compare with */
  magnet_open(
      &m, "lattice: {kind: ladder, cluster: [5]}\nmodel: {J1: 1, J2: 1}\nstudies: {hilbert: {}}\n",
      1);
  magnet_run(&m);
  check_no_failures(&m);
  check_real(&m, "balanced", 0, 0);
  assert_true(isnan(magnet_real(&m, "marshall_overlap")));
  magnet_close(&m);
}

/* Levels that are nearly equal, and couplings of very different size: the self-check may pass over
 * what its own recurrence cannot tell, but must not see faults where there are none. */
static void test_no_false_alarm(void **state) {
  (void)state;
  static const char *const hard[] = {
      "lattice: {kind: chain, cluster: [8]}\nmodel: {J1: 1, J2: 0.5000001}\n",
      "lattice: {kind: chain, cluster: [12]}\nmodel: {J1: 1, J2: 0.500001}\n",
      "lattice: {kind: chain, cluster: [12]}\nmodel: {J1: 1, J2: 0.49999}\n",
      "lattice: {kind: square, torus: [[3, 1], [-1, 3]]}\nmodel: {J1: 1, J2: 1.0e+6}\n",
      "lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1, J2: 1.0e+6}\n",
      "lattice: {kind: square, torus: [[3, 1], [-1, 3]]}\nmodel: {J1: 1.0e-6, J2: 1}\n",
      "lattice: {kind: shastry-sutherland, cluster: [2, 2]}\nmodel: {J1: 0.001, J2: 1}\n",
      "lattice: {kind: chain, cluster: [9]}\nmodel: {J1: 0.25, J2: 1.000001}\nsector: {sz: 1.5}\n"};
  for (size_t i = 0; i < RC_LEN(hard); i++) {
    magnet m;
    rc_str yaml = {0};
    rc_str_addf(&yaml, "%sstudies: {hilbert: {}}\n", hard[i]);
    magnet_open(&m, rc_str_c(&yaml), 1);
    magnet_run(&m);
    check_no_failures(&m);
    magnet_close(&m);
    rc_str_free(&yaml);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_square),
                                     cmocka_unit_test(test_bipartite),
                                     cmocka_unit_test(test_every_frame),
                                     cmocka_unit_test(test_order),
                                     cmocka_unit_test(test_warnings),
                                     cmocka_unit_test(test_no_false_warnings),
                                     cmocka_unit_test(test_degenerate),
                                     cmocka_unit_test(test_options),
                                     cmocka_unit_test(test_storage),
                                     cmocka_unit_test(test_scan),
                                     cmocka_unit_test(test_export),
                                     cmocka_unit_test(test_memory),
                                     cmocka_unit_test(test_memory_of_phases),
                                     cmocka_unit_test(test_memory_short),
                                     cmocka_unit_test(test_lean),
                                     cmocka_unit_test(test_limit),
                                     cmocka_unit_test(test_marshall),
                                     cmocka_unit_test(test_no_false_alarm)};
  return cmocka_run_group_tests_name("hilbert study", tests, NULL, NULL);
}
