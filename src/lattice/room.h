/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the lattice room share. Nothing of this leaves the room. */
#ifndef ROADCUT_LATTICE_ROOM_H
#define ROADCUT_LATTICE_ROOM_H

#include "roadcut/lattice.h"

#define X(name) extern const rc_lattice_class rc_lattice_##name;
#include "lattice/lattices.def"
#undef X

/* ---- crystals (crystal.c) ---------------------------------------------------------------------
 */

enum { RC_BASIS_MAX = 8 };

/* Every cell has a bond from its site 'from' to site 'to' of the cell d primitive vectors away. */
typedef struct rc_hop {
  int from, to, d[3], cls;
} rc_hop;

typedef struct rc_crystal {
  double a[3][3];               /* primitive vectors, Cartesian, nearest neighbours at 1 */
  double site[RC_BASIS_MAX][3]; /* positions of the basis */
  int hops;
  const rc_hop *hop;
  double plane[2][3]; /* drawing plane: x = plane[0] . r, y = plane[1] . r */
} rc_crystal;

/* The 'make' of every crystal: periodic or open, by extents or torus vectors. */
bool rc_crystal_make(const rc_lattice_class *cls, const rc_lattice_spec *spec, rc_lattice *out,
                     rc_err *err);

/* ---- building -----------------------------------------------------------------------------------
 */

/* build.c: a lattice without the notes on its names. */
rc_lattice *rc_lattice_bare(const rc_lattice_spec *spec, rc_err *err);
/* Takes sites and copies the class list; for a 'make'. */
void rc_lattice_begin(const rc_lattice_class *cls, rc_lattice *out, int sites);
/* Adds a bond or, when the pair has one of that class and factor, one more to its mult. */
void rc_lattice_join(rc_lattice *l, int i, int j, int cls, double factor, const int image[3]);
/* By class, then by site numbers: the order in which bonds leave the room. */
void rc_lattice_sort(rc_lattice *l);
void rc_lattice_note(rc_lattice *l, const char *format, ...) RC_PRINTF(2, 3);
/* An error unless the spec leaves cluster and torus out. */
bool rc_lattice_no_cluster(const rc_lattice_spec *spec, rc_err *err);

/* names.c: notes on well-known graphs that the lattice is isomorphic to. */
void rc_lattice_name_notes(rc_lattice *l);

/* ---- layout.c: drawing positions
 * ------------------------------------------------------------------ */

void rc_layout_circle(rc_lattice *l);
/* By stress majorisation on graph distances; falls back on the circle when sites come close. */
void rc_layout_stress(rc_lattice *l);
/* Draws a chain of period 'length' along x as a ring, its width along y as radius. */
void rc_layout_ring(rc_lattice *l, double length);
double rc_layout_nearest(const rc_lattice *l); /* smallest distance between two sites */

/* ---- molecule.c
 * ------------------------------------------------------------------------------------ */

int rc_molecules(void);
const char *rc_molecule_name(int index);

/* ---- graphs (graph.c) and nauty (nauty.c)
 * ---------------------------------------------------------- */

typedef struct rc_bits { /* a simple graph on n <= RC_SITES_MAX vertices */
  int n;
  uint64_t adj[RC_SITES_MAX];
} rc_bits;

/* Distinct pairs of the classes whose J is not 0; J NULL: all. */
void rc_bits_of(const rc_lattice *l, const double *J, rc_bits *g);
void rc_bits_join(rc_bits *g, int i, int j);
int rc_bits_edges(const rc_bits *g);
bool rc_bits_isomorphic(const rc_bits *a, const rc_bits *b);

/* Canonical form by nauty: equal for isomorphic graphs. */
void rc_nauty_canon(const rc_bits *g, rc_bits *canon);

typedef struct rc_tint { /* an edge with a colour from 0 on */
  int i, j, colour;
} rc_tint;
/* Generators of the automorphisms that keep the colours; order is -1 when it exceeds int64_t.
 * *generator is the caller's (rc_free). */
void rc_nauty_group(int n, int edges, const rc_tint *edge, int colours, int *generators,
                    rc_perm **generator, int64_t *order, double *order_float);

#endif
