/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the sampler: weights of states and paths, and the averages. */
#ifndef RC_PATHS_SAMPLER_H
#define RC_PATHS_SAMPLER_H

#include "paths/room.h"

typedef struct sm_cell { /* what a committor says of a state */
  double w, p;
  uint32_t stamp; /* of the weights it was computed with */
  uint8_t bin;    /* of the profile */
} sm_cell;

typedef struct sm_sums { /* of one path */
  double weight;         /* sum of w over interior frames */
  double length, channel, histogram[10], profile[RC_PROFILE_BINS];
  double own[10]; /* histogram by the committor that selects; density correction only */
} sm_sums;

struct rc_sampler {
  const rc_path_system *s;
  rc_sampler_opts o;
  rc_committor c;
  rc_density_profile profile;
  const double *reference; /* p by which the histogram is made; NULL: that of c */
  sm_cell *cell;           /* of each state of a table; NULL without one */
  uint32_t stamp;
  rc_path now, trial, scratch, initial;
  rc_path line;                   /* the straight way, where shots look for a first path */
  int lo, hi, line_tries;         /* between which segments of it */
  sm_cell *now_cell, *trial_cell; /* of each segment */
  int now_cap, trial_cap;
  sm_sums now_sum, trial_sum;
  double (*channel)(void *ctx, const rc_path *p);
  void *channel_ctx;
  rc_shot *shot;
  rc_word *point;
  uint64_t n, cap, parent, begin; /* begin: averages are over shots after it */
  double density[10], seen[10];   /* factors of the density correction; frames it is made of */
  uint32_t branch;
  int tries, failed[3];   /* starts: A to A, B to B, not committed */
  bool started, straight; /* from the straight way itself */
  bool no_line;           /* shots look elsewhere */
  rc_sampler_figures f;
  uint64_t batch_size, batch_fill;
  double profile_seen[RC_PROFILE_BINS];
};

/* p and selection weight of a state. */
sm_cell sm_look(rc_sampler *m, const rc_word *state);
/* Weights of all segments of a path and its sums. */
void sm_weigh(rc_sampler *m, const rc_path *p, sm_cell **cell, int *cap, sm_sums *sum);
uint64_t sm_burn(const rc_sampler *m); /* shots that averages leave out */
void sm_density(rc_sampler *m); /* a shot has ended: sees the current path, renews the factors */
void sm_average(rc_sampler *m);
void sm_restart(rc_sampler *m);

#endif
