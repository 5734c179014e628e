/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen: header, tabs, panes, message line, footer, and the layers above them. */
#include "explorer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct rc_status {
  const char *glyph, *word;
  rc_style style;
} rc_status;

/* The state of all jobs together. */
static rc_status session_status(const rc_ui *u) {
  int running = 0, failed = 0;
  bool past = false;
  for (int i = 0; i < u->jobs; i++) {
    const rc_frame *f = u->job[i].frame ? rc_share_get(u->job[i].frame) : NULL;
    past |= u->job[i].past != NULL;
    if (!f || f->state == RC_RUNNING)
      running++;
    else if (f->state == RC_FAILED)
      failed++;
  }
  if (past) return (rc_status){"◀", "looking back", RC_WARN};
  if (failed && !running) return (rc_status){"✗", "failed", RC_BAD};
  if (!running) return (rc_status){"■", "done", RC_OK};
  if (u->stopped) return (rc_status){"■", "stopped", RC_WARN};
  if (rc_session_paused(u->session)) return (rc_status){"‖", "paused", RC_WARN};
  return (rc_status){"▶", "running", RC_OK};
}

static void couplings_text(const rc_ui *u, rc_str *out) {
  const rc_scenario *sc = rc_ui_scenario(u);
  if (!rc_ui_has_magnet(u)) return; /* its lattice only stands for the file */
  for (int c = 0; sc->built && c < sc->built->classes; c++)
    if (sc->model.J[c] != 0)
      rc_str_addf(out, "%s%s = %.6g", out->len ? "  " : "", sc->built->class_name[c],
                  sc->model.J[c]);
  if (sc->model.delta != 1) rc_str_addf(out, "  delta = %.6g", sc->model.delta);
  if (sc->model.field != 0) rc_str_addf(out, "  h = %.6g", sc->model.field);
  rc_str_add(out, "  ");
  rc_sector_describe(&sc->sector, out);
}

static int header_right(rc_ui *u, rc_pen p) {
  rc_status st = session_status(u);
  char state[64], rest[64], clock[16] = "";
  int seconds = (int)u->elapsed;
  if (seconds > 0) snprintf(clock, sizeof clock, " %02d:%02d", seconds / 60 % 1000, seconds % 60);
  snprintf(state, sizeof state, "%s%s %s%s", u->record ? "● rec  " : "", st.glyph, st.word, clock);
  int threads = u->session_opts.threads > 0 ? u->session_opts.threads : rc_cores();
  int n =
      snprintf(rest, sizeof rest, "  seed %llu", (unsigned long long)rc_session_seed(u->session));
  if (p.r.w >= 70) snprintf(rest + n, sizeof rest - (size_t)n, "  %d thr", threads);
  strcat(rest, " ");
  int x = rc_put_right(p, p.r.w, 0, RC_HEADER_DIM, rest);
  int end = x;
  x = rc_put_right(p, x, 0, st.style, state);
  rc_attr(p, x, 0, end - x, RC_A_BOLD);
  rc_hit_add(u, (rc_rect){p.r.x + x, p.r.y, end - x, 1}, RC_HIT_DO, 0, "pause");
  rc_hit_add(u, (rc_rect){p.r.x + end, p.r.y, p.r.w - end, 1}, RC_HIT_DO, 0, "palette seed");
  return x;
}

static void draw_header(rc_ui *u, rc_pen p) {
  rc_fill(p, 0, 0, p.r.w, 1, 0, RC_HEADER, RC_HEADER);
  int right = p.r.w;
  if (u->session) right = header_right(u, p);
  rc_pen left = rc_pen_sub(p, 0, 0, right - 1, 1);
  int x = rc_put(left, 1, 0, RC_WARN, "roadcut");
  rc_attr(left, 1, 0, 7, RC_A_BOLD);
  if (!u->session) {
    rc_put(left, x + 2, 0, RC_HEADER_DIM, "frustrated magnets, cut open");
    return;
  }
  rc_str facts = {0};
  couplings_text(u, &facts);
  const char *title = rc_ui_scenario(u)->title;
  /* The title comes first; the couplings are in the tabs row too. */
  int room = left.r.w - x - 2, title_w = RC_MIN(rc_text_width(title), RC_MAX(room - 1, 0));
  rc_put_cut(left, x + 2, 0, title_w, RC_HEADER, title);
  rc_hit_add(u, (rc_rect){left.r.x + x + 2, left.r.y, title_w, 1}, RC_HIT_DO, 0, "params");
  rc_attr(left, x + 2, 0, title_w, RC_A_BOLD);
  if (room - title_w - 2 >= RC_MIN(rc_text_width(rc_str_c(&facts)), 14))
    rc_put_cut(left, x + 4 + title_w, 0, room - title_w - 2, RC_HEADER_DIM, rc_str_c(&facts));
  rc_str_free(&facts);
}

static int tab_width(const rc_ui *u, int t) {
  return rc_text_width(rc_view_classes[u->tab_view[t]]->kind.title) + (t < 9 ? 4 : 2);
}

/* The first tab that is drawn: so far to the left that the one that is on is whole. */
static int first_tab(const rc_ui *u, int w) {
  int first = u->tab, used = 2 + tab_width(u, u->tab);
  while (first > 0 && used + 1 + tab_width(u, first - 1) <= w) used += 1 + tab_width(u, --first);
  return first;
}

static void draw_tabs(rc_ui *u, rc_pen p) {
  const int first = first_tab(u, p.r.w);
  int x = 1;
  if (first > 0) {
    rc_put(p, 0, 0, RC_DIM, "‹");
    rc_hit_add(u, (rc_rect){p.r.x, p.r.y, 1, 1}, RC_HIT_TAB, first - 1, NULL);
  }
  for (int t = first; t < u->tabs && x < p.r.w; t++) {
    const rc_style style = t == u->tab ? RC_TAB_ON : RC_TAB;
    const int w = RC_MIN(tab_width(u, t), p.r.w - x);
    char text[64];
    const char *title = rc_view_classes[u->tab_view[t]]->kind.title;
    if (t < 9)
      snprintf(text, sizeof text, "%d %s", t + 1, title);
    else
      snprintf(text, sizeof text, "%s", title);
    rc_fill(p, x, 0, w, 1, 0, style, style);
    rc_put_cut(p, x + 1, 0, w - 1, style, text);
    rc_hit_add(u, (rc_rect){p.r.x + x, p.r.y, w, 1}, RC_HIT_TAB, t, NULL);
    x += w + 1;
  }
  rc_knobs_draw(u, p, x + 1);
}

/* ---- panes ------------------------------------------------------------------------------------
 */

void rc_pane_draw(rc_ui *u, rc_screen *s, int view, int pane, rc_rect r, bool rival) {
  const rc_pane_class *c = rc_view_classes[view]->pane[pane];
  bool focused = u->focus[view] == pane;
  char tag[2] = {(char)('a' + pane), 0}, title[96];
  int job = rc_ui_view_job(u, view);
  const rc_frame *f = rival ? rc_rival_frame(u, job) : rc_ui_frame(u, job);
  bool past = job >= 0 && job < u->jobs && u->job[job].past;
  int n = 0;
  if (u->rival && rival)
    n = snprintf(title, sizeof title, "B %.40s · ", u->rival->text);
  else if (u->rival)
    n = snprintf(title, sizeof title, "A · ");
  if ((past || u->rival) && f)
    snprintf(title + n, sizeof title - (size_t)n, "%s · step %llu", c->title,
             (unsigned long long)f->step);
  else
    snprintf(title + n, sizeof title - (size_t)n, "%s", c->title);
  rc_pen inner = rc_box(s, r, tag, title, focused);
  rc_pane_state *st = &u->pane[view][pane];
  st->inner = inner.r;
  if (st->crosshair >= inner.r.w) st->crosshair = inner.r.w - 1;
  rc_pen edge = {s, r};
  int right = r.w - 2;
  if (rc_tour_marks(u, view, pane) && r.w >= 16) { /* the tour speaks of this one */
    const int end = right;
    right = rc_put_right(edge, right, 0, RC_TAB_ON, " ◀ look ");
    rc_fill(edge, right, 0, end - right, 1, 0, RC_TAB_ON, RC_TAB_ON);
    rc_put_right(edge, end, 0, RC_TAB_ON, " ◀ look ");
    rc_attr(edge, right, 0, end - right, RC_A_BOLD);
  }
  if (st->log && r.w >= 30) rc_put_right(edge, right, 0, RC_DIM, " log ");
  rc_hit_add(u, r, RC_HIT_PANE, pane, NULL);
  if (inner.r.w < 1 || inner.r.h < 1) return;
  rc_view_context v = rival ? rc_rival_context(u, view, pane) : rc_ui_context(u, view, pane);
  c->draw(&v, inner, focused);
}

static void draw_body(rc_ui *u, rc_screen *s, rc_rect body) {
  rc_layout l;
  int view = rc_ui_view(u);
  for (int p = 0; view >= 0 && p < RC_PANES_MAX; p++) u->pane[view][p].inner.w = 0;
  rc_layout_make(u, body, &l);
  if (view < 0) {
    rc_pen p = rc_box(s, body, "", "nothing to show", false);
    rc_put_wrapped(p, 0, 0, p.r.w, p.r.h, 0, RC_DIM,
                   "No view belongs to the studies of this scenario. Add 'studies: {hilbert: {}}' "
                   "to it, or press O for the list of scenarios.");
  }
  if (u->rival && view >= 0) {
    rc_compare_draw(u, s, l.body);
    l.explain.h = 0;
  } else {
    for (int i = 0; i < l.panes; i++)
      rc_pane_draw(u, s, view, l.placed[i].pane, l.placed[i].r, false);
  }
  if (l.explain.h > 0) {
    char title[96];
    rc_str text = {0};
    rc_explain_text(u, &text, title, sizeof title);
    rc_pen p = rc_box(s, l.explain, "", title, false);
    int lines = rc_put_wrapped(p, 0, 0, p.r.w, 0, 0, RC_TEXT, rc_str_c(&text));
    u->explain_top = RC_MAX(0, RC_MIN(u->explain_top, lines - p.r.h));
    rc_put_wrapped(p, 0, 0, p.r.w, p.r.h, u->explain_top, RC_TEXT, rc_str_c(&text));
    rc_str_free(&text);
    if (lines > p.r.h + u->explain_top) {
      rc_pen edge = {s, l.explain};
      rc_put_right(edge, l.explain.w - 2, l.explain.h - 1, RC_DIM, " PgDn more ");
    }
    rc_hit_add(u, l.explain, RC_HIT_DO, 0, "explain");
  }
  if (l.tour.h > 0) rc_tour_draw(u, s, l.tour);
}

/* ---- message line -----------------------------------------------------------------------------
 */

/* Right part: what the study of this view is doing. Returns where it begins. */
static int draw_phase(rc_ui *u, rc_pen p) {
  int job = rc_ui_view_job(u, rc_ui_view(u));
  const rc_frame *f = rc_ui_frame(u, job);
  if (!f || p.r.w < 50) return p.r.w;
  char text[128];
  bool busy = f->state == RC_RUNNING;
  if (busy && isfinite(f->progress))
    snprintf(text, sizeof text, "%s  step %llu  %3.0f %% ", f->phase, (unsigned long long)f->step,
             100 * fmax(0, fmin(1, f->progress)));
  else
    snprintf(text, sizeof text, "%s  step %llu ", f->phase, (unsigned long long)f->step);
  int x = rc_put_right(p, p.r.w, 0, RC_DIM, text);
  if (busy && isfinite(f->progress) && p.r.w >= 90) {
    x -= 14;
    rc_gauge(p, x, 0, 12, fmax(0, fmin(1, f->progress)), RC_SERIES1);
  }
  return x;
}

/* What is wrong comes before remarks on the lattice. */
static bool standing_warning(rc_ui *u, char *text, size_t cap, rc_style *style) {
  int v = rc_ui_view(u), first = 0;
  if (v < 0) return false;
  rc_view_context c = rc_ui_context(u, v, u->focus[v]);
  const rc_hilbert_data *d = c.hilbert;
  if (!d || d->warnings < 1) return false;
  while (first < d->warnings && d->is_note[first]) first++;
  const bool note = first == d->warnings; /* a remark only */
  *style = note ? RC_DIM : RC_WARN;
  if (note) first = 0;
  const int n = snprintf(text, cap, "%c %s", note ? 'i' : '!', d->warning[first]);
  if (d->warnings > 1 && n > 0 && (size_t)n < cap)
    snprintf(text + n, cap - (size_t)n, "  (E: %d more)", d->warnings - 1);
  return true;
}

static void draw_message(rc_ui *u, rc_pen p) {
  int end = u->session ? draw_phase(u, p) : p.r.w;
  char text[512];
  rc_style style = u->message_style;
  if (u->message[0]) {
    snprintf(text, sizeof text, "%s", u->message);
    if (rc_text_width(text) + 2 >= end) { /* an answer matters more than the phase */
      rc_fill(p, 0, 0, p.r.w, 1, 0, RC_TEXT, RC_TEXT);
      end = p.r.w;
    }
  } else if (!u->session || !standing_warning(u, text, sizeof text, &style))
    return;
  rc_put_cut(p, 1, 0, end - 2, style, text);
  rc_hit_add(u, (rc_rect){p.r.x, p.r.y, end, 1}, RC_HIT_DO, 0, "events");
}

/* ---- footer -----------------------------------------------------------------------------------
 */

static int footer_item(rc_ui *u, rc_pen p, int x, int key, const char *cap, const char *word) {
  int w = rc_text_width(cap) + 1 + rc_text_width(word);
  if (x + w > p.r.w) return -1;
  rc_hit_add(u, (rc_rect){p.r.x + x, p.r.y, w, 1}, RC_HIT_KEY, key, NULL);
  rc_put(p, x, 0, RC_KEYCAP, cap);
  rc_attr(p, x, 0, rc_text_width(cap), RC_A_BOLD); /* told apart without colours too */
  x += rc_text_width(cap);
  return rc_put(p, x + 1, 0, RC_HEADER_DIM, word) + 2;
}

/* "Enter neighbours  o order": key, word(s), two blanks. */
static int footer_pane(rc_ui *u, rc_pen p, int x, const char *hints) {
  while (hints && *hints) {
    const char *end = strstr(hints, "  ");
    size_t n = end ? (size_t)(end - hints) : strlen(hints);
    char item[80], cap[16];
    snprintf(item, sizeof item, "%.*s", (int)n, hints);
    const char *word = rc_line_word(item, cap, sizeof cap);
    if (*word) {
      int next = footer_item(u, p, x, rc_key_parse(cap), cap, word);
      if (next < 0) return x;
      x = next;
    }
    hints = end ? end + strspn(end, " ") : NULL;
  }
  return x;
}

/* Is the first key of a command one that the focused pane names for itself? */
static bool pane_has_key(const rc_ui *u, unsigned where, const char *keys) {
  const rc_pane_class *c = where == RC_IN_EXPLORER ? rc_ui_pane(u) : NULL;
  char cap[16];
  rc_line_word(keys, cap, sizeof cap);
  size_t n = strlen(cap);
  for (const char *h = c ? c->hints : NULL; h && *h;) {
    if (strncmp(h, cap, n) == 0 && h[n] == ' ') return true;
    h = strstr(h, "  ");
    if (h) h += strspn(h, " ");
  }
  return false;
}

static void draw_footer(rc_ui *u, rc_pen p) {
  rc_fill(p, 0, 0, p.r.w, 1, 0, RC_HEADER, RC_HEADER);
  unsigned where = rc_ui_where(u);
  int x = 1;
  if (where == RC_IN_TEXT) {
    x = footer_item(u, p, x, 13, "Enter", "do it");
    if (x >= 0) x = footer_item(u, p, x, 27, "Esc", "leave");
    if (x >= 0 && u->over == RC_OVER_PALETTE) footer_item(u, p, x, 9, "Tab", "complete");
    return;
  }
  if (where == RC_IN_EXPLORER) {
    const rc_pane_class *c = rc_ui_pane(u);
    if (c) x = footer_pane(u, p, x, c->hints);
  } else {
    const char *word = where == RC_IN_FORM ? "edit" : where == RC_IN_BROWSER ? "open" : "choose";
    x = footer_item(u, p, x, 13, "Enter", word);
    if (x >= 0 && where != RC_IN_BROWSER) x = footer_item(u, p, x, 27, "Esc", "close");
  }
  int done = 0; /* by rank, smallest first */
  while (x >= 0) {
    int best = -1;
    for (int i = 0; i < rc_commands_n; i++) {
      const rc_command *c = &rc_commands[i];
      if (!(c->where & where) || !c->hint[0] || c->rank <= done) continue;
      if (strcmp(c->name, "tour") == 0 && rc_ui_scenario(u)->tours == 0) continue;
      if (strcmp(c->name, "quit") == 0 && u->over != RC_OVER_NONE) continue;
      if (pane_has_key(u, where, c->keys)) continue;
      if (best < 0 || c->rank < rc_commands[best].rank) best = i;
    }
    if (best < 0) break;
    done = rc_commands[best].rank;
    char cap[16];
    rc_line_word(rc_commands[best].keys, cap, sizeof cap);
    const bool held =
        strcmp(rc_commands[best].name, "pause") == 0 && u->session && rc_session_paused(u->session);
    const char *word = !held ? rc_commands[best].hint : rc_ui_in_past(u) ? "present" : "go on";
    int next = footer_item(u, p, x, rc_key_parse(cap), cap, word);
    if (next >= 0) x = next;
  }
}

/* ---- all --------------------------------------------------------------------------------------
 */

static void draw_too_small(rc_screen *s) {
  rc_pen p = {s, {0, 0, s->cols, s->rows}};
  char text[64];
  snprintf(text, sizeof text, "roadcut wants 40x12, not %dx%d", s->cols, s->rows);
  rc_put(p, 0, s->rows / 2, RC_WARN, rc_text_width(text) <= s->cols ? text : "40x12");
}

static void draw_prompt(rc_ui *u, rc_pen p) {
  rc_fill(p, 0, 0, p.r.w, 1, 0, RC_TEXT, RC_TEXT);
  char label[64];
  snprintf(label, sizeof label, "%s: ", u->prompt.label);
  int x = rc_put(p, 1, 0, RC_LINK, label);
  int error_w = u->prompt.error[0] ? rc_text_width(u->prompt.error) + 2 : 0;
  /* what is typed stays in sight, as long as two thirds are enough for it */
  const int space = p.r.w - x - 1;
  const int typed = RC_MAX(rc_text_width(u->prompt.edit.text) + 2, 12);
  const int w = RC_MAX(space - error_w, RC_MIN(typed, space * 2 / 3));
  const bool suggested = u->prompt.suggested;
  rc_edit_draw(p, x, 0, w, suggested ? RC_SELECTED : RC_BRIGHT, &u->prompt.edit, true);
  const char *hint = "typing replaces it, Tab edits it";
  const int rest = w - rc_text_width(u->prompt.edit.text) - 2;
  if (suggested && rest > rc_text_width(hint)) rc_put_right(p, p.r.w - 1, 0, RC_DIM, hint);
  if (error_w) rc_put_cut(p, x + w + 1, 0, p.r.w - x - w - 2, RC_BAD, u->prompt.error);
}

void rc_ui_draw(rc_ui *u, rc_screen *s) {
  u->dirty = false;
  u->hits = 0;
  u->cols = s->cols, u->rows = s->rows;
  s->graphics = u->graphics;
  rc_screen_clear(s);
  rc_pen all = {s, {0, 0, s->cols, s->rows}};
  if (s->cols < 40 || s->rows < 12) {
    draw_too_small(s);
    return;
  }
  rc_rect body = {0, 2, s->cols, s->rows - 4};
  draw_header(u, rc_pen_sub(all, 0, 0, s->cols, 1));
  rc_pen line = rc_pen_sub(all, 0, s->rows - 2, s->cols, 1);
  if (u->session) {
    draw_tabs(u, rc_pen_sub(all, 0, 1, s->cols, 1));
    draw_body(u, s, body);
  } else {
    rc_browser_draw(u, s, (rc_rect){0, 1, s->cols, s->rows - 3});
  }
  draw_message(u, line);
  if (u->over != RC_OVER_NONE) /* what is under an overlay takes no clicks */
    rc_hit_add(u, all.r, RC_HIT_NOTHING, 0, NULL);
  draw_footer(u, rc_pen_sub(all, 0, s->rows - 1, s->cols, 1));
  switch (u->over) {
  case RC_OVER_HELP: rc_help_draw(u, s); break;
  case RC_OVER_PALETTE: rc_palette_draw(u, s); break;
  case RC_OVER_FORM: rc_form_draw(u, s); break;
  case RC_OVER_OPTIONS: rc_options_draw(u, s); break;
  case RC_OVER_BREAKS: rc_breaks_draw(u, s); break;
  case RC_OVER_EVENTS: rc_events_draw(u, s); break;
  case RC_OVER_NONE: break;
  }
  if (u->prompt.on) draw_prompt(u, line);
}
