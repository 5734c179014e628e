/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cut: weighted Max-Cut from both sides. Instances, heuristics (one file each, solvers.def),
 * odd-cycle bound, branch and cut, certificates.
 *
 * Maximise the weight of the edges whose end points differ. Weights may be negative. A
 * Hilbert-graph instance has w_e = +|J| a a' for an antiferromagnetic edge and -|J| a a' for a
 * ferromagnetic one; 'offset' turns the cut value into the satisfied weight C (sum of |w| over
 * the negative edges is added), so that E = E_diag + W - 2 C. */
#ifndef ROADCUT_CUT_H
#define ROADCUT_CUT_H

#include "roadcut/base.h"
#include "roadcut/hilbert.h"

/* ---- instances --------------------------------------------------------------------------------
 */

/* Immutable once made. Edges are distinct pairs u < v, sorted; weights are finite doubles, exact
 * integers below 2^53 when 'integer'. */
typedef struct rc_cut_graph {
  int n;
  int64_t m;
  int *u, *v;     /* m */
  double *w;      /* m */
  int64_t *start; /* n + 1: adjacency in compressed rows */
  int *other;     /* 2m: the other end point */
  int *edge;      /* 2m: index of the edge */
  double *weight; /* 2m: its weight, in the order in which a flip reads it */
  bool integer;
  double offset;       /* value shown to users = cut value + offset; 0 for files */
  double weight_total; /* sum |w| */
  char hash[65];       /* SHA-256 of the canonical text "n m\nu v w\n.." (1-based, %.17g) */
  char title[96];
} rc_cut_graph;
/* From m edges in any order (0-based); parallel edges are added up, edges of weight 0 are kept
 * out. Errors: INPUT (self loop, index out of range, weight not finite, sums of 2^53 and more). */
rc_cut_graph *rc_cut_graph_new(int n, int64_t m, const int *u, const int *v, const double *w,
                               rc_err *err);
void rc_cut_graph_free(rc_cut_graph *g);
/* rudy / G-set, Biq Mac .mc (the same text), MatrixMarket coordinate. Errors name file and line. */
rc_cut_graph *rc_cut_graph_read(const char *path, rc_err *err);
rc_cut_graph *rc_cut_graph_parse(const char *text, size_t len, const char *name, rc_err *err);
/* The same in pieces, for large files. */
typedef struct rc_cut_reader rc_cut_reader;
rc_cut_reader *rc_cut_reader_new(const char *path, rc_err *err);
/* Goes on with about this many edges; *done gets the graph, which is the caller's, at the end. */
bool rc_cut_reader_step(rc_cut_reader *r, int64_t edges, rc_cut_graph **done, rc_err *err);
double rc_cut_reader_progress(const rc_cut_reader *r); /* 0 to 1; of a pipe, too little */
/* Refuses (MEMORY) a file whose graph and one solver need more, before anything is reserved for it;
 * 0, as it begins: no limit. */
void rc_cut_reader_within(rc_cut_reader *r, uint64_t bytes);
void rc_cut_reader_free(rc_cut_reader *r);
bool rc_cut_graph_write(const rc_cut_graph *g, const char *format, const char *path, rc_err *err);
/* Value of a cut: side[v] in {0, 1}; summed in index order. */
double rc_cut_value(const rc_cut_graph *g, const uint8_t *side);
/* The same, summed exactly and rounded down: never above a bound of rc_bound. */
double rc_cut_value_below(const rc_cut_graph *g, const uint8_t *side);
/* Largest number of which every cut value is a multiple (integer instances; 0 for real ones). */
double rc_cut_step(const rc_cut_graph *g);

/* ---- reductions -------------------------------------------------------------------------------
 *
 * Vertices of degree at most 3 and articulation vertices taken out, again and again: what is left,
 * the core, has the same optimum up to a constant, and every cut of it lifts to one of the graph.
 * Heuristics work on the core. The bound does not: an odd cycle through an eliminated vertex is an
 * odd cycle of the graph, so that its rows and certificates are those of the graph itself. */
typedef struct rc_cut_reduced rc_cut_reduced;
typedef struct rc_cut_reduction {
  int degree[4]; /* vertices eliminated at this degree */
  int blocks;    /* blocks cut off at an articulation vertex */
} rc_cut_reduction;
/* The graph is not needed afterwards. Whole numbers stay whole (the core may be in smaller units). */
rc_cut_reduced *rc_cut_reduce(const rc_cut_graph *g, rc_err *err);
void rc_cut_reduced_free(rc_cut_reduced *r);
const rc_cut_graph *rc_cut_reduced_core(const rc_cut_reduced *r);
/* Value of the lifted cut; the lifted vertices are all on their better sides. */
double rc_cut_reduced_value(const rc_cut_reduced *r, double core_value);
void rc_cut_reduced_lift(const rc_cut_reduced *r, const uint8_t *core_side, uint8_t *side);
rc_cut_reduction rc_cut_reduced_figures(const rc_cut_reduced *r);

/* ---- instances from a Hilbert graph ------------------------------------------------------------
 */

typedef enum {
  RC_AMPLITUDES_GROUND, /* |psi_0|: the optimum is known from E0 */
  RC_AMPLITUDES_UNIFORM,
  RC_AMPLITUDES_NOISY,     /* |psi_0| exp(sigma u), u uniform in (-1, 1) (arXiv 2207.10675) */
  RC_AMPLITUDES_SHUFFLED,  /* |psi_0| permuted over the states */
  RC_AMPLITUDES_BOSON,     /* Perron vector of D - |A| */
  RC_AMPLITUDES_BOLTZMANN, /* exp(-lambda D_c) */
  RC_AMPLITUDES_FILE       /* lines "state amplitude", 0-based states; states not named get 0 */
} rc_amplitude_kind;
/* A state of a symmetric sector is the normalised sum over an orbit of configurations: uniform,
 * Boltzmann and shuffled give each configuration its amplitude, and the state that times
 * sqrt(orbit), as if the sector were taken from the whole space. A file gives those of the states. */
typedef struct rc_amplitude_opts {
  rc_amplitude_kind kind;
  double sigma;   /* noisy */
  double lambda;  /* Boltzmann; nan: the one with the largest overlap with |psi_0| */
  bool per_orbit; /* noise and shuffle respect the symmetry: one number for each orbit */
  const char *file;
  uint64_t seed;
} rc_amplitude_opts;

/* Permutations of basis states under which the Hamiltonian stays the same: generators of the
 * automorphisms of the coupling graph at these couplings, and spin inversion at Sz = 0 without a
 * field. Plain bases only (none for symmetric ones). */
typedef struct rc_state_symmetry {
  int generators;
  int **generator; /* each 'states' numbers */
  int states;
  int *orbit; /* of each state: its smallest member */
  int orbits;
} rc_state_symmetry;
bool rc_state_symmetry_make(const rc_lattice *l, const rc_model *m, const rc_basis *b,
                            rc_state_symmetry *out, rc_err *err);
void rc_state_symmetry_free(rc_state_symmetry *s);
/* Largest relative difference of |a| inside an orbit; then sets each to that of the orbit's
 * smallest member, so that weights are equal to the bit along orbits, and normalises again. */
double rc_state_symmetry_even(const rc_state_symmetry *s, double *a);

typedef struct rc_amplitude_report { /* what is to be known of the amplitudes made */
  double lambda;    /* Boltzmann: the one used, six digits if it was looked for; else nan */
  int64_t missing;  /* file: states that it does not name */
  int64_t negative; /* file: amplitudes with a sign, which is not used */
  int64_t lost; /* file: amplitudes that are 0 beside the largest, beyond the range of numbers */
  bool charged; /* uniform, Boltzmann: the sector has characters other than 1, where orbits may
                       be missing and no state has one sign everywhere */
} rc_amplitude_report;
/* Fills a (states numbers >= 0, normalised). psi: ground vector (states numbers; needed by ground,
 * noisy, shuffled and Boltzmann without lambda). symmetry may be NULL unless per_orbit, report
 * may be NULL. Errors: INPUT (file: a line that is no amplitude, a state named twice), MEMORY. */
bool rc_amplitudes(const rc_matrix *m, const double *psi, const rc_state_symmetry *symmetry,
                   const rc_amplitude_opts *o, double *a, rc_amplitude_report *report, rc_err *err);
/* Max-Cut instance of amplitudes: w_e = 2 H_cc' a_c a_c' (positive for antiferromagnetic flips);
 * offset is the weight of the ferromagnetic ones. Errors: LIMIT above 'edges_most' edges. */
rc_cut_graph *rc_cut_graph_hilbert(const rc_matrix *m, const double *a, int64_t edges_most,
                                   rc_err *err);
/* The same in pieces, for large graphs: m and a have to stay until it is done. */
typedef struct rc_cut_builder rc_cut_builder;
rc_cut_builder *rc_cut_builder_new(const rc_matrix *m, const double *a, int64_t edges_most,
                                   rc_err *err);
/* Goes on with about this many edges; *done gets the graph, which is the caller's, at the end. */
bool rc_cut_builder_step(rc_cut_builder *b, int64_t edges, rc_cut_graph **done, rc_err *err);
void rc_cut_builder_free(rc_cut_builder *b);
/* sum D_c a_c^2, so that E(s) = E_diag + W - 2 C. */
double rc_cut_energy_diagonal(const rc_matrix *m, const double *a);
/* Overlap of a cut with the true signs, |sum psi_c^2 s_c s'_c|: weighted by the ground state, whatever
 * amplitudes the instance was made of (arXiv 2207.10675); side 0/1. */
double rc_cut_overlap(int64_t states, const double *psi, const uint8_t *side);

/* ---- heuristics -------------------------------------------------------------------------------
 */

typedef struct rc_solver_figure { /* the inner life of a solver, for its table */
  char name[24];
  double value;
} rc_solver_figure;
typedef struct rc_solver_view { /* pointers live until the next step */
  double value, best; /* cut value of the current and of the best assignment (no offset) */
  const uint8_t *side, *best_side; /* n; side may be NULL between constructions */
  uint64_t moves, improvements;    /* flips done; how often best grew */
  uint64_t best_move;              /* moves when best was reached */
  bool done;                       /* nothing left to do (greedy, local search to a limit) */
  int figures;
  rc_solver_figure figure[8];
  const double *phase; /* n angles for Burer-Monteiro, else NULL */
} rc_solver_view;
typedef struct rc_solver_class {
  rc_kind kind;
  /* The graph must outlive the solver. Every random number comes from the stream
   * (seed, "cut/NAME", replica): the same trajectory for the same three, on any machine load. */
  void *(*open)(const rc_cut_graph *g, const void *opts, uint64_t seed, uint64_t replica,
                rc_err *err);
  /* At most 'moves' elementary moves (flips or attempts); 1 is a single step. The trajectory does
   * not depend on how it is sliced. */
  void (*step)(void *s, uint64_t moves);
  rc_solver_view (*read)(const void *s);
  /* A solution from outside (LP rounding, another solver) may be offered; may be ignored. */
  void (*offer)(void *s, const uint8_t *side);
  /* A relaxed point (m numbers of [0, 1]) may be offered. */
  void (*guide)(void *s, const double *x);
  void (*close)(void *s);
  bool scans;  /* a move looks at every vertex: costs n instead of the degree */
  double cost; /* moves in a turn are fewer by this factor than those of annealing; 0: as many */
} rc_solver_class;
/* The last local optimum of a run of the solver 'descent' (n sides) and its value; NULL before. */
const uint8_t *rc_descent_optimum(const void *descent, double *value);
extern const rc_kind *const rc_solver_kinds[]; /* NULL-terminated; each is an rc_solver_class */

/* ---- bounds -----------------------------------------------------------------------------------
 */

/* The odd-cycle relaxation by cutting planes; resumable, one bounded slice per step. */
typedef struct rc_bound_opts {
  int engine;    /* 0 auto, 1 simplex, 2 first-order */
  bool branch;   /* go on to branch and cut when the relaxation leaves a gap */
  int64_t nodes; /* at most this many nodes; 0: no limit */
  double gap;    /* relative gap at which it is proved, default 1e-9; integers: by step */
  uint64_t seed;
  int64_t rounds; /* at most, 0: no limit */
  double work; /* work_lp + work_separate + work_pack at most, checked at each slice; 0: no limit */
  /* Symmetry of the weights (vertex permutations as an array of orders x n), NULL when none. */
  int generators;
  const int *const *generator;
} rc_bound_opts;
typedef struct rc_bound rc_bound;
/* How it ended, when it has: proved, or why not. */
typedef enum {
  RC_BOUND_GOES_ON,
  RC_BOUND_PROVED,
  RC_BOUND_ROUNDS,       /* as many as it was given */
  RC_BOUND_NO_BRANCHING, /* the relaxation is solved, and 'branch' is off */
  RC_BOUND_ORBITS,       /* solved for the orbits; a branch would break the symmetry */
  RC_BOUND_NODES,        /* as many as it was given */
  RC_BOUND_WORK,         /* as much as it was given */
  RC_BOUND_DIGITS        /* solved to the accuracy of its engine */
} rc_bound_end;
typedef struct rc_bound_view { /* pointers live until the next step */
  double bound; /* rigorous: from rounded multipliers summed in exact arithmetic (no offset) */
  double raw;   /* objective the engine reports now, not rigorous */
  double best;  /* best cut known to the bound engine */
  const uint8_t *best_side;
  bool proved, done;
  rc_bound_end end;
  bool separating; /* a round has begun, its rows are still being looked for */
  int64_t rounds, rows, rows_total, pivots, columns;
  int64_t cuts[6]; /* by kind: triangle, 4-cycle, forest, exact, lifted, orbit */
  int64_t nodes, nodes_open, depth;
  int64_t fixed; /* edges fixed by reduced cost */
  /* Work on the relaxation, on finding its rows and on packing multipliers around a cut, counted in
   * edges looked at and not in seconds (about 8 ns each), so that it is the same on any machine. */
  double work_lp, work_separate, work_pack;
  const double *x; /* m: last relaxed point, NULL before */
  int packed;      /* value of the triangle-packing bound is known */
  double packing;  /* triangle-packing bound (instant) */
  char phase[48];
  /* rows of the last round, for the table: index into rc_bound_row */
} rc_bound_view;
rc_bound *rc_bound_new(const rc_cut_graph *g, const rc_bound_opts *o, rc_err *err);
/* The same in pieces, for large graphs: nothing but prepare and free until it is ready. */
rc_bound *rc_bound_begin(const rc_cut_graph *g, const rc_bound_opts *o, rc_err *err);
bool rc_bound_prepare(rc_bound *b, bool *ready, rc_err *err);
/* A slice: part of a simplex run, a separation pass, a batch of first-order iterations, a node. */
bool rc_bound_step(rc_bound *b, rc_err *err);
void rc_bound_offer(rc_bound *b, const uint8_t *side); /* an incumbent from a heuristic */
rc_bound_view rc_bound_read(const rc_bound *b);
void rc_bound_free(rc_bound *b);
/* The k-th row with a positive multiplier: a closed cycle of vertices with an F mark per edge
 * (edge i joins vertex[i] and vertex[(i+1) % length]). */
typedef struct rc_cycle_row {
  int length;
  int *vertex;
  uint8_t *marked;
  double multiplier, slack;
} rc_cycle_row;
int64_t rc_bound_active(const rc_bound *b);
bool rc_bound_row(const rc_bound *b, int64_t k, rc_cycle_row *row); /* pointers live until step */
/* Nodes of the branch tree, for the view. */
typedef struct rc_tree_node {
  int64_t id, parent;
  int depth, edge, fixed; /* branched on edge = 0 (same side) or 1 (cut) */
  double bound;
  enum {
    RC_NODE_OPEN,
    RC_NODE_ACTIVE,
    RC_NODE_BRANCHED,
    RC_NODE_BOUND,
    RC_NODE_INTEGRAL,
    RC_NODE_INFEASIBLE
  } state;
} rc_tree_node;
int64_t rc_bound_nodes(const rc_bound *b, rc_tree_node *out, int64_t cap); /* newest last */

/* ---- certificates -----------------------------------------------------------------------------
 */

/* Writes the certificate of the bound shown and of the given cut (may be better than the engine's
 * own). The text format is described in src/cut/verify.h. */
bool rc_bound_certificate(const rc_bound *b, const uint8_t *side, const char *instance,
                          const char *path, rc_err *err);

/* The independent checker (src/cut/verify.c): knows neither the solver's code nor GLPK. Reads the
 * certificate and the instance it names and nothing else. verdict gets one line. */
typedef struct rc_verdict {
  bool accepted, optimal;    /* optimal: value and bound are equal to the last unit */
  double gap;                /* (bound - value) / max(1, bound), 0 when optimal */
  char value[64], bound[64]; /* decimal text */
  char reason[256];          /* why it is refused, "" else */
} rc_verdict;
bool rc_certificate_verify(const char *certificate, const char *instance_or_null, rc_verdict *v);

#endif
