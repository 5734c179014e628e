/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What am I looking at: the text of the focused pane. */
#include "explorer.h"

#include <stdio.h>

void rc_explain_text(const rc_ui *u, rc_str *out, char *title, size_t cap) {
  const rc_pane_class *p = rc_ui_pane(u);
  int v = rc_ui_view(u);
  snprintf(title, cap, "what am I looking at?");
  if (!p || v < 0) return;
  if (p->explain && *p->explain) {
    rc_str_add(out, p->explain);
    return;
  }
  const rc_kind *k = &rc_view_classes[v]->kind;
  rc_str_add(out, k->explain && *k->explain ? k->explain : k->help);
}
