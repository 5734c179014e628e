/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits and runs for the tests of optimisers. */
#ifndef TEST_OPTIMIZERS_H
#define TEST_OPTIMIZERS_H

#include <math.h>
#include <string.h>

#include "roadcut/calib.h"

/* Options of a kind with "key=value" changes, a NULL-terminated list; free with rc_free. */
static inline void *options_of(const rc_kind *kind, const char *const *set) {
  rc_err err = {0};
  void *opts = rc_alloc(1, kind->size + 1);
  rc_params_init(kind->params, opts, kind->size);
  for (; set && *set; set++) {
    char key[32];
    const char *eq = strchr(*set, '=');
    assert_non_null(eq);
    assert_true((size_t)(eq - *set) < sizeof key);
    memcpy(key, *set, (size_t)(eq - *set));
    key[eq - *set] = 0;
    const rc_param *p = rc_param_find(kind->params, key);
    assert_non_null(p);
    if (!rc_param_set(p, opts, eq + 1, &err)) fail_msg("%s", err.message);
  }
  return opts;
}

static inline rc_fit *open_fit(const char *model, const char *const *set) {
  const rc_kind *kind = rc_kind_find(rc_calib_kinds, model);
  const rc_calib_env env = {.seed = 1, .threads = 1};
  rc_err err = {0};
  assert_non_null(kind);
  void *opts = options_of(kind, set);
  rc_fit *f = rc_fit_new((const rc_calib_class *)kind, opts, &env, &err);
  if (!f) fail_msg("%s", err.message);
  rc_params_free(kind->params, opts);
  rc_free(opts);
  return f;
}

/* A run from the nominal point moved by factors 10^(+-spread / 2) on log scales. */
static inline rc_opt *open_run(const char *optimizer, const char *const *set, rc_fit *f,
                               double spread, uint64_t seed) {
  const rc_kind *kind = rc_kind_find(rc_optimizer_kinds, optimizer);
  rc_rng rng = rc_rng_stream(seed, "test/start", 0);
  rc_err err = {0};
  double z[64];
  assert_non_null(kind);
  assert_true(rc_fit_n(f) <= 64);
  rc_fit_nominal(f, z);
  for (int j = 0; j < rc_fit_n(f); j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    const double by = spread * (rc_rng_unit(&rng) - 0.5) * log(10);
    if (p->log) z[j] = fmin(fmax(z[j] + by / log(p->upper / p->lower), 0), 1);
  }
  void *opts = options_of(kind, set);
  rc_opt *o = rc_opt_new((const rc_optimizer_class *)kind, opts, f, z, seed, 0, &err);
  if (!o) fail_msg("%s", err.message);
  rc_params_free(kind->params, opts);
  rc_free(opts);
  return o;
}

/* Queries until the loss is at most 'target', or INFINITY within the budget. */
static inline double queries_to(rc_opt *o, double target, double budget) {
  rc_optimizer_view v = rc_opt_read(o);
  while (!v.done && v.queries < budget && !(v.best <= target)) {
    rc_opt_step(o, 1);
    v = rc_opt_read(o);
  }
  return v.best <= target ? v.queries : INFINITY;
}

#endif
