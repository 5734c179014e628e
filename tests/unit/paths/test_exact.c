/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact committor: figures and tables of an independent program (which agreed with brute force
 * runs of 2e9 steps), and dense solutions of small magnets. */
#include <lapacke.h>
#include <math.h>

#include "unit/paths/systems.h"

typedef struct row {
  const char *name, *system, *settings[9];
  double nu, rate, length, yield;
  const char *table;
  bool large; /* 2^18 states and more: not under a sanitizer, where all of it runs in other rows */
} row;

static const row rows[] = {
    {"ising33",
     "ising",
     {"temperature", "2", "width", "3", "height", "3"},
     4.2691207789e-4,
     8.5382415579e-4,
     24.4877,
     .33270,
     NULL,
     false},
    {"ising33 Glauber",
     "ising",
     {"temperature", "2", "width", "3", "height", "3", "dynamics", "glauber"},
     2.9697811025e-4,
     5.9395622050e-4,
     32.0629,
     .31866,
     NULL,
     false},
    {"ising34",
     "ising",
     {"temperature", "1.5", "width", "3", "height", "4", "field", "0.1"},
     9.1981317835e-6,
     5.3673194691e-5,
     61.8913,
     .27733,
     NULL,
     false},
    {"ising44 T2",
     "ising",
     {"temperature", "2"},
     8.6979854123e-5,
     1.7395970825e-4,
     105.0218,
     .26216,
     "q_ising44_T2.0_p0.csv",
     false},
    {"ising44 T1.5",
     "ising",
     {"temperature", "1.5"},
     2.5933568677e-6,
     5.1867137354e-6,
     98.8544,
     .21316,
     "q_ising44_T1.5_p0.csv",
     false},
    {"ising44 in a field",
     "ising",
     {"temperature", "1.5", "field", "0.25"},
     2.6175574143e-7,
     5.0430797555e-5,
     99.8890,
     .20876,
     "q_ising44_T1.5_p0.25.csv",
     false},
    {"stripes T1.5",
     "stripes",
     {"temperature", "1.5"},
     9.3521197447e-4,
     1.8704239489e-3,
     98.8208,
     .43515,
     "q_stripe44_T1.5_p0.7.csv",
     false},
    {"stripes T1",
     "stripes",
     {"temperature", "1"},
     6.6516689586e-5,
     1.3303337917e-4,
     107.9480,
     .38360,
     "q_stripe44_T1.0_p0.7.csv",
     false},
    {"wsme",
     "wsme",
     {NULL},
     3.8486430082e-5,
     2.0004837072e-4,
     197.5493,
     .19054,
     "q_wsme_T297_p4.csv",
     false},
    {"tri36",
     "triangular",
     {NULL},
     1.0290052136e-5,
     3.0870156408e-5,
     199.4901,
     .33618,
     "q_tri36_T1.0_p3.csv",
     true},
    {"hg_ring6.txt",
     "",
     {NULL},
     4.4444737774e-4,
     8.8889475549e-4,
     457.2425,
     .42652,
     "q_hg_ring6_T0.1_p1.csv",
     true},
    {"hg_tri6.txt",
     "",
     {NULL},
     4.0003946956e-4,
     8.0007893911e-4,
     513.5051,
     .42574,
     "q_hg_tri6_T0.1_p1.csv",
     true}};

static void near(const row *r, const char *what, double is, double want, double within) {
  if (fabs(is - want) > within) fail_msg("%s: %s %.12g, not %.12g", r->name, what, is, want);
}

static void against_table(const row *r, const rc_path_system *s, const double *q) {
  char path[512], line[256];
  snprintf(path, sizeof path, "%s/tests/data/paths/%s", source_dir(), r->table);
  FILE *in = fopen(path, "r");
  assert_non_null(in);
  int n = 0;
  while (fgets(line, sizeof line, in)) {
    unsigned long code;
    double u, p;
    if (sscanf(line, "%lu,%lf,%lf", &code, &u, &p) != 3) continue;
    n++;
    near(r, "u", rc_path_energy(s, &(rc_word){.u = code}), u, 1e-9 * fmax(1, fabs(u)));
    near(r, "q", q[code], p, 1e-9);
  }
  fclose(in);
  assert_true(n >= 190);
}

static void figures(void **state) {
  (void)state;
  for (size_t i = 0; i < RC_LEN(rows); i++) {
    const row *r = &rows[i];
    if (SANITIZED && r->large) continue;
    rc_err err = {0};
    rc_path_system *s =
        *r->system ? system_open(r->system, r->settings, NULL, &err) : hilbert_open(r->name);
    if (!s) fail_msg("%s: %s", r->name, err.message);
    rc_exact *x = rc_exact_new(s, &err);
    assert_non_null(x);
    if (!rc_exact_run(x, &err)) fail_msg("%s: %s", r->name, err.message);
    const rc_exact_figures f = rc_exact_read(x);
    near(r, "nu", f.nu, r->nu, 6e-11 * r->nu);
    near(r, "rate", f.rate, r->rate, 6e-11 * r->rate);
    near(r, "length", f.length, r->length, 6e-5);
    near(r, "yield", f.yield, r->yield, 6e-6);
    near(r, "residual", f.residual, 0, 1e-12);
    assert_true(f.bytes <= 72);
    if (r->table) against_table(r, s, rc_exact_committor(x));
    rc_exact_free(x);
    rc_path_system_free(s);
  }
}

/* 3x3 and 3x4: sum_y c_xy (q_x - q_y) = 0 as a dense system, by the LU of LAPACK. By symmetry of
 * translations this is the full system still: 512 and 4096 states; the larger one only without a
 * sanitizer. */
static void dense(void **state) {
  (void)state;
  for (int h = 3; h <= (SANITIZED ? 3 : 4); h++) {
    const char *settings[] = {"temperature", h == 3 ? "2" : "1.5", "width", "3",
                              "height",      h == 3 ? "3" : "4",   "field", h == 3 ? "0" : "0.1",
                              NULL};
    rc_err err = {0};
    rc_path_system *s = system_open("ising", settings, NULL, &err);
    assert_non_null(s);
    const int bits = 3 * h, n = 1 << bits;
    int *at = calloc((size_t)n, sizeof *at), k = 0;
    double *u = calloc((size_t)n, sizeof *u);
    for (int i = 0; i < n; i++) {
      const rc_word w = {.u = (uint64_t)i};
      u[i] = rc_path_energy(s, &w);
      at[i] = rc_path_label(s, &w) ? -1 : k++;
    }
    double *a = calloc((size_t)k * (size_t)k, sizeof *a), *b = calloc((size_t)k, sizeof *b);
    int *pivot = calloc((size_t)k, sizeof *pivot);
    for (int i = 0; i < n; i++) {
      if (at[i] < 0) continue;
      for (int f = 0; f < bits; f++) {
        const int j = i ^ 1 << f;
        const double p = fmin(1, exp(u[i] - u[j]));
        a[(size_t)at[i] * (size_t)(k + 1)] += p;
        if (at[j] >= 0)
          a[(size_t)at[j] * (size_t)k + (size_t)at[i]] -= p;
        else if (rc_path_label(s, &(rc_word){.u = (uint64_t)j}) == RC_IN_B)
          b[at[i]] += p;
      }
    }
    assert_int_equal(LAPACKE_dgesv(LAPACK_COL_MAJOR, k, 1, a, k, pivot, b, k), 0);
    rc_exact *x = rc_exact_new(s, &err);
    assert_true(rc_exact_run(x, &err));
    const double *q = rc_exact_committor(x);
    double most = 0;
    for (int i = 0; i < n; i++) {
      if (at[i] >= 0) most = fmax(most, fabs(q[i] - b[at[i]]));
    }
    if (most > 1e-12) fail_msg("3x%d: %.2e from the dense solution", h, most);
    rc_exact_free(x);
    rc_path_system_free(s);
    free(at), free(u), free(a), free(b), free(pivot);
  }
}

/* Any slices give the same bits. */
static void slices(void **state) {
  (void)state;
  rc_err err = {0};
  rc_path_system *s = system_open("wsme", NULL, NULL, &err);
  rc_exact *x = rc_exact_new(s, &err), *y = rc_exact_new(s, &err);
  assert_true(rc_exact_run(x, &err));
  while (rc_exact_step(y, 1, &err)) {
  }
  assert_memory_equal(rc_exact_committor(x), rc_exact_committor(y), sizeof(double) << 15);
  rc_exact_free(x);
  rc_exact_free(y);
  rc_path_system_free(s);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(figures), cmocka_unit_test(dense),
                                     cmocka_unit_test(slices)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
