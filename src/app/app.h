/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app: the command line. main.c reads it with the table in cli.def, cmd_*.c carry it out. */
#ifndef ROADCUT_APP_APP_H
#define ROADCUT_APP_APP_H

#include "roadcut/term.h"

typedef enum {
#define COMMAND(id, name, args, least, most, run, help, text) RC_CLI_##id,
#include "app/cli.def"
#undef COMMAND
  RC_CLI_COMMANDS
} rc_cli_id;

/* A growing list of words of the command line, NULL-terminated; the words are argv's own. */
typedef struct rc_cli_texts {
  const char **v;
  int n;
} rc_cli_texts;

typedef struct rc_cli {
  rc_cli_id command;
  rc_cli_texts word; /* what is not an option, without the command's name */
  int plain;         /* words before '--': the rest may look like options */
  rc_cli_texts set, study, commands, solver;
  const char *json, *out, *size, *format, *theme, *graphics, *certificate, *record, *with, *tour;
  uint64_t seed, steps;
  int64_t threads;
  double seconds, speed;
  bool as_json, help, version, no_bound, headless;
} rc_cli;

typedef enum {
  RC_CLI_FLAG,
  RC_CLI_TEXT,
  RC_CLI_TEXTS,
  RC_CLI_UINT,
  RC_CLI_COUNT,
  RC_CLI_SECONDS
} rc_cli_kind;
typedef struct rc_cli_option {
  const char *name, *arg; /* arg NULL: a flag */
  unsigned commands;      /* bit 1 << rc_cli_id */
  rc_cli_kind kind;
  size_t offset; /* in rc_cli */
  const char *help;
} rc_cli_option;
typedef struct rc_cli_command {
  const char *name, *args;
  int least, most; /* words; most -1: any number */
  int (*run)(const rc_cli *cli, rc_err *err);
  const char *help, *text;
} rc_cli_command;
extern const rc_cli_option rc_cli_options[];
extern const int rc_cli_options_n;
extern const rc_cli_command rc_cli_commands[RC_CLI_COMMANDS];

/* Errors: USAGE, naming the nearest command or option. */
bool rc_cli_parse(rc_cli *cli, int argc, char **argv, rc_err *err);
void rc_cli_free(rc_cli *cli);
void rc_cli_add(rc_cli_texts *t, const char *word);

/* help.c: to standard output. */
void rc_app_help(void);
void rc_app_help_command(rc_cli_id id);
void rc_app_version(void);
void rc_app_wrap(const char *text, int indent, int width);

/* Each returns the exit status and fills err when it is not 0. */
int rc_app_explorer(const rc_cli *cli, rc_err *err);
/* Runs the explorer on what 'o' names; theme, pixels and folders are those of the command line. The
 * terminal has been begun. */
int rc_app_explore(const rc_cli *cli, rc_ui_opts o, rc_err *err);
int rc_app_run(const rc_cli *cli, rc_err *err);
/* The studies of a scenario without a screen, with the recorded changes of 'recording' (or NULL);
 * takes over nothing. */
int rc_app_run_scenario(const rc_cli *cli, const rc_scenario *sc, const rc_recording *recording,
                        rc_err *err);
int rc_app_replay(const rc_cli *cli, rc_err *err);
int rc_app_check(const rc_cli *cli, rc_err *err);
int rc_app_list(const rc_cli *cli, rc_err *err);
void rc_app_list_names(void); /* what can be listed, for the help */
int rc_app_show(const rc_cli *cli, rc_err *err);
int rc_app_cut(const rc_cli *cli, rc_err *err);
/* The scenario of a Max-Cut file, and what --solver, --set and --certificate ask for. */
rc_scenario *rc_app_cut_scenario(const rc_cli *cli, const char *file, rc_err *err);
/* Adds an option as often as it was given, for a shell: " --set J2=0.3". */
void rc_app_add_given(rc_str *line, const char *option, const rc_cli_texts *value);
int rc_app_watch(const rc_cli *cli, rc_err *err);
int rc_app_verify(const rc_cli *cli, rc_err *err);

/* find.c: folders of scenarios in the order they are searched, NULL-terminated; free with
 * rc_app_dirs_free. */
char **rc_app_scenario_dirs(void);
/* $XDG_CONFIG_HOME/roadcut/config, else ~/.config/roadcut/config; NULL without a home. To be freed. */
char *rc_app_config(void);
void rc_app_dirs_free(char **dirs);
/* The file a user means by 'name': a path, or the name of a scenario in one of the folders. The
 * caller frees it. Errors: INPUT, naming the nearest scenario. */
char *rc_app_find_scenario(const char *name, rc_err *err);
/* Names (without .yaml) and files of all scenarios of the folders; an earlier folder hides later
 * ones. */
typedef struct rc_app_file {
  char *name, *path;
} rc_app_file;
int rc_app_scenarios(rc_app_file **files); /* sorted by name */
void rc_app_scenarios_free(rc_app_file *files, int n);
/* Where was looked, and what to do when nothing is there: "./scenarios, ... or ...: run it ..." */
void rc_app_no_scenarios(rc_str *out);

/* Finds and loads a scenario and applies --set. An error is said here, as FILE:LINE:COLUMN; err
 * then has its code alone. */
rc_scenario *rc_app_load(const rc_cli *cli, const char *name, rc_err *err);
/* The same, and in *origin (may be NULL) a copy as the file has it, before --set. */
rc_scenario *rc_app_load_both(const rc_cli *cli, const char *name, rc_scenario **origin,
                              rc_err *err);
bool rc_app_graphics(const rc_cli *cli, rc_graphics *g, rc_err *err);
bool rc_app_theme(const rc_cli *cli, const char **name, rc_err *err);
/* Index of a word among n names, or -1 with an error (USAGE) that says what there is. */
int rc_app_choose(const char *what, const char *word, const char *const *names, int n, rc_err *err);

/* One line on standard error. With a file it begins with FILE:LINE:COLUMN, for editors. */
void rc_app_complain(const char *file, const rc_err *err);
/* Has standard output taken everything? If not it is said: a full disk must not look like success.
 */
bool rc_app_flush(void);

/* sense.c: do the figures, views, panes, commands and knobs exist that a scenario speaks of? */
bool rc_app_makes_sense(const rc_scenario *sc, rc_err *err);
/* Are the options of its studies right, of those named alone where there are any? */
bool rc_app_options_good(const rc_scenario *sc, const char *const *only, int n, rc_err *err);

#endif
