/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the group Run. */
#include "handlers.h"

#include <stdio.h>
#include <string.h>

static int focused_job(const rc_ui *u) {
  return rc_ui_view_job(u, rc_ui_view(u));
}

bool cmd_pause(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (rc_ui_in_past(u) && !*arg) {
    rc_ui_to_present(u);
    rc_ui_message(u, RC_DIM, "back in the present");
    return true;
  }
  bool pause = !rc_session_paused(u->session);
  if (strcmp(arg, "on") == 0)
    pause = true;
  else if (strcmp(arg, "off") == 0)
    pause = false;
  else if (*arg)
    return rc_err_set(err, RC_ERR_USAGE, "wanted 'on' or 'off', not '%s'", arg);
  rc_session_pause(u->session, pause);
  u->stopped = false;
  return true;
}

/* ---- speed ------------------------------------------------------------------------------------
 */

static void set_speed(rc_ui *u, double speed) {
  u->speed = speed;
  rc_session_speed(u->session, speed);
  if (speed > 0)
    rc_ui_message(u, RC_DIM, "%g steps a second", speed);
  else
    rc_ui_message(u, RC_DIM, "as fast as it goes");
}

static const double speeds[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

bool cmd_faster(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  double to = 0;
  for (size_t i = RC_LEN(speeds); i-- > 0;)
    if (u->speed > 0 && speeds[i] > u->speed) to = speeds[i];
  set_speed(u, to);
  return true;
}

bool cmd_slower(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  double to = speeds[0];
  for (size_t i = 0; i < RC_LEN(speeds); i++)
    if (u->speed <= 0 || speeds[i] < u->speed) to = speeds[i];
  set_speed(u, to);
  return true;
}

bool cmd_speed(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  double v;
  if (!rc_parse_real(arg, &v) || v < 0 || v > 1e6)
    return rc_err_set(err, RC_ERR_USAGE, "wanted steps a second, 0 to 1000000, not '%s'", arg);
  set_speed(u, v);
  return true;
}

/* ---- stop, restart ----------------------------------------------------------------------------
 */

bool cmd_stop(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)err;
  if (key != RC_KEY_NONE && ++u->interrupts >= 2) {
    u->quit = true;
    return true;
  }
  if (!u->session) {
    rc_ui_message(u, RC_DIM, "Ctrl-C again quits");
    return true;
  }
  if (!rc_ui_running(u)) {
    rc_ui_message(u, RC_DIM, "nothing is running; Ctrl-C again quits");
    return true;
  }
  rc_session_stop(u->session);
  u->stopped = true;
  rc_ui_message(u, RC_WARN, "stopped; Space goes on, Ctrl-C again quits");
  return true;
}

static bool restart(rc_ui *u, uint64_t seed, rc_err *err) {
  rc_ui_to_present(u);
  u->elapsed = 0;
  u->stopped = false;
  if (!rc_session_restart(u->session, seed, err)) return false;
  rc_ui_message(u, RC_DIM, "begun again, seed %llu",
                (unsigned long long)rc_session_seed(u->session));
  return true;
}

bool cmd_restart(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return restart(u, 0, err);
}

bool cmd_seed(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)key;
  int64_t n = count > 0 ? count : (int64_t)rc_session_seed(u->session) + 1;
  if (*arg && (!rc_parse_int(arg, &n) || n < 1))
    return rc_err_set(err, RC_ERR_USAGE, "wanted a seed from 1 on, not '%s'", arg);
  return restart(u, (uint64_t)RC_MAX(n, 1), err);
}

/* ---- breakpoints ------------------------------------------------------------------------------
 */

bool cmd_breaks(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key, (void)err;
  u->over = RC_OVER_BREAKS;
  u->breaks = (rc_list){0};
  return true;
}

bool cmd_break_add(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (!*arg) {
    rc_prompt_open(u, "stop when", "break.add", "");
    return true;
  }
  if (!rc_session_break_add(u->session, arg, err)) return false;
  rc_ui_message(u, RC_DIM, "stops when %s", arg);
  return true;
}

bool cmd_break_delete(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  int64_t n = u->breaks.sel + 1;
  if (*arg && !rc_parse_int(arg, &n)) n = 0;
  if (n < 1 || n > 1000 || !rc_session_break_remove(u->session, (int)n - 1))
    return rc_err_set(err, RC_ERR_USAGE, "no such breakpoint");
  return true;
}

bool cmd_study(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  char name[64];
  const char *rest = rc_line_word(arg, name, sizeof name);
  int job = focused_job(u);
  if (job < 0) return rc_err_set(err, RC_ERR_USAGE, "this view has no study");
  rc_ui_to_present(u);
  return rc_ui_study_command(u, job, name, rest, err);
}
