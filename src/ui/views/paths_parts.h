/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the five views of the paths share. */
#ifndef ROADCUT_UI_VIEWS_PATHS_PARTS_H
#define ROADCUT_UI_VIEWS_PATHS_PARTS_H

#include "ui/views/parts.h"

/* Newest snapshot of the paths study; NULL before the first. */
const rc_paths_data *rc_paths_snapshot(const rc_view_context *v);

/* ---- keys --------------------------------------------------------------------------------------- */

/* Keys that all panes of these views take: each is a command of the group Paths. */
bool rc_paths_key(rc_view_context *v, int key);
/* The arrows step through the frames of the path, or through its shots. */
bool rc_paths_frames_key(rc_view_context *v, int key);
/* Runs a command line; what it has to say against it is the message. */
void rc_paths_do(rc_view_context *v, const char *format, ...) RC_PRINTF(2, 3);
bool rc_paths_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key);

/* ---- looks -------------------------------------------------------------------------------------- */

rc_style rc_paths_committor_style(double p); /* 0: A, 1: B, on the diverging scale */
/* The canvas over what is there: its ink keeps the ground of each cell. */
void rc_paths_overlay(const rc_canvas *c, rc_pen p, int x, int y);
/* "0.46", "<.01"; 5 columns at most. */
void rc_paths_chance(double p, char out[16]);
double rc_paths_logit(double p); /* bounded by -+20 */
/* Large digits, "1.5x", five rows high. */
void rc_paths_big(rc_pen p, int x, int y, rc_style s, const char *text);
int rc_paths_big_width(const char *text);

/* ---- shots -------------------------------------------------------------------------------------- */

typedef enum {
  RC_SHOT_ACCEPTED,    /* a transition, taken */
  RC_SHOT_NONE,        /* both halves ended in the same state */
  RC_SHOT_REJECTED,    /* a transition, rejected by its weight */
  RC_SHOT_UNCOMMITTED, /* a half reached the limit */
  RC_SHOT_BACK,        /* both ended in the same state, and the walk took the path all the same */
  RC_SHOT_FATES
} rc_shot_fate;
rc_shot_fate rc_paths_fate(const rc_shot *s);
const char *rc_paths_fate_glyph(rc_shot_fate f);
rc_style rc_paths_fate_style(rc_shot_fate f);
const char *rc_paths_fate_word(rc_shot_fate f);
/* A shot by its number, NULL when it is not on the strip. */
const rc_shot *rc_paths_shot(const rc_paths_data *d, uint64_t id);
const char *rc_paths_state_name(int label); /* "A", "B", "–" */

/* ---- frames ------------------------------------------------------------------------------------- */

/* Segment at a frame of the path, counted like 'at'. */
int rc_paths_segment(const rc_paths_view *v, double frame);
uint64_t rc_paths_length(const rc_paths_view *v); /* all frames, the ends included */
/* The spin whose flip led to a segment, -1: none or several. */
int rc_paths_flipped(const rc_paths_data *d, const rc_paths_view *v, int segment);
/* "4,2" of a lattice, "46-47" of a chain, else its number. */
void rc_paths_spin(const rc_path_shape *h, int spin, char out[24]);
static inline bool rc_paths_up(const rc_word *s, int spin) {
  return s[spin >> 6].u >> (spin & 63) & 1;
}
/* Index of a feature by name, -1. */
int rc_paths_feature(const rc_path_shape *h, const char *name);
/* e = K s_i s_j of two spins, of u: what flipping one does depends on the other by 4 e. */
double rc_paths_coupling(const rc_paths_data *d, const rc_word *state, int i, int j);
/* Draws a state: spins on their lattice, the hairpin, the signs of a graph, coordinates.
 * reference: what a graph's vertices are placed by; NULL: the state itself. flipped: -1: none. */
void rc_paths_picture(rc_pen p, const rc_paths_data *d, const rc_word *state, int flipped,
                      const rc_word *reference);

/* Panes that stand in files of their own. */
extern const rc_pane_class rc_paths_map_pane, rc_paths_along_pane, rc_paths_frame_pane,
    rc_paths_shots_pane, rc_paths_gallery_pane;

#endif
