/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The triangular antiferromagnet on its 1/3 plateau: the minority sublattice moves. */
#include <stddef.h>
#include <stdio.h>

#include "paths/room.h"

typedef struct options {
  ps_spins spins;
  int64_t width, height;
  double field;
} options;

typedef struct triangular {
  int lx, ly, n;
  double t, field;
} triangular;

static const rc_param params[] = {PS_SPINS(options, spins, "1", "J", "m0|m1|m2|M|E"),
                                  {.name = "width",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, width),
                                   .def = "3",
                                   .min = 3,
                                   .max = 30,
                                   .unit = "sites",
                                   .help = "sites along x, a multiple of 3"},
                                  {.name = "height",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, height),
                                   .def = "6",
                                   .min = 3,
                                   .max = 30,
                                   .unit = "sites",
                                   .help = "sites along y, a multiple of 3"},
                                  {.name = "field",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, field),
                                   .def = "3",
                                   .min = 0,
                                   .max = 10,
                                   .unit = "J",
                                   .help = "magnetic field",
                                   .flags = RC_LIVE},
                                  {0}};

static void *triangular_open(const rc_path_env *env, const void *opts, rc_path_shape *shape,
                             rc_err *err) {
  (void)env;
  const options *o = opts;
  if (o->width % 3 || o->height % 3) {
    rc_err_set(err, RC_ERR_INPUT, "three sublattices do not fit on %dx%d: take multiples of 3",
               (int)o->width, (int)o->height);
    return NULL;
  }
  triangular *m = rc_alloc(1, sizeof *m);
  *m = (triangular){
      .lx = (int)o->width, .ly = (int)o->height, .t = o->spins.temperature, .field = o->field};
  m->n = m->lx * m->ly;
  ps_shape_spins(shape, &o->spins, m->n, m->t);
  shape->lx = m->lx, shape->ly = m->ly;
  snprintf(shape->title, sizeof shape->title, "Triangular %dx%d", m->lx, m->ly);
  ps_feature(shape, "m0");
  ps_feature(shape, "m1");
  ps_feature(shape, "m2");
  ps_feature(shape, "M");
  ps_feature(shape, "E");
  return m;
}

static int site(const triangular *m, int x, int y) {
  return (x + m->lx) % m->lx + (y + m->ly) % m->ly * m->lx;
}

/* The three neighbours in the positive directions differ in (x - y) mod 3. */
static double triangular_energy(const void *model, const rc_word *s) {
  const triangular *m = model;
  int e = 0, sum = 0;
  for (int y = 0; y < m->ly; y++) {
    for (int x = 0; x < m->lx; x++) {
      const int i = ps_spin(s, site(m, x, y));
      e += i * (ps_spin(s, site(m, x + 1, y)) + ps_spin(s, site(m, x, y + 1)) +
                ps_spin(s, site(m, x - 1, y + 1)));
      sum += i;
    }
  }
  return (e - m->field * sum) / m->t;
}

static double triangular_change(const void *model, const rc_word *s, int i) {
  static const int d[6][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {-1, 1}, {1, -1}};
  const triangular *m = model;
  int around = 0;
  for (int k = 0; k < 6; k++) {
    around += ps_spin(s, site(m, i % m->lx + d[k][0], i / m->lx + d[k][1]));
  }
  return -2 * ps_spin(s, i) * (around - m->field) / m->t;
}

static void sublattices(const triangular *m, const rc_word *s, int sum[3]) {
  sum[0] = sum[1] = sum[2] = 0;
  for (int i = 0; i < m->n; i++) {
    sum[((i % m->lx - i / m->lx) % 3 + 3) % 3] += ps_spin(s, i);
  }
}

static int triangular_label(const void *model, const rc_word *s) {
  const triangular *m = model;
  int sum[3];
  sublattices(m, s, sum);
  const int near = m->n <= 36 ? m->n - 2 : (int)(.8 * m->n);
  const int all = sum[0] + sum[1] + sum[2];
  for (int k = 0; k < 3; k++) {
    if (all - 2 * sum[k] >= near) return k ? RC_IN_B : RC_IN_A;
  }
  return 0;
}

static void triangular_features(const void *model, const rc_word *s, double *f) {
  const triangular *m = model;
  int sum[3];
  sublattices(m, s, sum);
  for (int k = 0; k < 3; k++) f[k] = 3.0 * sum[k] / m->n;
  f[3] = sum[0] + sum[1] + sum[2];
  f[4] = triangular_energy(model, s) * m->t;
}

static void triangular_ranges(const void *model, rc_path_range *r) {
  const triangular *m = model;
  const double e = (3 + m->field) * m->n;
  for (int k = 0; k < 3; k++) r[k] = (rc_path_range){-1, 1, 6.0 / m->n};
  r[3] = (rc_path_range){-m->n, m->n, 2};
  r[4] = (rc_path_range){-e, e, 0};
}

/* Which of the two other sublattices points down in the end. */
static double triangular_channel(const void *model, int n, int width, const rc_word *state,
                                 const uint32_t *dwell) {
  int sum[3];
  (void)dwell;
  sublattices(model, state + (size_t)(n - 1) * (size_t)width, sum);
  return sum[1] < sum[2];
}

const rc_path_class rc_path_triangular = {
    .kind = {.name = "triangular",
             .title = "Triangular plateau",
             .help = "triangular antiferromagnet in a field, changing its sublattice order",
             .explain = "E = sum s_i s_j - h sum s_i on a torus, J = 1. Between h = 0 and 6 one "
                        "sublattice of three points down. A: sublattice 0 is the one, one flip "
                        "allowed; B: one of the other two.",
             .params = params,
             .size = sizeof(options)},
    .open = triangular_open,
    .energy = triangular_energy,
    .change = triangular_change,
    .label = triangular_label,
    .features = triangular_features,
    .ranges = triangular_ranges,
    .close = rc_free,
    .channel = triangular_channel,
    .channel_name = "share of paths to sublattice 1, not 2",
    .axes = {"m0", "m1"}};
