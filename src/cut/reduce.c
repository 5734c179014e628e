/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reductions of a Max-Cut instance that lose nothing.
 *
 * A vertex of degree at most 3 takes the better side whatever its neighbours do. Its contribution
 * f(s_a, s_b, s_c) does not change when all neighbours change sides, and any such function of up to
 * three sides is a constant plus weights on the pairs of neighbours (the star-triangle relation of
 * the Ising model; Liers and Marinelli, J. Comb. Optim. 2012, for Max-Cut): with f0 for equal sides
 * and f_i when neighbour i is alone,
 *     w_ij = (f_i + f_j - f_k - f0) / 2,   constant f0.
 * For two neighbours the one weight is f_1 - f0, for one or none only the constant stays. Parallel
 * edges add up, edges of weight 0 go. Blocks (biconnected components) are independent: each gets its
 * own copy of the vertex it hangs on, whose degree becomes smaller by that, and the eliminations go
 * on. */
#include "roadcut/cut.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HALVINGS = 24 }; /* whole numbers are halved at most so often */
enum { NOWHERE = -1 };

typedef struct arc {
  int to;
  double w;
} arc;
typedef struct list {
  arc *a;
  int n, cap, live; /* arcs to vertices that are gone stay until the list is tidied */
} list;
/* What lifts, last step first: a vertex that was eliminated with its neighbours, or a block whose
 * vertices change sides until the copy agrees with the vertex it was made of. */
typedef struct undo {
  int vertex, degree; /* degree -1: 'vertex' is a copy of to[0], its block is member[first..last) */
  int to[3];
  double w[3];
  int first, last;
} undo;

struct rc_cut_reduced {
  int n, all;  /* vertices of the graph; with all copies */
  int *number; /* core vertex of each of 'all', -1 */
  int *member, members, member_cap;
  undo *step;
  int steps, step_cap;
  rc_cut_graph *core;
  double unit, constant;
  rc_cut_reduction figures;
};

typedef struct reducer {
  rc_cut_reduced *r;
  list *at; /* all */
  int cap;
  int *queue, queued; /* vertices of degree at most 3 to look at */
  uint8_t *waiting, *gone;
  bool integer;
  int halvings; /* whole numbers stay exact in doubles when halved so often */
} reducer;

static void enqueue(reducer *x, int v) {
  if (x->waiting[v] || x->gone[v] || x->at[v].live > 3) return;
  x->waiting[v] = 1;
  x->queue[x->queued++] = v;
}

static void list_add(list *l, int to, double w) {
  if (l->n == l->cap) {
    l->cap = 2 * l->cap + 4;
    l->a = rc_realloc(l->a, (size_t)l->cap, sizeof *l->a);
  }
  l->a[l->n++] = (arc){to, w};
  l->live++;
}

/* From the end, where new edges are: those between hubs are asked for most. */
static int list_find(const list *l, int to) {
  int i = l->n - 1;
  while (i >= 0 && l->a[i].to != to) i--;
  return i;
}

static void tidy(reducer *x, int v) {
  list *l = &x->at[v];
  int kept = 0;
  for (int i = 0; i < l->n; i++) {
    if (l->a[i].to != NOWHERE && !x->gone[l->a[i].to]) l->a[kept++] = l->a[i];
  }
  l->n = kept;
}

/* Adds w to the pair; an edge that becomes 0 goes. */
static void join(reducer *x, int u, int v, double w) {
  if (w == 0) return;
  if (x->at[u].n > x->at[v].n) {
    const int t = u;
    u = v, v = t;
  }
  const int i = list_find(&x->at[u], v);
  if (i < 0) {
    list_add(&x->at[u], v, w);
    list_add(&x->at[v], u, w);
    return;
  }
  arc *a = &x->at[u].a[i], *b = &x->at[v].a[list_find(&x->at[v], u)];
  a->w += w;
  b->w = a->w;
  if (a->w != 0) return;
  a->to = b->to = NOWHERE;
  x->at[u].live--, x->at[v].live--;
}

static undo *log_step(rc_cut_reduced *r) {
  if (r->steps == r->step_cap) {
    r->step_cap = 2 * r->step_cap + 64;
    r->step = rc_realloc(r->step, (size_t)r->step_cap, sizeof *r->step);
  }
  return memset(&r->step[r->steps++], 0, sizeof(undo));
}

/* Largest contribution of the edges when those in 'mask' lead to the other side. */
static double best_side(const arc *a, int n, int mask) {
  double same = 0, other = 0;
  for (int i = 0; i < n; i++) *(mask >> i & 1 ? &same : &other) += a[i].w;
  return fmax(same, other);
}

static void eliminate(reducer *x, int v) {
  tidy(x, v);
  const list l = x->at[v];
  const double f0 = best_side(l.a, l.n, 0);
  double pair[3] = {0}; /* of neighbours 12, 13, 23 */
  if (l.n == 3) {
    const double f1 = best_side(l.a, 3, 1), f2 = best_side(l.a, 3, 2), f3 = best_side(l.a, 3, 4);
    pair[0] = (f1 + f2 - f3 - f0) / 2;
    pair[1] = (f1 + f3 - f2 - f0) / 2;
    pair[2] = (f2 + f3 - f1 - f0) / 2;
    for (int i = 0; x->integer && i < 3; i++) {
      const double small = ldexp(pair[i], x->halvings);
      if (small != rint(small)) return;
    }
  } else if (l.n == 2) {
    pair[0] = best_side(l.a, 2, 1) - f0;
  }
  undo *s = log_step(x->r);
  s->vertex = v, s->degree = l.n;
  for (int i = 0; i < l.n; i++) {
    s->to[i] = l.a[i].to, s->w[i] = l.a[i].w;
    x->at[s->to[i]].live--;
  }
  x->gone[v] = 1;
  x->r->constant += f0;
  x->r->figures.degree[l.n]++;
  if (l.n >= 2) join(x, s->to[0], s->to[1], pair[0]);
  if (l.n == 3) join(x, s->to[0], s->to[2], pair[1]), join(x, s->to[1], s->to[2], pair[2]);
  for (int i = 0; i < s->degree; i++) enqueue(x, s->to[i]);
}

/* ---- blocks -----------------------------------------------------------------------------------
 */

typedef struct walker { /* depth-first search (Hopcroft and Tarjan 1973) without recursion */
  int *seen, *low, *next, *path, *stack; /* seen: order of discovery, 0: not yet */
  int time, top, deep;
  int *block_of, *first, *above; /* member lists of blocks, and the vertex each hangs on */
  int blocks, members, *member;
} walker;

static void member_add(rc_cut_reduced *r, int v) {
  if (r->members == r->member_cap) {
    r->member_cap = 2 * r->member_cap + 64;
    r->member = rc_realloc(r->member, (size_t)r->member_cap, sizeof *r->member);
  }
  r->member[r->members++] = v;
}

/* The block above which 'v' is the last vertex seen: everything on the stack down to 'down'. */
static void close_block(walker *w, int v, int down) {
  w->above[w->blocks] = v;
  w->first[w->blocks++] = w->members;
  int u;
  do {
    u = w->stack[--w->top];
    w->member[w->members++] = u;
  } while (u != down);
  w->first[w->blocks] = w->members;
}

static void search_from(reducer *x, walker *w, int root) {
  w->path[w->deep++] = root;
  w->seen[root] = w->low[root] = ++w->time;
  while (w->deep > 0) {
    const int v = w->path[w->deep - 1], before = w->deep > 1 ? w->path[w->deep - 2] : -1;
    if (w->next[v] < x->at[v].n) {
      const int u = x->at[v].a[w->next[v]++].to;
      if (u == before) continue;
      if (w->seen[u]) {
        w->low[v] = RC_MIN(w->low[v], w->seen[u]);
      } else {
        w->seen[u] = w->low[u] = ++w->time;
        w->path[w->deep++] = u;
        w->stack[w->top++] = u;
      }
      continue;
    }
    w->deep--;
    if (before < 0) break;
    w->low[before] = RC_MIN(w->low[before], w->low[v]);
    if (w->low[v] >= w->seen[before]) close_block(w, before, v);
  }
}

/* A new vertex that takes over the edges of v into the block marked by 'mark'. */
static int copy_of(reducer *x, int v, const int *in_block, int mark) {
  const int c = x->r->all++;
  if (c >= x->cap) {
    const int cap = 2 * x->cap + 16;
    x->at = rc_realloc(x->at, (size_t)cap, sizeof *x->at);
    x->waiting = rc_realloc(x->waiting, (size_t)cap, 1);
    x->gone = rc_realloc(x->gone, (size_t)cap, 1);
    x->queue = rc_realloc(x->queue, (size_t)cap, sizeof *x->queue);
    x->cap = cap;
  }
  x->at[c] = (list){0};
  x->waiting[c] = x->gone[c] = 0;
  list *l = &x->at[v];
  for (int i = 0; i < l->n;) {
    const arc a = l->a[i];
    if (in_block[a.to] != mark) {
      i++;
      continue;
    }
    list_add(&x->at[c], a.to, a.w);
    x->at[a.to].a[list_find(&x->at[a.to], v)].to = c;
    l->a[i] = l->a[--l->n];
    l->live--;
  }
  return c;
}

/* Cuts the graph apart at its articulation vertices; returns how many copies were made. A block is
 * closed after all blocks that hang on it: in the order of closing they are logged, so that lifting
 * meets the block above first. The last block of a vertex keeps it. */
static int split_blocks(reducer *x) {
  rc_cut_reduced *r = x->r;
  const size_t n = (size_t)r->all + 1;
  const int all = r->all;
  for (int v = 0; v < all; v++) {
    if (!x->gone[v]) tidy(x, v);
  }
  walker w = {.seen = rc_alloc(n, sizeof(int)),
              .low = rc_alloc(n, sizeof(int)),
              .next = rc_alloc(n, sizeof(int)),
              .path = rc_alloc(n, sizeof(int)),
              .stack = rc_alloc(n, sizeof(int)),
              .first = rc_alloc(n + 1, sizeof(int)),
              .above = rc_alloc(n, sizeof(int)),
              .block_of = rc_alloc(n, sizeof(int)),
              .member = rc_alloc(n, sizeof(int))};
  for (int v = 0; v < all; v++) {
    if (x->gone[v] || w.seen[v]) continue;
    search_from(x, &w, v);
  }
  for (int b = 0; b < w.blocks; b++) {
    for (int i = w.first[b]; i < w.first[b + 1]; i++) w.block_of[w.member[i]] = b + 1;
  }
  int copies = 0;
  for (int b = 0; b < w.blocks; b++) {
    const int v = w.above[b];
    int inside = 0;
    for (int i = 0; i < x->at[v].n; i++) inside += w.block_of[x->at[v].a[i].to] == b + 1;
    if (inside == x->at[v].n) continue; /* nothing else is left at v */
    const int c = copy_of(x, v, w.block_of, b + 1);
    undo *s = log_step(r);
    s->vertex = c, s->degree = -1, s->to[0] = v;
    s->first = r->members;
    for (int i = w.first[b]; i < w.first[b + 1]; i++) member_add(r, w.member[i]);
    s->last = r->members;
    copies++;
    enqueue(x, c), enqueue(x, v);
  }
  rc_free(w.seen), rc_free(w.low), rc_free(w.next), rc_free(w.path), rc_free(w.stack);
  rc_free(w.first), rc_free(w.above), rc_free(w.block_of), rc_free(w.member);
  return copies;
}

/* ---- the core ---------------------------------------------------------------------------------
 */

static bool build_core(reducer *x, rc_err *err) {
  rc_cut_reduced *r = x->r;
  int n = 0, k = 0; /* the unit is 2^-k */
  int64_t m = 0;
  r->number = rc_alloc((size_t)r->all + 1, sizeof *r->number);
  for (int v = 0; v < r->all; v++) {
    r->number[v] = x->gone[v] ? -1 : n++;
    m += x->gone[v] ? 0 : x->at[v].n;
  }
  int *u = rc_alloc((size_t)m + 1, sizeof *u), *t = rc_alloc((size_t)m + 1, sizeof *t);
  double *w = rc_alloc((size_t)m + 1, sizeof *w);
  m = 0;
  for (int v = 0; v < r->all; v++) {
    for (int i = 0; !x->gone[v] && i < x->at[v].n; i++) {
      const arc a = x->at[v].a[i];
      if (a.to < v) continue; /* from its other end */
      u[m] = r->number[v], t[m] = r->number[a.to], w[m++] = a.w;
      while (x->integer && ldexp(a.w, k) != rint(ldexp(a.w, k))) k++;
    }
  }
  r->unit = ldexp(1, k);
  for (int64_t e = 0; e < m; e++) w[e] *= r->unit;
  r->core = rc_cut_graph_new(n, m, u, t, w, err);
  rc_free(u), rc_free(t), rc_free(w);
  return r->core != NULL;
}

rc_cut_reduced *rc_cut_reduce(const rc_cut_graph *g, rc_err *err) {
  rc_cut_reduced *r = rc_alloc(1, sizeof *r);
  const size_t n = (size_t)g->n + 1;
  reducer x = {.r = r, .integer = g->integer, .cap = (int)n};
  /* no weight can grow beyond the sum of all, so that this many bits are left behind the point */
  if (g->integer && g->m > 0) x.halvings = RC_MAX(0, RC_MIN(HALVINGS, 51 - ilogb(g->weight_total)));
  r->n = r->all = g->n;
  x.at = rc_alloc(n, sizeof *x.at);
  x.queue = rc_alloc(n, sizeof *x.queue);
  x.waiting = rc_alloc(n, 1);
  x.gone = rc_alloc(n, 1);
  for (int v = 0; v < g->n; v++) {
    for (int64_t k = g->start[v]; k < g->start[v + 1]; k++)
      list_add(&x.at[v], g->other[k], g->weight[k]);
  }
  for (int v = g->n - 1; v >= 0; v--) enqueue(&x, v);
  do {
    while (x.queued > 0) {
      const int v = x.queue[--x.queued];
      x.waiting[v] = 0;
      if (!x.gone[v] && x.at[v].live <= 3) eliminate(&x, v);
    }
    r->figures.blocks += split_blocks(&x);
  } while (x.queued > 0);
  const bool ok = build_core(&x, err);
  for (int v = 0; v < r->all; v++) rc_free(x.at[v].a);
  rc_free(x.at), rc_free(x.queue), rc_free(x.waiting), rc_free(x.gone);
  if (ok) return r;
  rc_cut_reduced_free(r);
  return NULL;
}

void rc_cut_reduced_free(rc_cut_reduced *r) {
  if (!r) return;
  rc_cut_graph_free(r->core);
  rc_free(r->number), rc_free(r->member), rc_free(r->step);
  rc_free(r);
}

const rc_cut_graph *rc_cut_reduced_core(const rc_cut_reduced *r) {
  return r->core;
}

double rc_cut_reduced_value(const rc_cut_reduced *r, double core_value) {
  return r->constant + core_value / r->unit;
}

rc_cut_reduction rc_cut_reduced_figures(const rc_cut_reduced *r) {
  return r->figures;
}

void rc_cut_reduced_lift(const rc_cut_reduced *r, const uint8_t *core_side, uint8_t *side) {
  uint8_t *all = rc_alloc((size_t)r->all + 1, 1);
  for (int v = 0; v < r->all; v++) all[v] = r->number[v] >= 0 ? core_side[r->number[v]] : 0;
  for (int i = r->steps - 1; i >= 0; i--) {
    const undo *s = &r->step[i];
    if (s->degree < 0) {
      if (all[s->vertex] == all[s->to[0]]) continue;
      for (int k = s->first; k < s->last; k++) all[r->member[k]] ^= 1;
      continue;
    }
    double gain = 0; /* of side 1 beside side 0 */
    for (int k = 0; k < s->degree; k++) gain += all[s->to[k]] ? -s->w[k] : s->w[k];
    all[s->vertex] = gain > 0;
  }
  memcpy(side, all, (size_t)r->n);
  rc_free(all);
}
