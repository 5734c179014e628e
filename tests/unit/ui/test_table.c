/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: columns, alignment, scrolling, the row under the mouse. */
#include "draw.h"

static void fill_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  (void)ctx;
  rc_str_addf(t, column ? "%lld.5" : "row %lld", (long long)row);
  if (column) *style = RC_OK;
}

static const rc_column two[] = {{"name", 8, false}, {"v", 6, true}};
static rc_table table(int64_t rows, int64_t selected) {
  return (rc_table){two, 2, rows, selected, fill_cell, NULL};
}

static void test_plain(void **state) {
  (void)state;
  rc_table t = table(20, -1);
  rc_screen *s = rc_screen_new(28, 6, RC_G_ASCII);
  rc_table_draw(whole(s), &t, true);
  assert_int_equal(cell(s, 13, 1).fg, RC_OK);
  assert_screen(s, "name           v\nrow 0        0.5           ]\nrow 1        1.5\n"
                   "row 2        2.5\nrow 3        3.5\nrow 4        4.5\n");
}

static void test_selected(void **state) {
  (void)state;
  rc_table t = table(20, 13);
  rc_screen *s = rc_screen_new(28, 6, RC_G_ASCII);
  rc_table_draw(whole(s), &t, true);
  for (int x = 0; x < 27; x++) {
    assert_int_equal(cell(s, x, 3).bg, RC_SELECTED);
    assert_int_equal(cell(s, x, 3).attr, RC_A_BOLD);
    assert_int_equal(cell(s, x, 2).bg, RC_TEXT);
  }
  assert_screen(s, "  name           v\n  row 11      11.5\n  row 12      12.5\n"
                   "> row 13      13.5         ]\n  row 14      14.5\n  row 15      15.5\n");
}

static void test_short(void **state) {
  (void)state;
  rc_table t = table(3, 1);
  rc_screen *s = rc_screen_new(28, 6, RC_G_BRAILLE);
  rc_table_draw(whole(s), &t, false);
  assert_screen(s, "  name           v\n  row 0        0.5\n▸ row 1        1.5\n"
                   "  row 2        2.5\n\n\n");
}

/* What is too long is cut, a column without room is left out, the flexible one takes the rest. */
static void wordy(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  (void)ctx, (void)row, (void)style;
  rc_str_add(t, column == 0 ? "abcdefghijkl" : column == 1 ? "0123456789" : "end");
}
static void test_cut(void **state) {
  (void)state;
  static const rc_column c[] = {{"one", 0, false}, {"two", 4, true}, {"three", 9, false}};
  rc_table t = {c, 3, 1, -1, wordy, NULL};
  rc_screen *s = rc_screen_new(16, 3, RC_G_BRAILLE);
  rc_table_draw(whole(s), &t, false);
  assert_screen(s, "one          two\nabcdefghi…  012…\n\n");
  s = rc_screen_new(30, 3, RC_G_BRAILLE);
  rc_table_draw(whole(s), &t, false);
  assert_screen(s, "one             two  three\nabcdefghijkl   012…  end\n\n");
}

/* The selection is in sight whatever it is, rows follow each other, and the mouse finds the row
 * that is drawn. */
static void test_scrolling(void **state) {
  (void)state;
  for (int h = 1; h < 9; h++)
    for (int64_t n = 0; n < 12; n++)
      for (int64_t sel = -1; sel < n; sel++) {
        rc_table t = table(n, sel);
        rc_screen *s = rc_screen_new(20, h, RC_G_ASCII);
        rc_table_draw(whole(s), &t, false);
        int64_t last = -1;
        bool seen = sel < 0;
        for (int y = 0; y < h; y++) {
          int64_t row = -1;
          char text[16] = "";
          for (int x = 0; x < 8; x++) text[x] = cell(s, x, y).ch ? (char)cell(s, x, y).ch : ' ';
          if (!strncmp(text, "row ", 4)) row = atoll(text + 4);
          assert_int_equal(rc_table_at(whole(s), &t, 3, y), row);
          if (row < 0) continue;
          if (last >= 0) assert_int_equal(row, last + 1);
          last = row;
          seen = seen || row == sel;
        }
        assert_true(seen);
        assert_int_equal(rc_table_at(whole(s), &t, -1, h - 1), -1);
        assert_int_equal(rc_table_at(whole(s), &t, 20, h - 1), -1);
        assert_int_equal(rc_table_at(whole(s), &t, 3, h), -1);
        rc_screen_free(s);
      }
}

/* Rows as many as a Hilbert space has: only those in sight are asked for. */
static int asked;
static void counting(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  asked++;
  fill_cell(ctx, row, column, t, style);
}
static void test_many_rows(void **state) {
  (void)state;
  rc_table t = {two, 2, INT64_C(1) << 40, (INT64_C(1) << 40) - 1, counting, NULL};
  rc_screen *s = rc_screen_new(30, 6, RC_G_BRAILLE);
  rc_table_draw(whole(s), &t, true);
  assert_int_equal(asked, 10);
  assert_int_equal(cell(s, 29, 5).ch, 0x2590); /* the bar is at its end */
  assert_int_equal(rc_table_at(whole(s), &t, 0, 5), t.selected);
  rc_screen_free(s);
}

static void test_stays_inside(void **state) {
  (void)state;
  for (int w = 0; w < 30; w++)
    for (int h = 0; h < 8; h++) {
      rc_screen *s = rc_screen_new(w + 2, h + 2, RC_G_BRAILLE);
      rc_table t = table(20, 7);
      rc_table_draw((rc_pen){s, {1, 1, w, h}}, &t, true);
      for (int y = 0; y < h + 2; y++)
        for (int x = 0; x < w + 2; x++)
          if (!x || !y || x == w + 1 || y == h + 1)
            assert_int_equal(cell(s, x, y).ch + cell(s, x, y).bg + cell(s, x, y).attr, 0);
      rc_screen_free(s);
    }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),       cmocka_unit_test(test_selected),
      cmocka_unit_test(test_short),       cmocka_unit_test(test_cut),
      cmocka_unit_test(test_scrolling),   cmocka_unit_test(test_many_rows),
      cmocka_unit_test(test_stays_inside)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
