/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 'lattice' part: kind, cluster or torus, and the class's own parameters. */
#include <string.h>

#include "scenario/read.h"

enum { TORUS_MAX = 1000 };

bool rc_lattice_is_custom(const char *kind) {
  return !strcmp(kind, "custom");
}

const char *const *rc_lattice_keys(const rc_lattice_class *cls) {
  static const char *const crystal[] = {"kind", "cluster", "torus", "periodic", "dedupe", NULL};
  static const char *const custom[] = {"kind", "sites", "bonds", "positions", "dedupe", NULL};
  static const char *const other[] = {"kind", NULL};
  return rc_lattice_is_custom(cls->kind.name) ? custom : cls->dim > 0 ? crystal : other;
}

static bool read_cluster(const rc_node *n, int dim, rc_lattice_spec *spec, rc_err *err) {
  int count = n->type == RC_NODE_LIST ? n->count : n->type == RC_NODE_SCALAR ? 1 : 0;
  if (count != dim) {
    char wants[64] = "one whole number, the length";
    if (dim == 2) strcpy(wants, "two whole numbers, [Lx, Ly]");
    if (dim == 3) strcpy(wants, "three whole numbers, [Lx, Ly, Lz]");
    return rc_node_wants(n, "cluster", wants, err);
  }
  for (int i = 0; i < dim; i++) {
    int64_t v;
    const rc_node *item = n->type == RC_NODE_LIST ? n->value[i] : n;
    if (!rc_node_int(item, "cluster", 1, RC_SITES_MAX, &v, err)) return false;
    spec->cluster[i] = (int)v;
  }
  spec->extents = dim;
  return true;
}

static bool read_torus(const rc_node *n, int dim, rc_lattice_spec *spec, rc_err *err) {
  static const char *const wants[] = {"", "one vector, [[a]]", "two vectors, [[a, b], [c, d]]",
                                      "three vectors, [[a, b, c], [d, e, f], [g, h, i]]"};
  if (n->type != RC_NODE_LIST || n->count != dim) return rc_node_wants(n, "torus", wants[dim], err);
  for (int i = 0; i < dim; i++) {
    const rc_node *row = n->value[i];
    if (row->type != RC_NODE_LIST || row->count != dim)
      return rc_node_wants(row, "torus", wants[dim], err);
    for (int k = 0; k < dim; k++) {
      int64_t v;
      if (!rc_node_int(row->value[k], "torus", -TORUS_MAX, TORUS_MAX, &v, err)) return false;
      spec->torus[i][k] = (int)v;
    }
  }
  spec->vectors = dim;
  return true;
}

static bool check_keys(const rc_node *n, const rc_lattice_class *cls, rc_err *err) {
  const char *names[64];
  size_t count = 0;
  for (const char *const *k = rc_lattice_keys(cls); *k; k++) names[count++] = *k;
  for (const rc_param *p = cls->kind.params; p && p->name && count + 1 < RC_LEN(names); p++)
    names[count++] = p->name;
  names[count] = NULL;
  return rc_node_keys(n, "lattice", names, err);
}

static bool read_kind(const rc_node *n, const rc_lattice_class **cls, rc_err *err) {
  if (n->type != RC_NODE_MAP) return rc_node_wants(n, "lattice", "keys and values", err);
  const rc_node *kind = rc_node_get(n, "kind");
  if (!kind) {
    /* a misspelt 'kind' is a likelier slip than a forgotten one */
    static const char *const names[] = {"kind",   "cluster", "torus", "periodic",
                                        "dedupe", "sites",   "bonds", "positions"};
    for (int i = 0; i < n->count; i++) {
      const char *near = rc_nearest(n->key[i]->text, names, RC_LEN(names));
      if (near && !strcmp(near, "kind"))
        return rc_node_unknown(n->key[i], "key", "lattice", names, RC_LEN(names), err);
    }
    return rc_node_error(n, err, "missing key 'kind' in lattice");
  }
  if (kind->type != RC_NODE_SCALAR || rc_node_is_null(kind))
    return rc_node_wants(kind, "kind", "the name of a lattice", err);
  *cls = rc_lattice_class_find(kind->text);
  if (*cls) return true;
  const char *names[64];
  size_t count = 0;
  while (rc_lattice_kinds[count] && count < RC_LEN(names)) {
    names[count] = rc_lattice_kinds[count]->name;
    count++;
  }
  return rc_node_unknown(kind, "kind", "lattice", names, count, err);
}

bool rc_read_lattice(const rc_node *n, rc_lattice_spec *spec, rc_err *err) {
  const rc_lattice_class *cls = NULL;
  if (!read_kind(n, &cls, err) || !check_keys(n, cls, err)) return false;
  rc_lattice_spec_init(spec, cls->kind.name);
  const rc_node *v, *cluster = rc_node_get(n, "cluster"), *torus = rc_node_get(n, "torus");
  if (cluster && torus)
    return rc_node_error(torus, err, "'torus' and 'cluster' say the same thing: give one of them");
  if (cluster && !read_cluster(cluster, cls->dim, spec, err)) return false;
  if (torus && !read_torus(torus, cls->dim, spec, err)) return false;
  if ((v = rc_node_get(n, "periodic")) && !rc_node_bool(v, "periodic", &spec->periodic, err))
    return false;
  if ((v = rc_node_get(n, "dedupe")) && !rc_node_bool(v, "dedupe", &spec->dedupe, err))
    return false;
  if (rc_lattice_is_custom(cls->kind.name)) return rc_read_custom(n, spec, err);
  for (const rc_param *p = cls->kind.params; p && p->name; p++) {
    v = rc_node_get(n, p->name);
    if (v && !rc_node_param(v, "lattice", p, spec->opts, err)) return false;
    if (!v && (p->flags & RC_REQUIRED))
      return rc_node_error(n, err, "missing key '%s' in lattice", p->name);
  }
  return true;
}
