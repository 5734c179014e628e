/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut watch: follows the lines of another program, alone or beside our own solvers. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"

typedef struct watching {
  const rc_cli *cli;
  rc_feed *feed;
  rc_scenario *with;   /* what runs beside it, or NULL */
  rc_scenario *sc;     /* all that runs */
  char instance[4096]; /* file of the instance, "" for none */
  bool made;           /* it is ours, and goes again */
  rc_str line, line_end;
} watching;

/* ---- what runs beside it ---------------------------------------------------------------------- */

static bool is_scenario(const char *name) {
  const size_t n = strlen(name);
  if ((n > 5 && !strcmp(name + n - 5, ".yaml")) || access(name, F_OK) != 0) return true;
  return false;
}

/* The instance of a magnet is known when the study has made it; then it is written for the program. */
static bool write_instance(watching *w, rc_err *err) {
  const char *dir = getenv("TMPDIR");
  snprintf(w->instance, sizeof w->instance, "%s/roadcut-XXXXXX.mc", dir && *dir ? dir : "/tmp");
  const int fd = mkstemps(w->instance, 3);
  if (fd < 0)
    return rc_err_set(err, RC_ERR_LIMIT, "cannot make the file '%s': %s", w->instance,
                      strerror(errno));
  close(fd);
  w->made = true;
  const rc_session_opts o = {
      .seed = w->cli->seed, .threads = (int)w->cli->threads, .inline_jobs = true};
  rc_session *s = rc_session_new(rc_scenario_copy(w->with), rc_study_classes, &o, err);
  if (!s) return false;
  const int job = rc_session_find(s, "cut");
  bool known = false, failed = false;
  while (!known && !failed) {
    const bool more = rc_session_turn(s, 1);
    rc_share *share = rc_session_frame(s, job);
    const rc_frame *f = rc_share_get(share);
    const rc_cut_data *d = f && f->data ? rc_share_get(f->data) : NULL;
    known = d && d->graph;
    failed = !known && (!more || (f && f->state == RC_FAILED));
    if (failed && f && f->state == RC_FAILED) *err = f->error;
    rc_share_drop(share);
  }
  rc_str arg = {0};
  rc_str_addf(&arg, "mc %s", w->instance);
  const bool ok = known && rc_session_command(s, job, "export", rc_str_c(&arg), err);
  if (!ok) rc_err_set(err, RC_ERR_INPUT, "%s: there is no instance to solve", w->cli->with);
  rc_str_free(&arg);
  rc_session_close(s, 1000);
  return ok;
}

static bool load_with(watching *w, rc_err *err) {
  const char *name = w->cli->with;
  if (!is_scenario(name)) {
    if (!realpath(name, w->instance))
      return rc_err_set(err, RC_ERR_INPUT, "cannot read '%s': %s", name, strerror(errno));
    rc_cut_graph *g = rc_cut_graph_read(name, err);
    if (!g) return false;
    rc_cut_graph_free(g);
    w->with = rc_app_cut_scenario(w->cli, name, err);
    return w->with != NULL;
  }
  w->with = rc_app_load(w->cli, name, err);
  if (!w->with) return false;
  for (int i = 0; i < w->with->studies; i++)
    if (!strcmp(w->with->study[i].kind->name, "cut")) return write_instance(w, err);
  return rc_err_set(err, RC_ERR_INPUT, "%s: has no study 'cut' to run beside it", name);
}

/* ---- what is watched -------------------------------------------------------------------------- */

/* Standard input is the lines, and the keys come from the terminal behind it. */
static rc_feed *standard_input(rc_err *err) {
  const int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  if (fd < 0 || isatty(fd)) {
    if (fd >= 0) close(fd);
    rc_err_set(err, RC_ERR_USAGE, "'-' wants lines on standard input: COMMAND | roadcut watch -");
    return NULL;
  }
  const int tty = isatty(STDOUT_FILENO) ? open("/dev/tty", O_RDWR) : -1;
  if (tty >= 0) {
    dup2(tty, STDIN_FILENO);
    close(tty);
  }
  return rc_feed_pipe(fd, "-", err);
}

static rc_feed *program(watching *w, rc_err *err) {
  const rc_cli *cli = w->cli;
  const int first = cli->plain, n = cli->word.n - first;
  const char **argv = rc_alloc((size_t)n + 1, sizeof *argv);
  for (int i = 0; i < n; i++) {
    argv[i] = cli->word.v[first + i];
    if (w->instance[0] && !strcmp(argv[i], "{}")) argv[i] = w->instance;
  }
  if (w->instance[0]) setenv("ROADCUT_INSTANCE", w->instance, 1);
  rc_feed *f = rc_feed_program(argv, err);
  rc_free(argv);
  return f;
}

static bool open_feed(watching *w, rc_err *err) {
  const rc_cli *cli = w->cli;
  const bool runs = cli->plain < cli->word.n;
  if (runs && cli->plain > 0)
    return rc_err_set(err, RC_ERR_USAGE, "either a file or -- COMMAND; see roadcut watch --help");
  if (!runs && cli->word.n > 1)
    return rc_err_set(err, RC_ERR_USAGE, "'%s' is one word too many: a program goes after --",
                      cli->word.v[1]);
  if (runs)
    w->feed = program(w, err);
  else if (!strcmp(cli->word.v[0], "-"))
    w->feed = standard_input(err);
  else
    w->feed = rc_feed_open(cli->word.v[0], err);
  return w->feed != NULL;
}

/* ---- the scenario ----------------------------------------------------------------------------- */

static bool make_scenario(watching *w, rc_err *err) {
  rc_str text = {0}, study = {0}, all = {0};
  rc_err why = {0};
  rc_str_add(&study, "  watch: {source: ");
  rc_str_add_yaml(&study, rc_feed_name(w->feed));
  rc_str_add(&study, ", follow: true}\n");
  if (w->with) {
    rc_scenario_write(w->with, &text);
    const char *at = strstr(rc_str_c(&text), "\nstudies:\n");
    const size_t head = at ? (size_t)(at - rc_str_c(&text)) + strlen("\nstudies:\n") : text.len;
    rc_str_addn(&all, rc_str_c(&text), head);
    rc_str_add(&all, rc_str_c(&study));
    rc_str_add(&all, rc_str_c(&text) + head);
  } else {
    rc_str_add(&all, "title: ");
    rc_str_add_yaml(&all, rc_feed_name(w->feed));
    rc_str_addf(&all, "\nstudies:\n%s", rc_str_c(&study));
  }
  w->sc = rc_scenario_parse(rc_str_c(&all), all.len, "watch", rc_study_kinds, &why);
  if (!w->sc) rc_err_set(err, why.code, "%s: %s", rc_feed_name(w->feed), why.message);
  rc_str_free(&text);
  rc_str_free(&study);
  rc_str_free(&all);
  return w->sc != NULL;
}

/* The command line as it was given, options between its two ends. */
static void write_line(watching *w) {
  const rc_cli *cli = w->cli;
  rc_str_add(&w->line, "roadcut watch");
  if (cli->with) {
    rc_str_add(&w->line, " --with ");
    rc_str_add_shell(&w->line, cli->with);
  }
  rc_app_add_given(&w->line, "--set", &cli->set);
  for (int i = 0; i < cli->word.n; i++) {
    rc_str_add(&w->line_end, i == cli->plain ? " -- " : " ");
    rc_str_add_shell(&w->line_end, cli->word.v[i]);
  }
}

/* ---- the command ------------------------------------------------------------------------------ */

static int show(watching *w, rc_err *err) {
  const rc_cli *cli = w->cli;
  write_line(w);
  const rc_ui_opts o = {.given = w->sc,
                        .view = w->with ? "cut" : "watch",
                        .line = rc_str_c(&w->line),
                        .line_end = rc_str_c(&w->line_end),
                        .session = {.seed = cli->seed, .threads = (int)cli->threads}};
  return rc_app_explore(cli, o, err);
}

static int print(watching *w, rc_err *err) {
  const int status = rc_app_run_scenario(w->cli, w->sc, NULL, err);
  const int theirs = rc_feed_status(w->feed);
  if (status || theirs <= 0) return status;
  const char *name = rc_feed_name(w->feed) + 3;
  if (theirs > 128)
    fprintf(stderr, "roadcut: '%s' was ended by signal %d (%s); what it told before is kept\n",
            name, theirs - 128, strsignal(theirs - 128));
  else
    fprintf(stderr, "roadcut: '%s' ended with status %d; what it told before is kept\n", name,
            theirs);
  *err = (rc_err){.code = RC_ERR_EXPECT}; /* it has been said */
  return rc_err_status(err->code);
}

int rc_app_watch(const rc_cli *cli, rc_err *err) {
  watching w = {.cli = cli};
  const bool pipe = cli->word.n == 1 && cli->plain == 1 && !strcmp(cli->word.v[0], "-");
  const bool screen =
      !cli->json && !(cli->seconds > 0) && isatty(STDOUT_FILENO) && (pipe || isatty(STDIN_FILENO));
  bool ok = !cli->with || load_with(&w, err);
  if (ok && pipe) ok = open_feed(&w, err); /* before the terminal is looked for behind it */
  if (ok && screen) ok = rc_term_begin(err);
  if (ok && !pipe) ok = open_feed(&w, err);
  ok = ok && make_scenario(&w, err);
  const int status = !ok ? rc_err_status(err->code) : screen ? show(&w, err) : print(&w, err);
  rc_feed_drop(w.feed);
  if (w.made) unlink(w.instance);
  rc_scenario_free(w.sc);
  rc_scenario_free(w.with);
  rc_str_free(&w.line);
  rc_str_free(&w.line_end);
  return status;
}
