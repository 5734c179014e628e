/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small studies for the tests of the engine: 'count' does arithmetic that depends on seed, scenario
 * and step; 'fail' fails where it is told to; 'gate' waits in its step until the test lets it go.
 */
#ifndef TESTS_ENGINE_FAKE_H
#define TESTS_ENGINE_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/engine.h"

/* ---- count ------------------------------------------------------------------------------------
 */

typedef struct count_opts {
  int64_t steps, events, work;
} count_opts;

typedef struct count {
  rc_study_env env;
  count_opts o;
  double J;
  int64_t done, commands;
  double sum;
  rc_share *data;
} count;

static const rc_param count_params[] = {{.name = "steps",
                                         .type = RC_T_INT,
                                         .offset = offsetof(count_opts, steps),
                                         .def = "50",
                                         .min = 1,
                                         .max = 1000000,
                                         .help = "steps to the end",
                                         .unit = ""},
                                        {.name = "events",
                                         .type = RC_T_INT,
                                         .offset = offsetof(count_opts, events),
                                         .def = "0",
                                         .min = 0,
                                         .max = 100000,
                                         .help = "events in each step",
                                         .unit = ""},
                                        {.name = "work",
                                         .type = RC_T_INT,
                                         .offset = offsetof(count_opts, work),
                                         .def = "1000",
                                         .min = 1,
                                         .max = 1000000,
                                         .help = "terms of the sum in each step",
                                         .unit = ""},
                                        {.name = NULL}};

static void count_begin(count *s, const rc_study_env *env, const void *opts) {
  s->env = *env;
  s->o = *(const count_opts *)opts;
  s->J = env->scenario->model.J[0];
  s->done = s->commands = 0;
  s->sum = 0;
  rc_share_drop(s->data);
  s->data = NULL;
}

static void *count_open(const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  count *s = rc_alloc(1, sizeof *s);
  count_begin(s, env, opts);
  return s;
}

typedef struct count_chunk {
  const count *s;
  double part[64];
} count_chunk;

static void count_terms(void *ctx, int64_t begin, int64_t end, int64_t chunk) {
  count_chunk *c = ctx;
  double sum = 0;
  for (int64_t i = begin; i < end; i++)
    sum += sin(c->s->J * (double)i + (double)c->s->env.seed) / (1.0 + (double)c->s->done);
  c->part[chunk] = sum;
}

static bool count_step(void *study, rc_state *state, rc_err *err) {
  (void)err;
  count *s = study;
  count_chunk c = {.s = s};
  int64_t grain = (s->o.work + 63) / 64;
  rc_parallel(s->env.threads, s->o.work, grain, count_terms, &c);
  for (int64_t k = 0; k < (s->o.work + grain - 1) / grain; k++) s->sum += c.part[k];
  s->done++;
  for (int64_t i = 0; i < s->o.events; i++)
    s->env.emit(s->env.who, "tick", (double)i, "event %lld of step %lld", (long long)i,
                (long long)s->done);
  if (s->done == 7) s->env.emit(s->env.who, "seven", 7, "the seventh step");
  double *copy = rc_alloc(1, sizeof *copy);
  *copy = s->sum;
  rc_share_drop(s->data);
  s->data = rc_share_new(copy, rc_free);
  *state = s->done >= s->o.steps ? RC_DONE : RC_RUNNING;
  return true;
}

static atomic_int count_frames; /* made so far */

static void count_frame(void *study, rc_frame *f) {
  count *s = study;
  atomic_fetch_add(&count_frames, 1);
  snprintf(f->phase, sizeof f->phase, "counting");
  f->progress = (double)s->done / (double)s->o.steps;
  rc_frame_int(f, "done", s->done);
  rc_frame_real(f, "sum", s->sum);
  rc_frame_real(f, "J", s->J);
  rc_frame_bool(f, "even", s->done % 2 == 0);
  rc_frame_text(f, "word", s->done > 3 ? "large" : "small");
  rc_frame_int(f, "commands", s->commands);
  rc_frame_null(f, "nothing");
  f->data = rc_share_ref(s->data);
}

static bool count_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  (void)err;
  count_begin(study, env, opts);
  return true;
}

static bool count_command(void *study, const char *name, const char *argument, rc_err *err) {
  count *s = study;
  if (strcmp(name, "bump") != 0) return rc_err_set(err, RC_ERR_INPUT, "unknown command '%s'", name);
  s->commands++;
  s->sum += argument ? strtod(argument, NULL) : 1;
  s->o.steps += 5; /* gives a study that is done some more to do */
  return true;
}

static void count_result(void *study, rc_json *j) {
  const count *s = study;
  rc_json_array(j, "list");
  rc_json_int(j, NULL, s->done);
  rc_json_real(j, NULL, s->sum);
  rc_json_end(j);
}

static void count_close(void *study) {
  count *s = study;
  rc_share_drop(s->data);
  rc_free(s);
}

static const char *const count_names[] = {"done", "sum", "absent", NULL};
static const rc_study_class fake_count = {.kind = {.name = "count",
                                                   .title = "Count",
                                                   .help = "counts",
                                                   .explain = "It counts.",
                                                   .params = count_params,
                                                   .size = sizeof(count_opts)},
                                          .open = count_open,
                                          .step = count_step,
                                          .frame = count_frame,
                                          .change = count_change,
                                          .command = count_command,
                                          .result = count_result,
                                          .close = count_close,
                                          .result_names = count_names};

/* ---- fail -------------------------------------------------------------------------------------
 */

typedef struct fail_opts {
  int64_t at;
  int code;
} fail_opts;
typedef struct fail {
  fail_opts o;
  int64_t done;
} fail;
static const rc_param fail_params[] = {{.name = "at",
                                        .type = RC_T_INT,
                                        .offset = offsetof(fail_opts, at),
                                        .def = "3",
                                        .min = 0,
                                        .max = 1000,
                                        .help = "step that fails; 0: opening",
                                        .unit = ""},
                                       {.name = "code",
                                        .type = RC_T_CHOICE,
                                        .offset = offsetof(fail_opts, code),
                                        .def = "memory",
                                        .choices = "memory|limit|internal|silent",
                                        .help = "how",
                                        .unit = ""},
                                       {.name = NULL}};

static bool fail_now(const fail_opts *o, rc_err *err) {
  static const rc_err_code code[] = {RC_ERR_MEMORY, RC_ERR_LIMIT, RC_ERR_INTERNAL};
  return o->code < 3 ? rc_err_set(err, code[o->code], "as it was told to") : false;
}
static void *fail_open(const rc_study_env *env, const void *opts, rc_err *err) {
  (void)env;
  fail *s = rc_alloc(1, sizeof *s);
  s->o = *(const fail_opts *)opts;
  if (s->o.at > 0) return s;
  fail_now(&s->o, err);
  rc_free(s);
  return NULL;
}
static bool fail_step(void *study, rc_state *state, rc_err *err) {
  fail *s = study;
  *state = RC_RUNNING;
  return ++s->done < s->o.at || fail_now(&s->o, err);
}
static void fail_frame(void *study, rc_frame *f) {
  rc_frame_int(f, "done", ((fail *)study)->done);
}
static bool fail_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  (void)env, (void)err;
  ((fail *)study)->o = *(const fail_opts *)opts;
  ((fail *)study)->done = 0;
  return true;
}
static const rc_study_class fake_fail = {.kind = {.name = "fail",
                                                  .title = "Fail",
                                                  .help = "fails",
                                                  .explain = "It fails.",
                                                  .params = fail_params,
                                                  .size = sizeof(fail_opts)},
                                         .open = fail_open,
                                         .step = fail_step,
                                         .frame = fail_frame,
                                         .change = fail_change,
                                         .close = rc_free};

/* ---- gate -------------------------------------------------------------------------------------
 */

static struct {
  pthread_mutex_t lock;
  pthread_cond_t moved;
  bool open;
  int inside, closed;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};

static inline void gate_set(bool open) {
  pthread_mutex_lock(&gate.lock);
  gate.open = open;
  pthread_cond_broadcast(&gate.moved);
  pthread_mutex_unlock(&gate.lock);
}
/* Returns once a study waits inside its step. */
static inline void gate_await_inside(void) {
  pthread_mutex_lock(&gate.lock);
  while (gate.inside == 0) pthread_cond_wait(&gate.moved, &gate.lock);
  pthread_mutex_unlock(&gate.lock);
}
static inline void gate_await_closed(int n) {
  pthread_mutex_lock(&gate.lock);
  while (gate.closed < n) pthread_cond_wait(&gate.moved, &gate.lock);
  pthread_mutex_unlock(&gate.lock);
}
static void *gate_open_study(const rc_study_env *env, const void *opts, rc_err *err) {
  (void)env, (void)opts, (void)err;
  return rc_alloc(1, 16);
}
static bool gate_step(void *study, rc_state *state, rc_err *err) {
  (void)study, (void)err;
  pthread_mutex_lock(&gate.lock);
  gate.inside++;
  pthread_cond_broadcast(&gate.moved);
  while (!gate.open) pthread_cond_wait(&gate.moved, &gate.lock);
  gate.inside--;
  pthread_mutex_unlock(&gate.lock);
  *state = RC_RUNNING;
  return true;
}
static void gate_frame(void *study, rc_frame *f) {
  (void)study, (void)f;
}
static bool gate_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  (void)study, (void)env, (void)opts, (void)err;
  return true;
}
static void gate_close(void *study) {
  rc_free(study);
  pthread_mutex_lock(&gate.lock);
  gate.closed++;
  pthread_cond_broadcast(&gate.moved);
  pthread_mutex_unlock(&gate.lock);
}
static const rc_study_class fake_gate = {
    .kind = {.name = "gate", .title = "Gate", .help = "waits", .explain = "It waits."},
    .open = gate_open_study,
    .step = gate_step,
    .frame = gate_frame,
    .change = gate_change,
    .close = gate_close};

static const rc_study_class *const fake_classes[] = {&fake_count, &fake_fail, &fake_gate, NULL};
static const rc_kind *const fake_kinds[] = {&fake_count.kind, &fake_fail.kind, &fake_gate.kind,
                                            NULL};

/* ---- helpers ----------------------------------------------------------------------------------
 */

/* A small magnet with the given studies: "count: {steps: 9}". */
static inline rc_scenario *fake_scenario(const char *studies, const char *more) {
  char text[2000];
  snprintf(text, sizeof text,
           "title: test\nlattice: {kind: chain, cluster: [4]}\nmodel: {J1: 1.0}\n"
           "studies: {%s}\n%s",
           studies, more ? more : "");
  rc_err err = {0};
  rc_scenario *sc = rc_scenario_parse(text, strlen(text), "test.yaml", fake_kinds, &err);
  if (!sc) fail_msg("scenario: %d:%d: %s", err.line, err.column, err.message);
  return sc;
}

static inline rc_session *fake_session(const char *studies, rc_session_opts o) {
  rc_err err = {0};
  rc_session *s = rc_session_new(fake_scenario(studies, NULL), fake_classes, &o, &err);
  if (!s) fail_msg("session: %s", err.message);
  return s;
}

/* All that a frame says, as text: what two runs must agree on. */
static inline void frame_text(const rc_frame *f, rc_str *out) {
  rc_str_addf(out, "%s %llu %d %s %.17g", f->cls->kind.name, (unsigned long long)f->step, f->state,
              f->phase, f->progress);
  for (int i = 0; i < f->scalars; i++) {
    const rc_scalar *s = &f->scalar[i];
    rc_str_addf(out, " %s=%d:%.17g:%lld:%s", s->name, s->type, s->type == RC_S_REAL ? s->real : 0,
                s->type == RC_S_INT || s->type == RC_S_BOOL ? (long long)s->integer : 0,
                s->type == RC_S_TEXT ? s->text : "");
  }
  if (f->data && strcmp(f->cls->kind.name, "count") == 0)
    rc_str_addf(out, " data=%.17g", *(double *)rc_share_get(f->data));
  rc_str_addc(out, '\n');
}

/* Waits (however long it takes) until a job's newest frame satisfies the condition. */
static inline void await(rc_session *s, int job, const char *condition) {
  for (;;) {
    rc_share *frame = rc_session_frame(s, job);
    bool holds = frame && rc_condition_holds(condition, rc_share_get(frame), NULL, 0);
    rc_share_drop(frame);
    if (holds) return;
    rc_session_wait(s, 1000);
  }
}

/* The newest frame; a session that was just opened may not have its first one yet. */
static inline rc_share *newest_frame(rc_session *s, int job) {
  rc_share *frame;
  while (!(frame = rc_session_frame(s, job))) rc_session_wait(s, 1000);
  return frame;
}

static inline void newest_text(rc_session *s, int job, rc_str *out) {
  rc_share *frame = newest_frame(s, job);
  frame_text(rc_share_get(frame), out);
  rc_share_drop(frame);
}

static inline int64_t scalar_int(rc_session *s, int job, const char *name) {
  rc_share *frame = newest_frame(s, job);
  const rc_scalar *v = rc_frame_find(rc_share_get(frame), name);
  assert_non_null(v);
  int64_t x = v->integer;
  rc_share_drop(frame);
  return x;
}

#endif
