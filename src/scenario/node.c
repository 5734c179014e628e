/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/node.h"

rc_node *rc_doc_add(rc_doc *d, rc_node_type type, int line, int column) {
  if ((d->nodes & (d->nodes + 1)) == 0) /* full at 0, 1, 3, 7, ..: double */
    d->node = rc_realloc(d->node, 2 * (size_t)d->nodes + 1, sizeof *d->node);
  rc_node *n = rc_alloc(1, sizeof *n);
  n->type = type;
  n->line = line;
  n->column = column;
  n->size = 1;
  d->node[d->nodes++] = n;
  return n;
}

rc_node *rc_doc_scalar(rc_doc *d, const char *text) {
  rc_node *n = rc_doc_add(d, RC_NODE_SCALAR, 0, 0);
  n->text = rc_strdup(text);
  return n;
}

void rc_doc_free(rc_doc *d) {
  if (!d) return;
  for (int i = 0; i < d->nodes; i++) {
    rc_free(d->node[i]->text);
    rc_free(d->node[i]->key);
    rc_free(d->node[i]->value);
    rc_free(d->node[i]);
  }
  rc_free(d->node);
  rc_free(d);
}

void rc_node_push(rc_node *n, rc_node *key, rc_node *value) {
  if ((n->count & (n->count + 1)) == 0) {
    size_t cap = 2 * (size_t)n->count + 1;
    n->value = rc_realloc(n->value, cap, sizeof *n->value);
    if (n->type == RC_NODE_MAP) n->key = rc_realloc(n->key, cap, sizeof *n->key);
  }
  if (n->type == RC_NODE_MAP) n->key[n->count] = key;
  n->value[n->count++] = value;
}

static int find(const rc_node *n, const char *key) {
  if (!n || n->type != RC_NODE_MAP) return -1;
  for (int i = 0; i < n->count; i++)
    if (!strcmp(n->key[i]->text, key)) return i;
  return -1;
}

rc_node *rc_node_get(const rc_node *n, const char *key) {
  int i = find(n, key);
  return i < 0 ? NULL : n->value[i];
}

void rc_node_put(rc_doc *d, rc_node *map, const char *key, rc_node *value) {
  int i = find(map, key);
  if (i >= 0)
    map->value[i] = value;
  else
    rc_node_push(map, rc_doc_scalar(d, key), value);
}

void rc_node_drop(rc_node *map, const char *key) {
  int i = find(map, key);
  if (i < 0) return;
  size_t rest = (size_t)(--map->count - i);
  memmove(map->key + i, map->key + i + 1, rest * sizeof *map->key);
  memmove(map->value + i, map->value + i + 1, rest * sizeof *map->value);
}

bool rc_node_is_null(const rc_node *n) {
  static const char *const words[] = {"", "~", "null", "Null", "NULL"};
  if (n->type != RC_NODE_SCALAR || n->quoted) return false;
  for (size_t i = 0; i < RC_LEN(words); i++)
    if (!strcmp(n->text, words[i])) return true;
  return false;
}

bool rc_text_is_clean(const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)text[i], next = i + 1 < n ? (unsigned char)text[i + 1] : 0xFF;
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F || (c == 0xC2 && next < 0xA0))
      return false;
  }
  return true;
}

/* ---- complaints ---------------------------------------------------------------------------------
 */

bool rc_node_error(const rc_node *n, rc_err *err, const char *format, ...) {
  rc_str s = {0};
  va_list ap;
  va_start(ap, format);
  char *text = NULL;
  if (vasprintf(&text, format, ap) >= 0) {
    rc_str_add(&s, text);
    free(text);
  }
  va_end(ap);
  rc_err_at(err, RC_ERR_INPUT, n->line, n->column, "%s", rc_str_c(&s));
  rc_str_free(&s);
  return false;
}

/* A short list as it is written, "a list" else. */
static void describe_list(const rc_node *n, rc_str *out) {
  rc_str s = {0};
  bool plain = n->count > 0;
  for (int i = 0; i < n->count && plain && s.len < 40; i++) {
    plain = n->value[i]->type == RC_NODE_SCALAR && n->value[i]->text[0];
    rc_str_addf(&s, "%s", i ? ", " : "");
    if (plain) rc_str_add_cut(&s, n->value[i]->text, 20);
  }
  if (plain && s.len < 40)
    rc_str_addf(out, "[%s]", rc_str_c(&s));
  else
    rc_str_add(out, n->count ? "a list" : "an empty list");
  rc_str_free(&s);
}

/* What stands there, for the end of a message: one line, cut when long. */
static void describe(const rc_node *n, rc_str *out) {
  if (n->type == RC_NODE_LIST) {
    describe_list(n, out);
  } else if (n->type == RC_NODE_MAP) {
    rc_str_add(out, "keys and values");
  } else if (rc_node_is_null(n)) {
    rc_str_add(out, "nothing");
  } else {
    rc_str_add(out, n->quoted ? "the text '" : "'");
    rc_str_add_cut(out, n->text, 40);
    rc_str_addc(out, '\'');
  }
}

bool rc_node_wants(const rc_node *n, const char *key, const char *wants, rc_err *err) {
  rc_str is = {0};
  describe(n, &is);
  rc_node_error(n, err, "'%s' wants %s, not %s", key, wants, rc_str_c(&is));
  rc_str_free(&is);
  return false;
}

bool rc_node_unknown(const rc_node *n, const char *what, const char *where,
                     const char *const *names, size_t count, rc_err *err) {
  rc_str s = {0}, is = {0};
  describe(n, &is);
  rc_str_addf(&s, "unknown %s %s%s%s", what, rc_str_c(&is), where[0] ? " in " : "", where);
  if (count)
    rc_str_add_choices(&s, n->type == RC_NODE_SCALAR ? n->text : NULL, names, count);
  else
    rc_str_add(&s, "; it takes none");
  rc_node_error(n, err, "%s", rc_str_c(&s));
  rc_str_free(&s);
  rc_str_free(&is);
  return false;
}

bool rc_node_keys(const rc_node *n, const char *where, const char *const *names, rc_err *err) {
  if (n->type != RC_NODE_MAP) return rc_node_wants(n, where, "keys and values", err);
  size_t count = 0;
  while (names[count]) count++;
  for (int k = 0; k < n->count; k++) {
    size_t i = 0;
    while (i < count && strcmp(names[i], n->key[k]->text)) i++;
    if (i == count) return rc_node_unknown(n->key[k], "key", where, names, count, err);
  }
  return true;
}

/* ---- typed reading ------------------------------------------------------------------------------
 */

bool rc_node_text(const rc_node *n, const char *key, size_t most, char **out, rc_err *err) {
  if (n->type != RC_NODE_SCALAR || rc_node_is_null(n)) return rc_node_wants(n, key, "a text", err);
  if (strlen(n->text) > most)
    return rc_node_error(n, err, "'%s' is longer than %zu bytes", key, most);
  rc_free(*out);
  *out = rc_strdup(n->text);
  return true;
}

bool rc_node_copy(const rc_node *n, const char *key, char *out, size_t size, rc_err *err) {
  char *text = NULL;
  if (!rc_node_text(n, key, size - 1, &text, err)) return false;
  memcpy(out, text, strlen(text) + 1);
  rc_free(text);
  return true;
}

static const char *one_value(const rc_node *n) { /* "" when it cannot be a number or a bool */
  return n->type == RC_NODE_SCALAR && !n->quoted ? n->text : "";
}

bool rc_node_int(const rc_node *n, const char *key, int64_t min, int64_t max, int64_t *out,
                 rc_err *err) {
  if (rc_parse_int(one_value(n), out) && *out >= min && *out <= max) return true;
  char wants[96];
  snprintf(wants, sizeof wants, "a whole number from %lld to %lld", (long long)min, (long long)max);
  return rc_node_wants(n, key, wants, err);
}

bool rc_node_real(const rc_node *n, const char *key, double min, double max, double *out,
                  rc_err *err) {
  if (rc_parse_real(one_value(n), out) && *out >= min && *out <= max) return true;
  char wants[96], low[32], high[32];
  rc_format_real(min, low);
  rc_format_real(max, high);
  snprintf(wants, sizeof wants, "a number from %s to %s", low, high);
  return rc_node_wants(n, key, wants, err);
}

bool rc_node_bool(const rc_node *n, const char *key, bool *out, rc_err *err) {
  const rc_param p = {.name = "", .type = RC_T_BOOL};
  if (rc_param_set(&p, out, one_value(n), NULL)) return true;
  return rc_node_wants(n, key, "true or false", err);
}
