/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

/* 2 x 2 sites of the square lattice: 0 (0,0), 1 (1,0), 2 (0,1), 3 (1,1) */
static const rc_hop hops[] = {
    {0, 1, {0, 0}, 0}, {2, 3, {0, 0}, 0}, {1, 0, {1, 0}, 0}, {3, 2, {1, 0}, 0}, /* along x */
    {0, 2, {0, 0}, 0}, {1, 3, {0, 0}, 0}, {2, 0, {0, 1}, 0}, {3, 1, {0, 1}, 0}, /* along y */
    {0, 3, {0, 0}, 1}, {1, 2, {0, 0}, 1},   /* square of the cell */
    {3, 0, {1, 1}, 1}, {1, 2, {1, -1}, 1}}; /* the square between four cells */
static const rc_crystal crystal = {.a = {{2}, {0, 2}, {0, 0, 1}},
                                   .site = {{0}, {1}, {0, 1}, {1, 1}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_checkerboard = {
    .kind = {.name = "checkerboard",
             .title = "checkerboard",
             .help =
                 "square lattice (J1) with crossed diagonals (J2) in every second square; cells "
                 "of 4 sites",
             .explain =
                 "H = J1 sum over sides + J2 sum over the diagonals of every second square of "
                 "S_i.S_j. At J1 = J2 the crossed squares are tetrahedra that share corners, a "
                 "pyrochlore pressed flat; the ground state is a crystal of plaquette singlets "
                 "(Fouet, Mambrini, Sindzingre and Lhuillier, Phys. Rev. B 67, 054411, 2003)."},
    .dim = 2,
    .basis = 4,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {1, 1},
    .cluster = {2, 2},
    .crystal = &crystal,
    .make = rc_crystal_make};
