/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a recording is made of. */
#ifndef RC_ENGINE_RECORDING_H
#define RC_ENGINE_RECORDING_H

#include "roadcut/engine.h"

/* SHOW changes nothing in the study: what the screen was told to show at that step. */
typedef enum { RC_CHANGE_SET, RC_CHANGE_RESTART, RC_CHANGE_COMMAND, RC_CHANGE_SHOW } rc_change;

typedef struct rc_recording_entry {
  char study[RC_NAME_MAX]; /* filled by parser and writer; a job's own log leaves it empty */
  rc_change what;
  uint64_t step; /* of the study, when it was applied */
  /* SET: key and value, or no key and the whole scenario as YAML (undo and redo);
   * COMMAND: name and argument (may be NULL); SHOW: a command line of the explorer */
  char *key, *value;
  uint64_t seed; /* RESTART */
  /* A job's own log only: what the study works with from then on. */
  rc_share *scenario; /* SET, RESTART */
  uint64_t generation;
  bool superseded; /* SET: another one came before the study saw it */
} rc_recording_entry;
rc_recording_entry rc_recording_entry_make(rc_change what, uint64_t step, const char *key,
                                           const char *value, uint64_t seed);
void rc_recording_entry_clear(rc_recording_entry *e);         /* frees its contents */
void rc_recording_entries_free(rc_recording_entry *e, int n); /* contents and array */

struct rc_recording {
  rc_scenario *scenario;
  uint64_t seed;
  int entries, cap;
  rc_recording_entry *entry;
};
/* A copy of the entries of one study. */
rc_recording_entry *rc_recording_of(const rc_recording *r, const char *study, int *n);
/* Writes the first line. path: of the scenario, "" when it is in no file. */
void rc_recording_write_head(rc_str *out, const rc_scenario *sc, const char *path, uint64_t seed);
void rc_recording_write(rc_str *out, const char *study, const rc_recording_entry *e);

/* A shared copy of a scenario with one key changed, or, without a key, the scenario that the YAML
 * in 'value' describes; NULL on error. */
rc_share *rc_scenario_with(const rc_scenario *sc, const char *key, const char *value,
                           const rc_kind *const *kinds, rc_err *err);
rc_share *rc_scenario_share(rc_scenario *sc); /* takes it over */
/* The kinds of study classes as a shared, NULL-terminated array of const rc_kind *. */
rc_share *rc_kinds_share(const rc_study_class *const *classes);

#endif
