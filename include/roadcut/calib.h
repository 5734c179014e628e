/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calib: calibration of models with many parameters. Models (one file each, models.def), losses,
 * Fisher information, optimisers (one file each, optimizers.def), geometry of the landscape.
 *
 * A fit is a model with its data. Its n free parameters have three sets of coordinates:
 *   theta  physical values, in the units of the parameter;
 *   z      in the box [0,1]^n: z = (s(theta) - s(lower)) / (s(upper) - s(lower)) with s = ln for
 *          parameters on a log scale and the identity else. Optimisers work in z;
 *   s      the scale itself: ln theta or theta (theory: derivatives without the box).
 * Its m residuals are r_i = (y_i - d_i) / sigma_i or (y_i - d_i) / d_i, and the loss is
 * mean r_i^2. A query is one evaluation of all m predictions: what everything is counted in.
 *
 * A fit is used by one thread at a time; clones are independent. */
#ifndef ROADCUT_CALIB_H
#define ROADCUT_CALIB_H

#include "roadcut/base.h"
#include "roadcut/hilbert.h"
#include "roadcut/lattice.h"

/* ---- models ----------------------------------------------------------------------------------- */

typedef struct rc_calib_parameter {
  char name[24], unit[16];
  char help[96];
  bool log;            /* scale; lower > 0 then */
  bool fixed;          /* not estimated: stays at nominal, has no coordinate */
  double lower, upper; /* physical */
  double nominal;      /* physical: where a fit starts */
  double truth; /* physical value behind synthetic data, or a published optimum; nan: unknown */
} rc_calib_parameter;

typedef struct rc_calib_point { /* one datum */
  double value;                 /* d_i */
  double sigma;                 /* standard deviation, > 0; a relative loss does not weigh by it */
  double x;                     /* abscissa on which it is drawn */
  int curve;                    /* the curve it belongs to */
} rc_calib_point;
typedef struct rc_calib_curve {
  char name[32];
} rc_calib_curve;

typedef enum {
  RC_LOSS_CHI2,     /* r = (y - d) / sigma */
  RC_LOSS_RELATIVE, /* r = (y - d) / d (arXiv 2602.04975); has the link u = ln(1 + r) */
  RC_LOSS_EIV,      /* errors in variables: V = sigma^2 + J_x S_x J_x^T */
  RC_LOSS_LOG       /* r = (ln y - ln d) / (sigma / d) */
} rc_loss_kind;

typedef struct rc_calib_shape { /* belongs to the model; does not change */
  int parameters;               /* all, fixed ones too */
  const rc_calib_parameter *parameter;
  int m;
  const rc_calib_point *point;
  int curves;
  const rc_calib_curve *curve;
  char x_label[32], y_label[32]; /* with units */
  bool x_log, y_log;
  rc_loss_kind loss;
  bool
      scatter; /* the errors of the data are not known: they are judged by the scatter about the fit */
  int inputs;                    /* columns of the conditions, 0 when there are none */
  const double *input;           /* m x inputs, row-major */
  const char *const *input_name; /* inputs; with units: "p (Torr)", "ln n_O (cm^-3)" */
  const double *input_sigma;     /* m x inputs: standard deviations; NULL: exact */
  char data_source[120];         /* "synthetic, seed 1, 5 % noise", "NIST StRD Misra1a" */
  bool synthetic;
  int linear; /* leading parameters the predictions are linear in (variable projection); often 0 */
} rc_calib_shape;

typedef struct rc_calib_env { /* what a model may know when it is opened */
  const rc_lattice *lattice;  /* of the scenario, for magnets; may be NULL */
  const rc_model *model;      /* couplings of the scenario; may be NULL */
  const char *folder;         /* files are named relative to it; NULL: the current one */
  uint64_t seed;              /* of synthetic data */
  int threads;
  const volatile int *stop; /* NULL, or not 0 once a prediction is no longer wanted: one
                                        that takes long fails then */
} rc_calib_env;

typedef struct rc_calib_class {
  rc_kind kind;
  /* Errors: INPUT (data files: file:line:column), MEMORY. The lattice must outlive the model. */
  void *(*open)(const rc_calib_env *env, const void *opts, rc_err *err);
  const rc_calib_shape *(*shape)(const void *model);
  /* y (m) at theta (all parameters). False: did not converge or overflowed at this point; 'why'
   * says so in a few words. Must not depend on earlier calls beyond 1e-10 relative. */
  bool (*predict)(void *model, const double *theta, double *y, char why[96]);
  /* Also dy_i/dtheta_j (m x parameters, row-major); exact to rounding or solver tolerance. NULL
   * when there is none: central differences are used then. */
  bool (*jacobian)(void *model, const double *theta, double *y, double *dy, char why[96]);
  double jacobian_cost; /* of one jacobian, in queries (it includes the query); 0 when none */
  /* Predictions of a curve at k abscissae inside or outside the data; NULL: only at the data. */
  bool (*predict_at)(void *model, const double *theta, int curve, int k, const double *x, double *y,
                     char why[96]);
  /* dy_i/dx_ij of the inputs (m x inputs) for errors in variables; NULL: central differences by
   * predict_inputs. */
  bool (*predict_inputs)(void *model, const double *theta, const double *input, double *y,
                         char why[96]);
  /* y (k) of some of the data, by index, where each is predicted by itself: k / m of the work of
   * predict. NULL: the work is the same for some of them and all. */
  bool (*predict_part)(void *model, const double *theta, int k, const int *which, double *y,
                       char why[96]);
  void (*close)(void *model);
  double
      difference; /* step in z of central differences; 0: 6e-6, for predictions exact to rounding */
} rc_calib_class;
extern const rc_kind *const rc_calib_kinds[]; /* NULL-terminated; each is an rc_calib_class */

/* ---- fits ------------------------------------------------------------------------------------- */

typedef struct rc_fit rc_fit;
/* opts: of the class (NULL: defaults). env is copied. */
rc_fit *rc_fit_new(const rc_calib_class *cls, const void *opts, const rc_calib_env *env,
                   rc_err *err);
rc_fit *rc_fit_clone(const rc_fit *f, rc_err *err);
void rc_fit_free(rc_fit *f);
const rc_calib_class *rc_fit_class(const rc_fit *f);
void *rc_fit_model(rc_fit *f); /* what the class opened */
const rc_calib_shape *rc_fit_shape(const rc_fit *f);
int rc_fit_n(const rc_fit *f); /* free parameters */
/* Residuals: shape->m; twice as many for errors in variables, where the second half holds
 * sqrt(ln(V_i / sigma_i^2)), so that the loss is a sum of squares of residuals in all cases. */
int rc_fit_m(const rc_fit *f);
const rc_calib_parameter *rc_fit_parameter(const rc_fit *f, int j); /* j-th free one */
void rc_fit_theta(const rc_fit *f, const double *z, double *theta); /* n -> all parameters */
void rc_fit_z(const rc_fit *f, const double *theta, double *z);     /* all parameters -> n */
void rc_fit_nominal(const rc_fit *f, double *z);
/* Residuals at z (n -> m). False: no prediction there. One query. z may leave the box. */
bool rc_fit_residuals(rc_fit *f, const double *z, double *r, char why[96]);
/* Of k of the data alone, by index, at k / m of a query: which of them that model can do. */
bool rc_fit_has_parts(const rc_fit *f);
bool rc_fit_residuals_part(rc_fit *f, const double *z, int k, const int *which, double *r,
                           char why[96]);
bool rc_fit_predict(rc_fit *f, const double *z, double *y, char why[96]); /* y: shape->m */
/* Predictions of a curve at k abscissae; not counted. False too when the model has no curves. */
bool rc_fit_predict_at(rc_fit *f, const double *z, int curve, int k, const double *x, double *y,
                       char why[96]);
/* r (m) and dr_i/dz_j (m x n, row-major): exact where the model has it, else central differences
 * (2n + 1 queries). cost (may be NULL) gets the queries it stands for. */
bool rc_fit_jacobian(rc_fit *f, const double *z, double *r, double *dr, double *cost, char why[96]);
bool rc_fit_jacobian_exact(const rc_fit *f);
/* Queries that residuals or a Jacobian stand for; fewer where the model fails on the way. */
double rc_fit_cost(const rc_fit *f, bool jacobian);
/* mean r_i^2 over the data; for errors in variables the mean of r_i^2 + ln V_i - ln sigma_i^2. */
double rc_fit_loss(const rc_fit *f, const double *r);
/* u = ln(1 + r) for a relative loss (r when the loss has no link), and its inverse. */
bool rc_fit_has_link(const rc_fit *f);
/* What one unit of chi2 is in the loss: 1 / m where the errors of the data are known, else (relative
 * losses, too) from the scatter about the best fit, loss / (m - n). */
double rc_fit_chi2_unit(const rc_fit *f, double loss_best);
uint64_t rc_fit_queries(const rc_fit *f); /* made so far on this fit */
/* Standard errors of theta (n free ones) at z: sqrt(2 dPhi (H^-1)_jj), H = J^T J in s, mapped to
 * physical units; inf for directions below the numerical floor. */
bool rc_fit_errors(rc_fit *f, const double *z, double delta, double *error, char why[96]);

/* ---- Fisher information ----------------------------------------------------------------------- */

typedef enum {
  RC_COORDS_BOX,    /* z */
  RC_COORDS_SCALE,  /* s: ln theta on log scales, theta else */
  RC_COORDS_LOG,    /* ln |theta|: theta d/dtheta */
  RC_COORDS_LINEAR, /* theta in the linear box [0,1] */
} rc_coords;
typedef struct rc_fisher { /* J = U S V^T of the residuals (of u where 'link') */
  int n, m;
  rc_coords coords;
  double *eigenvalue;    /* n, descending: S^2, eigenvalues of J^T J */
  double *vector;        /* n x n: row k is the k-th eigenvector in these coordinates */
  double *participation; /* n: 1 / sum v^4 */
  double floor;          /* eigenvalues below are rounding: (16 eps sigma_max)^2 max(m, n); with
                            central differences (1e-10 sigma_max)^2 */
  int rank;              /* eigenvalues above the floor */
  int effective_rank;    /* directions in which a unit step moves the predictions by more than the
                            noise of all data: lambda >= 1 for chi2 residuals, lambda >=
                            mean (sigma/d)^2 for relative ones */
  double loss;
  double *jacobian; /* m x n, in these coordinates */
} rc_fisher;
/* link: of u = ln(1+r) instead of r (d ln y / d ln theta with RC_COORDS_LOG). */
bool rc_fisher_make(rc_fit *f, const double *z, rc_coords coords, bool link, rc_fisher *out,
                    rc_err *err);
void rc_fisher_free(rc_fisher *x);

/* ---- optimisers ------------------------------------------------------------------------------- */

typedef enum { /* what a query was for; every one is counted */
               RC_QUERY_START,
               RC_QUERY_STEP,       /* a step that was accepted or rejected */
               RC_QUERY_PROBE,      /* random or sketched direction */
               RC_QUERY_DIFFERENCE, /* a column of a finite-difference Jacobian */
               RC_QUERY_JACOBIAN,   /* an exact Jacobian, at its cost */
               RC_QUERY_PART,       /* of some of the data, at their share; for whatever purpose */
               RC_QUERY_KINDS
} rc_query_kind;
typedef struct rc_optimizer_figure {
  char name[24];
  double value;
} rc_optimizer_figure;
typedef struct rc_optimizer_view { /* pointers live until the next step */
  double loss, best;               /* of the last query (of a part: of its data) and of the best */
  double best_part;                /* least of a part's losses; infinite where none was asked */
  const double *z, *best_z;        /* n */
  rc_query_kind kind;              /* of the last query */
  bool failed;                     /* the last query had no prediction .. */
  uint64_t failures;               /* .. so many had none so far .. */
  char failure[96];                /* .. and why the last of them */
  double queries;                  /* in full evaluations; Jacobians, and residuals with errors in
                                      variables, at their cost */
  uint64_t count[RC_QUERY_KINDS];  /* number of each kind .. */
  double cost[RC_QUERY_KINDS];     /* .. and what they cost, in queries */
  bool done;
  char why[64]; /* why it ended: "converged", "budget", "no progress" */
  int figures;
  rc_optimizer_figure figure[8]; /* trust radius, rank, lambda, .. */
  int knows; /* how much it knows of each direction, 0 (nothing) .. 1, or 0 of them */
  const double *known;
  int trail; /* points (queries, best loss), one per improvement */
  const double *trail_queries, *trail_loss;
  const double *trail_z; /* trail x n */
} rc_optimizer_view;

struct rc_opt;
/* An optimiser is plain code that asks for queries; the framework (src/calib/optimizer.c) runs it
 * on a thread of its own that works only while a step is being made, so that any of them, library
 * or ours, is stepped one query at a time with the same trajectory. */
typedef struct rc_optimizer_class {
  rc_kind kind;
  void (*run)(struct rc_opt *o, const void *opts);
  bool exact_jacobian; /* uses the model's own Jacobian */
} rc_optimizer_class;
extern const rc_kind *const rc_optimizer_kinds[];

/* For optimisers. Residuals at z; false: stop now (budget, close) and return from run(). A point
 * where the model fails gives residuals of 1e6 / sqrt(m) and counts. */
bool rc_opt_query(struct rc_opt *o, const double *z, rc_query_kind kind, double *r);
bool rc_opt_jacobian(struct rc_opt *o, const double *z, double *r, double *dr); /* exact only */
/* Of k of the data alone (see rc_fit_has_parts), at k / m of a query; it may not become the best. */
bool rc_opt_query_part(struct rc_opt *o, const double *z, int k, const int *which, double *r);
bool rc_opt_failed(const struct rc_opt *o); /* the last query was at such a point */
double rc_opt_loss(const struct rc_opt *o); /* of the last query */
double rc_opt_left(const struct rc_opt *o); /* queries it may still ask for (rc_opt_limit) */
uint64_t rc_opt_count(const struct rc_opt *o, rc_query_kind kind); /* made so far */
const rc_fit *rc_opt_fit(const struct rc_opt *o);
const double *rc_opt_start(const struct rc_opt *o); /* n */
rc_rng *rc_opt_rng(struct rc_opt *o);               /* stream (seed, "calib/NAME", replica) */
void rc_opt_figure(struct rc_opt *o, const char *name, double value);
void rc_opt_known(struct rc_opt *o, int n, const double *known);
void rc_opt_end(struct rc_opt *o, const char *why);

/* For those who run them. The fit must outlive it and is used only inside step. */
typedef struct rc_opt rc_opt;
rc_opt *rc_opt_new(const rc_optimizer_class *cls, const void *opts, rc_fit *f, const double *z0,
                   uint64_t seed, uint64_t replica, rc_err *err);
/* What is asked for in all: an ask that leads beyond is not made, and it ends ("budget"). */
void rc_opt_limit(rc_opt *o, double queries);
/* At least 'queries' more queries are worth (an exact Jacobian may overshoot), or to the end. */
void rc_opt_step(rc_opt *o, double queries);
rc_optimizer_view rc_opt_read(const rc_opt *o);
void rc_opt_free(rc_opt *o);

/* ---- landscape -------------------------------------------------------------------------------- */
/* Slices, geodesics, reduced models, profiles, ensembles, the wall of ladders: src/calib/slice.c,
 * geodesic.c, profile.c, ensemble.c, wall.c. Everything is resumable: a bounded piece per call. */

/* A slice z0 + a * p + b * q of the landscape, a and b from -1 to 1 times the spans, refined from
 * coarse to fine: the first pass gives 1/64 of the cells, the last all. */
typedef struct rc_slice {
  int w, h;
  double *z0, *p, *q; /* n each: p, q are the half extents (a = +-1 is the edge) */
  float *loss;        /* w x h: log10 of the loss; nan where unknown or without prediction */
  float *quadratic;   /* w x h: of the quadratic model alone; nan before rc_slice_quadratic */
  uint8_t *level;     /* w x h: 0 quadratic model only, k: computed in pass k */
  int done, total;    /* cells computed */
  int n, pass;        /* parameters; pass at work, 0 .. 3: every 8th cell, 4th, 2nd, every one */
  int64_t next;       /* cell at which the pass goes on */
} rc_slice;
bool rc_slice_new(const rc_fit *f, const double *z0, const double *p, const double *q, int w, int h,
                  rc_slice *out, rc_err *err);
/* Fills cells by the quadratic model of the Fisher information at z0 (free of queries). */
void rc_slice_quadratic(rc_slice *s, const rc_fisher *at_z0_in_box);
bool rc_slice_step(rc_slice *s, rc_fit *f, int cells); /* true while cells are left */
void rc_slice_free(rc_slice *s);

/* All parameters but the j-th (-1: all) fitted again from z, inside the box: Levenberg-Marquardt on
 * the Jacobian, one Jacobian and at most a few trial steps per call (Marquardt 1963, damping of the
 * unit ball in z; active bounds leave the step). */
typedef struct rc_refit {
  rc_fit *fit; /* not owned */
  int n, m, held;
  double *z, *r, *jacobian; /* n, m, m x n; at the best point so far */
  double loss, lambda;
  double gain; /* a step that lowers the loss by less is the last; 0 (as made): by 1e-12 of it */
  double queries;
  int iterations;
  bool started, done, failed;
  char why[96]; /* "converged", or why there is no prediction */
} rc_refit;
void rc_refit_new(rc_refit *t, rc_fit *f, const double *z, int held);
bool rc_refit_step(rc_refit *t); /* true when done */
void rc_refit_free(rc_refit *t);

/* A geodesic of the model manifold from z along +- the k-th eigenvector, in coordinates s
 * (Transtrum, Machta, Sethna 2010, Phys. Rev. Lett. 104, 060201): ddot s = -(J^T J)^-1 J^T r_vv.
 * Directions below the floor of rounding (k >= rank) are not flown: they end where they begin. */
typedef struct rc_geodesic_view {
  int points;             /* along the way */
  const double *tau;      /* points: arc length on the manifold, in units of sigma */
  const double *s;        /* points x n */
  const double *speed;    /* points: |ds/dtau| : grows where the manifold ends */
  const double *velocity; /* n: ds/dtau at the end (a linear parameter in its box); NULL before; all
                             zero when the flight was given up as unresolved */
  bool done, boundary;    /* boundary: reached, rather than given up */
  char verdict[120];      /* "lambda_1 and lambda_2 merge", "SF_36 -> 0" */
  double queries;
} rc_geodesic_view;
typedef struct rc_geodesic rc_geodesic;
rc_geodesic *rc_geodesic_new(rc_fit *f, const double *z, int direction, int sign, rc_err *err);
void rc_geodesic_step(rc_geodesic *g, int steps);
rc_geodesic_view rc_geodesic_read(const rc_geodesic *g);
void rc_geodesic_free(rc_geodesic *g);

/* Reduction by manifold boundaries (Transtrum, Qiu 2014, Phys. Rev. Lett. 113, 098701): the geodesics
 * along the sloppiest direction, both ways, to the edges of the manifold; each limit there is read
 * off, applied and fitted again, and the one that fits best makes the next model, with a parameter
 * less. A direction without effect (below the floor of rounding, or the predictions do not move by
 * a tenth of the noise as far as the box goes) loses a parameter without a flight. It goes on until
 * chi2 rises over what noise does: the 95 % point of the chi2 distribution with as many degrees of
 * freedom as parameters were taken away. */
typedef enum {
  RC_REDUCTION_NONE,  /* row 0: the full model */
  RC_REDUCTION_LIMIT, /* parameters at 0 or infinity, products of them stay */
  RC_REDUCTION_MERGE, /* two parameters made one */
  RC_REDUCTION_DEAD   /* a direction without effect: one parameter of it held */
} rc_reduction_kind;
typedef struct rc_reduction_row {
  rc_reduction_kind kind;
  char name[120];              /* "kf -> inf, kr -> inf; kf/kr stays", "lambda_3 = lambda_4" */
  bool exact;                  /* the model is evaluated at the limit itself */
  double limit_error;          /* else: what ten times further changes a prediction by, residuals */
  double length;               /* of the flight to the edge, in units of residuals; nan: none */
  int n;                       /* parameters left */
  const char (*parameter)[24]; /* n: "kf/kr" */
  const double *value;         /* n: of the best fit, physical */
  double loss, rise, noise;    /* rise of chi2 over the full model's; what noise alone does */
  bool within;                 /* rise <= noise */
  const double *y;             /* predictions of the data, shape->m */
} rc_reduction_row;
typedef struct rc_mbam_view {
  int rows;
  const rc_reduction_row *row; /* row 0 is the full model; the last may be over the noise */
  bool done;
  char why[96];   /* why it ended: "over the noise", "one parameter is left", "no edge: .." */
  char doing[96]; /* "flight along v4 +, 23 points" */
  double queries;
} rc_mbam_view;
typedef struct rc_mbam rc_mbam;
/* From the best fit z of f, of which it makes its own copy. */
rc_mbam *rc_mbam_new(const rc_fit *f, const double *z, rc_err *err);
bool rc_mbam_step(rc_mbam *m); /* a step of a flight or of a fit; true when done */
rc_mbam_view rc_mbam_read(const rc_mbam *m);
void rc_mbam_free(rc_mbam *m);

/* Profile likelihood of the j-th free parameter: all others re-fitted at each value. */
typedef enum {
  RC_PROFILE_OPEN,
  RC_PROFILE_BOUNDED,
  RC_PROFILE_ONE_SIDED,
  RC_PROFILE_FLAT
} rc_profile_verdict;
typedef struct rc_profile_view {
  int points;
  const double *z, *loss; /* points, by rising z */
  double lower, upper;    /* interval of theta at delta chi2 = 1; +-inf where it does not end */
  rc_profile_verdict verdict;
  char why_lower[64], why_upper[64]; /* what ends it: "threshold", or, where it does not end,
                                        "bound of the box", "no convergence" */
  bool done;
  double queries;
} rc_profile_view;
typedef struct rc_profile rc_profile;
rc_profile *rc_profile_new(rc_fit *f, const double *z_best, int j, rc_err *err);
void rc_profile_step(rc_profile *p);
rc_profile_view rc_profile_read(const rc_profile *p);
void rc_profile_free(rc_profile *p);

/* Ensemble of good fits: Metropolis on exp(-m loss / (2 T)) with steps drawn from the Fisher
 * information (Brown, Sethna 2003, Phys. Rev. E 68, 021904); deterministic for its seed. */
typedef struct rc_ensemble rc_ensemble;
rc_ensemble *rc_ensemble_new(rc_fit *f, const double *z_best, double temperature, uint64_t seed,
                             rc_err *err);
void rc_ensemble_step(rc_ensemble *e, int moves);
int rc_ensemble_size(const rc_ensemble *e);
const double *rc_ensemble_z(const rc_ensemble *e, int k);
double rc_ensemble_acceptance(const rc_ensemble *e);
void rc_ensemble_free(rc_ensemble *e);

/* Is the model true? Residuals r of the fit by curve and against the abscissa and every input
 * (Pearson's correlation), the noise of replicated conditions, and a rival: where the data have the
 * plasma's inputs the regression of ln y on 1, l, l^2, i, f, f^2, 1000/Tw (l = ln p, i = ln I, f =
 * share of CO2), else a polynomial in x per curve. */
typedef struct rc_truth_curve {
  int n;
  double mean, spread; /* of the residuals; spread is their standard deviation */
} rc_truth_curve;
typedef struct rc_truth {
  int curves;
  rc_truth_curve *curve;
  double by_x; /* correlation of the residuals with the abscissa */
  int inputs;
  double *by_input; /* inputs */
  int groups;       /* conditions measured more than once */
  double noise;     /* mean square of their scatter in units of the loss; nan: none */
  double loss, r2;  /* of the model: r2 = 1 - sum (y - d)^2 / sum (d - mean d)^2 */
  char rival[64];
  int rival_coefficients;
  double rival_loss, rival_r2; /* nan: too few data */
} rc_truth;
/* effective_rank: coefficients of the polynomial, 8 at most. Error INPUT: no prediction at z. */
bool rc_truth_make(rc_fit *f, const double *z, int effective_rank, rc_truth *out, rc_err *err);
void rc_truth_free(rc_truth *t);

/* Spectra of the 17 models of Gutenkunst et al. 2007, PLoS Comput. Biol. 3, e189. */
typedef struct rc_wall_ladder {
  const char *name;
  int n;
  const double *eigenvalue; /* descending, of the chi2 Hessian in log parameters */
} rc_wall_ladder;
extern const rc_wall_ladder rc_wall[];
extern const int rc_walls;

#endif
