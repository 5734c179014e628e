/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lattice's side of the self-checks: everything that a theorem says about the Hilbert graph
 * in terms of bonds, and the plain enumeration of all configurations. */
#include "hilbert/checks_internal.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

/* Results must not depend on the number of cores. */
static void one_thread(void) {
  openblas_set_num_threads(1);
}

void rc_check_lapack_init(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, one_thread);
}

static void add_pairs(rc_check_lattice *g, const rc_lattice *l, const rc_model *m) {
  double *sum = rc_alloc((size_t)l->sites * (size_t)l->sites, sizeof *sum);
  g->pair = rc_alloc((size_t)l->bonds + 1, sizeof *g->pair);
  g->J = rc_alloc((size_t)l->bonds + 1, sizeof *g->J);
  for (int b = 0; b < l->bonds; b++) {
    const rc_bond *bond = &l->bond[b];
    sum[bond->i * l->sites + bond->j] += m->J[bond->cls] * bond->mult * bond->factor;
  }
  for (int i = 0; i < l->sites; i++) {
    for (int j = i + 1; j < l->sites; j++) {
      double J = sum[i * l->sites + j] + sum[j * l->sites + i];
      if (J == 0) continue;
      g->pair[g->pairs][0] = i;
      g->pair[g->pairs][1] = j;
      g->J[g->pairs++] = J;
      g->J_sum += J;
      g->near[i] |= 1ull << j;
      g->near[j] |= 1ull << i;
      g->coupling[i][j] = g->coupling[j][i] = J;
    }
  }
  rc_free(sum);
  g->uniform = g->all_positive = g->all_negative = g->pairs > 0;
  for (int p = 0; p < g->pairs; p++) {
    if (fabs(g->J[p] - g->J[0]) > 1e-14 * fabs(g->J[0])) g->uniform = false;
    if (g->J[p] < 0)
      g->all_positive = false;
    else
      g->all_negative = false;
  }
}

static void find_components(rc_check_lattice *g) {
  uint64_t todo = g->sites == 64 ? ~0ull : (1ull << g->sites) - 1;
  while (todo) {
    uint64_t part = todo & -todo, grown = part;
    do {
      part = grown;
      for (uint64_t w = part; w; w &= w - 1) grown |= g->near[__builtin_ctzll(w)];
    } while (grown != part);
    g->component_sites[g->components++] = __builtin_popcountll(part);
    todo &= ~part;
  }
}

/* Closed walks by length: sets of sites reached after exactly n steps with an even and with an
 * odd number of marked pairs. The first return to the start with an odd number is the answer. */
static int shortest_odd_walk(const rc_check_lattice *g, bool all_marked) {
  uint64_t marked[RC_SITES_MAX] = {0};
  for (int p = 0; p < g->pairs; p++) {
    if (!all_marked && g->J[p] < 0) continue;
    marked[g->pair[p][0]] |= 1ull << g->pair[p][1];
    marked[g->pair[p][1]] |= 1ull << g->pair[p][0];
  }
  int best = 0;
  for (int s = 0; s < g->sites; s++) {
    uint64_t even = 1ull << s, odd = 0;
    for (int n = 1; n <= 2 * g->sites && (!best || n < best); n++) {
      uint64_t next_even = 0, next_odd = 0;
      for (uint64_t w = even; w; w &= w - 1) {
        int u = __builtin_ctzll(w);
        next_odd |= marked[u];
        next_even |= g->near[u] & ~marked[u];
      }
      for (uint64_t w = odd; w; w &= w - 1) {
        int u = __builtin_ctzll(w);
        next_even |= marked[u];
        next_odd |= g->near[u] & ~marked[u];
      }
      even = next_even;
      odd = next_odd;
      if (odd >> s & 1) best = n;
    }
  }
  return best;
}

static void count_triangles(rc_check_lattice *g) {
  int same = -1;
  g->triangles_per_pair = -1;
  for (int p = 0; p < g->pairs; p++) {
    int n = __builtin_popcountll(g->near[g->pair[p][0]] & g->near[g->pair[p][1]]);
    g->triangles += n / 3.0;
    if (p == 0)
      same = n;
    else if (n != same)
      same = -1;
  }
  g->triangles = round(g->triangles);
  g->triangles_per_pair = same;
}

void rc_check_lattice_make(rc_check_lattice *g, const rc_lattice *l, const rc_model *m) {
  memset(g, 0, sizeof *g);
  g->sites = l->sites;
  add_pairs(g, l, m);
  find_components(g);
  count_triangles(g);
  g->bipartite = shortest_odd_walk(g, true) == 0;
  g->frustrated_ring = shortest_odd_walk(g, false);
}

void rc_check_lattice_clear(rc_check_lattice *g) {
  rc_free(g->pair);
  rc_free(g->J);
  memset(g, 0, sizeof *g);
}

double rc_check_components(const rc_check_lattice *g, int k) {
  double ways[RC_SITES_MAX + 1] = {1}, sum = 0;
  for (int c = 0; c < g->components; c++) {
    for (int t = g->sites; t >= 0; t--) {
      double w = 0;
      for (int here = 0; here <= RC_MIN(t, g->component_sites[c]); here++) w += ways[t - here];
      ways[t] = w;
    }
  }
  for (int t = 0; t <= g->sites; t++) sum += ways[t];
  return k < 0 ? sum : ways[k];
}

double rc_check_lattice_gap(const rc_check_lattice *g) {
  int n = g->sites;
  double *a = rc_alloc((size_t)n * (size_t)n, sizeof *a), *w = rc_alloc((size_t)n, sizeof *w);
  for (int p = 0; p < g->pairs; p++) {
    int i = g->pair[p][0], j = g->pair[p][1];
    double weight = fabs(g->J[p]);
    a[i * n + i] += weight;
    a[j * n + j] += weight;
    a[i * n + j] -= weight;
    a[j * n + i] -= weight;
  }
  bool ok = n > 1 && LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'N', 'U', n, a, n, w) == 0;
  double gap = ok ? w[1] : NAN;
  rc_free(a);
  rc_free(w);
  return gap;
}

/* ---- all configurations -------------------------------------------------------------------- */

enum { SLICE = 1 << 17 };

static void states_begin(rc_check_states *s, const rc_check_lattice *g, int k) {
  uint64_t all = g->sites == 64 ? ~0ull : (1ull << g->sites) - 1;
  s->begun = true;
  s->histogram = rc_alloc((size_t)g->pairs + 1, sizeof *s->histogram);
  if (k < 0) {
    s->next = 0;
    s->last = all;
  } else {
    uint64_t low = k == 64 ? ~0ull : (1ull << k) - 1;
    s->next = low;
    s->last = low << (g->sites - k) % 64;
  }
}

static double lattice_diagonal(const rc_check_lattice *g, const rc_model *model, uint64_t c) {
  double anti = 0;
  for (int p = 0; p < g->pairs; p++)
    anti += g->J[p] * (double)(int)((c >> g->pair[p][0] ^ c >> g->pair[p][1]) & 1);
  double sz = __builtin_popcountll(c) - g->sites / 2.0;
  return model->delta * (g->J_sum - 2 * anti) / 4 - model->field * sz;
}

bool rc_check_states_step(rc_check_states *s, const rc_check_lattice *g, const rc_model *model,
                          const rc_matrix *m, int k) {
  if (!s->begun) states_begin(s, g, k);
  for (int i = 0; i < SLICE && !s->over; i++) {
    uint64_t c = s->next, flips = 0;
    int sign;
    for (uint64_t w = c; w; w &= w - 1)
      flips += (uint64_t)__builtin_popcountll(g->near[__builtin_ctzll(w)] & ~c);
    s->histogram[flips]++;
    uint64_t row = rc_basis_rank(rc_matrix_basis(m), c, &sign);
    double off = row == RC_NONE ? INFINITY
                                : fabs(rc_matrix_diagonal(m, row) - lattice_diagonal(g, model, c));
    s->worst = RC_MAX(s->worst, off);
    if (c == s->last)
      s->over = true;
    else if (k < 0)
      s->next = c + 1;
    else {
      uint64_t low = c & -c, carried = c + low;
      s->next = ((carried ^ c) >> 2) / low | carried;
    }
  }
  return s->over;
}
