/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

static const rc_hop hops[] = {{0, 0, {1}, 0}, {0, 0, {2}, 1}, {0, 0, {3}, 2}};
static const rc_crystal crystal = {
    .a = {{1}, {0, 1}, {0, 0, 1}}, .hops = RC_LEN(hops), .hop = hops, .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_chain = {
    .kind = {.name = "chain",
             .title = "chain",
             .help = "ring or open chain with neighbours up to the third (J1, J2, J3)",
             .explain =
                 "H = sum_i J1 S_i.S_i+1 + J2 S_i.S_i+2 + J3 S_i.S_i+3. With J1 alone an even ring "
                 "is Bethe's chain (Z. Phys. 71, 205, 1931) and an odd ring is the simplest "
                 "frustrated magnet. At J2 = J1/2 neighbours pair into singlets and the energy is "
                 "exactly -3/8 J1 per site (Majumdar and Ghosh, J. Math. Phys. 10, 1388, 1969)."},
    .dim = 1,
    .basis = 1,
    .classes = 3,
    .class_name = {"J1", "J2", "J3"},
    .class_default = {1},
    .cluster = {12},
    .crystal = &crystal,
    .make = rc_crystal_make};
