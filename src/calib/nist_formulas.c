/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formulas of the NIST nonlinear regression problems, with their derivatives. */
#include <math.h>

#include "calib/nist.h"

static const double pi = 3.141592653589793238462643383279;

static double saturation(const double *b, const double *x, double *g) {
  const double e = exp(-b[1] * x[0]);
  g[0] = -expm1(-b[1] * x[0]);
  g[1] = b[0] * x[0] * e;
  return b[0] * g[0];
}

static double misra_b(const double *b, const double *x, double *g) {
  const double q = 1 + b[1] * x[0] / 2;
  g[0] = 1 - 1 / (q * q);
  g[1] = b[0] * x[0] / (q * q * q);
  return b[0] * g[0];
}

static double misra_c(const double *b, const double *x, double *g) {
  const double q = 1 + 2 * b[1] * x[0], root = 1 / sqrt(q);
  g[0] = 1 - root;
  g[1] = b[0] * x[0] * root / q;
  return b[0] * g[0];
}

static double misra_d(const double *b, const double *x, double *g) {
  const double q = 1 + b[1] * x[0];
  g[0] = b[1] * x[0] / q;
  g[1] = b[0] * x[0] / (q * q);
  return b[0] * g[0];
}

static double chwirut(const double *b, const double *x, double *g) {
  const double q = b[1] + b[2] * x[0], y = exp(-b[0] * x[0]) / q;
  g[0] = -x[0] * y;
  g[1] = -y / q;
  g[2] = -x[0] * y / q;
  return y;
}

static double exponentials(const double *b, const double *x, double *g) {
  double y = 0;
  for (int k = 0; k < 6; k += 2) {
    g[k] = exp(-b[k + 1] * x[0]);
    g[k + 1] = -x[0] * b[k] * g[k];
    y += b[k] * g[k];
  }
  return y;
}

static double peaks(const double *b, const double *x, double *g) {
  g[0] = exp(-b[1] * x[0]);
  g[1] = -x[0] * b[0] * g[0];
  double y = b[0] * g[0];
  for (int k = 2; k < 8; k += 3) {
    const double d = (x[0] - b[k + 1]) / b[k + 2];
    g[k] = exp(-d * d);
    g[k + 1] = b[k] * g[k] * 2 * d / b[k + 2];
    g[k + 2] = g[k + 1] * d;
    y += b[k] * g[k];
  }
  return y;
}

static double power(const double *b, const double *x, double *g) {
  g[0] = pow(x[0], b[1]);
  g[1] = b[0] * g[0] * log(x[0]);
  return b[0] * g[0];
}

/* Ratio of polynomials of one degree; the constant of the lower one is 1. */
static double ratio(int degree, const double *b, double x, double *g) {
  double above = b[0], below = 1, p = 1;
  for (int k = 1; k <= degree; k++) {
    p *= x;
    above += b[k] * p;
    below += b[degree + k] * p;
  }
  const double y = above / below;
  g[0] = 1 / below;
  p = 1;
  for (int k = 1; k <= degree; k++) {
    p *= x;
    g[k] = p / below;
    g[degree + k] = -y * p / below;
  }
  return y;
}

static double quadratic_ratio(const double *b, const double *x, double *g) {
  return ratio(2, b, x[0], g);
}

static double cubic_ratio(const double *b, const double *x, double *g) {
  return ratio(3, b, x[0], g);
}

static double nelson(const double *b, const double *x, double *g) {
  g[0] = 1;
  g[1] = -x[0] * exp(-b[2] * x[1]);
  g[2] = -b[1] * g[1] * x[1];
  return b[0] + b[1] * g[1];
}

static double osborne(const double *b, const double *x, double *g) {
  g[0] = 1;
  g[1] = exp(-b[3] * x[0]);
  g[2] = exp(-b[4] * x[0]);
  g[3] = -x[0] * b[1] * g[1];
  g[4] = -x[0] * b[2] * g[2];
  return b[0] + b[1] * g[1] + b[2] * g[2];
}

static double roszman(const double *b, const double *x, double *g) {
  const double d = x[0] - b[3], q = pi * (d * d + b[2] * b[2]);
  g[0] = 1;
  g[1] = -x[0];
  g[2] = -d / q;
  g[3] = -b[2] / q;
  return b[0] - b[1] * x[0] - atan(b[2] / d) / pi;
}

static double oscillations(const double *b, const double *x, double *g) {
  const double period[3] = {12, b[3], b[6]};
  static const int at[3] = {1, 4, 7}; /* of the cosine; the sine follows, the period precedes */
  double y = b[0];
  g[0] = 1;
  for (int k = 0; k < 3; k++) {
    const int c = at[k];
    const double phase = 2 * pi * x[0] / period[k];
    g[c] = cos(phase);
    g[c + 1] = sin(phase);
    y += b[c] * g[c] + b[c + 1] * g[c + 1];
    if (k > 0) g[c - 1] = (b[c] * g[c + 1] - b[c + 1] * g[c]) * phase / period[k];
  }
  return y;
}

static double kowalik(const double *b, const double *x, double *g) {
  const double above = x[0] * (x[0] + b[1]), below = x[0] * (x[0] + b[2]) + b[3];
  g[0] = above / below;
  g[1] = b[0] * x[0] / below;
  g[3] = -b[0] * g[0] / below;
  g[2] = g[3] * x[0];
  return b[0] * g[0];
}

static double logistic(const double *b, const double *x, double *g) {
  const double e = exp(b[1] - b[2] * x[0]), q = 1 + e;
  g[0] = 1 / q;
  g[1] = isinf(e) ? 0 : -b[0] * e / (q * q);
  g[2] = -x[0] * g[1];
  return b[0] / q;
}

static double richards(const double *b, const double *x, double *g) {
  const double e = exp(b[1] - b[2] * x[0]), q = 1 + e, y = b[0] * pow(q, -1 / b[3]);
  g[0] = pow(q, -1 / b[3]);
  g[1] = -y / b[3] * e / q;
  g[2] = -x[0] * g[1];
  g[3] = y * log(q) / (b[3] * b[3]);
  return y;
}

static double meyer(const double *b, const double *x, double *g) {
  const double q = x[0] + b[2];
  g[0] = exp(b[1] / q);
  const double y = b[0] * g[0];
  g[1] = y / q;
  g[2] = -y * b[1] / (q * q);
  return y;
}

static double eckerle(const double *b, const double *x, double *g) {
  const double d = (x[0] - b[2]) / b[1], e = exp(-0.5 * d * d), y = b[0] / b[1] * e;
  g[0] = e / b[1];
  g[1] = y * (d * d - 1) / b[1];
  g[2] = y * d / b[1];
  return y;
}

static double bennett(const double *b, const double *x, double *g) {
  const double q = b[1] + x[0];
  g[0] = pow(q, -1 / b[2]);
  const double y = b[0] * g[0];
  g[1] = -y / (b[2] * q);
  g[2] = y * log(q) / (b[2] * b[2]);
  return y;
}

static const struct {
  double (*value)(const double *, const double *, double *);
  const char *text;
} formulas[NIST_FORMULAS] = {
    [NIST_SATURATION] = {saturation, "y = b1 (1 - exp(-b2 x))"},
    [NIST_MISRA_B] = {misra_b, "y = b1 (1 - (1 + b2 x / 2)^-2)"},
    [NIST_MISRA_C] = {misra_c, "y = b1 (1 - (1 + 2 b2 x)^-1/2)"},
    [NIST_MISRA_D] = {misra_d, "y = b1 b2 x / (1 + b2 x)"},
    [NIST_CHWIRUT] = {chwirut, "y = exp(-b1 x) / (b2 + b3 x)"},
    [NIST_EXPONENTIALS] = {exponentials, "y = b1 exp(-b2 x) + b3 exp(-b4 x) + b5 exp(-b6 x)"},
    [NIST_PEAKS] = {peaks, "y = b1 exp(-b2 x) + two Gaussian peaks (height, place, width)"},
    [NIST_POWER] = {power, "y = b1 x^b2"},
    [NIST_QUADRATIC_RATIO] = {quadratic_ratio, "y = (b1 + b2 x + b3 x^2) / (1 + b4 x + b5 x^2)"},
    [NIST_CUBIC_RATIO] = {cubic_ratio,
                          "y = (b1 + b2 x + b3 x^2 + b4 x^3) / (1 + b5 x + b6 x^2 + b7 x^3)"},
    [NIST_NELSON] = {nelson, "ln y = b1 - b2 x1 exp(-b3 x2)"},
    [NIST_OSBORNE] = {osborne, "y = b1 + b2 exp(-b4 x) + b3 exp(-b5 x)"},
    [NIST_ROSZMAN] = {roszman, "y = b1 - b2 x - arctan(b3 / (x - b4)) / pi"},
    [NIST_OSCILLATIONS] = {oscillations, "y = b1 + cycles of 12, b4 and b7 months"},
    [NIST_KOWALIK] = {kowalik, "y = b1 (x^2 + b2 x) / (x^2 + b3 x + b4)"},
    [NIST_LOGISTIC] = {logistic, "y = b1 / (1 + exp(b2 - b3 x))"},
    [NIST_RICHARDS] = {richards, "y = b1 / (1 + exp(b2 - b3 x))^(1/b4)"},
    [NIST_MEYER] = {meyer, "y = b1 exp(b2 / (x + b3))"},
    [NIST_ECKERLE] = {eckerle, "y = b1 / b2 exp(-((x - b3) / b2)^2 / 2)"},
    [NIST_BENNETT] = {bennett, "y = b1 (b2 + x)^(-1/b3)"},
};

double nist_value(nist_formula formula, const double *b, const double *x, double *g) {
  return formulas[formula].value(b, x, g);
}

const char *nist_text(nist_formula formula) {
  return formulas[formula].text;
}
