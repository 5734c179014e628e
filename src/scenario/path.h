/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dotted paths into parameter tables: "amplitudes.from", "bound.prove", "solvers.0.sweeps". */
#ifndef ROADCUT_SCENARIO_PATH_H
#define ROADCUT_SCENARIO_PATH_H

#include "scenario/read.h"

typedef struct rc_place { /* what a path leads to */
  const rc_param *param;  /* NULL when it is the kind of a pick */
  void *opts;             /* struct that holds the field */
  rc_pick *pick;          /* path ended in ".kind" */
  const rc_kind *const *kinds;
} rc_place;

bool rc_place_find(const rc_param *table, void *opts, const char *path, rc_place *out);
/* "hilbert.tolerance" or "studies.hilbert.tolerance" in a scenario. */
bool rc_study_place(const rc_scenario *s, const char *key, rc_place *out);
/* Calls fn for every place below a table, prefix.name first. */
typedef void (*rc_place_fn)(void *who, const char *path, const rc_place *place);
void rc_place_each(const rc_param *table, void *opts, const char *prefix, rc_place_fn fn,
                   void *who);

#endif
