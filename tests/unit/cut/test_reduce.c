/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reductions against enumeration: the core has the optimum of the graph, every cut of it lifts to
 * one of the value that is said, and graphs made of degrees up to 3 are solved by them alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "roadcut/cut.h"

enum { EDGES = 200000 };
static int u[EDGES], v[EDGES], m;
static double w[EDGES];
static rc_rng dice;

static double weight(bool real) {
  return real ? 2 * rc_rng_unit(&dice) - 1 : (double)rc_rng_below(&dice, 19) - 9;
}

static void edge(int a, int b, double x) {
  u[m] = a, v[m] = b, w[m++] = x;
}

static rc_cut_graph *graph(int n) {
  rc_cut_graph *g = rc_cut_graph_new(n, m, u, v, w, NULL);
  assert_non_null(g);
  return g;
}

static double best_of_all(const rc_cut_graph *g, uint8_t *best_side) {
  double best = -1;
  uint8_t side[20] = {0};
  assert_true(g->n <= 18);
  for (uint32_t x = 0; x < (g->n > 0 ? 1u << (g->n - 1) : 1); x++) {
    for (int i = 0; i < g->n; i++) side[i] = x >> i & 1;
    const double value = rc_cut_value(g, side);
    if (value > best) best = value, memcpy(best_side, side, sizeof side);
  }
  return best;
}

/* Core against graph by enumeration; returns the number of core vertices. */
static int check(const rc_cut_graph *g) {
  rc_cut_reduced *r = rc_cut_reduce(g, NULL);
  assert_non_null(r);
  const rc_cut_graph *core = rc_cut_reduced_core(r);
  const double eps = g->integer ? 0 : 1e-12 * (1 + g->weight_total);
  uint8_t side[20], core_side[20];
  const double best = best_of_all(g, side), core_best = best_of_all(core, core_side);
  assert_true(!g->integer || core->integer);
  assert_true(fabs(rc_cut_reduced_value(r, core_best) - best) <= eps);
  rc_cut_reduced_lift(r, core_side, side);
  assert_true(fabs(rc_cut_value(g, side) - best) <= eps);
  for (int t = 0; t < 5; t++) { /* any cut of the core */
    for (int i = 0; i < core->n; i++) core_side[i] = (uint8_t)rc_rng_below(&dice, 2);
    rc_cut_reduced_lift(r, core_side, side);
    const double said = rc_cut_reduced_value(r, rc_cut_value(core, core_side));
    assert_true(fabs(rc_cut_value(g, side) - said) <= eps);
  }
  /* nothing of degree up to 3 is left, except where a weight has no more halves */
  for (int i = 0; i < core->n; i++) assert_true(core->start[i + 1] - core->start[i] > 3);
  const int left = core->n;
  rc_cut_reduced_free(r);
  return left;
}

static void random_graphs(void **state) {
  (void)state;
  int emptied = 0, kept = 0;
  for (uint64_t i = 0; i < 500; i++) {
    const int n = 2 + (int)(i % 13);
    const double density = .15 + .2 * (double)(i % 5);
    dice = rc_rng_stream(i, "test/reduce", 0);
    m = 0;
    for (int a = 0; a < n; a++) {
      for (int b = a + 1; b < n; b++) {
        if (rc_rng_unit(&dice) < density) edge(a, b, i % 3 ? weight(i % 2) : 1);
      }
    }
    rc_cut_graph *g = graph(n);
    *(check(g) ? &kept : &emptied) += 1;
    rc_cut_graph_free(g);
  }
  assert_true(emptied > 100 && kept > 100);
}

/* Trees, cactuses (cycles joined at vertices), series-parallel graphs (a new vertex over an edge,
 * again and again), cliques of five hung on each other at single vertices. */
static int planted(int family, int n, bool real) {
  m = 0;
  if (family == 0) {
    for (int a = 1; a < n; a++) edge(a, (int)rc_rng_below(&dice, (uint64_t)a), weight(real));
  } else if (family == 1) {
    for (int a = 1; a + 1 < n; a += 2) {
      const int hook = (int)rc_rng_below(&dice, (uint64_t)a);
      edge(hook, a, weight(real)), edge(a, a + 1, weight(real)), edge(a + 1, hook, weight(real));
    }
  } else if (family == 2) {
    edge(0, 1, weight(real));
    for (int a = 2; a < n; a++) {
      const int e = (int)rc_rng_below(&dice, (uint64_t)m);
      const int b = u[e], c = v[e];
      edge(a, b, weight(real)), edge(a, c, weight(real));
    }
  } else {
    for (int a = 1; a + 3 < n; a += 4) {
      int clique[5] = {(int)rc_rng_below(&dice, (uint64_t)a), a, a + 1, a + 2, a + 3};
      for (int i = 0; i < 5; i++) {
        for (int j = i + 1; j < 5; j++) edge(clique[i], clique[j], weight(real));
      }
    }
  }
  return n;
}

static void planted_graphs(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 120; i++) {
    const int family = (int)(i % 4), n = family == 3 ? 13 : 5 + (int)(i % 10);
    dice = rc_rng_stream(i, "test/planted", 0);
    rc_cut_graph *g = graph(planted(family, n, i / 4 % 2));
    const int left = check(g);
    if (family < 3) {
      assert_int_equal(left, 0);
      /* no K5 minor: the relaxation of the graph itself is exact, and its bound is the optimum */
      rc_err err = {0};
      const rc_bound_opts o = {.engine = 1};
      rc_bound *b = rc_bound_new(g, &o, &err);
      while (!rc_bound_read(b).done) assert_true(rc_bound_step(b, &err));
      assert_true(rc_bound_read(b).proved && rc_bound_read(b).nodes == 1);
      rc_bound_free(b);
    }
    rc_cut_graph_free(g);
  }
}

/* Hubs and long chains cost no more than their edges: with lists searched from the wrong end these
 * would take hours. */
static void large_graphs(void **state) {
  (void)state;
  for (int family = 0; family < 4; family++) {
    int n = 50000;
    dice = rc_rng_stream(1, "test/large", (uint64_t)family);
    m = 0;
    if (family == 0) {
      for (int a = 1; a < n; a++) edge(0, a, weight(false)); /* a star */
    } else if (family == 1) {
      for (int a = 2; a < n; a++) edge(0, a, weight(false)), edge(1, a, weight(false));
    } else if (family == 2) {
      for (int a = 1; a < n; a++) edge(a - 1, a, weight(false)); /* a chain */
    } else {
      for (int a = 1; a + 1 < n; a += 2) /* triangles at one vertex */
        edge(0, a, 1), edge(a, a + 1, 1), edge(a + 1, 0, 1);
    }
    rc_cut_graph *g = graph(n);
    rc_cut_reduced *r = rc_cut_reduce(g, NULL);
    uint8_t none[1] = {0}, *side = rc_alloc((size_t)n, 1);
    assert_int_equal(rc_cut_reduced_core(r)->n, 0);
    rc_cut_reduced_lift(r, none, side);
    assert_true(rc_cut_value(g, side) == rc_cut_reduced_value(r, 0));
    if (family == 3) assert_true(rc_cut_reduced_value(r, 0) == 2 * 24999);
    const rc_cut_reduction f = rc_cut_reduced_figures(r);
    assert_int_equal(f.degree[0] + f.degree[1] + f.degree[2] + f.degree[3], n + f.blocks);
    rc_free(side);
    rc_cut_reduced_free(r);
    rc_cut_graph_free(g);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_graphs),
      cmocka_unit_test(planted_graphs),
      cmocka_unit_test(large_graphs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
