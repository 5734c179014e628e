/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of typed parameters: every type set, shown, copied, freed, refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/base.h"

typedef struct noisy {
  double sigma;
  char *label;
} noisy;
typedef struct group {
  int64_t count;
  rc_pick from;
} group;
typedef struct all {
  bool flag;
  int64_t whole;
  double real;
  int choice;
  char *text;
  uint64_t bytes;
  rc_ints ints;
  rc_reals reals;
  group grp;
  rc_pick one;
  rc_picks list;
} all;

static const rc_param noisy_params[] = {
    {.name = "sigma", .type = RC_T_REAL, .offset = offsetof(noisy, sigma), .def = "0.1", .max = 10},
    {.name = "label", .type = RC_T_TEXT, .offset = offsetof(noisy, label), .def = "none yet"},
    {0}};
static const rc_kind kind_noisy = {.name = "noisy", .params = noisy_params, .size = sizeof(noisy)};
static const rc_kind kind_uniform = {.name = "uniform"};
static const rc_kind *const kinds[] = {&kind_noisy, &kind_uniform, NULL};

static const rc_param group_params[] = {
    {.name = "count", .type = RC_T_INT, .offset = offsetof(group, count), .def = "3", .max = 9},
    {.name = "from",
     .type = RC_T_ONE,
     .offset = offsetof(group, from),
     .def = "noisy",
     .kinds = kinds},
    {0}};
#define FIELD(f) .name = #f, .offset = offsetof(all, f)
static const rc_param params[] = {
    {FIELD(flag), .type = RC_T_BOOL, .def = "true"},
    {FIELD(whole), .type = RC_T_INT, .def = "5", .min = -10, .max = 10},
    {FIELD(real), .type = RC_T_REAL, .def = "1e-10", .min = 1e-14, .max = 0.1},
    {FIELD(choice), .type = RC_T_CHOICE, .def = "fly", .choices = "auto|values|fly"},
    {FIELD(text), .type = RC_T_TEXT, .def = "a: b"},
    {FIELD(bytes), .type = RC_T_BYTES, .def = "4 GiB"},
    {FIELD(ints), .type = RC_T_INTS, .def = "1, 2", .min = 0, .max = 9},
    {FIELD(reals), .type = RC_T_REALS, .def = ""},
    {FIELD(grp), .type = RC_T_GROUP, .sub = group_params},
    {FIELD(one), .type = RC_T_ONE, .def = "uniform", .kinds = kinds},
    {FIELD(list), .type = RC_T_LIST, .def = "uniform, noisy", .kinds = kinds},
    {0}};

static const char *shown(const char *name, const all *o) {
  static char out[256];
  rc_str s = {0};
  rc_param_get(rc_param_find(params, name), o, &s);
  strcpy(out, rc_str_c(&s));
  rc_str_free(&s);
  return out;
}

static bool set(const char *name, all *o, const char *text, rc_err *e) {
  return rc_param_set(rc_param_find(params, name), o, text, e);
}

static void defaults_fill_every_field(void **state) {
  (void)state;
  all o;
  memset(&o, 0x5A, sizeof o);
  rc_params_init(params, &o, sizeof o);
  assert_true(o.flag);
  assert_int_equal(o.whole, 5);
  assert_true(o.real == 1e-10);
  assert_int_equal(o.choice, 2);
  assert_string_equal(o.text, "a: b");
  assert_int_equal(o.bytes, (uint64_t)4 << 30);
  assert_int_equal(o.ints.n, 2);
  assert_int_equal(o.ints.v[1], 2);
  assert_int_equal(o.reals.n, 0);
  assert_int_equal(o.grp.count, 3);
  assert_ptr_equal(o.grp.from.kind, &kind_noisy);
  assert_true(((noisy *)o.grp.from.opts)->sigma == 0.1);
  assert_ptr_equal(o.one.kind, &kind_uniform);
  assert_null(o.one.opts);
  assert_int_equal(o.list.n, 2);
  assert_string_equal(((noisy *)o.list.v[1].opts)->label, "none yet");
  for (const rc_param *p = params; p->name; p++) assert_true(rc_param_is_default(p, &o));
  rc_params_free(params, &o);
  assert_null(o.text);
  assert_null(o.list.v);
  rc_params_free(params, &o); /* twice is harmless */
}

static void values_show_as_written(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *back;
  } c[] = {{"flag", "off", "false"},
           {"flag", "Yes", "true"},
           {"whole", "-10", "-10"},
           {"real", "0.05", "0.05"},
           {"choice", "auto", "auto"},
           {"text", "x y", "x y"},
           {"text", "", ""},
           {"bytes", "300MB", "300000000"},
           {"bytes", "1.5 KiB", "1536"},
           {"ints", "[3,4 , 5]", "[3, 4, 5]"},
           {"ints", "[]", "[]"},
           {"ints", "7", "[7]"},
           {"reals", " 0.5, -1e-3 ", "[0.5, -0.001]"},
           {"one", "noisy", "noisy"},
           {"list", "[noisy, noisy, uniform]", "[noisy, noisy, uniform]"},
           {"list", "", "[]"}};
  for (size_t i = 0; i < RC_LEN(c); i++) {
    all o;
    rc_err e = {0};
    rc_params_init(params, &o, sizeof o);
    assert_true(set(c[i].name, &o, c[i].text, &e));
    assert_string_equal(shown(c[i].name, &o), c[i].back);
    all again; /* what is shown can be set again */
    rc_params_init(params, &again, sizeof again);
    assert_true(set(c[i].name, &again, c[i].back, &e));
    assert_string_equal(shown(c[i].name, &again), c[i].back);
    rc_params_free(params, &o);
    rc_params_free(params, &again);
  }
}

static void nested_options_show(void **state) {
  (void)state;
  all o;
  rc_params_init(params, &o, sizeof o);
  assert_string_equal(shown("grp", &o), "{}");
  o.grp.count = 4;
  noisy *n = o.grp.from.opts;
  n->sigma = 0.25;
  rc_free(n->label);
  n->label = rc_strdup("true");
  assert_string_equal(shown("grp", &o),
                      "{count: 4, from: {kind: noisy, sigma: 0.25, label: \"true\"}}");
  assert_false(rc_param_is_default(rc_param_find(params, "grp"), &o));
  rc_pick_set(&o.one, NULL);
  assert_string_equal(shown("one", &o), "null");
  rc_str s = {0};
  rc_param_get_yaml(rc_param_find(params, "text"), &o, &s);
  assert_string_equal(rc_str_c(&s), "\"a: b\"");
  rc_str_free(&s);
  rc_params_free(params, &o);
}

static void wrong_values_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *message;
  } c[] = {
      {"flag", "maybe", "'flag' wants true or false, not 'maybe'"},
      {"whole", "11", "'whole' wants a whole number from -10 to 10, not '11'"},
      {"whole", "1.5", "'whole' wants a whole number from -10 to 10, not '1.5'"},
      {"real", "0", "'real' wants a number from 1e-14 to 0.1, not '0'"},
      {"real", "nan", "'real' wants a number from 1e-14 to 0.1, not 'nan'"},
      {"choice", "vlaues",
       "'choice' wants one of auto, values, fly, not 'vlaues'; did you mean 'values'?"},
      {"choice", "value|fly", "'choice' wants one of auto, values, fly, not 'value|fly'"},
      {"bytes", "lots", "'bytes' wants a size such as 512 MiB, not 'lots'"},
      {"ints", "1, 12", "'ints' wants a list of whole numbers from 0 to 9, not '1, 12'"},
      {"ints", "[1", "'ints' wants a list of whole numbers from 0 to 9, not '[1'"},
      {"reals", "1,,2", "'reals' wants a list of numbers, not '1,,2'"},
      {"grp", "3", "'grp' wants keys and values, not '3'"},
      {"one", "noise", "'one' wants one of noisy, uniform, not 'noise'; did you mean 'noisy'?"},
      {"list", "noisy, foo", "'list' wants a list of noisy, uniform, not 'foo'"},
  };
  all o;
  rc_params_init(params, &o, sizeof o);
  for (size_t i = 0; i < RC_LEN(c); i++) {
    char before[256];
    strcpy(before, shown(c[i].name, &o));
    rc_err e = {0};
    assert_false(set(c[i].name, &o, c[i].text, &e));
    assert_int_equal(e.code, RC_ERR_INPUT);
    assert_string_equal(e.message, c[i].message);
    assert_string_equal(shown(c[i].name, &o), before); /* unchanged */
  }
  rc_params_free(params, &o);
}

static void one_sided_ranges_are_said(void **state) {
  (void)state;
  double v;
  rc_err e = {0};
  const rc_param low = {.name = "a", .type = RC_T_REAL, .min = 0, .max = 1e308};
  assert_false(rc_param_set(&low, &v, "-1", &e));
  assert_string_equal(e.message, "'a' wants a number of at least 0, not '-1'");
  const rc_param high = {.name = "b", .type = RC_T_REAL, .min = -1e308, .max = -1};
  e = (rc_err){0};
  assert_false(rc_param_set(&high, &v, "0", &e));
  assert_string_equal(e.message, "'b' wants a number of at most -1, not '0'");
  const rc_param any = {.name = "c", .type = RC_T_REAL};
  assert_true(rc_param_set(&any, &v, "-1e300", &e));
}

static void same_kind_keeps_its_options(void **state) {
  (void)state;
  all o;
  rc_params_init(params, &o, sizeof o);
  assert_true(set("one", &o, "noisy", NULL));
  ((noisy *)o.one.opts)->sigma = 3;
  assert_true(set("one", &o, "noisy", NULL));
  assert_true(((noisy *)o.one.opts)->sigma == 3);
  assert_true(set("one", &o, "uniform", NULL));
  assert_true(set("one", &o, "noisy", NULL));
  assert_true(((noisy *)o.one.opts)->sigma == 0.1);
  rc_params_free(params, &o);
}

static void copies_are_deep(void **state) {
  (void)state;
  all a, b;
  memset(&b, 0x5A, sizeof b);
  rc_params_init(params, &a, sizeof a);
  ((noisy *)a.list.v[1].opts)->sigma = 7;
  rc_params_copy(params, &b, &a, sizeof a);
  for (const rc_param *p = params; p->name; p++) {
    char text[256];
    strcpy(text, shown(p->name, &a));
    assert_string_equal(shown(p->name, &b), text);
  }
  assert_ptr_not_equal(a.text, b.text);
  assert_ptr_not_equal(a.ints.v, b.ints.v);
  assert_ptr_not_equal(a.grp.from.opts, b.grp.from.opts);
  assert_ptr_not_equal(a.list.v, b.list.v);
  rc_params_free(params, &a);
  assert_string_equal(shown("list", &b), "[uniform, {kind: noisy, sigma: 7}]");
  assert_string_equal(b.text, "a: b");
  rc_params_free(params, &b);
}

static void registries_are_searched_by_name(void **state) {
  (void)state;
  assert_ptr_equal(rc_kind_find(kinds, "uniform"), &kind_uniform);
  assert_null(rc_kind_find(kinds, "Uniform"));
  assert_null(rc_kind_find(NULL, "uniform"));
  assert_ptr_equal(rc_param_find(params, "real"), &params[2]);
  assert_null(rc_param_find(params, "unreal"));
  assert_null(rc_param_find(NULL, "real"));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(defaults_fill_every_field),
      cmocka_unit_test(values_show_as_written),
      cmocka_unit_test(nested_options_show),
      cmocka_unit_test(wrong_values_are_refused),
      cmocka_unit_test(one_sided_ranges_are_said),
      cmocka_unit_test(same_kind_keeps_its_options),
      cmocka_unit_test(copies_are_deep),
      cmocka_unit_test(registries_are_searched_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
