/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variables and exact weights of the relaxation; the pool of rows; exact bounds from multipliers.
 */
#include "oddcycle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int find_root(int *up, int a) {
  while (up[a] != a) a = up[a] = up[up[a]];
  return a;
}

static void join(int *up, int a, int b) {
  a = find_root(up, a), b = find_root(up, b);
  if (a != b) up[RC_MAX(a, b)] = RC_MIN(a, b);
}

/* Edge between two vertices by binary search in the sorted list, -1 when there is none. */
static int edge_between(const rc_cut_graph *g, int a, int b) {
  const int u = RC_MIN(a, b), v = RC_MAX(a, b);
  int64_t lo = 0, hi = g->m;
  while (lo < hi) {
    const int64_t mid = (lo + hi) / 2;
    if (g->u[mid] < u || (g->u[mid] == u && g->v[mid] < v))
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < g->m && g->u[lo] == u && g->v[lo] == v ? (int)lo : -1;
}

static bool orbits(oc_problem *p, int *up, int *vertex_up, rc_err *err) {
  const rc_cut_graph *g = p->g;
  for (int i = 0; i < p->maps; i++) {
    const int *f = p->map + (size_t)i * (size_t)g->n;
    for (int v = 0; v < g->n; v++) join(vertex_up, v, f[v]);
    for (int64_t e = 0; e < g->m; e++) {
      const int to = edge_between(g, f[g->u[e]], f[g->v[e]]);
      if (to < 0 || g->w[to] != g->w[e]) {
        return rc_err_set(err, RC_ERR_INPUT, "symmetry %d does not keep the weights of the graph",
                          i + 1);
      }
      join(up, (int)e, to);
    }
  }
  return true;
}

/* Amounts are whole multiples of 2^-scale and their sums stay below 2^90: sums of all weights, each
 * as often as rows can take it, are far from 2^127 then. Whole numbers need no more than 20 bits
 * behind the point: that is the accuracy of the multipliers. Of real ones none is rounded, unless
 * its last bit is 90 and more below the sum of all. */
static int choose_scale(const rc_cut_graph *g) {
  if (!(g->weight_total > 0)) return 0;
  const int room = 88 - ilogb(g->weight_total);
  if (g->integer) return RC_MAX(0, RC_MIN(20, room));
  int last = room - 31; /* and multipliers have at least these */
  for (int64_t e = 0; e < g->m && last < room; e++) {
    int k = 0;
    const double part = frexp(g->w[e], &k); /* 53 bits behind the point at most */
    for (int bits = 53; bits > 0 && bits - k > last; bits--) {
      if (ldexp(part, bits - 1) != rint(ldexp(part, bits - 1))) last = bits - k;
    }
  }
  return RC_MIN(RC_MIN(last, room), 1000);
}

/* As a double, not below it. */
double oc_exact_up(oc_exact a, int scale) {
  double x = (double)a;
  if ((oc_exact)x < a) x = nextafter(x, INFINITY);
  return ldexp(x, -scale);
}

double oc_exact_down(oc_exact a, int scale) {
  return -oc_exact_up(-a, scale);
}

char *oc_exact_text(oc_exact a, char out[48]) {
  char *p = out + 47;
  const bool minus = a < 0;
  *p = 0;
  do {
    const int digit = (int)(a % 10);
    *--p = (char)('0' + (digit < 0 ? -digit : digit));
    a /= 10;
  } while (a != 0);
  if (minus) *--p = '-';
  return p;
}

double rc_cut_value_below(const rc_cut_graph *g, const uint8_t *side) {
  if (g->integer) return rc_cut_value(g, side);
  const int scale = choose_scale(g);
  oc_exact sum = 0;
  for (int64_t e = 0; e < g->m; e++) {
    if (side[g->u[e]] != side[g->v[e]]) sum += (oc_exact)floor(ldexp(g->w[e], scale));
  }
  return oc_exact_down(sum, scale);
}

oc_problem *oc_problem_begin(const rc_cut_graph *g, int generators, const int *const *generator,
                             rc_err *err) {
  oc_problem *p = rc_alloc(1, sizeof *p);
  const size_t m = (size_t)g->m + 1, n = (size_t)g->n + 1;
  p->g = g;
  p->maps = generators;
  p->map = rc_alloc((size_t)generators * n + 1, sizeof *p->map);
  for (int i = 0; i < generators; i++)
    memcpy(p->map + (size_t)i * (n - 1), generator[i], (n - 1) * sizeof(int));
  int *up = p->up = rc_alloc(m, sizeof *up), *vertex_up = rc_alloc(n, sizeof *vertex_up);
  for (int64_t e = 0; e < g->m; e++) up[e] = (int)e;
  for (int v = 0; v < g->n; v++) vertex_up[v] = v;
  p->var = rc_alloc(m, sizeof *p->var);
  p->size = rc_alloc(m, sizeof *p->size);
  p->first = rc_alloc(m, sizeof *p->first);
  p->c = rc_alloc(m, sizeof *p->c);
  p->w = rc_alloc(m, sizeof *p->w);
  p->source = rc_alloc(n, sizeof *p->source);
  const bool ok = orbits(p, up, vertex_up, err);
  for (int v = 0; ok && v < g->n; v++) {
    if (vertex_up[v] == v) p->source[p->sources++] = v;
  }
  rc_free(vertex_up);
  if (ok) return p;
  oc_problem_free(p);
  return NULL;
}

static void end_problem(oc_problem *p) {
  for (int j = 0; j < p->vars; j++) p->unit = fmax(p->unit, fabs(p->c[j]));
  if (!(p->unit > 0)) p->unit = 1;
  for (int j = 0; j < p->vars; j++) p->c[j] /= p->unit;
  rc_free(p->up);
  p->up = NULL;
}

bool oc_problem_step(oc_problem *p, int64_t edges) {
  const rc_cut_graph *g = p->g;
  int *up = p->up;
  if (!up) return true;
  if (!p->scaled) {
    p->scale = choose_scale(g);
    p->step = (int64_t)rc_cut_step(g);
    p->scaled = true;
    if (g->m > edges) return false;
  }
  const int64_t end = RC_MIN(g->m, p->filled + edges);
  for (int64_t e = p->filled; e < end; e++) {
    p->var[e] = up[e] == (int)e ? p->vars++ : p->var[find_root(up, (int)e)];
    if (p->size[p->var[e]]++ == 0) p->first[p->var[e]] = (int)e;
    p->c[p->var[e]] += g->w[e];
    p->w[p->var[e]] += (oc_exact)ceil(ldexp(g->w[e], p->scale));
  }
  p->filled = end;
  if (end < g->m) return false;
  end_problem(p);
  return true;
}

oc_problem *oc_problem_new(const rc_cut_graph *g, int generators, const int *const *generator,
                           rc_err *err) {
  oc_problem *p = oc_problem_begin(g, generators, generator, err);
  if (p) oc_problem_step(p, g->m + 1);
  return p;
}

void oc_problem_free(oc_problem *p) {
  if (!p) return;
  rc_free(p->up);
  rc_free(p->var);
  rc_free(p->size);
  rc_free(p->first);
  rc_free(p->c);
  rc_free(p->w);
  rc_free(p->source);
  rc_free(p->map);
  rc_free(p);
}

/* ---- rows -------------------------------------------------------------------------------------
 */

struct oc_pool {
  const oc_problem *p;
  int rows, row_cap;
  int64_t *start; /* rows + 1: into vertex, edge, marked */
  int64_t *entry; /* rows + 1: into column, coef */
  int *marks;
  uint64_t *hash;
  int64_t steps_cap, entries_cap;
  int *vertex, *edge, *column, *coef;
  uint8_t *marked;
  int slots, *slot; /* open addressing: row + 1, 0 is free */
  int *scratch;     /* length of a cycle: (variable, coefficient) pairs */
  int scratch_cap;
};

oc_pool *oc_pool_new(const oc_problem *p) {
  oc_pool *q = rc_alloc(1, sizeof *q);
  q->p = p;
  q->slots = 1024;
  q->slot = rc_alloc((size_t)q->slots, sizeof *q->slot);
  q->row_cap = 256;
  q->start = rc_alloc((size_t)q->row_cap + 1, sizeof *q->start);
  q->entry = rc_alloc((size_t)q->row_cap + 1, sizeof *q->entry);
  q->marks = rc_alloc((size_t)q->row_cap, sizeof *q->marks);
  q->hash = rc_alloc((size_t)q->row_cap, sizeof *q->hash);
  return q;
}

void oc_pool_free(oc_pool *q) {
  if (!q) return;
  rc_free(q->start), rc_free(q->entry), rc_free(q->marks), rc_free(q->hash), rc_free(q->vertex);
  rc_free(q->edge), rc_free(q->column), rc_free(q->coef), rc_free(q->marked), rc_free(q->slot);
  rc_free(q->scratch);
  rc_free(q);
}

int oc_pool_rows(const oc_pool *q) {
  return q->rows;
}

oc_row oc_pool_row(const oc_pool *q, int r) {
  return (oc_row){.length = (int)(q->start[r + 1] - q->start[r]),
                  .marks = q->marks[r],
                  .vertex = q->vertex + q->start[r],
                  .edge = q->edge + q->start[r],
                  .marked = q->marked + q->start[r],
                  .entries = (int)(q->entry[r + 1] - q->entry[r]),
                  .column = q->column + q->entry[r],
                  .coef = q->coef + q->entry[r]};
}

static int by_first(const void *a, const void *b) {
  return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* The cycle as an LP row into q->scratch: pairs sorted by variable; returns their number. */
static int aggregate(oc_pool *q, int length, const int *edge, const uint8_t *marked) {
  if (length > q->scratch_cap) {
    q->scratch_cap = 2 * length;
    q->scratch = rc_realloc(q->scratch, 2 * (size_t)q->scratch_cap, sizeof *q->scratch);
  }
  int *s = q->scratch, n = 0;
  for (int i = 0; i < length; i++) s[2 * i] = q->p->var[edge[i]], s[2 * i + 1] = marked[i] ? 1 : -1;
  qsort(s, (size_t)length, 2 * sizeof *s, by_first);
  for (int i = 0; i < length;) {
    const int column = s[2 * i];
    int sum = 0;
    for (; i < length && s[2 * i] == column; i++) sum += s[2 * i + 1];
    if (sum) s[2 * n] = column, s[2 * n + 1] = sum, n++;
  }
  return n;
}

static uint64_t hash_row(const int *pairs, int n, int marks) {
  uint64_t h = 0x9e3779b97f4a7c15u ^ (uint64_t)marks;
  for (int i = 0; i < 2 * n; i++) {
    h ^= (uint64_t)(uint32_t)pairs[i];
    h *= 0xbf58476d1ce4e5b9u;
    h ^= h >> 29;
  }
  return h;
}

static bool same_row(const oc_pool *q, int r, int n, int marks) {
  const oc_row row = oc_pool_row(q, r);
  if (row.entries != n || row.marks != marks) return false;
  for (int i = 0; i < n; i++) {
    if (row.column[i] != q->scratch[2 * i] || row.coef[i] != q->scratch[2 * i + 1]) return false;
  }
  return true;
}

static void grow(oc_pool *q, int length, int entries) {
  if (q->rows + 1 > q->row_cap) {
    q->row_cap *= 2;
    q->start = rc_realloc(q->start, (size_t)q->row_cap + 1, sizeof *q->start);
    q->entry = rc_realloc(q->entry, (size_t)q->row_cap + 1, sizeof *q->entry);
    q->marks = rc_realloc(q->marks, (size_t)q->row_cap, sizeof *q->marks);
    q->hash = rc_realloc(q->hash, (size_t)q->row_cap, sizeof *q->hash);
  }
  if (q->start[q->rows] + length > q->steps_cap) {
    q->steps_cap = 2 * (q->start[q->rows] + length) + 1024;
    q->vertex = rc_realloc(q->vertex, (size_t)q->steps_cap, sizeof *q->vertex);
    q->edge = rc_realloc(q->edge, (size_t)q->steps_cap, sizeof *q->edge);
    q->marked = rc_realloc(q->marked, (size_t)q->steps_cap, 1);
  }
  if (q->entry[q->rows] + entries > q->entries_cap) {
    q->entries_cap = 2 * (q->entry[q->rows] + entries) + 1024;
    q->column = rc_realloc(q->column, (size_t)q->entries_cap, sizeof *q->column);
    q->coef = rc_realloc(q->coef, (size_t)q->entries_cap, sizeof *q->coef);
  }
  if (2 * (q->rows + 1) > q->slots) {
    rc_free(q->slot);
    q->slots *= 4;
    q->slot = rc_alloc((size_t)q->slots, sizeof *q->slot);
    for (int r = 0; r < q->rows; r++) {
      int k = (int)(q->hash[r] & (uint64_t)(q->slots - 1));
      while (q->slot[k]) k = (k + 1) & (q->slots - 1);
      q->slot[k] = r + 1;
    }
  }
}

/* The number of the row, new or not; -1 when it is trivial. */
static int enter(oc_pool *q, int length, const int *vertex, const int *edge, const uint8_t *marked,
                 bool *fresh) {
  int marks = 0;
  *fresh = false;
  for (int i = 0; i < length; i++) marks += marked[i];
  const int n = aggregate(q, length, edge, marked);
  if (n == 0) return -1;
  const uint64_t h = hash_row(q->scratch, n, marks);
  grow(q, length, n);
  int k = (int)(h & (uint64_t)(q->slots - 1));
  for (; q->slot[k]; k = (k + 1) & (q->slots - 1)) {
    const int r = q->slot[k] - 1;
    if (q->hash[r] == h && same_row(q, r, n, marks)) return r;
  }
  const int r = q->rows++;
  *fresh = true;
  q->slot[k] = r + 1;
  q->hash[r] = h;
  q->marks[r] = marks;
  memcpy(q->vertex + q->start[r], vertex, (size_t)length * sizeof *vertex);
  memcpy(q->edge + q->start[r], edge, (size_t)length * sizeof *edge);
  memcpy(q->marked + q->start[r], marked, (size_t)length);
  q->start[r + 1] = q->start[r] + length;
  for (int i = 0; i < n; i++) {
    q->column[q->entry[r] + i] = q->scratch[2 * i];
    q->coef[q->entry[r] + i] = q->scratch[2 * i + 1];
  }
  q->entry[r + 1] = q->entry[r] + n;
  return r;
}

int oc_pool_add(oc_pool *q, int length, const int *vertex, const int *edge, const uint8_t *marked) {
  bool fresh;
  const int r = enter(q, length, vertex, edge, marked, &fresh);
  return fresh ? r : -1;
}

int oc_pool_find(oc_pool *q, int length, const int *vertex, const int *edge,
                 const uint8_t *marked) {
  bool fresh;
  return enter(q, length, vertex, edge, marked, &fresh);
}

/* ---- exact bounds -----------------------------------------------------------------------------
 */

void oc_proof_free(oc_proof *p) {
  rc_free(p->row);
  rc_free(p->y);
  *p = (oc_proof){0};
}

oc_proof oc_proof_round(const oc_problem *p, int n, const int *row, const double *y) {
  oc_proof out = {0, rc_alloc((size_t)n + 1, sizeof(int)),
                  rc_alloc((size_t)n + 1, sizeof(oc_exact))};
  for (int i = 0; i < n; i++) {
    const double amount = rint(ldexp(y[i] * p->unit, p->scale));
    if (!(amount >= 1) || amount >= 0x1p90) continue;
    out.row[out.n] = row[i];
    out.y[out.n++] = (oc_exact)amount;
  }
  return out;
}

oc_exact oc_proof_bound(const oc_problem *p, const oc_pool *q, const oc_proof *proof,
                        const int8_t *known, oc_exact *d) {
  oc_exact *own = d ? d : rc_alloc((size_t)p->vars + 1, sizeof *own), sum = 0;
  memcpy(own, p->w, (size_t)p->vars * sizeof *own);
  for (int i = 0; i < proof->n; i++) {
    const oc_row row = oc_pool_row(q, proof->row[i]);
    for (int k = 0; k < row.entries; k++) own[row.column[k]] -= proof->y[i] * row.coef[k];
    sum += proof->y[i] * (row.marks - 1);
  }
  for (int j = 0; j < p->vars; j++) {
    if (known && known[j] >= 0)
      sum += known[j] ? own[j] : 0;
    else if (own[j] > 0)
      sum += own[j];
  }
  if (!d) rc_free(own);
  return sum;
}
