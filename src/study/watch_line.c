/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of another program: which stream it belongs to and what it tells. Nothing in it is
 * trusted: names and texts are cut, points are thinned, what is no JSON object is counted and kept. */
#include "study/watch_study.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BROKEN_TOLD = 3 }; /* of the broken lines, as warnings; the rest are events */

/* Copies a text without what would move a cursor; cut at a character. */
static void copy_text(char *out, size_t cap, const char *text) {
  snprintf(out, cap, "%s", text ? text : "");
  size_t n = strlen(out), bad = 0;
  if (!rc_utf8_valid(out, n, &bad)) out[bad] = 0;
  for (char *c = out; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 127) *c = ' ';
}

/* ---- points of a figure ------------------------------------------------------------------------- */

static void grow(watch_series *t, bool thin) {
  const int cap = thin ? t->cap : RC_MAX(64, 2 * t->cap), step = thin ? 2 : 1;
  double *larger = rc_alloc((size_t)cap * 2, sizeof *larger);
  const double *old = rc_share_get(t->points);
  int n = 0;
  for (int i = 0; i < t->n; i += step, n++) larger[n] = old[i], larger[cap + n] = old[t->cap + i];
  rc_share_drop(t->points);
  t->points = rc_share_new(larger, rc_free);
  t->n = n;
  t->cap = cap;
}

static void add_point(watch_series *t, double step, double value) {
  if (t->every == 0) t->every = 1;
  if (t->skip++ % t->every != 0) return;
  if (t->n == WATCH_POINTS) {
    grow(t, true);
    t->every *= 2;
  } else if (t->n == t->cap) {
    grow(t, false);
  }
  double *p = rc_share_get(t->points);
  p[t->n] = step;
  p[t->cap + t->n++] = value;
}

/* ---- streams ------------------------------------------------------------------------------------ */

static void free_figures(void *p) {
  watch_figures *f = p;
  for (int i = 0; i < f->n; i++) rc_share_drop(f->held[i]);
  rc_free(f);
}

void watch_stream_shown(watch_stream *s, rc_watch_stream *out) {
  *out = s->facts;
  out->ended = s->ended;
  out->figures = s->figures;
  if (s->shown) return;
  watch_figures *f = rc_alloc(1, sizeof *f);
  f->n = s->figures;
  for (int i = 0; i < f->n; i++) {
    const watch_series *t = &s->figure[i].points;
    const double *p = rc_share_get(t->points);
    f->held[i] = rc_share_ref(t->points);
    f->figure[i] = (rc_watch_figure){s->figure[i].last, t->n, p, p ? p + t->cap : NULL};
  }
  s->shown = rc_share_new(f, free_figures);
}

static void clear_stream(watch_stream *s) {
  for (int i = 0; i < s->figures; i++) rc_share_drop(s->figure[i].points.points);
  rc_share_drop(s->shown);
  rc_share_drop(s->side);
  *s = (watch_stream){0};
}

void watch_stream_free(watch_stream *s) {
  clear_stream(s);
}

static watch_stream *stream_of(watch *s, const char *study) {
  char name[RC_NAME_MAX];
  copy_text(name, sizeof name, study && *study ? study : "cut");
  int i = 0;
  while (i < s->streams && strcmp(s->stream[i].facts.study, name) != 0) i++;
  if (i == RC_WATCH_STREAMS) return NULL;
  if (i == s->streams) {
    s->streams++;
    watch_stream *w = &s->stream[i];
    *w = (watch_stream){0};
    snprintf(w->facts.study, sizeof w->facts.study, "%s", name);
    w->facts.progress = w->facts.t = w->facts.side_value = nan("");
  }
  s->now = i;
  return &s->stream[i];
}

static watch_figure *figure_of(watch_stream *w, const char *name) {
  char cut[RC_NAME_MAX];
  copy_text(cut, sizeof cut, name);
  for (int i = 0; i < w->figures; i++)
    if (strcmp(w->figure[i].last.name, cut) == 0) return &w->figure[i];
  if (w->figures == RC_WATCH_FIGURES) return NULL;
  watch_figure *f = &w->figure[w->figures++];
  *f = (watch_figure){0};
  snprintf(f->last.name, sizeof f->last.name, "%s", cut);
  return f;
}

static void take_figure(watch_stream *w, const char *name, const json_t *v) {
  if (json_is_object(v) || json_is_array(v)) return;
  watch_figure *f = figure_of(w, name);
  if (!f) return;
  rc_scalar *x = &f->last;
  if (json_is_integer(v)) {
    x->type = RC_S_INT;
    x->integer = json_integer_value(v);
  } else if (json_is_real(v)) {
    x->type = RC_S_REAL;
    x->real = json_real_value(v);
  } else if (json_is_boolean(v)) {
    x->type = RC_S_BOOL;
    x->integer = json_is_true(v);
  } else if (json_is_string(v)) {
    x->type = RC_S_TEXT;
    copy_text(x->text, sizeof x->text, json_string_value(v));
  } else {
    x->type = RC_S_NULL;
  }
  if (json_is_number(v)) add_point(&f->points, (double)w->facts.step, json_number_value(v));
}

/* ---- lines -------------------------------------------------------------------------------------- */

static void keep_event(watch *s, const rc_watch_event *e) {
  const rc_watch_event *old = rc_share_get(s->events);
  const int keep = RC_MIN(s->events_n, RC_WATCH_EVENTS - 1);
  rc_watch_event *all = rc_alloc((size_t)keep + 1, sizeof *all);
  if (keep) memcpy(all, old + s->events_n - keep, (size_t)keep * sizeof *all);
  all[keep] = *e;
  rc_share_drop(s->events);
  s->events = rc_share_new(all, rc_free);
  s->events_n = keep + 1;
}

static void tell(watch *s, const char *study, uint64_t step, const char *kind, double value,
                 const char *text) {
  rc_watch_event e = {.line = s->lines, .step = step, .value = value};
  copy_text(e.study, sizeof e.study, study);
  copy_text(e.kind, sizeof e.kind, kind);
  copy_text(e.text, sizeof e.text, text);
  keep_event(s, &e);
  s->env.emit(s->env.who, e.kind, value, "%s", e.text);
}

static void broken(watch *s, const char *why, const char *text, size_t n) {
  rc_str quoted = {0}, clean = {0};
  for (size_t i = 0; i < RC_MIN(n, 60); i++)
    rc_str_addc(&clean, text[i] > ' ' && text[i] < 127 ? text[i] : ' ');
  rc_str_addf(&quoted, "line %llu: %s: %s%s", (unsigned long long)s->lines, why, rc_str_c(&clean),
              n > 60 ? ".." : "");
  s->broken++;
  copy_text(s->broken_text, sizeof s->broken_text, rc_str_c(&quoted));
  tell(s, "", 0, s->broken <= BROKEN_TOLD ? "warning" : "broken", nan(""), s->broken_text);
  rc_str_free(&quoted);
  rc_str_free(&clean);
}

static double real_of(const json_t *o, const char *key) {
  const json_t *v = json_object_get(o, key);
  return json_is_number(v) ? json_number_value(v) : nan("");
}

static void take_step(watch_stream *w, const json_t *o) {
  const json_t *v = json_object_get(o, "step");
  const double step = json_is_number(v) ? json_number_value(v) : -1;
  if (step >= 0 && step < 1e18) w->facts.step = (uint64_t)step;
}

/* "side": "0110.." or [0, 1, ..], the vertices in their order. */
static void take_side(watch_stream *w, const json_t *v, double value) {
  const char *text = json_string_value(v);
  const size_t n = text ? strlen(text) : json_array_size(v);
  if (!n || n > RC_WATCH_SIDES || (text && strspn(text, "01") != n)) return;
  uint8_t *side = rc_alloc(n, 1);
  for (size_t i = 0; i < n; i++)
    side[i] = text ? text[i] == '1' : json_number_value(json_array_get(v, i)) > 0;
  rc_share_drop(w->side);
  w->side = rc_share_new(side, rc_free);
  w->facts.sides = (int)n;
  w->facts.side_value = value;
}

/* All members that are no part of the frame of a line are figures. */
static void take_figures(watch_stream *w, json_t *o) {
  static const char *const frame[] = {"type",  "study",    "step", "t",   "phase",
                                      "state", "progress", "side", "kind"};
  const char *key;
  json_t *v;
  json_object_foreach(o, key, v) {
    bool of_frame = false;
    for (size_t i = 0; i < RC_LEN(frame); i++) of_frame = of_frame || strcmp(key, frame[i]) == 0;
    if (!of_frame) take_figure(w, key, v);
  }
  take_side(w, json_object_get(o, "side"), real_of(o, "value"));
}

static void take_progress(watch_stream *w, json_t *o, bool result) {
  take_step(w, o);
  w->facts.t = json_object_get(o, "t") ? real_of(o, "t") : w->facts.t;
  if (json_object_get(o, "progress")) w->facts.progress = real_of(o, "progress");
  const char *phase = json_string_value(json_object_get(o, result ? "state" : "phase"));
  if (phase) copy_text(w->facts.phase, sizeof w->facts.phase, phase);
  if (result) {
    w->facts.result = true;
    w->facts.progress = 1;
  }
  take_figures(w, o);
}

/* An improvement is a point of the curve of values. */
static void take_event(watch *s, watch_stream *w, json_t *o) {
  const char *kind = json_string_value(json_object_get(o, "kind"));
  const char *text = json_string_value(json_object_get(o, "text"));
  const double value = real_of(o, "value");
  take_step(w, o);
  if (kind && !strcmp(kind, "improved") && isfinite(value)) {
    take_figure(w, "value", json_object_get(o, "value"));
    take_side(w, json_object_get(o, "side"), value);
  }
  tell(s, w->facts.study, w->facts.step, kind && *kind ? kind : "event", value, text);
}

static void take_start(watch *s, watch_stream *w, const json_t *o) {
  char study[RC_NAME_MAX];
  if (w->figures || w->facts.step) { /* it begins anew */
    snprintf(study, sizeof study, "%s", w->facts.study);
    clear_stream(w);
    snprintf(w->facts.study, sizeof w->facts.study, "%s", study);
    w->facts.progress = w->facts.t = w->facts.side_value = nan("");
  }
  copy_text(w->facts.title, sizeof w->facts.title, json_string_value(json_object_get(o, "title")));
  tell(s, w->facts.study, 0, "start", nan(""), w->facts.title);
}

static void take_object(watch *s, json_t *o, const char *text, size_t n) {
  const char *type = json_string_value(json_object_get(o, "type"));
  if (!type) {
    broken(s, "no \"type\"", text, n);
    return;
  }
  if (!strcmp(type, "stderr")) {
    tell(s, "", 0, "stderr", nan(""), json_string_value(json_object_get(o, "text")));
    return;
  }
  if (!strcmp(type, "exit")) {
    s->status = (int)json_integer_value(json_object_get(o, "status"));
    return;
  }
  static const char *const types[] = {"start", "progress", "event", "result", "end"};
  size_t k = 0;
  while (k < RC_LEN(types) && strcmp(type, types[k]) != 0) k++;
  if (k == RC_LEN(types)) {
    broken(s, "unknown type", text, n);
    return;
  }
  watch_stream *w = stream_of(s, json_string_value(json_object_get(o, "study")));
  if (!w) {
    broken(s, "one study too many", text, n);
    return;
  }
  rc_share_drop(w->shown);
  w->shown = NULL;
  w->ended = k == 4;
  switch (k) {
  case 0: take_start(s, w, o); break;
  case 1: take_progress(w, o, false); break;
  case 2: take_event(s, w, o); break;
  case 3: take_progress(w, o, true); break;
  default:
    w->facts.status = (int)json_integer_value(json_object_get(o, "status"));
    tell(s, w->facts.study, w->facts.step, "end", w->facts.status, "");
  }
}

void watch_line(watch *s, const char *text, size_t n) {
  if (n && text[n - 1] == '\r') n--;
  s->lines++;
  if (strspn(text, " \t") >= n) return; /* an empty line says nothing */
  json_error_t why;
  json_t *o = json_loadb(text, n, 0, &why);
  if (json_is_object(o))
    take_object(s, o, text, n);
  else
    broken(s, o ? "no object" : "no JSON", text, n);
  json_decref(o);
}
