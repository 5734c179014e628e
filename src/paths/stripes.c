/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two competing cuts: the stripes of the frustrated J1-J2 Ising model. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "paths/room.h"

typedef struct options {
  ps_spins spins;
  int64_t side;
  double j2;
} options;

typedef struct stripes {
  int l, n;
  double t, j2;
} stripes;

static const rc_param params[] = {PS_SPINS(options, spins, "1", "J1", "mH|mV|mH_mV|E"),
                                  {.name = "side",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, side),
                                   .def = "4",
                                   .min = 4,
                                   .max = 32,
                                   .unit = "sites",
                                   .help = "sites along each side, an even number"},
                                  {.name = "J2",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, j2),
                                   .def = "0.7",
                                   .min = 0,
                                   .max = 10,
                                   .unit = "J1",
                                   .help = "coupling of next-nearest neighbours",
                                   .flags = RC_LIVE},
                                  {0}};

static void *stripes_open(const rc_path_env *env, const void *opts, rc_path_shape *shape,
                          rc_err *err) {
  (void)env;
  const options *o = opts;
  if (o->side % 2) {
    rc_err_set(err, RC_ERR_INPUT, "stripes do not fit on %d sites: take an even side",
               (int)o->side);
    return NULL;
  }
  stripes *m = rc_alloc(1, sizeof *m);
  *m = (stripes){
      .l = (int)o->side, .n = (int)(o->side * o->side), .t = o->spins.temperature, .j2 = o->j2};
  ps_shape_spins(shape, &o->spins, m->n, m->t);
  shape->lx = shape->ly = m->l;
  snprintf(shape->title, sizeof shape->title, "Stripes %dx%d", m->l, m->l);
  ps_feature(shape, "mH");
  ps_feature(shape, "mV");
  ps_feature(shape, "mH_mV");
  ps_feature(shape, "E");
  return m;
}

static int at(const stripes *m, const rc_word *s, int x, int y) {
  return ps_spin(s, (x + m->l) % m->l + (y + m->l) % m->l * m->l);
}

static double stripes_energy(const void *model, const rc_word *s) {
  const stripes *m = model;
  int nn = 0, nnn = 0;
  for (int y = 0; y < m->l; y++) {
    for (int x = 0; x < m->l; x++) {
      nn += at(m, s, x, y) * (at(m, s, x + 1, y) + at(m, s, x, y + 1));
      nnn += at(m, s, x, y) * (at(m, s, x + 1, y + 1) + at(m, s, x - 1, y + 1));
    }
  }
  return (nn + m->j2 * nnn) / m->t;
}

static double stripes_change(const void *model, const rc_word *s, int i) {
  const stripes *m = model;
  const int x = i % m->l, y = i / m->l;
  int nn = 0, nnn = 0;
  for (int d = -1; d <= 1; d += 2) {
    nn += at(m, s, x + d, y) + at(m, s, x, y + d);
    nnn += at(m, s, x + d, y + d) + at(m, s, x + d, y - d);
  }
  return -2 * ps_spin(s, i) * (nn + m->j2 * nnn) / m->t;
}

/* Sums with signs that alternate from row to row (horizontal stripes) and column to column. */
static void orders(const stripes *m, const rc_word *s, int *h, int *v) {
  *h = *v = 0;
  for (int i = 0; i < m->n; i++) {
    *h += i / m->l % 2 ? -ps_spin(s, i) : ps_spin(s, i);
    *v += i % m->l % 2 ? -ps_spin(s, i) : ps_spin(s, i);
  }
}

static int stripes_label(const void *model, const rc_word *s) {
  const stripes *m = model;
  int h, v;
  orders(m, s, &h, &v);
  const int near = m->n <= 36 ? m->n - 2 : (int)(.7 * m->n);
  return abs(h) >= near ? RC_IN_A : abs(v) >= near ? RC_IN_B : 0;
}

static void stripes_features(const void *model, const rc_word *s, double *f) {
  const stripes *m = model;
  int h, v;
  orders(m, s, &h, &v);
  f[0] = abs(h) / (double)m->n;
  f[1] = abs(v) / (double)m->n;
  f[2] = f[0] - f[1];
  f[3] = stripes_energy(model, s) * m->t;
}

static void stripes_ranges(const void *model, rc_path_range *r) {
  const stripes *m = model;
  const double e = 2 * (1 + m->j2) * m->n, step = 2.0 / m->n;
  r[0] = r[1] = (rc_path_range){0, 1, step};
  r[2] = (rc_path_range){-1, 1, step};
  r[3] = (rc_path_range){-e, e, 0};
}

/* Which of the two vertical patterns it ends in. */
static double stripes_channel(const void *model, int n, int width, const rc_word *state,
                              const uint32_t *dwell) {
  int h, v;
  (void)dwell;
  orders(model, state + (size_t)(n - 1) * (size_t)width, &h, &v);
  return v > 0;
}

const rc_path_class rc_path_stripes = {
    .kind = {.name = "stripes",
             .title = "Competing stripes",
             .help = "frustrated square magnet whose horizontal stripes turn vertical",
             .explain = "E = sum_nn s_i s_j + J2 sum_nnn s_i s_j on a torus. For J2 > 1/2 the best "
                        "cuts of this weighted graph are stripes; A is within one flip of the two "
                        "horizontal ones, B of the two vertical ones.",
             .params = params,
             .size = sizeof(options)},
    .open = stripes_open,
    .energy = stripes_energy,
    .change = stripes_change,
    .label = stripes_label,
    .features = stripes_features,
    .ranges = stripes_ranges,
    .close = rc_free,
    .channel = stripes_channel,
    .channel_name = "share of paths into the one of the two vertical patterns",
    .axes = {"mH", "mV"}};
