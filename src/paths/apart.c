/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the states are no table: whether A and B are states at all and apart from each other, by what
 * their features can be and on states that are tried, from order to order by single flips. */
#include <math.h>
#include <string.h>

#include "paths/room.h"

enum {
  WORDS = 64,
  CHAINS = 6,    /* in orders of their own, the first from spin to spin */
  TRIED = 1024,  /* states of a chain, where it has more */
  CROSSINGS = 8, /* out of a state, before it is said that each leads into the other */
  DESCENTS = 4
};

typedef struct trial {
  const rc_path_system *s;
  int before;         /* label; -1: none */
  int64_t tried;      /* states */
  int64_t step[3][3]; /* single flips from a label to a label, both ways */
} trial;

static void say_features(const rc_path_system *s, const double *f, rc_str *at) {
  int said = 0;
  for (int i = 0; i < s->shape.features; i++)
    if ((s->a && rc_expression_uses(s->a, i)) || (s->b && rc_expression_uses(s->b, i)))
      rc_str_addf(at, "%s%s = %.6g", said++ ? ", " : "", s->shape.feature[i], f[i]);
}

bool ps_overlap(const rc_path_system *s, const rc_word *state, rc_err *err) {
  double f[RC_PATH_FEATURES];
  rc_str at = {0};
  rc_path_features(s, state, f);
  say_features(s, f, &at);
  rc_err_set(err, RC_ERR_INPUT, "A and B overlap: a state%s%s is in both; make one of them smaller",
             at.len ? " with " : "", rc_str_c(&at));
  rc_str_free(&at);
  return false;
}

static bool try_state(trial *t, const rc_word *state, rc_err *err) {
  const char *why = NULL;
  char which = 0;
  const int label = ps_label_why(t->s, state, &why, &which);
  if (why) return ps_broken(t->s, state, why, which, err);
  if (label == (RC_IN_A | RC_IN_B)) return ps_overlap(t->s, state, err);
  t->tried++;
  if (t->before >= 0) t->step[t->before][label]++, t->step[label][t->before]++;
  t->before = label;
  return true;
}

static void flip(rc_word *state, int i) {
  state[i >> 6].u ^= UINT64_C(1) << (i & 63);
}

/* Spin by spin from one end to the other: every magnetisation is passed. */
static bool try_chain(trial *t, int order, rc_err *err) {
  const rc_path_system *s = t->s;
  const int n = s->shape.n, each = (n + TRIED - 1) / TRIED;
  rc_word now[WORDS] = {{0}}, end[WORDS] = {{0}};
  rc_rng rng = rc_rng_stream(1, "paths/apart", (uint64_t)order);
  int *at = rc_alloc((size_t)n, sizeof *at);
  for (int i = 0; i < n; i++)
    at[i] = order == 1 ? (i < (n + 1) / 2 ? 2 * i : 2 * i - n - n % 2 + 1) : i;
  for (int i = n - 1; order > 1 && i > 0; i--) {
    const int j = (int)rc_rng_below(&rng, (uint64_t)i + 1), k = at[i];
    at[i] = at[j], at[j] = k;
  }
  for (int i = 0; i < n; i++) end[i >> 6].u |= UINT64_C(1) << (i & 63);
  if (order % 2 == 0 && s->cls->ends) {
    memset(end, 0, sizeof end);
    s->cls->ends(s->model, now, end);
  }
  t->before = -1;
  bool ok = try_state(t, now, err);
  for (int i = 0, flips = 0; ok && i < n; i++) {
    if (!((now[at[i] >> 6].u ^ end[at[i] >> 6].u) >> (at[i] & 63) & 1)) continue;
    flip(now, at[i]);
    if (++flips % each) continue;
    if (each > 1) t->before = -1; /* more than a single flip away */
    ok = try_state(t, now, err);
  }
  rc_free(at);
  return ok;
}

/* From disorder down in energy. */
static bool try_descent(trial *t, int which, rc_err *err) {
  const rc_path_system *s = t->s;
  const int n = s->shape.n;
  rc_word now[WORDS] = {{0}};
  rc_rng rng = rc_rng_stream(1, "paths/descent", (uint64_t)which);
  for (int i = 0; i < n; i++) now[i >> 6].u |= (rc_rng_next(&rng) >> 63) << (i & 63);
  t->before = -1;
  bool ok = try_state(t, now, err);
  int tried = 1;
  for (int sweep = 0, moved = 1; ok && moved && sweep < 20 && tried < TRIED; sweep++) {
    moved = 0;
    for (int i = 0; ok && i < n && tried < TRIED; i++) {
      if (!(rc_path_change(s, now, i) < 0)) continue;
      flip(now, i);
      ok = try_state(t, now, err), tried++, moved++;
    }
  }
  return ok;
}

static bool never(const rc_path_system *s, int k, const rc_path_range *r, rc_err *err) {
  const rc_expression *e = k ? s->b : s->a;
  rc_str at = {0};
  int said = 0;
  for (int i = 0; i < s->shape.features; i++)
    if (rc_expression_uses(e, i)) {
      rc_str_addf(&at, "%s%s is %.6g to %.6g", said++ ? ", " : "", s->shape.feature[i], r[i].lo,
                  r[i].hi);
      if (r[i].step > 0) rc_str_addf(&at, " in steps of %.6g", r[i].step);
    }
  rc_err_set(err, RC_ERR_INPUT, "state %c is empty: no state is in it%s%s; widen it", "AB"[k],
             said ? ", " : "", rc_str_c(&at));
  rc_str_free(&at);
  return false;
}

bool ps_apart(const rc_path_system *s, rc_err *err) {
  rc_path_range r[RC_PATH_FEATURES] = {{0, 0, 0}};
  trial t = {.s = s};
  if (!s->a && !s->b) return true; /* built in */
  if (s->cls->ranges) {
    s->cls->ranges(s->model, r);
    for (int k = 0; k < 2; k++) {
      const rc_expression *e = k ? s->b : s->a;
      if (e && !rc_expression_possible(e, s->shape.features, r)) return never(s, k, r, err);
    }
  }
  for (int k = 0; k < CHAINS; k++)
    if (!try_chain(&t, k, err)) return false;
  for (int k = 0; k < DESCENTS; k++)
    if (!try_descent(&t, k, err)) return false;
  const int64_t across = t.step[RC_IN_A][RC_IN_B];
  const bool out_a = t.step[RC_IN_A][0], out_b = t.step[RC_IN_B][0];
  if ((out_a && out_b) || across < CROSSINGS) return true;
  return rc_err_set(
      err, RC_ERR_INPUT,
      "A and B touch: %lld flips were tried that lead out of %c, all into %c, so there "
      "is nothing between them to sample; move them apart",
      (long long)across, out_a ? 'B' : 'A', out_a ? 'A' : 'B');
}
