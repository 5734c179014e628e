/* SPDX-License-Identifier: GPL-3.0-or-later */
/* study: one file per study; binds a scenario's parameters to the library and fills frames.
 *
 * This header shows what the views read: the registry and each study's snapshot (frame->data). */
#ifndef ROADCUT_STUDY_H
#define ROADCUT_STUDY_H

#include <math.h>

#include "roadcut/calib.h"
#include "roadcut/cut.h"
#include "roadcut/engine.h"
#include "roadcut/paths.h"

extern const rc_study_class *const rc_study_classes[]; /* NULL-terminated */
extern const rc_kind *const rc_study_kinds[]; /* the same as kinds, for the scenario room */

/* Snapshot of the hilbert study. The arrays belong to shared objects that stay alive as long as
 * the snapshot, and never change; NULL, zero or nan means: not known yet. */
enum { RC_HILBERT_WARNINGS = 20 };
typedef enum { RC_SIGNS_AUTO, RC_SIGNS_ALWAYS, RC_SIGNS_NONE } rc_signs_wish;
typedef struct rc_hilbert_data {
  const rc_lattice *lattice;
  rc_model model;
  rc_sector sector;
  char sector_name[96];
  const rc_basis *basis;
  const rc_matrix *matrix; /* for rows and neighbourhoods; NULL until matrix_ready. It may be
                              another object than the solver's: see 'storage' for that one */
  bool matrix_ready;
  rc_storage storage;
  uint64_t matrix_entries; /* off-diagonal, both directions */
  uint64_t matrix_bytes;
  uint64_t bytes_planned, bytes_peak;
  int64_t group_order; /* of the automorphism group at these couplings; 0 until known */
  /* ground state */
  rc_eigen_view eigen;                         /* vector is NULL here; see vector */
  const double *vector;                        /* states doubles */
  int trace;                                   /* points of the convergence curve */
  const double *trace_energy, *trace_residual; /* by iteration */
  const uint64_t *order; /* states by falling |amplitude|: the first 'ordered' */
  int ordered;
  double total_spin;       /* nan until known */
  const double *ss, *szsz; /* sites x sites correlations */
  /* graph */
  rc_graph_facts graph; /* arrays owned by the snapshot's shares */
  double laplacian_max; /* m/2 - 2 E0/J: largest eigenvalue of the graph Laplacian; nan unless
                           the couplings are uniform, isotropic and J > 0, without symmetry */
  rc_sign_facts signs;
  bool signs_ready, signs_refused; /* refused: degenerate level */
  double boson_energy;             /* nan until known */
  int checks;
  const rc_check *check;
  int scans; /* sector scan, on request */
  const rc_scan_row *scan;
  int scan_total;
  bool scanning;
  double outside_energy; /* lowest level found outside the sector or an upper bound of it; nan */
  char outside_name[64]; /* the sector it was found in */
  int warnings;
  char warning[RC_HILBERT_WARNINGS][200];
  bool is_note[RC_HILBERT_WARNINGS]; /* a remark rather than a warning */
} rc_hilbert_data;

/* ---- cut --------------------------------------------------------------------------------------
 */

/* Snapshot of the cut study, by the same rules. Values are with the instance's offset: for a
 * Hilbert graph the satisfied weight C, for a file the cut value. */
enum {
  RC_CUT_SOLVERS = 12,
  RC_CUT_ROWS = 64,
  RC_CUT_NODES = 512,
  RC_CUT_LISTED = 256,
  RC_CUT_OPTIMA = 64,
  RC_CUT_PAIR_BINS = 20, /* of the overlap of two local optima, 0 .. 1 */
  RC_CUT_DIAL = 24,
  RC_CUT_DIAL_SLICES = 800 /* of work of the bound at one level of the dial, at most */
};
typedef struct rc_cut_series { /* points (step, value) of a staircase */
  int n;
  const double *step, *value;
} rc_cut_series;
typedef struct rc_cut_solver_row {
  const rc_solver_class *cls;
  char title[32];
  rc_solver_view view; /* pointers are NULL here */
  rc_cut_series best;
  uint64_t last_gain; /* step of the study at which it last improved */
} rc_cut_solver_row;
typedef struct rc_cut_edge { /* a listed edge: frustrated in the best cut, or of a cycle */
  int edge, u, v;
  double weight;
} rc_cut_edge;
typedef struct rc_cut_flips { /* of a bond: the edges of the graph that exchange its spins */
  double weight, frustrated;  /* sums of |w|: of all, of those the best cut leaves frustrated */
  rc_cut_edge worst;          /* the heaviest frustrated one; edge -1: none is */
} rc_cut_flips;
typedef struct rc_cut_cycle {
  int length; /* at most 16 vertices are kept for showing */
  int vertex[16];
  uint8_t marked[16];
  double multiplier, slack;
} rc_cut_cycle;
typedef struct rc_cut_dial_row { /* one noise level of the dial */
  double sigma, amplitude_overlap, sign_overlap;
  double greedy_loss, descent_hits, anneal_loss, gap; /* relative; hits: share of the starts */
  bool tight;                                         /* the bound meets the best cut */
  bool spent; /* it does not, and its work at a level was spent: more might close it */
} rc_cut_dial_row;
/* Who may fail on the dial, and how: greedy misses the best cut known, none of the descents ends in
 * it, annealing misses it, the bound stays above it. */
enum { RC_DIAL_GREEDY, RC_DIAL_DESCENT, RC_DIAL_ANNEAL, RC_DIAL_BOUND, RC_DIAL_KINDS };
typedef struct rc_cut_data {
  const rc_cut_graph *graph; /* NULL until the instance is made */
  bool from_file;
  const rc_lattice *lattice; /* the rest of this block: Hilbert graphs only, else NULL */
  const rc_basis *basis;
  const rc_matrix *matrix;       /* rows only */
  const double *psi, *amplitude; /* states */
  char amplitudes[48];           /* "ground state", "noisy, sigma 0.3" */
  double lambda, amplitude_overlap, orbit_spread;
  int orbits, edge_orbits; /* 0 when the bound is not for orbits */
  const int *orbit;        /* of each state: its smallest member; NULL likewise */
  double energy_exact, energy_diagonal,
      known; /* known: optimum (exact amplitudes) or bound by E0 */
  bool known_is_optimum;
  double known_above; /* raised by the residual of the eigenpair, E0 >= E - |r|: a bound up to the
                         rounding of floating point, never a certificate; nan like known */
  double value, bound, gap, energy, energy_bound, overlap;
  bool optimal, bounding, degenerate;
  bool tied; /* another cut of the same value was seen: the best one is one of many */
  const uint8_t *best_side; /* n */
  char best_solver[32];
  int solvers;
  rc_cut_solver_row solver[RC_CUT_SOLVERS];
  rc_bound_view bounds; /* pointers are NULL here */
  rc_cut_series bound_trace, best_trace;
  int cycles;
  const rc_cut_cycle *cycle;
  int nodes;
  const rc_tree_node *node;
  int frustrated_listed; /* heaviest first */
  int64_t frustrated_edges;
  double frustrated_weight;
  const rc_cut_edge *frustrated;
  /* By bond of the lattice. Over all bonds the weights add up to weight_total, the frustrated ones to
   * frustrated_weight = W - C. NULL for a file, and in a sector with symmetry, where an edge stands
   * for flips of several bonds. */
  const rc_cut_flips *flips;
  const double *phase; /* n angles of the Burer-Monteiro solver, NULL without one */
  int optima;          /* local optima of one-flip descent */
  const double *optimum_value, *optimum_overlap; /* overlap with the best cut, 0 .. 1 */
  const double *optimum_pairs; /* RC_CUT_PAIR_BINS: pairs of local optima by their overlap */
  int dials;
  const rc_cut_dial_row *dial;
  double dial_fails[RC_DIAL_KINDS]; /* the first noise at which it fails, nan: none */
  bool dialling;
  /* A solver whose present assignment is followed (commands move and flip of the study), -1: none;
   * what the last of them did: how many vertices moved, which one when it was one (else -1). */
  int watched;
  const uint8_t *watched_side; /* n, NULL while that solver has none */
  int moved, moved_vertex;
  double moved_gain;
  char certificate[256]; /* path, "" when none was asked for */
  bool certified;        /* the independent checker accepted the bound shown */
  int warnings;
  char warning[4][200];
} rc_cut_data;
/* Does E0 say less than the certified bound, by more than rounding? */
static inline bool rc_cut_known_smaller(const rc_cut_data *d) {
  return d->bound - d->known_above > 1e-12 * fabs(d->bound);
}

/* ---- calibration --------------------------------------------------------------------------------
 */

/* Snapshot of the calibration study, by the same rules: arrays live as long as the snapshot. The
 * board is the point a person has turned the parameters to; at first it is the best fit. */
enum { RC_CALIB_RACERS = 12, RC_CALIB_GHOSTS = 8, RC_CALIB_GRID = 64, RC_CALIB_RUNGS = 3 };
typedef struct rc_calib_racer {
  const rc_optimizer_class *cls;
  char name[40];          /* its kind's; of several with what was set, "hierarchical:rank=5" */
  char note[96];          /* why it does not begin with a part of the data, or "" */
  rc_optimizer_view view; /* trail and known are copies; z, best_z and trail_z are NULL */
  double reached[3];      /* queries until the loss was below 'goal' k; nan: not yet */
} rc_calib_racer;
typedef struct
    rc_calib_curve_fit { /* a curve drawn densely; y NULL where the model has no curves */
  int points;
  const double *x, *best, *now;
} rc_calib_curve_fit;
typedef struct rc_calib_trail {
  int points;
  const double *a, *b; /* points, -1 .. 1 on the slice */
} rc_calib_trail;
typedef struct rc_calib_profile_row {
  bool known;
  rc_profile_view view;
} rc_calib_profile_row;
typedef struct rc_calibration_data {
  const rc_calib_class *cls;
  const rc_calib_shape *shape; /* of the model; lives as long as the snapshot */
  int n, m;                    /* free parameters, data */
  const int *free;             /* n: index of each free parameter in shape->parameter */
  /* the best point and the board */
  const double *best, *theta_best, *y_best; /* n, parameters, shape->m; NULL before */
  double loss_best;
  const double *z, *theta, *y; /* the board */
  double loss;
  double moved;        /* largest |y - y_best| / sigma (relative loss: |d ln y|) */
  char turned[64];     /* "v1 by +0.1", "" at the best point */
  char held[24];       /* name of the parameter that is held while the rest is fitted, "" */
  const double *error; /* n: standard errors of theta at the best point; NULL before */
  int ghosts;          /* earlier settings of the board, newest first */
  const double *ghost; /* ghosts x shape->m */
  int curves;          /* drawn densely: 0 or shape->curves */
  const rc_calib_curve_fit *curve;
  /* Fisher information at the best point, in the coordinates chosen and in a second kind */
  const rc_fisher *fisher, *other; /* NULL before; jacobian is NULL */
  /* the race */
  double budget;     /* queries that each may ask for */
  int goals;         /* 1 to 3 */
  double goal[3];    /* losses whose query counts are told, falling */
  double floor_loss; /* the best loss any of them has found */
  int racers;
  const rc_calib_racer *racer;
  /* landscape: raw parameters and eigen-directions; NULL before */
  const rc_slice *raw, *eigen; /* z0, p, q are NULL */
  char raw_x[24], raw_y[24], eigen_x[24], eigen_y[24];
  double raw_span[2], eigen_span[2]; /* half extents, in units of the axes */
  double raw_scale, eigen_scale;     /* of them, to what the study would take: 2 is twice as wide */
  /* The best points of each racer on the planes: along the axes in half extents, what is off the plane
   * left out; NULL before. */
  const rc_calib_trail *raw_trail, *eigen_trail; /* racers */
  int profiles;                                  /* n once they are wanted */
  const rc_calib_profile_row *profile;
  const rc_geodesic_view *geodesic; /* along the sloppiest direction above the floor; NULL before */
  char geodesic_from[24];
  const double *width; /* n: of the manifold along each direction; nan: no edge; NULL before */
  int widths_left;     /* flights for them that are not done; 0 also when none was asked for */
  const rc_mbam_view *reduction; /* models with fewer parameters; NULL before */
  const rc_truth *truth; /* residuals of the best fit, noise of replicates, a rival; NULL before */
  int ensemble;          /* fits accepted so far; the bands are quantiles of them */
  double ensemble_acceptance;
  const double *band_low, *band_high; /* curves x RC_CALIB_GRID, 5 and 95 %; NULL before */
  int warnings;
  char warning[8][200];
} rc_calibration_data;

/* ---- paths --------------------------------------------------------------------------------------
 */

/* Snapshot of the paths study, by the same rules. p is the committor p_B, q = ln p/(1-p).
 * One sampler is watched: its shots teach the committor, its shots are on the strip. The board
 * compares samplers at equal numbers of steps of the dynamics. */
enum {
  RC_PATHS_STRIP = 512,  /* newest shots */
  RC_PATHS_BOARD = 12,   /* samplers compared */
  RC_PATHS_CURVE = 256,  /* points of a learning curve, thinned */
  RC_PATHS_CARDS = 12,   /* candidate coordinates */
  RC_PATHS_TREE = 96,    /* trial paths drawn in the tree */
  RC_PATHS_GALLERY = 12, /* frames with |q| < .2 */
  RC_PATHS_GROUPS = 32   /* groups of inputs that are permuted together */
};
typedef struct rc_paths_view { /* a path with what is known of each segment */
  uint64_t shot;               /* its number; 0: the initial path */
  uint64_t parent;
  bool is_trial;                     /* not accepted */
  int segments, sp;                  /* sp: segment of the shooting point, -1 */
  int ends[2];                       /* labels of its first and last frame */
  uint64_t frames;                   /* interior */
  int width;                         /* words of a state */
  const rc_word *state;              /* segments x width */
  const uint32_t *dwell;             /* frames of each segment */
  const uint64_t *at;                /* first frame of each segment, counted from the A end */
  const double *energy;              /* u = V/kT */
  const double *exact;               /* p; NULL: no exact solution */
  const double *learnt, *low, *high; /* p, and p at q -+ spread; NULL before anything is learnt */
  const double *feature;             /* segments x shape.features */
  int stride;     /* of a long path every so many segments are one here, its first state for all */
  int segment;    /* looked at: 0 .. segments - 1 */
  uint64_t frame; /* looked at, counted like 'at' */
} rc_paths_view;
typedef struct rc_paths_map { /* the landscape over two features (spins) or coordinates (2D) */
  int nx, ny;                 /* 0: none */
  char x[20], y[20];
  double x0, x1, y0, y1; /* centres of the outermost cells; of a grid its borders */
  bool grid;             /* cells of the solver's grid, thinned; else one cell a value */
  const double *energy;  /* nx x ny, row y first; free energy -ln sum e^-u; nan: no state */
  const double *exact;   /* mean p of the cell, weighted by e^-u; NULL: none */
  const double *learnt;  /* NULL before */
  const uint8_t *label;  /* RC_IN_A, RC_IN_B or 0: all states of the cell */
} rc_paths_map;
typedef struct rc_paths_board_row {
  char title[32]; /* "TPS uniform", "RFPS lorentz 1" */
  bool watched;
  rc_sampler_opts opts;
  rc_sampler_figures figures;
  double yield;              /* generated / shots */
  double yield_oracle;       /* the same with the exact committor: mean 2p(1-p) of its own
                                  shooting points by the exact committor; nan */
  double acceptance;         /* paths that changed / shots */
  double z_length;           /* (length - exact) / se; nan without an exact solution */
  double chi2_p;             /* of the committor histogram against the exact one; nan */
  double tau;                /* integrated autocorrelation of the length, in shots */
  double steps_per_path;     /* steps of the dynamics for one independent path */
  double efficiency;         /* var(uniform TPS) / var(this) of the mean length, equal steps; nan:
                                too few paths, or a mean so wrong that its variance says nothing */
  double efficiency_channel; /* of the channel observable */
  double efficiency_error;   /* standard error of 'efficiency'; nan: too few batches */
  double rate, rate_error;   /* k_AB, of a walk without rejections; nan */
  bool biased;               /* its mean is wrong, or that of uniform shooting */
} rc_paths_board_row;
typedef struct rc_paths_card { /* a candidate coordinate against the exact committor */
  char name[48];
  int columns;
  rc_report_card card; /* eta2 is nan without an exact solution */
} rc_paths_card;
typedef struct rc_paths_leaf { /* a row of the path tree, newest first */
  uint64_t id, parent;
  bool transition, accepted;
  double before, after; /* frames before and after the shooting point, A end first */
  double shift;         /* of its shooting point on the time axis of the tree's root */
  double p;             /* at the shooting point, by the model of the time */
  int row_parent;       /* its parent's row, -1: further back */
  bool decorrelated;    /* accepted, and no frame of the path before the oldest row is left */
} rc_paths_leaf;
typedef struct rc_paths_gallery {
  rc_word state[4]; /* the first words */
  uint64_t shot, frame;
  double q; /* learnt, or exact where nothing is learnt */
} rc_paths_gallery;
typedef struct rc_paths_half { /* a surface on a grid of half as many cells a side: nan without */
  double rate, length;         /* in the units of rc_exact_figures */
} rc_paths_half;
typedef struct rc_paths_data {
  const rc_path_system *system; /* lives as long as the snapshot */
  const rc_path_shape *shape;
  char system_kind[24];
  bool of_magnet; /* spin i is the sign of state i of the scenario's basis */
  /* exact solution */
  bool exact_wanted, exact_done;
  int exact_iterations;
  double exact_residual;
  uint64_t bytes_planned;
  rc_exact_figures exact; /* after exact_done */
  rc_paths_half half;     /* how much of it is the grid's */
  /* the watched sampler */
  bool started;      /* an initial path was found */
  uint64_t tries;    /* shots spent looking for it */
  int64_t target;    /* shots wanted */
  uint32_t branches; /* how often it went back and on another way */
  rc_sampler_figures sampled;
  rc_sampler_opts sampling;
  rc_sampler_opts wish;            /* what comes once the model is frozen; the same then */
  uint64_t needs;                  /* shots to come before errors are told; 0: they are, or */
  bool renewed;                    /* averages begin anew before, with the next model */
  uint64_t bytes_shots;            /* of all kept shots */
  double rate_sampled, rate_error; /* k_AB from the sampled weight and the exact residence; nan */
  char rate_note[96];              /* which shots it is of, or why there is none */
  uint64_t strip_first;            /* id of strip[0] */
  int strip_n;
  const rc_shot *strip;  /* the newest, oldest first */
  rc_paths_view path;    /* the path looked at: the newest trial unless one was chosen */
  bool chosen;           /* a person chose shot and frame; else it follows the newest */
  rc_paths_view current; /* the sampler's current path */
  rc_paths_map map;
  /* learning */
  bool learning, frozen;
  rc_learner_opts learner;
  rc_learner_view learnt; /* figures; zero before */
  uint64_t model;         /* version of the newest model */
  int64_t model_shots;    /* it was fitted to; shots of another branch may be among them */
  int64_t
      lessons; /* shots to come that teach, before the model is frozen or learnt anew; 0: none */
  int64_t fitting;          /* shots of the model that is in the making; 0: none is */
  double rmse, rmse_middle; /* against exact, on the transition path ensemble; |q_exact| < 4; nan */
  int curve;                /* learning curve: points */
  const double *curve_shots, *curve_rmse, *curve_loss, *curve_validation;
  const double *curve_expected, *curve_generated, *curve_oracle; /* cumulated by the same shots */
  double point_bins[40];  /* shooting points along q in [-10, 10], share a bin */
  double target_bins[40]; /* what the selection asks for, uniform in q otherwise */
  /* the board */
  int boards;
  const rc_paths_board_row *board;
  bool comparing;   /* still running */
  char channel[96]; /* the channel observable in words */
  /* mechanism */
  int groups;
  char group_name[RC_PATHS_GROUPS][56];
  const rc_relevance *relevance; /* groups; NULL before */
  uint64_t relevance_shots;
  int cards;
  const rc_paths_card *card;
  const rc_formulas *formulas;                                           /* NULL before */
  double formula_rmse[RC_FORMULA_TERMS], formula_eta2[RC_FORMULA_TERMS]; /* against exact; nan */
  int gallery;
  const rc_paths_gallery *frame;
  int tree;
  const rc_paths_leaf *leaf;
  int order;                /* spins: mean rank of their last passage on accepted paths */
  const double *order_rank; /* order numbers in 0 .. 1; NULL before */
  uint64_t order_paths;
  int warnings;
  char warning[8][200];
} rc_paths_data;

/* ---- watch --------------------------------------------------------------------------------------
 */

/* Snapshot of the watch study, by the same rules: what the lines of another program have said. Lines
 * of several studies, as 'roadcut run' writes them, are several streams. */
enum {
  RC_WATCH_STREAMS = 8,
  RC_WATCH_FIGURES = 56,
  RC_WATCH_EVENTS = 128,
  RC_WATCH_SIDES = 1 << 20
};
typedef struct rc_watch_figure {
  rc_scalar last; /* with its name */
  int n;          /* points; 0 for texts */
  const double *step, *value;
} rc_watch_figure;
typedef struct rc_watch_stream {
  char study[RC_NAME_MAX], phase[48], title[96];
  uint64_t step;       /* the newest it has told */
  double progress, t;  /* nan: not told */
  bool result, ended;  /* a 'result', an 'end' has come */
  int status;          /* of 'end' */
  int sides;           /* vertices in 'side' of the newest line that had one */
  const uint8_t *side; /* the cut it claims, NULL before */
  double side_value;   /* the value told with it; nan */
  int figures;
  const rc_watch_figure *figure;
} rc_watch_stream;
typedef struct rc_watch_event {
  uint64_t line, step;
  char study[RC_NAME_MAX], kind[RC_NAME_MAX], text[160];
  double value; /* nan: none */
} rc_watch_event;
typedef struct rc_watch_data {
  char source[200];
  bool program, over; /* over: nothing more can come */
  int status;         /* of a program that has ended; -1 while it runs */
  uint64_t lines, broken;
  char broken_text[160]; /* of the newest broken line, with its number; "" for none */
  int streams, now;      /* now: the stream of the newest line */
  rc_watch_stream stream[RC_WATCH_STREAMS];
  int events; /* the newest, oldest first */
  const rc_watch_event *event;
} rc_watch_data;
/* A figure of a stream by name, NULL when it has told none. */
const rc_watch_figure *rc_watch_find(const rc_watch_stream *s, const char *name);

#endif
