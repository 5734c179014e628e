/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/expect.h"

#include <math.h>
#include <string.h>

static void add_number(rc_str *out, double v) {
  char text[32];
  rc_format_real(v, text);
  rc_str_add(out, text);
}

static void add_value(rc_str *out, const rc_scalar *s) {
  if (!s)
    rc_str_add(out, "no such figure");
  else if (s->type == RC_S_TEXT)
    rc_str_addf(out, "'%s'", s->text);
  else if (s->type == RC_S_BOOL)
    rc_str_add(out, s->integer ? "true" : "false");
  else if (s->type == RC_S_INT)
    rc_str_addf(out, "%lld", (long long)s->integer);
  else if (s->type == RC_S_REAL && !isnan(s->real))
    add_number(out, s->real);
  else
    rc_str_add(out, "unknown");
}

static bool number_of(const rc_scalar *s, double *v) {
  if (!s || (s->type != RC_S_REAL && s->type != RC_S_INT)) return false;
  *v = s->type == RC_S_REAL ? s->real : (double)s->integer;
  return !isnan(*v);
}

static bool met(const rc_expect *e, const rc_scalar *s) {
  double v;
  bool number = number_of(s, &v);
  switch (e->op) {
  case RC_EXPECT_IS: return number && fabs(v - e->number) <= e->within;
  case RC_EXPECT_BELOW: return number && v < e->number;
  case RC_EXPECT_ABOVE: return number && v > e->number;
  case RC_EXPECT_TEXT: return s && s->type == RC_S_TEXT && strcmp(rc_scalar_text(s), e->text) == 0;
  case RC_EXPECT_BOOL: return s && s->type == RC_S_BOOL && (s->integer != 0) == e->flag;
  }
  return false;
}

static void add_wish(rc_str *out, const rc_expect *e) {
  switch (e->op) {
  case RC_EXPECT_IS:
    rc_str_add(out, "to be ");
    add_number(out, e->number);
    if (e->within > 0) {
      rc_str_add(out, " within ");
      add_number(out, e->within);
    }
    break;
  case RC_EXPECT_BELOW:
    rc_str_add(out, "to be below ");
    add_number(out, e->number);
    break;
  case RC_EXPECT_ABOVE:
    rc_str_add(out, "to be above ");
    add_number(out, e->number);
    break;
  case RC_EXPECT_TEXT: rc_str_addf(out, "to be '%s'", e->text); break;
  case RC_EXPECT_BOOL: rc_str_addf(out, "to be %s", e->flag ? "true" : "false"); break;
  }
}

bool rc_expect_met(const rc_expect *e, const rc_frame *f, rc_str *why) {
  const rc_scalar *s = rc_frame_find(f, e->value);
  if (met(e, s)) return true;
  rc_str_addf(why, "expected %s of %s ", e->value, e->study);
  add_wish(why, e);
  rc_str_add(why, ", got ");
  add_value(why, s);
  return false;
}
