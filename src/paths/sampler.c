/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-way shooting with any selection weight w(x): a path X gives Y, which is accepted with chance
 * min(1, W_X / W_Y), W the sum of w over interior frames (flexible-length TPS when w = 1; Jung,
 * Okazaki, Hummer, J. Chem. Phys. 147 (2017) 152716). Rejection-free path sampling (Lazzeri,
 * Bolhuis, Covino, arXiv 2503.21037): the walk always moves on, also to excursions from A to A
 * or B to B, whose density is then that of equilibrium times W; averages weigh by 1/W. */
#include <math.h>
#include <string.h>

#include "paths/sampler.h"

enum {
  LINE_TRIES = 200, /* shots from a straight way, before it is a path itself */
  LINE_LOST = 8     /* of these, shots that do not commit */
};

void rc_sampler_defaults(rc_sampler_opts *o) {
  *o = (rc_sampler_opts){
      .rfps = true, .select = RC_SELECT_LORENTZ, .gamma = 1, .most = 1000000, .seed = 1};
}

static void uniform_profile(rc_sampler *m) {
  for (int i = 0; i < RC_PROFILE_BINS; i++) m->profile.rho[i] = 1;
  for (int i = 0; i < 10; i++) m->density[i] = 1;
}

static bool possible(const rc_sampler_opts *o, const rc_committor *c, rc_err *err) {
  const bool blind = !c || (!c->table && !c->p);
  if (o->select != RC_SELECT_UNIFORM && (blind || !(o->gamma > 0)))
    return rc_err_set(err, RC_ERR_INPUT,
                      blind ? "this selection needs a committor: solve it exactly, "
                              "learn it, or select uniformly"
                            : "the width gamma of the selection must be positive");
  if (o->flatten && blind)
    return rc_err_set(err, RC_ERR_INPUT, "a bias over the profile along q needs a committor");
  return true;
}

rc_sampler *rc_sampler_new(const rc_path_system *s, const rc_sampler_opts *o, const rc_committor *c,
                           rc_err *err) {
  if (!possible(o, c, err)) return NULL;
  rc_sampler *m = rc_alloc(1, sizeof *m);
  m->s = s, m->o = *o, m->stamp = 1;
  if (c) m->c = *c;
  uniform_profile(m);
  if (s->states && s->shape.width == 1) {
    m->cell = rc_big_alloc((size_t)s->states, sizeof *m->cell, "selection weights", err);
    if (!m->cell) {
      rc_sampler_free(m);
      return NULL;
    }
  }
  sm_restart(m);
  return m;
}

void rc_sampler_free(rc_sampler *m) {
  if (!m) return;
  rc_path_free(&m->now);
  rc_path_free(&m->trial);
  rc_path_free(&m->scratch);
  rc_path_free(&m->initial);
  rc_path_free(&m->line);
  rc_big_free(m->cell);
  rc_free(m->now_cell);
  rc_free(m->trial_cell);
  rc_free(m->shot);
  rc_free(m->point);
  rc_free(m);
}

bool rc_sampler_start_path(rc_sampler *m, const rc_path *p, rc_err *err) {
  if (!rc_path_is_transition(p) || p->frames == 0) {
    return rc_err_set(err, RC_ERR_INPUT,
                      "a sampler starts from a path that leaves A and ends in B "
                      "with a frame in between");
  }
  rc_path_copy(&m->initial, p);
  rc_path_copy(&m->now, p);
  sm_weigh(m, &m->now, &m->now_cell, &m->now_cap, &m->now_sum);
  m->started = true;
  return true;
}

/* Of the spins in which s is not as at the end, the one whose flip costs least; -1: none. */
static int cheapest(const rc_path_system *s, const rc_word *state, const rc_word *end) {
  int best = -1;
  double least = INFINITY;
  for (int i = 0; i < s->shape.n; i++) {
    if (!((state[i >> 6].u ^ end[i >> 6].u) >> (i & 63) & 1)) continue;
    const double du = rc_path_change(s, state, i);
    if (best < 0 || du < least) best = i, least = du;
  }
  return best;
}

/* From the midst of A to that of B; each flip is one that the dynamics may do. */
static bool straight(rc_sampler *m) {
  const rc_path_system *s = m->s;
  rc_path *p = &m->trial;
  rc_word now[64] = {{0}}, end[64] = {{0}};
  if (!s->cls->ends || s->shape.real) return false;
  s->cls->ends(s->model, now, end);
  ps_path_clear(p, s->shape.width);
  int label = rc_path_label(s, now);
  if (label != RC_IN_A) return false;
  for (int i; (i = cheapest(s, now, end)) >= 0 && label != RC_IN_B;) {
    if (label == RC_IN_A) ps_path_clear(p, s->shape.width); /* it has not left A for good yet */
    p->first = RC_IN_A;
    memcpy(ps_path_add(p, 1), now, (size_t)s->shape.width * sizeof *now);
    now[i >> 6].u ^= UINT64_C(1) << (i & 63);
    label = rc_path_label(s, now);
  }
  if (label != RC_IN_B || p->n < 2) return false;
  memcpy(ps_path_add(p, 1), now, (size_t)s->shape.width * sizeof *now);
  p->last = RC_IN_B;
  p->frames = (uint64_t)p->n - 2;
  return true;
}

/* A half that ended in a state of A and B at once, which no table could rule out. */
static bool apart(const rc_sampler *m, const int *ends, rc_err *err) {
  const int both = RC_IN_A | RC_IN_B;
  if (ends[0] != both && ends[1] != both) return true;
  const rc_path *p = &m->trial;
  const int i = p->first == both ? 0 : p->n - 1;
  return ps_overlap(m->s, p->state + (size_t)i * (size_t)p->width, err);
}

/* A straight way is no path of the dynamics: it is far too short. Shots from it find one: those that
 * end in A twice bring the point on, those that end in B twice bring it back. */
static bool shoot_from_line(rc_sampler *m, rc_err *err) {
  const int n = m->line.n - 2, least = n / 16 + 1;
  rc_rng rng = rc_rng_stream(m->o.seed, "paths/start", (uint64_t)m->tries++);
  const int i = m->lo + (int)rc_rng_below(&rng, (uint64_t)(m->hi - m->lo + 1));
  int ends[2], sp;
  ps_shoot(m->s, m->line.state + (size_t)i * (size_t)m->line.width, m->o.most, &rng, &m->scratch,
           &m->trial, ends, &sp);
  if (rc_path_is_transition(&m->trial)) return true;
  if (!apart(m, ends, err)) return false;
  const bool lost = !ends[0] || !ends[1];
  m->failed[lost ? 2 : ends[0] == RC_IN_A ? 0 : 1]++;
  if (!lost && ends[0] == RC_IN_A) m->lo = i;
  if (!lost && ends[0] == RC_IN_B) m->hi = i;
  if (m->hi - m->lo < least) m->lo = RC_MAX(1, m->lo - least), m->hi = RC_MIN(n, m->hi + least);
  return false;
}

static bool start_on_line(rc_sampler *m, int tries, rc_err *err) {
  for (int t = 0; t < tries && m->line_tries < LINE_TRIES && m->failed[2] < LINE_LOST; t++) {
    rc_err e = {0};
    m->line_tries++;
    if (shoot_from_line(m, &e)) return rc_sampler_start_path(m, &m->trial, err);
    if (e.code != RC_ERR_NONE) {
      *err = e;
      return false;
    }
  }
  if (m->line_tries < LINE_TRIES && m->failed[2] < LINE_LOST) return false;
  m->straight = true; /* there is no better one */
  return rc_sampler_start_path(m, &m->line, err);
}

bool rc_sampler_start(rc_sampler *m, int tries, int limit, rc_err *err) {
  rc_word state[64];
  if (!m->started && !m->s->states && !m->no_line && (m->line.n || straight(m))) {
    if (!m->line.n) rc_path_copy(&m->line, &m->trial), m->lo = 1, m->hi = m->line.n - 2;
    if (m->line.n > 2) return start_on_line(m, tries, err);
  }
  m->no_line = true;
  for (int t = 0; t < tries && !m->started && m->tries < limit; t++) {
    rc_rng rng = rc_rng_stream(m->o.seed, "paths/start", (uint64_t)m->tries++);
    if (!rc_path_random(m->s, &rng, state)) {
      return rc_err_set(err, RC_ERR_INPUT, "no state found outside of A and B: make them smaller");
    }
    int ends[2], sp;
    ps_shoot(m->s, state, m->o.most, &rng, &m->scratch, &m->trial, ends, &sp);
    if (rc_path_is_transition(&m->trial)) return rc_sampler_start_path(m, &m->trial, err);
    if (!apart(m, ends, err)) return false;
    m->failed[!ends[0] || !ends[1] ? 2 : ends[0] == RC_IN_A ? 0 : 1]++;
  }
  if (m->started) return true;
  if (m->tries < limit) return false;
  if (straight(m)) {
    m->straight = true;
    return rc_sampler_start_path(m, &m->trial, err);
  }
  const bool lost = m->failed[2] > m->tries / 2;
  return rc_err_set(
      err, lost ? RC_ERR_LIMIT : RC_ERR_INPUT,
      "no path from A to B in %d shots from random states (%d led to A twice, %d to B twice, %d "
      "did "
      "not commit within %llu frames): %s",
      m->tries, m->failed[0], m->failed[1], m->failed[2], (unsigned long long)m->o.most,
      lost && !m->failed[1] && m->failed[0] > m->tries / 10
          ? "B seems out of reach: widen it, or raise the limit of frames ('most') or the "
            "temperature"
      : lost ? "raise the limit of frames ('most') or the temperature, or widen A and B"
      : m->failed[1] == 0 ? "B seems out of reach: widen it or raise the temperature"
      : m->failed[0] == 0 ? "A seems out of reach: widen it or raise the temperature"
                          : "widen A and B, or raise the temperature");
}

uint64_t rc_sampler_tries(const rc_sampler *m) {
  return (uint64_t)m->tries;
}

void rc_sampler_failed(const rc_sampler *m, int failed[3]) {
  memcpy(failed, m->failed, sizeof m->failed);
}

bool rc_sampler_straight(const rc_sampler *m) {
  return m->straight;
}

static rc_rng stream(const rc_sampler *m, uint64_t id, uint32_t branch, double *unit) {
  rc_rng rng = rc_rng_stream(m->o.seed, "paths/shot", id + ((uint64_t)branch << 40));
  *unit = rc_rng_unit(&rng);
  return rng;
}

/* The segment in which the running sum of weights passes 'at'. */
static int pick(const rc_sampler *m, double at) {
  int last = 0;
  for (int i = 0; i < m->now.n; i++) {
    const double w = m->now_cell[i].w * m->now.dwell[i];
    if (w <= 0) continue;
    last = i;
    if (at < w) return i;
    at -= w;
  }
  return last;
}

static void record(rc_sampler *m, const rc_shot *shot, const rc_word *state) {
  const size_t w = (size_t)m->s->shape.width;
  if (m->n == m->cap) {
    m->cap = RC_MAX(256, m->cap + m->cap / 2);
    m->shot = rc_realloc(m->shot, m->cap, sizeof *m->shot);
    m->point = rc_realloc(m->point, m->cap * w, sizeof *m->point);
  }
  m->shot[m->n] = *shot;
  memcpy(m->point + m->n * w, state, w * sizeof *state);
  m->n++;
}

static bool committing(const rc_sampler *m, rc_err *err) {
  if (m->n % 100) return true;
  int lost = 0;
  for (uint64_t i = m->n - 100; i < m->n; i++) lost += !m->shot[i].ends[0] || !m->shot[i].ends[1];
  if (lost < 50) return true;
  return rc_err_set(
      err, RC_ERR_LIMIT,
      "%d of the last 100 shots did not commit to A or B within %llu frames: raise the "
      "limit ('most') or the temperature, widen A and B, or put the basin where they stay "
      "into one of them",
      lost, (unsigned long long)m->o.most);
}

static void swap(rc_sampler *m) {
  const rc_path path = m->now;
  m->now = m->trial, m->trial = path;
  sm_cell *const cell = m->now_cell;
  const int cap = m->now_cap;
  m->now_cell = m->trial_cell, m->now_cap = m->trial_cap;
  m->trial_cell = cell, m->trial_cap = cap;
  m->now_sum = m->trial_sum;
}

bool rc_sampler_step(rc_sampler *m, rc_shot *shot, rc_err *err) {
  if (!m->started) return rc_err_set(err, RC_ERR_INPUT, "there is no path to shoot from yet");
  double unit;
  int ends[2], sp;
  const uint64_t id = m->n + 1;
  rc_rng rng = stream(m, id, m->branch, &unit);
  const int i = pick(m, unit * m->now_sum.weight);
  const sm_cell c = m->now_cell[i];
  rc_word from[64];
  memcpy(from, m->now.state + (size_t)i * (size_t)m->now.width,
         (size_t)m->now.width * sizeof *from);
  ps_shoot(m->s, from, m->o.most, &rng, &m->scratch, &m->trial, ends, &sp);
  if (!apart(m, ends, err)) return false;
  sm_weigh(m, &m->trial, &m->trial_cell, &m->trial_cap, &m->trial_sum);
  const bool transition = rc_path_is_transition(&m->trial), committed = ends[0] && ends[1];
  const double before = m->now_sum.weight, after = m->trial_sum.weight;
  rc_shot s = {.id = id,
               .parent = m->parent,
               .p = c.p,
               .p_select = c.w * m->now.dwell[i] / before,
               .version = m->c.version,
               .branch = m->branch,
               .segment = (uint32_t)i,
               .transition = transition,
               .rfps = m->o.rfps};
  s.ends[0] = (uint8_t)ends[0], s.ends[1] = (uint8_t)ends[1];
  s.frames = m->trial.frames, s.sp = (uint32_t)sp;
  s.accepted = m->o.rfps ? committed : transition && rc_rng_unit(&rng) * after < before;
  const double v = 2 * c.p * (1 - c.p);
  m->f.shots++, m->f.generated += transition, m->f.accepted += s.accepted;
  m->f.uncommitted += !committed, m->f.steps += m->trial.frames + 1;
  m->f.expected += v, m->f.variance += v * (1 - v);
  if (s.accepted) swap(m), m->parent = id;
  s.weight = !rc_path_is_transition(&m->now) ? 0 : m->o.rfps ? 1 / m->now_sum.weight : 1;
  record(m, &s, from);
  sm_density(m);
  if (m->n > sm_burn(m)) sm_average(m);
  if (shot) *shot = s;
  return committing(m, err);
}

static void reweigh(rc_sampler *m) {
  if (++m->stamp == 0) { /* all round: no state may look as if it were new */
    for (int64_t k = 0; m->cell && k < m->s->states; k++) m->cell[k].stamp = 0;
    m->stamp = 1;
  }
  if (m->started) sm_weigh(m, &m->now, &m->now_cell, &m->now_cap, &m->now_sum);
  if (m->o.rfps) sm_restart(m); /* paths of another target */
}

void rc_sampler_committor(rc_sampler *m, const rc_committor *c) {
  m->c = *c;
  memset(m->seen, 0, sizeof m->seen); /* bins of p are other ones now */
  reweigh(m);
}

void rc_sampler_profile(rc_sampler *m, const rc_density_profile *p) {
  m->profile = *p;
  reweigh(m);
}

void rc_sampler_restart(rc_sampler *m) {
  sm_restart(m);
}

bool rc_sampler_choose(rc_sampler *m, const rc_sampler_opts *o, rc_err *err) {
  if (!possible(o, &m->c, err)) return false;
  const uint64_t seed = m->o.seed, most = m->o.most;
  m->o = *o;
  m->o.seed = seed, m->o.most = most;
  memset(m->seen, 0, sizeof m->seen);
  for (int i = 0; i < 10; i++) m->density[i] = 1;
  reweigh(m);
  sm_restart(m);
  return true;
}

void rc_sampler_branch(rc_sampler *m) {
  m->branch++;
}

void rc_sampler_reference(rc_sampler *m, const double *table) {
  m->reference = table;
  if (m->started) sm_weigh(m, &m->now, &m->now_cell, &m->now_cap, &m->now_sum);
  sm_restart(m);
}

void rc_sampler_channel(rc_sampler *m, double (*f)(void *ctx, const rc_path *p), void *ctx) {
  m->channel = f, m->channel_ctx = ctx;
  if (m->started) sm_weigh(m, &m->now, &m->now_cell, &m->now_cap, &m->now_sum);
  sm_restart(m);
}

const rc_path *rc_sampler_path(const rc_sampler *m) {
  return &m->now;
}
const rc_path *rc_sampler_trial(const rc_sampler *m) {
  /* an accepted trial has changed places with the path before it */
  return m->n && m->shot[m->n - 1].accepted ? &m->now : &m->trial;
}
uint64_t rc_sampler_shots(const rc_sampler *m) {
  return m->n;
}
const rc_shot *rc_sampler_shot(const rc_sampler *m, uint64_t id) {
  return id && id <= m->n ? &m->shot[id - 1] : NULL;
}
const rc_word *rc_sampler_point(const rc_sampler *m, uint64_t id) {
  return id && id <= m->n ? m->point + (id - 1) * (size_t)m->s->shape.width : NULL;
}

static uint64_t path_bytes(const rc_path *p) {
  return (uint64_t)p->cap * ((uint64_t)p->width * sizeof(rc_word) + sizeof(uint32_t));
}

uint64_t rc_sampler_bytes(const rc_sampler *m) {
  return sizeof *m + m->cap * (sizeof *m->shot + (uint64_t)m->s->shape.width * sizeof(rc_word)) +
         (m->cell ? (uint64_t)m->s->states * sizeof *m->cell : 0) + path_bytes(&m->now) +
         path_bytes(&m->trial) + path_bytes(&m->scratch) + path_bytes(&m->initial) +
         (uint64_t)(m->now_cap + m->trial_cap) * sizeof(sm_cell);
}

bool rc_sampler_replay(const rc_sampler *m, uint64_t id, rc_path *out, int *sp) {
  if (id > m->n || !m->started) return false;
  if (id == 0) {
    rc_path_copy(out, &m->initial);
    *sp = 0;
    return true;
  }
  double unit;
  int ends[2];
  rc_rng rng = stream(m, id, m->shot[id - 1].branch, &unit);
  rc_path_shoot(m->s, rc_sampler_point(m, id), m->o.most, &rng, out, ends, sp);
  return true;
}

static void path_at(rc_sampler *m, uint64_t k) {
  int sp;
  while (k && !m->shot[k - 1].accepted) k--;
  m->parent = k;
  rc_sampler_replay(m, k, &m->now, &sp);
  sm_weigh(m, &m->now, &m->now_cell, &m->now_cap, &m->now_sum);
}

bool rc_sampler_rewind(rc_sampler *m, uint64_t k) {
  if (k > m->n || !m->started) return false;
  if (m->o.select == RC_SELECT_DENSITY) { /* its factors grew with the paths of the burn-in */
    const uint64_t most = RC_MIN(k, sm_burn(m));
    memset(m->seen, 0, sizeof m->seen);
    for (int i = 0; i < 10; i++) m->density[i] = 1;
    path_at(m, 0);
    for (uint64_t i = 1; i <= most; i++) {
      if (m->shot[i - 1].accepted) path_at(m, i);
      m->n = i;
      sm_density(m);
    }
  }
  m->n = k;
  path_at(m, k);
  int sp; /* a rejected shot is seen again as well */
  if (k && !m->shot[k - 1].accepted) rc_sampler_replay(m, k, &m->trial, &sp);
  sm_restart(m);
  return true;
}
