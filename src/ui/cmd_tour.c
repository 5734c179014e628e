/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the group Tour. */
#include "handlers.h"

bool cmd_tour(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  int64_t n = u->tour >= 0 ? 0 : 1;
  if (*arg && !rc_parse_int(arg, &n)) n = -1;
  int steps = rc_ui_scenario(u)->tours;
  if (steps == 0) return rc_err_set(err, RC_ERR_USAGE, "this scenario has no tour");
  if (n < 0 || n > steps)
    return rc_err_set(err, RC_ERR_USAGE, "the tour has steps 1 to %d; 0 ends it", steps);
  return rc_tour_go(u, (int)n - 1, err);
}

bool cmd_tour_next(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  if (u->tour < 0) return rc_err_set(err, RC_ERR_USAGE, "no tour is going on");
  if (!rc_ask_skip(u, err)) return false;
  int next = u->tour + 1;
  return rc_tour_go(u, next < rc_ui_scenario(u)->tours ? next : -1, err);
}

bool cmd_tour_more(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  if (u->tour < 0) return rc_err_set(err, RC_ERR_USAGE, "no tour is going on");
  rc_tour_more(u);
  return true;
}

bool cmd_tour_back(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return u->tour <= 0 || rc_tour_go(u, u->tour - 1, err);
}

bool cmd_tour_end(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return rc_tour_go(u, -1, err);
}

bool cmd_tour_answer(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (u->tour < 0) return rc_err_set(err, RC_ERR_USAGE, "no tour is going on");
  return rc_ask_answer(u, arg, err);
}
