/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#define R 0.86602540378443865

/* The triangular lattice (e1, e2 at 60 degrees) without every seventh site: the cells are at
 * multiples of 2 e1 + e2 and -e1 + 3 e2, their site k = 0..5 is e1 turned by 60 k degrees. The
 * cell in that direction, A(k), is turned likewise: (1,0), (0,1), (-1,1), (-1,0), .. */
static const rc_hop hops[] = {
    {0, 1, {0, 0}, 0},  {1, 2, {0, 0}, 0},  {2, 3, {0, 0}, 0}, /* hexagon of the cell */
    {3, 4, {0, 0}, 0},  {4, 5, {0, 0}, 0},  {5, 0, {0, 0}, 0},
    {0, 4, {1, 0}, 1},  {1, 5, {0, 1}, 1},  {2, 0, {-1, 1}, 1}, /* triangles of three cells */
    {3, 1, {-1, 0}, 1}, {4, 2, {0, -1}, 1}, {5, 3, {1, -1}, 1},
    {0, 3, {1, 0}, 2},  {1, 4, {0, 1}, 2},  {2, 5, {-1, 1}, 2}}; /* dimers of two cells */
static const rc_crystal crystal = {.a = {{2.5, R}, {0.5, 3 * R}, {0, 0, 1}},
                                   .site = {{1}, {0.5, R}, {-0.5, R}, {-1}, {-0.5, -R}, {0.5, -R}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_maple_leaf = {
    .kind =
        {.name = "maple-leaf",
         .title = "maple leaf",
         .help = "triangular lattice without every seventh site: hexagons (J1), triangles "
                 "(J2), dimers (J3); cells of 6 sites",
         .explain =
             "H = J1 sum over hexagons + J2 sum over the triangles between three hexagons + J3 "
             "sum over the dimers between two of S_i.S_j; five neighbours each (Betts, Proc. "
             "N. S. Inst. Sci. 40, 95, 1995). With equal couplings it orders in six "
             "sublattices, weaker than the triangular lattice (Schmalfuss, Tomczak, Schulenburg "
             "and Richter, Phys. Rev. B 65, 224405, 2002)."},
    .dim = 2,
    .basis = 6,
    .classes = 3,
    .class_name = {"J1", "J2", "J3"},
    .class_default = {1, 1, 1},
    .cluster = {3, 1},
    .vectors = 2,
    .torus = {{1, 1}, {2, -1}},
    .crystal = &crystal,
    .make = rc_crystal_make};
