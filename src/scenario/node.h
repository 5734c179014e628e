/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML document as a tree of nodes that know where they stand. Aliases share nodes, so the tree
 * is a directed graph without circles; the document owns them all. */
#ifndef ROADCUT_SCENARIO_NODE_H
#define ROADCUT_SCENARIO_NODE_H

#include "roadcut/base.h"

enum {
  RC_YAML_BYTES = 8 << 20, /* of a file */
  RC_YAML_DEPTH = 32,      /* of nested lists and maps */
  RC_YAML_NODES = 200000,  /* after aliases are followed */
  RC_YAML_KEYS = 1000      /* in one map */
};

typedef enum { RC_NODE_SCALAR, RC_NODE_LIST, RC_NODE_MAP } rc_node_type;

typedef struct rc_node {
  rc_node_type type;
  int line, column; /* 1-based; columns count characters */
  int inset;        /* 1 where a quote stands before the text, else 0 */
  bool quoted;      /* scalar in quotes, as a block or tagged !!str: text, whatever it looks like */
  char *text;       /* scalar: never NULL */
  int count;
  struct rc_node **key; /* map: scalars */
  struct rc_node **value;
  size_t size; /* nodes in here with aliases followed, itself included */
  bool open;   /* still being read: an alias to it would be a circle */
} rc_node;

typedef struct rc_doc {
  rc_node *root;
  int nodes;
  rc_node **node;
} rc_doc;

/* Errors: INPUT with position: too long, not UTF-8, not YAML, duplicate keys, aliases that
 * explode, tags beyond the core ones, more than one document, control characters. */
rc_doc *rc_yaml_parse(const char *text, size_t len, rc_err *err);
void rc_doc_free(rc_doc *d);
rc_node *rc_doc_add(rc_doc *d, rc_node_type type, int line, int column);
rc_node *rc_doc_scalar(rc_doc *d, const char *text);

void rc_node_push(rc_node *list_or_map, rc_node *key, rc_node *value);
/* Value at a key of a map; NULL when there is none (or n is NULL or no map). */
rc_node *rc_node_get(const rc_node *n, const char *key);
void rc_node_put(rc_doc *d, rc_node *map, const char *key, rc_node *value); /* replaces */
void rc_node_drop(rc_node *map, const char *key);
bool rc_node_is_null(const rc_node *n); /* plain null, ~ or nothing */

/* No control characters but newline and tab: a screen that shows the text obeys nothing in it. */
bool rc_text_is_clean(const char *text, size_t n);

/* ---- complaints: all set err (code INPUT) at the node and return false ------------------------
 */

bool rc_node_error(const rc_node *n, rc_err *err, const char *format, ...) RC_PRINTF(3, 4);
/* "'key' wants WANTS, not 'text'" or ".., not a list". */
bool rc_node_wants(const rc_node *n, const char *key, const char *wants, rc_err *err);
/* "unknown WHAT 'text' in WHERE; did you mean 'near'?", or the list of names. */
bool rc_node_unknown(const rc_node *n, const char *what, const char *where,
                     const char *const *names, size_t count, rc_err *err);
/* Every key of the map is one of the names (NULL-terminated). Also checks that n is a map. */
bool rc_node_keys(const rc_node *n, const char *where, const char *const *names, rc_err *err);

/* ---- typed reading ------------------------------------------------------------------------------
 */

bool rc_node_text(const rc_node *n, const char *key, size_t most, char **out, rc_err *err);
bool rc_node_copy(const rc_node *n, const char *key, char *out, size_t size, rc_err *err);
bool rc_node_int(const rc_node *n, const char *key, int64_t min, int64_t max, int64_t *out,
                 rc_err *err);
bool rc_node_real(const rc_node *n, const char *key, double min, double max, double *out,
                  rc_err *err);
bool rc_node_bool(const rc_node *n, const char *key, bool *out, rc_err *err);

/* Reads a map (or null: all defaults) into opts, which hold defaults already. skip: a key that is
 * not of the table but legal (NULL: none). where: "hilbert", for messages. */
bool rc_node_params(const rc_node *n, const char *where, const rc_param *table, void *opts,
                    const char *skip, rc_err *err);
/* Reads one parameter. */
bool rc_node_param(const rc_node *n, const char *where, const rc_param *p, void *opts, rc_err *err);

#endif
