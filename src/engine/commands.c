/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of a command that a study does not know. */
#include "roadcut/engine.h"

bool rc_study_no_command(const char *study, const rc_study_command *known, const char *name,
                         rc_err *err) {
  const char *names[64], *near = NULL;
  size_t n = 0;
  for (; known && known->name && n < RC_LEN(names); known++) names[n++] = known->name;
  if (n) near = rc_nearest(name, names, n);
  return rc_err_set(err, RC_ERR_INPUT, "study '%s' knows no command '%s'%s%s%s", study, name,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
