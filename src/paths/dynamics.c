/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths, and the dynamics that make them. All dynamics obey detailed balance, so that a half run
 * forward in time may be read backward (with velocities turned). */
#include <math.h>
#include <string.h>

#include "paths/room.h"

void rc_path_free(rc_path *p) {
  rc_free(p->state);
  rc_free(p->dwell);
  *p = (rc_path){0};
}

void ps_path_clear(rc_path *p, int width) {
  if (p->width != width) rc_path_free(p);
  p->width = width, p->n = 0, p->first = p->last = 0, p->frames = 0;
}

static void grow(rc_path *p, int least) {
  p->cap = RC_MAX(RC_MAX(64, 2 * p->cap), least);
  p->state = rc_realloc(p->state, (size_t)p->cap * (size_t)p->width, sizeof *p->state);
  p->dwell = rc_realloc(p->dwell, (size_t)p->cap, sizeof *p->dwell);
}

rc_word *ps_path_add(rc_path *p, uint32_t dwell) {
  if (p->n == p->cap) grow(p, 0);
  p->dwell[p->n] = dwell;
  return p->state + (size_t)p->n++ * (size_t)p->width;
}

void rc_path_copy(rc_path *to, const rc_path *from) {
  ps_path_clear(to, from->width);
  if (to->cap < from->n) grow(to, from->n);
  memcpy(to->state, from->state, (size_t)from->n * (size_t)from->width * sizeof *to->state);
  memcpy(to->dwell, from->dwell, (size_t)from->n * sizeof *to->dwell);
  to->n = from->n, to->first = from->first, to->last = from->last, to->frames = from->frames;
}

bool rc_path_is_transition(const rc_path *p) {
  return p->first == RC_IN_A && p->last == RC_IN_B;
}

/* Spins with a table: weights w = e^-u, so that no exponential is taken in a step. */
static int run_table(const rc_path_system *s, uint64_t code, uint64_t most, rc_rng *rng,
                     rc_path *out) {
  const double *w = s->weight;
  const uint8_t *label = s->label;
  const bool glauber = s->shape.dynamics == RC_PATH_GLAUBER;
  const uint32_t n = (uint32_t)s->shape.n;
  rc_rng r = *rng;
  uint32_t dwell = 1;
  double here = w[code];
  for (uint64_t t = 0; t < most; t++) {
    double unit;
    const uint64_t next = code ^ UINT64_C(1) << ps_pick(&r, n, &unit);
    const double there = w[next];
    if (glauber ? unit * (here + there) < there : unit * here < there) {
      ps_path_add(out, dwell)->u = code;
      code = next, here = there, dwell = 1;
      if (label[code]) {
        ps_path_add(out, 1)->u = code;
        *rng = r;
        return label[code];
      }
    } else {
      dwell++;
    }
  }
  ps_path_add(out, dwell)->u = code;
  *rng = r;
  return 0;
}

static int run_grid(const rc_path_system *s, uint64_t code, uint64_t most, rc_rng *rng,
                    rc_path *out) {
  const double *w = s->weight;
  const uint8_t *label = s->label;
  const int64_t g = s->shape.grid;
  rc_rng r = *rng;
  uint32_t dwell = 1;
  int64_t x = (int64_t)code % g, y = (int64_t)code / g;
  for (uint64_t t = 0; t < most; t++) {
    double unit;
    const uint32_t d = ps_pick(&r, 4, &unit);
    const int64_t nx = x + (d == 0) - (d == 1), ny = y + (d == 2) - (d == 3);
    const int64_t at = x + g * y, to = nx + g * ny;
    /* a step over the edge of the box is refused */
    if (nx >= 0 && nx < g && ny >= 0 && ny < s->shape.rows && unit * w[at] < w[to]) {
      ps_path_add(out, dwell)->u = (uint64_t)at;
      x = nx, y = ny, dwell = 1;
      if (label[to]) {
        ps_path_add(out, 1)->u = (uint64_t)to;
        *rng = r;
        return label[to];
      }
    } else {
      dwell++;
    }
  }
  ps_path_add(out, dwell)->u = (uint64_t)(x + g * y);
  *rng = r;
  return 0;
}

static int run_local(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
                     rc_path *out) {
  const bool glauber = s->shape.dynamics == RC_PATH_GLAUBER;
  const size_t size = (size_t)s->shape.width * sizeof *from;
  rc_word at[64];
  uint32_t dwell = 1;
  memcpy(at, from, size);
  for (uint64_t t = 0; t < most; t++) {
    double unit;
    const int i = (int)ps_pick(rng, (uint32_t)s->shape.n, &unit);
    const double du = s->cls->change(s->model, at, i);
    const bool yes = glauber ? unit * (1 + exp(du)) < 1 : du <= 0 || unit < exp(-du);
    if (!yes) {
      dwell++;
      continue;
    }
    memcpy(ps_path_add(out, dwell), at, size);
    at[i >> 6].u ^= UINT64_C(1) << (i & 63);
    dwell = 1;
    const int label = rc_path_label(s, at);
    if (label) {
      memcpy(ps_path_add(out, 1), at, size);
      return label;
    }
  }
  memcpy(ps_path_add(out, dwell), at, size);
  return 0;
}

static int run_langevin(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
                        rc_path *out) {
  const rc_path_shape *h = &s->shape;
  const int n = h->n;
  const bool heavy = ps_inertial(s);
  const double dt = h->dt, keep = exp(-h->friction * dt), kick = sqrt(h->kT * (1 - keep * keep));
  double x[64], f[64], *v = x + n;
  for (int i = 0; i < h->width; i++) x[i] = from[i].x;
  if (heavy) s->cls->force(s->model, x, f);
  for (uint64_t t = 0; t <= most; t++) {
    rc_word *w = ps_path_add(out, 1);
    for (int i = 0; i < h->width; i++) w[i].x = x[i];
    const int label = t ? rc_path_label(s, w) : 0;
    if (label || t == most) return label;
    if (!heavy) {
      s->cls->force(s->model, x, f);
      for (int i = 0; i < n; i++) x[i] += dt * f[i] / h->kT + sqrt(2 * dt) * rc_rng_normal(rng);
      continue;
    }
    for (int i = 0; i < n; i++) {
      v[i] += .5 * dt * f[i];
      x[i] += .5 * dt * v[i];
      v[i] = keep * v[i] + kick * rc_rng_normal(rng);
      x[i] += .5 * dt * v[i];
    }
    s->cls->force(s->model, x, f);
    for (int i = 0; i < n; i++) v[i] += .5 * dt * f[i];
  }
  return 0;
}

int rc_path_run(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
                rc_path *out) {
  if (out->n == 0) ps_path_clear(out, s->shape.width);
  most = RC_MIN(most, UINT32_MAX - 1); /* of a dwell */
  if (s->shape.dynamics == RC_PATH_WALK) return run_grid(s, from->u, most, rng, out);
  if (s->shape.real) return run_langevin(s, from, most, rng, out);
  if (s->states) return run_table(s, from->u, most, rng, out);
  return run_local(s, from, most, rng, out);
}

static void turn(rc_word *v, int n) {
  for (int i = 0; i < n; i++) v[i].x = -v[i].x;
}

static void swap_words(rc_word *a, rc_word *b, int n) {
  for (int i = 0; i < n; i++) {
    const rc_word t = a[i];
    a[i] = b[i], b[i] = t;
  }
}

/* Back in time: segments from last to first, velocities turned. */
static void reverse(const rc_path_system *s, rc_path *p) {
  const int w = p->width;
  for (int i = 0, j = p->n - 1; i < j; i++, j--) {
    swap_words(p->state + (size_t)i * (size_t)w, p->state + (size_t)j * (size_t)w, w);
    const uint32_t d = p->dwell[i];
    p->dwell[i] = p->dwell[j], p->dwell[j] = d;
  }
  if (ps_inertial(s)) {
    for (int i = 0; i < p->n; i++) turn(p->state + (size_t)i * (size_t)w + s->shape.n, s->shape.n);
  }
}

void ps_shoot(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
              rc_path *scratch, rc_path *out, int *ends, int *sp) {
  const int w = s->shape.width, n = s->shape.n;
  rc_word start[64];
  memcpy(start, from, (size_t)w * sizeof *start);
  if (ps_inertial(s)) {
    for (int i = 0; i < n; i++) start[n + i].x = sqrt(s->shape.kT) * rc_rng_normal(rng);
  }
  ps_path_clear(out, w);
  ps_path_clear(scratch, w);
  ends[0] = rc_path_run(s, start, most, rng, scratch);
  if (ps_inertial(s)) turn(start + n, n);
  ends[1] = rc_path_run(s, start, most, rng, out);
  rc_path *first = out, *second = scratch;
  int a = ends[1], b = ends[0];
  if (a != RC_IN_A && b == RC_IN_A) { /* the half that ends in A comes first */
    first = scratch, second = out;
    a = ends[0], b = ends[1];
  }
  reverse(s, first);
  const int k = first->n - 1;
  first->dwell[k] += second->dwell[0] - 1; /* the shooting point is counted once */
  if (first->cap < first->n + second->n) grow(first, first->n + second->n);
  memcpy(first->state + (size_t)first->n * (size_t)w, second->state + w,
         (size_t)(second->n - 1) * (size_t)w * sizeof(rc_word));
  memcpy(first->dwell + first->n, second->dwell + 1, (size_t)(second->n - 1) * sizeof(uint32_t));
  first->n += second->n - 1;
  if (first != out) {
    const rc_path t = *out;
    *out = *scratch, *scratch = t;
  }
  out->first = a, out->last = b;
  *sp = k;
  for (int i = a ? 1 : 0; i < out->n - (b ? 1 : 0); i++) out->frames += out->dwell[i];
}

void rc_path_shoot(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
                   rc_path *out, int *ends, int *sp) {
  rc_path scratch = {0};
  ps_shoot(s, from, most, rng, &scratch, out, ends, sp);
  rc_path_free(&scratch);
}

void rc_brute_step(const rc_path_system *s, rc_brute *b, uint64_t steps, rc_rng *rng) {
  rc_path path = {0};
  if (!b->begun) b->begun = rc_path_random(s, rng, b->state);
  while (steps && b->begun) {
    /* a run stops in A or B; the frame it stops in begins the next */
    const int was = rc_path_label(s, b->state);
    ps_path_clear(&path, s->shape.width);
    const int end = rc_path_run(s, b->state, RC_MIN(steps, 1u << 16), rng, &path);
    uint64_t t = 0;
    for (int i = 0; i < path.n; i++) t += path.dwell[i];
    t -= 1; /* steps: frames but the first */
    steps -= RC_MIN(steps, t), b->steps += t;
    if (was) b->from = was, b->since = 0;
    if (b->from == RC_IN_A) b->in_a += t;
    /* frames in between: those after the last one in a state */
    b->since += was && path.n ? t - RC_MIN(t, path.dwell[0] - 1u) : t;
    memcpy(b->state, path.state + (size_t)(path.n - 1) * (size_t)path.width,
           (size_t)path.width * sizeof *b->state);
    if (end == RC_IN_B && b->from == RC_IN_A) b->forward++, b->length += (double)b->since - 1;
    if (end == RC_IN_A && b->from == RC_IN_B) b->backward++;
  }
  rc_path_free(&path);
}
