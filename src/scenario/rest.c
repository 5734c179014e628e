/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 'studies' and 'expect' parts. */
#include <string.h>

#include "scenario/read.h"

enum { STUDIES_MAX = 32, EXPECTS_MAX = 1000 };

static size_t kind_names(const rc_kind *const *kinds, const char **names, size_t most) {
  size_t n = 0;
  for (; kinds && kinds[n] && n < most; n++) names[n] = kinds[n]->name;
  return n;
}

static void add_study(rc_scenario *s, const rc_kind *kind) {
  rc_pick pick = {0};
  rc_pick_set(&pick, kind);
  s->study[s->studies++] = (rc_scenario_study){kind, pick.opts};
}

bool rc_read_studies(const rc_node *n, rc_scenario *s, const rc_kind *const *studies, rc_err *err) {
  if (!n) { /* a system alone: the first study of the registry shows it */
    s->study = rc_alloc(1, sizeof *s->study);
    if (studies && studies[0]) add_study(s, studies[0]);
    return true;
  }
  if (n->type == RC_NODE_MAP && !n->count)
    return rc_node_error(
        n, err, "'studies' is empty: name one, such as 'hilbert: {}', or leave the key out");
  if (n->type != RC_NODE_MAP)
    return rc_node_wants(n, "studies", "keys and values such as 'hilbert: {}'", err);
  if (n->count > STUDIES_MAX)
    return rc_node_error(n, err, "'studies' has more than %d entries", STUDIES_MAX);
  s->study = rc_alloc((size_t)n->count, sizeof *s->study);
  for (int i = 0; i < n->count; i++) {
    const char *name = n->key[i]->text;
    const rc_kind *kind = rc_kind_find(studies, name);
    if (!kind) {
      const char *names[STUDIES_MAX];
      size_t count = kind_names(studies, names, RC_LEN(names));
      return rc_node_unknown(n->key[i], "study", "studies", names, count, err);
    }
    add_study(s, kind);
    if (!rc_node_params(n->value[i], name, kind->params, s->study[i].opts, NULL, err)) return false;
  }
  return true;
}

/* ---- expect -------------------------------------------------------------------------------------
 */

static bool number_in(const rc_node *n, const char *key, double *out, rc_err *err) {
  return rc_node_real(n, key, -1e300, 1e300, out, err);
}

/* 'is' may be a number, true or false, or a text: told apart by how it is written. */
static bool read_is(const rc_node *n, rc_expect *e, rc_err *err) {
  if (n->type != RC_NODE_SCALAR || rc_node_is_null(n))
    return rc_node_wants(n, "is", "a number, true, false or a text", err);
  if (!n->quoted && rc_parse_real(n->text, &e->number)) {
    e->op = RC_EXPECT_IS;
    return true;
  }
  if (!n->quoted && rc_node_bool(n, "is", &e->flag, NULL)) {
    e->op = RC_EXPECT_BOOL;
    return true;
  }
  e->op = RC_EXPECT_TEXT;
  return rc_node_copy(n, "is", e->text, sizeof e->text, err);
}

static bool read_value(const rc_node *n, rc_expect *e, rc_err *err) {
  if (!rc_node_copy(n, "value", e->value, sizeof e->value, err)) return false;
  return e->value[0] || rc_node_wants(n, "value", "the name of a figure", err);
}

static bool check_study(const rc_node *n, const rc_scenario *s, const char *name, rc_err *err) {
  const char *names[STUDIES_MAX];
  for (int i = 0; i < s->studies; i++) {
    names[i] = s->study[i].kind->name;
    if (!strcmp(names[i], name)) return true;
  }
  return rc_node_unknown(n, "study", "expect", names, (size_t)s->studies, err);
}

static bool read_one_expect(const rc_node *n, const rc_scenario *s, rc_expect *e, rc_err *err) {
  static const char *const names[] = {"study", "value", "is", "within", "below", "above", NULL};
  if (!rc_node_keys(n, "expect", names, err)) return false;
  e->line = n->line;
  e->column = n->column;
  for (int i = 0; i < 2; i++)
    if (!rc_node_get(n, names[i]))
      return rc_node_error(n, err, "missing key '%s' in expect", names[i]);
  const rc_node *study = rc_node_get(n, "study"), *within = rc_node_get(n, "within");
  const rc_node *is = rc_node_get(n, "is"), *below = rc_node_get(n, "below"),
                *above = rc_node_get(n, "above");
  if (!rc_node_copy(study, "study", e->study, sizeof e->study, err)) return false;
  if (!check_study(study, s, e->study, err)) return false;
  if (!read_value(rc_node_get(n, "value"), e, err)) return false;
  e->value_at = rc_node_spot(rc_node_get(n, "value"));
  if (!!is + !!below + !!above != 1)
    return rc_node_error(n, err, "an entry of expect has one of is, below and above");
  e->target_at = rc_node_spot(is ? is : below ? below : above);
  if (is && !read_is(is, e, err)) return false;
  if (below) {
    e->op = RC_EXPECT_BELOW;
    if (!number_in(below, "below", &e->number, err)) return false;
  } else if (above) {
    e->op = RC_EXPECT_ABOVE;
    if (!number_in(above, "above", &e->number, err)) return false;
  }
  if (!within) return true;
  if (e->op != RC_EXPECT_IS)
    return rc_node_error(within, err, "'within' goes with a number in 'is'");
  return rc_node_real(within, "within", 0, 1e300, &e->within, err);
}

rc_spot rc_node_spot(const rc_node *n) {
  return (rc_spot){n->line, n->column + n->inset};
}

bool rc_read_expect(const rc_node *n, rc_scenario *s, rc_err *err) {
  if (!n || rc_node_is_null(n)) return true;
  if (n->type != RC_NODE_LIST) return rc_node_wants(n, "expect", "a list", err);
  if (n->count > EXPECTS_MAX)
    return rc_node_error(n, err, "'expect' has more than %d entries", EXPECTS_MAX);
  s->expect = rc_alloc((size_t)n->count, sizeof *s->expect);
  for (; s->expects < n->count; s->expects++)
    if (!read_one_expect(n->value[s->expects], s, &s->expect[s->expects], err)) return false;
  return true;
}
