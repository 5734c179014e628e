/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fisher information against published and independently computed spectra, exact identities, and
 * the standard errors of linear fits. */
#include "calib/csv.h"
#include "unit/calib/landscape.h"

static void truth(const rc_fit *f, double *z) {
  double theta[160];
  const rc_calib_shape *s = rc_fit_shape(f);
  for (int j = 0; j < s->parameters; j++) {
    theta[j] = isnan(s->parameter[j].truth) ? s->parameter[j].nominal : s->parameter[j].truth;
  }
  rc_fit_z(f, theta, z);
}

/* Every row of the table to 1e-3, apart from what rounding has eaten. */
static void check_row(const cc_table *t, int row) {
  const cc_cell *c = t->cell + row * t->columns;
  rc_fit *f = fit_of(c[0].text, c[1].text);
  const int n = rc_fit_n(f);
  double z[160];
  rc_fisher x;
  rc_err err = {0};
  truth(f, z);
  const rc_coords coords = strcmp(c[2].text, "log") == 0 ? RC_COORDS_LOG : RC_COORDS_SCALE;
  if (!rc_fisher_make(f, z, coords, false, &x, &err)) fail_msg("%s", err.message);
  const double sigma = rc_fit_shape(f)->point[0].sigma;
  const double unit = strcmp(c[0].text, "nist") == 0 ? sigma * sigma : 1;
  const char *s = c[3].text;
  int k = 0;
  for (; *s; k++) {
    char *end;
    const double want = strtod(s, &end);
    assert_true(end > s && k < n);
    s = end + strspn(end, " ");
    const double got = x.eigenvalue[k] * unit;
    if (fabs(got - want) > 1e-3 * want) {
      fail_msg("line %d, %s %s: eigenvalue %d is %.6e, not %.6e", c->line, c[0].text, c[1].text,
               k + 1, got, want);
    }
  }
  assert_int_equal(k, n);
  assert_int_equal(x.rank, n);
  rc_fisher_free(&x);
  rc_fit_free(f);
}

static void test_reference(void **state) {
  (void)state;
  const char *source = getenv("RC_SRCDIR");
  char folder[512];
  snprintf(folder, sizeof folder, "%s/tests/data/calibration", source ? source : ".");
  cc_table t;
  rc_err err = {0};
  if (!cc_read(folder, "fisher_reference.csv", &t, &err)) fail_msg("%s", err.message);
  assert_true(t.rows >= 43);
  for (int i = 0; i < t.rows; i++) check_row(&t, i);
  cc_free(&t);
}

/* In Legendre polynomials the information is diag(1/(2k+1)) / noise^2 exactly, and the standard
 * error of a coefficient noise sqrt(2k+1) (twice the rise 1/2 of chi2/2 is 1). */
static void test_legendre(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=9 basis=legendre noise=0.1");
  double z[9], error[9];
  char why[96] = "";
  truth(f, z);
  rc_fisher x;
  assert_true(rc_fisher_make(f, z, RC_COORDS_SCALE, false, &x, NULL));
  for (int k = 0; k < 9; k++) {
    assert_true(fabs(x.eigenvalue[k] * (2 * k + 1) - 100) < 1e-9);
    assert_true(fabs(x.participation[k] - 1) < 1e-9);
  }
  assert_true(rc_fit_errors(f, z, 0.5, error, why));
  for (int k = 0; k < 9; k++) assert_true(fabs(error[k] - 0.1 * sqrt(2 * k + 1)) < 1e-10);
  assert_true(rc_fit_errors(f, z, 2, error, why));
  assert_true(fabs(error[4] - 2 * 0.3) < 1e-10);
  rc_fisher_free(&x);
  rc_fit_free(f);
}

/* V^T L V is J^T J; the vectors are orthonormal; the coordinates are related by their slopes. */
static void test_decomposition(void **state) {
  (void)state;
  rc_fit *f = fit_of("exponentials", "");
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  double z[16], theta[16];
  truth(f, z);
  for (int j = 0; j < n; j++) z[j] += 0.01 * (j % 3);
  rc_fit_theta(f, z, theta);
  rc_fisher x[4];
  for (int c = 0; c < 4; c++) assert_true(rc_fisher_make(f, z, (rc_coords)c, false, &x[c], NULL));
  for (int c = 0; c < 4; c++) {
    for (int a = 0; a < n; a++) {
      double fourth = 0;
      for (int b = 0; b < n; b++) {
        double dot = 0, sum = 0, jj = 0;
        for (int k = 0; k < n; k++) {
          dot += x[c].vector[a * n + k] * x[c].vector[b * n + k];
          sum += x[c].vector[k * n + a] * x[c].vector[k * n + b] * x[c].eigenvalue[k];
        }
        for (int i = 0; i < m; i++) jj += x[c].jacobian[i * n + a] * x[c].jacobian[i * n + b];
        assert_true(fabs(dot - (a == b)) < 1e-12);
        assert_true(fabs(sum - jj) < 1e-11 * x[c].eigenvalue[0]);
        fourth += pow(x[c].vector[a * n + b], 4);
      }
      assert_true(fabs(x[c].participation[a] * fourth - 1) < 1e-12);
      assert_true(x[c].participation[a] >= 1 - 1e-12 && x[c].participation[a] <= n + 1e-9);
    }
  }
  for (int i = 0; i < m * n; i++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, i % n);
    const double by_scale = x[RC_COORDS_SCALE].jacobian[i], width = log(p->upper / p->lower);
    const double linear = by_scale / theta[i % n] * (p->upper - p->lower);
    assert_true(fabs(x[RC_COORDS_BOX].jacobian[i] - by_scale * width) <= 1e-12 * fabs(by_scale));
    assert_true(fabs(x[RC_COORDS_LOG].jacobian[i] - by_scale) <= 1e-12 * fabs(by_scale));
    assert_true(fabs(x[RC_COORDS_LINEAR].jacobian[i] - linear) <= 1e-12 * fabs(linear));
  }
  for (int c = 0; c < 4; c++) rc_fisher_free(&x[c]);
  rc_fit_free(f);
}

/* More coefficients than data: the rank is the number of data, the rest is below the floor, and
 * parameters that nothing determines have no error bar. */
static void test_rank(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=8 points=5 basis=legendre noise=1");
  double z[8], error[8];
  char why[96] = "";
  truth(f, z);
  rc_fisher x;
  assert_true(rc_fisher_make(f, z, RC_COORDS_SCALE, false, &x, NULL));
  assert_int_equal(x.rank, 5);
  assert_true(x.eigenvalue[4] > x.floor && x.eigenvalue[5] <= x.floor);
  assert_true(rc_fit_errors(f, z, 0.5, error, why));
  /* P_5 .. P_7 vanish or mix with the others at five Gauss points; P_0 is determined by none */
  int unknown = 0;
  for (int k = 0; k < 8; k++) unknown += isinf(error[k]);
  assert_true(unknown >= 3 && isinf(error[5]));
  rc_fisher_free(&x);
  rc_fit_free(f);
}

/* Eight mean exponentials at 1 % noise: lambda >= 1 for three of them (2.0e3, 1.6e2, 6.2). */
static void test_effective_rank(void **state) {
  (void)state;
  static const struct {
    const char *options;
    int rank;
  } noise[] = {{"noise=1", 0}, {"noise=0.1", 2}, {"noise=0.01", 3}, {"noise=1e-5", 6}};
  for (size_t i = 0; i < RC_LEN(noise); i++) {
    rc_fit *f = fit_of("decay", noise[i].options);
    double z[8];
    truth(f, z);
    rc_fisher x;
    assert_true(rc_fisher_make(f, z, RC_COORDS_LOG, false, &x, NULL));
    assert_int_equal(x.effective_rank, noise[i].rank);
    rc_fisher_free(&x);
    rc_fit_free(f);
  }
}

/* Residuals of a relative loss are not in units of the noise: there a direction matters from
 * mean (sigma / d)^2 on. */
static void test_effective_rank_relative(void **state) {
  (void)state;
  static const char *const options[] = {"points=40 noise=0.05", "points=40 noise=0.001"};
  for (size_t k = 0; k < RC_LEN(options); k++) {
    rc_fit *f = fit_of("oxygen", options[k]);
    const rc_calib_shape *s = rc_fit_shape(f);
    double z[14], unit = 0;
    int above = 0, ones = 0;
    rc_fisher x;
    truth(f, z);
    assert_true(rc_fisher_make(f, z, RC_COORDS_LOG, true, &x, NULL));
    for (int i = 0; i < 40; i++) unit += pow(s->point[i].sigma / s->point[i].value, 2) / 40;
    for (int j = 0; j < 14; j++) above += x.eigenvalue[j] >= unit, ones += x.eigenvalue[j] >= 1;
    assert_int_equal(x.effective_rank, above);
    assert_true(above > ones + 1);
    rc_fisher_free(&x);
    rc_fit_free(f);
  }
}

/* With the link the information of a relative loss is that of ln y: d ln y = dr / (1 + r). */
static void test_link(void **state) {
  (void)state;
  rc_fit *f = fit_of("oxygen", "points=20");
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  double z[32], *r = rc_alloc((size_t)m, sizeof *r);
  char why[96] = "";
  rc_fit_nominal(f, z);
  assert_true(rc_fit_has_link(f));
  assert_true(rc_fit_residuals(f, z, r, why));
  rc_fisher plain, link;
  assert_true(rc_fisher_make(f, z, RC_COORDS_LOG, false, &plain, NULL));
  assert_true(rc_fisher_make(f, z, RC_COORDS_LOG, true, &link, NULL));
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      const double want = plain.jacobian[i * n + j] / (1 + r[i]);
      assert_true(fabs(link.jacobian[i * n + j] - want) <= 1e-12 * fabs(want));
    }
  }
  rc_free(r);
  rc_fisher_free(&plain);
  rc_fisher_free(&link);
  rc_fit_free(f);
}

/* Where the model has no prediction there is no information, and the reason is given. */
static void test_failure(void **state) {
  (void)state;
  rc_fit *f = fit_of("exponentials", "");
  double z[16];
  for (int j = 0; j < rc_fit_n(f); j++) z[j] = 1e6;
  rc_fisher x;
  rc_err err = {0};
  assert_false(rc_fisher_make(f, z, RC_COORDS_LOG, false, &x, &err));
  assert_non_null(strstr(err.message, "not finite"));
  rc_fit_free(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference),      cmocka_unit_test(test_legendre),
      cmocka_unit_test(test_decomposition),  cmocka_unit_test(test_rank),
      cmocka_unit_test(test_effective_rank), cmocka_unit_test(test_effective_rank_relative),
      cmocka_unit_test(test_link),           cmocka_unit_test(test_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
