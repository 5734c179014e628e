/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cell buffer and the pens: what lands in which cell. */
#include "draw.h"

#include "ui/glyph.h"

static void test_clipping(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(7, 3, RC_G_BRAILLE);
  rc_pen p = rc_pen_sub(whole(s), 2, 1, 3, 1);
  assert_int_equal(rc_put(p, -1, 0, RC_TEXT, "abcde"), 4);
  rc_put(p, 0, -1, RC_TEXT, "x");
  rc_put(p, 0, 1, RC_TEXT, "x");
  assert_screen(s, "\n  bcd\n\n");
}

/* A pen of a pen never reaches beyond either, wherever it is put. */
static void test_sub_pens(void **state) {
  (void)state;
  for (int x = -4; x < 8; x++)
    for (int w = -2; w < 12; w++) {
      rc_screen *s = rc_screen_new(8, 1, RC_G_ASCII);
      rc_pen p = rc_pen_sub(rc_pen_sub(whole(s), 2, 0, 4, 1), x, 0, w, 1);
      rc_fill(p, -20, -20, 40, 40, '#', RC_OK, RC_TEXT);
      for (int i = 0; i < 8; i++) {
        bool in = i >= 2 && i < 6 && i >= 2 + x && i < 2 + x + w;
        assert_int_equal(cell(s, i, 0).ch, in ? '#' : 0);
      }
      rc_screen_free(s);
    }
}

/* A pen that says it is larger than its screen still stays on it. */
static void test_pen_off_the_screen(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(2, 2, RC_G_BRAILLE);
  rc_pen p = {s, {-3, -3, 20, 20}};
  for (int y = -1; y < 21; y++) rc_put(p, -1, y, RC_TEXT, "abcdefghijklmnop");
  rc_attr(p, -5, 3, 40, RC_A_BOLD);
  assert_int_equal(cell(s, 0, 0).attr, RC_A_BOLD);
  assert_int_equal(cell(s, 0, 1).attr, 0);
  assert_screen(s, "ef\nef\n");
}

static void test_wide_and_combining(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(8, 1, RC_G_BRAILLE);
  /* A wide one is two blanks, a combining accent is nothing. */
  assert_int_equal(rc_put(whole(s), 0, 0, RC_TEXT, "a漢be\u0301c"), 6);
  assert_int_equal(rc_text_width("a漢be\u0301c"), 6);
  assert_int_equal(cell(s, 1, 0).ch, 0);
  assert_int_equal(cell(s, 2, 0).ch, 0);
  assert_screen(s, "a  bec\n");
  assert_int_equal(rc_glyph_width(0x4e00), 2);
  assert_int_equal(rc_glyph_width(0x200b), 0);
  assert_int_equal(rc_glyph_width(0x28ff), 1);
  assert_int_equal(rc_glyph_width(0x1f600), 2);
}

static void test_every_code_point_comes_back(void **state) {
  (void)state;
  for (uint32_t c = 1; c < 0x110000; c++) {
    if (c >= 0xd800 && c < 0xe000) continue;
    char text[5];
    const char *at = text;
    int n = rc_glyph_utf8(c, text);
    assert_int_equal(rc_glyph_next(&at), c);
    assert_ptr_equal(at, text + n);
    int w = rc_glyph_width(c);
    assert_true(w >= 0 && w <= 2);
    char look = rc_glyph_ascii(c);
    assert_true(look >= 0x20 && look < 0x7f);
  }
}

/* Bytes that are no UTF-8: one U+FFFD for what was eaten, never past the end. */
static void test_invalid(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int width;
  } bad[] = {{"\x80", 1},  {"\xc0\xaf", 2}, {"\xe2\x82", 1}, {"\xf0\x9f", 1}, {"\xff\xfe", 2},
             {"a\xc3", 2}, {"\xc3(", 2},    {"\xf5\x80", 2}, {"\xe2(\xa1", 3}};
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    rc_screen *s = rc_screen_new(6, 1, RC_G_BRAILLE);
    assert_int_equal(rc_put(whole(s), 0, 0, RC_TEXT, bad[i].text), bad[i].width);
    assert_int_equal(rc_text_width(bad[i].text), bad[i].width);
    bool any = false;
    for (int x = 0; x < 6; x++) any = any || cell(s, x, 0).ch == 0xfffd;
    assert_true(any);
    rc_screen_free(s);
  }
}

static void test_controls_are_blanks(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(6, 1, RC_G_BRAILLE);
  rc_put(whole(s), 0, 0, RC_TEXT, "a\033\tb\x7f");
  rc_put_cell(whole(s), 5, 0, 0x2800, RC_OK, RC_TEXT, 0); /* the blank braille cell is a space */
  for (int x = 1; x < 6; x++) assert_int_equal(cell(s, x, 0).ch, x == 3 ? 'b' : 0);
  for (uint32_t c = 0x80; c < 0xa0; c++) { /* C1: U+009B begins what ESC [ begins */
    rc_put_cell(whole(s), 0, 0, c, RC_TEXT, RC_TEXT, 0);
    assert_int_equal(cell(s, 0, 0).ch, 0);
  }
  assert_int_equal(rc_put(whole(s), 0, 0, RC_TEXT, "\u202e\u2028\u2066\u2060"), 0); /* no room */
  rc_screen_free(s);
}

static void test_ascii_look_alikes(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(24, 1, RC_G_ASCII);
  rc_put(whole(s), 0, 0, RC_TEXT, "┌─┐│└┘ ▲▼● ψ² ⟨S·S⟩ ✓…–");
  assert_screen(s, "+-+|++ ^vo y2 <S.S> +.-\n");
}

static void test_right_and_cut(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(8, 4, RC_G_BRAILLE);
  assert_int_equal(rc_put_right(whole(s), 8, 0, RC_TEXT, "αβγ"), 5);
  assert_int_equal(rc_put_cut(whole(s), 1, 1, 5, RC_TEXT, "abcdefgh"), 6);
  assert_int_equal(rc_put_cut(whole(s), 1, 2, 5, RC_TEXT, "abcde"), 6);
  assert_int_equal(rc_put_cut(whole(s), 1, 3, 0, RC_TEXT, "abc"), 1);
  assert_screen(s, "     αβγ\n abcd…\n abcde\n\n");
}

static void test_wrap(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(8, 4, RC_G_BRAILLE);
  assert_int_equal(rc_put_wrapped(whole(s), 0, 0, 7, 4, 0, RC_TEXT, "one two three\n\nabcdefghij"),
                   5);
  assert_screen(s, "one two\nthree\n\nabcdefg\n");
  s = rc_screen_new(8, 4, RC_G_BRAILLE);
  rc_put_wrapped(whole(s), 0, 0, 7, 2, 3, RC_TEXT, "one two three\n\nabcdefghij");
  assert_screen(s, "abcdefg\nhij\n\n\n");
  s = rc_screen_new(9, 2, RC_G_ASCII); /* a sum is a word where there is no sign for it */
  assert_int_equal(rc_put_wrapped(whole(s), 0, 0, 9, 2, 0, RC_TEXT, "H = Σ S·S, Σ"), 2);
  assert_screen(s, "H = Sum\nS.S, Sum\n");
  s = rc_screen_new(9, 2, RC_G_BRAILLE);
  rc_put_wrapped(whole(s), 0, 0, 9, 2, 0, RC_TEXT, "H = Σ S·S, Σ");
  assert_screen(s, "H = Σ\nS·S, Σ\n");
  s = rc_screen_new(1, 1, RC_G_BRAILLE);
  assert_int_equal(rc_put_wrapped(whole(s), 0, 0, 1, 1, 0, RC_TEXT, "漢字"),
                   2); /* no endless loop */
  assert_int_equal(rc_put_wrapped(whole(s), 0, 0, 0, 1, 0, RC_TEXT, "abc"), 0);
  rc_screen_free(s);
}

static void test_pair(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(12, 4, RC_G_BRAILLE);
  rc_put_pair(whole(s), 0, "energy", RC_TEXT, "%.2f", -1.5);
  rc_put_pair(whole(s), 1, "a long label", RC_TEXT, "%d", 1234);
  rc_put_pair(whole(s), 2, "label", RC_TEXT, "%s", "abcdefghijk");
  rc_put_pair(whole(s), 3, "label", RC_TEXT, "%s", "abcdefghijklmn");
  assert_screen(s, "energy -1.50\na long… 1234\n abcdefghijk\nabcdefghijk…\n");
}

/* Text keeps the surface it is written on, unless its style brings one. */
static void test_surfaces(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(3, 1, RC_G_BRAILLE);
  rc_fill(whole(s), 0, 0, 3, 1, 0, RC_SELECTED, RC_SELECTED);
  rc_put(whole(s), 0, 0, RC_OK, "a");
  rc_put(whole(s), 1, 0, RC_KEYCAP, "b");
  rc_attr(whole(s), 0, 0, 1, RC_A_BOLD);
  rc_attr(whole(s), 0, 0, 1, RC_A_UNDERLINE);
  rc_cell a = cell(s, 0, 0), b = cell(s, 1, 0);
  assert_int_equal(a.fg, RC_OK);
  assert_int_equal(a.bg, RC_SELECTED);
  assert_int_equal(a.attr, RC_A_BOLD | RC_A_UNDERLINE);
  assert_int_equal(b.bg, RC_KEYCAP);
  rc_screen_clear(s);
  for (int x = 0; x < 3; x++) assert_int_equal(cell(s, x, 0).ch + cell(s, x, 0).bg, 0);
  rc_screen_free(s);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_clipping),
                                     cmocka_unit_test(test_sub_pens),
                                     cmocka_unit_test(test_pen_off_the_screen),
                                     cmocka_unit_test(test_wide_and_combining),
                                     cmocka_unit_test(test_every_code_point_comes_back),
                                     cmocka_unit_test(test_invalid),
                                     cmocka_unit_test(test_controls_are_blanks),
                                     cmocka_unit_test(test_ascii_look_alikes),
                                     cmocka_unit_test(test_right_and_cut),
                                     cmocka_unit_test(test_wrap),
                                     cmocka_unit_test(test_pair),
                                     cmocka_unit_test(test_surfaces)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
