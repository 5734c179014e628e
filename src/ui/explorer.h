/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the explorer share. Nothing outside src/ui includes it.
 *
 * The explorer is layers: a base (browser or panes), at most one overlay above it (help, palette,
 * form, ..), at most one prompt above that. A key goes to the topmost layer; a mouse press goes
 * to whatever the last drawing put under it (rc_hit). */
#ifndef ROADCUT_UI_EXPLORER_H
#define ROADCUT_UI_EXPLORER_H

#include "roadcut/ui.h"

enum {
  RC_VIEWS_MAX = 32,
  RC_JOBS_MAX = 8,
  RC_HITS_MAX = 256,
  RC_KEPT_MAX = 256,
  RC_LOG_MAX = 400,
  RC_KNOBS_MAX = 24,
  RC_RECENT_MAX = 50,
  RC_BINDS_MAX = 64
};

/* ---- line editor (edit.c) ---------------------------------------------------------------------
 */

typedef struct rc_edit {
  char text[512]; /* UTF-8 */
  int len, at;    /* bytes; the cursor is before byte 'at' */
} rc_edit;
void rc_edit_set(rc_edit *e, const char *text);
bool rc_edit_key(rc_edit *e, int key); /* true when the key was one of the editor's */
void rc_edit_draw(rc_pen p, int x, int y, int w, rc_style style, const rc_edit *e, bool cursor);

/* ---- lists and boxes (list.c) -----------------------------------------------------------------
 */

typedef struct rc_list {
  int n, sel, top, page; /* page: rows seen at the last drawing */
} rc_list;
bool rc_list_key(rc_list *l, int key);         /* arrows, pages, Home, End; true when it was one */
void rc_list_fit(rc_list *l, int n, int page); /* keeps the selection inside and in sight */

typedef struct rc_match {
  int index, score;
} rc_match;
/* Subsequence match, case-insensitive: 0 when 'needle' is not in 'hay', else larger is better. */
int rc_fuzzy(const char *needle, const char *hay);
/* Whether text is made of the beginnings of words of the name that follow each other: "edge", "pful"
 * and "pane.f" of "pane.full". */
bool rc_word_starts(const char *text, const char *name);
void rc_match_sort(rc_match *m, int n);
bool rc_contains(const char *hay, const char *needle); /* case-insensitive substring */

/* Clears a rectangle, draws a titled frame; returns the inside with one blank column each side. */
rc_pen rc_box(rc_screen *s, rc_rect r, const char *tag, const char *title, bool focused);
/* What is cut in the selected line of a list is said in full in the last rows of its box: how many
 * rows that takes (always, so that the list does not jump), and what is said there. */
int rc_whole_rows(rc_pen box);
void rc_whole_draw(rc_pen box, const char *text);
rc_rect rc_center(const rc_screen *s, int w, int h); /* between tabs and message line */

/* ---- layers -----------------------------------------------------------------------------------
 */

typedef enum {
  RC_OVER_NONE,
  RC_OVER_HELP,
  RC_OVER_PALETTE,
  RC_OVER_FORM,
  RC_OVER_OPTIONS,
  RC_OVER_BREAKS,
  RC_OVER_EVENTS
} rc_overlay;

typedef enum {
  RC_HIT_TAB,
  RC_HIT_PANE,
  RC_HIT_KEY,
  RC_HIT_ROW,
  RC_HIT_KNOB,
  RC_HIT_DO,
  RC_HIT_NOTHING
} rc_hit_kind;
typedef struct rc_hit {
  rc_rect r;
  rc_hit_kind kind;
  int value;        /* tab, pane, key code, row, knob */
  const char *line; /* DO: a static command line */
} rc_hit;

typedef struct rc_pane_state {
  int zoom, crosshair; /* crosshair -1: off */
  bool log;
  rc_rect inner; /* of the last drawing; w = 0 when it was not drawn */
} rc_pane_state;

typedef struct rc_value {
  char pane[48], name[24];
  int64_t v;
} rc_value;

typedef struct rc_job_view { /* what the explorer knows of one study */
  rc_share *frame;           /* newest taken, or NULL */
  rc_share *past;            /* a kept frame that is looked at instead, or NULL */
  bool wanting;              /* a step is being looked for */
  uint64_t want;
  bool branching;  /* the study is on its way back to the step looked at .. */
  uint64_t branch; /* .. which is this one */
  uint64_t next_event;
} rc_job_view;

typedef struct rc_knob {
  rc_key key;
  double value, home; /* home: as the scenario was loaded */
} rc_knob;

typedef struct rc_entry { /* a scenario in the browser */
  char *path, *name;
  bool loaded;
  rc_scenario *scenario; /* NULL after a failed load */
  rc_err error;
} rc_entry;

typedef struct rc_browser {
  rc_entry *entry;
  int entries;
  int *shown; /* indices that pass the filter */
  rc_list list;
  rc_edit filter;
  bool filtering;
} rc_browser;

typedef struct rc_form_row {
  rc_key key;
  char value[160];
  bool changed;
} rc_form_row;
typedef struct rc_form {
  rc_scenario *scenario; /* scratch copy, always valid */
  bool fresh;            /* apply opens a new session instead of changing the one that runs */
  rc_key *keys;          /* as handed out: texts of the rows may live behind it */
  rc_form_row *row;
  int rows;
  rc_list list; /* rows + 2: apply, cancel */
  bool editing;
  rc_edit edit;
  rc_err error;
  int changes; /* accepted edits in their order */
  struct rc_form_change {
    char key[64];
    char value[160];
  } change[64];
} rc_form;

typedef struct rc_palette {
  rc_edit edit;
  rc_list list;
  bool moved; /* the cursor of the list, since the text changed */
  int matches;
  struct rc_palette_match {
    char text[512]; /* what the line becomes */
    char note[200];
    int command; /* -1: an argument or a recent line */
  } match[128];
  char **recent;     /* newest last */
  int recents, back; /* back: how far up in the recent lines, 0 none */
} rc_palette;

typedef struct rc_help {
  rc_edit filter;
  rc_list list;
  int *row; /* indices of commands */
  int rows;
} rc_help;

typedef struct rc_prompt {
  bool on;
  char label[40];
  char before[32]; /* command the text is the argument of */
  bool suggested;  /* the text is a suggestion nobody has touched: the next character replaces it */
  rc_edit edit;
  char error[200];
} rc_prompt;

typedef struct rc_log_line {
  rc_style style;
  char *text;
} rc_log_line;

typedef enum { RC_ASKED_NOT, RC_ASKED_OPEN, RC_ASKED_RIGHT, RC_ASKED_SKIPPED } rc_asked;
typedef struct rc_quiz { /* the questions of the tour that goes on */
  int steps;
  struct rc_quiz_step {
    rc_asked state;
    int wrong;        /* tries */
    char answer[160]; /* the right one, as a person reads it */
  } * step;           /* one for each step of the tour */
  int64_t tried;      /* what was selected at the last wrong try, -1: none */
  bool aside;         /* the prompt of this question was left by Esc */
} rc_quiz;

typedef struct rc_bind { /* a key of one's own */
  int key;
  unsigned where;
  char *line; /* "" : does nothing */
} rc_bind;

/* A second run beside the session (rival.c): the same scenario but for a few keys. */
typedef enum { RC_SYNC_STEP, RC_SYNC_TIME } rc_sync;
typedef struct rc_points { /* a figure by steps and by seconds */
  int n, cap;
  double *step, *time, *value;
} rc_points;
typedef struct rc_rival {
  rc_session *session;
  char text[160]; /* what is different: "J2=0.7" */
  int changes;
  struct rc_change_of {
    char key[64], value[160];
  } change[8];
  uint64_t seed;    /* of its own, 0: that of the session */
  uint64_t follows; /* tells whether the session has changed since */
  rc_sync sync;
  int side; /* which is shown where there is room for one: 0 the session, 1 the rival, 2 figures */
  int jobs;
  rc_job_view job[RC_JOBS_MAX];
  uint64_t granted[RC_JOBS_MAX]; /* steps it was allowed to do */
  uint64_t last[RC_JOBS_MAX];    /* of the session, to notice that it began again */
  uint64_t seen[2][RC_JOBS_MAX]; /* frames up to here are in the points, plus one */
  char figure[RC_NAME_MAX];      /* the one that is drawn, "" the first */
  char pointed[RC_NAME_MAX];     /* the one the points are of */
  int pointed_job;
  rc_points points[2];
  double begun;                    /* when the runs began to be compared, in u->now */
  rc_points clock[2][RC_JOBS_MAX]; /* when a step was first seen: steps and seconds since then */
} rc_rival;

typedef struct rc_layout {     /* which panes are where in the body; see layout.c */
  rc_rect body, tour, explain; /* h = 0: not there */
  int panes;
  struct rc_placed {
    int pane;
    rc_rect r;
  } placed[RC_PANES_MAX];
} rc_layout;

struct rc_ui {
  /* as given */
  char *scenario_path;
  char *line, *line_end; /* of a given scenario, or NULL */
  char **dirs, **sets;
  rc_session_opts session_opts;
  rc_graphics best, graphics;
  const rc_theme *theme;
  char *config;                   /* file that keeps the options, or NULL */
  const char *no_colors;          /* why the screen has none, NULL: it has */
  bool theme_fixed, pixels_fixed; /* given with the program: the file has no say */
  rc_bind bind[RC_BINDS_MAX];
  int binds;
  /* the session */
  rc_session *session;
  rc_scenario *origin; /* as it was loaded: what the run line and knob.reset refer to */
  int jobs;
  rc_job_view job[RC_JOBS_MAX];
  bool browser_behind; /* opened from the browser: q goes back to it */
  double speed;        /* steps a second, 0: as fast as it goes */
  double elapsed, last_tick;
  bool stopped;     /* by Ctrl-C */
  char awaited[32]; /* kind of the event whose text is to be the message, "" for none */
  char until[200];  /* condition that a job runs to, "" for none */
  int until_job;
  bool inline_held; /* rc_show turns the inline session, not the tick */
  int was_hit;      /* breakpoints that have stopped it */
  /* views */
  int tabs, tab_view[RC_VIEWS_MAX], tab;
  int focus[RC_VIEWS_MAX];
  bool full;
  rc_pane_state pane[RC_VIEWS_MAX][RC_PANES_MAX];
  rc_value *values;
  int values_n, values_cap;
  uint64_t selected_state;
  bool state_chosen; /* by the user; else the state of the largest amplitude */
  int selected_site, selected_edge;
  bool edge_chosen; /* by the user */
  int explain;      /* -1: when there is room; else 0, 1 */
  int explain_top;
  char search[128];
  int64_t search_row;
  /* keys */
  int64_t count;
  int count_tab;
  double count_time;
  bool undecided; /* a digit went to a view, and may yet belong to a number */
  bool goto_pending;
  int interrupts; /* Ctrl-C in a row */
  /* knobs */
  int knobs, knob;   /* knob -1: none selected */
  rc_key *knob_keys; /* as handed out: texts of the knobs may live behind it */
  rc_knob knob_of[RC_KNOBS_MAX];
  uint64_t knob_changes;
  int doing;           /* actions that are going on, one inside the other */
  uint64_t doing_from; /* lines logged before the outermost of them */
  bool in_key;         /* a key of a pane is being done */
  rc_str key_line;     /* the command it stands for */
  bool replaying;      /* a recorded line is being done: changes come from the recording */
  /* layers */
  rc_overlay over;
  rc_prompt prompt;
  rc_browser browser;
  rc_form form;
  rc_palette palette;
  rc_help help;
  rc_list options, breaks, events;
  rc_rival *rival; /* or NULL */
  /* recording */
  char *record;       /* the file the session is kept in, or NULL */
  rc_str recorded;    /* what it holds */
  double record_next; /* when changes are looked for again */
  /* tour */
  int tour;                  /* step, -1: off */
  bool tour_done_step;       /* the condition of this step holds */
  int tour_page;             /* of a text too long for its box */
  int tour_lines, tour_room; /* of the text, and of the box it was last drawn in */
  bool tour_busy;            /* its 'do' commands are running: they may not move the tour */
  uint64_t tour_knobs;       /* knob_changes when the step began */
  rc_quiz quiz;
  /* message line and log */
  rc_style message_style;
  char message[256];
  rc_log_line log[RC_LOG_MAX]; /* ring */
  int log_n, log_at;
  uint64_t logged; /* lines since the beginning */
  /* outside */
  char *clipboard;
  bool dirty, quit, suspend, redraw;
  double now;
  /* last drawing */
  int cols, rows;
  rc_hit hit[RC_HITS_MAX];
  int hits;
  int drag_pane; /* pane the button went down in, -1 */
};

/* ---- ui.c: session, linked state --------------------------------------------------------------
 */

bool rc_ui_open_path(rc_ui *u, const char *path, rc_err *err);
/* The same; the message begins with file, line and column. */
bool rc_ui_open_or_say(rc_ui *u, const char *path, rc_err *err);
bool rc_ui_open_scenario(rc_ui *u, rc_scenario *sc, rc_err *err); /* takes it over */
void rc_ui_close_session(rc_ui *u);
const rc_scenario *rc_ui_scenario(const rc_ui *u);    /* of the session, NULL in the browser */
const rc_frame *rc_ui_frame(const rc_ui *u, int job); /* the one looked at, or NULL */
bool rc_ui_running(const rc_ui *u);                   /* a job goes on and is not paused */
void rc_ui_take(rc_ui *u);                            /* newest frames and events of all jobs */
int rc_ui_view_job(const rc_ui *u, int view);         /* -1 when it has none */
int rc_ui_view(const rc_ui *u);                  /* index in rc_view_classes of the tab, -1: none */
bool rc_ui_has_magnet(const rc_ui *u);           /* false when its studies work on a file */
const rc_pane_class *rc_ui_pane(const rc_ui *u); /* focused one, or NULL */
rc_pane_state *rc_ui_pane_state(rc_ui *u);
rc_view_context rc_ui_context(rc_ui *u, int view, int pane);
void rc_ui_keep_valid(rc_ui *u); /* after the scenario changed: tabs, selection, knobs */
void rc_ui_log(rc_ui *u, rc_style style, const char *text);

/* ---- cmd_back.c -------------------------------------------------------------------------------
 */

void rc_ui_to_present(rc_ui *u);
bool rc_ui_in_past(const rc_ui *u); /* looks at an earlier step, or for one */
void rc_ui_look_on(rc_ui *u);       /* is what is looked for there? */
/* Runs this view's study until a condition holds, once; a study command (or NULL) goes before it. */
bool rc_ui_until(rc_ui *u, const char *condition, const char *command, const char *arg,
                 rc_err *err);

/* cmd_cut.c: what was awaited of a job's study has come. */
void rc_cut_arrived(rc_ui *u, int job);

/* ---- commands.c, keymap.c ---------------------------------------------------------------------
 */

/* arg is never NULL. count is 0 when no number was typed before the key. key is the key it came
 * by, RC_KEY_NONE else. */
typedef bool (*rc_handler)(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err);
bool rc_command_run(rc_ui *u, int command, const char *arg, int64_t count, int key, rc_err *err);
int rc_command_find(const char *name);      /* index or -1 */
bool rc_command_known(const char *word);    /* that, or short for one: "view.hilbert" */
int rc_key_lookup(int key, unsigned where); /* index of the command or -1 */
void rc_ui_run(rc_ui *u, const char *line); /* as rc_ui_command; errors go to the message line */
/* Splits "word rest": copies the word, returns the rest without blanks in front. */
const char *rc_line_word(const char *line, char *word, size_t cap);
/* "no theme 'drak'; did you mean 'dark'?" (or what there is); false. */
bool rc_ui_no(rc_err *err, rc_err_code code, const char *what, const char *word,
              const char *const *names, int n);

/* ---- did.c: what was done -------------------------------------------------------------------------
 */

/* Every action leaves the command line that does the same in the log, and, when it only changed what
 * is shown, in a recording. Actions inside another one belong to that. */
typedef struct rc_did_what {
  bool outer; /* no other action is going on */
  const rc_session *session;
  uint64_t posts;  /* of the session before */
  uint64_t logged; /* lines of the log before */
  unsigned where;
  int site, edge;
  uint64_t state;
} rc_did_what;
void rc_did_decide(rc_ui *u); /* the digit that went to a view was meant for it */
rc_did_what rc_did_begin(rc_ui *u);
/* line "" when nothing was done. command NULL: a key or press of a pane. */
void rc_did_end(rc_ui *u, const rc_did_what *w, const rc_command *command, const char *line);
/* A press in a pane: tells what is selected now, where that has changed. */
void rc_did_select(rc_ui *u, const rc_did_what *w);
void rc_did_line(const rc_ui *u, const rc_command *c, const char *arg, int64_t count, rc_str *out);
bool rc_did_change(const rc_command *c); /* one that changes studies, files or the run */
/* A line of a recording that is replayed. */
void rc_did_again(rc_ui *u, const char *line);
/* ---- config.c ---------------------------------------------------------------------------------
 */

/* Errors: INPUT, "FILE:LINE: what is wrong", with the nearest right word. No file is no error. */
bool rc_config_read(rc_ui *u, const char *path, rc_err *err);
/* Keeps one of the options as it is now: "theme", "pixels", "explain". Other lines stay. */
bool rc_config_write(rc_ui *u, const char *option, rc_err *err);
void rc_config_free(rc_ui *u);
/* Runs what the user has bound to a key in a layer (one RC_IN_* bit); false when nothing is. */
bool rc_bind_run(rc_ui *u, int key, unsigned where);
/* Adds the names of keys bound to a command without arguments; true when there are any. */
bool rc_bind_keys(const rc_ui *u, int command, rc_str *out);

/* ---- input.c ----------------------------------------------------------------------------------
 */

void rc_layer_move(rc_ui *u, int key);      /* an arrow or page key to the topmost layer */
bool rc_layer_press(rc_ui *u, rc_err *err); /* Enter */

/* ---- layers -----------------------------------------------------------------------------------
 */

void rc_layout_make(rc_ui *u, rc_rect body, rc_layout *l);
bool rc_explain_on(const rc_ui *u, int cols, int rows);
void rc_explain_text(const rc_ui *u, rc_str *out, char *title, size_t cap);
void rc_hit_add(rc_ui *u, rc_rect r, rc_hit_kind kind, int value, const char *line);

void rc_prompt_open(rc_ui *u, const char *label, const char *command, const char *text);
void rc_prompt_key(rc_ui *u, int key);

void rc_help_open(rc_ui *u, const char *filter);
void rc_help_free(rc_ui *u);
void rc_help_key(rc_ui *u, int key);
void rc_help_row(rc_ui *u, int row);
void rc_help_draw(rc_ui *u, rc_screen *s);

void rc_palette_open(rc_ui *u, const char *text);
void rc_palette_free(rc_ui *u);
void rc_palette_key(rc_ui *u, int key);
void rc_palette_row(rc_ui *u, int row);
void rc_palette_draw(rc_ui *u, rc_screen *s);
void rc_palette_remember(rc_ui *u, const char *line);

bool rc_form_open(rc_ui *u, rc_scenario *sc, bool fresh); /* takes over sc */
void rc_form_free(rc_ui *u);
void rc_form_key(rc_ui *u, int key);
void rc_form_row_press(rc_ui *u, int row);
void rc_form_draw(rc_ui *u, rc_screen *s);
bool rc_form_set(rc_ui *u, const char *key, const char *value, rc_err *err);
bool rc_form_apply(rc_ui *u, rc_err *err);

void rc_browser_scan(rc_ui *u);
void rc_browser_free(rc_ui *u);
bool rc_browser_tick(rc_ui *u); /* loads a few entries; true when something changed */
bool rc_browser_busy(const rc_ui *u);
bool rc_browser_text_key(rc_ui *u, int key);
bool rc_browser_open(rc_ui *u, int row, rc_err *err);
void rc_browser_filter(rc_ui *u, const char *text);
void rc_browser_draw(rc_ui *u, rc_screen *s, rc_rect body);
rc_entry *rc_browser_selected(rc_ui *u);

void rc_knobs_refresh(rc_ui *u);
bool rc_knob_turn(rc_ui *u, int steps, bool fine, rc_err *err);
bool rc_knob_home(rc_ui *u, rc_err *err);
double rc_knob_step(const rc_knob *k, bool fine);
double rc_knob_in_use(const rc_ui *u, const rc_knob *k); /* what is shown and turned from */
int rc_knob_find(const rc_ui *u, const char *name);
int rc_knobs_draw(rc_ui *u, rc_pen p, int x0); /* in the tabs row, right of x0 */
bool rc_ui_set_key(rc_ui *u, const char *key, const char *value, rc_err *err);

int rc_options_rows(const rc_ui *u);
void rc_options_key(rc_ui *u, int key);
void rc_options_press(rc_ui *u, int row, int direction);
void rc_options_draw(rc_ui *u, rc_screen *s);

void rc_breaks_draw(rc_ui *u, rc_screen *s);
void rc_breaks_watch(rc_ui *u); /* says which condition stopped the run */
void rc_events_draw(rc_ui *u, rc_screen *s);
bool rc_events_press(rc_ui *u, rc_err *err); /* closes it; a command is done again */
bool rc_events_search(rc_ui *u, const char *text, int direction, rc_err *err);

/* rival.c: the second run. */
bool rc_rival_open(rc_ui *u, const char *changes, rc_err *err);
void rc_rival_close(rc_ui *u);
bool rc_rival_tick(rc_ui *u); /* follows the session; true: an inline one has more to do */
void rc_rival_command(rc_ui *u, int job, const char *name, const char *arg); /* if there is one */
const rc_frame *rc_rival_frame(const rc_ui *u, int job);
rc_view_context rc_rival_context(rc_ui *u, int view, int pane);
/* compare.c: both runs on the screen. */
void rc_compare_draw(rc_ui *u, rc_screen *s, rc_rect body);
void rc_pane_draw(rc_ui *u, rc_screen *s, int view, int pane, rc_rect r, bool rival);

/* record.c. path NULL or "": a free name after the scenario. */
bool rc_record_begin(rc_ui *u, const char *path, rc_err *err);
void rc_record_tick(rc_ui *u);
void rc_record_end(rc_ui *u); /* the last state is written */

/* ask.c: the question of the step the tour is at. */
void rc_quiz_begin(rc_ui *u); /* a tour begins: no question has been asked yet */
void rc_quiz_free(rc_ui *u);
void rc_ask_step(rc_ui *u);       /* the tour has come to a step */
bool rc_ask_open(const rc_ui *u); /* there is one that waits for an answer */
/* "" opens the prompt, or answers with what is selected. Errors: USAGE, when it cannot be judged. */
bool rc_ask_answer(rc_ui *u, const char *text, rc_err *err);
bool rc_ask_skip(rc_ui *u, rc_err *err); /* after a try; true too when nothing is asked */
bool rc_ask_is_choice(const rc_ui *u);
bool rc_ask_is_number(const rc_ui *u); /* of an answer */
bool rc_ask_key(rc_ui *u, int key);    /* the key begins an answer */
void rc_ask_aside(rc_ui *u);           /* the prompt was left without one */
/* answer.c. A number as people write it: "0.5", "50 %", "-3/4", "6,048", "0,5". whole: it is asked
 * for a count, so that "6,048" has one meaning only. Errors: INPUT. */
bool rc_answer_number(const char *text, bool whole, double *v, rc_err *err);
/* "b", "B", "b)", or "2" unless a choice begins with another 2. Errors: INPUT. */
bool rc_answer_choice(const char *text, const rc_ask *a, int *choice, rc_err *err);
const char *rc_ask_hint(const rc_ui *u);                     /* after wrong tries, else NULL */
int rc_quiz_right(const rc_ui *u, int *asked);               /* of the questions that are settled */
bool rc_quiz_summary(const rc_ui *u, char *out, size_t cap); /* false when nothing was asked */

const rc_tour_step *rc_tour_at(const rc_ui *u); /* NULL without a tour */
bool rc_scalar_known(const rc_scalar *s);       /* NULL is not */
double rc_scalar_number(const rc_scalar *s);    /* nan when it is none or not known */
/* Figures of what is selected, "edge.frustrated", "state.degree", .. */
void rc_selection_figures(const rc_ui *u, rc_frame *f);
/* Does a condition hold on the newest frames of all studies and on the selection? Frames from before
 * the last change do not count. */
bool rc_ui_holds(rc_ui *u, const char *condition, const rc_event *event, int events);
bool rc_ui_knows(rc_ui *u, const char *condition);      /* are all its figures known there? */
void rc_tour_event(rc_ui *u, const rc_event *event);    /* it may be what is waited for */
bool rc_tour_marks(const rc_ui *u, int view, int pane); /* the step is about this pane */
bool rc_tour_go(rc_ui *u, int step, rc_err *err);       /* -1 ends it */
bool rc_tour_tick(rc_ui *u);                            /* true when the condition has come true */
bool rc_tour_waits_key(const rc_ui *u);
bool rc_tour_more(rc_ui *u); /* turns to the next page of the text; false on the last */
int rc_tour_height(rc_ui *u, int w, int most);
void rc_tour_draw(rc_ui *u, rc_screen *s, rc_rect r);

/* The line, or lines, that reproduce the screen into the <desc> of its picture. */
void rc_svg_tell_line(rc_ui *u, rc_str *svg);
/* The focused pane as csv, json, svg, ansi or txt, with the line that reproduces it in its head. */
bool rc_pane_export(rc_ui *u, const char *format, rc_str *out, rc_err *err);
bool rc_write_text(const char *path, const rc_str *text, rc_err *err);
bool rc_save_pane(rc_ui *u, const char *path, rc_err *err);
void rc_pane_path(const rc_ui *u, char *out, size_t cap); /* "lattice.map": the focused one */
void rc_save_name(rc_ui *u, rc_str *out);                 /* a file name to begin with */
/* The 'roadcut run' line that reproduces this pane, of a comparison one for each run, and what it
 * cannot say ("" for nothing). Errors: USAGE when there is no file. */
bool rc_run_lines(rc_ui *u, rc_str *out, rc_str *note, rc_err *err);
/* One field of a CSV line; returns where the next begins, NULL at the end of the line. */
const char *rc_csv_field(const char *at, rc_str *field);
bool rc_search(rc_ui *u, const char *text, int direction, rc_err *err);

#endif
