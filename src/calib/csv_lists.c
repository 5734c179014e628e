/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of a scenario as tables. A cell's line is the number of its entry and its column 0, which
 * errors turn into "measurements, entry 3". */
#include "calib/csv_lists.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const rc_param cd_list_params[] = {{.name = "curve",
                                    .type = RC_T_TEXT,
                                    .offset = offsetof(cd_lists, curve),
                                    .def = "",
                                    .help = "curve of each datum, \"chi, chi, C\", or one for all"},
                                   {.name = "x",
                                    .type = RC_T_REALS,
                                    .offset = offsetof(cd_lists, x),
                                    .def = "",
                                    .help = "abscissae (time, T)"},
                                   {.name = "value",
                                    .type = RC_T_REALS,
                                    .offset = offsetof(cd_lists, value),
                                    .def = "",
                                    .help = "measured values"},
                                   {.name = "noise",
                                    .type = RC_T_REALS,
                                    .offset = offsetof(cd_lists, noise),
                                    .def = "",
                                    .help = "standard deviations, or one for all"},
                                   {.name = "transformation",
                                    .type = RC_T_CHOICE,
                                    .offset = offsetof(cd_lists, transformation),
                                    .def = "lin",
                                    .choices = "lin|log|log10",
                                    .help = "the noise is of the value, of its ln or of its log10"},
                                   {0}};

const rc_param cd_adjust_params[] = {{.name = "name",
                                      .type = RC_T_TEXT,
                                      .offset = offsetof(cd_adjust, name),
                                      .def = "",
                                      .help = "parameters, \"J1, J2\""},
                                     {.name = "scale",
                                      .type = RC_T_TEXT,
                                      .offset = offsetof(cd_adjust, scale),
                                      .def = "",
                                      .help = "lin, log or log10 of each, or one for all"},
                                     {.name = "lower",
                                      .type = RC_T_REALS,
                                      .offset = offsetof(cd_adjust, lower),
                                      .def = "",
                                      .help = "lower bounds"},
                                     {.name = "upper",
                                      .type = RC_T_REALS,
                                      .offset = offsetof(cd_adjust, upper),
                                      .def = "",
                                      .help = "upper bounds"},
                                     {.name = "nominal",
                                      .type = RC_T_REALS,
                                      .offset = offsetof(cd_adjust, nominal),
                                      .def = "",
                                      .help = "values that a fit starts from, or keeps"},
                                     {.name = "estimate",
                                      .type = RC_T_INTS,
                                      .offset = offsetof(cd_adjust, estimate),
                                      .def = "",
                                      .max = 1,
                                      .help = "1: fitted, 0: kept at nominal"},
                                     {0}};

typedef struct column { /* n entries: of text, or numbers as text */
  const char *name;
  int n;
  char **text;
} column;

static void add_text(column *c, const char *from, size_t len) {
  c->text = rc_realloc(c->text, (size_t)c->n + 1, sizeof *c->text);
  char *copy = rc_alloc(len + 1, 1);
  memcpy(copy, from, len);
  c->text[c->n++] = copy;
}

static column words(const char *name, const char *list) {
  column c = {.name = name};
  for (const char *s = list ? list : ""; *s;) {
    s += strspn(s, " ");
    size_t len = strcspn(s, ",");
    const size_t next = len + (s[len] == ',');
    while (len > 0 && s[len - 1] == ' ') len--;
    add_text(&c, s, len);
    s += next;
  }
  return c;
}

static column numbers(const char *name, const rc_reals *list) {
  column c = {.name = name};
  for (int i = 0; i < list->n; i++) {
    char text[32];
    rc_format_real(list->v[i], text);
    add_text(&c, text, strlen(text));
  }
  return c;
}

static void drop(column *c, int columns) {
  for (int k = 0; k < columns; k++) {
    for (int i = 0; i < c[k].n; i++) rc_free(c[k].text[i]);
    rc_free(c[k].text);
  }
}

/* rows entries in each column that has any; one entry is for all. The table owns its text. */
static bool build(const char *what, const column *c, int columns, int rows, cc_table *t,
                  rc_err *err) {
  memset(t, 0, sizeof *t);
  int used = 0;
  size_t bytes = 0;
  for (int k = 0; k < columns; k++) {
    if (c[k].n != 0 && c[k].n != 1 && c[k].n != rows) {
      rc_err_set(err, RC_ERR_INPUT, "%s: %d %s in '%s', but %d in '%s'", what, c[k].n,
                 c[k].n == 1 ? "entry" : "entries", c[k].name, rows, c[0].name);
      rc_err_about(err, what, c[k].name, 0, "");
      return false;
    }
    used += c[k].n > 0;
    bytes += strlen(c[k].name) + 1;
    for (int i = 0; i < c[k].n; i++) bytes += strlen(c[k].text[i]) + 1;
  }
  t->file = rc_strdup(what);
  t->lists = true;
  t->columns = used, t->rows = rows;
  t->header = rc_alloc((size_t)used * ((size_t)rows + 1), sizeof *t->header);
  t->cell = t->header + used;
  char *to = t->text = rc_alloc(bytes, 1);
  int j = 0;
  for (int k = 0; k < columns; k++) {
    if (c[k].n == 0) continue;
    t->header[j] = (cc_cell){.text = to, .line = 0};
    to = stpcpy(to, c[k].name) + 1;
    for (int i = 0; i < rows; i++) {
      const bool repeated = c[k].n == 1 && i > 0;
      t->cell[i * used + j] = (cc_cell){.text = repeated ? t->cell[j].text : to, .line = i + 1};
      if (!repeated) to = stpcpy(to, c[k].text[i]) + 1;
    }
    j++;
  }
  return true;
}

static bool absent(const char *what, const char *list, const char *wants, rc_err *err) {
  rc_err_set(err, RC_ERR_INPUT, "%s: there is nothing in '%s'; it wants %s", what, list, wants);
  rc_err_about(err, what, list, 0, "");
  return false;
}

bool cd_lists_given(const cd_lists *l) {
  return (l->curve && l->curve[0]) || l->x.n || l->value.n || l->noise.n;
}

bool cd_adjust_given(const cd_adjust *a) {
  return (a->name && a->name[0]) || (a->scale && a->scale[0]) || a->lower.n || a->upper.n ||
         a->nominal.n || a->estimate.n;
}

bool cd_list_table(const cd_lists *l, cc_table *out, rc_err *err) {
  static const char *const transformation[] = {"", "log", "log10"},
                           *const help[] = {"one number per datum", "one number per datum",
                                            "standard deviations, one per datum or one for all"};
  column c[] = {numbers("x", &l->x), numbers("value", &l->value), numbers("noise", &l->noise),
                words("curve", l->curve),
                words("transformation", transformation[l->transformation])};
  const int n = RC_LEN(c);
  bool ok = true;
  for (int k = 0; k < 3 && ok; k++) {
    if (c[k].n == 0) ok = absent("measurements", c[k].name, help[k], err);
  }
  if (ok && c[1].n != c[0].n) {
    ok = rc_err_set(err, RC_ERR_INPUT, "measurements: %d %s in 'value', but %d in 'x'", c[1].n,
                    c[1].n == 1 ? "entry" : "entries", c[0].n);
    rc_err_about(err, "measurements", "value", 0, "");
  }
  ok = ok && build("measurements", c, n, c[0].n, out, err);
  drop(c, n);
  return ok;
}

bool cd_adjust_table(const cd_adjust *a, cc_table *out, rc_err *err) {
  double estimate[256];
  const int given = RC_MIN(a->estimate.n, 256);
  for (int i = 0; i < given; i++) estimate[i] = (double)a->estimate.v[i];
  const rc_reals as_reals = {.n = given, .v = estimate};
  column c[] = {words("name", a->name),          words("scale", a->scale),
                numbers("lower", &a->lower),     numbers("upper", &a->upper),
                numbers("nominal", &a->nominal), numbers("estimate", &as_reals)};
  const int n = RC_LEN(c);
  bool ok = c[0].n > 0 || absent("adjust", "name", "the parameters that it is about", err);
  ok = ok && build("adjust", c, n, c[0].n, out, err);
  drop(c, n);
  return ok;
}
