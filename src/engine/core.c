/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void add_event(rc_core *c, const char *kind, double value, const char *format, va_list ap) {
  if (c->events == c->cap) {
    c->cap = c->cap ? 2 * c->cap : 16;
    c->event = rc_realloc(c->event, (size_t)c->cap, sizeof *c->event);
  }
  rc_event *e = &c->event[c->events++];
  memset(e, 0, sizeof *e);
  e->number = c->emitted++;
  e->step = c->step + (c->stepping ? 1 : 0); /* the step that is being done counts as done */
  snprintf(e->kind, sizeof e->kind, "%s", kind);
  vsnprintf(e->text, sizeof e->text, format, ap);
  /* A cut UTF-8 sequence at the end would spoil the JSON line. */
  size_t n = strlen(e->text), bad = 0;
  if (!rc_utf8_valid(e->text, n, &bad)) e->text[bad] = '\0';
  e->value = value;
}

static void study_emits(void *who, const char *kind, double value, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  add_event(*(rc_core **)who, kind, value, format, ap);
  va_end(ap);
}

void rc_core_emit(rc_core *c, const char *kind, double value, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  add_event(c, kind, value, format, ap);
  va_end(ap);
}

void rc_core_init(rc_core *c, const rc_study_class *cls, rc_share *scenario, uint64_t seed,
                  int threads) {
  *c = (rc_core){.cls = cls, .scenario = rc_share_ref(scenario), .seed = seed, .threads = threads};
  c->state = RC_RUNNING;
  c->self = rc_alloc(1, sizeof *c->self);
  *c->self = c;
}

static void close_study(rc_core *c) {
  if (c->study) c->cls->close(c->study);
  c->study = NULL;
}

void rc_core_free(rc_core *c) {
  close_study(c);
  rc_share_drop(c->scenario);
  rc_free(c->event);
  rc_free(c->self);
  *c = (rc_core){0};
}

void rc_core_move(rc_core *to, rc_core *from) {
  rc_core_free(to);
  *to = *from;
  *to->self = to;
  *from = (rc_core){0};
}

static rc_study_env env_of(rc_core *c) {
  return (rc_study_env){.scenario = rc_share_get(c->scenario),
                        .seed = c->seed,
                        .threads = c->threads,
                        .emit = study_emits,
                        .who = c->self,
                        .stop = c->stop};
}

static const void *opts_of(const rc_core *c) {
  const rc_scenario *sc = rc_share_get(c->scenario);
  for (int i = 0; i < sc->studies; i++)
    if (strcmp(sc->study[i].kind->name, c->cls->kind.name) == 0) return sc->study[i].opts;
  return NULL;
}

/* A study that fails without saying why is a fault of the program, never a silent success. */
static void fail(rc_core *c, const rc_err *err) {
  c->error = *err;
  if (c->error.code == RC_ERR_NONE)
    rc_err_set(&c->error, RC_ERR_INTERNAL, "study '%s' failed without a reason", c->cls->kind.name);
  c->state = RC_FAILED;
  rc_core_emit(c, "error", nan(""), "%s", c->error.message);
}

void rc_core_open(rc_core *c) {
  if (c->study || c->state == RC_FAILED) return;
  rc_err err = {0};
  const rc_study_env env = env_of(c);
  const void *opts = opts_of(c);
  if (!opts && c->cls->kind.params)
    rc_err_set(&err, RC_ERR_INTERNAL, "the scenario has no study '%s'", c->cls->kind.name);
  else
    c->study = c->cls->open(&env, opts, &err);
  if (!c->study) fail(c, &err);
}

void rc_core_step(rc_core *c) {
  rc_core_open(c);
  if (c->state != RC_RUNNING) return;
  rc_err err = {0};
  rc_state state = RC_RUNNING;
  c->stepping = true;
  bool ok = c->cls->step(c->study, &state, &err);
  c->stepping = false;
  c->idle = ok && state == RC_IDLE;
  if (c->idle) return;
  c->step++;
  if (!ok || state == RC_FAILED)
    fail(c, &err);
  else
    c->state = state;
}

void rc_core_change(rc_core *c, rc_share *scenario, uint64_t generation) {
  rc_share *old = c->scenario;
  c->scenario = rc_share_ref(scenario);
  c->generation = generation;
  bool failed = c->state == RC_FAILED;
  c->state = RC_RUNNING;
  c->error = (rc_err){0};
  if (failed) close_study(c);
  if (c->study) {
    rc_err err = {0};
    const rc_study_env env = env_of(c);
    if (!c->cls->change(c->study, &env, opts_of(c), &err)) fail(c, &err);
  } else {
    rc_core_open(c);
  }
  rc_share_drop(old); /* only now: the study may have read from it until here */
}

void rc_core_restart(rc_core *c, uint64_t seed, uint64_t generation) {
  close_study(c);
  c->seed = seed;
  c->generation = generation;
  c->step = 0;
  c->state = RC_RUNNING;
  c->error = (rc_err){0};
  rc_core_open(c);
}

bool rc_core_command(rc_core *c, const char *name, const char *argument, rc_err *err) {
  rc_core_open(c);
  if (c->state == RC_FAILED)
    return rc_err_set(err, RC_ERR_INPUT, "%s: the study has failed: %s", name, c->error.message);
  if (!c->cls->command)
    return rc_err_set(err, RC_ERR_INPUT, "study '%s' knows no command '%s'", c->cls->kind.name,
                      name);
  if (!c->cls->command(c->study, name, argument, err)) return false;
  c->state = RC_RUNNING; /* it may have got work to do; if not, the next step says DONE again */
  return true;
}

static void free_frame(void *p) {
  rc_frame *f = p;
  rc_share_drop(f->data);
  rc_free(f);
}

rc_share *rc_core_frame(rc_core *c) {
  rc_frame *f = rc_alloc(1, sizeof *f);
  f->progress = nan("");
  if (c->study) c->cls->frame(c->study, f);
  f->cls = c->cls;
  f->step = c->step;
  f->generation = c->generation;
  f->state = c->state;
  f->error = c->error;
  if (c->state == RC_FAILED) snprintf(f->phase, sizeof f->phase, "failed");
  return rc_share_new(f, free_frame);
}

rc_share *rc_frame_strip(const rc_frame *f) {
  rc_frame *copy = rc_alloc(1, sizeof *copy);
  *copy = *f;
  copy->data = NULL;
  return rc_share_new(copy, free_frame);
}
