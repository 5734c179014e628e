/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explorer on a real study: running, looking back, knobs, selection, mouse, sizes. */
#include "common.h"

#include <math.h>

static uint64_t step_of(rc_ui *u) {
  const rc_frame *f = rc_ui_frame(u, rc_ui_view_job(u, rc_ui_view(u)));
  return f ? f->step : 0;
}

static void tick(rc_ui *u, int n) {
  for (int i = 0; i < n; i++) rc_ui_tick(u, u->now);
}

static void test_pause_and_step(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  tick(u, 5);
  assert_int_equal(step_of(u), 0);
  assert_shows(u, 80, 24, "paused");
  keys(u, ".");
  tick(u, 5);
  assert_int_equal(step_of(u), 1);
  keys(u, "12.");
  tick(u, 20);
  assert_int_equal(step_of(u), 13);
  assert_int_equal(u->tab, 0); /* '1' was the beginning of a number, not a view */
  keys(u, " ");
  run_out(u);
  assert_shows(u, 80, 24, "done");
  assert_true(step_of(u) > 13);
  rc_ui_free(u);
}

static void test_digits(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  assert_true(u->tabs >= 2);
  keys(u, "2");
  assert_int_equal(u->tab, 1);
  keys(u, "x1");
  assert_int_equal(u->tab, 0);
  keys(u, "x2");
  assert_int_equal(u->tab, 1);
  keys(u, "1"); /* quickly one after the other */
  assert_int_equal(u->tab, 0);
  keys(u, "x2x");
  keys(u, "10");
  assert_int_equal(u->tab, 1); /* a number in the making shows the view it was begun in */
  rc_ui_key(u, 27);
  keys(u, "1");
  assert_int_equal(u->tab, 0);
  rc_ui_tick(u, 10); /* an old digit is not the beginning of anything */
  keys(u, "2");
  assert_int_equal(u->tab, 1);
  keys(u, "99999999999999999999.");
  tick(u, 3);
  rc_ui_free(u);
}

static void test_looking_back(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  for (int i = 0; i < 6; i++) {
    keys(u, ".");
    tick(u, 2);
  }
  assert_int_equal(step_of(u), 6);
  keys(u, ",");
  assert_int_equal(step_of(u), 5);
  keys(u, "3,");
  assert_int_equal(step_of(u), 2);
  assert_shows(u, 80, 24, "looking back");
  keys(u, ";");
  assert_int_equal(step_of(u), 3);
  keys(u, "99,");
  assert_true(step_of(u) <= 1);
  keys(u, ".");
  tick(u, 2);
  assert_int_equal(step_of(u), 1); /* a step forward from there, as it was the first time */
  keys(u, "4.");
  assert_int_equal(step_of(u), 5);
  keys(u, "3."); /* one of them to the present, and two new ones */
  tick(u, 4);
  assert_null(u->job[0].past);
  assert_int_equal(step_of(u), 8);
  keys(u, ",,");
  rc_ui_key(u, 27);
  assert_int_equal(step_of(u), 8);
  assert_hides(u, 80, 24, "looking back");
  keys(u, "2,");
  do_line(u, "history.forward 99");
  assert_null(u->job[0].past);
  rc_ui_free(u);
}

/* A frame of the past is the same frame, so what it shows is the same too. */
static void test_the_past_does_not_change(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "8.");
  tick(u, 20);
  char *then = draw_text(u, 100, 30);
  keys(u, "5.");
  tick(u, 20);
  keys(u, "5,");
  assert_int_equal(step_of(u), 8);
  rc_share *frame = u->job[0].past;
  assert_non_null(frame);
  assert_int_equal(((const rc_frame *)rc_share_get(frame))->step, 8);
  rc_free(then);
  rc_ui_free(u);
}

static double coupling(rc_ui *u, int k) {
  return rc_ui_scenario(u)->model.J[k];
}

static void test_knobs(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  const rc_hilbert_data *d = rc_ui_context(u, rc_ui_view(u), 0).hilbert;
  assert_non_null(d);
  double before = d->eigen.energy;
  do_line(u, "knob.select J2");
  keys(u, "+");
  assert_true(fabs(coupling(u, 1) - 0.45) <= 1e-12);
  keys(u, "---");
  assert_true(fabs(coupling(u, 1) - 0.3) <= 1e-12);
  keys(u, "}");
  assert_true(fabs(coupling(u, 1) - 0.31) <= 1e-12);
  keys(u, "{{");
  assert_true(fabs(coupling(u, 1) - 0.29) <= 1e-12);
  assert_message(u, "J2");
  run_out(u);
  d = rc_ui_context(u, rc_ui_view(u), 0).hilbert;
  assert_true(d->eigen.energy != before);
  keys(u, "u");
  assert_true(fabs(coupling(u, 1) - 0.3) <= 1e-12);
  rc_ui_key(u, 18);
  assert_true(fabs(coupling(u, 1) - 0.29) <= 1e-12);
  keys(u, "0");
  assert_true(fabs(coupling(u, 1) - 0.4) <= 1e-12);
  run_out(u);
  d = rc_ui_context(u, rc_ui_view(u), 0).hilbert;
  assert_true(d->eigen.energy == before); /* the same bytes as the first time */
  assert_string_equal(u->knob_of[u->knob].key.name, "model.J2");
  for (int i = 0; u->knob >= 0 && i < 50; i++) keys(u, "]");
  assert_int_equal(u->knob, -1);
  rc_ui_free(u);
}

static void test_zoom_without_a_knob(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "+++-");
  assert_int_equal(rc_ui_pane_state(u)->zoom, 2);
  keys(u, "++++++++++++");
  assert_int_equal(rc_ui_pane_state(u)->zoom, 8);
  keys(u, "0");
  assert_int_equal(rc_ui_pane_state(u)->zoom, 0);
  rc_ui_free(u);
}

static void test_panes_and_full_screen(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  int v = rc_ui_view(u), n = rc_view_classes[v]->panes;
  for (int i = 1; i <= n; i++) {
    rc_ui_key(u, 9);
    assert_int_equal(u->focus[v], i % n);
    const char *title = rc_view_classes[v]->pane[i % n]->title;
    assert_shows(u, 60, 16, title); /* whatever is focused is on the screen */
    assert_shows(u, 80, 24, title);
    assert_shows(u, 120, 40, title);
  }
  rc_ui_key(u, RC_KEY_BACKTAB);
  assert_int_equal(u->focus[v], n - 1);
  keys(u, "ga");
  assert_int_equal(u->focus[v], 0);
  keys(u, "z");
  assert_shows(u, 120, 40, "a lattice");
  assert_hides(u, 120, 40, "b couplings");
  rc_ui_key(u, 27);
  assert_false(u->full);
  rc_ui_free(u);
}

static void test_crosshair(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  rc_free(draw_text(u, 80, 24));
  do_line(u, "crosshair");
  int at = rc_ui_pane_state(u)->crosshair;
  assert_true(at > 0);
  do_line(u, "crosshair 7");
  assert_int_equal(rc_ui_pane_state(u)->crosshair, 7);
  do_line(u, "crosshair 999");
  rc_free(draw_text(u, 80, 24));
  assert_true(rc_ui_pane_state(u)->crosshair < 80);
  rc_ui_key(u, 27);
  assert_int_equal(rc_ui_pane_state(u)->crosshair, -1);
  rc_ui_free(u);
}

static void test_selection_is_linked(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  do_line(u, "select.state 11110000");
  uint64_t s = u->selected_state;
  rc_view_context c = rc_ui_context(u, rc_ui_view(u), 0);
  assert_int_equal(rc_basis_config(c.hilbert->basis, s), 0xf0);
  assert_refused(u, "select.state 11111111", "no state of this sector");
  assert_refused(u, "select.state 70", "0 to 69");
  do_line(u, "select.state 69");
  do_line(u, "set sector.sz 4"); /* one state only: the selection must not point behind it */
  run_out(u);
  c = rc_ui_context(u, rc_ui_view(u), 0);
  assert_int_equal(c.selected_state, 0);
  rc_free(draw_text(u, 120, 40));
  rc_ui_select_state(u, 1);
  assert_int_equal(rc_ui_context(u, rc_ui_view(u), 0).selected_state, 0);
  rc_ui_free(u);
}

static void test_values(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  assert_int_equal(rc_ui_value(u, "p", "row"), 0);
  rc_free(draw_text(u, 80, 24));
  rc_ui_set_value(u, "p", "row", 0);
  assert_false(rc_ui_dirty(u));
  for (int i = 1; i < 100; i++) {
    char name[24];
    snprintf(name, sizeof name, "v%d", i);
    rc_ui_set_value(u, "p", name, i);
    rc_ui_set_value(u, "q", name, -i);
  }
  assert_true(rc_ui_dirty(u));
  assert_int_equal(rc_ui_value(u, "p", "v57"), 57);
  assert_int_equal(rc_ui_value(u, "q", "v57"), -57);
  rc_ui_free(u);
}

static void test_at_rest_nothing_is_drawn(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  double now = 100;
  for (int i = 0; i < 3; i++) {
    rc_ui_tick(u, now += 0.1);
    rc_free(draw_text(u, 120, 40));
  }
  for (int i = 0; i < 50; i++) {
    rc_ui_tick(u, now += 0.7);
    assert_false(rc_ui_dirty(u));
  }
  keys(u, "z");
  assert_true(rc_ui_dirty(u));
  rc_ui_free(u);
}

static void test_breakpoint_stops(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  do_line(u, "break.add step = 4");
  keys(u, " ");
  tick(u, 60);
  assert_int_equal(step_of(u), 4);
  assert_message(u, "stopped: step = 4");
  keys(u, "b");
  assert_shows(u, 80, 24, "step = 4");
  keys(u, "d");
  assert_hides(u, 80, 24, "step = 4");
  rc_ui_key(u, 27);
  keys(u, "ba");
  keys(u, "gap <");
  assert_true(u->prompt.error[0]);
  keys(u, " 9");
  assert_false(u->prompt.error[0]);
  rc_ui_key(u, 13);
  assert_shows(u, 80, 24, "gap < 9");
  rc_ui_free(u);
}

static void test_restart_and_seed(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  uint64_t steps = step_of(u);
  keys(u, "r");
  assert_message(u, "seed 1");
  run_out(u);
  assert_int_equal(step_of(u), steps);
  keys(u, "S");
  assert_int_equal(rc_session_seed(u->session), 2);
  do_line(u, "seed 77");
  assert_int_equal(rc_session_seed(u->session), 77);
  assert_shows(u, 80, 24, "seed 77");
  rc_ui_free(u);
}

static void test_stop_and_quit(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  rc_ui_key(u, 3);
  assert_false(rc_ui_quit(u));
  assert_shows(u, 80, 24, "stopped");
  keys(u, "z"); /* another key between them: not twice */
  rc_ui_key(u, 3);
  assert_false(rc_ui_quit(u));
  rc_ui_key(u, 3);
  assert_true(rc_ui_quit(u));
  rc_ui_free(u);

  u = open_ui(SQUARE, true);
  keys(u, "z?q"); /* q is text in the help */
  rc_ui_key(u, 27);
  rc_ui_key(u, 27);
  keys(u, "q"); /* leaves the full screen */
  assert_false(u->full);
  assert_false(rc_ui_quit(u));
  keys(u, "q");
  assert_true(rc_ui_quit(u));
  rc_ui_key(u, 26);
  assert_true(rc_ui_suspend(u));
  assert_false(rc_ui_suspend(u));
  rc_ui_key(u, 12);
  assert_true(rc_ui_redraw(u));
  assert_false(rc_ui_redraw(u));
  rc_ui_free(u);
}

/* ---- mouse ------------------------------------------------------------------------------------
 */

static void click(rc_ui *u, int x, int y) {
  rc_ui_mouse(u, (rc_mouse){x, y, RC_M_PRESS});
  rc_ui_mouse(u, (rc_mouse){x, y, RC_M_RELEASE});
}

/* Where a text is on the screen: column in cells. */
static bool locate(rc_ui *u, int cols, int rows, const char *text, int *x, int *y) {
  char *screen = draw_text(u, cols, rows), *line = screen;
  bool found = false;
  for (int row = 0; !found && line; row++) {
    char *end = strchr(line, '\n');
    if (end) *end = 0;
    char *at = strstr(line, text);
    if (at) {
      *at = 0;
      *x = rc_text_width(line), *y = row;
      found = true;
    }
    line = end ? end + 1 : NULL;
  }
  rc_free(screen);
  return found;
}

static void click_text(rc_ui *u, int cols, int rows, const char *text) {
  int x = 0, y = 0;
  if (!locate(u, cols, rows, text, &x, &y)) fail_msg("'%s' is not on the screen", text);
  click(u, x, y);
}

static void test_mouse_tabs_panes_footer(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  for (int t = u->tabs; t-- > 0;) {
    char tab[80];
    snprintf(tab, sizeof tab, "%d %s", t + 1, rc_view_classes[u->tab_view[t]]->kind.title);
    click_text(u, 120, 40, tab);
    assert_int_equal(u->tab, t);
  }
  int v = rc_ui_view(u);
  for (int p = 0; p < rc_view_classes[v]->panes; p++) {
    char title[80];
    snprintf(title, sizeof title, "%c %s", 'a' + p, rc_view_classes[v]->pane[p]->title);
    int x, y;
    if (!locate(u, 160, 50, title, &x, &y)) continue;
    click(u, x, y);
    assert_int_equal(u->focus[v], p);
  }
  u->focus[v] = 0;
  click_text(u, 200, 40, "? help");
  assert_int_equal(u->over, RC_OVER_HELP);
  rc_ui_key(u, 27);
  rc_free(draw_text(u, 120, 40));
  click_text(u, 120, 40, "paused");
  assert_false(rc_session_paused(u->session));
  rc_ui_free(u);
}

static void test_mouse_drag_and_wheel(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  rc_free(draw_text(u, 120, 40));
  rc_rect r = rc_ui_pane_state(u)->inner;
  assert_true(r.w > 20);
  rc_ui_mouse(u, (rc_mouse){-1, -1, RC_M_PRESS});
  rc_ui_mouse(u, (rc_mouse){5000, 5000, RC_M_WHEEL_UP});
  rc_ui_mouse(u, (rc_mouse){r.x + 3, r.y + 3, RC_M_DRAG}); /* no button went down in a pane */
  assert_int_equal(rc_ui_pane_state(u)->crosshair, -1);
  int x, y;
  if (locate(u, 120, 40, "J2", &x, &y)) rc_ui_mouse(u, (rc_mouse){x, y, RC_M_WHEEL_UP});
  rc_ui_free(u);
}

/* What is drawn may be older than what is there: a pane that is gone takes no mouse. */
static void test_mouse_on_a_pane_that_is_gone(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  rc_free(draw_text(u, 120, 40));
  const rc_rect r = rc_ui_pane_state(u)->inner;
  const int view = rc_ui_view(u);
  const rc_pane_state before = u->pane[view][0];
  u->tabs = u->tab = 0; /* the hits of the last drawing stay until the next one */
  for (int what = RC_M_PRESS; what <= RC_M_WHEEL_DOWN; what++)
    rc_ui_mouse(u, (rc_mouse){r.x + 3, r.y + 3, what});
  assert_int_equal(u->pane[view][0].zoom, before.zoom);
  assert_int_equal(u->pane[view][0].crosshair, before.crosshair);
  rc_free(draw_text(u, 120, 40));
  rc_ui_free(u);
}

static void test_mouse_on_knobs_and_header(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  int x, y;
  assert_true(locate(u, 120, 40, "J2 0.4", &x, &y));
  rc_ui_mouse(u, (rc_mouse){x, y, RC_M_WHEEL_UP});
  assert_true(fabs(coupling(u, 1) - 0.45) <= 1e-12);
  rc_ui_mouse(u, (rc_mouse){x, y, RC_M_WHEEL_DOWN});
  rc_ui_mouse(u, (rc_mouse){x, y, RC_M_WHEEL_DOWN});
  assert_true(fabs(coupling(u, 1) - 0.35) <= 1e-12);
  click(u, x, y);
  assert_int_equal(u->knob, -1); /* it was selected: a press lets it go */
  click(u, x, y);
  assert_string_equal(u->knob_of[u->knob].key.name, "model.J2");
  click_text(u, 120, 40, "Small square");
  assert_int_equal(u->over, RC_OVER_FORM);
  rc_ui_key(u, 27);
  click_text(u, 120, 40, "seed 1");
  assert_int_equal(u->over, RC_OVER_PALETTE);
  rc_ui_key(u, 27);
  rc_ui_message(u, RC_DIM, "press here");
  click_text(u, 120, 40, "press here");
  assert_int_equal(u->over, RC_OVER_EVENTS);
  click_text(u, 120, 40, "a lattice"); /* what is under an overlay takes no clicks */
  assert_int_equal(u->over, RC_OVER_EVENTS);
  rc_ui_free(u);
}

/* Every pane: wheel, press and drag do something or nothing, but never harm; where the pane has no
 * use for a drag the crosshair follows it. */
static void test_mouse_in_panes(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  bool dragged = false, zoomed = false;
  for (int t = 0; t < u->tabs; t++) {
    u->tab = t;
    int v = u->tab_view[t];
    rc_free(draw_text(u, 140, 45));
    for (int p = 0; p < rc_view_classes[v]->panes; p++) {
      rc_rect r = u->pane[v][p].inner;
      if (r.w <= 0) continue;
      rc_ui_mouse(u, (rc_mouse){r.x + r.w / 2, r.y + r.h / 2, RC_M_WHEEL_UP});
      zoomed |= u->pane[v][p].zoom == 1;
      rc_ui_mouse(u, (rc_mouse){r.x + 1, r.y + r.h / 2, RC_M_PRESS});
      assert_int_equal(u->focus[v], p);
      for (int x = 2; x < r.w + 20; x += 3)
        rc_ui_mouse(u, (rc_mouse){RC_MIN(r.x + x, 139), r.y + r.h / 2, RC_M_DRAG});
      rc_ui_mouse(u, (rc_mouse){r.x + r.w - 1, r.y + r.h / 2, RC_M_RELEASE});
      assert_true(u->pane[v][p].crosshair < r.w);
      dragged |= u->pane[v][p].crosshair == r.w - 1;
      rc_free(draw_text(u, 140, 45));
    }
  }
  assert_true(zoomed);
  assert_true(dragged);
  rc_ui_free(u);
}

static void test_arrows_move_the_crosshair(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  do_line(u, "pane.focus state.convergence");
  rc_free(draw_text(u, 80, 24));
  do_line(u, "crosshair 5");
  int at = rc_ui_pane_state(u)->crosshair;
  keys(u, "l"); /* Right while there is a crosshair, else the log axis */
  assert_int_equal(rc_ui_pane_state(u)->crosshair, at + 1);
  keys(u, "hh");
  assert_int_equal(rc_ui_pane_state(u)->crosshair, at - 1);
  rc_ui_key(u, RC_KEY_END);
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_int_equal(rc_ui_pane_state(u)->crosshair, rc_ui_pane_state(u)->inner.w - 1);
  rc_ui_key(u, RC_KEY_HOME);
  rc_ui_key(u, RC_KEY_LEFT);
  assert_int_equal(rc_ui_pane_state(u)->crosshair, 0);
  rc_ui_free(u);
}

static void test_search(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  do_line(u, "pane.focus lattice.couplings");
  assert_refused(u, "search.next", "nothing to find yet");
  keys(u, "/delta");
  rc_ui_key(u, 13);
  assert_message(u, "match 1 of 1");
  assert_string_equal(u->knob_of[u->knob].key.name, "model.delta");
  assert_refused(u, "search unicorn", "is not in this pane");
  do_line(u, "search J");
  int64_t first = u->search_row;
  assert_message(u, "match 1 of");
  keys(u, "n");
  assert_true(u->search_row > first);
  keys(u, "N");
  assert_int_equal(u->search_row, first);
  keys(u, "N"); /* round the end */
  assert_true(u->search_row > first);
  keys(u, "n");
  assert_int_equal(u->search_row, first);
  keys(u, "/"); /* nothing typed: the same again; something typed: that alone */
  assert_shows(u, 80, 24, "find (Enter: J)");
  rc_ui_key(u, 13);
  assert_true(u->search_row > first);
  keys(u, "/delta");
  rc_ui_key(u, 13);
  assert_string_equal(u->search, "delta");
  do_line(u, "pane.focus state.amplitudes");
  do_line(u, "search 10100101"); /* a row of the table: its state is selected */
  rc_view_context a = rc_ui_context(u, rc_ui_view(u), 0);
  assert_int_equal(rc_basis_config(a.hilbert->basis, u->selected_state), 0xa5);
  do_line(u, "pane.focus hilbert.neighbourhood");
  do_line(u, "search 01011010");
  rc_view_context c = rc_ui_context(u, rc_ui_view(u), 0);
  assert_int_equal(rc_basis_config(c.hilbert->basis, u->selected_state), 0x5a);
  do_line(u, "pane.focus state.amplitudes"); /* spins as they are drawn */
  do_line(u, "search ↑↓↑↓↓↑↓↑");
  rc_view_context s = rc_ui_context(u, rc_ui_view(u), 0);
  assert_int_equal(rc_basis_config(s.hilbert->basis, u->selected_state), 0xa5);
  assert_refused(u, "search ↓↓↓↓↓↓↓↓", "is not in this pane");
  assert_refused(u, "search ↑x", "is not in this pane");
  rc_ui_free(u);
}

static void test_every_size_draws(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, false);
  run_out(u);
  static const int side[] = {1, 2, 3, 5, 11, 12, 13, 16, 20, 24, 28, 36, 41, 60};
  for (int t = 0; t < u->tabs; t++) {
    u->tab = t;
    for (size_t i = 0; i < RC_LEN(side); i++)
      for (int cols = 1; cols <= 200; cols += cols < 44 ? 3 : 13) {
        u->tour = cols % 2 ? 1 : -1;
        u->explain = cols % 3 - 1;
        rc_free(draw_text(u, cols, side[i]));
      }
  }
  assert_shows(u, 39, 12, "40x12");
  assert_shows(u, 80, 11, "40x12, not 80x11");
  keys(u, "q"); /* the keys still work */
  assert_true(rc_ui_quit(u));
  rc_ui_free(u);
}

static void test_options(void **state) {
  (void)state;
  rc_ui *u = open_ui(SQUARE, true);
  keys(u, "o");
  assert_shows(u, 80, 24, "Dark");
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_string_equal(rc_ui_theme(u)->name, "light");
  rc_ui_key(u, RC_KEY_LEFT);
  rc_ui_key(u, RC_KEY_DOWN);
  rc_ui_key(u, RC_KEY_RIGHT);
  assert_int_equal(rc_ui_graphics(u), RC_G_BLOCK);
  rc_ui_key(u, 27);
  keys(u, "mm");
  assert_int_equal(rc_ui_graphics(u), RC_G_BRAILLE);
  keys(u, "<");
  assert_true(u->speed > 0);
  keys(u, ">>>>>>>>>>>>>");
  assert_true(u->speed == 0);
  rc_ui_free(u);
}

static void test_pixels_of_a_poor_terminal(void **state) {
  (void)state;
  rc_err err = {0};
  const rc_ui_opts o = {.graphics = RC_G_ASCII, .session = {.inline_jobs = true}};
  rc_ui *u = rc_ui_new(&o, &err);
  assert_non_null(u);
  assert_true(rc_ui_open_scenario(u, parse(SQUARE), &err));
  assert_refused(u, "pixels braille", "no braille");
  keys(u, "m");
  assert_int_equal(rc_ui_graphics(u), RC_G_ASCII);
  run_out(u);
  char *screen = draw_text(u, 120, 40);
  for (char *c = screen; *c; c++) assert_true((unsigned char)*c < 0x80);
  rc_free(screen);
  rc_ui_free(u);
}

static void test_bad_options(void **state) {
  (void)state;
  rc_err err = {0};
  rc_ui_opts o = {.theme = "plaid"};
  assert_null(rc_ui_new(&o, &err));
  assert_int_equal(err.code, RC_ERR_USAGE);
  assert_non_null(strstr(err.message, "dark"));
  err = (rc_err){0};
  o = (rc_ui_opts){.scenario = "/nonexistent.yaml"};
  assert_null(rc_ui_new(&o, &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  rc_ui_free(NULL);
}

/* With worker threads, as in the terminal; ends in the middle of the work. */
static void test_workers(void **state) {
  (void)state;
  rc_err err = {0};
  const rc_ui_opts o = {.session = {.threads = 1}};
  rc_ui *u = rc_ui_new(&o, &err);
  assert_non_null(u);
  assert_true(rc_ui_open_scenario(u, parse(SQUARE), &err));
  assert_true(rc_ui_wake_fd(u) >= 0);
  for (int i = 0; i < 2000; i++) {
    rc_session_wait(u->session, 10);
    rc_ui_tick(u, u->now + 0.01);
    const rc_frame *f = rc_ui_frame(u, 0);
    if (f && f->state == RC_DONE) break;
  }
  assert_int_equal(rc_ui_frame(u, 0)->state, RC_DONE);
  do_line(u, "set J2 0.9");
  rc_ui_free(u);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_pause_and_step),
                                     cmocka_unit_test(test_digits),
                                     cmocka_unit_test(test_looking_back),
                                     cmocka_unit_test(test_the_past_does_not_change),
                                     cmocka_unit_test(test_knobs),
                                     cmocka_unit_test(test_zoom_without_a_knob),
                                     cmocka_unit_test(test_panes_and_full_screen),
                                     cmocka_unit_test(test_crosshair),
                                     cmocka_unit_test(test_selection_is_linked),
                                     cmocka_unit_test(test_values),
                                     cmocka_unit_test(test_at_rest_nothing_is_drawn),
                                     cmocka_unit_test(test_breakpoint_stops),
                                     cmocka_unit_test(test_restart_and_seed),
                                     cmocka_unit_test(test_stop_and_quit),
                                     cmocka_unit_test(test_mouse_tabs_panes_footer),
                                     cmocka_unit_test(test_mouse_drag_and_wheel),
                                     cmocka_unit_test(test_mouse_on_a_pane_that_is_gone),
                                     cmocka_unit_test(test_mouse_on_knobs_and_header),
                                     cmocka_unit_test(test_mouse_in_panes),
                                     cmocka_unit_test(test_arrows_move_the_crosshair),
                                     cmocka_unit_test(test_search),
                                     cmocka_unit_test(test_every_size_draws),
                                     cmocka_unit_test(test_options),
                                     cmocka_unit_test(test_pixels_of_a_poor_terminal),
                                     cmocka_unit_test(test_bad_options),
                                     cmocka_unit_test(test_workers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
