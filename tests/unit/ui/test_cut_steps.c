/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cut in the explorer: one flip, one round, one node, the next improvement; the vertex; going
 * back and going on from there; a file shows nothing of a lattice. */
#include "common.h"

#include <math.h>

static const rc_cut_data *data_of(const rc_ui *u) {
  const rc_frame *f = rc_ui_frame(u, 0);
  return f && f->data ? rc_share_get(f->data) : NULL;
}

static uint64_t step_of(const rc_ui *u) {
  return rc_ui_frame(u, 0)->step;
}

static bool begun(const rc_ui *u) {
  return data_of(u) && data_of(u)->solvers > 0 && strcmp(rc_ui_frame(u, 0)->phase, "instance");
}

/* A paused run whose solvers and bound are at work. */
static rc_ui *open_cut(void) {
  rc_ui *u = open_ui(CUTTING, true);
  while (!begun(u)) run_steps(u, 1);
  run_steps(u, 4);
  do_line(u, "view cut");
  return u;
}

/* What a command set going is done. */
static void settle(rc_ui *u) {
  for (int i = 0; i < 10000 && rc_session_heading(u->session); i++) rc_session_turn(u->session, 1);
  rc_ui_tick(u, u->now);
  assert_true(rc_session_paused(u->session));
}

static void test_flip(void **state) {
  (void)state;
  rc_ui *u = open_cut();
  for (int k = 0; k < 20; k++) {
    keys(u, "f");
    settle(u);
    const rc_cut_data *d = data_of(u);
    assert_int_equal(d->watched, 0); /* the first row of the solvers is selected */
    assert_true(d->moved >= 1);
    assert_message(u, "annealing ");
    assert_message(u, "gain");
    if (d->moved_vertex >= 0) assert_int_equal(rc_ui_value(u, "vertex", "at"), d->moved_vertex + 1);
  }
  do_line(u, "pane.focus solvers");
  rc_ui_key(u, RC_KEY_DOWN);
  keys(u, "f");
  settle(u);
  assert_int_equal(data_of(u)->watched, 1);
  const uint64_t moves = data_of(u)->solver[1].view.moves;
  keys(u, "F");
  settle(u);
  assert_true(data_of(u)->solver[1].view.moves == moves + 1);
  do_line(u, "cut.move 40");
  settle(u);
  assert_true(data_of(u)->solver[1].view.moves == moves + 41);
  do_line(u, "cut.flip anneal");
  settle(u);
  assert_int_equal(data_of(u)->watched, 0);
  assert_refused(u, "cut.flip simplex", "wants a solver");
  rc_ui_free(u);
}

static void test_round_and_node(void **state) {
  (void)state;
  char path[] = "/tmp/rc_ui_hard_XXXXXX", yaml[300];
  const int fd = mkstemp(path), n = 30;
  assert_true(fd >= 0);
  FILE *f = fdopen(fd, "w");
  uint32_t x = 1; /* a complete graph: its relaxation leaves a gap */
  fprintf(f, "%d %d\n", n, n * (n - 1) / 2);
  for (int i = 1; i <= n; i++)
    for (int j = i + 1; j <= n; j++)
      fprintf(f, "%d %d %d\n", i, j, (int)((x = x * 1103515245u + 12345u) >> 12 & 2047) - 1000);
  fclose(f);
  snprintf(yaml, sizeof yaml,
           "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n"
           "studies: {cut: {instance: \"%s\", moves: 0, solvers: [anneal]}}\n",
           path);
  rc_ui *u = open_ui(yaml, true);
  while (!begun(u)) run_steps(u, 1);
  for (int k = 0; k < 3; k++) {
    const int64_t rounds = data_of(u)->bounds.rounds;
    keys(u, "d");
    settle(u);
    assert_true(data_of(u)->bounds.rounds == rounds + 1);
    assert_message(u, "bound");
  }
  do_line(u, "view bound");
  const int64_t nodes = data_of(u)->bounds.nodes;
  assert_hides(u, 80, 24, "branch tree"); /* there is none: the rows have the room */
  keys(u, "w");
  settle(u);
  assert_true(data_of(u)->bounds.nodes > nodes);
  assert_message(u, "nodes");
  for (int tree = 0; tree < 2; tree++) { /* both, whichever is focused; the small one alone */
    assert_shows(u, 80, 24, "branch tree");
    assert_shows(u, 80, 24, "root");
    assert_shows(u, 80, 24, "carry the bound");
    assert_shows(u, 80, 24, "separation");
    do_line(u, "pane.focus tree");
  }
  rc_ui_free(u);
  unlink(path);
}

static void test_improve_and_until(void **state) {
  (void)state;
  rc_ui *u = open_ui(CUTTING, true);
  do_line(u, "view cut");
  assert_refused(u, "cut.improve", "instance is not known");
  while (!begun(u)) run_steps(u, 1);
  const double value = data_of(u)->value;
  keys(u, "i");
  settle(u);
  assert_true(data_of(u)->value > value);
  assert_message(u, "new best");
  do_line(u, "until step = 400");
  settle(u);
  assert_int_equal(step_of(u), 400);
  assert_message(u, "step 400: step = 400");
  do_line(u, "until step = 500"); /* something else is done, which has its own message */
  do_line(u, "step 3");
  settle(u);
  assert_message(u, "3 steps");
  assert_refused(u, "until nonsense <", "");
  assert_refused(u, "cut.round", "no bound");
  rc_ui_free(u);
}

/* The figures of the pane against sums over all edges. */
static void test_vertex(void **state) {
  (void)state;
  rc_ui *u = open_cut();
  keys(u, "v");
  assert_shows(u, 80, 24, "flip gains");
  for (int vertex = 0; vertex < data_of(u)->graph->n; vertex += 9) {
    char line[40], want[40];
    snprintf(line, sizeof line, "cut.vertex %d", vertex);
    do_line(u, line);
    const rc_cut_data *d = data_of(u);
    const rc_cut_graph *g = d->graph;
    double gain = 0, weight = 0, wrong = 0;
    int edges = 0, frustrated = 0;
    for (int64_t e = 0; e < g->m; e++) {
      if (g->u[e] != vertex && g->v[e] != vertex) continue;
      const bool cut = d->best_side[g->u[e]] != d->best_side[g->v[e]];
      edges++;
      weight += fabs(g->w[e]);
      gain += cut ? -g->w[e] : g->w[e];
      if (cut != (g->w[e] > 0)) frustrated++, wrong += fabs(g->w[e]);
    }
    snprintf(want, sizeof want, "state %d ", vertex);
    assert_shows(u, 80, 24, want);
    snprintf(want, sizeof want, "%d, %.4g %%", frustrated, 100 * wrong / weight);
    assert_shows(u, 80, 24, want);
    snprintf(want, sizeof want, "%+.5g", gain);
    if (fabs(gain) > 1e-12 * weight) assert_shows(u, 80, 24, want);
    snprintf(want, sizeof want, " %d ", edges);
    assert_shows(u, 120, 40, want);
  }
  assert_refused(u, "cut.vertex 70", "0 to 69");
  do_line(u, "cut.vertex 00001111");
  assert_shows(u, 80, 24, "↓↓↓↓↑↑↑↑");
  rc_ui_free(u);
}

static void test_vertex_moves(void **state) {
  (void)state;
  rc_ui *u = open_cut();
  do_line(u, "cut.vertex");
  do_line(u, "cut.vertex 5");
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_int_equal(rc_ui_value(u, "vertex", "at"), 7);
  do_line(u, "cut.vertex-prev");
  do_line(u, "cut.vertex-prev");
  assert_int_equal(rc_ui_value(u, "vertex", "at"), 5);
  do_line(u, "cut.vertex 0");
  rc_ui_key(u, RC_KEY_LEFT);
  assert_int_equal(rc_ui_value(u, "vertex", "at"), 70);
  /* from frustrated edge to frustrated edge: each step is an edge that joins the two */
  int at = -1;
  for (int v = 0; v < 70 && at < 0; v++) {
    char line[40];
    snprintf(line, sizeof line, "cut.vertex %d", v);
    do_line(u, line);
    rc_err err = {0};
    if (rc_ui_command(u, "cut.edge-next", &err)) at = v;
  }
  assert_true(at >= 0);
  for (int k = 0; k < 10; k++) {
    const int before = (int)rc_ui_value(u, "vertex", "at") - 1;
    rc_ui_key(u, 13);
    const int now = (int)rc_ui_value(u, "vertex", "at") - 1;
    const rc_cut_data *d = data_of(u);
    bool joined = false;
    for (int64_t e = 0; e < d->graph->m; e++) {
      const int a = d->graph->u[e], b = d->graph->v[e];
      if (((a == before && b == now) || (b == before && a == now)) &&
          (d->best_side[a] != d->best_side[b]) == (d->graph->w[e] < 0))
        joined = true;
    }
    assert_true(joined);
    rc_ui_key(u, RC_KEY_DOWN);
  }
  rc_ui_free(u);
}

/* Back to a step that is not kept, look, and go on from there another way. */
static void test_back_and_on(void **state) {
  (void)state;
  rc_ui *u = open_cut();
  const uint64_t begun = step_of(u);
  keys(u, "f");
  settle(u);
  run_steps(u, 3);
  char *then = draw_text(u, 120, 40);
  const uint64_t there = step_of(u);
  run_steps(u, 600);
  const uint64_t last = step_of(u);
  do_line(u, "history.back 600");
  assert_int_equal(step_of(u), there);
  assert_refused(u, "cut.flip", "looking back");
  rc_ui_take(u);
  char *again = draw_text(u, 120, 40);
  /* the same panes; header and message line say that it is the past */
  const char *a = strstr(then, "best cut"), *b = strstr(again, "best cut");
  assert_true(a && b && strncmp(a, b, 60) == 0);
  rc_free(then), rc_free(again);
  keys(u, ";");
  assert_int_equal(step_of(u), there + 1);
  keys(u, ",,");
  assert_int_equal(step_of(u), there - 1);
  keys(u, "B");
  rc_ui_tick(u, u->now);
  assert_null(u->job[0].past);
  assert_int_equal(step_of(u), there - 1);
  assert_message(u, "goes on from");
  keys(u, "f"); /* works again: this is the present now */
  settle(u);
  assert_true(step_of(u) < last);
  assert_refused(u, "history.branch", "present");
  do_line(u, "history.back 100000");
  assert_true(step_of(u) < begun);
  assert_message(u, "first step");
  keys(u, " ");
  assert_null(u->job[0].past);
  rc_ui_free(u);
}

static void test_file(void **state) {
  (void)state;
  char path[] = "/tmp/rc_ui_cut_XXXXXX", yaml[300];
  const int fd = mkstemp(path);
  static const char text[] = "3 3\n1 2 1\n2 3 1\n1 3 1\n";
  assert_true(fd >= 0 && write(fd, text, sizeof text - 1) == sizeof text - 1);
  close(fd);
  snprintf(yaml, sizeof yaml,
           "title: a file\nlattice: {kind: molecule, name: triangle}\nmodel: {J1: 1}\n"
           "sector: {sz: 1/2}\nstudies: {cut: {instance: \"%s\"}}\n",
           path);
  rc_ui *u = open_ui(yaml, false);
  run_out(u);
  for (int w = 60; w <= 160; w += 20) {
    assert_hides(u, w, 40, "J1");
    assert_hides(u, w, 40, "Sz=");
    assert_hides(u, w, 40, "delta");
  }
  assert_shows(u, 120, 40, "proved: the best cut");
  do_line(u, "cut.vertex 3");
  assert_shows(u, 120, 40, "of 3");
  assert_refused(u, "cut.vertex 0", "1 to 3");
  assert_refused(u, "cut.vertex 4", "1 to 3");
  rc_ui_free(u);
  unlink(path);
}

/* Greedy is done at once: f goes on with a solver that still moves. Before there is a cut its figures
 * are dashes. */
static void test_greedy_first(void **state) {
  (void)state;
  rc_ui *u = open_ui("title: Signs\n"
                     "lattice: {kind: chain, cluster: [8]}\n"
                     "model: {J1: 1, J2: 0.5}\n"
                     "studies:\n"
                     "  cut: {amplitudes: {from: noisy, sigma: 3, symmetric: false}, moves: 0,\n"
                     "        solvers: [greedy, anneal], bound: {kind: none}}\n",
                     true);
  while (!begun(u)) run_steps(u, 1);
  do_line(u, "view cut");
  assert_hides(u, 80, 24, "none"); /* annealing begins with a cut */
  run_steps(u, 4);
  assert_true(data_of(u)->solver[0].view.done);
  assert_int_equal(rc_ui_value(u, "solvers", "row"), 0);
  keys(u, "f");
  settle(u);
  assert_message(u, "annealing ");
  assert_int_equal(rc_ui_value(u, "solvers", "row"), 1);
  assert_refused(u, "cut.flip greedy", "annealing (solver 2) still moves");
  rc_ui_free(u);
  u = open_ui("title: Signs\n"
              "lattice: {kind: chain, cluster: [8]}\n"
              "studies: {cut: {solvers: [greedy]}}\n",
              true);
  while (!begun(u)) run_steps(u, 1);
  do_line(u, "view cut");
  assert_hides(u, 80, 24, "none");
  assert_shows(u, 80, 24, "best cut               –");
  run_steps(u, 1);
  assert_hides(u, 80, 24, "best cut               –");
  rc_ui_free(u);
}

/* The frustrated edges on the lattice: the mode, its figures, and the way to the edges and back. */
static void test_bonds(void **state) {
  (void)state;
  rc_ui *u = open_ui("title: Signs\n"
                     "lattice: {kind: triangular, torus: [[2, 2], [4, -2]]}\n"
                     "model: {J1: 1}\n"
                     "studies:\n"
                     "  hilbert: {}\n"
                     "  cut: {solvers: [greedy, descent]}\n",
                     false);
  do_line(u, "lattice.show frustrated");
  do_line(u, "view lattice");
  assert_shows(u, 80, 24, "no cut yet");
  run_out(u);
  const int job = rc_session_find(u->session, "cut");
  const rc_cut_data *d = rc_share_get(rc_ui_frame(u, job)->data);
  char text[48]; /* all bonds are equal: one share, that of the whole */
  snprintf(text, sizeof text, " %.3g %%   all %.3g %%",
           100 * d->frustrated_weight / d->graph->weight_total,
           100 * d->frustrated_weight / d->graph->weight_total);
  assert_shows(u, 80, 24, text);
  keys(u, "w");
  assert_int_equal(rc_ui_value(u, "map", "mode"), 3); /* RC_MAP_FRUSTRATED: stays */
  const int bond = u->selected_edge;
  snprintf(text, sizeof text, "bond %d: %d-%d  %.4g %% frustrated", bond, d->lattice->bond[bond].i,
           d->lattice->bond[bond].j, 100 * d->flips[bond].frustrated / d->flips[bond].weight);
  assert_shows(u, 80, 24, text);
  const int64_t row = rc_ui_value(u, "edges", "row"); /* the list of the landscape came along */
  rc_ui_key(u, 13);
  assert_int_equal(u->selected_state, d->flips[bond].worst.u);
  assert_true(fabs(d->frustrated[row].weight) == fabs(d->flips[bond].worst.weight));
  do_line(u, "pane.focus landscape.edges");
  while (u->selected_edge == bond) rc_ui_key(u, RC_KEY_DOWN);
  do_line(u, "view lattice");
  snprintf(text, sizeof text, "bond %d: ", u->selected_edge);
  assert_shows(u, 80, 24, text);
  keys(u, "v");
  assert_int_equal(rc_ui_value(u, "map", "mode"), 0);
  rc_ui_free(u);
  u = open_ui(SQUARE, true);
  assert_refused(u, "lattice.show frustrated", "no study 'cut'");
  keys(u, "vvv"); /* without a cut three modes, back at the first */
  assert_int_equal(rc_ui_value(u, "map", "mode"), 0);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_bonds),
      cmocka_unit_test(test_greedy_first),
      cmocka_unit_test(test_flip),
      cmocka_unit_test(test_round_and_node),
      cmocka_unit_test(test_improve_and_until),
      cmocka_unit_test(test_vertex),
      cmocka_unit_test(test_vertex_moves),
      cmocka_unit_test(test_back_and_on),
      cmocka_unit_test(test_file),
  };
  return cmocka_run_group_tests_name("the cut in the explorer", tests, NULL, NULL);
}
