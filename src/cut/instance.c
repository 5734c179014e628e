/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instances from a Hilbert graph: symmetries of the states, amplitude families, weights. */
#include "making.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- symmetry ---------------------------------------------------------------------------------
 */

static uint64_t permute(uint64_t config, const uint8_t *perm, int sites) {
  uint64_t out = 0;
  for (int s = 0; s < sites; s++) out |= (config >> s & 1) << perm[s];
  return out;
}

static int find_root(int *up, int a) {
  while (up[a] != a) a = up[a] = up[up[a]];
  return a;
}

static void add_generator(rc_state_symmetry *s, const rc_basis *b, const uint8_t *perm,
                          uint64_t flip) {
  int *g = rc_alloc((size_t)s->states + 1, sizeof *g);
  const int sites = rc_basis_sites(b);
  bool identity = true;
  for (int i = 0; i < s->states; i++) {
    uint64_t c = rc_basis_config(b, (uint64_t)i);
    if (perm) c = permute(c, perm, sites);
    g[i] = (int)rc_basis_rank(b, c ^ flip, NULL);
    identity = identity && g[i] == i;
  }
  if (identity) {
    rc_free(g);
    return;
  }
  s->generator = rc_realloc(s->generator, (size_t)s->generators + 1, sizeof *s->generator);
  s->generator[s->generators++] = g;
  for (int i = 0; i < s->states; i++) {
    const int x = find_root(s->orbit, i), y = find_root(s->orbit, g[i]);
    s->orbit[RC_MAX(x, y)] = RC_MIN(x, y);
  }
}

bool rc_state_symmetry_make(const rc_lattice *l, const rc_model *m, const rc_basis *b,
                            rc_state_symmetry *out, rc_err *err) {
  *out = (rc_state_symmetry){0};
  if (rc_basis_states(b) > INT32_MAX - 1)
    return rc_err_set(err, RC_ERR_LIMIT, "too many states for orbits");
  out->states = (int)rc_basis_states(b);
  out->orbit = rc_alloc((size_t)out->states + 1, sizeof *out->orbit);
  for (int i = 0; i < out->states; i++) out->orbit[i] = i;
  if (!rc_basis_symmetric(b)) {
    rc_group *g = rc_group_automorphisms_at(l, m->J, err);
    if (!g) {
      rc_state_symmetry_free(out);
      return false;
    }
    for (int i = 0; i < g->generators; i++) add_generator(out, b, g->generator[i], 0);
    rc_group_free(g);
    const rc_sector *sector = rc_basis_sector(b);
    const int sites = rc_basis_sites(b);
    if (m->field == 0 && (sector->all || sector->sz2 == 0)) {
      add_generator(out, b, NULL, sites == 64 ? UINT64_MAX : (UINT64_C(1) << sites) - 1);
    }
  }
  for (int i = 0; i < out->states; i++) {
    out->orbit[i] = find_root(out->orbit, i);
    out->orbits += out->orbit[i] == i;
  }
  return true;
}

void rc_state_symmetry_free(rc_state_symmetry *s) {
  for (int i = 0; i < s->generators; i++) rc_free(s->generator[i]);
  rc_free(s->generator);
  rc_free(s->orbit);
  *s = (rc_state_symmetry){0};
}

/* By the largest first: squares of 1e200 or 1e-200 are no numbers. */
static void normalise(double *a, int64_t n) {
  double sum = 0, top = 0;
  for (int64_t i = 0; i < n; i++) top = fmax(top, fabs(a[i]));
  if (top > 0 && (top < 1e-100 || top > 1e100)) {
    for (int64_t i = 0; i < n; i++) a[i] /= top;
  }
  for (int64_t i = 0; i < n; i++) sum += a[i] * a[i];
  const double scale = sum > 0 ? 1 / sqrt(sum) : 0;
  for (int64_t i = 0; i < n; i++) a[i] *= scale;
}

double rc_state_symmetry_even(const rc_state_symmetry *s, double *a) {
  double spread = 0, top = 0;
  for (int i = 0; i < s->states; i++) top = fmax(top, fabs(a[i]));
  for (int i = 0; i < s->states; i++) {
    spread = fmax(spread, fabs(a[i] - a[s->orbit[i]]));
    a[i] = a[s->orbit[i]]; /* the smallest member comes first and keeps its value */
  }
  normalise(a, s->states);
  return top > 0 ? spread / top : 0;
}

/* ---- amplitudes -------------------------------------------------------------------------------
 */

/* Configurations in the orbit behind a state of the basis: with the amplitude a on each of them the
 * state, their normalised sum, has a sqrt(orbit). */
static double root_orbit(const rc_basis *b, int64_t i) {
  return rc_basis_symmetric(b) ? sqrt((double)rc_basis_orbit(b, (uint64_t)i)) : 1;
}

/* Energies D_c of the configurations, their range, and the roots of their orbits. */
typedef struct classical {
  int64_t n;
  double *d, *root, low, high;
} classical;

static classical classical_of(const rc_matrix *m) {
  const rc_basis *b = rc_matrix_basis(m);
  classical c = {.n = (int64_t)rc_matrix_states(m), .low = INFINITY, .high = -INFINITY};
  c.d = rc_alloc((size_t)c.n + 1, sizeof *c.d);
  c.root = rc_alloc((size_t)c.n + 1, sizeof *c.root);
  for (int64_t i = 0; i < c.n; i++) {
    /* the diagonal of a symmetric sector has flips within an orbit as well */
    c.d[i] = rc_basis_symmetric(b) ? rc_hamiltonian_diagonal(rc_matrix_hamiltonian(m),
                                                             rc_basis_config(b, (uint64_t)i))
                                   : rc_matrix_diagonal(m, (uint64_t)i);
    c.root[i] = root_orbit(b, i);
    c.low = fmin(c.low, c.d[i]), c.high = fmax(c.high, c.d[i]);
  }
  return c;
}

static void boltzmann(const classical *c, double lambda, double *a) {
  for (int64_t i = 0; i < c->n; i++) a[i] = c->root[i] * exp(-lambda * (c->d[i] - c->low));
  normalise(a, c->n);
}

/* Derivative of the logarithm of the overlap with |psi|: the difference of two mean energies. */
static double overlap_slope(const classical *c, double lambda, const double *psi, double *a) {
  double with = 0, with_d = 0, own = 0, own_d = 0;
  boltzmann(c, lambda, a);
  for (int64_t i = 0; i < c->n; i++) {
    const double d = c->d[i] - c->low, x = a[i] * fabs(psi[i]), y = a[i] * a[i];
    with += x, with_d += x * d;
    own += y, own_d += y * d;
  }
  return with > 0 ? own_d / own - with_d / with : -1;
}

/* Largest overlap with |psi|, one smooth maximum on [0, 40 / range of energies], by bisection of its
 * slope. Six digits, so that it does not differ by the rounding of one ground vector from another. */
static double best_lambda(const classical *c, const double *psi, double *a) {
  double lo = 0, hi = c->high > c->low ? 40 / (c->high - c->low) : 1;
  for (int i = 0; i < 60; i++) {
    const double middle = (lo + hi) / 2;
    *(overlap_slope(c, middle, psi, a) > 0 ? &lo : &hi) = middle;
  }
  char text[32];
  if (lo == 0) return 0; /* no step of the bisection found a better one: the best are flat */
  snprintf(text, sizeof text, "%.6g", (lo + hi) / 2);
  return strtod(text, NULL);
}

static void make_boltzmann(const rc_matrix *m, const double *psi, double lambda, double *a,
                           double *used) {
  const classical c = classical_of(m);
  if (isnan(lambda)) lambda = best_lambda(&c, psi, a);
  boltzmann(&c, lambda, a);
  *used = lambda;
  rc_free(c.d), rc_free(c.root);
}

/* One random number for each state, or for each orbit when the symmetry is to be kept. */
static void make_noisy(const double *psi, int64_t n, const rc_state_symmetry *orbits, double sigma,
                       uint64_t seed, double *a) {
  rc_rng r = rc_rng_stream(seed, "cut/noise", 0);
  for (int64_t i = 0; i < n; i++) {
    const double u = 2 * rc_rng_unit(&r) - 1; /* drawn for all states: the same dice either way */
    const int64_t o = orbits ? orbits->orbit[i] : i;
    a[i] = o < i ? a[o] : fabs(psi[i]) * exp(sigma * u);
  }
  normalise(a, n);
}

/* Fisher-Yates over the states, or over the values of the orbits (which differ in size, so that the
 * vector is normalised again; in a symmetric sector the states are orbits). */
static void make_shuffled(const rc_basis *b, const double *psi, int64_t n,
                          const rc_state_symmetry *orbits, uint64_t seed, double *a) {
  rc_rng r = rc_rng_stream(seed, "cut/shuffle", 0);
  int64_t *list = rc_alloc((size_t)n + 1, sizeof *list), k = 0;
  for (int64_t i = 0; i < n; i++) {
    if (!orbits || orbits->orbit[i] == i) list[k++] = i;
    a[i] = fabs(psi[i]) / root_orbit(b, i);
  }
  for (int64_t i = k - 1; i > 0; i--) {
    const int64_t j = (int64_t)rc_rng_below(&r, (uint64_t)i + 1);
    const double t = a[list[i]];
    a[list[i]] = a[list[j]], a[list[j]] = t;
  }
  if (orbits) {
    for (int64_t i = 0; i < n; i++) a[i] = a[orbits->orbit[i]];
  }
  for (int64_t i = 0; i < n; i++) a[i] *= root_orbit(b, i);
  rc_free(list);
  normalise(a, n);
}

/* One line of a file of amplitudes; seen: the line that named each state before, 0 for none. */
static bool amplitude_line(const char *s, const char *path, int line, int64_t n, int *seen,
                           double *a, rc_amplitude_report *out, rc_err *err) {
  char *after, *rest = NULL;
  const long long i = strtoll(s, &after, 10);
  const double v = after > s ? strtod(after, &rest) : NAN;
  if (after == s || i < 0 || i >= n || rest == after || rest[strspn(rest, " \t\r")] || !isfinite(v))
    return rc_err_at(err, RC_ERR_INPUT, line, 0,
                     "%s:%d: expected 'state amplitude', states from 0 to %lld", path, line,
                     (long long)n - 1);
  if (seen[i])
    return rc_err_at(err, RC_ERR_INPUT, line, 0, "%s:%d: state %lld has an amplitude on line %d",
                     path, line, i, seen[i]);
  seen[i] = line;
  a[i] = fabs(v);
  out->negative += v < 0;
  out->missing--;
  return true;
}

static bool read_amplitudes(const char *path, int64_t n, double *a, rc_amplitude_report *out,
                            rc_err *err) {
  size_t len;
  rc_err why = {0};
  char *text = rc_read_file(path, (size_t)1 << 30, &len, &why);
  if (!text) return rc_err_set(err, why.code, "%s: %s", path, why.message);
  if (strlen(text) != len) {
    rc_free(text);
    return rc_err_set(err, RC_ERR_INPUT, "%s: holds a zero byte: this is no text file", path);
  }
  memset(a, 0, (size_t)n * sizeof *a);
  int *seen = rc_alloc((size_t)n + 1, sizeof *seen), line = 0;
  bool ok = true;
  out->missing = n;
  char *s = strncmp(text, "\xef\xbb\xbf", 3) ? text : text + 3; /* byte order mark of UTF-8 */
  for (char *next; ok && s && *s; s = next) {
    next = strchr(s, '\n');
    if (next) *next++ = 0;
    line++;
    if (s[strspn(s, " \t\r")] && *s != '#')
      ok = amplitude_line(s, path, line, n, seen, a, out, err);
  }
  double top = 0;
  for (int64_t i = 0; i < n; i++) top = fmax(top, a[i]), out->lost += a[i] > 0;
  if (ok && top == 0) ok = rc_err_set(err, RC_ERR_INPUT, "%s: all amplitudes are zero", path);
  rc_free(seen);
  rc_free(text);
  normalise(a, n);
  for (int64_t i = 0; i < n; i++) out->lost -= a[i] > 0;
  return ok;
}

/* Signs of a sector with a character other than 1 change along orbits. */
static bool is_trivial(const rc_sector *s) {
  bool trivial = s->inversion >= 0;
  for (int i = 0; i < 3; i++) trivial = trivial && (!s->has_momentum || s->momentum[i] == 0);
  for (int i = 0; i < s->characters; i++) trivial = trivial && s->character[i] > 0;
  return trivial;
}

bool rc_amplitudes(const rc_matrix *m, const double *psi, const rc_state_symmetry *symmetry,
                   const rc_amplitude_opts *o, double *a, rc_amplitude_report *report,
                   rc_err *err) {
  const int64_t n = (int64_t)rc_matrix_states(m);
  const rc_state_symmetry *orbits = o->per_orbit ? symmetry : NULL;
  const rc_basis *b = rc_matrix_basis(m);
  rc_amplitude_report unused, *out = report ? report : &unused;
  *out = (rc_amplitude_report){.lambda = nan("")};
  const bool smooth = o->kind == RC_AMPLITUDES_UNIFORM || o->kind == RC_AMPLITUDES_BOLTZMANN;
  out->charged = smooth && rc_basis_symmetric(b) && !is_trivial(rc_basis_sector(b));
  switch (o->kind) {
  case RC_AMPLITUDES_GROUND:
    for (int64_t i = 0; i < n; i++) a[i] = fabs(psi[i]);
    normalise(a, n);
    return true;
  case RC_AMPLITUDES_UNIFORM:
    for (int64_t i = 0; i < n; i++) a[i] = root_orbit(b, i);
    normalise(a, n);
    return true;
  case RC_AMPLITUDES_NOISY: make_noisy(psi, n, orbits, o->sigma, o->seed, a); return true;
  case RC_AMPLITUDES_SHUFFLED: make_shuffled(b, psi, n, orbits, o->seed, a); return true;
  case RC_AMPLITUDES_BOSON: {
    const rc_eigen_opts eo = {.tolerance = 1e-10, .iterations = 2000, .seed = 1, .threads = 1};
    double energy;
    return rc_boson_energy(m, &eo, &energy, a, err);
  }
  case RC_AMPLITUDES_BOLTZMANN: make_boltzmann(m, psi, o->lambda, a, &out->lambda); return true;
  case RC_AMPLITUDES_FILE: return read_amplitudes(o->file, n, a, out, err);
  }
  return rc_err_set(err, RC_ERR_INTERNAL, "unknown kind of amplitudes");
}

/* ---- weights ----------------------------------------------------------------------------------
 */

struct rc_cut_builder {
  const rc_matrix *m;
  const double *a;
  int64_t edges_most, seen, edges, room;
  uint64_t states, row; /* the next one */
  int cap;
  uint64_t *column;
  double *value, offset;
  int *u, *v;
  double *w;
  cg_making making; /* once all rows are there */
};

rc_cut_builder *rc_cut_builder_new(const rc_matrix *m, const double *a, int64_t edges_most,
                                   rc_err *err) {
  const uint64_t n = rc_matrix_states(m);
  if (n > INT32_MAX / 2) {
    rc_err_set(err, RC_ERR_LIMIT, "a cut takes at most 2^30 states");
    return NULL;
  }
  rc_cut_builder *b = rc_alloc(1, sizeof *b);
  const bool symmetric = rc_basis_symmetric(rc_matrix_basis(m));
  b->m = m, b->a = a, b->edges_most = edges_most, b->states = n;
  b->cap = rc_matrix_hamiltonian(m)->pairs * (symmetric ? 2 : 1) + 1;
  b->column = rc_alloc((size_t)b->cap, sizeof *b->column);
  b->value = rc_alloc((size_t)b->cap, sizeof *b->value);
  return b;
}

void rc_cut_builder_free(rc_cut_builder *b) {
  if (!b) return;
  rc_free(b->column), rc_free(b->value), rc_free(b->u), rc_free(b->v), rc_free(b->w);
  if (b->making.stage != CG_COMPLETE) cg_drop(&b->making);
  rc_free(b);
}

/* Room for one more. */
static bool append(rc_cut_builder *b, double weight, rc_err *err) {
  if (b->seen++ == b->edges_most)
    return rc_err_set(err, RC_ERR_LIMIT,
                      "this Hilbert graph has more than %lld edges with weight: take a "
                      "symmetric sector or raise 'edges'",
                      (long long)b->edges_most);
  if (weight < 0) b->offset -= weight;
  if (b->edges == b->room) {
    b->room = 2 * b->room + 65536;
    b->u = rc_realloc(b->u, (size_t)b->room, sizeof *b->u);
    b->v = rc_realloc(b->v, (size_t)b->room, sizeof *b->v);
    b->w = rc_realloc(b->w, (size_t)b->room, sizeof *b->w);
  }
  return true;
}

/* The edges of one state to later ones, sorted, parallel ones added up. */
static bool append_row(rc_cut_builder *b, rc_err *err) {
  const int k = rc_matrix_row(b->m, b->row, b->column, b->value, NULL, b->cap);
  const int64_t begin = b->edges;
  for (int j = 0; j < k; j++) {
    const double weight = 2 * b->value[j] * (b->a[b->row] * b->a[b->column[j]]);
    if (b->column[j] <= b->row || fabs(weight) < CG_SMALLEST) continue;
    if (!append(b, weight, err)) return false;
    int64_t e = b->edges++;
    for (; e > begin && b->v[e - 1] > (int)b->column[j]; e--)
      b->v[e] = b->v[e - 1], b->w[e] = b->w[e - 1];
    b->v[e] = (int)b->column[j], b->w[e] = weight;
  }
  int64_t kept = begin;
  for (int64_t e = begin; e < b->edges;) {
    const int to = b->v[e];
    double sum = b->w[e++];
    while (e < b->edges && b->v[e] == to) sum += b->w[e++];
    b->u[kept] = (int)b->row, b->v[kept] = to, b->w[kept] = sum;
    kept += sum != 0;
  }
  b->edges = kept;
  b->row++;
  return true;
}

bool rc_cut_builder_step(rc_cut_builder *b, int64_t edges, rc_cut_graph **done, rc_err *err) {
  *done = NULL;
  if (!b->making.g) {
    for (; b->row < b->states && edges > 0; edges--) { /* a row costs a look, however empty */
      const int64_t before = b->edges;
      if (!append_row(b, err)) return false;
      edges -= b->edges - before;
    }
    if (b->row < b->states) return true;
    int *u = b->u ? b->u : rc_alloc(1, sizeof *u), *v = b->v ? b->v : rc_alloc(1, sizeof *v);
    double *w = b->w ? b->w : rc_alloc(1, sizeof *w);
    b->u = b->v = NULL, b->w = NULL;
    if (!cg_begin(&b->making, (int)b->states, b->edges, u, v, w, err)) return false;
  }
  if (!cg_step(&b->making, &edges)) return true;
  b->making.g->offset = b->offset;
  *done = b->making.g;
  return true;
}

rc_cut_graph *rc_cut_graph_hilbert(const rc_matrix *m, const double *a, int64_t edges_most,
                                   rc_err *err) {
  rc_cut_builder *b = rc_cut_builder_new(m, a, edges_most, err);
  rc_cut_graph *g = NULL;
  while (b && !g && rc_cut_builder_step(b, INT64_MAX / 4, &g, err)) continue;
  rc_cut_builder_free(b);
  return g;
}

double rc_cut_energy_diagonal(const rc_matrix *m, const double *a) {
  double sum = 0;
  for (uint64_t i = 0; i < rc_matrix_states(m); i++) sum += rc_matrix_diagonal(m, i) * a[i] * a[i];
  return sum;
}

double rc_cut_overlap(int64_t states, const double *psi, const uint8_t *side) {
  double sum = 0;
  for (int64_t i = 0; i < states; i++) sum += psi[i] * psi[i] * ((psi[i] < 0) == side[i] ? 1 : -1);
  return fabs(sum);
}
