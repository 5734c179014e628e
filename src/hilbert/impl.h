/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the hilbert room: what its files share and nobody else sees. */
#ifndef HILBERT_IMPL_H
#define HILBERT_IMPL_H

#include "roadcut/hilbert.h"

/* ---- configurations --------------------------------------------------------------------------- */

static inline uint64_t rc_sites_mask(int sites) {
  return sites >= 64 ? UINT64_MAX : (UINT64_C(1) << sites) - 1;
}

/* The next larger word with the same number of set bits (Gosper). Not for 0 or the last one. */
static inline uint64_t rc_next_config(uint64_t c) {
  uint64_t low = c & -c, ripple = c + low;
  return ripple | (((c ^ ripple) >> 2) >> __builtin_ctzll(low));
}

/* Binomial coefficient, saturating at UINT64_MAX; 0 outside 0 <= k <= n. */
uint64_t rc_choose(int n, int k);

/* ---- plain sectors: combinatorial ranking ------------------------------------------------------- */

/* Configurations of a fixed number of up spins in ascending order. Split at bit 'low', the index is
 * base(high half) + rank(low half among low halves with the same number of ups): two table look-ups
 * (Lin, Phys. Rev. B 42, 6561 (1990)). Above 32 sites the tables would be too long and the sums of
 * binomials that they hold are formed on the spot. */
typedef struct rc_plain {
  int sites, up; /* up < 0: all configurations, the index is the configuration */
  int low;       /* number of bits of the low half */
  uint64_t states;
  uint32_t *high_base; /* 2^(sites-low), NULL above 32 sites or when up < 0 */
  uint32_t *low_rank;  /* 2^low */
  uint32_t *low_word;  /* low words by number of ups, then ascending */
  uint32_t low_first[33];
} rc_plain;

uint64_t rc_plain_states(int sites, int up);
uint64_t rc_plain_bytes(int sites, int up);
bool rc_plain_init(rc_plain *p, int sites, int up, rc_err *err);
void rc_plain_clear(rc_plain *p);
/* config must have the right number of ups. */
uint64_t rc_plain_rank(const rc_plain *p, uint64_t config);
uint64_t rc_plain_config(const rc_plain *p, uint64_t index);

/* ---- symmetric sectors -------------------------------------------------------------------------- */

/* The group of a sector with a real one-dimensional character of each element. */
typedef struct rc_symmetries {
  int sites;
  int64_t order; /* of the permutations; inversion doubles it */
  rc_perm *element;
  int8_t *character;
  int inversion; /* parity, 0 when not used */
} rc_symmetries;

/* Errors: INPUT, MEMORY. */
rc_symmetries *rc_symmetries_new(const rc_lattice *l, const rc_sector *s, rc_err *err);
void rc_symmetries_free(rc_symmetries *g);
/* States of the sector with 'up' spins up (-1: any number), without listing one: the trace of the
 * projector on it, 1/|G| sum_g chi(g) (configurations that g leaves alone). */
uint64_t rc_symmetries_states(const rc_symmetries *g, int up);

/* Real characters of a listed permutation group: homomorphisms to +-1. */
typedef struct rc_characters {
  int generators;
  uint32_t *word;     /* of each element: generators whose number in a word for it is odd */
  int count_log2;     /* 2^count_log2 characters */
  uint32_t basis[32]; /* bit k set: generator k has -1; products of these are all characters */
  int relations;
  uint32_t relation[32]; /* words of the identity: every character must be +1 on them */
} rc_characters;
/* generator NULL: a generating set is picked from the elements. Returns NULL with INPUT when there
 * are more than 32 generators or the list is not a group. */
rc_characters *rc_characters_new(int sites, int64_t order, const rc_perm *element, int generators,
                                 const rc_perm *generator, rc_err *err);
void rc_characters_free(rc_characters *c);
/* Signs of the generators of character number k, as a bit mask of the negative ones. */
uint32_t rc_characters_mask(const rc_characters *c, uint32_t k);
static inline int rc_character_of(const rc_characters *c, uint32_t mask, int64_t element) {
  return __builtin_parity(c->word[element] & mask) ? -1 : 1;
}

/* Translation characters (-1)^(r.half): the real momenta. False (INPUT) when complex. */
bool rc_momentum_real(const rc_lattice *l, const int momentum[3], int half[3], rc_err *err);
int rc_momentum_character(const rc_lattice *l, const int half[3], int64_t translation);

/* Orbit representatives of a sector: the smallest configuration of each orbit, in the order of the
 * sites or, with a coding (large spaces), in an order made from blocks of sites. */
typedef struct rc_orbits rc_orbits;
typedef enum { RC_CODED_AUTO, RC_CODED_NEVER, RC_CODED_ALWAYS } rc_coded;
uint64_t rc_orbits_bytes(const rc_symmetries *g, int up); /* before they are made */
uint64_t rc_orbits_held(const rc_orbits *o);
rc_orbits *rc_orbits_new(rc_symmetries *g, int up, rc_coded coded, uint64_t limit, int threads,
                         rc_err *err);
/* The same in steps: of what _begin returns, which owns g, nothing is known until *done. */
rc_orbits *rc_orbits_begin(rc_symmetries *g, int up, rc_coded coded, uint64_t limit, int threads,
                           rc_err *err);
bool rc_orbits_step(rc_orbits *o, bool *done, rc_err *err);
void rc_orbits_free(rc_orbits *o);
uint64_t rc_orbits_states(const rc_orbits *o);
uint64_t rc_orbits_config(const rc_orbits *o, uint64_t index);
uint64_t rc_orbits_rank(const rc_orbits *o, uint64_t config, int *sign);
/* log-free norm: orbit size = order / stabiliser */
int64_t rc_orbits_size(const rc_orbits *o, uint64_t index);
int64_t rc_orbits_order(const rc_orbits *o); /* with inversion */
const rc_symmetries *rc_orbits_symmetries(const rc_orbits *o);
/* Orbit sizes by code and the code of every state. */
const uint8_t *rc_orbits_codes(const rc_orbits *o, const int64_t **size, int *sizes);

struct rc_basis {
  rc_sector sector;
  int sites, up; /* up < 0: all */
  uint64_t states;
  rc_plain plain;
  rc_orbits *orbits; /* NULL for plain sectors */
};

rc_hamiltonian *rc_hamiltonian_copy(const rc_hamiltonian *h);
/* Energies up to it are rounding: some hundred units in the last place of the largest there can be. */
double rc_hamiltonian_rounding(const rc_hamiltonian *h);
/* What is rounding is zero. */
static inline double rc_settled(double x, double rounding) {
  return x <= rounding && x >= -rounding ? 0 : x;
}
/* The same of shares, overlaps and correlations, which are of order 1. */
#define RC_ROUNDING 1e-12

/* ---- matrix ------------------------------------------------------------------------------------- */

/* Vectors inside the room are 'amplitudes per configuration': u_r = x_r / sqrt(orbit of r). In them
 * the matrix of a symmetric sector has the plain rows, sum over flips of sign * J/2 * u, without
 * square roots, and is self-adjoint for the weights 'orbit size'. For plain sectors u = x. */

/* What a flip of each pair and its Ising term are worth. Two sets live on one pattern: the
 * Hamiltonian itself, and the boson with -|J|/2 for each flip. */
typedef struct rc_couplings {
  double *flip;  /* per pair: J/2 */
  double *ising; /* per pair: J delta / 4, the diagonal of parallel spins */
  double field;
  bool boson;       /* characters are ignored: every flip counts as it is */
  double *diagonal; /* of the boson where the matrix stores one of its own, else NULL */
} rc_couplings;

enum { RC_STORED_CHUNK = 256, RC_SLOTS_MAX = 8, RC_THREADS_FROM = 1 << 20 };

/* Columns row after row. PATTERN: the entries of a row are ordered by slot, one slot per value,
 * with a count per slot; VALUES: one slot and a code per entry. */
typedef struct rc_stored {
  int slots;
  uint32_t *column;
  uint16_t *count;   /* states x slots */
  uint16_t *code;    /* VALUES: 2 * pair + (sign < 0) */
  uint64_t *first;   /* of every RC_STORED_CHUNK-th row */
  uint64_t capacity; /* of column */
  uint64_t filled;   /* of column, with gaps */
  double *diagonal;  /* NULL where the counts give it (PATTERN, plain sectors) */
  int slot_of[2][RC_SITES_MAX * RC_SITES_MAX / 2]; /* of sign and pair */
  int slot_pair[RC_SLOTS_MAX];                     /* a pair with that value */
  int slot_sign[RC_SLOTS_MAX];
  int slot_pairs[RC_SLOTS_MAX]; /* pairs in all with that value */
} rc_stored;

typedef struct rc_fly rc_fly;

struct rc_matrix {
  const rc_basis *basis;
  rc_hamiltonian *h;
  rc_couplings couplings;
  rc_storage storage;
  bool lean; /* the eigensolver keeps neither a dense matrix nor Krylov vectors */
  int threads;
  uint64_t states, entries, bytes;
  uint64_t built; /* rows */
  rc_stored stored;
  rc_fly *fly;    /* FLY in plain sectors */
  int *by_growth; /* the pairs in the order of rc_matrix_row, NULL in symmetric sectors */
};

/* The pairs by 2^j - 2^i, i < j, ascending. */
int *rc_pairs_by_growth(const rc_hamiltonian *h);

void rc_couplings_fill(rc_couplings *c, const rc_hamiltonian *h, bool boson);
void rc_couplings_clear(rc_couplings *c);

/* The flips of a state: index and sign (character) of what each antiparallel pair leads to. Orbits
 * that vanish are left out; a flip may lead back to the state itself. Returns their number. */
typedef struct rc_flip {
  uint64_t to;
  int pair, sign;
} rc_flip;
int rc_flips(const rc_matrix *m, uint64_t row, rc_flip *out);
/* Diagonal without the flips that lead back. */
double rc_couplings_diagonal(const rc_matrix *m, const rc_couplings *c, uint64_t config);

/* y = a H u - b y in amplitudes per configuration; returns <u, y> with the weights of the basis.
 * The sum is formed per chunk and in order: the same for any number of threads. */
double rc_matrix_multiply(const rc_matrix *m, const rc_couplings *c, double a, const double *u,
                          double b, double *y);

/* stored.c */
uint64_t rc_stored_bytes(const rc_basis *b, const rc_hamiltonian *h, rc_storage storage,
                         uint64_t entries);
int rc_stored_slots(const rc_basis *b, const rc_hamiltonian *h, rc_stored *s);
bool rc_stored_new(rc_matrix *m, uint64_t entries, rc_err *err);
bool rc_stored_build(rc_matrix *m, uint64_t begin, uint64_t end, rc_err *err);
void rc_stored_diagonal(rc_matrix *m, const rc_couplings *c, double *diagonal);
double rc_stored_multiply(const rc_matrix *m, const rc_couplings *c, double a, const double *u,
                          double b, double *y);
void rc_stored_free(rc_stored *s);

/* ---- vectors (vector.c) ------------------------------------------------------------------------- */

/* Sums are formed per chunk of fixed length and added in order: bits do not depend on threads. */
typedef struct rc_space {
  uint64_t states;
  int threads;
  const uint8_t *code; /* NULL in plain sectors */
  double size[256], root[256], over_root[256];
} rc_space;
void rc_space_init(rc_space *s, const rc_basis *b, int threads);
/* Amplitudes per configuration: sum of size * a * b. */
double rc_space_dot(const rc_space *s, const double *a, const double *b);
/* y -= c x; the new |y|^2. */
double rc_space_sub_norm(const rc_space *s, double c, const double *x, double *y);
/* v += d x and y -= c x in one pass. */
void rc_space_add_sub(const rc_space *s, double d, double c, const double *x, double *v, double *y);
void rc_space_add(const rc_space *s, double d, const double *x, double *v);
/* Against vectors of the orthonormal basis (locked ones): <l, y>, and y -= c l with |y|^2. */
double rc_space_dot_basis(const rc_space *s, const double *l, const double *y);
double rc_space_sub_basis(const rc_space *s, double c, const double *l, double *y);
/* To the orthonormal basis and back, with a factor; in place when from = to. */
void rc_space_to_basis(const rc_space *s, double factor, const double *from, double *to);
void rc_space_from_basis(const rc_space *s, double factor, const double *from, double *to);
void rc_space_random(const rc_space *s, uint64_t seed, uint64_t replica, bool positive, double *x);

/* ---- eigensolver -------------------------------------------------------------------------------- */

/* Bytes of the vectors of a run that finds the ground state and the gap of a simple level. */
uint64_t rc_eigen_bytes(const rc_basis *b, rc_storage storage, bool lean);
/* The plan of a matrix of so many entries in a sector of which only sites, ups, number of states,
 * and what rc_stored_slots wants of the group are known. least: bytes that would do (may be NULL). */
bool rc_matrix_plan_pick(const rc_basis *b, const rc_hamiltonian *h, uint64_t entries,
                         uint64_t limit, rc_storage wish, rc_matrix_plan *plan, uint64_t *least);
rc_eigen *rc_eigen_new_with(const rc_matrix *m, const rc_couplings *c, const rc_eigen_opts *o,
                            rc_err *err);
/* Dense spectrum: the lowest 'wanted' levels ascending, and the vectors (rows of length states) of
 * the first 'vectors'. Orthonormal basis. */
bool rc_dense_solve(const rc_matrix *m, const rc_couplings *c, int wanted, double *level,
                    double *vector, rc_err *err);
/* Lowest eigenvalue of a symmetric tridiagonal matrix (beta[k] couples k-1 and k) and its vector. */
bool rc_tridiagonal_lowest(int n, const double *alpha, const double *beta, double *value,
                           double *vector, rc_err *err);

/* fly.c, fly_tables.c: plain sectors only */
rc_fly *rc_fly_new(const rc_plain *p, const rc_hamiltonian *h);
void rc_fly_free(rc_fly *f);
/* Diagonals inside of words, once for each set of couplings. The boson has the same ones. */
void rc_fly_couple(rc_fly *f, const rc_hamiltonian *h, const rc_couplings *c);
/* parity 0: u and y have all states. Else, with Sz = 0, they are the first half of vectors that are
 * even (+1) or odd (-1) under inversion of all spins, which reverses the order of the states. */
double rc_fly_multiply(const rc_matrix *m, const rc_couplings *c, int parity, double a,
                       const double *u, double b, double *y);

/* Threads to use on a vector of this length: one below a million, where they cost more than they
 * bring. */
static inline int rc_threads_for(int threads, uint64_t states) {
  return states < RC_THREADS_FROM ? 1 : threads;
}

#endif
