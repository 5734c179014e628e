/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#define A 1.4142135623730951  /* primitive vectors of the fcc lattice are 2 long */
#define H 0.70710678118654757 /* A / 2 */

/* sites at 0, a1/2, a2/2, a3/2 */
static const rc_hop hops[] = {
    {0, 1, {0}, 0},        {0, 2, {0}, 0},        {0, 3, {0}, 0}, /* tetrahedron of the cell */
    {1, 2, {0}, 0},        {1, 3, {0}, 0},        {2, 3, {0}, 0},
    {0, 1, {-1, 0, 0}, 0}, {0, 2, {0, -1, 0}, 0}, {0, 3, {0, 0, -1}, 0}, /* the one between */
    {1, 2, {1, -1, 0}, 0}, {1, 3, {1, 0, -1}, 0}, {2, 3, {0, 1, -1}, 0}};
static const rc_crystal crystal = {.a = {{0, A, A}, {A, 0, A}, {A, A, 0}},
                                   .site = {{0}, {0, H, H}, {H, 0, H}, {H, H, 0}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1, 0, 0.14}, {0, 1, 0.12}}}; /* oblique */

const rc_lattice_class rc_lattice_pyrochlore = {
    .kind = {.name = "pyrochlore",
             .title = "pyrochlore",
             .help = "corner-sharing tetrahedra in three dimensions (J1); cells of 4 sites",
             .explain =
                 "H = J1 sum over the edges of corner-sharing tetrahedra of S_i.S_j, on an fcc "
                 "lattice of tetrahedra; six neighbours each. Classically any state with total "
                 "spin 0 on every tetrahedron is a ground state, and the quantum magnet was called "
                 "a spin liquid (Canals and Lacroix, Phys. Rev. Lett. 80, 2933, 1998). The default "
                 "is the cubic cell of 16 sites."},
    .dim = 3,
    .basis = 4,
    .classes = 1,
    .class_name = {"J1"},
    .class_default = {1},
    .cluster = {2, 2, 1},
    .vectors = 3,
    .torus = {{1, 1, -1}, {1, -1, 1}, {-1, 1, 1}},
    .crystal = &crystal,
    .make = rc_crystal_make};
