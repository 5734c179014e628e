/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headless runs: the studies of a scenario one after another, JSON Lines out.
 *
 * Every line but 'end' (and the time in 'progress') depends on scenario, seed and version alone:
 * progress lines are written at certain steps, not at certain times. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/expect.h"
#include "engine/job.h"

typedef struct run {
  const rc_scenario *sc;
  const rc_run_opts *o;
  const rc_kind *const *kinds;
  rc_err *err;
  uint64_t seed;
  int threads;
  double begin;
  int status; /* of the whole run so far */
  int failed; /* expectations and checks */
  rc_str line;
  /* the study at hand */
  rc_job *job;
  const char *study;
  double shown;             /* when o->progress was last called */
  double started, improved; /* wall clock: of the study, and of its last event 'improved'; nan */
} run;

typedef enum { END_DONE, END_FAILED, END_STEPS, END_SECONDS, END_STOPPED } ending;

/* ---- lines ------------------------------------------------------------------------------------
 */

static void begin_line(run *r, rc_json *j, const char *type) {
  rc_str_clear(&r->line);
  rc_json_begin(j, &r->line);
  rc_json_object(j, NULL);
  rc_json_text(j, "type", type);
  rc_json_text(j, "study", r->study);
}

static void end_line(run *r, rc_json *j) {
  rc_json_end(j);
  if (r->o->line) r->o->line(r->o->who, rc_str_c(&r->line));
}

/* Unknown figures are null in a result and left out of progress. */
static void write_scalars(rc_json *j, const rc_frame *f, bool nulls) {
  for (int i = 0; i < f->scalars; i++) {
    const rc_scalar *s = &f->scalar[i];
    switch (s->type) {
    case RC_S_REAL: rc_json_real(j, s->name, s->real); break;
    case RC_S_INT: rc_json_int(j, s->name, s->integer); break;
    case RC_S_BOOL: rc_json_bool(j, s->name, s->integer != 0); break;
    case RC_S_TEXT: rc_json_text(j, s->name, rc_scalar_text(s)); break;
    case RC_S_NULL:
      if (nulls) rc_json_null(j, s->name);
      break;
    }
  }
}

/* Keys that belong to another study are of no concern to this one. */
static bool concerns(const run *r, const char *key) {
  for (int i = 0; i < r->sc->studies; i++) {
    const char *name = r->sc->study[i].kind->name;
    size_t n = strlen(name);
    if (strcmp(name, r->study) != 0 && strncmp(key, name, n) == 0 && key[n] == '.') return false;
  }
  return true;
}

static void write_parameters(run *r, rc_json *j) {
  rc_key *key = NULL;
  int n = rc_scenario_keys(r->sc, &key);
  rc_str value = {0};
  rc_json_object(j, "parameters");
  for (int i = 0; i < n; i++) {
    rc_str_clear(&value);
    if (!concerns(r, key[i].name) || strcmp(key[i].name, "seed") == 0 ||
        !rc_scenario_get(r->sc, key[i].name, &value))
      continue;
    const char *text = rc_str_c(&value);
    double real;
    int64_t integer;
    if (key[i].type == RC_T_INT && rc_parse_int(text, &integer))
      rc_json_int(j, key[i].name, integer);
    else if (key[i].type == RC_T_REAL && rc_parse_real(text, &real))
      rc_json_real(j, key[i].name, real);
    else if (key[i].type == RC_T_BOOL)
      rc_json_bool(j, key[i].name, strcmp(text, "true") == 0);
    else
      rc_json_text(j, key[i].name, text);
  }
  rc_json_end(j);
  rc_str_free(&value);
  rc_free(key);
}

static void write_start(run *r) {
  rc_json j;
  begin_line(r, &j, "start");
  rc_json_text(&j, "version", RC_VERSION);
  rc_json_text(&j, "scenario", r->sc->path);
  rc_json_text(&j, "sha256", r->sc->sha256);
  rc_json_text(&j, "title", r->sc->title);
  rc_json_uint(&j, "seed", r->seed);
  write_parameters(r, &j);
  end_line(r, &j);
}

static void write_event(run *r, const rc_event *e) {
  rc_json j;
  begin_line(r, &j, "event");
  rc_json_uint(&j, "number", e->number);
  rc_json_uint(&j, "step", e->step);
  rc_json_text(&j, "kind", e->kind);
  rc_json_text(&j, "text", e->text);
  if (!isnan(e->value)) rc_json_real(&j, "value", e->value);
  end_line(r, &j);
}

/* All of the first 16 steps, then 16 more for every doubling. */
static bool shows_progress(uint64_t step) {
  uint64_t stride = 1;
  while (step / stride >= 32) stride *= 2;
  return step % stride == 0;
}

/* Called after every step; a frame is made of those alone that are shown. */
static void write_progress(run *r) {
  const rc_core *c = &r->job->core;
  const double now = rc_clock_wall();
  const bool due = r->o->progress && (now - r->shown >= 0.1 || c->state != RC_RUNNING),
             line = r->o->line && shows_progress(c->step);
  if (!due && !line) return;
  rc_job_catch_up(r->job);
  const rc_frame *f = rc_share_get(r->job->newest);
  if (due) r->shown = now, r->o->progress(r->o->who, f);
  if (!line) return;
  rc_json j;
  begin_line(r, &j, "progress");
  rc_json_uint(&j, "step", f->step);
  rc_json_real(&j, "t", now - r->begin);
  rc_json_text(&j, "phase", f->phase);
  rc_json_real(&j, "progress", f->progress);
  write_scalars(&j, f, false);
  end_line(r, &j);
}

static void write_result(run *r, const rc_frame *f, ending how) {
  static const char *const name[] = {"done", "failed", "step limit", "time limit", "stopped"};
  rc_json j;
  begin_line(r, &j, "result");
  rc_json_text(&j, "state", name[how]);
  rc_json_uint(&j, "step", f->step);
  write_scalars(&j, f, true);
  /* What a study must report is there even when it ended early: unknown is null, not absent. */
  for (const char *const *n = f->cls->result_names; n && *n; n++)
    if (!rc_frame_find(f, *n)) rc_json_null(&j, *n);
  if (f->cls->ended && r->job->core.study && how != END_DONE && how != END_FAILED)
    f->cls->ended(r->job->core.study, name[how]);
  if (f->cls->result && r->job->core.study) f->cls->result(r->job->core.study, &j);
  end_line(r, &j);
}

static void write_end(run *r, int status, double wall, double cpu) {
  rc_json j;
  begin_line(r, &j, "end");
  rc_json_int(&j, "status", status);
  rc_json_real(&j, "wall", wall);
  rc_json_real(&j, "cpu", cpu);
  rc_json_uint(&j, "bytes_peak", rc_big_peak());
  rc_json_int(&j, "threads", r->threads);
  if (!isnan(r->improved)) rc_json_real(&j, "seconds_to_best", r->improved - r->started);
  end_line(r, &j);
}

/* ---- judgement --------------------------------------------------------------------------------
 */

static void complain(run *r, const char *message) {
  if (r->o->complain) r->o->complain(r->o->who, message);
}

/* The first status above 1 stays; 1 only replaces 0. */
static void worsen(run *r, int status) {
  if (r->status <= 1 && status > r->status) r->status = status;
}

static void see_events(void *who, const rc_event *e, int n) {
  run *r = who;
  for (int i = 0; i < n; i++) {
    if (strcmp(e[i].kind, "improved") == 0) r->improved = rc_clock_wall();
    if (strcmp(e[i].kind, "check.failed") == 0) {
      rc_str text = {0};
      rc_str_addf(&text, "%s: check failed: %s", r->study, e[i].text);
      complain(r, rc_str_c(&text));
      rc_str_free(&text);
      r->failed++;
      worsen(r, 1);
    } else if (strcmp(e[i].kind, "warning") == 0 || strcmp(e[i].kind, "search") == 0) {
      rc_str text = {0}; /* a search is long, and nothing else is told of it */
      rc_str_addf(&text, "%s: %s%s", r->study, *e[i].kind == 'w' ? "warning: " : "", e[i].text);
      complain(r, rc_str_c(&text));
      rc_str_free(&text);
    }
    if (r->o->line) write_event(r, &e[i]);
  }
}

static void look_at_expectations(run *r, const rc_frame *f) {
  rc_str text = {0}, why = {0};
  for (int i = 0; i < r->sc->expects; i++) {
    const rc_expect *e = &r->sc->expect[i];
    if (strcmp(e->study, r->study) != 0) continue;
    rc_str_clear(&why);
    if (rc_expect_met(e, f, &why)) continue;
    r->failed++;
    worsen(r, 1);
    rc_str_clear(&text);
    if (e->line > 0)
      rc_str_addf(&text, "%s:%d:%d: ", r->sc->path[0] ? r->sc->path : "scenario", e->line,
                  e->column);
    rc_str_add(&text, rc_str_c(&why));
    complain(r, rc_str_c(&text));
    const rc_scalar *s = rc_frame_find(f, e->value);
    rc_event ev = {.number = r->job->core.emitted++, .step = f->step};
    ev.value = s && s->type == RC_S_REAL  ? s->real
               : s && s->type == RC_S_INT ? (double)s->integer
                                          : nan("");
    snprintf(ev.kind, sizeof ev.kind, "expect.failed");
    snprintf(ev.text, sizeof ev.text, "%s", rc_str_c(&why));
    write_event(r, &ev);
  }
  rc_str_free(&text);
  rc_str_free(&why);
}

/* ---- running ----------------------------------------------------------------------------------
 */

static ending run_steps(run *r) {
  rc_job *j = r->job;
  j->core.stop = r->o->stop;
  j->sparse = true;
  rc_job_open(j);
  while (j->core.state == RC_RUNNING) {
    if (r->o->stop && *r->o->stop) return END_STOPPED;
    if (r->o->steps && j->core.step >= r->o->steps) return END_STEPS;
    rc_job_turn(j);
    write_progress(r);
    if (r->o->seconds > 0 && j->core.state == RC_RUNNING &&
        rc_clock_wall() - r->begin > r->o->seconds)
      return END_SECONDS;
  }
  if (j->core.state == RC_DONE) return END_DONE;
  /* a step that was given up in the middle has not failed */
  return r->o->stop && *r->o->stop ? END_STOPPED : END_FAILED;
}

/* Recorded changes that the study has ended before, or gone past: they were not made. */
static void tell_unmade(run *r, ending how) {
  const rc_job *j = r->job;
  int n = 0;
  uint64_t step = 0;
  if (how != END_DONE && how != END_FAILED) return; /* it was told to stop */
  for (int i = j->schedule_at; i < j->schedules; i++) {
    if (j->scheduled[i].what == RC_CHANGE_SHOW) continue;
    if (n++ == 0) step = j->scheduled[i].step;
  }
  if (n == 0) return;
  rc_str text = {0};
  rc_str_addf(&text,
              "%s: warning: %d recorded change%s not made: the first is at step %llu, and the run "
              "has ended at step %llu",
              r->study, n, n == 1 ? " was" : "s were", (unsigned long long)step,
              (unsigned long long)j->core.step);
  complain(r, rc_str_c(&text));
  rc_str_free(&text);
}

static void take_status(run *r, ending how) {
  switch (how) {
  case END_DONE:
  case END_STEPS: break;
  case END_FAILED:
    worsen(r, RC_MAX(2, rc_err_status(r->job->core.error.code)));
    if (r->err && r->err->code == RC_ERR_NONE) *r->err = r->job->core.error;
    break;
  case END_SECONDS:
    worsen(r, rc_err_status(RC_ERR_LIMIT));
    rc_err_set(r->err, RC_ERR_LIMIT,
               "%s: the time limit of %g s was reached; the results are "
               "those so far",
               r->study, r->o->seconds);
    break;
  case END_STOPPED:
    /* what the handler wrote: the signal's number, or just that it came */
    worsen(r, *r->o->stop > 1 ? 128 + *r->o->stop : rc_err_status(RC_ERR_STOPPED));
    rc_err_set(r->err, RC_ERR_STOPPED, "%s: interrupted; the results are those so far", r->study);
    break;
  }
}

static void write_files(run *r) {
  rc_err err = {0};
  const rc_study_class *cls = r->job->core.cls;
  if (!r->o->folder || !cls->files || !r->job->core.study) return;
  if (cls->files(r->job->core.study, r->o->folder, &err)) return;
  worsen(r, rc_err_status(err.code));
  if (r->err && r->err->code == RC_ERR_NONE) *r->err = err;
}

/* Returns false when no other study is to follow. */
static bool run_study(run *r, const rc_study_class *cls, rc_share *scenario, rc_share *kinds) {
  double wall = rc_clock_wall(), cpu = rc_clock_cpu();
  const rc_job_opts jo = {.cls = cls,
                          .scenario = scenario,
                          .kinds = kinds,
                          .seed = r->seed,
                          .threads = r->threads,
                          .inline_job = true};
  rc_big_reset();
  r->study = cls->kind.name;
  r->started = wall;
  r->improved = nan("");
  r->job = rc_job_new(&jo);
  r->job->sink = see_events;
  r->job->sink_who = r;
  r->shown = 0;
  if (r->o->recording) {
    int n;
    rc_recording_entry *e = rc_recording_of(r->o->recording, r->study, &n);
    rc_job_schedule(r->job, e, n);
  }
  write_start(r);
  ending how = run_steps(r);
  rc_job_catch_up(r->job);
  const rc_frame *f = rc_share_get(r->job->newest);
  tell_unmade(r, how);
  take_status(r, how);
  if (how == END_DONE) look_at_expectations(r, f);
  write_result(r, f, how);
  write_files(r);
  write_end(r, r->status, rc_clock_wall() - wall, rc_clock_cpu() - cpu);
  rc_job_drop(r->job);
  return how != END_STOPPED && how != END_SECONDS;
}

static bool wanted(const rc_run_opts *o, const char *study) {
  for (int i = 0; o->only && o->only[i]; i++)
    if (strcmp(o->only[i], study) == 0) return true;
  return !o->only || !o->only[0];
}

/* A study asked for by name must be in the scenario. */
static bool check_names(const rc_scenario *sc, const rc_run_opts *o, rc_err *err) {
  for (int i = 0; o->only && o->only[i]; i++) {
    bool found = false;
    rc_str names = {0};
    for (int k = 0; k < sc->studies; k++) {
      found = found || strcmp(sc->study[k].kind->name, o->only[i]) == 0;
      rc_str_addf(&names, "%s%s", k ? ", " : "", sc->study[k].kind->name);
    }
    if (!found)
      rc_err_set(err, RC_ERR_INPUT, "the scenario has no study '%s'; it has: %s", o->only[i],
                 rc_str_c(&names));
    rc_str_free(&names);
    if (!found) return false;
  }
  return true;
}

static const rc_study_class *class_of(const rc_study_class *const *classes, const char *name) {
  for (int i = 0; classes[i]; i++)
    if (strcmp(classes[i]->kind.name, name) == 0) return classes[i];
  return NULL;
}

int rc_run(const rc_scenario *sc, const rc_study_class *const *studies, const rc_run_opts *o,
           rc_err *err) {
  rc_err own = {0};
  rc_err *e = err ? err : &own;
  if (!check_names(sc, o, e)) return rc_err_status(RC_ERR_INPUT);
  run r = {.sc = sc, .o = o, .err = e, .begin = rc_clock_wall()};
  r.seed = o->seed ? o->seed : o->recording ? rc_recording_seed(o->recording) : sc->seed;
  r.threads = o->threads > 0 ? o->threads : rc_cores();
  rc_share *scenario = rc_scenario_share(rc_scenario_copy(sc));
  rc_share *kinds = rc_kinds_share(studies);
  bool more = true;
  for (int i = 0; more && i < sc->studies; i++) {
    const char *name = sc->study[i].kind->name;
    const rc_study_class *cls = class_of(studies, name);
    if (!wanted(o, name)) continue;
    if (cls) {
      more = run_study(&r, cls, scenario, kinds);
    } else {
      rc_err_set(e, RC_ERR_INTERNAL, "the study '%s' is not registered", name);
      worsen(&r, rc_err_status(RC_ERR_INTERNAL));
      more = false;
    }
  }
  if (r.status == 1)
    rc_err_set(e, RC_ERR_EXPECT, "%d expectation%s or check%s failed", r.failed,
               r.failed == 1 ? "" : "s", r.failed == 1 ? "" : "s");
  rc_share_drop(kinds);
  rc_share_drop(scenario);
  rc_str_free(&r.line);
  return r.status;
}
