/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done: for each action the command line that does the same. It goes into the log (E), and
 * into a recording when it changed nothing but the screen; changes of the studies are recorded by
 * the session itself, with their exact steps. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_MAX = 190 }; /* bytes of a line that a recording can give back as an event */

/* The line of an action, above what was said since it began. */
static void tell(rc_ui *u, uint64_t since, const char *line) {
  char text[600];
  const int said = (int)RC_MIN(u->logged - since, (uint64_t)u->log_n);
  snprintf(text, sizeof text, ": %s", line);
  const uint64_t before = u->logged;
  rc_ui_log(u, RC_LINK, text);
  if (u->logged == before) return;
  for (int i = 1, at = u->log_at - 1; i <= said && i < u->log_n; i++, at--) {
    rc_log_line *here = &u->log[(at + RC_LOG_MAX) % RC_LOG_MAX];
    rc_log_line *above = &u->log[(at - 1 + RC_LOG_MAX) % RC_LOG_MAX];
    const rc_log_line line_of = *here;
    *here = *above, *above = line_of;
  }
}

void rc_did_decide(rc_ui *u) {
  const int view = rc_ui_view(u);
  if (!u->undecided) return;
  u->undecided = false;
  if (!u->session || view < 0) return;
  char line[RC_NAME_MAX + 8];
  snprintf(line, sizeof line, "view %s", rc_view_classes[view]->kind.name);
  tell(u, u->logged, line);
  rc_session_show(u->session, RC_MAX(rc_ui_view_job(u, view), 0), line);
}

rc_did_what rc_did_begin(rc_ui *u) {
  if (u->doing == 0) {
    rc_did_decide(u);
    u->doing_from = u->logged;
  }
  const rc_did_what w = {.outer = u->doing == 0,
                         .session = u->session,
                         .posts = u->session ? rc_session_posts(u->session) : 0,
                         .logged = u->logged,
                         .where = rc_ui_where(u),
                         .site = u->selected_site,
                         .edge = u->selected_edge,
                         .state = u->selected_state};
  u->doing++;
  return w;
}

/* Commands of the group Cut that only look. */
static bool looks_at_cut(const rc_command *c) {
  return strncmp(c->name, "cut.vertex", 10) == 0 || strncmp(c->name, "cut.edge", 8) == 0;
}

bool rc_did_change(const rc_command *c) {
  static const char *const groups[] = {"Run", "Cut", "Files"};
  static const char *const names[] = {"set", "undo", "redo", "params", "form.apply", "form.set"};
  if (looks_at_cut(c)) return false;
  for (size_t i = 0; i < RC_LEN(groups); i++)
    if (strcmp(c->group, groups[i]) == 0) return true;
  for (size_t i = 0; i < RC_LEN(names); i++)
    if (strcmp(c->name, names[i]) == 0) return true;
  return false;
}

/* May it be given again, later, with the same effect on the screen? Not what opens a list or a line
 * to type in: what is done there is told by itself. */
static bool only_shows(const rc_command *c, const char *line) {
  static const char *const groups[] = {"View", "Move", "Tour"};
  if (!c || looks_at_cut(c)) return true;
  if (strcmp(c->name, "theme") == 0 || strcmp(c->name, "pixels") == 0) return strchr(line, ' ');
  if (strcmp(c->name, "key") == 0 || strncmp(c->name, "knob.", 5) == 0) return true;
  for (size_t i = 0; i < RC_LEN(groups); i++)
    if (strcmp(c->group, groups[i]) == 0) return true;
  return false;
}

void rc_did_line(const rc_ui *u, const rc_command *c, const char *arg, int64_t count, rc_str *out) {
  const int view = rc_ui_view(u);
  if (strcmp(c->name, "view") == 0 && view >= 0) { /* by name: numbers are other views elsewhere */
    rc_str_addf(out, "view %s", rc_view_classes[view]->kind.name);
  } else if (strcmp(c->name, "pane.focus") == 0 && view >= 0 && *arg) {
    char pane[96];
    rc_pane_path(u, pane, sizeof pane);
    rc_str_addf(out, "pane.focus %s", pane);
  } else if (strcmp(c->name, "theme") == 0) {
    rc_str_addf(out, "theme %s", u->theme->name);
  } else if (*arg) {
    rc_str_addf(out, "%s %s", c->name, arg);
  } else if (u->prompt.on || u->goto_pending) {
    return; /* it asks for its argument: nothing is done yet */
  } else if (count > 0 && strstr(c->args, "[N]")) {
    rc_str_addf(out, "%s %lld", c->name, (long long)count);
  } else {
    rc_str_add(out, c->name);
  }
}

void rc_did_end(rc_ui *u, const rc_did_what *w, const rc_command *command, const char *line) {
  u->doing--;
  if (!w->outer || u->replaying || !*line) return;
  tell(u, w->logged, line);
  if (!u->session || u->session != w->session || strlen(line) > SHOWN_MAX) return;
  const bool here = w->where == RC_IN_EXPLORER || (command && *line && w->where == RC_IN_TEXT);
  if (!here || !only_shows(command, line)) return;
  const bool tour = command && strcmp(command->group, "Tour") == 0;
  if (!tour && rc_session_posts(u->session) != w->posts) return; /* it is recorded as a change */
  const int job = RC_MAX(rc_ui_view_job(u, rc_ui_view(u)), 0);
  rc_session_show(u->session, job, line);
}

void rc_did_select(rc_ui *u, const rc_did_what *w) {
  char line[64] = "";
  if (u->selected_site != w->site)
    snprintf(line, sizeof line, "select.site %d", u->selected_site);
  else if (u->selected_edge != w->edge)
    snprintf(line, sizeof line, "select.edge %d", u->selected_edge);
  else if (u->selected_state != w->state)
    snprintf(line, sizeof line, "select.state %llu", (unsigned long long)u->selected_state);
  rc_did_end(u, w, NULL, line);
}

void rc_did_again(rc_ui *u, const char *line) {
  rc_err err = {0};
  const uint64_t before = u->logged;
  u->replaying = true;
  if (!rc_ui_command(u, line, &err)) rc_ui_log(u, RC_DIM, err.message);
  u->replaying = false;
  tell(u, before, line);
}
