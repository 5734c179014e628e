/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions over named values, compiled to a program for a stack. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/paths.h"

enum { CODE = 256, DEPTH = 64 };

typedef enum {
  NUMBER,
  NAME,
  ADD,
  SUB,
  MUL,
  DIV,
  POW,
  NEG,
  LT,
  LE,
  GT,
  GE,
  EQ,
  NE,
  AND,
  OR,
  NOT,
  ABS,
  SQRT,
  EXP,
  LOG,
  MIN,
  MAX
} op;

struct rc_expression {
  int n;
  struct {
    op op;
    double v;
  } code[CODE];
};

typedef struct parser {
  const char *text, *at;
  int names, depth;
  const char *const *name;
  rc_expression *e;
  rc_err *err;
} parser;

static const struct {
  const char *name;
  op op;
  int arguments;
} functions[] = {{"abs", ABS, 1}, {"sqrt", SQRT, 1}, {"exp", EXP, 1},
                 {"log", LOG, 1}, {"min", MIN, 2},   {"max", MAX, 2}};

static bool wrong(parser *p, const char *at, const char *message) {
  const int column = (int)(at - p->text) + 1;
  rc_str near = {0};
  rc_str_add_cut(&near, at, 20);
  rc_err_at(p->err, RC_ERR_INPUT, 1, column, "column %d: %s%s%s%s", column, message,
            *at ? " at '" : " at the end", rc_str_c(&near), *at ? "'" : "");
  rc_str_free(&near);
  return false;
}

static void space(parser *p) {
  while (isspace((unsigned char)*p->at)) p->at++;
}

static bool emit(parser *p, op o, double v) {
  if (p->e->n == CODE) return wrong(p, p->at, "the expression is too long");
  p->e->code[p->e->n].op = o;
  p->e->code[p->e->n++].v = v;
  return true;
}

static bool take(parser *p, const char *token) {
  space(p);
  const size_t n = strlen(token);
  if (strncmp(p->at, token, n)) return false;
  if (isalpha((unsigned char)*token) && (isalnum((unsigned char)p->at[n]) || p->at[n] == '_')) {
    return false;
  }
  p->at += n;
  return true;
}

static bool alternatives(parser *p);
static bool unary(parser *p);

static bool call(parser *p, size_t k) {
  if (!take(p, "(")) return wrong(p, p->at, "expected '(' after a function");
  for (int i = 0; i < functions[k].arguments; i++) {
    if (i && !take(p, ",")) return wrong(p, p->at, "expected ','");
    if (!alternatives(p)) return false;
  }
  if (!take(p, ")")) return wrong(p, p->at, "expected ')'");
  return emit(p, functions[k].op, 0);
}

static bool word(parser *p) {
  const char *begin = p->at;
  size_t n = 0;
  while (isalnum((unsigned char)begin[n]) || begin[n] == '_') n++;
  for (size_t k = 0; k < RC_LEN(functions); k++) {
    if (strlen(functions[k].name) == n && !strncmp(begin, functions[k].name, n)) {
      p->at += n;
      return call(p, k);
    }
  }
  for (int i = 0; i < p->names; i++) {
    if (strlen(p->name[i]) == n && !strncmp(begin, p->name[i], n)) {
      p->at += n;
      return emit(p, NAME, i);
    }
  }
  rc_str s = {0}, w = {0};
  rc_str_addn(&w, begin, n);
  const char *near = rc_nearest(rc_str_c(&w), p->name, (size_t)p->names);
  rc_str_add(&s, "no feature of this name");
  if (near)
    rc_str_addf(&s, " (did you mean %s?)", near);
  else {
    rc_str_add(&s, "; there are");
    for (int i = 0; i < p->names; i++) rc_str_addf(&s, " %s", p->name[i]);
  }
  wrong(p, begin, rc_str_c(&s));
  rc_str_free(&s);
  rc_str_free(&w);
  return false;
}

static bool primary(parser *p) {
  space(p);
  if (take(p, "(")) {
    if (!alternatives(p)) return false;
    return take(p, ")") || wrong(p, p->at, "expected ')'");
  }
  if (isalpha((unsigned char)*p->at)) return word(p);
  if (!isdigit((unsigned char)*p->at) && *p->at != '.') {
    return wrong(p, p->at, "expected a number or a feature");
  }
  char *end;
  const double v = strtod(p->at, &end);
  if (end == p->at) return wrong(p, p->at, "expected a number or a feature");
  p->at = end;
  return emit(p, NUMBER, v);
}

static bool unary(parser *p) {
  if (++p->depth > DEPTH / 2) return wrong(p, p->at, "nested too deeply");
  bool ok;
  if (take(p, "-"))
    ok = unary(p) && emit(p, NEG, 0);
  else {
    ok = primary(p);
    if (ok && take(p, "^")) ok = unary(p) && emit(p, POW, 0);
  }
  p->depth--;
  return ok;
}

static bool product(parser *p) {
  if (!unary(p)) return false;
  for (;;) {
    const op o = take(p, "*") ? MUL : take(p, "/") ? DIV : NUMBER;
    if (o == NUMBER) return true;
    if (!unary(p) || !emit(p, o, 0)) return false;
  }
}

static bool sum(parser *p) {
  if (!product(p)) return false;
  for (;;) {
    const op o = take(p, "+") ? ADD : take(p, "-") ? SUB : NUMBER;
    if (o == NUMBER) return true;
    if (!product(p) || !emit(p, o, 0)) return false;
  }
}

static bool comparison(parser *p) {
  if (take(p, "not")) {
    if (++p->depth > DEPTH / 2) return wrong(p, p->at, "nested too deeply");
    const bool ok = comparison(p) && emit(p, NOT, 0);
    p->depth--;
    return ok;
  }
  if (!sum(p)) return false;
  const op o = take(p, "<=")   ? LE
               : take(p, ">=") ? GE
               : take(p, "==") ? EQ
               : take(p, "!=") ? NE
               : take(p, "<")  ? LT
               : take(p, ">")  ? GT
                               : NUMBER;
  return o == NUMBER || (sum(p) && emit(p, o, 0));
}

static bool conjunction(parser *p) {
  if (!comparison(p)) return false;
  while (take(p, "and")) {
    if (!comparison(p) || !emit(p, AND, 0)) return false;
  }
  return true;
}

static bool alternatives(parser *p) {
  if (!conjunction(p)) return false;
  while (take(p, "or")) {
    if (!conjunction(p) || !emit(p, OR, 0)) return false;
  }
  return true;
}

rc_expression *rc_expression_new(const char *text, int names, const char *const *name,
                                 rc_err *err) {
  rc_expression *e = rc_alloc(1, sizeof *e);
  parser p = {.text = text, .at = text, .names = names, .name = name, .e = e, .err = err};
  bool ok = alternatives(&p);
  space(&p);
  if (ok && *p.at)
    ok = wrong(&p, p.at,
               *p.at == '='   ? "expected an operator; equal is =="
               : *p.at == '!' ? "expected an operator; unequal is !="
               : *p.at == '&' ? "expected an operator; both is 'and'"
               : *p.at == '|' ? "expected an operator; one of two is 'or'"
                              : "expected an operator, one of + - * / ^ < <= == != >= > and or");
  if (ok) return e;
  rc_free(e);
  return NULL;
}

void rc_expression_free(rc_expression *e) {
  rc_free(e);
}

static double apply(op o, double a, double b) {
  switch (o) {
  case ADD: return a + b;
  case SUB: return a - b;
  case MUL: return a * b;
  case DIV: return a / b;
  case POW: return pow(a, b);
  case LT: return a < b;
  case LE: return a <= b;
  case GT: return a > b;
  case GE: return a >= b;
  case EQ: return a == b;
  case NE: return a != b;
  case AND: return a != 0 && b != 0;
  case OR: return a != 0 || b != 0;
  case MIN: return fmin(a, b);
  default: return fmax(a, b);
  }
}

static double apply_one(op o, double a) {
  switch (o) {
  case NEG: return -a;
  case NOT: return a == 0;
  case ABS: return fabs(a);
  case SQRT: return sqrt(a);
  case EXP: return exp(a);
  default: return log(a);
  }
}

double rc_expression_value(const rc_expression *e, const double *values) {
  double stack[CODE];
  int top = 0;
  for (int i = 0; i < e->n; i++) {
    const op o = e->code[i].op;
    switch (o) {
    case NUMBER: stack[top++] = e->code[i].v; break;
    case NAME: stack[top++] = values[(int)e->code[i].v]; break;
    case NEG:
    case NOT:
    case ABS:
    case SQRT:
    case EXP:
    case LOG: stack[top - 1] = apply_one(o, stack[top - 1]); break;
    default: top--, stack[top - 1] = apply(o, stack[top - 1], stack[top]);
    }
  }
  return stack[0];
}

/* What makes the result of an operation mean nothing. */
static const char *undefined(op o, double a, double b) {
  if (o == DIV && b == 0) return "divides by zero";
  if (o == LOG && !(a > 0)) return "has the logarithm of a number that is not positive";
  if (o == SQRT && a < 0) return "has the root of a negative number";
  if (o == POW && isnan(pow(a, b)) && !isnan(a) && !isnan(b))
    return "has a broken power of a negative number";
  return NULL;
}

/* Of 'and' and 'or', when one side means nothing: the other may decide alone (Kleene). */
static const char *undecided(op o, const double *v, const char *const *why) {
  for (int k = 0; k < 2; k++)
    if (!why[k] && (v[k] != 0) == (o == OR)) return NULL;
  return why[0] ? why[0] : why[1];
}

double rc_expression_try(const rc_expression *e, const double *values, const char **why) {
  double stack[CODE];
  const char *wrong[CODE];
  int top = 0;
  for (int i = 0; i < e->n; i++) {
    const op o = e->code[i].op;
    if (o == NUMBER || o == NAME) {
      wrong[top] = NULL;
      stack[top++] = o == NUMBER ? e->code[i].v : values[(int)e->code[i].v];
      continue;
    }
    const bool one = o == NEG || o == NOT || o == ABS || o == SQRT || o == EXP || o == LOG;
    if (!one) top--;
    double *a = &stack[top - 1];
    const char **w = &wrong[top - 1];
    const double b = one ? 0 : stack[top];
    const char *new = undefined(o, *a, b);
    if (o == AND || o == OR) {
      const double side[2] = {*a, b};
      const char *const of[2] = {*w, wrong[top]};
      *w = undecided(o, side, of);
      *a = apply(o, of[0] ? o == AND : *a, of[1] ? o == AND : b); /* without the broken one */
      continue;
    }
    if (!*w) *w = !one && wrong[top] ? wrong[top] : new;
    *a = one ? apply_one(o, *a) : apply(o, *a, b);
  }
  *why = wrong[0];
  return stack[0];
}

/* ---- what an expression can be -------------------------------------------------------------------
 */

typedef struct range { /* both ends included; truth is within 0 .. 1 */
  double lo, hi;
} range;

static const range anything = {-INFINITY, INFINITY};

static range hull(const double *v, int n) {
  range r = {INFINITY, -INFINITY};
  for (int i = 0; i < n; i++) {
    if (isnan(v[i])) return anything;
    r.lo = fmin(r.lo, v[i]), r.hi = fmax(r.hi, v[i]);
  }
  return r;
}

static range truth(bool surely, bool maybe) {
  return (range){surely, maybe};
}

static bool surely(range a) {
  return a.lo > 0 || a.hi < 0;
}
static bool maybe(range a) {
  return a.lo != 0 || a.hi != 0;
}

static range less(range a, range b, bool equal) {
  return equal ? truth(a.hi <= b.lo, a.lo <= b.hi) : truth(a.hi < b.lo, a.lo < b.hi);
}

static range same(range a, range b) {
  return truth(a.lo == a.hi && b.lo == b.hi && a.lo == b.lo, a.lo <= b.hi && b.lo <= a.hi);
}

static range absolute(range a) {
  if (a.lo >= 0) return a;
  if (a.hi <= 0) return (range){-a.hi, -a.lo};
  return (range){0, fmax(-a.lo, a.hi)};
}

static range power(range a, range b) {
  const bool whole = b.lo == b.hi && b.lo == floor(b.lo) && b.lo >= 0;
  if (a.lo < 0 && !whole) return anything;
  if (whole && fmod(b.lo, 2) == 0) a = absolute(a);
  const double v[4] = {pow(a.lo, b.lo), pow(a.lo, b.hi), pow(a.hi, b.lo), pow(a.hi, b.hi)};
  return hull(v, 4);
}

static range range_of(op o, range a, range b) {
  const double product[4] = {a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi};
  const double share[4] = {a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi};
  switch (o) {
  case ADD: return (range){a.lo + b.lo, a.hi + b.hi};
  case SUB: return (range){a.lo - b.hi, a.hi - b.lo};
  case MUL: return hull(product, 4);
  case DIV: return b.lo <= 0 && b.hi >= 0 ? anything : hull(share, 4);
  case POW: return power(a, b);
  case LT: return less(a, b, false);
  case LE: return less(a, b, true);
  case GT: return less(b, a, false);
  case GE: return less(b, a, true);
  case EQ: return same(a, b);
  case NE: return truth(!same(a, b).hi, !same(a, b).lo);
  case AND: return truth(surely(a) && surely(b), maybe(a) && maybe(b));
  case OR: return truth(surely(a) || surely(b), maybe(a) || maybe(b));
  case MIN: return (range){fmin(a.lo, b.lo), fmin(a.hi, b.hi)};
  default: return (range){fmax(a.lo, b.lo), fmax(a.hi, b.hi)};
  }
}

static range range_of_one(op o, range a) {
  switch (o) {
  case NEG: return (range){-a.hi, -a.lo};
  case NOT: return truth(!maybe(a), !surely(a));
  case ABS: return absolute(a);
  case SQRT: return a.lo < 0 ? anything : (range){sqrt(a.lo), sqrt(a.hi)};
  case EXP: return (range){exp(a.lo), exp(a.hi)};
  default: return a.lo <= 0 ? anything : (range){log(a.lo), log(a.hi)};
  }
}

static range bounds(const rc_expression *e, const rc_path_range *box) {
  range stack[CODE];
  int top = 0;
  for (int i = 0; i < e->n; i++) {
    const op o = e->code[i].op;
    const int name = (int)e->code[i].v;
    switch (o) {
    case NUMBER: stack[top++] = (range){e->code[i].v, e->code[i].v}; break;
    case NAME: stack[top++] = (range){box[name].lo, box[name].hi}; break;
    case NEG:
    case NOT:
    case ABS:
    case SQRT:
    case EXP:
    case LOG: stack[top - 1] = range_of_one(o, stack[top - 1]); break;
    default: top--, stack[top - 1] = range_of(o, stack[top - 1], stack[top]);
    }
  }
  return stack[0];
}

bool rc_expression_uses(const rc_expression *e, int name) {
  for (int i = 0; i < e->n; i++)
    if (e->code[i].op == NAME && (int)e->code[i].v == name) return true;
  return false;
}

/* Halves the widest of the ranges, for its width at first, at a value there is; false: all are values. */
static bool halve(const rc_expression *e, int names, const rc_path_range *whole,
                  const rc_path_range *box, rc_path_range *low, rc_path_range *high) {
  int widest = -1;
  double most = 1e-9;
  for (int k = 0; k < names; k++) {
    const double width = (box[k].hi - box[k].lo) / (whole[k].hi - whole[k].lo);
    if (rc_expression_uses(e, k) && width > most) widest = k, most = width;
  }
  if (widest < 0) return false;
  memcpy(low, box, (size_t)names * sizeof *box);
  memcpy(high, box, (size_t)names * sizeof *box);
  const rc_path_range *r = &box[widest];
  if (r->step > 0) {
    const double steps = floor(.5 * (r->hi - r->lo) / r->step + 1e-6);
    low[widest].hi = r->lo + steps * r->step;
    high[widest].lo = fmin(r->hi, low[widest].hi + r->step);
  } else {
    low[widest].hi = high[widest].lo = .5 * (r->lo + r->hi);
  }
  return true;
}

enum { BOXES = 4000, NAMES = RC_PATH_FEATURES };

static bool search(const rc_expression *e, int names, const rc_path_range *whole,
                   const rc_path_range *box, int *left) {
  rc_path_range low[NAMES], high[NAMES];
  const range r = bounds(e, box);
  if (!maybe(r)) return false;
  if (surely(r) || --*left < 0) return true;
  if (!halve(e, names, whole, box, low, high)) return true;
  return search(e, names, whole, low, left) || search(e, names, whole, high, left);
}

bool rc_expression_possible(const rc_expression *e, int names, const rc_path_range *r) {
  int left = BOXES;
  return search(e, names, r, r, &left);
}
