/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The views of the paths on the study itself: nothing is written outside of a pane whatever the
 * system and the stage, tables say what the snapshot holds, and keys, mouse and commands go to the
 * frames and shots they promise. */
#include "common.h"
#include "guarded.h"

#define LIGHT "burn: 5, steps: 500, learning: 16, learn: {hidden: 8, frames: false}"

static const char *const systems[] = {
    "title: Hairpin\n"
    "studies:\n"
    "  paths: {system: {kind: wsme}, sampler: rfps, shots: 40, mechanism: false, " LIGHT "}\n",
    "title: Plane\n"
    "studies:\n"
    "  paths: {system: {kind: potential, surface: dw, dynamics: walk, grid: 40}, shots: 30,\n"
    "          mechanism: false, " LIGHT "}\n",
    "title: Underdamped\n"
    "studies:\n"
    "  paths: {system: {kind: potential, surface: dw, dynamics: underdamped, grid: 40}, shots: "
    "10,\n"
    "          mechanism: false, " LIGHT "}\n",
    "title: Signs\n"
    "lattice: {kind: chain, cluster: [4]}\n"
    "model: {J1: 1}\n"
    "studies:\n"
    "  hilbert: {}\n"
    "  paths: {system: {kind: cut, temperature: 0.2}, shots: 30, mechanism: true, " LIGHT "}\n",
    "title: No exact solution\n"
    "studies:\n"
    "  paths: {system: {kind: ising, width: 5, height: 5, temperature: 2.6}, shots: 12,\n"
    "          mechanism: true, " LIGHT "}\n",
    "title: Triangular\n"
    "studies:\n"
    "  paths: {system: {kind: triangular, width: 3, height: 3, temperature: 2}, shots: 12,\n"
    "          mechanism: true, " LIGHT "}\n",
    "title: Exact alone\n"
    "studies:\n"
    "  paths: {system: {kind: stripes, temperature: 2}, shots: 0}\n"};

static int job_of(rc_ui *u) {
  return rc_session_find(u->session, "paths");
}

static const rc_paths_data *data_of(rc_ui *u) {
  const rc_frame *f = rc_ui_frame(u, job_of(u));
  return f && f->data ? rc_share_get(f->data) : NULL;
}

/* What was handed to the study is done. */
static void settle(rc_ui *u) {
  rc_session_turn(u->session, UINT64_MAX);
  rc_ui_tick(u, u->now);
}

static void key(rc_ui *u, int k) {
  rc_ui_key(u, k);
  settle(u);
}

static void line(rc_ui *u, const char *text) {
  do_line(u, text);
  settle(u);
}

static bool of_paths(const rc_view_class *v) {
  return strcmp(v->study, "paths") == 0;
}

/* ---- drawing ----------------------------------------------------------------------------------- */

static void draw_all(rc_ui *u, bool every_size) {
  static const int size[][2] = {{1, 1},  {1, 9},  {2, 5},  {5, 2},  {3, 3},  {7, 4},   {12, 3},
                                {13, 7}, {18, 7}, {24, 9}, {26, 8}, {40, 6}, {60, 11}, {96, 50}};
  for (int i = 0; rc_view_classes[i]; i++)
    for (int p = 0; of_paths(rc_view_classes[i]) && p < rc_view_classes[i]->panes; p++) {
      const rc_pane_class *pane = rc_view_classes[i]->pane[p];
      rc_view_context v = rc_ui_context(u, i, p);
      v.frame = rc_ui_frame(u, job_of(u));
      for (size_t k = every_size ? 0 : 9; k < RC_LEN(size); k++)
        for (int g = RC_G_BRAILLE; g <= RC_G_ASCII; g++) {
          v.crosshair = (int)k % 2 ? 3 * (int)k : -1;
          v.zoom = (int)k % 3 ? 0 : 4;
          v.log_axis = k % 4 == 1;
          const bool any = draw_guarded(pane, &v, size[k][0], size[k][1], (rc_graphics)g, k & 1);
          if (!any && size[k][0] > 12 && size[k][1] > 3)
            fail_msg("%s says nothing at %dx%d", pane->name, size[k][0], size[k][1]);
        }
    }
}

/* Before the first path, in the middle of the shots, at the end, and at the ends of a path. */
static void test_nothing_outside(void **state) {
  (void)state;
  for (size_t s = 0; s <= RC_LEN(systems); s++) {
    rc_ui *u = open_ui(s == RC_LEN(systems) ? SHOOTING : systems[s], true);
    draw_all(u, s == 0);
    run_steps(u, 1);
    draw_all(u, false);
    run_steps(u, 25);
    draw_all(u, false);
    rc_session_pause(u->session, false);
    run_out(u);
    draw_all(u, true);
    const rc_paths_data *d = data_of(u);
    assert_non_null(d);
    if (d->path.segments > 0) {
      line(u, "frame 0");
      draw_all(u, false);
      line(u, "frame.next");
      line(u, "shot 0"); /* the initial path: no shooting point */
      draw_all(u, false);
    }
    rc_ui_free(u);
  }
}

/* The same fields in monochrome: levels are told by characters, not by colours that are not there. */
static void test_levels_without_colours(void **state) {
  (void)state;
  rc_ui *u = open_ui(SHOOTING, false);
  run_out(u);
  line(u, "view theatre");
  char *colour = draw_text(u, 80, 24);
  line(u, "theme mono");
  char *mono = draw_text(u, 80, 24);
  assert_non_null(strstr(colour, "▀▀▀"));
  assert_null(strstr(mono, "▀▀▀"));
  assert_non_null(strstr(mono, "▓"));
  assert_non_null(strstr(mono, "░"));
  rc_free(colour);
  rc_free(mono);
  rc_ui_free(u);
}

/* ---- tables ------------------------------------------------------------------------------------ */

static const rc_pane_class *pane_of(const char *view, const char *name, int *i, int *p) {
  for (*i = 0; rc_view_classes[*i]; ++*i)
    for (*p = 0; *p < rc_view_classes[*i]->panes; ++*p)
      if (!strcmp(rc_view_classes[*i]->kind.name, view) &&
          !strcmp(rc_view_classes[*i]->pane[*p]->name, name))
        return rc_view_classes[*i]->pane[*p];
  fail_msg("no pane %s.%s", view, name);
  return NULL;
}

/* Checks the header and that each line has as many fields; returns the lines below it. */
static int csv_lines(rc_ui *u, const char *view, const char *name, const char *header) {
  int i, p, lines = 0;
  const rc_pane_class *pane = pane_of(view, name, &i, &p);
  rc_view_context v = rc_ui_context(u, i, p);
  rc_str out = {0};
  pane->csv(&v, &out);
  const char *at = rc_str_c(&out);
  if (strncmp(at, header, strlen(header)) != 0) fail_msg("%s.%s: %s", view, name, at);
  const int want = fields_of(&at);
  for (; *at; lines++)
    if (fields_of(&at) != want) fail_msg("%s.%s, line %d of\n%s", view, name, lines + 2, out.text);
  rc_str_free(&out);
  return lines;
}

static void test_tables(void **state) {
  (void)state;
  rc_ui *u = open_ui(SHOOTING, false);
  run_out(u);
  const rc_paths_data *d = data_of(u);
  int cells = 0, bins = 0;
  for (int k = 0; k < d->map.nx * d->map.ny; k++) cells += !isnan(d->map.energy[k]);
  for (int b = 0; b < RC_RELIABILITY_BINS; b++) bins += d->learnt.bin_n[b] >= 1;
  assert_true(cells > 10 && d->gallery > 0 && d->tree > 10 && d->boards == 2);
  assert_int_equal(csv_lines(u, "theatre", "map", "M,E,free_energy,p_learnt,p_exact,state\n"),
                   cells);
  assert_int_equal(
      csv_lines(u, "theatre", "along", "frame,dwell,u,p_learnt,p_low,p_high,p_exact,M,E,cluster\n"),
      d->path.segments);
  assert_int_equal(csv_lines(u, "theatre", "frame", "spin,place,up\n"), 9);
  assert_int_equal(csv_lines(u, "theatre", "shots", "shot,parent,p,p_select,forward,backward,"),
                   d->strip_n);
  assert_true(csv_lines(u, "theatre", "figures", "name,value\n") > 5);
  assert_int_equal(
      csv_lines(u, "training", "counts", "shots,generated,expected,oracle,loss,validation,rmse\n"),
      d->curve);
  assert_int_equal(csv_lines(u, "training", "reliability", "halves,p_forecast,observed,error\n"),
                   bins);
  assert_int_equal(csv_lines(u, "training", "points", "q,share,asked_for\n"), 40);
  assert_int_equal(csv_lines(u, "tree", "tree", "shot,parent,transition,accepted,before,after,"),
                   d->tree);
  assert_int_equal(csv_lines(u, "board", "table", "sampler,shots,steps,yield,yield_oracle,"), 2);
  assert_int_equal(csv_lines(u, "board", "histogram", "p,exact,TPS uniform,TPS lorentz 1\n"), 10);
  assert_int_equal(csv_lines(u, "mechanism", "formulas", "terms,operations,loss,held_out_loss,"),
                   d->formulas->n);
  assert_int_equal(csv_lines(u, "mechanism", "relevance", "input,rise_of_loss,deviation\n"),
                   d->groups);
  assert_int_equal(csv_lines(u, "mechanism", "cards", "coordinate,eta2,rmse,values\n"), d->cards);
  assert_int_equal(csv_lines(u, "mechanism", "gallery", "shot,frame,q,state\n"), d->gallery);
  assert_int_equal(csv_lines(u, "mechanism", "order", "spin,place,rank\n"), d->order);
  rc_ui_free(u);
}

/* ---- keys -------------------------------------------------------------------------------------- */

static rc_ui *open_done(const char *view, const char *pane) {
  char text[48];
  rc_ui *u = open_ui(SHOOTING, false);
  run_out(u);
  snprintf(text, sizeof text, "view %s", view);
  line(u, text);
  snprintf(text, sizeof text, "pane.focus %s", pane);
  line(u, text);
  return u;
}

static void test_frames(void **state) {
  (void)state;
  static const char *const panes[] = {"map", "along", "frame"};
  for (size_t k = 0; k < RC_LEN(panes); k++) {
    rc_ui *u = open_done("theatre", panes[k]);
    key(u, RC_KEY_HOME);
    assert_int_equal(data_of(u)->path.frame, 0);
    assert_int_equal(data_of(u)->path.segment, 0);
    key(u, RC_KEY_RIGHT);
    assert_int_equal(data_of(u)->path.frame, 1);
    key(u, 'f');
    key(u, 'f');
    const rc_paths_view *path = &data_of(u)->path;
    assert_true(path->segment >= 2 && path->frame == path->at[path->segment]);
    const int at = path->segment;
    key(u, 'F');
    assert_int_equal(data_of(u)->path.segment, at - 1);
    key(u, RC_KEY_LEFT);
    path = &data_of(u)->path;
    assert_int_equal(path->frame, path->at[at - 1] - 1);
    key(u, RC_KEY_END);
    path = &data_of(u)->path;
    assert_int_equal(path->segment, path->segments - 1);
    key(u, 'P');
    path = &data_of(u)->path;
    assert_int_equal(path->segment, path->sp);
    key(u, 'i');
    path = &data_of(u)->path;
    for (int s = 0; s < path->segments; s++)
      assert_true(fabs(path->learnt[path->segment] - .5) <= fabs(path->learnt[s] - .5) + 1e-12);
    rc_ui_free(u);
  }
}

/* Shots and frames are gone through in the present: who looks back is taken there, and told. */
static void test_frames_from_the_past(void **state) {
  (void)state;
  rc_ui *u = open_done("theatre", "map");
  key(u, RC_KEY_HOME);
  for (int k = 0; k < 2; k++) {
    key(u, ',');
    assert_true(rc_ui_in_past(u));
    key(u, k ? 'f' : RC_KEY_RIGHT);
    assert_false(rc_ui_in_past(u));
    assert_shows(u, 100, 30, "back in the present, where shots and frames are gone through");
    assert_true(data_of(u)->path.frame >= k + 1);
  }
  rc_ui_free(u);
}

static void test_shots(void **state) {
  (void)state;
  rc_ui *u = open_done("theatre", "along");
  const uint64_t newest = data_of(u)->path.shot;
  assert_int_equal(newest, 120);
  assert_false(data_of(u)->chosen);
  key(u, RC_KEY_UP);
  assert_int_equal(data_of(u)->path.shot, newest - 1);
  assert_true(data_of(u)->chosen);
  key(u, RC_KEY_DOWN);
  assert_int_equal(data_of(u)->path.shot, newest);
  line(u, "pane.focus shots");
  for (int i = 0; i < 5; i++) key(u, RC_KEY_UP); /* by ten */
  assert_int_equal(data_of(u)->path.shot, newest - 50);
  key(u, RC_KEY_RIGHT);
  assert_int_equal(data_of(u)->path.shot, newest - 49);
  key(u, 'a');
  const rc_paths_data *d = data_of(u);
  assert_true(d->path.shot > newest - 49);
  for (int i = 0; i < d->strip_n; i++) { /* none between was accepted */
    const rc_shot *s = &d->strip[i];
    if (s->id > newest - 49 && s->id <= d->path.shot)
      assert_int_equal(s->accepted, s->id == d->path.shot);
  }
  key(u, 'w');
  assert_false(data_of(u)->chosen);
  assert_int_equal(data_of(u)->path.shot, newest);
  rc_ui_free(u);
}

static void test_tree_and_gallery(void **state) {
  (void)state;
  rc_ui *u = open_done("tree", "tree");
  key(u, RC_KEY_HOME);
  key(u, RC_KEY_DOWN);
  key(u, RC_KEY_DOWN);
  assert_int_equal(data_of(u)->path.shot, data_of(u)->leaf[2].id);
  key(u, 13);
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "theatre");
  line(u, "view mechanism");
  line(u, "pane.focus gallery");
  key(u, RC_KEY_RIGHT);
  const rc_paths_gallery g = data_of(u)->frame[1];
  key(u, 13);
  assert_string_equal(rc_view_classes[rc_ui_view(u)]->kind.name, "theatre");
  const rc_paths_view *path = &data_of(u)->path;
  assert_int_equal(path->shot, g.shot);
  assert_int_equal(path->frame, g.frame);
  assert_int_equal(path->state[path->segment].u, g.state[0].u);
  rc_ui_free(u);
}

/* The slider, the strip and the plot answer the mouse. */
static void test_mouse(void **state) {
  (void)state;
  rc_ui *u = open_done("theatre", "along");
  rc_free(draw_text(u, 80, 24));
  int i, p;
  pane_of("theatre", "along", &i, &p);
  rc_rect r = u->pane[i][p].inner;
  assert_true(r.w > 0);
  rc_ui_mouse(u, (rc_mouse){r.x + r.w - 1, r.y + 3, RC_M_PRESS});
  settle(u);
  const rc_paths_view *path = &data_of(u)->path;
  assert_int_equal(path->segment, path->segments - 1);
  pane_of("theatre", "frame", &i, &p);
  r = u->pane[i][p].inner;
  rc_ui_mouse(u, (rc_mouse){r.x, r.y + r.h - 2, RC_M_PRESS});
  settle(u);
  assert_int_equal(data_of(u)->path.frame, 0);
  pane_of("theatre", "shots", &i, &p);
  rc_free(draw_text(u, 80, 24));
  r = u->pane[i][p].inner;
  rc_ui_mouse(u, (rc_mouse){r.x + 2, r.y, RC_M_PRESS});
  settle(u);
  const uint64_t first = data_of(u)->path.shot;
  rc_free(draw_text(u, 80, 24));
  rc_ui_mouse(u, (rc_mouse){r.x + 3, r.y, RC_M_PRESS});
  settle(u);
  assert_int_equal(data_of(u)->path.shot, first + 1);
  rc_ui_free(u);
}

/* ---- commands ---------------------------------------------------------------------------------- */

static void test_commands(void **state) {
  (void)state;
  rc_ui *u = open_done("theatre", "map");
  line(u, "shot 17");
  assert_int_equal(data_of(u)->path.shot, 17);
  key(u, 'H'); /* after tps lorentz */
  assert_int_equal(data_of(u)->sampling.select, RC_SELECT_GAUSS);
  line(u, "select tps uniform");
  assert_int_equal(data_of(u)->sampling.select, RC_SELECT_UNIFORM);
  line(u, "gamma 3");
  assert_true(fabs(data_of(u)->sampling.gamma - 3) < 1e-12);
  const char before = data_of(u)->map.y[0];
  assert_string_equal(data_of(u)->map.x, "M");
  key(u, 'A');
  assert_true(data_of(u)->map.y[0] != before);
  line(u, "axes M E");
  assert_string_equal(data_of(u)->map.y, "E");
  key(u, 'K');
  assert_true(data_of(u)->frozen);
  line(u, "shot 100");
  line(u, "branch");
  assert_int_equal(data_of(u)->branches, 1);
  assert_message(u, "goes on from shot 100");
  line(u, "gamma 0.5");
  assert_message(u, "gamma 0.5 from the next shot on");
  rc_ui_free(u);
  u = open_ui(SQUARE, true);
  assert_refused(u, "shot.next", "no study of paths");
  assert_refused(u, "branch", "no study of paths");
  assert_refused(u, "select", "no study of paths");
  rc_ui_free(u);
}

/* v goes through what there is to see: learnt, exact, difference, free energy. */
static void test_map_modes(void **state) {
  (void)state;
  static const char *const modes[] = {"p learnt", "p exact", "learnt - exact", "free energy",
                                      "p learnt"};
  rc_ui *u = open_done("theatre", "map");
  for (size_t k = 0; k < RC_LEN(modes); k++) {
    assert_shows(u, 80, 24, modes[k]);
    key(u, 'v');
  }
  rc_ui_free(u);
  u = open_ui(systems[4], false); /* nothing exact: no map, but the path */
  run_out(u);
  assert_shows(u, 80, 24, "too many states for a map");
  rc_ui_free(u);
}

/* A sign that flips is a state of the magnet. */
static void test_linked_state(void **state) {
  (void)state;
  rc_ui *u = open_ui(systems[3], false);
  run_out(u);
  line(u, "view theatre");
  line(u, "pane.focus frame");
  line(u, "shot 1");
  line(u, "frame 0");
  line(u, "flip.next");
  const rc_paths_view *path = &data_of(u)->path;
  const uint64_t change = path->state[0].u ^ path->state[1].u;
  assert_true(change != 0 && (change & (change - 1)) == 0);
  key(u, 13);
  assert_int_equal(u->selected_state, __builtin_ctzll(change));
  rc_ui_free(u);
}

/* What a number would be wrong for, or is still lacking, is said in words. */
static void test_no_numbers(void **state) {
  (void)state;
  rc_ui *u = open_ui("title: Cold\n"
                     "studies:\n"
                     "  paths:\n"
                     "    system: {kind: ising, width: 3, height: 3, temperature: 0.05, A: M <= -7,"
                     " B: M >= 7}\n"
                     "    sampler: {kind: tps, select: uniform}\n"
                     "    most: 100000\n    shots: 20\n    learning: 0\n    mechanism: false\n"
                     "    steps: 60000\n    compare: [tps]\n",
                     false);
  run_out(u);
  line(u, "view board");
  assert_shows(u, 120, 40, "biased: not comparable");
  line(u, "view theatre");
  assert_shows(u, 120, 40, "errors need 2"); /* of 257 after the burn-in */
  rc_ui_free(u);
  u = open_ui(systems[0], false);
  while (!data_of(u) || data_of(u)->strip_n < 10) {
    rc_session_turn(u->session, 1);
    rc_ui_tick(u, u->now);
  }
  do_line(u, "view theatre");
  assert_shows(u, 120, 40, "then RFPS lorentz 1");
  do_line(u, "branch 5 rfps");
  assert_message(u, "rfps waits for a frozen model");
  run_out(u);
  assert_shows(u, 120, 40, "in the averages");
  rc_ui_free(u);
}

/* The figures of a shot are of how it was shot, whatever the sampler is now; the weight of what is no
 * transition is none. The temperature of the chain has its unit. */
static void test_figures_of_a_shot(void **state) {
  (void)state;
  rc_ui *u = open_ui(systems[0], false);
  run_out(u);
  do_line(u, "view theatre");
  assert_shows(u, 120, 40, " 297 K");
  do_line(u, "shoot 60");
  run_out(u);
  bool seen[3] = {false};
  assert_true(data_of(u)->sampling.rfps);
  for (int k = 0; k < data_of(u)->strip_n; k++) {
    const rc_shot s = data_of(u)->strip[k];
    const int kind = !s.rfps ? 0 : s.transition ? 1 : 2;
    char command[32];
    if (seen[kind]) continue;
    seen[kind] = true;
    snprintf(command, sizeof command, "shot %d", (int)s.id);
    line(u, command);
    char *text = draw_text(u, 120, 40);
    const char *weight = strstr(text, "weight 1/B");
    if ((weight != NULL) != (kind > 0)) fail_msg("shot %d, kind %d:\n%s", (int)s.id, kind, text);
    if (weight) {
      weight += strlen("weight 1/B");
      weight += strspn(weight, " ");
      assert_true((strncmp(weight, "–", strlen("–")) == 0) == (kind == 2));
    }
    rc_free(text);
  }
  assert_true(seen[0] && seen[1] && seen[2]);
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_outside),
                                     cmocka_unit_test(test_levels_without_colours),
                                     cmocka_unit_test(test_tables),
                                     cmocka_unit_test(test_frames),
                                     cmocka_unit_test(test_frames_from_the_past),
                                     cmocka_unit_test(test_shots),
                                     cmocka_unit_test(test_tree_and_gallery),
                                     cmocka_unit_test(test_mouse),
                                     cmocka_unit_test(test_commands),
                                     cmocka_unit_test(test_map_modes),
                                     cmocka_unit_test(test_linked_state),
                                     cmocka_unit_test(test_no_numbers),
                                     cmocka_unit_test(test_figures_of_a_shot)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
