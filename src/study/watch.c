/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watch study: follows lines of progress, events and results that another program writes. A step
 * is a line, so that stepping, stepping back and breakpoints work on any program; what is shown after
 * a step depends on the lines so far and on nothing else. Reading of a line: watch_line.c. */
#include "study/watch_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WAIT_MS = 40 };                   /* of a step that finds nothing */
static const double AFTER_THE_END = 2.0; /* a file whose runs have ended for that long, in s */

const rc_param watch_params[] = {
    {.name = "source",
     .type = RC_T_TEXT,
     .offset = offsetof(watch_opts, source),
     .def = "",
     .help = "file of JSON Lines that is read"},
    {.name = "follow",
     .type = RC_T_BOOL,
     .offset = offsetof(watch_opts, follow),
     .def = "false",
     .help = "wait for what is still to be written, until its runs have ended"},
    {.name = NULL}};

/* ---- opening ------------------------------------------------------------------------------------ */

static void forget(watch *s) {
  for (int i = 0; i < s->streams; i++) watch_stream_free(&s->stream[i]);
  s->streams = 0;
  rc_feed_drop(s->feed);
  s->feed = NULL;
  rc_str_free(&s->line);
  rc_share_drop(s->events);
  rc_params_free(watch_params, &s->o);
}

static const char *source_of(const watch *s) {
  return s->o.source ? s->o.source : ""; /* an empty text is none */
}

static bool begin(watch *s, const rc_study_env *env, const void *opts, rc_err *err) {
  *s = (watch){.env = *env, .status = -1};
  rc_params_copy(watch_params, &s->o, opts, sizeof s->o);
  if (!source_of(s)[0]) {
    env->emit(env->who, "warning", nan(""),
              "nothing to watch: give it a source, or run 'roadcut "
              "watch FILE'");
    return true;
  }
  s->feed = rc_feed_open(source_of(s), err);
  return s->feed != NULL;
}

static void *watch_open(const rc_study_env *env, const void *opts, rc_err *err) {
  watch *s = rc_alloc(1, sizeof *s);
  if (begin(s, env, opts, err)) return s;
  forget(s);
  rc_free(s);
  return NULL;
}

static bool watch_change(void *study, const rc_study_env *env, const void *opts, rc_err *err) {
  forget(study);
  return begin(study, env, opts, err);
}

static void watch_close(void *study) {
  forget(study);
  rc_free(study);
}

/* ---- a step ------------------------------------------------------------------------------------- */

/* All that was begun has ended, and for a while nothing came. */
static bool file_is_over(watch *s) {
  bool all = s->streams > 0;
  for (int i = 0; i < s->streams; i++) all = all && s->stream[i].ended;
  if (!all) return false;
  const double now = rc_clock_wall();
  if (s->quiet_since == 0) s->quiet_since = now;
  return now - s->quiet_since > AFTER_THE_END;
}

static void end_of_program(watch *s) {
  s->over = true;
  if (s->status > 128)
    s->env.emit(s->env.who, "program.ended", s->status, "%s was ended by signal %d: %s",
                rc_feed_name(s->feed), s->status - 128, strsignal(s->status - 128));
  else if (s->status > 0)
    s->env.emit(s->env.who, "program.ended", s->status, "%s ended with status %d",
                rc_feed_name(s->feed), s->status);
}

static bool watch_step(void *study, rc_state *state, rc_err *err) {
  watch *s = study;
  (void)err;
  if (!s->feed || s->over) {
    *state = RC_DONE;
    return true;
  }
  switch (rc_feed_next(s->feed, &s->at, &s->line, s->o.follow ? WAIT_MS : -1)) {
  case RC_FEED_LINE:
    s->quiet_since = 0;
    watch_line(s, rc_str_c(&s->line), s->line.len);
    break;
  case RC_FEED_NONE:
    *state = RC_IDLE;
    if (!s->o.follow || !file_is_over(s)) break;
    *state = RC_DONE;
    s->over = true;
    break;
  case RC_FEED_END:
    end_of_program(s);
    *state = RC_DONE;
    break;
  }
  return true;
}

/* ---- what it shows ------------------------------------------------------------------------------ */

typedef struct snapshot {
  rc_watch_data d;
  rc_share *held[2 * RC_WATCH_STREAMS + 1];
  int holds;
} snapshot;

static void free_snapshot(void *p) {
  snapshot *t = p;
  for (int i = 0; i < t->holds; i++) rc_share_drop(t->held[i]);
  rc_free(t);
}

static const void *hold(snapshot *t, rc_share *s) {
  if (s) t->held[t->holds++] = rc_share_ref(s);
  return rc_share_get(s);
}

static void scalars(const watch *s, const rc_watch_data *d, rc_frame *f) {
  rc_frame_int(f, "lines", (int64_t)s->lines);
  rc_frame_int(f, "broken", (int64_t)s->broken);
  if (s->status >= 0) rc_frame_int(f, "status", s->status);
  if (d->streams == 0) return;
  const rc_watch_stream *w = &d->stream[d->now];
  rc_frame_text(f, "watched", w->study);
  rc_frame_int(f, "told_step", (int64_t)w->step);
  for (int i = 0; i < w->figures && f->scalars < RC_SCALARS_MAX; i++)
    if (!rc_frame_find(f, w->figure[i].last.name)) f->scalar[f->scalars++] = w->figure[i].last;
}

static void watch_frame(void *study, rc_frame *f) {
  watch *s = study;
  snapshot *t = rc_alloc(1, sizeof *t);
  rc_watch_data *d = &t->d;
  snprintf(d->source, sizeof d->source, "%s", source_of(s));
  d->program = strncmp(source_of(s), "-- ", 3) == 0;
  d->over = s->over;
  d->status = s->status;
  d->lines = s->lines;
  d->broken = s->broken;
  snprintf(d->broken_text, sizeof d->broken_text, "%s", s->broken_text);
  d->streams = s->streams;
  d->now = s->now;
  for (int i = 0; i < s->streams; i++) {
    watch_stream_shown(&s->stream[i], &d->stream[i]);
    const watch_figures *shown = hold(t, s->stream[i].shown);
    d->stream[i].figure = shown ? shown->figure : NULL;
    d->stream[i].side = hold(t, s->stream[i].side);
  }
  d->events = s->events_n;
  d->event = hold(t, s->events);
  snprintf(f->phase, sizeof f->phase, "%s",
           s->over                      ? "ended"
           : !s->streams                ? "waiting for lines"
           : d->stream[s->now].phase[0] ? d->stream[s->now].phase
                                        : "watching");
  f->progress = s->over ? 1 : s->streams ? d->stream[s->now].progress : nan("");
  scalars(s, d, f);
  f->data = rc_share_new(t, free_snapshot);
}

const rc_watch_figure *rc_watch_find(const rc_watch_stream *s, const char *name) {
  for (int i = 0; i < s->figures; i++)
    if (strcmp(s->figure[i].last.name, name) == 0) return &s->figure[i];
  return NULL;
}

static bool watch_command(void *study, const char *name, const char *argument, rc_err *err) {
  (void)study, (void)argument;
  return rc_study_no_command("watch", NULL, name, err);
}

static const char *const result_names[] = {"lines", "broken", NULL};
const rc_study_class rc_study_watch = {
    .kind =
        {.name = "watch",
         .title = "Watch",
         .help = "follows what another program writes: progress, events, results",
         .explain =
             "Any program that prints JSON Lines of the types progress, event and result can be "
             "watched while it runs, stepped line by line and stopped at a condition. Its "
             "figures are its own words: only a cut whose sides it tells is counted again here.",
         .params = watch_params,
         .size = sizeof(watch_opts),
         .no_lattice = true},
    .open = watch_open,
    .step = watch_step,
    .frame = watch_frame,
    .change = watch_change,
    .command = watch_command,
    .close = watch_close,
    .result_names = result_names};
