/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#define R3 1.7320508075688772

static const rc_hop hops[] = {{0, 1, {0, 0}, 0}, {0, 1, {-1, 0}, 0}, {0, 1, {0, -1}, 0},
                              {0, 0, {1, 0}, 1}, {0, 0, {0, 1}, 1},  {0, 0, {1, -1}, 1},
                              {1, 1, {1, 0}, 1}, {1, 1, {0, 1}, 1},  {1, 1, {1, -1}, 1}};
static const rc_crystal crystal = {.a = {{R3}, {R3 / 2, 1.5}, {0, 0, 1}},
                                   .site = {{0}, {R3 / 2, 0.5}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_honeycomb = {
    .kind = {.name = "honeycomb",
             .title = "honeycomb",
             .help = "honeycomb lattice with first and second neighbours (J1, J2)",
             .explain =
                 "H = J1 sum over neighbours + J2 sum over second neighbours of S_i.S_j. With J1 "
                 "alone it is bipartite and Neel ordered, but with three neighbours quantum "
                 "fluctuations are strong and a small J2 destroys the order (Fouet, Sindzingre and "
                 "Lhuillier, Eur. Phys. J. B 20, 241, 2001)."},
    .dim = 2,
    .basis = 2,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {1},
    .cluster = {3, 3},
    .crystal = &crystal,
    .make = rc_crystal_make};
