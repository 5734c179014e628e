/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One parameter from text and to text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/base.h"

static bool ranged(const rc_param *p) {
  return p->min != 0 || p->max != 0;
}

static void add_real(rc_str *out, double v) {
  char text[32];
  rc_format_real(v, text);
  rc_str_add(out, text);
}

static void add_range(const rc_param *p, rc_str *out) {
  if (!ranged(p)) return;
  bool low = p->min > -1e300, high = p->max < 1e300;
  if (low && high) {
    rc_str_add(out, " from ");
    add_real(out, p->min);
    rc_str_add(out, " to ");
    add_real(out, p->max);
  } else if (low) {
    rc_str_add(out, " of at least ");
    add_real(out, p->min);
  } else if (high) {
    rc_str_add(out, " of at most ");
    add_real(out, p->max);
  }
}

static void add_names(const rc_kind *const *kinds, rc_str *out) {
  for (int i = 0; kinds && kinds[i]; i++) {
    if (i) rc_str_add(out, ", ");
    rc_str_add(out, kinds[i]->name);
  }
}

static void add_choices(const char *choices, rc_str *out) {
  for (const char *c = choices; *c; c++) {
    if (*c == '|')
      rc_str_add(out, ", ");
    else
      rc_str_addc(out, *c);
  }
}

void rc_param_wants(const rc_param *p, rc_str *out) {
  switch (p->type) {
  case RC_T_BOOL: rc_str_add(out, "true or false"); break;
  case RC_T_INT:
    rc_str_add(out, "a whole number");
    add_range(p, out);
    break;
  case RC_T_REAL:
    rc_str_add(out, "a number");
    add_range(p, out);
    break;
  case RC_T_CHOICE:
    rc_str_add(out, "one of ");
    add_choices(p->choices, out);
    break;
  case RC_T_TEXT: rc_str_add(out, "a text"); break;
  case RC_T_BYTES:
    rc_str_add(out, "a size such as 512 MiB");
    if (p->min > 0) {
      rc_str_add(out, ", at least ");
      rc_str_add_bytes(out, (uint64_t)p->min);
    }
    if (p->max > 0 && p->max < 0x1p60) {
      rc_str_add(out, ", at most ");
      rc_str_add_bytes(out, (uint64_t)p->max);
    }
    break;
  case RC_T_INTS:
    rc_str_add(out, "a list of whole numbers");
    add_range(p, out);
    break;
  case RC_T_REALS:
    rc_str_add(out, "a list of numbers");
    add_range(p, out);
    break;
  case RC_T_GROUP: rc_str_add(out, "keys and values"); break;
  case RC_T_ONE:
    rc_str_add(out, "one of ");
    add_names(p->kinds, out);
    break;
  case RC_T_LIST:
    rc_str_add(out, "a list of ");
    add_names(p->kinds, out);
    break;
  }
}

/* ---- set ----------------------------------------------------------------------------------------
 */

static bool refuse(const rc_param *p, const char *text, const char *near, rc_err *err) {
  rc_str s = {0};
  rc_str_addf(&s, "'%s' wants ", p->name);
  rc_param_wants(p, &s);
  rc_str_add(&s, ", not '");
  rc_str_add_cut(&s, text, 40);
  rc_str_addc(&s, '\'');
  if (near) rc_str_addf(&s, "; did you mean '%s'?", near);
  rc_err_set(err, RC_ERR_INPUT, "%s", rc_str_c(&s));
  rc_str_free(&s);
  return false;
}

static bool in_range(const rc_param *p, double v) {
  return !ranged(p) || (v >= p->min && v <= p->max);
}

static bool parse_bool(const char *text, bool *v) {
  static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off"};
  for (int i = 0; i < 3; i++) {
    if (!strcasecmp(text, yes[i])) return *v = true;
    if (!strcasecmp(text, no[i])) {
      *v = false;
      return true;
    }
  }
  return false;
}

static bool set_choice(const rc_param *p, int *v, const char *text, rc_err *err) {
  char *copy = rc_strdup(p->choices), *rest = copy, *word;
  const char *names[64];
  size_t n = 0;
  while ((word = strsep(&rest, "|")) && n < RC_LEN(names)) names[n++] = word;
  bool found = false;
  for (size_t i = 0; i < n && !found; i++)
    if (!strcmp(names[i], text)) {
      *v = (int)i;
      found = true;
    }
  if (!found) refuse(p, text, rc_nearest(text, names, n), err);
  rc_free(copy);
  return found;
}

/* Items of "[1, 2]" or "1, 2", trimmed; returns their number, -1 when it is no list. The items
 * point into copy. */
static int split(char *copy, char ***items) {
  char *s = copy + strspn(copy, " ");
  size_t n = strlen(s);
  while (n && s[n - 1] == ' ') s[--n] = '\0';
  *items = NULL;
  if (s[0] == '[') {
    if (n < 2 || s[n - 1] != ']') return -1;
    s[n - 1] = '\0';
    s++;
  }
  if (!s[strspn(s, " ")]) return 0;
  int count = 0;
  char *word;
  while ((word = strsep(&s, ","))) {
    word += strspn(word, " ");
    size_t len = strlen(word);
    while (len && word[len - 1] == ' ') word[--len] = '\0';
    *items = rc_realloc(*items, (size_t)count + 1, sizeof **items);
    (*items)[count++] = word;
  }
  return count;
}

static bool set_numbers(const rc_param *p, void *f, const char *text, rc_err *err) {
  char *copy = rc_strdup(text), **item;
  int n = split(copy, &item);
  bool ok = n >= 0;
  int64_t *whole = rc_alloc((size_t)RC_MAX(n, 0), sizeof *whole);
  double *real = rc_alloc((size_t)RC_MAX(n, 0), sizeof *real);
  for (int i = 0; i < n && ok; i++) {
    if (p->type == RC_T_INTS) {
      ok = rc_parse_int(item[i], &whole[i]) && in_range(p, (double)whole[i]);
    } else {
      ok = rc_parse_real(item[i], &real[i]) && in_range(p, real[i]);
    }
  }
  if (ok && p->type == RC_T_INTS) {
    rc_ints *to = f;
    rc_free(to->v);
    to->n = n;
    to->v = whole;
    whole = NULL;
  } else if (ok) {
    rc_reals *to = f;
    rc_free(to->v);
    to->n = n;
    to->v = real;
    real = NULL;
  } else {
    refuse(p, text, NULL, err);
  }
  rc_free(whole);
  rc_free(real);
  rc_free(item);
  rc_free(copy);
  return ok;
}

static const char *nearest_kind(const rc_kind *const *kinds, const char *word) {
  const char *names[128];
  size_t n = 0;
  for (; kinds && kinds[n] && n < RC_LEN(names); n++) names[n] = kinds[n]->name;
  return rc_nearest(word, names, n);
}

static bool set_list(const rc_param *p, rc_picks *to, const char *text, rc_err *err) {
  char *copy = rc_strdup(text), **item;
  int n = split(copy, &item);
  bool ok = n >= 0;
  rc_pick *v = n > 0 ? rc_alloc((size_t)n, sizeof *v) : NULL;
  for (int i = 0; i < n && ok; i++) {
    const rc_kind *k = rc_kind_find(p->kinds, item[i]);
    ok = k != NULL;
    if (ok)
      rc_pick_set(&v[i], k);
    else
      refuse(p, item[i], nearest_kind(p->kinds, item[i]), err);
  }
  if (n < 0) refuse(p, text, NULL, err);
  rc_picks old = {n, v};
  if (ok) {
    old = *to;
    *to = (rc_picks){n, v};
  }
  for (int i = 0; i < old.n; i++) rc_pick_free(&old.v[i]);
  rc_free(old.v);
  rc_free(item);
  rc_free(copy);
  return ok;
}

bool rc_param_set(const rc_param *p, void *opts, const char *text, rc_err *err) {
  void *f = (char *)opts + p->offset;
  switch (p->type) {
  case RC_T_BOOL: return parse_bool(text, f) || refuse(p, text, NULL, err);
  case RC_T_INT: {
    int64_t v;
    if (!rc_parse_int(text, &v) || !in_range(p, (double)v)) return refuse(p, text, NULL, err);
    *(int64_t *)f = v;
    return true;
  }
  case RC_T_REAL: {
    double v;
    if (!rc_parse_real(text, &v) || !in_range(p, v)) return refuse(p, text, NULL, err);
    *(double *)f = v;
    return true;
  }
  case RC_T_CHOICE: return set_choice(p, f, text, err);
  case RC_T_TEXT: {
    if (p->check && !p->check(p, text, err)) return false;
    char *copy = rc_strdup(text);
    rc_free(*(char **)f);
    *(char **)f = copy;
    return true;
  }
  case RC_T_BYTES: {
    uint64_t v;
    if (!rc_parse_bytes(text, &v) || !in_range(p, (double)v)) return refuse(p, text, NULL, err);
    *(uint64_t *)f = v;
    return true;
  }
  case RC_T_INTS:
  case RC_T_REALS: return set_numbers(p, f, text, err);
  case RC_T_GROUP: return refuse(p, text, NULL, err);
  case RC_T_ONE: {
    const rc_kind *k = rc_kind_find(p->kinds, text);
    if (!k) return refuse(p, text, nearest_kind(p->kinds, text), err);
    rc_pick *pick = f;
    if (pick->kind != k) rc_pick_set(pick, k); /* the same kind again keeps its options */
    return true;
  }
  case RC_T_LIST: return set_list(p, f, text, err);
  }
  return false;
}

/* ---- get ----------------------------------------------------------------------------------------
 */

static void get_value(const rc_param *p, const void *opts, bool nested, rc_str *out);

/* "a: 1, b: 2" of the fields that differ from the default or must be given. */
static int get_fields(const rc_param *table, const void *opts, const char *lead, rc_str *out) {
  int written = 0;
  for (const rc_param *p = table; p && p->name; p++) {
    if (rc_param_is_default(p, opts) && !(p->flags & RC_REQUIRED)) continue;
    rc_str_add(out, written++ ? ", " : lead);
    rc_str_addf(out, "%s: ", p->name);
    get_value(p, opts, true, out);
  }
  return written;
}

static void get_pick(const rc_pick *pick, rc_str *out) {
  if (!pick->kind) {
    rc_str_add(out, "null");
    return;
  }
  rc_str inner = {0};
  if (pick->opts && get_fields(pick->kind->params, pick->opts, ", ", &inner))
    rc_str_addf(out, "{kind: %s%s}", pick->kind->name, rc_str_c(&inner));
  else
    rc_str_add(out, pick->kind->name);
  rc_str_free(&inner);
}

static void get_value(const rc_param *p, const void *opts, bool nested, rc_str *out) {
  const void *f = (const char *)opts + p->offset;
  switch (p->type) {
  case RC_T_BOOL: rc_str_add(out, *(const bool *)f ? "true" : "false"); break;
  case RC_T_INT: rc_str_addf(out, "%" PRId64, *(const int64_t *)f); break;
  case RC_T_REAL: add_real(out, *(const double *)f); break;
  case RC_T_CHOICE: {
    const char *c = p->choices;
    for (int i = *(const int *)f; i > 0 && c; i--) c = strchr(c, '|') ? strchr(c, '|') + 1 : NULL;
    if (c) rc_str_addn(out, c, strcspn(c, "|"));
    break;
  }
  case RC_T_TEXT: {
    const char *text = *(char *const *)f ? *(char *const *)f : "";
    if (nested)
      rc_str_add_yaml(out, text);
    else
      rc_str_add(out, text);
    break;
  }
  case RC_T_BYTES: rc_str_add_bytes(out, *(const uint64_t *)f); break;
  case RC_T_INTS: {
    const rc_ints *a = f;
    rc_str_addc(out, '[');
    for (int i = 0; i < a->n; i++) rc_str_addf(out, "%s%" PRId64, i ? ", " : "", a->v[i]);
    rc_str_addc(out, ']');
    break;
  }
  case RC_T_REALS: {
    const rc_reals *a = f;
    rc_str_addc(out, '[');
    for (int i = 0; i < a->n; i++) {
      if (i) rc_str_add(out, ", ");
      add_real(out, a->v[i]);
    }
    rc_str_addc(out, ']');
    break;
  }
  case RC_T_GROUP:
    rc_str_addc(out, '{');
    get_fields(p->sub, f, "", out);
    rc_str_addc(out, '}');
    break;
  case RC_T_ONE: get_pick(f, out); break;
  case RC_T_LIST: {
    const rc_picks *a = f;
    rc_str_addc(out, '[');
    for (int i = 0; i < a->n; i++) {
      if (i) rc_str_add(out, ", ");
      get_pick(&a->v[i], out);
    }
    rc_str_addc(out, ']');
    break;
  }
  }
}

void rc_param_get(const rc_param *p, const void *opts, rc_str *out) {
  get_value(p, opts, false, out);
}

void rc_param_get_yaml(const rc_param *p, const void *opts, rc_str *out) {
  get_value(p, opts, true, out);
}

bool rc_param_is_default(const rc_param *p, const void *opts) {
  const char *f = (const char *)opts + p->offset;
  if (p->type == RC_T_GROUP) {
    for (const rc_param *q = p->sub; q && q->name; q++)
      if (!rc_param_is_default(q, f)) return false;
    return true;
  }
  /* A one-entry table makes a struct that holds the default of just this field. */
  rc_param alone[2] = {*p, {0}};
  union {
    char *text;
    int64_t i;
    double d;
    uint64_t u;
    bool b;
    rc_ints ints;
    rc_reals reals;
    rc_pick one;
    rc_picks list;
  } def;
  alone[0].offset = 0;
  rc_params_init(alone, &def, sizeof def);
  rc_str a = {0}, b = {0};
  rc_param_get(alone, &def, &a);
  rc_param_get(alone, f, &b);
  bool same = !strcmp(rc_str_c(&a), rc_str_c(&b));
  rc_str_free(&a);
  rc_str_free(&b);
  rc_params_free(alone, &def);
  return same;
}
