/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the cut study: its state, shared by cut.c (class, change, commands), cut_instance.c
 * (from the magnet or file to the instance), cut_steps.c (solvers and bound in turn), cut_single.c
 * (one move, round or node), cut_dial.c (the noise dial), cut_bonds.c (back to
 * the lattice) and cut_frame.c (what it shows). Published arrays are shares, never changed. */
#ifndef RC_STUDY_CUT_STUDY_H
#define RC_STUDY_CUT_STUDY_H

#include "roadcut/study.h"

typedef struct cut_amplitudes {
  int from;
  double sigma, lambda;
  bool symmetric;
  char *file;
} cut_amplitudes;
typedef struct cut_bound {
  int kind, engine;
  bool prove, orbits;
  int64_t nodes, rounds;
  double work;
} cut_bound;
typedef struct cut_opts {
  char *instance;
  cut_amplitudes amplitudes;
  rc_picks solvers;
  cut_bound bound;
  int64_t moves, edges;
  char *certificate;
} cut_opts;
enum { BOUND_ODD_CYCLE, BOUND_NONE };
enum {
  CUT_BUILD_EDGES = 50000, /* of a graph in one step */
  CUT_SMALL = 1000000      /* edges: above, what is done once is done in pieces */
};
extern const rc_param cut_params[];

typedef enum {
  CUT_BASIS,
  CUT_MATRIX,
  CUT_EIGEN,
  CUT_INSTANCE,
  CUT_SETUP,
  CUT_RUN,
  CUT_CERTIFY,
  CUT_DIAL,
  CUT_END
} cut_phase;

typedef struct cut_series {
  rc_share *points; /* 2 * cap doubles: steps, then values */
  int n, cap;
} cut_series;

typedef struct cut_run {
  const rc_solver_class *cls;
  void *opts, *run;
  cut_series best;
  uint64_t last_gain, moves_per_step;
  double seen; /* best already taken over */
} cut_run;

/* One elementary piece that was asked for. */
typedef enum { AIM_NONE, AIM_MOVES, AIM_FLIP, AIM_ROUND, AIM_NODE } cut_aim_kind;
typedef struct cut_aim {
  cut_aim_kind kind;
  int run;         /* MOVES, FLIP: of which solver */
  int64_t left;    /* MOVES: still to do */
  int64_t from;    /* ROUND, NODE: how many there were */
  uint8_t *before; /* MOVES, FLIP: n sides as they were, with value and moves; NULL before */
  double value;
  uint64_t moves;
} cut_aim;
typedef struct cut_moved { /* what the last of them did */
  int run, vertex, count;  /* vertex -1 unless exactly one moved */
  double gain;
} cut_moved;

/* One noise level of the dial, worked off in bounded pieces. */
typedef struct cut_dial {
  int at, piece;           /* level, piece of work */
  rc_cut_builder *builder; /* while the graph is being made */
  rc_cut_graph *graph;
  double *amplitude;
  double greedy, descent, anneal, best;
  int hits, slices;
  const rc_solver_class *cls; /* solver of the piece at work */
  void *opts, *run;
  rc_bound *bound;
  uint8_t *side;
} cut_dial;

typedef struct cut_magnet { /* with the options of the study, all that the noise dial depends on */
  rc_model model;
  rc_sector sector;
  uint64_t seed, memory;
} cut_magnet;

typedef struct cut {
  rc_study_env env;
  cut_opts o; /* owned copy */
  cut_phase phase;
  int stage; /* of the phases INSTANCE and SETUP: how far it has come */
  bool solvers_up;
  uint8_t *first_side; /* first pass over a large instance: n sides, */
  int first_at;        /* those before it are set */
  uint64_t steps;

  rc_share *lattice;
  rc_hamiltonian *h;
  rc_share *basis, *shown, *psi, *amplitude;
  rc_matrix *matrix;
  rc_eigen *eigen;
  rc_share *symmetry; /* rc_state_symmetry */
  double residual;    /* ||H psi - E0 psi|| */
  double energy_exact, energy_diagonal, lambda, amplitude_overlap, orbit_spread;
  double diagonal; /* what is summed of energy_diagonal: states before diagonal_at */
  uint64_t diagonal_at;
  bool failed; /* a step of it */
  bool degenerate, even,
      orbit_bound; /* even: weights have the magnet's symmetry; used by the bound */
  double roof;     /* sum of the positive weights of a large graph, else 0 */

  rc_cut_reader *reader;       /* while a file is being read */
  rc_cut_builder *builder;     /* while the graph of a magnet is being made */
  rc_share *graph;             /* rc_cut_graph */
  int runs, turn, bound_turns; /* of this cycle: each solver once, then the bound */
  int64_t cycle, gain_cycle;   /* the cycle in which best last grew */
  cut_run run[RC_CUT_SOLVERS];
  rc_bound *bound, *bound_begun; /* begun: still being prepared */
  double best;                   /* cut value, without offset, as its solver added it up */
  double tidy;  /* the same summed exactly and rounded down: never above the bound */
  int best_run; /* -1: the bound's own rounding, -2: none, -3: the first pass */
  rc_share *best_side;
  bool tied; /* another cut of its value was seen */
  cut_series bound_trace, best_trace;
  rc_bound_view bounds;
  int64_t rounds_ended;  /* rounds of the bound whose rows are found */
  double frustrated_for; /* best value for which the list below was made */
  rc_share *frustrated;
  rc_share *flips; /* rc_cut_flips by bond, for the same best value; NULL: see rc_cut_data */
  int frustrated_listed;
  int64_t frustrated_edges;
  double frustrated_weight;
  int64_t cycles_for[4]; /* rounds, nodes, open, depth for which the list below was made */
  rc_share *cycles;
  int cycle_count;

  void *descent; /* private solver that samples local optima */
  int64_t descent_seen;
  rc_share *optima; /* 2 * RC_CUT_OPTIMA + RC_CUT_PAIR_BINS doubles */
  int optima_count;
  uint8_t *optimum_side; /* RC_CUT_OPTIMA x n */

  cut_aim aim;
  cut_moved moved;
  int watched; /* solver whose present assignment is shown, -1: none */

  bool dial_wanted;
  cut_dial dial;
  rc_share *dial_rows;
  int dials;
  cut_magnet magnet; /* what the rows of the dial are of */

  bool certified, certificate_written;
  const char *ended; /* how the run ended before the study had; NULL */
  int warnings;
  char warning[4][200];
} cut;

static inline const rc_cut_graph *cut_graph(const cut *s) {
  return s->graph ? rc_share_get(s->graph) : NULL;
}
static inline bool cut_from_file(const cut *s) {
  return s->o.instance && s->o.instance[0];
}

/* ---- cut.c ---- */
void cut_drop_run(cut *s); /* solvers, bound, and all that depends on the instance */
void cut_warn(cut *s, const char *format, ...) RC_PRINTF(2, 3);

/* ---- cut_instance.c ---- */
bool cut_basis_step(cut *s, rc_err *err);
bool cut_matrix_step(cut *s, rc_err *err);
bool cut_eigen_step(cut *s, rc_err *err);
bool cut_instance_step(cut *s, rc_err *err);
void cut_drop_magnet(cut *s);
rc_amplitude_opts cut_amplitude_opts(const cut *s);

/* ---- cut_steps.c ---- */
bool cut_step(void *study, rc_state *state, rc_err *err);
/* A run that ends before its time: certifies what there is, for the result. */
void cut_certify_early(cut *s);
/* Looks for another cut of the best one's value: a flip away, or among what was found. */
void cut_find_tie(cut *s);
void cut_point(cut_series *t, double step, double value);

/* At most 'moves' of a solver, and what follows from them. */
void cut_solver_moves(cut *s, int run, uint64_t moves);
/* A slice of the bound's work, and what follows from it. */
bool cut_bound_turn(cut *s, rc_err *err);

/* ---- cut_single.c ---- */
/* Commands "move SOLVER [N]", "flip SOLVER", "round" and "node"; known: it is one of them. */
bool cut_single_command(cut *s, const char *name, const char *argument, bool *known, rc_err *err);
bool cut_single_step(cut *s, rc_err *err);
void cut_aim_drop(cut *s);

/* ---- cut_dial.c ---- */
extern const double cut_dial_levels[RC_CUT_DIAL];
extern const int cut_dial_count;
bool cut_dial_step(cut *s, bool *done, rc_err *err);
void cut_dial_drop(cut *s);
/* Its rows do not depend on the noise of the instance, its solvers or its moves. */
bool cut_dial_stays(const cut *s, const rc_study_env *env, const cut_opts *o);
/* Takes the dial out of the study, with the level at work, and gives it back to it. */
typedef struct cut_dial_kept {
  cut_dial dial;
  rc_share *rows;
  int dials;
  bool wanted;
} cut_dial_kept;
cut_dial_kept cut_dial_take(cut *s);
void cut_dial_give(cut *s, cut_dial_kept k);
void cut_dial_fails(const cut *s, double *fails); /* RC_DIAL_KINDS */

/* ---- cut_bonds.c ---- */
/* Makes the list of the flips of each bond anew, for the best cut. */
void cut_list_bonds(cut *s);

/* ---- cut_frame.c ---- */
void cut_frame(void *study, rc_frame *f);
void cut_result(void *study, rc_json *j);
void cut_ended(void *study, const char *how);
extern const char *const cut_result_names[], *const cut_phase_names[];

#endif
