/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario as YAML that reads back as the same thing. What equals its default is left out. */
#include <stdio.h>
#include <string.h>

#include "scenario/read.h"

enum { WIDTH = 90 };

static void add_real(rc_str *out, double v) {
  char text[32];
  rc_format_real(v, text);
  rc_str_add(out, text);
}

/* ---- text ---------------------------------------------------------------------------------------
 */

/* Characters that YAML takes for line ends, or that may only stand there escaped. */
static bool has_awkward(const char *text) {
  static const char *const awkward[] = {"\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF",
                                        "\xEF\xBF\xBE", "\xEF\xBF\xBF"};
  for (size_t i = 0; i < RC_LEN(awkward); i++)
    if (strstr(text, awkward[i])) return true;
  return false;
}

/* A folded block keeps only single blanks between words and at most one newline, at the end. */
static bool folds(const char *text) {
  size_t n = strlen(text);
  if (n < 60 || text[0] == ' ' || strchr(text, '\t') || strstr(text, "  ") || has_awkward(text))
    return false;
  const char *nl = strchr(text, '\n');
  return !nl ? text[n - 1] != ' ' : nl == text + n - 1 && text[n - 2] != ' ';
}

/* "KEY: value", folded over lines when it is long; 'lead' begins the first line, 'indent' blanks
 * the following ones. */
static void write_text(rc_str *out, const char *lead, int indent, const char *key,
                       const char *text) {
  rc_str_addf(out, "%s%s: ", lead, key);
  if (!folds(text)) {
    rc_str_add_yaml(out, text);
    rc_str_addc(out, '\n');
    return;
  }
  bool newline = strchr(text, '\n') != NULL;
  rc_str_add(out, newline ? ">" : ">-");
  int column = WIDTH;
  for (const char *w = text; *w;) {
    int len = (int)strcspn(w, " \n");
    if (column + 1 + len > WIDTH) {
      rc_str_addf(out, "\n%*s", indent + 2, "");
      column = indent + 2;
    } else {
      rc_str_addc(out, ' ');
      column++;
    }
    rc_str_addn(out, w, (size_t)len);
    column += len;
    w += len + (w[len] != '\0');
  }
  rc_str_addc(out, '\n');
}

/* ---- the system ---------------------------------------------------------------------------------
 */

static void write_ints(rc_str *out, const int *v, int n) {
  rc_str_addc(out, '[');
  for (int i = 0; i < n; i++) rc_str_addf(out, "%s%d", i ? ", " : "", v[i]);
  rc_str_addc(out, ']');
}

void rc_write_torus(const rc_lattice_spec *s, rc_str *out) {
  rc_str_addc(out, '[');
  for (int i = 0; i < s->vectors; i++) {
    if (i) rc_str_add(out, ", ");
    write_ints(out, s->torus[i], s->vectors);
  }
  rc_str_addc(out, ']');
}

static void write_custom(const rc_lattice_spec *s, rc_str *out) {
  if (!s->sites) {
    rc_str_addf(out, "lattice: {kind: custom%s}\n", s->dedupe ? ", dedupe: true" : "");
    return;
  }
  rc_str_addf(out, "lattice:\n  kind: custom\n  sites: %d\n", s->sites);
  if (s->dedupe) rc_str_add(out, "  dedupe: true\n");
  rc_str_add(out, "  bonds:\n");
  for (int b = 0; b < s->bonds; b++) {
    rc_str_addf(out, "    - [%d, %d, %s", s->bond[b].i, s->bond[b].j,
                s->class_name[s->bond[b].cls]);
    if (s->bond[b].factor != 1) {
      rc_str_add(out, ", ");
      add_real(out, s->bond[b].factor);
    }
    rc_str_add(out, "]\n");
  }
  if (!s->position) return;
  rc_str_add(out, "  positions:\n");
  for (int i = 0; i < s->sites; i++) {
    for (int k = 0; k < 3; k++) {
      rc_str_add(out, k ? ", " : "    - [");
      add_real(out, s->position[i][k]);
    }
    rc_str_add(out, "]\n");
  }
}

static void write_lattice(const rc_lattice_spec *s, rc_str *out) {
  if (rc_lattice_is_custom(s->kind)) {
    write_custom(s, out);
    return;
  }
  rc_str_addf(out, "lattice: {kind: %s", s->kind);
  if (s->extents) {
    rc_str_add(out, ", cluster: ");
    write_ints(out, s->cluster, s->extents);
  }
  if (s->vectors) {
    rc_str_add(out, ", torus: ");
    rc_write_torus(s, out);
  }
  if (!s->periodic) rc_str_add(out, ", periodic: false");
  if (s->dedupe) rc_str_add(out, ", dedupe: true");
  const rc_lattice_class *cls = rc_lattice_class_find(s->kind);
  for (const rc_param *p = cls->kind.params; p && p->name; p++) {
    if (rc_param_is_default(p, s->opts) && !(p->flags & RC_REQUIRED)) continue;
    rc_str_addf(out, ", %s: ", p->name);
    rc_param_get_yaml(p, s->opts, out);
  }
  rc_str_add(out, "}\n");
}

static void write_model(const rc_scenario *s, rc_str *out) {
  const char *lead = "model: {";
  for (int c = 0; c < s->built->classes; c++) {
    if (!s->has_J[c]) continue;
    rc_str_addf(out, "%s%s: ", lead, s->built->class_name[c]);
    add_real(out, s->model.J[c]);
    lead = ", ";
  }
  if (s->model.delta != 1) {
    rc_str_addf(out, "%sdelta: ", lead);
    add_real(out, s->model.delta);
    lead = ", ";
  }
  if (s->model.field != 0) {
    rc_str_addf(out, "%sfield: ", lead);
    add_real(out, s->model.field);
    lead = ", ";
  }
  if (lead[0] == ',') rc_str_add(out, "}\n");
}

void rc_write_signs(const int *v, int n, rc_str *out) {
  rc_str_addc(out, '[');
  for (int i = 0; i < n; i++) rc_str_addf(out, "%s%+d", i ? ", " : "", v[i]);
  rc_str_addc(out, ']');
}

static void write_sector(const rc_scenario *s, rc_str *out) {
  static const char *const symmetry[] = {"none", "translation", "full"};
  const rc_sector *q = &s->sector;
  rc_str inner = {0};
  if (q->all) {
    rc_str_add(&inner, ", sz: all");
  } else if (q->sz2 != rc_sector_default_sz2(s->built->sites)) {
    rc_str_add(&inner, ", sz: ");
    rc_sz_format(q->sz2, &inner);
  }
  if (q->symmetry != RC_SYM_NONE) rc_str_addf(&inner, ", symmetry: %s", symmetry[q->symmetry]);
  if (q->has_momentum) {
    rc_str_add(&inner, ", momentum: ");
    write_ints(&inner, q->momentum, s->built->dim);
  }
  if (q->characters) {
    rc_str_add(&inner, ", character: ");
    rc_write_signs(q->character, q->characters, &inner);
  }
  if (q->inversion) rc_str_addf(&inner, ", inversion: %+d", q->inversion);
  if (inner.len) rc_str_addf(out, "sector: {%s}\n", rc_str_c(&inner) + 2);
  rc_str_free(&inner);
}

/* ---- studies, expect, tour ----------------------------------------------------------------------
 */

static void write_studies(const rc_scenario *s, rc_str *out) {
  if (s->studies) rc_str_add(out, "studies:\n");
  for (int i = 0; i < s->studies; i++) {
    const rc_kind *k = s->study[i].kind;
    bool any = false;
    for (const rc_param *p = k->params; p && p->name; p++) {
      if (rc_param_is_default(p, s->study[i].opts) && !(p->flags & RC_REQUIRED)) continue;
      if (!any) rc_str_addf(out, "  %s:\n", k->name);
      any = true;
      rc_str_addf(out, "    %s: ", p->name);
      rc_param_get_yaml(p, s->study[i].opts, out);
      rc_str_addc(out, '\n');
    }
    if (!any) rc_str_addf(out, "  %s: {}\n", k->name);
  }
}

static void write_expect(const rc_expect *e, rc_str *out) {
  rc_str_addf(out, "  - {study: %s, value: ", e->study);
  rc_str_add_yaml(out, e->value);
  switch (e->op) {
  case RC_EXPECT_IS:
    rc_str_add(out, ", is: ");
    add_real(out, e->number);
    if (e->within != 0) {
      rc_str_add(out, ", within: ");
      add_real(out, e->within);
    }
    break;
  case RC_EXPECT_BOOL: rc_str_addf(out, ", is: %s", e->flag ? "true" : "false"); break;
  case RC_EXPECT_TEXT:
    rc_str_add(out, ", is: ");
    rc_str_add_yaml(out, e->text);
    break;
  case RC_EXPECT_BELOW:
  case RC_EXPECT_ABOVE:
    rc_str_add(out, e->op == RC_EXPECT_BELOW ? ", below: " : ", above: ");
    add_real(out, e->number);
    break;
  }
  rc_str_add(out, "}\n");
}

static void write_texts(const char *key, char *const *text, int n, rc_str *out) {
  rc_str_addf(out, "    %s: [", key);
  for (int i = 0; i < n; i++) {
    if (i) rc_str_add(out, ", ");
    rc_str_add_yaml(out, text[i]);
  }
  rc_str_add(out, "]\n");
}

static void write_choices(const rc_ask *a, rc_str *out) {
  rc_str_add(out, "    answer:\n      choice:\n");
  for (int i = 0; i < a->choices; i++) {
    rc_str_add(out, "        - {say: ");
    rc_str_add_yaml(out, a->choice[i].say);
    if (a->choice[i].is[0]) {
      rc_str_add(out, ", is: ");
      rc_str_add_yaml(out, a->choice[i].is);
    }
    rc_str_add(out, "}\n");
  }
}

static void write_ask(const rc_ask *a, rc_str *out) {
  write_text(out, "    ", 4, "ask", a->text);
  switch (a->kind) {
  case RC_ASK_VALUE:
    rc_str_add(out, "    answer: {value: ");
    rc_str_add_yaml(out, a->value);
    if (a->within >= 0) {
      rc_str_add(out, ", within: ");
      add_real(out, a->relative ? 100 * a->within : a->within);
      if (a->relative) rc_str_add(out, " %");
    }
    rc_str_add(out, "}\n");
    break;
  case RC_ASK_CHOICE: write_choices(a, out); break;
  case RC_ASK_SELECT:
    rc_str_addf(out, "    answer: {select: %s, where: ", a->select);
    rc_str_add_yaml(out, a->where);
    rc_str_add(out, "}\n");
    break;
  case RC_ASK_NONE: break;
  }
  if (a->hints) write_texts("hint", a->hint, a->hints, out);
  if (a->because) write_text(out, "    ", 4, "because", a->because);
}

static void write_step(const rc_tour_step *t, rc_str *out) {
  write_text(out, "  - ", 4, "say", t->say);
  if (t->view[0]) write_text(out, "    ", 4, "view", t->view);
  if (t->commands) write_texts("do", t->command, t->commands, out);
  if (t->wait[0]) write_text(out, "    ", 4, "wait", t->wait);
  if (t->ask.kind != RC_ASK_NONE) write_ask(&t->ask, out);
}

void rc_scenario_write(const rc_scenario *s, rc_str *out) {
  if (!s->built || strcmp(s->title, s->built->title)) write_text(out, "", 0, "title", s->title);
  if (s->about[0]) write_text(out, "", 0, "about", s->about);
  if (s->built) {
    write_lattice(&s->lattice, out);
    write_model(s, out);
    write_sector(s, out);
  }
  if (s->memory != RC_MEMORY_DEFAULT) {
    rc_str_add(out, "memory: ");
    rc_str_add_bytes(out, s->memory);
    rc_str_addc(out, '\n');
  }
  if (s->seed != 1) rc_str_addf(out, "seed: %llu\n", (unsigned long long)s->seed);
  write_studies(s, out);
  if (s->expects) rc_str_add(out, "expect:\n");
  for (int i = 0; i < s->expects; i++) write_expect(&s->expect[i], out);
  if (s->tours) rc_str_add(out, "tour:\n");
  for (int i = 0; i < s->tours; i++) write_step(&s->tour[i], out);
}
