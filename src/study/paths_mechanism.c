/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mechanism: which inputs matter, how much of the committor a coordinate explains, formulas for
 * the reaction coordinate, and frames that may go either way. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/paths_study.h"

enum {
  SHOTS = 2000,         /* that relevance and formulas look at */
  REDRAWS = 10,         /* permutations of a group */
  CARD_ROWS = 1 << 18,  /* states of a report card; more are drawn from their density */
  CARD_PIECE = 1 << 15, /* features of as many states in one step */
  PATHS_SEEN = 2000,    /* shots whose paths the gallery looks at */
  PATHS_PIECE = 100
};

enum { M_NONE, M_SHOTS, M_RELEVANCE, M_STATES, M_CARDS, M_FORMULAS, M_GALLERY, M_DONE };

static void drop_work(paths_mechanism *m) {
  void *all[] = {m->x, m->in_a, m->in_b, m->w, m->p, m->feature};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_free(all[i]);
  m->x = NULL;
  m->in_a = m->in_b = NULL;
  m->w = m->p = m->feature = NULL;
}

void paths_mechanism_drop(paths_mechanism *m) {
  drop_work(m);
  rc_formula_end(m->finder);
  rc_share_drop(m->shown);
  *m = (paths_mechanism){0};
}

/* ---- relevance ----------------------------------------------------------------------------------
 */

static void add_group(paths_mechanism *m, uint32_t mask, const char *a, const char *b) {
  if (m->groups == RC_PATHS_GROUPS) return;
  m->group[m->groups] = mask;
  snprintf(m->group_name[m->groups++], sizeof m->group_name[0], "%s%s%s", a, *b ? ", " : "", b);
}

void paths_input_name(const paths *s, int i, char out[24]) {
  const rc_path_shape *h = s->shape;
  const int features = s->model.kind == INPUTS_SPINS ? 0 : h->features;
  if (i < features)
    snprintf(out, 24, "%s", h->feature[i]);
  else if (h->real)
    snprintf(out, 24, "%s", h->feature[i - features + (i - features > 1)]); /* V is between */
  else
    snprintf(out, 24, "spin %d", i - features + 1);
}

/* Every input alone; pairs while there are few; all features and all spins where there are both. */
static void make_groups(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const int n = s->model.inputs;
  char a[24], b[24];
  m->groups = 0;
  for (int i = 0; i < n && i < 28; i++) {
    paths_input_name(s, i, a);
    add_group(m, UINT32_C(1) << i, a, "");
  }
  for (int i = 0; n <= 5 && i < n; i++)
    for (int j = i + 1; j < n; j++) {
      paths_input_name(s, i, a), paths_input_name(s, j, b);
      add_group(m, UINT32_C(1) << i | UINT32_C(1) << j, a, b);
    }
  if (s->model.kind != INPUTS_BOTH || n > 31) return;
  const uint32_t features = (UINT32_C(1) << s->shape->features) - 1;
  add_group(m, features, "all features", "");
  add_group(m, ((UINT32_C(1) << n) - 1) & ~features, "all spins", "");
}

/* The newest committed shots, as the learner and the formulas see them. */
static void take_shots(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const uint64_t all = m->known, from = all > SHOTS ? all - SHOTS : 0;
  const size_t inputs = (size_t)s->model.inputs, cap = (size_t)(all - from) + 1;
  drop_work(m);
  m->x = rc_alloc(cap * inputs, sizeof *m->x);
  m->in_a = rc_alloc(cap, sizeof *m->in_a);
  m->in_b = rc_alloc(cap, sizeof *m->in_b);
  m->shots = 0;
  for (uint64_t id = from + 1; id <= all; id++) {
    const rc_shot *shot = rc_sampler_shot(s->sampler, id);
    if (!shot->ends[0] || !shot->ends[1]) continue;
    paths_input(&s->model, rc_sampler_point(s->sampler, id), m->x + m->shots * inputs);
    m->in_b[m->shots] = (shot->ends[0] == RC_IN_B) + (shot->ends[1] == RC_IN_B);
    m->in_a[m->shots] = 2 - m->in_b[m->shots];
    m->shots++;
  }
  m->at = 0;
  m->stage = M_RELEVANCE;
  make_groups(s);
  if (!s->model.share || !m->shots) m->groups = 0;
}

static void relevance_step(paths *s) {
  paths_mechanism *m = &s->mechanism;
  if (m->at < m->groups) {
    rc_input_relevance(rc_share_get(s->model.share), (int64_t)m->shots, m->x, m->in_a, m->in_b, 1,
                       &m->group[m->at], REDRAWS, s->env.seed, &m->relevance[m->at]);
    m->at++;
    return;
  }
  m->at = 0;
  m->stage = m->cards || !s->solved ? M_FORMULAS : M_STATES;
}

/* ---- report cards -------------------------------------------------------------------------------
 */

/* Features alone, then pairs. */
static void make_candidates(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const int n = s->shape->features, single = RC_MIN(n, 8);
  m->candidates = 0;
  for (int i = 0; i < single; i++)
    m->candidate[m->candidates][0] = i, m->candidate[m->candidates++][1] = -1;
  for (int i = 0; i < RC_MIN(n, 5); i++)
    for (int j = i + 1; j < RC_MIN(n, 5); j++)
      m->candidate[m->candidates][0] = i, m->candidate[m->candidates++][1] = j;
}

/* All states between A and B, or as many as fit, by their density on transition paths. */
static void open_states(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const int64_t rows = rc_path_system_states(s->system);
  m->states = RC_MIN(rows, CARD_ROWS);
  m->w = rc_alloc((size_t)m->states, sizeof *m->w);
  m->p = rc_alloc((size_t)m->states, sizeof *m->p);
  m->feature = rc_alloc((size_t)m->states * (size_t)s->shape->features, sizeof *m->feature);
  make_candidates(s);
}

static void fill_state(paths *s, int64_t to, int64_t row, double w) {
  paths_mechanism *m = &s->mechanism;
  rc_word state[64];
  m->w[to] = w;
  m->p[to] = s->truth[row];
  if (!(w > 0)) return;
  rc_path_state(s->system, row, state);
  rc_path_features(s->system, state, m->feature + to * s->shape->features);
}

static void states_step(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const int64_t rows = rc_path_system_states(s->system);
  if (!m->w) {
    open_states(s);
    m->row = 0;
    m->sum = 0;
    return;
  }
  const int64_t end = RC_MIN(rows, m->row + CARD_PIECE);
  for (; m->row < end; m->row++) {
    const double density = rc_exact_density(s->exact, m->row);
    if (rows <= CARD_ROWS) {
      fill_state(s, m->row, m->row, density);
      continue;
    }
    /* systematic sampling: each state stands for 1/states of the density */
    for (m->sum += density; m->sum * (double)m->states > (double)m->at + .5 && m->at < m->states;)
      fill_state(s, m->at++, m->row, 1);
  }
  if (m->row < rows) return;
  m->at = 0;
  m->stage = M_CARDS;
}

static int better(const void *a, const void *b) {
  const rc_paths_card *x = a, *y = b;
  return (x->card.eta2 < y->card.eta2) - (x->card.eta2 > y->card.eta2);
}

static void keep_card(paths_mechanism *m, const rc_paths_card *card, int features) {
  if (m->cards < RC_PATHS_CARDS) {
    m->card[m->cards++] = *card;
    return;
  }
  int worst = -1; /* of the pairs: every feature alone stays */
  for (int i = RC_MIN(features, 8); i < m->cards; i++)
    if (worst < 0 || m->card[i].card.eta2 < m->card[worst].card.eta2) worst = i;
  if (worst >= 0 && card->card.eta2 > m->card[worst].card.eta2) m->card[worst] = *card;
}

static void cards_step(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const int f = s->shape->features;
  if (m->at == m->candidates) {
    qsort(m->card, (size_t)m->cards, sizeof m->card[0], better);
    m->at = 0;
    m->stage = M_FORMULAS;
    return;
  }
  const int i = m->candidate[m->at][0], j = m->candidate[m->at][1], columns = j < 0 ? 1 : 2;
  double *cv = rc_alloc((size_t)m->states * (size_t)columns, sizeof *cv);
  for (int64_t k = 0; k < m->states; k++) {
    cv[k * columns] = m->feature[k * f + i];
    if (j >= 0) cv[k * columns + 1] = m->feature[k * f + j];
  }
  rc_paths_card card = {.columns = columns};
  snprintf(card.name, sizeof card.name, j < 0 ? "%s" : "%s, %s", s->shape->feature[i],
           j < 0 ? "" : s->shape->feature[j]);
  card.card = rc_coordinate_report(m->states, m->w, m->p, columns, cv);
  rc_free(cv);
  keep_card(m, &card, f);
  m->at++;
}

/* ---- formulas -----------------------------------------------------------------------------------
 */

/* Features by falling relevance; all of them when few. */
static int formula_inputs(const paths *s, int use[RC_FORMULA_INPUTS]) {
  const paths_mechanism *m = &s->mechanism;
  const int all = s->model.kind == INPUTS_SPINS ? s->model.inputs : s->shape->features;
  const int n = RC_MIN(all, m->groups ? m->groups : all);
  bool taken[RC_PATH_FEATURES] = {false};
  int used = 0;
  while (used < RC_FORMULA_INPUTS && used < n) {
    int best = -1;
    for (int i = 0; i < n; i++)
      if (!taken[i] && (best < 0 || (m->groups && m->relevance[i].mean > m->relevance[best].mean)))
        best = i;
    taken[best] = true;
    use[used++] = best;
  }
  return used;
}

/* Against the exact committor, on the states drawn from the density of transition paths. */
static void judge(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const paths_sample *t = &s->sample;
  for (int k = 0; k < RC_FORMULA_TERMS; k++) m->formula_rmse[k] = m->formula_eta2[k] = nan("");
  for (int k = 0; t->n && k < m->formulas.n; k++) {
    double off = 0, mean = 0, square = 0;
    for (int i = 0; i < t->n; i++) {
      float x[RC_PATH_FEATURES + 64];
      paths_input(&s->model, t->state + (size_t)i * (size_t)s->shape->width, x);
      const double p = 1 / (1 + exp(-rc_formula_q(&m->formulas, k, x)));
      off += (p - t->p[i]) * (p - t->p[i]) / t->n;
      mean += t->p[i] / t->n, square += t->p[i] * t->p[i] / t->n;
    }
    m->formula_rmse[k] = sqrt(off);
    m->formula_eta2[k] = 1 - off / (square - mean * mean);
  }
}

static void open_formulas(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const int n = s->model.inputs;
  char(*text)[24] = rc_alloc((size_t)n, sizeof *text);
  const char **names = rc_alloc((size_t)n, sizeof *names);
  int use[RC_FORMULA_INPUTS];
  const int used = formula_inputs(s, use);
  for (int i = 0; i < n; i++) paths_input_name(s, i, text[i]), names[i] = text[i];
  m->finder = rc_formula_begin(n, names, (int64_t)m->shots, m->x, m->in_a, m->in_b, used, use,
                               s->env.seed, &m->making, NULL);
  rc_free(names);
  rc_free(text);
}

static void formulas_step(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const bool spins = s->model.kind == INPUTS_SPINS && !s->shape->real;
  if (!m->finder && m->shots >= 40 && !spins) open_formulas(s);
  if (m->finder && rc_formula_step(m->finder)) return;
  m->solved = m->finder != NULL;
  m->stage = M_GALLERY;
  m->at = 0;
  rc_formula_end(m->finder);
  m->finder = NULL;
  if (!m->solved) return;
  m->formulas = m->making;
  judge(s);
  const rc_formula *f = &m->formulas.best[m->formulas.chosen];
  rc_str text = {0};
  rc_str_add_cut(&text, f->text, 150); /* an event has 200 characters; the result has all of it */
  s->env.emit(s->env.who, "formula", f->cross, "%s (loss %.4f)", rc_str_c(&text), f->cross);
  rc_str_free(&text);
}

/* ---- gallery ------------------------------------------------------------------------------------
 */

static double q_of(paths *s, const rc_word *state) {
  double q, spread;
  if (paths_learnt(&s->model, state, &q, &spread)) return q;
  const double p = paths_truth(s, state);
  return log(p / (1 - p));
}

static bool shown_already(const paths *s, const rc_word *state) {
  const paths_mechanism *m = &s->mechanism;
  const size_t words = (size_t)RC_MIN(4, s->shape->width);
  for (int i = 0; i < m->gallery; i++)
    if (!memcmp(m->frame[i].state, state, words * sizeof *state)) return true;
  return false;
}

/* The frame of a path nearest to q = 0, when p is between 0.4 and 0.6. */
static void look_for_frame(paths *s, uint64_t id, const rc_path *p) {
  paths_mechanism *m = &s->mechanism;
  uint64_t at = 0, best_at = 0;
  double best = log(1.5), best_q = 0;
  int found = -1;
  for (int i = 0; i < p->n; at += p->dwell[i++]) {
    if (i == 0 || i == p->n - 1) continue;
    const rc_word *state = p->state + (size_t)i * (size_t)p->width;
    const double q = q_of(s, state);
    if (!(fabs(q) < best) || shown_already(s, state)) continue;
    best = fabs(q), best_q = q, found = i, best_at = at;
  }
  if (found < 0) return;
  rc_paths_gallery *g = &m->frame[m->gallery++];
  *g = (rc_paths_gallery){.shot = id, .frame = best_at, .q = best_q};
  memcpy(g->state, p->state + (size_t)found * (size_t)p->width,
         (size_t)RC_MIN(4, p->width) * sizeof(rc_word));
}

static void gallery_step(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const uint64_t all = m->known, first = all > PATHS_SEEN ? all - PATHS_SEEN : 0;
  const bool known = s->model.share || s->truth;
  if (m->at == 0) m->gallery = 0;
  rc_path path = {0};
  int sp;
  for (int k = 0; k < PATHS_PIECE; k++, m->at++) { /* from the newest back */
    const uint64_t id = all - (uint64_t)m->at;
    if (!known || id <= first || m->gallery == RC_PATHS_GALLERY) {
      m->stage = M_DONE;
      break;
    }
    if (!rc_sampler_shot(s->sampler, id)->accepted) continue;
    rc_sampler_replay(s->sampler, id, &path, &sp);
    if (rc_path_is_transition(&path)) look_for_frame(s, id, &path);
  }
  rc_path_free(&path);
}

/* ---- steps --------------------------------------------------------------------------------------
 */

/* What frames share: made at the end of each part. */
typedef struct shown {
  int groups, cards, gallery;
  uint64_t shots;
  bool solved;
  char group_name[RC_PATHS_GROUPS][56];
  rc_formulas formulas;
  double formula_rmse[RC_FORMULA_TERMS], formula_eta2[RC_FORMULA_TERMS];
  rc_relevance relevance[RC_PATHS_GROUPS];
  rc_paths_card card[RC_PATHS_CARDS];
  rc_paths_gallery frame[RC_PATHS_GALLERY];
} shown;

static void show(paths *s) {
  paths_mechanism *m = &s->mechanism;
  shown *t = rc_alloc(1, sizeof *t);
  t->groups = m->groups, t->cards = m->cards, t->gallery = m->gallery;
  t->shots = m->shots, t->solved = m->solved;
  t->formulas = m->formulas;
  memcpy(t->group_name, m->group_name, sizeof t->group_name);
  memcpy(t->formula_rmse, m->formula_rmse, sizeof t->formula_rmse);
  memcpy(t->formula_eta2, m->formula_eta2, sizeof t->formula_eta2);
  memcpy(t->relevance, m->relevance, sizeof t->relevance);
  memcpy(t->card, m->card, sizeof t->card);
  memcpy(t->frame, m->frame, sizeof t->frame);
  rc_share_drop(m->shown);
  m->shown = rc_share_new(t, rc_free);
}

void paths_mechanism_stop(paths_mechanism *m) {
  drop_work(m);
  rc_formula_end(m->finder);
  m->finder = NULL;
  if (m->stage == M_STATES || m->stage == M_CARDS) m->cards = 0; /* else they are whole */
  m->wanted |= m->stage != M_NONE;
  m->stage = M_NONE;
}

void paths_mechanism_rewind(paths_mechanism *m, uint64_t n) {
  paths_mechanism_stop(m);
  if (!m->shown) return;
  shown *t = rc_alloc(1, sizeof *t);
  *t = *(const shown *)rc_share_get(m->shown);
  const int before = t->gallery;
  t->gallery = 0;
  for (int i = 0; i < before; i++)
    if (t->frame[i].shot <= n) t->frame[t->gallery++] = t->frame[i];
  rc_share_drop(m->shown);
  m->shown = rc_share_new(t, rc_free);
}

void paths_mechanism_show(const paths_mechanism *m, rc_paths_data *d) {
  if (!m->shown) return;
  const shown *t = rc_share_get(m->shown);
  d->groups = t->groups;
  memcpy(d->group_name, t->group_name, sizeof d->group_name);
  d->relevance = t->groups ? t->relevance : NULL;
  d->relevance_shots = t->shots;
  d->cards = t->cards;
  d->card = t->card;
  d->formulas = t->solved ? &t->formulas : NULL;
  memcpy(d->formula_rmse, t->formula_rmse, sizeof d->formula_rmse);
  memcpy(d->formula_eta2, t->formula_eta2, sizeof d->formula_eta2);
  d->gallery = t->gallery;
  d->frame = t->frame;
}

bool paths_mechanism_wanted(const paths *s) {
  const paths_mechanism *m = &s->mechanism;
  return m->wanted || (s->o.mechanism && m->known != rc_sampler_shots(s->sampler));
}

/* Relevance and formulas are of the shots so far; the report cards are the same for ever. */
void paths_mechanism_step(paths *s) {
  paths_mechanism *m = &s->mechanism;
  const int before = m->stage;
  switch (m->stage) {
  case M_NONE:
    if (!paths_mechanism_wanted(s)) {
      s->phase = s->after;
      return;
    }
    m->wanted = false;
    m->known = rc_sampler_shots(s->sampler);
    m->stage = M_SHOTS;
    return;
  case M_SHOTS: take_shots(s); break;
  case M_RELEVANCE: relevance_step(s); break;
  case M_STATES: states_step(s); break;
  case M_CARDS: cards_step(s); break;
  case M_FORMULAS: formulas_step(s); break;
  default: gallery_step(s); break;
  }
  if (m->stage == before) return;
  if (m->stage == M_STATES || m->stage == M_FORMULAS || m->stage == M_DONE) show(s);
  if (m->stage != M_DONE) return;
  drop_work(m);
  m->stage = M_NONE;
  s->env.emit(s->env.who, "mechanism", (double)m->shots, "the mechanism by %llu shots",
              (unsigned long long)m->shots);
  s->phase = s->after;
}
