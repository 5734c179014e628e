/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "annealing.h"

void cs_annealing_begin(cs_annealing *a, int64_t sweeps, double hot, double cold) {
  a->hot = a->temperature = hot, a->cold = cold;
  a->sweeps = sweeps, a->sweep = 0;
  a->at = 0;
  a->quench = false;
}

/* A sweep is over: next temperature, or the local search that ends the run. */
static void end_sweep(cs_annealing *a, cs_state *s) {
  a->at = 0;
  a->acceptance = a->tried ? (double)a->taken / (double)a->tried : 0;
  a->tried = a->taken = 0;
  /* a random place in the table for each sweep, else short graphs would see few thresholds */
  a->dice = (uint32_t)rc_rng_next(&s->rng);
  if (++a->sweep >= a->sweeps) {
    a->quench = true;
    a->quiet = 0;
    cs_rebuild(s);
    return;
  }
  const double part = a->sweeps > 1 ? (double)a->sweep / (double)(a->sweeps - 1) : 1;
  a->temperature = a->hot + (a->cold - a->hot) * part;
}

static void sweep(cs_annealing *a, cs_state *s, const float *table, uint64_t *moves) {
  const int n = s->g->n;
  const float t = (float)a->temperature;
  int v = a->at;
  const int stop = (uint64_t)(n - v) < *moves ? n : v + (int)*moves;
  const uint64_t before = s->moves - (uint64_t)v; /* moves at the start of this sweep */
  *moves -= (uint64_t)(stop - v), a->tried += (uint64_t)(stop - v);
  for (; v < stop; v++) {
    if (s->gain[v] > t * table[a->dice++ & 65535]) {
      cs_flip(s, v);
      a->taken++;
      if (s->value > s->best) {
        s->moves = before + (uint64_t)v + 1;
        cs_note(s);
      }
    }
  }
  s->moves = before + (uint64_t)v;
  a->at = v;
  if (v == n) end_sweep(a, s);
}

static bool quench(cs_annealing *a, cs_state *s, uint64_t *moves) {
  const int n = s->g->n;
  const double eps = cs_epsilon(s->g);
  while (*moves > 0) {
    if (s->gain[a->at] > eps) {
      cs_flip(s, a->at);
      a->quiet = 0;
    } else if (++a->quiet >= n) {
      cs_rebuild(s);
      cs_note(s);
      return true;
    }
    a->at = a->at + 1 < n ? a->at + 1 : 0;
    s->moves++, --*moves;
  }
  return false;
}

bool cs_annealing_step(cs_annealing *a, cs_state *s, const float *table, uint64_t *moves) {
  while (*moves > 0) {
    if (a->quench) return quench(a, s, moves);
    sweep(a, s, table, moves);
  }
  return false;
}
