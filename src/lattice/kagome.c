/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#define R3 1.7320508075688772

static const rc_hop hops[] = {
    {0, 1, {0, 0}, 0},  {0, 2, {0, 0}, 0},  {1, 2, {0, 0}, 0},  /* triangle of the cell */
    {0, 1, {-1, 0}, 0}, {0, 2, {0, -1}, 0}, {1, 2, {1, -1}, 0}, /* triangle between cells */
    {0, 1, {-1, 1}, 1}, {0, 1, {0, -1}, 1}, {0, 2, {1, -1}, 1},
    {0, 2, {-1, 0}, 1}, {1, 2, {1, 0}, 1},  {1, 2, {0, -1}, 1}};
static const rc_crystal crystal = {.a = {{2}, {1, R3}, {0, 0, 1}},
                                   .site = {{0}, {1}, {0.5, R3 / 2}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_kagome = {
    .kind = {.name = "kagome",
             .title = "kagome",
             .help = "corner-sharing triangles with first and second neighbours (J1, J2)",
             .explain =
                 "H = J1 sum over neighbours + J2 sum over second neighbours of S_i.S_j. Triangles "
                 "that share only corners leave the classical magnet without any order; in the "
                 "quantum one very many singlets lie below the first triplet (Lecheminant, Bernu, "
                 "Lhuillier, Pierre and Sindzingre, Phys. Rev. B 56, 2521, 1997)."},
    .dim = 2,
    .basis = 3,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {1},
    .cluster = {2, 2},
    .crystal = &crystal,
    .make = rc_crystal_make};
