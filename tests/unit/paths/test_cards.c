/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Report cards of coordinates, from the exact committor over all states: the share of its variance
 * that a coordinate explains on the transition paths, and the error of the best function of it.
 * Figures: exact sums over 2^15 and 2^16 states by an independent program, to their three or four
 * digits. They hold for the committor on the states of transition paths. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "roadcut/paths.h"

typedef struct card {
  const char *coordinate[2];
  double eta2, rmse;
} card;

static void check(const char *kind, const char *const *set, const card *cards, int n) {
  const rc_kind *k = rc_kind_find(rc_path_kinds, kind);
  assert_non_null(k);
  void *opts = rc_alloc(1, k->size);
  rc_params_init(k->params, opts, k->size);
  for (; set[0]; set += 2) {
    rc_err err = {0};
    const rc_param *p = rc_param_find(k->params, set[0]);
    if (!p || !rc_param_set(p, opts, set[1], &err))
      fail_msg("%s %s: %s", kind, set[0], err.message);
  }
  rc_err err = {0};
  rc_path_system *s = rc_path_system_new((const rc_path_class *)k, opts, NULL, &err);
  rc_exact *x = s ? rc_exact_new(s, &err) : NULL;
  if (!x || !rc_exact_run(x, &err)) fail_msg("%s: %s", kind, err.message);
  const rc_path_shape *shape = rc_path_system_shape(s);
  const int64_t states = rc_path_system_states(s);
  double *w = rc_alloc((size_t)states, sizeof *w), *cv = rc_alloc(2 * (size_t)states, sizeof *cv),
         f[RC_PATH_FEATURES];
  for (int64_t i = 0; i < states; i++) w[i] = rc_exact_density(x, i);
  for (int c = 0; c < n; c++) {
    int columns = 0, at[2];
    for (; columns < 2 && cards[c].coordinate[columns]; columns++)
      for (at[columns] = 0; strcmp(shape->feature[at[columns]], cards[c].coordinate[columns]);)
        if (++at[columns] == shape->features)
          fail_msg("no feature %s", cards[c].coordinate[columns]);
    for (int64_t i = 0; i < states; i++) {
      const rc_word word = {.u = (uint64_t)i};
      rc_path_features(s, &word, f);
      for (int j = 0; j < columns; j++) cv[i * columns + j] = f[at[j]];
    }
    const rc_report_card r = rc_coordinate_report(states, w, rc_exact_committor(x), columns, cv);
    if (fabs(r.eta2 - cards[c].eta2) > 6e-4 || fabs(r.rmse - cards[c].rmse) > 6e-4)
      fail_msg("%s %s: eta2 %.4f, rmse %.4f", kind, cards[c].coordinate[0], r.eta2, r.rmse);
  }
  rc_free(w);
  rc_free(cv);
  rc_exact_free(x);
  rc_path_system_free(s);
  rc_params_free(k->params, opts);
  rc_free(opts);
}

static void ising(void **state) {
  (void)state;
  const char *const set[] = {"temperature", "1.5", NULL};
  const card cards[] = {
      {{"M"}, .9960, .024}, {{"cluster"}, .9947, .028}, {{"M", "E"}, .9995, .008}};
  check("ising", set, cards, RC_LEN(cards));
}

static void hairpin(void **state) {
  (void)state;
  const char *const set[] = {NULL};
  const card cards[] = {{{"n_native"}, .836, .117},
                        {{"n_sidechain"}, .912, .086},
                        {{"n_contacts"}, .979, .042},
                        {{"run"}, .987, .034},
                        {{"run", "centre"}, .9978, .014}};
  check("wsme", set, cards, RC_LEN(cards));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(ising), cmocka_unit_test(hairpin)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
