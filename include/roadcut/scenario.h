/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario: YAML in; typed, range-checked parameters out, with line and column in every error.
 *
 * The room knows lattice and hilbert, but no study: the tables of the studies are handed in. */
#ifndef ROADCUT_SCENARIO_H
#define ROADCUT_SCENARIO_H

#include "roadcut/base.h"
#include "roadcut/hilbert.h"
#include "roadcut/lattice.h"

typedef struct rc_scenario_study {
  const rc_kind *kind; /* from the registry handed in */
  void *opts;          /* kind->size bytes, filled from its table */
} rc_scenario_study;

typedef struct rc_spot { /* of the first character of a text in the file; 1-based */
  int line, column;
} rc_spot;

typedef struct rc_expect {
  char study[RC_NAME_MAX], value[RC_NAME_MAX];
  enum { RC_EXPECT_IS, RC_EXPECT_TEXT, RC_EXPECT_BOOL, RC_EXPECT_BELOW, RC_EXPECT_ABOVE } op;
  double number, within;
  char text[64];
  bool flag;
  int line, column;
  rc_spot value_at, target_at; /* of the figure's name, of what it is to be */
} rc_expect;

/* A question of a tour. Its answer is looked up in the figures of the studies, never written down:
 * the studies and the selection are what it is checked against. */
typedef enum { RC_ASK_NONE, RC_ASK_VALUE, RC_ASK_CHOICE, RC_ASK_SELECT } rc_ask_kind;
typedef struct rc_choice {
  char *say;
  char is[200]; /* the condition that makes it right; "": when none of the others is */
  rc_spot at;   /* of the condition */
} rc_choice;
typedef struct rc_ask {
  rc_ask_kind kind;
  char *text;
  char value[96]; /* VALUE: a figure, "gap" or "hilbert.gap" */
  double within;  /* absolute, or a share of the figure when 'relative' */
  bool relative;  /* a number that has none is taken within 1 %, a count exactly */
  int choices;    /* CHOICE: 2 to 8 */
  rc_choice *choice;
  char select[8];  /* SELECT: "site", "edge" or "state" */
  char where[200]; /* condition on the selected one: "edge.frustrated = true" */
  rc_spot at;      /* of value or where */
  int hints;
  char **hint;   /* one for each wrong try, the last for all that follow */
  char *because; /* told with the right answer; may be NULL */
} rc_ask;

typedef struct rc_tour_step {
  int line, column;
  char *say;
  char view[RC_NAME_MAX]; /* "lattice" or "lattice.map"; "" keeps the view */
  rc_spot view_at;
  int commands;
  char **command; /* 'do' */
  rc_spot *command_at;
  char wait[200]; /* "" means: a key. "knob.changed", or a condition "energy < -5" */
  rc_spot wait_at;
  rc_ask ask;
} rc_tour_step;

typedef struct rc_scenario {
  char *path; /* as given; "" when from memory */
  char sha256[65];
  char *title, *about; /* without a title, that of the lattice; about may be "" */
  rc_lattice_spec lattice;
  rc_lattice *built; /* the lattice of the spec: making it is part of validation. NULL when the
                              scenario has none: then model and sector mean nothing either */
  rc_share *lattice_share; /* holds built; copies share it, and so does a change elsewhere: the same
                              pointer means the same lattice */
  rc_model model;
  bool has_J[RC_CLASSES_MAX]; /* coupling named in the scenario or by --set */
  rc_sector sector;
  uint64_t memory; /* bytes, default 4 GiB */
  uint64_t seed;   /* default 1 */
  int studies;
  rc_scenario_study *study;
  int expects;
  rc_expect *expect;
  int tours;
  rc_tour_step *tour;
} rc_scenario;

/* studies: NULL-terminated registry of study kinds. Errors: INPUT with line and column; the
 * message names what is wrong and, for an unknown key, the nearest right one. */
rc_scenario *rc_scenario_load(const char *path, const rc_kind *const *studies, rc_err *err);
rc_scenario *rc_scenario_parse(const char *text, size_t len, const char *name,
                               const rc_kind *const *studies, rc_err *err);
/* A default scenario for a lattice kind, as the explorer's form starts from. */
rc_scenario *rc_scenario_default(const char *lattice_kind, const rc_kind *const *studies,
                                 rc_err *err);
rc_scenario *rc_scenario_copy(const rc_scenario *s);
void rc_scenario_free(rc_scenario *s);
/* key is a dotted path: "model.J2", "J2" (short for model.J2), "delta", "lattice.kind",
 * "lattice.cluster" ("[2, 3]"), "sector.sz", "memory", "seed", "hilbert.tolerance", .. The whole
 * scenario is checked again; on error s is unchanged. */
bool rc_scenario_set(rc_scenario *s, const char *key, const char *value,
                     const rc_kind *const *studies, rc_err *err);
/* The value at a key as a user would write it; false when there is no such key. */
bool rc_scenario_get(const rc_scenario *s, const char *key, rc_str *out);
/* Where the value of a key stands in the file of a scenario, its path from the top:
 * "studies.paths.system.A", or the entry of that number, from 1 on, of a list; 0: all of it. False
 * when it is not there as this text or number (NULL: whatever it is): the file cannot be read any
 * more, or something else was set. */
bool rc_scenario_spot(const rc_scenario *s, const char *path, int entry, const char *text,
                      rc_spot *at);
/* All keys that rc_scenario_set takes for this scenario, with help text and range. */
typedef struct rc_key {
  char name[64];
  const char *help, *unit;
  rc_type type;
  double min, max;
  const char *choices;
  unsigned flags; /* RC_LIVE for knobs */
} rc_key;
int rc_scenario_keys(const rc_scenario *s, rc_key **keys); /* caller frees with rc_free */
/* Writes the scenario as YAML that loads to the same thing. */
void rc_scenario_write(const rc_scenario *s, rc_str *out);

#endif
