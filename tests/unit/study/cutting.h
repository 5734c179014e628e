/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running the cut study by itself, and what a test may want to know of it. */
#ifndef TESTS_STUDY_CUTTING_H
#define TESTS_STUDY_CUTTING_H

#include "unit/study/magnet.h"

extern const rc_study_class rc_study_cut;

/* A complete graph with whole weights of either sign: its relaxation leaves a wide gap, so that the
 * bound goes on through many rounds and nodes. Writes it to 'path', a template of mkstemp. */
static inline void write_hard(char *path, int n) {
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *f = fdopen(fd, "w");
  uint32_t x = 1;
  fprintf(f, "%d %d\n", n, n * (n - 1) / 2);
  for (int i = 1; i <= n; i++) {
    for (int j = i + 1; j <= n; j++) {
      x = x * 1103515245u + 12345u;
      fprintf(f, "%d %d %d\n", i, j, (int)(x >> 12 & 2047) - 1000);
    }
  }
  fclose(f);
}

/* A cut study without any engine around it. */
typedef struct cutting {
  magnet m; /* only its scenario, study and events are used */
  rc_state state;
  rc_frame f; /* the newest; f.data is held */
} cutting;

static inline void cutting_look(cutting *c) {
  rc_share_drop(c->f.data);
  c->f = (rc_frame){.progress = nan("")};
  rc_study_cut.frame(c->m.study, &c->f);
}

static inline const rc_cut_data *cutting_data(const cutting *c) {
  return rc_share_get(c->f.data);
}

static inline void cutting_open(cutting *c, const char *yaml, int threads) {
  rc_err err = {0};
  *c = (cutting){.m = {.sc = scenario_of(yaml)}, .state = RC_RUNNING};
  const rc_study_env env = magnet_env(&c->m, threads);
  c->m.study = rc_study_cut.open(&env, c->m.sc->study[0].opts, &err);
  if (!c->m.study) fail_msg("open: %s", err.message);
  cutting_look(c);
}

/* Are the solvers at work, and the bound if there is one? */
static inline bool cutting_begun(const cutting *c) {
  return cutting_data(c)->solvers > 0 && strcmp(c->f.phase, "instance") != 0;
}

/* At most n steps, with a look after each as the engine has it; returns how many. */
static inline int cutting_steps(cutting *c, int n) {
  rc_err err = {0};
  int steps = 0;
  while (steps < n && c->state == RC_RUNNING) {
    if (!rc_study_cut.step(c->m.study, &c->state, &err)) fail_msg("step: %s", err.message);
    cutting_look(c);
    steps++;
  }
  return steps;
}

static inline int cutting_run(cutting *c) {
  return cutting_steps(c, 10000000);
}

static inline void cutting_set(cutting *c, const char *key, const char *value) {
  rc_err err = {0};
  rc_scenario *next = rc_scenario_copy(c->m.sc);
  if (!rc_scenario_set(next, key, value, rc_study_kinds, &err)) fail_msg("set: %s", err.message);
  rc_scenario *old = c->m.sc;
  c->m.sc = next;
  c->state = RC_RUNNING;
  const rc_study_env env = magnet_env(&c->m, 1);
  if (!rc_study_cut.change(c->m.study, &env, next->study[0].opts, &err))
    fail_msg("change: %s", err.message);
  rc_scenario_free(old); /* the study must not read from it any more */
  cutting_look(c);
}

static inline bool cutting_command(cutting *c, const char *name, const char *argument,
                                   rc_err *err) {
  *err = (rc_err){0};
  const bool ok = rc_study_cut.command(c->m.study, name, argument, err);
  if (ok) c->state = RC_RUNNING;
  return ok;
}

static inline void cutting_close(cutting *c) {
  rc_share_drop(c->f.data);
  rc_study_cut.close(c->m.study);
  rc_scenario_free(c->m.sc);
  rc_str_free(&c->m.events);
}

static inline double cutting_real(const cutting *c, const char *name) {
  const rc_scalar *s = rc_frame_find(&c->f, name);
  if (!s) fail_msg("no figure '%s'", name);
  return s->type == RC_S_REAL                          ? s->real
         : s->type == RC_S_INT || s->type == RC_S_BOOL ? (double)s->integer
                                                       : nan("");
}

static inline void cutting_series(const rc_cut_series *t, rc_str *out) {
  for (int i = 0; i < t->n; i++) rc_str_addf(out, "%.17g:%.17g ", t->step[i], t->value[i]);
  rc_str_addc(out, '\n');
}

/* All that a frame of the cut study publishes, as text. */
static inline void cutting_frame_text(const rc_frame *f, rc_str *out) {
  for (int i = 0; i < f->scalars; i++) {
    const rc_scalar *s = &f->scalar[i];
    rc_str_addf(out, "%s %d %.17g %lld %s\n", s->name, s->type, s->type == RC_S_REAL ? s->real : 0,
                s->type == RC_S_INT || s->type == RC_S_BOOL ? (long long)s->integer : 0,
                s->type == RC_S_TEXT ? s->text : "");
  }
  const rc_cut_data *d = rc_share_get(f->data);
  rc_str_addf(out, "%s %s %d %.17g\n", f->phase, d->amplitudes, d->orbits, d->lambda);
  if (d->graph) rc_str_addf(out, "%s\n", d->graph->hash);
  const int n = d->graph ? d->graph->n : 0;
  for (int i = 0; d->best_side && i < n; i++) rc_str_addc(out, d->best_side[i] ? '1' : '0');
  for (int i = 0; d->phase && i < n; i++) rc_str_addf(out, " %.17g", d->phase[i]);
  for (int i = 0; d->psi && i < n; i++)
    rc_str_addf(out, " %.17g:%.17g", d->psi[i], d->amplitude[i]);
  for (int i = 0; i < d->solvers; i++) {
    const rc_cut_solver_row *r = &d->solver[i];
    rc_str_addf(out, "\n%s %.17g %.17g %llu %llu %d", r->title, r->view.value, r->view.best,
                (unsigned long long)r->view.moves, (unsigned long long)r->last_gain, r->view.done);
    for (int k = 0; k < r->view.figures; k++)
      rc_str_addf(out, " %s=%.17g", r->view.figure[k].name, r->view.figure[k].value);
    cutting_series(&r->best, out);
  }
  rc_str_addf(out, "%.17g %.17g %lld %lld %lld %s\n", d->bounds.bound, d->bounds.raw,
              (long long)d->bounds.rounds, (long long)d->bounds.pivots, (long long)d->bounds.rows,
              d->bounds.phase);
  cutting_series(&d->bound_trace, out);
  cutting_series(&d->best_trace, out);
  for (int i = 0; i < d->cycles; i++) {
    const rc_cut_cycle *y = &d->cycle[i];
    rc_str_addf(out, "%d %.17g %.17g", y->length, y->multiplier, y->slack);
    for (int k = 0; k < RC_MIN(y->length, 16); k++)
      rc_str_addf(out, " %d%s", y->vertex[k], y->marked[k] ? "*" : "");
    rc_str_addc(out, '\n');
  }
  for (int i = 0; i < d->nodes; i++)
    rc_str_addf(out, "%lld %lld %d %d %.17g %d\n", (long long)d->node[i].id,
                (long long)d->node[i].parent, d->node[i].edge, d->node[i].fixed, d->node[i].bound,
                (int)d->node[i].state);
  for (int i = 0; i < d->frustrated_listed; i++)
    rc_str_addf(out, "%d %.17g\n", d->frustrated[i].edge, d->frustrated[i].weight);
  for (int i = 0; i < d->optima; i++)
    rc_str_addf(out, "%.17g %.17g\n", d->optimum_value[i], d->optimum_overlap[i]);
  for (int i = 0; i < d->dials; i++)
    rc_str_addf(out, "%.17g %.17g %.17g\n", d->dial[i].sigma, d->dial[i].sign_overlap,
                d->dial[i].gap);
  for (int i = 0; i < d->warnings; i++) rc_str_addf(out, "%s\n", d->warning[i]);
}

/* The newest frame and the result. */
static inline void cutting_text(const cutting *c, rc_str *out) {
  cutting_frame_text(&c->f, out);
  rc_json j;
  rc_json_begin(&j, out);
  rc_json_object(&j, NULL);
  rc_study_cut.result(c->m.study, &j);
  rc_json_end(&j);
}

static inline void check_same_text(rc_str *a, rc_str *b, const char *what) {
  const char *x = rc_str_c(a), *y = rc_str_c(b);
  if (strcmp(x, y) != 0) {
    size_t at = 0;
    while (x[at] == y[at]) at++;
    at = at > 60 ? at - 60 : 0;
    fail_msg("%s: ..%.160s.. and ..%.160s..", what, x + at, y + at);
  }
  rc_str_free(a);
  rc_str_free(b);
}

#define CUT(MAGNET, STUDY) MAGNET "studies: {cut: {" STUDY "}}\n"
#define RING6              "lattice: {kind: chain, cluster: [6]}\nmodel: {J1: 1, J2: 0.4}\n"
#define OCTAHEDRON         "lattice: {kind: molecule, name: octahedron}\nmodel: {J1: 1}\n"
#define TRIANGULAR12       "lattice: {kind: triangular, torus: [[2, 2], [4, -2]]}\nmodel: {J1: 1}\n"
#define BOW_TIE                                                                                    \
  "lattice: {kind: custom, sites: 5, bonds: [[0, 1, J1], [0, 2, J1], [0, 3, J1], [0, 4, J1], "     \
  "[1, 2, J2], [3, 4, J2]]}\nmodel: {J1: 0.5, J2: 1}\nsector: {sz: 1/2}\n"
#define KAGOME12 "lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"

#endif
