/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the tests of the explorer: a scenario from a string on an inline session, and the
 * screen as text. */
#ifndef RC_TEST_UI_COMMON_H
#define RC_TEST_UI_COMMON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/explorer.h"

static const char *const SQUARE = "title: Small square\n"
                                  "about: Eight spins on a square cluster.\n"
                                  "lattice: {kind: square, torus: [[2, 2], [2, -2]]}\n"
                                  "model: {J1: 1.0, J2: 0.4}\n"
                                  "sector: {sz: 0}\n"
                                  "studies:\n"
                                  "  hilbert: {}\n"
                                  "tour:\n"
                                  "  - say: Look at the bonds.\n"
                                  "    view: lattice\n"
                                  "  - say: Turn J2 up.\n"
                                  "    do: [knob.select J2]\n"
                                  "    wait: knob.changed\n"
                                  "  - say: Wait for the ground state.\n"
                                  "    wait: energy < 0\n";

static const char *const CUTTING =
    "title: Signs\n"
    "lattice: {kind: chain, cluster: [8]}\n"
    "model: {J1: 1, J2: 0.5}\n"
    "studies:\n"
    "  cut: {amplitudes: {from: noisy, sigma: 3, symmetric: false}, moves: 0,\n"
    "        solvers: [anneal, tabu, burer], bound: {kind: none}}\n"; /* goes on for ever */

static const char *const SHOOTING =
    "title: Ising\n"
    "studies:\n"
    "  paths: {system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 120, burn: 5,\n"
    "          steps: 2000, learn: {hidden: 8, frames: false},\n"
    "          compare: [{kind: tps, select: lorentz}]}\n";

/* Lines of another program, tests/data/watch.jsonl; before it the other studies ("" for none). */
static inline const char *watching(const char *before) {
  static char yaml[600];
  const char *src = getenv("RC_SRCDIR");
  snprintf(yaml, sizeof yaml, "%s%sstudies:\n  watch: {source: %s/tests/data/watch.jsonl}\n%s",
           strstr(before, "title:") ? "" : "title: Another program\n", before, src ? src : ".",
           strstr(before, "lattice:") ? "  cut: {}\n" : "");
  return yaml;
}

static inline rc_scenario *parse(const char *yaml) {
  rc_err err = {0};
  rc_scenario *sc = rc_scenario_parse(yaml, strlen(yaml), "", rc_study_kinds, &err);
  if (!sc) fail_msg("%d:%d: %s", err.line, err.column, err.message);
  return sc;
}

/* dirs: NULL or a NULL-terminated list. The session is inline and has one thread. */
static inline rc_ui *new_ui(const char *const *dirs, bool paused) {
  rc_err err = {0};
  const rc_ui_opts o = {.theme = "dark",
                        .graphics = RC_G_BRAILLE,
                        .scenario_dirs = dirs,
                        .session = {.threads = 1, .inline_jobs = true, .paused = paused}};
  rc_ui *u = rc_ui_new(&o, &err);
  if (!u) fail_msg("%s", err.message);
  return u;
}

static inline rc_ui *open_ui(const char *yaml, bool paused) {
  rc_err err = {0};
  rc_ui *u = new_ui(NULL, paused);
  if (!rc_ui_open_scenario(u, parse(yaml), &err)) fail_msg("%s", err.message);
  return u;
}

/* A chain of so many spins, whose tour has these steps. */
static inline rc_ui *open_tour(int sites, const char *steps, bool paused) {
  char yaml[2000];
  const int n = snprintf(yaml, sizeof yaml,
                         "title: Steps\n"
                         "lattice: {kind: chain, cluster: [%d]}\n"
                         "model: {J1: 1, J2: 0}\n"
                         "studies: {hilbert: {}}\n"
                         "tour:\n%s",
                         sites, steps);
  assert_true(n > 0 && n < (int)sizeof yaml);
  return open_ui(yaml, paused);
}

static inline void do_line(rc_ui *u, const char *line) {
  rc_err err = {0};
  if (!rc_ui_command(u, line, &err)) fail_msg("%s: %s", line, err.message);
}

static inline void keys(rc_ui *u, const char *text) {
  for (; *text; text++) rc_ui_key(u, (unsigned char)*text);
}

/* To the end of all studies. */
static inline void run_out(rc_ui *u) {
  for (int i = 0; i < 100000 && rc_session_turn(u->session, 8); i++) {
  }
  rc_ui_tick(u, u->now);
}

/* So many steps of every study, paused or not. */
static inline void run_steps(rc_ui *u, uint64_t n) {
  rc_session_step(u->session, -1, n);
  rc_session_turn(u->session, n);
  rc_ui_tick(u, u->now);
}

/* The caller frees it. */
static inline char *draw_text(rc_ui *u, int cols, int rows) {
  rc_screen *s = rc_screen_new(cols, rows, RC_G_BRAILLE);
  rc_str out = {0};
  rc_ui_draw(u, s);
  rc_screen_text(s, &out);
  rc_screen_free(s);
  return out.text ? out.text : rc_strdup("");
}

static inline void assert_shows(rc_ui *u, int cols, int rows, const char *text) {
  char *screen = draw_text(u, cols, rows);
  if (!strstr(screen, text)) fail_msg("'%s' is not on the screen:\n%s", text, screen);
  rc_free(screen);
}

static inline void assert_hides(rc_ui *u, int cols, int rows, const char *text) {
  char *screen = draw_text(u, cols, rows);
  if (strstr(screen, text)) fail_msg("'%s' is on the screen:\n%s", text, screen);
  rc_free(screen);
}

static inline void assert_message(rc_ui *u, const char *text) {
  if (!strstr(u->message, text)) fail_msg("message '%s' lacks '%s'", u->message, text);
}

/* Fails unless the command is refused with a message that has 'text' in it. */
static inline void assert_refused(rc_ui *u, const char *line, const char *text) {
  rc_err err = {0};
  if (rc_ui_command(u, line, &err)) fail_msg("'%s' was accepted", line);
  if (!strstr(err.message, text)) fail_msg("'%s': '%s' lacks '%s'", line, err.message, text);
}

/* An explorer in which the session of another is replayed, to its end. The recording it needs as long
 * as it lives is handed out. */
static inline rc_ui *replay_ui(rc_ui *u, rc_recording **r) {
  rc_err err = {0};
  rc_str text = {0};
  rc_session_record(u->session, &text);
  *r = rc_recording_parse(rc_str_c(&text), text.len, rc_study_kinds, &err);
  if (!*r) fail_msg("%s", err.message);
  const rc_ui_opts o = {.replay = *r, .session = {.threads = 1, .inline_jobs = true}};
  rc_ui *v = rc_ui_new(&o, &err);
  if (!v) fail_msg("%s", err.message);
  for (int i = 0; i < 100000 && rc_session_turn(v->session, 1); i++) rc_ui_tick(v, 0);
  rc_ui_tick(v, 0);
  rc_str_free(&text);
  return v;
}

#endif
