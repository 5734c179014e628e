/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeping a session in a file: scenario, seed, and every change with the step it came at. The file
 * is written anew when something has changed, so that it is whole at any moment. */
#include "handlers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double every = 1; /* seconds between two looks for changes */

static bool write_file(const char *path, const rc_str *text, rc_err *err) {
  rc_str beside = {0}; /* first beside it: a full disk must not cost the recording there is */
  rc_str_addf(&beside, "%s.new", path);
  FILE *f = fopen(rc_str_c(&beside), "w");
  bool ok = f != NULL;
  if (ok) {
    ok = fwrite(rc_str_c(text), 1, text->len, f) == text->len;
    ok = !fclose(f) && ok;
    ok = ok && !rename(rc_str_c(&beside), path);
    if (!ok) unlink(rc_str_c(&beside));
  }
  if (!ok) rc_err_set(err, RC_ERR_INPUT, "cannot write '%s': %s", path, strerror(errno));
  rc_str_free(&beside);
  return ok;
}

static bool save(rc_ui *u, rc_err *err) {
  rc_str text = {0};
  rc_session_record_for(u->session, u->record, &text);
  bool ok = true;
  if (text.len != u->recorded.len || memcmp(rc_str_c(&text), rc_str_c(&u->recorded), text.len)) {
    ok = write_file(u->record, &text, err);
    rc_str_free(&u->recorded);
    u->recorded = text;
  } else {
    rc_str_free(&text);
  }
  return ok;
}

static void forget(rc_ui *u) {
  rc_free(u->record);
  u->record = NULL;
  rc_str_free(&u->recorded);
}

void rc_record_end(rc_ui *u) {
  rc_err err = {0};
  if (!u->record) return;
  rc_did_decide(u);
  if (u->session && !save(u, &err)) rc_ui_message(u, RC_BAD, "%s", err.message);
  forget(u);
}

void rc_record_tick(rc_ui *u) {
  rc_err err = {0};
  if (!u->record || !u->session || u->now < u->record_next) return;
  u->record_next = u->now + every;
  if (save(u, &err)) return;
  rc_ui_message(u, RC_BAD, "recording ends: %s", err.message);
  forget(u);
}

/* The scenario's name with .session, and a number when there is such a file already. */
static char *free_name(const rc_ui *u) {
  const char *path = u->origin && u->origin->path ? u->origin->path : "";
  const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path, *dot = strrchr(base, '.');
  int n = *base ? (dot && dot > base ? (int)(dot - base) : (int)strlen(base)) : 7;
  rc_str s = {0};
  for (int k = 1; k < 1000; k++) {
    rc_str_clear(&s);
    rc_str_addf(&s, "%.*s", n, *base ? base : "roadcut");
    if (k > 1) rc_str_addf(&s, "-%d", k);
    rc_str_add(&s, ".session");
    if (access(rc_str_c(&s), F_OK)) break;
  }
  char *name = rc_strdup(rc_str_c(&s));
  rc_str_free(&s);
  return name;
}

bool rc_record_begin(rc_ui *u, const char *path, rc_err *err) {
  rc_record_end(u);
  u->record = path && *path ? rc_strdup(path) : free_name(u);
  if (save(u, err)) return true;
  forget(u);
  return false;
}

bool cmd_record(rc_ui *u, const char *arg, int64_t count, int key, rc_err *err) {
  (void)count, (void)key;
  if (u->record && !*arg) {
    char *path = rc_strdup(u->record);
    rc_record_end(u);
    rc_ui_message(u, RC_OK, "recorded: roadcut replay %s", path);
    rc_free(path);
    return true;
  }
  if (!rc_record_begin(u, arg, err)) return false;
  rc_ui_message(u, RC_OK, "recording from the beginning into %s; R ends it", u->record);
  return true;
}
