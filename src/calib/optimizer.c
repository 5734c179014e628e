/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs an optimiser so that it can be stopped after any query.
 *
 * An optimiser is written as plain code that calls for queries, which lets a library routine be one
 * without change. It has a thread of its own, but never runs beside the one that steps it: the two
 * hand a turn back and forth, so a run is the same trajectory however it is sliced, and nothing
 * here needs more than the one lock that guards the turn. */
#include "calib/room.h"

#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { FIGURES = RC_LEN(((rc_optimizer_view *)0)->figure) };
#define SLACK 1e-9 /* of a query: sums of Jacobian costs are not exact */

struct rc_opt {
  const rc_optimizer_class *cls;
  void *opts;
  rc_fit *fit;
  int n, m;
  rc_rng rng;
  double *start, *z, *best_z;

  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t turned;
  bool created, runs; /* runs: it is the optimiser's turn */
  bool closing;
  double target;                                        /* queries after which the turn goes back */
  double limit;                                         /* no ask is made that leads beyond, .. */
  bool spent;                                           /* .. and this was one */
  uint64_t part_data;                                   /* evaluated in parts .. */
  uint64_t whole[RC_QUERY_KINDS], rest[RC_QUERY_KINDS]; /* .. and other costs, rest in 1e-9 */

  rc_optimizer_view view;
  double *known;
  int trail_room;
  double *trail_queries, *trail_loss, *trail_z;
};

/* ---- the turn --------------------------------------------------------------------------------- */

static void give_turn(rc_opt *o, bool to_optimizer) {
  o->runs = to_optimizer;
  pthread_cond_broadcast(&o->turned);
}

static void await_turn(rc_opt *o, bool of_optimizer) {
  while (o->runs != of_optimizer) pthread_cond_wait(&o->turned, &o->lock);
}

/* On the optimiser's thread, before each query of at most this cost. False: stop. */
static bool may_go_on(rc_opt *o, double cost) {
  o->spent = o->spent || o->view.queries + cost > o->limit + SLACK;
  if (o->spent) return false;
  pthread_mutex_lock(&o->lock);
  if (!o->closing && o->view.queries >= o->target - SLACK) {
    give_turn(o, false);
    await_turn(o, true);
  }
  const bool on = !o->closing;
  pthread_mutex_unlock(&o->lock);
  return on;
}

static void *optimizer_thread(void *arg) {
  rc_opt *o = arg;
  o->cls->run(o, o->opts);
  pthread_mutex_lock(&o->lock);
  if (o->spent) snprintf(o->view.why, sizeof o->view.why, "budget");
  if (!o->view.why[0]) snprintf(o->view.why, sizeof o->view.why, "no progress");
  o->view.done = true;
  give_turn(o, false);
  pthread_mutex_unlock(&o->lock);
  return NULL;
}

/* Signals are for the thread that owns the terminal: a new thread inherits the mask. */
static bool create_thread(rc_opt *o) {
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  const bool ok = pthread_create(&o->thread, NULL, optimizer_thread, o) == 0;
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  return ok;
}

/* ---- for optimisers --------------------------------------------------------------------------- */

static void note_best(rc_opt *o) {
  rc_optimizer_view *v = &o->view;
  v->best = v->loss;
  memcpy(o->best_z, o->z, (size_t)o->n * sizeof *o->z);
  if (v->trail == o->trail_room) {
    o->trail_room = RC_MAX(32, 2 * o->trail_room);
    o->trail_queries = rc_realloc(o->trail_queries, (size_t)o->trail_room, sizeof(double));
    o->trail_loss = rc_realloc(o->trail_loss, (size_t)o->trail_room, sizeof(double));
    o->trail_z = rc_realloc(o->trail_z, (size_t)o->trail_room * (size_t)o->n, sizeof(double));
  }
  o->trail_queries[v->trail] = v->queries;
  o->trail_loss[v->trail] = v->loss;
  memcpy(o->trail_z + (size_t)v->trail * (size_t)o->n, o->z, (size_t)o->n * sizeof *o->z);
  v->trail++;
}

/* Sums of integers: of queries, of data of parts, and of what Jacobians cost beyond whole ones. */
static void spend(rc_opt *o, rc_query_kind kind, double cost, int part) {
  rc_optimizer_view *v = &o->view;
  const int m = rc_fit_shape(o->fit)->m;
  const double floor_cost = floor(cost);
  uint64_t whole = 0, rest = 0;
  o->whole[kind] += (uint64_t)floor_cost;
  o->rest[kind] += (uint64_t)llround(1e9 * (cost - floor_cost));
  o->part_data += (uint64_t)part;
  v->cost[kind] = kind == RC_QUERY_PART ? (double)o->part_data / m
                                        : (double)o->whole[kind] + (double)o->rest[kind] / 1e9;
  for (int k = 0; k < RC_QUERY_KINDS; k++) whole += o->whole[k], rest += o->rest[k];
  v->queries = (double)(whole * (uint64_t)m + o->part_data) / m + (double)rest / 1e9;
  v->count[kind]++;
  v->kind = kind;
}

/* Books a query that has been made; 'ok' false puts the residuals of a failed point into r. */
static void book(rc_opt *o, rc_query_kind kind, double cost, bool ok, double *r, const char *why) {
  rc_optimizer_view *v = &o->view;
  spend(o, kind, cost, 0);
  double loss = ok ? rc_fit_loss(o->fit, r) : NAN;
  v->failed = !isfinite(loss);
  if (v->failed) {
    v->failures++;
    snprintf(v->failure, sizeof v->failure, "%s", ok ? "residuals overflow" : why);
    for (int i = 0; i < o->m; i++) r[i] = 1e6 / sqrt(o->m);
    loss = 1e12 / o->m;
  }
  v->loss = loss;
  if (!v->failed && loss < v->best) note_best(o);
}

static bool finite_point(const rc_opt *o, const double *z) {
  for (int j = 0; j < o->n; j++) {
    if (!isfinite(z[j])) return false;
  }
  return true;
}

bool rc_opt_query(rc_opt *o, const double *z, rc_query_kind kind, double *r) {
  char why[96] = "the point is not finite";
  if (!may_go_on(o, rc_fit_cost(o->fit, false))) return false;
  memcpy(o->z, z, (size_t)o->n * sizeof *z);
  const uint64_t before = rc_fit_queries(o->fit);
  const bool ok = finite_point(o, z) && rc_fit_residuals(o->fit, z, r, why);
  /* errors in variables take two more evaluations of the data for each uncertain condition */
  const bool several = rc_fit_shape(o->fit)->loss == RC_LOSS_EIV;
  const double cost = several ? (double)(rc_fit_queries(o->fit) - before) : 1;
  book(o, kind, fmax(cost, 1), ok, r, why);
  return true;
}

bool rc_opt_query_part(rc_opt *o, const double *z, int k, const int *which, double *r) {
  char why[96] = "the point is not finite";
  rc_optimizer_view *v = &o->view;
  if (!may_go_on(o, (double)k / rc_fit_shape(o->fit)->m)) return false;
  memcpy(o->z, z, (size_t)o->n * sizeof *z);
  const bool ok = finite_point(o, z) && rc_fit_residuals_part(o->fit, z, k, which, r, why);
  double sum = 0;
  for (int i = 0; ok && i < k; i++) sum += r[i] * r[i];
  spend(o, RC_QUERY_PART, 0, k);
  v->failed = !ok || !isfinite(sum);
  v->loss = sum / k;
  if (!v->failed) {
    v->best_part = fmin(v->best_part, v->loss);
    return true;
  }
  v->failures++;
  snprintf(v->failure, sizeof v->failure, "%s", ok ? "residuals overflow" : why);
  for (int i = 0; i < k; i++) r[i] = 1e6 / sqrt(k);
  v->loss = 1e12 / k;
  return true;
}

bool rc_opt_jacobian(rc_opt *o, const double *z, double *r, double *dr) {
  char why[96] = "the point is not finite";
  double cost = 1;
  if (!may_go_on(o, rc_fit_cost(o->fit, true))) return false;
  memcpy(o->z, z, (size_t)o->n * sizeof *z);
  bool ok = finite_point(o, z) && rc_fit_jacobian(o->fit, z, r, dr, &cost, why);
  for (size_t k = 0; ok && k < (size_t)o->m * (size_t)o->n; k++) ok = isfinite(dr[k]);
  if (!ok) memset(dr, 0, (size_t)o->m * (size_t)o->n * sizeof *dr);
  book(o, RC_QUERY_JACOBIAN, cost, ok, r, why);
  return true;
}

const rc_fit *rc_opt_fit(const rc_opt *o) {
  return o->fit;
}
const double *rc_opt_start(const rc_opt *o) {
  return o->start;
}
rc_rng *rc_opt_rng(rc_opt *o) {
  return &o->rng;
}
bool rc_opt_failed(const rc_opt *o) {
  return o->view.failed;
}
uint64_t rc_opt_count(const rc_opt *o, rc_query_kind kind) {
  return o->view.count[kind];
}
double rc_opt_loss(const rc_opt *o) {
  return o->view.loss;
}

double rc_opt_left(const rc_opt *o) {
  return o->limit - o->view.queries;
}

void rc_opt_figure(rc_opt *o, const char *name, double value) {
  rc_optimizer_view *v = &o->view;
  int k = 0;
  while (k < v->figures && strcmp(v->figure[k].name, name) != 0) k++;
  if (k == FIGURES) return;
  if (k == v->figures) {
    snprintf(v->figure[k].name, sizeof v->figure[k].name, "%s", name);
    v->figures++;
  }
  v->figure[k].value = value;
}

void rc_opt_known(rc_opt *o, int n, const double *known) {
  if (n > o->view.knows) o->known = rc_realloc(o->known, (size_t)n, sizeof *known);
  if (n > 0) memcpy(o->known, known, (size_t)n * sizeof *known);
  o->view.knows = n;
}

void rc_opt_end(rc_opt *o, const char *why) {
  snprintf(o->view.why, sizeof o->view.why, "%s", why);
}

/* ---- for those who run them ------------------------------------------------------------------- */

rc_opt *rc_opt_new(const rc_optimizer_class *cls, const void *opts, rc_fit *f, const double *z0,
                   uint64_t seed, uint64_t replica, rc_err *err) {
  if (rc_fit_n(f) < 1 || rc_fit_m(f) < 1) {
    rc_err_set(err, RC_ERR_INPUT, "%s: nothing to fit: %d free parameters, %d data", cls->kind.name,
               rc_fit_n(f), rc_fit_m(f));
    return NULL;
  }
  for (int j = 0; j < rc_fit_n(f); j++) {
    if (isfinite(z0[j])) continue;
    rc_err_set(err, RC_ERR_INPUT, "%s: the start of '%s' is not finite", cls->kind.name,
               rc_fit_parameter(f, j)->name);
    return NULL;
  }
  openblas_set_num_threads(1); /* sums in one order, whatever the machine */
  rc_opt *o = rc_alloc(1, sizeof *o);
  char stream[64];
  o->cls = cls;
  o->fit = f;
  o->n = rc_fit_n(f);
  o->m = rc_fit_m(f);
  o->opts = rc_alloc(1, cls->kind.size + 1);
  if (opts)
    rc_params_copy(cls->kind.params, o->opts, opts, cls->kind.size);
  else
    rc_params_init(cls->kind.params, o->opts, cls->kind.size);
  snprintf(stream, sizeof stream, "calib/%s", cls->kind.name);
  o->rng = rc_rng_stream(seed, stream, replica);
  o->start = rc_alloc((size_t)o->n, sizeof(double));
  o->z = rc_alloc((size_t)o->n, sizeof(double));
  o->best_z = rc_alloc((size_t)o->n, sizeof(double));
  memcpy(o->start, z0, (size_t)o->n * sizeof *z0);
  memcpy(o->z, z0, (size_t)o->n * sizeof *z0);
  memcpy(o->best_z, z0, (size_t)o->n * sizeof *z0);
  o->view.loss = o->view.best = o->view.best_part = o->limit = INFINITY;
  pthread_mutex_init(&o->lock, NULL);
  pthread_cond_init(&o->turned, NULL);
  return o;
}

void rc_opt_limit(rc_opt *o, double queries) {
  o->limit = queries;
}

void rc_opt_step(rc_opt *o, double queries) {
  pthread_mutex_lock(&o->lock);
  if (!o->view.done && queries > 0) {
    o->target = o->view.queries + queries;
    o->runs = true;
    if (!o->created && !create_thread(o)) {
      snprintf(o->view.why, sizeof o->view.why, "no thread could be started");
      o->view.done = true;
      o->runs = false;
    } else {
      o->created = true;
      give_turn(o, true);
    }
    await_turn(o, false);
  }
  pthread_mutex_unlock(&o->lock);
}

rc_optimizer_view rc_opt_read(const rc_opt *o) {
  rc_optimizer_view v = o->view;
  v.z = o->z;
  v.best_z = o->best_z;
  v.known = o->known;
  v.trail_queries = o->trail_queries;
  v.trail_loss = o->trail_loss;
  v.trail_z = o->trail_z;
  return v;
}

void rc_opt_free(rc_opt *o) {
  if (!o) return;
  if (o->created) {
    pthread_mutex_lock(&o->lock);
    o->closing = true;
    give_turn(o, true);
    pthread_mutex_unlock(&o->lock);
    pthread_join(o->thread, NULL);
  }
  pthread_cond_destroy(&o->turned);
  pthread_mutex_destroy(&o->lock);
  rc_params_free(o->cls->kind.params, o->opts);
  rc_free(o->opts);
  rc_free(o->start);
  rc_free(o->z);
  rc_free(o->best_z);
  rc_free(o->known);
  rc_free(o->trail_queries);
  rc_free(o->trail_loss);
  rc_free(o->trail_z);
  rc_free(o);
}
