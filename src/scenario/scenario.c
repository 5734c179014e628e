/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole: load, parse, copy, free. */
#include <stdio.h>
#include <string.h>

#include "scenario/read.h"

enum { TITLE_MAX = 200, ABOUT_MAX = 20000 };

static void free_lattice(void *l) {
  rc_lattice_free(l);
}

void rc_scenario_share_lattice(rc_scenario *s, rc_share *lattice) {
  rc_share_drop(s->lattice_share);
  s->lattice_share = lattice;
  s->built = rc_share_get(lattice);
}

/* Building the lattice finds out whether the cluster makes sense. */
static bool build_lattice(const rc_node *n, rc_scenario *s, rc_reading *r) {
  if (r->lattice) {
    rc_scenario_share_lattice(s, rc_share_ref(r->lattice));
    return true;
  }
  rc_err inner = {0};
  rc_lattice *l = rc_lattice_new(&s->lattice, &inner);
  if (!l) {
    const rc_node *at = rc_node_get(n, "cluster");
    if (!at) at = rc_node_get(n, "torus");
    if (!at) at = rc_node_get(n, "bonds");
    if (!at) at = n;
    return rc_err_at(r->err, inner.code, at->line, at->column, "%s", inner.message);
  }
  rc_scenario_share_lattice(s, rc_share_new(l, free_lattice));
  return true;
}

static bool read_limits(const rc_node *root, rc_scenario *s, rc_err *err) {
  static const rc_param memory = {
      .name = "memory", .type = RC_T_BYTES, .min = 1 << 20, .max = 0x1p60};
  const rc_node *v;
  s->memory = RC_MEMORY_DEFAULT;
  s->seed = 1;
  if ((v = rc_node_get(root, "memory")) && !rc_node_param(v, "", &memory, &s->memory, err))
    return false;
  int64_t seed = 1;
  if ((v = rc_node_get(root, "seed")) && !rc_node_int(v, "seed", 0, INT64_MAX, &seed, err))
    return false;
  s->seed = (uint64_t)seed;
  return true;
}

static bool read_head(const rc_node *root, rc_scenario *s, rc_err *err) {
  static const char *const names[] = {"title", "about",   "lattice", "model", "sector", "memory",
                                      "seed",  "studies", "expect",  "tour",  NULL};
  const rc_node *v;
  if (root->type != RC_NODE_MAP)
    return rc_node_error(root, err,
                         "a scenario is keys with values, such as 'lattice: {kind: chain}'");
  for (int k = 0; k < root->count; k++) {
    size_t i = 0;
    while (names[i] && strcmp(names[i], root->key[k]->text)) i++;
    if (!names[i]) return rc_node_unknown(root->key[k], "key", "", names, RC_LEN(names) - 1, err);
  }
  s->title = rc_strdup("");
  s->about = rc_strdup("");
  if ((v = rc_node_get(root, "title")) && !rc_node_text(v, "title", TITLE_MAX, &s->title, err))
    return false;
  if ((v = rc_node_get(root, "about")) && !rc_node_text(v, "about", ABOUT_MAX, &s->about, err))
    return false;
  return read_limits(root, s, err);
}

/* Can every study that is named do without a lattice? */
static bool needs_no_lattice(const rc_node *studies, const rc_kind *const *kinds) {
  if (!studies || studies->type != RC_NODE_MAP || !studies->count) return false;
  for (int i = 0; i < studies->count; i++) {
    const rc_kind *k = rc_kind_find(kinds, studies->key[i]->text);
    if (!k || !k->no_lattice) return false;
  }
  return true;
}

/* Without a lattice there is nothing that couplings and sectors could belong to. */
static bool refuse_magnet(const rc_node *root, rc_err *err) {
  static const char *const of_magnets[] = {"model", "sector"};
  for (size_t i = 0; i < RC_LEN(of_magnets); i++) {
    const rc_node *v = rc_node_get(root, of_magnets[i]);
    if (v)
      return rc_node_error(v, err, "'%s' belongs to a 'lattice', and there is none", of_magnets[i]);
  }
  return true;
}

static bool read_magnet(const rc_node *root, const rc_node *lattice, rc_scenario *s,
                        rc_reading *r) {
  if (!rc_read_lattice(lattice, &s->lattice, r->err) || !build_lattice(lattice, s, r)) return false;
  r->part = RC_PART_MODEL;
  if (!rc_read_model(rc_node_get(root, "model"), s, r->err)) return false;
  r->part = RC_PART_SECTOR;
  return rc_read_sector(rc_node_get(root, "sector"), s, !r->group_known, r->err);
}

static bool read_all(const rc_node *root, rc_scenario *s, rc_reading *r) {
  r->part = RC_PART_HEAD;
  if (!read_head(root, s, r->err)) return false;
  r->part = RC_PART_LATTICE;
  const rc_node *lattice = rc_node_get(root, "lattice");
  const rc_node *studies = rc_node_get(root, "studies");
  const bool none = !lattice && needs_no_lattice(studies, r->studies);
  if (!lattice && !none) return rc_node_error(root, r->err, "missing key 'lattice'");
  if (none ? !refuse_magnet(root, r->err) : !read_magnet(root, lattice, s, r)) return false;
  if (!s->title[0]) {
    rc_free(s->title);
    s->title =
        rc_strdup(none ? rc_kind_find(r->studies, studies->key[0]->text)->title : s->built->title);
  }
  r->part = RC_PART_REST;
  return rc_read_studies(rc_node_get(root, "studies"), s, r->studies, r->err) &&
         rc_read_expect(rc_node_get(root, "expect"), s, r->err) &&
         rc_read_tour(rc_node_get(root, "tour"), s, r->err);
}

rc_scenario *rc_scenario_read(const rc_node *root, rc_reading *r) {
  rc_scenario *s = rc_alloc(1, sizeof *s);
  if (read_all(root, s, r)) return s;
  rc_scenario_free(s);
  return NULL;
}

rc_scenario *rc_scenario_parse(const char *text, size_t len, const char *name,
                               const rc_kind *const *studies, rc_err *err) {
  rc_doc *doc = rc_yaml_parse(text, len, err);
  if (!doc) return NULL;
  rc_scenario *s = NULL;
  if (doc->root && !rc_node_is_null(doc->root)) {
    rc_reading r = {.studies = studies, .err = err};
    s = rc_scenario_read(doc->root, &r);
  } else {
    rc_err_at(err, RC_ERR_INPUT, 1, 1, "there is nothing here; a scenario has at least a lattice");
  }
  rc_doc_free(doc);
  if (!s) return NULL;
  s->path = rc_strdup(name ? name : "");
  rc_sha256(text, len, s->sha256);
  return s;
}

rc_scenario *rc_scenario_load(const char *path, const rc_kind *const *studies, rc_err *err) {
  size_t len;
  char *text = rc_read_file(path, RC_YAML_BYTES, &len, err);
  if (!text) return NULL;
  rc_scenario *s = rc_scenario_parse(text, len, path, studies, err);
  rc_free(text);
  return s;
}

rc_scenario *rc_scenario_default(const char *lattice_kind, const rc_kind *const *studies,
                                 rc_err *err) {
  rc_str text = {0};
  rc_str_add(&text, "lattice: {kind: ");
  rc_str_add_yaml(&text, lattice_kind);
  rc_str_add(&text, "}\n");
  rc_err inner = {0};
  rc_scenario *s = rc_scenario_parse(rc_str_c(&text), text.len, "", studies, &inner);
  if (!s)
    rc_err_set(err, inner.code, "%s", inner.message); /* its position means nothing to a user */
  rc_str_free(&text);
  return s;
}

/* ---- copy and free ------------------------------------------------------------------------------
 */

static void *copy_array(const void *from, int n, size_t size) {
  void *to = rc_alloc((size_t)n, size);
  if (n) memcpy(to, from, (size_t)n * size);
  return to;
}

rc_scenario *rc_scenario_copy(const rc_scenario *s) {
  rc_scenario *c = copy_array(s, 1, sizeof *c);
  c->path = rc_strdup(s->path);
  c->title = rc_strdup(s->title);
  c->about = rc_strdup(s->about);
  rc_lattice_spec_copy(&c->lattice, &s->lattice);
  rc_share_ref(s->lattice_share);
  c->study = rc_alloc((size_t)s->studies, sizeof *c->study);
  for (int i = 0; i < s->studies; i++) {
    const rc_kind *k = s->study[i].kind;
    c->study[i].kind = k;
    if (!s->study[i].opts) continue;
    c->study[i].opts = rc_alloc(1, k->size);
    rc_params_copy(k->params, c->study[i].opts, s->study[i].opts, k->size);
  }
  c->expect = copy_array(s->expect, s->expects, sizeof *s->expect);
  c->tour = copy_array(s->tour, s->tours, sizeof *s->tour);
  for (int i = 0; i < s->tours; i++) rc_tour_copy(&c->tour[i]);
  return c;
}

void rc_scenario_free(rc_scenario *s) {
  if (!s) return;
  rc_free(s->path);
  rc_free(s->title);
  rc_free(s->about);
  rc_lattice_spec_free(&s->lattice);
  rc_share_drop(s->lattice_share);
  for (int i = 0; i < s->studies; i++) {
    rc_pick pick = {s->study[i].kind, s->study[i].opts};
    rc_pick_free(&pick);
  }
  rc_free(s->study);
  rc_free(s->expect);
  for (int i = 0; i < s->tours; i++) rc_tour_clear(&s->tour[i]);
  rc_free(s->tour);
  rc_free(s);
}
