/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kind: custom. Sites, bonds [i, j], [i, j, class] or [i, j, class, factor], positions. */
#include <string.h>

#include "scenario/read.h"

enum { BONDS_MAX = 20000 };

static bool word_ok(const char *s) {
  static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_'";
  return s[0] && strchr(first, s[0]) && !s[strspn(s, rest)] && strlen(s) < RC_NAME_MAX &&
         strcmp(s, "delta") && strcmp(s, "field");
}

/* Index of the class of that name, added when it is new; -1 on error. */
static int class_of(const rc_node *n, rc_lattice_spec *spec, rc_err *err) {
  if (n->type != RC_NODE_SCALAR || !word_ok(n->text)) {
    rc_node_wants(n, "bonds", "the name of a coupling such as J1 as the third entry", err);
    return -1;
  }
  for (int c = 0; c < spec->classes; c++)
    if (!strcmp(spec->class_name[c], n->text)) return c;
  if (spec->classes == RC_CLASSES_MAX) {
    rc_node_error(n, err, "'%s' is one coupling more than the %d there may be", n->text,
                  RC_CLASSES_MAX);
    return -1;
  }
  strcpy(spec->class_name[spec->classes], n->text);
  return spec->classes++;
}

static bool read_site(const rc_node *n, int sites, int *out, rc_err *err) {
  int64_t v;
  if (!rc_node_int(n, "bonds", INT32_MIN, INT32_MAX, &v, err)) return false;
  if (v < 0 || v >= sites)
    return rc_node_error(n, err, "there is no site %d: sites are 0 to %d", (int)v, sites - 1);
  *out = (int)v;
  return true;
}

static bool read_bond(const rc_node *n, rc_lattice_spec *spec, rc_bond *b, rc_err *err) {
  if (n->type != RC_NODE_LIST || n->count < 2 || n->count > 4)
    return rc_node_wants(n, "bonds", "[i, j], [i, j, class] or [i, j, class, factor] for each",
                         err);
  int i = 0, j = 0;
  if (!read_site(n->value[0], spec->sites, &i, err)) return false;
  if (!read_site(n->value[1], spec->sites, &j, err)) return false;
  if (i == j) return rc_node_error(n, err, "this bond joins site %d to itself", i);
  *b = (rc_bond){.i = RC_MIN(i, j), .j = RC_MAX(i, j), .mult = 1, .factor = 1};
  if (n->count > 2) {
    b->cls = class_of(n->value[2], spec, err);
  } else { /* a bond without a class is of J1 */
    const rc_node j1 = {
        .type = RC_NODE_SCALAR, .text = (char[]){"J1"}, .line = n->line, .column = n->column};
    b->cls = class_of(&j1, spec, err);
  }
  if (b->cls < 0) return false;
  if (n->count < 4) return true;
  if (!rc_node_real(n->value[3], "bonds", -RC_COUPLING_MAX, RC_COUPLING_MAX, &b->factor, err))
    return false;
  return b->factor != 0 ||
         rc_node_error(n->value[3], err, "a bond of factor 0 is no bond: leave it out");
}

static bool read_bonds(const rc_node *n, rc_lattice_spec *spec, rc_err *err) {
  if (n->type != RC_NODE_LIST || !n->count)
    return rc_node_wants(n, "bonds", "a list of bonds [i, j, class]", err);
  if (n->count > BONDS_MAX)
    return rc_node_error(n, err, "'bonds' has more than %d entries", BONDS_MAX);
  spec->bond = rc_alloc((size_t)n->count, sizeof *spec->bond);
  for (; spec->bonds < n->count; spec->bonds++)
    if (!read_bond(n->value[spec->bonds], spec, &spec->bond[spec->bonds], err)) return false;
  return true;
}

static bool read_positions(const rc_node *n, rc_lattice_spec *spec, rc_err *err) {
  if (n->type != RC_NODE_LIST) return rc_node_wants(n, "positions", "a list of [x, y]", err);
  if (n->count != spec->sites)
    return rc_node_error(n, err, "'positions' has %d entr%s for %d sites", n->count,
                         n->count == 1 ? "y" : "ies", spec->sites);
  spec->position = rc_alloc((size_t)spec->sites, sizeof *spec->position);
  for (int s = 0; s < spec->sites; s++) {
    const rc_node *p = n->value[s];
    if (p->type != RC_NODE_LIST || p->count < 2 || p->count > 3)
      return rc_node_wants(p, "positions", "[x, y] or [x, y, z] for each site", err);
    for (int k = 0; k < p->count; k++)
      if (!rc_node_real(p->value[k], "positions", -1e6, 1e6, &spec->position[s][k], err))
        return false;
  }
  return true;
}

bool rc_read_custom(const rc_node *n, rc_lattice_spec *spec, rc_err *err) {
  const rc_node *sites = rc_node_get(n, "sites"), *bonds = rc_node_get(n, "bonds");
  const rc_node *positions = rc_node_get(n, "positions");
  if (!sites && !bonds && !positions) return true; /* the lattice room's small example */
  if (!sites || !bonds)
    return rc_node_error(n, err, "missing key '%s' in lattice: a custom one has sites and bonds",
                         sites ? "bonds" : "sites");
  int64_t v;
  if (!rc_node_int(sites, "sites", 2, RC_SITES_MAX, &v, err)) return false;
  spec->sites = (int)v;
  if (!read_bonds(bonds, spec, err)) return false;
  return !positions || read_positions(positions, spec, err);
}
