/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board: samplers from the same path with the same committor, each until it has done the same
 * number of steps of the dynamics. What counts is the variance of a mean at equal steps. */
#include <gsl/gsl_cdf.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

enum { PIECE = 200000, SHOTS = 2000 }; /* of one step: steps of the dynamics, shots */
static const double WRONG = 4;         /* |z| of a mean that cannot be right */

static bool same(const rc_sampler_opts *a, const rc_sampler_opts *b) {
  return a->rfps == b->rfps && a->select == b->select && a->flatten == b->flatten &&
         (a->select == RC_SELECT_UNIFORM || a->select == RC_SELECT_PHI || a->gamma == b->gamma);
}

static void add_row(paths *s, const rc_sampler_opts *o, bool watched) {
  for (int i = 0; i < s->rows; i++)
    if (same(&s->row[i].shown.opts, o)) {
      s->row[i].shown.watched |= watched;
      return;
    }
  if (s->rows == RC_PATHS_BOARD) return;
  paths_row *r = &s->row[s->rows++];
  *r = (paths_row){.shown = {.watched = watched, .opts = *o}};
  rc_sampler_title(o, r->shown.title);
}

/* Uniform two-way shooting, which all are measured by, then the watched one, then the list. */
static void make_rows(paths *s, bool known) {
  rc_sampler_opts o = s->sampling;
  o.rfps = o.flatten = false;
  o.select = RC_SELECT_UNIFORM;
  add_row(s, &o, false);
  o = s->sampling;
  add_row(s, &o, true);
  for (int i = 0; i < s->o.compare.n; i++) {
    const rc_pick *p = &s->o.compare.v[i];
    const paths_selection *c = p->opts;
    o.rfps = !strcmp(p->kind->name, "rfps");
    o.select = (rc_select)c->select, o.gamma = c->gamma, o.flatten = c->flatten && known;
    add_row(s, &o, false);
  }
}

static bool open_board(paths *s, rc_err *err) {
  rc_committor c;
  rc_path first = {0};
  int sp;
  const bool known = paths_committor(s, &c);
  make_rows(s, known);
  rc_sampler_replay(s->sampler, 0, &first, &sp);
  bool ok = true;
  for (int i = 0; ok && i < s->rows; i++) {
    paths_row *r = &s->row[i];
    rc_sampler_opts o = r->shown.opts;
    o.seed = s->env.seed + 104729u * (uint64_t)(i + 1);
    o.burn = 500;
    r->sampler = rc_sampler_new(s->system, &o, known ? &c : NULL, err);
    ok = r->sampler != NULL;
    if (!ok) break;
    if (s->profiled) rc_sampler_profile(r->sampler, &s->profile);
    if (s->truth) rc_sampler_reference(r->sampler, s->truth);
    rc_sampler_channel(r->sampler, rc_path_channel, s->system);
    ok = rc_sampler_start_path(r->sampler, &first, err);
  }
  rc_path_free(&first);
  return ok;
}

void paths_board_drop(paths *s) {
  for (int i = 0; i < s->rows; i++) rc_sampler_free(s->row[i].sampler);
  memset(s->row, 0, sizeof s->row);
  s->rows = s->turn = 0;
  rc_share_drop(s->board);
  s->board = NULL;
}

/* ---- figures ------------------------------------------------------------------------------------
 */

/* Batches taken together until there are 32 to 63 of them: longer ones know less of each other. */
static int coarse(const rc_sampler_figures *f, double bins[RC_SAMPLER_BATCHES][10]) {
  int n = f->batches, size = 1;
  for (; n >= 64; n /= 2) size *= 2;
  for (int b = 0; b < n; b++)
    for (int i = 0; i < 10; i++) {
      bins[b][i] = 0;
      for (int k = 0; k < size; k++) bins[b][i] += f->batch[b * size + k].histogram[i];
    }
  return n;
}

/* Hotelling's T^2 of the batches: frames in a bin minus the exact share of all have mean zero. */
double paths_histogram_p(const rc_sampler_figures *f, const double *exact) {
  int use[10], d = -1; /* the shares sum to one: one bin less */
  for (int i = 0; i < 10; i++)
    if (exact[i] > 1e-3) use[++d] = i;
  double bins[RC_SAMPLER_BATCHES][10];
  const int n = coarse(f, bins);
  if (d < 1 || n < d + 10) return nan("");
  double mean[10] = {0}, cov[100] = {0}, x[10];
  for (int pass = 0; pass < 2; pass++)
    for (int b = 0; b < n; b++) {
      double all = 0;
      for (int i = 0; i < 10; i++) all += bins[b][i];
      for (int i = 0; i < d; i++) {
        x[i] = bins[b][use[i]] - exact[use[i]] * all - (pass ? mean[i] : 0);
        if (!pass) mean[i] += x[i] / n;
      }
      for (int i = 0; pass && i < d; i++)
        for (int j = 0; j < d; j++) cov[i * d + j] += x[i] * x[j] / (n - 1.0) / n;
    }
  memcpy(x, mean, sizeof x);
  if (LAPACKE_dposv(LAPACK_ROW_MAJOR, 'U', d, 1, cov, d, x, 1)) return nan("");
  double t2 = 0;
  for (int i = 0; i < d; i++) t2 += x[i] * mean[i];
  return gsl_cdf_fdist_Q(t2 * (n - d) / (d * (n - 1.0)), d, n - d);
}

/* Errors of means are wide, so that they hold in short walks too: by half of the variance and more, and
 * unevenly. A ratio of two variances wants none of that but little scatter: plain batches, together when
 * they are shorter than what a walk remembers while there are enough of them. */
double paths_cost(const rc_sampler_figures *f, bool channel, double *error) {
  enum { SHOTS_LEAST = 128, BATCHES_LEAST = 32 };
  int n = f->batches, size = 1;
  *error = nan("");
  if (isnan(f->length_se)) return nan("");
  const double per = (double)f->averaged / n, ratio = channel ? f->channel : f->length;
  for (; n >= 2 * BATCHES_LEAST && per * size < SHOTS_LEAST; n /= 2) size *= 2;
  double weight = 0, square = 0, fourth = 0;
  for (int b = 0; b < n; b++) {
    double r = 0;
    for (int k = b * size; k < (b + 1) * size; k++) {
      const rc_sampler_batch *s = &f->batch[k];
      r += (channel ? s->channel : s->length) - ratio * s->weight;
      weight += s->weight;
    }
    square += r * r, fourth += r * r * r * r;
  }
  if (!(weight > 0) || !(square > 0)) return nan("");
  *error = sqrt(fmax(fourth / (square * square) - 1. / n, 2. / (n * n)));
  return square * n / (n - 1.) / (weight * weight) * (double)f->steps;
}

static void figures(paths *s, paths_row *r) {
  rc_paths_board_row *b = &r->shown;
  b->figures = rc_sampler_read(r->sampler);
  const rc_sampler_figures *f = &b->figures;
  const double shots = (double)f->shots;
  b->yield = shots > 0 ? (double)f->generated / shots : nan("");
  b->yield_oracle = s->truth && r->seen ? r->oracle / (double)r->seen : nan("");
  b->acceptance = shots > 0 ? (double)f->accepted / shots : nan("");
  b->z_length = s->solved && s->shape->dynamics != RC_PATH_OVERDAMPED
                    ? (f->length - s->figures.length) / f->length_se
                    : nan("");
  b->chi2_p = s->solved ? paths_histogram_p(f, s->figures.histogram) : nan("");
  const double free = f->length_sd * f->length_sd / (f->length_se * f->length_se);
  b->rate = paths_rate_of(s, f->reaching), b->rate_error = paths_rate_of(s, f->reaching_se);
  b->tau = shots / free;
  b->steps_per_path = (double)f->steps / free;
}

/* The variance of a mean that is not that of the paths, as of a walk that stays in one channel, is
 * small and tells nothing. */
static bool wrong(const rc_paths_board_row *b) {
  return fabs(b->z_length) > WRONG;
}

static void compare(paths *s) {
  const rc_sampler_figures *u = &s->row[0].shown.figures;
  double error[2], none;
  const double length = paths_cost(u, false, &error[0]), channel = paths_cost(u, true, &none);
  for (int i = 0; i < s->rows; i++) {
    rc_paths_board_row *b = &s->row[i].shown;
    const rc_sampler_figures *f = &b->figures;
    b->efficiency = i ? length / paths_cost(f, false, &error[1]) : 1;
    b->efficiency_channel = i ? channel / paths_cost(f, true, &none) : 1;
    b->efficiency_error = nan("");
    b->biased = wrong(b) || wrong(&s->row[0].shown);
    if (b->biased) b->efficiency = b->efficiency_channel = nan("");
    if (i && !b->biased) b->efficiency_error = b->efficiency * hypot(error[0], error[1]);
  }
}

const rc_paths_board_row *paths_board_watched(const paths *s) {
  for (int i = 0; i < s->rows; i++)
    if (s->row[i].shown.watched) return &s->row[i].shown;
  return NULL;
}

static void show(paths *s) {
  rc_paths_board_row *rows = rc_alloc((size_t)s->rows, sizeof *rows);
  for (int i = 0; i < s->rows; i++) rows[i] = s->row[i].shown;
  rc_share_drop(s->board);
  s->board = rc_share_new(rows, rc_free);
}

/* ---- steps --------------------------------------------------------------------------------------
 */

static void tell_row(const paths *s, const rc_paths_board_row *b) {
  if (!isnan(b->efficiency))
    s->env.emit(s->env.who, "board", b->efficiency, "%s: %.2f times as efficient as uniform TPS",
                b->title, b->efficiency);
  else if (b->biased && wrong(b))
    s->env.emit(s->env.who, "board", nan(""),
                "%s: biased, its mean is %+.3g errors from the exact one: not comparable", b->title,
                b->z_length);
  else if (b->biased)
    s->env.emit(s->env.who, "board", nan(""), "%s: uniform TPS is biased: not comparable",
                b->title);
  else
    s->env.emit(s->env.who, "board", nan(""), "%s: too few paths to compare; raise 'steps'",
                b->title);
}

static void end_board(paths *s) {
  for (int i = 0; i < s->rows; i++) {
    const rc_paths_board_row *b = &s->row[i].shown;
    tell_row(s, b);
    rc_sampler_free(s->row[i].sampler);
    s->row[i].sampler = NULL;
  }
  s->after = PATHS_END, s->phase = PATHS_MECHANISM;
}

static double steps_of(const paths_row *r) {
  return (double)rc_sampler_read(r->sampler).steps;
}

bool paths_board_step(paths *s, rc_err *err) {
  if (!(s->o.steps > 0) || (s->rows && !s->row[0].sampler)) { /* none, or done */
    s->after = PATHS_END, s->phase = PATHS_MECHANISM;
    return true;
  }
  if (!s->rows) return open_board(s, err);
  paths_row *r = &s->row[s->turn];
  const double piece = RC_MIN(PIECE, s->o.steps);
  const double from = steps_of(r), goal = fmin(s->o.steps, from + piece);
  double steps = from;
  for (int k = 0; k < SHOTS && steps < goal; k++) {
    rc_shot shot;
    if (!rc_sampler_step(r->sampler, &shot, err)) return false;
    steps += (double)shot.frames + 1;
    const double truth = paths_truth(s, rc_sampler_point(r->sampler, shot.id));
    if (!isnan(truth)) r->oracle += 2 * truth * (1 - truth), r->seen++;
  }
  figures(s, r);
  compare(s);
  show(s);
  s->turn = (s->turn + 1) % s->rows;
  bool left = false;
  for (int i = 0; i < s->rows; i++) left |= steps_of(&s->row[i]) < s->o.steps;
  if (!left) end_board(s);
  return true;
}
