/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of typed parameters: defaults, deep copies, what the fields own. */
#include <assert.h>
#include <string.h>

#include "roadcut/base.h"

static void *field(const rc_param *p, void *opts) {
  return (char *)opts + p->offset;
}

static void pick_free(rc_pick *pick) {
  if (pick->opts) rc_params_free(pick->kind->params, pick->opts);
  rc_free(pick->opts);
  memset(pick, 0, sizeof *pick);
}

static void pick_copy(rc_pick *to, const rc_pick *from) {
  *to = *from;
  if (!from->opts) return;
  to->opts = rc_alloc(1, from->kind->size);
  rc_params_copy(from->kind->params, to->opts, from->opts, from->kind->size);
}

void rc_pick_set(rc_pick *pick, const rc_kind *kind) {
  pick_free(pick);
  pick->kind = kind;
  if (!kind || !kind->size) return;
  pick->opts = rc_alloc(1, kind->size);
  rc_params_init(kind->params, pick->opts, kind->size);
}

void rc_pick_free(rc_pick *pick) {
  pick_free(pick);
}

static void init_fields(const rc_param *table, void *opts) {
  for (const rc_param *p = table; p && p->name; p++) {
    if (p->type == RC_T_GROUP) {
      init_fields(p->sub, field(p, opts));
      continue;
    }
    if (!p->def || !p->def[0]) continue; /* zero: empty text, empty list, nothing picked */
    rc_err err = {0};
    bool ok = rc_param_set(p, opts, p->def, &err);
    assert(ok && "a default in a parameter table must be a legal value");
    (void)ok;
  }
}

void rc_params_init(const rc_param *table, void *opts, size_t size) {
  if (size) memset(opts, 0, size);
  init_fields(table, opts);
}

void rc_params_free(const rc_param *table, void *opts) {
  for (const rc_param *p = table; p && p->name; p++) {
    void *f = field(p, opts);
    switch (p->type) {
    case RC_T_TEXT:
      rc_free(*(char **)f);
      *(char **)f = NULL;
      break;
    case RC_T_INTS:
      rc_free(((rc_ints *)f)->v);
      memset(f, 0, sizeof(rc_ints));
      break;
    case RC_T_REALS:
      rc_free(((rc_reals *)f)->v);
      memset(f, 0, sizeof(rc_reals));
      break;
    case RC_T_GROUP: rc_params_free(p->sub, f); break;
    case RC_T_ONE: pick_free(f); break;
    case RC_T_LIST: {
      rc_picks *l = f;
      for (int i = 0; i < l->n; i++) pick_free(&l->v[i]);
      rc_free(l->v);
      memset(l, 0, sizeof *l);
      break;
    }
    case RC_T_BOOL:
    case RC_T_INT:
    case RC_T_REAL:
    case RC_T_CHOICE:
    case RC_T_BYTES: break;
    }
  }
}

static void *copy_array(const void *from, int n, size_t size) {
  if (!n) return NULL;
  return memcpy(rc_alloc((size_t)n, size), from, (size_t)n * size);
}

/* The plain bytes are copied already: replaces what is owned by copies. */
static void own_fields(const rc_param *table, void *to, const void *from) {
  for (const rc_param *p = table; p && p->name; p++) {
    void *t = field(p, to);
    const void *f = (const char *)from + p->offset;
    if (p->type == RC_T_TEXT) {
      const char *text = *(char *const *)f;
      *(char **)t = text ? rc_strdup(text) : NULL;
    } else if (p->type == RC_T_INTS) {
      const rc_ints *a = f;
      ((rc_ints *)t)->v = copy_array(a->v, a->n, sizeof *a->v);
    } else if (p->type == RC_T_REALS) {
      const rc_reals *a = f;
      ((rc_reals *)t)->v = copy_array(a->v, a->n, sizeof *a->v);
    } else if (p->type == RC_T_GROUP) {
      own_fields(p->sub, t, f);
    } else if (p->type == RC_T_ONE) {
      pick_copy(t, f);
    } else if (p->type == RC_T_LIST) {
      const rc_picks *a = f;
      rc_picks *b = t;
      b->v = a->n ? rc_alloc((size_t)a->n, sizeof *b->v) : NULL;
      for (int i = 0; i < a->n; i++) pick_copy(&b->v[i], &a->v[i]);
    }
  }
}

void rc_params_copy(const rc_param *table, void *to, const void *from, size_t size) {
  if (size) memcpy(to, from, size);
  own_fields(table, to, from);
}
