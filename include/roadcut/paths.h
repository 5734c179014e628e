/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths: rare events. Systems (one file each, systems.def), the exact committor over all their
 * states, transition path sampling, and learning of the committor from shots.
 *
 * A state is 'width' words of 64 bits: the spins (bit i of word i/64 set: spin i up), the cell of a
 * grid, or coordinates (then velocities). A frame is a state after one attempted step; a path is a
 * row of segments (state, dwell): frames in which nothing moved are counted, not repeated. Its
 * first frame is in A or B, its last too, the interior frames are in neither.
 * Energies are u = V / kT. Committors are p_B in [0,1] or q = ln p/(1-p).
 * Everything is resumable in bounded slices, depends on seeds only, and is used by one thread at a
 * time; a system and a solved committor may be read by several. */
#ifndef ROADCUT_PATHS_H
#define ROADCUT_PATHS_H

#include "roadcut/base.h"
#include "roadcut/cut.h"

/* ---- systems ---------------------------------------------------------------------------------- */

typedef union rc_word {
  uint64_t u;
  double x;
} rc_word;

enum { RC_IN_A = 1, RC_IN_B = 2 }; /* label of a state; 0: in neither */

typedef enum {
  RC_PATH_METROPOLIS, /* a spin or a neighbour at random, min(1, e^-du) */
  RC_PATH_GLAUBER,    /* 1/(1 + e^du) */
  RC_PATH_WALK,       /* Metropolis on the cells of the solver's grid; a step is h^2/4 of time */
  RC_PATH_OVERDAMPED, /* Euler-Maruyama: dx = -u' dt + sqrt(2 dt) xi (D = 1) */
  RC_PATH_UNDERDAMPED /* BAOAB, mass 1 (Leimkuhler, Matthews 2013) */
} rc_path_dynamics;

enum { RC_PATH_FEATURES = 80, RC_PATH_CONTACTS = 16 };
typedef struct rc_path_contact { /* formed when all bonds from residue i to residue j are native */
  int i, j;                      /* from 0 */
  bool side;                     /* of side chains; else a hydrogen bond */
} rc_path_contact;
typedef struct rc_path_shape { /* filled when a system is opened */
  int n;                       /* spins or dimensions */
  bool real;                   /* coordinates, not spins */
  int width;                   /* words of a state */
  rc_path_dynamics dynamics;
  double kT;
  double kelvin; /* the temperature, where it is in kelvin; else 0 */
  int features;
  char feature[RC_PATH_FEATURES][20];
  char a[96], b[96]; /* expressions over features; "" : built in */
  char title[96];
  /* systems of spins drawn on a lattice: lx * ly; else 0 */
  int lx, ly;
  /* chains, whose spin k is the bond of residues k and k + 1; else 0 */
  int residues, first_residue; /* n + 1; number of the first in the protein */
  char residue[40];            /* their letters */
  int contacts;
  rc_path_contact contact[RC_PATH_CONTACTS];
  /* real systems: the grid of the solver and the walk over the first two coordinates */
  double box[4];  /* x0, x1, y0, y1 */
  int grid, rows; /* cells along x and y, all squares; box[3] is moved to fit */
  double dt, friction;
} rc_path_shape;

typedef struct rc_path_env {
  const rc_cut_graph *graph; /* of the system 'cut'; copied; NULL: its file */
  const uint8_t *side,
      *other;         /* its two competing cuts, n of 0/1; NULL: the best one, its mirror */
  const char *folder; /* files are named relative to it; NULL: the current one */
} rc_path_env;

typedef struct
    rc_path_range { /* what a feature can be: lo, lo + step, .. hi; step 0: all between */
  double lo, hi, step;
} rc_path_range;

typedef struct rc_path_class {
  rc_kind kind;
  /* Errors: INPUT, MEMORY. Fills shape; strings are copied into it. */
  void *(*open)(const rc_path_env *env, const void *opts, rc_path_shape *shape, rc_err *err);
  double (*energy)(const void *model, const rc_word *s);           /* u = V/kT */
  double (*change)(const void *model, const rc_word *s, int spin); /* of u by a flip; or NULL */
  void (*force)(const void *model, const double *x, double *f);    /* -grad V; real systems */
  int (*label)(const void *model, const rc_word *s);               /* the built-in A and B */
  void (*features)(const void *model, const rc_word *s, double *f);
  /* Of each feature: no value is outside of it. Systems of spins; or NULL. */
  void (*ranges)(const void *model, rc_path_range *r);
  void (*close)(void *model);
  /* An observable that tells paths of one channel from those of another, of a path from A to B: in
   * [0, 1], and in words. Spins: s is the path as it is; real systems: points are coordinates. */
  double (*channel)(const void *model, int segments, int width, const rc_word *state,
                    const uint32_t *dwell);
  /* A state in the midst of A and one of B, to words that are zero; or NULL. */
  void (*ends)(const void *model, rc_word *a, rc_word *b);
  const char *channel_name;
  const char *axes[2]; /* features of the map that is shown first */
} rc_path_class;
extern const rc_kind *const rc_path_kinds[]; /* NULL-terminated; each is an rc_path_class */

/* A temperature of the system 'cut' to begin with, in units of the weights: a quarter of the weight
 * at a vertex, the mean over edge ends so that heavy vertices count more. Warm enough to move at all,
 * cold enough that most of the weight stays as in A or B between two of the rare events (tried on
 * Hilbert graphs of 70 and 924 states and on tori: at a tenth most of a torus is frozen). Within the
 * bounds of the parameter; 1 without weights. */
double rc_path_cut_temperature(const rc_cut_graph *g);

typedef struct rc_path_system rc_path_system;
/* opts: of the class (NULL: defaults); env may be NULL. Up to 2^22 states or a grid are tabulated
 * (9 bytes a state); of larger ones expressions are tried on states between those of order and disorder.
 * Errors: INPUT (A and B overlap or touch, one of them is empty, a wrong expression with
 * its column, a temperature too low for the table), MEMORY. */
rc_path_system *rc_path_system_new(const rc_path_class *cls, const void *opts,
                                   const rc_path_env *env, rc_err *err);
void rc_path_system_free(rc_path_system *s);
const rc_path_shape *rc_path_system_shape(const rc_path_system *s);
const rc_path_class *rc_path_system_class(const rc_path_system *s);
/* States when they are tabulated, else 0. State k of the table is the word k. */
int64_t rc_path_system_states(const rc_path_system *s);
double rc_path_energy(const rc_path_system *s, const rc_word *state);
double rc_path_change(const rc_path_system *s, const rc_word *state,
                      int spin); /* of u, by a flip */
int rc_path_label(const rc_path_system *s, const rc_word *state);
void rc_path_features(const rc_path_system *s, const rc_word *state, double *f);
/* Its row in the table: the word itself, or the cell a point is in; -1: none. */
int64_t rc_path_row(const rc_path_system *s, const rc_word *state);
/* The state of a row; of a cell its centre, at rest. */
void rc_path_state(const rc_path_system *s, int64_t row, rc_word *state);
/* Its weight e^-(u - u_min) and label. */
double rc_path_weight(const rc_path_system *s, int64_t row);
int rc_path_row_label(const rc_path_system *s, int64_t row);
/* A state in neither A nor B at random (the first try of an initial path); false: none found. */
bool rc_path_random(const rc_path_system *s, rc_rng *rng, rc_word *state);

/* ---- expressions ------------------------------------------------------------------------------ */

/* Arithmetic, comparisons, 'and or not', abs min max sqrt exp log over named features:
 * "M <= -14 and abs(E) < 3". */
typedef struct rc_expression rc_expression;
/* Errors: INPUT with line 1 and the column. */
rc_expression *rc_expression_new(const char *text, int names, const char *const *name, rc_err *err);
void rc_expression_free(rc_expression *e);
double rc_expression_value(const rc_expression *e, const double *values); /* truth is 1 or 0 */
/* The same; why: NULL, or that it means nothing, "divides by zero", where 'and' and 'or' do not decide
 * without it ("M != 0 and 1/M < 1" does). */
double rc_expression_try(const rc_expression *e, const double *values, const char **why);
/* False: it is true of no values in these ranges, each name taken by itself (interval arithmetic, the
 * ranges halved). True: it is of some, or too many would have to be tried. */
bool rc_expression_possible(const rc_expression *e, int names, const rc_path_range *r);
bool rc_expression_uses(const rc_expression *e, int name);

/* ---- the exact committor ---------------------------------------------------------------------- */

typedef struct rc_exact_figures {
  int64_t states, in_a, in_b;
  int iterations;
  double residual; /* largest |sum_y c_xy (q_x - q_y)| / sum_y c_xy, of the answer itself */
  double pi_a, pi_b;
  double nu;        /* reactive flux: transitions per step; per time for overdamped motion */
  double rate;      /* k_AB = nu / sum pi (1-q) */
  double rate_back; /* k_BA */
  double length;    /* of a transition path: mean number of interior frames, or mean time */
  double exit;      /* flux out of A: steps that leave it, of all; 0 for overdamped motion */
  double p_react;   /* share of all frames that are on transition paths */
  double yield;     /* E of 2q(1-q) on the transition paths: uniform selection, frame-weighted */
  double histogram[10]; /* rho(q|TP) */
  double bytes;         /* of the solver and the tables, for each state */
} rc_exact_figures;

typedef struct rc_exact rc_exact;
uint64_t rc_exact_plan(const rc_path_system *s); /* bytes */
/* The system must outlive it. Conjugate gradients, preconditioned by the diagonal (spins) or SSOR
 * (grids: finite volumes for overdamped motion, 1/c_ij the mean of e^u along the edge, which ends at
 * the edge of a state between the centres of cells; for a walk its own chain).
 * Errors: LIMIT (states are not tabulated, or motion with inertia), MEMORY. */
rc_exact *rc_exact_new(const rc_path_system *s, rc_err *err);
void rc_exact_free(rc_exact *x);
/* At most 'iterations'; false with err unset: done. Errors: INPUT (B cannot be reached from A). */
bool rc_exact_step(rc_exact *x, int iterations, rc_err *err);
bool rc_exact_run(rc_exact *x, rc_err *err); /* to the end; true: solved */
bool rc_exact_done(const rc_exact *x);
double rc_exact_residual(const rc_exact *x);         /* so far */
int rc_exact_iterations(const rc_exact *x);          /* so far */
const double *rc_exact_committor(const rc_exact *x); /* p of each state */
rc_exact_figures rc_exact_read(const rc_exact *x);   /* after it is done */
/* Density of frames of transition paths, normalised over the states. */
double rc_exact_density(const rc_exact *x, int64_t state);

/* ---- paths ------------------------------------------------------------------------------------ */

typedef struct rc_path { /* zero: empty; grows; freed by rc_path_free */
  int n, cap, width;     /* segments */
  rc_word *state;        /* n x width */
  uint32_t *dwell;       /* n: frames */
  int first, last;       /* labels of its ends; 0: not committed within the limit */
  uint64_t frames;       /* interior */
} rc_path;
void rc_path_free(rc_path *p);
void rc_path_copy(rc_path *to, const rc_path *from);
bool rc_path_is_transition(const rc_path *p);
/* The system's channel observable, for rc_sampler_channel; ctx is the system. */
double rc_path_channel(void *system, const rc_path *p);
/* Steps of the dynamics until A or B or 'most' frames; appends segments after the first state.
 * Returns the label of the end, 0 at the limit. */
int rc_path_run(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
                rc_path *out);
/* Two-way shot from a state: velocities drawn, forward and backward halves; A end first. ends (2):
 * labels of the two halves; sp: segment of the shooting point. */
void rc_path_shoot(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
                   rc_path *out, int *ends, int *sp);
/* Packed: first state, then for each segment its flip (one byte; two from 255 on) and its dwell as
 * a varint. Real systems: all coordinates. */
void rc_path_pack(const rc_path_system *s, const rc_path *p, rc_str *out);
bool rc_path_unpack(const rc_path_system *s, const char *data, size_t len, rc_path *p, rc_err *err);

/* ---- samplers --------------------------------------------------------------------------------- */

/* p of a state by a table over the states (exact) or a function (learnt). */
typedef struct rc_committor {
  const double *table;
  double (*p)(void *ctx, const rc_word *state);
  void *ctx;
  uint32_t version; /* of the model; recorded in each shot */
} rc_committor;

typedef enum {
  RC_SELECT_UNIFORM,
  RC_SELECT_LORENTZ, /* g / (g^2 + q^2) */
  RC_SELECT_GAUSS,   /* exp(-q^2 / g) */
  RC_SELECT_PHI,     /* p (1 - p) */
  RC_SELECT_DENSITY  /* Lorentz over the density of accepted paths in 10 bins of p (AIMMD) */
} rc_select;

enum {
  RC_PROFILE_BINS = 80,
  RC_SAMPLER_BATCHES = 128,
  RC_SAMPLER_DENSITY =
      500, /* first shots, at least, in which a density is corrected (and burnt in) */
  RC_SAMPLER_SHARE = 8192 /* shots before the share that reaches B is told */
};
typedef struct
    rc_density_profile { /* density of equilibrium frames along q in [-10, 10], floor included */
  double rho[RC_PROFILE_BINS];
} rc_density_profile;

typedef struct rc_sampler_opts {
  bool rfps; /* rejection-free path sampling; else two-way TPS */
  rc_select select;
  double gamma;  /* g */
  bool flatten;  /* divide by the profile: b = f(q) / rho(q) */
  uint64_t most; /* frames of a half shot */
  uint64_t burn; /* shots not averaged over */
  uint64_t seed;
} rc_sampler_opts;
void rc_sampler_defaults(rc_sampler_opts *o);
extern const char
    *const rc_select_names[]; /* "uniform", .. in the order of rc_select; ends in NULL */
/* Weight of a shooting point where the committor is p, before density and profile. */
double rc_selection(const rc_sampler_opts *o, double p);
/* "RFPS lorentz 1", "TPS uniform"; flat or raw behind it where the kind would have the other. */
void rc_sampler_title(const rc_sampler_opts *o, char out[32]);

typedef struct rc_shot {
  uint64_t id;          /* its random stream is (seed, "paths/shot", id) */
  uint64_t parent;      /* shot that made the path it was shot from; 0: the initial path */
  uint64_t frames;      /* of the trial path, interior */
  double p, p_select;   /* committor and chance of the shooting point when it was picked */
  double weight;        /* TPS: 1 or 0; RFPS: 1/B; of the path after the shot when a transition */
  uint32_t version;     /* of the committor */
  uint32_t segment, sp; /* shooting point: segment of the parent path, of the trial */
  uint8_t ends[2];      /* labels: forward, backward; 0: not committed */
  bool transition, accepted;
  bool rfps;       /* of the walk without rejections */
  uint32_t branch; /* its random stream is that of id + branch * 2^40 */
} rc_shot;

typedef struct rc_sampler_batch { /* sums over a stretch of shots after the burn-in */
  double weight, length, histogram[10], channel;
  double square;    /* of the length */
  double excursion; /* weight of paths that leave A and come back to it (RFPS) */
} rc_sampler_batch;
typedef struct rc_sampler_figures {
  uint64_t shots, accepted, generated, uncommitted, steps;
  uint64_t averaged;        /* of the shots: without the burn-in */
  double expected;          /* sum of 2p(1-p) before each shot */
  double variance;          /* of the expected number: sum of v (1 - v) */
  double length, length_se; /* frames; errors are nan before there are 16 batches of 16 shots */
  double length_free;       /* degrees of freedom of the variance length_se^2 */
  double histogram[10];     /* committor on transition paths */
  double channel, channel_se;
  double length_sd;             /* over the paths */
  double reaching, reaching_se; /* RFPS: share of the excursions out of A that reach B;
                                   nan else, and before 8192 shots know it to a half */
  int batches;
  rc_sampler_batch batch[RC_SAMPLER_BATCHES];
} rc_sampler_figures;

typedef struct rc_sampler rc_sampler;
/* System and table must outlive it. Errors: INPUT. */
rc_sampler *rc_sampler_new(const rc_path_system *s, const rc_sampler_opts *o, const rc_committor *c,
                           rc_err *err);
void rc_sampler_free(rc_sampler *m);
/* Looks for an initial transition path, at most 'tries' more shots; true: found. False with err
 * unset: not yet. Shots are from random states; where the states are no table, from the straight way
 * between the ends of the class, if it has any, the flip that costs least first. When no shot leads
 * from A to B that way is the path itself, without one it is an error that says what to change. */
bool rc_sampler_start(rc_sampler *m, int tries, int limit, rc_err *err);
uint64_t rc_sampler_tries(const rc_sampler *m);
/* Of these: how many led to A twice, to B twice, and did not commit. */
void rc_sampler_failed(const rc_sampler *m, int failed[3]);
bool rc_sampler_straight(const rc_sampler *m); /* the first path is the straight way itself */
bool rc_sampler_start_path(rc_sampler *m, const rc_path *p, rc_err *err);
/* One shot; shot may be NULL. Errors: LIMIT (half of the last 100 shots did not commit). */
bool rc_sampler_step(rc_sampler *m, rc_shot *shot, rc_err *err);
/* A new committor: weights of the current path are taken anew, averages begin again for RFPS. */
void rc_sampler_committor(rc_sampler *m, const rc_committor *c);
void rc_sampler_profile(rc_sampler *m, const rc_density_profile *p);
/* Of the sampler's own transition paths: rho(q) ~ TP(q) / (p (1-p)). False: too few. */
bool rc_sampler_estimate(const rc_sampler *m, rc_density_profile *p);
/* The same from a histogram of frames of transition paths over rc_profile_bin of their p. */
bool rc_profile_paths(const double *seen, rc_density_profile *p);
int rc_profile_bin(double p);
void rc_profile_exact(const rc_path_system *s, const double *table, rc_density_profile *p);
void rc_sampler_restart(rc_sampler *m); /* averages begin anew */
/* Another way of choosing points from here on; seed and limit stay. Averages begin anew. Errors as
 * those of rc_sampler_new. */
bool rc_sampler_choose(rc_sampler *m, const rc_sampler_opts *o, rc_err *err);
/* Shots after this one get random numbers of their own: what a rewind forgot will not come again. */
void rc_sampler_branch(rc_sampler *m);
/* The histogram of figures is over this p of the table's rows instead of the committor that selects. */
void rc_sampler_reference(rc_sampler *m, const double *table);
/* An observable of a path for which efficiency is judged beside its length; ctx lives on. */
void rc_sampler_channel(rc_sampler *m, double (*f)(void *ctx, const rc_path *p), void *ctx);
const rc_path *rc_sampler_path(const rc_sampler *m);  /* current */
const rc_path *rc_sampler_trial(const rc_sampler *m); /* of the last shot, accepted or not */
rc_sampler_figures rc_sampler_read(const rc_sampler *m);
/* Shots to come before errors are told; 0: they are. */
uint64_t rc_sampler_needs(const rc_sampler *m);
/* The same of the share that reaches B; it may still be unknown to a half. */
uint64_t rc_sampler_needs_share(const rc_sampler *m);
/* Shots so far, from 1; each is kept in some 80 bytes and its starting state. */
uint64_t rc_sampler_shots(const rc_sampler *m);
const rc_shot *rc_sampler_shot(const rc_sampler *m, uint64_t id);
const rc_word *rc_sampler_point(const rc_sampler *m, uint64_t id); /* its shooting point */
uint64_t rc_sampler_bytes(const rc_sampler *m);
/* The trial path of shot id, bit for bit; id 0: the initial path. False: no such shot. */
bool rc_sampler_replay(const rc_sampler *m, uint64_t id, rc_path *out, int *sp);
/* Back to the state after shot k; what came later is forgotten, averages begin anew. */
bool rc_sampler_rewind(rc_sampler *m, uint64_t k);

/* ---- brute force ------------------------------------------------------------------------------ */

typedef struct rc_brute { /* zero to begin; a long trajectory and its transitions */
  rc_word state[2 * 32];
  int from; /* last of A and B it was in */
  bool begun;
  uint64_t steps, in_a;       /* in_a: steps after A was the last one */
  uint64_t forward, backward; /* transitions A to B and B to A */
  double length;              /* sum over transition paths of interior frames */
  uint64_t since;
} rc_brute;
/* Systems with at most 64 words to a state. */
void rc_brute_step(const rc_path_system *s, rc_brute *b, uint64_t steps, rc_rng *rng);

/* ---- learning ---------------------------------------------------------------------------------
 */
/* The committor p_B(x) is learnt as q = logit p_B from shooting points and what became of their
 * two halves: loss = sum w [ n_A ln(1 + e^q) + n_B ln(1 + e^-q) ], binomial (Jung et al., Nat.
 * Comput. Sci. 3, 334 (2023)). Inputs are features as float arrays; nothing here knows a system.
 * Everything is deterministic: same shots in the same order, same models. */

/* A model of the committor: immutable, shared by reference (rc_share). */
typedef struct rc_learnt rc_learnt;
/* q (k) of k points (k x inputs, row-major) and, when spread is not NULL, the standard deviation
 * of q over the members (0 when there is one). Any thread. */
void rc_learnt_logits(const rc_learnt *c, int64_t k, const float *x, double *q, double *spread);
int rc_learnt_inputs(const rc_learnt *c);
int rc_learnt_members(const rc_learnt *c);
uint64_t rc_learnt_version(const rc_learnt *c); /* 0: untrained, q = 0 everywhere */
int64_t rc_learnt_shots(const rc_learnt *c);    /* it was fitted to */

typedef enum {
  RC_LEARN_AIMMD,   /* one network, trained on and on at a rate that falls with its error */
  RC_LEARN_ENSEMBLE /* members fitted anew, each stopped early on its fifth of the shots */
} rc_learn_schedule;
typedef struct rc_learner_opts {
  int schedule;
  int64_t hidden;   /* units in each of two hidden layers, 4 .. 64 */
  double rate;      /* of Adam */
  int64_t interval; /* AIMMD: shots between trainings */
  int64_t window;   /* AIMMD: shots over which expected and generated paths are compared */
  int64_t epochs;   /* AIMMD: passes per training */
  double cutoff;    /* AIMMD: no training when rate * alpha is below */
  int64_t members;  /* ensemble */
  int64_t batch;    /* ensemble */
  int64_t patience; /* ensemble: passes without a better validation loss */
  double decay;     /* ensemble: weight decay (decoupled) */
  bool frames;      /* ensemble: frames of a half path bear its outcome, */
  double anneal;    /* with total weight min(1, (40 / shots)^anneal) per half path */
  uint64_t seed;
} rc_learner_opts;
extern const rc_param rc_learner_params[]; /* the table of rc_learner_opts */

typedef struct rc_learner rc_learner;
rc_learner *rc_learner_new(int inputs, const rc_learner_opts *o, rc_err *err);
void rc_learner_free(rc_learner *l);
/* A committed shot: its shooting point and how many of its halves ended in A and in B. The newest
 * model's p is recorded first, so that every figure of the view is a forecast. */
void rc_learner_shot(rc_learner *l, const float *x, int in_a, int in_b);
/* k frames of a half path of the last shot that ended in B (or A); ignored unless 'frames'. At
 * most 32 of them are kept, evenly spread. */
void rc_learner_frames(rc_learner *l, int64_t k, const float *x, bool in_b);
/* One bounded piece of training (a pass, or part of one); false when there is nothing to do until
 * more shots come. A finished training publishes a new model. */
bool rc_learner_step(rc_learner *l);
/* Samples that the next step works on, at most. */
int64_t rc_learner_piece(const rc_learner *l);
/* Shots of the model that steps are making at present; 0: none. */
int64_t rc_learner_fitting(const rc_learner *l);
/* Fits that another learner of the same shots has made before, in this program: they take as many steps,
 * but no time. */
int64_t rc_learner_found(const rc_learner *l);
/* Shots that come later teach nothing, they are forecast only. An ensemble is fitted once more when
 * shots came after its last fit began, by the steps that follow; a fit of fewer is given up. AIMMD's
 * schedule is left as it is. */
void rc_learner_finish(rc_learner *l);
/* After rc_learner_finish: all shots so far teach after all, those that come later do not. An ensemble is
 * fitted to them once more; AIMMD's schedule makes up for the trainings it has missed. */
void rc_learner_again(rc_learner *l);
/* Forgets all but the first 'shots', with their forecasts, and what is being fitted; the newest model
 * stays. Training goes on from there, also after rc_learner_finish. */
void rc_learner_rewind(rc_learner *l, int64_t shots);
rc_share *rc_learner_model(const rc_learner *l); /* an rc_learnt; new reference */

enum { RC_RELIABILITY_BINS = 10 };
typedef struct rc_learner_view {
  int64_t shots, trainings;   /* trainings that changed the model */
  double alpha;               /* (1 - generated / expected)^2 over the window, at most 1 */
  double rate;                /* of the last AIMMD training */
  double loss, validation;    /* per shot, of the newest model; nan before (validation: ensemble) */
  double expected, generated; /* transition paths: sum of 2p(1-p), and what came */
  double z;                   /* (generated - expected) / sqrt(sum v(1-v)), v = 2p(1-p) */
  double skill;               /* 1 - L / L_const of the forecasts */
  /* Reliability of the last 'counted' forecasts, those of the second half of the shots, at most the
   * last 500; after rc_learner_finish at most those of the newest model. Of a bin of forecast p: half shots, mean p, share of them that ended in B. */
  int64_t counted;
  double bin_n[RC_RELIABILITY_BINS], bin_p[RC_RELIABILITY_BINS], bin_observed[RC_RELIABILITY_BINS];
  double chi2, reliability_p; /* nan when fewer than 50 are counted */
} rc_learner_view;
rc_learner_view rc_learner_read(const rc_learner *l);
/* The forecast and outcome of shot k: p at the time; for curves. */
void rc_learner_forecast(const rc_learner *l, int64_t k, double *p, int *in_a, int *in_b);

/* Reliability of forecasts p (k) with outcomes: fills bins, chi2 and its probability. */
void rc_reliability(int64_t k, const double *p, const int *in_a, const int *in_b,
                    rc_learner_view *out);
/* Root mean square of p - p_exact, weights w; only where |q_exact| < most (inf: everywhere). */
double rc_learnt_rmse(int64_t k, const double *w, const double *q, const double *p_exact,
                      double most);

/* Report card of a coordinate (k columns): the share of the committor's variance it explains,
 * eta^2 = 1 - E[Var(p | cv)] / Var(p), and the error of the best function of it,
 * sqrt E[Var(p | cv)]; exact, over n states with weights w; values equal to 1e-9 are one, and of
 * a column with more than 400 values those in a bin of equal weight: of 100, beside another of 30. */
typedef struct rc_report_card {
  double eta2, rmse;
  int64_t values; /* distinct ones */
} rc_report_card;
rc_report_card rc_coordinate_report(int64_t n, const double *w, const double *p, int k,
                                    const double *cv);

/* Relevance of inputs: how much the loss per shot rises when the columns of a group are permuted
 * together over the shots (Kemp et al. 2007; 'HIPR plus'), mean and deviation over redraws. */
typedef struct rc_relevance {
  double mean, deviation;
} rc_relevance;
void rc_input_relevance(const rc_learnt *c, int64_t shots, const float *x, const int *in_a,
                        const int *in_b, int groups, const uint32_t *group, int redraws,
                        uint64_t seed, rc_relevance *out);

/* Reaction coordinates a person can read: q as a sum of a few terms of a library over scaled
 * features, by forward selection with exchange; penalised binomial likelihood, five folds by shot.
 */
enum { RC_FORMULA_TERMS = 5, RC_FORMULA_INPUTS = 6 };
typedef struct rc_formula {
  int terms;
  int term[RC_FORMULA_TERMS]; /* index into the library */
  int shape[RC_FORMULA_TERMS], first[RC_FORMULA_TERMS], second[RC_FORMULA_TERMS]; /* what it is */
  double weight[RC_FORMULA_TERMS];    /* of the scaled features */
  double stability[RC_FORMULA_TERMS]; /* share of bootstrap samples that keep the sign */
  double constant;
  double loss, cross, cross_error; /* per shot: fitted; of the held-out folds with its std error */
  int operations;
  /* "q = ..", an rc_expression over the inputs as they are; gives q to .01 within their ranges */
  char text[768];
} rc_formula;
typedef struct rc_formulas {
  int n; /* 1 .. RC_FORMULA_TERMS: the best of each length; of the one chosen, terms of fewer operations
            where it stays within that error */
  rc_formula best[RC_FORMULA_TERMS];
  int chosen; /* the shortest whose held-out loss is within one standard error (of the difference,
                 shot by shot, and of folds that share their shots) of the best */
  double lo[64], hi[64]; /* of each input, out to three digits: u = (x - lo) / (hi - lo) */
  double loss_null;      /* ln 2 per half with p = const */
  int library;           /* number of terms */
  int64_t fits;          /* likelihood fits made */
} rc_formulas;
/* names: inputs names; the first at most RC_FORMULA_INPUTS of 'use' (indices) make the library. */
bool rc_formula_search(int inputs, const char *const *names, int64_t shots, const float *x,
                       const int *in_a, const int *in_b, int used, const int *use, uint64_t seed,
                       rc_formulas *out, rc_err *err);
/* The same in pieces: all but names has to stay until it has ended; out grows by a formula at a time.
 * Begin gives NULL with the errors of the search. A step is some ten milliseconds at 2000 shots; false:
 * it was the last. */
typedef struct rc_formula_finder rc_formula_finder;
rc_formula_finder *rc_formula_begin(int inputs, const char *const *names, int64_t shots,
                                    const float *x, const int *in_a, const int *in_b, int used,
                                    const int *use, uint64_t seed, rc_formulas *out, rc_err *err);
bool rc_formula_step(rc_formula_finder *f);
void rc_formula_end(rc_formula_finder *f);
/* q of a formula (0 .. n-1) at x, inputs numbers. */
double rc_formula_q(const rc_formulas *f, int which, const float *x);

#endif
