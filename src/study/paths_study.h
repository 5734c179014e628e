/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the paths study: its state, shared by paths.c (class, change), paths_commands.c,
 * paths_open.c (system, exact committor), paths_graph.c (the system of a scenario's Hilbert graph),
 * paths_map.c, paths_model.c (what is learnt), paths_steps.c (shots), paths_board.c,
 * paths_mechanism.c, paths_look.c (the paths shown), paths_rate.c, paths_frame.c and paths_files.c. */
#ifndef RC_STUDY_PATHS_STUDY_H
#define RC_STUDY_PATHS_STUDY_H

#include "roadcut/study.h"

typedef struct paths_selection { /* options of the kinds of samplers, tps and rfps */
  int select;
  double gamma;
  bool flatten;
} paths_selection;
extern const rc_kind *const paths_sampler_kinds[];

typedef struct paths_opts {
  rc_pick system;
  int exact;
  rc_pick sampler;
  int64_t shots, burn, most;
  int64_t learning, relearn;
  int inputs;
  rc_learner_opts learn;
  rc_picks compare;
  double steps;
  bool mechanism;
  char *x, *y;
} paths_opts;
extern const rc_param paths_params[];
enum { EXACT_AUTO, EXACT_OFF };
enum { INPUTS_FEATURES, INPUTS_SPINS, INPUTS_BOTH };

typedef enum {
  PATHS_OPEN,
  PATHS_EXACT,
  PATHS_MAP,
  PATHS_START, /* looks for a first path */
  PATHS_SHOTS, /* shots, a piece of training with each */
  PATHS_BIAS,  /* the profile along the frozen model's q */
  PATHS_BOARD,
  PATHS_MECHANISM,
  PATHS_END
} paths_phase;

/* The committor that is learnt, as samplers ask for it; kept by rows of the table. */
typedef struct paths_known {
  float q, spread;
  uint32_t stamp;
} paths_known;
typedef struct paths_model {
  const rc_path_system *system;
  rc_share *share; /* rc_learnt, NULL before */
  int kind, inputs;
  uint32_t stamp;
  paths_known *known;  /* rows, or NULL */
  const double *truth; /* rows: the exact one, or NULL */
} paths_model;

/* States drawn from the exact density of transition paths: what is learnt is held against them. */
enum { PATHS_SAMPLE = 1024 };
typedef struct paths_sample {
  int n;
  rc_word *state; /* n x width */
  double *p, *q;
} paths_sample;

/* The landscape over two features, made in pieces. */
typedef struct paths_map {
  int axis[2]; /* features */
  int stage;   /* 0: the values, 1: the cells, 2: done */
  int64_t at;
  int values[2]; /* distinct ones, sorted, up to a limit: else -1 */
  double value[2][80], lo[2], hi[2];
  int n[2];
  double first[2], step[2]; /* centre of a cell: first + i step */
  double *weight, *exact;   /* cells: sums; then free energy and mean */
  double *part;             /* states of each label, cells x 3 */
  rc_word *pick;            /* cells x PATHS_PICKS states to ask the model about */
  double *pick_key;
  uint8_t *label;
  double *learnt;
  uint32_t stamp; /* of the model 'learnt' is from */
  int64_t shots;  /* and the shots it knew */
  rc_share *shown;
} paths_map;
enum { PATHS_PICKS = 4 };

enum { PATHS_TRIES = 200000 }; /* for a first path */
enum { PATHS_FED = 20000 };    /* shots a learner is taught, its forecasts kept */

enum { PATHS_LEAVES = RC_PATHS_TREE };
typedef struct paths_leaf { /* of the newest shots, by id */
  uint64_t id;
  double before, after, at; /* frames; at: of the shooting point in its parent path */
} paths_leaf;

typedef struct paths_looked { /* a path with its shot */
  bool on;
  uint64_t id;
  rc_path path;
  int sp, segment;
  uint64_t frame;
} paths_looked;

typedef struct paths_curve { /* learning curves, thinned to RC_PATHS_CURVE */
  int n;
  double next; /* shots at the next point */
  double shots[RC_PATHS_CURVE], rmse[RC_PATHS_CURVE], loss[RC_PATHS_CURVE],
      validation[RC_PATHS_CURVE], expected[RC_PATHS_CURVE], generated[RC_PATHS_CURVE],
      oracle[RC_PATHS_CURVE];
} paths_curve;

typedef struct paths_row { /* of the board */
  rc_paths_board_row shown;
  rc_sampler *sampler;
  double oracle; /* sum of 2p(1-p) by the exact committor */
  uint64_t seen; /* shots in it */
} paths_row;

typedef struct paths_mechanism {
  int stage, at;  /* of the work; stage 0: none under way */
  bool wanted;    /* asked for by a command */
  uint64_t known; /* shots it is made of, or was last: others may come meanwhile */
  int64_t row;    /* of the table, while states are taken */
  double sum;
  int groups;
  char group_name[RC_PATHS_GROUPS][56];
  uint32_t group[RC_PATHS_GROUPS];
  rc_relevance relevance[RC_PATHS_GROUPS];
  uint64_t shots;
  float *x; /* shots x inputs, with their outcomes */
  int *in_a, *in_b;
  int cards, candidates;
  rc_paths_card card[RC_PATHS_CARDS];
  int candidate[RC_PATH_FEATURES * 2][2]; /* features; the second -1 when alone */
  int64_t states;
  double *w, *p, *feature;
  bool solved;
  rc_formula_finder *finder;
  rc_formulas formulas, making;
  double formula_rmse[RC_FORMULA_TERMS], formula_eta2[RC_FORMULA_TERMS];
  int gallery;
  rc_paths_gallery frame[RC_PATHS_GALLERY];
  rc_share *shown;
} paths_mechanism;

typedef struct paths {
  rc_study_env env;
  paths_opts o;             /* owned copy */
  paths_phase phase, after; /* after: the mechanism */
  uint64_t steps;
  rc_share *lattice;
  uint64_t planned;

  void *cut; /* a run of the cut study, until it has the graph */
  rc_share *graph_share;
  const rc_cut_graph *graph; /* of the cut study */
  uint8_t *side;             /* of a magnet: the signs of its ground state */
  rc_share *system_share;
  rc_path_system *system;
  const rc_path_shape *shape;
  rc_exact *exact;
  bool exact_wanted, solved;
  rc_path_system *coarse; /* the same on a grid of half as many cells a side, while it is solved */
  rc_exact *coarse_exact;
  rc_paths_half half;
  const double *truth; /* p of each row; NULL without an exact solution */
  rc_exact_figures figures;
  paths_sample sample;
  paths_map map;

  rc_sampler *sampler;
  rc_sampler_opts sampling, wish; /* wish: once the model is frozen */
  bool started;
  uint64_t tries, accepted, generated; /* of all shots */
  uint64_t uncommitted;                /* shots with a half that did not end within 'most' */
  uint64_t searched;                   /* frames of the tries for a first path */
  int searched_told;                   /* the tenth of them when it was said last */
  double expected;
  int64_t target; /* shots wanted */
  uint32_t branches;
  rc_density_profile profile;
  bool profiled;
  double seen[RC_PROFILE_BINS];
  uint64_t bias_at;
  rc_path bias_path;
  /* the same of the walk without rejections, by weights; their sum, and that of their squares */
  double walked[RC_PROFILE_BINS], walked_weight, walked_square;
  uint32_t walked_version;

  rc_learner *learner;
  paths_model model;
  bool frozen, taught, finished; /* taught: nothing is to be trained; finished: no more lessons */
  int64_t taught_at;             /* shots when the last lesson was over */
  int64_t again;                 /* fed at which the model is learnt once more; 0: not to come */
  bool relearning;
  int relearnt;          /* how often */
  bool doubted, strayed; /* it was said that the model, the mean length is wrong, */
  bool truncated;        /* that paths are longer than 'most' */
  int64_t fed;           /* shots the learner has seen: taught by, or forecast alone */
  rc_learner_view learnt;
  double rmse, rmse_middle, oracle;
  uint32_t measured; /* model of rmse */
  int64_t filled;    /* rows the frozen model has been asked about */
  paths_curve curve;
  rc_share *curve_shown;
  double point_bins[40], points;

  uint64_t *now_at; /* of the sampler's path: first frame of each segment */
  int now_cap;
  paths_leaf leaf[PATHS_LEAVES];
  int leaves;
  double *rank, *rank_sum; /* spins: last passage on the sampler's path, and the mean's parts */
  double rank_weight;
  uint64_t rank_paths;

  paths_looked look;
  rc_share *trial_view, *current_view, *look_view;
  uint64_t trial_key, current_key, look_key, look_had; /* look_key: grows with every choice */
  uint32_t trial_stamp, current_stamp, look_stamp;

  int rows, turn;
  paths_row row[RC_PATHS_BOARD];
  rc_share *board;

  paths_mechanism mechanism;
  int warnings;
  char warning[8][200];
} paths;

/* ---- paths.c ---- */
void paths_warn(paths *s, const char *format, ...) RC_PRINTF(2, 3);
void paths_drop(paths *s); /* everything but the options */

/* ---- paths_commands.c ---- */
bool paths_command(void *study, const char *name, const char *argument, rc_err *err);
extern const rc_study_command paths_commands[];

/* ---- paths_graph.c ---- */
/* A piece of the way to the graph of the cut study. Errors: INPUT, LIMIT, those of that study. */
bool paths_graph_step(paths *s, rc_err *err);
void paths_graph_drop(paths *s); /* the run of the cut study */

/* ---- paths_open.c ---- */
bool paths_open_step(paths *s, rc_err *err);
/* Of expressions for A and B: that there are such states, apart from each other. */
bool paths_check(const rc_study_env *env, const void *opts, rc_err *err);
bool paths_exact_step(paths *s, rc_err *err);
/* Exact p of a state, nan without. */
double paths_truth(const paths *s, const rc_word *state);

/* ---- paths_map.c ---- */
/* The features that a map is drawn over; wrong: 0 x or 1 y, which of them the error is about. */
bool paths_axes(const rc_path_system *s, const char *x, const char *y, int axis[2], int *wrong,
                rc_err *err);
bool paths_map_begin(paths *s, const char *x, const char *y, rc_err *err);
bool paths_map_step(paths *s);  /* true: more to do */
void paths_map_learn(paths *s); /* the layer of what is learnt, when it is old */
void paths_map_drop(paths_map *m);

/* ---- paths_model.c ---- */
int paths_inputs(const paths *s);
void paths_input(const paths_model *m, const rc_word *state, float *x);
bool paths_model_new(paths *s, rc_err *err);
void paths_model_drop(paths_model *m);
/* What samplers ask: learnt where there is a learner, else exact; false: nothing is known. */
bool paths_committor(paths *s, rc_committor *c);
/* q and its spread; false before anything is learnt. */
bool paths_learnt(paths_model *m, const rc_word *state, double *q, double *spread);
/* q of n states, none of which is kept. */
void paths_learnt_all(paths_model *m, int n, const rc_word *state, double *q);
/* A piece of the table, all of it in the end; true: more to do. Nothing for large tables. */
bool paths_model_fill(paths *s);
void paths_teach(paths *s, const rc_shot *shot);
bool paths_train(paths *s);               /* a bounded piece of training; true: more to do */
void paths_take_model(paths *s);          /* the learner's newest, when it is another */
void paths_unlearn(paths *s, uint64_t n); /* shots after n are no more */
void paths_curve_point(paths *s, bool always);

/* ---- paths_steps.c ---- */
bool paths_step(void *study, rc_state *state, rc_err *err);
uint64_t paths_search_most(const paths *s); /* frames, before no first path is taken to be there */
double paths_search_share(const paths *s);  /* of what it is given up after */
bool paths_freeze(paths *s, rc_err *err);
/* Shot n again and its path as the sampler's; leaves and ranks follow. */
bool paths_rewind(paths *s, uint64_t n, rc_err *err);
void paths_rank_restart(paths *s);

/* ---- paths_board.c ---- */
bool paths_board_step(paths *s, rc_err *err);
void paths_board_drop(paths *s);
double paths_histogram_p(const rc_sampler_figures *f, const double *exact);
/* Variance of the mean length (or of the channel) times steps: what efficiency is a ratio of; error: its own
 * standard error, as a share of it. Nan where errors are. */
double paths_cost(const rc_sampler_figures *f, bool channel, double *error);
const rc_paths_board_row *paths_board_watched(const paths *s); /* NULL: none */

/* ---- paths_mechanism.c ---- */
bool paths_mechanism_wanted(const paths *s);
void paths_input_name(const paths *s, int i, char out[24]);
void paths_mechanism_step(paths *s);
/* Leaves the work under way; it is wanted still. */
void paths_mechanism_stop(paths_mechanism *m);
/* Shots after n are no more: nor are their frames in the gallery. */
void paths_mechanism_rewind(paths_mechanism *m, uint64_t n);
void paths_mechanism_show(const paths_mechanism *m, rc_paths_data *d);
void paths_mechanism_drop(paths_mechanism *m);

/* ---- paths_look.c ---- */
bool paths_look_at(paths *s, uint64_t id, rc_err *err);
void paths_look_segment(paths *s, int segment);
void paths_look_frame(paths *s, uint64_t frame);
int paths_transition_segment(paths *s); /* of the path looked at: |q| least */
/* The views of the frame, made anew where they are old. */
void paths_views(paths *s, rc_paths_data *d);
void paths_views_drop(paths *s);
int paths_tree(const paths *s, rc_paths_leaf *out); /* newest first */

/* ---- paths_files.c ---- */
bool paths_files(void *study, const char *folder, rc_err *err);

/* ---- paths_rate.c ---- */
void paths_rate(const paths *s, rc_paths_data *d);
/* k_AB where such a share of the excursions out of A reaches B; nan without an exact flux out of A. */
double paths_rate_of(const paths *s, double reaching);
void paths_needs(const paths *s, rc_paths_data *d); /* after what is learnt is known */

/* ---- paths_frame.c ---- */
void paths_frame(void *study, rc_frame *f);
void paths_result(void *study, rc_json *j);
extern const char *const paths_result_names[],
    *const paths_text_names[], *const paths_flag_names[], *const paths_phase_names[];

#endif
