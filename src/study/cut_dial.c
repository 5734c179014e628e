/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The noise dial: the same magnet at growing noise on its amplitudes, a exp(sigma u), and at each
 * level how greedy, descent, annealing and the bound fare (Westerhout et al., arXiv 2207.10675, for
 * the noise). With noise of each state's own the symmetry is gone: the bound is that of the whole
 * graph, and its work at a level is limited by slices, which are counted, not timed. */
#include "study/cut_study.h"

#include <math.h>
#include <string.h>

const double cut_dial_levels[RC_CUT_DIAL] = {0, .1, .3, 1, 1.5, 2, 3, 4, 6, 8};
const int cut_dial_count = 10;

enum { PIECE_MAKE, PIECE_GREEDY, PIECE_DESCENT, PIECE_ANNEAL, PIECE_BOUND, PIECE_ROW };
enum { DESCENTS = 40, ANNEAL_SWEEPS = 750, BOUND_ROUNDS = 120 };
#define LOST 1e-9 /* of the best cut: less is rounding */

static void drop_level(cut_dial *d) {
  if (d->run) d->cls->close(d->run);
  rc_free(d->opts);
  rc_bound_free(d->bound);
  rc_cut_builder_free(d->builder);
  rc_cut_graph_free(d->graph);
  rc_free(d->amplitude);
  rc_free(d->side);
  const int at = d->at;
  *d = (cut_dial){.at = at};
}

void cut_dial_drop(cut *s) {
  drop_level(&s->dial);
  s->dial.at = 0;
  rc_share_drop(s->dial_rows);
  s->dial_rows = NULL;
  s->dials = 0;
}

/* The dial is of plain sectors only: of the symmetry it is enough to know that there is none. */
static bool same_magnet(const cut_magnet *a, const rc_scenario *b) {
  for (int c = 0; c < RC_CLASSES_MAX; c++)
    if (a->model.J[c] != b->model.J[c]) return false;
  return a->model.delta == b->model.delta && a->model.field == b->model.field &&
         a->sector.all == b->sector.all && a->sector.sz2 == b->sector.sz2 &&
         a->sector.symmetry == b->sector.symmetry &&
         a->sector.has_momentum == b->sector.has_momentum &&
         a->sector.characters == b->sector.characters &&
         a->sector.inversion == b->sector.inversion && a->memory == b->memory;
}

bool cut_dial_stays(const cut *s, const rc_study_env *env, const cut_opts *o) {
  const bool file = cut_from_file(s) || (o->instance && o->instance[0]);
  return !file && (s->dials > 0 || s->dial_wanted || s->phase == CUT_DIAL) &&
         s->lattice == env->scenario->lattice_share && same_magnet(&s->magnet, env->scenario) &&
         s->magnet.seed == env->seed && s->o.amplitudes.symmetric == o->amplitudes.symmetric &&
         s->o.edges == o->edges && s->o.bound.rounds == o->bound.rounds &&
         s->o.bound.engine == o->bound.engine;
}

cut_dial_kept cut_dial_take(cut *s) {
  if (!s->dial.graph) drop_level(&s->dial); /* a graph half made reads the matrix, which goes */
  const cut_dial_kept k = {s->dial, s->dial_rows, s->dials,
                           s->dial.at < cut_dial_count && (s->dial_wanted || s->phase == CUT_DIAL)};
  s->dial = (cut_dial){0};
  s->dial_rows = NULL;
  s->dials = 0;
  return k;
}

void cut_dial_give(cut *s, cut_dial_kept k) {
  s->dial = k.dial;
  s->dial_rows = k.rows;
  s->dials = k.dials;
  s->dial_wanted = k.wanted;
}

/* The amplitudes of the level, and the graph by and by. */
static bool begin_level(cut *s, cut_dial *d, rc_err *err) {
  const uint64_t n = rc_matrix_states(s->matrix);
  const rc_amplitude_opts o = {.kind = RC_AMPLITUDES_NOISY,
                               .sigma = cut_dial_levels[d->at],
                               .per_orbit = s->o.amplitudes.symmetric,
                               .seed = s->env.seed};
  d->amplitude = rc_alloc(n + 1, sizeof *d->amplitude);
  d->side = rc_alloc(n + 1, 1);
  if (!rc_amplitudes(s->matrix, rc_share_get(s->psi), rc_share_get(s->symmetry), &o, d->amplitude,
                     NULL, err)) {
    return false;
  }
  if (s->o.amplitudes.symmetric) rc_state_symmetry_even(rc_share_get(s->symmetry), d->amplitude);
  d->builder = rc_cut_builder_new(s->matrix, d->amplitude, s->o.edges, err);
  d->best = -INFINITY;
  return d->builder != NULL;
}

static bool make_level(cut *s, cut_dial *d, rc_err *err) {
  if (!d->builder && !begin_level(s, d, err)) return false;
  if (!rc_cut_builder_step(d->builder, CUT_BUILD_EDGES, &d->graph, err)) return false;
  if (!d->graph) return true;
  rc_cut_builder_free(d->builder);
  d->builder = NULL;
  d->piece++;
  return true;
}

static void open_solver(cut *s, cut_dial *d, const char *name) {
  d->cls = (const rc_solver_class *)rc_kind_find(rc_solver_kinds, name);
  d->opts = rc_alloc(1, d->cls->kind.size + 1);
  rc_params_init(d->cls->kind.params, d->opts, d->cls->kind.size);
  if (!strcmp(name, "descent")) {
    const rc_param *p = rc_param_find(d->cls->kind.params, "restarts");
    memcpy((char *)d->opts + p->offset, &(int64_t){DESCENTS}, sizeof(int64_t));
  }
  d->run = d->cls->open(d->graph, d->opts, s->env.seed, 2000 + (uint64_t)d->at, NULL);
}

/* One slice of the solver at work; true at its end, with its view. */
static bool solver_slice(cut *s, cut_dial *d, const char *name, uint64_t most, rc_solver_view *v) {
  if (!d->run) open_solver(s, d, name);
  *v = d->cls->read(d->run);
  if (!v->done && v->moves < most) d->cls->step(d->run, RC_MIN(100000, most - v->moves));
  *v = d->cls->read(d->run);
  if (!v->done && v->moves < most) return false;
  if (v->best > d->best) {
    d->best = v->best;
    memcpy(d->side, v->best_side, (size_t)d->graph->n);
  }
  return true;
}

static void close_solver(cut_dial *d) {
  d->cls->close(d->run);
  rc_free(d->opts);
  d->run = d->opts = NULL;
  d->piece++;
}

static bool bound_ended(const cut_dial *d) {
  return rc_bound_read(d->bound).done || d->slices >= RC_CUT_DIAL_SLICES;
}

static bool bound_slice(cut *s, cut_dial *d, bool *end, rc_err *err) {
  if (!d->bound) {
    const rc_state_symmetry *y = rc_share_get(s->symmetry);
    const rc_bound_opts o = {.rounds = s->o.bound.rounds ? s->o.bound.rounds : BOUND_ROUNDS,
                             .engine = s->o.bound.engine,
                             .seed = s->env.seed,
                             .generators = s->o.amplitudes.symmetric ? y->generators : 0,
                             .generator = (const int *const *)y->generator};
    d->bound = rc_bound_new(d->graph, &o, err);
    if (!d->bound) return false;
    rc_bound_offer(d->bound, d->side);
  }
  const int at_once = d->graph->m < 1000 ? 10 : 1;
  for (int i = 0; i < at_once && !bound_ended(d); i++, d->slices++) {
    if (!rc_bound_step(d->bound, err)) return false;
  }
  *end = bound_ended(d);
  return true;
}

static bool failed(const rc_cut_dial_row *r, int who) {
  return who == RC_DIAL_GREEDY    ? r->greedy_loss > LOST
         : who == RC_DIAL_DESCENT ? r->descent_hits <= 0
         : who == RC_DIAL_ANNEAL  ? r->anneal_loss > LOST
                                  : !r->tight;
}

/* The first level that one of them fails at, -1: none. */
static int first_failure(const cut *s, int who) {
  const rc_cut_dial_row *row = s->dials > 0 ? rc_share_get(s->dial_rows) : NULL;
  for (int k = 0; k < s->dials; k++)
    if (failed(&row[k], who)) return k;
  return -1;
}

void cut_dial_fails(const cut *s, double *fails) {
  const rc_cut_dial_row *row = s->dials > 0 ? rc_share_get(s->dial_rows) : NULL;
  for (int who = 0; who < RC_DIAL_KINDS; who++) {
    const int first = first_failure(s, who);
    fails[who] = first >= 0 ? row[first].sigma : nan("");
  }
}

/* Heavy tails of strong noise leave a few edges that decide: it may get easier again. */
static void add_recovery(const cut *s, int who, rc_str *line) {
  const rc_cut_dial_row *row = rc_share_get(s->dial_rows);
  for (int k = first_failure(s, who) + 1; k < s->dials; k++) {
    if (failed(&row[k], who)) continue;
    rc_str_addf(line, " (not at %.3g)", row[k].sigma);
    return;
  }
}

/* The transition, in a line. */
static void say_fails(const cut *s) {
  static const char *const name[RC_DIAL_KINDS] = {"greedy fails", "descent fails",
                                                  "annealing fails", "the bound is open"};
  double fails[RC_DIAL_KINDS];
  rc_str line = {0};
  cut_dial_fails(s, fails);
  for (int i = 0; i < RC_DIAL_KINDS; i++) {
    if (isnan(fails[i])) continue;
    rc_str_addf(&line, "%s%s from %.3g", line.len ? ", " : "", name[i], fails[i]);
    const rc_cut_dial_row *first = rc_share_get(s->dial_rows);
    if (i == RC_DIAL_BOUND && first[first_failure(s, i)].spent)
      rc_str_add(&line, " when its work is spent");
    add_recovery(s, i, &line);
  }
  s->env.emit(s->env.who, "dial", cut_dial_levels[cut_dial_count - 1], "noise dial: %s",
              line.len ? rc_str_c(&line) : "nothing fails at its end");
  rc_str_free(&line);
}

static void add_row(cut *s, cut_dial *d) {
  const rc_cut_graph *g = d->graph;
  const rc_bound_view v = rc_bound_read(d->bound);
  const double *psi = rc_share_get(s->psi);
  if (v.best > d->best) d->best = v.best, memcpy(d->side, v.best_side, (size_t)g->n);
  const double value = rc_cut_value_below(g, d->side), top = value + g->offset;
  rc_cut_dial_row row = {.sigma = cut_dial_levels[d->at]};
  for (int i = 0; i < g->n; i++) row.amplitude_overlap += d->amplitude[i] * fabs(psi[i]);
  row.sign_overlap = rc_cut_overlap(g->n, psi, d->side);
  row.greedy_loss = (d->best - d->greedy) / fmax(top, 1e-300);
  row.anneal_loss = (d->best - d->anneal) / fmax(top, 1e-300);
  /* hits were counted against descent's own best: none when another solver is better */
  row.descent_hits =
      d->descent >= d->best - 1e-9 * g->weight_total ? (double)d->hits / DESCENTS : 0;
  row.gap = (v.bound - value) / fmax(top, 1e-300);
  row.tight = v.proved;
  row.spent = !v.proved && (!v.done || v.rounds >= BOUND_ROUNDS ||
                            (s->o.bound.rounds > 0 && v.rounds >= s->o.bound.rounds));
  rc_cut_dial_row *rows = rc_alloc(RC_CUT_DIAL, sizeof *rows);
  if (s->dial_rows) memcpy(rows, rc_share_get(s->dial_rows), RC_CUT_DIAL * sizeof *rows);
  rows[s->dials++] = row;
  rc_share_drop(s->dial_rows);
  s->dial_rows = rc_share_new(rows, rc_free);
  s->env.emit(s->env.who, "dial", row.sigma,
              "noise %.3g: sign overlap %.4f, greedy loses %.2g, bound %s", row.sigma,
              row.sign_overlap, row.greedy_loss,
              row.tight   ? "tight"
              : row.spent ? "open when its work is spent"
                          : "open");
}

bool cut_dial_step(cut *s, bool *done, rc_err *err) {
  cut_dial *d = &s->dial;
  rc_solver_view v;
  bool end = false;
  *done = false;
  switch (d->piece) {
  case PIECE_MAKE:
    if (!make_level(s, d, err)) return false;
    break;
  case PIECE_GREEDY:
    if (solver_slice(s, d, "greedy", UINT64_MAX, &v)) d->greedy = v.best, close_solver(d);
    break;
  case PIECE_DESCENT:
    if (solver_slice(s, d, "descent", UINT64_MAX, &v)) {
      d->descent = v.best;
      for (int i = 0; i < v.figures; i++) {
        if (!strcmp(v.figure[i].name, "hits")) d->hits = (int)v.figure[i].value;
      }
      close_solver(d);
    }
    break;
  case PIECE_ANNEAL:
    if (solver_slice(s, d, "anneal", (uint64_t)ANNEAL_SWEEPS * (uint64_t)d->graph->n, &v)) {
      d->anneal = v.best;
      close_solver(d);
    }
    break;
  case PIECE_BOUND:
    if (!bound_slice(s, d, &end, err)) return false;
    d->piece += end;
    break;
  default:
    add_row(s, d);
    drop_level(d);
    d->at++;
    *done = d->at == cut_dial_count;
    if (*done) say_fails(s);
  }
  return true;
}
