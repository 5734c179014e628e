/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling and reading the scalars of a frame. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "roadcut/engine.h"

/* A name that is already there is overwritten: a study may list its figures as unknown first. */
static rc_scalar *scalar_of(rc_frame *f, const char *name, rc_scalar_type type) {
  assert(strlen(name) < RC_NAME_MAX);
  rc_scalar *s = (rc_scalar *)rc_frame_find(f, name);
  if (!s) {
    assert(f->scalars < RC_SCALARS_MAX);
    s = &f->scalar[f->scalars++];
    snprintf(s->name, sizeof s->name, "%s", name);
  }
  s->type = type;
  return s;
}

void rc_frame_real(rc_frame *f, const char *name, double v) {
  scalar_of(f, name, RC_S_REAL)->real = v;
}

void rc_frame_int(rc_frame *f, const char *name, int64_t v) {
  scalar_of(f, name, RC_S_INT)->integer = v;
}

void rc_frame_bool(rc_frame *f, const char *name, bool v) {
  scalar_of(f, name, RC_S_BOOL)->integer = v;
}

void rc_frame_text(rc_frame *f, const char *name, const char *v) {
  rc_scalar *s = scalar_of(f, name, RC_S_TEXT);
  snprintf(s->text, sizeof s->text, "%s", v);
  s->whole = NULL;
}

void rc_frame_long_text(rc_frame *f, const char *name, const char *v) {
  rc_frame_text(f, name, v);
  if (strlen(v) < sizeof f->scalar[0].text) return;
  rc_scalar *s = scalar_of(f, name, RC_S_TEXT);
  rc_str cut = {0};
  rc_str_add_cut(&cut, v, sizeof s->text / 2); /* what is told of it in short */
  snprintf(s->text, sizeof s->text, "%s", rc_str_c(&cut));
  rc_str_free(&cut);
  s->whole = v;
}

const char *rc_scalar_text(const rc_scalar *s) {
  return s->whole ? s->whole : s->text;
}

void rc_frame_null(rc_frame *f, const char *name) {
  scalar_of(f, name, RC_S_NULL);
}

const rc_scalar *rc_frame_find(const rc_frame *f, const char *name) {
  for (int i = 0; i < f->scalars; i++)
    if (strcmp(f->scalar[i].name, name) == 0) return &f->scalar[i];
  return NULL;
}
