/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut instances of magnets: with the exact amplitudes the largest cut is (E_diag + W - E0) / 2,
 * with E0 of the reference table; heuristics reach it, the orbit relaxation proves it, the
 * independent checker accepts the proof. Sizes of the relaxation, equal amplitudes, the identity
 * E = E_diag + W - 2 C against the matrix, and the families of amplitudes. */
#include "../hilbert/graph_table.h"

#include <unistd.h>

#include "roadcut/cut.h"

static table_row row[TABLE_ROWS_MAX];
static int rows;

typedef struct case_of {
  magnet m;
  rc_eigen *eigen;
  rc_eigen_view v;
  rc_state_symmetry symmetry;
  double *a, spread;
  rc_cut_graph *graph;
  double diagonal, exact; /* E_diag and the largest cut, without the offset */
} case_of;

static case_of open_case(magnet m, rc_amplitude_kind kind) {
  case_of c = {.m = m};
  rc_err err = {0};
  const rc_eigen_opts o = {.tolerance = 1e-12, .iterations = 2000, .seed = 1, .threads = 1};
  c.eigen = rc_eigen_new(m.matrix, &o, &err);
  check_ok(c.eigen != NULL, &err);
  for (bool done = false; !done;) check_ok(rc_eigen_step(c.eigen, &done, &err), &err);
  c.v = rc_eigen_read(c.eigen);
  check_ok(rc_state_symmetry_make(m.lattice, &m.model, m.basis, &c.symmetry, &err), &err);
  const uint64_t n = rc_matrix_states(m.matrix);
  c.a = rc_alloc(n, sizeof *c.a);
  const rc_amplitude_opts amplitudes = {.kind = kind};
  check_ok(rc_amplitudes(m.matrix, c.v.vector, NULL, &amplitudes, c.a, NULL, &err), &err);
  double *even = rc_alloc(n, sizeof *even);
  memcpy(even, c.a, n * sizeof *even);
  c.spread = rc_state_symmetry_even(&c.symmetry, even);
  if (c.spread < 1e-7) memcpy(c.a, even, n * sizeof *even);
  rc_free(even);
  c.graph = rc_cut_graph_hilbert(m.matrix, c.a, 1 << 24, &err);
  check_ok(c.graph != NULL, &err);
  c.diagonal = rc_cut_energy_diagonal(m.matrix, c.a);
  c.exact = (c.diagonal + c.graph->weight_total - c.v.energy) / 2 - c.graph->offset;
  return c;
}

static void close_case(case_of *c) {
  rc_cut_graph_free(c->graph);
  rc_free(c->a);
  rc_state_symmetry_free(&c->symmetry);
  rc_eigen_free(c->eigen);
  magnet_free(&c->m);
}

/* Greedy by itself, then descents until one has the wanted value. side: n numbers. */
static double heuristics(const rc_cut_graph *g, double wanted, uint8_t *side) {
  static const char *const name[] = {"greedy", "descent"};
  double best = -INFINITY;
  for (int k = 0; k < 2 && best < wanted; k++) {
    const rc_solver_class *s = (const rc_solver_class *)rc_kind_find(rc_solver_kinds, name[k]);
    int64_t options[64] = {0};
    assert_true(s->kind.size <= sizeof options);
    rc_params_init(s->kind.params, options, s->kind.size);
    void *run = s->open(g, options, 1, 0, NULL);
    assert_non_null(run);
    rc_solver_view v = s->read(run);
    for (int i = 0; i < 2000 && !v.done && v.best < wanted; i++) {
      s->step(run, (uint64_t)g->n + 1000);
      v = s->read(run);
    }
    if (v.best > best) {
      best = v.best;
      memcpy(side, v.best_side, (size_t)g->n);
    }
    s->close(run);
    rc_params_free(s->kind.params, options);
  }
  assert_near(rc_cut_value(g, side), best, 1e-12 * (1 + fabs(best)));
  return best;
}

/* ---- exact amplitudes -------------------------------------------------------------------------
 */

static void heuristics_reach_the_exact_cut(void **state) {
  (void)state;
  int seen = 0;
  const char *large = "";
  const uint64_t most = SLOW_BUILD ? 1000 : 12870;
  for (int i = 0; i < rows; i++) {
    const table_row *r = &row[i];
    if (!r->signs || r->degenerate || r->vertices > most) continue;
    /* of the large ones the first of each lattice */
    if (r->vertices > 3000 && strcmp(r->name, large) == 0) continue;
    if (r->vertices > 3000) large = r->name;
    case_of c = open_case(table_magnet(r), RC_AMPLITUDES_GROUND);
    uint8_t *side = rc_alloc((size_t)c.graph->n, 1);
    const double best = heuristics(c.graph, c.exact - 1e-10, side);
    const double C = (c.diagonal + c.graph->weight_total - r->energy) / 2;
    if (fabs(best + c.graph->offset - C) > 1e-10)
      fail_msg("%s: best cut %.14g, not %.14g", r->name, best + c.graph->offset, C);
    if (fabs(C - r->C) > 2e-9) fail_msg("%s: C %.14g, table %.14g", r->name, C, r->C);
    assert_near(rc_cut_overlap(c.graph->n, c.v.vector, side), 1, 1e-9);
    rc_free(side);
    close_case(&c);
    seen++;
  }
  assert_true(seen >= (SLOW_BUILD ? 15 : 30));
}

/* A row of the table by name and couplings. Columns: orbits of edges under the automorphisms of the
 * couplings and spin inversion, as an independent program counted them; 0 when not looked at. */
typedef struct proof {
  const char *name;
  double J1, J2;
  int columns;
  bool small; /* in the sanitized builds as well */
} proof;

static const table_row *row_of(const proof *p) {
  for (int i = 0; i < rows; i++) {
    const table_row *r = &row[i];
    if (strcmp(r->name, p->name) == 0 && r->signs && !r->all && r->delta == 1 && r->J1 == p->J1 &&
        r->J2 == p->J2)
      return r;
  }
  fail_msg("the table has no row '%s' with J1 = %g, J2 = %g", p->name, p->J1, p->J2);
  return NULL;
}

static void verify(const rc_cut_graph *g, const rc_bound *b, const uint8_t *side, rc_verdict *v) {
  char folder[] = "/tmp/rc_instance_XXXXXX", instance[64], certificate[64];
  rc_err err = {0};
  assert_non_null(mkdtemp(folder));
  snprintf(instance, sizeof instance, "%s/g.mc", folder);
  snprintf(certificate, sizeof certificate, "%s/g.cert", folder);
  check_ok(rc_cut_graph_write(g, "mc", instance, &err), &err);
  check_ok(rc_bound_certificate(b, side, "g.mc", certificate, &err), &err);
  rc_certificate_verify(certificate, NULL, v);
  unlink(instance);
  unlink(certificate);
  rmdir(folder);
}

static void prove(const proof *p) {
  const double begin = rc_clock_cpu();
  case_of c = open_case(table_magnet(row_of(p)), RC_AMPLITUDES_GROUND);
  const double solved = rc_clock_cpu();
  rc_err err = {0};
  uint8_t *side = rc_alloc((size_t)c.graph->n, 1);
  const double best = heuristics(c.graph, c.exact - 1e-10, side);
  const bool orbits = c.spread < 1e-7 && c.symmetry.generators > 0;
  rc_bound_opts o = {.engine = 1, .branch = false};
  if (orbits) {
    o.generators = c.symmetry.generators;
    o.generator = (const int *const *)c.symmetry.generator;
  }
  rc_bound *b = rc_bound_new(c.graph, &o, &err);
  check_ok(b != NULL, &err);
  rc_bound_offer(b, side);
  rc_bound_view v = rc_bound_read(b);
  while (!v.done) {
    check_ok(rc_bound_step(b, &err), &err);
    v = rc_bound_read(b);
  }
  rc_verdict verdict;
  verify(c.graph, b, side, &verdict);
  print_message(
      "# %s J %g %g: %lld edges, %lld columns, %lld rounds, gap %.1e, ground state %.2f s "
      "CPU, cut, bound and certificate %.2f s\n",
      p->name, c.m.model.J[0], c.m.model.J[1], (long long)c.graph->m, (long long)v.columns,
      (long long)v.rounds, (v.bound - best) / fabs(best), solved - begin, rc_clock_cpu() - solved);
  if (p->columns) assert_int_equal(v.columns, p->columns);
  if (!verdict.accepted) fail_msg("%s: %s", p->name, verdict.reason);
  assert_near(best, c.exact, 1e-10);
  assert_true(v.bound >= rc_cut_value_below(c.graph, side)); /* to the last bit */
  assert_true(v.bound >= c.exact - 1e-10);
  assert_true(v.bound - c.exact <= 1e-9 * fabs(c.exact));
  assert_true(verdict.gap <= 1e-9);
  rc_bound_free(b);
  rc_free(side);
  close_case(&c);
}

static void relaxation_proves_the_exact_cut(void **state) {
  (void)state;
  static const proof list[] = {
      {"triangular 12", 1, 0, 40, true},     {"kagome 12", 1, 0, 66, true},
      {"icosahedron 12", 1, 0, 40, true},    {"kagome 15", 1, 0, 2584, false},
      {"triangular 16", 1, 0, 460, false},   {"checkerboard 16", 1, 1, 112, false},
      {"square_J1J2 16", 1, .5, 942, false}, {"shastry_sutherland 16", .9, 1, 1181, false}};
  for (size_t i = 0; i < RC_LEN(list); i++) {
    if (SLOW_BUILD && !list[i].small) continue;
    prove(&list[i]);
  }
}

/* With hardly a round of the relaxation: flows for the cut prove it. The open 16-site kagome cluster
 * (arXiv 2207.10675) has no symmetry but inversion, which halves its 82368 edges. */
static void prove_by_packing(const char *name, magnet m, bool orbits) {
  case_of c = open_case(m, RC_AMPLITUDES_GROUND);
  const double solved = rc_clock_cpu();
  rc_err err = {0};
  uint8_t *side = rc_alloc((size_t)c.graph->n, 1);
  assert_near(heuristics(c.graph, c.exact - 1e-10, side), c.exact, 1e-10);
  rc_bound_opts o = {.engine = 2};
  if (orbits) {
    assert_true(c.spread < 1e-7 && c.symmetry.generators > 0);
    o.generators = c.symmetry.generators;
    o.generator = (const int *const *)c.symmetry.generator;
  }
  rc_bound *b = rc_bound_new(c.graph, &o, &err);
  check_ok(b != NULL, &err);
  rc_bound_offer(b, side);
  while (!rc_bound_read(b).done) check_ok(rc_bound_step(b, &err), &err);
  const rc_bound_view v = rc_bound_read(b);
  rc_verdict verdict;
  verify(c.graph, b, side, &verdict);
  print_message("# %s: %lld edges by packing, %lld rounds, gap %.1e, %.2f s CPU\n", name,
                (long long)c.graph->m, (long long)v.rounds, verdict.gap, rc_clock_cpu() - solved);
  assert_true(v.proved && v.rounds <= 3 && v.nodes == 1);
  if (!verdict.accepted) fail_msg("%s: %s", name, verdict.reason);
  assert_true(verdict.gap <= 1e-9);
  rc_bound_free(b);
  rc_free(side);
  close_case(&c);
}

static rc_lattice *open_kagome_16(void) {
  static const uint8_t end[24][2] = {{0, 3},  {0, 4},   {1, 5},   {1, 6},   {2, 3},   {2, 8},
                                     {3, 4},  {3, 8},   {4, 5},   {4, 9},   {5, 6},   {5, 9},
                                     {6, 7},  {6, 10},  {7, 10},  {8, 11},  {8, 12},  {9, 13},
                                     {9, 14}, {10, 15}, {11, 12}, {12, 13}, {13, 14}, {14, 15}};
  rc_lattice_spec s;
  rc_err err = {0};
  rc_lattice_spec_init(&s, "custom");
  s.sites = 16, s.bonds = 24, s.classes = 1;
  s.bond = rc_alloc(24, sizeof *s.bond);
  for (int i = 0; i < 24; i++) s.bond[i].i = end[i][0], s.bond[i].j = end[i][1];
  rc_lattice *l = rc_lattice_new(&s, &err);
  rc_lattice_spec_free(&s);
  check_ok(l != NULL, &err);
  return l;
}

static void flows_prove_the_exact_cut(void **state) {
  (void)state;
  static const proof list[] = {{"triangular 12", 1, 0, 0, true}, {"kagome 12", 1, 0, 0, true}};
  for (size_t i = 0; i < RC_LEN(list); i++)
    prove_by_packing(list[i].name, table_magnet(row_of(&list[i])), false);
  if (SLOW_BUILD) return;
  const rc_model model = {.J = {1}, .delta = 1};
  const rc_sector sector = {.sz2 = 0};
  prove_by_packing("open kagome 16", magnet_of(open_kagome_16(), model, sector), true);
}

/* ---- other amplitudes -------------------------------------------------------------------------
 */

/* Every edge lies in triangles that cover all edges equally: two of three edges of each can be cut,
 * and the triangles alone show that no more can. */
static void equal_amplitudes_give_two_thirds(void **state) {
  (void)state;
  static const proof list[] = {{"triangular 12", 1, 0, 0, true},
                               {"kagome 12", 1, 0, 0, true},
                               {"icosahedron 12", 1, 0, 0, true}};
  for (size_t i = 0; i < RC_LEN(list); i++) {
    case_of c = open_case(table_magnet(row_of(&list[i])), RC_AMPLITUDES_UNIFORM);
    const double W = c.graph->weight_total;
    rc_err err = {0};
    const rc_bound_opts o = {.engine = 1,
                             .generators = c.symmetry.generators,
                             .generator = (const int *const *)c.symmetry.generator};
    rc_bound *b = rc_bound_new(c.graph, &o, &err);
    check_ok(b != NULL, &err);
    rc_bound_view v = rc_bound_read(b);
    for (; !v.done && v.rounds < 50; v = rc_bound_read(b)) check_ok(rc_bound_step(b, &err), &err);
    assert_near(v.bound / W, 2. / 3, 1e-8);
    uint8_t *side = rc_alloc((size_t)c.graph->n, 1);
    assert_true(heuristics(c.graph, 2 * W / 3 * (1 - 1e-12), side) <= 2 * W / 3 * (1 + 1e-12));
    rc_free(side);
    rc_bound_free(b);
    close_case(&c);
  }
}

/* <s a| H |s a> summed over the matrix, against E_diag + W - 2 C of the cut. */
static void energy_is_the_cut(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(7, "test/instance", 0);
  static const double couplings[][3] = {{1, .5, 1}, {1, -.7, 1}, {-1, .3, .4}, {-1, -1, 2}};
  for (size_t k = 0; k < RC_LEN(couplings); k++) {
    rc_model model = {.J = {couplings[k][0], couplings[k][1]}, .delta = couplings[k][2]};
    magnet m = magnet_of(lattice_of("chain", 10, 0, 0), model, (rc_sector){.sz2 = 0});
    const int n = (int)rc_matrix_states(m.matrix);
    double *a = rc_alloc((size_t)n, sizeof *a), value[64], norm = 0;
    uint64_t column[64];
    uint8_t *side = rc_alloc((size_t)n, 1);
    for (int i = 0; i < n; i++) a[i] = rc_rng_unit(&r), norm += a[i] * a[i];
    for (int i = 0; i < n; i++) a[i] /= sqrt(norm);
    rc_cut_graph *g = rc_cut_graph_hilbert(m.matrix, a, 1 << 20, NULL);
    assert_non_null(g);
    const double diagonal = rc_cut_energy_diagonal(m.matrix, a);
    for (int t = 0; t < 20; t++) {
      double energy = 0;
      for (int i = 0; i < n; i++) side[i] = rc_rng_below(&r, 2) != 0;
      for (int i = 0; i < n; i++) {
        const int found = rc_matrix_row(m.matrix, (uint64_t)i, column, value, NULL, 64);
        energy += rc_matrix_diagonal(m.matrix, (uint64_t)i) * a[i] * a[i];
        for (int j = 0; j < found; j++)
          energy += value[j] * a[i] * a[column[j]] * (side[i] == side[column[j]] ? 1 : -1);
      }
      const double C = rc_cut_value(g, side) + g->offset;
      assert_near(diagonal + g->weight_total - 2 * C, energy, 1e-12);
    }
    rc_cut_graph_free(g);
    rc_free(a);
    rc_free(side);
    magnet_free(&m);
  }
}

/* Made in pieces of any size the graph is the same, to the hash. */
static void pieces_give_the_same_graph(void **state) {
  (void)state;
  static const proof tri12 = {"triangular 12", 1, 0, 0, true};
  case_of c = open_case(table_magnet(row_of(&tri12)), RC_AMPLITUDES_GROUND);
  static const int64_t size[] = {1, 777, 10000};
  for (size_t k = 0; k < RC_LEN(size); k++) {
    rc_err err = {0};
    rc_cut_graph *g = NULL;
    int64_t steps = 0;
    rc_cut_builder *b = rc_cut_builder_new(c.m.matrix, c.a, 1 << 20, &err);
    check_ok(b != NULL, &err);
    for (; !g; steps++) check_ok(rc_cut_builder_step(b, size[k], &g, &err), &err);
    rc_cut_builder_free(b);
    assert_true(steps >= 3 * c.graph->m / size[k]);
    assert_string_equal(g->hash, c.graph->hash);
    assert_true(g->offset == c.graph->offset && g->weight_total == c.graph->weight_total);
    assert_memory_equal(g->start, c.graph->start, ((size_t)g->n + 1) * sizeof *g->start);
    assert_memory_equal(g->other, c.graph->other, 2 * (size_t)g->m * sizeof *g->other);
    rc_cut_graph_free(g);
  }
  rc_err err = {0};
  rc_cut_graph *none = NULL;
  rc_cut_builder *b = rc_cut_builder_new(c.m.matrix, c.a, c.graph->m - 1, &err);
  while (rc_cut_builder_step(b, 500, &none, &err)) assert_null(none);
  assert_int_equal(err.code, RC_ERR_LIMIT);
  rc_cut_builder_free(b);
  close_case(&c);
}

static void families_are_normalised_and_reproducible(void **state) {
  (void)state;
  static const proof tri12 = {"triangular 12", 1, 0, 0, true};
  case_of c = open_case(table_magnet(row_of(&tri12)), RC_AMPLITUDES_GROUND);
  const size_t n = (size_t)c.graph->n;
  double *a = rc_alloc(n, sizeof *a), *again = rc_alloc(n, sizeof *a),
         *other = rc_alloc(n, sizeof *a);
  for (int kind = RC_AMPLITUDES_GROUND; kind < RC_AMPLITUDES_FILE; kind++) {
    for (int per_orbit = 0; per_orbit < 2; per_orbit++) {
      rc_amplitude_opts o = {.kind = (rc_amplitude_kind)kind,
                             .sigma = 1,
                             .lambda = nan(""),
                             .per_orbit = per_orbit,
                             .seed = 5};
      rc_amplitude_report report;
      double norm = 0, overlap = 0;
      rc_err err = {0};
      check_ok(rc_amplitudes(c.m.matrix, c.v.vector, &c.symmetry, &o, a, &report, &err), &err);
      check_ok(rc_amplitudes(c.m.matrix, c.v.vector, &c.symmetry, &o, again, NULL, &err), &err);
      assert_memory_equal(a, again, n * sizeof *a);
      o.seed = 6;
      check_ok(rc_amplitudes(c.m.matrix, c.v.vector, &c.symmetry, &o, other, NULL, &err), &err);
      const bool random = kind == RC_AMPLITUDES_NOISY || kind == RC_AMPLITUDES_SHUFFLED;
      assert_int_equal(memcmp(a, other, n * sizeof *a) != 0, random);
      for (size_t i = 0; i < n; i++) {
        assert_true(a[i] >= 0);
        norm += a[i] * a[i];
        overlap += a[i] * fabs(c.v.vector[i]);
      }
      assert_near(norm, 1, 1e-12);
      assert_true(overlap <= 1 + 1e-12);
      if (kind == RC_AMPLITUDES_GROUND) assert_near(overlap, 1, 1e-9);
      if (kind == RC_AMPLITUDES_BOLTZMANN) assert_true(report.lambda > 0);
      if (per_orbit || !random) assert_true(rc_state_symmetry_even(&c.symmetry, a) < 1e-6);
    }
  }
  rc_free(a);
  rc_free(again);
  rc_free(other);
  close_case(&c);
}

/* Of the same magnet in a plain and in symmetric sectors: overlap with the ground state and energies
 * with one sign everywhere, <a|D|a> and <a|H|a>, are those of the same vector. */
static void symmetric_sectors_have_the_same_amplitudes(void **state) {
  (void)state;
  static const rc_amplitude_kind kind[] = {RC_AMPLITUDES_GROUND, RC_AMPLITUDES_UNIFORM,
                                           RC_AMPLITUDES_BOSON, RC_AMPLITUDES_BOLTZMANN};
  rc_sector sector[] = {{.sz2 = 0},
                        {.sz2 = 0, .inversion = 1},
                        {.sz2 = 0, .symmetry = RC_SYM_TRANSLATION},
                        {.sz2 = 0, .symmetry = RC_SYM_TRANSLATION, .inversion = 1}};
  const int magnets = SLOW_BUILD ? 1 : 2;
  for (int l = 0; l < magnets; l++) {
    if (l) sector[3].symmetry = RC_SYM_FULL; /* kagome has its ground state elsewhere */
    for (size_t k = 0; k < RC_LEN(kind); k++) {
      double overlap[4], energy[4], lambda[4];
      for (size_t i = 0; i < RC_LEN(sector); i++) {
        const rc_model model = {.J = {1}, .delta = 1};
        rc_lattice *lattice = l ? lattice_of("triangular", 4, 4, 0) : lattice_of("kagome", 2, 2, 0);
        case_of c = open_case(magnet_of(lattice, model, sector[i]), RC_AMPLITUDES_GROUND);
        const rc_amplitude_opts o = {.kind = kind[k], .lambda = nan("")};
        rc_amplitude_report report;
        rc_err err = {0};
        check_ok(rc_amplitudes(c.m.matrix, c.v.vector, NULL, &o, c.a, &report, &err), &err);
        assert_false(report.charged);
        lambda[i] = report.lambda;
        double *image = rc_alloc((size_t)c.graph->n, sizeof *image);
        rc_matrix_apply(c.m.matrix, c.a, image);
        overlap[i] = energy[i] = 0;
        for (int v = 0; v < c.graph->n; v++) {
          overlap[i] += c.a[v] * fabs(c.v.vector[v]);
          energy[i] += c.a[v] * image[v];
        }
        rc_free(image);
        close_case(&c);
        assert_near(overlap[i], overlap[0], 1e-9);
        assert_near(energy[i], energy[0], 1e-9);
        assert_true(isnan(lambda[i]) ? isnan(lambda[0]) : fabs(lambda[i] - lambda[0]) <= 2e-6);
      }
      /* every flip of a state with one sign everywhere raises it: J m / 4 */
      if (kind[k] == RC_AMPLITUDES_UNIFORM) assert_near(energy[0], (l ? 48 : 24) / 4., 1e-9);
    }
  }
}

/* Of a sector with characters uniform amplitudes are moduli only, which is told. */
static void charged_sectors_are_told(void **state) {
  (void)state;
  const rc_model model = {.J = {1}, .delta = 1};
  const rc_sector sector = {.sz2 = 0, .inversion = -1};
  case_of c =
      open_case(magnet_of(lattice_of("chain", 6, 0, 0), model, sector), RC_AMPLITUDES_GROUND);
  for (int kind = RC_AMPLITUDES_GROUND; kind < RC_AMPLITUDES_FILE; kind++) {
    const rc_amplitude_opts o = {.kind = (rc_amplitude_kind)kind, .lambda = nan("")};
    rc_amplitude_report report;
    rc_err err = {0};
    check_ok(rc_amplitudes(c.m.matrix, c.v.vector, NULL, &o, c.a, &report, &err), &err);
    assert_int_equal(report.charged,
                     kind == RC_AMPLITUDES_UNIFORM || kind == RC_AMPLITUDES_BOLTZMANN);
  }
  close_case(&c);
}

/* The best lambda has six digits, so that it does not depend on the last bits of the vector. */
static void lambda_is_reproducible(void **state) {
  (void)state;
  double lambda[3];
  for (int seed = 0; seed < 3; seed++) {
    const rc_model model = {.J = {1}, .delta = 1};
    magnet m = magnet_of(lattice_of("kagome", 2, 2, 0), model, (rc_sector){.sz2 = 0});
    const rc_eigen_opts eo = {
        .tolerance = 1e-10, .iterations = 2000, .seed = (uint64_t)seed + 1, .threads = 1};
    rc_err err = {0};
    rc_eigen *e = rc_eigen_new(m.matrix, &eo, &err);
    for (bool done = false; !done;) check_ok(rc_eigen_step(e, &done, &err), &err);
    double *a = rc_alloc(rc_matrix_states(m.matrix), sizeof *a);
    const rc_amplitude_opts o = {.kind = RC_AMPLITUDES_BOLTZMANN, .lambda = nan("")};
    rc_amplitude_report report;
    check_ok(rc_amplitudes(m.matrix, rc_eigen_read(e).vector, NULL, &o, a, &report, &err), &err);
    lambda[seed] = report.lambda;
    char text[32];
    snprintf(text, sizeof text, "%.6g", lambda[seed]);
    assert_true(strtod(text, NULL) == lambda[seed]);
    assert_true(lambda[seed] == lambda[0]);
    rc_free(a);
    rc_eigen_free(e);
    magnet_free(&m);
  }
}

/* ---- files of amplitudes ----------------------------------------------------------------------
 */

/* Reads such a file for the ring of six, 20 states. */
static bool read_amplitudes(const char *text, double *a, rc_amplitude_report *report, rc_err *err) {
  char path[] = "/tmp/rc_amplitudes_XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  close(fd);
  const rc_model model = {.J = {1}, .delta = 1};
  magnet m = magnet_of(lattice_of("chain", 6, 0, 0), model, (rc_sector){.sz2 = 0});
  const rc_amplitude_opts o = {.kind = RC_AMPLITUDES_FILE, .file = path};
  *err = (rc_err){0};
  const bool ok = rc_amplitudes(m.matrix, NULL, NULL, &o, a, report, err);
  magnet_free(&m);
  unlink(path);
  return ok;
}

static void files_of_any_scale(void **state) {
  (void)state;
  static const char *const scale[] = {"", "e200", "e155", "e-200", "e-300", "e307"};
  for (size_t k = 0; k < RC_LEN(scale); k++) {
    char text[200];
    double a[20];
    rc_amplitude_report report;
    rc_err err;
    snprintf(text, sizeof text, "\xef\xbb\xbf# three states\n4 3%s\r\n\n7 -4%s\n19 12%s\n",
             scale[k], scale[k], scale[k]);
    check_ok(read_amplitudes(text, a, &report, &err), &err);
    assert_near(a[4], 3. / 13, 1e-14);
    assert_near(a[7], 4. / 13, 1e-14);
    assert_near(a[19], 12. / 13, 1e-14);
    assert_true(a[0] == 0);
    assert_int_equal(report.missing, 17);
    assert_int_equal(report.negative, 1);
  }
}

/* Amplitudes that are nothing beside the largest are told. */
static void lost_amplitudes_are_told(void **state) {
  (void)state;
  double a[20];
  rc_amplitude_report report;
  rc_err err;
  check_ok(read_amplitudes("1 1e308\n2 1e-300\n3 1e200\n4 1e300\n5 0\n", a, &report, &err), &err);
  assert_int_equal(report.lost, 1);
  assert_true(a[1] == 1 && a[2] == 0 && a[3] > 0 && a[4] > 0);
}

/* A magnet whose ground state prefers no classical order: the best temperature is infinite, not a
 * rounding of it. The graph with one energy for all states of the sector. */
static void lambda_without_order_is_zero(void **state) {
  (void)state;
  const rc_model model = {.J = {1}, .delta = 1};
  rc_lattice_spec s;
  rc_err err = {0};
  rc_lattice_spec_init(&s, "custom");
  s.sites = 7, s.bonds = 0, s.classes = 1;
  s.bond = rc_alloc(21, sizeof *s.bond);
  for (int i = 0; i < 7; i++)
    for (int j = i + 1; j < 7; j++) s.bond[s.bonds].i = i, s.bond[s.bonds++].j = j;
  rc_lattice *l = rc_lattice_new(&s, &err);
  rc_lattice_spec_free(&s);
  check_ok(l != NULL, &err);
  case_of c = open_case(magnet_of(l, model, (rc_sector){.sz2 = 1}), RC_AMPLITUDES_GROUND);
  const rc_amplitude_opts o = {.kind = RC_AMPLITUDES_BOLTZMANN, .lambda = nan("")};
  rc_amplitude_report report;
  check_ok(rc_amplitudes(c.m.matrix, c.v.vector, NULL, &o, c.a, &report, &err), &err);
  assert_true(report.lambda == 0);
  close_case(&c);
}

static void bad_files_of_amplitudes(void **state) {
  (void)state;
  static const char *const bad[][2] = {
      {"1 2\n2 3\n1 4\n", ":3: state 1 has an amplitude on line 1"},
      {"1 0\n2 0\n", "all amplitudes are zero"},
      {"20 1\n", ":1: expected 'state amplitude'"},
      {"1 inf\n", ":1: expected 'state amplitude'"},
      {"0 1\n1\n", ":2: expected 'state amplitude'"}};
  for (size_t k = 0; k < RC_LEN(bad); k++) {
    double a[20];
    rc_amplitude_report report;
    rc_err err;
    assert_false(read_amplitudes(bad[k][0], a, &report, &err));
    if (!strstr(err.message, bad[k][1])) fail_msg("'%s' gives '%s'", bad[k][0], err.message);
  }
}

static int setup(void **state) {
  (void)state;
  rows = table_read(row);
  return 0;
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(heuristics_reach_the_exact_cut),
      cmocka_unit_test(relaxation_proves_the_exact_cut),
      cmocka_unit_test(flows_prove_the_exact_cut),
      cmocka_unit_test(equal_amplitudes_give_two_thirds),
      cmocka_unit_test(energy_is_the_cut),
      cmocka_unit_test(pieces_give_the_same_graph),
      cmocka_unit_test(families_are_normalised_and_reproducible),
      cmocka_unit_test(symmetric_sectors_have_the_same_amplitudes),
      cmocka_unit_test(charged_sectors_are_told),
      cmocka_unit_test(lambda_is_reproducible),
      cmocka_unit_test(lambda_without_order_is_zero),
      cmocka_unit_test(lost_amplitudes_are_told),
      cmocka_unit_test(files_of_any_scale),
      cmocka_unit_test(bad_files_of_amplitudes),
  };
  return cmocka_run_group_tests(tests, setup, NULL);
}
