/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both ends of the spectrum of the Hilbert graph's Laplacian. Since S_i.S_j - 1/4 = (P_ij - 1)/2,
 * H = sum J/4 - L_J/2 in every sector: its upper end is the antiferromagnet's ground state, its
 * lower end the ferromagnet's gap. The flips are those of the matrix's rows, compared with the
 * lattice one by one; the diagonal is their sum, and a Lanczos recurrence of its own solves it:
 * extreme eigenvalues need no reorthogonalisation (copies of them do no harm). Source: Golub, Van
 * Loan, Matrix Computations, section on Lanczos methods. */
#include "hilbert/checks_internal.h"
#include "hilbert/impl.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { ITERATIONS_MAX = 800, ITERATIONS_STEP = 8, ROWS_STEP = 1 << 15, GRAIN = 4096, CLASSES = 4 };

uint64_t rc_check_laplacian_bytes(uint64_t states, double entries) {
  return (states + 1) * (sizeof(uint64_t) + 3 * sizeof(double) + CLASSES * sizeof(uint16_t)) +
         (uint64_t)(entries * 6);
}

bool rc_check_laplacian_start(rc_check_laplacian *l, const rc_check_lattice *g, const rc_matrix *m,
                              double entries, int threads) {
  memset(l, 0, sizeof *l);
  l->g = g;
  l->m = m;
  l->basis = rc_matrix_basis(m);
  l->n = rc_basis_states(l->basis);
  l->threads = rc_threads_for(threads, l->n);
  l->room = (uint64_t)entries;
  l->begin = rc_big_alloc(l->n + 1, sizeof *l->begin, "the Laplacian of the self-check", NULL);
  l->column = rc_big_alloc(l->room + 1, sizeof *l->column, "its pattern", NULL);
  l->pair = rc_big_alloc(l->room + 1, sizeof *l->pair, "its pattern", NULL);
  l->end = rc_big_alloc(l->n * CLASSES, sizeof *l->end, "its pattern", NULL);
  l->x = rc_big_alloc(l->n, sizeof *l->x, "its vectors", NULL);
  l->y = rc_big_alloc(l->n, sizeof *l->y, "its vectors", NULL);
  l->z = rc_big_alloc(l->n, sizeof *l->z, "its vectors", NULL);
  l->J = rc_alloc((size_t)rc_matrix_hamiltonian(m)->pairs + 1, sizeof *l->J);
  for (int p = 0; p < rc_matrix_hamiltonian(m)->pairs; p++) l->J[p] = NAN;
  l->alpha = rc_alloc(ITERATIONS_MAX + 1, sizeof *l->alpha);
  l->beta = rc_alloc(ITERATIONS_MAX + 1, sizeof *l->beta);
  return l->begin && l->column && l->pair && l->end && l->x && l->y && l->z;
}

void rc_check_laplacian_clear(rc_check_laplacian *l) {
  rc_big_free(l->begin);
  rc_big_free(l->column);
  rc_big_free(l->pair);
  rc_big_free(l->end);
  rc_big_free(l->x);
  rc_big_free(l->y);
  rc_big_free(l->z);
  rc_free(l->J);
  rc_free(l->alpha);
  rc_free(l->beta);
  l->begin = NULL;
  l->column = NULL;
  l->pair = l->end = NULL;
  l->x = l->y = l->z = l->J = l->alpha = l->beta = NULL;
}

/* What the lattice says about the flip from a to b; nan when there is none. */
static double lattice_coupling(const rc_check_lattice *g, uint64_t a, uint64_t b) {
  uint64_t x = a ^ b;
  if (__builtin_popcountll(x) != 2 || __builtin_popcountll(x & a) != 1) return NAN;
  return g->coupling[__builtin_ctzll(x)][63 - __builtin_clzll(x)];
}

/* Takes a row of the matrix over and compares it with the lattice: worst becomes infinite when a
 * flip is missing, made up or led to the wrong place. */
static void take_row(rc_check_laplacian *l, const uint64_t *column, const double *value,
                     const int *pair, int n) {
  const uint64_t *config = (const uint64_t *)l->z;
  uint64_t at = l->begin[l->rows], c = config[l->rows], flips = 0;
  for (uint64_t w = c; w; w &= w - 1)
    flips += (uint64_t)__builtin_popcountll(l->g->near[__builtin_ctzll(w)] & ~c);
  if (flips != (uint64_t)n || at + (uint64_t)n > l->room) l->worst = INFINITY;
  for (int i = 0; i < n && at < l->room; i++, at++) {
    double off = fabs(2 * value[i] - lattice_coupling(l->g, c, config[column[i]]));
    if (isnan(l->J[pair[i]])) l->J[pair[i]] = 2 * value[i];
    if (isnan(off) || l->J[pair[i]] != 2 * value[i]) off = INFINITY;
    l->worst = RC_MAX(l->worst, off);
    l->column[at] = (uint32_t)column[i];
    l->pair[at] = (uint16_t)pair[i];
  }
  l->begin[l->rows + 1] = at;
}

static void build(rc_check_laplacian *l) {
  if (l->rows == 0) { /* the configurations, where the product will stand later */
    uint64_t *config = (uint64_t *)l->z;
    for (uint64_t r = 0; r < l->n; r++) config[r] = rc_basis_config(l->basis, r);
  }
  int cap = RC_MAX(rc_matrix_hamiltonian(l->m)->pairs, 1);
  uint64_t *column = rc_alloc((size_t)cap, sizeof *column);
  double *value = rc_alloc((size_t)cap, sizeof *value);
  int *pair = rc_alloc((size_t)cap, sizeof *pair);
  for (int i = 0; i < ROWS_STEP && l->rows < l->n; i++, l->rows++)
    take_row(l, column, value, pair, rc_matrix_row(l->m, l->rows, column, value, pair, cap));
  rc_free(column);
  rc_free(value);
  rc_free(pair);
}

/* Orders the columns of each row by coupling, when there are few different ones: then a product
 * multiplies once for each of them instead of once for each flip. */
static void group(rc_check_laplacian *l) {
  const int pairs = rc_matrix_hamiltonian(l->m)->pairs;
  uint8_t *class = rc_alloc((size_t)pairs + 1, sizeof *class);
  uint32_t *row = rc_alloc((size_t)pairs + 1, sizeof *row);
  for (int p = 0; p < pairs && l->classes <= CLASSES; p++) {
    int c = 0;
    if (isnan(l->J[p])) continue;
    while (c < l->classes && l->class_J[c] != l->J[p]) c++;
    if (c == l->classes && l->classes++ < CLASSES) l->class_J[c] = l->J[p];
    class[p] = (uint8_t)c;
  }
  if (l->classes > CLASSES) l->classes = 0;
  for (uint64_t r = 0; l->classes && r < l->n; r++) {
    uint64_t first = l->begin[r], n = l->begin[r + 1] - first;
    uint16_t at[CLASSES + 1] = {0}, *end = l->end + r * CLASSES;
    for (uint64_t e = 0; e < n; e++) at[class[l->pair[first + e]] + 1]++;
    for (int c = 0; c < CLASSES; c++) end[c] = at[c + 1] += at[c];
    memcpy(row, l->column + first, n * sizeof *row);
    for (uint64_t e = 0; e < n; e++) l->column[first + at[class[l->pair[first + e]]]++] = row[e];
  }
  rc_free(row);
  rc_free(class);
}

/* Sum of x over columns. Four sums side by side: one alone would wait for each addition to end. */
static double gather(const double *x, const uint32_t *column, int n) {
  double s[4] = {0};
  int e = 0;
  for (; e + 4 <= n; e += 4)
    for (int k = 0; k < 4; k++) s[k] += x[column[e + k]];
  for (; e < n; e++) s[0] += x[column[e]];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

/* z = L x. */
static void apply_chunk(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  const rc_check_laplacian *l = ctx;
  (void)chunk;
  for (int64_t r = begin; r < end; r++) {
    const uint32_t *column = l->column + l->begin[r];
    const uint16_t *stop = l->end + r * CLASSES;
    double s = 0, mine = l->x[r];
    for (int c = 0, at = 0; c < l->classes; at = stop[c++])
      s += l->class_J[c] * ((stop[c] - at) * mine - gather(l->x, column + at, stop[c] - at));
    if (!l->classes)
      for (uint64_t e = l->begin[r]; e < l->begin[r + 1]; e++)
        s += l->J[l->pair[e]] * (mine - l->x[l->column[e]]);
    l->z[r] = s;
  }
}

static double dot(const double *a, const double *b, uint64_t n) {
  double s[4] = {0};
  uint64_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++) s[k] += a[i + k] * b[i + k];
  for (; i < n; i++) s[0] += a[i] * b[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

static double total(const double *a, uint64_t n) {
  double s[4] = {0};
  uint64_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++) s[k] += a[i + k];
  for (; i < n; i++) s[0] += a[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

static void without_constant(const rc_check_laplacian *l, double *a) {
  double mean = l->deflate ? total(a, l->n) / (double)l->n : 0;
  for (uint64_t i = 0; i < l->n; i++) a[i] -= mean;
}

static bool normalise(double *a, uint64_t n) {
  double norm = sqrt(dot(a, a, n));
  if (!(norm > 0)) return false;
  for (uint64_t i = 0; i < n; i++) a[i] /= norm;
  return true;
}

static void begin_vectors(rc_check_laplacian *l) {
  rc_rng r = rc_rng_stream(1, "checks/laplacian", 0);
  for (uint64_t i = 0; i < l->n; i++) l->x[i] = rc_rng_unit(&r) - 0.5;
  without_constant(l, l->x);
  if (normalise(l->x, l->n)) return;
  l->over = true; /* nothing besides the constant */
  l->low = l->high = 0;
}

/* Extreme eigenvalue number 'which' (1-based) of the tridiagonal matrix, and its residual. */
static bool ritz(const rc_check_laplacian *l, int which, double *value, double *residual) {
  int n = l->iterations, found = 0, support[2];
  double d[ITERATIONS_MAX + 1], e[ITERATIONS_MAX + 1], s[ITERATIONS_MAX + 1];
  double w[ITERATIONS_MAX + 1];
  memcpy(d, l->alpha, (size_t)n * sizeof *d);
  memcpy(e, l->beta, (size_t)n * sizeof *e);
  if (LAPACKE_dstevr(LAPACK_COL_MAJOR, 'V', 'I', n, d, e, 0, 0, which, which, 0, &found, w, s, n,
                     support) != 0 ||
      found != 1)
    return false;
  *value = w[0];
  *residual = fabs(l->beta[n - 1] * s[n - 1]);
  return true;
}

static double coupling_scale(const rc_check_laplacian *l) {
  return rc_hamiltonian_scale(rc_matrix_hamiltonian(l->m));
}

static void look(rc_check_laplacian *l, bool closed) {
  double r_low = 0, r_high = 0;
  if (!ritz(l, 1, &l->low, &r_low) || !ritz(l, l->iterations, &l->high, &r_high)) {
    l->over = l->failed = true;
    return;
  }
  l->low_off = closed ? 0 : r_low;
  l->high_off = closed ? 0 : r_high;
  double scale = RC_MAX(coupling_scale(l), RC_MAX(fabs(l->low), fabs(l->high)));
  /* An eigenvalue is off by the square of its residual over the distance to the next one, but
   * never by more than the residual, which is what nearly equal levels come to. */
  if (closed || RC_MAX(r_low, r_high) < 3e-7 * scale)
    l->over = true;
  else if (l->iterations == ITERATIONS_MAX)
    l->over = l->failed = true;
}

static void iterate(rc_check_laplacian *l) {
  int k = l->iterations;
  rc_parallel(l->threads, (int64_t)l->n, GRAIN, apply_chunk, l);
  double alpha = dot(l->x, l->z, l->n), last = k ? l->beta[k - 1] : 0;
  for (uint64_t i = 0; i < l->n; i++) l->z[i] -= alpha * l->x[i] + last * l->y[i];
  without_constant(l, l->z);
  double beta = sqrt(dot(l->z, l->z, l->n));
  l->alpha[k] = alpha;
  l->beta[k] = beta;
  l->iterations++;
  bool closed = beta < 1e-11 * RC_MAX(coupling_scale(l), fabs(l->alpha[0]));
  double *old = l->y;
  l->y = l->x;
  l->x = l->z;
  l->z = old;
  if (!closed)
    for (uint64_t i = 0; i < l->n; i++) l->x[i] /= beta;
  if (closed || l->iterations % ITERATIONS_STEP == 0) look(l, closed);
}

bool rc_check_laplacian_step(rc_check_laplacian *l) {
  if (l->over) return true;
  if (l->rows < l->n) {
    build(l);
    if (l->rows == l->n && isfinite(l->worst)) group(l);
    return false;
  }
  if (!isfinite(l->worst)) l->over = l->failed = true;
  if (!l->iterations) begin_vectors(l);
  do {
    if (!l->over) iterate(l);
  } while (!l->over && l->iterations % ITERATIONS_STEP);
  return l->over;
}
