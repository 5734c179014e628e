/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

static const rc_hop hops[] = {{0, 0, {1, 0}, 0}, {0, 0, {0, 1}, 0},  {0, 0, {1, -1}, 0},
                              {0, 0, {1, 1}, 1}, {0, 0, {2, -1}, 1}, {0, 0, {1, -2}, 1}};
static const rc_crystal crystal = {.a = {{1}, {0.5, 0.86602540378443865}, {0, 0, 1}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_triangular = {
    .kind = {.name = "triangular",
             .title = "triangular",
             .help = "triangular lattice with first and second neighbours (J1, J2)",
             .explain =
                 "H = J1 sum over neighbours + J2 sum over second neighbours of S_i.S_j. The three "
                 "spins of a triangle cannot all be antiparallel; with J1 alone they settle at 120 "
                 "degrees (Bernu, Lecheminant, Lhuillier and Pierre, Phys. Rev. B 50, 10048, "
                 "1994). Clusters of 12, 36, .. sites fit that order, 4 x 4 does not."},
    .dim = 2,
    .basis = 1,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {1},
    .cluster = {4, 4},
    .vectors = 2,
    .torus = {{2, 2}, {4, -2}},
    .crystal = &crystal,
    .make = rc_crystal_make};
