/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings: writing and reading. One JSON object per line:
 *   {"type":"session","version":"0.1.0","seed":1,"path":"../ring.yaml","sha256":"..",
 *    "scenario":"title: ..\n.."}          (path from the recording's folder; data files are beside it)
 *   {"type":"do","study":"hilbert","step":12,"set":"model.J2","to":"0.5"}
 *   {"type":"do","study":"hilbert","step":20,"scenario":"title: ..\n.."}      (an undo or redo)
 *   {"type":"do","study":"hilbert","step":40,"command":"scan"}
 *   {"type":"do","study":"hilbert","step":52,"restart":7}
 *   {"type":"do","study":"hilbert","step":52,"show":"view state"}     (changes no study) */
#include "engine/recording.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

rc_recording_entry rc_recording_entry_make(rc_change what, uint64_t step, const char *key,
                                           const char *value, uint64_t seed) {
  return (rc_recording_entry){.what = what,
                              .step = step,
                              .seed = seed,
                              .key = key ? rc_strdup(key) : NULL,
                              .value = value ? rc_strdup(value) : NULL};
}

void rc_recording_entry_clear(rc_recording_entry *e) {
  rc_share_drop(e->scenario);
  rc_free(e->key);
  rc_free(e->value);
  *e = (rc_recording_entry){0};
}

void rc_recording_entries_free(rc_recording_entry *e, int n) {
  for (int i = 0; i < n; i++) rc_recording_entry_clear(&e[i]);
  rc_free(e);
}

rc_recording_entry *rc_recording_of(const rc_recording *r, const char *study, int *n) {
  rc_recording_entry *out = rc_alloc((size_t)r->entries + 1, sizeof *out);
  *n = 0;
  for (int i = 0; i < r->entries; i++) {
    const rc_recording_entry *e = &r->entry[i];
    if (strcmp(e->study, study) == 0)
      out[(*n)++] = rc_recording_entry_make(e->what, e->step, e->key, e->value, e->seed);
  }
  return out;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

void rc_recording_write_head(rc_str *out, const rc_scenario *sc, const char *path, uint64_t seed) {
  rc_str yaml = {0};
  rc_scenario_write(sc, &yaml);
  rc_json j;
  rc_json_begin(&j, out);
  rc_json_object(&j, NULL);
  rc_json_text(&j, "type", "session");
  rc_json_text(&j, "version", RC_VERSION);
  rc_json_uint(&j, "seed", seed);
  if (path[0]) {
    rc_json_text(&j, "path", path);
    rc_json_text(&j, "sha256", sc->sha256);
  }
  char hash[65];
  rc_sha256(rc_str_c(&yaml), yaml.len, hash);
  rc_json_text(&j, "scenario_sha256", hash);
  rc_json_text(&j, "scenario", rc_str_c(&yaml));
  rc_json_end(&j);
  rc_str_addc(out, '\n');
  rc_str_free(&yaml);
}

void rc_recording_write(rc_str *out, const char *study, const rc_recording_entry *e) {
  rc_json j;
  rc_json_begin(&j, out);
  rc_json_object(&j, NULL);
  rc_json_text(&j, "type", "do");
  rc_json_text(&j, "study", study);
  rc_json_uint(&j, "step", e->step);
  switch (e->what) {
  case RC_CHANGE_SET:
    if (e->key) rc_json_text(&j, "set", e->key);
    rc_json_text(&j, e->key ? "to" : "scenario", e->value);
    break;
  case RC_CHANGE_RESTART: rc_json_uint(&j, "restart", e->seed); break;
  case RC_CHANGE_COMMAND:
    rc_json_text(&j, "command", e->key);
    if (e->value) rc_json_text(&j, "argument", e->value);
    break;
  case RC_CHANGE_SHOW: rc_json_text(&j, "show", e->key); break;
  }
  rc_json_end(&j);
  rc_str_addc(out, '\n');
}

/* ---- reading ----------------------------------------------------------------------------------
 */

enum { STUDIES_MAX = 16 };

typedef struct reader {
  rc_recording *r;
  const rc_kind *const *kinds;
  int studies;
  struct {
    char name[RC_NAME_MAX];
    rc_share *scenario;
  } study[STUDIES_MAX];
} reader;

static bool get_count(const json_t *o, const char *key, uint64_t *v) {
  const json_t *n = json_object_get(o, key);
  if (!json_is_integer(n) || json_integer_value(n) < 0) return false;
  *v = (uint64_t)json_integer_value(n);
  return true;
}

static bool read_head(rc_recording *r, const json_t *o, const rc_kind *const *kinds, rc_err *err) {
  const char *yaml = json_string_value(json_object_get(o, "scenario"));
  const char *type = json_string_value(json_object_get(o, "type"));
  if (!type || strcmp(type, "session") != 0 || !yaml || !get_count(o, "seed", &r->seed))
    return rc_err_at(err, RC_ERR_INPUT, 1, 1,
                     "a recording begins with {\"type\":\"session\",\"seed\":..,\"scenario\":..}");
  const char *path = json_string_value(json_object_get(o, "path"));
  const char *sha256 = json_string_value(json_object_get(o, "sha256"));
  const char *inside = json_string_value(json_object_get(o, "scenario_sha256"));
  char hash[65];
  rc_sha256(yaml, strlen(yaml), hash);
  if (inside && strcmp(inside, hash) != 0) /* recordings of before have none */
    return rc_err_at(err, RC_ERR_INPUT, 1, 1,
                     "the scenario in this recording was changed after it was recorded (its "
                     "scenario_sha256 is another): change the scenario's file and record anew");
  r->scenario = rc_scenario_parse(yaml, strlen(yaml), path ? path : "", kinds, err);
  if (r->scenario && path && sha256) /* of the file it was opened from */
    snprintf(r->scenario->sha256, sizeof r->scenario->sha256, "%s", sha256);
  return r->scenario != NULL;
}

/* The scenario a study has reached in the lines so far: a change is only valid after those before
 * it. */
static rc_share **reached(reader *rd, const char *study) {
  for (int i = 0; i < rd->studies; i++)
    if (strcmp(rd->study[i].name, study) == 0) return &rd->study[i].scenario;
  if (rd->studies == STUDIES_MAX) return NULL;
  snprintf(rd->study[rd->studies].name, RC_NAME_MAX, "%s", study);
  rd->study[rd->studies].scenario = rc_scenario_share(rc_scenario_copy(rd->r->scenario));
  return &rd->study[rd->studies++].scenario;
}

/* Tried here, so that a bad line is an error with its number and not a surprise in the replay. */
static bool try_set(reader *rd, const char *study, const char *key, const char *value, int line,
                    rc_err *err) {
  rc_share **now = reached(rd, study);
  if (!now) return rc_err_at(err, RC_ERR_INPUT, line, 1, "too many studies");
  rc_err why = {0};
  rc_share *next = rc_scenario_with(rc_share_get(*now), key, value, rd->kinds, &why);
  if (!next) return rc_err_at(err, RC_ERR_INPUT, line, 1, "%s", why.message);
  rc_share_drop(*now);
  *now = next;
  return true;
}

static bool read_entry(reader *rd, const json_t *o, int line, rc_err *err) {
  const char *type = json_string_value(json_object_get(o, "type"));
  const char *study = json_string_value(json_object_get(o, "study"));
  const char *set = json_string_value(json_object_get(o, "set"));
  const char *to = json_string_value(json_object_get(o, "to"));
  const char *yaml = json_string_value(json_object_get(o, "scenario"));
  const char *command = json_string_value(json_object_get(o, "command"));
  const char *show = json_string_value(json_object_get(o, "show"));
  const char *argument = json_string_value(json_object_get(o, "argument"));
  uint64_t step = 0, seed = 0;
  bool restart = get_count(o, "restart", &seed);
  if (!type || strcmp(type, "do") != 0 || !study || !get_count(o, "step", &step) ||
      (set != NULL) + (yaml != NULL) + (command != NULL) + (show != NULL) + restart != 1 ||
      !set != !to)
    return rc_err_at(err, RC_ERR_INPUT, line, 1,
                     "expected {\"type\":\"do\",\"study\":..,\"step\":.., and one of \"set\" with "
                     "\"to\", \"scenario\", \"command\", \"restart\", \"show\"}");
  if (strlen(study) >= RC_NAME_MAX || !rc_kind_find(rd->kinds, study))
    return rc_err_at(err, RC_ERR_INPUT, line, 1, "there is no study '%.40s'", study);
  if ((set || yaml) && !try_set(rd, study, set, set ? to : yaml, line, err)) return false;
  rc_recording *r = rd->r;
  if (r->entries == r->cap) {
    r->cap = r->cap ? 2 * r->cap : 16;
    r->entry = rc_realloc(r->entry, (size_t)r->cap, sizeof *r->entry);
  }
  rc_recording_entry *e = &r->entry[r->entries++];
  if (restart)
    *e = rc_recording_entry_make(RC_CHANGE_RESTART, step, NULL, NULL, seed);
  else if (show)
    *e = rc_recording_entry_make(RC_CHANGE_SHOW, step, show, NULL, 0);
  else if (command)
    *e = rc_recording_entry_make(RC_CHANGE_COMMAND, step, command, argument, 0);
  else
    *e = rc_recording_entry_make(RC_CHANGE_SET, step, set, set ? to : yaml, 0);
  snprintf(e->study, sizeof e->study, "%s", study);
  return true;
}

static bool read_line(reader *rd, const char *text, size_t len, int line, rc_err *err) {
  json_error_t why;
  json_t *o = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
  if (!json_is_object(o)) {
    rc_err_at(err, RC_ERR_INPUT, line, o ? 1 : RC_MAX(1, why.column), "not a JSON object%s%s",
              o ? "" : ": ", o ? "" : why.text);
    json_decref(o);
    return false;
  }
  bool ok = rd->r->scenario ? read_entry(rd, o, line, err) : read_head(rd->r, o, rd->kinds, err);
  json_decref(o);
  return ok;
}

rc_recording *rc_recording_parse(const char *text, size_t len, const rc_kind *const *kinds,
                                 rc_err *err) {
  rc_recording *r = rc_alloc(1, sizeof *r);
  reader rd = {.r = r, .kinds = kinds};
  int line = 1;
  bool ok = true;
  for (size_t at = 0; ok && at < len; line++) {
    const char *end = memchr(text + at, '\n', len - at);
    size_t n = end ? (size_t)(end - (text + at)) : len - at;
    if (n > 0) ok = read_line(&rd, text + at, n, line, err);
    at += n + 1;
  }
  for (int i = 0; i < rd.studies; i++) rc_share_drop(rd.study[i].scenario);
  if (ok && !r->scenario) ok = rc_err_at(err, RC_ERR_INPUT, 1, 1, "the recording is empty");
  if (ok) return r;
  rc_recording_free(r);
  return NULL;
}

void rc_recording_free(rc_recording *r) {
  if (!r) return;
  rc_scenario_free(r->scenario);
  rc_recording_entries_free(r->entry, r->entries);
  rc_free(r);
}

const rc_scenario *rc_recording_scenario(const rc_recording *r) {
  return r->scenario;
}

uint64_t rc_recording_seed(const rc_recording *r) {
  return r->seed;
}

/* ---- scenarios --------------------------------------------------------------------------------
 */

static void free_scenario(void *p) {
  rc_scenario_free(p);
}

rc_share *rc_scenario_share(rc_scenario *sc) {
  return rc_share_new(sc, free_scenario);
}

rc_share *rc_scenario_with(const rc_scenario *sc, const char *key, const char *value,
                           const rc_kind *const *kinds, rc_err *err) {
  if (!key) {
    rc_scenario *whole = rc_scenario_parse(value, strlen(value), sc->path, kinds, err);
    return whole ? rc_scenario_share(whole) : NULL;
  }
  rc_scenario *copy = rc_scenario_copy(sc);
  if (rc_scenario_set(copy, key, value, kinds, err)) return rc_scenario_share(copy);
  rc_scenario_free(copy);
  return NULL;
}

rc_share *rc_kinds_share(const rc_study_class *const *classes) {
  int n = 0;
  while (classes[n]) n++;
  const rc_kind **kinds = rc_alloc((size_t)n + 1, sizeof *kinds);
  for (int i = 0; i < n; i++) kinds[i] = &classes[i]->kind;
  return rc_share_new(kinds, rc_free);
}
