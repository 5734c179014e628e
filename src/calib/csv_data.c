/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements and parameters from tables. */
#include "calib/csv_data.h"
#include "calib/csv_lists.h"

#include <math.h>
#include <string.h>

static const double log_of_ten = 2.302585092994045684;

bool cd_has_data(const cd_given *g) {
  return (g->data && g->data[0]) || cd_lists_given(&g->measurements);
}

const char *cd_source(const cd_given *g) {
  return g->data && g->data[0] ? g->data : "given in the scenario";
}

double *cd_rows(const char *folder, const char *file, const cc_column *columns, int n, int *rows,
                rc_err *err) {
  cc_table t;
  if (!cc_read(folder, file, &t, err)) {
    rc_err_about(err, "data", "", 0, file);
    return NULL;
  }
  double *v = rc_alloc((size_t)t.rows * (size_t)n, sizeof *v);
  bool ok = true;
  for (int j = 0; j < n && ok; j++) ok = cc_numbers(&t, &columns[j], v + j, n, err);
  *rows = t.rows;
  cc_free(&t);
  if (ok) return v;
  rc_err_about(err, "data", "", 0, file);
  rc_free(v);
  return NULL;
}

/* ---- measurements ----------------------------------------------------------------------------- */

static const char *nearest_of(const char *word, const char *const *names, int n) {
  return rc_nearest(word, names, (size_t)n);
}

static bool curve_of(const cc_table *t, int column, int row, const cd_curves *c, int *curve,
                     rc_err *err) {
  *curve = 0;
  if (column < 0) return true;
  const cc_cell *at = &t->cell[row * t->columns + column];
  /* the only curve may have any name, but no two */
  if (c->n == 1 && !t->lists) {
    const cc_cell *first = &t->cell[column];
    return !strcmp(at->text, first->text) ||
           cc_fail(t, at, err, "the model has one curve, and it was '%.32s' so far", first->text);
  }
  for (int k = 0; k < c->n; k++) {
    if (!strcmp(at->text, c->name[k])) {
      *curve = k;
      return true;
    }
  }
  const char *near = nearest_of(at->text, c->name, c->n);
  rc_str names = {0};
  for (int k = 0; k < c->n; k++) rc_str_addf(&names, "%s%s", k ? " or " : "", c->name[k]);
  cc_fail(t, at, err, "there is no curve '%.32s'; %s%s%s", at->text, near ? "is it '" : "there is ",
          near ? near : rc_str_c(&names), near ? "'?" : "");
  rc_str_free(&names);
  return false;
}

/* The transformation of all rows: the scale on which the noise is normal. factor: of a standard
 * deviation, to that of ln value. */
static bool transformation(const cc_table *t, rc_loss_kind *loss, double *factor, rc_err *err) {
  static const char *const names = "transformation|observableTransformation";
  const int j = cc_find(t, names);
  *loss = RC_LOSS_CHI2;
  *factor = 1;
  if (!cc_once(t, names, err)) return false;
  for (int i = 0; i < t->rows && j >= 0; i++) {
    const cc_cell *at = &t->cell[i * t->columns + j];
    const bool ten = !strcmp(at->text, "log10"), log = ten || !strcmp(at->text, "log");
    if (!log && strcmp(at->text, "lin") != 0 && at->text[0]) {
      return cc_fail(t, at, err, "transformation is lin, log or log10, not '%.32s'", at->text);
    }
    const rc_loss_kind mine = log ? RC_LOSS_LOG : RC_LOSS_CHI2;
    const double my_factor = ten ? log_of_ten : 1;
    if (i > 0 && (mine != *loss || my_factor != *factor)) {
      return cc_fail(t, at, err, "transformation must be the same in all rows");
    }
    *loss = mine;
    *factor = my_factor;
  }
  return true;
}

/* Noise is in the unit of what it is the noise of, where both name one. */
static bool same_unit(const cc_table *t, const char *value, const char *noise, rc_err *err) {
  const cc_cell *v = &t->header[cc_find(t, value)], *s = &t->header[cc_find(t, noise)];
  const char *a = strchr(v->text, '['), *b = strchr(s->text, '[');
  return !a || !b || !strcmp(a, b) ||
         cc_fail(t, s, err, "noise is in %.24s, but the values are in %.24s", b, a);
}

/* "measurements: there is nothing in 'curve'; it wants Tc or C for each datum" */
static bool no_curve(const cc_table *t, const cd_curves *c, rc_err *err) {
  rc_str names = {0};
  for (int k = 0; k < c->n; k++) rc_str_addf(&names, "%s%s", k ? " or " : "", c->name[k]);
  rc_err_set(err, RC_ERR_INPUT, "%s: there is nothing in 'curve'; it wants %s for each datum",
             t->file, rc_str_c(&names));
  rc_str_free(&names);
  rc_err_about(err, t->file, "curve", 0, "");
  return false;
}

static bool read_points(const cc_table *t, const cd_curves *c, cd_points *out, double *work,
                        rc_err *err) {
  static const char *const curve_names = "curve|observableId";
  const int m = t->rows, which = cc_find(t, curve_names);
  double factor;
  if (!transformation(t, &out->loss, &factor, err) || !cc_once(t, curve_names, err)) return false;
  if (which < 0 && c->n > 1) {
    if (t->lists) return no_curve(t, c, err);
    return cc_fail(t, &t->header[0], err, "there is no column 'curve', and the model has %d", c->n);
  }
  const bool log = out->loss == RC_LOSS_LOG;
  const cc_column columns[] = {
      {.name = "x|time|T|t",
       .unit = c->x_unit,
       .required = true,
       .lower = c->x_lower,
       .above = c->x_above},
      {.name = "value|measurement",
       .unit = "",
       .required = true,
       .lower = log ? 0 : -INFINITY,
       .above = log},
      {.name = "noise|noiseParameters|sigma",
       .unit = "",
       .required = true,
       .lower = 0,
       .above = true},
  };
  for (int k = 0; k < 3; k++) {
    if (!cc_numbers(t, &columns[k], work + k, 3, err)) return false;
  }
  if (!log && !same_unit(t, columns[1].name, columns[2].name, err)) return false;
  out->m = m;
  out->point = rc_alloc((size_t)m, sizeof *out->point);
  for (int i = 0; i < m; i++) {
    rc_calib_point *p = &out->point[i];
    *p = (rc_calib_point){.x = work[3 * i], .value = work[3 * i + 1], .sigma = work[3 * i + 2]};
    if (log) p->sigma *= factor * p->value;
    if (!curve_of(t, which, i, c, &p->curve, err)) return false;
  }
  return true;
}

static bool points_of(const cc_table *t, const cd_curves *curves, cd_points *out, rc_err *err) {
  double *work = rc_alloc(3 * (size_t)t->rows, sizeof *work);
  const bool ok = read_points(t, curves, out, work, err);
  rc_free(work);
  if (!ok) {
    rc_free(out->point);
    memset(out, 0, sizeof *out);
  }
  return ok;
}

bool cd_measurements(const cd_given *g, const char *folder, const cd_curves *curves, cd_points *out,
                     rc_err *err) {
  cc_table t;
  memset(out, 0, sizeof *out);
  const bool file = g->data && g->data[0];
  if (file && cd_lists_given(&g->measurements)) {
    rc_err_set(err, RC_ERR_INPUT,
               "'data' and 'measurements' are both given; leave one of them away");
    rc_err_about(err, "measurements", "", 0, "");
    return false;
  }
  bool ok = file ? cc_read(folder, g->data, &t, err) : cd_list_table(&g->measurements, &t, err);
  if (ok) {
    ok = points_of(&t, curves, out, err);
    cc_free(&t);
  }
  if (!ok && file) rc_err_about(err, "data", "", 0, g->data);
  return ok;
}

/* ---- parameters ------------------------------------------------------------------------------- */

enum { COL_NAME, COL_SCALE, COL_LOWER, COL_UPPER, COL_NOMINAL, COL_ESTIMATE, COLS };
static const char *const column_names[COLS] = {"name|parameterId",     "scale|parameterScale",
                                               "lower|lowerBound",     "upper|upperBound",
                                               "nominal|nominalValue", "estimate"};

static rc_calib_parameter *parameter_of(cm_base *b, const cc_table *t, const cc_cell *at,
                                        rc_err *err) {
  const char *names[256];
  const int n = RC_MIN(b->shape.parameters, 256);
  for (int j = 0; j < n; j++) {
    if (!strcmp(b->parameter[j].name, at->text)) return &b->parameter[j];
    names[j] = b->parameter[j].name;
  }
  const char *near = nearest_of(at->text, names, n);
  if (!at->text[0]) {
    cc_fail(t, at, err, "the name of a parameter is missing");
    return NULL;
  }
  cc_fail(t, at, err, "there is no parameter '%.32s'%s%s%s", at->text, near ? "; is it '" : "",
          near ? near : "", near ? "'?" : "");
  return NULL;
}

static bool read_scale(const cc_table *t, const cc_cell *at, bool *log, rc_err *err) {
  if (!at->text[0]) return true;
  if (!strcmp(at->text, "lin") || !strcmp(at->text, "log") || !strcmp(at->text, "log10")) {
    *log = at->text[1] == 'o';
    return true;
  }
  return cc_fail(t, at, err, "scale is lin, log or log10, not '%.32s'", at->text);
}

static bool read_estimate(const cc_table *t, const cc_cell *at, bool *fixed, rc_err *err) {
  if (!at->text[0]) return true;
  if (!strcmp(at->text, "0") || !strcmp(at->text, "1")) {
    *fixed = at->text[0] == '0';
    return true;
  }
  return cc_fail(t, at, err, "estimate is 0 or 1, not '%.32s'", at->text);
}

/* One row. cell[c] is NULL where there is no such column. */
static bool read_row(cm_base *b, const cc_table *t, const cc_cell *const cell[COLS], rc_err *err) {
  rc_calib_parameter *p = parameter_of(b, t, cell[COL_NAME], err);
  if (!p) return false;
  if (cell[COL_SCALE] && !read_scale(t, cell[COL_SCALE], &p->log, err)) return false;
  double *number[COLS] = {
      [COL_LOWER] = &p->lower, [COL_UPPER] = &p->upper, [COL_NOMINAL] = &p->nominal};
  for (int c = COL_LOWER; c <= COL_NOMINAL; c++) {
    static const char *const what[] = {"lower", "upper", "nominal"};
    if (!cell[c] || !cell[c]->text[0]) continue;
    if (!cc_number(t, cell[c], what[c - COL_LOWER], number[c], err)) return false;
  }
  if (cell[COL_ESTIMATE] && !read_estimate(t, cell[COL_ESTIMATE], &p->fixed, err)) return false;
  const cc_cell *low = cell[COL_LOWER] ? cell[COL_LOWER] : cell[COL_NAME];
  const cc_cell *nominal = cell[COL_NOMINAL] ? cell[COL_NOMINAL] : cell[COL_NAME];
  if (p->fixed) return true;
  if (p->log && !(p->lower > 0)) {
    return cc_fail(t, low, err, "%s: a log scale needs a lower bound above 0, not %g", p->name,
                   p->lower);
  }
  if (!(p->lower < p->upper)) {
    return cc_fail(t, low, err, "%s: lower %g must be below upper %g", p->name, p->lower, p->upper);
  }
  if (!(p->nominal >= p->lower && p->nominal <= p->upper)) {
    return cc_fail(t, nominal, err, "%s: nominal %g is not between its bounds %g and %g", p->name,
                   p->nominal, p->lower, p->upper);
  }
  return true;
}

static bool read_parameters(cm_base *b, const cc_table *t, rc_err *err) {
  int at[COLS];
  for (int c = 0; c < COLS; c++) {
    at[c] = cc_find(t, column_names[c]);
    if (!cc_once(t, column_names[c], err)) return false;
  }
  if (at[COL_NAME] < 0) return cc_fail(t, &t->header[0], err, "there is no column 'name'");
  for (int i = 0; i < t->rows; i++) {
    const cc_cell *cell[COLS];
    for (int c = 0; c < COLS; c++) cell[c] = at[c] < 0 ? NULL : &t->cell[i * t->columns + at[c]];
    for (int k = 0; k < i; k++) {
      if (!strcmp(t->cell[k * t->columns + at[COL_NAME]].text, cell[COL_NAME]->text)) {
        return cc_fail(t, cell[COL_NAME], err, "parameter '%.32s' is there twice",
                       cell[COL_NAME]->text);
      }
    }
    if (!read_row(b, t, cell, err)) return false;
  }
  return true;
}

static bool parameters_of(cm_base *b, cc_table *t, rc_err *err) {
  const bool ok = read_parameters(b, t, err);
  cc_free(t);
  return ok;
}

bool cd_parameters(cm_base *b, const cd_given *g, const char *folder, rc_err *err) {
  cc_table t;
  if (g->parameters && g->parameters[0]) {
    if (!cc_read(folder, g->parameters, &t, err) || !parameters_of(b, &t, err)) {
      rc_err_about(err, "parameters", "", 0, g->parameters);
      return false;
    }
  }
  if (!cd_adjust_given(&g->adjust)) return true;
  return cd_adjust_table(&g->adjust, &t, err) && parameters_of(b, &t, err);
}
