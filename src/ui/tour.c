/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guided tour of a scenario: one text at a time, next on a key or when a condition holds. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

const rc_tour_step *rc_tour_at(const rc_ui *u) {
  const rc_scenario *sc = rc_ui_scenario(u);
  return sc && u->tour >= 0 && u->tour < sc->tours ? &sc->tour[u->tour] : NULL;
}

/* Nothing is waited for and nothing is asked: Enter goes on. */
bool rc_tour_waits_key(const rc_ui *u) {
  const rc_tour_step *t = rc_tour_at(u);
  if (!t || (t->wait[0] && !u->tour_done_step)) return false;
  return !rc_ask_open(u);
}

/* Is the step about this pane? Then it has a mark in its frame. */
bool rc_tour_marks(const rc_ui *u, int view, int pane) {
  const rc_tour_step *t = rc_tour_at(u);
  const char *dot = t ? strchr(t->view, '.') : NULL;
  if (!dot) return false;
  const rc_view_class *v = rc_view_classes[view];
  const char *name = v->pane[pane]->name, *last = strrchr(name, '.');
  return strlen(v->kind.name) == (size_t)(dot - t->view) &&
         strncmp(v->kind.name, t->view, (size_t)(dot - t->view)) == 0 &&
         (strcmp(name, t->view) == 0 || strcmp(last ? last + 1 : name, dot + 1) == 0);
}

static bool has_more(const rc_ui *u) {
  return u->tour_room > 0 && (u->tour_page + 1) * u->tour_room < u->tour_lines;
}

bool rc_tour_more(rc_ui *u) {
  if (!rc_tour_at(u) || !has_more(u)) return false;
  u->tour_page++;
  return true;
}

bool rc_tour_go(rc_ui *u, int step, rc_err *err) {
  if (u->tour_busy) return rc_err_set(err, RC_ERR_USAGE, "a tour cannot move itself");
  if (step < 0) {
    char score[96] = "";
    bool asked = rc_quiz_summary(u, score, sizeof score);
    if (u->tour >= 0)
      rc_ui_message(u, asked ? RC_OK : RC_DIM, "end of the tour%s%s; T begins it again",
                    asked ? ": " : "", score);
    u->tour = -1;
    return true;
  }
  if (u->tour < 0) rc_quiz_begin(u);
  u->tour = step;
  const rc_tour_step *t = rc_tour_at(u);
  if (!t) {
    u->tour = -1;
    return rc_err_set(err, RC_ERR_USAGE, "this scenario has no tour");
  }
  u->over = RC_OVER_NONE;
  u->full = false;
  u->message[0] = 0;
  u->tour_busy = true;
  bool ok = true;
  char line[96];
  if (t->view[0]) { /* "lattice" or "lattice.map" */
    snprintf(line, sizeof line, "%s %s", strchr(t->view, '.') ? "pane.focus" : "view", t->view);
    ok = rc_ui_command(u, line, err);
  }
  for (int i = 0; ok && u->session && i < t->commands; i++) {
    char *command = rc_strdup(t->command[i]); /* 'open' frees the scenario the step is in */
    rc_err why = {0};
    if (!rc_ui_command(u, command, &why)) {
      /* a study with a thread of its own refuses later, in an event: no reason to stop here either */
      if (strncmp(command, "study ", 6) == 0 && why.code == RC_ERR_INPUT)
        rc_ui_log(u, RC_WARN, why.message);
      else
        ok = rc_err_set(err, why.code, "%s", why.message);
    }
    rc_free(command);
    t = rc_tour_at(u); /* 'set' gives a new scenario with a copy of the tour */
    if (!t) break;
  }
  u->tour_busy = false;
  u->tour_done_step = false;
  u->tour_page = 0;
  u->tour_knobs = u->knob_changes;
  rc_ask_step(u);
  return ok;
}

/* The frames conditions are looked up in; 'own' is filled with what the ui itself knows. */
static int facts(rc_ui *u, rc_frame *own, const rc_frame *frame[RC_JOBS_MAX + 1]) {
  int n = 0;
  for (int i = 0; i < u->jobs; i++) {
    const rc_frame *f = u->job[i].frame ? rc_share_get(u->job[i].frame) : NULL;
    if (f && f->generation >= rc_session_asked(u->session, i)) frame[n++] = f;
  }
  rc_selection_figures(u, own);
  frame[n++] = own;
  return n;
}

bool rc_ui_holds(rc_ui *u, const char *condition, const rc_event *event, int events) {
  const rc_frame *frame[RC_JOBS_MAX + 1];
  rc_frame *own = rc_alloc(1, sizeof *own);
  const int n = facts(u, own, frame);
  const bool holds = rc_condition_holds_among(condition, frame, n, event, events);
  rc_free(own);
  return holds;
}

bool rc_ui_knows(rc_ui *u, const char *condition) {
  const rc_frame *frame[RC_JOBS_MAX + 1];
  rc_frame *own = rc_alloc(1, sizeof *own);
  const int n = facts(u, own, frame);
  const bool known = rc_condition_known_among(condition, frame, n);
  rc_free(own);
  return known;
}

static bool holds(rc_ui *u, const char *wait) {
  if (strcmp(wait, "knob.changed") == 0) return u->knob_changes != u->tour_knobs;
  return rc_ui_holds(u, wait, NULL, 0);
}

void rc_tour_event(rc_ui *u, const rc_event *event) {
  const rc_tour_step *t = rc_tour_at(u);
  if (!t || !t->wait[0] || u->tour_done_step || u->tour_busy) return;
  if (rc_ui_holds(u, t->wait, event, 1)) u->tour_done_step = u->dirty = true;
}

bool rc_tour_tick(rc_ui *u) {
  const rc_tour_step *t = rc_tour_at(u);
  if (!t) {
    bool was = u->tour >= 0;
    u->tour = -1;
    return was;
  }
  if (!t->wait[0] || u->tour_done_step || !holds(u, t->wait)) return false;
  u->tour_done_step = true;
  return true;
}

/* ---- the box ------------------------------------------------------------------------------------
 */

enum { PARTS_MAX = 14, CHOICES_MAX = 8 };
typedef struct part { /* a paragraph of the box */
  rc_style style;
  char text[4200];
  int choice; /* 0.., -1: none */
} part;

static part *add_part(part *p, int *n, rc_style style, const char *format, ...) RC_PRINTF(4, 5);
static part *add_part(part *p, int *n, rc_style style, const char *format, ...) {
  va_list ap;
  part *at = &p[RC_MIN(*n, PARTS_MAX - 1)];
  va_start(ap, format);
  vsnprintf(at->text, sizeof at->text, format, ap);
  va_end(ap);
  at->style = style;
  at->choice = -1;
  *n = RC_MIN(*n + 1, PARTS_MAX);
  return at;
}

/* What the box has to say now: the text, the question when its time has come, hint or reason. */
static int box_parts(const rc_ui *u, const rc_tour_step *t, part *p) {
  int n = 0;
  add_part(p, &n, RC_BRIGHT, "%s", t->say ? t->say : "");
  if (t->ask.kind == RC_ASK_NONE || (t->wait[0] && !u->tour_done_step)) return n;
  const rc_asked state = u->tour < u->quiz.steps ? u->quiz.step[u->tour].state : RC_ASKED_NOT;
  const char *hint = rc_ask_hint(u);
  add_part(p, &n, RC_LINK, "? %s", t->ask.text);
  for (int i = 0; i < t->ask.choices; i++)
    add_part(p, &n, RC_TEXT, "  %c) %s", 'a' + i, t->ask.choice[i].say)->choice = i;
  if (hint) add_part(p, &n, RC_WARN, "! %s", hint);
  if (state == RC_ASKED_RIGHT)
    add_part(p, &n, RC_OK, "✓ Right%s%s. %s", u->quiz.step[u->tour].answer[0] ? ": " : "",
             u->quiz.step[u->tour].answer, t->ask.because ? t->ask.because : "");
  else if (state == RC_ASKED_SKIPPED && (u->quiz.step[u->tour].answer[0] || t->ask.because))
    add_part(p, &n, RC_TEXT, "%s%s%s %s", u->quiz.step[u->tour].answer[0] ? "It was " : "",
             u->quiz.step[u->tour].answer, u->quiz.step[u->tour].answer[0] ? "." : "",
             t->ask.because ? t->ask.because : "");
  return n;
}

/* Draws lines [skip, skip + h) of the parts one under the other; returns how many there are. */
static int put_parts(rc_ui *u, rc_pen p, int w, int h, int skip, const part *list, int n) {
  static const char *const answer[CHOICES_MAX] = {"tour.answer a", "tour.answer b", "tour.answer c",
                                                  "tour.answer d", "tour.answer e", "tour.answer f",
                                                  "tour.answer g", "tour.answer h"};
  int line = 0;
  for (int i = 0; i < n; i++) {
    const int top = RC_MAX(line - skip, 0), over = RC_MAX(skip - line, 0);
    const int lines =
        rc_put_wrapped(p, 0, top, w, RC_MAX(h - top, 0), over, list[i].style, list[i].text);
    const int seen = RC_MIN(lines - over, h - top);
    if (u && list[i].choice >= 0 && list[i].choice < CHOICES_MAX && seen > 0)
      rc_hit_add(u, (rc_rect){p.r.x, p.r.y + top, w, seen}, RC_HIT_DO, 0, answer[list[i].choice]);
    line += lines;
  }
  return line;
}

int rc_tour_height(rc_ui *u, int w, int most) {
  const rc_tour_step *t = rc_tour_at(u);
  if (!t) return 0;
  rc_screen none = {0, 0, NULL, u->graphics};
  rc_pen p = {&none, {0, 0, 0, 0}};
  part *list = rc_alloc(PARTS_MAX, sizeof *list);
  int h = 3 + put_parts(NULL, p, RC_MAX(w - 4, 1), 0, 0, list, box_parts(u, t, list));
  rc_free(list);
  return RC_MAX(3, RC_MIN(h, most));
}

/* What Enter does, or what is waited for. */
static int draw_way_on(rc_ui *u, const rc_tour_step *t, rc_pen p, int y) {
  int x = 0;
  if (has_more(u)) {
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + y, 12, 1}, RC_HIT_DO, 0, "tour.more");
    x = rc_put(p, x, y, RC_KEYCAP, "Enter");
    return rc_putf(p, x + 1, y, RC_TEXT, "read on (%d of %d)", u->tour_page + 1,
                   (u->tour_lines + y - 1) / y);
  }
  if (rc_ask_open(u)) {
    const bool tried = u->quiz.step[u->tour].wrong > 0;
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + y, 14, 1}, RC_HIT_DO, 0, "tour.answer");
    if (t->ask.kind == RC_ASK_SELECT)
      x = rc_putf(p, x, y, RC_TEXT, "select the %s, then ", t->ask.select);
    x = rc_put(p, x, y, RC_KEYCAP, "Enter");
    x = rc_put(p, x + 1, y, RC_TEXT, tried ? "answer again" : "answer");
    if (!tried) return rc_ask_is_number(u) ? rc_put(p, x, y, RC_DIM, " (or type it)") : x;
    return rc_put(p, x, y, RC_DIM,
                  t->ask.kind == RC_ASK_SELECT ? " (twice: go on)" : " (empty: go on)");
  }
  if (rc_tour_waits_key(u)) {
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y + y, 10, 1}, RC_HIT_DO, 0, "tour.next");
    if (t->wait[0]) x = rc_put(p, 0, y, RC_OK, "✓ ");
    x = rc_put(p, x, y, RC_KEYCAP, "Enter");
    const bool last = u->tour + 1 >= rc_ui_scenario(u)->tours;
    return rc_put(p, x + 1, y, RC_TEXT, last ? "ends the tour" : "next");
  }
  x = rc_put(p, 0, y, RC_WARN, "… ");
  if (strcmp(t->wait, "knob.changed") == 0)
    return rc_put(p, x, y, RC_TEXT, "waits until you turn a knob ( ] selects, + and - turn )");
  return rc_putf(p, x, y, RC_TEXT, "waits for %s", t->wait);
}

void rc_tour_draw(rc_ui *u, rc_screen *s, rc_rect r) {
  const rc_tour_step *t = rc_tour_at(u);
  if (!t) return;
  char title[64];
  int asked;
  const int right = rc_quiz_right(u, &asked);
  snprintf(title, sizeof title, "tour %d of %d", u->tour + 1, rc_ui_scenario(u)->tours);
  if (asked > 0)
    snprintf(title, sizeof title, "tour %d of %d · %d of %d right", u->tour + 1,
             rc_ui_scenario(u)->tours, right, asked);
  rc_pen p = rc_box(s, r, "T", title, true);
  rc_hit_add(u, r, RC_HIT_NOTHING, 0, NULL);
  part *list = rc_alloc(PARTS_MAX, sizeof *list);
  const int n = box_parts(u, t, list), y = p.r.h - 1;
  u->tour_room = y;
  u->tour_lines = put_parts(NULL, p, p.r.w, 0, 0, list, n);
  while (u->tour_page > 0 && u->tour_page * y >= u->tour_lines) { /* a larger box, or the last */
    const int last = y > 0 ? (u->tour_lines - 1) / y : 0;
    u->tour_page = RC_MIN(u->tour_page - 1, last);
  }
  /* the last page is as full as the others: what was read before stands above what is new */
  const int skip = RC_MIN(u->tour_page * y, RC_MAX(u->tour_lines - y, 0));
  put_parts(u, p, p.r.w, y, skip, list, n);
  rc_free(list);
  int x = draw_way_on(u, t, p, y);
  if (u->tour > 0 && p.r.w - x > 20) {
    x += 3;
    rc_hit_add(u, (rc_rect){p.r.x + x, p.r.y + y, 14, 1}, RC_HIT_DO, 0, "tour.back");
    x = rc_put(p, x, y, RC_KEYCAP, "Backspace");
    x = rc_put(p, x + 1, y, RC_DIM, "back");
  }
  if (p.r.w - x > 10) {
    rc_hit_add(u, (rc_rect){p.r.x + p.r.w - 5, p.r.y + y, 5, 1}, RC_HIT_DO, 0, "tour.end");
    x = rc_put(p, p.r.w - 5, y, RC_KEYCAP, "T");
    rc_put(p, x + 1, y, RC_DIM, "end");
  }
}
