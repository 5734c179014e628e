/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Multipliers from a cut: is it optimal because its frustrated edges can be paid for?
 *
 * Call an edge satisfied when the cut treats it as its weight likes, frustrated else. A row that
 * holds with equality at the cut is a cycle with one edge marked against the cut and all others as
 * the cut has them. Take only cycles of one frustrated edge f each, with multipliers that add up to
 * |w_f| for every f and to at most |w_e| on every satisfied edge e: then the bound of the
 * multipliers is the value of the cut (complementary slackness). So the cut is proved when |w_f|
 * units of flow can be sent between the ends of every f along satisfied edges within their
 * capacities |w_e|: a multicommodity flow, which exists whenever the relaxation is tight.
 *
 * It is looked for as routers do (negotiated congestion: McMurchie and Ebeling, FPGA 1995): flows
 * may overload edges at a price; those that run through overloaded edges are taken out and sent
 * again while the price of such edges grows. No LP is solved; whatever comes out is a bound. With
 * symmetry, flows and capacities are those of orbits. */
#include "oddcycle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 6, LONGEST = 64 };

typedef struct path {
  int row; /* of the pool */
  double amount;
} path;
typedef struct commodity {
  int edge; /* the frustrated one */
  double demand;
  int paths;
  path path[PARTS];
} commodity;
typedef struct item {
  double d;
  int v;
} item;

/* What a search reads together lies together: it is a matter of memory more than of arithmetic. */
typedef struct pipe {      /* of a variable */
  double cap, load, price; /* cap 0: frustrated */
} pipe;
typedef struct arc {
  double cap;
  int to, edge;
} arc;
typedef struct mark {
  double dist;
  int stamp, from; /* the search that was here last; edge by which it came */
} mark;

struct oc_pack {
  const oc_problem *p;
  oc_pool *q;
  const uint8_t *side;
  commodity *c;
  int commodities, at, pass, sent; /* the next one in this pass; how many had to be sent again */
  pipe *pipe;                      /* vars */
  int64_t *first;                  /* n + 1: satisfied edges of each vertex */
  arc *arc;
  double worst; /* sum of the overloads when the pass began */
  double work;  /* edges looked at */
  bool sending; /* the commodity before 'at' is not all sent: */
  int part;     /* parts sent */
  double left;  /* and what is left */
  /* search */
  mark *seen; /* n */
  int now;
  item *heap;
  int heaped, heap_cap;
  int *vertex, *edge;
  uint8_t *mark;
};

static int by_demand(const void *a, const void *b) {
  const commodity *x = a, *y = b;
  if (x->demand != y->demand) return x->demand < y->demand ? 1 : -1;
  return (x->edge > y->edge) - (x->edge < y->edge);
}

static bool cut_edge(const oc_pack *k, int e) {
  return k->side[k->p->g->u[e]] != k->side[k->p->g->v[e]];
}

static void make_arcs(oc_pack *k) {
  const rc_cut_graph *g = k->p->g;
  int64_t n = 0;
  k->first = rc_alloc((size_t)g->n + 1, sizeof *k->first);
  k->arc = rc_alloc(2 * (size_t)g->m + 1, sizeof *k->arc);
  for (int v = 0; v < g->n; v++) {
    for (int64_t i = g->start[v]; i < g->start[v + 1]; i++) {
      const double cap = k->pipe[k->p->var[g->edge[i]]].cap;
      if (cap > 0) k->arc[n++] = (arc){cap, g->other[i], g->edge[i]};
    }
    k->first[v + 1] = n;
  }
}

oc_pack *oc_pack_new(const oc_problem *p, oc_pool *q, const uint8_t *side) {
  const rc_cut_graph *g = p->g;
  for (int64_t e = 0; e < g->m; e++) { /* the cut has to be the same on all edges of an orbit */
    const int f = p->first[p->var[e]];
    if ((side[g->u[e]] != side[g->v[e]]) != (side[g->u[f]] != side[g->v[f]])) return NULL;
  }
  oc_pack *k = rc_alloc(1, sizeof *k);
  const size_t vars = (size_t)p->vars + 1, n = (size_t)g->n + 1;
  uint8_t *own = rc_alloc(n, 1);
  memcpy(own, side, n - 1);
  k->p = p, k->q = q, k->side = own;
  k->pipe = rc_alloc(vars, sizeof *k->pipe);
  k->c = rc_alloc(vars, sizeof *k->c);
  for (int j = 0; j < p->vars; j++) {
    const bool satisfied = cut_edge(k, p->first[j]) == (p->c[j] > 0);
    if (satisfied)
      k->pipe[j].cap = fabs(p->c[j]);
    else if (p->c[j] != 0)
      k->c[k->commodities++] = (commodity){.edge = p->first[j], .demand = fabs(p->c[j])};
  }
  qsort(k->c, (size_t)k->commodities, sizeof *k->c, by_demand);
  make_arcs(k);
  k->seen = rc_alloc(n, sizeof *k->seen);
  k->vertex = rc_alloc(n + 1, sizeof *k->vertex);
  k->edge = rc_alloc(n + 1, sizeof *k->edge);
  k->mark = rc_alloc(n + 1, 1);
  return k;
}

void oc_pack_free(oc_pack *k) {
  if (!k) return;
  rc_free((void *)k->side);
  rc_free(k->c), rc_free(k->pipe), rc_free(k->first), rc_free(k->arc), rc_free(k->seen);
  rc_free(k->heap), rc_free(k->vertex), rc_free(k->edge);
  rc_free(k->mark);
  rc_free(k);
}

/* ---- one flow ---------------------------------------------------------------------------------
 */

static void push(oc_pack *k, double d, int v) {
  if (k->heaped == k->heap_cap) {
    k->heap_cap = 2 * k->heap_cap + 256;
    k->heap = rc_realloc(k->heap, (size_t)k->heap_cap, sizeof *k->heap);
  }
  int i = k->heaped++;
  for (; i > 0 && k->heap[(i - 1) / 2].d > d; i = (i - 1) / 2) k->heap[i] = k->heap[(i - 1) / 2];
  k->heap[i] = (item){d, v};
}

static item pop(oc_pack *k) {
  const item top = k->heap[0], last = k->heap[--k->heaped];
  int i = 0;
  for (int c; (c = 2 * i + 1) < k->heaped; i = c) {
    if (c + 1 < k->heaped && k->heap[c + 1].d < k->heap[c].d) c++;
    if (k->heap[c].d >= last.d) break;
    k->heap[i] = k->heap[c];
  }
  k->heap[i] = last;
  return top;
}

/* What 'amount' more costs on a variable: one for the step, and the price where it gets crowded. */
static double toll(const pipe *j, double amount) {
  const double over = j->load + amount - j->cap;
  return (1 + j->price) * (over > 0 ? 1 + 8 * over / amount : 1);
}

/* Cheapest path between the ends of f along satisfied edges; vertices and edges into k, from the
 * one end to the other. Returns the number of edges, 0 when there is none. */
static int cheapest(oc_pack *k, int f, double amount) {
  const rc_cut_graph *g = k->p->g;
  const int s = g->u[f], t = g->v[f];
  k->now++;
  k->heaped = 0;
  k->seen[s] = (mark){0, k->now, -1};
  push(k, 0, s);
  while (k->heaped > 0) {
    const item h = pop(k);
    if (h.v == t) break;
    if (h.d > k->seen[h.v].dist) continue;
    const arc *end = k->arc + k->first[h.v + 1];
    k->work += (double)(k->p->g->start[h.v + 1] - k->p->g->start[h.v]);
    for (const arc *a = k->arc + k->first[h.v]; a < end; a++) {
      /* edges much too thin for the flow are no help and are most of the graph */
      if (a->cap < amount / 64) continue;
      const double d = h.d + toll(&k->pipe[k->p->var[a->edge]], amount);
      mark *to = &k->seen[a->to];
      if (to->stamp == k->now && to->dist <= d) continue;
      if (k->seen[t].stamp == k->now && k->seen[t].dist <= d) continue;
      *to = (mark){d, k->now, a->edge};
      push(k, d, a->to);
    }
  }
  if (k->seen[t].stamp != k->now) return 0;
  int n = 0;
  for (int v = t; k->seen[v].from >= 0; n++) {
    const int e = k->seen[v].from;
    k->vertex[n] = v, k->edge[n] = e, k->mark[n] = cut_edge(k, e);
    v = g->u[e] == v ? g->v[e] : g->u[e];
  }
  k->vertex[n] = s, k->edge[n] = f, k->mark[n] = !cut_edge(k, f);
  return n;
}

static void put(oc_pack *k, int row, double amount) {
  const oc_row r = oc_pool_row(k->q, row);
  for (int i = 0; i < r.length; i++) {
    const int j = k->p->var[r.edge[i]];
    if (k->pipe[j].cap > 0) k->pipe[j].load += amount;
  }
}

static void take_out(oc_pack *k, commodity *c) {
  for (int i = 0; i < c->paths; i++) put(k, c->path[i].row, -c->path[i].amount);
  c->paths = 0;
}

/* Sends the next part of what is left of a commodity; true when it is all sent, or as much as can
 * be. */
static bool send_part(oc_pack *k, commodity *c) {
  double amount = k->left;
  const int n = cheapest(k, c->edge, amount);
  if (n == 0 || n > LONGEST) return true;
  /* what still fits, or a good part of it: the rest looks for another way */
  double fits = INFINITY;
  for (int i = 0; i < n; i++) {
    const pipe *j = &k->pipe[k->p->var[k->edge[i]]];
    fits = fmin(fits, j->cap - j->load);
  }
  if (k->part + 1 < PARTS && fits < k->left) amount = fmin(k->left, fmax(fits, k->left / 4));
  const int row = oc_pool_find(k->q, n + 1, k->vertex, k->edge, k->mark);
  if (row < 0) return true;
  c->path[c->paths++] = (path){row, amount};
  put(k, row, amount);
  k->left -= amount;
  return ++k->part == PARTS || !(k->left > 0);
}

/* ---- passes -----------------------------------------------------------------------------------
 */

static double overload(const pipe *j) {
  return j->cap > 0 ? fmax(0, j->load - j->cap * (1 + 1e-14)) : 0;
}

static bool crowded(oc_pack *k, const commodity *c) {
  if (c->paths == 0) return true;
  for (int i = 0; i < c->paths; i++) {
    const oc_row r = oc_pool_row(k->q, c->path[i].row);
    k->work += r.length;
    for (int s = 0; s < r.length; s++) {
      if (overload(&k->pipe[k->p->var[r.edge[s]]]) > 0) return true;
    }
  }
  return false;
}

/* Prices for the next pass; true when there is nothing left to improve. */
static bool end_pass(oc_pack *k) {
  k->worst = 0;
  for (int j = 0; j < k->p->vars; j++) {
    pipe *x = &k->pipe[j];
    const double over = overload(x);
    if (over > 0) x->price += .5 * fmin(4, over / x->cap) + .1;
    k->worst += over;
  }
  const bool over = k->sent == 0 || k->worst == 0;
  k->at = k->sent = 0, k->pass++;
  return over;
}

bool oc_pack_step(oc_pack *k, int flows, double work) {
  const double until = k->work + work;
  while (flows > 0 && k->work <= until) {
    if (k->sending) {
      k->sending = !send_part(k, &k->c[k->at - 1]);
      flows -= !k->sending;
      continue;
    }
    /* multipliers are read between passes, wherever slices end */
    if (k->at == k->commodities) return end_pass(k);
    commodity *c = &k->c[k->at++];
    if (k->pass > 0 && !crowded(k, c)) continue; /* a look is cheap */
    take_out(k, c);
    k->left = c->demand, k->part = 0, k->sending = k->left > 0;
    k->sent++;
  }
  return false;
}

double oc_pack_work(const oc_pack *k) {
  return k->work;
}
double oc_pack_excess(const oc_pack *k) {
  return k->worst * k->p->unit;
}
int oc_pack_pass(const oc_pack *k) {
  return k->pass;
}

int oc_pack_rows(const oc_pack *k, int *row, double *y) {
  int n = 0;
  for (int i = 0; i < k->commodities; i++) {
    for (int t = 0; t < k->c[i].paths; t++, n++) {
      if (row) row[n] = k->c[i].path[t].row, y[n] = k->c[i].path[t].amount;
    }
  }
  return n;
}
