/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Speed of the exact solver: products with the matrix per off-diagonal entry, ground states and
 * their memory, beside the memory bandwidth that the same program measures. CPU seconds unless it
 * says wall. Nothing fails on a time. Arguments pick parts by name: bandwidth product plain
 * symmetric large threads; without any, these. The part 'literature' is run only when it is named:
 * 36 sites, some minutes and 3 to 6 GB each, against published energies. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/hilbert.h"

static void stop(const rc_err *err) {
  fprintf(stderr, "bench_hilbert: %s\n", err->message);
  exit(1);
}

/* ---- bandwidth -------------------------------------------------------------------------------- */

/* Triad a = b + s c counts 24 bytes an element (32 move with write-allocate); the sum counts 8.
 * Best of several. */
static void bandwidth(void) {
  enum { N = 1 << 23, TIMES = 7 };
  rc_err err = {0};
  double *a = rc_big_alloc(N, sizeof *a, "bandwidth", &err);
  double *b = rc_big_alloc(N, sizeof *b, "bandwidth", &err);
  double *c = rc_big_alloc(N, sizeof *c, "bandwidth", &err);
  if (!a || !b || !c) stop(&err);
  for (int i = 0; i < N; i++) a[i] = 0, b[i] = i, c[i] = 1;
  double triad = INFINITY, read = INFINITY, sink = 0;
  for (int t = 0; t < TIMES; t++) {
    double start = rc_clock_cpu();
    for (int i = 0; i < N; i++) a[i] = b[i] + .5 * c[i];
    triad = fmin(triad, rc_clock_cpu() - start);
    b[t] = a[N - 1 - t]; /* the next round cannot be left out */
    start = rc_clock_cpu();
    double s[8] = {0};
    for (int i = 0; i < N; i += 8)
      for (int k = 0; k < 8; k++) s[k] += a[i + k];
    read = fmin(read, rc_clock_cpu() - start);
    sink += s[0] + s[1] + s[2] + s[3] + s[4] + s[5] + s[6] + s[7];
  }
  printf("memory, 1 thread: triad %.1f GB/s, read %.1f GB/s (checksum %.3g)\n", 24e-9 * N / triad,
         8e-9 * N / read, sink);
  rc_big_free(a);
  rc_big_free(b);
  rc_big_free(c);
}

/* ---- magnets ---------------------------------------------------------------------------------- */

static rc_lattice *lattice_of(const char *kind, int a, int b, int c, int d) {
  rc_lattice_spec s;
  rc_err err = {0};
  rc_lattice_spec_init(&s, kind);
  if (!strcmp(kind, "pyrochlore")) {
    s.cluster[0] = a, s.cluster[1] = b, s.cluster[2] = c;
    s.extents = 3;
  } else if (c || d) {
    s.vectors = 2;
    s.torus[0][0] = a, s.torus[0][1] = b, s.torus[1][0] = c, s.torus[1][1] = d;
  } else {
    s.cluster[0] = a, s.cluster[1] = b;
    s.extents = b ? 2 : 1;
  }
  rc_lattice *l = rc_lattice_new(&s, &err);
  rc_lattice_spec_free(&s);
  if (!l) stop(&err);
  return l;
}

static rc_matrix *matrix_of(const rc_basis *b, const rc_hamiltonian *h, rc_storage storage,
                            uint64_t limit, int threads, uint64_t *planned) {
  rc_err err = {0};
  rc_matrix_plan plan;
  if (!rc_matrix_plan_make(b, h, limit, storage, &plan, &err)) stop(&err);
  if (planned) *planned = plan.bytes + plan.bytes_work;
  rc_matrix *m = rc_matrix_new(b, h, &plan, threads, &err);
  if (!m) stop(&err);
  for (bool done = false; !done;)
    if (!rc_matrix_build(m, 1 << 16, &done, &err)) stop(&err);
  return m;
}

/* ---- products --------------------------------------------------------------------------------- */

static void product(const char *name, const rc_basis *b, const rc_hamiltonian *h,
                    rc_storage storage, int threads, double target) {
  static const char *const names[] = {"auto", "values", "pattern", "fly"};
  enum { TIMES = 4 };
  rc_err err = {0};
  const double start = rc_clock_cpu();
  rc_matrix *m = matrix_of(b, h, storage, 0, threads, NULL);
  const double build = rc_clock_cpu() - start;
  const uint64_t n = rc_matrix_states(m);
  double *x = rc_big_alloc(n, sizeof *x, "x", &err), *y = rc_big_alloc(n, sizeof *y, "y", &err);
  if (!x || !y) stop(&err);
  for (uint64_t i = 0; i < n; i++) x[i] = 1. / (double)(i + 1);
  double cpu = INFINITY, wall = INFINITY;
  for (int t = 0; t < TIMES; t++) {
    const double c0 = rc_clock_cpu(), w0 = rc_clock_wall();
    rc_matrix_apply(m, x, y);
    cpu = fmin(cpu, rc_clock_cpu() - c0);
    wall = fmin(wall, rc_clock_wall() - w0);
  }
  const double entries = (double)rc_matrix_entries(m);
  printf("  %-22s %-8s %d thread%s %5.2f ns/entry cpu, %5.2f wall", name, names[storage], threads,
         threads > 1 ? "s" : " ", 1e9 * cpu / entries, 1e9 * wall / entries);
  if (target > 0) printf(", target %.1f%s", target, 1e9 * cpu / entries <= target ? "" : " MISSED");
  printf("; %.1fM entries, %.0f MB, built in %.2f s\n", 1e-6 * entries,
         1e-6 * (double)rc_matrix_bytes(m), build);
  fflush(stdout);
  rc_big_free(x);
  rc_big_free(y);
  rc_matrix_free(m);
}

static void products(bool threads) {
  rc_err err = {0};
  struct {
    const char *name, *kind;
    int t[4];
    double J2;
  } const cases[] = {{"chain 24", "chain", {24}, 0},
                     {"square 24, J2 = .5", "square", {6, 0, 0, 4}, .5},
                     {"kagome 24", "kagome", {2, 4}, 0}};
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    rc_lattice *l =
        lattice_of(cases[k].kind, cases[k].t[0], cases[k].t[1], cases[k].t[2], cases[k].t[3]);
    const rc_model model = {.J = {1, cases[k].J2}, .delta = 1};
    rc_hamiltonian *h = rc_hamiltonian_new(l, &model);
    rc_basis *b = rc_basis_new(l, &(rc_sector){0}, 0, 1, &err);
    if (!b) stop(&err);
    if (threads) {
      product(cases[k].name, b, h, RC_MATRIX_FLY, 1, 0);
      product(cases[k].name, b, h, RC_MATRIX_FLY, 2, 0);
    } else {
      product(cases[k].name, b, h, RC_MATRIX_VALUES, 1, 1.4);
      product(cases[k].name, b, h, RC_MATRIX_PATTERN, 1, 1.0);
      product(cases[k].name, b, h, RC_MATRIX_FLY, 1, 4.5);
    }
    rc_basis_free(b);
    rc_hamiltonian_free(h);
    rc_lattice_free(l);
  }
}

/* ---- ground states ---------------------------------------------------------------------------- */

typedef struct magnet {
  const char *name, *kind;
  int t[4];
  double J2;
  rc_sector sector;
  double target;   /* CPU seconds for everything: basis, matrix, ground state */
  uint64_t memory; /* target in bytes, 0: none */
  double energy;   /* 0: not known */
  double stated;   /* half a unit of the last digit that its source gives; 0: 1e-8 */
} magnet;

static void ground(const magnet *m, int threads, uint64_t limit) {
  rc_err err = {0};
  uint64_t planned;
  rc_big_reset();
  rc_lattice *l = lattice_of(m->kind, m->t[0], m->t[1], m->t[2], m->t[3]);
  const rc_model model = {.J = {1, m->J2}, .delta = 1};
  rc_hamiltonian *h = rc_hamiltonian_new(l, &model);
  const double start = rc_clock_cpu(), wall = rc_clock_wall();
  rc_basis *b = rc_basis_new(l, &m->sector, limit, threads, &err);
  if (!b) stop(&err);
  const double basis = rc_clock_cpu() - start;
  const uint64_t held = rc_big_now();
  rc_matrix *a = matrix_of(b, h, RC_MATRIX_AUTO, limit ? limit - held : 0, threads, &planned);
  const double built = rc_clock_cpu() - start;
  const rc_eigen_opts o = {.seed = 1, .threads = threads};
  rc_eigen *e = rc_eigen_new(a, &o, &err);
  if (!e) stop(&err);
  double first = NAN; /* when the energy stands and the vector is made in a second pass */
  for (bool done = false; !done;) {
    if (!rc_eigen_step(e, &done, &err)) stop(&err);
    if (isnan(first) && rc_eigen_read(e).phase != RC_EIGEN_LANCZOS) first = rc_clock_cpu() - start;
  }
  const double cpu = rc_clock_cpu() - start;
  const rc_eigen_view v = rc_eigen_read(e);
  printf("  %-30s %d thread%s %7.3f s cpu, %7.3f wall", m->name, threads, threads > 1 ? "s" : " ",
         cpu, rc_clock_wall() - wall);
  if (m->target > 0) printf(", target %g%s", m->target, cpu <= m->target ? "" : " MISSED");
  printf("; energy alone %.3f; basis %.3f, matrix %.3f; %llu states, %lld products; peak %.0f MB, "
         "planned %.0f",
         first, basis, built - basis, (unsigned long long)rc_basis_states(b),
         (long long)v.applications, 1e-6 * (double)rc_big_peak(), 1e-6 * (double)(held + planned));
  if (m->memory) printf(", target %.0f", 1e-6 * (double)m->memory);
  printf("; E %.12f, residual %.1e", v.energy, v.vector_residual);
  if (m->energy != 0) {
    const double off = v.energy - m->energy, stated = m->stated > 0 ? m->stated : 1e-8;
    printf(", off by %.1e: %s %.1e of the reference", off,
           fabs(off) <= stated ? "within" : "BEYOND", stated);
  }
  printf("\n");
  fflush(stdout);
  rc_eigen_free(e);
  rc_matrix_free(a);
  rc_basis_free(b);
  rc_hamiltonian_free(h);
  rc_lattice_free(l);
}

#define FULL                                                                                       \
  { .symmetry = RC_SYM_FULL, .inversion = 1 }
static const magnet plain[] = {
    {"chain 16", "chain", {16}, 0, {0}, .03, 0, -7.142296360617, 0},
    {"square 16, J2 = .5", "square", {4, 4}, .5, {0}, .03, 0, -8.457923351395, 0},
    {"kagome 18", "kagome", {2, 3}, 0, {0}, 1, 0, -8.048270773541, 0},
    {"chain 20", "chain", {20}, 0, {0}, 1, 0, -8.904386529876, 0},
    {"square 20, J2 = .5", "square", {4, 2, -2, 4}, .5, {0}, 1, 0, -10.012312007576, 0},
    {"chain 24", "chain", {24}, 0, {0}, 3.5, 250000000, -10.670014516537, 0},
    {"square 24, J2 = .5", "square", {6, 0, 0, 4}, .5, {0}, 14, 0, 0, 0},
    {"kagome 24", "kagome", {2, 4}, 0, {0}, 16, 0, -10.759897248083, 0},
};
static const magnet symmetric[] = {
    {"chain 24, fully symmetric", "chain", {24}, 0, FULL, 0, 0, -10.670014516537, 0},
    {"chain 28, fully symmetric", "chain", {28}, 0, FULL, 12, 0, -12.437647541539, 0},
};
static const magnet large[] = {
    {"square 32, fully symmetric",
     "square",
     {4, 4, 4, -4},
     0,
     FULL,
     0,
     UINT64_C(4) << 30,
     -21.765734216701,
     0},
};

/* From J2 = .7 on the ground state of the 6 x 6 torus changes its sign under a quarter turn and is even
 * under the mirrors of the axes: B1. Generators as nauty gives them. */
#define TURNED                                                                                     \
  {                                                                                                \
    .symmetry = RC_SYM_FULL, .inversion = 1, .characters = 3, .character = { 1, -1, 1 }            \
  }

/* Published energies: J1-J2 from Schulz, Ziman and Poilblanc (1996) and triangular J2 = .125 from Iqbal
 * et al. (2016), to 6 digits a site; pyrochlore from Hagymasi et al. (2021), to 4 digits in Pauli
 * units; the others exact diagonalisations to 12 digits (Wu et al., Science 386, 296 (2024)). */
#define SIXTH (36 * .5e-6)
static const magnet literature[] = {
    {"pyrochlore 32", "pyrochlore", {2, 2, 2}, 0, FULL, 0, 0, -16.53785, 1.3e-5},
    {"kagome 36", "kagome", {2, 2, 4, -2}, 0, FULL, 0, 0, -15.781555118991, 0},
    {"triangular 36", "triangular", {6, 6}, 0, FULL, 0, UINT64_C(4) << 30, -20.173442240311, 0},
    {"square 36", "square", {6, 6}, 0, FULL, 0, UINT64_C(4) << 30, -24.439397399309, 0},
    {"square 36, J2 = .4", "square", {6, 6}, .4, FULL, 0, UINT64_C(8) << 30, -19.070820206999, 0},
    {"square 36, J2 = .5", "square", {6, 6}, .5, FULL, 0, UINT64_C(8) << 30, -18.13716, SIXTH},
    {"square 36, J2 = 1", "square", {6, 6}, 1, TURNED, 0, UINT64_C(8) << 30, -25.71696, SIXTH},
    {"triangular 36, J2 = .125", "triangular", {6, 6}, .125, FULL, 0, 0, -18.560304, SIXTH},
    {"square 36, J2 = .6", "square", {6, 6}, .6, FULL, 0, UINT64_C(8) << 30, -17.756604, SIXTH},
    {"square 36, J2 = .55", "square", {6, 6}, .55, FULL, 0, UINT64_C(8) << 30, -17.826408, SIXTH},
    {"square 36, J2 = .45", "square", {6, 6}, .45, FULL, 0, UINT64_C(8) << 30, -18.56358, SIXTH},
    {"square 36, J2 = .7", "square", {6, 6}, .7, TURNED, 0, UINT64_C(8) << 30, -19.080036, SIXTH},
    {"square 36, J2 = .8", "square", {6, 6}, .8, TURNED, 0, UINT64_C(8) << 30, -21.113532, SIXTH},
    {"square 36, J2 = .2", "square", {6, 6}, .2, FULL, 0, UINT64_C(8) << 30, -21.565656, SIXTH},
};

/* The other large magnets of these sources, states counted in the smallest sector. */
static void not_run(void) {
  puts("not run, for want of memory (a state takes 33 bytes or more):\n"
       "  square 36, open       E -21.726786042494  5.7e8 states, 16 symmetries: 17 GiB\n"
       "  triangular 48         E -26.8129452715    2.8e10 states: 860 GiB\n"
       "  kagome 48             E -21.0577870635    8.4e10 states: 2.5 TiB\n"
       "  square 6x8            E -32.4473598728    8.4e10 states: 2.5 TiB\n"
       "  square 50 (5,5)(5,-5) E -33.7551019315    1.6e11 states: 4.7 TiB");
}

static bool named(const char *name, int argc, char **argv) {
  for (int i = 2; i < argc; i++)
    if (!strcmp(argv[i], name)) return true;
  return false;
}

int main(int argc, char **argv) {
  static const char *const part[] = {"bandwidth", "product", "plain",     "symmetric",
                                     "large",     "threads", "literature"};
  bool wanted[RC_LEN(part)];
  for (size_t k = 0; k < RC_LEN(part); k++) {
    wanted[k] = argc < 2 && k + 1 < RC_LEN(part);
    for (int i = 1; i < argc; i++) wanted[k] |= !strcmp(argv[i], part[k]);
  }
  if (wanted[0]) bandwidth();
  if (wanted[1]) puts("product with the matrix, per off-diagonal entry, 24 sites, Sz = 0:");
  if (wanted[1]) products(false);
  if (wanted[2]) puts("ground state, Sz = 0, no symmetry:");
  for (size_t k = 0; wanted[2] && k < RC_LEN(plain); k++) ground(&plain[k], 1, 0);
  if (wanted[3]) puts("ground state, with symmetries:");
  for (size_t k = 0; wanted[3] && k < RC_LEN(symmetric); k++) ground(&symmetric[k], 1, 0);
  if (wanted[4]) puts("ground state within 4 GiB:");
  for (size_t k = 0; wanted[4] && k < RC_LEN(large); k++) ground(&large[k], 2, UINT64_C(4) << 30);
  if (wanted[5]) puts("1 and 2 threads (wall time counts; never slower below a million states):");
  if (wanted[5]) products(true);
  for (int threads = 1; wanted[5] && threads <= 2; threads++) {
    ground(&plain[3], threads, 0);
    ground(&plain[5], threads, 0);
    ground(&symmetric[0], threads, 0);
  }
  if (wanted[6]) puts("ground state of 36 sites, symmetric, against the literature:");
  for (size_t k = 0; wanted[6] && k < RC_LEN(literature); k++)
    if (argc == 2 || named(literature[k].name, argc, argv))
      ground(&literature[k], 2, literature[k].memory);
  if (wanted[6]) not_run();
  return 0;
}
