/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parallel tempering with isoenergetic cluster moves (Houdayer 2001; Zhu, Ochoa, Katzgraber 2015).
 *
 * Two replicas at each of a geometric ladder of temperatures. After each sweep of all replicas:
 * exchanges between neighbours on the ladder, and for each cold pair a cluster move: a connected
 * cluster of vertices where the two replicas differ is flipped in both, which keeps the sum of
 * their values and carries each across barriers no single flip crosses. */
#include "solvers.h"
#include "state.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { LADDER_MAX = 64 };

typedef struct options {
  int64_t temperatures;
  double hot, cold;
  bool clusters;
} options;

typedef struct tempering {
  const rc_cut_graph *g;
  options o;
  int levels;
  double t[LADDER_MAX];
  cs_state *replica;         /* 2 per level: replica[2 * level + k] */
  int order[2 * LADDER_MAX]; /* replica at (level, k): exchanges move indices, not states */
  float table[65536];
  uint32_t dice;
  rc_rng rng;
  int slot, at; /* position in the sweep: which replica, which vertex */
  uint64_t moves, sweeps;
  uint64_t swaps_tried, swaps_taken, clusters, cluster_size;
  int best; /* replica that holds the best */
  int *stack;
  uint8_t *seen;
} tempering;

/* A replica at random; also a better value than all before. */
static void begin_replica(tempering *p, int r) {
  cs_random(&p->replica[r]);
  cs_note(&p->replica[r]);
  if (p->replica[r].best > p->replica[p->best].best) p->best = r;
}

static void *tempering_open(const rc_cut_graph *g, const void *opts, uint64_t seed,
                            uint64_t replica, rc_err *err) {
  tempering *p = rc_alloc(1, sizeof *p);
  p->g = g;
  p->o = *(const options *)opts;
  if (p->o.cold >= p->o.hot) {
    rc_err_set(err, RC_ERR_INPUT, "tempering: cold must be below hot");
    rc_free(p);
    return NULL;
  }
  p->levels = (int)p->o.temperatures;
  const double field = cs_field(g),
               ratio = pow(p->o.hot / p->o.cold, 1.0 / RC_MAX(1, p->levels - 1));
  for (int i = 0; i < p->levels; i++) p->t[i] = field * p->o.cold * pow(ratio, i);
  p->replica = rc_alloc(2 * (size_t)p->levels, sizeof *p->replica);
  p->rng = rc_rng_stream(seed, "cut/tempering", replica);
  cs_log_table(p->table, &p->rng);
  for (int i = 0; i < 2 * p->levels; i++) {
    cs_open(&p->replica[i], g, "tempering/replica", seed, replica * 2 * LADDER_MAX + (uint64_t)i);
    p->order[i] = i;
  }
  begin_replica(p, 0); /* the others when their turn comes: on a large graph each takes its time */
  p->stack = rc_alloc((size_t)g->n + 1, sizeof *p->stack);
  p->seen = rc_alloc((size_t)g->n + 1, 1);
  return p;
}

/* Flips one connected cluster of differing vertices in both replicas of a pair. */
static void cluster_move(tempering *p, cs_state *a, cs_state *b) {
  const rc_cut_graph *g = p->g;
  int differ = 0;
  for (int v = 0; v < g->n; v++) differ += a->side[v] != b->side[v];
  if (differ == 0) return;
  /* the global flip is no move: take the smaller of the two complementary pictures */
  const uint8_t want = 2 * differ <= g->n;
  const int sites = want ? differ : g->n - differ;
  if (sites == 0) return;
  int pick = (int)rc_rng_below(&p->rng, (uint64_t)sites), start = 0;
  for (int v = 0; v < g->n; v++) {
    if ((a->side[v] != b->side[v]) == want && pick-- == 0) {
      start = v;
      break;
    }
  }
  memset(p->seen, 0, (size_t)g->n);
  int top = 0, size = 0;
  p->stack[top++] = start;
  p->seen[start] = 1;
  for (int i = 0; i < top; i++) { /* breadth first; the list stays in the stack */
    const int v = p->stack[i];
    size++;
    for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
      const int u = g->other[k];
      if (!p->seen[u] && (a->side[u] != b->side[u]) == want) p->seen[u] = 1, p->stack[top++] = u;
    }
  }
  for (int i = 0; i < top; i++) cs_flip(a, p->stack[i]), cs_flip(b, p->stack[i]);
  p->clusters++, p->cluster_size += (uint64_t)size;
}

static void note(tempering *p, int r) {
  p->replica[r].moves = p->moves;
  cs_note(&p->replica[r]);
  if (p->replica[r].best > p->replica[p->best].best) p->best = r;
}

/* One-flip local search on a copy of the sides: how good is the valley this replica is in? It is
 * done in place and undone from the journal of flips, so that detailed balance is kept. */
static void look_down(tempering *p, int r) {
  cs_state *s = &p->replica[r];
  const double eps = cs_epsilon(p->g);
  int undo = 0;
  for (bool again = true; again;) {
    again = false;
    for (int v = 0; v < p->g->n && undo < p->g->n; v++) {
      if (s->gain[v] > eps) cs_flip(s, v), p->stack[undo++] = v, again = true;
    }
    if (undo >= p->g->n) break;
  }
  note(p, r);
  while (undo > 0) cs_flip(s, p->stack[--undo]);
}

static void end_sweep(tempering *p) {
  p->sweeps++;
  p->dice = (uint32_t)rc_rng_next(&p->rng);
  if (p->sweeps % 1024 == 0 && !p->g->integer) { /* against rounding drift */
    for (int i = 0; i < 2 * p->levels; i++) cs_rebuild(&p->replica[i]);
  }
  if (p->o.clusters) {
    for (int l = 0; l < (p->levels + 1) / 2; l++) { /* hot clusters percolate and cost time */
      cluster_move(p, &p->replica[p->order[2 * l]], &p->replica[p->order[2 * l + 1]]);
    }
  }
  for (int k = 0; k < 2; k++) {
    for (int l = p->levels - 2; l >= 0; l--) {
      int *lo = &p->order[2 * l + k], *hi = &p->order[2 * l + 2 + k];
      const double gain = p->replica[*hi].value - p->replica[*lo].value;
      p->swaps_tried++;
      if (gain * (1 / p->t[l] - 1 / p->t[l + 1]) > log(rc_rng_unit(&p->rng) + 1e-300)) {
        const int t = *lo;
        *lo = *hi, *hi = t;
        p->swaps_taken++;
      }
    }
  }
  for (int i = 0; i < RC_MIN(6, 2 * p->levels); i++) look_down(p, p->order[i]);
}

static void tempering_step(void *q, uint64_t moves) {
  tempering *p = q;
  const int n = p->g->n;
  if (n == 0) return;
  while (moves > 0) {
    const int r = p->order[p->slot];
    cs_state *s = &p->replica[r];
    if (p->sweeps == 0 && p->slot > 0 && p->at == 0) begin_replica(p, r);
    const float t = (float)p->t[p->slot / 2];
    const int stop = (uint64_t)(n - p->at) < moves ? n : p->at + (int)moves;
    const uint64_t done = (uint64_t)(stop - p->at);
    for (int v = p->at; v < stop; v++) {
      if (s->gain[v] > t * p->table[p->dice++ & 65535]) cs_flip(s, v);
    }
    moves -= done, p->moves += done;
    p->at = stop;
    if (stop < n) return;
    if (s->value > s->best) note(p, r);
    p->at = 0;
    if (++p->slot == 2 * p->levels) {
      p->slot = 0;
      end_sweep(p);
    }
  }
}

static rc_solver_view tempering_read(const void *q) {
  const tempering *p = q;
  rc_solver_view v = cs_view(&p->replica[p->best]);
  const cs_state *cold = &p->replica[p->order[0]];
  v.value = cold->value, v.side = cold->side;
  v.moves = p->moves;
  v.improvements = 0;
  for (int i = 0; i < 2 * p->levels; i++) v.improvements += p->replica[i].improvements;
  cs_figure(&v, "sweeps", (double)p->sweeps);
  cs_figure(&v, "cold", p->t[0]);
  cs_figure(&v, "hot", p->t[p->levels - 1]);
  cs_figure(&v, "exchange", p->swaps_tried ? (double)p->swaps_taken / (double)p->swaps_tried : 0);
  cs_figure(&v, "cluster size", p->clusters ? (double)p->cluster_size / (double)p->clusters : 0);
  return v;
}

static void tempering_close(void *q) {
  tempering *p = q;
  for (int i = 0; i < 2 * p->levels; i++) cs_close(&p->replica[i]);
  rc_free(p->replica);
  rc_free(p->stack);
  rc_free(p->seen);
  rc_free(p);
}

static const rc_param params[] = {
    {.name = "temperatures",
     .type = RC_T_INT,
     .offset = offsetof(options, temperatures),
     .def = "24",
     .min = 2,
     .max = LADDER_MAX,
     .unit = "",
     .help = "length of the ladder; two replicas on each"},
    {.name = "hot",
     .type = RC_T_REAL,
     .offset = offsetof(options, hot),
     .def = "0.6",
     .min = 1e-6,
     .max = 100,
     .unit = "fields",
     .help = "highest temperature, in units of the rms local field"},
    {.name = "cold",
     .type = RC_T_REAL,
     .offset = offsetof(options, cold),
     .def = "0.08",
     .min = 1e-9,
     .max = 100,
     .unit = "fields",
     .help = "lowest temperature, in units of the rms local field"},
    {.name = "clusters",
     .type = RC_T_BOOL,
     .offset = offsetof(options, clusters),
     .def = "true",
     .unit = "",
     .help = "isoenergetic cluster moves between the two replicas of a temperature"},
    {0}};

const rc_solver_class rc_solver_tempering = {
    .kind = {.name = "tempering",
             .title = "tempering",
             .help = "parallel tempering with cluster moves",
             .explain = "Replicas at a ladder of temperatures exchange places with probability "
                        "min(1, exp(dE d(1/T))); pairs at one temperature flip a common cluster of "
                        "differing spins, which keeps the sum of their energies (Houdayer 2001).",
             .params = params,
             .size = sizeof(options)},
    .open = tempering_open,
    .step = tempering_step,
    .read = tempering_read,
    .close = tempering_close,
    .cost = 5};
