/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reaction coordinates a person can read: stepwise logistic regression with exchange over a
 * library of terms. Deterministic, and as good on published shots as genetic programming. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "paths/formula_text.h"
#include "paths/logistic.h"
#include "paths/net.h"

enum { FOLDS = 5, SAMPLES = 20, NEWTON = 25, TERMS = RC_FORMULA_TERMS };
static const double ridge = 1e-4;

/* ---- the library ---- */

/* Operations of a term, by its shape. */
static const int operations[] = {
    [T_LINEAR] = 1,       [T_SQUARE] = 2,        [T_CUBE] = 3,  [T_ROOT] = 2,
    [T_LOG] = 3,          [T_EXP] = 2,           [T_DECAY] = 3, [T_PRODUCT] = 2,
    [T_SQUARE_FIRST] = 3, [T_SQUARE_SECOND] = 3, [T_MEAN] = 3};
typedef struct term {
  fm_shape shape;
  int i, j; /* inputs */
} term;
enum { LIBRARY = 7 * RC_FORMULA_INPUTS + 4 * RC_FORMULA_INPUTS * (RC_FORMULA_INPUTS - 1) / 2 };

static int library_make(int used, const int *use, term *out) {
  int n = 0;
  for (int s = T_LINEAR; s <= T_DECAY; s++)
    for (int i = 0; i < used; i++) out[n++] = (term){(fm_shape)s, use[i], use[i]};
  for (int s = T_PRODUCT; s <= T_MEAN; s++)
    for (int i = 0; i < used; i++)
      for (int j = i + 1; j < used; j++) out[n++] = (term){(fm_shape)s, use[i], use[j]};
  return n;
}

static double term_value(const term *t, const double *u) {
  double x = u[t->i], y = u[t->j];
  switch (t->shape) {
  case T_LINEAR: return x;
  case T_SQUARE: return x * x;
  case T_CUBE: return x * x * x;
  case T_ROOT: return sqrt(fabs(x));
  case T_LOG: return log(fabs(x) + .01);
  case T_EXP: return exp(x);
  case T_DECAY: return exp(-3 * x);
  case T_PRODUCT: return x * y;
  case T_SQUARE_FIRST: return x * x * y;
  case T_SQUARE_SECOND: return x * y * y;
  case T_MEAN: return sqrt(fabs(x * y));
  }
  return 0;
}

/* ---- the likelihood ---- */

typedef struct search {
  int64_t shots;
  int terms;      /* of the library */
  double *column; /* terms x shots */
  const int *in_a, *in_b;
  int *fold;
  int64_t fits;
} search;

typedef struct sums { /* of the likelihood at w: value, gradient, Hessian */
  double loss, g[TERMS + 1], h[(TERMS + 1) * (TERMS + 1)];
} sums;

static double linear(const search *s, int k, const int *pick, const double *w, int64_t i,
                     double *x) {
  double q = w[0];
  x[0] = 1;
  for (int j = 0; j < k; j++) {
    x[j + 1] = s->column[pick[j] * s->shots + i];
    q += w[j + 1] * x[j + 1];
  }
  return q;
}

static void add_up(const search *s, int k, const int *pick, const double *w, const double *weight,
                   sums *out) {
  int n = k + 1;
  *out = (sums){0};
  for (int64_t i = 0; i < s->shots; i++) {
    if (!(weight[i] > 0)) continue;
    double x[TERMS + 1], q = linear(s, k, pick, w, i, x), halves = s->in_a[i] + s->in_b[i];
    double e = exp(-fabs(q)), up = RC_MAX(q, 0) + log1p(e); /* ln(1 + e^q) */
    double p = (q > 0 ? 1 : e) / (1 + e), d = weight[i] * (halves * p - s->in_b[i]),
           c = weight[i] * halves * p * (1 - p);
    out->loss += weight[i] * (halves * up - s->in_b[i] * q);
    for (int a = 0; a < n; a++) {
      out->g[a] += d * x[a];
      for (int b = 0; b <= a; b++) out->h[a * n + b] += c * x[a] * x[b];
    }
  }
  for (int a = 0; a < n; a++) { /* the constant is free of the penalty */
    double r = a ? ridge * (double)s->shots : 1e-9;
    out->loss += .5 * r * w[a] * w[a];
    out->g[a] += r * w[a];
    out->h[a * n + a] += r;
  }
}

/* Newton with halving of the step (iteratively reweighted least squares), from the w given. Returns
 * the penalised loss; w has k + 1 numbers, constant first. The loss is convex: where it begins
 * decides how long it takes, not where it ends. */
static double fit(search *s, int k, const int *pick, const double *weight, double *w) {
  sums now, next;
  s->fits++;
  add_up(s, k, pick, w, weight, &now);
  for (int it = 0; it < NEWTON; it++) {
    double step[TERMS + 1], trial[TERMS + 1], length = 1, slope = 0;
    memcpy(step, now.g, sizeof step);
    if (!lg_solve(k + 1, now.h, step)) break;
    for (int a = 0; a <= k; a++) slope += step[a] * now.g[a];
    if (slope < 1e-10 * (1 + now.loss)) break;
    for (int halve = 0; halve < 20; halve++, length /= 2) {
      for (int a = 0; a <= k; a++) trial[a] = w[a] - length * step[a];
      add_up(s, k, pick, trial, weight, &next);
      if (next.loss <= now.loss - 1e-4 * length * slope) break;
    }
    if (!(next.loss < now.loss)) break;
    memcpy(w, trial, (size_t)(k + 1) * sizeof *w);
    now = next;
  }
  return now.loss;
}

/* ---- selection ---- */

static bool picked(const int *pick, int k, int t) {
  for (int j = 0; j < k; j++)
    if (pick[j] == t) return true;
  return false;
}

/* Best term for place j, the others held; true when it changed for the better. */
static bool exchange(search *s, int k, int *pick, int j, const double *weight, double *loss,
                     double *w) {
  double from[TERMS + 1], trial_w[TERMS + 1];
  int best = pick[j];
  memcpy(from, w, sizeof from);
  from[j + 1] = 0;
  for (int t = 0; t < s->terms; t++) {
    if (picked(pick, k, t)) continue;
    int old = pick[j];
    pick[j] = t;
    memcpy(trial_w, from, sizeof trial_w);
    double trial = fit(s, k, pick, weight, trial_w);
    if (trial < *loss - 1e-9 * (1 + fabs(*loss))) {
      *loss = trial;
      best = t;
      memcpy(w, trial_w, sizeof trial_w);
    }
    pick[j] = old;
  }
  bool changed = best != pick[j];
  pick[j] = best;
  return changed;
}

static double plain_loss(const search *s, int k, const int *pick, const double *w, int64_t i) {
  double x[TERMS + 1], q = linear(s, k, pick, w, i, x);
  return s->in_a[i] * net_softplus(q) + s->in_b[i] * net_softplus(-q);
}

static void start(const rc_formula *f, double *w) {
  w[0] = f->constant;
  memcpy(w + 1, f->weight, (size_t)f->terms * sizeof *w);
}

/* Loss per shot on the folds held out, terms kept; its standard error over the shots. */
static void cross_validate(search *s, int k, const int *pick, double *weight, double *held,
                           rc_formula *f) {
  double w[TERMS + 1], sum = 0, square = 0;
  for (int e = 0; e < FOLDS; e++) {
    for (int64_t i = 0; i < s->shots; i++) weight[i] = s->fold[i] != e;
    start(f, w);
    fit(s, k, pick, weight, w);
    for (int64_t i = 0; i < s->shots; i++) {
      if (s->fold[i] != e) continue;
      double l = held[i] = plain_loss(s, k, pick, w, i);
      sum += l;
      square += l * l;
    }
  }
  double n = (double)s->shots;
  f->cross = sum / n;
  f->cross_error = sqrt(RC_MAX(0, square / n - f->cross * f->cross) / n);
}

static void bootstrap(search *s, int k, const int *pick, double *weight, uint64_t seed,
                      rc_formula *f) {
  int kept[TERMS] = {0};
  double w[TERMS + 1];
  for (int b = 0; b < SAMPLES; b++) {
    rc_rng rng = rc_rng_stream(seed, "paths/bootstrap", (uint64_t)b);
    memset(weight, 0, (size_t)s->shots * sizeof *weight);
    for (int64_t i = 0; i < s->shots; i++) weight[rc_rng_below(&rng, (uint64_t)s->shots)]++;
    start(f, w);
    fit(s, k, pick, weight, w);
    for (int j = 0; j < k; j++) kept[j] += w[j + 1] * f->weight[j] > 0;
  }
  for (int j = 0; j < k; j++) f->stability[j] = (double)kept[j] / SAMPLES;
}

static void scale(const rc_formulas *f, int inputs, const float *x, double *u) {
  for (int i = 0; i < inputs; i++)
    u[i] = f->hi[i] > f->lo[i] ? (x[i] - f->lo[i]) / (f->hi[i] - f->lo[i]) : 0;
}

/* Out to three digits of the range, so that the formula over the variables as they are has short numbers:
 * M + 12, x + 1.07. */
static void outward(double *lo, double *hi) {
  if (!(*hi > *lo)) return;
  const double places = 2 - floor(log10(*hi - *lo)), unit = pow(10, fabs(places)), eps = 1e-4;
  if (places >= 0)
    *lo = floor(*lo * unit + eps) / unit, *hi = ceil(*hi * unit - eps) / unit;
  else
    *lo = floor(*lo / unit + eps) * unit, *hi = ceil(*hi / unit - eps) * unit;
}

static void columns_make(search *s, int inputs, const float *x, const term *library,
                         rc_formulas *f) {
  double *lo = f->lo, *hi = f->hi, u[NET_INPUTS_MAX];
  for (int i = 0; i < inputs; i++) lo[i] = hi[i] = x[i];
  for (int64_t k = 0; k < s->shots * inputs; k++) {
    lo[k % inputs] = RC_MIN(lo[k % inputs], x[k]);
    hi[k % inputs] = RC_MAX(hi[k % inputs], x[k]);
  }
  for (int i = 0; i < inputs; i++) outward(&lo[i], &hi[i]);
  for (int64_t k = 0; k < s->shots; k++) {
    scale(f, inputs, x + k * inputs, u);
    for (int t = 0; t < s->terms; t++) s->column[t * s->shots + k] = term_value(&library[t], u);
  }
}

/* Is a loss held out not worse than another by more than the standard error of the difference? Losses of
 * two formulas on one shot go up and down together. Any two folds are fitted to mostly the same shots, which
 * the scatter over shots does not show: the variance of a mean over J folds is that of one fold's mean times
 * 1 / J + held out / fitted (Nadeau and Bengio, Mach. Learn. 52 (2003) 239). With 1 / J alone a term that is
 * there by chance stays in 15 of 100 formulas of 2000 shots, with both in 4. */
static bool as_good(int64_t shots, const double *held, const double *best) {
  const double m = (double)shots, overlap = (double)FOLDS / (FOLDS - 1);
  double sum = 0, square = 0;
  for (int64_t i = 0; i < shots; i++) {
    const double d = held[i] - best[i];
    sum += d;
    square += d * d;
  }
  return sum / m <= sqrt(RC_MAX(0, square / m - sum / m * sum / m) * (1 + overlap) / m);
}

/* The shortest formula that is as good as the best one. */
static int choose(int n, int best, int64_t shots, const double *held) {
  for (int k = 0; k < best; k++)
    if (as_good(shots, held + k * shots, held + best * shots)) return k;
  return RC_MIN(best, n - 1);
}

double rc_formula_q(const rc_formulas *f, int which, const float *x) {
  const rc_formula *b = &f->best[which];
  double q = b->constant;
  for (int j = 0; j < b->terms; j++) {
    int i = b->first[j], k = b->second[j];
    double u[NET_INPUTS_MAX];
    u[i] = f->hi[i] > f->lo[i] ? (x[i] - f->lo[i]) / (f->hi[i] - f->lo[i]) : 0;
    u[k] = f->hi[k] > f->lo[k] ? (x[k] - f->lo[k]) / (f->hi[k] - f->lo[k]) : 0;
    term t = {(fm_shape)b->shape[j], i, k};
    q += b->weight[j] * term_value(&t, u);
  }
  return q;
}

/* ---- the search, in pieces ---- */

struct rc_formula_finder {
  search s;
  int inputs;
  const float *x;   /* shots x inputs */
  char (*name)[24]; /* inputs */
  term library[LIBRARY];
  uint64_t seed;
  double *weight, *held, w[TERMS + 1], loss;
  int length, place; /* of the formula that grows; 0: a new one begins */
  bool changed;      /* in this round over the places */
  int pick[TERMS], best;
  int simpler; /* the place whose term is made simpler; -1: the formulas are not all found */
  rc_formulas *out;
};

rc_formula_finder *rc_formula_begin(int inputs, const char *const *names, int64_t shots,
                                    const float *x, const int *in_a, const int *in_b, int used,
                                    const int *use, uint64_t seed, rc_formulas *out, rc_err *err) {
  *out = (rc_formulas){0};
  if (inputs < 1 || inputs > NET_INPUTS_MAX || used < 1) {
    rc_err_set(err, RC_ERR_INPUT, "a formula wants 1 to %d features", (int)NET_INPUTS_MAX);
    return NULL;
  }
  if (shots < 20) {
    rc_err_set(err, RC_ERR_INPUT, "a formula wants at least 20 shots; there are %d", (int)shots);
    return NULL;
  }
  rc_formula_finder *f = rc_alloc(1, sizeof *f);
  f->inputs = inputs, f->x = x, f->seed = seed, f->out = out;
  f->simpler = -1;
  f->name = rc_alloc((size_t)inputs, sizeof *f->name);
  for (int i = 0; i < inputs; i++) snprintf(f->name[i], sizeof f->name[i], "%s", names[i]);
  search *s = &f->s;
  *s = (search){.shots = shots, .in_a = in_a, .in_b = in_b};
  s->terms = out->library = library_make(RC_MIN(used, RC_FORMULA_INPUTS), use, f->library);
  s->column = rc_alloc((size_t)s->terms * (size_t)shots, sizeof *s->column);
  s->fold = rc_alloc((size_t)shots, sizeof *s->fold);
  f->weight = rc_alloc((size_t)shots, sizeof *f->weight);
  f->held = rc_alloc((TERMS + 1) * (size_t)shots, sizeof *f->held);
  columns_make(s, inputs, x, f->library, out);
  rc_rng rng = rc_rng_stream(seed, "paths/formula", 0);
  double a = 0, b = 0;
  for (int64_t i = 0; i < shots; i++) {
    s->fold[i] = (int)rc_rng_below(&rng, FOLDS);
    a += in_a[i];
    b += in_b[i];
  }
  if (a > 0 && b > 0)
    out->loss_null = -(a * log(a / (a + b)) + b * log(b / (a + b))) / (double)shots;
  return f;
}

void rc_formula_end(rc_formula_finder *f) {
  if (!f) return;
  void *all[] = {f->name, f->held, f->weight, f->s.fold, f->s.column};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  rc_free(f);
}

/* One more term than before: the first that is free, to be exchanged. */
static void grow(rc_formula_finder *f) {
  const int k = ++f->length;
  int free = 0;
  for (int64_t i = 0; i < f->s.shots; i++) f->weight[i] = 1;
  while (picked(f->pick, k - 1, free)) free++;
  f->pick[k - 1] = free;
  f->w[k] = 0;
  f->loss = fit(&f->s, k, f->pick, f->weight, f->w);
  exchange(&f->s, k, f->pick, k - 1, f->weight, &f->loss, f->w);
  f->place = 0;
  f->changed = false;
}

/* The formula of pick and w, but for its loss held out. */
static void write_down(rc_formula_finder *f, int k, rc_formula *b) {
  search *s = &f->s;
  *b = (rc_formula){.terms = k, .operations = k, .constant = f->w[0]};
  for (int j = 0; j < k; j++) {
    const term *t = &f->library[f->pick[j]];
    b->term[j] = f->pick[j];
    b->shape[j] = t->shape, b->first[j] = t->i, b->second[j] = t->j;
    b->weight[j] = f->w[j + 1];
    b->operations += operations[t->shape];
  }
  for (int64_t i = 0; i < s->shots; i++) b->loss += plain_loss(s, k, f->pick, f->w, i);
  b->loss /= (double)s->shots;
}

static void write_text(rc_formula_finder *f, int which) {
  const char *names[NET_INPUTS_MAX];
  for (int i = 0; i < f->inputs; i++) names[i] = f->name[i];
  bootstrap(&f->s, which + 1, f->pick, f->weight, f->seed, &f->out->best[which]);
  fm_write(f->out, which, f->inputs, names, f->s.shots, f->x);
}

static void finish(rc_formula_finder *f) {
  const int k = f->length;
  search *s = &f->s;
  rc_formula *b = &f->out->best[k - 1];
  write_down(f, k, b);
  cross_validate(s, k, f->pick, f->weight, f->held + (k - 1) * s->shots, b);
  write_text(f, k - 1);
  f->out->n = k;
  if (b->cross < f->out->best[f->best].cross) f->best = k - 1;
}

/* ---- simpler terms ---- */

/* The best term of so many operations for place j, in f->pick and f->w; false: there is none. */
static bool exchange_for(rc_formula_finder *f, int k, int j, int cost) {
  double least = INFINITY, w[TERMS + 1], from[TERMS + 1];
  int best = -1;
  memcpy(from, f->w, sizeof from);
  from[j + 1] = 0;
  for (int64_t i = 0; i < f->s.shots; i++) f->weight[i] = 1;
  for (int t = 0; t < f->s.terms; t++) {
    if (operations[f->library[t].shape] != cost || picked(f->pick, k, t)) continue;
    const int old = f->pick[j];
    f->pick[j] = t;
    memcpy(w, from, sizeof w);
    const double loss = fit(&f->s, k, f->pick, f->weight, w);
    if (loss < least) least = loss, best = t, memcpy(f->w, w, sizeof w);
    f->pick[j] = old;
  }
  if (best >= 0) f->pick[j] = best;
  return best >= 0;
}

/* Of the formula chosen, the term of a place: is one of fewer operations as good as the best formula
 * still? x rather than e^x, where the shots do not tell them apart. False: it was the last. */
static bool simplify(rc_formula_finder *f) {
  search *s = &f->s;
  const int which = f->out->chosen, k = which + 1, j = f->simpler++;
  rc_formula *b = &f->out->best[which];
  double *held = f->held + which * s->shots, *best = f->held + f->best * s->shots,
         *trial = f->held + TERMS * s->shots;
  for (int cost = 1; cost < operations[b->shape[j]]; cost++) {
    rc_formula r;
    memcpy(f->pick, b->term, sizeof f->pick);
    start(b, f->w);
    if (!exchange_for(f, k, j, cost)) continue;
    write_down(f, k, &r);
    cross_validate(s, k, f->pick, f->weight, trial, &r);
    if (!as_good(s->shots, trial, best)) continue;
    if (which != f->best) memcpy(held, trial, (size_t)s->shots * sizeof *held);
    *b = r;
    write_text(f, which);
    break;
  }
  return f->simpler < k;
}

bool rc_formula_step(rc_formula_finder *f) {
  const int most = RC_MIN(TERMS, f->s.terms);
  if (f->simpler >= 0) {
    const bool more = f->simpler < f->out->best[f->out->chosen].terms && simplify(f);
    f->out->fits = f->s.fits;
    return more;
  }
  if (!f->length || f->place < 0) {
    grow(f);
    return true;
  }
  const int k = f->length;
  if (k > 1 && f->place < k) { /* every term exchanged until none gets better */
    f->changed |= exchange(&f->s, k, f->pick, f->place++, f->weight, &f->loss, f->w);
    if (f->place == k && f->changed) f->place = 0, f->changed = false;
    return true;
  }
  finish(f);
  f->place = -1;
  f->out->chosen = choose(f->out->n, f->best, f->s.shots, f->held);
  f->out->fits = f->s.fits;
  if (k == most) f->simpler = 0;
  return true;
}

bool rc_formula_search(int inputs, const char *const *names, int64_t shots, const float *x,
                       const int *in_a, const int *in_b, int used, const int *use, uint64_t seed,
                       rc_formulas *out, rc_err *err) {
  rc_formula_finder *f =
      rc_formula_begin(inputs, names, shots, x, in_a, in_b, used, use, seed, out, err);
  while (f && rc_formula_step(f)) continue;
  rc_formula_end(f);
  return f != NULL;
}
