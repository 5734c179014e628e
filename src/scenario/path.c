/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/path.h"

#include <stdio.h>
#include <string.h>

static bool find_pick(const rc_kind *const *kinds, rc_pick *pick, const char *path, rc_place *out) {
  if (!strcmp(path, "kind")) {
    *out = (rc_place){.pick = pick, .kinds = kinds};
    return true;
  }
  return pick->kind && pick->opts && rc_place_find(pick->kind->params, pick->opts, path, out);
}

bool rc_place_find(const rc_param *table, void *opts, const char *path, rc_place *out) {
  size_t len = strcspn(path, ".");
  const char *rest = path[len] ? path + len + 1 : NULL;
  for (const rc_param *p = table; p && p->name; p++) {
    if (strlen(p->name) != len || memcmp(p->name, path, len)) continue;
    void *f = (char *)opts + p->offset;
    if (!rest) {
      *out = (rc_place){.param = p, .opts = opts};
      return true;
    }
    if (p->type == RC_T_GROUP) return rc_place_find(p->sub, f, rest, out);
    if (p->type == RC_T_ONE) return find_pick(p->kinds, f, rest, out);
    if (p->type != RC_T_LIST) return false;
    rc_picks *list = f;
    char number[16] = {0};
    int64_t i;
    len = strcspn(rest, ".");
    if (len >= sizeof number || !rest[len]) return false;
    memcpy(number, rest, len);
    return rc_parse_int(number, &i) && i >= 0 && i < list->n &&
           find_pick(p->kinds, &list->v[i], rest + len + 1, out);
  }
  return false;
}

static void each_pick(const rc_pick *pick, const char *prefix, rc_place_fn fn, void *who) {
  if (pick->kind && pick->opts) rc_place_each(pick->kind->params, pick->opts, prefix, fn, who);
}

void rc_place_each(const rc_param *table, void *opts, const char *prefix, rc_place_fn fn,
                   void *who) {
  for (const rc_param *p = table; p && p->name; p++) {
    char path[96], item[112];
    snprintf(path, sizeof path, "%s.%s", prefix, p->name);
    void *f = (char *)opts + p->offset;
    if (p->type == RC_T_GROUP) {
      rc_place_each(p->sub, f, path, fn, who);
      continue;
    }
    rc_place place = {.param = p, .opts = opts};
    fn(who, path, &place);
    if (p->type == RC_T_ONE) each_pick(f, path, fn, who);
    if (p->type != RC_T_LIST) continue;
    rc_picks *list = f;
    for (int i = 0; i < list->n; i++) {
      snprintf(item, sizeof item, "%s.%d", path, i);
      each_pick(&list->v[i], item, fn, who);
    }
  }
}
