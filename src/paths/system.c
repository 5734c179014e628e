/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A system: the model of a class with its states A and B and, when it is small, its table. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "paths/room.h"

enum { TABLE_BITS = 22, WORDS = 64 };

void ps_shape_spins(rc_path_shape *shape, const ps_spins *o, int n, double kT) {
  shape->n = n;
  shape->width = (n + 63) / 64;
  shape->kT = kT;
  shape->dynamics = o->dynamics ? RC_PATH_GLAUBER : RC_PATH_METROPOLIS;
  snprintf(shape->a, sizeof shape->a, "%s", o->a ? o->a : "");
  snprintf(shape->b, sizeof shape->b, "%s", o->b ? o->b : "");
}

void ps_feature(rc_path_shape *shape, const char *name) {
  snprintf(shape->feature[shape->features++], sizeof *shape->feature, "%s", name);
}

void ps_cell_point(const rc_path_system *s, int64_t cell, double xy[2]) {
  const int g = s->shape.grid;
  xy[0] = s->shape.box[0] + ((double)(cell % g) + .5) * s->hx;
  xy[1] = s->shape.box[2] + ((double)(cell / g) + .5) * s->hy;
}

int64_t ps_cell_of(const rc_path_system *s, const double xy[2]) {
  const double i = floor((xy[0] - s->shape.box[0]) / s->hx);
  const double j = floor((xy[1] - s->shape.box[2]) / s->hy);
  const int g = s->shape.grid;
  return i >= 0 && i < g && j >= 0 && j < s->shape.rows ? (int64_t)i + g * (int64_t)j : -1;
}

bool ps_inertial(const rc_path_system *s) {
  return s->shape.dynamics == RC_PATH_UNDERDAMPED;
}

/* What the model sees: of a cell its centre. */
static const rc_word *seen(const rc_path_system *s, const rc_word *state, rc_word xy[2]) {
  if (s->shape.dynamics != RC_PATH_WALK) return state;
  double at[2];
  ps_cell_point(s, (int64_t)state->u, at);
  xy[0].x = at[0], xy[1].x = at[1];
  return xy;
}

double rc_path_energy(const rc_path_system *s, const rc_word *state) {
  rc_word xy[2];
  return s->cls->energy(s->model, seen(s, state, xy));
}

double rc_path_change(const rc_path_system *s, const rc_word *state, int spin) {
  if (s->cls->change) return s->cls->change(s->model, state, spin);
  rc_word after[WORDS];
  memcpy(after, state, (size_t)s->shape.width * sizeof *after);
  after[spin >> 6].u ^= UINT64_C(1) << (spin & 63);
  return s->cls->energy(s->model, after) - s->cls->energy(s->model, state);
}

void rc_path_features(const rc_path_system *s, const rc_word *state, double *f) {
  rc_word xy[2];
  s->cls->features(s->model, seen(s, state, xy), f);
}

/* why, unless NULL: what makes an expression mean nothing there, and which, 'A' or 'B'. */
int ps_label_why(const rc_path_system *s, const rc_word *state, const char **why, char *which) {
  rc_word xy[2];
  const rc_word *at = seen(s, state, xy);
  int label = s->a && s->b ? 0 : s->cls->label(s->model, at);
  if (s->a || s->b) {
    double f[RC_PATH_FEATURES];
    s->cls->features(s->model, at, f);
    for (int k = 0; k < 2; k++) {
      const rc_expression *e = k ? s->b : s->a;
      const int bit = k ? RC_IN_B : RC_IN_A;
      const char *w = NULL;
      if (!e) continue;
      const double v = why ? rc_expression_try(e, f, &w) : rc_expression_value(e, f);
      label = (label & ~bit) | (v != 0 ? bit : 0);
      if (w && !*why) *why = w, *which = "AB"[k];
    }
  }
  return label;
}

static int label_of(const rc_path_system *s, const rc_word *state) {
  return ps_label_why(s, state, NULL, NULL);
}

/* "state A divides by zero where M = 0, E = -2" */
bool ps_broken(const rc_path_system *s, const rc_word *state, const char *why, char which,
               rc_err *err) {
  double f[RC_PATH_FEATURES];
  rc_str at = {0};
  s->cls->features(s->model, state, f);
  for (int i = 0; i < RC_MIN(4, s->shape.features); i++)
    rc_str_addf(&at, "%s%s = %.4g", i ? ", " : "", s->shape.feature[i], f[i]);
  rc_err_set(err, RC_ERR_INPUT, "state %c %s where %s; rule such states out with 'and'", which, why,
             rc_str_c(&at));
  rc_str_free(&at);
  return false;
}

int rc_path_label(const rc_path_system *s, const rc_word *state) {
  return s->label && s->states && s->shape.width == 1 && !s->shape.real ? s->label[state->u]
         : s->label && s->shape.dynamics == RC_PATH_WALK                ? s->label[state->u]
                                                                        : label_of(s, state);
}

int64_t rc_path_row(const rc_path_system *s, const rc_word *state) {
  if (!s->states) return -1;
  if (!s->shape.real || s->shape.dynamics == RC_PATH_WALK) return (int64_t)state->u;
  const double xy[2] = {state[0].x, state[1].x};
  return ps_cell_of(s, xy);
}

void rc_path_state(const rc_path_system *s, int64_t row, rc_word *state) {
  memset(state, 0, (size_t)s->shape.width * sizeof *state);
  if (!s->shape.real || s->shape.dynamics == RC_PATH_WALK) {
    state[0].u = (uint64_t)row;
    return;
  }
  double xy[2];
  ps_cell_point(s, row, xy);
  for (int i = 0; i < RC_MIN(2, s->shape.n); i++) state[i].x = xy[i];
}

double rc_path_weight(const rc_path_system *s, int64_t row) {
  return s->weight[row];
}

int rc_path_row_label(const rc_path_system *s, int64_t row) {
  return s->label[row];
}

double rc_path_channel(void *system, const rc_path *p) {
  const rc_path_system *s = system;
  if (!s->cls->channel || p->n < 2) return 0;
  if (s->shape.dynamics != RC_PATH_WALK)
    return s->cls->channel(s->model, p->n, p->width, p->state, p->dwell);
  double out, xy[2];
  rc_word *point = rc_alloc(2 * (size_t)p->n, sizeof *point);
  for (int i = 0; i < p->n; i++) {
    ps_cell_point(s, (int64_t)p->state[i].u, xy);
    point[2 * i].x = xy[0], point[2 * i + 1].x = xy[1];
  }
  out = s->cls->channel(s->model, p->n, 2, point, p->dwell);
  rc_free(point);
  return out;
}

/* Of a scenario, before there is a system: that the words are features there can be. */
bool ps_state_check(const rc_param *p, const char *text, rc_err *err) {
  char word[RC_PATH_FEATURES][20];
  const char *names[RC_PATH_FEATURES];
  int n = 0;
  if (!text[strspn(text, " ")]) return true; /* built in */
  for (const char *at = p->names; *at && n < RC_PATH_FEATURES; at += strspn(at, "|")) {
    const int length = (int)strcspn(at, "|");
    snprintf(word[n], sizeof word[0], "%.*s", length, at);
    names[n] = word[n];
    n++;
    at += length;
  }
  rc_err e = {0};
  rc_expression *x = rc_expression_new(text, n, names, &e);
  rc_expression_free(x);
  if (x) return true;
  const char *colon = strstr(e.message, ": "); /* the place is told beside it */
  return rc_err_at(err, e.code, 1, e.column, "state %s: %s", p->name,
                   colon ? colon + 2 : e.message);
}

static bool expressions(rc_path_system *s, rc_err *err) {
  const char *names[RC_PATH_FEATURES];
  for (int i = 0; i < s->shape.features; i++) names[i] = s->shape.feature[i];
  const char *text[2] = {s->shape.a, s->shape.b};
  for (int k = 0; k < 2; k++) {
    if (!text[k][strspn(text[k], " ")]) continue; /* built in */
    rc_err e = {0};
    rc_expression *x = rc_expression_new(text[k], s->shape.features, names, &e);
    if (!x) return rc_err_at(err, e.code, e.line, e.column, "state %c: %s", "AB"[k], e.message);
    *(k ? &s->b : &s->a) = x;
  }
  return true;
}

/* Energies, labels and weights of all states; of a grid its cells. */
static bool tabulate(rc_path_system *s, rc_err *err) {
  s->weight = rc_big_alloc((size_t)s->states, sizeof *s->weight, "weights of states", err);
  s->label = rc_big_alloc((size_t)s->states, 1, "labels of states", err);
  if (!s->weight || !s->label) return false;
  int64_t a = 0, b = 0;
  double most = -INFINITY;
  s->u_min = INFINITY;
  for (int64_t k = 0; k < s->states; k++) {
    rc_word state[WORDS] = {{.u = (uint64_t)k}};
    if (s->shape.real) { /* a grid, also below dynamics that do not walk on it */
      double xy[2];
      ps_cell_point(s, k, xy);
      state[0].x = xy[0], state[1].x = xy[1];
    }
    rc_path_system plain = *s;
    if (s->shape.real) plain.shape.dynamics = RC_PATH_OVERDAMPED;
    const double u = s->cls->energy(s->model, state);
    const char *why = NULL;
    char which = 0;
    const int label = ps_label_why(&plain, state, &why, &which);
    if (why) return ps_broken(&plain, state, why, which, err);
    if (label == (RC_IN_A | RC_IN_B)) {
      return rc_err_set(err, RC_ERR_INPUT,
                        "A and B overlap: state %lld is in both; make one of them smaller",
                        (long long)k);
    }
    s->weight[k] = u, s->label[k] = (uint8_t)label;
    a += label == RC_IN_A, b += label == RC_IN_B;
    s->u_min = fmin(s->u_min, u), most = fmax(most, u);
  }
  if (!a || !b) {
    return rc_err_set(err, RC_ERR_INPUT,
                      "state %c is empty: none of %lld states is in it; widen it", a ? 'B' : 'A',
                      (long long)s->states);
  }
  if (!s->shape.real && most - s->u_min > 650) {
    return rc_err_set(err, RC_ERR_INPUT,
                      "energies span %.0f kT, more than numbers hold (650): raise the temperature",
                      most - s->u_min);
  }
  for (int64_t k = 0; k < s->states; k++) {
    s->weight[k] = fmax(exp(s->u_min - s->weight[k]), 1e-290);
  }
  return true;
}

/* States a single step may lead to; returns how many. */
static int neighbours(const rc_path_system *s, int64_t k, int64_t out[WORDS]) {
  int n = 0;
  if (!s->shape.real) {
    for (; n < s->shape.n; n++) out[n] = k ^ INT64_C(1) << n;
    return n;
  }
  const int64_t g = s->shape.grid, x = k % g, y = k / g;
  if (x > 0) out[n++] = k - 1;
  if (x + 1 < g) out[n++] = k + 1;
  if (y > 0) out[n++] = k - g;
  if (y + 1 < s->shape.rows) out[n++] = k + g;
  return n;
}

/* A transition path has frames in between: one step has to lead out of A, and one out of B, to a state
 * in neither. */
static bool apart(const rc_path_system *s, rc_err *err) {
  if (s->shape.real && s->shape.dynamics != RC_PATH_WALK) return true;
  bool out[3] = {false};
  int64_t to[WORDS];
  for (int64_t k = 0; k < s->states && !(out[RC_IN_A] && out[RC_IN_B]); k++) {
    if (!s->label[k] || out[s->label[k]]) continue;
    const int n = neighbours(s, k, to);
    for (int i = 0; i < n; i++) out[s->label[k]] |= !s->label[to[i]];
  }
  if (out[RC_IN_A] && out[RC_IN_B]) return true;
  return rc_err_set(
      err, RC_ERR_INPUT,
      "A and B touch: no step out of %c leads to a state that is in neither, so there "
      "is nothing between them to sample; move them apart",
      out[RC_IN_A] ? 'B' : 'A');
}

rc_path_system *rc_path_system_new(const rc_path_class *cls, const void *opts,
                                   const rc_path_env *env, rc_err *err) {
  void *defaults = NULL;
  if (!opts) {
    defaults = rc_alloc(1, cls->kind.size);
    rc_params_init(cls->kind.params, defaults, cls->kind.size);
    opts = defaults;
  }
  rc_path_system *s = rc_alloc(1, sizeof *s);
  s->cls = cls;
  s->model = cls->open(env, opts, &s->shape, err);
  if (defaults) {
    rc_params_free(cls->kind.params, defaults);
    rc_free(defaults);
  }
  bool ok = s->model && expressions(s, err);
  if (ok && s->shape.width > WORDS) {
    ok = rc_err_set(err, RC_ERR_LIMIT, "a state of %d words: at most %d", s->shape.width, WORDS);
  }
  if (ok && s->shape.grid) {
    double *box = s->shape.box;
    s->hx = s->hy = (box[1] - box[0]) / s->shape.grid;
    s->shape.rows = (int)ceil((box[3] - box[2]) / s->hy - 1e-9);
    box[3] = box[2] + s->shape.rows * s->hy;
    s->states = (int64_t)s->shape.grid * s->shape.rows;
  } else if (ok && !s->shape.real && s->shape.n <= TABLE_BITS) {
    s->states = INT64_C(1) << s->shape.n;
  }
  if (ok) ok = s->states ? tabulate(s, err) && apart(s, err) : ps_apart(s, err);
  if (ok) return s;
  rc_path_system_free(s);
  return NULL;
}

void rc_path_system_free(rc_path_system *s) {
  if (!s) return;
  if (s->model) s->cls->close(s->model);
  rc_expression_free(s->a);
  rc_expression_free(s->b);
  rc_big_free(s->weight);
  rc_big_free(s->label);
  rc_free(s);
}

const rc_path_shape *rc_path_system_shape(const rc_path_system *s) {
  return &s->shape;
}
const rc_path_class *rc_path_system_class(const rc_path_system *s) {
  return s->cls;
}
int64_t rc_path_system_states(const rc_path_system *s) {
  return s->states;
}

bool rc_path_random(const rc_path_system *s, rc_rng *rng, rc_word *state) {
  for (int tries = 0; tries < 1000; tries++) {
    memset(state, 0, (size_t)s->shape.width * sizeof *state);
    if (s->shape.real && s->shape.dynamics != RC_PATH_WALK) {
      for (int i = 0; i < RC_MIN(2, s->shape.n); i++) {
        const double *box = s->shape.box + 2 * i;
        state[i].x = box[0] + (box[1] - box[0]) * rc_rng_unit(rng);
      }
      /* nowhere near the walls, where a potential has no states but large forces */
      const double u = s->cls->energy(s->model, state);
      if (!(u - s->u_min < 30)) continue;
    } else if (s->states) {
      state->u = rc_rng_below(rng, (uint64_t)s->states);
      if (s->shape.real && s->weight[state->u] < 1e-13) continue;
    } else {
      for (int i = 0; i < s->shape.n; i++) {
        state[i >> 6].u |= (rc_rng_next(rng) >> 63) << (i & 63);
      }
    }
    if (!rc_path_label(s, state)) return true;
  }
  return false;
}
