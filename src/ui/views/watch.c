/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View watch: another program's figures, curves and events as its lines come in. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/watch_parts.h"

/* The stream looked at: the newest until one is chosen. */
static const rc_watch_stream *stream_of(const rc_view_context *v) {
  const rc_watch_data *d = v->watch;
  if (!d || d->streams == 0) return NULL;
  const int64_t chosen = rc_part_value(v, "watch", "stream");
  return &d->stream[chosen > 0 && chosen <= d->streams ? chosen - 1 : d->now];
}

static void waiting(const rc_view_context *v, rc_pen p) {
  const rc_watch_data *d = v->watch;
  rc_part_waiting(p, d && d->over        ? "it has ended without a word"
                     : d && d->source[0] ? "waiting for its first line"
                                         : "nothing to watch: roadcut watch FILE, or -- PROGRAM");
}

static bool common_key(rc_view_context *v, int key) {
  if (key != 'o' || !v->watch || v->watch->streams < 2) return false;
  const int64_t now = rc_part_value(v, "watch", "stream");
  const rc_watch_data *d = v->watch;
  rc_part_set(v, "watch", "stream", (now > 0 ? now : d->now + 1) % d->streams + 1);
  return true;
}

/* ---- curves ------------------------------------------------------------------------------------- */

static bool changes(const rc_watch_figure *f) {
  for (int i = 1; i < f->n; i++)
    if (f->value[i] != f->value[0]) return true;
  return false;
}

/* What changes is what one looks at: it comes first. */
static int listed(const rc_watch_stream *s, const rc_watch_figure **out) {
  int n = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < s->figures; i++)
      if (changes(&s->figure[i]) == (pass == 0)) out[n++] = &s->figure[i];
  return n;
}

static const rc_watch_figure *chosen(const rc_view_context *v, const rc_watch_stream *s) {
  const rc_watch_figure *list[RC_WATCH_FIGURES];
  const int n = listed(s, list);
  const int64_t row = rc_part_table_row(v, "figures", n);
  return n > 0 && row < n ? list[row] : NULL;
}

static void curve_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  const rc_watch_stream *s = stream_of(v);
  const rc_watch_figure *f = s ? chosen(v, s) : NULL;
  if (!s) {
    waiting(v, p);
    return;
  }
  if (!f || f->n < 1) {
    rc_part_waiting(p, f ? "this figure is no number: no curve" : "no figure yet");
    return;
  }
  /* value and bound belong together */
  const bool pair = !strcmp(f->last.name, "value") || !strcmp(f->last.name, "bound");
  const rc_watch_figure *other =
      pair ? rc_watch_find(s, strcmp(f->last.name, "value") ? "value" : "bound") : NULL;
  rc_series series[2];
  int n = 0;
  if (other && other->n > 0)
    series[n++] =
        (rc_series){other->last.name, other->n,   other->step,
                    other->value,     RC_SERIES1, other->n > 1 ? 'o' : (char)('o' | RC_DOTS)};
  series[n++] = (rc_series){f->last.name, f->n,       f->step,
                            f->value,     RC_SERIES2, f->n > 1 ? '^' : (char)('^' | RC_DOTS)};
  const rc_plot o = {
      .x_label = "step", .y_label = f->last.name, .y_log = v->log_axis, .crosshair = v->crosshair};
  rc_plot_lines(p, &o, series, n);
}

static void curve_csv(const rc_view_context *v, rc_str *out) {
  const rc_watch_stream *s = stream_of(v);
  rc_str_add(out, "figure,step,value\n");
  for (int i = 0; s && i < s->figures; i++)
    for (int k = 0; k < s->figure[i].n; k++) {
      rc_part_csv(out, s->figure[i].last.name, ',');
      rc_part_csv_real(out, s->figure[i].step[k], ',');
      rc_part_csv_real(out, s->figure[i].value[k], '\n');
    }
}

/* ---- figures ------------------------------------------------------------------------------------ */

static void value_text(const rc_scalar *x, rc_str *out) {
  switch (x->type) {
  case RC_S_REAL: rc_str_addf(out, "%.10g", x->real); break;
  case RC_S_INT: rc_str_addf(out, "%lld", (long long)x->integer); break;
  case RC_S_BOOL: rc_str_add(out, x->integer ? "yes" : "no"); break;
  case RC_S_TEXT: rc_str_add(out, x->text); break;
  case RC_S_NULL: rc_str_add(out, "–"); break;
  }
}

typedef struct rows {
  const rc_watch_figure *list[RC_WATCH_FIGURES];
} rows;

static void figure_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_watch_figure *f = ((const rows *)ctx)->list[row];
  *style = column == 1 ? RC_BRIGHT : f->n > 1 ? RC_TEXT : RC_DIM;
  if (column == 0)
    rc_str_add(t, f->last.name);
  else if (column == 1)
    value_text(&f->last, t);
  else if (f->n > 1)
    rc_str_addf(t, "%d", f->n);
}

static void figures_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_watch_stream *s = stream_of(v);
  if (!s || s->figures == 0) {
    waiting(v, p);
    return;
  }
  rows r;
  const int n = listed(s, r.list);
  const bool wide = p.r.w >= 40;
  const rc_column columns[] = {{"figure", wide ? 20 : RC_MAX(p.r.w / 2, 4), false},
                               {"now", wide ? RC_MIN(p.r.w - 30, 24) : 0, true},
                               {"points", 0, true}};
  const rc_table t = {columns, wide ? 3 : 2, n, rc_part_table_row(v, "figures", n), figure_cell,
                      &r};
  rc_table_draw(p, &t, focused);
}

static bool figures_key(rc_view_context *v, int key) {
  const rc_watch_stream *s = stream_of(v);
  if (common_key(v, key)) return true;
  if (!s || s->figures == 0) return false;
  const int64_t to = rc_part_move(rc_part_table_row(v, "figures", s->figures), s->figures, key);
  if (to >= 0) rc_part_set(v, "figures", "row", to);
  return to >= 0;
}

static void figures_csv(const rc_view_context *v, rc_str *out) {
  const rc_watch_stream *s = stream_of(v);
  rc_str_add(out, "figure,value,points\n");
  for (int i = 0; s && i < s->figures; i++) {
    rc_str text = {0};
    if (s->figure[i].last.type != RC_S_NULL) value_text(&s->figure[i].last, &text);
    rc_part_csv(out, s->figure[i].last.name, ',');
    rc_part_csv(out, rc_str_c(&text), ',');
    rc_str_addf(out, "%d\n", s->figure[i].n);
    rc_str_free(&text);
  }
}

/* ---- source ------------------------------------------------------------------------------------- */

static void source_facts(const rc_view_context *v, rc_facts *f) {
  const rc_watch_data *d = v->watch;
  const rc_watch_stream *s = stream_of(v);
  if (!d || !d->source[0]) return;
  rc_style style;
  const char *state = rc_watch_state(d, &style);
  char name[120];
  rc_watch_name(d, name, sizeof name);
  rc_fact_add(f, d->program ? "program" : "file", RC_BRIGHT, "%s", name);
  rc_fact_add(f, "state", style, "%s", d->program || d->over ? state : "followed");
  if (d->status > 128)
    rc_fact_add(f, "ended by", RC_BAD, "signal %d", d->status - 128);
  else if (d->status >= 0)
    rc_fact_add(f, "exit status", d->status ? RC_BAD : RC_OK, "%d", d->status);
  rc_fact_count(f, "lines", d->lines);
  if (d->broken) {
    rc_fact_add(f, "broken lines", RC_WARN, "%llu", (unsigned long long)d->broken);
    rc_fact_note(f, RC_WARN, "%s", d->broken_text);
  }
  if (!s) return;
  rc_fact_add(f, "study", RC_TEXT, "%s", s->study);
  if (d->streams > 1) rc_fact_add(f, "of", RC_DIM, "%d studies", d->streams);
  if (s->title[0]) rc_fact_note(f, RC_TEXT, "%s", s->title);
  rc_fact_count(f, "its step", s->step);
  if (s->phase[0]) rc_fact_add(f, "its phase", RC_TEXT, "%s", s->phase);
  if (!isnan(s->t)) rc_fact_number(f, "its time", RC_TEXT, "%.1f s", s->t);
  if (!isnan(s->progress)) rc_fact_gauge(f, "progress", RC_SERIES1, fmax(0, fmin(1, s->progress)));
  if (s->ended) rc_fact_add(f, "its status", s->status ? RC_BAD : RC_OK, "%d", s->status);
}

static void source_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  source_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "source", &f);
  else
    waiting(v, p);
}

static bool source_key(rc_view_context *v, int key) {
  return common_key(v, key) || rc_facts_key(v, "source", key);
}

static void source_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  source_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- events ------------------------------------------------------------------------------------- */

static const rc_watch_event *event_at(const rc_watch_data *d, int64_t row) {
  return &d->event[d->events - 1 - row]; /* newest on top */
}

static void event_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_watch_event *e = event_at(ctx, row);
  const bool bad = !strcmp(e->kind, "warning") || !strcmp(e->kind, "broken");
  switch (column) {
  case 0:
    rc_str_addf(t, "%llu", (unsigned long long)e->line);
    *style = RC_DIM;
    break;
  case 1:
    rc_str_add(t, e->kind);
    *style = bad ? RC_WARN : RC_TEXT;
    break;
  case 2:
    if (!isnan(e->value)) rc_str_addf(t, "%.8g", e->value);
    *style = RC_BRIGHT;
    break;
  default: rc_str_add(t, e->text); *style = bad ? RC_WARN : RC_DIM;
  }
}

static void events_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_watch_data *d = v->watch;
  if (!d || d->events == 0) {
    waiting(v, p);
    return;
  }
  const bool wide = p.r.w >= 56;
  const rc_column columns[] = {{"line", 8, true},
                               {"event", wide ? 16 : 10, false},
                               {"value", wide ? 14 : 10, true},
                               {"text", 0, false}};
  const rc_table t = {columns,    4,        d->events, rc_part_table_row(v, "events", d->events),
                      event_cell, (void *)d};
  rc_table_draw(p, &t, focused);
}

static bool events_key(rc_view_context *v, int key) {
  const rc_watch_data *d = v->watch;
  if (common_key(v, key)) return true;
  if (!d || d->events == 0) return false;
  const int64_t to = rc_part_move(rc_part_table_row(v, "events", d->events), d->events, key);
  if (to >= 0) rc_part_set(v, "events", "row", to);
  return to >= 0;
}

static void events_csv(const rc_view_context *v, rc_str *out) {
  const rc_watch_data *d = v->watch;
  rc_str_add(out, "line,study,step,event,value,text\n");
  for (int i = 0; d && i < d->events; i++) {
    const rc_watch_event *e = &d->event[i];
    rc_str_addf(out, "%llu,", (unsigned long long)e->line);
    rc_part_csv(out, e->study, ',');
    rc_str_addf(out, "%llu,", (unsigned long long)e->step);
    rc_part_csv(out, e->kind, ',');
    rc_part_csv_real(out, e->value, ',');
    rc_part_csv(out, e->text, '\n');
  }
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class curve = {
    .name = "curve",
    .title = "its curve",
    .weight = 3,
    .column = 0,
    .min_h = 7,
    .explain =
        "The figure chosen in the table, against the steps the program tells: every line of type "
        "progress, event 'improved' or result with a number in it is a point. Of a cut, value and "
        "bound are drawn together. See 'Watching other programs' in roadcut(1).",
    .draw = curve_draw,
    .key = common_key,
    .csv = curve_csv,
    .hints = "l log  o study"};
static const rc_pane_class events = {
    .name = "events",
    .title = "what it said",
    .weight = 2,
    .column = 0,
    .min_h = 5,
    .explain =
        "Events, the newest on top, with the number of their line. Lines of its standard error are "
        "events of the kind 'stderr'; lines that are no JSON object of a known type are broken: "
        "they "
        "are counted and shown, and nothing else is lost.",
    .draw = events_draw,
    .key = events_key,
    .csv = events_csv,
    .hints = "↑↓ event  o study"};
static const rc_pane_class source = {
    .name = "source",
    .title = "source",
    .weight = 2,
    .column = 1,
    .min_h = 6,
    .explain =
        "The program or file that is watched. Its figures are its own words: roadcut repeats them "
        "and judges none, except a cut whose sides it tells, which the view of the cut counts "
        "again.",
    .draw = source_draw,
    .key = source_key,
    .csv = source_csv,
    .hints = "↑↓ scroll  o study"};
static const rc_pane_class figures = {
    .name = "figures",
    .title = "its figures",
    .weight = 3,
    .column = 1,
    .min_h = 6,
    .explain =
        "All that its newest lines have told by name. The selected one is drawn; breakpoints take "
        "these names: 'value >= 12' stops here when a line has told so.",
    .draw = figures_draw,
    .key = figures_key,
    .csv = figures_csv,
    .hints = "↑↓ figure  o study"};
static const rc_pane_class *const panes[] = {&curve, &events, &source, &figures};

const rc_view_class rc_view_watch = {
    .kind = {.name = "watch",
             .title = "Watch",
             .help = "another program's figures, curves and events",
             .explain = "What another program tells while it runs."},
    .study = "watch",
    .panes = RC_LEN(panes),
    .pane = panes};
