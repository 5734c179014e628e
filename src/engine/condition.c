/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions: recursive descent to a tree, and its evaluation on a frame. */
#include "engine/condition.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 96, DEPTH_MAX = 32, NODES_MAX = 64 };

typedef enum { OP_LT, OP_GT, OP_LE, OP_GE, OP_EQ, OP_NE, OP_AND, OP_OR } op;

typedef struct node {
  op op;
  size_t at, value_at; /* of the name and of the value in the text, bytes */
  int left, right;     /* AND, OR: indices of nodes */
  char name[WORD_MAX]; /* comparisons */
  bool numeric;
  double number;
  char word[WORD_MAX];
} node;

struct rc_condition {
  int nodes, root;
  node node[NODES_MAX];
};

typedef struct parser {
  const char *text;
  size_t at;
  rc_condition *c;
  rc_err *err;
  int depth;
} parser;

/* Says where and what, and what stands there instead. */
static bool expected(parser *p, const char *what) {
  const char *rest = p->text + p->at;
  int n = (int)strcspn(rest, " \t");
  const int column = (int)p->at + 1;
  if (n == 0)
    return rc_err_at(p->err, RC_ERR_INPUT, 0, column, "condition '%.200s', column %d: expected %s",
                     p->text, column, what);
  return rc_err_at(p->err, RC_ERR_INPUT, 0, column,
                   "condition '%.200s', column %d: expected %s instead of '%.*s'", p->text, column,
                   what, RC_MIN(n, 40), rest);
}

static void skip_blanks(parser *p) {
  p->at += strspn(p->text + p->at, " \t");
}

static bool name_char(char ch) {
  return isalnum((unsigned char)ch) || ch == '_' || ch == '.' || ch == '-';
}

/* The keyword must end where the word ends: 'order' does not begin with 'or'. */
static bool take_keyword(parser *p, const char *word) {
  skip_blanks(p);
  size_t n = strlen(word);
  if (strncmp(p->text + p->at, word, n) != 0 || name_char(p->text[p->at + n])) return false;
  p->at += n;
  return true;
}

static bool take_name(parser *p, char out[WORD_MAX]) {
  skip_blanks(p);
  size_t n = 0;
  if (isalpha((unsigned char)p->text[p->at]))
    while (name_char(p->text[p->at + n])) n++;
  if (n == 0) return expected(p, "a figure, 'step' or 'event'");
  if (n >= WORD_MAX) return expected(p, "a shorter name");
  memcpy(out, p->text + p->at, n);
  out[n] = '\0';
  p->at += n;
  return true;
}

static bool take_op(parser *p, op *o) {
  static const struct {
    const char *text;
    op op;
  } table[] = {{"<=", OP_LE}, {">=", OP_GE}, {"!=", OP_NE}, {"==", OP_EQ},
               {"<", OP_LT},  {">", OP_GT},  {"=", OP_EQ}};
  skip_blanks(p);
  for (size_t i = 0; i < RC_LEN(table); i++) {
    size_t n = strlen(table[i].text);
    if (strncmp(p->text + p->at, table[i].text, n) == 0) {
      *o = table[i].op;
      p->at += n;
      return true;
    }
  }
  return expected(p, "one of < > <= >= = !=");
}

static bool take_quoted(parser *p, node *n) {
  size_t start = p->at + 1, len = strcspn(p->text + start, "\"");
  if (p->text[start + len] != '"' || len >= WORD_MAX)
    return expected(p, "a text that ends in '\"'");
  memcpy(n->word, p->text + start, len);
  n->word[len] = '\0';
  p->at = start + len + 1;
  return true;
}

static bool take_value(parser *p, node *n) {
  skip_blanks(p);
  if (p->text[p->at] == '"') return take_quoted(p, n);
  size_t len = 0;
  while (name_char(p->text[p->at + len]) || p->text[p->at + len] == '+') len++;
  if (len == 0 || len >= WORD_MAX) return expected(p, "a number or a word");
  memcpy(n->word, p->text + p->at, len);
  n->word[len] = '\0';
  n->numeric = rc_parse_real(n->word, &n->number);
  if (!n->numeric && !isalpha((unsigned char)n->word[0])) return expected(p, "a number or a word");
  if (strcmp(n->word, "true") == 0 || strcmp(n->word, "false") == 0) {
    n->numeric = true;
    n->number = n->word[0] == 't';
  }
  bool order = n->op != OP_EQ && n->op != OP_NE;
  if (order && !n->numeric) return expected(p, "a number after < > <= >=");
  p->at += len;
  return true;
}

static int add_node(parser *p, const node *n) {
  if (p->c->nodes == NODES_MAX) {
    rc_err_set(p->err, RC_ERR_INPUT, "condition '%.200s' is too long", p->text);
    return -1;
  }
  p->c->node[p->c->nodes] = *n;
  return p->c->nodes++;
}

static int parse_or(parser *p);

static int parse_term(parser *p) {
  skip_blanks(p);
  if (p->text[p->at] == '(') {
    if (++p->depth > DEPTH_MAX) {
      rc_err_set(p->err, RC_ERR_INPUT, "condition '%.200s': too many parentheses", p->text);
      return -1;
    }
    p->at++;
    int inner = parse_or(p);
    p->depth--;
    if (inner < 0) return -1;
    skip_blanks(p);
    if (p->text[p->at] != ')') {
      expected(p, "')', 'and' or 'or'");
      return -1;
    }
    p->at++;
    return inner;
  }
  node n = {.left = -1, .right = -1};
  if (!take_name(p, n.name)) return -1;
  n.at = p->at - strlen(n.name);
  if (!take_op(p, &n.op)) return -1;
  bool word_only =
      strcmp(n.name, "event") == 0 || strcmp(n.name, "phase") == 0 || strcmp(n.name, "state") == 0;
  if (word_only && n.op != OP_EQ && n.op != OP_NE) {
    rc_err_set(p->err, RC_ERR_INPUT,
               "condition '%.200s': %s can only be compared by = and !=", p->text, n.name);
    return -1;
  }
  skip_blanks(p);
  n.value_at = p->at;
  if (!take_value(p, &n)) return -1;
  return add_node(p, &n);
}

/* A left-associative chain of one joining word. */
static int parse_chain(parser *p, op join, const char *word, int (*part)(parser *)) {
  int left = part(p);
  while (left >= 0 && take_keyword(p, word)) {
    int right = part(p);
    if (right < 0) return -1;
    left = add_node(p, &(node){.op = join, .left = left, .right = right});
  }
  return left;
}

static int parse_and(parser *p) {
  return parse_chain(p, OP_AND, "and", parse_term);
}

static int parse_or(parser *p) {
  return parse_chain(p, OP_OR, "or", parse_and);
}

rc_condition *rc_condition_parse(const char *text, rc_err *err) {
  rc_err own = {0};
  parser p = {.text = text, .c = rc_alloc(1, sizeof(rc_condition)), .err = err ? err : &own};
  p.c->root = parse_or(&p);
  skip_blanks(&p);
  if (p.c->root >= 0 && text[p.at] != '\0') {
    expected(&p, "'and', 'or' or the end");
    p.c->root = -1;
  }
  if (p.c->root < 0) {
    rc_free(p.c);
    return NULL;
  }
  return p.c;
}

void rc_condition_free(rc_condition *c) {
  rc_free(c);
}

static bool compare(op o, double a, double b) {
  if (isnan(a)) return false;
  switch (o) {
  case OP_LT: return a < b;
  case OP_GT: return a > b;
  case OP_LE: return a <= b;
  case OP_GE: return a >= b;
  case OP_EQ: return a == b;
  case OP_NE: return a != b;
  case OP_AND:
  case OP_OR: break;
  }
  return false;
}

static bool compare_word(op o, const char *a, const char *b) {
  bool same = strcmp(a, b) == 0;
  return o == OP_EQ ? same : o == OP_NE && !same;
}

static bool eval_events(const node *n, const rc_event *event, int events) {
  for (int i = 0; i < events; i++)
    if (compare_word(n->op, event[i].kind, n->word)) return true;
  return false;
}

static bool eval_scalar(const node *n, const rc_frame *f, const char *name) {
  const rc_scalar *s = rc_frame_find(f, name);
  if (!s) return false;
  switch (s->type) {
  case RC_S_REAL: return n->numeric && compare(n->op, s->real, n->number);
  case RC_S_INT:
  case RC_S_BOOL: return n->numeric && compare(n->op, (double)s->integer, n->number);
  case RC_S_TEXT: return compare_word(n->op, rc_scalar_text(s), n->word);
  case RC_S_NULL: break;
  }
  return false;
}

static bool eval_comparison(const node *n, const rc_frame *f, const rc_event *event, int events) {
  static const char *const state[] = {"running", "done", "failed"};
  const char *name = n->name;
  const char *study = f->cls ? f->cls->kind.name : "";
  size_t len = strlen(study);
  if (len > 0 && strncmp(name, study, len) == 0 && name[len] == '.')
    name += len + 1;
  else if (strchr(name, '.') && !rc_frame_find(f, name))
    return false; /* of another study */
  if (strcmp(name, "event") == 0) return eval_events(n, event, events);
  if (strcmp(name, "phase") == 0) return compare_word(n->op, f->phase, n->word);
  if (strcmp(name, "state") == 0) return compare_word(n->op, state[f->state], n->word);
  if (strcmp(name, "step") == 0) return n->numeric && compare(n->op, (double)f->step, n->number);
  if (strcmp(name, "generation") == 0)
    return n->numeric && compare(n->op, (double)f->generation, n->number);
  if (strcmp(name, "progress") == 0) return n->numeric && compare(n->op, f->progress, n->number);
  return eval_scalar(n, f, name);
}

/* What a condition is looked up in: a comparison holds when it does on any of the frames. */
typedef struct facts {
  const rc_frame *const *frame;
  int frames;
  const rc_event *event;
  int events;
} facts;

static bool eval(const rc_condition *c, int i, const facts *in) {
  const node *n = &c->node[i];
  if (n->op == OP_AND) return eval(c, n->left, in) && eval(c, n->right, in);
  if (n->op == OP_OR) return eval(c, n->left, in) || eval(c, n->right, in);
  for (int k = 0; k < in->frames; k++)
    if (eval_comparison(n, in->frame[k], in->event, in->events)) return true;
  return false;
}

bool rc_condition_eval(const rc_condition *c, const rc_frame *f, const rc_event *event,
                       int events) {
  return eval(c, c->root, &(facts){&f, 1, event, events});
}

/* Is node k part of node i? */
static bool below(const rc_condition *c, int i, int k) {
  if (i == k) return true;
  const node *n = &c->node[i];
  return n->op >= OP_AND && (below(c, n->left, k) || below(c, n->right, k));
}

bool rc_condition_joins(const rc_condition *c, const char *a, const char *b) {
  const size_t m = strlen(a), n = strlen(b);
  for (int i = 0; i < c->nodes; i++) {
    if (c->node[i].op != OP_AND) continue;
    bool of_a = false, of_b = false;
    for (int k = 0; k < i; k++) { /* the parts of a node come before it */
      const node *p = &c->node[k];
      if (p->op >= OP_AND || !below(c, i, k)) continue;
      of_a = of_a || (strncmp(p->name, a, m) == 0 && p->name[m] == '.');
      of_b = of_b || (strncmp(p->name, b, n) == 0 && p->name[n] == '.');
    }
    if (of_a && of_b) return true;
  }
  return false;
}

bool rc_condition_builtin(const char *name) {
  static const char *const names[] = {"step", "state", "phase", "progress", "generation", "event"};
  for (size_t i = 0; i < RC_LEN(names); i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

bool rc_condition_check(const char *condition, rc_err *err) {
  rc_condition *c = rc_condition_parse(condition, err);
  rc_condition_free(c);
  return c != NULL;
}

static bool listed(const char *const *list, const char *word) {
  while (*list && strcmp(*list, word) != 0) list++;
  return *list != NULL;
}

/* Could the figure ever be compared with this value? */
static bool fits(const node *k, const rc_figure *f) {
  const bool truth = k->numeric && isalpha((unsigned char)k->word[0]);
  switch (f->type) {
  case RC_FIGURE_NUMBER: return k->numeric && !truth;
  case RC_FIGURE_FLAG: return truth || (k->numeric && (k->number == 0 || k->number == 1));
  case RC_FIGURE_TEXT: return !f->words || listed(f->words, k->word);
  case RC_FIGURE_ANY: break;
  }
  return true;
}

static bool unfit(const node *k, const rc_figure *figure, size_t n, rc_err *err) {
  static const char *const truth[] = {"true", "false", NULL};
  const char *words[128];
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    if (strcmp(figure[i].name, k->name) != 0) continue;
    const char *const *w = figure[i].type == RC_FIGURE_FLAG ? truth : figure[i].words;
    for (; w && *w && count < RC_LEN(words); w++) {
      size_t a = 0; /* studies have words in common */
      while (a < count && strcmp(words[a], *w) != 0) a++;
      if (a == count) words[count++] = *w;
    }
  }
  rc_str s = {0};
  if (count) {
    rc_str_addf(&s, "'%s' is never '%s'", k->name, k->word);
    rc_str_add_choices(&s, k->word, words, count);
  } else {
    rc_str_addf(&s, "'%s' is a number, never '%s'", k->name, k->word);
  }
  rc_err_at(err, RC_ERR_INPUT, 0, (int)k->value_at + 1, "%s", rc_str_c(&s));
  rc_str_free(&s);
  return false;
}

static bool unknown(const node *k, const rc_figure *figure, size_t n, rc_err *err) {
  const char **names = rc_alloc(n + 1, sizeof *names);
  rc_str s = {0};
  for (size_t i = 0; i < n; i++) names[i] = figure[i].name;
  rc_str_addf(&s, "unknown figure '%s'", k->name);
  rc_str_add_choices(&s, k->name, names, n);
  rc_err_at(err, RC_ERR_INPUT, 0, (int)k->at + 1, "%s", rc_str_c(&s));
  rc_str_free(&s);
  rc_free(names);
  return false;
}

bool rc_condition_makes_sense(const rc_condition *c, const rc_figure *figure, size_t n, bool all,
                              rc_err *err) {
  bool ok = true;
  for (int i = 0; ok && i < c->nodes; i++) {
    const node *k = &c->node[i];
    bool known = k->op >= OP_AND, fit = known;
    for (size_t a = 0; !fit && a < n; a++)
      if (strcmp(k->name, figure[a].name) == 0) known = true, fit = fits(k, &figure[a]);
    if (!known)
      ok = !all || unknown(k, figure, n, err);
    else
      ok = fit || unfit(k, figure, n, err);
  }
  return ok;
}

bool rc_condition_check_in(const char *condition, const rc_figure *figure, size_t n, rc_err *err) {
  rc_condition *c = rc_condition_parse(condition, err);
  const bool ok = c && rc_condition_makes_sense(c, figure, n, true, err);
  rc_condition_free(c);
  return ok;
}

static bool known_on(const char *name, const rc_frame *f) {
  const char *study = f->cls ? f->cls->kind.name : "";
  const size_t len = strlen(study);
  if (len > 0 && strncmp(name, study, len) == 0 && name[len] == '.') name += len + 1;
  if (rc_condition_builtin(name)) return true;
  const rc_scalar *s = rc_frame_find(f, name);
  return s && s->type != RC_S_NULL && !(s->type == RC_S_REAL && isnan(s->real));
}

bool rc_condition_known_among(const char *condition, const rc_frame *const *f, int frames) {
  rc_condition *c = rc_condition_parse(condition, NULL);
  bool all = c != NULL;
  for (int i = 0; all && i < c->nodes; i++) {
    bool known = c->node[i].op >= OP_AND;
    for (int k = 0; !known && k < frames; k++) known = known_on(c->node[i].name, f[k]);
    all = known;
  }
  rc_condition_free(c);
  return all;
}

bool rc_condition_holds(const char *condition, const rc_frame *f, const rc_event *event,
                        int events) {
  return rc_condition_holds_among(condition, &f, 1, event, events);
}

bool rc_condition_holds_among(const char *condition, const rc_frame *const *f, int frames,
                              const rc_event *event, int events) {
  rc_condition *c = rc_condition_parse(condition, NULL);
  bool holds = c && eval(c, c->root, &(facts){f, frames, event, events});
  rc_condition_free(c);
  return holds;
}
