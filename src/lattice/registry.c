/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of lattices, from lattices.def. */
#include "lattice/room.h"

const rc_kind *const rc_lattice_kinds[] = {
#define X(name) &rc_lattice_##name.kind,
#include "lattice/lattices.def"
#undef X
    NULL};

const rc_lattice_class *rc_lattice_class_find(const char *name) {
  /* the kind is the first member of its class */
  return (const rc_lattice_class *)rc_kind_find(rc_lattice_kinds, name);
}
