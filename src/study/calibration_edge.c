/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flights to the edges of the model manifold: along one direction, along all of them for its widths, and
 * from model to model with a parameter less each. */
#include <math.h>

#include "study/calibration_study.h"

bool calib_geodesic_step(calib *s, rc_err *err) {
  if (!s->geodesic) {
    s->geodesic = rc_geodesic_new(s->fit, s->best, s->geodesic_axis, s->geodesic_sign, err);
    if (!s->geodesic) return false;
  }
  rc_geodesic_step(s->geodesic, 1);
  if (rc_geodesic_read(s->geodesic).done) calib_go_on(s);
  return true;
}

/* ---- widths ------------------------------------------------------------------------------------- */

bool calib_widths_left(const calib *s) {
  return s->widths_wanted && s->width_at < 2 * s->n;
}

/* Both flights must end at an edge: else the width is not known. */
bool calib_widths_step(calib *s, rc_err *err) {
  if (!s->width) s->width = rc_alloc((size_t)s->n, sizeof *s->width);
  const int k = s->width_at / 2;
  if (!s->ribbon) {
    if (s->width_at == 0)
      for (int j = 0; j < s->n; j++) s->width[j] = NAN;
    s->ribbon = rc_geodesic_new(s->fit, s->best, k, s->width_at % 2 ? -1 : 1, err);
    if (!s->ribbon) return false;
  }
  rc_geodesic_step(s->ribbon, 1);
  const rc_geodesic_view v = rc_geodesic_read(s->ribbon);
  if (!v.done) return true;
  const double length = v.boundary ? v.tau[v.points - 1] : NAN;
  s->width[k] = s->width_at % 2 ? s->width[k] + length : length;
  s->width_at++;
  rc_geodesic_free(s->ribbon);
  s->ribbon = NULL;
  if (!calib_widths_left(s)) calib_go_on(s);
  return true;
}

/* ---- reduced models ----------------------------------------------------------------------------- */

bool calib_reduce_left(const calib *s) {
  return s->reduce_wanted && !(s->mbam && rc_mbam_read(s->mbam).done);
}

bool calib_reduce_step(calib *s, rc_err *err) {
  if (!s->mbam && !(s->mbam = rc_mbam_new(s->fit, s->best, err))) return false;
  if (rc_mbam_step(s->mbam)) calib_go_on(s);
  return true;
}

void calib_edge_drop(calib *s) {
  rc_geodesic_free(s->geodesic);
  rc_geodesic_free(s->ribbon);
  rc_mbam_free(s->mbam);
  rc_free(s->width);
  s->geodesic = s->ribbon = NULL;
  s->mbam = NULL;
  s->width = NULL;
}

/* ---- result ------------------------------------------------------------------------------------- */

static void row_result(const rc_reduction_row *r, rc_json *j) {
  rc_json_object(j, NULL);
  rc_json_int(j, "parameter_count", r->n);
  rc_json_text(j, "limit", r->name);
  rc_json_bool(j, "exact", r->exact);
  rc_json_real(j, "limit_error", r->limit_error);
  rc_json_real(j, "length", r->length);
  rc_json_real(j, "loss", r->loss);
  rc_json_real(j, "chi2_rise", r->rise);
  rc_json_real(j, "noise", r->noise);
  rc_json_bool(j, "within_noise", r->within);
  rc_json_array(j, "parameters");
  for (int k = 0; k < r->n; k++) {
    rc_json_object(j, NULL);
    rc_json_text(j, "name", r->parameter[k]);
    rc_json_real(j, "value", r->value[k]);
    rc_json_end(j);
  }
  rc_json_end(j);
  rc_json_end(j);
}

void calib_edge_result(const calib *s, rc_json *j) {
  if (s->geodesic) rc_json_text(j, "geodesic", rc_geodesic_read(s->geodesic).verdict);
  if (s->width && !calib_widths_left(s)) {
    rc_json_array(j, "widths");
    for (int k = 0; k < s->n; k++) rc_json_real(j, NULL, s->width[k]);
    rc_json_end(j);
  }
  if (!s->mbam) return;
  const rc_mbam_view v = rc_mbam_read(s->mbam);
  rc_json_array(j, "reduced_models");
  for (int i = 0; i < v.rows; i++) row_result(&v.row[i], j);
  rc_json_end(j);
  rc_json_text(j, "reduction_end", v.why);
}
