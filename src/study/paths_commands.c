/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the paths study; paths.c lists them. Each is done at once: what takes longer is left to
 * the steps that follow. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/paths_study.h"

typedef bool run_command(paths *s, const char *name, const char *argument, rc_err *err);

static bool bad(rc_err *err, const char *name, const char *wants, const char *argument) {
  return rc_err_set(err, RC_ERR_INPUT, "%s wants %s%s%s%s", name, wants,
                    argument && *argument ? ", not '" : "", argument ? argument : "",
                    argument && *argument ? "'" : "");
}

static bool nothing(const char *name, const char *argument, rc_err *err) {
  return !argument || !*argument || bad(err, name, "no argument", argument);
}

static bool number(const char *name, const char *argument, const char *wants, int64_t *n,
                   rc_err *err) {
  return (argument && rc_parse_int(argument, n) && *n >= 0) || bad(err, name, wants, argument);
}

static bool sampled(const paths *s, const char *name, rc_err *err) {
  if (s->started) return true;
  return rc_err_set(err, RC_ERR_INPUT, "%s: %s", name,
                    s->target ? "wait for the first path"
                              : "this study solves the committor alone; set 'shots'");
}

static int64_t shots(const paths *s) {
  return (int64_t)rc_sampler_shots(s->sampler);
}

/* ---- looking ------------------------------------------------------------------------------------
 */

static bool run_shot(paths *s, const char *name, const char *argument, rc_err *err) {
  int64_t n = 0;
  return sampled(s, name, err) &&
         number(name, argument, "the number of a shot, 0 for the initial path", &n, err) &&
         paths_look_at(s, (uint64_t)n, err);
}

/* From the newest when none was chosen. */
static int64_t looked_at(const paths *s) {
  return s->look.on ? (int64_t)s->look.id : shots(s);
}

static bool run_neighbour(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!sampled(s, name, err) || !nothing(name, argument, err)) return false;
  const int step = strstr(name, "next") ? 1 : -1;
  const bool accepted = strstr(name, "accepted") != NULL;
  int64_t id = looked_at(s) + step;
  while (accepted && id > 0 && id <= shots(s) &&
         !rc_sampler_shot(s->sampler, (uint64_t)id)->accepted)
    id += step;
  if (id < 0 || id > shots(s))
    return rc_err_set(err, RC_ERR_INPUT, "%s: there is none %s shot %lld", name,
                      step > 0 ? "after" : "before", (long long)looked_at(s));
  return paths_look_at(s, (uint64_t)id, err);
}

/* A path to step in: the newest when none was chosen. */
static bool choose(paths *s, const char *name, rc_err *err) {
  return sampled(s, name, err) && (s->look.on || paths_look_at(s, (uint64_t)shots(s), err));
}

static uint64_t last_frame(const paths *s) {
  uint64_t all = 0;
  for (int i = 0; i < s->look.path.n; i++) all += s->look.path.dwell[i];
  return all - 1;
}

static bool run_frame(paths *s, const char *name, const char *argument, rc_err *err) {
  int64_t n = 0;
  if (!number(name, argument, "the number of a frame, counted from 0 at the A end", &n, err) ||
      !choose(s, name, err))
    return false;
  if ((uint64_t)n > last_frame(s))
    return rc_err_set(err, RC_ERR_INPUT, "%s: shot %llu has frames 0 to %llu, not %lld", name,
                      (unsigned long long)s->look.id, (unsigned long long)last_frame(s),
                      (long long)n);
  paths_look_frame(s, (uint64_t)n);
  return true;
}

static bool run_frame_step(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!nothing(name, argument, err) || !choose(s, name, err)) return false;
  const bool next = strstr(name, "next") != NULL;
  if (next ? s->look.frame == last_frame(s) : s->look.frame == 0)
    return rc_err_set(err, RC_ERR_INPUT, "%s: this is the %s frame of the path", name,
                      next ? "last" : "first");
  paths_look_frame(s, next ? s->look.frame + 1 : s->look.frame - 1);
  return true;
}

static bool run_flip(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!nothing(name, argument, err) || !choose(s, name, err)) return false;
  const bool next = strstr(name, "next") != NULL;
  const int to = s->look.segment + (next ? 1 : -1);
  if (to < 0 || to >= s->look.path.n)
    return rc_err_set(err, RC_ERR_INPUT, "%s: nothing changes %s this frame", name,
                      next ? "after" : "before");
  paths_look_segment(s, to);
  return true;
}

static bool run_special(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!nothing(name, argument, err) || !choose(s, name, err)) return false;
  if (!strcmp(name, "frame.sp") && s->look.sp < 0)
    return rc_err_set(err, RC_ERR_INPUT, "%s: the initial path was not shot from another", name);
  paths_look_segment(s, !strcmp(name, "frame.sp") ? s->look.sp : paths_transition_segment(s));
  return true;
}

static bool run_live(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!nothing(name, argument, err)) return false;
  s->look.on = false; /* before the first path it is so already */
  return true;
}

/* ---- another way --------------------------------------------------------------------------------
 */

/* There are shots to do again, whatever came after them. */
static void go_on(paths *s) {
  paths_phase *at = &s->phase;
  if (*at == PATHS_MECHANISM) paths_mechanism_stop(&s->mechanism);
  if (*at == PATHS_BOARD && s->learner && (!s->frozen || s->again))
    paths_board_drop(s); /* of an older model */
  if (*at == PATHS_END || *at == PATHS_BOARD || *at == PATHS_MECHANISM) *at = PATHS_SHOTS;
}

static bool run_shoot(paths *s, const char *name, const char *argument, rc_err *err) {
  int64_t n = 1;
  const bool given = argument && *argument;
  if (!sampled(s, name, err) ||
      (given && !number(name, argument, "a number of shots, 1 to 100000000", &n, err)))
    return false;
  if (n < 1 || n > 100000000) return bad(err, name, "a number of shots, 1 to 100000000", argument);
  s->target = RC_MAX(s->target, shots(s)) + n;
  go_on(s);
  return true;
}

static bool word(const char *w, rc_sampler_opts *o) {
  double g;
  if (!strcmp(w, "tps") || !strcmp(w, "rfps")) {
    o->rfps = *w == 'r';
    o->flatten = o->rfps;
    return true;
  }
  for (int i = 0; rc_select_names[i]; i++)
    if (!strcmp(w, rc_select_names[i])) {
      o->select = (rc_select)i;
      return true;
    }
  if (!rc_parse_real(w, &g) || !(g >= 1e-3 && g <= 1e3)) return false;
  o->gamma = g;
  return true;
}

/* "[tps|rfps] [uniform|lorentz|gauss|phi|density] [gamma]", in any order. */
static bool how(paths *s, const char *name, const char *text, rc_sampler_opts *o, rc_err *err) {
  char w[32];
  int used = 0, words = 0;
  const bool settled = s->frozen || !s->learner;
  *o = settled ? s->sampling : s->wish;
  for (; sscanf(text, "%31s %n", w, &used) == 1; text += used, words++) {
    if (!word(w, o))
      return rc_err_set(err, RC_ERR_INPUT,
                        "%s: '%s' is none of tps, rfps, uniform, lorentz, gauss, phi, density, nor "
                        "a gamma from 0.001 to 1000",
                        name, w);
    used = used ? used : (int)strlen(text);
  }
  if (!words) return bad(err, name, "a selection: lorentz 1, or rfps lorentz 3", "");
  rc_committor c;
  const bool known = paths_committor(s, &c);
  if (!known) o->flatten = false;
  if (!known && o->select != RC_SELECT_UNIFORM)
    return rc_err_set(err, RC_ERR_INPUT,
                      "%s: there is no committor to select by; set 'learning' or 'exact'", name);
  return true;
}

/* While something is learnt the watched sampler shoots two-way and without a bias. */
static bool take_selection(paths *s, const rc_sampler_opts *o, rc_err *err) {
  s->wish = s->sampling = *o;
  const bool settled = s->frozen || !s->learner;
  if (!settled) s->sampling.rfps = s->sampling.flatten = false;
  if (!rc_sampler_choose(s->sampler, &s->sampling, err)) return false;
  if (s->sampling.flatten && !s->profiled && s->truth) {
    rc_profile_exact(s->system, s->truth, &s->profile);
    s->profiled = true;
  }
  if (s->profiled) rc_sampler_profile(s->sampler, &s->profile);
  paths_rank_restart(s);
  memset(s->point_bins, 0, sizeof s->point_bins);
  s->points = 0;
  char title[32], later[32], wait[80] = "", back[48] = "";
  rc_sampler_title(&s->sampling, title);
  rc_sampler_title(o, later);
  if (strcmp(title, later) != 0)
    snprintf(wait, sizeof wait, "; %s waits for the model to be frozen", later);
  else if (o->select == RC_SELECT_DENSITY && shots(s) >= RC_SAMPLER_DENSITY)
    snprintf(wait, sizeof wait, "; as lorentz, a density is corrected in the first %d shots",
             RC_SAMPLER_DENSITY);
  if (s->look.on)
    snprintf(back, sizeof back, "; looked at is shot %llu still", (unsigned long long)s->look.id);
  s->env.emit(s->env.who, "selection", s->sampling.gamma, "from shot %lld on: %s%s%s",
              (long long)shots(s) + 1, title, wait, back);
  return true;
}

static bool run_select(paths *s, const char *name, const char *argument, rc_err *err) {
  rc_sampler_opts o;
  return sampled(s, name, err) && how(s, name, argument ? argument : "", &o, err) &&
         take_selection(s, &o, err);
}

static bool run_gamma(paths *s, const char *name, const char *argument, rc_err *err) {
  double g = 0;
  if (!argument || !rc_parse_real(argument, &g) || !(g >= 1e-3 && g <= 1e3))
    return bad(err, name, "a width from 0.001 to 1000", argument);
  if (!sampled(s, name, err)) return false;
  rc_sampler_opts o = s->frozen || !s->learner ? s->sampling : s->wish;
  o.gamma = g;
  return take_selection(s, &o, err);
}

static bool run_branch(paths *s, const char *name, const char *argument, rc_err *err) {
  char first[32] = "";
  int used = 0;
  int64_t n = 0;
  if (!sampled(s, name, err)) return false;
  sscanf(argument ? argument : "", "%31s %n", first, &used);
  if (!number(name, first, "the number of a shot to go back to, and how to go on", &n, err))
    return false;
  if (n > shots(s))
    return rc_err_set(err, RC_ERR_INPUT, "%s: there is no shot %lld; the last one is %lld", name,
                      (long long)n, (long long)shots(s));
  rc_sampler_opts o;
  const char *rest = used ? argument + used : "";
  if (*rest && !how(s, name, rest, &o, err)) return false;
  if (s->phase == PATHS_BIAS)
    return rc_err_set(err, RC_ERR_INPUT, "%s: wait until the bias is made", name);
  if (!paths_rewind(s, (uint64_t)n, err)) return false;
  s->branches++;
  s->look.on = false; /* that shot is the newest, whatever was looked at */
  s->target = RC_MAX(s->target, n + 1);
  const int64_t learnt = s->model.share ? rc_learnt_shots(rc_share_get(s->model.share)) : 0;
  if (learnt > s->fed)
    s->env.emit(s->env.who, "branch", (double)n,
                "back at shot %lld; the model stays the one of %lld shots", (long long)n,
                (long long)learnt);
  else
    s->env.emit(s->env.who, "branch", (double)n, "back at shot %lld", (long long)n);
  go_on(s);
  return !*rest || take_selection(s, &o, err);
}

static bool run_freeze(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!sampled(s, name, err) || !nothing(name, argument, err) || !paths_freeze(s, err))
    return false;
  return true;
}

static bool run_mechanism(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!sampled(s, name, err) || !nothing(name, argument, err)) return false;
  s->mechanism.wanted = true;
  if (s->phase == PATHS_MECHANISM) return true;
  if (s->phase != PATHS_SHOTS && s->phase != PATHS_BOARD && s->phase != PATHS_END)
    return rc_err_set(err, RC_ERR_INPUT, "%s: wait until the shots go on", name);
  s->after = s->phase;
  s->phase = PATHS_MECHANISM;
  return true;
}

static bool run_compare(paths *s, const char *name, const char *argument, rc_err *err) {
  if (!sampled(s, name, err) || !nothing(name, argument, err)) return false;
  if (!(s->o.steps > 0))
    return rc_err_set(err, RC_ERR_INPUT, "%s: the scenario wants no board; set 'steps'", name);
  if (s->learner && !s->frozen)
    return rc_err_set(err, RC_ERR_INPUT, "%s: the model still changes; freeze it first", name);
  if (s->phase == PATHS_BIAS)
    return rc_err_set(err, RC_ERR_INPUT, "%s: wait until the bias is made", name);
  paths_board_drop(s);
  paths_phase *at = s->phase == PATHS_MECHANISM ? &s->after : &s->phase;
  if (*at == PATHS_END) *at = PATHS_BOARD;
  return true;
}

/* The map of what is there already is no part of the run: it is made here, all of it, so that it is seen
 * while the run is paused and no step goes by. Only the first one is left to the steps. */
static bool run_axes(paths *s, const char *name, const char *argument, rc_err *err) {
  char x[32] = "", y[32] = "", more[2];
  if (sscanf(argument ? argument : "", "%31s %31s %1s", x, y, more) != 2)
    return bad(err, name, "two features", argument);
  if (!s->system || s->phase < PATHS_MAP)
    return rc_err_set(err, RC_ERR_INPUT, "%s: wait for the exact committor", name);
  if (!paths_map_begin(s, x, y, err)) return false;
  if (s->phase == PATHS_MAP) return true;
  while (paths_map_step(s)) continue;
  paths_map_learn(s);
  return true;
}

/* ---- the table ----------------------------------------------------------------------------------
 */

const rc_study_command paths_commands[] = {
    {"shot", "N", "looks at a shot, 0 for the initial path"},
    {"shot.next", "", "the shot after it"},
    {"shot.prev", "", "the shot before it"},
    {"shot.next-accepted", "", "the next one that was accepted"},
    {"shot.prev-accepted", "", "the last one that was accepted"},
    {"frame", "N", "looks at a frame of the path"},
    {"frame.next", "", "one frame on"},
    {"frame.prev", "", "one frame back"},
    {"flip.next", "", "on to where the state changes"},
    {"flip.prev", "", "back to where the state changes"},
    {"frame.ts", "", "the frame whose committor is nearest to one half"},
    {"frame.sp", "", "the shooting point"},
    {"frame.live", "", "back to the newest shot"},
    {"shoot", "[N]", "one more shot, or N"},
    {"branch", "N [SELECTION]", "goes on from the path after shot N, otherwise"},
    {"select", "SELECTION", "tps or rfps; uniform, lorentz, gauss, phi or density; a width"},
    {"gamma", "WIDTH", "the width of the selection"},
    {"freeze", "", "the model learns no more"},
    {"axes", "X Y", "features over which the map is drawn"},
    {"mechanism", "", "relevance, cards and formulas, now"},
    {"compare", "", "the board of samplers again"},
    {0}};
static run_command *const run[] = {
    run_shot,       run_neighbour,  run_neighbour, run_neighbour, run_neighbour, run_frame,
    run_frame_step, run_frame_step, run_flip,      run_flip,      run_special,   run_special,
    run_live,       run_shoot,      run_branch,    run_select,    run_gamma,     run_freeze,
    run_axes,       run_mechanism,  run_compare};
_Static_assert(RC_LEN(paths_commands) == RC_LEN(run) + 1, "a function for each command");

bool paths_command(void *study, const char *name, const char *argument, rc_err *err) {
  for (size_t i = 0; i < RC_LEN(run); i++)
    if (!strcmp(name, paths_commands[i].name)) return run[i](study, name, argument, err);
  return rc_study_no_command("paths", paths_commands, name, err);
}
