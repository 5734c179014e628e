/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data and parameters of a model from tables, with the names of PEtab (Schmiester et al., PLoS
 * Comput. Biol. 17, e1008646, 2021) and shorter ones. */
#ifndef RC_CALIB_CSV_DATA_H
#define RC_CALIB_CSV_DATA_H

#include "calib/csv.h"
#include "calib/model.h"

/* The columns of a table as rows x n numbers (rc_free); NULL on errors. */
double *cd_rows(const char *folder, const char *file, const cc_column *columns, int n, int *rows,
                rc_err *err);

/* Measurements of curves: columns
 *   curve | observableId          name of the curve; may be missing when there is one
 *   x | time                      abscissa
 *   value | measurement
 *   noise | noiseParameters       standard deviation; of ln value where transformation is log
 *   transformation | observableTransformation   lin or log, the same in all rows; lin when missing
 */
typedef struct cd_points {
  int m;
  rc_calib_point *point;
  rc_loss_kind loss; /* CHI2 or LOG */
} cd_points;
typedef struct cd_curves { /* what the model has */
  int n;
  const char *const *name;
  const char *const *unit; /* kinds of quantity of the values, see cc_column; NULL: any */
  double x_lower;          /* abscissae below are errors */
  bool x_above;
  const char *x_unit; /* kind of quantity, "": any */
} cd_curves;
bool cd_measurements(const char *folder, const char *file, const cd_curves *curves, cd_points *out,
                     rc_err *err);

/* Overrides of parameters: columns
 *   name | parameterId
 *   scale | parameterScale        lin, log, log10
 *   lower | lowerBound, upper | upperBound, nominal | nominalValue
 *   estimate                      0 or 1
 * Empty cells and missing columns keep what the model has. file NULL or "": nothing is done. */
bool cd_parameters(cm_base *b, const char *folder, const char *file, rc_err *err);

/* The two options of models that can take tables; o has char *data, *parameters. */
#define CD_FILES(options)                                                                          \
  {.name = "data",                                                                                 \
   .type = RC_T_TEXT,                                                                              \
   .offset = offsetof(options, data),                                                              \
   .def = "",                                                                                      \
   .help = "table of measurements: curve, x, value, noise, transformation"},                       \
  {                                                                                                \
    .name = "parameters", .type = RC_T_TEXT, .offset = offsetof(options, parameters), .def = "",   \
    .help = "table of parameters: name, scale, lower, upper, nominal, estimate"                    \
  }

#endif
