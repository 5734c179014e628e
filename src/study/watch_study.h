/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the watch study: watch.c (the study), watch_line.c (one line). */
#ifndef RC_STUDY_WATCH_STUDY_H
#define RC_STUDY_WATCH_STUDY_H

#include "roadcut/study.h"

enum { WATCH_POINTS = 4096 }; /* of a figure; then every second one goes */

typedef struct watch_opts {
  char *source;
  bool follow;
} watch_opts;
extern const rc_param watch_params[];

typedef struct watch_series { /* points behind what is published are added in place */
  rc_share *points;           /* 2 * cap doubles: steps, then values */
  int n, cap, skip, every;    /* one of 'every' points is kept */
} watch_series;

typedef struct watch_figure {
  rc_scalar last;
  watch_series points;
} watch_figure;

typedef struct watch_figures { /* as published: the arrays of the figures are held */
  int n;
  rc_share *held[RC_WATCH_FIGURES];
  rc_watch_figure figure[RC_WATCH_FIGURES];
} watch_figures;

typedef struct watch_stream {
  rc_watch_stream facts; /* without the arrays */
  int figures;
  watch_figure figure[RC_WATCH_FIGURES];
  rc_share *shown; /* watch_figures, NULL: to be made */
  rc_share *side;
  bool ended;
} watch_stream;

typedef struct watch {
  rc_study_env env;
  watch_opts o;
  rc_feed *feed;
  uint64_t at, lines, broken; /* at: offset in the feed */
  rc_str line;
  bool over;
  int status;         /* of the program, -1 */
  double quiet_since; /* wall clock, 0: not quiet */
  char broken_text[160];
  int streams, now;
  watch_stream stream[RC_WATCH_STREAMS];
  rc_share *events; /* events_n rc_watch_event */
  int events_n;
} watch;

/* Takes one line in. */
void watch_line(watch *s, const char *text, size_t n);
void watch_stream_shown(watch_stream *s, rc_watch_stream *out);
void watch_stream_free(watch_stream *s);

#endif
