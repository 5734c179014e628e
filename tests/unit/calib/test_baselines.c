/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The opponents are no straw men: each reaches the minimum of a problem made for it, uses the log
 * link where it is given one, and the least squares ones all end at the same certified point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "optimizers.h"

static double best_after(const char *optimizer, const char *const *set, const char *model,
                         const char *const *model_set, double spread, double queries) {
  rc_fit *f = open_fit(model, model_set);
  rc_opt *o = open_run(optimizer, set, f, spread, 3);
  rc_opt_step(o, queries);
  const double best = rc_opt_read(o).best;
  rc_opt_free(o);
  rc_fit_free(f);
  return best;
}

/* Misra1a: certified residual sum of squares 0.12455138894 of 14 data (NIST StRD). */
static void test_certified(void **state) {
  (void)state;
  const char *const near[] = {"problem=Misra1a", "start=near", NULL};
  const char *const methods[] = {"method=lm", "method=accelerated", "method=dogleg",
                                 "method=double-dogleg", "method=subspace"};
  const char *const scales[] = {"scale=more", "scale=levenberg", "scale=marquardt"};
  const double least = 0.12455138894 / 14;
  for (size_t k = 0; k < RC_LEN(methods); k++) {
    for (size_t s = 0; s < RC_LEN(scales); s++) {
      const char *const set[] = {methods[k], scales[s], NULL};
      const double exact = best_after("lm-exact", set, "nist", near, 0, 500);
      const double differences = best_after("lm", set, "nist", near, 0, 500);
      assert_true(fabs(exact - least) < 1e-8 * least);
      assert_true(fabs(differences - least) < 1e-6 * least);
    }
  }
  assert_true(fabs(best_after("kalman", NULL, "nist", near, 0, 200) - least) < 1e-4 * least);
  assert_true(fabs(best_after("dfo-ls", NULL, "nist", near, 0, 300) - least) < 1e-6 * least);
  assert_true(fabs(best_after("bobyqa", NULL, "nist", near, 0, 2000) - least) < 1e-3 * least);
  assert_true(fabs(best_after("nelder-mead", NULL, "nist", near, 0, 2000) - least) < 1e-3 * least);
}

static const char *const mild[] = {"rates=0.5", "points=12", "noise=0.05", NULL};

/* A decay of two parameters: all come to its minimum, about 1. */
static void test_all_reach_an_easy_minimum(void **state) {
  (void)state;
  const double least = best_after("two-stage", NULL, "exponentials", mild, 1, 500);
  assert_true(least > 0.2 && least < 2);
  const struct {
    const char *name;
    double queries, times;
  } all[] = {{"kalman", 40, 1.0001}, {"lm", 60, 1.0001},          {"dfo-ls", 60, 1.0001},
             {"bobyqa", 150, 1.001}, {"nelder-mead", 250, 1.001}, {"cma-es", 1000, 1.01},
             {"crs", 4000, 1.1},     {"random", 4000, 30},        {"hierarchical", 1300, 1.5}};
  for (size_t k = 0; k < RC_LEN(all); k++) {
    const double best = best_after(all[k].name, NULL, "exponentials", mild, 1, all[k].queries);
    if (!(best <= all[k].times * least)) {
      fail_msg("%s: %g after %g queries, the least is %g", all[k].name, best, all[k].queries,
               least);
    }
  }
}

/* The link is on by itself where the loss is relative: the same run as with link=log, another than
 * with link=none. Nothing changes where there is none. */
static void test_the_link_is_used(void **state) {
  (void)state;
  const char *const names[] = {"lm", "lm-exact", "dfo-ls", "bobyqa", "nelder-mead", "cma-es"};
  const char *const few[] = {"points=25", NULL};
  const char *const log_link[] = {"link=log", NULL}, *const none[] = {"link=none", NULL};
  for (size_t k = 0; k < RC_LEN(names); k++) {
    double loss[3];
    for (int form = 0; form < 3; form++) {
      const char *const *set = form == 1 ? log_link : form == 2 ? none : NULL;
      rc_fit *f = open_fit("oxygen", few);
      rc_opt *o = open_run(names[k], set, f, 0.5, 3);
      rc_opt_step(o, 60);
      loss[form] = rc_opt_read(o).loss;
      rc_opt_free(o);
      rc_fit_free(f);
    }
    if (loss[0] != loss[1]) fail_msg("%s: the link is not used", names[k]);
    if (loss[0] == loss[2]) fail_msg("%s: the link makes no difference", names[k]);
  }
}

static void test_geodesic_acceleration_counts(void **state) {
  (void)state;
  const char *const accelerated[] = {"method=accelerated", NULL};
  uint64_t differences[2];
  for (int k = 0; k < 2; k++) {
    rc_fit *f = open_fit("exponentials", mild);
    rc_opt *o = open_run("lm-exact", k ? accelerated : NULL, f, 1, 3);
    rc_opt_step(o, 30);
    differences[k] = rc_opt_read(o).count[RC_QUERY_DIFFERENCE];
    rc_opt_free(o);
    rc_fit_free(f);
  }
  assert_true(differences[0] == 0); /* the Jacobian is the model's own .. */
  assert_true(differences[1] > 0);  /* .. its second derivative costs a query a step */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_certified), cmocka_unit_test(test_all_reach_an_easy_minimum),
      cmocka_unit_test(test_the_link_is_used), cmocka_unit_test(test_geodesic_acceleration_counts)};
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
