/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contraction of what independent runs agree on (Houdayer, Martin, Phys. Rev. Lett. 83 (1999) 1030:
 * renormalisation for discrete optimisation).
 *
 * A few short annealing runs on the same graph. Neighbours that are on equal sides in all of them,
 * or on different sides in all of them, are most likely so in the best cut: connected sets of such
 * vertices become one vertex each. On the smaller graph one flip moves a whole cluster, and the same
 * is done again until one vertex is left. The best cut so far is among the runs from the second
 * time on, so that it can be reached on all levels; each descent takes longer runs than the last. */
#include "annealing.h"
#include "solvers.h"

#include <math.h>
#include <string.h>

enum { RUNS_MAX = 32, POOL_MAX = 60, LEVELS_MAX = 40 };
#define WHOLE .02

typedef struct options {
  int64_t runs, pool, sweeps, longest;
  double hot, cold;
} options;

typedef struct level {
  rc_cut_graph *g; /* owned, but on level 0 */
  int *block;      /* of a vertex of the level before: its vertex here */
  uint8_t *turned; /* and whether it is on the other side */
  double constant; /* value on level 0 = constant + value here */
} level;

typedef struct contract {
  const rc_cut_graph *g;
  cs_core *core;
  options o;
  float table[65536];
  rc_rng rng;
  cs_state top; /* on level 0: its best is the best */
  level level[LEVELS_MAX];
  int depth;         /* level at work */
  uint64_t *runs;    /* of each vertex of this level: its sides, a bit for each run */
  int made, parents; /* runs done on this level; bits in use, with those from outside */
  cs_state s;        /* the run at work, */
  cs_annealing run;  /* and how far it is */
  int64_t sweeps;    /* of a run on level 0 */
  uint8_t *lifted, *offer;
  bool offered;
  uint64_t
      *pool; /* of each vertex of level 0: its sides in the results of descents, a bit for each */
  int pooled, pool_at;
  bool joint;      /* this descent began from the pool */
  int8_t *decided; /* of each edge: 0 or 1 where the relaxation is whole, else -1 */
  bool guided;     /* the next blocks are those of the relaxation */
  double found;    /* best of this descent, */
  uint8_t *result; /* and where */
  uint8_t *best;   /* sides of the best cut on this level (joint descents) */
  uint64_t descents, joints, useful;
  int *root, *count, *stamp; /* scratch for contractions: n + 1 */
  double *sum;
} contract;

static const rc_cut_graph *graph_of(const contract *c) {
  return c->depth ? c->level[c->depth].g : c->g;
}

/* ---- one annealing run on a level --------------------------------------------------------------
 */

static void begin_run(contract *c) {
  const rc_cut_graph *g = graph_of(c);
  cs_random(&c->s);
  /* small graphs get longer runs: a level costs no more than the first */
  cs_annealing_begin(&c->run, c->sweeps * RC_MIN(8, c->g->n / RC_MAX(1, g->n)),
                     c->o.hot * cs_field(g), c->o.cold * cs_field(c->g));
}

static void enter_level(contract *c) {
  const rc_cut_graph *g = graph_of(c);
  if (c->s.side) cs_close(&c->s);
  cs_open(&c->s, g, "contract/run", 0, 0);
  c->s.best = INFINITY; /* only the ends of runs are of interest */
  c->s.rng = rc_rng_stream(rc_rng_next(&c->rng), "cut/contract/run", (uint64_t)c->depth);
  memset(c->runs, 0, (size_t)g->n * sizeof *c->runs);
  c->made = c->parents = 0;
  if (c->joint && c->depth > 0) { /* so that it can be reached on all levels */
    const level *l = &c->level[c->depth];
    const int above = c->depth > 1 ? c->level[c->depth - 1].g->n : c->g->n;
    for (int v = 0; v < above; v++) c->best[l->block[v]] = c->best[v] ^ l->turned[v];
    for (int v = 0; v < g->n; v++) c->runs[v] = c->best[v];
    c->parents = 1;
  }
  begin_run(c);
}

static void *contract_open(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                           rc_err *err) {
  (void)err;
  contract *c = rc_alloc(1, sizeof *c);
  c->o = *(const options *)opts;
  c->core = rc_alloc(1, sizeof *c->core);
  c->g = g = cs_core_open(c->core, g, true);
  const size_t n = (size_t)g->n + 1;
  c->rng = rc_rng_stream(seed, "cut/contract", replica);
  cs_log_table(c->table, &c->rng);
  cs_open(&c->top, g, "contract", seed, replica);
  cs_random(&c->top);
  cs_note(&c->top);
  c->runs = rc_alloc(n, sizeof *c->runs);
  c->lifted = rc_alloc(n, 1);
  c->offer = rc_alloc(n, 1);
  c->result = rc_alloc(n, 1);
  c->best = rc_alloc(n, 1);
  c->pool = rc_alloc(n, sizeof *c->pool);
  c->found = -INFINITY;
  c->root = rc_alloc(n, sizeof *c->root);
  c->count = rc_alloc(n + 1, sizeof *c->count);
  c->stamp = rc_alloc(n, sizeof *c->stamp);
  c->sum = rc_alloc(n, sizeof *c->sum);
  c->sweeps = c->o.sweeps;
  return c;
}

/* ---- contraction -------------------------------------------------------------------------------
 */

static int find_root(int *up, int a) {
  while (up[a] != a) a = up[a] = up[up[a]];
  return a;
}

static bool agreed(const contract *c, int u, int v) {
  const uint64_t all = c->parents < 64 ? ((uint64_t)1 << c->parents) - 1 : UINT64_MAX,
                 differ = (c->runs[u] ^ c->runs[v]) & all;
  return differ == 0 || differ == all;
}

/* Blocks of level 0 by the edges that the relaxation has decided; returns their number. */
static int decided_blocks(contract *c, level *l) {
  const rc_cut_graph *g = c->g;
  int blocks = 0;
  for (int v = 0; v < g->n; v++) l->block[v] = -1;
  for (int r = 0; r < g->n; r++) {
    if (l->block[r] >= 0) continue;
    int top = 0;
    l->block[r] = blocks, l->turned[r] = 0;
    c->root[top++] = r;
    for (int i = 0; i < top; i++) {
      const int v = c->root[i];
      for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
        const int u = g->other[k], d = c->decided[g->edge[k]];
        if (d < 0 || l->block[u] >= 0) continue;
        l->block[u] = blocks, l->turned[u] = l->turned[v] ^ (d == 1);
        c->root[top++] = u;
      }
    }
    blocks++;
  }
  return blocks;
}

/* Blocks of the vertices of a graph into l; returns their number. */
static int find_blocks(contract *c, const rc_cut_graph *g, level *l) {
  int blocks = 0;
  for (int v = 0; v < g->n; v++) c->root[v] = v;
  for (int v = 0; v < g->n; v++) {
    for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
      const int u = g->other[k];
      if (u > v || !agreed(c, u, v)) continue;
      const int a = find_root(c->root, u), b = find_root(c->root, v);
      c->root[RC_MAX(a, b)] = RC_MIN(a, b);
    }
  }
  for (int v = 0; v < g->n; v++) { /* the root of a block is its smallest vertex */
    const int r = find_root(c->root, v);
    l->block[v] = r == v ? blocks++ : l->block[r];
    l->turned[v] = (c->runs[v] ^ c->runs[r]) & 1;
  }
  return blocks;
}

static rc_cut_graph *new_graph(int n, int64_t most) {
  rc_cut_graph *q = rc_alloc(1, sizeof *q);
  q->n = n;
  q->start = rc_alloc((size_t)n + 1, sizeof *q->start);
  q->other = rc_alloc((size_t)most + 1, sizeof *q->other);
  q->edge = rc_alloc((size_t)most + 1, sizeof *q->edge);
  q->weight = rc_alloc((size_t)most + 1, sizeof *q->weight);
  q->u = rc_alloc((size_t)most / 2 + 1, sizeof *q->u);
  q->v = rc_alloc((size_t)most / 2 + 1, sizeof *q->v);
  q->w = rc_alloc((size_t)most / 2 + 1, sizeof *q->w);
  return q;
}

/* The weights between block a and all others, whose members are count[a] .. count[a + 1) of root. */
static void block_row(contract *c, const rc_cut_graph *g, const level *l, rc_cut_graph *q, int a) {
  int64_t at = q->start[a];
  for (int i = c->count[a]; i < c->count[a + 1]; i++) {
    const int v = c->root[i];
    for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
      const int u = g->other[k], b = l->block[u];
      if (b == a) continue;
      if (c->stamp[b] != a + 1) c->stamp[b] = a + 1, c->sum[b] = 0, q->other[at++] = b;
      c->sum[b] += l->turned[u] == l->turned[v] ? g->weight[k] : -g->weight[k];
    }
  }
  int64_t kept = q->start[a];
  for (int64_t k = q->start[a]; k < at; k++) {
    const int b = q->other[k];
    if (c->sum[b] == 0) continue;
    q->other[kept] = b, q->weight[kept++] = c->sum[b];
    if (a < b) q->u[q->m] = a, q->v[q->m] = b, q->w[q->m++] = c->sum[b];
  }
  q->start[a + 1] = kept;
}

static rc_cut_graph *quotient(contract *c, const rc_cut_graph *g, const level *l, int blocks) {
  rc_cut_graph *q = new_graph(blocks, 2 * g->m);
  memset(c->count, 0, ((size_t)blocks + 2) * sizeof *c->count);
  memset(c->stamp, 0, (size_t)blocks * sizeof *c->stamp);
  for (int v = 0; v < g->n; v++) c->count[l->block[v] + 1]++;
  for (int a = 0; a < blocks; a++) c->count[a + 1] += c->count[a];
  for (int v = 0; v < g->n; v++) c->root[c->count[l->block[v]]++] = v;
  for (int a = blocks; a > 0; a--) c->count[a] = c->count[a - 1];
  c->count[0] = 0;
  for (int a = 0; a < blocks; a++) block_row(c, g, l, q, a);
  q->integer = g->integer;
  for (int64_t e = 0; e < q->m; e++) q->weight_total += fabs(q->w[e]);
  return q;
}

/* Sides on level 0 of sides on the level at work. */
static void lift(contract *c, const uint8_t *side, uint8_t *out) {
  for (int v = 0; v < c->g->n; v++) {
    int at = v, turned = 0;
    for (int d = 1; d <= c->depth; d++) {
      turned ^= c->level[d].turned[at];
      at = c->level[d].block[at];
    }
    out[v] = side[at] ^ turned;
  }
}

static void leave_levels(contract *c) {
  for (; c->depth > 0; c->depth--) {
    level *l = &c->level[c->depth];
    rc_cut_graph_free(l->g);
    rc_free(l->block), rc_free(l->turned);
    *l = (level){0};
  }
}

/* One level down; false when the runs agree on everything, or on too little to go on. */
static bool descend(contract *c) {
  const rc_cut_graph *g = graph_of(c);
  if (c->depth + 1 == LEVELS_MAX) return false;
  level *l = &c->level[c->depth + 1];
  l->block = rc_alloc((size_t)g->n + 1, sizeof *l->block);
  l->turned = rc_alloc((size_t)g->n + 1, 1);
  const int blocks = c->guided ? decided_blocks(c, l) : find_blocks(c, g, l);
  c->guided = false;
  c->depth++;
  if (blocks < 3 || blocks > g->n - g->n / 20) return false;
  l->g = quotient(c, g, l, blocks);
  uint8_t *zero = rc_alloc((size_t)blocks, 1);
  lift(c, zero, c->lifted); /* no edge between blocks is cut here */
  l->constant = rc_cut_value(c->g, c->lifted);
  rc_free(zero);
  enter_level(c);
  return true;
}

/* ---- the whole descent -------------------------------------------------------------------------
 */

static void climb(contract *c) {
  const double eps = cs_epsilon(c->g);
  for (bool again = true; again;) {
    again = false;
    for (int v = 0; v < c->g->n; v++) {
      if (c->top.gain[v] > eps) cs_flip(&c->top, v), again = true;
    }
  }
  cs_note(&c->top);
}

/* A cut of level 0 into the pool, in the place of the oldest one. */
static void keep(contract *c, const uint8_t *side) {
  const int at = c->pool_at;
  for (int v = 0; v < c->g->n; v++)
    c->pool[v] = (c->pool[v] & ~((uint64_t)1 << at)) | (uint64_t)side[v] << at;
  c->pool_at = (at + 1) % (int)c->o.pool;
  c->pooled = RC_MAX(c->pooled, at + 1);
}

/* The next descent: by itself, or together with what the ones before have found. */
static void next_descent(contract *c) {
  leave_levels(c);
  if (!c->joint) {
    keep(c, c->result);
    c->descents++;
    if (c->descents % (uint64_t)c->o.pool == 0) c->sweeps = RC_MIN(2 * c->sweeps, c->o.longest);
  } else {
    c->joints++;
  }
  c->found = -INFINITY;
  c->joint = !c->joint && c->pooled > 2;
  c->guided = !c->joint && c->decided && c->descents % 2;
  if (c->guided) {
    if (descend(c)) return;
    leave_levels(c);
  }
  if (c->joint) {
    memcpy(c->best, c->top.best_side, (size_t)c->g->n);
    for (int v = 0; v < c->g->n; v++) c->runs[v] = c->pool[v] << 1 | c->best[v];
    c->parents = c->pooled + 1;
    if (c->offered) {
      for (int v = 0; v < c->g->n; v++) c->runs[v] |= (uint64_t)c->offer[v] << c->parents;
      c->parents++;
      c->offered = false;
    }
    if (descend(c)) return;
    leave_levels(c);
    c->joint = false;
  }
  enter_level(c);
}

static void end_run(contract *c) {
  const rc_cut_graph *g = graph_of(c);
  for (int v = 0; v < g->n; v++) c->runs[v] |= (uint64_t)c->s.side[v] << c->parents;
  c->parents++;
  const double value = c->s.value + c->level[c->depth].constant;
  if (value > c->found) {
    c->found = value;
    lift(c, c->s.side, c->result);
    if (value > c->top.best + cs_epsilon(c->g)) {
      cs_assign(&c->top, c->result);
      climb(c);
      c->useful += c->joint;
    }
  }
  if (++c->made < c->o.runs)
    begin_run(c);
  else if (!descend(c))
    next_descent(c);
}

static void contract_step(void *p, uint64_t moves) {
  contract *c = p;
  if (c->g->n < 2) return;
  if (!c->s.side) enter_level(c); /* not on opening, which takes its time on a large graph */
  while (moves > 0) {
    const uint64_t before = moves;
    const bool ended = cs_annealing_step(&c->run, &c->s, c->table, &moves);
    c->top.moves += before - moves;
    if (ended) end_run(c);
  }
}

static void contract_offer(void *p, const uint8_t *side) {
  contract *c = p;
  if (c->core->r) return; /* of the whole graph, not of the core */
  memcpy(c->offer, side, (size_t)c->g->n);
  c->offered = true;
}

static void contract_guide(void *p, const double *x) {
  contract *c = p;
  if (c->core->r) return;
  if (!c->decided) c->decided = rc_alloc((size_t)c->g->m + 1, 1);
  for (int64_t e = 0; e < c->g->m; e++)
    c->decided[e] = x[e] < WHOLE ? 0 : x[e] > 1 - WHOLE ? 1 : -1;
}

static rc_solver_view contract_read(const void *p) {
  const contract *c = p;
  rc_solver_view v = cs_view(&c->top);
  cs_core_view(c->core, &v);
  cs_figure(&v, "level", c->depth);
  cs_figure(&v, "vertices", graph_of(c)->n);
  cs_figure(&v, "run", c->made + 1);
  cs_figure(&v, "sweeps", (double)c->run.sweeps);
  cs_figure(&v, "descents", (double)c->descents);
  cs_figure(&v, "joint", (double)c->joints);
  cs_figure(&v, "joint gains", (double)c->useful);
  return v;
}

static void contract_close(void *p) {
  contract *c = p;
  leave_levels(c);
  cs_close(&c->s);
  cs_close(&c->top);
  cs_core_close(c->core);
  rc_free(c->core);
  rc_free(c->runs), rc_free(c->lifted), rc_free(c->offer), rc_free(c->root), rc_free(c->count);
  rc_free(c->stamp), rc_free(c->sum), rc_free(c->result), rc_free(c->best), rc_free(c->pool),
      rc_free(c->decided);
  rc_free(c);
}

static const rc_param params[] = {
    {.name = "runs",
     .type = RC_T_INT,
     .offset = offsetof(options, runs),
     .def = "6",
     .min = 1,
     .max = RUNS_MAX,
     .unit = "",
     .help = "annealing runs on each level"},
    {.name = "pool",
     .type = RC_T_INT,
     .offset = offsetof(options, pool),
     .def = "16",
     .min = 3,
     .max = POOL_MAX,
     .unit = "",
     .help = "results of descents that are contracted together"},
    CS_ANNEALING_PARAMS("1600",
                        "length of a run in the first descents; doubles with each full pool",
                        " of the level", " of the graph"),
    {0}};

const rc_solver_class rc_solver_contract = {
    .kind =
        {.name = "contract",
         .title = "contraction",
         .help = "contracts what annealing runs agree on, level by level",
         .explain =
             "Vertices whose sides several annealing runs relate in the same way become one; "
             "on the smaller graph a flip moves a whole cluster, and the same begins again "
             "(Houdayer, Martin 1999). Joint descents contract what the results of earlier ones "
             "agree on; the figure 'joint gains' counts the bests that they found.",
         .params = params,
         .size = sizeof(options)},
    .open = contract_open,
    .step = contract_step,
    .read = contract_read,
    .offer = contract_offer,
    .guide = contract_guide,
    .close = contract_close};
