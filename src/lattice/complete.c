/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#include <stdio.h>

typedef struct options {
  int64_t n;
} options;

static const rc_param params[] = {{.name = "n",
                                   .type = RC_T_INT,
                                   .offset = offsetof(options, n),
                                   .def = "6",
                                   .min = 2,
                                   .max = RC_SITES_MAX,
                                   .unit = "sites",
                                   .help = "number of sites"},
                                  {0}};

static bool make(const rc_lattice_class *cls, const rc_lattice_spec *spec, rc_lattice *out,
                 rc_err *err) {
  if (!rc_lattice_no_cluster(spec, err)) return false;
  const options *o = spec->opts;
  rc_lattice_begin(cls, out, (int)o->n);
  for (int i = 0; i < out->sites; i++)
    for (int j = i + 1; j < out->sites; j++) rc_lattice_join(out, i, j, 0, 1, NULL);
  rc_layout_circle(out);
  snprintf(out->title, sizeof out->title, "complete graph K%d, %d sites", out->sites, out->sites);
  return true;
}

const rc_lattice_class rc_lattice_complete = {
    .kind = {.name = "complete",
             .title = "complete graph",
             .help = "every pair of n sites coupled alike (J1)",
             .explain =
                 "H = J1 sum over all pairs of S_i.S_j = J1/2 [S(S+1) - 3n/4], with S the total "
                 "spin: solved by adding angular momenta. All states of the smallest S are ground "
                 "states, so the sign structure is as undetermined as can be; the Hilbert graph is "
                 "a Johnson graph.",
             .params = params,
             .size = sizeof(options)},
    .classes = 1,
    .class_name = {"J1"},
    .class_default = {1},
    .make = make};
