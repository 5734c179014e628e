/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One elementary piece at a time, for whoever debugs a solver: a move or a flip of one solver, a
 * round of the bound, a node of its tree. A command sets the aim; the steps that follow do nothing
 * else until it is reached and the event 'stepped' says so. */
#include "study/cut_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cut_aim_drop(cut *s) {
  rc_free(s->aim.before);
  s->aim = (cut_aim){0};
}

/* ---- commands ----------------------------------------------------------------------------------
 */

/* A solver by its place in the list, from 1, or by name: the first of its kind. -1: none. */
static int find_run(const cut *s, const char *name) {
  int64_t place;
  if (rc_parse_int(name, &place)) return place >= 1 && place <= s->runs ? (int)place - 1 : -1;
  for (int i = 0; i < s->runs; i++)
    if (!strcmp(s->run[i].cls->kind.name, name)) return i;
  return -1;
}

static bool running(const cut *s, const char *name, rc_err *err) {
  if (s->phase == CUT_RUN) return true;
  return rc_err_set(err, RC_ERR_INPUT,
                    s->phase < CUT_RUN ? "%s: the solvers have not begun yet"
                                       : "%s: the solvers have ended; r begins again",
                    name);
}

/* Who still moves is said beside it. */
static bool solver_done(const cut *s, const char *name, int i, rc_err *err) {
  for (int k = 0; k < s->runs; k++) {
    if (s->run[k].cls->read(s->run[k].run).done) continue;
    return rc_err_set(err, RC_ERR_INPUT, "%s: %s is done; %s (solver %d) still moves", name,
                      s->run[i].cls->kind.title, s->run[k].cls->kind.title, k + 1);
  }
  return rc_err_set(err, RC_ERR_INPUT, "%s: all solvers are done", name);
}

static bool want_moves(cut *s, const char *name, const char *argument, bool flip, rc_err *err) {
  char solver[RC_NAME_MAX] = "", count[32] = "1";
  int64_t moves = 0;
  if (argument) sscanf(argument, "%31s %31s", solver, count);
  const int i = find_run(s, solver);
  if (i < 0)
    return rc_err_set(err, RC_ERR_INPUT,
                      "%s wants a solver of this study, by name or number, not '%s'", name, solver);
  if (!rc_parse_int(count, &moves) || moves < 1 || moves > 1000000)
    return rc_err_set(err, RC_ERR_INPUT, "%s wants a number of moves up to 1000000, not '%s'", name,
                      count);
  const rc_solver_view v = s->run[i].cls->read(s->run[i].run);
  if (v.done) return solver_done(s, name, i, err);
  cut_aim_drop(s);
  s->watched = i;
  s->aim = (cut_aim){.kind = flip ? AIM_FLIP : AIM_MOVES, .run = i, .left = moves};
  return true;
}

static bool want_bound(cut *s, const char *name, cut_aim_kind kind, rc_err *err) {
  if (!s->bound) return rc_err_set(err, RC_ERR_INPUT, "%s: this study has no bound", name);
  if (s->bounds.done)
    return rc_err_set(err, RC_ERR_INPUT, "%s: the bound has ended: %s", name, s->bounds.phase);
  cut_aim_drop(s);
  s->aim = (cut_aim){.kind = kind, .from = kind == AIM_ROUND ? s->rounds_ended : s->bounds.nodes};
  return true;
}

bool cut_single_command(cut *s, const char *name, const char *argument, bool *known, rc_err *err) {
  static const char *const names[] = {"move", "flip", "round", "node"};
  size_t k = 0;
  while (k < RC_LEN(names) && strcmp(name, names[k])) k++;
  *known = k < RC_LEN(names);
  if (!*known || !running(s, name, err)) return false;
  return k < 2 ? want_moves(s, name, argument, k == 1, err)
               : want_bound(s, name, k == 2 ? AIM_ROUND : AIM_NODE, err);
}

/* ---- steps -------------------------------------------------------------------------------------
 */

/* Compares an assignment with what it was; notes a single vertex that moved. */
static void note_moved(cut *s, const uint8_t *side, double gain) {
  const int n = cut_graph(s)->n;
  cut_moved *m = &s->moved;
  *m = (cut_moved){.run = s->aim.run, .vertex = -1, .gain = gain};
  for (int v = 0; side && v < n; v++) {
    if (side[v] == s->aim.before[v]) continue;
    if (m->count++ == 0) m->vertex = v;
  }
  if (m->count != 1) m->vertex = -1;
}

static void say_moved(cut *s, uint64_t moves) {
  const cut_moved *m = &s->moved;
  const rc_solver_class *cls = s->run[m->run].cls;
  const rc_solver_view v = cls->read(s->run[m->run].run);
  char what[64];
  if (m->count == 1)
    snprintf(what, sizeof what, cut_from_file(s) ? "flips %d" : "flips state %d",
             m->vertex + cut_from_file(s)); /* as the views number them */
  else if (m->count > 1)
    snprintf(what, sizeof what, "moves %d vertices", m->count);
  else
    snprintf(what, sizeof what, "stays where it is");
  s->env.emit(s->env.who, "stepped", v.value + cut_graph(s)->offset,
              "%s %s in %llu move%s: gain %.4g, now %.10g", cls->kind.title, what,
              (unsigned long long)moves, moves == 1 ? "" : "s", m->gain,
              v.value + cut_graph(s)->offset);
}

static bool differs(const cut *s, const uint8_t *side) {
  return side && memcmp(side, s->aim.before, (size_t)cut_graph(s)->n) != 0;
}

/* Moves of one solver; a flip is as many as it takes until the assignment is another one. */
static void moves_step(cut *s) {
  cut_aim *a = &s->aim;
  cut_run *r = &s->run[a->run];
  const int n = cut_graph(s)->n;
  rc_solver_view v = r->cls->read(r->run);
  if (!a->before) {
    a->before = rc_alloc((size_t)n + 1, 1);
    if (v.side) memcpy(a->before, v.side, (size_t)n);
    a->value = v.value, a->moves = v.moves;
  }
  if (a->kind == AIM_MOVES) {
    const uint64_t now = RC_MIN((uint64_t)a->left, r->moves_per_step);
    cut_solver_moves(s, a->run, now);
    a->left -= (int64_t)now;
    v = r->cls->read(r->run);
    if (a->left > 0 && !v.done) return;
  } else {
    const uint64_t most = RC_MAX(1, RC_MIN(r->moves_per_step, 20000000u / (unsigned)RC_MAX(n, 1)));
    for (uint64_t k = 0; k < most && !v.done && !differs(s, v.side); k++) {
      cut_solver_moves(s, a->run, 1);
      v = r->cls->read(r->run);
    }
    if (!v.done && !differs(s, v.side)) return; /* goes on with the next step */
  }
  note_moved(s, v.side, v.value - a->value);
  say_moved(s, v.moves - a->moves);
  cut_aim_drop(s);
}

static bool bound_step(cut *s, rc_err *err) {
  if (!cut_bound_turn(s, err)) return false;
  const rc_bound_view v = s->bounds;
  const cut_aim *a = &s->aim;
  const double bound = v.bound + cut_graph(s)->offset;
  if (!v.done && (a->kind == AIM_ROUND ? s->rounds_ended : v.nodes) == a->from) return true;
  if (v.done)
    s->env.emit(s->env.who, "stepped", bound, "the bound has ended: %s", v.phase);
  else if (a->kind == AIM_ROUND)
    s->env.emit(s->env.who, "stepped", bound, "round %lld: bound %.10g, %lld rows",
                (long long)v.rounds, bound, (long long)v.rows);
  else
    s->env.emit(s->env.who, "stepped", bound, "%lld nodes, %lld open: bound %.10g",
                (long long)v.nodes, (long long)v.nodes_open, bound);
  cut_aim_drop(s);
  return true;
}

bool cut_single_step(cut *s, rc_err *err) {
  if (s->aim.kind == AIM_ROUND || s->aim.kind == AIM_NODE) return bound_step(s, err);
  moves_step(s);
  return true;
}
