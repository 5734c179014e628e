/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Separation of odd cycles at a point.
 *
 * 1. A spanning forest of the most decided edges (x nearest to 0 or 1), each rounded: it gives
 * sides for all vertices (the rounding), and each other edge closes a cycle with it.
 * 2. Exact: clusters joined by forest edges whose x is integral are contracted; between clusters,
 *    shortest paths from v+ to v- in the double cover (an edge keeps the sign at cost x and turns
 * it at cost 1 - x). Such a path is its own mirror image, so each search needs only to reach half
 * of the best length, and two labels v+, v- that meet close a cycle. Walks are cut to simple
 * cycles, and cycles along chords to chordless ones: of the two parts one is at least as violated.
 *
 * A pass is resumable: the forest is made in four pieces, cycles are looked for edge by edge or
 * source by source. What is found does not depend on where a pass is interrupted.
 */
#include "oddcycle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 4096, SAMPLES = 20 };
#define INTEGRAL 1e-9

typedef struct heap_item {
  double d;
  int node;
} heap_item;

typedef enum { SEP_ORDER, SEP_FOREST, SEP_SIDES, SEP_CORE, SEP_CYCLES, SEP_DONE } sep_stage;

typedef struct collector {
  double least;
  oc_found *out;
  int n, cap;
} collector;

struct oc_sep {
  const oc_problem *p;
  const rc_cut_graph *g;
  oc_pool *q;
  double work;  /* edges looked at */
  double aside; /* work besides */
  int64_t round;
  const double *x;
  /* the pass at work */
  sep_stage stage;
  oc_way way;
  collector found;
  int64_t at, stride; /* next edge, or next source */
  uint8_t *tried;     /* clusters that were a source */
  /* forest */
  int *order, *up, *size;
  uint8_t *parity, *in_forest;
  int *parent, *parent_edge, *depth;
  uint8_t *side;
  double *climb; /* cost from the root along the forest */
  int64_t *fstart;
  int *fother, *fedge;
  int *queue;
  int *cluster; /* contracted node of a vertex */
  int clusters;
  /* core: contracted graph */
  int64_t *cstart;
  int *cother, *cedge;
  /* search in the double cover, 2 * clusters nodes */
  double *dist;
  int *stamp, now;
  int *from; /* node before */
  int *via;  /* edge used */
  heap_item *heap;
  int heaped, heap_cap;
  /* cycle under construction */
  int *wv, *we; /* walk: vertex, edge to the next */
  uint8_t *wm;
  int walk_cap;
  int *pos; /* of a vertex in the cycle, valid when pos_stamp matches */
  int *pos_stamp, pos_now;
  double *pre;
  uint8_t *pre_mark;
};

oc_sep *oc_sep_new(const oc_problem *p, oc_pool *q) {
  oc_sep *s = rc_alloc(1, sizeof *s);
  const rc_cut_graph *g = p->g;
  const size_t n = (size_t)g->n + 2, m = (size_t)g->m + 2;
  s->p = p, s->g = g, s->q = q;
  s->order = rc_alloc(m, sizeof(int));
  s->up = rc_alloc(n, sizeof(int));
  s->size = rc_alloc(n, sizeof(int));
  s->parity = rc_alloc(n, 1);
  s->in_forest = rc_alloc(m, 1);
  s->parent = rc_alloc(n, sizeof(int));
  s->parent_edge = rc_alloc(n, sizeof(int));
  s->depth = rc_alloc(n, sizeof(int));
  s->side = rc_alloc(n, 1);
  s->climb = rc_alloc(n, sizeof(double));
  s->fstart = rc_alloc(n, sizeof(int64_t));
  s->fother = rc_alloc(2 * n, sizeof(int));
  s->fedge = rc_alloc(2 * n, sizeof(int));
  s->queue = rc_alloc(n, sizeof(int));
  s->cluster = rc_alloc(n, sizeof(int));
  s->tried = rc_alloc(n, 1);
  s->stage = SEP_DONE;
  s->cstart = rc_alloc(n, sizeof(int64_t));
  s->cother = rc_alloc(2 * m, sizeof(int));
  s->cedge = rc_alloc(2 * m, sizeof(int));
  s->dist = rc_alloc(2 * n, sizeof(double));
  s->stamp = rc_alloc(2 * n, sizeof(int));
  s->from = rc_alloc(2 * n, sizeof(int));
  s->via = rc_alloc(2 * n, sizeof(int));
  s->walk_cap = 1024;
  s->wv = rc_alloc((size_t)s->walk_cap, sizeof(int));
  s->we = rc_alloc((size_t)s->walk_cap, sizeof(int));
  s->wm = rc_alloc((size_t)s->walk_cap, 1);
  s->pos = rc_alloc(n, sizeof(int));
  s->pos_stamp = rc_alloc(n, sizeof(int));
  s->pre = rc_alloc(n + 2, sizeof(double));
  s->pre_mark = rc_alloc(n + 2, 1);
  return s;
}

void oc_sep_free(oc_sep *s) {
  if (!s) return;
  rc_free(s->order), rc_free(s->up), rc_free(s->size), rc_free(s->parity), rc_free(s->in_forest);
  rc_free(s->parent), rc_free(s->parent_edge), rc_free(s->depth), rc_free(s->side),
      rc_free(s->climb);
  rc_free(s->fstart), rc_free(s->fother), rc_free(s->fedge), rc_free(s->queue), rc_free(s->cluster);
  rc_free(s->tried);
  rc_free(s->cstart), rc_free(s->cother), rc_free(s->cedge), rc_free(s->dist), rc_free(s->stamp);
  rc_free(s->from), rc_free(s->via), rc_free(s->heap), rc_free(s->wv), rc_free(s->we),
      rc_free(s->wm);
  rc_free(s->pos), rc_free(s->pos_stamp), rc_free(s->pre), rc_free(s->pre_mark);
  rc_free(s);
}

const uint8_t *oc_sep_rounding(const oc_sep *s) {
  return s->side;
}
double oc_sep_work(const oc_sep *s) {
  return s->work + s->aside;
}

static double cost_of(const oc_sep *s, int e, int marked) {
  return marked ? 1 - s->x[e] : s->x[e];
}

/* ---- forest -----------------------------------------------------------------------------------
 */

/* Edges into s->order by falling |x - 1/2|, by counting: integral ones first. */
static void order_edges(oc_sep *s) {
  const int64_t m = s->g->m;
  int count[BINS + 2] = {0};
  for (int64_t e = 0; e < m; e++) {
    const double off = fmin(s->x[e], 1 - s->x[e]);
    count[(off <= INTEGRAL ? 0 : 1 + (int)(off * 2 * (BINS - 1))) + 1]++;
  }
  for (int b = 1; b < BINS + 2; b++) count[b] += count[b - 1];
  for (int64_t e = 0; e < m; e++) {
    const double off = fmin(s->x[e], 1 - s->x[e]);
    s->order[count[off <= INTEGRAL ? 0 : 1 + (int)(off * 2 * (BINS - 1))]++] = (int)e;
  }
}

static int find_root(int *up, int a) {
  while (up[a] != a) a = up[a] = up[up[a]];
  return a;
}

static void grow_forest(oc_sep *s) {
  const rc_cut_graph *g = s->g;
  for (int v = 0; v < g->n; v++) s->up[v] = v, s->size[v] = 1, s->parent[v] = -1;
  memset(s->fstart, 0, ((size_t)g->n + 1) * sizeof *s->fstart);
  for (int64_t i = 0; i < g->m; i++) {
    const int e = s->order[i];
    int a = find_root(s->up, g->u[e]), b = find_root(s->up, g->v[e]);
    s->in_forest[e] = a != b;
    if (a == b) continue;
    if (s->size[a] < s->size[b])
      s->up[a] = b, s->size[b] += s->size[a];
    else
      s->up[b] = a, s->size[a] += s->size[b];
    s->fstart[g->u[e] + 1]++, s->fstart[g->v[e] + 1]++;
  }
  for (int v = 0; v < g->n; v++) s->fstart[v + 1] += s->fstart[v];
  int64_t *at = rc_alloc((size_t)g->n + 1, sizeof *at);
  memcpy(at, s->fstart, (size_t)g->n * sizeof *at);
  for (int64_t e = 0; e < g->m; e++) {
    if (!s->in_forest[e]) continue;
    const int u = g->u[e], v = g->v[e];
    s->fother[at[u]] = v, s->fedge[at[u]++] = (int)e;
    s->fother[at[v]] = u, s->fedge[at[v]++] = (int)e;
  }
  rc_free(at);
}

/* Sides, depths, costs from each root, and clusters along integral edges. */
static void walk_forest(oc_sep *s) {
  const rc_cut_graph *g = s->g;
  s->clusters = 0;
  memset(s->pos_stamp, 0, (size_t)g->n * sizeof *s->pos_stamp);
  s->pos_now = 1;
  for (int r = 0; r < g->n; r++) {
    if (s->pos_stamp[r] == 1) continue;
    int top = 0;
    s->queue[top++] = r;
    s->pos_stamp[r] = 1;
    s->parent[r] = -1, s->parent_edge[r] = -1, s->depth[r] = 0, s->side[r] = 0, s->climb[r] = 0;
    s->cluster[r] = s->clusters++;
    for (int i = 0; i < top; i++) {
      const int v = s->queue[i];
      for (int64_t k = s->fstart[v]; k < s->fstart[v + 1]; k++) {
        const int u = s->fother[k], e = s->fedge[k];
        if (s->pos_stamp[u] == 1) continue;
        s->pos_stamp[u] = 1;
        const double off = fmin(s->x[e], 1 - s->x[e]);
        s->parent[u] = v, s->parent_edge[u] = e, s->depth[u] = s->depth[v] + 1;
        s->side[u] = s->side[v] ^ (s->x[e] > .5);
        s->climb[u] = s->climb[v] + fmax(off, 0);
        s->cluster[u] = off <= INTEGRAL ? s->cluster[v] : s->clusters++;
        s->queue[top++] = u;
      }
    }
  }
}

/* ---- from walks to chordless cycles ------------------------------------------------------------
 */

static void walk_room(oc_sep *s, int need) {
  if (need <= s->walk_cap) return;
  s->walk_cap = 2 * need;
  s->wv = rc_realloc(s->wv, (size_t)s->walk_cap, sizeof(int));
  s->we = rc_realloc(s->we, (size_t)s->walk_cap, sizeof(int));
  s->wm = rc_realloc(s->wm, (size_t)s->walk_cap, 1);
}

static int walk_push(oc_sep *s, int n, int v, int e, int marked) {
  walk_room(s, n + 1);
  s->wv[n] = v, s->we[n] = e, s->wm[n] = (uint8_t)marked;
  return n + 1;
}

/* The forest path from a to b (a given, b not pushed), edges in their rounded state. */
static int walk_forest_path(oc_sep *s, int n, int a, int b) {
  const int begin = n;
  int tail = 0; /* the part that climbs from b is pushed in reverse afterwards */
  int u = a, v = b;
  while (u != v) {
    if (s->depth[u] >= s->depth[v]) {
      const int e = s->parent_edge[u];
      n = walk_push(s, n, u, e, s->x[e] > .5);
      u = s->parent[u];
    } else {
      v = s->parent[v], tail++;
    }
  }
  walk_room(s, n + tail);
  v = b;
  for (int i = n + tail - 1; i >= n; i--) {
    const int e = s->parent_edge[v];
    s->wv[i] = s->parent[v], s->we[i] = e, s->wm[i] = s->x[e] > .5;
    v = s->parent[v];
  }
  s->work += n + tail - begin;
  return n + tail;
}

/* A closed walk of n steps with an odd number of marks: leaves a simple odd part of it at the front
 * of the walk and returns its length (0 when only edges used twice remain). */
static int simple_cycle(oc_sep *s, int n) {
  s->pos_now++;
  int top = 0;
  for (int i = 0; i < n; i++) {
    const int v = s->wv[i];
    if (s->pos_stamp[v] == s->pos_now && s->pos[v] < top && s->wv[s->pos[v]] == v) {
      /* came back to v: the part since then is closed */
      const int begin = s->pos[v];
      int marks = 0;
      for (int k = begin; k < top; k++) marks += s->wm[k];
      if (marks % 2) {
        memmove(s->wv, s->wv + begin, (size_t)(top - begin) * sizeof(int));
        memmove(s->we, s->we + begin, (size_t)(top - begin) * sizeof(int));
        memmove(s->wm, s->wm + begin, (size_t)(top - begin));
        return top - begin >= 3 ? top - begin : 0;
      }
      for (int k = begin; k < top; k++) s->pos_stamp[s->wv[k]] = 0;
      top = begin;
    }
    s->wv[top] = v, s->we[top] = s->we[i], s->wm[top] = s->wm[i];
    s->pos_stamp[v] = s->pos_now, s->pos[v] = top++;
  }
  return top >= 3 ? top : 0;
}

/* The best way to shorten the cycle by a chord: the part [i, j] closed by it, or the rest. */
typedef struct chord {
  int i, j, e, marked;
  bool inner;
  double cost;
} chord;

static chord best_chord(oc_sep *s, int n, double total, int marks) {
  chord best = {.cost = INFINITY};
  s->pos_now++;
  for (int i = 0; i < n; i++) s->pos_stamp[s->wv[i]] = s->pos_now, s->pos[s->wv[i]] = i;
  s->pre[0] = 0, s->pre_mark[0] = 0;
  for (int i = 0; i < n; i++) {
    s->pre[i + 1] = s->pre[i] + cost_of(s, s->we[i], s->wm[i]);
    s->pre_mark[i + 1] = s->pre_mark[i] ^ s->wm[i];
  }
  for (int i = 0; i < n; i++) {
    const int v = s->wv[i];
    s->work += (double)(s->g->start[v + 1] - s->g->start[v]);
    for (int64_t k = s->g->start[v]; k < s->g->start[v + 1]; k++) {
      const int u = s->g->other[k], e = s->g->edge[k];
      if (s->pos_stamp[u] != s->pos_now) continue;
      const int j = s->pos[u];
      if (j <= i + 1 || (i == 0 && j == n - 1)) continue;
      const double inside = s->pre[j] - s->pre[i];
      const int odd_inside = s->pre_mark[j] ^ s->pre_mark[i];
      const double a = inside + cost_of(s, e, !odd_inside);
      const double b = total - inside + cost_of(s, e, !(odd_inside ^ (marks & 1)));
      if (a < best.cost) best = (chord){i, j, e, !odd_inside, true, a};
      if (b < best.cost) best = (chord){i, j, e, !(odd_inside ^ (marks & 1)), false, b};
    }
  }
  return best;
}

/* Replaces the cycle by the better part along a chord until it has none. */
static int chordless(oc_sep *s, int n) {
  for (;;) {
    double total = 0;
    int marks = 0;
    for (int i = 0; i < n; i++) total += cost_of(s, s->we[i], s->wm[i]), marks += s->wm[i];
    const chord c = n > 3 ? best_chord(s, n, total, marks) : (chord){.cost = INFINITY};
    if (!(c.cost < 1)) return n;
    if (c.inner) { /* wv[i..j], closed from wv[j] back to wv[i] */
      const int len = c.j - c.i + 1;
      memmove(s->wv, s->wv + c.i, (size_t)len * sizeof(int));
      memmove(s->we, s->we + c.i, (size_t)len * sizeof(int));
      memmove(s->wm, s->wm + c.i, (size_t)len);
      s->we[len - 1] = c.e, s->wm[len - 1] = (uint8_t)c.marked;
      n = len;
    } else { /* wv[0..i], chord, wv[j..n) */
      s->we[c.i] = c.e, s->wm[c.i] = (uint8_t)c.marked;
      memmove(s->wv + c.i + 1, s->wv + c.j, (size_t)(n - c.j) * sizeof(int));
      memmove(s->we + c.i + 1, s->we + c.j, (size_t)(n - c.j) * sizeof(int));
      memmove(s->wm + c.i + 1, s->wm + c.j, (size_t)(n - c.j));
      n = c.i + 1 + n - c.j;
    }
  }
}

/* The closed walk of n steps becomes a row when it is violated enough and new. */
static void take_walk(oc_sep *s, int n, int kind) {
  collector *c = &s->found;
  s->aside += 4. * n;
  n = simple_cycle(s, n);
  if (n == 0 || c->n >= c->cap) return;
  n = chordless(s, n);
  double cost = 0;
  for (int i = 0; i < n; i++) cost += cost_of(s, s->we[i], s->wm[i]);
  if (1 - cost <= c->least) return;
  const int row = oc_pool_add(s->q, n, s->wv, s->we, s->wm);
  if (row < 0) return;
  kind = n == 3 ? OC_TRIANGLE : n == 4 ? OC_SQUARE : kind;
  c->out[c->n++] = (oc_found){row, kind, 1 - cost, (1 - cost) / sqrt(n)};
}

/* The cycle that a non-forest edge closes, if it is violated. */
static void forest_cycle(oc_sep *s, int e) {
  const double most = 1 - s->found.least;
  const int u = s->g->u[e], v = s->g->v[e];
  const int marked = s->side[u] == s->side[v]; /* so that the number of marks is odd */
  double cost = cost_of(s, e, marked);
  if (cost >= most) return;
  int a = u, b = v;
  while (a != b && cost < most) {
    int *deep = s->depth[a] >= s->depth[b] ? &a : &b;
    const double x = s->x[s->parent_edge[*deep]];
    cost += fmin(x, 1 - x);
    *deep = s->parent[*deep];
    s->work++;
  }
  if (cost >= most) return;
  int n = walk_forest_path(s, 0, u, v);
  n = walk_push(s, n, v, e, marked);
  take_walk(s, n, OC_FOREST);
}

/* Cycles closed by the edges outside the forest. With symmetry the images of a cycle are the same
 * row, so that a sample of the edges, about 'SAMPLES' of each orbit, finds nearly all there are. */
static void begin_forest_cycles(oc_sep *s) {
  const int64_t m = s->g->m;
  s->stride = s->p->maps == 0 ? 1 : m / ((int64_t)SAMPLES * s->p->vars) + 1;
  while (s->stride > 1 && m % s->stride == 0)
    s->stride++; /* so that every residue comes up over the rounds */
  s->at = s->round++ % s->stride;
}

/* True when there are no more. */
static bool forest_cycles(oc_sep *s, double until) {
  for (; s->at < s->g->m && s->found.n < s->found.cap; s->at += s->stride) {
    if (oc_sep_work(s) > until) return false;
    if (!s->in_forest[s->at]) forest_cycle(s, (int)s->at);
    s->aside++;
  }
  return true;
}

/* ---- exact ------------------------------------------------------------------------------------
 */

static void build_core(oc_sep *s) {
  const rc_cut_graph *g = s->g;
  memset(s->cstart, 0, ((size_t)s->clusters + 1) * sizeof *s->cstart);
  for (int64_t e = 0; e < g->m; e++) {
    const int a = s->cluster[g->u[e]], b = s->cluster[g->v[e]];
    if (a != b) s->cstart[a + 1]++, s->cstart[b + 1]++;
  }
  for (int c = 0; c < s->clusters; c++) s->cstart[c + 1] += s->cstart[c];
  int64_t *at = rc_alloc((size_t)s->clusters + 1, sizeof *at);
  memcpy(at, s->cstart, (size_t)s->clusters * sizeof *at);
  for (int64_t e = 0; e < g->m; e++) {
    const int a = s->cluster[g->u[e]], b = s->cluster[g->v[e]];
    if (a == b) continue;
    s->cother[at[a]] = b, s->cedge[at[a]++] = (int)e;
    s->cother[at[b]] = a, s->cedge[at[b]++] = (int)e;
  }
  rc_free(at);
}

static void heap_push(oc_sep *s, double d, int node) {
  if (s->heaped == s->heap_cap) {
    s->heap_cap = 2 * s->heap_cap + 256;
    s->heap = rc_realloc(s->heap, (size_t)s->heap_cap, sizeof *s->heap);
  }
  int i = s->heaped++;
  while (i > 0 && s->heap[(i - 1) / 4].d > d) s->heap[i] = s->heap[(i - 1) / 4], i = (i - 1) / 4;
  s->heap[i] = (heap_item){d, node};
}

static heap_item heap_pop(oc_sep *s) {
  const heap_item top = s->heap[0], last = s->heap[--s->heaped];
  int i = 0;
  for (;;) {
    int least = -1;
    for (int k = 4 * i + 1; k <= 4 * i + 4 && k < s->heaped; k++) {
      if (least < 0 || s->heap[k].d < s->heap[least].d) least = k;
    }
    if (least < 0 || s->heap[least].d >= last.d) break;
    s->heap[i] = s->heap[least];
    i = least;
  }
  s->heap[i] = last;
  return top;
}

typedef struct meeting { /* label of node 'at' + edge to the mirror image of label 'mirror' */
  double cost;
  int at, edge, mirror;
} meeting;

/* In the gauge of the forest: does edge e used from sign a to sign b of the clusters carry a mark?
 */
static int mark_of(const oc_sep *s, int e, int turned) {
  return turned ^ s->side[s->g->u[e]] ^ s->side[s->g->v[e]];
}

/* Shortest odd closed walk through a cluster, of cost below 'limit'. Node 2c + sign. */
static meeting search(oc_sep *s, int source, double limit) {
  meeting best = {.cost = limit, .at = -1};
  s->now++;
  s->heaped = 0;
  s->stamp[2 * source] = s->now, s->dist[2 * source] = 0, s->from[2 * source] = -1,
               s->via[2 * source] = -1;
  heap_push(s, 0, 2 * source);
  while (s->heaped > 0) {
    const heap_item h = heap_pop(s);
    if (2 * h.d >= best.cost) break; /* both halves of a better walk are shorter than this */
    if (h.d > s->dist[h.node]) continue;
    const int c = h.node >> 1, sign = h.node & 1;
    s->work += (double)(s->cstart[c + 1] - s->cstart[c]);
    for (int64_t k = s->cstart[c]; k < s->cstart[c + 1]; k++) {
      const int e = s->cedge[k];
      for (int turned = 0; turned < 2; turned++) {
        const double d = h.d + fmax(0, cost_of(s, e, mark_of(s, e, turned)));
        if (d >= best.cost) continue;
        const int to = 2 * s->cother[k] + (sign ^ turned), image = to ^ 1;
        if (s->stamp[image] == s->now && d + s->dist[image] < best.cost) {
          best = (meeting){d + s->dist[image], h.node, e, image};
        }
        if (s->stamp[to] == s->now && s->dist[to] <= d) continue;
        s->stamp[to] = s->now, s->dist[to] = d, s->from[to] = h.node, s->via[to] = e;
        if (2 * d < best.cost) heap_push(s, d, to);
      }
    }
  }
  return best;
}

/* One edge of the cluster walk from vertex 'at' on: inside the cluster to the edge's end, then
 * over. */
static int walk_over(oc_sep *s, int n, int *at, int e, int turned) {
  const int a = s->g->u[e], b = s->g->v[e];
  const int near = s->cluster[a] == s->cluster[*at] ? a : b, far = near == a ? b : a;
  n = walk_forest_path(s, n, *at, near);
  n = walk_push(s, n, near, e, mark_of(s, e, turned));
  *at = far;
  return n;
}

static void lift(oc_sep *s, int source, meeting m) {
  /* edges from the source to m.at, in reverse */
  int first = 0, steps = 0;
  for (int node = m.at; s->via[node] >= 0; node = s->from[node]) steps++;
  int *path = rc_alloc((size_t)steps + 1, sizeof *path),
      *turn = rc_alloc((size_t)steps + 1, sizeof *turn);
  for (int node = m.at, i = steps; s->via[node] >= 0; node = s->from[node]) {
    path[--i] = s->via[node], turn[i] = (node ^ s->from[node]) & 1;
  }
  int n = 0, at = -1, begin;
  const int e0 = steps > 0 ? path[0] : m.edge;
  begin = s->cluster[s->g->u[e0]] == source ? s->g->u[e0] : s->g->v[e0];
  at = begin;
  for (; first < steps; first++) n = walk_over(s, n, &at, path[first], turn[first]);
  n = walk_over(s, n, &at, m.edge, ((m.at ^ m.mirror) & 1) ^ 1);
  for (int node = m.mirror; s->via[node] >= 0; node = s->from[node]) {
    n = walk_over(s, n, &at, s->via[node], (node ^ s->from[node]) & 1);
  }
  const int before = n;
  n = walk_forest_path(s, n, at, begin);
  rc_free(path);
  rc_free(turn);
  take_walk(s, n, s->clusters < s->g->n || n > before ? OC_LIFTED : OC_EXACT);
}

/* True when all sources were tried. */
static bool exact_cycles(oc_sep *s, double until) {
  for (; s->at < s->p->sources && s->found.n < s->found.cap; s->at++) {
    const int cl = s->cluster[s->p->source[s->at]];
    if (s->tried[cl]) continue;
    if (oc_sep_work(s) > until) return false;
    s->tried[cl] = 1;
    if (s->cstart[cl] == s->cstart[cl + 1]) continue;
    const meeting m = search(s, cl, 1 - s->found.least);
    if (m.at >= 0) lift(s, cl, m);
  }
  return true;
}

static int by_score(const void *a, const void *b) {
  const oc_found *x = a, *y = b;
  if (x->score != y->score) return x->score < y->score ? 1 : -1;
  return (x->row > y->row) - (x->row < y->row);
}

void oc_sep_begin(oc_sep *s, const double *x, double least, oc_way way, oc_found *out, int cap) {
  s->x = x;
  s->way = way;
  s->found = (collector){least, out, 0, cap};
  s->stage = SEP_ORDER;
}

static bool cycles(oc_sep *s, double until) {
  if (!(s->way == OC_BY_FOREST ? forest_cycles(s, until) : exact_cycles(s, until))) return false;
  qsort(s->found.out, (size_t)s->found.n, sizeof *s->found.out, by_score);
  return true;
}

/* One piece of the pass; false when its cycles are not at an end yet. */
static bool piece(oc_sep *s, double until) {
  const double size = (double)(s->g->m + s->g->n);
  switch (s->stage) {
  case SEP_ORDER: order_edges(s); break;
  case SEP_FOREST: grow_forest(s); break;
  case SEP_SIDES:
    walk_forest(s);
    s->work += size;
    break;
  case SEP_CORE:
    s->at = 0;
    if (s->way == OC_BY_FOREST) {
      begin_forest_cycles(s);
    } else {
      build_core(s);
      memset(s->tried, 0, (size_t)s->clusters);
    }
    break;
  case SEP_CYCLES: return cycles(s, until);
  case SEP_DONE: break;
  }
  s->aside += s->stage < SEP_CYCLES ? 2 * size : 0;
  return true;
}

bool oc_sep_step(oc_sep *s, double *work) {
  const double begin = oc_sep_work(s), until = begin + *work;
  bool on = true;
  while (on && s->stage < SEP_DONE && oc_sep_work(s) <= until) {
    on = piece(s, until);
    s->stage += on;
  }
  *work -= oc_sep_work(s) - begin;
  return s->stage == SEP_DONE;
}

int oc_sep_count(const oc_sep *s) {
  return s->found.n;
}
