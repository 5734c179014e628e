/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

static const rc_hop hops[] = {{0, 0, {1}, 0}, {1, 1, {1}, 0}, {0, 1, {0}, 1}};
static const rc_crystal crystal = {.a = {{1}, {0, 1}, {0, 0, 1}},
                                   .site = {{0}, {0, 1}},
                                   .hops = RC_LEN(hops),
                                   .hop = hops,
                                   .plane = {{1}, {0, 1}}};

const rc_lattice_class rc_lattice_ladder = {
    .kind = {.name = "ladder",
             .title = "ladder",
             .help = "two legs (J1) joined by rungs (J2); the cluster counts rungs",
             .explain =
                 "H = J1 sum over the legs + J2 sum over the rungs of S_i.S_j. Two coupled chains "
                 "have a spin gap however weak the rungs are, unlike one chain (Dagotto and Rice, "
                 "Science 271, 618, 1996). Periodic ladders with an odd number of rungs are "
                 "frustrated."},
    .dim = 1,
    .basis = 2,
    .classes = 2,
    .class_name = {"J1", "J2"},
    .class_default = {1, 1},
    .cluster = {6},
    .crystal = &crystal,
    .make = rc_crystal_make};
