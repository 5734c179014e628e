/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of the cut study: solvers and the bound take turns, a bounded piece per step. */
#include "study/cut_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void cut_point(cut_series *t, double step, double value) {
  if (t->n == t->cap) {
    const int cap = RC_MAX(64, 2 * t->cap);
    double *larger = rc_alloc((size_t)cap * 2, sizeof *larger);
    if (t->n > 0) {
      const double *old = rc_share_get(t->points);
      memcpy(larger, old, (size_t)t->n * sizeof *old);
      memcpy(larger + cap, old + t->cap, (size_t)t->n * sizeof *old);
    }
    rc_share_drop(t->points);
    t->points = rc_share_new(larger, rc_free);
    t->cap = cap;
  }
  double *p = rc_share_get(t->points);
  p[t->n] = step;
  p[t->cap + t->n++] = value; /* behind what is published */
}

/* ---- beginning --------------------------------------------------------------------------------
 */

/* Moves that take some milliseconds: a scanning solver looks at all vertices for each. On a small
 * graph the relaxation is quick, and is not kept waiting. Large graphs with whole-number weights are
 * what heuristics are made for: their turns are longer, and longest for annealing. */
static uint64_t moves_for(const rc_solver_class *cls, const rc_cut_graph *g) {
  const double degree = g->n > 0 ? 2. * (double)g->m / g->n : 1, size = (double)g->n + (double)g->m;
  const double cost = cls->scans ? .3 * g->n + degree : 1 + .1 * degree;
  const double turn = g->integer ? fmax(3 * size, size * size * size / 300000) : 8 * size;
  const double small = fmax(1000, turn) / (cls->scans ? g->n + 1 : 1);
  const double far = g->m > CUT_SMALL ? 4 : 1; /* from the processor: not in its caches */
  const double most = (g->integer ? 2.5e6 / fmax(1, cls->cost) : 300000) / far;
  return (uint64_t)fmax(20, fmin(small, fmin(most / cost, g->integer ? INFINITY : 200000)));
}

static bool start_solver(cut *s, const rc_kind *kind, const void *opts, rc_err *err) {
  if (s->runs == RC_CUT_SOLVERS) return true;
  cut_run *r = &s->run[s->runs];
  *r = (cut_run){.cls = (const rc_solver_class *)kind, .seen = -INFINITY};
  r->opts = rc_alloc(1, kind->size + 1);
  if (opts)
    rc_params_copy(kind->params, r->opts, opts, kind->size);
  else
    rc_params_init(kind->params, r->opts, kind->size);
  s->runs++;
  /* the second solver of a kind is another replica */
  uint64_t replica = 0;
  for (int i = 0; i + 1 < s->runs; i++) replica += s->run[i].cls == r->cls;
  r->run = r->cls->open(cut_graph(s), r->opts, s->env.seed, replica, err);
  r->moves_per_step = moves_for(r->cls, cut_graph(s));
  return r->run != NULL;
}

/* The k-th solver of the study: those that were named, or a good set. */
static bool start_solver_number(cut *s, int k, bool *last, rc_err *err) {
  static const char *const magnet[] = {"greedy", "descent", "anneal", "rounding"};
  static const char *const file[] = {"greedy", "anneal", "tempering", "burer", "contract"};
  const rc_picks *p = &s->o.solvers;
  const int n = p->n ? p->n : cut_from_file(s) ? (int)RC_LEN(file) : (int)RC_LEN(magnet);
  *last = k + 1 >= n;
  if (p->n) return start_solver(s, p->v[k].kind, p->v[k].opts, err);
  const char *name = cut_from_file(s) ? file[k] : magnet[k];
  return start_solver(s, rc_kind_find(rc_solver_kinds, name), NULL, err);
}

/* A piece of the preparations of the bound; true, with *ready, at their end. */
static bool start_bound(cut *s, bool *ready, rc_err *err) {
  *ready = s->o.bound.kind == BOUND_NONE;
  if (*ready) return true;
  if (!s->bound_begun) {
    rc_bound_opts o = {.engine = s->o.bound.engine,
                       .branch = s->o.bound.prove,
                       .nodes = s->o.bound.nodes,
                       .rounds = s->o.bound.rounds,
                       .work = cut_from_file(s) ? 0 : 1e9 * s->o.bound.work,
                       .seed = s->env.seed};
    if (s->orbit_bound) {
      const rc_state_symmetry *y = rc_share_get(s->symmetry);
      o.generators = y->generators;
      o.generator = (const int *const *)y->generator;
    }
    s->bound_begun = rc_bound_begin(cut_graph(s), &o, err);
    if (!s->bound_begun) return false;
  }
  do { /* of a small graph all at once */
    if (!rc_bound_prepare(s->bound_begun, ready, err)) return false;
  } while (!*ready && cut_graph(s)->m < CUT_SMALL);
  if (!*ready) return true;
  s->bound = s->bound_begun;
  s->bound_begun = NULL;
  s->bounds = rc_bound_read(s->bound); /* without rows yet: the sum of the positive weights */
  cut_point(&s->bound_trace, (double)s->steps, s->bounds.bound + cut_graph(s)->offset);
  return true;
}

static void begin_cut(cut *s) {
  s->best = s->tidy = 0;
  s->best_run = -2;
  uint8_t *side = rc_alloc((size_t)cut_graph(s)->n + 1, 1);
  s->best_side = rc_share_new(side, rc_free);
}

static void start_sampling(cut *s, rc_err *err) {
  const rc_cut_graph *g = cut_graph(s);
  const rc_solver_class *d = (const rc_solver_class *)rc_kind_find(rc_solver_kinds, "descent");
  int64_t options[8] = {0}; /* restarts 0: never ends */
  if ((int64_t)g->n * RC_CUT_OPTIMA > 50000000) return;
  s->descent = d->open(g, options, s->env.seed, 1000, err);
  s->optimum_side = rc_alloc((size_t)g->n * RC_CUT_OPTIMA + 1, 1);
}

/* ---- running ----------------------------------------------------------------------------------
 */

/* Takes over a better cut; tells the bound and the solvers that listen. */
static void improve(cut *s, int who, double value, const uint8_t *side) {
  const rc_cut_graph *g = cut_graph(s);
  uint8_t *copy = rc_alloc((size_t)g->n + 1, 1);
  memcpy(copy, side, (size_t)g->n);
  rc_share_drop(s->best_side);
  s->best_side = rc_share_new(copy, rc_free);
  s->best = value;
  s->tidy = rc_cut_value_below(g, copy);
  s->best_run = who;
  s->gain_cycle = s->cycle;
  cut_point(&s->best_trace, (double)s->steps, s->tidy + g->offset);
  s->env.emit(s->env.who, "improved", s->tidy + g->offset, "new best %.10g by %s",
              s->tidy + g->offset,
              who >= 0    ? s->run[who].cls->kind.title
              : who == -3 ? "a first pass"
                          : "the bound's rounding");
  if (s->bound && who >= 0) rc_bound_offer(s->bound, copy);
  for (int i = 0; i < s->runs; i++) {
    if (i != who && s->run[i].cls->offer) s->run[i].cls->offer(s->run[i].run, copy);
  }
}

/* ---- a large instance: first a cut, then whoever improves it ----------------------------------
 */

/* The sum of the positive weights, in floating point rounded up: the bound without any row. */
static double roof_of(const rc_cut_graph *g) {
  double sum = 0;
  for (int64_t e = 0; e < g->m; e++) sum += fmax(g->w[e], 0);
  return g->integer ? sum : sum * (1 + 2.3e-16 * (double)(g->m + 1));
}

/* Each vertex in turn to the better side against those before it, so that a run which ends while
 * solvers and bound are still being prepared has a cut; true at the end. */
static bool first_pass(cut *s) {
  const rc_cut_graph *g = cut_graph(s);
  if (!s->first_side) s->first_side = rc_alloc((size_t)g->n + 1, 1);
  uint8_t *side = s->first_side;
  int64_t left = 20 * CUT_BUILD_EDGES;
  for (; s->first_at < g->n && left > 0; s->first_at++) {
    const int v = s->first_at;
    double gain = 0; /* of side 1 over side 0 */
    for (int64_t k = g->start[v]; k < g->start[v + 1] && g->other[k] < v; k++)
      gain += side[g->other[k]] ? -g->weight[k] : g->weight[k];
    side[v] = gain > 0;
    left -= 1 + g->start[v + 1] - g->start[v];
  }
  return s->first_at == g->n;
}

static double tie(const cut *s) {
  const rc_cut_graph *g = cut_graph(s);
  return g->integer ? 0 : 1e-13 * g->weight_total;
}

/* What the solvers begin with is a cut already. */
static void take_first(cut *s) {
  double best = tie(s);
  int who = -1;
  for (int i = 0; i < s->runs; i++) {
    const rc_solver_view v = s->run[i].cls->read(s->run[i].run);
    if (v.best_side && v.best > best) best = v.best, who = i;
  }
  if (who >= 0) improve(s, who, best, s->run[who].cls->read(s->run[who].run).best_side);
}

/* One solver a step, then the bound: on a large instance each takes its time. */
static bool set_up(cut *s, rc_err *err) {
  const bool large = cut_graph(s)->m >= CUT_SMALL;
  bool last = true, ready;
  if (large && !s->best_side) {
    if (!first_pass(s)) return true;
    begin_cut(s);
    s->roof = roof_of(cut_graph(s));
    improve(s, -3, rc_cut_value(cut_graph(s), s->first_side), s->first_side);
    return true;
  }
  if (!s->solvers_up) {
    const bool ok = start_solver_number(s, s->stage++, &last, err);
    s->solvers_up = last;
    return ok;
  }
  if (!start_bound(s, &ready, err)) return false;
  if (!ready) return true;
  start_sampling(s, err);
  if (large && s->bound) rc_bound_offer(s->bound, rc_share_get(s->best_side));
  if (!large) begin_cut(s), take_first(s); /* from here on there are figures to show */
  s->phase = CUT_RUN;
  return true;
}

void cut_solver_moves(cut *s, int i, uint64_t moves) {
  cut_run *r = &s->run[i];
  r->cls->step(r->run, moves);
  const rc_solver_view v = r->cls->read(r->run);
  if (v.best > r->seen) {
    r->seen = v.best;
    r->last_gain = s->steps;
    cut_point(&r->best, (double)s->steps, v.best + cut_graph(s)->offset);
  }
  if (v.best > s->best + tie(s) || s->best_run == -2) improve(s, i, v.best, v.best_side);
}

static void solver_turn(cut *s, int i) {
  const cut_run *r = &s->run[i];
  const rc_solver_view v = r->cls->read(r->run);
  const uint64_t most = (uint64_t)s->o.moves;
  if (v.done || (most > 0 && v.moves >= most)) return;
  cut_solver_moves(s, i, most > 0 ? RC_MIN(r->moves_per_step, most - v.moves) : r->moves_per_step);
}

static int by_multiplier(const void *a, const void *b) {
  const double x = ((const rc_cut_cycle *)a)->multiplier, y = ((const rc_cut_cycle *)b)->multiplier;
  return (x < y) - (x > y);
}

static const double ROUNDING = 1e-9;

/* The rows that carry the bound of the node at work, heaviest multiplier first. */
static void list_cycles(cut *s) {
  const int64_t now[] = {s->bounds.rounds, s->bounds.nodes, s->bounds.nodes_open, s->bounds.depth};
  if (s->cycles && !memcmp(s->cycles_for, now, sizeof now)) return;
  const int64_t n = RC_MIN(rc_bound_active(s->bound), 4096);
  if (n == 0 && s->cycles) return; /* a new node has none yet: those of the one before stay */
  rc_cut_cycle *all = rc_alloc((size_t)n + 1, sizeof *all);
  for (int64_t k = 0; k < n; k++) {
    rc_cycle_row row;
    if (!rc_bound_row(s->bound, k, &row)) continue;
    rc_cut_cycle *c = &all[k];
    *c = (rc_cut_cycle){.length = row.length, .multiplier = row.multiplier, .slack = row.slack};
    for (int i = 0; i < RC_MIN(row.length, 16); i++)
      c->vertex[i] = row.vertex[i], c->marked[i] = row.marked[i];
  }
  qsort(all, (size_t)n, sizeof *all, by_multiplier);
  int64_t carry = 0; /* a multiplier of 1e-13 beside one of 1 is rounding of the simplex */
  while (carry < RC_MIN(n, RC_CUT_ROWS) && all[carry].multiplier > ROUNDING * all[0].multiplier)
    carry++;
  s->cycle_count = (int)carry;
  memcpy(s->cycles_for, now, sizeof now);
  rc_share_drop(s->cycles);
  s->cycles = rc_share_new(all, rc_free);
}

/* A new point of the relaxation: for solvers that can make use of it. */
static void guide(cut *s) {
  for (int i = 0; s->bounds.x && i < s->runs; i++) {
    if (s->run[i].cls->guide) s->run[i].cls->guide(s->run[i].run, s->bounds.x);
  }
}

bool cut_bound_turn(cut *s, rc_err *err) {
  const double before = s->bounds.bound;
  const int64_t nodes = s->bounds.nodes;
  if (!rc_bound_step(s->bound, err)) return false;
  s->bounds = rc_bound_read(s->bound);
  const rc_bound_view v = s->bounds;
  list_cycles(s);
  if (v.best > s->best + tie(s)) improve(s, -1, v.best, v.best_side);
  const double offset = cut_graph(s)->offset;
  if (v.bound < before) cut_point(&s->bound_trace, (double)s->steps, v.bound + offset);
  const bool ended = v.rounds > s->rounds_ended && !v.separating;
  if (ended) s->rounds_ended = v.rounds, guide(s);
  if (ended && (v.rounds < 20 || v.rounds % 10 == 0)) {
    s->env.emit(s->env.who, "round", v.bound + offset, "round %lld: bound %.10g, %lld rows",
                (long long)v.rounds, v.bound + offset, (long long)v.rows);
  }
  if (v.nodes > nodes && nodes > 0) {
    s->env.emit(s->env.who, "branched", v.bound + offset, "%lld nodes, %lld open",
                (long long)v.nodes, (long long)v.nodes_open);
  }
  if (v.proved && v.done) {
    s->env.emit(s->env.who, "proved", v.bound + offset,
                cut_from_file(s) ? "proved: no cut is heavier than %.10g"
                                 : "proved: no choice of signs satisfies more than %.10g",
                s->tidy + offset);
  }
  return true;
}

/* Overlap of two cuts, -1 .. 1 up to the global flip; by amplitudes for a Hilbert graph. */
static double overlap_of(const cut *s, const uint8_t *a, const uint8_t *b) {
  const rc_cut_graph *g = cut_graph(s);
  const double *w = s->amplitude ? rc_share_get(s->amplitude) : NULL;
  double sum = 0, all = 0;
  for (int v = 0; v < g->n; v++) {
    const double share = w ? w[v] * w[v] : 1;
    sum += a[v] == b[v] ? share : -share;
    all += share;
  }
  return all > 0 ? fabs(sum) / all : 0;
}

/* Overlaps of the newest local optimum, which is not counted yet, with all before it. */
static void count_pairs(const cut *s, double *bins) {
  const size_t n = (size_t)cut_graph(s)->n;
  const uint8_t *newest = s->optimum_side + (size_t)s->optima_count * n;
  for (int k = 0; k < s->optima_count; k++) {
    const double q = overlap_of(s, newest, s->optimum_side + (size_t)k * n);
    bins[(int)RC_MIN(q * RC_CUT_PAIR_BINS, RC_CUT_PAIR_BINS - 1)]++;
  }
}

/* Samples local optima for the landscape view until there are enough. */
static void sample_optima(cut *s) {
  if (!s->descent || s->optima_count == RC_CUT_OPTIMA) return;
  const rc_solver_class *d = (const rc_solver_class *)rc_kind_find(rc_solver_kinds, "descent");
  const rc_cut_graph *g = cut_graph(s);
  for (int i = 0; i < 4 && s->optima_count < RC_CUT_OPTIMA; i++) {
    d->step(s->descent,
            (uint64_t)RC_MAX(
                50, g->n / 2)); /* more than one optimum in a slice: the last one is taken */
    const rc_solver_view v = d->read(s->descent);
    if ((int64_t)v.figure[0].value == s->descent_seen) continue; /* still on its way up */
    double value;
    memcpy(s->optimum_side + (size_t)s->optima_count * (size_t)g->n,
           rc_descent_optimum(s->descent, &value), (size_t)g->n);
    s->descent_seen = (int64_t)v.figure[0].value;
    enum { ALL = 2 * RC_CUT_OPTIMA + RC_CUT_PAIR_BINS };
    double *all = rc_alloc(ALL, sizeof *all);
    if (s->optima) memcpy(all, rc_share_get(s->optima), ALL * sizeof *all);
    count_pairs(s, all + 2 * RC_CUT_OPTIMA);
    all[s->optima_count++] = value + g->offset;
    for (int k = 0; k < s->optima_count; k++) {
      all[RC_CUT_OPTIMA + k] =
          overlap_of(s, s->optimum_side + (size_t)k * (size_t)g->n, rc_share_get(s->best_side));
    }
    rc_share_drop(s->optima);
    s->optima = rc_share_new(all, rc_free);
  }
}

static bool solvers_finished(const cut *s) {
  for (int i = 0; i < s->runs; i++) {
    const rc_solver_view v = s->run[i].cls->read(s->run[i].run);
    if (!v.done && !(s->o.moves > 0 && v.moves >= (uint64_t)s->o.moves)) return false;
  }
  return true;
}

/* How often the bound has its turn in this cycle. Where branching has begun with a wide gap it will
 * not close soon, and the time is better spent on solvers; where solvers have stood still for a
 * while the rest is a matter of the bound. */
static int turns_of_bound(const cut *s) {
  enum { STILL = 12, SELDOM = 6, OFTEN = 4 };
  if (!s->bound || s->bounds.done) return 0;
  const double gap = s->bounds.bound - s->best, scale = fabs(s->best) + fabs(cut_graph(s)->offset);
  if (s->bounds.nodes > 1 && gap > .01 * scale) return s->cycle % SELDOM == 0;
  return s->cycle > s->gain_cycle + STILL ? OFTEN : 1;
}

static void end_run(cut *s) {
  const bool proved = s->bound && s->bounds.done && s->bounds.proved;
  const bool ended = (!s->bound || s->bounds.done) && solvers_finished(s);
  if (proved || ended) s->phase = CUT_CERTIFY;
}

static bool run(cut *s, rc_err *err) {
  if (s->runs == 0 && !s->bound) {
    s->phase = CUT_CERTIFY;
    return true;
  }
  if (s->aim.kind != AIM_NONE) {
    if (!cut_single_step(s, err)) return false;
    end_run(s);
    return true;
  }
  if (s->turn >= s->runs + s->bound_turns) {
    s->cycle++;
    s->bound_turns = RC_MAX(turns_of_bound(s), s->runs == 0 && s->bound);
    s->turn = 0;
  }
  const int turn = s->turn++;
  if (turn < s->runs)
    solver_turn(s, turn);
  else if (!s->bounds.done && !cut_bound_turn(s, err))
    return false;
  sample_optima(s);
  end_run(s);
  return true;
}

/* ---- end --------------------------------------------------------------------------------------
 */

typedef struct certificate_paths {
  char certificate[600], instance[610];
} certificate_paths;

static bool same_file(const char *a, const char *b) {
  struct stat x, y;
  return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Neither file may take the place of the instance that was read. */
static bool spares_instance(const cut *s, const certificate_paths *p, rc_err *err) {
  const char *source = s->o.instance;
  if (!cut_from_file(s) || (!same_file(source, p->certificate) && !same_file(source, p->instance)))
    return true;
  return rc_err_set(err, RC_ERR_INPUT, "the certificate '%s' would overwrite the instance '%s'",
                    p->certificate, source);
}

/* Writes instance and certificate and has them checked. */
static bool write_certificate(cut *s, const certificate_paths *p, rc_err *err) {
  const char *slash = strrchr(p->instance, '/');
  rc_verdict v = {0};
  double bound;
  if (!spares_instance(s, p, err) || !rc_cut_graph_write(cut_graph(s), "mc", p->instance, err) ||
      !rc_bound_certificate(s->bound, rc_share_get(s->best_side), slash ? slash + 1 : p->instance,
                            p->certificate, err))
    return false;
  s->certified = rc_certificate_verify(p->certificate, NULL, &v);
  if (s->certified && rc_parse_real(v.bound, &bound))
    s->certified = bound <= s->bounds.bound + 2e-9 * fmax(1e-300, fabs(s->bounds.bound));
  if (!v.accepted) cut_warn(s, "the checker refuses the certificate: %.120s", v.reason);
  return true;
}

/* The certificate goes where the user wants it, or to a scratch file that only the checker sees. */
static bool certify(cut *s, rc_err *err) {
  certificate_paths p;
  if (!s->bound) return true;
  if (s->o.certificate && s->o.certificate[0]) {
    snprintf(p.certificate, sizeof p.certificate, "%.590s", s->o.certificate);
    snprintf(p.instance, sizeof p.instance, "%.590s.mc", s->o.certificate);
    s->certificate_written = write_certificate(s, &p, err);
    return s->certificate_written;
  }
  char scratch[] = "/tmp/roadcut-XXXXXX";
  if (!mkdtemp(scratch)) return true; /* no room for a scratch file: it stays uncertified */
  snprintf(p.certificate, sizeof p.certificate, "%s/cut.cert", scratch);
  snprintf(p.instance, sizeof p.instance, "%s/cut.mc", scratch);
  rc_err ignored = {0};
  write_certificate(s, &p, &ignored);
  unlink(p.certificate), unlink(p.instance), rmdir(scratch);
  return true;
}

/* What is left open is not left without a reason. */
static void say_gap(cut *s) {
  const rc_cut_graph *g = cut_graph(s);
  if (!s->bound || s->bounds.proved) return;
  const double top = s->bounds.bound + g->offset,
               percent = 100 * (s->bounds.bound - s->tidy) / fmax(fabs(top), 1e-300);
  switch (s->bounds.end) {
  case RC_BOUND_ROUNDS:
    cut_warn(s, "a gap of %.3g %% is left: cut.bound.rounds are spent", percent);
    break;
  case RC_BOUND_NODES:
    cut_warn(s, "a gap of %.3g %% is left: cut.bound.nodes are spent", percent);
    break;
  case RC_BOUND_WORK:
    cut_warn(s, "a gap of %.3g %% is left: cut.bound.work is spent", percent);
    break;
  case RC_BOUND_NO_BRANCHING:
    cut_warn(s,
             "a gap of %.3g %% is left: the relaxation is solved, no more follows from odd cycles, "
             "and cut.bound.prove is off",
             percent);
    break;
  case RC_BOUND_ORBITS:
    cut_warn(s,
             "a gap of %.3g %% is left: no more follows from odd cycles, of orbits or of all %lld "
             "edges; with cut.bound.orbits false it branches on edges one by one",
             percent, (long long)g->m);
    break;
  case RC_BOUND_DIGITS:
    cut_warn(s, "a gap of %.3g %% is left: the relaxation is solved as far as its digits go",
             percent);
    break;
  default: cut_warn(s, "a gap of %.3g %% is left: the bound was stopped", percent);
  }
}

/* Another cut that is equal to all digits, and not the same up to the global flip where there is
 * any weight. */
static bool ties(const cut *s, double value, const uint8_t *side) {
  const rc_cut_graph *g = cut_graph(s);
  return fabs(value - s->best) <= (g->integer ? 0 : 1e-12 * g->weight_total) &&
         overlap_of(s, side, rc_share_get(s->best_side)) < 1 - 1e-9;
}

/* A vertex that is as well off on the other side, and has a weight: amplitudes that are 0 by
 * symmetry are so up to rounding. */
static bool has_free_vertex(const cut *s) {
  const rc_cut_graph *g = cut_graph(s);
  const uint8_t *side = rc_share_get(s->best_side);
  for (int v = 0; v < g->n; v++) {
    double gain = 0, all = 0;
    for (int64_t k = g->start[v]; k < g->start[v + 1]; k++) {
      gain += side[g->other[k]] == side[v] ? g->weight[k] : -g->weight[k];
      all += fabs(g->weight[k]);
    }
    if (all > 1e-9 * g->weight_total / g->n && fabs(gain) <= 1e-12 * all) return true;
  }
  return false;
}

/* The image of the best cut under a symmetry of the weights, where it is another cut. */
static bool has_image(const cut *s) {
  const rc_state_symmetry *y = s->even ? rc_share_get(s->symmetry) : NULL;
  const int n = cut_graph(s)->n;
  const uint8_t *side = rc_share_get(s->best_side);
  uint8_t *image = rc_alloc((size_t)n + 1, 1);
  bool found = false;
  for (int k = 0; y && k < y->generators && !found; k++) {
    for (int v = 0; v < n; v++) image[y->generator[k][v]] = side[v];
    found = overlap_of(s, image, side) < 1 - 1e-9;
  }
  rc_free(image);
  return found;
}

/* A cut that agrees with the ground state on half of every orbit of states differs from it in its
 * symmetry: then the overlap is 0 whatever the amplitudes, and that is no accident. */
static void say_symmetry(cut *s) {
  const rc_state_symmetry *y = s->symmetry ? rc_share_get(s->symmetry) : NULL;
  if (!y || !s->even || s->degenerate || s->best_run == -2) return;
  if (!(cut_graph(s)->weight_total > 0)) return;
  const double *psi = rc_share_get(s->psi);
  const uint8_t *side = rc_share_get(s->best_side);
  double *orbit = rc_alloc((size_t)y->states + 1, sizeof *orbit), sum = 0;
  for (int i = 0; i < y->states; i++)
    orbit[y->orbit[i]] += psi[i] * psi[i] * ((psi[i] < 0) == side[i] ? 1 : -1);
  for (int i = 0; i < y->states; i++) sum += fabs(orbit[i]);
  rc_free(orbit);
  if (sum < 1e-9)
    cut_warn(s, "the best cut is of another symmetry than the ground state: on every orbit of "
                "states half of the signs agree, so that the overlap is 0");
}

void cut_find_tie(cut *s) {
  const rc_cut_graph *g = cut_graph(s);
  const double *value = s->optima ? rc_share_get(s->optima) : NULL;
  s->tied = has_free_vertex(s) || has_image(s);
  for (int i = 0; i < s->runs && !s->tied; i++) {
    const rc_solver_view v = s->run[i].cls->read(s->run[i].run);
    s->tied = v.best_side && ties(s, v.best, v.best_side);
  }
  for (int k = 0; k < s->optima_count && !s->tied; k++)
    s->tied = ties(s, value[k] - g->offset, s->optimum_side + (size_t)k * (size_t)g->n);
}

static bool certify_step(cut *s, rc_err *err) {
  s->phase = s->dial_wanted ? CUT_DIAL : CUT_END;
  cut_find_tie(s);
  say_symmetry(s);
  say_gap(s);
  if (!certify(s, err)) return false;
  if (s->certificate_written)
    s->env.emit(s->env.who, "certificate", 0, "certificate %s, instance %s.mc", s->o.certificate,
                s->o.certificate);
  return true;
}

void cut_certify_early(cut *s) {
  enum { AT_ONCE = 1000000 }; /* edges: about a second; who stops a run does not wait longer */
  rc_err err = {0};
  if ((s->phase != CUT_RUN && s->phase != CUT_CERTIFY) || s->certified) return;
  if (s->bound && cut_graph(s)->m > AT_ONCE && !(s->o.certificate && s->o.certificate[0])) {
    cut_warn(s, "stopped early and large: certified only with 'certificate: FILE'");
    return;
  }
  if (!certify(s, &err)) cut_warn(s, "%.180s", err.message);
}

bool cut_step(void *study, rc_state *state, rc_err *err) {
  cut *s = study;
  bool ok = true, done = false;
  *state = RC_RUNNING;
  s->steps++;
  switch (s->phase) {
  case CUT_BASIS: ok = cut_basis_step(s, err); break;
  case CUT_MATRIX: ok = cut_matrix_step(s, err); break;
  case CUT_EIGEN: ok = cut_eigen_step(s, err); break;
  case CUT_INSTANCE: ok = cut_instance_step(s, err); break;
  case CUT_SETUP: ok = set_up(s, err); break;
  case CUT_RUN: ok = run(s, err); break;
  case CUT_CERTIFY: ok = certify_step(s, err); break;
  case CUT_DIAL:
    ok = cut_dial_step(s, &done, err);
    if (done) s->phase = CUT_END;
    break;
  case CUT_END: *state = RC_DONE; break;
  }
  if (ok && s->phase == CUT_END) *state = RC_DONE;
  s->failed = !ok;
  return ok;
}
