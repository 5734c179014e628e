/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running the hilbert study by itself, and what a test may want to know of it. */
#ifndef TESTS_STUDY_MAGNET_H
#define TESTS_STUDY_MAGNET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/study.h"

extern const rc_study_class rc_study_hilbert;

static inline rc_scenario *scenario_of(const char *yaml) {
  rc_err err = {0};
  rc_scenario *sc = rc_scenario_parse(yaml, strlen(yaml), "test.yaml", rc_study_kinds, &err);
  if (!sc) fail_msg("%d:%d: %s\n%s", err.line, err.column, err.message, yaml);
  return sc;
}

/* A study without any engine around it. */
typedef struct magnet {
  rc_scenario *sc;
  void *study;
  rc_str events;
} magnet;

static inline void magnet_emit(void *who, const char *kind, double value, const char *format, ...) {
  magnet *m = who;
  (void)value;
  va_list ap;
  va_start(ap, format);
  char text[400];
  vsnprintf(text, sizeof text, format, ap);
  va_end(ap);
  rc_str_addf(&m->events, "%s: %s\n", kind, text);
}

static inline rc_study_env magnet_env(magnet *m, int threads) {
  return (rc_study_env){
      .scenario = m->sc, .seed = m->sc->seed, .threads = threads, .emit = magnet_emit, .who = m};
}

static inline void magnet_open(magnet *m, const char *yaml, int threads) {
  rc_err err = {0};
  *m = (magnet){.sc = scenario_of(yaml)};
  const rc_study_env env = magnet_env(m, threads);
  m->study = rc_study_hilbert.open(&env, m->sc->study[0].opts, &err);
  if (!m->study) fail_msg("open: %s", err.message);
}

/* Steps to the end; returns how many. */
static inline int magnet_run(magnet *m) {
  rc_state state = RC_RUNNING;
  rc_err err = {0};
  int steps = 0;
  while (state == RC_RUNNING) {
    if (!rc_study_hilbert.step(m->study, &state, &err)) fail_msg("step: %s", err.message);
    steps++;
  }
  return steps;
}

static inline void magnet_steps(magnet *m, int n) {
  rc_state state = RC_RUNNING;
  rc_err err = {0};
  for (int i = 0; i < n && state == RC_RUNNING; i++)
    if (!rc_study_hilbert.step(m->study, &state, &err)) fail_msg("step: %s", err.message);
}

static inline void magnet_set(magnet *m, const char *key, const char *value) {
  rc_err err = {0};
  rc_scenario *next = rc_scenario_copy(m->sc);
  if (!rc_scenario_set(next, key, value, rc_study_kinds, &err)) fail_msg("set: %s", err.message);
  rc_scenario *old = m->sc;
  m->sc = next;
  const rc_study_env env = magnet_env(m, 1);
  if (!rc_study_hilbert.change(m->study, &env, next->study[0].opts, &err))
    fail_msg("change: %s", err.message);
  rc_scenario_free(old); /* the study must not read from it any more */
}

static inline void magnet_close(magnet *m) {
  rc_study_hilbert.close(m->study);
  rc_scenario_free(m->sc);
  rc_str_free(&m->events);
}

/* The frame; the caller drops f->data. */
static inline void magnet_frame(const magnet *m, rc_frame *f) {
  *f = (rc_frame){.progress = nan("")};
  rc_study_hilbert.frame(m->study, f);
}

static inline double magnet_real(const magnet *m, const char *name) {
  static rc_frame f;
  magnet_frame(m, &f);
  rc_share_drop(f.data);
  const rc_scalar *s = rc_frame_find(&f, name);
  if (!s) fail_msg("no figure '%s'", name);
  return s->type == RC_S_REAL                          ? s->real
         : s->type == RC_S_INT || s->type == RC_S_BOOL ? (double)s->integer
                                                       : nan("");
}

/* All that the study has to say, as text: scalars, arrays, result. */
static inline void magnet_text(const magnet *m, rc_str *out) {
  static rc_frame f;
  magnet_frame(m, &f);
  for (int i = 0; i < f.scalars; i++) {
    const rc_scalar *s = &f.scalar[i];
    rc_str_addf(out, "%s %d %.17g %lld %s\n", s->name, s->type, s->type == RC_S_REAL ? s->real : 0,
                s->type == RC_S_INT || s->type == RC_S_BOOL ? (long long)s->integer : 0,
                s->type == RC_S_TEXT ? s->text : "");
  }
  const rc_hilbert_data *d = rc_share_get(f.data);
  uint64_t n = d->basis ? rc_basis_states(d->basis) : 0;
  for (uint64_t i = 0; d->vector && i < n; i++) rc_str_addf(out, "%.17g ", d->vector[i]);
  for (int i = 0; i < d->trace; i++)
    rc_str_addf(out, "%.17g %.17g\n", d->trace_energy[i], d->trace_residual[i]);
  for (int i = 0; i < d->ordered; i++) rc_str_addf(out, "%llu ", (unsigned long long)d->order[i]);
  int sites = d->lattice->sites;
  for (int i = 0; d->ss && i < sites * sites; i++)
    rc_str_addf(out, "%.17g %.17g\n", d->ss[i], d->szsz[i]);
  rc_share_drop(f.data);
  rc_json j;
  rc_json_begin(&j, out);
  rc_json_object(&j, NULL);
  rc_study_hilbert.result(m->study, &j);
  rc_json_end(&j);
}

#define SQUARE(J2, STUDY)                                                                          \
  "lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1, J2: " J2                               \
  "}\nstudies: {hilbert: {" STUDY "}}\n"
#define CHAIN(N, MORE)                                                                             \
  "lattice: {kind: chain, cluster: [" #N "]}\nmodel: {J1: 1}\n" MORE "\nstudies: {hilbert: {}}\n"

#endif
