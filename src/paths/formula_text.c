/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A formula as a person reads it, and as a program can: the scaling of its inputs is multiplied out. */
#include "paths/formula_text.h"

#include <math.h>
#include <stdio.h>

#include "paths/net.h"

enum { DIGITS = 3, DIGITS_MOST = 15, CORNERS = 1 << 12 };
static const double tolerance = 4e-3;
static const double far = 8; /* lo in units of the range: beyond, an exponent keeps its shift */

typedef struct writer {
  const rc_formulas *f;
  const char *const *name;
  int digits;
  rc_str out;
} writer;

static double range(const writer *w, int i) {
  return w->f->hi[i] - w->f->lo[i];
}

/* "M + 16"; in brackets where something is done to it. */
static void shifted(writer *w, int i, bool brackets) {
  const double lo = w->f->lo[i];
  if (lo == 0) {
    rc_str_add(&w->out, w->name[i]);
    return;
  }
  rc_str_addf(&w->out, "%s%s %c %.10g%s", brackets ? "(" : "", w->name[i], lo < 0 ? '+' : '-',
              fabs(lo), brackets ? ")" : "");
}

/* e^(u / scale) without a shift where lo is not far; by what is the weight to be multiplied? */
static double exponential(const rc_formulas *f, int i, double rate, bool *shift) {
  const double lo = rate * f->lo[i] / (f->hi[i] - f->lo[i]);
  *shift = fabs(lo) > far;
  return *shift ? 1 : exp(-lo);
}

static void write_exponential(writer *w, int i, double rate) {
  const double over = range(w, i) / fabs(rate);
  bool shift;
  exponential(w->f, i, rate, &shift);
  rc_str_add(&w->out, rate < 0 ? "exp(-" : "exp(");
  if (shift)
    shifted(w, i, over != 1 || rate < 0);
  else
    rc_str_add(&w->out, w->name[i]);
  if (over != 1) rc_str_addf(&w->out, "/%.*g", RC_MAX(w->digits, 4), over);
  rc_str_add(&w->out, ")");
}

/* The weight of a term over physical variables; what it adds to the constant. */
static double physical(const rc_formulas *f, const rc_formula *b, int k, double *constant) {
  const int i = b->first[k], j = b->second[k];
  const double c = b->weight[k], r = f->hi[i] - f->lo[i], s = f->hi[j] - f->lo[j];
  bool shift;
  switch ((fm_shape)b->shape[k]) {
  case T_LINEAR: *constant -= c * f->lo[i] / r; return c / r;
  case T_SQUARE: return c / (r * r);
  case T_CUBE: return c / (r * r * r);
  case T_ROOT: return c / sqrt(r);
  case T_LOG: *constant -= c * log(r); return c;
  case T_EXP: return c * exponential(f, i, 1, &shift);
  case T_DECAY: return c * exponential(f, i, -3, &shift);
  case T_PRODUCT: return c / (r * s);
  case T_SQUARE_FIRST: return c / (r * r * s);
  case T_SQUARE_SECOND: return c / (r * s * s);
  case T_MEAN: return c / sqrt(r * s);
  }
  return 0;
}

static void write_body(writer *w, const rc_formula *b, int k) {
  const fm_shape shape = (fm_shape)b->shape[k];
  const int i = b->first[k], j = b->second[k];
  switch (shape) {
  case T_LINEAR: rc_str_add(&w->out, w->name[i]); break;
  case T_SQUARE:
  case T_CUBE:
    shifted(w, i, true);
    rc_str_add(&w->out, shape == T_SQUARE ? "^2" : "^3");
    break;
  case T_ROOT:
    rc_str_add(&w->out, "sqrt(abs(");
    shifted(w, i, false);
    rc_str_add(&w->out, "))");
    break;
  case T_LOG:
    rc_str_add(&w->out, "log(abs(");
    shifted(w, i, false);
    rc_str_addf(&w->out, ") + %.*g)", w->digits, .01 * range(w, i));
    break;
  case T_EXP: write_exponential(w, i, 1); break;
  case T_DECAY: write_exponential(w, i, -3); break;
  default:
    if (shape == T_MEAN) rc_str_add(&w->out, "sqrt(abs(");
    shifted(w, i, true);
    rc_str_add(&w->out, shape == T_SQUARE_FIRST ? "^2*" : "*");
    shifted(w, j, true);
    rc_str_add(&w->out, shape == T_SQUARE_SECOND ? "^2" : shape == T_MEAN ? "))" : "");
  }
}

/* An input that is the same in all shots has u = 0. */
static bool constant_term(const rc_formulas *f, const rc_formula *b, int k, double *constant) {
  const int i = b->first[k], j = b->second[k];
  if (f->hi[i] > f->lo[i] && f->hi[j] > f->lo[j]) return false;
  const fm_shape shape = (fm_shape)b->shape[k];
  if (shape == T_LOG) *constant += b->weight[k] * log(.01);
  if (shape == T_EXP || shape == T_DECAY) *constant += b->weight[k];
  return true;
}

static void write(writer *w, const rc_formula *b) {
  double constant = b->constant, weight[RC_FORMULA_TERMS];
  bool none[RC_FORMULA_TERMS];
  for (int k = 0; k < b->terms; k++) {
    none[k] = constant_term(w->f, b, k, &constant);
    weight[k] = none[k] ? 0 : physical(w->f, b, k, &constant);
  }
  rc_str_free(&w->out);
  rc_str_addf(&w->out, "q = %.*g", w->digits, constant);
  for (int k = 0; k < b->terms; k++) {
    if (none[k]) continue;
    rc_str_addf(&w->out, " %c %.*g*", weight[k] < 0 ? '-' : '+', w->digits, fabs(weight[k]));
    write_body(w, b, k);
  }
}

static double off(const rc_formulas *f, int which, const rc_expression *e, int inputs,
                  const float *x) {
  double v[NET_INPUTS_MAX];
  for (int i = 0; i < inputs; i++) v[i] = x[i];
  return fabs(rc_expression_value(e, v) - rc_formula_q(f, which, x));
}

/* At all rows, and at the corners of the ranges of the inputs the formula has. */
static bool right(const rc_formulas *f, int which, const rc_expression *e, int inputs, int64_t rows,
                  const float *x) {
  const rc_formula *b = &f->best[which];
  int used[2 * RC_FORMULA_TERMS], n = 0;
  float corner[NET_INPUTS_MAX];
  for (int64_t k = 0; k < rows; k++)
    if (!(off(f, which, e, inputs, x + k * inputs) <= tolerance)) return false;
  for (int i = 0; i < inputs; i++) {
    bool has = false;
    corner[i] = (float)f->lo[i];
    for (int k = 0; k < b->terms; k++) has |= b->first[k] == i || b->second[k] == i;
    if (has) used[n++] = i;
  }
  for (unsigned c = 0; c < 1u << n && c < CORNERS; c++) {
    for (int k = 0; k < n; k++)
      corner[used[k]] = (float)(c >> k & 1 ? f->hi[used[k]] : f->lo[used[k]]);
    if (!(off(f, which, e, inputs, corner) <= tolerance)) return false;
  }
  return true;
}

void fm_write(rc_formulas *f, int which, int inputs, const char *const *names, int64_t rows,
              const float *x) {
  rc_formula *b = &f->best[which];
  writer w = {.f = f, .name = names, .digits = DIGITS};
  for (bool enough = false; !enough; w.digits++) {
    write(&w, b);
    rc_expression *e = rc_expression_new(rc_str_c(&w.out) + 4, inputs, names, NULL);
    enough = w.digits == DIGITS_MOST || (e && right(f, which, e, inputs, rows, x));
    rc_expression_free(e);
  }
  snprintf(b->text, sizeof b->text, "%s", rc_str_c(&w.out));
  rc_str_free(&w.out);
}
