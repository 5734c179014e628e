/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reduction by manifold boundaries: flights, limits, fits, one model after the other. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calib/edge.h"
#include "calib/reduced.h"

enum { CANDIDATES = 8, AXES = 3 };

typedef struct candidate { /* a limit that may be taken */
  rc_reduction_kind kind;
  char name[120];
  cr_map *map;
  rc_fit *fit;
  rc_refit refit;
  bool fitting, again; /* again: fitted a second time, from the best fit of the model before */
  bool exact;
  double limit_error, length, loss;
  double *z; /* of the best fit */
} candidate;

typedef struct model { /* one of the sequence */
  rc_reduction_row row;
  cr_map *map;
  rc_fit *fit;
  double *z, *value, *y;
  char (*name)[24];
} model;

struct rc_mbam {
  rc_fit *full;
  double unit;  /* chi2 = loss / unit */
  model *model; /* row by row */
  rc_reduction_row *row;
  int rows;
  rc_fisher fisher; /* of the last model, in s; n = 0: to be made */
  int axis, sign;   /* direction in flight: n - 1 is the sloppiest */
  rc_geodesic *flight;
  candidate candidate[CANDIDATES];
  int candidates, at; /* the one that is fitted */
  bool fitting;
  rc_mbam_view view;
};

static model *last(const rc_mbam *m) {
  return &m->model[m->rows - 1];
}

static bool end(rc_mbam *m, const char *why) {
  m->view.done = true;
  snprintf(m->view.why, sizeof m->view.why, "%s", why);
  m->view.doing[0] = 0;
  return true;
}

/* ---- rows --------------------------------------------------------------------------------------- */

static void drop_candidate(candidate *c) {
  if (c->fitting) rc_refit_free(&c->refit);
  rc_fit_free(c->fit);
  cr_free(c->map);
  rc_free(c->z);
  *c = (candidate){0};
}

static void drop_candidates(rc_mbam *m) {
  for (int i = 0; i < m->candidates; i++) drop_candidate(&m->candidate[i]);
  m->candidates = m->at = 0;
  m->fitting = false;
}

/* Takes map, fit and z over. */
static void add_row(rc_mbam *m, const rc_reduction_row *row, cr_map *map, rc_fit *fit, double *z) {
  const rc_calib_shape *shape = rc_fit_shape(fit);
  const size_t n = (size_t)rc_fit_n(fit);
  char why[96];
  m->model = rc_realloc(m->model, (size_t)m->rows + 1, sizeof *m->model);
  m->row = rc_realloc(m->row, (size_t)m->rows + 1, sizeof *m->row);
  model *t = &m->model[m->rows];
  *t = (model){.row = *row, .map = map, .fit = fit, .z = z};
  t->name = rc_alloc(n, sizeof *t->name);
  t->value = rc_alloc((size_t)shape->parameters, sizeof *t->value);
  t->y = rc_alloc((size_t)shape->m, sizeof *t->y);
  rc_fit_theta(fit, z, t->value);
  for (int j = 0, k = 0; j < shape->parameters; j++) {
    if (shape->parameter[j].fixed) continue;
    t->value[k] = t->value[j];
    memcpy(t->name[k++], shape->parameter[j].name, sizeof t->name[0]);
  }
  if (!rc_fit_predict(fit, z, t->y, why))
    for (int i = 0; i < shape->m; i++) t->y[i] = NAN;
  t->row.n = (int)n;
  t->row.parameter = (const char(*)[24])t->name;
  t->row.value = t->value;
  t->row.y = t->y;
  m->row[m->rows++] = t->row;
  rc_fisher_free(&m->fisher);
  m->axis = -1;
}

rc_mbam *rc_mbam_new(const rc_fit *f, const double *z, rc_err *err) {
  rc_mbam *m = rc_alloc(1, sizeof *m);
  const size_t n = (size_t)rc_fit_n(f);
  char why[96] = "";
  m->full = rc_fit_clone(f, err);
  double *r = rc_alloc((size_t)rc_fit_m(f), sizeof *r);
  bool ok = m->full != NULL;
  if (ok && !rc_fit_residuals(m->full, z, r, why))
    ok = rc_err_set(err, RC_ERR_INPUT, "no prediction at the best fit: %s", why);
  if (ok) {
    cr_map *map = cr_identity(m->full, z);
    rc_fit *fit = cr_fit(map, err);
    const double loss = rc_fit_loss(m->full, r);
    if (fit) {
      double *at = rc_alloc(n, sizeof *at); /* z in its own box: linear scales may be logarithms */
      rc_fit_nominal(fit, at);
      m->unit = rc_fit_chi2_unit(m->full, loss);
      add_row(
          m,
          &(rc_reduction_row){
              .name = "the full model", .exact = true, .loss = loss, .within = true, .length = NAN},
          map, fit, at);
    } else {
      cr_free(map);
      ok = false;
    }
  }
  rc_free(r);
  if (ok) return m;
  rc_mbam_free(m);
  return NULL;
}

void rc_mbam_free(rc_mbam *m) {
  if (!m) return;
  drop_candidates(m);
  rc_geodesic_free(m->flight);
  rc_fisher_free(&m->fisher);
  for (int i = m->rows - 1; i >= 0; i--) {
    rc_fit_free(m->model[i].fit);
    cr_free(m->model[i].map);
    rc_free(m->model[i].z);
    rc_free(m->model[i].value);
    rc_free(m->model[i].y);
    rc_free(m->model[i].name);
  }
  rc_free(m->model);
  rc_free(m->row);
  rc_fit_free(m->full);
  rc_free(m);
}

rc_mbam_view rc_mbam_read(const rc_mbam *m) {
  rc_mbam_view v = m->view;
  v.rows = m->rows;
  v.row = m->row;
  return v;
}

/* ---- limits ------------------------------------------------------------------------------------- */

static double largest_change(const double *a, const double *b, int m) {
  double most = 0;
  for (int i = 0; i < m; i++) most = fmax(most, fabs(a[i] - b[i]));
  return most;
}

/* Residuals at the map's start, and that there are derivatives too. */
static bool usable(rc_fit *fit, double *r, double *jacobian) {
  double z[CE_MOST];
  char why[96];
  rc_fit_nominal(fit, z);
  return rc_fit_jacobian(fit, z, r, jacobian, NULL, why) && rc_fit_residuals(fit, z, r, why);
}

/* How the limit is evaluated: at 0 or infinity itself, where the model has a value there and it is the
 * one that the way there goes to; else as far out as the predictions stand still. False: they go
 * nowhere. */
static bool settle(candidate *c) {
  static const double stretch[] = {18, 14, 11, 8};
  const size_t m = (size_t)rc_fit_m(c->fit), n = (size_t)c->map->n;
  double *r = rc_alloc(2 * m + m * n, sizeof *r), *other = r + m, *jacobian = other + m;
  double best = INFINITY, at = 0;
  for (size_t i = 0; i < RC_LEN(stretch) && best > 1e-6; i++) {
    c->map->stretch = stretch[i];
    if (!usable(c->fit, r, jacobian)) continue;
    c->map->stretch = stretch[i] + log(10);
    if (!usable(c->fit, other, jacobian)) continue;
    const double change = largest_change(r, other, (int)m);
    if (change < best) best = change, at = stretch[i];
  }
  c->map->stretch = at;
  c->limit_error = best;
  cr_map before = *c->map;
  before.exact = rc_alloc((size_t)c->map->all, sizeof *before.exact);
  memcpy(before.exact, c->map->exact, (size_t)c->map->all * sizeof *before.exact);
  const bool numeric = isfinite(best) && usable(c->fit, r, jacobian);
  if (cr_make_exact(c->map)) {
    c->exact = usable(c->fit, other, jacobian) &&
               (!numeric || largest_change(r, other, (int)m) <= 1e-6 + 3 * best);
    if (c->exact)
      c->limit_error = 0;
    else
      cr_undo_exact(c->map, &before);
  }
  rc_free(before.exact);
  rc_free(r);
  return c->exact || (numeric && best < .01);
}

/* The map is taken over. */
static void add_candidate(rc_mbam *m, rc_reduction_kind kind, const char *name, double length,
                          cr_map *map) {
  if (m->candidates == CANDIDATES) {
    cr_free(map);
    return;
  }
  candidate *c = &m->candidate[m->candidates];
  *c = (candidate){.kind = kind, .map = map, .length = length, .loss = INFINITY};
  c->exact = kind != RC_REDUCTION_LIMIT && map->limits == 0;
  snprintf(c->name, sizeof c->name, "%s", name);
  c->fit = cr_fit(map, NULL);
  c->z = rc_alloc((size_t)RC_MAX(map->n, 1), sizeof *c->z);
  if (!c->fit || (kind == RC_REDUCTION_LIMIT && !settle(c))) {
    drop_candidate(c);
    return;
  }
  m->candidates++;
}

/* s of a model's best fit. */
static void scales(const model *t, double *s) {
  for (int j = 0; j < rc_fit_n(t->fit); j++) {
    const rc_calib_parameter *p = rc_fit_parameter(t->fit, j);
    const double low = p->log ? log(p->lower) : p->lower, high = p->log ? log(p->upper) : p->upper;
    s[j] = low + t->z[j] * (high - low);
  }
}

static void add_merge(rc_mbam *m, const double *s, const int pair[2], double length) {
  const rc_fit *f = last(m)->fit;
  char name[120];
  snprintf(name, sizeof name, "%s = %s", rc_fit_parameter(f, pair[0])->name,
           rc_fit_parameter(f, pair[1])->name);
  add_candidate(m, RC_REDUCTION_MERGE, name, length, cr_merge(last(m)->map, s, pair[0], pair[1]));
}

static bool same_direction(const double *a, const double *b, int n) {
  for (int j = 0; j < n; j++)
    if (a[j] != b[j]) return false;
  return true;
}

/* Directions that the end of a flight may mean: with those that have .3 of the speed, .6 of it, and
 * the fastest alone; exponents in halves. */
static void add_limits(rc_mbam *m, const rc_geodesic_view *g, const double *s) {
  static const double share[] = {.3, .6, 0};
  const rc_fit *f = last(m)->fit;
  const int n = rc_fit_n(f);
  double d[3][CE_MOST] = {{0}};
  int which[CE_MOST], top = 0;
  for (int j = 1; j < n; j++)
    if (fabs(g->velocity[j]) > fabs(g->velocity[top])) top = j;
  if (g->velocity[top] == 0) return;
  for (int i = 0; i < 3; i++) {
    int running = share[i] > 0 ? ce_running(f, g->velocity, share[i], which) : 1;
    bool fine = true;
    if (share[i] == 0) which[0] = top;
    for (int k = 0; k < running; k++) {
      d[i][which[k]] = round(2 * g->velocity[which[k]] / fabs(g->velocity[top])) / 2;
      fine = fine && rc_fit_parameter(f, which[k])->log;
    }
    for (int k = 0; k < i; k++) fine = fine && !same_direction(d[i], d[k], n);
    if (!fine) continue;
    rc_str name = {0};
    ce_name(f, d[i], running, which, &name);
    add_candidate(m, RC_REDUCTION_LIMIT, rc_str_c(&name), g->tau[g->points - 1],
                  cr_limit(last(m)->map, s, d[i]));
    rc_str_free(&name);
  }
}

static void read_edge(rc_mbam *m, const rc_geodesic_view *g) {
  rc_fit *f = last(m)->fit;
  const int n = rc_fit_n(f);
  const double *s = g->s + (size_t)(g->points - 1) * (size_t)n;
  int pair[2];
  if (!g->boundary || n > CE_MOST) return;
  if (ce_merging(f, g->s, s, g->velocity, pair) || ce_merged(f, s, g->velocity, pair))
    add_merge(m, s, pair, g->tau[g->points - 1]);
  add_limits(m, g, s);
}

/* ---- directions without effect ------------------------------------------------------------------ */

/* Sum of squares of what changes along the k-th direction, as far as the box goes, in units of chi2. */
static double effect(rc_mbam *m, int k) {
  model *t = last(m);
  const int n = rc_fit_n(t->fit), rows = rc_fit_m(t->fit);
  double *r = rc_alloc(2 * (size_t)rows, sizeof *r), *other = r + rows, most = 0, z[CE_MOST];
  char why[96];
  bool ok = rc_fit_residuals(t->fit, t->z, r, why);
  for (int step = -4; ok && step <= 4; step++) {
    double reach = INFINITY, d[CE_MOST], sum = 0;
    if (step == 0) continue;
    for (int j = 0; j < n; j++) {
      const rc_calib_parameter *p = rc_fit_parameter(t->fit, j);
      const double box = p->log ? log(p->upper / p->lower) : p->upper - p->lower;
      d[j] = m->fisher.vector[k * n + j] / box * (step < 0 ? -1 : 1);
      /* what hardly takes part does not end it at its bounds */
      if (fabs(m->fisher.vector[k * n + j]) > .05)
        reach = fmin(reach, (d[j] > 0 ? 1 - t->z[j] : t->z[j]) / fabs(d[j]));
    }
    for (int j = 0; j < n; j++) z[j] = t->z[j] + d[j] * reach * abs(step) / 4;
    ok = rc_fit_residuals(t->fit, z, other, why);
    for (int i = 0; i < rows; i++) sum += (other[i] - r[i]) * (other[i] - r[i]);
    most = fmax(most, sum);
  }
  const int data = rc_fit_shape(t->fit)->m;
  rc_free(r);
  return ok ? most / data / m->unit : INFINITY;
}

/* The k-th direction has no effect: its largest parameter goes to 0 where nothing is lost by that,
 * else it stays where it is and the others of the direction do what it did. */
static void add_dead(rc_mbam *m, int k) {
  model *t = last(m);
  const int n = rc_fit_n(t->fit);
  double s[CE_MOST], d[CE_MOST] = {0};
  char name[120];
  int top = 0;
  scales(t, s);
  for (int j = 0; j < n; j++) {
    if (fabs(m->fisher.vector[k * n + j]) > fabs(m->fisher.vector[k * n + top])) top = j;
  }
  const rc_calib_parameter *p = rc_fit_parameter(t->fit, top);
  if (p->log) {
    d[top] = -1;
    snprintf(name, sizeof name, "%s -> 0: no effect", p->name);
    add_candidate(m, RC_REDUCTION_LIMIT, name, NAN, cr_limit(t->map, s, d));
  }
  snprintf(name, sizeof name, "%s held at %.3g: no effect", p->name, p->log ? exp(s[top]) : s[top]);
  add_candidate(m, RC_REDUCTION_DEAD, name, NAN, cr_hold(t->map, s, top));
}

/* ---- steps -------------------------------------------------------------------------------------- */

static double rise_of(const rc_mbam *m, double loss) {
  return (loss - m->model[0].row.loss) / m->unit;
}

static double noise_of(const rc_mbam *m, int n) {
  return gsl_cdf_chisq_Pinv(.95, m->model[0].row.n - n);
}

static void begin_fit(rc_mbam *m, candidate *c, const double *z) {
  rc_refit_new(&c->refit, c->fit, z, -1);
  c->refit.gain = 1e-6 * m->unit;
  c->fitting = true;
}

/* Takes the best of the candidates: of those that fit the same the nearest edge, then the first. */
static bool choose(rc_mbam *m) {
  candidate *best = NULL;
  for (int i = 0; i < m->candidates; i++) {
    candidate *c = &m->candidate[i];
    const double tie = 1e-3 * m->unit;
    if (!isfinite(c->loss)) continue;
    if (!best || c->loss < best->loss - tie ||
        (c->loss < best->loss + tie && c->length < best->length))
      best = c;
  }
  if (!best) {
    drop_candidates(m);
    return end(m, "no edge: no limit that could be taken fits");
  }
  rc_reduction_row row = {.kind = best->kind,
                          .exact = best->exact,
                          .limit_error = best->limit_error,
                          .length = best->length,
                          .loss = best->loss,
                          .rise = rise_of(m, best->loss),
                          .noise = noise_of(m, best->map->n)};
  memcpy(row.name, best->name, sizeof row.name);
  row.within = row.rise <= row.noise;
  add_row(m, &row, best->map, best->fit, best->z);
  best->map = NULL, best->fit = NULL, best->z = NULL;
  drop_candidates(m);
  if (!row.within) return end(m, "the next model is over the noise");
  return false;
}

/* One step of fitting the candidates. */
static bool fit_step(rc_mbam *m) {
  candidate *c = &m->candidate[m->at];
  double z[CE_MOST];
  if (!c->fitting) {
    rc_fit_nominal(c->fit, z);
    begin_fit(m, c, z);
  }
  snprintf(m->view.doing, sizeof m->view.doing, "fit with %.76s", c->name);
  const double before = c->refit.queries;
  const bool done = rc_refit_step(&c->refit);
  m->view.queries += c->refit.queries - before;
  if (!done) return false;
  if (!c->refit.failed && c->refit.loss < c->loss) {
    c->loss = c->refit.loss;
    memcpy(c->z, c->refit.z, (size_t)c->map->n * sizeof *c->z);
  }
  rc_refit_free(&c->refit);
  c->fitting = false;
  if (++m->at < m->candidates) return false;
  return choose(m);
}

/* The next direction; false when there is none left. */
static bool next_axis(rc_mbam *m) {
  const int n = rc_fit_n(last(m)->fit);
  m->axis = m->axis < 0 ? n - 1 : m->axis - 1;
  m->sign = 1;
  return m->axis >= 0 && m->axis >= n - AXES;
}

static bool fly_step(rc_mbam *m) {
  model *t = last(m);
  if (!m->flight) {
    m->flight = rc_geodesic_new(t->fit, t->z, m->axis, m->sign, NULL);
    if (!m->flight) return end(m, "no edge: no Fisher information at the fit");
  }
  const double before = rc_geodesic_read(m->flight).queries;
  rc_geodesic_step(m->flight, 1);
  const rc_geodesic_view g = rc_geodesic_read(m->flight);
  m->view.queries += g.queries - before;
  snprintf(m->view.doing, sizeof m->view.doing, "flight along v%d %c, %d point%s", m->axis + 1,
           m->sign > 0 ? '+' : '-', g.points, g.points == 1 ? "" : "s");
  if (!g.done) return false;
  read_edge(m, &g);
  rc_geodesic_free(m->flight);
  m->flight = NULL;
  if (m->sign > 0) {
    m->sign = -1;
    return false;
  }
  m->sign = 1;
  if (!m->candidates && effect(m, m->axis) < .01) add_dead(m, m->axis);
  m->fitting = m->candidates > 0;
  if (!m->fitting && !next_axis(m))
    return end(m, "no edge: the flights along the sloppiest directions do not end");
  return false;
}

bool rc_mbam_step(rc_mbam *m) {
  model *t = last(m);
  if (m->view.done) return true;
  if (m->fitting) return fit_step(m);
  if (m->fisher.n) return fly_step(m);
  if (rc_fit_n(t->fit) == 1) return end(m, "one parameter is left");
  rc_err ignored = {0};
  if (!rc_fisher_make(t->fit, t->z, RC_COORDS_SCALE, false, &m->fisher, &ignored))
    return end(m, "no Fisher information at the fit");
  next_axis(m);
  double s[CE_MOST];
  int pair[2];
  scales(t, s);
  if (ce_merged(t->fit, s, m->fisher.vector + m->axis * m->fisher.n, pair))
    add_merge(m, s, pair, 0); /* the best fit is at the edge */
  else if (m->fisher.rank < m->fisher.n)
    add_dead(m, m->axis);
  m->fitting = m->candidates > 0;
  return false;
}
