/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "roadcut/base.h"

const rc_kind *rc_kind_find(const rc_kind *const *registry, const char *name) {
  for (; registry && *registry; registry++)
    if (!strcmp((*registry)->name, name)) return *registry;
  return NULL;
}

const rc_param *rc_param_find(const rc_param *table, const char *name) {
  for (; table && table->name; table++)
    if (!strcmp(table->name, name)) return table;
  return NULL;
}
