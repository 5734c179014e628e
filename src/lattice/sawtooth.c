/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

/* site 0 of a cell is on the base line, site 1 is the tip to its right */
static const rc_hop hops[] = {{0, 1, {0}, 0}, {1, 0, {1}, 0}, {0, 0, {1}, 1}};
static const rc_crystal crystal = {.a = {{1}, {0, 1}, {0, 0, 1}},
                                   .site = {{0}, {0.5, 0.86602540378443865}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_sawtooth = {
    .kind = {.name = "sawtooth",
             .title = "sawtooth chain",
             .help = "delta chain of triangles: teeth (J1), base line (J2); the cluster counts "
                     "triangles",
             .explain =
                 "H = J1 sum over the sides of the teeth + J2 sum over the base line of S_i.S_j: "
                 "the zigzag chain with every second J2 bond missing. At J1 = J2 the ground states "
                 "are the two products of dimers with energy -3/8 J1 per site, and kinks cost "
                 "nothing (Sen, Shastry, Walstedt and Cava, Phys. Rev. B 53, 6401, 1996)."},
    .dim = 1,
    .basis = 2,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {1, 1},
    .cluster = {6},
    .crystal = &crystal,
    .make = rc_crystal_make};
