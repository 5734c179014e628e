/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Some of the data first: see part.h. */
#include "calib/part.h"

#include <math.h>
#include <string.h>

#define LEAST  0.5       /* data of a part, at least, for each parameter */
#define WINDOW (1 / 6.0) /* of the parameters: so many queries .. */
#define FALLS  0.5       /* .. that fall to this part of the loss call for more of them */
#define LED    0.5       /* of a part's loss at the start: all data's below it need no comparison */

/* Share of the data, in units of the first, and queries at least, in units of the parameters. */
static const struct stage { double share, asks; } stages[] = {{1, 1 / 2.0}, {2, 1 / 3.0}};

void part_begin(part *p, double loss) {
  p->fall[0] = loss;
  p->asked = !p->known;
  p->fall[p->asked] = loss;
}

void part_note(part *p, double loss) {
  if (p->asked <= p->x->n) p->fall[++p->asked] = loss; /* more than that is enough */
}

/* Whether so many of the data can still be asked, and all after that. */
static bool affordable(const part *p, int some) {
  const int m = rc_fit_m(rc_opt_fit(p->x->o));
  return rc_opt_left(p->x->o) > 1 + (double)some / m - 1e-9;
}

bool part_enough(const part *p) {
  if (!p) return false;
  if (!affordable(p, p->x->m)) return true;
  if (p->asked < p->asks) return false;
  const int window = (int)ceil(WINDOW * p->x->n);
  return p->asked >= p->x->n || p->asked < window ||
         p->fall[p->asked] > FALLS * p->fall[p->asked - window];
}

/* All data at z: they become the best, or z goes back to it. False: stop. */
static bool ask_all(part *p, rc_query_kind kind) {
  if (!objective_residuals(p->x, p->z, kind)) return false;
  const double loss = rc_opt_failed(p->x->o) ? INFINITY : rc_opt_loss(p->x->o);
  const size_t n = (size_t)p->x->n * sizeof(double);
  if (loss < p->best_loss) {
    p->best_loss = loss;
    memcpy(p->best_z, p->z, n);
    memcpy(p->best, p->x->r, (size_t)p->x->m * sizeof *p->best);
  } else if (isfinite(p->best_loss)) {
    memcpy(p->z, p->best_z, n);
  }
  return true;
}

/* What is known of the first 'some' of the data. */
static void know(part *p, int some) {
  double sum = 0;
  p->known = isfinite(p->best_loss) ? p->some : NULL;
  p->known_loss = INFINITY;
  if (!p->known) return;
  for (int i = 0; i < some; i++) {
    p->some[i] = p->best[p->which[i]];
    const double r = p->x->link ? objective_unlink(p->some[i]) : p->some[i];
    sum += r * r;
  }
  p->known_loss = sum / some;
}

/* One part, then all data where it led: what a few say can be fitted too well. *led tells whether
 * all agree that it is better than before. False: stop. */
static bool run_stage(part *p, const struct stage *s, double share, bool *led) {
  objective *x = p->x;
  const int all = x->m, some = (int)ceil(s->share * share * all);
  const double before = p->best_loss;
  *led = false;
  if (some >= all || !affordable(p, some)) return true;
  know(p, some);
  p->asks = (int)ceil(s->asks * x->n);
  p->asked = 0;
  p->fall[0] = INFINITY;
  x->m = some, x->which = p->which;
  const bool on = p->descend(p->ctx, p);
  x->m = all, x->which = NULL;
  const double first = p->fall[0];
  if (!on || isinf(first)) return on; /* infinite: no prediction where it began */
  if (!ask_all(p, RC_QUERY_STEP)) return false;
  *led = p->best_loss < before;
  if (isfinite(before) || p->best_loss < LED * first) return true;
  /* the start may be as good: only all data can tell, and near the minimum some of them know less
   * than what is known already */
  const double there = p->best_loss;
  memcpy(p->z, rc_opt_start(x->o), (size_t)x->n * sizeof *p->z);
  if (!ask_all(p, RC_QUERY_START)) return false;
  *led = p->best_loss >= there;
  return true;
}

static void shuffle(part *p, int m) {
  for (int i = 0; i < m; i++) p->which[i] = i;
  for (int i = 0; i < m - 1; i++) {
    const int other = i + (int)(rc_rng_unit(rc_opt_rng(p->x->o)) * (m - i)), at = p->which[i];
    p->which[i] = p->which[other], p->which[other] = at;
  }
}

bool part_set_out(part *p, double share) {
  const int n = p->x->n, m = p->x->m, some = (int)ceil(share * m);
  p->known = NULL;
  p->best_loss = p->known_loss = INFINITY;
  if (!rc_fit_has_parts(rc_opt_fit(p->x->o)) || some < n * LEAST || some >= m) return true;
  p->memory = rc_alloc(2 * ((size_t)n + (size_t)m) + 2, sizeof *p->memory);
  p->best_z = p->memory, p->best = p->best_z + n, p->some = p->best + m, p->fall = p->some + m;
  p->which = rc_alloc((size_t)m, sizeof *p->which);
  shuffle(p, m);
  bool on = true, led = true;
  for (size_t i = 0; on && led && i < RC_LEN(stages); i++)
    on = run_stage(p, &stages[i], share, &led);
  p->known = isfinite(p->best_loss) ? p->best : NULL;
  p->known_loss = p->best_loss;
  return on;
}

void part_close(part *p) {
  rc_free(p->memory);
  rc_free(p->which);
  memset(p, 0, sizeof *p);
}
