/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut run SCENARIO: the studies without a screen. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"

typedef struct output {
  FILE *json;     /* --json, or NULL */
  FILE *folder;   /* DIR/run.jsonl of --out, or NULL */
  rc_str results; /* what DIR/results.json gets */
  bool figures;   /* print them for a person */
  bool progress;
  int shown; /* columns of the progress line that stands on the terminal */
} output;

static volatile int stop_wanted; /* the signal that wants it */

static void on_signal(int number) {
  stop_wanted = number;
}

/* The first signal ends the run after its step, with results; a second one ends the program. */
static void catch_signals(void) {
  struct sigaction a = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&a.sa_mask);
  sigaction(SIGINT, &a, NULL);
  sigaction(SIGTERM, &a, NULL);
  sigaction(SIGHUP, &a, NULL);
}

/* ---- progress, figures ------------------------------------------------------------------------ */

static void clear_progress(output *o) {
  if (o->shown) fprintf(stderr, "\r%*s\r", o->shown, "");
  o->shown = 0;
}

static void on_progress(void *who, const rc_frame *f) {
  output *o = who;
  rc_str s = {0};
  if (!o->progress) return;
  rc_str_addf(&s, "%s: step %llu, %s", f->cls->kind.name, (unsigned long long)f->step, f->phase);
  if (!isnan(f->progress)) rc_str_addf(&s, " %.0f %%", 100 * f->progress);
  static const char *const figures[] = {"energy", "residual"};
  for (size_t i = 0; i < RC_LEN(figures); i++) {
    const rc_scalar *v = rc_frame_find(f, figures[i]);
    if (v && v->type == RC_S_REAL && !isnan(v->real))
      rc_str_addf(&s, i ? ", %s %.1e" : ", %s %.10f", v->name, v->real);
  }
  const int width = RC_MIN((int)s.len, 79);
  fprintf(stderr, "\r%-*.*s", RC_MAX(o->shown, width), width, rc_str_c(&s));
  fflush(stderr);
  o->shown = width;
  rc_str_free(&s);
}

static void print_value(const char *name, const json_t *v) {
  if (json_is_string(v))
    printf("  %-24s %s\n", name, json_string_value(v));
  else if (json_is_boolean(v))
    printf("  %-24s %s\n", name, json_is_true(v) ? "yes" : "no");
  else if (json_is_integer(v))
    printf("  %-24s %lld\n", name, (long long)json_integer_value(v));
  else if (json_is_null(v))
    printf("  %-24s -\n", name);
  else if (json_is_real(v)) /* digits a person reads; all of them are in the JSON */
    printf("  %-24s %.12g\n", name, json_real_value(v));
}

/* A 'result' line for a person: the figures; arrays and the like are in the JSON alone. */
static void print_result(const char *line) {
  json_t *j = json_loads(line, 0, NULL);
  const char *key;
  json_t *v;
  if (!j) return;
  printf("%s (%s)\n", json_string_value(json_object_get(j, "study")),
         json_string_value(json_object_get(j, "state")));
  json_object_foreach(j, key, v) {
    if (strcmp(key, "type") && strcmp(key, "study") && strcmp(key, "state")) print_value(key, v);
  }
  json_decref(j);
}

static void on_line(void *who, const char *line) {
  output *o = who;
  const bool result = !strncmp(line, "{\"type\":\"result\"", 16);
  if (o->json) {
    fprintf(o->json, "%s\n", line);
    fflush(o->json);
  }
  if (o->folder) fprintf(o->folder, "%s\n", line);
  if (!result) return;
  rc_str_addf(&o->results, "%s\n", line);
  clear_progress(o);
  if (o->figures) print_result(line);
}

static void on_complaint(void *who, const char *message) {
  clear_progress(who);
  fprintf(stderr, "%s\n", message);
}

/* ---- files ------------------------------------------------------------------------------------ */

static bool cannot(const char *what, const char *path, rc_err *err) {
  return rc_err_set(err, RC_ERR_INPUT, "cannot %s '%s': %s", what, path, strerror(errno));
}

static bool make_folder(const char *path, rc_err *err) {
  rc_str part = {0};
  bool ok = true;
  for (const char *p = path; ok; p++) { /* parents first, as mkdir -p */
    if ((*p == '/' && p > path) || !*p) {
      rc_str_clear(&part);
      rc_str_addn(&part, path, (size_t)(p - path));
      if (mkdir(rc_str_c(&part), 0777) && errno != EEXIST)
        ok = cannot("make the folder", path, err);
    }
    if (!*p) break;
  }
  rc_str_free(&part);
  return ok;
}

static FILE *open_in(const char *dir, const char *name, rc_err *err) {
  rc_str path = {0};
  rc_str_addf(&path, "%s/%s", dir, name);
  FILE *f = fopen(rc_str_c(&path), "w");
  if (!f) cannot("write", rc_str_c(&path), err);
  rc_str_free(&path);
  return f;
}

/* Closes and tells whether all of it has reached the file. */
static bool finish(FILE *f, const char *name, rc_err *err) {
  const bool bad = ferror(f) != 0;
  if (!fclose(f) && !bad) return true;
  return rc_err_set(err, RC_ERR_LIMIT, "writing '%s' failed: %s", name, strerror(errno));
}

static bool write_text(const char *dir, const char *name, const rc_str *text, rc_err *err) {
  FILE *f = open_in(dir, name, err);
  if (!f) return false;
  fwrite(rc_str_c(text), 1, text->len, f);
  return finish(f, name, err);
}

static bool open_outputs(const rc_cli *cli, const rc_scenario *sc, output *o, rc_err *err) {
  const bool to_stdout = cli->json && !strcmp(cli->json, "-");
  o->figures = !to_stdout;
  o->progress = isatty(STDERR_FILENO) && !(to_stdout && isatty(STDOUT_FILENO));
  if (to_stdout)
    o->json = stdout;
  else if (cli->json && !(o->json = fopen(cli->json, "w")))
    return cannot("write", cli->json, err);
  if (!cli->out) return true;
  if (!make_folder(cli->out, err)) return false;
  rc_str text = {0};
  rc_scenario_write(sc, &text);
  const bool ok = write_text(cli->out, "scenario.yaml", &text, err);
  rc_str_free(&text);
  return ok && (o->folder = open_in(cli->out, "run.jsonl", err)) != NULL;
}

static bool close_outputs(const rc_cli *cli, output *o, rc_err *err) {
  bool ok = true;
  if (o->json && o->json != stdout) ok = finish(o->json, cli->json, err) && ok;
  if (o->folder) {
    ok = finish(o->folder, "run.jsonl", err) && ok;
    ok = write_text(cli->out, "results.jsonl", &o->results, err) && ok;
  }
  rc_str_free(&o->results);
  return ok;
}

/* ---- the command ------------------------------------------------------------------------------ */

static void print_head(const rc_scenario *sc) {
  rc_str s = {0};
  if (!rc_scenario_has_magnet(sc)) {
    printf("%s\n\n", sc->title);
    return;
  }
  rc_sector_describe(&sc->sector, &s);
  printf("%s\n%s; %s\n\n", sc->title, sc->built->title, rc_str_c(&s));
  for (int i = 0; i < sc->built->notes; i++) printf("note: %s\n", sc->built->note[i]);
  rc_str_free(&s);
}

int rc_app_run_scenario(const rc_cli *cli, const rc_scenario *sc, const rc_recording *recording,
                        rc_err *err) {
  output o = {0};
  int status = 0;
  if (!open_outputs(cli, sc, &o, err)) status = rc_err_status(err->code);
  if (!status) {
    if (o.figures) print_head(sc);
    catch_signals();
    const rc_run_opts run = {.only = cli->study.v,
                             .seed = cli->seed,
                             .threads = (int)cli->threads,
                             .steps = cli->steps,
                             .seconds = cli->seconds,
                             .line = on_line,
                             .progress = on_progress,
                             .who = &o,
                             .stop = &stop_wanted,
                             .complain = on_complaint,
                             .recording = recording,
                             .folder = cli->out};
    status = rc_run(sc, rc_study_classes, &run, err);
    clear_progress(&o);
    if (stop_wanted) status = 128 + stop_wanted;
    if (o.figures && !status && !cli->steps && sc->expects && !cli->study.n)
      printf("expected: all %d figures as they should be\n", sc->expects);
  }
  rc_err closing = {0};
  if (!close_outputs(cli, &o, &closing) && !status) {
    *err = closing;
    status = rc_err_status(err->code);
  }
  return status;
}

int rc_app_run(const rc_cli *cli, rc_err *err) {
  rc_scenario *sc = rc_app_load(cli, cli->word.v[0], err);
  if (!sc) return rc_err_status(err->code);
  rc_err wrong = {0};
  if (!rc_app_options_good(sc, cli->study.v, cli->study.n, &wrong)) {
    rc_app_complain(sc->path, &wrong);
    err->code = wrong.code;
    rc_scenario_free(sc);
    return rc_err_status(wrong.code);
  }
  const int status = rc_app_run_scenario(cli, sc, NULL, err);
  rc_scenario_free(sc);
  return status;
}
