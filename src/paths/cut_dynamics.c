/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single flips on a Max-Cut instance or a Hilbert graph: from a cut to a competing one. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "paths/room.h"

enum { VERTICES = 2048, EXHAUSTIVE = 22 };
enum { MIRROR, RIVAL };

typedef struct options {
  ps_spins spins;
  char *file;
  int64_t radius;
  double within;
  int target;
  double overlap;
  int64_t starts;
  char *side_a, *side_b;
} options;

typedef struct cut {
  rc_cut_graph *g;
  uint8_t *a, *b;                                       /* the cuts */
  rc_word mask_a[VERTICES / 64], mask_b[VERTICES / 64]; /* the same, as states */
  bool folded; /* a cut and its mirror are the same state */
  double t;
  int radius;
  double reach;   /* of a state, by weight; 0: by flips */
  double *weight; /* of all edges of a vertex, as a share */
  int heavy[2];   /* vertices that tell channels apart; -1: none */
} cut;

double rc_path_cut_temperature(const rc_cut_graph *g) {
  double sum = 0, square = 0;
  for (int v = 0; v < g->n; v++) {
    double weight = 0;
    for (int64_t e = g->start[v]; e < g->start[v + 1]; e++) weight += fabs(g->weight[e]);
    sum += weight, square += weight * weight;
  }
  return sum > 0 ? fmax(1e-3, fmin(1e4, square / sum / 4)) : 1;
}

static const rc_param params[] = {
    PS_SPINS(options, spins, "0.1", "w", "E|cut|from_A|from_B|near_A|near_B"),
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
    {.name = "within",
     .type = RC_T_REAL,
     .offset = offsetof(options, within),
     .def = "0",
     .min = 0,
     .max = 0.49,
     .unit = "",
     .help = "share of the way from A to B that belongs to each state, a vertex turned counting by "
             "the weight of its edges; 0: by 'radius'"},
    {.name = "target",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, target),
     .def = "mirror",
     .choices = "mirror|rival",
     .unit = "",
     .help = "B: all signs of A turned, or the best local optimum that is unlike A; a cut and its "
             "mirror are then one"},
    {.name = "overlap",
     .type = RC_T_REAL,
     .offset = offsetof(options, overlap),
     .def = "0.5",
     .min = 0,
     .max = 1,
     .unit = "",
     .help = "rival: overlap |sum d s s'| / sum d of A and B at most, d the weight at a vertex"},
    {.name = "starts",
     .type = RC_T_INT,
     .offset = offsetof(options, starts),
     .def = "200",
     .min = 1,
     .max = 100000,
     .unit = "",
     .help = "rival: local optima looked at, beside those of eight tabu searches"},
    {.name = "side_A",
     .type = RC_T_TEXT,
     .offset = offsetof(options, side_a),
     .def = "",
     .unit = "",
     .help = "cut A, a digit 0 or 1 for each vertex; empty: the best one found"},
    {.name = "side_B",
     .type = RC_T_TEXT,
     .offset = offsetof(options, side_b),
     .def = "",
     .unit = "",
     .help = "cut B likewise; empty: as 'target' says"},
    {0}};

static void cut_close(void *model) {
  cut *m = model;
  if (!m) return;
  rc_cut_graph_free(m->g);
  rc_free(m->a);
  rc_free(m->b);
  rc_free(m->weight);
  rc_free(m);
}

/* The best cut of a small graph: all of them in Gray order. */
static void best_cut(const rc_cut_graph *g, uint8_t *side) {
  uint8_t now[EXHAUSTIVE] = {0};
  double value = 0, best = -1e300;
  for (int64_t k = 0; k < INT64_C(1) << (g->n - 1); k++) {
    if (k) {
      const int i = __builtin_ctzll((uint64_t)k);
      for (int64_t e = g->start[i]; e < g->start[i + 1]; e++) {
        value += now[i] == now[g->other[e]] ? g->weight[e] : -g->weight[e];
      }
      now[i] ^= 1;
    }
    if (value > best + 1e-12 * g->weight_total) best = value, memcpy(side, now, (size_t)g->n);
  }
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

static void weigh(cut *m) {
  double sum = 0;
  m->weight = rc_alloc((size_t)m->g->n, sizeof *m->weight);
  for (int v = 0; v < m->g->n; v++) sum += m->weight[v] = strength(m->g, v);
  for (int v = 0; v < m->g->n && sum > 0; v++) m->weight[v] /= sum;
}

/* The two vertices of largest weight, of those on which the cuts differ. */
static void heaviest(cut *m) {
  m->heavy[0] = m->heavy[1] = -1;
  for (int v = 0; v < m->g->n; v++) {
    if (m->a[v] == m->b[v]) continue;
    const double w = m->weight[v];
    if (m->heavy[0] < 0 || w > m->weight[m->heavy[0]] * (1 + 1e-9))
      m->heavy[1] = m->heavy[0], m->heavy[0] = v;
    else if (m->heavy[1] < 0 || w > m->weight[m->heavy[1]] * (1 + 1e-9))
      m->heavy[1] = v;
  }
}

/* A cut as it is written; false: not one. */
static bool take_side(const char *name, const char *text, int n, uint8_t *side, rc_err *err) {
  const int digits = (int)strlen(text);
  if (digits != n || (int)strspn(text, "01") != n)
    return rc_err_set(err, RC_ERR_INPUT,
                      "%s wants %d digits 0 or 1, one for each vertex, not %d characters", name, n,
                      digits);
  for (int i = 0; i < n; i++) side[i] = (uint8_t)(text[i] - '0');
  return true;
}

static bool take_rival(cut *m, const options *o, const ps_optima *found, rc_err *err) {
  double least;
  const uint8_t *rival = ps_optima_rival(found, m->g, m->a, o->overlap, &least);
  if (rival) {
    memcpy(m->b, rival, (size_t)m->g->n);
    return true;
  }
  if (least > 1)
    return rc_err_set(err, RC_ERR_INPUT,
                      "no cut competes with A: it is the only local optimum found; raise 'starts', "
                      "give 'side_B', or take 'target: mirror'");
  return rc_err_set(err, RC_ERR_INPUT,
                    "none of %lld local optima has an overlap with A of at most %g, the least is "
                    "%.4g: raise 'overlap' or 'starts', or give 'side_B'",
                    (long long)ps_optima_count(found), o->overlap, least);
}

static bool mirrors(int n, const uint8_t *a, const uint8_t *b) {
  int apart = 0;
  for (int i = 0; i < n; i++) apart += a[i] != b[i];
  return apart == n;
}

/* How far a state reaches by weight, a share of the way between the cuts. */
static bool take_reach(cut *m, double within, rc_err *err) {
  double way = 0;
  for (int v = 0; v < m->g->n; v++) way += m->a[v] != m->b[v] ? m->weight[v] : 0;
  m->reach = within * (m->folded ? fmin(way, 1 - way) : way);
  return m->reach > 1e-12 ||
         rc_err_set(err, RC_ERR_INPUT, "A and B overlap: they differ on vertices without weight");
}

/* A and B, as they are given or found. */
static bool take_cuts(cut *m, const options *o, const rc_path_env *env, rc_err *err) {
  const int n = m->g->n;
  const uint8_t *known = env ? env->side : NULL;
  const bool given_a = o->side_a && *o->side_a, given_b = o->side_b && *o->side_b;
  const bool rival = o->target == RIVAL && !given_b;
  m->a = rc_alloc((size_t)n, 1), m->b = rc_alloc((size_t)n, 1);
  if (given_a && !take_side("side_A", o->side_a, n, m->a, err)) return false;
  if (given_b && !take_side("side_B", o->side_b, n, m->b, err)) return false;
  ps_optima *found = NULL;
  if (rival || (!given_a && !known && n > EXHAUSTIVE)) {
    found = ps_optima_find(m->g, o->starts, known, err);
    if (!found) return false;
  }
  if (!given_a) {
    if (known && !rival)
      memcpy(m->a, known, (size_t)n);
    else if (n <= EXHAUSTIVE)
      best_cut(m->g, m->a);
    else
      memcpy(m->a, ps_optima_best(found), (size_t)n);
  }
  bool ok = true;
  if (rival)
    ok = take_rival(m, o, found, err);
  else if (!given_b)
    for (int i = 0; i < n; i++) m->b[i] = env && env->other ? env->other[i] : m->a[i] ^ 1;
  ps_optima_free(found);
  m->folded = ok && (rival || given_b) && memcmp(m->a, m->b, (size_t)n) && !mirrors(n, m->a, m->b);
  int apart = 0;
  for (int i = 0; i < n; i++) apart += m->a[i] != m->b[i];
  if (m->folded && 2 * apart > n) { /* the mirror that is nearer */
    for (int i = 0; i < n; i++) m->b[i] ^= 1;
    apart = n - apart;
  }
  if (!ok) return false;
  if (!apart) return rc_err_set(err, RC_ERR_INPUT, "A and B overlap: they are the same cut");
  if (o->within > 0) return take_reach(m, o->within, err);
  if (apart <= 2 * m->radius)
    return rc_err_set(err, RC_ERR_INPUT,
                      "A and B overlap: the cuts differ on %d vertices; take a 'radius' of at most "
                      "%d flips, or cuts that are further apart",
                      apart, (apart - 1) / 2);
  return true;
}

static void *cut_open(const rc_path_env *env, const void *opts, rc_path_shape *shape, rc_err *err) {
  const options *o = opts;
  cut *m = rc_alloc(1, sizeof *m);
  m->t = o->spins.temperature, m->radius = (int)o->radius;
  m->g = graph_of(env, o, err);
  bool ok = m->g != NULL;
  if (ok && m->g->n > VERTICES)
    ok = rc_err_set(err, RC_ERR_LIMIT, "%d vertices: paths are sampled on at most %d", m->g->n,
                    VERTICES);
  if (ok && m->g->n < 2) ok = rc_err_set(err, RC_ERR_INPUT, "a graph of one vertex has no paths");
  if (ok) weigh(m);
  if (!ok || !take_cuts(m, o, env, err)) {
    cut_close(m);
    return NULL;
  }
  const int n = m->g->n;
  for (int i = 0; i < n; i++) {
    m->mask_a[i >> 6].u |= (uint64_t)m->a[i] << (i & 63);
    m->mask_b[i >> 6].u |= (uint64_t)m->b[i] << (i & 63);
  }
  heaviest(m);
  ps_shape_spins(shape, &o->spins, n, m->t);
  if (m->folded)
    snprintf(shape->title, sizeof shape->title, "Cut of %d vertices, %.6g to %.6g", n,
             rc_cut_value(m->g, m->a) + m->g->offset, rc_cut_value(m->g, m->b) + m->g->offset);
  else
    snprintf(shape->title, sizeof shape->title, "Cut of %d vertices", n);
  ps_feature(shape, "E");
  ps_feature(shape, "cut");
  ps_feature(shape, "from_A");
  ps_feature(shape, "from_B");
  if (m->folded) ps_feature(shape, "near_A"), ps_feature(shape, "near_B");
  return m;
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
  return m->folded ? RC_MIN(d, m->g->n - d) : d;
}

/* The weight of what is not as in a cut, 0 .. 1; of the nearer of it and its mirror when folded. */
static double turned(const cut *m, const rc_word *s, const rc_word *mask) {
  double sum = 0;
  for (int w = 0; w < (m->g->n + 63) / 64; w++)
    for (uint64_t bits = s[w].u ^ mask[w].u; bits; bits &= bits - 1)
      sum += m->weight[64 * w + __builtin_ctzll(bits)];
  return m->folded ? fmin(sum, 1 - sum) : sum;
}

static int cut_label(const void *model, const rc_word *s) {
  const cut *m = model;
  if (m->reach > 0)
    return (turned(m, s, m->mask_a) <= m->reach ? RC_IN_A : 0) |
           (turned(m, s, m->mask_b) <= m->reach ? RC_IN_B : 0);
  return (flips(m, s, m->a) <= m->radius ? RC_IN_A : 0) |
         (flips(m, s, m->b) <= m->radius ? RC_IN_B : 0);
}

/* Overlap with a cut, by weight: what flips of light vertices leave as it is. */
static double near(const cut *m, const rc_word *s, const uint8_t *side) {
  double sum = 0;
  for (int v = 0; v < m->g->n; v++)
    sum += m->weight[v] * ((s[v >> 6].u >> (v & 63) & 1) == side[v] ? 1 : -1);
  return fabs(sum);
}

static void cut_features(const void *model, const rc_word *s, double *f) {
  const cut *m = model;
  double total = 0;
  for (int64_t k = 0; k < m->g->m; k++) total += m->g->w[k];
  f[0] = energy(m, s);
  f[1] = (total - f[0]) / 2;
  f[2] = flips(m, s, m->a);
  f[3] = flips(m, s, m->b);
  if (m->folded) f[4] = near(m, s, m->a), f[5] = near(m, s, m->b);
}

static void cut_ranges(const void *model, rc_path_range *r) {
  const cut *m = model;
  double total = 0, most = 0;
  for (int64_t k = 0; k < m->g->m; k++) total += m->g->w[k], most += fabs(m->g->w[k]);
  most *= 1 + 1e-12; /* of the sums' rounding */
  r[0] = (rc_path_range){-most, most, 0};
  r[1] = (rc_path_range){(total - most) / 2, (total + most) / 2, 0};
  r[2] = r[3] = (rc_path_range){0, m->folded ? m->g->n / 2 : m->g->n, 1};
  r[4] = r[5] = (rc_path_range){0, 1 + 1e-12, 0};
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

static void cut_ends(const void *model, rc_word *a, rc_word *b) {
  const cut *m = model;
  const size_t size = (size_t)(m->g->n + 63) / 64 * sizeof *a;
  memcpy(a, m->mask_a, size);
  memcpy(b, m->mask_b, size);
}

const rc_path_class rc_path_cut = {
    .kind = {.name = "cut",
             .title = "Cut dynamics",
             .help = "single flips on a Max-Cut instance or a Hilbert graph",
             .explain = "E(s) = sum w_ij s_i s_j, so that the best cut is the ground state. A is "
                        "the neighbourhood of one cut, B that of its global negative, the sign "
                        "structure of a Hilbert graph turning over, or of a competing local "
                        "optimum, each with its mirror.",
             .params = params,
             .size = sizeof(options)},
    .open = cut_open,
    .energy = cut_energy,
    .change = cut_change,
    .label = cut_label,
    .features = cut_features,
    .ranges = cut_ranges,
    .close = cut_close,
    .ends = cut_ends,
    .channel = cut_channel,
    .channel_name = "share of paths in which the heaviest vertex turns before the next",
    .axes = {"from_A", "E"}};
