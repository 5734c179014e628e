/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes into typed parameters, by the tables of the kinds. */
#include <stdio.h>
#include <string.h>

#include "scenario/node.h"

static bool wants(const rc_node *n, const rc_param *p, rc_err *err) {
  rc_str s = {0};
  rc_param_wants(p, &s);
  rc_node_wants(n, p->name, rc_str_c(&s), err);
  rc_str_free(&s);
  return false;
}

/* rc_param_set with the node's place in the message. */
static bool set(const rc_node *n, const rc_param *p, void *opts, rc_err *err) {
  rc_err inner = {0};
  if (rc_param_set(p, opts, n->text, &inner)) return true;
  if (inner.column > 0) /* in the text */
    return rc_err_at(err, RC_ERR_INPUT, n->line, n->column + n->inset + inner.column - 1, "%s",
                     inner.message);
  return rc_node_error(n, err, "%s", inner.message);
}

static bool read_scalar(const rc_node *n, const rc_param *p, void *opts, rc_err *err) {
  if (n->type != RC_NODE_SCALAR || rc_node_is_null(n)) return wants(n, p, err);
  bool text = p->type == RC_T_TEXT || p->type == RC_T_CHOICE || p->type == RC_T_BYTES;
  if (n->quoted && !text) return wants(n, p, err);
  return set(n, p, opts, err);
}

static bool read_numbers(const rc_node *n, const rc_param *p, void *opts, rc_err *err) {
  /* each item is checked by itself, so that the complaint stands at the item */
  rc_param item = *p;
  item.type = p->type == RC_T_INTS ? RC_T_INT : RC_T_REAL;
  item.offset = 0;
  rc_str s = {0};
  bool ok = true;
  if (n->type == RC_NODE_MAP) return wants(n, p, err);
  int count = n->type == RC_NODE_LIST ? n->count : 1;
  rc_str_addc(&s, '[');
  for (int i = 0; i < count && ok; i++) {
    const rc_node *v = n->type == RC_NODE_LIST ? n->value[i] : n;
    union {
      int64_t i;
      double d;
    } value;
    ok = read_scalar(v, &item, &value, err);
    if (ok) rc_str_addf(&s, "%s%s", i ? ", " : "", v->text);
  }
  rc_str_addc(&s, ']');
  if (ok) ok = rc_param_set(p, opts, rc_str_c(&s), err);
  rc_str_free(&s);
  return ok;
}

static size_t names_of(const rc_kind *const *kinds, const char **names, size_t most) {
  size_t n = 0;
  for (; kinds && kinds[n] && n < most; n++) names[n] = kinds[n]->name;
  return n;
}

/* map: NULL when nothing is given at all. */
static bool check_required(const rc_node *at, const rc_node *map, const char *where,
                           const rc_param *table, rc_err *err) {
  for (const rc_param *p = table; p && p->name; p++)
    if ((p->flags & RC_REQUIRED) && !rc_node_get(map, p->name))
      return rc_node_error(at, err, "missing key '%s' in %s", p->name, where);
  return true;
}

/* 'name', '{kind: name, key: value}' or '{name: {key: value}}'. */
static bool read_pick(const rc_node *n, const char *where, const rc_param *p, rc_pick *pick,
                      rc_err *err) {
  const rc_node *name = n, *opts = NULL;
  const char *skip = NULL;
  if (n->type == RC_NODE_MAP && rc_node_get(n, "kind")) {
    name = rc_node_get(n, "kind");
    opts = n;
    skip = "kind";
  } else if (n->type == RC_NODE_MAP && n->count == 1) {
    name = n->key[0];
    opts = n->value[0];
  }
  if (name->type != RC_NODE_SCALAR || (rc_node_is_null(name) && p->def && p->def[0]))
    return wants(name, p, err);
  if (rc_node_is_null(name)) {
    rc_pick_set(pick, NULL);
    return true;
  }
  const rc_kind *kind = rc_kind_find(p->kinds, name->text);
  if (!kind) {
    const char *names[128];
    size_t count = names_of(p->kinds, names, RC_LEN(names));
    return rc_node_unknown(name, "kind", p->name, names, count, err);
  }
  rc_pick_set(pick, kind);
  char inner[96];
  snprintf(inner, sizeof inner, "%s.%s.%s", where, p->name, kind->name);
  if (opts) return rc_node_params(opts, inner, kind->params, pick->opts, skip, err);
  return check_required(n, NULL, inner, kind->params, err);
}

static bool read_list(const rc_node *n, const char *where, const rc_param *p, rc_picks *out,
                      rc_err *err) {
  int count = n->type == RC_NODE_LIST ? n->count : 1;
  rc_picks fresh = {count, count ? rc_alloc((size_t)count, sizeof *fresh.v) : NULL};
  bool ok = true;
  rc_param one = *p; /* an item of a list is never "nothing" */
  one.def = "-";
  for (int i = 0; i < count && ok; i++)
    ok = read_pick(n->type == RC_NODE_LIST ? n->value[i] : n, where, &one, &fresh.v[i], err);
  rc_picks old = fresh;
  if (ok) {
    old = *out;
    *out = fresh;
  }
  for (int i = 0; i < old.n; i++) rc_pick_free(&old.v[i]);
  rc_free(old.v);
  return ok;
}

bool rc_node_param(const rc_node *n, const char *where, const rc_param *p, void *opts,
                   rc_err *err) {
  void *f = (char *)opts + p->offset;
  char inner[96];
  switch (p->type) {
  case RC_T_INTS:
  case RC_T_REALS: return read_numbers(n, p, opts, err);
  case RC_T_GROUP:
    snprintf(inner, sizeof inner, "%s.%s", where, p->name);
    return rc_node_params(n, inner, p->sub, f, NULL, err);
  case RC_T_ONE: return read_pick(n, where, p, f, err);
  case RC_T_LIST: return read_list(n, where, p, f, err);
  default: return read_scalar(n, p, opts, err);
  }
}

bool rc_node_params(const rc_node *n, const char *where, const rc_param *table, void *opts,
                    const char *skip, rc_err *err) {
  bool null = rc_node_is_null(n);
  if (!null && n->type != RC_NODE_MAP) return rc_node_wants(n, where, "keys and values", err);
  for (int k = 0; !null && k < n->count; k++) {
    const rc_node *key = n->key[k];
    if (skip && !strcmp(skip, key->text)) continue;
    const rc_param *p = rc_param_find(table, key->text);
    if (!p) {
      const char *names[128];
      size_t count = 0;
      for (const rc_param *q = table; q && q->name && count < RC_LEN(names); q++)
        names[count++] = q->name;
      return rc_node_unknown(key, "key", where, names, count, err);
    }
    if (!rc_node_param(n->value[k], where, p, opts, err)) return false;
  }
  return check_required(n, null ? NULL : n, where, table, err);
}
