/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the models share: the arrays behind an rc_calib_shape and synthetic data. */
#ifndef RC_CALIB_MODEL_H
#define RC_CALIB_MODEL_H

#include "calib/room.h"

typedef struct cm_base { /* owns what its shape points to */
  rc_calib_shape shape;
  rc_calib_parameter *parameter;
  rc_calib_point *point;
  rc_calib_curve *curve;
  double *input, *input_sigma;
} cm_base;

/* LAPACK on one thread: small systems are faster, and results do not depend on the machine. */
void cm_one_thread(void);

void cm_begin(cm_base *b, int parameters, int m, int curves);
void cm_inputs(cm_base *b, int inputs); /* after cm_begin; all zero, exact */
void cm_end(cm_base *b);                /* frees the arrays */
/* The next parameter; returns it for what is rarer. truth: nan when unknown. */
rc_calib_parameter *cm_parameter(cm_base *b, const char *name, const char *unit, bool log,
                                 double lower, double upper, double nominal, double truth,
                                 const char *help);
void cm_curve(cm_base *b, int k, const char *name);
void cm_labels(cm_base *b, const char *x, const char *y, bool x_log, bool y_log);
/* Abscissae from..to, both ends among them, evenly spaced or so in ln x. */
void cm_grid(double from, double to, int n, bool in_log, double *x);
/* Replaces the values of the points by y + sigma * normal, from the stream (seed, "calib/data/NAME"),
 * and sets shape.data_source. Each point's sigma must be set. */
void cm_synthesize(cm_base *b, const rc_calib_env *env, const char *name, const double *y);
/* Data from a file: copies m points; the truth is not known then. */
void cm_measured(cm_base *b, const rc_calib_point *point, rc_loss_kind loss, const char *file);
/* The true values as a vector over all parameters; nominal where no truth is known. */
void cm_truth(const cm_base *b, double *theta);
/* All finite, else 'why' and false. */
bool cm_finite(int m, const double *y, char why[96]);

#endif
