/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the group Cut: single steps of its solvers and its bound, and the look at a vertex. */
#include "handlers.h"

#include <stdio.h>
#include <string.h>

#include "ui/views/cut_parts.h"

/* The view of the cut that is looked at, or NULL with the reason. */
static const rc_cut_data *cut_data(rc_ui *u, rc_view_context *v, rc_err *err) {
  const int view = rc_ui_view(u);
  if (view >= 0) *v = rc_ui_context(u, view, u->focus[view]);
  const char *study = view >= 0 ? rc_view_classes[view]->study : NULL;
  const bool mine = study && !strcmp(study, "cut");
  const rc_cut_data *d = mine ? rc_cut_snapshot(v) : NULL;
  if (!d || !d->graph)
    rc_err_set(err, RC_ERR_USAGE,
               mine ? "the instance is not known yet" : "this is no view of a cut");
  return d && d->graph ? d : NULL;
}

/* ---- single steps ------------------------------------------------------------------------------
 */

static bool single(rc_ui *u, const char *command, const char *arg, const char *kind, rc_err *err) {
  rc_view_context v;
  char condition[48];
  if (!cut_data(u, &v, err)) return false;
  snprintf(condition, sizeof condition, "event = %s", kind);
  if (!rc_ui_until(u, condition, command, arg, err)) return false;
  snprintf(u->awaited, sizeof u->awaited, "%s", kind);
  rc_ui_take(u);
  return true;
}

/* The selected solver; where it is done, as greedy is at once, the next one that still moves, which
 * then is the selected one. */
static int64_t moving_solver(rc_ui *u) {
  rc_view_context v;
  rc_err none = {0};
  const rc_cut_data *d = cut_data(u, &v, &none);
  const int64_t row = rc_ui_value(u, "solvers", "row");
  for (int k = 0; d && row < d->solvers && k < d->solvers; k++) {
    const int64_t at = (row + k) % d->solvers;
    if (d->solver[at].view.done) continue;
    rc_ui_set_value(u, "solvers", "row", at);
    return at;
  }
  return row;
}

/* "3" or "anneal": what the study takes for a solver; the selected one without a name. */
static void solver_of(rc_ui *u, const char *name, char out[64]) {
  if (*name)
    snprintf(out, 64, "%.60s", name);
  else
    snprintf(out, 64, "%lld", (long long)moving_solver(u) + 1);
}

bool cmd_cut_flip(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  char solver[64];
  solver_of(u, arg, solver);
  return single(u, "flip", solver, "stepped", err);
}

bool cmd_cut_move(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  char solver[64], line[100];
  solver_of(u, "", solver);
  snprintf(line, sizeof line, "%s %.30s", solver, *arg ? arg : "1");
  return single(u, "move", line, "stepped", err);
}

bool cmd_cut_round(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return single(u, "round", NULL, "stepped", err);
}

bool cmd_cut_node(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return single(u, "node", NULL, "stepped", err);
}

bool cmd_cut_improve(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return single(u, NULL, NULL, "improved", err);
}

/* The vertex that a flip has moved is the one looked at. */
void rc_cut_arrived(rc_ui *u, int job) {
  const rc_frame *f = rc_ui_frame(u, job);
  const rc_cut_data *d =
      f && !strcmp(f->cls->kind.name, "cut") && f->data ? rc_share_get(f->data) : NULL;
  if (!d || d->moved_vertex < 0 || d->watched < 0) return;
  rc_view_context v = {.ui = u};
  rc_cut_look_at(&v, d, d->moved_vertex);
  rc_part_set(&v, "vertex", "present", 1);
}

/* ---- the vertex --------------------------------------------------------------------------------
 */

/* To the pane of the vertex, which is in the view of the cut. */
static bool to_pane(rc_ui *u, rc_err *err) {
  return rc_ui_command(u, "view cut", err) && rc_ui_command(u, "pane.focus vertex", err);
}

/* A state of the magnet by its number from 0 or its bits, a vertex of a file by its number from 1,
 * each as it is shown. -1: there is no such vertex. */
static int find_vertex(const rc_cut_data *d, const char *text) {
  const size_t digits = strlen(text);
  int64_t n;
  if (d->basis && digits == (size_t)rc_basis_sites(d->basis) && strspn(text, "01") == digits) {
    uint64_t config = 0;
    for (size_t i = 0; i < digits; i++) config = config << 1 | (uint64_t)(text[i] == '1');
    for (int v = 0; v < d->graph->n; v++)
      if (rc_basis_config(d->basis, (uint64_t)v) == config) return v;
    return -1;
  }
  const int first = d->from_file ? 1 : 0;
  return rc_parse_int(text, &n) && n >= first && n < d->graph->n + first ? (int)n - first : -1;
}

bool cmd_cut_vertex(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_view_context v;
  const rc_cut_data *d = cut_data(u, &v, err);
  if (!d) return false;
  if (!*arg) return to_pane(u, err);
  const int vertex = find_vertex(d, arg);
  if (vertex < 0)
    return d->from_file ? rc_err_set(err, RC_ERR_USAGE, "wanted a vertex from 1 to %d, not '%.60s'",
                                     d->graph->n, arg)
                        : rc_err_set(err, RC_ERR_USAGE,
                                     "wanted a state from 0 to %d or its bits, not '%.60s'",
                                     d->graph->n - 1, arg);
  rc_cut_look_at(&v, d, vertex);
  return true;
}

static bool move_vertex(rc_ui *u, int by, rc_err *err) {
  rc_view_context v;
  const rc_cut_data *d = cut_data(u, &v, err);
  if (!d) return false;
  rc_cut_look_at(&v, d, (rc_cut_at(&v, d) + by + d->graph->n) % d->graph->n);
  return true;
}

bool cmd_cut_vertex_next(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return move_vertex(u, 1, err);
}

bool cmd_cut_vertex_prev(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  return move_vertex(u, -1, err);
}

static bool edge_of(rc_ui *u, rc_view_context *v, const rc_cut_data **d, rc_cut_near *n,
                    rc_err *err) {
  const char *whose;
  *d = cut_data(u, v, err);
  if (!*d) return false;
  if (!(*d)->best_side) return rc_err_set(err, RC_ERR_USAGE, "there is no cut yet");
  rc_cut_near_read(*d, rc_cut_whose(v, *d, &whose), rc_cut_at(v, *d), n);
  if (n->frustrated > 0) return true;
  rc_cut_near_free(n);
  return rc_err_set(err, RC_ERR_USAGE, "all edges of this vertex are satisfied");
}

bool cmd_cut_edge_next(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  rc_view_context v;
  const rc_cut_data *d;
  rc_cut_near n;
  if (!edge_of(u, &v, &d, &n, err)) return false;
  rc_part_set(&v, "vertex", "row",
              (rc_part_table_row(&v, "vertex", n.frustrated) + 1) % n.frustrated);
  rc_cut_link_edge(&v, d, &n.edge[rc_part_table_row(&v, "vertex", n.frustrated)]);
  rc_cut_near_free(&n);
  return true;
}

bool cmd_cut_edge_follow(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)arg, (void)count, (void)key;
  rc_view_context v;
  const rc_cut_data *d;
  rc_cut_near n;
  if (!edge_of(u, &v, &d, &n, err)) return false;
  rc_cut_look_at(&v, d, n.edge[rc_part_table_row(&v, "vertex", n.frustrated)].v);
  rc_cut_near_free(&n);
  return true;
}

/* ---- paths --------------------------------------------------------------------------------------
 */

enum { PATHS_VERTICES = 2048, PATHS_EXACT = 20 };

/* The temperature stays when a cut was the system already: no other has a target. */
static void path_system(const rc_ui *u, const rc_cut_data *d, const char *target, rc_str *out) {
  rc_str was = {0}, t = {0};
  const rc_scenario *sc = rc_ui_scenario(u);
  const bool kept = rc_scenario_get(sc, "paths.system.target", &was) &&
                    rc_scenario_get(sc, "paths.system.temperature", &t);
  if (!kept) rc_str_addf(&t, "%.3g", rc_path_cut_temperature(d->graph));
  rc_str_addf(out, "{kind: cut, temperature: %s, target: %s, within: 0.4, side_A: \"", rc_str_c(&t),
              target);
  for (int v = 0; v < d->graph->n; v++) rc_str_addc(out, (char)('0' + d->best_side[v]));
  rc_str_add(out, "\"}");
  rc_str_free(&was);
  rc_str_free(&t);
}

/* The scenario with a study of paths more. */
static rc_scenario *with_paths(const rc_scenario *sc, const char *system, rc_err *err) {
  rc_scenario *s = rc_scenario_copy(sc);
  rc_pick pick = {0};
  rc_pick_set(&pick, rc_kind_find(rc_study_kinds, "paths"));
  s->study = rc_realloc(s->study, (size_t)s->studies + 1, sizeof *s->study);
  s->study[s->studies++] = (rc_scenario_study){pick.kind, pick.opts};
  if (rc_scenario_set(s, "paths.system", system, rc_study_kinds, err)) return s;
  rc_scenario_free(s);
  return NULL;
}

/* More than what the solvers begin with, which is random. */
static bool found_cut(const rc_cut_data *d) {
  bool moved = !strcmp(d->best_solver, "bound");
  for (int i = 0; i < d->solvers; i++) moved |= d->solver[i].view.moves > 0;
  return d->best_side && moved && strcmp(d->best_solver, "none") != 0;
}

bool cmd_cut_paths(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  rc_view_context v;
  const rc_cut_data *d = cut_data(u, &v, err);
  if (!d) return false;
  /* beyond the states that can be solved a rival is often no state that lasts, a mirror always */
  const char *target = *arg ? arg : d->graph && d->graph->n > PATHS_EXACT ? "mirror" : "rival";
  if (strcmp(target, "rival") && strcmp(target, "mirror"))
    return rc_err_set(err, RC_ERR_USAGE, "wanted rival or mirror, not '%.40s'", arg);
  if (!found_cut(d))
    return rc_err_set(err, RC_ERR_USAGE, "no cut found yet; let a solver improve first");
  if (d->graph->n > PATHS_VERTICES)
    return rc_err_set(
        err, RC_ERR_LIMIT,
        "paths are sampled on at most %d vertices, here are %d: take a smaller cluster "
        "or a sector",
        (int)PATHS_VERTICES, d->graph->n);
  rc_str system = {0};
  path_system(u, d, target, &system);
  bool ok;
  if (rc_session_find(u->session, "paths") >= 0) {
    ok = rc_ui_set_key(u, "paths.system", rc_str_c(&system), err);
  } else {
    rc_scenario *s = with_paths(rc_ui_scenario(u), rc_str_c(&system), err);
    ok = s && rc_ui_open_scenario(u, s, err);
  }
  rc_str_free(&system);
  if (!ok || !rc_ui_command(u, "view theatre", err)) return false;
  rc_ui_message(u, RC_TEXT, "paths from the best cut so far to its %s",
                *target == 'r' ? "best rival" : "mirror");
  return true;
}
