/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All keys that can be set, and their values. */
#include <stdio.h>
#include <string.h>

#include "scenario/path.h"

/* Keys and the texts they point to are made separately and packed into one block at the end. */
typedef struct list {
  rc_key *key;
  int n;
  rc_str pool;     /* choices made here, each with its zero */
  size_t *choices; /* offset + 1 into pool, 0 for none */
} list;

static rc_key *add(list *l, const char *name, rc_type type, const char *help) {
  static rc_key lost;
  if (strlen(name) >= sizeof lost.name) { /* too deep to be named: it is set in the file */
    memset(&lost, 0, sizeof lost);
    return &lost;
  }
  l->key = rc_realloc(l->key, (size_t)l->n + 1, sizeof *l->key);
  l->choices = rc_realloc(l->choices, (size_t)l->n + 1, sizeof *l->choices);
  rc_key *k = &l->key[l->n];
  memset(k, 0, sizeof *k);
  strcpy(k->name, name);
  k->type = type;
  k->help = help;
  k->unit = "";
  l->choices[l->n++] = 0;
  return k;
}

static void add_choices(list *l, const rc_kind *const *kinds) {
  l->choices[l->n - 1] = l->pool.len + 1;
  for (int i = 0; kinds && kinds[i]; i++) {
    if (i) rc_str_addc(&l->pool, '|');
    rc_str_add(&l->pool, kinds[i]->name);
  }
  rc_str_addc(&l->pool, '\0');
}

static void add_place(void *who, const char *path, const rc_place *place) {
  list *l = who;
  const rc_param *p = place->param;
  int before = l->n;
  rc_key *k = add(l, path, p->type, p->help);
  k->unit = p->unit ? p->unit : "";
  k->min = p->min;
  k->max = p->max;
  k->choices = p->choices;
  k->flags = p->flags;
  if (l->n > before && p->kinds) add_choices(l, p->kinds);
}

static void add_lattice(list *l, const rc_scenario *s) {
  add(l, "lattice.kind", RC_T_CHOICE, "the lattice");
  add_choices(l, rc_lattice_kinds);
  const rc_lattice_class *cls = rc_lattice_class_find(s->lattice.kind);
  for (const char *const *name = rc_lattice_keys(cls); *name; name++) {
    if (!strcmp(*name, "cluster")) {
      rc_key *k = add(l, "lattice.cluster", RC_T_INTS, "extents in unit cells");
      k->min = 1;
      k->max = RC_SITES_MAX;
    } else if (!strcmp(*name, "torus")) {
      add(l, "lattice.torus", RC_T_TEXT, "torus vectors [[a, b], [c, d]] in primitive vectors");
    } else if (!strcmp(*name, "periodic")) {
      add(l, "lattice.periodic", RC_T_BOOL, "closed to a torus, or open");
    } else if (!strcmp(*name, "dedupe")) {
      add(l, "lattice.dedupe", RC_T_BOOL, "coinciding torus bonds count once");
    }
  }
  rc_place_each(cls->kind.params, s->lattice.opts, "lattice", add_place, l);
}

static void add_number(list *l, const char *name, const char *help) {
  rc_key *k = add(l, name, RC_T_REAL, help);
  k->min = -RC_COUPLING_MAX;
  k->max = RC_COUPLING_MAX;
  k->flags = RC_LIVE;
}

static void add_system(list *l, const rc_scenario *s) {
  for (int c = 0; c < s->built->classes; c++) {
    char name[64];
    snprintf(name, sizeof name, "model.%s", s->built->class_name[c]);
    add_number(l, name, "coupling of this class of bonds; positive is antiferromagnetic");
  }
  add_number(l, "model.delta", "XXZ anisotropy Jz / Jxy; 1 is Heisenberg");
  add_number(l, "model.field", "magnetic field along z");
  add(l, "sector.sz", RC_T_TEXT, "total Sz, or all");
  add(l, "sector.symmetry", RC_T_CHOICE, "group of the symmetric basis")->choices =
      "none|translation|full";
  rc_key *k = add(l, "sector.momentum", RC_T_INTS, "numerators of the momentum");
  k->min = -RC_SITES_MAX;
  k->max = RC_SITES_MAX;
  k = add(l, "sector.character", RC_T_INTS, "+1 or -1 for each generator of the group");
  k->min = -1;
  k->max = 1;
  add(l, "sector.inversion", RC_T_CHOICE, "parity under spin inversion")->choices = "none|+1|-1";
}

int rc_scenario_keys(const rc_scenario *s, rc_key **keys) {
  list l = {0};
  add(&l, "title", RC_T_TEXT, "title of the scenario");
  if (s->built) {
    add_lattice(&l, s);
    add_system(&l, s);
  }
  rc_key *k = add(&l, "memory", RC_T_BYTES, "limit for what grows with the Hilbert space");
  k->min = 1 << 20;
  k->max = 0x1p60;
  k = add(&l, "seed", RC_T_INT, "of all random numbers");
  k->max = 9e18;
  for (int i = 0; i < s->studies; i++)
    rc_place_each(s->study[i].kind->params, s->study[i].opts, s->study[i].kind->name, add_place,
                  &l);
  size_t bytes = (size_t)l.n * sizeof *l.key;
  *keys = rc_realloc(l.key, bytes + l.pool.len, 1);
  char *pool = (char *)*keys + bytes;
  if (l.pool.len) memcpy(pool, l.pool.text, l.pool.len);
  for (int i = 0; i < l.n; i++)
    if (l.choices[i]) (*keys)[i].choices = pool + l.choices[i] - 1;
  rc_str_free(&l.pool);
  rc_free(l.choices);
  return l.n;
}

/* ---- get ----------------------------------------------------------------------------------------
 */

static void add_ints(rc_str *out, const int *v, int n) {
  rc_str_addc(out, '[');
  for (int i = 0; i < n; i++) rc_str_addf(out, "%s%d", i ? ", " : "", v[i]);
  rc_str_addc(out, ']');
}

static void get_place(const rc_place *p, rc_str *out) {
  if (p->param)
    rc_param_get(p->param, p->opts, out);
  else
    rc_str_add(out, p->pick->kind ? p->pick->kind->name : "null");
}

static bool get_lattice(const rc_scenario *s, const char *key, rc_str *out) {
  const rc_lattice_spec *l = &s->lattice;
  const rc_lattice_class *cls = rc_lattice_class_find(l->kind);
  rc_place place;
  if (!strcmp(key, "kind")) {
    rc_str_add(out, l->kind);
    return true;
  }
  if (rc_place_find(cls->kind.params, l->opts, key, &place)) {
    get_place(&place, out);
    return true;
  }
  bool legal = false;
  for (const char *const *k = rc_lattice_keys(cls); *k; k++) legal = legal || !strcmp(*k, key);
  if (!legal || (rc_lattice_is_custom(l->kind) && strcmp(key, "dedupe"))) return false;
  if (!strcmp(key, "cluster") && l->extents)
    add_ints(out, l->cluster, l->extents);
  else if (!strcmp(key, "cluster") && !l->vectors && !cls->vectors)
    add_ints(out, cls->cluster, cls->dim);
  else if (!strcmp(key, "torus") && l->vectors)
    rc_write_torus(l, out);
  else if (!strcmp(key, "periodic"))
    rc_str_add(out, l->periodic ? "true" : "false");
  else if (!strcmp(key, "dedupe"))
    rc_str_add(out, l->dedupe ? "true" : "false");
  return true;
}

static bool get_model(const rc_scenario *s, const char *key, rc_str *out) {
  double v = s->model.delta;
  bool found = !strcmp(key, "delta");
  if (!found && (found = !strcmp(key, "field"))) v = s->model.field;
  for (int c = 0; c < s->built->classes && !found; c++)
    if ((found = !strcmp(key, s->built->class_name[c]))) v = s->model.J[c];
  if (!found) return false;
  char text[32];
  rc_format_real(v, text);
  rc_str_add(out, text);
  return true;
}

static bool get_sector(const rc_scenario *s, const char *key, rc_str *out) {
  static const char *const symmetry[] = {"none", "translation", "full"};
  const rc_sector *q = &s->sector;
  if (!strcmp(key, "sz")) {
    if (q->all)
      rc_str_add(out, "all");
    else
      rc_sz_format(q->sz2, out);
  } else if (!strcmp(key, "symmetry")) {
    rc_str_add(out, symmetry[q->symmetry]);
  } else if (!strcmp(key, "momentum")) {
    if (q->has_momentum) add_ints(out, q->momentum, s->built->dim);
  } else if (!strcmp(key, "character")) {
    if (q->characters) rc_write_signs(q->character, q->characters, out);
  } else if (!strcmp(key, "inversion")) {
    rc_str_add(out, q->inversion > 0 ? "+1" : q->inversion < 0 ? "-1" : "none");
  } else {
    return false;
  }
  return true;
}

bool rc_scenario_get(const rc_scenario *s, const char *key, rc_str *out) {
  if (!strncmp(key, "lattice.", 8)) return s->built && get_lattice(s, key + 8, out);
  if (!strncmp(key, "model.", 6)) return s->built && get_model(s, key + 6, out);
  if (!strncmp(key, "sector.", 7)) return s->built && get_sector(s, key + 7, out);
  if (!strcmp(key, "title") || !strcmp(key, "about")) {
    rc_str_add(out, key[0] == 't' ? s->title : s->about);
    return true;
  }
  if (!strcmp(key, "memory")) {
    rc_str_add_bytes(out, s->memory);
    return true;
  }
  if (!strcmp(key, "seed")) {
    rc_str_addf(out, "%llu", (unsigned long long)s->seed);
    return true;
  }
  rc_place place;
  if (rc_study_place(s, key, &place)) {
    get_place(&place, out);
    return true;
  }
  return s->built && get_model(s, key, out); /* "J2" is short for "model.J2" */
}

bool rc_study_place(const rc_scenario *s, const char *key, rc_place *out) {
  if (!strncmp(key, "studies.", 8)) key += 8;
  size_t len = strcspn(key, ".");
  if (!key[len]) return false;
  for (int i = 0; i < s->studies; i++) {
    const rc_kind *k = s->study[i].kind;
    if (strlen(k->name) == len && !memcmp(k->name, key, len) && s->study[i].opts)
      return rc_place_find(k->params, s->study[i].opts, key + len + 1, out);
  }
  return false;
}
