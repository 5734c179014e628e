/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hairpin 41-56 of protein G zipping up, in the model of Munoz and Eaton. */
#include <stddef.h>
#include <stdio.h>

#include "paths/room.h"

enum { BONDS = 15, CONTACTS = 10 };

typedef struct options {
  ps_spins spins;
  int64_t unfolded;
} options;

typedef struct wsme {
  double t;
  int unfolded;
} wsme;

/* Residues; kcal/mol; of a side chain or a hydrogen bond. Munoz, Thompson, Hofrichter, Eaton, Nature
 * 390 (1997) 196: energies and entropy; the list is a reconstruction of seven hydrogen bonds and
 * three contacts of the hydrophobic cluster, which puts the midpoint at 299 K. */
static const struct {
  int i, j;
  double energy;
  bool side;
} contact[CONTACTS] = {{42, 55, -1.1, false}, {42, 55, -1.1, false}, {44, 53, -1.1, false},
                       {44, 53, -1.1, false}, {46, 51, -1.1, false}, {46, 51, -1.1, false},
                       {47, 50, -1.1, false}, {43, 54, -2.1, true},  {43, 52, -2.1, true},
                       {45, 52, -2.1, true}};
static const double entropy = -3.12e-3, gas = 1.9872e-3; /* kcal/mol/K */

static const rc_param params[] = {
    PS_SPINS(options, spins, "297", "K", "n_native|n_contacts|n_sidechain|run|centre"),
    {.name = "unfolded",
     .type = RC_T_INT,
     .offset = offsetof(options, unfolded),
     .def = "4",
     .min = 0,
     .max = BONDS,
     .unit = "bonds",
     .help = "most native bonds of the unfolded state, which has no contact"},
    {0}};

static void *wsme_open(const rc_path_env *env, const void *opts, rc_path_shape *shape,
                       rc_err *err) {
  (void)env, (void)err;
  const options *o = opts;
  wsme *m = rc_alloc(1, sizeof *m);
  *m = (wsme){.t = o->spins.temperature, .unfolded = (int)o->unfolded};
  ps_shape_spins(shape, &o->spins, BONDS, gas * m->t);
  snprintf(shape->title, sizeof shape->title, "GB1 hairpin");
  shape->kelvin = m->t;
  shape->residues = BONDS + 1, shape->first_residue = 41;
  snprintf(shape->residue, sizeof shape->residue, "GEWTYDDATKTFTVTE");
  shape->contacts = CONTACTS;
  for (int c = 0; c < CONTACTS; c++)
    shape->contact[c] = (rc_path_contact){contact[c].i - 41, contact[c].j - 41, contact[c].side};
  ps_feature(shape, "n_native");
  ps_feature(shape, "n_contacts");
  ps_feature(shape, "n_sidechain");
  ps_feature(shape, "run");
  ps_feature(shape, "centre");
  return m;
}

static int formed(uint64_t code, double *energy, int *sides) {
  int n = 0;
  for (int c = 0; c < CONTACTS; c++) {
    const int first = contact[c].i - 41, bonds = contact[c].j - contact[c].i;
    const uint64_t mask = ((1u << bonds) - 1u) << first;
    if ((code & mask) != mask) continue;
    n++;
    *energy += contact[c].energy;
    *sides += contact[c].side;
  }
  return n;
}

static double wsme_energy(const void *model, const rc_word *s) {
  const wsme *m = model;
  double e = 0;
  int sides = 0;
  formed(s->u, &e, &sides);
  return (e - m->t * entropy * __builtin_popcountll(s->u)) / (gas * m->t);
}

static int wsme_label(const void *model, const rc_word *s) {
  const wsme *m = model;
  double e = 0;
  int sides = 0;
  const int n = formed(s->u, &e, &sides);
  if (n == CONTACTS) return RC_IN_B;
  return n == 0 && __builtin_popcountll(s->u) <= m->unfolded ? RC_IN_A : 0;
}

static void wsme_features(const void *model, const rc_word *s, double *f) {
  (void)model;
  double e = 0;
  int sides = 0, run = 0, at = 0;
  f[1] = formed(s->u, &e, &sides);
  f[0] = __builtin_popcountll(s->u);
  f[2] = sides;
  f[3] = 0, f[4] = (BONDS - 1) / 2.0; /* no bond: in the middle */
  for (int i = 0; i < BONDS; i++) {
    run = s->u >> i & 1 ? run + 1 : 0;
    at = i;
    if (run > f[3]) f[3] = run, f[4] = at - (run - 1) / 2.0;
  }
}

/* Which strand closes last: the last flip of its bonds comes after that of the other's. */
static double wsme_channel(const void *model, int n, int width, const rc_word *state,
                           const uint32_t *dwell) {
  (void)model, (void)dwell;
  const uint64_t first = 0x1f, second = UINT64_C(0x1f) << 10; /* bonds 41-45 and 51-55 */
  for (int i = n - 1; i > 0; i--) {
    const uint64_t flip =
        state[(size_t)i * (size_t)width].u ^ state[(size_t)(i - 1) * (size_t)width].u;
    if (flip & first) return 1;
    if (flip & second) return 0;
  }
  return .5;
}

const rc_path_class rc_path_wsme = {
    .kind = {.name = "wsme",
             .title = "GB1 hairpin",
             .help = "a hairpin of 15 peptide bonds that zips up",
             .explain =
                 "A contact counts only when all bonds between its residues are native; each "
                 "native bond costs entropy: u = (sum eps - T dS n) / RT (Munoz et al., "
                 "Nature 390 (1997) 196). A: few native bonds, no contact; B: all ten "
                 "contacts. The turn zips first.",
             .params = params,
             .size = sizeof(options)},
    .open = wsme_open,
    .energy = wsme_energy,
    .label = wsme_label,
    .features = wsme_features,
    .close = rc_free,
    .channel = wsme_channel,
    .channel_name = "share of paths in which strand 41-46 closes last",
    .axes = {"run", "centre"}};
