/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the paths study: looking at shots and frames, branches, selections, and what each says
 * to bad arguments. */
#include "unit/study/pathing.h"

static const char *const options =
    "{system: wsme, sampler: tps, shots: 60, burn: 5, learning: 0, steps: 20000, mechanism: false}";

static void good(pathing *p, const char *name, const char *argument) {
  rc_err err;
  if (!pathing_command(p, name, argument, &err)) fail_msg("%s: %s", name, err.message);
}

static void refused(pathing *p, const char *name, const char *argument, const char *message) {
  rc_err err;
  if (pathing_command(p, name, argument, &err)) fail_msg("%s %s was taken", name, argument);
  assert_int_equal(err.code, RC_ERR_INPUT);
  if (strcmp(err.message, message)) fail_msg("%s %s: %s", name, argument, err.message);
}

/* ---- looking ---- */

/* The path of a shot comes back as it was shown when it was new. */
static void shots(void **state) {
  (void)state;
  enum { N = 40 };
  pathing p;
  rc_str then[N + 1] = {{0}};
  pathing_open(&p, options, 1);
  for (uint64_t id = 1; id <= N; id++) {
    pathing_shots(&p, id);
    put_view(&then[id], &pathing_data(&p)->path, 5);
  }
  for (int pass = 0; pass < 2; pass++) {
    for (uint64_t id = N; id >= 1; id--) {
      char n[20];
      rc_str now = {0};
      snprintf(n, sizeof n, "%d", (int)id);
      good(&p, "shot", n);
      const rc_paths_data *d = pathing_data(&p);
      assert_true(d->chosen && d->path.shot == id);
      put_view(&now, &d->path, 5);
      assert_string_equal(rc_str_c(&now), rc_str_c(&then[id]));
      rc_str_free(&now);
    }
    pathing_run(&p); /* and at the end again: it does not matter when */
  }
  good(&p, "shot", "10");
  good(&p, "shot.next", NULL);
  assert_true(pathing_data(&p)->path.shot == 11);
  good(&p, "shot.prev", NULL);
  good(&p, "shot.prev", NULL);
  assert_true(pathing_data(&p)->path.shot == 9);
  good(&p, "shot", "0");
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->path.shot == 0 && d->path.sp == -1 && d->path.ends[0] == RC_IN_A &&
              d->path.ends[1] == RC_IN_B);
  uint64_t id = 0;
  for (int k = 0; k < 4; k++) { /* every accepted one, none between them left out */
    good(&p, "shot.next-accepted", NULL);
    d = pathing_data(&p);
    assert_true(d->path.shot > id && !d->path.is_trial);
    for (uint64_t i = id + 1; i < d->path.shot; i++) assert_false(d->strip[i - 1].accepted);
    id = d->path.shot;
  }
  good(&p, "shot.prev-accepted", NULL);
  assert_true(pathing_data(&p)->path.shot < id);
  good(&p, "frame.live", NULL);
  d = pathing_data(&p);
  assert_true(!d->chosen && d->path.shot == 60);
  for (int i = 0; i <= N; i++) rc_str_free(&then[i]);
  pathing_close(&p);
}

static void stepping(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p, options, 1);
  pathing_run(&p);
  good(&p, "shot", "17");
  good(&p, "frame", "0");
  const rc_paths_data *d = pathing_data(&p);
  uint64_t frames = 0, seen = 0;
  for (int i = 0; i < d->path.segments; i++) frames += d->path.dwell[i];
  int segment = 0;
  for (uint64_t at = 0; at < frames; at++, seen++) { /* every frame to the end */
    d = pathing_data(&p);
    assert_true(d->path.frame == at);
    while (segment + 1 < d->path.segments && d->path.at[segment + 1] <= at) segment++;
    assert_int_equal(d->path.segment, segment);
    if (at + 1 < frames) good(&p, "frame.next", NULL);
  }
  refused(&p, "frame.next", NULL, "frame.next: this is the last frame of the path");
  refused(&p, "flip.next", NULL, "flip.next: nothing changes after this frame");
  for (int k = segment - 1; k >= 0; k--) { /* every flip back to the beginning */
    good(&p, "flip.prev", NULL);
    d = pathing_data(&p);
    assert_true(d->path.segment == k && d->path.frame == d->path.at[k]);
    assert_int_equal(__builtin_popcountll(d->path.state[k].u ^ d->path.state[k + 1].u), 1);
  }
  refused(&p, "flip.prev", NULL, "flip.prev: nothing changes before this frame");
  refused(&p, "frame.prev", NULL, "frame.prev: this is the first frame of the path");
  good(&p, "frame.sp", NULL);
  d = pathing_data(&p);
  assert_true(d->path.segment == d->path.sp);
  good(&p, "frame.ts", NULL);
  d = pathing_data(&p);
  for (int i = 1; i < d->path.segments - 1; i++) /* nothing is learnt: by the exact one */
    assert_true(fabs(log(d->path.exact[d->path.segment] / (1 - d->path.exact[d->path.segment]))) <=
                fabs(log(d->path.exact[i] / (1 - d->path.exact[i]))));
  char n[40], text[100];
  snprintf(n, sizeof n, "%d", (int)frames);
  snprintf(text, sizeof text, "frame: shot 17 has frames 0 to %d, not %d", (int)frames - 1,
           (int)frames);
  refused(&p, "frame", n, text);
  pathing_close(&p);
}

/* ---- another way ---- */

/* Back to a shot: what came before is as it was, what comes after is not what came then. */
static void branch(void **state) {
  (void)state;
  pathing p;
  rc_str before = {0}, after = {0}, tree = {0}, again = {0};
  pathing_open(&p, options, 1);
  pathing_shots(&p, 25);
  put_view(&before, &pathing_data(&p)->current, 5);
  put_strip(&tree, pathing_data(&p));
  pathing_run(&p);
  const rc_shot then = pathing_data(&p)->strip[25];
  good(&p, "branch", "25 uniform");
  const rc_paths_data *d = pathing_data(&p);
  put_view(&after, &d->current, 5);
  assert_string_equal(rc_str_c(&before), rc_str_c(&after));
  put_strip(&again, d);
  assert_string_equal(rc_str_c(&tree), rc_str_c(&again));
  assert_true(d->branches == 1 && d->strip_n == 25 && d->sampling.select == RC_SELECT_UNIFORM);
  pathing_run(&p);
  d = pathing_data(&p);
  assert_int_equal(d->strip_n, 60);
  assert_int_equal(d->strip[25].branch, 1);
  assert_true(d->strip[25].frames != then.frames || d->strip[25].p_select != then.p_select);
  const uint64_t frames = d->strip[25].frames;
  good(&p, "shot", "26"); /* shots of the new branch are recomputed from its own numbers */
  assert_true(pathing_data(&p)->path.frames == frames);
  good(&p, "branch", "0 lorentz 0.3");
  d = pathing_data(&p);
  assert_true(d->strip_n == 0 && d->current.shot == 0 && d->sampling.gamma == .3 && !d->chosen);
  pathing_run(&p);
  assert_int_equal(pathing_data(&p)->strip_n, 60);
  rc_str *all[] = {&before, &after, &tree, &again};
  for (size_t i = 0; i < RC_LEN(all); i++) rc_str_free(all[i]);
  pathing_close(&p);
}

static void selections(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p, options, 1);
  pathing_shots(&p, 10);
  good(&p, "gamma", "3");
  assert_true(pathing_data(&p)->sampling.gamma == 3);
  good(&p, "select", "rfps lorentz 1");
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->sampling.rfps && d->sampling.flatten && d->sampling.gamma == 1);
  pathing_shots(&p, 30);
  d = pathing_data(&p);
  for (int i = 10; i < d->strip_n; i++) assert_true(d->strip[i].accepted); /* none is rejected */
  good(&p, "select", "tps phi");
  d = pathing_data(&p);
  assert_true(!d->sampling.rfps && !d->sampling.flatten && d->sampling.select == RC_SELECT_PHI);
  pathing_run(&p);
  good(&p, "shoot", "15");
  pathing_run(&p);
  good(&p, "shoot", NULL);
  pathing_run(&p);
  assert_int_equal(pathing_data(&p)->strip_n, 76);
  good(&p, "compare", NULL);
  assert_int_equal(pathing_data(&p)->boards, 0);
  pathing_run(&p);
  assert_int_equal(pathing_data(&p)->boards, 2);
  assert_string_equal(pathing_data(&p)->board[1].title, "TPS phi");
  assert_true(pathing_data(&p)->board[1].watched);
  assert_null(pathing_data(&p)->formulas);
  good(&p, "mechanism", NULL);
  pathing_run(&p);
  assert_true(pathing_data(&p)->cards == 12 && pathing_data(&p)->formulas);
  good(&p, "axes", "n_native n_contacts");
  pathing_run(&p);
  assert_string_equal(pathing_data(&p)->map.y, "n_contacts");
  assert_int_equal(pathing_data(&p)->map.nx, 16);
  assert_int_equal(pathing_data(&p)->map.ny, 11);
  pathing_close(&p);
}

/* A map over other axes is there at once, with what is learnt, and costs no step: whoever has stopped
 * sees it. Shots are as they would have been. */
static void axes(void **state) {
  (void)state;
  pathing p, other;
  static const char nine[] =
      "{system: {kind: ising, width: 3, height: 3, temperature: 2}, shots: 60, learning: 40, "
      "steps: 0, mechanism: false, learn: {schedule: aimmd, hidden: 8}}";
  pathing_open(&p, nine, 1);
  pathing_open(&other, nine, 1);
  pathing_shots(&p, 30);
  pathing_shots(&other, 30);
  const uint64_t step = pathing_frame(&p)->step;
  good(&p, "axes", "cluster M");
  const rc_paths_data *d = pathing_data(&p);
  assert_true(pathing_frame(&p)->step == step);
  assert_string_equal(pathing_frame(&p)->phase, "shots");
  assert_string_equal(d->map.x, "cluster");
  assert_string_equal(d->map.y, "M");
  assert_true(d->map.nx > 1 && d->map.ny == 10 && d->map.energy && d->map.exact && d->map.learnt);
  refused(&p, "axes", "M M", "the map wants two features, not 'M' twice");
  assert_string_equal(pathing_data(&p)->map.x, "cluster");
  pathing_run(&p);
  pathing_run(&other);
  assert_true(pathing_frame(&p)->step == pathing_frame(&other)->step);
  const rc_paths_data *a = pathing_data(&p), *b = pathing_data(&other);
  assert_int_equal(a->strip_n, b->strip_n);
  for (int i = 0; i < a->strip_n; i++) {
    assert_true(a->strip[i].frames == b->strip[i].frames);
    assert_true(a->strip[i].p == b->strip[i].p);
  }
  pathing_close(&p);
  pathing_close(&other);
}

/* The model is frozen when it is asked for; the walk without rejections begins there. */
static void freeze(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p,
               "{system: {kind: ising, width: 3, height: 3, temperature: 2}, sampler: rfps, "
               "shots: 80, learning: 1000, steps: 0, mechanism: false, "
               "learn: {schedule: aimmd, hidden: 8}}",
               1);
  pathing_shots(&p, 2);
  refused(&p, "freeze", NULL, "freeze: there is no model before the first eight shots");
  refused(&p, "compare", NULL, "compare: the scenario wants no board; set 'steps'");
  pathing_shots(&p, 40);
  const rc_paths_data *d = pathing_data(&p);
  assert_true(d->learning && !d->frozen && !d->sampling.rfps && d->model > 3);
  assert_true(d->path.learnt && d->rmse > 0 && d->rmse < .5);
  const uint64_t model = d->model;
  good(&p, "freeze", NULL);
  refused(&p, "freeze", NULL, "freeze: the model is frozen already");
  pathing_run(&p);
  d = pathing_data(&p);
  assert_true(d->frozen && d->sampling.rfps && d->model == model);
  assert_true(d->learnt.shots == 80); /* forecasts go on */
  for (int i = 40; i < 80; i++) assert_true(d->strip[i].version == model);
  pathing_close(&p);
}

/* ---- what is wrong ---- */

static void wrong(void **state) {
  (void)state;
  static const struct {
    const char *name, *argument, *message;
  } bad[] = {
      {"shot", "61", "there is no shot 61; the last one is 60"},
      {"shot", "x", "shot wants the number of a shot, 0 for the initial path, not 'x'"},
      {"shot", NULL, "shot wants the number of a shot, 0 for the initial path"},
      {"shot", "-1", "shot wants the number of a shot, 0 for the initial path, not '-1'"},
      {"shot.next", NULL, "shot.next: there is none after shot 60"},
      {"shot.next", "3", "shot.next wants no argument, not '3'"},
      {"shot.prev", "3", "shot.prev wants no argument, not '3'"},
      {"shot.next-accepted", NULL, "shot.next-accepted: there is none after shot 60"},
      {"shot.prev-accepted", "1", "shot.prev-accepted wants no argument, not '1'"},
      {"frame", "", "frame wants the number of a frame, counted from 0 at the A end"},
      {"frame", "1.5", "frame wants the number of a frame, counted from 0 at the A end, not '1.5'"},
      {"frame.next", "2", "frame.next wants no argument, not '2'"},
      {"frame.prev", "2", "frame.prev wants no argument, not '2'"},
      {"flip.next", "2", "flip.next wants no argument, not '2'"},
      {"flip.prev", "2", "flip.prev wants no argument, not '2'"},
      {"frame.ts", "2", "frame.ts wants no argument, not '2'"},
      {"frame.sp", "2", "frame.sp wants no argument, not '2'"},
      {"frame.live", "2", "frame.live wants no argument, not '2'"},
      {"shoot", "0", "shoot wants a number of shots, 1 to 100000000, not '0'"},
      {"shoot", "many", "shoot wants a number of shots, 1 to 100000000, not 'many'"},
      {"branch", NULL, "branch wants the number of a shot to go back to, and how to go on"},
      {"branch", "99", "branch: there is no shot 99; the last one is 60"},
      {"branch", "9 fast",
       "branch: 'fast' is none of tps, rfps, uniform, lorentz, gauss, phi, density, nor a gamma "
       "from 0.001 to 1000"},
      {"select", NULL, "select wants a selection: lorentz 1, or rfps lorentz 3"},
      {"select", "lorentz 0",
       "select: '0' is none of tps, rfps, uniform, lorentz, gauss, phi, density, nor a gamma from "
       "0.001 to 1000"},
      {"gamma", "wide", "gamma wants a width from 0.001 to 1000, not 'wide'"},
      {"gamma", "0", "gamma wants a width from 0.001 to 1000, not '0'"},
      {"gamma", NULL, "gamma wants a width from 0.001 to 1000"},
      {"freeze", NULL, "freeze: nothing is learnt here"},
      {"freeze", "1", "freeze wants no argument, not '1'"},
      {"axes", "run", "axes wants two features, not 'run'"},
      {"axes", "run centr",
       "no feature of 'wsme' is called 'centr'; did you mean 'centre'?; there are n_native, "
       "n_contacts, n_sidechain, run, centre"},
      {"axes", "run run", "the map wants two features, not 'run' twice"},
      {"mechanism", "now", "mechanism wants no argument, not 'now'"},
      {"compare", "all", "compare wants no argument, not 'all'"},
      {"shots", "1", "study 'paths' knows no command 'shots'; did you mean 'shot'?"}};
  pathing p;
  pathing_open(&p, options, 1);
  refused(&p, "shot", "1", "shot: wait for the first path");
  refused(&p, "branch", "1", "branch: wait for the first path");
  good(&p, "frame.live", NULL);
  pathing_run(&p);
  rc_str before = {0}, after = {0};
  put_frame(&before, pathing_frame(&p));
  for (size_t i = 0; i < RC_LEN(bad); i++)
    refused(&p, bad[i].name, bad[i].argument, bad[i].message);
  put_frame(&after, pathing_frame(&p));
  assert_string_equal(rc_str_c(&before), rc_str_c(&after)); /* and nothing has changed */
  rc_str_free(&before);
  rc_str_free(&after);
  good(&p, "shot", "0");
  refused(&p, "frame.sp", NULL, "frame.sp: the initial path was not shot from another");
  refused(&p, "shot.prev", NULL, "shot.prev: there is none before shot 0");
  pathing_close(&p);
  pathing_open(&p, "{system: wsme, shots: 0}", 1);
  refused(&p, "shot", "1", "shot: this study solves the committor alone; set 'shots'");
  pathing_close(&p);
}

/* ---- in any phase ---- */

static void until_phase(pathing *p, const char *phase) {
  bool more = true;
  while (strcmp(pathing_frame(p)->phase, phase) != 0) {
    if (!more) fail_msg("it was never in phase '%s'", phase);
    more = rc_session_turn(p->s, 1);
  }
}

/* Shots wanted while the board or the mechanism is being made, or after the end, are shot; a
 * board wanted then is made. */
static void in_any_phase(void **state) {
  (void)state;
  static const char *const phases[] = {"board", "mechanism", "done"};
  for (size_t i = 0; i < RC_LEN(phases); i++) {
    pathing p;
    pathing_open(&p, "{system: wsme, shots: 60, learning: 0, steps: 20000}", 1);
    until_phase(&p, phases[i]);
    if (i == 2) {
      good(&p, "axes", "n_native run");
      assert_string_equal(pathing_frame(&p)->phase, "done");
      assert_string_equal(pathing_data(&p)->map.x, "n_native");
    }
    good(&p, "shoot", "3");
    pathing_run(&p);
    assert_true(pathing_real(&p, "shots") == 63);
    const rc_paths_data *d = pathing_data(&p);
    assert_true(d->boards == 2 && d->cards > 0 && d->formulas && d->relevance == NULL);
    assert_true((double)d->board[0].figures.steps >= 20000);
    good(&p, "mechanism", NULL);
    until_phase(&p, "mechanism");
    good(&p, "compare", NULL);
    assert_int_equal(pathing_data(&p)->boards, 0);
    pathing_run(&p);
    assert_int_equal(pathing_data(&p)->boards, 2);
    pathing_close(&p);
  }
}

/* Back at a shot, the gallery tells of no frame of those that are gone. */
static void gallery(void **state) {
  (void)state;
  pathing p;
  pathing_open(&p, "{system: wsme, shots: 300, learning: 0, steps: 0}", 1);
  pathing_run(&p);
  assert_true(pathing_data(&p)->gallery > 0 && pathing_data(&p)->frame[0].shot > 5);
  good(&p, "branch", "5");
  rc_session_turn(p.s, 1);
  const rc_paths_data *d = pathing_data(&p);
  for (int i = 0; i < d->gallery; i++) assert_true(d->frame[i].shot <= 5);
  assert_true(d->cards > 0 && d->formulas);
  assert_true(d->order_paths <= 1); /* ranks are of what came since */
  pathing_close(&p);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shots),      cmocka_unit_test(stepping),     cmocka_unit_test(branch),
      cmocka_unit_test(selections), cmocka_unit_test(axes),         cmocka_unit_test(freeze),
      cmocka_unit_test(wrong),      cmocka_unit_test(in_any_phase), cmocka_unit_test(gallery)};
  return cmocka_run_group_tests_name("commands of paths", tests, NULL, NULL);
}
