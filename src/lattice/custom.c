/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lattice/room.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool classes(const rc_lattice_spec *spec, rc_lattice *out, rc_err *err) {
  int most = RC_MAX(spec->classes, 1);
  if (spec->classes < 0 || spec->classes > RC_CLASSES_MAX)
    return rc_err_set(err, RC_ERR_INPUT, "%d coupling classes; at most %d fit", spec->classes,
                      RC_CLASSES_MAX);
  for (int n = 0; n < spec->bonds; n++) {
    if (spec->bond[n].cls < 0 || spec->bond[n].cls >= RC_CLASSES_MAX)
      return rc_err_set(err, RC_ERR_INPUT, "bond %d: coupling class %d; at most %d classes fit",
                        n + 1, spec->bond[n].cls, RC_CLASSES_MAX);
    most = RC_MAX(most, spec->bond[n].cls + 1);
  }
  out->classes = most;
  for (int c = 0; c < most; c++) {
    if (c < spec->classes && spec->class_name[c][0])
      snprintf(out->class_name[c], RC_NAME_MAX, "%s", spec->class_name[c]);
    else
      snprintf(out->class_name[c], RC_NAME_MAX, "J%d", c + 1);
    out->class_default[c] = 1; /* who lists a bond wants it */
  }
  return true;
}

static bool bonds(const rc_lattice_spec *spec, rc_lattice *out, rc_err *err) {
  for (int n = 0; n < spec->bonds; n++) {
    const rc_bond *b = &spec->bond[n];
    if (b->i < 0 || b->i >= spec->sites || b->j < 0 || b->j >= spec->sites)
      return rc_err_set(err, RC_ERR_INPUT, "bond %d joins sites %d and %d; sites are 0 to %d",
                        n + 1, b->i, b->j, spec->sites - 1);
    if (b->i == b->j)
      return rc_err_set(err, RC_ERR_INPUT, "bond %d joins site %d to itself", n + 1, b->i);
    double factor = b->factor == 0 ? 1 : b->factor;
    if (!isfinite(factor))
      return rc_err_set(err, RC_ERR_INPUT, "bond %d: its factor is not a number", n + 1);
    for (int m = 0; m < RC_MAX(b->mult, 1); m++)
      rc_lattice_join(out, b->i, b->j, b->cls, factor, NULL);
  }
  for (int c = 0; c < out->classes; c++) {
    int pairs = 0;
    for (int n = 0; n < out->bonds; n++) pairs += out->bond[n].cls == c && out->bond[n].mult > 1;
    if (pairs)
      rc_lattice_note(out, "%s: %d pair%s of sites %s given more than once; %s", out->class_name[c],
                      pairs, pairs > 1 ? "s" : "", pairs > 1 ? "are" : "is",
                      spec->dedupe ? "each counts once, as asked (dedupe)" : "couplings add up");
  }
  for (int n = 0; n < out->bonds && spec->dedupe; n++) out->bond[n].mult = 1;
  return true;
}

/* Positions as given; a third coordinate is drawn obliquely. */
static bool place(const rc_lattice_spec *spec, rc_lattice *out, rc_err *err) {
  if (!spec->position) {
    rc_layout_stress(out);
    return true;
  }
  for (int s = 0; s < spec->sites; s++) {
    const double *p = spec->position[s];
    if (!isfinite(p[0]) || !isfinite(p[1]) || !isfinite(p[2]))
      return rc_err_set(err, RC_ERR_INPUT, "the position of site %d is not finite", s);
    out->position[s][0] = p[0] + 0.45 * p[2];
    out->position[s][1] = p[1] + 0.3 * p[2];
  }
  double mean = 0; /* bonds are drawn about 1 long */
  for (int n = 0; n < out->bonds; n++) {
    const double *p = out->position[out->bond[n].i], *q = out->position[out->bond[n].j];
    mean += hypot(p[0] - q[0], p[1] - q[1]) / out->bonds;
  }
  for (int s = 0; s < spec->sites && mean > 0; s++) {
    out->position[s][0] /= mean;
    out->position[s][1] /= mean;
  }
  return true;
}

/* Two triangles that share a corner: what a form starts from. */
static const rc_bond example[] = {{.i = 0, .j = 1}, {.i = 0, .j = 2}, {.i = 1, .j = 2},
                                  {.i = 2, .j = 3}, {.i = 2, .j = 4}, {.i = 3, .j = 4}};

static bool make(const rc_lattice_class *cls, const rc_lattice_spec *spec, rc_lattice *out,
                 rc_err *err) {
  if (!rc_lattice_no_cluster(spec, err)) return false;
  rc_lattice_spec use = *spec;
  bool none = !spec->sites && !spec->bonds;
  if (none) {
    use.sites = 5;
    use.bonds = RC_LEN(example);
    use.bond = (rc_bond *)example; /* only read below */
    use.position = NULL;
  }
  if (use.sites < 2 || use.sites > RC_SITES_MAX)
    return rc_err_set(err, RC_ERR_INPUT, "a custom lattice has 2 to %d sites, not %d", RC_SITES_MAX,
                      use.sites);
  rc_lattice_begin(cls, out, use.sites);
  if (!classes(&use, out, err) || !bonds(&use, out, err)) return false;
  if (!out->bonds) return true; /* the caller says that there are none */
  if (!place(&use, out, err)) return false;
  if (none)
    rc_lattice_note(out, "No sites and bonds are given: this is an example, two triangles that "
                         "share a corner");
  snprintf(out->title, sizeof out->title, "custom, %d sites", out->sites);
  return true;
}

const rc_lattice_class rc_lattice_custom = {
    .kind = {.name = "custom",
             .title = "custom",
             .help = "your own cluster: sites, bonds with coupling classes, positions",
             .explain =
                 "H = sum over your bonds of J_class S_i.S_j. Sites are numbered from 0, a bond "
                 "given twice counts twice, positions are only drawn. In the sector with one spin "
                 "up the Hilbert graph is this graph itself: with uniform amplitudes its cut is "
                 "Max-Cut on the graph you gave."},
    .classes = 1,
    .class_name = {"J1"},
    .class_default = {1},
    .make = make};
