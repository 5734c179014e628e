/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes into the parts of a scenario. Every function returns false with err filled on error. */
#ifndef ROADCUT_SCENARIO_READ_H
#define ROADCUT_SCENARIO_READ_H

#include "roadcut/scenario.h"
#include "scenario/node.h"

#define RC_MEMORY_DEFAULT ((uint64_t)4 << 30)
#define RC_COUPLING_MAX   1e6 /* of couplings, delta and field, either sign */

typedef enum { RC_PART_HEAD, RC_PART_LATTICE, RC_PART_MODEL, RC_PART_SECTOR, RC_PART_REST } rc_part;

typedef struct rc_reading {
  const rc_kind *const *studies;
  rc_share *lattice; /* a lattice built before from the same spec, or NULL to build one */
  bool group_known;  /* nothing changed that the symmetry group depends on */
  rc_part part;      /* what was being read last: on error, the part at fault */
  rc_err *err;
} rc_reading;

rc_scenario *rc_scenario_read(const rc_node *root, rc_reading *r);

bool rc_read_lattice(const rc_node *n, rc_lattice_spec *spec, rc_err *err);
bool rc_read_custom(const rc_node *n, rc_lattice_spec *spec, rc_err *err);
/* n may be NULL: all defaults. The lattice is built already. */
bool rc_read_model(const rc_node *n, rc_scenario *s, rc_err *err);
/* group: also check momentum and characters against the symmetry group, which takes a moment. */
bool rc_read_sector(const rc_node *n, rc_scenario *s, bool group, rc_err *err);
bool rc_read_studies(const rc_node *n, rc_scenario *s, const rc_kind *const *studies, rc_err *err);
bool rc_read_expect(const rc_node *n, rc_scenario *s, rc_err *err);
rc_spot rc_node_spot(const rc_node *n); /* of the text of a scalar */
void rc_tour_copy(rc_tour_step *t);     /* after a copy of the bytes: what it owns as well */
void rc_tour_clear(rc_tour_step *t);
bool rc_read_tour(const rc_node *n, rc_scenario *s, rc_err *err);

/* 0 for an even number of sites, 1 (that is Sz = 1/2) for an odd one. */
int rc_sector_default_sz2(int sites);
void rc_sz_format(int sz2, rc_str *out); /* "0", "-1.5" */
/* Keys of the lattice map of a class, besides those of its own table; NULL-terminated. */
const char *const *rc_lattice_keys(const rc_lattice_class *cls);
void rc_write_torus(const rc_lattice_spec *s, rc_str *out); /* "[[2, 2], [4, -2]]" */
void rc_write_signs(const int *v, int n, rc_str *out);      /* "[+1, -1]" */
bool rc_lattice_is_custom(const char *kind);
void rc_scenario_share_lattice(rc_scenario *s, rc_share *lattice); /* takes the reference */

#endif
