/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Ising ferromagnet on the square lattice turning over. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "paths/room.h"

enum { SIDE = 64, SITES = SIDE * SIDE };

typedef struct options {
  ps_spins spins;
  int64_t width, height;
  double field;
} options;

typedef struct ising {
  int lx, ly, n;
  double t, field;
} ising;

static const rc_param params[] = {PS_SPINS(options, spins, "1.5", "J", "M|E|cluster"),
                                  {.name = "width",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, width),
                                   .def = "4",
                                   .min = 3,
                                   .max = SIDE,
                                   .unit = "sites",
                                   .help = "sites along x"},
                                  {.name = "height",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, height),
                                   .def = "4",
                                   .min = 3,
                                   .max = SIDE,
                                   .unit = "sites",
                                   .help = "sites along y"},
                                  {.name = "field",
                                   .type = RC_T_REAL,
                                   .offset = offsetof(options, field),
                                   .def = "0",
                                   .min = -10,
                                   .max = 10,
                                   .unit = "J",
                                   .help = "magnetic field",
                                   .flags = RC_LIVE},
                                  {0}};

static void *ising_open(const rc_path_env *env, const void *opts, rc_path_shape *shape,
                        rc_err *err) {
  (void)env, (void)err;
  const options *o = opts;
  ising *m = rc_alloc(1, sizeof *m);
  *m = (ising){
      .lx = (int)o->width, .ly = (int)o->height, .t = o->spins.temperature, .field = o->field};
  m->n = m->lx * m->ly;
  ps_shape_spins(shape, &o->spins, m->n, m->t);
  shape->lx = m->lx, shape->ly = m->ly;
  snprintf(shape->title, sizeof shape->title, "Ising %dx%d", m->lx, m->ly);
  ps_feature(shape, "M");
  ps_feature(shape, "E");
  ps_feature(shape, "cluster");
  return m;
}

static int right(const ising *m, int i) {
  return (i + 1) % m->lx ? i + 1 : i + 1 - m->lx;
}
static int below(const ising *m, int i) {
  return i + m->lx < m->n ? i + m->lx : i + m->lx - m->n;
}
static int left(const ising *m, int i) {
  return i % m->lx ? i - 1 : i - 1 + m->lx;
}
static int above(const ising *m, int i) {
  return i >= m->lx ? i - m->lx : i - m->lx + m->n;
}

static int magnet(const ising *m, const rc_word *s) {
  int up = 0;
  for (int k = 0; k < (m->n + 63) / 64; k++) up += __builtin_popcountll(s[k].u);
  return 2 * up - m->n;
}

static double bonds(const ising *m, const rc_word *s) {
  int e = 0;
  for (int i = 0; i < m->n; i++) {
    e -= ps_spin(s, i) * (ps_spin(s, right(m, i)) + ps_spin(s, below(m, i)));
  }
  return e;
}

static double ising_energy(const void *model, const rc_word *s) {
  const ising *m = model;
  return (bonds(m, s) - m->field * magnet(m, s)) / m->t;
}

static double ising_change(const void *model, const rc_word *s, int i) {
  const ising *m = model;
  const int around = ps_spin(s, right(m, i)) + ps_spin(s, left(m, i)) + ps_spin(s, above(m, i)) +
                     ps_spin(s, below(m, i));
  return 2 * ps_spin(s, i) * (around + m->field) / m->t;
}

static int ising_label(const void *model, const rc_word *s) {
  const ising *m = model;
  const int sum = magnet(m, s);
  /* one flip away in a small magnet; a larger one fluctuates */
  const int near = m->n <= 36 ? m->n - 2 : (int)(.7 * m->n);
  return sum <= -near ? RC_IN_A : sum >= near ? RC_IN_B : 0;
}

/* Sites of the largest cluster of up spins. */
static int cluster(const ising *m, const rc_word *s) {
  bool seen[SITES];
  int stack[SITES], best = 0;
  memset(seen, 0, (size_t)m->n);
  for (int i = 0; i < m->n; i++) {
    if (seen[i] || ps_spin(s, i) < 0) continue;
    int top = 0, size = 0;
    stack[top++] = i, seen[i] = true;
    while (top) {
      const int at = stack[--top];
      const int to[4] = {right(m, at), left(m, at), above(m, at), below(m, at)};
      size++;
      for (int k = 0; k < 4; k++) {
        if (!seen[to[k]] && ps_spin(s, to[k]) > 0) seen[to[k]] = true, stack[top++] = to[k];
      }
    }
    best = RC_MAX(best, size);
  }
  return best;
}

static void ising_features(const void *model, const rc_word *s, double *f) {
  const ising *m = model;
  f[0] = magnet(m, s);
  f[1] = bonds(m, s) - m->field * f[0];
  f[2] = cluster(m, s);
}

static void ising_ranges(const void *model, rc_path_range *r) {
  const ising *m = model;
  const double h = m->field < 0 ? -m->field : m->field;
  r[0] = (rc_path_range){-m->n, m->n, 2};
  r[1] = (rc_path_range){-(2 + h) * m->n, (2 + h) * m->n, h > 0 ? 0 : 4};
  r[2] = (rc_path_range){0, m->n, 1};
}

static void ising_ends(const void *model, rc_word *a, rc_word *b) {
  const ising *m = model;
  (void)a; /* all down: no bit is set */
  for (int i = 0; i < m->n; i++) b[i >> 6].u |= UINT64_C(1) << (i & 63);
}

/* The first time half of the spins are up: more satisfied bonds along x than along y, which is a band
 * of rows, or less. By symmetry one half in a square magnet. */
static double ising_channel(const void *model, int n, int width, const rc_word *state,
                            const uint32_t *dwell) {
  const ising *m = model;
  (void)dwell;
  int i = 0;
  while (i < n - 1 && magnet(m, state + (size_t)i * (size_t)width) < 0) i++;
  const rc_word *s = state + (size_t)i * (size_t)width;
  int along_x = 0, along_y = 0;
  for (int k = 0; k < m->n; k++) {
    along_x += ps_spin(s, k) * ps_spin(s, right(m, k));
    along_y += ps_spin(s, k) * ps_spin(s, below(m, k));
  }
  return along_x > along_y ? 1 : along_x == along_y ? .5 : 0;
}

const rc_path_class rc_path_ising = {
    .kind = {.name = "ising",
             .title = "Ising magnet",
             .help = "a ferromagnet on the square lattice that turns over",
             .explain = "E = -sum s_i s_j - h sum s_i on a torus, J = 1. A is the magnet down, B "
                        "up, one flip allowed (|M| >= 0.7 N above 36 sites). Up to 22 sites every "
                        "state is tabulated and the committor is exact; larger magnets flip by "
                        "their local fields.",
             .params = params,
             .size = sizeof(options)},
    .open = ising_open,
    .energy = ising_energy,
    .change = ising_change,
    .label = ising_label,
    .features = ising_features,
    .ranges = ising_ranges,
    .close = rc_free,
    .channel = ising_channel,
    .ends = ising_ends,
    .channel_name = "share of paths over a band of rows, not of columns",
    .axes = {"M", "E"}};
