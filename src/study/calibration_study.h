/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the calibration study: its state, shared by calibration.c (class, change, commands),
 * calibration_steps.c (race, polish, geometry), calibration_board.c (turning parameters and
 * eigen-directions) and calibration_frame.c (what it shows). */
#ifndef RC_STUDY_CALIBRATION_STUDY_H
#define RC_STUDY_CALIBRATION_STUDY_H

#include "roadcut/study.h"

typedef struct calib_slices {
  bool wanted;
  int64_t width, height;
} calib_slices;
typedef struct calib_opts {
  rc_pick model;
  rc_picks optimizers;
  int64_t queries;
  int start;
  double spread;
  int coordinates;
  rc_reals goals;
  calib_slices slices;
  int profiles;
  bool geodesic, widths, reduce;
  int64_t ensemble;
  double temperature;
} calib_opts;
extern const rc_param calib_params[];
enum { CALIB_GOALS = 3 };
enum { START_NOMINAL, START_RANDOM };
enum { PROFILES_AUTO, PROFILES_ALL, PROFILES_NONE, PROFILES_FEW = 12 };

typedef enum {
  CAL_OPEN,
  CAL_START, /* the starting point and its Fisher information */
  CAL_RACE,
  CAL_POLISH,
  CAL_FISHER, /* of the best point: directions, errors, the board */
  CAL_RAW,
  CAL_EIGEN,
  CAL_PROFILES,
  CAL_GEODESIC,
  CAL_WIDTHS, /* flights along all directions */
  CAL_REDUCE, /* models with fewer parameters */
  CAL_ENSEMBLE,
  CAL_BOARD, /* a turn with the others fitted again */
  CAL_END
} calib_phase;

typedef struct calib_racer {
  const rc_optimizer_class *cls;
  char name[40]; /* no two have the same, no blanks */
  char note[96]; /* why it does not begin with a part of the data, or "" */
  rc_fit *fit;
  rc_opt *opt;
  uint64_t told; /* queries of which events were sent */
  double reached[CALIB_GOALS];
} calib_racer;

typedef struct calib {
  rc_study_env env;
  calib_opts o;              /* owned copy */
  calib_phase phase, resume; /* resume: what goes on when the board is fitted */
  bool closing;
  uint64_t steps;
  rc_share *lattice;

  rc_share *fit_share; /* rc_fit; frames keep it alive for its shape */
  rc_fit *fit;
  int n, m, parameters, points; /* m: residuals; points: data */
  int *free;                    /* n: index among all parameters */
  double *start, loss_start;
  int racers, turn;
  calib_racer racer[RC_CALIB_RACERS];
  int goals;
  double goal[CALIB_GOALS]; /* falling */

  double *best, loss_best;          /* of the race; then polished */
  double loss_race;                 /* of the race */
  int best_racer;                   /* -1: the start */
  double queries_best, queries_fit; /* to loss_race; of the polish */
  rc_refit polish;
  bool polishing, polished;
  double *y_best, *error;
  rc_fisher fisher, other; /* at the best point; n = 0 before */
  rc_truth truth;          /* curves = 0 before, or when it could not be made */
  bool truth_known;

  /* the board */
  double *z, *y, loss, moved;
  rc_fisher ladder; /* at the board */
  char turned[64];
  int held; /* -1: none */
  rc_refit hold;
  bool holding;
  int ghosts;
  double *ghost; /* RC_CALIB_GHOSTS x points */

  rc_slice raw, eigen;
  int raw_axis[2], eigen_axis[2];
  double raw_span[2], eigen_span[2], raw_scale, eigen_scale;
  int profile_at;
  bool *profile_wanted; /* n */
  rc_profile **profile; /* n; NULL until begun */
  rc_geodesic *geodesic;
  int geodesic_axis, geodesic_sign;
  bool widths_wanted, reduce_wanted;
  double *width; /* n: both ways along each direction; NAN: not known. NULL before */
  int width_at;  /* flights done: 2 n in all */
  rc_geodesic *ribbon;
  rc_mbam *mbam;
  rc_ensemble *ensemble;
  int ensemble_seen;
  double *band; /* all members' curves: cap x curves x grid */
  int band_members;

  double *grid_x; /* curves x grid */
  int warnings;
  char warning[8][200];
} calib;

/* ---- calibration.c ---- */
void calib_warn(calib *s, const char *format, ...) RC_PRINTF(2, 3);
void calib_drop(calib *s); /* everything but the options */

/* ---- calibration_check.c ---- */
/* All options, and the tables of measurements and parameters that the model is given. */
bool calib_check(const rc_study_env *env, const void *opts, rc_err *err);
/* The options of the race alone. */
bool calib_check_options(const rc_study_env *env, const calib_opts *o, rc_err *err);
rc_fit *calib_new_fit(const rc_study_env *of, const rc_pick *model, rc_err *err);
/* An error gets the place of the entry it is about, where it is from the file. */
void calib_point_at(const rc_study_env *env, const char *path, rc_err *err);

/* ---- calibration_steps.c ---- */
bool calib_step(void *study, rc_state *state, rc_err *err);
/* Slices of the axes chosen: begins them anew. */
bool calib_begin_slice(calib *s, bool eigen, rc_err *err);
bool calib_profiles_left(const calib *s);
int calib_geodesic_axis(const calib *s); /* the sloppiest direction above the floor */
void calib_go_on(calib *s);              /* to what of the landscape is wanted and not done yet */

/* ---- calibration_edge.c ---- */
bool calib_geodesic_step(calib *s, rc_err *err);
bool calib_widths_step(calib *s, rc_err *err);
bool calib_reduce_step(calib *s, rc_err *err);
bool calib_widths_left(const calib *s);
bool calib_reduce_left(const calib *s);
void calib_edge_drop(calib *s);
void calib_edge_result(const calib *s, rc_json *j);

/* ---- calibration_board.c ---- */
/* dz_j of one unit of the j-th coordinate the Fisher information is taken in. */
double calib_coordinate(const calib *s, const double *theta, int j);
/* dz of one unit along the k-th eigenvector of the best point's Fisher information. */
void calib_direction(const calib *s, int k, double *dz);
/* Index of a free parameter, or n + k for "v1" .. "vn"; -1 for an unknown name. */
int calib_axis(const calib *s, const char *name);
void calib_axis_name(const calib *s, int axis, char out[24]);
/* dz of one unit of an axis: a factor e of a parameter on a log scale, the box of one on a linear
 * scale, or a unit along an eigenvector. */
void calib_axis_step(const calib *s, int axis, double *dz);
bool calib_turn(calib *s, const char *argument, rc_err *err);
bool calib_hold(calib *s, const char *argument, rc_err *err);
bool calib_home(calib *s, rc_err *err);
bool calib_board_step(calib *s, rc_err *err); /* one piece of fitting again */
void calib_board_read(calib *s);              /* predictions, loss, ladder at z */

/* ---- calibration_frame.c ---- */
void calib_frame(void *study, rc_frame *f);
void calib_result(void *study, rc_json *j);
extern const char *const calib_result_names[], *const calib_phase_names[];

#endif
