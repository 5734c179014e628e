/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the three views of the cut share. */
#ifndef ROADCUT_UI_VIEWS_CUT_PARTS_H
#define ROADCUT_UI_VIEWS_CUT_PARTS_H

#include "ui/views/parts.h"

/* Newest snapshot of the cut study; NULL before the first. */
const rc_cut_data *rc_cut_snapshot(const rc_view_context *v);
rc_style rc_cut_style(int solver); /* of a solver's curve, by its place in the list */
char rc_cut_mark(int solver);
/* A vertex: the arrows of its basis state, or its number in the file (1-based). */
void rc_cut_vertex(const rc_cut_data *d, int vertex, char *out, size_t size);
/* The bond whose flip joins two states: "3-7", "" for a file. i and j get the sites, or -1. */
void rc_cut_bond(const rc_cut_data *d, int u, int v, int *i, int *j, char out[16]);
/* Moves the row of a table pane; true when the key was one of movement. */
bool rc_cut_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key);

#endif
