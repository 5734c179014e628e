/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine: the study interface, jobs, frames, history, events, commands, headless runs, sessions.
 *
 * A study is a resumable, deterministic computation that publishes frames. It runs on one worker
 * thread; everything it shows outside leaves it through immutable, reference-counted frames and
 * events. Commands reach it between two steps and are recorded with their step number, so that a
 * recording replays to the same bytes. Results never depend on wall time or thread timing. */
#ifndef ROADCUT_ENGINE_H
#define ROADCUT_ENGINE_H

#include "roadcut/base.h"
#include "roadcut/scenario.h"

/* ---- frames -----------------------------------------------------------------------------------
 */

typedef enum { RC_S_REAL, RC_S_INT, RC_S_BOOL, RC_S_TEXT, RC_S_NULL } rc_scalar_type;
typedef struct rc_scalar {
  char name[RC_NAME_MAX];
  rc_scalar_type type;
  double real;
  int64_t integer; /* also the bool */
  char text[96];
  const char *whole; /* a text that is too long for that, in the frame's data; else NULL */
} rc_scalar;
const char *rc_scalar_text(const rc_scalar *s); /* all of it */

/* IDLE is what a step may say, never what a frame says: it waits for something outside (a line of
 * another program) and nothing has happened; such a step is not counted. */
typedef enum { RC_RUNNING, RC_DONE, RC_FAILED, RC_IDLE } rc_state;

enum { RC_SCALARS_MAX = 64 };
typedef struct rc_frame { /* immutable once published */
  const struct rc_study_class *cls;
  uint64_t step;       /* steps of the study done when it was made */
  uint64_t generation; /* grows with every parameter change */
  rc_state state;
  char phase[48];  /* "Lanczos", "degrees", .. for the status line */
  double progress; /* 0..1, nan when unknown */
  rc_err error;    /* when state is FAILED */
  int scalars;
  rc_scalar scalar[RC_SCALARS_MAX]; /* the figures of 'progress' and 'result', by name */
  rc_share *data;                   /* the study's own snapshot, see study.h; may be NULL */
} rc_frame;
/* Frames are shared objects: rc_share_get gives an rc_frame. */
void rc_frame_real(rc_frame *f, const char *name, double v);
void rc_frame_int(rc_frame *f, const char *name, int64_t v);
void rc_frame_bool(rc_frame *f, const char *name, bool v);
void rc_frame_text(rc_frame *f, const char *name, const char *v);
/* A text of any length, which has to stay as long as the frame's data. */
void rc_frame_long_text(rc_frame *f, const char *name, const char *v);
void rc_frame_null(rc_frame *f, const char *name);
const rc_scalar *rc_frame_find(const rc_frame *f, const char *name);

/* ---- studies ----------------------------------------------------------------------------------
 */

typedef struct rc_event {
  uint64_t number, step;  /* running number in the job; step of the study */
  char kind[RC_NAME_MAX]; /* "lanczos.converged", "warning", "improved", .. */
  char text[200];
  double value; /* nan when it has none */
} rc_event;

typedef struct rc_study_env {  /* what a study may know of the outside */
  const rc_scenario *scenario; /* owned by the job, fixed until command 'set' gives a new one */
  uint64_t seed;
  int threads;
  void (*emit)(void *who, const char *kind, double value, const char *format, ...) RC_PRINTF(4, 5);
  void *who;
  const volatile int *stop; /* NULL, or not 0 once the run is to end: work that takes more
                                        than a moment may be given up then, nothing follows it */
} rc_study_env;

/* A command that a study knows, as lists and the manual have it. */
typedef struct rc_study_command {
  const char *name, *args, *help;
} rc_study_command;

typedef struct rc_study_class {
  rc_kind kind;
  const char *follows; /* a study whose keys concern this one as well, or NULL */
  void *(*open)(const rc_study_env *env, const void *opts, rc_err *err);
  /* Is what the files say that the options name as it should be? Runs nothing. NULL: names none. */
  bool (*check)(const rc_study_env *env, const void *opts, rc_err *err);
  /* One step: a bounded piece of work, about 1 to 30 ms where the problem allows it. */
  bool (*step)(void *study, rc_state *state, rc_err *err);
  /* Fills scalars, phase, progress and data of a zeroed frame. Cheap: shares, does not copy. */
  void (*frame)(void *study, rc_frame *f);
  /* A new scenario (same lattice or not): carry over what still holds, begin again what does not.
   * From then on the study must give the bytes a fresh study of that scenario gives. */
  bool (*change)(void *study, const rc_study_env *env, const void *opts, rc_err *err);
  /* Study commands ("scan", "select 17"); NULL when it has none. */
  bool (*command)(void *study, const char *name, const char *argument, rc_err *err);
  const rc_study_command *commands; /* those it knows, for lists and the manual; ends with {0} */
  /* A run ends before the study has: how ("step limit", "time limit", "stopped"), told before its
   * result is asked for; may be NULL. */
  void (*ended)(void *study, const char *how);
  /* Adds arrays and nested objects to the 'result' object, besides the scalars; may be NULL. */
  void (*result)(void *study, rc_json *out);
  /* Files of a run that is kept, written into a folder at its end; may be NULL. */
  bool (*files)(void *study, const char *folder, rc_err *err);
  void (*close)(void *study);
  /* The value in use of a numeric key which the scenario leaves to the study ("0: its own"), as of a
   * frame; the value itself where it stands for itself. NULL: all do. */
  double (*in_use)(const rc_frame *f, const char *key, double value);
  const char *const *result_names; /* scalars that 'result' must have, NULL-terminated */
  /* Scalars that are texts, and true or false; the others are numbers. NULL-terminated; NULL: this
   * study does not say. */
  const char *const *text_names, *const *flag_names;
  /* Kinds of its events and names of its phases, as conditions may ask for them ("event = improved",
   * "phase = Lanczos"). NULL-terminated; NULL: this study does not say. */
  const char *const *event_names, *const *phase_names;
} rc_study_class;
/* "study 'cut' knows no command 'dail'; did you mean 'dial'?"; false. */
bool rc_study_no_command(const char *study, const rc_study_command *known, const char *name,
                         rc_err *err);

/* ---- jobs and sessions ------------------------------------------------------------------------
 */

/* A session: one scenario and a job for each of its studies. All functions are called by one
 * thread (the explorer's or the headless loop); the workers are inside. */
typedef struct rc_session rc_session;
typedef struct rc_session_opts {
  uint64_t seed;    /* 0: the scenario's */
  int threads;      /* inside a study; 0: as many as cores */
  bool paused;      /* start paused */
  bool inline_jobs; /* no worker threads: steps are done in rc_session_turn (headless, tests) */
  const struct rc_session *beside; /* wakes the same descriptor as that one; may be NULL */
} rc_session_opts;
/* Takes over the scenario. */
rc_session *rc_session_new(rc_scenario *sc, const rc_study_class *const *studies,
                           const rc_session_opts *o, rc_err *err);
/* Stops the workers within one step and frees everything; takes NULL. A step that does not end
 * within wait_ms is left to end on its own thread; false is returned and nothing it uses is freed
 * before it ends. */
bool rc_session_close(rc_session *s, int wait_ms);
/* Workers that were left behind and still run. As long as there are any a program must leave with
 * _exit: the exit handlers of libraries would pull the ground from under them. */
int rc_session_left_behind(void);
const rc_scenario *rc_session_scenario(const rc_session *s);
int rc_session_jobs(const rc_session *s);
const char *rc_session_job_name(const rc_session *s, int job);
int rc_session_find(const rc_session *s, const char *study); /* -1 when there is none */
/* Newest frame: a new reference (drop it), or NULL before the first. Never blocks on a worker. */
rc_share *rc_session_frame(rc_session *s, int job);
/* The generation the last change or restart gives the job: a frame of a lower one is from before. */
uint64_t rc_session_asked(rc_session *s, int job);
/* Kept frames, oldest first; at most the last 256 distinct steps. New references. */
int rc_session_history(rc_session *s, int job, rc_share **frames, int cap);
/* Copies events with number >= from, oldest first; returns how many. */
int rc_session_events(rc_session *s, int job, uint64_t from, rc_event *out, int cap);
/* Waits at most ms for any new frame or event; true when there is one. Clears the wake fd. */
bool rc_session_wait(rc_session *s, int ms);
/* Readable when something is new (an eventfd); rc_session_wait(s, 0) clears it. */
int rc_session_wake_fd(const rc_session *s);
/* inline_jobs only: do at most n steps of each running job; true while any still runs. */
bool rc_session_turn(rc_session *s, uint64_t n);
void rc_session_pause(rc_session *s, bool pause);
bool rc_session_paused(const rc_session *s);
void rc_session_step(rc_session *s, int job, uint64_t n); /* n more steps, then pause again */
/* Runs one job on until a condition holds, once, and pauses it there (or where the study ends). A
 * command (NULL: none) is applied first, between two steps. Pausing or stepping gives it up. Errors:
 * INPUT, as for rc_session_break_add and rc_session_command. */
bool rc_session_until(rc_session *s, int job, const char *condition, const char *command,
                      const char *arg, rc_err *err);
void rc_session_speed(rc_session *s, double steps_per_second); /* 0: as fast as it goes */
bool rc_session_heading(const rc_session *s); /* does a job run to such a condition? */
/* Looking back. The frame after any step since the last change of a parameter: a study is
 * deterministic, so a step that is not kept is computed again by a second study from the scenario,
 * the seed and the log of commands, on the job's own worker (which must be paused for it, and is);
 * the study itself stays where it is. A new reference, or NULL: without an error it is being looked
 * for, ask again when the session has something new. Errors: INPUT (there is no such step), LIMIT
 * (the second study would not fit into the memory the scenario grants). */
rc_share *rc_session_look(rc_session *s, int job, uint64_t step, rc_err *err);
/* Is a step being looked for? How far it has come, and where to. */
bool rc_session_looking(rc_session *s, int job, uint64_t *at, uint64_t *to);
void rc_session_look_end(rc_session *s, int job); /* gives up what is being looked for */
/* Step at which the present parameters began: the first that can be looked back at. */
uint64_t rc_session_first_step(rc_session *s, int job);
/* The study goes back to where it was after that step and is paused there; commands that came later
 * are forgotten and are not in a recording any more. It takes as long as rc_session_look; the newest
 * frame is that step's when it is done. Errors as there. */
bool rc_session_branch(rc_session *s, int job, uint64_t step, rc_err *err);
/* Stop the running job where it is (Ctrl-C): it can be resumed. */
void rc_session_stop(rc_session *s);
/* Changes a key of the scenario; all dependent studies follow. Recorded; undoable. */
bool rc_session_set(rc_session *s, const char *key, const char *value, rc_err *err);
bool rc_session_undo(rc_session *s, rc_err *err);
bool rc_session_redo(rc_session *s, rc_err *err);
bool rc_session_restart(rc_session *s, uint64_t seed, rc_err *err); /* seed 0: same */
uint64_t rc_session_seed(const rc_session *s);
bool rc_session_command(rc_session *s, int job, const char *name, const char *arg, rc_err *err);
/* Notes for a recording what the screen was told to show; changes no study. In a replay it comes
 * back as an event of kind "show" at the same step. */
void rc_session_show(rc_session *s, int job, const char *line);
/* Commands that have reached a study since it last began, up to a step (included): how many, and the
 * first 'most' of them as "flip 1 at 12, round at 13". */
int rc_session_commands(rc_session *s, int job, uint64_t to, int most, rc_str *out);
/* Step of the last change of its parameters since it last began, up to a step; 0: at its beginning,
 * or none. */
uint64_t rc_session_set_step(rc_session *s, int job, uint64_t to);
uint64_t rc_session_posts(const rc_session *s); /* grows with every change, restart and command */
/* A breakpoint: "gap < 0.01", "event = lanczos.converged", "step = 5000", joined by and / or. */
/* Its figures, events and phases must be those of the session's studies. */
bool rc_session_understands(rc_session *s, const char *condition, rc_err *err); /* only asks */
bool rc_session_break_add(rc_session *s, const char *condition, rc_err *err);
int rc_session_breaks(const rc_session *s, const char **text, bool *hit, int cap);
bool rc_session_break_remove(rc_session *s, int index);
/* Is it a well-formed condition? Errors: INPUT, with the column and what was expected there.
 *   NAME OP VALUE, joined by 'and' and 'or' ('and' binds closer), with parentheses.
 * NAME is a scalar ("gap", "hilbert.gap" for one study only), step, state, phase, progress,
 * generation or event; OP one of < > <= >= = !=. An unknown figure satisfies no comparison. */
bool rc_condition_check(const char *condition, rc_err *err);
/* What a condition may speak of, and what its VALUE can be there. A name may stand in a list several
 * times, one for each study that has it: then each of their values will do. */
typedef enum { RC_FIGURE_ANY, RC_FIGURE_NUMBER, RC_FIGURE_FLAG, RC_FIGURE_TEXT } rc_figure_type;
typedef struct rc_figure {
  const char *name;
  rc_figure_type type;
  const char *const *words; /* all that a TEXT can be, NULL-terminated; NULL: any text */
} rc_figure;
/* The same, and every NAME is one of the figures, every VALUE one that it can have. The column of the
 * error is that of the word at fault. */
bool rc_condition_check_in(const char *condition, const rc_figure *figure, size_t n, rc_err *err);
/* A list of them, as "gap" and as "hilbert.gap"; owns the names, not the words. */
typedef struct rc_figures {
  size_t n, cap;
  rc_figure *figure;
} rc_figures;
void rc_figures_add(rc_figures *f, const char *study, const char *name, rc_figure_type type,
                    const char *const *words);
/* All of a study: what every study has, its phases and events, the scalars of a frame (NULL: there is
 * none yet). */
void rc_figures_add_study(rc_figures *f, const rc_study_class *cls, const rc_frame *frame);
rc_figure_type rc_figure_type_of(const rc_study_class *cls, const char *name);
void rc_figures_free(rc_figures *f);
/* Does it hold on a frame and the events of its step? A malformed one never does. */
bool rc_condition_holds(const char *condition, const rc_frame *f, const rc_event *event,
                        int events);
/* Does it hold on several studies together ("hilbert.gap < 0.1 and cut.optimal = true")? Each
 * comparison may hold on any of the frames. */
bool rc_condition_holds_among(const char *condition, const rc_frame *const *f, int frames,
                              const rc_event *event, int events);
/* Are all figures of it known on these frames, so that it is false rather than undecided? */
bool rc_condition_known_among(const char *condition, const rc_frame *const *f, int frames);

/* ---- recordings -------------------------------------------------------------------------------
 */

/* A recording is JSON Lines: the scenario as YAML, the seed, every change and command with the
 * study and the step at which it was applied, and what the screen was told to show there. Replaying
 * it gives the same bytes. */
void rc_session_record(rc_session *s, rc_str *out);
/* The same for a file: the scenario's path is told from the folder of that file. */
void rc_session_record_for(rc_session *s, const char *file, rc_str *out);
typedef struct rc_recording rc_recording;
/* Errors: INPUT with the line number. kinds: the registry of studies. */
rc_recording *rc_recording_parse(const char *text, size_t len, const rc_kind *const *kinds,
                                 rc_err *err);
void rc_recording_free(rc_recording *r);
/* It was read from this file: the path of its scenario counts from there. */
void rc_recording_locate(rc_recording *r, const char *file);
/* A path as seen from the folder of a file; as given where one of them does not exist. The caller
 * frees it. */
char *rc_path_from(const char *path, const char *file);
const rc_scenario *rc_recording_scenario(const rc_recording *r); /* as it was at the start */
uint64_t rc_recording_seed(const rc_recording *r);
/* The scenario of a recording as YAML, with a tour that does what was done: a step for each place,
 * waiting for the place of the next. Errors: INPUT, when nothing was done. */
bool rc_recording_tour(const rc_recording *r, const rc_kind *const *kinds, rc_str *out,
                       rc_err *err);
/* A session in which the recorded changes happen by themselves at their steps. */
rc_session *rc_session_replay(const rc_recording *r, const rc_study_class *const *studies,
                              const rc_session_opts *o, rc_err *err);

/* ---- feeds ------------------------------------------------------------------------------------
 */

/* Lines that another program writes. A regular file is read where it lies and followed as it grows;
 * what comes from a pipe or from a program that was started is kept in a nameless file. So every line
 * can be read again, by several readers at their own pace, and from any thread. */
typedef struct rc_feed rc_feed;
/* A live feed of that name (a program that was started, "-"), else the file. Drop it. Errors: INPUT. */
rc_feed *rc_feed_open(const char *name, rc_err *err);
/* What a descriptor brings, under a name; takes the descriptor over. */
rc_feed *rc_feed_pipe(int fd, const char *name, rc_err *err);
/* Starts a program in a process group of its own, with a pipe for its output and one for its errors;
 * its name is "-- PROGRAM ARGUMENT ..". With the last drop it is told to end, and ended. Errors: INPUT
 * (there is no such program). */
rc_feed *rc_feed_program(const char *const *argv, rc_err *err);
void rc_feed_drop(rc_feed *f); /* takes NULL */
const char *rc_feed_name(const rc_feed *f);
int rc_feed_status(rc_feed *f); /* of a program that has ended, 128 + n after signal n; -1 else */
typedef enum { RC_FEED_LINE, RC_FEED_NONE, RC_FEED_END } rc_feed_state;
/* The line at offset *at (0 at first), without its end; moves *at behind it. NONE: none came within
 * ms; END: none will come (of a file that may grow, never; with ms < 0 it is taken as complete). A line a program wrote to its standard
 * error comes as {"type":"stderr","text":..}; when it has ended, {"type":"exit","status":..} (128 + n
 * after signal n) is the last. A last line without an end counts only when nothing can follow. */
rc_feed_state rc_feed_next(rc_feed *f, uint64_t *at, rc_str *line, int ms);

/* ---- headless ---------------------------------------------------------------------------------
 */

typedef struct rc_run_opts {
  const char *const *only; /* names of studies, NULL-terminated, or NULL for all */
  uint64_t seed;
  int threads;
  uint64_t steps;                            /* 0: to the end */
  double seconds;                            /* 0: no limit. Ends after the step that passes it */
  void (*line)(void *who, const char *json); /* a JSON line, without newline; may be NULL */
  void (*progress)(void *who, const rc_frame *f); /* a few times a second; may be NULL */
  void *who;
  const volatile int *
      stop; /* set by a signal handler to the signal's number: end after this step, results are kept */
  /* One line for a person per failed expectation or check ("FILE:LINE:COLUMN: expected .."), and
   * per warning of a study; may be NULL. */
  void (*complain)(void *who, const char *message);
  const rc_recording *recording; /* apply its changes at their steps; may be NULL */
  const char *folder;            /* gets the studies' files; NULL: none */
} rc_run_opts;
/* Runs all studies one after another. Returns the exit status (0, 1, 3, 4, 5, 130). Takes over
 * nothing. JSON Lines: start, progress, event, result, end, each with "type" and "study". Times,
 * the number of threads and the peak of the whole process are only in 'end' and progress.t. err
 * is filled for statuses above 0; with status 1 (code EXPECT) it only sums up what 'complain' was
 * told. A run that 'steps' ended early is status 0 and its expectations are not looked at. */
int rc_run(const rc_scenario *sc, const rc_study_class *const *studies, const rc_run_opts *o,
           rc_err *err);

#endif
