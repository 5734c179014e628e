/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of term that need no terminal: mouse reports and fewer colours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "term/terminal.h"

/* Ctlseqs of xterm, "Extended coordinates", mode 1006: button;column;row, M pressed, m released;
 * 32 is added in motion, 64 for wheels, 4, 8 and 16 for modifiers. */
static void test_mouse(void **state) {
  static const struct {
    const char *report;
    bool means;
    rc_mouse mouse;
  } cases[] = {{"0;1;1M", true, {0, 0, RC_M_PRESS}},
               {"0;12;7M", true, {11, 6, RC_M_PRESS}},
               {"0;12;7m", true, {11, 6, RC_M_RELEASE}},
               {"32;300;60M", true, {299, 59, RC_M_DRAG}},
               {"16;5;5M", true, {4, 4, RC_M_PRESS}}, /* with Ctrl */
               {"64;3;4M", true, {2, 3, RC_M_WHEEL_UP}},
               {"65;3;4M", true, {2, 3, RC_M_WHEEL_DOWN}},
               {"66;3;4M", false, {0}}, /* sideways */
               {"1;3;4M", false, {0}},  /* middle */
               {"2;3;4M", false, {0}},
               {"35;3;4M", false, {0}}, /* motion without a button */
               {"128;3;4M", false, {0}},
               {"0;0;1M", false, {0}},
               {"-1;1;1M", false, {0}},
               {"0;1M", false, {0}},
               {"0;1;1", false, {0}},
               {"0;1;1Mx", false, {0}},
               {"0;1;1X", false, {0}},
               {"", false, {0}}};
  (void)state;
  for (size_t i = 0; i < RC_LEN(cases); i++) {
    rc_mouse m = {0};
    if (rc_mouse_parse(cases[i].report, &m) != cases[i].means) fail_msg("%s", cases[i].report);
    if (!cases[i].means) continue;
    assert_int_equal(m.x, cases[i].mouse.x);
    assert_int_equal(m.y, cases[i].mouse.y);
    assert_int_equal(m.what, cases[i].mouse.what);
  }
}

static void reduced(int colors, int fg, int bg, int want_fg, int want_bg, bool want_bold) {
  bool bold = true;
  rc_color_reduce(colors, &fg, &bg, &bold);
  assert_int_equal(fg, want_fg);
  assert_int_equal(bg, want_bg);
  assert_int_equal(bold, want_bold);
}

static void test_nearest_colors(void **state) {
  (void)state;
  reduced(256, 208, 17, 208, 17, false);
  reduced(16, 196, 16, 9, 0, false); /* the red and the black corner of the cube */
  reduced(16, 46, 231, 10, 15, false);
  reduced(8, 196, 16, 1, 0, true); /* bright red: red and bold */
  reduced(8, 252, -1, 7, -1, false);
  reduced(8, 244, -1, 7, -1, true);
  reduced(8, -1, -1, -1, -1, false);
}

static void test_text_never_vanishes(void **state) {
  (void)state;
  for (int colors = 8; colors <= 16; colors += 8)
    for (int fg = 0; fg < 256; fg++)
      for (int bg = 0; bg < 256; bg++) {
        int f = fg, b = bg;
        bool bold;
        rc_color_reduce(colors, &f, &b, &bold);
        assert_true(f >= 0 && f < colors && b >= 0 && b < colors);
        assert_int_not_equal(f, b);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_mouse),
                                     cmocka_unit_test(test_nearest_colors),
                                     cmocka_unit_test(test_text_never_vanishes)};
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
