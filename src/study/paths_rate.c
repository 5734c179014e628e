/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate that was sampled, or why there is none, and how many shots errors still need. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

#define NOTE sizeof(((rc_paths_data *)0)->rate_note)

/* Whether excursions deep in A have a bias of next to nothing, exp(-q^2 / gamma): they are never
 * drawn, the weight they would have is missing, and no error can see it (up to twenty times the rate
 * on the 4 x 4 magnet at gamma 1). */
static bool narrow(const rc_sampler_opts *o) {
  return o->select == RC_SELECT_GAUSS;
}

/* Of the walks without rejections, the watched one and those of the board, the longest that can tell
 * how many excursions out of A reach B. */
static const rc_sampler_figures *longest(const paths *s, const rc_paths_data *d, bool *board) {
  const rc_sampler_figures *best =
      isnan(d->sampled.reaching) || narrow(&s->wish) ? NULL : &d->sampled;
  *board = false;
  for (int i = 0; s->board && i < s->rows; i++) {
    const rc_sampler_figures *f = &s->row[i].shown.figures;
    const rc_sampler_opts *o = &s->row[i].shown.opts;
    if (!o->rfps || narrow(o) || isnan(f->reaching)) continue;
    if (!best || f->averaged > best->averaged) best = f, *board = true;
  }
  return best;
}

/* Whether the board has, or is to have, a walk without rejections; lengthy: one of so many shots that
 * only the error of its share may be too large. */
static bool walks(const paths *s, bool *lengthy) {
  bool any = s->wish.rfps;
  *lengthy = s->wish.rfps && rc_sampler_needs_share(s->sampler) == 0;
  for (int i = 0; i < s->rows; i++) {
    const rc_paths_board_row *b = &s->row[i].shown;
    any |= b->opts.rfps;
    *lengthy |= b->opts.rfps && b->figures.averaged >= RC_SAMPLER_SHARE;
  }
  for (int i = 0; i < s->o.compare.n; i++) any |= !strcmp(s->o.compare.v[i].kind->name, "rfps");
  return any;
}

/* Shots until the watched sampler tells it; averages begin anew while something is to be learnt. */
static void lacking(const paths *s, const rc_paths_data *d, char out[NOTE]) {
  const uint64_t needs = rc_sampler_needs_share(s->sampler);
  bool lengthy;
  const bool any = walks(s, &lengthy), board = s->o.steps > 0 && any && s->phase != PATHS_END;
  if (s->wish.rfps && narrow(&s->wish))
    snprintf(out, NOTE, "none by gauss: excursions deep in A are never drawn; lorentz draws them");
  else if (lengthy)
    snprintf(out, NOTE, "is not known to a half: more shots, or a wider gamma");
  else if (board)
    snprintf(out, NOTE, "comes with the board");
  else if (!s->wish.rfps)
    snprintf(out, NOTE, "tps has none: paths from A to B alone; rfps counts those that return");
  else if (d->renewed)
    snprintf(out, NOTE, "averages begin anew with the next model");
  else
    snprintf(out, NOTE, "needs %llu more shots", (unsigned long long)needs);
}

/* k_AB = flux out of A, times the share of excursions that reach B, over the time that belongs to A. */
double paths_rate_of(const paths *s, double reaching) {
  const rc_exact_figures *e = &s->figures;
  return s->solved && e->exit > 0 ? e->exit * e->rate / e->nu * reaching : nan("");
}

void paths_rate(const paths *s, rc_paths_data *d) {
  const rc_exact_figures *e = &s->figures;
  bool board;
  d->rate_sampled = d->rate_error = nan("");
  if (!s->solved) {
    snprintf(d->rate_note, NOTE, "%s",
             s->wish.rfps ? "none: the flux out of A is taken from the exact solution"
                          : "tps has none: paths from A to B alone, no flux out of A");
    return;
  }
  if (!(e->exit > 0)) {
    snprintf(d->rate_note, NOTE,
             "none: what moves in continuous time leaves A at no countable rate");
    return;
  }
  const rc_sampler_figures *f = longest(s, d, &board);
  if (!f) {
    lacking(s, d, d->rate_note);
    return;
  }
  d->rate_sampled = paths_rate_of(s, f->reaching);
  d->rate_error = paths_rate_of(s, f->reaching_se);
  snprintf(d->rate_note, NOTE, "of %llu shots of %s", (unsigned long long)f->averaged,
           board ? "the board" : "the walk");
}

/* A number of shots is a promise: there is none while averages are to begin anew before it. */
void paths_needs(const paths *s, rc_paths_data *d) {
  const uint64_t needs = rc_sampler_needs(s->sampler);
  const bool biased = s->wish.rfps || s->wish.flatten,
             learns = s->learner && biased && (!s->frozen || s->phase == PATHS_BIAS);
  d->renewed = (learns || s->again || s->relearning) && needs >= (uint64_t)d->lessons;
  d->needs = d->renewed ? 0 : needs;
}
