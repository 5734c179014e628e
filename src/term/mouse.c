/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mouse reports in SGR form (xterm's mode 1006). ncurses' own reader is not used: it turns a fast
 * press and release into one click, knows no drag and ends at column 223. */
#include <stdio.h>

#include "term/terminal.h"

enum { BUTTON = 3, MODIFIERS = 4 | 8 | 16, MOTION = 32, WHEEL = 64, EXTRA = 128 };

bool rc_mouse_parse(const char *report, rc_mouse *out) {
  int code, x, y, used = 0;
  char end;
  if (sscanf(report, "%d;%d;%d%c%n", &code, &x, &y, &end, &used) != 4 || report[used]) return false;
  if ((end != 'M' && end != 'm') || x < 1 || y < 1 || code < 0 || code & EXTRA) return false;
  code &= ~MODIFIERS;
  *out = (rc_mouse){.x = x - 1, .y = y - 1};
  if (code & WHEEL) {
    if ((code & BUTTON) > 1 || end == 'm') return false; /* sideways wheels */
    out->what = code & 1 ? RC_M_WHEEL_DOWN : RC_M_WHEEL_UP;
    return true;
  }
  if (code & BUTTON) return false; /* the first button alone has a meaning */
  out->what = end == 'm' ? RC_M_RELEASE : code & MOTION ? RC_M_DRAG : RC_M_PRESS;
  return true;
}
