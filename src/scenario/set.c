/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One key to a new value. Keys of a study go straight into a copy of its options; all others are
 * changed in the scenario's own YAML, which is then read again, so that nothing is checked twice
 * in two places. */
#include <stdio.h>
#include <string.h>

#include "scenario/path.h"

/* The value as a node: "[2, 3]" is a list, "+1" a number. */
static rc_doc *parse_value(const char *value, rc_err *err) {
  rc_err inner = {0};
  rc_doc *d = rc_yaml_parse(value, strlen(value), &inner);
  if (!d) {
    rc_err_set(err, RC_ERR_INPUT, "%s", inner.message);
    return NULL;
  }
  if (!d->root) d->root = rc_doc_scalar(d, "");
  return d;
}

/* Length of "cut.solvers." in "cut.solvers.0"; 0 when there is no dot. */
static size_t stem(const char *key) {
  const char *dot = strrchr(key, '.');
  return dot ? (size_t)(dot - key) + 1 : 0;
}

/* The key that was meant: with the same stem when there are such, else any, short forms too. */
static const char *meant(const char *key, const rc_key *keys, int n) {
  const char **names = rc_alloc(2 * (size_t)n, sizeof *names);
  size_t count = 0, len = stem(key);
  for (int i = 0; i < n; i++)
    if (len && stem(keys[i].name) == len && !strncmp(keys[i].name, key, len))
      names[count++] = keys[i].name + len;
  const char *near = rc_nearest(key + len, names, count);
  if (near) near -= len; /* the whole name again */
  if (!count) {
    for (int i = 0; i < n; i++) {
      names[count++] = keys[i].name;
      if (!strncmp(keys[i].name, "model.", 6)) names[count++] = keys[i].name + 6;
    }
    near = rc_nearest(key, names, count);
  }
  rc_free(names);
  return near;
}

static bool unknown_key(const rc_scenario *s, const char *key, rc_err *err) {
  rc_key *keys;
  int n = rc_scenario_keys(s, &keys);
  const char *near = meant(key, keys, n);
  rc_str shown = {0};
  rc_str_add_cut(&shown, key, 60);
  if (near)
    rc_err_set(err, RC_ERR_INPUT, "unknown key '%s'; did you mean '%s'?", rc_str_c(&shown), near);
  else
    rc_err_set(err, RC_ERR_INPUT, "unknown key '%s'; roadcut-scenario(5) lists them",
               rc_str_c(&shown));
  rc_str_free(&shown);
  rc_free(keys);
  return false;
}

static void replace(rc_scenario *s, rc_scenario *fresh) {
  rc_scenario old = *s;
  *s = *fresh;
  *fresh = old;
  rc_scenario_free(fresh);
}

/* ---- keys of a study ----------------------------------------------------------------------------
 */

static bool set_place(const rc_place *p, const char *key, const char *value, rc_err *err) {
  if (p->param && p->param->type != RC_T_ONE && p->param->type != RC_T_LIST)
    return rc_param_set(p->param, p->opts, value, err);
  if (!p->param) {
    const rc_param kind = {.name = "kind", .type = RC_T_ONE, .kinds = p->kinds};
    return rc_param_set(&kind, p->pick, value, err);
  }
  rc_doc *d = parse_value(value, err);
  if (!d) return false;
  rc_err inner = {0};
  char where[96]; /* what the parameter is in: the key without its name */
  snprintf(where, sizeof where, "%.*s", (int)RC_MAX(1, stem(key)) - 1, key);
  bool ok = rc_node_param(d->root, where, p->param, p->opts, &inner);
  if (!ok) rc_err_set(err, inner.code, "%s", inner.message);
  rc_doc_free(d);
  return ok;
}

static bool set_study(rc_scenario *s, const char *key, const char *value, rc_err *err) {
  rc_scenario *copy = rc_scenario_copy(s);
  rc_place place;
  bool ok = rc_study_place(copy, key, &place) && set_place(&place, key, value, err);
  if (ok)
    replace(s, copy);
  else
    rc_scenario_free(copy);
  return ok;
}

/* ---- keys of the system -------------------------------------------------------------------------
 */

/* Splits "model.J2" and completes short forms. False when no part of the system has that key. */
static bool split(const rc_scenario *s, const char *key, char part[16], char name[64]) {
  static const char *const parts[] = {"lattice", "model", "sector"};
  part[0] = name[0] = '\0';
  rc_str value = {0};
  bool known = rc_scenario_get(s, key, &value);
  rc_str_free(&value);
  if (!known || strlen(key) >= 64) return false;
  for (size_t i = 0; i < RC_LEN(parts); i++) {
    size_t len = strlen(parts[i]);
    if (strncmp(key, parts[i], len) || key[len] != '.') continue;
    strcpy(part, parts[i]);
    strcpy(name, key + len + 1);
    return true;
  }
  strcpy(name, key);
  bool top = !strcmp(key, "title") || !strcmp(key, "about") || !strcmp(key, "memory") ||
             !strcmp(key, "seed");
  if (!top) strcpy(part, "model");
  return true;
}

/* Another kind of lattice: what the old one had and the new one has not goes. */
static void change_kind(rc_doc *d, const char *kind) {
  const rc_lattice_class *cls = rc_lattice_class_find(kind);
  rc_node *old = rc_node_get(d->root, "lattice");
  if (!strcmp(rc_node_get(old, "kind")->text, kind)) return;
  rc_node *map = rc_doc_add(d, RC_NODE_MAP, 0, 0);
  rc_node_put(d, map, "kind", rc_doc_scalar(d, kind));
  for (const char *const *k = cls ? rc_lattice_keys(cls) : (const char *const[]){NULL}; *k; k++) {
    bool keeps = !strcmp(*k, "periodic") || !strcmp(*k, "dedupe");
    if (keeps && rc_node_get(old, *k)) rc_node_put(d, map, *k, rc_node_get(old, *k));
  }
  rc_node_put(d, d->root, "lattice", map);
  rc_node *model = rc_node_get(d->root, "model");
  for (int i = model && cls ? model->count - 1 : -1; i >= 0; i--) {
    const char *name = model->key[i]->text;
    bool has = !strcmp(name, "delta") || !strcmp(name, "field");
    for (int c = 0; c < cls->classes; c++) has = has || !strcmp(cls->class_name[c], name);
    if (!has) rc_node_drop(model, name);
  }
}

/* Edits the tree; 'value' may be a null node, which takes the key back to its default. */
static void edit(rc_doc *d, const char *part, const char *name, const char *text, rc_node *value) {
  bool lattice = !strcmp(part, "lattice");
  if (lattice && !strcmp(name, "kind")) {
    change_kind(d, text);
  } else {
    rc_node *map = part[0] ? rc_node_get(d->root, part) : d->root;
    if (!map) {
      map = rc_doc_add(d, RC_NODE_MAP, 0, 0);
      rc_node_put(d, d->root, part, map);
    }
    if (lattice && !strcmp(name, "cluster")) rc_node_drop(map, "torus");
    if (lattice && !strcmp(name, "torus")) rc_node_drop(map, "cluster");
    if (rc_node_is_null(value))
      rc_node_drop(map, name);
    else
      rc_node_put(d, map, name, value);
  }
  rc_node *sector = rc_node_get(d->root, "sector");
  if (!sector) return;
  /* momenta and characters belong to the old cluster or group */
  bool regroup = lattice || (!strcmp(part, "sector") && !strcmp(name, "symmetry"));
  if (regroup) {
    rc_node_drop(sector, "momentum");
    rc_node_drop(sector, "character");
  }
}

static rc_scenario *reread(rc_doc *d, const rc_scenario *s, bool lattice, rc_reading *r) {
  r->lattice = lattice ? NULL : s->lattice_share;
  rc_err *err = r->err, inner = {0};
  r->err = &inner;
  rc_scenario *fresh = rc_scenario_read(d->root, r);
  rc_node *sector = rc_node_get(d->root, "sector");
  if (!fresh && lattice && r->part == RC_PART_SECTOR && sector) {
    /* the sz of the old cluster does not exist on the new one: take the default */
    rc_node_drop(sector, "sz");
    rc_node_drop(sector, "inversion");
    inner = (rc_err){0};
    fresh = rc_scenario_read(d->root, r);
  }
  if (!fresh) rc_err_set(err, inner.code, "%s", inner.message);
  return fresh;
}

static bool set_system(rc_scenario *s, const char *part, const char *name, const char *value,
                       const rc_kind *const *studies, rc_err *err) {
  bool plain = !strcmp(name, "title") || !strcmp(name, "about");
  rc_doc *v = plain ? NULL : parse_value(value, err);
  if (!v && !plain) return false;
  rc_str text = {0};
  rc_scenario_write(s, &text);
  rc_doc *d = rc_yaml_parse(rc_str_c(&text), text.len, err);
  rc_scenario *fresh = NULL;
  if (d) {
    rc_node *node = v ? v->root : rc_doc_scalar(d, value);
    node->quoted = node->quoted || (plain && value[0]);
    edit(d, part, name, value, node);
    bool group = !strcmp(part, "lattice") || !strcmp(part, "sector");
    rc_reading r = {.studies = studies, .group_known = !group, .err = err};
    fresh = reread(d, s, !strcmp(part, "lattice"), &r);
  }
  if (fresh) {
    fresh->path = rc_strdup(s->path);
    memcpy(fresh->sha256, s->sha256, sizeof fresh->sha256);
    for (int i = 0; i < fresh->expects && i < s->expects; i++) {
      fresh->expect[i].line = s->expect[i].line;
      fresh->expect[i].column = s->expect[i].column;
    }
    replace(s, fresh);
  }
  rc_doc_free(d);
  rc_doc_free(v);
  rc_str_free(&text);
  return fresh != NULL;
}

bool rc_scenario_set(rc_scenario *s, const char *key, const char *value,
                     const rc_kind *const *studies, rc_err *err) {
  char part[16], name[64];
  rc_place place;
  if (!rc_utf8_valid(value, strlen(value), NULL))
    return rc_err_set(err, RC_ERR_INPUT, "the value is not UTF-8 text");
  if (!rc_text_is_clean(value, strlen(value)))
    return rc_err_set(err, RC_ERR_INPUT, "the value has a control character in it");
  if (rc_study_place(s, key, &place)) return set_study(s, key, value, err);
  if (!split(s, key, part, name)) return unknown_key(s, key, err);
  return set_system(s, part, name, value, studies, err);
}
