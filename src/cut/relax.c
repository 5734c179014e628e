/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The relaxation of the rows found so far, warm from round to round, by one of two engines:
 * the dual simplex of the lp room, or a first-order method for graphs where pivots are too slow.
 *
 * First-order: primal-dual hybrid gradient (Chambolle, Pock 2011) with diagonal step sizes (Pock,
 * Chambolle 2011), reflected Halpern iteration and restarts by the fixed-point residual (Lu, Yang
 * 2024). Accuracy is never a question of trust: any multipliers >= 0 give a bound. */
#include "oddcycle.h"

#include <math.h>
#include <string.h>

/* For rational arithmetic, which takes some 50 ms on the orbit relaxations of 16 sites. */
enum { EXACT_ROWS = 2000, EXACT_COLUMNS = 1500, EXACT_PIVOTS = 40 };

/* Work in the unit of separation, an edge looked at (8 ns): an entry of the rows that is streamed
 * through takes 1.5 ns, a pivot 55 ns for each row and column. Measured over ten instances of 200 to
 * 9072 variables, each to within a factor of 1.5. */
#define ENTRY .2
#define PIVOT 7.

struct oc_relax {
  double work; /* in edges looked at, for the statistics */
  const oc_problem *p;
  oc_pool *q;
  oc_engine engine;
  int rows, cap;
  int *row;       /* pool rows in the relaxation */
  int *slack_for; /* rounds for which a row had no multiplier and slack */
  double *y;      /* multipliers */
  double *x;      /* vars */
  double *lo, *hi;
  rc_lp *lp;
  /* first-order */
  double *zx, *zy, *x0, *y0, *tau, *aty;
  double *sigma, *rhs;
  int64_t *start; /* rows in one place: the inner loop */
  int *column;
  double *coef;
  int64_t entries, entries_cap;
  double weight; /* primal weight */
  int64_t k, since, total, budget;
  double r_start, r_last;
  bool accurate;
};

oc_relax *oc_relax_new(const oc_problem *p, oc_pool *q, oc_engine engine, rc_err *err) {
  oc_relax *r = rc_alloc(1, sizeof *r);
  const size_t n = (size_t)p->vars + 1;
  r->p = p, r->q = q, r->engine = engine;
  r->x = rc_alloc(n, sizeof(double));
  r->lo = rc_alloc(n, sizeof(double));
  r->hi = rc_alloc(n, sizeof(double));
  for (int j = 0; j < p->vars; j++) r->hi[j] = 1, r->x[j] = p->c[j] > 0;
  if (engine == OC_SIMPLEX) {
    r->lp = rc_lp_new(p->vars, p->c, r->lo, r->hi, err);
    if (!r->lp) {
      oc_relax_free(r);
      return NULL;
    }
    return r;
  }
  r->zx = rc_alloc(n, sizeof(double));
  r->x0 = rc_alloc(n, sizeof(double));
  r->tau = rc_alloc(n, sizeof(double));
  r->aty = rc_alloc(n, sizeof(double));
  memcpy(r->zx, r->x, n * sizeof(double));
  memcpy(r->x0, r->x, n * sizeof(double));
  r->start = rc_alloc(1, sizeof *r->start);
  r->weight = 1;
  r->budget = 40;
  r->r_start = INFINITY;
  return r;
}

void oc_relax_free(oc_relax *r) {
  if (!r) return;
  rc_lp_free(r->lp);
  rc_free(r->row), rc_free(r->slack_for), rc_free(r->y), rc_free(r->x), rc_free(r->lo),
      rc_free(r->hi);
  rc_free(r->zx), rc_free(r->zy), rc_free(r->x0), rc_free(r->y0), rc_free(r->tau), rc_free(r->aty);
  rc_free(r->sigma), rc_free(r->rhs), rc_free(r->start), rc_free(r->column), rc_free(r->coef);
  rc_free(r);
}

void oc_relax_fix(oc_relax *r, const int8_t *known) {
  for (int j = 0; j < r->p->vars; j++) {
    const double lo = known[j] == 1, hi = known[j] != 0;
    if (lo == r->lo[j] && hi == r->hi[j]) continue;
    r->lo[j] = lo, r->hi[j] = hi;
    if (r->lp) rc_lp_bounds(r->lp, j, lo, hi);
  }
  r->accurate = false;
  r->since = 0;
}

static void more_rows(oc_relax *r, int need) {
  if (need <= r->cap) return;
  r->cap = 2 * need + 64;
  r->row = rc_realloc(r->row, (size_t)r->cap, sizeof *r->row);
  r->slack_for = rc_realloc(r->slack_for, (size_t)r->cap, sizeof *r->slack_for);
  r->y = rc_realloc(r->y, (size_t)r->cap, sizeof *r->y);
  if (r->engine == OC_SIMPLEX) return;
  r->zy = rc_realloc(r->zy, (size_t)r->cap, sizeof *r->zy);
  r->y0 = rc_realloc(r->y0, (size_t)r->cap, sizeof *r->y0);
  r->sigma = rc_realloc(r->sigma, (size_t)r->cap, sizeof *r->sigma);
  r->rhs = rc_realloc(r->rhs, (size_t)r->cap, sizeof *r->rhs);
  r->start = rc_realloc(r->start, (size_t)r->cap + 1, sizeof *r->start);
}

static bool add_simplex(oc_relax *r, int n, const int *rows, rc_err *err) {
  int entries = 0;
  for (int i = 0; i < n; i++) entries += oc_pool_row(r->q, rows[i]).entries;
  int *start = rc_alloc((size_t)n + 1, sizeof *start),
      *column = rc_alloc((size_t)entries + 1, sizeof *column);
  double *value = rc_alloc((size_t)entries + 1, sizeof *value),
         *rhs = rc_alloc((size_t)n + 1, sizeof *rhs);
  for (int i = 0; i < n; i++) {
    const oc_row row = oc_pool_row(r->q, rows[i]);
    memcpy(column + start[i], row.column, (size_t)row.entries * sizeof *column);
    for (int k = 0; k < row.entries; k++) value[start[i] + k] = row.coef[k];
    start[i + 1] = start[i] + row.entries;
    rhs[i] = row.marks - 1;
  }
  const bool ok = rc_lp_add_rows(r->lp, n, start, column, value, rhs, err);
  rc_free(start), rc_free(column), rc_free(value), rc_free(rhs);
  return ok;
}

/* Step sizes: sigma_i = 1 / sum_j |a_ij|, tau_j = 1 / sum_i |a_ij|. */
static void step_sizes(oc_relax *r) {
  for (int j = 0; j < r->p->vars; j++) r->tau[j] = 0;
  for (int i = 0; i < r->rows; i++) {
    double sum = 0;
    for (int64_t k = r->start[i]; k < r->start[i + 1]; k++) {
      sum += fabs(r->coef[k]);
      r->tau[r->column[k]] += fabs(r->coef[k]);
    }
    r->sigma[i] = 1 / sum;
  }
  for (int j = 0; j < r->p->vars; j++) r->tau[j] = r->tau[j] > 0 ? 1 / r->tau[j] : 1;
}

static void restart(oc_relax *r) {
  memcpy(r->x0, r->zx, (size_t)r->p->vars * sizeof(double));
  if (r->rows > 0) memcpy(r->y0, r->zy, (size_t)r->rows * sizeof(double));
  r->k = 0;
  r->r_start = r->r_last = INFINITY;
}

static void add_first_order(oc_relax *r, int n, const int *rows) {
  for (int i = 0; i < n; i++) {
    const oc_row row = oc_pool_row(r->q, rows[i]);
    const int at = r->rows + i;
    if (r->entries + row.entries > r->entries_cap) {
      r->entries_cap = 2 * (r->entries + row.entries) + 4096;
      r->column = rc_realloc(r->column, (size_t)r->entries_cap, sizeof *r->column);
      r->coef = rc_realloc(r->coef, (size_t)r->entries_cap, sizeof *r->coef);
    }
    for (int k = 0; k < row.entries; k++) {
      r->column[r->entries] = row.column[k];
      r->coef[r->entries++] = row.coef[k];
    }
    r->start[at + 1] = r->entries;
    r->rhs[at] = row.marks - 1;
    r->zy[at] = r->y0[at] = 0;
  }
}

bool oc_relax_add(oc_relax *r, int n, const int *rows, rc_err *err) {
  more_rows(r, r->rows + n);
  if (r->engine == OC_SIMPLEX && !add_simplex(r, n, rows, err)) return false;
  if (r->engine == OC_FIRST_ORDER) add_first_order(r, n, rows);
  for (int i = 0; i < n; i++) {
    r->row[r->rows + i] = rows[i];
    r->slack_for[r->rows + i] = 0;
    r->y[r->rows + i] = 0;
  }
  r->rows += n;
  if (r->engine == OC_FIRST_ORDER) {
    step_sizes(r);
    restart(r);
  }
  r->since = 0;
  r->accurate = false;
  return true;
}

/* ---- first-order ------------------------------------------------------------------------------
 */

/* One iteration: (x, y) = T(z), then z = Halpern(reflected). Returns the squared residual of z. */
static double iterate(oc_relax *r) {
  const int n = r->p->vars;
  const double w = r->weight;
  double rx = 0, ry = 0, cross = 0;
  memset(r->aty, 0, (size_t)n * sizeof *r->aty);
  for (int i = 0; i < r->rows; i++) {
    if (r->zy[i] == 0) continue;
    for (int64_t k = r->start[i]; k < r->start[i + 1]; k++)
      r->aty[r->column[k]] += r->coef[k] * r->zy[i];
  }
  for (int j = 0; j < n; j++) {
    const double x = r->zx[j] + r->tau[j] / w * (r->p->c[j] - r->aty[j]);
    r->x[j] = fmin(fmax(x, r->lo[j]), r->hi[j]);
    const double d = r->x[j] - r->zx[j];
    rx += d * d / r->tau[j];
    r->aty[j] = 2 * r->x[j] - r->zx[j]; /* from here on the extrapolated point */
  }
  for (int i = 0; i < r->rows; i++) {
    double ax = -r->rhs[i], az = 0;
    for (int64_t k = r->start[i]; k < r->start[i + 1]; k++) {
      ax += r->coef[k] * r->aty[r->column[k]];
      az += r->coef[k] * (r->x[r->column[k]] - r->zx[r->column[k]]);
    }
    r->y[i] = fmax(0, r->zy[i] + w * r->sigma[i] * ax);
    const double d = r->y[i] - r->zy[i];
    ry += d * d / r->sigma[i];
    cross += d * az;
  }
  return fmax(0, w * rx + ry / w - 2 * cross);
}

static void halpern(oc_relax *r) {
  const double a = (double)(r->k + 1) / (double)(r->k + 2), b = 1 - a;
  for (int j = 0; j < r->p->vars; j++) r->zx[j] = a * (2 * r->x[j] - r->zx[j]) + b * r->x0[j];
  for (int i = 0; i < r->rows; i++) r->zy[i] = a * (2 * r->y[i] - r->zy[i]) + b * r->y0[i];
  r->k++;
}

/* New anchor at T(z); the primal weight follows the ratio of what moved since the last one. */
static void new_anchor(oc_relax *r) {
  double dx = 0, dy = 0;
  for (int j = 0; j < r->p->vars; j++) dx += (r->x[j] - r->x0[j]) * (r->x[j] - r->x0[j]);
  for (int i = 0; i < r->rows; i++) dy += (r->y[i] - r->y0[i]) * (r->y[i] - r->y0[i]);
  if (dx > 1e-20 && dy > 1e-20) {
    r->weight = exp(.5 * log(sqrt(dy / dx)) + .5 * log(r->weight));
    r->weight = fmin(fmax(r->weight, 1e-4), 1e4);
  }
  memcpy(r->zx, r->x, (size_t)r->p->vars * sizeof(double));
  memcpy(r->zy, r->y, (size_t)r->rows * sizeof(double));
  restart(r);
}

static void first_order_slice(oc_relax *r, bool *ready) {
  /* about a hundredth of a second of work */
  int64_t slice = RC_MAX(1, 4000000 / (r->entries * 3 + r->p->vars + 1));
  for (; slice > 0 && r->since < r->budget; slice--) {
    const double res = sqrt(iterate(r));
    r->since++, r->total++;
    r->work += ENTRY * (3. * (double)r->entries + r->p->vars);
    if (r->k == 0) r->r_start = res;
    const bool enough = res <= .2 * r->r_start, turned = res <= .8 * r->r_start && res > r->r_last;
    r->r_last = res;
    if (res < 1e-9) {
      r->accurate = true;
      break;
    }
    if (r->k > 0 && (enough || turned || r->k >= .36 * (double)r->total))
      new_anchor(r);
    else
      halpern(r);
  }
  *ready = r->accurate || r->since >= r->budget;
}

void oc_relax_refine(oc_relax *r) {
  r->since = 0;
  r->budget = RC_MIN(r->budget * 2, 20000);
  if (r->engine == OC_SIMPLEX) r->accurate = true;
}

bool oc_relax_accurate(const oc_relax *r) {
  return r->engine == OC_SIMPLEX || r->accurate || r->budget >= 20000;
}

/* ---- both -------------------------------------------------------------------------------------
 */

static void read_solution(oc_relax *r) {
  rc_lp_primal(r->lp, r->x);
  rc_lp_dual(r->lp, r->y);
  for (int j = 0; j < r->p->vars; j++) r->x[j] = fmin(fmax(r->x[j], r->lo[j]), r->hi[j]);
}

bool oc_relax_step(oc_relax *r, bool *ready, bool *empty, rc_err *err) {
  *ready = *empty = false;
  if (r->engine == OC_FIRST_ORDER) {
    if (r->rows == 0)
      *ready = true;
    else
      first_order_slice(r, ready);
    return true;
  }
  const int64_t before = rc_lp_pivots(r->lp);
  const rc_lp_status status = rc_lp_solve(r->lp, 150, err);
  r->work += PIVOT * (double)(rc_lp_pivots(r->lp) - before) * (double)(r->rows + r->p->vars);
  switch (status) {
  case RC_LP_SLICE: return true;
  case RC_LP_OPTIMAL:
  case RC_LP_CUTOFF:
    read_solution(r);
    *ready = true;
    return true;
  case RC_LP_INFEASIBLE: *empty = true; return true;
  case RC_LP_UNBOUNDED:
  case RC_LP_TROUBLE: break;
  }
  return rc_err_set(err, RC_ERR_INTERNAL, "the simplex gave up on a relaxation of %d rows",
                    r->rows);
}

bool oc_relax_exact(oc_relax *r, rc_err *err) {
  if (!r->lp || r->rows > EXACT_ROWS || r->p->vars > EXACT_COLUMNS) return false;
  if (rc_lp_exact(r->lp, EXACT_PIVOTS, err) != RC_LP_OPTIMAL) return false;
  read_solution(r);
  return true;
}

void oc_relax_point(const oc_relax *r, double *x) {
  for (int64_t e = 0; e < r->p->g->m; e++) x[e] = r->x[r->p->var[e]];
}

int oc_relax_rows(const oc_relax *r, const int **row, const double **y) {
  *row = r->row;
  *y = r->y;
  return r->rows;
}

double oc_relax_objective(const oc_relax *r) {
  double sum = 0;
  for (int j = 0; j < r->p->vars; j++) sum += r->p->c[j] * r->x[j];
  return sum * r->p->unit;
}

int64_t oc_relax_pivots(const oc_relax *r) {
  return r->lp ? rc_lp_pivots(r->lp) : r->total;
}

double oc_relax_work(const oc_relax *r) {
  return r->work;
}

void oc_relax_cutoff(oc_relax *r, double value) {
  if (r->lp) rc_lp_cutoff(r->lp, value / r->p->unit);
}

/* Compacts the arrays of the first-order engine to the rows that stay. */
static void keep_first_order(oc_relax *r, const uint8_t *drop) {
  int kept = 0;
  int64_t to = 0;
  for (int i = 0; i < r->rows; i++) {
    const int64_t from = r->start[i], n = r->start[i + 1] - from;
    if (drop[i]) continue;
    memmove(r->column + to, r->column + from, (size_t)n * sizeof *r->column);
    memmove(r->coef + to, r->coef + from, (size_t)n * sizeof *r->coef);
    r->zy[kept] = r->zy[i], r->y0[kept] = r->y0[i], r->rhs[kept] = r->rhs[i];
    r->start[kept] = to; /* start[i + 1] of later rows is still to be read: kept <= i */
    to += n;
    kept++;
  }
  r->start[kept] = r->entries = to;
}

static void drop_rows(oc_relax *r, const uint8_t *drop) {
  if (r->lp)
    rc_lp_drop_rows(r->lp, drop);
  else
    keep_first_order(r, drop);
  int kept = 0;
  for (int i = 0; i < r->rows; i++) {
    if (drop[i]) continue;
    r->row[kept] = r->row[i], r->slack_for[kept] = r->slack_for[i], r->y[kept++] = r->y[i];
  }
  r->rows = kept;
  if (!r->lp) {
    step_sizes(r);
    restart(r);
  }
}

void oc_relax_purge(oc_relax *r) {
  uint8_t *drop = rc_alloc((size_t)r->rows + 1, 1);
  int dropped = 0;
  for (int i = 0; i < r->rows; i++) {
    const oc_row row = oc_pool_row(r->q, r->row[i]);
    double slack = row.marks - 1;
    for (int k = 0; k < row.entries; k++) slack -= row.coef[k] * r->x[row.column[k]];
    const bool idle = r->y[i] <= 0 && slack > 1e-6;
    r->slack_for[i] = idle ? r->slack_for[i] + 1 : 0;
    dropped += drop[i] = r->slack_for[i] >= 4;
  }
  if (dropped > r->rows / 20) drop_rows(r, drop);
  rc_free(drop);
}

/* ---- going back to an earlier basis ------------------------------------------------------------
 */

oc_basis oc_relax_save(const oc_relax *r) {
  oc_basis b = {0};
  if (!r->lp) return b;
  b.rows = r->rows;
  b.row = rc_alloc((size_t)r->rows + 1, sizeof *b.row);
  b.at = rc_alloc((size_t)r->rows + 1, 1);
  b.edge = rc_alloc((size_t)r->p->vars + 1, 1);
  for (int i = 0; i < r->rows; i++) b.row[i] = r->row[i];
  rc_lp_basis(r->lp, b.at, b.edge);
  return b;
}

void oc_basis_free(oc_basis *b) {
  rc_free(b->row), rc_free(b->at), rc_free(b->edge);
  *b = (oc_basis){0};
}

bool oc_relax_restore(oc_relax *r, const oc_basis *b, rc_err *err) {
  if (!r->lp || !b->edge) return true;
  const size_t pool = (size_t)oc_pool_rows(r->q) + 1;
  int *place = rc_alloc(pool, sizeof *place); /* 1 + index in the saved rows; 0: not among them */
  uint8_t *drop = rc_alloc((size_t)r->rows + 1, 1);
  int *missing = rc_alloc((size_t)b->rows + 1, sizeof *missing), n = 0, dropped = 0;
  for (int i = 0; i < b->rows; i++) place[b->row[i]] = i + 1;
  for (int i = 0; i < r->rows; i++) {
    drop[i] = place[r->row[i]] == 0, dropped += drop[i];
    place[r->row[i]] = -place[r->row[i]]; /* here already */
  }
  for (int i = 0; i < b->rows; i++) {
    if (place[b->row[i]] > 0) missing[n++] = b->row[i];
    place[b->row[i]] = i + 1;
  }
  if (dropped > 0) drop_rows(r, drop);
  const bool ok = n == 0 || oc_relax_add(r, n, missing, err);
  if (ok) {
    uint8_t *at = rc_alloc((size_t)r->rows + 1, 1);
    for (int i = 0; i < r->rows; i++) at[i] = b->at[place[r->row[i]] - 1];
    rc_lp_set_basis(r->lp, at, b->edge);
    rc_free(at);
  }
  rc_free(place), rc_free(drop), rc_free(missing);
  return ok;
}
