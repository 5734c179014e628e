/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions of a tour. An answer is checked against the figures the studies show at that moment, so
 * a lesson stays right when its couplings are changed. A wrong one brings a hint, and after one try
 * the way on is free. */
#include "explorer.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double usual_within = 0.01; /* of a figure that is a real number */

static struct rc_quiz_step *quiz_step(const rc_ui *u) {
  return u->tour >= 0 && u->tour < u->quiz.steps ? &u->quiz.step[u->tour] : NULL;
}

void rc_quiz_free(rc_ui *u) {
  rc_free(u->quiz.step);
  u->quiz = (rc_quiz){.tried = -1};
}

void rc_quiz_begin(rc_ui *u) {
  const rc_scenario *sc = rc_ui_scenario(u);
  rc_quiz_free(u);
  u->quiz.steps = sc ? sc->tours : 0;
  if (u->quiz.steps) u->quiz.step = rc_alloc((size_t)u->quiz.steps, sizeof *u->quiz.step);
}

void rc_ask_step(rc_ui *u) {
  const rc_tour_step *t = rc_tour_at(u);
  struct rc_quiz_step *q = quiz_step(u);
  u->quiz.tried = -1;
  u->quiz.aside = false;
  if (t && q && t->ask.kind != RC_ASK_NONE && q->state == RC_ASKED_NOT) q->state = RC_ASKED_OPEN;
}

bool rc_ask_open(const rc_ui *u) {
  const struct rc_quiz_step *q = quiz_step(u);
  const rc_tour_step *t = rc_tour_at(u);
  return q && q->state == RC_ASKED_OPEN && t && (!t->wait[0] || u->tour_done_step);
}

bool rc_ask_is_choice(const rc_ui *u) {
  const rc_tour_step *t = rc_tour_at(u);
  return t && t->ask.kind == RC_ASK_CHOICE;
}

const char *rc_ask_hint(const rc_ui *u) {
  const rc_tour_step *t = rc_tour_at(u);
  const struct rc_quiz_step *q = quiz_step(u);
  if (!t || !q || q->wrong < 1 || t->ask.hints < 1 || q->state != RC_ASKED_OPEN) return NULL;
  return t->ask.hint[RC_MIN(q->wrong, t->ask.hints) - 1];
}

/* ---- the figure asked for -----------------------------------------------------------------------
 */

/* "gap" of the study of this view before those of the others; "hilbert.gap" of that one;
 * "state.frustrated" of what is selected. False while it is not known. */
static bool figure(const rc_ui *u, const char *name, rc_scalar *out) {
  const int here = rc_ui_view_job(u, rc_ui_view(u));
  for (int i = -1; i < u->jobs; i++) {
    const int job = i < 0 ? here : i;
    if (job < 0 || job >= u->jobs || !u->job[job].frame) continue;
    const rc_frame *f = rc_share_get(u->job[job].frame);
    if (f->generation < rc_session_asked(u->session, job)) continue; /* from before a change */
    const char *study = rc_session_job_name(u->session, job);
    const size_t n = strlen(study);
    const bool named = strncmp(name, study, n) == 0 && name[n] == '.';
    const rc_scalar *s = rc_frame_find(f, named ? name + n + 1 : name);
    if (!rc_scalar_known(s)) continue;
    *out = *s;
    return true;
  }
  rc_frame *own = rc_alloc(1, sizeof *own);
  rc_selection_figures(u, own);
  const rc_scalar *s = rc_frame_find(own, name);
  const bool known = rc_scalar_known(s);
  if (known) *out = *s;
  rc_free(own);
  return known;
}

static void scalar_text(const rc_scalar *s, char *out, size_t cap) {
  switch (s->type) {
  case RC_S_REAL: snprintf(out, cap, "%.6g", s->real); break;
  case RC_S_INT: snprintf(out, cap, "%lld", (long long)s->integer); break;
  case RC_S_BOOL: snprintf(out, cap, "%s", s->integer ? "yes" : "no"); break;
  case RC_S_TEXT: snprintf(out, cap, "%s", s->text); break;
  case RC_S_NULL: snprintf(out, cap, "?"); break;
  }
}

static bool same_text(const char *a, const char *b) {
  while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) a++, b++;
  return !*a && !*b;
}

static bool yes_or_no(const char *text, bool *yes) {
  static const char *const words[] = {"no", "yes", "n", "y", "false", "true", "0", "1"};
  for (size_t i = 0; i < RC_LEN(words); i++)
    if (same_text(text, words[i])) {
      *yes = i % 2;
      return true;
    }
  return false;
}

static double allowance(const rc_ask *a, const rc_scalar *s, double v) {
  if (a->within >= 0) return a->relative ? a->within * fabs(v) : a->within;
  return s->type == RC_S_INT ? 0 : usual_within * fabs(v);
}

/* A rounding of the typed number in its last bits must not decide. */
static bool near_enough(double typed, double v, double within) {
  return fabs(typed - v) <= within + 1e-12 * RC_MAX(fabs(v), within);
}

static bool judge_value(rc_ui *u, const rc_ask *a, const char *text, bool *right, char *answer,
                        size_t cap, rc_err *err) {
  rc_scalar found, *s = &found;
  double typed;
  bool yes;
  if (!figure(u, a->value, s))
    return rc_err_set(err, RC_ERR_USAGE, "that is not known yet: wait until the study has it");
  scalar_text(s, answer, cap);
  switch (s->type) {
  case RC_S_REAL:
  case RC_S_INT: {
    if (!rc_answer_number(text, s->type == RC_S_INT, &typed, err)) return false;
    const double v = s->type == RC_S_REAL ? s->real : (double)s->integer;
    *right = near_enough(typed, v, allowance(a, s, v));
    return true;
  }
  case RC_S_BOOL:
    if (!yes_or_no(text, &yes))
      return rc_err_set(err, RC_ERR_INPUT, "yes or no is asked for, not '%s'", text);
    *right = yes == (s->integer != 0);
    return true;
  case RC_S_TEXT: *right = same_text(text, s->text); return true;
  case RC_S_NULL: break;
  }
  return false;
}

/* ---- choices and selections ---------------------------------------------------------------------
 */

static bool choice_right(rc_ui *u, const rc_ask *a, int i) {
  if (a->choice[i].is[0]) return rc_ui_holds(u, a->choice[i].is, NULL, 0);
  for (int k = 0; k < a->choices; k++) {
    const char *is = a->choice[k].is;
    if (is[0] && (!rc_ui_knows(u, is) || rc_ui_holds(u, is, NULL, 0))) return false;
  }
  return true;
}

static bool judge_choice(rc_ui *u, const rc_ask *a, const char *text, bool *right, char *answer,
                         size_t cap, rc_err *err) {
  int found = 0, typed;
  if (!rc_answer_choice(text, a, &typed, err)) return false;
  for (int i = 0; i < a->choices; i++)
    if (choice_right(u, a, i)) {
      if (!found++) snprintf(answer, cap, "%c) %s", 'a' + i, a->choice[i].say);
    }
  if (!found)
    return rc_err_set(err, RC_ERR_USAGE, "that is not decided yet: wait until the study has it");
  *right = choice_right(u, a, typed);
  return true;
}

static int64_t selected(const rc_ui *u, const char *what) {
  if (strcmp(what, "site") == 0) return u->selected_site;
  if (strcmp(what, "edge") == 0) return u->selected_edge;
  return (int64_t)RC_MIN(u->selected_state, (uint64_t)INT64_MAX);
}

/* ---- answering ----------------------------------------------------------------------------------
 */

static void pass(rc_ui *u, struct rc_quiz_step *q) {
  q->state = RC_ASKED_RIGHT;
  rc_ui_message(u, RC_OK, "right%s%s", q->answer[0] ? ": " : "", q->answer);
  u->tour_page = 0;
}

/* The same that was tried before is the wish to go on. */
static bool answer_selected(rc_ui *u, const rc_ask *a, struct rc_quiz_step *q, rc_err *err) {
  const int64_t now = selected(u, a->select);
  if (q->wrong > 0 && u->quiz.tried == now) return rc_ask_skip(u, err);
  if (rc_ui_holds(u, a->where, NULL, 0)) {
    snprintf(q->answer, sizeof q->answer, "%s %lld", a->select, (long long)now);
    pass(u, q);
    return true;
  }
  q->wrong++;
  u->quiz.tried = now;
  u->tour_page = 1 << 20; /* the page with the hint */
  rc_ui_message(u, RC_WARN, "%s %lld is not it; select another one, or Enter goes on", a->select,
                (long long)now);
  return true;
}

static void open_prompt(rc_ui *u, const rc_ask *a, bool tried) {
  char label[40];
  u->quiz.aside = false;
  if (a->kind == RC_ASK_CHOICE)
    snprintf(label, sizeof label, "a to %c%s", 'a' + a->choices - 1,
             tried ? ", Enter goes on" : "");
  else
    snprintf(label, sizeof label, "your answer%s", tried ? ", or Enter" : "");
  rc_prompt_open(u, label, "tour.answer", "");
}

bool rc_ask_answer(rc_ui *u, const char *text, rc_err *err) {
  const rc_tour_step *t = rc_tour_at(u);
  struct rc_quiz_step *q = quiz_step(u);
  if (!t || !q || !rc_ask_open(u)) return rc_err_set(err, RC_ERR_USAGE, "nothing is asked now");
  const rc_ask *a = &t->ask;
  if (a->kind == RC_ASK_SELECT) return answer_selected(u, a, q, err);
  if (!*text) {
    open_prompt(u, a, q->wrong > 0);
    return true;
  }
  bool right = false;
  if (!(a->kind == RC_ASK_CHOICE
            ? judge_choice(u, a, text, &right, q->answer, sizeof q->answer, err)
            : judge_value(u, a, text, &right, q->answer, sizeof q->answer, err)))
    return false;
  if (right) {
    pass(u, q);
    return true;
  }
  q->wrong++;
  u->tour_page = 1 << 20;
  rc_ui_message(u, RC_WARN, "%s is not it; Enter answers again", text);
  return true;
}

/* Of what is not known yet a number is expected. */
bool rc_ask_is_number(const rc_ui *u) {
  const rc_tour_step *t = rc_tour_at(u);
  rc_scalar s;
  if (!t || t->ask.kind != RC_ASK_VALUE) return false;
  return !figure(u, t->ask.value, &s) || s.type == RC_S_REAL || s.type == RC_S_INT;
}

/* A digit at a question for a number begins the answer, and so does a minus that turns no knob: until
 * the prompt has been left by Esc, then they are what they are elsewhere. */
bool rc_ask_key(rc_ui *u, int key) {
  const bool digit = key >= '0' && key <= '9', minus = key == '-' && u->knob < 0;
  if ((!digit && !minus) || u->count > 0 || u->quiz.aside) return false;
  if (!rc_ask_open(u) || !rc_ask_is_number(u)) return false;
  rc_err err = {0};
  if (rc_ask_answer(u, "", &err)) rc_prompt_key(u, key);
  return true;
}

void rc_ask_aside(rc_ui *u) {
  u->quiz.aside = true;
  if (rc_ask_is_number(u))
    rc_ui_message(u, RC_DIM, "put aside: digits are views again, Enter answers");
}

bool rc_ask_skip(rc_ui *u, rc_err *err) {
  const rc_tour_step *t = rc_tour_at(u);
  struct rc_quiz_step *q = quiz_step(u);
  if (!t || !q || q->state != RC_ASKED_OPEN) return true;
  if (q->wrong < 1)
    return rc_err_set(err, RC_ERR_USAGE, "try it once: Enter answers, then the way on is free");
  q->state = RC_ASKED_SKIPPED;
  u->tour_page = 0;
  if (q->answer[0])
    rc_ui_message(u, RC_DIM, "it was %s", q->answer);
  else
    rc_ui_message(u, RC_DIM, "left open");
  return true;
}

int rc_quiz_right(const rc_ui *u, int *asked) {
  int right = 0;
  *asked = 0;
  for (int i = 0; i < u->quiz.steps; i++) {
    const rc_asked state = u->quiz.step[i].state;
    *asked += state == RC_ASKED_RIGHT || state == RC_ASKED_SKIPPED;
    right += state == RC_ASKED_RIGHT;
  }
  return right;
}

bool rc_quiz_summary(const rc_ui *u, char *out, size_t cap) {
  int asked, first = 0, open = 0;
  const int right = rc_quiz_right(u, &asked);
  for (int i = 0; i < u->quiz.steps; i++) {
    const struct rc_quiz_step *q = &u->quiz.step[i];
    first += q->state == RC_ASKED_RIGHT && q->wrong == 0;
    open += q->state == RC_ASKED_OPEN;
  }
  asked += open;
  if (!asked) return false;
  snprintf(out, cap, "%d of %d question%s right, %d at the first try", right, asked,
           asked == 1 ? "" : "s", first);
  return true;
}
