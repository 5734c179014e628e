/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pane cut.vertex: one vertex of the instance, its local field, what is frustrated around it. */
#ifndef ROADCUT_UI_VIEWS_CUT_VERTEX_H
#define ROADCUT_UI_VIEWS_CUT_VERTEX_H

#include "ui/views/cut_parts.h"

extern const rc_pane_class rc_cut_vertex_pane;

#endif
