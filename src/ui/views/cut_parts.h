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
/* Its number as it is shown: states of a magnet from 0, vertices of a file from 1. */
int rc_cut_number(const rc_cut_data *d, int vertex);
/* The bond whose flip joins two states: "3-7", "" for a file. i and j get the sites, or -1. */
void rc_cut_bond(const rc_cut_data *d, int u, int v, int *i, int *j, char out[16]);
/* Keys of all panes of the cut: one flip, one round, .. see the group Cut of commands.def. */
bool rc_cut_key(rc_view_context *v, int key);

/* ---- one vertex --------------------------------------------------------------------------------- */

/* The vertex looked at: the linked state, or for a file the one chosen; at first an end of the
 * heaviest frustrated edge. -1 while there is no instance. */
int rc_cut_at(const rc_view_context *v, const rc_cut_data *d);
void rc_cut_look_at(rc_view_context *v, const rc_cut_data *d, int vertex);
typedef struct rc_cut_near {
  int vertex, degree;
  double weight, frustrated_weight; /* sums of |w| over its edges */
  double gain;                      /* of flipping it: its local field */
  int frustrated;
  rc_cut_edge *edge; /* the frustrated ones, heaviest first; u is the vertex */
} rc_cut_near;
void rc_cut_near_read(const rc_cut_data *d, const uint8_t *side, int vertex, rc_cut_near *out);
void rc_cut_near_free(rc_cut_near *n);
/* Does a listed cycle go through the vertex? With an orbit bound: one of its images. */
bool rc_cut_through(const rc_cut_data *d, const rc_cut_cycle *c, int vertex);
/* The assignment the pane of the vertex looks at: the best cut, or the present one of the solver that
 * is followed; name gets which. */
const uint8_t *rc_cut_whose(const rc_view_context *v, const rc_cut_data *d, const char **name);

/* The bond of an edge is the one selected in the linked views. */
void rc_cut_link_edge(rc_view_context *v, const rc_cut_data *d, const rc_cut_edge *e);

/* Moves the row of a table pane; true when the key was one of movement. */
bool rc_cut_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key);

#endif
