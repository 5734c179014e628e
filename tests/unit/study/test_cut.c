/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of the cut study: against all sign patterns of small magnets (with a Hamiltonian written
 * here), published ground-state energies, exact identities, and cuts that are known. */
#include "unit/study/cutting.h"

#include <unistd.h>

/* ---- every sign pattern of a small magnet ------------------------------------------------------
 */

enum { STATES = 20 };

/* H of spin-1/2 S.S on the bonds of the lattice, from the textbook: Sz Sz on the diagonal, J/2
 * between two states that differ by one antiparallel pair exchanged. */
static void dense(const rc_cut_data *d, const rc_model *model, double h[STATES][STATES]) {
  const int n = (int)rc_basis_states(d->basis);
  const rc_lattice *l = d->lattice;
  assert_true(n <= STATES);
  memset(h, 0, sizeof(double[STATES][STATES]));
  for (int s = 0; s < n; s++) {
    const uint64_t c = rc_basis_config(d->basis, (uint64_t)s);
    for (int b = 0; b < l->bonds; b++) {
      const int i = l->bond[b].i, j = l->bond[b].j;
      const double J = model->J[l->bond[b].cls] * l->bond[b].mult * l->bond[b].factor;
      const bool same = (c >> i & 1) == (c >> j & 1);
      h[s][s] += same ? J / 4 : -J / 4;
      if (same) continue;
      const uint64_t flipped = c ^ (1ull << i | 1ull << j);
      for (int t = 0; t < n; t++)
        if (rc_basis_config(d->basis, (uint64_t)t) == flipped) h[s][t] += J / 2;
    }
  }
}

/* Lowest energy of all sign patterns; state 0 keeps its sign, the rest go by Gray code. */
static double lowest(int n, double h[STATES][STATES], const double *a) {
  double sign[STATES], e = 0;
  for (int s = 0; s < n; s++) sign[s] = 1;
  for (int s = 0; s < n; s++)
    for (int t = 0; t < n; t++) e += h[s][t] * a[s] * a[t];
  double best = e;
  for (uint32_t k = 1; k < 1u << (n - 1); k++) {
    const int s = 1 + __builtin_ctz(k);
    double field = 0;
    for (int t = 0; t < n; t++) field += t == s ? 0 : h[s][t] * sign[t] * a[t];
    e -= 4 * sign[s] * a[s] * field;
    sign[s] = -sign[s];
    best = fmin(best, e);
  }
  return best;
}

static void test_all_signs(void **state) {
  (void)state;
  static const char *const yaml[] = {
      CUT(RING6, ""),
      CUT(RING6, "amplitudes: {from: uniform}"),
      CUT(RING6, "amplitudes: {from: noisy, sigma: 3, symmetric: false}"),
      CUT(RING6, "amplitudes: {from: shuffled, symmetric: false}"),
      CUT(OCTAHEDRON, ""),
      CUT(OCTAHEDRON, "amplitudes: {from: boson}"),
      CUT(OCTAHEDRON, "amplitudes: {from: noisy, sigma: 2, symmetric: false}"),
      CUT(OCTAHEDRON, "amplitudes: {from: boltzmann, lambda: 0.7}"),
      CUT(BOW_TIE, "amplitudes: {from: uniform}"),
      CUT("lattice: {kind: chain, cluster: [6]}\nmodel: {J1: -1, J2: 0.7}\n",
          "amplitudes: {from: noisy, sigma: 1, symmetric: false}")};
  for (size_t k = 0; k < RC_LEN(yaml); k++) {
    cutting c;
    cutting_open(&c, yaml[k], 1);
    cutting_run(&c);
    const rc_cut_data *d = cutting_data(&c);
    const int n = (int)rc_basis_states(d->basis);
    double h[STATES][STATES], norm = 0, diagonal = 0, weight = 0;
    dense(d, &c.m.sc->model, h);
    for (int s = 0; s < n; s++) {
      norm += d->amplitude[s] * d->amplitude[s];
      diagonal += h[s][s] * d->amplitude[s] * d->amplitude[s];
      for (int t = 0; t < s; t++) weight += 2 * fabs(h[s][t]) * d->amplitude[s] * d->amplitude[t];
    }
    const double best = lowest(n, h, d->amplitude);
    assert_true(fabs(norm - 1) <= 1e-12);
    assert_true(fabs(cutting_real(&c, "weight_total") - weight) <= 1e-12);
    assert_true(fabs(cutting_real(&c, "energy") - best) <= 1e-11);
    assert_true(fabs(cutting_real(&c, "value") - (diagonal + weight - best) / 2) <= 1e-11);
    assert_true(cutting_real(&c, "energy_bound") <= best + 1e-11);
    assert_true(cutting_real(&c, "optimal") == 1);
    assert_true(cutting_real(&c, "certified") == 1);
    assert_true(best >= d->energy_exact - 1e-10); /* no signs are below the ground state */
    cutting_close(&c);
  }
}

/* ---- published energies ------------------------------------------------------------------------
 */

/* Exact amplitudes: the best cut has C = (E_diag + W - E0) / 2 and is proved; for a singlet E_diag
 * = E0 / 3, so C = W/2 - E0/3 needs nothing but the published energy and the weight. E0 as in
 * tests/data/hilbert_reference.csv, where the sources are. */
static void test_published(void **state) {
  (void)state;
  static const struct {
    const char *yaml;
    double energy;
    int orbits, columns; /* 0: not known from elsewhere */
  } row[] = {
      {CUT(TRIANGULAR12, ""), -7.3239616253, 12, 40},
      {CUT(KAGOME12, ""), -5.4448752170, 19, 66},
      {CUT("lattice: {kind: molecule, name: icosahedron}\n", ""), -6.187889963998, 0, 0},
      {CUT("lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1, J2: 0.5}\n", ""),
       -8.457923351395, 0, 0},
      {CUT("lattice: {kind: chain, cluster: [12]}\nmodel: {J1: 1}\n", ""), -5.3873909174, 0, 0}};
  for (size_t k = 0; k < RC_LEN(row); k++) {
    cutting c;
    cutting_open(&c, row[k].yaml, 1);
    cutting_run(&c);
    const rc_cut_data *d = cutting_data(&c);
    const double weight = cutting_real(&c, "weight_total"), value = cutting_real(&c, "value");
    assert_true(fabs(cutting_real(&c, "energy") - row[k].energy) <= 1e-8);
    assert_true(fabs(value - (weight / 2 - row[k].energy / 3)) <= 1e-8);
    assert_true(fabs(value - (d->energy_diagonal + weight - d->energy_exact) / 2) <= 1e-10);
    assert_true(fabs(value - cutting_real(&c, "known_optimum")) <= 1e-10);
    assert_true(cutting_real(&c, "gap") <= 1e-9);
    assert_true(cutting_real(&c, "optimal") == 1);
    assert_true(cutting_real(&c, "certified") == 1);
    assert_true(fabs(cutting_real(&c, "overlap_exact") - 1) <= 1e-9);
    assert_true(fabs(cutting_real(&c, "amplitude_overlap") - 1) <= 1e-9);
    if (row[k].orbits) {
      assert_int_equal(d->orbits, row[k].orbits);
      assert_int_equal(d->edge_orbits, row[k].columns);
    }
    cutting_close(&c);
  }
}

/* Flat amplitudes on a lattice built of triangles: one edge of each triangle must stay frustrated
 * and no more need to, so the best cut has exactly two thirds of the weight. */
static void test_flat(void **state) {
  (void)state;
  static const char *const yaml[] = {
      CUT(TRIANGULAR12, "amplitudes: {from: uniform}"),
      CUT(KAGOME12, "amplitudes: {from: uniform}"),
      CUT("lattice: {kind: molecule, name: icosahedron}\n", "amplitudes: {from: uniform}")};
  for (size_t k = 0; k < RC_LEN(yaml); k++) {
    cutting c;
    cutting_open(&c, yaml[k], 1);
    cutting_run(&c);
    assert_true(fabs(cutting_real(&c, "value") / cutting_real(&c, "weight_total") - 2. / 3) <=
                1e-12);
    assert_true(fabs(cutting_real(&c, "frustrated_share") - 1. / 3) <= 1e-10);
    assert_true(cutting_real(&c, "optimal") == 1);
    cutting_close(&c);
  }
}

/* In a symmetric sector the flat state is the same state: figures of the whole space. */
static void test_flat_symmetric(void **state) {
  (void)state;
  static const char *const sector[] = {"", "sector: {sz: 0, inversion: 1}\n",
                                       "sector: {sz: 0, symmetry: full, inversion: 1}\n"};
  double overlap = 0;
  for (size_t k = 0; k < RC_LEN(sector); k++) {
    char yaml[400];
    snprintf(yaml, sizeof yaml, "%s%sstudies: {cut: {amplitudes: {from: uniform}}}\n", TRIANGULAR12,
             sector[k]);
    cutting c;
    cutting_open(&c, yaml, 1);
    cutting_run(&c);
    const double flat = cutting_real(&c, "weight_total") + cutting_data(&c)->energy_diagonal;
    if (k == 0) overlap = cutting_real(&c, "amplitude_overlap");
    assert_true(fabs(overlap - .664) <= 5e-4);
    assert_true(fabs(cutting_real(&c, "amplitude_overlap") - overlap) <= 1e-9);
    assert_true(fabs(flat - 36 / 4.) <= 1e-9); /* each of the 36 bonds gives J / 4 */
    assert_true(cutting_real(&c, "optimal") == 1);
    assert_int_equal(cutting_data(&c)->warnings, 0);
    cutting_close(&c);
  }
}

/* Boltzmann amplitudes: the lambda is a figure; on kagome the best cut is of another symmetry than
 * the ground state, which is told, and so is not the only one. */
static void test_boltzmann(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT(KAGOME12, "amplitudes: {from: boltzmann}"), 1);
  cutting_run(&c);
  assert_true(fabs(cutting_real(&c, "lambda") - .995913) <= 2e-6);
  assert_non_null(strstr(cutting_data(&c)->amplitudes, "lambda 0.99591"));
  assert_true(cutting_real(&c, "optimal") == 1);
  assert_true(cutting_real(&c, "overlap_exact") < 1e-9);
  assert_true(cutting_real(&c, "tied") == 1);
  assert_non_null(strstr(rc_str_c(&c.m.events), "of another symmetry than the ground state"));
  cutting_close(&c);
  cutting_open(&c, CUT(TRIANGULAR12, "amplitudes: {from: boltzmann}"), 1);
  cutting_run(&c);
  assert_true(fabs(cutting_real(&c, "overlap_exact") - 1) < 1e-9); /* exact signs here */
  assert_true(cutting_real(&c, "tied") == 0);
  assert_int_equal(cutting_data(&c)->warnings, 0);
  cutting_close(&c);
}

/* What is shown beside the figures agrees with them: sides, edges, solvers, traces. */
static void test_snapshot(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT(KAGOME12, "solvers: [greedy, descent, burer, tempering]"), 1);
  cutting_run(&c);
  const rc_cut_data *d = cutting_data(&c);
  const rc_cut_graph *g = d->graph;
  assert_true(fabs(rc_cut_value(g, d->best_side) + g->offset - d->value) <= 1e-10);
  double frustrated = 0;
  int64_t edges = 0;
  for (int64_t e = 0; e < g->m; e++) {
    if (d->best_side[g->u[e]] != d->best_side[g->v[e]]) continue; /* all are antiferromagnetic */
    frustrated += g->w[e];
    edges++;
  }
  assert_int_equal(edges, d->frustrated_edges);
  assert_true(fabs(frustrated - d->frustrated_weight) <= 1e-10);
  assert_true(fabs(d->value + frustrated - g->weight_total) <= 1e-10);
  for (int i = 1; i < d->frustrated_listed; i++)
    assert_true(fabs(d->frustrated[i - 1].weight) >= fabs(d->frustrated[i].weight));
  assert_int_equal(d->solvers, 4);
  assert_non_null(d->phase);
  for (int i = 0; i < d->solvers; i++) assert_true(d->solver[i].view.best <= d->value + 1e-10);
  for (int i = 1; i < d->best_trace.n; i++)
    assert_true(d->best_trace.value[i] > d->best_trace.value[i - 1]);
  for (int i = 1; i < d->bound_trace.n; i++)
    assert_true(d->bound_trace.value[i] < d->bound_trace.value[i - 1]);
  assert_true(d->cycles > 0);
  double sum = 0; /* an odd cycle of marked edges for every row that carries the bound */
  for (int i = 0; i < d->cycles; i++) {
    int marks = 0;
    for (int k = 0; k < d->cycle[i].length && k < 16; k++) marks += d->cycle[i].marked[k];
    if (d->cycle[i].length <= 16) assert_int_equal(marks % 2, 1);
    sum += d->cycle[i].multiplier;
  }
  assert_true(sum > 0);
  cutting_close(&c);
}

/* Local optima: each pair is counted once; those that reach the best cut, which is unique here, are
 * alike, and two of which one reaches it overlap as that one's figure says. */
static void test_optima(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT(KAGOME12, "solvers: [burer, descent]"), 1);
  cutting_run(&c);
  const rc_cut_data *d = cutting_data(&c);
  double pairs = 0, hits = 0, from_best[RC_CUT_PAIR_BINS] = {0};
  assert_true(d->optima > 3);
  for (int i = 0; i < RC_CUT_PAIR_BINS; i++) pairs += d->optimum_pairs[i];
  assert_true(pairs == d->optima * (d->optima - 1) / 2);
  for (int i = 0; i < d->optima; i++) {
    assert_true(d->optimum_value[i] <= d->value + 1e-9);
    hits += d->optimum_value[i] >= d->value - 1e-9;
  }
  assert_true(hits >= 1 && hits < d->optima);
  for (int i = 0; i < d->optima; i++) {
    const double q = d->optimum_overlap[i];
    if (d->optimum_value[i] >= d->value - 1e-9)
      assert_true(fabs(q - 1) < 1e-9);
    else
      from_best[(int)fmin(q * RC_CUT_PAIR_BINS, RC_CUT_PAIR_BINS - 1)] += hits;
  }
  assert_true(d->optimum_pairs[RC_CUT_PAIR_BINS - 1] >= hits * (hits - 1) / 2);
  for (int i = 0; i < RC_CUT_PAIR_BINS; i++) assert_true(d->optimum_pairs[i] >= from_best[i]);
  cutting_close(&c);
}

/* A level with two states: the study says so and gives no overlap. */
static void test_degenerate(void **state) {
  (void)state;
  cutting c;
  cutting_open(&c, CUT("lattice: {kind: chain, cluster: [5]}\nsector: {sz: 1/2}\n", ""), 1);
  cutting_run(&c);
  const rc_scalar *overlap = rc_frame_find(&c.f, "overlap_exact");
  assert_true(overlap && (overlap->type == RC_S_NULL || isnan(overlap->real)));
  assert_true(cutting_data(&c)->warnings == 1);
  assert_non_null(strstr(rc_str_c(&c.m.events), "warning: the ground level is 2-fold"));
  assert_true(fabs(cutting_real(&c, "energy") - -1.8680339887) <= 1e-9); /* ring of 5 */
  cutting_close(&c);
}

/* ---- files -------------------------------------------------------------------------------------
 */

static char folder[] = "/tmp/rc_cut_XXXXXX";

static int setup(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : 1;
}

static int teardown(void **state) {
  (void)state;
  return rmdir(folder);
}

static void write_file(const char *name, const char *text, char path[64]) {
  snprintf(path, 64, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

static void open_file(cutting *c, const char *path, const char *more) {
  char yaml[400];
  snprintf(yaml, sizeof yaml,
           "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n"
           "studies: {cut: {instance: \"%s\"%s}}\n",
           path, more);
  cutting_open(c, yaml, 1);
}

/* A file of amplitudes that leaves states out and has signs is taken, and that is told. */
static void test_amplitude_file(void **state) {
  (void)state;
  char path[64], yaml[300];
  cutting c;
  write_file("a.txt", "0 1e-200\n1 -2e-200\n2 3e-200\n4 1e-200\n8 1e-200\n", path);
  snprintf(yaml, sizeof yaml, CUT(RING6, "amplitudes: {from: file, file: \"%s\"}"), path);
  cutting_open(&c, yaml, 1);
  cutting_run(&c);
  assert_true(cutting_real(&c, "weight_total") > 0);
  assert_true(cutting_real(&c, "value") > 0);
  assert_non_null(strstr(rc_str_c(&c.m.events), "does not name 15 of the 20 states"));
  assert_non_null(strstr(rc_str_c(&c.m.events), "negative amplitudes in the file: 1;"));
  cutting_close(&c);
  unlink(path);
}

/* Files whose best cut is known: K5 (6 of 10), the Petersen graph (12 of 15), a signed square with
 * one negative edge (2 of 3 positive ones and not the negative), an edge of real weight. */
static void test_files(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
    bool integer;
  } file[] = {
      {"5 10\n1 2 1\n1 3 1\n1 4 1\n1 5 1\n2 3 1\n2 4 1\n2 5 1\n3 4 1\n3 5 1\n4 5 1\n", 6, true},
      {"10 15\n1 2 1\n2 3 1\n3 4 1\n4 5 1\n5 1 1\n1 6 1\n2 7 1\n3 8 1\n4 9 1\n5 10 1\n"
       "6 8 1\n8 10 1\n10 7 1\n7 9 1\n9 6 1\n",
       12, true},
      {"4 4\n1 2 1\n2 3 1\n3 4 1\n4 1 -2\n", 2, true},
      {"2 1\n1 2 0.25\n", .25, false},
      {"3 0\n", 0, true}};
  for (size_t k = 0; k < RC_LEN(file); k++) {
    char path[64];
    cutting c;
    write_file("g.txt", file[k].text, path);
    open_file(&c, path, "");
    cutting_run(&c);
    const rc_cut_data *d = cutting_data(&c);
    assert_true(d->from_file);
    assert_true(d->value == file[k].value);
    assert_true(d->bound == file[k].value);
    assert_true(d->optimal && d->certified);
    assert_int_equal(d->graph->integer, file[k].integer);
    assert_null(d->lattice); /* the magnet that stands for it has no say */
    assert_null(d->basis);
    assert_null(d->psi);
    assert_true(isnan(cutting_real(&c, "energy")));
    cutting_close(&c);
    unlink(path);
  }
}

/* A file that cannot be read fails the study with the reason and the line. */
static void test_bad_file(void **state) {
  (void)state;
  static const char *const text[][2] = {{"3 2\n1 2 1\n1 9 1\n", ":3:"}, {"", "empty"}};
  for (size_t k = 0; k < RC_LEN(text); k++) {
    char path[64];
    cutting c;
    rc_err err = {0};
    write_file("bad.txt", text[k][0], path);
    open_file(&c, path, "");
    assert_false(rc_study_cut.step(c.m.study, &c.state, &err));
    assert_int_equal(err.code, RC_ERR_INPUT);
    assert_non_null(strstr(err.message, text[k][1]));
    cutting_close(&c);
    unlink(path);
  }
}

/* ---- certificates ------------------------------------------------------------------------------
 */

/* What was asked for is written, verifies from the file alone, and says the study's figures; a
 * changed multiplier is refused. */
static void test_certificate(void **state) {
  (void)state;
  char certificate[64], instance[80], yaml[400];
  snprintf(certificate, sizeof certificate, "%s/k.cert", folder);
  snprintf(instance, sizeof instance, "%s.mc", certificate);
  snprintf(yaml, sizeof yaml, CUT(KAGOME12, "certificate: \"%s\""), certificate);
  cutting c;
  cutting_open(&c, yaml, 1);
  cutting_run(&c);
  assert_string_equal(rc_frame_find(&c.f, "certificate")->text, certificate);
  rc_verdict v;
  assert_true(rc_certificate_verify(certificate, NULL, &v));
  const rc_cut_graph *g = cutting_data(&c)->graph;
  assert_true(fabs(atof(v.value) + g->offset - cutting_real(&c, "value")) <= 1e-10);
  assert_true(fabs(atof(v.bound) + g->offset - cutting_real(&c, "bound")) <= 1e-8);
  assert_true(v.gap <= 1e-9);
  rc_cut_graph *back = rc_cut_graph_read(instance, NULL);
  assert_non_null(back);
  assert_string_equal(back->hash, g->hash);
  rc_cut_graph_free(back);
  cutting_close(&c);
  unlink(certificate), unlink(instance);
}

/* A certificate that would overwrite the instance it is about is refused before it is written. */
static void test_certificate_spares_instance(void **state) {
  (void)state;
  char path[64], more[100];
  cutting c;
  rc_err err = {0};
  write_file("g.txt", "2 1\n1 2 3\n", path);
  snprintf(more, sizeof more, ", certificate: \"%s\"", path);
  open_file(&c, path, more);
  bool ok = true;
  for (int i = 0; ok && i < 1000 && c.state == RC_RUNNING; i++)
    ok = rc_study_cut.step(c.m.study, &c.state, &err);
  assert_false(ok);
  assert_non_null(strstr(err.message, "overwrite"));
  cutting_close(&c);
  rc_cut_graph *g = rc_cut_graph_read(path, NULL);
  assert_non_null(g);
  rc_cut_graph_free(g);
  unlink(path);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_signs),
      cmocka_unit_test(test_published),
      cmocka_unit_test(test_flat),
      cmocka_unit_test(test_flat_symmetric),
      cmocka_unit_test(test_boltzmann),
      cmocka_unit_test(test_snapshot),
      cmocka_unit_test(test_optima),
      cmocka_unit_test(test_degenerate),
      cmocka_unit_test(test_amplitude_file),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_bad_file),
      cmocka_unit_test(test_certificate),
      cmocka_unit_test(test_certificate_spares_instance),
  };
  return cmocka_run_group_tests_name("figures of the cut study", tests, setup, teardown);
}
