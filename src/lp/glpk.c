/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file that includes glpk.h.
 *
 * GLPK ends the process on fatal errors and prints to the terminal; both are hooked. Its state is
 * per thread: every call that can fail runs between guard_enter and guard_leave, so that a fatal
 * error jumps back here, frees the whole environment of the thread and is reported as an rc_err. */
#include "roadcut/lp.h"

#include <float.h>
#include <glpk.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <string.h>

struct rc_lp {
  glp_prob *prob;
  uint64_t generation; /* of the thread's environment: a mismatch means the model was lost */
  int columns;
  int64_t pivots;
  double cutoff;
};

static _Thread_local jmp_buf guard;
static _Thread_local uint64_t generation = 1;
static _Thread_local char last_text[128]; /* last line the library printed, for the message */
static pthread_key_t at_thread_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void environment_free(void *unused) {
  (void)unused;
  glp_free_env();
}

static void key_make(void) {
  pthread_key_create(&at_thread_end, environment_free);
}

static int terminal_hook(void *info, const char *text) {
  (void)info;
  size_t n = strcspn(text, "\n");
  if (n > 0) {
    n = RC_MIN(n, sizeof last_text - 1);
    memcpy(last_text, text, n);
    last_text[n] = 0;
  }
  return 1; /* printed: nothing reaches the terminal */
}

static void error_hook(void *info) {
  (void)info;
  longjmp(guard, 1);
}

static void thread_ready(void) {
  pthread_once(&once, key_make);
  pthread_setspecific(at_thread_end, &generation); /* any non-NULL value arms the destructor */
  glp_init_env();
  glp_term_hook(terminal_hook, NULL);
  glp_error_hook(error_hook, NULL);
  last_text[0] = 0;
}

/* After a longjmp: the library's memory is in an unknown state; all of it is given back. */
static bool environment_lost(rc_err *err) {
  glp_error_hook(NULL, NULL);
  glp_free_env();
  generation++;
  return rc_err_set(err, RC_ERR_INTERNAL, "the LP library gave up: %s",
                    last_text[0] ? last_text : "no reason given");
}

static bool alive(const rc_lp *p, rc_err *err) {
  if (p->generation == generation) return true;
  return rc_err_set(err, RC_ERR_INTERNAL, "this LP was lost with an earlier fault on its thread");
}

static void column_bounds(glp_prob *prob, int j, double lo, double hi) {
  glp_set_col_bnds(prob, j, lo == hi ? GLP_FX : GLP_DB, lo, hi);
}

rc_lp *rc_lp_new(int columns, const double *objective, const double *lo, const double *hi,
                 rc_err *err) {
  thread_ready();
  rc_lp *p = rc_alloc(1, sizeof *p);
  if (setjmp(guard)) {
    environment_lost(err);
    rc_free(p);
    return NULL;
  }
  p->generation = generation;
  p->columns = columns;
  p->cutoff = -INFINITY;
  p->prob = glp_create_prob();
  glp_set_obj_dir(p->prob, GLP_MAX);
  if (columns > 0) glp_add_cols(p->prob, columns);
  for (int j = 0; j < columns; j++) {
    glp_set_obj_coef(p->prob, j + 1, objective[j]);
    column_bounds(p->prob, j + 1, lo[j], hi[j]);
    /* start at the bound that the objective likes: dual feasible before the first row */
    glp_set_col_stat(p->prob, j + 1, objective[j] > 0 ? GLP_NU : GLP_NL);
  }
  return p;
}

void rc_lp_free(rc_lp *p) {
  if (!p) return;
  if (p->generation == generation) glp_delete_prob(p->prob);
  rc_free(p);
}

bool rc_lp_add_rows(rc_lp *p, int rows, const int *start, const int *column, const double *value,
                    const double *rhs, rc_err *err) {
  if (!alive(p, err)) return false;
  if (rows <= 0) return true;
  int longest = 0;
  for (int i = 0; i < rows; i++) longest = RC_MAX(longest, start[i + 1] - start[i]);
  int *ind = rc_alloc((size_t)longest + 1, sizeof *ind);
  double *val = rc_alloc((size_t)longest + 1, sizeof *val);
  if (setjmp(guard)) {
    rc_free(ind);
    rc_free(val);
    return environment_lost(err);
  }
  const int first = glp_add_rows(p->prob, rows);
  for (int i = 0; i < rows; i++) {
    const int n = start[i + 1] - start[i];
    for (int k = 0; k < n; k++) {
      ind[k + 1] = column[start[i] + k] + 1;
      val[k + 1] = value[start[i] + k];
    }
    glp_set_mat_row(p->prob, first + i, n, ind, val);
    glp_set_row_bnds(p->prob, first + i, GLP_UP, 0, rhs[i]);
    glp_set_row_stat(p->prob, first + i, GLP_BS);
  }
  rc_free(ind);
  rc_free(val);
  return true;
}

void rc_lp_drop_rows(rc_lp *p, const uint8_t *drop) {
  if (p->generation != generation) return;
  const int rows = glp_get_num_rows(p->prob);
  int *num = rc_alloc((size_t)rows + 1, sizeof *num), n = 0;
  for (int i = 0; i < rows; i++) {
    if (drop[i]) num[++n] = i + 1;
  }
  if (n > 0) glp_del_rows(p->prob, n, num);
  rc_free(num);
}

void rc_lp_bounds(rc_lp *p, int column, double lo, double hi) {
  if (p->generation != generation) return;
  column_bounds(p->prob, column + 1, lo, hi);
}

void rc_lp_cutoff(rc_lp *p, double objective) {
  p->cutoff = objective;
}

int rc_lp_rows(const rc_lp *p) {
  return p->generation == generation ? glp_get_num_rows(p->prob) : 0;
}
int rc_lp_columns(const rc_lp *p) {
  return p->columns;
}
int64_t rc_lp_pivots(const rc_lp *p) {
  return p->pivots;
}

static rc_lp_status status_of(const rc_lp *p, int code) {
  if (code == GLP_EITLIM || code == GLP_ETMLIM) return RC_LP_SLICE;
  if (code == GLP_EOBJLL || code == GLP_EOBJUL) return RC_LP_CUTOFF;
  if (code != 0) return RC_LP_TROUBLE;
  switch (glp_get_status(p->prob)) {
  case GLP_OPT: return RC_LP_OPTIMAL;
  case GLP_NOFEAS: return RC_LP_INFEASIBLE;
  case GLP_UNBND: return RC_LP_UNBOUNDED;
  default: return glp_get_dual_stat(p->prob) == GLP_NOFEAS ? RC_LP_UNBOUNDED : RC_LP_TROUBLE;
  }
}

rc_lp_status rc_lp_solve(rc_lp *p, int64_t pivots, rc_err *err) {
  if (!alive(p, err)) return RC_LP_TROUBLE;
  if (setjmp(guard)) {
    environment_lost(err);
    return RC_LP_TROUBLE;
  }
  glp_smcp o;
  glp_init_smcp(&o);
  o.msg_lev = GLP_MSG_OFF;
  o.meth = GLP_DUALP;
  o.r_test = GLP_RT_FLIP;
  o.presolve = GLP_OFF;
  o.tol_bnd = o.tol_dj = 1e-9; /* a bound wants better multipliers than the default 1e-7 */
  if (p->cutoff > -INFINITY) o.obj_ll = p->cutoff;
  o.it_lim = (int)RC_MIN(RC_MAX(pivots, 1), INT32_MAX);

  const int before = glp_get_it_cnt(p->prob);
  int code = glp_simplex(p->prob, &o);
  if (code == GLP_ESING || code == GLP_ECOND || code == GLP_EBADB || code == GLP_EFAIL) {
    /* the basis cannot be used: fall back to the one of all slacks and try once more */
    glp_std_basis(p->prob);
    code = glp_simplex(p->prob, &o);
  }
  p->pivots += RC_MAX(0, glp_get_it_cnt(p->prob) - before);
  return status_of(p, code);
}

rc_lp_status rc_lp_exact(rc_lp *p, int64_t pivots, rc_err *err) {
  if (!alive(p, err)) return RC_LP_TROUBLE;
  if (setjmp(guard)) {
    environment_lost(err);
    return RC_LP_TROUBLE;
  }
  glp_smcp o;
  glp_init_smcp(&o);
  o.msg_lev = GLP_MSG_OFF;
  o.it_lim = (int)RC_MIN(RC_MAX(pivots, 1), INT32_MAX);
  const int before = glp_get_it_cnt(p->prob);
  const int code = glp_exact(p->prob, &o);
  p->pivots += RC_MAX(0, glp_get_it_cnt(p->prob) - before);

  return status_of(p, code);
}

double rc_lp_objective(const rc_lp *p) {
  return p->generation == generation ? glp_get_obj_val(p->prob) : NAN;
}

void rc_lp_primal(const rc_lp *p, double *x) {
  for (int j = 0; j < p->columns; j++) {
    x[j] = p->generation == generation ? glp_get_col_prim(p->prob, j + 1) : 0;
  }
}

void rc_lp_dual(const rc_lp *p, double *y) {
  const int rows = rc_lp_rows(p);
  for (int i = 0; i < rows; i++) y[i] = glp_get_row_dual(p->prob, i + 1);
}

void rc_lp_reduced(const rc_lp *p, double *d) {
  for (int j = 0; j < p->columns; j++) {
    d[j] = p->generation == generation ? glp_get_col_dual(p->prob, j + 1) : 0;
  }
}

static uint8_t place_of(int status) {
  return status == GLP_BS ? 0 : status == GLP_NU ? 2 : 1;
}
static int status_at(uint8_t place) {
  return place == 0 ? GLP_BS : place == 2 ? GLP_NU : GLP_NL;
}

void rc_lp_basis(const rc_lp *p, uint8_t *row, uint8_t *column) {
  const int rows = rc_lp_rows(p);
  for (int i = 0; i < rows; i++) row[i] = place_of(glp_get_row_stat(p->prob, i + 1));
  for (int j = 0; j < p->columns; j++) {
    column[j] = p->generation == generation ? place_of(glp_get_col_stat(p->prob, j + 1)) : 0;
  }
}

void rc_lp_set_basis(rc_lp *p, const uint8_t *row, const uint8_t *column) {
  if (p->generation != generation) return;
  const int rows = rc_lp_rows(p);
  /* the library itself turns a bound that a row or a fixed column does not have into one it has */
  for (int i = 0; i < rows; i++) glp_set_row_stat(p->prob, i + 1, status_at(row[i]));
  for (int j = 0; j < p->columns; j++) glp_set_col_stat(p->prob, j + 1, status_at(column[j]));
}
