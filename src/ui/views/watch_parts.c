/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/views/watch_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COUNTED_MOST = 500000 }; /* edges, at every painting */

const rc_watch_stream *rc_watch_cut(const rc_watch_data *d) {
  for (int i = 0; d && i < d->streams; i++) {
    const rc_watch_figure *f = rc_watch_find(&d->stream[i], "value");
    if (strcmp(d->stream[i].study, "cut") == 0 && f && f->n > 0) return &d->stream[i];
  }
  return NULL;
}

void rc_watch_name(const rc_watch_data *d, char *out, size_t cap) {
  const char *text = d->program ? d->source + 3 : d->source, *name = text;
  size_t n = d->program ? strcspn(text, " ") : strlen(text);
  for (size_t i = 0; i < n; i++)
    if (text[i] == '/') name = text + i + 1;
  n -= (size_t)(name - text);
  snprintf(out, cap, "%.*s", (int)n, name);
  size_t bad = 0;
  if (!rc_utf8_valid(out, strlen(out), &bad)) out[bad] = 0;
}

const char *rc_watch_state(const rc_watch_data *d, rc_style *style) {
  *style = d->over ? RC_DIM : RC_OK;
  if (!d->over) return "runs";
  if (d->status > 0) *style = RC_BAD;
  return d->status > 128 ? "died" : d->status > 0 ? "failed" : "ended";
}

double rc_watch_counted(const rc_watch_stream *s, const rc_cut_graph *g) {
  if (!s->side || !g || s->sides != g->n || g->m > COUNTED_MOST) return NAN;
  double sum = g->offset;
  for (int64_t e = 0; e < g->m; e++)
    if (s->side[g->u[e]] != s->side[g->v[e]]) sum += g->w[e];
  return sum;
}
