/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The landscape over two features: free energy, exact and learnt committor of each cell. Two passes
 * over the table of states in pieces: which values there are, then the sums. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

enum { ROWS = 1 << 14, VALUES = 80, BINS = 48, GRID = 75, CELLS = VALUES * VALUES };

void paths_map_drop(paths_map *m) {
  void *all[] = {m->weight, m->exact, m->part, m->pick, m->pick_key, m->label, m->learnt};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  rc_share_drop(m->shown);
  *m = (paths_map){0};
}

static int feature_of(const rc_path_shape *h, const char *name) {
  for (int i = 0; i < h->features; i++)
    if (!strcmp(h->feature[i], name)) return i;
  return -1;
}

static bool unknown(const rc_path_system *s, const char *name, rc_err *err) {
  const rc_path_shape *h = rc_path_system_shape(s);
  const char *names[RC_PATH_FEATURES];
  rc_str all = {0};
  for (int i = 0; i < h->features; i++) {
    names[i] = h->feature[i];
    rc_str_addf(&all, "%s%s", i ? ", " : "", names[i]);
  }
  const char *near = rc_nearest(name, names, (size_t)h->features);
  rc_err_set(err, RC_ERR_INPUT, "no feature of '%s' is called '%s'%s%s%s; there are %s",
             rc_path_system_class(s)->kind.name, name, near ? "; did you mean '" : "",
             near ? near : "", near ? "'?" : "", rc_str_c(&all));
  rc_str_free(&all);
  return false;
}

static void make_cells(paths_map *m) {
  const size_t cells = (size_t)m->n[0] * (size_t)m->n[1];
  m->weight = rc_alloc(cells, sizeof *m->weight);
  m->exact = rc_alloc(cells, sizeof *m->exact);
  m->part = rc_alloc(3 * cells, sizeof *m->part);
  m->label = rc_alloc(cells, 1);
  m->learnt = rc_alloc(cells, sizeof *m->learnt);
  m->at = 0;
  m->stage = 1;
}

/* Cells of the solver's grid, some in one. */
static void grid_axes(const paths *s, paths_map *m) {
  const rc_path_shape *h = s->shape;
  const int side[2] = {h->grid, h->rows};
  const double cell = (h->box[1] - h->box[0]) / h->grid;
  const int thin = (RC_MAX(side[0], side[1]) + GRID - 1) / GRID;
  for (int k = 0; k < 2; k++) {
    m->n[k] = (side[k] + thin - 1) / thin;
    m->step[k] = thin * cell;
    m->first[k] = h->box[2 * k] + m->step[k] / 2;
  }
}

static bool on_grid(const paths *s, const paths_map *m) {
  return s->shape->real && m->axis[0] == 0 && m->axis[1] == 1;
}

bool paths_axes(const rc_path_system *s, const char *x, const char *y, int axis[2], int *wrong,
                rc_err *err) {
  const rc_path_shape *h = rc_path_system_shape(s);
  const rc_path_class *cls = rc_path_system_class(s);
  const char *name[2] = {x && *x ? x : cls->axes[0], y && *y ? y : cls->axes[1]};
  axis[0] = 0, axis[1] = RC_MIN(1, h->features - 1);
  for (int k = 0; k < 2; k++) {
    *wrong = k;
    if (!name[k]) continue;
    axis[k] = feature_of(h, name[k]);
    if (axis[k] < 0) return unknown(s, name[k], err);
  }
  *wrong = y && *y;
  return axis[0] != axis[1] ||
         rc_err_set(err, RC_ERR_INPUT, "the map wants two features, not '%s' twice",
                    h->feature[axis[0]]);
}

bool paths_map_begin(paths *s, const char *x, const char *y, rc_err *err) {
  int axis[2], wrong;
  if (!paths_axes(s->system, x, y, axis, &wrong, err)) return false;
  paths_map_drop(&s->map);
  paths_map *m = &s->map;
  memcpy(m->axis, axis, sizeof axis);
  for (int k = 0; k < 2; k++) m->lo[k] = INFINITY, m->hi[k] = -INFINITY;
  if (!rc_path_system_states(s->system)) {
    m->stage = 2;
  } else if (on_grid(s, m)) {
    grid_axes(s, m);
    make_cells(m);
  }
  return true;
}

/* Among the distinct values seen, in order. */
static void see_value(paths_map *m, int k, double v) {
  m->lo[k] = fmin(m->lo[k], v), m->hi[k] = fmax(m->hi[k], v);
  int n = m->values[k], i = n - 1;
  if (n < 0) return;
  const double near = 1e-9 * (1 + fabs(v));
  while (i >= 0 && m->value[k][i] > v + near) i--;
  if (i >= 0 && m->value[k][i] > v - near) return;
  if (n == VALUES) {
    m->values[k] = -1;
    return;
  }
  memmove(&m->value[k][i + 2], &m->value[k][i + 1], (size_t)(n - 1 - i) * sizeof(double));
  m->value[k][i + 1] = v;
  m->values[k]++;
}

/* One cell a value where the values are few and even enough, else bins. */
static void axes(paths_map *m) {
  for (int k = 0; k < 2; k++) {
    double gap = INFINITY;
    for (int i = 1; i < m->values[k]; i++) gap = fmin(gap, m->value[k][i] - m->value[k][i - 1]);
    const double span = m->hi[k] - m->lo[k], n = m->values[k] > 1 ? round(span / gap) + 1 : 1;
    const bool one_each = m->values[k] > 0 && n <= VALUES;
    m->n[k] = one_each ? (int)n : BINS;
    m->step[k] = one_each ? (n > 1 ? span / (n - 1) : 1) : span / BINS;
    m->first[k] = m->lo[k] + (one_each ? 0 : m->step[k] / 2);
  }
}

static int cell_of(const paths_map *m, const double *f) {
  int at[2];
  for (int k = 0; k < 2; k++) {
    const double i = floor((f[m->axis[k]] - m->first[k]) / m->step[k] + .5);
    at[k] = i < 0 ? 0 : i >= m->n[k] ? m->n[k] - 1 : (int)i;
  }
  return at[0] + m->n[0] * at[1];
}

/* A few states of the cell, drawn by their weights (Efraimidis, Spirakis 2006: the largest keys). */
static void offer(paths *s, int cell, int64_t row, double w, const rc_word *state) {
  paths_map *m = &s->map;
  const size_t width = (size_t)s->shape->width, first = (size_t)cell * PATHS_PICKS;
  const int picks = s->shape->real ? 1 : PATHS_PICKS;
  uint64_t mix = s->env.seed ^ ((uint64_t)row * UINT64_C(0x9e3779b97f4a7c15));
  const double unit = ((double)(rc_splitmix64(&mix) >> 11) + .5) * 0x1p-53, key = log(unit) / w;
  if (!m->pick) {
    const size_t cells = (size_t)m->n[0] * (size_t)m->n[1];
    m->pick = rc_alloc(cells * PATHS_PICKS * width, sizeof *m->pick);
    m->pick_key = rc_alloc(cells * PATHS_PICKS, sizeof *m->pick_key);
    for (size_t i = 0; i < cells * PATHS_PICKS; i++) m->pick_key[i] = -INFINITY;
  }
  size_t least = first;
  for (size_t i = first; i < first + (size_t)picks; i++)
    if (m->pick_key[i] < m->pick_key[least]) least = i;
  if (!(key > m->pick_key[least])) return;
  m->pick_key[least] = key;
  memcpy(m->pick + least * width, state, width * sizeof *state);
}

static void add_row(paths *s, int64_t row) {
  paths_map *m = &s->map;
  rc_word state[64];
  double f[RC_PATH_FEATURES];
  rc_path_state(s->system, row, state);
  rc_path_features(s->system, state, f);
  if (!m->stage) {
    for (int k = 0; k < 2; k++) see_value(m, k, f[m->axis[k]]);
    return;
  }
  const int cell = cell_of(m, f), label = rc_path_row_label(s->system, row);
  const double w = rc_path_weight(s->system, row);
  m->weight[cell] += w;
  m->part[3 * cell + label] += w;
  if (s->truth) m->exact[cell] += w * s->truth[row];
  offer(s, cell, row, w, state);
}

static void finish(paths_map *m) {
  const int cells = m->n[0] * m->n[1];
  double least = INFINITY;
  for (int c = 0; c < cells; c++) {
    const double w = m->weight[c], *part = m->part + 3 * c;
    m->learnt[c] = nan("");
    m->label[c] = w > 0 && part[RC_IN_A] >= w ? RC_IN_A : w > 0 && part[RC_IN_B] >= w ? RC_IN_B : 0;
    m->exact[c] = w > 0 ? m->exact[c] / w : nan("");
    m->weight[c] = w > 0 ? -log(w) : nan("");
    if (w > 0) least = fmin(least, m->weight[c]);
  }
  for (int c = 0; c < cells; c++) m->weight[c] -= least;
  m->stage = 2;
}

typedef struct shown {
  rc_paths_map map;
  double energy[CELLS], exact[CELLS], learnt[CELLS];
  uint8_t label[CELLS];
} shown;

static void show(paths *s) {
  paths_map *m = &s->map;
  const size_t cells = (size_t)m->n[0] * (size_t)m->n[1];
  if (!cells) return;
  shown *t = rc_alloc(1, sizeof *t);
  const bool grid = on_grid(s, m);
  const double edge = grid ? .5 : 0;
  t->map = (rc_paths_map){.nx = m->n[0], .ny = m->n[1], .grid = grid};
  snprintf(t->map.x, sizeof t->map.x, "%s", s->shape->feature[m->axis[0]]);
  snprintf(t->map.y, sizeof t->map.y, "%s", s->shape->feature[m->axis[1]]);
  t->map.x0 = m->first[0] - edge * m->step[0];
  t->map.y0 = m->first[1] - edge * m->step[1];
  t->map.x1 = m->first[0] + (m->n[0] - 1 + edge) * m->step[0];
  t->map.y1 = m->first[1] + (m->n[1] - 1 + edge) * m->step[1];
  memcpy(t->energy, m->weight, cells * sizeof(double));
  memcpy(t->exact, m->exact, cells * sizeof(double));
  memcpy(t->learnt, m->learnt, cells * sizeof(double));
  memcpy(t->label, m->label, cells);
  t->map.energy = t->energy;
  t->map.exact = s->truth ? t->exact : NULL;
  t->map.learnt = m->stamp ? t->learnt : NULL;
  t->map.label = t->label;
  rc_share_drop(m->shown);
  m->shown = rc_share_new(t, rc_free);
}

bool paths_map_step(paths *s) {
  paths_map *m = &s->map;
  const int64_t rows = rc_path_system_states(s->system), end = RC_MIN(rows, m->at + ROWS);
  if (m->stage == 2) return false;
  for (; m->at < end; m->at++) add_row(s, m->at);
  if (m->at < rows) return true;
  if (!m->stage) {
    axes(m);
    make_cells(m);
    return true;
  }
  finish(m);
  show(s);
  return false;
}

void paths_map_learn(paths *s) {
  paths_map *m = &s->map;
  if (m->stage != 2 || !m->pick || !s->model.share || m->stamp == s->model.stamp) return;
  if (m->stamp && !s->frozen && s->fed < m->shots + 5 + m->shots / 4) return;
  const int cells = m->n[0] * m->n[1];
  const size_t width = (size_t)s->shape->width, picks = (size_t)cells * PATHS_PICKS;
  rc_word *state = rc_alloc(picks * width, sizeof *state);
  double *q = rc_alloc(picks, sizeof *q), *at = q;
  int n = 0;
  for (size_t i = 0; i < picks; i++)
    if (m->pick_key[i] > -INFINITY)
      memcpy(state + (size_t)n++ * width, m->pick + i * width, width * sizeof *state);
  paths_learnt_all(&s->model, n, state, q);
  for (int c = 0; c < cells; c++) {
    double sum = 0, seen = 0;
    for (size_t i = (size_t)c * PATHS_PICKS; i < (size_t)(c + 1) * PATHS_PICKS; i++)
      if (m->pick_key[i] > -INFINITY) sum += 1 / (1 + exp(-*at++)), seen++;
    m->learnt[c] = seen > 0 ? sum / seen : nan("");
  }
  rc_free(state);
  rc_free(q);
  m->stamp = s->model.stamp;
  m->shots = s->fed;
  show(s);
}
