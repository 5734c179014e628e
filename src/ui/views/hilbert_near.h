/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pane hilbert.neighbourhood: a small drawn piece of the graph around a vertex. */
#ifndef ROADCUT_UI_VIEWS_HILBERT_NEAR_H
#define ROADCUT_UI_VIEWS_HILBERT_NEAR_H

#include "ui/views/parts.h"

void rc_near_draw(const rc_view_context *v, rc_pen p, bool focused);
bool rc_near_key(rc_view_context *v, int key);
bool rc_near_mouse(rc_view_context *v, rc_pen p, rc_mouse m);
void rc_near_csv(const rc_view_context *v, rc_str *out);

#endif
