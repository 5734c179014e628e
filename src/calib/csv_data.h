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

/* What a scenario gives a model: tables in files, or the same columns as lists. */
typedef struct cd_lists {
  char *curve; /* "chi, chi, C", or one name for all */
  rc_reals x, value, noise;
  int transformation; /* lin, log, log10 */
} cd_lists;
typedef struct cd_adjust {
  char *name, *scale; /* "J1, J2" */
  rc_reals lower, upper, nominal;
  rc_ints estimate;
} cd_adjust;
typedef struct cd_given {
  char *data, *parameters; /* files */
  cd_lists measurements;
  cd_adjust adjust;
} cd_given;
bool cd_has_data(const cd_given *g);
const char *cd_source(const cd_given *g); /* the file's name, or "given in the scenario" */

/* Measurements of curves: columns
 *   curve | observableId          name of the curve; when there is one any name, or none
 *   x | time                      abscissa
 *   value | measurement
 *   noise | noiseParameters       standard deviation; of ln value where transformation is log, of
 *                                 log10 value where it is log10
 *   transformation | observableTransformation   lin, log or log10, the same in all rows; lin when
 *                                 missing
 */
typedef struct cd_points {
  int m;
  rc_calib_point *point; /* rc_free */
  rc_loss_kind loss;     /* CHI2 or LOG */
} cd_points;
typedef struct cd_curves { /* what the model has */
  int n;
  const char *const *name;
  double x_lower; /* abscissae below are errors */
  bool x_above;
  const char *x_unit; /* kind of quantity, "": any */
} cd_curves;
bool cd_measurements(const cd_given *g, const char *folder, const cd_curves *curves, cd_points *out,
                     rc_err *err);

/* Overrides of parameters: columns
 *   name | parameterId
 *   scale | parameterScale        lin, log, log10
 *   lower | lowerBound, upper | upperBound, nominal | nominalValue
 *   estimate                      0 or 1
 * Empty cells and missing columns keep what the model has. The file first, then the lists. */
bool cd_parameters(cm_base *b, const cd_given *g, const char *folder, rc_err *err);

extern const rc_param cd_list_params[], cd_adjust_params[];
/* The options that a model gets by a member 'cd_given given'. */
#define CD_ADJUST(options)                                                                         \
  {.name = "parameters",                                                                           \
   .type = RC_T_TEXT,                                                                              \
   .offset = offsetof(options, given.parameters),                                                  \
   .def = "",                                                                                      \
   .help = "table of parameters: name, scale, lower, upper, nominal, estimate"},                   \
  {                                                                                                \
    .name = "adjust", .type = RC_T_GROUP, .offset = offsetof(options, given.adjust),               \
    .sub = cd_adjust_params, .help = "the same as lists"                                           \
  }
#define CD_FILES(options)                                                                          \
  {.name = "data",                                                                                 \
   .type = RC_T_TEXT,                                                                              \
   .offset = offsetof(options, given.data),                                                        \
   .def = "",                                                                                      \
   .help = "table of measurements: curve, x, value, noise, transformation"},                       \
      {.name = "measurements",                                                                     \
       .type = RC_T_GROUP,                                                                         \
       .offset = offsetof(options, given.measurements),                                            \
       .sub = cd_list_params,                                                                      \
       .help = "the same as lists"},                                                               \
      CD_ADJUST(options)

#endif
