/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growing text, near words, UTF-8, JSON, files, SHA-256. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "roadcut/base.h"

static void text_grows(void **state) {
  (void)state;
  rc_str s = {0};
  assert_string_equal(rc_str_c(&s), "");
  rc_str_add(&s, "");
  assert_int_equal(s.len, 0);
  for (int i = 0; i < 1000; i++) rc_str_addf(&s, "%d,", i);
  rc_str_addn(&s, "abcdef", 3);
  rc_str_addc(&s, '!');
  assert_int_equal(s.len, 10 * 2 + 90 * 3 + 900 * 4 + 4);
  assert_string_equal(s.text + s.len - 8, "999,abc!");
  size_t cap = s.cap;
  rc_str_clear(&s);
  assert_int_equal(s.cap, cap);
  assert_string_equal(rc_str_c(&s), "");
  char *wide = rc_alloc(5001, 1);
  memset(wide, 'w', 5000);
  rc_str_addf(&s, "<%s>", wide); /* longer than the small buffer inside */
  assert_int_equal(s.len, 5002);
  assert_int_equal(s.text[5001], '>');
  rc_free(wide);
  rc_str_free(&s);
  assert_null(s.text);
}

static void cut_text_stays_on_one_line(void **state) {
  (void)state;
  rc_str s = {0};
  rc_str_add_cut(&s,
                 "a\nb\x1B"
                 "c",
                 10);
  assert_string_equal(rc_str_c(&s), "a b c");
  rc_str_clear(&s);
  rc_str_add_cut(&s, "\xC3\xA9\xC3\xA9\xC3\xA9", 2);
  assert_string_equal(rc_str_c(&s), "\xC3\xA9\xC3\xA9..");
  rc_str_clear(&s);
  rc_str_add_cut(&s, "ab", 2);
  assert_string_equal(rc_str_c(&s), "ab");
  rc_str_free(&s);
}

static void distances_are_right(void **state) {
  (void)state;
  static const struct {
    const char *a, *b;
    int d;
  } c[] = {{"", "", 0},
           {"", "abc", 3},
           {"abc", "", 3},
           {"kitten", "sitting", 3},
           {"saturday", "sunday", 3},
           {"clutser", "cluster", 1},
           {"ab", "ba", 1},
           {"ca", "abc", 3}, /* optimal string alignment, not full Damerau */
           {"same", "same", 0}};
  for (size_t i = 0; i < RC_LEN(c); i++) {
    assert_int_equal(rc_edit_distance(c[i].a, c[i].b), c[i].d);
    assert_int_equal(rc_edit_distance(c[i].b, c[i].a), c[i].d);
  }
}

static void nearest_suggests_only_what_is_near(void **state) {
  (void)state;
  static const char *const names[] = {"cluster", "torus",    "periodic", "symmetry",    "J1",
                                      "J2",      "momentum", "sz",       "ground-state"};
  size_t n = RC_LEN(names);
  assert_string_equal(rc_nearest("clutser", names, n), "cluster");
  assert_string_equal(rc_nearest("Cluster", names, n), "cluster");
  assert_string_equal(rc_nearest("tours", names, n), "torus");
  assert_string_equal(rc_nearest("sym", names, n), "symmetry");
  assert_string_equal(rc_nearest("j1", names, n), "J1");
  const char *const plural[] = {"studies", "symmetry", "symbols"};
  assert_string_equal(rc_nearest("study", plural, 3), "studies");
  assert_null(rc_nearest("student", plural, 3));
  assert_null(rc_nearest("sym", plural, 3));             /* two begin like that */
  assert_string_equal(rc_nearest("J3", names, n), "J1"); /* the first of equals */
  assert_string_equal(rc_nearest("ground_state", names, n), "ground-state");
  assert_null(rc_nearest("elephant", names, n));
  assert_null(rc_nearest("", names, n));
  assert_null(rc_nearest("x", names, n));
  assert_null(rc_nearest("cluster", names, 0));
  char longer[200];
  memset(longer, 'a', sizeof longer);
  longer[199] = 0;
  assert_null(rc_nearest(longer, names, n));
}

static void utf8_is_told_from_rubbish(void **state) {
  (void)state;
  static const char *const good[] = {"",
                                     "plain",
                                     "\xC2\x80",
                                     "\xDF\xBF",
                                     "\xE0\xA0\x80",
                                     "\xED\x9F\xBF",
                                     "\xEF\xBF\xBF",
                                     "\xF0\x90\x80\x80",
                                     "\xF4\x8F\xBF\xBF"};
  /* overlong, surrogate, too large, cut off, stray: with the offset of the fault */
  static const struct {
    const char *s;
    size_t at;
  } bad[] = {{"a\xC0\x80", 1},
             {"\xC1\xBF", 0},
             {"\xE0\x9F\xBF", 0},
             {"\xED\xA0\x80", 0},
             {"xy\xF0\x8F\xBF\xBF", 2},
             {"\xF4\x90\x80\x80", 0},
             {"\xF5\x80\x80\x80", 0},
             {"abc\xE2\x82", 3},
             {"\x80", 0},
             {"\xFF", 0},
             {"\xE2\x28\xA1", 0}};
  for (size_t i = 0; i < RC_LEN(good); i++)
    assert_true(rc_utf8_valid(good[i], strlen(good[i]), NULL));
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    size_t at = 99;
    assert_false(rc_utf8_valid(bad[i].s, strlen(bad[i].s), &at));
    assert_int_equal(at, bad[i].at);
  }
  assert_true(rc_utf8_valid("a\0b", 3, NULL));
}

/* jansson reads back what is written: an independent reader */
static void json_reads_back(void **state) {
  (void)state;
  rc_str s = {0};
  rc_json j;
  rc_json_begin(&j, &s);
  rc_json_object(&j, NULL);
  rc_json_text(&j, "quote\"d", "a\\b\"c\n\t\x01\x7F\xE2\x82\xAC");
  rc_json_text(&j, "breaks", "\xE2\x80\xA8\xC2\x85\xEF\xBB\xBF");
  rc_json_text(&j, "nul", NULL);
  rc_json_real(&j, "third", 1.0 / 3);
  rc_json_real(&j, "nan", NAN);
  rc_json_real(&j, "inf", INFINITY);
  rc_json_int(&j, "least", INT64_MIN);
  rc_json_uint(&j, "most", UINT64_MAX);
  rc_json_array(&j, "list");
  rc_json_bool(&j, NULL, true);
  rc_json_null(&j, NULL);
  rc_json_object(&j, NULL);
  rc_json_end(&j);
  rc_json_array(&j, NULL);
  rc_json_end(&j);
  rc_json_int(&j, NULL, -1);
  rc_json_end(&j);
  rc_json_bool(&j, "last", false);
  rc_json_end(&j);
  assert_int_equal(j.depth, 0);
  assert_non_null(strstr(s.text, "\\u2028\\u0085\\ufeff"));
  assert_non_null(strstr(s.text, "\"most\":18446744073709551615"));
  assert_null(strchr(s.text, '\n'));
  char *p = strstr(s.text, "18446744073709551615"); /* jansson has no unsigned 64-bit numbers */
  memset(p, '1', 1);
  p[1] = ' ';
  memset(p + 1, ' ', 19);
  json_error_t error;
  json_t *root = json_loads(s.text, JSON_REJECT_DUPLICATES, &error);
  assert_non_null(root);
  assert_string_equal(json_string_value(json_object_get(root, "quote\"d")),
                      "a\\b\"c\n\t\x01\x7F\xE2\x82\xAC");
  assert_string_equal(json_string_value(json_object_get(root, "breaks")),
                      "\xE2\x80\xA8\xC2\x85\xEF\xBB\xBF");
  assert_true(json_is_null(json_object_get(root, "nul")));
  assert_true(json_is_null(json_object_get(root, "nan")));
  assert_true(json_is_null(json_object_get(root, "inf")));
  assert_true(json_real_value(json_object_get(root, "third")) == 1.0 / 3);
  assert_true(json_integer_value(json_object_get(root, "least")) == INT64_MIN);
  assert_true(json_is_false(json_object_get(root, "last")));
  json_t *list = json_object_get(root, "list");
  assert_int_equal(json_array_size(list), 5);
  assert_true(json_is_true(json_array_get(list, 0)));
  assert_int_equal(json_object_size(json_array_get(list, 2)), 0);
  assert_int_equal(json_integer_value(json_array_get(list, 4)), -1);
  json_decref(root);
  rc_str_free(&s);
}

static void json_is_valid_for_any_bytes(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(1, "test/json", 0);
  for (int round = 0; round < 500; round++) {
    char bytes[40];
    size_t n = rc_rng_below(&r, sizeof bytes);
    for (size_t i = 0; i < n; i++) bytes[i] = (char)(1 + rc_rng_below(&r, 255));
    bytes[n] = '\0';
    rc_str s = {0};
    rc_json j;
    rc_json_begin(&j, &s);
    rc_json_array(&j, NULL);
    rc_json_text(&j, NULL, bytes);
    rc_json_end(&j);
    json_error_t error;
    json_t *root = json_loads(s.text, 0, &error);
    assert_non_null(root);
    json_decref(root);
    rc_str_free(&s);
  }
}

static void yaml_scalars_are_quoted_where_needed(void **state) {
  (void)state;
  static const char *const plain[] = {"anneal", "ground-state", "a.b", "/tmp/x_1"};
  static const char *const quoted[] = {"",   "true", "No",  "null", "1.5", "-x",  "a b",
                                       "a:", "#c",   "a#b", "~",    "nan", "[x]", "a\nb"};
  for (size_t i = 0; i < RC_LEN(plain); i++) {
    rc_str s = {0};
    rc_str_add_yaml(&s, plain[i]);
    assert_string_equal(rc_str_c(&s), plain[i]);
    rc_str_free(&s);
  }
  for (size_t i = 0; i < RC_LEN(quoted); i++) {
    rc_str s = {0};
    rc_str_add_yaml(&s, quoted[i]);
    assert_int_equal(s.text[0], '"');
    rc_str_free(&s);
  }
}

static void sha256_matches_fips_180_2(void **state) {
  (void)state;
  char hex[65];
  rc_sha256("", 0, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  rc_sha256("abc", 3, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  rc_sha256(two, sizeof two - 1, hex);
  assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  char *million = rc_alloc(1000000, 1);
  memset(million, 'a', 1000000);
  rc_sha256(million, 1000000, hex);
  rc_free(million);
  assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void files_are_read_whole_or_refused(void **state) {
  (void)state;
  char path[] = "/tmp/roadcut-test-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, "a\0bc", 4), 4);
  close(fd);
  rc_err e = {0};
  size_t len = 0;
  char *text = rc_read_file(path, 4, &len, &e);
  assert_non_null(text);
  assert_int_equal(len, 4);
  assert_memory_equal(text, "a\0bc", 5); /* with a zero behind it */
  rc_free(text);
  assert_null(rc_read_file(path, 3, &len, &e));
  assert_int_equal(e.code, RC_ERR_INPUT);
  assert_string_equal(e.message, "is larger than 3 B");
  assert_int_equal(truncate(path, 0), 0);
  e = (rc_err){0};
  text = rc_read_file(path, 3, &len, &e);
  assert_non_null(text);
  assert_int_equal(len, 0);
  assert_string_equal(text, "");
  rc_free(text);
  unlink(path);
  assert_null(rc_read_file(path, 3, &len, &e));
  assert_int_equal(e.code, RC_ERR_INPUT);
  e = (rc_err){0};
  assert_null(rc_read_file("/tmp", 1000, &len, &e));
  assert_string_equal(e.message, "is a folder, not a file");
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_grows),
      cmocka_unit_test(cut_text_stays_on_one_line),
      cmocka_unit_test(distances_are_right),
      cmocka_unit_test(nearest_suggests_only_what_is_near),
      cmocka_unit_test(utf8_is_told_from_rubbish),
      cmocka_unit_test(json_reads_back),
      cmocka_unit_test(json_is_valid_for_any_bytes),
      cmocka_unit_test(yaml_scalars_are_quoted_where_needed),
      cmocka_unit_test(sha256_matches_fips_180_2),
      cmocka_unit_test(files_are_read_whole_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
