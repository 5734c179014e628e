/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key names, the key map, and the line editor. */
#include "common.h"

static void test_names_come_back(void **state) {
  (void)state;
  for (int key = 1; key < 0x110000; key++) {
    if (key >= 0x80 && key < 0xa0) continue;
    char name[16];
    rc_key_name(key, name);
    if (rc_key_parse(name) == key) continue;
    if (key > 26 && key < 32 && key != 27) continue; /* no terminal sends these as keys */
    fail_msg("%d is '%s' is %d", key, name, rc_key_parse(name));
  }
  for (int key = RC_KEY_UP; key <= RC_KEY_F1 + 11; key++) {
    char name[16];
    rc_key_name(key, name);
    assert_int_equal(rc_key_parse(name), key);
  }
}

static void test_bad_names(void **state) {
  (void)state;
  static const char *const bad[] = {"",   "Ctrl-", "Ctrl-r", "Ctrl-RR",  "F0",   "F13",   "F1x",
                                    "xx", "U+",    "U+zz",   "U+110000", "\x01", "Enterr"};
  for (size_t i = 0; i < RC_LEN(bad); i++) assert_int_equal(rc_key_parse(bad[i]), RC_KEY_NONE);
}

static void test_table_keys_are_known_and_unique(void **state) {
  (void)state;
  for (int i = 0; i < rc_commands_n; i++) {
    const char *rest = rc_commands[i].keys;
    while (*rest) {
      char name[16];
      rest = rc_line_word(rest, name, sizeof name);
      int key = rc_key_parse(name);
      if (key == RC_KEY_NONE) fail_msg("%s: no key '%s'", rc_commands[i].name, name);
      for (unsigned bit = 1; bit <= RC_IN_TEXT; bit <<= 1)
        if (rc_commands[i].where & bit && rc_key_lookup(key, bit) != i)
          fail_msg("%s is bound to %s and %s", name, rc_commands[i].name,
                   rc_commands[rc_key_lookup(key, bit)].name);
    }
  }
}

/* The keys the design names, each with what it does. */
static void test_promised_keys(void **state) {
  (void)state;
  static const struct {
    const char *key, *command;
  } promised[] = {{"1", "view"},
                  {"7", "view"},
                  {"Tab", "pane.next"},
                  {"BackTab", "pane.prev"},
                  {"Up", "move.up"},
                  {"k", "move.up"},
                  {"Down", "move.down"},
                  {"j", "move.down"},
                  {"Left", "move.left"},
                  {"h", "move.left"},
                  {"Right", "move.right"},
                  {"Enter", "press"},
                  {"Esc", "back"},
                  {"Space", "pause"},
                  {".", "step"},
                  {",", "history.back"},
                  {"<", "slower"},
                  {">", "faster"},
                  {"+", "plus"},
                  {"-", "minus"},
                  {"0", "reset"},
                  {"[", "knob.prev"},
                  {"]", "knob.next"},
                  {"x", "crosshair"},
                  {"l", "log"},
                  {"m", "pixels"},
                  {"z", "pane.full"},
                  {"/", "search"},
                  {"n", "search.next"},
                  {"N", "search.prev"},
                  {":", "palette"},
                  {"?", "help"},
                  {"e", "explain"},
                  {"s", "save"},
                  {"u", "undo"},
                  {"Ctrl-R", "redo"},
                  {"r", "restart"},
                  {"S", "seed"},
                  {"b", "breaks"},
                  {"c", "copy"},
                  {"o", "options"},
                  {"t", "theme"},
                  {"q", "quit"},
                  {"Ctrl-C", "stop"},
                  {"Ctrl-Z", "suspend"},
                  {"Ctrl-L", "redraw"}};
  for (size_t i = 0; i < RC_LEN(promised); i++) {
    const rc_command *c = rc_key_command(rc_key_parse(promised[i].key), RC_IN_EXPLORER);
    assert_non_null(c);
    assert_string_equal(c->name, promised[i].command);
  }
}

static void test_editor(void **state) {
  (void)state;
  rc_edit e = {0};
  rc_edit_set(&e, "gap < 0.01");
  rc_edit_key(&e, 23); /* Ctrl-W */
  assert_string_equal(e.text, "gap < ");
  rc_edit_key(&e, RC_KEY_HOME);
  rc_edit_key(&e, 'a');
  assert_string_equal(e.text, "agap < ");
  rc_edit_key(&e, RC_KEY_DELETE);
  assert_string_equal(e.text, "aap < ");
  rc_edit_key(&e, 11); /* Ctrl-K */
  assert_string_equal(e.text, "a");
  rc_edit_key(&e, 0x3b1); /* alpha, two bytes */
  rc_edit_key(&e, 0x20ac);
  rc_edit_key(&e, 0x1d400);
  assert_string_equal(e.text, "a\xce\xb1\xe2\x82\xac\xf0\x9d\x90\x80");
  rc_edit_key(&e, RC_KEY_LEFT);
  rc_edit_key(&e, 127);
  assert_string_equal(e.text, "a\xce\xb1\xf0\x9d\x90\x80");
  rc_edit_key(&e, 21); /* Ctrl-U */
  assert_string_equal(e.text, "\xf0\x9d\x90\x80");
  assert_false(rc_edit_key(&e, 0xd800));
  assert_false(rc_edit_key(&e, 7));
  assert_false(rc_edit_key(&e, 0x85));
  assert_false(rc_edit_key(&e, RC_KEY_F1));
}

static void test_editor_is_bounded(void **state) {
  (void)state;
  rc_edit e = {0};
  for (int i = 0; i < 2000; i++) rc_edit_key(&e, 0x20ac);
  assert_true(e.len < (int)sizeof e.text);
  assert_int_equal(e.len % 3, 0);
  assert_true(rc_utf8_valid(e.text, (size_t)e.len, NULL));
  char longer[2000];
  memset(longer, 'x', sizeof longer);
  longer[1999] = 0;
  memcpy(longer + 510, "\xe2\x82\xac", 3); /* lies across the end */
  rc_edit_set(&e, longer);
  assert_int_equal(e.len, 510);
  for (int i = 0; i < 600; i++) rc_edit_key(&e, 127);
  assert_int_equal(e.len, 0);
  assert_int_equal(e.at, 0);
}

static void test_editor_keeps_the_cursor_in_sight(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(10, 1, RC_G_BRAILLE);
  rc_pen p = {s, {0, 0, 10, 1}};
  rc_edit e = {0};
  rc_edit_set(&e, "abcdefghijklmnopqrstuvwxyz");
  rc_edit_draw(p, 0, 0, 10, RC_TEXT, &e, true);
  int cursor = -1;
  for (int x = 0; x < 10; x++)
    if (s->cell[x].attr & RC_A_REVERSE) cursor = x;
  assert_int_equal(cursor, 9);
  assert_int_equal(s->cell[8].ch, 'z');
  rc_screen_free(s);
}

static void test_fuzzy(void **state) {
  (void)state;
  assert_int_equal(rc_fuzzy("xyz", "pane.next"), 0);
  assert_true(rc_fuzzy("pn", "pane.next") > 0);
  assert_true(rc_fuzzy("pane", "pane.next") > rc_fuzzy("pane", "explain.apanel"));
  assert_true(rc_fuzzy("log", "log") > rc_fuzzy("log", "long.way.off"));
  assert_true(rc_contains("Ground State", "state"));
  assert_false(rc_contains("Ground", "state"));
  assert_true(rc_contains("anything", ""));
}

static void test_list_stays_inside(void **state) {
  (void)state;
  rc_list l = {0};
  rc_list_fit(&l, 10, 4);
  rc_list_key(&l, RC_KEY_UP);
  assert_int_equal(l.sel, 0);
  rc_list_key(&l, RC_KEY_END);
  rc_list_fit(&l, 10, 4);
  assert_int_equal(l.sel, 9);
  assert_int_equal(l.top, 6);
  rc_list_fit(&l, 2, 4);
  assert_int_equal(l.sel, 1);
  assert_int_equal(l.top, 0);
  rc_list_fit(&l, 0, 4);
  rc_list_key(&l, RC_KEY_PGDN);
  assert_int_equal(l.sel, 0);
  assert_false(rc_list_key(&l, 'x'));
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_names_come_back),
                                     cmocka_unit_test(test_bad_names),
                                     cmocka_unit_test(test_table_keys_are_known_and_unique),
                                     cmocka_unit_test(test_promised_keys),
                                     cmocka_unit_test(test_editor),
                                     cmocka_unit_test(test_editor_is_bounded),
                                     cmocka_unit_test(test_editor_keeps_the_cursor_in_sight),
                                     cmocka_unit_test(test_fuzzy),
                                     cmocka_unit_test(test_list_stays_inside)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
