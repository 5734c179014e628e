/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edges sorted in pieces: two stable counting sorts, by the larger end point and then by the
 * smaller, so that parallel edges stand side by side in the order in which they were given. */
#include "making.h"

#include <string.h>

void cg_sort_begin(cg_sorting *s, int n, int64_t m, cg_edge *list) {
  *s = (cg_sorting){.n = n, .m = m, .list = list};
  s->other = rc_alloc((size_t)m + 1, sizeof *s->other);
  s->place = rc_alloc((size_t)n + 2, sizeof *s->place);
}

void cg_sort_drop(cg_sorting *s) {
  rc_free(s->list), rc_free(s->other), rc_free(s->place);
  rc_free(s->u), rc_free(s->v), rc_free(s->w);
  *s = (cg_sorting){0};
}

static void count(cg_sorting *s, int64_t from, int64_t to) {
  const bool larger = s->stage == CG_COUNT_V;
  for (const cg_edge *e = s->list + from; e < s->list + to; e++)
    s->place[(larger ? e->v : e->u) + 1]++;
}

static void place(cg_sorting *s, int64_t from, int64_t to) {
  const bool larger = s->stage == CG_PLACE_V;
  for (const cg_edge *e = s->list + from; e < s->list + to; e++)
    s->other[s->place[larger ? e->v : e->u]++] = *e;
}

/* An edge whose parallels add up to 0 gives its place to the next. */
static void merge(cg_sorting *s, int64_t from, int64_t to) {
  for (const cg_edge *e = s->list + from; e < s->list + to; e++) {
    const int64_t last = s->kept - 1;
    if (last >= 0 && s->u[last] == e->u && s->v[last] == e->v) {
      s->w[last] += e->w;
      continue;
    }
    if (last >= 0 && s->w[last] == 0) s->kept--;
    s->u[s->kept] = e->u, s->v[s->kept] = e->v, s->w[s->kept++] = e->w;
  }
}

static void end_stage(cg_sorting *s) {
  const size_t n = (size_t)s->n, m = (size_t)s->m;
  if (s->stage == CG_COUNT_V || s->stage == CG_COUNT_U) {
    for (size_t i = 0; i < n; i++) s->place[i + 1] += s->place[i];
  } else if (s->stage == CG_MERGE) {
    if (s->kept > 0 && s->w[s->kept - 1] == 0) s->kept--;
    rc_free(s->list);
    s->list = NULL;
  } else {
    cg_edge *sorted = s->other;
    s->other = s->list, s->list = sorted;
    memset(s->place, 0, (n + 1) * sizeof *s->place);
  }
  if (s->stage == CG_PLACE_U) {
    rc_free(s->other), rc_free(s->place);
    s->other = NULL, s->place = NULL;
    s->u = rc_alloc(m + 1, sizeof *s->u), s->v = rc_alloc(m + 1, sizeof *s->v);
    s->w = rc_alloc(m + 1, sizeof *s->w);
  }
  s->at = 0;
  s->stage++;
}

bool cg_sort_step(cg_sorting *s, int64_t *edges) {
  while (s->stage != CG_SORTED && *edges > 0) {
    const int64_t from = s->at, to = RC_MIN(s->m, from + *edges);
    if (s->stage == CG_COUNT_V || s->stage == CG_COUNT_U)
      count(s, from, to);
    else if (s->stage == CG_MERGE)
      merge(s, from, to);
    else
      place(s, from, to);
    s->at = to;
    *edges -= to - from;
    if (to == s->m) end_stage(s);
  }
  return s->stage == CG_SORTED;
}
