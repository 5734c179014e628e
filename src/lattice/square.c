/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

static const rc_hop hops[] = {{0, 0, {1, 0}, 0}, {0, 0, {0, 1}, 0},  /* sides */
                              {0, 0, {1, 1}, 1}, {0, 0, {1, -1}, 1}, /* diagonals */
                              {0, 0, {2, 0}, 2}, {0, 0, {0, 2}, 2}};
static const rc_crystal crystal = {
    .a = {{1}, {0, 1}, {0, 0, 1}}, .hops = RC_LEN(hops), .hop = hops, .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_square = {
    .kind = {.name = "square",
             .title = "square",
             .help = "square lattice with neighbours up to the third (J1, J2, J3)",
             .explain =
                 "H = J1 sum over sides + J2 sum over diagonals + J3 sum over straight second "
                 "neighbours of S_i.S_j. J2 frustrates the Neel order of J1: stripes win well "
                 "above J2 = J1/2, and what lies between is still argued about (Chandra and "
                 "Doucot, Phys. Rev. B 38, 9335, 1988; Schulz, Ziman and Poilblanc, J. Phys. I 6, "
                 "675, 1996)."},
    .dim = 2,
    .basis = 1,
    .classes = 3,
    .class_name = {"J1", "J2", "J3"},
    .class_default = {1},
    .cluster = {4, 4},
    .crystal = &crystal,
    .make = rc_crystal_make};
