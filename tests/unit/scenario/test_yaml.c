/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML into nodes: places, aliases, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/node.h"

static rc_doc *parse(const char *text) {
  rc_err e = {0};
  rc_doc *d = rc_yaml_parse(text, strlen(text), &e);
  if (!d) fail_msg("%d:%d: %s", e.line, e.column, e.message);
  return d;
}

static void refused(const char *text, size_t len, int line, int column, const char *part) {
  rc_err e = {0};
  rc_doc *d = rc_yaml_parse(text, len, &e);
  assert_null(d);
  assert_int_equal(e.code, RC_ERR_INPUT);
  if (!strstr(e.message, part)) fail_msg("'%s' has no '%s'", e.message, part);
  assert_int_equal(e.line, line);
  assert_int_equal(e.column, column);
}

static void nodes_know_their_place(void **state) {
  (void)state;
  /* the accented letter is one column, not two */
  rc_doc *d = parse("# first\na: 1\nlist:\n  - x\n  - {\xC3\xA9: [\"q\", 'r'], z: }\n");
  const rc_node *r = d->root;
  assert_int_equal(r->type, RC_NODE_MAP);
  assert_int_equal(r->count, 2);
  assert_int_equal(r->key[0]->line, 2);
  assert_int_equal(r->value[0]->column, 4);
  assert_false(r->value[0]->quoted);
  const rc_node *list = rc_node_get(r, "list");
  assert_int_equal(list->count, 2);
  const rc_node *map = list->value[1];
  const rc_node *inner = rc_node_get(map, "\xC3\xA9");
  assert_int_equal(inner->line, 5);
  assert_int_equal(inner->column, 9);
  assert_true(inner->value[0]->quoted && inner->value[1]->quoted);
  assert_int_equal(rc_node_get(map, "z")->column, 24);
  assert_true(rc_node_is_null(rc_node_get(map, "z")));
  assert_null(rc_node_get(map, "nothing"));
  assert_null(rc_node_get(list, "a"));
  assert_null(rc_node_get(NULL, "a"));
  rc_doc_free(d);
}

static void nulls_are_plain_words(void **state) {
  (void)state;
  rc_doc *d = parse("[~, null, Null, NULL, '', 'null', nil, !!str null, ]");
  static const bool want[] = {true, true, true, true, false, false, false, false};
  assert_int_equal(d->root->count, 8);
  for (int i = 0; i < 8; i++) assert_int_equal(rc_node_is_null(d->root->value[i]), want[i]);
  rc_doc_free(d);
}

static void aliases_share_nodes(void **state) {
  (void)state;
  rc_doc *d = parse("a: &x {k: 1}\nb: *x\nc: &x 2\nd: *x\n");
  assert_ptr_equal(rc_node_get(d->root, "a"), rc_node_get(d->root, "b"));
  assert_string_equal(rc_node_get(d->root, "d")->text, "2"); /* the later anchor of a name */
  rc_doc_free(d);
}

static void maps_can_be_edited(void **state) {
  (void)state;
  rc_doc *d = parse("{a: 1, b: 2, c: 3}");
  rc_node_drop(d->root, "b");
  rc_node_drop(d->root, "missing");
  rc_node_put(d, d->root, "a", rc_doc_scalar(d, "9"));
  for (int i = 0; i < 20; i++) {
    char key[16];
    snprintf(key, sizeof key, "k%d", i);
    rc_node_put(d, d->root, key, rc_doc_scalar(d, key));
  }
  assert_int_equal(d->root->count, 22);
  assert_string_equal(rc_node_get(d->root, "a")->text, "9");
  assert_string_equal(rc_node_get(d->root, "c")->text, "3");
  assert_string_equal(rc_node_get(d->root, "k19")->text, "k19");
  rc_doc_free(d);
}

static void core_tags_are_harmless(void **state) {
  (void)state;
  rc_doc *d = parse("!!map {a: !!int 1, b: !!str 2, c: ! 3, d: !!seq [!!float 1.5, !!bool true]}");
  assert_false(rc_node_get(d->root, "a")->quoted);
  assert_true(rc_node_get(d->root, "b")->quoted);
  assert_true(rc_node_get(d->root, "c")->quoted);
  rc_doc_free(d);
  refused("a: !mine 1", 10, 1, 4, "the tag '!mine' has no meaning");
  refused("a: !!set {x}", 12, 1, 4, "has no meaning");
}

static void empty_texts_have_no_root(void **state) {
  (void)state;
  static const char *const empty[] = {"", "\n\n", "# a comment\n", "---\n...\n"};
  for (size_t i = 0; i < RC_LEN(empty); i++) {
    rc_doc *d = parse(empty[i]);
    assert_true(!d->root || rc_node_is_null(d->root));
    rc_doc_free(d);
  }
}

static void byte_order_mark_is_skipped(void **state) {
  (void)state;
  rc_doc *d = parse("\xEF\xBB\xBF"
                    "a: 1\n");
  assert_non_null(rc_node_get(d->root, "a"));
  rc_doc_free(d);
}

static void files_have_a_limit(void **state) {
  (void)state;
  size_t n = RC_YAML_BYTES + 1;
  char *text = rc_alloc(n + 1, 1);
  memset(text, '#', n);
  refused(text, n, 0, 0, "is larger than 8 MiB");
  rc_err e = {0};
  rc_doc *d = rc_yaml_parse(text, n - 1, &e); /* a comment of 8 MiB is none too many */
  assert_non_null(d);
  rc_doc_free(d);
  rc_free(text);
}

static char *repeat(const char *head, const char *body, int n, const char *tail) {
  rc_str s = {0};
  rc_str_add(&s, head);
  for (int i = 0; i < n; i++) rc_str_add(&s, body);
  rc_str_add(&s, tail);
  return s.text;
}

static void nesting_has_a_limit(void **state) {
  (void)state;
  char *deep = repeat("", "[", RC_YAML_DEPTH, ""), *shut = repeat(deep, "]", RC_YAML_DEPTH, "");
  rc_doc_free(parse(shut));
  rc_free(shut);
  rc_free(deep);
  deep = repeat("", "[", 100000, ""); /* refused long before its end is missed */
  refused(deep, strlen(deep), 1, RC_YAML_DEPTH + 1, "nested more than 32 deep");
  rc_free(deep);
}

static void values_have_a_limit(void **state) {
  (void)state;
  char *many = repeat("[", "1,", RC_YAML_NODES - 1, "]");
  rc_doc_free(parse(many));
  rc_free(many);
  many = repeat("[", "1,", RC_YAML_NODES, "]");
  refused(many, strlen(many), 1, 2 * RC_YAML_NODES, "more than 200000 values");
  rc_free(many);
}

static void keys_have_a_limit(void **state) {
  (void)state;
  rc_str s = {0};
  for (int i = 0; i <= RC_YAML_KEYS; i++) rc_str_addf(&s, "k%d: 1\n", i);
  refused(rc_str_c(&s), s.len, RC_YAML_KEYS + 1, 1, "more than 1000 keys in one map");
  rc_str_free(&s);
}

/* A document whose nodes double with each line: 2^40 values in some hundred bytes. */
static void aliases_cannot_explode(void **state) {
  (void)state;
  rc_str s = {0};
  rc_str_add(&s, "x0: &x0 [1, 1]\n");
  for (int i = 1; i <= 40; i++) rc_str_addf(&s, "x%d: &x%d [*x%d, *x%d]\n", i, i, i - 1, i - 1);
  rc_err e = {0};
  assert_null(rc_yaml_parse(rc_str_c(&s), s.len, &e));
  assert_non_null(strstr(e.message, "after aliases are followed"));
  rc_str_free(&s);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nodes_know_their_place),     cmocka_unit_test(nulls_are_plain_words),
      cmocka_unit_test(aliases_share_nodes),        cmocka_unit_test(maps_can_be_edited),
      cmocka_unit_test(core_tags_are_harmless),     cmocka_unit_test(empty_texts_have_no_root),
      cmocka_unit_test(byte_order_mark_is_skipped), cmocka_unit_test(files_have_a_limit),
      cmocka_unit_test(nesting_has_a_limit),        cmocka_unit_test(values_have_a_limit),
      cmocka_unit_test(keys_have_a_limit),          cmocka_unit_test(aliases_cannot_explode),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
