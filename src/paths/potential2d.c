/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A particle on a surface in the plane, alone or with 20 harmonic coordinates beside it. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "paths/room.h"

enum { DW, JUNG, WQ, MB, TH_HI, ZPOT, SURFACES, HARMONICS = 20 };

typedef struct options {
  int surface, dynamics;
  double kT, dt, friction;
  int64_t grid, harmonics;
  char *a, *b;
} options;

typedef struct potential {
  int surface, n;
  double kT;
} potential;

/* of at most HARMONICS coordinates beside the two */
#define NAMES "x|y|V|x2|x3|x4|x5|x6|x7|x8|x9|x10|x11|x12|x13|x14|x15|x16|x17|x18|x19|x20|x21"

static const rc_param params[] = {{.name = "surface",
                                   .type = RC_T_CHOICE,
                                   .offset = offsetof(options, surface),
                                   .def = "jung",
                                   .choices = "dw|jung|wq|mb|th_hi|zpot",
                                   .unit = "",
                                   .help = "the potential"},
                                  {.name = "dynamics",
                                   .type = RC_T_CHOICE,
                                   .offset = offsetof(options, dynamics),
                                   .def = "walk",
                                   .choices = "walk|overdamped|underdamped",
                                   .unit = "",
                                   .help = "hops on the solver's grid, Euler-Maruyama or BAOAB"},
                                  {.name = "kT",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, kT),
                                   .def = "0",
                                   .min = 0,
                                   .max = 1e4,
                                   .unit = "",
                                   .help = "temperature; 0: that of the surface",
                                   .flags = RC_LIVE | RC_LOG},
                                  {.name = "dt",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, dt),
                                   .def = "0",
                                   .min = 0,
                                   .max = 10,
                                   .unit = "",
                                   .help = "step of Langevin motion; 0: that of the surface"},
                                  {.name = "friction",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, friction),
                                   .def = "2.5",
                                   .min = 1e-3,
                                   .max = 1e3,
                                   .unit = "1/time",
                                   .help = "of underdamped motion",
                                   .flags = RC_LIVE | RC_LOG},
                                  {.name = "grid",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, grid),
                                   .def = "150",
                                   .min = 20,
                                   .max = 1200,
                                   .unit = "cells",
                                   .help = "cells of the grid along x"},
                                  {.name = "harmonics",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, harmonics),
                                   .def = "0",
                                   .min = 0,
                                   .max = HARMONICS,
                                   .unit = "",
                                   .help = "harmonic coordinates beside the two"},
                                  PS_STATE("A", offsetof(options, a), NAMES),
                                  PS_STATE("B", offsetof(options, b), NAMES),
                                  {0}};

static const struct {
  const char *title;
  double kT, dt, box[4], a[2], b[2], r;
} surfaces[SURFACES] = {
    {"Double well", 1, 1e-3, {-1.9, 1.9, -1.6, 1.6}, {0}, {0}, 0},
    {"Two wells of the plane", .1, 1e-4, {-1.5, 1.5, -1.5, 1.5}, {-.75, -.5}, {.75, .5}, .15},
    {"Wolfe-Quapp",
     1,
     2e-4,
     {-2.6, 2.6, -3, 3},
     {.21427517601, 1.87464086793},
     {-.25538755928, -1.84510748548},
     .5},
    {"Mueller-Brown",
     15,
     1e-5,
     {-1.7, 1.3, -.6, 2.4},
     {-.558224, 1.441726},
     {.623499, .028038},
     .1},
    {"Three holes", 1 / 1.67, 1e-3, {-2.6, 2.6, -2.2, 3}, {-1, 0}, {1, 0}, .3},
    {"Z-shaped barrier", 1, 1e-2, {-15, 15, -12, 12}, {-8, -5}, {8, 5}, 2}};

static void *potential_open(const rc_path_env *env, const void *opts, rc_path_shape *shape,
                            rc_err *err) {
  (void)env;
  const options *o = opts;
  if (o->dynamics == 0 && o->harmonics) {
    rc_err_set(err, RC_ERR_INPUT,
               "a walk on the grid has two coordinates: take overdamped or "
               "underdamped dynamics, or no harmonics");
    return NULL;
  }
  potential *m = rc_alloc(1, sizeof *m);
  *m = (potential){.surface = o->surface,
                   .n = 2 + (int)o->harmonics,
                   .kT = o->kT > 0 ? o->kT : surfaces[o->surface].kT};
  shape->real = true;
  shape->n = m->n;
  shape->kT = m->kT;
  shape->dynamics = o->dynamics == 0   ? RC_PATH_WALK
                    : o->dynamics == 1 ? RC_PATH_OVERDAMPED
                                       : RC_PATH_UNDERDAMPED;
  shape->width = o->dynamics == 0 ? 1 : o->dynamics == 1 ? m->n : 2 * m->n;
  memcpy(shape->box, surfaces[m->surface].box, sizeof shape->box);
  shape->grid = (int)o->grid;
  shape->dt = o->dt > 0 ? o->dt : o->dynamics == 2 ? .02 : surfaces[m->surface].dt;
  shape->friction = o->friction;
  snprintf(shape->title, sizeof shape->title, "%s", surfaces[m->surface].title);
  snprintf(shape->a, sizeof shape->a, "%s", o->a ? o->a : "");
  snprintf(shape->b, sizeof shape->b, "%s", o->b ? o->b : "");
  ps_feature(shape, "x");
  ps_feature(shape, "y");
  ps_feature(shape, "V");
  for (int i = 2; i < m->n; i++) {
    char name[20];
    snprintf(name, sizeof name, "x%d", i);
    ps_feature(shape, name);
  }
  return m;
}

/* sum of a e^{Q}, Q a quadratic form about (x0, y0): wells, with its gradient added */
static double hill(double a, double x, double y, double x0, double y0, double xx, double xy,
                   double yy, double g[2]) {
  const double dx = x - x0, dy = y - y0, v = a * exp(xx * dx * dx + xy * dx * dy + yy * dy * dy);
  g[0] += v * (2 * xx * dx + xy * dy);
  g[1] += v * (xy * dx + 2 * yy * dy);
  return v;
}

/* 5 e^{-.2 (x + 3(y + c))^2} / (1 + e^{s x - 3}), the two bars of the Z */
static double bar(double x, double y, double c, double s, double g[2]) {
  const double d = x + 3 * (y + c), e = exp(s * x - 3), v = 5 * exp(-.2 * d * d) / (1 + e);
  g[0] += v * (-.4 * d - s * e / (1 + e));
  g[1] += v * -1.2 * d;
  return v;
}

static double wolfe_quapp(double x, double y, double g[2]) {
  const double c = sqrt(.5), r = c * (x - y), t = c * (x + y);
  const double gr = 2 * (4 * r * r * r - 4 * r + t + .3), gt = 2 * (4 * t * t * t - 8 * t + r + .1);
  g[0] = c * (gr + gt), g[1] = c * (gt - gr);
  return 2 * (r * r * r * r + t * t * t * t - 2 * r * r - 4 * t * t + r * t + .3 * r + .1 * t);
}

static double mueller_brown(double x, double y, double g[2]) {
  double v = 0;
  v += hill(-200, x, y, 1, 0, -1, 0, -10, g);
  v += hill(-100, x, y, 0, .5, -1, 0, -10, g);
  v += hill(-170, x, y, -.5, 1.5, -6.5, 11, -6.5, g);
  v += hill(15, x, y, -1, 1, .7, .6, .7, g);
  return v;
}

/* V and its gradient in the first two coordinates. */
static double surface(int kind, double x, double y, double g[2]) {
  g[0] = g[1] = 0;
  double v = 0;
  switch (kind) {
  case DW:
    g[0] = 20 * x * (x * x - 1), g[1] = 10 * y;
    return 5 * (x * x - 1) * (x * x - 1) + 5 * y * y;
  case JUNG:
    g[0] = 1.2 * pow(x, 5), g[1] = 6 * pow(y, 5);
    v = .2 * pow(x, 6) + pow(y, 6);
    v += hill(-.7, x, y, -.75, -.5, -12, 0, -12, g);
    return v + hill(-.7, x, y, .75, .5, -12, 0, -12, g);
  case WQ: return wolfe_quapp(x, y, g);
  case MB: return mueller_brown(x, y, g);
  case TH_HI: {
    const double t = y - 1.0 / 3;
    g[0] = .8 * x * x * x, g[1] = .8 * t * t * t;
    v = .2 * x * x * x * x + .2 * t * t * t * t;
    v += hill(3, x, y, 0, 1.0 / 3, -1, 0, -1, g);
    v += hill(-3, x, y, 0, 5.0 / 3, -1, 0, -1, g);
    v += hill(-5, x, y, 1, 0, -1, 0, -1, g);
    return v + hill(-5, x, y, -1, 0, -1, 0, -1, g);
  }
  default:
    g[0] = x * x * x / 5120, g[1] = y * y * y / 5120;
    v = (x * x * x * x + y * y * y * y) / 20480;
    v += hill(-3, x, y, 5, 5, -.01, 0, -.2, g);
    v += hill(-3, x, y, -5, -5, -.01, 0, -.2, g);
    v += hill(3, x, y, 0, 0, -.01, 0, -.01, g);
    return v + bar(x, y, 3, 1, g) + bar(x, y, -3, -1, g);
  }
}

/* Stiffness of the harmonic coordinates, om^2 / 2 with om = 1 .. 20. */
static double stiffness(int i) {
  return .5 * (i - 1) * (i - 1);
}

static double potential_energy(const void *model, const rc_word *s) {
  const potential *m = model;
  double g[2];
  /* of the plane: the harmonic coordinates are independent of it and of the committor */
  return surface(m->surface, s[0].x, s[1].x, g) / m->kT;
}

static void potential_force(const void *model, const double *x, double *f) {
  const potential *m = model;
  surface(m->surface, x[0], x[1], f);
  f[0] = -f[0], f[1] = -f[1];
  for (int i = 2; i < m->n; i++) f[i] = -stiffness(i) * x[i];
}

static bool inside(const rc_word *s, const double *at, double r) {
  return (s[0].x - at[0]) * (s[0].x - at[0]) + (s[1].x - at[1]) * (s[1].x - at[1]) < r * r;
}

static int potential_label(const void *model, const rc_word *s) {
  const potential *m = model;
  if (m->surface == DW) return s[0].x < -.8 ? RC_IN_A : s[0].x > .8 ? RC_IN_B : 0;
  const double r = surfaces[m->surface].r;
  return (inside(s, surfaces[m->surface].a, r) ? RC_IN_A : 0) |
         (inside(s, surfaces[m->surface].b, r) ? RC_IN_B : 0);
}

static void potential_features(const void *model, const rc_word *s, double *f) {
  const potential *m = model;
  double g[2];
  f[0] = s[0].x, f[1] = s[1].x;
  f[2] = surface(m->surface, f[0], f[1], g);
  for (int i = 2; i < m->n; i++) f[i + 1] = s[i].x;
}

/* On which side of the line between its ends it crosses the middle for the first time. */
static double potential_channel(const void *model, int n, int width, const rc_word *state,
                                const uint32_t *dwell) {
  const rc_word *a = state, *b = state + (size_t)(n - 1) * (size_t)width;
  const double dx = b[0].x - a[0].x, dy = b[1].x - a[1].x;
  (void)model, (void)dwell;
  for (int i = 0; i < n; i++) {
    const rc_word *s = state + (size_t)i * (size_t)width;
    const double x = s[0].x - a[0].x, y = s[1].x - a[1].x;
    if (x * dx + y * dy >= .5 * (dx * dx + dy * dy)) return x * dy - y * dx < 0;
  }
  return .5;
}

const rc_path_class rc_path_potential = {
    .kind = {.name = "potential",
             .title = "Plane potential",
             .help = "a particle on a surface: dw, jung, wq, mb, th_hi, zpot",
             .explain =
                 "dx = -grad V / kT dt + sqrt(2 dt) xi between two wells: a double well, the "
                 "toy of Jung et al. (Nat. Comput. Sci. 3 (2023) 334), Wolfe-Quapp, "
                 "Mueller-Brown, three holes, a Z-shaped barrier. Euler-Maruyama oversteps "
                 "the edges of A and B by about 0.58 sqrt(2 dt). Hops on the solver's grid are "
                 "solved exactly, as the chain they are: its rates approach those of the motion as "
                 "h |grad u|, so that half the grid is solved as well.",
             .params = params,
             .size = sizeof(options)},
    .open = potential_open,
    .energy = potential_energy,
    .force = potential_force,
    .label = potential_label,
    .features = potential_features,
    .close = rc_free,
    .channel = potential_channel,
    .channel_name = "share of paths that cross the middle to the left of the straight line",
    .axes = {"x", "y"}};
