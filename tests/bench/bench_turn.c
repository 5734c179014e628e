/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast do the figures follow a knob? J2 of the 4x4 square is turned twenty times; after each turn
 * it is measured when the energy, the signs and the last figure of the new coupling are there.
 * Target: everything within 100 ms. Prints; never fails on a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/engine.h"
#include "roadcut/study.h"

enum { TURNS = 20 };

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bool known(const rc_frame *f, const char *name) {
  const rc_scalar *s = rc_frame_find(f, name);
  return s && s->type != RC_S_NULL && !(s->type == RC_S_REAL && s->real != s->real);
}

/* Milliseconds until the frames of this generation have energy, overlap, everything. */
static bool turn(rc_session *s, const char *value, uint64_t generation, double ms[3]) {
  rc_err err = {0};
  const double begin = rc_clock_wall();
  ms[0] = ms[1] = ms[2] = 0;
  if (value && !rc_session_set(s, "J2", value, &err)) {
    fprintf(stderr, "bench_turn: %s\n", err.message);
    return false;
  }
  while (ms[2] == 0 && rc_clock_wall() - begin < 60) {
    rc_session_wait(s, 20);
    rc_share *share = rc_session_frame(s, 0);
    if (!share) continue;
    const rc_frame *f = rc_share_get(share);
    const double now = 1e3 * (rc_clock_wall() - begin);
    if (f->generation >= generation) {
      if (ms[0] == 0 && known(f, "gap")) ms[0] = now;
      if (ms[1] == 0 && known(f, "weight_satisfied")) ms[1] = now;
      if (f->state != RC_RUNNING) ms[2] = now;
    }
    rc_share_drop(share);
  }
  return ms[2] > 0;
}

int main(void) {
  static const char text[] = "lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1, J2: 0.5}\n"
                             "studies: {hilbert: {}}\n";
  static const char *const name[] = {"energy and gap", "signs", "everything"};
  rc_err err = {0};
  rc_scenario *sc = rc_scenario_parse(text, strlen(text), "bench", rc_study_kinds, &err);
  rc_session *s = sc ? rc_session_new(sc, rc_study_classes, &(rc_session_opts){0}, &err) : NULL;
  if (!s) return fprintf(stderr, "bench_turn: %s\n", err.message), 1;
  double ms[3], all[3][TURNS];
  if (!turn(s, NULL, 0, ms)) return 1;
  printf("4x4 square, J2 turned %d times, wall ms (target: everything within 100)\n", TURNS);
  printf("  first run: energy and gap %.0f, signs %.0f, everything %.0f\n", ms[0], ms[1], ms[2]);
  for (int i = 0; i < TURNS; i++) {
    rc_share *share = rc_session_frame(s, 0);
    const uint64_t next = ((const rc_frame *)rc_share_get(share))->generation + 1;
    rc_share_drop(share);
    char value[32];
    snprintf(value, sizeof value, "%.3f", .3 + .02 * i);
    if (!turn(s, value, next, ms)) return 1;
    for (int k = 0; k < 3; k++) all[k][i] = ms[k];
  }
  for (int k = 0; k < 3; k++) {
    qsort(all[k], TURNS, sizeof all[k][0], by_size);
    printf("  %-14s median %.0f  95 %% %.0f  worst %.0f\n", name[k], all[k][TURNS / 2],
           all[k][TURNS * 95 / 100], all[k][TURNS - 1]);
  }
  return rc_session_close(s, 1000) ? 0 : 1;
}
