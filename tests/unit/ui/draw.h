/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the tests of drawing: a screen, its text, its cells. */
#ifndef RC_TEST_DRAW_H
#define RC_TEST_DRAW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/ui.h"

static inline rc_pen whole(rc_screen *s) {
  return (rc_pen){s, {0, 0, s->cols, s->rows}};
}

/* Compares the screen as text, frees it. */
#define assert_screen(s, want)                                                                     \
  do {                                                                                             \
    rc_str is_ = {0};                                                                              \
    rc_screen_text(s, &is_);                                                                       \
    assert_string_equal(rc_str_c(&is_), want);                                                     \
    rc_str_free(&is_);                                                                             \
    rc_screen_free(s);                                                                             \
  } while (0)

static inline rc_cell cell(const rc_screen *s, int x, int y) {
  return s->cell[y * s->cols + x];
}

#endif
