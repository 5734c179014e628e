/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the views of the calibration share. */
#ifndef ROADCUT_UI_VIEWS_CALIB_PARTS_H
#define ROADCUT_UI_VIEWS_CALIB_PARTS_H

#include "ui/views/parts.h"

const rc_calibration_data *rc_calib_snapshot(const rc_view_context *v);       /* NULL before */
const rc_calib_parameter *rc_calib_free(const rc_calibration_data *d, int j); /* j-th free one */
/* A command of the study: "turn v1 0.1"; what it refuses is said on the message line. */
void rc_calib_do(rc_view_context *v, const char *name, const char *format, ...) RC_PRINTF(3, 4);
/* "+1.00 E_d -0.08 B_d": the heaviest components of the k-th eigenvector, at most 'most', and none
 * behind the first that leaves 'room' columns. */
void rc_calib_components(const rc_calibration_data *d, const rc_fisher *f, int k, int most,
                         int room, rc_str *out);
/* What a residual of 1 is: "sigma", or "the datum" for relative losses. */
const char *rc_calib_unit(const rc_calibration_data *d);
bool rc_calib_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key);
rc_style rc_calib_style(int series);
char rc_calib_mark(int series);
extern const char *const rc_coords_name[]; /* by rc_coords */

#endif
