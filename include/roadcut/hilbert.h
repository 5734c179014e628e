/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hilbert: basis states, sectors, Hamiltonian, eigensolver, the Hilbert graph and its statistics.
 *
 * Convention everywhere: H = sum_b J_b S_i.S_j with spin 1/2 (Pauli values are 4 times larger);
 * XXZ: H = sum_b J_b [ (S+S- + S-S+)/2 + delta Sz Sz ] - field * sum_i Sz_i. A configuration is a
 * 64-bit word: bit s set = spin s up. Long computations are objects with a _step function, so
 * that a study can be paused between any two steps; results never depend on threads. */
#ifndef ROADCUT_HILBERT_H
#define ROADCUT_HILBERT_H

#include "roadcut/base.h"
#include "roadcut/lattice.h"

#define RC_NONE UINT64_MAX

typedef struct rc_model {
  double J[RC_CLASSES_MAX]; /* per coupling class of the lattice */
  double delta;             /* Jz / Jxy, 1 is Heisenberg */
  double field;             /* couples as -field * Sz */
} rc_model;

/* Distinct pairs with their couplings added up over classes and multiplicities. Pairs whose
 * couplings add up to exactly zero are left out. */
typedef struct rc_pair {
  int i, j;
  double J;
} rc_pair;
typedef struct rc_hamiltonian {
  int sites, pairs;
  rc_pair *pair;
  double delta, field;
} rc_hamiltonian;
rc_hamiltonian *rc_hamiltonian_new(const rc_lattice *l, const rc_model *m);
void rc_hamiltonian_free(rc_hamiltonian *h);
/* What energies are measured against: the largest |J| and |J delta|, without any the |field|, else 1. */
double rc_hamiltonian_scale(const rc_hamiltonian *h);
/* Diagonal element of a configuration: sum_b J delta Sz Sz - field Sz. */
double rc_hamiltonian_diagonal(const rc_hamiltonian *h, uint64_t config);

/* ---- sectors and bases ------------------------------------------------------------------------ */

typedef enum { RC_SYM_NONE, RC_SYM_TRANSLATION, RC_SYM_FULL } rc_symmetry;
typedef struct rc_sector {
  bool all; /* all Sz; then sz2 is ignored */
  int sz2;  /* 2 Sz; odd for an odd number of sites */
  rc_symmetry symmetry;
  int momentum[3]; /* numerators m: k = T^-1 m in units of 2 pi per primitive vector, so that
                           on a straight cluster [L1, L2] component i is m_i / L_i */
  bool has_momentum;
  int components; /* of the momentum, for its name: the lattice's dimension; 0: three */
  int characters; /* number of +-1 given, one per generator; 0: trivial */
  int character[32];
  int inversion; /* +1, -1, or 0: not used. Needs sz2 = 0 */
} rc_sector;

/* A basis of one sector. With symmetry each state is the representative of an orbit whose
 * symmetrised vector does not vanish: its smallest configuration, where the last site counts most;
 * in spaces of more than some million configurations the sites are ordered otherwise, so that
 * representatives are found faster. */
typedef struct rc_basis rc_basis;
/* Bytes that rc_basis_new will hold (within some per cent for large symmetric sectors, else exact);
 * 0 when it would refuse the sector. */
uint64_t rc_basis_plan(const rc_lattice *l, const rc_sector *s);
uint64_t rc_basis_bytes(const rc_basis *b); /* that a basis holds */
/* Errors: INPUT (complex character, inversion away from Sz = 0, Sz impossible), MEMORY. */
rc_basis *rc_basis_new(const rc_lattice *l, const rc_sector *s, uint64_t limit, int threads,
                       rc_err *err);
/* The same in bounded steps, so that a large symmetric sector can be interrupted. lattice must
 * outlive the builder. _take returns the basis once *done and frees the builder; _free ends one that is
 * not wanted any more. Errors as those of rc_basis_new. */
typedef struct rc_basis_builder rc_basis_builder;
rc_basis_builder *rc_basis_builder_new(const rc_lattice *l, const rc_sector *s, uint64_t limit,
                                       int threads, rc_err *err);
bool rc_basis_builder_step(rc_basis_builder *b, bool *done, rc_err *err);
rc_basis *rc_basis_builder_take(rc_basis_builder *b);
void rc_basis_builder_free(rc_basis_builder *b);
/* The errors of INPUT that rc_basis_new would give for sz, characters, momentum and inversion,
 * without making the basis, and that the sector holds no state. Costs listing the group. */
bool rc_sector_check(const rc_lattice *l, const rc_sector *s, rc_err *err);
/* States of the sector without making the basis, by the trace of the projector on it; 0 when there is
 * none or when the sector would be refused. Costs listing the group. */
uint64_t rc_sector_states(const rc_lattice *l, const rc_sector *s);
void rc_basis_free(rc_basis *b);
uint64_t rc_basis_states(const rc_basis *b);
int rc_basis_sites(const rc_basis *b);
const rc_sector *rc_basis_sector(const rc_basis *b);
uint64_t rc_basis_config(const rc_basis *b, uint64_t index);
/* Index of a configuration, RC_NONE when it is not in the sector. With symmetry: index of its
 * representative; *sign gets the character that maps it there (0 when the orbit vanishes). */
uint64_t rc_basis_rank(const rc_basis *b, uint64_t config, int *sign);
int64_t rc_basis_orbit(const rc_basis *b, uint64_t index); /* orbit size; 1 without symmetry */
int64_t rc_basis_group_order(const rc_basis *b);           /* 1 without symmetry */
bool rc_basis_symmetric(const rc_basis *b);
/* Short name of the sector for screens and JSON: "Sz=0", "Sz=0 k=(0,0) full + inversion +1". */
void rc_sector_describe(const rc_sector *s, rc_str *out);

/* ---- matrix ----------------------------------------------------------------------------------- */

typedef enum { RC_MATRIX_AUTO, RC_MATRIX_VALUES, RC_MATRIX_PATTERN, RC_MATRIX_FLY } rc_storage;
typedef struct rc_matrix_plan {
  rc_storage storage;
  bool lean; /* no room for a dense matrix or stored Krylov vectors, with which small sectors are
                solved faster */
  uint64_t bytes;      /* of the matrix */
  uint64_t bytes_work; /* vectors of the eigensolver */
  uint64_t entries;    /* off-diagonal entries, exact for plain sectors, upper bound else */
} rc_matrix_plan;
/* Picks the fastest storage that fits into limit bytes together with the solver's vectors.
 * Errors: MEMORY, with a message that says how much it needs and what would fit: the same sector
 * stored otherwise or without symmetries, or else how many sites. */
bool rc_matrix_plan_make(const rc_basis *b, const rc_hamiltonian *h, uint64_t limit,
                         rc_storage wish, rc_matrix_plan *plan, rc_err *err);
/* The same within a memory of which 'held' bytes are taken already; memory 0: no limit. */
bool rc_matrix_plan_within(const rc_basis *b, const rc_hamiltonian *h, uint64_t memory,
                           uint64_t held, rc_storage wish, rc_matrix_plan *plan, rc_err *err);
/* Vectors of a run for the energy of the ground state alone (rc_eigen_opts.energy_only). */
uint64_t rc_eigen_energy_bytes(const rc_basis *b, const rc_matrix_plan *plan);
typedef struct rc_matrix rc_matrix;
/* b must outlive the matrix; h is copied. Building is done in slices: call _build until *done. */
rc_matrix *rc_matrix_new(const rc_basis *b, const rc_hamiltonian *h, const rc_matrix_plan *plan,
                         int threads, rc_err *err);
bool rc_matrix_build(rc_matrix *m, uint64_t rows, bool *done, rc_err *err);
/* New couplings on the same pairs, without building the pattern again. False (no error) when the
 * set of pairs differs and a new matrix is needed. */
bool rc_matrix_recouple(rc_matrix *m, const rc_hamiltonian *h);
void rc_matrix_free(rc_matrix *m);
uint64_t rc_matrix_states(const rc_matrix *m);
uint64_t rc_matrix_entries(const rc_matrix *m); /* off-diagonal, both directions */
rc_storage rc_matrix_storage(const rc_matrix *m);
uint64_t rc_matrix_bytes(const rc_matrix *m);
/* y = H x; both of 'states' doubles. Deterministic for any number of threads. */
void rc_matrix_apply(const rc_matrix *m, const double *x, double *y);
/* Off-diagonal entries of a row, merged, ascending in column; returns their number (at most cap,
 * which pairs of the Hamiltonian suffices for). In symmetric sectors the values are those of the
 * symmetrised, orthonormal basis; entries that cancel to exactly zero are left out. pair (may be
 * NULL) gets an index of a pair that makes the flip. */
int rc_matrix_row(const rc_matrix *m, uint64_t row, uint64_t *column, double *value, int *pair,
                  int cap);
double rc_matrix_diagonal(const rc_matrix *m, uint64_t row);
const rc_basis *rc_matrix_basis(const rc_matrix *m);
const rc_hamiltonian *rc_matrix_hamiltonian(const rc_matrix *m);

/* ---- eigensolver ------------------------------------------------------------------------------ */

enum { RC_LEVELS_MAX = 16, RC_DENSE_MAX = 600 };
typedef enum {
  RC_EIGEN_DENSE,
  RC_EIGEN_LANCZOS,
  RC_EIGEN_VECTOR,
  RC_EIGEN_LEVELS,
  RC_EIGEN_DONE
} rc_eigen_phase;
typedef struct rc_eigen_opts {
  double
      tolerance; /* on the residual ||Hx - Ex||, in units of rc_hamiltonian_scale; default 1e-10 */
  int64_t iterations; /* at most, default 1000 */
  int levels;         /* levels wanted above the ground level, with multiplicity; 1 is the gap,
                          0 the ground state alone: then gap and degeneracy stay unknown */
  uint64_t seed;      /* of the start vector */
  int threads;
  uint64_t limit;   /* bytes the vectors may take, 0: any. Above it a degeneracy stays open */
  bool energy_only; /* done once the energy of the ground state has converged, without its vector;
                       residual remains an estimate, of 3e-8 of the scale or less */
} rc_eigen_opts;
typedef struct rc_eigen rc_eigen; /* a resumable run */
rc_eigen *rc_eigen_new(const rc_matrix *m, const rc_eigen_opts *o, rc_err *err);
/* One iteration (or the dense solve). *done when everything is known. Errors: LIMIT when it does
 * not converge, with the residual reached. */
bool rc_eigen_step(rc_eigen *e, bool *done, rc_err *err);
void rc_eigen_free(rc_eigen *e);
typedef struct rc_eigen_view { /* what can be read at any time; pointers live until the next step */
  rc_eigen_phase phase;
  int64_t iteration, applications; /* matrix-vector products so far */
  double energy, residual;         /* of the ground state so far; residual estimate until VECTOR */
  double gap;                      /* to the next distinct level in this sector; nan until known */
  int degeneracy; /* of the ground level in this sector; 0 until known; at least this
                                many when degeneracy_open */
  bool degeneracy_open;
  int levels; /* converged lowest levels, with multiplicity */
  double level[RC_LEVELS_MAX];
  const double *vector;   /* normalised ground vector, first entry of largest modulus positive;
                                NULL until phase LEVELS */
  double vector_residual; /* true ||Hx - Ex|| of vector */
} rc_eigen_view;
rc_eigen_view rc_eigen_read(const rc_eigen *e);

/* Perron energy of D - |A| and its positive vector (states doubles, may be NULL): the boson. In a
 * symmetric sector each flip counts with -|J|/2 whatever its character, so that with trivial
 * characters it is the energy of the plain sector. */
bool rc_boson_energy(const rc_matrix *m, const rc_eigen_opts *o, double *energy, double *vector,
                     rc_err *err);
/* The same, a piece of the eigensolver at a time; m must outlive it. */
typedef struct rc_boson rc_boson;
rc_boson *rc_boson_new(const rc_matrix *m, const rc_eigen_opts *o, rc_err *err);
bool rc_boson_step(rc_boson *b, bool *done, rc_err *err);
double rc_boson_read(const rc_boson *b, double *vector); /* once done */
uint64_t rc_boson_bytes(const rc_matrix *m);             /* that a run holds */
void rc_boson_free(rc_boson *b);

/* Lowest level of every real one-dimensional character (translations or full group) and, at
 * Sz = 0, inversion parity; then of every other Sz (of one sign: that of the field). Resumable: a step is a bounded piece of the next sector. */
typedef struct rc_scan rc_scan;
typedef struct rc_scan_row {
  rc_sector sector;
  char name[64];
  uint64_t states; /* 0: the sector is empty, energy nan */
  double energy;
  bool lowest; /* ties within 1e-9 are all lowest */
} rc_scan_row;
rc_scan *rc_scan_new(const rc_lattice *l, const rc_hamiltonian *h, const rc_sector *around,
                     uint64_t limit, uint64_t seed, int threads, rc_err *err);
bool rc_scan_step(rc_scan *s, bool *done, rc_err *err);
int rc_scan_rows(const rc_scan *s, const rc_scan_row **rows);
int rc_scan_total(const rc_scan *s);
int rc_scan_left_out(const rc_scan *s); /* sectors that did not fit into the limit */
/* Bytes that the sectors ahead which fit into the limit will hold, one after the other: the most of
 * them. Lists the group for each. */
uint64_t rc_scan_plan(const rc_scan *s);
void rc_scan_free(rc_scan *s);

/* Spin correlations <S_i.S_j> (sites x sites, row major) and <Sz_i Sz_j> in a vector of a plain
 * or symmetric basis. Source: definition. */
void rc_correlations(const rc_basis *b, const double *vector, double *ss, double *szsz);
/* The same in pieces of at most 'states' states; true once all are in. Basis and vector must
 * outlive it. */
typedef struct rc_correlator rc_correlator;
rc_correlator *rc_correlator_new(const rc_basis *b, const double *vector);
bool rc_correlator_step(rc_correlator *c, uint64_t states);
void rc_correlator_read(const rc_correlator *c, double *ss, double *szsz);
void rc_correlator_free(rc_correlator *c);
/* <S^2> = sum_ij <S_i.S_j> -> total spin S (real; near an integer or half-integer). */
double rc_total_spin(int sites, const double *ss);

/* ---- the Hilbert graph --------------------------------------------------------------------- */

/* Vertices: states of the basis. Edges: non-zero off-diagonal entries (each pair once).
 * A resumable scan over rows; nothing of the size of the edges is stored. In a plain sector with
 * k up spins this is the token graph F_k of the lattice, which gives proofs that need no search:
 * a shortest frustrated cycle is a shortest frustrated cycle of the lattice lifted, and distances
 * are minimal transports of tokens. Both are confirmed on the rows of the matrix. */
typedef struct rc_graph_scan rc_graph_scan;
typedef struct rc_graph_facts {
  uint64_t vertices, edges;
  int degree_min, degree_max;
  double degree_mean;
  int degrees;         /* length of histogram: degree_max + 1 */
  uint64_t *histogram; /* vertices by degree */
  uint64_t components;
  uint64_t components_frustrated; /* components without a sign rule of their own */
  bool bipartite;                 /* 2-colourable */
  bool balanced;        /* a sign rule exists: two-colouring with the signs of the couplings */
  int odd_cycle;        /* length of a frustrated cycle (an odd number of positive H_cc'; with
                           couplings of one positive sign: an odd cycle), 0 when there is none */
  bool odd_cycle_exact; /* proven to be a shortest one */
  uint64_t *cycle;      /* its vertices in order, NULL when there is none */
  int diameter;         /* largest distance found inside a component */
  bool diameter_exact;  /* else a lower bound */
  uint64_t triangles;   /* RC_NONE where too many to count */
  bool counts_done, structure_done, cycle_done, diameter_done, triangles_done;
  double progress; /* 0..1 of the whole scan */
} rc_graph_facts;
/* What a scan may take. In symmetric sectors a row costs a search over the group, so those that were
 * read are kept, within the limit and RC_GRAPH_LISTS_MAX; where not all can be, cycle and diameter
 * may stay bounds and the triangles are not counted. */
enum { RC_GRAPH_LISTS_MAX = 16 << 20 };
typedef struct rc_graph_plan {
  bool structure; /* ends with the components: no cycle, diameter, triangles */
  uint64_t bytes; /* held at most */
  uint64_t lists; /* of them for the rows that are kept */
  bool all_rows;  /* every row can be kept; true where none needs to be */
} rc_graph_plan;
/* The plan for the graph of m within limit bytes (0: any). False when it does not fit; then bytes is
 * the least that would. */
bool rc_graph_plan_make(const rc_matrix *m, bool structure, uint64_t limit, rc_graph_plan *plan);
/* m must outlive the scan; plan NULL: the whole scan without a limit. Errors: MEMORY; INPUT above
 * 2^31 - 1 vertices. A step reads about 'rows' rows of the matrix (or does as much other work). */
rc_graph_scan *rc_graph_scan_new_within(const rc_matrix *m, const rc_graph_plan *plan, int threads,
                                        rc_err *err);
rc_graph_scan *rc_graph_scan_new(const rc_matrix *m, int threads, rc_err *err);
bool rc_graph_scan_step(rc_graph_scan *g, uint64_t rows, bool *done, rc_err *err);
/* Pointers inside live until the next step. */
const rc_graph_facts *rc_graph_scan_facts(const rc_graph_scan *g);
void rc_graph_scan_free(rc_graph_scan *g);

/* The neighbourhood of a vertex up to a radius and at most 'most' vertices, breadth first. */
typedef struct rc_neighbourhood {
  int vertices, edges;
  uint64_t *vertex; /* index in the basis; vertex[0] is the centre */
  int *distance;
  int (*edge)[2];   /* indices into vertex, first < second */
  double *coupling; /* H_cc' of each edge */
  int *pair;        /* pair that flips */
  bool more;        /* some vertex within the radius was left out */
} rc_neighbourhood;
/* NULL when the centre is not a state of the basis. */
rc_neighbourhood *rc_neighbourhood_new(const rc_matrix *m, uint64_t centre, int radius, int most);
void rc_neighbourhood_free(rc_neighbourhood *n);

/* Exports. Errors: INPUT when the file cannot be written or the format is none of "edges",
 * "graphml", "dot". Weights 2 |H_cc'| a_c a_c' and which edges are frustrated need the ground
 * vector (may be NULL: then H_cc' is written alone). */
bool rc_graph_export(const rc_matrix *m, const double *vector, const char *format, const char *path,
                     rc_err *err);
bool rc_neighbourhood_dot(const rc_matrix *m, const rc_neighbourhood *n, rc_str *out);

/* ---- sign structure ------------------------------------------------------------------------ */

/* A smaller amplitude of a normalised state is rounding: its sign is undefined. */
#define RC_AMPLITUDE_ZERO 1e-10

/* Of a normalised real vector on a basis. Weights w_e = |J_e| a_c a_c' = 2 |H_cc'| a_c a_c', each
 * edge once. In symmetric sectors H and a are those of the symmetrised basis. */
typedef struct rc_sign_facts {
  double energy_diagonal;   /* sum D_c a_c^2 */
  double weight_total;      /* W */
  double weight_satisfied;  /* C of the vector's own signs: E0 = E_diag + W - 2 C */
  double frustrated_share;  /* 1 - C/W, 0 when W = 0 */
  double frustrated_edges;  /* share of counted edges that are frustrated; an edge counts when
                               w > 1e-14 and neither amplitude is zero */
  uint64_t zero_amplitudes; /* |a| < RC_AMPLITUDE_ZERO */
  uint64_t edges_counted;
  double weight_max;       /* largest w */
  double marshall_overlap; /* |sum a^2 s chi_A| for the given two-colouring, the better of its two
                              colours; nan without one */
  double linear_overlap;   /* best |sum a^2 s chi_A| over all site sets A (Walsh-Hadamard), nan
                              when not computed: see rc_sign_plan */
  uint64_t linear_set;     /* A; at fixed Sz a set and its complement are the same rule, then the
                              one without the last site is given */
  int weight_bins;         /* bins in use; bin i holds 10^(-(i+1)/4) < w / max w <= 10^(-i/4),
                              the last one of 64 also all that is smaller */
  double weight_hist[64];  /* share of counted edges */
  double weight_hist_frust[64]; /* of those, frustrated: adds up to frustrated_edges */
} rc_sign_facts;
/* Bytes that rc_sign_scan will hold beside small buffers. The overlaps with sign rules are computed
 * up to 24 sites; in symmetric sectors, where the vector is unfolded for them, up to 20. */
uint64_t rc_sign_plan(const rc_basis *b);
/* vector: states doubles, normalised, must outlive the run. marshall: colour (0/1) per site or
 * NULL. Two passes over the rows, then the table of sign rules; a step reads about 'rows' rows. The
 * same to the bit for any steps and threads. Errors: MEMORY. */
typedef struct rc_sign_run rc_sign_run; /* resumable */
rc_sign_run *rc_sign_new(const rc_matrix *m, const double *vector, const int *marshall,
                         int threads);
bool rc_sign_step(rc_sign_run *r, uint64_t rows, bool *done, rc_err *err);
const rc_sign_facts *rc_sign_read(const rc_sign_run *r); /* complete when done */
void rc_sign_free(rc_sign_run *r);
/* All at once. */
bool rc_sign_scan(const rc_matrix *m, const double *vector, const int *marshall, int threads,
                  rc_sign_facts *out, rc_err *err);

/* ---- structure theorems, self-check -------------------------------------------------------- */

typedef struct rc_check {
  char name[40];
  char formula[96]; /* ASCII or UTF-8, what is compared */
  char source[64];
  double left, right, tolerance;
  enum { RC_CHECK_PASS, RC_CHECK_FAIL, RC_CHECK_SKIP } verdict;
  char why[96]; /* reason for a skip, "" else */
} rc_check;
typedef struct rc_check_input {
  const rc_lattice *lattice;
  const rc_model *model;
  const rc_matrix *matrix;
  const rc_graph_facts *graph;
  const rc_sign_facts *signs;     /* NULL when refused (degenerate) */
  double energy, gap, total_spin; /* nan when unknown */
  int degeneracy;
  double boson_energy; /* nan when unknown */
} rc_check_input;
/* Token graph counts, mean degree, degree histogram = classical Ising density of states (counted
 * by an independent enumeration over cuts of the lattice), E0 against lambda_max of the Laplacian,
 * E0 = E_diag + W - 2C, singlet sum rule C* = W/2 + |E0|/3, triangle counts, bipartite lattice <=>
 * bipartite graph, E_stoq <= E0, ferromagnet gap (Aldous), and more. Left sides are what the scans
 * and the eigensolver found; right sides are computed from the lattice alone. */
enum { RC_CHECKS_MAX = 32 };
typedef struct rc_checks_run rc_checks_run; /* resumable */
/* What in points to must outlive the run. limit: bytes for the Laplacian's pattern and vectors, 0:
 * none; a check that needs more is skipped and says so. */
rc_checks_run *rc_checks_new(const rc_check_input *in, uint64_t limit, int threads);
/* One check, or a slice of a long one. */
void rc_checks_step(rc_checks_run *r, bool *done);
/* Checks finished so far, in a fixed order; returns their number. */
int rc_checks_read(const rc_checks_run *r, const rc_check **checks);
void rc_checks_free(rc_checks_run *r);
/* All at once. Returns the number written. */
int rc_checks(const rc_check_input *in, rc_check *out, int cap);

#endif
