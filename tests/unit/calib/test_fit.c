/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits: losses by their definitions, errors in variables, what is counted, standard errors, closed
 * forms of the small models. */
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

#include "roadcut/calib.h"

static rc_fit *open_seeded(const char *name, const char *options, uint64_t seed, rc_err *err) {
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, name);
  assert_non_null(cls);
  void *o = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  char text[512];
  snprintf(text, sizeof text, "%s", options);
  for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
    char *value = strchr(word, '=');
    *value++ = '\0';
    const rc_param *p = rc_param_find(cls->kind.params, word);
    if (!p || !rc_param_set(p, o, value, err)) fail_msg("%s: %s", name, word);
  }
  const rc_calib_env env = {.seed = seed, .threads = 1};
  rc_fit *f = rc_fit_new(cls, o, &env, err);
  rc_params_free(cls->kind.params, o);
  rc_free(o);
  return f;
}

static rc_fit *open_with(const char *name, const char *options) {
  rc_err err = {0};
  rc_fit *f = open_seeded(name, options, 1, &err);
  if (!f) fail_msg("%s: %s", name, err.message);
  return f;
}

static void truth(const rc_fit *f, double *z) {
  double theta[160];
  const rc_calib_shape *s = rc_fit_shape(f);
  for (int j = 0; j < s->parameters; j++) {
    theta[j] = isnan(s->parameter[j].truth) ? s->parameter[j].nominal : s->parameter[j].truth;
  }
  rc_fit_z(f, theta, z);
}

/* ---- losses ----------------------------------------------------------------------------------- */

static void test_losses(void **state) {
  (void)state;
  static const char *const loss[] = {"relative", "chi2", "log"};
  for (int k = 0; k < 3; k++) {
    char options[64], why[96] = "";
    snprintf(options, sizeof options, "points=30 loss=%s", loss[k]);
    rc_fit *f = open_with("oxygen", options);
    double z[32], y[30], r[30], sum = 0;
    truth(f, z);
    z[3] -= 0.1;
    assert_true(rc_fit_predict(f, z, y, why));
    assert_true(rc_fit_residuals(f, z, r, why));
    for (int i = 0; i < 30; i++) {
      const rc_calib_point *p = &rc_fit_shape(f)->point[i];
      const double want[] = {(y[i] - p->value) / p->value, (y[i] - p->value) / p->sigma,
                             (log(y[i]) - log(p->value)) / (p->sigma / p->value)};
      assert_true(fabs(r[i] - want[k]) < 1e-12 * (1 + fabs(want[k])));
      sum += want[k] * want[k];
    }
    assert_true(fabs(rc_fit_loss(f, r) - sum / 30) < 1e-12 * sum);
    assert_true(rc_fit_has_link(f) == (k == 0));
    rc_fit_free(f);
  }
}

/* V = sigma^2 + J_x S_x J_x^T with slopes by larger differences; the loss is -2 ln L up to a
 * constant: mean of (y - d)^2 / V + ln V - ln sigma^2. */
static void test_errors_in_variables(void **state) {
  (void)state;
  rc_fit *f = open_with("oxygen", "points=24 loss=eiv density-error=0.1 temperature-error=4");
  const rc_calib_shape *s = rc_fit_shape(f);
  const rc_calib_class *cls = rc_fit_class(f);
  const int m = s->m, in = s->inputs;
  double z[32], theta[32], *r = rc_alloc((size_t)(5 * m + 2 * m * in), sizeof *r);
  double *y = r + 2 * m, *up = y + m, *down = up + m, *input = down + m;
  char why[96] = "";
  truth(f, z);
  rc_fit_theta(f, z, theta);
  assert_int_equal(rc_fit_m(f), 2 * m);
  assert_false(rc_fit_jacobian_exact(f));
  assert_true(rc_fit_residuals(f, z, r, why));
  assert_true(cls->predict(rc_fit_model(f), theta, y, why));
  double loss = 0, widened = 0;
  double *v = rc_alloc((size_t)m, sizeof *v);
  for (int i = 0; i < m; i++) v[i] = s->point[i].sigma * s->point[i].sigma;
  for (int k = 0; k < in; k++) {
    for (int side = 0; side < 2; side++) {
      memcpy(input, s->input, (size_t)(m * in) * sizeof *input);
      for (int i = 0; i < m; i++) {
        input[i * in + k] += (side ? -0.03 : 0.03) * s->input_sigma[i * in + k];
      }
      assert_true(cls->predict_inputs(rc_fit_model(f), theta, input, side ? down : up, why));
    }
    for (int i = 0; i < m; i++) v[i] += pow((up[i] - down[i]) / 0.06, 2);
  }
  for (int i = 0; i < m; i++) {
    const rc_calib_point *p = &s->point[i];
    loss += (pow(y[i] - p->value, 2) / v[i] + log(v[i] / (p->sigma * p->sigma))) / m;
    widened += v[i] / (p->sigma * p->sigma) / m;
    assert_true(fabs(r[i] - (y[i] - p->value) / sqrt(v[i])) < 1e-3 * (1 + fabs(r[i])));
  }
  assert_true(widened > 1.5); /* the conditions do matter here */
  assert_true(fabs(rc_fit_loss(f, r) - loss) < 1e-3 * loss);
  rc_free(v);
  rc_free(r);
  rc_fit_free(f);
}

/* J^T J of errors in variables is the Fisher information of a normal variable whose mean and
 * variance both move: sum of dmu^2/V + dV^2/(2 V^2), column by column by differences. */
static void test_eiv_information(void **state) {
  (void)state;
  rc_fit *f = open_with("oxygen", "points=12 loss=eiv density-error=0.1");
  const int n = rc_fit_n(f), m = rc_fit_shape(f)->m;
  double z[32], *r = rc_alloc((size_t)(10 * m), sizeof *r), *a = r + 2 * m, *b = a + 2 * m;
  double *ya = b + 2 * m, *yb = ya + m;
  char why[96] = "";
  truth(f, z);
  rc_fisher x;
  rc_err err = {0};
  if (!rc_fisher_make(f, z, RC_COORDS_BOX, false, &x, &err)) fail_msg("%s", err.message);
  assert_true(rc_fit_residuals(f, z, r, why));
  const double h = 1e-3;
  for (int j = 0; j < n; j += 4) {
    const double at = z[j];
    z[j] = at + h;
    assert_true(rc_fit_residuals(f, z, a, why) && rc_fit_predict(f, z, ya, why));
    z[j] = at - h;
    assert_true(rc_fit_residuals(f, z, b, why) && rc_fit_predict(f, z, yb, why));
    z[j] = at;
    double want = 0, got = 0;
    for (int i = 0; i < m; i++) {
      const double s2 = pow(rc_fit_shape(f)->point[i].sigma, 2), v = s2 * exp(pow(r[m + i], 2));
      const double d_ln_v = (pow(a[m + i], 2) - pow(b[m + i], 2)) / (2 * h);
      want += pow((ya[i] - yb[i]) / (2 * h), 2) / v + d_ln_v * d_ln_v / 2;
    }
    /* the residual carries dV too: r (V) moves with V where it is not 0. To first order the mean
     * of that vanishes; here it is subtracted. */
    for (int i = 0; i < m; i++) {
      const double d_ln_v = 2 * r[m + i] * (a[m + i] - b[m + i]) / (2 * h);
      const double d = x.jacobian[i * n + j] + 0.5 * r[i] * d_ln_v;
      got += d * d + pow(x.jacobian[(m + i) * n + j], 2);
    }
    if (fabs(got - want) > 2e-3 * want) fail_msg("parameter %d: %g, not %g", j, got, want);
  }
  rc_fisher_free(&x);
  rc_free(r);
  rc_fit_free(f);
}

/* ---- counting --------------------------------------------------------------------------------- */

static void test_counting(void **state) {
  (void)state;
  rc_fit *f = open_with("exponentials", "");
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  double z[16], *r = rc_alloc((size_t)(m * (n + 1)), sizeof *r), cost = 0;
  char why[96] = "";
  rc_fit_nominal(f, z);
  assert_int_equal(rc_fit_queries(f), 0);
  assert_true(rc_fit_residuals(f, z, r, why));
  assert_true(rc_fit_residuals(f, z, r, why)); /* the same point is a query again */
  assert_int_equal(rc_fit_queries(f), 2);
  for (int k = 0; k < 5; k++) assert_true(rc_fit_jacobian(f, z, r, r + m, &cost, why));
  assert_true(cost == rc_fit_class(f)->jacobian_cost);
  assert_int_equal(rc_fit_queries(f), 2 + lround(5 * cost));
  rc_err err = {0};
  rc_fit *g = rc_fit_clone(f, &err);
  assert_int_equal(rc_fit_queries(g), 0);
  rc_fit_free(g);
  rc_free(r);
  rc_fit_free(f);
  /* without an exact one: two predictions per parameter and one in the middle, of which each needs
   * two more per uncertain input (four densities less two that are absent, two temperatures) */
  f = open_with("oxygen", "points=10 loss=eiv");
  double *dr = rc_alloc((size_t)(rc_fit_m(f) * (rc_fit_n(f) + 1)), sizeof *dr);
  rc_fit_nominal(f, z);
  assert_true(rc_fit_jacobian(f, z, dr, dr + rc_fit_m(f), &cost, why));
  assert_true(cost == (2 * rc_fit_n(f) + 1) * (1 + 2 * 4));
  rc_free(dr);
  rc_fit_free(f);
}

/* The noise is the seed's: equal seeds give equal data, others do not. */
static void test_seeds(void **state) {
  (void)state;
  rc_err err = {0};
  for (int k = 0; rc_calib_kinds[k]; k++) {
    rc_fit *a = open_seeded(rc_calib_kinds[k]->name, "", 1, &err);
    rc_fit *b = open_seeded(rc_calib_kinds[k]->name, "", 1, &err);
    rc_fit *c = open_seeded(rc_calib_kinds[k]->name, "", 2, &err);
    assert_true(a && b && c);
    bool same = true;
    for (int i = 0; i < rc_fit_shape(a)->m; i++) {
      assert_true(rc_fit_shape(a)->point[i].value == rc_fit_shape(b)->point[i].value);
      same = same && rc_fit_shape(a)->point[i].value == rc_fit_shape(c)->point[i].value;
    }
    assert_true(same != rc_fit_shape(a)->synthetic);
    rc_fit_free(a);
    rc_fit_free(b);
    rc_fit_free(c);
  }
}

/* Synthetic data are the model at its true parameters within their noise: chi2 per datum near 1. */
static void test_noise(void **state) {
  (void)state;
  static const char *const names[] = {"exponentials", "decay",      "polynomial", "reaction",
                                      "enzyme",       "heisenberg", "magnet"};
  for (size_t k = 0; k < RC_LEN(names); k++) {
    double sum = 0, z[32], r[200];
    int count = 0;
    char why[96] = "";
    for (uint64_t seed = 1; seed <= 20; seed++) {
      rc_err err = {0};
      rc_fit *f = open_seeded(names[k], "", seed, &err);
      assert_non_null(f);
      truth(f, z);
      assert_true(rc_fit_residuals(f, z, r, why));
      sum += rc_fit_loss(f, r) * rc_fit_m(f);
      count += rc_fit_m(f);
      rc_fit_free(f);
    }
    /* five standard deviations of chi2 per datum */
    if (fabs(sum / count - 1) > 5 * sqrt(2.0 / count)) fail_msg("%s: %g", names[k], sum / count);
  }
}

/* ---- errors of parameters --------------------------------------------------------------------- */

/* The scatter of fits of a linear model over seeds is the predicted standard error. */
static void test_scatter(void **state) {
  (void)state;
  enum { TERMS = 4, SEEDS = 400 };
  double square[TERMS] = {0}, error[TERMS] = {0}, z[TERMS], r[64], dr[64 * TERMS];
  char why[96] = "";
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    rc_err err = {0};
    rc_fit *f = open_seeded("polynomial", "terms=4 noise=0.5", seed, &err);
    assert_non_null(f);
    truth(f, z);
    /* the best fit is one Gauss-Newton step away: through the singular values */
    rc_fisher x;
    assert_true(rc_fit_jacobian(f, z, r, dr, NULL, why));
    assert_true(rc_fisher_make(f, z, RC_COORDS_SCALE, false, &x, &err));
    for (int j = 0; j < TERMS; j++) {
      double step = 0;
      for (int k = 0; k < TERMS; k++) {
        double along = 0;
        for (int i = 0; i < x.m; i++) {
          double row = 0;
          for (int l = 0; l < TERMS; l++)
            row += x.jacobian[i * TERMS + l] * x.vector[k * TERMS + l];
          along += row * r[i];
        }
        step -= along / x.eigenvalue[k] * x.vector[k * TERMS + j];
      }
      square[j] += step * step / SEEDS;
    }
    assert_true(rc_fit_errors(f, z, 0.5, error, why));
    rc_fisher_free(&x);
    rc_fit_free(f);
  }
  for (int j = 0; j < TERMS; j++) {
    if (fabs(sqrt(square[j]) / error[j] - 1) > 0.15) {
      fail_msg("c_%d scatters by %g, predicted %g", j, sqrt(square[j]), error[j]);
    }
  }
}

/* On a log scale the error of theta is theta times that of ln theta. */
static void test_log_error(void **state) {
  (void)state;
  rc_fit *f = open_with("decay", "rates=2 noise=0.05");
  double z[1], r[60], dr[60], error[1], sum = 0;
  char why[96] = "";
  truth(f, z);
  assert_true(rc_fit_jacobian(f, z, r, dr, NULL, why));
  for (int i = 0; i < 60; i++) {
    const double t = rc_fit_shape(f)->point[i].x;
    sum += pow(t * exp(-2 * t) / 0.05, 2); /* dy/dlambda */
  }
  assert_true(rc_fit_errors(f, z, 0.5, error, why));
  assert_true(fabs(error[0] - 1 / sqrt(sum)) < 1e-10);
  rc_fit_free(f);
}

/* ---- closed forms of the small models --------------------------------------------------------- */

static void test_closed_forms(void **state) {
  (void)state;
  char why[96] = "";
  double z[32], theta[32], y[64];
  rc_fit *f = open_with("rosenbrock", "n=2");
  theta[0] = -1.2, theta[1] = 1;
  rc_fit_z(f, theta, z);
  assert_true(rc_fit_predict(f, z, y, why));
  assert_true(fabs(y[0] + 4.4) < 1e-12 && fabs(y[1] - 2.2) < 1e-12); /* sum of squares 24.2 */
  rc_fit_free(f);
  /* the data of Kowalik and Osborne: certified sum of squares 3.0750560385e-04 (NIST MGH09) */
  f = open_with("michaelis", "");
  truth(f, z);
  double r[11];
  assert_true(rc_fit_residuals(f, z, r, why));
  const double sigma = rc_fit_shape(f)->point[0].sigma;
  assert_true(fabs(rc_fit_loss(f, r) * 11 * sigma * sigma / 3.0750560385e-04 - 1) < 1e-9);
  rc_fit_free(f);
  /* one polynomial in two bases */
  double in[2][3];
  static const char *const bases[] = {"basis=monomials terms=7", "basis=legendre terms=7"};
  for (int k = 0; k < 2; k++) {
    static const double x[3] = {-0.3, 0.4, 1.7};
    f = open_with("polynomial", bases[k]);
    truth(f, z);
    assert_true(rc_fit_predict_at(f, z, 0, 3, x, in[k], why));
    rc_fit_free(f);
  }
  for (int i = 0; i < 3; i++) assert_true(fabs(in[0][i] - in[1][i]) < 1e-9 * fabs(in[0][i]));
}

/* Rate equations: conservation of substrate, and the limit in which they are exponentials. */
static void test_rate_equations(void **state) {
  (void)state;
  char why[96] = "";
  double z[8], y[4];
  static const double times[4] = {0.01, 0.5, 2, 30};
  rc_fit *f = open_with("reaction", "substrate=1e-4 enzyme=1");
  const double kf = 2, kr = 0.5, kcat = 1, theta[3] = {kf, kr, kcat};
  rc_fit_z(f, theta, z);
  if (!rc_fit_predict_at(f, z, 0, 4, times, y, why)) fail_msg("%s", why);
  for (int i = 0; i < 4; i++) {
    /* S' = -kf S + kr ES, ES' = kf S - (kr + kcat) ES: a linear chain when E >> S */
    const double tr = kf + kr + kcat, root = sqrt(tr * tr - 4 * kf * kcat);
    const double a = (tr - root) / 2, b = (tr + root) / 2, t = times[i];
    const double p = 1 - (b * exp(-a * t) - a * exp(-b * t)) / (b - a);
    assert_true(fabs(y[i] / 1e-4 - p) < 2e-4);
  }
  const double early = -1;
  assert_false(rc_fit_predict_at(f, z, 0, 1, &early, y, why));
  assert_non_null(strstr(why, "before t = 0"));
  rc_fit_free(f);
  /* without decay of the product all substrate is S, ES or P; late, it is P */
  f = open_with("enzyme", "");
  const double rates[6] = {2, 1, 1.5, .8, .5, 1e-12};
  rc_fit_z(f, rates, z);
  const double late = 400;
  assert_true(rc_fit_predict_at(f, z, 1, 1, &late, y, why));
  assert_true(fabs(y[0] - 10) < 1e-6);
  rc_fit_free(f);
}

/* ---- where a model fails ----------------------------------------------------------------------- */

/* y = theta^2, theta in [0, 2], that has no value above 'most'. */
typedef struct broken {
  rc_calib_shape shape;
  rc_calib_parameter parameter;
  rc_calib_point point;
  rc_calib_curve curve;
} broken;
static double broken_most, broken_least;
static void *broken_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  (void)env, (void)opts, (void)err;
  broken *p = rc_alloc(1, sizeof *p);
  p->parameter = (rc_calib_parameter){.name = "theta", .upper = 2, .nominal = 1};
  p->point = (rc_calib_point){.value = 1, .sigma = .5};
  p->shape = (rc_calib_shape){.parameters = 1,
                              .parameter = &p->parameter,
                              .m = 1,
                              .point = &p->point,
                              .curves = 1,
                              .curve = &p->curve};
  return p;
}
static const rc_calib_shape *broken_shape(const void *model) {
  return &((const broken *)model)->shape;
}
static bool broken_predict(void *model, const double *theta, double *y, char why[96]) {
  (void)model;
  *y = *theta * *theta;
  snprintf(why, 96, "no value at %g", *theta);
  return *theta <= broken_most && *theta >= broken_least;
}
static void broken_close(void *model) {
  rc_free(model);
}

/* Where there is no prediction on one side, the difference is taken on the other alone; where on
 * neither, there is no Jacobian, and the model says why. */
static void test_one_sided(void **state) {
  (void)state;
  static const rc_calib_class cls = {.kind = {.name = "broken"},
                                     .open = broken_open,
                                     .shape = broken_shape,
                                     .predict = broken_predict,
                                     .close = broken_close};
  rc_err err = {0};
  rc_fit *f = rc_fit_new(&cls, NULL, NULL, &err);
  assert_non_null(f);
  const double z = .5; /* theta 1: dr/dz = 2 theta / sigma * 2 = 8 */
  double r, dr, cost;
  char why[96] = "";
  for (int k = 0; k < 3; k++) {
    broken_most = k == 1 ? 1 : 2;
    broken_least = k == 2 ? 1 : 0;
    assert_true(rc_fit_jacobian(f, &z, &r, &dr, &cost, why));
    assert_true(r == 0 && cost == 3);
    assert_true(fabs(dr - 8) < (k ? 1e-3 : 1e-8));
  }
  broken_most = broken_least = 1;
  assert_false(rc_fit_jacobian(f, &z, &r, &dr, &cost, why));
  assert_non_null(strstr(why, "no value at 0.99"));
  rc_fit_free(f);
}

/* Conditions without CO tell nothing of its reactions: those parameters have no error, rather than a
 * small one. */
static void test_unknown_errors(void **state) {
  (void)state;
  rc_fit *f = open_with("plasma", "points=40");
  double z[32], error[32];
  char why[96] = "";
  truth(f, z);
  assert_true(rc_fit_errors(f, z, .5, error, why));
  int known = 0;
  for (int j = 0; j < rc_fit_n(f); j++) {
    const char *name = rc_fit_parameter(f, j)->name;
    if (!strcmp(name, "SF_50") || !strcmp(name, "SF_55") || !strcmp(name, "SF_61"))
      assert_true(isinf(error[j]));
    if (!strcmp(name, "E_d") || !strcmp(name, "B_d") || !strcmp(name, "Emin"))
      assert_true(error[j] > 0 && error[j] < 1000);
    known += isfinite(error[j]);
  }
  assert_true(known >= 3 && known < 29);
  rc_fit_free(f);
}

static void test_refusals(void **state) {
  (void)state;
  static const struct {
    const char *model, *options, *words;
  } bad[] = {
      {"exponentials", "rates=1,2 amplitudes=1,1,1", "3 amplitudes for 2 rates"},
      {"exponentials", "from=5 to=1", "times from 5 to 1"},
      {"exponentials", "from=0", "make no log spacing"},
      {"exponentials", "rates=1,2,3,4,5,6,7,8,9,10,11,12,13", "1 to 12 rates"},
      {"enzyme", "from=12 to=1", "times from 12 to 1"},
      {"heisenberg", "sites=5", "1 to 2 fit"},
      {"heisenberg", "from=5 to=1", "temperatures from 5 to 1"},
  };
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    rc_err err = {0};
    assert_null(open_seeded(bad[i].model, bad[i].options, 1, &err));
    assert_int_equal(err.code, RC_ERR_INPUT);
    if (!strstr(err.message, bad[i].words)) fail_msg("%s", err.message);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_losses),          cmocka_unit_test(test_errors_in_variables),
      cmocka_unit_test(test_eiv_information), cmocka_unit_test(test_counting),
      cmocka_unit_test(test_seeds),           cmocka_unit_test(test_noise),
      cmocka_unit_test(test_scatter),         cmocka_unit_test(test_log_error),
      cmocka_unit_test(test_closed_forms),    cmocka_unit_test(test_rate_equations),
      cmocka_unit_test(test_one_sided),       cmocka_unit_test(test_unknown_errors),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
