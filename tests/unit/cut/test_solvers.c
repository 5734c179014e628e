/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every registered heuristic: agrees with enumeration of all cuts, is the same trajectory however
 * it is sliced, and never reports a value that its assignment does not have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "roadcut/cut.h"

/* A random signed graph; whole weights in [-9, 9] or real ones in (-1, 1). */
static rc_cut_graph *random_graph(uint64_t seed, int n, double density, bool real) {
  rc_rng r = rc_rng_stream(seed, "test/graph", (uint64_t)n);
  int u[512], v[512], m = 0;
  double w[512];
  for (int i = 0; i < n; i++) {
    for (int j = i + 1; j < n && m < 512; j++) {
      if (rc_rng_unit(&r) >= density) continue;
      u[m] = i, v[m] = j;
      w[m++] = real ? 2 * rc_rng_unit(&r) - 1 : (double)rc_rng_below(&r, 19) - 9;
    }
  }
  rc_err err = {0};
  rc_cut_graph *g = rc_cut_graph_new(n, m, u, v, w, &err);
  assert_non_null(g);
  return g;
}

static double best_of_all(const rc_cut_graph *g) {
  double best = 0;
  uint8_t side[16] = {0};
  for (uint32_t x = 0; x < 1u << (g->n - 1); x++) {
    for (int i = 0; i < g->n; i++) side[i] = x >> i & 1;
    best = fmax(best, rc_cut_value(g, side));
  }
  return best;
}

typedef struct runner {
  const rc_solver_class *cls;
  void *opts, *run;
} runner;

static runner start(const rc_kind *kind, const rc_cut_graph *g, uint64_t seed) {
  runner r = {(const rc_solver_class *)kind, rc_alloc(1, kind->size + 1), NULL};
  rc_params_init(kind->params, r.opts, kind->size);
  rc_err err = {0};
  r.run = r.cls->open(g, r.opts, seed, 3, &err);
  assert_non_null(r.run);
  return r;
}

static void end(runner r) {
  r.cls->close(r.run);
  rc_params_free(r.cls->kind.params, r.opts);
  rc_free(r.opts);
}

static void reaches_the_optimum_of_small_graphs(void **state) {
  (void)state;
  for (int k = 0; rc_solver_kinds[k]; k++) {
    const bool searches = strcmp(rc_solver_kinds[k]->name, "greedy") != 0;
    int reached = 0;
    for (uint64_t i = 0; i < 40; i++) {
      rc_cut_graph *g = random_graph(i, 3 + (int)(i % 10), i % 3 ? .8 : .4, i % 2);
      const double best = best_of_all(g);
      runner r = start(rc_solver_kinds[k], g, i);
      for (int t = 0; t < 60 && !r.cls->read(r.run).done; t++) r.cls->step(r.run, 200);
      const rc_solver_view v = r.cls->read(r.run);
      assert_true(v.best <= best + 1e-9);
      assert_true(fabs(rc_cut_value(g, v.best_side) - v.best) < 1e-9);
      reached += v.best > best - 1e-9;
      end(r);
      rc_cut_graph_free(g);
    }
    if (searches)
      assert_int_equal(reached, 40);
    else
      assert_true(reached >= 20); /* greedy ends in one local optimum */
  }
}

static void slicing_does_not_change_the_trajectory(void **state) {
  (void)state;
  rc_cut_graph *g = random_graph(99, 30, .5, false);
  for (int k = 0; rc_solver_kinds[k]; k++) {
    runner one = start(rc_solver_kinds[k], g, 5), many = start(rc_solver_kinds[k], g, 5);
    rc_rng slices = rc_rng_stream(1, "test/slices", 0);
    many.cls->step(many.run, 3000);
    for (uint64_t left = 3000; left > 0;) {
      const uint64_t n = RC_MIN(left, rc_rng_below(&slices, 7) + 1);
      one.cls->step(one.run, n);
      left -= n;
    }
    const rc_solver_view a = one.cls->read(one.run), b = many.cls->read(many.run);
    if (a.moves != b.moves || a.best_move != b.best_move)
      print_message("# %s\n", rc_solver_kinds[k]->name);
    assert_true(a.moves == b.moves && a.best_move == b.best_move &&
                a.improvements == b.improvements);
    assert_true(a.value == b.value && a.best == b.best);
    assert_memory_equal(a.best_side, b.best_side, (size_t)g->n);
    if (a.side) assert_memory_equal(a.side, b.side, (size_t)g->n);
    end(one);
    end(many);
  }
  rc_cut_graph_free(g);
}

/* The value kept by adding gains is the value counted from the sides, at any moment. */
static void value_is_the_value_of_the_sides(void **state) {
  (void)state;
  for (int real = 0; real < 2; real++) {
    rc_cut_graph *g = random_graph(7, 25, .6, real);
    for (int k = 0; rc_solver_kinds[k]; k++) {
      runner r = start(rc_solver_kinds[k], g, 11);
      double last = -INFINITY;
      for (int i = 0; i < 400; i++) {
        r.cls->step(r.run, 1 + (uint64_t)(i % 5));
        const rc_solver_view v = r.cls->read(r.run);
        if (v.side) assert_true(fabs(rc_cut_value(g, v.side) - v.value) < 1e-9);
        assert_true(fabs(rc_cut_value(g, v.best_side) - v.best) < 1e-9);
        assert_true(v.best >= last && v.figures > 0);
        last = v.best;
      }
      end(r);
    }
    rc_cut_graph_free(g);
  }
}

static void another_seed_is_another_run(void **state) {
  (void)state;
  rc_cut_graph *g = random_graph(3, 30, .5, true);
  for (int k = 0; rc_solver_kinds[k]; k++) {
    if (!strcmp(rc_solver_kinds[k]->name, "greedy")) continue; /* has no dice */
    runner a = start(rc_solver_kinds[k], g, 1), b = start(rc_solver_kinds[k], g, 2);
    bool differ = false;
    for (int i = 0; i < 50 && !differ; i++) {
      a.cls->step(a.run, 41);
      b.cls->step(b.run, 41);
      const rc_solver_view x = a.cls->read(a.run), y = b.cls->read(b.run);
      differ = x.value != y.value || memcmp(x.side, y.side, (size_t)g->n) != 0;
    }
    assert_true(differ);
    end(a);
    end(b);
  }
  rc_cut_graph_free(g);
}

static void graphs_without_edges_or_vertices(void **state) {
  (void)state;
  for (int n = 0; n < 3; n++) {
    rc_cut_graph *g = rc_cut_graph_new(n, 0, NULL, NULL, NULL, NULL);
    for (int k = 0; rc_solver_kinds[k]; k++) {
      runner r = start(rc_solver_kinds[k], g, 1);
      r.cls->step(r.run, 50);
      assert_true(r.cls->read(r.run).best == 0);
      end(r);
    }
    rc_cut_graph_free(g);
  }
}

/* An assignment from outside is taken up by the solver that lives on them. */
static void an_offered_optimum_is_kept(void **state) {
  (void)state;
  rc_cut_graph *g = random_graph(21, 14, .7, false);
  const double best = best_of_all(g);
  uint8_t side[16] = {0};
  for (uint32_t x = 0; rc_cut_value(g, side) < best; x++) {
    for (int i = 0; i < g->n; i++) side[i] = x >> i & 1;
  }
  runner r = start(rc_kind_find(rc_solver_kinds, "rounding"), g, 4);
  r.cls->offer(r.run, side);
  r.cls->step(r.run, 60);
  assert_true(r.cls->read(r.run).best == best);
  end(r);
  rc_cut_graph_free(g);
}

static rc_cut_graph *torus(int side, uint64_t seed) {
  rc_rng r = rc_rng_stream(seed, "test/torus", (uint64_t)side);
  int u[2048], v[2048], m = 0;
  double w[2048];
  for (int i = 0; i < side * side; i++) {
    for (int k = 0; k < 2; k++) {
      u[m] = i;
      v[m] = k ? (i + side) % (side * side) : i / side * side + (i + 1) % side;
      w[m++] = rc_rng_next(&r) >> 63 ? 1 : -1;
    }
  }
  return rc_cut_graph_new(side * side, m, u, v, w, NULL);
}

/* The bound proves what contraction finds: with plus-minus weights on a torus, where the relaxation
 * is nearly always tight. It gets there alone, and from a relaxed point. */
static void contraction_meets_the_bound_on_a_torus(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    rc_cut_graph *g = torus(20, seed);
    rc_err err = {0};
    const rc_bound_opts o = {.seed = 1};
    rc_bound *b = rc_bound_new(g, &o, &err);
    while (!rc_bound_read(b).done) assert_true(rc_bound_step(b, &err));
    const rc_bound_view top = rc_bound_read(b);
    for (int guided = 0; guided < 2; guided++) {
      runner r = start(rc_kind_find(rc_solver_kinds, "contract"), g, seed);
      if (guided) r.cls->guide(r.run, top.x);
      r.cls->step(r.run, 20000000);
      const rc_solver_view v = r.cls->read(r.run);
      assert_true(v.best <= top.bound);
      assert_true(v.best == top.bound);
      end(r);
    }
    rc_bound_free(b);
    rc_cut_graph_free(g);
  }
}

static double figure(rc_solver_view v, const char *name) {
  for (int i = 0; i < v.figures; i++)
    if (!strcmp(v.figure[i].name, name)) return v.figure[i].value;
  fail_msg("no figure %s", name);
  return 0;
}

/* Neighbours that are on equal sides in all runs become one vertex (a ring of weights -3/2), and so do
 * those that are on different ones in all (+3/2): what is left are the places where a run has a fault.
 * Weights that are not whole are not reduced before. */
static void contraction_contracts_both_agreements(void **state) {
  (void)state;
  enum { N = 400 };
  int u[N], v[N];
  double w[N];
  for (int sign = -1; sign <= 1; sign += 2) {
    for (int i = 0; i < N; i++) u[i] = i, v[i] = (i + 1) % N, w[i] = 1.5 * sign;
    rc_cut_graph *g = rc_cut_graph_new(N, N, u, v, w, NULL);
    runner r = start(rc_kind_find(rc_solver_kinds, "contract"), g, 1);
    double deepest = 0, fewest = N;
    for (int i = 0; i < 1000; i++) {
      r.cls->step(r.run, 1000);
      const rc_solver_view now = r.cls->read(r.run);
      deepest = fmax(deepest, figure(now, "level"));
      fewest = fmin(fewest, figure(now, "vertices"));
    }
    if (!(deepest >= 2 && fewest <= 20))
      fail_msg("sign %d: level %g, %g vertices", sign, deepest, fewest);
    assert_true(r.cls->read(r.run).best == (sign > 0 ? 1.5 * N : 0));
    end(r);
    rc_cut_graph_free(g);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reaches_the_optimum_of_small_graphs),
      cmocka_unit_test(slicing_does_not_change_the_trajectory),
      cmocka_unit_test(value_is_the_value_of_the_sides),
      cmocka_unit_test(another_seed_is_another_run),
      cmocka_unit_test(graphs_without_edges_or_vertices),
      cmocka_unit_test(an_offered_optimum_is_kept),
      cmocka_unit_test(contraction_meets_the_bound_on_a_torus),
      cmocka_unit_test(contraction_contracts_both_agreements),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
