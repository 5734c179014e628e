/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plasma-surface model of arXiv 2602.04975 with its 29 parameters, and its oxygen-only part. */
#include "calib/plasma.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "calib/csv_data.h"

typedef struct options {
  cd_given given;
  int loss; /* relative, chi2, eiv, log */
  int64_t points;
  double noise, density_error, temperature_error;
  double co2_mass, co_factor, tail;
  bool o4;
} options;

typedef struct plasma {
  cm_base b;
  ps_scheme scheme;
  ps_condition *condition;     /* m */
  double (*start)[PS_SPECIES]; /* m: steady states at the nominal parameters, where all solves
                                  begin, so that no answer depends on what was asked before */
} plasma;

/* ---- parameters ------------------------------------------------------------------------------- */

typedef struct entry {
  const char *name, *unit;
  bool log;
  double lower, upper, nominal, truth;
} entry;

/* Box, default and optimum of the hierarchical method, as published with arXiv 2602.04975. */
static const entry full[] = {
#define X(name, unit, log, lower, upper, nominal, truth)                                           \
  {#name, unit, log, lower, upper, nominal, truth},
#include "calib/plasma_parameters.def"
#undef X
};

/* The teaching scheme: what its oxygen reactions hang on. The optimum of A, B, E_d and Emin is
 * taken over; the true steric factors are those of the table. */
static const entry oxygen[] = {
    {"A_d", "", true, 1e-8, .5, .02634, .0077899590585688971},
    {"B_d", "", true, 1e-8, 1e-2, 7.67e-4, .0013347058505286937},
    {"E_d", "kJ/mol", false, 0, 30, 10.75, 15.165890315254453},
    {"SF_4", "", true, 1e-3, 10, .5, 1},
    {"SF_5", "", true, 1e-3, 10, .5, 1},
    {"SF_6", "", true, 1e-3, 10, .5, 1},
    {"SF_7", "", true, 1e-3, 10, .5, 1},
    {"SF_8", "", true, 1e-3, 10, .5, 1},
    {"SF_11", "", true, 1e-3, 10, .5, 1},
    {"SF_16", "", true, 1e-3, 10, .5, 1},
    {"SF_18", "", true, 1e-3, 10, .5, 1},
    {"SF_25", "", true, 1e-3, 10, .5, 1},
    {"Emin", "eV", false, 1, 5, 3.4, 2.6312755297671213},
    {"Ealpha", "K", false, 2000, 5000, 3000, 3400},
};

static const char *help_of(const char *name, char help[96]) {
  if (!strncmp(name, "SF_", 3))
    snprintf(help, 96, "steric factor of reaction %s", name + 3);
  else if (!strcmp(name, "A_d"))
    snprintf(help, 96, "constant part of the frequency of desorption, in 1e15/s");
  else if (!strcmp(name, "B_d"))
    snprintf(help, 96, "thermal part of the frequency of desorption, in 1e15/s");
  else if (!strcmp(name, "E_d"))
    snprintf(help, 96, "energy of the thermal part of desorption");
  else if (!strcmp(name, "Emin"))
    snprintf(help, 96, "threshold of ions that make metastable sites");
  else
    snprintf(help, 96, "threshold of gas that destroys metastable sites");
  return help;
}

/* Binds the entries to the scheme. */
static void parameters(plasma *p, const entry *e, int n, bool all) {
  static const char *const common[PS_COMMON] = {"A_d", "B_d", "E_d", "Emin", "Ealpha"};
  char help[96];
  for (int j = 0; j < n; j++) {
    cm_parameter(&p->b, e[j].name, e[j].unit, e[j].log, e[j].lower, e[j].upper, e[j].nominal,
                 e[j].truth, help_of(e[j].name, help));
    for (int k = 0; k < PS_COMMON; k++) {
      if (!strcmp(e[j].name, common[k])) p->scheme.common[k] = j;
    }
    int id = 0;
    if (sscanf(e[j].name, "SF_%d", &id) != 1) continue;
    for (int i = 0; i < p->scheme.reactions; i++) {
      if (p->scheme.r[i].id == id) p->scheme.r[i].steric_at = j;
    }
  }
  for (int i = 0; i < p->scheme.reactions; i++) {
    const int id = p->scheme.r[i].id;
    p->scheme.r[i].free_alpha = all ? id >= 50 && id <= 59 : true;
  }
}

/* ---- predictions ------------------------------------------------------------------------------ */

static bool usable(const plasma *p, const double *theta, char why[96]) {
  for (int j = 0; j < p->b.shape.parameters; j++) {
    if (theta[j] >= 0 && isfinite(theta[j])) continue;
    snprintf(why, 96, "%s = %g is no physical value", p->b.parameter[j].name, theta[j]);
    return false;
  }
  return true;
}

static bool no_state(const plasma *p, int i, char why[96]) {
  snprintf(why, 96, "no steady state at condition %d (p = %.3g Torr)", i + 1, p->b.point[i].x);
  return false;
}

static bool predict_one(const plasma *p, const ps_condition *c, const double *start,
                        const double *theta, double *k, double *y, double *gamma) {
  memcpy(y, start, PS_SPECIES * sizeof *y);
  ps_rates(&p->scheme, c, theta, k, NULL);
  if (!ps_steady(&p->scheme, k, y)) return false;
  *gamma = ps_gamma(&p->scheme, c, k, y);
  return isfinite(*gamma);
}

/* Each condition is a steady state of its own. */
static bool plasma_part(void *model, const double *theta, int n, const int *which, double *out,
                        char why[96]) {
  const plasma *p = model;
  double k[PS_REACTIONS_MAX], y[PS_SPECIES];
  if (!usable(p, theta, why)) return false;
  for (int i = 0; i < n; i++) {
    const int at = which ? which[i] : i;
    if (!predict_one(p, &p->condition[at], p->start[at], theta, k, y, &out[i]))
      return no_state(p, at, why);
  }
  return true;
}

static bool plasma_predict(void *model, const double *theta, double *out, char why[96]) {
  return plasma_part(model, theta, ((const plasma *)model)->b.shape.m, NULL, out, why);
}

static bool plasma_inputs(void *model, const double *theta, const double *input, double *out,
                          char why[96]) {
  const plasma *p = model;
  double k[PS_REACTIONS_MAX], y[PS_SPECIES];
  if (!usable(p, theta, why)) return false;
  for (int i = 0; i < p->b.shape.m; i++) {
    ps_condition c;
    ps_condition_make(&p->scheme, input + i * PS_INPUTS, &c);
    if (!predict_one(p, &c, p->start[i], theta, k, y, &out[i])) return no_state(p, i, why);
  }
  return true;
}

static bool plasma_jacobian(void *model, const double *theta, double *out, double *dy,
                            char why[96]) {
  const plasma *p = model;
  const int n = p->b.shape.parameters;
  double k[PS_REACTIONS_MAX], slope[PS_REACTIONS_MAX * PS_SLOPES], y[PS_SPECIES];
  if (!usable(p, theta, why)) return false;
  for (int i = 0; i < p->b.shape.m; i++) {
    const ps_condition *c = &p->condition[i];
    memcpy(y, p->start[i], sizeof y);
    ps_rates(&p->scheme, c, theta, k, slope);
    if (!ps_steady(&p->scheme, k, y)) return no_state(p, i, why);
    out[i] = ps_gamma(&p->scheme, c, k, y);
    if (!ps_adjoint(&p->scheme, c, k, slope, y, n, dy + i * n)) return no_state(p, i, why);
  }
  return cm_finite(p->b.shape.m, out, why) && cm_finite(p->b.shape.m * n, dy, why);
}

/* ---- data ------------------------------------------------------------------------------------- */

static const double shares[] = {0, .25, .5, .75, 1};

/* Shares of the conditions measured at each f_CO2 in the data of the paper: 92, 24, 58, 13, 38. */
static int share_of(int i, int m, bool all) {
  static const double until[] = {92 / 225.0, 116 / 225.0, 174 / 225.0, 187 / 225.0};
  int k = 0;
  while (all && k < 4 && i + 0.5 > until[k] * m) k++;
  return k;
}

static double fraction(double v) {
  return v - floor(v);
}

/* Conditions that fill the ranges of the measured ones evenly; each third repeats the one before
 * it, so that the noise can be seen. */
static void design(plasma *p, bool all, double *f) {
  static const double walls[] = {253.15, 278.15, 298.15, 323.15};
  const int m = p->b.shape.m;
  for (int i = 0; i < m; i++) {
    const int k = i % 3 == 2 && share_of(i - 1, m, all) == share_of(i, m, all) ? i - 1 : i;
    f[i] = shares[share_of(i, m, all)];
    const double pressure = .4 * pow(7.5 / .4, fraction(.5 + .8191725133961645 * k));
    const double wall = walls[(int)(4 * fraction(.5 + .6710436067037893 * k))];
    const double current = fraction(.5 + .5497004779019703 * k) < .5 ? 20 : 40;
    ps_typical(pressure, current, wall, f[i], p->b.input + i * PS_INPUTS);
  }
}

static const cc_column columns[] = {
    {.name = "pressure|p", .unit = "pressure", .required = true, .lower = 0, .above = true},
    {.name = "current|I", .unit = "current", .required = true, .lower = 0},
    {.name = "Tw", .unit = "temperature", .required = true, .lower = 0, .above = true},
    {.name = "Tnw", .unit = "temperature", .required = true, .lower = 0, .above = true},
    {.name = "O", .unit = "density", .required = true, .lower = 0, .above = true},
    {.name = "O2", .unit = "density", .required = true, .lower = 0, .above = true},
    {.name = "CO", .unit = "density", .lower = 0},
    {.name = "CO2", .unit = "density", .lower = 0},
    {.name = "gamma|measurement", .unit = "none", .required = true, .lower = 0, .above = true},
    {.name = "noise|noiseParameters", .unit = "none", .lower = 0, .above = true, .absent = NAN},
    {.name = "frac_CO2|f_CO2", .unit = "none", .lower = 0, .absent = NAN},
};
enum { COLUMNS = RC_LEN(columns) };

/* rows x COLUMNS into points and inputs. */
static void from_file(plasma *p, const double *v, double noise, double *f) {
  for (int i = 0; i < p->b.shape.m; i++, v += COLUMNS) {
    double *in = p->b.input + i * PS_INPUTS;
    for (int k = 0; k < 4; k++) in[k] = v[k];
    for (int k = PS_LN_O; k <= PS_LN_CO2; k++) in[k] = log(v[k]);
    p->b.point[i].value = v[8];
    p->b.point[i].sigma = isnan(v[9]) ? noise * v[8] : v[9];
    f[i] = v[10];
    /* of the feed: its atoms are conserved, and each molecule had two of oxygen */
    if (isnan(f[i])) f[i] = 2 * (v[6] + v[7]) / (v[4] + 2 * v[5] + v[6] + 2 * v[7]);
  }
}

/* A curve for each share of CO2, the nearest of the five. */
static void draw(plasma *p, const double *f) {
  char name[32];
  for (size_t k = 0; k < RC_LEN(shares); k++) {
    snprintf(name, sizeof name, "%g %% CO2", 100 * shares[k]);
    cm_curve(&p->b, (int)k, name);
  }
  for (int i = 0; i < p->b.shape.m; i++) {
    int near = 0;
    for (int k = 1; k < (int)RC_LEN(shares); k++) {
      if (fabs(f[i] - shares[k]) < fabs(f[i] - shares[near])) near = k;
    }
    p->b.point[i].curve = near;
    p->b.point[i].x = p->b.input[i * PS_INPUTS + PS_P];
  }
}

static void uncertainties(plasma *p, const options *o) {
  for (int i = 0; i < p->b.shape.m; i++) {
    double *s = p->b.input_sigma + i * PS_INPUTS;
    s[PS_TW] = s[PS_TNW] = o->temperature_error;
    for (int k = PS_LN_O; k <= PS_LN_CO2; k++) {
      s[k] = isfinite(p->b.input[i * PS_INPUTS + k]) ? o->density_error : 0;
    }
  }
}

static void conditions(plasma *p) {
  for (int i = 0; i < p->b.shape.m; i++) {
    ps_condition_make(&p->scheme, p->b.input + i * PS_INPUTS, &p->condition[i]);
  }
}

/* Where solves begin. */
static void starts(plasma *p) {
  double k[PS_REACTIONS_MAX], theta[RC_LEN(full)];
  for (int j = 0; j < p->b.shape.parameters; j++) theta[j] = p->b.parameter[j].nominal;
  for (int i = 0; i < p->b.shape.m; i++) {
    double *y = p->start[i];
    for (int u = 0; u < PS_UNKNOWNS; u++) y[u] = 0.1;
    ps_rates(&p->scheme, &p->condition[i], theta, k, NULL);
    if (ps_steady(&p->scheme, k, y)) continue;
    for (int u = 0; u < PS_UNKNOWNS; u++) y[u] = 0.1;
  }
}

/* Data of the model itself. With errors in variables the conditions are known with errors too. */
static bool synthesize(plasma *p, const rc_calib_env *env, const options *o, const char *name,
                       rc_err *err) {
  const int m = p->b.shape.m;
  double theta[RC_LEN(full)], *y = rc_alloc((size_t)m, sizeof *y);
  char why[96] = "";
  cm_truth(&p->b, theta);
  const bool ok = plasma_predict(p, theta, y, why);
  if (!ok) rc_err_set(err, RC_ERR_INPUT, "%s: %s", name, why);
  for (int i = 0; i < m; i++) p->b.point[i].sigma = o->noise * y[i];
  if (ok) cm_synthesize(&p->b, env, name, y);
  rc_free(y);
  for (int i = 0; i < m && ok; i++) {
    /* five standard deviations below at 20 % noise: a datum must stay positive */
    p->b.point[i].value = fmax(p->b.point[i].value, 0.02 * p->b.point[i].sigma / o->noise);
  }
  if (!ok || p->b.shape.loss != RC_LOSS_EIV) return ok;
  rc_rng rng = rc_rng_stream(env->seed, "calib/data/conditions", 0);
  for (int i = 0; i < m * PS_INPUTS; i++) {
    p->b.input[i] += p->b.input_sigma[i] * rc_rng_normal(&rng);
  }
  conditions(p);
  return true;
}

/* ---- the class -------------------------------------------------------------------------------- */

static void plasma_close(void *model) {
  plasma *p = model;
  cm_end(&p->b);
  rc_free(p->condition);
  rc_free(p->start);
  rc_free(p);
}

static const char *const input_names[PS_INPUTS] = {[PS_P] = "p (Torr)",
                                                   [PS_I] = "I (mA)",
                                                   [PS_TW] = "T_w (K)",
                                                   [PS_TNW] = "T_nw (K)",
                                                   [PS_LN_O] = "ln n_O (cm^-3)",
                                                   [PS_LN_O2] = "ln n_O2 (cm^-3)",
                                                   [PS_LN_CO] = "ln n_CO (cm^-3)",
                                                   [PS_LN_CO2] = "ln n_CO2 (cm^-3)"};

static bool fill(plasma *p, const rc_calib_env *env, const options *o, const double *rows, bool all,
                 const char *name, rc_err *err) {
  static const rc_loss_kind losses[] = {RC_LOSS_RELATIVE, RC_LOSS_CHI2, RC_LOSS_EIV, RC_LOSS_LOG};
  const int m = p->b.shape.m;
  double *f = rc_alloc((size_t)m, sizeof *f);
  cm_inputs(&p->b, PS_INPUTS);
  p->b.shape.input_name = input_names;
  cm_labels(&p->b, "p (Torr)", "gamma", true, true);
  p->b.shape.loss = losses[o->loss];
  p->condition = rc_alloc((size_t)m, sizeof *p->condition);
  p->start = rc_alloc((size_t)m, sizeof *p->start);
  if (rows)
    from_file(p, rows, o->noise, f);
  else
    design(p, all, f);
  draw(p, f);
  rc_free(f);
  conditions(p);
  starts(p);
  uncertainties(p, o);
  if (p->b.shape.loss == RC_LOSS_EIV) p->b.shape.input_sigma = p->b.input_sigma;
  if (!rows && !synthesize(p, env, o, name, err)) return false;
  if (rows)
    snprintf(p->b.shape.data_source, sizeof p->b.shape.data_source, "%.119s", o->given.data);
  return cd_parameters(&p->b, &o->given, env->folder, err);
}

static void *open_scheme(const rc_calib_env *env, const options *o, bool all, rc_err *err) {
  const entry *e = all ? full : oxygen;
  const int n = all ? RC_LEN(full) : RC_LEN(oxygen);
  const ps_quirks q = {
      .co2_mass = o->co2_mass, .co_factor = o->co_factor, .o4 = o->o4, .tail = o->tail};
  double *rows = NULL;
  int m = (int)o->points;
  if (o->given.data && o->given.data[0]) {
    cc_column mine[COLUMNS];
    memcpy(mine, columns, sizeof mine);
    for (int k = 0; k < COLUMNS && !all; k++)
      if (strstr(mine[k].name, "CO")) mine[k].none = "no reaction of this scheme has carbon";
    rows = cd_rows(env->folder, o->given.data, mine, COLUMNS, &m, err);
    if (!rows) return NULL;
  }
  plasma *p = rc_alloc(1, sizeof *p);
  cm_begin(&p->b, n, m, RC_LEN(shares));
  bool ok = ps_scheme_make(&p->scheme, all ? 62 : 27, &q) ||
            rc_err_set(err, RC_ERR_INTERNAL, "the table of surface reactions does not parse");
  if (ok) parameters(p, e, n, all);
  ok = ok && fill(p, env, o, rows, all, all ? "plasma" : "oxygen", err);
  rc_free(rows);
  if (ok) return p;
  plasma_close(p);
  return NULL;
}

static void *plasma_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  return open_scheme(env, opts, true, err);
}

static void *oxygen_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  return open_scheme(env, opts, false, err);
}

static const rc_calib_shape *plasma_shape(const void *model) {
  return &((const plasma *)model)->b.shape;
}

static const rc_param params[] = {
    {.name = "data",
     .type = RC_T_TEXT,
     .offset = offsetof(options, given.data),
     .def = "",
     .help = "table of measurements: pressure, current, Tw, Tnw, O, O2, CO, CO2, gamma, noise"},
    CD_ADJUST(options),
    {.name = "loss",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, loss),
     .def = "relative",
     .choices = "relative|chi2|eiv|log",
     .help = "relative errors, weighted by the noise, errors in variables, or of ln gamma"},
    {.name = "points",
     .type = RC_T_INT,
     .offset = offsetof(options, points),
     .def = "180",
     .min = 5,
     .max = 5000,
     .help = "conditions of synthetic data"},
    {.name = "noise",
     .type = RC_T_REAL,
     .offset = offsetof(options, noise),
     .def = "0.05",
     .min = 1e-6,
     .max = 0.2,
     .help = "relative error of gamma"},
    {.name = "density-error",
     .type = RC_T_REAL,
     .offset = offsetof(options, density_error),
     .def = "0.05",
     .max = 0.5,
     .help = "relative error of the densities, for errors in variables"},
    {.name = "temperature-error",
     .type = RC_T_REAL,
     .offset = offsetof(options, temperature_error),
     .def = "2",
     .max = 50,
     .unit = "K",
     .help = "error of the temperatures, for errors in variables"},
    {.name = "co2-mass",
     .type = RC_T_REAL,
     .offset = offsetof(options, co2_mass),
     .def = "0.048",
     .min = 0.01,
     .max = 0.1,
     .unit = "kg/mol",
     .help = "0.048 as published; 0.044 is the mass of CO2"},
    {.name = "co-factor",
     .type = RC_T_REAL,
     .offset = offsetof(options, co_factor),
     .def = "2",
     .min = 0.5,
     .max = 2,
     .help = "O atoms lost per CO2 made: 2 as published, 1 by stoichiometry"},
    {.name = "count-o4",
     .type = RC_T_BOOL,
     .offset = offsetof(options, o4),
     .def = "true",
     .help = "O2 + O2_F -> O4 counts in gamma, as published"},
    {.name = "tail",
     .type = RC_T_REAL,
     .offset = offsetof(options, tail),
     .def = "40",
     .max = 1e6,
     .help = "energy integrals end at this multiple of the threshold, as published; 0: never"},
    {0}};

const rc_calib_class rc_calib_plasma = {
    .kind = {.name = "plasma",
             .title = "plasma-surface kinetics",
             .help = "recombination of O on glass: 61 reactions, 9 fractions, 29 parameters",
             .explain =
                 "gamma = share of the O atoms that recombine at the wall of an O2-CO2 discharge, "
                 "from the steady state of nine surface fractions (physisorbed, chemisorbed, and "
                 "metastable sites made by ions) under 61 reactions. Loss: mean of "
                 "(gamma/gamma_exp - 1)^2 over the conditions (Afonso, Guerra and Viegas, arXiv "
                 "2602.04975). One direction in the 29 parameters moves it 1e9 times more than "
                 "most others.",
             .params = params,
             .size = sizeof(options)},
    .open = plasma_open,
    .shape = plasma_shape,
    .predict = plasma_predict,
    .predict_part = plasma_part,
    .jacobian = plasma_jacobian,
    .jacobian_cost = 1.4,
    .predict_inputs = plasma_inputs,
    .close = plasma_close};

const rc_calib_class rc_calib_oxygen = {
    .kind = {.name = "oxygen",
             .title = "plasma-surface kinetics, oxygen only",
             .help = "recombination of O on glass in pure O2: 26 reactions, 14 parameters",
             .explain =
                 "The oxygen part (reactions 1 to 27) of the surface scheme: O and O2 held on "
                 "physisorption sites, O on chemisorption sites, and sites that ions make "
                 "metastable (Viegas et al., Plasma Sources Sci. Technol. 33, 055003, 2024; Afonso "
                 "et al., J. Phys. D 57, 04LT01, 2024). Small enough to see which reaction carries "
                 "gamma at which pressure and wall temperature.",
             .params = params,
             .size = sizeof(options)},
    .open = oxygen_open,
    .shape = plasma_shape,
    .predict = plasma_predict,
    .predict_part = plasma_part,
    .jacobian = plasma_jacobian,
    .jacobian_cost = 1.4,
    .predict_inputs = plasma_inputs,
    .close = plasma_close};
