/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#define A 2.7320508075688772 /* 1 + sqrt 3 */
#define H 1.3660254037844386 /* A / 2 */

/* 0..3 the corners of a square, anticlockwise; 4 and 5 the tips to its right and above */
static const rc_hop hops[] = {{0, 1, {0, 0}, 0}, {1, 2, {0, 0}, 0}, {2, 3, {0, 0}, 0},
                              {3, 0, {0, 0}, 0}, {4, 1, {0, 0}, 1}, {4, 2, {0, 0}, 1},
                              {4, 0, {1, 0}, 1}, {4, 3, {1, 0}, 1}, {5, 2, {0, 0}, 1},
                              {5, 3, {0, 0}, 1}, {5, 0, {0, 1}, 1}, {5, 1, {0, 1}, 1}};
static const rc_crystal crystal = {
    .a = {{A}, {0, A}, {0, 0, 1}},
    .site = {{0}, {1}, {1, 1}, {0, 1}, {0.5 + H, 0.5}, {0.5, 0.5 + H}},
    .hops = RC_LEN(hops),
    .hop = hops,
    .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_shuriken = {
    .kind = {.name = "shuriken",
             .title = "shuriken",
             .help = "square-kagome lattice: squares (J1) with a triangle (J2) on each side; cells "
                     "of 6 sites",
             .explain =
                 "H = J1 sum over squares + J2 sum over the other sides of the triangles of "
                 "S_i.S_j. Corner-sharing triangles as in the kagome lattice, but around squares "
                 "and octagons, with two kinds of sites (Siddharthan and Georges, Phys. Rev. B 65, "
                 "014417, 2001)."},
    .dim = 2,
    .basis = 6,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {1, 1},
    .cluster = {2, 1},
    .vectors = 2,
    .torus = {{1, 1}, {1, -1}},
    .crystal = &crystal,
    .make = rc_crystal_make};
