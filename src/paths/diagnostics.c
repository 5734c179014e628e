/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How good a learnt committor is: reliability of its forecasts, distance from the exact one, and
 * what a coordinate can say at best. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "roadcut/paths.h"

void rc_reliability(int64_t k, const double *p, const int *in_a, const int *in_b,
                    rc_learner_view *out) {
  double n[RC_RELIABILITY_BINS] = {0}, sum[RC_RELIABILITY_BINS] = {0},
         seen[RC_RELIABILITY_BINS] = {0}, var[RC_RELIABILITY_BINS] = {0};
  for (int64_t s = 0; s < k; s++) {
    int bin = (int)RC_MIN(p[s] * RC_RELIABILITY_BINS, RC_RELIABILITY_BINS - 1);
    double halves = in_a[s] + in_b[s];
    n[bin] += halves;
    sum[bin] += halves * p[s];
    seen[bin] += in_b[s];
    var[bin] += halves * p[s] * (1 - p[s]);
  }
  out->counted = k;
  out->chi2 = 0;
  int free = 0;
  double rest_var = 0, rest_off = 0; /* bins too thin for a normal law are pooled */
  for (int b = 0; b < RC_RELIABILITY_BINS; b++) {
    out->bin_n[b] = n[b];
    out->bin_p[b] = n[b] > 0 ? sum[b] / n[b] : nan("");
    out->bin_observed[b] = n[b] > 0 ? seen[b] / n[b] : nan("");
    if (var[b] >= 5) {
      out->chi2 += (seen[b] - sum[b]) * (seen[b] - sum[b]) / var[b];
      free++;
    } else {
      rest_var += var[b];
      rest_off += seen[b] - sum[b];
    }
  }
  if (rest_var >= 5) {
    out->chi2 += rest_off * rest_off / rest_var;
    free++;
  }
  out->reliability_p = k >= 50 && free ? gsl_cdf_chisq_Q(out->chi2, free) : nan("");
}

double rc_learnt_rmse(int64_t k, const double *w, const double *q, const double *p_exact,
                      double most) {
  double sum = 0, weight = 0;
  for (int64_t s = 0; s < k; s++) {
    double p = p_exact[s];
    if (isfinite(most) && !(fabs(log(p / (1 - p))) < most)) continue;
    double off = 1 / (1 + exp(-q[s])) - p;
    sum += w[s] * off * off;
    weight += w[s];
  }
  return weight > 0 ? sqrt(sum / weight) : nan("");
}

/* ---- report cards ---- */

enum { LEVELS = 400, BINS_ALONE = 100, BINS_BESIDE = 30 };

typedef struct row {
  const double *cv;
  double w, p;
  int64_t index;
} row;

static int columns_compare(const double *a, const double *b, int k) {
  for (int j = 0; j < k; j++) {
    double scale = 1e-9 * (1 + fabs(a[j]) + fabs(b[j]));
    if (a[j] < b[j] - scale) return -1;
    if (a[j] > b[j] + scale) return 1;
  }
  return 0;
}

static int row_compare(const void *a, const void *b, void *columns) {
  const row *r = a, *s = b;
  int c = columns_compare(r->cv, s->cv, *(int *)columns);
  return c ? c : (r->index > s->index) - (r->index < s->index);
}

/* Where nearly every state has a value of its own, the values name the states and would explain
 * everything: a column of very many is cut into bins of equal weight. */
static void coarsen(int64_t used, row *rows, int column, int bins, double *out, int k) {
  double weight = 0, before = 0;
  int64_t distinct = 0;
  int one = 1, bin = 0;
  for (int64_t i = 0; i < used; i++) rows[i].cv += column, weight += rows[i].w;
  qsort_r(rows, (size_t)used, sizeof *rows, row_compare, &one);
  for (int64_t i = 0; i < used; i++)
    distinct += !i || columns_compare(rows[i - 1].cv, rows[i].cv, 1);
  for (int64_t i = 0; i < used; i++) {
    if (!i || columns_compare(rows[i - 1].cv, rows[i].cv, 1)) bin = (int)(bins * before / weight);
    out[rows[i].index * k + column] = distinct > LEVELS ? bin : *rows[i].cv;
    before += rows[i].w;
  }
  for (int64_t i = 0; i < used; i++) rows[i].cv -= column;
}

rc_report_card rc_coordinate_report(int64_t n, const double *w, const double *p, int k,
                                    const double *cv) {
  rc_report_card card = {nan(""), nan(""), 0};
  row *rows = rc_alloc((size_t)RC_MAX(n, 1), sizeof *rows);
  double *coarse = rc_alloc((size_t)RC_MAX(n * k, 1), sizeof *coarse);
  int64_t used = 0;
  double weight = 0, mean = 0;
  for (int64_t i = 0; i < n; i++) {
    if (!(w[i] > 0)) continue;
    rows[used++] = (row){cv + i * k, w[i], p[i], i};
    weight += w[i];
    mean += w[i] * p[i];
  }
  mean /= weight;
  for (int j = 0; j < k; j++) coarsen(used, rows, j, k > 1 ? BINS_BESIDE : BINS_ALONE, coarse, k);
  for (int64_t i = 0; i < used; i++) rows[i].cv = coarse + rows[i].index * k;
  qsort_r(rows, (size_t)used, sizeof *rows, row_compare, &k);
  double total = 0, within = 0;
  for (int64_t i = 0; i < used;) {
    double group = 0, sum = 0;
    int64_t end = i;
    for (; end < used && !columns_compare(rows[i].cv, rows[end].cv, k); end++) {
      group += rows[end].w;
      sum += rows[end].w * rows[end].p;
    }
    for (; i < end; i++) {
      double off = rows[i].p - sum / group, all = rows[i].p - mean;
      within += rows[i].w * off * off;
      total += rows[i].w * all * all;
    }
    card.values++;
  }
  rc_free(rows);
  rc_free(coarse);
  if (total > 0) card.eta2 = 1 - within / total;
  if (weight > 0) card.rmse = sqrt(within / weight);
  return card;
}
