/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The truth panel against planted residuals, replicates, and data that follow the rival's law. */
#include <unistd.h>

#include "unit/calib/landscape.h"

/* A parabola: its best fit leaves residuals without mean and slope, and the rival is the same. */
static void test_line(void **state) {
  (void)state;
  rc_fit *f = fit_of("polynomial", "terms=3 noise=0.05");
  const rc_calib_shape *s = rc_fit_shape(f);
  double z[3], mean = 0, square = 0, *r = rc_alloc((size_t)s->m, sizeof *r);
  char why[96];
  rc_truth t;
  rc_err err = {0};
  rc_fit_nominal(f, z);
  fit_best(f, z);
  assert_true(rc_truth_make(f, z, 3, &t, &err));
  assert_true(rc_fit_residuals(f, z, r, why));
  for (int i = 0; i < s->m; i++) mean += r[i] / s->m;
  for (int i = 0; i < s->m; i++) square += (r[i] - mean) * (r[i] - mean) / (s->m - 1);
  assert_int_equal(t.curves, 1);
  assert_int_equal(t.curve[0].n, s->m);
  assert_true(fabs(t.curve[0].mean - mean) < 1e-12);
  assert_true(fabs(t.curve[0].spread - sqrt(square)) < 1e-12);
  /* by definition, and small: the best fit leaves nothing of a constant and of x but for weights */
  double xx = 0, xr = 0, rr = 0, mx = 0, weighted = 0;
  for (int i = 0; i < s->m; i++) mx += s->point[i].x / s->m;
  for (int i = 0; i < s->m; i++) {
    const double a = s->point[i].x - mx, b = r[i] - mean;
    xx += a * a, xr += a * b, rr += b * b;
    weighted += r[i] / s->point[i].sigma;
  }
  assert_true(fabs(t.by_x - xr / sqrt(xx * rr)) < 1e-12);
  assert_true(fabs(t.by_x) < .3 && fabs(weighted) < 1e-2);
  /* the rival spans the same polynomials */
  assert_int_equal(t.rival_coefficients, 3);
  assert_true(fabs(t.loss - loss_at(f, z)) < 1e-12 * t.loss);
  assert_true(fabs(t.rival_loss - t.loss) < 1e-8 * t.loss);
  assert_true(fabs(t.rival_r2 - t.r2) < 1e-8);
  assert_int_equal(t.groups, 0);
  assert_true(isnan(t.noise));
  rc_truth_free(&t);
  /* away from the best fit the residuals follow x and the rival is better */
  z[1] += .02;
  assert_true(rc_truth_make(f, z, 3, &t, &err));
  assert_true(t.by_x > .5 && t.rival_loss < t.loss && t.rival_r2 > t.r2);
  rc_truth_free(&t);
  rc_free(r);
  rc_fit_free(f);
}

/* On the synthetic plasma data 7 coefficients do nearly as well as the truth itself. */
static void test_plasma(void **state) {
  (void)state;
  rc_fit *f = fit_of("plasma", "");
  const rc_calib_shape *s = rc_fit_shape(f);
  double *z = rc_alloc((size_t)rc_fit_n(f), sizeof *z), *r = rc_alloc((size_t)s->m, sizeof *r);
  char why[96];
  rc_truth t;
  rc_err err = {0};
  rc_fit_nominal(f, z);
  assert_true(rc_truth_make(f, z, 5, &t, &err));
  assert_int_equal(t.inputs, s->inputs);
  assert_int_equal(t.rival_coefficients, 7);
  assert_true(rc_fit_residuals(f, z, r, why));
  assert_true(fabs(t.loss - rc_fit_loss(f, r)) < 1e-9 * t.loss);
  assert_true(t.rival_loss < .2 && t.rival_loss < t.loss && t.rival_r2 > .7);
  for (int k = 0; k < t.inputs; k++) assert_true(fabs(t.by_input[k]) <= 1 + 1e-12);
  printf("# rival %g r2 %g, groups %d noise %g\n", t.rival_loss, t.rival_r2, t.groups, t.noise);
  /* conditions replicated: 5 % noise, so 0.0025 within a factor for few groups */
  assert_true(t.groups > 20);
  assert_true(t.noise > .0015 && t.noise < .004); /* planted: 0.05^2 */
  rc_truth_free(&t);
  rc_free(z);
  rc_free(r);
  rc_fit_free(f);
}

/* Conditions of which the densities are those of a known feed: of F molecules a share f was CO2, the
 * rest O2, and atoms are conserved. gamma follows the rival's law in f exactly, so that the rival leaves
 * nothing, and only if it finds f. The third of three rows repeats the second with other densities of
 * the same feed, and differs by 2 d: of that only the noise of the replicates is left. */
static void test_feed(void **state) {
  (void)state;
  enum { ROWS = 60 };
  static const double shares[] = {0, .25, .5, .75, 1};
  for (int pass = 0; pass < 2; pass++) {
    char path[] = "/tmp/rc_truth_XXXXXX", options[64];
    const double d = pass ? .02 : 0;
    const int file = mkstemp(path);
    assert_true(file >= 0);
    FILE *out = fdopen(file, "w");
    rc_rng g = rc_rng_stream(5, "test/truth", 0);
    fprintf(out, "pressure,current,Tw,Tnw,O,O2,CO,CO2,gamma\n");
    double p = 1, current = 20, wall = 300, f = 0;
    for (int i = 0; i < ROWS; i++) {
      if (i % 3 == 0) {
        p = .4 + 7 * rc_rng_unit(&g);
        current = i % 2 ? 20 : 40;
        wall = 260 + 60 * rc_rng_unit(&g);
      }
      if (i % 3 != 2) f = shares[(i - i / 3) % 5];
      const double all = 1e16, co = f * all * (.1 + .8 * rc_rng_unit(&g)), co2 = f * all - co,
                   oxygen = 2 * all - co - 2 * co2, o = .2 * rc_rng_unit(&g) * oxygen + 1e10,
                   l = log(p),
                   law = -7 - .07 * l + .16 * l * l + .6 * log(current / 40) - 1.3 * f +
                         .25 * f * f + .2 * (1000 / wall - 3.354);
      fprintf(out, "%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", p, current, wall,
              wall + 30, o, (oxygen - o) / 2, co, co2,
              exp(law) * (i % 3 == 1   ? 1 - d
                          : i % 3 == 2 ? 1 + d
                                       : 1));
    }
    assert_int_equal(fclose(out), 0);
    snprintf(options, sizeof options, "data=%s", path);
    rc_fit *fit = fit_of("plasma", options);
    unlink(path);
    double z[29];
    rc_truth t;
    rc_err err = {0};
    rc_fit_nominal(fit, z);
    assert_true(rc_truth_make(fit, z, 5, &t, &err));
    assert_int_equal(t.rival_coefficients, 7);
    /* the same feed in other states; the row before them has another feed, all else the same */
    assert_int_equal(t.groups, ROWS / 3);
    assert_true(fabs(t.noise - 2 * d * d) < 1e-12);
    if (!pass) assert_true(t.rival_loss < 1e-15);
    if (pass) assert_true(t.rival_loss > .3 * d * d && t.rival_loss < d * d);
    rc_truth_free(&t);
    rc_fit_free(fit);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_line), cmocka_unit_test(test_plasma),
                                     cmocka_unit_test(test_feed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
