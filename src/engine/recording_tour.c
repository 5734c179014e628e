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

/* A change of the whole scenario stands in the log of every study that follows it: once is enough. */
static bool repeated(const place *list, int i) {
  for (int k = 0; k < i; k++) {
    if (strcmp(list[k].study, list[i].study) == 0 || list[k].lines != list[i].lines) continue;
    bool same = true;
    for (int l = 0; same && l < list[i].lines; l++)
      same = strcmp(list[k].line[l], list[i].line[l]) == 0;
    if (same) return true;
  }
  return false;
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
    if (list[0].step > 0) write_place(&(place){.study = list[0].study}, &list[0], out);
    for (int i = 0; i < n; i++) {
      int next = i + 1;
      while (next < n && repeated(list, next)) next++;
      if (!repeated(list, i)) write_place(&list[i], next < n ? &list[next] : NULL, out);
    }
  }
  for (int i = 0; i < n; i++) clear_place(&list[i]);
  rc_free(list);
  return ok;
}
