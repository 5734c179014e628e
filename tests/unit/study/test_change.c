/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A study that was changed gives the bytes of a fresh one, whatever it was doing; and the bytes do
 * not depend on threads. */
#include "unit/study/magnet.h"

static void fresh_text(const magnet *m, int threads, rc_str *out) {
  rc_str yaml = {0};
  rc_scenario_write(m->sc, &yaml);
  magnet fresh;
  magnet_open(&fresh, rc_str_c(&yaml), threads);
  magnet_run(&fresh);
  magnet_text(&fresh, out);
  magnet_close(&fresh);
  rc_str_free(&yaml);
}

static void check_same(const magnet *m, const char *what) {
  rc_str a = {0}, b = {0};
  magnet_text(m, &a);
  fresh_text(m, 1, &b);
  if (strcmp(rc_str_c(&a), rc_str_c(&b)) != 0) {
    size_t at = 0;
    while (a.text[at] == b.text[at]) at++;
    at = at > 60 ? at - 60 : 0;
    fail_msg("after %s: ..%.160s.. and ..%.160s..", what, a.text + at, b.text + at);
  }
  assert_true(a.len > 1000);
  rc_str_free(&a);
  rc_str_free(&b);
}

/* Every kind of change, each made when the study is done. */
static void test_changes(void **state) {
  (void)state;
  static const char *const change[][2] = {{"J2", "0.5"},
                                          {"J2", "0.55"},
                                          {"J2", "0"},
                                          {"J2", "-0.25"},
                                          {"J1", "0.8"},
                                          {"delta", "0.5"},
                                          {"delta", "1"},
                                          {"field", "0.3"},
                                          {"field", "0"},
                                          {"hilbert.tolerance", "1e-8"},
                                          {"hilbert.storage", "values"},
                                          {"J2", "0.4"},
                                          {"hilbert.storage", "pattern"},
                                          {"J2", "0.3"},
                                          {"hilbert.graph", "structure"},
                                          {"hilbert.graph", "full"},
                                          {"hilbert.levels", "3"},
                                          {"sector.sz", "1"},
                                          {"sector.symmetry", "translation"},
                                          {"J2", "0.2"},
                                          {"sector.sz", "0"},
                                          {"sector.symmetry", "full"},
                                          {"sector.inversion", "1"},
                                          {"J2", "0.6"},
                                          {"J2", "0.9"},
                                          {"memory", "1 GiB"},
                                          {"lattice.cluster", "[2, 4]"},
                                          {"J2", "0.5"}};
  magnet m;
  magnet_open(&m,
              "lattice: {kind: square, cluster: [2, 5]}\nmodel: {J1: 1, J2: 0.25}\n"
              "studies: {hilbert: {}}\n",
              1);
  magnet_run(&m);
  for (size_t i = 0; i < RC_LEN(change); i++) {
    magnet_set(&m, change[i][0], change[i][1]);
    magnet_run(&m);
    char what[100];
    snprintf(what, sizeof what, "change %zu, %s = %s", i, change[i][0], change[i][1]);
    check_same(&m, what);
  }
  magnet_close(&m);
}

/* At a size at which Lanczos has to work. */
static void test_change_lanczos(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m,
              "lattice: {kind: chain, cluster: [12]}\nmodel: {J1: 1, J2: 0.25}\n"
              "studies: {hilbert: {}}\n",
              1);
  magnet_run(&m);
  magnet_set(&m, "J2", "0.3");
  magnet_run(&m);
  check_same(&m, "J2 = 0.3");
  magnet_set(&m, "J2", "0"); /* other pairs: another graph */
  magnet_run(&m);
  check_same(&m, "J2 = 0");
  assert_true(magnet_real(&m, "bipartite") == 1);
  magnet_close(&m);
}

/* Changes in the middle of any phase. */
static void test_change_anywhere(void **state) {
  (void)state;
  magnet m;
  magnet_open(&m,
              "lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"
              "studies: {hilbert: {}}\n",
              1);
  int steps = magnet_run(&m);
  rc_rng rng = rc_rng_stream(7, "change", 0);
  for (int i = 0; i < 25; i++) {
    char value[32];
    snprintf(value, sizeof value, "%g", 0.5 + 0.1 * (double)rc_rng_below(&rng, 10));
    magnet_set(&m, rc_rng_below(&rng, 4) ? "delta" : "J1", value);
    magnet_steps(&m, (int)rc_rng_below(&rng, (uint64_t)steps));
  }
  magnet_set(&m, "delta", "0.75");
  magnet_run(&m);
  check_same(&m, "changes anywhere");
  magnet_close(&m);
}

static void test_threads(void **state) {
  (void)state;
  static const char *const yaml[] = {
      SQUARE("0.5", ""),
      "lattice: {kind: kagome, cluster: [2, 2]}\nmodel: {J1: 1}\n"
      "studies: {hilbert: {storage: values}}\n",
      "lattice: {kind: square, cluster: [4, 4]}\nmodel: {J1: 1, J2: 0.5}\n"
      "sector: {sz: 0, symmetry: translation}\nstudies: {hilbert: {scan: true}}\n"};
  for (size_t i = 0; i < RC_LEN(yaml); i++) {
    rc_str a = {0}, b = {0};
    magnet m;
    magnet_open(&m, yaml[i], 1);
    magnet_run(&m);
    magnet_text(&m, &a);
    fresh_text(&m, 2, &b);
    assert_string_equal(rc_str_c(&a), rc_str_c(&b));
    magnet_close(&m);
    rc_str_free(&a);
    rc_str_free(&b);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_changes), cmocka_unit_test(test_change_lanczos),
      cmocka_unit_test(test_change_anywhere), cmocka_unit_test(test_threads)};
  return cmocka_run_group_tests_name("hilbert changes", tests, NULL, NULL);
}
