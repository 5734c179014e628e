/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saving a pane, and the command line that reproduces the screen. */
#include "explorer.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- the line that reproduces it ---------------------------------------------------------------
 */

/* Which of two runs: that of a comparison, or the session itself. */
static rc_session *session_of(const rc_ui *u, bool rival) {
  return rival ? u->rival->session : u->session;
}

static void add_sets(const rc_ui *u, bool rival, rc_str *out) {
  const rc_scenario *sc = rc_session_scenario(session_of(u, rival));
  rc_key *keys = NULL;
  int n = rc_scenario_keys(sc, &keys);
  for (int i = 0; i < n; i++) {
    if (strcmp(keys[i].name, "seed") == 0) continue; /* has its own option */
    rc_str now = {0}, then = {0}, pair = {0};
    bool is = rc_scenario_get(sc, keys[i].name, &now);
    bool was = rc_scenario_get(u->origin, keys[i].name, &then);
    if (is && (!was || strcmp(rc_str_c(&now), rc_str_c(&then)) != 0)) {
      rc_str_addf(&pair, "%s=%s", keys[i].name, rc_str_c(&now));
      rc_str_add(out, " --set ");
      rc_str_add_shell(out, rc_str_c(&pair));
    }
    rc_str_free(&now);
    rc_str_free(&then);
    rc_str_free(&pair);
  }
  rc_free(keys);
}

/* The study of the focused pane and its frame on the screen, which may be one of the past; -1 when
 * the view has no study. */
static int shown_job(const rc_ui *u, bool rival, const rc_frame **f) {
  const int job = rc_ui_view_job(u, rc_ui_view(u));
  *f = job < 0 ? NULL : rival ? rc_rival_frame(u, job) : rc_ui_frame(u, job);
  return job;
}

static bool looks_back(const rc_ui *u, bool rival, int job) {
  return (rival ? u->rival->job[job].past : u->job[job].past) != NULL;
}

static bool all_ended(const rc_ui *u, bool rival) {
  for (int i = 0; i < u->jobs; i++) {
    const rc_frame *f = rival ? rc_rival_frame(u, i) : rc_ui_frame(u, i);
    if (!f || f->state == RC_RUNNING) return false;
  }
  return true;
}

/* What a run has to be told to stop where the pane is. A study whose parameters were changed has
 * begun with them there. */
static void add_steps(const rc_ui *u, bool rival, rc_str *out) {
  const rc_frame *f;
  const int job = shown_job(u, rival, &f);
  if (job < 0 || !f || (all_ended(u, rival) && !looks_back(u, rival, job))) return;
  rc_str_addf(out, " --study %s", rc_session_job_name(session_of(u, rival), job));
  if (f->state != RC_RUNNING && !looks_back(u, rival, job)) return;
  const uint64_t begun = rc_session_set_step(session_of(u, rival), job, f->step);
  if (f->step > begun) rc_str_addf(out, " --steps %llu", (unsigned long long)(f->step - begun));
}

static bool run_line(const rc_ui *u, bool rival, rc_str *out, rc_err *err) {
  const unsigned long long seed = rc_session_seed(session_of(u, rival));
  const char *path = u->origin && u->origin->path ? u->origin->path : "";
  if (u->line) { /* not a file of its own: the command that made it, with what was changed since */
    rc_str_addf(out, "%s --seed %llu", u->line, seed);
    add_sets(u, rival, out);
    rc_str_add(out, u->line_end);
    return true;
  }
  if (!*path)
    return rc_err_set(err, RC_ERR_USAGE,
                      "this scenario has no file yet: ':scenario.write FILE' first");
  rc_str_add(out, "roadcut run ");
  rc_str_add_shell(out, path);
  rc_str_addf(out, " --seed %llu", seed);
  add_sets(u, rival, out);
  add_steps(u, rival, out);
  return true;
}

enum { COMMANDS_TOLD = 6 };

/* What the line cannot say of the pane, "" when it says all: commands that came between two steps
 * of the study, parameters that came at a step, a place before the first step. */
static void run_note(const rc_ui *u, bool rival, rc_str *out) {
  const rc_frame *f;
  const int job = shown_job(u, rival, &f);
  if (job < 0 || !f) return;
  rc_session *s = session_of(u, rival);
  const char *study = rc_session_job_name(s, job);
  const bool here = f->state == RC_RUNNING || looks_back(u, rival, job);
  const uint64_t begun = rc_session_set_step(s, job, f->step);
  rc_str what = {0};
  const int n = rc_session_commands(s, job, f->step, COMMANDS_TOLD, &what);
  if (n > COMMANDS_TOLD) rc_str_addf(&what, " and %d more", n - COMMANDS_TOLD);
  if (n > 0)
    rc_str_addf(
        out,
        "%s was changed by hand at steps (%s): R and 'roadcut replay' bring that back, this "
        "line gives the study without it",
        study, rc_str_c(&what));
  else if (begun > 0)
    rc_str_addf(out,
                "parameters of %s were changed at step %llu: R and 'roadcut replay' bring that "
                "back, this line begins with them",
                study, (unsigned long long)begun);
  if (here && (u->line || f->step == begun))
    rc_str_addf(out, "%sthe pane is at step %llu of %s, this line runs to the end",
                out->len ? "; " : "", (unsigned long long)f->step, study);
  rc_str_free(&what);
}

bool rc_run_lines(rc_ui *u, rc_str *out, rc_str *note, rc_err *err) {
  if (!run_line(u, false, out, err)) return false;
  run_note(u, false, note);
  if (!u->rival) return true;
  rc_str_addc(out, '\n');
  rc_str other = {0};
  run_note(u, true, &other);
  if (other.len) rc_str_addf(note, "%sB: %s", note->len ? "; " : "", rc_str_c(&other));
  rc_str_free(&other);
  return run_line(u, true, out, err);
}

/* ---- formats ----------------------------------------------------------------------------------
 */

static void scalar_text(const rc_scalar *s, rc_str *out) {
  char real[32];
  switch (s->type) {
  case RC_S_REAL:
    rc_format_real(s->real, real);
    rc_str_add(out, real);
    break;
  case RC_S_INT: rc_str_addf(out, "%lld", (long long)s->integer); break;
  case RC_S_BOOL: rc_str_add(out, s->integer ? "true" : "false"); break;
  case RC_S_TEXT:
    rc_str_addc(out, '"');
    for (const char *c = rc_scalar_text(s); *c; c++) {
      if (*c == '"') rc_str_addc(out, '"');
      rc_str_addc(out, *c);
    }
    rc_str_addc(out, '"');
    break;
  case RC_S_NULL: break;
  }
}

/* A pane that is not a table gives the figures of its study. */
static void pane_csv(rc_ui *u, const rc_view_context *c, const rc_pane_class *p, rc_str *out) {
  (void)u;
  if (p->csv) {
    p->csv(c, out);
    if (out->len > 0) return;
  }
  rc_str_add(out, "name,value\n");
  for (int i = 0; c->frame && i < c->frame->scalars; i++) {
    rc_str_addf(out, "%s,", c->frame->scalar[i].name);
    scalar_text(&c->frame->scalar[i], out);
    rc_str_addc(out, '\n');
  }
}

const char *rc_csv_field(const char *at, rc_str *field) {
  rc_str_clear(field);
  if (*at == '"') {
    for (at++; *at && !(at[0] == '"' && at[1] != '"'); at++) {
      if (at[0] == '"') at++;
      rc_str_addc(field, *at);
    }
    if (*at == '"') at++;
  } else {
    while (*at && *at != ',' && *at != '\n') rc_str_addc(field, *at++);
  }
  return *at == ',' ? at + 1 : NULL;
}

static void json_value(rc_json *j, const char *key, const char *text) {
  double v;
  int64_t n;
  if (rc_parse_int(text, &n))
    rc_json_int(j, key, n);
  else if (rc_parse_real(text, &v))
    rc_json_real(j, key, v);
  else if (!*text || strcmp(text, "nan") == 0)
    rc_json_null(j, key);
  else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
    rc_json_bool(j, key, *text == 't');
  else
    rc_json_text(j, key, text);
}

static void json_rows(rc_json *j, const char *csv) {
  const char *line = strchr(csv, '\n');
  rc_json_array(j, "rows");
  while (line && line[1]) {
    const char *h = csv, *v = line + 1;
    rc_str name = {0}, field = {0};
    rc_json_object(j, NULL);
    while (h && v) {
      h = rc_csv_field(h, &name);
      v = rc_csv_field(v, &field);
      json_value(j, rc_str_c(&name), rc_str_c(&field));
    }
    rc_json_end(j);
    rc_str_free(&name);
    rc_str_free(&field);
    line = strchr(line + 1, '\n');
  }
  rc_json_end(j);
}

/* No line below the heading, and nothing known that would say so. */
static bool no_data_yet(const rc_view_context *c, const rc_pane_class *p, const char *csv) {
  const char *line = strchr(csv, '\n');
  return !(line && line[1]) && !(p->known && p->known(c));
}

static void pane_json(rc_ui *u, const rc_view_context *c, const rc_pane_class *p,
                      const char *command, const char *note, rc_str *out) {
  rc_str csv = {0};
  rc_json j;
  pane_csv(u, c, p, &csv);
  rc_json_begin(&j, out);
  rc_json_object(&j, NULL);
  char path[96];
  rc_pane_path(u, path, sizeof path);
  rc_json_text(&j, "pane", path);
  rc_json_text(&j, "title", p->title);
  rc_json_text(&j, "command", *command ? command : NULL);
  if (*command && *note) rc_json_text(&j, "command_note", note);
  if (c->frame) rc_json_uint(&j, "step", c->frame->step);
  if (no_data_yet(c, p, rc_str_c(&csv))) rc_json_text(&j, "note", "no data yet");
  json_rows(&j, rc_str_c(&csv));
  rc_json_end(&j);
  rc_str_addc(out, '\n');
  rc_str_free(&csv);
}

static void pane_picture(rc_ui *u, const rc_view_context *c, int view, int pane, const char *format,
                         rc_str *out) {
  const rc_pane_class *p = rc_view_classes[view]->pane[pane];
  rc_pane_state *st = &u->pane[view][pane];
  int w = st->inner.w > 0 ? st->inner.w + 4 : 100, h = st->inner.h > 0 ? st->inner.h + 2 : 30;
  rc_screen *s = rc_screen_new(w, h, u->graphics);
  rc_pen inner = rc_box(s, (rc_rect){0, 0, w, h}, "", p->title, false);
  p->draw(c, inner, false);
  if (strcmp(format, "svg") == 0)
    rc_screen_svg(s, u->theme, out);
  else if (strcmp(format, "ansi") == 0)
    rc_screen_ansi(s, u->theme, out);
  else
    rc_screen_text(s, out);
  rc_screen_free(s);
}

/* Puts the command into the picture's <desc>, behind the opening tag of <svg>. */
static void describe_svg(rc_str *svg, const char *command) {
  const char *tag = strstr(rc_str_c(svg), "<svg"), *end = tag ? strchr(tag, '>') : NULL;
  if (!end) return;
  size_t head = (size_t)(end + 1 - svg->text);
  rc_str out = {0};
  rc_str_addn(&out, svg->text, head);
  rc_str_add(&out, "<desc>");
  for (; *command; command++)
    if (*command == '<')
      rc_str_add(&out, "&lt;");
    else if (*command == '&')
      rc_str_add(&out, "&amp;");
    else
      rc_str_addc(&out, *command);
  rc_str_add(&out, "</desc>");
  rc_str_addn(&out, svg->text + head, svg->len - head);
  rc_str_free(svg);
  *svg = out;
}

void rc_svg_tell_line(rc_ui *u, rc_str *svg) {
  rc_str line = {0}, note = {0};
  if (rc_run_lines(u, &line, &note, NULL)) {
    if (note.len) rc_str_addf(&line, "\n%s", rc_str_c(&note));
    describe_svg(svg, rc_str_c(&line));
  }
  rc_str_free(&note);
  rc_str_free(&line);
}

/* ---- saving -----------------------------------------------------------------------------------
 */

void rc_pane_path(const rc_ui *u, char *out, size_t cap) {
  const rc_pane_class *p = rc_ui_pane(u);
  int v = rc_ui_view(u);
  snprintf(out, cap, "%s.%s", v < 0 ? "" : rc_view_classes[v]->kind.name, p ? p->name : "");
}

void rc_save_name(rc_ui *u, rc_str *out) {
  char path[96];
  rc_pane_path(u, path, sizeof path);
  for (const char *c = path; *c; c++) rc_str_addc(out, isalnum((unsigned char)*c) ? *c : '-');
  const rc_pane_class *p = rc_ui_pane(u);
  rc_str_add(out, p && p->csv ? ".csv" : ".svg");
}

bool rc_write_text(const char *path, const rc_str *text, rc_err *err) {
  FILE *f = fopen(path, "w");
  if (!f) return rc_err_set(err, RC_ERR_INPUT, "cannot write %s: %s", path, strerror(errno));
  bool ok = fwrite(rc_str_c(text), 1, text->len, f) == text->len;
  ok = fclose(f) == 0 && ok;
  return ok || rc_err_set(err, RC_ERR_INPUT, "cannot write %s: %s", path, strerror(errno));
}

static const char *const formats[] = {"csv", "json", "svg", "ansi", "txt"};

static bool known_format(const char *format) {
  for (size_t i = 0; i < RC_LEN(formats); i++)
    if (strcmp(format, formats[i]) == 0) return true;
  return false;
}

static bool pane_export(rc_ui *u, bool rival, const char *format, rc_str *out, rc_err *err) {
  const rc_pane_class *p = rc_ui_pane(u);
  const int view = rc_ui_view(u);
  if (!p) return rc_err_set(err, RC_ERR_USAGE, "there is no pane to save");
  const int pane = u->focus[view];
  rc_view_context c = rival ? rc_rival_context(u, view, pane) : rc_ui_context(u, view, pane);
  rc_str command = {0}, lack = {0};
  run_line(u, rival, &command, NULL); /* empty for a scenario without a file */
  run_note(u, rival, &lack);
  const char *line = rc_str_c(&command), *note = rc_str_c(&lack);
  const bool svg = strcmp(format, "svg") == 0;
  if (strcmp(format, "json") == 0) {
    pane_json(u, &c, p, line, note, out);
  } else {
    if (*line && !svg) rc_str_addf(out, "# %s\n", line);
    if (*line && *note && !svg) rc_str_addf(out, "# %s\n", note);
    if (strcmp(format, "csv") == 0) {
      rc_str csv = {0};
      pane_csv(u, &c, p, &csv);
      if (no_data_yet(&c, p, rc_str_c(&csv))) rc_str_add(out, "# no data yet\n");
      rc_str_addn(out, rc_str_c(&csv), csv.len);
      rc_str_free(&csv);
    } else {
      pane_picture(u, &c, view, pane, format, out);
    }
    if (*line && *note && svg) rc_str_addf(&command, "\n%s", note);
    if (*line && svg) describe_svg(out, rc_str_c(&command));
  }
  rc_str_free(&lack);
  rc_str_free(&command);
  return true;
}

bool rc_pane_export(rc_ui *u, const char *format, rc_str *out, rc_err *err) {
  return pane_export(u, false, format, out, err);
}

static bool save(rc_ui *u, bool rival, const char *path, rc_err *err) {
  rc_str out = {0};
  const bool ok =
      pane_export(u, rival, strrchr(path, '.') + 1, &out, err) && rc_write_text(path, &out, err);
  rc_str_free(&out);
  return ok;
}

/* Said of a file that was there before. */
static const char *replaced(const char *path) {
  return access(path, F_OK) == 0 ? " (replaced)" : "";
}

/* Of two runs that are compared each has its file, "x.csv" and "x-B.csv", with its own line. */
bool rc_save_pane(rc_ui *u, const char *path, rc_err *err) {
  const char *dot = strrchr(path, '.');
  if (!dot || !known_format(dot + 1))
    return rc_err_set(err, RC_ERR_INPUT, "'%s': the name ends in .csv .json .svg .ansi or .txt",
                      path);
  const char *first = replaced(path);
  if (!save(u, false, path, err)) return false;
  rc_str other = {0};
  rc_str_addn(&other, path, (size_t)(dot - path));
  rc_str_addf(&other, "-B%s", dot);
  const char *second = replaced(rc_str_c(&other));
  const bool ok = !u->rival || save(u, true, rc_str_c(&other), err);
  if (ok && u->rival)
    rc_ui_message(u, RC_OK, "saved: %s%s, and the other run in %s%s", path, first, rc_str_c(&other),
                  second);
  else if (ok)
    rc_ui_message(u, RC_OK, "saved: %s%s", path, first);
  rc_str_free(&other);
  return ok;
}
