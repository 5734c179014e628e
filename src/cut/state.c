/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void cs_open(cs_state *s, const rc_cut_graph *g, const char *name, uint64_t seed,
             uint64_t replica) {
  const size_t n = (size_t)g->n + 1;
  char stream[48];
  snprintf(stream, sizeof stream, "cut/%s", name);
  *s = (cs_state){.g = g, .best = -INFINITY};
  s->side = rc_alloc(n, 1);
  s->best_side = rc_alloc(n, 1);
  s->gain = rc_alloc(n, sizeof *s->gain);
  s->journal = rc_alloc(n + 1, sizeof *s->journal);
  s->journaled = g->n + 1;
  s->rng = rc_rng_stream(seed, stream, replica);
}

void cs_close(cs_state *s) {
  rc_free(s->side);
  rc_free(s->best_side);
  rc_free(s->gain);
  rc_free(s->journal);
}

void cs_rebuild(cs_state *s) {
  const rc_cut_graph *g = s->g;
  s->value = 0;
  for (int v = 0; v < g->n; v++) {
    double sum = 0;
    for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
      sum += s->side[g->other[k]] == s->side[v] ? g->weight[k] : -g->weight[k];
    }
    s->gain[v] = sum;
  }
  s->value = rc_cut_value(g, s->side);
}

void cs_random(cs_state *s) {
  for (int v = 0; v < s->g->n; v++) s->side[v] = rc_rng_next(&s->rng) >> 63;
  s->journaled = s->g->n + 1;
  cs_rebuild(s);
}

void cs_assign(cs_state *s, const uint8_t *side) {
  memcpy(s->side, side, (size_t)s->g->n);
  s->journaled = s->g->n + 1;
  cs_rebuild(s);
}

void cs_flip(cs_state *s, int v) {
  const rc_cut_graph *g = s->g;
  const uint8_t was = s->side[v];
  s->value += s->gain[v];
  s->gain[v] = -s->gain[v];
  s->side[v] = !was;
  /* an edge inside a side has become a cut one; by a table, since the sides cannot be predicted */
  const double factor[2] = {2, -2};
  for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
    const int u = g->other[k];
    s->gain[u] += factor[s->side[u] == was] * g->weight[k];
  }
  if (s->journaled < g->n)
    s->journal[s->journaled++] = v;
  else
    s->journaled = g->n + 1;
}

void cs_return(cs_state *s) {
  if (s->journaled > s->g->n || ++s->returns % 4096 == 0) {
    cs_assign(s, s->best_side);
    s->journaled = 0;
    return;
  }
  const int n = s->journaled;
  s->journaled = s->g->n + 1; /* so that these flips are not written into the journal */
  for (int i = 0; i < n; i++) cs_flip(s, s->journal[i]);
  s->journaled = 0;
  s->value = s->best;
}

void cs_note(cs_state *s) {
  if (!(s->value > s->best + cs_epsilon(s->g))) return;
  if (s->journaled <= s->g->n) {
    for (int i = 0; i < s->journaled; i++) s->best_side[s->journal[i]] ^= 1;
  } else {
    memcpy(s->best_side, s->side, (size_t)s->g->n);
  }
  s->journaled = 0;
  s->best = s->value;
  s->best_move = s->moves;
  s->improvements++;
}

rc_solver_view cs_view(const cs_state *s) {
  return (rc_solver_view){.value = s->value,
                          .best = s->best,
                          .side = s->side,
                          .best_side = s->best_side,
                          .moves = s->moves,
                          .improvements = s->improvements,
                          .best_move = s->best_move};
}

void cs_figure(rc_solver_view *v, const char *name, double value) {
  if (v->figures >= (int)RC_LEN(v->figure)) return;
  rc_solver_figure *f = &v->figure[v->figures++];
  snprintf(f->name, sizeof f->name, "%s", name);
  f->value = value;
}

/* Where few vertices can be eliminated to begin with, the core is about as large as the graph. */
static bool worth_reducing(const rc_cut_graph *g) {
  int small = 0;
  for (int v = 0; v < g->n; v++) small += g->start[v + 1] - g->start[v] <= 3;
  return small > g->n / 100;
}

const rc_cut_graph *cs_core_open(cs_core *c, const rc_cut_graph *g, bool wanted) {
  *c = (cs_core){0};
  if (!wanted || !g->integer || !worth_reducing(g)) return g;
  rc_cut_reduced *r = rc_cut_reduce(g, NULL);
  if (!r || rc_cut_reduced_core(r)->n == 0 || rc_cut_reduced_core(r)->n > g->n - g->n / 20) {
    rc_cut_reduced_free(r);
    return g;
  }
  c->r = r;
  c->side = rc_alloc((size_t)g->n + 1, 1);
  c->best_side = rc_alloc((size_t)g->n + 1, 1);
  c->improvements = UINT64_MAX;
  return rc_cut_reduced_core(r);
}

void cs_core_close(cs_core *c) {
  rc_cut_reduced_free(c->r);
  rc_free(c->side);
  rc_free(c->best_side);
}

void cs_core_view(cs_core *c, rc_solver_view *v) {
  if (!c->r) return;
  if (v->improvements != c->improvements) rc_cut_reduced_lift(c->r, v->best_side, c->best_side);
  c->improvements = v->improvements;
  rc_cut_reduced_lift(c->r, v->side, c->side);
  v->value = rc_cut_reduced_value(c->r, v->value);
  v->best = rc_cut_reduced_value(c->r, v->best);
  v->side = c->side;
  v->best_side = c->best_side;
}

double cs_epsilon(const rc_cut_graph *g) {
  return g->integer ? 0 : 1e-13 * g->weight_total;
}

double cs_field(const rc_cut_graph *g) {
  double sum = 0;
  for (int64_t e = 0; e < g->m; e++) sum += g->w[e] * g->w[e];
  return g->n > 0 && sum > 0 ? sqrt(2 * sum / g->n) : 1;
}

void cs_log_table(float *table, rc_rng *rng) {
  for (int i = 0; i < 65536; i++) table[i] = (float)log((i + .5) / 65536);
  for (int i = 65535; i > 0; i--) {
    const uint64_t j = rc_rng_below(rng, (uint64_t)i + 1);
    const float t = table[i];
    table[i] = table[j], table[j] = t;
  }
}
