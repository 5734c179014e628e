/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plasma-surface scheme: its table, rates, steady states and sensitivities, and, where the
 * measurements of the paper are at hand (RC_ORACLE), the published losses and spectra. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_integration.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calib/csv.h"
#include "calib/plasma.h"

static const char *const texts[] = {
#define X(id, text, type, gamma, steric, energy) text,
#include "calib/plasma_reactions.def"
#undef X
};
static const ps_quirks published = {.co2_mass = .048, .co_factor = 2, .o4 = true, .tail = 40};
static const ps_quirks corrected = {.co2_mass = .044, .co_factor = 1, .o4 = false, .tail = 0};

static const rc_calib_class *class_of(const char *name) {
  return (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, name);
}

/* "key=value key=value" */
static rc_fit *open_with(const char *name, const char *options, rc_err *err) {
  const rc_calib_class *cls = class_of(name);
  assert_non_null(cls);
  void *o = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  char text[512];
  snprintf(text, sizeof text, "%s", options);
  for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
    char *value = strchr(word, '=');
    *value++ = '\0';
    assert_true(rc_param_set(rc_param_find(cls->kind.params, word), o, value, err));
  }
  const rc_calib_env env = {.seed = 1, .threads = 1};
  rc_fit *f = rc_fit_new(cls, o, &env, err);
  rc_params_free(cls->kind.params, o);
  rc_free(o);
  return f;
}

static rc_fit *open_good(const char *name, const char *options) {
  rc_err err = {0};
  rc_fit *f = open_with(name, options, &err);
  if (!f) fail_msg("%s", err.message);
  return f;
}

/* ---- the table -------------------------------------------------------------------------------- */

static const ps_reaction *reaction(const ps_scheme *s, int id) {
  for (int i = 0; i < s->reactions; i++) {
    if (s->r[i].id == id) return &s->r[i];
  }
  fail_msg("no reaction %d", id);
  return NULL;
}

static void test_table(void **state) {
  (void)state;
  ps_scheme s, small;
  assert_true(ps_scheme_make(&s, 62, &published));
  assert_true(ps_scheme_make(&small, 27, &published));
  assert_int_equal(s.reactions, 61);
  assert_int_equal(small.reactions, 26);
  int counted = 0;
  for (int i = 0; i < s.reactions; i++) counted += s.r[i].gamma != 0;
  assert_int_equal(counted, 27);
  const double dilution = 3e13 / 1.5e15;
  assert_true(fabs(reaction(&s, 5)->change[PS_O_F] + dilution) < 1e-15);
  assert_true(reaction(&s, 5)->change[PS_O_S] == 1);
  assert_true(reaction(&s, 8)->change[PS_O_F] == -2);
  assert_true(reaction(&s, 8)->gamma == 2 * 1.5e15);
  assert_true(reaction(&s, 7)->gamma == 2 * 3e13);
  assert_true(reaction(&s, 11)->gamma == 1.5e15);
  assert_true(reaction(&s, 15)->gamma == 1.5e15);
  assert_true(reaction(&s, 37)->gamma == 2 * 3e13);
  assert_true(ps_scheme_make(&s, 62, &corrected));
  assert_true(reaction(&s, 37)->gamma == 3e13);
  assert_true(reaction(&s, 12)->gamma == 0);
}

/* ---- rates ------------------------------------------------------------------------------------ */

static double energy_density(double e, void *unused) {
  (void)unused;
  return 2 / sqrt(M_PI) * sqrt(e) * exp(-e);
}

/* The closed form is the integral of the Maxwell-Boltzmann distribution of energies. */
static void test_above(void **state) {
  (void)state;
  gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
  gsl_function f = {.function = energy_density};
  for (double x = 0.01; x < 30; x *= 1.7) {
    for (int t = 0; t < 2; t++) {
      const double tail = t ? 40 : 3;
      double want, error, slope, up, down, unused;
      gsl_integration_qag(&f, x, tail * x, 1e-300, 1e-11, 1000, GSL_INTEG_GAUSS61, w, &want,
                          &error);
      assert_true(fabs(ps_above(x, tail, &slope) - want) < 1e-9 * want);
      up = ps_above(x * (1 + 1e-5), tail, &unused), down = ps_above(x * (1 - 1e-5), tail, &unused);
      assert_true(fabs((up - down) / (2e-5 * x) - slope) < 1e-6 * (fabs(slope) + 1e-9));
    }
    double slope;
    assert_true(ps_above(x, 0, &slope) >= ps_above(x, 40, &slope));
  }
  gsl_integration_workspace_free(w);
}

static void test_ion_energy(void **state) {
  (void)state;
  assert_true(fabs(ps_ion_energy(.2) - 1.04) < 1e-15);
  assert_true(fabs(ps_ion_energy(.45) - .85) < 1e-12);
  assert_true(fabs(ps_ion_energy(1.125) - .2505) < 1e-12);
  assert_true(ps_ion_energy(.19) == .001 && ps_ion_energy(2) == .001);
}

/* ---- steady states ---------------------------------------------------------------------------- */

typedef struct site { /* a scheme at one condition */
  ps_scheme s;
  ps_condition c;
  double k[PS_REACTIONS_MAX], y[PS_SPECIES];
} site;

/* Rates with theta = (A, B, E_d, Emin, Ealpha) and table steric factors. */
static void at_condition(site *x, int last, const ps_quirks *q, double p, double tw, double f) {
  const double theta[PS_COMMON] = {.01, .001, 14, 2.8, 3100};
  double input[PS_INPUTS];
  assert_true(ps_scheme_make(&x->s, last, q));
  for (int j = 0; j < PS_COMMON; j++) x->s.common[j] = j;
  for (int i = 0; i < x->s.reactions; i++) x->s.r[i].free_alpha = x->s.r[i].id >= 50;
  ps_typical(p, 40, tw, f, input);
  ps_condition_make(&x->s, input, &x->c);
  ps_rates(&x->s, &x->c, theta, x->k, NULL);
  for (int u = 0; u < PS_SPECIES; u++) x->y[u] = 0;
  assert_true(ps_steady(&x->s, x->k, x->y));
}

/* Positive fractions, a balance of 0, and the same state from any start. */
static void test_steady(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(1, "test/plasma", 0);
  for (int t = 0; t < 60; t++) {
    site x;
    const double f = t % 3 / 2.0;
    at_condition(&x, 62, &published, exp(log(.4) + rc_rng_unit(&r) * log(7.5 / .4)),
                 250 + 75 * rc_rng_unit(&r), f);
    ps_alive alive;
    double balance[PS_UNKNOWNS], gross[PS_UNKNOWNS];
    ps_find_alive(&x.s, x.k, &alive);
    ps_balance(&x.s, &alive, x.k, x.y, balance, NULL, gross);
    assert_true(x.y[PS_V_F] > 0 && x.y[PS_V_S] > 0);
    for (int u = 0; u < alive.n; u++) {
      if (x.y[alive.unknown[u]] < 1e-25) continue; /* counts for nothing */
      assert_true(x.y[alive.unknown[u]] > 0);
      if (fabs(balance[u]) > 1e-10 * gross[u]) {
        fail_msg("case %d: species %d at %g is off balance by %g of %g", t, alive.unknown[u],
                 x.y[alive.unknown[u]], balance[u], gross[u]);
      }
    }
    if (f == 0) assert_true(x.y[PS_CO_F] == 0 && x.y[PS_COdb_S] == 0);
    const double gamma = ps_gamma(&x.s, &x.c, x.k, x.y);
    for (int start = 0; start < 4; start++) {
      double y[PS_SPECIES];
      for (int u = 0; u < PS_UNKNOWNS; u++) y[u] = pow(rc_rng_unit(&r), 1 + 3 * start) * 0.2;
      assert_true(ps_steady(&x.s, x.k, y));
      for (int u = 0; u < PS_SPECIES; u++) assert_true(fabs(y[u] - x.y[u]) <= 1e-11);
      assert_true(fabs(ps_gamma(&x.s, &x.c, x.k, y) - gamma) <= 1e-10 * gamma);
    }
  }
}

/* Gas-phase atoms "O" on one side of a reaction's text. */
static int free_atoms(const char *from, const char *to) {
  int n = 0;
  for (const char *s = from; s < to;) {
    const size_t len = strcspn(s, " ");
    n += len == 1 && *s == 'O';
    s += len + strspn(s + len, " ");
  }
  return n;
}

/* In the steady state the O atoms that the gas loses are those that gamma counts, when it counts
 * by stoichiometry; reaction 23 gives the atom back and is counted all the same. */
static void test_atoms(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(2, "test/plasma", 0);
  for (int t = 0; t < 40; t++) {
    site x;
    at_condition(&x, t % 2 ? 62 : 27, &corrected, exp(log(.4) + rc_rng_unit(&r) * 2.9),
                 250 + 75 * rc_rng_unit(&r),
                 t % 4 == 1   ? 0.5
                 : t % 4 == 3 ? 1
                              : 0);
    double lost = 0, gross = 0, counted = ps_gamma(&x.s, &x.c, x.k, x.y) * x.c.flux_o;
    for (int i = 0; i < x.s.reactions; i++) {
      const ps_reaction *e = &x.s.r[i];
      const int a = e->reactant[0], b = e->reactant[1];
      const bool s_site = (a >= PS_F_END && a != PS_V_F) || (b >= PS_F_END && b != PS_V_F);
      const double flow = x.k[i] * x.y[a] * (b < 0 ? 1 : x.y[b]) * (s_site ? 3e13 : 1.5e15);
      const char *arrow = strstr(texts[i], "->"), *end = texts[i] + strlen(texts[i]);
      const int atoms = free_atoms(texts[i], arrow) - free_atoms(arrow, end);
      lost += atoms * flow;
      gross += abs(atoms) * flow;
      if (e->id == 23) counted -= flow;
    }
    if (fabs(lost - counted) > 1e-8 * gross) {
      fail_msg("case %d: %.10g atoms lost, %.10g counted", t, lost, counted);
    }
  }
}

/* ---- the model -------------------------------------------------------------------------------- */

/* The adjoint against central differences of converged solves, 1e-6 of d ln gamma. */
static void check_adjoint(rc_fit *f, double *z) {
  const int m = rc_fit_m(f), n = rc_fit_n(f);
  double *r = rc_alloc((size_t)(m * (n + 5)), sizeof *r), *dr = r + m;
  double *y[4];
  for (int k = 0; k < 4; k++) y[k] = dr + m * n + m * k;
  char why[96] = "";
  if (!rc_fit_jacobian(f, z, r, dr, NULL, why)) fail_msg("%s", why);
  for (int j = 0; j < n; j++) {
    const double h = 2e-4, at = z[j], step[4] = {h, -h, 2 * h, -2 * h};
    for (int k = 0; k < 4; k++) {
      z[j] = at + step[k];
      if (!rc_fit_predict(f, z, y[k], why)) fail_msg("%s", why);
    }
    z[j] = at;
    for (int i = 0; i < m; i++) {
      const double d = (8 * (y[0][i] - y[1][i]) - (y[2][i] - y[3][i])) / (12 * h);
      const double gamma = (1 + r[i]) * rc_fit_shape(f)->point[i].value;
      const double exact = dr[i * n + j] * rc_fit_shape(f)->point[i].value / gamma;
      if (fabs(d / gamma - exact) > 1e-6 * fmax(1, fabs(exact))) {
        fail_msg("condition %d, %s: %.10g, by differences %.10g", i + 1,
                 rc_fit_parameter(f, j)->name, exact, d / gamma);
      }
    }
  }
  rc_free(r);
}

static void test_adjoint(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(3, "test/plasma", 0);
  const char *const names[] = {"plasma", "oxygen"};
  for (int k = 0; k < 2; k++) {
    rc_fit *f = open_good(names[k], "points=45");
    double z[32], theta[32];
    for (int t = 0; t < 4; t++) {
      rc_fit_nominal(f, z);
      if (t == 1) {
        for (int j = 0; j < rc_fit_n(f); j++) theta[j] = rc_fit_parameter(f, j)->truth;
        rc_fit_z(f, theta, z);
      }
      for (int j = 0; j < rc_fit_n(f) && t > 1; j++) z[j] = rc_rng_unit(&r);
      check_adjoint(f, z);
    }
    rc_fit_free(f);
  }
}

/* A steric factor of 0 on a linear scale: predictions, and one-sided slopes that are not 0. */
static void test_zero(void **state) {
  (void)state;
  const rc_calib_class *cls = class_of("plasma");
  void *o = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  rc_err err = {0};
  const rc_param *group = rc_param_find(cls->kind.params, "adjust");
  static const char *const set[][2] = {
      {"name", "SF_30, SF_32, SF_36, SF_49"}, {"scale", "lin"}, {"lower", "0"}};
  for (size_t k = 0; k < RC_LEN(set); k++) {
    assert_true(rc_param_set(rc_param_find(group->sub, set[k][0]), (char *)o + group->offset,
                             set[k][1], &err));
  }
  const rc_calib_env env = {.seed = 1};
  rc_fit *f = rc_fit_new(cls, o, &env, &err);
  if (!f) fail_msg("%s", err.message);
  rc_params_free(cls->kind.params, o);
  rc_free(o);
  const int m = rc_fit_m(f), n = rc_fit_n(f);
  double z[32], *r = rc_alloc((size_t)(m * (n + 3)), sizeof *r), *dr = r + m, *up = dr + m * n;
  double *up2 = up + m;
  char why[96] = "";
  rc_fit_nominal(f, z);
  int zero[4], zeros = 0;
  for (int j = 0; j < n; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    if (p->log || strncmp(p->name, "SF_", 3) != 0) continue;
    z[j] = 0; /* nothing makes CO_F, CO_S and COdb now, but a little of any of these would */
    zero[zeros++] = j;
  }
  assert_int_equal(zeros, 4);
  if (!rc_fit_jacobian(f, z, r, dr, NULL, why)) fail_msg("%s", why);
  for (int k = 0; k < zeros; k++) {
    const int j = zero[k];
    const double h = 1e-7;
    double top = 0;
    z[j] = h;
    assert_true(rc_fit_residuals(f, z, up, why));
    z[j] = 2 * h;
    assert_true(rc_fit_residuals(f, z, up2, why));
    z[j] = 0;
    for (int i = 0; i < m; i++) top = fmax(top, fabs(dr[i * n + j]));
    /* reaction 36 needs CO_F, of which there is none */
    const bool idle = strcmp(rc_fit_parameter(f, j)->name, "SF_36") == 0;
    assert_true(idle ? top == 0 : top > 1e-8);
    for (int i = 0; i < m; i++) {
      const double d = (4 * up[i] - up2[i] - 3 * r[i]) / (2 * h);
      if (fabs(d - dr[i * n + j]) > 1e-3 * top + 1e-5) {
        fail_msg("condition %d, %s: %.6g, by differences %.6g, largest %.3g", i + 1,
                 rc_fit_parameter(f, j)->name, dr[i * n + j], d, top);
      }
    }
  }
  rc_free(r);
  rc_fit_free(f);
}

/* Every point of the box has a prediction. */
static void test_box(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(4, "test/plasma", 0);
  rc_fit *f = open_good("plasma", "points=60");
  double z[32], res[60];
  char why[96] = "";
  for (int t = 0; t < 150; t++) {
    for (int j = 0; j < rc_fit_n(f); j++) {
      z[j] = t < 20 ? (double)(rc_rng_below(&r, 2)) : rc_rng_unit(&r);
    }
    if (!rc_fit_residuals(f, z, res, why)) fail_msg("%s", why);
  }
  z[2] = -1; /* E_d below 0 */
  assert_false(rc_fit_residuals(f, z, res, why));
  assert_non_null(strstr(why, "E_d"));
  rc_fit_free(f);
}

static void predict_truth(const char *options, double *y) {
  rc_fit *f = open_good("plasma", options);
  double z[32], theta[32];
  char why[96] = "";
  for (int j = 0; j < rc_fit_n(f); j++) theta[j] = rc_fit_parameter(f, j)->truth;
  rc_fit_z(f, theta, z);
  assert_true(rc_fit_predict(f, z, y, why));
  rc_fit_free(f);
}

/* Each of the authors' choices can be switched, and changes what it is about. */
static void test_quirks(void **state) {
  (void)state;
  double base[60], other[60];
  predict_truth("points=60", base);
  static const char *const options[] = {"points=60 co2-mass=0.044", "points=60 co-factor=1",
                                        "points=60 count-o4=false", "points=60 tail=0"};
  for (size_t k = 0; k < RC_LEN(options); k++) {
    predict_truth(options[k], other);
    double pure = 0, mixed = 0; /* largest relative change without and with CO2 */
    for (int i = 0; i < 60; i++) {
      double *top = i < 24 ? &pure : &mixed; /* 92/225 of the conditions come first, without */
      *top = fmax(*top, fabs(other[i] / base[i] - 1));
    }
    if (k < 2) assert_true(pure == 0 && mixed > 1e-9);
    if (k == 2) assert_true(pure > 1e-6 && mixed > 1e-9);
    if (k == 3) assert_true(pure < 1e-12 && mixed < 1e-12); /* 40 times the threshold is far off */
  }
}

static void test_synthetic(void **state) {
  (void)state;
  rc_fit *f = open_good("plasma", "");
  const rc_calib_shape *s = rc_fit_shape(f);
  assert_int_equal(s->m, 180);
  assert_int_equal(rc_fit_n(f), 29);
  assert_true(s->synthetic && strstr(s->data_source, "synthetic") != NULL);
  double z[32], theta[32], r[180];
  char why[96] = "";
  for (int j = 0; j < 29; j++) theta[j] = s->parameter[j].truth;
  rc_fit_z(f, theta, z);
  assert_true(rc_fit_residuals(f, z, r, why));
  /* the mean of 180 squares of 5 % noise has a standard deviation of 11 % */
  assert_true(fabs(rc_fit_loss(f, r) / 0.0025 - 1) < 0.4);
  /* replicates: the same condition, other noise */
  int pairs = 0;
  for (int i = 1; i < s->m; i++) {
    if (memcmp(s->input + i * s->inputs, s->input + (i - 1) * s->inputs,
               (size_t)s->inputs * sizeof(double)) != 0) {
      continue;
    }
    pairs++;
    assert_true(s->point[i].value != s->point[i - 1].value);
  }
  assert_true(pairs >= 50);
  rc_fit_free(f);
}

/* ---- files ------------------------------------------------------------------------------------ */

static char folder[] = "/tmp/rc_plasma_XXXXXX";

static int setup(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : 1;
}

static int teardown(void **state) {
  (void)state;
  return rmdir(folder);
}

static void write_file(const char *name, const char *text, char path[128]) {
  snprintf(path, 128, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  assert_true(fputs(text, f) >= 0);
  assert_int_equal(fclose(f), 0);
}

/* The same conditions in other units give the same predictions. */
static void test_units(void **state) {
  (void)state;
  static const char *const text[] = {
      "pressure,current,Tw,Tnw,O,O2,CO,CO2,gamma\n"
      "0.5,20,298.15,330,2e15,1e16,0,0,7e-4\n"
      "2,40,323.15,360,4e15,2e16,1e16,5e15,9e-4\n",
      "# the same\n"
      "CO2 [m^-3];Tw [degC];current [A];note;pressure [Pa];Tnw [K];O [m^-3];O2 [m^-3];CO "
      "[m^-3];gamma [%]\n"
      "0;25;0.02;a;66.66118421052632;330;2e21;1e22;0;0.07\n"
      "5e21;50;0.04;\"b; c\";266.6447368421053;360;4e21;2e22;1e22;0.09\n"};
  double y[2][2];
  for (int k = 0; k < 2; k++) {
    char path[128], options[160], why[96] = "";
    write_file("data.csv", text[k], path);
    snprintf(options, sizeof options, "data=%s", path);
    rc_fit *f = open_good("plasma", options);
    double z[32];
    assert_int_equal(rc_fit_shape(f)->m, 2);
    assert_true(fabs(rc_fit_shape(f)->point[1].value - 9e-4) < 1e-18);
    assert_false(rc_fit_shape(f)->synthetic);
    rc_fit_nominal(f, z);
    assert_true(rc_fit_predict(f, z, y[k], why));
    rc_fit_free(f);
    unlink(path);
  }
  for (int i = 0; i < 2; i++) assert_true(fabs(y[0][i] - y[1][i]) < 1e-10 * y[0][i]);
}

/* ---- the measurements of the paper ------------------------------------------------------------ */

/* They carry no licence and are not part of this project: RC_ORACLE names a folder with
 * pyrex_O_recombination_225_train.csv, plasma29_parameters.csv and fim_reference.csv. */
static const char *oracle(void) {
  const char *at = getenv("RC_ORACLE");
  if (at && at[0]) return at;
  printf("# RC_ORACLE is not set: the losses on measured data are not checked\n");
  return NULL;
}

/* A fit on the measured data, whose header is in our words. */
static rc_fit *open_oracle(const char *at) {
  char path[512], copy[128], options[160];
  size_t len = 0;
  rc_err err = {0};
  snprintf(path, sizeof path, "%s/pyrex_O_recombination_225_train.csv", at);
  char *text = rc_read_file(path, 1 << 20, &len, &err);
  if (!text) fail_msg("%s: %s", path, err.message);
  char *body = strstr(text, "gamma_exp");
  assert_non_null(body);
  body = strchr(body, '\n');
  assert_non_null(body);
  rc_str s = {0};
  rc_str_add(&s, "pressure,current,frac_CO2,Tw [degC],Tnw,Tgas,O,O2,O3,C,CO,CO2,gamma\n");
  rc_str_add(&s, body + 1);
  write_file("oracle.csv", rc_str_c(&s), copy);
  rc_str_free(&s);
  rc_free(text);
  snprintf(options, sizeof options, "data=%s", copy);
  rc_fit *f = open_good("plasma", options);
  unlink(copy);
  return f;
}

enum { DEFAULT = 3, HIERARCHICAL, TRF }; /* columns of plasma29_parameters.csv */

static void published_point(const char *at, const rc_fit *f, int column, double *z) {
  cc_table t;
  rc_err err = {0};
  double theta[32];
  if (!cc_read(at, "plasma29_parameters.csv", &t, &err)) fail_msg("%s", err.message);
  assert_int_equal(t.rows, 29);
  for (int j = 0; j < 29; j++) {
    const cc_cell *row = t.cell + j * t.columns;
    assert_string_equal(row[0].text, rc_fit_parameter(f, j)->name);
    theta[j] = strtod(row[column].text, NULL);
  }
  cc_free(&t);
  rc_fit_z(f, theta, z);
}

static void test_losses(void **state) {
  (void)state;
  const char *at = oracle();
  if (!at) return;
  static const double want[] = {783.741936, 0.06743032598, 0.06005116397};
  rc_fit *f = open_oracle(at);
  double z[32], r[180];
  char why[96] = "";
  assert_int_equal(rc_fit_m(f), 180);
  for (int k = 0; k < 3; k++) {
    published_point(at, f, DEFAULT + k, z);
    assert_true(rc_fit_residuals(f, z, r, why));
    const double loss = rc_fit_loss(f, r);
    printf("# loss %.12g, published %.10g\n", loss, want[k]);
    assert_true(fabs(loss / want[k] - 1) < 1e-8);
  }
  rc_fit_free(f);
}

/* Singular values of the Jacobian in the coordinates of a row of fim_reference.csv. */
static void spectrum(rc_fit *f, const double *z, const char *coords, double *eigenvalue) {
  rc_fisher log, box;
  const bool relative = strncmp(coords, "d log", 5) == 0;
  assert_true(rc_fisher_make(f, z, RC_COORDS_LOG, relative, &log, NULL));
  assert_true(rc_fisher_make(f, z, RC_COORDS_LINEAR, relative, &box, NULL));
  const int n = log.n, m = log.m;
  const double *from = strncmp(coords, "linear", 6) == 0 ? box.jacobian : log.jacobian;
  double *a = rc_alloc((size_t)(m * n), sizeof *a);
  memcpy(a, from, (size_t)(m * n) * sizeof *a);
  for (int j = 0; j < n && from == log.jacobian; j++) {
    /* energies are linear in their boxes in all rows, whatever the row is called */
    if (rc_fit_parameter(f, j)->log) continue;
    for (int i = 0; i < m; i++) a[i * n + j] = box.jacobian[i * n + j];
  }
  assert_int_equal(LAPACKE_dgesdd(LAPACK_ROW_MAJOR, 'N', m, n, a, n, eigenvalue, NULL, 1, NULL, n),
                   0);
  for (int k = 0; k < n; k++) eigenvalue[k] *= eigenvalue[k];
  rc_free(a);
  rc_fisher_free(&log);
  rc_fisher_free(&box);
}

static void test_spectra(void **state) {
  (void)state;
  const char *at = oracle();
  if (!at) return;
  rc_fit *f = open_oracle(at);
  cc_table t;
  rc_err err = {0};
  if (!cc_read(at, "fim_reference.csv", &t, &err)) fail_msg("%s", err.message);
  int rows = 0;
  for (int i = 0; i < t.rows; i++) {
    const cc_cell *c = t.cell + i * t.columns;
    if (strncmp(c[0].text, "plasma29", 8) != 0) continue;
    double z[32], got[32];
    published_point(at, f,
                    strstr(c[1].text, "TRF")    ? TRF
                    : strstr(c[1].text, "hier") ? HIERARCHICAL
                                                : DEFAULT,
                    z);
    spectrum(f, z, c[2].text, got);
    const char *s = c[4].text;
    int compared = 0;
    for (int k = 0; k < 29; k++) {
      char *end;
      const double want = strtod(s, &end);
      s = end;
      /* what the reference's own arithmetic could resolve: 1e-16 of the largest, with a margin */
      if (want < 1e-15 * got[0]) continue;
      compared++;
      if (fabs(got[k] - want) > 1e-3 * want) {
        fail_msg("%s, %s: eigenvalue %d is %.6e, not %.6e", c[1].text, c[2].text, k + 1, got[k],
                 want);
      }
    }
    printf("# %s, %s: %d eigenvalues agree\n", c[1].text, c[2].text, compared);
    assert_true(compared >= 8);
    rows++;
  }
  assert_int_equal(rows, 9);
  cc_free(&t);
  rc_fit_free(f);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),      cmocka_unit_test(test_above),
      cmocka_unit_test(test_ion_energy), cmocka_unit_test(test_steady),
      cmocka_unit_test(test_atoms),      cmocka_unit_test(test_adjoint),
      cmocka_unit_test(test_zero),       cmocka_unit_test(test_box),
      cmocka_unit_test(test_quirks),     cmocka_unit_test(test_synthetic),
      cmocka_unit_test(test_units),      cmocka_unit_test(test_losses),
      cmocka_unit_test(test_spectra),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
