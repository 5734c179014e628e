/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One move, one flip, one round, one node of the cut study, against the solver and the bound by
 * themselves; and going back in a session: what is seen again is what was seen. */
#include "unit/study/cutting.h"

#include <unistd.h>

static char hard_path[] = "/tmp/rc_single_XXXXXX", hard_yaml[400];

static int setup(void **state) {
  (void)state;
  write_hard(hard_path, 30);
  snprintf(hard_yaml, sizeof hard_yaml,
           "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\nstudies: {cut: "
           "{instance: \"%s\", moves: 0, solvers: [anneal, tabu, greedy, anneal]}}\n",
           hard_path);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  return unlink(hard_path);
}

/* ---- moves and flips ---------------------------------------------------------------------------
 */

static void begin(cutting *c, const char *yaml) {
  cutting_open(c, yaml, 1);
  while (!cutting_begun(c)) cutting_steps(c, 1);
  assert_int_equal(c->state, RC_RUNNING);
}

/* The same solver outside the study, brought to the same number of moves. */
static void *twin(const cutting *c, int run, uint64_t replica, void **opts) {
  const rc_cut_solver_row *r = &cutting_data(c)->solver[run];
  *opts = rc_alloc(1, r->cls->kind.size + 1);
  rc_params_init(r->cls->kind.params, *opts, r->cls->kind.size);
  void *s = r->cls->open(cutting_data(c)->graph, *opts, c->m.sc->seed, replica, NULL);
  r->cls->step(s, r->view.moves);
  return s;
}

static void drop_twin(const rc_solver_class *cls, void *s, void *opts) {
  cls->close(s);
  rc_params_free(cls->kind.params, opts);
  rc_free(opts);
}

static void test_flips(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int run;
    uint64_t replica;
  } solver[] = {{"anneal", 0, 0}, {"tabu", 1, 0}, {"4", 3, 1}};
  for (size_t k = 0; k < RC_LEN(solver); k++) {
    cutting c;
    rc_err err;
    begin(&c, hard_yaml);
    const rc_solver_class *cls = cutting_data(&c)->solver[solver[k].run].cls;
    void *opts, *alone = twin(&c, solver[k].run, solver[k].replica, &opts);
    const size_t n = (size_t)cutting_data(&c)->graph->n;
    uint8_t *before = rc_alloc(n, 1);
    for (int flip = 0; flip < 60; flip++) {
      memcpy(before, cls->read(alone).side, n);
      const double value = cls->read(alone).value;
      do cls->step(alone, 1);
      while (!memcmp(before, cls->read(alone).side, n));
      const uint64_t others = cutting_data(&c)->solver[2].view.moves;
      rc_str_clear(&c.m.events);
      assert_true(cutting_command(&c, "flip", solver[k].name, &err));
      do cutting_steps(&c, 1);
      while (!strstr(rc_str_c(&c.m.events), "stepped: "));
      const rc_cut_data *d = cutting_data(&c);
      const rc_solver_view v = cls->read(alone);
      assert_int_equal(d->watched, solver[k].run);
      assert_memory_equal(d->watched_side, v.side, n);
      assert_true(d->solver[solver[k].run].view.moves == v.moves);
      assert_true(d->solver[2].view.moves == others);
      assert_true(fabs(d->moved_gain - (v.value - value)) <= 1e-12);
      int moved = 0;
      for (size_t i = 0; i < n; i++) {
        if (before[i] == v.side[i]) continue;
        if (++moved == 1 && d->moved == 1) assert_int_equal(d->moved_vertex, i);
      }
      assert_int_equal(d->moved, moved);
      if (d->moved != 1) assert_int_equal(d->moved_vertex, -1);
      if (d->moved == 1) { /* the gain is the local field of that vertex before */
        double field = 0;
        const rc_cut_graph *g = d->graph;
        for (int64_t a = g->start[d->moved_vertex]; a < g->start[d->moved_vertex + 1]; a++)
          field +=
              before[d->moved_vertex] == before[g->other[a]] ? g->w[g->edge[a]] : -g->w[g->edge[a]];
        assert_true(fabs(field - d->moved_gain) <= 1e-12);
      }
    }
    rc_free(before);
    drop_twin(cls, alone, opts);
    cutting_close(&c);
  }
}

static void test_moves(void **state) {
  (void)state;
  cutting c;
  rc_err err;
  begin(&c, hard_yaml);
  const rc_solver_class *cls = cutting_data(&c)->solver[0].cls;
  void *opts, *alone = twin(&c, 0, 0, &opts);
  static const uint64_t moves[] = {1, 1, 7, 100, 12345};
  for (size_t k = 0; k < RC_LEN(moves); k++) {
    char argument[40];
    snprintf(argument, sizeof argument, "anneal %d", (int)moves[k]);
    cls->step(alone, moves[k]);
    rc_str_clear(&c.m.events);
    assert_true(cutting_command(&c, "move", argument, &err));
    do cutting_steps(&c, 1);
    while (!strstr(rc_str_c(&c.m.events), "stepped: "));
    const rc_cut_data *d = cutting_data(&c);
    const rc_solver_view v = cls->read(alone);
    assert_true(d->solver[0].view.moves == v.moves);
    assert_true(d->solver[0].view.value == v.value + d->graph->offset);
    assert_memory_equal(d->watched_side, v.side, (size_t)d->graph->n);
  }
  drop_twin(cls, alone, opts);
  cutting_close(&c);
}

/* ---- rounds and nodes --------------------------------------------------------------------------
 */

static void stepped(cutting *c, const char *command) {
  rc_err err;
  rc_str_clear(&c->m.events);
  if (!cutting_command(c, command, NULL, &err)) fail_msg("%s: %s", command, err.message);
  while (c->state == RC_RUNNING && !strstr(rc_str_c(&c->m.events), "stepped: "))
    cutting_steps(c, 1);
}

/* Rounds come one by one and nothing else happens in between, until the relaxation is solved and
 * nodes do; the bound never grows, is never below the best cut, and both end proved. */
static void test_rounds_and_nodes(void **state) {
  (void)state;
  cutting c;
  begin(&c, hard_yaml);
  rc_bound *alone = rc_bound_new(cutting_data(&c)->graph,
                                 &(rc_bound_opts){.branch = true, .seed = c.m.sc->seed}, NULL);
  uint64_t moves[4];
  for (int i = 0; i < 4; i++) moves[i] = cutting_data(&c)->solver[i].view.moves;
  for (int64_t k = 1; k <= 6 && !cutting_data(&c)->bounds.done; k++) {
    stepped(&c, "round");
    while (!rc_bound_read(alone).done && rc_bound_read(alone).rounds < k)
      assert_true(rc_bound_step(alone, NULL));
    const rc_cut_data *d = cutting_data(&c);
    const rc_bound_view v = rc_bound_read(alone);
    if (!d->bounds.done) assert_true(d->bounds.rounds == k);
    assert_true(d->bounds.bound == v.bound); /* it was offered no cut: the same as by itself */
    assert_true(d->bounds.rows == v.rows && d->bounds.pivots == v.pivots);
    for (int i = 0; i < 4; i++) assert_true(d->solver[i].view.moves == moves[i]);
  }
  rc_bound_free(alone);
  double bound = cutting_data(&c)->bound;
  for (int k = 0; k < 30 && c.state == RC_RUNNING && !cutting_data(&c)->bounds.done; k++) {
    const int64_t nodes = cutting_data(&c)->bounds.nodes;
    stepped(&c, "node");
    const rc_cut_data *d = cutting_data(&c);
    if (!d->bounds.done) assert_true(d->bounds.nodes > nodes);
    assert_true(d->bound <= bound && d->bound >= d->value - 1e-12 * fabs(d->value));
    bound = d->bound;
  }
  if (c.state == RC_RUNNING && !cutting_data(&c)->bounds.done) { /* enough nodes for a test */
    rc_err err;
    assert_true(cutting_command(&c, "stop", NULL, &err));
  }
  cutting_run(&c);
  assert_true(cutting_real(&c, "certified") == 1);
  cutting_close(&c);
}

static void test_refused(void **state) {
  (void)state;
  static const char *const wrong[][3] = {
      {"flip", NULL, "wants a solver"},      {"flip", "simplex", "wants a solver"},
      {"flip", "9", "wants a solver"},       {"flip", "0", "wants a solver"},
      {"move", "anneal x", "number of"},     {"move", "anneal 0", "number of"},
      {"move", "anneal 99999999", "number"}, {"flip", "greedy", "is done"}};
  cutting c;
  rc_err err;
  cutting_open(&c, hard_yaml, 1);
  assert_false(cutting_command(&c, "flip", "anneal", &err));
  assert_non_null(strstr(err.message, "not begun"));
  while (!cutting_begun(&c)) cutting_steps(&c, 1);
  cutting_steps(&c, 20);
  for (size_t k = 0; k < RC_LEN(wrong); k++) {
    assert_false(cutting_command(&c, wrong[k][0], wrong[k][1], &err));
    if (!strstr(err.message, wrong[k][2])) fail_msg("%s: %s", wrong[k][0], err.message);
  }
  assert_true(cutting_command(&c, "stop", NULL, &err));
  cutting_run(&c);
  assert_false(cutting_command(&c, "round", NULL, &err));
  assert_non_null(strstr(err.message, "have ended"));
  cutting_close(&c);
  begin(&c, CUT(RING6, "bound: {kind: none}, moves: 0"));
  assert_false(cutting_command(&c, "node", NULL, &err));
  assert_non_null(strstr(err.message, "no bound"));
  cutting_close(&c);
}

/* ---- back and forth ----------------------------------------------------------------------------
 */

static uint64_t newest(rc_session *s, rc_str *text) {
  rc_share *f = rc_session_frame(s, 0);
  const uint64_t step = ((const rc_frame *)rc_share_get(f))->step;
  if (text) cutting_frame_text(rc_share_get(f), text);
  rc_share_drop(f);
  return step;
}

static void wait_paused(rc_session *s) {
  while (!rc_session_paused(s)) rc_session_wait(s, 1000);
}

static void wait_step(rc_session *s, uint64_t step) {
  while (newest(s, NULL) < step) rc_session_wait(s, 1000);
}

static void check_again(rc_session *s, uint64_t step, const rc_str *seen) {
  rc_str text = {0};
  for (rc_share *f = NULL; !f;) {
    rc_err err = {0};
    f = rc_session_look(s, 0, step, &err);
    if (err.code != RC_ERR_NONE) fail_msg("step %d: %s", (int)step, err.message);
    if (f) cutting_frame_text(rc_share_get(f), &text);
    rc_share_drop(f);
    if (!f) rc_session_wait(s, 1000);
  }
  assert_true(text.len > 1000);
  if (strcmp(rc_str_c(&text), rc_str_c(seen))) fail_msg("step %d is another one", (int)step);
  rc_str_free(&text);
}

enum { SEEN = 400 };
static rc_str seen[SEEN];

/* A worker steps through a study, with single moves and rounds in between; then every step is
 * looked at again, and gone back to. */
static void test_back(void **state) {
  (void)state;
  static const struct {
    const char *command, *argument;
  } single[] = {{"flip", "anneal"}, {"round", NULL}, {"move", "tabu 3"}, {"flip", "tabu"}};
  rc_err err = {0};
  const rc_session_opts o = {.threads = 2, .paused = true};
  rc_session *s = rc_session_new(scenario_of(hard_yaml), rc_study_classes, &o, &err);
  assert_non_null(s);
  assert_true(rc_session_until(s, 0, "value > 0", NULL, NULL, &err));
  wait_paused(s);
  const uint64_t begun = newest(s, NULL);
  int noted = 0;
  for (size_t k = 0; k < 40; k++) {
    const size_t j = k % RC_LEN(single);
    if (rc_session_until(s, 0, "event = stepped", single[j].command, single[j].argument, &err))
      wait_paused(s);
    for (int i = 0; i < 5; i++) {
      const uint64_t step = newest(s, NULL);
      rc_session_step(s, 0, 1);
      wait_step(s, step + 1);
    }
  }
  const uint64_t last = newest(s, NULL);
  assert_true(last > begun + 200 && last - begun < SEEN);
  /* what was seen, from a session of its own that replays the recording */
  rc_str record = {0};
  rc_session_record(s, &record);
  rc_recording *r = rc_recording_parse(record.text, record.len, rc_study_kinds, &err);
  assert_non_null(r);
  const rc_session_opts once = {.threads = 1, .inline_jobs = true};
  rc_session *first = rc_session_replay(r, rc_study_classes, &once, &err);
  do {
    rc_session_turn(first, 1);
    const uint64_t step = newest(first, NULL);
    if (step >= begun && step <= last) newest(first, &seen[step - begun]), noted++;
  } while (newest(first, NULL) < last);
  assert_int_equal(noted, last - begun + 1);
  rc_session_close(first, 0);
  rc_recording_free(r);
  rc_str_free(&record);
  for (uint64_t step = last; step >= begun && step > last - 150; step -= 7)
    check_again(s, step, &seen[step - begun]);
  check_again(s, begun + 3, &seen[3]); /* no longer kept */
  check_again(s, begun + 2, &seen[2]);
  check_again(s, begun + 60, &seen[60]);
  assert_true(rc_session_branch(s, 0, begun + 50, &err)); /* and go on from there */
  while (newest(s, NULL) != begun + 50) rc_session_wait(s, 1000);
  rc_str now = {0};
  newest(s, &now);
  assert_string_equal(rc_str_c(&now), rc_str_c(&seen[50]));
  rc_str_free(&now);
  assert_true(rc_session_until(s, 0, "event = stepped", "flip", "4", &err));
  wait_paused(s);
  assert_true(newest(s, NULL) > begun + 50);
  check_again(s, begun + 50, &seen[50]);
  assert_true(rc_session_close(s, 10000));
  for (int i = 0; i < SEEN; i++) rc_str_free(&seen[i]);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_flips),
      cmocka_unit_test(test_moves),
      cmocka_unit_test(test_rounds_and_nodes),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_back),
  };
  return cmocka_run_group_tests_name("single steps of the cut study", tests, setup, teardown);
}
