/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Michaelis-Menten reaction as rate equations, seen at three times: as many data as
 * parameters, so that the model manifold is a solid whose faces can be walked to. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "calib/enzyme_ode.h"

typedef struct options {
  cd_given given;
  double substrate, enzyme, noise;
  rc_reals times;
} options;

typedef struct reaction {
  co_model c; /* first: the shared functions see it */
  double enzyme;
} reaction;

enum { S, ES, P, STATES };
enum { KF, KR, KCAT, RATES };

/* E + S <-> ES -> E + P */
static void rhs(const void *ctx, const double *k, const double *y, double *f) {
  const double e = ((const reaction *)ctx)->enzyme - y[ES];
  const double bind = k[KF] * e * y[S] - k[KR] * y[ES];
  f[S] = -bind;
  f[ES] = bind - k[KCAT] * y[ES];
  f[P] = k[KCAT] * y[ES];
}

static void by_state(const void *ctx, const double *k, const double *y, double *d) {
  const double e = ((const reaction *)ctx)->enzyme - y[ES];
  double *by_s = d + S * STATES, *by_es = d + ES * STATES, *by_p = d + P * STATES;
  by_s[S] = -k[KF] * e, by_s[ES] = k[KF] * e, by_s[P] = 0;
  by_es[S] = k[KF] * y[S] + k[KR], by_es[ES] = -by_es[S] - k[KCAT], by_es[P] = k[KCAT];
  by_p[S] = by_p[ES] = by_p[P] = 0;
}

static void by_rate(const void *ctx, const double *k, const double *y, double *d) {
  (void)k;
  const double e = ((const reaction *)ctx)->enzyme - y[ES];
  double *by_f = d + KF * STATES, *by_r = d + KR * STATES, *by_cat = d + KCAT * STATES;
  by_f[S] = -e * y[S], by_f[ES] = e * y[S], by_f[P] = 0;
  by_r[S] = y[ES], by_r[ES] = -y[ES], by_r[P] = 0;
  by_cat[S] = 0, by_cat[ES] = -y[ES], by_cat[P] = y[ES];
}

static bool synthesize(reaction *z, const rc_calib_env *env, const options *o, rc_err *err) {
  const int m = z->c.b.shape.m;
  double *y = rc_alloc((size_t)m, sizeof *y), theta[RATES];
  char why[96] = "";
  for (int i = 0; i < m; i++) {
    z->c.b.point[i] = (rc_calib_point){.x = o->times.v[i], .sigma = o->noise};
  }
  co_times(&z->c);
  cm_truth(&z->c.b, theta);
  const bool ok = co_predict(&z->c, theta, y, why);
  if (ok)
    cm_synthesize(&z->c.b, env, "reaction", y);
  else
    rc_err_set(err, RC_ERR_INPUT, "reaction: %s", why);
  rc_free(y);
  return ok;
}

static void *reaction_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  const options *o = opts;
  static const char *const names[] = {"P"};
  const cd_curves curves = {.n = 1, .name = names, .x_unit = ""};
  cd_points file = {0};
  const bool given = cd_has_data(&o->given);
  if (given && !cd_measurements(&o->given, env->folder, &curves, &file, err)) return NULL;
  reaction *z = rc_alloc(1, sizeof *z);
  z->enzyme = o->enzyme;
  cm_begin(&z->c.b, RATES, given ? file.m : o->times.n, 1);
  cm_curve(&z->c.b, 0, names[0]);
  cm_labels(&z->c.b, "t", "product", false, false);
  z->c.state[0] = P;
  z->c.ode = (co_ode){.states = STATES,
                      .parameters = RATES,
                      .start = {[S] = o->substrate},
                      .rhs = rhs,
                      .by_state = by_state,
                      .by_parameter = by_rate,
                      .ctx = z};
  static const char *const name[RATES] = {"kf", "kr", "kcat"};
  static const char *const help[RATES] = {"E + S -> ES", "ES -> E + S", "ES -> E + P"};
  static const double truth[RATES] = {2, .5, 1};
  for (int j = 0; j < RATES; j++) {
    cm_parameter(&z->c.b, name[j], "", true, 1e-4, 1e4, 1, given ? NAN : truth[j], help[j]);
  }
  if (given) {
    cm_measured(&z->c.b, file.point, file.loss, cd_source(&o->given));
    co_times(&z->c);
  }
  rc_free(file.point);
  if ((given || synthesize(z, env, o, err)) &&
      cd_parameters(&z->c.b, &o->given, env->folder, err)) {
    return z;
  }
  co_close(z);
  return NULL;
}

static const rc_param params[] = {
    CO_AMOUNT("substrate", substrate, "1", "S at t = 0"),
    CO_AMOUNT("enzyme", enzyme, "0.25", "E at t = 0"),
    CO_AMOUNT("noise", noise, "0.01", "standard deviation of a datum"),
    {.name = "times",
     .type = RC_T_REALS,
     .offset = offsetof(options, times),
     .def = "1, 4, 10",
     .min = 1e-6,
     .max = 1e6,
     .help = "times at which P is measured"},
    CD_FILES(options),
    {0}};

const rc_calib_class rc_calib_reaction = {
    .kind = {.name = "reaction",
             .title = "Michaelis-Menten reaction at three times",
             .help = "E + S <-> ES -> E + P: three rates from the product at three times",
             .explain =
                 "The predictions of three data by three rates fill a solid in the space of data: "
                 "its faces are where a rate goes to 0 or infinity, and on one of them the model "
                 "is the Michaelis-Menten law. Following a geodesic to a face and taking its limit "
                 "is the manifold boundary approximation (Transtrum and Qiu, Phys. Rev. Lett. 113, "
                 "098701, 2014).",
             .params = params,
             .size = sizeof(options)},
    .open = reaction_open,
    .shape = co_shape,
    .predict = co_predict,
    .jacobian = co_jacobian,
    .jacobian_cost = 3.2,
    .predict_at = co_predict_at,
    .difference = 1e-3,
    .close = co_close};
