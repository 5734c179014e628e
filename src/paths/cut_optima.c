/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local optima of a graph and, of these, the best cut and one that competes with it. A cut and its
 * mirror are one cut here. */
#include <math.h>
#include <string.h>

#include "paths/room.h"

enum {
  SEARCHES = 8, /* with tabu */
  SWEEPS = 20   /* moves of each, times the vertices */
};

struct ps_optima {
  int n;
  int64_t count, cap;
  uint8_t *side; /* count x n, the first vertex on side 0 */
  double *value;
};

static double gain(const rc_cut_graph *g, const uint8_t *side, int v) {
  double sum = 0;
  for (int64_t e = g->start[v]; e < g->start[v + 1]; e++)
    sum += side[v] == side[g->other[e]] ? g->weight[e] : -g->weight[e];
  return sum;
}

/* Flips whatever is worth it; ends, since each flip makes the cut heavier. */
static void descend(const rc_cut_graph *g, uint8_t *side) {
  const double least = 1e-12 * g->weight_total;
  for (bool moved = true; moved;) {
    moved = false;
    for (int v = 0; v < g->n; v++)
      if (gain(g, side, v) > least) side[v] ^= 1, moved = true;
  }
}

static void add(ps_optima *o, const rc_cut_graph *g, const uint8_t *side) {
  const size_t n = (size_t)o->n;
  if (o->count == o->cap) {
    o->cap = RC_MAX(64, 2 * o->cap);
    o->side = rc_realloc(o->side, (size_t)o->cap * n, 1);
    o->value = rc_realloc(o->value, (size_t)o->cap, sizeof *o->value);
  }
  uint8_t *to = o->side + (size_t)o->count * n;
  memcpy(to, side, n);
  descend(g, to);
  for (int v = o->n - 1; v >= 0; v--) to[v] ^= to[0];
  for (int64_t k = 0; k < o->count; k++)
    if (!memcmp(o->side + (size_t)k * n, to, n)) return;
  o->value[o->count++] = rc_cut_value(g, to);
}

static void *open_solver(const rc_cut_graph *g, const char *name, uint64_t replica,
                         const rc_solver_class **cls, rc_err *err) {
  *cls = (const rc_solver_class *)rc_kind_find(rc_solver_kinds, name);
  void *opts = rc_alloc(1, (*cls)->kind.size + 1);
  rc_params_init((*cls)->kind.params, opts, (*cls)->kind.size);
  void *run = (*cls)->open(g, opts, 1, replica, err);
  rc_params_free((*cls)->kind.params, opts);
  rc_free(opts);
  return run;
}

static bool search(ps_optima *o, const rc_cut_graph *g, uint64_t replica, rc_err *err) {
  const rc_solver_class *tabu;
  void *run = open_solver(g, "tabu", replica, &tabu, err);
  if (!run) return false;
  tabu->step(run, (uint64_t)SWEEPS * (uint64_t)g->n);
  add(o, g, tabu->read(run).best_side);
  tabu->close(run);
  return true;
}

ps_optima *ps_optima_find(const rc_cut_graph *g, int64_t starts, const uint8_t *known,
                          rc_err *err) {
  ps_optima *o = rc_alloc(1, sizeof *o);
  const rc_solver_class *descent;
  void *run = open_solver(g, "descent", 0, &descent, err);
  o->n = g->n;
  if (known) add(o, g, known);
  bool ok = run != NULL;
  for (uint64_t k = 0; ok && k < SEARCHES; k++) ok = search(o, g, k, err);
  for (int64_t k = 0; ok && k < starts;) {
    double value;
    descent->step(run, (uint64_t)g->n); /* an optimum takes so many moves at least */
    const int64_t now = (int64_t)descent->read(run).figure[0].value;
    if (now == k) continue;
    add(o, g, rc_descent_optimum(run, &value));
    k = now;
  }
  if (run) descent->close(run);
  if (ok) return o;
  ps_optima_free(o);
  return NULL;
}

void ps_optima_free(ps_optima *o) {
  if (!o) return;
  rc_free(o->side);
  rc_free(o->value);
  rc_free(o);
}

int64_t ps_optima_count(const ps_optima *o) {
  return o->count;
}

const uint8_t *ps_optima_best(const ps_optima *o) {
  int64_t best = 0;
  for (int64_t k = 1; k < o->count; k++)
    if (o->value[k] > o->value[best] + 1e-12 * fabs(o->value[best])) best = k;
  return o->side + (size_t)best * (size_t)o->n;
}

double ps_cut_overlap(const rc_cut_graph *g, const uint8_t *a, const uint8_t *b) {
  double sum = 0, all = 0;
  for (int64_t e = 0; e < g->m; e++) {
    const double w = fabs(g->w[e]);
    sum += w * (a[g->u[e]] == b[g->u[e]] ? 1 : -1) + w * (a[g->v[e]] == b[g->v[e]] ? 1 : -1);
    all += 2 * w;
  }
  return all > 0 ? fabs(sum) / all : 1;
}

const uint8_t *ps_optima_rival(const ps_optima *o, const rc_cut_graph *g, const uint8_t *a,
                               double most, double *least) {
  int64_t best = -1;
  double m = 2;
  *least = 2;
  for (int64_t k = 0; k < o->count; k++) {
    const double now = ps_cut_overlap(g, a, o->side + (size_t)k * (size_t)o->n);
    if (now > 1 - 1e-9) continue; /* A itself, or it but for vertices without weight */
    *least = fmin(*least, now);
    if (now > most) continue;
    const double slack = best < 0 ? 0 : 1e-12 * fabs(o->value[best]);
    if (best < 0 || o->value[k] > o->value[best] + slack ||
        (o->value[k] >= o->value[best] - slack && now < m))
      best = k, m = now;
  }
  return best < 0 ? NULL : o->side + (size_t)best * (size_t)o->n;
}
