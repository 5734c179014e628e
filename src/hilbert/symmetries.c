/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what the user asked for (translation or full, momentum, characters, inversion) to the list
 * of permutations with a sign each. Everything that is not a real one-dimensional character is an
 * error that says so. */
#include "hilbert/impl.h"

#include <string.h>

/* Adjugate (times sign) and determinant of the torus, so that momenta are integers throughout. */
static int64_t torus_adjugate(const rc_lattice *l, int64_t a[3][3]) {
  int64_t t[3][3];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) t[i][j] = i < l->dim && j < l->dim ? l->torus[i][j] : i == j;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      int r0 = (j + 1) % 3, r1 = (j + 2) % 3, c0 = (i + 1) % 3, c1 = (i + 2) % 3;
      a[i][j] = t[r0][c0] * t[r1][c1] - t[r0][c1] * t[r1][c0];
    }
  return t[0][0] * a[0][0] + t[0][1] * a[1][0] + t[0][2] * a[2][0];
}

/* Translation by r (in primitive vectors) has the phase 2 pi r.k with k = T^-1 m; it is real for
 * every r exactly when 2 k is an integer vector, 'half'. */
bool rc_momentum_real(const rc_lattice *l, const int momentum[3], int half[3], rc_err *err) {
  half[0] = half[1] = half[2] = 0;
  if (!l->periodic || l->translations <= 1) {
    for (int i = 0; i < 3; i++)
      if (momentum[i] != 0)
        return rc_err_set(err, RC_ERR_INPUT,
                          "a momentum needs a periodic lattice; this one has no "
                          "translations");
    return true;
  }
  int64_t a[3][3], det = torus_adjugate(l, a);
  for (int i = 0; i < l->dim; i++) {
    int64_t k = 0;
    for (int j = 0; j < l->dim; j++) k += a[i][j] * momentum[j];
    if (2 * k % det != 0)
      return rc_err_set(err, RC_ERR_INPUT,
                        "momentum [%d, %d, %d] has complex characters; real ones have components 0 "
                        "or pi only",
                        momentum[0], momentum[1], momentum[2]);
    half[i] = (int)(((2 * k / det) % 2 + 2) % 2);
  }
  for (int i = l->dim; i < 3; i++)
    if (momentum[i] != 0)
      return rc_err_set(err, RC_ERR_INPUT, "the momentum has more components than the lattice (%d)",
                        l->dim);
  return true;
}

int rc_momentum_character(const rc_lattice *l, const int half[3], int64_t translation) {
  const int *r = l->translation_vector[translation];
  return (r[0] * half[0] + r[1] * half[1] + r[2] * half[2]) & 1 ? -1 : 1;
}

static rc_symmetries *symmetries_alloc(int sites, int64_t order, int inversion) {
  rc_symmetries *g = rc_alloc(1, sizeof *g);
  *g = (rc_symmetries){.sites = sites, .order = order, .inversion = inversion};
  g->element = rc_alloc((size_t)order, sizeof *g->element);
  g->character = rc_alloc((size_t)order, sizeof *g->character);
  return g;
}

void rc_symmetries_free(rc_symmetries *g) {
  if (!g) return;
  rc_free(g->element);
  rc_free(g->character);
  rc_free(g);
}

static rc_symmetries *identity_only(const rc_lattice *l, const rc_sector *s) {
  rc_symmetries *g = symmetries_alloc(l->sites, 1, s->inversion);
  for (int i = 0; i < l->sites; i++) g->element[0][i] = (uint8_t)i;
  g->character[0] = 1;
  return g;
}

static rc_symmetries *translations(const rc_lattice *l, const rc_sector *s, rc_err *err) {
  int half[3], none[3] = {0, 0, 0};
  if (!rc_momentum_real(l, s->has_momentum ? s->momentum : none, half, err)) return NULL;
  if (s->characters > 0) {
    rc_err_set(err, RC_ERR_INPUT,
               "characters are per generator of the full group: give a momentum "
               "with 'symmetry: translation'");
    return NULL;
  }
  if (l->translations <= 1) return identity_only(l, s);
  rc_symmetries *g = symmetries_alloc(l->sites, l->translations, s->inversion);
  for (int t = 0; t < l->translations; t++) {
    memcpy(g->element[t], l->translation[t], sizeof g->element[t]);
    g->character[t] = (int8_t)rc_momentum_character(l, half, t);
  }
  return g;
}

/* Number of the translation that a permutation is, or -1. */
static int translation_index(const rc_lattice *l, const uint8_t *p) {
  for (int t = 0; t < l->translations; t++)
    if (l->translation[t][0] == p[0] &&
        memcmp(l->translation[t], p, (size_t)l->sites * sizeof *p) == 0)
      return t;
  return -1;
}

/* Does the conjugate g t g^-1 of every translation remain one, with the same character? */
static bool keeps_momentum(const rc_lattice *l, const int half[3], const uint8_t *g) {
  rc_perm back, image;
  for (int s = 0; s < l->sites; s++) back[g[s]] = (uint8_t)s;
  for (int t = 0; t < l->translations; t++) {
    for (int s = 0; s < l->sites; s++) image[s] = g[l->translation[t][back[s]]];
    int to = translation_index(l, image);
    if (to < 0 || rc_momentum_character(l, half, to) != rc_momentum_character(l, half, t))
      return false;
  }
  return true;
}

/* The character that restricts to the momentum on translations and is +1 on as many elements that
 * keep site 0, then on as many in all, as can be. */
static bool extend_momentum(const rc_lattice *l, const int half[3], rc_symmetries *g, rc_err *err) {
  rc_characters *c =
      rc_characters_new(l->sites, g->order, (const rc_perm *)g->element, 0, NULL, err);
  if (!c) return false;
  int8_t *wanted = rc_alloc((size_t)g->order, sizeof *wanted);
  for (int64_t e = 0; e < g->order; e++) {
    int t = translation_index(l, g->element[e]);
    wanted[e] = (int8_t)(t < 0 ? 0 : rc_momentum_character(l, half, t));
  }
  int64_t best = -1;
  for (uint32_t k = 0; k < UINT32_C(1) << RC_MIN(c->count_log2, 16); k++) {
    uint32_t mask = rc_characters_mask(c, k);
    int64_t score = 0;
    for (int64_t e = 0; e < g->order && score >= 0; e++) {
      int sign = rc_character_of(c, mask, e);
      if (wanted[e] && wanted[e] != sign)
        score = -1;
      else if (sign > 0)
        score += g->element[e][0] == 0 ? 2 * g->order : 1;
    }
    if (score <= best) continue;
    best = score;
    for (int64_t e = 0; e < g->order; e++) g->character[e] = (int8_t)rc_character_of(c, mask, e);
  }
  rc_free(wanted);
  rc_characters_free(c);
  if (best < 0)
    return rc_err_set(err, RC_ERR_INPUT,
                      "no real character of the full group has this momentum: "
                      "use 'symmetry: translation'");
  return true;
}

/* Elements of the full group that keep the momentum (the little group), with its character. */
static rc_symmetries *little_group(const rc_lattice *l, const rc_sector *s, const rc_group *full,
                                   const int half[3], rc_err *err) {
  rc_symmetries *g = symmetries_alloc(l->sites, full->order, s->inversion);
  g->order = 0;
  for (int64_t e = 0; e < full->order; e++)
    if (keeps_momentum(l, half, full->element[e]))
      memcpy(g->element[g->order++], full->element[e], sizeof g->element[0]);
  if (extend_momentum(l, half, g, err)) return g;
  rc_symmetries_free(g);
  return NULL;
}

/* Signs of the generators as the user gave them, checked against the relations of the group. */
static bool given_characters(const rc_sector *s, const rc_group *full, rc_symmetries *g,
                             rc_err *err) {
  if (s->characters != full->generators)
    return rc_err_set(err, RC_ERR_INPUT,
                      "%d characters given, the full group of this lattice has %d generators",
                      s->characters, full->generators);
  uint32_t mask = 0;
  for (int k = 0; k < s->characters; k++) {
    if (s->character[k] != 1 && s->character[k] != -1)
      return rc_err_set(err, RC_ERR_INPUT, "character %d is %d; only +1 and -1 are real", k + 1,
                        s->character[k]);
    if (s->character[k] < 0) mask |= UINT32_C(1) << k;
  }
  rc_characters *c = rc_characters_new(full->sites, full->order, (const rc_perm *)full->element,
                                       full->generators, (const rc_perm *)full->generator, err);
  if (!c) return false;
  bool good = true;
  for (int r = 0; r < c->relations && good; r++)
    if (__builtin_parity(c->relation[r] & mask))
      good = rc_err_set(err, RC_ERR_INPUT,
                        "these characters contradict a relation between the generators; %u of the "
                        "%llu choices of signs are characters of this group ('scan' lists them)",
                        1u << RC_MIN(c->count_log2, 31), 1ULL << c->generators);
  for (int64_t e = 0; good && e < g->order; e++)
    g->character[e] = (int8_t)rc_character_of(c, mask, e);
  rc_characters_free(c);
  return good;
}

/* A momentum given together with characters must agree with them. */
static bool characters_have_momentum(const rc_lattice *l, const rc_symmetries *g, const int half[3],
                                     rc_err *err) {
  for (int64_t e = 0; e < g->order; e++) {
    int t = translation_index(l, g->element[e]);
    if (t >= 0 && g->character[e] != rc_momentum_character(l, half, t))
      return rc_err_set(err, RC_ERR_INPUT,
                        "the characters given have another momentum than the one "
                        "given; leave one of the two out");
  }
  return true;
}

static rc_symmetries *full_group(const rc_lattice *l, const rc_sector *s, rc_err *err) {
  int half[3], none[3] = {0, 0, 0};
  if (!rc_momentum_real(l, s->has_momentum ? s->momentum : none, half, err)) return NULL;
  rc_group *full = rc_group_automorphisms(l, err);
  if (!full) return NULL;
  rc_symmetries *g = NULL;
  if (!full->element) {
    rc_err_set(err, RC_ERR_INPUT,
               "the full symmetry group has %.3g elements, at most %d are listed: use 'symmetry: "
               "translation' or none",
               full->order_float, (int)RC_GROUP_LIST_MAX);
  } else if (s->characters == 0 && (half[0] || half[1] || half[2])) {
    g = little_group(l, s, full, half, err);
  } else {
    g = symmetries_alloc(l->sites, full->order, s->inversion);
    memcpy(g->element, full->element, (size_t)full->order * sizeof *g->element);
    memset(g->character, 1, (size_t)full->order);
    bool good = s->characters == 0 || given_characters(s, full, g, err);
    if (good && s->has_momentum) good = characters_have_momentum(l, g, half, err);
    if (!good) {
      rc_symmetries_free(g);
      g = NULL;
    }
  }
  rc_group_free(full);
  return g;
}

rc_symmetries *rc_symmetries_new(const rc_lattice *l, const rc_sector *s, rc_err *err) {
  if (s->inversion != 0 && s->inversion != 1 && s->inversion != -1) {
    rc_err_set(err, RC_ERR_INPUT, "inversion parity is %d; it is +1, -1, or 0 for none",
               s->inversion);
    return NULL;
  }
  switch (s->symmetry) {
  case RC_SYM_NONE: return identity_only(l, s);
  case RC_SYM_TRANSLATION: return translations(l, s, err);
  default: return full_group(l, s, err);
  }
}

/* ---- how many states ------------------------------------------------------------------------ */

__extension__ typedef __int128 count;

/* Configurations with 'up' spins up that a permutation leaves alone: each cycle is up or down as a
 * whole, so they are the coefficient of x^up in the product of (1 + x^length). */
static count fixed_by(int sites, const uint8_t *perm, int up) {
  count ways[RC_SITES_MAX + 1] = {1}, all = 0;
  uint64_t seen = 0;
  for (int s = 0; s < sites; s++) {
    int length = 0;
    for (int t = s; !(seen >> t & 1); t = perm[t], length++) seen |= UINT64_C(1) << t;
    for (int u = sites; length && u >= length; u--) ways[u] += ways[u - length];
  }
  for (int u = 0; u <= sites; u++) all += ways[u];
  return up < 0 ? all : ways[up];
}

/* The same for the permutation together with inversion: up and down alternate along each cycle, so
 * all of them are even and half of the spins are up. */
static count fixed_by_inverse(int sites, const uint8_t *perm) {
  count ways = 1;
  uint64_t seen = 0;
  for (int s = 0; s < sites; s++) {
    int length = 0;
    for (int t = s; !(seen >> t & 1); t = perm[t], length++) seen |= UINT64_C(1) << t;
    if (length % 2) return 0;
    if (length) ways *= 2;
  }
  return ways;
}

uint64_t rc_symmetries_states(const rc_symmetries *g, int up) {
  count sum = 0;
  for (int64_t e = 0; e < g->order; e++) {
    sum += g->character[e] * fixed_by(g->sites, g->element[e], up);
    if (g->inversion)
      sum += g->character[e] * g->inversion * fixed_by_inverse(g->sites, g->element[e]);
  }
  return (uint64_t)(sum / (g->order * (g->inversion ? 2 : 1)));
}
