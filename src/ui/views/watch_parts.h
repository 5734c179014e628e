/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the view of another program and the view of the cut share. */
#ifndef ROADCUT_UI_VIEWS_WATCH_PARTS_H
#define ROADCUT_UI_VIEWS_WATCH_PARTS_H

#include "ui/views/parts.h"

/* The stream of a watched program that tells cuts, NULL when there is none. */
const rc_watch_stream *rc_watch_cut(const rc_watch_data *d);
/* Its name in a column of 'cap - 1' characters: the program's, without its folders. */
void rc_watch_name(const rc_watch_data *d, char *out, size_t cap);
/* "runs", "ended", "died" and how it is to look. */
const char *rc_watch_state(const rc_watch_data *d, rc_style *style);
/* The cut it claims, counted again on a graph: nan when it has told no sides that fit. */
double rc_watch_counted(const rc_watch_stream *s, const rc_cut_graph *g);

#endif
