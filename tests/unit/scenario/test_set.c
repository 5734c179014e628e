/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One key to a new value; what is written reads back as the same scenario. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/scenario.h"
#include "unit/scenario/fake_studies.h"

static rc_scenario *good(const char *text) {
  rc_err e = {0};
  rc_scenario *s = rc_scenario_parse(text, strlen(text), "t.yaml", fake_studies, &e);
  if (!s) fail_msg("%d:%d: %s\n%s", e.line, e.column, e.message, text);
  return s;
}

static char *written(const rc_scenario *s) {
  rc_str out = {0};
  rc_scenario_write(s, &out);
  return out.text;
}

static const char *value_of(const rc_scenario *s, const char *key) {
  static char out[512];
  rc_str v = {0};
  if (!rc_scenario_get(s, key, &v)) fail_msg("no key '%s'", key);
  snprintf(out, sizeof out, "%s", rc_str_c(&v));
  rc_str_free(&v);
  return out;
}

static void set(rc_scenario *s, const char *key, const char *value) {
  rc_err e = {0};
  if (!rc_scenario_set(s, key, value, fake_studies, &e)) fail_msg("%s: %s", key, e.message);
}

static const char example[] =
    "title: Two orders\nabout: A square.\nlattice: {kind: square, cluster: [4, 4]}\n"
    "model: {J1: 1, J2: 0.5}\nsector: {sz: 1, symmetry: translation, momentum: [0, 2]}\n"
    "studies: {hilbert: {}, cut: {amplitudes: {from: {noisy: {sigma: 0.2}}}}}\n"
    "expect:\n  - {study: hilbert, value: energy, is: -5, within: 0.1}\n";

static void values_change_and_show(void **state) {
  (void)state;
  static const struct {
    const char *key, *value, *shown;
  } c[] = {
      {"model.J2", "0.75", "0.75"},
      {"J2", "-1e-3", "-0.001"},
      {"delta", "0", "0"},
      {"model.field", "+2", "2"},
      {"lattice.cluster", "[4, 3]", "[4, 3]"},
      {"lattice.torus", "[[2, 2], [2, -2]]", "[[2, 2], [2, -2]]"},
      {"lattice.periodic", "false", "false"},
      {"lattice.dedupe", "true", "true"},
      {"sector.sz", "all", "all"},
      {"sector.sz", "-2", "-2"},
      {"sector.symmetry", "full", "full"},
      {"sector.momentum", "[2, 0]", "[2, 0]"},
      {"memory", "300MB", "300000000"},
      {"seed", "77", "77"},
      {"title", "a: [b] # c", "a: [b] # c"},
      {"about", "two\nlines \n", "two\nlines \n"},
      {"hilbert.tolerance", "1e-9", "1e-09"},
      {"studies.hilbert.storage", "fly", "fly"},
      {"cut.amplitudes.from", "uniform", "uniform"},
      {"cut.amplitudes.from.sigma", "0.5", "0.5"},
      {"cut.amplitudes.from.kind", "uniform", "uniform"},
      {"cut.amplitudes.squared", "yes", "true"},
      {"cut.solvers.1.sweeps", "12", "12"},
      {"cut.solvers", "[anneal, {anneal: {sweeps: 3}}]", "[anneal, {kind: anneal, sweeps: 3}]"},
      {"cut.label", "it's: \"x\"", "it's: \"x\""},
      {"cut.label",
       "a\xE2\x80\xA8"
       "b\xEF\xBB\xBF\xEF\xBF\xBE",
       "a\xE2\x80\xA8"
       "b\xEF\xBB\xBF\xEF\xBF\xBE"},
      {"cut.rounds", "[]", "[]"},
  };
  for (size_t i = 0; i < RC_LEN(c); i++) {
    rc_scenario *s = good(example);
    set(s, c[i].key, c[i].value);
    assert_string_equal(value_of(s, c[i].key), c[i].shown);
    assert_string_equal(s->path, "t.yaml");
    char *text = written(s); /* and it survives the file */
    rc_scenario *again = good(text);
    assert_string_equal(value_of(again, c[i].key), c[i].shown);
    rc_free(text);
    rc_scenario_free(again);
    rc_scenario_free(s);
  }
}

static void wrong_settings_change_nothing(void **state) {
  (void)state;
  static const struct {
    const char *key, *value, *message;
  } c[] = {
      {"model.J2", "strong", "'J2' wants a number from -1000000 to 1000000, not 'strong'"},
      {"J7", "1", "unknown key 'J7'; did you mean 'J1'?"},
      {"lattice.clutser", "[2, 2]",
       "unknown key 'lattice.clutser'; did you mean 'lattice.cluster'?"},
      {"lattice.cluster", "[4",
       "not valid YAML: did not find expected ',' or ']' (while parsing a "
       "flow sequence)"},
      {"lattice.cluster", "[4]", "'cluster' wants two whole numbers, [Lx, Ly], not [4]"},
      {"lattice.cluster", "[9, 9]", "this square cluster has 81 sites; at most 64 fit"},
      {"lattice.kind", "kagomee", "unknown kind 'kagomee' in lattice; did you mean 'kagome'?"},
      {"lattice.sites", "4", "unknown key 'lattice.sites'; roadcut-scenario(5) lists them"},
      {"sector.sz", "0.5", "no state of 16 sites has sz = 0.5: it is a whole number from -8 to 8"},
      {"sector.inversion", "+1", "'inversion' turns sz round, so it needs sz: 0"},
      {"hilbert.tolerance", "2", "'tolerance' wants a number from 1e-14 to 0.01, not '2'"},
      {"hilbert.tolerence", "1",
       "unknown key 'hilbert.tolerence'; did you mean 'hilbert.tolerance'?"},
      {"cut.amplitudes", "1", "'amplitudes' wants keys and values, not '1'"},
      {"cut.amplitudes.from", "noise", "unknown kind 'noise' in from; did you mean 'noisy'?"},
      {"cut.amplitudes.from", "{kind: noisy, foo: 1}",
       "unknown key 'foo' in cut.amplitudes.from.noisy; there is sigma"},
      {"cut.amplitudes.from.kind", "noise",
       "'kind' wants one of uniform, noisy, file, not 'noise'; did you mean 'noisy'?"},
      {"cut.solvers.2.sweeps", "1",
       "unknown key 'cut.solvers.2.sweeps'; did you mean "
       "'cut.solvers.1.sweeps'?"},
      {"memory", "much", "'memory' wants a size such as 512 MiB, at least 1 MiB, not 'much'"},
      {"seed", "{a: 1}",
       "'seed' wants a whole number from 0 to 9223372036854775807, not keys and "
       "values"},
      {"expect", "[]", "unknown key 'expect'; roadcut-scenario(5) lists them"},
      {"title", "\xFF", "the value is not UTF-8 text"},
      {"title", "red \x1B[31m", "the value has a control character in it"},
      {"cut.label",
       "\xC2\x9B"
       "1m",
       "the value has a control character in it"},
      {"", "1", "unknown key ''; roadcut-scenario(5) lists them"},
  };
  rc_scenario *s = good(example);
  char *before = written(s);
  const rc_lattice *built = s->built;
  for (size_t i = 0; i < RC_LEN(c); i++) {
    rc_err e = {0};
    assert_false(rc_scenario_set(s, c[i].key, c[i].value, fake_studies, &e));
    assert_int_equal(e.code, RC_ERR_INPUT);
    assert_string_equal(e.message, c[i].message);
    assert_int_equal(e.line, 0);
    char *after = written(s);
    assert_string_equal(after, before);
    assert_ptr_equal(s->built, built);
    rc_free(after);
  }
  rc_free(before);
  rc_scenario_free(s);
}

static void only_a_new_lattice_is_built_anew(void **state) {
  (void)state;
  rc_scenario *s = good(example);
  const rc_lattice *built = s->built;
  set(s, "J2", "0.7");
  set(s, "sector.sz", "0");
  set(s, "hilbert.levels", "3");
  assert_ptr_equal(s->built, built);
  set(s, "lattice.cluster", "[4, 2]");
  assert_int_equal(s->built->sites, 8);
  assert_true(s->model.J[1] == 0.7); /* the same couplings on the new cluster */
  assert_int_equal(s->expect[0].line, 8);
  rc_scenario_free(s);
}

static void another_kind_drops_what_it_has_not(void **state) {
  (void)state;
  rc_scenario *s = good(example);
  set(s, "lattice.periodic", "false");
  set(s, "lattice.kind", "chain");
  assert_string_equal(value_of(s, "lattice.periodic"), "false");
  assert_int_equal(s->lattice.extents, 0);
  assert_false(s->sector.has_momentum);
  assert_int_equal(s->sector.symmetry, RC_SYM_TRANSLATION);
  assert_true(s->model.J[1] == 0.5 && s->has_J[1]); /* the chain has a J2, too */
  set(s, "lattice.cluster", "9");                   /* odd: sz = 1 of the even one cannot stay */
  assert_int_equal(s->sector.sz2, 1);
  set(s, "lattice.kind", "complete");
  assert_int_equal(s->built->classes, 1);
  assert_false(s->has_J[1]);
  assert_int_equal(s->sector.sz2, 0);
  set(s, "lattice.n", "5");
  assert_int_equal(s->built->sites, 5);
  set(s, "lattice.kind", "custom");
  set(s, "lattice.kind", "kagome");
  assert_string_equal(s->lattice.kind, "kagome");
  assert_string_equal(s->title, "Two orders");
  rc_scenario_free(s);
}

static void the_same_kind_again_is_no_change(void **state) {
  (void)state;
  rc_scenario *s = good("lattice: {kind: custom, sites: 3, bonds: [[0, 1, Ja], [1, 2, Jb]]}\n");
  set(s, "lattice.kind", "custom");
  assert_int_equal(s->built->sites, 3);
  set(s, "Jb", "2");
  assert_true(s->model.J[1] == 2);
  rc_scenario_free(s);
}

static void cluster_and_torus_replace_each_other(void **state) {
  (void)state;
  rc_scenario *s = good("lattice: {kind: triangular, cluster: [4, 3]}\n");
  set(s, "lattice.torus", "[[2, 2], [4, -2]]");
  assert_int_equal(s->lattice.extents, 0);
  assert_int_equal(s->built->sites, 12);
  set(s, "lattice.cluster", "[3, 3]");
  assert_int_equal(s->lattice.vectors, 0);
  assert_int_equal(s->built->sites, 9);
  set(s, "lattice.cluster", ""); /* back to the default of the kind */
  assert_int_equal(s->lattice.extents, 0);
  rc_scenario_free(s);
}

static void titles_follow_the_lattice_unless_given(void **state) {
  (void)state;
  rc_scenario *s = good("lattice: {kind: chain, cluster: 8}\n");
  set(s, "lattice.cluster", "10");
  assert_string_equal(s->title, s->built->title);
  set(s, "title", "Mine");
  set(s, "lattice.cluster", "8");
  assert_string_equal(s->title, "Mine");
  rc_scenario_free(s);
}

static void all_keys_can_be_read_and_most_set(void **state) {
  (void)state;
  for (int k = 0; rc_lattice_kinds[k]; k++) {
    rc_err e = {0};
    rc_str text = {0};
    rc_str_addf(&text, "lattice: {kind: %s}\nstudies: {hilbert: {}, cut: {}}\n",
                rc_lattice_kinds[k]->name);
    rc_scenario *s = good(rc_str_c(&text));
    rc_key *key;
    int n = rc_scenario_keys(s, &key);
    assert_true(n > 20);
    for (int i = 0; i < n; i++) {
      assert_non_null(key[i].help);
      assert_non_null(key[i].unit);
      assert_true(key[i].type != RC_T_CHOICE || (key[i].choices && key[i].choices[0]));
      for (int j = 0; j < i; j++) assert_string_not_equal(key[i].name, key[j].name);
      /* setting a key to the value it has is always legal */
      char value[512];
      snprintf(value, sizeof value, "%s", value_of(s, key[i].name));
      if (!rc_scenario_set(s, key[i].name, value, fake_studies, &e))
        fail_msg("%s = '%s': %s", key[i].name, value, e.message);
      assert_string_equal(value_of(s, key[i].name), value);
    }
    rc_free(key);
    rc_scenario_free(s);
    rc_str_free(&text);
  }
}

/* ---- round trips --------------------------------------------------------------------------------
 */

static const char *some_value(const rc_key *k, rc_rng *r) {
  static char out[128];
  static const char *const texts[] = {"plain",
                                      "with: colon",
                                      "# no comment",
                                      "\"quoted\"",
                                      " leading",
                                      "true",
                                      "1.5",
                                      "",
                                      "\xE2\x82\xAC 5",
                                      "a long line that has to be folded because it has more than "
                                      "ninety characters, and then some more of them to be sure"};
  double u = rc_rng_unit(r);
  switch (k->type) {
  case RC_T_BOOL: return u < 0.5 ? "true" : "false";
  case RC_T_INT:
    snprintf(out, sizeof out, "%.0f", k->min + u * (RC_MIN(k->max, 1e15) - k->min));
    return out;
  case RC_T_REAL: rc_format_real(k->min + u * (k->max - k->min), out); return out;
  case RC_T_CHOICE: {
    int n = 1;
    for (const char *c = k->choices; *c; c++) n += *c == '|';
    const char *c = k->choices;
    for (int i = (int)rc_rng_below(r, (uint64_t)n); i > 0; i--) c = strchr(c, '|') + 1;
    snprintf(out, sizeof out, "%.*s", (int)strcspn(c, "|"), c);
    return out;
  }
  case RC_T_BYTES: snprintf(out, sizeof out, "%.0f", 2e6 + u * 1e11); return out;
  case RC_T_INTS:
    snprintf(out, sizeof out, "[%d, %d]", (int)rc_rng_below(r, 5), 1 + (int)rc_rng_below(r, 5));
    return out;
  case RC_T_REALS: snprintf(out, sizeof out, "[%.3g, %.17g]", u, u * 50); return out;
  case RC_T_TEXT: return texts[rc_rng_below(r, RC_LEN(texts))];
  case RC_T_ONE: return u < 0.5 ? "{noisy: {sigma: 0.125}}" : "uniform";
  case RC_T_LIST: return u < 0.5 ? "[greedy, {anneal: {sweeps: 7, start: noisy}}]" : "[]";
  case RC_T_GROUP: break;
  }
  return "";
}

static void same_values(const rc_scenario *a, const rc_scenario *b) {
  rc_key *key;
  int n = rc_scenario_keys(a, &key);
  for (int i = 0; i < n; i++) {
    char left[512];
    snprintf(left, sizeof left, "%s", value_of(a, key[i].name));
    assert_string_equal(value_of(b, key[i].name), left);
  }
  rc_free(key);
  assert_memory_equal(&a->model, &b->model, sizeof a->model);
  assert_memory_equal(&a->sector, &b->sector, sizeof a->sector);
  assert_int_equal(a->built->bonds, b->built->bonds);
  assert_memory_equal(a->has_J, b->has_J, sizeof a->has_J);
}

/* Random walks through the space of scenarios: each legal step is written, read back, compared. */
static void what_is_written_reads_back(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(1, "test/scenario", 0);
  int legal = 0;
  for (int walk = 0; walk < 12; walk++) {
    rc_scenario *s = good("lattice: {kind: chain, cluster: 8}\nstudies: {hilbert: {}, cut: {}}\n"
                          "expect:\n  - {study: cut, value: a b, is: 'true'}\n"
                          "  - {study: hilbert, value: gap, above: -0.1}\n"
                          "tour:\n  - {say: \"two\\nlines\\n\", do: ['x: y', '-']}\n");
    for (int step = 0; step < 25; step++) {
      rc_key *key;
      rc_err e = {0};
      int n = rc_scenario_keys(s, &key), i = (int)rc_rng_below(&r, (uint64_t)n);
      bool ok = rc_scenario_set(s, key[i].name, some_value(&key[i], &r), fake_studies, &e);
      rc_free(key);
      if (!ok) continue;
      legal++;
      char *text = written(s);
      rc_scenario *t = good(text);
      char *again = written(t);
      assert_string_equal(text, again);
      same_values(s, t);
      assert_string_equal(s->tour[0].say, t->tour[0].say);
      assert_string_equal(t->tour[0].command[0], "x: y");
      assert_int_equal(t->expect[0].op, RC_EXPECT_TEXT);
      rc_free(text);
      rc_free(again);
      rc_scenario_free(t);
    }
    rc_scenario_free(s);
  }
  assert_true(legal > 150); /* most steps are */
}

static void long_texts_fold_and_unfold(void **state) {
  (void)state;
  static const char words[] = "a bb ccc dddd \n";
  rc_rng r = rc_rng_stream(1, "test/fold", 0);
  for (int round = 0; round < 200; round++) {
    rc_scenario *s = good("lattice: {kind: chain, cluster: 4}\n");
    rc_str about = {0};
    for (int i = (int)rc_rng_below(&r, 400); i > 0; i--)
      rc_str_addc(&about, words[rc_rng_below(&r, round % 2 ? 14 : 15)]);
    if (round % 5 == 0) rc_str_add(&about, "\xE2\x80\xA9x\xEF\xBB\xBF");
    rc_free(s->about);
    s->about = rc_strdup(rc_str_c(&about));
    char *text = written(s);
    rc_scenario *t = good(text);
    assert_string_equal(t->about, s->about);
    rc_free(text);
    rc_str_free(&about);
    rc_scenario_free(s);
    rc_scenario_free(t);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_change_and_show),
      cmocka_unit_test(wrong_settings_change_nothing),
      cmocka_unit_test(only_a_new_lattice_is_built_anew),
      cmocka_unit_test(another_kind_drops_what_it_has_not),
      cmocka_unit_test(the_same_kind_again_is_no_change),
      cmocka_unit_test(cluster_and_torus_replace_each_other),
      cmocka_unit_test(titles_follow_the_lattice_unless_given),
      cmocka_unit_test(all_keys_can_be_read_and_most_set),
      cmocka_unit_test(what_is_written_reads_back),
      cmocka_unit_test(long_texts_fold_and_unfold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
