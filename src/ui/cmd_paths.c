/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the group Paths: through the shots and frames of a path, and how they are shot. Each
 * is handed to the study, so that a recording has it. */
#include <stdio.h>
#include <string.h>

#include "handlers.h"
#include "ui/views/paths_parts.h"

/* The study's job, and its newest snapshot or NULL; -1 with the reason. */
static int paths_job(rc_ui *u, const rc_paths_data **d, rc_err *err) {
  const int job = u->session ? rc_session_find(u->session, "paths") : -1;
  const rc_frame *f = job >= 0 ? rc_ui_frame(u, job) : NULL;
  const rc_view_context v = {.ui = u, .frame = f};
  *d = f ? rc_paths_snapshot(&v) : NULL;
  if (job < 0) rc_err_set(err, RC_ERR_USAGE, "this scenario has no study of paths");
  return job;
}

static bool hand_over(rc_ui *u, const char *name, const char *arg, rc_err *err) {
  const rc_paths_data *d;
  const int job = paths_job(u, &d, err);
  if (job < 0 || !rc_ui_study_command(u, job, name, arg, err)) return false;
  if (rc_ui_in_past(u)) { /* shots and frames are looked at in the present */
    rc_ui_to_present(u);
    rc_ui_message(u, RC_DIM, "back in the present, where shots and frames are gone through");
  }
  return true;
}

/* Commands that need nothing but their name. */
#define PLAIN(handler, name)                                                                       \
  bool handler(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {                   \
    (void)arg, (void)count, (void)key;                                                             \
    return hand_over(u, name, NULL, err);                                                          \
  }
PLAIN(cmd_shot_next, "shot.next")
PLAIN(cmd_shot_prev, "shot.prev")
PLAIN(cmd_shot_next_accepted, "shot.next-accepted")
PLAIN(cmd_shot_prev_accepted, "shot.prev-accepted")
PLAIN(cmd_frame_next, "frame.next")
PLAIN(cmd_frame_prev, "frame.prev")
PLAIN(cmd_flip_next, "flip.next")
PLAIN(cmd_flip_prev, "flip.prev")
PLAIN(cmd_frame_ts, "frame.ts")
PLAIN(cmd_frame_sp, "frame.sp")
PLAIN(cmd_frame_live, "frame.live")
PLAIN(cmd_paths_freeze, "freeze")
PLAIN(cmd_paths_compare, "compare")
PLAIN(cmd_paths_mechanism, "mechanism")

/* Commands that ask for what they lack. */
static bool ask(rc_ui *u, const char *name, const char *label, const char *arg, rc_err *err) {
  const rc_paths_data *d;
  if (*arg) return hand_over(u, name, arg, err);
  if (paths_job(u, &d, err) < 0) return false;
  rc_prompt_open(u, label, name, "");
  return true;
}

bool cmd_shot(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  return ask(u, "shot", "shot", arg, err);
}

bool cmd_frame(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  return ask(u, "frame", "frame", arg, err);
}

bool cmd_paths_gamma(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (!ask(u, "gamma", "width gamma of the selection", arg, err)) return false;
  if (!*arg) return true; /* asked for */
  rc_ui_message(u, RC_TEXT, "gamma %s from the next shot on", arg);
  rc_ui_to_present(u); /* where it is to be seen */
  return true;
}

bool cmd_paths_shoot(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  return hand_over(u, "shoot", *arg ? arg : "1", err);
}

/* The walk without rejections needs a model that stays: asked for before, it comes later. */
static bool told_to_wait(rc_ui *u, const rc_paths_data *d, const char *how) {
  if (!d || !d->learning || !strstr(how, "rfps")) return false;
  if (d->lessons > 0)
    rc_ui_message(u, RC_TEXT,
                  "TPS for now: rfps waits for a frozen model, %lld more shots teach it (K freezes "
                  "it now)",
                  (long long)d->lessons);
  else
    rc_ui_message(u, RC_TEXT, "TPS for now: rfps waits until the last model is made");
  return true;
}

/* Without a number: from the shot looked at. That shot is the present then, wherever one looked. */
bool cmd_paths_branch(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  const rc_paths_data *d;
  char number[32];
  if (paths_job(u, &d, err) < 0) return false;
  if (!*arg && (!d || d->path.segments < 1))
    return rc_err_set(err, RC_ERR_USAGE, "there is no shot yet");
  snprintf(number, sizeof number, "%llu", d ? (unsigned long long)d->path.shot : 0);
  if (!hand_over(u, "branch", *arg ? arg : number, err)) return false;
  if (!told_to_wait(u, d, arg))
    rc_ui_message(u, RC_TEXT, "goes on from shot %.*s with other random numbers",
                  (int)strcspn(*arg ? arg : number, " "), *arg ? arg : number);
  rc_ui_to_present(u);
  return true;
}

/* Without a name: the next of those that are worth comparing. */
bool cmd_paths_select(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  static const struct {
    bool rfps;
    rc_select select;
    const char *how;
  } ways[] = {{false, RC_SELECT_UNIFORM, "tps uniform"}, {false, RC_SELECT_LORENTZ, "tps lorentz"},
              {false, RC_SELECT_GAUSS, "tps gauss"},     {false, RC_SELECT_PHI, "tps phi"},
              {false, RC_SELECT_DENSITY, "tps density"}, {true, RC_SELECT_LORENTZ, "rfps lorentz"},
              {true, RC_SELECT_PHI, "rfps phi"}};
  const rc_paths_data *d;
  if (paths_job(u, &d, err) < 0) return false;
  if (*arg) {
    if (!hand_over(u, "select", arg, err)) return false;
    told_to_wait(u, d, arg);
    return true;
  }
  size_t next = 0;
  for (size_t i = 0; d && i < RC_LEN(ways); i++)
    if (ways[i].rfps == d->sampling.rfps && ways[i].select == d->sampling.select)
      next = (i + 1) % RC_LEN(ways);
  if (!hand_over(u, "select", ways[next].how, err)) return false;
  if (!told_to_wait(u, d, ways[next].how))
    rc_ui_message(u, RC_TEXT, "shooting points from now on: %s", ways[next].how);
  return true;
}

/* Without names: the next pair of features. */
bool cmd_paths_axes(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  const rc_paths_data *d;
  char pair[64];
  if (*arg) return hand_over(u, "axes", arg, err);
  if (paths_job(u, &d, err) < 0) return false;
  if (!d || d->shape->features < 2 || d->map.nx < 1)
    return rc_err_set(err, RC_ERR_USAGE, "there is no map yet");
  const rc_path_shape *h = d->shape;
  int x = rc_paths_feature(h, d->map.x), y = rc_paths_feature(h, d->map.y);
  if (++y >= h->features) x++, y = x + 1;
  if (x < 0 || y >= h->features) x = 0, y = 1;
  snprintf(pair, sizeof pair, "%s %s", h->feature[x], h->feature[y]);
  return hand_over(u, "axes", pair, err);
}
