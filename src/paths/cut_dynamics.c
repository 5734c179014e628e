/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single flips on a Max-Cut instance or a Hilbert graph: from a cut to a competing one. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "paths/room.h"

enum { VERTICES = 2048, EXHAUSTIVE = 22 };

typedef struct options {
  ps_spins spins;
  char *file;
  int64_t radius;
} options;

typedef struct cut {
  rc_cut_graph *g;
  uint8_t *a, *b; /* the cuts */
  double t;
  int radius;
  int heavy[2]; /* vertices that tell channels apart; -1: none */
} cut;

static const rc_param params[] = {
    PS_SPINS(options, spins, "0.1", "w"),
    {.name = "file",
     .type = RC_T_TEXT,
     .offset = offsetof(options, file),
     .def = "",
     .unit = "",
     .help = "Max-Cut instance (rudy or MatrixMarket); empty: the graph of the cut study"},
    {.name = "radius",
     .type = RC_T_INT,
     .offset = offsetof(options, radius),
     .def = "1",
     .min = 0,
     .max = VERTICES,
     .unit = "flips",
     .help = "flips from its cut that belong to a state"},
    {0}};

static void cut_close(void *model) {
  cut *m = model;
  if (!m) return;
  rc_cut_graph_free(m->g);
  rc_free(m->a);
  rc_free(m->b);
  rc_free(m);
}

/* A cut of large value: every state of a small graph in Gray order, else restarts of descent. */
static void best_cut(const rc_cut_graph *g, uint8_t *side) {
  uint8_t *now = rc_alloc((size_t)g->n, 1);
  double *gain = rc_alloc((size_t)g->n, sizeof *gain), value = 0, best = -1e300;
  const bool all = g->n <= EXHAUSTIVE;
  rc_rng rng = rc_rng_stream(1, "paths/cut", 0);
  const int64_t turns = all ? INT64_C(1) << (g->n - 1) : 64;
  for (int64_t k = 0; k < turns; k++) {
    if (all) {
      if (k) {
        const int i = __builtin_ctzll((uint64_t)k);
        for (int64_t e = g->start[i]; e < g->start[i + 1]; e++) {
          value += now[i] == now[g->other[e]] ? g->weight[e] : -g->weight[e];
        }
        now[i] ^= 1;
      }
    } else {
      for (int i = 0; i < g->n; i++) now[i] = (uint8_t)rc_rng_below(&rng, 2);
      for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < g->n; i++) {
          gain[i] = 0;
          for (int64_t e = g->start[i]; e < g->start[i + 1]; e++) {
            gain[i] += now[i] == now[g->other[e]] ? g->weight[e] : -g->weight[e];
          }
          if (gain[i] > 1e-12 * g->weight_total) now[i] ^= 1, moved = true;
        }
      }
      value = rc_cut_value(g, now);
    }
    if (value > best + 1e-12 * g->weight_total) best = value, memcpy(side, now, (size_t)g->n);
  }
  rc_free(now);
  rc_free(gain);
}

static rc_cut_graph *graph_of(const rc_path_env *env, const options *o, rc_err *err) {
  if (o->file && *o->file) {
    rc_str path = {0};
    if (env && env->folder && *o->file != '/') rc_str_addf(&path, "%s/", env->folder);
    rc_str_add(&path, o->file);
    rc_err e = {0};
    rc_cut_graph *g = rc_cut_graph_read(rc_str_c(&path), &e);
    if (!g) /* a file that cannot be opened is not named */
      rc_err_at(err, e.code, e.line, e.column, "%s%s%s",
                strstr(e.message, o->file) ? "" : rc_str_c(&path),
                strstr(e.message, o->file) ? "" : ": ", e.message);
    rc_str_free(&path);
    return g;
  }
  if (env && env->graph) {
    const rc_cut_graph *g = env->graph;
    return rc_cut_graph_new(g->n, g->m, g->u, g->v, g->w, err);
  }
  rc_err_set(err, RC_ERR_INPUT, "the system 'cut' needs a 'file' or the graph of a study");
  return NULL;
}

static double strength(const rc_cut_graph *g, int v) {
  double sum = 0;
  for (int64_t e = g->start[v]; e < g->start[v + 1]; e++) sum += fabs(g->weight[e]);
  return sum;
}

/* The two vertices of largest weight, of those on which the cuts differ. */
static void heaviest(cut *m) {
  m->heavy[0] = m->heavy[1] = -1;
  for (int v = 0; v < m->g->n; v++) {
    if (m->a[v] == m->b[v]) continue;
    const double w = strength(m->g, v);
    if (m->heavy[0] < 0 || w > strength(m->g, m->heavy[0]) * (1 + 1e-9))
      m->heavy[1] = m->heavy[0], m->heavy[0] = v;
    else if (m->heavy[1] < 0 || w > strength(m->g, m->heavy[1]) * (1 + 1e-9))
      m->heavy[1] = v;
  }
}

static void *cut_open(const rc_path_env *env, const void *opts, rc_path_shape *shape, rc_err *err) {
  const options *o = opts;
  cut *m = rc_alloc(1, sizeof *m);
  m->t = o->spins.temperature, m->radius = (int)o->radius;
  m->g = graph_of(env, o, err);
  if (m->g && m->g->n > VERTICES) {
    rc_err_set(err, RC_ERR_LIMIT, "%d vertices: paths are sampled on at most %d", m->g->n,
               VERTICES);
  } else if (m->g && m->g->n > 1) {
    const int n = m->g->n;
    m->a = rc_alloc((size_t)n, 1), m->b = rc_alloc((size_t)n, 1);
    if (env && env->side)
      memcpy(m->a, env->side, (size_t)n);
    else
      best_cut(m->g, m->a);
    for (int i = 0; i < n; i++) m->b[i] = env && env->other ? env->other[i] : m->a[i] ^ 1;
    heaviest(m);
    ps_shape_spins(shape, &o->spins, n, m->t);
    snprintf(shape->title, sizeof shape->title, "Cut of %d vertices", n);
    ps_feature(shape, "E");
    ps_feature(shape, "cut");
    ps_feature(shape, "from_A");
    ps_feature(shape, "from_B");
    return m;
  } else if (m->g) {
    rc_err_set(err, RC_ERR_INPUT, "a graph of one vertex has no paths");
  }
  cut_close(m);
  return NULL;
}

static double energy(const cut *m, const rc_word *s) {
  double e = 0;
  for (int64_t k = 0; k < m->g->m; k++) {
    e += m->g->w[k] * ps_spin(s, m->g->u[k]) * ps_spin(s, m->g->v[k]);
  }
  return e;
}

static double cut_energy(const void *model, const rc_word *s) {
  const cut *m = model;
  return energy(m, s) / m->t;
}

static double cut_change(const void *model, const rc_word *s, int i) {
  const cut *m = model;
  double around = 0;
  for (int64_t e = m->g->start[i]; e < m->g->start[i + 1]; e++) {
    around += m->g->weight[e] * ps_spin(s, m->g->other[e]);
  }
  return -2 * ps_spin(s, i) * around / m->t;
}

static int flips(const cut *m, const rc_word *s, const uint8_t *side) {
  int d = 0;
  for (int i = 0; i < m->g->n; i++) d += (s[i >> 6].u >> (i & 63) & 1) != side[i];
  return d;
}

static int cut_label(const void *model, const rc_word *s) {
  const cut *m = model;
  return (flips(m, s, m->a) <= m->radius ? RC_IN_A : 0) |
         (flips(m, s, m->b) <= m->radius ? RC_IN_B : 0);
}

static void cut_features(const void *model, const rc_word *s, double *f) {
  const cut *m = model;
  double total = 0;
  for (int64_t k = 0; k < m->g->m; k++) total += m->g->w[k];
  f[0] = energy(m, s);
  f[1] = (total - f[0]) / 2;
  f[2] = flips(m, s, m->a);
  f[3] = flips(m, s, m->b);
}

/* Which of them turns over for good first. */
static double cut_channel(const void *model, int n, int width, const rc_word *state,
                          const uint32_t *dwell) {
  const cut *m = model;
  (void)dwell;
  if (m->heavy[1] < 0) return .5;
  const rc_word *end = state + (size_t)(n - 1) * (size_t)width;
  for (int i = n - 2; i >= 0; i--) {
    const rc_word *s = state + (size_t)i * (size_t)width;
    if (ps_spin(s, m->heavy[1]) != ps_spin(end, m->heavy[1])) return 1;
    if (ps_spin(s, m->heavy[0]) != ps_spin(end, m->heavy[0])) return 0;
  }
  return .5;
}

const rc_path_class rc_path_cut = {
    .kind = {.name = "cut",
             .title = "Cut dynamics",
             .help = "single flips on a Max-Cut instance or a Hilbert graph",
             .explain = "E(s) = sum w_ij s_i s_j, so that the best cut is the ground state. A is "
                        "the neighbourhood of one cut, B that of a competing one, or of its global "
                        "negative: the sign structure of a Hilbert graph turning over.",
             .params = params,
             .size = sizeof(options)},
    .open = cut_open,
    .energy = cut_energy,
    .change = cut_change,
    .label = cut_label,
    .features = cut_features,
    .close = cut_close,
    .channel = cut_channel,
    .channel_name = "share of paths in which the heaviest vertex turns before the next",
    .axes = {"from_A", "E"}};
