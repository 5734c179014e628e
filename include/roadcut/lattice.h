/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lattice: geometry. Sites, bonds by coupling class, clusters, symmetries.
 *
 * One file per lattice in src/lattice, one line each in lattices.def. An rc_lattice is immutable
 * once made. Sites are 0-based, at most RC_SITES_MAX (one bit each in a 64-bit configuration). */
#ifndef ROADCUT_LATTICE_H
#define ROADCUT_LATTICE_H

#include "roadcut/base.h"

enum { RC_SITES_MAX = 64, RC_CLASSES_MAX = 8, RC_NAME_MAX = 32, RC_NOTES_MAX = 16 };

/* A bond of the lattice. Coinciding torus bonds of one class are one rc_bond with mult > 1; its
 * coupling is J[cls] * mult * factor. factor is 1 except for random couplings. */
typedef struct rc_bond {
  int i, j; /* i < j */
  int cls;
  int mult;
  double factor;
  int wrap;     /* 1 when it crosses the boundary of the drawn cluster */
  int image[3]; /* it is drawn from position[i] to position[j] + sum_k image[k] * outline[k] */
} rc_bond;

/* What a user asked for. All arrays belong to the spec. With neither cluster nor torus the class's
 * default is taken; a custom spec without sites and bonds gives a small example. In a custom spec
 * the bonds may come in any order and more than once, i > j is turned round, and a mult or factor
 * of 0 counts as 1; classes without a name are called J1, J2, .. */
typedef struct rc_lattice_spec {
  char kind[RC_NAME_MAX];
  int extents; /* 1..3 numbers in cluster, 0 when not given */
  int cluster[3];
  int vectors; /* number of torus vectors given, 0 when none */
  int torus[3][3];
  bool periodic; /* default true */
  bool dedupe;   /* default false: coinciding torus bonds count once instead of adding up */
  void *opts;    /* filled from the class's own parameter table, NULL when it has none */
  /* kind: custom */
  int sites;
  int bonds;
  rc_bond *bond;
  int classes;
  char class_name[RC_CLASSES_MAX][RC_NAME_MAX];
  double (*position)[3]; /* sites rows, or NULL */
} rc_lattice_spec;

/* Allocates opts with the defaults of the class (an unknown kind is found by rc_lattice_new). */
void rc_lattice_spec_init(rc_lattice_spec *s, const char *kind);
void rc_lattice_spec_free(rc_lattice_spec *s); /* frees what it owns, not s */
void rc_lattice_spec_copy(rc_lattice_spec *to, const rc_lattice_spec *from);

/* A permutation of sites: site s goes to perm[s]. */
typedef uint8_t rc_perm[RC_SITES_MAX];

typedef struct rc_lattice {
  char kind[RC_NAME_MAX];
  char title[96]; /* "kagome, 2x2, 12 sites, periodic" */
  int sites, cells, dim;
  int bonds;
  rc_bond *bond;
  int classes;
  char class_name[RC_CLASSES_MAX][RC_NAME_MAX]; /* "J1", "J2", .. */
  double class_default[RC_CLASSES_MAX];         /* coupling when the scenario names none */
  double (*position)[2]; /* drawing plane, nearest neighbours about 1 apart */
  double outline[3][2];  /* torus vectors in the drawing plane (2 for dim 2), 0 when open; a
                            periodic chain is drawn as a ring: no outline, nothing wraps */
  int *sublattice;       /* of each site: index in the unit cell */
  int sublattices;
  bool periodic;
  int translations; /* translation group, element 0 is the identity; 1 when open or custom */
  rc_perm *translation;
  int (*translation_vector)[3]; /* of each, in primitive vectors */
  int torus[3][3];
  char options[96]; /* kind-specific options as a scenario gives them: "name: cube" */
  int notes;
  char *note[RC_NOTES_MAX]; /* plain warnings: doubled bonds, incomplete classes, other names */
} rc_lattice;

typedef struct rc_lattice_class {
  rc_kind kind;
  int dim;   /* 1, 2, 3; 0 for custom and molecules */
  int basis; /* sites per cell, 0 when it is not a crystal */
  int classes;
  const char *class_name[RC_CLASSES_MAX];
  double class_default[RC_CLASSES_MAX];
  int cluster[3]; /* default extents, 0 when it is not a crystal */
  int vectors;    /* when not 0: this torus is the default instead */
  int torus[3][3];
  const struct rc_crystal *crystal; /* of the lattice room's own; NULL when it is not a crystal */
  bool (*make)(const struct rc_lattice_class *cls, const rc_lattice_spec *spec, rc_lattice *out,
               rc_err *err);
} rc_lattice_class;

/* NULL-terminated; also usable as the kinds of a parameter. */
extern const rc_kind *const rc_lattice_kinds[];
const rc_lattice_class *rc_lattice_class_find(const char *name);

/* Errors: INPUT when the cluster makes no sense (zero vectors, too many sites, bond to itself). */
rc_lattice *rc_lattice_new(const rc_lattice_spec *spec, rc_err *err);
void rc_lattice_free(rc_lattice *l);
/* Text form of the cluster as a scenario would give it: "cluster: [2, 2]". */
void rc_lattice_describe(const rc_lattice *l, rc_str *out);

/* Two-colouring of the bonds of nonzero coupling J[cls]: colour[s] in {0, 1}; false when an odd
 * cycle exists, then cycle gets a shortest one (site numbers), *length its length. J NULL: all. */
bool rc_lattice_bipartite(const rc_lattice *l, const double *J, int *colour, int *cycle,
                          int *length);
int rc_lattice_components(const rc_lattice *l, const double *J);
int64_t rc_lattice_triangles(const rc_lattice *l,
                             const double *J); /* in the graph of distinct pairs */

/* ---- symmetries ------------------------------------------------------------------------------- */

/* A permutation group, closed: element 0 is the identity. */
typedef struct rc_group {
  int sites;
  int64_t order;
  rc_perm *element; /* order of them when listed; NULL when the order is above the listing limit */
  int generators;
  rc_perm *generator;
  double order_float; /* order also when it does not fit */
} rc_group;
enum { RC_GROUP_LIST_MAX = 50000 };

/* Automorphisms of the coupling graph (bonds coloured by class, multiplicity and factor) by
 * nauty: symmetries of the Hamiltonian for any couplings. order saturates at INT64_MAX.
 * Errors: MEMORY. Thread-safe. (McKay, Piperno, J. Symb. Comput. 60, 94 (2014).) */
rc_group *rc_group_automorphisms(const rc_lattice *l, rc_err *err);
/* The same at given couplings: pairs of sites are coloured by their total coupling, pairs that add
 * up to 0 are left out. It contains the group above and may be larger (4x4 square with J1 alone:
 * 384, not 128); the Hamiltonian has it at these couplings only. */
rc_group *rc_group_automorphisms_at(const rc_lattice *l, const double *J, rc_err *err);
rc_group *rc_group_translations(const rc_lattice *l, rc_err *err);
void rc_group_free(rc_group *g);
/* Orbits of sites: orbit[s] is the smallest site of the orbit; returns their number. */
int rc_group_orbits(const rc_group *g, int *orbit);
/* Are the graphs of a and b isomorphic? Distinct pairs of sites only, of the classes whose default
 * coupling is not 0; in _with, of those whose J is not 0 (NULL: all). */
bool rc_lattice_isomorphic(const rc_lattice *a, const rc_lattice *b);
bool rc_lattice_isomorphic_with(const rc_lattice *a, const double *Ja, const rc_lattice *b,
                                const double *Jb);

#endif
