/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where something stands in the file that a scenario came from, for what is found out later. */
#include <stdio.h>
#include <string.h>

#include "scenario/node.h"
#include "scenario/read.h"

typedef struct place {
  const rc_node *n;
  const char *text; /* of a scalar, or of an entry of it */
  int len, offset;
} place;

/* The value of a key; a kind with its options is written {kind: x, key: ..} or {x: {key: ..}}. */
static const rc_node *value_of(const rc_node *n, const char *key) {
  const rc_node *v = rc_node_get(n, key);
  if (v || n->type != RC_NODE_MAP || n->count != 1) return v;
  return rc_node_get(n->value[0], key);
}

/* The k-th entry, from 1 on, of a list or of a text with commas; one is for all. */
static place entry_of(const rc_node *n, int k) {
  if (n->type == RC_NODE_LIST) {
    const rc_node *v = n->count == 1 ? n->value[0] : k <= n->count ? n->value[k - 1] : NULL;
    if (!v || v->type != RC_NODE_SCALAR) return (place){0};
    return (place){v, v->text, (int)strlen(v->text), 0};
  }
  if (n->type != RC_NODE_SCALAR) return (place){0};
  const char *word = n->text;
  for (; k > 1 && strchr(word, ','); k--) word = strchr(word, ',') + 1;
  if (k > 1 && word != n->text) return (place){0};
  word += strspn(word, " ");
  int len = (int)strcspn(word, ",");
  while (len > 0 && word[len - 1] == ' ') len--;
  int offset = 0;
  for (const char *c = n->text; c < word; c++) offset += (*c & 0xc0) != 0x80;
  return (place){n, word, len, offset};
}

static bool same(const place *p, const char *text) {
  double a, b;
  char own[64];
  if ((int)strlen(text) == p->len && !strncmp(p->text, text, (size_t)p->len)) return true;
  snprintf(own, sizeof own, "%.*s", p->len, p->text);
  return rc_parse_real(own, &a) && rc_parse_real(text, &b) && a == b;
}

bool rc_scenario_spot(const rc_scenario *s, const char *path, int entry, const char *text,
                      rc_spot *at) {
  size_t len;
  rc_err e = {0};
  char *all = *s->path ? rc_read_file(s->path, RC_YAML_BYTES, &len, &e) : NULL;
  rc_doc *doc = all ? rc_yaml_parse(all, len, &e) : NULL;
  const rc_node *n = doc ? doc->root : NULL;
  for (const char *p = path; n && *p; p += strspn(p, ".")) {
    char key[RC_NAME_MAX];
    const int part = (int)strcspn(p, ".");
    snprintf(key, sizeof key, "%.*s", part, p);
    n = value_of(n, key);
    p += part;
  }
  place of = {0};
  if (n && entry > 0)
    of = entry_of(n, entry);
  else if (n && (n->type == RC_NODE_SCALAR || !text))
    of = (place){n, n->text ? n->text : "", n->text ? (int)strlen(n->text) : 0, 0};
  const bool found = of.n && (!text || same(&of, text));
  if (found) {
    *at = rc_node_spot(of.n);
    at->column += of.offset;
  }
  rc_doc_free(doc);
  rc_free(all);
  return found;
}
