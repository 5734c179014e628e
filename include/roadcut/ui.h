/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ui: cell buffer, canvas, plots, widgets, themes, key map, commands, views.
 *
 * Knows no terminal. The whole explorer is a state machine: events in, a frame of cells out, so
 * that the same screen goes to ncurses, to text, ANSI and SVG, to golden tests and to the
 * in-process fuzzer. Drawing never reads a clock: time comes in with rc_ui_tick. */
#ifndef ROADCUT_UI_H
#define ROADCUT_UI_H

#include "roadcut/engine.h"
#include "roadcut/study.h"

/* ---- cells ------------------------------------------------------------------------------------ */

/* A role, not a colour: the theme turns it into colours and attributes. */
typedef enum {
  RC_TEXT,
  RC_DIM,
  RC_BRIGHT,
  RC_TITLE,
  RC_FRAME_LINE,
  RC_FOCUS,
  RC_HEADER,
  RC_HEADER_DIM,
  RC_TAB,
  RC_TAB_ON,
  RC_KEYCAP,
  RC_SELECTED,
  RC_OK,
  RC_WARN,
  RC_BAD,
  RC_LINK,
  RC_SERIES1,
  RC_SERIES2,
  RC_SERIES3,
  RC_SERIES4,
  RC_SERIES5,
  RC_SERIES6,
  RC_SEQ0,
  RC_SEQ9 = RC_SEQ0 + 9, /* sequential scale, 10 levels */
  RC_DIV0,
  RC_DIV8 = RC_DIV0 + 8, /* diverging scale, 9 levels */
  RC_STYLES
} rc_style;

typedef struct rc_cell {
  uint32_t ch;    /* one code point of width 1; 0 is a blank */
  uint8_t fg, bg; /* rc_style; bg RC_TEXT: the theme's background */
  uint8_t attr;   /* RC_A_* */
} rc_cell;
enum { RC_A_BOLD = 1, RC_A_REVERSE = 2, RC_A_UNDERLINE = 4 };

typedef enum { RC_G_BRAILLE, RC_G_BLOCK, RC_G_ASCII } rc_graphics;

typedef struct rc_screen {
  int cols, rows;
  rc_cell *cell; /* rows * cols */
  rc_graphics graphics;
} rc_screen;
rc_screen *rc_screen_new(int cols, int rows, rc_graphics g);
void rc_screen_free(rc_screen *s);
void rc_screen_clear(rc_screen *s);

typedef struct rc_rect {
  int x, y, w, h;
} rc_rect;

/* A window onto a screen: everything drawn is clipped to it, coordinates are relative. */
typedef struct rc_pen {
  rc_screen *screen;
  rc_rect r;
} rc_pen;
rc_pen rc_pen_sub(rc_pen p, int x, int y, int w, int h);
/* Writes UTF-8 text clipped to the pen; returns the column after it. In ASCII graphics every
 * character above 0x7f is replaced by a look-alike. Wide characters count 2 and are dropped. */
int rc_put(rc_pen p, int x, int y, rc_style fg, const char *text);
int rc_putf(rc_pen p, int x, int y, rc_style fg, const char *format, ...) RC_PRINTF(5, 6);
int rc_put_right(rc_pen p, int x_end, int y, rc_style fg, const char *text); /* ends before x_end */
void rc_put_cell(rc_pen p, int x, int y, uint32_t ch, rc_style fg, rc_style bg, int attr);
void rc_fill(rc_pen p, int x, int y, int w, int h, uint32_t ch, rc_style fg, rc_style bg);
void rc_attr(rc_pen p, int x, int y, int w, int attr); /* adds attributes to cells */
/* At most w cells; what is longer ends in an ellipsis. */
int rc_put_cut(rc_pen p, int x, int y, int w, rc_style fg, const char *text);
/* Word wrap into w columns; returns the number of lines; draws lines [skip, skip+h). */
int rc_put_wrapped(rc_pen p, int x, int y, int w, int h, int skip, rc_style fg, const char *text);
/* "label ........ value", value right-aligned to the pen's width. */
void rc_put_pair(rc_pen p, int y, const char *label, rc_style fg, const char *format, ...)
    RC_PRINTF(5, 6);
int rc_text_width(const char *utf8); /* in cells */

/* ---- canvas: sub-cell pixels ------------------------------------------------------------------ */

/* Braille: 2x4 pixels a cell; block: 1x2 with two colours; ASCII: 1x1. */
typedef struct rc_canvas rc_canvas;
rc_canvas *rc_canvas_new(int cells_w, int cells_h, rc_graphics g);
void rc_canvas_free(rc_canvas *c);
int rc_canvas_w(const rc_canvas *c); /* pixels */
int rc_canvas_h(const rc_canvas *c);
double rc_canvas_aspect(const rc_canvas *c); /* height of a pixel / width of a pixel on screen */
void rc_canvas_dot(rc_canvas *c, int x, int y, rc_style s);
void rc_canvas_line(rc_canvas *c, double x0, double y0, double x1, double y1, rc_style s);
void rc_canvas_dashed(rc_canvas *c, double x0, double y0, double x1, double y1, int on, int off,
                      rc_style s);
typedef struct rc_stroke { /* how a line of one kind is drawn */
  int on, off;             /* pixels of a dash and of the gap after it */
  bool wide;               /* two pixels across */
  char mark;               /* in ASCII all along, without gaps; 0: what the slope looks like */
} rc_stroke;
void rc_canvas_stroke(rc_canvas *c, double x0, double y0, double x1, double y1, rc_stroke k,
                      rc_style s);
void rc_canvas_disc(rc_canvas *c, double x, double y, double radius, rc_style s, bool filled);
void rc_canvas_blit(const rc_canvas *c, rc_pen p, int x, int y);

/* ---- plots ------------------------------------------------------------------------------------ */

enum { RC_DOTS = 0x80 };
typedef struct rc_series {
  const char *name;
  int n;
  const double *x, *y; /* x NULL: 0, 1, 2, ..; nan breaks the line */
  rc_style style;
  char mark; /* a glyph for legend and mono themes: 'o' '^' '#' '*' '+' 'x'; 0: none on the curve, a
                stroke in the legend; with RC_DOTS: single points, each with its glyph */
} rc_series;
const char *rc_mark_text(char mark); /* as it is drawn: "●" for 'o' */
typedef struct rc_plot {
  const char *x_label, *y_label;
  bool x_log, y_log, points; /* points: no lines */
  double x0, x1, y0, y1;     /* x0 == x1: fit to the data */
  int crosshair;             /* column of the pen, -1 for none: draws it with exact values */
} rc_plot;
/* Line plot with axes, ticks, legend. Draws "no data yet" when there is none. Any size. */
void rc_plot_lines(rc_pen p, const rc_plot *o, const rc_series *s, int n);
/* Vertical bars, one per value; a second stacked value may be given (NULL: none). labels are
 * under the bars where they fit. */
void rc_plot_bars(rc_pen p, const rc_plot *o, int n, const double *value, const double *part,
                  const char *const *labels, rc_style s, rc_style part_style, int selected);
/* Horizontal gauge 0..1. */
void rc_gauge(rc_pen p, int x, int y, int w, double share, rc_style s);
void rc_sparkline(rc_pen p, int x, int y, int w, const double *v, int n, rc_style s);

/* A table with a heading and a selected row; scrolls by itself so that the selection is seen. */
typedef struct rc_column {
  const char *title;
  int width;  /* 0: the rest */
  bool right; /* alignment */
} rc_column;
typedef struct rc_table {
  const rc_column *column;
  int columns;
  int64_t rows;
  int64_t selected; /* -1: none */
  void (*cell)(void *ctx, int64_t row, int column, rc_str *text, rc_style *style);
  void *ctx;
} rc_table;
void rc_table_draw(rc_pen p, const rc_table *t, bool focused);
/* The row drawn at a place in the pen, -1 when there is none: for the mouse. */
int64_t rc_table_at(rc_pen p, const rc_table *t, int x, int y);

/* ---- themes ----------------------------------------------------------------------------------- */

typedef struct rc_theme_style {
  int16_t fg, bg; /* xterm-256 index, -1: the terminal's default, bg -2: the theme's ground */
  uint8_t attr;
} rc_theme_style;
typedef struct rc_theme {
  const char *name, *title;
  rc_theme_style style[RC_STYLES];
  int background, foreground; /* what contrast is measured against */
} rc_theme;
void rc_colour_rgb(int index, int rgb[3]); /* of the xterm-256 palette, 0..255 each */
double rc_colour_contrast(int a, int b);   /* WCAG 2.1 contrast ratio of two of them, 1..21 */
extern const rc_theme *const rc_themes[]; /* dark, light, colour-blind, terminal, mono; NULL ends */
const rc_theme *rc_theme_find(const char *name);
/* Colours (xterm-256 index or -1 for the terminal's default) and attributes of a cell. A cell's bg
 * that is a surface (HEADER .. SELECTED) gives that surface; a bg that is an ink (series, scales)
 * gives that ink's colour, so that half blocks have two. Text that would be hard to read on a
 * surface takes the surface's own ink. */
void rc_theme_cell(const rc_theme *t, const rc_cell *c, int *fg, int *bg, int *attr);

/* Renderings of a screen. Text has no trailing blanks; ANSI has SGR; SVG stands alone. */
void rc_screen_text(const rc_screen *s, rc_str *out);
void rc_screen_ansi(const rc_screen *s, const rc_theme *t, rc_str *out);
void rc_screen_svg(const rc_screen *s, const rc_theme *t, rc_str *out);

/* ---- events ----------------------------------------------------------------------------------- */

typedef enum {
  RC_KEY_NONE = 0, /* else a Unicode code point, or: */
  RC_KEY_UP = 0x110000,
  RC_KEY_DOWN,
  RC_KEY_LEFT,
  RC_KEY_RIGHT,
  RC_KEY_HOME,
  RC_KEY_END,
  RC_KEY_PGUP,
  RC_KEY_PGDN,
  RC_KEY_BACKTAB,
  RC_KEY_DELETE,
  RC_KEY_F1    /* .. F12 = F1 + 11 */
} rc_key_code; /* Enter 13, Tab 9, Esc 27, Backspace 127, Ctrl-x as 1..26 */
typedef struct rc_mouse {
  int x, y;
  enum { RC_M_PRESS, RC_M_DRAG, RC_M_RELEASE, RC_M_WHEEL_UP, RC_M_WHEEL_DOWN } what;
} rc_mouse;

/* ---- the explorer ----------------------------------------------------------------------------- */

typedef struct rc_ui rc_ui;
typedef struct rc_ui_opts {
  const char *theme;     /* NULL: that of the configuration, else dark */
  const char *no_colors; /* why the screen has none: "NO_COLOR is set"; static. NULL: it has */
  rc_graphics graphics;
  bool pixels_fixed;  /* 'graphics' was asked for: the configuration does not change it */
  const char *config; /* configuration file (there need not be one), or NULL */
  const char *const *scenario_dirs; /* NULL-terminated: where the browser looks */
  const char *scenario;             /* file to open at start, or NULL: the browser */
  const rc_scenario *given;         /* or a scenario that is in no file; it is copied */
  /* For a given one the command line that opens it, before and after its options: "roadcut cut FILE",
   * "". NULL: it has none. */
  const char *line, *line_end;
  const char *view; /* to begin with, NULL: the first */
  rc_session_opts session;
  const char *const *set;     /* "KEY=VALUE", NULL-terminated, applied on opening */
  const char *record;         /* file to keep the session in, or NULL */
  const rc_recording *replay; /* a recorded session in place of a scenario, or NULL */
  double speed;               /* of the replay, in steps a second; 0: as fast as it goes */
} rc_ui_opts;
rc_ui *rc_ui_new(const rc_ui_opts *o, rc_err *err);
void rc_ui_free(rc_ui *u); /* closes the session; returns within 200 ms whatever a worker does */
/* Events. Each returns at once; a long piece of work is a job. */
void rc_ui_key(rc_ui *u, int key);
void rc_ui_mouse(rc_ui *u, rc_mouse m);
void rc_ui_tick(rc_ui *u, double now); /* seconds, monotonic: takes newest frames */
/* A command line as typed in the palette: "view.hilbert", "set J2 0.5". False with the reason. */
bool rc_ui_command(rc_ui *u, const char *line, rc_err *err);
void rc_ui_draw(rc_ui *u, rc_screen *s);
bool rc_ui_dirty(const rc_ui *u);            /* must be drawn again */
const char *rc_ui_no_colors(const rc_ui *u); /* as it was told */
bool rc_ui_quit(const rc_ui *u);             /* the user wants to leave */
bool rc_ui_suspend(rc_ui *u);                /* Ctrl-Z was pressed; reading clears it */
bool rc_ui_redraw(rc_ui *u);                 /* Ctrl-L was pressed; reading clears it */
const rc_theme *rc_ui_theme(const rc_ui *u);
rc_graphics rc_ui_graphics(const rc_ui *u);
rc_session *rc_ui_session(rc_ui *u); /* NULL in the browser */
/* Hands a command to a study of the session, and to the same study of the run beside it. Errors: as
 * for rc_session_command; what the other run refuses is only said. */
bool rc_ui_study_command(rc_ui *u, int job, const char *name, const char *arg, rc_err *err);
int rc_ui_wake_fd(const rc_ui *u); /* of the session; -1 when there is none */
/* Text to hand to the terminal (OSC 52), or NULL; caller frees. _not_copied: it could not take it. */
char *rc_ui_take_clipboard(rc_ui *u);
void rc_ui_not_copied(rc_ui *u, const char *text);

/* ---- views ------------------------------------------------------------------------------------ */

/* What a view may use while it draws or handles a command. */
typedef struct rc_view_context {
  rc_ui *ui;
  const rc_scenario *scenario;
  const rc_frame *frame;          /* newest frame of the view's study, NULL before the first */
  const rc_hilbert_data *hilbert; /* of the hilbert study when the scenario has one, else NULL */
  const rc_cut_data *cut;         /* of the cut study likewise */
  const rc_watch_data *watch;     /* of the watch study likewise */
  uint64_t selected_state;        /* linked selection: index in the basis */
  int selected_site, selected_edge;
  bool edge_chosen; /* by the user; else it is the first of all */
  bool log_axis;
  int zoom;      /* -8 .. 8 */
  int crosshair; /* -1: off */
  double now;
} rc_view_context;

enum { RC_PANES_MAX = 8 };
typedef struct rc_pane_class {
  const char *name, *title; /* name: for commands and show: "lattice.map" is view.pane */
  const char *explain;      /* what am I looking at: two or three sentences, formula, source */
  int weight;               /* share of the room in its column */
  int column;               /* 0 main, 1 side, 2 third (120 columns and up; else stacked in 1) */
  int min_h;                /* smallest useful height */
  void (*draw)(const rc_view_context *v, rc_pen p, bool focused);
  /* Keys the pane takes before the global ones (a rc_key_code); true when it did. May be NULL. */
  bool (*key)(rc_view_context *v, int key);
  bool (*mouse)(rc_view_context *v, rc_pen p, rc_mouse m);
  const char *hints; /* "Enter neighbours  o order" for the footer; NULL for none */
  /* The pane's data as a table: CSV text with a header line. NULL: the pane is not a table. */
  void (*csv)(const rc_view_context *v, rc_str *out);
  /* Is what the table is made of there, though it may have no rows? NULL: when it has rows. */
  bool (*known)(const rc_view_context *v);
  /* Is there something in it that has to be seen beside the first pane where only one main pane has
   * room (80x24)? NULL: never. */
  bool (*shares)(const rc_view_context *v);
} rc_pane_class;
typedef struct rc_view_class {
  rc_kind kind;      /* name "lattice", title "Lattice" for the tab */
  const char *study; /* the tab exists only when the scenario has this study */
  int panes;
  const rc_pane_class *const *pane; /* the first is the main pane at 80x24 */
} rc_view_class;
extern const rc_view_class *const rc_view_classes[]; /* from views.def; NULL ends */
extern const rc_kind *const rc_view_kinds[];

/* Called by panes: changes of the linked selection and of a view's own small state. */
void rc_ui_select_state(rc_ui *u, uint64_t state);
void rc_ui_select_site(rc_ui *u, int site);
void rc_ui_select_edge(rc_ui *u, int edge); /* a bond of the lattice */
void rc_ui_message(rc_ui *u, rc_style style, const char *format, ...) RC_PRINTF(3, 4);
/* A small integer that belongs to a pane ("row", "mode"), kept by the ui; 0 at first. */
int64_t rc_ui_value(const rc_ui *u, const char *pane, const char *name);
void rc_ui_set_value(rc_ui *u, const char *pane, const char *name, int64_t v);

/* Where a command may be given: one bit per layer of the screen. */
enum {
  RC_IN_EXPLORER = 1,
  RC_IN_BROWSER = 2,
  RC_IN_FORM = 4,
  RC_IN_BREAKS = 8,
  RC_IN_LIST = 16, /* the other lists: options, events */
  RC_IN_TEXT = 32, /* while a line is being typed (prompt, palette, help filter) */
  RC_IN_BASE = RC_IN_EXPLORER | RC_IN_BROWSER,
  RC_IN_ROWS = RC_IN_BASE | RC_IN_FORM | RC_IN_BREAKS | RC_IN_LIST,
  RC_IN_ANY = 63
};
unsigned rc_ui_where(const rc_ui *u); /* the layer that takes keys now: one RC_IN_* bit */
/* The command table (commands.def), for help, man page, completions and tests. keys are names
 * separated by blanks ("Space", "Ctrl-R", "x"); args in capitals, optional ones in brackets. */
typedef struct rc_command {
  const char *name, *keys, *args, *group, *help;
  const char *hint; /* word for the footer, "" when it is not shown there */
  int rank;         /* place in the footer, small first */
  unsigned where;   /* RC_IN_* */
} rc_command;
extern const rc_command rc_commands[];
extern const int rc_commands_n;
/* Figures of what is selected, for conditions of a tour: "edge.frustrated", ..; NULL ends. */
extern const char *const rc_selection_names[];
extern const char *const rc_selection_flags[]; /* those that are true or false */
const char *rc_knob_short(const char *key);    /* "model.J2" as it is shown and found: "J2" */
/* Key codes and their names: rc_key_name(18) is "Ctrl-R"; rc_key_parse gives RC_KEY_NONE for an
 * unknown name. */
void rc_key_name(int key, char out[16]);
int rc_key_parse(const char *name);
/* The command a key is bound to in a layer (one RC_IN_* bit), or NULL. */
const rc_command *rc_key_command(int key, unsigned where);

/* False when its lattice, if it has one, only stands for the file that its cut is of (another program's
 * lines may be beside it). */
bool rc_scenario_has_magnet(const rc_scenario *sc);

/* Renders a view without a terminal: runs the session inline for at most 'steps' steps per study
 * (0: to the end), does the commands, draws. what: "lattice" or "lattice.map". origin: the scenario as its file has it, which
 * the line in an exported pane begins from; NULL: sc is that. */
bool rc_show(const char *what, const rc_scenario *sc, const rc_scenario *origin, uint64_t steps,
             int cols, int rows, rc_graphics g, const char *theme, const char *const *commands,
             const char *format, rc_str *out, rc_err *err);

#endif
