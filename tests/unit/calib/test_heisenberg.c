/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thermodynamics of small magnets: against the full matrix without symmetries, known energies,
 * high-temperature laws; on rings and on clusters of scenarios. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calib/heisenberg.h"

static rc_lattice *lattice_of(const char *kind, int a, int b, bool periodic) {
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, kind);
  s.extents = b ? 2 : 1;
  s.cluster[0] = a, s.cluster[1] = b;
  s.periodic = periodic;
  rc_err err = {0};
  rc_lattice *l = rc_lattice_new(&s, &err);
  if (!l) fail_msg("%s: %s", kind, err.message);
  rc_lattice_spec_free(&s);
  return l;
}

/* A random graph: hardly any symmetry, several classes, bonds given twice. */
static rc_lattice *random_lattice(uint64_t seed, int sites, int classes) {
  rc_rng r = rc_rng_stream(seed, "test/heisenberg", 0);
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, "custom");
  s.sites = sites;
  s.classes = classes;
  s.bond = rc_alloc(64, sizeof *s.bond);
  for (int i = 0; i < sites; i++) {
    for (int j = 0; j < i; j++) {
      if (s.bonds >= 60 || rc_rng_unit(&r) < 0.5) continue;
      s.bond[s.bonds++] = (rc_bond){.i = j,
                                    .j = i,
                                    .cls = (int)rc_rng_below(&r, (uint64_t)classes),
                                    .mult = 1 + (int)rc_rng_below(&r, 2)};
    }
  }
  rc_err err = {0};
  rc_lattice *l = rc_lattice_new(&s, &err);
  if (!l) fail_msg("%s", err.message);
  rc_lattice_spec_free(&s);
  return l;
}

/* All 2^N levels of the plain matrix with their Sz: by each Sz, without symmetries. */
static int brute_levels(const rc_lattice *l, const double *J, double delta, double *energy,
                        double *sz) {
  int levels = 0;
  for (int up = 0; up <= l->sites; up++) {
    int n = 0, index[1 << 10];
    uint32_t config[1 << 10];
    for (uint32_t c = 0; c < 1u << l->sites; c++) {
      index[c] = -1;
      if (__builtin_popcount(c) == up) index[c] = n, config[n++] = c;
    }
    double *a = rc_alloc((size_t)(n * n), sizeof *a);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < l->bonds; k++) {
        const rc_bond *b = &l->bond[k];
        const double w = J[b->cls] * b->mult * b->factor;
        const uint32_t pair = 1u << b->i | 1u << b->j, in = config[i] & pair;
        const bool same = in == 0 || in == pair;
        a[i * n + i] += w * delta * (same ? 0.25 : -0.25);
        if (!same) a[index[config[i] ^ pair] * n + i] += w / 2;
      }
    }
    assert_int_equal(LAPACKE_dsyev(LAPACK_COL_MAJOR, 'N', 'U', n, a, n, energy + levels), 0);
    for (int i = 0; i < n; i++) sz[levels + i] = up - l->sites / 2.0;
    levels += n;
    rc_free(a);
  }
  return levels;
}

static void compare(const rc_lattice *l, const double *J, double delta) {
  static double energy[1 << 10], sz[1 << 10];
  rc_err err = {0};
  hs_magnet *h = hs_new(l, 800, &err);
  if (!h) fail_msg("%s", err.message);
  assert_true(hs_levels(h, J, delta, false));
  const int n = brute_levels(l, J, delta, energy, sz);
  double count = 0;
  for (int i = 0; i < h->levels; i++) count += h->weight[i];
  assert_true(count == n && n == 1 << l->sites);
  for (double T = 0.05; T < 30; T *= 2.3) {
    double z = 0, e1 = 0, e2 = 0, m2 = 0, low = energy[0];
    for (int i = 0; i < n; i++) low = fmin(low, energy[i]);
    for (int i = 0; i < n; i++) {
      const double p = exp((low - energy[i]) / T), e = energy[i] - low;
      z += p, e1 += p * e, e2 += p * e * e, m2 += p * sz[i] * sz[i];
    }
    const hs_thermal t = hs_average(h, T, NULL, NULL);
    assert_true(fabs(t.m2 - m2 / z) < 1e-10 * (1 + m2 / z));
    assert_true(fabs(t.variance - (e2 / z - e1 * e1 / z / z)) < 1e-10 * (1 + e2 / z));
  }
  hs_free(h);
}

static void test_brute(void **state) {
  (void)state;
  static const double J[RC_CLASSES_MAX] = {1, -0.4, 0.3, 0.2};
  for (uint64_t seed = 0; seed < 6; seed++) {
    rc_lattice *l = random_lattice(seed, 5 + (int)seed % 4, 3);
    compare(l, J, seed % 2 ? 0.7 : -1.2);
    rc_lattice_free(l);
  }
  rc_lattice *ring = lattice_of("chain", 9, 0, true);
  compare(ring, J, 0.92);
  rc_lattice_free(ring);
  rc_lattice *square = lattice_of("square", 2, 4, true);
  compare(square, J, 1);
  rc_lattice_free(square);
  rc_lattice *open = lattice_of("kagome", 1, 2, false);
  compare(open, J, 1);
  rc_lattice_free(open);
}

static double lowest(const rc_lattice *l, const double *J, int *involutions) {
  rc_err err = {0};
  hs_magnet *h = hs_new(l, 800, &err);
  if (!h) fail_msg("%s", err.message);
  assert_true(hs_levels(h, J, 1, false));
  double low = 0;
  for (int i = 0; i < h->levels; i++) low = fmin(low, h->energy[i]);
  *involutions = h->involutions;
  hs_free(h);
  return low;
}

static void test_energies(void **state) {
  (void)state;
  static const double J[RC_CLASSES_MAX] = {1};
  int involutions = 0;
  /* Leung and Elser, Phys. Rev. B 47, 5459 (1993): kagome, 12 sites */
  rc_lattice *kagome = lattice_of("kagome", 2, 2, true);
  assert_true(fabs(lowest(kagome, J, &involutions) + 5.444875216) < 1e-8);
  assert_true(involutions >= 3);
  rc_lattice_free(kagome);
  /* Majumdar and Ghosh 1969: -3/8 J1 per site at J2 = J1/2 */
  static const double mg[RC_CLASSES_MAX] = {1, 0.5};
  rc_lattice *ring = lattice_of("chain", 12, 0, true);
  assert_true(fabs(lowest(ring, mg, &involutions) + 12 * 0.375) < 1e-10);
  rc_lattice_free(ring);
}

/* Derivatives of the averages against differences, on a cluster without symmetry. */
static void test_slopes(void **state) {
  (void)state;
  rc_err err = {0};
  rc_lattice *l = random_lattice(11, 8, 3);
  hs_magnet *h = hs_new(l, 800, &err);
  assert_non_null(h);
  const double J[3] = {1, -0.3, 0.5}, step = 1e-4;
  double d_m2[4], d_variance[4];
  for (double T = 0.1; T < 20; T *= 3) {
    assert_true(hs_levels(h, J, 0.8, true));
    hs_average(h, T, d_m2, d_variance);
    for (int j = 0; j < 4; j++) {
      double at[4] = {J[0], J[1], J[2], 0.8}, v[4][2];
      static const int steps[] = {1, -1, 2, -2};
      for (int k = 0; k < 4; k++) {
        const double keep = at[j];
        at[j] += steps[k] * step;
        assert_true(hs_levels(h, at, at[3], false));
        const hs_thermal t = hs_average(h, T, NULL, NULL);
        v[k][0] = t.m2, v[k][1] = t.variance;
        at[j] = keep;
      }
      for (int c = 0; c < 2; c++) {
        const double d = (8 * (v[0][c] - v[1][c]) - (v[2][c] - v[3][c])) / (12 * step);
        const double exact = c ? d_variance[j] : d_m2[j];
        assert_true(fabs(d - exact) < 1e-7 * (1 + fabs(exact)));
      }
    }
  }
  hs_free(h);
  rc_lattice_free(l);
}

/* ---- heating ---------------------------------------------------------------------------------- */

static void ladder(const char *from, const char *to, double *eigenvalue) {
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, "heisenberg");
  const char *set[][2] = {
      {"from", from},        {"to", to}, {"calibrate", "couplings"}, {"delta", "1"},
      {"noise-of", "value"}, {"g", "2"}, {"impurity", "0"}};
  void *o = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  rc_err err = {0};
  for (size_t i = 0; i < RC_LEN(set); i++) {
    assert_true(rc_param_set(rc_param_find(cls->kind.params, set[i][0]), o, set[i][1], &err));
  }
  const rc_calib_env env = {.seed = 1};
  rc_fit *f = rc_fit_new(cls, o, &env, &err);
  if (!f) fail_msg("%s", err.message);
  rc_params_free(cls->kind.params, o);
  rc_free(o);
  double z[8], theta[8];
  for (int j = 0; j < 8; j++) theta[j] = rc_fit_shape(f)->parameter[j].truth;
  rc_fit_z(f, theta, z);
  rc_fisher x;
  assert_true(rc_fisher_make(f, z, RC_COORDS_SCALE, false, &x, &err));
  assert_int_equal(x.n, 5);
  memcpy(eigenvalue, x.eigenvalue, 5 * sizeof *eigenvalue);
  rc_fisher_free(&x);
  rc_fit_free(f);
}

/* chi and C know sum z J^2 and sum z J best when it is hot: C = 3/32 sum z J^2 / T^2 has the
 * relative slope 2 z_k J_k / sum z J^2, so that lambda_1 = (24/sigma^2) 4 sum (zJ)^2/(sum z J^2)^2.
 * The others fall as T^-2, T^-2, T^-4, T^-6. */
static void test_heating(void **state) {
  (void)state;
  static const double J[] = {1, .35, .15, .08, .04}, z[] = {1, 1, 1, 1, .5};
  double hot[5], hotter[5], above = 0, below = 0;
  for (int k = 0; k < 5; k++) {
    above += z[k] * z[k] * J[k] * J[k];
    below += z[k] * J[k] * J[k];
  }
  ladder("200", "2000", hot);
  ladder("2000", "20000", hotter);
  const double limit = 24 / 1e-4 * 4 * above / (below * below);
  assert_true(fabs(hotter[0] / limit - 1) < 1e-4);
  assert_true(fabs(hot[0] / limit - 1) < 1e-3);
  static const double fall[] = {0, -2, -2, -4, -6};
  for (int k = 0; k < 4; k++) { /* the fifth is at the edge of rounding there */
    assert_true(fabs(log10(hotter[k] / hot[k]) - fall[k]) < 0.1);
  }
  double warm[5];
  ladder("20", "200", warm);
  assert_true(fabs(log10(hot[4] / warm[4]) - fall[4]) < 0.5);
  /* measured values of an independent program, T in [200, 2000] */
  assert_true(fabs(hot[0] / 8.326e5 - 1) < 1e-3 && fabs(hot[1] / 2.42 - 1) < 5e-3 &&
              fabs(hot[2] / .1145 - 1) < 5e-3);
}

/* ---- the scenario's cluster ------------------------------------------------------------------- */

static void test_cluster(void **state) {
  (void)state;
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, "magnet");
  rc_lattice *l = lattice_of("square", 2, 4, true);
  const rc_model model = {.J = {2, 0.6, -0.5}, .delta = 0.8};
  const rc_calib_env env = {.seed = 3, .lattice = l, .model = &model};
  rc_err err = {0};
  rc_fit *f = rc_fit_new(cls, NULL, &env, &err);
  if (!f) fail_msg("%s", err.message);
  const rc_calib_shape *s = rc_fit_shape(f);
  assert_int_equal(s->parameters, 6);
  assert_string_equal(s->parameter[1].name, "J2");
  for (int k = 0; k < 3; k++) assert_true(s->parameter[k].truth == model.J[k]);
  assert_true(s->parameter[3].truth == 0.8);
  /* temperatures are in units of the largest coupling */
  assert_true(fabs(s->point[0].x - 0.16) < 1e-12);
  double z[8], theta[8], r[64];
  char why[96] = "";
  for (int j = 0; j < 6; j++) theta[j] = s->parameter[j].truth;
  rc_fit_z(f, theta, z);
  for (int j = 0; j < rc_fit_n(f); j++) assert_true(z[j] >= 0 && z[j] <= 1);
  assert_true(rc_fit_residuals(f, z, r, why));
  assert_true(rc_fit_loss(f, r) < 2);
  rc_fit_free(f);
  rc_lattice_free(l);
}

/* A free spin of two on a dimer: chi = g^2 [(1-c) 2 / (3 + e^(J/T)) / (2T) ..] in closed form. */
static void test_dimer(void **state) {
  (void)state;
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, "magnet");
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, "custom");
  s.sites = 2, s.bonds = 1;
  s.bond = rc_alloc(1, sizeof *s.bond);
  s.bond[0] = (rc_bond){.i = 0, .j = 1};
  rc_err err = {0};
  rc_lattice *l = rc_lattice_new(&s, &err);
  assert_non_null(l);
  rc_lattice_spec_free(&s);
  const rc_model model = {.J = {1}, .delta = 1};
  const rc_calib_env env = {.seed = 3, .lattice = l, .model = &model};
  rc_fit *f = rc_fit_new(cls, NULL, &env, &err);
  if (!f) fail_msg("%s", err.message);
  double z[8], theta[8] = {1.3, 1, 2.2, 0.1}, y[64];
  char why[96] = "";
  rc_fit_z(f, theta, z);
  assert_true(rc_fit_predict(f, z, y, why));
  for (int i = 0; i < 48; i++) {
    const double T = rc_fit_shape(f)->point[i].x, x = 1.3 / T, q = exp(x);
    /* Bleaney and Bowers 1952: <M^2> = 2/(3 + e^x); C = 3 x^2 e^x/(3 + e^x)^2 for two spins */
    const double chi = 2.2 * 2.2 * (0.9 * 2 / (3 + q) / (2 * T) + 0.1 / (4 * T));
    const double heat = 3 * x * x / q / pow(1 + 3 / q, 2) / 2;
    const double want = rc_fit_shape(f)->point[i].curve == 0 ? chi : heat;
    assert_true(fabs(y[i] - want) < 1e-12 * (1 + want));
  }
  rc_fit_free(f);
  rc_lattice_free(l);
}

static void test_too_large(void **state) {
  (void)state;
  rc_err err = {0};
  rc_lattice *large = lattice_of("square", 4, 5, true);
  assert_null(hs_new(large, 800, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_non_null(strstr(err.message, "at most 16 sites"));
  rc_lattice_free(large);
  memset(&err, 0, sizeof err);
  rc_lattice *odd = random_lattice(5, 15, 3);
  assert_null(hs_new(odd, 800, &err));
  assert_non_null(strstr(err.message, "take a smaller cluster"));
  rc_lattice_free(odd);
}

/* Interrupted between two blocks: no levels, and all of them when asked again. */
static void test_stop(void **state) {
  (void)state;
  rc_err err = {0};
  static const double J[RC_CLASSES_MAX] = {1, 0.4};
  rc_lattice *ring = lattice_of("chain", 10, 0, true);
  hs_magnet *h = hs_new(ring, 800, &err);
  assert_non_null(h);
  volatile int stop = 1;
  h->stop = &stop;
  assert_false(hs_levels(h, J, 1, true));
  assert_false(h->has_levels);
  stop = 0;
  assert_true(hs_levels(h, J, 1, true));
  hs_free(h);
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, "magnet");
  const rc_calib_env env = {.seed = 3, .lattice = ring, .stop = &stop};
  rc_fit *f = rc_fit_new(cls, NULL, &env, &err);
  if (!f) fail_msg("%s", err.message);
  double z[8], y[64];
  char why[96] = "";
  rc_fit_nominal(f, z);
  stop = 1;
  assert_false(rc_fit_predict(f, z, y, why));
  assert_string_equal(why, "interrupted");
  stop = 0;
  assert_true(rc_fit_predict(f, z, y, why));
  rc_fit_free(f);
  rc_lattice_free(ring);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_brute),     cmocka_unit_test(test_energies),
      cmocka_unit_test(test_slopes),    cmocka_unit_test(test_heating),
      cmocka_unit_test(test_cluster),   cmocka_unit_test(test_dimer),
      cmocka_unit_test(test_too_large), cmocka_unit_test(test_stop),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
