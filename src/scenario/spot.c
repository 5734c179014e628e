/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where something stands in the file that a scenario came from, for what is found out later. */
#include <string.h>

#include "scenario/node.h"
#include "scenario/read.h"

bool rc_scenario_spot(const rc_scenario *s, const char *path, const char *text, rc_spot *at) {
  size_t len;
  rc_err e = {0};
  char *all = *s->path ? rc_read_file(s->path, RC_YAML_BYTES, &len, &e) : NULL;
  rc_doc *doc = all ? rc_yaml_parse(all, len, &e) : NULL;
  const rc_node *n = doc ? doc->root : NULL;
  for (const char *p = path; n && *p; p += strspn(p, ".")) {
    char key[RC_NAME_MAX];
    const int part = (int)strcspn(p, ".");
    snprintf(key, sizeof key, "%.*s", part, p);
    n = rc_node_get(n, key);
    p += part;
  }
  const bool found = n && n->type == RC_NODE_SCALAR && !strcmp(n->text, text);
  if (found) *at = rc_node_spot(n);
  rc_doc_free(doc);
  rc_free(all);
  return found;
}
