/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#include <math.h>
#include <stdio.h>

typedef struct options {
  int64_t n, seed;
} options;

static const rc_param params[] = {{.name = "n",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, n),
                                   .def = "12",
                                   .min = 2,
                                   .max = RC_SITES_MAX,
                                   .unit = "sites",
                                   .help = "number of sites"},
                                  {.name = "seed",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, seed),
                                   .def = "1",
                                   .min = 0,
                                   .max = 9007199254740992.0,
                                   .unit = "",
                                   .help = "draws the couplings; not the seed of the studies"},
                                  {0}};

static bool make(const rc_lattice_class *cls, const rc_lattice_spec *spec, rc_lattice *out,
                 rc_err *err) {
  if (!rc_lattice_no_cluster(spec, err)) return false;
  const options *o = spec->opts;
  rc_lattice_begin(cls, out, (int)o->n);
  rc_rng rng = rc_rng_stream((uint64_t)o->seed, "lattice/random", 0);
  double scale = 1 / sqrt((double)o->n);
  for (int i = 0; i < out->sites; i++)
    for (int j = i + 1; j < out->sites; j++)
      rc_lattice_join(out, i, j, 0, scale * rc_rng_normal(&rng), NULL);
  rc_layout_circle(out);
  snprintf(out->title, sizeof out->title, "random couplings, %d sites, seed %lld", out->sites,
           (long long)o->seed);
  return true;
}

const rc_lattice_class rc_lattice_random = {
    .kind =
        {.name = "random",
         .title = "random couplings",
         .help = "Sherrington-Kirkpatrick: every pair coupled with its own random strength (J1)",
         .explain =
             "H = J1 sum over all pairs of g_ij S_i.S_j / sqrt(n), the g_ij drawn once from the "
             "normal distribution (mean 0, variance 1) by the lattice's seed; 1/sqrt(n) keeps "
             "the energy proportional to n (Sherrington and Kirkpatrick, Phys. Rev. Lett. 35, "
             "1792, 1975). No symmetry is left but those of spin.",
         .params = params,
         .size = sizeof(options)},
    .classes = 1,
    .class_name = {"J1"},
    .class_default = {1},
    .make = make};
