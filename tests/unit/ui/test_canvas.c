/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sub-cell pixels: exact cells for each of the three pixel sets. */
#include "draw.h"

/* Unicode, chart U2800: dots 1 2 3 and 7 go down on the left, 4 5 6 and 8 on the right, and dot n
 * is bit n - 1 of the code. */
static void test_braille_dots(void **state) {
  (void)state;
  static const int number[4][2] = {{1, 4}, {2, 5}, {3, 6}, {7, 8}};
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 4; x++) {
      rc_screen *s = rc_screen_new(2, 2, RC_G_BRAILLE);
      rc_canvas *c = rc_canvas_new(2, 2, RC_G_BRAILLE);
      assert_int_equal(rc_canvas_w(c), 4);
      assert_int_equal(rc_canvas_h(c), 8);
      rc_canvas_dot(c, x, y, RC_SERIES3);
      rc_canvas_blit(c, whole(s), 0, 0);
      for (int k = 0; k < 4; k++) {
        bool here = k == (y / 4) * 2 + x / 2;
        uint32_t want = here ? 0x2800u + (1u << (number[y % 4][x % 2] - 1)) : 0;
        assert_int_equal(s->cell[k].ch, want);
        if (here) assert_int_equal(s->cell[k].fg, RC_SERIES3);
      }
      rc_canvas_free(c);
      rc_screen_free(s);
    }
}

/* Dots of a cell add up; an empty cell leaves what was there. */
static void test_braille_adds(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(3, 1, RC_G_BRAILLE);
  rc_canvas *c = rc_canvas_new(2, 1, RC_G_BRAILLE);
  rc_put(whole(s), 0, 0, RC_TEXT, "abc");
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 2; x++) rc_canvas_dot(c, x, y, RC_SERIES1);
  rc_canvas_blit(c, whole(s), 1, 0);
  rc_canvas_free(c);
  assert_screen(s, "a⣿c\n");
}

static void test_half_blocks(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(5, 1, RC_G_BLOCK);
  rc_canvas *c = rc_canvas_new(5, 1, RC_G_BLOCK);
  assert_int_equal(rc_canvas_w(c), 5);
  assert_int_equal(rc_canvas_h(c), 2);
  rc_canvas_dot(c, 0, 0, RC_SEQ0);
  rc_canvas_dot(c, 1, 1, RC_SEQ0);
  rc_canvas_dot(c, 2, 0, RC_SEQ0);
  rc_canvas_dot(c, 2, 1, RC_SEQ0);
  rc_canvas_dot(c, 3, 0, RC_SEQ0);
  rc_canvas_dot(c, 3, 1, RC_SEQ9);
  rc_canvas_blit(c, whole(s), 0, 0);
  rc_canvas_free(c);
  assert_int_equal(cell(s, 3, 0).fg, RC_SEQ0);
  assert_int_equal(cell(s, 3, 0).bg, RC_SEQ9);
  assert_int_equal(cell(s, 2, 0).bg, RC_TEXT);
  assert_screen(s, "▀▄█▀\n");
}

static void test_ascii_strokes(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(7, 5, RC_G_ASCII);
  rc_canvas *c = rc_canvas_new(7, 5, RC_G_ASCII);
  assert_true(rc_canvas_aspect(c) == 2);
  rc_canvas_line(c, 0, 0, 6, 0, RC_SERIES1);
  rc_canvas_line(c, 0, 1, 0, 4, RC_SERIES1);
  rc_canvas_line(c, 2, 4, 5, 1, RC_SERIES1);
  rc_canvas_dot(c, 6, 4, RC_SERIES1);
  rc_canvas_blit(c, whole(s), 0, 0);
  rc_canvas_free(c);
  assert_screen(s, "-------\n|    /\n|   /\n|  /\n| /   *\n");
}

static void picture(rc_canvas *c, char *out) {
  rc_screen *s = rc_screen_new(6, 3, RC_G_BRAILLE);
  rc_str t = {0};
  rc_canvas_blit(c, whole(s), 0, 0);
  rc_screen_text(s, &t);
  snprintf(out, 200, "%s", rc_str_c(&t));
  rc_str_free(&t);
  rc_screen_free(s);
}

/* A line and its reverse are the same pixels, dashed or not, clipped or not. */
static void test_symmetric(void **state) {
  (void)state;
  for (int k = 0; k < 4000; k++) {
    double x0 = k * 7 % 31 - 9.5, y0 = k * 5 % 29 - 8, x1 = k * 11 % 37 - 11,
           y1 = k * 13 % 41 - 14.5;
    int off = k % 4;
    char way[2][200];
    for (int back = 0; back < 2; back++) {
      rc_canvas *c = rc_canvas_new(6, 3, RC_G_BRAILLE);
      if (back)
        rc_canvas_dashed(c, x1, y1, x0, y0, 3, off, RC_SERIES1);
      else
        rc_canvas_dashed(c, x0, y0, x1, y1, 3, off, RC_SERIES1);
      picture(c, way[back]);
      rc_canvas_free(c);
    }
    assert_string_equal(way[0], way[1]);
  }
}

/* A level line of 11 pixels: every one, and dashes with one in the middle. */
static void test_dashes(void **state) {
  (void)state;
  static const struct {
    int on, off;
    const char *want;
  } dash[] = {
      {1, 0, "###########"}, {3, 2, "##..###..##"}, {1, 3, ".#...#...#."}, {5, 9, "...#####..."}};
  for (size_t i = 0; i < RC_LEN(dash); i++) {
    rc_canvas *c = rc_canvas_new(11, 1, RC_G_ASCII);
    rc_screen *s = rc_screen_new(11, 1, RC_G_ASCII);
    rc_canvas_dashed(c, 0, 0, 10, 0, dash[i].on, dash[i].off, RC_SERIES1);
    rc_canvas_blit(c, whole(s), 0, 0);
    for (int x = 0; x < 11; x++) assert_int_equal(cell(s, x, 0).ch != 0, dash[i].want[x] == '#');
    rc_canvas_free(c);
    rc_screen_free(s);
  }
}

/* Far ends, infinities and nan: nothing outside, no time lost, the part inside exact. */
static void test_clipped(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(4, 2, RC_G_ASCII);
  rc_canvas *c = rc_canvas_new(4, 2, RC_G_ASCII);
  rc_canvas_line(c, -1e15, 1, 1e15, 1, RC_SERIES1);
  rc_canvas_line(c, 1, -1e6, 1, 0, RC_SERIES1);
  rc_canvas_line(c, NAN, 0, 3, 0, RC_SERIES1);
  rc_canvas_line(c, 0, 0, INFINITY, 0, RC_SERIES1);
  rc_canvas_line(c, -5, -5, -1, -9, RC_SERIES1);
  rc_canvas_disc(c, NAN, 0, 1, RC_SERIES1, true);
  rc_canvas_disc(c, 0, 0, -1, RC_SERIES1, true);
  rc_canvas_disc(c, 1e12, 0, 3, RC_SERIES1, true);
  for (int k = -3; k < 9; k++) {
    rc_canvas_dot(c, k, -1, RC_SERIES1);
    rc_canvas_dot(c, k, 2, RC_SERIES1);
    rc_canvas_dot(c, 4, k, RC_SERIES1);
    rc_canvas_dot(c, -1, k, RC_SERIES1);
  }
  rc_canvas_blit(c, whole(s), 0, 0);
  rc_canvas_free(c);
  assert_screen(s, " |\n----\n");
}

static void test_disc(void **state) {
  (void)state;
  for (int filled = 0; filled < 2; filled++) {
    rc_canvas *c = rc_canvas_new(10, 5, RC_G_BRAILLE);
    rc_screen *s = rc_screen_new(10, 5, RC_G_BRAILLE);
    rc_canvas_disc(c, 10, 10, 6, RC_SERIES1, filled);
    rc_canvas_blit(c, whole(s), 0, 0);
    int dots = 0;
    for (int k = 0; k < 50; k++)
      if (s->cell[k].ch) dots += __builtin_popcount(s->cell[k].ch & 0xff);
    double want = filled ? M_PI * 6.25 * 6.25 : 2 * M_PI * 6;
    assert_true(fabs(dots - want) < 0.15 * want);
    rc_canvas_free(c);
    rc_screen_free(s);
  }
}

static void test_no_room(void **state) {
  (void)state;
  for (int g = RC_G_BRAILLE; g <= RC_G_ASCII; g++) {
    rc_canvas *c = rc_canvas_new(0, -3, (rc_graphics)g);
    rc_screen *s = rc_screen_new(1, 1, (rc_graphics)g);
    rc_canvas_line(c, 0, 0, 9, 9, RC_TEXT);
    rc_canvas_disc(c, 0, 0, 9, RC_TEXT, true);
    rc_canvas_blit(c, whole(s), 0, 0);
    assert_int_equal(cell(s, 0, 0).ch, 0);
    rc_canvas_free(c);
    rc_screen_free(s);
  }
  rc_canvas_free(NULL);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_braille_dots), cmocka_unit_test(test_braille_adds),
      cmocka_unit_test(test_half_blocks),  cmocka_unit_test(test_ascii_strokes),
      cmocka_unit_test(test_symmetric),    cmocka_unit_test(test_dashes),
      cmocka_unit_test(test_clipped),      cmocka_unit_test(test_disc),
      cmocka_unit_test(test_no_room)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
