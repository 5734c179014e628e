/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recording as a scenario with a tour: each place where something was done becomes a step that
 * does it again, and waits for the place of the next. */
#include "engine/recording.h"

#include <stdio.h>
#include <string.h>

enum { LINES_MAX = 100, LINE_MAX_BYTES = 200 };

typedef struct place { /* what was done at one step of one study */
  const char *study;
  uint64_t step;
  int lines;
  char *line[LINES_MAX];
} place;

static void add_line(place *p, const char *text) {
  if (p->lines < LINES_MAX && strlen(text) <= LINE_MAX_BYTES) p->line[p->lines++] = rc_strdup(text);
}

static void clear_place(place *p) {
  for (int i = 0; i < p->lines; i++) rc_free(p->line[i]);
  p->lines = 0;
}

/* An undo recorded the whole scenario: what differs, key by key. Keys go in the order of the table,
 * so that what others depend on comes first. */
static void add_differences(place *p, const rc_scenario *was, const rc_scenario *is) {
  rc_key *keys = NULL;
  const int n = rc_scenario_keys(is, &keys);
  for (int i = 0; i < n; i++) {
    rc_str a = {0}, b = {0}, line = {0};
    const bool had = rc_scenario_get(was, keys[i].name, &a);
    const bool has = rc_scenario_get(is, keys[i].name, &b);
    if (has && (!had || strcmp(rc_str_c(&a), rc_str_c(&b)) != 0)) {
      rc_str_addf(&line, "set %s %s", keys[i].name, rc_str_c(&b));
      add_line(p, rc_str_c(&line));
    }
    rc_str_free(&a);
    rc_str_free(&b);
    rc_str_free(&line);
  }
  rc_free(keys);
}

/* *now: the scenario reached so far, replaced when the entry changes it. */
static bool add_entry(place *p, const rc_recording_entry *e, rc_share **now,
                      const rc_kind *const *kinds, rc_err *err) {
  rc_str line = {0};
  rc_share *next = NULL;
  switch (e->what) {
  case RC_CHANGE_SET:
    next = rc_scenario_with(rc_share_get(*now), e->key, e->value, kinds, err);
    if (!next) return false;
    if (e->key)
      rc_str_addf(&line, "set %s %s", e->key, e->value);
    else
      add_differences(p, rc_share_get(*now), rc_share_get(next));
    rc_share_drop(*now);
    *now = next;
    break;
  case RC_CHANGE_RESTART: rc_str_addf(&line, "seed %llu", (unsigned long long)e->seed); break;
  case RC_CHANGE_COMMAND:
    rc_str_addf(&line, "study %s%s%s", e->key, e->value && *e->value ? " " : "",
                e->value ? e->value : "");
    break;
  case RC_CHANGE_SHOW: /* a tour cannot move itself */
    if (strncmp(e->key, "tour", 4) != 0) rc_str_add(&line, e->key);
    break;
  }
  if (line.len) add_line(p, rc_str_c(&line));
  rc_str_free(&line);
  return true;
}

static void write_place(const place *p, const place *next, rc_str *out) {
  rc_str say = {0};
  rc_str_addf(&say, "Step %llu of %s:", (unsigned long long)p->step, p->study);
  for (int i = 0; i < p->lines && say.len < 1000; i++)
    rc_str_addf(&say, "%s %s", i ? ";" : "", p->line[i]);
  if (!p->lines) rc_str_add(&say, " nothing was done yet");
  rc_str_add(out, "  - say: ");
  rc_str_add_yaml(out, rc_str_c(&say));
  rc_str_addc(out, '\n');
  if (p->lines) rc_str_add(out, "    do:\n");
  for (int i = 0; i < p->lines; i++) {
    rc_str_add(out, "      - ");
    rc_str_add_yaml(out, p->line[i]);
    rc_str_addc(out, '\n');
  }
  if (next && next->step > 0)
    rc_str_addf(out, "    wait: %s.step >= %llu or %s.state = done\n", next->study,
                (unsigned long long)next->step, next->study);
  rc_str_free(&say);
}

/* The places of the recording in its order; returns how many, -1 on error. */
static int collect(const rc_recording *r, const rc_kind *const *kinds, place *list, rc_err *err) {
  int n = 0;
  rc_share *now = NULL;
  bool ok = true;
  for (int i = 0; ok && i < r->entries; i++) {
    const rc_recording_entry *e = &r->entry[i];
    if (!now || strcmp(r->entry[i - 1].study, e->study) != 0) { /* each study begins at the start */
      rc_share_drop(now);
      now = rc_scenario_share(rc_scenario_copy(r->scenario));
    }
    if (!n || strcmp(list[n - 1].study, e->study) != 0 || list[n - 1].step != e->step)
      list[n++] = (place){.study = e->study, .step = e->step};
    ok = add_entry(&list[n - 1], e, &now, kinds, err);
    if (ok && !list[n - 1].lines) n--; /* nothing of it is left */
  }
  rc_share_drop(now);
  if (ok) return n;
  for (int i = 0; i < n; i++) clear_place(&list[i]);
  return -1;
}

/* ---- one order ----------------------------------------------------------------------------------
 *
 * A change of the whole scenario stands in the log of every study that follows it, each with that
 * study's own step; what a study was told stands in its own log alone. The logs are merged: what
 * stands in several comes once, when all of them have come to it. */

typedef struct change {
  const place *at;
  const char *line;
  int study, nth; /* of the equal lines of its study, from 0 */
  uint64_t after; /* steps of its study since the change before it */
  bool done, next;
} change;

/* All lines in the order of the log, study after study; returns how many. */
static int list_changes(const place *list, int n, change *all) {
  int changes = 0, study = -1;
  for (int i = 0; i < n; i++) {
    const bool same = i > 0 && strcmp(list[i - 1].study, list[i].study) == 0;
    study += !same;
    for (int l = 0; l < list[i].lines; l++) {
      change c = {&list[i], list[i].line[l], .study = study};
      for (int k = 0; k < changes; k++)
        c.nth += all[k].study == study && strcmp(all[k].line, c.line) == 0;
      c.after = l > 0 ? 0 : list[i].step - (same ? list[i - 1].step : 0);
      all[changes++] = c;
    }
  }
  return changes;
}

static bool is_same(const change *a, const change *b) {
  return a->study != b->study && a->nth == b->nth && strcmp(a->line, b->line) == 0 &&
         strncmp(a->line, "study ", 6) != 0;
}

/* Marks in each study the first that is not done. */
static void mark_next(change *all, int n) {
  int study = -1;
  for (int i = 0; i < n; i++) {
    all[i].next = !all[i].done && all[i].study != study;
    if (all[i].next) study = all[i].study;
  }
}

/* Have all logs that it stands in come to it? */
static bool is_ready(const change *all, int n, int i) {
  if (!all[i].next) return false;
  for (int k = 0; k < n; k++)
    if (is_same(&all[k], &all[i]) && !all[k].done && !all[k].next) return false;
  return true;
}

/* Takes the next change: of those that are the same, the one whose study has gone on longest, for a
 * study that had ended has no step to wait for; or the one at the place of the change before. */
static const change *take_change(change *all, int n, const place *before) {
  int best = -1;
  mark_next(all, n);
  for (int i = 0; i < n && best < 0; i++)
    if (is_ready(all, n, i)) best = i;
  for (int i = 0; i < n && best < 0; i++) /* the logs are of no one order */
    if (all[i].next) best = i;
  if (best < 0) return NULL;
  const change *which = &all[best];
  for (int k = 0; k < n; k++) {
    if (k == best || all[k].done || !is_same(&all[k], &all[best])) continue;
    all[k].done = true;
    if (all[k].after > which->after || (all[k].after == which->after && all[k].at == before))
      which = &all[k];
  }
  all[best].done = true;
  return which;
}

/* Places of the merged order, with the lines of 'list'; returns how many. */
static int merge(const place *list, int n, place *out) {
  int lines = 0, places = 0;
  for (int i = 0; i < n; i++) lines += list[i].lines;
  change *all = rc_alloc((size_t)lines + 1, sizeof *all);
  const int changes = list_changes(list, n, all);
  const place *before = NULL;
  for (const change *c; (c = take_change(all, changes, before)); before = c->at) {
    place *last = places ? &out[places - 1] : NULL;
    if (!last || strcmp(last->study, c->at->study) != 0 || last->step != c->at->step)
      *(last = &out[places++]) = (place){.study = c->at->study, .step = c->at->step};
    add_line(last, c->line);
  }
  rc_free(all);
  return places;
}

bool rc_recording_tour(const rc_recording *r, const rc_kind *const *kinds, rc_str *out,
                       rc_err *err) {
  place *list = rc_alloc((size_t)r->entries + 1, sizeof *list);
  const int n = collect(r, kinds, list, err);
  bool ok = n >= 0;
  if (ok && !n) ok = rc_err_set(err, RC_ERR_INPUT, "nothing was done in this session");
  if (ok) {
    rc_scenario *sc = rc_scenario_copy(r->scenario);
    const int tours = sc->tours;
    sc->tours = 0; /* its own tour gives way to that of the session */
    sc->seed = r->seed;
    sc->expects = 0; /* what it expects holds for the couplings it was written with */
    rc_scenario_write(sc, out);
    sc->tours = tours;
    rc_scenario_free(sc);
    rc_str_add(out, "tour:\n");
    int lines = 0;
    for (int i = 0; i < n; i++) lines += list[i].lines;
    place *order = rc_alloc((size_t)lines + 1, sizeof *order);
    const int places = merge(list, n, order);
    if (order[0].step > 0) write_place(&(place){.study = order[0].study}, &order[0], out);
    for (int i = 0; i < places; i++)
      write_place(&order[i], i + 1 < places ? &order[i + 1] : NULL, out);
    for (int i = 0; i < places; i++) clear_place(&order[i]);
    rc_free(order);
  }
  for (int i = 0; i < n; i++) clear_place(&list[i]);
  rc_free(list);
  return ok;
}
