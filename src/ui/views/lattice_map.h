/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drawn lattice: where the sites are on the canvas, in what style a bond class is drawn. */
#ifndef ROADCUT_UI_VIEWS_LATTICE_MAP_H
#define ROADCUT_UI_VIEWS_LATTICE_MAP_H

#include "ui/views/parts.h"

enum { RC_MAP_SITES, RC_MAP_STATE, RC_MAP_CORRELATIONS, RC_MAP_FRUSTRATED, RC_MAP_MODES };

typedef struct rc_map {
  double x[RC_SITES_MAX], y[RC_SITES_MAX]; /* canvas pixels */
  double scale;                            /* pixels per unit of length */
  double near;                             /* shortest bond, in columns */
} rc_map;
/* Fits the lattice with its stubs into w x h pixels; 'sub' pixels are one column. */
void rc_map_place(const rc_lattice *l, int w, int h, double aspect, int sub, int zoom, int centre,
                  rc_map *m);

/* Bonds of RC_CLASSES_MAX classes can be told apart without their colours: by dash and width, in
 * ASCII by the character they are made of. */
rc_stroke rc_class_stroke(int cls);
/* The same in three characters, for legends. */
const char *rc_class_look(int cls, rc_graphics g);
rc_style rc_class_style(int cls);

/* Sites, with what can be drawn on them, then the bonds that are on: what does not belong to a row is empty. */
void rc_lattice_map_csv(const rc_view_context *v, rc_str *out);
void rc_lattice_map_draw(const rc_view_context *v, rc_pen p, bool focused);
bool rc_lattice_map_key(rc_view_context *v, int key);
bool rc_lattice_map_mouse(rc_view_context *v, rc_pen p, rc_mouse m);

#endif
