/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 'tour' part: texts, commands, conditions, questions. That the figures, views and commands it
 * names exist is not known here: 'roadcut check' looks (src/app/sense.c). */
#include <string.h>

#include "scenario/read.h"

enum {
  TOUR_MAX = 1000,
  COMMANDS_MAX = 100,
  COMMAND_MAX = 200,
  SAY_MAX = 4000,
  ASK_MAX = 500,
  CHOICES_MIN = 2,
  CHOICES_MAX = 8,
  HINTS_MAX = 8
};

/* A text or a list of them. at (NULL: not wanted) gets where each stands. */
static bool read_texts(const rc_node *n, const char *key, size_t longest, int most, char ***text,
                       int *count, rc_spot **at, rc_err *err) {
  if (n->type == RC_NODE_MAP)
    return rc_node_wants(n, key, at ? "a command or a list of them" : "a text or a list of them",
                         err);
  const int all = n->type == RC_NODE_LIST ? n->count : 1;
  if (all > most) return rc_node_error(n, err, "'%s' has more than %d entries", key, most);
  *text = rc_alloc((size_t)all, sizeof **text);
  if (at) *at = rc_alloc((size_t)all, sizeof **at);
  for (; *count < all; (*count)++) {
    const rc_node *v = n->type == RC_NODE_LIST ? n->value[*count] : n;
    if (!rc_node_text(v, key, longest, &(*text)[*count], err)) return false;
    if (at) (*at)[*count] = rc_node_spot(v);
  }
  return true;
}

/* ---- questions ----------------------------------------------------------------------------------
 */

/* "0.01" is absolute, "2 %" a share of the figure. */
static bool read_within(const rc_node *n, rc_ask *a, rc_err *err) {
  char text[32];
  const char *percent = n->type == RC_NODE_SCALAR ? strchr(n->text, '%') : NULL;
  if (!percent) return rc_node_real(n, "within", 0, 1e300, &a->within, err);
  size_t len = (size_t)(percent - n->text);
  while (len > 0 && n->text[len - 1] == ' ') len--;
  if (percent[1] || len >= sizeof text)
    return rc_node_wants(n, "within", "a number, or a share such as '2 %'", err);
  memcpy(text, n->text, len);
  text[len] = '\0';
  if (!rc_parse_real(text, &a->within) || !(a->within >= 0) || a->within > 100)
    return rc_node_wants(n, "within", "a share from 0 % to 100 %", err);
  a->within /= 100;
  return a->relative = true;
}

static bool read_choice(const rc_node *n, rc_choice *c, rc_err *err) {
  static const char *const names[] = {"say", "is", NULL};
  if (!rc_node_keys(n, "choice", names, err)) return false;
  const rc_node *say = rc_node_get(n, "say"), *is = rc_node_get(n, "is");
  if (!say) return rc_node_error(n, err, "missing key 'say' in choice");
  if (!rc_node_text(say, "say", ASK_MAX, &c->say, err)) return false;
  c->at = is ? rc_node_spot(is) : (rc_spot){n->line, n->column};
  return !is || rc_node_copy(is, "is", c->is, sizeof c->is, err);
}

static bool read_choices(const rc_node *n, rc_ask *a, rc_err *err) {
  int open = 0;
  if (n->type != RC_NODE_LIST)
    return rc_node_wants(n, "choice", "a list of {say: .., is: CONDITION}", err);
  if (n->count < CHOICES_MIN || n->count > CHOICES_MAX)
    return rc_node_error(n, err, "'choice' has %d to %d entries, not %d", CHOICES_MIN, CHOICES_MAX,
                         n->count);
  a->choice = rc_alloc((size_t)n->count, sizeof *a->choice);
  while (a->choices < n->count) {
    const int i = a->choices++;
    if (!read_choice(n->value[i], &a->choice[i], err)) return false;
    if (!a->choice[i].is[0] && open++)
      return rc_node_error(n->value[i], err,
                           "only one choice may go without 'is': the one that is right when no "
                           "other is");
  }
  return true;
}

static bool read_selected(const rc_node *n, const rc_node *what, rc_ask *a, rc_err *err) {
  static const char *const kinds[] = {"site", "edge", "state"};
  const rc_node *where = rc_node_get(n, "where");
  bool known = false;
  for (size_t i = 0; i < RC_LEN(kinds) && what->type == RC_NODE_SCALAR; i++)
    known = known || !strcmp(what->text, kinds[i]);
  if (!known) return rc_node_unknown(what, "selection", "answer", kinds, RC_LEN(kinds), err);
  if (!rc_node_copy(what, "select", a->select, sizeof a->select, err)) return false;
  if (!where) return rc_node_error(n, err, "'select' goes with 'where', a condition");
  a->at = rc_node_spot(where);
  return rc_node_copy(where, "where", a->where, sizeof a->where, err);
}

static bool read_answer(const rc_node *n, rc_ask *a, rc_err *err) {
  static const char *const names[] = {"value", "within", "choice", "select", "where", NULL};
  if (!rc_node_keys(n, "answer", names, err)) return false;
  const rc_node *value = rc_node_get(n, "value"), *within = rc_node_get(n, "within");
  const rc_node *choice = rc_node_get(n, "choice"), *select = rc_node_get(n, "select");
  const rc_node *where = rc_node_get(n, "where");
  if (!!value + !!choice + !!select != 1)
    return rc_node_error(n, err, "an answer has one of value, choice and select");
  if (within && !value) return rc_node_error(within, err, "'within' goes with 'value'");
  if (where && !select) return rc_node_error(where, err, "'where' goes with 'select'");
  a->kind = value ? RC_ASK_VALUE : choice ? RC_ASK_CHOICE : RC_ASK_SELECT;
  if (choice) return read_choices(choice, a, err);
  if (select) return read_selected(n, select, a, err);
  a->within = -1;
  a->at = rc_node_spot(value);
  if (!rc_node_copy(value, "value", a->value, sizeof a->value, err)) return false;
  if (!a->value[0]) return rc_node_wants(value, "value", "the name of a figure", err);
  return !within || read_within(within, a, err);
}

static bool read_ask(const rc_node *n, rc_ask *a, rc_err *err) {
  static const char *const with_ask[] = {"answer", "hint", "because"};
  const rc_node *ask = rc_node_get(n, "ask"), *answer = rc_node_get(n, "answer");
  const rc_node *hint = rc_node_get(n, "hint"), *because = rc_node_get(n, "because");
  for (size_t i = 0; !ask && i < RC_LEN(with_ask); i++)
    if (rc_node_get(n, with_ask[i]))
      return rc_node_error(rc_node_get(n, with_ask[i]), err, "'%s' goes with a question in 'ask'",
                           with_ask[i]);
  if (!ask) return true;
  if (!rc_node_text(ask, "ask", ASK_MAX, &a->text, err)) return false;
  if (!answer)
    return rc_node_error(ask, err,
                         "'ask' goes with 'answer': {value: ..}, {choice: ..} or "
                         "{select: .., where: ..}");
  if (!read_answer(answer, a, err)) return false;
  if (hint && !read_texts(hint, "hint", ASK_MAX, HINTS_MAX, &a->hint, &a->hints, NULL, err))
    return false;
  return !because || rc_node_text(because, "because", SAY_MAX, &a->because, err);
}

/* ---- steps --------------------------------------------------------------------------------------
 */

static bool read_step(const rc_node *n, rc_tour_step *t, rc_err *err) {
  static const char *const names[] = {"say",    "view", "do",      "wait", "ask",
                                      "answer", "hint", "because", NULL};
  if (!rc_node_keys(n, "tour", names, err)) return false;
  const rc_node *say = rc_node_get(n, "say"), *v;
  t->line = n->line, t->column = n->column;
  if (!say) return rc_node_error(n, err, "missing key 'say' in tour");
  if (!rc_node_text(say, "say", SAY_MAX, &t->say, err)) return false;
  if ((v = rc_node_get(n, "view"))) {
    if (!rc_node_copy(v, "view", t->view, sizeof t->view, err)) return false;
    t->view_at = rc_node_spot(v);
  }
  if ((v = rc_node_get(n, "do")) && !read_texts(v, "do", COMMAND_MAX, COMMANDS_MAX, &t->command,
                                                &t->commands, &t->command_at, err))
    return false;
  if ((v = rc_node_get(n, "wait"))) {
    if (!rc_node_copy(v, "wait", t->wait, sizeof t->wait, err)) return false;
    t->wait_at = rc_node_spot(v);
  }
  return read_ask(n, &t->ask, err);
}

bool rc_read_tour(const rc_node *n, rc_scenario *s, rc_err *err) {
  if (!n || rc_node_is_null(n)) return true;
  if (n->type != RC_NODE_LIST) return rc_node_wants(n, "tour", "a list", err);
  if (n->count > TOUR_MAX)
    return rc_node_error(n, err, "'tour' has more than %d entries", TOUR_MAX);
  s->tour = rc_alloc((size_t)n->count, sizeof *s->tour);
  while (s->tours < n->count) { /* counted first: a half-read step is freed with the rest */
    int i = s->tours++;
    if (!read_step(n->value[i], &s->tour[i], err)) return false;
  }
  return true;
}

/* ---- owning -------------------------------------------------------------------------------------
 */

static void *copy_bytes(const void *from, int n, size_t size) {
  if (!from) return NULL;
  void *to = rc_alloc((size_t)n, size);
  if (n) memcpy(to, from, (size_t)n * size);
  return to;
}

static char **copy_texts(char *const *from, int n) {
  char **to = copy_bytes(from, n, sizeof *to);
  for (int i = 0; to && i < n; i++) to[i] = rc_strdup(from[i]);
  return to;
}

static void free_texts(char **text, int n) {
  for (int i = 0; i < n; i++) rc_free(text[i]);
  rc_free(text);
}

void rc_tour_copy(rc_tour_step *t) {
  rc_ask *a = &t->ask;
  t->say = rc_strdup(t->say);
  t->command = copy_texts(t->command, t->commands);
  t->command_at = copy_bytes(t->command_at, t->commands, sizeof *t->command_at);
  a->text = a->text ? rc_strdup(a->text) : NULL;
  a->because = a->because ? rc_strdup(a->because) : NULL;
  a->hint = copy_texts(a->hint, a->hints);
  a->choice = copy_bytes(a->choice, a->choices, sizeof *a->choice);
  for (int i = 0; i < a->choices; i++) a->choice[i].say = rc_strdup(a->choice[i].say);
}

void rc_tour_clear(rc_tour_step *t) {
  rc_ask *a = &t->ask;
  rc_free(t->say);
  free_texts(t->command, t->commands);
  rc_free(t->command_at);
  rc_free(a->text);
  rc_free(a->because);
  free_texts(a->hint, a->hints);
  for (int i = 0; i < a->choices; i++) rc_free(a->choice[i].say);
  rc_free(a->choice);
}
