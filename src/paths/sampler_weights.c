/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Selection weights, the profile along q, and averages over paths. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "paths/sampler.h"

static const double q_most = 10; /* of the profile */
static const double KERNEL = .5; /* of its density, in q */

/* The weights 1/B of excursions span orders of magnitude, and the largest are drawn last: until they have
 * been, the share that reaches B is too large, and its error too small. */
static const double REACHING_MOST = .5; /* relative error */

enum {
  BATCH_FIRST = 16,  /* shots; shorter than what the walk remembers, which has to be seen in them */
  BATCHES_LEAST = 16 /* of fewer an error says little, and too little */
};

static double logit(double p) {
  p = fmin(fmax(p, 1e-9), 1 - 1e-9);
  return log(p / (1 - p));
}

int rc_profile_bin(double p) {
  const double x = (logit(p) + q_most) / (2 * q_most) * RC_PROFILE_BINS;
  return x < 0 ? 0 : x >= RC_PROFILE_BINS ? RC_PROFILE_BINS - 1 : (int)x;
}

double rc_selection(const rc_sampler_opts *o, double p) {
  const double g = o->gamma, q = o->select == RC_SELECT_UNIFORM ? 0 : logit(p);
  switch (o->select) {
  case RC_SELECT_UNIFORM: return 1;
  case RC_SELECT_GAUSS: return fmax(exp(-q * q / g), 1e-9);
  case RC_SELECT_PHI: return fmax(p * (1 - p), 1e-9);
  default: return g / (g * g + q * q);
  }
}

const char *const rc_select_names[] = {"uniform", "lorentz", "gauss", "phi", "density", NULL};

void rc_sampler_title(const rc_sampler_opts *o, char out[32]) {
  const bool wide = o->select != RC_SELECT_UNIFORM && o->select != RC_SELECT_PHI;
  char g[16] = "";
  if (wide) snprintf(g, sizeof g, " %g", o->gamma);
  snprintf(out, 32, "%s %s%s%s", o->rfps ? "RFPS" : "TPS", rc_select_names[o->select], g,
           o->flatten == o->rfps || o->select == RC_SELECT_UNIFORM ? ""
           : o->flatten                                            ? " flat"
                                                                   : " raw");
}

static sm_cell weigh(const rc_sampler *m, const rc_word *state) {
  sm_cell c = {.w = 1, .p = .5, .stamp = m->stamp};
  if (m->c.table)
    c.p = m->c.table[state->u];
  else if (m->c.p)
    c.p = m->c.p(m->c.ctx, state);
  c.bin = (uint8_t)rc_profile_bin(c.p);
  c.w = rc_selection(&m->o, c.p);
  if (m->o.flatten) c.w /= m->profile.rho[c.bin];
  return c;
}

sm_cell sm_look(rc_sampler *m, const rc_word *state) {
  if (!m->cell) return weigh(m, state);
  sm_cell *c = &m->cell[state->u];
  if (c->stamp != m->stamp) *c = weigh(m, state);
  return *c;
}

static int tenth(double p) {
  return p >= 1 ? 9 : p > 0 ? (int)(10 * p) : 0;
}

static int referred(const rc_sampler *m, const rc_path *p, int i, int none) {
  const int64_t row = rc_path_row(m->s, p->state + (size_t)i * (size_t)p->width);
  return row < 0 ? none : tenth(m->reference[row]);
}

void sm_weigh(rc_sampler *m, const rc_path *p, sm_cell **cell, int *cap, sm_sums *sum) {
  if (*cap < p->n) {
    *cap = 2 * p->n;
    *cell = rc_realloc(*cell, (size_t)*cap, sizeof **cell);
  }
  const bool dense = m->o.select == RC_SELECT_DENSITY;
  const int first = p->first ? 1 : 0, last = p->n - (p->last ? 1 : 0);
  *sum = (sm_sums){.length = (double)p->frames};
  for (int i = 0; i < p->n; i++) {
    if (i < first || i >= last) {
      (*cell)[i] = (sm_cell){.w = 0, .p = i ? p->last == RC_IN_B : p->first == RC_IN_B};
      continue;
    }
    sm_cell c = sm_look(m, p->state + (size_t)i * (size_t)p->width);
    const double d = p->dwell[i];
    const int k = tenth(c.p);
    if (dense) c.w *= m->density[k];
    (*cell)[i] = c;
    sum->weight += d * c.w;
    sum->histogram[m->reference ? referred(m, p, i, k) : k] += d;
    if (dense) sum->own[k] += d;
    sum->profile[c.bin] += d;
  }
  if (m->channel && rc_path_is_transition(p)) sum->channel = m->channel(m->channel_ctx, p);
}

/* The factors of a density need the paths of some hundred shots. */
uint64_t sm_burn(const rc_sampler *m) {
  return m->o.select == RC_SELECT_DENSITY ? RC_MAX(m->o.burn, RC_SAMPLER_DENSITY) : m->o.burn;
}

/* First after 100 shots, then every ten, until the burn-in ends: afterwards the weights stay, or
 * the paths would be those of no fixed target. */
void sm_density(rc_sampler *m) {
  if (m->o.select != RC_SELECT_DENSITY || m->n > sm_burn(m)) return;
  if (rc_path_is_transition(&m->now)) {
    for (int i = 0; i < 10; i++) m->seen[i] += m->now_sum.own[i];
  }
  if (m->n < 100 || m->n % 10) return;
  double all = 0;
  for (int i = 0; i < 10; i++) all += m->seen[i];
  if (!(all > 0)) return;
  for (int i = 0; i < 10; i++) m->density[i] = .1 / fmax(m->seen[i] / all, .005);
  sm_weigh(m, &m->now, &m->now_cell, &m->now_cap, &m->now_sum);
}

void sm_restart(rc_sampler *m) {
  m->begin = m->n;
  m->batch_size = BATCH_FIRST, m->batch_fill = 0;
  m->f = (rc_sampler_figures){0};
  memset(m->profile_seen, 0, sizeof m->profile_seen);
}

static void merge(rc_sampler *m) {
  for (int i = 0; i < RC_SAMPLER_BATCHES / 2; i++) {
    rc_sampler_batch *to = &m->f.batch[i];
    const rc_sampler_batch *a = &m->f.batch[2 * i], *b = a + 1;
    rc_sampler_batch sum = {.weight = a->weight + b->weight,
                            .length = a->length + b->length,
                            .channel = a->channel + b->channel,
                            .square = a->square + b->square,
                            .excursion = a->excursion + b->excursion};
    for (int k = 0; k < 10; k++) sum.histogram[k] = a->histogram[k] + b->histogram[k];
    *to = sum;
  }
  m->f.batches = RC_SAMPLER_BATCHES / 2;
  m->batch_size *= 2;
  memset(&m->f.batch[m->f.batches], 0, sizeof m->f.batch[0] * RC_SAMPLER_BATCHES / 2);
}

void sm_average(rc_sampler *m) {
  if (m->batch_fill == m->batch_size) {
    m->batch_fill = 0;
    if (m->f.batches + 1 == RC_SAMPLER_BATCHES)
      m->f.batches++, merge(m);
    else
      m->f.batches++;
  }
  m->batch_fill++;
  const sm_sums *s = &m->now_sum;
  const double w = m->o.rfps ? 1 / s->weight : 1;
  rc_sampler_batch *b = &m->f.batch[m->f.batches];
  if (m->now.first == RC_IN_A && m->now.last == RC_IN_A) b->excursion += w;
  if (!rc_path_is_transition(&m->now)) return;
  b->square += w * s->length * s->length;
  b->weight += w, b->length += w * s->length, b->channel += w * s->channel;
  for (int i = 0; i < 10; i++) b->histogram[i] += w * s->histogram[i];
  for (int i = 0; i < RC_PROFILE_BINS; i++) m->profile_seen[i] += w * s->profile[i];
}

static uint64_t averaged(const rc_sampler *m) {
  return (uint64_t)m->f.batches * m->batch_size + m->batch_fill;
}

static uint64_t burning(const rc_sampler *m) {
  return sm_burn(m) > m->n ? sm_burn(m) - m->n : 0;
}

uint64_t rc_sampler_needs(const rc_sampler *m) {
  if (m->f.batches >= BATCHES_LEAST) return 0;
  const uint64_t left = (uint64_t)(BATCHES_LEAST - m->f.batches) * m->batch_size - m->batch_fill;
  return left + 1 + burning(m); /* a batch ends as the next begins */
}

uint64_t rc_sampler_needs_share(const rc_sampler *m) {
  const uint64_t n = averaged(m);
  return n < RC_SAMPLER_SHARE ? RC_SAMPLER_SHARE - n + burning(m) : 0;
}

/* Variance of the sum of n residuals of batches. A batch is shorter than what the walk remembers, so
 * covariances are added up to the lag where a pair of them is no more positive, none larger than the
 * pair before (initial monotone sequence, Geyer, Statist. Sci. 7 (1992) 473); never less than of
 * batches that know nothing of each other. A mean taken from the same batches hides as much of the
 * variance as the window's share of them. What the variance is itself uncertain by widens it as Student's
 * t is wider than the normal; free: its degrees of freedom. */
static double sum_variance(int n, const double *r, double *free) {
  double c[RC_SAMPLER_BATCHES] = {0}, before = INFINITY;
  const int most = n / 3;
  for (int k = 0; k <= most; k++)
    for (int i = 0; i + k < n; i++) c[k] += r[i] * r[i + k];
  int window = 1;
  double sum = -c[0];
  for (int k = 0; k + 1 <= most; k += 2) {
    const double pair = fmin(before, c[k] + c[k + 1]);
    if (!(pair > 0)) break;
    sum += 2 * pair, before = pair, window = 2 * k + 3;
  }
  const double alone = c[0] * n / (n - 1.0);
  const double all = fmax(alone, sum * n / RC_MAX(n - window, n / 3));
  *free = all > 0 ? fmax(3, n * alone / all - 1) : n - 1;
  return all * *free / (*free - 2);
}

/* Standard error of a ratio of sums from its batches. */
static double ratio_error(const rc_sampler_figures *f, double ratio, bool channel, double *free) {
  double r[RC_SAMPLER_BATCHES], weight = 0;
  for (int i = 0; i < f->batches; i++) {
    const rc_sampler_batch *b = &f->batch[i];
    r[i] = (channel ? b->channel : b->length) - ratio * b->weight;
    weight += b->weight;
  }
  *free = NAN;
  if (f->batches < BATCHES_LEAST || !(weight > 0)) return NAN;
  return sqrt(sum_variance(f->batches, r, free)) / weight;
}

/* Excursions out of A end in A or B. A path between A and B is drawn as often for its reverse, which
 * leaves B, so half of the weight is of those that leave A. */
static void reaching(const rc_sampler *m, rc_sampler_figures *f, double weight, double excursion) {
  f->reaching = f->reaching_se = NAN;
  if (!m->o.rfps || averaged(m) < RC_SAMPLER_SHARE || !(weight > 0)) return;
  const double all = excursion + weight / 2, share = weight / 2 / all;
  double r[RC_SAMPLER_BATCHES], free;
  for (int i = 0; i < f->batches; i++) {
    const rc_sampler_batch *b = &f->batch[i];
    r[i] = b->weight / 2 * (1 - share) - share * b->excursion;
  }
  const double error = sqrt(sum_variance(f->batches, r, &free)) / all;
  if (error <= REACHING_MOST * share) f->reaching = share, f->reaching_se = error;
}

rc_sampler_figures rc_sampler_read(const rc_sampler *m) {
  rc_sampler_figures f = m->f;
  double weight = 0, length = 0, channel = 0, all = 0, square = 0, excursion = 0;
  const int batches = f.batches + 1;
  for (int i = 0; i < batches; i++) {
    const rc_sampler_batch *b = &f.batch[i];
    weight += b->weight, length += b->length, channel += b->channel;
    square += b->square, excursion += b->excursion;
    for (int k = 0; k < 10; k++) f.histogram[k] += b->histogram[k], all += b->histogram[k];
  }
  f.length = weight > 0 ? length / weight : NAN;
  f.channel = weight > 0 ? channel / weight : NAN;
  for (int k = 0; k < 10; k++) f.histogram[k] = all > 0 ? f.histogram[k] / all : 0;
  f.length_sd = weight > 0 ? sqrt(fmax(0, square / weight - f.length * f.length)) : NAN;
  reaching(m, &f, weight, excursion);
  double free;
  f.averaged = averaged(m);
  f.length_se = ratio_error(&f, f.length, false, &f.length_free);
  f.channel_se = ratio_error(&f, f.channel, true, &free);
  return f;
}

static void floors(rc_density_profile *p) {
  double most = 0;
  for (int i = 0; i < RC_PROFILE_BINS; i++) most = fmax(most, p->rho[i]);
  for (int i = 0; i < RC_PROFILE_BINS; i++) p->rho[i] = fmax(p->rho[i] / most, 1e-4);
}

void rc_profile_exact(const rc_path_system *s, const double *table, rc_density_profile *p) {
  *p = (rc_density_profile){{0}};
  for (int64_t k = 0; k < s->states; k++) {
    if (!s->label[k]) p->rho[rc_profile_bin(table[k])] += s->weight[k];
  }
  floors(p);
}

bool rc_sampler_estimate(const rc_sampler *m, rc_density_profile *p) {
  return rc_profile_paths(m->profile_seen, p);
}

/* Bins that no path has seen: between two that were, the geometric line; beyond the outermost one, as
 * steep as equilibrium is where transition paths are even along q, e^|q|. To take them for empty would
 * make the walk choose hardly anything else. */
static void fill(const bool *seen, rc_density_profile *p) {
  const double bin = 2 * q_most / RC_PROFILE_BINS;
  int last = -1;
  for (int i = 0; i < RC_PROFILE_BINS; i++) {
    if (!seen[i]) continue;
    for (int k = last + 1; k < i; k++) {
      const double share = last < 0 ? 0 : (double)(k - last) / (i - last);
      p->rho[k] = last < 0 ? p->rho[i] * exp((i - k) * bin)
                           : exp((1 - share) * log(p->rho[last]) + share * log(p->rho[i]));
    }
    last = i;
  }
  for (int k = last + 1; k < RC_PROFILE_BINS; k++) p->rho[k] = p->rho[last] * exp((k - last) * bin);
}

/* A bin that few paths came to, or paths of small weight, may by chance look hundreds of times emptier
 * than it is, and the walk would choose hardly anything else: half of what is taken for its density
 * is that of the bins around it (a kernel of half a unit of q). A density too large does no harm. */
static void share(const double *seen, double *out) {
  const double bin = 2 * q_most / RC_PROFILE_BINS;
  int first = 0, last = RC_PROFILE_BINS - 1;
  while (first < last && !(seen[first] > 0)) first++;
  while (last > first && !(seen[last] > 0)) last--;
  for (int i = first; i <= last; i++) {
    double sum = 0, weight = 0;
    for (int k = first; k <= last; k++) {
      const double z = (i - k) * bin / KERNEL, e = exp(-.5 * z * z);
      sum += e * seen[k], weight += e;
    }
    out[i] = .5 * (seen[i] + sum / weight);
  }
}

bool rc_profile_paths(const double *seen, rc_density_profile *p) {
  double all = 0, shared[RC_PROFILE_BINS] = {0};
  bool has[RC_PROFILE_BINS];
  share(seen, shared);
  for (int i = 0; i < RC_PROFILE_BINS; i++) {
    const double q = ((i + .5) / RC_PROFILE_BINS * 2 - 1) * q_most, b = 1 / (1 + exp(-q));
    p->rho[i] = shared[i] / (b * (1 - b));
    has[i] = seen[i] > 0;
    all += seen[i];
  }
  if (!(all > 0)) return false;
  floors(p);
  fill(has, p);
  return true;
}
