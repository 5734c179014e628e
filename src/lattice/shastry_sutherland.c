/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

/* 2 x 2 sites of the square lattice: 0 (0,0), 1 (1,0), 2 (0,1), 3 (1,1) */
static const rc_hop hops[] = {
    {0, 1, {0, 0}, 0}, {2, 3, {0, 0}, 0}, {1, 0, {1, 0}, 0}, {3, 2, {1, 0}, 0}, /* along x */
    {0, 2, {0, 0}, 0}, {1, 3, {0, 0}, 0}, {2, 0, {0, 1}, 0}, {3, 1, {0, 1}, 0}, /* along y */
    {0, 3, {0, 0}, 1}, {1, 2, {1, -1}, 1}}; /* dimers, alternating in direction */
static const rc_crystal crystal = {.a = {{2}, {0, 2}, {0, 0, 1}},
                                   .site = {{0}, {1}, {0, 1}, {1, 1}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_shastry_sutherland = {
    .kind = {.name = "shastry-sutherland",
             .title = "Shastry-Sutherland",
             .help = "orthogonal dimers (J2) on the square lattice (J1); cells of 4 sites",
             .explain =
                 "H = J1 sum over the sides of the square lattice + J2 sum over one diagonal of "
                 "every fourth square of S_i.S_j; each site is in one dimer. For J1 below about "
                 "0.67 J2 the product of dimer singlets is the exact ground state, E = -3/8 J2 per "
                 "site (Shastry and Sutherland, Physica B+C 108, 1069, 1981); SrCu2(BO3)2 is made "
                 "of such planes."},
    .dim = 2,
    .basis = 4,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {0.7, 1},
    .cluster = {2, 2},
    .crystal = &crystal,
    .make = rc_crystal_make};
