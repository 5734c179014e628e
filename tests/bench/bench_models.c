/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a query, a Jacobian, and a Fisher information with its eigenvectors cost for each model of
 * calibration, in milliseconds of CPU time on one core: at its start, at its truth and at random
 * points of the box. bench_models [NAME..]. Prints; never fails on a time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/calib.h"

typedef struct cost {
  double query, jacobian, fisher;
  int done, asked;
} cost;

enum { START, TRUTH, BOX, PLACES };
static const char *const place_name[PLACES] = {"start", "truth", "box"};

static void point(const rc_fit *f, int place, int i, rc_rng *r, double *z, double *theta) {
  const rc_calib_shape *s = rc_fit_shape(f);
  for (int j = 0; j < s->parameters; j++) {
    const rc_calib_parameter *p = &s->parameter[j];
    theta[j] = place == TRUTH && !isnan(p->truth) ? p->truth : p->nominal;
  }
  rc_fit_z(f, theta, z);
  for (int j = 0; j < rc_fit_n(f); j++) {
    /* never the same point twice: some models keep the last one */
    z[j] = place == BOX ? rc_rng_unit(r) : z[j] + 1e-4 * i;
  }
}

static cost measure(rc_fit *f, int place) {
  const int n = rc_fit_n(f), m = rc_fit_m(f);
  double *r = rc_alloc((size_t)(m * (n + 1) + n + rc_fit_shape(f)->parameters), sizeof *r);
  double *dr = r + m, *z = dr + m * n, *theta = z + n;
  char why[96];
  cost c = {0};
  rc_rng rng = rc_rng_stream(1, "bench/models", (uint64_t)place);
  const double begin = rc_clock_cpu();
  while (c.asked < 500 && (c.asked < 5 || rc_clock_cpu() - begin < 0.25)) {
    point(f, place, ++c.asked, &rng, z, theta);
    const double a = rc_clock_cpu();
    if (!rc_fit_residuals(f, z, r, why)) continue;
    const double b = rc_clock_cpu();
    z[0] += 1e-9;
    if (!rc_fit_jacobian(f, z, r, dr, NULL, why)) continue;
    const double d = rc_clock_cpu();
    z[0] += 1e-9;
    rc_fisher x;
    if (!rc_fisher_make(f, z, RC_COORDS_SCALE, false, &x, NULL)) continue;
    const double e = rc_clock_cpu();
    rc_fisher_free(&x);
    c.query += b - a, c.jacobian += d - b, c.fisher += e - d;
    c.done++;
  }
  rc_free(r);
  return c;
}

static void show(const rc_calib_class *cls) {
  const rc_calib_env env = {.seed = 1, .threads = 1};
  rc_err err = {0};
  rc_fit *f = rc_fit_new(cls, NULL, &env, &err);
  if (!f) {
    printf("%-14s %s\n", cls->kind.name, err.message);
    return;
  }
  for (int place = 0; place < PLACES; place++) {
    const cost c = measure(f, place);
    const double ms = 1e3 / RC_MAX(1, c.done);
    printf("%-14s %3d %4d  %-6s %4d/%-4d %10.4f %10.4f %8.2f %10.4f\n", cls->kind.name, rc_fit_n(f),
           rc_fit_m(f), place_name[place], c.done, c.asked, c.query * ms, c.jacobian * ms,
           c.jacobian / c.query, c.fisher * ms);
  }
  rc_fit_free(f);
}

int main(int argc, char **argv) {
  printf("%-14s %3s %4s  %-6s %9s %10s %10s %8s %10s\n", "model", "n", "m", "at", "done", "query",
         "jacobian", "ratio", "fisher");
  for (int k = 0; rc_calib_kinds[k]; k++) {
    bool wanted = argc < 2;
    for (int i = 1; i < argc; i++) wanted |= !strcmp(argv[i], rc_calib_kinds[k]->name);
    if (wanted) show((const rc_calib_class *)(const void *)rc_calib_kinds[k]);
  }
  return 0;
}
