/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An enzyme with a competitive inhibitor: stiff rate equations, six rate constants. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "calib/enzyme_ode.h"

typedef struct options {
  cd_given given;
  double substrate, inhibitor, enzyme, noise, from, to;
  int64_t times;
} options;

typedef struct enzyme {
  co_model c; /* first: the shared functions see it */
  double enzyme, inhibitor;
} enzyme;

enum { S, P, ES, EI, STATES };
enum { K1, KM1, KCAT, K3, KM3, KDEG, RATES };

/* E + S <-> ES -> E + P, E + I <-> EI, P -> nothing; E and I follow from conservation. */
static void rhs(const void *ctx, const double *k, const double *y, double *f) {
  const enzyme *z = ctx;
  const double e = z->enzyme - y[ES] - y[EI], i = z->inhibitor - y[EI];
  const double bind = k[K1] * e * y[S] - k[KM1] * y[ES], made = k[KCAT] * y[ES];
  f[S] = -bind;
  f[P] = made - k[KDEG] * y[P];
  f[ES] = bind - made;
  f[EI] = k[K3] * e * i - k[KM3] * y[EI];
}

static void by_state(const void *ctx, const double *k, const double *y, double *d) {
  const enzyme *z = ctx;
  const double e = z->enzyme - y[ES] - y[EI], i = z->inhibitor - y[EI];
  double *by_s = d + S * STATES, *by_p = d + P * STATES;
  double *by_es = d + ES * STATES, *by_ei = d + EI * STATES;
  for (int a = 0; a < STATES * STATES; a++) d[a] = 0;
  by_s[S] = -k[K1] * e, by_s[ES] = k[K1] * e;
  by_p[P] = -k[KDEG];
  by_es[S] = k[K1] * y[S] + k[KM1], by_es[P] = k[KCAT];
  by_es[ES] = -by_es[S] - k[KCAT], by_es[EI] = -k[K3] * i;
  by_ei[S] = k[K1] * y[S], by_ei[ES] = -by_ei[S];
  by_ei[EI] = -k[K3] * (i + e) - k[KM3];
}

static void by_rate(const void *ctx, const double *k, const double *y, double *d) {
  (void)k;
  const enzyme *z = ctx;
  const double e = z->enzyme - y[ES] - y[EI], i = z->inhibitor - y[EI];
  for (int a = 0; a < STATES * RATES; a++) d[a] = 0;
  d[K1 * STATES + S] = -e * y[S], d[K1 * STATES + ES] = e * y[S];
  d[KM1 * STATES + S] = y[ES], d[KM1 * STATES + ES] = -y[ES];
  d[KCAT * STATES + P] = y[ES], d[KCAT * STATES + ES] = -y[ES];
  d[K3 * STATES + EI] = e * i;
  d[KM3 * STATES + EI] = -y[EI];
  d[KDEG * STATES + P] = -y[P];
}

static void rates(enzyme *z, bool known) {
  static const struct {
    const char *name, *help;
    double truth;
  } r[RATES] = {{"k1", "E + S -> ES", 2},     {"k-1", "ES -> E + S", 1},
                {"kcat", "ES -> E + P", 1.5}, {"k3", "E + I -> EI", .8},
                {"k-3", "EI -> E + I", .5},   {"kdeg", "P -> nothing", .05}};
  for (int j = 0; j < RATES; j++) {
    cm_parameter(&z->c.b, r[j].name, "", true, 1e-3, 1e2, j == KDEG ? .1 : 1,
                 known ? r[j].truth : NAN, r[j].help);
  }
}

static bool synthesize(enzyme *z, const rc_calib_env *env, const options *o, rc_err *err) {
  const int m = z->c.b.shape.m, half = m / 2;
  double *y = rc_alloc((size_t)m, sizeof *y), theta[RATES];
  char why[96] = "";
  cm_grid(o->from, o->to, half, false, y);
  for (int i = 0; i < m; i++) {
    z->c.b.point[i] = (rc_calib_point){.x = y[i % half], .sigma = o->noise, .curve = i / half};
  }
  co_times(&z->c);
  cm_truth(&z->c.b, theta);
  const bool ok = co_predict(&z->c, theta, y, why);
  if (ok)
    cm_synthesize(&z->c.b, env, "enzyme", y);
  else
    rc_err_set(err, RC_ERR_INPUT, "enzyme: %s", why);
  rc_free(y);
  return ok;
}

static void *enzyme_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  const options *o = opts;
  static const char *const names[] = {"S", "P"};
  const cd_curves curves = {.n = 2, .name = names, .x_unit = ""};
  cd_points file = {0};
  const bool given = cd_has_data(&o->given);
  if (!given && !(o->from < o->to)) {
    rc_err_set(err, RC_ERR_INPUT, "enzyme: times from %g to %g; 'to' must be above 'from'", o->from,
               o->to);
    rc_err_about(err, "from", "", 0, "");
    return NULL;
  }
  if (given && !cd_measurements(&o->given, env->folder, &curves, &file, err)) return NULL;
  enzyme *z = rc_alloc(1, sizeof *z);
  z->enzyme = o->enzyme, z->inhibitor = o->inhibitor;
  cm_begin(&z->c.b, RATES, given ? file.m : 2 * (int)o->times, 2);
  for (int k = 0; k < 2; k++) cm_curve(&z->c.b, k, names[k]), z->c.state[k] = k ? P : S;
  cm_labels(&z->c.b, "t", "concentration", false, false);
  z->c.ode = (co_ode){.states = STATES,
                      .parameters = RATES,
                      .start = {[S] = o->substrate},
                      .rhs = rhs,
                      .by_state = by_state,
                      .by_parameter = by_rate,
                      .ctx = z};
  rates(z, !given);
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

static const rc_param params[] = {CO_AMOUNT("substrate", substrate, "10", "S at t = 0"),
                                  CO_AMOUNT("inhibitor", inhibitor, "2", "I at t = 0"),
                                  CO_AMOUNT("enzyme", enzyme, "1", "E at t = 0"),
                                  CO_AMOUNT("from", from, "0.3", "first time"),
                                  CO_AMOUNT("to", to, "12", "last time"),
                                  CO_AMOUNT("noise", noise, "0.2", "standard deviation of a datum"),
                                  {.name = "times",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, times),
                                   .def = "16",
                                   .min = 1,
                                   .max = 1000,
                                   .help = "times at which S and P are measured"},
                                  CD_FILES(options),
                                  {0}};

const rc_calib_class rc_calib_enzyme = {
    .kind = {.name = "enzyme",
             .title = "enzyme with inhibitor",
             .help = "E + S <-> ES -> E + P with E + I <-> EI: six rates from S(t) and P(t)",
             .explain =
                 "Mass action: E + S <-> ES (k1, k-1), ES -> E + P (kcat), E + I <-> EI (k3, k-3), "
                 "P decays (kdeg). Stiff equations, integrated with their sensitivities by CVODES. "
                 "Only combinations of the rates of binding are seen in S(t) and P(t), as in most "
                 "models of systems biology (Gutenkunst et al., PLoS Comput. Biol. 3, e189, 2007).",
             .params = params,
             .size = sizeof(options)},
    .open = enzyme_open,
    .shape = co_shape,
    .predict = co_predict,
    .jacobian = co_jacobian,
    .jacobian_cost = 5.2,
    .predict_at = co_predict_at,
    .difference = 1e-3,
    .close = co_close};
