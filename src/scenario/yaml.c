/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only file that knows libyaml: events in, nodes out. */
#include <string.h>

#include <yaml.h>

#include "scenario/node.h"

typedef struct anchor {
  char *name;
  rc_node *node;
} anchor;

typedef struct state {
  yaml_parser_t parser;
  const char *text;
  size_t len;
  rc_doc *doc;
  anchor *anchor;
  int anchors;
  size_t size; /* nodes so far, aliases followed */
  rc_err *err;
} state;

static int at_line(yaml_mark_t m) {
  return (int)m.line + 1;
}
static int at_column(yaml_mark_t m) {
  return (int)m.column + 1;
}

static bool fail(state *s, yaml_mark_t m, const char *message) {
  return rc_err_at(s->err, RC_ERR_INPUT, at_line(m), at_column(m), "%s", message);
}

/* Line and column of a byte: for what libyaml has no mark of. */
static yaml_mark_t mark_of(const char *text, size_t offset) {
  yaml_mark_t m = {.index = offset};
  for (size_t i = 0; i < offset; i++) {
    if (text[i] == '\n') {
      m.line++;
      m.column = 0;
    } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
      m.column++;
    }
  }
  return m;
}

/* Says the two commonest slips in plain words; for the rest libyaml's own words must do. */
static bool complain(state *s) {
  const yaml_parser_t *p = &s->parser;
  const char *problem = p->problem ? p->problem : "cannot be read";
  if (p->error == YAML_READER_ERROR) {
    yaml_mark_t m = mark_of(s->text, RC_MIN(p->problem_offset, s->len));
    return rc_err_at(s->err, RC_ERR_INPUT, at_line(m), at_column(m), "not valid YAML: %s", problem);
  }
  yaml_mark_t m = p->problem_mark;
  /* the mark counts characters, so its index is a byte offset only in front of the first other */
  size_t at = 0;
  for (size_t chars = 0; at < s->len && chars < m.index; at++)
    chars += at + 1 == s->len || ((unsigned char)s->text[at + 1] & 0xC0) != 0x80;
  if (at < s->len && s->text[at] == '\t')
    return fail(s, m, "not valid YAML: a tab where only blanks may indent");
  if (strstr(problem, "mapping values are not allowed"))
    return fail(s, m, "not valid YAML: a second ': ' in one value; put the text in quotes");
  if (!p->context)
    return rc_err_at(s->err, RC_ERR_INPUT, at_line(m), at_column(m), "not valid YAML: %s", problem);
  return rc_err_at(s->err, RC_ERR_INPUT, at_line(m), at_column(m), "not valid YAML: %s (%s)",
                   problem, p->context);
}

static bool next(state *s, yaml_event_t *e) {
  return yaml_parser_parse(&s->parser, e) ? true : complain(s);
}

/* "!" and the tags of YAML's core schema are harmless; others would ask for types we have not. */
static bool tag_ok(state *s, const yaml_event_t *e, const yaml_char_t *tag) {
  static const char *const core[] = {"str", "int", "float", "bool", "null", "seq", "map"};
  static const char prefix[] = "tag:yaml.org,2002:";
  const char *t = (const char *)tag;
  if (!t || !strcmp(t, "!")) return true;
  if (!strncmp(t, prefix, sizeof prefix - 1))
    for (size_t i = 0; i < RC_LEN(core); i++)
      if (!strcmp(t + sizeof prefix - 1, core[i])) return true;
  rc_str shown = {0};
  rc_str_add_cut(&shown, t, 40);
  rc_err_at(s->err, RC_ERR_INPUT, at_line(e->start_mark), at_column(e->start_mark),
            "the tag '%s' has no meaning in a scenario", rc_str_c(&shown));
  rc_str_free(&shown);
  return false;
}

static bool count(state *s, yaml_mark_t m, size_t size) {
  s->size += size;
  if (s->size <= RC_YAML_NODES) return true;
  return rc_err_at(s->err, RC_ERR_INPUT, at_line(m), at_column(m),
                   "more than %d values after aliases are followed", RC_YAML_NODES);
}

static void remember(state *s, const yaml_char_t *name, rc_node *n) {
  if (!name) return;
  for (int i = 0; i < s->anchors; i++)
    if (!strcmp(s->anchor[i].name, (const char *)name)) {
      s->anchor[i].node = n; /* YAML lets a later anchor take over the name */
      return;
    }
  s->anchor = rc_realloc(s->anchor, (size_t)s->anchors + 1, sizeof *s->anchor);
  s->anchor[s->anchors++] = (anchor){rc_strdup((const char *)name), n};
}

static rc_node *follow(state *s, const yaml_event_t *e) {
  const char *name = (const char *)e->data.alias.anchor;
  int line = at_line(e->start_mark), column = at_column(e->start_mark);
  for (int i = 0; i < s->anchors; i++) {
    rc_node *n = s->anchor[i].node;
    if (strcmp(s->anchor[i].name, name)) continue;
    if (n->open) {
      rc_err_at(s->err, RC_ERR_INPUT, line, column, "the alias '*%.60s' stands inside itself",
                name);
      return NULL;
    }
    return count(s, e->start_mark, n->size) ? n : NULL;
  }
  rc_err_at(s->err, RC_ERR_INPUT, line, column, "there is no anchor '&%.60s' before this alias",
            name);
  return NULL;
}

static rc_node *scalar(state *s, const yaml_event_t *e) {
  const char *v = (const char *)e->data.scalar.value;
  const char *tag = (const char *)e->data.scalar.tag;
  if (!tag_ok(s, e, e->data.scalar.tag)) return NULL;
  if (!rc_text_is_clean(v, e->data.scalar.length)) {
    fail(s, e->start_mark, "this text has a control character in it");
    return NULL;
  }
  rc_node *n = rc_doc_add(s->doc, RC_NODE_SCALAR, at_line(e->start_mark), at_column(e->start_mark));
  n->text = rc_strdup(v);
  n->inset = e->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
             e->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
              (tag && (!strcmp(tag, "!") || strstr(tag, ":str")));
  remember(s, e->data.scalar.anchor, n);
  return n;
}

static rc_node *node(state *s, const yaml_event_t *e, int depth);

static bool fill_list(state *s, rc_node *n, int depth) {
  for (;;) {
    yaml_event_t e;
    if (!next(s, &e)) return false;
    bool end = e.type == YAML_SEQUENCE_END_EVENT;
    rc_node *item = end ? NULL : node(s, &e, depth + 1);
    yaml_event_delete(&e);
    if (end) return true;
    if (!item) return false;
    rc_node_push(n, NULL, item);
    n->size += item->size;
  }
}

static bool check_key(state *s, const rc_node *map, const rc_node *key, yaml_mark_t m) {
  if (key->type != RC_NODE_SCALAR) return fail(s, m, "a key must be a word, not a list or a map");
  if (map->count >= RC_YAML_KEYS)
    return rc_err_at(s->err, RC_ERR_INPUT, at_line(m), at_column(m), "more than %d keys in one map",
                     RC_YAML_KEYS);
  int i = 0;
  while (i < map->count && strcmp(map->key[i]->text, key->text)) i++;
  if (i == map->count) return true;
  rc_str shown = {0};
  rc_str_add_cut(&shown, key->text, 40);
  rc_err_at(s->err, RC_ERR_INPUT, at_line(m), at_column(m),
            "the key '%s' is here twice; it is already in line %d", rc_str_c(&shown),
            map->key[i]->line);
  rc_str_free(&shown);
  return false;
}

static bool fill_map(state *s, rc_node *n, int depth) {
  for (;;) {
    yaml_event_t e;
    if (!next(s, &e)) return false;
    bool end = e.type == YAML_MAPPING_END_EVENT;
    rc_node *key = end ? NULL : node(s, &e, depth + 1);
    bool ok = end || (key && check_key(s, n, key, e.start_mark));
    yaml_event_delete(&e);
    if (end || !ok) return ok;
    if (!next(s, &e)) return false;
    rc_node *value = node(s, &e, depth + 1);
    yaml_event_delete(&e);
    if (!value) return false;
    rc_node_push(n, key, value);
    n->size += key->size + value->size;
  }
}

/* The node that begins with event e; NULL on error. */
static rc_node *node(state *s, const yaml_event_t *e, int depth) {
  if (e->type == YAML_ALIAS_EVENT) return follow(s, e);
  if (!count(s, e->start_mark, 1)) return NULL;
  if (e->type == YAML_SCALAR_EVENT) return scalar(s, e);
  bool map = e->type == YAML_MAPPING_START_EVENT;
  if (depth >= RC_YAML_DEPTH) {
    rc_err_at(s->err, RC_ERR_INPUT, at_line(e->start_mark), at_column(e->start_mark),
              "nested more than %d deep", RC_YAML_DEPTH);
    return NULL;
  }
  if (!tag_ok(s, e, map ? e->data.mapping_start.tag : e->data.sequence_start.tag)) return NULL;
  rc_node *n = rc_doc_add(s->doc, map ? RC_NODE_MAP : RC_NODE_LIST, at_line(e->start_mark),
                          at_column(e->start_mark));
  n->open = true;
  remember(s, map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor, n);
  bool ok = map ? fill_map(s, n, depth) : fill_list(s, n, depth);
  n->open = false;
  return ok ? n : NULL;
}

static bool stream(state *s) {
  for (;;) {
    yaml_event_t e;
    if (!next(s, &e)) return false;
    bool ok = true, end = false;
    switch (e.type) {
    case YAML_STREAM_END_EVENT: end = true; break;
    case YAML_DOCUMENT_START_EVENT:
      if (s->doc->root) ok = fail(s, e.start_mark, "a second YAML document; a scenario is one");
      break;
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
      s->doc->root = node(s, &e, 0);
      ok = s->doc->root != NULL;
      break;
    default: break;
    }
    yaml_event_delete(&e);
    if (end || !ok) return ok;
  }
}

static bool check_utf8(const char *text, size_t len, rc_err *err) {
  size_t bad = 0;
  if (rc_utf8_valid(text, len, &bad)) return true;
  yaml_mark_t m = mark_of(text, bad);
  return rc_err_at(err, RC_ERR_INPUT, at_line(m), at_column(m), "not UTF-8 text: byte 0x%02X",
                   (unsigned char)text[bad]);
}

rc_doc *rc_yaml_parse(const char *text, size_t len, rc_err *err) {
  if (len > RC_YAML_BYTES) {
    rc_err_set(err, RC_ERR_INPUT, "is larger than 8 MiB");
    return NULL;
  }
  if (!check_utf8(text, len, err)) return NULL;
  state s = {.text = text, .len = len, .err = err};
  if (!yaml_parser_initialize(&s.parser)) {
    rc_err_set(err, RC_ERR_MEMORY, "no memory to read YAML");
    return NULL;
  }
  s.doc = rc_alloc(1, sizeof *s.doc);
  yaml_parser_set_encoding(&s.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&s.parser, (const unsigned char *)text, len);
  bool ok = stream(&s);
  yaml_parser_delete(&s.parser);
  for (int i = 0; i < s.anchors; i++) rc_free(s.anchor[i].name);
  rc_free(s.anchor);
  if (ok) return s.doc;
  rc_doc_free(s.doc);
  return NULL;
}
