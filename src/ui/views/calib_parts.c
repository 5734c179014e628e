/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/views/calib_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const rc_coords_name[] = {"the box", "scale", "ln theta", "linear box"};

const rc_calibration_data *rc_calib_snapshot(const rc_view_context *v) {
  const bool mine = v->frame && v->frame->cls && !strcmp(v->frame->cls->kind.name, "calibration");
  const rc_calibration_data *d = mine && v->frame->data ? rc_share_get(v->frame->data) : NULL;
  return d && d->shape ? d : NULL;
}

const rc_calib_parameter *rc_calib_free(const rc_calibration_data *d, int j) {
  return &d->shape->parameter[d->free[j]];
}

void rc_calib_do(rc_view_context *v, const char *name, const char *format, ...) {
  char argument[96];
  rc_err err = {0};
  va_list args;
  if (!v->ui || !rc_ui_session(v->ui)) return;
  va_start(args, format);
  vsnprintf(argument, sizeof argument, format, args);
  va_end(args);
  rc_session *s = rc_ui_session(v->ui);
  if (!rc_ui_study_command(v->ui, rc_session_find(s, "calibration"), name, argument, &err))
    rc_ui_message(v->ui, RC_BAD, "%s", err.message);
}

void rc_calib_components(const rc_calibration_data *d, const rc_fisher *f, int k, int most,
                         int room, rc_str *out) {
  bool used[256] = {0};
  for (int c = 0; c < most && c < f->n; c++) {
    int best = -1;
    for (int j = 0; j < f->n && j < 256; j++)
      if (!used[j] &&
          (best < 0 || fabs(f->vector[k * f->n + j]) > fabs(f->vector[k * f->n + best])))
        best = j;
    const double x = f->vector[k * f->n + best];
    if (fabs(x) < .05) return;
    used[best] = true;
    const char *name = rc_calib_free(d, best)->name;
    room -= (c > 0) + snprintf(NULL, 0, "%+.2f ", x) + rc_text_width(name);
    if (c > 0 && room < 0) return;
    rc_str_addf(out, "%s%+.2f %s", c ? " " : "", x, name);
  }
}

const char *rc_calib_unit(const rc_calibration_data *d) {
  return d->shape->loss == RC_LOSS_RELATIVE ? "the datum" : "sigma";
}

bool rc_calib_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key) {
  if (rows <= 0) return false;
  const int64_t to = rc_part_move(rc_part_table_row(v, pane, rows), rows, key);
  if (to >= 0) rc_part_set(v, pane, "row", to);
  return to >= 0;
}

rc_style rc_calib_style(int series) {
  return RC_SERIES1 + series % 6;
}

char rc_calib_mark(int series) {
  return "o^#*+x"[series % 6];
}
