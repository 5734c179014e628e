/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Couplings of a small magnet from its susceptibility and specific heat: a ring, or the cluster of
 * the scenario itself. */
#include "calib/heisenberg.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct options {
  cd_given given;
  int64_t sites; /* of the ring */
  rc_reals couplings;
  double delta, g, impurity, from, to, noise;
  int64_t points, largest;
  int noise_of, calibrate; /* curve | value; all | couplings */
} options;

typedef struct magnet {
  cm_base b;
  rc_lattice *own; /* of the ring */
  hs_magnet *h;
  int classes;
} magnet;

enum { CHI, HEAT, CURVES };
static const char *const curve_names[CURVES] = {"chi", "C"};

/* ---- predictions ------------------------------------------------------------------------------ */

/* theta = (J_1 .. J_K, delta, g, c). chi = (1-c) g^2 <M^2>/(N T) + c g^2/(4T), C = var H/(N T^2),
 * both per site, in units of mu_B and k_B. dy (may be NULL): K + 3. */
static double observe(const magnet *p, const double *theta, int curve, double T, double *dy) {
  const int k = p->classes, n = p->h->sites;
  const double g = theta[k + 1], c = theta[k + 2];
  double d_m2[RC_CLASSES_MAX + 1], d_variance[RC_CLASSES_MAX + 1];
  const hs_thermal t = hs_average(p->h, T, dy ? d_m2 : NULL, dy ? d_variance : NULL);
  const double spin = t.m2 / (n * T), free = 1 / (4 * T);
  for (int j = 0; j <= k && dy; j++) {
    dy[j] = curve == CHI ? (1 - c) * g * g * d_m2[j] / (n * T) : d_variance[j] / (n * T * T);
  }
  if (curve == HEAT) {
    if (dy) dy[k + 1] = dy[k + 2] = 0;
    return t.variance / (n * T * T);
  }
  if (dy) {
    dy[k + 1] = 2 * g * ((1 - c) * spin + c * free);
    dy[k + 2] = g * g * (free - spin);
  }
  return g * g * ((1 - c) * spin + c * free);
}

static bool solved(const magnet *p, const double *theta, bool slopes, char why[96]) {
  for (int j = 0; j < p->b.shape.parameters; j++) {
    if (isfinite(theta[j]) && fabs(theta[j]) < 1e100) continue;
    snprintf(why, 96, "%s is not a usable number", p->b.parameter[j].name);
    return false;
  }
  if (hs_levels(p->h, theta, theta[p->classes], slopes)) return true;
  snprintf(why, 96,
           p->h->stop && *p->h->stop ? "interrupted" : "the eigensolver does not converge");
  return false;
}

static bool magnet_predict(void *model, const double *theta, double *y, char why[96]) {
  const magnet *p = model;
  if (!solved(p, theta, false, why)) return false;
  for (int i = 0; i < p->b.shape.m; i++) {
    y[i] = observe(p, theta, p->b.point[i].curve, p->b.point[i].x, NULL);
  }
  return cm_finite(p->b.shape.m, y, why);
}

static bool magnet_predict_at(void *model, const double *theta, int curve, int k, const double *x,
                              double *y, char why[96]) {
  const magnet *p = model;
  if (!solved(p, theta, false, why)) return false;
  for (int i = 0; i < k; i++) y[i] = observe(p, theta, curve, x[i], NULL);
  return cm_finite(k, y, why);
}

static bool magnet_jacobian(void *model, const double *theta, double *y, double *dy, char why[96]) {
  const magnet *p = model;
  const int n = p->b.shape.parameters;
  if (!solved(p, theta, true, why)) return false;
  for (int i = 0; i < p->b.shape.m; i++) {
    y[i] = observe(p, theta, p->b.point[i].curve, p->b.point[i].x, dy + i * n);
  }
  return cm_finite(p->b.shape.m, y, why) && cm_finite(p->b.shape.m * n, dy, why);
}

/* ---- opening ---------------------------------------------------------------------------------- */

/* Bonds of class k join sites k+1 apart on a ring. */
static rc_lattice *ring(int sites, int classes, rc_err *err) {
  rc_lattice_spec s;
  rc_lattice_spec_init(&s, "custom");
  s.sites = sites;
  s.classes = classes;
  s.bond = rc_alloc((size_t)(sites * classes), sizeof *s.bond);
  for (int k = 0; k < classes; k++) {
    snprintf(s.class_name[k], RC_NAME_MAX, "J%d", k + 1);
    /* opposite sites are joined once */
    const int count = 2 * (k + 1) == sites ? sites / 2 : sites;
    for (int i = 0; i < count; i++) {
      s.bond[s.bonds++] = (rc_bond){.i = i, .j = (i + k + 1) % sites, .cls = k};
    }
  }
  rc_lattice *l = rc_lattice_new(&s, err);
  rc_lattice_spec_free(&s);
  return l;
}

/* Couplings that a fit starts from: the largest one a little off, all others small. */
static void parameters(magnet *p, const rc_lattice *l, const double *J, const options *o,
                       double scale, double delta, bool known) {
  int top = 0;
  for (int k = 0; k < l->classes; k++) {
    if (fabs(J[k]) > fabs(J[top])) top = k;
  }
  for (int k = 0; k < l->classes; k++) {
    const double start = k == top ? 0.8 * J[k] : 0.1 * scale;
    rc_calib_parameter *j = cm_parameter(
        &p->b, l->class_name[k], "", false, RC_MIN(-0.5, 2 * RC_MIN(0, J[k] / scale)) * scale,
        2 * scale, start, known ? J[k] : NAN, "coupling of this class of bonds");
    bool occurs = false;
    for (int i = 0; i < l->bonds; i++) occurs |= l->bond[i].cls == k;
    j->fixed = !occurs;
  }
  const bool all = o->calibrate == 0;
  cm_parameter(&p->b, "delta", "", false, RC_MIN(0.2, delta - 1), RC_MAX(2, delta + 1),
               all ? 1 : delta, known ? delta : NAN, "anisotropy: SzSz over SxSx")
      ->fixed = !all;
  cm_parameter(&p->b, "g", "", false, 1, 4, all ? 2 : o->g, known ? o->g : NAN, "g factor")->fixed =
      !all;
  cm_parameter(&p->b, "impurity", "", false, 0, 0.5, all ? .05 : o->impurity,
               known ? o->impurity : NAN, "share of free spins")
      ->fixed = !all;
}

static bool synthesize(magnet *p, const rc_calib_env *env, const options *o, double scale,
                       const char *name, rc_err *err) {
  const int m = p->b.shape.m, half = m / 2;
  double theta[RC_CLASSES_MAX + 3], *y = rc_alloc((size_t)m, sizeof *y);
  char why[96] = "";
  cm_grid(o->from * scale, o->to * scale, half, true, y);
  for (int i = 0; i < m; i++) {
    p->b.point[i] = (rc_calib_point){.x = y[i % half], .sigma = 1, .curve = i / half};
  }
  cm_truth(&p->b, theta);
  const bool ok = magnet_predict(p, theta, y, why);
  const bool stopped = env->stop && *env->stop;
  if (!ok) rc_err_set(err, stopped ? RC_ERR_STOPPED : RC_ERR_INPUT, "%s: %s", name, why);
  double of[CURVES] = {0}; /* the mean susceptibility, the largest specific heat */
  for (int i = 0; i < half && ok; i++) {
    of[CHI] += fabs(y[i]) / half;
    of[HEAT] = fmax(of[HEAT], fabs(y[half + i]));
  }
  for (int i = 0; i < m && ok; i++) {
    const double share = o->noise_of == 1 ? fabs(y[i]) : of[i / half];
    p->b.point[i].sigma = o->noise * fmax(share, 1e-12 * of[i / half]);
  }
  if (ok) cm_synthesize(&p->b, env, name, y);
  rc_free(y);
  return ok;
}

static void magnet_close(void *model) {
  magnet *p = model;
  hs_free(p->h);
  rc_lattice_free(p->own);
  cm_end(&p->b);
  rc_free(p);
}

static bool check(const options *o, const char *name, rc_err *err) {
  if (o->from < o->to) return true;
  rc_err_set(err, RC_ERR_INPUT, "%s: temperatures from %g to %g; 'to' must be above 'from'", name,
             o->from, o->to);
  rc_err_about(err, "from", "", 0, "");
  return false;
}

/* own: the lattice belongs to the model. J has the true couplings of all classes. */
static void *open_magnet(const rc_calib_env *env, const options *o, const rc_lattice *l,
                         rc_lattice *own, const double *J, double delta, const char *name,
                         rc_err *err) {
  const cd_curves curves = {.n = CURVES, .name = curve_names, .x_above = true, .x_unit = ""};
  cd_points file = {0};
  const bool given = cd_has_data(&o->given);
  magnet *p = rc_alloc(1, sizeof *p);
  p->own = own;
  p->classes = l->classes;
  cm_one_thread();
  p->h = hs_new(l, (int)o->largest, err);
  if (!p->h || !check(o, name, err) ||
      (given && !cd_measurements(&o->given, env->folder, &curves, &file, err))) {
    magnet_close(p);
    return NULL;
  }
  p->h->stop = env->stop;
  double scale = 0;
  for (int k = 0; k < l->classes; k++) scale = fmax(scale, fabs(J[k]));
  if (scale == 0) scale = 1;
  cm_begin(&p->b, l->classes + 3, given ? file.m : 2 * (int)o->points, CURVES);
  for (int c = 0; c < CURVES; c++) cm_curve(&p->b, c, curve_names[c]);
  cm_labels(&p->b, "T", "chi, C per site", true, false);
  parameters(p, l, J, o, scale, delta, !given);
  if (given) cm_measured(&p->b, file.point, file.loss, cd_source(&o->given));
  rc_free(file.point);
  if ((given || synthesize(p, env, o, scale, name, err)) &&
      cd_parameters(&p->b, &o->given, env->folder, err)) {
    return p;
  }
  magnet_close(p);
  return NULL;
}

static void *ring_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  const options *o = opts;
  const int classes = o->couplings.n;
  if (classes < 1 || classes > RC_CLASSES_MAX || 2 * classes > o->sites) {
    rc_err_set(err, RC_ERR_INPUT, "heisenberg: %d couplings on a ring of %d sites; 1 to %d fit",
               classes, (int)o->sites, (int)RC_MIN(RC_CLASSES_MAX, o->sites / 2));
    rc_err_about(err, "couplings", "", 0, "");
    return NULL;
  }
  rc_lattice *l = ring((int)o->sites, classes, err);
  if (!l) return NULL;
  return open_magnet(env, o, l, l, o->couplings.v, o->delta, "heisenberg", err);
}

static void *cluster_open(const rc_calib_env *env, const void *opts, rc_err *err) {
  const options *o = opts;
  const rc_lattice *l = env->lattice;
  rc_lattice *own = NULL;
  if (!l) { /* outside a scenario: the ring that a chain of eight is */
    l = own = ring(8, 2, err);
    if (!own) return NULL;
  }
  double J[RC_CLASSES_MAX];
  for (int k = 0; k < l->classes; k++) J[k] = env->model ? env->model->J[k] : l->class_default[k];
  const double delta = env->model ? env->model->delta : 1;
  return open_magnet(env, o, l, own, J, delta, "magnet", err);
}

static const rc_calib_shape *magnet_shape(const void *model) {
  return &((const magnet *)model)->b.shape;
}

/* ---- options ---------------------------------------------------------------------------------- */

#define REAL(label, field, value, low, high, text)                                                 \
  {                                                                                                \
    .name = label, .type = RC_T_REAL, .offset = offsetof(options, field), .def = value,            \
    .min = low, .max = high, .help = text                                                          \
  }

#define SHARED                                                                                     \
  REAL("g", g, "2.1", 1, 4, "true g factor"),                                                      \
      REAL("impurity", impurity, "0.02", 0, 0.5, "true share of free spins"),                      \
      REAL("from", from, "0.08", 1e-3, 1e6, "lowest temperature, in units of the largest J"),      \
      REAL("to", to, "6", 1e-3, 1e6, "highest temperature, in units of the largest J"),            \
      REAL("noise", noise, "0.01", 1e-9, 1, "standard deviation, see noise-of"),                   \
      {.name = "noise-of",                                                                         \
       .type = RC_T_CHOICE,                                                                        \
       .offset = offsetof(options, noise_of),                                                      \
       .def = "curve",                                                                             \
       .choices = "curve|value",                                                                   \
       .help = "a share of the mean chi and the largest C, or of each datum"},                     \
      {.name = "points",                                                                           \
       .type = RC_T_INT,                                                                           \
       .offset = offsetof(options, points),                                                        \
       .def = "24",                                                                                \
       .min = 2,                                                                                   \
       .max = 1000,                                                                                \
       .help = "temperatures, evenly spaced in ln T"},                                             \
      {.name = "largest",                                                                          \
       .type = RC_T_INT,                                                                           \
       .offset = offsetof(options, largest),                                                       \
       .def = "800",                                                                               \
       .min = 1,                                                                                   \
       .max = HS_BLOCK_MAX,                                                                        \
       .help = "states of a block that may be diagonalised; 800 take 0.1 s"},                      \
      {.name = "calibrate",                                                                        \
       .type = RC_T_CHOICE,                                                                        \
       .offset = offsetof(options, calibrate),                                                     \
       .def = "all",                                                                               \
       .choices = "all|couplings",                                                                 \
       .help = "also anisotropy, g and impurity, or the couplings alone"},                         \
      CD_FILES(options)

static const rc_param ring_params[] = {{.name = "sites",
                                        .type = RC_T_INT,
                                        .offset = offsetof(options, sites),
                                        .def = "10",
                                        .min = 3,
                                        .max = HS_SITES_MAX,
                                        .help = "spins on the ring"},
                                       {.name = "couplings",
                                        .type = RC_T_REALS,
                                        .offset = offsetof(options, couplings),
                                        .def = "1, 0.35, 0.15, 0.08, 0.04",
                                        .min = -1e3,
                                        .max = 1e3,
                                        .help = "true J of first, second, .. neighbours"},
                                       REAL("delta", delta, "0.92", -10, 10, "true anisotropy"),
                                       SHARED,
                                       {0}};
static const rc_param cluster_params[] = {SHARED, {0}};

const rc_calib_class rc_calib_heisenberg = {
    .kind = {.name = "heisenberg",
             .title = "Heisenberg ring",
             .help = "couplings, anisotropy, g and impurities of a ring from chi(T) and C(T)",
             .explain =
                 "H = sum_k J_k sum_i SxSx + SySy + delta SzSz between k-th neighbours; chi(T) = "
                 "(1-c) g^2 <M^2>/(N T) + c g^2/(4T) and C(T) = (<H^2> - <H>^2)/(N T^2) from all "
                 "levels, slopes by the theorem of Hellmann and Feynman. On heating the "
                 "eigenvalues of the Fisher information fall as T^0, T^-2, T^-2, T^-4, T^-6: the "
                 "couplings become unidentifiable one by one, since high-temperature series know "
                 "only sums of their powers.",
             .params = ring_params,
             .size = sizeof(options)},
    .open = ring_open,
    .shape = magnet_shape,
    .predict = magnet_predict,
    .jacobian = magnet_jacobian,
    .jacobian_cost = 2.3,
    .predict_at = magnet_predict_at,
    .close = magnet_close};

const rc_calib_class rc_calib_magnet = {
    .kind = {.name = "magnet",
             .title = "the scenario's own magnet",
             .help = "couplings of the scenario's cluster from its chi(T) and C(T)",
             .explain =
                 "The couplings of each class of bonds of this very cluster, with anisotropy, g "
                 "factor and share of free spins, from its susceptibility and specific heat in "
                 "zero field, computed from all its levels. Frustration and heat hide couplings: "
                 "raise the temperatures and watch directions become sloppy.",
             .params = cluster_params,
             .size = sizeof(options)},
    .open = cluster_open,
    .shape = magnet_shape,
    .predict = magnet_predict,
    .jacobian = magnet_jacobian,
    .jacobian_cost = 2.3,
    .predict_at = magnet_predict_at,
    .close = magnet_close};
