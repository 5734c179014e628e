/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut cut FILE: the cut study on a Max-Cut file, in the explorer or without a screen. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"

static volatile int stop_wanted; /* the signal that wants it */

static void on_signal(int number) {
  stop_wanted = number;
}

static void catch_signals(void) {
  struct sigaction a = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&a.sa_mask);
  sigaction(SIGINT, &a, NULL);
  sigaction(SIGTERM, &a, NULL);
  sigaction(SIGHUP, &a, NULL);
}

/* ---- the scenario of a file -------------------------------------------------------------------
 */

/* A text as YAML in double quotes. */
static void quote(rc_str *s, const char *text) {
  rc_str_add(s, "\"");
  for (const char *c = text; *c; c++) {
    if (*c == '"' || *c == '\\')
      rc_str_addf(s, "\\%c", *c);
    else if ((unsigned char)*c < ' ')
      rc_str_addf(s, "\\x%02x", (unsigned char)*c);
    else
      rc_str_addn(s, c, 1);
  }
  rc_str_add(s, "\"");
}

static bool known_solvers(const rc_cli *cli, rc_err *err) {
  const char *names[32];
  int n = 0;
  for (; rc_solver_kinds[n] && n < (int)RC_LEN(names); n++) names[n] = rc_solver_kinds[n]->name;
  for (int i = 0; i < cli->solver.n; i++)
    if (rc_app_choose("solver", cli->solver.v[i], names, n, err) < 0) return false;
  return true;
}

static bool same_file(const char *a, const char *b) {
  struct stat x, y;
  return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The certificate goes to 'certificate', a copy of the instance beside it. */
static bool overwrites(const char *certificate, const char *file) {
  rc_str copy = {0};
  rc_str_addf(&copy, "%s.mc", certificate);
  const bool yes = same_file(certificate, file) || same_file(rc_str_c(&copy), file);
  rc_str_free(&copy);
  return yes;
}

/* A scenario has a lattice: here the smallest magnet stands for it, and nothing is asked of it. */
static void write_scenario(const rc_cli *cli, const char *file, rc_str *s) {
  const char *slash = strrchr(file, '/');
  rc_str_add(s, "title: ");
  quote(s, slash ? slash + 1 : file);
  rc_str_add(s, "\nlattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n"
                "studies:\n  cut:\n    instance: ");
  quote(s, file);
  if (cli->certificate) {
    rc_str_add(s, "\n    certificate: ");
    quote(s, cli->certificate);
  }
  /* the time that is given is the limit */
  if (cli->seconds > 0) rc_str_add(s, "\n    moves: 0");
  if (cli->no_bound) rc_str_add(s, "\n    bound: {kind: none}");
  for (int i = 0; i < cli->solver.n; i++)
    rc_str_addf(s, "%s%s", i ? ", " : "\n    solvers: [", cli->solver.v[i]);
  rc_str_add(s, cli->solver.n ? "]\n" : "\n");
}

static bool apply(rc_scenario *sc, const char *assignment, rc_err *err) {
  const char *equals = strchr(assignment, '=');
  if (!equals || equals == assignment)
    return rc_err_set(err, RC_ERR_USAGE, "--set wants KEY=VALUE, not '%s'", assignment);
  rc_str key = {0};
  rc_err inner = {0};
  if (strncmp(assignment, "cut.", 4) != 0) rc_str_add(&key, "cut.");
  rc_str_addn(&key, assignment, (size_t)(equals - assignment));
  const bool ok = rc_scenario_set(sc, rc_str_c(&key), equals + 1, rc_study_kinds, &inner);
  if (!ok) rc_err_set(err, inner.code, "--set %s: %s", assignment, inner.message);
  rc_str_free(&key);
  return ok;
}

rc_scenario *rc_app_cut_scenario(const rc_cli *cli, const char *file, rc_err *err) {
  rc_err inner = {0};
  if (!known_solvers(cli, err)) return NULL;
  if (cli->certificate && overwrites(cli->certificate, file)) {
    rc_err_set(err, RC_ERR_INPUT, "the certificate '%s' would overwrite the instance",
               cli->certificate);
    return NULL;
  }
  rc_str text = {0};
  write_scenario(cli, file, &text);
  rc_scenario *sc = rc_scenario_parse(rc_str_c(&text), text.len, file, rc_study_kinds, &inner);
  rc_str_free(&text);
  if (!sc) {
    rc_err_set(err, inner.code, "%s: %s", file, inner.message);
    return NULL;
  }
  bool ok = true;
  for (int i = 0; ok && i < cli->set.n; i++) ok = apply(sc, cli->set.v[i], err);
  if (ok) return sc;
  rc_scenario_free(sc);
  return NULL;
}

/* ---- without a screen -------------------------------------------------------------------------
 */

static void on_line(void *who, const char *line) {
  FILE *json = who;
  if (json) {
    fprintf(json, "%s\n", line);
    fflush(json);
    if (json == stdout) return;
  }
  if (strncmp(line, "{\"type\":\"result\"", 16) != 0) return;
  json_t *j = json_loads(line, 0, NULL), *v;
  const char *key, *state = json_string_value(json_object_get(j, "state"));
  if (state && !strcmp(state, "failed")) { /* there are no figures, and the error is said */
    json_decref(j);
    return;
  }
  json_object_foreach(j, key, v) {
    if (!strcmp(key, "type") || !strcmp(key, "study")) continue;
    if (json_is_string(v))
      printf("%-20s %s\n", key, json_string_value(v));
    else if (json_is_boolean(v))
      printf("%-20s %s\n", key, json_is_true(v) ? "yes" : "no");
    else if (json_is_number(v)) /* digits a person reads; all of them are in the JSON */
      printf("%-20s %.12g\n", key, json_number_value(v));
  }
  json_decref(j);
}

static void on_complaint(void *who, const char *message) {
  (void)who;
  fprintf(stderr, "%s\n", message);
}

static int headless(const rc_cli *cli, const rc_scenario *sc, rc_err *err) {
  const bool to_stdout = cli->json && !strcmp(cli->json, "-");
  FILE *json = to_stdout ? stdout : cli->json ? fopen(cli->json, "w") : NULL;
  if (cli->json && !json) {
    rc_err_set(err, RC_ERR_INPUT, "cannot write '%s': %s", cli->json, strerror(errno));
    return rc_err_status(err->code);
  }
  catch_signals();
  const rc_run_opts o = {.seed = cli->seed,
                         .threads = (int)cli->threads,
                         .seconds = cli->seconds,
                         .line = on_line,
                         .who = json,
                         .stop = &stop_wanted,
                         .complain = on_complaint};
  int status = rc_run(sc, rc_study_classes, &o, err);
  if (stop_wanted) status = 128 + stop_wanted;
  if (json && !to_stdout) {
    const bool bad = ferror(json) != 0;
    if ((fclose(json) || bad) && !status) {
      rc_err_set(err, RC_ERR_LIMIT, "writing '%s' failed: %s", cli->json, strerror(errno));
      status = rc_err_status(err->code);
    }
  }
  return status;
}

/* ---- the explorer -----------------------------------------------------------------------------
 */

/* The errors of a file are said before the screen opens, unless it is so large that one would wait
 * for the screen: then it is read once, behind it, and its progress is shown. */
static bool readable(const char *file, off_t size, rc_err *err) {
  enum { AT_ONCE = 8 << 20 };
  if (size > AT_ONCE) return true;
  rc_cut_graph *g = rc_cut_graph_read(file, err);
  rc_cut_graph_free(g);
  return g != NULL;
}

void rc_app_add_given(rc_str *line, const char *option, const rc_cli_texts *value) {
  for (int i = 0; i < value->n; i++) {
    rc_str_addf(line, " %s ", option);
    rc_str_add_shell(line, value->v[i]);
  }
}

/* The command line as it was given; what is changed later comes after it, and the last word holds. */
static void write_line(const rc_cli *cli, const char *file, rc_str *line) {
  rc_str_add(line, "roadcut cut ");
  rc_str_add_shell(line, file);
  rc_app_add_given(line, "--solver", &cli->solver);
  if (cli->no_bound) rc_str_add(line, " --no-bound");
  if (cli->certificate) {
    rc_str_add(line, " --certificate ");
    rc_str_add_shell(line, cli->certificate);
  }
  rc_app_add_given(line, "--set", &cli->set);
}

static int explore(const rc_cli *cli, const rc_scenario *sc, const char *file, rc_err *err) {
  rc_str line = {0};
  write_line(cli, file, &line);
  const rc_ui_opts o = {.given = sc,
                        .line = rc_str_c(&line),
                        .record = cli->record,
                        .session = {.seed = cli->seed, .threads = (int)cli->threads}};
  const int status = rc_term_begin(err) ? rc_app_explore(cli, o, err) : rc_err_status(err->code);
  rc_str_free(&line);
  return status;
}

int rc_app_cut(const rc_cli *cli, rc_err *err) {
  const char *file = cli->word.v[0];
  struct stat st;
  if (stat(file, &st) || !S_ISREG(st.st_mode)) {
    rc_err_set(err, RC_ERR_INPUT,
               access(file, F_OK) ? "there is no file '%s'" : "'%s' is not a file", file);
    return rc_err_status(err->code);
  }
  rc_scenario *sc = rc_app_cut_scenario(cli, file, err);
  if (!sc) return rc_err_status(err->code);
  const bool screen =
      !cli->json && !(cli->seconds > 0) && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  const int status = !screen                           ? headless(cli, sc, err)
                     : readable(file, st.st_size, err) ? explore(cli, sc, file, err)
                                                       : rc_err_status(err->code);
  rc_scenario_free(sc);
  return status;
}
