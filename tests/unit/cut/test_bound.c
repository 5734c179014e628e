/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bound against enumeration of all cuts, the theorem of Barahona and Mahjoub on graphs without
 * a K5 minor, certificates that the independent checker accepts, and forged ones that it refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cut/oddcycle.h"

static char folder[] = "/tmp/rc_bound_XXXXXX", instance[64], certificate[64];

static int setup(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return 1;
  snprintf(instance, sizeof instance, "%s/g.txt", folder);
  snprintf(certificate, sizeof certificate, "%s/g.cert", folder);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  unlink(instance);
  unlink(certificate);
  return rmdir(folder);
}

static rc_cut_graph *random_graph(uint64_t seed, int n, double density, bool real) {
  rc_rng r = rc_rng_stream(seed, "test/bound", (uint64_t)n);
  int u[512], v[512], m = 0;
  double w[512];
  for (int i = 0; i < n; i++) {
    for (int j = i + 1; j < n && m < 512; j++) {
      if (rc_rng_unit(&r) >= density) continue;
      u[m] = i, v[m] = j;
      w[m++] = real ? 2 * rc_rng_unit(&r) - 1 : (double)rc_rng_below(&r, 19) - 9;
    }
  }
  rc_cut_graph *g = rc_cut_graph_new(n, m, u, v, w, NULL);
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

/* Runs to the end; the bound must never be below the optimum and never rise at the root. */
static rc_bound *run(const rc_cut_graph *g, const rc_bound_opts *o, double best) {
  rc_err err = {0};
  rc_bound *b = rc_bound_new(g, o, &err);
  assert_non_null(b);
  double last = INFINITY;
  for (int i = 0; i < 200000; i++) {
    const rc_bound_view v = rc_bound_read(b);
    assert_true(v.bound >= best - 1e-9 * (1 + fabs(best)));
    assert_true(v.packing >= best - 1e-9 * (1 + fabs(best)));
    assert_true(v.bound <= last + 3e-9 * (1 + fabs(last)));
    last = v.bound;
    if (v.done) return b;
    if (!rc_bound_step(b, &err)) fail_msg("%s", err.message);
  }
  fail_msg("the bound does not come to an end");
  return b;
}

static rc_verdict certify(const rc_cut_graph *g, rc_bound *b) {
  rc_err err = {0};
  assert_true(rc_cut_graph_write(g, "rudy", instance, &err));
  if (!rc_bound_certificate(b, rc_bound_read(b).best_side, "g.txt", certificate, &err))
    fail_msg("%s", err.message);
  rc_verdict v;
  rc_certificate_verify(certificate, NULL, &v);
  return v;
}

static void branch_and_cut_is_enumeration(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 500; i++) {
    const bool real = i % 2;
    rc_cut_graph *g =
        random_graph(i, 3 + (int)(i % 12), i % 5 ? .45 + .1 * (double)(i % 5) : 1, real);
    const double best = best_of_all(g);
    const rc_bound_opts o = {.branch = true, .engine = 1};
    rc_bound *b = run(g, &o, best);
    const rc_bound_view v = rc_bound_read(b);
    assert_true(v.proved);
    assert_true(fabs(v.best - best) <= 1e-9 * (1 + fabs(best)));
    assert_true(fabs(v.bound - best) <= 2e-9 * (1 + fabs(best)));
    const rc_verdict w = certify(g, b);
    if (!w.accepted) fail_msg("graph %d: %s", (int)i, w.reason);
    if (!real) assert_true(w.optimal);
    double value = rc_cut_value_below(g, v.best_side), bound;
    assert_true(value <= v.bound && value > v.best - 1e-14 * (1 + g->weight_total));
    assert_true(rc_parse_real(w.bound, &bound) && rc_parse_real(w.value, &value));
    assert_true(value <= bound); /* as they are shown */
    assert_true(w.gap <= 2e-9 || best == 0);
    rc_bound_free(b);
    rc_cut_graph_free(g);
  }
}

/* Weights 1e12 and more apart, also where the cut is as much smaller than they are: amounts have as
 * many bits as the smallest needs. Three sides of every sign, and a square with a diagonal. */
static void far_apart_weights_are_proved(void **state) {
  (void)state;
  static const int u[] = {0, 1, 0, 2, 0}, v[] = {1, 2, 2, 3, 3};
  static const double size[][5] = {{1e12, 1, .5},           {1e12, .3, 1e-3},
                                   {1, 1e-12, .7e-12},      {3e11, 1e6, .1},
                                   {1e12, 1, .3, 2e12, .7}, {1e6, .1, 1e-7, 2e6, .3}};
  for (size_t k = 0; k < RC_LEN(size); k++) {
    const int m = k < 4 ? 3 : 5;
    for (int signs = 0; signs < 1 << m; signs++) {
      double w[5];
      for (int e = 0; e < m; e++) w[e] = signs >> e & 1 ? -size[k][e] : size[k][e];
      rc_cut_graph *g = rc_cut_graph_new(m == 3 ? 3 : 4, m, u, v, w, NULL);
      const double best = best_of_all(g);
      const rc_bound_opts o = {.branch = true, .engine = 1};
      rc_bound *b = run(g, &o, best);
      const rc_bound_view view = rc_bound_read(b);
      const rc_verdict verdict = certify(g, b);
      if (!verdict.accepted) fail_msg("%zu, signs %d: %s", k, signs, verdict.reason);
      if (!(view.proved && view.best >= best - 1e-9 * best &&
            view.bound - best <= 1e-9 * fmax(best, 1e-12 * g->weight_total)))
        fail_msg("%zu, signs %d: cut %.17g of %.17g, bound %.17g", k, signs, view.best, best,
                 view.bound);
      rc_bound_free(b);
      rc_cut_graph_free(g);
    }
  }
}

/* The first-order engine bounds the same graphs from above, with certificates. */
static void first_order_bounds_are_bounds(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 40; i++) {
    rc_cut_graph *g = random_graph(1000 + i, 4 + (int)(i % 11), .6, i % 2);
    const double best = best_of_all(g);
    const rc_bound_opts o = {.engine = 2, .rounds = 60};
    rc_bound *b = run(g, &o, best);
    const rc_verdict w = certify(g, b);
    if (!w.accepted) fail_msg("graph %d: %s", (int)i, w.reason);
    rc_bound_free(b);
    rc_cut_graph_free(g);
  }
}

/* Planar grids and Wagner's graph have no K5 minor: the relaxation alone is exact (Barahona and
 * Mahjoub 1986). K5 is not: 20/3 of its weight of an edge, against 6. */
static void exact_without_a_k5_minor(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 30; seed++) {
    rc_rng r = rc_rng_stream(seed, "test/minor", 0);
    int u[64], v[64], m = 0, n;
    double w[64];
    if (seed % 2) {
      n = 12;
      for (int i = 0; i < 12; i++) {
        if (i % 4 < 3) u[m] = i, v[m++] = i + 1;
        if (i < 8) u[m] = i, v[m++] = i + 4;
      }
    } else { /* Wagner: an 8-cycle with its four diagonals */
      n = 8;
      for (int i = 0; i < 8; i++) u[m] = i, v[m++] = (i + 1) % 8;
      for (int i = 0; i < 4; i++) u[m] = i, v[m++] = i + 4;
    }
    for (int e = 0; e < m; e++) w[e] = 2 * rc_rng_unit(&r) - 1;
    rc_cut_graph *g = rc_cut_graph_new(n, m, u, v, w, NULL);
    const double best = best_of_all(g);
    const rc_bound_opts o = {.branch = false, .engine = 1};
    rc_bound *b = run(g, &o, best);
    const rc_bound_view view = rc_bound_read(b);
    assert_true(view.nodes == 1 && view.proved);
    assert_true(fabs(view.bound - best) <= 2e-9 * (1 + fabs(best)));
    rc_bound_free(b);
    rc_cut_graph_free(g);
  }
  int u[10], v[10], m = 0;
  double w[10];
  for (int i = 0; i < 5; i++) {
    for (int j = i + 1; j < 5; j++) u[m] = i, v[m] = j, w[m++] = .7;
  }
  rc_cut_graph *k5 = rc_cut_graph_new(5, 10, u, v, w, NULL);
  const rc_bound_opts o = {.branch = false, .engine = 1};
  rc_bound *b = run(k5, &o, 4.2);
  /* solved in rational arithmetic at the end, which leaves the last digit alone */
  assert_true(fabs(rc_bound_read(b).raw - .7 * 20 / 3) < 2e-15);
  assert_true(rc_bound_read(b).bound - .7 * 20 / 3 < 1e-14);
  rc_bound_free(b);
  rc_cut_graph_free(k5);
}

/* A ring of n triangles-free odd length with its rotation: one variable instead of n, same bound.
 */
static void orbits_keep_the_bound(void **state) {
  (void)state;
  for (int n = 3; n <= 15; n += 2) {
    int u[32], v[32], *turn = rc_alloc((size_t)n, sizeof *turn);
    double w[32];
    for (int i = 0; i < n; i++) u[i] = i, v[i] = (i + 1) % n, w[i] = .75, turn[i] = (i + 1) % n;
    rc_cut_graph *g = rc_cut_graph_new(n, n, u, v, w, NULL);
    const int *generator[] = {turn};
    const rc_bound_opts o = {.engine = 1, .generators = 1, .generator = generator};
    rc_bound *b = run(g, &o, .75 * (n - 1));
    const rc_bound_view view = rc_bound_read(b);
    assert_int_equal(view.columns, 1);
    assert_true(view.proved && fabs(view.bound - .75 * (n - 1)) < 2e-9 * n);
    const rc_verdict verdict = certify(g, b);
    if (!verdict.accepted) fail_msg("%s", verdict.reason);
    rc_bound_free(b);
    turn[0] = 2; /* no permutation of the ring any more */
    rc_err err = {0};
    assert_null(rc_bound_new(g, &o, &err));
    assert_string_equal(err.message, "symmetry 1 does not keep the weights of the graph");
    rc_cut_graph_free(g);
    rc_free(turn);
  }
}

/* An offered optimum closes the gap, and the row behind the bound is an odd closed cycle. */
static void rows_are_odd_cycles(void **state) {
  (void)state;
  rc_cut_graph *g = random_graph(5, 12, .7, false);
  const rc_bound_opts o = {.branch = true, .engine = 1};
  rc_bound *b = run(g, &o, best_of_all(g));
  for (int64_t k = 0; k < rc_bound_active(b); k++) {
    rc_cycle_row row;
    assert_true(rc_bound_row(b, k, &row));
    int marks = 0;
    for (int i = 0; i < row.length; i++) marks += row.marked[i];
    assert_true(marks % 2 == 1 && row.length >= 3 && row.multiplier > 0);
  }
  rc_cycle_row none;
  assert_false(rc_bound_row(b, rc_bound_active(b), &none));
  rc_bound_free(b);
  rc_cut_graph_free(g);
}

/* ---- forgeries --------------------------------------------------------------------------------
 */

static void write_text(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  fclose(f);
}

/* Triangle of weights 1, 1, 2: best cut 3, its values have no common divisor. The row 1* 2* 3* with
 * multiplier 1 proves it: 2 + (2 - 1) = 3. */
static const char triangle[] = "3 3\n1 2 1\n2 3 1\n1 3 2\n";
#define HEAD "roadcut-certificate 1\ninstance g.txt\n"
#define HASH                                                                                       \
  "sha256 "                                                                                        \
  "0465cd4da48da277be91ee72ebfb6d93b5433271d9692041ac3b47af150e9721"                               \
  "\n"
#define SIZE "vertices 3\nscale 0\n"
#define GOOD HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n"

static void true_certificates_are_accepted(void **state) {
  (void)state;
  static const char *const good[] = {
      GOOD,
      HEAD HASH SIZE "value 3\nbound 3\nmap 3 2 1\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
      HEAD HASH SIZE "value 3\nbound 4\ncut 011\nleaf\nend\n",
      HEAD HASH SIZE "value 0\nbound 3\ncut 000\nrow 1* 2* 3*\nleaf 1:1\nend\n",
      HEAD HASH "vertices 3\nscale 3\nvalue 24\nbound 24\ncut 011\nrow 1* 2* 3*\nleaf 1:8\nend\n",
      HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nnode 1 1:0\nleaf\nleaf 1:1\nend\n",
      /* a bound between two multiples of the step says no more than the lower one */
      HEAD HASH "vertices 3\nscale 1\nvalue 6\nbound 7\ncut 011\nrow 1* 2* 3*\nleaf 1:2\nend\n",
  };
  write_text(instance, triangle);
  for (size_t i = 0; i < RC_LEN(good); i++) {
    rc_verdict v;
    write_text(certificate, good[i]);
    if (!rc_certificate_verify(certificate, NULL, &v)) fail_msg("%zu: %s", i, v.reason);
    assert_true(v.optimal == (strstr(good[i], "value 3\nbound 3") || strstr(good[i], "value 24")));
  }
}

/* What is shown is never better than what is proved: values are rounded down, bounds up, also where an
 * amount has more bits than a double. */
static void shown_amounts_are_on_the_safe_side(void **state) {
  (void)state;
  const oc_exact one = 1;
  for (int bits = 1; bits < 100; bits++) {
    for (int k = -2; k <= 2; k++) {
      const oc_exact a = (one << bits) + k;
      for (int sign = -1; sign <= 1; sign += 2) {
        const double up = oc_exact_up(sign * a, 0), down = oc_exact_down(sign * a, 0);
        assert_true((oc_exact)down <= sign * a && sign * a <= (oc_exact)up);
        assert_true(down == up || nextafter(down, INFINITY) == up);
      }
    }
  }
  static const int u[] = {0, 1}, v[] = {1, 2};
  static const uint8_t side[] = {0, 1, 0};
  rc_cut_graph *g = rc_cut_graph_new(3, 2, u, v, (const double[]){1, -3e-40}, NULL);
  assert_true(rc_cut_value_below(g, side) == nextafter(1, 0));
  rc_cut_graph_free(g);
  /* the verifier by itself: 2^60 + 1 is between two doubles */
  rc_verdict w;
  double bound;
  write_text(instance, triangle);
  write_text(certificate, HEAD HASH "vertices 3\nscale 0\nvalue 3\nbound 1152921504606846977\n"
                                    "cut 011\nleaf\nend\n");
  assert_true(rc_certificate_verify(certificate, NULL, &w) && rc_parse_real(w.bound, &bound));
  assert_true(bound == 0x1p60 + 256);
}

/* Sums of amounts stay in 128 bits: rows of 2^18 + 1 edges, used 2^17 times, are too much. */
static void too_much_to_add_up_is_refused(void **state) {
  (void)state;
  enum { N = (1 << 18) + 1, USES = 1 << 17 };
  rc_err err = {0};
  int *u = rc_alloc(N, sizeof *u), *v = rc_alloc(N, sizeof *v);
  double *w = rc_alloc(N, sizeof *w);
  for (int i = 0; i < N; i++) u[i] = i, v[i] = (i + 1) % N, w[i] = 1;
  rc_cut_graph *g = rc_cut_graph_new(N, N, u, v, w, &err);
  assert_true(g && rc_cut_graph_write(g, "rudy", instance, &err));
  FILE *f = fopen(certificate, "w");
  assert_non_null(f);
  fprintf(f, "roadcut-certificate 1\ninstance g.txt\nsha256 %s\nvertices %d\nscale 0\n", g->hash,
          N);
  fprintf(f, "value 0\nbound %d\ncut ", N);
  for (int i = 0; i < N; i++) fputc('0', f);
  fputs("\nrow", f);
  for (int i = 0; i < N; i++) fprintf(f, " %d%s", i + 1, i == 0 ? "*" : "");
  fputs("\nleaf", f);
  for (int i = 0; i < USES; i++) fputs(" 1:0", f);
  fputs("\nend\n", f);
  fclose(f);
  rc_verdict verdict;
  assert_false(rc_certificate_verify(certificate, NULL, &verdict));
  assert_non_null(strstr(verdict.reason, "too large"));
  rc_cut_graph_free(g);
  rc_free(u), rc_free(v), rc_free(w);
}

static void forged_certificates_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *reason; /* reason: a part of it */
  } bad[] = {
      {HEAD HASH SIZE "value 3\nbound 2\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "entry 1 of the tree does not prove"},
      {HEAD HASH SIZE "value 2\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "not worth the value"},
      {HEAD HASH SIZE "bound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "instance, sha256, scale, value, bound, cut and leaf are needed"},
      {HEAD HASH SIZE "value 3\nvalue 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "an entry of the head comes twice"},
      {HEAD HASH SIZE "value 4\nbound 4\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "not worth the value"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 000\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "not worth the value"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3\nleaf 1:1\nend\n",
       "even number of marked edges (2)"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1 2 3\nleaf 1:1\nend\n",
       "even number of marked edges (0)"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf\nend\n",
       "does not prove the bound"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:3\nend\n",
       "does not prove the bound"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:-1\nend\n",
       "multiplier 1 is negative or too large"},
      {HEAD HASH SIZE
       "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1237940039285380274899124224\nend\n",
       "negative or too large"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf "
                      "1:99999999999999999999999999999999999999999\nend\n",
       "out of range"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 2:1\nend\n", "out of range"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 0:1\nend\n", "out of range"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 1* 3*\nleaf 1:1\nend\n",
       "row 1: step 1 is not along an edge"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 4*\nleaf 1:1\nend\n",
       "a row visits vertex 4"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2*\nleaf 1:1\nend\n",
       "at least three vertices"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 0110\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "one 0 or 1 for each vertex"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 012\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "one 0 or 1 for each vertex"},
      {HEAD "sha256 0000000000000000000000000000000000000000000000000000000000000000\n" SIZE
            "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "not the one that was solved"},
      {HEAD "sha256 12\n" SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "64 hexadecimal digits"},
      {HEAD HASH SIZE "value 3 2\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "something behind what the line says"},
      {HEAD HASH SIZE "value 3\nbound 3 4\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "something behind what the line says"},
      {HEAD HASH "vertices 3 4\nscale 0\nvalue 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "something behind what the line says"},
      {HEAD HASH "vertices 3\nscale 0 1\nvalue 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "something behind what the line says"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend of it\n",
       "something behind what the line says"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\nvalue 9\n",
       "something behind the line 'end'"},
      {HEAD HASH "vertices 4\nscale 0\nvalue 3\nbound 3\ncut 0110\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "for 4 vertices, the instance has 3"},
      {HEAD HASH "vertices 3\nscale 100\nvalue 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "scale: the weight of edge 1 is too large"},
      {HEAD HASH "vertices 3\nscale 99999\nvalue 3\nbound 3\ncut 011\nleaf\nend\n", "out of range"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\n",
       "cut off: its line 'end' is missing"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nend\n",
       "instance, sha256, scale, value, bound, cut and leaf are needed"},
      {HEAD HASH SIZE "value 3\nbound 3\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "instance, sha256, scale, value, bound, cut and leaf are needed"},
      {HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "not a certificate of this program"},
      {"", "not a certificate of this program"},
      {HEAD "nonsense\n", "unknown line"},
      {HEAD HASH SIZE "value 3\nbound 3\nmap 2 1 1\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "map 1 is not a permutation"},
      {HEAD HASH SIZE "value 3\nbound 3\nmap 2 1\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "expected a whole number"},
      {HEAD HASH SIZE
       "value 3\nbound 3\nmap 3 2 1\ncut 011\nrow 1* 2* 3*\nnode 1\nleaf 1:1\nleaf 1:1\nend\n",
       "maps and branching do not go together"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nnode 1 1:1\nleaf 1:1\nend\n",
       "the tree ends too early"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nleaf 1:1\nend\n",
       "1 entries too many"},
      {HEAD HASH SIZE
       "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nnode 4 1:1\nleaf 1:1\nleaf 1:1\nend\n",
       "branches on edge 4"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nnode 1\nleaf\nleaf\nend\n",
       "entry 3 of the tree does not prove"},
      {HEAD HASH SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1;1\nend\n", "expected"},
      {HEAD HASH "map 3 2 1\n" SIZE "value 3\nbound 3\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "has to come before a map"},
      {HEAD HASH "cut 011\n" SIZE "value 3\nbound 3\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "one 0 or 1 for each vertex"},
      {HEAD HASH "vertices 2\ncut 01\n" SIZE "value 3\nbound 3\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "comes twice"},
      {HEAD HASH "vertices 3\nscale -61\nvalue 3\nbound 3\ncut 011\nleaf\nend\n", "out of range"},
      {HEAD HASH SIZE "value 3\nbound -1\ncut 011\nrow 1* 2* 3*\nleaf 1:1\nend\n",
       "entry 1 of the tree does not prove"},
      {HEAD HASH SIZE
       "value 170141183460469231731687303715884105728\nbound 2\ncut 011\nleaf\nend\n",
       "out of range"},
  };
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    rc_verdict v;
    write_text(instance, triangle);
    write_text(certificate, bad[i].text);
    if (rc_certificate_verify(certificate, NULL, &v)) fail_msg("%zu was accepted", i);
    if (!strstr(v.reason, bad[i].reason)) fail_msg("%zu: '%s'", i, v.reason);
  }
  /* the same certificate with another instance, or none */
  rc_verdict v;
  write_text(certificate, GOOD);
  write_text(instance, "3 3\n1 2 1\n2 3 1\n1 3 1\n");
  assert_false(rc_certificate_verify(certificate, NULL, &v));
  assert_non_null(strstr(v.reason, "not the one that was solved"));
  write_text(instance, "3 3\n1 2 1e-251\n2 3 1\n1 3 2\n");
  assert_false(rc_certificate_verify(certificate, NULL, &v));
  assert_non_null(strstr(v.reason, "too small"));
  unlink(instance);
  assert_false(rc_certificate_verify(certificate, NULL, &v));
  assert_ptr_equal(strstr(v.reason, instance), v.reason); /* which of the two files is missing */
  write_text(instance, triangle);
}

/* Every change of one digit or mark in a real certificate is refused, or leaves the claim true:
 * what is accepted must hold for the graph by enumeration. */
static void mutants_never_prove_what_is_false(void **state) {
  (void)state;
  rc_cut_graph *g = random_graph(77, 10, .8, false);
  const double best = best_of_all(g);
  const rc_bound_opts o = {.branch = true, .engine = 1};
  rc_bound *b = run(g, &o, best);
  assert_true(certify(g, b).accepted);
  size_t len;
  char *text = rc_read_file(certificate, 1 << 20, &len, NULL);
  rc_rng r = rc_rng_stream(1, "test/mutants", 0);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 1000; i++) {
    const size_t at = (size_t)rc_rng_below(&r, len);
    const char was = text[at];
    text[at] = "0123456789* :-\n"[rc_rng_below(&r, 15)];
    write_text(certificate, text);
    text[at] = was;
    rc_verdict v;
    if (!rc_certificate_verify(certificate, NULL, &v)) {
      refused++;
      continue;
    }
    accepted++;
    double bound, value;
    assert_true(rc_parse_real(v.bound, &bound) && rc_parse_real(v.value, &value));
    assert_true(value <= best + 1e-6 && bound >= best - 1e-6);
  }
  assert_true(refused > 100 && accepted > 100);
  rc_free(text);
  rc_bound_free(b);
  rc_cut_graph_free(g);
}

/* ---- slices ------------------------------------------------------------------------------------
 */

enum { ROWS = 20000 };

/* Rows found at a point by both ways, in slices of this much work; how many, and the slices. */
static int find_in_slices(const oc_problem *p, const double *x, double work, oc_pool *q,
                          oc_found *out, uint8_t *side, int *slices) {
  static const oc_way way[] = {OC_BY_FOREST, OC_BY_PATHS};
  oc_sep *s = oc_sep_new(p, q);
  int n = 0;
  *slices = 0;
  for (int k = 0; k < 2; k++) {
    oc_sep_begin(s, x, 1e-6, way[k], out + n, ROWS - n);
    for (bool done = false; !done; ++*slices) {
      double left = work;
      done = oc_sep_step(s, &left);
    }
    n += oc_sep_count(s);
  }
  memcpy(side, oc_sep_rounding(s), (size_t)p->g->n);
  oc_sep_free(s);
  return n;
}

static void same_rows(const oc_pool *a, const oc_pool *b) {
  assert_int_equal(oc_pool_rows(a), oc_pool_rows(b));
  for (int r = 0; r < oc_pool_rows(a); r++) {
    const oc_row x = oc_pool_row(a, r), y = oc_pool_row(b, r);
    assert_int_equal(x.length, y.length);
    assert_memory_equal(x.vertex, y.vertex, (size_t)x.length * sizeof *x.vertex);
    assert_memory_equal(x.marked, y.marked, (size_t)x.length);
  }
}

/* Separation finds the same rows in the same order, and the same rounding, however it is sliced. */
static void slices_do_not_change_separation(void **state) {
  (void)state;
  static const double work[] = {0, 5, 100, 3000};
  rc_cut_graph *g = random_graph(11, 60, .25, true);
  oc_problem *p = oc_problem_new(g, 0, NULL, NULL);
  assert_non_null(p);
  rc_rng r = rc_rng_stream(3, "test/slices", 0);
  double *x = rc_alloc((size_t)g->m, sizeof *x);
  for (int64_t e = 0; e < g->m; e++) x[e] = rc_rng_below(&r, 3) ? rc_rng_unit(&r) : e % 2;
  static oc_found whole[ROWS], parts[ROWS];
  uint8_t side[64], again[64];
  int slices, n;
  oc_pool *all = oc_pool_new(p);
  n = find_in_slices(p, x, 1e18, all, whole, side, &slices);
  assert_int_equal(slices, 2);
  assert_true(n > 50);
  for (size_t k = 0; k < RC_LEN(work); k++) {
    oc_pool *q = oc_pool_new(p);
    assert_int_equal(find_in_slices(p, x, work[k], q, parts, again, &slices), n);
    assert_true(slices > 4);
    for (int i = 0; i < n; i++) {
      assert_int_equal(parts[i].row, whole[i].row);
      assert_int_equal(parts[i].kind, whole[i].kind);
      assert_true(parts[i].violation == whole[i].violation);
    }
    same_rows(q, all);
    assert_memory_equal(again, side, (size_t)g->n);
    oc_pool_free(q);
  }
  oc_pool_free(all);
  rc_free(x);
  oc_problem_free(p);
  rc_cut_graph_free(g);
}

/* The multipliers of a packing after each of some passes, in slices of this size. */
static int pack_in_slices(const oc_problem *p, const uint8_t *side, int flows, double work,
                          oc_pool *q, int *row, double *y) {
  oc_pack *k = oc_pack_new(p, q, side);
  assert_non_null(k);
  int n = 0;
  for (int pass = 1; pass <= 4; pass++) {
    bool over = false;
    while (!over && oc_pack_pass(k) < pass) over = oc_pack_step(k, flows, work);
    n += oc_pack_rows(k, row + n, y + n);
    assert_true(n < ROWS);
    if (over) break;
  }
  oc_pack_free(k);
  return n;
}

static void slices_do_not_change_the_problem(void **state) {
  (void)state;
  for (int real = 0; real < 2; real++) {
    rc_cut_graph *g = random_graph(11, 60, .25, !real);
    oc_problem *whole = oc_problem_new(g, 0, NULL, NULL), *p = oc_problem_begin(g, 0, NULL, NULL);
    assert_true(whole && p);
    int slices = 1;
    while (!oc_problem_step(p, 7)) slices++;
    assert_true(slices >= (int)(g->m / 7));
    assert_int_equal(p->vars, whole->vars);
    assert_int_equal(p->scale, whole->scale);
    assert_int_equal(p->step, whole->step);
    assert_int_equal(p->sources, whole->sources);
    assert_memory_equal(p->var, whole->var, (size_t)g->m * sizeof *p->var);
    assert_memory_equal(p->c, whole->c, (size_t)p->vars * sizeof *p->c);
    assert_memory_equal(p->w, whole->w, (size_t)p->vars * sizeof *p->w);
    oc_problem_free(p);
    oc_problem_free(whole);
    rc_cut_graph_free(g);
  }
}

/* A bound that is given up in the middle of its preparations. */
static void preparations_can_be_given_up(void **state) {
  (void)state;
  rc_cut_graph *g = random_graph(12, 40, .3, true);
  const rc_bound_opts o = {.seed = 1};
  bool ready = false;
  int pieces = 0;
  for (int most = 0; !ready; most++) {
    rc_bound *b = rc_bound_begin(g, &o, NULL);
    assert_non_null(b);
    for (int i = 0; i < most && !ready; i++) assert_true(rc_bound_prepare(b, &ready, NULL));
    rc_bound_free(b);
    pieces = most;
  }
  assert_true(pieces > 5);
  rc_cut_graph_free(g);
}

static void slices_do_not_change_packing(void **state) {
  (void)state;
  rc_cut_graph *g = random_graph(12, 60, .25, true);
  oc_problem *p = oc_problem_new(g, 0, NULL, NULL);
  assert_non_null(p);
  uint8_t side[60];
  for (int i = 0; i < 60; i++) side[i] = i % 2;
  static int row[2][ROWS];
  static double y[2][ROWS];
  oc_pool *all = oc_pool_new(p);
  const int n = pack_in_slices(p, side, 1 << 30, 1e18, all, row[0], y[0]);
  assert_true(n > 100);
  for (int k = 0; k < 3; k++) {
    oc_pool *q = oc_pool_new(p);
    assert_int_equal(pack_in_slices(p, side, k ? 60 : 1, k == 2 ? 0 : 500, q, row[1], y[1]), n);
    assert_memory_equal(row[0], row[1], (size_t)n * sizeof(int));
    assert_memory_equal(y[0], y[1], (size_t)n * sizeof(double));
    same_rows(q, all);
    oc_pool_free(q);
  }
  oc_pool_free(all);
  oc_problem_free(p);
  rc_cut_graph_free(g);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(slices_do_not_change_separation),
      cmocka_unit_test(slices_do_not_change_packing),
      cmocka_unit_test(slices_do_not_change_the_problem),
      cmocka_unit_test(preparations_can_be_given_up),
      cmocka_unit_test(branch_and_cut_is_enumeration),
      cmocka_unit_test(first_order_bounds_are_bounds),
      cmocka_unit_test(exact_without_a_k5_minor),
      cmocka_unit_test(orbits_keep_the_bound),
      cmocka_unit_test(rows_are_odd_cycles),
      cmocka_unit_test(true_certificates_are_accepted),
      cmocka_unit_test(far_apart_weights_are_proved),
      cmocka_unit_test(shown_amounts_are_on_the_safe_side),
      cmocka_unit_test(too_much_to_add_up_is_refused),
      cmocka_unit_test(forged_certificates_are_refused),
      cmocka_unit_test(mutants_never_prove_what_is_false),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
